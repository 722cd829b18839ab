//! Fields of few notations: postal code, sex, age, e-mail address and member number.

use crate::Level;
use crate::script::is_dash;
use crate::fold::{Mode, fold};
use crate::placeholder::is_placeholder;

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold(text, Mode::Exact, &mut out);
    out
}

/// 600000.0: a spreadsheet's number.
fn without_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.len() <= 2 && zeros.bytes().all(|b| b == b'0') => {
            whole
        }
        _ => text,
    }
}

/// A postal code as seven digits; leading zeros that a spreadsheet took are put back.
pub(crate) fn push_postal(text: &str, level: Level, out: &mut String) {
    let text = folded(text);
    let bare: String = text.chars().filter(|c| !matches!(c, '〒' | ' ' | 'ー') && !is_dash(*c)).collect();
    let grouped = bare.len() < text.trim_matches(['〒', ' ']).len();
    let digits = without_fraction(&bare);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    if level == Level::Loose && digits.len() == 3 && digits != "000" {
        out.push_str(digits);
        return;
    }
    let padded = match digits.len() {
        7 => digits.to_owned(),
        5 | 6 if level > Level::Exact && !grouped => format!("{digits:0>7}"),
        _ => return,
    };
    if padded.starts_with("000") || matches!(padded.as_str(), "1234567" | "9999999" | "1111111") {
        return;
    }
    let end = if level == Level::Loose { 3 } else { 7 };
    out.push_str(padded.get(..end).unwrap_or_default());
}

/// The number of a canonical postal code.
pub(crate) fn postal_number(canonical: &str) -> Option<u32> {
    (canonical.len() == 7).then(|| canonical.parse().ok()).flatten()
}

/// `m` or `f`.
pub(crate) fn push_sex(text: &str, out: &mut String) {
    let text = folded(text).to_lowercase();
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '(' | ')' | '.' | ':')).collect();
    let bare = bare.strip_prefix("性別").unwrap_or(&bare);
    match bare {
        "m" | "男" | "男性" | "男子" | "male" | "man" | "おとこ" | "オトコ" | "♂" | "1" | "10" | "01"
        | "1男" | "1男性" => {
            out.push('m');
        }
        "f" | "女" | "女性" | "女子" | "female" | "woman" | "おんな" | "オンナ" | "♀" | "2" | "20" | "02"
        | "2女" | "2女性" => out.push('f'),
        _ => {}
    }
}

/// Years as digits, 0 to 130.
pub(crate) fn push_age(text: &str, out: &mut String) {
    let text = folded(text);
    let bare: String = text.chars().filter(|c| *c != ' ').collect();
    let bare = bare.trim_start_matches("満").trim_end_matches(['歳', '才']);
    let digits = without_fraction(bare);
    let valid = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if let Some(age) = digits.parse::<u8>().ok().filter(|age| valid && *age <= 130) {
        out.push_str(&age.to_string());
    }
}

/// An address in lower case, where it looks like one.
pub(crate) fn push_email(text: &str, out: &mut String) {
    let text = folded(text).to_lowercase();
    let text = text.trim().trim_start_matches("mailto:");
    let text = text.split_once('<').and_then(|(_, t)| t.split_once('>')).map_or(text, |(address, _)| address);
    let text = text.trim_matches([' ', ';', ',', '"', '\'']);
    let Some((local, domain)) = text.rsplit_once('@') else { return };
    let local_fits =
        !local.is_empty() && local.len() <= 64 && !local.contains([' ', '@', ',', ';', '<', '>']);
    let labels = || domain.split('.');
    let domain_fits = domain.len() <= 253
        && labels().count() >= 2
        && labels().all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && labels().next_back().is_some_and(|top| top.len() >= 2 && !top.bytes().all(|b| b.is_ascii_digit()));
    if local_fits && domain_fits {
        out.push_str(text);
    }
}

/// A client's own number: upper case, no spaces, no fraction.
pub(crate) fn push_member_id(text: &str, out: &mut String) {
    let text = folded(text);
    let start = out.len();
    for c in text.chars().filter(|c| *c != ' ') {
        if is_dash(c) {
            out.push('-');
        } else {
            out.extend(c.to_uppercase());
        }
    }
    let found = out.get(start..).unwrap_or_default();
    let whole = without_fraction(found);
    if whole.bytes().all(|b| b.is_ascii_digit()) {
        let end = start + whole.len();
        out.truncate(end);
    }
    if is_placeholder(out.get(start..).unwrap_or_default()) {
        out.truncate(start);
    }
}
