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
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;
    use crate::background::Background;
    use crate::classes;
    use crate::controls::Controls;
    use crate::damage::Survival;
    use crate::input::{File, Hit, Keys, Kind, List, Pattern, PatternCount, Place, Stratum, World};
    use crate::strata::Strata;

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
        World { kinds: kinds.to_vec(), clients: 5, lists: (0..5).map(list).collect(), controls: Vec::new() }
    }

    fn files() -> impl Strategy<Value = File> {
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

    proptest! {
        /// What is left depends on who is claimed, not on how it came to that, and is what no claimed client holds.
        #[test]
        fn only_who_is_claimed_counts(file in files(), steps in vec((0_usize..5, any::<bool>()), 0..12)) {
            let world = world();
            let controls = Controls::new(&world, Keys::MAX);
            let strata = Strata::new(&file, &controls);
            let survival = Survival { held: 1.0, whole: 1.0, near: 0.0 };
            let background = Background::new(&controls, &strata, world.clients, survival);
            let classes = classes::of_file(&world, &file);
            let rows = Rows::new(&world, &classes, &background);
            let mut left = rows.unclaimed();
            for (client, claims) in steps {
                if claims { left.claim(client) } else { left.let_go(client) }
            }
            let is_claimed = |client: &usize| left.claimed.contains(client);
            let nobodys = rows.held().iter().filter(|held| !held.clients.iter().any(is_claimed));
            let is_clear = |held: &&Held| !held.near.iter().any(is_claimed);
            let sum = |clients: &dyn Fn(&Held) -> bool| -> u64 {
                nobodys.clone().filter(|held| clients(held)).map(|held| held.persons).sum()
            };
            prop_assert_eq!(left.free.persons.iter().sum::<u64>(), sum(&|_| true));
            prop_assert_eq!(left.free.clear.iter().sum::<u64>(), sum(&|held| is_clear(&held)));
            for client in 0..5 {
                let mut seen = Seen::default();
                let strata = left.by_client[client].values();
                strata.for_each(|of_stratum| seen.add(*of_stratum));
                let holds = |held: &Held| held.clients.contains(&client);
                prop_assert_eq!(seen.persons, sum(&holds));
                prop_assert_eq!(seen.clear, sum(&|held| holds(held) && is_clear(&held)));
                prop_assert_eq!(seen.near, sum(&|held| held.near.contains(&client) && is_clear(&held)));
            }
        }
    }
}
