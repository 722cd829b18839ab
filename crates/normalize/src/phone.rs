//! Telephone numbers.

use crate::Level;
use crate::script::is_dash;
use crate::fold::{Mode, fold};

/// Longest international number: 15 digits (ITU-T E.164).
const MAX_DIGITS: usize = 15;

/// Calls `found` with the canonical form of every number in the cell, in order, each once.
pub(crate) fn each(text: &str, level: Level, mut found: impl FnMut(&str)) {
    let mut folded = String::with_capacity(text.len());
    fold(text, Mode::Exact, &mut folded);
    let plain = folded.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'(' | b')'));
    if plain && let Some(number) = number(&folded, level) {
        return found(if level == Level::Loose { last_eight(&number) } else { &number });
    }
    let mut seen: Vec<String> = Vec::new();
    for run in runs(&folded) {
        for number in numbers(&run, level) {
            let number = if level == Level::Loose { last_eight(&number) } else { &number };
            if !seen.iter().any(|known| known == number) {
                found(number);
                seen.push(number.to_owned());
            }
        }
    }
}

/// Stretches of the text that may be numbers: digits and the signs between them. Extensions are left out.
fn runs(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut run = String::new();
    let mut extension = false;
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_digit()
            || matches!(c, '+' | '(' | ')' | ' ' | '.' | 'ー' | '~' | '〜' | '_')
            || is_dash(c)
        {
            if run.is_empty() {
                extension = is_extension(&word, extension);
                word.clear();
            }
            run.push(if is_dash(c) || matches!(c, 'ー' | '~' | '〜' | '_') { '-' } else { c });
            continue;
        }
        close(&mut run, extension, &mut out);
        if matches!(c, '/' | ',' | '、' | ';' | '・' | '|' | '&') {
            extension = false;
        }
        word.push(c.to_ascii_lowercase());
    }
    close(&mut run, extension, &mut out);
    out
}

fn close(run: &mut String, extension: bool, out: &mut Vec<String>) {
    let run = std::mem::take(run);
    if !extension && run.bytes().any(|b| b.is_ascii_digit()) {
        out.push(run);
    }
}

fn is_extension(word: &str, before: bool) -> bool {
    const WORDS: [&str; 6] = ["内線", "内", "ext", "x", "#", "内線番号"];
    if word.is_empty() { before } else { WORDS.iter().any(|w| word.ends_with(w)) }
}

/// The numbers of one run: it may be one, or several with spaces between.
fn numbers(run: &str, level: Level) -> Vec<String> {
    if let Some(number) = number(run, level) {
        return vec![number];
    }
    let words: Vec<&str> = run.split_whitespace().collect();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < words.len() {
        // A number has few words: 03 1234 5678 has three, +81 3 1234 5678 four.
        let hit = (at + 1..=words.len().min(at + 5)).rev().find_map(|end| {
            let joined = words.get(at..end)?.join(" ");
            Some((number(&joined, level)?, end))
        });
        match hit {
            Some((number, end)) => {
                out.push(number);
                at = end;
            }
            None => at += 1,
        }
    }
    out
}

/// The canonical form of one number, or `None` where it is none.
fn number(run: &str, level: Level) -> Option<String> {
    let run = without_fraction(run.trim());
    let plus = run.trim_start_matches('(').starts_with('+');
    if run.chars().skip(1).any(|c| c == '+') {
        return None;
    }
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    if digits.len() > MAX_DIGITS + 4 || is_dummy(&digits) {
        return None;
    }
    if level == Level::Loose && digits.len() == 8 && digits == run {
        return Some(digits);
    }
    let abroad = if plus { Some(digits.as_str()) } else { international(&digits) };
    if let Some(rest) = abroad {
        return match rest.strip_prefix("81") {
            Some(home) => domestic(&format!("0{}", home.strip_prefix('0').unwrap_or(home))),
            None => (7..=MAX_DIGITS).contains(&rest.len()).then(|| format!("+{rest}")),
        };
    }
    if digits.starts_with('0') {
        return domestic(&digits);
    }
    if matches!(digits.len(), 11 | 12)
        && let Some(home) = digits.strip_prefix("81")
        && let Some(number) = domestic(&format!("0{}", home.strip_prefix('0').unwrap_or(home)))
    {
        return Some(number);
    }
    // A spreadsheet took the leading zero.
    let restored = domestic(&format!("0{digits}"))?;
    Some(if level == Level::Exact { digits } else { restored })
}

/// 312345678.0: a spreadsheet's number.
fn without_fraction(run: &str) -> &str {
    match run.split_once('.') {
        Some((whole, zeros))
            if !zeros.is_empty()
                && zeros.len() <= 2
                && zeros.bytes().all(|b| b == b'0')
                && whole.len() >= 9 =>
        {
            whole
        }
        _ => run,
    }
}

/// What follows the prefix for calls abroad, 010 or 00.
fn international(digits: &str) -> Option<&str> {
    let rest = digits.strip_prefix("010").or_else(|| digits.strip_prefix("00"))?;
    (digits.len() >= 11 && !rest.starts_with('0')).then_some(rest)
}

/// A number within Japan by its length and beginning.
fn domestic(digits: &str) -> Option<String> {
    let at = |n: usize| digits.as_bytes().get(n).copied().unwrap_or_default();
    if at(0) != b'0' || at(1) == b'0' || is_dummy(digits) {
        return None;
    }
    // 050, 060 … 090, 020: eleven digits. 0800 is toll-free and has eleven as well.
    let long = at(2) == b'0' && matches!(at(1), b'2' | b'5'..=b'9');
    let fits = if long { digits.len() == 11 } else { digits.len() == 10 };
    let subscriber = digits.get(if long { 3 } else { 2 }..)?;
    (fits && subscriber.bytes().any(|b| b != b'0')).then(|| digits.to_owned())
}

/// 0000000000, 1234567890 and the like.
fn is_dummy(digits: &str) -> bool {
    let first = digits.bytes().next();
    digits.bytes().all(|b| Some(b) == first)
        || matches!(digits, "1234567890" | "0123456789" | "01234567890" | "9876543210")
}

fn last_eight(number: &str) -> &str {
    let digits = number.trim_start_matches('+');
    digits.get(digits.len().saturating_sub(8)..).unwrap_or(digits)
}
