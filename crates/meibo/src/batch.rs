//! Rows in batches: read in order, worked on in parallel, handed on in order.

use std::sync::{Mutex, PoisonError};

use meibo_fingerprint::{RecordTokens, Tokenizer};
use meibo_ingest::{IngestError, RejectReason};
use meibo_normalize::{Canonical, Normalizer, Record};
use meibo_registry::{Hit, Index};
use rayon::prelude::*;

use crate::filler::Fillers;
use crate::observer::{Observer, Stage};
use crate::survey::{Survey, row_number};
use crate::tag::Tag;

/// Rows in a batch, and in the part of it that one worker takes at once.
const BATCH: usize = 8192;
const PART: usize = 256;

/// Where a row stands in the work.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    /// Row, from 1.
    pub(crate) row: u64,
    pub(crate) reject: Option<RejectReason>,
    record: Record,
    pub(crate) canonical: Canonical,
    /// Whether it holds values that stand for nobody; no key is made of them.
    pub(crate) has_fillers: bool,
    /// Its values and its number for a survey.
    tags: Vec<Tag>,
    number: u64,
    /// One for each registry key.
    pub(crate) tokens: Vec<RecordTokens>,
    /// Lists that hold keys of the record, in order of list.
    pub(crate) hits: Vec<Hit>,
    /// Scratch for the hits under one of several keys.
    part: Vec<Hit>,
}

/// Rows as they come: fills the record and says whether there was a row, and what was wrong with it.
pub(crate) trait RowSource {
    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RejectReason>>, IngestError>;
}

/// Reads, normalises and hashes; probes too where it is given an index for each of its tokenizers.
pub(crate) struct Batches<'a> {
    slots: Vec<Slot>,
    normalizers: Normalizers,
    tokenizers: &'a [Tokenizer],
    indexes: Vec<&'a Index>,
    fillers: Option<&'a Fillers>,
    rows: u64,
}

/// Normalisers at rest: as many as ever worked at once, since each remembers the beginnings of addresses.
#[derive(Debug, Default)]
struct Normalizers {
    resting: Mutex<Vec<Normalizer>>,
}

impl Normalizers {
    fn take(&self) -> Normalizer {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        resting.pop().unwrap_or_default()
    }

    fn put_back(&self, normalizer: Normalizer) {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).push(normalizer);
    }
}

impl Slot {
    /// Adds the row to a survey.
    pub(crate) fn show_to(&self, survey: &mut Survey) {
        survey.add(self.number, &self.tags);
    }
}

impl<'a> Batches<'a> {
    /// Without fillers, rows are prepared for a survey that finds them.
    pub(crate) fn new(
        tokenizers: &'a [Tokenizer],
        indexes: Vec<&'a Index>,
        fillers: Option<&'a Fillers>,
    ) -> Self {
        let slot = || Slot { tokens: vec![RecordTokens::default(); tokenizers.len()], ..Slot::default() };
        Self {
            slots: (0..BATCH).map(|_| slot()).collect(),
            normalizers: Normalizers::default(),
            tokenizers,
            indexes,
            fillers,
            rows: 0,
        }
    }

    /// Works through all rows of a source; `each` gets them in order.
    pub(crate) fn run<E: From<IngestError>>(
        &mut self,
        source: &mut dyn RowSource,
        observer: &dyn Observer,
        mut each: impl FnMut(&Slot) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.rows = 0;
        loop {
            observer.stage(Stage::Read);
            let filled = self.fill(source)?;
            observer.rows(self.rows);
            observer.stage(Stage::Normalize);
            self.normalize(filled);
            observer.stage(Stage::Hash);
            self.hash(filled);
            observer.stage(Stage::Probe);
            self.probe(filled);
            observer.stage(Stage::Count);
            self.slots[..filled].iter().try_for_each(&mut each)?;
            if filled < BATCH {
                return Ok(self.rows);
            }
        }
    }

    fn fill(&mut self, source: &mut dyn RowSource) -> Result<usize, IngestError> {
        for (filled, slot) in self.slots.iter_mut().enumerate() {
            let Some(outcome) = source.next(&mut slot.record)? else { return Ok(filled) };
            self.rows += 1;
            slot.row = self.rows;
            slot.reject = outcome.err();
            if slot.reject.is_some() {
                slot.record.clear();
            }
        }
        Ok(BATCH)
    }

    fn normalize(&mut self, filled: usize) {
        let normalizers = &self.normalizers;
        self.slots[..filled].par_chunks_mut(PART).for_each(|slots| {
            let mut normalizer = normalizers.take();
            slots.iter_mut().for_each(|slot| normalizer.canonicalize(&slot.record, &mut slot.canonical));
            normalizers.put_back(normalizer);
        });
    }

    fn hash(&mut self, filled: usize) {
        self.slots[..filled].par_iter_mut().with_min_len(PART).for_each(|slot| {
            let fillers = self.fillers.filter(|fillers| fillers.any_in(&slot.canonical));
            slot.has_fillers = fillers.is_some();
            for (tokenizer, tokens) in self.tokenizers.iter().zip(&mut slot.tokens) {
                match fillers {
                    Some(fillers) => {
                        let left_out = |field, value: &str| fillers.holds_value(field, value);
                        tokenizer.record_without(&slot.canonical, left_out, tokens);
                    }
                    None => tokenizer.record_into(&slot.canonical, tokens),
                }
            }
            if self.fillers.is_none() {
                slot.tags.clear();
                slot.tags.extend(Tag::of_record(&slot.canonical));
                slot.number = row_number(&slot.tags);
            }
        });
    }

    fn probe(&mut self, filled: usize) {
        if self.indexes.is_empty() {
            return;
        }
        self.slots[..filled].par_chunks_mut(PART).for_each(|slots| {
            let mut probers: Vec<_> = self.indexes.iter().map(|index| index.prober()).collect();
            for slot in slots {
                slot.hits.clear();
                for (prober, tokens) in probers.iter_mut().zip(&slot.tokens) {
                    prober.record(&tokens.tokens, &mut slot.part);
                    slot.hits.append(&mut slot.part);
                }
                // Lists under different keys are different lists.
                slot.hits.sort_unstable();
            }
        });
    }
}

/// Records from an iterator.
pub(crate) struct Records<I>(pub(crate) I);

impl<I: Iterator<Item = Record>> RowSource for Records<I> {
    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RejectReason>>, IngestError> {
        Ok(self.0.next().map(|next| {
            *record = next;
            Ok(())
        }))
    }
}

impl<R: std::io::Read> RowSource for meibo_ingest::ListReader<R> {
    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RejectReason>>, IngestError> {
        Ok(self.read(record)?.map(|row| row.outcome))
    }
}
