//! The people of a file by place, age and sex, in as few groups as tell them apart.

use std::collections::{BTreeMap, HashMap};

use crate::controls::{Controls, Group};
use crate::input::{File, Place, Stratum};

/// Where people live, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Area {
    /// In a municipality.
    Place(Place),
    /// In some municipality of a prefecture where few of the file's people live, and that is nobody's home.
    Elsewhere(u32),
    /// Nobody knows; the prefecture may be known.
    Unknown(u32),
}

/// The people of a file in groups.
#[derive(Debug)]
pub(crate) struct Strata {
    /// The groups.
    pub(crate) groups: Vec<(Area, Group)>,
    /// By pattern of the file its group.
    pub(crate) of_pattern: Vec<u32>,
}

/// A municipality with less than this share of the file's records is looked at with its prefecture, unless it is home to a
/// client.
const LEAST_SHARE: f64 = 0.02;
/// So many municipalities are looked at one by one, those with most records first.
const MOST_PLACES: usize = 300;

impl Strata {
    pub(crate) fn new(file: &File, controls: &Controls) -> Self {
        let single = single_places(file, controls);
        let mut numbers: HashMap<(Area, Group), u32> = HashMap::new();
        let mut groups = Vec::new();
        let of = |stratum: &Stratum| {
            let group = (area(stratum.place, &single), Group::of(stratum));
            *numbers.entry(group).or_insert_with(|| {
                groups.push(group);
                groups.len() as u32 - 1
            })
        };
        let of_pattern = file.patterns.iter().map(|count| &count.stratum).map(of).collect();
        Self { groups, of_pattern }
    }
}

fn single_places(file: &File, controls: &Controls) -> Vec<Place> {
    let mut records: BTreeMap<Place, u64> = BTreeMap::new();
    for count in file.patterns.iter().filter(|count| count.stratum.place.municipality != 0) {
        *records.entry(count.stratum.place).or_default() += count.records;
    }
    let least = LEAST_SHARE * file.records() as f64;
    let homes = controls.all_homes();
    let mut places: Vec<(u64, Place)> = records
        .into_iter()
        .filter(|(place, records)| *records as f64 >= least || homes.contains(place))
        .map(|(place, records)| (records, place))
        .collect();
    places.sort_unstable_by(|a, b| b.cmp(a));
    places.truncate(MOST_PLACES);
    let mut places: Vec<Place> = places.into_iter().map(|(_, place)| place).collect();
    places.sort_unstable();
    places
}

fn area(place: Place, single: &[Place]) -> Area {
    match place {
        Place { municipality: 0, prefecture } => Area::Unknown(prefecture),
        place if single.binary_search(&place).is_ok() => Area::Place(place),
        Place { prefecture, .. } => Area::Elsewhere(prefecture),
    }
}
