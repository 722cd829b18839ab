//! Folding of characters: NFKC, variation selectors and character variants in one table-driven pass.

mod general;
mod kinds;

use std::sync::LazyLock;

pub(crate) use crate::script::{is_kana, is_kanji};
use crate::tables::{Section, Sections};
pub(crate) use general::{decode_entities, kana_mark};
pub(crate) use kinds::Kinds;

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

/// Appends `text`, folded, to `out`. White space of all kinds becomes U+0020, other control characters vanish.
pub(crate) fn fold(text: &str, mode: Mode, out: &mut String) {
    let start = out.len();
    if fold_quickly::<false>(text, mode, out).is_none() {
        out.truncate(start);
        general::fold(text, mode, out);
    }
}

/// Folds as [`fold`] does, and tells what kinds of characters came out.
pub(crate) fn fold_kinds(text: &str, mode: Mode, out: &mut String) -> Kinds {
    let start = out.len();
    if let Some(kinds) = fold_quickly::<true>(text, mode, out) {
        return kinds;
    }
    out.truncate(start);
    general::fold(text, mode, out);
    out.get(start..).unwrap_or_default().chars().map(Kinds::of).fold(Kinds::NONE, Kinds::with)
}

/// Appends a folded text without its spaces, where it may have some.
pub(crate) fn push_without_spaces(text: &str, spaced: bool, out: &mut String) {
    let mut start = 0;
    if spaced {
        for (at, _) in text.bytes().enumerate().filter(|&(_, byte)| byte == b' ') {
            out.push_str(text.get(start..at).unwrap_or_default());
            start = at + 1;
        }
    }
    out.push_str(text.get(start..).unwrap_or_default());
}

/// Folds one character by the table alone.
pub(crate) fn fold_char(c: char, mode: Mode) -> char {
    match TABLE.get(c, mode) {
        Folded::Text(text) => text.chars().next().unwrap_or(c),
        Folded::Same | Folded::Composes => c,
    }
}

/// What `build/fold_table.rs` makes: the quick tables, and behind them [`TABLE`].
static TABLES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fold.bin"));

/// Bytes of the tables of characters.
pub(crate) fn embedded_bytes() -> usize {
    TABLES.len()
}

/// Bytes of a quick table: one little-endian number for each character of the basic plane, what it becomes.
const QUICK_LEN: usize = 2 * 0x1_0000;
const QUICK_TABLES: usize = 4;

/// In a quick table: the character stays.
const SAME: u16 = 0;
/// It vanishes. This and the next are numbers that stand for no character.
const GONE: u16 = 0xd800;
/// It becomes several characters, or one beyond the basic plane; [`TABLE`] holds them.
const SEVERAL: u16 = 0xd801;
/// It is a voicing mark for the kana before it.
const MARK: u16 = 0xd802;
/// It needs the general folding.
const GENERAL: u16 = 0xd803;

fn quick_table(mode: Mode) -> Option<&'static [[u8; 2]; 0x1_0000]> {
    let (tables, _) = TABLES.as_chunks::<QUICK_LEN>();
    tables.get(mode as usize)?.as_chunks().0.try_into().ok()
}

/// True for a character of the basic plane that stays as it is: a question for building tables.
pub(crate) const fn stays(code: u16, mode: Mode) -> bool {
    let at = mode as usize * QUICK_LEN + 2 * code as usize;
    TABLES[at] == 0 && TABLES[at + 1] == 0
}

/// ASCII that stays as it is in any text: all but & (an entity may begin with it) and what is not printed.
static STAYS: [bool; 256] = {
    let mut stays = [false; 256];
    let mut byte = 0x20;
    while byte < 0x7f {
        stays[byte] = byte != b'&' as usize;
        byte += 1;
    }
    stays
};

/// Folds texts that hold no entities and no marks but those of kana; `None`, and anything in `out`, for others.
///
/// What does not change is copied in runs. The kinds are told where `KINDS` asks for them.
fn fold_quickly<const KINDS: bool>(text: &str, mode: Mode, out: &mut String) -> Option<Kinds> {
    let table = quick_table(mode)?;
    let becomes = |code: u16| table.get(usize::from(code)).map_or(GENERAL, |pair| u16::from_le_bytes(*pair));
    let kind = |code: u16| if KINDS { Kinds::of_basic(code) } else { Kinds::NONE };
    let start = out.len();
    let mut kinds = Kinds::NONE;
    let mut rest = text.as_bytes();
    let mut copied = 0;
    loop {
        // Kanji and kana that stay, one after the other.
        while let [a @ 0xe0..=0xef, b, c, after @ ..] = rest {
            let code = three_bytes(*a, *b, *c);
            if becomes(code) != SAME {
                break;
            }
            kinds = kinds.with(kind(code));
            rest = after;
        }
        let (code, after) = match rest {
            [a @ 0xe0..=0xef, b, c, after @ ..] => (three_bytes(*a, *b, *c), after),
            [a @ 0..=0x7f, after @ ..] => {
                let stay = |byte: &&u8| STAYS.get(usize::from(**byte)) == Some(&true);
                let plain = if KINDS { 0 } else { rest.iter().take_while(stay).count() };
                if plain > 0 {
                    rest = rest.get(plain..)?;
                    continue;
                }
                (u16::from(*a), after)
            }
            [a @ 0xc0..=0xdf, b, after @ ..] => (bits(*a, 5) << 6 | bits(*b, 6), after),
            // Beyond the basic plane: the entry of U+0000 sends it where several characters go.
            [_, _, _, _, after @ ..] => (0, after),
            _ => break,
        };
        let becomes = becomes(code);
        if becomes == SAME {
            kinds = kinds.with(kind(code));
            rest = after;
            continue;
        }
        let at = text.len() - rest.len();
        if copied < at {
            out.push_str(text.get(copied..at)?);
        }
        rest = after;
        copied = text.len() - rest.len();
        let written = || text.get(at..copied)?.chars().next();
        kinds = kinds.with(match becomes {
            GONE => Kinds::NONE,
            MARK => push_mark(written()?, start, out)?,
            SEVERAL => push_several(written()?, mode, out)?,
            GENERAL => return None,
            code => {
                out.push(char::from_u32(u32::from(code))?);
                kind(code)
            }
        });
    }
    out.push_str(text.get(copied..)?);
    Some(kinds)
}

/// The code of the character of the basic plane that a text of UTF-8 begins with, and the text after it.
#[inline]
pub(crate) fn basic_character(text: &[u8]) -> Option<(u16, &[u8])> {
    match text {
        [a @ 0xe0..=0xef, b, c, after @ ..] => Some((three_bytes(*a, *b, *c), after)),
        [a @ 0..=0x7f, after @ ..] => Some((u16::from(*a), after)),
        [a @ 0xc0..=0xdf, b, after @ ..] => Some((bits(*a, 5) << 6 | bits(*b, 6), after)),
        _ => None,
    }
}

/// The code of a character of three bytes.
fn three_bytes(a: u8, b: u8, c: u8) -> u16 {
    bits(a, 4) << 12 | bits(b, 6) << 6 | bits(c, 6)
}

/// The lowest bits of a byte of UTF-8.
fn bits(byte: u8, count: u32) -> u16 {
    u16::from(byte) & ((1 << count) - 1)
}

/// Puts a voicing mark on the kana that the text from `start` ends in; on anything else it vanishes.
fn push_mark(mark: char, start: usize, out: &mut String) -> Option<Kinds> {
    let last = out.get(start..)?.chars().next_back()?;
    if let Some(whole) = voiced(last, kana_mark(mark) == Some('\u{309a}')) {
        out.pop();
        out.push(whole);
    }
    Some(Kinds::NONE)
}

fn push_several(c: char, mode: Mode, out: &mut String) -> Option<Kinds> {
    match TABLE.get(c, mode) {
        Folded::Same => {
            out.push(c);
            Some(Kinds::of(c))
        }
        Folded::Text(text) => {
            out.push_str(text);
            Some(text.chars().map(Kinds::of).fold(Kinds::NONE, Kinds::with))
        }
        Folded::Composes => None,
    }
}

/// The kana with a voicing mark, or with the other mark, which makes パ of ハ.
pub(crate) fn voiced(c: char, half: bool) -> Option<char> {
    let katakana = matches!(c, 'ァ'..='ヾ');
    let hiragana = if katakana { char::from_u32(c as u32 - 0x60)? } else { c };
    let step = match hiragana {
        'は' | 'ひ' | 'ふ' | 'へ' | 'ほ' => 1 + u32::from(half),
        _ if half => return None,
        'つ' | 'て' | 'と' | 'ゝ' => 1,
        'か'..='ぢ' if hiragana as u32 % 2 == 1 => 1,
        'う' => 0x4e,
        'わ'..='を' if katakana => 8,
        _ => return None,
    };
    char::from_u32(c as u32 + step)
}

const NEEDS_COMPOSITION: u32 = u32::MAX;

/// What every character becomes, as text.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let sections = Sections::new(TABLES.get(QUICK_TABLES * QUICK_LEN..).unwrap_or_default());
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

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
        assert_eq!(folded("說勞亂惡", Mode::Exact), "説勞亂惡");
        assert_eq!(folded("說勞亂惡", Mode::Standard), "説労乱悪");
        assert_eq!(folded("&#134071;田&amp;&x", Mode::Exact), "吉田&&x");
        assert_eq!(folded("&#134\u{feff}071;e\u{200b}\u{301}", Mode::Exact), "吉é");
    }

    #[test]
    fn kana_are_voiced_as_unicode_composes_them() {
        for c in '\u{3040}'..='\u{30ff}' {
            for (half, mark) in [(false, '\u{3099}'), (true, '\u{309a}')] {
                assert_eq!(voiced(c, half), unicode_normalization::char::compose(c, mark), "{c}");
            }
        }
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

    const MODES: [Mode; 4] = [Mode::Exact, Mode::Standard, Mode::LooseName, Mode::LoosePlace];

    fn assert_quick_is_general(text: &str) {
        for mode in MODES {
            let mut general = String::new();
            general::fold(text, mode, &mut general);
            let mut quick = "か".to_owned();
            let kinds = fold_kinds(text, mode, &mut quick);
            assert_eq!(quick.strip_prefix('か'), Some(general.as_str()), "{text:?}");
            let expected = general.chars().map(Kinds::of).fold(Kinds::NONE, Kinds::with);
            // A letter before a mark is one with it.
            assert!(expected.within(kinds), "{text:?}");
            assert!(kinds.within(expected) || text.chars().any(|c| kana_mark(c).is_some()), "{text:?}");
        }
    }

    #[test]
    fn every_character_is_folded_quickly_as_it_is_in_general() {
        for c in '\0'..=char::MAX {
            assert_quick_is_general(&c.to_string());
        }
    }

    fn customer_text() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            "[ -~ぁ-ヿ一-龥㈀-㏿\\u{f900}-\\u{fad9}ｦ-ﾟＡ-ｚ０-９　]{1,4}",
            "[か-ほカ-ホａａ゛゜\u{3099}\u{309a}ﾞﾟｶﾊ ]{1,4}",
            "[&#;x0-9a\u{301}\u{e0100}\u{fe00}𠮷\u{200b}\t]{1,4}",
        ];
        prop::collection::vec(pieces, 0..5).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn texts_are_folded_quickly_as_they_are_in_general(text in prop_oneof![any::<String>(), customer_text()]) {
            assert_quick_is_general(&text);
        }

        #[test]
        fn folding_is_idempotent(text in any::<String>().prop_map(|t| t.replace('&', "")), mode in 0usize..4) {
            let mode = MODES[mode];
            let once = folded(&text, mode);
            prop_assert_eq!(folded(&once, mode), once);
        }
    }
}
