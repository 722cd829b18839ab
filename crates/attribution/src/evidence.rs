//! E-values for "some rows came from this client", and which of many may be reported.

use std::f64::consts::LN_10;

use statrs::function::beta::{beta_reg, ln_beta};

use crate::background::{Null, Usual};

/// How many rows the rate expected where the whole file came from a client is worth, and its mean before damage.
const WHOLE: (f64, f64) = (20.0, 0.97);
/// The part of all unrelated files that are taken to hold one age group alone: a file rarely tells ages.
const ONE_AGE: f64 = 0.03;

/// Decimal logarithm of the e-value against "the rows are held as often as people like them usually are", when `held`
/// of `rows` are.
///
/// Under the null the rate is one of those that the controls leave open: drawn from a beta distribution, that of all
/// ages or, in one file of ten, that of the age group which the client holds most of. The alternative puts half of its
/// weight evenly on all rates above the usual mean m (a part of the file came from the client), and half on
/// Beta(20w, 20 − 20w) with w = 0.97 s (all of it did, s being what damage leaves). With
/// P(a, b) = B(x+a, n−x+b) / B(a, b) for a beta-binomial count without its binomial coefficient,
/// e = ½ · [ B(x+1, n−x+1) · (1 − I_m(x+1, n−x+1)) / (1−m) + P(20w, 20−20w) ] / [ 0.9 · P(usual) + 0.1 · P(worst) ],
/// a ratio of two probabilities of x, whose expectation under the null is 1.
pub(crate) fn log10_e(held: u64, rows: u64, null: &Null) -> f64 {
    let (x, n) = (held.min(rows) as f64, rows as f64);
    let m = null.usual.mean.clamp(1e-9, 1.0 - 1e-9);
    if rows == 0 {
        return 0.0;
    }
    let count = |a: f64, b: f64| ln_beta(x + a, n - x + b) - ln_beta(a, b);
    let usual = |usual: &Usual| {
        let mean = usual.mean.clamp(1e-9, 1.0 - 1e-9);
        count(mean * usual.strength, (1.0 - mean) * usual.strength)
    };
    let whole = WHOLE.1 * null.survival.clamp(0.01, 1.0);
    let above = (1.0 - beta_reg(x + 1.0, n - x + 1.0, m)).max(f64::MIN_POSITIVE);
    let some = ln_beta(x + 1.0, n - x + 1.0) + above.ln() - (-m).ln_1p();
    let alternative =
        ln_sum(0.5_f64.ln() + some, 0.5_f64.ln() + count(WHOLE.0 * whole, WHOLE.0 * (1.0 - whole)));
    let null = ln_sum((1.0 - ONE_AGE).ln() + usual(&null.usual), ONE_AGE.ln() + usual(&null.worst));
    (alternative - null) / LN_10
}

/// How many rows what is expected of a source's own rows is worth.
const AGREEMENT: f64 = 30.0;

/// Decimal logarithm of the e-value against "the rows that are held are held by all keys as often as those of others
/// are", when `full` of `held` are.
///
/// Lists know different phones of one person, and old addresses; a list's own rows agree with it in all that damage left.
/// With d the chance that damage leaves all keys of a row that is still held, and φ the share of others' rows that agree in
/// all, worth k ≤ 30 of them, the null is a half of Beta(k φ, …) and of Beta(k φ d, …) (whether d was learnt from a source's
/// rows or from others'), the alternative a half of the null and of Beta(30 · 0.97 d, …).
pub(crate) fn log10_e_of_agreement(full: u64, held: u64, null: &Null) -> f64 {
    let (x, n) = (full.min(held) as f64, held as f64);
    let count = |mean: f64, worth: f64| {
        let mean = mean.clamp(0.01, 0.99);
        let (a, b) = (worth * mean, worth * (1.0 - mean));
        ln_beta(x + a, n - x + b) - ln_beta(a, b)
    };
    let half = 0.5_f64.ln();
    let Usual { mean, strength } = null.agreement;
    let usual = half + ln_sum(count(mean, strength), count(mean * null.whole, strength));
    (half + ln_sum(usual, count(0.97 * null.whole, AGREEMENT)) - usual) / LN_10
}

/// Decimal logarithm of the mean of two e-values, an e-value again.
pub(crate) fn mean(one: f64, other: f64) -> f64 {
    (ln_sum(one * LN_10, other * LN_10) - 2.0_f64.ln()) / LN_10
}

/// The logarithm of a sum, from those of its parts.
fn ln_sum(a: f64, b: f64) -> f64 {
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

    fn null(mean: f64, strength: f64) -> Null {
        let usual = Usual { mean, strength };
        Null {
            usual,
            worst: usual,
            survival: 1.0,
            whole: 1.0,
            agreement: Usual { mean: 0.8, strength: 30.0 },
        }
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
            prop_assert!(log10_e((rows as f64 * share) as u64, rows, &null(b, s)).is_finite());
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
            let null = Null {
                usual: Usual { mean: m, strength: s },
                worst: Usual { mean: w, strength: s },
                survival: 1.0,
                whole: 1.0,
                agreement: Usual { mean: 0.8, strength: 30.0 },
            };
            let parts = [beta_binomial(n, null.usual), beta_binomial(n, null.worst)];
            let masses: Vec<f64> = parts[0]
                .iter()
                .zip(&parts[1])
                .map(|(usual, worst)| (1.0 - ONE_AGE) * usual + ONE_AGE * worst)
                .collect();
            assert!((masses.iter().sum::<f64>() - 1.0).abs() < 1e-6);
            let e = |k: usize| log10_e(k as u64, n, &null);
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
    fn agreement_is_no_evidence_under_the_null() {
        for (n, whole) in [(5, 1.0), (30, 0.9), (200, 0.5)] {
            let null = Null { whole, ..null(0.1, 50.0) };
            let Usual { mean, strength } = null.agreement;
            let masses = [mean, mean * whole].map(|mean| beta_binomial(n, Usual { mean, strength }));
            let both = masses[0].iter().zip(&masses[1]).map(|(one, other)| (one + other) / 2.0);
            let e = |k: usize| 10_f64.powf(log10_e_of_agreement(k as u64, n, &null));
            let mean: f64 = both.enumerate().map(|(k, mass)| mass * e(k)).sum();
            assert!((mean - 1.0).abs() < 1e-6, "{n} {whole}: {mean}");
        }
    }

    #[test]
    fn five_rows_of_a_list_that_every_fourth_is_on_weigh_little() {
        assert!(log10_e(5, 5, &null(0.25, 200.0)) < 3.0);
        assert!(log10_e(30, 30, &null(0.25, 200.0)) > 8.0);
        assert!((threshold(69, 1) - 6_900_f64.log10()).abs() < 1e-12);
    }

    #[test]
    fn where_the_usual_rate_is_unknown_little_can_be_said() {
        assert!(log10_e(30, 30, &null(0.3, 2.0)) < 2.0);
    }

    #[test]
    fn a_few_misses_are_chance_and_many_are_not() {
        assert!(!exceeds(2, 30, 0.05));
        assert!(exceeds(15, 30, 0.05));
        assert!(!exceeds(0, 0, 0.05));
        assert!(exceeds(1_000, 10_000, 0.05));
    }
}
