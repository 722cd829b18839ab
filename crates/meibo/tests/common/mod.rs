//! A synthetic incident with its registry, for tests.

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
            let mut fingerprinter = Fingerprinter::new(&key());
            let read = fingerprinter.add_list(&*handover.to_bytes(), &ReadOptions::default(), &());
            let list = read.unwrap_or_else(|error| panic!("{} {number}: {error}", client.id()));
            assert!(list.records * 100 >= list.rows * 95, "{} {number}: {list:?}", client.id());
            let date = handover.date().to_string().parse().unwrap();
            let bytes = fingerprinter.finish(ClientId::new(client.id()).unwrap(), date).unwrap();
            std::fs::write(directory.join(format!("{}-{number}.meibo", client.id())), bytes).unwrap();
        }
    }
}

pub(crate) fn attribute(examiner: &Examiner, file: &SeizedFile) -> FileAnswer {
    examiner.attribute_list(&*file.bytes, &ReadOptions::default(), true, &()).unwrap()
}
