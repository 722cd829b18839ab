//! Folding of characters: NFKC, variation selectors and character variants in one table-driven pass.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::compose;

use crate::tables::{Section, Sections};

/// Which variants are one character. The order is that of the table's entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Same glyph (tier A).
    Exact = 0,
    /// Old and new forms too (tiers A and B).
    Standard = 1,
    /// What careless writing of names mixes up (tier C).
    LooseName = 2,
    /// What careless writing of places mixes up.
    LoosePlace = 3,
}

const NEEDS_COMPOSITION: u32 = u32::MAX;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let sections = Sections::new(include_bytes!(concat!(env!("OUT_DIR"), "/fold.bin")));
    Table {
        directory: sections.get(0),
        pages: sections.get(1),
        entries: sections.get(2),
        pool: sections.get(3),
    }
});

struct Table {
    directory: Section,
    pages: Section,
    entries: Section,
    pool: Section,
}

enum Folded {
    Same,
    Text(&'static str),
    Composes,
}

impl Table {
    fn get(&self, c: char, mode: Mode) -> Folded {
        let code = c as usize;
        let page = usize::from(self.directory.u16(code / 128 * 2));
        let entry = usize::from(self.pages.u16((page * 128 + code % 128) * 2));
        if entry == 0 {
            return Folded::Same;
        }
        match self.entries.u32(entry * 16 + mode as usize * 4) {
            NEEDS_COMPOSITION => Folded::Composes,
            reference => Folded::Text(self.pool.text(reference)),
        }
    }
}

/// Appends `text`, folded, to `out`. White space of all kinds becomes U+0020, other control characters vanish.
pub(crate) fn fold(text: &str, mode: Mode, out: &mut String) {
    let text = decode_entities(text);
    let start = out.len();
    if !fold_simply(text.chars(), mode, out, false) {
        out.truncate(start);
        let marked: String = spacing_marks_combined(&text);
        fold_simply(marked.nfkc(), mode, out, true);
    }
}

/// Folds one character by the table alone.
pub(crate) fn fold_char(c: char, mode: Mode) -> char {
    match TABLE.get(c, mode) {
        Folded::Text(text) => text.chars().next().unwrap_or(c),
        Folded::Same | Folded::Composes => c,
    }
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
                continue;
            }
            if c != mark && !is_kana(last) {
                out.push(c);
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

fn kana_mark(c: char) -> Option<char> {
    match c {
        '\u{3099}' | '\u{309b}' | '\u{ff9e}' => Some('\u{3099}'),
        '\u{309a}' | '\u{309c}' | '\u{ff9f}' => Some('\u{309a}'),
        _ => None,
    }
}

/// Hiragana, katakana and their iteration marks.
pub(crate) fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ゝ' | 'ゞ' | 'ァ'..='ヺ' | 'ー' | 'ヽ' | 'ヾ')
}

/// True for Chinese characters, iteration marks among them.
pub(crate) fn is_kanji(c: char) -> bool {
    matches!(c, '々' | '〆' | '〇' | '㐀'..='䶿' | '一'..='鿿' | '豈'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str, mode: Mode) -> String {
        let mut out = String::new();
        fold(text, mode, &mut out);
        out
    }

    #[test]
    fn variants_by_mode() {
        assert_eq!(folded("髙𠮷葛\u{e0100}", Mode::Exact), "高吉葛");
        assert_eq!(folded("濵﨑邉", Mode::Standard), "浜崎辺");
        assert_eq!(folded("斎阪", Mode::Standard), "斎阪");
        assert_eq!(folded("斎阪", Mode::LooseName), "斉阪");
        assert_eq!(folded("阪", Mode::LoosePlace), "坂");
        assert_eq!(folded("&#134071;田&amp;&x", Mode::Exact), "吉田&&x");
    }

    #[test]
    fn voicing_marks_compose() {
        for text in ["か゛", "か\u{3099}", "ｶﾞ", "カ゛"] {
            assert!(["が", "ガ"].contains(&folded(text, Mode::Exact).as_str()), "{text}");
        }
        assert_eq!(folded("ﾊﾟｳﾞ", Mode::Exact), "パヴ");
        assert_eq!(folded("e\u{301}か゛", Mode::Exact), "éが");
    }

    /// The crate `unicode-normalization` is the oracle for every character without a variant.
    #[test]
    fn every_character_agrees_with_nfkc() {
        let mut compared = 0;
        for c in '\u{21}'..=char::MAX {
            let expected: String = c.nfkc().collect();
            let got = folded(&c.to_string(), Mode::Exact);
            let plain =
                c.nfkc().all(|c| !c.is_whitespace() && kana_mark(c).is_none()) && kana_mark(c).is_none();
            let leads = !expected.starts_with(unicode_normalization::char::is_combining_mark);
            if plain
                && leads
                && !got.trim().is_empty()
                && expected.chars().all(|c| fold_char(c, Mode::Exact) == c)
            {
                assert_eq!(got, expected, "U+{:04X}", c as u32);
                compared += 1;
            }
        }
        assert!(compared > 1_000_000);
    }

    proptest! {
        #[test]
        fn folding_is_idempotent(text in any::<String>().prop_map(|t| t.replace('&', "")), mode in 0usize..4) {
            let mode = [Mode::Exact, Mode::Standard, Mode::LooseName, Mode::LoosePlace][mode];
            let once = folded(&text, mode);
            prop_assert_eq!(folded(&once, mode), once);
        }
    }
}
