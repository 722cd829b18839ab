//! The shares of components that make counted groups most likely, and how far they may be off.
//!
//! The log-likelihood Σ n log Σ π L is concave in the shares π, and expectation-maximisation climbs it from anywhere. It is
//! stopped where it becomes slow on purpose: a share that goes to nothing does so in the end alone, and at nothing all
//! posteriors would be certain, which they are not.

use std::ops::Range;

use rayon::prelude::*;

use super::by_chunk;
use super::ragged::Ragged;

/// Steps of expectation-maximisation: enough that more change nothing that is shown.
const MOST_STEPS: usize = 100;
/// Steps with which the other shares follow where one is held: they hardly move.
const PROFILE_STEPS: usize = 6;
/// A share that moves by less stands still.
const STILL: f64 = 1e-9;
/// Shares below are nothing.
const NOTHING: f64 = 1e-8;
/// So much beside one component's share is a bound for its interval.
const NEARLY_NOTHING: f64 = 1e-3;
/// Where a bound is as many times its interval's half width away, the log-likelihood is a parabola on the way there.
const PARABOLA: f64 = 5.0;
/// Groups that are summed up as one; the sums of the chunks are added in their order, so that the result does not depend on
/// threads.
const CHUNK: usize = 4096;

/// Counted groups with the likelihoods of the components that have a part in them.
#[derive(Debug, Default)]
pub(super) struct Likelihoods {
    counts: Vec<f64>,
    /// By group the components that have a part in it.
    components: Ragged<u32>,
    /// A likelihood for each of these.
    values: Vec<f64>,
}

/// A group: its count, and components with their likelihoods.
type Group<'a> = (f64, &'a [u32], &'a [f64]);

impl Likelihoods {
    pub(super) fn new(counts: Vec<f64>, components: Ragged<u32>, values: Vec<f64>) -> Self {
        Self { counts, components, values }
    }

    /// Adds other groups.
    pub(super) fn extend(&mut self, more: Self) {
        self.counts.extend(more.counts);
        self.components.extend([more.components]);
        self.values.extend(more.values);
    }

    /// Records of all groups.
    fn records(&self) -> f64 {
        self.counts.iter().sum()
    }

    fn group(&self, number: usize) -> Group<'_> {
        (self.counts[number], self.components.row(number), self.components.cut(&self.values, number))
    }

    /// The sum over all groups of what `add` adds to `width` places.
    fn sum(&self, width: usize, add: impl Fn(Group<'_>, &mut [f64]) + Sync) -> Vec<f64> {
        let of_chunk = |groups: Range<usize>| -> Vec<f64> {
            let mut sums = vec![0.0; width];
            groups.for_each(|at| add(self.group(at), &mut sums));
            sums
        };
        let chunks = by_chunk(self.counts.len(), CHUNK, of_chunk);
        chunks.into_iter().fold(vec![0.0; width], |mut sum, chunk| {
            sum.iter_mut().zip(chunk).for_each(|(sum, part)| *sum += part);
            sum
        })
    }

    /// The shares that make the groups likeliest, from some to begin with.
    pub(super) fn maximise(&self, shares: &mut [f64]) {
        for _ in 0..MOST_STEPS {
            if !self.step(shares, None) {
                return;
            }
        }
    }

    /// One step of expectation-maximisation, one component's share held where it is `fixed`; false where the shares hardly
    /// moved.
    fn step(&self, shares: &mut [f64], fixed: Option<usize>) -> bool {
        let expected = self.expected(shares);
        settle(shares, &expected, self.records(), fixed)
    }

    /// By component the records expected of it.
    pub(super) fn expected(&self, shares: &[f64]) -> Vec<f64> {
        let mut expected = self.sum(shares.len(), |(count, at, values), sums| {
            let total = total(at, values, shares);
            if total > 0.0 {
                let part = count / total;
                at.iter().zip(values).for_each(|(at, l)| sums[*at as usize] += part * l);
            }
        });
        expected.iter_mut().zip(shares).for_each(|(expected, share)| *expected *= share);
        expected
    }

    pub(super) fn log_likelihood(&self, shares: &[f64]) -> f64 {
        let add = |(count, at, values): Group<'_>, sums: &mut [f64]| {
            sums[0] += count * total(at, values, shares).max(1e-300).ln();
        };
        self.sum(1, add)[0]
    }

    /// The observed information on the shares: Σ n L Lᵀ / (Σ π L)², row after row.
    fn information(&self, shares: &[f64]) -> Vec<f64> {
        let width = shares.len();
        self.sum(width * width, |(count, at, values), sums| {
            let total = total(at, values, shares);
            if total <= 0.0 {
                return;
            }
            let scale = count / (total * total);
            for (row, l) in at.iter().zip(values) {
                let sums = &mut sums[*row as usize * width..][..width];
                at.iter().zip(values).for_each(|(at, other)| sums[*at as usize] += scale * l * other);
            }
        })
    }

    /// By component half the width of the interval of shares whose log-likelihood is at most `drop` below the best, as far as
    /// that is a parabola; none for shares that are nothing.
    fn half_widths(&self, shares: &[f64], drop: f64) -> Vec<Option<f64>> {
        let free: Vec<usize> = (0..shares.len()).filter(|at| shares[*at] > NOTHING).collect();
        let mut widths = vec![None; shares.len()];
        // What all but nothing is of one component, the others' shares bound at nothing.
        if free.iter().any(|at| 1.0 - shares[*at] < NEARLY_NOTHING) {
            return widths;
        }
        let Some(information) = Cholesky::of(&self.information(shares), shares.len(), &free) else {
            return widths;
        };
        let even = information.solve(&vec![1.0; free.len()]);
        let all: f64 = even.iter().sum();
        for (place, at) in free.iter().enumerate() {
            let mut unit = vec![0.0; free.len()];
            unit[place] = 1.0;
            let variance = information.solve(&unit)[place] - even[place] * even[place] / all;
            widths[*at] = (variance > 0.0).then(|| (2.0 * drop * variance).sqrt());
        }
        widths
    }

    /// By group the components that have a part in it, with their probabilities.
    pub(super) fn posteriors(&self, shares: &[f64]) -> Ragged<(u32, f64)> {
        let mut posteriors = Ragged::default();
        for (_, at, values) in (0..self.counts.len()).map(|at| self.group(at)) {
            let total = total(at, values, shares);
            let share = |l: f64, at: u32| if total > 0.0 { l * shares[at as usize] / total } else { 0.0 };
            posteriors.push(at.iter().zip(values).map(|(at, l)| (*at, share(*l, *at))));
        }
        posteriors
    }

    /// Of the first `sources` components those that the groups do as well without, the log-likelihood falling by at most
    /// `drop`.
    pub(super) fn needless(&self, shares: &[f64], sources: usize, drop: f64) -> Vec<usize> {
        let best = self.log_likelihood(shares);
        let widths = self.half_widths(shares, drop);
        let needless = |source: &usize| {
            !is_far(shares[*source], widths[*source]) && best - self.profile(shares, *source, 0.0) <= drop
        };
        let needless: Vec<bool> = (0..sources).into_par_iter().map(|source| needless(&source)).collect();
        (0..sources).filter(|source| needless[*source]).collect()
    }

    /// The shares of the first `sources` components that the log-likelihood does not rule out, the others refitted at each:
    /// it may fall by `drop`.
    pub(super) fn intervals(&self, shares: &[f64], sources: usize, drop: f64) -> Vec<[f64; 2]> {
        let best = self.log_likelihood(shares);
        let widths = self.half_widths(shares, drop);
        let of = |source: usize| {
            let (share, width) = (shares[source], widths[source]);
            match width.filter(|_| is_far(share, width) && is_far(1.0 - share, width)) {
                Some(half) => [share - half, share + half],
                None => self.interval(shares, source, best, drop),
            }
        };
        (0..sources).into_par_iter().map(of).collect()
    }

    /// The same for one component, `best` being the log-likelihood of the shares.
    fn interval(&self, shares: &[f64], component: usize, best: f64, drop: f64) -> [f64; 2] {
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
        for _ in 0..PROFILE_STEPS {
            if !self.step(&mut held, Some(component)) {
                break;
            }
        }
        self.log_likelihood(&held)
    }

    /// The shares of some of the records, those of all (`whole`) being worth `worth` records.
    pub(super) fn refit(&self, whole: &[f64], worth: f64) -> Vec<f64> {
        const STEPS: usize = 40;
        let records = self.records();
        let mut shares = whole.to_vec();
        for _ in 0..STEPS {
            let expected = self.expected(&shares);
            let mut moved = 0.0_f64;
            for ((share, expected), whole) in shares.iter_mut().zip(&expected).zip(whole) {
                let new = (expected + worth * whole) / (records + worth);
                moved = moved.max((new - *share).abs());
                *share = new;
            }
            if moved <= STILL {
                break;
            }
        }
        shares
    }
}

/// The likelihood of a group.
fn total(at: &[u32], values: &[f64], shares: &[f64]) -> f64 {
    at.iter().zip(values).map(|(at, l)| shares[*at as usize] * l).sum()
}

/// True where the end of what a share can be is far outside of its interval.
fn is_far(distance: f64, half_width: Option<f64>) -> bool {
    half_width.is_some_and(|half| distance > PARABOLA * half)
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
    moved > STILL
}

/// The factor G of a positive definite matrix G Gᵀ.
struct Cholesky {
    /// Row after row, of each what is left of the diagonal and on it.
    rows: Vec<Vec<f64>>,
}

impl Cholesky {
    /// Of the rows and columns `of` a matrix of this width; none where it is not positive definite.
    fn of(matrix: &[f64], width: usize, of: &[usize]) -> Option<Self> {
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(of.len());
        for (i, row) in of.iter().enumerate() {
            let mut new: Vec<f64> = Vec::with_capacity(i + 1);
            for (j, column) in of.iter().enumerate().take(i + 1) {
                let value = matrix[row * width + column];
                // Components that no group tells apart would make it singular.
                let value = if i == j { value * (1.0 + 1e-9) } else { value };
                let known = if i == j { &new } else { &rows[j] };
                let rest = value - new.iter().zip(known).map(|(a, b)| a * b).sum::<f64>();
                new.push(if i == j { rest.sqrt() } else { rest / rows[j][j] });
            }
            if !new[i].is_finite() || new[i] <= 0.0 {
                return None;
            }
            rows.push(new);
        }
        Some(Self { rows })
    }

    /// The x for which the matrix times x is `right`.
    fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut x = right.to_vec();
        for (i, row) in self.rows.iter().enumerate() {
            let known: f64 = row[..i].iter().zip(&x).map(|(g, x)| g * x).sum();
            x[i] = (x[i] - known) / row[i];
        }
        for i in (0..x.len()).rev() {
            let known: f64 = (i + 1..x.len()).map(|j| self.rows[j][i] * x[j]).sum();
            x[i] = (x[i] - known) / self.rows[i][i];
        }
        x
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Groups of three components: mostly the first's, the second's or the third's, and some that may be either's.
    fn likelihoods(counts: [u16; 5]) -> Likelihoods {
        let rows: [&[(u32, f64)]; 5] = [
            &[(0, 0.9), (2, 1e-3)],
            &[(1, 0.8), (2, 1e-3)],
            &[(2, 0.95)],
            &[(0, 0.3), (1, 0.4)],
            &[(0, 0.05), (1, 0.02), (2, 0.1)],
        ];
        let mut components = Ragged::default();
        rows.iter().for_each(|row| components.push(row.iter().map(|(at, _)| *at)));
        let values = rows.iter().flat_map(|row| row.iter().map(|(_, l)| *l)).collect();
        Likelihoods::new(counts.map(f64::from).to_vec(), components, values)
    }

    fn fitted(likelihoods: &Likelihoods) -> Vec<f64> {
        let mut shares = vec![1.0 / 3.0; 3];
        likelihoods.maximise(&mut shares);
        shares
    }

    proptest! {
        #[test]
        fn no_shares_are_likelier_than_those_found(
            counts in prop::array::uniform5(1_u16..5_000), other in prop::array::uniform3(1_u32..1_000)
        ) {
            let likelihoods = likelihoods(counts);
            let shares = fitted(&likelihoods);
            let sum: u32 = other.iter().sum();
            let other = other.map(|part| f64::from(part) / f64::from(sum));
            let best = likelihoods.log_likelihood(&shares);
            prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(likelihoods.log_likelihood(&other) <= best + 1e-3);
        }

        #[test]
        fn where_the_likelihood_is_a_parabola_its_curvature_tells_the_interval(
            counts in prop::array::uniform5(1_000_u16..5_000)
        ) {
            let likelihoods = likelihoods(counts);
            let shares = fitted(&likelihoods);
            let widths = likelihoods.half_widths(&shares, 1.92);
            let best = likelihoods.log_likelihood(&shares);
            for component in 0..3 {
                let half = widths[component].unwrap();
                let [low, high] = likelihoods.interval(&shares, component, best, 1.92);
                for profile in [shares[component] - low, high - shares[component]] {
                    prop_assert!((profile / half - 1.0).abs() < 0.1, "{component}: {profile} {half}");
                }
            }
        }
    }

    #[test]
    fn a_component_without_a_group_of_its_own_is_needless() {
        let likelihoods = likelihoods([500, 0, 400, 0, 0]);
        let shares = fitted(&likelihoods);
        assert_eq!(likelihoods.needless(&shares, 3, 1.92), [1]);
    }

    #[test]
    fn what_is_all_of_one_component_has_an_interval_below_one() {
        let likelihoods = likelihoods([200, 0, 0, 0, 0]);
        let shares = fitted(&likelihoods);
        let [low, high] = likelihoods.intervals(&shares, 1, 1.92)[0];
        assert!((0.95..0.9999).contains(&low) && high > 0.9999, "{low} {high}");
    }
}
