//! Which decoys go into whose copy, and where.

use std::cmp::Ordering;
use std::io::{BufReader, Read, Seek};

use foldhash::{HashMap, HashSet};
use meibo_fingerprint::{KeyKind, KeyMask, RecordTokens, RegistryKey, TokenMemory, Tokenizer};
use meibo_ingest::{ListReader, RawRows, ReadOptions, Stretch};
use meibo_normalize::{Canonical, Field, Normalizer, Record};

use crate::copy;
use crate::draw::Seed;
use crate::error::{InvalidRecipient, PlantError};
use crate::model::Model;
use crate::order::{self, Places};
use crate::recipient::Recipient;
use crate::sheet::Sheet;

/// The most recipients that one record tells of.
pub const MOST_RECIPIENTS: usize = 64;
/// The most decoys that one record tells of.
pub const MOST_DECOYS: usize = 10_000;
/// Of so many rows one may be a decoy: more would be seen.
const ROWS_TO_A_DECOY: u64 = 4;
/// How often decoys are drawn anew where the list holds those that were drawn.
const ROUNDS: u64 = 8;
/// Draws of a round for each decoy that is needed, and so many more.
const DRAWS: (usize, usize) = (4, 16);
/// Rows whose tokens are made together.
const BATCH: usize = 128;

/// For whom decoys are planted, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlantSpec {
    /// Who gets a copy.
    pub recipients: Vec<Recipient>,
    /// Decoys that one recipient alone has.
    pub each: usize,
    /// Decoys that two recipients alone have, for every two of them, and that all have, where they are three or more.
    pub shared: usize,
    /// Year of the handover: whom a list tells the age of was born so many years before.
    pub year: u16,
}

/// Decoys of a list with their places in its copies.
#[derive(Debug)]
pub struct Plan<'s> {
    pub(crate) sheet: &'s Sheet,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) decoys: Vec<Planted>,
    /// How likely each kind of key of a decoy is to be any one value at most.
    pub(crate) chances: [f64; KeyKind::COUNT],
    pub(crate) seed: Seed,
}

/// A decoy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Planted {
    /// Who has it, by number, in order.
    pub(crate) holders: Vec<usize>,
    /// Its values, as the list's reader reads them.
    pub(crate) values: Vec<(Field, String)>,
    /// Its row, without what ends it.
    pub(crate) line: String,
    /// The cell that the list is sorted by.
    sort_cell: Option<String>,
    /// The row of the list, from 0, that it stands before.
    pub(crate) before: u64,
}

/// A decoy that may be one.
struct Candidate {
    cells: Vec<String>,
    line: String,
    values: Vec<(Field, String)>,
    tokens: RecordTokens,
    taken: bool,
}

impl PlantSpec {
    /// Who has each decoy, set by set.
    fn holders(&self) -> Result<Vec<Vec<usize>>, PlantError> {
        let count = self.recipients.len();
        if count == 0 || !Recipient::are_apart(&self.recipients) {
            return Err(InvalidRecipient.into());
        }
        let too_many = PlantError::TooMany { recipients: MOST_RECIPIENTS, decoys: MOST_DECOYS };
        let pairs = count.saturating_mul(count - 1) / 2 + usize::from(count > 2);
        let all = self.each.saturating_mul(count).saturating_add(self.shared.saturating_mul(pairs));
        if count > MOST_RECIPIENTS || all > MOST_DECOYS || self.each == 0 {
            return Err(too_many);
        }
        let alone = (0..count).map(|one| vec![one]);
        let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |other| vec![one, other]));
        let everybody = (count > 2).then(|| (0..count).collect());
        let repeated = |times: usize| move |set: Vec<usize>| std::iter::repeat_n(set, times);
        let shared = pairs.chain(everybody).flat_map(repeated(self.shared));
        Ok(alone.flat_map(repeated(self.each)).chain(shared).collect())
    }
}

impl<'s> Plan<'s> {
    /// Draws decoys whom the list does not hold in any key, and finds them their places. The same seed, list and recipients give the same
    /// plan. The list is read once for each round of draws, seldom more than one, and twice more.
    ///
    /// # Errors
    /// Where it cannot be read, or so many decoys cannot be hidden in it.
    pub fn draw(
        sheet: &'s Sheet,
        spec: &PlantSpec,
        seed: Seed,
        input: &mut (impl Read + Seek),
        options: &ReadOptions,
    ) -> Result<Self, PlantError> {
        let holders = spec.holders()?;
        let of_one = holders.iter().filter(|set| set.contains(&0)).count() as u64;
        let needed = (ROWS_TO_A_DECOY * of_one).max(20);
        if sheet.rows < needed || sheet.sample.is_empty() {
            return Err(PlantError::TooShort { rows: sheet.rows, needed });
        }
        let mut drawing = Drawing::new(sheet, &seed, spec.year);
        if !drawing.model.has_names() {
            return Err(PlantError::NoName);
        }
        while drawing.accepted.len() < holders.len() {
            drawing.round(holders.len(), input, options)?;
        }
        let chances = drawing.chances();
        let sorted = sheet.sorted;
        let sort_cell = |cells: &[String]| Some(cells.get(sorted?.column)?.clone());
        let planted = |(holders, of): (Vec<usize>, Candidate)| Planted {
            holders,
            sort_cell: sort_cell(&of.cells),
            values: of.values,
            line: of.line,
            before: 0,
        };
        let decoys = holders.into_iter().zip(drawing.accepted).map(planted).collect();
        let mut plan = Self { sheet, recipients: spec.recipients.clone(), decoys, chances, seed };
        plan.place(input)?;
        Ok(plan)
    }

    /// Who gets a copy, in order.
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// Rows of the list.
    pub fn rows(&self) -> u64 {
        self.sheet.rows
    }

    /// How many decoys are in a recipient's copy.
    pub fn decoys_of(&self, recipient: usize) -> usize {
        self.of(recipient).count()
    }

    pub(crate) fn of(&self, recipient: usize) -> impl Iterator<Item = &Planted> {
        self.decoys.iter().filter(move |decoy| decoy.holders.contains(&recipient))
    }

    /// How two decoys stand in a copy: of those in one place, as the list is sorted; else as they were drawn.
    pub(crate) fn order(&self, a: &Planted, b: &Planted) -> Ordering {
        let cells = a.sort_cell.as_deref().zip(b.sort_cell.as_deref());
        let order = cells.map_or(Ordering::Equal, |(a, b)| order::compare(a.trim(), b.trim()));
        let descending = self.sheet.sorted.is_some_and(|sorted| sorted.descending);
        a.before.cmp(&b.before).then(if descending { order.reverse() } else { order })
    }

    /// Finds each decoy its place: by the seed, or where the list's order has it.
    fn place(&mut self, input: &mut (impl Read + Seek)) -> Result<(), PlantError> {
        let mut draw = self.seed.draw("places", 0);
        for decoy in &mut self.decoys {
            decoy.before = draw.below(self.sheet.rows + 1);
        }
        let Some(sorted) = self.sheet.sorted else { return Ok(()) };
        let cells: Vec<(usize, String)> = self
            .decoys
            .iter()
            .enumerate()
            .filter_map(|(number, decoy)| {
                let cell = decoy.sort_cell.as_ref()?.trim();
                (!cell.is_empty()).then(|| (number, cell.to_owned()))
            })
            .collect();
        let cells = cells.iter().map(|(number, cell)| (*number, cell.as_str())).collect();
        let mut places = Places::new(cells, sorted.descending);
        let (mut found, mut row) = (Vec::new(), 0);
        each_row(self.sheet, input, |rows| {
            let cell = rows.cells().nth(sorted.column).unwrap_or_default();
            found.extend(places.before(cell).into_iter().map(|number| (number, row)));
            row += 1;
        })?;
        found.extend(places.rest().map(|number| (number, row)));
        for (number, row) in found {
            if let Some(decoy) = self.decoys.get_mut(number) {
                decoy.before = row;
            }
        }
        Ok(())
    }
}

/// Shows the rows of a list, as they stand in the file.
fn each_row(
    sheet: &Sheet,
    input: &mut (impl Read + Seek),
    mut each: impl FnMut(&RawRows<BufReader<&mut dyn Read>>),
) -> Result<(), PlantError> {
    input.rewind()?;
    let input: &mut dyn Read = input;
    let mut rows = RawRows::new(BufReader::new(input), sheet.shape.clone(), sheet.encoding);
    while let Some(stretch) = rows.read()? {
        if stretch == Stretch::Row {
            each(&rows);
        }
    }
    Ok(())
}

/// Decoys that are being drawn.
struct Drawing<'s> {
    sheet: &'s Sheet,
    model: Model<'s>,
    seed: &'s Seed,
    tokenizer: Tokenizer,
    /// Kinds of key of which each decoy has one.
    wanted: KeyMask,
    /// Columns in which no two rows may have one cell.
    numbers: Vec<usize>,
    accepted: Vec<Candidate>,
    seen: HashSet<(KeyKind, u128)>,
    /// Draws that came to be looked at.
    drawn: u64,
    rounds: u64,
}

impl<'s> Drawing<'s> {
    fn new(sheet: &'s Sheet, seed: &'s Seed, year: u16) -> Self {
        let model = Model::of(sheet, year);
        Self {
            numbers: model.numbered(),
            wanted: model.wanted(),
            model,
            sheet,
            seed,
            tokenizer: Tokenizer::new(&RegistryKey::from_bytes(seed.key())),
            accepted: Vec::new(),
            seen: HashSet::default(),
            drawn: 0,
            rounds: 0,
        }
    }

    /// How likely each kind of key is to be any one value at most, given that draws whom the list holds were passed over: those that were
    /// taken are likelier by as much as others were passed over, and twice as much is said.
    fn chances(&self) -> [f64; KeyKind::COUNT] {
        let passed_over = 2.0 * self.drawn as f64 / self.accepted.len().max(1) as f64;
        self.model.chances().map(|chance| (chance * passed_over).min(1.0))
    }

    /// Draws some decoys and takes those whom the list does not hold, until there are enough.
    fn round(
        &mut self,
        wanted: usize,
        input: &mut (impl Read + Seek),
        options: &ReadOptions,
    ) -> Result<(), PlantError> {
        if self.rounds >= ROUNDS {
            return Err(PlantError::Taken);
        }
        self.rounds += 1;
        let missing = wanted - self.accepted.len();
        input.rewind()?;
        let mut reader = ListReader::open(&mut *input, options)?;
        let mut candidates: Vec<Option<Candidate>> = Vec::new();
        for number in 0..(missing * DRAWS.0 + DRAWS.1) as u64 {
            candidates.push(self.candidate(&mut reader, (self.rounds << 32) + number));
        }
        self.mark_held(&mut reader, &mut candidates)?;
        drop(reader);
        self.mark_numbered(input, &mut candidates)?;
        for candidate in candidates {
            if self.accepted.len() == wanted {
                break;
            }
            self.drawn += 1;
            let Some(candidate) = candidate.filter(|candidate| !candidate.taken) else { continue };
            let tokens = candidate.tokens.tokens.iter().map(|(kind, token)| (*kind, token.0));
            if tokens.clone().all(|token| !self.seen.contains(&token)) {
                self.seen.extend(tokens);
                self.accepted.push(candidate);
            }
        }
        Ok(())
    }

    /// One decoy as the list's reader reads it; none where it has no key that it could be found by.
    fn candidate<R: Read>(&self, reader: &mut ListReader<R>, number: u64) -> Option<Candidate> {
        let cells = self.model.draw(self.seed, number)?;
        let line = copy::line_of(self.sheet, &cells);
        copy::encoded(self.sheet.encoding, &line)?;
        let mut record = Record::new();
        reader.read_other(&line, &mut record).ok()?;
        let mut canonical = Canonical::new();
        Normalizer::new().canonicalize(&record, &mut canonical);
        let tokens = self.tokenizer.record(&canonical);
        let values = record.iter().map(|(field, value)| (field, value.to_owned())).collect();
        let found = tokens.tokens.iter().any(|(kind, _)| self.wanted.contains(*kind));
        found.then_some(Candidate { cells, line, values, tokens, taken: false })
    }

    /// Marks those whom a row of the list is in any key.
    fn mark_held<R: Read>(
        &self,
        reader: &mut ListReader<R>,
        candidates: &mut [Option<Candidate>],
    ) -> Result<(), PlantError> {
        let mut held: HashMap<(KeyKind, u128), bool> = HashMap::default();
        for candidate in candidates.iter().flatten() {
            held.extend(candidate.tokens.tokens.iter().map(|(kind, token)| ((*kind, token.0), false)));
        }
        let (mut record, mut canonical, mut normalizer) =
            (Record::new(), Canonical::new(), Normalizer::new());
        let (mut memory, mut batch) = (TokenMemory::new(), vec![RecordTokens::default(); BATCH]);
        let mut ended = false;
        while !ended {
            let mut asked = 0;
            while asked < BATCH && !ended {
                match reader.read(&mut record)? {
                    Some(row) if row.outcome.is_ok() => {
                        normalizer.canonicalize(&record, &mut canonical);
                        self.tokenizer.ask(&canonical, |_, _| false, &mut memory);
                        asked += 1;
                    }
                    Some(_) => {}
                    None => ended = true,
                }
            }
            self.tokenizer.answer(&mut memory, batch.iter_mut());
            for (kind, token) in batch.iter().take(asked).flat_map(|of| &of.tokens) {
                if let Some(held) = held.get_mut(&(*kind, token.0)) {
                    *held = true;
                }
            }
        }
        for candidate in candidates.iter_mut().flatten() {
            let is_held = |(kind, token): &(KeyKind, meibo_fingerprint::Token)| {
                held.get(&(*kind, token.0)).copied().unwrap_or(false)
            };
            candidate.taken |= candidate.tokens.tokens.iter().any(is_held);
        }
        Ok(())
    }

    /// Marks those who have a number that a row of the list or another of them has.
    fn mark_numbered(
        &self,
        input: &mut (impl Read + Seek),
        candidates: &mut [Option<Candidate>],
    ) -> Result<(), PlantError> {
        let mut numbers: HashMap<(usize, String), Vec<usize>> = HashMap::default();
        let of_accepted = self.accepted.iter().map(|candidate| (usize::MAX, candidate));
        let drawn = candidates.iter().enumerate().filter_map(|(at, of)| Some((at, of.as_ref()?)));
        for (at, candidate) in of_accepted.chain(drawn) {
            for column in &self.numbers {
                let cell = candidate.cells.get(*column).map_or("", |cell| cell.trim());
                if !cell.is_empty() {
                    numbers.entry((*column, cell.to_owned())).or_default().push(at);
                }
            }
        }
        let mut taken: HashSet<usize> = numbers.values().flat_map(|of| of.iter().skip(1).copied()).collect();
        each_row(self.sheet, input, |rows| {
            for (column, cell) in rows.cells().enumerate() {
                if self.numbers.contains(&column)
                    && let Some(of) = numbers.get(&(column, cell.trim().to_owned()))
                {
                    taken.extend(of);
                }
            }
        })?;
        for (at, candidate) in candidates.iter_mut().enumerate() {
            if let Some(candidate) = candidate {
                candidate.taken |= taken.contains(&at);
            }
        }
        Ok(())
    }
}
