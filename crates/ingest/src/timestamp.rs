//! Points in time as clocks show them: of the zone they tell, or of none.

use std::fmt;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;
/// No place on earth is further ahead of UTC, nor further behind.
const AHEAD: i64 = 14 * 3_600;
const BEHIND: i64 = 12 * 3_600;

/// What a clock showed, as far as it was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp {
    /// Seconds from the start of 1970 to what the clock showed.
    pub seconds: i64,
    /// How many seconds it is ahead of UTC; none where nothing tells.
    pub zone: Option<i32>,
    /// How many seconds what was written may stand for: 1, 60 without seconds, 86,400 for a day.
    pub resolution: u32,
}

impl Timestamp {
    /// The first second that is meant, of UTC; where the zone is not told, in the zone furthest ahead.
    pub fn earliest(self) -> i64 {
        self.seconds.saturating_sub(self.zone.map_or(AHEAD, i64::from))
    }

    /// The last second that is meant, of UTC; where the zone is not told, in the zone furthest behind.
    pub fn latest(self) -> i64 {
        let start = self.seconds.saturating_sub(self.zone.map_or(-BEHIND, i64::from));
        start.saturating_add(i64::from(self.resolution.max(1)) - 1)
    }

    /// The day that the calendar beside the clock showed: days since 1970-01-01.
    pub fn day(self) -> i64 {
        self.seconds.div_euclid(DAY)
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
pub fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March have their leap day at the end.
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The year, month and day of so many days after 1970-01-01.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

impl fmt::Display for Timestamp {
    /// ISO 8601, as far as it was written: `2016-04-01`, `2016-04-01T09:05`, `2016-04-01T09:05:12+09:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date_of(self.day());
        let second = self.seconds.rem_euclid(DAY);
        write!(f, "{year:04}-{month:02}-{day:02}")?;
        if i64::from(self.resolution) >= DAY {
            return Ok(());
        }
        write!(f, "T{:02}:{:02}", second / 3_600, second / 60 % 60)?;
        if self.resolution < 60 {
            write!(f, ":{:02}", second % 60)?;
        }
        match self.zone {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(zone) => {
                let (sign, zone) = (if zone < 0 { '-' } else { '+' }, zone.unsigned_abs());
                write!(f, "{sign}{:02}:{:02}", zone / 3_600, zone / 60 % 60)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_clock_without_a_zone_may_be_anywhere() {
        let noon = Timestamp { seconds: 12 * 3_600, zone: None, resolution: 60 };
        assert_eq!((noon.earliest(), noon.latest()), (-2 * 3_600, 24 * 3_600 + 59));
        let tokyo = Timestamp { zone: Some(9 * 3_600), ..noon };
        assert_eq!((tokyo.earliest(), tokyo.latest()), (3 * 3_600, 3 * 3_600 + 59));
        assert_eq!(
            (noon.to_string(), tokyo.to_string()),
            ("1970-01-01T12:00".into(), "1970-01-01T12:00+09:00".into())
        );
    }

    proptest! {
        #[test]
        fn days_are_counted_as_the_calendar_has_them(days in -1_000_000..3_000_000_i64) {
            let (year, month, day) = date_of(days);
            prop_assert_eq!(days_since_1970(year, month, day), days);
            let (next_year, next_month, next_day) = date_of(days + 1);
            let goes_on = (next_year, next_month, next_day) == (year, month, day + 1);
            prop_assert!(goes_on || next_day == 1 && (1..=12).contains(&next_month));
        }
    }
}
