//! Text whose columns are told by their place in the line.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use crate::common::{Dice, encode, read, read_all};
use meibo_ingest::{Encoding, FixedWidth, Measure, ReadOptions};
use meibo_normalize::Field;

const PEOPLE: &str = include_str!("data/people.tsv");
const PLACES: &str = include_str!("data/places.tsv");

fn people(count: usize) -> Vec<[String; 5]> {
    let mut dice = Dice(0x2545_F491);
    let names: Vec<Vec<&str>> = PEOPLE.lines().map(|line| line.split('\t').collect()).collect();
    let places: Vec<Vec<&str>> = PLACES.lines().map(|line| line.split('\t').collect()).collect();
    let person = |_| {
        let (family, given) = (&names[dice.roll(names.len())], &names[dice.roll(names.len())]);
        let place = &places[dice.roll(places.len())];
        [
            format!("{}　{}", family[0], given[2]),
            format!("{}-{}", &place[0][..3], &place[0][3..]),
            format!("{}{}{}{}-{}", place[1], place[2], place[3], 1 + dice.roll(9), 1 + dice.roll(30)),
            format!("19{}{:02}{:02}", 20 + dice.roll(70), 1 + dice.roll(12), 1 + dice.roll(28)),
            format!("0{}-{}-{}", 52 + dice.roll(40), 100 + dice.roll(900), 1000 + dice.roll(9000)),
        ]
    };
    (0..count).map(person).collect()
}

fn width(measure: Measure, text: &str) -> usize {
    let of = |c: char| match measure {
        _ if c.is_ascii() => 1,
        Measure::Characters => 1,
        Measure::Columns if matches!(c, '｡'..='ﾟ') => 1,
        _ => 2,
    };
    text.chars().map(of).sum()
}

fn lines(rows: &[[String; 5]], widths: [usize; 5], measure: Measure) -> String {
    let line = |row: &[String; 5]| {
        let pad =
            |(cell, wide): (&String, usize)| format!("{cell}{}", " ".repeat(wide - width(measure, cell)));
        row.iter().zip(widths).map(pad).collect::<String>() + "\r\n"
    };
    rows.iter().map(line).collect()
}

const FIELDS: [Field; 5] = [Field::Name, Field::Postal, Field::Address, Field::BirthDate, Field::Phone];

#[test]
fn columns_of_fixed_places_are_read() {
    let rows = people(80);
    for (encoding, measure, widths) in [
        (Encoding::Cp932, Measure::Columns, [30, 10, 80, 9, 14]),
        (Encoding::EucJp, Measure::Columns, [30, 10, 80, 9, 14]),
        (Encoding::Utf8, Measure::Characters, [16, 10, 44, 9, 14]),
        // Nothing stands between the code and the address.
        (Encoding::Cp932, Measure::Columns, [30, 8, 80, 9, 13]),
    ] {
        for header in [None, Some(["氏名", "郵便番号", "住所", "生年月日", "電話番号"])] {
            let mut all = rows.clone();
            if let Some(header) = header.filter(|_| widths[1] > 8) {
                all.insert(0, header.map(str::to_owned));
            }
            let outcome = read(&encode(&lines(&all, widths, measure), encoding));
            assert_eq!(outcome.rows.len(), rows.len(), "{:?}", outcome.layout);
            assert_eq!(outcome.layout.header, all.len() > rows.len());
            assert_eq!(outcome.layout.fixed.as_ref().unwrap().measure, measure);
            for (at, row) in rows.iter().enumerate() {
                for (field, due) in FIELDS.into_iter().zip(row) {
                    assert_eq!(outcome.value(at, field), due, "{field} {:?}", outcome.layout);
                }
            }
            // What is shown reads it again.
            let again: FixedWidth = outcome.layout.fixed.as_ref().unwrap().to_string().parse().unwrap();
            let options = ReadOptions { fixed: Some(again), ..ReadOptions::default() };
            let bytes = encode(&lines(&all, widths, measure), encoding);
            assert_eq!(read_all(bytes.as_slice(), &options).unwrap().rows, outcome.rows);
        }
    }
}

#[test]
fn delimited_text_is_never_of_fixed_places() {
    let rows = people(40);
    for delimiter in [",", "\t", ";", "|"] {
        let padded = lines(&rows, [30, 10, 80, 9, 14], Measure::Columns);
        let text: String = padded
            .lines()
            .map(|line| line.replacen("  ", &format!("{delimiter} "), 1) + delimiter + "x\n")
            .collect();
        assert_eq!(read(text.as_bytes()).layout.fixed, None, "{delimiter:?}");
        let plain: String = rows.iter().map(|row| row.join(delimiter) + "\n").collect();
        assert_eq!(read(plain.as_bytes()).layout.fixed, None, "{delimiter:?}");
    }
    let names: String = rows.iter().map(|row| format!("{}\n", row[0])).collect();
    assert_eq!(read(names.as_bytes()).layout.fixed, None);
}
