//! Headers of programs and offices as they are really exported, and the columns that must be read from each.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{layout_of_header, read_all, read_text};
use meibo_ingest::{IngestError, ReadOptions};
use meibo_normalize::Field;

/// Header, and what must be read from it.
const EXPORTS: &[(&str, &str)] = &[
    // Address books for New Year's cards.
    (
        "氏名,フリガナ,敬称,自宅〒,自宅住所1,自宅住所2,自宅電話,会社名,会社〒,会社住所1,会社電話,備考",
        "name=1 kana=2 address=5+6 phone=7 postal=4",
    ),
    (
        "姓,名,姓かな,名かな,敬称,郵便番号(自宅),住所1(自宅),住所2(自宅),住所3(自宅),電話番号(自宅),携帯電話(自宅),FAX番号(自宅),メールアドレス(自宅),会社名,部署名,郵便番号(会社),住所1(会社),電話番号(会社),連名1,誕生日",
        "name=1+2 kana=3+4 address=7+8+9 phone=10 phone=11 postal=6 birth_date=20 email=13",
    ),
    (
        "氏名,氏名よみ,郵便番号,都道府県,市区町村番地,建物名など,電話,FAX,携帯電話,連名1,連名1敬称",
        "name=1 kana=2 address=4+5+6 phone=7 phone=9 postal=3",
    ),
    (
        "宛先氏名,宛先フリガナ,宛先敬称,宛先郵便番号,宛先住所１行目,宛先住所２行目,宛先電話番号,差出人氏名,差出人住所",
        "name=1 kana=2 address=5+6 phone=7 postal=4",
    ),
    ("名前,ふりがな,〒,住所(上段),住所(下段),TEL,ＦＡＸ", "name=1 kana=2 address=4+5 phone=6 postal=3"),
    // Contacts and customer relations.
    (
        "LastName,FirstName,MailingPostalCode,MailingState,MailingCity,MailingStreet,Phone,MobilePhone,Fax,Email,Account.Name",
        "name=1+2 address=4+5+6 phone=7 phone=8 postal=3 email=10",
    ),
    (
        "姓,名,姓(ふりがな),名(ふりがな),郵送先郵便番号,郵送先都道府県,郵送先市区郡,郵送先町名・番地,電話,携帯,メール,取引先名",
        "name=1+2 kana=3+4 address=6+7+8 phone=9 phone=10 postal=5 email=11",
    ),
    (
        "First Name,Middle Name,Last Name,E-mail Address,Mobile Phone,Home Phone,Business Phone,Home Street,Home City,Home State,Home Postal Code,Company,Birthday",
        "name=3+1 address=10+9+8 phone=5 phone=6 postal=11 birth_date=13 email=4",
    ),
    (
        "Name,Given Name,Family Name,Birthday,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Formatted,Organization 1 - Name",
        "name=1 address=8 phone=7 birth_date=4 email=5",
    ),
    (
        "レコード番号,顧客名,顧客名(カナ),郵便番号,住所,TEL,FAX,担当者名,部署名,メールアドレス,更新日時",
        "name=2 kana=3 address=5 phone=6 postal=4 email=10",
    ),
    (
        "customer_id,last_name,first_name,last_name_kana,first_name_kana,zip,pref,addr01,addr02,tel,email,birth,created_at",
        "name=2+3 kana=4+5 address=7+8+9 phone=10 postal=6 birth_date=12 email=11 member_id=1",
    ),
    // Shops.
    (
        "会員ID,お名前(姓),お名前(名),お名前(フリガナ・姓),お名前(フリガナ・名),郵便番号1,郵便番号2,都道府県,住所1,住所2,TEL1,TEL2,TEL3,性別,誕生日",
        "name=2+3 kana=4+5 address=8+9+10 phone=11 phone=12 phone=13 postal=6+7 birth_date=15 sex=14 member_id=1",
    ),
    (
        "注文番号,注文者氏名,注文者氏名フリガナ,注文者郵便番号,注文者住所,注文者電話番号,配送先氏名,配送先郵便番号,配送先住所,配送先電話番号",
        "name=2 kana=3 address=5 phone=6 postal=4",
    ),
    ("配送先氏名,配送先郵便番号,配送先住所,配送先電話番号,商品名", "name=1 address=3 phone=4 postal=2"),
    (
        "お届け先名,お届け先〒,お届け先住所1,お届け先住所2,お届け先TEL,ご注文主名,ご注文主〒,ご注文主住所1,ご注文主住所2,ご注文主TEL",
        "name=6 address=8+9 phone=10 postal=7",
    ),
    (
        "お届け先電話番号,お届け先郵便番号,お届け先住所,お届け先アパートマンション名,お届け先名,お届け先名略称カナ,品名1",
        "name=5 kana=6 address=3+4 phone=1 postal=2",
    ),
    (
        "First Name,Last Name,Email,Accepts Email Marketing,Company,Address1,Address2,City,Province,Country,Zip,Phone,Total Spent",
        "name=2+1 address=9+8+6+7 phone=12 postal=11 email=3",
    ),
    (
        "購入者氏名,購入者カナ,購入者郵便番号,購入者都道府県,購入者市区町村,購入者番地,購入者建物名,購入者電話番号,購入者生年月日",
        "name=1 kana=2 address=4+5+6+7 phone=8 postal=3 birth_date=9",
    ),
    (
        "顧客名,電話番号,携帯番号,〒,住所上段,住所下段,性別",
        "name=1 address=5+6 phone=2 phone=3 postal=4 sex=7",
    ),
    // Offices.
    (
        "宛名番号,世帯主,氏名,カナ氏名,生年月日(和暦),性別,郵便番号,住所,方書,電話番号",
        "name=3 kana=4 address=8+9 phone=10 postal=7 birth_date=5 sex=6 member_id=1",
    ),
    (
        "宛名番号,世帯番号,氏名漢字,氏名カナ,生年月日,性別,続柄,町名,番地,枝番,方書",
        "name=3 kana=4 address=8+9+10+11 birth_date=5 sex=6 member_id=1",
    ),
    (
        "受診券整理番号,被保険者証記号,被保険者証番号,氏名,氏名（カナ）,生年月日,性別,郵便番号,住所１,住所２,電話番号,健診機関名",
        "name=4 kana=5 address=9+10 phone=11 postal=8 birth_date=6 sex=7 member_id=1 member_id=3",
    ),
    ("納税者氏名,納税者住所,納税義務者フリガナ,物件所在地,納税者電話番号", "name=1 kana=3 address=2 phone=5"),
    (
        "整理番号,申請者氏名,申請者ﾌﾘｶﾞﾅ,申請者住所,申請者電話番号,金融機関名,口座番号,口座名義人",
        "name=2 kana=3 address=4 phone=5",
    ),
    // Clinics, schools, carriers.
    (
        "患者番号,患者氏名,カナ氏名,生年月日,性別,年齢,郵便番号,住所,電話番号,保険者番号,主治医",
        "name=2 kana=3 address=8 phone=9 postal=7 birth_date=4 sex=5 age=6 member_id=1",
    ),
    (
        "カルテNo,漢字氏名,カナ氏名,性別,生年月日,〒,住所,自宅TEL,携帯TEL,緊急連絡先,最終来院日",
        "name=2 kana=3 address=7 phone=8 phone=9 postal=6 birth_date=5 sex=4 member_id=1",
    ),
    (
        "学籍番号,生徒氏名,生徒氏名カナ,性別,生年月日,保護者氏名,保護者電話番号,郵便番号,住所",
        "name=2 kana=3 address=9 postal=8 birth_date=5 sex=4 member_id=1",
    ),
    (
        "契約者番号,契約者名（漢字）,契約者名（カナ）,契約電話番号,連絡先電話番号,設置場所住所,設置場所建物名,契約日,プラン名",
        "name=2 kana=3 address=6+7 phone=4 phone=5 member_id=1",
    ),
    (
        "会員No.,会員氏名,会員ﾌﾘｶﾞﾅ,会員〒,会員住所1,会員住所2,会員TEL,会員FAX,会員携帯,入会年月日",
        "name=2 kana=3 address=5+6 phone=7 phone=9 postal=4 member_id=1",
    ),
    // Lists as people write them by hand.
    ("なまえ,じゅうしょ,でんわ", "name=1 address=2 phone=3"),
    ("氏 名,住 所,電 話,ファックス", "name=1 address=2 phone=3"),
    ("氏名,住所,建物等,部屋,電話番号", "name=1 address=2+3+4 phone=5"),
    ("氏名,町域,番地等,建物,TEL", "name=1 address=2+3+4 phone=5"),
    ("氏名,所在1,所在2,電話番号", "name=1 address=2+3 phone=4"),
    ("氏名,住所①,住所②,TEL①,TEL②", "name=1 address=2+3 phone=4 phone=5"),
    ("氏名,住所A,住所B,電話A,電話B", "name=1 address=2+3 phone=4 phone=5"),
];

#[test]
fn headers_of_programs_and_offices() {
    let mut wrong = Vec::new();
    for (header, due) in EXPORTS {
        let found = layout_of_header(header);
        if found != *due {
            wrong.push(format!("{header}\n  due   {due}\n  found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), EXPORTS.len(), wrong.join("\n"));
}

#[test]
fn facsimile_numbers_are_no_phones() {
    for word in [
        "FAX",
        "ＦＡＸ",
        "Fax番号",
        "FAX番号",
        "ファックス",
        "ﾌｧｯｸｽ番号",
        "ファクス",
        "ファクシミリ",
        "自宅FAX",
        "F A X",
        "fax_number",
        "FAX(自宅)",
    ] {
        let body = "山田太郎,058-123-4567,058-123-4568\n".repeat(3);
        let outcome = read_text(&format!("氏名,電話番号,{word}\n{body}"));
        assert_eq!(outcome.described(), "name=1 phone=2", "{word}");
        let alone = read_text(&format!("氏名,{word}\n{}", "山田太郎,058-123-4568\n".repeat(3)));
        assert_eq!(alone.described(), "name=1", "{word}");
    }
}

/// People of three towns, as cells of prefecture, municipality, town, block, building and room.
const HOMES: [[&str; 6]; 6] = [
    ["岐阜県", "各務原市", "那加桐野外二ケ所", "2丁目17-19", "", ""],
    ["岐阜県", "各務原市", "鵜沼朝日町", "3-203", "メゾン朝日", "102"],
    ["愛知県", "半田市", "東洋町", "2-1", "", ""],
    ["愛知県", "半田市", "北滑草町", "1075", "", ""],
    ["東京都", "文京区", "千石", "4-15-7", "千石ハイツ", "201"],
    ["北海道", "加茂郡七宗町", "神渕", "12番地3", "", ""],
];
const NAMES: [&str; 6] =
    ["相沢　友幸様", "鈴木　花子様", "西尾　一郎様", "東　さくら様", "早川　実様", "大平　茂様"];

/// A table without a header whose address stands in these groups of cells.
fn spread(groups: &[&[usize]], constant: Option<usize>) -> (String, Vec<String>) {
    let (mut text, mut due) = (String::new(), Vec::new());
    for row in 0..30 {
        let mut home = HOMES[constant.unwrap_or(row % HOMES.len())];
        let block = format!("{}-{}", row % 9 + 1, row + 2);
        home[3] = &block;
        let cells: Vec<String> =
            groups.iter().map(|group| group.iter().map(|&part| home[part]).collect()).collect();
        due.push(cells.concat());
        text += &format!("{}\t{}\t090131{:05}\n", NAMES[row % 6], cells.join("\t"), 82472 + row * 7);
    }
    (text, due)
}

#[test]
fn parts_of_an_address_are_joined_by_what_they_hold() {
    let layouts: [&[&[usize]]; 9] = [
        &[&[0, 1], &[2, 3]],
        &[&[1], &[2, 3]],
        &[&[0], &[1, 2, 3]],
        &[&[0], &[1], &[2, 3]],
        &[&[0], &[1], &[2], &[3]],
        &[&[0, 1], &[2], &[3]],
        &[&[0, 1, 2], &[3]],
        &[&[1, 2], &[3]],
        &[&[0, 1], &[2, 3, 4, 5]],
    ];
    for groups in layouts {
        for constant in [None, Some(0), Some(2), Some(4), Some(5)] {
            let (text, due) = spread(groups, constant);
            let outcome = read_text(&text);
            for (row, due) in due.iter().enumerate() {
                let found = outcome.value(row, Field::Address);
                assert_eq!(found, due, "{groups:?} {constant:?}\n{text}");
            }
        }
    }
}

#[test]
fn a_building_or_a_room_stands_apart_from_the_number() {
    for header in
        ["氏名,住所,部屋番号,電話", "氏名,住所1,住所2,電話", "氏名,番地,号室,電話", "氏名,住所,,電話"]
    {
        let outcome =
            read_text(&format!("{header}\n{}", "山田太郎,半田市東洋町1-2-3,101,058-123-4567\n".repeat(3)));
        assert_eq!(outcome.value(0, Field::Address), "半田市東洋町1-2-3 101", "{header}");
    }
    let mut text = String::new();
    for row in 1..30 {
        text += &format!(
            "山田太郎,愛知県半田市東洋町{row}-2-3,{}0{},058-123-45{row:02}\n",
            row % 4 + 1,
            row % 7 + 1
        );
    }
    let outcome = read_text(&text);
    assert_eq!(outcome.value(0, Field::Address), "愛知県半田市東洋町1-2-3 202");
    let options = ReadOptions { columns: vec!["address=2+3".parse().unwrap()], ..ReadOptions::default() };
    let outcome = read_all(text.as_bytes(), &options).unwrap();
    assert_eq!(outcome.value(0, Field::Address), "愛知県半田市東洋町1-2-3 202");
}

#[test]
fn what_the_next_cell_says_again_is_left_out_row_by_row() {
    let text = "氏名,都道府県,市区町村,町名番地,建物名\n\
        山田太郎,愛知県,半田市,半田市東洋町2-1,\n\
        佐藤花子,愛知県,愛知県半田市,東洋町2-2,\n\
        鈴木一郎,愛知県,半田市,東洋町2-3コーポ101,コーポ101\n\
        高橋実,愛知県,半田市,東洋町2-4,コーポ101\n";
    let outcome = read_text(text);
    let due = [
        "愛知県半田市東洋町2-1",
        "愛知県半田市東洋町2-2",
        "愛知県半田市東洋町2-3コーポ101",
        "愛知県半田市東洋町2-4 コーポ101",
    ];
    for (row, due) in due.iter().enumerate() {
        assert_eq!(outcome.value(row, Field::Address), *due);
    }
}

#[test]
fn cells_speak_where_headings_are_unknown() {
    let row = |row: usize| {
        format!("愛知県半田市,東洋町{row}-1,コーポ{row}01,{},058-123-45{row:02}\n", NAMES[row % 6])
    };
    let text = "いろ,はに,建物等,ほへ,とち\n".to_owned() + &(1..15).map(row).collect::<String>();
    let outcome = read_text(&text);
    assert_eq!(outcome.described(), "name=4 address=1+2+3 phone=5");
}

/// Headings for the three parts of a phone, in one table each.
const SPLIT_PHONES: &[&str] = &[
    "市外局番,市内局番,加入者番号",
    "市外局番,局番,番号",
    "市外,市内,番号",
    "電話市外局番,電話市内局番,電話加入者番号",
    "電話番号（市外局番）,電話番号（市内局番）,電話番号（加入者番号）",
    "電話番号_市外,電話番号_市内,電話番号_加入者",
    "TEL(市外),TEL(市内),TEL(番号)",
    "ＴＥＬ市外局番,ＴＥＬ局番,ＴＥＬ番号",
    "自宅電話_市外局番,自宅電話_市内局番,自宅電話_加入者番号",
    "自宅電話市外局番,市内局番,加入者番号",
    "市外局番(自宅),市内局番(自宅),加入者番号(自宅)",
    "会員電話市外局番,会員電話市内局番,会員電話加入者番号",
    "お届け先電話市外局番,お届け先電話市内局番,お届け先電話加入者番号",
    "市外局番,市内局番,電話番号",
    "市外局番1,市内局番1,加入者番号1",
    "電話番号（市外）,電話番号（局番）,電話番号（下4桁）",
    "tel_area_code,tel_exchange,tel_number",
    "area code,exchange,subscriber number",
];

#[test]
fn a_phone_over_three_headed_columns_is_one() {
    for header in SPLIT_PHONES {
        let body = "058,123,4567,山田太郎,岐阜市加納1-2\n03,1234,5678,佐藤花子,岐阜市加納1-3\n".repeat(3);
        let outcome = read_text(&format!("{header},氏名,住所\n{body}"));
        assert_eq!(outcome.described(), "name=4 address=5 phone=1+2+3", "{header}");
        assert_eq!(outcome.value(0, Field::Phone), "058-123-4567", "{header}");
        assert_eq!(outcome.value(1, Field::Phone), "03-1234-5678", "{header}");
        assert_eq!(
            layout_of_header(&format!("氏名,{header},住所")),
            "name=1 address=5 phone=2+3+4",
            "{header}"
        );
    }
}

#[test]
fn several_phones_over_headed_columns_stay_apart() {
    let header = "会員番号,氏名,自宅電話_市外局番,自宅電話_市内局番,自宅電話_加入者番号,携帯電話_局番,携帯電話_番号,FAX市外局番,FAX市内局番,FAX加入者番号";
    let row = "M001,山田太郎,058,123,4567,090,12345678,058,123,4568\n";
    let outcome = read_text(&format!("{header}\n{}", row.repeat(3)));
    assert_eq!(outcome.described(), "name=2 phone=3+4+5 phone=6+7 member_id=1");
    assert_eq!(outcome.values(0, Field::Phone), ["058-123-4567", "090-12345678"]);

    for mobile in ["携帯市外局番,携帯市内局番,携帯加入者番号", "携帯(市外),携帯(市内),携帯(番号)"]
    {
        let found = layout_of_header(&format!("氏名,市外局番,市内局番,加入者番号,{mobile}"));
        assert_eq!(found, "name=1 phone=2+3+4 phone=5+6+7", "{mobile}");
    }
    assert_eq!(layout_of_header("氏名,市外局番,市内局番,加入者番号,携帯番号"), "name=1 phone=2+3+4 phone=5");
    assert_eq!(
        layout_of_header("氏名,電話番号,勤務先市外局番,勤務先市内局番,勤務先加入者番号"),
        "name=1 phone=2"
    );
}

#[test]
fn cells_decide_what_belongs_to_a_split_phone() {
    let read = |header: &str, row: &str| {
        read_text(&format!("{header}\n{}", format!("{row}\n").repeat(3))).described()
    };
    assert_eq!(read("氏名,市外局番,電話番号", "山田太郎,058,123-4567"), "name=1 phone=2+3");
    assert_eq!(read("氏名,市外局番,電話番号", "山田太郎,058,058-123-4567"), "name=1 phone=3");
    assert_eq!(read("氏名,市外局番,市内局番,電話番号", "山田太郎,058,123,058-123-4567"), "name=1 phone=4");
    let areas = "山田太郎,岐阜市加納1-2,131001";
    let found = read("氏名,住所,area code", areas);
    assert!(found.starts_with("name=1 address=2") && !found.contains("phone"), "{found}");
    let whole = "電話番号(市外局番から)";
    assert_eq!(read(&format!("氏名,{whole}"), "山田太郎,058-123-4567"), "name=1 phone=2");
}

#[test]
fn a_subscriber_number_is_a_members_only_where_no_phone_is_begun() {
    assert_eq!(layout_of_header("加入者番号,氏名,電話番号"), "name=2 phone=3 member_id=1");
    for header in
        ["氏名,市外局番,加入者番号", "氏名,市内局番,加入者番号", "氏名,加入者番号,市外局番,市内局番,番号"]
    {
        assert!(!layout_of_header(header).contains("member_id"), "{header}");
        let cells = ["山田太郎"].into_iter().chain(header.split(',').skip(1).map(|_| "123456789"));
        let row = format!("{}\n", cells.collect::<Vec<_>>().join(","));
        let found = read_text(&format!("{header}\n{}", row.repeat(3))).described();
        assert!(!found.contains("member_id"), "{header}: {found}");
    }
}

#[test]
fn whom_a_business_list_names_is_the_name_for_want_of_a_better_one() {
    for word in [
        "担当者名",
        "ご担当者",
        "ご担当者名",
        "ご担当者様",
        "ご担当者氏名",
        "代表者名",
        "代表者氏名",
        "代表者",
    ] {
        let business = layout_of_header(&format!("会社名,{word},住所,電話番号"));
        assert_eq!(business, "name=2 address=3 phone=4", "{word}");
        for better in ["顧客名", "お届け先名", "customer name", "会員様のお名前"] {
            assert_eq!(
                layout_of_header(&format!("{word},{better},電話番号")),
                "name=2 phone=3",
                "{word} {better}"
            );
        }
        assert_eq!(layout_of_header(&format!("{word},姓,名,電話番号")), "name=2+3 phone=4", "{word}");
        assert_eq!(layout_of_header(&format!("姓,{word},電話番号")), "name=1 phone=3", "{word}");
        assert_eq!(layout_of_header(&format!("氏名,{word}フリガナ,電話番号")), "name=1 phone=3", "{word}");
        let customers = ["山田太郎", "佐藤花子", "高橋実", "田中さくら", "伊藤茂"];
        let body: String =
            customers.iter().map(|customer| format!("鈴木一郎,{customer},03-1234-5678\n")).collect();
        let outcome = read_text(&format!("{word},いろは,電話番号\n{body}"));
        assert_eq!(outcome.described(), "name=2 phone=3", "{word} beside a column of names");
    }
    assert_eq!(
        layout_of_header("企業名,代表者名,代表者名フリガナ,代表者電話番号,住所,電話番号"),
        "name=2 kana=3 address=5 phone=6"
    );
    assert_eq!(layout_of_header("法人名,営業担当者名,電話番号"), "phone=3");
    let calls: String = (10..40).map(|row| format!("鈴木一郎,058-123-45{row}\n")).collect();
    assert_eq!(read_text(&format!("担当者名,電話番号\n{calls}")).described(), "phone=2", "one who calls all");
}

#[test]
fn what_is_no_list_is_told_by_its_first_line() {
    let open = |text: &str| read_all(text.as_bytes(), &ReadOptions::default()).map(|_| ()).unwrap_err();
    for line in [",".repeat(900_000), format!("{}\n", ",".repeat(900_000))] {
        let error = open(&line);
        assert!(matches!(error, IngestError::NoUsableColumn { columns: 900_001 }), "{error}");
    }
    for text in ["x".repeat(3 << 20), format!("\n{}\n氏名\n山田太郎\n", "山田,".repeat(1 << 20))] {
        let error = open(&text);
        assert!(matches!(error, IngestError::FirstLineTooLong { limit: 1_048_576 }), "{error}");
        assert!(error.to_string().contains("first line is longer than 1048576 bytes"), "{error}");
    }
}
