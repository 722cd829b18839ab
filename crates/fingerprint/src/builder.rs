//! From the records of a list to its fingerprint.

use crate::bloom::Columns;
use crate::facts::{ClientId, Facts, KindCount};
use crate::kind::{KeyKind, KeyMask};
use crate::sample::Sampler;
use crate::{Date, RecordTokens, RegistryKey, Token, format};

/// Why no fingerprint could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No record had a key.
    #[error(
        "no row holds two fields that make a key (name with phone, address or birth date, …); check the columns"
    )]
    NoKeys,
    /// More than the format can hold.
    #[error("the list is too large for one fingerprint; split it into several handovers")]
    TooLarge,
}

/// Collects the tokens of a list, one record at a time and in any order, and writes its fingerprint.
///
/// Memory: 16 bytes a distinct token until [`finish`](Builder::finish), since the filter's size depends on their
/// number.
#[derive(Debug)]
pub struct Builder {
    key: RegistryKey,
    tokens: [TokenSet; KeyKind::COUNT],
    records_of: [u64; KeyKind::COUNT],
    rows: u64,
    records: u64,
    sampler: Sampler,
}

impl Builder {
    /// A builder for one list under one key.
    pub fn new(key: &RegistryKey) -> Self {
        Self {
            key: key.clone(),
            tokens: Default::default(),
            records_of: [0; KeyKind::COUNT],
            rows: 0,
            records: 0,
            sampler: Sampler::default(),
        }
    }

    /// Adds a row's tokens; a row without any is counted as a row, not as a record.
    pub fn add(&mut self, record: &RecordTokens) {
        self.rows += 1;
        if record.is_empty() {
            return;
        }
        self.records += 1;
        for (kind, token) in &record.tokens {
            self.tokens[kind.index()].insert(*token);
        }
        for kind in record.present().kinds() {
            self.records_of[kind.index()] += 1;
        }
        self.sampler.offer(record.stratum, &record.tokens);
    }

    /// Counts a row that could not be read at all.
    pub fn add_rejected_row(&mut self) {
        self.rows += 1;
    }

    /// Rows and records so far.
    pub fn counts(&self) -> (u64, u64) {
        (self.rows, self.records)
    }

    /// The bytes of the fingerprint file: the same for the same rows in whatever order, key, client and date.
    pub fn finish(self, client: ClientId, date: Date) -> Result<Vec<u8>, BuildError> {
        let sets = self.tokens.map(TokenSet::distinct);
        let mut kinds = [KindCount::default(); KeyKind::COUNT];
        for kind in KeyKind::ALL {
            let i = kind.index();
            kinds[i] = KindCount { tokens: sets[i].len() as u64, records: self.records_of[i] };
        }
        let total = kinds.iter().map(|count| count.tokens).sum();
        if total == 0 {
            return Err(BuildError::NoKeys);
        }
        let mut columns = Columns::for_tokens(total).ok_or(BuildError::TooLarge)?;
        sets.iter().flatten().for_each(|token| columns.insert(*token));
        let column_bytes = columns.to_bytes();
        let facts = Facts {
            client,
            date,
            rows: self.rows,
            records: self.records,
            kinds,
            ones: columns.ones(),
            columns_digest: *blake3::hash(&column_bytes).as_bytes(),
        };
        format::write(&self.key, &facts, &columns, &column_bytes, &self.sampler.finish())
            .ok_or(BuildError::TooLarge)
    }

    /// The kinds of key seen so far.
    pub fn present(&self) -> KeyMask {
        KeyKind::ALL.into_iter().filter(|kind| self.records_of[kind.index()] > 0).collect()
    }
}

/// A set as a vector that is sorted now and then: a third of a hash set's memory.
#[derive(Debug, Default)]
struct TokenSet {
    tokens: Vec<Token>,
    sort_at: usize,
}

impl TokenSet {
    fn insert(&mut self, token: Token) {
        self.tokens.push(token);
        if self.tokens.len() >= self.sort_at.max(1 << 16) {
            self.tokens.sort_unstable();
            self.tokens.dedup();
            self.sort_at = 2 * self.tokens.len();
        }
    }

    fn distinct(mut self) -> Vec<Token> {
        self.tokens.sort_unstable();
        self.tokens.dedup();
        self.tokens
    }
}
