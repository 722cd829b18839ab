//! How likely what a group of records shows is under each component, given which halves of the records' cells are intact.
//!
//! Under a component a record is in its client's list, and in every other at the rate at which that client's people are; the
//! lists' matches are independent given these rates and the damage of the cells, but for those of related clients. So
//! a group's likelihoods are those of a record that matches nothing, times a factor for each client (with those related to
//! it) that the record matches.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::by_chunk;
use super::ragged::Ragged;
use super::shares::Likelihoods;
use crate::background::Background;
use crate::classes::Class;
use crate::damage::{self, Cells, Damage, Intact};
use crate::input::{Keys, World};
use crate::traits::Traits;

/// What a class shows of the claimed clients: present keys, and the components whose clients hold some, with these.
pub(super) type Group = (Keys, Vec<(u32, Keys)>);

/// Combinations of intact halves that are as rare as this are left out of account.
const NEGLIGIBLE: f64 = 1e-6;
/// A component that makes a row this much less likely than another has no part in it.
const NO_PART: f64 = 1e-7;
/// Groups that are looked at as one piece of work.
const CHUNK: usize = 1024;

/// Counted groups, and what their likelihoods are made of.
pub(super) struct Groups {
    counts: Vec<f64>,
    /// By group the place of its present keys among the bases.
    of_base: Vec<u32>,
    /// By set of present keys.
    bases: Vec<Base>,
    /// By group the components that have a part in it.
    components: Ragged<u32>,
    /// By group the factors of the clients that it matches.
    matched: Ragged<u32>,
    /// By factor and component one for each state.
    factors: Vec<Vec<f64>>,
    /// Sources and "elsewhere".
    width: usize,
}

/// A set of present keys.
struct Base {
    present: Keys,
    /// The combinations of intact halves that are looked at, as places among all.
    states: Vec<usize>,
    /// By component the likelihood, in each of these states, of a record that matches nothing.
    unmatched: Vec<f64>,
}

impl Base {
    /// The chances of its states.
    fn weights(&self, world: &World, damage: &Damage) -> Vec<Intact> {
        let all = damage.combinations(&world.kinds, self.present);
        self.states.iter().filter_map(|at| all.get(*at).copied()).collect()
    }

    fn of_component(&self, component: usize) -> &[f64] {
        &self.unmatched[component * self.states.len()..][..self.states.len()]
    }
}

impl Groups {
    /// Of groups in their order, with their counts.
    pub(super) fn new(model: &Model<'_>, groups: &[(&Group, f64)], damage: &Damage) -> Self {
        let mut factors = Factors { model, unmatched: Vec::new(), known: HashMap::new() };
        let (mut bases, mut of_base, mut matched) = (Vec::new(), Vec::new(), Ragged::default());
        for ((present, keys), _) in groups {
            // The groups are in order of their present keys.
            if bases.last().is_none_or(|last: &Base| last.present != *present) {
                let states = usual_states(model.world, damage, *present);
                let unmatched = factors.unmatched(*present, &states);
                bases.push(Base { present: *present, states, unmatched: unmatched.all.clone() });
                factors.unmatched.push(unmatched);
            }
            of_base.push(bases.len() as u32 - 1);
            matched.push(factors.of(keys));
        }
        let mut result = Self {
            counts: groups.iter().map(|(_, count)| *count).collect(),
            of_base,
            bases,
            components: Ragged::default(),
            matched,
            factors: factors.finish(),
            width: model.width(),
        };
        result.components = result.having_a_part(model.world, damage);
        result
    }

    /// By group the components that have a part in it.
    fn having_a_part(&self, world: &World, damage: &Damage) -> Ragged<u32> {
        let weights = self.weights(world, damage);
        let of_chunk = |groups: Range<usize>| {
            let mut parts = Ragged::default();
            let mut given = Vec::new();
            for group in groups {
                let weights = &weights[self.of_base[group] as usize];
                let of = |component: usize| self.likelihood(group, component, weights, &mut given);
                let likelihoods: Vec<f64> = (0..self.width).map(of).collect();
                let most = likelihoods.iter().copied().fold(0.0, f64::max);
                let has_a_part = |component: &u32| likelihoods[*component as usize] >= NO_PART * most;
                parts.push((0..self.width as u32).filter(has_a_part));
            }
            parts
        };
        let mut parts = Ragged::default();
        parts.extend(self.by_chunk(of_chunk));
        parts
    }

    /// What is said of pieces of the groups, in their order.
    fn by_chunk<T: Send>(&self, of: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
        by_chunk(self.counts.len(), CHUNK, of)
    }

    /// By set of present keys the chances of its states.
    fn weights(&self, world: &World, damage: &Damage) -> Vec<Vec<Intact>> {
        self.bases.iter().map(|base| base.weights(world, damage)).collect()
    }

    /// The likelihoods of a group under a component, in each state.
    fn given(&self, group: usize, component: usize, given: &mut Vec<f64>) {
        given.clear();
        given.extend_from_slice(self.bases[self.of_base[group] as usize].of_component(component));
        let states = given.len();
        for factor in self.matched.row(group) {
            let factor = &self.factors[*factor as usize][component * states..][..states];
            given.iter_mut().zip(factor).for_each(|(given, factor)| *given *= factor);
        }
    }

    /// The likelihood of a group under a component.
    fn likelihood(&self, group: usize, component: usize, weights: &[Intact], given: &mut Vec<f64>) -> f64 {
        self.given(group, component, given);
        given.iter().zip(weights).map(|(given, (_, weight))| given * weight).sum()
    }

    /// The likelihoods of the components that have a part in each group, at some damage.
    pub(super) fn likelihoods(&self, world: &World, damage: &Damage) -> Likelihoods {
        let weights = self.weights(world, damage);
        let of_chunk = |groups: Range<usize>| -> Vec<f64> {
            let (mut values, mut given) = (Vec::new(), Vec::new());
            for group in groups {
                let weights = &weights[self.of_base[group] as usize];
                let components = self.components.row(group).iter();
                values.extend(components.map(|at| self.likelihood(group, *at as usize, weights, &mut given)));
            }
            values
        };
        let values = self.by_chunk(of_chunk).concat();
        Likelihoods::new(self.counts.clone(), self.components.clone(), values)
    }

    /// The expected numbers of cells in each state of damage, over the rows of members.
    pub(super) fn cells(&self, world: &World, damage: &Damage, shares: &[f64]) -> Cells {
        let weights = self.weights(world, damage);
        let of_chunk = |groups: Range<usize>| {
            let mut expected: Vec<Vec<f64>> =
                weights.iter().map(|of_base| vec![0.0; of_base.len()]).collect();
            groups.for_each(|group| self.expect(group, &weights, shares, &mut expected));
            expected
        };
        let mut sums: Vec<Vec<f64>> = weights.iter().map(|of_base| vec![0.0; of_base.len()]).collect();
        for chunk in self.by_chunk(of_chunk) {
            let places = sums.iter_mut().flatten().zip(chunk.into_iter().flatten());
            places.for_each(|(sum, part)| *sum += part);
        }
        let mut cells = Cells::default();
        for ((base, weights), sums) in self.bases.iter().zip(&weights).zip(sums) {
            cells.add(&world.kinds, base.present, weights.iter().map(|(intact, _)| *intact).zip(sums));
        }
        cells
    }

    /// Adds a group's members to those expected in each state.
    fn expect(&self, group: usize, weights: &[Vec<Intact>], shares: &[f64], expected: &mut [Vec<f64>]) {
        let base = self.of_base[group] as usize;
        let (weights, expected) = (&weights[base], &mut expected[base]);
        // Only members tell of damage.
        let (mut given, mut members) = (Vec::new(), vec![0.0; weights.len()]);
        let mut total = 0.0;
        for component in self.components.row(group).iter().map(|at| *at as usize) {
            let likelihood = self.likelihood(group, component, weights, &mut given);
            total += shares[component] * likelihood;
            if component + 1 < self.width {
                members.iter_mut().zip(&given).for_each(|(sum, l)| *sum += shares[component] * l);
            }
        }
        if total > 0.0 {
            let part = self.counts[group] / total;
            let each = expected.iter_mut().zip(weights).zip(members);
            each.for_each(|((sum, (_, weight)), member)| *sum += part * weight * member);
        }
    }
}

/// The likelihoods of groups in their order at some damage, looked at piece by piece: what they are made of takes much more
/// memory than they do.
pub(super) fn likelihoods(model: &Model<'_>, groups: &[(&Group, f64)], damage: &Damage) -> Likelihoods {
    let mut all = Likelihoods::default();
    for piece in groups.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
        all.extend(Groups::new(model, piece, damage).likelihoods(model.world, damage));
    }
    all
}

/// At most some `most` of the groups in place of all: those with high counts, and of the others every so many-th, which
/// counts for as many.
pub(super) fn sample<'a>(groups: &[(&'a Group, f64)], most: usize) -> Vec<(&'a Group, f64)> {
    if groups.len() <= most {
        return groups.to_vec();
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by(|a, b| groups[*b].1.total_cmp(&groups[*a].1).then(a.cmp(b)));
    let (high, low) = order.split_at(most / 2);
    let each = low.len().div_ceil(most - high.len()).max(1);
    let low = low.iter().skip(each / 2).step_by(each).map(|at| (*at, each as f64));
    let mut chosen: Vec<(usize, f64)> = high.iter().map(|at| (*at, 1.0)).chain(low).collect();
    chosen.sort_by_key(|(at, _)| *at);
    chosen.into_iter().map(|(at, times)| (groups[at].0, groups[at].1 * times)).collect()
}

/// Classes by what they show of the claimed clients.
pub(super) struct Grouped {
    /// What they show, in order.
    pub(super) groups: Vec<Group>,
    /// By class its group.
    pub(super) of_class: Vec<usize>,
}

impl Grouped {
    /// Groups classes by their matches of the components' clients.
    pub(super) fn new(classes: &[Class], clients: usize, components: &[usize]) -> Self {
        let mut of_client = vec![None; clients];
        for (component, client) in components.iter().enumerate() {
            of_client[*client] = Some(component as u32);
        }
        let group = |class: &Class| -> Group {
            let matches = class.matches.iter();
            let mut matched: Vec<(u32, Keys)> =
                matches.filter_map(|m| Some((of_client[m.client]?, m.keys))).collect();
            matched.sort_unstable();
            (class.present, matched)
        };
        let mut keys: Vec<(Group, usize)> =
            classes.par_iter().enumerate().map(|(at, class)| (group(class), at)).collect();
        keys.par_sort_unstable();
        let (mut groups, mut of_class) = (Vec::new(), vec![0; classes.len()]);
        for (group, class) in keys {
            if groups.last() != Some(&group) {
                groups.push(group);
            }
            of_class[class] = groups.len() - 1;
        }
        Self { groups, of_class }
    }

    /// The groups of some classes, in order, with their counts of records.
    pub(super) fn counted(&self, classes: impl Iterator<Item = (usize, u64)>) -> Counted<'_> {
        let mut counts: BTreeMap<usize, f64> = BTreeMap::new();
        for (class, records) in classes {
            *counts.entry(self.of_class[class]).or_default() += records as f64;
        }
        Counted {
            groups: counts.iter().map(|(at, count)| (&self.groups[*at], *count)).collect(),
            numbers: counts.into_keys().collect(),
        }
    }
}

/// Groups with their counts.
pub(super) struct Counted<'a> {
    pub(super) groups: Vec<(&'a Group, f64)>,
    /// Their places among all groups.
    pub(super) numbers: Vec<usize>,
}

/// The combinations of intact halves that are not negligible, the likeliest at least.
fn usual_states(world: &World, damage: &Damage, present: Keys) -> Vec<usize> {
    let all = damage.combinations(&world.kinds, present);
    let most = all.iter().map(|(_, chance)| *chance).fold(0.0, f64::max);
    let usual = all.iter().enumerate().filter(|(_, (_, chance))| *chance >= NEGLIGIBLE.min(most));
    usual.map(|(at, _)| at).collect()
}

/// How often the rows of component i (the last is elsewhere) are in source k anyway.
fn overlaps(background: &Background<'_>, people: &[Vec<u64>], sources: &[usize]) -> Vec<Vec<f64>> {
    let rate = |from: usize, to: usize| {
        let people = people.get(from).map_or(&[][..], Vec::as_slice);
        let rate = match sources.get(from) {
            Some(owner) => background.overlap(*owner, to, people),
            None => background.mean_rate(to, people),
        };
        rate.clamp(1e-6, 1.0 - 1e-6)
    };
    (0..=sources.len()).map(|from| sources.iter().map(|to| rate(from, *to)).collect()).collect()
}

/// For each source the earlier one that it is related to, where there is one: people who are in one of two sister
/// companies' lists are mostly in the other's, wherever they come from.
fn parents(background: &Background<'_>, sources: &[usize]) -> Vec<Option<usize>> {
    let mut parents: Vec<Option<usize>> = Vec::with_capacity(sources.len());
    for (k, source) in sources.iter().enumerate() {
        let related: Vec<usize> = background.controls.related(*source).collect();
        let is_parent = |earlier: &usize| parents[*earlier].is_none() && related.contains(&sources[*earlier]);
        let parent = (0..k).find(is_parent);
        parents.push(parent);
    }
    parents
}

fn children(parents: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut children = vec![Vec::new(); parents.len()];
    for (child, parent) in parents.iter().enumerate() {
        if let Some(of_parent) = parent.and_then(|parent| children.get_mut(parent)) {
            of_parent.push(child);
        }
    }
    children
}

/// The claimed clients, as the likelihoods know them.
pub(super) struct Model<'a> {
    world: &'a World,
    traits: Vec<&'a Traits>,
    /// How often the rows of each component are in each source anyway.
    overlaps: Vec<Vec<f64>>,
    parents: Vec<Option<usize>>,
    /// For each source those whose parent it is.
    children: Vec<Vec<usize>>,
}

impl<'a> Model<'a> {
    /// Of clients, by the people of their rows by stratum.
    pub(super) fn new(
        world: &'a World,
        traits: &'a [Traits],
        background: &Background<'_>,
        people: &[Vec<u64>],
        sources: &[usize],
    ) -> Self {
        let parents = parents(background, sources);
        Self {
            world,
            traits: sources.iter().map(|client| &traits[*client]).collect(),
            overlaps: overlaps(background, people, sources),
            children: children(&parents),
            parents,
        }
    }

    /// The same clients where their rows are of other people.
    pub(super) fn of_people(
        &self,
        background: &Background<'_>,
        people: &[Vec<u64>],
        sources: &[usize],
    ) -> Self {
        Self {
            world: self.world,
            traits: self.traits.clone(),
            overlaps: overlaps(background, people, sources),
            parents: self.parents.clone(),
            children: self.children.clone(),
        }
    }

    /// Sources and "elsewhere".
    fn width(&self) -> usize {
        self.overlaps.len()
    }
}

/// Factors of the likelihoods, each worked out once.
struct Factors<'a> {
    model: &'a Model<'a>,
    /// By set of present keys.
    unmatched: Vec<Unmatched>,
    /// The numbers of those that are needed.
    known: HashMap<Factor, u32>,
}

/// What a factor is of: the place of its present keys, a source without a parent, and those of it and its children that hold
/// some, with these.
type Factor = (usize, usize, Vec<(u32, Keys)>);

/// Likelihoods of a record that matches no source.
struct Unmatched {
    present: Keys,
    /// Which halves are intact in each of the states that are looked at.
    intact: Vec<u32>,
    matches: Vec<Arc<Match>>,
    /// By component and state, of all sources together.
    all: Vec<f64>,
    /// By source without a parent, component and state, of that source and those related to it.
    by_root: Vec<Vec<f64>>,
}

/// How likely a match in one source is: for a member in each combination of intact halves, for a stranger, and for a
/// stranger of whose household the source that it is related to knows somebody.
struct Match {
    member: Vec<f64>,
    stranger: f64,
    acquainted: f64,
    /// True where only the household's keys match.
    by_household: bool,
}

impl Match {
    /// The likelihood where the record is in the source at this rate.
    fn at_rate(&self, rate: f64, state: usize, stranger: f64) -> f64 {
        rate * self.member[state] + (1.0 - rate) * stranger
    }
}

impl Factors<'_> {
    /// The numbers of the factors of the sources that a record with the last set of present keys matches, each with those that
    /// are related to it.
    fn of(&mut self, keys: &[(u32, Keys)]) -> Vec<u32> {
        let mut roots: Vec<usize> = Vec::new();
        for source in keys.iter().map(|(source, _)| *source as usize) {
            let root = self.model.parents[source].unwrap_or(source);
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        roots.into_iter().map(|root| self.of_root(root, keys)).collect()
    }

    fn of_root(&mut self, root: usize, keys: &[(u32, Keys)]) -> u32 {
        let is_related =
            |source: u32| source as usize == root || self.model.parents[source as usize] == Some(root);
        let family = keys.iter().filter(|(source, _)| is_related(*source)).copied().collect();
        let next = self.known.len() as u32;
        *self.known.entry((self.unmatched.len() - 1, root, family)).or_insert(next)
    }

    /// The factors by number.
    fn finish(mut self) -> Vec<Vec<f64>> {
        let mut factors: Vec<(Factor, u32)> = std::mem::take(&mut self.known).into_iter().collect();
        factors.sort_unstable_by_key(|(_, number)| *number);
        factors.par_iter().map(|(factor, _)| self.values(factor)).collect()
    }

    /// By component and state how much likelier the family's matches are than that it has none.
    fn values(&self, (base, root, family): &Factor) -> Vec<f64> {
        let unmatched = &self.unmatched[*base];
        let mut matches = unmatched.matches.clone();
        for (source, keys) in family {
            let source = *source as usize;
            matches[source] = Arc::new(self.of_match(source, unmatched.present, *keys, &unmatched.intact));
        }
        let matched = self.by_state(&matches, *root, unmatched.intact.len());
        matched.iter().zip(&unmatched.by_root[*root]).map(|(matched, without)| matched / without).collect()
    }

    fn unmatched(&self, present: Keys, states: &[usize]) -> Unmatched {
        let combinations = Damage::start().combinations(&self.model.world.kinds, present);
        let intact: Vec<u32> =
            states.iter().map(|at| combinations.get(*at).map_or(0, |(intact, _)| *intact)).collect();
        let matches: Vec<Arc<Match>> = (0..self.model.traits.len())
            .map(|source| Arc::new(self.of_match(source, present, 0, &intact)))
            .collect();
        let of_root = |root: usize| match self.model.parents[root] {
            Some(_) => Vec::new(),
            None => self.by_state(&matches, root, intact.len()),
        };
        let by_root: Vec<Vec<f64>> = (0..matches.len()).map(of_root).collect();
        let mut all = vec![1.0; self.model.overlaps.len() * intact.len()];
        for of_root in &by_root {
            all.iter_mut().zip(of_root).for_each(|(all, root)| *all *= root);
        }
        Unmatched { present, intact, matches, all, by_root }
    }

    /// By component and state the likelihood of the matches in a source and in those that are related to it.
    fn by_state(&self, matches: &[Arc<Match>], root: usize, states: usize) -> Vec<f64> {
        let of = |from| (0..states).map(move |state| self.with_children(matches, from, root, state));
        (0..self.model.overlaps.len()).flat_map(of).collect()
    }

    /// The likelihood of the matches in a source and in those that are related to it: in these a record is at one rate where
    /// it is in the source, at another where it is not.
    fn with_children(&self, matches: &[Arc<Match>], from: usize, root: usize, state: usize) -> f64 {
        let m = &matches[root];
        let rate = if root == from { 1.0 } else { self.model.overlaps[from][root] };
        let (mut inside, mut outside) = (rate * m.member[state], (1.0 - rate) * m.stranger);
        for (k, child) in self.model.children[root].iter().map(|k| (*k, &matches[*k])) {
            let stranger = if m.by_household { child.acquainted } else { child.stranger };
            if k == from {
                inside *= child.member[state];
                outside *= child.member[state];
                continue;
            }
            let within = self.model.overlaps[root][k];
            let without = (self.model.overlaps[from][k] - rate * within).max(0.0) / (1.0 - rate).max(1e-6);
            inside *= child.at_rate(within, state, stranger);
            outside *= child.at_rate(without.clamp(1e-6, 1.0), state, stranger);
        }
        inside + outside
    }

    fn of_match(&self, source: usize, present: Keys, keys: Keys, intact: &[u32]) -> Match {
        /// A household that one of two related companies knows, the other mostly knows as well.
        const ACQUAINTED: f64 = 0.5;
        let (world, traits) = (self.model.world, self.model.traits[source]);
        let member = |intact: &u32| {
            damage::as_member(&world.kinds, present, keys, *intact, &traits.coverage, traits.chance)
        };
        let stranger = |household| damage::as_stranger(&world.kinds, present, keys, traits.chance, household);
        Match {
            member: intact.iter().map(member).collect(),
            stranger: stranger(traits.household),
            acquainted: stranger(ACQUAINTED),
            by_household: keys != 0 && keys & world.personal() == 0,
        }
    }
}
