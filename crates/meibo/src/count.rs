//! Counting: patterns and persons of a file, in memory bounded by what the registry can distinguish.

use std::collections::HashMap;

use meibo_attribution::{File, Hit, Pattern, PatternCount, Reducer, Stratum, World};
use meibo_fingerprint::KeyKind;
use xxhash_rust::xxh3::xxh3_128;

use crate::as_it_is::AsItIs;
use crate::persons::Persons;

/// Rows of no record have this in place of a pattern's number.
pub(crate) const NO_PATTERN: u32 = u32::MAX;

/// With more distinct patterns than this a file's further ones are counted without what kind of people they are, those
/// that no list holds as a member as matching nothing, and beyond twice as many all further ones, which only a file made
/// for it can reach.
const MOST_PATTERNS: usize = 1 << 20;

/// Counts rows as they come.
pub(crate) struct Counter<'a> {
    world: &'a World,
    reducer: Reducer,
    /// By the digests of patterns, 128 bits that no two patterns of a file share: each one's number and its records.
    counts: HashMap<u128, Count, AsItIs>,
    /// By number.
    patterns: Vec<(Pattern, Stratum)>,
    /// Distinct persons with the pattern of their first row.
    persons: Persons<u32>,
    /// How many records each kind of key numbered.
    numbered: [u64; KeyKind::ALL.len()],
    /// The record that is being counted, and a buffer for what its digest is of.
    key: (Pattern, Stratum),
    bytes: Vec<u8>,
}

/// How often a pattern was seen.
#[derive(Clone, Copy, Debug)]
struct Count {
    number: u32,
    records: u64,
}

/// What was counted; patterns are in their own order, not in that of the rows.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) file: File,
    /// For each number that [`Counter::add`] gave, the pattern's place in the file.
    pub(crate) places: Vec<u32>,
    /// Distinct persons, to be counted once over several files.
    pub(crate) persons: Persons<u32>,
    /// The kind of key that numbered most of them; none without records.
    pub(crate) numbered_by: Option<KeyKind>,
}

impl<'a> Counter<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self {
            world,
            reducer: Reducer::new(world),
            counts: HashMap::default(),
            patterns: Vec::new(),
            persons: Persons::default(),
            numbered: Default::default(),
            key: Default::default(),
            bytes: Vec::new(),
        }
    }

    /// Counts a record, with its person's number and the kind of key that gave it, and says which pattern it has.
    pub(crate) fn add(
        &mut self,
        present: u32,
        hits: impl Iterator<Item = Hit>,
        (kind, person): (KeyKind, u64),
        stratum: Stratum,
    ) -> u32 {
        let (pattern, of) = &mut self.key;
        pattern.present = present;
        pattern.hits.clear();
        pattern.hits.extend(hits);
        *of = stratum.coarse();
        self.reducer.reduce(pattern);
        let number = self.count_pattern();
        self.persons.add(person, number);
        self.numbered[kind as usize] += 1;
        number
    }

    /// Counts the record's pattern and gives its number; a new one is made coarser where there are too many.
    fn count_pattern(&mut self) -> u32 {
        let mut digest = self.digest();
        if let Some(number) = self.count_known(digest) {
            return number;
        }
        if self.patterns.len() >= MOST_PATTERNS {
            let (pattern, stratum) = &mut self.key;
            *stratum = Stratum::default();
            pattern.hits.retain(|hit| self.world.is_member(pattern.present, *hit));
            digest = self.digest();
            if let Some(number) = self.count_known(digest) {
                return number;
            }
        }
        if self.patterns.len() >= 2 * MOST_PATTERNS {
            self.key.0.hits.clear();
            digest = self.digest();
            if let Some(number) = self.count_known(digest) {
                return number;
            }
        }
        let number = self.patterns.len() as u32;
        self.counts.insert(digest, Count { number, records: 1 });
        self.patterns.push(self.key.clone());
        number
    }

    /// Counts the pattern of this digest if an earlier record had it.
    fn count_known(&mut self, digest: u128) -> Option<u32> {
        let count = self.counts.get_mut(&digest)?;
        count.records += 1;
        Some(count.number)
    }

    fn digest(&mut self) -> u128 {
        let (Pattern { present, hits }, stratum) = &self.key;
        let Stratum { place, birth_decade, sex } = stratum;
        self.bytes.clear();
        self.bytes.extend_from_slice(&present.to_le_bytes());
        self.bytes.extend_from_slice(&place.prefecture.to_le_bytes());
        self.bytes.extend_from_slice(&place.municipality.to_le_bytes());
        self.bytes.extend_from_slice(&[*birth_decade, *sex]);
        for hit in hits {
            self.bytes.extend_from_slice(&hit.list.to_le_bytes());
            self.bytes.extend_from_slice(&hit.keys.to_le_bytes());
        }
        xxh3_128(&self.bytes)
    }

    /// The counts, in an order that does not depend on that of the rows.
    pub(crate) fn finish(self) -> Counted {
        let Self { counts, mut patterns, persons, numbered, .. } = self;
        let mut records = vec![0; patterns.len()];
        counts.into_values().for_each(|count| records[count.number as usize] = count.records);
        let mut of_persons = vec![0; patterns.len()];
        persons.known().for_each(|(pattern, count)| of_persons[*pattern as usize] += count);
        let most = KeyKind::ALL.into_iter().rev().max_by_key(|kind| numbered[*kind as usize]);
        let numbered_by = most.filter(|kind| numbered[*kind as usize] > 0);
        let mut order: Vec<u32> = (0..patterns.len() as u32).collect();
        order.sort_unstable_by(|a, b| patterns[*a as usize].cmp(&patterns[*b as usize]));
        let mut places = vec![0; order.len()];
        let count = |(place, number): (u32, &u32)| {
            let at = *number as usize;
            places[at] = place;
            let (pattern, stratum) = std::mem::take(&mut patterns[at]);
            PatternCount { pattern, stratum, records: records[at], persons: of_persons[at] }
        };
        let patterns = (0..).zip(&order).map(count).collect();
        Counted { file: File { patterns }, places, persons, numbered_by }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_rows_does_not_show() {
        let world = World::default();
        let rows: Vec<(u32, u64)> = (0..100).map(|i| (i % 7, u64::from(i) * 0x9e37_79b9)).collect();
        let count = |rows: &mut dyn Iterator<Item = &(u32, u64)>| {
            let mut counter = Counter::new(&world);
            rows.for_each(|(present, person)| {
                counter.add(*present, std::iter::empty(), (KeyKind::NamePhone, *person), Stratum::default());
            });
            counter.finish().file
        };
        assert_eq!(count(&mut rows.iter()), count(&mut rows.iter().rev()));
    }
}
