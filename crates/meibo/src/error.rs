//! What can go wrong with a whole job.

use std::io;

use meibo_ingest::IngestError;

/// Why a list could not be fingerprinted or attributed. The caller knows the list's path and adds it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The list could not be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The temporary file for per-row answers failed; it holds numbers only, nothing of a person.
    #[error(
        "the temporary file for per-row answers cannot be used: {0}; free some space where temporary files go"
    )]
    Spool(#[source] io::Error),
}
