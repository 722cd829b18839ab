//! The pairs that keys are made of: equal for one person in two notations, never equal for two persons.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the shares are what one reads when one falls")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use meibo_normalize::{Canonical, Field, Normalizer, Record};
use meibo_synth::{
    AddressParts, Cell, Column, CountyStyle, Glyphs, NumberStyle, Part, ParticleStyle, PhoneStyle,
    PrefectureStyle, RoomStyle, SeizedSpec, Style, Word, World,
};

const SEEDS: std::ops::Range<u64> = 11..15;
const SCALE: f64 = 0.001;

/// The two pairs that nearly every list has.
const PAIRS: [(Field, usize); 2] = [(Field::Phone, 999), (Field::Address, 995)];

type Row = Vec<(&'static str, String)>;

fn canonical(normalizer: &mut Normalizer, row: &Row) -> Canonical {
    let mut record = Record::new();
    for (word, text) in row {
        record.push(word.parse().unwrap(), text);
    }
    let mut out = Canonical::new();
    normalizer.canonicalize(&record, &mut out);
    out
}

/// The keys of a name with another field.
fn keys(row: &Canonical, with: Field) -> BTreeSet<(String, String)> {
    let others: Vec<&str> = row.values(with).collect();
    row.values(Field::Name)
        .flat_map(|name| others.iter().map(|o| (name.to_owned(), (*o).to_owned())))
        .collect()
}

/// All rows of a client's last handover by person, in the notation of a broker.
fn seized(world: &World, client: usize, broker: usize) -> HashMap<u64, Row> {
    let handovers = world.client(client).unwrap().handovers().len();
    let spec = SeizedSpec::new(&format!("pairs-{client}-{broker}"));
    let spec = spec.part(Part::of_handover(client, handovers - 1, usize::MAX));
    let (rows, truth) = world.seize_fields(&spec).unwrap();
    truth.iter().map(|row| row.person).zip(rows).collect()
}

#[derive(Default)]
struct Tally {
    compared: usize,
    equal: usize,
    unequal: Vec<String>,
}

/// Compares one person's two rows: readings in the column of names make other keys, a field that is not told none.
fn compare(normalizer: &mut Normalizer, one: &Row, other: &Row, tallies: &mut BTreeMap<Field, Tally>) {
    let (a, b) = (canonical(normalizer, one), canonical(normalizer, other));
    let named = a.values(Field::Name).chain(b.values(Field::Name)).next().is_some();
    for (field, _) in PAIRS {
        let told = |row: &Row| row.iter().any(|(word, text)| *word == field.as_str() && !text.is_empty());
        if !named || !told(one) || !told(other) {
            continue;
        }
        let tally = tallies.entry(field).or_default();
        tally.compared += 1;
        if keys(&a, field).intersection(&keys(&b, field)).next().is_some() {
            tally.equal += 1;
        } else {
            tally.unequal.push(format!("{one:?} / {other:?}"));
        }
    }
}

#[test]
fn one_person_has_the_same_keys_in_two_notations() {
    let mut normalizer = Normalizer::new();
    let mut tallies = BTreeMap::new();
    for seed in SEEDS {
        let world = World::generate(seed, SCALE);
        for client in 0..world.clients().len() {
            let (ours, theirs) = (seized(&world, client, 0), seized(&world, client, 1));
            for (person, one) in &ours {
                if let Some(other) = theirs.get(person) {
                    compare(&mut normalizer, one, other, &mut tallies);
                }
            }
        }
    }
    for (field, required) in PAIRS {
        let Tally { compared, equal, unequal } = &tallies[&field];
        println!("name+{field}\t{equal} of {compared}\t{:.3} %", *equal as f64 * 100.0 / *compared as f64);
        let shown = unequal.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        assert!(*compared > 10_000, "name+{field}: {compared} compared");
        assert!(equal * 1000 >= compared * required, "name+{field}: {equal} of {compared}\n{shown}");
    }
}

/// What a person is, written in one plain notation: name, phone, and address without building and room.
fn plain(world: &World, spec: &SeizedSpec) -> Vec<Row> {
    let mut house = world.seize(spec).unwrap().house;
    let lot = AddressParts { building: false, ..AddressParts::ALL };
    let cells = [Cell::Name, Cell::Field(Word::Phone), Cell::Address(lot)];
    house.columns = cells.into_iter().map(|cell| Column { cell, header: "" }).collect();
    let notation = &mut house.notation;
    notation.sloppiness = 0;
    (notation.glyphs, notation.honorific) = (Glyphs::Common, false);
    (notation.prefecture, notation.county) = (PrefectureStyle::Written, CountyStyle::Written);
    (notation.numbers, notation.wide_address, notation.oaza) = (NumberStyle::Dashes('-'), false, false);
    (notation.particles, notation.spaced_address) = (ParticleStyle::Official, false);
    (notation.room, notation.phone, notation.both_phones) = (RoomStyle::Omitted, PhoneStyle::Digits, false);
    world.seize_fields(&spec.clone().style(Style::Given(Box::new(house)))).unwrap().0
}

/// Two persons in one building with one name have one key of name and address, and so they have here: they are one
/// person to everybody who leaves the room out.
#[test]
fn different_persons_of_a_world_share_no_key() {
    let mut normalizer = Normalizer::new();
    let mut meant: HashMap<(Field, String, String), (String, String)> = HashMap::new();
    let (mut made, mut wrong) = (0, Vec::new());
    for seed in SEEDS {
        let world = World::generate(seed, SCALE);
        // 清 and 聖子 of one town are met by the hundred where all are of one town.
        let parts = [Part::of_strangers(1_500), Part::of_residents("岐阜県岐阜市", 1_500)];
        for (at, part) in parts.into_iter().enumerate() {
            let spec = SeizedSpec::new(&format!("persons-{at}")).part(part);
            let persons = plain(&world, &spec);
            for broker in 0..6 {
                let (rows, _) = world.seize_fields(&spec.clone().style(Style::Broker(broker))).unwrap();
                assert_eq!(rows.len(), persons.len());
                for (row, person) in rows.iter().zip(&persons) {
                    let canonical = canonical(&mut normalizer, row);
                    for (field, _) in PAIRS {
                        let told = |word: &str| {
                            person.iter().find(|(w, _)| *w == word).map(|(_, text)| text.as_str())
                        };
                        let Some(told) = told("name").zip(told(field.as_str())) else { continue };
                        let told = (told.0.replace([' ', '\u{3000}'], ""), told.1.to_owned());
                        for (name, other) in keys(&canonical, field) {
                            made += 1;
                            let known = meant.entry((field, name, other)).or_insert_with(|| told.clone());
                            // A second phone in the cell is not the one told here.
                            if *known != told && (field != Field::Phone || known.0 != told.0) {
                                wrong.push(format!("{known:?} and {told:?} in {row:?}"));
                            }
                        }
                    }
                }
            }
        }
    }
    println!("{made} keys, {} distinct", meant.len());
    assert!(made > 50_000, "{made}");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
