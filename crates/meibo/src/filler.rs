//! Values that stand for nobody and that only their frequency shows: `ご契約者` on thousands of rows, a shop's own
//! number on every row, 1970-01-01 where the date of birth is not known.
//!
//! A value is told by how many *distinct* others stand beside it: a name by distinct phones, addresses and dates of
//! birth, all else by distinct names. A thousand orders of one customer are one other. `docs/METHOD.md` gives the
//! bounds and their reasons.

use std::collections::{BTreeMap, HashSet};

use meibo_normalize::{Canonical, Field};
use xxhash_rust::xxh3::Xxh3DefaultBuilder;

use crate::survey::Survey;
use crate::tag::{Class, FIELDS, Tag, mix};

/// What no real value of a field reaches.
struct Rule {
    field: Field,
    /// Fewer distinct others say nothing.
    least: f64,
    /// The share of the list's rows that a real value may have.
    share: f64,
    /// A value must stand out so many times over the list's twelfth most frequent one, where real values crowd: a home's
    /// phone, the days of one month's births, the namesakes of a small place.
    crowd: f64,
}

/// All but names first: a name's others do not count where they are fillers themselves.
const OTHERS: [Rule; 5] = [
    Rule { field: Field::Phone, least: 30.0, share: 1e-2, crowd: 4.0 },
    Rule { field: Field::BirthDate, least: 20.0, share: 2e-3, crowd: 4.0 },
    Rule { field: Field::Email, least: 20.0, share: 1e-3, crowd: 0.0 },
    Rule { field: Field::MemberId, least: 20.0, share: 1e-3, crowd: 0.0 },
    Rule { field: Field::Address, least: 1_000.0, share: 5e-2, crowd: 4.0 },
];
const NAMES: [Rule; 2] = [
    Rule { field: Field::Name, least: 12.0, share: 1e-3, crowd: 4.0 },
    Rule { field: Field::Kana, least: 12.0, share: 2e-3, crowd: 4.0 },
];

/// How many standard deviations chance is given.
const DEVIATIONS: f64 = 6.0;
/// Which of the most frequent values shows how real values crowd.
const CROWD_RANK: usize = 12;
/// Values in fewer rows never matter: four times as many are below every bound.
const SEEN_LEAST: u16 = 3;
/// A name with one phone or date of birth on this part of its rows is mostly one person with many addresses, and so
/// many times more are asked of it.
const ONE_PERSON: (f64, f64) = (0.9, 4.0);
/// Above this share of names as short as surnames, a list holds surnames alone, whose frequency tells nothing.
const SURNAMES_ALONE: f64 = 0.08;

/// Values of a list that stand for nobody.
#[derive(Debug, Default)]
pub(crate) struct Fillers(HashSet<Tag, Xxh3DefaultBuilder>);

impl Fillers {
    /// The fillers of a list.
    pub(crate) fn of(survey: &Survey) -> Self {
        let mut found = Self::default();
        let seen = Seen::of(survey);
        for rules in [OTHERS.as_slice(), NAMES.as_slice()] {
            // In most lists no value is frequent, and nothing has to be judged.
            let rules = rules.iter().filter(|rule| seen.most(rule.field) >= rule.least);
            let more: Vec<Tag> = rules.flat_map(|rule| judge(survey, &seen, rule, &found)).collect();
            found.0.extend(more);
        }
        found
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn holds(&self, tag: Tag) -> bool {
        self.0.contains(&tag)
    }

    /// True for a value that makes no key.
    pub(crate) fn holds_value(&self, field: Field, value: &str) -> bool {
        FIELDS.contains(&field) && self.holds(Tag::of(field, value))
    }

    /// True where the record holds one.
    pub(crate) fn any_in(&self, canonical: &Canonical) -> bool {
        !self.is_empty() && Tag::of_record(canonical).any(|tag| self.holds(tag))
    }
}

/// A value and what stands beside it in a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    value: Tag,
    other: u64,
    /// Phones and dates of birth of the row that may tell of one person, 0 for none.
    phones: u64,
    births: u64,
}

/// A value and how many distinct others it has.
struct Count<'a> {
    value: Tag,
    others: f64,
    pairs: &'a [Pair],
}

/// The values of a field that no real value could be.
fn judge(survey: &Survey, seen: &Seen, rule: &Rule, fillers: &Fillers) -> Vec<Tag> {
    let (pairs, rows) = pairs(survey, seen, rule.field, fillers);
    let counts = counts(&pairs);
    let bound = rule.bound(rows.all, &counts);
    let surnames_alone = rows.have_surnames_alone(&counts);
    let stands_out = |count: &&Count<'_>| {
        let surname = surnames_alone && matches!(count.value.class(), Class::SurnameLike | Class::ShortName);
        !surname && count.others >= bound * if count.is_one_person() { ONE_PERSON.1 } else { 1.0 }
    };
    counts.iter().filter(stands_out).map(|count| count.value).collect()
}

impl Rule {
    fn bound(&self, rows: f64, counts: &[Count<'_>]) -> f64 {
        let expected = rows * self.share;
        let crowd = self.crowd * crowd(counts);
        self.least.max(expected + DEVIATIONS * expected.sqrt()).max(crowd)
    }
}

/// The count of the twelfth most frequent value, the first days of years left out: in a list of years they are its
/// dates, not births that crowd.
fn crowd(counts: &[Count<'_>]) -> f64 {
    let real = counts.iter().filter(|count| count.value.class() != Class::NewYear);
    let mut others: Vec<f64> = real.map(|count| count.others).collect();
    others.sort_unstable_by(|a, b| b.total_cmp(a));
    others.get(CROWD_RANK - 1).copied().unwrap_or(0.0)
}

/// Rows that have a field.
#[derive(Default)]
struct Rows {
    all: f64,
    /// With a name as short as a surname.
    surname_like: f64,
}

impl Rows {
    /// True for a list of surnames, or of surnames and full names. The three most frequent may be fillers themselves.
    fn have_surnames_alone(&self, counts: &[Count<'_>]) -> bool {
        let short = counts.iter().filter(|count| count.value.class() == Class::SurnameLike);
        let mut most: Vec<f64> = short.map(|count| count.pairs.len() as f64).collect();
        most.sort_unstable_by(|a, b| b.total_cmp(a));
        let top: f64 = most.iter().take(3).sum();
        self.surname_like - top > SURNAMES_ALONE * (self.all - top)
    }
}

/// The pairs of a field's values that stand in several rows, in order of value, and its rows.
fn pairs(survey: &Survey, seen: &Seen, field: Field, fillers: &Fillers) -> (Vec<Pair>, Rows) {
    let mut rows = Rows::default();
    let mut pairs = Vec::new();
    for row in survey.rows() {
        let mut values = row.iter().filter(|tag| tag.is_of(field)).peekable();
        let Some(first) = values.peek() else { continue };
        rows.all += 1.0;
        rows.surname_like += f64::from(u8::from(first.class() == Class::SurnameLike));
        let mut frequent = values.filter(|value| seen.often(**value)).peekable();
        if frequent.peek().is_some()
            && let Some(other) = beside(row, field, fillers)
        {
            let [phones, births] = [Field::Phone, Field::BirthDate].map(|field| all_of(row, field, fillers));
            pairs.extend(frequent.map(|&value| Pair { value, other, phones, births }));
        }
    }
    pairs.sort_unstable();
    (pairs, rows)
}

/// What stands beside a field's value in a row, as a number; none where nothing does.
fn beside(row: &[Tag], field: Field, fillers: &Fillers) -> Option<u64> {
    let first = |field: Field| row.iter().find(|tag| tag.is_of(field)).map(|tag| tag.mixed());
    let all = |fields: &[Field]| {
        let sum = fields.iter().fold(0_u64, |sum, of| mix(sum).wrapping_add(all_of(row, *of, fillers)));
        (sum != 0).then_some(sum)
    };
    match field {
        Field::Name | Field::Kana => all(&[Field::Phone, Field::Address, Field::BirthDate])
            .or_else(|| all(&[Field::Email]))
            .or_else(|| all(&[Field::MemberId])),
        Field::Phone => first(Field::Name).or_else(|| first(Field::Kana)).or_else(|| first(Field::Address)),
        Field::Address => first(Field::Name).or_else(|| first(Field::Kana)).or_else(|| first(Field::Phone)),
        _ => first(Field::Name).or_else(|| first(Field::Kana)),
    }
}

/// A number for all of a row's values of a field that tell of somebody, 0 for none.
fn all_of(row: &[Tag], field: Field, fillers: &Fillers) -> u64 {
    let real = row.iter().filter(|tag| tag.is_of(field) && !fillers.holds(**tag));
    // The first day of a year is what nobodies have.
    let real = real.filter(|tag| tag.class() != Class::NewYear);
    real.fold(0, |sum, tag| sum.wrapping_add(tag.mixed()))
}

/// Distinct others of each value, from pairs in order.
fn counts(pairs: &[Pair]) -> Vec<Count<'_>> {
    let of = |pairs: &[Pair]| pairs.chunk_by(|a, b| a.other == b.other).count() as f64;
    let count = |pairs: &'_ [Pair]| pairs.first().map(|pair| (pair.value, of(pairs)));
    pairs
        .chunk_by(|a, b| a.value == b.value)
        .filter_map(|pairs| count(pairs).map(|(value, others)| Count { value, others, pairs }))
        .collect()
}

impl Count<'_> {
    /// True for a name with one phone or one date of birth on nearly all of its rows.
    fn is_one_person(&self) -> bool {
        let is_name = self.value.is_of(Field::Name) || self.value.is_of(Field::Kana);
        is_name
            && [|pair: &Pair| pair.phones, |pair: &Pair| pair.births].into_iter().any(|of| self.is_one(of))
    }

    fn is_one(&self, of: impl Fn(&Pair) -> u64) -> bool {
        let mut values: Vec<u64> = self.pairs.iter().map(of).collect();
        values.sort_unstable();
        let runs = values.chunk_by(|a, b| a == b).filter(|run| run.first() != Some(&0));
        let longest = runs.map(<[u64]>::len).max().unwrap_or(0);
        longest as f64 >= ONE_PERSON.0 * self.pairs.len() as f64
    }
}

/// In how many rows values stand, never too few: one counter for several values.
struct Seen {
    counters: Vec<u16>,
    /// The most of each field.
    most: [u16; Field::ALL.len()],
}

impl Seen {
    fn of(survey: &Survey) -> Self {
        let tags = survey.tags();
        let mut seen =
            Self { counters: vec![0; 4 * tags.len().next_power_of_two()], most: Default::default() };
        for tag in tags {
            let at = seen.at(*tag);
            let Some(counter) = seen.counters.get_mut(at) else { continue };
            *counter = counter.saturating_add(1);
            if let Some(most) = seen.most.get_mut(tag.field_number()) {
                *most = (*most).max(*counter);
            }
        }
        seen
    }

    fn at(&self, value: Tag) -> usize {
        value.mixed() as usize & (self.counters.len() - 1)
    }

    fn often(&self, value: Tag) -> bool {
        self.counters.get(self.at(value)).is_some_and(|count| *count >= SEEN_LEAST)
    }

    /// In at most so many rows stands the most frequent value of a field.
    fn most(&self, field: Field) -> f64 {
        self.most.get(field.index()).copied().map_or(0.0, f64::from)
    }
}

/// What was left out of one list's keys, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FillersFound {
    fields: BTreeMap<Field, FieldFillers>,
}

/// Values of one field that stand for nobody. The values themselves are never told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldFillers {
    /// Rows that hold one.
    pub rows: u64,
    /// The first of them, from 1.
    pub first_row: u64,
    last_row: u64,
    values: HashSet<Tag, Xxh3DefaultBuilder>,
}

impl FieldFillers {
    /// How many distinct values.
    pub fn values(&self) -> u64 {
        self.values.len() as u64
    }
}

impl FillersFound {
    /// True where every value may stand for somebody.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The fields that hold such values, in order.
    pub fn fields(&self) -> impl Iterator<Item = (Field, &FieldFillers)> {
        self.fields.iter().map(|(field, found)| (*field, found))
    }

    /// Counts a row's fillers.
    pub(crate) fn add(&mut self, row: u64, canonical: &Canonical, fillers: &Fillers) {
        for (field, value) in canonical.iter().filter(|(field, value)| fillers.holds_value(*field, value)) {
            let found = self.fields.entry(field).or_default();
            if found.rows == 0 {
                found.first_row = row;
            }
            found.rows += u64::from(found.last_row != row);
            found.last_row = row;
            found.values.insert(Tag::of(field, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::row_number;

    /// Whether a phone that so many names share is a filler, in a list of so many rows.
    fn is_filler(sharing: usize, rows: usize) -> bool {
        let mut survey = Survey::default();
        for row in 0..rows {
            let phone = if row < sharing { 0 } else { row };
            let tags =
                [(Field::Name, row), (Field::Phone, phone)].map(|(f, n)| Tag::of(f, &format!("value {n}")));
            survey.add(row_number(&tags), &tags);
        }
        !Fillers::of(&survey).is_empty()
    }

    #[test]
    fn a_value_is_a_filler_from_its_bound_on() {
        for (rows, bound) in [(30, 30), (100, 30), (1_000, 30), (10_000, 160), (40_000, 520)] {
            assert!(is_filler(bound, rows), "{bound} of {rows}");
            assert!(!is_filler(bound - 1, rows), "{} of {rows}", bound - 1);
        }
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert!(Fillers::of(&Survey::default()).is_empty());
    }
}
