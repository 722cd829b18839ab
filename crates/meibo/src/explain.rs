//! Rows shown one by one: how each was read, and what the registry says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek};

use meibo_fingerprint::{Date, KeyMask};
use meibo_ingest::{ListReader, ReadOptions, RejectReason};
use meibo_normalize::Field;

use crate::batch::Slot;
use crate::error::Error;
use crate::examiner::{Examiner, FileAnswer, RowLine, Wanted};
use crate::filler::Fillers;
use crate::observer::Observer;

/// All that is known of one row. It holds personal values, which nothing else that this library gives does.
#[derive(Clone, Debug, PartialEq)]
pub struct RowExplained {
    /// Row, from 1, the header not counted.
    pub row: u64,
    /// Why it gave no record.
    pub reject: Option<RejectReason>,
    /// What its cells hold, as they were read as fields.
    pub cells: Vec<(Field, String)>,
    /// The same in canonical form; without what is no value of its field.
    pub canonical: Vec<(Field, String)>,
    /// Whether it holds values that stand for nobody in this list, and are in no key.
    pub has_fillers: bool,
    /// The kinds of key that it gives.
    pub keys: KeyMask,
    /// The lists that hold keys of it, by their numbers in the registry, with the kinds of those; by chance, too.
    pub matches: Vec<(usize, KeyMask)>,
    /// What is said of it within its list, as [`RowLine`] says: the likeliest source.
    pub client: Option<String>,
    /// The clients that explain the rows of that source as well: the row may be of them instead.
    pub not_separable_from: Vec<String>,
    /// The handover, where it can be told.
    pub handover: Option<Date>,
    /// The probability of the likeliest source.
    pub posterior: Option<f64>,
    /// The kinds of key that the source holds of the row.
    pub source_keys: KeyMask,
}

impl Examiner {
    /// Where a list came from, and all that is known of some of its rows, in their order; rows that it has not are left out.
    ///
    /// # Errors
    /// Where the list cannot be read, holds no usable column, or is another one when it is read again.
    pub fn explain_rows(
        &self,
        mut input: impl Read + Seek,
        options: &ReadOptions,
        rows: &BTreeSet<u64>,
        observer: &dyn Observer,
    ) -> Result<(FileAnswer, Vec<RowExplained>), Error> {
        let (counts, fillers) = self.count_with_fillers(&mut input, options, true, Wanted::All, observer)?;
        let answer = self.infer(counts, observer);
        input.rewind().map_err(Error::Rewind)?;
        let (mut shown, digest) = self.show_rows(input, options, rows, fillers.as_ref(), observer)?;
        if answer.file.as_ref().is_some_and(|file| file.summary.blake3 != digest) {
            return Err(Error::Changed);
        }
        self.each_row(&answer, |line| {
            if let Some(row) = shown.get_mut(&line.row) {
                row.is_said_to_be(&line);
            }
            Ok::<(), io::Error>(())
        })
        .map_err(Error::Spool)?;
        let mut shown: Vec<RowExplained> = shown.into_values().collect();
        shown.iter_mut().for_each(|row| row.not_separable_from = self.others(&answer, row));
        Ok((answer, shown))
    }

    /// The clients that a row's source cannot be told from.
    fn others(&self, answer: &FileAnswer, row: &RowExplained) -> Vec<String> {
        let Some(client) = &row.client else { return Vec::new() };
        let mut sources = answer.attribution.sources.iter();
        let source = sources.find(|source| self.client_name(source.client) == client);
        let others = source.map(|source| source.not_separable_from.as_slice()).unwrap_or_default();
        others.iter().map(|other| self.client_name(*other).to_owned()).collect()
    }

    /// The rows as they were read and found, and the digest of the list.
    fn show_rows(
        &self,
        input: impl Read,
        options: &ReadOptions,
        rows: &BTreeSet<u64>,
        fillers: Option<&Fillers>,
        observer: &dyn Observer,
    ) -> Result<(BTreeMap<u64, RowExplained>, String), Error> {
        let mut reader = ListReader::open(input, options)?;
        let mut shown = BTreeMap::new();
        self.batches(fillers).run(&mut reader, observer, |slot: &Slot| -> Result<(), Error> {
            if rows.contains(&slot.row) {
                shown.insert(slot.row, RowExplained::of(slot));
            }
            Ok(())
        })?;
        Ok((shown, reader.finish()?.blake3))
    }
}

impl RowExplained {
    fn of(slot: &Slot) -> Self {
        let owned = |(field, value): (Field, &str)| (field, value.to_owned());
        let is_read = slot.reject.is_none();
        Self {
            row: slot.row,
            reject: slot.reject.clone(),
            cells: slot.record.iter().map(owned).collect(),
            canonical: slot.canonical.iter().filter(|_| is_read).map(owned).collect(),
            has_fillers: slot.has_fillers,
            keys: slot.tokens.first().map_or(KeyMask::EMPTY, |tokens| tokens.present()),
            matches: slot.hits.iter().map(|hit| (hit.list as usize, hit.keys)).collect(),
            client: None,
            not_separable_from: Vec::new(),
            handover: None,
            posterior: None,
            source_keys: KeyMask::EMPTY,
        }
    }

    fn is_said_to_be(&mut self, line: &RowLine<'_>) {
        self.client = line.client.map(str::to_owned);
        self.handover = line.handover;
        self.posterior = line.posterior;
        self.source_keys = line.keys;
    }
}
