//! From lists to a fingerprint.

use std::io::Read;

use meibo_fingerprint::{
    Builder, ClientId, Date, Heading, KeyMask, ListProfiler, Members, RegistryKey, Tokenizer,
};
use meibo_ingest::{Layout, ListReader, ReadOptions, Summary};
use meibo_normalize::Record;

use crate::batch::{Batches, Records, RowSource, Slot};
use crate::error::Error;
use crate::filler::{Fillers, FillersFound};
use crate::observer::Observer;
use crate::rejects::Rejects;
use crate::survey::Survey;

/// Makes the fingerprint of one handover, from one or several lists.
///
/// Values that stand for nobody (`ご契約者` on thousands of rows) are known only once all lists were read, and are in no
/// key: where there are any, [`again`](Self::again) gives the fingerprinter to add the same lists to once more.
///
/// ```
/// use meibo::{ClientId, Field, Fingerprinter, Record, RegistryKey};
///
/// let tenants = || (0..500).map(|number| {
///     let address = format!("岐阜県岐阜市橋本町1-{number}");
///     Record::new().with(Field::Name, "ご入居者様").with(Field::Address, &address)
///         .with(Field::Phone, &format!("058{:07}", 2_654_141 + 17 * number))
/// });
/// let mut fingerprinter = Fingerprinter::new(&RegistryKey::generate()?);
/// fingerprinter.add_records(tenants());
/// if let Some(mut again) = fingerprinter.again() {
///     let list = again.add_records(tenants());
///     assert_eq!(list.fillers.fields().next().map(|(field, found)| (field, found.rows)), Some((Field::Name, 500)));
///     fingerprinter = again;
/// }
/// let bytes = fingerprinter.finish(ClientId::new("landlord")?, "2016-04-01".parse()?)?;
/// # assert!(!bytes.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Fingerprinter {
    key: RegistryKey,
    tokenizers: [Tokenizer; 1],
    builder: Builder,
    seen: Seen,
    /// Whether all rows so far are known to hold no filler that a key was made of.
    clean: bool,
    /// Whether the fingerprint is to hold which rows stand next to each other.
    with_order: bool,
    /// How the lists are written, where the fingerprint is to hold that; and the encoding, the byte between cells and the headings of the
    /// first file.
    profiler: Option<ListProfiler>,
    first_file: Option<(String, u8, Vec<Heading>)>,
}

/// What is known of values that stand for nobody.
enum Seen {
    /// Nothing yet.
    Survey(Survey),
    /// All of them, from a first reading.
    Fillers(Fillers),
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
    /// What is in no key because it stands for nobody; known in a second reading only.
    pub fillers: FillersFound,
    /// How the file was read; none for records that came from no file.
    pub file: Option<(Layout, Summary)>,
}

impl Fingerprinter {
    /// A fingerprinter for one handover under a registry key.
    pub fn new(key: &RegistryKey) -> Self {
        Self::seeing(key, Seen::Survey(Survey::default()))
    }

    fn seeing(key: &RegistryKey, seen: Seen) -> Self {
        let (builder, tokenizers) = (Builder::new(key), [Tokenizer::new(key)]);
        Self {
            key: key.clone(),
            tokenizers,
            builder,
            seen,
            clean: false,
            with_order: true,
            profiler: Some(ListProfiler::default()),
            first_file: None,
        }
    }

    /// Leaves out which rows stand next to each other; before the first list is added.
    #[must_use]
    pub fn without_order(mut self) -> Self {
        self.with_order = false;
        self
    }

    /// Leaves out how the lists are written; before the first list is added.
    #[must_use]
    pub fn without_list_profile(mut self) -> Self {
        self.profiler = None;
        self
    }

    /// Where the lists so far hold values that stand for nobody, a new fingerprinter that makes no key of them: the
    /// same lists must be added to it. None where they hold no such values, or where this is that fingerprinter.
    pub fn again(&mut self) -> Option<Self> {
        let survey = match &self.seen {
            Seen::Survey(survey) if !self.clean => survey,
            _ => return None,
        };
        let fillers = Fillers::of(survey);
        self.clean = fillers.is_empty();
        let profiler = self.profiler.is_some().then(ListProfiler::default);
        let again = |fillers| Self {
            with_order: self.with_order,
            profiler,
            ..Self::seeing(&self.key, Seen::Fillers(fillers))
        };
        (!self.clean).then(|| again(fillers))
    }

    /// Adds records.
    pub fn add_records(&mut self, records: impl IntoIterator<Item = Record>) -> ListFacts {
        // Records in memory cannot fail to be read.
        self.add(&mut Records(records.into_iter()), &()).unwrap_or_else(|_| ListFacts::nothing())
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
        if self.first_file.is_none() {
            let cells = reader.headings().unwrap_or_default();
            let headings = cells.iter().map(|cell| Heading::new(&self.key, cell)).collect();
            let layout = reader.layout();
            let delimiter = if layout.fixed.is_some() { 0 } else { layout.delimiter };
            self.first_file = Some((layout.encoding.to_string(), delimiter, headings));
        }
        facts.file = Some((reader.layout().clone(), reader.finish()?));
        Ok(facts)
    }

    /// The kinds of key seen so far.
    pub fn kinds(&self) -> KeyMask {
        self.builder.present()
    }

    /// The bytes of the fingerprint file: the same for the same rows, key, client and date, whatever the number of threads; in
    /// whatever order, where [that is left out](Self::without_order).
    ///
    /// # Errors
    /// Where no row had a key, or the lists must be read [again](Self::again).
    pub fn finish(mut self, client: ClientId, date: Date) -> Result<Vec<u8>, Error> {
        if self.again().is_some() {
            return Err(Error::ReadAgain);
        }
        if let Some(profiler) = self.profiler {
            let (encoding, delimiter, headings) = self.first_file.unwrap_or_default();
            self.builder.set_list_profile(profiler.finish(&encoding, delimiter, headings));
        }
        Ok(self.builder.finish(client, date)?)
    }

    /// The keys of the lists themselves in place of a fingerprint, to hold seized lists against the lists as they were
    /// handed over: [`Examiner::with_exact`](crate::Examiner::with_exact). Memory: 16 bytes a distinct key.
    ///
    /// # Errors
    /// As for [`finish`](Self::finish).
    pub fn members(mut self) -> Result<Members, Error> {
        if self.again().is_some() {
            return Err(Error::ReadAgain);
        }
        Ok(self.builder.members()?)
    }

    fn add(&mut self, source: &mut dyn RowSource, observer: &dyn Observer) -> Result<ListFacts, Error> {
        self.clean = false;
        let (with_order, profiler) = (self.with_order, &mut self.profiler);
        let mut facts = ListFacts::nothing();
        let (builder, mut survey, fillers) = match &mut self.seen {
            Seen::Survey(survey) => (&mut self.builder, Some(survey), None),
            Seen::Fillers(fillers) => (&mut self.builder, None, Some(&*fillers)),
        };
        let mut batches = Batches::new(&self.tokenizers, Vec::new(), fillers);
        facts.rows = batches.run(source, observer, |slot: &Slot| -> Result<(), Error> {
            survey.iter_mut().for_each(|survey| slot.show_to(survey));
            slot.show_to_profiler(profiler.as_mut());
            facts.add(builder, fillers, with_order, slot);
            Ok(())
        })?;
        Ok(facts)
    }
}

impl ListFacts {
    fn nothing() -> Self {
        Self {
            rows: 0,
            records: 0,
            rejects: Rejects::default(),
            fillers: FillersFound::default(),
            file: None,
        }
    }

    fn add(&mut self, builder: &mut Builder, fillers: Option<&Fillers>, with_order: bool, slot: &Slot) {
        if let Some(fillers) = fillers.filter(|_| slot.has_fillers) {
            self.fillers.add(slot.row, &slot.canonical, fillers);
        }
        match (&slot.reject, slot.tokens.first()) {
            (None, Some(tokens)) => {
                match with_order {
                    true => builder.add_next(&slot.canonical, tokens),
                    false => builder.add(tokens),
                }
                match tokens.is_empty() {
                    true => self.rejects.add_no_key(slot.row, slot.has_fillers),
                    false => self.records += 1,
                }
            }
            (reason, _) => {
                builder.add_rejected_row();
                reason.iter().for_each(|reason| self.rejects.add(slot.row, reason));
            }
        }
    }
}
