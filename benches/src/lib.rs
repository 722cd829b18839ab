//! What the benchmarks measure on: rows, tokens and list sizes of the reference incident, all from fixed seeds.
#![forbid(unsafe_code)]

pub mod attack;

use meibo::{IngestError, ListReader, ReadOptions, Record};
use meibo_fingerprint::Token;
use meibo_synth::{Encoding, Part, Quoting, SeizedSpec, Style, SynthError, Word, World, WorldSpec};

/// The seed of everything here.
pub const SEED: u64 = 20_230_131;

/// The fields of the rows that are measured.
pub const FIELDS: [Word; 5] = [Word::Name, Word::Kana, Word::Address, Word::Phone, Word::BirthDate];

const REFERENCE_INCIDENT: &str = include_str!("../../crates/synth/data/reference-incident.csv");

/// The number of records of each of the 69 clients of the reference incident, in the order of its table.
pub fn list_sizes() -> Vec<u64> {
    let records = |line: &str| line.split(',').nth(3)?.parse().ok();
    REFERENCE_INCIDENT.lines().skip(1).filter_map(records).collect()
}

/// An empty seized file of [`FIELDS`] in UTF-8 with commas, in the notation of broker number `broker`.
///
/// # Errors
/// None but those of the generator.
pub fn seized(world: &World, name: &str, broker: u64) -> Result<SeizedSpec, SynthError> {
    let spec = SeizedSpec::new(name).columns(&FIELDS);
    // A broker's style is told by what it wrote.
    let mut house = world.seize(&spec.clone().style(Style::Broker(broker)))?.house;
    house.encoding = Encoding::Utf8;
    house.delimiter = ',';
    house.quoting = Quoting::WhenNeeded;
    house.header = true;
    Ok(spec.style(Style::Given(Box::new(house))))
}

/// A few hundred rows of [`FIELDS`], hardly a cell of them empty, in the notations of twenty brokers.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// The rows as one CSV file without a header.
    pub csv: Vec<u8>,
    /// The same rows, read.
    pub records: Vec<Record>,
}

impl Sample {
    /// Adds the rows of a seized file that has a header.
    ///
    /// # Errors
    /// Where the file cannot be generated, or is not one that can be read back.
    pub fn add(&mut self, world: &World, spec: &SeizedSpec) -> Result<(), SampleError> {
        let bytes = world.seize(spec)?.bytes;
        let header = bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        self.csv.extend_from_slice(&bytes[header..]);
        let mut reader = ListReader::open(&*bytes, &ReadOptions::default())?;
        let mut record = Record::new();
        while reader.read(&mut record)?.is_some() {
            self.records.push(record.clone());
        }
        Ok(())
    }
}

/// A world of persons without clients; 1 is the scale of the reference incident.
pub fn strangers(seed: u64, scale: f64) -> World {
    World::with(&WorldSpec { clients: Some(Vec::new()), ..WorldSpec::new(seed, scale) })
}

/// Makes the sample.
///
/// # Errors
/// Where a generated file is not one that can be read back.
pub fn sample() -> Result<Sample, SampleError> {
    let world = strangers(SEED, 0.001);
    let mut sample = Sample::default();
    for broker in 0..20 {
        let spec = seized(&world, &format!("sample-{broker}"), broker)?.part(Part::of_strangers(25));
        sample.add(&world, &spec)?;
    }
    Ok(sample)
}

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// It could not be generated.
    #[error("the sample could not be generated")]
    Generate(#[from] SynthError),
    /// It could not be read.
    #[error("the sample could not be read")]
    Read(#[from] IngestError),
}

/// Distinct pseudo-random tokens; those of different streams have nothing in common.
pub fn tokens(stream: u64, count: u64) -> impl Iterator<Item = Token> {
    (0..count).map(move |i| token(stream, i))
}

/// One of the [`tokens`] of a stream.
pub fn token(stream: u64, i: u64) -> Token {
    let high = mix(mix(SEED ^ stream) ^ i);
    Token(u128::from(high) << 64 | u128::from(mix(high ^ i)))
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
pub fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use meibo::Field;

    use super::*;

    #[test]
    fn sizes_are_those_of_the_reference_incident() {
        let sizes = list_sizes();
        assert_eq!(sizes.len(), 69);
        assert_eq!(sizes.iter().sum::<u64>(), 9_066_774);
    }

    #[test]
    fn nearly_all_rows_of_the_sample_have_each_field() {
        let sample = sample().unwrap();
        assert_eq!(sample.records.len(), 500);
        for field in [Field::Name, Field::Kana, Field::Address, Field::Phone, Field::BirthDate] {
            let has = |record: &&Record| record.values(field).next().is_some();
            let having = sample.records.iter().filter(has).count();
            assert!(having > 400, "{field}: {having}");
        }
    }

    #[test]
    fn streams_of_tokens_share_none() {
        let all: HashSet<u128> = (0..10).flat_map(|stream| tokens(stream, 1_000)).map(|t| t.0).collect();
        assert_eq!(all.len(), 10_000);
    }
}
