//! Downloads that a server logged, compared with seized files: by how many rows they have, by when they were made, and by whose list they
//! were of.
//!
//! Each of these is said by itself, and none of it goes into the evidence of attribution: that weighs who is in a file, this compares what
//! was written about downloads. How likely an equal number of rows is by chance is read off the log: how dense its counts lie around that
//! number, round numbers among round ones.

mod chance;
mod find;
mod said;
mod turned_up;

pub use find::{Downloads, Found};
pub use said::{BytesSaid, ClientSaid, HandoverSaid, Match, ModifiedSaid, RowsSaid, State};
pub use turned_up::{PartFound, TurnedUp, Turnout};

use crate::outcome::Client;

/// When something happened, as far as its clock and its zone tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The first second that it can have been, of UTC, since 1970.
    pub earliest: i64,
    /// The last one.
    pub latest: i64,
    /// The first and the last day that it can have been where the lists were handed over; days since 1970-01-01.
    pub days: [i64; 2],
}

/// A download, as far as it can be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Download {
    /// Whose list, where that is a client of the registry.
    pub client: Option<Client>,
    /// How many rows.
    pub rows: Option<u64>,
    /// How many bytes: at least, and at most.
    pub bytes: Option<[u64; 2]>,
    /// When.
    pub time: Option<Moment>,
}

/// What was counted to compare with a download's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// The rows of the file, whatever they hold.
    Rows,
    /// Those and a header, which some servers count.
    RowsAndHeader,
    /// The rows with a usable key: others may have been added since.
    Records,
    /// The distinct persons, where the file holds some twice.
    Persons,
    /// As many more than the file's rows as the list itself holds persons twice: the file holds none twice.
    DuplicatesDropped,
    /// The records given to the client, as far as their number is certain, with rows that nobody can be told of.
    Part,
}

impl Counted {
    /// The name that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Counted::Rows => "rows",
            Counted::RowsAndHeader => "rows_and_header",
            Counted::Records => "records",
            Counted::Persons => "persons",
            Counted::DuplicatesDropped => "duplicates_dropped",
            Counted::Part => "part",
        }
    }
}

/// Numbers of rows that a download may have for what was counted of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountRange {
    /// What was counted.
    pub of: Counted,
    /// At least so many.
    pub least: u64,
    /// At most so many.
    pub most: u64,
}

impl CountRange {
    /// One number.
    pub const fn exactly(of: Counted, rows: u64) -> Self {
        Self { of, least: rows, most: rows }
    }

    pub(crate) fn holds(&self, rows: u64) -> bool {
        (self.least..=self.most).contains(&rows)
    }
}

/// When a part can have been taken, by the days of its client's handovers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenBetween {
    /// The day of the handover that the rows need, or of the oldest that they can be of.
    pub not_before: Option<i64>,
    /// The day of the oldest handover that no longer holds some of the rows.
    pub before: Option<i64>,
}

/// A file, or the part of it that is one client's, to be compared with downloads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// Whose it is; none for a file whose source is not told, or that is of several.
    pub client: Option<Client>,
    /// The clients that explain the same rows as well.
    pub not_separable_from: Vec<Client>,
    /// How many rows its download may have, the most telling first.
    pub counts: Vec<CountRange>,
    /// Bytes of the file; none where it is not as it was downloaded: compressed, a sheet, or a part only.
    pub bytes: Option<u64>,
    /// When the file was last changed.
    pub modified: Option<Moment>,
    /// When its rows can have been taken.
    pub taken: TakenBetween,
}
