//! When what is inside a file was last changed, as the file tells.

use sevenz_rust2::NtTime;
use zip::DateTime;

use crate::timestamp::{Timestamp, days_since_1970};

/// Seconds from 1601 to 1970, and how finely clocks since 1601 are read.
const FROM_1601: u64 = 11_644_473_600;
const TICKS: u64 = 10_000_000;

/// When a member was last changed before it was packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modified {
    /// When.
    pub time: Timestamp,
    /// What noted it: `ZIP entry`, `tar entry`, `7-Zip entry`, or what a caller calls it.
    pub noted_in: &'static str,
}

impl Modified {
    /// A ZIP archive notes the time of the clock on the wall, to two seconds and without its zone.
    pub(super) fn in_zip(time: DateTime) -> Option<Self> {
        let [month, day, hour, minute, second] =
            [time.month(), time.day(), time.hour(), time.minute(), time.second()].map(i64::from);
        let day = days_since_1970(time.year().into(), month, day);
        let clock = hour * 3_600 + minute * 60 + second;
        // The first moment that can be noted stands for none.
        let is_told = time.is_valid() && time != DateTime::default();
        let time = Timestamp { seconds: day * 86_400 + clock, zone: None, resolution: 2 };
        is_told.then_some(Self { time, noted_in: "ZIP entry" })
    }

    /// A tar archive notes seconds since 1970.
    pub(super) fn in_tar(seconds: u64) -> Option<Self> {
        Self::of_unix(i64::try_from(seconds).ok()?, "tar entry")
    }

    /// A 7-Zip archive notes tenths of microseconds since 1601.
    pub(super) fn in_seven(time: NtTime) -> Option<Self> {
        let seconds = (u64::from(time) / TICKS).checked_sub(FROM_1601)?;
        Self::of_unix(i64::try_from(seconds).ok()?, "7-Zip entry")
    }

    /// Of nought seconds, and of years beyond 9999, nothing is believed.
    fn of_unix(seconds: i64, noted_in: &'static str) -> Option<Self> {
        let is_told = (1..253_402_300_800).contains(&seconds);
        is_told.then_some(Self { time: Timestamp { seconds, zone: Some(0), resolution: 1 }, noted_in })
    }
}
