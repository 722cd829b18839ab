//! What kinds of characters a text holds: most rules need not be tried where theirs are missing.

use super::is_kanji;

/// A set of kinds of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(u16);

impl Kinds {
    /// The empty set.
    pub(crate) const NONE: Self = Self(0);
    /// Kanji other than 々.
    pub(crate) const KANJI: Self = Self(1);
    /// The iteration mark 々.
    pub(crate) const REPEAT: Self = Self(2);
    /// Hiragana and its iteration marks.
    pub(crate) const HIRAGANA: Self = Self(4);
    /// Katakana, its iteration marks and ー.
    pub(crate) const KATAKANA: Self = Self(8);
    /// ASCII digits.
    pub(crate) const DIGIT: Self = Self(16);
    /// ASCII letters.
    pub(crate) const LATIN: Self = Self(32);
    /// The space.
    pub(crate) const SPACE: Self = Self(64);
    /// All else.
    pub(crate) const SIGN: Self = Self(128);

    /// The kind of one folded character.
    pub(crate) fn of(c: char) -> Self {
        match u16::try_from(c as u32) {
            Ok(code) => Self::of_basic(code),
            Err(_) if is_kanji(c) => Self::KANJI,
            Err(_) => Self::SIGN,
        }
    }

    /// The kind of a character of the basic plane.
    #[inline]
    pub(super) fn of_basic(code: u16) -> Self {
        match code {
            0x4e00..=0x9fff => Self::KANJI,
            0x30a1..=0x30fa | 0x30fc..=0x30fe => Self::KATAKANA,
            0x3041..=0x3096 | 0x309d | 0x309e => Self::HIRAGANA,
            0x3005 => Self::REPEAT,
            0x3006 | 0x3007 | 0x3400..=0x4dbf | 0xe000..=0xfaff => Self::KANJI,
            _ => u8::try_from(code).map_or(Self::SIGN, Self::of_ascii),
        }
    }

    /// The kind of an ASCII character.
    #[inline]
    pub(super) fn of_ascii(byte: u8) -> Self {
        match byte {
            b'0'..=b'9' => Self::DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => Self::LATIN,
            b' ' => Self::SPACE,
            _ => Self::SIGN,
        }
    }

    /// Both sets.
    #[inline]
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True where nothing is in this set that is not in the other.
    #[inline]
    pub(crate) const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// True where the sets share a kind.
    #[inline]
    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::is_kana;

    #[test]
    fn kinds_agree_with_the_questions_for_kana_and_kanji() {
        for c in '\0'..=char::MAX {
            let kind = Kinds::of(c);
            assert_eq!(kind.within(Kinds::HIRAGANA.with(Kinds::KATAKANA)), is_kana(c), "{c}");
            assert_eq!(kind.within(Kinds::KANJI.with(Kinds::REPEAT)), is_kanji(c), "{c}");
        }
    }
}
