//! Asking a registry where lists came from.

use std::io::{self, Read, Seek};
use std::path::Path;

use meibo_attribution::{Answer, Attribution, File, ListOrder, Place, RowAnswer, World, attribute};
use meibo_canary::{CanaryRecord, Sightings as CanarySightings, Watch};
use meibo_fingerprint::{Date, KeyKind, KeyMask, ListProfiler, RecordTokens, RegistryKey, Tokenizer};
use meibo_ingest::{Layout, ListReader, ReadOptions, Summary};
use meibo_normalize::Record;
use meibo_registry::{ExactLists, Problem, Registry, RegistryError};

use crate::alike::{ListAlike, Written};
use crate::batch::{Batches, Records, RowSource, Slot};
use crate::count::{Counted, Counter, NO_PATTERN};
use crate::error::Error;
use crate::filler::{Fillers, FillersFound};
use crate::neighbours::{NeighbourBuilder, Pair};
use crate::observer::{Observer, Stage};
use crate::persons::Persons;
use crate::place_names::PlaceNames;
use crate::rejects::Rejects;
use crate::rows::{Spool, Spooled};
use crate::survey::Survey;
use crate::world;

/// An opened registry that lists can be held against.
pub struct Examiner {
    registry: Registry,
    world: World,
    /// For each index of the registry the tokenizer of its key.
    tokenizers: Vec<Tokenizer>,
    /// The handovers whose lists are at hand.
    exact: ExactLists,
    /// What opens parts of fingerprints that are asked once a file's sources are known.
    pub(crate) keys: Vec<RegistryKey>,
    /// The decoys that are looked for.
    canaries: Watch,
}

/// The answer for one list.
#[derive(Debug)]
pub struct FileAnswer {
    /// Rows of the list, usable or not.
    pub rows: u64,
    /// Rows that gave no record.
    pub rejects: Rejects,
    /// What is in no key because it stands for nobody.
    pub fillers: FillersFound,
    /// True where persons were counted one by one, false where there were so many that their number is an estimate.
    pub persons_exact: bool,
    /// Where it came from.
    pub attribution: Attribution,
    /// What the order of its rows says of the lists of its sources, and of the clients that could not be told from them without it;
    /// those that show most come first.
    pub order: Vec<ListOrder>,
    /// The lists that are written most as it is and of people most like its: of its sources, and a few others, the most alike first.
    pub alike: Vec<ListAlike>,
    /// How the file was read; none for records that came from no file.
    pub file: Option<FileFacts>,
    /// The decoys that it holds.
    pub canaries: CanarySightings,
    place_names: PlaceNames,
    row_answers: Vec<RowAnswer>,
    patterns: Option<Spooled>,
    places: Vec<u32>,
}

impl FileAnswer {
    /// The name of a place that the answer tells of, such as `岐阜県岐阜市`; none where it tells of no place, or of more
    /// places than there are.
    pub fn place_name(&self, place: Place) -> Option<&str> {
        self.place_names.get(place)
    }
}

/// A list, counted by how its rows match the registry: all that inference needs. It holds a number for each person until it
/// is [added to a case](crate::CaseCounts::add) or inferred from.
#[derive(Debug)]
pub struct FileCounts {
    rows: u64,
    rejects: Rejects,
    fillers: FillersFound,
    facts: Option<FileFacts>,
    persons_exact: bool,
    place_names: PlaceNames,
    counted: Counted,
    neighbours: Vec<Pair>,
    written: Written,
    patterns: Option<Spooled>,
    canaries: CanarySightings,
}

/// How a file was read.
#[derive(Clone, Debug)]
pub struct FileFacts {
    /// Encoding, delimiter, columns.
    pub layout: Layout,
    /// The cells of its header row; empty where it has none.
    pub headings: Vec<String>,
    /// Digest and size.
    pub summary: Summary,
}

/// What the keys of a file say, and what is found beside them.
#[derive(Debug)]
pub(crate) struct AnswerBeside {
    pub(crate) answer: Answer,
    pub(crate) order: Vec<ListOrder>,
    pub(crate) alike: Vec<ListAlike>,
}

impl From<Answer> for AnswerBeside {
    fn from(answer: Answer) -> Self {
        Self { answer, order: Vec::new(), alike: Vec::new() }
    }
}

/// What is said of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowLine<'a> {
    /// Row, from 1, the header not counted.
    pub row: u64,
    /// The likeliest source; none where the row is unattributed.
    pub client: Option<&'a str>,
    /// The handover, where it can be told.
    pub handover: Option<Date>,
    /// The probability of the likeliest source, also where no key points to it, 0 where no source is claimed; absent for
    /// a row that gave no record.
    pub posterior: Option<f64>,
    /// The kinds of key that the source holds of the row.
    pub keys: KeyMask,
}

impl Examiner {
    /// Opens the registry in a directory; fingerprints that cannot be used are left out and named in
    /// [`Registry::problems`].
    pub fn open(directory: &Path, keys: &[RegistryKey]) -> Result<Self, RegistryError> {
        Ok(Self::new(Registry::open(directory, keys)?, keys))
    }

    /// Takes an opened registry and the keys it was opened with.
    pub fn new(registry: Registry, keys: &[RegistryKey]) -> Self {
        let of = |key_id| keys.iter().find(|key| key.id() == key_id).map(Tokenizer::new);
        let tokenizers = registry.indexes.iter().filter_map(|(key_id, _)| of(*key_id)).collect();
        let (world, exact) = (world::of_registry(&registry), ExactLists::default());
        Self { world, registry, tokenizers, exact, keys: keys.to_vec(), canaries: Watch::default() }
    }

    /// Holds what is asked from now on against these lists themselves, as they were handed over, in place of their
    /// fingerprints: none of their matches is then by chance, and one key that they have of a record is enough. The other
    /// lists of the registry are asked through their fingerprints as before. `keys` are those it was opened with.
    ///
    /// ```
    /// use meibo::{ClientId, Examiner, ExactLists, Field, Fingerprinter, Record, RegistryKey};
    /// # let directory = tempfile::tempdir()?;
    /// # let directory = directory.path();
    /// # let person = |number: u32| {
    /// #     let name = format!("{}田太郎", char::from_u32('一' as u32 + number).unwrap_or('林'));
    /// #     Record::new().with(Field::Name, &name).with(Field::Phone, &format!("058{:07}", 2_654_141 + 17 * number))
    /// # };
    /// let key = RegistryKey::from_bytes([7; 32]);
    /// let read_list = |people: std::ops::Range<u32>| {
    ///     let mut fingerprinter = Fingerprinter::new(&key);
    ///     fingerprinter.add_records(people.map(person));
    ///     fingerprinter
    /// };
    /// for (client, people) in [("city-a", 0..500), ("city-b", 500..900)] {
    ///     let bytes = read_list(people).finish(ClientId::new(client)?, "2016-04-01".parse()?)?;
    ///     std::fs::write(directory.join(format!("{client}.meibo")), bytes)?;
    /// }
    ///
    /// let examiner = Examiner::open(directory, &[key.clone()])?;
    /// let mut exact = ExactLists::default();
    /// // Known by its content: the registry has one fingerprint of this list.
    /// assert_eq!(exact.add(examiner.registry(), read_list(0..500).members()?), [0]);
    /// let examiner = examiner.with_exact(exact, &[key])?;
    /// let answer = examiner.attribute_records((300..400).map(person), &())?;
    /// assert_eq!(examiner.client_name(answer.attribution.sources[0].client), "city-a");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Where a fingerprint that the controls are sampled in can no longer be read, or was changed.
    pub fn with_exact(mut self, exact: ExactLists, keys: &[RegistryKey]) -> Result<Self, Problem> {
        self.world = world::of_registry(&self.registry);
        if exact.count() > 0 {
            let controls = self.registry.confirmed_controls(keys, &exact)?;
            self.world = world::confirmed_by(&exact, &controls, self.world);
        }
        self.exact = exact;
        Ok(self)
    }

    /// Looks for the decoys of these records in what is asked from now on.
    #[must_use]
    pub fn with_canaries(mut self, records: Vec<CanaryRecord>) -> Self {
        // Decoys are known by their values, so any key of the registry will do.
        if let Some(tokenizer) = self.tokenizers.first() {
            self.canaries = Watch::new(records, tokenizer);
        }
        self
    }

    /// The decoys that are looked for.
    pub fn canaries(&self) -> &Watch {
        &self.canaries
    }

    /// The handovers whose lists are at hand.
    pub fn exact(&self) -> &ExactLists {
        &self.exact
    }

    /// The registry.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The name of a client that an answer tells of; empty for a number that no answer gives.
    pub fn client_name(&self, client: usize) -> &str {
        self.registry.clients.get(client).map_or("", |client| client.as_str())
    }

    /// The registry as inference sees it: facts about lists, and the matched controls.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Where these records came from: counted, then inferred.
    ///
    /// # Errors
    /// None today; reading records from memory cannot fail.
    pub fn attribute_records(
        &self,
        records: impl IntoIterator<Item = Record, IntoIter: Clone>,
        observer: &dyn Observer,
    ) -> Result<FileAnswer, Error> {
        Ok(self.infer(self.count_records(records, observer)?, observer))
    }

    /// Where a file came from: counted, then inferred. With `rows`, [`Examiner::each_row`](Self::each_row) then tells of
    /// each row.
    ///
    /// # Errors
    /// Where the file cannot be read or holds no usable column.
    pub fn attribute_list(
        &self,
        input: impl Read + Seek,
        options: &ReadOptions,
        rows: bool,
        observer: &dyn Observer,
    ) -> Result<FileAnswer, Error> {
        Ok(self.infer(self.count_list(input, options, rows, observer)?, observer))
    }

    /// Counts records by how they match the registry. They are read twice where they hold values that stand for nobody.
    ///
    /// # Errors
    /// None today; reading records from memory cannot fail.
    pub fn count_records(
        &self,
        records: impl IntoIterator<Item = Record, IntoIter: Clone>,
        observer: &dyn Observer,
    ) -> Result<FileCounts, Error> {
        let records = records.into_iter();
        let again = |source: &mut Records<_>| {
            source.0 = records.clone();
            Ok(())
        };
        self.count_rows(&mut Records(records.clone()), again, Wanted::All, observer)
    }

    /// Counts rows from anywhere; `again` takes them back to the first one.
    pub(crate) fn count_rows<S: RowSource>(
        &self,
        source: &mut S,
        again: impl FnOnce(&mut S) -> io::Result<()>,
        wanted: Wanted,
        observer: &dyn Observer,
    ) -> Result<FileCounts, Error> {
        let first = self.read(source, None, false, observer)?;
        let Some(fillers) = self.fillers(&first, wanted) else { return FileCounts::of(first, None) };
        drop(first);
        again(source).map_err(Error::Rewind)?;
        FileCounts::of(self.read(source, Some(&fillers), false, observer)?, None)
    }

    /// Counts the rows of a file by how they match the registry, read as a stream; with `rows`, which row matches how is
    /// kept.
    ///
    /// It is read a second time where it holds values that stand for nobody, which only its whole tells.
    /// [`Replay`](crate::Replay) makes a stream readable twice.
    ///
    /// # Errors
    /// Where the file cannot be read or holds no usable column.
    pub fn count_list(
        &self,
        input: impl Read + Seek,
        options: &ReadOptions,
        rows: bool,
        observer: &dyn Observer,
    ) -> Result<FileCounts, Error> {
        self.count_list_for(input, options, rows, Wanted::All, observer)
    }

    pub(crate) fn count_list_for(
        &self,
        input: impl Read + Seek,
        options: &ReadOptions,
        rows: bool,
        wanted: Wanted,
        observer: &dyn Observer,
    ) -> Result<FileCounts, Error> {
        self.count_with_fillers(input, options, rows, wanted, observer).map(|(counts, _)| counts)
    }

    /// What a list holds, with the values that were left out because they stand for nobody.
    pub(crate) fn count_with_fillers(
        &self,
        mut input: impl Read + Seek,
        options: &ReadOptions,
        rows: bool,
        wanted: Wanted,
        observer: &dyn Observer,
    ) -> Result<(FileCounts, Option<Fillers>), Error> {
        let (first, facts) = self.read_list(&mut input, options, None, rows, observer)?;
        let Some(fillers) = self.fillers(&first, wanted) else {
            return Ok((FileCounts::of(first, Some(facts))?, None));
        };
        // What the first reading counted takes memory that the second needs.
        drop(first);
        input.rewind().map_err(Error::Rewind)?;
        let (second, again) = self.read_list(&mut input, options, Some(&fillers), rows, observer)?;
        match again.summary.blake3 == facts.summary.blake3 {
            true => Ok((FileCounts::of(second, Some(again))?, Some(fillers))),
            false => Err(Error::Changed),
        }
    }

    /// The values that stand for nobody, where the list must be read again without them.
    fn fillers(&self, first: &Reading, wanted: Wanted) -> Option<Fillers> {
        if wanted == Wanted::Members && !first.counted.file.patterns.iter().any(|count| self.is_held(count)) {
            return None;
        }
        Some(Fillers::of(&first.survey)).filter(|fillers| !fillers.is_empty())
    }

    /// From what was counted to where it came from. Several files of one case are better asked about at once:
    /// [`infer_case`](Self::infer_case).
    pub fn infer(&self, mut counts: FileCounts, observer: &dyn Observer) -> FileAnswer {
        observer.stage(Stage::Infer);
        drop(counts.take_persons());
        let answer = self.answers(std::slice::from_ref(&counts), 0).pop();
        // There is one for each file.
        let answer = answer.unwrap_or_else(|| attribute(&self.world, counts.counted()).into());
        counts.answered(answer)
    }

    /// The rows of an answer, one after the other: needs an answer made with `rows`.
    ///
    /// # Errors
    /// Where the temporary file or `each` fails.
    pub fn each_row<E: From<io::Error>>(
        &self,
        answer: &FileAnswer,
        mut each: impl FnMut(RowLine<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(patterns) = &answer.patterns else { return Ok(()) };
        patterns.replay(|row, number| {
            let place = answer.places.get(number as usize);
            let said = place.and_then(|place| answer.row_answers.get(*place as usize));
            each(match said {
                Some(said) => self.row_line(row, said),
                None => RowLine { row, client: None, handover: None, posterior: None, keys: KeyMask::EMPTY },
            })
        })
    }

    fn row_line(&self, row: u64, said: &RowAnswer) -> RowLine<'_> {
        RowLine {
            row,
            client: said.client.map(|client| self.client_name(client)),
            handover: said
                .handover
                .and_then(|list| self.registry.lists.get(list))
                .map(|list| list.facts.date),
            posterior: Some(said.posterior),
            keys: KeyMask(said.keys),
        }
    }

    fn read_list(
        &self,
        input: &mut impl Read,
        options: &ReadOptions,
        fillers: Option<&Fillers>,
        rows: bool,
        observer: &dyn Observer,
    ) -> Result<(Reading, FileFacts), Error> {
        let mut reader = ListReader::open(input, options)?;
        let mut reading = self.read(&mut reader, fillers, rows, observer)?;
        let headings = reader.headings().unwrap_or_default().to_vec();
        reading.written.headings.clone_from(&headings);
        reading.written.profile.encoding = reader.layout().encoding.to_string();
        let layout = reader.layout().clone();
        Ok((reading, FileFacts { layout, headings, summary: reader.finish()? }))
    }

    /// What works through rows.
    pub(crate) fn batches<'a>(&'a self, fillers: Option<&'a Fillers>) -> Batches<'a> {
        let indexes = self.registry.indexes.iter().map(|(_, index)| index).collect();
        Batches::new(&self.tokenizers, indexes, fillers).confirmed_by(&self.exact)
    }

    /// Reads all rows: without known fillers looking for them, with them leaving them out.
    fn read(
        &self,
        source: &mut dyn RowSource,
        fillers: Option<&Fillers>,
        rows: bool,
        observer: &dyn Observer,
    ) -> Result<Reading, Error> {
        let mut batches = self.batches(fillers);
        let mut counter = Counter::new(&self.world);
        let (mut rejects, mut found, mut survey) =
            (Rejects::default(), FillersFound::default(), Survey::default());
        let (mut place_names, mut canaries) = (PlaceNames::default(), CanarySightings::default());
        let (mut neighbours, mut profiler) = (NeighbourBuilder::default(), ListProfiler::default());
        let mut spool = if rows { Some(Spool::new().map_err(Error::Spool)?) } else { None };
        let read = batches.run(source, observer, |slot: &Slot| -> Result<(), Error> {
            match fillers {
                None => slot.show_to(&mut survey),
                Some(fillers) if slot.has_fillers => found.add(slot.row, &slot.canonical, fillers),
                Some(_) => {}
            }
            if let Some(tokens) = slot.tokens.first() {
                place_names.add(world::stratum(tokens.stratum).place, slot.canonical.municipality());
                self.canaries.look(&tokens.tokens, &mut canaries);
            }
            let pattern = count_row(&mut counter, &mut rejects, slot);
            slot.show_to_profiler(Some(&mut profiler));
            let person = slot.tokens.first().and_then(RecordTokens::person);
            if let Some(person) = person.filter(|_| pattern != NO_PATTERN) {
                neighbours.add(person, pattern, &slot.tokens);
            }
            spool.iter_mut().try_for_each(|spool| spool.push(pattern)).map_err(Error::Spool)
        })?;
        let counted = counter.finish();
        let place = |number: u32| counted.places.get(number as usize).copied().unwrap_or(NO_PATTERN);
        let neighbours = neighbours.finish(place);
        let written = Written { profile: profiler.finish("", 0, Vec::new()), headings: Vec::new() };
        Ok(Reading {
            rows: read,
            rejects,
            found,
            survey,
            place_names,
            counted,
            neighbours,
            written,
            canaries,
            spool,
        })
    }
}

/// What is asked of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    All,
    /// Those alone that lists of the registry hold. Where there are none, values that stand for nobody take nothing away.
    Members,
}

/// A list, read once.
struct Reading {
    rows: u64,
    rejects: Rejects,
    found: FillersFound,
    survey: Survey,
    place_names: PlaceNames,
    counted: Counted,
    neighbours: Vec<Pair>,
    written: Written,
    spool: Option<Spool>,
    canaries: CanarySightings,
}

impl FileCounts {
    fn of(reading: Reading, facts: Option<FileFacts>) -> Result<Self, Error> {
        Ok(Self {
            rows: reading.rows,
            rejects: reading.rejects,
            fillers: reading.found,
            facts,
            persons_exact: reading.counted.persons.is_exact(),
            place_names: reading.place_names,
            counted: reading.counted,
            neighbours: reading.neighbours,
            written: reading.written,
            patterns: reading.spool.map(Spool::finish).transpose().map_err(Error::Spool)?,
            canaries: reading.canaries,
        })
    }

    /// With the answer that was inferred.
    pub(crate) fn answered(self, AnswerBeside { answer, order, alike }: AnswerBeside) -> FileAnswer {
        FileAnswer {
            rows: self.rows,
            rejects: self.rejects,
            fillers: self.fillers,
            persons_exact: self.persons_exact,
            attribution: answer.attribution,
            order,
            alike,
            file: self.facts,
            canaries: self.canaries,
            row_answers: answer.rows,
            patterns: self.patterns,
            place_names: self.place_names,
            places: self.counted.places,
        }
    }

    /// Takes out the persons, who need memory that others may need.
    pub(crate) fn take_persons(&mut self) -> Persons<u32> {
        std::mem::take(&mut self.counted.persons)
    }

    /// Which rows stand next to each other.
    pub(crate) fn neighbours(&self) -> &[Pair] {
        &self.neighbours
    }

    /// How it is written.
    pub(crate) fn written(&self) -> &Written {
        &self.written
    }

    /// The kind of key that told most of its persons apart.
    pub(crate) fn numbered_by(&self) -> Option<KeyKind> {
        self.counted.numbered_by
    }

    /// Rows of the list, usable or not.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows that gave no record.
    pub fn rejects(&self) -> &Rejects {
        &self.rejects
    }

    /// What is in no key because it stands for nobody.
    pub fn fillers(&self) -> &FillersFound {
        &self.fillers
    }

    /// How the file was read; none for records that came from no file.
    pub fn facts(&self) -> Option<&FileFacts> {
        self.facts.as_ref()
    }

    /// The file as inference sees it: patterns with their counts.
    pub fn counted(&self) -> &File {
        &self.counted.file
    }

    /// Calls `each` with the number of every row, from 1, and its pattern's place in [`counted`](Self::counted); none for
    /// a row that gave no record. Needs counts that were made with `rows`.
    ///
    /// # Errors
    /// Where the temporary file or `each` fails.
    pub fn each_pattern<E: From<io::Error>>(
        &self,
        mut each: impl FnMut(u64, Option<usize>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(patterns) = &self.patterns else { return Ok(()) };
        let place = |number: u32| self.counted.places.get(number as usize).map(|place| *place as usize);
        patterns.replay(|row, number| each(row, place(number)))
    }
}

/// Counts one row and gives its pattern's number.
fn count_row(counter: &mut Counter<'_>, rejects: &mut Rejects, slot: &Slot) -> u32 {
    if let Some(reason) = &slot.reject {
        rejects.add(slot.row, reason);
        return NO_PATTERN;
    }
    let tokens = slot.tokens.first();
    match tokens.and_then(|tokens| Some((tokens, tokens.person_key()?))) {
        Some((tokens, (kind, token))) => {
            let hits = slot.hits.iter().map(world::hit);
            counter.add(tokens.present().0, hits, (kind, token.rank()), world::stratum(tokens.stratum))
        }
        None => {
            rejects.add_no_key(slot.row, slot.has_fillers);
            NO_PATTERN
        }
    }
}
