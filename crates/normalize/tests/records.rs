//! Records in the form that keys are made of.

use meibo_normalize::{Canonical, Field, KEY_LEVEL, Level, Normalizer, Record};

fn canonical(record: &Record) -> Canonical {
    let mut out = Canonical::new();
    Normalizer::new().canonicalize(record, &mut out);
    out
}

fn address(text: &str, postal: &str) -> (Vec<String>, Option<String>) {
    let record = Record::new().with(Field::Address, text).with(Field::Postal, postal);
    let out = canonical(&record);
    (out.values(Field::Address).map(str::to_owned).collect(), out.municipality().map(str::to_owned))
}

#[test]
fn key_levels_are_those_of_the_fields() {
    for field in Field::ALL {
        let expected = if field == Field::Address { Level::Loose } else { Level::Standard };
        assert_eq!((field.key_level(), KEY_LEVEL[field.index()]), (expected, expected));
    }
}

#[test]
fn a_whole_row_becomes_canonical() {
    let record = Record::new()
        .with(Field::Name, "髙橋　太郎 様")
        .with(Field::Kana, "ﾀｶﾊｼ ﾀﾛｳ")
        .with(Field::Address, "岐阜市司町４０番地１ 市役所１階")
        .with(Field::Phone, "058-265-4141 / 090-1234-5678")
        .with(Field::Phone, "058(265)4141")
        .with(Field::Postal, "500-8701")
        .with(Field::BirthDate, "S49.5.5")
        .with(Field::Sex, "男性")
        .with(Field::Age, "不明")
        .with(Field::Email, "Taro@Example.com")
        .with(Field::MemberId, "a-001");
    let out = canonical(&record);
    let all: Vec<(Field, &str)> = out.iter().collect();
    let expected = [
        (Field::Name, "高橋太郎"),
        (Field::Kana, "タカハシタロウ"),
        (Field::Address, "岐阜県岐阜市司町40-1"),
        (Field::Phone, "0582654141"),
        (Field::Phone, "09012345678"),
        (Field::Postal, "5008701"),
        (Field::BirthDate, "1974-05-05"),
        (Field::Sex, "m"),
        (Field::Email, "taro@example.com"),
        (Field::MemberId, "A-001"),
    ];
    assert_eq!(all, expected);
    assert_eq!(out.municipality(), Some("岐阜県岐阜市"));
}

#[test]
fn a_postal_code_completes_an_address() {
    let tokyo = Some("東京都文京区".to_owned());
    assert_eq!(address("千石4-15-7", "112-0011"), (vec!["東京都文京区千石4-15-7".to_owned()], tokyo));
    // Both 府中市 exist; the code tells which.
    assert_eq!(address("府中市宮西町2-24", "183-0022").0, ["東京都府中市宮西町2-24"]);
    assert_eq!(address("府中市府川町315", "726-0003").0, ["広島県府中市府川町315"]);
    assert_eq!(address("神奈川県南区中里1-1", "2320063").0, ["神奈川県横浜市南区中里1-1"]);
    // The code is in front of the text.
    assert_eq!(address("〒112-0011 千石4-15-7", "").0, ["東京都文京区千石4-15-7"]);
}

#[test]
fn a_postal_code_overrides_nothing() {
    assert_eq!(address("東京都文京区千石4-15-7", "726-0003").0, ["東京都文京区千石4-15-7"]);
    assert_eq!(address("府中市宮西町2-24", "112-0011").0, ["府中市宮西町2-24"]);
    assert_eq!(address("謎町5", "112-0011").0, ["謎町5"]);
    assert_eq!(address("府中市宮西町2-24", "999-9999").1, None);
}

#[test]
fn an_address_of_a_whole_municipality_is_no_value() {
    assert_eq!(address("東京都文京区", ""), (vec![], Some("東京都文京区".to_owned())));
    assert_eq!(address("東京都", ""), (vec![], None));
    assert_eq!(address("東京都文京区千石", "").0, ["東京都文京区千石"]);
}

#[test]
fn words_for_nothing_are_no_values() {
    for word in [
        "不明",
        "なし",
        "-",
        "匿名",
        "テスト",
        "非公開",
        "削除",
        "NULL",
        "N/A",
        "同上",
        "未登録",
        "　",
        "***",
        "#N/A",
    ] {
        for field in Field::ALL {
            assert!(canonical(&Record::new().with(field, word)).iter().next().is_none(), "{field}: {word}");
        }
    }
    let dummies =
        [(Field::Phone, "000-0000-0000"), (Field::BirthDate, "1900-01-01"), (Field::Postal, "000-0000")];
    for (field, word) in dummies {
        assert!(canonical(&Record::new().with(field, word)).iter().next().is_none(), "{field}: {word}");
    }
}

#[test]
fn a_name_in_kana_alone_is_a_reading() {
    let record = Record::new().with(Field::Name, "やまだ　たろう").with(Field::Kana, "ﾔﾏﾀﾞ ﾀﾛｳ");
    let all: Vec<_> = canonical(&record).iter().map(|(field, value)| (field, value.to_owned())).collect();
    assert_eq!(all, [(Field::Kana, "ヤマダタロウ".to_owned())]);
    let record = Record::new().with(Field::Name, "長谷川 さくら");
    assert_eq!(canonical(&record).values(Field::Name).next(), Some("長谷川さくら"));
}

#[test]
fn an_address_that_comes_down_to_its_municipality_is_no_value() {
    let unknown = |n: usize| "\u{fffd}".repeat(n);
    let (a, b, c, d) = (unknown(3), unknown(11), unknown(40), unknown(31));
    let text = format!("2東京都文京区\u{fffd}/{a}0:00{b}香林坳四丁目十五番{c}00:00:00{d}号\n");
    for (text, postal) in [(text.as_str(), ""), ("2本町西一丁\u{fffd}\u{1}101\n", "948-0083")] {
        let once = address(text, postal);
        for value in &once.0 {
            assert_eq!(address(value, postal), once);
        }
    }
}

#[test]
fn a_town_that_shares_its_name_with_a_former_municipality_is_no_municipality() {
    assert_eq!(address("橘町193", "").0, ["橘町193"]);
    assert_eq!(address("橘町193", "503-0892").0, ["岐阜県大垣市橘町193"]);
    assert_eq!(address("山口県大島郡橘町193", "").0, ["山口県大島郡周防大島町橘町193"]);
    assert_eq!(address("横川町1702-4", "899-6303").1.as_deref(), Some("鹿児島県霧島市"));
    assert_eq!(address("横川町1702-4", "963-0665").0, ["福島県郡山市横川町1702-4"]);
}

#[test]
fn a_town_is_spelled_alike_with_and_without_its_municipality() {
    assert_eq!(address("愛知県半田市州ノ崎町2", "").0, ["愛知県半田市州の崎町2"]);
    assert_eq!(address("州ノ崎町2", "").0, ["州の崎町2"]);
    assert_eq!(address("霞ヶ関2-1", "").0, ["霞が関2-1"]);
    assert_eq!(address("謎の町5", "").0, ["謎ノ町5"]);
}

#[test]
fn only_dates_that_are_nobodys_are_placeholders() {
    let date = |text: &str| {
        let out = canonical(&Record::new().with(Field::BirthDate, text));
        out.values(Field::BirthDate).next().map(str::to_owned)
    };
    assert_eq!(date("1970-01-01").as_deref(), Some("1970-01-01"));
    assert_eq!(date("25569").as_deref(), Some("1970-01-01"));
    for text in ["1900-01-01", "1900/1/0", "0001-01-01", "9999/12/31", "0000-00-00", "00000000", "1", "1955"]
    {
        assert_eq!(date(text), None, "{text}");
    }
}

type Cells<'a> = &'a [(Field, &'a str)];

/// The values of a record, as `field=value` in the order of fields.
fn values(cells: Cells<'_>) -> Vec<String> {
    let mut record = Record::new();
    cells.iter().for_each(|(field, text)| record.push(*field, text));
    let out = canonical(&record);
    let all =
        Field::ALL.iter().flat_map(|field| out.values(*field).map(move |value| format!("{field}={value}")));
    all.collect()
}

#[test]
fn exchanged_cells_are_read_where_they_belong() {
    use Field::{Address, Email, Kana, Name, Phone};
    const PLACE: &str = "岐阜県岐阜市梅園町2547-18";
    let cases: [(Cells<'_>, &[&str]); 16] = [
        (
            &[(Name, "岐阜県岐阜市梅園町二五四七ー一八"), (Address, "山田太郎")],
            &["name=山田太郎", "address=岐阜県岐阜市梅園町2547-18"],
        ),
        (
            &[(Name, "岐阜市梅園町2547-18"), (Address, "山口　花子")],
            &["name=山口花子", "address=岐阜県岐阜市梅園町2547-18"],
        ),
        (
            &[(Name, PLACE), (Address, "千葉一郎"), (Phone, "058-265-4141")],
            &["name=千葉一郎", "address=岐阜県岐阜市梅園町2547-18", "phone=0582654141"],
        ),
        (
            &[(Name, PLACE), (Address, "ヤマダ タロウ")],
            &["kana=ヤマダタロウ", "address=岐阜県岐阜市梅園町2547-18"],
        ),
        (&[(Name, PLACE), (Address, "")], &["address=岐阜県岐阜市梅園町2547-18"]),
        (&[(Name, PLACE), (Address, "不明")], &["address=岐阜県岐阜市梅園町2547-18"]),
        (
            &[(Name, "０９０－１２３４－５６７８"), (Phone, "山田 太郎")],
            &["name=山田太郎", "phone=09012345678"],
        ),
        (&[(Name, "9012345678"), (Phone, "山田 太郎")], &["name=山田太郎", "phone=09012345678"]),
        (
            &[(Name, "山田太郎"), (Address, "058(265)4141"), (Phone, PLACE)],
            &["name=山田太郎", "address=岐阜県岐阜市梅園町2547-18", "phone=0582654141"],
        ),
        (
            &[(Name, "090-1234-5678"), (Phone, "058-265-4141"), (Phone, "森 茜")],
            &["name=森茜", "phone=09012345678", "phone=0582654141"],
        ),
        (
            &[(Name, "山田太郎"), (Kana, "090-1234-5678"), (Phone, "ﾔﾏﾀﾞ ﾀﾛｳ")],
            &["name=山田太郎", "kana=ヤマダタロウ", "phone=09012345678"],
        ),
        (
            &[(Name, "山田太郎"), (Kana, PLACE), (Address, "ヤマダタロウ")],
            &["name=山田太郎", "kana=ヤマダタロウ", "address=岐阜県岐阜市梅園町2547-18"],
        ),
        (&[(Name, "ヤマダ タロウ"), (Kana, "山田 太郎")], &["name=山田太郎", "kana=ヤマダタロウ"]),
        (&[(Name, "taro@example.com"), (Email, "山田太郎")], &["name=山田太郎", "email=taro@example.com"]),
        (
            &[(Address, "taro@example.com"), (Email, PLACE)],
            &["address=岐阜県岐阜市梅園町2547-18", "email=taro@example.com"],
        ),
        (&[(Name, "山田太郎 岐阜県岐阜市梅園町2547-18")], &["address=岐阜県岐阜市梅園町2547-18"]),
    ];
    for (cells, expected) in cases {
        assert_eq!(values(cells), expected, "{cells:?}");
    }
}

#[test]
fn cells_that_may_be_what_their_column_says_stay() {
    use Field::{Address, Kana, Name, Phone};
    for name in [
        "千葉太郎",
        "山形一郎",
        "岐阜三郎",
        "千葉市郎",
        "村上市三郎",
        "東京太郎",
        "京都花子",
        "101号室山田",
        "梅園町",
        "岐阜県岐阜市",
        "岐阜県岐阜市梅園町",
        "梅園町2547",
        "岐阜市司町401管理組合",
        "株式会社岐阜市司町40",
        "岐阜県岐阜市司町40番店",
        "二十一世紀株式会社",
        "山田商店3号店",
    ] {
        assert_eq!(values(&[(Name, name), (Phone, "不明")]), [format!("name={name}")]);
        assert_eq!(
            values(&[(Name, name), (Address, "謎町5")]),
            [format!("name={name}"), "address=謎町5".to_owned()]
        );
    }
    assert_eq!(values(&[(Name, "山田太郎 090-1234-5678"), (Phone, "")]), ["name=山田太郎09012345678"]);
    assert_eq!(values(&[(Name, "山田太郎"), (Address, "佐藤花子")]), ["name=山田太郎", "address=佐藤花子"]);
    assert_eq!(values(&[(Name, "不明"), (Phone, "山田太郎")]), [""; 0]);
    assert_eq!(values(&[(Name, "9012345678"), (Phone, "")]), [""; 0]);
    assert_eq!(values(&[(Name, "090-1234-5678"), (Phone, "058-265-4141")]), ["phone=0582654141"]);
    assert_eq!(values(&[(Kana, "山田太郎")]), ["kana=山田太郎"]);
}

#[test]
fn what_is_no_name_is_not_taken_for_one_from_another_column() {
    use Field::{Address, Name, Phone};
    for text in [
        "梅園町",
        "長良福光",
        "サンハイツ",
        "山田ビル",
        "岐阜県",
        "千石4",
        "株式会社山田",
        "山田商店",
        "森",
        "101号室",
    ] {
        let found = values(&[(Name, "岐阜県岐阜市梅園町2547-18"), (Address, text)]);
        assert!(found.iter().all(|value| !value.starts_with("name=")), "{text}: {found:?}");
        let found = values(&[(Name, "090-1234-5678"), (Phone, text)]);
        assert!(
            found.iter().all(|value| !value.starts_with("name=") || text == "長良福光"),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn a_name_that_is_an_address_is_none_beside_an_address() {
    let found =
        values(&[(Field::Name, "岐阜県岐阜市梅園町2547-18"), (Field::Address, "東京都文京区千石4-15-7")]);
    assert_eq!(found, ["address=東京都文京区千石4-15-7"]);
}
