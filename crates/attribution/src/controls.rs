//! Matched controls, summed up: of the sampled members of the lists, how many does each client hold, by place, age and
//! sex.

mod group;
mod sampled;
mod seen;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::input::{Keys, Place, World};
use crate::overlap::RELATED;
pub(crate) use group::Group;
use sampled::{How, Sampled};
use seen::Seen;

/// People, and how many of them a client holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    pub(crate) held: f64,
    pub(crate) count: f64,
}

impl Sum {
    fn plus(self, other: Sum) -> Sum {
        Sum { held: self.held + other.held, count: self.count + other.count }
    }

    /// How many people, whole ones.
    pub(crate) fn people(self) -> u64 {
        self.count.max(0.0) as u64
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

/// The controls that have kinds of key of one set, summed up.
#[derive(Debug)]
pub(crate) struct Controls {
    sampled: Sampled,
    /// For each client those that are no controls for it: itself, and those that hold nearly all of its people, or it of
    /// theirs.
    related: Vec<Vec<usize>>,
    /// For each client what it holds of the others' people.
    seen: Vec<Seen>,
    /// For each client the places where a good part of its people live.
    homes: Vec<Homes>,
    /// How often local lists hold people of their own places: of all ages, and of one age as a multiple of that.
    local: BTreeMap<Group, Prior>,
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
        let sampled = Sampled::new(world, present);
        let related = relations(&sampled);
        let seen = related.par_iter().enumerate();
        let seen: Vec<Seen> = seen.map(|(client, related)| Seen::new(&sampled, client, related)).collect();
        let homes = find_homes(&sampled, &seen);
        let agreement = seen.iter().fold(Sum::default(), |all, seen| all.plus(seen.agreement));
        let usual_agreement = Prior {
            mean: agreement.after(AGREEMENT),
            strength: agreement.count.clamp(1.0, AGREEMENT.strength),
        };
        let mut controls = Self { sampled, related, seen, homes, local: BTreeMap::new(), usual_agreement };
        for ages in [Group::ALL, Group::OLDER, Group::YOUNGER] {
            if let Some(prior) = controls.local_prior(ages) {
                controls.local.insert(ages, prior);
            }
        }
        controls
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
        self.seen[client].held(&self.sampled, client, within, group)
    }

    /// All of a client's controls, and how many of them it holds.
    pub(crate) fn asked(&self, client: usize) -> Sum {
        self.held(client, Within::Everywhere, Group::ALL)
    }

    /// A client's controls whom it does not hold, and how many of them it holds some keys of: relatives in one house,
    /// people who moved.
    pub(crate) fn near(&self, client: usize, within: Within) -> Sum {
        self.seen[client].near(&self.sampled, client, within)
    }

    /// Of an owner's own people, how many another client holds: all of them, those in a prefecture, those in one place.
    pub(crate) fn overlap(&self, owner: usize, client: usize, within: Within) -> Sum {
        self.sampled.overlap(owner, client, &self.sampled.places_in(within))
    }

    /// The clients that hold most of a client's people, or it of theirs.
    pub(crate) fn related(&self, client: usize) -> impl Iterator<Item = usize> {
        self.related[client].iter().copied().filter(move |other| *other != client)
    }

    /// Of the other lists' people whom a client holds, the share that it holds by all keys: lists know different phones and
    /// old addresses. Its strength says how many people tell it.
    pub(crate) fn agreement(&self, client: usize) -> Prior {
        let sum = self.seen[client].agreement;
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

/// For each client itself and those of which it holds most people, or they of its.
fn relations(sampled: &Sampled) -> Vec<Vec<usize>> {
    let of_client = |client: usize| -> Vec<usize> {
        let by_owner = sampled.held_by(client).chunk_by(|(a, _), (b, _)| a.people.owner == b.people.owner);
        let is_related = |held: &[(sampled::HeldPeople, f64)]| {
            let owner = held.first()?.0.people.owner as usize;
            let held = held.iter().filter(|(held, _)| held.how != How::Near);
            let held: f64 = held.map(|(_, count)| count).sum();
            let count: f64 = sampled.comparable(owner, client).map(|(_, count)| count).sum();
            (count > 0.0 && held / count >= RELATED).then_some(owner)
        };
        by_owner.filter_map(is_related).collect()
    };
    let holds: Vec<Vec<usize>> = (0..sampled.clients()).into_par_iter().map(of_client).collect();
    let mut related: Vec<BTreeSet<usize>> = (0..holds.len()).map(|client| [client].into()).collect();
    for (client, owners) in holds.into_iter().enumerate() {
        for owner in owners {
            related[client].insert(owner);
            related[owner].insert(client);
        }
    }
    related.into_iter().map(|set| set.into_iter().collect()).collect()
}

fn find_homes(sampled: &Sampled, seen: &[Seen]) -> Vec<Homes> {
    let is_told = |place: &Place| place.municipality != 0;
    let of_client = |(client, seen): (usize, &Seen)| {
        let (mut total, mut told, mut residents) = (0.0, 0.0, BTreeMap::<u32, f64>::new());
        for (people, count) in sampled.people_of(client) {
            total += count;
            if is_told(&sampled.places[people.place as usize]) {
                told += count;
                *residents.entry(people.place).or_default() += count;
            }
        }
        // Where a list tells no addresses, the others' people tell whom it holds.
        let by_others = told < 0.5 * total;
        let of = if by_others { seen.held_by_place() } else { residents };
        let all = if by_others { of.values().sum() } else { total };
        let least = if by_others { HOME_BY_OTHERS } else { HOME } * all;
        let of = of.into_iter().map(|(place, count)| (sampled.places[place as usize], count));
        let homes = of.filter(|(place, count)| is_told(place) && *count >= least);
        let places = homes.map(|(place, _)| place).collect();
        Homes { places, anywhere: by_others && all < LEAST_BY_OTHERS }
    };
    seen.par_iter().enumerate().map(of_client).collect()
}
