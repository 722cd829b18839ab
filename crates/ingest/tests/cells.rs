//! Cells that hold several fields each are taken apart, with a header or without.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use crate::common::{Dice, Outcome, read_all, read_text};
use meibo_ingest::{FoundBy, ReadOptions};
use meibo_normalize::Field;

const PEOPLE: &str = include_str!("data/people.tsv");
const PLACES: &str = include_str!("data/places.tsv");

/// What the test's people are, so written that a cell is told from the next.
struct Person {
    name: String,
    kana: String,
    postal: String,
    address: String,
    phone: String,
}

fn people(count: usize) -> Vec<Person> {
    let mut dice = Dice(0x51_7CC1_B727);
    // A name that begins in katakana may be a building's.
    let names = PEOPLE.lines().filter(|line| !line.starts_with(|c| matches!(c, 'ァ'..='ヺ')));
    let names: Vec<Vec<&str>> = names.map(|line| line.split('\t').collect()).collect();
    let places: Vec<Vec<&str>> = PLACES.lines().map(|line| line.split('\t').collect()).collect();
    let person = |_| {
        let (family, given) = (&names[dice.roll(names.len())], &names[dice.roll(names.len())]);
        let place = &places[dice.roll(places.len())];
        let house = ["", "", " グリーンハイツ203", " 第二青山荘"][dice.roll(4)];
        Person {
            name: format!("{}　{}", family[0], given[2]),
            kana: format!("{} {}", family[1], given[3]),
            postal: format!("{}-{}", &place[0][..3], &place[0][3..]),
            address: format!(
                "{}{}{}{}-{}{house}",
                place[1],
                place[2],
                place[3],
                1 + dice.roll(9),
                1 + dice.roll(30)
            ),
            phone: format!("0{}-{}-{}", 52 + dice.roll(40), 100 + dice.roll(900), 1000 + dice.roll(9000)),
        }
    };
    (0..count).map(person).collect()
}

fn same(found: &str, due: &str) -> bool {
    let bare =
        |text: &str| text.chars().filter(|c| !c.is_whitespace() && !"〒様".contains(*c)).collect::<String>();
    bare(found) == bare(due)
}

/// Notes the fields whose values do not nearly all come out whole.
fn check(label: &str, outcome: &Outcome, people: &[Person], fields: &[Field], wrong: &mut Vec<String>) {
    let described = outcome.described();
    if outcome.rows.len() != people.len() {
        return wrong.push(format!("{label}: {} rows; {described}", outcome.rows.len()));
    }
    for &field in fields {
        let due = |person: &Person| match field {
            Field::Name => person.name.clone(),
            Field::Kana => person.kana.clone(),
            Field::Postal => person.postal.clone(),
            Field::Address => person.address.clone(),
            _ => person.phone.clone(),
        };
        let missed: Vec<usize> =
            (0..people.len()).filter(|&row| !same(outcome.value(row, field), &due(&people[row]))).collect();
        if missed.len() * 50 > people.len() {
            let shown = missed.first().map(|&row| (outcome.value(row, field), due(&people[row])));
            wrong.push(format!("{label}: {field} in {} rows, as {shown:?}; {described}", missed.len()));
        }
    }
}

type Writing = (&'static str, fn(&Person) -> String, &'static [Field]);

const WRITINGS: [Writing; 13] = [
    (
        "spaces",
        |p| format!("{} {} {}", p.name, p.address, p.phone),
        &[Field::Name, Field::Address, Field::Phone],
    ),
    (
        "wide spaces",
        |p| format!("{}　〒{}　{}　{}", p.name, p.postal, p.address, p.phone),
        &[Field::Name, Field::Postal, Field::Address, Field::Phone],
    ),
    (
        "no space",
        |p| format!("{}{}({})", p.name.replace('　', ""), p.address, p.phone),
        &[Field::Name, Field::Address, Field::Phone],
    ),
    (
        "slashes",
        |p| format!("{}/{}/{}", p.name, p.address, p.phone),
        &[Field::Name, Field::Address, Field::Phone],
    ),
    (
        "place first",
        |p| format!("〒{} {} {}", p.postal, p.address, p.name),
        &[Field::Postal, Field::Address, Field::Name],
    ),
    ("code and place", |p| format!("〒{} {}", p.postal, p.address), &[Field::Postal, Field::Address]),
    ("place and number", |p| format!("{} ({})", p.address, p.phone), &[Field::Address, Field::Phone]),
    ("place/number", |p| format!("{}/{}", p.address, p.phone), &[Field::Address, Field::Phone]),
    ("labels", |p| format!("氏名:{} 電話:{}", p.name, p.phone), &[Field::Name, Field::Phone]),
    (
        "all labels",
        |p| format!("氏名：{}　住所：{}　ＴＥＬ：{}", p.name, p.address, p.phone),
        &[Field::Name, Field::Address, Field::Phone],
    ),
    ("reading", |p| format!("{}({})", p.name, p.kana), &[Field::Kana]),
    ("title and number", |p| format!("{} 様 {}", p.name, p.phone), &[Field::Name, Field::Phone]),
    (
        "label to stick on",
        |p| format!("\"〒{}\n{}\n{} 様\nTEL {}\"", p.postal, p.address, p.name, p.phone),
        &[Field::Postal, Field::Address, Field::Name, Field::Phone],
    ),
];

#[test]
fn a_column_of_several_fields_is_taken_apart() {
    let people = people(60);
    let mut wrong = Vec::new();
    for (label, write, fields) in WRITINGS {
        let cells: Vec<String> = people.iter().map(write).collect();
        // Alone, between others, and under a heading that says part of it or nothing.
        let alone = cells.join("\n");
        check(label, &read_text(&alone), &people, fields, &mut wrong);
        let row = |(at, cell): (usize, &String)| format!("{},{cell},{}\n", at + 1, ["済", "未"][at % 2]);
        let between: String = cells.iter().enumerate().map(row).collect();
        check(&format!("{label}, between"), &read_text(&between), &people, fields, &mut wrong);
        for heading in ["氏名", "住所", "送り状", "顧客情報"] {
            if heading == "住所" && !fields.contains(&Field::Address) {
                continue;
            }
            let headed = format!("番号,{heading},状況\n{between}");
            let outcome = read_text(&headed);
            assert!(outcome.layout.header, "{label}");
            check(&format!("{label}, {heading}"), &outcome, &people, fields, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_layout_says_what_is_taken_apart_and_options_say_it_again() {
    let people = people(40);
    let text: String = people.iter().map(|p| format!("{} {} {}\n", p.name, p.address, p.phone)).collect();
    let found = read_text(&text);
    assert_eq!(found.described(), "name=1 address=1 phone=1");
    assert!(found.layout.columns.iter().all(|column| column.in_part && column.found_by == FoundBy::Content));
    let columns = ["name=1", "address=1", "phone=1"].map(|given| given.parse().unwrap()).to_vec();
    let again = read_all(text.as_bytes(), &ReadOptions { columns, ..ReadOptions::default() }).unwrap();
    assert_eq!(again.rows, found.rows);
}

#[test]
fn a_row_that_cannot_be_taken_apart_is_left_whole() {
    let people = people(40);
    let mut text: String = people.iter().map(|p| format!("{} {}\n", p.name, p.address)).collect();
    text.push_str("折り返し希望\n山田　太郎\n");
    let outcome = read_text(&text);
    assert_eq!(outcome.value(40, Field::Name), "折り返し希望");
    assert_eq!(outcome.value(41, Field::Name), "山田　太郎");
}

#[test]
fn columns_of_one_field_stay_as_they_are() {
    let people = people(60);
    let text: String = people
        .iter()
        .map(|p| format!("{},{},{},{},{}\n", p.name, p.kana, p.postal, p.address, p.phone))
        .collect();
    let outcome = read_text(&text);
    assert_eq!(outcome.described(), "name=1 kana=2 address=4 phone=5 postal=3");
    assert!(outcome.layout.columns.iter().all(|column| !column.in_part));
}
