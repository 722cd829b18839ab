//! E-values for "some rows came from this client", and which of many may be reported.

use std::f64::consts::LN_10;

use statrs::function::beta::{beta_reg, ln_beta};

use crate::background::{Null, Usual};

/// The weight of the alternative that the whole file came from the client, in place of some of it.
const OF_WHOLE: f64 = 0.8;
/// How many rows the rate expected where the whole file came from a client is worth, and its mean before damage.
const WHOLE: (f64, f64) = (20.0, 0.97);
/// The part of all unrelated files that are taken to hold one age group alone: a file rarely tells ages.
const ONE_AGE: f64 = 0.03;

/// Decimal logarithm of the e-value against "the rows are held as often as people like them usually are", when x of n
/// are, and some keys of y of the k rows that are not.
///
/// Under the null the rate is one of those that the controls leave open: drawn from a beta distribution, that of all
/// ages or, in one file of thirty, that of the age group which the client holds most of; and so is the share y of k, of
/// relatives in one house and people who moved. The alternative puts a fifth of its weight evenly on all rates above
/// the usual mean m (a part of the file came from the client), and the rest on Beta(20w, 20 − 20w) with w = 0.97 s (all of
/// it did, s being what damage leaves), when most of the rows that are not held are damaged and keep some keys. With
/// P(a, b) = B(x+a, n−x+b) / B(a, b) for a beta-binomial count without its binomial coefficient, Q the same for y of k, and
/// [A](agreement) that for those of x that are held by all keys,
/// e = [ 0.2 · B(x+1, n−x+1) · (1 − I_m(x+1, n−x+1)) / (1−m) · Q(usual) + 0.8 · P(20w, 20−20w) · Q(whole) ] · A(source)
/// / [ 0.97 · P(usual) · Q(usual) · A(usual) + 0.03 · P(worst) · Q(worst) · A(worst) ], a ratio of two probabilities of
/// what was counted, whose expectation under the null is 1.
pub(crate) fn log10_e(counted: Counted, null: &Null) -> f64 {
    let Counted { rows, held, full, lost, near } = counted;
    if rows == 0 {
        return 0.0;
    }
    let agreement = agreement(full, held, null);
    let of_rows = |rate: Usual| ln_beta_binomial(held, rows, rate);
    let of_lost = |rate: Usual| ln_beta_binomial(near, lost, rate);
    let (x, n) = (held.min(rows) as f64, rows as f64);
    let m = null.usual.mean.clamp(1e-9, 1.0 - 1e-9);
    let above = (1.0 - beta_reg(x + 1.0, n - x + 1.0, m)).max(f64::MIN_POSITIVE);
    let some = ln_beta(x + 1.0, n - x + 1.0) + above.ln() - (-m).ln_1p() + of_lost(null.near.usual);
    let whole = |mean: f64| Usual { mean, strength: WHOLE.0 };
    let all = of_rows(whole(WHOLE.1 * null.survival)) + of_lost(whole(null.near.whole));
    let alternative = ln_sum((1.0 - OF_WHOLE).ln() + some, OF_WHOLE.ln() + all) + agreement.of_source;
    let usual = of_rows(null.usual) + of_lost(null.near.usual) + agreement.usual;
    let worst = of_rows(null.worst) + of_lost(null.near.worst) + agreement.worst;
    let null = ln_sum((1.0 - ONE_AGE).ln() + usual, ONE_AGE.ln() + worst);
    (alternative - null) / LN_10
}

/// The probability that people like them are held as often as this, or oftener: `held` or more of so many rows, under the null of
/// [`log10_e`].
pub(crate) fn at_least(held: u64, rows: u64, null: &Null) -> f64 {
    let n = rows as f64;
    let ln_choose = |x: f64| -ln_beta(x + 1.0, n - x + 1.0) - (n + 1.0).ln();
    let of = |x: u64, rate| (ln_choose(x as f64) + ln_beta_binomial(x, rows, rate)).exp();
    let each = (held..=rows).map(|x| (1.0 - ONE_AGE) * of(x, null.usual) + ONE_AGE * of(x, null.worst));
    each.sum::<f64>().min(1.0)
}

/// The logarithm of the probability of so many of so many, the rate being drawn from a beta distribution; without its
/// binomial coefficient, which all hypotheses share.
fn ln_beta_binomial(part: u64, of: u64, rate: Usual) -> f64 {
    let (x, n) = (part.min(of) as f64, of as f64);
    let mean = rate.mean.clamp(1e-9, 1.0 - 1e-9);
    let (a, b) = (mean * rate.strength, (1.0 - mean) * rate.strength);
    ln_beta(x + a, n - x + b) - ln_beta(a, b)
}

/// How a client holds the persons whom no other claimed client holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counted {
    /// All of them.
    pub(crate) rows: u64,
    /// Those whom it holds.
    pub(crate) held: u64,
    /// Of these, those whom it holds by all keys.
    pub(crate) full: u64,
    /// Those whom it does not hold and of whom no other claimed client holds some keys.
    pub(crate) lost: u64,
    /// Of these, those of whom it holds some keys.
    pub(crate) near: u64,
}

/// How many rows what is expected of a source's own rows is worth.
const AGREEMENT: f64 = 30.0;
/// The part of all age groups that are taken to agree with a list as much as its own rows do.
const AGREEING: f64 = 0.05;

/// The logarithms of the probabilities of how many of the held rows are held by all keys.
struct Agreement {
    /// If they are others' rows.
    usual: f64,
    /// If they are others' rows, of people of one age: the old have one phone and stay where they are, so that some of these
    /// agree as much as a source's own do.
    worst: f64,
    /// If some are the source's own.
    of_source: f64,
}

/// How likely it is that `full` of `held` rows are held by all keys.
///
/// Lists know different phones of one person, and old addresses; a list's own rows agree with it in all that damage left.
/// With d the chance that damage leaves all keys of a row that is still held, and φ the share of others' rows that agree in
/// all, worth k ≤ 30 of them, others' rows are a half of Beta(k φ, …) and of Beta(k φ d, …) (whether d was learnt from a
/// source's rows or from others'), the source's own Beta(30 · 0.97 d, …).
fn agreement(full: u64, held: u64, null: &Null) -> Agreement {
    let probability = |mean: f64, strength: f64| {
        ln_beta_binomial(full, held, Usual { mean: mean.clamp(0.01, 0.99), strength })
    };
    let half = 0.5_f64.ln();
    let Usual { mean, strength } = null.agreement;
    let usual = half + ln_sum(probability(mean, strength), probability(mean * null.whole, strength));
    let own = probability(0.97 * null.whole, AGREEMENT);
    let mixed = |part: f64| ln_sum((1.0 - part).ln() + usual, part.ln() + own);
    Agreement { usual, worst: mixed(AGREEING), of_source: mixed(0.5) }
}

/// Decimal logarithm of the mean of two e-values, an e-value again.
pub(crate) fn mean(one: f64, other: f64) -> f64 {
    (ln_sum(one * LN_10, other * LN_10) - 2.0_f64.ln()) / LN_10
}

/// The logarithm of a sum, from those of its parts.
pub(crate) fn ln_sum(a: f64, b: f64) -> f64 {
    a.max(b) + (-(a - b).abs()).exp().ln_1p()
}

/// The least decimal logarithm that lets the strongest of `hypotheses` be reported at false discovery rate α = 0.01:
/// e-BH (Wang and Ramdas, 2022) reports the k strongest where the k-th e-value is at least hypotheses / (k α).
pub(crate) fn threshold(hypotheses: usize, rank: usize) -> f64 {
    const ALPHA: f64 = 0.01;
    (hypotheses.max(1) as f64 / (rank.max(1) as f64 * ALPHA)).log10()
}

/// True where `misses` of `rows` are more than a chance of `rate` each explains, at one in ten thousand.
pub(crate) fn exceeds(misses: u64, rows: u64, rate: f64) -> bool {
    if misses == 0 || rows == 0 || misses as f64 <= rate * rows as f64 {
        return false;
    }
    // P(X ≥ k) for X ~ Bin(n, p) is I_p(k, n − k + 1).
    beta_reg(misses as f64, (rows - misses.min(rows)) as f64 + 1.0, rate) < 1e-4
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::background::Near;

    fn null(mean: f64, strength: f64) -> Null {
        let usual = Usual { mean, strength };
        Null {
            usual,
            worst: usual,
            survival: 1.0,
            whole: 1.0,
            // As the source's own rows: it tells nothing.
            agreement: Usual { mean: 0.97, strength: 30.0 },
            near: near(0.1, 0.1, 0.7),
        }
    }

    fn near(usual: f64, worst: f64, whole: f64) -> Near {
        let of = |mean| Usual { mean, strength: 30.0 };
        Near { usual: of(usual), worst: of(worst), whole }
    }

    /// So many held of so many rows, of which nothing was lost.
    fn held(held: u64, rows: u64) -> Counted {
        Counted { rows, held, ..Counted::default() }
    }

    /// The probabilities of 0 ..= n matches, the rate being drawn from a beta distribution.
    fn beta_binomial(n: u64, usual: Usual) -> Vec<f64> {
        let (a, b) = (usual.mean * usual.strength, (1.0 - usual.mean) * usual.strength);
        let mass = |x: f64, n: f64| {
            let choose = -ln_beta(x + 1.0, n - x + 1.0) - (n + 1.0).ln();
            (choose + ln_beta(x + a, n - x + b) - ln_beta(a, b)).exp()
        };
        (0..=n).map(|x| mass(x as f64, n as f64)).collect()
    }

    proptest! {
        #[test]
        fn evidence_is_finite(rows in 1_u64..20_000_000, share in 0.0_f64..=1.0, b in 0.0_f64..=1.0, s in 1.0_f64..1e6) {
            prop_assert!(log10_e(held((rows as f64 * share) as u64, rows), &null(b, s)).is_finite());
        }
    }

    #[test]
    fn under_the_null_the_mean_is_at_most_one_and_large_values_are_rare() {
        for (n, m, s, w) in [
            (5, 0.25, 40.0, 0.5),
            (30, 0.02, 100.0, 0.3),
            (60, 0.3, 10.0, 0.3),
            (100, 0.001, 1e5, 0.01),
            (400, 0.1, 50.0, 0.8),
        ] {
            let worst = Usual { mean: w, strength: s };
            let null = Null { worst, ..null(m, s) };
            let parts = [beta_binomial(n, null.usual), beta_binomial(n, null.worst)];
            let masses: Vec<f64> = parts[0]
                .iter()
                .zip(&parts[1])
                .map(|(usual, worst)| (1.0 - ONE_AGE) * usual + ONE_AGE * worst)
                .collect();
            assert!((masses.iter().sum::<f64>() - 1.0).abs() < 1e-6);
            let e = |k: usize| log10_e(held(k as u64, n), &null);
            for alpha in [0.05_f64, 0.01] {
                let large = (0..masses.len()).filter(|k| e(*k) >= (1.0 / alpha).log10());
                let tail: f64 = large.map(|k| masses[k]).sum();
                assert!(tail <= alpha, "{n} {m} {alpha}: {tail}");
            }
            // Only values above 1 are evidence; the others count as none.
            let mean: f64 =
                (0..masses.len()).filter(|k| e(*k) > 0.0).map(|k| masses[k] * 10_f64.powf(e(k))).sum();
            assert!(mean <= 1.0 + 1e-6, "{n} {m}: {mean}");
        }
    }

    #[test]
    fn chance_holds_anybody_and_seldom_many() {
        let usual = Usual { mean: 0.2, strength: 40.0 };
        let null = Null { worst: Usual { mean: 0.6, strength: 40.0 }, ..null(usual.mean, usual.strength) };
        let (likely, worst) = (beta_binomial(6, null.usual), beta_binomial(6, null.worst));
        let chances: Vec<f64> = (0..=6).map(|held| at_least(held, 6, &null)).collect();
        assert!((chances[0] - 1.0).abs() < 1e-9);
        for held in 0..6 {
            let of = (1.0 - ONE_AGE) * likely[held] + ONE_AGE * worst[held];
            assert!((chances[held] - chances[held + 1] - of).abs() < 1e-9, "{held}: {chances:?}");
        }
    }

    #[test]
    fn keys_of_lost_rows_are_no_evidence_under_the_null() {
        for (n, usual, worst, whole) in [(5, 0.1, 0.2, 0.7), (30, 0.02, 0.4, 0.9), (30, 0.3, 0.3, 0.31)] {
            let null = Null { survival: 0.5, near: near(usual, worst, whole), ..null(0.1, 50.0) };
            let held_of = |rate| beta_binomial(n, rate);
            let near_of = |held: usize, rate| beta_binomial(n - held as u64, rate);
            let mean_of = |of_rows: Usual, of_lost: Usual| -> f64 {
                let each = held_of(of_rows).into_iter().enumerate().flat_map(|(held, mass)| {
                    near_of(held, of_lost)
                        .into_iter()
                        .enumerate()
                        .map(move |(near, m)| (held, near, mass * m))
                });
                each.map(|(held, near, mass)| {
                    let lost = n - held as u64;
                    let counted = Counted { rows: n, held: held as u64, full: 0, lost, near: near as u64 };
                    mass * 10_f64.powf(log10_e(counted, &null))
                })
                .sum()
            };
            let usual = mean_of(null.usual, null.near.usual);
            let worst = mean_of(null.worst, null.near.worst);
            let mean = (1.0 - ONE_AGE) * usual + ONE_AGE * worst;
            assert!((mean - 1.0).abs() < 1e-6, "{n} {usual}: {mean}");
        }
    }

    #[test]
    fn lost_rows_that_keep_some_keys_weigh() {
        let null = Null { survival: 0.6, near: near(0.1, 0.2, 0.8), ..null(0.1, 30.0) };
        let e = |near| log10_e(Counted { rows: 40, held: 24, full: 16, lost: 16, near }, &null);
        assert!(e(13) > e(2) + 2.0, "{} {}", e(13), e(2));
    }

    #[test]
    fn agreement_is_no_evidence_under_the_null() {
        for (n, whole) in [(5, 1.0), (30, 0.9), (200, 0.5)] {
            let null = Null { whole, agreement: Usual { mean: 0.8, strength: 30.0 }, ..null(0.1, 50.0) };
            let Usual { mean, strength } = null.agreement;
            let masses = [mean, mean * whole].map(|mean| beta_binomial(n, Usual { mean, strength }));
            let both = masses[0].iter().zip(&masses[1]).map(|(one, other)| (one + other) / 2.0);
            let e = |full: usize| {
                let Agreement { usual, of_source, .. } = agreement(full as u64, n, &null);
                (of_source - usual).exp()
            };
            let mean: f64 = both.enumerate().map(|(k, mass)| mass * e(k)).sum();
            assert!((mean - 1.0).abs() < 1e-6, "{n} {whole}: {mean}");
        }
    }

    #[test]
    fn people_of_one_age_may_agree_more_than_all_do() {
        let old = Usual { mean: 0.45, strength: 30.0 };
        let null = Null { worst: old, agreement: Usual { mean: 0.5, strength: 30.0 }, ..null(0.1, 60.0) };
        let e = |full| log10_e(Counted { rows: 140, held: 63, full, ..Counted::default() }, &null);
        assert!(e(63) < 2.0 && e(63) > e(32), "{} {}", e(63), e(32));
    }

    #[test]
    fn five_rows_of_a_list_that_every_fourth_is_on_weigh_little() {
        assert!(log10_e(held(5, 5), &null(0.25, 200.0)) < 3.0);
        assert!(log10_e(held(30, 30), &null(0.25, 200.0)) > 8.0);
        assert!((threshold(69, 1) - 6_900_f64.log10()).abs() < 1e-12);
    }

    #[test]
    fn where_the_usual_rate_is_unknown_little_can_be_said() {
        assert!(log10_e(held(30, 30), &null(0.3, 2.0)) < 2.0);
    }

    #[test]
    fn a_few_misses_are_chance_and_many_are_not() {
        assert!(!exceeds(2, 30, 0.05));
        assert!(exceeds(15, 30, 0.05));
        assert!(!exceeds(0, 0, 0.05));
        assert!(exceeds(1_000, 10_000, 0.05));
    }
}
