//! Whose a row is depends on where its person lives: a list of one town's residents merged with a nation-wide one makes
//! the rows of that town mostly its own.

use std::collections::BTreeMap;

use super::groups;
use super::ragged::Ragged;
use super::{Fitting, people};
use crate::background::Background;
use crate::classes::Class;
use crate::strata::Area;

/// A place with fewer of the file's records than this, or a smaller share of them, is looked at with all others.
const LEAST_RECORDS: u64 = 30;
const LEAST_SHARE: f64 = 0.02;
/// How many records the shares of the whole file are worth in one place.
const WORTH: f64 = 10.0;

/// Posteriors of classes, by the shares of their part of the file.
#[derive(Default)]
pub(super) struct Posteriors {
    /// By class its place among the posteriors.
    of_class: Vec<usize>,
    posteriors: Ragged<(u32, f64)>,
}

/// The components that may be what a class comes from, with their probabilities.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posterior<'a>(&'a [(u32, f64)]);

impl<'a> Posterior<'a> {
    /// The components with their probabilities, in order; those that are left out have none.
    pub(crate) fn each(self) -> impl Iterator<Item = (usize, f64)> + 'a {
        self.0.iter().map(|(component, probability)| (*component as usize, *probability))
    }

    /// The probability of one of them.
    pub(crate) fn of(self, component: usize) -> f64 {
        self.each().find(|(at, _)| *at == component).map_or(0.0, |(_, probability)| probability)
    }
}

impl Posteriors {
    /// For a class, by its place, the probabilities of the components.
    pub(super) fn of(&self, class: usize) -> Posterior<'_> {
        Posterior(self.of_class.get(class).map_or(&[][..], |at| self.posteriors.row(*at)))
    }

    /// Shares of the file's records, as expected.
    pub(super) fn shares(&self, classes: &[Class], components: usize) -> Vec<f64> {
        let records = classes.iter().map(|class| class.records).sum::<u64>().max(1) as f64;
        let mut shares = vec![0.0; components];
        for (at, class) in classes.iter().enumerate() {
            self.of(at).each().for_each(|(component, p)| shares[component] += class.records as f64 * p);
        }
        shares.iter().map(|expected| expected / records).collect()
    }

    /// By component Σ p (1−p) over persons: the variance of their number were the shares known.
    pub(super) fn open(&self, classes: &[Class], components: usize) -> Vec<f64> {
        let mut open = vec![0.0; components];
        for (at, class) in classes.iter().enumerate() {
            let each = self.of(at).each();
            each.for_each(|(component, p)| open[component] += class.persons as f64 * p * (1.0 - p));
        }
        open
    }
}

/// The 95 % interval of one component's share of this very file: most rows are certain, and only the others leave it
/// open. With M = Σ p (1−p) over persons (`open`) and m = M / (N π (1−π)) the part of the information that is missing
/// (Louis, 1982), the variance of the number of persons is M / (1−m); to it comes `background`, that of the number of
/// persons from elsewhere who are in the list anyway. Never wider than the profile likelihood's.
pub(super) fn interval(persons: f64, share: f64, open: f64, background: f64, profile: [f64; 2]) -> [f64; 2] {
    const Z: f64 = 1.959_964;
    let persons = persons.max(1.0);
    let missing = (open / (persons * share * (1.0 - share)).max(1e-9)).min(0.95);
    let half = Z * (open / (1.0 - missing) + background + 0.25).sqrt() / persons;
    // What is not known of the background is not in the likelihood either.
    let [low, high] = if background > open { [0.0, 1.0] } else { profile };
    [(share - half).max(low.min(share)).max(0.0), (share + half).min(high.max(share)).min(1.0)]
}

/// Refits the shares in each place that holds a good part of the file, beginning with those of the whole.
pub(super) fn posteriors(whole: &Fitting<'_>) -> Posteriors {
    let Fitting { classes, background, grouped, fit, likelihoods, .. } = whole;
    let parts: Vec<Vec<usize>> = parts(classes, background).into_values().collect();
    if parts.len() == 1 {
        return Posteriors {
            of_class: grouped.of_class.clone(),
            posteriors: likelihoods.posteriors(&fit.shares),
        };
    }
    let mut result = Posteriors { of_class: vec![0; classes.len()], ..Posteriors::default() };
    for members in parts {
        let (numbers, posteriors) = of_part(whole, &members);
        let first = result.posteriors.len();
        let place = |class: usize| numbers.binary_search(&grouped.of_class[class]).unwrap_or(0);
        members.iter().for_each(|class| result.of_class[*class] = first + place(*class));
        result.posteriors.extend([posteriors]);
    }
    result
}

/// The groups of one place's classes, and their posteriors by its own shares.
fn of_part(whole: &Fitting<'_>, members: &[usize]) -> (Vec<usize>, Ragged<(u32, f64)>) {
    let Fitting { classes, background, components, grouped, model, fit, .. } = whole;
    let counted = grouped.counted(members.iter().map(|class| (*class, classes[*class].records)));
    let strata = &background.strata;
    let with_stratum = members.iter().map(|class| (&classes[*class], strata.of_pattern[*class]));
    let people = people(with_stratum, strata.groups.len(), components);
    let model = model.of_people(background, &people, components);
    let likelihoods = groups::likelihoods(&model, &counted.groups, &fit.damage);
    let shares = likelihoods.refit(&fit.shares, WORTH);
    (counted.numbers, likelihoods.posteriors(&shares))
}

/// The classes by place; number 0 stands for all places that hold few of the file's records.
fn parts(classes: &[Class], background: &Background<'_>) -> BTreeMap<usize, Vec<usize>> {
    let mut records: BTreeMap<Area, u64> = BTreeMap::new();
    let area = |class: usize| background.strata.groups[background.strata.of_pattern[class] as usize].0;
    for (class, counts) in classes.iter().enumerate() {
        *records.entry(area(class)).or_default() += counts.records;
    }
    let all: u64 = records.values().sum();
    let single = |(area, records): &(&Area, &u64)| {
        matches!(area, Area::Place(_))
            && **records >= LEAST_RECORDS
            && **records as f64 >= LEAST_SHARE * all as f64
    };
    let numbers: BTreeMap<Area, usize> =
        records.iter().filter(single).zip(1..).map(|((area, _), number)| (*area, number)).collect();
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for class in 0..classes.len() {
        parts.entry(numbers.get(&area(class)).copied().unwrap_or(0)).or_default().push(class);
    }
    parts
}
