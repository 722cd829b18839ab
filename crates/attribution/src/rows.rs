//! Persons by the clients that hold them and by stratum: what claims are weighed on.

use std::collections::{BTreeMap, BTreeSet};

use crate::background::Background;
use crate::classes::Class;
use crate::evidence;
use crate::input::World;

/// Persons by the set of clients that hold them: twelve orders of one customer are one piece of evidence, not twelve.
pub(crate) struct Rows<'a> {
    held: Vec<Held>,
    background: &'a Background<'a>,
    /// Clients that hold any row.
    clients: BTreeSet<usize>,
    /// By client the records of its largest list.
    sizes: Vec<u64>,
    strata: usize,
}

/// Persons of one stratum whom the same clients hold.
struct Held {
    /// The clients, in order.
    clients: Vec<usize>,
    /// Those that hold them by all keys, in order.
    by_all_keys: Vec<usize>,
    stratum: usize,
    persons: u64,
}

/// Persons whom a client holds, by stratum, and those whom it holds by all keys.
#[derive(Clone)]
struct HeldBy {
    persons: Counts,
    by_all_keys: Counts,
}

impl HeldBy {
    fn nobody(strata: usize) -> Self {
        Self { persons: vec![0; strata], by_all_keys: vec![0; strata] }
    }

    fn add(&mut self, client: usize, held: &Held) {
        self.persons[held.stratum] += held.persons;
        if held.by_all_keys.binary_search(&client).is_ok() {
            self.by_all_keys[held.stratum] += held.persons;
        }
    }
}

/// Of a true source's rows this many may be missing in an equally good explanation: lists are older or newer than the
/// theft, and people correct their data with one client and not with another.
const TOLERATED_LOSS: f64 = 0.05;

/// Numbers of persons by stratum.
type Counts = Vec<u64>;

impl<'a> Rows<'a> {
    pub(crate) fn new(world: &World, classes: &[Class], background: &'a Background<'a>) -> Self {
        let mut held: BTreeMap<(Vec<usize>, Vec<usize>, usize), u64> = BTreeMap::new();
        for (class, stratum) in classes.iter().zip(&background.strata.of_pattern) {
            let by_all_keys = class.matches.iter().filter(|m| m.member && m.full).map(|m| m.client).collect();
            let alike = (class.members().collect(), by_all_keys, *stratum as usize);
            *held.entry(alike).or_default() += class.persons;
        }
        let clients = held.keys().flat_map(|(clients, ..)| clients).copied().collect();
        let mut sizes = vec![0; world.clients];
        for list in &world.lists {
            sizes[list.client] = sizes[list.client].max(list.records);
        }
        let held = held.into_iter().map(|((clients, by_all_keys, stratum), persons)| Held {
            clients,
            by_all_keys,
            stratum,
            persons,
        });
        Self { held: held.collect(), background, clients, sizes, strata: background.strata.groups.len() }
    }

    pub(crate) fn clients(&self) -> impl Iterator<Item = usize> {
        self.clients.iter().copied()
    }

    fn marked(&self, clients: &[usize]) -> Vec<bool> {
        let mut marked = vec![false; self.sizes.len()];
        clients.iter().for_each(|client| marked[*client] = true);
        marked
    }

    /// Persons whom none of `without` holds: by stratum how many, and by client and stratum how many it holds.
    fn free(&self, without: &[usize]) -> (Counts, BTreeMap<usize, HeldBy>) {
        let excluded = self.marked(without);
        let mut all = vec![0; self.strata];
        let mut by_client: BTreeMap<usize, HeldBy> = BTreeMap::new();
        for held in self.held.iter().filter(|held| !held.clients.iter().any(|client| excluded[*client])) {
            all[held.stratum] += held.persons;
            for client in &held.clients {
                by_client.entry(*client).or_insert_with(|| HeldBy::nobody(self.strata)).add(*client, held);
            }
        }
        (all, by_client)
    }

    /// Evidence for a client that holds `held` of the people `all`: the mean of the e-values on all of them and on those
    /// at the client's home, where others live elsewhere: a merge of two cities' lists is half of each.
    fn log10_e(&self, client: usize, held: &HeldBy, all: &[u64]) -> f64 {
        let sum = |counts: &[u64]| counts.iter().sum::<u64>();
        let e = |held: &[u64], by_all_keys: &[u64], all: &[u64]| {
            let null = self.background.null(client, all);
            evidence::log10_e(sum(held), sum(all), &null)
                + evidence::log10_e_of_agreement(sum(by_all_keys), sum(held), &null)
        };
        let whole = e(&held.persons, &held.by_all_keys, all);
        let at_home = |counts: &[u64]| -> Counts {
            let of = |(stratum, count): (usize, &u64)| {
                if self.background.is_home(client, stratum) { *count } else { 0 }
            };
            counts.iter().enumerate().map(of).collect()
        };
        let home = at_home(all);
        match sum(&home) {
            0 => whole,
            people if people == sum(all) => whole,
            _ => evidence::mean(whole, e(&at_home(&held.persons), &at_home(&held.by_all_keys), &home)),
        }
    }

    /// For each client the evidence on rows that no other of `claimed` holds, in one pass.
    pub(crate) fn evidence_apart(&self, claimed: &[usize]) -> Vec<f64> {
        let is_claimed = self.marked(claimed);
        let mut free = vec![0; self.strata];
        let mut alone: BTreeMap<usize, HeldBy> = BTreeMap::new();
        for held in &self.held {
            let mut claiming = held.clients.iter().filter(|client| is_claimed[**client]);
            match (claiming.next(), claiming.next()) {
                (None, _) => free[held.stratum] += held.persons,
                (Some(client), None) => {
                    alone.entry(*client).or_insert_with(|| HeldBy::nobody(self.strata)).add(*client, held);
                }
                _ => {}
            }
        }
        let of = |client: &usize| {
            let Some(alone) = alone.get(client) else { return 0.0 };
            let all: Counts = free.iter().zip(&alone.persons).map(|(free, alone)| free + alone).collect();
            self.log10_e(*client, alone, &all)
        };
        claimed.iter().map(of).collect()
    }

    /// Evidence for a client on rows that none of `rest` holds.
    pub(crate) fn log10_e_apart(&self, client: usize, rest: &[usize]) -> f64 {
        let (all, by_client) = self.free(rest);
        by_client.get(&client).map_or(0.0, |held| self.log10_e(client, held, &all))
    }

    /// By client the evidence on rows that none of `claimed` holds; 0 for those that hold none.
    pub(crate) fn evidence_beside(&self, claimed: &[usize]) -> Vec<f64> {
        let (all, by_client) = self.free(claimed);
        let mut evidence = vec![0.0; self.sizes.len()];
        for (client, held) in &by_client {
            evidence[*client] = self.log10_e(*client, held, &all);
        }
        evidence
    }

    /// Of the clients whose evidence on rows that none of `without` holds is enough, the one that holds most of these;
    /// of equals the smallest list is the most specific.
    pub(crate) fn most(&self, without: &[usize], least: f64) -> Option<usize> {
        self.most_but(without, usize::MAX, least)
    }

    /// The same, leaving one client out of account without its rows.
    pub(crate) fn most_but(&self, without: &[usize], but: usize, least: f64) -> Option<usize> {
        let (all, by_client) = self.free(without);
        let mut order: Vec<(u64, std::cmp::Reverse<(u64, usize)>)> = by_client
            .iter()
            .filter(|(client, _)| **client != but)
            .map(|(client, held)| {
                (held.persons.iter().sum(), std::cmp::Reverse((self.sizes[*client], *client)))
            })
            .collect();
        order.sort_unstable_by(|a, b| b.cmp(a));
        let clients = order.into_iter().map(|(_, std::cmp::Reverse((_, client)))| client);
        let mut standing = clients.filter(|client| self.log10_e(*client, &by_client[client], &all) >= least);
        standing.next()
    }

    /// True where `others` hold all of `client`'s exclusive rows but a tolerated few.
    pub(crate) fn explained_by(&self, client: usize, claimed: &[usize], others: &[usize]) -> bool {
        let (is_claimed, is_other) = (self.marked(claimed), self.marked(others));
        let (mut held, mut left) = (0, 0);
        for row in self.held.iter().filter(|row| row.clients.contains(&client)) {
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
        for row in self.held.iter().filter(|row| row.clients.contains(&client)) {
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

    pub(crate) fn size(&self, clients: &[usize]) -> u64 {
        clients.iter().map(|client| self.sizes[*client]).sum()
    }
}
