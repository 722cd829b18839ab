//! Every town of the dictionary, in its own spelling and in others.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use meibo_normalize::{Field, Level, Normalizer, Record};

struct Town {
    prefecture: &'static str,
    municipality: &'static str,
    name: &'static str,
}

/// Towns as the table lists them, without remarks that name none.
fn towns() -> Vec<Town> {
    let table = include_str!("../data/towns.tsv");
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for line in table.lines().skip(1) {
        let mut columns = line.split('\t').skip(1);
        let [prefecture, municipality, name] = std::array::from_fn(|_| columns.next().unwrap());
        let remark = name.is_empty() || ["次に", "無番地", "、", "〜", "−"].iter().any(|r| name.contains(r));
        // 西和賀町's names end in the first digit of a number that was cut off.
        let name = if municipality.ends_with("西和賀町") {
            name.trim_end_matches(['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'])
        } else {
            name
        };
        if !remark && seen.insert((prefecture, municipality, name)) {
            out.push(Town { prefecture, municipality, name });
        }
    }
    out
}

fn address(normalizer: &mut Normalizer, out: &mut Record, text: &str) -> String {
    out.clear();
    normalizer.normalize(Field::Address, Level::Loose, text, out);
    out.values(Field::Address).next().unwrap_or_default().to_owned()
}

/// The town's own spelling with a number, apart from a digit the name ends in.
fn own(town: &Town) -> String {
    let apart = if ends_in_digit(town) { " " } else { "" };
    format!("{}{}{}{apart}1-2", town.prefecture, town.municipality, town.name)
}

fn ends_in_digit(town: &Town) -> bool {
    town.name.ends_with(|c| matches!(c, '０'..='９'))
}

/// Counts the towns whose other spelling does not give what their own gives.
fn differing(spell: impl Fn(&Town) -> Option<String>) -> Vec<String> {
    let (mut normalizer, mut out) = (Normalizer::new(), Record::new());
    let mut wrong = Vec::new();
    for town in towns() {
        let Some(other) = spell(&town).filter(|_| !ends_in_digit(&town)) else { continue };
        let own = own(&town);
        let own = address(&mut normalizer, &mut out, &own);
        let got = address(&mut normalizer, &mut out, &other);
        if own != got {
            wrong.push(format!("{other}: {got} instead of {own}"));
        }
    }
    wrong
}

fn assert_count(allowed: usize, wrong: &[String]) {
    let shown = wrong.iter().step_by(wrong.len() / 40 + 1).cloned().collect::<Vec<_>>();
    assert!(wrong.len() == allowed, "{} towns, {allowed} allowed:\n{}", wrong.len(), shown.join("\n"));
}

#[test]
fn each_town_resolves_to_itself() {
    let (mut normalizer, mut out) = (Normalizer::new(), Record::new());
    let mut by_value: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for town in towns() {
        let text = own(&town);
        let value = address(&mut normalizer, &mut out, &text);
        let again = address(&mut normalizer, &mut out, &value);
        let place = format!("{}{}", town.prefecture, town.municipality);
        if !value.starts_with(&place) || !value.ends_with("1-2") || again != value {
            wrong.push(format!("{text} gives {value}, which gives {again}"));
        }
        by_value.entry(value).or_default().push(text);
    }
    wrong.extend(by_value.values().filter(|texts| texts.len() > 1).map(|texts| texts.join(" = ")));
    assert_count(0, &wrong);
}

#[test]
fn section_marks_may_stand_before_a_town() {
    assert_count(0, &differing(|t| Some(format!("{}{}大字{}1-2", t.prefecture, t.municipality, t.name))));
    assert_count(0, &differing(|t| Some(format!("{}{}字{}1番地2", t.prefecture, t.municipality, t.name))));
}

#[test]
fn numbers_may_be_written_in_any_way() {
    assert_count(0, &differing(|t| Some(format!("{}　{}{}１−２", t.prefecture, t.municipality, t.name))));
    assert_count(0, &differing(|t| Some(format!("{}{}{}1番2号", t.prefecture, t.municipality, t.name))));
    assert_count(
        0,
        &differing(|t| Some(format!("{}{} {} 1-2 405号室", t.prefecture, t.municipality, t.name))),
    );
    // 五分一一番地: the numeral may end after either 一.
    assert_count(1, &differing(|t| Some(format!("{}{}{}一番地二", t.prefecture, t.municipality, t.name))));
}

#[test]
fn the_prefecture_may_be_left_out_where_the_municipality_is_the_only_one_of_its_name() {
    let mut prefectures: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for t in towns() {
        prefectures.entry(t.municipality).or_default().insert(t.prefecture);
    }
    let wrong = differing(|t| {
        let unique = prefectures[t.municipality].len() == 1;
        unique.then(|| format!("{}{}1-2", t.municipality, t.name))
    });
    // 中央区日本橋, 中央区明石町 and 北区昭和町 are in another city as well, whose name may have been left out.
    assert_count(3, &wrong);
}

#[test]
fn the_district_may_be_left_out_with_the_prefecture_written() {
    let wrong = differing(|t| {
        let (district, short) = t.municipality.split_once('郡')?;
        let fits = !district.is_empty() && short.ends_with(['町', '村']) && short.chars().count() > 1;
        fits.then(|| format!("{}{short}{}1-2", t.prefecture, t.name))
    });
    assert_count(0, &wrong);
}

/// Municipalities of today, and cities of wards by their own name.
fn municipalities_of_today() -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for town in towns() {
        out.insert(format!("{}{}", town.prefecture, town.municipality));
    }
    out
}

#[test]
fn a_former_municipality_is_its_heir() {
    let (mut normalizer, mut out) = (Normalizer::new(), Record::new());
    let today = municipalities_of_today();
    let tables = [
        include_str!("../data/municipal-mergers.tsv"),
        include_str!("../data/municipal-mergers-earlier.tsv"),
    ];
    let (mut tried, mut wrong) = (0, Vec::new());
    for row in tables.iter().flat_map(|table| table.lines().skip(1)) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [prefecture, old, new, _, current] = columns[..] else { panic!("{row}") };
        let heir = format!("{prefecture}{}", if current.is_empty() { new } else { current });
        let former = format!("{prefecture}{old}");
        // A name that lives on, a village divided between heirs, and a city of wards cannot be told without the town.
        if !today.contains(&heir) || today.contains(&former) || old.contains('（') || old.ends_with('区') {
            continue;
        }
        tried += 1;
        let value = address(&mut normalizer, &mut out, &format!("{former}1-2"));
        if !value.starts_with(&heir) || !value.ends_with("1-2") {
            wrong.push(format!("{former}1-2: {value} instead of {heir}"));
        }
    }
    assert!(tried > 1700, "{tried}");
    // 保原町 and 相川町 had a 一丁目 that is a listed town today, whose name comes before the 2.
    assert_count(2, &wrong);
}
