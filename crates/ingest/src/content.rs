//! What columns hold, read from their cells: for files without a header and columns with unknown headings.

mod address;

use std::collections::HashSet;

use crate::cells::{Traits, traits_of};
use crate::meaning::Meaning;
use crate::places;
use crate::sample::SampleRow;

/// Rows looked at.
const LOOKED_AT: usize = 500;

/// How much less like names a column may look and still be one as well.
const NEARLY: f64 = 0.15;

/// What can be said of a column over all its cells. Shares are of the filled cells.
#[derive(Debug, Default)]
pub(crate) struct Profile {
    filled: usize,
    distinct: f64,
    mean_chars: f64,
    traits: Vec<Traits>,
    /// The column's cells rise from row to row, as a running number does.
    rising: bool,
}

impl Profile {
    fn of(rows: &[SampleRow], column: usize) -> Self {
        let filled = rows.iter().take(LOOKED_AT).filter(|row| !row.value(column).is_empty());
        let cells: Vec<&str> = filled.clone().map(|row| row.value(column)).collect();
        let traits: Vec<Traits> = filled.map(|row| row.traits(column)).collect();
        let filled = cells.len();
        if filled == 0 {
            return Profile::default();
        }
        let distinct = cells.iter().collect::<HashSet<_>>().len() as f64 / filled as f64;
        let chars: usize = traits.iter().map(|traits| usize::from(traits.chars)).sum();
        // Longer is more: 9 comes before 10.
        let rises = cells.windows(2).filter(|two| two.first().map(size) < two.last().map(size)).count();
        let rising = filled >= 4 && rises * 100 >= (filled - 1) * 97;
        Profile { filled, distinct, mean_chars: chars as f64 / filled as f64, traits, rising }
    }

    fn share(&self, holds: impl Fn(&Traits) -> bool) -> f64 {
        if self.filled == 0 {
            return 0.0;
        }
        self.traits.iter().filter(|traits| holds(traits)).count() as f64 / self.filled as f64
    }

    fn years(&self) -> Vec<u16> {
        let mut years: Vec<u16> = self.traits.iter().filter_map(|traits| traits.year).collect();
        years.sort_unstable();
        years
    }
}

fn size<'c>(cell: &&'c str) -> (usize, &'c str) {
    (cell.len(), cell)
}

/// Meanings of all columns: the given ones as they are, those of the others by their cells; `None` for what is not
/// recognised.
pub(crate) fn meanings(rows: &[SampleRow], given: &[Option<Meaning>]) -> Vec<Option<Meaning>> {
    let rows = rows.get(..LOOKED_AT.min(rows.len())).unwrap_or_default();
    let looked_at = |meaning: &Option<Meaning>| meaning.is_none_or(Meaning::is_of_address);
    let profiles: Vec<Profile> = given
        .iter()
        .enumerate()
        .map(
            |(column, meaning)| {
                if looked_at(meaning) { Profile::of(rows, column) } else { Profile::default() }
            },
        )
        .collect();
    let mut guess = Guess { rows, profiles: &profiles, meanings: given.to_vec() };
    guess.shared();
    guess.emails();
    guess.spread_dates_of_eras();
    guess.spread_numbers();
    guess.dates();
    guess.phones();
    guess.sexes();
    guess.addresses();
    guess.postal();
    guess.spread_postal();
    guess.day_numbers();
    guess.ages();
    guess.kana();
    guess.names();
    guess.member_id();
    guess.meanings
}

struct Guess<'g> {
    rows: &'g [SampleRow],
    profiles: &'g [Profile],
    meanings: Vec<Option<Meaning>>,
}

impl Guess<'_> {
    fn open(&self) -> impl Iterator<Item = (usize, &Profile)> {
        self.profiles.iter().enumerate().filter(|(column, _)| self.is_open(*column))
    }

    fn set(&mut self, column: usize, meaning: Meaning) {
        if let Some(slot) = self.meanings.get_mut(column) {
            *slot = Some(meaning);
        }
    }

    fn is_open(&self, column: usize) -> bool {
        self.profiles.get(column).is_some_and(|profile| profile.filled > 0)
            && self.meanings.get(column).is_some_and(Option::is_none)
    }

    fn share(&self, column: usize, holds: impl Fn(&Traits) -> bool) -> f64 {
        self.profiles.get(column).map_or(0.0, |profile| profile.share(holds))
    }

    /// Open columns for which something holds often enough.
    fn with(&self, least: f64, holds: impl Fn(&Traits) -> bool) -> Vec<usize> {
        self.open().filter(|(_, profile)| profile.share(&holds) >= least).map(|(column, _)| column).collect()
    }

    /// What many people share is of the list's owner: numbers and addresses of its shops.
    fn shared(&mut self) {
        let whole =
            |t: &Traits| t.email || t.phone || ((t.after_prefecture || t.municipality) && t.text_then_number);
        let few = |profile: &Profile| profile.filled >= 10 && profile.distinct * profile.filled as f64 <= 3.5;
        let found: Vec<usize> = self
            .open()
            .filter(|(_, profile)| few(profile) && profile.share(whole) >= 0.9)
            .map(|(column, _)| column)
            .collect();
        for column in found {
            self.set(column, Meaning::Other);
        }
    }

    fn emails(&mut self) {
        for column in self.with(0.6, |t| t.email) {
            self.set(column, Meaning::Email);
        }
    }

    /// A phone number or a date in three columns side by side.
    fn spread_numbers(&mut self) {
        for first in 0..self.profiles.len().saturating_sub(2) {
            if !(first..first + 3).all(|column| self.is_open(column)) {
                continue;
            }
            let joined = |row: &SampleRow, mark: &str| {
                traits_of(&[row.cell(first), row.cell(first + 1), row.cell(first + 2)].join(mark))
            };
            let short = |row: &&SampleRow| (first..first + 3).all(|column| row.cell(column).len() <= 5);
            let filled = self.rows.iter().filter(|row| !row.cell(first + 2).is_empty());
            let total = filled.clone().count();
            let parts = filled.filter(short);
            let phones = parts
                .clone()
                .filter(|row| joined(row, "-").phone && row.cell(first).starts_with('0'))
                .count();
            let dates = parts.filter(|row| joined(row, "/").year.is_some_and(|year| year < 2010)).count();
            let meanings = if phones * 10 > total * 8 {
                [Meaning::Phone; 3]
            } else if dates * 10 > total * 8 && total > 4 {
                [Meaning::BirthYear, Meaning::BirthMonth, Meaning::BirthDay]
            } else {
                continue;
            };
            for (column, meaning) in (first..).zip(meanings) {
                self.set(column, meaning);
            }
        }
    }

    /// Era, year, month and day in four columns side by side.
    fn spread_dates_of_eras(&mut self) {
        for first in 0..self.profiles.len().saturating_sub(3) {
            let parts = (first + 1..first + 4).zip([64, 12, 31]);
            let numbers = || {
                parts.clone().all(|(column, most)| {
                    let fits = |t: &Traits| !t.japanese && t.age.is_some_and(|n| (1..=most).contains(&n));
                    self.is_open(column) && self.share(column, fits) >= 0.95
                })
            };
            if self.is_open(first) && self.share(first, |t| t.era) >= 0.9 && numbers() {
                let meanings =
                    [Meaning::BirthEra, Meaning::BirthYear, Meaning::BirthMonth, Meaning::BirthDay];
                for (column, meaning) in (first..).zip(meanings) {
                    self.set(column, meaning);
                }
                return;
            }
        }
    }

    /// Days as a spreadsheet counts them: years apart, in no order, and no round sums.
    fn day_numbers(&mut self) {
        if self.meanings.iter().any(|m| matches!(m, Some(Meaning::BirthDate | Meaning::BirthYear))) {
            return;
        }
        let found = self.open().find(|(_, profile)| {
            let mut days: Vec<u16> = profile.traits.iter().filter_map(|t| t.day_number).collect();
            days.sort_unstable();
            let at = |tenth: usize| days.get(days.len().saturating_sub(1) * tenth / 10).copied().unwrap_or(0);
            let round = days.iter().filter(|day| *day % 10 == 0).count();
            profile.filled >= 10
                && days.len() * 20 >= profile.filled * 19
                && profile.distinct >= 0.7
                && !profile.rising
                && at(9) - at(1) >= 1_500
                && round * 3 < days.len()
        });
        if let Some(column) = found.map(|(column, _)| column) {
            self.set(column, Meaning::BirthDate);
        }
    }

    /// Of several date columns the one that reaches back furthest; it must look like births, not like visits.
    fn dates(&mut self) {
        let dated = self.with(0.7, |t| t.year.is_some());
        let median = |column: &usize| {
            let years = self.profiles.get(*column).map(Profile::years).unwrap_or_default();
            years.get(years.len() / 2).copied().unwrap_or(u16::MAX)
        };
        let spread_out = self.meanings.contains(&Some(Meaning::BirthYear));
        let birth =
            dated.iter().copied().filter(|_| !spread_out).min_by_key(|column| (median(column), *column));
        let spread = |column: usize| {
            let years = self.profiles.get(column).map(Profile::years).unwrap_or_default();
            let at = |part: usize| years.get(years.len().saturating_sub(1) * part / 10).copied().unwrap_or(0);
            (at(1), at(9), years.len())
        };
        let is_birth = birth.is_some_and(|column| {
            let (early, late, count) = spread(column);
            // Visits lie within some years; births spread over decades, unless the list is of one age.
            early < 1995
                || (count < 5 && early < 2005)
                || (late - early <= 6 && late < 2012 && dated.len() > 1)
        });
        for column in dated {
            let meaning = if Some(column) == birth && is_birth { Meaning::BirthDate } else { Meaning::Other };
            self.set(column, meaning);
        }
    }

    fn phones(&mut self) {
        for column in self.with(0.6, |t| t.phone || t.phone_without_zero) {
            let Some(profile) = self.profiles.get(column) else { continue };
            // Nine digits without a zero may as well be a number somebody counts up.
            let zeroless = profile.share(|t| t.phone) < 0.3;
            if !(zeroless && (profile.rising || profile.share(|t| t.phone_without_zero) < 0.8)) {
                self.set(column, Meaning::Phone);
            }
        }
    }

    fn sexes(&mut self) {
        let worded = self.with(0.8, |t| t.sex);
        if let Some(&column) = worded.first() {
            self.set(column, Meaning::Sex);
            return;
        }
        let coded = self.with(0.95, |t| t.sex_digit);
        if let [column] = coded.as_slice() {
            let both = self.rows.iter().any(|row| row.cell(*column).ends_with(['1', '１']))
                && self.rows.iter().any(|row| row.cell(*column).ends_with(['2', '２']));
            let enough =
                self.profiles.get(*column).is_some_and(|profile| profile.filled >= 10 && !profile.rising);
            if both && enough {
                self.set(*column, Meaning::Sex);
            }
        }
    }

    /// Seven digits, marked as a postal code or not counting up; six that repeat, as the codes of a northern town do
    /// without their leading zero; of several columns the one beside the address.
    fn postal(&mut self) {
        let candidates: Vec<usize> = self
            .open()
            .filter(|(column, profile)| {
                let repeated = profile.distinct < 0.95 && profile.share(|t| t.digits >= 6) >= 0.5;
                let seven = profile.share(|t| t.digits >= 7) >= 0.4 || repeated;
                let sorted = profile.rising && !self.agrees_with_prefectures(*column);
                let plain = profile.share(|t| t.postal) >= 0.8 && seven && !sorted;
                plain || profile.share(|t| t.postal_marked) >= 0.5
            })
            .map(|(column, _)| column)
            .collect();
        let address = self
            .meanings
            .iter()
            .position(|m| matches!(m, Some(Meaning::Address | Meaning::Prefecture | Meaning::City)));
        let best = candidates.iter().copied().min_by_key(|&column| {
            let marked = self.share(column, |t| t.postal_marked) >= 0.5;
            (!marked, address.map_or(0, |address| address.abs_diff(column)), column)
        });
        if let Some(column) = best {
            self.set(column, Meaning::Postal);
        }
    }

    /// A postal code in two columns: three digits and four, zeros at their front kept, as no count is written.
    fn spread_postal(&mut self) {
        if self.meanings.contains(&Some(Meaning::Postal)) {
            return;
        }
        let digits = |column: usize, count: u8| {
            self.is_open(column) && self.share(column, |t| t.digits == count && t.chars == count) >= 0.95
        };
        let padded = |column: usize| self.rows.iter().any(|row| row.cell(column).starts_with(['0', '０']));
        let found = (1..self.profiles.len())
            .find(|&second| digits(second - 1, 3) && digits(second, 4) && padded(second));
        if let Some(second) = found {
            self.set(second - 1, Meaning::PostalPart(1));
            self.set(second, Meaning::PostalPart(2));
        }
    }

    /// True where the first digits of seven are those of the prefecture that the row's address names: a list in the
    /// order of its postal codes counts up as well.
    fn agrees_with_prefectures(&self, column: usize) -> bool {
        let parts: Vec<usize> = (0..self.meanings.len())
            .filter(|&at| {
                matches!(
                    self.meanings.get(at),
                    Some(Some(Meaning::Address | Meaning::Prefecture | Meaning::City))
                )
            })
            .collect();
        let told = self.rows.iter().filter_map(|row| {
            let regions = parts.iter().find_map(|&part| places::postal_regions(row.cell(part)))?;
            let region: u8 = row.cell(column).get(..2)?.parse().ok()?;
            Some(regions.iter().any(|range| range.contains(&region)))
        });
        let told: Vec<bool> = told.collect();
        told.len() >= 5 && told.iter().filter(|agrees| **agrees).count() * 10 >= told.len() * 8
    }

    /// Whole numbers that could be years lived: with 歳, matching the birth dates, or spread as ages are.
    fn ages(&mut self) {
        let birth = self.meanings.iter().position(|m| *m == Some(Meaning::BirthDate));
        let best = self
            .with(0.9, |t| t.age.is_some())
            .into_iter()
            .filter(|&column| match birth.and_then(|birth| self.agrees_with_birth(column, birth)) {
                Some(agrees) => agrees,
                None => self.spreads_like_ages(column),
            })
            .min_by_key(|&column| (self.share(column, |t| t.japanese) < 0.5, column));
        if let Some(column) = best {
            self.set(column, Meaning::Age);
        }
    }

    /// Year of birth plus age is one year, or nearly, in many rows: ages are of different days, and some are wrong, but
    /// numbers of another kind would agree in one row of fifteen.
    /// `None` where too few rows have both.
    fn agrees_with_birth(&self, column: usize, birth: usize) -> Option<bool> {
        let mut years: Vec<u16> = self
            .rows
            .iter()
            .filter_map(|row| {
                let traits = row.traits(birth);
                // 365.25 days a year, from 1900.
                let counted = || traits.day_number.map(|day| 1900 + (u32::from(day) * 4 / 1461) as u16);
                let born = traits.year.or_else(counted)?;
                Some(born + u16::from(row.traits(column).age?))
            })
            .collect();
        years.sort_unstable();
        let median = years.get(years.len() / 2).copied().unwrap_or(0);
        let near = years.iter().filter(|year| year.abs_diff(median) <= 2).count();
        // One row agrees with itself whatever the number is.
        let worded = self.share(column, |t| t.japanese) > 0.5;
        let enough = years.len() >= if worded { 1 } else { 5 };
        enough.then_some(near * 10 >= years.len() * 4)
    }

    fn spreads_like_ages(&self, column: usize) -> bool {
        let Some(profile) = self.profiles.get(column) else { return false };
        let mut ages: Vec<u8> = profile.traits.iter().filter_map(|traits| traits.age).collect();
        ages.sort_unstable();
        let at = |tenth: usize| ages.get(ages.len().saturating_sub(1) * tenth / 10).copied().unwrap_or(0);
        let worded = profile.share(|t| t.japanese) > 0.5;
        let distinct = ages.iter().collect::<HashSet<_>>().len();
        let spread =
            distinct * 4 >= ages.len().min(40) && at(5) >= 15 && at(9) - at(1) >= 5 && !profile.rising;
        worded || spread
    }

    /// The other half of a name of which a heading gave one: the column beside it that could be one. True where the
    /// headings gave anything of the name, which settles it.
    fn other_half(&mut self, full: Meaning, halves: [Meaning; 2], fits: fn(&Traits) -> bool) -> bool {
        let of = |meaning| self.meanings.iter().position(|m| *m == Some(meaning));
        let [surname, given] = halves.map(of);
        let (known, missing, beside) = match (surname, given) {
            _ if of(full).is_some() => return true,
            (None, None) => return false,
            (Some(_), Some(_)) => return true,
            // The surname is written first.
            (Some(known), None) => (known, halves[1], [Some(known + 1), known.checked_sub(1)]),
            (None, Some(known)) => (known, halves[0], [known.checked_sub(1), Some(known + 1)]),
        };
        let whole = self.rows.iter().any(|row| row.cell(known).contains([' ', '\u{3000}']));
        let found = beside.into_iter().flatten().find(|&column| {
            self.is_open(column)
                && self.share(column, fits) >= 0.7
                && self.profiles.get(column).is_some_and(|p| p.distinct >= 0.3 || p.filled < 5)
        });
        if let Some(column) = found.filter(|_| !whole) {
            self.set(column, missing);
        }
        true
    }

    /// One column of full readings, or two side by side of surname and given name.
    fn kana(&mut self) {
        let halves = [Meaning::SurnameKana, Meaning::GivenKana];
        if self.other_half(Meaning::Kana, halves, |t| t.kana && t.chars <= 8) {
            return;
        }
        let columns: Vec<usize> = self
            .open()
            .filter(|(_, profile)| {
                profile.share(|t| t.kana) >= 0.8
                    && (1.8..=12.0).contains(&profile.mean_chars)
                    && profile.distinct > 0.2
            })
            .map(|(column, _)| column)
            .collect();
        let pair = columns.windows(2).find_map(|two| match two {
            [a, b] if a + 1 == *b && self.is_short(*a) && self.is_short(*b) => Some((*a, *b)),
            _ => None,
        });
        // Two short columns side by side, whose kanji columns stand before them in the same way.
        if let Some((surname, given)) = pair {
            self.set(surname, Meaning::SurnameKana);
            self.set(given, Meaning::GivenKana);
        } else if let Some(&column) =
            columns.iter().find(|&&column| !self.is_short(column)).or(columns.first())
        {
            self.set(column, Meaning::Kana);
        }
    }

    fn is_short(&self, column: usize) -> bool {
        self.profiles.get(column).is_some_and(|profile| profile.mean_chars < 5.0)
    }

    /// The column of full names, or of surnames with given names beside it.
    fn names(&mut self) {
        let halves = [Meaning::Surname, Meaning::GivenName];
        if self.other_half(Meaning::Name, halves, |t| t.name && t.chars <= 4) {
            return;
        }
        let full = self.best_name(|profile| {
            let full = profile.share(|t| t.full_name);
            let likely = profile.share(|t| t.name && t.chars >= 2);
            // Rare surnames all: kanji of the length of names, nearly each of its own.
            let rare = likely >= 0.9 && full >= 0.08 && profile.distinct >= 0.8;
            if likely >= 0.7 && (full >= 0.2 || rare) { likely + full } else { 0.0 }
        });
        let surname = self.best_name(|profile| {
            let hits = profile.share(|t| t.surname);
            let short = profile.share(|t| t.name && t.chars <= 4);
            if short >= 0.7 && hits >= 0.15 { short + hits } else { 0.0 }
        });
        match (full, surname) {
            // A pair that stands before other full names is the person's.
            (Some((column, score)), Some((family, other))) if other > score || family < column => {
                self.name_or_pair(family, column);
            }
            (Some((column, _)), _) => self.set(column, Meaning::Name),
            (None, Some((family, _))) => self.name_or_pair(family, family),
            (None, None) if self.rare_pair() => {}
            (None, None) => self.latin_name(),
        }
    }

    /// Best of the open columns that name different people in most rows.
    fn best_name(&self, score: impl Fn(&Profile) -> f64) -> Option<(usize, f64)> {
        let scored: Vec<(usize, f64)> = self
            .open()
            .filter(|(_, profile)| profile.distinct >= 0.3 || profile.filled < 5)
            .filter(|(_, profile)| profile.share(|t| t.household) < 0.6)
            .filter(|(_, profile)| profile.share(|t| t.municipality_only || t.prefecture) < 0.6)
            .map(|(column, profile)| (column, profile, score(profile)))
            .filter(|(_, _, score)| *score > 0.0)
            .map(|(column, profile, score)| (column, score + profile.distinct * 0.2))
            .collect();
        let best = scored.iter().map(|(_, score)| *score).fold(0.0, f64::max);
        // Heads of households and others beside the person look the same: the person comes first.
        scored.into_iter().find(|(_, score)| *score >= best - NEARLY)
    }

    fn name_or_pair(&mut self, family: usize, otherwise: usize) {
        let beside = [Some(family + 1), family.checked_sub(1)].into_iter().flatten();
        let given = beside.into_iter().find(|&column| {
            self.is_open(column)
                && self.share(column, |t| t.name && t.chars <= 4) >= 0.7
                && self
                    .profiles
                    .get(column)
                    .is_some_and(|profile| profile.distinct >= 0.3 || profile.filled < 5)
        });
        match given {
            Some(given) => {
                self.set(family, Meaning::Surname);
                self.set(given, Meaning::GivenName);
            }
            None => self.set(otherwise, Meaning::Name),
        }
    }

    /// A few people of rare surnames: two columns side by side, as short as names are and seldom the same.
    fn rare_pair(&mut self) -> bool {
        let short = |column: usize| {
            self.is_open(column)
                && self.share(column, |t| t.name && !t.kana && t.chars <= 3) >= 0.9
                && self.share(column, |t| t.upper || t.building) < 0.3
                && self.profiles.get(column).is_some_and(|profile| profile.distinct >= 0.6)
        };
        let Some(given) = (1..self.profiles.len()).find(|&given| short(given - 1) && short(given)) else {
            return false;
        };
        self.set(given - 1, Meaning::Surname);
        self.set(given, Meaning::GivenName);
        true
    }

    fn latin_name(&mut self) {
        let found = self
            .open()
            .filter(|(_, profile)| profile.share(|t| t.latin_name) >= 0.7 && profile.distinct >= 0.2)
            .map(|(column, _)| column)
            .min();
        if let Some(column) = found {
            self.set(column, Meaning::Name);
        }
    }

    /// Codes that differ from row to row and are as long as each other; a plain running number is the row's, not the
    /// person's.
    fn member_id(&mut self) {
        let found = self
            .open()
            .filter(|(_, profile)| {
                let length = profile.traits.first().map_or(0, |traits| traits.chars);
                // Five digits in no order may be days as a spreadsheet counts them.
                let day = |t: &Traits| t.digits == 5 && t.chars == 5;
                let days = !profile.rising && profile.share(day) >= 0.9;
                !days
                    && profile.share(|t| t.code && t.chars >= 5) >= 0.9
                    && profile.share(|t| t.chars == length) >= 0.8
                    && profile.distinct >= 0.95
            })
            .map(|(column, _)| column)
            .min();
        if let Some(column) = found {
            self.set(column, Meaning::MemberId);
        }
    }
}
