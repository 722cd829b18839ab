//! Rows in batches: read in order, worked on in parallel, handed on in order.

use std::slice::ChunksMut;
use std::sync::{Mutex, PoisonError};

use meibo_fingerprint::{ListProfiler, RecordTokens, TokenMemory, Tokenizer};
use meibo_ingest::{IngestError, RejectReason};
use meibo_normalize::{Canonical, Normalizer, Record};
use meibo_registry::{ExactLists, Hit, Index, Prober};

use crate::filler::Fillers;
use crate::observer::{Observer, Stage};
use crate::survey::{Survey, row_number};
use crate::tag::Tag;

/// Rows in a batch, and in the part of it that one worker takes: few enough for what is known of them to stay in the
/// processor's caches from one stage to the next, and enough for many to be hashed and asked about together.
const BATCH: usize = 4096;
const PART: usize = 128;

/// Where a row stands in the work.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    /// Row, from 1.
    pub(crate) row: u64,
    pub(crate) reject: Option<RejectReason>,
    pub(crate) record: Record,
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
}

/// Rows as they come: fills the record and says whether there was a row, and what was wrong with it.
pub(crate) trait RowSource {
    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RejectReason>>, IngestError>;
}

/// Reads, normalises and hashes; probes too where it is given an index for each of its tokenizers.
pub(crate) struct Batches<'a> {
    /// One batch is worked on while the rows of the other are handed on and it is filled again.
    batches: [Batch; 2],
    workers: Vec<Worker<'a>>,
    work: Work<'a>,
    rows: u64,
}

/// Rows, of which the first so many are filled; a short list has few.
struct Batch {
    slots: Vec<Slot>,
    filled: usize,
    tokenizers: usize,
}

/// What one thread needs; results do not depend on it.
struct Worker<'a> {
    normalizer: Normalizer,
    /// For each tokenizer.
    tokens: Vec<TokenMemory>,
    /// For each index.
    probers: Vec<Prober<'a>>,
    /// The lists that are at hand; none where indexes have the last word.
    exact: Option<&'a ExactLists>,
}

/// What is done with every row, in whatever thread.
struct Work<'a> {
    tokenizers: &'a [Tokenizer],
    fillers: Option<&'a Fillers>,
}

impl Slot {
    /// Adds the row to a survey.
    pub(crate) fn show_to(&self, survey: &mut Survey) {
        survey.add(self.number, &self.tags);
    }

    /// Adds the row to a list's profile, where it gave a record.
    pub(crate) fn show_to_profiler(&self, profiler: Option<&mut ListProfiler>) {
        let tokens = self.tokens.first().filter(|tokens| self.reject.is_none() && !tokens.is_empty());
        if let (Some(profiler), Some(tokens)) = (profiler, tokens) {
            profiler.add(&self.record, tokens);
        }
    }

    /// Adds what the index of a key found, as far as lists at hand confirm it.
    fn add(&mut self, key: usize, hits: &[Hit], exact: Option<&ExactLists>) {
        match (exact, self.tokens.get(key)) {
            (Some(exact), Some(of)) => self.hits.extend(exact.confirmed(&of.tokens, hits)),
            _ => self.hits.extend_from_slice(hits),
        }
    }
}

impl<'a> Batches<'a> {
    /// Without fillers, rows are prepared for a survey that finds them.
    pub(crate) fn new(
        tokenizers: &'a [Tokenizer],
        indexes: Vec<&'a Index>,
        fillers: Option<&'a Fillers>,
    ) -> Self {
        Self {
            batches: [Batch::new(tokenizers.len()), Batch::new(tokenizers.len())],
            workers: (0..rayon::current_num_threads())
                .map(|_| Worker::new(tokenizers.len(), &indexes))
                .collect(),
            work: Work { tokenizers, fillers },
            rows: 0,
        }
    }

    /// Has what the indexes find confirmed by the lists that are at hand.
    pub(crate) fn confirmed_by(mut self, exact: &'a ExactLists) -> Self {
        let exact = (exact.count() > 0).then_some(exact);
        self.workers.iter_mut().for_each(|worker| worker.exact = exact);
        self
    }

    /// Works through all rows of a source; `each` gets them in order.
    pub(crate) fn run<E: From<IngestError>>(
        &mut self,
        source: &mut dyn RowSource,
        observer: &dyn Observer,
        each: impl FnMut(&Slot) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.rows = 0;
        match self.workers.len() {
            1 => self.run_in_turn(source, observer, each)?,
            _ => self.run_together(source, observer, each)?,
        }
        Ok(self.rows)
    }

    /// One stage after the other, part by part, on one thread.
    fn run_in_turn<E: From<IngestError>>(
        &mut self,
        source: &mut dyn RowSource,
        observer: &dyn Observer,
        mut each: impl FnMut(&Slot) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { batches: [batch, _], workers, work, rows } = self;
        let Some(worker) = workers.first_mut() else { return Ok(()) };
        loop {
            observer.stage(Stage::Read);
            batch.fill(source, PART, rows)?;
            observer.rows(*rows);
            observer.stage(Stage::Normalize);
            worker.normalize(batch.rows_mut());
            observer.stage(Stage::Hash);
            work.hash(batch.rows_mut(), worker);
            observer.stage(Stage::Probe);
            worker.probe(batch.rows_mut());
            observer.stage(Stage::Count);
            batch.rows().iter().try_for_each(&mut each)?;
            if batch.filled < PART {
                return Ok(());
            }
        }
    }

    /// The workers have one batch while this thread hands on the rows of the other and fills it again: reading and counting
    /// are a quarter of the work and must keep the order.
    fn run_together<E: From<IngestError>>(
        &mut self,
        source: &mut dyn RowSource,
        observer: &dyn Observer,
        mut each: impl FnMut(&Slot) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { batches: [mine, theirs], workers, work, rows } = self;
        let work = &*work;
        // What the workers have first is an empty batch.
        theirs.filled = 0;
        mine.filled = 0;
        let mut ended = false;
        loop {
            let parts = Mutex::new(theirs.parts());
            rayon::in_place_scope(|scope| -> Result<(), E> {
                for worker in workers.iter_mut() {
                    scope.spawn(|_| work.parts(&parts, worker));
                }
                observer.stage(Stage::Count);
                mine.rows().iter().try_for_each(&mut each)?;
                observer.stage(Stage::Read);
                mine.filled = 0;
                if !ended {
                    mine.fill(source, BATCH, rows)?;
                    ended = mine.filled < BATCH;
                    observer.rows(*rows);
                }
                // What is left of the workers' batch.
                observer.stage(Stage::Normalize);
                Ok(())
            })?;
            if mine.filled == 0 && theirs.filled == 0 {
                return Ok(());
            }
            std::mem::swap(mine, theirs);
        }
    }
}

impl Batch {
    fn new(tokenizers: usize) -> Self {
        Self { slots: Vec::new(), filled: 0, tokenizers }
    }

    fn rows(&self) -> &[Slot] {
        self.slots.get(..self.filled).unwrap_or(&[])
    }

    fn rows_mut(&mut self) -> &mut [Slot] {
        self.slots.get_mut(..self.filled).unwrap_or_default()
    }

    /// The filled slots in parts.
    fn parts(&mut self) -> ChunksMut<'_, Slot> {
        self.rows_mut().chunks_mut(PART)
    }

    /// Fills up to so many slots, fewer only at the end.
    fn fill(&mut self, source: &mut dyn RowSource, most: usize, rows: &mut u64) -> Result<(), IngestError> {
        self.filled = 0;
        while self.filled < most {
            if self.slots.len() == self.filled {
                let tokens = vec![RecordTokens::default(); self.tokenizers];
                self.slots.push(Slot { tokens, ..Slot::default() });
            }
            let slot = &mut self.slots[self.filled];
            let Some(outcome) = source.next(&mut slot.record)? else { return Ok(()) };
            *rows += 1;
            slot.row = *rows;
            slot.reject = outcome.err();
            if slot.reject.is_some() {
                slot.record.clear();
            }
            self.filled += 1;
        }
        Ok(())
    }
}

impl<'a> Worker<'a> {
    fn new(tokenizers: usize, indexes: &[&'a Index]) -> Self {
        Self {
            normalizer: Normalizer::new(),
            tokens: vec![TokenMemory::new(); tokenizers],
            probers: indexes.iter().map(|index| index.prober()).collect(),
            exact: None,
        }
    }

    fn normalize(&mut self, slots: &mut [Slot]) {
        slots.iter_mut().for_each(|slot| self.normalizer.canonicalize(&slot.record, &mut slot.canonical));
    }

    /// Asks the indexes about a part.
    fn probe(&mut self, slots: &mut [Slot]) {
        slots.iter_mut().for_each(|slot| slot.hits.clear());
        for (key, prober) in self.probers.iter_mut().enumerate() {
            prober.ask(slots.iter().map(|slot| slot.tokens.get(key).map_or(&[][..], |of| &of.tokens)));
            prober.answer(|record, hits| slots[record].add(key, hits, self.exact));
        }
        if self.probers.len() > 1 {
            // Lists under different keys are different lists.
            slots.iter_mut().for_each(|slot| slot.hits.sort_unstable());
        }
    }
}

impl Work<'_> {
    /// Works on parts of a batch for as long as there are any.
    fn parts(&self, parts: &Mutex<ChunksMut<'_, Slot>>, worker: &mut Worker<'_>) {
        let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
        while let Some(slots) = next() {
            worker.normalize(slots);
            self.hash(slots, worker);
            worker.probe(slots);
        }
    }

    fn hash(&self, slots: &mut [Slot], worker: &mut Worker<'_>) {
        for slot in slots.iter_mut() {
            let fillers = self.fillers.filter(|fillers| fillers.any_in(&slot.canonical));
            slot.has_fillers = fillers.is_some();
            for (tokenizer, memory) in self.tokenizers.iter().zip(&mut worker.tokens) {
                match fillers {
                    Some(fillers) => {
                        let left_out = |field, value: &str| fillers.holds_value(field, value);
                        tokenizer.ask(&slot.canonical, left_out, memory);
                    }
                    None => tokenizer.ask(&slot.canonical, |_, _| false, memory),
                }
            }
            if self.fillers.is_none() {
                slot.tags.clear();
                slot.tags.extend(Tag::of_record(&slot.canonical));
                slot.number = row_number(&slot.tags);
            }
        }
        for (key, (tokenizer, memory)) in self.tokenizers.iter().zip(&mut worker.tokens).enumerate() {
            tokenizer.answer(memory, slots.iter_mut().filter_map(|slot| slot.tokens.get_mut(key)));
        }
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
