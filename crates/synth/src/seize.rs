//! Makes seized files: picks rows of handovers and strangers, writes them in a style, damages them.

use std::collections::HashSet;

use crate::SynthError;
use crate::client::{RowRef, join_fields};
use crate::damage;
use crate::day::Day;
use crate::draw::{Draw, Purpose};
use crate::house::House;
use crate::household::{ADULT, SLOTS};
use crate::known::{Knower, Known};
use crate::layout::{Cell, Column};
use crate::notation::Notation;
use crate::person::Life;
use crate::render;
use crate::roster::Word;
use crate::spec::{Filter, Part, SeizedOrder, SeizedSpec, Source, Style, hash};
use crate::tables::Tables;
use crate::world::World;

/// The organisation number under which strangers are known.
const NOBODYS: u64 = 0x7FFF;

/// Where one row of a seized file really comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TruthRow {
    /// Row of the file, from 1, the header not counted.
    pub row: usize,
    /// Index of the client; `None` for a stranger.
    pub client: Option<usize>,
    /// Date of the handover; `None` for a stranger.
    pub handover: Option<Day>,
    /// Number of the person, the same in all lists of the world.
    pub person: u64,
    /// How many cells of the row were damaged.
    pub damaged_cells: u8,
}

/// A seized file with its truth.
#[derive(Clone, Debug)]
pub struct SeizedFile {
    /// Its name.
    pub name: String,
    /// What stands on the disk.
    pub bytes: Vec<u8>,
    /// How it is written: encoding, header, columns.
    pub house: House,
    /// Every row's origin, in the order of the file.
    pub truth: Vec<TruthRow>,
}

/// A row chosen for a seized file.
#[derive(Clone, Copy)]
struct Picked {
    client: Option<usize>,
    on: Day,
    row: RowRef,
}

impl World {
    /// Makes a seized file.
    ///
    /// # Errors
    /// Where a part names a client, handover or region that the world has not, or no column is left.
    pub fn seize(&self, spec: &SeizedSpec) -> Result<SeizedFile, SynthError> {
        let house = self.seized_house(spec)?;
        let mut bytes = Vec::new();
        house.start(&mut bytes);
        let truth = self.seized_rows(spec, &house, |cells| house.row(&cells, &mut bytes))?;
        Ok(SeizedFile { name: spec.name.clone(), bytes, house, truth })
    }

    /// The rows of a seized file as fields (see [`crate::Handover::fields`]), with their truth.
    ///
    /// # Errors
    /// As [`World::seize`].
    #[expect(clippy::type_complexity, reason = "rows of (field, text) pairs, as handovers give them")]
    pub fn seize_fields(
        &self,
        spec: &SeizedSpec,
    ) -> Result<(Vec<Vec<(&'static str, String)>>, Vec<TruthRow>), SynthError> {
        let house = self.seized_house(spec)?;
        let mut rows = Vec::new();
        let truth = self.seized_rows(spec, &house, |cells| rows.push(join_fields(&house, cells)))?;
        Ok((rows, truth))
    }

    fn seized_rows(
        &self,
        spec: &SeizedSpec,
        house: &House,
        mut write: impl FnMut(Vec<String>),
    ) -> Result<Vec<TruthRow>, SynthError> {
        let picked = self.pick(spec)?;
        let mut truth = Vec::with_capacity(picked.len());
        for (at, picked) in picked.iter().enumerate() {
            let Some((cells, damaged_cells)) = self.seized_cells(spec, house, picked, at) else { continue };
            write(cells);
            truth.push(TruthRow {
                row: truth.len() + 1,
                client: picked.client,
                handover: picked.client.map(|_| picked.on),
                person: picked.row.person,
                damaged_cells,
            });
        }
        Ok(truth)
    }

    /// The style of the file, its columns cut to those wanted.
    fn seized_house(&self, spec: &SeizedSpec) -> Result<House, SynthError> {
        let first = spec.parts.iter().find_map(|part| match part.source {
            Source::Client { client, .. } => self.client(client),
            Source::Strangers { .. } => None,
        });
        let usual = [Word::Name, Word::Address, Word::Phone];
        let words: Vec<Word> = match first {
            _ if !spec.columns.is_empty() => spec.columns.clone(),
            Some(client) => client.words().to_vec(),
            None => usual.to_vec(),
        };
        let house = match &spec.style {
            Style::Broker(broker) => House::of_broker(self.ground.seed, *broker, &words),
            Style::Given(house) => (**house).clone(),
            Style::Client(client) => {
                let unknown = || unknown_client(spec, 0, *client, self);
                let mut house = self.client(*client).ok_or_else(unknown)?.house().clone();
                house.columns.retain(|column| words.contains(&column.cell.word()));
                house
            }
        };
        if house.columns.is_empty() {
            return Err(SynthError::NoColumns { file: spec.name.clone() });
        }
        Ok(house)
    }

    /// All rows of the file, in their order.
    fn pick(&self, spec: &SeizedSpec) -> Result<Vec<Picked>, SynthError> {
        let mut draw = Draw::new(self.ground.seed, Purpose::Seizure, hash(&spec.name));
        let mut rows = Vec::new();
        for (at, part) in spec.parts.iter().enumerate() {
            match &part.source {
                Source::Client { client, handover } => {
                    let on = self.handover_of(spec, at, *client, *handover, &mut draw)?;
                    rows.extend(self.pick_rows(part, *client, on, &mut draw));
                }
                Source::Strangers { region } => {
                    rows.extend(self.pick_strangers(spec, at, part, region.as_deref(), &mut draw)?);
                }
            }
        }
        let mut twice = rows.clone();
        let copies = (rows.len() as f64 * spec.duplicates.clamp(0.0, 1.0)) as usize;
        draw.choose_front(&mut twice, copies);
        rows.extend(twice.into_iter().take(copies));
        match spec.order {
            SeizedOrder::AsParts => {}
            SeizedOrder::Shuffled => draw.shuffle(&mut rows),
            SeizedOrder::Kana => rows.sort_by_cached_key(|row| {
                self.known(row).map(|known| (known.name.surname.kana, known.name.given.kana))
            }),
            SeizedOrder::Postal => {
                rows.sort_by_cached_key(|row| self.known(row).map(|known| known.address.postal));
            }
        }
        Ok(rows)
    }

    /// Index of the handover asked for, or of any one.
    fn handover_of(
        &self,
        spec: &SeizedSpec,
        part: usize,
        client: usize,
        handover: Option<usize>,
        draw: &mut Draw,
    ) -> Result<usize, SynthError> {
        let known = self.client(client).ok_or_else(|| unknown_client(spec, part, client, self))?;
        let handovers = known.handovers().len();
        match handover {
            None => Ok(draw.index(handovers)),
            Some(at) if at < handovers => Ok(at),
            Some(at) => Err(SynthError::UnknownHandover {
                file: spec.name.clone(),
                part,
                id: known.id().to_owned(),
                handover: at,
                handovers,
            }),
        }
    }

    fn pick_rows(&self, part: &Part, client: usize, handover: usize, draw: &mut Draw) -> Vec<Picked> {
        let Some(handover) = self.client(client).and_then(|client| client.handover(handover)) else {
            return Vec::new();
        };
        let mut rows = handover.rows();
        if part.filter != Filter::default() {
            rows.retain(|row| {
                let life = Life::new(&self.ground, row.person);
                life.is_some_and(|life| {
                    handover.known(*row).is_some_and(|known| part.filter.keeps(&known, &life))
                })
            });
        }
        if let Some(other) = part.filter.also_of.and_then(|other| self.client(other)) {
            let held = other.members_on(handover.date());
            rows.retain(|row| held.contains(&row.person));
        }
        let count = part.rows.min(rows.len());
        let mut chosen: Vec<usize> = if part.contiguous {
            let start = draw.index(rows.len() - count + 1);
            (start..start + count).collect()
        } else {
            let mut all: Vec<usize> = (0..rows.len()).collect();
            draw.choose_front(&mut all, count);
            all.truncate(count);
            all
        };
        chosen.sort_unstable();
        let on = handover.date();
        chosen.into_iter().map(|at| Picked { client: Some(client), on, row: rows[at] }).collect()
    }

    fn pick_strangers(
        &self,
        spec: &SeizedSpec,
        at: usize,
        part: &Part,
        region: Option<&str>,
        draw: &mut Draw,
    ) -> Result<Vec<Picked>, SynthError> {
        let population = &self.ground.population;
        let cities = region.map(|region| Tables::get().region(region));
        let households = match (&cities, region) {
            (Some(cities), Some(region)) if cities.is_empty() => {
                let region = region.to_owned();
                return Err(SynthError::UnknownRegion { file: spec.name.clone(), part: at, region });
            }
            (Some(cities), _) => population.range(cities),
            (None, _) => 0..population.households(),
        };
        let on = Day::new(2014, 1, 1).plus(draw.between(0, 3_200));
        let mut seen = HashSet::new();
        let mut picked = Vec::new();
        // Whoever asks for more people than live there gets those there are.
        let everybody = (households.end - households.start).saturating_mul(SLOTS * 20) as usize;
        let attempts = part.rows.saturating_mul(400).saturating_add(20_000).min(everybody);
        for _ in 0..attempts {
            if picked.len() >= part.rows {
                break;
            }
            let household = households.start + draw.below(households.end - households.start);
            let person = household * SLOTS + draw.below(SLOTS);
            let Some(life) = Life::new(&self.ground, person) else { continue };
            let resident = cities.as_ref().is_none_or(|cities| cities.contains(&life.residence(on).city));
            if !resident || life.age(on) < ADULT || !life.alive(on) {
                continue;
            }
            let row = RowRef { person, joined: on.plus(-400), number: picked.len() as u64 + 1 };
            let new = Picked { client: None, on, row };
            if self.known(&new).is_some_and(|known| part.filter.keeps(&known, &life)) && seen.insert(person) {
                picked.push(new);
            }
        }
        Ok(picked)
    }

    fn known(&self, picked: &Picked) -> Option<Known> {
        self.known_on(picked, picked.on)
    }

    fn known_on(&self, picked: &Picked, on: Day) -> Option<Known> {
        match picked.client {
            Some(client) => self.client(client)?.known(picked.row, on),
            None => {
                let RowRef { person, joined, number } = picked.row;
                let knower = Knower { seed: self.ground.seed, organisation: NOBODYS, joined, number };
                Some(Known::new(&Life::new(&self.ground, person)?, knower, on))
            }
        }
    }

    /// The cells of one row, damaged as asked for, and how many of them are.
    fn seized_cells(
        &self,
        spec: &SeizedSpec,
        house: &House,
        picked: &Picked,
        at: usize,
    ) -> Option<(Vec<String>, u8)> {
        let known = self.known(picked)?;
        let seed = self.ground.seed;
        let source = picked.client.and_then(|client| self.client(client));
        let notation: Notation = match (source, spec.source_notation, &spec.style) {
            (Some(client), true, _) => {
                render::row_notation(seed, client.data.number, &known, &client.house().notation)
            }
            (Some(client), _, Style::Client(copied)) if picked.client == Some(*copied) => {
                render::row_notation(seed, client.data.number, &known, &house.notation)
            }
            _ => render::row_notation(seed, hash(&spec.name), &known, &house.notation),
        };
        let columns = columns_for(&house.columns, source.map(|client| client.words()));
        let mut cells = render::cells(&known, &columns, &notation);
        if let Some(client) = source {
            for (cell, column) in cells.iter_mut().zip(&columns) {
                if !holds(client.words(), column.cell.word()) {
                    cell.clear();
                }
            }
        }
        if spec.damage <= 0.0 {
            return Some((cells, 0));
        }
        let stream = hash(&spec.name) ^ (at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut draw = Draw::new(seed, Purpose::Damage, stream);
        let old = self.known_on(picked, picked.on.plus(-2_500))?;
        let damaged = damage::damage(&mut cells, &house.columns, &old, &notation, spec.damage, &mut draw);
        Some((cells, damaged))
    }
}

/// The columns as a source can fill them: where it knows readings only, they stand in the columns of names.
fn columns_for(columns: &[Column], words: Option<&[Word]>) -> Vec<Column> {
    let readings_only =
        words.is_some_and(|words| !words.contains(&Word::Name) && words.contains(&Word::Kana));
    let fill = |column: &Column| {
        let cell = match column.cell {
            Cell::Name if readings_only => Cell::Kana,
            Cell::Surname if readings_only => Cell::SurnameKana,
            Cell::Given if readings_only => Cell::GivenKana,
            cell => cell,
        };
        Column { cell, ..column.clone() }
    };
    columns.iter().map(fill).collect()
}

/// Whether a list with these fields can fill a column; an age can be told from a date of birth.
fn holds(words: &[Word], word: Word) -> bool {
    words.contains(&word) || (word == Word::Age && words.contains(&Word::BirthDate))
}

fn unknown_client(spec: &SeizedSpec, part: usize, client: usize, world: &World) -> SynthError {
    SynthError::UnknownClient { file: spec.name.clone(), part, client, clients: world.clients.len() }
}
