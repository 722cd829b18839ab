//! Persons by the clients that hold them and by stratum: what claims are weighed on.

use std::collections::{BTreeMap, BTreeSet};

use crate::background::Background;
use crate::classes::{Class, Match};
use crate::evidence::{self, Counted};
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
    /// Those that do not hold them, but some of their keys, in order.
    near: Vec<usize>,
    stratum: usize,
    persons: u64,
}

/// Persons by stratum, as one client sees them.
#[derive(Clone)]
struct HeldBy {
    /// Those whom it holds.
    persons: Counts,
    /// Of these, those whom it holds by all keys.
    by_all_keys: Counts,
    /// Of these, those of whom no claimed client holds some keys.
    clear: Counts,
    /// Those whom it does not hold, but some of their keys, and no claimed client does.
    near: Counts,
}

impl HeldBy {
    fn nobody(strata: usize) -> Self {
        let none = || vec![0; strata];
        Self { persons: none(), by_all_keys: none(), clear: none(), near: none() }
    }

    fn add(&mut self, client: usize, held: &Held, is_clear: bool) {
        self.persons[held.stratum] += held.persons;
        if held.by_all_keys.binary_search(&client).is_ok() {
            self.by_all_keys[held.stratum] += held.persons;
        }
        if is_clear {
            self.clear[held.stratum] += held.persons;
        }
    }
}

/// Persons by stratum whom no claimed client holds.
struct Free {
    persons: Counts,
    /// Those of whom none of them holds even some keys.
    clear: Counts,
}

/// What each client that holds any of them sees of the persons, by client.
type ByClient = BTreeMap<usize, HeldBy>;

/// Of a true source's rows this many may be missing in an equally good explanation: lists are older or newer than the
/// theft, and people correct their data with one client and not with another.
const TOLERATED_LOSS: f64 = 0.05;

/// Numbers of persons by stratum.
type Counts = Vec<u64>;

impl<'a> Rows<'a> {
    pub(crate) fn new(world: &World, classes: &[Class], background: &'a Background<'a>) -> Self {
        let mut held: BTreeMap<([Vec<usize>; 3], usize), u64> = BTreeMap::new();
        for (class, stratum) in classes.iter().zip(&background.strata.of_pattern) {
            let of = |wanted: fn(&&Match) -> bool| -> Vec<usize> {
                class.matches.iter().filter(wanted).map(|m| m.client).collect()
            };
            let alike = [of(|m| m.member), of(|m| m.member && m.full), of(|m| !m.member)];
            *held.entry((alike, *stratum as usize)).or_default() += class.persons;
        }
        let clients = held.keys().flat_map(|([clients, ..], _)| clients).copied().collect();
        let mut sizes = vec![0; world.clients];
        for list in &world.lists {
            sizes[list.client] = sizes[list.client].max(list.records);
        }
        let held = held.into_iter().map(|(([clients, by_all_keys, near], stratum), persons)| Held {
            clients,
            by_all_keys,
            near,
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
    fn free(&self, without: &[usize]) -> (Free, ByClient) {
        let excluded = self.marked(without);
        let (mut free, mut by_client) = (self.nobody_free(), ByClient::new());
        for held in self.held.iter().filter(|held| !held.clients.iter().any(|client| excluded[*client])) {
            let is_clear = !held.near.iter().any(|client| excluded[*client]);
            free.persons[held.stratum] += held.persons;
            free.clear[held.stratum] += if is_clear { held.persons } else { 0 };
            for client in &held.clients {
                self.seen_by(&mut by_client, *client).add(*client, held, is_clear);
            }
            for client in held.near.iter().filter(|_| is_clear) {
                self.seen_by(&mut by_client, *client).near[held.stratum] += held.persons;
            }
        }
        // Some keys of people of whom it holds nobody say nothing for a client.
        by_client.retain(|_, held| held.persons.iter().any(|persons| *persons > 0));
        (free, by_client)
    }

    fn nobody_free(&self) -> Free {
        Free { persons: vec![0; self.strata], clear: vec![0; self.strata] }
    }

    fn seen_by<'b>(&self, by_client: &'b mut ByClient, client: usize) -> &'b mut HeldBy {
        by_client.entry(client).or_insert_with(|| HeldBy::nobody(self.strata))
    }

    /// Evidence for a client on persons whom no other claimed client holds: the mean of the e-values on all of them and on
    /// those at the client's home, where others live elsewhere: a merge of two cities' lists is half of each. None where
    /// nothing tells what is usual.
    fn log10_e(&self, client: usize, held: &HeldBy, free: &Free) -> f64 {
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
        let sum = |counts: &[u64]| -> u64 {
            counts.iter().enumerate().filter(|(stratum, _)| is_in(*stratum)).map(|(_, count)| count).sum()
        };
        let all = free.persons.iter().enumerate();
        let all: Counts = all.map(|(stratum, count)| if is_in(stratum) { *count } else { 0 }).collect();
        let null = self.background.null(client, &all);
        let counted = Counted {
            rows: sum(&all),
            held: sum(&held.persons),
            full: sum(&held.by_all_keys),
            lost: sum(&free.clear) - sum(&held.clear),
            near: sum(&held.near),
        };
        evidence::log10_e(counted, &null)
    }

    /// For each client the evidence on rows that no other of `claimed` holds, in one pass.
    pub(crate) fn evidence_apart(&self, claimed: &[usize]) -> Vec<f64> {
        let is_claimed = self.marked(claimed);
        let (mut free, mut alone) = (self.nobody_free(), ByClient::new());
        let only = |clients: &[usize]| {
            let mut claiming = clients.iter().filter(|client| is_claimed[**client]);
            (claiming.next().copied(), claiming.next().is_some())
        };
        for held in &self.held {
            let (client, several) = only(&held.clients);
            let (near, several_near) = only(&held.near);
            if several {
                continue;
            }
            if let Some(client) = client {
                self.seen_by(&mut alone, client).add(client, held, near.is_none());
                continue;
            }
            free.persons[held.stratum] += held.persons;
            match near {
                None => free.clear[held.stratum] += held.persons,
                Some(near) if !several_near => {
                    self.seen_by(&mut alone, near).near[held.stratum] += held.persons;
                }
                Some(_) => {}
            }
        }
        let of = |client: &usize| {
            let Some(alone) = alone.get(client) else { return 0.0 };
            let plus = |a: &[u64], b: &[u64]| -> Counts { a.iter().zip(b).map(|(a, b)| a + b).collect() };
            let persons = plus(&free.persons, &alone.persons);
            let clear = plus(&plus(&free.clear, &alone.clear), &alone.near);
            self.log10_e(*client, alone, &Free { persons, clear })
        };
        claimed.iter().map(of).collect()
    }

    /// Evidence for a client on rows that none of `rest` holds.
    pub(crate) fn log10_e_apart(&self, client: usize, rest: &[usize]) -> f64 {
        let (free, by_client) = self.free(rest);
        by_client.get(&client).map_or(0.0, |held| self.log10_e(client, held, &free))
    }

    /// By client the evidence on rows that none of `claimed` holds; 0 for those that hold none.
    pub(crate) fn evidence_beside(&self, claimed: &[usize]) -> Vec<f64> {
        let (free, by_client) = self.free(claimed);
        let mut evidence = vec![0.0; self.sizes.len()];
        for (client, held) in &by_client {
            evidence[*client] = self.log10_e(*client, held, &free);
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
        let (free, by_client) = self.free(without);
        let mut order: Vec<(u64, std::cmp::Reverse<(u64, usize)>)> = by_client
            .iter()
            .filter(|(client, _)| **client != but)
            .map(|(client, held)| {
                (held.persons.iter().sum(), std::cmp::Reverse((self.sizes[*client], *client)))
            })
            .collect();
        order.sort_unstable_by(|a, b| b.cmp(a));
        let clients = order.into_iter().map(|(_, std::cmp::Reverse((_, client)))| client);
        let mut standing = clients.filter(|client| self.log10_e(*client, &by_client[client], &free) >= least);
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
