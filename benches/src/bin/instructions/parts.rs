//! The parts whose instructions are counted.

use std::error::Error;
use std::hint::black_box;
use std::io::Cursor;

use clap::ValueEnum;
use meibo::{ClientId, Examiner, Fingerprinter, ListReader, ReadOptions, Record, RegistryKey};
use meibo_benches::{SEED, seized, strangers, tokens};
use meibo_fingerprint::{Columns, RecordTokens, TokenMemory, Tokenizer};
use meibo_normalize::{Canonical, Normalizer};
use meibo_registry::Index;
use meibo_synth::{Part as Rows, World};

/// Rows of the fixed input.
pub(crate) const ROWS: usize = 5_000;
/// Rows asked about together.
const TOGETHER: usize = 128;
const KEY: [u8; 32] = [42; 32];

/// A part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    Normalise,
    Hash,
    Probe,
    Fingerprint,
    Count,
}

impl Part {
    pub(crate) const ALL: [Part; 5] =
        [Part::Normalise, Part::Hash, Part::Probe, Part::Fingerprint, Part::Count];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Part::Normalise => "normalise",
            Part::Hash => "hash",
            Part::Probe => "probe",
            Part::Fingerprint => "fingerprint",
            Part::Count => "count",
        }
    }
}

/// What valgrind counts.
#[inline(never)]
fn measured<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

/// Does a part once on one thread.
pub(crate) fn run(part: Part) -> Result<(), Box<dyn Error>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    pool.install(|| on_one_thread(part).map_err(|error| error.to_string())).map_err(Into::into)
}

fn on_one_thread(part: Part) -> Result<(), Box<dyn Error>> {
    let world = strangers(SEED, 0.01);
    let file = file(&world, 1, ROWS)?;
    match part {
        Part::Normalise => normalise(&records(&file)?),
        Part::Hash => hash(&records(&file)?),
        Part::Probe => probe(&records(&file)?)?,
        Part::Fingerprint => {
            let mut fingerprinter = Fingerprinter::new(&RegistryKey::from_bytes(KEY));
            measured(|| fingerprinter.add_list(&*file, &ReadOptions::default(), &()))?;
        }
        Part::Count => count(&world, &file)?,
    }
    Ok(())
}

/// A list in the notation of a broker.
fn file(world: &World, broker: u64, rows: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let spec = seized(world, &format!("counted-{broker}"), broker)?.part(Rows::of_strangers(rows));
    Ok(world.seize(&spec)?.bytes)
}

fn records(file: &[u8]) -> Result<Vec<Record>, Box<dyn Error>> {
    let mut reader = ListReader::open(file, &ReadOptions::default())?;
    let (mut record, mut records) = (Record::new(), Vec::new());
    while reader.read(&mut record)?.is_some() {
        records.push(record.clone());
    }
    Ok(records)
}

fn normalise(records: &[Record]) {
    let (mut normalizer, mut canonical) = (Normalizer::new(), Canonical::new());
    // The tables are unpacked where they are first needed.
    records.iter().take(100).for_each(|record| normalizer.canonicalize(record, &mut canonical));
    measured(|| records.iter().for_each(|record| normalizer.canonicalize(record, &mut canonical)));
}

fn canonical(records: &[Record]) -> Vec<Canonical> {
    let mut normalizer = Normalizer::new();
    let of = |record: &Record| {
        let mut canonical = Canonical::new();
        normalizer.canonicalize(record, &mut canonical);
        canonical
    };
    records.iter().map(of).collect()
}

fn tokens_of(canonical: &[Canonical]) -> Vec<RecordTokens> {
    let tokenizer = Tokenizer::new(&RegistryKey::from_bytes(KEY));
    let (mut memory, mut tokens) = (TokenMemory::new(), vec![RecordTokens::default(); canonical.len()]);
    for (canonical, tokens) in canonical.chunks(TOGETHER).zip(tokens.chunks_mut(TOGETHER)) {
        canonical.iter().for_each(|record| tokenizer.ask(record, |_, _| false, &mut memory));
        tokenizer.answer(&mut memory, tokens);
    }
    tokens
}

fn hash(records: &[Record]) {
    let canonical = canonical(records);
    measured(|| tokens_of(&canonical));
}

/// 69 lists of which the first holds the rows.
fn probe(records: &[Record]) -> Result<(), Box<dyn Error>> {
    let asked = tokens_of(&canonical(records));
    let list = |list: u64| {
        let mut columns = Columns::for_tokens(2_000 + 1_000 * list).ok_or("too large")?;
        tokens(list, 2_000).for_each(|token| columns.insert(token));
        if list == 0 {
            asked.iter().flat_map(|record| &record.tokens).for_each(|(_, token)| columns.insert(*token));
        }
        Ok(columns)
    };
    let lists = (0..69).map(list).collect::<Result<Vec<_>, &str>>()?;
    let index = Index::build(&(0..).zip(&lists).collect::<Vec<_>>());
    let mut prober = index.prober();
    measured(|| {
        for part in asked.chunks(TOGETHER) {
            prober.records(part.iter().map(|record| record.tokens.as_slice()), |_, hits| {
                black_box(hits);
            });
        }
    });
    Ok(())
}

/// The whole way of a file up to inference, with a registry of five lists of which one is the file's.
fn count(world: &World, asked: &[u8]) -> Result<(), Box<dyn Error>> {
    let key = RegistryKey::from_bytes(KEY);
    let directory = tempfile::tempdir()?;
    for broker in 1..=5 {
        let mut fingerprinter = Fingerprinter::new(&key);
        fingerprinter.add_list(&*file(world, broker, ROWS)?, &ReadOptions::default(), &())?;
        let fingerprint =
            fingerprinter.finish(ClientId::new(&format!("client-{broker}"))?, "2016-04-01".parse()?)?;
        std::fs::write(directory.path().join(format!("{broker}.meibo")), fingerprint)?;
    }
    let examiner = Examiner::open(directory.path(), &[key])?;
    measured(|| examiner.count_list(Cursor::new(asked), &ReadOptions::default(), false, &()))?;
    Ok(())
}
