//! Key files under a passphrase: their text, encrypted as the tool age does it (scrypt, <https://age-encryption.org/v1>).

use std::io::{self, Read as _, Write as _};
use std::iter;

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt};
use zeroize::Zeroizing;

use crate::small_file;

/// Why a key file under a passphrase cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseError {
    /// It is under a passphrase, and none was given.
    #[error(
        "the key file is protected by a passphrase, and none was given; give it with --passphrase-file or at a terminal"
    )]
    Protected,
    /// Another passphrase.
    #[error("the passphrase does not open the key file")]
    Wrong,
    /// A passphrase that protects nothing.
    #[error("the passphrase is empty; give one of several words")]
    Empty,
    /// To open it would take more memory and time than a key file of ours does.
    #[error(
        "the key file's passphrase was made to take more work than 2^{MOST_WORK}; it was not made by meibo"
    )]
    TooMuchWork,
    /// The file was changed, or is encrypted to a recipient.
    #[error("the key file is encrypted, and not or no longer by a passphrase; restore it from a copy")]
    Damaged,
}

/// scrypt's N as a power of two, the other parameters being r = 8 and p = 1: 256 MiB and about a second.
const WORK: u8 = 18;
/// A file that asks for more than 1 GiB is not opened.
const MOST_WORK: u8 = 20;

/// True where bytes are a file of the tool age: encrypted, in binary or in letters.
pub(crate) fn is_age(bytes: &[u8]) -> bool {
    bytes.starts_with(AGE) || bytes.starts_with(ARMORED)
}

/// How a file of the tool age begins.
const AGE: &[u8] = b"age-encryption.org/v1\n";
/// How it begins where it is written in letters.
pub(crate) const ARMORED: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

/// Encrypts the text of a key file; what comes out is text too.
pub(crate) fn protect(text: &str, passphrase: &str) -> Result<String, PassphraseError> {
    if passphrase.is_empty() {
        return Err(PassphraseError::Empty);
    }
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(WORK);
    let recipient: &dyn age::Recipient = &recipient;
    let encryptor =
        Encryptor::with_recipients(iter::once(recipient)).map_err(|_| PassphraseError::Damaged)?;
    let written = || -> io::Result<Vec<u8>> {
        let armored = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
        let mut writer = encryptor.wrap_output(armored)?;
        writer.write_all(text.as_bytes())?;
        writer.finish()?.finish()
    };
    let bytes = written().map_err(|_| PassphraseError::Damaged)?;
    String::from_utf8(bytes).map_err(|_| PassphraseError::Damaged)
}

/// The bytes of a key file in clear: what it is where it is not protected, else what a passphrase opens. `ask` is asked for
/// one passphrase after another until it has no more.
pub(crate) fn open(
    bytes: Zeroizing<Vec<u8>>,
    mut ask: impl FnMut() -> Option<Zeroizing<String>>,
) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
    if !is_age(&bytes) {
        return Ok(bytes);
    }
    if !decryptor(&bytes)?.is_scrypt() {
        return Err(PassphraseError::Damaged);
    }
    let mut failed = PassphraseError::Protected;
    while let Some(passphrase) = ask() {
        match open_with(&bytes, &passphrase) {
            Err(PassphraseError::Wrong) => failed = PassphraseError::Wrong,
            result => return result,
        }
    }
    Err(failed)
}

fn decryptor(bytes: &[u8]) -> Result<Decryptor<ArmoredReader<io::BufReader<&[u8]>>>, PassphraseError> {
    Decryptor::new_buffered(ArmoredReader::new(bytes)).map_err(|_| PassphraseError::Damaged)
}

fn open_with(bytes: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase));
    identity.set_max_work_factor(MOST_WORK);
    let identity: &dyn age::Identity = &identity;
    let mut reader = decryptor(bytes)?.decrypt(iter::once(identity)).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => PassphraseError::Wrong,
        DecryptError::ExcessiveWork { .. } => PassphraseError::TooMuchWork,
        _ => PassphraseError::Damaged,
    })?;
    // What is inside is shorter than what it is inside of.
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader.read_to_end(&mut plain).map_err(|_| PassphraseError::Damaged)?;
    Ok(plain)
}

/// The text in the bytes of a secret file that may be under a passphrase.
pub(crate) fn text_of<E: From<io::Error> + From<PassphraseError>>(
    bytes: Zeroizing<Vec<u8>>,
    ask: impl FnMut() -> Option<Zeroizing<String>>,
) -> Result<Zeroizing<String>, E> {
    Ok(small_file::text_of(open(bytes, ask)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(text.as_bytes().to_vec())
    }

    fn given(passphrases: &[&str]) -> impl FnMut() -> Option<Zeroizing<String>> {
        let mut left: Vec<_> =
            passphrases.iter().rev().map(|text| Zeroizing::new(text.to_string())).collect();
        move || left.pop()
    }

    #[test]
    fn only_its_passphrase_opens_a_protected_text() {
        let text = protect("# a key\nsecret\n", "four long words here").unwrap();
        assert!(text.starts_with("-----BEGIN AGE") && !text.contains("secret") && text.len() < 2_000);
        let open = |passphrases: &[&str]| open(bytes(&text), given(passphrases));
        assert_eq!(open(&["a wrong one", "four long words here"]).unwrap().as_slice(), b"# a key\nsecret\n");
        assert_eq!(open(&["a wrong one"]).unwrap_err(), PassphraseError::Wrong);
        assert_eq!(open(&[]).unwrap_err(), PassphraseError::Protected);
        assert_eq!(protect("text", "").unwrap_err(), PassphraseError::Empty);
    }

    #[test]
    fn a_text_in_clear_needs_no_passphrase() {
        assert_eq!(open(bytes("a key"), given(&[])).unwrap().as_slice(), b"a key");
    }

    #[test]
    fn work_without_end_is_refused_before_it_is_done() {
        let stanza = "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 40\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
        let mac = "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n0123456789abcdef";
        let text = format!("age-encryption.org/v1\n{stanza}{mac}");
        assert_eq!(open(bytes(&text), given(&["x"])).unwrap_err(), PassphraseError::TooMuchWork);
    }

    #[test]
    fn a_file_to_a_recipient_or_cut_short_is_named() {
        let recipient = age::x25519::Identity::generate().to_public();
        let sealed = age::encrypt(&recipient, b"a key").unwrap();
        assert_eq!(open(Zeroizing::new(sealed), given(&["x"])).unwrap_err(), PassphraseError::Damaged);
        assert_eq!(
            open(bytes("age-encryption.org/v1\n-> x"), given(&["x"])).unwrap_err(),
            PassphraseError::Damaged
        );
    }
}
