//! Calendar dates of handovers.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date: write it as YYYY-MM-DD, for example 2016-04-01")]
pub struct InvalidDate;

impl Date {
    /// The day of this year, month and day, where the calendar has it.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, InvalidDate> {
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if is_leap(year) => 29,
            2 => 28,
            _ => 0,
        };
        let known = (1..=9999).contains(&year) && (1..=length).contains(&day);
        known.then_some(Self { year, month, day }).ok_or(InvalidDate)
    }

    /// Year, month and day.
    pub fn parts(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let digits = |range: std::ops::Range<usize>| -> Result<u16, InvalidDate> {
            let part = text.get(range).ok_or(InvalidDate)?;
            if !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(InvalidDate);
            }
            part.parse().map_err(|_| InvalidDate)
        };
        let dashes = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        if !dashes {
            return Err(InvalidDate);
        }
        let (month, day) = (digits(5..7)?, digits(8..10)?);
        Self::new(
            digits(0..4)?,
            u8::try_from(month).map_err(|_| InvalidDate)?,
            u8::try_from(day).map_err(|_| InvalidDate)?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_it_is_read() {
        for text in ["2016-04-01", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_the_calendar_does_not_have_is_refused() {
        for text in [
            "2015-02-29",
            "1900-02-29",
            "2016-13-01",
            "2016-00-01",
            "2016-01-00",
            "2016-4-1",
            "20160401",
            "",
            "2016-04-0１",
            "+016-04-01",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
