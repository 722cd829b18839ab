//! Why decoys cannot be planted.

use std::io;

use meibo_ingest::IngestError;

/// Why no copies with decoys could be made. The caller knows the list's path and adds it; no value of a person is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlantError {
    /// The list could not be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The list is compressed.
    #[error("is compressed; decompress it first: copies are the list's own bytes with rows between them")]
    Compressed,
    /// Columns are told by their place in the line.
    #[error("has no delimiter between its columns; save it as CSV or TSV first")]
    Fixed,
    /// A cell holds several fields.
    #[error(
        "column {column} holds several fields in each cell; give each a column of its own, or say with --column what it holds"
    )]
    Compound {
        /// The column, from 1.
        column: usize,
    },
    /// No column holds names that can be imitated.
    #[error(
        "has no column of Japanese names or readings, which decoys have with a phone number, an address or a date of birth; say with --column where they stand"
    )]
    NoName,
    /// So few rows that decoys among them would be seen.
    #[error(
        "has {rows} rows that decoys can be hidden among, and {needed} are needed for so many decoys; plant fewer (--each, --shared) or a longer list"
    )]
    TooShort {
        /// Rows of the list.
        rows: u64,
        /// Rows that so many decoys need.
        needed: u64,
    },
    /// Drawn decoys were the list's own people, again and again.
    #[error(
        "no decoys could be drawn whom the list does not hold already: it has hardly any name, town or number that is not taken; plant fewer, or a list with more columns"
    )]
    Taken,
    /// The list was changed between two readings.
    #[error("was changed while it was read; keep it as it is and try again")]
    Changed,
    /// A copy did not hold what it was to hold.
    #[error(
        "a copy does not read as it was written, as the list's columns cannot be told surely; say with --column, --encoding and --delimiter how it is read"
    )]
    Misread,
    /// A name that cannot be a recipient's.
    #[error(transparent)]
    Recipient(#[from] InvalidRecipient),
    /// More recipients or decoys than a record may tell of.
    #[error("at most {recipients} recipients and {decoys} decoys in all can be told apart; plant fewer")]
    TooMany {
        /// The most recipients.
        recipients: usize,
        /// The most decoys.
        decoys: usize,
    },
}

/// A text that cannot name a recipient.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a recipient: use 1 to 100 bytes of text that can name a directory, each recipient another")]
pub struct InvalidRecipient;
