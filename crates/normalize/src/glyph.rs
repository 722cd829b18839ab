//! What a character of an address is compared as, printed as, and what kind it is of. Shared with the build script,
//! which writes the table of them.

use crate::numerals::is_kanji_digit;
use crate::script::{is_kana, is_kanji};

/// Kinds of characters, as bits.
pub(crate) mod kind {
    /// Kanji or kana.
    pub(crate) const WORD: u16 = 1;
    /// A kanji numeral.
    pub(crate) const NUMERAL: u16 = 2;
    /// 県, 市, 区, 町 or 村.
    pub(crate) const PLACE: u16 = 4;
    /// A digit from 1 to 9.
    pub(crate) const NUMBER: u16 = 8;
    /// A sign whose neighbours decide what it is: ー 一 , 、 / ニ ハ.
    pub(crate) const OPEN: u16 = 16;
    /// 目, which follows 丁 and 町.
    pub(crate) const EYE: u16 = 32;
    /// Changes no character.
    pub(crate) const IGNORED: u16 = 64;
    /// Becomes several characters, or one together with the character before it.
    pub(crate) const SPECIAL: u16 = 128;
}

/// One character's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glyph {
    /// As compared with the dictionary.
    pub(crate) key: u16,
    /// As printed at the standard level.
    pub(crate) standard: u16,
    /// As printed at the loose level.
    pub(crate) loose: u16,
    /// Bits of [`kind`].
    pub(crate) kinds: u16,
}

impl Glyph {
    pub(crate) const SPECIAL: Self = Self { key: 0, standard: 0, loose: 0, kinds: kind::SPECIAL };

    #[allow(dead_code, reason = "the build script's half of the format")]
    pub(crate) fn pack(self) -> u64 {
        let Self { key, standard, loose, kinds } = self;
        [kinds, loose, standard, key].into_iter().fold(0, |packed, part| packed << 16 | u64::from(part))
    }

    pub(crate) fn unpack(packed: u64) -> Self {
        let part = |n: u32| (packed >> (16 * n) & 0xffff) as u16;
        Self { key: part(0), standard: part(1), loose: part(2), kinds: part(3) }
    }
}

/// The kinds of a character, given as written and as compared.
pub(crate) fn kinds(exact: char, loose: char) -> u16 {
    let bit = |holds: bool, kind: u16| if holds { kind } else { 0 };
    bit(is_kanji(exact) || is_kana(exact), kind::WORD)
        | bit(is_kanji_digit(loose), kind::NUMERAL)
        | bit(matches!(exact, '県' | '市' | '区' | '町' | '村'), kind::PLACE)
        | bit(matches!(exact, '1'..='9'), kind::NUMBER)
        | bit(matches!(exact, 'ー' | '一' | ',' | '、' | '/' | 'ニ' | 'ハ'), kind::OPEN)
        | bit(loose == '目', kind::EYE)
}
