//! Download logs: what a server noted of each list that was taken from it.
//!
//! A log is a table like a list, and read by the same reader: in any encoding and with any delimiter, with titles above it and headings
//! in Japanese or English. Its rows are times, counts and names of lists; what cannot be read of a row makes it a reject.

mod columns;
mod number;
mod time;
mod words;

use std::fmt;
use std::io::Read;
use std::str::FromStr;

pub use columns::{LogColumnFound, LogColumnsError, LogLayout};
pub use number::Size;

use self::time::Times;
use crate::timestamp::Timestamp;
use crate::{BadColumnOverride, Columns, IngestError, ReadOptions, RejectReason, Summary, TableReader};

/// What a column of a log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LogField {
    /// When: a date and a time of day.
    Time,
    /// The date, where the time of day has a column of its own.
    Date,
    /// The time of day beside a date.
    Clock,
    /// Who took it.
    Account,
    /// Whose list it was.
    Client,
    /// What the list or the file was called.
    List,
    /// How many rows were taken.
    Rows,
    /// How many bytes.
    Bytes,
    /// From where.
    Host,
}

impl LogField {
    /// All of them.
    pub const ALL: [LogField; 9] = [
        LogField::Time,
        LogField::Date,
        LogField::Clock,
        LogField::Account,
        LogField::Client,
        LogField::List,
        LogField::Rows,
        LogField::Bytes,
        LogField::Host,
    ];

    /// The name that options and reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            LogField::Time => "time",
            LogField::Date => "date",
            LogField::Clock => "clock",
            LogField::Account => "account",
            LogField::Client => "client",
            LogField::List => "list",
            LogField::Rows => "rows",
            LogField::Bytes => "bytes",
            LogField::Host => "host",
        }
    }
}

impl fmt::Display for LogField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One `FIELD=N`, `FIELD=NAME` or `time=N+M`, a date and a time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogColumn {
    /// What the column holds.
    pub field: LogField,
    /// Which column.
    pub columns: Columns,
}

/// A column of a log that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadLogColumn {
    /// No `=`, or nothing on one side of it.
    #[error("write FIELD=N or FIELD=NAME")]
    Shape,
    /// The word before `=` names nothing that a log holds.
    #[error("before '=': no such field; use one of: time date clock account client list rows bytes host")]
    Field,
    /// Columns that cannot be.
    #[error(transparent)]
    Columns(#[from] BadColumnOverride),
}

impl FromStr for LogColumn {
    type Err = BadLogColumn;

    fn from_str(text: &str) -> Result<Self, BadLogColumn> {
        let (field, columns) = text.split_once('=').ok_or(BadLogColumn::Shape)?;
        let (field, columns) = (field.trim(), columns.trim());
        if columns.is_empty() {
            return Err(BadLogColumn::Shape);
        }
        let field = LogField::ALL.into_iter().find(|known| known.as_str() == field);
        Ok(LogColumn { field: field.ok_or(BadLogColumn::Field)?, columns: columns.parse()? })
    }
}

impl fmt::Display for LogColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.field, self.columns)
    }
}

/// A zone that clocks without one are to be read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Seconds ahead of UTC.
    pub seconds: i32,
}

/// A text that names no zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no zone: write how far its clocks are ahead of UTC, such as +09:00, or JST, UTC")]
pub struct UnknownZone;

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(text: &str) -> Result<Self, UnknownZone> {
        time::zone_of(text.trim()).map(|seconds| Zone { seconds }).ok_or(UnknownZone)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, ahead) = (if self.seconds < 0 { '-' } else { '+' }, self.seconds.unsigned_abs());
        write!(f, "{sign}{:02}:{:02}", ahead / 3_600, ahead / 60 % 60)
    }
}

/// How a log is read: found out, unless said here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogOptions {
    /// Columns given by hand.
    pub columns: Vec<LogColumn>,
    /// The zone of times that tell none.
    pub zone: Option<Zone>,
}

/// One row of a log; a buffer that is filled again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogEntry {
    /// The row, counted from 1; header, titles and blank lines are not counted, rejects are.
    pub row: u64,
    /// When.
    pub time: Option<Timestamp>,
    /// Who; empty where the log does not tell, as the texts below.
    pub account: String,
    /// Whose list.
    pub client: String,
    /// What it was called.
    pub list: String,
    /// From where.
    pub host: String,
    /// How many rows.
    pub rows: Option<u64>,
    /// How many bytes.
    pub bytes: Option<Size>,
}

/// Why a row of a log was not used. Never holds a value of the row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogReject {
    /// The row has no cells to read.
    #[error(transparent)]
    Row(#[from] RejectReason),
    /// A time that cannot be read.
    #[error("column {column}: no time, or one whose day, month or year is in doubt")]
    Time {
        /// Column, from 1.
        column: usize,
    },
    /// A count that is no whole number.
    #[error("column {column}: no count of rows, or one that is not exact")]
    Rows {
        /// Column, from 1.
        column: usize,
    },
    /// A size that cannot be read.
    #[error("column {column}: no size in bytes, KB, MB or GB")]
    Bytes {
        /// Column, from 1.
        column: usize,
    },
    /// Nothing that a list could be compared with.
    #[error("neither a time nor a count of rows")]
    Nothing,
}

/// Why a log could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// Its bytes are no table.
    #[error(transparent)]
    Table(#[from] IngestError),
    /// Its columns cannot be told.
    #[error(transparent)]
    Columns(#[from] LogColumnsError),
}

/// Reads a download log, row by row, in constant memory.
///
/// ```
/// use meibo_ingest::{LogEntry, LogOptions, LogReader, ReadOptions};
///
/// let file = "実行日時,ログインID,案件,出力件数\n2016/4/1 9:05,op12,city-a,\"12,345件\"\n".as_bytes();
/// let mut log = LogReader::open(file, &ReadOptions::default(), &LogOptions::default(), &|_| false)?;
/// let mut entry = LogEntry::default();
/// assert_eq!(log.read(&mut entry)?, Some(Ok(())));
/// assert_eq!((entry.rows, entry.client.as_str()), (Some(12_345), "city-a"));
/// assert_eq!(entry.time.map(|time| time.to_string()).as_deref(), Some("2016-04-01T09:05"));
/// # Ok::<(), meibo_ingest::LogError>(())
/// ```
pub struct LogReader<R: Read> {
    table: TableReader<R>,
    layout: LogLayout,
    header: Option<Vec<String>>,
    zone: Option<Zone>,
    times: Times,
    joined: String,
}

impl<R: Read> LogReader<R> {
    /// Reads the head of a log and decides what its columns hold; `is_client` tells the names of known clients, by which a column of
    /// them is found that no heading names.
    ///
    /// # Errors
    /// When the input fails, is no table, has neither times nor counts, or an option does not fit it.
    pub fn open(
        input: R,
        reading: &ReadOptions,
        options: &LogOptions,
        is_client: &dyn Fn(&str) -> bool,
    ) -> Result<Self, LogError> {
        let mut table = TableReader::open(input, reading)?;
        let rows: Vec<&[String]> = table.first_rows().collect();
        let layout = columns::find(&rows, &options.columns, is_client)?;
        let header = layout.above.checked_sub(1).and_then(|row| rows.get(row)).map(|row| row.to_vec());
        table.skip(layout.above);
        Ok(Self { table, layout, header, zone: options.zone, times: Times::default(), joined: String::new() })
    }

    /// What was decided about the log.
    pub fn layout(&self) -> &LogLayout {
        &self.layout
    }

    /// Reads the next row into `entry`: whether it is one, or why not; `None` at the end.
    ///
    /// # Errors
    /// Only when the input fails.
    pub fn read(&mut self, entry: &mut LogEntry) -> Result<Option<Result<(), LogReject>>, IngestError> {
        let Some(row) = self.table.read()? else { return Ok(None) };
        *entry = LogEntry { row: row.number, ..LogEntry::default() };
        let outcome = row.outcome.map_err(LogReject::from).and_then(|()| self.fill(entry));
        if outcome.is_err() {
            self.table.reject();
        }
        Ok(Some(outcome))
    }

    /// Reads the input to its end and sums up.
    ///
    /// # Errors
    /// When the input fails.
    pub fn finish(self) -> Result<Summary, IngestError> {
        self.table.finish()
    }

    fn fill(&mut self, entry: &mut LogEntry) -> Result<(), LogReject> {
        if self.repeats_header() {
            return Err(RejectReason::RepeatedHeader.into());
        }
        self.joined.clear();
        let mut date = None;
        for found in &self.layout.columns {
            if let Some(fault) = self.table.fault(found.column) {
                return Err(fault.into());
            }
            let (column, cell) = (found.column, self.table.cell(found.column));
            // A hyphen stands for nothing, as does an empty cell.
            if cell.is_empty() || cell == "-" {
                continue;
            }
            match found.field {
                LogField::Time => entry.time = Some(self.times.read(cell).ok_or(LogReject::Time { column })?),
                LogField::Date => {
                    self.joined.push_str(cell);
                    date = Some(column);
                }
                LogField::Clock if date.is_some() => {
                    self.joined.push(' ');
                    self.joined.push_str(cell);
                }
                LogField::Clock => return Err(LogReject::Time { column }),
                LogField::Account => cell.clone_into(&mut entry.account),
                LogField::Client => cell.clone_into(&mut entry.client),
                LogField::List => cell.clone_into(&mut entry.list),
                LogField::Host => cell.clone_into(&mut entry.host),
                LogField::Rows => entry.rows = Some(number::count(cell).ok_or(LogReject::Rows { column })?),
                LogField::Bytes => {
                    entry.bytes = Some(number::size(cell, found.power).ok_or(LogReject::Bytes { column })?);
                }
            }
        }
        if let (None, Some(column)) = (entry.time, date) {
            entry.time = Some(self.times.read(&self.joined).ok_or(LogReject::Time { column })?);
        }
        if let (Some(time), Some(zone)) = (&mut entry.time, self.zone) {
            time.zone.get_or_insert(zone.seconds);
        }
        if entry.time.is_none() && entry.rows.is_none() { Err(LogReject::Nothing) } else { Ok(()) }
    }

    fn repeats_header(&self) -> bool {
        self.header.as_ref().is_some_and(|header| {
            header.len() == self.table.width()
                && header.iter().zip(1..).all(|(heading, column)| heading.trim() == self.table.cell(column))
        })
    }
}
