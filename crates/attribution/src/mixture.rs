//! Shares of the claimed clients and of "elsewhere", by expectation-maximisation over pattern counts.

mod areas;
mod groups;
mod ragged;
mod shares;

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::background::Background;
use crate::classes::Class;
use crate::damage::Damage;
use crate::input::World;
use crate::traits::Traits;
pub(crate) use areas::Posterior;
use areas::Posteriors;
use groups::{Group, Grouped, Groups, Model};
use shares::Likelihoods;

/// Shares and posteriors; components are the claimed clients in their order, then their shadows, then "elsewhere".
pub(crate) struct Mixture {
    pub(crate) shares: Vec<f64>,
    pub(crate) intervals: Vec<[f64; 2]>,
    rows: Posteriors,
}

/// Rounds of shares and damage in turn: enough that more change nothing that is shown.
const MOST_ROUNDS: usize = 12;
/// So many groups tell of damage as well as more do.
const MOST_GROUPS: usize = 16_384;
/// Half the 95 % quantile of χ² with one degree of freedom: a profile likelihood interval.
const LOG_LIKELIHOOD_DROP: f64 = 1.920_729;

/// Shares fitted to a file's classes, from which a mixture can be made.
pub(crate) struct Fitting<'a> {
    classes: &'a [Class],
    background: &'a Background<'a>,
    sources: usize,
    /// The sources, then their shadows.
    components: Vec<usize>,
    grouped: Grouped,
    model: Model<'a>,
    fit: Fit,
    likelihoods: Likelihoods,
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
        traits: &'a [Traits],
        classes: &'a [Class],
        background: &'a Background<'a>,
        sources: &[usize],
        shadows: &[usize],
        damage: &Damage,
    ) -> Self {
        let components = [sources, shadows].concat();
        let grouped = Grouped::new(classes, world.clients, &components);
        let counted = grouped.counted(classes.iter().map(|class| class.records).enumerate());
        let strata = background.strata.groups.len();
        let with_stratum = classes.iter().zip(background.strata.of_pattern.iter().copied());
        let people = people(with_stratum, strata, &components);
        let model = Model::new(world, traits, background, &people, &components);
        let mut fit = Fit::new(components.len() + 1, damage.clone());
        let likelihoods = fit.run(world, &model, &counted.groups);
        // Rows of one person are not independent: the likelihood counts each person once.
        let count = |of: fn(&Class) -> u64| classes.iter().map(of).sum::<u64>().max(1) as f64;
        let drop = LOG_LIKELIHOOD_DROP * (count(|c| c.records) / count(|c| c.persons)).max(1.0);
        let sources = sources.len();
        Self { classes, background, sources, components, grouped, model, fit, likelihoods, drop, people }
    }

    /// Of the sources whose share may as well be nothing, the one with the smallest.
    pub(crate) fn emptiest(&self) -> Option<usize> {
        let shares = &self.fit.shares;
        let empty = self.likelihoods.needless(shares, self.sources, self.drop);
        empty.into_iter().min_by(|a, b| shares[*a].total_cmp(&shares[*b]))
    }

    /// Shares with intervals, and posteriors.
    pub(crate) fn finish(self) -> Mixture {
        let rows = areas::posteriors(&self);
        let Self { classes, background, components, fit, .. } = self;
        let shares = rows.shares(classes, components.len() + 1);
        // How uncertain it is how many persons from elsewhere are in each source anyway.
        let persons = classes.iter().map(|class| class.persons).sum::<u64>() as f64;
        let elsewhere = persons * shares.last().copied().unwrap_or(0.0);
        let variance = |source: usize| {
            let usual = background.null(components[source], &self.people[components.len()]).usual;
            elsewhere * elsewhere * usual.mean * (1.0 - usual.mean) / (usual.strength + 1.0)
        };
        let profiles = self.likelihoods.intervals(&fit.shares, self.sources, self.drop);
        let open = rows.open(classes, components.len() + 1);
        let interval = |(source, profile): (usize, [f64; 2])| {
            areas::interval(persons, shares[source], open[source], variance(source), profile)
        };
        let intervals = profiles.into_iter().enumerate().map(interval).collect();
        Mixture { shares, intervals, rows }
    }
}

impl Mixture {
    /// For a class, by its place, the probabilities of the components.
    pub(crate) fn posterior(&self, class: usize) -> Posterior<'_> {
        self.rows.of(class)
    }
}

/// What is said of pieces of so many things, each of `size` of them, in their order: whatever the threads, they are the same
/// pieces.
fn by_chunk<T: Send>(things: usize, size: usize, of: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let range = |chunk: usize| chunk * size..things.min((chunk + 1) * size);
    (0..things.div_ceil(size)).into_par_iter().map(|chunk| of(range(chunk))).collect()
}

/// By component the records, by stratum, that its client holds, and those that none of them holds; all of them where there
/// are none of these.
fn people<'a>(
    classes: impl Iterator<Item = (&'a Class, u32)>,
    strata: usize,
    sources: &[usize],
) -> Vec<Vec<u64>> {
    let components: BTreeMap<usize, usize> = sources.iter().copied().zip(0..).collect();
    let mut people = vec![vec![0; strata]; sources.len() + 1];
    let mut all = vec![0; strata];
    for (class, stratum) in classes {
        let stratum = stratum as usize;
        all[stratum] += class.records;
        let mut held = false;
        for component in class.members().filter_map(|client| components.get(&client)) {
            people[*component][stratum] += class.records;
            held = true;
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
    fn run(&mut self, world: &World, model: &Model<'_>, groups: &[(&Group, f64)]) -> Likelihoods {
        let sample = groups::sample(groups, MOST_GROUPS);
        let sampled = Groups::new(model, &sample, &self.damage);
        let mut likelihoods = sampled.likelihoods(world, &self.damage);
        for _ in 0..MOST_ROUNDS {
            let before = self.shares.clone();
            likelihoods.maximise(&mut self.shares);
            self.damage.update(&sampled.cells(world, &self.damage, &self.shares));
            likelihoods = sampled.likelihoods(world, &self.damage);
            let moved = before.iter().zip(&self.shares).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            if moved < 1e-8 {
                break;
            }
        }
        if sample.len() < groups.len() {
            likelihoods = groups::likelihoods(model, groups, &self.damage);
        }
        likelihoods.maximise(&mut self.shares);
        likelihoods
    }
}
