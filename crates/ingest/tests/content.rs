//! Lists without a header: what each column holds is read from its cells.
//!
//! The tables are generated: every layout of fields in every order, every notation, every size from 20 rows.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{Dice, read_all};
use meibo_ingest::{FoundBy, HeaderMode, ReadOptions};
use meibo_normalize::Field;

const PEOPLE: &str = include_str!("data/people.tsv");
const PLACES: &str = include_str!("data/places.tsv");

struct Person<'t> {
    family: &'t str,
    family_kana: &'t str,
    given: &'t str,
    given_kana: &'t str,
    female: bool,
    place: Vec<&'t str>,
    year: usize,
    month: usize,
    day: usize,
    number: usize,
}

fn people(dice: &mut Dice, count: usize) -> Vec<Person<'static>> {
    let names: Vec<Vec<&str>> = PEOPLE.lines().map(|line| line.split('\t').collect()).collect();
    let places: Vec<Vec<&str>> = PLACES.lines().map(|line| line.split('\t').collect()).collect();
    let local = dice.roll(3) == 0;
    let home = dice.roll(places.len());
    (0..count)
        .map(|number| {
            let (family, given) = (&names[dice.roll(names.len())], &names[dice.roll(names.len())]);
            let place = if local { home + dice.roll(2) } else { dice.roll(places.len()) };
            Person {
                family: family[0],
                family_kana: family[1],
                given: given[2],
                given_kana: given[3],
                female: given[4] == "f",
                place: places[place % places.len()].clone(),
                year: 1925 + dice.roll(80),
                month: 1 + dice.roll(12),
                day: 1 + dice.roll(28),
                number,
            }
        })
        .collect()
}

/// A block of columns that belong together, and the field whose value they are.
type Block = (Option<Field>, Vec<Vec<String>>);

fn column(field: Option<Field>, people: &[Person<'_>], cell: impl FnMut(&Person<'_>) -> String) -> Block {
    (field, vec![people.iter().map(cell).collect()])
}

fn names(dice: &mut Dice, people: &[Person<'_>]) -> Block {
    match dice.roll(4) {
        0 => column(Some(Field::Name), people, |p| format!("{}　{}", p.family, p.given)),
        1 => column(Some(Field::Name), people, |p| format!("{} {}", p.family, p.given)),
        2 => column(Some(Field::Name), people, |p| format!("{}{}", p.family, p.given)),
        _ => {
            let family = people.iter().map(|p| p.family.to_owned()).collect();
            (Some(Field::Name), vec![family, people.iter().map(|p| p.given.to_owned()).collect()])
        }
    }
}

fn kana(dice: &mut Dice, people: &[Person<'_>], apart: bool) -> Block {
    if apart {
        let family = people.iter().map(|p| p.family_kana.to_owned()).collect();
        return (Some(Field::Kana), vec![family, people.iter().map(|p| p.given_kana.to_owned()).collect()]);
    }
    let space = dice.pick(&[" ", "　", ""]).to_owned();
    column(Some(Field::Kana), people, |p| format!("{}{space}{}", p.family_kana, p.given_kana))
}

fn phones(dice: &mut Dice, people: &[Person<'_>]) -> Block {
    let form = dice.roll(6);
    let sparse = dice.roll(4) == 0;
    column(Some(Field::Phone), people, |_| {
        if sparse && dice.roll(3) == 0 {
            return String::new();
        }
        let (area, a, b) =
            (["03", "06", "052", "0584"][dice.roll(4)], 1000 + dice.roll(9000), 1000 + dice.roll(9000));
        let middle = &a.to_string()[..6 - area.len()];
        match form {
            0 => format!("{area}-{middle}-{b}"),
            1 => format!("{area}({middle}){b}"),
            2 => format!("{area}{middle}{b}"),
            3 => format!("{}{middle}{b}", &area[1..]),
            4 => format!("090-{a}-{b}"),
            _ => format!("80{a}{b}.0"),
        }
    })
}

fn postal(dice: &mut Dice, people: &[Person<'_>]) -> Block {
    let form = dice.roll(4);
    column(Some(Field::Postal), people, |p| {
        let code = p.place[0];
        match form {
            0 => format!("{}-{}", &code[..3], &code[3..]),
            1 => format!("〒{}-{}", &code[..3], &code[3..]),
            2 => code.trim_start_matches('0').to_owned(),
            _ => code.to_owned(),
        }
    })
}

fn block(dice: &mut Dice) -> String {
    let (a, b, c) = (1 + dice.roll(9), 1 + dice.roll(30), 1 + dice.roll(20));
    match dice.roll(4) {
        0 => format!("{a}丁目{b}番{c}号"),
        1 => format!("{a}-{b}-{c}"),
        2 => format!("{a}－{b}"),
        _ => format!("{}", 10 * b + c),
    }
}

fn building(dice: &mut Dice) -> String {
    let names = ["グリーンハイツ", "コーポ佐藤", "第二青山荘", "メゾン桜", "ライオンズマンション駅前"];
    if dice.roll(2) == 0 { String::new() } else { format!("{}{}", dice.pick(&names), 101 + dice.roll(8)) }
}

fn address(dice: &mut Dice, people: &[Person<'_>]) -> Block {
    let form = dice.roll(5);
    let mut columns: Vec<Vec<String>> = Vec::new();
    for p in people {
        let (pref, city, town) = (p.place[1].to_owned(), p.place[2].to_owned(), p.place[3].to_owned());
        let (number, house) = (block(dice), building(dice));
        let cells = match form {
            0 => vec![format!("{pref}{city}{town}{number}{house}")],
            1 => vec![format!("{pref}{city}{town}{number}"), house],
            2 => vec![pref, city, format!("{town}{number}"), house],
            3 => vec![pref, format!("{city}{town}{number}"), house],
            _ => vec![format!("{city}{town}{number}")],
        };
        columns.resize(cells.len(), Vec::new());
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell);
        }
    }
    (Some(Field::Address), columns)
}

fn birth_date(dice: &mut Dice, people: &[Person<'_>]) -> Block {
    let form = dice.roll(7);
    column(Some(Field::BirthDate), people, |p| {
        let (y, m, d) = (p.year, p.month, p.day);
        let showa = y.clamp(1927, 1988) - 1925;
        match form {
            0 => format!("{y}/{m}/{d}"),
            1 => format!("{y}-{m:02}-{d:02}"),
            2 => format!("{y}{m:02}{d:02}"),
            3 => format!("昭和{showa}年{m}月{d}日"),
            4 => format!("S{showa:02}.{m:02}.{d:02}"),
            5 => format!("3{showa:02}{m:02}{d:02}"),
            _ => format!("{y}年{m}月{d}日"),
        }
    })
}

fn sex(dice: &mut Dice, people: &[Person<'_>]) -> Block {
    let (male, female) = [("男", "女"), ("男性", "女性"), ("M", "F"), ("male", "female")][dice.roll(4)];
    column(Some(Field::Sex), people, |p| if p.female { female.to_owned() } else { male.to_owned() })
}

fn age(dice: &mut Dice, people: &[Person<'_>]) -> Block {
    let suffix = dice.pick(&["", "歳", "才"]).to_owned();
    column(Some(Field::Age), people, |p| format!("{}{suffix}", 2016 - p.year))
}

fn email(dice: &mut Dice, people: &[Person<'_>]) -> Block {
    column(Some(Field::Email), people, |p| format!("user{}x{}@example.co.jp", p.number, dice.roll(1000)))
}

/// Columns that are none of the fields.
fn noise(dice: &mut Dice, people: &[Person<'_>]) -> Block {
    let codes = dice.roll(90_000);
    match dice.roll(14) {
        0 => column(None, people, |p| (p.number + 1).to_string()),
        1 => column(None, people, |_| {
            format!("201{}/0{}/1{}", 4 + dice.roll(3), 1 + dice.roll(9), dice.roll(10))
        }),
        2 => column(None, people, |_| dice.pick(&["スタンダード", "プレミアム", "ライト"]).to_owned()),
        3 => column(None, people, |_| dice.pick(&["0", "1"]).to_owned()),
        4 => column(None, people, |_| dice.pick(&["駅前店", "本店", "南口店", "北町店"]).to_owned()),
        5 => column(None, people, |_| dice.pick(&["田中 一郎", "佐藤 花子", "鈴木 次郎"]).to_owned()),
        6 => column(None, people, |_| {
            dice.pick(&["", "折り返し希望", "不在", "3/4再架電。本人出ず"]).to_owned()
        }),
        7 => column(None, people, |_| format!("2016/04/{:02} 12:{:02}:30", 1 + dice.roll(28), dice.roll(60))),
        8 => column(None, people, |p| format!("株式会社{}", p.family)),
        9 => column(None, people, |_| dice.pick(&["本人", "妻", "長男", "世帯主"]).to_owned()),
        10 => column(None, people, |_| dice.pick(&["A", "B", "O", "AB"]).to_owned()),
        11 => column(None, people, |_| (dice.roll(300) * 100).to_string()),
        12 => column(None, people, |_| dice.pick(&["架電済", "未架電", "拒否"]).to_owned()),
        _ => column(Some(Field::MemberId), people, |p| format!("C{:06}", codes + p.number * 7)),
    }
}

fn table(dice: &mut Dice) -> (Vec<Block>, usize) {
    let count = 20 + dice.roll(180);
    let people = people(dice, count);
    let name = names(dice, &people);
    let apart = name.1.len() == 2;
    let mut blocks = vec![name];
    if dice.roll(2) == 0 {
        let kana = kana(dice, &people, apart);
        blocks.push(kana);
    }
    blocks.push(phones(dice, &people));
    type Maker = fn(&mut Dice, &[Person<'_>]) -> Block;
    let optional: [Maker; 9] = [phones, postal, address, birth_date, sex, age, email, noise, noise];
    for make in optional {
        if dice.roll(5) < 3 {
            let block = make(dice, &people);
            let again = block.0 == Some(Field::MemberId) && blocks.iter().any(|known| known.0 == block.0);
            if !again {
                blocks.push(block);
            }
        }
    }
    // Fields come in any order, and yet nobody tears a postal code from its address, nor an age from any birth date.
    for index in (1..blocks.len()).rev() {
        blocks.swap(index, dice.roll(index + 1));
    }
    (blocks, count)
}

fn write(blocks: &[Block], count: usize) -> String {
    let mut text = String::new();
    for row in 0..count {
        let cells: Vec<&str> =
            blocks.iter().flat_map(|(_, columns)| columns.iter().map(|c| c[row].as_str())).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

fn expected(blocks: &[Block], field: Field) -> Vec<Vec<usize>> {
    let mut first = 1;
    let mut found = Vec::new();
    for (held, columns) in blocks {
        if *held == Some(field) {
            found.push((first..first + columns.len()).collect());
        }
        first += columns.len();
    }
    found
}

#[test]
fn columns_of_headerless_lists_are_found() {
    const KEYED: [Field; 6] =
        [Field::Name, Field::Kana, Field::Address, Field::Phone, Field::BirthDate, Field::Email];
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut wrong = Vec::new();
    let tables = 600;
    for index in 0..tables {
        let (blocks, count) = table(&mut dice);
        let text = write(&blocks, count);
        let outcome = read_all(text.as_bytes(), &ReadOptions::default()).unwrap();
        let described = || text.lines().take(2).collect::<Vec<_>>().join("\n");
        if outcome.layout.header || outcome.rows.len() != count {
            wrong.push(format!("table {index}: taken for a header\n{}", described()));
            continue;
        }
        for field in Field::ALL {
            let found = outcome.columns(field);
            let due = expected(&blocks, field);
            let must = KEYED.contains(&field) || !due.is_empty();
            if must && found != due {
                wrong.push(format!("table {index}: {field} is {due:?}, found {found:?}\n{}", described()));
            }
        }
        assert!(outcome.layout.columns.iter().all(|column| column.found_by == FoundBy::Content));
    }
    for line in &wrong {
        println!("{line}");
    }
    assert!(wrong.len() * 100 <= tables, "{} of {tables} tables have a wrong column", wrong.len());
}

#[test]
fn unknown_headings_are_read_by_content() {
    let mut dice = Dice(77);
    let people = people(&mut dice, 60);
    let blocks = [
        names(&mut dice, &people),
        phones(&mut dice, &people),
        address(&mut dice, &people),
        birth_date(&mut dice, &people),
    ];
    let body = write(&blocks, 60);
    let width = body.lines().next().unwrap().split(',').count();
    let header: Vec<String> = (0..width)
        .map(|column| format!("項目{}", ["い", "ろ", "は", "に", "ほ", "へ", "と", "ち"][column]))
        .collect();
    let outcome =
        read_all(format!("{}\n{body}", header.join(",")).as_bytes(), &ReadOptions::default()).unwrap();
    assert!(outcome.layout.header);
    assert_eq!(outcome.rows.len(), 60);
    for field in [Field::Name, Field::Phone, Field::Address, Field::BirthDate] {
        assert_eq!(outcome.columns(field), expected(&blocks, field), "{field}");
    }
}

#[test]
fn without_a_header_every_row_is_data() {
    let text = "氏名,電話番号\n山田太郎,03-1234-5678\n";
    let options = ReadOptions { header: HeaderMode::Absent, ..ReadOptions::default() };
    assert_eq!(read_all(text.as_bytes(), &options).unwrap().rows.len(), 2);
}
