//! The text of an address as tokens: one pass over its characters, and the signs that its neighbours decide.

use crate::Level;
use crate::fold::{self, Mode};
use crate::glyph::{Glyph, kind, kinds};
use crate::place_key::{Token, fold_char};
use crate::script::{is_bracket, is_dash};

// GLYPHS: the entry of each character of the basic plane.
include!(concat!(env!("OUT_DIR"), "/glyphs.rs"));

pub(super) fn embedded_bytes() -> usize {
    size_of_val(&GLYPHS)
}

/// The kinds of characters seen in a text, as bits of [`kind`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u16);

impl Kinds {
    pub(super) fn hold(self, kind: u16) -> bool {
        self.0 & kind != 0
    }
}

/// Replaces `out` by the tokens of a text, for printing at `level`, without spaces at either end; `folded` is a buffer.
pub(super) fn read(text: &str, level: Level, folded: &mut String, out: &mut Vec<Token>) -> Kinds {
    read_by_table(text, level, out).unwrap_or_else(|| {
        folded.clear();
        fold::fold(text, Mode::Exact, folded);
        let kinds = read_folded(folded, level, out);
        finish(kinds, out);
        kinds
    })
}

/// What most texts need; `None` where a character has no entry of its own.
pub(super) fn read_by_table(text: &str, level: Level, out: &mut Vec<Token>) -> Option<Kinds> {
    let kinds = look_up(text, level, out)?;
    finish(kinds, out);
    Some(kinds)
}

/// Cuts the spaces at either end and decides what the signs are.
fn finish(kinds: Kinds, out: &mut Vec<Token>) {
    let blank = out.iter().take_while(|t| t.key == ' ').count();
    if blank > 0 {
        out.drain(..blank);
    }
    while out.last().is_some_and(|t| t.key == ' ') {
        out.pop();
    }
    if kinds.hold(kind::OPEN) {
        decide_signs(out);
    }
}

/// Parts a text before its first Latin digit; `None` where it has none, or nothing before it.
pub(super) fn parted_at_digit(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let wide = byte == 0xef && matches!(bytes.get(at + 1..at + 3), Some([0xbc, 0x90..=0x99]));
        if byte.is_ascii_digit() || wide {
            break;
        }
        // The bytes of a character of three are looked at once.
        at += if byte & 0xf0 == 0xe0 { 3 } else { 1 };
    }
    text.split_at_checked(at).filter(|(before, rest)| !before.is_empty() && !rest.is_empty())
}

/// The text up to and with the digit after its `beginning`.
pub(super) fn with_first_digit<'t>(text: &'t str, beginning: &str) -> Option<&'t str> {
    let digit = text.get(beginning.len()..)?.chars().next()?;
    text.get(..beginning.len() + digit.len_utf8())
}

/// The character that a text begins with, as it is compared, and the text after it; `None` where it has none of its own.
pub(super) fn key_before(text: &[u8]) -> Option<(char, &[u8])> {
    let (code, rest) = fold::basic_character(text)?;
    let glyph = entry(code);
    (glyph.kinds & (kind::SPECIAL | kind::IGNORED) == 0).then_some((letter(glyph.key), rest))
}

fn look_up(text: &str, level: Level, out: &mut Vec<Token>) -> Option<Kinds> {
    out.clear();
    out.reserve(text.len());
    let (mut seen, mut rest) = (0, text.as_bytes());
    while let Some((code, after)) = fold::basic_character(rest) {
        rest = after;
        let mut glyph = entry(code);
        if glyph.kinds & (kind::SPECIAL | kind::IGNORED) != 0 {
            if glyph.kinds & kind::IGNORED != 0 {
                continue;
            }
            // ｶﾞ: what the letter before becomes with its mark.
            let mark = fold::kana_mark(letter(code))?;
            let voiced = fold::voiced(out.last()?.text, mark == '\u{309a}')?;
            out.pop();
            glyph = u16::try_from(u32::from(voiced)).map_or(Glyph::SPECIAL, entry);
        }
        seen |= glyph.kinds;
        out.push(token(glyph, level));
    }
    rest.is_empty().then_some(Kinds(seen))
}

/// The same for a text that is folded already: every character stands for itself.
fn read_folded(folded: &str, level: Level, out: &mut Vec<Token>) -> Kinds {
    out.clear();
    let mut seen = 0;
    for c in folded.chars() {
        let exact = match c {
            c if is_dash(c) => '-',
            c if is_bracket(c) => ' ',
            c => c,
        };
        let loose = fold::fold_char(exact, Mode::LoosePlace);
        seen |= kinds(exact, loose);
        let text = if level == Level::Loose { loose } else { fold::fold_char(exact, Mode::Standard) };
        out.push(Token::new(fold_char(loose), text.to_ascii_uppercase()));
    }
    Kinds(seen)
}

/// The entry of a character of the basic plane.
pub(super) fn entry(code: u16) -> Glyph {
    GLYPHS.get(usize::from(code)).map_or(Glyph::SPECIAL, |&packed| Glyph::unpack(packed))
}

pub(super) fn letter(code: u16) -> char {
    char::from_u32(u32::from(code)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn token(glyph: Glyph, level: Level) -> Token {
    Token {
        key: letter(glyph.key),
        text: letter(if level == Level::Loose { glyph.loose } else { glyph.standard }),
        was_kanji: false,
        by_place: false,
        is_numeral: glyph.kinds & kind::NUMERAL != 0,
    }
}

/// Brings dashes, commas and numerals that look like other signs into one form before numbers are read.
fn decide_signs(tokens: &mut [Token]) {
    // The long vowel mark is a letter anywhere else: 流通センター. 4一15一7: a dash mistyped.
    for dash in ['ー', '一'] {
        for at in 1..tokens.len() {
            if let Some([before, token, after]) = tokens.get_mut(at - 1..=at + 1)
                && token.key == dash
                && before.is_digit()
                && after.is_digit()
            {
                *token = Token::new('-', '-');
            }
        }
    }
    for at in 0..tokens.len() {
        let digit = |n: usize| tokens.get(n).is_some_and(|t| t.is_digit());
        let between = digit(at + 1) && at.checked_sub(1).is_some_and(digit);
        let key = |n: usize| tokens.get(n).map(|t| t.key);
        let block = key(at + 1) == Some('丁') && key(at + 2) == Some('目');
        let Some(token) = tokens.get_mut(at) else { break };
        match token.key {
            ',' | '、' | '/' if !between => *token = Token::new(' ', ' '),
            // ニ丁目: katakana that looks like the numeral.
            'ニ' if block => *token = Token::new('二', '二'),
            'ハ' if block => *token = Token::new('八', '八'),
            _ => {}
        }
    }
}
