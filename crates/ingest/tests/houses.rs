//! Synthetic exports and brokers' files, as the generator of incidents writes them: every value must come out under
//! its field, whatever the house's columns, headings, notation and encoding.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::common::{Dice, Outcome, read_all};
use meibo_ingest::ReadOptions;
use meibo_normalize::Field;
use meibo_synth::{Client, Encoding, House, Part, SeizedOrder, SeizedSpec, Style, Word, World};

const SEEDS: [u64; 3] = [4, 5, 6];
const SEIZED_PER_SEED: usize = 100;
const COMPARED: [Field; 6] =
    [Field::Name, Field::Kana, Field::Address, Field::Phone, Field::BirthDate, Field::Postal];

type Truth = Vec<Vec<(&'static str, String)>>;

/// Files read, and how many had each field right.
#[derive(Default)]
struct Tally {
    files: usize,
    right: usize,
    by_field: BTreeMap<Field, usize>,
    failures: Vec<String>,
}

impl Tally {
    fn count(&mut self, label: &str, bytes: &[u8], house: &House, truth: &Truth) {
        self.files += 1;
        let Ok(outcome) = read_all(bytes, &ReadOptions::default()) else {
            self.failures.push(format!("{label}: not read"));
            return;
        };
        let wrong: Vec<Field> =
            COMPARED.into_iter().filter(|&field| !agrees(&outcome, house, truth, field)).collect();
        for field in COMPARED.into_iter().filter(|field| !wrong.contains(field)) {
            *self.by_field.entry(field).or_default() += 1;
        }
        if wrong.is_empty() {
            self.right += 1;
        } else {
            self.failures.push(describe(label, &outcome, house, truth, &wrong));
        }
    }

    fn line(&self, label: &str) -> String {
        let mut line = format!("{label:<18} {:>5} {:>5}", self.files, self.right);
        for field in COMPARED {
            write!(line, " {:>10}", self.by_field.get(&field).unwrap_or(&0)).unwrap();
        }
        line
    }
}

fn agrees(outcome: &Outcome, house: &House, truth: &Truth, field: Field) -> bool {
    outcome.rows.len() == truth.len()
        && outcome.rows.iter().zip(truth).all(|(row, due)| {
            let found = row
                .as_ref()
                .map(|values| of_field(values.iter().map(|(field, value)| (*field, value.as_str())), field));
            let due = due.iter().map(|(name, value)| (name.parse().unwrap(), through(house.encoding, value)));
            let due: Vec<(Field, String)> = due.collect();
            let due = of_field(due.iter().map(|(field, value)| (*field, value.as_str())), field);
            found.unwrap_or_default() == due
        })
}

/// The values of a field without space and without what joins parts, sorted. Names written in kana are readings,
/// under whatever heading.
fn of_field<'v>(values: impl Iterator<Item = (Field, &'v str)>, wanted: Field) -> Vec<String> {
    let mut found: Vec<String> = values
        .map(|(field, value)| {
            (if field == Field::Name && is_kana(value) { Field::Kana } else { field }, value)
        })
        .filter(|(field, _)| *field == wanted)
        .map(|(_, value)| value.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\'')).collect())
        .collect();
    found.sort();
    found.dedup();
    found
}

fn is_kana(value: &str) -> bool {
    value.chars().all(|c| matches!(c, 'ぁ'..='ヿ' | '｡'..='ﾟ' | ' ' | '\u{3000}'))
}

/// What is left of a text in the file's encoding.
fn through(encoding: Encoding, text: &str) -> String {
    let codec = match encoding {
        Encoding::Cp932 => encoding_rs::SHIFT_JIS,
        Encoding::EucJp => encoding_rs::EUC_JP,
        Encoding::Iso2022Jp => encoding_rs::ISO_2022_JP,
        _ => return text.to_owned(),
    };
    let bytes = codec.encode(text).0;
    codec.decode(&bytes).0.into_owned()
}

fn describe(label: &str, outcome: &Outcome, house: &House, truth: &Truth, wrong: &[Field]) -> String {
    let headings: Vec<&str> = house.columns.iter().map(|column| column.header).collect();
    let cells: Vec<String> = house.columns.iter().map(|column| format!("{:?}", column.cell.word())).collect();
    let found: Vec<String> =
        outcome.layout.columns.iter().map(|c| format!("{}={:?}", c.field, c.columns)).collect();
    let mut text = format!(
        "{label}: wrong {wrong:?}, header {} found {}, rows {} found {}\n  {}\n  {}\n  found {}",
        house.header,
        outcome.layout.header,
        truth.len(),
        outcome.rows.len(),
        headings.join(" | "),
        cells.join(" | "),
        found.join(" ")
    );
    for (row, due) in outcome.rows.iter().zip(truth).take(3) {
        write!(text, "\n  due   {due:?}\n  found {row:?}").unwrap();
    }
    text
}

/// A broker's file: some of a client's fields, perhaps with strangers or another client mixed in.
fn broker_file(world: &World, dice: &mut Dice, number: usize) -> SeizedSpec {
    let clients = world.clients().len();
    let at = dice.roll(clients);
    let client = world.client(at).unwrap();
    let columns = some_words(client, dice);
    let rows = 20 + dice.roll(60);
    let mut spec = SeizedSpec::new(&format!("broker-{number}"))
        .part(Part::of_client(at, rows))
        .style(Style::Broker(number as u64))
        .columns(&columns);
    match dice.roll(6) {
        0 => spec = spec.part(Part::of_strangers(10 + dice.roll(20))).order(SeizedOrder::Shuffled),
        1 => spec = spec.part(Part::of_client(dice.roll(clients), 20)).order(SeizedOrder::Kana),
        2 => spec = spec.source_notation(),
        3 => spec = spec.damage(0.1),
        _ => {}
    }
    spec
}

/// Some of the fields, a name or a reading and one more among them.
fn some_words(client: Client<'_>, dice: &mut Dice) -> Vec<Word> {
    let words = client.words();
    loop {
        let some: Vec<Word> = words.iter().copied().filter(|_| dice.roll(3) > 0).collect();
        let named = some.iter().any(|word| matches!(word, Word::Name | Word::Kana));
        let held = !some.contains(&Word::Building) || some.contains(&Word::Address);
        if named && held && some.len() >= 2 {
            return some;
        }
    }
}

/// The same file without its header.
fn without_header(house: &House) -> House {
    House { header: false, ..house.clone() }
}

/// The same file with words for half of its headings that tell nothing.
fn with_odd_headings(house: &House, dice: &mut Dice) -> House {
    const ODD: [&str; 15] = [
        "いろ",
        "はに",
        "ほへ",
        "とち",
        "りぬ",
        "るを",
        "わか",
        "よた",
        "れそ",
        "つね",
        "ならむ",
        "うゐの",
        "おくや",
        "まけふ",
        "こえて",
    ];
    let mut house = House { header: true, ..house.clone() };
    for (column, odd) in house.columns.iter_mut().zip(ODD) {
        if dice.roll(2) == 0 {
            column.header = odd;
        }
    }
    house
}

fn count_seized(tally: &mut Tally, world: &World, spec: &SeizedSpec) -> House {
    let file = world.seize(spec).unwrap();
    let truth = world.seize_fields(spec).unwrap().0;
    tally.count(&format!("seed {} {}", world.seed(), spec.name), &file.bytes, &file.house, &truth);
    file.house
}

#[test]
fn every_house_and_every_broker_is_read() {
    let mut tallies: [Tally; 4] = Default::default();
    let [exports, brokers, headless, odd] = &mut tallies;
    for seed in SEEDS {
        let world = World::generate(seed, 0.0001);
        for client in world.clients() {
            let handover = client.handovers().last().unwrap();
            let truth = handover.fields().collect();
            let label = format!("seed {seed} {}", client.id());
            exports.count(&label, &handover.to_bytes(), client.house(), &truth);
        }
        let mut dice = Dice(seed * 7919 + 1);
        for number in 0..SEIZED_PER_SEED {
            let spec = broker_file(&world, &mut dice, number);
            let house = count_seized(brokers, &world, &spec);
            let given = |house| spec.clone().style(Style::Given(Box::new(house)));
            count_seized(headless, &world, &given(without_header(&house)));
            count_seized(odd, &world, &given(with_odd_headings(&house, &mut dice)));
        }
    }
    let head: Vec<String> = COMPARED.iter().map(|field| format!(" {:>10}", field.to_string())).collect();
    println!("{:<18} {:>5} {:>5}{}", "", "files", "right", head.concat());
    let labels = ["clients' exports", "brokers' files", "without header", "odd headings"];
    for (tally, label) in tallies.iter().zip(labels) {
        println!("{}", tally.line(label));
    }
    for failure in tallies.iter().flat_map(|tally| &tally.failures) {
        println!("{failure}");
    }
    for (tally, (label, least)) in tallies.iter().zip(labels.into_iter().zip([99, 99, 98, 98])) {
        let (right, files) = (tally.right, tally.files);
        assert!(right * 100 >= files * least, "{label}: {right} of {files} files are right");
    }
}
