//! Headings as lists really have them, and what must be read from them.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Outcome, layout_of_header, read, read_all, read_text};
use meibo_ingest::{FoundBy, HeaderMode, IngestError, ReadOptions};
use meibo_normalize::Field;

/// A list of one row under a header.
fn with_header(header: &str, row: &str) -> Outcome {
    let outcome = read_text(&format!("{header}\n{row}\n"));
    assert!(outcome.layout.header, "{header}");
    assert_eq!(outcome.rows.len(), 1, "{header}");
    outcome
}

#[test]
fn one_heading_one_field() {
    let words: &[(Field, &[&str])] = &[
        (
            Field::Name,
            &[
                "氏名",
                "名前",
                "お名前",
                "顧客名",
                "契約者名",
                "会員名",
                "宛名",
                "患者氏名",
                "受診者名",
                "漢字氏名",
                "name",
                "Full Name",
                "full_name",
                "customer_name",
                "氏　名",
                "氏名（漢字）",
                "【氏名】",
                "ご契約者氏名",
                "会員氏名",
                "氏名※必須",
                "お客様氏名",
                "申込者氏名",
                "被保険者氏名",
                "CustomerName",
                "ご注文者名",
                "利用者氏名",
                "ｼﾒｲ漢字氏名",
            ],
        ),
        (
            Field::Kana,
            &[
                "フリガナ",
                "ﾌﾘｶﾞﾅ",
                "ふりがな",
                "カナ氏名",
                "カナ",
                "氏名カナ",
                "氏名(カナ)",
                "氏名（フリガナ）",
                "よみ",
                "お名前（カナ）",
                "name_kana",
                "会員名カナ",
                "顧客名（ｶﾅ）",
                "契約者名カナ",
                "カナ氏名（全角）",
            ],
        ),
        (
            Field::Address,
            &[
                "住所",
                "現住所",
                "ご住所",
                "所在地",
                "address",
                "住所（自宅）",
                "お客様住所",
                "契約者住所",
                "自宅住所",
                "Home Address",
                "住　所",
                "会員住所",
                "住所1",
            ],
        ),
        (
            Field::Phone,
            &[
                "電話番号",
                "TEL",
                "ＴＥＬ",
                "電話",
                "自宅電話",
                "連絡先",
                "携帯電話",
                "携帯番号",
                "mobile",
                "phone",
                "tel1",
                "Phone Number",
                "電話番号（自宅）",
                "電話番号(携帯)",
                "電話番号１",
                "お客様電話番号",
                "tel_no",
                "連絡先電話番号",
                "契約者電話番号",
                "携帯電話番号",
            ],
        ),
        (
            Field::Postal,
            &[
                "郵便番号",
                "〒",
                "zip",
                "postal_code",
                "postcode",
                "ZIP CODE",
                "郵便番号（自宅）",
                "〒番号",
                "postal",
            ],
        ),
        (
            Field::BirthDate,
            &[
                "生年月日",
                "誕生日",
                "birthday",
                "dob",
                "birth_date",
                "Date of Birth",
                "生年月日（西暦）",
                "お誕生日",
                "会員生年月日",
                "受診者生年月日",
            ],
        ),
        (Field::Sex, &["性別", "sex", "gender", "性　別", "男女"]),
        (Field::Age, &["年齢", "age", "年令", "満年齢"]),
        (
            Field::Email,
            &[
                "メール",
                "メールアドレス",
                "email",
                "e-mail",
                "E-Mail Address",
                "Ｅメール",
                "mail_address",
                "PCメールアドレス",
                "会員メールアドレス",
            ],
        ),
        (
            Field::MemberId,
            &[
                "会員番号",
                "会員ID",
                "顧客番号",
                "被保険者番号",
                "お客様番号",
                "member_id",
                "customer_no",
                "insurance_no",
                "user_id",
                "id",
                "会員No.",
                "顧客コード",
                "お客様ＩＤ",
                "契約者番号",
                "診察券番号",
            ],
        ),
    ];
    for (field, headings) in words {
        for heading in *headings {
            let other = if *field == Field::Name { "電話番号" } else { "氏名" };
            let found = layout_of_header(&format!("{heading},{other}"));
            assert!(found.contains(&format!("{field}=1")), "{heading}: {found}");
        }
    }
}

#[test]
fn false_friends_are_left_alone() {
    let words = [
        "会社名",
        "商品名",
        "配偶者名",
        "配偶者氏名",
        "保護者氏名",
        "世帯主名",
        "世帯主氏名",
        "店舗名",
        "件名",
        "プラン名",
        "担当者名",
        "担当者氏名",
        "登録日",
        "更新日",
        "購入日",
        "勤務先電話",
        "勤務先電話番号",
        "勤務先名",
        "勤務先住所",
        "緊急連絡先氏名",
        "緊急連絡先電話番号",
        "FAX",
        "FAX番号",
        "ファックス番号",
        "備考",
        "代表者名",
        "紹介者氏名",
        "ニックネーム",
        "user name",
        "company_name",
        "product name",
        "store_name",
        "fax",
        "fax_no",
        "会社電話番号",
        "保護者電話番号",
        "住所コード",
        "電話種別",
        "建物種別",
        "building_kind",
        "電話会社",
        "携帯キャリア",
        "メルマガ希望",
        "年代",
        "年齢層",
        "支店名",
        "口座名義人区分",
        "ip_address",
        "file name",
        "created_at",
        "registered_on",
        "first_purchase",
        "head_of_household",
        "representative",
        "voucher_no",
        "旧住所",
        "旧姓",
        "住所カナ",
        "住所フリガナ",
        "国名",
        "country",
        "件数",
        "連番",
        "No.",
        "続柄",
        "血液型",
        "職業",
        "学校名",
        "エリア",
        "plan",
        "provider",
        "device",
        "card",
    ];
    for word in words {
        let found = layout_of_header(&format!("{word},氏名,電話番号"));
        assert_eq!(found, "name=2 phone=3", "{word}");
    }
}

#[test]
fn reference_fields_are_found() {
    let header = "name,kana,address,phone,mobile,postal,birth_date,sex,age,email,member_id,purchases";
    let due =
        "name=1 kana=2 address=3 phone=4 phone=5 postal=6 birth_date=7 sex=8 age=9 email=10 member_id=11";
    assert_eq!(layout_of_header(header), due);
    for id in ["user_id", "customer_no", "insurance_no", "member_id"] {
        assert_eq!(layout_of_header(&format!("{id},name,phone")), "name=2 phone=3 member_id=1");
    }
    assert_eq!(layout_of_header("name,address,building,phone"), "name=1 address=2+3 phone=4");
}

#[test]
fn names_spread_over_columns_are_joined() {
    for header in [
        "姓,名,TEL",
        "氏名（姓）,氏名（名）,TEL",
        "苗字,名前（名）,TEL",
        "last_name,first_name,tel",
        "surname,given_name,tel",
        "Family Name,Given Name,tel",
        "お名前(姓),お名前(名),電話",
    ] {
        assert_eq!(layout_of_header(header), "name=1+2 phone=3", "{header}");
    }
    for header in ["名,姓,TEL", "first_name,last_name,tel"] {
        let outcome = with_header(header, "太郎,山田,03-1234-5678");
        assert_eq!(outcome.value(0, Field::Name), "山田 太郎");
    }
    for header in [
        "氏名,セイ,メイ",
        "氏名,姓カナ,名カナ",
        "氏名,フリガナ（姓）,フリガナ（名）",
        "氏名,姓（カナ）,名（カナ）",
        "name,last_name_kana,first_name_kana",
        "氏名,セイ（フリガナ）,メイ（フリガナ）",
    ] {
        assert_eq!(layout_of_header(header), "name=1 kana=2+3", "{header}");
    }
    assert_eq!(layout_of_header("姓,名,氏名,TEL"), "name=3 phone=4", "a full name goes before its parts");
    let latin = with_header("given_name,surname,phone", "Taro,Yamada,0312345678");
    assert_eq!(latin.value(0, Field::Name), "Taro Yamada");
}

#[test]
fn addresses_spread_over_columns_are_joined() {
    let outcome = with_header(
        "氏名,都道府県,市区町村,町名番地,建物名",
        "山田太郎,岐阜県,岐阜市,加納本町1-2,コーポ青木101",
    );
    assert_eq!(outcome.value(0, Field::Address), "岐阜県岐阜市加納本町1-2 コーポ青木101");
    let turned = with_header(
        "建物名,番地,町域,市区町村,都道府県,氏名",
        "コーポ101,1-2,加納本町,岐阜市,岐阜県,山田太郎",
    );
    assert_eq!(turned.value(0, Field::Address), "岐阜県岐阜市加納本町1-2 コーポ101");
    assert_eq!(turned.columns(Field::Address), [[5, 4, 3, 2, 1]]);
    let lines = with_header("氏名,住所1,住所2,住所3", "山田太郎,東京都文京区,千石4-15-7,101");
    assert_eq!(lines.value(0, Field::Address), "東京都文京区千石4-15-7 101");
    let apart = with_header("氏名,都道府県,市区町村,町域,丁目,番地,号", "山田,東京都,文京区,千石,4,15,7");
    assert_eq!(apart.value(0, Field::Address), "東京都文京区千石4-15-7");
    let western = with_header("name,street,suburb,state", "John Smith,12 High Street,Carlton,VIC");
    assert_eq!(western.value(0, Field::Address), "12 High Street, Carlton, VIC");
    let kattagaki = with_header("宛名,住所,方書", "山田太郎,半田市東洋町2-1,青木様方");
    assert_eq!(kattagaki.value(0, Field::Address), "半田市東洋町2-1 青木様方");
}

#[test]
fn a_prefecture_that_the_address_repeats_is_left_out() {
    let full = read_text(
        "氏名,都道府県,住所\n山田太郎,東京都,東京都文京区千石4-15-7\n佐藤花子,大阪府,大阪府大阪市北区梅田1-1\n",
    );
    assert_eq!(full.columns(Field::Address), [[3]]);
    let rest = read_text(
        "氏名,都道府県,住所\n山田太郎,東京都,文京区千石4-15-7\n佐藤花子,大阪府,大阪市北区梅田1-1\n",
    );
    assert_eq!(rest.columns(Field::Address), [[2, 3]]);
    assert_eq!(rest.value(0, Field::Address), "東京都文京区千石4-15-7");
}

#[test]
fn several_phones_stay_apart_and_parts_of_one_are_joined() {
    assert_eq!(layout_of_header("氏名,電話番号1,電話番号2,FAX,携帯電話"), "name=1 phone=2 phone=3 phone=5");
    let parts = with_header("氏名,電話番号1,電話番号2,電話番号3", "山田太郎,03,1234,5678");
    assert_eq!(parts.values(0, Field::Phone), ["03-1234-5678"]);
    let postal = with_header("氏名,郵便番号1,郵便番号2", "山田太郎,112,0011");
    assert_eq!(postal.value(0, Field::Postal), "112-0011");
}

#[test]
fn birth_dates_spread_over_columns_are_joined() {
    let outcome = with_header("氏名,生年,生月,生日", "山田太郎,1955,3,2");
    assert_eq!(outcome.value(0, Field::BirthDate), "1955-3-2");
    let era = with_header("氏名,元号,年,月,日", "山田太郎,昭和,30,3,2");
    assert_eq!(era.value(0, Field::BirthDate), "昭和30-3-2");
    let partial = with_header("氏名,生年,生月,生日", "山田太郎,1955,,2");
    assert_eq!(partial.value(0, Field::BirthDate), "", "a date without its month is no date");
}

#[test]
fn another_persons_columns_serve_only_where_there_is_nothing_better() {
    assert_eq!(layout_of_header("注文者氏名,注文者住所,お届け先氏名,お届け先住所"), "name=1 address=2");
    assert_eq!(layout_of_header("お届け先氏名,お届け先住所,お届け先電話番号"), "name=1 address=2 phone=3");
    assert_eq!(layout_of_header("氏名,住所,緊急連絡先氏名,緊急連絡先電話"), "name=1 address=2");
}

#[test]
fn titles_blank_lines_and_comments_above_the_header_are_skipped() {
    let text =
        "顧客名簿一覧\n\n2016年4月1日現在,,\n氏名,住所,電話番号\n山田太郎,岐阜市加納本町1-2,058-123-4567\n";
    let outcome = read_text(text);
    assert!(outcome.layout.header);
    assert_eq!((outcome.layout.skipped_rows, outcome.rows.len(), outcome.lines[0]), (2, 1, 5));
    let comment = read_text("# exported by a program\n氏名,電話番号\n山田太郎,03-1234-5678\n");
    assert_eq!((comment.layout.skipped_rows, comment.rows.len()), (1, 1));
    let separated = read_text("sep=;\n氏名;電話番号\n山田太郎;03-1234-5678\n");
    assert_eq!((separated.layout.delimiter, separated.rows.len(), separated.lines[0]), (b';', 1, 3));
}

#[test]
fn a_header_of_two_rows_is_one_header() {
    let text = "氏名,,住所,,緊急連絡先,\n姓,名,都道府県,市区町村,氏名,電話番号\n山田,太郎,岐阜県,岐阜市加納1,鈴木,058-111-2222\n";
    let outcome = read_text(text);
    assert_eq!(outcome.described(), "name=1+2 address=3+4");
    assert_eq!(outcome.rows.len(), 1);
}

#[test]
fn a_first_person_is_no_header() {
    for text in [
        "山田太郎,03-1234-5678\n佐藤花子,03-2345-6789\n鈴木一郎,03-3456-7890\n",
        "鈴木,メイ,スズキ,メイ,03-1234-5678\n佐藤,花子,サトウ,ハナコ,03-2345-6789\n",
        "山田太郎,東京都文京区千石4-15-7\n佐藤花子,東京都文京区千石4-15-8\n",
        "田中,カナ\n山田,タロウ\n",
        "山田太郎,根室市大字明郷,2313\n佐藤花子,根室市花咲港,1-2\n鈴木一郎,根室市昭和町,3-4\n",
        "山田太郎,なし\n佐藤花子,03-2345-6789\n鈴木一郎,03-3456-7890\n田中一,03-3456-7891\n",
    ] {
        let outcome = read_text(text);
        assert!(!outcome.layout.header, "{text}");
        assert_eq!(outcome.rows.len(), text.lines().count(), "{text}");
        assert_eq!(outcome.layout.columns[0].found_by, FoundBy::Content);
    }
}

#[test]
fn a_wide_export_needs_three_known_headings() {
    let unknown: Vec<String> = (0..40).map(|column| format!("項目{column}甲")).collect();
    let header = format!("出力,一覧,,\n氏名,電話番号,住所,{}", unknown.join(","));
    let outcome = read_text(&format!("{header}\n山田太郎,03-1234-5678,岐阜市加納1{}\n", ",x".repeat(40)));
    assert_eq!((outcome.layout.header, outcome.layout.skipped_rows, outcome.rows.len()), (true, 1, 1));
}

#[test]
fn options_replace_what_would_be_found() {
    let text = "番号,氏名,本人,電話番号,別の番号\n1,世帯 主,山田 太郎,03-1234-5678,090-1234-5678\n";
    let options = |given: &[&str]| ReadOptions {
        columns: given.iter().map(|given| given.parse().unwrap()).collect(),
        ..ReadOptions::default()
    };
    let outcome =
        read_all(text.as_bytes(), &options(&["name=本人", "phone=5", "phone=4", "member_id=1"])).unwrap();
    assert_eq!(outcome.value(0, Field::Name), "山田 太郎");
    assert_eq!(outcome.values(0, Field::Phone), ["090-1234-5678", "03-1234-5678"]);
    assert_eq!(outcome.value(0, Field::MemberId), "1");
    assert!(outcome.layout.columns.iter().all(|column| column.found_by == FoundBy::Override));
    let joined = read_all(text.as_bytes(), &options(&["name=氏名+本人"])).unwrap();
    assert_eq!(joined.value(0, Field::Name), "世帯 主 山田 太郎");
    let numbers = read_all(text.as_bytes(), &options(&["name=3+2"])).unwrap();
    assert_eq!(numbers.value(0, Field::Name), "山田 太郎 世帯 主");
    let missing = read_all(text.as_bytes(), &options(&["name=会員"])).map(|_| ());
    assert!(matches!(missing, Err(IngestError::ColumnNotFound { field: Field::Name, .. })));
    let beyond = read_all(text.as_bytes(), &options(&["name=6"])).map(|_| ());
    assert!(matches!(beyond, Err(IngestError::ColumnOutOfRange { column: 6, columns: 5, .. })));
    let headless = ReadOptions { header: HeaderMode::Absent, ..options(&["name=氏名"]) };
    assert!(matches!(read_all(text.as_bytes(), &headless).map(|_| ()), Err(IngestError::NoHeader { .. })));
}

#[test]
fn unused_columns_stay_visible() {
    let outcome = with_header("氏名,電話番号,会社名,備考", "山田太郎,03-1234-5678,x,y");
    let unused: Vec<_> = outcome.layout.unused.iter().map(|c| (c.column, c.name.as_deref())).collect();
    assert_eq!(unused, [(3, Some("会社名")), (4, Some("備考"))]);
}

#[test]
fn a_list_without_a_person_is_an_error() {
    assert!(matches!(
        read_all("商品名,価格\nりんご,100\n".as_bytes(), &ReadOptions::default()).map(|_| ()),
        Err(IngestError::NoUsableColumn { columns: 2 })
    ));
    for nothing in ["", "\n\n", "\u{FEFF}"] {
        assert!(matches!(
            read_all(nothing.as_bytes(), &ReadOptions::default()).map(|_| ()),
            Err(IngestError::NoRows)
        ));
    }
    let header_alone = read(b"name,phone\n");
    assert_eq!((header_alone.rows.len(), header_alone.layout.header), (0, true));
}

#[test]
fn a_header_shorter_than_its_rows() {
    let row_names = read_text(
        "\"氏名\",\"電話番号\"\n\"1\",\"山田太郎\",\"03-1234-5678\"\n\"2\",\"佐藤花子\",\"03-1234-5679\"\n",
    );
    assert_eq!(row_names.described(), "name=2 phone=3");
    let unnamed_last = read_text("氏名,電話番号\n山田太郎,03-1234-5678,x\n佐藤花子,03-1234-5679,y\n");
    assert_eq!((unnamed_last.described().as_str(), unnamed_last.summary.rejects), ("name=1 phone=2", 0));
    let unquoted = read_text(
        "氏名,住所,電話番号\n山田太郎,岐阜市加納1,コーポ1,03-1234-5678\n佐藤花子,岐阜市加納2,コーポ2,03-1234-5679\n鈴木一,岐阜市加納3,03-1234-5670\n",
    );
    assert_eq!((unquoted.layout.width, unquoted.summary.rejects), (3, 2));
}

#[test]
fn a_heading_over_merged_cells_covers_them_all() {
    let outcome =
        with_header("氏名,,住所,,電話番号,", "山田,太郎,岐阜県岐阜市,加納本町1-2,058-123-4567,090-1234-5678");
    assert_eq!(outcome.described(), "name=1+2 address=3+4 phone=5 phone=6");
}

#[test]
fn exports_of_shops_and_offices() {
    let shop = "注文番号,注文者名字,注文者名前,注文者名字フリガナ,注文者名前フリガナ,注文者郵便番号1,注文者郵便番号2,注文者住所：都道府県,注文者住所：都市区,注文者住所：町以降,注文者電話番号1,注文者電話番号2,注文者電話番号3,送付先名字,送付先名前";
    let outcome = with_header(
        shop,
        "1,山田,太郎,ヤマダ,タロウ,500,8000,岐阜県,岐阜市,加納本町1-2,058,123,4567,佐藤,花子",
    );
    assert_eq!(outcome.described(), "name=2+3 kana=4+5 address=8+9+10 phone=11+12+13 postal=6+7");
    let office = "整理番号,記号,番号,被保険者氏名,受診者氏名,受診者カナ氏名,生年月日,住所１,住所２";
    let outcome =
        with_header(office, "1,12,34,山田 一,山田 花子,ヤマダ ハナコ,S30.1.1,岐阜県岐阜市加納1,コーポ2");
    assert_eq!(outcome.described(), "name=5 kana=6 address=8+9 birth_date=7");
    let mail = "お客様名(姓),お客様名(名),お客様名カナ(セイ),お客様名カナ(メイ),会員ID,性別";
    assert_eq!(layout_of_header(mail), "name=1+2 kana=3+4 sex=6 member_id=5");
    let book = "名,ミドル ネーム,姓,会社名,番地 (会社),市区町村 (会社),番地 (自宅),市区町村 (自宅),都道府県 (自宅),会社電話,自宅電話";
    assert_eq!(layout_of_header(book), "name=3+1 address=9+8+7 phone=11");
    let sales = "Account ID,Last Name,First Name,Mailing Street,Mailing City,Mailing State/Province,Mailing Zip/Postal Code,Phone,Fax,Account Owner";
    assert_eq!(layout_of_header(sales), "name=2+3 address=6+5+4 phone=8 postal=7 member_id=1");
    let clinic = "漢字氏名,受診者住所,受診者電話番号,実施機関名,実施機関電話番号,大字コード";
    assert_eq!(layout_of_header(clinic), "name=1 address=2 phone=3");
    let codes = with_header("name,pref,addr1,addr2", "山田太郎,21,岐阜市加納1,コーポ2");
    assert_eq!(
        codes.value(0, Field::Address),
        "岐阜市加納1 コーポ2",
        "a prefecture's number is no text of an address"
    );
}

#[test]
fn headings_that_say_nothing_are_headings_all_the_same() {
    let outcome = read_text("F01,F02,F03\n山田太郎,03-1234-5678,1950/1/2\n佐藤花子,03-1234-5679,1960/3/4\n");
    assert_eq!((outcome.layout.header, outcome.rows.len()), (true, 2));
    assert_eq!(outcome.described(), "name=1 phone=2 birth_date=3");
}
