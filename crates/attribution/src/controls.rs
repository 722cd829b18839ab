//! Matched controls, summed up: of the sampled members of the lists, how many does each client hold, by place, age and
//! sex.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::classes::{self, Match};
use crate::input::{Control, Keys, Place, Stratum, World};
use crate::overlap::RELATED;

/// Ages and sexes, as coarse as the lists of health insurers differ from those of shops; bit *3a + s* stands for age
/// band *a* (unknown, born before 1950, later) and sex *s* (unknown, male, female).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Group(u16);

impl Group {
    pub(crate) const ALL: Group = Group(0b111_111_111);
    const OLDER: Group = Group(0b000_111_000);
    const YOUNGER: Group = Group(0b111_000_000);
    const MALE: Group = Group(0b010_010_010);
    const FEMALE: Group = Group(0b100_100_100);
    const BANDS: usize = 9;

    /// The people of a stratum, as far as it tells.
    pub(crate) fn of(stratum: &Stratum) -> Self {
        let age = match stratum.birth_decade {
            0 => Group::ALL,
            decade if decade < Stratum::YOUNGER_FROM => Group::OLDER,
            _ => Group::YOUNGER,
        };
        let sex = match stratum.sex {
            b'm' => Group::MALE,
            b'f' => Group::FEMALE,
            _ => Group::ALL,
        };
        Group(age.0 & sex.0)
    }

    /// The parts of the group that a list might hold alone without saying so.
    pub(crate) fn parts(self) -> impl Iterator<Item = Group> {
        let parts = [Group::OLDER, Group::YOUNGER, Group::MALE, Group::FEMALE];
        parts
            .into_iter()
            .map(move |part| Group(part.0 & self.0))
            .filter(move |part| *part != self && part.0 != 0)
    }

    /// The ages alone.
    fn ages(self) -> Self {
        match self.0 {
            bits if bits & !Group::OLDER.0 == 0 => Group::OLDER,
            bits if bits & !Group::YOUNGER.0 == 0 => Group::YOUNGER,
            _ => Group::ALL,
        }
    }

    fn bands(self) -> impl Iterator<Item = usize> {
        (0..Self::BANDS).filter(move |band| self.0 >> band & 1 == 1)
    }

    /// The band of a control.
    fn band(stratum: &Stratum) -> usize {
        let age = match stratum.birth_decade {
            0 => 0,
            decade if decade < Stratum::YOUNGER_FROM => 1,
            _ => 2,
        };
        let sex = match stratum.sex {
            b'm' => 1,
            b'f' => 2,
            _ => 0,
        };
        3 * age + sex
    }
}

/// People, and how many of them a client holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    pub(crate) held: f64,
    pub(crate) count: f64,
}

impl Sum {
    fn minus(self, other: Sum) -> Sum {
        Sum { held: self.held - other.held, count: self.count - other.count }
    }

    fn plus(self, other: Sum) -> Sum {
        Sum { held: self.held + other.held, count: self.count + other.count }
    }

    /// The mean once these people are added to what was expected.
    pub(crate) fn after(self, prior: Prior) -> f64 {
        (self.held + prior.strength * prior.mean) / (self.count + prior.strength)
    }
}

/// What is expected of a rate before its own controls are seen, worth so many of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prior {
    pub(crate) mean: f64,
    pub(crate) strength: f64,
}

/// Where people live.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Within {
    Everywhere,
    Prefecture(u32),
    Place(Place),
}

/// Controls by band, and how many of them each client holds.
#[derive(Clone, Debug, Default)]
struct Cell {
    count: [f64; Group::BANDS],
    held: HashMap<usize, [f64; Group::BANDS]>,
    /// Of those whom a client does not hold, those of whom it holds some keys.
    near: HashMap<usize, f64>,
}

impl Cell {
    fn sum(&self, client: usize, group: Group) -> Sum {
        let held = self.held.get(&client);
        let add = |sum: Sum, band: usize| {
            sum.plus(Sum { held: held.map_or(0.0, |held| held[band]), count: self.count[band] })
        };
        group.bands().fold(Sum::default(), add)
    }

    /// The people whom a client does not hold, and how many of them it holds some keys of.
    fn near(&self, client: usize) -> Sum {
        let all = self.sum(client, Group::ALL);
        Sum { held: self.near.get(&client).copied().unwrap_or(0.0), count: all.count - all.held }
    }

    fn add(&mut self, band: usize, count: f64, matches: &[Match]) {
        self.count[band] += count;
        for of in matches {
            if of.member {
                self.held.entry(of.client).or_default()[band] += count;
            } else {
                *self.near.entry(of.client).or_default() += count;
            }
        }
    }
}

/// Controls of one area: all under a registry key, and those of each owner.
#[derive(Clone, Debug, Default)]
struct Area {
    all: BTreeMap<u32, Cell>,
    owners: HashMap<(usize, u32), Cell>,
}

impl Area {
    fn add(&mut self, owner: usize, key: u32, band: usize, count: f64, matches: &[Match]) {
        self.all.entry(key).or_default().add(band, count, matches);
        self.owners.entry((owner, key)).or_default().add(band, count, matches);
    }

    fn of_owner(&self, owner: usize, keys: &BTreeSet<u32>, of: impl Fn(&Cell) -> Sum) -> Sum {
        let cells = keys.iter().filter_map(|key| self.owners.get(&(owner, *key)));
        cells.fold(Sum::default(), |sum, cell| sum.plus(of(cell)))
    }
}

/// The controls that have kinds of key of one set, summed up.
#[derive(Debug)]
pub(crate) struct Controls {
    whole: Area,
    prefectures: HashMap<u32, Area>,
    places: HashMap<Place, Area>,
    /// For each client the registry keys of its lists: controls under another key cannot be asked about it.
    keys: Vec<BTreeSet<u32>>,
    /// For each client those that are no controls for it: itself, and those that hold nearly all of its people, or it of
    /// theirs.
    related: Vec<Vec<usize>>,
    /// For each client the places where a good part of its people live.
    homes: Vec<Homes>,
    /// How often local lists hold people of their own places: of all ages, and of one age as a multiple of that.
    local: BTreeMap<Group, Prior>,
    /// By owner and client the people of the owner whom the client holds, and how many of them by all keys.
    agreement: HashMap<(usize, usize), Sum>,
    /// What is usual for the share that is held by all keys, over all clients.
    usual_agreement: Prior,
}

/// Where a client is at home.
#[derive(Clone, Debug, Default)]
struct Homes {
    /// The places where a good part of its people live.
    places: Vec<Place>,
    /// True where nothing tells: it may be at home in any other place as well.
    anywhere: bool,
}

/// A place is a client's home where it has at least this share of the client's people.
const HOME: f64 = 0.1;
/// Where the client's list tells no addresses, that has at least this share of the others' people whom it holds; with fewer
/// of them than that, it may be at home anywhere.
const HOME_BY_OTHERS: f64 = 0.25;
const LEAST_BY_OTHERS: f64 = 10.0;
/// How many local lists must have controls before they tell what local lists are like, and how many controls that
/// may be worth.
const LEAST_LOCAL: usize = 5;
const LOCAL_STRENGTH: (f64, f64) = (2.0, 60.0);
/// Hardly any list holds more of an age than this.
const MOST_LOCAL: f64 = 0.97;
/// What is expected of the share that is held by all keys.
const AGREEMENT: Prior = Prior { mean: 0.9, strength: 20.0 };

impl Controls {
    /// Sums up the controls that have any of these kinds of key, seen through these kinds alone.
    pub(crate) fn new(world: &World, present: Keys) -> Self {
        let mut keys = vec![BTreeSet::new(); world.clients];
        for list in &world.lists {
            keys[list.client].insert(list.key);
        }
        let mut controls = Self {
            whole: Area::default(),
            prefectures: HashMap::new(),
            places: HashMap::new(),
            keys,
            related: Vec::new(),
            homes: Vec::new(),
            local: BTreeMap::new(),
            agreement: HashMap::new(),
            usual_agreement: AGREEMENT,
        };
        world.controls.iter().for_each(|control| controls.add(world, control, present));
        controls.related = controls.relations();
        controls.homes = controls.find_homes();
        let unrelated = controls.agreement.iter().filter(|((o, c), _)| !controls.related[*c].contains(o));
        let all = unrelated.fold(Sum::default(), |all, (_, sum)| all.plus(*sum));
        controls.usual_agreement =
            Prior { mean: all.after(AGREEMENT), strength: all.count.clamp(1.0, AGREEMENT.strength) };
        for ages in [Group::ALL, Group::OLDER, Group::YOUNGER] {
            if let Some(prior) = controls.local_prior(ages) {
                controls.local.insert(ages, prior);
            }
        }
        controls
    }

    fn add(&mut self, world: &World, control: &Control, present: Keys) {
        let Some(list) = world.lists.get(control.list as usize) else { return };
        if control.pattern.present & present == 0 {
            return;
        }
        let matches = classes::matches(world, &control.pattern, present);
        for held in matches.iter().filter(|m| m.member && m.client != list.client) {
            let full = if held.full { control.count as f64 } else { 0.0 };
            let sum = self.agreement.entry((list.client, held.client)).or_default();
            *sum = sum.plus(Sum { held: full, count: control.count as f64 });
        }
        let place = control.stratum.place;
        let (band, count) = (Group::band(&control.stratum), control.count as f64);
        let areas = [
            &mut self.whole,
            self.prefectures.entry(place.prefecture).or_default(),
            self.places.entry(place).or_default(),
        ];
        areas.into_iter().for_each(|area| area.add(list.client, list.key, band, count, &matches));
    }

    fn relations(&self) -> Vec<Vec<usize>> {
        let mut related: Vec<BTreeSet<usize>> = (0..self.keys.len()).map(|client| [client].into()).collect();
        for (owner, key) in self.whole.owners.keys() {
            let cell = &self.whole.owners[&(*owner, *key)];
            for client in cell.held.keys().filter(|client| **client != *owner) {
                let sum =
                    self.whole.of_owner(*owner, &self.keys[*client], |cell| cell.sum(*client, Group::ALL));
                if sum.count > 0.0 && sum.held / sum.count >= RELATED {
                    related[*client].insert(*owner);
                    related[*owner].insert(*client);
                }
            }
        }
        related.into_iter().map(|set| set.into_iter().collect()).collect()
    }

    fn find_homes(&self) -> Vec<Homes> {
        let people = |cell: &Cell| cell.count.iter().sum::<f64>();
        let (mut totals, mut told) = (vec![0.0; self.keys.len()], vec![0.0; self.keys.len()]);
        for ((owner, _), cell) in &self.whole.owners {
            totals[*owner] += people(cell);
        }
        let mut residents: BTreeMap<(usize, Place), f64> = BTreeMap::new();
        for (place, area) in self.places.iter().filter(|(place, _)| place.municipality != 0) {
            for ((owner, _), cell) in &area.owners {
                told[*owner] += people(cell);
                *residents.entry((*owner, *place)).or_default() += people(cell);
            }
        }
        let mut homes = vec![Homes::default(); self.keys.len()];
        for ((owner, place), count) in residents {
            if count >= HOME * totals[owner] {
                homes[owner].places.push(place);
            }
        }
        let silent = (0..homes.len()).filter(|client| told[*client] < 0.5 * totals[*client]);
        silent.for_each(|client| homes[client] = self.homes_by_others(client));
        homes
    }

    /// Where a client is at home whose own list tells no addresses: where the others' people live whom it holds.
    fn homes_by_others(&self, client: usize) -> Homes {
        let held_in = |area: &Area| self.unrelated(area, client, |cell| cell.sum(client, Group::ALL)).held;
        let all = held_in(&self.whole);
        let known = self.places.iter().filter(|(place, _)| place.municipality != 0);
        let mut places: Vec<Place> = known
            .filter(|(_, area)| all > 0.0 && held_in(area) >= HOME_BY_OTHERS * all)
            .map(|(place, _)| *place)
            .collect();
        places.sort_unstable();
        Homes { places, anywhere: all < LEAST_BY_OTHERS }
    }

    /// What local lists hold of the people of their homes, over all clients: mean and strength of the beta distribution
    /// that the rates are drawn from, by moments (Kleinman, 1973). A client with few controls of its own borrows from it.
    ///
    /// Of one age the mean is a multiple of what the same list holds of all ages: a list of many holds many of its old
    /// people too.
    fn local_prior(&self, ages: Group) -> Option<Prior> {
        let all = self.local.get(&Group::ALL).copied();
        let homes = self.homes.iter().enumerate();
        let pairs = homes.flat_map(|(client, homes)| homes.places.iter().map(move |home| (client, *home)));
        let sums: Vec<(Sum, f64)> = pairs
            .map(|(client, home)| {
                let of_all =
                    all.map_or(1.0, |all| self.held(client, Within::Place(home), Group::ALL).after(all));
                (self.held(client, Within::Place(home), ages), of_all)
            })
            .filter(|(sum, _)| sum.count >= 3.0)
            .collect();
        if sums.len() < LEAST_LOCAL {
            return None;
        }
        let held: f64 = sums.iter().map(|(sum, _)| sum.held).sum();
        let expected: f64 = sums.iter().map(|(sum, of_all)| sum.count * of_all).sum();
        let multiple = (held + 0.5) / (expected + 1.0);
        let (mut spread, mut sampling, mut correlated) = (0.0, 0.0, 0.0);
        for (sum, of_all) in &sums {
            let mean = (multiple * of_all).clamp(1e-6, MOST_LOCAL);
            spread += sum.count * (sum.held / sum.count - mean).powi(2);
            sampling += mean * (1.0 - mean);
            correlated += mean * (1.0 - mean) * (sum.count - 1.0);
        }
        let correlation = (spread - sampling) / correlated.max(1e-9);
        let strength = 1.0 / correlation.clamp(1e-6, 1.0) - 1.0;
        Some(Prior { mean: multiple, strength: strength.clamp(LOCAL_STRENGTH.0, LOCAL_STRENGTH.1) })
    }

    /// A client's controls: how many, and how many of them it holds.
    pub(crate) fn held(&self, client: usize, within: Within, group: Group) -> Sum {
        let area = self.area(within);
        area.map_or(Sum::default(), |area| self.unrelated(area, client, |cell| cell.sum(client, group)))
    }

    /// A client's controls whom it does not hold, and how many of them it holds some keys of: relatives in one house,
    /// people who moved.
    pub(crate) fn near(&self, client: usize, within: Within) -> Sum {
        let area = self.area(within);
        area.map_or(Sum::default(), |area| self.unrelated(area, client, |cell| cell.near(client)))
    }

    fn area(&self, within: Within) -> Option<&Area> {
        match within {
            Within::Everywhere => Some(&self.whole),
            Within::Prefecture(prefecture) => self.prefectures.get(&prefecture),
            Within::Place(place) => self.places.get(&place),
        }
    }

    /// The sum over all controls of an area but those of related clients.
    fn unrelated(&self, area: &Area, client: usize, of: impl Fn(&Cell) -> Sum) -> Sum {
        let keys = &self.keys[client];
        let cells = keys.iter().filter_map(|key| area.all.get(key));
        let all = cells.fold(Sum::default(), |sum, cell| sum.plus(of(cell)));
        let related = self.related[client].iter();
        related.fold(all, |sum, owner| sum.minus(area.of_owner(*owner, keys, &of)))
    }

    /// Of an owner's own people, how many a client holds: all of them, those in a prefecture, those in one place.
    pub(crate) fn overlap(&self, owner: usize, client: usize, within: Within) -> Sum {
        let area = self.area(within);
        area.map_or(Sum::default(), |area| {
            area.of_owner(owner, &self.keys[client], |cell| cell.sum(client, Group::ALL))
        })
    }

    /// The clients that hold most of a client's people, or it of theirs.
    pub(crate) fn related(&self, client: usize) -> impl Iterator<Item = usize> {
        self.related[client].iter().copied().filter(move |other| *other != client)
    }

    /// Of the other lists' people whom a client holds, the share that it holds by all keys: lists know different phones and
    /// old addresses. Its strength says how many people tell it.
    pub(crate) fn agreement(&self, client: usize) -> Prior {
        let unrelated = (0..self.keys.len()).filter(|owner| !self.related[client].contains(owner));
        let sums = unrelated.filter_map(|owner| self.agreement.get(&(owner, client)));
        let sum = sums.fold(Sum::default(), |all, sum| all.plus(*sum));
        Prior { mean: sum.after(self.usual_agreement), strength: sum.count + self.usual_agreement.strength }
    }

    /// The places where a good part of the client's people live.
    pub(crate) fn homes(&self, client: usize) -> &[Place] {
        &self.homes[client].places
    }

    /// True where a place is a home of the client, or may be one as nothing tells where it is at home.
    pub(crate) fn is_home(&self, client: usize, place: Place) -> bool {
        let Homes { places, anywhere } = &self.homes[client];
        *anywhere || places.contains(&place)
    }

    /// True where nothing tells where a client is at home.
    pub(crate) fn may_be_anywhere(&self, client: usize) -> bool {
        self.homes[client].anywhere
    }

    /// All homes of all clients.
    pub(crate) fn all_homes(&self) -> BTreeSet<Place> {
        self.homes.iter().flat_map(|homes| &homes.places).copied().collect()
    }

    /// What a local list holds of the people of its home, wherever that is.
    pub(crate) fn local_anywhere(&self, group: Group) -> Option<Prior> {
        let all = self.local.get(&Group::ALL).copied()?;
        if group.ages() == Group::ALL {
            return Some(all);
        }
        let of_age = self.local.get(&group.ages())?;
        Some(Prior { mean: (of_age.mean * all.mean).clamp(1e-6, MOST_LOCAL), strength: of_age.strength })
    }

    /// What a local list holds of the people of its home before those of the group are asked.
    pub(crate) fn local(&self, client: usize, home: Place, group: Group) -> Option<Prior> {
        let all = self.local.get(&Group::ALL).copied()?;
        if group.ages() == Group::ALL {
            return Some(all);
        }
        let of_age = self.local.get(&group.ages())?;
        let mean = of_age.mean * self.held(client, Within::Place(home), Group::ALL).after(all);
        Some(Prior { mean: mean.clamp(1e-6, MOST_LOCAL), strength: of_age.strength })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coarse_stratum_tells_as_much_as_is_looked_at() {
        for birth_decade in 0..=255 {
            for sex in [0, b'm', b'f', b'x'] {
                let fine = Stratum { birth_decade, sex, ..Stratum::default() };
                assert_eq!(Group::of(&fine), Group::of(&fine.coarse()));
                assert_eq!(Group::band(&fine), Group::band(&fine.coarse()));
                assert_eq!(fine.coarse(), fine.coarse().coarse());
            }
        }
    }
}
