//! The keys of a list themselves, for whoever has the list at hand.

use std::fmt;

use crate::facts::Facts;
use crate::kind::KeyKind;
use crate::{KeyId, Token};

/// The distinct tokens of one list: what the filter of its fingerprint is filled with.
///
/// A filter takes a strange token for a member's now and then, the tokens themselves never do. They tell as much of the
/// list as its filter does, and are made to be held in memory, 16 bytes each, not to be written.
pub struct Members {
    key_id: KeyId,
    columns_digest: [u8; 32],
    /// Sorted, by kind in the order of [`KeyKind::ALL`].
    tokens: [Vec<Token>; KeyKind::COUNT],
}

impl Members {
    pub(crate) fn new(key_id: KeyId, columns_digest: [u8; 32], tokens: [Vec<Token>; KeyKind::COUNT]) -> Self {
        Self { key_id, columns_digest, tokens }
    }

    /// Which registry key the tokens were made with.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// True where a fingerprint under this key, with these facts, was made from the same tokens: they give the same filter
    /// and are as many of each kind. Its client, date and numbers of rows may be others.
    pub fn are_of(&self, key_id: KeyId, facts: &Facts) -> bool {
        let counted = self.tokens.iter().zip(&facts.kinds);
        self.key_id == key_id
            && self.columns_digest == facts.columns_digest
            && counted.into_iter().all(|(tokens, count)| tokens.len() as u64 == count.tokens)
    }

    /// Whether the list has this key.
    pub fn contains(&self, kind: KeyKind, token: Token) -> bool {
        self.tokens[kind.index()].binary_search(&token).is_ok()
    }

    /// Distinct tokens of all kinds.
    pub fn count(&self) -> usize {
        self.tokens.iter().map(Vec::len).sum()
    }
}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Members({} tokens under {})", self.count(), self.key_id)
    }
}
