//! Names of persons and firms.

pub(crate) mod plain;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::Level;
use crate::fold::{Kinds, Mode, fold_kinds, is_kana, is_kanji, push_without_spaces};
use crate::numerals::is_plain_digit;
use crate::placeholder::is_placeholder;
use crate::script::is_dash;

/// Forms of firms, short and whole. The whole ones come out.
const FIRMS: &[(&str, &str)] = &[
    ("(株)", "株式会社"),
    ("(有)", "有限会社"),
    ("(同)", "合同会社"),
    ("(資)", "合資会社"),
    ("(名)", "合名会社"),
    ("(社)", "社団法人"),
    ("(財)", "財団法人"),
    ("(一社)", "一般社団法人"),
    ("(一財)", "一般財団法人"),
    ("(公社)", "公益社団法人"),
    ("(公財)", "公益財団法人"),
    ("(医)", "医療法人"),
    ("(学)", "学校法人"),
    ("(宗)", "宗教法人"),
    ("(福)", "社会福祉法人"),
    ("(独)", "独立行政法人"),
    ("(特非)", "特定非営利活動法人"),
    ("NPO法人", "特定非営利活動法人"),
    ("(社福)", "社会福祉法人"),
    ("(農)", "農事組合法人"),
    ("(協)", "協同組合"),
    ("(弁)", "弁護士法人"),
    ("(税)", "税理士法人"),
    ("(カ)", "株式会社"),
    ("(ユ)", "有限会社"),
    ("(ド)", "合同会社"),
];

/// The same with one bracket, as banks write them: before the name with the closing one, after it with the opening.
const FIRMS_OF_BANKS: &[(&str, &str)] = &[
    ("株", "株式会社"),
    ("カ", "株式会社"),
    ("有", "有限会社"),
    ("ユ", "有限会社"),
    ("同", "合同会社"),
    ("ド", "合同会社"),
    ("福", "社会福祉法人"),
    ("フク", "社会福祉法人"),
    ("医", "医療法人"),
    ("イ", "医療法人"),
    ("学", "学校法人"),
    ("ガク", "学校法人"),
];

/// Endings of courtesy that are never part of a name.
const ALWAYS: &[&str] =
    &["様", "御中", "先生", "殿", "さま", "さん", "サマ", "サン", "氏", "各位", "ちゃん", "君", "くん"];

/// Those of them that end a name only after a space, or after a name long enough to be whole without them.
const AFTER_SPACE: &[&str] = &["サマ", "サン", "氏", "ちゃん", "君", "くん", "殿", "各位", "さん", "さま"];

/// Offices that stand before a name.
const OFFICES: &[&str] = &[
    "代表取締役",
    "取締役",
    "代表",
    "社長",
    "副社長",
    "会長",
    "専務",
    "常務",
    "監査役",
    "理事長",
    "院長",
    "園長",
    "学長",
    "校長",
    "所長",
    "店長",
    "支店長",
    "工場長",
    "部長",
    "次長",
    "課長",
    "係長",
    "教授",
    "准教授",
];

/// Signs that part the words of a name and say nothing.
pub(crate) const SIGNS: [char; 15] =
    [' ', '・', '·', '•', '‧', '.', ',', '、', '\'', '’', '`', '_', '=', '゠', '*'];

/// Appends the canonical form of a name; nothing where the cell holds none. True where it is known to be its own
/// canonical form; `folded` is a buffer.
pub(crate) fn push(text: &str, level: Level, folded: &mut String, out: &mut String) -> bool {
    let mode = match level {
        Level::Exact => Mode::Exact,
        Level::Standard => Mode::Standard,
        Level::Loose => Mode::LooseName,
    };
    folded.clear();
    let kinds = fold_kinds(text, mode, folded);
    let start = out.len();
    push_without_spaces(folded, kinds.meets(Kinds::SPACE), out);
    let bare = out.get(start..).unwrap_or_default();
    if is_placeholder(bare) || !has_letter(bare) {
        out.truncate(start);
        return true;
    }
    if level != Level::Exact && !is_plain(folded, bare, kinds) {
        out.truncate(start);
        push_read(folded, out);
    }
    kinds.within(LETTERS)
}

/// What a name of these alone, once read, needs no reading again.
const LETTERS: Kinds = Kinds::KANJI
    .with(Kinds::OFFICE)
    .with(Kinds::KANA)
    .with(Kinds::DIGIT)
    .with(Kinds::LATIN)
    .with(Kinds::SPACE);

fn has_letter(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '一'..='鿿') || c.is_alphabetic() || is_private(c))
}

/// True for a name of kanji and kana that no rule changes, as `folded` and `bare` of its spaces: it ends in no title's
/// last character, and in no kana where a space may part a reading from it, and begins with no office.
fn is_plain(folded: &str, bare: &str, kinds: Kinds) -> bool {
    const PLAIN: Kinds =
        Kinds::KANJI.with(Kinds::KANA).with(Kinds::SPACE).without(Kinds::RARE).with(Kinds::OFFICE);
    kinds.within(PLAIN)
        && !bare.ends_with(['中', '生', '殿', '氏', '位', '君', '名', '人', 'ま', 'ん', 'マ', 'ン'])
        && !(kinds.meets(Kinds::KANA) && kinds.meets(Kinds::SPACE) && bare.ends_with(is_kana))
        && !(kinds.meets(Kinds::OFFICE) && kinds.meets(Kinds::SPACE) && begins_with_office(folded))
}

fn begins_with_office(folded: &str) -> bool {
    let text = folded.trim_start_matches(' ');
    without_office(text).len() < text.len()
}

/// Appends what the rules for names make of a folded text.
fn push_read(folded: &str, out: &mut String) {
    let whole = whole_firm(folded);
    let named = without_brackets(whole);
    let named = without_reading(care_of(deceased(&named)));
    let named = person(named);
    let start = out.len();
    push_letters(named, out);
    let found = out.get(start..).unwrap_or_default();
    if is_placeholder(found) || found == "様" || !has_letter(found) {
        out.truncate(start);
    }
}

/// Characters outside the standards, which mean what their owner's font says.
pub(crate) fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}')
}

pub(crate) fn whole_firm(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.contains('(') || text.contains("NPO") {
        for (short, whole) in FIRMS {
            if text.contains(short) {
                text = Cow::Owned(text.replace(short, whole));
            }
        }
    }
    if text.contains(['(', ')']) { firm_of_banks(&text).map_or(text, Cow::Owned) } else { text }
}

/// 株)山田 and ヤマダ(カ.
fn firm_of_banks(text: &str) -> Option<String> {
    let text = text.trim_matches(' ');
    FIRMS_OF_BANKS.iter().find_map(|(short, whole)| {
        let name = text.strip_prefix(short).and_then(|rest| rest.strip_prefix(')'));
        if let Some(name) = name.filter(|name| has_letter(name)) {
            return Some(format!("{whole}{name}"));
        }
        let name = text.strip_suffix(short).and_then(|rest| rest.strip_suffix('('));
        name.filter(|name| has_letter(name)).map(|name| format!("{name}{whole}"))
    })
}

/// The name of somebody dead: 故 山田太郎.
pub(crate) fn deceased(text: &str) -> &str {
    let mut text = text.trim_start_matches(' ');
    while let Some(rest) = text.strip_prefix(['故', '亡']).filter(|rest| rest.starts_with([' ', '・', '.']))
    {
        let rest = trim_signs(rest).trim_start_matches(SIGNS);
        if !has_letter(rest) {
            break;
        }
        text = rest;
    }
    text
}

/// Who lives in another's house: 鈴木様方 山田太郎 is 山田太郎; with nobody named after it, 山田太郎様方 is 山田太郎.
pub(crate) fn care_of(text: &str) -> &str {
    let mut text = text;
    while let Some((host, guest)) = text.rsplit_once("様方") {
        text = match (has_letter(guest), has_letter(host)) {
            (true, _) => return guest,
            (false, true) => host,
            (false, false) => return text,
        };
    }
    text
}

/// The name without courtesy before and after it, and without those who are only counted.
fn person(text: &str) -> &str {
    let mut text = without_office(without_latin_title(text));
    loop {
        let named = without_others(without_courtesy(text));
        if named == text {
            return text;
        }
        text = named;
    }
}

/// Cuts 他1名, 外2名, ほか3人.
pub(crate) fn without_others(text: &str) -> &str {
    let cut = || {
        let rest = text.strip_suffix(['名', '人'])?.trim_end_matches(' ');
        let before = rest
            .trim_end_matches(|c: char| c.is_ascii_digit() || is_plain_digit(c) || c == '十' || c == '数');
        let others = before.trim_end_matches(' ');
        let name = ["他", "外", "ほか"].iter().find_map(|word| others.strip_suffix(word))?;
        let name = trim_signs(name);
        (before.len() < rest.len() && name.chars().filter(|c| *c != ' ').count() >= 2).then_some(name)
    };
    cut().unwrap_or(text)
}

/// Cuts the offices that a space parts from the name: 代表取締役社長 山田太郎.
pub(crate) fn without_office(text: &str) -> &str {
    let is_office = |word: &str| {
        word.ends_with(['長', '役', '務', '表', '授'])
            && OFFICES.iter().any(|first| {
                word.strip_prefix(first).is_some_and(|rest| rest.is_empty() || OFFICES.contains(&rest))
            })
    };
    let mut text = text.trim_start_matches(' ');
    while let Some((word, rest)) = text.split_once(' ') {
        let rest = rest.trim_start_matches(' ');
        if !is_office(word) || rest.chars().filter(|&c| is_kanji(c) || is_kana(c)).count() < 2 {
            break;
        }
        text = rest;
    }
    text
}

/// Cuts Mr., Mrs., Ms., Miss, Dr. and Prof. before a name.
pub(crate) fn without_latin_title(text: &str) -> &str {
    const TITLES: [&str; 6] = ["mr", "mrs", "ms", "miss", "dr", "prof"];
    let mut text = text.trim_start_matches(' ');
    while let Some((word, rest)) = text.split_once([' ', '.']) {
        let title = TITLES.iter().any(|title| word.eq_ignore_ascii_case(title));
        let rest = rest.trim_start_matches(SIGNS);
        if !title || rest.chars().filter(|c| c.is_alphabetic()).count() < 2 {
            break;
        }
        text = rest;
    }
    text
}

const OPEN: [char; 13] = ['(', '[', '{', '<', '【', '〔', '〈', '《', '「', '『', '〖', '〘', '«'];
const CLOSE: [char; 13] = [')', ']', '}', '>', '】', '〕', '〉', '》', '」', '』', '〗', '〙', '»'];

/// What stands outside brackets, and what inside; `None` where there are none.
pub(crate) fn parted_by_brackets(text: &str) -> Option<(String, String)> {
    if !text.contains(OPEN) {
        return None;
    }
    let (mut outside, mut inside) = (String::new(), String::new());
    let mut depth = 0usize;
    for c in text.chars() {
        if OPEN.contains(&c) {
            depth += 1;
        } else if CLOSE.contains(&c) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            outside.push(c);
        } else {
            inside.push(c);
        }
    }
    Some((outside, inside))
}

/// Cuts what stands in brackets: readings, former names, remarks. A kana name with kanji in brackets gives the kanji.
pub(crate) fn without_brackets(text: Cow<'_, str>) -> Cow<'_, str> {
    let Some((outside, inside)) = parted_by_brackets(&text) else { return text };
    let only_kana = outside.chars().all(|c| is_kana(c) || c == ' ' || c == '・');
    // (辻 はるか) is a name, (妻) and (本人) are remarks.
    let kanji = inside.chars().filter(|&c| is_kanji(c)).count();
    let names = kanji >= if inside.trim().contains(' ') { 1 } else { 2 } && !is_placeholder(inside.trim());
    if outside.trim().is_empty() || (only_kana && names) { Cow::Owned(inside) } else { Cow::Owned(outside) }
}

/// Cuts a reading that follows the name after a slash or space: 山田 太郎 ヤマダ タロウ, 山田太郎/ヤマダタロウ.
pub(crate) fn without_reading(text: &str) -> &str {
    let all_kana = |t: &str| t.chars().all(|c| is_kana(c) || c == ' ' || c == '・') && t.chars().any(is_kana);
    if let Some((name, reading)) = text.split_once(['/', '|', ':'])
        && all_kana(reading)
        && name.chars().any(is_kanji)
    {
        return name;
    }
    let Some(at) = kana_tail(text) else { return text };
    let (name, reading) = text.split_at(at);
    let words = |t: &str| t.split_whitespace().count();
    let length = |t: &str| t.chars().filter(|c| *c != ' ').count();
    // 長谷川 さくら is surname and given name; only what can be no given name is a reading.
    let is_reading = words(name) >= 2 || words(reading) >= 2 || (length(name) >= 4 && length(reading) >= 4);
    // Every kanji is read as a kana at least: 山田 花子 マリア has two given names.
    let is_reading = is_reading && length(reading) >= length(name);
    if is_reading && name.chars().all(|c| c == ' ' || is_kanji(c)) { name } else { text }
}

/// Where the last words that are kana alone begin.
fn kana_tail(text: &str) -> Option<usize> {
    let text = text.trim_end();
    let mut start = None;
    for (at, _) in text.char_indices().rev().filter(|&(_, c)| c == ' ') {
        let word = text.get(at..start.unwrap_or(text.len())).unwrap_or_default().trim();
        if word.chars().all(is_kana) {
            start = Some(at);
        } else {
            break;
        }
    }
    start
}

pub(crate) fn without_courtesy(text: &str) -> &str {
    let mut text = trim_signs(text);
    while let Some((ending, rest)) = ALWAYS.iter().find_map(|e| Some((*e, text.strip_suffix(e)?))) {
        let length = rest.chars().filter(|c| *c != ' ').take(3).count();
        let whole = rest.ends_with(' ')
            || (length >= 3 && rest.ends_with(is_kanji) && !matches!(ending, "君" | "氏"));
        let doubtful = length < 2 || (AFTER_SPACE.contains(&ending) && !whole);
        if doubtful && (ending != "様" || length == 0) {
            break;
        }
        text = trim_signs(rest);
    }
    text
}

/// Cuts spaces and signs that no name ends in.
fn trim_signs(text: &str) -> &str {
    text.trim_end_matches(|c: char| SIGNS.contains(&c)).trim_start()
}

/// Letters without spaces, dots and accents, 々 written out; Latin ones in lower case; a dash after katakana is a long vowel.
fn push_letters(text: &str, out: &mut String) {
    let latin = text.chars().any(|c| c.is_alphabetic() && !is_kana(c) && !is_kanji(c));
    let parted = is_parted_by_slash(text);
    let start = out.len();
    for c in text.chars() {
        let after_kana = out.get(start..).unwrap_or_default().ends_with(|c| matches!(c, 'ァ'..='ヺ' | 'ー'));
        match c {
            c if SIGNS.contains(&c) => {}
            '/' if parted => {}
            'ヶ' => out.push('ケ'),
            '々' => {
                let before = out.get(start..).unwrap_or_default().chars().next_back();
                out.push(before.filter(|&c| is_kanji(c)).unwrap_or('々'));
            }
            c if after_kana && (is_dash(c) || c == '〜' || c == '~') => out.push('ー'),
            c if is_dash(c) => {}
            // Unicode takes a Korean syllable apart into letters that are no accents.
            c if latin && !is_kana(c) && !is_kanji(c) && !matches!(c, '가'..='힣') => {
                out.extend(
                    c.to_lowercase()
                        .flat_map(|l| l.nfd())
                        .filter(|&l| !unicode_normalization::char::is_combining_mark(l)),
                );
            }
            c => out.push(c),
        }
    }
}

/// True for 山田/太郎 and ヤマダ/タロウ; 山田太郎/花子 are two persons.
fn is_parted_by_slash(text: &str) -> bool {
    let Some((surname, given)) = text.trim().split_once('/') else { return false };
    let all = |kind: fn(char) -> bool| surname.chars().chain(given.chars()).all(kind);
    let longest = surname.chars().count().max(given.chars().count());
    let written = !surname.is_empty() && !given.is_empty();
    written && ((longest <= 3 && all(is_kanji)) || (longest <= 6 && all(is_kana)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_names_are_what_the_rules_make_of_them(text in "((社長|代表|専務|監査役|教授)[ 　])?[一-龥山田太郎様殿君先生々〆 ぁ-ゖさんくちゃァ-ヺーヶサマ]{1,9}") {
            let mut folded = String::new();
            let kinds = fold_kinds(&text, Mode::Standard, &mut folded);
            let mut bare = String::new();
            push_without_spaces(&folded, true, &mut bare);
            if is_plain(&folded, &bare, kinds) && !is_placeholder(&bare) {
                let mut read = String::new();
                push_read(&folded, &mut read);
                prop_assert_eq!(read, bare);
            }
        }
    }

    #[test]
    fn words_and_titles_alone_are_nobodys_name() {
        let name = |text: &str| {
            let mut out = String::new();
            push(text, Level::Standard, &mut String::new(), &mut out);
            out
        };
        for text in [
            "氏名",
            "お名前",
            "妻",
            "父",
            "居住者様",
            "ご家族様",
            "お客様各位",
            "株式会社",
            "㈱",
            "（有）",
            "(株) 御中",
            "管理組合御中",
            "社長",
            "店長 様",
            "システム",
            "admin",
            "転居先不明",
            "様",
        ] {
            assert_eq!(name(text), "", "{text}");
        }
        for text in ["社", "林", "孫", "空", "代田", "妻木", "カナ", "父川", "殿"] {
            assert_eq!(name(text), text);
        }
    }
}
