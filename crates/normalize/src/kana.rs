//! Readings of names.

use crate::Level;
use crate::address::is_dash;
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
