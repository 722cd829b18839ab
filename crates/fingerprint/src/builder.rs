//! From the records of a list to its fingerprint.

use meibo_normalize::Canonical;

use crate::bloom::Columns;
use crate::facts::{ClientId, Facts, KindCount};
use crate::kind::{KeyKind, KeyMask};
use crate::list_profile::ListProfile;
use crate::members::Members;
use crate::order::OrderBuilder;
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

/// Collects the tokens of a list, one record at a time, and writes its fingerprint.
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
    /// Which records stand next to each other, where they came in the list's own order.
    order: Option<OrderBuilder>,
    list_profile: Option<ListProfile>,
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
            order: None,
            list_profile: None,
        }
    }

    /// Adds the next row of the list: as [`add`](Self::add), and the fingerprint holds which rows stand next to each other.
    pub fn add_next(&mut self, canonical: &Canonical, record: &RecordTokens) {
        self.add(record);
        if self.spilling.is_ok() && !record.is_empty() {
            self.spilling = self.order.get_or_insert_default().add(canonical, record);
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

    /// Adds how the list is written.
    pub fn set_list_profile(&mut self, profile: ListProfile) {
        self.list_profile = Some(profile);
    }

    /// Counts a row that could not be read at all.
    pub fn add_rejected_row(&mut self) {
        self.rows += 1;
    }

    /// Rows and records so far.
    pub fn counts(&self) -> (u64, u64) {
        (self.rows, self.records)
    }

    /// The bytes of the fingerprint file: the same for the same rows, key, client and date; of rows that were [added](Self::add)
    /// without their order, in whatever order.
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
        let facts = Facts {
            client,
            date,
            rows: self.rows,
            records: self.records,
            kinds,
            ones: columns.ones(),
            columns_digest: columns.digest(),
        };
        let order = self.order.map(|order| order.finish(&columns)).transpose().map_err(failed)?;
        let (sample, list_profile) = (&self.sampler.finish(), self.list_profile.as_ref());
        let parts = format::Parts { sample, order: order.as_ref(), list_profile };
        format::write(&self.key, &facts, &columns, parts).ok_or(BuildError::TooLarge)
    }

    /// The tokens themselves, for whoever has the list at hand and holds them against its fingerprint.
    pub fn members(self) -> Result<Members, BuildError> {
        let failed = |error: std::io::Error| BuildError::TemporaryFile(error.kind());
        self.spilling.map_err(failed)?;
        let tokens = self.tokens.distinct().map_err(failed)?;
        let total = tokens.iter().map(|tokens| tokens.len() as u64).sum();
        if total == 0 {
            return Err(BuildError::NoKeys);
        }
        let mut columns = Columns::for_tokens(total).ok_or(BuildError::TooLarge)?;
        tokens.iter().flatten().for_each(|token| columns.insert(*token));
        let digest = columns.digest();
        Ok(Members::new(self.key.id(), digest, tokens))
    }

    /// The kinds of key seen so far.
    pub fn present(&self) -> KeyMask {
        KeyKind::ALL.into_iter().filter(|kind| self.records_of[kind.index()] > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fingerprint, Token};

    /// The tokens of records numbered by the range, of two kinds.
    fn builder(key: &RegistryKey, records: std::ops::Range<u64>) -> Builder {
        let mut builder = Builder::new(key);
        for number in records {
            let token = |kind: KeyKind| {
                let mixed = Token(u128::from(number) << 8 | kind as u128).rank();
                (kind, Token(u128::from(mixed) << 64 | u128::from(Token(u128::from(mixed)).rank())))
            };
            let tokens = [KeyKind::NamePhone, KeyKind::NameAddress].map(token).to_vec();
            builder.add(&RecordTokens { tokens, ..RecordTokens::default() });
        }
        builder
    }

    fn facts(key: &RegistryKey, records: std::ops::Range<u64>) -> Facts {
        let (client, date) = (ClientId::new("city").unwrap(), "2016-04-01".parse().unwrap());
        let bytes = builder(key, records).finish(client, date).unwrap();
        Fingerprint::open(&bytes, std::slice::from_ref(key)).unwrap().facts
    }

    #[test]
    fn members_know_the_fingerprint_of_their_list_and_no_other() {
        let (key, other) = (RegistryKey::from_bytes([1; 32]), RegistryKey::from_bytes([2; 32]));
        let members = builder(&key, 0..500).members().unwrap();
        assert_eq!((members.count(), members.key_id()), (1_000, key.id()));
        assert!(members.are_of(key.id(), &facts(&key, 0..500)));
        assert!(!members.are_of(other.id(), &facts(&key, 0..500)), "another key");
        assert!(!members.are_of(key.id(), &facts(&key, 0..501)), "one more");
        assert!(!members.are_of(key.id(), &facts(&key, 1..501)), "another one");
        let mut unlike = facts(&key, 0..500);
        unlike.kinds.swap(0, KeyKind::COUNT - 1);
        assert!(!members.are_of(key.id(), &unlike), "other numbers of tokens");
    }

    #[test]
    fn members_hold_what_was_added_under_its_kind() {
        let key = RegistryKey::from_bytes([1; 32]);
        let tokens = builder(&key, 0..300).tokens.distinct().unwrap();
        let tokens = [KeyKind::NamePhone, KeyKind::NameAddress].map(|kind| (kind, &tokens[kind.index()]));
        let members = builder(&key, 0..300).members().unwrap();
        assert!(tokens.iter().all(|(_, tokens)| tokens.len() == 300));
        for (kind, tokens) in &tokens {
            for token in *tokens {
                assert!(members.contains(*kind, *token));
                assert!(!members.contains(KeyKind::NameBirth, *token));
                assert!(!members.contains(*kind, Token(token.0 ^ 1)));
            }
        }
        assert_eq!(format!("{members:?}"), format!("Members(600 tokens under {})", key.id()));
        assert!(matches!(Builder::new(&key).members(), Err(BuildError::NoKeys)));
    }
}
