//! The form in which place names are compared. Shared with the build script, so that a name of the dictionary and a
//! name in a cell are folded by the same code.

use crate::numerals::{Glyph, is_kanji_digit, is_plain_digit, numeral_at};

/// Folds what place names are written with at will: ヶケが, ノの之, ツッ, hiragana and katakana.
pub(crate) fn fold_char(c: char) -> char {
    match c {
        'ヶ' | 'が' | 'ガ' | 'ヵ' | 'ゖ' | 'け' => 'ケ',
        'の' | '之' => 'ノ',
        'ッ' | 'っ' | 'つ' => 'ツ',
        'ぁ'..='ゖ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        'A'..='Z' => c.to_ascii_lowercase(),
        _ => c,
    }
}

/// The standard spelling of what names of places are written with at will, where the dictionary knows none.
pub(crate) fn spelled(c: char) -> char {
    match c {
        'ヶ' | 'が' | 'ガ' | 'ヵ' => 'ケ',
        'の' | '之' => 'ノ',
        'ッ' => 'ツ',
        _ => c,
    }
}

/// One character of a text whose numerals are read: the character as written, and as compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// For comparing with the dictionary.
    pub(crate) key: char,
    /// For printing; a digit where a numeral was read.
    pub(crate) text: char,
    /// True for a digit that was written in kanji.
    pub(crate) was_kanji: bool,
    /// True for a digit of a kanji numeral without units: 一九八, not 百九十八.
    pub(crate) by_place: bool,
    /// True for a kanji numeral that is not read.
    pub(crate) is_numeral: bool,
}

impl Token {
    /// A character as it is written; `key` folded by [`fold_char`].
    pub(crate) fn new(key: char, text: char) -> Self {
        Self { key, text, was_kanji: false, by_place: false, is_numeral: is_kanji_digit(key) }
    }

    pub(crate) fn is_digit(self) -> bool {
        self.key.is_ascii_digit()
    }
}

impl Glyph for Token {
    fn glyph(&self) -> char {
        self.key
    }
}

/// Appends `unread` with its kanji numerals read as digits.
pub(crate) fn read_numerals(unread: &[Token], out: &mut Vec<Token>) {
    let mut start = 0;
    while let Some(rest) = unread.get(start..).filter(|rest| !rest.is_empty()) {
        let text = rest.iter().position(|t| t.is_numeral).unwrap_or(rest.len());
        let (text, rest) = rest.split_at(text);
        out.extend_from_slice(text);
        let at = start + text.len();
        start = match numeral_at(unread, at) {
            Some((end, number)) => {
                let run = unread.get(at..end).unwrap_or_default();
                push_number(number, run.iter().all(|t| is_plain_digit(t.key)), out);
                end
            }
            // A run that is no number stays text as a whole: its tail is not to be read alone.
            None => {
                let run = rest.iter().take_while(|t| t.is_numeral);
                let before = out.len();
                out.extend(run);
                at + out.len() - before
            }
        };
    }
}

/// 壱町目 is 壱丁目.
pub(crate) fn read_block_signs(tokens: &mut [Token]) {
    for at in 1..tokens.len() {
        let key = |n: usize| tokens.get(n).map(|t| t.key);
        let is_sign = key(at) == Some('町') && key(at + 1) == Some('目');
        if is_sign
            && key(at - 1).is_some_and(|c| c.is_ascii_digit())
            && let Some(token) = tokens.get_mut(at)
        {
            token.key = '丁';
        }
    }
}

/// The place in `unread` where token number `token` of its reading begins, where one begins there.
pub(crate) fn source_of(unread: &[Token], token: usize) -> Option<usize> {
    let (mut at, mut tokens) = (0, 0);
    while tokens < token {
        let numeral = unread.get(at)?.is_numeral;
        if numeral && let Some((end, number)) = numeral_at(unread, at) {
            (at, tokens) = (end, tokens + number.checked_ilog10().unwrap_or(0) as usize + 1);
            continue;
        }
        let run = unread.get(at..)?.iter().take_while(|t| t.is_numeral).count();
        let step = if numeral { run.min(token - tokens) } else { 1 };
        (at, tokens) = (at + step, tokens + step);
    }
    (tokens == token).then_some(at)
}

fn push_number(number: u32, by_place: bool, out: &mut Vec<Token>) {
    let mut scale = 1;
    while number / scale >= 10 {
        scale *= 10;
    }
    while scale > 0 {
        let digit = char::from_digit(number / scale % 10, 10).unwrap_or('0');
        out.push(Token { key: digit, text: digit, was_kanji: true, by_place, is_numeral: false });
        scale /= 10;
    }
}

/// Slots in the table of towns; a power of two.
pub(crate) const TOWN_SLOTS: usize = 1 << 18;

/// Slots in the table of municipalities; a power of two.
pub(crate) const MUNICIPALITY_SLOTS: usize = 1 << 14;

/// Stands for the prefecture of a municipality that is named without one.
pub(crate) const NO_PREFECTURE: u16 = u16::MAX;

/// Hash of a name within a municipality or prefecture: FNV-1a over the codes of its characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NameHash(u64);

impl NameHash {
    pub(crate) fn within(place: u16) -> Self {
        Self(0xcbf2_9ce4_8422_2325).with_code(u32::from(place))
    }

    #[must_use]
    pub(crate) fn with(self, c: char) -> Self {
        self.with_code(u32::from(c))
    }

    #[must_use]
    pub(crate) fn with_code(self, code: u32) -> Self {
        Self((self.0 ^ u64::from(code)).wrapping_mul(0x0000_0100_0000_01b3))
    }

    /// The slot, of a power of two of them, where the search begins.
    pub(crate) fn slot(self, slots: usize) -> usize {
        let mixed = (self.0 ^ (self.0 >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 40) as usize & (slots - 1)
    }
}

/// A slot of a table of names: a municipality, a number, and the reference of the key. Never zero, as no key is empty.
#[allow(dead_code, reason = "the build script's half of the format")]
pub(crate) fn pack_slot(municipality: u16, number: u16, key: u32) -> u64 {
    u64::from(key) << 32 | u64::from(number) << 16 | u64::from(municipality)
}

/// A slot's municipality, number and reference of the key.
pub(crate) fn unpack_slot(slot: u64) -> (u16, u16, u32) {
    let part = |shift: u32| (slot >> shift & 0xffff) as u16;
    (part(0), part(16), (slot >> 32) as u32)
}

/// True for the last character of a municipality's name.
pub(crate) fn ends_municipality(c: char) -> bool {
    matches!(c, '市' | '区' | '町' | '村')
}
