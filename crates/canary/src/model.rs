//! Decoys of one list: drawn from the seed, written as the list writes its own rows.

use foldhash::{HashMap, HashSet};
use meibo_fingerprint::{KeyKind, KeyMask, Part};
use meibo_ingest::FoundColumn;
use meibo_normalize::{Field, Normalizer, Record};

use crate::day::{self, DAYS, Day};
use crate::draw::{Draw, Seed};
use crate::mail;
use crate::names::{self, Name, Sex};
use crate::number::{self, Range};
use crate::sheet::Sheet;
use crate::{person, phone, place, script};

/// The kinds of key that a decoy is found by: those by which chance hardly ever meets one.
pub(crate) const FOUND_BY: [KeyKind; 11] = [
    KeyKind::NamePhone,
    KeyKind::NameAddress,
    KeyKind::AddressPhone,
    KeyKind::NameBirth,
    KeyKind::KanaPhone,
    KeyKind::KanaAddress,
    KeyKind::KanaBirth,
    KeyKind::NameEmail,
    KeyKind::NameMemberId,
    KeyKind::GivenPhone,
    KeyKind::FamilyPhone,
];

/// How often chance may meet a decoy by a kind of key among as many rows as the list has, for the kind to be wanted.
const RARE: f64 = 1e-4;
/// Rows that are looked at for one that shows how days are written.
const TRIED: usize = 32;
/// The numbers that the last number of an address is drawn from, above what the town has.
const NUMBERS: u64 = 60;
/// What the last number of an address in a town without higher ones is above, as hardly any block has so many houses.
const LEAST_NUMBER: u64 = 60;
const BLOCKS: u64 = 30;
/// Years of birth where the list tells none.
const YEARS: (u16, u16) = (1935, 1995);
/// A column of no more different values than this holds them over and over.
const FEW_VALUES: usize = 50;
/// Columns without a small letter in so many readings write them large.
const READINGS: usize = 50;

/// A list as decoys of it are drawn.
#[derive(Debug)]
pub(crate) struct Model<'s> {
    sheet: &'s Sheet,
    fields: Vec<Pattern<'s>>,
    others: Vec<(usize, Filling)>,
    places: Vec<Place>,
    births: Vec<(usize, Day)>,
    /// The year that ages are told in.
    year: u16,
}

/// Columns that one value is read from, and the rows of the sample whose cells can be imitated.
#[derive(Debug)]
struct Pattern<'s> {
    found: &'s FoundColumn,
    rows: Vec<usize>,
    /// Whether small kana are written large.
    large: bool,
}

/// A row of the sample whose address can be renumbered.
#[derive(Debug)]
struct Place {
    row: usize,
    town: String,
    /// The greatest last number that the town has in the sample.
    greatest: u64,
}

/// How a column that no key is made of is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filling {
    /// From any row: the column has few values, which tell nothing of a person.
    Copied,
    /// A number of the same form.
    Number(Range),
    /// A day of the same form.
    Days,
    Empty,
}

/// What is drawn before anything is written.
struct Person {
    name: Name,
    born: Day,
    birth_row: Option<usize>,
    sex_row: Option<usize>,
    age_row: Option<usize>,
}

impl<'s> Model<'s> {
    pub(crate) fn of(sheet: &'s Sheet, year: u16) -> Self {
        let mut model = Self {
            sheet,
            fields: Vec::new(),
            others: Vec::new(),
            places: Vec::new(),
            births: Vec::new(),
            year,
        };
        let mut normalizer = Normalizer::new();
        model.births = model.births(&mut normalizer);
        model.places = model.places(&mut normalizer);
        model.fields = sheet.layout.columns.iter().map(|found| model.pattern(found)).collect();
        let used: HashSet<usize> =
            sheet.layout.columns.iter().flat_map(|found| found.columns.iter().copied()).collect();
        let free = (1..=sheet.width).filter(|column| !used.contains(column));
        model.others = free.map(|column| (column, model.filling(column, &mut normalizer))).collect();
        model
    }

    /// True where the list writes names or readings in a way that can be imitated.
    pub(crate) fn has_names(&self) -> bool {
        let is_name = |pattern: &Pattern<'_>| matches!(pattern.found.field, Field::Name | Field::Kana);
        self.fields.iter().any(|pattern| is_name(pattern) && !pattern.rows.is_empty())
    }

    fn rows(&self) -> std::ops::Range<usize> {
        0..self.sheet.sample.len()
    }

    fn cells(&self, row: usize, columns: &[usize]) -> Vec<&'s str> {
        columns.iter().map(|column| self.sheet.cell(row, *column)).collect()
    }

    fn field(&self, field: Field) -> Option<&'s FoundColumn> {
        self.sheet.layout.columns.iter().find(|found| found.field == field)
    }

    fn births(&self, normalizer: &mut Normalizer) -> Vec<(usize, Day)> {
        let Some(found) = self.field(Field::BirthDate) else { return Vec::new() };
        let day = |row: usize| {
            let cells = self.cells(row, &found.columns);
            let joined = cells.iter().map(|cell| cell.trim()).collect::<Vec<_>>();
            let text = if joined.contains(&"") { String::new() } else { joined.join("/") };
            let own = Day::parse(&canonical(normalizer, Field::BirthDate, &text)?)?;
            write_birth(&cells, own, own).map(|_| (row, own))
        };
        let births: Vec<(usize, Day)> = self.rows().filter_map(day).collect();
        // Cells apart show by themselves whether they are in two digits.
        let telling = if found.columns.len() > 1 { 2 } else { 1 };
        let tells = |birth: &&(usize, Day)| birth.1.short_parts() >= telling;
        match births.iter().any(|birth| tells(&birth)) {
            true => births.iter().filter(tells).copied().collect(),
            false => births,
        }
    }

    fn places(&self, normalizer: &mut Normalizer) -> Vec<Place> {
        let Some(found) = self.field(Field::Address) else { return Vec::new() };
        let mut towns: HashMap<String, u64> = HashMap::default();
        let mut places = Vec::new();
        for row in self.rows() {
            let cells = self.cells(row, &found.columns);
            let Some((town, last)) = town_of(normalizer, &cells.concat()) else { continue };
            let greatest = towns.entry(town.clone()).or_insert(LEAST_NUMBER);
            *greatest = last.max(*greatest);
            let again = place::with_numbers(&cells, 1, 9_998);
            let again = again.and_then(|cells| town_of(normalizer, &cells.concat()));
            if again.is_some_and(|(same, last)| same == town && last == 9_998) {
                places.push(Place { row, town, greatest: 0 });
            }
        }
        for place in &mut places {
            place.greatest = towns.get(&place.town).copied().unwrap_or(LEAST_NUMBER);
        }
        places
    }

    fn pattern(&self, found: &'s FoundColumn) -> Pattern<'s> {
        let (mut normalizer, name) = (Normalizer::new(), NOBODY);
        let is_usable = |row: &usize| {
            let cells = self.cells(*row, &found.columns);
            let filled = cells.iter().any(|cell| !cell.trim().is_empty());
            filled
                && match found.field {
                    Field::Name | Field::Kana => write_name(&cells, &name, false).is_some(),
                    Field::Phone => write_phone(&cells, "09000000000").is_some(),
                    Field::Sex => {
                        canonical(&mut normalizer, Field::Sex, cells.first().unwrap_or(&"")).is_some()
                    }
                    Field::Address | Field::BirthDate => false,
                    _ => true,
                }
        };
        let rows: Vec<usize> = self.rows().filter(is_usable).collect();
        let is_small = |row: &usize| self.cells(*row, &found.columns).concat().chars().any(script::is_small);
        let large = rows.len() >= READINGS && !rows.iter().any(is_small);
        Pattern { found, rows, large }
    }

    fn filling(&self, column: usize, normalizer: &mut Normalizer) -> Filling {
        let cells = self.rows().map(|row| self.sheet.cell(row, column).trim());
        let filled: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
        let values: HashSet<&str> = filled.iter().copied().collect();
        if values.len() <= FEW_VALUES || values.len() * 20 <= filled.len() {
            return Filling::Copied;
        }
        let days = filled.iter().take(200).filter_map(|cell| {
            let own = Day::parse(&canonical(normalizer, Field::BirthDate, cell)?)?;
            day::like(cell, own, own)
        });
        if days.count() * 10 >= filled.len().min(200) * 9 {
            return Filling::Days;
        }
        let forms: HashSet<String> = filled.iter().map(|cell| number::form_of(cell)).collect();
        let numbers = self.sheet.columns.get(column - 1).and_then(|known| known.numbers);
        match numbers.filter(|_| forms.len() <= 8) {
            Some((least, greatest)) => Filling::Number(Range::among(least, greatest, self.sheet.rows)),
            None => Filling::Empty,
        }
    }

    /// How likely each kind of key of a decoy is to be any one value at most.
    pub(crate) fn chances(&self) -> [f64; KeyKind::COUNT] {
        let mut chances = [0.0; KeyKind::COUNT];
        for kind in FOUND_BY {
            let (one, other) = kind.parts();
            if let Some(chance) = chances.get_mut(kind.index()) {
                *chance = (self.chance(one) * self.chance(other)).min(1.0);
            }
        }
        chances
    }

    /// The kinds of key of which each decoy has one at least: those that a broker's list has too, and that chance hardly ever meets among as
    /// many rows as the list has; where there are none of them, any that decoys are found by.
    pub(crate) fn wanted(&self) -> KeyMask {
        let chances = self.chances();
        let is_rare = |kind: &KeyKind| {
            let chance = chances.get(kind.index()).copied().unwrap_or(1.0);
            chance * self.sheet.rows as f64 <= RARE
        };
        let has = |part: Part| self.field(part.field()).is_some();
        let kept = FOUND_BY.into_iter().filter(|kind| {
            let (one, other) = kind.parts();
            !matches!(kind, KeyKind::NameEmail | KeyKind::NameMemberId) && has(one) && has(other)
        });
        let wanted: KeyMask = kept.filter(is_rare).collect();
        if wanted.is_empty() { FOUND_BY.into_iter().collect() } else { wanted }
    }

    /// How likely a part is to be any one value at most; 1 where it is nothing that is drawn.
    fn chance(&self, part: Part) -> f64 {
        let Part::Whole(field) = part else { return 1.0 };
        // A list may hold several columns of one field: any of them may meet.
        let columns = self.sheet.layout.columns.iter().filter(|found| found.field == field).count().max(1);
        columns as f64
            * match field {
                Field::Name => names::greatest_chances().0,
                Field::Kana => names::greatest_chances().1,
                Field::Phone => phone::greatest_chance(),
                Field::Address => largest_share(self.places.iter().map(|place| &place.town)) / NUMBERS as f64,
                Field::BirthDate => largest_share(self.births.iter().map(|(_, day)| day.year)) / DAYS as f64,
                Field::Email => mail::greatest_chance(),
                Field::MemberId => self.number_range(Field::MemberId).map_or(1.0, Range::chance),
                _ => 1.0,
            }
    }

    /// Columns, from 0, whose cells are numbers that no two rows have.
    pub(crate) fn numbered(&self) -> Vec<usize> {
        let of_fields = self.field(Field::MemberId).map(|found| found.columns.clone()).unwrap_or_default();
        let of_others = self.others.iter().filter(|(_, filling)| matches!(filling, Filling::Number(_)));
        let columns = of_fields.into_iter().chain(of_others.map(|(column, _)| *column));
        columns.filter_map(|column| column.checked_sub(1)).collect()
    }

    fn number_range(&self, field: Field) -> Option<Range> {
        let column = *self.field(field)?.columns.first()?;
        let (least, greatest) = self.sheet.columns.get(column.checked_sub(1)?)?.numbers?;
        Some(Range::among(least, greatest, self.sheet.rows))
    }

    /// The cells of one decoy; none where the draw makes none.
    pub(crate) fn draw(&self, seed: &Seed, number: u64) -> Option<Vec<String>> {
        let mut draw = seed.draw("decoy", number);
        let drawn = self.person(&mut draw)?;
        let mut cells = vec![String::new(); self.sheet.width];
        let place = self.place(&mut draw);
        for pattern in &self.fields {
            let columns = &pattern.found.columns;
            let written = match pattern.found.field {
                Field::Address => place.as_ref().map(|(_, cells)| cells.clone()),
                Field::Postal if self.field(Field::Address).is_some() => {
                    place.as_ref().map(|(row, _)| owned(&self.cells(*row, columns)))
                }
                Field::Sex => drawn.sex_row.map(|row| owned(&self.cells(row, columns))),
                Field::BirthDate => drawn.birth_row.and_then(|row| self.birth(row, columns, drawn.born)),
                Field::Age => drawn.age_row.map(|row| owned(&self.cells(row, columns))),
                _ => self.written(pattern, &drawn.name, &mut draw),
            };
            for (column, text) in columns.iter().zip(written.unwrap_or_default()) {
                *cells.get_mut(column.checked_sub(1)?)? = text;
            }
        }
        for (column, filling) in &self.others {
            *cells.get_mut(column.checked_sub(1)?)? = self.filled(*column, *filling, &mut draw);
        }
        Some(cells)
    }

    /// Who it is: sex, date of birth, and a name that goes with both.
    fn person(&self, draw: &mut Draw) -> Option<Person> {
        let sex = self.pattern_of(Field::Sex);
        let sex_row = sex.and_then(|pattern| self.row_of(pattern, draw));
        let told = sex.zip(sex_row).and_then(|(pattern, row)| {
            let column = *pattern.found.columns.first()?;
            canonical(&mut Normalizer::new(), Field::Sex, self.sheet.cell(row, column))
        });
        let sex = match told.as_deref() {
            Some("f") => Sex::Female,
            Some(_) => Sex::Male,
            None if draw.below(2) == 0 => Sex::Female,
            None => Sex::Male,
        };
        let birth =
            if self.is_blank_in(Field::BirthDate, draw) { None } else { draw.pick(&self.births).copied() };
        let birth_row = birth.map(|(row, _)| row);
        let age_row = match self.field(Field::BirthDate) {
            Some(_) => birth_row,
            None => self.pattern_of(Field::Age).and_then(|pattern| self.row_of(pattern, draw)),
        };
        let years = u64::from(YEARS.1 - YEARS.0) + 1;
        let anybody = YEARS.0 + draw.below(years) as u16;
        let year = birth.map(|(_, day)| day.year).or_else(|| self.born(age_row?)).unwrap_or(anybody);
        let name = names::draw(draw, sex, year)?;
        Some(Person { name, born: Day::draw(draw, year), birth_row, sex_row, age_row })
    }

    fn pattern_of(&self, field: Field) -> Option<&Pattern<'s>> {
        self.fields.iter().find(|pattern| pattern.found.field == field)
    }

    /// The year in which the person of a row was born, by the age that it tells.
    fn born(&self, row: usize) -> Option<u16> {
        let column = *self.field(Field::Age)?.columns.first()?;
        let age = canonical(&mut Normalizer::new(), Field::Age, self.sheet.cell(row, column))?;
        self.year.checked_sub(age.parse().ok()?)
    }

    /// As often as the list leaves the field empty.
    fn is_blank_in(&self, field: Field, draw: &mut Draw) -> bool {
        let row = draw.below(self.sheet.sample.len() as u64) as usize;
        self.field(field)
            .is_none_or(|found| self.cells(row, &found.columns).iter().all(|cell| cell.trim().is_empty()))
    }

    /// A row whose cells are imitated; none where the field is to stay empty, as in so many rows of the list.
    fn row_of(&self, pattern: &Pattern<'_>, draw: &mut Draw) -> Option<usize> {
        let row = draw.below(self.sheet.sample.len() as u64) as usize;
        let blank = self.cells(row, &pattern.found.columns).iter().all(|cell| cell.trim().is_empty());
        if blank && !matches!(pattern.found.field, Field::Name | Field::Kana) {
            return None;
        }
        draw.pick(&pattern.rows).copied()
    }

    fn place(&self, draw: &mut Draw) -> Option<(usize, Vec<String>)> {
        let (block, above) = (1 + draw.below(BLOCKS), 1 + draw.below(NUMBERS));
        let found = self.field(Field::Address)?;
        if self.is_blank_in(Field::Address, draw) {
            return None;
        }
        let place = draw.pick(&self.places)?;
        let cells = self.cells(place.row, &found.columns);
        Some((place.row, place::with_numbers(&cells, block, place.greatest + above)?))
    }

    fn birth(&self, row: usize, columns: &[usize], born: Day) -> Option<Vec<String>> {
        let (_, own) = self.births.iter().find(|(of, _)| *of == row)?;
        write_birth(&self.cells(row, columns), *own, born)
    }

    fn written(&self, pattern: &Pattern<'_>, name: &Name, draw: &mut Draw) -> Option<Vec<String>> {
        let row = self.row_of(pattern, draw)?;
        let cells = self.cells(row, &pattern.found.columns);
        match pattern.found.field {
            Field::Name | Field::Kana => write_name(&cells, name, pattern.large),
            Field::Phone => write_phone(&cells, &phone::draw(draw)),
            Field::Email => Some(vec![mail::draw(draw)]),
            Field::MemberId => {
                let value = self.number_range(Field::MemberId)?.draw(draw);
                Some(vec![number::like(cells.first()?, value)?])
            }
            Field::Postal => Some(owned(&cells)),
            _ => None,
        }
    }

    /// A day as the column writes days: as in this row, or as in the next one that shows whether it writes them in two digits.
    fn day_like(&self, column: usize, row: usize, draw: &mut Draw) -> Option<String> {
        let cell = self.sheet.cell(row, column);
        if cell.trim().is_empty() {
            return None;
        }
        let mut normalizer = Normalizer::new();
        let mut day_of = |row: usize| {
            let cell = self.sheet.cell(row, column);
            Some((cell, Day::parse(&canonical(&mut normalizer, Field::BirthDate, cell)?)?))
        };
        let near = (row..self.rows().end).chain(0..row).take(TRIED);
        let telling = near.filter_map(&mut day_of).find(|(_, own)| own.short_parts() > 0);
        let (cell, own) = telling.or_else(|| day_of(row))?;
        day::like(cell, own, Day::draw(draw, own.year))
    }

    fn filled(&self, column: usize, filling: Filling, draw: &mut Draw) -> String {
        let row = draw.below(self.sheet.sample.len() as u64) as usize;
        let cell = self.sheet.cell(row, column);
        let filled = match filling {
            Filling::Copied => Some(cell.to_owned()),
            Filling::Number(range) => number::like(cell, range.draw(draw)).filter(|_| !cell.is_empty()),
            Filling::Days => self.day_like(column, row, draw),
            Filling::Empty => None,
        };
        filled.unwrap_or_default()
    }
}

/// A name to try cells with.
const NOBODY: Name =
    Name { family: "山田", given: "一郎", family_kana: "ヤマダ", given_kana: "イチロウ" };

fn owned(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn canonical(normalizer: &mut Normalizer, field: Field, cell: &str) -> Option<String> {
    let mut record = Record::new();
    normalizer.normalize(field, field.key_level(), cell, &mut record);
    record.values(field).next().map(str::to_owned)
}

/// The town of an address and the last of its numbers.
fn town_of(normalizer: &mut Normalizer, text: &str) -> Option<(String, u64)> {
    let address = canonical(normalizer, Field::Address, text)?;
    let town = Part::Town.of(&address)?.to_owned();
    let last = address.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    Some((town, last))
}

/// The share of the commonest of these; 1 of none.
fn largest_share<T: Eq + std::hash::Hash>(of: impl Iterator<Item = T>) -> f64 {
    let mut counts: HashMap<T, u64> = HashMap::default();
    of.for_each(|one| *counts.entry(one).or_insert(0) += 1);
    let all: u64 = counts.values().sum();
    let most = counts.into_values().max().unwrap_or(1);
    most as f64 / all.max(1) as f64
}

fn write_name(cells: &[&str], name: &Name, large: bool) -> Option<Vec<String>> {
    match cells {
        [cell] => Some(vec![person::whole_like(cell, name, large)?]),
        [family, given] => Some(vec![
            person::part_like(family, name, true, large)?,
            person::part_like(given, name, false, large)?,
        ]),
        _ => None,
    }
}

fn write_phone(cells: &[&str], number: &str) -> Option<Vec<String>> {
    match cells {
        [cell] => Some(vec![phone::like(cell, number)?]),
        [area, _, _] if area.trim_start().starts_with('0') => {
            let parts = [number.get(..3)?, number.get(3..7)?, number.get(7..)?];
            Some(parts.map(str::to_owned).into())
        }
        _ => None,
    }
}

fn write_birth(cells: &[&str], own: Day, day: Day) -> Option<Vec<String>> {
    match cells {
        [cell] => Some(vec![day::like(cell, own, day)?]),
        [year, month, of_month] => Some(vec![
            day::part_like(year, day.year).filter(|_| year.trim() == own.year.to_string())?,
            day::part_like(month, day.month.into())?,
            day::part_like(of_month, day.day.into())?,
        ]),
        _ => None,
    }
}
