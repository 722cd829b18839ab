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
    let bare = folded.strip_prefix("郵便番号").unwrap_or(folded);
    let digits = without_fraction(bare.trim_start_matches(':'));
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
    let bare = folded.trim_start_matches("満");
    let years =
        bare.split_once(['歳', '才']).filter(|(_, rest)| is_months(rest)).map_or(bare, |(years, _)| years);
    let digits = without_fraction(years);
    let valid = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if valid && digits.parse().is_ok_and(|age: u16| age <= 130) {
        let short = digits.trim_start_matches('0');
        out.push_str(if short.is_empty() { "0" } else { short });
    }
}

/// Nothing, or what stands after the years of an age: 6ヶ月.
fn is_months(text: &str) -> bool {
    let word = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = text.len() - word.len();
    text.chars().all(|c| matches!(c, '歳' | '才'))
        || ((1..=2).contains(&number)
            && matches!(word, "ヶ月" | "ケ月" | "か月" | "カ月" | "ヵ月" | "箇月" | "月"))
}

/// The parts of a cell that may be an e-mail address each: the cell itself, unless it holds several.
pub(crate) fn emails(text: &str) -> impl Iterator<Item = &str> {
    let at = |c| matches!(c, '@' | '＠');
    let several = text.chars().filter(|c| at(*c)).nth(1).is_some();
    let parts = move |c: char| {
        several
            && (c.is_whitespace()
                || matches!(c, ';' | ',' | '/' | '|' | '；' | '，' | '／' | '｜' | '、' | '､'))
    };
    text.split(parts).filter(move |part| !several || part.contains(at))
}

/// Cuts what stands in brackets.
fn drop_remarks(text: &mut String) {
    const OPEN: [char; 3] = ['(', '[', '【'];
    if !text.contains(OPEN) {
        return;
    }
    let mut depth = 0usize;
    text.retain(|c| {
        let closes = matches!(c, ')' | ']' | '】');
        depth += usize::from(OPEN.contains(&c));
        let stays = depth == 0;
        depth -= usize::from(closes && depth > 0);
        stays
    });
}

/// True for an address under a domain that is given to nobody (RFC 2606, RFC 6761), and for what is typed to fill a
/// field: test@test.com, aaa@aaa.aaa. Domains for examples are left: made-up lists are written with them.
fn is_nobodys(local: &str, domain: &str) -> bool {
    const WORDS: [&str; 10] =
        ["aaa", "abc", "dummy", "example", "no", "none", "nomail", "sample", "test", "xxx"];
    let (first, rest) = domain.split_once('.').unwrap_or((domain, ""));
    let top = rest.rsplit('.').next().unwrap_or_default();
    matches!(top, "test" | "example" | "invalid" | "localhost")
        || (WORDS.contains(&local) && WORDS.contains(&first))
}

/// An address in lower case, where it looks like one.
pub(crate) fn push_email(text: &str, folded: &mut String, out: &mut String) {
    fold_lower_into(text, folded);
    drop_remarks(folded);
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
    if local_fits && domain_fits && !is_nobodys(local, domain) {
        out.push_str(text);
    }
}

/// What spreadsheets write to keep a number a text: '00012 and ="00012".
fn unquoted(text: &str) -> &str {
    let text = text.trim_matches(' ');
    let quoted = text.strip_prefix('=').unwrap_or(text);
    match quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inside) if !inside.is_empty() => inside,
        _ => text.strip_prefix('\'').filter(|rest| !rest.is_empty()).unwrap_or(text),
    }
}

/// A client's own number: upper case, no spaces, no fraction. True where it is known to be its own canonical form.
pub(crate) fn push_member_id(text: &str, folded: &mut String, out: &mut String) -> bool {
    let kinds = fold_into(text, folded);
    let start = out.len();
    let mut before = ' ';
    for c in unquoted(folded).chars().filter(|c| *c != ' ') {
        // A long vowel mark lengthens nothing after a letter or digit: it is a dash mistyped.
        let dash = is_dash(c) || (c == 'ー' && before.is_ascii_alphanumeric());
        before = c;
        if dash {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_fill_a_form_are_nobodys() {
        let email = |text: &str| {
            let mut out = String::new();
            push_email(text, &mut String::new(), &mut out);
            out
        };
        for text in [
            "test@test.com",
            "test@example.com",
            "aaa@aaa.aaa",
            "foo@shop.invalid",
            "foo@b.test",
            "foo@localhost",
        ] {
            assert_eq!(email(text), "", "{text}");
        }
        for text in ["foo@example.com", "test@shop.co.jp", "foo@test.com"] {
            assert_eq!(email(text), text);
        }
    }
}
