//! Bytes of any customer list to records and rejects.
//!
//! Lists come as CSV or TSV in any of the encodings Japanese software writes, with or without a header, with titles
//! above it, with names and addresses in one column or in many. [`ListReader`] finds all of that out from the first
//! 256 KiB, says so in its [`Layout`], and then gives one [`Row`] after the other, in constant memory whatever the
//! file's size. Nothing is dropped silently: a row is a record, or a reject with its reason.
//!
//! - Files compressed with gzip, zstd, bzip2 or xz are known by their first bytes and read as what is in them; digest and
//!   length are those of the file as it is. One that is damaged or cut short is an error, not a shorter list.
//! - Rows are numbered from 1. Header, titles above it and blank lines are not counted; rows of empty cells are.
//! - Shorter rows are used as far as they go. A row with more filled cells than the table has columns is a reject: a
//!   delimiter was not quoted, and no column behind it can be trusted.
//! - Bytes that are not text in the file's encoding make the row a reject where they stand in a used column, and are
//!   ignored elsewhere.
//! - A row has at most 1 MiB of text and 200 lines. A quotation mark that is not closed costs its line.
#![forbid(unsafe_code)]

mod assemble;
mod cells;
mod compound;
mod content;
mod decompress;
mod detect;
mod encoding;
mod error;
mod fit;
mod fixed;
mod fold;
mod header;
mod join;
mod layout;
mod log;
mod loose;
mod meaning;
mod options;
mod phone_parts;
mod pieces;
mod pile;
mod places;
mod plan;
mod raw_rows;
mod reader;
mod rows;
mod sample;
mod table;
mod tap;
mod text;
mod timestamp;
mod up_to_error;
mod words;
mod zstd;

pub use decompress::{Compression, decompress};
pub use encoding::{Encoding, UnknownEncoding};
pub use error::{IngestError, RejectReason};
pub use fixed::{BadFixedWidth, FixedWidth, Measure};
pub use layout::{FoundBy, FoundColumn, Layout, UnusedColumn};
pub use log::{
    BadLogColumn, LogColumn, LogColumnFound, LogColumnsError, LogEntry, LogError, LogField, LogLayout,
    LogOptions, LogReader, LogReject, Size, UnknownZone, Zone,
};
pub use loose::each_person;
pub use options::{BadColumnOverride, ColumnOverride, Columns, HeaderMode, ReadOptions};
pub use pile::{
    Member, MemberText, Modified, PileError, Visit, each_member, each_member_of_stream, each_text,
    each_text_of, is_guarded, is_packed, is_pile,
};
pub use raw_rows::{RawRows, RowShape, Stretch};
pub use reader::{ListReader, Row, Summary};
pub use table::{TableReader, TableRow};
pub use text::MALFORMED as UNDECODABLE;
pub use timestamp::{Timestamp, days_since_1970};
pub use up_to_error::UpToError;
