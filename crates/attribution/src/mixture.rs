//! Shares of the claimed clients and of "elsewhere", by expectation-maximisation over pattern counts.

mod areas;

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use rayon::prelude::*;

use crate::background::Background;
use crate::classes::Class;
use crate::damage::{self, Cells, Damage, Intact};
use crate::input::{Keys, World};
use areas::Posteriors;

/// Shares and posteriors; components are the claimed clients in their order, then their shadows, then "elsewhere".
pub(crate) struct Mixture {
    pub(crate) shares: Vec<f64>,
    pub(crate) intervals: Vec<[f64; 2]>,
    rows: Posteriors,
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
    /// For each set of present keys the combinations of intact halves that are looked at, as places among all.
    states: HashMap<Keys, Vec<usize>>,
    /// Sources and "elsewhere".
    components: usize,
}

/// The likelihoods of one group.
struct Terms {
    /// The components that have a part in it.
    components: Vec<usize>,
    /// For each combination of intact halves that is looked at, each of these components' likelihood given it.
    given: Vec<Vec<f64>>,
}

/// Combinations of intact halves that are as rare as this are left out of account.
const NEGLIGIBLE: f64 = 1e-6;
/// A component that makes a row this much less likely than another has no part in it.
const NO_PART: f64 = 1e-7;

/// Rounds of shares and damage in turn, and steps of the shares in each: enough that more change nothing that is shown.
const MOST_ROUNDS: usize = 12;
const MOST_STEPS: usize = 100;
/// Steps with which the other shares follow where one is held: they hardly move.
const PROFILE_STEPS: usize = 6;
/// Half the 95 % quantile of χ² with one degree of freedom: a profile likelihood interval.
const LOG_LIKELIHOOD_DROP: f64 = 1.920_729;

/// Shares fitted to a file's classes, from which a mixture can be made.
pub(crate) struct Fitting<'a> {
    world: &'a World,
    classes: &'a [Class],
    background: &'a Background<'a>,
    sources: usize,
    /// The sources, then their shadows.
    components: Vec<usize>,
    /// By class its group.
    keys: Vec<Group>,
    fit: Fit,
    collapsed: Collapsed,
    /// What the log-likelihood may fall short of the best by.
    drop: f64,
    /// By component the records that its client holds, by stratum.
    people: Vec<Vec<u64>>,
}

impl<'a> Fitting<'a> {
    /// Fits the shares of `sources` to the file's classes.
    ///
    /// Clients that nothing but other clients' rows speaks for (`shadows`) are fitted as well: a city's rows in a file that
    /// its insurer is a source of may be the insurer's or its own, as many as are more than the insurer's own overlap with
    /// the city makes.
    pub(crate) fn new(
        world: &'a World,
        classes: &'a [Class],
        background: &'a Background<'a>,
        sources: &[usize],
        shadows: &[usize],
        damage: &Damage,
    ) -> Self {
        let components = [sources, shadows].concat();
        let keys: Vec<Group> = classes.iter().map(|class| group_of(class, &components)).collect();
        let mut groups: BTreeMap<Group, f64> = BTreeMap::new();
        for (group, class) in keys.iter().zip(classes) {
            *groups.entry(group.clone()).or_default() += class.records as f64;
        }
        let strata = background.strata.groups.len();
        let with_stratum = classes.iter().zip(background.strata.of_pattern.iter().copied());
        let people = people(with_stratum, strata, &components);
        let data = Data::new(world, &groups, background, &people, &components, damage);
        let mut fit = Fit::new(components.len() + 1, damage.clone());
        let collapsed = fit.run(world, &data);
        // Rows of one person are not independent: the likelihood counts each person once.
        let count = |of: fn(&Class) -> u64| classes.iter().map(of).sum::<u64>().max(1) as f64;
        let drop = LOG_LIKELIHOOD_DROP * (count(|c| c.records) / count(|c| c.persons)).max(1.0);
        let sources = sources.len();
        Self { world, classes, background, sources, components, keys, fit, collapsed, drop, people }
    }

    /// Of the sources whose share may as well be nothing, the one with the smallest.
    pub(crate) fn emptiest(&self) -> Option<usize> {
        let (shares, collapsed, drop) = (&self.fit.shares, &self.collapsed, self.drop);
        let best = collapsed.log_likelihood(shares);
        let empty = |source: &usize| best - collapsed.profile(shares, *source, 0.0) <= drop;
        let empty: Vec<bool> = (0..self.sources).into_par_iter().map(|source| empty(&source)).collect();
        let empty = (0..self.sources).filter(|source| empty[*source]);
        empty.min_by(|a, b| shares[*a].total_cmp(&shares[*b]))
    }

    /// Shares with intervals, and posteriors.
    pub(crate) fn finish(self) -> Mixture {
        let Self { classes, background, ref components, ref fit, .. } = self;
        let rows = areas::posteriors(self.world, classes, background, components, &self.keys, fit);
        let shares = rows.shares(classes, components.len() + 1);
        // How uncertain it is how many persons from elsewhere are in each source anyway.
        let persons = classes.iter().map(|class| class.persons).sum::<u64>() as f64;
        let elsewhere = persons * shares.last().copied().unwrap_or(0.0);
        let variance = |source: usize| {
            let usual = background.null(components[source], &self.people[components.len()]).usual;
            elsewhere * elsewhere * usual.mean * (1.0 - usual.mean) / (usual.strength + 1.0)
        };
        let (collapsed, drop) = (&self.collapsed, self.drop);
        let of = |source: usize| collapsed.interval(&fit.shares, source, drop);
        let profiles: Vec<[f64; 2]> = (0..self.sources).into_par_iter().map(of).collect();
        let interval = |source: usize| {
            rows.interval(classes, source, shares[source], variance(source), profiles[source])
        };
        let intervals = (0..self.sources).map(interval).collect();
        Mixture { shares, intervals, rows }
    }
}

impl Mixture {
    /// For a class, by its place, the probability of each component.
    pub(crate) fn posterior(&self, class: usize) -> &[f64] {
        let group = self.rows.of_class.get(class);
        group.and_then(|at| self.rows.posteriors.get(*at)).map_or(&[], Vec::as_slice)
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
        people: &[Vec<u64>],
        sources: &[usize],
        damage: &Damage,
    ) -> Self {
        let traits: Vec<Source> = sources.iter().map(|client| source(world, *client)).collect();
        let overlaps = overlaps(background, people, sources);
        let parents = parents(background, sources);
        let mut states: HashMap<Keys, Vec<usize>> = HashMap::new();
        for (present, _) in groups.keys() {
            states.entry(*present).or_insert_with(|| usual_states(world, damage, *present));
        }
        let weights = weights(world, &states, damage);
        let mut likelihoods = Likelihoods {
            world,
            traits: &traits,
            overlaps: &overlaps,
            parents: &parents,
            children: children(&parents),
            states: &states,
            weights: &weights,
            known: HashMap::new(),
            unmatched: HashMap::new(),
        };
        Self {
            counts: groups.values().copied().collect(),
            terms: groups.keys().map(|group| likelihoods.of(group)).collect(),
            present: groups.keys().map(|(present, _)| *present).collect(),
            components: sources.len() + 1,
            states,
        }
    }
}

/// For each set of present keys the combinations of intact halves that are looked at, with their chances.
fn weights(world: &World, states: &HashMap<Keys, Vec<usize>>, damage: &Damage) -> HashMap<Keys, Vec<Intact>> {
    let of = |(present, states): (&Keys, &Vec<usize>)| {
        let all = damage.combinations(&world.kinds, *present);
        (*present, states.iter().filter_map(|at| all.get(*at).copied()).collect())
    };
    states.iter().map(of).collect()
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

/// By component the records, by stratum, that its client holds, and those that none of them holds; all of them where there
/// are none of these.
fn people<'a>(
    classes: impl Iterator<Item = (&'a Class, u32)>,
    strata: usize,
    sources: &[usize],
) -> Vec<Vec<u64>> {
    let mut people = vec![vec![0; strata]; sources.len() + 1];
    let mut all = vec![0; strata];
    for (class, stratum) in classes {
        let stratum = stratum as usize;
        all[stratum] += class.records;
        let mut held = false;
        for (component, source) in sources.iter().enumerate() {
            if class.held_by(*source) {
                people[component][stratum] += class.records;
                held = true;
            }
        }
        if !held {
            people[sources.len()][stratum] += class.records;
        }
    }
    for of_component in &mut people {
        if of_component.iter().all(|records| *records == 0) {
            of_component.clone_from(&all);
        }
    }
    people
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

/// Likelihoods of matches, each computed once.
struct Likelihoods<'a> {
    world: &'a World,
    traits: &'a [Source],
    overlaps: &'a [Vec<f64>],
    parents: &'a [Option<usize>],
    /// For each source those whose parent it is.
    children: Vec<Vec<usize>>,
    states: &'a HashMap<Keys, Vec<usize>>,
    weights: &'a HashMap<Keys, Vec<Intact>>,
    known: HashMap<(usize, Keys, Keys), Rc<Match>>,
    /// What no match in any source is worth.
    unmatched: HashMap<Keys, Rc<Unmatched>>,
}

/// Likelihoods of a record that matches no source.
struct Unmatched {
    matches: Vec<Rc<Match>>,
    /// By state and component, of all sources together.
    all: Vec<Vec<f64>>,
    /// By source without a parent, state and component, of that source and those related to it.
    by_root: Vec<Vec<Vec<f64>>>,
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

impl Likelihoods<'_> {
    /// The likelihoods of one group under each component, given which halves are intact: those of a record that matches
    /// nothing, but for the sources that it matches and those related to them.
    fn of(&mut self, (present, keys): &Group) -> Terms {
        let unmatched = self.unmatched(*present);
        let mut matches = unmatched.matches.clone();
        let mut roots: Vec<usize> = Vec::new();
        for (source, keys) in keys.iter().enumerate().filter(|(_, keys)| **keys != 0) {
            matches[source] = self.of_match(source, *present, *keys);
            let root = self.parents[source].unwrap_or(source);
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        let component = |from: usize, state: usize| -> f64 {
            let changed = |root: &usize| {
                self.with_children(&matches, from, *root, state) / unmatched.by_root[*root][state][from]
            };
            unmatched.all[state][from] * roots.iter().map(changed).product::<f64>()
        };
        let states = unmatched.all.len();
        let weights = self.weights.get(present).map_or(&[][..], Vec::as_slice);
        let whole: Vec<Vec<f64>> = (0..self.overlaps.len())
            .map(|from| (0..states).map(|state| component(from, state)).collect())
            .collect();
        let likelihood =
            |of: &Vec<f64>| -> f64 { of.iter().zip(weights).map(|(l, (_, weight))| l * weight).sum() };
        let likelihoods: Vec<f64> = whole.iter().map(likelihood).collect();
        let most = likelihoods.iter().copied().fold(0.0, f64::max);
        let components: Vec<usize> =
            (0..whole.len()).filter(|from| likelihoods[*from] >= NO_PART * most).collect();
        let given = (0..states).map(|state| components.iter().map(|from| whole[*from][state]).collect());
        Terms { given: given.collect(), components }
    }

    fn unmatched(&mut self, present: Keys) -> Rc<Unmatched> {
        if let Some(known) = self.unmatched.get(&present) {
            return Rc::clone(known);
        }
        let matches: Vec<Rc<Match>> =
            (0..self.traits.len()).map(|source| self.of_match(source, present, 0)).collect();
        let states = self.states.get(&present).map_or(0, |states| states.len());
        let components = self.overlaps.len();
        let of_root = |root: usize| -> Vec<Vec<f64>> {
            let of_state = |state| -> Vec<f64> {
                (0..components).map(|from| self.with_children(&matches, from, root, state)).collect()
            };
            if self.parents[root].is_some() { Vec::new() } else { (0..states).map(of_state).collect() }
        };
        let by_root: Vec<Vec<Vec<f64>>> = (0..matches.len()).map(of_root).collect();
        let all_of = |state: usize, from: usize| -> f64 {
            by_root.iter().filter_map(|of_root| Some(of_root.get(state)?[from])).product()
        };
        let all =
            (0..states).map(|state| (0..components).map(|from| all_of(state, from)).collect()).collect();
        let new = Rc::new(Unmatched { matches, all, by_root });
        self.unmatched.insert(present, Rc::clone(&new));
        new
    }

    /// The likelihood of the matches in a source and in those that are related to it: in these a record is at one rate where
    /// it is in the source, at another where it is not.
    fn with_children(&self, matches: &[Rc<Match>], from: usize, root: usize, state: usize) -> f64 {
        let m = &matches[root];
        let rate = if root == from { 1.0 } else { self.overlaps[from][root] };
        let (mut inside, mut outside) = (rate * m.member[state], (1.0 - rate) * m.stranger);
        for (k, child) in self.children[root].iter().map(|k| (*k, &matches[*k])) {
            let stranger = if m.by_household { child.acquainted } else { child.stranger };
            if k == from {
                inside *= child.member[state];
                outside *= child.member[state];
                continue;
            }
            let within = self.overlaps[root][k];
            let without = (self.overlaps[from][k] - rate * within).max(0.0) / (1.0 - rate).max(1e-6);
            inside *= child.at_rate(within, state, stranger);
            outside *= child.at_rate(without.clamp(1e-6, 1.0), state, stranger);
        }
        inside + outside
    }

    fn of_match(&mut self, source: usize, present: Keys, keys: Keys) -> Rc<Match> {
        /// A household that one of two related companies knows, the other mostly knows as well.
        const ACQUAINTED: f64 = 0.5;
        let (world, traits, states) = (self.world, &self.traits[source], self.states);
        let new = || {
            let combinations = Damage::start().combinations(&world.kinds, present);
            let looked_at = states.get(&present).into_iter().flat_map(|states| states.iter());
            let member = looked_at.map(|at| {
                let intact = combinations.get(*at).map_or(0, |(intact, _)| *intact);
                damage::as_member(&world.kinds, present, keys, intact, &traits.coverage, traits.chance)
            });
            let stranger =
                |household| damage::as_stranger(&world.kinds, present, keys, traits.chance, household);
            Rc::new(Match {
                member: member.collect(),
                stranger: stranger(traits.household),
                acquainted: stranger(ACQUAINTED),
                by_household: keys != 0 && keys & world.personal() == 0,
            })
        };
        Rc::clone(self.known.entry((source, present, keys)).or_insert_with(new))
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

/// What is fitted.
struct Fit {
    shares: Vec<f64>,
    damage: Damage,
}

impl Fit {
    fn new(components: usize, damage: Damage) -> Self {
        Self { shares: vec![1.0 / components as f64; components], damage }
    }

    /// Fits shares and damage in turn until the shares stand still, and gives the likelihoods at the damage found.
    fn run(&mut self, world: &World, data: &Data) -> Collapsed {
        let mut collapsed = Collapsed::new(world, data, &self.damage);
        for _ in 0..MOST_ROUNDS {
            let before = self.shares.clone();
            collapsed.maximise(&mut self.shares, None);
            self.damage.update(&self.cells(world, data));
            collapsed = Collapsed::new(world, data, &self.damage);
            let moved = before.iter().zip(&self.shares).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            if moved < 1e-8 {
                break;
            }
        }
        collapsed.maximise(&mut self.shares, None);
        collapsed
    }

    /// The expected numbers of cells in each state of damage, over the rows of members.
    fn cells(&self, world: &World, data: &Data) -> Cells {
        let mut cells = Cells::default();
        let elsewhere = self.shares.len() - 1;
        let weights = weights(world, &data.states, &self.damage);
        for (group, count) in data.counts.iter().enumerate() {
            let Terms { components, given } = &data.terms[group];
            let weights = weights.get(&data.present[group]).map_or(&[][..], Vec::as_slice);
            let joint = |likelihoods: &[f64], weight: f64, most: usize| -> f64 {
                let each = likelihoods.iter().zip(components).filter(|(_, at)| **at < most);
                weight * each.map(|(l, at)| l * self.shares[*at]).sum::<f64>()
            };
            let total: f64 = given.iter().zip(weights).map(|(l, (_, w))| joint(l, *w, elsewhere + 1)).sum();
            if total <= 0.0 {
                continue;
            }
            // Only members tell of damage.
            let expected = given
                .iter()
                .zip(weights)
                .map(|(l, (intact, weight))| (*intact, count * joint(l, *weight, elsewhere) / total));
            cells.add(&world.kinds, data.present[group], expected);
        }
        cells
    }
}

/// Group counts with the likelihoods of the components, the intact fields summed out.
struct Collapsed {
    counts: Vec<f64>,
    components: usize,
    /// Group after group that of each component, 0 for those that have no part in it.
    likelihoods: Vec<f64>,
}

impl Collapsed {
    fn new(world: &World, data: &Data, damage: &Damage) -> Self {
        let weights = weights(world, &data.states, damage);
        let mut likelihoods = vec![0.0; data.counts.len() * data.components];
        let groups = data.terms.iter().zip(&data.present);
        for ((terms, present), sums) in groups.zip(likelihoods.chunks_mut(data.components)) {
            let weights = weights.get(present).map_or(&[][..], Vec::as_slice);
            for (given, (_, weight)) in terms.given.iter().zip(weights) {
                terms.components.iter().zip(given).for_each(|(at, l)| sums[*at] += weight * l);
            }
        }
        Self { counts: data.counts.clone(), components: data.components, likelihoods }
    }

    /// By group its count and the likelihood of each component.
    fn groups(&self) -> impl Iterator<Item = (f64, &[f64])> {
        self.counts.iter().copied().zip(self.likelihoods.chunks(self.components))
    }

    /// Expectation-maximisation of the shares; `fixed` holds one component's share where it is.
    fn maximise(&self, shares: &mut [f64], fixed: Option<usize>) {
        let records: f64 = self.counts.iter().sum();
        for _ in 0..if fixed.is_some() { PROFILE_STEPS } else { MOST_STEPS } {
            let expected = self.expected(shares);
            if !settle(shares, &expected, records, fixed) {
                return;
            }
        }
    }

    /// By component the records expected of it.
    fn expected(&self, shares: &[f64]) -> Vec<f64> {
        let mut expected = vec![0.0; shares.len()];
        for (count, likelihoods) in self.groups() {
            let total = dot(likelihoods, shares);
            if total > 0.0 {
                let part = count / total;
                expected.iter_mut().zip(likelihoods).for_each(|(expected, l)| *expected += part * l);
            }
        }
        expected.iter_mut().zip(shares).for_each(|(expected, share)| *expected *= share);
        expected
    }

    fn log_likelihood(&self, shares: &[f64]) -> f64 {
        let of = |(count, likelihoods): (f64, &[f64])| count * dot(likelihoods, shares).max(1e-300).ln();
        self.groups().map(of).sum()
    }

    /// By group the probability of each component.
    fn posteriors(&self, shares: &[f64]) -> Vec<Vec<f64>> {
        let of = |(_, likelihoods): (f64, &[f64])| {
            let total = dot(likelihoods, shares);
            let share = |(l, share): (&f64, &f64)| if total > 0.0 { l * share / total } else { 0.0 };
            likelihoods.iter().zip(shares).map(share).collect()
        };
        self.groups().map(of).collect()
    }

    /// The shares of a component that the likelihood does not rule out at 95 %, the others refitted at each; damage
    /// stays as fitted.
    fn interval(&self, shares: &[f64], component: usize, drop: f64) -> [f64; 2] {
        let best = self.log_likelihood(shares);
        // Nearly linear in the share, as the log-likelihood is nearly a parabola.
        let beyond =
            |share: f64| (best - self.profile(shares, component, share)).max(0.0).sqrt() - drop.sqrt();
        let share = shares[component];
        [edge(share, 0.0, -drop.sqrt(), beyond), edge(share, 1.0, -drop.sqrt(), beyond)]
    }

    /// The log-likelihood with one component's share held.
    fn profile(&self, shares: &[f64], component: usize, share: f64) -> f64 {
        let rest = 1.0 - shares[component];
        let others = (shares.len() - 1).max(1) as f64;
        let scaled = |s: &f64| if rest > 1e-9 { s * (1.0 - share) / rest } else { (1.0 - share) / others };
        let mut held: Vec<f64> = shares.iter().map(scaled).collect();
        held[component] = share;
        self.maximise(&mut held, Some(component));
        self.log_likelihood(&held)
    }
}

/// The sum of products, in four parts that the processor can add at once.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut sums = [0.0; 4];
    for (a, b) in a.0.iter().zip(b.0) {
        (0..4).for_each(|at| sums[at] += a[at] * b[at]);
    }
    let rest: f64 = a.1.iter().zip(b.1).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// Takes the expected counts for shares; false where they hardly moved.
fn settle(shares: &mut [f64], expected: &[f64], records: f64, fixed: Option<usize>) -> bool {
    let mut moved = 0.0_f64;
    let held = fixed.map_or(0.0, |component| shares[component]);
    let free: f64 = (0..expected.len()).filter(|c| Some(*c) != fixed).map(|c| expected[c]).sum();
    for (component, count) in expected.iter().enumerate().filter(|(component, _)| Some(*component) != fixed) {
        let share =
            if fixed.is_some() { (1.0 - held) * count / free.max(1e-300) } else { count / records.max(1.0) };
        moved = moved.max((share - shares[component]).abs());
        shares[component] = share;
    }
    moved > 1e-9
}

/// Where a function that is negative (`at_inside`) at a share becomes positive on the way to a bound, by false position with
/// the value at the end that stays halved, as in the Illinois method; the bound where it does not.
fn edge(inside: f64, bound: f64, at_inside: f64, beyond: impl Fn(f64) -> f64) -> f64 {
    const NEAR: f64 = 0.01;
    const STEPS: usize = 30;
    let mut at_outside = beyond(bound);
    if at_outside <= 0.0 {
        return bound;
    }
    let (mut inside, mut outside, mut at_inside, near) = (inside, bound, at_inside, NEAR * at_inside.abs());
    for _ in 0..STEPS {
        let part = (-at_inside / (at_outside - at_inside)).clamp(0.01, 0.99);
        let middle = inside + part * (outside - inside);
        let value = beyond(middle);
        if value.abs() <= near || (outside - inside).abs() < 1e-5 {
            return middle;
        }
        if value < 0.0 {
            (inside, at_inside, at_outside) = (middle, value, at_outside / 2.0);
        } else {
            (outside, at_outside, at_inside) = (middle, value, at_inside / 2.0);
        }
    }
    inside
}
