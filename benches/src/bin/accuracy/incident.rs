//! A world with its registry: every handover fingerprinted as its owner wrote it, every file counted by the product.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Cursor;
use std::path::Path;

use meibo::{ClientId, Examiner, Fingerprinter, ReadOptions, RegistryKey};
use meibo_attribution::File;
use meibo_synth::{Client, Handover, SeizedFile, World};

const KEY: [u8; 32] = [42; 32];

/// A world and an examiner of its registry.
pub(crate) struct Incident {
    pub(crate) world: World,
    pub(crate) examiner: Examiner,
    /// For each client of the world its number in the registry.
    pub(crate) numbers: Vec<usize>,
}

/// A file as inference sees it, with the truth.
pub(crate) struct Counted {
    pub(crate) name: String,
    pub(crate) file: File,
    /// Rows by their pattern (none for a row that gave no record) and by the client they came from, as a number in the
    /// registry.
    pub(crate) truth: BTreeMap<(Option<usize>, Option<usize>), u64>,
}

impl Incident {
    /// Fingerprints all handovers of a world.
    pub(crate) fn new(world: World) -> Result<Self, Box<dyn Error>> {
        let directory = tempfile::tempdir()?;
        for client in world.clients() {
            for (number, handover) in client.handovers().enumerate() {
                fingerprint(&client, &handover, number, directory.path())?;
            }
        }
        let examiner = Examiner::open(directory.path(), &[RegistryKey::from_bytes(KEY)])?;
        let number = |client: Client<'_>| {
            let names = &examiner.registry().clients;
            names.iter().position(|name| name.as_str() == client.id()).unwrap_or(usize::MAX)
        };
        let numbers = world.clients().map(number).collect();
        Ok(Self { world, examiner, numbers })
    }

    /// Reads a seized file as an examiner would.
    pub(crate) fn count(&self, file: &SeizedFile) -> Result<Counted, Box<dyn Error>> {
        let input = Cursor::new(&file.bytes);
        let counts = self.examiner.count_list(input, &ReadOptions::default(), true, &())?;
        let mut truth = BTreeMap::new();
        let mut rows = file.truth.iter();
        counts.each_pattern(|_, pattern| -> Result<(), std::io::Error> {
            let client = rows.next().and_then(|row| row.client).map(|client| self.numbers[client]);
            *truth.entry((pattern, client)).or_default() += 1;
            Ok(())
        })?;
        Ok(Counted { name: file.name.clone(), file: counts.counted().clone(), truth })
    }
}

fn fingerprint(
    client: &Client<'_>,
    handover: &Handover<'_>,
    number: usize,
    directory: &Path,
) -> Result<(), Box<dyn Error>> {
    let list = handover.to_bytes();
    let mut fingerprinter = Fingerprinter::new(&RegistryKey::from_bytes(KEY));
    fingerprinter.add_list(&*list, &ReadOptions::default(), &())?;
    if let Some(again) = fingerprinter.again() {
        fingerprinter = again;
        fingerprinter.add_list(&*list, &ReadOptions::default(), &())?;
    }
    let bytes = fingerprinter.finish(ClientId::new(client.id())?, handover.date().to_string().parse()?)?;
    std::fs::write(directory.join(format!("{}-{number}.meibo", client.id())), bytes)?;
    Ok(())
}
