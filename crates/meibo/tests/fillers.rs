//! Values that stand for nobody, which only their frequency shows.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may fail loudly")]

use std::io::{Cursor, Write as _};

use flate2::write::GzEncoder;
use meibo::{
    ClientId, Examiner, Field, FileAnswer, Fingerprinter, ListFacts, ReadOptions, Record, RegistryKey,
    Replay, RowLine, Verdict,
};
use meibo_synth::World;
use proptest::prelude::*;

fn key() -> RegistryKey {
    RegistryKey::from_bytes([42; 32])
}

const SURNAMES: [&str; 20] = [
    "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田", "山口",
    "松本", "井上", "木村", "清水", "山崎", "池田", "橋本",
];
const GIVEN: [&str; 25] = [
    "太郎",
    "花子",
    "一郎",
    "和子",
    "幸子",
    "清",
    "実",
    "茂",
    "節子",
    "洋子",
    "健一",
    "恵子",
    "京子",
    "久美子",
    "由美",
    "博",
    "正",
    "進",
    "隆",
    "勇",
    "誠",
    "聡",
    "直樹",
    "大輔",
    "美咲",
];

/// A person of a country in which every full name is as frequent as every other, and far more so than in Japan.
fn name(person: usize) -> String {
    let mixed = person.wrapping_mul(2_654_435_761) >> 7;
    format!("{} {}{}", SURNAMES[mixed % 20], GIVEN[mixed / 20 % 25], GIVEN[mixed / 500 % 25])
}

fn phone(person: usize) -> String {
    format!("058{:07}", 2_000_001 + person * 7)
}

fn address(person: usize) -> String {
    format!("岐阜県岐阜市橋本町{}-{}", person / 50 + 1, person % 50 + 1)
}

fn born(person: usize) -> String {
    format!("{}-{:02}-{:02}", 1930 + person * 7 % 70, person * 5 % 12 + 1, person * 11 % 28 + 1)
}

fn person(number: usize) -> [(Field, String); 4] {
    [
        (Field::Name, name(number)),
        (Field::Phone, phone(number)),
        (Field::Address, address(number)),
        (Field::BirthDate, born(number)),
    ]
}

fn record(values: &[(Field, String)]) -> Record {
    values.iter().fold(Record::new(), |record, (field, text)| record.with(*field, text))
}

/// A person with one value in place of their own.
fn with(number: usize, field: Field, text: &str) -> Record {
    let mut values = person(number).to_vec();
    match values.iter_mut().find(|(of, _)| *of == field) {
        Some((_, value)) => *value = text.to_owned(),
        None => values.push((field, text.to_owned())),
    }
    record(&values)
}

/// A list of people of whom the first so many have one value of a field.
fn list(people: usize, fillers: usize, field: Field, text: &str) -> Vec<Record> {
    let row = |number| if number < fillers { with(number, field, text) } else { record(&person(number)) };
    (0..people).map(row).collect()
}

/// The fingerprint of a list and what was found in it.
fn fingerprint(client: &str, list: &[Record]) -> (Vec<u8>, ListFacts) {
    // Its order and how it is written show what is in no key.
    let mut fingerprinter = Fingerprinter::new(&key()).without_order().without_list_profile();
    let mut facts = fingerprinter.add_records(list.iter().cloned());
    if let Some(mut again) = fingerprinter.again() {
        facts = again.add_records(list.iter().cloned());
        assert!(!facts.fillers.is_empty());
        assert!(again.again().is_none());
        fingerprinter = again;
    }
    (fingerprinter.finish(ClientId::new(client).unwrap(), "2016-04-01".parse().unwrap()).unwrap(), facts)
}

/// Fields with their fillers: distinct values, rows, first row.
fn found(facts: &ListFacts) -> Vec<(Field, u64, u64, u64)> {
    facts.fillers.fields().map(|(field, f)| (field, f.values(), f.rows, f.first_row)).collect()
}

fn attribute(lists: &[(&str, &[Record])], seized: &[Record]) -> (Examiner, FileAnswer) {
    let directory = tempfile::tempdir().unwrap();
    for (client, list) in lists {
        std::fs::write(directory.path().join(format!("{client}.meibo")), fingerprint(client, list).0)
            .unwrap();
    }
    let examiner = Examiner::open(directory.path(), &[key()]).unwrap();
    let answer = examiner.attribute_records(seized.iter().cloned(), &()).unwrap();
    (examiner, answer)
}

#[test]
fn frequent_values_of_every_field_are_found() {
    for (field, text, rows) in [
        (Field::Name, "ご契約者", 40),
        (Field::Name, "入居者様", 40),
        (Field::Name, "非会員", 40),
        (Field::Name, "ヤマダタロウ", 40),
        (Field::Kana, "ヤマダ タロウ", 40),
        (Field::Phone, "058-262-4141", 1_000),
        (Field::Phone, "058-262-4141", 100),
        (Field::BirthDate, "1970-01-01", 50),
        (Field::BirthDate, "1950/1/1", 1_000),
        (Field::Email, "no-reply@example.com", 60),
        (Field::MemberId, "99999", 60),
    ] {
        let (_, facts) = fingerprint("a", &list(1_000, rows, field, text));
        // A name in kana alone is a reading.
        let field = if text == "ヤマダタロウ" { Field::Kana } else { field };
        assert_eq!(found(&facts), [(field, 1, rows as u64, 1)], "{text}");
    }
}

#[test]
fn a_fingerprint_is_that_of_the_list_without_the_fillers() {
    let list = list(500, 60, Field::Name, "ご契約者");
    let bare: Vec<Record> = (0..500)
        .map(|number| match number < 60 {
            true => record(&person(number)[1..]),
            false => record(&person(number)),
        })
        .collect();
    assert_eq!(fingerprint("a", &list).0, fingerprint("a", &bare).0);
}

#[test]
fn a_list_that_must_be_read_again_is_not_finished() {
    let mut fingerprinter = Fingerprinter::new(&key());
    fingerprinter.add_records(list(500, 60, Field::Name, "ご契約者"));
    let error = fingerprinter.finish(ClientId::new("a").unwrap(), "2016-04-01".parse().unwrap()).unwrap_err();
    assert!(matches!(error, meibo::Error::ReadAgain));
}

#[test]
fn rows_of_fillers_alone_are_rejected_and_said_to_be() {
    let row = |number| Record::new().with(Field::Name, "ご契約者").with(Field::Address, &address(number));
    let rows: Vec<Record> = (0..40).map(row).chain((40..60).map(|n| record(&person(n)))).collect();
    let (_, facts) = fingerprint("a", &rows);
    assert_eq!((facts.rows, facts.records), (60, 20));
    let reasons: Vec<&str> = facts.rejects.kinds().map(|(reason, _)| reason).collect();
    assert_eq!(reasons, ["no key: too few usable fields beside values that stand for nobody"]);
}

#[test]
fn orders_of_one_person_are_no_filler() {
    // A thousand orders of ten customers, one of whom ordered half of them, with phone numbers of home and work.
    let order = |number: usize| match number % 2 {
        0 => with(0, Field::Phone, &phone(number / 2 % 2)).with(Field::MemberId, &number.to_string()),
        _ => record(&person(number % 10)).with(Field::MemberId, &number.to_string()),
    };
    let rows: Vec<Record> = (0..1_000).map(order).collect();
    assert_eq!(found(&fingerprint("a", &rows).1), []);
}

#[test]
fn one_person_who_sends_to_many_addresses_is_no_filler() {
    // The orderer's name and phone, the address of whom it goes to.
    let gift = |number: usize| {
        let values = person(number);
        let sender = if number < 30 { 0 } else { number };
        Record::new()
            .with(Field::Name, &name(sender))
            .with(Field::Phone, &phone(sender))
            .with(Field::Address, &values[2].1)
    };
    assert_eq!(found(&fingerprint("a", &(0..1_000).map(gift).collect::<Vec<_>>()).1), []);
}

#[test]
fn places_where_people_crowd_are_no_fillers() {
    let list_of = |row: &dyn Fn(usize) -> Record| (0..3_000).map(row).collect::<Vec<_>>();
    // Twenty homes with a phone and an address each.
    let homes = |n: usize| {
        record(&[
            (Field::Name, name(n)),
            (Field::Phone, phone(n % 20)),
            (Field::Address, address(n % 20)),
            (Field::BirthDate, born(n)),
        ])
    };
    // Babies of one month.
    let babies = |n: usize| with(n, Field::BirthDate, &format!("2014-05-{:02}", n % 28 + 1));
    // A village of surnames alone, two thirds of them one.
    let village = |n: usize| with(n, Field::Name, if n.is_multiple_of(3) { SURNAMES[n % 20] } else { "星" });
    // Every surname of a town, some far more frequent.
    let town = |n: usize| with(n, Field::Name, SURNAMES[(n % 20).min(n / 7 % 20)]);
    // Full names of a village, one person in thirty of one of four names.
    let namesakes = |n: usize| {
        let names = ["星 和子", "平野 和子", "橘 和子", "星 実"];
        with(n, Field::Name, &if n.is_multiple_of(30) { names[n / 30 % 4].to_owned() } else { name(n) })
    };
    for (what, row) in [
        ("homes", &homes as &dyn Fn(usize) -> Record),
        ("babies", &babies),
        ("village", &village),
        ("town", &town),
    ] {
        assert_eq!(found(&fingerprint("a", &list_of(row)).1), [], "{what}");
    }
    // 25 namesakes of each of four names in 3,000 are beyond any place known.
    assert_eq!(found(&fingerprint("a", &list_of(&namesakes)).1), [(Field::Name, 4, 100, 1)]);
}

#[test]
fn years_alone_are_found_where_they_stand_for_a_date() {
    // A list of 10,000 that knows the year only.
    let rows: Vec<Record> =
        (0..10_000).map(|n| with(n, Field::BirthDate, &format!("{}-01-01", 1930 + n % 60))).collect();
    assert_eq!(found(&fingerprint("a", &rows).1), [(Field::BirthDate, 60, 10_000, 1)]);
}

#[test]
fn fillers_of_long_lists_are_found_and_nothing_else() {
    let rows = 400_000;
    let filler = |n: usize| n % 100 == 7;
    let row = |n: usize| match filler(n) {
        true => with(n, Field::Name, "ご契約者"),
        false => record(&person(n)).with(Field::MemberId, &n.to_string()),
    };
    let mut fingerprinter = Fingerprinter::new(&key());
    fingerprinter.add_records((0..rows).map(row));
    let facts = fingerprinter.again().unwrap().add_records((0..rows).map(row));
    assert_eq!(found(&facts), [(Field::Name, 1, rows as u64 / 100, 8)]);
}

#[test]
fn lists_of_the_synthetic_incident_hold_none() {
    for (seed, scale) in [(1, 0.0002), (2, 0.001), (3, 0.002)] {
        let world = World::generate(seed, scale);
        for client in world.clients() {
            let mut fingerprinter = Fingerprinter::new(&key());
            for handover in client.handovers() {
                fingerprinter.add_list(&*handover.to_bytes(), &ReadOptions::default(), &()).unwrap();
            }
            let again = fingerprinter.again().is_some();
            assert!(!again, "{} of world {seed}", client.id());
        }
    }
}

/// Two shops of one town whose people are others, with the same phones and addresses of vacant flats.
fn landlords() -> [Vec<Record>; 2] {
    [0, 2_000].map(|from| {
        let vacant = (0..200).map(|flat| {
            Record::new()
                .with(Field::Name, "ご入居者様")
                .with(Field::Address, &address(5_000 + flat))
                .with(Field::BirthDate, "1970-01-01")
        });
        vacant.chain((from..from + 800).map(|number| record(&person(number)))).collect()
    })
}

#[test]
fn lists_that_share_fillers_are_not_tied_together() {
    let [a, b] = landlords();
    let (_, answer) = attribute(&[("a", &a)], &b);
    assert_eq!(answer.attribution.verdict, Verdict::Unattributed);
    assert_eq!((answer.rows, answer.attribution.records), (1_000, 800));
    let fillers: Vec<_> = answer.fillers.fields().map(|(field, found)| (field, found.rows)).collect();
    assert_eq!(fillers, [(Field::Name, 200)]);
    // The list itself is found, by those of its rows that are somebody's.
    let (examiner, answer) = attribute(&[("a", &a), ("b", &b)], &a);
    assert_eq!(answer.attribution.verdict, Verdict::Attributed);
    let source = &answer.attribution.sources[0];
    assert_eq!((examiner.client_name(source.client), source.records), ("a", 800));
}

#[test]
fn a_stream_is_attributed_like_a_file() {
    let [a, b] = landlords();
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("a.meibo"), fingerprint("a", &a).0).unwrap();
    let examiner = Examiner::open(directory.path(), &[key()]).unwrap();
    for rows in [a, b] {
        let mut text = String::from("氏名,住所,電話番号,生年月日\n");
        for row in rows {
            let cell = |field| row.values(field).next().unwrap_or_default().to_owned();
            let fields = [Field::Name, Field::Address, Field::Phone, Field::BirthDate];
            text += &(fields.map(cell).join(",") + "\n");
        }
        let file = Cursor::new(text.as_bytes());
        let stream = Replay::new(text.as_bytes()).unwrap();
        let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        let packed = Replay::new(Cursor::new(packed.finish().unwrap())).unwrap();
        let file = examiner.attribute_list(file, &ReadOptions::default(), true, &()).unwrap();
        let stream = examiner.attribute_list(stream, &ReadOptions::default(), true, &()).unwrap();
        let packed = examiner.attribute_list(packed, &ReadOptions::default(), true, &()).unwrap();
        assert!(!file.fillers.is_empty());
        assert_eq!((&file.attribution, &file.fillers), (&stream.attribution, &stream.fillers));
        assert_eq!((&file.attribution, &file.fillers), (&packed.attribution, &packed.fillers));
        let mut lines = 0;
        let count = |_: RowLine<'_>| -> Result<(), std::io::Error> {
            lines += 1;
            Ok(())
        };
        examiner.each_row(&stream, count).unwrap();
        assert_eq!(lines, file.rows);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever stands where, the order of rows and their repetition show in nothing but the first row's number.
    #[test]
    fn order_does_not_show(
        people in 50_usize..600,
        parts in prop::collection::vec((0_usize..4, 1_usize..200), 0..4),
        seed: u64,
    ) {
        let texts = [
            (Field::Name, "ご契約者"), (Field::Phone, "058-262-4141"), (Field::BirthDate, "1970-01-01"),
            (Field::MemberId, "99999"),
        ];
        let mut rows: Vec<Record> = (0..people).map(|number| record(&person(number))).collect();
        for (at, (which, count)) in parts.into_iter().enumerate() {
            let (field, text) = texts[which];
            rows.extend((0..count).map(|i| with(1_000 * (at + 1) + i, field, text)));
        }
        let forward = fingerprint("a", &rows);
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|i| (*i as u64 ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mixed: Vec<Record> = order.into_iter().map(|i| rows[i].clone()).collect();
        let backward = fingerprint("a", &mixed);
        prop_assert!(forward.0 == backward.0);
        let without_first = |facts: &ListFacts| -> Vec<_> {
            facts.fillers.fields().map(|(field, f)| (field, f.values(), f.rows)).collect()
        };
        prop_assert_eq!(without_first(&forward.1), without_first(&backward.1));
        // No row that holds somebody loses its keys.
        prop_assert_eq!(forward.1.records, rows.len() as u64);
    }
}
