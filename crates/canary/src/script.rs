//! One script written as another: half and full width, hiragana.

const HALF: &str = "｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ";
const FULL: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
const VOICED: &str = "ガギグゲゴザジズゼゾダヂヅデドバビブベボ";
const VOICED_ON: &str = "カキクケコサシスセソタチツテトハヒフヘホ";
const PLOSIVE: &str = "パピプペポ";
const PLOSIVE_ON: &str = "ハヒフヘホ";
const SMALL: &str = "ァィゥェォャュョッ";
const LARGE: &str = "アイウエオヤユヨツ";

/// How readings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kana {
    Full,
    Half,
    Hiragana,
}

/// Katakana as this kind of kana, with large letters for small ones where old systems lack these.
pub(crate) fn kana(text: &str, kind: Kana, large: bool) -> String {
    let text: String =
        text.chars().map(|c| if large { other(c, SMALL, LARGE).unwrap_or(c) } else { c }).collect();
    match kind {
        Kana::Full => text,
        Kana::Half => text.chars().flat_map(half).flatten().collect(),
        Kana::Hiragana => text.chars().map(hiragana).collect(),
    }
}

/// The kind of kana that a text is in.
pub(crate) fn kana_of(text: &str) -> Option<Kana> {
    text.chars().find_map(|c| match c {
        '\u{FF66}'..='\u{FF9D}' => Some(Kana::Half),
        'ァ'..='ヶ' => Some(Kana::Full),
        'ぁ'..='ゖ' => Some(Kana::Hiragana),
        _ => None,
    })
}

/// True for small letters of whatever kana, of which most readings of a list have none only where it writes them large.
pub(crate) fn is_small(c: char) -> bool {
    SMALL.contains(c) || "ｧｨｩｪｫｬｭｮｯぁぃぅぇぉゃゅょっ".contains(c)
}

fn other(c: char, from: &str, to: &str) -> Option<char> {
    to.chars().nth(from.chars().position(|of| of == c)?)
}

fn half(c: char) -> [Option<char>; 2] {
    let of = |c| other(c, FULL, HALF);
    if let Some(on) = other(c, VOICED, VOICED_ON) {
        return [of(on), Some('ﾞ')];
    }
    if let Some(on) = other(c, PLOSIVE, PLOSIVE_ON) {
        return [of(on), Some('ﾟ')];
    }
    [Some(of(c).unwrap_or(c)), None]
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        c => c,
    }
}

/// The value of a digit of either width.
pub(crate) fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

/// True for a digit of full width.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c, '０'..='９')
}

/// A digit, in full width or in half.
pub(crate) fn as_digit(value: u32, wide: bool) -> char {
    char::from_u32(if wide { '０' as u32 } else { '0' as u32 } + value % 10).unwrap_or('0')
}

/// A number in digits of either width.
pub(crate) fn digits(number: u64, wide: bool) -> String {
    number.to_string().chars().filter_map(digit).map(|value| as_digit(value, wide)).collect()
}

const KANJI: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// The value of a digit in kanji.
pub(crate) fn kanji_digit(c: char) -> Option<u64> {
    KANJI.iter().position(|of| *of == c).map(|value| value as u64)
}

/// A number up to 9,999 in kanji: with units (二十四), or digit by digit (二四).
pub(crate) fn kanji(number: u64, units: bool) -> String {
    let digit = |value: u64| KANJI.get(value as usize % 10).copied().unwrap_or('〇');
    if !units {
        return number.to_string().chars().filter_map(self::digit).map(|d| digit(u64::from(d))).collect();
    }
    let mut text = String::new();
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let value = number / unit % 10;
        if value > 1 || (value == 1 && unit == 1) {
            text.push(digit(value));
        }
        if value > 0 {
            text.push_str(name);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_in_every_kind() {
        assert_eq!(kana("ジュンペイ", Kana::Half, false), "ｼﾞｭﾝﾍﾟｲ");
        assert_eq!(kana("ジュンペイ", Kana::Half, true), "ｼﾞﾕﾝﾍﾟｲ");
        assert_eq!(kana("サトウ", Kana::Hiragana, false), "さとう");
        assert_eq!(kana("ショウタ", Kana::Full, true), "シヨウタ");
        assert_eq!(kana_of("様 ｻﾄｳ"), Some(Kana::Half));
    }

    #[test]
    fn numbers_in_every_kind() {
        assert_eq!((digits(204, true), digits(204, false)), ("２０４".into(), "204".into()));
        assert_eq!(kanji(24, true), "二十四");
        assert_eq!(kanji(110, true), "百十");
        assert_eq!(kanji(1_306, true), "千三百六");
        assert_eq!(kanji(61, false), "六一");
    }
}
