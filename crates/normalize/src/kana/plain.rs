//! The readings that most cells hold: kana of whatever kind and width, with a space between surname and given name or
//! none.
//!
//! What is read here the rules for readings read alike; all else is left to them.

use super::Small;
use crate::fold::{basic_character, voiced};
use crate::placeholder;

/// Longest reading, in characters.
const LONGEST: usize = 32;

/// Appends the canonical reading in katakana, without its space; false, and nothing appended, where another rule may
/// change it or where it may be a word for nothing.
pub(crate) fn push(text: &str, out: &mut String) -> bool {
    let mut buffer = [' '; LONGEST];
    let start = out.len();
    let written = read(text, &mut buffer).is_some_and(|letters| letters.write(out));
    let found = out.get(start..).unwrap_or_default();
    if written && !placeholder::is_word([found, "", ""]) {
        return true;
    }
    out.truncate(start);
    false
}

/// What was read of a text.
struct Letters<'a> {
    /// Katakana as they were written, small or large, and a space at most.
    chars: &'a [char],
    spaced: bool,
    /// True where they were written in half-width ones alone, of which none was small.
    large: bool,
}

/// The letters of a text as katakana; `None` where it holds anything but kana, or a space that parts no words.
fn read<'b>(text: &str, buffer: &'b mut [char; LONGEST]) -> Option<Letters<'b>> {
    let (mut len, mut spaced) = (0usize, false);
    let (mut large, mut hiragana) = (true, false);
    let mut rest = text.as_bytes();
    while let Some((code, after)) = basic_character(rest) {
        rest = after;
        let c = match code {
            0x30a1..=0x30f4 | 0x30fc => {
                large = false;
                char::from_u32(u32::from(code))?
            }
            0x3041..=0x3094 => {
                (large, hiragana) = (false, true);
                char::from_u32(u32::from(code) + 0x60)?
            }
            0xff66..=0xff9d => {
                large &= !matches!(code, 0xff67..=0xff6f);
                *HALF_WIDTH.get(usize::from(code - 0xff66))?
            }
            0xff9e | 0xff9f => {
                let before = buffer.get_mut(len.checked_sub(1)?)?;
                *before = voiced(*before, code == 0xff9f).filter(|c| *c <= 'ヴ')?;
                continue;
            }
            0x20 | 0x3000 if !spaced && len > 0 => {
                spaced = true;
                ' '
            }
            _ => return None,
        };
        *buffer.get_mut(len)? = c;
        len += 1;
    }
    let chars = buffer.get(..len)?;
    // Without a space it is looked up among the words for nothing as it is written as well.
    let whole = rest.is_empty() && (spaced || !hiragana) && chars.first() != Some(&'ー');
    let named = !matches!(chars, [] | [_] | [.., ' '] | [.., 'サ', 'マ'] | [.., 'ド', 'ノ']);
    (whole && named).then_some(Letters { chars, spaced, large })
}

/// The half-width katakana in the order of their codes, in full width.
const HALF_WIDTH: [char; 56] = [
    'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ', 'ッ', 'ー', 'ア', 'イ', 'ウ', 'エ', 'オ', 'カ',
    'キ', 'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ', 'タ', 'チ', 'ツ', 'テ', 'ト', 'ナ', 'ニ', 'ヌ',
    'ネ', 'ノ', 'ハ', 'ヒ', 'フ', 'ヘ', 'ホ', 'マ', 'ミ', 'ム', 'メ', 'モ', 'ヤ', 'ユ', 'ヨ', 'ラ', 'リ',
    'ル', 'レ', 'ロ', 'ワ', 'ン',
];

impl Letters<'_> {
    /// Appends the letters, small where they have to be; false where that changes a text without a space, which as it
    /// is written may be a word for nothing.
    fn write(&self, out: &mut String) -> bool {
        if !self.large {
            out.extend(self.chars.iter().filter(|c| **c != ' '));
            return true;
        }
        let small = Small::Certain { spaced: self.spaced };
        let mut before = ' ';
        for (at, &c) in self.chars.iter().enumerate() {
            let written = small.write(before, c, self.chars.get(at + 1).copied().unwrap_or(' '));
            before = c;
            if written != c && !self.spaced {
                return false;
            }
            if written != ' ' {
                out.push(written);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;
    use proptest::prelude::*;

    /// Whether a reading is plain; if it is, it has to come out alike the long way.
    fn is_plain(text: &str) -> bool {
        let mut out = "カ".to_owned();
        let plain = push(text, &mut out);
        let (mut general, mut folded) = (String::new(), String::new());
        let settled = super::super::push(text, Level::Standard, &mut folded, &mut general);
        if plain {
            assert_eq!(out.strip_prefix('カ'), Some(general.as_str()), "{text}");
            assert!(settled && !general.is_empty(), "{text}");
        } else {
            assert_eq!(out, "カ");
        }
        plain
    }

    #[test]
    fn kana_of_every_kind_are_plain() {
        for text in [
            "ヤマダ タロウ",
            "ヤマダ　タロウ",
            "ヤマダタロウ",
            "やまだ たろう",
            "ﾔﾏﾀﾞ ﾀﾛｳ",
            "ﾔﾏﾀﾞﾀﾛｳ",
            "ｼﾖｳｺﾞ ｼﾞﾕﾝ",
            "ﾊﾟｰｶｰ ﾏﾘｰ",
        ] {
            assert!(is_plain(text), "{text}");
        }
        for text in [
            "やまだたろう",
            "ヤマダ・タロウ",
            "ヤマダ タロウ サマ",
            "ヤマダ サマ",
            "フメイ",
            "ﾌﾒｲ",
            "",
            "ア",
            "山田",
            " ヤマダ",
            "ヤマダ ",
            "ﾞヤマダ",
            "ヤﾞマダ",
            "わﾞ だ",
            "ーマダ",
            "シ゛ロウ",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn every_two_kana_are_read_as_in_general() {
        let kana = || ('ぁ'..='ヿ').chain('ｦ'..='ﾟ').chain([' ', '　', 'ａ', '-']);
        for first in kana() {
            for second in kana() {
                is_plain(&format!("{first}{second}"));
                is_plain(&format!("ｼ{first}{second} ｱｷ"));
            }
        }
    }

    proptest! {
        #[test]
        fn plain_readings_are_read_as_in_general(
            text in "[ァ-ヾーｱ-ﾟツユヨサマドノ]{1,9}[ 　]?[ァ-ヾーｱ-ﾟツユヨサマドノ]{0,9}|[ぁ-ゖサマ]{1,5}[ 　]?[ぁ-ゖｶﾞ]{1,6}|[ｦ-ﾟ]{1,9} ?[ｦ-ﾟ]{0,9}|[ｼｷｼﾞﾐﾕﾖｳﾝﾂﾊﾟ]{1,9} ?[ｼｷｼﾞﾐﾕﾖｳﾝﾂﾊﾟ]{0,9}",
        ) {
            is_plain(&text);
        }

        #[test]
        fn words_for_nothing_are_no_readings(text in "[フメイナシムキテストタロウコケアンニュリョク]{1,4} ?[フメイナシムキテストタロウコケアンニュリョク]{0,4}") {
            is_plain(&text);
        }
    }
}
