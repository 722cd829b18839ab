//! Readings of names.

pub(crate) mod plain;

use crate::Level;
use crate::fold::{Kinds, Mode, fold_kinds, is_kana, is_kanji, push_without_spaces, voiced};
use crate::placeholder::is_placeholder;
use crate::script::is_dash;

/// Appends the canonical reading in katakana; nothing where the cell holds none. True where it is known to be its own
/// canonical form; `folded` is a buffer.
pub(crate) fn push(text: &str, level: Level, folded: &mut String, out: &mut String) -> bool {
    let mode = if level == Level::Exact { Mode::Exact } else { Mode::Standard };
    folded.clear();
    let kinds = fold_kinds(text, mode, folded);
    let settled = kinds.within(LETTERS);
    let read = if kinds.meets(Kinds::SPACE) { folded.trim_matches(' ') } else { folded.as_str() };
    let spaced = kinds.meets(Kinds::SPACE) && read.bytes().any(|byte| byte == b' ');
    let plain = is_plain(kinds, text);
    let start = out.len();
    // Those of several words, and those that stay as they are, are looked up as they come out.
    if !spaced && !plain && is_placeholder(read) {
        return true;
    }
    if level == Level::Exact {
        out.extend(read.chars().filter(|c| *c != ' ').map(katakana));
    } else if plain {
        push_without_spaces(without_courtesy(read, spaced), spaced, out);
    } else {
        let small = if lacks_small_kana(text) { Small::Certain { spaced } } else { Small::AsWritten };
        push_standard(without_courtesy(read, spaced), small, out);
    }
    let found = out.get(start..).unwrap_or_default();
    if is_placeholder(found) || !found.chars().any(|c| is_kana(c) || c.is_alphabetic()) {
        out.truncate(start);
    } else if level == Level::Loose {
        folded.clear();
        folded.push_str(found);
        out.truncate(start);
        loosen(folded, out);
    }
    settled
}

/// A reading of these alone needs no reading again.
const LETTERS: Kinds = Kinds::KANA.with(Kinds::DIGIT).with(Kinds::LATIN).with(Kinds::SPACE);

/// True for a reading of katakana that stay as they are.
fn is_plain(kinds: Kinds, text: &str) -> bool {
    const PLAIN: Kinds = Kinds::KATAKANA.with(Kinds::LARGE).with(Kinds::SPACE);
    kinds.within(PLAIN) && !(kinds.meets(Kinds::LARGE) && lacks_small_kana(text))
}

/// True for the half-width text of banks and old mainframes, whose character set has no small kana.
pub(crate) fn lacks_small_kana(text: &str) -> bool {
    let half = |c: char| matches!(c, 'ｦ' | 'ｰ'..='ﾟ');
    text.chars().all(|c| half(c) || c.is_whitespace() || matches!(c, '･' | '-' | '.'))
        && text.chars().any(half)
}

/// Which kana are to be small.
#[derive(Clone, Copy)]
enum Small {
    /// Those that are written small.
    AsWritten,
    /// Also those that cannot be meant large: ｼﾖｳｺﾞ is ショウゴ, ｼﾞﾕﾝ is ジュン, ｲﾂﾍﾟｲ is イッペイ.
    ///
    /// ｷﾖｼ (キヨシ), ﾐﾖｺ (ミヨコ) and ﾏﾂﾀ (マツタ) stay. Without a space ﾓﾘﾕｳｼﾞ may be モリ ユウジ, so that ヨウ and ユウ stay
    /// as well.
    Certain {
        /// Whether a space parts surname and given name.
        spaced: bool,
    },
}

impl Small {
    /// The kana, small where it has to be, between its neighbours.
    fn write(self, before: char, c: char, after: char) -> char {
        let Small::Certain { spaced } = self else { return c };
        let contracts = || vowel_of(before) == Some('イ') && before != 'イ';
        match (c, after) {
            ('ヨ', 'ウ') if spaced && contracts() => 'ョ',
            ('ユ', 'ウ') if spaced && contracts() => 'ュ',
            ('ユ', 'ン') if contracts() => 'ュ',
            ('ツ', 'パ' | 'ピ' | 'プ' | 'ペ' | 'ポ') => 'ッ',
            _ => c,
        }
    }
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        _ => c,
    }
}

pub(crate) fn without_courtesy(text: &str, spaced: bool) -> &str {
    const ENDINGS: [&str; 6] = ["様", "サマ", "さま", "殿", "ドノ", "御中"];
    if !text.ends_with(['様', 'マ', 'ま', '殿', 'ノ', '中']) {
        return text;
    }
    if spaced
        && let Some((rest, last)) = text.rsplit_once(' ')
        && ENDINGS.contains(&last)
    {
        return rest.trim_end_matches(' ');
    }
    text.strip_suffix('様').map_or(text, |rest| rest.trim_end_matches(' '))
}

/// Katakana without spaces and dots; whatever dash follows a kana is the long vowel mark.
fn push_standard(text: &str, small: Small, out: &mut String) {
    // What was read and what was written last.
    let (mut before, mut last) = (' ', ' ');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let written = small.write(before, c, chars.peek().copied().unwrap_or(' '));
        before = c;
        last = match written {
            'ヵ' | 'ゕ' => 'カ',
            'ヶ' | 'ゖ' => 'ケ',
            'ァ'..='ヴ' | 'ー' | 'ぁ'..='ゔ' => katakana(written),
            ' ' | '・' | '·' | '.' | ',' | '、' | '\'' | '(' | ')' | '_' | '=' | '゠' | '/' => continue,
            'ヽ' | 'ゝ' if is_kana(last) => last,
            'ヾ' | 'ゞ' if is_kana(last) => voiced(last, false).unwrap_or(last),
            c if is_dash(c) || matches!(c, '〜' | '~' | '～') => {
                if !is_kana(last) {
                    continue;
                }
                'ー'
            }
            c if !is_kana(c) && !is_kanji(c) => {
                out.extend(c.to_lowercase());
                last = c;
                continue;
            }
            c => katakana(c),
        };
        out.push(last);
    }
}

/// Large for small kana, ジ for ヂ, ズ for ヅ, オ for ヲ, and one long vowel for オオ, オウ and オー.
fn loosen(standard: &str, out: &mut String) {
    let mut vowel = None;
    for c in standard.chars().map(plain) {
        let own = vowel_of(c);
        if c == 'ー' || is_lengthening(vowel, c) {
            if vowel.is_some() {
                out.push('ー');
                // アアア is a long vowel and another ア, so that each pair is read once.
                vowel = None;
                continue;
            }
            if c == 'ー' {
                out.push('ー');
                continue;
            }
        }
        vowel = own;
        out.push(c);
    }
}

fn plain(c: char) -> char {
    match c {
        'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ' => {
            char::from_u32(c as u32 + 1).unwrap_or(c)
        }
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        'ヂ' => 'ジ',
        'ヅ' => 'ズ',
        'ヲ' => 'オ',
        'ヰ' => 'イ',
        'ヱ' => 'エ',
        'ヴ' => 'ブ',
        _ => c,
    }
}

fn is_lengthening(vowel: Option<char>, c: char) -> bool {
    matches!(
        (vowel, c),
        (Some('ア'), 'ア')
            | (Some('イ'), 'イ')
            | (Some('ウ'), 'ウ')
            | (Some('エ'), 'エ' | 'イ')
            | (Some('オ'), 'オ' | 'ウ')
    )
}

/// The vowel a kana ends in.
fn vowel_of(c: char) -> Option<char> {
    match c {
        'ア' | 'カ' | 'サ' | 'タ' | 'ナ' | 'ハ' | 'マ' | 'ヤ' | 'ラ' | 'ワ' | 'ガ' | 'ザ' | 'ダ' | 'バ'
        | 'パ' => Some('ア'),
        'イ' | 'キ' | 'シ' | 'チ' | 'ニ' | 'ヒ' | 'ミ' | 'リ' | 'ギ' | 'ジ' | 'ビ' | 'ピ' => {
            Some('イ')
        }
        'ウ' | 'ク' | 'ス' | 'ツ' | 'ヌ' | 'フ' | 'ム' | 'ユ' | 'ル' | 'グ' | 'ズ' | 'ブ' | 'プ' => {
            Some('ウ')
        }
        'エ' | 'ケ' | 'セ' | 'テ' | 'ネ' | 'ヘ' | 'メ' | 'レ' | 'ゲ' | 'ゼ' | 'デ' | 'ベ' | 'ペ' => {
            Some('エ')
        }
        'オ' | 'コ' | 'ソ' | 'ト' | 'ノ' | 'ホ' | 'モ' | 'ヨ' | 'ロ' | 'ゴ' | 'ゾ' | 'ド' | 'ボ' | 'ポ' => {
            Some('オ')
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_readings_are_what_the_rules_make_of_them(text in "[ァ-ヾーｱ-ﾟツユヨサマ 　]{1,9}") {
            let mut folded = String::new();
            let kinds = fold_kinds(&text, Mode::Standard, &mut folded);
            if is_plain(kinds, &text) {
                let (mut plain, mut read) = (String::new(), String::new());
                push_without_spaces(&folded, true, &mut plain);
                let small = if lacks_small_kana(&text) { Small::Certain { spaced: true } } else { Small::AsWritten };
                push_standard(&folded, small, &mut read);
                prop_assert_eq!(plain, read);
            }
        }
    }
}
