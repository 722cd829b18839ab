//! The same persons as two organisations write them down: do they come out as the same values?

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the table of shares is what one reads when a share falls")]

use std::collections::{BTreeMap, HashMap};

use meibo_normalize::{Canonical, Field, Normalizer, Record};
use meibo_synth::{Cell, Client, Column, CountyStyle, House, Part, PrefectureStyle, SeizedSpec, World};

/// Worlds, clients and styles that are compared: small enough for the unoptimised profile.
const SEEDS: std::ops::Range<u64> = 1..4;
const SCALE: f64 = 0.001;
const BROKERS: usize = 6;
const ROWS: usize = 60;

const COMPARED: [Field; 5] = [Field::Name, Field::Kana, Field::Phone, Field::BirthDate, Field::Address];

/// What is counted: a field, addresses apart in styles that leave out what tells municipalities of one name apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    Name,
    Kana,
    Phone,
    BirthDate,
    Address,
    AddressCutShort,
}

impl Line {
    /// The least share of equal values, in per mille.
    ///
    /// What is left of the readings is half-width text without small kana, where ﾎﾂﾀ may be ホツタ or ホッタ. What is left
    /// of the addresses names 府中市, 伊達市 or 美里町 without the prefecture, or joins a room to a lot below 41.
    fn required(self) -> usize {
        match self {
            Line::Name | Line::Phone => 999,
            Line::Address | Line::BirthDate => 998,
            Line::AddressCutShort => 995,
            Line::Kana => 990,
        }
    }
}

#[derive(Default)]
struct Tally {
    compared: usize,
    equal: usize,
    unequal: Vec<String>,
}

/// One row as written and in the form that keys are made of.
struct Row {
    written: Record,
    canonical: Canonical,
}

fn row(normalizer: &mut Normalizer, fields: &[(&'static str, String)]) -> Row {
    let mut written = Record::new();
    for (word, text) in fields {
        written.push(word.parse().unwrap(), text);
    }
    let mut canonical = Canonical::new();
    normalizer.canonicalize(&written, &mut canonical);
    Row { written, canonical }
}

/// Whether a style writes prefecture and district at the head of its addresses.
fn writes_whole(house: &House) -> bool {
    let own_column =
        |column: &Column| matches!(column.cell, Cell::Address(parts) if parts.prefecture && !parts.city);
    let prefecture = house.notation.prefecture == PrefectureStyle::Written;
    (prefecture || house.columns.iter().any(own_column)) && house.notation.county == CountyStyle::Written
}

fn line(field: Field, complete: bool) -> Line {
    match field {
        Field::Name => Line::Name,
        Field::Kana => Line::Kana,
        Field::Phone => Line::Phone,
        Field::BirthDate => Line::BirthDate,
        _ if complete => Line::Address,
        _ => Line::AddressCutShort,
    }
}

fn compare(own: &Row, seized: &Row, complete: bool, tallies: &mut BTreeMap<Line, Tally>) {
    for field in COMPARED {
        let written = |row: &Row| row.written.values(field).map(str::to_owned).collect::<Vec<_>>();
        let values = |row: &Row| row.canonical.values(field).map(str::to_owned).collect::<Vec<_>>();
        let (ours, theirs) = (values(own), values(seized));
        // A reading that stands in the column of names is compared as a reading.
        let told = |row: &Row, values: &[String]| !values.is_empty() || !written(row).is_empty();
        let none = ours.is_empty() && theirs.is_empty();
        if none || !told(own, &ours) || !told(seized, &theirs) {
            continue;
        }
        let tally = tallies.entry(line(field, complete)).or_default();
        tally.compared += 1;
        if ours.iter().any(|value| theirs.contains(value)) {
            tally.equal += 1;
        } else {
            let (one, other) = (written(own), written(seized));
            tally.unequal.push(format!("{one:?} {ours:?} / {other:?} {theirs:?}"));
        }
    }
}

/// Compares a client's last handover with files seized of it in several styles.
fn compare_client(world: &World, at: usize, client: Client<'_>, tallies: &mut BTreeMap<Line, Tally>) {
    let mut normalizer = Normalizer::new();
    let last = client.handovers().len() - 1;
    let handover = client.handover(last).unwrap();
    let rows = handover.fields().map(|fields| row(&mut normalizer, &fields));
    let own: HashMap<u64, Row> = handover.persons().into_iter().zip(rows).collect();
    for broker in 0..BROKERS {
        let name = format!("{}-{broker}", client.id());
        let spec = SeizedSpec::new(&name).part(Part::of_handover(at, last, ROWS));
        let house = world.seize(&spec).unwrap().house;
        let (rows, truth) = world.seize_fields(&spec).unwrap();
        assert_eq!(rows.len(), truth.len());
        for (fields, truth) in rows.iter().zip(&truth) {
            let seized = row(&mut normalizer, fields);
            compare(&own[&truth.person], &seized, writes_whole(&house), tallies);
        }
    }
}

#[test]
fn persons_come_out_alike_however_they_are_written() {
    let mut tallies = BTreeMap::new();
    for seed in SEEDS {
        let world = World::generate(seed, SCALE);
        for (at, client) in world.clients().enumerate() {
            compare_client(&world, at, client, &mut tallies);
        }
    }
    let mut short = Vec::new();
    for (line, tally) in &tallies {
        let permille = tally.equal as f64 * 1000.0 / tally.compared.max(1) as f64;
        println!("{line:?}\t{} of {}\t{:.2} %", tally.equal, tally.compared, permille / 10.0);
        assert!(tally.compared > 1_000, "{line:?}: {} compared", tally.compared);
        if tally.equal * 1000 < tally.compared * line.required() {
            let shown: Vec<&str> = tally.unequal.iter().map(String::as_str).take(30).collect();
            short.push(format!("{line:?}, {permille:.1} per mille:\n{}", shown.join("\n")));
        }
    }
    assert_eq!(tallies.len(), 6, "{:?}", tallies.keys());
    assert!(short.is_empty(), "{}", short.join("\n"));
}
