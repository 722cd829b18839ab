//! Days: of charts, and those that a report to the regulator is due on, counted as the law counts them.

use std::fmt;

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

/// Days of 400 years, after which the calendar repeats itself.
const ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const TO_1970: i64 = 719_468;

impl Day {
    /// The day of a year, month and day that the calendar has.
    pub fn new(year: u16, month: u8, day: u8) -> Self {
        // Years begin in March, so that a leap day is the last of its year.
        let (month, day) = (i64::from(month), i64::from(day));
        let year = i64::from(year) - i64::from(month <= 2);
        let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Day(era * ERA + year * 365 + year / 4 - year / 100 + of_year - TO_1970)
    }

    /// The day that `YYYY-MM-DD` is; none where the calendar has none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let parsed = Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        // A month or day that there is not becomes another one.
        (parsed.to_string() == text).then_some(parsed)
    }

    /// How many days it is after another, less than none where it is before.
    pub(crate) fn since(self, other: Self) -> i64 {
        self.0 - other.0
    }

    /// Year, month and day.
    pub fn parts(self) -> (i64, i64, i64) {
        let days = self.0 + TO_1970;
        let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let of_year = day - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        (era * 400 + year + i64::from(month <= 2), month, day)
    }

    /// The last of so many days of which this is the first.
    #[must_use]
    pub fn last_of(self, days: u16) -> Self {
        Day(self.0 + i64::from(days.max(1)) - 1)
    }

    /// 0 on a Sunday to 6 on a Saturday.
    pub fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday.
        (self.0 + 4).rem_euclid(7) as usize
    }

    /// The day itself, or the next one that is neither a Saturday, a Sunday nor from 29 December to 3 January. National holidays
    /// are not known here.
    #[must_use]
    pub fn or_next_open(self) -> Self {
        let mut day = self;
        while day.is_closed() {
            day = Day(day.0 + 1);
        }
        day
    }

    fn is_closed(self) -> bool {
        let (_, month, day) = self.parts();
        matches!(self.weekday(), 0 | 6) || matches!((month, day), (12, 29..) | (1, ..=3))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn days_are_counted_and_written_again() {
        assert_eq!(day("1970-01-01"), Day(0));
        assert_eq!(day("2000-03-01"), Day(11_017));
        for text in ["1999-12-31", "2000-02-29", "2023-07-09", "0001-01-01"] {
            assert_eq!(day(text).to_string(), text);
        }
        assert_eq!(
            ["2020-13-01", "no date", "2020-04", "2023-02-29", "2020-00-00"].map(Day::parse),
            [None; 5]
        );
    }

    proptest! {
        #[test]
        fn days_and_dates_are_the_same_thing(number in -719_000_i64..2_930_000) {
            let (year, month, of_month) = Day(number).parts();
            prop_assert!((1..=12).contains(&month) && (1..=31).contains(&of_month));
            prop_assert_eq!(Day::new(year as u16, month as u8, of_month as u8), Day(number));
            prop_assert!(Day(number).parts() < Day(number + 1).parts());
        }

        #[test]
        fn the_next_open_day_is_near_and_open(number in -700_000_i64..2_900_000) {
            let open = Day(number).or_next_open();
            prop_assert!(!open.is_closed());
            prop_assert!((number..number + 10).contains(&open.0));
            prop_assert!((number..open.0).all(|day| Day(day).is_closed()), "no open day is passed over");
        }
    }

    #[test]
    fn the_day_of_knowing_is_the_first() {
        let known = day("2024-02-01");
        assert_eq!(known.last_of(1), known);
        assert_eq!(known.last_of(3).to_string(), "2024-02-03");
        assert_eq!(known.last_of(30).to_string(), "2024-03-01");
        assert_eq!(known.last_of(60).to_string(), "2024-03-31");
        assert_eq!(known.last_of(60).or_next_open().to_string(), "2024-04-01", "that was a Sunday");
    }

    #[test]
    fn the_turn_of_the_year_is_closed() {
        assert_eq!(day("2022-12-29").or_next_open().to_string(), "2023-01-04");
        assert_eq!(day("2022-12-28").or_next_open().to_string(), "2022-12-28");
        assert_eq!(
            day("2024-12-28").or_next_open().to_string(),
            "2025-01-06",
            "the closed days end before a weekend"
        );
    }

    #[test]
    fn weekdays_are_those_of_the_calendar() {
        assert_eq!([day("1970-01-01"), day("2000-02-29"), day("2023-01-01")].map(Day::weekday), [4, 2, 0]);
    }
}
