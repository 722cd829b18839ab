//! Persons whom no claimed client holds, as clients are claimed and let go again.
//!
//! A client's own persons are all that changes with it: of a file of two hundred thousand persons and sixty-nine sources
//! all of them need not be looked at for each.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::rows::{Free, Held, HeldBy, OfClient, Rows, Seen, persons};

/// Persons whom no claimed client holds.
#[derive(Clone)]
pub(crate) struct Unclaimed<'a> {
    rows: &'a Rows<'a>,
    claimed: BTreeSet<usize>,
    /// By place of the persons how many claimed clients hold them,
    holders: Vec<u32>,
    /// and how many do not, but hold some of their keys.
    near: Vec<u32>,
    free: Free,
    /// By client those whom it holds or holds some keys of.
    by_client: Vec<HeldBy>,
}

/// Whether persons come or go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Come,
    Go,
}

impl<'a> Unclaimed<'a> {
    pub(crate) fn new(rows: &'a Rows<'a>) -> Self {
        let none = vec![0; rows.held().len()];
        let mut all = Self {
            rows,
            claimed: BTreeSet::new(),
            holders: none.clone(),
            near: none,
            free: rows.nobody_free(),
            by_client: vec![HeldBy::new(); rows.clients_of_registry()],
        };
        for held in rows.held() {
            all.change_persons(held, true, Change::Come);
        }
        all
    }

    /// Takes the persons of a client away.
    pub(crate) fn claim(&mut self, client: usize) {
        if !self.claimed.insert(client) {
            return;
        }
        let Some(OfClient { held, near }) = self.rows.of_client(client) else { return };
        for at in held.iter().map(|at| *at as usize) {
            if self.holders[at] == 0 {
                self.change_persons(&self.rows.held()[at], self.near[at] == 0, Change::Go);
            }
            self.holders[at] += 1;
        }
        for at in near.iter().map(|at| *at as usize) {
            if self.near[at] == 0 && self.holders[at] == 0 {
                self.change_clear(&self.rows.held()[at], Change::Go);
            }
            self.near[at] += 1;
        }
    }

    /// Puts them back, but for those that another claimed client holds.
    pub(crate) fn let_go(&mut self, client: usize) {
        if !self.claimed.remove(&client) {
            return;
        }
        let Some(OfClient { held, near }) = self.rows.of_client(client) else { return };
        for at in near.iter().map(|at| *at as usize) {
            self.near[at] -= 1;
            if self.near[at] == 0 && self.holders[at] == 0 {
                self.change_clear(&self.rows.held()[at], Change::Come);
            }
        }
        for at in held.iter().map(|at| *at as usize) {
            self.holders[at] -= 1;
            if self.holders[at] == 0 {
                self.change_persons(&self.rows.held()[at], self.near[at] == 0, Change::Come);
            }
        }
    }

    fn change_persons(&mut self, held: &Held, is_clear: bool, change: Change) {
        count(&mut self.free.persons[held.stratum], held.persons, change);
        for client in &held.clients {
            self.change(*client, held.stratum, held.seen_by(*client, false), change);
        }
        if is_clear {
            self.change_clear(held, change);
        }
    }

    /// Persons of whom a claimed client holds some keys may be its own, and tell nothing of how many were lost.
    fn change_clear(&mut self, held: &Held, change: Change) {
        count(&mut self.free.clear[held.stratum], held.persons, change);
        for client in &held.clients {
            let seen = Seen { clear: held.persons, ..Seen::default() };
            self.change(*client, held.stratum, seen, change);
        }
        for client in &held.near {
            let seen = Seen { near: held.persons, ..Seen::default() };
            self.change(*client, held.stratum, seen, change);
        }
    }

    fn change(&mut self, client: usize, stratum: usize, seen: Seen, change: Change) {
        let of_stratum = self.by_client[client].entry(stratum).or_default();
        match change {
            Change::Come => of_stratum.add(seen),
            Change::Go => of_stratum.take(seen),
        }
    }

    /// By client the evidence on these persons; 0 for those that hold none.
    pub(crate) fn evidence(&self) -> BTreeMap<usize, f64> {
        // Some keys of people of whom it holds nobody say nothing for a client.
        let evidence = |(client, held): (usize, &HeldBy)| {
            (persons(held) > 0).then(|| (client, self.rows.log10_e(client, held, &self.free)))
        };
        let all: Vec<_> = self.by_client.par_iter().enumerate().map(evidence).collect();
        all.into_iter().flatten().collect()
    }

    /// Of the clients whose evidence on these persons is enough, the one that holds most of them, but for one that is left
    /// out of account; of equals the smallest list is the most specific.
    pub(crate) fn most(&self, but: Option<usize>, least: f64) -> Option<usize> {
        let mut order: Vec<(u64, std::cmp::Reverse<(u64, usize)>)> = self
            .by_client
            .iter()
            .enumerate()
            .filter(|(client, _)| Some(*client) != but)
            .map(|(client, held)| (persons(held), std::cmp::Reverse((self.rows.size(&[client]), client))))
            .filter(|(persons, _)| *persons > 0)
            .collect();
        order.sort_unstable_by(|a, b| b.cmp(a));
        let stands =
            |client: &usize| self.rows.log10_e(*client, &self.by_client[*client], &self.free) >= least;
        let clients: Vec<usize> =
            order.into_iter().map(|(_, std::cmp::Reverse((_, client)))| client).collect();
        clients.par_iter().copied().find_first(stands)
    }
}

fn count(sum: &mut u64, persons: u64, change: Change) {
    match change {
        Change::Come => *sum += persons,
        Change::Go => *sum -= persons,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::rows::tests::{CLIENTS, files, with_rows};

    proptest! {
        /// What is left depends on who is claimed, not on how it came to that, and is what no claimed client holds.
        #[test]
        fn only_who_is_claimed_counts(file in files(), steps in vec((0..CLIENTS, any::<bool>()), 0..12)) {
            with_rows(&file, |rows| {
                let mut left = rows.unclaimed();
                for (client, claims) in steps {
                    if claims { left.claim(client) } else { left.let_go(client) }
                }
                let is_claimed = |client: &usize| left.claimed.contains(client);
                let nobodys = rows.held().iter().filter(|held| !held.clients.iter().any(is_claimed));
                let is_clear = |held: &&Held| !held.near.iter().any(is_claimed);
                let sum = |wanted: &dyn Fn(&&Held) -> bool| -> u64 {
                    nobodys.clone().filter(wanted).map(|held| held.persons).sum()
                };
                assert_eq!(left.free.persons.iter().sum::<u64>(), sum(&|_| true));
                assert_eq!(left.free.clear.iter().sum::<u64>(), sum(&is_clear));
                for client in 0..CLIENTS {
                    let mut seen = Seen::default();
                    left.by_client[client].values().for_each(|of_stratum| seen.add(*of_stratum));
                    let holds = |held: &&Held| held.clients.contains(&client);
                    assert_eq!(seen.persons, sum(&holds));
                    assert_eq!(seen.clear, sum(&|held| holds(held) && is_clear(held)));
                    assert_eq!(seen.near, sum(&|held| held.near.contains(&client) && is_clear(held)));
                }
            });
        }
    }
}
