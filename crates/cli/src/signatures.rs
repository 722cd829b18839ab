//! Signatures beside fingerprints: `NAME.meibo.minisig`, and `NAME.meibo.SIGNER.minisig` of whoever signs after another.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use meibo::{Header, SignError, Signature, SignerId, SigningKey, VerifyingKey, atomic, is_sealed, read_file};

use crate::args::{Passphrases, Signing};
use crate::exit::Failure;
use crate::keys::Given;
use crate::stored::Stored;
use crate::{keys, outputs};

/// How the names of signature files end.
const ENDING: &str = ".minisig";
/// More signatures of one fingerprint than anybody gives.
const MOST: usize = 64;

/// Reads the signing key that arguments name, if they name one.
pub(crate) fn signing_key(
    arguments: &Signing,
    passphrases: &Passphrases,
) -> Result<Option<SigningKey>, Failure> {
    let Some(path) = &arguments.sign_with else { return Ok(None) };
    keys::keep_from_dumps();
    let mut given = Given::read(passphrases)?;
    let key = SigningKey::read(path, given.of(path));
    key.map(Some).map_err(|error| Failure::about(path.display(), error))
}

/// Signs the bytes of a fingerprint's file, in clear or sealed, and writes the signature beside it; gives the path.
pub(crate) fn sign(key: &SigningKey, fingerprint: &Path, bytes: &[u8]) -> Result<PathBuf, Failure> {
    let comment = match is_sealed(bytes) {
        true => "meibo fingerprint, sealed".to_owned(),
        false => {
            let header = Header::read(bytes).map_err(|error| Failure::about(fingerprint.display(), error))?;
            let checksum: String = header.checksum.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("meibo fingerprint blake3:{checksum}")
        }
    };
    let text = key.sign(bytes, &comment);
    let text = text.map_err(|error| Failure::about(fingerprint.display(), error))?;
    let path = path_for(fingerprint, key.verifying_key().id());
    atomic::write(&path, text.as_bytes())
        .map_err(|error| Failure::about(path.display(), format!("cannot be written: {error}")))?;
    Ok(path)
}

/// Signs a fingerprint file.
pub(crate) fn sign_file(key: &SigningKey, fingerprint: &Path) -> Result<PathBuf, Failure> {
    let bytes = read_file(fingerprint)
        .map_err(|error| Failure::about(fingerprint.display(), format!("cannot be read: {error}")))?;
    sign(key, fingerprint, &bytes)
}

/// Where a signer's signature goes: the first signer's has the short name.
fn path_for(fingerprint: &Path, signer: SignerId) -> PathBuf {
    let named = |middle: &str| outputs::extended(fingerprint, &format!("{middle}{ENDING}"));
    let first = named("");
    let is_others = first.symlink_metadata().is_ok()
        && Signature::read(&first).is_ok_and(|signature| signature.signer() != signer);
    if is_others { named(&format!(".{signer}")) } else { first }
}

/// The signature files beside a fingerprint, in order of name.
pub(crate) fn beside(fingerprint: &Path) -> io::Result<Vec<PathBuf>> {
    let directory = fingerprint.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    let mut start = OsString::from(fingerprint.file_name().unwrap_or_default());
    start.push(".");
    let is_signature = |name: &OsStr| {
        let (name, start) = (name.as_encoded_bytes(), start.as_encoded_bytes());
        name.starts_with(start) && name.ends_with(ENDING.as_bytes())
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if is_signature(&entry.file_name()) {
            found.push(entry.path());
        }
    }
    found.sort();
    found.truncate(MOST);
    Ok(found)
}

/// Public keys whose signatures count, with the names of their files.
pub(crate) struct Trusted(Vec<(String, VerifyingKey)>);

/// What the signatures of a fingerprint say.
#[derive(Default)]
pub(crate) struct Said {
    /// The trusted keys that signed it, in the order in which they were named.
    signers: Vec<String>,
    /// Signatures that are none of it, and such as cannot be read.
    pub(crate) problems: Vec<Failure>,
}

impl Trusted {
    /// Reads public keys.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self, Failure> {
        let read = |path: &PathBuf| {
            let key = VerifyingKey::read(path).map_err(|error| Failure::about(path.display(), error))?;
            Ok((meibo_report::path_text(path), key))
        };
        paths.iter().map(read).collect::<Result<_, Failure>>().map(Self)
    }

    /// True where nobody was named.
    pub(crate) fn is_nobody(&self) -> bool {
        self.0.is_empty()
    }

    /// What the signatures beside a fingerprint say of it. A sealed one may be signed as it lies there, which whoever stores it
    /// can verify, or before it was sealed.
    pub(crate) fn ask(&self, fingerprint: &Path, stored: &Stored) -> Said {
        let mut said = Said::default();
        let files = beside(fingerprint).unwrap_or_else(|error| {
            let unlisted = format!("its signatures cannot be listed: {error}");
            said.problems.push(Failure::about(fingerprint.display(), unlisted));
            Vec::new()
        });
        let mut signed = vec![false; self.0.len()];
        for file in files {
            let signature = match Signature::read(&file) {
                Ok(signature) => signature,
                Err(error) => {
                    said.problems.push(Failure::about(file.display(), error));
                    continue;
                }
            };
            for ((_, key), signed) in self.0.iter().zip(&mut signed) {
                match verify(key, stored, &signature) {
                    Ok(_) => *signed = true,
                    Err(SignError::OtherSigner(_)) => {}
                    Err(error) => said.problems.push(Failure::about(file.display(), error)),
                }
            }
        }
        let signers = self.0.iter().zip(signed).filter(|(_, signed)| *signed);
        said.signers = signers.map(|((name, key), _)| format!("{name} ({})", key.id())).collect();
        if said.signers.is_empty() {
            let unsigned = "signed by none of the keys that --trust names; ask its owner for a signature";
            said.problems.push(Failure::about(fingerprint.display(), unsigned));
        }
        said
    }
}

fn verify(key: &VerifyingKey, stored: &Stored, signature: &Signature) -> Result<String, SignError> {
    match key.verify(&stored.bytes, signature) {
        Err(SignError::Mismatch) if stored.is_sealed() => key.verify(stored.fingerprint(), signature),
        verified => verified,
    }
}

impl Said {
    /// That nothing could be read.
    pub(crate) fn nothing_but(problem: Failure) -> Self {
        Self { signers: Vec::new(), problems: vec![problem] }
    }

    /// Who signed it, in words.
    pub(crate) fn in_words(&self) -> String {
        match self.signers.as_slice() {
            [] => "not signed by a trusted key".to_owned(),
            [one] => format!("signed by {one}"),
            [one, others @ ..] => format!("signed by {one}, countersigned by {}", others.join(", ")),
        }
    }
}
