//! A known person as the cells of a row.

use crate::day::Day;
use crate::draw::{Draw, Purpose};
use crate::known::Known;
use crate::layout::{Cell, Column};
use crate::notation::{Notation, PhoneStyle};
use crate::roster::Word;
use crate::write;

/// The cells of `columns` for `known`; empty where it is not known.
pub(crate) fn cells(known: &Known, columns: &[Column], notation: &Notation) -> Vec<String> {
    let mut notation = notation.clone();
    // A spreadsheet's number holds one phone, and a second column makes a second number in the cell needless.
    let one_each = columns.iter().any(|column| column.cell == Cell::Field(Word::Mobile));
    notation.both_phones &= !one_each && !matches!(notation.phone, PhoneStyle::LostZero | PhoneStyle::Float);
    columns.iter().map(|column| cell(known, column.cell, &notation)).collect()
}

/// The notation that this row is written in: the house's, but for slips that depend on who and where.
pub(crate) fn row_notation(seed: u64, organisation: u64, known: &Known, notation: &Notation) -> Notation {
    let stream = known.person.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ organisation << 48;
    notation.for_row(&mut Draw::new(seed, Purpose::Cell, stream))
}

fn cell(known: &Known, cell: Cell, notation: &Notation) -> String {
    match cell {
        Cell::Name => write::full_name(&known.name, notation),
        Cell::Surname => write::surname(&known.name, notation),
        Cell::Given => known.name.given.kanji.to_owned(),
        Cell::Kana => write::full_kana(&known.name, notation),
        Cell::SurnameKana => write::kana(known.name.surname.kana, notation),
        Cell::GivenKana => write::kana(known.name.given.kana, notation),
        Cell::Address(parts) => write::address(&known.address, parts, notation),
        Cell::Field(word) => field(known, word, notation),
    }
}

fn field(known: &Known, word: Word, notation: &Notation) -> String {
    let phone = |phone: &Option<_>| phone.as_ref().map(|phone| write::phone(phone, notation.phone));
    match word {
        Word::Name => Some(write::full_name(&known.name, notation)),
        Word::Kana => Some(write::full_kana(&known.name, notation)),
        Word::Address => Some(write::address(&known.address, write::AddressParts::ALL, notation)),
        Word::Building => known.address.building.as_ref().map(|building| building.name.clone()),
        Word::Phone => match (phone(&known.phone), &known.mobile) {
            (Some(first), Some(_)) if notation.both_phones && known.phone != known.mobile => {
                phone(&known.mobile).map(|second| format!("{first}/{second}"))
            }
            (first, _) => first,
        },
        Word::Mobile => phone(&known.mobile),
        Word::Postal => Some(write::postal(known.address.postal, notation.postal)),
        Word::BirthDate => known.birth.map(|birth| write::date(birth, notation.date)),
        Word::Sex => Some(write::sex(known.sex, notation)),
        Word::Age => known.age().map(|age| write::age(age, notation)),
        Word::Email => known.email(),
        Word::MemberId => Some(format!("{:08}", known.number)),
        Word::Filler(name) => Some(filler(known, name, notation)),
    }
    .unwrap_or_default()
}

/// Columns that say nothing about who somebody is, filled plausibly.
fn filler(known: &Known, name: &str, notation: &Notation) -> String {
    let n = known.filler;
    let pick =
        |from: &[&str]| from.get((n % from.len().max(1) as u64) as usize).copied().unwrap_or("").to_owned();
    let day = |day: Day| write::date(day.min(known.on), notation.date);
    match name {
        "purchases" => (1 + n % 37).to_string(),
        "plan" => pick(&["ライト", "スタンダード", "プレミアム", "光1G", "光10G", "固定+光"]),
        "provider" => pick(&["A光", "Bネット", "Cコム", "Dバンド"]),
        "card" => pick(&["ゴールド", "一般", "シルバー"]),
        "device" => pick(&["WR-100", "WR-200", "ONU-1", "HGW-5"]),
        "building_kind" => pick(&["戸建", "集合", "集合(賃貸)"]),
        "head_of_household" => write::full_name(&known.name, notation),
        "representative" => pick(&["本店", "第一営業所", "第二営業所", "代理店"]),
        "registered_on" => day(known.joined),
        "first_purchase" => day(known.joined.plus((n % 60) as i32)),
        "last_purchase" => day(known.on.plus(-((n % 700) as i32)).max(known.joined)),
        "district" => known.address.town.chars().take(2).collect(),
        // Eleven digits, and never the first digits of a phone number.
        _ => format!("2{:010}", n % 10_000_000_000),
    }
}
