//! The names that most cells hold: kanji and kana that stay as they are, with a space between surname and given name or
//! none, and 様 after it or not.
//!
//! What is told here the rules for names tell alike; all else is left to them.

use crate::fold::{Mode, basic_character, stays};
use crate::numerals::is_kanji_digit;
use crate::placeholder;

/// Longest name that is looked at, in bytes.
const LONGEST: usize = 96;

/// The parts of a name before and after its space, the second one empty where it has none; without 様.
///
/// `None` where a rule may change the name, or where it may be a reading, an address or a word for nothing.
pub(crate) fn parts(text: &str) -> Option<[&str; 2]> {
    let (named, courtesy) = match text.strip_suffix(COURTESY) {
        Some(named) => (named.trim_end_matches([' ', '\u{3000}']), COURTESY),
        None => (text, ""),
    };
    let surname = Word::new(named.as_bytes());
    let (first, rest) = named.split_at_checked(surname.len)?;
    let second = rest.strip_prefix([' ', '\u{3000}']).unwrap_or(rest);
    let spaced = !rest.is_empty();
    let (given, end) = if spaced { (Word::new(second.as_bytes()), second) } else { (surname, first) };
    let len = first.len() + second.len();
    let whole = given.len == end.len() && (SHORTEST..=LONGEST).contains(&len) && begins_with_kanji(first);
    let kinds = surname.kinds | given.kinds;
    // 市, 区, 町 or 村 and a numeral: where it is so long, it may be an address.
    let place = len > LONGEST_SURE && kinds & PLACE != 0 && kinds & NUMERAL != 0;
    let read = spaced && given.last & KANA != 0;
    let office = spaced && surname.last & OFFICE != 0;
    let counted = given.last & COUNT != 0 && kinds & NUMERAL != 0;
    let plain = whole && !place && !read && !office && !counted && given.last & TITLE == 0;
    let is_word = || {
        let whole = !courtesy.is_empty() && placeholder::is_word([first, second, courtesy]);
        whole || placeholder::is_word([first, second, ""])
    };
    (plain && !is_word()).then_some([first, second])
}

/// What names are written with in letters and on labels.
const COURTESY: &str = "様";

/// Two kanji, in bytes.
const SHORTEST: usize = 6;

/// Five kanji, in bytes: no more of them are an address only with a Latin digit.
const LONGEST_SURE: usize = 15;

/// True for what begins with no kana: among the characters that are told apart here those have the least first byte.
fn begins_with_kanji(text: &str) -> bool {
    text.as_bytes().first().is_some_and(|byte| *byte > 0xe3)
}

/// Characters side by side that have a kind.
#[derive(Clone, Copy)]
struct Word {
    /// The kinds of all of them.
    kinds: u8,
    /// The kinds of the last one.
    last: u8,
    /// Bytes.
    len: usize,
}

impl Word {
    /// The word that a text begins with.
    fn new(text: &[u8]) -> Self {
        let (mut kinds, mut last, mut rest) = (0, 0, text);
        while let Some((code, after)) = basic_character(rest) {
            let kind = KINDS.get(usize::from(code)).copied().unwrap_or_default();
            if kind == 0 {
                break;
            }
            kinds |= kind;
            (last, rest) = (kind, after);
        }
        Self { kinds, last, len: text.len() - rest.len() }
    }
}

/// Kanji that mean nothing but themselves wherever they stand.
const KANJI: u8 = 1;
/// Kana of that kind.
const KANA: u8 = 2;
/// 市, 区, 町 or 村.
const PLACE: u8 = 4;
/// A kanji numeral, or 数.
const NUMERAL: u8 = 8;
/// What titles end in, so that the name may end before it.
const TITLE: u8 = 16;
/// What the names of offices end in.
const OFFICE: u8 = 32;
/// What a number of others ends in: 他三名.
const COUNT: u8 = 64;

/// The kinds of each character of the basic plane; 0 for those that a rule may change by themselves.
static KINDS: [u8; 0x1_0000] = {
    let mut kinds = [0; 0x1_0000];
    let mut code = 0x3041;
    while code < 0xa000 {
        if stays(code, Mode::Standard)
            && let Some(c) = char::from_u32(code as u32)
        {
            kinds[code as usize] = kinds_of(c);
        }
        code += 1;
    }
    kinds
};

const fn kinds_of(c: char) -> u8 {
    let kind = match c {
        '様' | '故' | '亡' | 'ヵ' | 'ヶ' => return 0,
        '一'..='鿿' => KANJI,
        'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' => KANA,
        _ => return 0,
    };
    let more = match c {
        '市' | '区' | '町' | '村' => PLACE,
        '中' | '生' | '殿' | '氏' | '位' | '君' | 'ま' | 'ん' | 'マ' | 'ン' => TITLE,
        '名' | '人' => COUNT,
        '数' => NUMERAL,
        '長' | '役' | '務' | '表' | '授' => OFFICE,
        _ if is_kanji_digit(c) => NUMERAL,
        _ => 0,
    };
    kind | more
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Canonical, Field, Normalizer, Record};
    use proptest::prelude::*;

    /// Whether a name is plain; if it is, it has to come out alike the long way.
    fn is_plain(text: &str) -> bool {
        let Some([first, second]) = parts(text) else { return false };
        // A name that is there already sends the next one the long way.
        let record = Record::new().with(Field::Name, "乙").with(Field::Name, text);
        let mut out = Canonical::new();
        Normalizer::new().canonicalize(&record, &mut out);
        let values: Vec<_> = out.iter().collect();
        let expected = [(Field::Name, "乙".to_owned()), (Field::Name, format!("{first}{second}"))];
        assert!(values.into_iter().eq(expected.iter().map(|(f, v)| (*f, v.as_str()))), "{text}");
        true
    }

    #[test]
    fn most_names_are_plain() {
        for text in [
            "山田 太郎",
            "山田　太郎",
            "山田太郎",
            "長谷川 三郎",
            "中村 一",
            "中村 真人",
            "山田さくら",
            "町田 愛",
            "山田 太郎様",
            "山田　太郎　様",
            "山田様",
        ] {
            assert!(is_plain(text), "{text}");
        }
        for text in [
            "髙橋 健",
            "佐々木 健",
            "村上市 一二三",
            "山田太郎他三名",
            "山田 太郎 外数人",
            "部長 山田",
            "山田 太郎様様",
            "山田様 太郎様",
            "居住者様",
            "ご家族様",
            "山田 太郎先生様",
            "森 ケンジ",
            "ヤマダ 太郎",
            " 山田 太郎",
            "山田 太郎 ",
            "山田  太郎",
            "山田 太 郎",
            "不明",
            "森",
            "",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn every_character_stands_in_a_plain_name_as_in_any() {
        for c in '\u{80}'..='\u{ffff}' {
            for text in
                [format!("{c}田 太郎"), format!("山{c} 太郎"), format!("山田{c}"), format!("山田 太{c}")]
            {
                is_plain(&text);
            }
        }
    }

    proptest! {
        #[test]
        fn plain_names_come_out_as_in_general(
            text in "([社代専教校][長表務授]|山田|佐々木|村上|市川|[一-龥ぁ-ゖァ-ヺ]{1,3})[ 　]?[一-龥山田太郎様殿君先生人中名々〆三千外他数十ぁ-ゖさんくちゃァ-ヺーヶマ]{1,5}[ 　]?様?",
        ) {
            is_plain(&text);
        }

        #[test]
        fn places_and_counts_come_out_as_in_general(text in "[山田村上市区町川一二三千]{1,4}[ 　]?[山田村上市区町川一二三千太他外ほか数十名人]{1,5}") {
            is_plain(&text);
        }

        #[test]
        fn words_for_nothing_are_no_names(text in "[不氏法未名非匿架対無担当仮個該者人様]{1,4} ?[不明名無記入者人定し前設住所通知]{0,4} ?様?") {
            is_plain(&text);
        }
    }
}
