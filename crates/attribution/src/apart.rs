//! Persons whom one claimed client holds and no other: what its claim stands on once all others are granted theirs.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::rows::{Free, Held, HeldBy, OfClient, Rows, Seen};

/// Persons whom at most one claimed client holds, as claims are dropped.
pub(crate) struct Apart<'a> {
    rows: &'a Rows<'a>,
    /// By place of the persons the claimed clients that hold them,
    holders: Vec<Claimed>,
    /// and those that do not, but hold some of their keys.
    near: Vec<Claimed>,
    /// Persons whom none of them holds.
    free: Free,
    /// By claimed client those whom it alone holds, and those whom none does and it alone holds some keys of.
    alone: BTreeMap<usize, HeldBy>,
}

/// How many claimed clients, and the sum of their numbers: of one, its number.
#[derive(Clone, Copy, Default)]
struct Claimed {
    count: u32,
    sum: usize,
}

impl Claimed {
    fn add(&mut self, client: usize) {
        self.count += 1;
        self.sum += client;
    }

    fn take(&mut self, client: usize) {
        self.count -= 1;
        self.sum -= client;
    }
}

impl<'a> Apart<'a> {
    pub(crate) fn new(rows: &'a Rows<'a>, claimed: &[usize]) -> Self {
        let nobody = vec![Claimed::default(); rows.held().len()];
        let mut apart = Self {
            rows,
            holders: nobody.clone(),
            near: nobody,
            free: rows.nobody_free(),
            alone: claimed.iter().map(|client| (*client, HeldBy::new())).collect(),
        };
        for client in claimed {
            let Some(OfClient { held, near }) = rows.of_client(*client) else { continue };
            held.iter().for_each(|at| apart.holders[*at as usize].add(*client));
            near.iter().for_each(|at| apart.near[*at as usize].add(*client));
        }
        (0..rows.held().len()).for_each(|at| apart.count(at, Seen::add, |sum, persons| *sum += persons));
        apart
    }

    /// Drops a claim.
    pub(crate) fn drop_claim(&mut self, client: usize) {
        let Some(OfClient { held, near }) = self.rows.of_client(client) else { return };
        for (places, is_holder) in [(held, true), (near, false)] {
            for at in places.iter().map(|at| *at as usize) {
                self.count(at, Seen::take, |sum, persons| *sum -= persons);
                if is_holder {
                    self.holders[at].take(client)
                } else {
                    self.near[at].take(client)
                }
                self.count(at, Seen::add, |sum, persons| *sum += persons);
            }
        }
        self.alone.remove(&client);
    }

    /// Adds some persons to what they are counted among, or takes them away.
    fn count(&mut self, at: usize, of_client: fn(&mut Seen, Seen), of_all: fn(&mut u64, u64)) {
        let held: &Held = &self.rows.held()[at];
        let (holders, near) = (self.holders[at], self.near[at]);
        let mut change = |client: usize, seen: Seen| {
            if let Some(alone) = self.alone.get_mut(&client) {
                of_client(alone.entry(held.stratum).or_default(), seen);
            }
        };
        match (holders.count, near.count) {
            (0, near_count) => {
                of_all(&mut self.free.persons[held.stratum], held.persons);
                match near_count {
                    0 => of_all(&mut self.free.clear[held.stratum], held.persons),
                    1 => change(near.sum, Seen { near: held.persons, ..Seen::default() }),
                    _ => {}
                }
            }
            (1, near) => change(holders.sum, held.seen_by(holders.sum, near == 0)),
            _ => {}
        }
    }

    /// By claimed client its evidence on persons whom no other holds, in order of client.
    pub(crate) fn evidence(&self) -> Vec<(usize, f64)> {
        let of = |(client, alone): (&usize, &HeldBy)| {
            if alone.values().all(|seen| *seen == Seen::default()) {
                return (*client, 0.0);
            }
            let mut free = self.free.clone();
            for (stratum, seen) in alone {
                free.persons[*stratum] += seen.persons;
                free.clear[*stratum] += seen.clear + seen.near;
            }
            (*client, self.rows.log10_e(*client, alone, &free))
        };
        let all: Vec<(&usize, &HeldBy)> = self.alone.iter().collect();
        all.into_par_iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    use super::*;
    use crate::rows::tests::{CLIENTS, files, with_rows};

    proptest! {
        /// What stands apart is what no other claimed client holds, whoever was claimed before.
        #[test]
        fn only_who_is_left_counts(
            file in files(), mut claimed in btree_set(0..CLIENTS, 0..5), dropped in vec(0..CLIENTS, 0..4)
        ) {
            with_rows(&file, |rows| {
                let mut apart = rows.apart(&claimed.iter().copied().collect::<Vec<_>>());
                for client in dropped {
                    if claimed.remove(&client) {
                        apart.drop_claim(client);
                    }
                }
                for client in &claimed {
                    let others: BTreeSet<usize> = claimed.iter().copied().filter(|other| other != client).collect();
                    let is_others = |client: &usize| others.contains(client);
                    let left = rows.held().iter().filter(|held| !held.clients.iter().any(is_others));
                    let is_clear = |held: &&Held| !held.near.iter().any(is_others);
                    let sum = |wanted: &dyn Fn(&&Held) -> bool| -> u64 {
                        left.clone().filter(wanted).map(|held| held.persons).sum()
                    };
                    let mut seen = Seen::default();
                    apart.alone[client].values().for_each(|of_stratum| seen.add(*of_stratum));
                    let free = |counts: &Vec<u64>| counts.iter().sum::<u64>();
                    let holds = |held: &&Held| held.clients.contains(client);
                    assert_eq!(seen.persons, sum(&holds));
                    assert_eq!(seen.clear, sum(&|held| holds(held) && is_clear(held)));
                    assert_eq!(seen.near, sum(&|held| held.near.contains(client) && is_clear(held)));
                    assert_eq!(free(&apart.free.persons) + seen.persons, sum(&|_| true));
                    assert_eq!(free(&apart.free.clear) + seen.clear + seen.near, sum(&is_clear));
                }
            });
        }
    }
}
