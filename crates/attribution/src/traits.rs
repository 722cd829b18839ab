//! What every file sees alike of a client: its lists taken as one.

use rayon::prelude::*;

use crate::input::{Control, Keys, World};

/// A client's lists as one.
#[derive(Clone, Debug)]
pub(crate) struct Traits {
    /// For each kind of key the best share of a list's records that have it.
    pub(crate) coverage: Vec<f64>,
    /// The joint rate of chance matches.
    pub(crate) chance: f64,
    /// How often a control of another client shares only the household's key with this one.
    pub(crate) household: f64,
}

/// Those of all clients of a registry.
pub(crate) fn of_clients(world: &World) -> Vec<Traits> {
    let mut lists = vec![Vec::new(); world.clients];
    world.lists.iter().for_each(|list| lists[list.client].push(list));
    let households = household_rates(world);
    let of_client = |(lists, household): (Vec<&crate::List>, f64)| {
        let best = |kind| {
            let shares = lists.iter().map(|list| list.coverage.get(kind).copied().unwrap_or(0.0));
            shares.fold(0.0, f64::max)
        };
        let none: f64 = lists.iter().map(|list| 1.0 - list.false_match_rate).product();
        Traits {
            coverage: (0..world.kinds.len()).map(best).collect(),
            chance: (1.0 - none).clamp(1e-9, 0.5),
            household,
        }
    };
    lists.into_iter().zip(households).map(of_client).collect()
}

/// Controls by client.
struct Counts {
    /// Its own.
    own: Vec<u64>,
    /// Those of others that share only the household's key with it.
    sharing: Vec<u64>,
}

impl Counts {
    fn none(clients: usize) -> Self {
        Self { own: vec![0; clients], sharing: vec![0; clients] }
    }

    fn add(&mut self, world: &World, control: &Control, held: &mut Vec<(usize, Keys)>) {
        let client_of = |list: u32| world.lists.get(list as usize).map(|list| list.client);
        let owner = client_of(control.list);
        if let Some(owner) = owner {
            self.own[owner] = self.own[owner].saturating_add(control.count);
        }
        held.clear();
        held.extend(control.pattern.hits.iter().filter_map(|hit| Some((client_of(hit.list)?, hit.keys))));
        held.sort_unstable();
        for of_client in held.chunk_by(|(a, _), (b, _)| a == b) {
            let keys = of_client.iter().fold(0, |all, (_, keys)| all | keys);
            let client = of_client[0].0;
            if Some(client) != owner && keys != 0 && keys & world.personal() == 0 {
                self.sharing[client] = self.sharing[client].saturating_add(control.count);
            }
        }
    }

    fn and(mut self, other: Self) -> Self {
        let sums = self.own.iter_mut().chain(&mut self.sharing);
        let others = other.own.into_iter().chain(other.sharing);
        sums.zip(others).for_each(|(sum, other)| *sum = sum.saturating_add(other));
        self
    }
}

fn household_rates(world: &World) -> Vec<f64> {
    let none = || Counts::none(world.clients);
    let counted = |controls: &[Control]| {
        let (mut counts, mut held) = (none(), Vec::new());
        controls.iter().for_each(|control| counts.add(world, control, &mut held));
        counts
    };
    let Counts { own, sharing } = world.controls.par_chunks(1 << 16).map(counted).reduce(none, Counts::and);
    let all = world.controls.iter().fold(0_u64, |all, control| all.saturating_add(control.count));
    let rate = |(own, sharing): (u64, u64)| (sharing as f64 + 0.01) / (all.saturating_sub(own) as f64 + 1.0);
    own.into_iter().zip(sharing).map(rate).collect()
}
