//! Offline normalisation of Japanese customer data: names, kana, addresses, phones and dates.
//!
//! ```
//! use meibo_normalize::{Field, Normalizer, Record};
//! let mut out = Record::new();
//! Normalizer::new().normalize(Field::Address, Field::Address.key_level(), "文京区千石四丁目十五番七号", &mut out);
//! assert_eq!(out.values(Field::Address).next(), Some("東京都文京区千石4-15-7"));
//! ```
//!
//! Every rule stands, with an example, in `docs/NORMALIZATION.md`. No input makes this crate panic, and its work is
//! bounded: a cell of more than [`MAX_CELL`] bytes holds no value.

mod address;
mod date;
mod explain;
mod field;
mod fold;
mod kana;
mod name;
mod numerals;
mod phone;
mod place_key;
mod placeholder;
mod record;
mod simple;
mod tables;

pub use explain::{AddressParts, Explanation};
pub use field::{Field, UnknownField};
pub use record::{Canonical, Record};

use address::Address;

/// Number of this set of rules and tables. Keys made under different numbers are not comparable.
pub const RULES_VERSION: u16 = 1;

/// Longest cell, in bytes, that may hold a value.
pub const MAX_CELL: usize = 4096;

/// The level of each field's canonical form that keys are made of, in the order of [`Field::ALL`].
pub const KEY_LEVEL: [Level; Field::ALL.len()] = {
    let mut levels = [Level::Standard; Field::ALL.len()];
    let mut i = 0;
    while i < levels.len() {
        levels[i] = Field::ALL[i].key_level();
        i += 1;
    }
    levels
};

/// How much two spellings may differ and still be one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Same glyphs, other bytes.
    Exact,
    /// Same value, other notation.
    Standard,
    /// Same value as far as careless writing shows.
    Loose,
}

/// Canonicalises cells and records; owns scratch memory, so keep one per thread.
#[derive(Clone, Debug, Default)]
pub struct Normalizer {
    value: String,
    address: Address,
}

impl Normalizer {
    /// A normaliser with the embedded tables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the canonical values of one cell to `out` under `field`: none where it holds none that is usable,
    /// several where it holds several (two phone numbers).
    pub fn normalize(&mut self, field: Field, level: Level, text: &str, out: &mut Record) {
        self.normalize_with(field, level, text, None, out);
    }

    /// Replaces `out` by the canonical form of `record` that keys are made of: each field at its
    /// [`key_level`](Field::key_level), each value once.
    ///
    /// An address that leaves out its prefecture or municipality is completed by the record's postal code. One that
    /// names no more than a municipality is no value here: it would make a key that thousands share.
    pub fn canonicalize(&mut self, record: &Record, out: &mut Canonical) {
        out.clear();
        let postal = self.postal_of(record);
        for (field, text) in record.iter() {
            if field == Field::Address {
                self.canonical_address(text, postal, out);
            } else {
                self.normalize_with(field, field.key_level(), text, None, &mut out.values);
            }
        }
    }

    fn canonical_address(&mut self, text: &str, postal: Option<u32>, out: &mut Canonical) {
        if !self.parse_address(text, Level::Loose, postal) {
            return;
        }
        if out.municipality.is_empty() {
            self.address.push_municipality(&mut out.municipality);
        }
        if self.address.names_a_spot() {
            self.value.clear();
            self.address.push_canonical(Level::Loose, &mut self.value);
            push_once(Field::Address, &self.value, &mut out.values);
        }
    }

    fn parse_address(&mut self, text: &str, level: Level, postal: Option<u32>) -> bool {
        if text.len() > MAX_CELL {
            return false;
        }
        self.value.clear();
        address::push_exact(text, &mut self.value);
        !placeholder::is_placeholder(&self.value) && self.address.parse(text, level, postal)
    }

    /// The one postal code of a record; none where it has several.
    fn postal_of(&mut self, record: &Record) -> Option<u32> {
        let mut codes = Record::new();
        for text in record.values(Field::Postal) {
            self.normalize_with(Field::Postal, Level::Standard, text, None, &mut codes);
        }
        let mut codes = codes.values(Field::Postal);
        let code = simple::postal_number(codes.next()?)?;
        codes.next().is_none().then_some(code)
    }

    fn normalize_with(
        &mut self,
        field: Field,
        level: Level,
        text: &str,
        postal: Option<u32>,
        out: &mut Record,
    ) {
        if text.len() > MAX_CELL || text.trim().is_empty() {
            return;
        }
        if field == Field::Address {
            let parsed = self.parse_address(text, level, postal);
            if parsed && level > Level::Exact {
                self.value.clear();
                self.address.push_canonical(level, &mut self.value);
            }
            if parsed {
                push_once(field, &self.value, out);
            }
            return;
        }
        self.value.clear();
        match field {
            Field::Phone => return phone::each(text, level, |number| push_once(field, number, out)),
            Field::Name => name::push(text, level, &mut self.value),
            Field::Kana => kana::push(text, level, &mut self.value),
            Field::Postal => simple::push_postal(text, level, &mut self.value),
            Field::BirthDate => date::push(text, level, &mut self.value),
            Field::Sex => simple::push_sex(text, &mut self.value),
            Field::Age => simple::push_age(text, &mut self.value),
            Field::Email => simple::push_email(text, &mut self.value),
            Field::MemberId => self.push_member_id(text),
            Field::Address => {}
        }
        push_once(field, &self.value, out);
    }

    fn push_member_id(&mut self, text: &str) {
        simple::push_member_id(text, &mut self.value);
        if placeholder::is_placeholder(&self.value) {
            self.value.clear();
        }
    }
}

/// Adds a value that is not empty and not there yet.
fn push_once(field: Field, value: &str, out: &mut Record) {
    if !value.is_empty() && !out.values(field).any(|known| known == value) {
        out.push(field, value);
    }
}
