//! Signatures over fingerprint files, Ed25519 in the form of minisign, so that anybody's tool verifies them.
//!
//! A signature says that whoever has the signing key saw these very bytes. It stands beside the file, in a file of its own, and
//! several may: the owner's, the processor's, a notary's.

use std::fmt;
use std::io;
use std::path::Path;

use ct_codecs::{Base64, Decoder as _};
use minisign::{KeyPair, PublicKey, SecretKey, SecretKeyBox, SignatureBox};
use zeroize::Zeroizing;

use crate::small_file;

/// A secret key that signs fingerprints. Neither `Debug` nor an error shows it.
pub struct SigningKey {
    secret: SecretKey,
    public: PublicKey,
}

/// A public key that signatures are verified by.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey(PublicKey);

/// The public name of a signing key, as minisign prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignerId(u64);

/// A signature, not yet verified.
pub struct Signature(SignatureBox);

/// Why a key or a signature cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[source] io::Error),
    /// The file is there already.
    #[error(
        "the file exists already; a key is never overwritten: choose another name or move the old key away"
    )]
    Exists,
    /// Not a secret key of minisign.
    #[error("not a signing key; it must be a secret key file of `meibo keygen --signing` or of minisign")]
    NotASigningKey,
    /// Not a public key of minisign.
    #[error("not a public signing key; it must be a .pub file of `meibo keygen --signing` or of minisign")]
    NotAVerifyingKey,
    /// The key is encrypted, and no passphrase was given.
    #[error("the signing key is protected by a passphrase; give it with --passphrase-file")]
    Protected,
    /// The passphrase does not open it.
    #[error("the passphrase does not open the signing key")]
    WrongPassphrase,
    /// A passphrase that protects nothing.
    #[error("the passphrase is empty; give one of several words")]
    EmptyPassphrase,
    /// Not a signature of minisign.
    #[error("not a signature in the form of minisign; copy it again")]
    NotASignature,
    /// Another key's signature.
    #[error("signed by {0}, not by this key")]
    OtherSigner(SignerId),
    /// The signature is not one of these bytes.
    #[error("the signature does not match: the fingerprint or the signature was changed after it was signed")]
    Mismatch,
    /// The operating system gave no randomness.
    #[error("the operating system gave no random bytes; try again")]
    NoRandomness,
}

const SIGNATURE_LETTERS: usize = 100;
const COMMENT_SIGNATURE_LETTERS: usize = 88;
const PUBLIC_KEY_LETTERS: usize = 56;
/// Bytes of a secret key: its kind, how it is protected (zero for not at all), salt and limits, id, key and checksum.
const SECRET_KEY: usize = 158;

impl SigningKey {
    /// A new key from the operating system's randomness.
    pub fn generate() -> Result<Self, SignError> {
        let KeyPair { pk, sk } =
            KeyPair::generate_unencrypted_keypair().map_err(|_| SignError::NoRandomness)?;
        Ok(Self { secret: sk, public: pk })
    }

    /// Writes a new key, from the operating system's randomness, to a new file under a passphrase, and gives its public key. The
    /// file can only be read by its owner (mode 0600); an existing file is left as it is.
    pub fn generate_protected(path: &Path, passphrase: &str) -> Result<VerifyingKey, SignError> {
        if passphrase.is_empty() {
            return Err(SignError::EmptyPassphrase);
        }
        let KeyPair { pk, sk } = KeyPair::generate_encrypted_keypair(Some(passphrase.to_owned()))
            .map_err(|_| SignError::NoRandomness)?;
        let public = VerifyingKey(pk);
        let boxed = sk.to_box(Some(&secret_comment(&public))).map_err(|_| SignError::NotASigningKey)?;
        write_new(path, 0o600, &Zeroizing::new(boxed.into_string()))?;
        Ok(public)
    }

    /// Reads a key from the text of a secret key file; where the key is protected by a passphrase, `passphrase` is asked for one
    /// after another.
    pub fn parse(
        text: &str,
        passphrase: impl FnMut() -> Option<Zeroizing<String>>,
    ) -> Result<Self, SignError> {
        let bytes = Zeroizing::new(Base64::decode_to_vec(last_line(text), None).unwrap_or_default());
        let boxed = || SecretKeyBox::from_string(text).map_err(|_| SignError::NotASigningKey);
        let secret = match bytes.as_slice() {
            // minisign leaves the checksum of a key without passphrase empty.
            [_, _, 0, 0, ..] if bytes.len() == SECRET_KEY && bytes.ends_with(&[0; 32]) => {
                SecretKey::from_bytes(&bytes).map_err(|_| SignError::NotASigningKey)?
            }
            [_, _, 0, 0, ..] if bytes.len() == SECRET_KEY => {
                boxed()?.into_unencrypted_secret_key().map_err(|_| SignError::NotASigningKey)?
            }
            _ if bytes.len() == SECRET_KEY => opened(boxed, passphrase)?,
            _ => return Err(SignError::NotASigningKey),
        };
        let public = PublicKey::from_secret_key(&secret).map_err(|_| SignError::NotASigningKey)?;
        Ok(Self { secret, public })
    }

    /// Reads a secret key file.
    pub fn read(
        path: &Path,
        passphrase: impl FnMut() -> Option<Zeroizing<String>>,
    ) -> Result<Self, SignError> {
        Self::parse(&read_text(path, SignError::NotASigningKey)?, passphrase)
    }

    /// Writes a new secret key file that only its owner can read (mode 0600), not protected by a passphrase; an existing file is
    /// left as it is.
    pub fn write_new(&self, path: &Path) -> Result<(), SignError> {
        let boxed = self
            .secret
            .to_box(Some(&secret_comment(&self.verifying_key())))
            .map_err(|_| SignError::NotASigningKey)?;
        write_new(path, 0o600, &Zeroizing::new(boxed.into_string()))
    }

    /// The public key that its signatures are verified by.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.public.clone())
    }

    /// The text of a signature over a file's bytes. `comment` is signed too; it is one line.
    pub fn sign(&self, bytes: &[u8], comment: &str) -> Result<String, SignError> {
        let comment = comment.replace(|c: char| c.is_control(), " ");
        let untrusted = format!("signature of meibo signing key {}", self.verifying_key().id());
        let signed =
            minisign::sign(Some(&self.public), &self.secret, bytes, Some(&comment), Some(&untrusted));
        Ok(signed.map_err(|_| SignError::NoRandomness)?.into_string())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifying_key().id())
    }
}

impl VerifyingKey {
    /// Reads a key from the text of a public key file, or from its one line of letters alone.
    pub fn parse(text: &str) -> Result<Self, SignError> {
        let letters = last_line(text);
        if letters.len() != PUBLIC_KEY_LETTERS {
            return Err(SignError::NotAVerifyingKey);
        }
        PublicKey::from_base64(letters).map(Self).map_err(|_| SignError::NotAVerifyingKey)
    }

    /// Reads a public key file.
    pub fn read(path: &Path) -> Result<Self, SignError> {
        Self::parse(&read_text(path, SignError::NotAVerifyingKey)?)
    }

    /// Writes a new public key file; an existing file is left as it is.
    pub fn write_new(&self, path: &Path) -> Result<(), SignError> {
        let text = format!("untrusted comment: meibo signing key {}\n{}\n", self.id(), self.0.to_base64());
        write_new(path, 0o644, &text)
    }

    /// The key's public name.
    pub fn id(&self) -> SignerId {
        SignerId::of(self.0.keynum())
    }

    /// The comment that was signed with a file's bytes, where the signature is this key's and of these bytes.
    pub fn verify(&self, bytes: &[u8], signature: &Signature) -> Result<String, SignError> {
        if signature.signer() != self.id() {
            return Err(SignError::OtherSigner(signature.signer()));
        }
        let verified = minisign::verify(&self.0, &signature.0, io::Cursor::new(bytes), true, false, false);
        verified.map_err(|_| SignError::Mismatch)?;
        signature.0.trusted_comment().map_err(|_| SignError::Mismatch)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.id())
    }
}

impl Signature {
    /// Reads a signature from the text of its file.
    pub fn parse(text: &str) -> Result<Self, SignError> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let is_signature = matches!(lines.as_slice(), [_, signature, _, of_comment, rest @ ..]
            if signature.len() == SIGNATURE_LETTERS && of_comment.len() == COMMENT_SIGNATURE_LETTERS && rest.is_empty());
        if !is_signature {
            return Err(SignError::NotASignature);
        }
        SignatureBox::from_string(text).map(Self).map_err(|_| SignError::NotASignature)
    }

    /// Reads a signature file.
    pub fn read(path: &Path) -> Result<Self, SignError> {
        Self::parse(&read_text(path, SignError::NotASignature)?)
    }

    /// Whose signature it claims to be.
    pub fn signer(&self) -> SignerId {
        SignerId::of(self.0.keynum())
    }
}

impl SignerId {
    fn of(number: &[u8]) -> Self {
        Self(number.iter().rev().fold(0, |id, byte| id << 8 | u64::from(*byte)))
    }
}

impl fmt::Display for SignerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", self.0)
    }
}

/// A protected secret key, by the first passphrase that opens it.
fn opened(
    boxed: impl Fn() -> Result<SecretKeyBox, SignError>,
    mut passphrase: impl FnMut() -> Option<Zeroizing<String>>,
) -> Result<SecretKey, SignError> {
    let mut failed = SignError::Protected;
    while let Some(passphrase) = passphrase() {
        match boxed()?.into_secret_key(Some(passphrase.to_string())) {
            Ok(secret) => return Ok(secret),
            Err(_) => failed = SignError::WrongPassphrase,
        }
    }
    Err(failed)
}

fn secret_comment(public: &VerifyingKey) -> String {
    format!("meibo signing key {}: secret", public.id())
}

fn last_line(text: &str) -> &str {
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default()
}

fn read_text(path: &Path, not_text: SignError) -> Result<Zeroizing<String>, SignError> {
    small_file::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => not_text,
        _ => SignError::Io(error),
    })
}

fn write_new(path: &Path, mode: u32, text: &str) -> Result<(), SignError> {
    small_file::write_new(path, mode, text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => SignError::Exists,
        _ => SignError::Io(error),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_signature_is_of_its_bytes_and_its_key() {
        let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let text = key.sign(b"a fingerprint", "by the owner\nof the list").unwrap();
        let signature = Signature::parse(&text).unwrap();
        let public = VerifyingKey::parse(&key.verifying_key().0.to_base64()).unwrap();
        assert_eq!(public.verify(b"a fingerprint", &signature).unwrap(), "by the owner of the list");
        assert!(matches!(public.verify(b"another", &signature), Err(SignError::Mismatch)));
        let others = other.verifying_key().verify(b"a fingerprint", &signature);
        assert!(matches!(others, Err(SignError::OtherSigner(id)) if id == public.id()));
        let forged = text.replace("by the owner", "by the thief");
        let forged = public.verify(b"a fingerprint", &Signature::parse(&forged).unwrap());
        assert!(matches!(forged, Err(SignError::Mismatch)));
    }

    #[test]
    fn keys_are_read_back_private_and_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let (secret, public) = (directory.path().join("key"), directory.path().join("key.pub"));
        let key = SigningKey::generate().unwrap();
        key.write_new(&secret).unwrap();
        key.verifying_key().write_new(&public).unwrap();
        assert!(matches!(key.write_new(&secret), Err(SignError::Exists)));
        let back = SigningKey::read(&secret, || None).unwrap();
        assert_eq!(back.verifying_key(), VerifyingKey::read(&public).unwrap());
        assert!(!format!("{key:?}").contains("secret"));
        assert!(matches!(SigningKey::read(&public, || None), Err(SignError::NotASigningKey)));
        assert!(matches!(VerifyingKey::read(&secret), Err(SignError::NotAVerifyingKey)));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_protected_key_opens_with_its_passphrase_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        let public = SigningKey::generate_protected(&path, "a long one").unwrap();
        let again = SigningKey::generate_protected(&path, "a long one");
        assert!(matches!(again, Err(SignError::Exists)));
        let empty = SigningKey::generate_protected(&path, "");
        assert!(matches!(empty, Err(SignError::EmptyPassphrase)));
        let read = |passphrases: &[&str]| {
            let mut left: Vec<_> =
                passphrases.iter().rev().map(|text| Zeroizing::new((*text).to_owned())).collect();
            SigningKey::read(&path, || left.pop())
        };
        assert!(matches!(read(&[]), Err(SignError::Protected)));
        assert!(matches!(read(&["a wrong one"]), Err(SignError::WrongPassphrase)));
        let key = read(&["a wrong one", "a long one"]).unwrap();
        let signature = Signature::parse(&key.sign(b"bytes", "").unwrap()).unwrap();
        public.verify(b"bytes", &signature).unwrap();
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,120}(\n\\PC{0,120}){0,4}", letters in "[A-Za-z0-9+/=]{56}") {
            prop_assert!(Signature::parse(&text).is_err());
            prop_assert!(SigningKey::parse(&text, || None).is_err());
            let _ = VerifyingKey::parse(&letters);
        }

        #[test]
        fn no_signature_of_letters_makes_it_panic(one in "[A-Za-z0-9+/]{98}==", two in "[A-Za-z0-9+/]{86}==") {
            let text = format!("untrusted comment: x\n{one}\ntrusted comment: y\n{two}\n");
            if let Ok(signature) = Signature::parse(&text) {
                let key = SigningKey::generate().unwrap();
                prop_assert!(key.verifying_key().verify(b"bytes", &signature).is_err());
            }
        }
    }
}
