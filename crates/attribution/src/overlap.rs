//! How far clients' lists overlap, as the samples show: which clients can be told apart, before anything is seized.

use std::collections::{BTreeMap, BTreeSet};

use crate::classes;
use crate::input::{Control, Keys, World};
use crate::outcome::Client;

/// A client that holds at least this share of another's sampled members is related to it: a federation and its member,
/// sister companies, a list copied from another. Files of people that both hold do not tell them apart.
pub const RELATED: f64 = 0.7;

/// The overlaps of all clients of a registry, each with each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlap {
    /// One for each client, in order of client.
    pub clients: Vec<ClientOverlap>,
}

/// What the clients hold of one client's people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientOverlap {
    /// Sampled members of all its lists; a person in several handovers is counted with each.
    pub sampled: u64,
    /// What each client holds of them, in order of client. None where nothing could be compared (the two have no kind of
    /// key in common, or no list under the same registry key), and for the client itself.
    pub held: Vec<Option<Held>>,
}

/// How many of one client's sampled members another client holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Held {
    /// The sampled members that could be compared: the other client has a list under the same registry key with a kind of
    /// key that they have; at least 1.
    pub of: u64,
    /// Those of them that are members of one of its lists, whichever handover.
    pub held: u64,
    /// `held` of `of`, 0 to 1.
    pub rate: f64,
    /// 95 % interval of the rate.
    pub interval: [f64; 2],
}

impl Held {
    /// True where the other client holds at least [`RELATED`] of the members.
    pub fn is_related(&self) -> bool {
        self.rate >= RELATED
    }

    fn new(of: u64, held: u64, handovers: usize) -> Self {
        let rate = held as f64 / of as f64;
        // A person who is in several handovers is sampled from each: ten handovers of the same people tell no more than
        // one, and are taken to tell no more.
        Self { of, held, rate, interval: wilson(rate, of as f64 / handovers.max(1) as f64) }
    }
}

impl Overlap {
    /// The pairs of which the second client holds at least [`RELATED`] of the first one's people, in order.
    pub fn related(&self) -> Vec<(Client, Client)> {
        let of = |(owner, client): (Client, &ClientOverlap)| {
            let related = |(holder, held): (Client, &Option<Held>)| {
                held.is_some_and(|held| held.is_related()).then_some((owner, holder))
            };
            client.held.iter().enumerate().filter_map(related).collect::<Vec<_>>()
        };
        self.clients.iter().enumerate().flat_map(of).collect()
    }
}

/// How far the lists of the registry's clients overlap: of the sampled members of each, how many does each other hold?
///
/// What is said of two clients depends on their own lists and samples only.
pub fn overlap(world: &World) -> Overlap {
    let mut lists: Vec<BTreeSet<Comparable>> = vec![BTreeSet::new(); world.clients];
    for list in &world.lists {
        if let Some(lists) = lists.get_mut(list.client) {
            lists.insert(Comparable { key: list.key, kinds: list.keys() });
        }
    }
    let mut samples: Vec<Sample> = vec![Sample::default(); world.clients];
    for control in &world.controls {
        let owner = world.lists.get(control.list as usize);
        if let Some(sample) = owner.and_then(|list| samples.get_mut(list.client)) {
            sample.add(world, control);
        }
    }
    let client = |(owner, sample): (Client, &Sample)| {
        let held = |(holder, lists)| if holder == owner { None } else { sample.held_by(holder, lists) };
        ClientOverlap { sampled: sample.total(), held: lists.iter().enumerate().map(held).collect() }
    };
    Overlap { clients: samples.iter().enumerate().map(client).collect() }
}

/// What decides whether a record can be looked up: the registry key, and the kinds of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Comparable {
    key: u32,
    kinds: Keys,
}

impl Comparable {
    fn with(self, other: Comparable) -> bool {
        self.key == other.key && self.kinds & other.kinds != 0
    }
}

/// Sampled members of one client, by what they can be compared with: hardly ever more than a few groups.
#[derive(Clone, Debug, Default)]
struct Sample(BTreeMap<Comparable, Group>);

#[derive(Clone, Debug, Default)]
struct Group {
    /// The lists that they were sampled from.
    lists: BTreeSet<u32>,
    count: u64,
    held: BTreeMap<Client, u64>,
}

impl Sample {
    fn add(&mut self, world: &World, control: &Control) {
        let Some(list) = world.lists.get(control.list as usize) else { return };
        let group = self.0.entry(Comparable { key: list.key, kinds: control.pattern.present }).or_default();
        group.lists.insert(control.list);
        group.count = group.count.saturating_add(control.count);
        for m in classes::matches(world, &control.pattern, Keys::MAX).iter().filter(|m| m.member) {
            let held = group.held.entry(m.client).or_default();
            *held = held.saturating_add(control.count);
        }
    }

    fn total(&self) -> u64 {
        self.0.values().fold(0, |sum, group| sum.saturating_add(group.count))
    }

    fn held_by(&self, holder: Client, lists: &BTreeSet<Comparable>) -> Option<Held> {
        let (mut of, mut held, mut handovers) = (0_u64, 0_u64, BTreeSet::<u32>::new());
        for (people, group) in &self.0 {
            if lists.iter().any(|list| list.with(*people)) {
                of = of.saturating_add(group.count);
                held = held.saturating_add(group.held.get(&holder).copied().unwrap_or(0));
                handovers.extend(&group.lists);
            }
        }
        (of > 0).then(|| Held::new(of, held, handovers.len()))
    }
}

/// The 95 % score interval of a rate (Wilson, 1927), which keeps its promise also for rates near 0 and 1 and few people
/// (Brown, Cai and DasGupta, 2001).
fn wilson(rate: f64, n: f64) -> [f64; 2] {
    const Z: f64 = 1.959_963_984_540_054;
    let z2 = Z * Z;
    let middle = rate + z2 / (2.0 * n);
    let half = Z * (rate * (1.0 - rate) / n + z2 / (4.0 * n * n)).sqrt();
    let low = (middle - half) / (1.0 + z2 / n);
    let high = (middle + half) / (1.0 + z2 / n);
    // Rounding must not push a bound past the rate.
    [low.clamp(0.0, rate), high.clamp(rate, 1.0)]
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::input::{Hit, Kind, List, Pattern, Stratum};

    /// Kinds 0 and 1 name a person, kind 2 a household.
    fn kinds() -> Vec<Kind> {
        [0b101, 0b1001, 0b1100]
            .into_iter()
            .enumerate()
            .map(|(i, parts)| Kind { parts, personal: i < 2 })
            .collect()
    }

    fn list(client: usize, key: u32, keys: Keys) -> List {
        let coverage = (0..3).map(|kind| f64::from(keys >> kind & 1)).collect();
        List { client, key, date: 0, records: 100, coverage, false_match_rate: 1e-3 }
    }

    fn control(list: u32, present: Keys, hits: &[(u32, Keys)], count: u64) -> Control {
        let hits = hits.iter().map(|&(list, keys)| Hit { list, keys }).collect();
        Control { list, stratum: Stratum::default(), pattern: Pattern { present, hits }, count }
    }

    fn world(clients: usize, lists: Vec<List>, controls: Vec<Control>) -> World {
        World { kinds: kinds(), clients, lists, controls }
    }

    fn held(world: &World, owner: usize, holder: usize) -> Option<(u64, u64)> {
        overlap(world).clients[owner].held[holder].map(|held| (held.held, held.of))
    }

    /// Whatever lists and controls, also such as no registry gives.
    fn worlds() -> impl Strategy<Value = World> {
        let lists = vec((0_usize..5, 0_u32..2, 0_u32..8).prop_map(|(c, k, m)| list(c, k, m)), 0..7);
        let hits = vec((0_u32..8, 0_u32..8), 0..5);
        let controls = vec((0_u32..8, 0_u32..8, hits, any::<u64>()), 0..12);
        (lists, controls, 0_u64..64).prop_map(|(lists, controls, shift)| {
            let control = |(list, present, hits, count): &(u32, Keys, Vec<_>, u64)| {
                control(*list, *present, hits, count >> shift)
            };
            world(4, lists, controls.iter().map(control).collect())
        })
    }

    proptest! {
        #[test]
        fn rates_are_rates(world in worlds()) {
            let overlap = overlap(&world);
            prop_assert_eq!(overlap.clients.len(), world.clients);
            for (owner, client) in overlap.clients.iter().enumerate() {
                prop_assert_eq!(client.held.len(), world.clients);
                prop_assert!(client.held[owner].is_none());
                for held in client.held.iter().flatten() {
                    prop_assert!(held.held <= held.of && held.of <= client.sampled && held.of > 0);
                    let [low, high] = held.interval;
                    prop_assert!(0.0 <= low && low <= held.rate && held.rate <= high && high <= 1.0);
                }
            }
        }

        #[test]
        fn other_clients_do_not_change_a_pair(world in worlds(), out in 0_usize..4) {
            let mut less = world.clone();
            less.controls.retain(|control| {
                world.lists.get(control.list as usize).is_none_or(|list| list.client != out)
            });
            let (all, less) = (overlap(&world), overlap(&less));
            for owner in (0..4).filter(|owner| *owner != out) {
                prop_assert_eq!(&all.clients[owner], &less.clients[owner]);
            }
        }

        #[test]
        fn neither_order_nor_grouping_of_controls_shows(world in worlds()) {
            let mut other = world.clone();
            other.controls.reverse();
            let halves = |c: &Control| {
                let half = c.count / 2;
                [Control { count: half, ..c.clone() }, Control { count: c.count - half, ..c.clone() }]
            };
            other.controls = other.controls.iter().flat_map(halves).collect();
            prop_assert_eq!(overlap(&world), overlap(&other));
        }

        #[test]
        fn more_people_tell_more(held in 0_u64..=50, more in 2_u64..100) {
            let width = |[low, high]: [f64; 2]| high - low;
            let (few, many) = (Held::new(50, held, 1), Held::new(50 * more, held * more, 1));
            prop_assert!(width(many.interval) < width(few.interval));
            // The same people sampled from each handover are no more people.
            prop_assert_eq!(Held::new(50 * more, held * more, more as usize).interval, few.interval);
        }
    }

    #[test]
    fn any_handover_of_the_holder_counts_and_each_person_once() {
        let lists = vec![list(0, 0, 0b111), list(1, 0, 0b111), list(1, 0, 0b111)];
        let controls = vec![
            control(0, 0b111, &[(0, 0b111), (1, 0b111), (2, 0b111)], 10),
            control(0, 0b111, &[(0, 0b111), (2, 0b011)], 20),
            control(0, 0b111, &[(0, 0b111)], 30),
        ];
        let world = world(2, lists, controls);
        assert_eq!(held(&world, 0, 1), Some((30, 60)));
        assert_eq!(held(&world, 1, 0), None, "nothing was sampled");
    }

    #[test]
    fn chance_matches_and_households_are_not_held() {
        let lists = vec![list(0, 0, 0b111), list(1, 0, 0b111)];
        let controls = vec![
            control(0, 0b111, &[(0, 0b111), (1, 0b001)], 5),
            control(0, 0b111, &[(0, 0b111), (1, 0b100)], 5),
        ];
        assert_eq!(held(&world(2, lists, controls), 0, 1), Some((0, 10)));
    }

    #[test]
    fn only_what_can_be_compared_is() {
        // Client 1 has another registry key, client 2 another kind of key, client 3 one kind in common.
        let lists = vec![list(0, 0, 0b011), list(1, 1, 0b111), list(2, 0, 0b100), list(3, 0, 0b001)];
        let controls =
            vec![control(0, 0b001, &[(0, 0b001), (3, 0b001)], 6), control(0, 0b010, &[(0, 0b010)], 4)];
        let world = world(4, lists, controls);
        assert_eq!(overlap(&world).clients[0].sampled, 10);
        assert_eq!(held(&world, 0, 1), None);
        assert_eq!(held(&world, 0, 2), None);
        assert_eq!(held(&world, 0, 3), Some((6, 6)));
    }

    #[test]
    fn related_are_those_who_hold_most() {
        let lists = vec![list(0, 0, 0b111), list(1, 0, 0b111)];
        let both = |list, count| control(list, 0b111, &[(0, 0b111), (1, 0b111)], count);
        let controls = vec![
            both(0, 7),
            control(0, 0b111, &[(0, 0b111)], 3),
            both(1, 69),
            control(1, 0b111, &[(1, 7)], 31),
        ];
        assert_eq!(overlap(&world(2, lists, controls)).related(), [(0, 1)]);
    }

    #[test]
    fn intervals_are_those_of_the_literature() {
        // Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        let published = [
            (81, 263, [0.2553, 0.3662]),
            (15, 148, [0.0624, 0.1605]),
            (0, 20, [0.0, 0.1611]),
            (1, 29, [0.0061, 0.1718]),
        ];
        for (held, of, interval) in published {
            let rounded = Held::new(of, held, 1).interval.map(|bound| (bound * 1e4).round() / 1e4);
            assert_eq!(rounded, interval);
        }
    }
}
