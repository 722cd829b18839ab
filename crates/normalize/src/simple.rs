//! Fields of few notations: postal code, sex, age, e-mail address and member number.

use crate::Level;
use crate::fold::{Kinds, Mode, fold_kinds};
use crate::placeholder::is_placeholder;
use crate::script::is_dash;

/// Replaces `out` by the folded text.
fn fold_into(text: &str, out: &mut String) -> Kinds {
    out.clear();
    fold_kinds(text, Mode::Exact, out)
}

/// Replaces `out` by the folded text in lower case.
fn fold_lower_into(text: &str, out: &mut String) {
    fold_into(text, out);
    if out.is_ascii() {
        out.make_ascii_lowercase();
    } else if out.chars().any(|c| c.to_lowercase().ne([c])) {
        *out = out.to_lowercase();
    }
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
pub(crate) fn push_postal(text: &str, level: Level, folded: &mut String, out: &mut String) {
    fold_into(text, folded);
    let written = folded.trim_matches(['〒', ' ']).len();
    folded.retain(|c| !matches!(c, '〒' | ' ' | 'ー') && !is_dash(c));
    let grouped = folded.len() < written;
    let digits = without_fraction(folded);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    if level == Level::Loose && digits.len() == 3 && digits != "000" {
        out.push_str(digits);
        return;
    }
    let zeros = match digits.len() {
        7 => "",
        6 if level > Level::Exact && !grouped => "0",
        5 if level > Level::Exact && !grouped => "00",
        _ => return,
    };
    let start = out.len();
    out.push_str(zeros);
    out.push_str(digits);
    let code = out.get(start..).unwrap_or_default();
    if code.starts_with("000") || matches!(code, "1234567" | "9999999" | "1111111") {
        out.truncate(start);
    } else if level == Level::Loose {
        out.truncate(start + 3);
    }
}

/// The number of a canonical postal code.
pub(crate) fn postal_number(canonical: &str) -> Option<u32> {
    (canonical.len() == 7).then(|| canonical.parse().ok()).flatten()
}

/// `m` or `f`.
pub(crate) fn push_sex(text: &str, folded: &mut String, out: &mut String) {
    fold_lower_into(text, folded);
    folded.retain(|c| !matches!(c, ' ' | '(' | ')' | '.' | ':'));
    let bare = folded.strip_prefix("性別").unwrap_or(folded);
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
pub(crate) fn push_age(text: &str, folded: &mut String, out: &mut String) {
    fold_into(text, folded);
    folded.retain(|c| c != ' ');
    let bare = folded.trim_start_matches("満").trim_end_matches(['歳', '才']);
    let digits = without_fraction(bare);
    let valid = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if valid && digits.parse().is_ok_and(|age: u16| age <= 130) {
        let short = digits.trim_start_matches('0');
        out.push_str(if short.is_empty() { "0" } else { short });
    }
}

/// An address in lower case, where it looks like one.
pub(crate) fn push_email(text: &str, folded: &mut String, out: &mut String) {
    fold_lower_into(text, folded);
    let text = folded.trim().trim_start_matches("mailto:");
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

/// A client's own number: upper case, no spaces, no fraction. True where it is known to be its own canonical form.
pub(crate) fn push_member_id(text: &str, folded: &mut String, out: &mut String) -> bool {
    let kinds = fold_into(text, folded);
    let start = out.len();
    for c in folded.chars().filter(|c| *c != ' ') {
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
    kinds.within(Kinds::DIGIT.with(Kinds::LATIN).with(Kinds::SPACE))
}
