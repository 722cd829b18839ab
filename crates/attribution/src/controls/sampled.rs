//! The sampled people, added up by owner, place and band, and which clients hold them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{AddAssign, Range};

use rayon::prelude::*;

use super::{Group, Sum, Within};
use crate::classes;
use crate::input::{Control, Keys, Place, World};

/// Controls of one registry key that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct People {
    pub(super) owner: u32,
    key: u32,
    /// Its number among the places.
    pub(super) place: u32,
    pub(super) band: u8,
}

/// Controls of one registry key that are alike and that another client holds, or some keys of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HeldPeople {
    client: u32,
    pub(super) people: People,
    pub(super) how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// Not as members, but some of their keys.
    Near,
    /// As members.
    Held,
    /// As members, by all keys.
    ByAllKeys,
}

/// Numbers of people by band.
pub(super) type Bands = [f64; Group::BANDS];

/// The people of all owners under one registry key.
#[derive(Debug)]
struct Totals {
    everywhere: Bands,
    prefectures: BTreeMap<u32, Bands>,
    /// By number of the place.
    places: Vec<Bands>,
}

/// All controls that have any of some kinds of key, as these kinds show them.
#[derive(Debug)]
pub(super) struct Sampled {
    /// Where they live, in order, so that those of a prefecture stand together; their numbers are their places here.
    pub(super) places: Vec<Place>,
    /// For each client the registry keys of its lists: controls under another key cannot be asked about it.
    keys: Vec<BTreeSet<u32>>,
    /// In order.
    people: Vec<(People, f64)>,
    /// In order.
    held: Vec<(HeldPeople, f64)>,
    /// By registry key.
    totals: BTreeMap<u32, Totals>,
}

impl Sampled {
    pub(super) fn new(world: &World, present: Keys) -> Self {
        let mut keys = vec![BTreeSet::new(); world.clients];
        for list in &world.lists {
            keys[list.client].insert(list.key);
        }
        let asked: Vec<&Control> =
            world.controls.par_iter().filter(|control| control.pattern.present & present != 0).collect();
        let mut places: Vec<Place> = asked.par_iter().map(|control| control.stratum.place).collect();
        places.par_sort_unstable();
        places.dedup();
        let people = |control: &&Control| Some((people_of(world, &places, control)?, control.count as f64));
        let people = added_up(asked.par_iter().filter_map(people).collect());
        let held = |control: &&Control| {
            let of = people_of(world, &places, control);
            of.map(|of| held_of(world, control, of, present, &keys)).unwrap_or_default()
        };
        let held = added_up(asked.par_iter().flat_map_iter(held).collect());
        let totals = totals(&people, &places);
        Self { places, keys, people, held, totals }
    }

    pub(super) fn clients(&self) -> usize {
        self.keys.len()
    }

    /// The numbers of the places of an area.
    pub(super) fn places_in(&self, within: Within) -> Range<u32> {
        let first = |is_before: &dyn Fn(&Place) -> bool| self.places.partition_point(is_before) as u32;
        match within {
            Within::Everywhere => 0..self.places.len() as u32,
            Within::Prefecture(number) => {
                first(&|place| place.prefecture < number)..first(&|place| place.prefecture <= number)
            }
            Within::Place(this) => first(&|place| *place < this)..first(&|place| *place <= this),
        }
    }

    /// All people who can be asked about a client, by band: its own and those of all others.
    pub(super) fn total(&self, client: usize, within: Within, band: usize) -> f64 {
        let totals = self.keys[client].iter().filter_map(|key| self.totals.get(key));
        let of_key = |totals: &Totals| match within {
            Within::Everywhere => Some(totals.everywhere[band]),
            Within::Prefecture(number) => totals.prefectures.get(&number).map(|bands| bands[band]),
            Within::Place(place) => {
                self.places.binary_search(&place).ok().map(|number| totals.places[number][band])
            }
        };
        totals.filter_map(of_key).sum()
    }

    /// An owner's people.
    pub(super) fn people_of(&self, owner: usize) -> &[(People, f64)] {
        slice(&self.people, |(people, _)| people.owner.cmp(&(owner as u32)))
    }

    /// An owner's people who can be asked about a client.
    pub(super) fn comparable(&self, owner: usize, client: usize) -> impl Iterator<Item = &(People, f64)> {
        self.people_of(owner).iter().filter(move |(people, _)| self.keys[client].contains(&people.key))
    }

    /// The others' people whom a client holds, or some keys of, in order of owner.
    pub(super) fn held_by(&self, client: usize) -> &[(HeldPeople, f64)] {
        slice(&self.held, |(held, _)| held.client.cmp(&(client as u32)))
    }

    /// Of an owner's people in places of these numbers, how many a client holds.
    pub(super) fn overlap(&self, owner: usize, client: usize, places: &Range<u32>) -> Sum {
        let of_owner = self.people_of(owner);
        let held = slice(self.held_by(client), |(held, _)| held.people.owner.cmp(&(owner as u32)));
        let mut sum = Sum::default();
        for key in &self.keys[client] {
            let is_in = |people: &People| match people.key.cmp(key) {
                std::cmp::Ordering::Equal if people.place < places.start => std::cmp::Ordering::Less,
                std::cmp::Ordering::Equal if people.place >= places.end => std::cmp::Ordering::Greater,
                order => order,
            };
            sum.count +=
                slice(of_owner, |(people, _)| is_in(people)).iter().map(|(_, count)| count).sum::<f64>();
            let held = slice(held, |(held, _)| is_in(&held.people)).iter();
            sum.held += held.filter(|(held, _)| held.how != How::Near).map(|(_, count)| count).sum::<f64>();
        }
        sum
    }
}

fn people_of(world: &World, places: &[Place], control: &Control) -> Option<People> {
    let list = world.lists.get(control.list as usize)?;
    let place = places.binary_search(&control.stratum.place).ok()? as u32;
    let band = Group::band(&control.stratum) as u8;
    Some(People { owner: list.client as u32, key: list.key, place, band })
}

/// Which of the other clients hold a control, or some keys of it.
fn held_of(
    world: &World,
    control: &Control,
    of: People,
    present: Keys,
    keys: &[BTreeSet<u32>],
) -> Vec<(HeldPeople, f64)> {
    let matches = classes::matches(world, &control.pattern, present).into_iter();
    let others = matches.filter(|m| m.client != of.owner as usize && keys[m.client].contains(&of.key));
    let held = others.map(|m| {
        let how = match (m.member, m.full) {
            (false, _) => How::Near,
            (true, false) => How::Held,
            (true, true) => How::ByAllKeys,
        };
        (HeldPeople { client: m.client as u32, people: of, how }, control.count as f64)
    });
    held.collect()
}

/// The items that `order` says are equal, of items in its order.
fn slice<T>(items: &[T], order: impl Fn(&T) -> std::cmp::Ordering) -> &[T] {
    let start = items.partition_point(|item| order(item).is_lt());
    let rest = &items[start..];
    &rest[..rest.partition_point(|item| order(item).is_eq())]
}

/// Counts of the same things added up, in their order. They are of whole people, so that it does not matter in which order
/// they are added.
pub(super) fn added_up<T: Ord + Copy + Send, C: AddAssign + Copy + Send>(
    mut counts: Vec<(T, C)>,
) -> Vec<(T, C)> {
    counts.par_sort_unstable_by_key(|(of, _)| *of);
    counts.dedup_by(|(of, count), (kept, sum)| {
        let same = of == kept;
        if same {
            *sum += *count;
        }
        same
    });
    counts.shrink_to_fit();
    counts
}

fn totals(people: &[(People, f64)], places: &[Place]) -> BTreeMap<u32, Totals> {
    const NOBODY: Bands = [0.0; Group::BANDS];
    let mut totals = BTreeMap::new();
    for (people, count) in people {
        let of_key = totals.entry(people.key).or_insert_with(|| Totals {
            everywhere: NOBODY,
            prefectures: BTreeMap::new(),
            places: vec![NOBODY; places.len()],
        });
        let place = people.place as usize;
        let prefecture = of_key.prefectures.entry(places[place].prefecture).or_insert(NOBODY);
        for bands in [&mut of_key.everywhere, prefecture, &mut of_key.places[place]] {
            bands[usize::from(people.band)] += count;
        }
    }
    totals
}
