//! What was decided about a file: its encoding, its table, and where each field stands.

use meibo_normalize::Field;

use crate::join::Glue;
use crate::{Compression, Encoding, FixedWidth};

/// How a file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Layout {
    /// How the file is compressed; none where it is not.
    pub compression: Option<Compression>,
    /// The encoding, as far as the head tells: UTF-8 where the head is ASCII alone. What was used in the end stands
    /// in [`Summary::encoding`](crate::Summary::encoding).
    pub encoding: Encoding,
    /// The byte between cells; none is where they are told by their place.
    pub delimiter: u8,
    /// Where the columns begin in each line, where no delimiter separates them.
    pub fixed: Option<FixedWidth>,
    /// True where a header row names the columns.
    pub header: bool,
    /// Rows above the header, or above the first person, that were taken for titles and left out. Blank lines are
    /// not counted.
    pub skipped_rows: usize,
    /// Columns of the table: cells beyond that make a row a reject.
    pub width: usize,
    /// Where each value of a record comes from, in the order of [`Field::ALL`], then from left to right.
    pub columns: Vec<FoundColumn>,
    /// Columns that are not used.
    pub unused: Vec<UnusedColumn>,
}

/// One value of a record: a field and the columns that are joined into it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundColumn {
    /// The field.
    pub field: Field,
    /// Columns, counted from 1, in the order in which they are joined.
    pub columns: Vec<usize>,
    /// How they were found.
    pub found_by: FoundBy,
    /// True where the column's cells hold other fields as well, and are taken apart: several fields have this column then.
    pub in_part: bool,
    /// How each column attaches to what stands before it.
    pub(crate) glue: Vec<Glue>,
}

/// A column that gives no value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnusedColumn {
    /// Column, counted from 1.
    pub column: usize,
    /// Its heading; `None` where the file has no header.
    pub name: Option<String>,
}

/// How a column was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoundBy {
    /// By its heading.
    Header,
    /// By what its cells look like.
    Content,
    /// It was given.
    Override,
}

impl FoundBy {
    /// The word for it in reports: `header`, `content` or `option`.
    pub const fn as_str(self) -> &'static str {
        match self {
            FoundBy::Header => "header",
            FoundBy::Content => "content",
            FoundBy::Override => "option",
        }
    }
}
