//! From lists to a fingerprint.

use std::io::Read;

use meibo_fingerprint::{BuildError, Builder, ClientId, Date, KeyMask, RegistryKey, Tokenizer};
use meibo_ingest::{Layout, ListReader, ReadOptions, Summary};
use meibo_normalize::Record;

use crate::batch::{Batches, Records, RowSource, Slot};
use crate::error::Error;
use crate::observer::Observer;
use crate::rejects::Rejects;

/// Makes the fingerprint of one handover, from one or several lists.
pub struct Fingerprinter {
    tokenizers: [Tokenizer; 1],
    builder: Builder,
}

/// What was found in one list.
#[derive(Clone, Debug)]
pub struct ListFacts {
    /// Its rows, usable or not.
    pub rows: u64,
    /// Its records: rows with at least one key.
    pub records: u64,
    /// The rows that gave no record.
    pub rejects: Rejects,
    /// How the file was read; none for records that came from no file.
    pub file: Option<(Layout, Summary)>,
}

impl Fingerprinter {
    /// A fingerprinter for one handover under a registry key.
    pub fn new(key: &RegistryKey) -> Self {
        Self { tokenizers: [Tokenizer::new(key)], builder: Builder::new(key) }
    }

    /// Adds records.
    pub fn add_records(&mut self, records: impl IntoIterator<Item = Record>) -> ListFacts {
        // Records in memory cannot fail to be read.
        self.add(&mut Records(records.into_iter()), &()).unwrap_or_else(|_| self.nothing())
    }

    /// Adds a customer file of any encoding, delimiter and column layout, read to its end.
    ///
    /// # Errors
    /// Where the file cannot be read or holds no usable column; the fingerprint is then without it, or with its first
    /// part, and should not be finished.
    pub fn add_list(
        &mut self,
        input: impl Read,
        options: &ReadOptions,
        observer: &dyn Observer,
    ) -> Result<ListFacts, Error> {
        let mut reader = ListReader::open(input, options)?;
        let mut facts = self.add(&mut reader, observer)?;
        facts.file = Some((reader.layout().clone(), reader.finish()?));
        Ok(facts)
    }

    /// The kinds of key seen so far.
    pub fn kinds(&self) -> KeyMask {
        self.builder.present()
    }

    /// The bytes of the fingerprint file: the same for the same rows in whatever order, key, client and date, whatever
    /// the number of threads.
    ///
    /// # Errors
    /// Where no row had a key.
    pub fn finish(self, client: ClientId, date: Date) -> Result<Vec<u8>, BuildError> {
        self.builder.finish(client, date)
    }

    fn nothing(&self) -> ListFacts {
        ListFacts { rows: 0, records: 0, rejects: Rejects::default(), file: None }
    }

    fn add(&mut self, source: &mut dyn RowSource, observer: &dyn Observer) -> Result<ListFacts, Error> {
        let mut facts = self.nothing();
        let mut batches = Batches::new(&self.tokenizers, Vec::new());
        let builder = &mut self.builder;
        facts.rows = batches.run(source, observer, |slot: &Slot| -> Result<(), Error> {
            match (&slot.reject, slot.tokens.first()) {
                (None, Some(tokens)) => {
                    builder.add(tokens);
                    match tokens.is_empty() {
                        true => facts.rejects.add_no_key(slot.row),
                        false => facts.records += 1,
                    }
                }
                (reason, _) => {
                    builder.add_rejected_row();
                    reason.iter().for_each(|reason| facts.rejects.add(slot.row, reason));
                }
            }
            Ok(())
        })?;
        Ok(facts)
    }
}
