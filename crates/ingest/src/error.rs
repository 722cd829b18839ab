//! What can go wrong with a file, and with one row of it.

use std::io;

use meibo_normalize::Field;

/// Why a file could not be read as a list. The reader does not know the file's path; who opened it adds that.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The input itself failed.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The input holds no byte, or blank lines only.
    #[error("holds no rows; check that this is the file you mean")]
    NoRows,
    /// No row was found up to a line that is longer than any row may be.
    #[error(
        "its first line is longer than {limit} bytes, so no row can be read; check that its lines end with line feeds, \
         and check --encoding"
    )]
    FirstLineTooLong {
        /// Bytes of UTF-8 text a row may have.
        limit: usize,
    },
    /// No column could be recognised as one of the fields.
    #[error(
        "no column of a person was recognised among its {columns} columns; name them with --column FIELD=N \
         (such as --column name=1 --column phone=3), and check --encoding and --delimiter"
    )]
    NoUsableColumn {
        /// Cells in the widest of the first rows.
        columns: usize,
    },
    /// A column was named by a number that the file does not reach.
    #[error("--column {field}={column}: the file has {columns} columns, counted from 1")]
    ColumnOutOfRange {
        /// The field the column was meant for.
        field: Field,
        /// The number asked for.
        column: usize,
        /// Cells in the widest of the first rows.
        columns: usize,
    },
    /// A column was named by a header that the file does not have.
    #[error("--column {field}={name}: no column of that name in the header; use its number, counted from 1")]
    ColumnNotFound {
        /// The field the column was meant for.
        field: Field,
        /// The name asked for.
        name: String,
    },
    /// A column was named by a header where the file has none.
    #[error(
        "--column {field}={name}: the file was read as having no header row; use the column's number, or --header"
    )]
    NoHeader {
        /// The field the column was meant for.
        field: Field,
        /// The name asked for.
        name: String,
    },
    /// The delimiter asked for cannot separate cells.
    #[error("byte 0x{0:02x} cannot be a delimiter; use an ASCII mark such as , ; | or a tab")]
    BadDelimiter(u8),
    /// The bytes are those of another kind of file.
    #[error("is {0}, not a text file; export the list as CSV or TSV first")]
    NotText(&'static str),
}

/// Why one row gave no record. Never holds a value of the row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RejectReason {
    /// A used column holds bytes that are no text in the file's encoding.
    #[error("column {column}: bytes that are not text in the file's encoding")]
    Undecodable {
        /// Column, from 1.
        column: usize,
    },
    /// A used column holds a NUL character between others.
    #[error("column {column}: NUL character inside the cell")]
    NulInCell {
        /// Column, from 1.
        column: usize,
    },
    /// More cells than the list has columns: most likely an unquoted delimiter, so no column can be trusted.
    #[error("{found} cells for {expected} columns: a delimiter inside a cell is not quoted")]
    TooManyCells {
        /// Columns of the list.
        expected: usize,
        /// Cells up to the last that is not empty.
        found: usize,
    },
    /// A quoted cell that does not end where a cell can end.
    #[error("a quotation mark is not closed; reading goes on at the next line")]
    UnterminatedQuote,
    /// The row is longer than any row may be.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// Bytes of UTF-8 text a row may have.
        limit: usize,
    },
    /// None of the used columns holds anything.
    #[error("no value in any used column")]
    NoValues,
    /// The header again, as in files put together from several.
    #[error("repeats the header")]
    RepeatedHeader,
}
