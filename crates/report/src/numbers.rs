//! Numbers as reports write them: rounded once, so that equal inputs give equal bytes in every format.

use crate::Lang;

/// The largest magnitude written for `log10_e`. JSON has no infinity, and no evidence comes near it.
const LOG10_E_LIMIT: f64 = 1e12;

/// A share, 0 to 1, to six decimals. What is not a number becomes `otherwise`.
pub(crate) fn share(value: f64, otherwise: f64) -> f64 {
    let value = if value.is_nan() { otherwise } else { value };
    unsigned_zero((value.clamp(0.0, 1.0) * 1e6).round() / 1e6)
}

/// An interval of a share; a bound that is not a number bounds nothing.
pub(crate) fn share_interval([low, high]: [f64; 2]) -> [f64; 2] {
    [share(low, 0.0), share(high, 1.0)]
}

/// Decimal logarithm of evidence, to one decimal; what is not a number is no evidence.
pub(crate) fn log10_e(value: f64) -> f64 {
    if value.is_nan() {
        return 0.0;
    }
    unsigned_zero((value.clamp(-LOG10_E_LIMIT, LOG10_E_LIMIT) * 10.0).round() / 10.0)
}

/// An expected number of things, to one decimal.
pub(crate) fn tenths(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { unsigned_zero((value.clamp(0.0, LOG10_E_LIMIT) * 10.0).round() / 10.0) }
}

/// `-0.0` prints as `-0`, which means nothing.
fn unsigned_zero(value: f64) -> f64 {
    value + 0.0
}

/// A count with thousands separators.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A rounded share in percent, to one decimal. `0%` and `100%` are kept for exactly none and exactly all.
pub(crate) fn percent(share: f64) -> String {
    match share {
        s if s <= 0.0 => "0%".into(),
        s if s >= 1.0 => "100%".into(),
        s if s < 0.0005 => "<0.1%".into(),
        s if s >= 0.9995 => ">99.9%".into(),
        s => format!("{:.1}%", s * 100.0),
    }
}

/// A rounded share as a whole number of per cent, for where there is no room for more. `0` and `100` are kept for exactly
/// none and exactly all.
pub(crate) fn whole_percent(share: f64) -> String {
    match share {
        s if s <= 0.0 => "0".into(),
        s if s >= 1.0 => "100".into(),
        s if s < 0.005 => "<1".into(),
        s if s >= 0.995 => ">99".into(),
        // Rounded here: formatting alone takes a half to the even neighbour, 0.5 to 0.
        s => format!("{:.0}", (s * 100.0).round()),
    }
}

/// A probability with three figures that count, as far as it can be told from none.
pub(crate) fn probability(value: f64) -> f64 {
    let value = if value.is_nan() { 1.0 } else { value.clamp(0.0, 1.0) };
    format!("{value:.2e}").parse().unwrap_or(1.0)
}

/// An expected number with three figures that count; what is not a number expects more than anything.
pub(crate) fn expected_number(value: f64) -> f64 {
    let value = if value.is_nan() { 1e12 } else { value.clamp(0.0, 1e12) };
    format!("{value:.2e}").parse().unwrap_or(1e12)
}

/// An expected number as people read it, with two figures that count.
pub(crate) fn expected(lang: Lang, value: f64) -> String {
    match expected_number(value) {
        n if n >= 10.0 => count(n.round() as u64),
        n if n >= 0.995 => format!("{n:.1}"),
        n if n < 0.000_1 => lang.of("0.0001 未満", "less than 0.0001").to_owned(),
        n => {
            let decimals = (-n.log10().floor()) as usize + 1;
            let text = format!("{n:.decimals$}");
            text.trim_end_matches('0').to_owned()
        }
    }
}

/// A probability as people compare them: `35.0%`, or `once in 57,000` where it is small, with two figures that count.
pub(crate) fn odds(lang: Lang, probability: f64) -> String {
    match probability {
        p if p >= 0.01 || p.is_nan() => percent(p),
        p if p < 1e-12 => lang.of("10^12 に 1 未満", "less than once in 10^12").to_owned(),
        p => {
            let times = p.recip() * (1.0 + 1e-9);
            let unit = 10_f64.powi(times.log10().floor() as i32 - 1).max(1.0);
            // Rounded down: chance is not made rarer than it is.
            let times = count(((times / unit).floor() * unit) as u64);
            lang.of(format!("{times} に 1"), format!("once in {times}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_told_as_people_compare_them() {
        let chances = [1.0, 0.25, 0.01, 0.009_9, 1.0 / 57_432.0, 1e-9, 1e-13, 0.0];
        let texts = chances.map(|chance| odds(Lang::En, chance));
        assert_eq!(
            texts,
            [
                "100%",
                "25.0%",
                "1.0%",
                "once in 100",
                "once in 57,000",
                "once in 1,000,000,000",
                "less than once in 10^12",
                "less than once in 10^12"
            ]
        );
        assert_eq!([1.0 / 3.0, 1.234_5e-7, 0.0, f64::NAN].map(probability), [0.333, 1.23e-7, 0.0, 1.0]);
    }

    #[test]
    fn counts_have_separators_every_three_digits() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (9_280_000, "9,280,000")] {
            assert_eq!(count(value), text);
        }
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn none_and_all_are_said_only_of_none_and_all() {
        let shares = [0.0, 0.000_001, 0.000_5, 0.5, 0.999_4, 0.999_5, 0.999_999, 1.0];
        let texts = ["0%", "<0.1%", "0.1%", "50.0%", "99.9%", ">99.9%", ">99.9%", "100%"];
        assert_eq!(shares.map(percent), texts);
        let texts = ["0", "<1", "<1", "50", ">99", ">99", ">99", "100"];
        assert_eq!(shares.map(whole_percent), texts);
        assert_eq!([0.005, 0.994_9].map(whole_percent), ["1", "99"]);
    }

    #[test]
    fn what_json_cannot_write_never_leaves() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, -1e-9, f64::MAX, f64::MIN] {
            for value in [share(odd, 0.0), share(odd, 1.0), log10_e(odd)] {
                assert!(value.is_finite());
                assert!(!(value == 0.0 && value.is_sign_negative()));
            }
        }
        assert_eq!(share_interval([f64::NAN, f64::NAN]), [0.0, 1.0]);
    }
}
