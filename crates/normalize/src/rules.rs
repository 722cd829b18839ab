//! Which rules made a value of a cell, by their names: for explaining, never on the way to a value.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::fold::{self, Mode, fold_char, is_kana, is_kanji, kana_mark};
use crate::numerals::is_kanji_digit;
use crate::script::is_dash;
use crate::{Field, Level, name};

/// A rule of normalisation that changed a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// A short name that stays.
    pub name: &'static str,
    /// What the rule does, as a sentence.
    pub meaning: &'static str,
}

macro_rules! rules {
    ($($id:ident $name:literal $meaning:literal;)*) => {
        $(pub(crate) const $id: Rule = Rule { name: $name, meaning: $meaning };)*
    };
}

rules! {
    ENTITY "entity" "an HTML entity is the character it stands for";
    WIDTH "width" "full-width letters, digits, signs and spaces are plain ones";
    HALF_WIDTH "half-width-kana" "half-width kana are full-width ones";
    VOICING "voicing-mark" "a voicing mark is one with the kana before it";
    COMPATIBILITY "compatibility-form" "a character for several, or in another shape, is written out";
    SELECTOR "variation-selector" "the mark that chooses a shape of a character is dropped";
    INVISIBLE "invisible" "characters without width are dropped";
    VARIANT_A "variant-a" "another form of the same glyph";
    VARIANT_B "variant-b" "old form written as new";
    VARIANT_C "variant-c" "characters that careless writing mixes up are one";
    SPACES "spaces" "spaces are dropped";
    SIGNS "signs" "dots, commas, apostrophes and hyphens are dropped";
    CORPORATE "corporate-form" "the form of a firm is written in full, where it stood";
    READING_IN_BRACKETS "reading-in-brackets" "a reading in brackets is dropped";
    REMARK_IN_BRACKETS "remark-in-brackets" "what stands in brackets is dropped";
    NAME_IN_BRACKETS "name-in-brackets" "the name stands in brackets after its reading";
    READING_AFTER "reading-after-name" "a reading after the name is dropped";
    DECEASED "deceased" "a word for somebody dead is dropped";
    CARE_OF "care-of" "who lives with another is the one who is named";
    HONORIFIC "honorific" "titles are dropped";
    OTHERS "others" "persons that are only counted are dropped";
    ITERATION "iteration-mark" "a mark that repeats is written as what it repeats";
    SMALL_KE "small-ke" "a small kana ke is a large one";
    LATIN "latin-letters" "Latin letters are in one case, without accents";
    LONG_VOWEL "long-vowel" "a dash after kana is the long vowel mark";
    KATAKANA "katakana" "hiragana are katakana";
    SMALL_KANA "small-kana" "half-width text has no small kana: those that are certain are small";
    LIKE_SOUNDS "like-sounds" "kana that sound alike are one, and so are long vowels";
    SEPARATORS "separators" "hyphens, brackets, dots and spaces between digits are dropped";
    COUNTRY_CODE "country-code" "the country code of Japan is the zero that it stands for";
    ABROAD "abroad" "a number of another country keeps its country code";
    LOST_ZERO "lost-zero" "zeros that a spreadsheet took are put back";
    FRACTION "fraction" "the fraction that a spreadsheet gave a number is dropped";
    EXTENSION "extension" "an extension is dropped";
    LABEL "label" "words beside the number are dropped";
    SEVERAL "several-numbers" "each number of the cell is a value";
    LAST_EIGHT "last-eight" "the last eight digits stand for the number";
    ERA_DATE "era-date" "a year of an era is one of the calendar";
    SERIAL_DATE "serial-date" "the day count of a spreadsheet is a date";
    ERA_CODE "era-code" "a digit before six stands for the era";
    DATE_NOTATION "date-notation" "a date is written as year, month and day";
    TIME "time" "the time of day is dropped";
    KANJI_NUMERAL "kanji-numeral" "numerals in kanji are digits";
    DAY_LEFT_OUT "day-left-out" "the day is left out";
    CODE_PART "code-part" "the first three digits stand for the code";
    WORD "word" "a word or number for the sex is a letter";
    UNIT "unit" "words beside the number of years are dropped";
    PLACEHOLDER "placeholder" "a word or sign that stands for no value";
    PREFECTURE "prefecture-completed" "the prefecture is added from the dictionary";
    MUNICIPALITY "municipality-completed" "the municipality is written in full by today's name";
    NUMBERS "lot-numbers" "the words between the numbers of a lot are hyphens";
    ROOM "room-left-out" "building and room are left out";
    STREET "street-left-out" "the streets before a town of Kyoto are left out";
}

/// Rules in the order in which they apply, each once.
#[derive(Default)]
pub(crate) struct Applied(pub(crate) Vec<Rule>);

impl Applied {
    pub(crate) fn add(&mut self, rule: Rule, applies: bool) {
        if applies && !self.0.contains(&rule) {
            self.0.push(rule);
        }
    }
}

/// The rules that made `values` of a cell; those for addresses but for the ones of their characters.
pub(crate) fn of(field: Field, level: Level, text: &str, values: &[String]) -> Applied {
    let mut out = Applied::default();
    characters(field, level, text, &mut out);
    let mut folded = String::new();
    fold::fold(text, mode(field, level), &mut folded);
    let folded = folded.trim();
    match field {
        Field::Name => of_name(level, folded, &mut out),
        Field::Kana => of_kana(level, text, folded, values, &mut out),
        Field::Phone => of_phone(level, folded, values, &mut out),
        Field::BirthDate => of_date(level, folded, &mut out),
        Field::Address => {}
        _ => of_simple(field, level, folded, values, &mut out),
    }
    out
}

fn mode(field: Field, level: Level) -> Mode {
    match (field, level) {
        (Field::Name | Field::Kana | Field::BirthDate | Field::Address, Level::Standard)
        | (Field::Kana | Field::BirthDate, Level::Loose) => Mode::Standard,
        (Field::Name, Level::Loose) => Mode::LooseName,
        (Field::Address, Level::Loose) => Mode::LoosePlace,
        _ => Mode::Exact,
    }
}

fn characters(field: Field, level: Level, text: &str, out: &mut Applied) {
    let decoded = fold::decode_entities(text);
    out.add(ENTITY, decoded != text);
    for c in decoded.chars() {
        of_shape(c, out);
    }
    let mode = mode(field, level);
    for c in decoded.nfkc().filter(|&c| is_kanji(c)) {
        let (a, b) = (fold_char(c, Mode::Exact), fold_char(c, Mode::Standard));
        out.add(VARIANT_A, a != c);
        out.add(VARIANT_B, mode != Mode::Exact && b != a);
        out.add(VARIANT_C, mode != Mode::Exact && fold_char(c, mode) != b);
    }
}

fn of_shape(c: char, out: &mut Applied) {
    match c {
        '\u{ff61}'..='\u{ff9f}' => out.add(HALF_WIDTH, true),
        '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{3000}' => out.add(WIDTH, true),
        '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180f}' | '\u{e0100}'..='\u{e01ef}' => {
            out.add(SELECTOR, true)
        }
        c if kana_mark(c).is_some() => out.add(VOICING, true),
        c if c.is_whitespace() => {}
        c => {
            let mut folded = String::new();
            fold::fold(c.encode_utf8(&mut [0; 4]), Mode::Exact, &mut folded);
            out.add(INVISIBLE, folded.is_empty());
            out.add(COMPATIBILITY, !c.nfkc().eq([c]));
        }
    }
}

fn of_name(level: Level, folded: &str, out: &mut Applied) {
    out.add(SPACES, folded.contains(' '));
    if level == Level::Exact {
        return;
    }
    let whole = name::whole_firm(folded);
    out.add(CORPORATE, whole != folded);
    let named = of_brackets(whole, out);
    let alive = name::deceased(&named);
    out.add(DECEASED, alive.trim() != named.trim());
    let guest = name::care_of(alive);
    out.add(CARE_OF, guest != alive);
    let mut named = name::without_reading(guest);
    out.add(READING_AFTER, named != guest);
    let untitled = name::without_office(name::without_latin_title(named));
    out.add(HONORIFIC, untitled.trim() != named.trim());
    named = untitled;
    loop {
        let polite = name::without_courtesy(named);
        let signs = |c: char| c == ' ' || name::SIGNS.contains(&c);
        out.add(HONORIFIC, polite.trim_matches(signs) != named.trim_matches(signs));
        let alone = name::without_others(polite);
        out.add(OTHERS, alone != polite);
        if alone == named {
            break;
        }
        named = alone;
    }
    of_letters(named, out);
}

fn of_brackets<'a>(text: Cow<'a, str>, out: &mut Applied) -> Cow<'a, str> {
    let Some((outside, inside)) = name::parted_by_brackets(&text) else { return text };
    let named = name::without_brackets(text);
    let kana = |text: &str| text.chars().all(|c| is_kana(c) || c == ' ' || c == '・');
    if named == inside && named != outside {
        out.add(NAME_IN_BRACKETS, !outside.trim().is_empty());
    } else {
        out.add(READING_IN_BRACKETS, kana(&inside));
        out.add(REMARK_IN_BRACKETS, !kana(&inside));
    }
    named
}

fn of_letters(named: &str, out: &mut Applied) {
    let mut before = ' ';
    for c in named.chars() {
        let dash = is_dash(c) || matches!(c, '~' | '〜');
        let long = dash && matches!(before, 'ァ'..='ヺ' | 'ー');
        out.add(LONG_VOWEL, long);
        out.add(SIGNS, (dash && !long) || (c != ' ' && name::SIGNS.contains(&c)));
        out.add(ITERATION, c == '々' && is_kanji(before));
        out.add(SMALL_KE, c == 'ヶ');
        let other = c.is_alphabetic() && !is_kana(c) && !is_kanji(c);
        out.add(LATIN, other && (c.is_uppercase() || c.nfd().count() > 1));
        before = if long { 'ー' } else { c };
    }
}

fn of_kana(level: Level, text: &str, folded: &str, values: &[String], out: &mut Applied) {
    out.add(SPACES, folded.contains(' '));
    out.add(KATAKANA, folded.chars().any(|c| matches!(c, 'ぁ'..='ゖ')));
    if level == Level::Exact {
        return;
    }
    let named = crate::kana::without_courtesy(folded, folded.contains(' '));
    out.add(HONORIFIC, named != folded);
    let mut before = ' ';
    for c in named.chars() {
        let dash = is_dash(c) || matches!(c, '~' | '〜');
        out.add(LONG_VOWEL, dash && is_kana(before));
        out.add(SIGNS, matches!(c, '・' | '·' | '.' | ',' | '、' | '\'') || (dash && !is_kana(before)));
        out.add(ITERATION, matches!(c, 'ヽ' | 'ゝ' | 'ヾ' | 'ゞ') && is_kana(before));
        out.add(SMALL_KE, matches!(c, 'ヶ' | 'ゖ'));
        before = c;
    }
    let value = |level| {
        let mut value = String::new();
        crate::kana::push(text, level, &mut String::new(), &mut value);
        value
    };
    let standard = value(Level::Standard);
    let small = |text: &str| text.chars().filter(|c| matches!(c, 'ョ' | 'ュ' | 'ッ')).count();
    out.add(
        SMALL_KANA,
        small(&standard) > small(folded) && !folded.chars().any(|c| matches!(c, 'ょ' | 'ゅ' | 'っ')),
    );
    out.add(LIKE_SOUNDS, level == Level::Loose && values.iter().any(|value| *value != standard));
}

fn of_phone(level: Level, folded: &str, values: &[String], out: &mut Applied) {
    let lower = folded.to_lowercase();
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let extension = ["内線", "ext", "内", "#"].iter().any(|word| lower.contains(word));
    out.add(EXTENSION, extension);
    out.add(LABEL, !extension && folded.chars().any(|c| c.is_alphabetic() && c != 'ー'));
    out.add(FRACTION, folded.ends_with(".0") || folded.ends_with(".00"));
    let at_home = values.iter().any(|value| value.starts_with('0'));
    let international = folded.contains('+') || ["0081", "01081"].iter().any(|code| digits.starts_with(code));
    let coded = international || (digits.starts_with("81") && digits.len() >= 11);
    out.add(COUNTRY_CODE, at_home && coded);
    out.add(ABROAD, values.iter().any(|value| value.starts_with('+')));
    out.add(LOST_ZERO, at_home && !coded && !digits.starts_with('0') && level > Level::Exact);
    out.add(SEPARATORS, folded.chars().any(|c| is_dash(c) || matches!(c, '(' | ')' | ' ' | 'ー')));
    out.add(SEVERAL, values.len() > 1);
    out.add(LAST_EIGHT, level == Level::Loose);
}

fn of_date(level: Level, folded: &str, out: &mut Applied) {
    let upper = folded.to_uppercase();
    let era = crate::date::begins_with_era(&upper);
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let whole = folded.split_once('.').filter(|(_, f)| number(f)).map_or(folded, |(whole, _)| whole);
    out.add(ERA_DATE, era);
    out.add(SERIAL_DATE, number(whole) && matches!(whole.len(), 4 | 5));
    out.add(ERA_CODE, number(whole) && whole.len() == 7);
    out.add(FRACTION, number(whole) && whole != folded);
    out.add(KANJI_NUMERAL, folded.chars().any(is_kanji_digit));
    out.add(TIME, folded.contains(':'));
    out.add(REMARK_IN_BRACKETS, folded.contains(['(', '[']));
    let notation = folded.contains(['/', '.', '年', ',']) || whole.len() == 8;
    out.add(DATE_NOTATION, notation && !(number(whole) && whole.len() < 8));
    out.add(DAY_LEFT_OUT, level == Level::Loose && folded.chars().filter(|c| is_dash(*c)).count() != 1);
}

fn of_simple(field: Field, level: Level, folded: &str, values: &[String], out: &mut Applied) {
    let value = values.first().map(String::as_str).unwrap_or_default();
    let bare = folded.split_once('.').filter(|(_, zeros)| matches!(*zeros, "0" | "00")).map(|(bare, _)| bare);
    out.add(FRACTION, bare.is_some() && field != Field::Email && !value.contains('.'));
    let digits = bare.unwrap_or(folded).bytes().filter(u8::is_ascii_digit).count();
    match field {
        Field::Postal => {
            out.add(SEPARATORS, folded.chars().any(|c| is_dash(c) || matches!(c, '〒' | 'ー' | ' ')));
            out.add(LOST_ZERO, matches!(digits, 5 | 6));
            out.add(CODE_PART, level == Level::Loose);
        }
        Field::Sex => out.add(WORD, folded != value),
        Field::Age => out.add(UNIT, folded.chars().any(|c| matches!(c, '歳' | '才' | '満'))),
        _ => {
            out.add(
                LATIN,
                folded.chars().any(if field == Field::Email {
                    char::is_uppercase
                } else {
                    char::is_lowercase
                }),
            );
            out.add(SPACES, folded.contains(' '));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Field, Normalizer};

    fn names(field: Field, text: &str) -> Vec<&'static str> {
        let explanation = Normalizer::new().explain(field, field.key_level(), text);
        explanation.rules.iter().map(|rule| rule.name).collect()
    }

    #[test]
    fn a_value_names_the_rules_that_made_it() {
        let cases: [(Field, &str, &[&str]); 14] = [
            (Field::Name, "山田太郎", &[]),
            (Field::Name, "濵田　太郎様", &["width", "variant-b", "spaces", "honorific"]),
            (Field::Name, "&#39640;橋(タカハシ)", &["entity", "reading-in-brackets"]),
            (Field::Name, "㈱山田", &["compatibility-form", "corporate-form"]),
            (Field::Name, "不明", &["placeholder"]),
            (Field::Kana, "ﾔﾏﾀﾞ", &["half-width-kana"]),
            (Field::Phone, "312345678", &["lost-zero"]),
            (Field::Phone, "+81-3-1234-5678", &["country-code", "separators"]),
            (Field::Phone, "0312345678/0312345679", &["several-numbers"]),
            (Field::BirthDate, "S49.5.5", &["era-date", "date-notation"]),
            (Field::BirthDate, "27154", &["serial-date"]),
            (Field::Postal, "600000", &["lost-zero"]),
            (Field::Address, "東京都文京区千石4-15-7", &[]),
            (
                Field::Address,
                "文京区千石4丁目15-7 千石荘",
                &["prefecture-completed", "lot-numbers", "room-left-out"],
            ),
        ];
        for (field, text, expected) in cases {
            assert_eq!(names(field, text), expected, "{text}");
        }
    }
}
