//! Whose a row is depends on where its person lives: a list of one town's residents merged with a nation-wide one makes
//! the rows of that town mostly its own.

use std::collections::BTreeMap;

use super::{Collapsed, Data, Fit, Group, people};
use crate::background::Background;
use crate::classes::Class;
use crate::input::World;
use crate::strata::Area;

/// A place with fewer of the file's records than this, or a smaller share of them, is looked at with all others.
const LEAST_RECORDS: u64 = 30;
const LEAST_SHARE: f64 = 0.02;
/// How many records the shares of the whole file are worth in one place.
const WORTH: f64 = 10.0;
const STEPS: usize = 40;

/// Posteriors of classes, by the shares of their part of the file.
pub(super) struct Posteriors {
    /// By class its place among the posteriors.
    pub(super) of_class: Vec<usize>,
    pub(super) posteriors: Vec<Vec<f64>>,
}

impl Posteriors {
    fn of(&self, class: usize, component: usize) -> f64 {
        let posterior = self.of_class.get(class).and_then(|at| self.posteriors.get(*at));
        posterior.and_then(|posterior| posterior.get(component)).copied().unwrap_or(0.0)
    }

    /// Shares of the file's records, as expected.
    pub(super) fn shares(&self, classes: &[Class], components: usize) -> Vec<f64> {
        let records = classes.iter().map(|class| class.records).sum::<u64>().max(1) as f64;
        let expected = |component| -> f64 {
            let of = |(at, class): (usize, &Class)| class.records as f64 * self.of(at, component);
            classes.iter().enumerate().map(of).sum()
        };
        (0..components).map(|component| expected(component) / records).collect()
    }

    /// The 95 % interval of one component's share of this very file: most rows are certain, and only the others leave it
    /// open. With M = Σ p (1−p) over persons and m = M / (N π (1−π)) the part of the information that is missing
    /// (Louis, 1982), the variance of the number of persons is M / (1−m); to it comes `background`, that of the number of
    /// persons from elsewhere who are in the list anyway. Never wider than the profile likelihood's.
    pub(super) fn interval(
        &self,
        classes: &[Class],
        component: usize,
        share: f64,
        background: f64,
        profile: [f64; 2],
    ) -> [f64; 2] {
        const Z: f64 = 1.959_964;
        let persons = classes.iter().map(|class| class.persons).sum::<u64>().max(1) as f64;
        let open = |(at, class): (usize, &Class)| {
            let p = self.of(at, component);
            class.persons as f64 * p * (1.0 - p)
        };
        let open: f64 = classes.iter().enumerate().map(open).sum();
        let missing = (open / (persons * share * (1.0 - share)).max(1e-9)).min(0.95);
        let half = Z * (open / (1.0 - missing) + background + 0.25).sqrt() / persons;
        // What is not known of the background is not in the likelihood either.
        let [low, high] = if background > open { [0.0, 1.0] } else { profile };
        [(share - half).max(low.min(share)).max(0.0), (share + half).min(high.max(share)).min(1.0)]
    }
}

/// Refits the shares in each place that holds a good part of the file, beginning with those of the whole.
pub(super) fn posteriors(
    world: &World,
    classes: &[Class],
    background: &Background<'_>,
    sources: &[usize],
    keys: &[Group],
    fit: &Fit,
) -> Posteriors {
    let parts = parts(classes, background);
    let mut result = Posteriors { of_class: vec![0; classes.len()], posteriors: Vec::new() };
    for members in parts.values() {
        let mut groups: BTreeMap<Group, f64> = BTreeMap::new();
        for class in members {
            *groups.entry(keys[*class].clone()).or_default() += classes[*class].records as f64;
        }
        let strata = &background.strata;
        let with_stratum = members.iter().map(|class| (&classes[*class], strata.of_pattern[*class]));
        let people = people(with_stratum, strata.groups.len(), sources);
        let data = Data::new(world, &groups, background, &people, sources, &fit.damage);
        let collapsed = Collapsed::new(world, &data, &fit.damage);
        let shares = if parts.len() == 1 { fit.shares.clone() } else { refit(&collapsed, &fit.shares) };
        let places: BTreeMap<&Group, usize> =
            groups.keys().enumerate().map(|(at, group)| (group, result.posteriors.len() + at)).collect();
        for class in members {
            result.of_class[*class] = places.get(&keys[*class]).copied().unwrap_or(0);
        }
        result.posteriors.extend(collapsed.posteriors(&shares));
    }
    result
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

/// Expectation-maximisation of the shares of one place, those of the whole file being worth some records.
fn refit(collapsed: &Collapsed, whole: &[f64]) -> Vec<f64> {
    let records: f64 = collapsed.counts.iter().sum();
    let mut shares = whole.to_vec();
    for _ in 0..STEPS {
        let expected = collapsed.expected(&shares);
        for ((share, expected), whole) in shares.iter_mut().zip(&expected).zip(whole) {
            *share = (expected + WORTH * whole) / (records + WORTH);
        }
    }
    shares
}
