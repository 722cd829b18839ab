//! A registry key in shares, so that owner and incident team must both agree to use it.
//!
//! Shamir's scheme (1979) over bytes, by the crate `blahaj`: fewer shares than are needed say nothing of the key.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use blahaj::{Share, Sharks};
use zeroize::Zeroizing;

use crate::key::{KeyError, KeyId, RegistryKey, decode_hex, encode_hex, write_private};
use crate::small_file;

/// One share of a registry key. It is secret; `Debug` does not show it.
#[derive(Clone)]
pub struct KeyShare {
    key_id: KeyId,
    /// Which of several splits of the key it is of.
    split: [u8; 4],
    needed: u8,
    number: u8,
    bytes: Zeroizing<[u8; 32]>,
}

/// Why shares could not be made or joined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// No such split.
    #[error("a key is split into 2 to 255 shares, of which 2 or more are needed and no more than there are")]
    Numbers,
    /// The text is no share.
    #[error("not a share of a meibo key; it must be a file that `meibo key split` wrote")]
    NotAShare,
    /// The text was a share once.
    #[error("the share is damaged: its check digits do not match; restore it from a copy")]
    Damaged,
    /// Shares of different splits.
    #[error(
        "a share of another key, or of another split of the same key; join shares that were made together"
    )]
    OtherSplit,
    /// Not enough of them.
    #[error("{needed} different shares are needed, and there are {given}")]
    TooFew {
        /// So many are needed.
        needed: u8,
        /// So many were given, each counted once.
        given: usize,
    },
    /// The shares do not give the key of their name.
    #[error("the shares do not make key {0}: one of them was changed")]
    NotTheKey(KeyId),
    /// Reading, writing or randomness.
    #[error("{0}")]
    Key(#[from] KeyError),
}

const PREFIX: &str = "MEIBO-KEY-SHARE-1";

impl RegistryKey {
    /// Splits the key into `shares`, of which `needed` make it again.
    ///
    /// # Errors
    /// Where fewer than two are needed, or more than there are.
    pub fn split(&self, needed: u8, shares: u8) -> Result<Vec<KeyShare>, ShareError> {
        if needed < 2 || needed > shares {
            return Err(ShareError::Numbers);
        }
        let mut split = [0; 4];
        getrandom::fill(&mut split).map_err(|_| KeyError::NoRandomness)?;
        let share = |share: Share| {
            let all = Zeroizing::new(Vec::from(&share));
            let (number, bytes) = all.split_first().ok_or(ShareError::NotAShare)?;
            let bytes = Zeroizing::new(bytes.try_into().map_err(|_| ShareError::NotAShare)?);
            Ok(KeyShare { key_id: self.id(), split, needed, number: *number, bytes })
        };
        let secret = self.secret();
        Sharks(needed).dealer(secret.as_slice()).take(usize::from(shares)).map(share).collect()
    }

    /// Joins shares of one key.
    ///
    /// # Errors
    /// Where they are too few, of different splits, or make another key than they say.
    pub fn join(shares: &[KeyShare]) -> Result<Self, ShareError> {
        let first = shares.first().ok_or(ShareError::TooFew { needed: 2, given: 0 })?;
        if shares.iter().any(|share| share.whole() != first.whole()) {
            return Err(ShareError::OtherSplit);
        }
        let distinct: BTreeMap<u8, &KeyShare> = shares.iter().map(|share| (share.number, share)).collect();
        if distinct.len() < usize::from(first.needed) {
            return Err(ShareError::TooFew { needed: first.needed, given: distinct.len() });
        }
        let share = |share: &&KeyShare| {
            let bytes = Zeroizing::new([&[share.number], share.bytes.as_slice()].concat());
            Share::try_from(bytes.as_slice()).map_err(|_| ShareError::NotAShare)
        };
        let shares: Vec<Share> = distinct.values().map(share).collect::<Result<_, _>>()?;
        let sharks = Sharks(first.needed);
        let secret = sharks.recover(&shares).map(Zeroizing::new);
        let secret = secret.map_err(|_| ShareError::NotTheKey(first.key_id))?;
        let bytes: Zeroizing<[u8; 32]> =
            Zeroizing::new(secret.as_slice().try_into().map_err(|_| ShareError::NotTheKey(first.key_id))?);
        let key = Self::from_bytes(*bytes);
        if key.id() == first.key_id { Ok(key) } else { Err(ShareError::NotTheKey(first.key_id)) }
    }
}

impl KeyShare {
    /// The id of the key that it is a share of.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Its number, from 1.
    pub fn number(&self) -> u8 {
        self.number
    }

    /// What all shares that were made together have in common.
    fn whole(&self) -> (KeyId, [u8; 4], u8) {
        (self.key_id, self.split, self.needed)
    }

    /// Reads a share from the text of its file; comment lines start with `#`.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (line, rest) = (lines.next().ok_or(ShareError::NotAShare)?, lines.next());
        let parts: Vec<&str> = line.split(':').collect();
        let [PREFIX, key_id, split, needed, number, secret, check] = parts.as_slice() else {
            return Err(ShareError::NotAShare);
        };
        if rest.is_some() {
            return Err(ShareError::NotAShare);
        }
        let said = line.strip_suffix(check).unwrap_or_default();
        if check_digits(said) != **check {
            return Err(ShareError::Damaged);
        }
        let number_of = |text: &str| text.parse::<u8>().ok().filter(|number| *number > 0);
        let parsed = || {
            let mut share = Self {
                key_id: KeyId([0; 8]),
                split: [0; 4],
                needed: number_of(needed).filter(|needed| *needed >= 2)?,
                number: number_of(number)?,
                bytes: Zeroizing::new([0; 32]),
            };
            decode_hex(key_id, &mut share.key_id.0)?;
            decode_hex(split, &mut share.split)?;
            decode_hex(secret, share.bytes.as_mut_slice())?;
            Some(share)
        };
        parsed().ok_or(ShareError::NotAShare)
    }

    /// The text of a share's file. It is secret.
    pub fn to_text(&self) -> Zeroizing<String> {
        let Self { key_id, split, needed, number, bytes } = self;
        let secret = Zeroizing::new(encode_hex(bytes.as_slice()));
        let said =
            Zeroizing::new(format!("{PREFIX}:{key_id}:{}:{needed}:{number}:{}:", encode_hex(split), *secret));
        Zeroizing::new(format!(
            "# share {number} of meibo registry key {key_id}: secret; any {needed} of its shares make the key\n{}{}\n",
            *said,
            check_digits(&said)
        ))
    }

    /// Reads a share's file.
    pub fn read(path: &Path) -> Result<Self, ShareError> {
        match small_file::read(path).map_err(KeyError::from) {
            Ok(text) => Self::parse(&text),
            Err(KeyError::NotAKey) => Err(ShareError::NotAShare),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a share's file that only its owner can read (mode 0600); an existing file is left as it is.
    pub fn write_new(&self, path: &Path) -> Result<(), ShareError> {
        Ok(write_private(path, &self.to_text())?)
    }
}

impl fmt::Debug for KeyShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyShare({} of {})", self.number, self.key_id)
    }
}

/// Eight digits that tell a mistyped share from a right one.
fn check_digits(said: &str) -> String {
    encode_hex(&blake3::derive_key("meibo 2026-11 key share check", said.as_bytes())[..4])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;

    proptest! {
        /// Any so many shares make the key, in whatever order and however often; fewer do not.
        #[test]
        fn as_many_as_are_needed_make_the_key(
            bytes: [u8; 32],
            (needed, of, chosen) in (2_u8..6, 0_u8..4).prop_flat_map(|(needed, more)| {
                let of = needed + more;
                let all: Vec<usize> = (0..usize::from(of)).collect();
                (Just(needed), Just(of), subsequence(all, 1..=usize::from(of)).prop_shuffle())
            })
        ) {
            let key = RegistryKey::from_bytes(bytes);
            let shares = key.split(needed, of).unwrap();
            prop_assert_eq!(shares.len(), usize::from(of));
            let mut given: Vec<KeyShare> = chosen.iter().map(|at| {
                KeyShare::parse(&shares[*at].to_text()).unwrap()
            }).collect();
            given.push(given[0].clone());
            match RegistryKey::join(&given) {
                Ok(joined) => {
                    prop_assert!(chosen.len() >= usize::from(needed));
                    prop_assert_eq!(joined.to_text(), key.to_text());
                }
                Err(error) => {
                    prop_assert!(chosen.len() < usize::from(needed));
                    let is_too_few = matches!(error, ShareError::TooFew { given, .. } if given == chosen.len());
                    prop_assert!(is_too_few);
                }
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "(MEIBO-KEY-SHARE-1:)?\\PC{0,200}") {
            prop_assert!(KeyShare::parse(&text).is_err());
        }
    }

    #[test]
    fn shares_of_different_splits_are_not_mixed() {
        let key = RegistryKey::from_bytes([3; 32]);
        let (one, other) = (key.split(2, 3).unwrap(), key.split(2, 3).unwrap());
        let mixed = [one[0].clone(), other[1].clone()];
        assert!(matches!(RegistryKey::join(&mixed), Err(ShareError::OtherSplit)));
        assert!(matches!(RegistryKey::join(&[]), Err(ShareError::TooFew { .. })));
        for (needed, shares) in [(0, 3), (1, 3), (4, 3)] {
            assert!(matches!(key.split(needed, shares), Err(ShareError::Numbers)));
        }
    }

    #[test]
    fn a_changed_share_is_seen() {
        let shares = RegistryKey::from_bytes([3; 32]).split(2, 2).unwrap();
        let text = shares[0].to_text();
        let start = text.find(PREFIX).unwrap();
        for at in start..text.len() - 1 {
            let mut changed = text.as_bytes().to_vec();
            changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
            assert!(KeyShare::parse(std::str::from_utf8(&changed).unwrap()).is_err(), "{at}");
        }
        // Somebody who makes the check digits right again.
        let mut forged = shares[0].clone();
        forged.bytes[7] ^= 1;
        let joined = RegistryKey::join(&[forged, shares[1].clone()]);
        assert!(matches!(joined, Err(ShareError::NotTheKey(_))));
    }

    #[test]
    fn debug_shows_no_secret() {
        let share = KeyShare {
            bytes: Zeroizing::new([0xab; 32]),
            ..RegistryKey::from_bytes([1; 32]).split(2, 2).unwrap()[0].clone()
        };
        assert!(!format!("{share:?}").contains("abab"));
    }
}
