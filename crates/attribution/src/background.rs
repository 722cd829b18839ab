//! What unrelated lists show: how often people like those in a file are in a client's list anyway.
//!
//! Lists overlap, and a local shop's customers are on their city's list in every fourth row. The rate is read off
//! *matched controls*: sampled members of the other clients' lists, weighted to the places of the file's people.

use std::collections::HashMap;

use crate::classes;
use crate::input::{Control, File, Keys, Place, World};

/// Controls of one owner, place and age group, and how many of them each client holds.
#[derive(Debug, Default)]
struct Cell {
    count: f64,
    held: HashMap<usize, f64>,
}

/// Prepared controls for one file.
pub(crate) struct Background<'a> {
    world: &'a World,
    /// Places of the file with their shares.
    places: Vec<(Place, f64)>,
    /// By owner, place and age group.
    cells: HashMap<(usize, Place, Age), Cell>,
    /// By owner alone.
    totals: HashMap<usize, Cell>,
}

/// Age groups as coarse as the lists of health insurers differ from those of shops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Age {
    Unknown,
    Older,
    Younger,
}

/// A client that holds more of an owner's people than this is related to the owner (a federation and its member, a
/// sister company): no control for it, but an alternative to be named beside it.
const RELATED: f64 = 0.7;
/// Places borrow from their prefecture, and prefectures from the whole, as if this many controls were added.
const BORROWED: f64 = 4.0;
/// Unseen lists differ more than samples of the seen ones: the rate is raised by a quarter, and a little.
const MARGIN: (f64, f64) = (1.25, 0.002);
/// Fewer controls in an age group say nothing of that group alone.
const LEAST_IN_GROUP: f64 = 30.0;

impl<'a> Background<'a> {
    /// Prepares the controls that have the kinds of key that the file has.
    pub(crate) fn new(world: &'a World, file: &File) -> Self {
        let present = usual_keys(file);
        let total: f64 = file.places.iter().map(|(_, records)| *records as f64).sum();
        let share = |(place, records): &(Place, u64)| (*place, *records as f64 / total.max(1.0));
        let mut background = Self {
            world,
            places: file.places.iter().map(share).collect(),
            cells: HashMap::new(),
            totals: HashMap::new(),
        };
        for control in &world.controls {
            background.add(control, present);
        }
        background
    }

    fn add(&mut self, control: &Control, present: Keys) {
        let Some(owner) = self.world.lists.get(control.list as usize).map(|list| list.client) else { return };
        if control.pattern.present & present == 0 {
            return;
        }
        let age = match control.birth_decade {
            0 => Age::Unknown,
            decade if decade < 195 => Age::Older,
            _ => Age::Younger,
        };
        let count = control.count as f64;
        let held = classes::matches(self.world, &control.pattern, present);
        let cell = self.cells.entry((owner, control.place, age)).or_default();
        let total = self.totals.entry(owner).or_default();
        for cell in [cell, total] {
            cell.count += count;
            for m in held.iter().filter(|m| m.member) {
                *cell.held.entry(m.client).or_default() += count;
            }
        }
    }

    /// The highest rate at which people like those in the file are in a client's list without the file coming from it,
    /// as far as the controls allow to say; 0 to 1.
    pub(crate) fn upper_rate(&self, client: usize) -> f64 {
        let owners: Vec<usize> = (0..self.world.clients)
            .filter(|owner| *owner != client && !self.related(*owner, client))
            .collect();
        let all = self.rate(client, &owners, |_| true);
        let of_group = |group: Age| {
            let rate = self.rate(client, &owners, |age| age == group);
            (rate.controls >= LEAST_IN_GROUP).then_some(rate)
        };
        // A file rarely tells ages: the group that the client holds most of may be all of it.
        let worst = [Age::Older, Age::Younger]
            .into_iter()
            .filter_map(of_group)
            .fold(all, |worst, rate| if rate.upper() > worst.upper() { rate } else { worst });
        (MARGIN.0 * worst.upper() + MARGIN.1).min(0.98)
    }

    /// The rate at which an owner's people, of the file's places, are in a client's list.
    pub(crate) fn overlap(&self, owner: usize, client: usize) -> Option<f64> {
        let rate = self.rate(client, &[owner], |_| true);
        (rate.controls > 0.0).then_some(rate.mean)
    }

    /// The mean rate over all clients' people but the client's own: what the mixture expects of rows from elsewhere.
    pub(crate) fn mean_rate(&self, client: usize) -> f64 {
        let owners: Vec<usize> = (0..self.world.clients)
            .filter(|owner| *owner != client && !self.related(*owner, client))
            .collect();
        self.rate(client, &owners, |_| true).mean
    }

    fn related(&self, owner: usize, client: usize) -> bool {
        self.totals.get(&owner).is_some_and(|cell| {
            cell.count > 0.0 && cell.held.get(&client).copied().unwrap_or(0.0) / cell.count >= RELATED
        })
    }

    /// Pools owners, place by place, each place borrowing from its prefecture and that from the whole.
    fn rate(&self, client: usize, owners: &[usize], ages: impl Fn(Age) -> bool) -> Rate {
        let mut whole = Sum::default();
        let mut prefectures: HashMap<u32, Sum> = HashMap::new();
        let mut places: HashMap<Place, Sum> = HashMap::new();
        for ((owner, place, age), cell) in &self.cells {
            if !owners.contains(owner) || !ages(*age) {
                continue;
            }
            let held = cell.held.get(&client).copied().unwrap_or(0.0);
            whole.add(held, cell.count);
            prefectures.entry(place.prefecture).or_default().add(held, cell.count);
            places.entry(*place).or_default().add(held, cell.count);
        }
        let base = (whole.held + 0.5) / (whole.count + 1.0);
        let known = self.places.iter().filter(|(place, _)| place.municipality != 0);
        let weight: f64 = known.clone().map(|(_, share)| share).sum();
        let mut rate =
            Rate { mean: base, variance: base * (1.0 - base) / (whole.count + 1.0), controls: whole.count };
        if weight < 0.5 {
            // The file does not tell where its people live.
            return rate;
        }
        (rate.mean, rate.variance) = (0.0, 0.0);
        for (place, share) in known {
            let prefecture = prefectures.get(&place.prefecture).copied().unwrap_or_default();
            let sum = places.get(place).copied().unwrap_or_default();
            let mean = sum.borrowing(prefecture.borrowing(base));
            let share = share / weight;
            rate.mean += share * mean;
            rate.variance += share * share * mean * (1.0 - mean) / (sum.count + BORROWED + 1.0);
        }
        rate
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    held: f64,
    count: f64,
}

impl Sum {
    fn add(&mut self, held: f64, count: f64) {
        self.held += held;
        self.count += count;
    }

    fn borrowing(self, base: f64) -> f64 {
        (self.held + BORROWED * base) / (self.count + BORROWED)
    }
}

#[derive(Clone, Copy, Debug)]
struct Rate {
    mean: f64,
    variance: f64,
    controls: f64,
}

impl Rate {
    /// Two standard errors above the mean.
    fn upper(self) -> f64 {
        (self.mean + 2.0 * self.variance.sqrt()).min(1.0)
    }
}

/// The kinds of key that most of the file's records have.
fn usual_keys(file: &File) -> Keys {
    let records = file.records();
    let having = |bit: u32| -> u64 {
        let has = |count: &&crate::PatternCount| count.pattern.present >> bit & 1 == 1;
        file.patterns.iter().filter(has).map(|count| count.records).sum()
    };
    (0..Keys::BITS).filter(|bit| 2 * having(*bit) > records).fold(0, |keys, bit| keys | 1 << bit)
}
