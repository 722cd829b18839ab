//! Addresses: the column that holds one, and the columns beside it that go on with it or stand above it.

use meibo_normalize::{Field, Level, Normalizer, Record};

use super::Guess;
use crate::cells::Traits;
use crate::meaning::Meaning;
use crate::places;

/// Rows whose addresses are looked up to tell whether a prefecture is theirs.
const PLACES_LOOKED_UP: usize = 60;

impl Guess<'_> {
    /// The address, whole or in parts. Where headings have told it, only what they left out beside it.
    pub(super) fn addresses(&mut self) {
        let known: Vec<usize> = (0..self.meanings.len())
            .filter(|&column| {
                self.meanings.get(column).copied().flatten().is_some_and(Meaning::is_of_address)
            })
            .collect();
        // A building alone says where an address ends, not where it is, and a district somewhere else says nothing.
        let told = known.iter().any(|&column| matches!(self.size(column), 0..=2 | 4))
            || (known.iter().any(|&column| self.size(column) == 3) && self.reads_down(&known));
        let last = if let (Some(&first), Some(&last), true) = (known.first(), known.last(), told) {
            if !self.reads_down(&known) || !self.fill_gaps(&known) {
                return;
            }
            let first = self.upper_half(first);
            self.parts_above(first);
            match self.meanings.get(last).copied().flatten() {
                Some(Meaning::Prefecture | Meaning::City) => self.spread_address(last),
                Some(Meaning::Town) => self.parts_below(last),
                _ if self.share(last, |t| t.block_first || t.building) < 0.5 => self.parts_below(last),
                _ => last,
            }
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
        known.is_sorted_by_key(|column| self.size(*column))
    }

    fn size(&self, column: usize) -> u8 {
        match self.meanings.get(column).copied().flatten() {
            Some(Meaning::Prefecture) => 0,
            Some(Meaning::City) => 1,
            Some(Meaning::Address | Meaning::AddressLine(_)) => 2,
            Some(Meaning::Town) => 3,
            Some(Meaning::Block) => 4,
            _ => 5,
        }
    }

    /// Columns between parts of an address that are parts as well, by what they hold and what stands on both sides.
    /// False where other things stand between: then these are no neighbours.
    fn fill_gaps(&mut self, known: &[usize]) -> bool {
        let mut connected = true;
        for pair in known.windows(2) {
            let &[left, right] = pair else { continue };
            for column in left + 1..right {
                let (above, below) = (self.size(column - 1), self.size(right));
                let part = self.is_open(column).then(|| self.part_between(column, above, below)).flatten();
                match part {
                    Some(meaning) => self.set(column, meaning),
                    None => {
                        connected = false;
                        break;
                    }
                }
            }
        }
        connected
    }

    fn part_between(&self, column: usize, above: u8, below: u8) -> Option<Meaning> {
        let share = |holds: fn(&Traits) -> bool| self.share(column, holds);
        let found = if share(|t| t.upper) > 0.7 && above <= 1 {
            Meaning::City
        } else if share(|t| t.block_first) > 0.7 && share(|t| t.block_digits <= 9) > 0.9 {
            Meaning::Block
        } else if share(|t| t.building && !t.municipality) > 0.5 && above >= 2 {
            Meaning::Building
        } else if share(is_local) > 0.6 && share(|t| t.full_name && !t.municipality) < 0.3 {
            Meaning::Town
        } else {
            return None;
        };
        let size = match found {
            Meaning::City => 1,
            Meaning::Town => 3,
            Meaning::Block => 4,
            _ => 5,
        };
        (above.min(3)..=below.max(3)).contains(&size).then_some(found)
    }

    /// The upper half of an address whose lower half begins with a town or a number: the column before it that begins
    /// with a prefecture or a municipality and goes on to the town.
    fn upper_half(&mut self, first: usize) -> usize {
        let complete =
            |t: &Traits| t.after_prefecture || matches!(t.first_division, Some('市' | '区' | '郡'));
        let lower = self.share(first, complete) < 0.5 && self.size(first) >= 2;
        let Some(before) = first.checked_sub(1).filter(|&before| lower && self.is_open(before)) else {
            return first;
        };
        let begins = self.share(before, |t| t.after_prefecture || t.municipality) > 0.7;
        let second = matches!(self.meanings.get(first), Some(Some(Meaning::AddressLine(2..))));
        let ends =
            self.share(before, |t| t.upper) < 0.5 && (second || self.share(before, |t| t.numbered) < 0.3);
        if !(begins && ends) {
            return first;
        }
        self.set(before, Meaning::Address);
        before
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
        // A prefecture with nothing of a place behind it is where somebody was born, or whom a branch serves.
        let goes_on = |&prefecture: &usize| {
            let next = prefecture + 1;
            self.is_open(next) && self.share(next, |t| t.municipality || t.upper || t.text_then_number) > 0.6
        };
        if let Some(prefecture) = self.with(0.8, |t| t.prefecture).into_iter().find(goes_on) {
            return Some((prefecture, Meaning::Prefecture));
        }
        let cities = self.with(0.7, |t| (t.municipality || t.upper) && !t.prefecture);
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
                if !prefecture && column.abs_diff(first) <= 3 && !self.is_elsewhere(column, below) {
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

    /// True where the prefectures of a column are others than those of the addresses beside it, as far as those are known.
    fn is_elsewhere(&self, column: usize, address: usize) -> bool {
        let mut normalizer = Normalizer::new();
        let mut found = Record::new();
        let (mut told, mut agreeing) = (0, 0);
        for row in self.rows.iter().take(PLACES_LOOKED_UP) {
            let (prefecture, address) = (row.value(column), row.value(address));
            if prefecture.is_empty() || address.is_empty() {
                continue;
            }
            found.clear();
            normalizer.normalize(Field::Address, Level::Standard, address, &mut found);
            let Some(place) = found.values(Field::Address).next() else { continue };
            if places::without_prefecture(place).is_some() {
                told += 1;
                agreeing += usize::from(place.starts_with(prefecture));
            }
        }
        // One prefecture all over is the list's.
        let several = self.profiles.get(column).is_some_and(|p| p.distinct * p.filled as f64 > 2.5);
        several && told >= 5 && agreeing * 2 < told
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
            // Towns are named as families are; a block right behind tells them apart.
            let before_block = |guess: &Self, column: usize| {
                city && guess.is_open(column + 1) && guess.share(column + 1, |t| t.block_first) > 0.7
            };
            let municipality = self.share(column, |t| t.municipality || t.upper) > 0.6;
            let completes = city && last + 1 == column && !town && self.stands_above(last, column);
            let divided = self.share(column, |t| t.upper && t.chars <= 8) > 0.8
                && self.share(last, |t| matches!(t.last_division, Some('市' | '郡'))) > 0.5;
            let meaning = if municipality && (!city || (completes && divided)) {
                city = true;
                Meaning::City
            } else if self.is_lots(column, 9) {
                block = true;
                Meaning::Block
            } else if block || (self.share(column, |t| t.full_name) > 0.3 && !before_block(self, column)) {
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
            let block = self.is_lots(next, 12)
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

    /// True for a column of lots' numbers: many, unlike years and ranks, and neither ages, postal codes nor sums.
    fn is_lots(&self, column: usize, most_digits: u8) -> bool {
        let lot = |t: &Traits| {
            t.block_digits <= most_digits && !(t.phone || t.postal_marked || t.age.is_some() && t.japanese)
        };
        self.share(column, |t| t.block_first) > 0.7
            && self.share(column, lot) > 0.9
            && (self.share(column, |t| t.block_marked) > 0.2
                || (self.is_diverse(column) && self.share(column, |t| t.round) < 0.3))
    }

    fn is_diverse(&self, column: usize) -> bool {
        self.profiles.get(column).is_some_and(|profile| profile.distinct >= 0.3)
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
            // Years look like rooms, and are few.
            let room = self.share(column, |t| t.room) > 0.9 && self.is_diverse(column);
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
