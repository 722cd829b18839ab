//! Days in the notation of the cells around them.

use crate::draw::Draw;
use crate::script::{as_digit, digit};

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

/// Days of a year that are drawn, each equally likely.
pub(crate) const DAYS: u64 = 365;

const LENGTHS: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Eras with their letter and first day.
const ERAS: [(&str, char, Day); 5] = [
    ("令和", 'R', Day { year: 2019, month: 5, day: 1 }),
    ("平成", 'H', Day { year: 1989, month: 1, day: 8 }),
    ("昭和", 'S', Day { year: 1926, month: 12, day: 25 }),
    ("大正", 'T', Day { year: 1912, month: 7, day: 30 }),
    ("明治", 'M', Day { year: 1868, month: 10, day: 23 }),
];

impl Day {
    /// A day of a year, drawn.
    pub(crate) fn draw(draw: &mut Draw, year: u16) -> Self {
        Self::of_year(year, draw.below(DAYS))
    }

    fn of_year(year: u16, mut left: u64) -> Self {
        for (month, length) in (1..).zip(LENGTHS) {
            if left < u64::from(length) {
                return Self { year, month, day: left as u8 + 1 };
            }
            left -= u64::from(length);
        }
        Self { year, month: 12, day: 31 }
    }

    /// The day of a canonical date.
    pub(crate) fn parse(canonical: &str) -> Option<Self> {
        let mut parts = canonical.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? })
    }

    /// How many of month and day are of one digit: a cell with such shows whether it writes them in two.
    pub(crate) fn short_parts(self) -> usize {
        [self.month, self.day].iter().filter(|part| **part < 10).count()
    }

    /// As a spreadsheet counts days.
    fn serial(self) -> i64 {
        let (y, m) = (i64::from(self.year), i64::from(self.month));
        let (y, m) = if m <= 2 { (y - 1, m + 9) } else { (y, m - 3) };
        let days = 365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400);
        days + (153 * m + 2) / 5 + i64::from(self.day) - 1 - 693_899
    }
}

/// How a year is written.
#[derive(Clone, Copy)]
enum Years {
    Western,
    Era,
    EraLetter { lower: bool },
}

/// A way of writing days.
#[derive(Clone, Copy)]
struct Style {
    years: Years,
    /// Behind year, month and day.
    marks: [&'static str; 3],
    /// Month and day, and the year of an era, in two digits.
    padded: bool,
    wide: bool,
    end: &'static str,
}

impl Style {
    fn all() -> impl Iterator<Item = Style> {
        let years =
            [Years::Western, Years::Era, Years::EraLetter { lower: false }, Years::EraLetter { lower: true }];
        let marks = ["-", "/", ".", "", "－", "／", "．"].map(|mark| [mark, mark, ""]);
        let marks = marks.into_iter().chain([["年", "月", "日"]]);
        let ends = ["", " 0:00:00", " 00:00:00", " 0:00", " 00:00", "T00:00:00", "生"];
        years.into_iter().flat_map(move |years| {
            marks.clone().flat_map(move |marks| {
                [(true, false), (false, false), (true, true), (false, true)].into_iter().flat_map(
                    move |(padded, wide)| {
                        ends.into_iter().map(move |end| Style { years, marks, padded, wide, end })
                    },
                )
            })
        })
    }

    fn write(self, day: Day) -> Option<String> {
        let two = |number: u16| match self.padded {
            true => format!("{number:02}"),
            false => number.to_string(),
        };
        let era = || ERAS.iter().find(|(_, _, first)| *first <= day);
        let since = |first: Day| two(day.year - first.year + 1);
        let year = match self.years {
            Years::Western => format!("{:04}", day.year),
            Years::Era => {
                let (name, _, first) = era()?;
                format!("{name}{}", since(*first))
            }
            Years::EraLetter { lower } => {
                let (_, letter, first) = era()?;
                let letter = if lower { letter.to_ascii_lowercase() } else { *letter };
                format!("{letter}{}", since(*first))
            }
        };
        let [behind_year, behind_month, behind_day] = self.marks;
        let (month, of_month) = (two(day.month.into()), two(day.day.into()));
        let text = format!("{year}{behind_year}{month}{behind_month}{of_month}{behind_day}{}", self.end);
        let widened = |c: char| match (self.wide, digit(c)) {
            (true, Some(value)) => as_digit(value, true),
            _ => c,
        };
        Some(text.chars().map(widened).collect())
    }
}

/// A day as a cell writes its own, which is `own`; none where it writes it in a way of its own.
pub(crate) fn like(cell: &str, own: Day, day: Day) -> Option<String> {
    let text = cell.trim();
    let (before, after) = cell.split_once(text)?;
    let written = if text == own.serial().to_string() {
        day.serial().to_string()
    } else {
        Style::all().find(|style| style.write(own).as_deref() == Some(text))?.write(day)?
    };
    Some(format!("{before}{written}{after}"))
}

/// The number of a year, month or day in a cell of its own, in as many digits as that cell has.
pub(crate) fn part_like(cell: &str, number: u16) -> Option<String> {
    let text = cell.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| if text.starts_with('0') { format!("{number:02}") } else { number.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Seed;

    #[test]
    fn days_are_written_as_the_cell_writes_its_own() {
        let (own, day) = (Day::parse("1955-03-02").unwrap(), Day::parse("1990-11-23").unwrap());
        for (cell, expected) in [
            ("1955-03-02", "1990-11-23"),
            ("1955/3/2", "1990/11/23"),
            ("19550302", "19901123"),
            ("1955年3月2日", "1990年11月23日"),
            ("昭和30年3月2日", "平成2年11月23日"),
            ("S30.03.02", "H02.11.23"),
            ("S300302", "H021123"),
            ("１９５５／０３／０２", "１９９０／１１／２３"),
            ("1955/03/02 0:00:00", "1990/11/23 0:00:00"),
            ("20150", "33200"),
        ] {
            assert_eq!(like(cell, own, day).as_deref(), Some(expected), "{cell}");
        }
        assert_eq!(like("2 March 1955", own, day), None);
        assert_eq!(part_like("03", 7).as_deref(), Some("07"));
    }

    #[test]
    fn every_day_of_a_year_is_drawn() {
        let mut draw = Seed::from_bytes([1; 32]).draw("days", 0);
        let days: std::collections::BTreeSet<Day> = (0..20_000).map(|_| Day::draw(&mut draw, 1970)).collect();
        assert_eq!(days.len() as u64, DAYS);
        assert_eq!(days.last().map(|day| (day.month, day.day)), Some((12, 31)));
    }
}
