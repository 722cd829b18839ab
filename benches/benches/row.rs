//! What one row costs, stage by stage, beside what splitting it with the csv crate costs.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot be set up has nothing to say")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use meibo::{Canonical, Field, Level, ListReader, Normalizer, ReadOptions, Record, RegistryKey};
use meibo_benches::{Sample, sample};
use meibo_fingerprint::{RecordTokens, TokenMemory, Tokenizer};
use unicode_normalization::UnicodeNormalization;

/// So many that what is decided once a file does not show in what a row costs.
const COPIES: usize = 40;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let sample = sample().unwrap();
    rows(&mut criterion, &sample);
    head(&mut criterion, &sample);
    texts(&mut criterion, &sample);
    criterion.final_summary();
}

/// A row: split, read as a record, canonicalised, made into tokens.
fn rows(criterion: &mut Criterion, sample: &Sample) {
    let mut group = criterion.benchmark_group("row");
    let file = sample.csv.repeat(COPIES);
    group.throughput(Throughput::Elements((sample.records.len() * COPIES) as u64));
    group.bench_function("csv crate, ByteRecord", |b| b.iter(|| split(&file)));
    group.bench_function("read as records", |b| b.iter(|| read(&file)));
    group.throughput(Throughput::Elements(sample.records.len() as u64));
    let mut normalizer = Normalizer::new();
    let mut canonical = Canonical::new();
    group.bench_function("normalise five fields", |b| {
        b.iter(|| {
            for record in &sample.records {
                normalizer.canonicalize(black_box(record), &mut canonical);
                black_box(&canonical);
            }
        });
    });
    let canonicals: Vec<Canonical> = sample
        .records
        .iter()
        .map(|record| {
            normalizer.canonicalize(record, &mut canonical);
            canonical.clone()
        })
        .collect();
    let tokenizer = Tokenizer::new(&RegistryKey::from_bytes([1; 32]));
    let mut memory = TokenMemory::new();
    let mut tokens = vec![RecordTokens::default(); canonicals.len()];
    group.bench_function("tokens of all kinds", |b| {
        b.iter(|| {
            for canonical in &canonicals {
                tokenizer.ask(black_box(canonical), |_, _| false, &mut memory);
            }
            tokenizer.answer(&mut memory, &mut tokens);
            black_box(&tokens);
        });
    });
    group.finish();
}

/// A file: its encoding, delimiter, header and columns found.
fn head(criterion: &mut Criterion, sample: &Sample) {
    let mut group = criterion.benchmark_group("file");
    group.bench_function("open, without a header", |b| {
        b.iter(|| ListReader::open(&*sample.csv, &ReadOptions::default()).unwrap().layout().width);
    });
    group.finish();
}

/// Rows of a file, and their cells.
fn split(csv: &[u8]) -> usize {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv);
    let mut record = csv::ByteRecord::new();
    let mut cells = 0;
    while reader.read_byte_record(&mut record).unwrap() {
        cells += record.len();
    }
    cells
}

/// Rows as records, what is decided at the head of a file included.
fn read(csv: &[u8]) -> u64 {
    let mut reader = ListReader::open(csv, &ReadOptions::default()).unwrap();
    let mut record = Record::new();
    while reader.read(&mut record).unwrap().is_some() {
        black_box(&record);
    }
    reader.finish().unwrap().rows
}

/// One cell: NFKC alone against folding and all that makes a value of it.
fn texts(criterion: &mut Criterion, sample: &Sample) {
    for field in [Field::Name, Field::Kana, Field::Address, Field::Phone, Field::BirthDate] {
        let texts: Vec<&str> = sample.records.iter().flat_map(|record| record.values(field)).collect();
        let mut group = criterion.benchmark_group(format!("cell/{field}"));
        group.throughput(Throughput::Elements(texts.len() as u64));
        let mut folded = String::new();
        group.bench_function("nfkc of unicode-normalization", |b| {
            b.iter(|| {
                for text in &texts {
                    folded.clear();
                    folded.extend(black_box(text).nfkc());
                    black_box(&folded);
                }
            });
        });
        let mut normalizer = Normalizer::new();
        let mut out = Record::new();
        for (name, level) in [("exact", Level::Exact), ("as keys use it", field.key_level())] {
            group.bench_function(name, |b| {
                b.iter(|| {
                    for text in &texts {
                        out.clear();
                        normalizer.normalize(field, level, black_box(text), &mut out);
                        black_box(&out);
                    }
                });
            });
        }
        group.finish();
    }
}
