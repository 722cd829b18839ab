//! Small files that only a registry key opens, beside the fingerprints: what an owner notes down about a list.

use zeroize::Zeroizing;

use crate::cipher::{decrypt, encrypt};
use crate::{KeyId, Prf, RegistryKey};

/// Bytes before what is encrypted.
const HEAD: usize = 32;
/// The one version there is.
const VERSION: u16 = 1;

/// What a file of this form says without its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Format version.
    pub version: u16,
    /// Profile: which keyed hash the key is used with.
    pub profile: u16,
    /// Which registry key it was made with.
    pub key_id: KeyId,
    /// Bytes of the file.
    pub length: usize,
}

/// Why such a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Another kind of file.
    #[error("not such a file: it does not begin as one does; check that this is the file you mean")]
    OtherKind,
    /// A version that this program does not know.
    #[error("of format version {0}, and this program reads version 1; use a newer one")]
    Version(u16),
    /// Cut short, lengthened or changed.
    #[error(
        "damaged: its length or its header is wrong; get the file again, it was changed after it was made"
    )]
    Damaged,
    /// None of the keys is the one it was made with.
    #[error("made with registry key {0}, which was not given; give it with --key")]
    OtherKey(KeyId),
    /// The right key does not open it.
    #[error("damaged: it does not open with its key; get the file again, it was changed after it was made")]
    Changed,
}

impl Envelope {
    /// The file of these contents under a key; the same contents and key give the same bytes. None where there is too much of them.
    pub fn close(key: &RegistryKey, magic: [u8; 8], plain: &[u8]) -> Option<Vec<u8>> {
        let mut head = [0; HEAD];
        let fields: [(usize, &[u8]); 4] = [
            (0, &magic),
            (8, &VERSION.to_le_bytes()),
            (10, &key.prf().profile().to_le_bytes()),
            (12, &key.id().0),
        ];
        for (at, bytes) in fields {
            head.get_mut(at..at + bytes.len())?.copy_from_slice(bytes);
        }
        let sealed = encrypt(key, &head, plain)?;
        Some([head.as_slice(), &sealed].concat())
    }

    /// Reads what a file says without its key.
    ///
    /// # Errors
    /// Where it is no such file.
    pub fn read(bytes: &[u8], magic: [u8; 8]) -> Result<Self, EnvelopeError> {
        let head = bytes.first_chunk::<HEAD>().ok_or(EnvelopeError::OtherKind)?;
        let [m0, m1, m2, m3, m4, m5, m6, m7, v0, v1, p0, p1, rest @ ..] = *head;
        if [m0, m1, m2, m3, m4, m5, m6, m7] != magic {
            return Err(EnvelopeError::OtherKind);
        }
        let (version, profile) = (u16::from_le_bytes([v0, v1]), u16::from_le_bytes([p0, p1]));
        if version != VERSION {
            return Err(EnvelopeError::Version(version));
        }
        let [k0, k1, k2, k3, k4, k5, k6, k7, zeros @ ..] = rest;
        if zeros != [0; 12] || Prf::of_profile(profile).is_none() {
            return Err(EnvelopeError::Damaged);
        }
        let key_id = KeyId([k0, k1, k2, k3, k4, k5, k6, k7]);
        Ok(Self { version, profile, key_id, length: bytes.len() })
    }

    /// Opens a file with the key that it was made with.
    ///
    /// # Errors
    /// Where it is no such file, was changed, or none of the keys is its.
    pub fn open(
        bytes: &[u8],
        magic: [u8; 8],
        keys: &[RegistryKey],
    ) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
        let Self { key_id, .. } = Self::read(bytes, magic)?;
        let key = keys.iter().find(|key| key.id() == key_id).ok_or(EnvelopeError::OtherKey(key_id))?;
        let (head, sealed) = bytes.split_at_checked(HEAD).ok_or(EnvelopeError::Damaged)?;
        decrypt(key, head, sealed).map(Zeroizing::new).ok_or(EnvelopeError::Changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: [u8; 8] = *b"\x89TEST\r\n\x1a";

    #[test]
    fn only_its_key_opens_a_file_and_no_byte_of_it_can_be_changed() {
        let (key, other) = (RegistryKey::from_bytes([1; 32]), RegistryKey::from_bytes([2; 32]));
        let bytes = Envelope::close(&key, MAGIC, b"noted").unwrap();
        assert_eq!(Envelope::close(&key, MAGIC, b"noted").unwrap(), bytes);
        assert_eq!(*Envelope::open(&bytes, MAGIC, &[other.clone(), key.clone()]).unwrap(), b"noted");
        assert_eq!(Envelope::read(&bytes, MAGIC).unwrap().key_id, key.id());
        assert_eq!(Envelope::open(&bytes, MAGIC, &[other]), Err(EnvelopeError::OtherKey(key.id())));
        assert_eq!(Envelope::read(&bytes, *b"\x89MEIBO\r\n"), Err(EnvelopeError::OtherKind));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 4;
            assert!(Envelope::open(&changed, MAGIC, std::slice::from_ref(&key)).is_err(), "byte {at}");
            assert!(Envelope::open(&bytes[..at], MAGIC, std::slice::from_ref(&key)).is_err(), "cut at {at}");
        }
    }
}
