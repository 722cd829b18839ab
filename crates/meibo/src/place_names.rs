//! Names of the places of a list. Inference sees places as numbers, which nobody could read in a report.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use meibo_attribution::Place;

/// Places whose names are kept: Japan has fewer, wards and all.
const MOST: usize = 2_000;

/// The names of the places that a list's records tell of. They are from the table of places, never what a row holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlaceNames(HashMap<Place, String, FixedState>);

impl PlaceNames {
    /// Remembers a place's name.
    pub(crate) fn add(&mut self, place: Place, name: Option<&str>) {
        if place.municipality == 0 || self.0.len() >= MOST || self.0.contains_key(&place) {
            return;
        }
        if let Some(name) = name {
            self.0.insert(place, name.to_owned());
        }
    }

    pub(crate) fn get(&self, place: Place) -> Option<&str> {
        self.0.get(&place).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_up_to_a_number_of_places() {
        let mut names = PlaceNames::default();
        let place = |municipality| Place { prefecture: 1, municipality };
        names.add(Place::default(), Some("nowhere"));
        assert_eq!(names.get(Place::default()), None);
        for number in 1..=2 * MOST as u64 {
            names.add(place(number), Some(&number.to_string()));
        }
        assert_eq!((names.get(place(7)), names.0.len()), (Some("7"), MOST));
        assert_eq!(names.get(place(2 * MOST as u64)), None);
    }
}
