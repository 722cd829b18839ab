//! Persons by the clients that hold them and by stratum: what claims are weighed on.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::apart::Apart;
use crate::background::Background;
use crate::classes::{Class, Match};
use crate::evidence::{self, Counted};
use crate::input::World;
use crate::unclaimed::Unclaimed;

/// Persons by the set of clients that hold them: twelve orders of one customer are one piece of evidence, not twelve.
pub(crate) struct Rows<'a> {
    held: Vec<Held>,
    background: &'a Background<'a>,
    /// By client the places, among those held, of those that it holds or holds some keys of.
    of_client: BTreeMap<usize, OfClient>,
    /// By client the records of its largest list.
    sizes: Vec<u64>,
    strata: usize,
}

/// Persons of one stratum whom the same clients hold.
pub(crate) struct Held {
    /// The clients, in order.
    pub(crate) clients: Vec<usize>,
    /// Those that hold them by all keys, in order.
    by_all_keys: Vec<usize>,
    /// Those that do not hold them, but some of their keys, in order.
    pub(crate) near: Vec<usize>,
    pub(crate) stratum: usize,
    pub(crate) persons: u64,
}

/// Places of the persons of one client.
#[derive(Default)]
pub(crate) struct OfClient {
    pub(crate) held: Vec<u32>,
    pub(crate) near: Vec<u32>,
}

/// Persons of one stratum, as one client sees them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Those whom it holds.
    pub(crate) persons: u64,
    /// Of these, those whom it holds by all keys.
    pub(crate) by_all_keys: u64,
    /// Of these, those of whom no claimed client holds some keys.
    pub(crate) clear: u64,
    /// Those whom it does not hold, but some of their keys, and no claimed client does.
    pub(crate) near: u64,
}

/// Persons, as one client sees them, of the strata where it sees any.
pub(crate) type HeldBy = BTreeMap<usize, Seen>;

/// Those whom a client holds, over all strata.
pub(crate) fn persons(held: &HeldBy) -> u64 {
    held.values().map(|seen| seen.persons).sum()
}

/// Persons by stratum whom no claimed client holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Free {
    pub(crate) persons: Counts,
    /// Those of whom none of them holds even some keys.
    pub(crate) clear: Counts,
}

/// Of a true source's rows this many may be missing in an equally good explanation: lists are older or newer than the
/// theft, and people correct their data with one client and not with another.
const TOLERATED_LOSS: f64 = 0.05;

/// Numbers of persons by stratum.
type Counts = Vec<u64>;

impl Held {
    /// What persons that are one have in common.
    fn alike(&self) -> ([&[usize]; 3], usize) {
        ([&self.clients, &self.by_all_keys, &self.near], self.stratum)
    }

    /// The persons, as a client sees them that holds them.
    pub(crate) fn seen_by(&self, client: usize, is_clear: bool) -> Seen {
        let by_all_keys = self.by_all_keys.binary_search(&client).is_ok();
        let if_so = |is_so: bool| if is_so { self.persons } else { 0 };
        Seen { persons: self.persons, by_all_keys: if_so(by_all_keys), clear: if_so(is_clear), near: 0 }
    }
}

impl Seen {
    pub(crate) fn add(&mut self, other: Seen) {
        self.persons += other.persons;
        self.by_all_keys += other.by_all_keys;
        self.clear += other.clear;
        self.near += other.near;
    }

    pub(crate) fn take(&mut self, other: Seen) {
        self.persons -= other.persons;
        self.by_all_keys -= other.by_all_keys;
        self.clear -= other.clear;
        self.near -= other.near;
    }
}

impl<'a> Rows<'a> {
    /// Persons as the clients see them, but those that are ruled out.
    pub(crate) fn new(
        world: &World,
        classes: &[Class],
        background: &'a Background<'a>,
        ruled_out: &BTreeSet<usize>,
    ) -> Self {
        let held = |(class, stratum): (&Class, &u32)| {
            let of = |wanted: fn(&&Match) -> bool| -> Vec<usize> {
                let clients = class.matches.iter().filter(wanted).map(|m| m.client);
                clients.filter(|client| !ruled_out.contains(client)).collect()
            };
            Held {
                clients: of(|m| m.member),
                by_all_keys: of(|m| m.member && m.full),
                near: of(|m| !m.member),
                stratum: *stratum as usize,
                persons: class.persons,
            }
        };
        let mut held: Vec<Held> = classes.par_iter().zip(&background.strata.of_pattern).map(held).collect();
        held.par_sort_unstable_by(|a, b| a.alike().cmp(&b.alike()));
        held.dedup_by(|one, kept| {
            let same = one.alike() == kept.alike();
            kept.persons += if same { one.persons } else { 0 };
            same
        });
        let mut of_client: BTreeMap<usize, OfClient> = BTreeMap::new();
        for (at, row) in held.iter().enumerate() {
            for client in &row.clients {
                of_client.entry(*client).or_default().held.push(at as u32);
            }
            for client in &row.near {
                of_client.entry(*client).or_default().near.push(at as u32);
            }
        }
        let mut sizes = vec![0; world.clients];
        for list in &world.lists {
            sizes[list.client] = sizes[list.client].max(list.records);
        }
        Self { held, background, of_client, sizes, strata: background.strata.groups.len() }
    }

    /// Clients that hold any row.
    pub(crate) fn clients(&self) -> impl Iterator<Item = usize> {
        let holding = self.of_client.iter().filter(|(_, of)| !of.held.is_empty());
        holding.map(|(client, _)| *client)
    }

    pub(crate) fn clients_of_registry(&self) -> usize {
        self.sizes.len()
    }

    /// All persons, in an order of their own.
    pub(crate) fn held(&self) -> &[Held] {
        &self.held
    }

    /// The places of a client's persons.
    pub(crate) fn of_client(&self, client: usize) -> Option<&OfClient> {
        self.of_client.get(&client)
    }

    pub(crate) fn nobody_free(&self) -> Free {
        Free { persons: vec![0; self.strata], clear: vec![0; self.strata] }
    }

    /// All persons, none of them claimed.
    pub(crate) fn unclaimed(&self) -> Unclaimed<'_> {
        Unclaimed::new(self)
    }

    fn marked(&self, clients: &[usize]) -> Vec<bool> {
        let mut marked = vec![false; self.sizes.len()];
        clients.iter().for_each(|client| marked[*client] = true);
        marked
    }

    /// Evidence for a client on persons whom no other claimed client holds: the mean of the e-values on all of them and on
    /// those at the client's home, where others live elsewhere: a merge of two cities' lists is half of each. None where
    /// nothing tells what is usual.
    pub(crate) fn log10_e(&self, client: usize, held: &HeldBy, free: &Free) -> f64 {
        if !self.background.is_known(client) {
            return 0.0;
        }
        let everywhere = self.log10_e_where(client, held, free, |_| true);
        let is_home = |stratum: usize| self.background.is_home(client, stratum);
        let people = free.persons.iter().enumerate().filter(|(_, people)| **people > 0);
        let (home, elsewhere): (Vec<_>, Vec<_>) = people.partition(|(stratum, _)| is_home(*stratum));
        if home.is_empty() || elsewhere.is_empty() {
            return everywhere;
        }
        evidence::mean(everywhere, self.log10_e_where(client, held, free, is_home))
    }

    /// The same on persons of some strata alone.
    fn log10_e_where(&self, client: usize, held: &HeldBy, free: &Free, is_in: impl Fn(usize) -> bool) -> f64 {
        let mut seen = Seen::default();
        held.iter().filter(|(stratum, _)| is_in(**stratum)).for_each(|(_, of_stratum)| seen.add(*of_stratum));
        let only = |counts: &Counts| -> Counts {
            let each = counts.iter().enumerate();
            each.map(|(stratum, count)| if is_in(stratum) { *count } else { 0 }).collect()
        };
        let all = only(&free.persons);
        let null = self.background.null(client, &all);
        let counted = Counted {
            rows: all.iter().sum(),
            held: seen.persons,
            full: seen.by_all_keys,
            lost: only(&free.clear).iter().sum::<u64>() - seen.clear,
            near: seen.near,
        };
        evidence::log10_e(counted, &null)
    }

    /// The persons whom no other of these clients holds.
    pub(crate) fn apart(&self, claimed: &[usize]) -> Apart<'_> {
        Apart::new(self, claimed)
    }

    /// True where `others` hold all of `client`'s exclusive rows but a tolerated few.
    pub(crate) fn explained_by(&self, client: usize, claimed: &[usize], others: &[usize]) -> bool {
        let (is_claimed, is_other) = (self.marked(claimed), self.marked(others));
        let (mut held, mut left) = (0, 0);
        for row in self.held_by(client) {
            if !row.clients.iter().any(|client| is_claimed[*client]) {
                held += row.persons;
                left += if row.clients.iter().any(|client| is_other[*client]) { 0 } else { row.persons };
            }
        }
        held > 0 && !evidence::exceeds(left, held, TOLERATED_LOSS)
    }

    /// The clients that alone hold all of `client`'s exclusive rows but a tolerated few.
    pub(crate) fn as_good_as(&self, client: usize, rest: &[usize]) -> Vec<usize> {
        let is_rest = self.marked(rest);
        let mut shared: BTreeMap<usize, u64> = BTreeMap::new();
        let mut held = 0;
        for row in self.held_by(client) {
            if row.clients.iter().any(|client| is_rest[*client]) {
                continue;
            }
            held += row.persons;
            for other in row.clients.iter().filter(|other| **other != client) {
                *shared.entry(*other).or_default() += row.persons;
            }
        }
        let as_good =
            |(_, shared): &(&usize, &u64)| !evidence::exceeds(held - **shared, held, TOLERATED_LOSS);
        shared.iter().filter(as_good).map(|(other, _)| *other).collect()
    }

    fn held_by(&self, client: usize) -> impl Iterator<Item = &Held> {
        let held = self.of_client(client).into_iter().flat_map(|of| &of.held);
        held.map(|at| &self.held[*at as usize])
    }

    pub(crate) fn size(&self, clients: &[usize]) -> u64 {
        clients.iter().map(|client| self.sizes[*client]).sum()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;
    use crate::classes;
    use crate::controls::Controls;
    use crate::damage::Survival;
    use crate::input::{File, Hit, Keys, Kind, List, Pattern, PatternCount, Place, Stratum};
    use crate::strata::Strata;

    /// The clients of the registry, each with one list.
    pub(crate) const CLIENTS: usize = 5;

    fn world() -> World {
        let list = |client| List {
            client,
            key: 0,
            date: 0,
            records: 100 + client as u64,
            coverage: vec![1.0; 3],
            false_match_rate: 1e-3,
        };
        let kinds = [0b101, 0b1001, 0b1100].map(|parts| Kind { parts, personal: parts & 1 == 1 });
        World {
            kinds: kinds.to_vec(),
            clients: CLIENTS,
            lists: (0..CLIENTS).map(list).collect(),
            controls: Vec::new(),
        }
    }

    /// Files of few patterns.
    pub(crate) fn files() -> impl Strategy<Value = File> {
        let pattern = (btree_map(0_u32..5, 1..8 as Keys, 0..5), 0_u32..3, 1_u64..9);
        let count = pattern.prop_map(|(hits, prefecture, persons)| PatternCount {
            pattern: Pattern {
                present: 0b111,
                hits: hits.into_iter().map(|(list, keys)| Hit { list, keys }).collect(),
            },
            stratum: Stratum { place: Place { prefecture, municipality: 0 }, ..Stratum::default() },
            records: persons,
            persons,
        });
        vec(count, 0..12).prop_map(|patterns| File { patterns })
    }

    /// A file's rows, as a registry without controls sees them.
    pub(crate) fn with_rows(file: &File, of: impl FnOnce(&Rows<'_>)) {
        let world = world();
        let controls = Controls::new(&world, Keys::MAX);
        let strata = Strata::new(file, &controls);
        let survival = Survival { held: 1.0, whole: 1.0, near: 0.0 };
        let background = Background::new(&controls, &strata, world.clients, survival);
        of(&Rows::new(&world, &classes::of_file(&world, file), &background, &BTreeSet::new()));
    }
}
