//! Addresses in real towns, with a number that is above those of the town, in the notation of the cells around them.

use crate::script::{digit, digits, is_wide, kanji, kanji_digit};

/// What may stand between and behind the numbers of an address, the longer of two first.
const MARKS: [&str; 18] =
    ["丁目", "番地", "番", "号", "の", "ノ", "-", "－", "−", "‐", "―", "ー", "ｰ", "–", "—", "~", "〜", "‑"];

/// A number of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Number {
    start: usize,
    end: usize,
    script: Script,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Half,
    Wide,
    /// In kanji, with units or digit by digit.
    Kanji {
        units: bool,
    },
}

/// The numbers that a cell of an address holds, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Numbers {
    numbers: Vec<Number>,
    /// True where a 丁目 stands behind the first, or before it.
    chome: bool,
    /// Where what belongs to them ends.
    end: usize,
}

/// The cells of an address with other numbers: the block's, where there is one to be replaced, and the last one. What stands behind the
/// numbers, such as a building, is left out, and so are cells behind them. None where no number is found.
pub(crate) fn with_numbers(cells: &[&str], block: u64, last: u64) -> Option<Vec<String>> {
    // A cell that ends with a 丁目 is followed by the cell of the numbers.
    let has_more = |cell: &str, found: &Numbers| found.numbers.len() > 1 || !is_chome(cell, found);
    let mut found = cells.iter().enumerate().filter_map(|(at, cell)| {
        numbers_of(cell).filter(|found| has_more(cell, found)).map(|found| (at, found))
    });
    let (at, found) = found.next()?;
    let cell = cells.get(at)?;
    let before = cells.get(..at)?;
    let chome = found.chome || before.last().is_some_and(|cell| cell.trim_end().ends_with("丁目"));
    let mut out: Vec<String> = before.iter().map(|cell| (*cell).to_owned()).collect();
    out.push(renumbered(cell, &found, chome, block, last)?);
    out.resize(cells.len(), String::new());
    Some(out)
}

fn renumbered(cell: &str, found: &Numbers, chome: bool, block: u64, last: u64) -> Option<String> {
    let marked = is_chome(cell, found);
    // Numbers that stay: that of the 丁目, or the first of two, which may be one.
    let (keep, replaced): (usize, &[u64]) = match (found.numbers.len(), chome, marked) {
        (1, _, false) => (0, &[last]),
        (_, true, false) => (0, &[block, last]),
        (2, false, false) | (2, _, true) => (1, &[last]),
        (3.., ..) => (1, &[block, last]),
        _ => return None,
    };
    let mut text = String::new();
    let mut from = 0;
    let mut end = found.end;
    for (number, value) in found.numbers.iter().skip(keep).zip(replaced) {
        text.push_str(cell.get(from..number.start)?);
        text.push_str(&match number.script {
            Script::Half => digits(*value, false),
            Script::Wide => digits(*value, true),
            Script::Kanji { units } => kanji(*value, units),
        });
        from = number.end;
    }
    if let Some(next) = found.numbers.get(keep + replaced.len()) {
        // The number of a room goes with its hyphen.
        let between = cell.get(from..next.start)?;
        let kept = between.trim_end_matches(|c| MARKS.iter().skip(4).any(|mark| mark.starts_with(c)));
        end = from + kept.len();
    }
    text.push_str(cell.get(from..end)?);
    Some(text)
}

/// True where the first of the numbers is that of a 丁目.
fn is_chome(cell: &str, found: &Numbers) -> bool {
    let behind = found.numbers.first().and_then(|first| cell.get(first.end..));
    behind.is_some_and(|behind| behind.starts_with("丁目"))
}

fn numbers_of(cell: &str) -> Option<Numbers> {
    let arabic = cell.char_indices().find(|(_, c)| digit(*c).is_some()).map(|(at, _)| at);
    let start = match arabic {
        Some(at) => at,
        None => kanji_start(cell)?,
    };
    let mut numbers: Vec<Number> = Vec::new();
    let mut end = start;
    while let Some(number) = number_at(cell, end) {
        end = number.end;
        numbers.push(number);
        while let Some(mark) = mark_at(cell, end) {
            end += mark.len();
        }
    }
    let first = numbers.first()?;
    let chome = cell.get(first.end..)?.starts_with("丁目") || cell.get(..start)?.ends_with("丁目");
    Some(Numbers { numbers, chome, end })
}

fn mark_at(cell: &str, at: usize) -> Option<&'static str> {
    let rest = cell.get(at..)?;
    MARKS.into_iter().find(|mark| rest.starts_with(mark))
}

/// Where the first number in kanji begins that a word or hyphen shows to be one.
fn kanji_start(cell: &str) -> Option<usize> {
    let starts = cell.char_indices().filter(|(_, c)| is_numeral(*c)).map(|(at, _)| at);
    let mut ended = 0;
    starts.into_iter().find(|start| {
        let Some(number) = number_at(cell, *start).filter(|_| *start >= ended) else { return false };
        ended = number.end;
        mark_at(cell, number.end).is_some_and(|mark| !matches!(mark, "の" | "ノ"))
    })
}

fn number_at(cell: &str, start: usize) -> Option<Number> {
    let rest = cell.get(start..)?;
    let first = rest.chars().next()?;
    let run = |of: fn(char) -> bool| -> &str {
        rest.get(..rest.find(|c| !of(c)).unwrap_or(rest.len())).unwrap_or_default()
    };
    let (text, script) = match first {
        c if is_wide(c) => (run(|c| digit(c).is_some()), Script::Wide),
        '0'..='9' => (run(|c| digit(c).is_some()), Script::Half),
        c if is_numeral(c) => {
            let text = run(is_numeral);
            let by_digit = text.chars().count() > 1 && text.chars().all(|c| kanji_digit(c).is_some());
            (text, Script::Kanji { units: !by_digit })
        }
        _ => return None,
    };
    Some(Number { start, end: start + text.len(), script })
}

fn is_numeral(c: char) -> bool {
    kanji_digit(c).is_some() || matches!(c, '十' | '百' | '千')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renumber(cells: &[&str]) -> Option<Vec<String>> {
        with_numbers(cells, 8, 66)
    }

    #[test]
    fn numbers_are_written_as_the_cell_writes_its_own() {
        for (cell, expected) in [
            ("東京都文京区千石4-15-7", "東京都文京区千石4-8-66"),
            ("文京区千石四丁目15番7号", "文京区千石四丁目8番66号"),
            ("文京区千石四丁目十五番七号", "文京区千石四丁目八番六十六号"),
            ("文京区千石４丁目１５－７", "文京区千石４丁目８－６６"),
            ("文京区千石4-15-7-203", "文京区千石4-8-66"),
            ("文京区千石4-15-7 メゾン千石203号", "文京区千石4-8-66"),
            ("岐阜市六条南2-3", "岐阜市六条南2-66"),
            ("岐阜市柳津町1234番地", "岐阜市柳津町66番地"),
            ("岐阜市三田洞東一ー二ー三", "岐阜市三田洞東一ー八ー六十六"),
            ("岐阜市加納一五ー二三", "岐阜市加納一五ー六六"),
        ] {
            assert_eq!(renumber(&[cell]), Some(vec![expected.to_owned()]), "{cell}");
        }
        for cell in ["", "岐阜市三条町", "岐阜市"] {
            assert_eq!(renumber(&[cell]), None, "{cell}");
        }
    }

    #[test]
    fn cells_before_stay_and_cells_behind_are_left_out() {
        let expected = ["岐阜県", "岐阜市千石四丁目", "8-66", ""].map(str::to_owned);
        assert_eq!(renumber(&["岐阜県", "岐阜市千石四丁目", "15-7", "メゾン203"]), Some(expected.into()));
    }
}
