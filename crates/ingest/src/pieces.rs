//! A cell that holds several fields, taken apart: 山田太郎　岐阜県岐阜市神田町1-2-3　058-265-4141.
//!
//! What has a form of its own is taken out first: e-mail addresses, phone numbers, postal codes, dates. What is left between
//! them, line by line and word by word, is an address from the word that names a place on, and the person before or behind
//! it. A piece that may be anything is no field's.

mod signs;

use meibo_normalize::Field;

use crate::cells::{Traits, is_kana, is_kanji, is_missing, traits_of};
use crate::places;

/// Cells longer than this, in bytes, are texts.
const MAX_CELL: usize = 1000;
/// Pieces of a cell at most.
const MAX_PIECES: usize = 16;

/// A stretch of more words is a text.
const MAX_WORDS: usize = 24;

/// One value in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) field: Field,
    pub(crate) text: String,
    /// False for what is taken for the person or the place because nothing else is left to be it.
    pub(crate) sure: bool,
}

/// What stands in a cell, in its order; nothing where the cell is a text or its form tells nothing.
pub(crate) fn take_apart(cell: &str) -> Vec<Piece> {
    if cell.len() > MAX_CELL {
        return Vec::new();
    }
    let mut taken = Taken::default();
    let rest = signs::take_out(cell, |field, text| taken.push(field, text, true));
    let stretches = rest.split(['\n', '\r', '\t', '/', '／', '|', '｜', ';', '；', '、']);
    for line in stretches.filter(|line| !trimmed(line).is_empty()).take(MAX_PIECES * 2) {
        for labelled in split_at_labels(line).into_iter().take(MAX_PIECES) {
            taken.segment(labelled);
        }
    }
    taken.settle();
    // What is all one thing stays as it is written.
    if let [piece] = taken.pieces.as_mut_slice()
        && rest == cell
        && piece.text.chars().filter(|c| !c.is_whitespace()).eq(cell.chars().filter(|c| !c.is_whitespace()))
    {
        cell.trim().clone_into(&mut piece.text);
    }
    taken.pieces
}

/// Words that a form puts before a value, and the field that it is then; the longer before the shorter.
const LABELS: [(&str, Option<Field>); 19] = [
    ("お名前", Some(Field::Name)),
    ("氏名", Some(Field::Name)),
    ("名前", Some(Field::Name)),
    ("フリガナ", Some(Field::Kana)),
    ("ふりがな", Some(Field::Kana)),
    ("カナ", Some(Field::Kana)),
    ("ご住所", Some(Field::Address)),
    ("住所", Some(Field::Address)),
    ("電話番号", None),
    ("携帯電話", None),
    ("電話", None),
    ("携帯", None),
    ("自宅", None),
    ("郵便番号", None),
    ("生年月日", None),
    ("年齢", Some(Field::Age)),
    ("性別", Some(Field::Sex)),
    ("メールアドレス", None),
    ("メール", None),
];

/// A stretch of text, and what the label before it says that it is.
#[derive(Clone, Copy)]
struct Segment<'t> {
    label: Option<Field>,
    text: &'t str,
}

/// 氏名:山田太郎 住所:岐阜市 as two segments.
fn split_at_labels(line: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let (mut start, mut label) = (0, None);
    for (at, _) in line.match_indices([':', '：']) {
        let before = line.get(start..at).unwrap_or_default();
        let Some((word, field)) = LABELS.iter().find(|(word, _)| before.trim_end().ends_with(word)) else {
            continue;
        };
        let text = before.trim_end().strip_suffix(word).unwrap_or(before);
        segments.push(Segment { label, text });
        label = *field;
        start = at + line.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    }
    segments.push(Segment { label, text: line.get(start..).unwrap_or_default() });
    segments
}

/// The pieces found so far.
#[derive(Default)]
struct Taken {
    pieces: Vec<Piece>,
    /// What may be the person or the place.
    unknown: Vec<String>,
}

impl Taken {
    fn push(&mut self, field: Field, text: &str, sure: bool) {
        let text = trimmed(text);
        if !text.is_empty() && self.pieces.len() < MAX_PIECES {
            self.pieces.push(Piece { field, text: text.to_owned(), sure });
        }
    }

    fn segment(&mut self, Segment { label, text }: Segment<'_>) {
        let text = without_loose_label(trimmed(text));
        if text.is_empty() || is_missing(text) {
            return;
        }
        if let Some(field) = label {
            return self.push(field, text, true);
        }
        if text.split_whitespace().nth(MAX_WORDS).is_some() {
            return;
        }
        let parted = parted_by_reading(text);
        let words = words_of(parted.as_ref().map_or(text, |(text, _)| text));
        self.words(&words);
        if let Some((_, reading)) = parted {
            self.push(Field::Kana, reading, true);
        }
    }

    /// The words of a stretch without a label.
    fn words(&mut self, words: &[Word<'_>]) {
        match words.iter().position(|word| word.is_place) {
            Some(first) => {
                let (before, place) = words.split_at(first);
                let behind = place.len() - names_behind(place);
                let (place, behind) = place.split_at(behind);
                self.person(before, true);
                self.push(Field::Address, &joined(place), true);
                self.person(behind, true);
            }
            None => self.person_or_rest(words),
        }
    }

    /// Words that name somebody: the reading, the name, sex and age.
    fn person(&mut self, words: &[Word<'_>], beside_place: bool) {
        let mut name: Vec<Word<'_>> = Vec::new();
        let mut kana: Vec<Word<'_>> = Vec::new();
        for word in words {
            match word.traits {
                t if t.sex => self.push(Field::Sex, word.text, true),
                t if t.age.is_some() && t.japanese => self.push(Field::Age, word.text, true),
                t if t.digits > 0 => {}
                t if t.kana => kana.push(*word),
                _ => name.push(*word),
            }
        }
        let titles: Vec<Word<'_>> = name.iter().filter(|word| is_title(word.text)).copied().collect();
        name.retain(|word| !is_title(word.text));
        // ポト 和泉 is one name, ヤマダタロウ 山田太郎 a name and its reading.
        if let ([family], [given]) = (kana.as_slice(), name.as_slice())
            && !given.traits.full_name
            && given.traits.name
        {
            let in_order = if family.text.as_ptr() < given.text.as_ptr() {
                [*family, *given]
            } else {
                [*given, *family]
            };
            return self.push(Field::Name, &joined(&in_order), true);
        }
        if !name.is_empty() {
            name.extend(titles);
        }
        let text = joined(&name);
        // A name in kana alone is the name where no other is.
        if text.is_empty() {
            return self.push(Field::Kana, &joined(&kana), true);
        }
        let is_name = traits_of(&text).name;
        if is_name || beside_place {
            self.push(Field::Name, &text, is_name);
        } else {
            self.unknown.push(text);
        }
        self.push(Field::Kana, &joined(&kana), true);
    }

    /// A stretch without a place: somebody, or the building of an address above it.
    fn person_or_rest(&mut self, words: &[Word<'_>]) {
        let text = joined(words);
        let traits = traits_of(&text);
        let of_house = traits.building || traits.named_room || traits.room || traits.block_first;
        let above = self.pieces.last_mut().filter(|piece| piece.field == Field::Address && of_house);
        if let Some(address) = above {
            address.text.push(' ');
            address.text.push_str(&text);
        } else if words.iter().all(|word| may_name(word) || word.traits.sex || word.traits.age.is_some())
            && is_person(words)
        {
            self.person(words, false);
        } else {
            self.unknown.push(text);
        }
    }

    /// Gives what is left to the person or the place, where one of them is missing and nothing else can be it.
    fn settle(&mut self) {
        let has = |pieces: &[Piece], field| pieces.iter().any(|piece| piece.field == field);
        if self.pieces.is_empty() {
            return;
        }
        let (places, others): (Vec<String>, Vec<String>) =
            std::mem::take(&mut self.unknown).into_iter().partition(|text| traits_of(text).text_then_number);
        if let ([place], false) = (places.as_slice(), has(&self.pieces, Field::Address)) {
            self.push(Field::Address, place, false);
        }
        let named = |text: &str| {
            let traits = traits_of(text);
            traits.digits == 0 && traits.japanese && (2..=20).contains(&traits.chars)
        };
        if let ([name], false) = (others.as_slice(), has(&self.pieces, Field::Name))
            && named(name)
        {
            self.push(Field::Name, name, false);
        }
    }
}

/// A word between spaces.
#[derive(Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    traits: Traits,
    /// It begins an address.
    is_place: bool,
}

fn words_of(text: &str) -> Vec<Word<'_>> {
    let parts = text.split_whitespace().flat_map(split_before_prefecture).map(trimmed);
    let mut words: Vec<Word<'_>> = parts
        .filter(|text| !text.is_empty())
        .map(|text| Word { text, traits: traits_of(text), is_place: false })
        .collect();
    if let Some(first) = first_of_place(&words)
        && let Some(word) = words.get_mut(first)
    {
        word.is_place = true;
    }
    words
}

/// The word that an address begins with: a prefecture, else a municipality with a number in it or behind it.
fn first_of_place(words: &[Word<'_>]) -> Option<usize> {
    let named = words.iter().position(|word| places::without_prefecture(word.text).is_some());
    let municipality = |from: usize| {
        (from..words.len()).find(|&at| {
            // 岐阜市 神田町 1-2-3: the number may be a word or two further on.
            let numbered = words.iter().skip(at).take(4).any(|word| word.traits.numbered);
            words
                .get(at)
                .is_some_and(|word| word.traits.municipality && !may_be_person(word.traits) && numbered)
        })
    };
    named.or_else(|| {
        let first = municipality(0)?;
        // 谷村 and 宇田川町 are families as well, before a place that is told better.
        let family =
            words.get(first).is_some_and(|word| word.traits.chars <= 3 && word.text.ends_with(['村', '町']));
        municipality(first + 1).filter(|_| family).or(Some(first))
    })
}

fn may_be_person(traits: Traits) -> bool {
    traits.surname || (traits.full_name && traits.digits == 0 && !traits.upper)
}

/// 山田太郎岐阜県岐阜市: the person and the place without a space between.
fn split_before_prefecture(word: &str) -> impl Iterator<Item = &str> {
    let at = word.char_indices().skip(2).take(8).map(|(at, _)| at).find(|&at| {
        let (front, back) = word.split_at(at);
        let letters = front.chars().all(|c| is_kanji(c) || is_kana(c));
        places::without_prefecture(back).is_some_and(|rest| !rest.is_empty())
            && letters
            && !traits_of(front).upper
    });
    let (front, back) = word.split_at(at.unwrap_or(0));
    [front, back].into_iter()
}

/// How many words at the end of an address are a person's.
fn names_behind(words: &[Word<'_>]) -> usize {
    let names = words.iter().rev().take_while(|word| may_name(word) || word.traits.sex).count();
    // The number ends the place; a name may be two words with a reading behind it.
    let ended =
        words.iter().rev().nth(names).is_some_and(|word| word.traits.numbered || word.traits.building);
    let behind = words.get(words.len() - names..).unwrap_or_default();
    if ended && names <= 5 && is_person(behind) { names } else { 0 }
}

/// True for words that can only be somebody: a title, a known surname, or surname and given name.
fn is_person(words: &[Word<'_>]) -> bool {
    let names: Vec<&Word<'_>> = words
        .iter()
        .filter(|word| !word.traits.kana && !word.traits.sex && word.traits.digits == 0)
        .collect();
    let short = |word: &&&Word<'_>| word.text.chars().count() <= 4;
    match names.as_slice() {
        [] => words.iter().filter(|word| word.traits.kana).count() == 2,
        [one] => one.traits.full_name || (one.traits.name && one.text.ends_with(['様', '殿'])),
        [family, rest @ ..] => {
            let titled = rest.iter().filter(|word| is_title(word.text)).count();
            rest.len() - titled <= 1
                && names.iter().all(|word| short(&word) || word.traits.full_name)
                && (family.traits.surname || family.traits.name)
        }
    }
}

fn is_title(word: &str) -> bool {
    matches!(word, "様" | "殿" | "御中" | "さん" | "先生")
}

/// The text before and behind a reading in brackets, and the reading: 山田太郎（ヤマダタロウ）.
fn parted_by_reading(text: &str) -> Option<(String, &str)> {
    let open = text.find(['(', '（'])?;
    let (front, rest) = text.split_at(open);
    let close = rest.find([')', '）'])?;
    let inside = rest.get(..close)?.trim_start_matches(['(', '（']);
    let behind = rest.get(close..)?.trim_start_matches([')', '）']);
    (!front.trim().is_empty() && traits_of(inside).kana).then(|| (format!("{front} {behind}"), inside))
}

/// True for a word that may be part of a name, and neither place nor building.
fn may_name(word: &Word<'_>) -> bool {
    let traits = word.traits;
    // 谷村 is a family's name as well.
    let place = traits.upper && !traits.surname && !(traits.chars <= 3 && word.text.ends_with('村'));
    let placed = traits.building || traits.numbered || place;
    (traits.name || traits.kana) && !placed && !word.text.ends_with(['方', '町', '丁', '館', '店'])
}

fn joined(words: &[Word<'_>]) -> String {
    words.iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
}

/// Without the signs that stand between pieces.
fn trimmed(text: &str) -> &str {
    let mark = |c: char| {
        matches!(
            c,
            ',' | '，'
                | '、'
                | ':'
                | '：'
                | '・'
                | '<'
                | '>'
                | '＜'
                | '＞'
                | '「'
                | '」'
                | '【'
                | '】'
                | '['
                | ']'
        )
    };
    let text = text.trim_matches(|c: char| c.is_whitespace() || mark(c));
    let bare = text.trim_start_matches([')', '）']).trim_end_matches(['(', '（']).trim();
    // What was in brackets alone is gone.
    if matches!(bare, "()" | "（）") { "" } else { bare }
}

/// Without a label whose value was taken out: 電話, TEL.
fn without_loose_label(text: &str) -> &str {
    const WORDS: [&str; 8] = ["TEL", "Tel", "tel", "ＴＥＬ", "℡", "☎", "〒", "生"];
    let mut text = text;
    while let Some(rest) =
        WORDS.iter().chain(LABELS.iter().map(|(word, _)| word)).find_map(|word| text.strip_suffix(word))
    {
        text = trimmed(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(cell: &str) -> String {
        let pieces = take_apart(cell);
        pieces.iter().map(|piece| format!("{}={}", piece.field, piece.text)).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn cells_are_taken_apart() {
        let cases = [
            (
                "山田太郎 岐阜県岐阜市神田町1-2-3 058-265-4141",
                "phone=058-265-4141 | name=山田太郎 | address=岐阜県岐阜市神田町1-2-3",
            ),
            ("〒500-8701 岐阜県岐阜市薮田南2-1-1", "postal=〒500-8701 | address=岐阜県岐阜市薮田南2-1-1"),
            ("岐阜市神田町1-2-3 (058-265-4141)", "phone=058-265-4141 | address=岐阜市神田町1-2-3"),
            (
                "岐阜市神田町１－２－３（０５８－２６５－４１４１）",
                "phone=０５８－２６５－４１４１ | address=岐阜市神田町１－２－３",
            ),
            ("氏名:山田太郎 電話:058-265-4141", "phone=058-265-4141 | name=山田太郎"),
            ("氏名：山田　太郎　住所：岐阜市神田町1-2-3", "name=山田　太郎 | address=岐阜市神田町1-2-3"),
            ("山田太郎 様 090-1234-5678", "phone=090-1234-5678 | name=山田太郎 様"),
            (
                "岐阜県岐阜市神田町1-2-3/090-1234-5678",
                "phone=090-1234-5678 | address=岐阜県岐阜市神田町1-2-3",
            ),
            (
                "〒500-8701\n岐阜県岐阜市神田町1-2-3\nグリーンハイツ101\n山田 太郎 様\nTEL 058-265-4141",
                "postal=〒500-8701 | phone=058-265-4141 | address=岐阜県岐阜市神田町1-2-3 グリーンハイツ101 | name=山田 太郎 様",
            ),
            (
                "岐阜市神田町1-2-3 第二青山荘　山田　太郎　ヤマダ　タロウ",
                "address=岐阜市神田町1-2-3 第二青山荘 | name=山田 太郎 | kana=ヤマダ タロウ",
            ),
            (
                "山田太郎岐阜県岐阜市神田町1-2-3 S30.3.2生 男 67歳",
                "birth_date=S30.3.2生 | name=山田太郎 | address=岐阜県岐阜市神田町1-2-3",
            ),
            ("山田太郎（ヤマダタロウ）", "name=山田太郎 | kana=ヤマダタロウ"),
            ("山田太郎 <taro@example.co.jp>", "email=taro@example.co.jp | name=山田太郎"),
            ("(有)山田商店 岐阜市神田町1-2-3", "name=(有)山田商店 | address=岐阜市神田町1-2-3"),
            ("岐阜市 神田町 1-2-3", "address=岐阜市 神田町 1-2-3"),
            ("山田　太郎", "name=山田　太郎"),
            ("中村 太郎", "name=中村 太郎"),
            ("058-265-4141", "phone=058-265-4141"),
            ("山田太郎 080 1234 5678", "phone=080 1234 5678 | name=山田太郎"),
            ("3/4再架電。本人出ず", ""),
            ("折り返し希望", ""),
            ("", ""),
        ];
        let wrong: Vec<_> =
            cases.iter().filter(|(cell, due)| told(cell) != *due).map(|(cell, _)| told(cell)).collect();
        assert_eq!(wrong, Vec::<String>::new());
    }
}
