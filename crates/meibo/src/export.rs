//! The rows of a list that are one client's and nobody else's, so that they can be given to it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Read};

use meibo_attribution::{Source, Verdict};
use meibo_fingerprint::KeyKind;
use meibo_ingest::{Columns, FoundBy, HeaderMode, ListReader, ReadOptions, UNDECODABLE};
use meibo_normalize::Record;

use crate::error::Error;
use crate::examiner::{Examiner, FileAnswer, FileFacts, RowLine};
use crate::observer::{Observer, Stage};

/// After so many rows it is told how far a list was read again.
const SHOWN_EVERY: u64 = 4096;

/// Whose rows are wanted, and how sure it must be that they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Owner {
    /// The client, as its place in the registry's list of clients.
    pub client: usize,
    /// The least posterior of a row that is said to be its, compared with the six decimals that are written of posteriors.
    pub least_posterior: f64,
}

/// What of a list is a client's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// How the client stands in the list.
    pub standing: Standing,
    /// Rows that are its and nobody else's; none unless it is a source that can be told from all others.
    pub rows: u64,
    /// Rows that are likeliest its, but with less than the least posterior.
    pub below: u64,
    /// Rows that name and town alone tie to it, in a list that ties others by more: of a namesake as likely as not.
    pub by_town: u64,
    /// Rows that may as well be of others.
    pub shared: u64,
}

/// How a client stands in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is no source of the list.
    NoSource,
    /// It is a source that can be told from all others.
    Source,
    /// It may be a source, but these clients explain its rows as well.
    NotSeparableFrom(Vec<usize>),
}

/// One row of a client's.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedRow<'a> {
    /// Row, from 1, the header not counted.
    pub row: u64,
    /// The probability that it is the client's, six decimals of it.
    pub posterior: f64,
    /// Its cells as they stand in the list, one for each of its [columns](JoinedColumns::columns_of); of a short row the last are empty.
    pub cells: Vec<Cow<'a, str>>,
    /// How many of them held bytes that are no text in the list's encoding; such bytes stand as U+FFFD.
    pub undecodable: u64,
}

/// The columns of a table that takes rows of several lists: columns of one heading are one, and each list keeps all of its own.
///
/// ```
/// use meibo::JoinedColumns;
///
/// let mut columns = JoinedColumns::default();
/// let heading = |text: &str| text.to_owned();
/// assert_eq!(columns.add(["氏名", "電話", "電話"].map(heading)), [0, 1, 2]);
/// assert_eq!(columns.add(["電話", "住所", "氏名"].map(heading)), [1, 3, 0]);
/// assert_eq!(columns.headings(), ["氏名", "電話", "電話", "住所"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct JoinedColumns {
    headings: Vec<String>,
    /// By heading, and how many of the same stand before it in its list.
    places: HashMap<(String, usize), usize>,
}

impl JoinedColumns {
    /// The headings of a list's columns, which was read with these options: its own, and `column_3` and so on for those without. None
    /// for what was no file.
    ///
    /// Where neither a heading is known nor the options say that there are some, all columns are numbered: what was taken for headings
    /// may be a row, and then of anybody.
    pub fn columns_of(answer: &FileAnswer, options: &ReadOptions) -> Vec<String> {
        answer.file.as_ref().map(|facts| columns_of(facts, options)).unwrap_or_default()
    }

    /// Adds a list's columns, and tells where in the table each of them is.
    pub fn add(&mut self, columns: impl IntoIterator<Item = String>) -> Vec<usize> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut places = Vec::new();
        for heading in columns {
            let before = seen.entry(heading.clone()).or_default();
            let next = self.headings.len();
            let place = *self.places.entry((heading.clone(), *before)).or_insert(next);
            *before += 1;
            if place == next {
                self.headings.push(heading);
            }
            places.push(place);
        }
        places
    }

    /// The headings of the table.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }
}

fn columns_of(facts: &FileFacts, options: &ReadOptions) -> Vec<String> {
    let known = facts.layout.columns.iter().any(|column| column.found_by == FoundBy::Header);
    let named = options.columns.iter().any(|column| matches!(column.columns, Columns::Name(_)));
    let sure = known || named || options.header == HeaderMode::Present;
    let heading = |number: usize| {
        let own = facts.headings.get(number - 1).filter(|heading| sure && !heading.trim().is_empty());
        own.map_or_else(|| format!("column_{number}"), |heading| decodable(heading).into_owned())
    };
    (1..=width(facts)).map(heading).collect()
}

/// So many columns can hold something in a row that was used.
fn width(facts: &FileFacts) -> usize {
    let used = facts.layout.columns.iter().flat_map(|column| &column.columns).copied().max();
    used.unwrap_or(0).max(facts.layout.width).max(facts.headings.len())
}

/// What can be written as text.
fn decodable(cell: &str) -> Cow<'_, str> {
    match cell.contains(UNDECODABLE) {
        true => cell.replace(UNDECODABLE, "\u{FFFD}").into(),
        false => cell.into(),
    }
}

/// What a row is to a client.
enum Said {
    Owned(f64),
    Below,
    ByTown,
    Shared,
    Other,
}

impl Owner {
    /// The sources that are the client, or cannot be told from it.
    fn possible<'a>(&self, answer: &'a FileAnswer) -> impl Iterator<Item = &'a Source> {
        let client = self.client;
        let sources = answer.attribution.sources.iter();
        sources.filter(move |source| source.client == client || source.not_separable_from.contains(&client))
    }

    /// How the client stands in a list.
    fn standing(&self, answer: &FileAnswer) -> Standing {
        // Where no source stands alone, the verdict stands by none of them.
        let stands = matches!(answer.attribution.verdict, Verdict::Attributed | Verdict::Mixed);
        let alone = |source: &Source| source.client == self.client && source.not_separable_from.is_empty();
        if stands && self.possible(answer).any(alone) {
            return Standing::Source;
        }
        let all = |source: &Source| [&[source.client], &source.not_separable_from[..]].concat();
        let mut others: Vec<usize> = self.possible(answer).flat_map(all).collect();
        if others.is_empty() {
            return Standing::NoSource;
        }
        others.sort_unstable();
        others.dedup();
        others.retain(|client| *client != self.client);
        Standing::NotSeparableFrom(others)
    }
}

/// Tells rows of one list apart by whose they are.
struct Sorter<'a> {
    examiner: &'a Examiner,
    owner: Owner,
    standing: Standing,
    /// Clients in whose names rows stand that may as well be the owner's.
    shared: Vec<usize>,
    /// Whether the list ties rows to the owner by more than name and town.
    has_more: bool,
}

impl<'a> Sorter<'a> {
    /// Looks through all rows once, as what one row is depends on the others.
    fn new(examiner: &'a Examiner, answer: &FileAnswer, owner: Owner) -> Result<Self, Error> {
        let standing = owner.standing(answer);
        let own = standing == Standing::Source;
        let shared = owner.possible(answer).map(|source| source.client);
        let shared = shared.filter(|client| !own || *client != owner.client).collect();
        let mut sorter = Self { examiner, owner, standing, shared, has_more: false };
        let mut has_more = false;
        let look = |line: RowLine<'_>| {
            has_more |= sorter.is_named(&line, owner.client) && !is_by_town(&line);
            Ok::<(), io::Error>(())
        };
        examiner.each_row(answer, look).map_err(Error::Spool)?;
        sorter.has_more = has_more;
        Ok(sorter)
    }

    fn is_named(&self, line: &RowLine<'_>, client: usize) -> bool {
        line.client == Some(self.examiner.client_name(client))
    }

    fn said(&self, line: &RowLine<'_>) -> Said {
        if self.shared.iter().any(|client| self.is_named(line, *client)) {
            return Said::Shared;
        }
        if self.standing != Standing::Source || !self.is_named(line, self.owner.client) {
            return Said::Other;
        }
        if self.has_more && is_by_town(line) {
            return Said::ByTown;
        }
        let posterior = line.posterior.map(|posterior| (posterior * 1e6).round() / 1e6);
        let enough = posterior.filter(|posterior| *posterior >= self.owner.least_posterior);
        enough.map_or(Said::Below, Said::Owned)
    }
}

/// True where name and town alone tie a row, which people of one name in one town share.
fn is_by_town(line: &RowLine<'_>) -> bool {
    line.keys.kinds().eq([KeyKind::NameTown])
}

/// An error of `each`, told from those of the temporary file.
struct Stopped<E>(E);

impl<E: From<Error>> From<io::Error> for Stopped<E> {
    fn from(error: io::Error) -> Self {
        Stopped(Error::Spool(error).into())
    }
}

impl Examiner {
    /// A client's place in the registry's list of clients; none where no list of it is registered.
    pub fn client_of_name(&self, name: &str) -> Option<usize> {
        self.registry().clients.iter().position(|client| client.as_str() == name)
    }

    /// What of a list is a client's and nobody else's. Needs an answer that was made with `rows`.
    ///
    /// # Errors
    /// Where the temporary file fails.
    pub fn ownership(&self, answer: &FileAnswer, owner: Owner) -> Result<Ownership, Error> {
        let sorter = Sorter::new(self, answer, owner)?;
        let (mut rows, mut below, mut by_town, mut shared) = (0, 0, 0, 0);
        self.each_row(answer, |line| {
            match sorter.said(&line) {
                Said::Owned(_) => rows += 1,
                Said::Below => below += 1,
                Said::ByTown => by_town += 1,
                Said::Shared => shared += 1,
                Said::Other => {}
            }
            Ok::<(), io::Error>(())
        })
        .map_err(Error::Spool)?;
        Ok(Ownership { standing: sorter.standing, rows, below, by_town, shared })
    }

    /// Reads a list again and hands on the rows that are a client's and nobody else's, in their order: those that
    /// [`ownership`](Self::ownership) counts. `options` are those that it was read with before. Memory is that of one row.
    ///
    /// # Errors
    /// Where the list cannot be read or is another one than before, where the temporary file fails, and where `each` does.
    pub fn each_owned_row<E: From<Error>>(
        &self,
        answer: &FileAnswer,
        owner: Owner,
        input: impl Read,
        options: &ReadOptions,
        observer: &dyn Observer,
        mut each: impl FnMut(OwnedRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(facts) = &answer.file else { return Ok(()) };
        let sorter = Sorter::new(self, answer, owner)?;
        let mut reader = ListReader::open(input, options).map_err(Error::from)?;
        let (mut record, width) = (Record::new(), width(facts));
        observer.stage(Stage::Read);
        self.each_row(answer, |line| -> Result<(), Stopped<E>> {
            let read = reader.read(&mut record).map_err(|error| Stopped(Error::from(error).into()))?;
            let same = read.is_some_and(|row| row.number == line.row);
            if line.row % SHOWN_EVERY == 0 || line.row == answer.rows {
                observer.rows(line.row);
            }
            match sorter.said(&line) {
                _ if !same => Err(Stopped(Error::Changed.into())),
                Said::Owned(posterior) => {
                    each(row_of(line.row, posterior, reader.cells(), width)).map_err(Stopped)
                }
                _ => Ok(()),
            }
        })
        .map_err(|Stopped(error)| error)?;
        match reader.finish().map_err(Error::from)?.blake3 == facts.summary.blake3 {
            true => Ok(()),
            false => Err(Error::Changed.into()),
        }
    }
}

fn row_of<'a>(row: u64, posterior: f64, cells: impl Iterator<Item = &'a str>, width: usize) -> OwnedRow<'a> {
    // Further cells of a row that was used are blank: delimiters at its end.
    let mut cells: Vec<Cow<'a, str>> = cells.take(width).map(decodable).collect();
    let undecodable = cells.iter().filter(|cell| matches!(cell, Cow::Owned(_))).count() as u64;
    cells.resize(width, Cow::Borrowed(""));
    OwnedRow { row, posterior, cells, undecodable }
}
