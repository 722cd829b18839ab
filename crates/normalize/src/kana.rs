//! Readings of names.

use crate::Level;
use crate::script::is_dash;
use crate::fold::{Mode, fold, is_kana, is_kanji};
use crate::placeholder::is_placeholder;

/// Appends the canonical reading in katakana; nothing where the cell holds none.
pub(crate) fn push(text: &str, level: Level, out: &mut String) {
    let mut folded = String::with_capacity(text.len());
    let mode = if level == Level::Exact { Mode::Exact } else { Mode::Standard };
    fold(text, mode, &mut folded);
    let folded = folded.trim();
    let start = out.len();
    if is_placeholder(folded) {
        return;
    }
    if level == Level::Exact {
        out.extend(folded.chars().filter(|c| *c != ' ').map(katakana));
    } else if lacks_small_kana(text) {
        push_standard(without_courtesy(&with_small_kana(folded)), out);
    } else {
        push_standard(without_courtesy(folded), out);
    }
    let found = out.get(start..).unwrap_or_default();
    if is_placeholder(found) || !found.chars().any(|c| is_kana(c) || c.is_alphabetic()) {
        out.truncate(start);
        return;
    }
    if level == Level::Loose {
        loosen(start, out);
    }
}

/// True for the half-width text of banks and old mainframes, whose character set has no small kana.
fn lacks_small_kana(text: &str) -> bool {
    let half = |c: char| matches!(c, 'ｦ' | 'ｰ'..='ﾟ');
    text.chars().any(half)
        && text.chars().all(|c| half(c) || c.is_whitespace() || matches!(c, '･' | '-' | '.'))
}

/// Writes small kana where the large ones cannot be meant: ｼﾖｳｺﾞ is ショウゴ, ｼﾞﾕﾝ is ジュン, ｲﾂﾍﾟｲ is イッペイ.
///
/// ｷﾖｼ (キヨシ), ﾐﾖｺ (ミヨコ) and ﾏﾂﾀ (マツタ) stay. Without a space ﾓﾘﾕｳｼﾞ may be モリ ユウジ, so that ヨウ and ユウ stay
/// as well.
fn with_small_kana(folded: &str) -> String {
    let spaced = folded.contains(' ');
    let chars: Vec<char> = folded.chars().collect();
    let at = |n: Option<usize>| n.and_then(|n| chars.get(n)).copied().unwrap_or(' ');
    let small = |n: usize| {
        let contracts = vowel_of(at(n.checked_sub(1))) == Some('イ') && at(n.checked_sub(1)) != 'イ';
        match (at(Some(n)), at(Some(n + 1))) {
            ('ヨ', 'ウ') if contracts && spaced => 'ョ',
            ('ユ', 'ウ') if contracts && spaced => 'ュ',
            ('ユ', 'ン') if contracts => 'ュ',
            ('ツ', 'パ' | 'ピ' | 'プ' | 'ペ' | 'ポ') => 'ッ',
            (c, _) => c,
        }
    };
    (0..chars.len()).map(small).collect()
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        _ => c,
    }
}

fn without_courtesy(text: &str) -> &str {
    const ENDINGS: [&str; 6] = ["様", "サマ", "さま", "殿", "ドノ", "御中"];
    let cut = text.rsplit_once(' ').filter(|(_, last)| ENDINGS.contains(last)).map(|(rest, _)| rest);
    cut.or_else(|| text.strip_suffix('様')).unwrap_or(text).trim_end()
}

/// Katakana without spaces and dots; whatever dash follows a kana is the long vowel mark.
fn push_standard(text: &str, out: &mut String) {
    let start = out.len();
    for c in text.chars() {
        let after_kana = out.get(start..).unwrap_or_default().ends_with(is_kana);
        match c {
            ' ' | '・' | '·' | '.' | ',' | '、' | '\'' | '(' | ')' | '_' | '=' | '゠' | '/' => {}
            'ゖ' | 'ヶ' => out.push('ケ'),
            'ゕ' | 'ヵ' => out.push('カ'),
            'ヽ' | 'ゝ' if after_kana => repeat(out, false),
            'ヾ' | 'ゞ' if after_kana => repeat(out, true),
            'ー' => out.push('ー'),
            c if is_dash(c) || matches!(c, '〜' | '~' | '～') => {
                if after_kana {
                    out.push('ー');
                }
            }
            c if !is_kana(c) && !is_kanji(c) => out.extend(c.to_lowercase()),
            c => out.push(katakana(c)),
        }
    }
}

/// ヽ repeats the kana before it, ヾ with a voicing mark.
fn repeat(out: &mut String, voiced: bool) {
    let Some(last) = out.chars().next_back() else { return };
    let voiced_form = unicode_normalization::char::compose(last, '\u{3099}').filter(|_| voiced);
    out.push(voiced_form.unwrap_or(last));
}

/// Large for small kana, ジ for ヂ, ズ for ヅ, オ for ヲ, and one long vowel for オオ, オウ and オー.
fn loosen(start: usize, out: &mut String) {
    let standard = out.split_off(start);
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
    const ROWS: [(&str, char); 5] = [
        ("アカサタナハマヤラワガザダバパ", 'ア'),
        ("イキシチニヒミリギジビピ", 'イ'),
        ("ウクスツヌフムユルグズブプ", 'ウ'),
        ("エケセテネヘメレゲゼデベペ", 'エ'),
        ("オコソトノホモヨロゴゾドボポ", 'オ'),
    ];
    ROWS.iter().find(|(row, _)| row.contains(c)).map(|(_, vowel)| *vowel)
}
