//! Text in its smallest parts that can be values, and what each of them looks like.

use std::borrow::Cow;

use crate::cells::{Traits, is_dash, traits_of};

/// Longer parts are sentences.
const MOST_BYTES: usize = 400;
/// Parts that one address may be written in.
const MOST_OF_ADDRESS: usize = 6;
/// Digits of a phone number with its zero.
const PHONE_DIGITS: std::ops::RangeInclusive<u8> = 10..=11;

/// What a part looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Phone,
    Email,
    Postal,
    Date,
    Name,
    Kana,
    /// A Latin word: two of them may be a name.
    Word,
    Other,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub(super) struct Atom<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) look: Look,
    pub(super) traits: Traits,
    /// Counted from 0; what stands in one object of JSON or one tuple of SQL is a line as well.
    pub(super) line: usize,
    /// True where a single space is between it and the part before.
    pub(super) joined: bool,
    /// True where a sentence ended before it.
    opens: bool,
}

/// A text's parts, and the addresses that they make up.
pub(super) struct Atoms<'t> {
    pub(super) atoms: Vec<Atom<'t>>,
    /// Each with the place of its first part.
    pub(super) addresses: Vec<(usize, String)>,
}

impl<'t> Atoms<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut atoms = split(text);
        join_phones(&mut atoms);
        let addresses = addresses(&atoms);
        Self { atoms, addresses }
    }
}

/// Splits a text where values end, whatever it is the text of.
fn split(text: &str) -> Vec<Atom<'_>> {
    let mut splitter = Splitter { atoms: Vec::new(), line: 0, spaces: 0, sentence_ended: false };
    let (mut start, mut before) = (0, '\n');
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or('\n', |(_, c)| *c);
        let end = at + c.len_utf8();
        if ends_value(c, before, after) {
            splitter.push(text.get(start..at).unwrap_or_default());
            splitter.pass(c, text.get(end..).unwrap_or_default());
            start = end;
        }
        before = c;
    }
    splitter.push(text.get(start..).unwrap_or_default());
    splitter.atoms
}

/// True for a sign that stands between values, by what is on both sides of it.
fn ends_value(c: char, before: char, after: char) -> bool {
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    match c {
        '/' | '／' => !(digit(before) && digit(after)),
        '(' | '（' => !digit(after),
        ')' | '）' => !digit(before) || !(digit(after) || is_dash(after)),
        ':' | '：' | '=' | '＝' | ',' | '，' | '、' | '。' | ';' | '；' | '|' | '｜' | '"' | '\'' | '\\'
        | '`' => true,
        '<' | '>' | '{' | '}' | '[' | ']' | '「' | '」' | '『' | '』' | '【' | '】' | '〔' | '〕' | '■'
        | '●' | '◆' => true,
        _ => c.is_whitespace() || c.is_control() || c == '\u{FFFD}' || c == '│',
    }
}

struct Splitter<'t> {
    atoms: Vec<Atom<'t>>,
    line: usize,
    spaces: usize,
    sentence_ended: bool,
}

impl<'t> Splitter<'t> {
    fn push(&mut self, part: &'t str) {
        if part.is_empty() {
            return;
        }
        let joined = std::mem::replace(&mut self.spaces, 0) == 1;
        let opens = std::mem::take(&mut self.sentence_ended);
        let (traits, look) = if part.len() > MOST_BYTES {
            (Traits::default(), Look::Other)
        } else if is_plain(part) {
            (Traits { chars: part.len().min(255) as u8, ..Traits::default() }, plain_look(part))
        } else {
            let traits = traits_of(part);
            (traits, look(part, &traits))
        };
        self.atoms.push(Atom { text: Cow::Borrowed(part), look, traits, line: self.line, joined, opens });
    }

    /// Notes the sign that ended a value, and what follows it.
    fn pass(&mut self, c: char, rest: &str) {
        match c {
            ' ' | '\u{3000}' if self.spaces < 2 => self.spaces += 1,
            _ => self.spaces = 2,
        }
        self.sentence_ended |= c == '。';
        let tuple = c == ')'
            && rest.trim_start().strip_prefix(',').is_some_and(|rest| rest.trim_start().starts_with('('));
        self.line += usize::from(matches!(c, '\n' | '\r' | '\u{c}' | '\u{2028}' | '{' | '}') || tuple);
    }
}

/// True for what can be nothing but a Latin word: most of what is no list, and soon told.
fn is_plain(part: &str) -> bool {
    let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    part.is_ascii() && !part.contains('@') && (digits == 0 || letters > digits)
}

fn plain_look(part: &str) -> Look {
    let word = part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_alphabetic() || b".-".contains(&byte));
    if word { Look::Word } else { Look::Other }
}

fn look(part: &str, traits: &Traits) -> Look {
    let born = |year: &u16| (1880..=2030).contains(year);
    if traits.email {
        Look::Email
    } else if traits.postal_marked {
        Look::Postal
    } else if traits.year.as_ref().is_some_and(born) && traits.digits <= 8 {
        Look::Date
    } else if traits.phone || traits.phone_without_zero {
        Look::Phone
    } else if traits.kana && traits.chars >= 2 {
        Look::Kana
    } else if traits.name {
        Look::Name
    } else if part.len() > 1
        && part.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-'))
        && !traits.japanese
    {
        Look::Word
    } else {
        Look::Other
    }
}

/// Joins numbers that are written with spaces: 058 265 4141.
fn join_phones(atoms: &mut Vec<Atom<'_>>) {
    // What is kept goes to the front, so that texts full of such numbers take no longer than others.
    let (mut at, mut kept) = (0, 0);
    while at < atoms.len() {
        let mut parts = 1;
        if let Some((count, text)) = spaced_phone(atoms.get(at..).unwrap_or_default())
            && let Some(atom) = atoms.get_mut(at)
        {
            (atom.text, atom.look) = (Cow::Owned(text), Look::Phone);
            parts = count;
        }
        atoms.swap(kept, at);
        kept += 1;
        at += parts;
    }
    atoms.truncate(kept);
}

/// How many parts make a number, and the number; none where the first does not begin one.
fn spaced_phone(atoms: &[Atom<'_>]) -> Option<(usize, String)> {
    let first = atoms.first().filter(|atom| is_number(atom) && atom.look == Look::Other)?;
    if !first.text.trim_start_matches(['(', '（']).starts_with(['0', '０']) {
        return None;
    }
    let mut digits = first.traits.digits;
    let mut text = first.text.to_string();
    for (count, atom) in atoms.iter().enumerate().take(3).skip(1) {
        if !(atom.joined && is_number(atom)) {
            return None;
        }
        digits = digits.saturating_add(atom.traits.digits);
        text = format!("{text} {}", atom.text);
        if PHONE_DIGITS.contains(&digits) {
            return Some((count + 1, text));
        }
    }
    None
}

fn is_number(atom: &Atom<'_>) -> bool {
    let marks = |c: char| is_dash(c) || matches!(c, '(' | ')' | '（' | '）');
    (1..=8).contains(&atom.traits.digits)
        && atom.text.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c) || marks(c))
}

/// Addresses, each with the place of its first part.
fn addresses(atoms: &[Atom<'_>]) -> Vec<(usize, String)> {
    let begins = |atom: &&Atom<'_>| {
        let traits = &atom.traits;
        traits.after_prefecture || traits.prefecture || (traits.municipality && !traits.surname)
    };
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut after = 0;
    for at in 0..atoms.len() {
        let begins = atoms.get(at).filter(begins).is_some();
        if at < after || !begins {
            continue;
        }
        if let Some((count, text)) = address(atoms.get(at..).unwrap_or_default()) {
            found.push((at, text));
            after = at + count;
        }
    }
    found
}

/// The address that begins with the first of these parts, up to its numbers, and of how many it is.
fn address(atoms: &[Atom<'_>]) -> Option<(usize, String)> {
    let mut text = String::new();
    for (count, atom) in atoms.iter().take(MOST_OF_ADDRESS).enumerate() {
        let goes_on = count == 0 || !atom.opens && (atom.traits.japanese || atom.traits.block);
        if !goes_on || matches!(atom.look, Look::Phone | Look::Email | Look::Postal | Look::Date) {
            return None;
        }
        text += &atom.text;
        if !atom.traits.numbered {
            continue;
        }
        // 薮田南2丁目 1-1
        let rest =
            atoms.get(count + 1).filter(|next| next.joined && next.traits.block && next.look == Look::Other);
        let joins = rest.filter(|_| !text.ends_with(|c: char| c.is_ascii_digit()));
        return Some(match joins {
            Some(rest) => (count + 2, text + &rest.text),
            None => (count + 1, text),
        });
    }
    None
}
