//! E-values for "some rows came from this client", and which of many may be reported.

use statrs::function::beta::{beta_reg, ln_beta};
use std::f64::consts::LN_10;

/// Decimal logarithm of the e-value against "each of `rows` rows is held with a chance of at most `background`", when
/// `held` of them are.
///
/// The alternative spreads its weight evenly over all rates above the background, so that
/// e = B(x+1, n−x+1) · (1 − I_b(x+1, n−x+1)) / ((1−b) · b^x · (1−b)^(n−x)),
/// a mixture likelihood ratio, whose expectation under the null is at most 1 (Robbins, 1970).
pub(crate) fn log10_e(held: u64, rows: u64, background: f64) -> f64 {
    let (x, n) = (held.min(rows) as f64, rows as f64);
    if rows == 0 || background >= 1.0 || x <= background * n {
        // Below the background nothing speaks for the client; the logarithm of an e-value of at most 1.
        return 0.0;
    }
    let b = background.max(1e-12);
    let (p, q) = (x + 1.0, n - x + 1.0);
    let above = (1.0 - beta_reg(p, q, b)).max(f64::MIN_POSITIVE);
    let alternative = ln_beta(p, q) + above.ln() - (-b).ln_1p();
    let null = x * b.ln() + (n - x) * (-b).ln_1p();
    (alternative - null) / LN_10
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

    /// The binomial probabilities of 0 ..= n.
    fn binomial(n: u64, p: f64) -> Vec<f64> {
        let mut row = vec![1.0];
        for _ in 0..n {
            let mut next = vec![0.0; row.len() + 1];
            for (k, mass) in row.iter().enumerate() {
                next[k] += mass * (1.0 - p);
                next[k + 1] += mass * p;
            }
            row = next;
        }
        row
    }

    proptest! {
        #[test]
        fn evidence_is_finite_and_grows_with_matches(rows in 1_u64..20_000_000, share in 0.0_f64..1.0, b in 0.0_f64..1.0) {
            let held = (rows as f64 * share) as u64;
            let e = log10_e(held, rows, b);
            prop_assert!(e.is_finite());
            prop_assert!(log10_e((held + 1).min(rows), rows, b) >= e - 1e-6);
        }
    }

    #[test]
    fn under_the_null_the_mean_is_at_most_one_and_large_values_are_rare() {
        for (n, b) in [(5, 0.25), (30, 0.02), (60, 0.3), (100, 0.001), (400, 0.1)] {
            let masses = binomial(n, b);
            let tail = |alpha: f64| -> f64 {
                let large = |k: &usize| log10_e(*k as u64, n, b) >= (1.0 / alpha).log10();
                (0..masses.len()).filter(large).map(|k| masses[k]).sum()
            };
            for alpha in [0.05, 0.01] {
                assert!(tail(alpha) <= alpha, "{n} {b} {alpha}: {}", tail(alpha));
            }
            // Only the values above 1 are evidence; those below are reported as 1.
            let mean: f64 = masses
                .iter()
                .enumerate()
                .map(|(k, mass)| {
                    let e = log10_e(k as u64, n, b);
                    if e > 0.0 && *mass > 1e-200 { mass * 10_f64.powf(e) } else { 0.0 }
                })
                .sum();
            assert!(mean <= 1.0 + 1e-6, "{n} {b}: {mean}");
        }
    }

    #[test]
    fn five_rows_of_a_list_that_every_fourth_is_on_weigh_little() {
        assert!(log10_e(5, 5, 0.25) < 3.0);
        assert!(log10_e(30, 30, 0.25) > 10.0);
        assert!((threshold(69, 1) - 6_900_f64.log10()).abs() < 1e-12);
    }

    #[test]
    fn a_few_misses_are_chance_and_many_are_not() {
        assert!(!exceeds(2, 30, 0.05));
        assert!(exceeds(15, 30, 0.05));
        assert!(!exceeds(0, 0, 0.05));
        assert!(exceeds(1_000, 10_000, 0.05));
    }
}
