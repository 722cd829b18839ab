//! What a fingerprint says of its list to whoever holds the key.

use std::fmt;

use crate::{Date, KeyKind, KeyMask};

/// The name of a client, as its owner gave it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(String);

/// A text that cannot name a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a client id: use 1 to 200 bytes of text without control characters and without spaces at its ends"
)]
pub struct InvalidClientId;

impl ClientId {
    /// Takes a name of 1 to 200 bytes without control characters and surrounding spaces.
    pub fn new(name: &str) -> Result<Self, InvalidClientId> {
        let good =
            (1..=200).contains(&name.len()) && name.trim() == name && !name.chars().any(char::is_control);
        good.then(|| Self(name.to_owned())).ok_or(InvalidClientId)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Distinct tokens of one kind, and the records that have such a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindCount {
    /// Distinct tokens.
    pub tokens: u64,
    /// Records with at least one key of the kind.
    pub records: u64,
}

/// The encrypted facts of a fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The organisation that owns the list.
    pub client: ClientId,
    /// When the list was handed over.
    pub date: Date,
    /// Rows of the list, usable or not.
    pub rows: u64,
    /// Records: rows with at least one key.
    pub records: u64,
    /// Counts by kind of key, in the order of [`KeyKind::ALL`].
    pub kinds: [KindCount; KeyKind::COUNT],
    /// Bits set in all columns.
    pub ones: u64,
    /// BLAKE3 of the columns as the file holds them, so that nobody without the key can exchange them.
    pub columns_digest: [u8; 32],
}

impl Facts {
    /// Distinct tokens of all kinds.
    pub fn tokens(&self) -> u64 {
        self.kinds.iter().map(|count| count.tokens).fold(0, u64::saturating_add)
    }

    /// The kinds of key that the list has at all.
    pub fn present(&self) -> KeyMask {
        KeyKind::ALL.into_iter().filter(|kind| self.kinds[kind.index()].records > 0).collect()
    }
}
