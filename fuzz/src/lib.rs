//! What must hold of any bytes, whatever cell or record they are taken for.
//!
//! A failed assertion is a finding. Texts may stand in its message: a fuzzer makes them up.
#![forbid(unsafe_code)]

mod files;
mod logs;
mod piles;

pub use files::{check_fingerprint, check_index, check_key, check_payload, check_seal, check_signature};
pub use meibo_normalize::Field;
pub use logs::check_log;
pub use piles::{check_pile, check_sweep};

use meibo_normalize::{Canonical, Level, MAX_CELL, Normalizer, Record};

const LEVELS: [Level; 3] = [Level::Exact, Level::Standard, Level::Loose];

/// Cells that fill every part of a normaliser's scratch memory.
const BEFORE: [(Field, &str); 3] = [
    (
        Field::Address,
        "〒604-0925 京都府京都市中京区寺町通御池上る上本能寺前町四百八十八番地の2 市役所ビル405号室",
    ),
    (Field::Name, "（株）髙橋・﨑山　太郎様（ﾀｶﾊｼ ﾀﾛｳ）"),
    (Field::Phone, "+81 (0)3-1234-5678 / 090-1234-5678 内線12"),
];

/// Takes the bytes for one cell.
///
/// # Panics
/// Where a promise of the normaliser is broken.
pub fn check_cell(field: Field, data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut used = used_normalizer();
    for level in LEVELS {
        let values = values_of(&mut Normalizer::new(), field, level, &text);
        let again = values_of(&mut used, field, level, &text);
        assert_eq!(again, values, "{field} {level:?} {text:?}: a used normaliser reads it otherwise");
        assert_eq!(
            Normalizer::new().explain(field, level, &text).values,
            values,
            "{field} {level:?} {text:?}: explained"
        );
        for value in &values {
            check_value(&mut used, field, level, value, &text);
        }
    }
}

/// Takes the bytes for a record: a line a cell, its field told by the first character (`0` to `9`, in the order of
/// [`Field::ALL`]; others stand for one of them as well).
///
/// # Panics
/// Where a promise of the normaliser is broken.
pub fn check_record(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut record = Record::new();
    for line in text.lines() {
        let Some(first) = line.chars().next() else { continue };
        let number = (first as u32).wrapping_sub(u32::from('0')) as usize % Field::ALL.len();
        record.push(Field::ALL[number], &line[first.len_utf8()..]);
    }
    let mut used = used_normalizer();
    let canonical = canonical_of(&mut Normalizer::new(), &record);
    assert_eq!(canonical_of(&mut used, &record), canonical, "{text:?}: a used normaliser reads it otherwise");
    let mut again = Record::new();
    for (field, value) in canonical.iter() {
        check_value(&mut used, field, field.key_level(), value, &text);
        again.push(field, value);
    }
    let again = canonical_of(&mut used, &again);
    assert!(again.iter().eq(canonical.iter()), "{text:?}: {canonical:?} reads as {again:?}");
}

fn check_value(used: &mut Normalizer, field: Field, level: Level, value: &str, text: &str) {
    assert!(!value.is_empty(), "{field} {level:?} {text:?}: an empty value");
    assert!(value.len() <= MAX_CELL, "{field} {level:?} {text:?}: a value of {} bytes", value.len());
    let again = values_of(used, field, level, value);
    assert_eq!(again, [value], "{field} {level:?} {text:?}: a canonical value reads otherwise");
}

fn used_normalizer() -> Normalizer {
    let mut used = Normalizer::new();
    for (field, text) in BEFORE {
        values_of(&mut used, field, field.key_level(), text);
    }
    used
}

fn values_of(normalizer: &mut Normalizer, field: Field, level: Level, text: &str) -> Vec<String> {
    let mut out = Record::new();
    normalizer.normalize(field, level, text, &mut out);
    out.values(field).map(str::to_owned).collect()
}

fn canonical_of(normalizer: &mut Normalizer, record: &Record) -> Canonical {
    let mut out = Canonical::new();
    normalizer.canonicalize(record, &mut out);
    out
}
