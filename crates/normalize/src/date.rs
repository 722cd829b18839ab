//! Dates of birth.

use crate::Level;
use crate::fold::{Mode, fold};
use crate::numerals;
use crate::script::is_dash;

/// Years a date of birth may lie in.
const YEARS: std::ops::RangeInclusive<i32> = 1868..=2099;

/// Dates that programs write for "none".
const NONE: [Date; 3] = [(1900, 1, 1), (1899, 12, 30), (1899, 12, 31)];

/// The day count of 2049-12-31: no greater number is a date of birth, and most are numbers of another kind.
const LAST_SERIAL: u32 = 54_788;

/// From which day spreadsheets count: a bare number does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateSystem {
    /// Day 1 is 1900-01-01: Excel, and what nearly all write.
    #[default]
    From1900,
    /// Day 0 is 1904-01-01: workbooks of early Excel for Macintosh.
    From1904,
}

/// A year, a month and a day that need not exist.
type Date = (i32, u32, u32);

/// Appends the date as ISO 8601, at the loose level year and month; nothing where the cell holds none. `folded` is a
/// buffer.
pub(crate) fn push(text: &str, level: Level, system: DateSystem, folded: &mut String, out: &mut String) {
    if let Some(date) = plain(text.as_bytes()).or_else(|| common(text)) {
        return push_possible(date, level, out);
    }
    folded.clear();
    fold(text, Mode::Standard, folded);
    if let Some(date) = plain(folded.as_bytes()).or_else(|| common(folded)) {
        return push_possible(date, level, out);
    }
    if folded.bytes().all(|byte| byte.is_ascii_digit()) {
        if let Some(date) = from_digits(folded, system) {
            push_possible(date, level, out);
        }
        return;
    }
    let text: Vec<char> = without_remarks(folded);
    if level == Level::Loose
        && let Some((year, month)) = year_and_month(&text)
    {
        return push_iso((year, month, 1), level, out);
    }
    if let Some(date) = read(&text, system) {
        push_possible(date, level, out);
    }
}

/// The date that most cells hold, as it is written: none of the signs that it is written with is folded.
pub(crate) fn written(text: &str) -> Option<Iso> {
    let date = plain(text.as_bytes()).or_else(|| common(text))?;
    is_possible(date).then(|| Iso::new(date))
}

/// Appends a date that there is and that somebody may be born on.
fn push_possible(date: Date, level: Level, out: &mut String) {
    if is_possible(date) {
        push_iso(date, level, out);
    }
}

fn is_possible((year, month, day): Date) -> bool {
    let there = YEARS.contains(&year) && (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
    there && !NONE.contains(&(year, month, day))
}

/// A possible date in ISO 8601.
pub(crate) struct Iso([u8; 10]);

impl Iso {
    fn new((year, month, day): Date) -> Self {
        let year = year.unsigned_abs();
        let digit = |number: u32| b'0' + (number % 10) as u8;
        Self([
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'-',
            digit(month / 10),
            digit(month),
            b'-',
            digit(day / 10),
            digit(day),
        ])
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Appends a possible date, at the loose level without the day.
fn push_iso(date: Date, level: Level, out: &mut String) {
    let iso = Iso::new(date);
    let len = if level == Level::Loose { 7 } else { 10 };
    out.push_str(iso.text().get(..len).unwrap_or_default());
}

/// Most dates are written with digits and one sign: 1974-05-05, 1974/5/5, 19740505.
fn plain(text: &[u8]) -> Option<Date> {
    let number = |digits: &[u8]| {
        let fits = matches!(digits.len(), 1 | 2 | 4) && digits.iter().all(u8::is_ascii_digit);
        fits.then(|| digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')))
    };
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = match rest {
        [sign @ (b'-' | b'/'), rest @ ..] => {
            let at = rest.iter().position(|b| b == sign)?;
            (rest.get(..at)?, rest.get(at + 1..)?)
        }
        [_, _, _, _] => rest.split_at_checked(2)?,
        _ => return None,
    };
    let short = month.len() <= 2 && day.len() <= 2;
    let year = i32::try_from(number(year)?).ok()?;
    short.then_some((year, number(month)?, number(day)?))
}

/// The other dates of three numbers with one sign, 年月日 or an era, and a time of day after them or not: S49.5.5,
/// 昭和49年5月5日, 1974.5.5, 1974/5/5 0:00:00.
fn common(text: &str) -> Option<Date> {
    let (year, rest) = match era(text) {
        Some((before, last, rest)) if rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_digit()) => {
            let part = |from: usize| rest.get(from..from + 2)?.parse::<u32>().ok();
            let year = i32::try_from(part(0)?).ok().filter(|year| (1..=last).contains(year))?;
            return Some((before + year, part(2)?, part(4)?));
        }
        Some((before, last, rest)) => {
            let (year, rest) = match rest.strip_prefix('元') {
                Some(rest) => (1, rest.as_bytes()),
                None => short_number(rest.as_bytes())?,
            };
            let year = i32::try_from(year).ok().filter(|year| (1..=last).contains(year))?;
            (before + year, rest)
        }
        None => {
            let (year, rest) = text.as_bytes().split_at_checked(4)?;
            if !year.iter().all(u8::is_ascii_digit) {
                return None;
            }
            (year.iter().fold(0, |n, digit| n * 10 + i32::from(digit - b'0')), rest)
        }
    };
    let (rest, after_month, after_day) = match rest {
        [sign @ (b'-' | b'/' | b'.'), rest @ ..] => (rest, std::slice::from_ref(sign), &[][..]),
        _ => (rest.strip_prefix("年".as_bytes())?, "月".as_bytes(), "日".as_bytes()),
    };
    let (month, rest) = short_number(rest)?;
    let (day, rest) = short_number(rest.strip_prefix(after_month)?)?;
    let rest = rest.strip_prefix(after_day)?;
    is_time(rest).then_some((year, month, day))
}

/// The era that a text begins with: the year before its first, how many years it has, and the text after it.
fn era(text: &str) -> Option<(i32, i32, &str)> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    ERAS.iter().find_map(|(names, before, last)| {
        let rest = names.iter().find_map(|name| text.strip_prefix(name))?;
        Some((*before, *last, rest))
    })
}

/// A number of one or two digits that the text begins with.
fn short_number(text: &[u8]) -> Option<(u32, &[u8])> {
    let digit = |b: &u8| b.is_ascii_digit().then(|| u32::from(b - b'0'));
    let (first, rest) = text.split_first()?;
    let number = digit(first)?;
    match rest.split_first().and_then(|(second, rest)| Some((digit(second)?, rest))) {
        Some((second, rest)) => {
            (!rest.first().is_some_and(u8::is_ascii_digit)).then_some((number * 10 + second, rest))
        }
        None => Some((number, rest)),
    }
}

/// Nothing, or a time of day: ` 0:00:00`, `T00:00`.
fn is_time(rest: &[u8]) -> bool {
    match rest {
        [] => true,
        [b' ' | b'T', b'0'..=b'9', b':', ..] | [b' ' | b'T', b'0'..=b'9', b'0'..=b'9', b':', ..] => {
            rest.iter().skip(1).all(|b| b.is_ascii_digit() || *b == b':')
        }
        _ => false,
    }
}

/// `1974-05` is its own loose form.
fn year_and_month(text: &[char]) -> Option<(i32, u32)> {
    let text: String = text.iter().collect();
    let (year, month) = text.split_once('-')?;
    if year.len() != 4 || month.len() != 2 || !text.chars().all(|c| c.is_ascii_digit() || c == '-') {
        return None;
    }
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    (YEARS.contains(&year) && (1..=12).contains(&month)).then_some((year, month))
}

/// Cuts brackets (the other era's year, the weekday) and the word 生.
fn without_remarks(text: &str) -> Vec<char> {
    let mut depth = 0usize;
    let mut out = Vec::new();
    for c in text.trim().chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            c if is_dash(c) => out.push('-'),
            c => out.push(c.to_ascii_uppercase()),
        }
    }
    out
}

/// Eras with the year before their first.
const ERAS: [(&[&str], i32, i32); 5] = [
    (&["明治", "明", "M"], 1867, 45),
    (&["大正", "大", "T"], 1911, 15),
    (&["昭和", "昭", "S"], 1925, 64),
    (&["平成", "平", "H"], 1988, 31),
    (&["令和", "令", "R"], 2018, 81),
];

/// True for a text that begins with an era, its letters in upper case.
pub(crate) fn begins_with_era(text: &str) -> bool {
    ERAS.iter().any(|(names, ..)| names.iter().any(|name| text.starts_with(name)))
}

fn read(text: &[char], system: DateSystem) -> Option<Date> {
    let text = without_time(without_label(text));
    let plain: String = text.iter().filter(|c| **c != ' ').collect();
    let text: String = text.iter().collect();
    for (names, before, last) in ERAS {
        let year_of = |text: &str| {
            let rest = names.iter().find_map(|name| text.strip_prefix(name))?;
            let (year, month, day) = era_parts(rest.trim_start_matches([' ', '.', '-', '/']))?;
            (1..=last).contains(&year).then_some((before + year, month, day))
        };
        if names.iter().any(|name| plain.starts_with(name)) && !begins_with_word(&plain) {
            // 昭和 4 9 年 is one number, 昭和49 5 5 are three.
            return year_of(&plain).or_else(|| year_of(text.trim()));
        }
    }
    let text = text.trim().trim_start_matches("西暦").trim_start();
    if let Some((date, time)) = text.split_once(['T', ' '])
        && date.len() == 8
        && is_number(date)
        && matches!(time.trim_end_matches('Z').len(), 4 | 6)
    {
        return from_digits(&format!("{date}{}", time.trim_end_matches('Z')), system);
    }
    if text.contains(|c: char| c.is_ascii_uppercase())
        && let Some(date) = with_named_month(text)
    {
        return Some(date);
    }
    if let Some((era, digits)) = text.split_once(['-', '.', '/', ' '])
        && era.len() == 1
        && digits.len() == 6
        && is_number(digits)
    {
        return from_digits(&format!("{era}{digits}"), system);
    }
    if text.chars().all(|c| c.is_ascii_digit() || c == '.') {
        // A day count may bear a time of day as its fraction.
        let whole = |(whole, fraction): (&'_ str, &str)| {
            let serial = matches!(whole.len(), 4 | 5) && fraction.bytes().all(|b| b.is_ascii_digit());
            serial || fraction.bytes().all(|b| b == b'0')
        };
        let digits = text.split_once('.').filter(|parts| whole(*parts)).map_or(text, |(whole, _)| whole);
        if digits.bytes().all(|b| b.is_ascii_digit()) {
            return from_digits(digits, system);
        }
    }
    let (numbers, year_word) = numbers(text)?;
    from_numbers(&numbers, year_word)
}

/// Cuts what a form calls the column.
fn without_label(text: &[char]) -> &[char] {
    const LABELS: [&str; 6] = ["生年月日", "誕生日", "生まれ", "DATE OF BIRTH", "BIRTHDAY", "DOB"];
    let after = |label: &&str| {
        let mut rest = text.iter();
        label.chars().all(|c| rest.next() == Some(&c)).then_some(rest.as_slice())
    };
    let Some(mut rest) = LABELS.iter().find_map(after) else { return text };
    while let [' ' | ':', after @ ..] = rest {
        rest = after;
    }
    rest
}

const MONTHS: [&str; 12] = [
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
];

/// The month of an English name or of three or four letters of it.
fn month_of(word: &str) -> Option<u32> {
    let is_name = |name: &&str| *name == word || (matches!(word.len(), 3 | 4) && name.starts_with(word));
    MONTHS.iter().zip(1..).find(|(name, _)| is_name(name)).map(|(_, month)| month)
}

/// True for MAR 5 1974 and its kind, which begin with the letter of an era.
fn begins_with_word(text: &str) -> bool {
    matches!(text.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z', ..])
}

/// A date whose month is named, so that no order of its numbers is in doubt: 05-MAY-1974, May 5, 1974, 5th May 1974. The
/// year has four digits.
fn with_named_month(text: &str) -> Option<Date> {
    const ORDINALS: [&str; 4] = ["ST", "ND", "RD", "TH"];
    const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    let (mut year, mut month, mut day) = (None, None, None);
    let mut rest = text;
    let separator = |c: char| matches!(c, ' ' | '-' | '/' | '.' | ',');
    loop {
        rest = rest.trim_start_matches(separator);
        let Some(first) = rest.chars().next() else { break };
        let alike = |c: char| {
            if first.is_ascii_digit() { c.is_ascii_digit() } else { c.is_ascii_uppercase() }
        };
        let end = rest.find(|c| !alike(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end)?;
        let place = match (word.len(), first.is_ascii_digit()) {
            (0, _) => return None,
            (1 | 2, true) => &mut day,
            (4, true) => &mut year,
            // 05MAY1974:00:00:00
            (_, true) => return None,
            (2, false) if day.is_some() && ORDINALS.contains(&word) => {
                rest = after;
                continue;
            }
            _ if month_of(word).is_none()
                && DAYS.iter().any(|day| word.starts_with(day) && month.is_none()) =>
            {
                rest = after;
                continue;
            }
            _ => &mut month,
        };
        let value = if first.is_ascii_digit() { word.parse().ok() } else { month_of(word) };
        if value.is_none() || place.is_some() {
            return None;
        }
        *place = value;
        rest = after;
        if rest.starts_with(':') && year.is_some() {
            break;
        }
    }
    Some((i32::try_from(year?).ok()?, month?, day?))
}

/// Cuts a time of day that a space or T parts from the date.
fn without_time(text: &[char]) -> &[char] {
    let Some(colon) = text.iter().position(|c| *c == ':') else { return text };
    let hour = text.iter().take(colon).rev().take_while(|c| c.is_ascii_digit()).count();
    let start = colon.checked_sub(hour + 1).filter(|_| matches!(hour, 1 | 2));
    let start = start.filter(|start| text.get(*start).is_some_and(|c| matches!(c, ' ' | 'T')));
    start.and_then(|start| text.get(..start)).unwrap_or(text)
}

/// Year, month and day after an era's name: 49.5.5, 元年5月5日, 490505.
fn era_parts(rest: &str) -> Option<Date> {
    let rest = match rest.strip_prefix('元') {
        Some(rest) => format!("1{rest}"),
        None => rest.to_owned(),
    };
    if rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_digit()) {
        return Some((
            rest.get(..2)?.parse().ok()?,
            rest.get(2..4)?.parse().ok()?,
            rest.get(4..)?.parse().ok()?,
        ));
    }
    let (numbers, _) = numbers(&rest)?;
    let [year, month, day, ..] = numbers.as_slice() else { return None };
    Some((i32::try_from(year.0).ok()?, month.0, day.0))
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits alone: 19740505, an era's code before six digits (3490505), a spreadsheet's day count (27154).
fn from_digits(digits: &str, system: DateSystem) -> Option<Date> {
    if !is_number(digits) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let time = |least: u32, from: usize| part(from, from + 2).is_some_and(|part| part < least);
    match digits.len() {
        // With a time of day: 19740505000000.
        12 if time(24, 8) && time(60, 10) => from_digits(digits.get(..8)?, system),
        14 if time(24, 8) && time(60, 10) && time(60, 12) => from_digits(digits.get(..8)?, system),
        8 => Some((i32::try_from(part(0, 4)?).ok()?, part(4, 6)?, part(6, 8)?)),
        7 => {
            let era = usize::try_from(part(0, 1)?.checked_sub(1)?).ok()?;
            let &(_, before, last) = ERAS.get(era)?;
            let year = i32::try_from(part(1, 3)?).ok()?;
            (1..=last).contains(&year).then_some((before + year, part(3, 5)?, part(5, 7)?))
        }
        // A serial of four digits that can be no year: 9582 is 1926-03-26.
        4 | 5 => from_serial(digits.parse().ok()?, system),
        _ => None,
    }
}

/// A day count of spreadsheets (1 is 1900-01-01, and 1900 is taken for a leap year).
fn from_serial(serial: u32, system: DateSystem) -> Option<Date> {
    let days_from_1904 = if system == DateSystem::From1904 { 1_462 } else { 0 };
    let serial = serial + days_from_1904;
    if !(4_000 + days_from_1904..=LAST_SERIAL).contains(&serial) {
        return None;
    }
    // Day 61 is 1900-03-01, the first that the false leap day does not shift.
    let (mut rest, mut year, mut month) = (serial - 61, 1900, 3);
    while rest >= days(year, month) {
        rest -= days(year, month);
        month += 1;
        if month == 13 {
            (year, month) = (year + 1, 1);
        }
    }
    Some((year, month, rest + 1))
}

/// A number and how many digits it was written with.
type Number = (u32, usize);

/// The first three numbers, in Latin digits or kanji, and whether 年 followed the first. A time of day is left out.
fn numbers(text: &str) -> Option<(Vec<Number>, bool)> {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut year_word, mut at) = (Vec::new(), false, 0);
    while let Some(&c) = chars.get(at) {
        if let Some((end, value)) = numerals::numeral_at(&chars, at) {
            out.push((value, end - at));
            at = end;
        } else if c.is_ascii_digit() {
            let run: String = chars.iter().skip(at).take_while(|c| c.is_ascii_digit()).collect();
            out.push((run.parse().ok()?, run.len()));
            at += run.len();
        } else {
            let separator = matches!(
                c,
                '-' | '/'
                    | '.'
                    | ' '
                    | ','
                    | '、'
                    | '・'
                    | '_'
                    | '\\'
                    | '¥'
                    | '年'
                    | '月'
                    | '日'
                    | '生'
                    | 'T'
                    | 'Z'
                    | ':'
                    | 'ー'
            );
            if !separator && out.len() < 3 {
                return None;
            }
            if c == ':' && out.len() < 3 {
                return None;
            }
            year_word |= c == '年' && out.len() == 1;
            at += 1;
        }
    }
    (out.len() >= 3).then_some((out, year_word))
}

/// Year first; or year last, where only one order of day and month is possible.
fn from_numbers(numbers: &[Number], year_word: bool) -> Option<Date> {
    if let [(code @ 1..=5, 1), (year, 1 | 2), (month, 1 | 2), (day, 1 | 2)] = *numbers {
        let &(_, before, last) = ERAS.get(usize::try_from(code - 1).ok()?)?;
        let year = i32::try_from(year).ok().filter(|year| (1..=last).contains(year))?;
        return Some((before + year, month, day));
    }
    let [first, second, third, ..] = numbers else { return None };
    let year = |n: &Number| i32::try_from(n.0).ok().filter(|y| YEARS.contains(y));
    if (first.1 == 4 || year_word) && third.1 <= 2 {
        return Some((year(first)?, second.0, third.0));
    }
    if third.1 == 4 && first.1 <= 2 {
        let year = year(third)?;
        return match (first.0, second.0) {
            (a, b) if a == b || b > 12 => Some((year, a, b)),
            (a, b) if a > 12 => Some((year, b, a)),
            _ => None,
        };
    }
    None
}

fn days(year: i32, month: u32) -> u32 {
    match month {
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn year_is_possible(date: &Date) -> bool {
        YEARS.contains(&date.0)
    }

    fn written_date() -> impl Strategy<Value = String> {
        let era = "(S|s|H|T|M|R|昭和|昭|平成|令和|大正|)";
        (era, "([0-9]{6}|(元|[0-9]{0,5})[-/.年]?[0-9]{1,3}[-/.月]?[0-9]{0,3}[-日/.年]?)", "( |T|)[0-9:]{0,8}")
            .prop_map(|(era, date, time)| format!("{era}{date}{time}"))
    }

    #[test]
    fn signs_of_dates_are_not_folded() {
        let eras = ERAS.iter().flat_map(|(names, ..)| *names).copied();
        for sign in eras.chain(["元", "年", "月", "日", "0123456789", "-/.: T"]) {
            let mut folded = String::new();
            fold(sign, Mode::Standard, &mut folded);
            assert_eq!(folded, sign);
        }
    }

    proptest! {
        #[test]
        fn common_dates_are_read_as_all_dates_are(text in written_date()) {
            if let Some(date) = common(&text) {
                let mut folded = String::new();
                fold(&text, Mode::Standard, &mut folded);
                prop_assert_eq!(&folded, &text);
                let read = read(&without_remarks(&text), DateSystem::From1900).filter(year_is_possible);
                prop_assert_eq!(Some(date).filter(year_is_possible), read);
            }
        }

        #[test]
        fn plain_dates_are_read_as_all_dates_are(text in "(1[89]|20)[0-9]{1,3}[-/.]?[0-9]{0,3}[-/.]?[0-9]{0,3}") {
            if let Some(date) = plain(text.as_bytes()) {
                let read = read(&without_remarks(&text), DateSystem::From1900).filter(year_is_possible);
                prop_assert_eq!(Some(date).filter(year_is_possible), read);
            }
        }
    }
}
