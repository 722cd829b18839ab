//! What has a form of its own, wherever it stands in a text: e-mail addresses, phone numbers, postal codes, dates.

use meibo_normalize::Field;

use crate::cells::{is_dash, is_phone, traits_of};

/// Gives each sign to `found` and the text that is left, a line end in the place of each.
pub(super) fn take_out(text: &str, mut found: impl FnMut(Field, &str)) -> String {
    let chars: Vec<(usize, char)> = text.char_indices().map(|(at, c)| (at, plain(c))).collect();
    let mut rest = String::with_capacity(text.len());
    let (mut at, mut before) = (0, ' ');
    while let Some(&(start, c)) = chars.get(at) {
        let sign = begins(before, c).then(|| sign_at(&chars, at)).flatten();
        let end = |at: usize| chars.get(at).map_or(text.len(), |(end, _)| *end);
        match sign {
            Some((field, length)) => {
                found(field, text.get(start..end(at + length)).unwrap_or_default());
                rest.push('\n');
                at += length;
                before = ' ';
            }
            None => {
                rest.push_str(text.get(start..end(at + 1)).unwrap_or_default());
                at += 1;
                before = c;
            }
        }
    }
    rest
}

/// A character in half width.
fn plain(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

/// True where no number or word goes on from the character before.
fn begins(before: char, c: char) -> bool {
    let opens = c.is_ascii_alphanumeric() || matches!(c, '(' | '+' | '〒' | '明' | '大' | '昭' | '平' | '令');
    opens && !(before.is_ascii_alphanumeric() || is_dash(before) || matches!(before, '.' | '_' | '+' | '('))
        || (before == '(' && c.is_ascii_digit())
}

/// The sign that begins at a character, and its length in characters.
fn sign_at(chars: &[(usize, char)], at: usize) -> Option<(Field, usize)> {
    let run = |holds: fn(char) -> bool, most: usize| {
        chars.iter().skip(at).take(most).map(|(_, c)| *c).take_while(move |c| holds(*c))
    };
    // Most words are none of these: what they are is looked at before anything is made of them.
    let email = run(is_of_email, 100);
    if email.clone().any(|c| c == '@') {
        let email: String = email.collect();
        if traits_of(&email).email {
            return Some((Field::Email, email.chars().count()));
        }
    }
    let date = run(is_of_date, 16);
    if date.clone().filter(|c| is_mark_of_date(*c)).nth(1).is_some()
        && let Some(length) = date_length(&date.collect::<String>())
    {
        return Some((Field::BirthDate, length));
    }
    let number: String = run(is_of_number, 24).collect();
    if number.is_empty() {
        return None;
    }
    postal_length(&number)
        .map(|length| (Field::Postal, length))
        .or_else(|| phone_length(&number).map(|length| (Field::Phone, length)))
}

fn is_of_email(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+')
}

fn is_of_date(c: char) -> bool {
    let word = matches!(c, '明' | '治' | '大' | '正' | '昭' | '和' | '平' | '成' | '令' | '元' | '生' | '年');
    c.is_ascii_alphanumeric() || is_mark_of_date(c) || word
}

fn is_mark_of_date(c: char) -> bool {
    matches!(c, '/' | '.' | '-' | '月' | '日')
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || is_dash(c) || matches!(c, '(' | ')' | '+' | '〒' | ' ')
}

/// A date with its marks; eight digits may be anything.
fn date_length(run: &str) -> Option<usize> {
    let marks = run.chars().filter(|c| is_mark_of_date(*c)).count();
    let sound = marks >= 2 && traits_of(run).year.is_some();
    sound.then(|| run.chars().count())
}

/// 500-8701, 〒5008701.
fn postal_length(run: &str) -> Option<usize> {
    let marked = run.starts_with('〒');
    let code = run.trim_start_matches(['〒', ' ']);
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let first = digits(code);
    let (length, end) = if first == 3 {
        let mut rest = code.chars().skip(3);
        let dashed = rest.next().is_some_and(is_dash);
        let rest: String = rest.collect();
        if !dashed || digits(&rest) != 4 {
            return None;
        }
        (8, rest.chars().nth(4))
    } else if marked && first == 7 {
        (7, code.chars().nth(7))
    } else {
        return None;
    };
    let ends = !end.is_some_and(is_dash);
    ends.then(|| run.chars().count() - code.chars().count() + length)
}

/// A number with its area code, as far as its digits go: 058-265-4141, (058)265-4141, 0582654141, +81-58-265-4141.
fn phone_length(run: &str) -> Option<usize> {
    if let Some(length) = spaced_phone_length(run) {
        return Some(length);
    }
    let number = run.split(' ').next().unwrap_or_default();
    // (058-265-4141): the brackets are not the number's, which begins behind them.
    if number.starts_with('(') && number.find(')').is_none_or(|at| at > 6) {
        return None;
    }
    let number = number.trim_end_matches(|c: char| !c.is_ascii_digit());
    // 090-1234-5678(058-265-4141) are two.
    let number = match number.match_indices('(').find(|(at, _)| number.get(..*at).is_some_and(is_whole)) {
        Some((at, _)) => number.get(..at)?,
        None => number,
    };
    is_whole(number).then(|| number.chars().count())
}

/// 080 1234 5678.
fn spaced_phone_length(run: &str) -> Option<usize> {
    let mut groups =
        run.split(' ').map(|group| if group.bytes().all(|b| b.is_ascii_digit()) { group.len() } else { 0 });
    let (area, exchange, last) = (groups.next()?, groups.next()?, groups.next()?);
    let sound = (2..=5).contains(&area) && (1..=4).contains(&exchange) && last == 4;
    let whole = run.starts_with('0') && matches!(area + exchange + last, 10 | 11);
    (sound && whole).then_some(area + exchange + last + 2)
}

fn is_whole(number: &str) -> bool {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let national = digits.starts_with('0') && matches!(digits.len(), 10 | 11);
    (national || number.starts_with("+81")) && is_phone(&digits, number)
}
