//! Shares of the claimed clients and of "elsewhere", by expectation-maximisation over pattern counts.

use std::collections::BTreeMap;

use crate::background::Background;
use crate::classes::Class;
use crate::damage::{self, Damage};
use crate::input::{Keys, World};

/// Shares and posteriors; components are the claimed clients in their order, then "elsewhere".
pub(crate) struct Mixture {
    pub(crate) shares: Vec<f64>,
    pub(crate) intervals: Vec<[f64; 2]>,
    groups: BTreeMap<Group, usize>,
    posteriors: Vec<Vec<f64>>,
    sources: Vec<usize>,
}

/// What a class shows of the claimed clients: present keys, and the keys that each holds.
type Group = (Keys, Vec<Keys>);

/// What the likelihoods need to know of one claimed client.
struct Source {
    coverage: Vec<f64>,
    chance: f64,
    household: f64,
}

/// Group counts with their likelihoods.
struct Data {
    counts: Vec<f64>,
    terms: Vec<Terms>,
    /// By group the present keys.
    present: Vec<Keys>,
}

/// The likelihoods of one group.
struct Terms {
    /// The fields of its keys, as bits.
    fields: u32,
    /// For each combination of intact fields, each component's likelihood given it.
    given: Vec<(u32, Vec<f64>)>,
}

const MOST_ROUNDS: usize = 300;
/// Half the 95 % quantile of χ² with one degree of freedom: a profile likelihood interval.
const LOG_LIKELIHOOD_DROP: f64 = 1.920_729;

impl Mixture {
    /// Fits the shares of `sources` to the file's classes.
    pub(crate) fn fit(
        world: &World,
        classes: &[Class],
        background: &Background<'_>,
        sources: &[usize],
    ) -> Self {
        let mut groups: BTreeMap<Group, f64> = BTreeMap::new();
        for class in classes {
            *groups.entry(group_of(class, sources)).or_default() += class.records as f64;
        }
        let data = Data::new(world, &groups, background, sources);
        let mut fit = Fit::new(sources.len() + 1);
        fit.run(world, &data, None);
        let intervals = (0..sources.len()).map(|source| fit.interval(&data, source)).collect();
        let posteriors = (0..data.counts.len()).map(|group| fit.posterior(&data, group)).collect();
        let places = groups.into_keys().enumerate().map(|(at, group)| (group, at)).collect();
        Self { shares: fit.shares, intervals, groups: places, posteriors, sources: sources.to_vec() }
    }

    /// For a class the probability of each component.
    pub(crate) fn posterior(&self, class: &Class) -> &[f64] {
        let group = self.groups.get(&group_of(class, &self.sources));
        group.and_then(|at| self.posteriors.get(*at)).map_or(&[], Vec::as_slice)
    }
}

fn group_of(class: &Class, sources: &[usize]) -> Group {
    (class.present, sources.iter().map(|source| class.keys_of(*source)).collect())
}

impl Data {
    fn new(
        world: &World,
        groups: &BTreeMap<Group, f64>,
        background: &Background<'_>,
        sources: &[usize],
    ) -> Self {
        let traits: Vec<Source> = sources.iter().map(|client| source(world, *client)).collect();
        // How often the rows of component i (the last is elsewhere) are in source k anyway.
        let overlap = |from: usize, to: usize| match sources.get(from) {
            Some(owner) => background.overlap(*owner, sources[to]),
            None => None,
        };
        let rate = |from: usize, to: usize| {
            overlap(from, to).unwrap_or_else(|| background.mean_rate(sources[to])).clamp(1e-6, 1.0 - 1e-6)
        };
        let overlaps: Vec<Vec<f64>> =
            (0..=sources.len()).map(|from| (0..sources.len()).map(|to| rate(from, to)).collect()).collect();
        let all_intact = Damage::start();
        let term = |(present, keys): &Group| {
            let likelihoods = |intact: u32| {
                let member: Vec<f64> = (0..sources.len())
                    .map(|k| {
                        damage::as_member(
                            &world.kinds,
                            *present,
                            keys[k],
                            intact,
                            &traits[k].coverage,
                            traits[k].chance,
                        )
                    })
                    .collect();
                let stranger = |k: usize| {
                    damage::as_stranger(
                        &world.kinds,
                        *present,
                        keys[k],
                        traits[k].chance,
                        traits[k].household,
                    )
                };
                let anyway = |from: usize, k: usize| {
                    overlaps[from][k] * member[k] + (1.0 - overlaps[from][k]) * stranger(k)
                };
                let component = |from: usize| -> f64 {
                    (0..sources.len()).map(|k| if k == from { member[k] } else { anyway(from, k) }).product()
                };
                (0..=sources.len()).map(component).collect()
            };
            let combinations = all_intact.combinations(&world.kinds, *present);
            let given = combinations.into_iter().map(|(intact, _)| (intact, likelihoods(intact))).collect();
            Terms { fields: damage::fields_of(&world.kinds, *present), given }
        };
        Self {
            counts: groups.values().copied().collect(),
            terms: groups.keys().map(term).collect(),
            present: groups.keys().map(|(present, _)| *present).collect(),
        }
    }

    fn records(&self) -> f64 {
        self.counts.iter().sum()
    }
}

/// A client's lists as one: the best coverage, the joint rate of chance matches.
fn source(world: &World, client: usize) -> Source {
    let lists = || world.lists.iter().filter(|list| list.client == client);
    let best = |kind| lists().map(|list| list.coverage.get(kind).copied().unwrap_or(0.0)).fold(0.0, f64::max);
    let none: f64 = lists().map(|list| 1.0 - list.false_match_rate).product();
    Source {
        coverage: (0..world.kinds.len()).map(best).collect(),
        chance: (1.0 - none).clamp(1e-9, 0.5),
        household: household_rate(world, client),
    }
}

/// How often a control of another client shares only the household's key with this client.
fn household_rate(world: &World, client: usize) -> f64 {
    let (mut sharing, mut all) = (0_u64, 0_u64);
    let personal = world.personal();
    let owner = |list: u32| world.lists.get(list as usize).map(|list| list.client);
    for control in world.controls.iter().filter(|control| owner(control.list) != Some(client)) {
        all += control.count;
        let hits = control.pattern.hits.iter().filter(|hit| owner(hit.list) == Some(client));
        let keys = hits.fold(0, |keys, hit| keys | hit.keys);
        if keys != 0 && keys & personal == 0 {
            sharing += control.count;
        }
    }
    (sharing as f64 + 0.01) / (all as f64 + 1.0)
}

/// The state of the iteration.
struct Fit {
    shares: Vec<f64>,
    damage: Damage,
    /// By group the damage's weights of its combinations.
    weights: Vec<Vec<f64>>,
}

impl Fit {
    fn new(components: usize) -> Self {
        Self {
            shares: vec![1.0 / components as f64; components],
            damage: Damage::start(),
            weights: Vec::new(),
        }
    }

    /// Iterates until the shares stand still; `fixed` holds one component's share where it is.
    fn run(&mut self, world: &World, data: &Data, fixed: Option<usize>) {
        for _ in 0..MOST_ROUNDS {
            self.weigh(world, data);
            let mut shares = vec![0.0; self.shares.len()];
            let mut cells = [(0.0, 0.0); 32];
            for group in 0..data.counts.len() {
                self.expect(data, group, &mut shares, &mut cells);
            }
            self.damage.update(&cells);
            if !self.settle(&shares, data.records(), fixed) {
                break;
            }
        }
        self.weigh(world, data);
    }

    fn weigh(&mut self, world: &World, data: &Data) {
        let of = |present: &Keys| {
            self.damage.combinations(&world.kinds, *present).into_iter().map(|(_, w)| w).collect()
        };
        self.weights = data.present.iter().map(of).collect();
    }

    /// Adds a group's expected counts of components and of intact cells.
    fn expect(&self, data: &Data, group: usize, shares: &mut [f64], cells: &mut [(f64, f64); 32]) {
        let Terms { fields, given } = &data.terms[group];
        let joint: Vec<Vec<f64>> = given
            .iter()
            .zip(&self.weights[group])
            .map(|((_, likelihoods), weight)| {
                likelihoods.iter().zip(&self.shares).map(|(l, s)| l * s * weight).collect()
            })
            .collect();
        let total: f64 = joint.iter().flatten().sum();
        if total <= 0.0 {
            return;
        }
        let elsewhere = shares.len() - 1;
        for ((intact, _), parts) in given.iter().zip(&joint) {
            for (component, part) in parts.iter().enumerate() {
                let expected = data.counts[group] * part / total;
                shares[component] += expected;
                // Only members tell of damage.
                if component != elsewhere {
                    for field in (0..32).filter(|field| fields >> field & 1 == 1) {
                        cells[field].0 += if intact >> field & 1 == 1 { expected } else { 0.0 };
                        cells[field].1 += expected;
                    }
                }
            }
        }
    }

    /// Takes the new shares; false where they hardly moved.
    fn settle(&mut self, counts: &[f64], records: f64, fixed: Option<usize>) -> bool {
        let mut moved = 0.0_f64;
        let held = fixed.map_or(0.0, |component| self.shares[component]);
        let free: f64 = (0..counts.len()).filter(|c| Some(*c) != fixed).map(|c| counts[c]).sum();
        for (component, count) in counts.iter().enumerate() {
            if Some(component) == fixed {
                continue;
            }
            let share = if fixed.is_some() {
                (1.0 - held) * count / free.max(1e-300)
            } else {
                count / records.max(1.0)
            };
            moved = moved.max((share - self.shares[component]).abs());
            self.shares[component] = share;
        }
        moved > 1e-10
    }

    fn log_likelihood(&self, data: &Data) -> f64 {
        let of = |group: usize| -> f64 {
            let mixed: f64 = data.terms[group]
                .given
                .iter()
                .zip(&self.weights[group])
                .map(|((_, l), weight)| weight * l.iter().zip(&self.shares).map(|(l, s)| l * s).sum::<f64>())
                .sum();
            data.counts[group] * mixed.max(1e-300).ln()
        };
        (0..data.counts.len()).map(of).sum()
    }

    fn posterior(&self, data: &Data, group: usize) -> Vec<f64> {
        let mut shares = vec![0.0; self.shares.len()];
        self.expect(data, group, &mut shares, &mut [(0.0, 0.0); 32]);
        let total: f64 = shares.iter().sum();
        if total > 0.0 {
            shares.iter_mut().for_each(|share| *share /= total);
        }
        shares
    }

    /// The shares of a component that the likelihood does not rule out at 95 %, the others refitted at each.
    fn interval(&self, data: &Data, component: usize) -> [f64; 2] {
        let best = self.log_likelihood(data);
        let share = self.shares[component];
        let allowed = |share: f64| best - self.profile(data, component, share) <= LOG_LIKELIHOOD_DROP;
        [edge(share, 0.0, &allowed), edge(share, 1.0, &allowed)]
    }

    /// The log-likelihood with one component's share held; damage stays as fitted.
    fn profile(&self, data: &Data, component: usize, share: f64) -> f64 {
        let scale = (1.0 - share) / (1.0 - self.shares[component]).max(1e-12);
        let mut shares: Vec<f64> = self.shares.iter().map(|s| s * scale).collect();
        if self.shares[component] > 1.0 - 1e-9 {
            let others = (shares.len() - 1).max(1) as f64;
            shares = vec![(1.0 - share) / others; shares.len()];
        }
        shares[component] = share;
        let mut fit = Fit { shares, damage: self.damage.clone(), weights: self.weights.clone() };
        for _ in 0..50 {
            let mut counts = vec![0.0; fit.shares.len()];
            (0..data.counts.len())
                .for_each(|group| fit.expect(data, group, &mut counts, &mut [(0.0, 0.0); 32]));
            if !fit.settle(&counts, data.records(), Some(component)) {
                break;
            }
        }
        fit.log_likelihood(data)
    }
}

/// Where `allowed` ends between a share at which it holds and a bound, to within a hundred-thousandth.
fn edge(inside: f64, bound: f64, allowed: &impl Fn(f64) -> bool) -> f64 {
    if allowed(bound) {
        return bound;
    }
    let (mut inside, mut outside) = (inside, bound);
    while (inside - outside).abs() > 1e-5 {
        let middle = (inside + outside) / 2.0;
        if allowed(middle) { inside = middle } else { outside = middle }
    }
    inside
}
