//! Telephone numbers that are nobody's, in the notation of the cells around them.
//!
//! Numbers of mobile phones are `070`, `080` or `090` and eight digits of which the first is not 0 (the ministry's list of kinds of
//! number): those whose first is 0 are outside the plan and cannot be assigned. `0800` is toll-free and is left out.

use crate::draw::Draw;
use crate::script::{as_digit, digit, is_wide};

const PREFIXES: [&str; 2] = ["0700", "0900"];
const SUBSCRIBERS: u64 = 10_000_000;

/// How likely the likeliest number is to be drawn.
pub(crate) fn greatest_chance() -> f64 {
    1.0 / (PREFIXES.len() as u64 * SUBSCRIBERS) as f64
}

/// Draws the eleven digits of a number.
pub(crate) fn draw(draw: &mut Draw) -> String {
    let prefix = draw.pick(&PREFIXES).copied().unwrap_or_default();
    format!("{prefix}{:07}", draw.below(SUBSCRIBERS))
}

/// A number of eleven digits as a cell writes its own first one; none where that is no number within Japan.
pub(crate) fn like(cell: &str, number: &str) -> Option<String> {
    let runs = runs_of(cell);
    let wide = cell.chars().find(|c| digit(*c).is_some()).is_some_and(is_wide);
    let write = |digits: &str| -> String {
        digits.chars().filter_map(digit).map(|value| as_digit(value, wide)).collect()
    };
    let between = |before: usize| {
        let (from, to) = (runs.get(before)?.end, runs.get(before + 1)?.start);
        cell.get(from..to)
    };
    let first = runs.first()?;
    let start = cell.get(..first.start)?;
    let rest = cell.get(runs.last()?.end..).unwrap_or_default();
    let (prefix, middle, last) = (number.get(..3)?, number.get(3..7)?, number.get(7..)?);
    let home = number.get(1..)?;
    let digits = |at: usize| runs.get(at).map_or("", |run| run.digits.as_str());
    Some(match runs.len() {
        1 if digits(0).starts_with("81") && digits(0).len() >= 11 => {
            format!("{start}{}{}{rest}", write("81"), write(home))
        }
        1 if digits(0).starts_with('0') && digits(0).len() >= 10 => {
            format!("{start}{}{rest}", write(number))
        }
        1 if matches!(digits(0).len(), 9 | 10) => format!("{start}{}{rest}", write(home)),
        2 if matches!(digits(1), "0" | "00") && between(0) == Some(".") => {
            format!("{start}{}.{}{rest}", write(home), digits(1))
        }
        4 if digits(0) == "81" => {
            let [one, two, three] = [between(0)?, between(1)?, between(2)?];
            let area = prefix.get(1..)?;
            let parts = [write("81"), write(area), write(middle), write(last)];
            format!("{start}{}{one}{}{two}{}{three}{}{rest}", parts[0], parts[1], parts[2], parts[3])
        }
        3.. if digits(0).starts_with('0') => {
            let rest = if runs.len() == 3 { rest } else { "" };
            let [one, two] = [between(0)?, between(1)?];
            format!("{start}{}{one}{}{two}{}{rest}", write(prefix), write(middle), write(last))
        }
        _ => return None,
    })
}

/// Digits that follow each other.
struct Run {
    start: usize,
    end: usize,
    digits: String,
}

fn runs_of(cell: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, c) in cell.char_indices() {
        let Some(value) = digit(c) else { continue };
        let end = at + c.len_utf8();
        match runs.last_mut().filter(|run| run.end == at) {
            Some(run) => {
                run.end = end;
                run.digits.push(as_digit(value, false));
            }
            None => runs.push(Run { start: at, end, digits: as_digit(value, false).into() }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use meibo_normalize::{Field, Level, Normalizer, Record};

    use super::*;
    use crate::draw::Seed;

    #[test]
    fn numbers_are_written_as_the_cell_writes_its_own() {
        for (cell, expected) in [
            ("058-265-1234", "090-0123-4567"),
            ("(058)265-1234", "(090)0123-4567"),
            ("058（265）1234", "090（0123）4567"),
            ("０５８－２６５－１２３４", "０９０－０１２３－４５６７"),
            ("0582651234", "09001234567"),
            ("582651234", "9001234567"),
            ("582651234.0", "9001234567.0"),
            ("+81-58-265-1234", "+81-90-0123-4567"),
            ("+81582651234", "+819001234567"),
            ("058 265 1234 ", "090 0123 4567 "),
            ("058-265-1234 090-1111-2222", "090-0123-4567"),
        ] {
            assert_eq!(like(cell, "09001234567").as_deref(), Some(expected), "{cell}");
            let mut read = Record::new();
            Normalizer::new().normalize(Field::Phone, Level::Standard, expected, &mut read);
            assert_eq!(read.values(Field::Phone).next(), Some("09001234567"), "{expected}");
        }
        for cell in ["", "なし", "1234", "110"] {
            assert_eq!(like(cell, "09001234567"), None, "{cell}");
        }
    }

    #[test]
    fn every_number_is_outside_the_plan_and_a_key_all_the_same() {
        let mut draw = Seed::from_bytes([1; 32]).draw("phones", 0);
        let mut normalizer = Normalizer::new();
        for _ in 0..1_000 {
            let number = super::draw(&mut draw);
            assert!(number.len() == 11 && (number.starts_with("0700") || number.starts_with("0900")));
            let mut read = Record::new();
            normalizer.normalize(Field::Phone, Level::Standard, &number, &mut read);
            assert_eq!(read.values(Field::Phone).next(), Some(number.as_str()));
        }
    }
}
