//! Telephone numbers.

pub(crate) mod plain;

use crate::Level;
use crate::fold::{Mode, fold};
use crate::script::is_dash;

/// Longest international number: 15 digits (ITU-T E.164).
const MAX_DIGITS: usize = 15;

/// Digits of a run that may still be a number: a prefix for calls abroad may stand before it.
const MAX_RUN: usize = MAX_DIGITS + 4;

/// Buffers for reading a cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    folded: String,
    /// Letters before a number, which may say that it is an extension.
    word: String,
    run: String,
    /// Where the words of a run begin and end.
    words: Vec<(usize, usize)>,
    seen: Vec<Number>,
}

/// A number in canonical form: digits, and a plus in front of those abroad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number {
    bytes: [u8; MAX_RUN + 1],
    len: usize,
}

impl Number {
    fn new(first: &[u8], rest: &[u8]) -> Self {
        let mut bytes = [0; MAX_RUN + 1];
        let mut len = 0;
        for (place, byte) in bytes.iter_mut().zip(first.iter().chain(rest)) {
            *place = *byte;
            len += 1;
        }
        Self { bytes, len }
    }

    fn digits(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// As text: the last eight digits at the loose level.
    fn text(&self, level: Level) -> &str {
        let text = std::str::from_utf8(self.digits()).unwrap_or_default();
        if level < Level::Loose {
            return text;
        }
        let digits = text.trim_start_matches('+');
        digits.get(digits.len().saturating_sub(8)..).unwrap_or(digits)
    }
}

/// Calls `found` with the canonical form of every number in the cell, in order, each once.
pub(crate) fn each(text: &str, level: Level, scratch: &mut Scratch, mut found: impl FnMut(&str)) {
    if level == Level::Standard
        && let Some(number) = plain::read(text)
    {
        return found(number.text());
    }
    each_in_general(text, level, scratch, found);
}

fn each_in_general(text: &str, level: Level, scratch: &mut Scratch, mut found: impl FnMut(&str)) {
    if let Some(number) = bare(text, level) {
        return found(number.text(level));
    }
    scratch.folded.clear();
    fold(text, Mode::Exact, &mut scratch.folded);
    if let Some(number) = bare(&scratch.folded, level) {
        return found(number.text(level));
    }
    each_of_cell(level, scratch);
    if scratch.seen.is_empty() && rewrite(&mut scratch.folded, &mut scratch.run) {
        each_of_cell(level, scratch);
    }
    scratch.seen.iter().for_each(|number| found(number.text(level)));
}

/// Puts the numbers of the folded cell into `seen`, each once.
fn each_of_cell(level: Level, scratch: &mut Scratch) {
    let Scratch { folded, word, run, words, seen } = scratch;
    seen.clear();
    each_run(folded, word, run, |run| {
        each_of_run(run, level, words, |number| {
            if !seen.iter().any(|known| known.text(level) == number.text(level)) {
                seen.push(number);
            }
        });
    });
}

/// Writes a cell in which no number was found as one careful clerk would: 03/1234/5678 with hyphens, 〇九〇 in digits.
/// True where that changed it and what came out begins as a number does; a date does not. Signs that part numbers are
/// told from those within one by there being no number yet.
fn rewrite(folded: &mut String, buffer: &mut String) -> bool {
    buffer.clear();
    buffer.extend(folded.chars().map(|c| match c {
        '/' | '・' | ',' | '、' | ':' => '-',
        c => kanji_digit(c).unwrap_or(c),
    }));
    std::mem::swap(folded, buffer);
    let first = folded.chars().find(|c| c.is_ascii_digit() || *c == '+');
    folded != buffer && matches!(first, Some('0' | '+'))
}

fn kanji_digit(c: char) -> Option<char> {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let value = DIGITS.iter().zip('0'..='9').find(|(kanji, _)| **kanji == c);
    value.map(|(_, digit)| digit)
}

/// One number of digits, hyphens and brackets, as most cells hold it.
fn bare(text: &str, level: Level) -> Option<Number> {
    let mut buffer = [0; MAX_RUN];
    let mut len = 0;
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            *buffer.get_mut(len)? = byte;
            len += 1;
        } else if !matches!(byte, b'-' | b'(' | b')') {
            return None;
        }
    }
    from_digits(buffer.get(..len)?, false, len == text.len(), level)
}

/// Calls `found` with the stretches of the text that may be numbers: digits and the signs between them, in ASCII.
/// Extensions are left out.
fn each_run(text: &str, word: &mut String, run: &mut String, mut found: impl FnMut(&str)) {
    let mut extension = false;
    word.clear();
    run.clear();
    let mut close = |run: &mut String, extension: bool| {
        if !extension && run.bytes().any(|b| b.is_ascii_digit()) {
            found(run);
        }
        run.clear();
    };
    for c in text.chars() {
        let dash = is_dash(c) || matches!(c, 'ー' | '_');
        let c = if c == '〜' { '~' } else { c };
        if dash || c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | ' ' | '.' | '~') {
            if run.is_empty() {
                extension = is_extension(word, extension);
                word.clear();
            }
            run.push(if dash { '-' } else { c });
            continue;
        }
        close(run, extension);
        if matches!(c, '/' | ',' | '、' | ';' | '・' | '|' | '&') {
            extension = false;
        }
        word.push(c.to_ascii_lowercase());
    }
    close(run, extension);
}

fn is_extension(word: &str, before: bool) -> bool {
    const ENDINGS: [&str; 4] = ["内線", "ext", "#", "内線番号"];
    match word {
        "" => before,
        "内" | "x" => true,
        _ => ENDINGS.iter().any(|ending| word.ends_with(ending)),
    }
}

/// Calls `found` with the numbers of one run: it may be one, or several with spaces between.
fn each_of_run(run: &str, level: Level, words: &mut Vec<(usize, usize)>, mut found: impl FnMut(Number)) {
    if let Some(number) = number(run, level) {
        return found(number);
    }
    // 03-1234-5678~9: the first of several lines.
    if let Some((first, _)) = run.split_once('~')
        && let Some(number) = number(first, level)
    {
        return found(number);
    }
    let run = match before_remark(run, level) {
        Some((first, rest)) => {
            found(first);
            rest
        }
        None => run,
    };
    find_words(run, words);
    let mut at = 0;
    while let Some(&(start, _)) = words.get(at) {
        // A number has few words: 03 1234 5678 has three, +81 3 1234 5678 four.
        let hit = (at..words.len().min(at + 5)).rev().find_map(|last| {
            let &(_, end) = words.get(last)?;
            Some((number(run.get(start..end)?, level)?, last + 1))
        });
        let hit = hit.or_else(|| {
            let &(start, end) = words.get(at)?;
            Some((before_remark(run.get(start..end)?, level)?.0, at + 1))
        });
        match hit {
            Some((number, next)) => {
                found(number);
                at = next;
            }
            None => at += 1,
        }
    }
}

/// The number that a run of too many digits begins with, and what follows it after a bracket or hyphen: a floor, an
/// extension, the hours of business, or another number.
fn before_remark(run: &str, level: Level) -> Option<(Number, &str)> {
    let begins = run.trim_start_matches(['(', ' ']).starts_with('0');
    // A number has at most four signs between its digits.
    let signs = run.match_indices(['(', '-']).filter(|(at, _)| begins && *at > 0).take(6);
    signs.filter_map(|(at, _)| Some((number(run.get(..at)?, level)?, run.get(at + 1..)?))).last()
}

fn find_words(run: &str, words: &mut Vec<(usize, usize)>) {
    words.clear();
    let mut start = 0;
    for word in run.split(' ') {
        if !word.is_empty() {
            words.push((start, start + word.len()));
        }
        start += word.len() + 1;
    }
}

/// The canonical form of one number, or `None` where it is none.
fn number(run: &str, level: Level) -> Option<Number> {
    let run = without_fraction(run.trim_matches(' '));
    let plus = run.trim_start_matches('(').starts_with('+');
    let mut buffer = [0; MAX_RUN];
    let mut len = 0;
    for (at, byte) in run.bytes().enumerate() {
        if byte.is_ascii_digit() {
            *buffer.get_mut(len)? = byte;
            len += 1;
        } else if byte == b'+' && at > 0 {
            return None;
        }
    }
    from_digits(buffer.get(..len)?, plus, len == run.len(), level)
}

/// A number by its digits: `plus` where one stands in front, `bare` where no other sign stands between.
fn from_digits(digits: &[u8], plus: bool, bare: bool, level: Level) -> Option<Number> {
    if is_dummy(digits) {
        return None;
    }
    if level == Level::Loose && digits.len() == 8 && bare {
        return Some(Number::new(digits, &[]));
    }
    let abroad = if plus { Some(digits) } else { international(digits) };
    if let Some(rest) = abroad {
        let number = match rest.strip_prefix(b"81") {
            Some(home) => from_abroad(home),
            None if is_dummy(rest) => None,
            None => (7..=MAX_DIGITS).contains(&rest.len()).then(|| Number::new(b"+", rest)),
        };
        return number.filter(|number| level < Level::Loose || has_loose_form(number));
    }
    if digits.starts_with(b"0") {
        return domestic(Number::new(digits, &[]));
    }
    if matches!(digits.len(), 11 | 12)
        && let Some(home) = digits.strip_prefix(b"81")
        && let Some(number) = from_abroad(home)
    {
        return Some(number);
    }
    // A spreadsheet took the leading zero.
    let restored = domestic(Number::new(b"0", digits))?;
    Some(if level == Level::Exact { Number::new(digits, &[]) } else { restored })
}

/// True where the last eight digits are a value themselves.
fn has_loose_form(number: &Number) -> bool {
    let last = number.text(Level::Loose).as_bytes();
    last.len() == 8 && !is_dummy(last)
}

/// What follows 81: the zero before the area code may be there or not.
fn from_abroad(home: &[u8]) -> Option<Number> {
    domestic(Number::new(b"0", home.strip_prefix(b"0").unwrap_or(home)))
}

/// 312345678.0: a spreadsheet's number.
fn without_fraction(run: &str) -> &str {
    match run.split_once('.') {
        Some((whole, "0" | "00")) if whole.len() >= 9 => whole,
        _ => run,
    }
}

/// What follows the prefixes for calls abroad: 010, 00, and those of carriers before 010 or a country code.
fn international(digits: &[u8]) -> Option<&[u8]> {
    let rest = match digits {
        [b'0', b'1', b'0', rest @ ..] => rest,
        [b'0', b'0', rest @ ..] => without_carrier(rest),
        _ => return None,
    };
    (digits.len() >= 11 && !rest.starts_with(b"0")).then_some(rest)
}

/// What follows 00, without the rest of 001, 0033 and 0061: these are countries as well, whose numbers have ten and at
/// most nine digits.
fn without_carrier(rest: &[u8]) -> &[u8] {
    let carriers: [(&[u8], usize); 3] = [(b"1", 10), (b"33", 9), (b"61", 9)];
    for (carrier, longest) in carriers {
        let Some(after) = rest.strip_prefix(carrier) else { continue };
        if let Some(country) = after.strip_prefix(b"010") {
            return country;
        }
        if after.len() > longest {
            return after;
        }
    }
    rest
}

/// A number within Japan by its length and beginning.
fn domestic(number: Number) -> Option<Number> {
    let digits = number.digits();
    let at = |n: usize| digits.get(n).copied().unwrap_or_default();
    if at(0) != b'0' || at(1) == b'0' || is_dummy(digits) {
        return None;
    }
    let long = is_long(digits);
    let fits = digits.len() == if long { 11 } else { 10 };
    (fits && !is_filled(digits, long)).then_some(number)
}

/// True for what begins a number of eleven digits: 050, 060 … 090, 020. 0800 is toll-free and has eleven as well.
fn is_long(digits: &[u8]) -> bool {
    matches!(digits, [_, b'2' | b'5'..=b'9', b'0', ..])
}

/// True where the digits that tell one subscriber from another are all the same, as nobody's are but in forms filled in:
/// 090-1111-1111, 03-9999-9999, 045-000-0000.
fn is_filled(digits: &[u8], long: bool) -> bool {
    let [.., before, last] = digits else { return true };
    if before != last {
        return false;
    }
    let same = digits.iter().rev().take_while(|digit| *digit == last).count();
    let eight = long || digits.starts_with(b"03") || digits.starts_with(b"06");
    same >= if eight { 8 } else { 7 } || (*last == b'0' && same >= 6)
}

/// 0000000000, 1234567890 and the like.
fn is_dummy(digits: &[u8]) -> bool {
    let Some((first, rest)) = digits.split_first() else { return true };
    rest.iter().all(|b| b == first)
        || matches!(digits, b"1234567890" | b"0123456789" | b"01234567890" | b"9876543210")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str, level: Level) -> Vec<String> {
        let mut out = Vec::new();
        each(text, level, &mut Scratch::default(), |number| out.push(number.to_owned()));
        out
    }

    #[test]
    fn numbers_that_fill_a_form_are_nobodys() {
        for text in [
            "0120-000-000",
            "090-1111-1111",
            "03-9999-9999",
            "03-3333-3333",
            "099-999-9999",
            "045-000-0000",
            "0466-00-0000",
            "000-0000-0000",
            "0010-77777777777777",
        ] {
            assert_eq!(numbers(text, Level::Standard), [""; 0], "{text}");
        }
        assert_eq!(numbers("2024/05/06 12:30", Level::Standard), [""; 0]);
        for text in ["0333333334", "0451111112", "0120111111", "0312300000"] {
            assert_eq!(numbers(text, Level::Standard), [text]);
        }
    }

    #[test]
    fn a_number_abroad_has_a_loose_form_of_eight_digits_or_none() {
        assert_eq!(numbers("+1-212-555-0123", Level::Loose), ["25550123"]);
        assert_eq!(numbers("+1212555", Level::Loose), [""; 0]);
        assert_eq!(numbers("+33 11111111", Level::Loose), [""; 0]);
    }
}
