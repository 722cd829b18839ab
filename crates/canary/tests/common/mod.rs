//! Synthetic lists with decoys.

pub(crate) mod broker;

use std::io::Cursor;

use meibo_canary::{CanaryRecord, Plan, PlantError, PlantSpec, Recipient, Seed, Sheet, Sightings, Watch};
use meibo_fingerprint::{ClientId, RegistryKey, Tokenizer};
use meibo_ingest::{ListReader, ReadOptions};
use meibo_normalize::{Canonical, Normalizer, Record};
use meibo_synth::World;

/// A list, its copies by recipient, and the record of what is in them.
pub(crate) struct Planted {
    pub(crate) list: Vec<u8>,
    pub(crate) copies: Vec<Vec<u8>>,
    pub(crate) record: CanaryRecord,
}

pub(crate) fn spec(recipients: &[&str], each: usize, shared: usize) -> PlantSpec {
    let recipients = recipients.iter().map(|name| Recipient::new(name).unwrap()).collect();
    PlantSpec { recipients, each, shared, year: 2016 }
}

pub(crate) fn plant(list: &[u8], spec: &PlantSpec, seed: u8) -> Result<Planted, PlantError> {
    let options = ReadOptions::default();
    let mut input = Cursor::new(list);
    let seed = Seed::from_bytes([seed; 32]);
    let sheet = Sheet::learn(&mut input, &options, &seed)?;
    let plan = Plan::draw(&sheet, spec, seed, &mut input, &options)?;
    let mut copies = Vec::new();
    for recipient in 0..spec.recipients.len() {
        let mut copy = Vec::new();
        plan.write_copy(recipient, &mut input, &mut copy)?;
        plan.check_copy(recipient, &mut copy.as_slice(), &options)?;
        copies.push(copy);
    }
    let record = plan.record(ClientId::new("client").unwrap(), "2016-04-01".parse().unwrap());
    Ok(Planted { list: list.to_vec(), copies, record })
}

/// Lists of a world, one of every client that has so many rows, with their names.
pub(crate) fn lists(world: &World, least: usize) -> Vec<(String, Vec<u8>)> {
    let handovers = world.clients().filter_map(|client| client.handovers().max_by_key(|of| of.len()));
    let large = handovers.filter(|handover| handover.len() >= least);
    large.map(|handover| (handover.client().id().to_owned(), handover.to_bytes())).collect()
}

/// What a file shows of the decoys of some records.
pub(crate) fn look(watch: &Watch, file: &[u8]) -> Sightings {
    let mut reader = ListReader::open(file, &ReadOptions::default()).unwrap();
    let (mut record, mut canonical, mut normalizer) = (Record::new(), Canonical::new(), Normalizer::new());
    let mut sightings = Sightings::default();
    while let Some(row) = reader.read(&mut record).unwrap() {
        if row.outcome.is_ok() {
            normalizer.canonicalize(&record, &mut canonical);
            watch.look(&tokenizer().record(&canonical).tokens, &mut sightings);
        }
    }
    sightings
}

pub(crate) fn tokenizer() -> Tokenizer {
    Tokenizer::new(&RegistryKey::from_bytes([9; 32]))
}

/// The number that an environment variable gives, or a short default.
#[allow(clippy::disallowed_methods, reason = "a test may be told how much to do")]
pub(crate) fn number(name: &str, default: u64) -> u64 {
    std::env::var_os(name).and_then(|text| text.to_str()?.parse().ok()).unwrap_or(default)
}
