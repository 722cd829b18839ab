//! Scripts: half and full width, hiragana, kanji numerals, old glyphs.

use crate::notation::ParticleStyle;

/// ASCII to full width; spaces too.
pub(crate) fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            ' ' => '\u{3000}',
            '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
            other => other,
        })
        .collect()
}

/// Katakana to hiragana.
pub(crate) fn hiragana(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
            other => other,
        })
        .collect()
}

/// Small kana written large, as old systems do.
pub(crate) fn large_kana(text: &str) -> String {
    const SMALL: &str = "ァィゥェォッャュョヮ";
    const LARGE: &str = "アイウエオツヤユヨワ";
    map_between(text, SMALL, LARGE)
}

fn map_between(text: &str, from: &str, to: &str) -> String {
    let swap = |c: char| from.chars().position(|f| f == c).and_then(|at| to.chars().nth(at)).unwrap_or(c);
    text.chars().map(swap).collect()
}

const FULL: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";

/// Katakana to half width, voiced marks apart.
pub(crate) fn half_kana(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let (base, mark) = unvoice(c);
        match FULL.chars().position(|full| full == base) {
            Some(at) => out.extend(char::from_u32(0xFF61 + at as u32)),
            None => out.push(base),
        }
        out.extend(mark);
    }
    out
}

fn unvoice(c: char) -> (char, Option<char>) {
    match c {
        'ヴ' => ('ウ', Some('ﾞ')),
        'ガ' | 'ギ' | 'グ' | 'ゲ' | 'ゴ' | 'ザ' | 'ジ' | 'ズ' | 'ゼ' | 'ゾ' | 'ダ' | 'ヂ' | 'ヅ' | 'デ'
        | 'ド' | 'バ' | 'ビ' | 'ブ' | 'ベ' | 'ボ' => (shifted(c, 1), Some('ﾞ')),
        'パ' | 'ピ' | 'プ' | 'ペ' | 'ポ' => (shifted(c, 2), Some('ﾟ')),
        '\u{3000}' => (' ', None),
        other => (other, None),
    }
}

fn shifted(c: char, by: u32) -> char {
    char::from_u32(c as u32 - by).unwrap_or(c)
}

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Kanji numerals with 十, 百 and 千, for 1 to 9,999.
pub(crate) fn kanji_number(number: u16) -> String {
    let mut out = String::new();
    let mut rest = number;
    for (unit, sign) in [(1_000, "千"), (100, "百"), (10, "十")] {
        let digit = rest / unit;
        if digit > 1 {
            out.push(DIGITS[usize::from(digit % 10)]);
        }
        if digit > 0 {
            out.push_str(sign);
        }
        rest %= unit;
    }
    if rest > 0 {
        out.push(DIGITS[usize::from(rest)]);
    }
    out
}

/// Kanji digits one after the other: 一二〇.
pub(crate) fn kanji_digits(number: u16) -> String {
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit.wrapping_sub(b'0') % 10)]).collect()
}

/// Common and old forms of characters in names; the first old form is the usual one.
const GLYPHS: [(char, &[char]); 12] = [
    ('高', &['髙']),
    ('崎', &['﨑', '嵜']),
    ('辺', &['邉', '邊']),
    ('斎', &['齋']),
    ('斉', &['齊']),
    ('沢', &['澤']),
    ('吉', &['𠮷']),
    ('浜', &['濱']),
    ('桜', &['櫻']),
    ('広', &['廣']),
    ('国', &['國']),
    ('真', &['眞']),
];

/// The name in old glyphs; `nth` chooses among several.
pub(crate) fn old_glyphs(text: &str, nth: u64) -> String {
    let old = |c| match GLYPHS.iter().find(|(common, _)| *common == c) {
        Some((_, old)) => old[nth as usize % old.len()],
        None => c,
    };
    text.chars().map(old).collect()
}

/// A place name with its particles in one way of writing; ヶ, ケ and が ノ and の, between kanji only.
pub(crate) fn particles(text: &str, style: ParticleStyle) -> String {
    let chars: Vec<char> = text.chars().collect();
    let kanji = |at: Option<usize>| {
        at.and_then(|at| chars.get(at)).is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(c))
    };
    let write = |(at, c): (usize, &char)| {
        if !kanji(at.checked_sub(1)) || !kanji(Some(at + 1)) {
            return *c;
        }
        match (style, c) {
            (ParticleStyle::Hiragana, 'ヶ' | 'ケ') => 'が',
            (ParticleStyle::Hiragana, 'ノ') => 'の',
            (ParticleStyle::Katakana, 'ケ' | 'が') => 'ヶ',
            (ParticleStyle::Katakana, 'の') => 'ノ',
            _ => *c,
        }
    };
    chars.iter().enumerate().map(write).collect()
}

/// The name in common glyphs.
pub(crate) fn common_glyphs(text: &str) -> String {
    let common = |c| GLYPHS.iter().find(|(_, old)| old.contains(&c)).map_or(c, |(common, _)| *common);
    text.chars().map(common).collect()
}

/// Rough romanisation of katakana, for e-mail addresses.
pub(crate) fn romaji(kana: &str) -> String {
    const ROWS: &str = "アイウエオカキクケコガギグゲゴサシスセソザジズゼゾタチツテトダヂヅデドナニヌネノハヒフヘホバビブベボパピプペポマミムメモラリルレロ";
    const HEADS: [&str; 13] = ["", "k", "g", "s", "z", "t", "d", "n", "h", "b", "p", "m", "r"];
    let mut out = String::new();
    for c in kana.chars() {
        if let Some(at) = ROWS.chars().position(|row| row == c) {
            out.push_str(HEADS[at / 5]);
            out.push(['a', 'i', 'u', 'e', 'o'][at % 5]);
        } else {
            out.push_str(match c {
                'ヤ' | 'ャ' => "ya",
                'ユ' | 'ュ' => "yu",
                'ヨ' | 'ョ' => "yo",
                'ワ' => "wa",
                'ン' => "n",
                _ => "",
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts() {
        assert_eq!(half_kana("ワタナベ　パール"), "ﾜﾀﾅﾍﾞ ﾊﾟｰﾙ");
        assert_eq!(hiragana("ワタナベ"), "わたなべ");
        assert_eq!(large_kana("キョウコ"), "キヨウコ");
        assert_eq!(full_width("1-2 A"), "１－２　Ａ");
        assert_eq!(kanji_number(1_234), "千二百三十四");
        assert_eq!(kanji_number(20), "二十");
        assert_eq!(kanji_digits(120), "一二〇");
        assert_eq!(old_glyphs("高橋", 0), "髙橋");
        assert_eq!(common_glyphs("渡邉"), "渡辺");
        assert_eq!(romaji("サトウ"), "satou");
        assert_eq!(particles("霞ケ関", ParticleStyle::Hiragana), "霞が関");
        assert_eq!(particles("希望が丘", ParticleStyle::Katakana), "希望ヶ丘");
        assert_eq!(particles("ケアセンター", ParticleStyle::Hiragana), "ケアセンター");
    }

    #[test]
    fn common_glyphs_undo_old_ones() {
        for (common, old) in GLYPHS {
            for glyph in old {
                assert_eq!(common_glyphs(&glyph.to_string()), common.to_string());
            }
        }
    }
}
