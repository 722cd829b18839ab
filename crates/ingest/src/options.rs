//! What a caller may decide about a file instead of having it detected.

use std::fmt;
use std::str::FromStr;

use meibo_normalize::Field;

use crate::{Encoding, FixedWidth};

/// How to read a file: everything detected, unless said here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Columns given by hand. They replace what would be found for their field; several of one field give several
    /// values. One column of several fields holds them all in each cell, which is taken apart.
    pub columns: Vec<ColumnOverride>,
    /// Whether there is a header row.
    pub header: HeaderMode,
    /// The text encoding; detected where `None`.
    pub encoding: Option<Encoding>,
    /// The byte between cells; detected where `None`.
    pub delimiter: Option<u8>,
    /// Where columns begin that no delimiter separates; where `None`, found in a text in which none does.
    pub fixed: Option<FixedWidth>,
}

/// Whether a file's first row names its columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderMode {
    /// Decide by looking at the first rows.
    #[default]
    Auto,
    /// It does: the first row that is no title line is the header.
    Present,
    /// It does not: the first row is a person.
    Absent,
}

/// One `FIELD=N`, `FIELD=N+M` or `FIELD=NAME`.
///
/// ```
/// use meibo_ingest::{ColumnOverride, Columns};
/// let given: ColumnOverride = "name=1+2".parse()?;
/// assert_eq!(given.columns, Columns::Numbers(vec![1, 2]));
/// # Ok::<(), meibo_ingest::BadColumnOverride>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnOverride {
    /// The field the columns hold.
    pub field: Field,
    /// The columns, joined in this order.
    pub columns: Columns,
}

/// Columns as a user names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Columns {
    /// By place, counted from 1.
    Numbers(Vec<usize>),
    /// By header name; a `+` in it is tried as part of the name first, then as a join.
    Name(String),
}

/// An override that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadColumnOverride {
    /// No `=`, or nothing on one side of it.
    #[error("write FIELD=N, FIELD=N+M or FIELD=NAME")]
    Shape,
    /// The word before `=` is no field.
    #[error("before '=': {0}")]
    Field(#[from] meibo_normalize::UnknownField),
    /// Column 0, or a number beyond any table.
    #[error("columns are counted from 1")]
    Number,
}

impl FromStr for ColumnOverride {
    type Err = BadColumnOverride;

    fn from_str(text: &str) -> Result<Self, BadColumnOverride> {
        let (field, columns) = text.split_once('=').ok_or(BadColumnOverride::Shape)?;
        let columns = columns.trim();
        if columns.is_empty() {
            return Err(BadColumnOverride::Shape);
        }
        Ok(ColumnOverride { field: field.trim().parse()?, columns: columns.parse()? })
    }
}

impl FromStr for Columns {
    type Err = BadColumnOverride;

    fn from_str(text: &str) -> Result<Self, BadColumnOverride> {
        let all_numbers = text
            .split('+')
            .all(|part| !part.trim().is_empty() && part.trim().bytes().all(|b| b.is_ascii_digit()));
        if !all_numbers {
            return Ok(Columns::Name(text.to_owned()));
        }
        let number = |part: &str| part.trim().parse().ok().filter(|&n: &usize| n > 0);
        let numbers: Option<Vec<usize>> = text.split('+').map(number).collect();
        numbers.map(Columns::Numbers).ok_or(BadColumnOverride::Number)
    }
}

impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Columns::Name(name) => f.write_str(name),
            Columns::Numbers(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
                f.write_str(&numbers.join("+"))
            }
        }
    }
}

impl fmt::Display for ColumnOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.field, self.columns)
    }
}
