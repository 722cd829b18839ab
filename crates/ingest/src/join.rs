//! Several cells to one value.

use crate::cells::is_dash;

/// How a cell attaches to the cells before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glue {
    /// Directly.
    Nothing,
    /// With a space.
    Space,
    /// With `, `, as Western addresses are written.
    Comma,
    /// With a hyphen between digits, directly otherwise: 055 and 1234; 55 and 3, but 55年 and 3月.
    Hyphen,
    /// As a line of an address goes on: with a space after a number, where a building or a room follows.
    Line,
    /// As an address goes on below a prefecture or a municipality: directly, and in its place where the cell repeats it.
    Place,
    /// As a town or its numbers go on: as [`Glue::Place`] and [`Glue::Hyphen`].
    Number,
    /// As a building follows its address: with a space, unless the address ends with it already.
    Building,
}

/// Puts the cells of one value together.
///
/// `whole` says that a value with one of its cells empty is none at all: a birth date without its month.
pub(crate) fn join<'c>(cells: impl Iterator<Item = (&'c str, Glue)>, whole: bool, value: &mut String) {
    value.clear();
    let mut last = 0;
    for (cell, glue) in cells {
        if cell.is_empty() {
            if whole {
                value.clear();
                return;
            }
            continue;
        }
        if matches!(glue, Glue::Building) && value.ends_with(cell) {
            continue;
        }
        if matches!(glue, Glue::Line | Glue::Place | Glue::Number) {
            leave_out_repeated(value, last, cell);
        }
        if let Some(before) = value.chars().next_back() {
            value.push_str(separator(glue, before, cell));
        }
        last = value.len();
        value.push_str(cell);
    }
}

/// Takes back what the next cell of an address says again: all of it, or the municipality that was joined last.
fn leave_out_repeated(value: &mut String, last: usize, cell: &str) {
    let division = |part: &str| part.ends_with(['都', '道', '府', '県', '市', '区', '郡', '町', '村']);
    if division(value) && cell.starts_with(value.as_str()) {
        value.clear();
    } else if value.get(last..).is_some_and(|part| division(part) && cell.starts_with(part)) {
        value.truncate(last);
    }
}

fn separator(glue: Glue, before: char, cell: &str) -> &'static str {
    let after = cell.chars().next().unwrap_or(' ');
    match glue {
        Glue::Nothing | Glue::Place => "",
        Glue::Space | Glue::Building => " ",
        Glue::Comma => ", ",
        Glue::Hyphen | Glue::Number if is_digit(before) && is_digit(after) => "-",
        Glue::Hyphen | Glue::Number => "",
        Glue::Line if after_number(before) && !is_dash(after) && !"丁番号".contains(after) => " ",
        Glue::Line => "",
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// A number, or a Latin or katakana name, ended before: what follows starts something new.
fn after_number(before: char) -> bool {
    is_digit(before) || before.is_ascii_alphanumeric() || matches!(before, '号' | '地' | 'ー' | 'ァ'..='ヺ')
}

/// A cell as a value: without the space around it and without what spreadsheets and databases put around or in place
/// of a text.
pub(crate) fn clean(cell: &str) -> &str {
    if is_clean(cell.as_bytes()) { cell } else { cleaned(cell) }
}

/// True for a cell that begins and ends in kanji, kana or digits, as nearly all do: nothing is around its text.
fn is_clean(cell: &[u8]) -> bool {
    // Kanji are U+4000 and above; from U+3040 on the characters of the block before them are kana.
    let is_letter = |bytes: [u8; 3]| match bytes {
        [0xE4..=0xE9, _, _] => true,
        [0xE3, second, _] => second > 0x80,
        _ => false,
    };
    let begins = match cell {
        [b'0'..=b'9', ..] => true,
        [a, b, c, ..] => is_letter([*a, *b, *c]),
        _ => false,
    };
    let ends = match cell {
        [.., b'0'..=b'9'] => true,
        [.., a, b, c] => is_letter([*a, *b, *c]),
        _ => false,
    };
    begins && ends
}

fn cleaned(cell: &str) -> &str {
    let padding = |c: char| c.is_whitespace() || matches!(c, '\0' | '\u{1a}' | '\u{FEFF}');
    let cell = cell.trim_matches(padding);
    if matches!(
        cell,
        "NULL" | "\\N" | "#N/A" | "#REF!" | "#VALUE!" | "#NAME?" | "<NULL>" | "(null)" | "(NULL)"
    ) {
        return "";
    }
    // ="0901234567" and '0901234567 keep a spreadsheet from reading a number.
    if let Some(inner) = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return inner.trim_matches(padding);
    }
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit() || c == '+') => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is taken for clean is what cleaning leaves as it is.
        #[test]
        fn a_clean_cell_is_left_as_it_is(
            cell in "[ \u{a0}\u{3000}\u{2003}\u{85}\0\u{feff}N'=\"0-9山々ーァ〇〆ﾔ\u{303f}-\u{3041}]{0,4}"
        ) {
            prop_assert_eq!(clean(&cell), cleaned(&cell));
        }
    }
}
