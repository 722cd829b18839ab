//! The controls as one client sees them: those of the clients that it is not related to.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::sampled::{Bands, HeldPeople, How, People, Sampled, added_up};
use super::{Group, Sum, Within};

/// What a client holds of the unrelated clients' people.
#[derive(Debug)]
pub(super) struct Seen {
    everywhere: Cell,
    prefectures: BTreeMap<u32, Cell>,
    /// By number of the place and band, in order.
    places: Vec<((u32, u8), Row)>,
    /// Those whom it holds: how many, and how many of them by all keys.
    pub(super) agreement: Sum,
}

/// People of one area.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    held: Bands,
    /// Of those whom it does not hold, those of whom it holds some keys.
    near: f64,
    /// Related clients' people, who are no controls.
    apart: Bands,
}

/// People of one place and band.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    held: f64,
    near: f64,
    apart: f64,
}

impl Row {
    fn of(how: How, count: f64) -> Self {
        match how {
            How::Near => Self { near: count, ..Self::default() },
            How::Held | How::ByAllKeys => Self { held: count, ..Self::default() },
        }
    }
}

impl AddAssign for Row {
    fn add_assign(&mut self, other: Self) {
        self.held += other.held;
        self.near += other.near;
        self.apart += other.apart;
    }
}

impl Cell {
    fn add(&mut self, band: u8, row: &Row) {
        let band = usize::from(band);
        self.held[band] += row.held;
        self.near += row.near;
        self.apart[band] += row.apart;
    }
}

impl Seen {
    /// As a client sees them that is related to these, itself among them.
    pub(super) fn new(sampled: &Sampled, client: usize, related: &[usize]) -> Self {
        let is_related = |people: &People| related.contains(&(people.owner as usize));
        let held = || sampled.held_by(client).iter().filter(|(held, _)| !is_related(&held.people));
        let of_held = held().map(|(HeldPeople { people, how, .. }, count)| (people, Row::of(*how, *count)));
        let apart = related.iter().flat_map(|owner| sampled.comparable(*owner, client));
        let of_apart = apart.map(|(people, count)| (people, Row { apart: *count, ..Row::default() }));
        let rows = of_held.chain(of_apart).map(|(people, row)| ((people.place, people.band), row));
        let mut seen = Self {
            everywhere: Cell::default(),
            prefectures: BTreeMap::new(),
            places: added_up(rows.collect()),
            agreement: Sum::default(),
        };
        for ((place, band), row) in &seen.places {
            let prefecture = sampled.places[*place as usize].prefecture;
            let cells = [&mut seen.everywhere, seen.prefectures.entry(prefecture).or_default()];
            cells.into_iter().for_each(|cell| cell.add(*band, row));
        }
        for (HeldPeople { how, .. }, count) in held().filter(|(held, _)| held.how != How::Near) {
            seen.agreement.count += count;
            seen.agreement.held += if *how == How::ByAllKeys { *count } else { 0.0 };
        }
        seen
    }

    fn cell(&self, sampled: &Sampled, within: Within) -> Cell {
        match within {
            Within::Everywhere => self.everywhere,
            Within::Prefecture(number) => self.prefectures.get(&number).copied().unwrap_or_default(),
            Within::Place(_) => {
                let numbers = sampled.places_in(within);
                let mut cell = Cell::default();
                let from = self.places.partition_point(|((place, _), _)| *place < numbers.start);
                let rows = self.places.iter().skip(from);
                let rows = rows.take_while(|((place, _), _)| *place < numbers.end);
                rows.for_each(|((_, band), row)| cell.add(*band, row));
                cell
            }
        }
    }

    /// How many people of a group there are, and how many of them the client holds.
    pub(super) fn held(&self, sampled: &Sampled, client: usize, within: Within, group: Group) -> Sum {
        let cell = self.cell(sampled, within);
        let add = |sum: Sum, band: usize| Sum {
            held: sum.held + cell.held[band],
            count: sum.count + sampled.total(client, within, band) - cell.apart[band],
        };
        group.bands().fold(Sum::default(), add)
    }

    /// The people whom the client does not hold, and how many of them it holds some keys of.
    pub(super) fn near(&self, sampled: &Sampled, client: usize, within: Within) -> Sum {
        let all = self.held(sampled, client, within, Group::ALL);
        Sum { held: self.cell(sampled, within).near, count: all.count - all.held }
    }

    /// By number of the place how many people the client holds, where it holds any.
    pub(super) fn held_by_place(&self) -> BTreeMap<u32, f64> {
        let mut held = BTreeMap::new();
        for ((place, _), row) in self.places.iter().filter(|(_, row)| row.held > 0.0) {
            *held.entry(*place).or_default() += row.held;
        }
        held
    }
}
