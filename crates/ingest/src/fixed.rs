//! Text whose columns are told by their place in the line, as mainframes write it.
//!
//! Places are counted in columns of a terminal, where a kanji takes two and a half-width kana one, as their bytes in CP932
//! do; or in bytes of EUC-JP; or in characters. A column begins where nearly all lines are blank before it, or where in all
//! of them digits and kanji meet.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::rows::{self, Cells, Dialect, Found};

/// Lines looked at.
const LOOKED_AT: usize = 200;
/// Fewer lines tell nothing.
const FEWEST: usize = 5;
/// Places of a line that are looked at.
const WIDEST: usize = 2000;
/// Columns at most.
const MOST: usize = 200;
/// Places that 年, 月, 日 and their like take at most, with one beside them.
const WORD: usize = 4;
/// A byte that stands in no such text, in the place of a delimiter.
pub(crate) const NO_DELIMITER: u8 = 0x1F;

/// What the places in a line are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Measure {
    /// Columns of a terminal, and bytes of CP932: kanji two, half-width kana one.
    Columns,
    /// Bytes of EUC-JP: kanji and half-width kana two.
    EucBytes,
    /// Characters.
    Characters,
}

impl Measure {
    fn width(self, c: char) -> usize {
        match self {
            _ if c.is_ascii() => 1,
            Measure::Columns if matches!(c, '\u{FF61}'..='\u{FF9F}') => 1,
            Measure::Columns | Measure::EucBytes => 2,
            Measure::Characters => 1,
        }
    }
}

/// Where the columns of a line begin.
///
/// ```
/// use meibo_ingest::FixedWidth;
/// let fixed: FixedWidth = "16,30".parse()?;
/// assert_eq!(fixed.to_string(), "16,30");
/// assert_eq!("chars:8,20".parse::<FixedWidth>()?.to_string(), "chars:8,20");
/// # Ok::<(), meibo_ingest::BadFixedWidth>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FixedWidth {
    /// What places are counted in.
    pub measure: Measure,
    /// How much stands before the second column, the third and so on: rising.
    pub starts: Vec<usize>,
}

/// Places that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write where the columns after the first begin: 16,30,58; or chars:8,15,29 or euc:16,30,58")]
pub struct BadFixedWidth;

impl fmt::Display for FixedWidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.measure {
            Measure::Columns => "",
            Measure::EucBytes => "euc:",
            Measure::Characters => "chars:",
        })?;
        let starts: Vec<String> = self.starts.iter().map(usize::to_string).collect();
        f.write_str(&starts.join(","))
    }
}

impl FromStr for FixedWidth {
    type Err = BadFixedWidth;

    fn from_str(text: &str) -> Result<Self, BadFixedWidth> {
        let (measure, numbers) = match text.split_once(':') {
            Some(("chars", numbers)) => (Measure::Characters, numbers),
            Some(("euc", numbers)) => (Measure::EucBytes, numbers),
            Some(_) => return Err(BadFixedWidth),
            None => (Measure::Columns, text),
        };
        let starts: Result<Vec<usize>, _> = numbers.split(',').map(|number| number.trim().parse()).collect();
        let starts = starts.map_err(|_| BadFixedWidth)?;
        let rising = starts.windows(2).all(|two| two.first() < two.last());
        let sound = rising && starts.first().is_some_and(|&first| first > 0) && starts.len() < MOST;
        if sound { Ok(FixedWidth { measure, starts }) } else { Err(BadFixedWidth) }
    }
}

impl FixedWidth {
    /// Cuts a row that is one cell, the line.
    pub(crate) fn cut(&self, cells: &mut Cells) {
        let mut ends = Vec::with_capacity(self.starts.len());
        let mut starts = self.starts.iter();
        let mut next = starts.next();
        let mut place = 0;
        for (at, c) in cells.text().char_indices() {
            while next.is_some_and(|&start| place >= start) {
                ends.push(at);
                next = starts.next();
            }
            if next.is_none() {
                break;
            }
            place += self.measure.width(c);
        }
        cells.cut_at(&ends);
    }
}

/// What a place of a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Blank,
    /// Digits, Latin letters and the marks between them.
    Latin,
    HalfKana,
    Wide,
}

fn sort_of(c: char) -> Sort {
    match c {
        _ if c.is_whitespace() => Sort::Blank,
        _ if c.is_ascii() => Sort::Latin,
        '\u{FF61}'..='\u{FF9F}' => Sort::HalfKana,
        _ => Sort::Wide,
    }
}

/// Finds the columns of a text that no delimiter separates; `None` where its lines do not stand one below the other.
pub(crate) fn find(text: &str, at_end: bool, lone_cr: bool) -> Option<FixedWidth> {
    let lines = lines_of(text, at_end, lone_cr);
    if lines.len() < FEWEST || !are_padded(&lines) {
        return None;
    }
    let measures = [Measure::Columns, Measure::EucBytes, Measure::Characters];
    let found =
        measures.into_iter().map(|measure| FixedWidth { measure, starts: starts_of(&lines, measure) });
    // Of several with as many columns the first; Rust's own choice would be the last.
    let best = found.rev().max_by_key(|fixed| fixed.starts.len())?;
    (2..MOST).contains(&best.starts.len()).then_some(best)
}

fn lines_of(text: &str, at_end: bool, lone_cr: bool) -> Vec<String> {
    let dialect = Dialect { delimiter: NO_DELIMITER, lone_cr };
    let mut cells = Cells::default();
    let (mut lines, mut rest) = (Vec::new(), text);
    while lines.len() < LOOKED_AT {
        let scanned = rows::scan(rest, at_end, dialect, &mut cells);
        if scanned.length == 0 || scanned.found == Found::Incomplete {
            break;
        }
        if scanned.found == Found::Row {
            lines.push(cells.text().to_owned());
        }
        rest = rest.get(scanned.length..).unwrap_or_default();
    }
    lines
}

/// True where many lines have several blanks in a row, which nobody types between words.
fn are_padded(lines: &[String]) -> bool {
    let padded = |line: &&String| {
        let mut before = false;
        line.trim().chars().any(|c| {
            let twice = before && c.is_whitespace();
            before = c.is_whitespace();
            twice
        })
    };
    lines.iter().filter(padded).count() * 5 >= lines.len()
}

/// Where columns begin behind the first.
fn starts_of(lines: &[String], measure: Measure) -> Vec<usize> {
    let grid: Vec<Vec<Sort>> = lines.iter().map(|line| places_of(line, measure)).collect();
    let width = grid.iter().map(Vec::len).max().unwrap_or(0);
    let at = |line: &Vec<Sort>, place: usize| line.get(place).copied().unwrap_or(Sort::Blank);
    // A title above may stand in the way.
    let nearly_all = |count: usize| count + 1.max(lines.len() / 30) >= lines.len();
    let blank: Vec<bool> = (0..width)
        .map(|place| {
            let reached = grid.iter().filter(|line| line.len() > place).count();
            reached * 2 >= lines.len()
                && nearly_all(grid.iter().filter(|line| at(line, place) == Sort::Blank).count())
        })
        .collect();
    let mut starts = BTreeSet::new();
    for place in 1..width {
        let is_blank = |place: usize| blank.get(place).copied().unwrap_or(false);
        if (is_blank(place - 1) && !is_blank(place)) || meets(&grid, place, lines.len()) {
            starts.insert(place);
        }
    }
    // Blanks at the front are the first column's padding.
    let first = blank.iter().position(|blank| !blank).unwrap_or(0);
    starts.into_iter().filter(|&start| start > first).take(MOST).collect()
}

/// The sort of each place of a line; a wide character takes several.
fn places_of(line: &str, measure: Measure) -> Vec<Sort> {
    let mut places = Vec::new();
    for c in line.trim_end().chars() {
        let sort = sort_of(c);
        places.extend(std::iter::repeat_n(sort, measure.width(c)));
        if places.len() >= WIDEST {
            break;
        }
    }
    places
}

/// True where in nearly all lines two sorts meet, the same ones: a postal code full to its end, and the address behind it.
fn meets(grid: &[Vec<Sort>], place: usize, lines: usize) -> bool {
    let pair = |line: &Vec<Sort>| Some((*line.get(place - 1)?, *line.get(place)?));
    let filled: Vec<(Sort, Sort)> =
        grid.iter().filter_map(pair).filter(|(a, b)| *a != Sort::Blank && *b != Sort::Blank).collect();
    let Some(&(before, behind)) = filled.first() else { return false };
    let same = filled.iter().filter(|pair| **pair == (before, behind)).count();
    let wide_run = |line: &Vec<Sort>| {
        let run = |step: &mut dyn Iterator<Item = usize>| {
            step.take(WORD + 1).take_while(|&at| line.get(at).is_some_and(|sort| *sort == Sort::Wide)).count()
        };
        run(&mut (0..place).rev()).max(run(&mut (place..line.len())))
    };
    // 年, 月 and 日 stand between the digits of one date: a word is longer, but for what is told by its place.
    let words = grid.iter().filter(|line| wide_run(line) > WORD).count();
    before != behind
        && same * 100 >= filled.len() * 97
        && filled.len() * 10 >= lines * 8
        && words * 10 >= lines * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_where_they_stand() {
        let text = "山田　太郎　　　岐阜県岐阜市神田町1-2-3     058-265-4141\n\
                    五十嵐　花子　　愛知県名古屋市中区栄3-5    052-123-4567\n\
                    森　茜　　　　　三重県津市丸之内1          059-224-0000\n\
                    佐々木　健太郎　岐阜県大垣市丸の内2-29     0584-81-4111\n\
                    伊藤　修　　　　静岡県静岡市葵区追手町5-1  054-254-2111\n\
                    加藤　美智子　　長野県長野市鶴賀緑町1613   026-226-4911\n";
        assert_eq!(find(text, true, false).map(|fixed| fixed.to_string()).as_deref(), Some("16,43"));
        // One blank between words, one below the other or not, is no table.
        let words = text.split('\n').map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n");
        assert_eq!(find(&words.collect::<String>(), true, false), None);
    }

    #[test]
    fn places_are_read_as_they_are_written() {
        for bad in ["", "0", "5,5", "9,3", "x", "bytes:3", "3,,4"] {
            assert_eq!(bad.parse::<FixedWidth>(), Err(BadFixedWidth), "{bad}");
        }
    }
}
