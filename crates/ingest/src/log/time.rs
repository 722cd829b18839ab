//! Times of a log, in the notations that servers, databases and spreadsheets write them in.

use std::borrow::Cow;

use meibo_normalize::{Field, Normalizer, Record};
use unicode_normalization::UnicodeNormalization;

use crate::timestamp::{DAY, Timestamp, days_since_1970};

/// Longer texts are no times.
const LONGEST: usize = 120;
/// Seconds since 1970 that are taken for such: 2000-01-01 to 2033-05-18, with ten digits from 2001 on.
const UNIX: std::ops::Range<i64> = 946_684_800..2_000_000_000;
/// Days as spreadsheets count them: 2000-01-01 to 2049-12-31.
const SERIALS: std::ops::RangeInclusive<i64> = 36_526..=54_788;
/// The day count of 1970-01-01.
const SERIAL_OF_1970: i64 = 25_569;

/// Reads times. Dates are read by the normaliser, whatever era and order they are written in.
#[derive(Default)]
pub(crate) struct Times {
    normalizer: Normalizer,
    record: Record,
}

impl Times {
    /// The time that a cell holds; none where it holds none, or one that may be two: 01/04/2016, or a day without its year.
    pub(crate) fn read(&mut self, cell: &str) -> Option<Timestamp> {
        if cell.is_empty() || cell.len() > LONGEST {
            return None;
        }
        let folded: Cow<'_, str> = if cell.is_ascii() { cell.into() } else { cell.nfkc().collect() };
        let text = folded.trim().trim_start_matches('[').trim_end_matches(']').trim();
        if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.matches('.').count() < 2 {
            return self.digits(text);
        }
        if let Some((date, clock)) = text.split_once(['T', ' ', '_'])
            && date.len() == 8
            && date.bytes().all(|b| b.is_ascii_digit())
            && clock.bytes().take(4).filter(u8::is_ascii_digit).count() == 4
        {
            return self.compact(date, clock);
        }
        // The date and the clock of a web server are parted by a colon: 01/Apr/2016:09:05:12 +0900.
        let Some(start) = clock_of(text) else { return self.day(text).map(of_day) };
        let (date, clock) = text.split_at_checked(start)?;
        let (date, is_afternoon) = before_clock(date);
        let (clock, rest) = Clock::read(clock)?;
        let (zone, year) = behind_clock(rest)?;
        let date = match year {
            Some(year) => self.day(&format!("{date} {year}")),
            None => self.day(date),
        };
        clock.at(date?, is_afternoon, zone)
    }

    /// The start of a day in seconds since 1970.
    fn day(&mut self, text: &str) -> Option<i64> {
        self.record.clear();
        let field = Field::BirthDate;
        self.normalizer.normalize(field, field.key_level(), text, &mut self.record);
        let iso = self.record.values(field).next()?;
        let part = |range: std::ops::Range<usize>| iso.get(range)?.parse::<i64>().ok();
        Some(days_since_1970(part(0..4)?, part(5..7)?, part(8..10)?) * DAY)
    }

    /// Digits alone, perhaps with a fraction.
    fn digits(&mut self, text: &str) -> Option<Timestamp> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() || fraction.contains('.') {
            return None;
        }
        let number = || whole.parse::<i64>().ok();
        let unix = |seconds: i64| {
            UNIX.contains(&seconds).then_some(Timestamp { seconds, zone: Some(0), resolution: 1 })
        };
        match whole.len() {
            5 => {
                let days = number().filter(|days| SERIALS.contains(days))?;
                Some(of_serial(days, format!("0.{fraction}0").parse().ok()?))
            }
            8 if fraction.is_empty() => self.day(whole).map(of_day),
            9 | 10 => unix(number()?),
            12 | 14 if fraction.bytes().all(|b| b.is_ascii_digit()) => {
                let (date, clock) = whole.split_at_checked(8)?;
                self.compact(date, clock)
            }
            13 if fraction.is_empty() => unix(number()? / 1_000),
            16 if fraction.is_empty() => unix(number()? / 1_000_000),
            17 if fraction.is_empty() => {
                let (date, clock) = whole.split_at_checked(8)?;
                self.compact(date, clock.get(..6)?)
            }
            19 if fraction.is_empty() => unix(number()? / 1_000_000_000),
            _ => None,
        }
    }

    /// 20160401 and 0905, 090512, 090512Z, 090512.123+0900.
    fn compact(&mut self, date: &str, clock: &str) -> Option<Timestamp> {
        let digits = clock.bytes().take_while(u8::is_ascii_digit).count();
        let (numbers, rest) = clock.split_at_checked(digits)?;
        if numbers.len() == 2 || rest.starts_with(':') {
            // 20160401 09:05:12
            let (clock, rest) = Clock::read(clock)?;
            let (zone, _) = behind_clock(rest)?;
            return clock.at(self.day(date)?, None, zone);
        }
        let part = |from: usize| numbers.get(from..from + 2)?.parse::<i64>().ok();
        let second = match numbers.len() {
            4 => None,
            6 => Some(part(4)?),
            _ => return None,
        };
        let rest = after_fraction(rest);
        let (zone, year) = behind_clock(rest)?;
        let clock = Clock { hour: part(0)?, minute: Some(part(2)?), second };
        if year.is_some() { None } else { clock.at(self.day(date)?, None, zone) }
    }
}

fn of_day(seconds: i64) -> Timestamp {
    Timestamp { seconds, zone: None, resolution: 86_400 }
}

/// A day of a spreadsheet, and the part of it that had passed, to the second.
fn of_serial(days: i64, part: f64) -> Timestamp {
    let second = (part * DAY as f64).round() as i64;
    let seconds = (days - SERIAL_OF_1970) * DAY + second;
    Timestamp { seconds, zone: None, resolution: if second == 0 { 86_400 } else { 1 } }
}

/// Where a time of day begins: one or two digits before the first `:` or 時.
fn clock_of(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits_before = |at: usize| {
        bytes.get(..at).unwrap_or_default().iter().rev().take_while(|b| b.is_ascii_digit()).count()
    };
    text.match_indices([':', '時']).find_map(|(at, _)| match digits_before(at) {
        digits @ (1 | 2) => Some(at - digits),
        _ => None,
    })
}

/// The date before a clock, without what parts the two, and whether a word there says that it is past noon.
fn before_clock(text: &str) -> (&str, Option<bool>) {
    let text = text.trim_end();
    let (text, afternoon) = match (text.strip_suffix("午前"), text.strip_suffix("午後")) {
        (Some(text), _) => (text, Some(false)),
        (_, Some(text)) => (text, Some(true)),
        _ => (text, None),
    };
    let text = text.trim_end();
    let text = text.strip_suffix(['T', ':', '_', ',', '-']).unwrap_or(text);
    (text.trim(), afternoon)
}

/// A time of day.
struct Clock {
    hour: i64,
    minute: Option<i64>,
    second: Option<i64>,
}

impl Clock {
    /// The clock that a text begins with, and what stands behind it.
    fn read(text: &str) -> Option<(Self, &str)> {
        let (hour, rest) = number(text)?;
        let rest = rest.strip_prefix([':', '時'])?;
        let Some((minute, rest)) = number(rest.trim_start()) else {
            // 9時, and nothing more of it.
            return text.contains('時').then_some((Clock { hour, minute: None, second: None }, rest));
        };
        let Some(rest) = rest.strip_prefix([':', '分']).map(str::trim_start) else {
            return Some((Clock { hour, minute: Some(minute), second: None }, rest));
        };
        let Some((second, rest)) = number(rest) else {
            return Some((Clock { hour, minute: Some(minute), second: None }, rest));
        };
        let rest = after_fraction(rest);
        Some((
            Clock { hour, minute: Some(minute), second: Some(second) },
            rest.strip_prefix('秒').unwrap_or(rest),
        ))
    }

    fn at(&self, day: i64, is_afternoon: Option<bool>, zone: Behind) -> Option<Timestamp> {
        let (minute, second) = (self.minute.unwrap_or(0), self.second.unwrap_or(0));
        let is_clock =
            (0..24).contains(&self.hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
        let hour = match is_afternoon.or(zone.afternoon) {
            None => self.hour,
            Some(afternoon) if self.hour <= 12 => self.hour % 12 + if afternoon { 12 } else { 0 },
            Some(_) => return None,
        };
        let resolution = match (self.minute, self.second) {
            (None, _) => 3_600,
            (_, None) => 60,
            _ => 1,
        };
        let seconds = day + hour * 3_600 + minute * 60 + second.min(59);
        is_clock.then_some(Timestamp { seconds, zone: zone.zone, resolution })
    }
}

/// The number of one or two digits that a text begins with, and what stands behind it.
fn number(text: &str) -> Option<(i64, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    ((1..=2).contains(&digits)).then(|| Some((number.parse().ok()?, rest)))?
}

/// What stands behind the fraction of a second.
fn after_fraction(text: &str) -> &str {
    match text.strip_prefix(['.', ',']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
            rest.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        _ => text,
    }
}

/// What stands behind a clock: a zone, and AM or PM.
#[derive(Clone, Copy, Default)]
struct Behind {
    zone: Option<i32>,
    afternoon: Option<bool>,
}

/// Reads what stands behind a clock, with the year where it stands there: `JST 2016`. None where it is anything else.
fn behind_clock(text: &str) -> Option<(Behind, Option<&str>)> {
    let (mut behind, mut year) = (Behind::default(), None);
    for word in text.split([' ', '(', ')', ',']).filter(|word| !word.is_empty()) {
        match word {
            "AM" | "am" | "A.M." | "a.m." => behind.afternoon = Some(false),
            "PM" | "pm" | "P.M." | "p.m." => behind.afternoon = Some(true),
            _ if word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) && year.is_none() => {
                year = Some(word);
            }
            _ => behind.zone = Some(zone_of(word)?),
        }
    }
    Some((behind, year))
}

/// The zone that a word names, in seconds ahead of UTC: Z, JST, +0900, +09:00, UTC+9.
pub(crate) fn zone_of(word: &str) -> Option<i32> {
    match word {
        "Z" | "z" | "UTC" | "GMT" => return Some(0),
        "JST" | "Asia/Tokyo" | "日本時間" => return Some(9 * 3_600),
        _ => {}
    }
    let offset = word.strip_prefix("UTC").or_else(|| word.strip_prefix("GMT")).unwrap_or(word);
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-" | "\u{2212}", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |text: &str| {
        let is_number = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse::<i32>().ok())?
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        Times::default().read(text).map(|time| time.to_string())
    }

    #[test]
    fn one_moment_in_every_notation() {
        for text in [
            "2016-04-01 09:05:12",
            "2016-04-01T09:05:12.123456",
            "2016/4/1 9:05:12",
            "2016/04/01  09:05:12,250",
            "２０１６／４／１　９：０５：１２",
            "2016年4月1日 9時5分12秒",
            "2016年4月1日(金) 9時05分12秒",
            "2016年4月1日9:05:12",
            "平成28年4月1日 午前9時5分12秒",
            "H28.4.1 9:05:12",
            "h28/04/01 09:05:12",
            "20160401090512",
            "20160401 090512",
            "20160401T090512",
            "20160401_090512",
            "20160401090512123",
            "42461.3786111111",
            "1-Apr-2016 09:05:12",
            "Apr 1, 2016 9:05:12 AM",
            "Fri Apr  1 09:05:12 2016",
            "01/Apr/2016:09:05:12",
        ] {
            assert_eq!(read(text).as_deref(), Some("2016-04-01T09:05:12"), "{text}");
        }
        for text in [
            "[01/Apr/2016:09:05:12 +0900]",
            "2016-04-01T09:05:12+09:00",
            "2016-04-01 09:05:12 JST",
            "2016-04-01 09:05:12 (JST)",
            "Fri Apr 1 09:05:12 JST 2016",
            "20160401T090512+0900",
        ] {
            assert_eq!(read(text).as_deref(), Some("2016-04-01T09:05:12+09:00"), "{text}");
        }
        for text in
            ["1459469112", "1459469112.5", "1459469112345", "2016-04-01T00:05:12Z", "20160401T000512Z"]
        {
            assert_eq!(read(text).as_deref(), Some("2016-04-01T00:05:12Z"), "{text}");
        }
    }

    #[test]
    fn what_is_less_exact_says_so() {
        let of = |text: &str| Times::default().read(text).map(|time| (time.to_string(), time.resolution));
        assert_eq!(of("2016/4/1 9:05"), Some(("2016-04-01T09:05".into(), 60)));
        assert_eq!(of("令和元年5月1日 午後9時"), Some(("2019-05-01T21:00".into(), 3_600)));
        assert_eq!(of("2016.4.1"), Some(("2016-04-01".into(), 86_400)));
        assert_eq!(of("42461"), Some(("2016-04-01".into(), 86_400)));
        assert_eq!(of("201604010905"), Some(("2016-04-01T09:05".into(), 60)));
        assert_eq!(of("2016/4/1 12:05 AM"), Some(("2016-04-01T00:05".into(), 60)));
    }

    #[test]
    fn what_may_be_two_times_or_none_is_not_read() {
        for text in [
            "",
            "-",
            "01/04/2016 09:05",
            "4/1 9:05",
            "16/04/01",
            "2016-02-30",
            "2016-04-01 25:00",
            "9:05",
            "合計",
            "1,234",
            "1234",
            "123456",
            "2016-04-01 09:05 tanaka",
            "2016-04-01 13:05 PM",
            "2016040109",
            "99999999999999",
            "18446744073709551616",
            "2016-04-01T09:05:12+99:00",
            "1e9",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_cell_holds_it_is_read_or_not(text in "\\PC{0,40}|[0-9/:年月日時分秒 T.,+-]{0,30}") {
            let _ = read(&text);
        }

        #[test]
        fn what_is_written_is_read_back(seconds in 946_684_800..4_000_000_000_i64, zone in proptest::option::of(-43_200..50_400_i32), resolution in prop_oneof![Just(1_u32), Just(60)]) {
            let zone = zone.map(|zone| zone / 60 * 60);
            let seconds = seconds / i64::from(resolution) * i64::from(resolution);
            let time = Timestamp { seconds, zone, resolution };
            prop_assert_eq!(Times::default().read(&time.to_string()), Some(time));
        }
    }
}
