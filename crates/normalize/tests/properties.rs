//! What holds for every text.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the slowest input is what one looks for when a bound is broken")]

use std::time::Duration;

use meibo_normalize::{Canonical, Field, Level, MAX_CELL, Normalizer, Record};
use proptest::prelude::*;

const LEVELS: [Level; 3] = [Level::Exact, Level::Standard, Level::Loose];

fn values(field: Field, level: Level, text: &str) -> Vec<String> {
    let mut out = Record::new();
    Normalizer::new().normalize(field, level, text, &mut out);
    out.values(field).map(str::to_owned).collect()
}

/// Pieces of real notation in any order: they reach further into the rules than random characters.
fn notation() -> impl Strategy<Value = String> {
    let pieces = [
        "東京都",
        "文京区",
        "千石",
        "四丁目",
        "15",
        "番",
        "号",
        "-",
        "ー",
        "の",
        "ノ",
        "字",
        "大字",
        "神奈川県",
        "横浜市",
        "南区",
        "府中市",
        "本町",
        "三",
        "十",
        "百",
        "二十",
        "廿",
        "イ",
        "甲",
        "室",
        "階",
        "F",
        " ",
        "　",
        "メゾン",
        "101",
        "北海道",
        "札幌市中央区",
        "北",
        "条",
        "西",
        "京都市中京区",
        "寺町通",
        "御池",
        "上る",
        "上本能寺前町",
        "京都市東山区",
        "大和大路",
        "東入",
        "二町目",
        "小松町",
        "謎町",
        "第",
        "地割",
        "岩手県花巻市東十二丁目",
        "〒",
        "112-0011",
        "町",
        "市",
        "郡",
        "村",
        "丁",
        "&#134071;",
        "髙",
        "邉",
        "か゛",
        "ﾊﾟ",
        "山田",
        "々",
        "太郎",
        "様",
        "(",
        ")",
        "・",
        "+81",
        "03",
        "1234",
        "5678",
        "0",
        "090",
        ".0",
        "昭和",
        "49",
        "年",
        "5",
        "月",
        "日",
        "S",
        "/",
        "元",
        "@",
        "example",
        ".",
        "com",
        "\u{3099}",
        "\u{e000}",
        "ヤマダ",
        "株式会社",
        "１",
        "一",
        "目",
        "1-2-3",
        "4の9の2",
        "郷六",
        "サンシャイン60",
        "番地",
        "号室",
        "ヶ",
        "が",
        "之",
        "ツ",
        "-",
        ",",
        "、",
        "内線",
        "十日町市",
        "稲荷町",
        "上尾市",
        "壱町目",
        "伊達市保原町",
        "2丁目",
        "2",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..14).prop_map(|pieces| pieces.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        notation(),
        "[ -~]{0,40}",
        "[\\u{3000}-\\u{30ff}\\u{4e00}-\\u{4fff}0-9]{0,30}"
    ]
}

/// What stands in cells that were exchanged, and pieces of notation.
fn any_cell() -> impl Strategy<Value = String> {
    let cells = [
        "岐阜県岐阜市梅園町二五四七ー一八",
        "岐阜市司町40-1",
        "千石4-15-7",
        "岐阜県岐阜市",
        "梅園町",
        "長良福光",
        "山田太郎",
        "森 茜",
        "千葉 一郎",
        "ヤマダ タロウ",
        "やまだ",
        "090-1234-5678",
        "９０１２３４５６７８",
        "058-265-4141 / 090-1234-5678",
        "taro@example.com",
        "ｔａｒｏ＠example.com,",
        "岐阜市司町40-1(山田太郎)",
        "山田(岐阜市司町40-1)",
        "株式会社岐阜市司町40-1",
        "500-8701",
        "112-0011",
        "",
        "　",
        "不明",
    ];
    prop_oneof![
        4 => prop::sample::select(cells.to_vec()).prop_map(str::to_owned),
        2 => any_text(),
        1 => (notation(), prop::sample::select(cells.to_vec())).prop_map(|(a, b)| format!("{b}{a}")),
    ]
}

fn canonical(normalizer: &mut Normalizer, record: &Record) -> Vec<(Field, String)> {
    let mut out = Canonical::new();
    normalizer.canonicalize(record, &mut out);
    out.iter().map(|(field, value)| (field, value.to_owned())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn canonical_values_are_their_own_canonical_values(text in any_text(), field in 0usize..10, level in 0usize..3) {
        let (field, level) = (Field::ALL[field], LEVELS[level]);
        for value in values(field, level, &text) {
            prop_assert!(!value.is_empty());
            prop_assert_eq!(values(field, level, &value), vec![value.clone()], "{} of {:?}", field, text);
        }
    }

    #[test]
    fn a_record_is_canonicalised_as_its_cells_are(text in any_text(), field in 0usize..10) {
        let field = Field::ALL[field];
        let mut canonical = Canonical::new();
        Normalizer::new().canonicalize(&Record::new().with(field, &text), &mut canonical);
        let cells = values(field, field.key_level(), &text);
        prop_assert!(canonical.values(field).all(|value| cells.iter().any(|cell| cell == value)));
    }

    #[test]
    fn a_canonical_record_is_its_own_canonical_record(
        cells in prop::collection::vec((prop::sample::select(vec![0, 1, 2, 3, 4, 8, 0, 2]), any_cell()), 0..6),
        many in 0usize..70,
    ) {
        let mut record = Record::new();
        (many > 68).then(|| (0..64).for_each(|_| record.push(Field::Sex, "m")));
        cells.iter().for_each(|(field, text)| record.push(Field::ALL[*field], text));
        let mut used = Normalizer::new();
        let once = canonical(&mut used, &record);
        prop_assert_eq!(&canonical(&mut Normalizer::new(), &record), &once, "{:?}", cells);
        let mut again = Record::new();
        once.iter().for_each(|(field, text)| again.push(*field, text));
        prop_assert_eq!(&canonical(&mut used, &again), &once, "{:?}", cells);
        for (field, value) in &once {
            prop_assert_eq!(values(*field, field.key_level(), value), vec![value.clone()], "{:?}", cells);
        }
    }

    #[test]
    fn explanations_agree_with_values(text in any_text(), field in 0usize..10, level in 0usize..3) {
        let (field, level) = (Field::ALL[field], LEVELS[level]);
        let explanation = Normalizer::new().explain(field, level, &text);
        let expected = values(field, level, &text);
        prop_assert_eq!(explanation.notes.is_empty() && expected.is_empty(), false);
        prop_assert_eq!(explanation.values, expected);
    }

    #[test]
    fn full_width_digits_change_nothing(text in notation().prop_map(|t| t.replace('&', "")), field in 0usize..10) {
        let field = Field::ALL[field];
        let wide: String = text.chars().map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c }).collect();
        for level in LEVELS {
            prop_assert_eq!(values(field, level, &text), values(field, level, &wide));
        }
    }
}

proptest! {
    /// What a normaliser remembers of the records before changes nothing.
    #[test]
    fn a_record_is_canonicalised_as_by_a_new_normaliser(
        records in prop::collection::vec(prop::collection::vec((0usize..10, any_cell()), 0..5), 1..8),
        addresses in prop::collection::vec((notation(), 0usize..4), 0..8),
    ) {
        let mut normalizer = Normalizer::new();
        let mut each = |record: &Record| {
            let (mut out, mut expected) = (Canonical::new(), Canonical::new());
            normalizer.canonicalize(record, &mut out);
            Normalizer::new().canonicalize(record, &mut expected);
            prop_assert_eq!(out, expected);
            Ok(())
        };
        for cells in &records {
            let mut record = Record::new();
            cells.iter().for_each(|(field, text)| record.push(Field::ALL[*field], text));
            each(&record)?;
        }
        for (text, town) in &addresses {
            let town = ["", "東京都文京区千石", "文京区千石四丁目", "千石"][*town];
            let record = Record::new().with(Field::Address, &format!("{town}{text}"));
            each(&record)?;
            each(&record.with(Field::Postal, "330-0001"))?;
        }
    }
}

#[test]
fn a_normaliser_keeps_nothing_between_cells() {
    let mut normalizer = Normalizer::new();
    let mut out = Record::new();
    normalizer.normalize(Field::Address, Level::Loose, "京都市中京区寺町通御池上る上本能寺前町488", &mut out);
    out.clear();
    normalizer.normalize(Field::Address, Level::Loose, "東京都文京区千石4-15-7", &mut out);
    assert_eq!(out.values(Field::Address).next(), Some("東京都文京区千石4-15-7"));
}

/// Pieces that a cell can be filled with to make it slow, alone or in turn.
const HOSTILE: [&str; 58] = [
    "一",
    "一二三四五六七八九〇",
    "千百十",
    "二十三丁目",
    " ",
    "　\t",
    "(",
    ")",
    "()",
    "（山田）",
    "々",
    "山々",
    "\u{3099}",
    "か\u{3099}\u{309a}\u{301}",
    "か゛",
    "ﾊﾟ",
    "-",
    "ー",
    "―−‐",
    "1-",
    "1",
    "１",
    "0123456789",
    "上る",
    "通",
    "寺町通御池上る",
    "&#",
    "&#134071;",
    "&amp;",
    "東京都",
    "京都府京都市中京区",
    "大字字小字",
    "第1地割",
    "の",
    "様",
    "山 様 ",
    "さん御中先生",
    "様(",
    "サマ",
    "株式会社",
    "㈱",
    "@a.b",
    "一番地",
    "03-1234-5678 ",
    "+81 ",
    "昭和",
    "/",
    "-イ",
    "イの",
    "1号",
    "1号1番",
    "1部落",
    "1地割謎",
    "5棟",
    "〜_:",
    "以下に掲載がない場合",
    "京",
    "\u{200b}\u{fe00}",
];

/// A cell of the greatest length that holds a value, filled with a piece.
fn filled(piece: &str) -> String {
    piece.repeat(MAX_CELL / piece.len())
}

#[test]
fn a_cell_beyond_the_limit_holds_no_value() {
    for field in Field::ALL {
        for piece in HOSTILE {
            let long = filled(piece) + piece;
            assert!(values(field, Level::Loose, &long).is_empty());
        }
    }
}

#[test]
fn canonical_values_of_the_longest_cells_are_their_own_canonical_values() {
    for field in Field::ALL {
        for piece in HOSTILE.into_iter().chain(["㍿", "\u{fdfa}", "千石", "ヤマダ タロウ ", "あいう１２３"])
        {
            for level in LEVELS {
                for value in values(field, level, &filled(piece)) {
                    assert!(value.len() <= MAX_CELL, "{field} {level:?} {piece:?}: {} bytes", value.len());
                    let again = values(field, level, &value);
                    assert!(again == [value], "{field} {level:?} {piece:?}");
                }
            }
        }
    }
}

/// What is promised is a second a megabyte; a quiet machine takes a small part of it, a busy one gets three tries.
#[test]
fn a_megabyte_of_any_cells_is_read_within_a_second() {
    const CELLS: usize = (1 << 18) / MAX_CELL;
    let mut slowest = (Duration::ZERO, String::new());
    for field in Field::ALL {
        for piece in HOSTILE {
            let cell = filled(piece);
            for level in LEVELS {
                let taken = (0..3).map(|_| time_of(CELLS, field, level, &cell)).find(|taken| *taken < LIMIT);
                let taken = taken.unwrap_or(LIMIT);
                assert!(taken < LIMIT, "{field} {level:?} {piece:?}");
                slowest = slowest.max((taken, format!("{field} {level:?} {piece:?}")));
            }
        }
    }
    println!("{slowest:?}");
}

/// For a quarter of a megabyte.
const LIMIT: Duration = Duration::from_millis(250);

#[allow(clippy::disallowed_methods, reason = "a bound of time is promised, so it is measured")]
fn time_of(cells: usize, field: Field, level: Level, cell: &str) -> Duration {
    let (mut normalizer, mut out) = (Normalizer::new(), Record::new());
    let start = std::time::Instant::now();
    for _ in 0..cells {
        out.clear();
        normalizer.normalize(field, level, std::hint::black_box(cell), &mut out);
    }
    start.elapsed()
}
