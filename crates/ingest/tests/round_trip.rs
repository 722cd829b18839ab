//! A table written in any encoding, with any delimiter, quoting, line ending and byte order mark is read back as it is.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{ENCODINGS, Trickle, encode, read_all};
use meibo_ingest::{Encoding, HeaderMode, ReadOptions};
use meibo_normalize::Field;
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
struct Form {
    encoding: Encoding,
    delimiter: char,
    quote_all: bool,
    line_end: &'static str,
    mark: bool,
    last_line_end: bool,
}

fn forms() -> impl Strategy<Value = Form> {
    (
        prop::sample::select(ENCODINGS.to_vec()),
        prop::sample::select(vec![',', '\t', ';', '|']),
        any::<bool>(),
        prop::sample::select(vec!["\n", "\r\n", "\r"]),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(encoding, delimiter, quote_all, line_end, mark, last_line_end)| Form {
            encoding,
            delimiter,
            quote_all,
            line_end,
            mark,
            last_line_end,
        })
}

fn names() -> impl Strategy<Value = String> {
    let family = prop::sample::select(vec!["山田", "佐藤", "渡辺", "小林", "五十嵐", "東", "長谷川", "中島"]);
    let given = prop::sample::select(vec!["太郎", "花子", "一", "さくら", "健太郎", "ケン", "美咲", "直樹"]);
    (family, given).prop_map(|(family, given)| format!("{family} {given}"))
}

fn addresses() -> impl Strategy<Value = String> {
    let place =
        prop::sample::select(vec!["東京都文京区千石", "岐阜県岐阜市加納本町", "大阪府大阪市北区梅田"]);
    let extra =
        prop::sample::select(vec!["", "コーポ,青木", "ハイツ\"星\"", "メゾン;A|B", "裏\n二階", "ﾊｲﾂ"]);
    (place, 1..30u8, 1..30u8, extra).prop_map(|(place, a, b, extra)| format!("{place}{a}-{b}{extra}"))
}

fn phones() -> impl Strategy<Value = String> {
    (1000..10000u32, 1000..10000u32).prop_map(|(a, b)| format!("03-{a}-{b}"))
}

fn write(header: bool, rows: &[[String; 3]], form: Form) -> Vec<u8> {
    let delimiter = form.delimiter.to_string();
    let cell = |text: &str| {
        let special = text.contains([form.delimiter, '"', '\n', '\r']);
        if form.quote_all || special { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    };
    let head = ["氏名", "住所", "電話番号"].map(str::to_owned);
    let all = header.then_some(&head).into_iter().chain(rows);
    let lines: Vec<String> = all.map(|row| row.each_ref().map(|text| cell(text)).join(&delimiter)).collect();
    let mut text = lines.join(form.line_end);
    if form.last_line_end {
        text.push_str(form.line_end);
    }
    let marked = matches!(form.encoding, Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be) && form.mark;
    let text = if marked { format!("\u{FEFF}{text}") } else { text };
    encode(&text, form.encoding)
}

/// ISO-2022-JP cannot carry half-width kana as they are; encoders widen them.
fn fits(rows: &[[String; 3]], form: Form) -> bool {
    let halfwidth = rows.iter().flatten().any(|cell| cell.contains('ﾊ'));
    let newline = rows.iter().flatten().any(|cell| cell.contains('\n'));
    let narrow = halfwidth && form.encoding == Encoding::Iso2022Jp;
    let mixed = newline && form.line_end == "\r";
    !narrow && !mixed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_written_table_is_read_back(
        form in forms(),
        rows in prop::collection::vec((names(), addresses(), phones()).prop_map(|(a, b, c)| [a, b, c]), 2..40),
        chunk in 1..5000usize,
    ) {
        prop_assume!(fits(&rows, form));
        let bytes = write(true, &rows, form);
        let outcome = read_all(Trickle(&bytes, chunk), &ReadOptions::default()).unwrap();
        prop_assert_eq!(outcome.layout.encoding, form.encoding);
        prop_assert_eq!(outcome.layout.delimiter, form.delimiter as u8);
        prop_assert!(outcome.layout.header);
        prop_assert_eq!(outcome.rows.len(), rows.len());
        for (index, row) in rows.iter().enumerate() {
            prop_assert_eq!(outcome.value(index, Field::Name), &row[0]);
            prop_assert_eq!(outcome.value(index, Field::Address), &row[1]);
            prop_assert_eq!(outcome.value(index, Field::Phone), &row[2]);
        }
        prop_assert_eq!(outcome.summary.blake3, blake3::hash(&bytes).to_hex().to_string());
        prop_assert_eq!(outcome.summary.bytes, bytes.len() as u64);
    }

    #[test]
    fn options_decide_where_they_are_given(
        form in forms(),
        rows in prop::collection::vec((names(), addresses(), phones()).prop_map(|(a, b, c)| [a, b, c]), 1..5),
    ) {
        prop_assume!(fits(&rows, form));
        let options = ReadOptions {
            columns: ["name=1", "address=2", "phone=3"].map(|given| given.parse().unwrap()).to_vec(),
            header: HeaderMode::Absent,
            encoding: Some(form.encoding),
            delimiter: Some(form.delimiter as u8),
            fixed: None,
        };
        let outcome = read_all(write(false, &rows, form).as_slice(), &options).unwrap();
        prop_assert_eq!(outcome.rows.len(), rows.len());
        for (index, row) in rows.iter().enumerate() {
            prop_assert_eq!(outcome.value(index, Field::Name), &row[0]);
            prop_assert_eq!(outcome.value(index, Field::Address), &row[1]);
            prop_assert_eq!(outcome.value(index, Field::Phone), &row[2]);
        }
    }

    #[test]
    fn any_bytes_end_in_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..4000), chunk in 1..700usize) {
        let options = ReadOptions { columns: vec!["name=1".parse().unwrap()], ..ReadOptions::default() };
        if let Ok(outcome) = read_all(Trickle(&bytes, chunk), &options) {
            prop_assert_eq!(outcome.summary.blake3, blake3::hash(&bytes).to_hex().to_string());
            prop_assert_eq!(outcome.summary.rows, outcome.rows.len() as u64);
        }
    }

    #[test]
    fn any_marks_end_in_rows_or_an_error(text in "[\"\",;\t\r\n\\x00a山1\\x1b$B(]{0,600}", chunk in 1..200usize) {
        let options = ReadOptions { columns: vec!["name=1".parse().unwrap()], ..ReadOptions::default() };
        let by_chunks = read_all(Trickle(text.as_bytes(), chunk), &options).map(|outcome| outcome.rows);
        let at_once = read_all(text.as_bytes(), &options).map(|outcome| outcome.rows);
        prop_assert_eq!(by_chunks.ok(), at_once.ok());
    }
}
