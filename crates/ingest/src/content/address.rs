//! Addresses: the column that holds one, and the columns beside it that go on with it or stand above it.

use super::Guess;
use crate::cells::Traits;
use crate::meaning::Meaning;

/// True for whatever is an address or a part of one.
pub(crate) fn is_part(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Address
            | Meaning::AddressLine(_)
            | Meaning::Prefecture
            | Meaning::City
            | Meaning::Town
            | Meaning::Block
            | Meaning::Building
    )
}

impl Guess<'_> {
    /// The address, whole or in parts. Where headings have told it, only what they left out beside it.
    pub(super) fn addresses(&mut self) {
        let known: Vec<usize> = (0..self.meanings.len())
            .filter(|&column| self.meanings.get(column).copied().flatten().is_some_and(is_part))
            .collect();
        let last = if let (Some(&first), Some(&last)) = (known.first(), known.last()) {
            if last - first >= known.len() || !self.reads_down(&known) {
                return;
            }
            self.parts_above(first);
            self.parts_below(last)
        } else if let Some(column) = self.whole_address() {
            self.set(column, Meaning::Address);
            self.parts_above(column);
            self.parts_below(column)
        } else if let Some((first, meaning)) = self.top_of_spread() {
            self.set(first, meaning);
            self.spread_address(first)
        } else {
            return;
        };
        self.building(last);
    }

    /// True where the columns stand from the large to the small, so that the neighbours of the first are larger and
    /// those of the last smaller.
    fn reads_down(&self, known: &[usize]) -> bool {
        let size = |column: &usize| match self.meanings.get(*column).copied().flatten() {
            Some(Meaning::Prefecture) => 0,
            Some(Meaning::City) => 1,
            Some(Meaning::Address | Meaning::AddressLine(_)) => 2,
            Some(Meaning::Town) => 3,
            Some(Meaning::Block) => 4,
            _ => 5,
        };
        known.is_sorted_by_key(size)
    }

    /// The column that holds an address by itself: municipality and number, in nearly every row another.
    fn whole_address(&self) -> Option<usize> {
        let score = |profile: &super::Profile| {
            let place = profile.share(|t| t.after_prefecture || t.municipality);
            let number = profile.share(|t| t.text_then_number || (t.after_prefecture && t.chars >= 8));
            let both = profile.share(|t| {
                (t.after_prefecture && !t.municipality_only)
                    || (t.municipality && t.text_then_number && !(t.building && t.named_room))
            });
            (both, place.min(number))
        };
        self.open()
            .map(|(column, profile)| (column, score(profile), profile))
            .filter(|(_, (both, _), profile)| *both >= 0.5 && profile.mean_chars >= 6.0)
            .max_by(|a, b| a.1.0.total_cmp(&b.1.0).then(b.0.cmp(&a.0)))
            .map(|(column, ..)| column)
    }

    /// Where an address over several columns begins: a prefecture, or a municipality with something local beside it.
    fn top_of_spread(&self) -> Option<(usize, Meaning)> {
        if let Some(&prefecture) = self.with(0.8, |t| t.prefecture).first() {
            return Some((prefecture, Meaning::Prefecture));
        }
        let cities = self.with(0.7, |t| t.municipality || t.upper);
        let city = cities.into_iter().find(|&city| self.share(city + 1, is_local) > 0.5)?;
        Some((city, Meaning::City))
    }

    /// Prefecture and municipality of an address that does not begin with them: the columns before it, else the
    /// nearest that hold nothing else.
    fn parts_above(&mut self, first: usize) {
        if self.share(first, |t| t.after_prefecture || t.prefecture) > 0.5 {
            return;
        }
        let mut heads = self.with(0.8, |t| t.upper);
        heads.sort_by_key(|&column| (column.abs_diff(first), column));
        let (mut below, mut prefecture) = (first, false);
        for column in heads {
            if self.share(column, |t| t.prefecture) >= 0.8 {
                if !prefecture && column.abs_diff(first) <= 3 {
                    self.set(column, Meaning::Prefecture);
                    prefecture = true;
                }
            } else if !prefecture && self.stands_above(column, below) {
                self.set(column, Meaning::City);
                below = column;
                prefecture = self.share(column, |t| t.after_prefecture) > 0.5;
            }
        }
    }

    /// True where a column of municipalities completes another: a city its wards, a county its towns, either of them
    /// the towns and villages below, which may bear 町 and 村 as well.
    fn stands_above(&self, column: usize, below: usize) -> bool {
        let begins =
            |ends: &[char]| self.share(below, |t| t.first_division.is_some_and(|end| ends.contains(&end)));
        let ends =
            |ends: &[char]| self.share(column, |t| t.last_division.is_some_and(|end| ends.contains(&end)));
        if begins(&['市', '郡']) > 0.5 {
            return false;
        }
        if begins(&['区']) > 0.5 {
            return ends(&['市']) > 0.5;
        }
        // Beside the address any municipality will do, further off only what cannot be a town.
        column.abs_diff(below) == 1 || ends(&['市', '区', '郡']) > 0.5
    }

    /// City, town and block to the right of a prefecture or a city; the last column taken.
    fn spread_address(&mut self, first: usize) -> usize {
        let mut last = first;
        let mut city = self.meanings.get(first) == Some(&Some(Meaning::City));
        let (mut town, mut block) = (false, false);
        for column in first + 1..self.profiles.len() {
            if !self.is_open(column) {
                break;
            }
            let municipality = self.share(column, |t| t.municipality || t.upper) > 0.6;
            let completes = city && last + 1 == column && !town && self.stands_above(last, column);
            let divided = self.share(column, |t| t.upper && t.chars <= 8) > 0.8
                && self.share(last, |t| matches!(t.last_division, Some('市' | '郡'))) > 0.5;
            let meaning = if municipality && (!city || (completes && divided)) {
                city = true;
                Meaning::City
            } else if self.share(column, |t| t.block_first) > 0.7
                && self.share(column, |t| t.block_digits <= 9) > 0.9
            {
                block = true;
                Meaning::Block
            } else if self.share(column, |t| t.full_name) > 0.3 || block {
                break;
            } else if self.share(column, is_local) > 0.6
                && (!town || self.share(column, |t| t.building) < 0.5)
            {
                town = true;
                Meaning::Town
            } else {
                break;
            };
            self.set(column, meaning);
            last = column;
            if meaning == Meaning::Town && self.share(column, |t| t.text_then_number) > 0.7 {
                break;
            }
        }
        last
    }

    /// Town and block beside an address that stops above them; the last column taken.
    fn parts_below(&mut self, column: usize) -> usize {
        let mut last = column;
        for next in column + 1..=column + 2 {
            if !self.is_open(next) || self.share(last, |t| t.numbered) > 0.5 {
                break;
            }
            let block = self.share(next, |t| t.block_first) > 0.7
                && self.share(next, |t| t.block_digits <= 8) > 0.9
                && (self.share(next, |t| t.block_marked) > 0.2 || !self.spreads_like_ages(next));
            let local = self.share(next, |t| t.text_then_number && !t.upper && !t.building) > 0.6;
            match (block, local) {
                (true, _) => self.set(next, Meaning::Block),
                (false, true) => self.set(next, Meaning::Town),
                (false, false) => break,
            }
            last = next;
        }
        last
    }

    /// A building or a room behind the address.
    fn building(&mut self, last: usize) {
        let mut found = false;
        for column in last + 1..=last + 2 {
            if !self.is_open(column) {
                break;
            }
            // Kinds of buildings are few, and have no rooms.
            let several = self.share(column, |t| t.digits > 0) > 0.2
                || self.profiles.get(column).is_some_and(|profile| profile.distinct > 0.3);
            let named = several
                && self.share(column, |t| t.building || t.named_room) > 0.3
                && self.share(column, |t| t.phone || t.kana && t.digits == 0 && !t.building) < 0.5;
            let room = self.share(column, |t| t.room) > 0.9;
            if named || room {
                self.set(column, Meaning::Building);
                found = true;
            } else if found {
                break;
            }
        }
    }
}

/// Part of an address below the municipality.
fn is_local(traits: &Traits) -> bool {
    traits.japanese && !traits.kana && !traits.prefecture && traits.chars <= 30 && !traits.phone
        || traits.block
}
