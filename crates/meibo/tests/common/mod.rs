//! A synthetic incident with its registry, for tests.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::Cursor;
use std::path::Path;

use meibo::{ClientId, Examiner, FileAnswer, Fingerprinter, ReadOptions, RegistryKey};
use meibo_synth::{SeizedFile, World};

pub(crate) fn key() -> RegistryKey {
    RegistryKey::from_bytes([42; 32])
}

/// Fingerprints every handover of a world, as its owner wrote it, into a directory.
pub(crate) fn fingerprint_all(world: &World, directory: &Path) {
    for client in world.clients() {
        for (number, handover) in client.handovers().enumerate() {
            let bytes = fingerprint(client.id(), &handover.date().to_string(), &handover.to_bytes());
            std::fs::write(directory.join(format!("{}-{number}.meibo", client.id())), bytes).unwrap();
        }
    }
}

/// The fingerprint of one list, nearly all of whose rows must be usable.
pub(crate) fn fingerprint(client: &str, date: &str, list: &[u8]) -> Vec<u8> {
    let mut fingerprinter = Fingerprinter::new(&key());
    let facts = fingerprinter.add_list(list, &ReadOptions::default(), &()).unwrap();
    assert!(facts.records * 100 >= facts.rows * 95, "{client} {date}: {facts:?}");
    fingerprinter.finish(ClientId::new(client).unwrap(), date.parse().unwrap()).unwrap()
}

pub(crate) fn attribute(examiner: &Examiner, file: &SeizedFile) -> FileAnswer {
    examiner.attribute_list(Cursor::new(&file.bytes), &ReadOptions::default(), true, &()).unwrap()
}
