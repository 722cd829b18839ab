//! The general folding: entities are decoded and marks are composed by NFKC. Right for every text, and slow.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::compose;

use super::{Folded, Mode, TABLE};

/// Appends `text`, folded, to `out`: what [`super::fold`] gives for every text.
pub(super) fn fold(text: &str, mode: Mode, out: &mut String) {
    // What is dropped must hide neither an entity nor the letter that a mark sits on.
    let visible: String = text.chars().filter(|&c| !is_dropped(c)).collect();
    let mut text = decode_entities(&visible);
    if text.contains(is_dropped) {
        text.to_mut().retain(|c| !is_dropped(c));
    }
    let mut folded = String::with_capacity(text.len());
    if !fold_simply(text.chars(), mode, &mut folded, false) {
        folded.clear();
        let marked: String = spacing_marks_combined(&text);
        fold_simply(marked.nfkc(), mode, &mut folded, true);
    }
    out.push_str(&folded);
}

/// True for what changes no character and is left out: variation selectors, marks without width, control characters.
fn is_dropped(c: char) -> bool {
    matches!(TABLE.get(c, Mode::Exact), Folded::Text(""))
}

/// One pass; false where a character would have to be composed with the one before it and is no kana mark.
fn fold_simply(chars: impl Iterator<Item = char>, mode: Mode, out: &mut String, composed: bool) -> bool {
    let table = &*TABLE;
    for c in chars {
        if c.is_ascii_graphic() {
            out.push(c);
            continue;
        }
        if let Some(mark) = kana_mark(c)
            && let Some(last) = out.chars().next_back()
        {
            if let Some(whole) = compose(last, mark) {
                out.pop();
                out.push(whole);
            }
            continue;
        }
        match table.get(c, mode) {
            Folded::Same => out.push(c),
            Folded::Text(text) => out.push_str(text),
            // A mark on nothing would move to another letter once the space before it is gone.
            Folded::Composes if composed && (out.is_empty() || out.ends_with(' ')) => {}
            Folded::Composes if composed => out.push(c),
            Folded::Composes => return false,
        }
    }
    true
}

/// The combining form of a voicing mark.
pub(crate) fn kana_mark(c: char) -> Option<char> {
    match c {
        '\u{3099}' | '\u{309b}' | '\u{ff9e}' => Some('\u{3099}'),
        '\u{309a}' | '\u{309c}' | '\u{ff9f}' => Some('\u{309a}'),
        _ => None,
    }
}

/// The voicing marks that stand for themselves are turned into those that combine, as NFKC would part them.
fn spacing_marks_combined(text: &str) -> String {
    text.chars().map(|c| kana_mark(c).unwrap_or(c)).collect()
}

/// Decodes what programs write for characters that an encoding does not hold: `&#134071;`, `&#x20BB7;`, `&amp;`.
pub(crate) fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let (c, len) = entity(rest).unwrap_or(('&', 1));
        out.push(c);
        rest = rest.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of the entity that `text` begins with, and the entity's length in bytes.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((c, end + 1))
}
