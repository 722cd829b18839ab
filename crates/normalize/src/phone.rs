//! Telephone numbers.

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
    if let Some(number) = plain(text, level) {
        return found(number.text(level));
    }
    let Scratch { folded, word, run, words, seen } = scratch;
    folded.clear();
    fold(text, Mode::Exact, folded);
    if let Some(number) = plain(folded, level) {
        return found(number.text(level));
    }
    seen.clear();
    each_run(folded, word, run, |run| {
        each_of_run(run, level, words, |number| {
            if !seen.iter().any(|known| known.text(level) == number.text(level)) {
                found(number.text(level));
                seen.push(number);
            }
        });
    });
}

/// Most cells hold one number of digits, hyphens and brackets.
fn plain(text: &str, level: Level) -> Option<Number> {
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
    find_words(run, words);
    let mut at = 0;
    while let Some(&(start, _)) = words.get(at) {
        // A number has few words: 03 1234 5678 has three, +81 3 1234 5678 four.
        let hit = (at..words.len().min(at + 5)).rev().find_map(|last| {
            let &(_, end) = words.get(last)?;
            Some((number(run.get(start..end)?, level)?, last + 1))
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
        return match rest.strip_prefix(b"81") {
            Some(home) => from_abroad(home),
            None => (7..=MAX_DIGITS).contains(&rest.len()).then(|| Number::new(b"+", rest)),
        };
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

/// What follows the prefix for calls abroad, 010 or 00.
fn international(digits: &[u8]) -> Option<&[u8]> {
    let rest = digits.strip_prefix(b"010").or_else(|| digits.strip_prefix(b"00"))?;
    (digits.len() >= 11 && !rest.starts_with(b"0")).then_some(rest)
}

/// A number within Japan by its length and beginning.
fn domestic(number: Number) -> Option<Number> {
    let digits = number.digits();
    let at = |n: usize| digits.get(n).copied().unwrap_or_default();
    if at(0) != b'0' || at(1) == b'0' || is_dummy(digits) {
        return None;
    }
    // 050, 060 … 090, 020: eleven digits. 0800 is toll-free and has eleven as well.
    let long = at(2) == b'0' && matches!(at(1), b'2' | b'5'..=b'9');
    let fits = digits.len() == if long { 11 } else { 10 };
    let subscriber = digits.get(if long { 3 } else { 2 }..)?;
    (fits && subscriber.iter().any(|b| *b != b'0')).then_some(number)
}

/// 0000000000, 1234567890 and the like.
fn is_dummy(digits: &[u8]) -> bool {
    let Some((first, rest)) = digits.split_first() else { return true };
    rest.iter().all(|b| b == first)
        || matches!(digits, b"1234567890" | b"0123456789" | b"01234567890" | b"9876543210")
}
