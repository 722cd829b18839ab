//! From the meaning of each column to the values of a record: which columns are used, which are joined, in what order.

use meibo_normalize::Field;

use crate::cells::Traits;
use crate::join::Glue;
use crate::meaning::{LOOSE, Meaning, OTHERS, STAFF, STRIPPED};
use crate::sample::SampleRow;
use crate::{FoundBy, FoundColumn};

/// Rows that are looked at to settle what headings leave open.
const LOOKED_AT: usize = 200;

/// What is known of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sense {
    pub(crate) meaning: Meaning,
    pub(crate) rank: u8,
    pub(crate) by: FoundBy,
}

/// A filled cell of a row that is looked at.
struct Cell<'r> {
    text: &'r str,
    traits: Traits,
}

/// A column chosen for a field, with its glue.
type Part = (usize, Glue);

/// Builds the values of a record from what is known of the columns.
pub(crate) fn assemble(senses: &[Option<Sense>], rows: &[SampleRow]) -> Vec<FoundColumn> {
    let rows = rows.get(..LOOKED_AT.min(rows.len())).unwrap_or_default();
    let table = Table { senses, rows };
    let mut found = Vec::new();
    for field in Field::ALL {
        for parts in table.values_of(field) {
            found.push(found_column(field, &parts, senses));
        }
    }
    found
}

fn found_column(field: Field, parts: &[Part], senses: &[Option<Sense>]) -> FoundColumn {
    let by_content = |&(column, _): &Part| {
        senses.get(column).copied().flatten().is_some_and(|sense| sense.by == FoundBy::Content)
    };
    let found_by = if parts.iter().any(by_content) { FoundBy::Content } else { FoundBy::Header };
    FoundColumn {
        field,
        columns: parts.iter().map(|(column, _)| column + 1).collect(),
        found_by,
        in_part: false,
        glue: parts.iter().map(|(_, glue)| *glue).collect(),
    }
}

struct Table<'t> {
    senses: &'t [Option<Sense>],
    rows: &'t [SampleRow],
}

impl Table<'_> {
    fn values_of(&self, field: Field) -> Vec<Vec<Part>> {
        match field {
            Field::Name => self.name(Meaning::Name, Meaning::Surname, Meaning::GivenName),
            Field::Kana => self.name(Meaning::Kana, Meaning::SurnameKana, Meaning::GivenKana),
            Field::Address => self.address(),
            Field::Phone => self.phones(),
            Field::Postal => self.postal(),
            Field::BirthDate => self.birth_date(),
            Field::Sex => single(self.best(Meaning::Sex)),
            Field::Age => single(self.best(Meaning::Age)),
            Field::Email => self.every(Meaning::Email),
            Field::MemberId => self.every(Meaning::MemberId),
            _ => Vec::new(),
        }
    }

    /// Columns of a meaning, leftmost first, with their ranks.
    fn columns(&self, meaning: Meaning) -> impl Iterator<Item = (usize, u8)> {
        self.senses.iter().enumerate().filter_map(move |(column, sense)| {
            let sense = sense.as_ref().filter(|sense| sense.meaning == meaning)?;
            self.holds(column, meaning).then_some((column, sense.rank))
        })
    }

    /// The surest column of a meaning, of several the leftmost.
    fn best(&self, meaning: Meaning) -> Option<(usize, u8)> {
        self.columns(meaning).min_by_key(|&(column, rank)| (rank, column))
    }

    /// All columns of a meaning: the sure ones; where there are none, the loosely read ones; else the best of the rest.
    fn every(&self, meaning: Meaning) -> Vec<Vec<Part>> {
        for least in [STRIPPED, LOOSE] {
            let sure = self.columns(meaning).filter(|(_, rank)| *rank <= least);
            let sure: Vec<Vec<Part>> = sure.map(|(column, _)| vec![(column, Glue::Nothing)]).collect();
            if !sure.is_empty() {
                return sure;
            }
        }
        single(self.best(meaning))
    }

    /// The filled cells of a column.
    fn cells(&self, column: usize) -> impl Iterator<Item = Cell<'_>> {
        let filled = self.rows.iter().filter(move |row| !row.value(column).is_empty());
        filled.map(move |row| Cell { text: row.cell(column), traits: row.traits(column) })
    }

    /// The share of a column's filled cells for which something holds; `None` where no cell is filled.
    fn share(&self, column: usize, holds: impl Fn(&Cell<'_>) -> bool) -> Option<f64> {
        let filled = self.cells(column).count();
        let holding = self.cells(column).filter(|cell| holds(cell)).count();
        (filled > 0).then(|| holding as f64 / filled as f64)
    }

    fn mostly(&self, column: usize, holds: impl Fn(&Cell<'_>) -> bool) -> bool {
        self.share(column, holds).is_some_and(|share| share > 0.5)
    }

    /// False where the cells contradict the heading: numbers under 会員, names under 連絡先.
    fn holds(&self, column: usize, meaning: Meaning) -> bool {
        let digits = |cell: &Cell<'_>| cell.traits.digits;
        match meaning {
            Meaning::Name | Meaning::Kana | Meaning::Surname | Meaning::GivenName => {
                !self.mostly(column, |cell| digits(cell) > 1 || cell.text.contains('@'))
            }
            Meaning::Phone | Meaning::Postal => !self.mostly(column, |cell| digits(cell) == 0),
            Meaning::BirthDate => {
                !self.mostly(column, |cell| digits(cell) == 0 && cell.traits.year.is_none())
            }
            Meaning::Email => !self.mostly(column, |cell| !cell.text.contains(['@', '＠'])),
            Meaning::Prefecture | Meaning::City => {
                !self.mostly(column, |cell| digits(cell) > 0 && !cell.traits.japanese)
            }
            Meaning::Address => !self.mostly(column, |cell| {
                let traits = cell.traits;
                traits.email || traits.digits == traits.chars
            }),
            _ => true,
        }
    }

    /// A full name, or surname and given name.
    fn name(&self, full: Meaning, surname: Meaning, given: Meaning) -> Vec<Vec<Part>> {
        let least = if self.names_customers() { OTHERS } else { STAFF };
        let usable =
            |&(column, rank): &(usize, u8)| rank <= least && (rank < STAFF || !self.names_few(column));
        let best = |meaning| self.best(meaning).filter(usable);
        let (full, surname, given) = (best(full), best(surname), best(given));
        // 名前 beside 名字 is the given name, whatever it means elsewhere.
        let rest = full.filter(|full| surname.is_some_and(|s| given.is_none() && !self.repeats(full.0, s.0)));
        let pair = surname.zip(given.or(rest));
        match (full.filter(|_| rest.is_none()), pair) {
            (Some(full), Some((s, g))) if full.1 > s.1.max(g.1) => vec![self.name_pair(s.0, g.0)],
            (Some(full), _) => single(Some(full)),
            (None, Some((s, g))) => vec![self.name_pair(s.0, g.0)],
            (None, None) => single(surname.or(given)),
        }
    }

    /// True where a few people stand again and again: those who sold or called, not those who bought.
    fn names_few(&self, column: usize) -> bool {
        let people: std::collections::BTreeSet<&str> = self.cells(column).map(|cell| cell.text).collect();
        let filled = self.cells(column).count();
        filled >= 10 && people.len() * 5 < filled
    }

    /// True where any name or reading is of somebody else than 担当者 or 代表者.
    fn names_customers(&self) -> bool {
        const NAMES: [Meaning; 6] = [
            Meaning::Name,
            Meaning::Surname,
            Meaning::GivenName,
            Meaning::Kana,
            Meaning::SurnameKana,
            Meaning::GivenKana,
        ];
        NAMES.into_iter().any(|meaning| self.best(meaning).is_some_and(|(_, rank)| rank < STAFF))
    }

    /// Surname first, as Japanese names are written; given name first where the names are in Latin letters.
    fn name_pair(&self, surname: usize, given: usize) -> Vec<Part> {
        let latin = self.mostly(surname, |cell| !cell.traits.japanese);
        let (first, second) = if latin { (given, surname) } else { (surname, given) };
        vec![(first, Glue::Nothing), (second, Glue::Space)]
    }

    fn postal(&self) -> Vec<Vec<Part>> {
        let halves = self.best(Meaning::PostalPart(1)).zip(self.best(Meaning::PostalPart(2)));
        let short = |column| !self.mostly(column, |cell| cell.traits.digits > 4);
        if let Some((first, second)) = halves.filter(|(first, _)| short(first.0)) {
            return vec![vec![(first.0, Glue::Nothing), (second.0, Glue::Hyphen)]];
        }
        if let Some((column, rank)) = self.best(Meaning::Postal) {
            // 郵便番号 over both halves, the second with the same heading or none.
            let three = self.mostly(column, |cell| cell.text.chars().count() <= 3);
            let four = self.mostly(column + 1, |cell| {
                (1..=4).contains(&cell.traits.digits) && cell.text.chars().count() <= 4
            });
            let unclaimed =
                self.senses.get(column + 1).copied().flatten().is_none_or(|s| s.meaning == Meaning::Postal);
            if three && four && unclaimed {
                return vec![vec![(column, Glue::Nothing), (column + 1, Glue::Hyphen)]];
            }
            return single(Some((column, rank)));
        }
        single(self.best(Meaning::PostalPart(1)))
    }

    fn birth_date(&self) -> Vec<Vec<Part>> {
        let era = self.best(Meaning::BirthEra);
        if let Some((column, rank)) = self.best(Meaning::BirthDate) {
            let dateless = !self.mostly(column, |cell| cell.traits.year.is_some());
            return match era {
                Some((era, _)) if dateless && era < column => {
                    vec![vec![(era, Glue::Nothing), (column, Glue::Nothing)]]
                }
                _ => single(Some((column, rank))),
            };
        }
        let parts = [Meaning::BirthYear, Meaning::BirthMonth, Meaning::BirthDay].map(|part| self.best(part));
        let [Some((year, _)), Some((month, _)), Some((day, _))] = parts else { return Vec::new() };
        let mut joined = Vec::new();
        if let Some((era, _)) = era {
            joined.push((era, Glue::Nothing));
        }
        joined.extend([(year, Glue::Nothing), (month, Glue::Hyphen), (day, Glue::Hyphen)]);
        vec![joined]
    }

    /// Every phone column is a value of its own, except neighbours that hold the parts of one number: by their
    /// headings, or by their cells.
    fn phones(&self) -> Vec<Vec<Part>> {
        let headed = self.headed_numbers();
        let surest = headed.iter().map(|(_, rank)| *rank).chain(self.best(Meaning::Phone).map(|best| best.1));
        let Some(surest) = surest.min() else { return Vec::new() };
        let least = [STRIPPED, LOOSE].into_iter().find(|&least| surest <= least).unwrap_or(surest);
        let mut values = match self.best(Meaning::Phone) {
            Some((_, rank)) if rank <= least => self.numbers_by_cells(),
            _ => Vec::new(),
        };
        values.extend(headed.into_iter().filter(|(_, rank)| *rank <= least).map(|(parts, _)| parts));
        values.sort_by_key(|parts| parts.first().map(|part| part.0));
        values
    }

    /// Columns that headings say to hold one number together, with their rank.
    fn headed_numbers(&self) -> Vec<(Vec<Part>, u8)> {
        let mut numbers: Vec<(Vec<Part>, u8)> = Vec::new();
        let mut before = None;
        for (column, sense) in self.senses.iter().enumerate() {
            let part = sense.as_ref().and_then(|sense| match sense.meaning {
                Meaning::PhonePart(part) => Some((part, sense.rank)),
                _ => None,
            });
            match (before, part, numbers.last_mut()) {
                (Some(before), Some((part, _)), Some(last)) if before < part => {
                    last.0.push((column, Glue::Hyphen));
                }
                (_, Some((_, rank)), _) => numbers.push((vec![(column, Glue::Nothing)], rank)),
                _ => {}
            }
            before = part.map(|(part, _)| part);
        }
        numbers.retain(|(parts, _)| parts.len() > 1);
        numbers
    }

    fn numbers_by_cells(&self) -> Vec<Vec<Part>> {
        let mut values: Vec<Vec<Part>> = Vec::new();
        for value in self.every(Meaning::Phone) {
            let Some(&(column, _)) = value.first() else { continue };
            let is_part = self.is_phone_part(column);
            match values.last_mut().filter(|last| {
                let before = last.last().map(|part| part.0);
                is_part
                    && last.len() < 3
                    && before.is_some_and(|before| before + 1 == column && self.is_phone_part(before))
            }) {
                Some(last) => last.push((column, Glue::Hyphen)),
                None => values.push(value),
            }
        }
        values
    }

    fn is_phone_part(&self, column: usize) -> bool {
        self.share(column, |cell| (1..=5).contains(&cell.traits.digits)).is_some_and(|share| share > 0.9)
    }

    fn address(&self) -> Vec<Vec<Part>> {
        let mut parts = self.address_parts(OTHERS - 1);
        if parts.is_empty() {
            parts = self.address_parts(OTHERS);
        }
        self.drop_repeated(&mut parts);
        if parts.is_empty() {
            return Vec::new();
        }
        let japanese = parts.iter().any(|&(column, _)| self.mostly(column, |cell| cell.traits.japanese));
        let empty = parts.iter().all(|&(column, _)| self.cells(column).next().is_none());
        vec![if japanese || empty { japanese_order(parts) } else { western_order(parts) }]
    }

    /// The leftmost column of each part of an address.
    fn address_parts(&self, rank: u8) -> Vec<(usize, Meaning)> {
        let mut parts: Vec<(usize, Meaning)> = Vec::new();
        let full = self.best(Meaning::Address).filter(|full| full.1 <= rank);
        for (column, sense) in self.senses.iter().enumerate() {
            let Some(sense) = sense.as_ref().filter(|sense| sense.rank <= rank) else { continue };
            let is_part = match sense.meaning {
                Meaning::Address => full.is_some_and(|full| full.0 == column),
                Meaning::AddressLine(_) | Meaning::Prefecture | Meaning::City | Meaning::Building => true,
                Meaning::Town | Meaning::Block | Meaning::StreetNumber => true,
                _ => false,
            };
            let several =
                matches!(sense.meaning, Meaning::City | Meaning::Town | Meaning::Block | Meaning::Building);
            let known = parts.iter().any(|part| part.1 == sense.meaning);
            // 丁目, 番地 and 号 may stand apart, city and ward too, but only side by side: a second address further right is another one.
            let beside = parts.last().is_some_and(|last| last.0 + 1 == column);
            // A number may be anything's: it is a house's only beside another part of an address.
            // One that stands before an address with a number is the row's.
            let before = self.is_address(column + 1) && !self.is_whole(column + 1);
            let alone = sense.meaning == Meaning::Block && !beside && !before;
            if is_part && !alone && self.holds(column, sense.meaning) && (!known || (several && beside)) {
                parts.push((column, sense.meaning));
            } else if sense.meaning == Meaning::Address && beside && self.goes_on(column) {
                parts.push((column, Meaning::AddressLine(9)));
            }
        }
        parts
    }

    fn is_whole(&self, column: usize) -> bool {
        let headed =
            self.senses.get(column).copied().flatten().is_some_and(|s| s.meaning == Meaning::Address);
        headed
            && self
                .mostly(column, |cell| cell.traits.numbered && cell.traits.japanese && cell.traits.chars >= 8)
    }

    fn is_address(&self, column: usize) -> bool {
        self.senses.get(column).copied().flatten().is_some_and(|sense| sense.meaning.is_of_address())
    }

    /// True where a column's cells are the lower part of an address rather than one of their own.
    fn goes_on(&self, column: usize) -> bool {
        !self.mostly(column, |cell| {
            let traits = cell.traits;
            traits.after_prefecture || (traits.municipality && traits.digits > 0)
        })
    }

    /// Leaves out what the main column repeats: a prefecture beside an address that begins with it.
    fn drop_repeated(&self, parts: &mut Vec<(usize, Meaning)>) {
        let main = |meaning: Meaning| matches!(meaning, Meaning::Address | Meaning::AddressLine(1));
        let Some(&(base, base_meaning)) = parts
            .iter()
            .find(|part| part.1 == Meaning::Address)
            .or_else(|| parts.iter().find(|part| main(part.1)))
        else {
            return;
        };
        parts.retain(|&(column, meaning)| {
            meaning == base_meaning || column == base || !self.repeats(base, column)
        });
    }

    fn repeats(&self, base: usize, part: usize) -> bool {
        let both = self.rows.iter().filter(|row| !row.cell(base).is_empty() && !row.cell(part).is_empty());
        let total = both.clone().count();
        let contained = both.filter(|row| row.cell(base).contains(row.cell(part))).count();
        contained * 2 > total
    }
}

fn single(column: Option<(usize, u8)>) -> Vec<Vec<Part>> {
    column.map(|(column, _)| vec![(column, Glue::Nothing)]).into_iter().collect()
}

/// From the large to the small, whatever the order of the columns.
fn japanese_order(mut parts: Vec<(usize, Meaning)>) -> Vec<Part> {
    let last_local =
        parts.iter().filter(|part| matches!(part.1, Meaning::Town | Meaning::Block)).map(|part| part.0).max();
    parts.sort_by_key(|&(column, meaning)| (place_in_address(meaning, Some(column) < last_local), column));
    let glue = |meaning| match meaning {
        Meaning::Town | Meaning::Block | Meaning::StreetNumber => Glue::Number,
        Meaning::Building => Glue::Building,
        Meaning::AddressLine(_) => Glue::Line,
        _ => Glue::Place,
    };
    parts.into_iter().map(|(column, meaning)| (column, glue(meaning))).collect()
}

/// `goes_on` says that a town or a block stands further right: then 住所2 is above it, and below it otherwise.
fn place_in_address(meaning: Meaning, goes_on: bool) -> u8 {
    match meaning {
        Meaning::Prefecture => 0,
        Meaning::City => 1,
        Meaning::Address | Meaning::AddressLine(0 | 1) => 20,
        Meaning::AddressLine(number) if goes_on => number.min(9) + 20,
        Meaning::Town => 30,
        Meaning::Block | Meaning::StreetNumber => 40,
        Meaning::AddressLine(number) => number.min(80) + 50,
        _ => 200,
    }
}

fn western_order(parts: Vec<(usize, Meaning)>) -> Vec<Part> {
    let mut before = None;
    let mut ordered = Vec::new();
    for (column, meaning) in parts {
        let glue = if before == Some(Meaning::StreetNumber) { Glue::Space } else { Glue::Comma };
        ordered.push((column, glue));
        before = Some(meaning);
    }
    ordered
}
