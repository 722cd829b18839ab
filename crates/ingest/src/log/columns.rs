//! Which column of a log holds what: by its heading, or else by what its cells hold.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::number;
use super::time::Times;
use super::words::{HEADINGS, NOT_ROWS, PARTS};
use super::{LogColumn, LogField};
use crate::fold::fold;
use crate::{Columns, FoundBy};

/// Rows at the front among which the header is looked for.
const SEARCHED: usize = 30;
/// Rows that are looked at where headings do not tell.
const LOOKED_AT: usize = 300;
/// Columns that are looked at.
const MOST_COLUMNS: usize = 500;
/// How well a part of a heading tells: less than any whole one.
const BY_PART: usize = 10_000;

/// How a log is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLayout {
    /// True where a header row names the columns.
    pub header: bool,
    /// Rows above the first entry, the header among them.
    pub above: usize,
    /// What each column that is used holds.
    pub columns: Vec<LogColumnFound>,
}

/// A column of a log and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogColumnFound {
    /// What it holds.
    pub field: LogField,
    /// The column, counted from 1.
    pub column: usize,
    /// How that was found.
    pub found_by: FoundBy,
    /// For sizes: how often a thousand bytes are multiplied, as the heading says.
    pub(super) power: Option<u32>,
}

/// Why the columns of a log cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogColumnsError {
    /// Neither times nor counts of rows were recognised.
    #[error(
        "no column of times and none of row counts was recognised among its {columns} columns; name them with --log-column \
         FIELD=N (such as --log-column time=1 --log-column rows=5)"
    )]
    NothingToCompare {
        /// Cells in the widest of the first rows.
        columns: usize,
    },
    /// A column was named by a number that the log does not reach.
    #[error("--log-column {field}={column}: the log has {columns} columns, counted from 1")]
    OutOfRange {
        /// What the column was meant for.
        field: LogField,
        /// The number asked for.
        column: usize,
        /// Cells in the widest of the first rows.
        columns: usize,
    },
    /// A column was named by a heading that the log does not have.
    #[error(
        "--log-column {field}={name}: no column of that name in the header; use its number, counted from 1"
    )]
    NotFound {
        /// What the column was meant for.
        field: LogField,
        /// The name asked for.
        name: String,
    },
}

/// What a heading says of its column: the field, how well it tells (0 best), and the unit of sizes.
fn heading(text: &str) -> Option<(LogField, usize, Option<u32>)> {
    static WORDS: LazyLock<HashMap<String, (LogField, usize)>> = LazyLock::new(|| {
        let each = HEADINGS.iter().flat_map(|(field, words)| {
            words.iter().enumerate().map(|(rank, word)| (fold(word), (*field, rank)))
        });
        // Of a word in two places the first counts.
        each.fold(HashMap::new(), |mut words, (word, said)| {
            words.entry(word).or_insert(said);
            words
        })
    });
    let folded = fold(text);
    if folded.is_empty() || folded.chars().count() > 30 {
        return None;
    }
    if let Some((field, rank)) = WORDS.get(&folded) {
        return Some((*field, *rank, None));
    }
    // サイズ(KB), size_mb
    for unit in ["kib", "mib", "gib", "kb", "mb", "gb"] {
        let whole = folded.strip_suffix(unit).and_then(|front| WORDS.get(front));
        if let Some((LogField::Bytes, rank)) = whole {
            return Some((LogField::Bytes, *rank, number::power_of(unit)));
        }
    }
    let is_part = |part: &str| folded.contains(&fold(part));
    let (field, _) = PARTS.iter().find(|(_, parts)| parts.iter().any(|part| is_part(part)))?;
    let other = *field == LogField::Rows && NOT_ROWS.iter().any(|part| is_part(part));
    (!other).then_some((*field, BY_PART, None))
}

/// Finds the columns of a log from its first rows; `is_client` tells the names of known clients.
pub(super) fn find(
    rows: &[&[String]],
    given: &[LogColumn],
    is_client: &dyn Fn(&str) -> bool,
) -> Result<LogLayout, LogColumnsError> {
    let widest = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let header = header_of(rows, given);
    let above = header.map_or(0, |row| row + 1);
    let headings = header.and_then(|row| rows.get(row)).copied();
    let mut columns = given_columns(given, headings, widest)?;
    if let Some(headings) = headings {
        by_heading(headings, &mut columns);
    }
    let data = rows.get(above..).unwrap_or_default();
    by_content(
        data.get(..LOOKED_AT.min(data.len())).unwrap_or_default(),
        widest,
        header.is_some(),
        is_client,
        &mut columns,
    );
    // A clock that stands alone is a time where it holds one: the column is called time and holds both.
    let has = |field| columns.iter().any(|column: &LogColumnFound| column.field == field);
    if !has(LogField::Time) && !has(LogField::Date) {
        let clocks = columns.iter_mut().filter(|column| column.field == LogField::Clock);
        clocks.for_each(|column| column.field = LogField::Time);
    }
    let has = |field| columns.iter().any(|column: &LogColumnFound| column.field == field);
    if !has(LogField::Date) {
        columns.retain(|column| column.field != LogField::Clock);
    }
    let has = |field| columns.iter().any(|column: &LogColumnFound| column.field == field);
    if ![LogField::Time, LogField::Date, LogField::Rows].into_iter().any(has) {
        return Err(LogColumnsError::NothingToCompare { columns: widest });
    }
    columns.sort_by_key(|column| (column.field, column.column));
    Ok(LogLayout { header: header.is_some(), above, columns })
}

/// The row that names the columns: one with a name that was given, or the first that is of headings, all above it being titles.
fn header_of(rows: &[&[String]], given: &[LogColumn]) -> Option<usize> {
    let searched = rows.get(..SEARCHED.min(rows.len()))?;
    let names = |row: &[String]| {
        given.iter().any(|given| match &given.columns {
            Columns::Name(name) => column_named(row, name).is_some(),
            Columns::Numbers(_) => false,
        })
    };
    if let Some(named) = searched.iter().position(|row| names(row)) {
        return Some(named);
    }
    let filled = |row: &[String]| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let found = searched.iter().position(|row| {
        let known = row.iter().take(MOST_COLUMNS).filter(|cell| heading(cell).is_some()).count();
        let is_of_headings = known * 3 >= filled(row) && (known >= 2 || known == 1 && filled(row) <= 2);
        is_of_headings && !row.iter().any(|cell| is_value(cell))
    })?;
    let width = searched.get(found).map_or(0, |row| filled(row));
    searched.iter().take(found).all(|row| filled(row) <= (width / 2).max(1)).then_some(found)
}

/// True for a cell that no header has.
fn is_value(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    digits >= 4 && digits * 2 > cell.chars().count()
}

fn column_named(headings: &[String], name: &str) -> Option<usize> {
    let exact = headings.iter().position(|known| known.trim() == name.trim());
    let wanted = fold(name);
    let folded = || headings.iter().position(|known| !wanted.is_empty() && fold(known) == wanted);
    exact.or_else(folded).map(|index| index + 1)
}

fn given_columns(
    given: &[LogColumn],
    headings: Option<&[String]>,
    widest: usize,
) -> Result<Vec<LogColumnFound>, LogColumnsError> {
    let mut columns = Vec::new();
    for LogColumn { field, columns: of } in given {
        let numbers = match of {
            Columns::Numbers(numbers) => numbers.clone(),
            Columns::Name(name) => {
                let column = headings.and_then(|headings| column_named(headings, name));
                vec![column.ok_or(LogColumnsError::NotFound { field: *field, name: name.clone() })?]
            }
        };
        if let Some(&column) = numbers.iter().find(|&&column| column == 0 || column > widest) {
            return Err(LogColumnsError::OutOfRange { field: *field, column, columns: widest });
        }
        // time=1+2 is a date and a clock.
        let fields = match (field, numbers.len()) {
            (LogField::Time, 2..) => vec![LogField::Date, LogField::Clock],
            (field, _) => vec![*field],
        };
        let power = numbers.first().and_then(|number| heading(headings?.get(number - 1)?)?.2);
        columns.extend(numbers.iter().zip(fields).map(|(column, field)| LogColumnFound {
            field,
            column: *column,
            found_by: FoundBy::Override,
            power,
        }));
    }
    Ok(columns)
}

/// True where a column of the field is there, or one that stands for it.
fn is_known(columns: &[LogColumnFound], field: LogField) -> bool {
    let times = [LogField::Time, LogField::Date, LogField::Clock];
    let given_time =
        |column: &LogColumnFound| column.found_by == FoundBy::Override && times.contains(&column.field);
    columns.iter().any(|column| column.field == field)
        || (times.contains(&field) && columns.iter().any(given_time))
}

/// Takes for each field the column whose heading names it best; of equals the first.
fn by_heading(headings: &[String], columns: &mut Vec<LogColumnFound>) {
    let mut best: HashMap<LogField, (usize, usize, Option<u32>)> = HashMap::new();
    for (index, cell) in headings.iter().enumerate().take(MOST_COLUMNS) {
        let column = index + 1;
        let Some((field, rank, power)) = heading(cell) else { continue };
        if columns.iter().any(|known| known.column == column) {
            continue;
        }
        match best.get(&field) {
            Some((_, known, _)) if *known <= rank => {}
            _ => drop(best.insert(field, (column, rank, power))),
        }
    }
    let found: Vec<LogColumnFound> = LogField::ALL
        .into_iter()
        .filter(|field| !is_known(columns, *field))
        .filter_map(|field| {
            let (column, _, power) = *best.get(&field)?;
            Some(LogColumnFound { field, column, found_by: FoundBy::Header, power })
        })
        .collect();
    columns.extend(found);
}

/// What the cells of a column are, all of them or nearly.
struct Look {
    column: usize,
    filled: usize,
    times: usize,
    with_clock: usize,
    counts: Vec<u64>,
    addresses: usize,
    clients: usize,
}

/// Looks at the cells of the columns that no heading told.
fn by_content(
    data: &[&[String]],
    widest: usize,
    has_header: bool,
    is_client: &dyn Fn(&str) -> bool,
    columns: &mut Vec<LogColumnFound>,
) {
    let mut times = Times::default();
    let free =
        (1..=widest.min(MOST_COLUMNS)).filter(|column| !columns.iter().any(|known| known.column == *column));
    let looks: Vec<Look> = free.map(|column| look(data, column, &mut times, is_client)).collect();
    let mut take = |field: LogField, found: Option<&Look>| {
        if let Some(look) = found.filter(|_| !is_known(columns, field)) {
            columns.push(LogColumnFound {
                field,
                column: look.column,
                found_by: FoundBy::Content,
                power: None,
            });
        }
    };
    let nearly = |some: usize, look: &Look| look.filled > 0 && some * 10 >= look.filled * 9;
    take(LogField::Client, looks.iter().find(|look| look.filled > 0 && look.clients * 2 >= look.filled));
    if has_header {
        // What a heading names otherwise is not guessed at.
        return;
    }
    let is_time = |look: &&Look| nearly(look.times, look);
    let clocked = looks.iter().find(|look| is_time(look) && nearly(look.with_clock, look));
    take(LogField::Time, clocked.or_else(|| looks.iter().find(is_time)));
    take(LogField::Host, looks.iter().find(|look| nearly(look.addresses, look)));
    let numbers: Vec<&Look> = looks
        .iter()
        .filter(|look| nearly(look.counts.len(), look) && !is_time(look) && !is_running(&look.counts))
        .collect();
    match numbers.as_slice() {
        [only] => take(LogField::Rows, Some(only)),
        // Of a list each row has some bytes, and a file has no fewer than its rows.
        [one, other] if exceeds(other, one) => {
            take(LogField::Rows, Some(one));
            take(LogField::Bytes, Some(other));
        }
        [one, other] if exceeds(one, other) => {
            take(LogField::Rows, Some(other));
            take(LogField::Bytes, Some(one));
        }
        _ => {}
    }
}

fn look(data: &[&[String]], column: usize, times: &mut Times, is_client: &dyn Fn(&str) -> bool) -> Look {
    let mut look =
        Look { column, filled: 0, times: 0, with_clock: 0, counts: Vec::new(), addresses: 0, clients: 0 };
    for row in data {
        let cell = column.checked_sub(1).and_then(|index| row.get(index)).map_or("", |cell| cell.trim());
        if cell.is_empty() || cell == "-" {
            continue;
        }
        look.filled += 1;
        if let Some(time) = times.read(cell) {
            look.times += 1;
            look.with_clock += usize::from(time.resolution < 86_400);
        }
        look.counts.extend(number::count(cell));
        look.addresses += usize::from(cell.parse::<std::net::IpAddr>().is_ok());
        look.clients += usize::from(is_client(cell));
    }
    look
}

/// True for a number that each row has one more of.
fn is_running(counts: &[u64]) -> bool {
    counts.len() > 1 && counts.windows(2).all(|two| matches!(two, [one, next] if one.abs_diff(*next) == 1))
}

/// True where in nearly all rows a number is ten times another and more.
fn exceeds(large: &Look, small: &Look) -> bool {
    let pairs = large.counts.len().min(small.counts.len());
    let above =
        large.counts.iter().zip(&small.counts).filter(|(large, small)| **large >= small.saturating_mul(10));
    large.counts.len() == small.counts.len() && above.count() * 10 >= pairs * 9
}
