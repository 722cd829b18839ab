//! Keyed hashes: what turns values into tokens, and one key into others.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The keyed hash (pseudo-random function) that a fingerprint's tokens are made by, and all keys that its registry key gives.
///
/// A registry key under one of them is another key than under the other: what one made says nothing of what the other did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Prf {
    /// Keyed BLAKE3.
    #[default]
    Blake3,
    /// HMAC-SHA-256 (FIPS 198-1), for organisations bound to algorithms that a government lists; slower.
    HmacSha256,
}

/// A name that is no keyed hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such keyed hash; use blake3 or hmac-sha256")]
pub struct UnknownPrf;

impl Prf {
    /// All of them.
    pub const ALL: [Prf; 2] = [Prf::Blake3, Prf::HmacSha256];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Prf::Blake3 => "blake3",
            Prf::HmacSha256 => "hmac-sha256",
        }
    }

    /// The profile of fingerprints that are made by it.
    pub fn profile(self) -> u16 {
        match self {
            Prf::Blake3 => 3,
            Prf::HmacSha256 => 4,
        }
    }

    /// The one of a profile; none where this program does not know it.
    pub fn of_profile(profile: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|prf| prf.profile() == profile)
    }

    /// A key for one purpose, from which neither the first key nor those of other purposes can be found.
    pub(crate) fn derive(self, key: &[u8; 32], purpose: &'static str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(match self {
            Prf::Blake3 => blake3::derive_key(purpose, key),
            Prf::HmacSha256 => hmac(key, &[purpose.as_bytes()]),
        })
    }

    /// The keyed hash of the pieces of one message.
    pub(crate) fn keyed(self, key: &[u8; 32], message: &[&[u8]]) -> [u8; 32] {
        match self {
            Prf::Blake3 => {
                let mut hasher = blake3::Hasher::new_keyed(key);
                message.iter().for_each(|piece| {
                    hasher.update(piece);
                });
                *hasher.finalize().as_bytes()
            }
            Prf::HmacSha256 => hmac(key, message),
        }
    }
}

fn hmac(key: &[u8; 32], message: &[&[u8]]) -> [u8; 32] {
    let mut hmac = keyed_hmac(key);
    message.iter().for_each(|piece| hmac.update(piece));
    hmac.finalize().into_bytes().into()
}

/// HMAC under a key, to be cloned for each message.
pub(crate) fn keyed_hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    // A key of half a block is used as it is (RFC 2104, section 2).
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key);
    Hmac::new(&(*block).into())
}

impl fmt::Display for Prf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Prf {
    type Err = UnknownPrf;

    fn from_str(name: &str) -> Result<Self, UnknownPrf> {
        Self::ALL.into_iter().find(|prf| prf.as_str() == name).ok_or(UnknownPrf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_profiles_are_of_one_each() {
        for prf in Prf::ALL {
            assert_eq!(prf.as_str().parse(), Ok(prf));
            assert_eq!(Prf::of_profile(prf.profile()), Some(prf));
        }
        assert_eq!(("sha256".parse::<Prf>(), Prf::of_profile(2)), (Err(UnknownPrf), None));
    }

    /// RFC 4231, test case 1, whose key of twenty bytes is padded with zeros by definition.
    #[test]
    fn hmac_is_that_of_the_standard() {
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let hex: String = hmac(&key, &[b"Hi ", b"There"]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }
}
