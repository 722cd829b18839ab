//! Registry keys: what makes tokens meaningless to everybody else.

use std::fmt;
use std::io;
use std::path::Path;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::passphrase::{self, PassphraseError};
use crate::prf::Prf;
use crate::small_file;

/// The 32 secret bytes that the fingerprints of one registry share.
///
/// The bytes are wiped when the key is dropped, and neither `Debug` nor an error shows them.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RegistryKey {
    bytes: [u8; 32],
    #[zeroize(skip)]
    prf: Prf,
}

/// The public name of a registry key: 64 bits that only tell whether two fingerprints share a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 8]);

/// Why a key could not be made, written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The operating system gave no randomness.
    #[error("the operating system gave no random bytes; try again")]
    NoRandomness,
    /// The file is there already.
    #[error(
        "the file exists already; a key is never overwritten: choose another name or move the old key away"
    )]
    Exists,
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[source] io::Error),
    /// The key file's passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// The text is no key.
    #[error("not a meibo key file; it must hold the one line that `meibo keygen` wrote")]
    NotAKey,
    /// The text was a key once.
    #[error("the key file is damaged: its check digits do not match; restore it from a copy")]
    Damaged,
}

const PREFIX: &str = "MEIBO-REGISTRY-KEY-1:";

impl RegistryKey {
    /// A new key from the operating system's randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
        Ok(Self::from_bytes(bytes))
    }

    /// The key of these bytes, which must be secret and random.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { bytes, prf: Prf::default() }
    }

    /// The same secret under another keyed hash: another key, with an id of its own. A registry that holds fingerprints of
    /// both is opened with both.
    #[must_use]
    pub fn with_prf(&self, prf: Prf) -> Self {
        Self { bytes: self.bytes, prf }
    }

    /// The keyed hash that it is used with.
    pub fn prf(&self) -> Prf {
        self.prf
    }

    /// The key's public name.
    pub fn id(&self) -> KeyId {
        let mut id = [0; 8];
        id.copy_from_slice(&self.derive("meibo 2026-11 registry key id")[..8]);
        KeyId(id)
    }

    /// A key for one purpose, from which neither this key nor those of other purposes can be found.
    pub(crate) fn derive(&self, purpose: &'static str) -> Zeroizing<[u8; 32]> {
        self.prf.derive(&self.bytes, purpose)
    }

    /// Reads a key from the text of a key file; comment lines start with `#`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let line = lines.next().ok_or(KeyError::NotAKey)?;
        let digits = line.strip_prefix(PREFIX).ok_or(KeyError::NotAKey)?;
        if lines.next().is_some() || !digits.is_ascii() {
            return Err(KeyError::NotAKey);
        }
        let (secret, check) = digits.split_once(':').ok_or(KeyError::Damaged)?;
        let mut bytes = [0; 32];
        decode_hex(secret, &mut bytes).ok_or(KeyError::Damaged)?;
        let key = Self::from_bytes(bytes);
        bytes.zeroize();
        (check == key.check()).then_some(key).ok_or(KeyError::Damaged)
    }

    /// The text of a key file. It is secret.
    pub fn to_text(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(encode_hex(&self.bytes));
        Zeroizing::new(format!(
            "# meibo registry key {}: secret; whoever holds it can test guesses against every fingerprint made with it\n{PREFIX}{}:{}\n",
            self.id(),
            *secret,
            self.check()
        ))
    }

    /// Reads a key file; where it is protected by a passphrase, `passphrase` is asked for one after another.
    pub fn read(
        path: &Path,
        passphrase: impl FnMut() -> Option<Zeroizing<String>>,
    ) -> Result<Self, KeyError> {
        Self::open(small_file::read_bytes(path)?, passphrase)
    }

    /// Reads the bytes of a key file, as [`read`](Self::read) does.
    pub fn open(
        file: Zeroizing<Vec<u8>>,
        passphrase: impl FnMut() -> Option<Zeroizing<String>>,
    ) -> Result<Self, KeyError> {
        Self::parse(&passphrase::text_of::<KeyError>(file, passphrase)?)
    }

    /// Writes a new key file that only its owner can read (mode 0600), under a passphrase where one is given; an existing file
    /// is left as it is.
    pub fn write_new(&self, path: &Path, passphrase: Option<&str>) -> Result<(), KeyError> {
        match passphrase {
            None => write_private(path, &self.to_text()),
            Some(passphrase) => write_private(path, &passphrase::protect(&self.to_text(), passphrase)?),
        }
    }

    /// The secret bytes.
    pub(crate) fn secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.bytes)
    }

    /// Encrypts what is derived from fingerprints under this key, such as an index's private part; `context` must be
    /// the same at [`decrypt`](Self::decrypt). The same input gives the same bytes.
    pub fn encrypt(&self, context: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        crate::cipher::encrypt(self, context, plain)
    }

    /// Opens what [`encrypt`](Self::encrypt) made; `None` for another key, another context or changed bytes.
    pub fn decrypt(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        crate::cipher::decrypt(self, context, sealed)
    }

    /// Eight digits that tell a mistyped key from a right one, under whatever keyed hash it is used.
    fn check(&self) -> String {
        encode_hex(&Prf::Blake3.derive(&self.bytes, "meibo 2026-11 registry key check")[..4])
    }
}

impl fmt::Debug for RegistryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegistryKey({})", self.id())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_hex(&self.0))
    }
}

impl From<io::Error> for KeyError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::NotAKey,
            _ => Self::Io(error),
        }
    }
}

/// Writes a new file that only its owner can read (mode 0600); an existing file is left as it is.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), KeyError> {
    small_file::write_new(path, 0o600, text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists,
        _ => KeyError::Io(error),
    })
}

pub(crate) fn encode_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Reads as many bytes as `out` has, neither more nor fewer.
pub(crate) fn decode_hex(text: &str, out: &mut [u8]) -> Option<()> {
    if text.len() != 2 * out.len() {
        return None;
    }
    for (pair, byte) in text.as_bytes().as_chunks::<2>().0.iter().zip(out) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = (high? * 16 + low?) as u8;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_key_is_read_back_and_two_keys_differ() {
        let key = RegistryKey::generate().unwrap();
        let back = RegistryKey::parse(&key.to_text()).unwrap();
        assert_eq!(key.id(), back.id());
        assert_eq!(key.bytes, back.bytes);
        assert_ne!(RegistryKey::generate().unwrap().id(), key.id());
    }

    #[test]
    fn a_key_is_another_under_another_keyed_hash() {
        let key = RegistryKey::from_bytes([5; 32]);
        let other = key.with_prf(Prf::HmacSha256);
        assert_ne!(key.id(), other.id());
        assert_eq!(other.with_prf(Prf::Blake3).id(), key.id());
        assert_ne!(key.derive("a purpose"), other.derive("a purpose"));
        assert_ne!(other.derive("a purpose"), other.derive("another purpose"));
    }

    #[test]
    fn one_wrong_digit_is_seen() {
        let text = RegistryKey::from_bytes([3; 32]).to_text().to_string();
        let at = text.find(PREFIX).unwrap() + PREFIX.len();
        let mut wrong = text.clone();
        wrong.replace_range(at..at + 1, "f");
        assert!(matches!(RegistryKey::parse(&wrong), Err(KeyError::Damaged)));
        assert!(matches!(RegistryKey::parse(&text[..text.len() - 3]), Err(KeyError::Damaged)));
        assert!(matches!(RegistryKey::parse("hello"), Err(KeyError::NotAKey)));
        assert!(matches!(RegistryKey::parse(""), Err(KeyError::NotAKey)));
    }

    #[test]
    fn debug_shows_no_secret() {
        let text = format!("{:?}", RegistryKey::from_bytes([0xab; 32]));
        assert!(!text.contains("abab") && !text.contains("171"), "{text}");
    }

    #[test]
    fn a_key_file_under_a_passphrase_opens_by_it_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        let key = RegistryKey::from_bytes([0xab; 32]);
        key.write_new(&path, Some("of several words")).unwrap();
        assert!(!std::fs::read_to_string(&path).unwrap().contains("abab"));
        let read = |passphrase: Option<&str>| {
            let mut left = passphrase.map(|text| Zeroizing::new(text.to_owned()));
            RegistryKey::read(&path, || left.take())
        };
        assert_eq!(read(Some("of several words")).unwrap().id(), key.id());
        assert!(matches!(read(Some("another")), Err(KeyError::Passphrase(PassphraseError::Wrong))));
        assert!(matches!(read(None), Err(KeyError::Passphrase(PassphraseError::Protected))));
    }

    #[test]
    fn a_key_file_is_private_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let key = RegistryKey::generate().unwrap();
        key.write_new(&path, None).unwrap();
        assert!(matches!(RegistryKey::generate().unwrap().write_new(&path, None), Err(KeyError::Exists)));
        assert_eq!(RegistryKey::read(&path, || None).unwrap().id(), key.id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
