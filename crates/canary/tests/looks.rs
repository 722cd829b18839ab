//! Whoever sees a copy and not the seed cannot tell decoys by simple tests.

use std::collections::HashMap;
use std::io::BufReader;

use meibo_ingest::{ListReader, RawRows, ReadOptions, Stretch};
use meibo_normalize::Record;
use meibo_synth::World;

use crate::common::{lists, number, plant, spec};

/// The rows of a file as cells.
fn rows(file: &[u8]) -> Vec<Vec<String>> {
    let mut reader = ListReader::open(file, &ReadOptions::default()).unwrap();
    let shape = reader.shape();
    let mut record = Record::new();
    while reader.read(&mut record).unwrap().is_some() {}
    let mut raw = RawRows::new(BufReader::new(file), shape, reader.finish().unwrap().encoding);
    let mut rows = Vec::new();
    while let Some(stretch) = raw.read().unwrap() {
        if stretch == Stretch::Row {
            rows.push(raw.cells().map(str::to_owned).collect());
        }
    }
    rows
}

/// The form of a cell, as `meibo columns` shows it, each run of digits or of characters of one script as one.
fn form(cell: &str) -> String {
    let mut form = String::new();
    for c in cell.chars() {
        let class = match c {
            'ぁ'..='ん' => 'あ',
            'ァ'..='ヶ' => 'ア',
            '\u{FF66}'..='\u{FF9F}' => 'ｱ',
            '０'..='９' => '０',
            '0'..='9' => '0',
            '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '〇' => {
                '数'
            }
            '丁' | '目' | '番' | '地' | '号' => c,
            _ if c.is_ascii_alphabetic() => 'a',
            _ if c.is_alphabetic() => '漢',
            c => c,
        };
        if !form.ends_with(class) {
            form.push(class);
        }
    }
    form
}

#[test]
fn decoys_have_the_forms_of_the_column() {
    let world = World::generate(number("MEIBO_CANARY_SEED", 21), 0.002);
    let (mut cells, mut new, mut cells_of_list, mut new_of_list) = (0, 0, 0, 0);
    let (mut blank, mut blank_of_list) = (0, 0);
    for (client, list) in lists(&world, 150).into_iter().take(number("MEIBO_CANARY_LISTS", 12) as usize) {
        let Ok(planted) = plant(&list, &spec(&["a"], 20, 0), 3) else { continue };
        let known = rows(&list);
        let mut count: HashMap<&Vec<String>, usize> = HashMap::new();
        known.iter().for_each(|row| *count.entry(row).or_default() += 1);
        let copy = rows(&planted.copies[0]);
        let decoys: Vec<&Vec<String>> = copy
            .iter()
            .filter(|row| match count.get_mut(*row) {
                Some(left @ 1..) => {
                    *left -= 1;
                    false
                }
                _ => true,
            })
            .collect();
        assert_eq!(decoys.len(), 20, "{client}");
        let width = known.iter().map(Vec::len).max().unwrap();
        for column in 0..width {
            let of = |row: &Vec<String>| row.get(column).cloned().unwrap_or_default();
            let mut forms: HashMap<String, usize> = HashMap::new();
            known.iter().for_each(|row| *forms.entry(form(&of(row))).or_default() += 1);
            for row in &known {
                cells_of_list += 1;
                blank_of_list += usize::from(of(row).is_empty());
                // What would be new if this row were not there.
                new_of_list += usize::from(forms[&form(&of(row))] == 1);
            }
            for row in &decoys {
                cells += 1;
                blank += usize::from(of(row).is_empty());
                new += usize::from(!forms.contains_key(&form(&of(row))));
            }
        }
    }
    let share = |part: usize, of: usize| 100.0 * part as f64 / of as f64;
    println!(
        "{cells} cells of decoys: {:.2} % of a form of their own (of the list's rows {:.2} %), {:.1} % blank ({:.1} %)",
        share(new, cells),
        share(new_of_list, cells_of_list),
        share(blank, cells),
        share(blank_of_list, cells_of_list)
    );
    assert!(cells > 1_000);
    assert!(share(new, cells) <= share(new_of_list, cells_of_list) + 1.0);
    assert!((share(blank, cells) - share(blank_of_list, cells_of_list)).abs() < 10.0);
}

/// A day whose month and day have two digits each does not show whether others are written in two.
#[test]
fn days_are_in_two_digits_where_the_column_has_them_so() {
    for (header, date) in [
        ("生年月日", (|y, m, d| format!("{y}/{m}/{d}")) as fn(u32, u32, u32) -> String),
        ("生年月日", |y, m, d| format!("{y}-{m:02}-{d:02}")),
        ("生年月日,登録日", |y, m, d| format!("{y}/{m}/{d},20{:02}/{m}/{d}", y % 20)),
        ("生年,生月,生日", |y, m, d| format!("{y},{m:02},{d:02}")),
    ] {
        let mut list = format!("氏名,電話番号,{header}\n");
        for i in 0..300_u32 {
            let name = ["佐藤 太郎", "鈴木 花子", "高橋 一郎", "田中 和子"][i as usize % 4];
            // Nine in ten days are in November, and most of these from the tenth on.
            let (month, day) = if i % 10 == 0 { (3, 1 + i % 28) } else { (11, 10 + i % 18) };
            list += &format!(
                "{name},058-{:03}-{:04},{}\n",
                200 + i % 90,
                1_000 + i,
                date(1_940 + i % 60, month, day)
            );
        }
        let planted = plant(list.as_bytes(), &spec(&["a"], 40, 0), 5).unwrap();
        let known: std::collections::HashSet<Vec<String>> = rows(list.as_bytes()).into_iter().collect();
        let decoys: Vec<Vec<String>> =
            rows(&planted.copies[0]).into_iter().filter(|row| !known.contains(row)).collect();
        assert_eq!(decoys.len(), 40, "{header}");
        for cell in decoys.iter().flat_map(|row| &row[2..]) {
            let parts: Vec<&str> = cell.split(['/', '-']).collect();
            let is_padded = parts.iter().any(|part| part.starts_with('0'));
            let is_short = parts.iter().any(|part| part.len() == 1);
            let padded_list = date(1940, 3, 1).contains("03");
            assert!(if padded_list { !is_short } else { !is_padded }, "{header}: {cell}");
        }
    }
}
