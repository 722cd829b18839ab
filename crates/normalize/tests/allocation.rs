//! Rows are read without asking the system for memory: a normaliser keeps what it needs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use meibo_normalize::{Canonical, Field, Level, Normalizer, Record};
use meibo_synth::{Part, SeizedSpec, World};

/// Rows of all clients of a world and of strangers, each as several brokers write it.
fn rows() -> Vec<Record> {
    let world = World::generate(23, 0.0003);
    let clients = 0..world.clients().len();
    let mut parts: Vec<Part> = clients.map(|client| Part::of_client(client, 8)).collect();
    parts.push(Part::of_strangers(200));
    let mut out = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        for broker in 0..3 {
            let spec = SeizedSpec::new(&format!("rows-{at}-{broker}")).part(part.clone());
            for fields in world.seize_fields(&spec).unwrap().0 {
                let mut record = Record::new();
                for (word, text) in &fields {
                    if let Ok(field) = word.parse() {
                        record.push(field, text);
                    }
                }
                out.push(record);
            }
        }
    }
    out
}

#[test]
fn records_are_canonicalised_without_an_allocation() {
    let rows = rows();
    assert!(rows.len() > 1_500, "{}", rows.len());
    let (mut normalizer, mut canonical) = (Normalizer::new(), Canonical::new());
    for row in &rows {
        normalizer.canonicalize(row, &mut canonical);
    }
    for row in &rows {
        let seen = allocation_counter::measure(|| normalizer.canonicalize(row, &mut canonical));
        assert_eq!(seen.count_total, 0, "{seen:?} for {row:?}");
    }
}

#[test]
fn cells_are_normalised_without_an_allocation() {
    let rows = rows();
    let (mut normalizer, mut out) = (Normalizer::new(), Record::new());
    let mut each = |check: bool| {
        for (field, text) in rows.iter().flat_map(Record::iter) {
            for level in [Level::Exact, Level::Standard, Level::Loose] {
                out.clear();
                let seen = allocation_counter::measure(|| normalizer.normalize(field, level, text, &mut out));
                assert!(!check || seen.count_total == 0, "{seen:?} for {field} {level:?} {text}");
            }
        }
    };
    each(false);
    each(true);
}

/// The counter counts: a new normaliser has no memory yet.
#[test]
fn the_first_cell_allocates() {
    let mut out = Record::new();
    let mut first =
        || Normalizer::new().normalize(Field::Address, Level::Loose, "東京都文京区千石4-15-7", &mut out);
    assert!(allocation_counter::measure(&mut first).count_total > 0);
}
