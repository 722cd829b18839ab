//! Taking a report in again.

use std::io::{self, Read};

use serde::Deserialize;

use crate::json::v1;
use crate::text::visible;

/// A report of more bytes is not read.
pub const MOST_BYTES: u64 = 1 << 28;

/// Why no draft can be made of what was given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoticeError {
    /// It cannot be read.
    #[error("the report cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is too large.
    #[error("is larger than {MOST_BYTES} bytes; give a report of `attribute --format json`")]
    TooLarge,
    /// It is no JSON, or not what a report holds.
    #[error(
        "is no whole report: line {line}, column {column} cannot be read; give what `attribute --format json` wrote"
    )]
    Broken {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is a report of another kind or version.
    #[error("is of the kind {found}, not {schema}; give what `attribute --format json` wrote", found = visible(found), schema = v1::SCHEMA)]
    OtherSchema {
        /// What it says of itself.
        found: String,
    },
}

/// What a document of ours says of itself.
#[derive(Deserialize)]
struct Front {
    schema: String,
}

/// Reads a report of version 1.
///
/// # Errors
/// Where it is larger than [`MOST_BYTES`], no JSON, cut off, or of another kind.
pub fn read_report(input: impl Read) -> Result<v1::Report, NoticeError> {
    let mut bytes = Vec::new();
    input.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(NoticeError::TooLarge);
    }
    let front: Front = serde_json::from_slice(&bytes).map_err(|error| broken(&error))?;
    if front.schema != v1::SCHEMA {
        // It may be anything at all.
        return Err(NoticeError::OtherSchema { found: front.schema.chars().take(40).collect() });
    }
    serde_json::from_slice(&bytes).map_err(|error| broken(&error))
}

/// Where it is broken; what stands there may be a person's name.
fn broken(error: &serde_json::Error) -> NoticeError {
    NoticeError::Broken { line: error.line(), column: error.column() }
}
