//! Calendar days, without a clock.

use std::fmt;

/// A day of the proleptic Gregorian calendar, counted from 1970-01-01. Displays as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    pub(crate) const EPOCH_2011: Self = Self(14_975);

    /// The day `month`/`day` of `year`; months and days outside their range roll over.
    pub fn new(year: i32, month: i32, day: i32) -> Self {
        let year = year + (month - 1).div_euclid(12);
        let month = (month - 1).rem_euclid(12) + 1;
        // Days from civil, after Howard Hinnant: years begin in March so that leap days come last.
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let year_of_era = y.rem_euclid(400);
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month and day of the month.
    pub fn civil(self) -> (i32, i32, i32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        (yoe + era * 400 + i32::from(month <= 2), month, day)
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.civil().0
    }

    /// The day `days` later.
    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// Days from `earlier` to `self`.
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// Completed years on `on` of somebody born on `self`; negative before birth.
    pub fn age_on(self, on: Self) -> i32 {
        let (birth_year, birth_month, birth_day) = self.civil();
        let (year, month, day) = on.civil();
        year - birth_year - i32::from((month, day) < (birth_month, birth_day))
    }

    /// The number a spreadsheet stores for this day (1900 date system).
    pub(crate) fn serial(self) -> i32 {
        self.0 + 25_569
    }

    /// Era name, its letter, and the year in it. Days before 1912 count as Meiji.
    pub(crate) fn era(self) -> (&'static str, char, i32) {
        let year = self.year();
        if self >= Self::new(2019, 5, 1) {
            ("令和", 'R', year - 2018)
        } else if self >= Self::new(1989, 1, 8) {
            ("平成", 'H', year - 1988)
        } else if self >= Self::new(1926, 12, 25) {
            ("昭和", 'S', year - 1925)
        } else if self >= Self::new(1912, 7, 30) {
            ("大正", 'T', year - 1911)
        } else {
            ("明治", 'M', year - 1867)
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn civil_and_back(days in -40_000i32..40_000) {
            let day = Day(days);
            let (y, m, d) = day.civil();
            prop_assert_eq!(Day::new(y, m, d), day);
            prop_assert!((1..=12).contains(&m) && (1..=31).contains(&d));
        }

        #[test]
        fn next_day_is_later_in_the_calendar(days in -40_000i32..40_000) {
            prop_assert!(Day(days).civil() < Day(days + 1).civil());
        }
    }

    #[test]
    fn known_days() {
        assert_eq!(Day::new(1970, 1, 1), Day(0));
        assert_eq!(Day::new(2000, 3, 1).since(Day::new(2000, 2, 28)), 2);
        assert_eq!(Day::new(2023, 1, 31).to_string(), "2023-01-31");
        assert_eq!(Day::new(1955, 3, 2).serial(), 20_150);
        assert_eq!(Day::new(1989, 1, 7).era(), ("昭和", 'S', 64));
        assert_eq!(Day::new(1955, 3, 2).age_on(Day::new(2015, 3, 1)), 59);
    }
}
