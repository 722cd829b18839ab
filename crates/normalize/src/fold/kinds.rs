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
    /// Hiragana and katakana.
    pub(crate) const KANA: Self = Self(4 | 8 | 256 | 512);
    /// ASCII digits.
    pub(crate) const DIGIT: Self = Self(16);
    /// ASCII letters.
    pub(crate) const LATIN: Self = Self(32);
    /// The space.
    pub(crate) const SPACE: Self = Self(64);
    /// All else.
    pub(crate) const SIGN: Self = Self(128);
    /// Of the katakana ヵ, ヶ, ヽ and ヾ, which stand for others; of the kanji 様, 故 and 亡, which are said of persons.
    pub(crate) const RARE: Self = Self(256);
    /// Of the katakana ツ, ユ and ヨ, which half-width text may write for small ones.
    pub(crate) const LARGE: Self = Self(512);

    /// Of the kanji 長, 役, 務, 表 and 授, which the names of offices end in.
    pub(crate) const OFFICE: Self = Self(1024);

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
        Self(TABLE.get(usize::from(code)).copied().unwrap_or_default())
    }

    const fn find(code: u16) -> Self {
        match code {
            0x69d8 | 0x6545 | 0x4ea1 | 0x9577 | 0x5f79 | 0x52d9 | 0x8868 | 0x6388 => {
                Self::KANJI.with(Self::RARE)
            }
            0x4e00..=0x9fff => Self::KANJI,
            0x30f5 | 0x30f6 | 0x30fd | 0x30fe => Self::KATAKANA.with(Self::RARE),
            0x30c4 | 0x30e6 | 0x30e8 => Self::KATAKANA.with(Self::LARGE),
            0x30a1..=0x30fa | 0x30fc => Self::KATAKANA,
            0x3041..=0x3096 | 0x309d | 0x309e => Self::HIRAGANA,
            0x3005 => Self::REPEAT,
            0x3006 | 0x3007 | 0x3400..=0x4dbf | 0xe000..=0xfaff => Self::KANJI,
            0x30..=0x39 => Self::DIGIT,
            0x41..=0x5a | 0x61..=0x7a => Self::LATIN,
            0x20 => Self::SPACE,
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

    /// Without what is in the other set.
    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// True where the sets share a kind.
    #[inline]
    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The kind of each character of the basic plane.
static TABLE: [u16; 0x1_0000] = {
    let mut table = [0; 0x1_0000];
    let mut code = 0;
    while code < table.len() {
        table[code] = Kinds::find(code as u16).0;
        code += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::is_kana;

    #[test]
    fn kinds_agree_with_the_questions_for_kana_and_kanji() {
        for c in '\0'..=char::MAX {
            let kind = Kinds::of(c);
            assert_eq!(kind.within(Kinds::KANA), is_kana(c), "{c}");
            assert_eq!(
                kind.within(Kinds::KANJI.with(Kinds::REPEAT).with(Kinds::RARE).with(Kinds::OFFICE)),
                is_kanji(c),
                "{c}"
            );
        }
    }
}
