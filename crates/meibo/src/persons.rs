//! Distinct persons, in bounded memory.

use std::collections::HashMap;

use crate::as_it_is::AsItIs;

/// Distinct persons are counted exactly up to this many, and estimated from a random part of them beyond.
const MOST_PERSONS: usize = 1 << 22;

/// Distinct persons by number, with what is known of each: all of them, or by adaptive sampling (Flajolet, 1990) those
/// whose number ends in `shift` zero bits. Which ones are held depends on neither order nor grouping, so that sets of
/// several files can be joined.
#[derive(Debug, Default)]
pub(crate) struct Persons<T> {
    seen: HashMap<u64, T, AsItIs>,
    shift: u32,
}

impl<T> Persons<T> {
    /// Adds a person; what was known of one that is in it already stays.
    pub(crate) fn add(&mut self, person: u64, known: T) {
        if person.trailing_zeros() < self.shift {
            return;
        }
        self.seen.entry(person).or_insert(known);
        while self.seen.len() > MOST_PERSONS {
            self.sample(self.shift + 1);
        }
    }

    /// Keeps those that a sample of this shift holds.
    fn sample(&mut self, shift: u32) {
        if shift > self.shift {
            self.shift = shift;
            self.seen.retain(|person, _| person.trailing_zeros() >= shift);
        }
    }

    /// What is known of each person that is held, and how many persons it stands for.
    pub(crate) fn known(&self) -> impl Iterator<Item = (&T, u64)> {
        self.seen.values().map(|known| (known, 1 << self.shift))
    }

    /// How many they are, estimated where not all are held.
    pub(crate) fn count(&self) -> u64 {
        (self.seen.len() as u64) << self.shift
    }

    /// True where all are held.
    pub(crate) fn is_exact(&self) -> bool {
        self.shift == 0
    }
}

impl Persons<()> {
    /// Adds the persons of a file.
    pub(crate) fn join<T>(&mut self, other: Persons<T>) {
        self.sample(other.shift);
        other.seen.into_keys().for_each(|person| self.add(person, ()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(people: impl Iterator<Item = u64>) -> Persons<u32> {
        let mut persons = Persons::default();
        people.for_each(|i| persons.add(meibo_fingerprint::Token(u128::from(i)).rank(), 0));
        persons
    }

    fn joined(files: impl IntoIterator<Item = Persons<u32>>) -> Persons<()> {
        let mut all = Persons::default();
        files.into_iter().for_each(|file| all.join(file));
        all
    }

    #[test]
    fn persons_are_exact_and_then_estimated() {
        let few = of((0..3_000).map(|i| i % 1_000));
        assert!(few.count() == 1_000 && few.is_exact());
        let people = 2 * MOST_PERSONS as u64;
        let many = of(0..people);
        let estimate = many.count() as f64;
        assert!(!many.is_exact() && (estimate / people as f64 - 1.0).abs() < 0.01, "{estimate}");
    }

    #[test]
    fn a_person_of_two_files_is_one() {
        let files = || [of(0..700), of(300..1_000), of(300..1_000)];
        assert_eq!(joined(files()).count(), 1_000);
        assert_eq!(joined(files().into_iter().rev()).count(), 1_000);
        assert_eq!(joined([]).count(), 0);
    }

    #[test]
    fn a_sample_of_all_files_does_not_depend_on_their_order() {
        // The first two together are too many to hold; of the last, alone too many, only a part is left to join.
        let most = MOST_PERSONS as u64;
        let files = || [of(0..most), of(most / 2..most + most / 4), of(most..3 * most)];
        let (forward, back) = (joined(files()), joined(files().into_iter().rev()));
        assert_eq!((forward.count(), forward.shift), (back.count(), back.shift));
        assert_eq!(forward.seen, back.seen);
        let (estimate, truth) = (forward.count() as f64, 3.0 * most as f64);
        assert!((estimate / truth - 1.0).abs() < 0.01, "{estimate}");
    }
}
