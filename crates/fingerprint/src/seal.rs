//! Fingerprints sealed to recipients, so that whoever stores them cannot use them.
//!
//! A sealed fingerprint is a file of the tool age (<https://age-encryption.org/v1>) that holds the fingerprint; age itself seals
//! and opens it too. It is opened in memory only.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;
use std::str::FromStr;

use age::secrecy::ExposeSecret as _;
use age::{DecryptError, Decryptor, Encryptor, armor::ArmoredReader, x25519};
use zeroize::Zeroizing;

use crate::format::MAGIC;
use crate::passphrase::{self, ARMORED, PassphraseError};
use crate::small_file;

/// Whom a fingerprint is sealed to: the public part of an [`Identity`], of the form `age1…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(x25519::Recipient);

/// Who opens what is sealed to its [`recipient`](Self::recipient). It is secret; `Debug` does not show it.
#[derive(Clone)]
pub struct Identity(x25519::Identity);

/// Why a fingerprint could not be sealed or opened, or an identity not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// No recipient of the form that is known.
    #[error(
        "not a recipient; it must be age1… (58 letters more), as `meibo keygen --identity` and age-keygen write it"
    )]
    NotARecipient,
    /// Fewer or more recipients than a seal may have.
    #[error("a seal has 1 to {MOST_RECIPIENTS} recipients")]
    Recipients,
    /// No identity of the form that is known.
    #[error(
        "not an identity file; it must hold AGE-SECRET-KEY-1…, as `meibo keygen --identity` and age-keygen write it"
    )]
    NotAnIdentity,
    /// Nobody to open it.
    #[error("it is sealed; open it with --identity, of one of its recipients")]
    NoIdentity,
    /// Sealed to others.
    #[error(
        "it is sealed to other recipients than the identities given; add an identity of one of them with --identity"
    )]
    OtherRecipients,
    /// Changed, cut short, or by a passphrase.
    #[error(
        "the seal is damaged or of a kind that is not used for fingerprints; restore the file from a copy"
    )]
    Damaged,
    /// Something else was sealed.
    #[error("what is sealed in it is not a meibo fingerprint")]
    NotAFingerprint,
    /// The identity file's passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// The file is there already.
    #[error(
        "the file exists already; an identity is never overwritten: choose another name or move the old one away"
    )]
    Exists,
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[source] io::Error),
}

/// More recipients than anybody gives; a seal's header stays short.
const MOST_RECIPIENTS: usize = 100;
/// A header of more bytes is read by nobody: each line of it costs as much as what stands before.
const MOST_HEADER: usize = 32 << 10;
const HEADER_END: &[u8] = b"\n--- ";

impl Recipient {
    /// Reads recipients, one a line; comment lines start with `#`.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, SealError> {
        let recipients: Vec<Self> = content_lines(text).map(str::parse).collect::<Result<_, _>>()?;
        if recipients.is_empty() { Err(SealError::NotARecipient) } else { Ok(recipients) }
    }

    /// Reads a file of recipients.
    pub fn read_all(path: &Path) -> Result<Vec<Self>, SealError> {
        Self::parse_all(&small_file::read(path).map_err(|error| or_not(error, SealError::NotARecipient))?)
    }

    /// Writes a new file of this recipient; an existing file is left as it is.
    pub fn write_new(&self, path: &Path) -> Result<(), SealError> {
        write_new(path, 0o644, &format!("{self}\n"))
    }
}

impl FromStr for Recipient {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        text.parse().map(Self).map_err(|_| SealError::NotARecipient)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

impl Identity {
    /// A new identity from the operating system's randomness.
    pub fn generate() -> Self {
        Self(x25519::Identity::generate())
    }

    /// Whom to seal to, for this identity to open it.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// Reads identities, one a line; comment lines start with `#`.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, SealError> {
        let parse = |line: &str| line.parse().map(Self).map_err(|_| SealError::NotAnIdentity);
        let identities: Vec<Self> = content_lines(text).map(parse).collect::<Result<_, _>>()?;
        if identities.is_empty() { Err(SealError::NotAnIdentity) } else { Ok(identities) }
    }

    /// Reads an identity file; where it is protected by a passphrase, `passphrase` is asked for one after another.
    pub fn read_all(
        path: &Path,
        passphrase: impl FnMut() -> Option<Zeroizing<String>>,
    ) -> Result<Vec<Self>, SealError> {
        Self::parse_all(&passphrase::text_of::<SealError>(small_file::read_bytes(path)?, passphrase)?)
    }

    /// The text of an identity file. It is secret.
    pub fn to_text(&self) -> Zeroizing<String> {
        let secret = self.0.to_string();
        let recipient = self.recipient();
        Zeroizing::new(format!("# public key: {recipient}\n{}\n", secret.expose_secret()))
    }

    /// Writes a new identity file that only its owner can read (mode 0600), under a passphrase where one is given; an existing
    /// file is left as it is.
    pub fn write_new(&self, path: &Path, passphrase: Option<&str>) -> Result<(), SealError> {
        match passphrase {
            None => write_new(path, 0o600, &self.to_text()),
            Some(passphrase) => write_new(path, 0o600, &passphrase::protect(&self.to_text(), passphrase)?),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.recipient())
    }
}

impl From<io::Error> for SealError {
    fn from(error: io::Error) -> Self {
        or_not(error, Self::NotAnIdentity)
    }
}

/// Seals a fingerprint's bytes. Unlike all else, the same input gives other bytes each time: whoever stores two seals must not
/// see whether they are of one fingerprint.
///
/// # Errors
/// Where there is no recipient, or too many.
pub fn seal(bytes: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, SealError> {
    let mut sealed = Vec::with_capacity(bytes.len());
    seal_with(&mut sealed, recipients, |inside| inside.write_all(bytes).map_err(SealError::Io))?;
    Ok(sealed)
}

/// As [`seal`], for whatever `fill` writes, sealed piece by piece on its way to `out`: none of it is kept in clear.
///
/// # Errors
/// Where there is no recipient, or too many, where `out` fails, and where `fill` does.
pub fn seal_with<E: From<SealError>>(
    out: impl Write,
    recipients: &[Recipient],
    fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    if !(1..=MOST_RECIPIENTS).contains(&recipients.len()) {
        return Err(SealError::Recipients.into());
    }
    let recipients = recipients.iter().map(|recipient| &recipient.0 as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(recipients).map_err(|_| SealError::Recipients)?;
    let mut writer = encryptor.wrap_output(out).map_err(SealError::Io)?;
    fill(&mut writer)?;
    writer.finish().map_err(SealError::Io)?;
    Ok(())
}

/// True where bytes are not a fingerprint but a seal, which [`unseal`] opens.
pub fn is_sealed(bytes: &[u8]) -> bool {
    passphrase::is_age(bytes)
}

/// The fingerprint's bytes in a seal that one of the identities opens.
///
/// # Errors
/// Where none does, where the seal was changed, and where something else is in it.
pub fn unseal(sealed: &[u8], identities: &[Identity]) -> Result<Vec<u8>, SealError> {
    unseal_as(sealed, identities, MAGIC)
}

/// Opens a sealed file of another kind, which begins with these bytes, as [`unseal`] opens a fingerprint.
///
/// # Errors
/// As [`unseal`]; [`SealError::NotAFingerprint`] where what is sealed in it begins otherwise.
pub fn unseal_as(sealed: &[u8], identities: &[Identity], magic: [u8; 8]) -> Result<Vec<u8>, SealError> {
    if identities.is_empty() {
        return Err(SealError::NoIdentity);
    }
    if !sealed.starts_with(ARMORED) {
        return unseal_binary(sealed, identities, magic);
    }
    let mut binary = Vec::with_capacity(sealed.len() / 4 * 3);
    ArmoredReader::new(sealed).read_to_end(&mut binary).map_err(|_| SealError::Damaged)?;
    unseal_binary(&binary, identities, magic)
}

fn unseal_binary(sealed: &[u8], identities: &[Identity], magic: [u8; 8]) -> Result<Vec<u8>, SealError> {
    let start = sealed.get(..MOST_HEADER).unwrap_or(sealed);
    if !start.windows(HEADER_END.len()).any(|bytes| bytes == HEADER_END) {
        return Err(SealError::Damaged);
    }
    let identities = identities.iter().map(|identity| &identity.0 as &dyn age::Identity);
    let decryptor = Decryptor::new_buffered(sealed).map_err(|_| SealError::Damaged)?;
    let mut reader = decryptor.decrypt(identities).map_err(|error| match error {
        DecryptError::NoMatchingKeys => SealError::OtherRecipients,
        _ => SealError::Damaged,
    })?;
    // What is inside is shorter than what it is inside of.
    let mut bytes = Vec::with_capacity(sealed.len());
    reader.by_ref().take(magic.len() as u64).read_to_end(&mut bytes).map_err(|_| SealError::Damaged)?;
    if bytes != magic {
        return Err(SealError::NotAFingerprint);
    }
    reader.read_to_end(&mut bytes).map_err(|_| SealError::Damaged)?;
    Ok(bytes)
}

fn content_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// An error of reading a file, which is not what it was taken for where it is no text.
fn or_not(error: io::Error, not: SealError) -> SealError {
    if error.kind() == io::ErrorKind::InvalidData { not } else { SealError::Io(error) }
}

fn write_new(path: &Path, mode: u32, text: &str) -> Result<(), SealError> {
    small_file::write_new(path, mode, text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => SealError::Exists,
        _ => SealError::Io(error),
    })
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    const FINGERPRINT: &[u8] = include_bytes!("../../../testdata/format/small.meibo");

    #[test]
    fn each_recipient_opens_a_seal_and_nobody_else() {
        let [one, two, other] = [(); 3].map(|()| Identity::generate());
        let sealed = seal(FINGERPRINT, &[one.recipient(), two.recipient()]).unwrap();
        assert!(is_sealed(&sealed) && !is_sealed(FINGERPRINT));
        assert!(!sealed.windows(8).any(|bytes| bytes == &FINGERPRINT[..8]));
        assert_eq!(unseal(&sealed, &[other.clone(), two.clone()]).unwrap(), FINGERPRINT);
        assert_eq!(unseal(&sealed, slice::from_ref(&one)).unwrap(), FINGERPRINT);
        assert!(matches!(unseal(&sealed, &[other]), Err(SealError::OtherRecipients)));
        assert!(matches!(unseal(&sealed, &[]), Err(SealError::NoIdentity)));
        assert_ne!(seal(FINGERPRINT, &[one.recipient(), two.recipient()]).unwrap(), sealed);
        assert!(matches!(seal(FINGERPRINT, &[]), Err(SealError::Recipients)));
        assert!(matches!(seal(FINGERPRINT, &vec![one.recipient(); 101]), Err(SealError::Recipients)));
        let to_all = seal(FINGERPRINT, &vec![one.recipient(); 100]).unwrap();
        assert_eq!(unseal(&to_all, &[one]).unwrap(), FINGERPRINT);
    }

    #[test]
    fn every_single_flipped_byte_and_every_cut_of_a_seal_is_an_error() {
        let identity = [Identity::generate()];
        let sealed = seal(&FINGERPRINT[..600], &[identity[0].recipient()]).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] = !changed[at];
            assert!(unseal(&changed, &identity).is_err(), "flipped at {at}");
            assert!(unseal(&sealed[..at], &identity).is_err(), "cut at {at}");
        }
        assert!(unseal(&[&sealed[..], &[0]].concat(), &identity).is_err());
    }

    #[test]
    fn a_seal_in_letters_opens_and_one_of_something_else_does_not() {
        let identity = Identity::generate();
        let text = age::encrypt_and_armor(&identity.0.to_public(), FINGERPRINT).unwrap();
        assert_eq!(unseal(text.as_bytes(), slice::from_ref(&identity)).unwrap(), FINGERPRINT);
        let other = age::encrypt(&identity.0.to_public(), b"\x89MEIBO\r, but that is all").unwrap();
        assert!(matches!(unseal(&other, slice::from_ref(&identity)), Err(SealError::NotAFingerprint)));
        let empty = age::encrypt(&identity.0.to_public(), b"").unwrap();
        assert!(matches!(unseal(&empty, &[identity]), Err(SealError::NotAFingerprint)));
    }

    /// Each line of a header costs as much as all before it.
    #[test]
    fn a_header_without_end_is_not_read() {
        let sealed = [b"age-encryption.org/v1\n".to_vec(), b"-> X25519 a\nb\n".repeat(1 << 20)].concat();
        assert!(matches!(unseal(&sealed, &[Identity::generate()]), Err(SealError::Damaged)));
    }

    #[test]
    fn identities_and_recipients_are_read_back() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let identity = Identity::generate();
        let is_it = |read: &[Identity]| read.iter().map(Identity::recipient).eq([identity.recipient()]);
        assert!(is_it(&Identity::parse_all(&identity.to_text()).unwrap()));
        assert!(
            identity.to_text().contains("AGE-SECRET-KEY-1") && !format!("{identity:?}").contains("SECRET")
        );
        identity.write_new(&path("key"), None).unwrap();
        identity.recipient().write_new(&path("key.pub")).unwrap();
        assert!(matches!(identity.write_new(&path("key"), None), Err(SealError::Exists)));
        assert!(is_it(&Identity::read_all(&path("key"), || None).unwrap()));
        assert_eq!(Recipient::read_all(&path("key.pub")).unwrap(), [identity.recipient()]);
        identity.write_new(&path("protected"), Some("of several words")).unwrap();
        let read = |passphrase: &str| {
            let mut left = Some(Zeroizing::new(passphrase.to_owned()));
            Identity::read_all(&path("protected"), || left.take())
        };
        assert!(is_it(&read("of several words").unwrap()));
        assert!(matches!(read("another"), Err(SealError::Passphrase(PassphraseError::Wrong))));
        assert!(matches!(Identity::read_all(&path("key.pub"), || None), Err(SealError::NotAnIdentity)));
        assert!(matches!(Recipient::read_all(&path("key")), Err(SealError::NotARecipient)));
        assert!(matches!("age1pq1xyz".parse::<Recipient>(), Err(SealError::NotARecipient)));
        assert!(matches!(Recipient::parse_all("# nobody\n"), Err(SealError::NotARecipient)));
    }
}
