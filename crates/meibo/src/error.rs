//! What can go wrong with a whole job.

use std::io;

use meibo_fingerprint::BuildError;
use meibo_ingest::IngestError;

/// Why a list could not be fingerprinted or attributed. The caller knows the list's path and adds it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The list could not be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The lists make no fingerprint.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A fingerprint was finished after a first reading of lists that hold values which stand for nobody.
    #[error(
        "the lists hold values that stand for nobody; add them again to the fingerprinter that `again` gives"
    )]
    ReadAgain,
    /// The list could not be read a second time.
    #[error("cannot be read a second time, to leave out values that stand for nobody: {0}")]
    Rewind(#[source] io::Error),
    /// The second reading was of another list than the first.
    #[error("was changed while it was read; keep it as it is and try again")]
    Changed,
    /// The temporary file for per-row answers failed; it holds numbers only, nothing of a person.
    #[error(
        "the temporary file for per-row answers cannot be used: {0}; free some space where temporary files go"
    )]
    Spool(#[source] io::Error),
}
