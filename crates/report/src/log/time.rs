//! Times as people read them.

use crate::Lang;

/// A time without the letter between its day and its clock.
pub(super) fn shown(time: &str) -> String {
    time.replacen('T', " ", 1)
}

/// A length of time in its two largest units.
pub(super) fn length(lang: Lang, seconds: u64) -> String {
    let units = lang.of(["日", "時間", "分", "秒"], ["d", "h", "min", "s"]);
    let units = [86_400, 3_600, 60, 1].into_iter().zip(units);
    let mut rest = seconds;
    let mut parts: Vec<String> = Vec::new();
    for (unit, name) in units {
        let number = rest / unit;
        rest %= unit;
        if number > 0 || (unit == 1 && parts.is_empty()) {
            parts.push(format!("{} {name}", crate::numbers::count(number)));
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_two_units() {
        let texts = [0, 59, 61, 3_600, 90_061, 86_400 * 1_234].map(|seconds| length(Lang::En, seconds));
        assert_eq!(texts, ["0 s", "59 s", "1 min 1 s", "1 h", "1 d 1 h", "1,234 d"]);
    }
}
