//! Writes facts down in a notation: one function a kind of cell.

use crate::address::{Address, Building, Numbers, Phone};
use crate::day::Day;
use crate::household::Sex;
use crate::notation::{
    CountyStyle, DateStyle, Glyphs, KanaStyle, NameGap, Notation, NumberStyle, PhoneStyle, PostalStyle,
    PrefectureStyle, RoomStyle,
};
use crate::script;
use crate::tables::Name;

/// Surname and given name, and whether the family writes old glyphs (and which of several).
#[derive(Clone, Copy, Debug)]
pub(crate) struct FullName {
    pub(crate) surname: Name,
    pub(crate) given: Name,
    pub(crate) old_glyph: Option<u64>,
}

/// Which parts of an address a column holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AddressParts {
    pub prefecture: bool,
    pub city: bool,
    pub town: bool,
    pub numbers: bool,
    pub building: bool,
}

impl AddressParts {
    /// The whole address.
    pub const ALL: Self = Self { prefecture: true, city: true, town: true, numbers: true, building: true };
}

pub(crate) fn surname(name: &FullName, notation: &Notation) -> String {
    match (notation.glyphs, name.old_glyph) {
        (Glyphs::Common, _) => script::common_glyphs(name.surname.kanji),
        (Glyphs::AsRegistered, Some(nth)) => script::old_glyphs(name.surname.kanji, nth),
        (Glyphs::AsRegistered, None) => name.surname.kanji.to_owned(),
    }
}

/// Both name parts with the gap between them.
pub(crate) fn full_name(name: &FullName, notation: &Notation) -> String {
    let mut out = surname(name, notation);
    out.push_str(gap(notation));
    out.push_str(name.given.kanji);
    if notation.honorific {
        out.push('様');
    }
    if notation.stray_space {
        out.push(' ');
    }
    out
}

fn gap(notation: &Notation) -> &'static str {
    match notation.gap {
        NameGap::None => "",
        NameGap::Half => " ",
        NameGap::Full => "\u{3000}",
    }
}

pub(crate) fn full_kana(name: &FullName, notation: &Notation) -> String {
    kana(&format!("{}{}{}", name.surname.kana, gap(notation), name.given.kana), notation)
}

pub(crate) fn kana(text: &str, notation: &Notation) -> String {
    match notation.kana {
        KanaStyle::Full => text.to_owned(),
        KanaStyle::Half => script::half_kana(text),
        KanaStyle::HalfLarge => script::half_kana(&script::large_kana(text)),
        KanaStyle::Hiragana => script::hiragana(text),
    }
}

/// The given parts of an address, as one text.
pub(crate) fn address(address: &Address, parts: AddressParts, notation: &Notation) -> String {
    let mut out = String::new();
    let wards = address.city.ends_with('区') && !address.prefecture.ends_with('都');
    let written = match notation.prefecture {
        PrefectureStyle::Written => true,
        PrefectureStyle::Omitted => false,
        PrefectureStyle::OmittedBeforeWards => !wards,
    };
    // A column of its own for the prefecture is filled whatever the habit.
    if parts.prefecture && (written || !parts.city) {
        out.push_str(address.prefecture);
    }
    if parts.city {
        out.push_str(city(address.city, notation.county));
    }
    let by_lot = matches!(address.numbers, Numbers::Lot { .. });
    if parts.town {
        if notation.spaced_address && parts.city {
            out.push(' ');
        }
        if notation.oaza && by_lot && !address.town.ends_with(['町', '丁', '通']) {
            out.push_str("大字");
        }
        out.push_str(&script::particles(address.town, notation.particles));
    }
    if parts.numbers {
        let numbers = numbers(address.numbers, notation.numbers);
        out.push_str(&if notation.wide_address { script::full_width(&numbers) } else { numbers });
    }
    if let Some(building) = address.building.as_ref().filter(|_| parts.building) {
        let alone = !parts.numbers;
        out.push_str(&room(building, notation, alone));
    }
    out
}

/// A municipality with or without its county. Cities have none, whatever characters they are written with (郡山市).
fn city(name: &str, county: CountyStyle) -> &str {
    match name.split_once('郡') {
        Some((county_name, rest))
            if county == CountyStyle::Omitted && !county_name.is_empty() && rest.ends_with(['町', '村']) =>
        {
            rest
        }
        _ => name,
    }
}

fn numbers(numbers: Numbers, style: NumberStyle) -> String {
    match numbers {
        Numbers::Block { chome, ban, go } => block(chome, ban, go, style),
        Numbers::Lot { number, branch } => lot(number, branch, style),
    }
}

fn block(chome: Option<u16>, ban: u16, go: u16, style: NumberStyle) -> String {
    let head = |text: &dyn Fn(u16) -> String, after: &str| {
        chome.map_or(String::new(), |chome| format!("{}{after}", text(chome)))
    };
    let plain = |n: u16| n.to_string();
    let kanji = |n: u16| script::kanji_number(n);
    let digits = |n: u16| script::kanji_digits(n);
    match style {
        NumberStyle::Dashes(dash) => format!("{}{ban}{dash}{go}", head(&plain, &dash.to_string())),
        NumberStyle::Full => format!("{}{ban}番{go}号", head(&plain, "丁目")),
        NumberStyle::Chome => format!("{}{ban}-{go}", head(&plain, "丁目")),
        NumberStyle::Banchi => format!("{}{ban}番地{go}", head(&plain, "丁目")),
        NumberStyle::KanjiChome => format!("{}{ban}番{go}号", head(&kanji, "丁目")),
        NumberStyle::Kanji => format!("{}{}番{}号", head(&kanji, "丁目"), kanji(ban), kanji(go)),
        NumberStyle::KanjiDigits(dash) => {
            format!("{}{}{dash}{}", head(&digits, &dash.to_string()), digits(ban), digits(go))
        }
        NumberStyle::No => format!("{}{ban}の{go}", head(&plain, "の")),
    }
}

fn lot(number: u16, branch: Option<u16>, style: NumberStyle) -> String {
    let tail = |before: &str| branch.map_or(String::new(), |branch| format!("{before}{branch}"));
    match style {
        NumberStyle::Dashes(dash) => format!("{number}{}", tail(&dash.to_string())),
        NumberStyle::Full | NumberStyle::KanjiChome => format!("{number}番地{}", tail("")),
        NumberStyle::Chome => format!("{number}{}", tail("-")),
        NumberStyle::Banchi => format!("{number}番地{}", tail("の")),
        NumberStyle::Kanji => {
            let branch = branch.map_or(String::new(), script::kanji_number);
            format!("{}番地{branch}", script::kanji_number(number))
        }
        NumberStyle::KanjiDigits(dash) => {
            let branch = branch.map_or(String::new(), |n| format!("{dash}{}", script::kanji_digits(n)));
            format!("{}{branch}", script::kanji_digits(number))
        }
        NumberStyle::No => format!("{number}{}", tail("の")),
    }
}

/// Building and room; `alone` in a column of their own, where neither gap nor a bare number makes sense.
fn room(building: &Building, notation: &Notation, alone: bool) -> String {
    let Building { name, room } = building;
    let dashed = matches!(notation.numbers, NumberStyle::Dashes(_) | NumberStyle::Chome);
    match notation.room {
        RoomStyle::Omitted if alone => format!("{name}{room}"),
        RoomStyle::Omitted => String::new(),
        RoomStyle::NumberOnly if !alone && dashed => format!("-{room}"),
        RoomStyle::Glued | RoomStyle::NumberOnly => format!("{name}{room}"),
        RoomStyle::Spaced if alone => format!("{name} {room}"),
        RoomStyle::Spaced => format!(" {name} {room}"),
        RoomStyle::Wide => {
            let text = format!("{name}{}号室", script::full_width(room));
            if alone { text } else { format!("\u{3000}{text}") }
        }
        RoomStyle::Named if alone => format!("{name}{room}号"),
        RoomStyle::Named => format!(" {name}{room}号"),
    }
}

pub(crate) fn phone(phone: &Phone, style: PhoneStyle) -> String {
    let Phone { area, exchange, subscriber } = phone;
    let bare = area.strip_prefix('0').unwrap_or(area);
    match style {
        PhoneStyle::Dashes => format!("{area}-{exchange}-{subscriber}"),
        PhoneStyle::Digits => format!("{area}{exchange}{subscriber}"),
        PhoneStyle::Brackets => format!("{area}({exchange}){subscriber}"),
        PhoneStyle::AreaBrackets => format!("({area}){exchange}-{subscriber}"),
        PhoneStyle::International => format!("+81-{bare}-{exchange}-{subscriber}"),
        PhoneStyle::InternationalDigits => format!("+81{bare}{exchange}{subscriber}"),
        PhoneStyle::LostZero => format!("{bare}{exchange}{subscriber}"),
        PhoneStyle::Float => format!("{bare}{exchange}{subscriber}.0"),
        PhoneStyle::Wide => script::full_width(&format!("{area}-{exchange}-{subscriber}")),
        PhoneStyle::Spaces => format!("{area} {exchange} {subscriber}"),
    }
}

pub(crate) fn postal(digits: &str, style: PostalStyle) -> String {
    let (head, tail) = digits.split_at_checked(3).unwrap_or((digits, ""));
    match style {
        PostalStyle::Dash => format!("{head}-{tail}"),
        PostalStyle::Digits => digits.to_owned(),
        PostalStyle::Mark => format!("〒{head}-{tail}"),
        PostalStyle::Wide => script::full_width(&format!("{head}-{tail}")),
        PostalStyle::LostZeros => digits.trim_start_matches('0').to_owned(),
    }
}

pub(crate) fn date(day: Day, style: DateStyle) -> String {
    let (year, month, date) = day.civil();
    let (era, letter, era_year) = day.era();
    match style {
        DateStyle::Iso => day.to_string(),
        DateStyle::Slashes => format!("{year}/{month:02}/{date:02}"),
        DateStyle::ShortSlashes => format!("{year}/{month}/{date}"),
        DateStyle::Compact => format!("{year}{month:02}{date:02}"),
        DateStyle::Kanji => format!("{year}年{month}月{date}日"),
        DateStyle::Era if era_year == 1 => format!("{era}元年{month}月{date}日"),
        DateStyle::Era => format!("{era}{era_year}年{month}月{date}日"),
        DateStyle::EraLetter => format!("{letter}{era_year:02}.{month:02}.{date:02}"),
        DateStyle::EraCompact => format!("{letter}{era_year:02}{month:02}{date:02}"),
        DateStyle::Midnight => format!("{year}/{month:02}/{date:02} 0:00:00"),
        DateStyle::Serial => day.serial().to_string(),
    }
}

pub(crate) fn sex(sex: Sex, notation: &Notation) -> String {
    match sex {
        Sex::Female => notation.sex.female,
        Sex::Male => notation.sex.male,
    }
    .to_owned()
}

pub(crate) fn age(age: i32, notation: &Notation) -> String {
    let word = if notation.age_word { "歳" } else { "" };
    format!("{}{word}", age.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones() {
        let number =
            Phone { area: "058".to_owned(), exchange: "265".to_owned(), subscriber: "1234".to_owned() };
        for (style, text) in [
            (PhoneStyle::Dashes, "058-265-1234"),
            (PhoneStyle::Brackets, "058(265)1234"),
            (PhoneStyle::AreaBrackets, "(058)265-1234"),
            (PhoneStyle::International, "+81-58-265-1234"),
            (PhoneStyle::Float, "582651234.0"),
            (PhoneStyle::Wide, "０５８－２６５－１２３４"),
        ] {
            assert_eq!(phone(&number, style), text);
        }
    }

    #[test]
    fn dates() {
        let day = Day::new(1989, 1, 8);
        assert_eq!(date(day, DateStyle::Era), "平成元年1月8日");
        assert_eq!(date(day, DateStyle::EraLetter), "H01.01.08");
        assert_eq!(date(Day::new(1955, 3, 2), DateStyle::EraCompact), "S300302");
        assert_eq!(date(Day::new(1955, 3, 2), DateStyle::Serial), "20150");
    }

    #[test]
    fn counties_are_left_out_of_towns_and_villages_only() {
        for (name, short) in [
            ("中新川郡上市町", "上市町"),
            ("郡山市", "郡山市"),
            ("大和郡山市", "大和郡山市"),
            ("小郡市", "小郡市"),
        ] {
            assert_eq!(city(name, CountyStyle::Omitted), short);
            assert_eq!(city(name, CountyStyle::Written), name);
        }
    }

    #[test]
    fn number_parts() {
        let one = Numbers::Block { chome: Some(4), ban: 15, go: 7 };
        assert_eq!(numbers(one, NumberStyle::Dashes('ー')), "4ー15ー7");
        assert_eq!(numbers(one, NumberStyle::Kanji), "四丁目十五番七号");
        assert_eq!(numbers(one, NumberStyle::KanjiDigits('―')), "四―一五―七");
        let two = Numbers::Lot { number: 1_234, branch: Some(5) };
        assert_eq!(numbers(two, NumberStyle::Banchi), "1234番地の5");
        assert_eq!(numbers(two, NumberStyle::Kanji), "千二百三十四番地五");
        assert_eq!(numbers(Numbers::Lot { number: 20, branch: None }, NumberStyle::Full), "20番地");
    }
}
