//! From the records of a list to its fingerprint.

use crate::bloom::Columns;
use crate::facts::{ClientId, Facts, KindCount};
use crate::kind::{KeyKind, KeyMask};
use crate::sample::Sampler;
use crate::store::TokenStore;
use crate::{Date, RecordTokens, RegistryKey, format};

/// Why no fingerprint could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No record had a key.
    #[error(
        "no row holds two fields that make a key (name with phone, address or birth date, …); check the columns"
    )]
    NoKeys,
    /// The temporary file for the tokens of a long list failed.
    #[error(
        "the temporary file for the tokens of a long list failed: {0}; is there room for temporary files?"
    )]
    TemporaryFile(std::io::ErrorKind),
    /// More than the format can hold.
    #[error("the list is too large for one fingerprint; split it into several handovers")]
    TooLarge,
}

/// Collects the tokens of a list, one record at a time and in any order, and writes its fingerprint.
///
/// Memory: that of the filter, and a hundred megabytes at most; of a long list tokens are in a temporary file until
/// [`finish`](Builder::finish), since the filter's size depends on their number.
#[derive(Debug)]
pub struct Builder {
    key: RegistryKey,
    tokens: TokenStore,
    /// What the temporary file came to, to be told at the end.
    spilling: std::io::Result<()>,
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
            tokens: TokenStore::new(),
            spilling: Ok(()),
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
        // Once that failed there is no fingerprint to be had, nor memory to be used up.
        if self.spilling.is_ok() {
            record.tokens.iter().for_each(|(kind, token)| self.tokens.insert(*kind, *token));
            self.spilling = self.tokens.make_room();
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
    pub fn finish(mut self, client: ClientId, date: Date) -> Result<Vec<u8>, BuildError> {
        let failed = |error: std::io::Error| BuildError::TemporaryFile(error.kind());
        self.spilling.map_err(failed)?;
        let tokens = self.tokens.count().map_err(failed)?;
        let mut kinds = [KindCount::default(); KeyKind::COUNT];
        for ((count, tokens), records) in kinds.iter_mut().zip(tokens).zip(self.records_of) {
            *count = KindCount { tokens, records };
        }
        let total = tokens.iter().sum();
        if total == 0 {
            return Err(BuildError::NoKeys);
        }
        let mut columns = Columns::for_tokens(total).ok_or(BuildError::TooLarge)?;
        self.tokens.fill(&mut columns).map_err(failed)?;
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
