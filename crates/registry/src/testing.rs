//! Small registries for tests.

use std::fs;
use std::ops::Range;
use std::sync::LazyLock;

use meibo_fingerprint::{Builder, ClientId, RegistryKey, Tokenizer};
use meibo_normalize::{Canonical, Field, Normalizer, Record};

use crate::registry::Registry;

pub(crate) fn key(number: u8) -> RegistryKey {
    RegistryKey::from_bytes([number; 32])
}

/// A fingerprint of persons numbered by the range.
pub(crate) fn fingerprint(key: &RegistryKey, client: &str, date: &str, persons: Range<u32>) -> Vec<u8> {
    let tokenizer = Tokenizer::new(key);
    let mut builder = Builder::new(key);
    persons.for_each(|person| builder.add(&tokenizer.record(&canonical(person))));
    builder.finish(ClientId::new(client).unwrap(), date.parse().unwrap()).unwrap()
}

pub(crate) fn canonical(person: u32) -> Canonical {
    let surname = char::from_u32('一' as u32 + person).unwrap_or('林');
    let record = Record::new()
        .with(Field::Name, &format!("{surname}田太郎"))
        .with(Field::Phone, &format!("03{:08}", 31_415_927 + 13 * person))
        .with(Field::Address, &format!("岐阜県岐阜市橋本町{}-{}", 1 + person % 9, 1 + person));
    let mut canonical = Canonical::new();
    Normalizer::new().canonicalize(&record, &mut canonical);
    canonical
}

pub(crate) fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("b")).unwrap();
    let put = |name: &str, bytes: Vec<u8>| fs::write(directory.path().join(name), bytes).unwrap();
    put("a.meibo", fingerprint(&key(1), "city", "2016-04-01", 0..300));
    put("b/1.meibo", fingerprint(&key(1), "insurer", "2015-04-01", 0..2_000));
    put("b/2.meibo", fingerprint(&key(1), "insurer", "2014-04-01", 0..1_500));
    directory
}

/// Lists beside which many small ones are few.
pub(crate) static LARGE: LazyLock<[Vec<u8>; 2]> =
    LazyLock::new(|| ["2015-04-01", "2014-04-01"].map(|date| fingerprint(&key(1), "union", date, 0..15_000)));

/// The same lists, controls and rows.
pub(crate) fn same(a: &Registry, b: &Registry) {
    same_but_for_rows(a, b);
    assert_eq!(a.indexes, b.indexes);
}

/// The same lists, controls and answers, in whatever segments.
pub(crate) fn same_answers(a: &Registry, b: &Registry, keys: &[RegistryKey]) {
    same_but_for_rows(a, b);
    assert!(a.indexes.iter().map(|(key_id, _)| key_id).eq(b.indexes.iter().map(|(key_id, _)| key_id)));
    for ((key_id, one), (_, other)) in a.indexes.iter().zip(&b.indexes) {
        assert_eq!((one.columns(), one.bits()), (other.columns(), other.bits()));
        let tokenizer = Tokenizer::new(keys.iter().find(|key| key.id() == *key_id).unwrap());
        let records: Vec<_> = (0..2_100).step_by(7).map(|p| tokenizer.record(&canonical(p)).tokens).collect();
        let answers = |index: &crate::Index| {
            let mut answers = Vec::new();
            index.prober().records(records.iter().map(Vec::as_slice), |_, hits| answers.push(hits.to_vec()));
            answers
        };
        assert_eq!(answers(one), answers(other));
        for (list, (_, token)) in (0..).take(a.lists.len()).zip(records.iter().flatten()) {
            assert_eq!(one.holds(list, *token), other.holds(list, *token));
        }
    }
}

fn same_but_for_rows(a: &Registry, b: &Registry) {
    assert_eq!(a.lists, b.lists);
    assert_eq!(a.clients, b.clients);
    assert_eq!(a.controls, b.controls);
    assert_eq!(a.digest, b.digest);
}
