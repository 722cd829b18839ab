//! Counts and sizes of a log.

use unicode_normalization::UnicodeNormalization;

/// Longer texts are no numbers.
const LONGEST: usize = 40;
/// No list has more rows, and no file more bytes.
const MOST: u64 = 1 << 50;
/// What may stand behind a count.
const COUNT_UNITS: [&str; 11] =
    ["件", "行", "レコード", "名", "人", "rows", "row", "records", "record", "lines", "entries"];

/// A size in bytes, or what lies between two: one that was written in larger units is not exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// So many bytes at least.
    pub least: u64,
    /// So many at most; as many, where the size is exact.
    pub most: u64,
}

/// A count that a cell holds exactly: digits, in groups of three or not, and its unit.
pub(crate) fn count(cell: &str) -> Option<u64> {
    let text = folded(cell)?;
    let number = COUNT_UNITS.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(&text).trim_end();
    let (whole, fraction) = parts(number)?;
    // Spreadsheets write whole numbers with a fraction of noughts.
    fraction.bytes().all(|b| b == b'0').then_some(whole)
}

/// A size that a cell holds, `unit` being that of its heading.
pub(crate) fn size(cell: &str, unit: Option<u32>) -> Option<Size> {
    let text = folded(cell)?;
    let digits = text.find(|c: char| !matches!(c, '0'..='9' | ',' | '.')).unwrap_or(text.len());
    let (number, word) = text.split_at_checked(digits)?;
    let power = match word.trim() {
        "" => unit.unwrap_or(0),
        word => power_of(word)?,
    };
    let (whole, fraction) = parts(number)?;
    if power == 0 {
        return fraction.bytes().all(|b| b == b'0').then_some(Size { least: whole, most: whole });
    }
    // Cut or rounded, up or down, and with a thousand or 1,024 to the next unit: all that may be meant.
    let step = 10_f64.powi(-i32::try_from(fraction.len()).ok()?);
    let value = format!("{whole}.{fraction}0").parse::<f64>().ok()?;
    let bound = |value: f64, base: f64| value.max(0.0) * base.powi(power as i32);
    let (least, most) = (bound(value - step, 1_000.0).floor(), bound(value + step, 1_024.0).ceil());
    (most <= MOST as f64).then_some(Size { least: least as u64, most: most as u64 })
}

/// How often a unit is a thousand bytes multiplied: 0 for bytes, 1 for KB.
pub(crate) fn power_of(word: &str) -> Option<u32> {
    Some(match word {
        "b" | "byte" | "bytes" | "バイト" => 0,
        "k" | "kb" | "kib" | "kbyte" | "kbytes" | "キロバイト" => 1,
        "m" | "mb" | "mib" | "mbyte" | "mbytes" | "メガバイト" => 2,
        "g" | "gb" | "gib" | "gbyte" | "gbytes" | "ギガバイト" => 3,
        _ => return None,
    })
}

fn folded(cell: &str) -> Option<String> {
    if cell.is_empty() || cell.len() > LONGEST {
        return None;
    }
    if cell.is_ascii() {
        return Some(cell.trim().to_ascii_lowercase());
    }
    let text: String = cell.nfkc().flat_map(char::to_lowercase).collect();
    Some(text.trim().to_owned())
}

/// A whole number, perhaps in groups of three, and its fraction.
fn parts(text: &str) -> Option<(u64, &str)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| !first.is_empty() && is_digits(first))?;
    let is_grouped = whole.contains(',');
    if !is_digits(fraction) || (is_grouped && first.len() > 3) {
        return None;
    }
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || !is_digits(group) {
            return None;
        }
        digits.push_str(group);
    }
    Some((digits.parse().ok().filter(|number| *number <= MOST)?, fraction))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_are_exact_or_none() {
        for text in ["1234", "1,234", "１，２３４件", " 1,234 行 ", "1234.0", "1,234 rows", "01234"] {
            assert_eq!(count(text), Some(1_234), "{text}");
        }
        for text in [
            "",
            "-",
            "約1234件",
            "1,23",
            "1234.5",
            "1.2千件",
            "12,34",
            "-5",
            "1 234",
            "1万件",
            "9999999999999999999999",
        ] {
            assert_eq!(count(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_in_larger_units_are_between_two() {
        assert_eq!(size("1,234", None), Some(Size { least: 1_234, most: 1_234 }));
        assert_eq!(size("1234 バイト", None), Some(Size { least: 1_234, most: 1_234 }));
        let kilo = size("1.2KB", None).unwrap();
        assert!(kilo.least <= 1_100 && kilo.most >= 1_331 && kilo == size("１．２", Some(1)).unwrap());
        assert_eq!(size("1,234 pages", None), None);
        assert_eq!(size("12 TB", None), None);
    }

    proptest! {
        #[test]
        fn whatever_a_cell_holds_it_is_read_or_not(text in "\\PC{0,30}|[0-9.,kmgb件]{0,30}") {
            let _ = (count(&text), size(&text, None), size(&text, Some(2)));
        }

        #[test]
        fn a_size_is_within_what_was_written_of_it(bytes in 0..1_u64 << 40, power in 1..4_u32, base in prop_oneof![Just(1_000_f64), Just(1_024.0)], digits in 0..3_usize) {
            let shown = bytes as f64 / base.powi(power as i32);
            let unit = ["kb", "mb", "gb"][power as usize - 1];
            let size = size(&format!("{shown:.digits$} {unit}"), None).unwrap();
            prop_assert!((size.least..=size.most).contains(&bytes), "{size:?}");
        }
    }
}
