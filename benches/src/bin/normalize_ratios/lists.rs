//! The rows that are measured.

use std::error::Error;

use meibo::{Field, Record};
use meibo_benches::{FIELDS, Sample, SampleError, seized, strangers};
use meibo_synth::{Part, World};

/// Rows as the bytes of a CSV file and as records.
pub(crate) struct List {
    pub(crate) name: String,
    /// All of one municipality.
    pub(crate) local: bool,
    pub(crate) sample: Sample,
    /// The text of each row's cells, a space between two.
    pub(crate) texts: Vec<String>,
}

impl List {
    fn new(name: &str, local: bool, sample: Sample) -> Self {
        let text = |record: &Record| record.iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ");
        let texts = sample.records.iter().map(text).collect();
        Self { name: name.to_owned(), local, sample, texts }
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        self.sample.records.iter().flat_map(|record| record.iter().map(|(_, text)| text))
    }

    pub(crate) fn rows(&self) -> usize {
        self.sample.records.len()
    }

    /// Characters of a row.
    pub(crate) fn chars(&self) -> f64 {
        self.texts.iter().map(|text| text.chars().count()).sum::<usize>() as f64 / self.rows().max(1) as f64
    }

    /// Bytes of a row.
    pub(crate) fn bytes(&self) -> f64 {
        self.sample.csv.len() as f64 / self.rows().max(1) as f64
    }
}

/// Persons from everywhere in forty notations: so many that the dictionary is not at hand in the processor's memory.
pub(crate) fn nationwide() -> Result<List, Box<dyn Error>> {
    of_brokers("nation-wide", |_| Part::of_strangers(1_000))
}

/// Persons of one city a file, in the same notations.
pub(crate) fn local() -> Result<List, Box<dyn Error>> {
    const REGIONS: [&str; 5] = ["岐阜県岐阜市", "東京都足立区", "静岡県浜松市", "大阪府堺市", "千葉県千葉市"];
    let region = |broker: u64| REGIONS.get(broker as usize % REGIONS.len()).copied().unwrap_or_default();
    of_brokers("of one city", |broker| Part::of_residents(region(broker), 1_000))
}

fn of_brokers(name: &str, part: impl Fn(u64) -> Part) -> Result<List, Box<dyn Error>> {
    let mut sample = Sample::default();
    for seed in 31..35 {
        let world = strangers(seed, 0.1);
        for broker in 0..10 {
            let spec = seized(&world, &format!("{name}-{broker}"), broker)?.part(part(broker));
            sample.add(&world, &spec)?;
        }
    }
    Ok(List::new(name, name != "nation-wide", whole(&sample)?))
}

/// The rows that have all five fields.
fn whole(sample: &Sample) -> Result<Sample, Box<dyn Error>> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&*sample.csv);
    let mut kept = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut records = Vec::new();
    for (row, record) in rows.byte_records().zip(&sample.records) {
        if FIVE.into_iter().all(|field| record.values(field).next().is_some()) {
            kept.write_byte_record(&row?)?;
            records.push(record.clone());
        }
    }
    Ok(Sample { csv: kept.into_inner()?, records })
}

const FIVE: [Field; 5] = [Field::Name, Field::Kana, Field::Address, Field::Phone, Field::BirthDate];

/// What each client of the reference incident holds of the five fields, in its own notation.
pub(crate) fn clients() -> Result<Vec<List>, SampleError> {
    let world = World::generate(35, 0.002);
    let list = |(at, client): (usize, meibo_synth::Client<'_>)| {
        let words: Vec<_> = FIELDS.into_iter().filter(|word| client.words().contains(word)).collect();
        let spec = seized(&world, client.id(), at as u64)?.source_notation().columns(&words);
        let mut sample = Sample::default();
        sample.add(&world, &spec.part(Part::of_client(at, 400)))?;
        Ok(List::new(client.id(), client.region() != "national", sample))
    };
    world.clients().enumerate().map(list).collect()
}
