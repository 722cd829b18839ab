//! Numbers that a list gives its people, and other cells that are numbers of one form.

use crate::draw::Draw;
use crate::script::{as_digit, digit, is_wide};

/// Digits of the longest number that is drawn.
const MOST_DIGITS: usize = 18;

/// The digits of a cell as one number; none where it has none, or too many.
pub(crate) fn value_of(cell: &str) -> Option<u64> {
    let mut digits = 0;
    let value = cell.chars().filter_map(digit).fold(0u64, |value, digit| {
        digits += 1;
        value.wrapping_mul(10).wrapping_add(u64::from(digit))
    });
    (1..=MOST_DIGITS).contains(&digits).then_some(value)
}

/// What of a cell is not its digits: cells of one form have it in common, and the number of digits where they are padded.
pub(crate) fn form_of(cell: &str) -> String {
    cell.chars().map(|c| if digit(c).is_some() { '0' } else { c }).collect()
}

/// The values that a column's numbers have, and those that new ones may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    first: u64,
    count: u64,
}

impl Range {
    /// Between the least and the greatest of so many numbers, or above them where hardly any is free there.
    pub(crate) fn among(least: u64, greatest: u64, numbers: u64) -> Self {
        let span = (greatest - least.min(greatest)).saturating_add(1);
        match span >= numbers.saturating_mul(2) {
            true => Self { first: least, count: span },
            false => Self { first: greatest.saturating_add(1), count: (numbers / 20).saturating_add(1_000) },
        }
    }

    /// How likely a number is to be drawn.
    pub(crate) fn chance(self) -> f64 {
        1.0 / self.count.max(1) as f64
    }

    pub(crate) fn draw(self, draw: &mut Draw) -> u64 {
        self.first.saturating_add(draw.below(self.count))
    }
}

/// A number in the form of a cell; none where it has more digits than the cell.
pub(crate) fn like(cell: &str, value: u64) -> Option<String> {
    let places = cell.chars().filter(|c| digit(*c).is_some()).count();
    let text = value.to_string();
    let padded = "0".repeat(places.checked_sub(text.len())?) + &text;
    let mut digits = padded.chars().filter_map(digit);
    cell.chars()
        .map(|c| match digit(c) {
            Some(_) => digits.next().map(|value| as_digit(value, is_wide(c))),
            None => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_form_of_the_cell() {
        assert_eq!(like("A-00123", 45).as_deref(), Some("A-00045"));
        assert_eq!(like("０１２", 345).as_deref(), Some("３４５"));
        assert_eq!(like("12", 345), None);
        assert_eq!((value_of("A-00123"), form_of("A-00123")), (Some(123), "A-00000".into()));
        assert_eq!(value_of("none"), None);
    }

    #[test]
    fn numbers_are_among_those_of_the_list_where_there_is_room() {
        assert_eq!(Range::among(100, 1_099, 100), Range { first: 100, count: 1_000 });
        assert_eq!(Range::among(1, 2_000, 2_000), Range { first: 2_001, count: 1_100 });
    }
}
