//! Columns: which there are, in what order, and what their headers say.

use crate::draw::Draw;
use crate::roster::Word;
use crate::write::AddressParts;

/// What one column of a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cell {
    /// Surname and given name.
    Name,
    /// Surname alone.
    Surname,
    /// Given name alone.
    Given,
    /// Surname and given name in kana.
    Kana,
    /// Surname in kana.
    SurnameKana,
    /// Given name in kana.
    GivenKana,
    /// These parts of the address.
    Address(AddressParts),
    /// A whole field in one column.
    Field(Word),
}

impl Cell {
    /// The field the column belongs to.
    pub fn word(self) -> Word {
        match self {
            Self::Name | Self::Surname | Self::Given => Word::Name,
            Self::Kana | Self::SurnameKana | Self::GivenKana => Word::Kana,
            Self::Address(_) => Word::Address,
            Self::Field(word) => word,
        }
    }
}

/// A column and its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it holds.
    pub cell: Cell,
    /// What stands above it, where the file has headers.
    pub header: &'static str,
}

const NO: AddressParts =
    AddressParts { prefecture: false, city: false, town: false, numbers: false, building: false };
const PREFECTURE: AddressParts = AddressParts { prefecture: true, ..NO };
const CITY: AddressParts = AddressParts { city: true, ..NO };
const TOWN: AddressParts = AddressParts { town: true, ..NO };
const NUMBERS: AddressParts = AddressParts { numbers: true, ..NO };
const BUILDING: AddressParts = AddressParts { building: true, ..NO };
const HEAD: AddressParts = AddressParts { prefecture: true, city: true, ..NO };
const TAIL: AddressParts = AddressParts { town: true, numbers: true, building: true, ..NO };
const LONG_HEAD: AddressParts = AddressParts { prefecture: true, city: true, town: true, ..NO };
const SHORT_TAIL: AddressParts = AddressParts { numbers: true, building: true, ..NO };
const STREET: AddressParts = AddressParts { town: true, numbers: true, ..NO };
const NO_BUILDING: AddressParts = AddressParts { building: false, ..AddressParts::ALL };

type Split = &'static [(AddressParts, [&'static str; 3])];

const WHOLE: Split = &[(AddressParts::ALL, ["住所", "address", "ご住所"])];
/// Ways to spread an address over columns, with headers in Japanese, English, and of a third kind.
const SPLITS: [(u32, Split); 6] = [
    (50, WHOLE),
    (12, &[(NO_BUILDING, ["住所1", "address1", "住所"]), (BUILDING, ["住所2", "address2", "建物名"])]),
    (
        14,
        &[
            (PREFECTURE, ["都道府県", "prefecture", "都道府県名"]),
            (CITY, ["市区町村", "city", "市区郡町村"]),
            (STREET, ["町名番地", "street", "番地"]),
            (BUILDING, ["建物名", "building", "マンション名"]),
        ],
    ),
    (
        10,
        &[(HEAD, ["住所1", "addr1", "住所（都道府県市区町村）"]), (TAIL, ["住所2", "addr2", "住所（以下）"])],
    ),
    (
        8,
        &[
            (LONG_HEAD, ["住所１", "address_1", "住所上段"]),
            (SHORT_TAIL, ["住所２", "address_2", "住所下段"]),
        ],
    ),
    (
        6,
        &[
            (PREFECTURE, ["都道府県", "pref", "県名"]),
            (CITY, ["市区町村", "city", "市町村"]),
            (TOWN, ["町域", "town", "大字・町名"]),
            (NUMBERS, ["番地", "block", "丁目番地号"]),
            (BUILDING, ["建物・部屋番号", "building", "方書"]),
        ],
    ),
];

/// Ways that keep the building apart.
const APART: [(u32, Split); 3] = [(50, SPLITS[1].1), (30, SPLITS[2].1), (20, SPLITS[5].1)];

/// Columns for `words`, split, ordered and named in one way.
pub(crate) fn draw_columns(words: &[Word], draw: &mut Draw) -> Vec<Column> {
    let tongue = draw.weighted(&[(60, 0usize), (15, 1), (25, 2)]);
    let mut words: Vec<Word> = words.to_vec();
    if draw.percent(40) {
        // Name first in most houses; the others put their own number or the phone there.
        draw.shuffle(&mut words);
    }
    let apart = words.contains(&Word::Building);
    let split = if apart { draw.weighted(&APART) } else { draw.weighted(&SPLITS) };
    let split_name = draw.percent(28);
    let mut columns = Vec::new();
    for word in words {
        match word {
            Word::Name if split_name => {
                columns
                    .push(Column {
                        cell: Cell::Surname, header: ["姓", "last_name", "氏名（姓）"][tongue]
                    });
                columns
                    .push(Column {
                        cell: Cell::Given, header: ["名", "first_name", "氏名（名）"][tongue]
                    });
            }
            Word::Name => columns.push(Column { cell: Cell::Name, header: header(word, tongue, draw) }),
            Word::Kana if split_name => {
                columns.push(Column {
                    cell: Cell::SurnameKana,
                    header: ["セイ", "last_kana", "フリガナ（姓）"][tongue],
                });
                columns.push(Column {
                    cell: Cell::GivenKana,
                    header: ["メイ", "first_kana", "フリガナ（名）"][tongue],
                });
            }
            Word::Kana => columns.push(Column { cell: Cell::Kana, header: header(word, tongue, draw) }),
            Word::Address => columns.extend(
                split
                    .iter()
                    .map(|(parts, headers)| Column { cell: Cell::Address(*parts), header: headers[tongue] }),
            ),
            // The address columns above hold it.
            Word::Building => {}
            other => columns.push(Column { cell: Cell::Field(other), header: header(other, tongue, draw) }),
        }
    }
    columns
}

/// A synonym for the header of a field.
fn header(word: Word, tongue: usize, draw: &mut Draw) -> &'static str {
    let english = tongue == 1;
    match word {
        Word::Name if english => draw.pick(&["name", "customer_name", "full_name"]),
        Word::Name => draw.pick(&["氏名", "お名前", "顧客名", "名前", "漢字氏名", "契約者名"]),
        Word::Kana if english => draw.pick(&["kana", "name_kana"]),
        Word::Kana => draw.pick(&["フリガナ", "カナ氏名", "氏名カナ", "ふりがな", "ｶﾅ"]),
        Word::Phone if english => draw.pick(&["tel", "phone", "phone_number", "TEL"]),
        Word::Phone => draw.pick(&["電話番号", "電話", "TEL", "ＴＥＬ", "連絡先", "電話番号1"]),
        Word::Mobile if english => draw.pick(&["mobile", "mobile_phone"]),
        Word::Mobile => draw.pick(&["携帯電話", "携帯番号", "電話番号2"]),
        Word::Postal if english => draw.pick(&["zip", "postal_code", "zipcode"]),
        Word::Postal => draw.pick(&["郵便番号", "〒", "郵便"]),
        Word::BirthDate if english => draw.pick(&["birth_date", "birthday", "DOB"]),
        Word::BirthDate => draw.pick(&["生年月日", "誕生日"]),
        Word::Sex if english => draw.pick(&["sex", "gender"]),
        Word::Sex => draw.pick(&["性別", "男女"]),
        Word::Age if english => "age",
        Word::Age => draw.pick(&["年齢", "年令"]),
        Word::Email if english => draw.pick(&["email", "e-mail", "mail"]),
        Word::Email => draw.pick(&["メールアドレス", "E-mail", "メール"]),
        Word::MemberId if english => draw.pick(&["member_id", "customer_id", "user_id"]),
        Word::MemberId => draw.pick(&["会員番号", "顧客番号", "会員ID", "お客様番号"]),
        Word::Filler(name) if english => name,
        Word::Filler(name) => filler_header(name),
        Word::Address | Word::Building => "住所",
    }
}

fn filler_header(name: &'static str) -> &'static str {
    match name {
        "purchases" => "購入回数",
        "plan" => "プラン",
        "provider" => "プロバイダ",
        "card" => "カード種別",
        "voucher_no" => "受診券番号",
        "device" => "端末",
        "building_kind" => "建物種別",
        "head_of_household" => "世帯主",
        "representative" => "担当者",
        "registered_on" => "登録日",
        "first_purchase" => "初回購入日",
        "last_purchase" => "最終購入日",
        "insurance_no" => "被保険者番号",
        "addressee_no" => "宛名番号",
        "district" => "地区",
        other => other,
    }
}
