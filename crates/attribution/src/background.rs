//! What unrelated lists show: how often people like those in a file are in a client's list anyway.
//!
//! Lists overlap, and a local shop's customers are on their city's list in every fourth row. The rate is read off
//! *matched controls*: sampled members of the other clients' lists, weighted to the places of the file's people.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::classes;
use crate::input::{Control, File, Keys, Place, World};

/// A rate that is not exactly known, as a beta distribution: its mean, and the number of controls that would tell it
/// as well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usual {
    pub(crate) mean: f64,
    pub(crate) strength: f64,
}

/// How often people like those in a file are in a client's list anyway.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Null {
    /// As the places of the file tell.
    pub(crate) usual: Usual,
    /// The same in the age group that the client holds most of.
    pub(crate) worst: Usual,
}

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
    /// By place, then by owner; ordered, so that sums are the same every time.
    cells: BTreeMap<Place, BTreeMap<Group, Cell>>,
    /// By owner and registry key.
    totals: HashMap<(usize, u32), Cell>,
    /// For each client the registry keys of its lists: controls under another key cannot be asked about it.
    keys: Vec<BTreeSet<u32>>,
    /// Controls of a place by the owner they were sampled from.
    residents: HashMap<(usize, Place), f64>,
    /// How often local lists hold people of their own places, by age group.
    local: BTreeMap<Ages, Prior>,
}

/// Age groups as coarse as the lists of health insurers differ from those of shops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    Unknown,
    Older,
    Younger,
}

/// Controls that are alike but for what holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    owner: usize,
    age: Age,
    key: u32,
}

/// Which controls count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ages {
    All,
    Only(Age),
}

impl Ages {
    fn contain(self, age: Age) -> bool {
        self == Ages::All || self == Ages::Only(age)
    }
}

/// What is expected of a rate before its own controls are seen, worth so many of them.
#[derive(Clone, Copy, Debug)]
struct Prior {
    mean: f64,
    strength: f64,
}

/// A client that holds more of another's people than this is related to it (a federation and its member, a sister
/// company): neither is a control for the other, but each an alternative to be named beside the other.
const RELATED: f64 = 0.7;
/// What is expected before any control is seen: lists of unrelated people share a quarter of them, hardly ever nearly
/// all. So a full match can be claimed even in a registry of one client, and a partial one cannot.
const UNKNOWN: Prior = Prior { mean: 0.25, strength: 8.0 };
/// Places borrow from their prefecture, and prefectures from the whole, as if this many controls were added.
const BORROWED: f64 = 4.0;
/// A place is a client's home where it has at least this share of the client's people.
const HOME: f64 = 0.1;
/// How many local lists must have controls before they tell what local lists are like, and how many controls that
/// may be worth.
const LEAST_LOCAL: usize = 5;
const LOCAL_STRENGTH: (f64, f64) = (2.0, 40.0);
/// Unseen lists differ more than samples of the seen ones: the odds are raised by a quarter, the rate a little, and
/// the standard deviation of lists' log odds is taken to be a quarter.
const RAISED_ODDS: f64 = 1.25;
const RAISED: f64 = 0.002;
const SPREAD: f64 = 0.25;
/// Fewer controls in an age group say nothing of that group alone.
const LEAST_IN_GROUP: f64 = 30.0;

impl<'a> Background<'a> {
    /// Prepares the controls that have the kinds of key that the file has.
    pub(crate) fn new(world: &'a World, file: &File) -> Self {
        let present = usual_keys(file);
        let mut places: BTreeMap<Place, u64> = BTreeMap::new();
        for count in &file.patterns {
            *places.entry(count.stratum.place).or_default() += count.records;
        }
        let total = file.records() as f64;
        let share = |(place, records): (&Place, &u64)| (*place, *records as f64 / total.max(1.0));
        let mut background = Self {
            world,
            places: places.iter().map(share).collect(),
            cells: BTreeMap::new(),
            totals: HashMap::new(),
            keys: vec![BTreeSet::new(); world.clients],
            residents: HashMap::new(),
            local: BTreeMap::new(),
        };
        for list in &world.lists {
            background.keys[list.client].insert(list.key);
        }
        world.controls.iter().for_each(|control| background.add(control, present));
        for ages in [Ages::All, Ages::Only(Age::Older), Ages::Only(Age::Younger)] {
            if let Some(prior) = background.local_prior(ages) {
                background.local.insert(ages, prior);
            }
        }
        background
    }

    fn add(&mut self, control: &Control, present: Keys) {
        let Some(list) = self.world.lists.get(control.list as usize) else { return };
        if control.pattern.present & present == 0 {
            return;
        }
        let age = match control.stratum.birth_decade {
            0 => Age::Unknown,
            decade if decade < 195 => Age::Older,
            _ => Age::Younger,
        };
        let count = control.count as f64;
        let held = classes::matches(self.world, &control.pattern, present);
        let group = Group { owner: list.client, age, key: list.key };
        let cell = self.cells.entry(control.stratum.place).or_default().entry(group).or_default();
        let total = self.totals.entry((group.owner, group.key)).or_default();
        *self.residents.entry((group.owner, control.stratum.place)).or_default() += count;
        for cell in [cell, total] {
            cell.count += count;
            for m in held.iter().filter(|m| m.member) {
                *cell.held.entry(m.client).or_default() += count;
            }
        }
    }

    /// What local lists hold of the people of their homes, over all clients: mean and strength of the beta distribution
    /// that the rates are drawn from, by moments (Kleinman, 1973). A client with few controls of its own borrows from it.
    fn local_prior(&self, ages: Ages) -> Option<Prior> {
        let home = |(place, client): (&Place, usize)| {
            let sum = self.sum(*place, client, &self.unrelated(client), ages);
            (sum.count >= 3.0).then_some(sum)
        };
        let pairs =
            self.cells.keys().flat_map(|place| (0..self.world.clients).map(move |client| (place, client)));
        let sums: Vec<Sum> =
            pairs.filter(|(place, client)| self.is_home(*client, **place)).filter_map(home).collect();
        let (n, k) = (sums.iter().map(|sum| sum.count).sum::<f64>(), sums.len());
        if k < LEAST_LOCAL {
            return None;
        }
        let mean = ((sums.iter().map(|sum| sum.held).sum::<f64>() + 0.5) / (n + 1.0)).clamp(1e-6, 0.97);
        let spread: f64 = sums.iter().map(|sum| sum.count * (sum.held / sum.count - mean).powi(2)).sum();
        let squares: f64 = sums.iter().map(|sum| sum.count.powi(2)).sum::<f64>() / n;
        let sampling = mean * (1.0 - mean);
        let correlation =
            (spread - sampling * (k as f64 - 1.0)) / (sampling * (n - squares - (k as f64 - 1.0)).max(1.0));
        let strength = 1.0 / correlation.max(1e-6) - 1.0;
        Some(Prior { mean, strength: strength.clamp(LOCAL_STRENGTH.0, LOCAL_STRENGTH.1) })
    }

    fn is_home(&self, client: usize, place: Place) -> bool {
        let all: f64 = self.keys[client]
            .iter()
            .filter_map(|key| self.totals.get(&(client, *key)))
            .map(|cell| cell.count)
            .sum();
        let here = self.residents.get(&(client, place)).copied().unwrap_or(0.0);
        place.municipality != 0 && all > 0.0 && here / all >= HOME
    }

    /// The clients that are controls for a client.
    fn unrelated(&self, client: usize) -> Vec<bool> {
        (0..self.world.clients).map(|owner| owner != client && !self.related(owner, client)).collect()
    }

    fn sum(&self, place: Place, client: usize, owners: &[bool], ages: Ages) -> Sum {
        let mut sum = Sum::default();
        for (group, cell) in self.cells.get(&place).into_iter().flatten() {
            if owners[group.owner] && ages.contain(group.age) && self.keys[client].contains(&group.key) {
                sum.add(cell.held.get(&client).copied().unwrap_or(0.0), cell.count);
            }
        }
        sum
    }

    /// How often people like those in the file are in a client's list without the file coming from it, and how
    /// uncertain that is.
    pub(crate) fn null(&self, client: usize) -> Null {
        let owners = self.unrelated(client);
        let all = self.rate(client, &owners, Ages::All);
        let of_group = |group: Age| {
            let rate = self.rate(client, &owners, Ages::Only(group));
            (rate.controls >= LEAST_IN_GROUP).then_some(rate)
        };
        let groups = [Age::Older, Age::Younger].into_iter().filter_map(of_group);
        let worst = groups.fold(all, |worst, rate| if rate.mean > worst.mean { rate } else { worst });
        Null { usual: all.usual(), worst: worst.usual() }
    }

    /// The rate at which an owner's people, of the file's places, are in a client's list.
    pub(crate) fn overlap(&self, owner: usize, client: usize) -> Option<f64> {
        let only: Vec<bool> = (0..self.world.clients).map(|other| other == owner).collect();
        let rate = self.rate(client, &only, Ages::All);
        (rate.controls > 0.0).then_some(rate.mean)
    }

    /// The mean rate over all clients' people but the client's own: what the mixture expects of rows from elsewhere.
    pub(crate) fn mean_rate(&self, client: usize) -> f64 {
        self.rate(client, &self.unrelated(client), Ages::All).mean
    }

    fn related(&self, one: usize, other: usize) -> bool {
        let holds = |owner: usize, client: usize| {
            let cells = self.keys[client].iter().filter_map(|key| self.totals.get(&(owner, *key)));
            let mut sum = Sum::default();
            cells.for_each(|cell| sum.add(cell.held.get(&client).copied().unwrap_or(0.0), cell.count));
            sum.count > 0.0 && sum.held / sum.count >= RELATED
        };
        holds(one, other) || holds(other, one)
    }

    /// Pools owners, place by place: a client's home borrows from what is usual for local lists, another place from
    /// its prefecture and that from the whole.
    fn rate(&self, client: usize, owners: &[bool], ages: Ages) -> Rate {
        let mut whole = Sum::default();
        let mut prefectures: HashMap<u32, Sum> = HashMap::new();
        for place in self.cells.keys() {
            let sum = self.sum(*place, client, owners, ages);
            whole.add(sum.held, sum.count);
            prefectures.entry(place.prefecture).or_default().add(sum.held, sum.count);
        }
        let base = whole.after(UNKNOWN);
        let of_base = base * (1.0 - base) / (whole.count + UNKNOWN.strength + 1.0);
        let known = self.places.iter().filter(|(place, _)| place.municipality != 0);
        let weight: f64 = known.clone().map(|(_, share)| share).sum();
        let mut rate = Rate { mean: base, variance: of_base, controls: whole.count };
        if weight < 0.5 {
            // The file does not tell where its people live.
            return rate;
        }
        // The part of the rate that no control of these places tells.
        let mut borrowed = 0.0;
        (rate.mean, rate.variance) = (0.0, 0.0);
        for (place, share) in known {
            let prefecture = prefectures.get(&place.prefecture).copied().unwrap_or_default();
            let wide = Prior {
                mean: prefecture.after(Prior { mean: base, strength: BORROWED }),
                strength: BORROWED,
            };
            let local = self.local.get(&ages).filter(|_| self.is_home(client, *place)).copied();
            let prior = local.unwrap_or(wide);
            let sum = self.sum(*place, client, owners, ages);
            let mean = sum.after(prior);
            let share = share / weight;
            rate.mean += share * mean;
            rate.variance += share * share * mean * (1.0 - mean) / (sum.count + prior.strength + 1.0);
            borrowed += share * prior.strength / (sum.count + prior.strength);
        }
        // Places err independently in what their controls tell, and together in what all of them borrow.
        rate.variance = rate.variance.max(borrowed * borrowed * of_base);
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

    /// The mean once these controls are added to what was expected.
    fn after(self, prior: Prior) -> f64 {
        (self.held + prior.strength * prior.mean) / (self.count + prior.strength)
    }
}

#[derive(Clone, Copy, Debug)]
struct Rate {
    mean: f64,
    variance: f64,
    controls: f64,
}

impl Rate {
    /// The rate that unseen lists may have.
    fn usual(self) -> Usual {
        let odds = RAISED_ODDS * self.mean / (1.0 - self.mean).max(1e-9);
        let mean = (odds / (1.0 + odds) + RAISED).min(0.97);
        let variance = self.variance + (SPREAD * mean * (1.0 - mean)).powi(2);
        Usual { mean, strength: (mean * (1.0 - mean) / variance - 1.0).max(1.0) }
    }
}

/// The kinds of key that most of the file's records have, or any of them where no kind is that common.
fn usual_keys(file: &File) -> Keys {
    let records = file.records();
    let having = |bit: u32| -> u64 {
        let has = |count: &&crate::PatternCount| count.pattern.present >> bit & 1 == 1;
        file.patterns.iter().filter(has).map(|count| count.records).sum()
    };
    let usual = (0..Keys::BITS).filter(|bit| 2 * having(*bit) > records).fold(0, |keys, bit| keys | 1 << bit);
    let any = || file.patterns.iter().fold(0, |keys, count| keys | count.pattern.present);
    if usual == 0 { any() } else { usual }
}
