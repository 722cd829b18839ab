//! What a single cell looks like.

use std::borrow::Cow;

use meibo_normalize::{Field, Level, Normalizer, Record};
use unicode_normalization::UnicodeNormalization;

use crate::places;

/// Everything that can be said of one cell by looking at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits {
    pub(crate) email: bool,
    pub(crate) phone: bool,
    /// Digits only, as a phone number is that a spreadsheet took for a number and whose leading zero it dropped.
    pub(crate) phone_without_zero: bool,
    pub(crate) postal: bool,
    /// With a hyphen or 〒, so that it is no plain number.
    pub(crate) postal_marked: bool,
    /// Year of a date.
    pub(crate) year: Option<u16>,
    pub(crate) sex: bool,
    /// 1 or 2, which may stand for a sex.
    pub(crate) sex_digit: bool,
    pub(crate) age: Option<u8>,
    /// The whole is an era: 昭和, S.
    pub(crate) era: bool,
    pub(crate) kana: bool,
    /// Kanji, perhaps with kana: a name could look like this.
    pub(crate) name: bool,
    /// The whole is a common surname.
    pub(crate) surname: bool,
    /// It begins with a common surname and goes on.
    pub(crate) full_name: bool,
    /// A household: 山田宅.
    pub(crate) household: bool,
    /// Two or three Latin words.
    pub(crate) latin_name: bool,
    /// The whole is a prefecture.
    pub(crate) prefecture: bool,
    /// It begins with a prefecture and goes on.
    pub(crate) after_prefecture: bool,
    /// It has a municipality at its front (市, 区, 町, 村).
    pub(crate) municipality: bool,
    /// The municipality is all there is.
    pub(crate) municipality_only: bool,
    /// Prefecture, county or municipality, in any number, and nothing below.
    pub(crate) upper: bool,
    /// What the first division behind a prefecture ends in: 市, 区, 郡, 町 or 村.
    pub(crate) first_division: Option<char>,
    /// The same of the last one, where nothing stands below it.
    pub(crate) last_division: Option<char>,
    /// Numbers of a block: 4-15-7, 4丁目15番7号.
    pub(crate) block: bool,
    /// It begins with the numbers of a block, and at most a building follows.
    pub(crate) block_first: bool,
    /// Those numbers have marks between or behind them.
    pub(crate) block_marked: bool,
    /// How many digits they have.
    pub(crate) block_digits: u8,
    /// A sum: whole hundreds.
    pub(crate) round: bool,
    /// A room and nothing else: 101, 1203号室, A-202.
    pub(crate) room: bool,
    /// A name and a room: 花畑Ⅱ709.
    pub(crate) named_room: bool,
    /// It has digits, or the numerals of a block.
    pub(crate) numbered: bool,
    /// A day as spreadsheets count them, of one who may be alive.
    pub(crate) day_number: Option<u16>,
    /// Japanese text that goes on to a number.
    pub(crate) text_then_number: bool,
    pub(crate) building: bool,
    /// Any Chinese character or kana.
    pub(crate) japanese: bool,
    /// Letters, digits and hyphens, with a digit among them.
    pub(crate) code: bool,
    pub(crate) digits: u8,
    pub(crate) chars: u8,
}

/// Looks at one cell.
pub(crate) fn traits_of(cell: &str) -> Traits {
    let text = plain(cell.trim());
    let text = text.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let mut traits = Traits {
        email: is_email(text),
        japanese: !text.is_ascii() && text.chars().any(|c| is_kanji(c) || is_kana(c)),
        digits: digits.len().min(255) as u8,
        chars: text.chars().count().min(255) as u8,
        ..Traits::default()
    };
    if traits.japanese {
        japanese_traits(text, &mut traits);
    } else {
        number_traits(text, &digits, &mut traits);
        traits.latin_name = is_latin_name(text);
    }
    block_traits(text, &mut traits);
    traits.year = date_year(text, &digits);
    traits.sex = is_sex(text);
    traits.age = age(text);
    traits.era = is_era(text);
    traits
}

/// Characters that are looked at.
const MOST_CHARS: usize = 200;

/// The front of a cell in compatibility form, which ASCII is in already.
fn plain(cell: &str) -> Cow<'_, str> {
    match cell.get(..MOST_CHARS.min(cell.len())).filter(|front| front.is_ascii()) {
        // One byte a character.
        Some(front) => Cow::Borrowed(front),
        None => cell.chars().take(MOST_CHARS).nfkc().collect(),
    }
}

/// True for what people write where they have nothing to say.
pub(crate) fn is_missing(cell: &str) -> bool {
    const MISSING: [&str; 16] = [
        "なし",
        "無し",
        "無",
        "不明",
        "未登録",
        "未記入",
        "不詳",
        "ナシ",
        "-",
        "－",
        "ー",
        "*",
        "NULL",
        "N/A",
        "none",
        "null",
    ];
    MISSING.contains(&cell)
        || cell.chars().all(|c| !c.is_alphanumeric() && !matches!(c, '♂' | '♀' | '○' | '×'))
}

fn number_traits(text: &str, digits: &str, traits: &mut Traits) {
    let text = without_phone_word(text);
    let plain = text.strip_suffix(".0").unwrap_or(text);
    let digits = if plain.len() < text.len() { digits.strip_suffix('0').unwrap_or(digits) } else { digits };
    let phone_marks = plain
        .chars()
        .all(|c| c.is_ascii_digit() || is_dash(c) || matches!(c, '(' | ')' | ' ' | '+' | '.' | '/'));
    let all_digits = !plain.is_empty() && plain.len() == digits.len();
    traits.phone = (phone_marks && is_phone(digits, plain)) || are_phones(text);
    traits.phone_without_zero = all_digits && is_phone_without_zero(digits);
    traits.postal_marked = is_marked_postal(plain);
    traits.postal = traits.postal_marked || (all_digits && (5..=7).contains(&digits.len()));
    traits.sex_digit = matches!(plain, "1" | "2");
    traits.block = is_block(plain);
    traits.code = !digits.is_empty()
        && plain.len() >= 3
        && plain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
}

fn japanese_traits(text: &str, traits: &mut Traits) {
    let no_digit = traits.digits == 0;
    traits.kana = no_digit && is_kana_text(text);
    traits.phone = traits.digits >= 9 && is_phone_with_words(text);
    traits.household = text.ends_with(['宅', '邸']) && !text.ends_with("三宅");
    let text = without_extras(text);
    traits.name = no_digit && is_name_text(text);
    if traits.name {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        traits.surname = places::SURNAMES.contains(&compact.as_str());
        traits.full_name = begins_with_surname(text, &compact);
    }
    let bare = places::without_prefecture(text);
    traits.prefecture = places::is_prefecture(text);
    traits.after_prefecture = bare.is_some_and(|rest| !rest.is_empty());
    let rest = bare.unwrap_or(text);
    if let Some(after) = places::after_municipality(rest) {
        traits.municipality = true;
        traits.municipality_only = after.is_empty() && no_digit;
    }
    let county = rest.ends_with('郡') && (2..=7).contains(&rest.chars().count());
    // 中村 and 木村 are families before they are villages.
    traits.upper = (traits.prefecture || traits.municipality_only || county) && !traits.surname && no_digit;
    traits.first_division = places::first_division(rest);
    traits.last_division = rest.chars().next_back().filter(|_| traits.upper);
    traits.block = is_block(text);
    traits.text_then_number = is_text_then_number(text);
    traits.building = places::BUILDINGS.iter().any(|word| text.contains(word))
        || (!traits.municipality && ends_with_room(text));
}

pub(crate) fn is_kanji(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '\u{E000}'..='\u{F8FF}' | '々' | '〆' | 'ヶ' | '〇')
}

pub(crate) fn is_kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | 'ゝ'..='ゟ' | 'ヽ'..='ヿ' | '\u{3099}'..='\u{309C}')
}

pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | 'ｰ' | '─' | '━')
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && domain.contains('.')
        && domain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        && !local.contains(char::is_whitespace)
}

/// A number with a few words around it, or with an extension: 058-265-4141（自宅）, 058-265-4141 内線12.
fn is_phone_with_words(text: &str) -> bool {
    let text = text.split_once("内線").map_or(text, |(number, _)| number);
    let words = text.chars().filter(|&c| is_kanji(c) || is_kana(c)).count();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    words <= 4 && is_phone(&digits, text.trim_start_matches(|c: char| !c.is_ascii_digit()))
}

/// Several numbers, each of them whole: 058-265-4141、090-1234-5678.
fn are_phones(text: &str) -> bool {
    let sign = |c: char| c.is_ascii_digit() || is_dash(c) || matches!(c, '(' | ')' | ' ');
    let mut parts = text.split(['、', ',', ';', '・', '/']).map(str::trim);
    parts.clone().nth(1).is_some()
        && parts.all(|part| {
            let digits: String = part.chars().filter(char::is_ascii_digit).collect();
            part.chars().all(sign) && is_phone(&digits, part)
        })
}

/// A number without the word for it that stands before it: TEL:, Tel., 電話.
fn without_phone_word(text: &str) -> &str {
    const WORDS: [&str; 5] = ["telephone", "phone", "tel", "mobile", "☎"];
    let word = WORDS
        .iter()
        .find(|word| text.get(..word.len()).is_some_and(|front| front.eq_ignore_ascii_case(word)));
    let rest = word.and_then(|word| text.get(word.len()..)).unwrap_or(text);
    let number = rest.trim_start_matches([':', '.', ' ']);
    if number.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '+')) { number } else { text }
}

/// Ten or eleven digits from a zero, perhaps +81 instead; also two numbers in one cell.
pub(crate) fn is_phone(digits: &str, text: &str) -> bool {
    if let Some(rest) =
        text.strip_prefix("+81").or_else(|| digits.strip_prefix("81").filter(|_| digits.len() >= 11))
    {
        return rest.bytes().filter(u8::is_ascii_digit).count() >= 9;
    }
    let bytes = digits.as_bytes();
    let national = bytes.first() == Some(&b'0') && bytes.get(1).is_some_and(|&b| b != b'0');
    if national && matches!(digits.len(), 10 | 11 | 20..=22) {
        return !same_digit(digits);
    }
    let groups = text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).count();
    groups >= 3 && matches!(digits.len(), 9 | 10) && !text.starts_with('0') && !looks_like_date(text)
}

fn looks_like_date(text: &str) -> bool {
    text.contains('/') || text.contains(':')
}

fn same_digit(digits: &str) -> bool {
    let mut rest = digits.bytes().skip(1);
    let first = rest.next();
    rest.all(|b| Some(b) == first)
}

fn is_phone_without_zero(digits: &str) -> bool {
    match digits.as_bytes() {
        [b'5' | b'6' | b'7' | b'8' | b'9', b'0', ..] if digits.len() == 10 => true,
        [b'1'..=b'9', ..] if digits.len() == 9 => true,
        _ => false,
    }
}

fn is_marked_postal(text: &str) -> bool {
    let after_mark = text.trim_start_matches('〒').trim_start();
    let marked = after_mark.len() < text.len();
    let mut halves = after_mark.splitn(2, |c| is_dash(c) || c == ' ');
    match (halves.next(), halves.next()) {
        (Some(a), Some(b)) => all_digits(a, 3) && all_digits(b, 4),
        (Some(a), None) => marked && all_digits(a, 7),
        _ => false,
    }
}

fn all_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_block(text: &str) -> bool {
    let mut has_digit = false;
    let only_marks = text.chars().all(|c| {
        has_digit |= c.is_ascii_digit();
        c.is_ascii_digit() || is_dash(c) || matches!(c, '丁' | '目' | '番' | '地' | '号' | 'の' | ' ')
    });
    let groups = text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
    only_marks && has_digit && groups.clone().all(|group| group.len() <= 5) && groups.count() <= 5
}

/// The numbers that a cell begins with, as far as they can be a block's, and what follows them.
fn block_traits(text: &str, traits: &mut Traits) {
    let mark = |c: char| is_dash(c) || matches!(c, '丁' | '目' | '番' | '地' | '号' | 'の');
    let rest = text.trim_start_matches(|c: char| is_numeral(c) || mark(c));
    let front = text.get(..text.len() - rest.len()).unwrap_or_default();
    // 02/19 and 12:30 are no lots.
    let to_a_room = rest.chars().count() > 2
        && !rest.starts_with(['/', ':', '.'])
        && rest.ends_with(|c: char| c.is_ascii_digit() || c == '号');
    let separate = rest.is_empty() || rest.starts_with(' ') || traits.building || to_a_room;
    let in_kanji = front.contains(['丁', '番']) || has_kanji_block(front);
    let plain = front.starts_with(|c: char| c.is_ascii_digit()) && is_block(front);
    traits.block_first = separate && (plain || (in_kanji && front.starts_with(is_numeral)));
    traits.block_marked = traits.block_first && front.contains(mark);
    traits.block_digits = front.chars().filter(|&c| is_numeral(c)).count().min(255) as u8;
    traits.numbered = traits.digits > 0 || has_kanji_block(text) || (!text.is_ascii() && names_block(text));
    traits.round = text.ends_with("00");
    traits.room = is_room(text);
    let room = text.trim_end_matches("号室").trim_end_matches('号');
    let name = room.trim_end_matches(|c: char| c.is_ascii_digit());
    traits.named_room = traits.japanese
        && name.trim_end().chars().count() >= 2
        && !name.contains(|c: char| is_dash(c) && c != 'ー' || c.is_ascii_digit())
        && room.get(name.len()..).is_some_and(is_room);
    let day: Option<u16> = text.strip_suffix(".0").unwrap_or(text).parse().ok();
    traits.day_number = day.filter(|day| (3_650..=41_000).contains(day));
}

fn is_numeral(c: char) -> bool {
    let kanji =
        matches!(c, '〇' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百');
    c.is_ascii_digit() || kanji
}

/// 六ー七ー八, 三十九番二十五号: two numerals with a mark between them.
fn has_kanji_block(text: &str) -> bool {
    let mut before = ['\0'; 2];
    for c in text.chars() {
        if is_numeral(c) && (is_dash(before[1]) || matches!(before[1], '番' | 'の')) && is_numeral(before[0])
        {
            return true;
        }
        before = [before[1], c];
    }
    false
}

fn is_room(text: &str) -> bool {
    let stem = text.trim_end_matches("号室").trim_end_matches('号').trim_end_matches("室");
    let digits = stem.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start_matches('-');
    let letters = stem.len() - digits.len();
    // 101 to 1930: floor and door. A bare count or year is neither.
    let door = digits.get(digits.len().saturating_sub(2)..).and_then(|door| door.parse().ok());
    letters <= 2
        && (3..=4).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0')
        && door.is_some_and(|door: u8| (1..=30).contains(&door))
}

fn is_text_then_number(text: &str) -> bool {
    let before = text.chars().take_while(|&c| is_kanji(c) || is_kana(c) || c == ' ').count();
    before > 0 && text.chars().nth(before).is_some_and(|c| c.is_ascii_digit())
        || (before > 1 && (names_block(text) || has_kanji_block(text)))
}

fn names_block(text: &str) -> bool {
    text.contains("丁目") || text.contains("番地")
}

fn ends_with_room(text: &str) -> bool {
    let stem = text.trim_end_matches("号室").trim_end_matches('号');
    let digits = stem.chars().rev().take_while(char::is_ascii_digit).count();
    let letters = stem
        .chars()
        .take_while(|c| ('ァ'..='ヺ').contains(c) || *c == 'ー' || c.is_ascii_alphabetic())
        .count();
    (3..=4).contains(&digits) && letters >= 2
}

fn is_kana_text(text: &str) -> bool {
    let letters = text.chars().filter(|&c| is_kana(c)).count();
    letters >= 1 && text.chars().all(|c| is_kana(c) || matches!(c, ' ' | '・' | '.' | '-'))
}

/// A name without the reading in brackets and the title behind it: 山田太郎（ヤマダタロウ）, 山田太郎 様.
fn without_extras(text: &str) -> &str {
    let bare = text
        .strip_suffix(')')
        .and_then(|front| front.split_once('('))
        .filter(|(name, inside)| name.chars().nth(1).is_some() && !inside.contains('('))
        .map_or(text, |(name, _)| name.trim_end());
    let titles = ["様", "殿", "さん", "先生"];
    let named = titles.iter().find_map(|title| bare.strip_suffix(title)).unwrap_or(bare).trim_end();
    if named.chars().nth(1).is_some() { named } else { bare }
}

/// Kanji, possibly followed by kana; one or two spaces at most; as long as names are.
fn is_name_text(text: &str) -> bool {
    let letters = text.chars().filter(|c| !c.is_whitespace()).count();
    let spaces = text.chars().filter(|c| c.is_whitespace()).count();
    let first_kanji = text.chars().next().is_some_and(is_kanji);
    let allowed = text.chars().all(|c| is_kanji(c) || is_kana(c) || c == ' ' || c == '・');
    // A given name of its own column may be kana alone.
    let kana_only = is_kana_text(text);
    allowed && (1..=9).contains(&letters) && spaces <= 2 && (first_kanji || kana_only)
}

fn begins_with_surname(text: &str, compact: &str) -> bool {
    if let Some((family, given)) = text.split_once(' ') {
        let (family, given) = (family.chars().count(), given.trim().chars().count());
        return (1..=4).contains(&family) && (1..=4).contains(&given);
    }
    let letters = compact.chars().count();
    (3..=6).contains(&letters)
        && places::SURNAMES.iter().any(|name| compact.len() > name.len() && compact.starts_with(name))
}

fn is_latin_name(text: &str) -> bool {
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    (2..=4).contains(&words.clone().count())
        && words.clone().all(|word| word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '-')))
        && words.clone().filter(|word| word.chars().count() > 1).count() >= 2
}

fn is_sex(text: &str) -> bool {
    let text = text.trim_matches(['(', ')', ' ']);
    matches!(
        text,
        "男" | "女"
            | "男性"
            | "女性"
            | "男子"
            | "女子"
            | "M"
            | "F"
            | "m"
            | "f"
            | "male"
            | "female"
            | "Male"
            | "Female"
            | "MALE"
            | "FEMALE"
            | "オトコ"
            | "オンナ"
            | "おとこ"
            | "おんな"
            | "♂"
            | "♀"
    ) || ["1:", "2:", "1.", "2."].iter().any(|mark| text.starts_with(mark)) && text.contains(['男', '女'])
}

fn age(text: &str) -> Option<u8> {
    let text = text.trim_start_matches('(').trim_end_matches(')').trim_start_matches('満');
    let years =
        text.split_once(['歳', '才']).filter(|(_, rest)| rest.ends_with('月')).map_or(text, |(y, _)| y);
    let number = years.trim_end_matches(['歳', '才']).trim_end().trim_end_matches(".0");
    let age = number.parse().ok().filter(|&n: &u8| n <= 120)?;
    (number.len() <= 3).then_some(age)
}

/// The Western year of a date in any of the usual notations.
fn date_year(text: &str, digits: &str) -> Option<u16> {
    if let Some(year) = era_year(text) {
        return Some(year);
    }
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    let groups: Vec<u32> = day
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty() && group.len() <= 4)
        .filter_map(|group| group.parse().ok())
        .collect();
    let marks = day
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '/' | '-' | '.' | '年' | '月' | '日') || is_dash(c));
    if let ([a, b, c], true) = (groups.as_slice(), marks) {
        return western(*a, *b, *c).or_else(|| western(*c, *a, *b)).or_else(|| western(*c, *b, *a));
    }
    let whole = text.strip_suffix(".0").unwrap_or(text);
    if whole.len() == 8 && all_digits(whole, 8) {
        let number: u32 = digits.get(..8)?.parse().ok()?;
        return western(number / 10000, number / 100 % 100, number % 100);
    }
    if all_digits(whole, 7) {
        return era_digit_year(whole.parse().ok()?);
    }
    if let ([code, year, month, day], true) = (groups.as_slice(), marks && is_era_code(text)) {
        return era_digit_year(code * 1_000_000 + year * 10_000 + month * 100 + day);
    }
    written_year(text)
}

/// 3-35.12.02: the era as a digit before a date of two digits each.
fn is_era_code(text: &str) -> bool {
    let mut groups = text.split(|c: char| !c.is_ascii_digit()).map(str::len);
    groups.next() == Some(1) && groups.all(|length| length == 2)
}

/// A date as the normaliser reads it, of what is plainly one: 昭和五十五年三月二日, 昭和 55年 3月 2日, 1955年3月2日生,
/// 02-Mar-1955.
fn written_year(text: &str) -> Option<u16> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if text.chars().count() > 24 {
        return None;
    }
    let with_signs = || {
        let (year, rest) = text.split_once('年')?;
        (rest.contains('月') && rest.contains('日') && !year.is_empty()).then_some(())
    };
    let in_english = || {
        let word = text.chars().filter(char::is_ascii_alphabetic).take(3).collect::<String>();
        (text.is_ascii() && MONTHS.contains(&word.to_ascii_lowercase().as_str())).then_some(())
    };
    with_signs().or_else(in_english)?;
    let mut out = Record::new();
    Normalizer::new().normalize(Field::BirthDate, Level::Standard, text, &mut out);
    out.values(Field::BirthDate).next()?.get(..4)?.parse().ok()
}

fn western(year: u32, month: u32, day: u32) -> Option<u16> {
    let sound = (1880..=2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    sound.then_some(year as u16)
}

/// 3550302: the era as a digit (1 明治 to 5 令和), then year, month and day.
fn era_digit_year(number: u32) -> Option<u16> {
    const BASES: [u32; 5] = [1867, 1911, 1925, 1988, 2018];
    let base = BASES.get((number / 1_000_000).checked_sub(1)? as usize)?;
    let year = number / 10_000 % 100;
    western(base + Some(year).filter(|y| (1..=64).contains(y))?, number / 100 % 100, number % 100)
}

/// The names of an era and the year before its first.
const ERAS: [(&[&str], u16); 5] = [
    (&["明治", "明", "M", "m"], 1867),
    (&["大正", "大", "T", "t"], 1911),
    (&["昭和", "昭", "S", "s"], 1925),
    (&["平成", "平", "H", "h"], 1988),
    (&["令和", "令", "R", "r"], 2018),
];

fn is_era(text: &str) -> bool {
    ERAS.iter().any(|(names, _)| names.contains(&text))
}

/// 昭和55年3月2日 and S55.3.2 are dates too.
fn era_year(text: &str) -> Option<u16> {
    let (rest, base) = ERAS.iter().find_map(|(names, base)| {
        names
            .iter()
            .find_map(|name| text.strip_prefix(name))
            .map(|rest| (rest.trim_start_matches(['.', ' ']), *base))
    })?;
    let groups: Vec<&str> =
        rest.split(|c: char| !c.is_ascii_digit() && c != '元').filter(|g| !g.is_empty()).collect();
    let compact: Vec<&str> = match groups.as_slice() {
        [whole] if whole.len() == 6 && whole.is_ascii() => {
            vec![whole.get(..2)?, whole.get(2..4)?, whole.get(4..)?]
        }
        _ => groups,
    };
    let [year, month, day] = compact.as_slice() else { return None };
    let year = if *year == "元" { 1 } else { year.parse().ok().filter(|y| (1..=64).contains(y))? };
    western(u32::from(base + year), month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_in_whatever_notation() {
        for date in [
            "昭和三十年三月二日",
            "昭和 30年 3月 2日",
            "1955年3月2日生",
            "3-30.03.02",
            "3300302",
            "S30.3.2生",
            "昭和30年3月2日(水)",
            "1955年3月2日(昭和30年)",
            "02-Mar-1955",
        ] {
            assert_eq!(traits_of(date).year, Some(1955), "{date}");
        }
        for other in ["平成3年卒", "3年2組", "築30年", "H26.5", "058-265-4141", "12-34"] {
            assert_eq!(traits_of(other).year, None, "{other}");
        }
    }
}
