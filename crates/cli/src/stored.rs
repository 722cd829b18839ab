//! Fingerprint files as they are stored: in clear, or sealed to recipients.

use std::path::Path;

use meibo::{Identity, is_sealed, read_file, unseal};

/// A fingerprint file.
pub(crate) struct Stored {
    /// The file's bytes.
    pub(crate) bytes: Vec<u8>,
    /// The fingerprint, where they are a seal of it.
    unsealed: Option<Vec<u8>>,
}

impl Stored {
    /// Reads a file, and opens it where it is sealed; an error says what is wrong with it.
    pub(crate) fn read(path: &Path, identities: &[Identity]) -> Result<Self, String> {
        let mut stored = Self::read_as_it_is(path)?;
        if is_sealed(&stored.bytes) {
            stored.unsealed = Some(unseal(&stored.bytes, identities).map_err(|error| error.to_string())?);
        }
        Ok(stored)
    }

    /// Reads a file and leaves it sealed where it is.
    pub(crate) fn read_as_it_is(path: &Path) -> Result<Self, String> {
        let bytes = read_file(path).map_err(|error| format!("cannot be read: {error}"))?;
        Ok(Self { bytes, unsealed: None })
    }

    /// The fingerprint's bytes; those of the file where it was left sealed.
    pub(crate) fn fingerprint(&self) -> &[u8] {
        self.unsealed.as_ref().unwrap_or(&self.bytes)
    }

    /// True where the file was sealed and was opened.
    pub(crate) fn is_sealed(&self) -> bool {
        self.unsealed.is_some()
    }
}
