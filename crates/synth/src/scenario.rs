//! Ready-made worlds and sets of seized files.

use crate::SynthError;
use crate::draw::{Draw, Purpose};
use crate::house::{Encoding, House, Quoting};
use crate::household::Sex;
use crate::layout::{Cell, Column};
use crate::roster::Word;
use crate::spec::{Part, SeizedOrder, SeizedSpec, Source, Style};
use crate::world::{World, WorldSpec};
use crate::write::AddressParts;

const USUAL: [Word; 3] = [Word::Name, Word::Address, Word::Phone];

/// The clients of the small world that is kept with the source.
const DEMO_CLIENTS: [&str; 14] = [
    "client-01",
    "client-02",
    "client-03",
    "client-07",
    "client-10",
    "client-30",
    "client-36",
    "client-45",
    "client-53",
    "client-55",
    "client-62",
    "client-64",
    "client-68",
    "client-69",
];

/// The small world that is kept with the source: national retailers and telecoms, an insurer with two of its
/// cities, another with a city, both without kanji names, two small towns and a prefecture.
pub fn demo_world() -> WorldSpec {
    WorldSpec {
        floor: 200,
        clients: Some(DEMO_CLIENTS.iter().map(|id| (*id).to_owned()).collect()),
        handovers: Some(3),
        ..WorldSpec::new(20_230_131, 0.000_5)
    }
}

/// The seized files of [`demo_world`].
///
/// # Errors
/// Where `world` was made from another specification and lacks a client.
pub fn demo_files(world: &World) -> Result<Vec<SeizedSpec>, SynthError> {
    let mut files = demo_mixtures(world)?;
    files.extend(demo_layouts(world)?);
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// Index of a client that the demo world must have.
fn demo_client(world: &World, id: &str) -> Result<usize, SynthError> {
    let clients = world.clients().len();
    world.index_of(id).ok_or_else(|| SynthError::NoClient { id: id.to_owned(), clients })
}

/// The files that differ in what they are mixed from.
fn demo_mixtures(world: &World) -> Result<Vec<SeizedSpec>, SynthError> {
    let of = |id, rows| demo_client(world, id).map(|client| Part::of_client(client, rows));
    let spec = |name| SeizedSpec::new(name).columns(&USUAL);
    let with_birth = [Word::Name, Word::Phone, Word::Address, Word::BirthDate];
    Ok(vec![
        spec("01-single-source").part(of("client-03", 180)?),
        spec("02-merge-of-three")
            .part(of("client-01", 200)?)
            .part(of("client-69", 120)?)
            .part(of("client-62", 120)?)
            .order(SeizedOrder::Shuffled),
        spec("03-seniors-only")
            .part(of("client-01", 300)?.from_age(65))
            .columns(&with_birth)
            .order(SeizedOrder::Kana),
        spec("07-kana-only").part(of("client-68", 120)?).columns(&[Word::Kana, Word::Address, Word::Phone]),
        spec("08-strangers").part(Part::of_strangers(400)),
        spec("09-strangers-and-one-source")
            .part(Part::of_strangers(250))
            .part(of("client-07", 120)?)
            .order(SeizedOrder::Shuffled),
        spec("10-heavy-damage").part(of("client-30", 180)?).damage(0.25),
        spec("12-piece-of-30").part(of("client-53", 30)?),
        spec("13-insurer-cut-to-a-city").part(of("client-45", 200)?.within("岐阜県岐阜市")),
        spec("14-residents-of-a-client-city").part(Part::of_residents("岐阜県岐阜市", 200)),
    ])
}

/// The files that differ in encoding and layout.
fn demo_layouts(world: &World) -> Result<Vec<SeizedSpec>, SynthError> {
    let of = |id, rows| demo_client(world, id).map(|client| Part::of_client(client, rows));
    let given = |broker: u64, change: &dyn Fn(&mut House)| {
        let mut house = House::of_broker(world.seed(), broker, &USUAL);
        house.header = true;
        change(&mut house);
        Style::Given(Box::new(house))
    };
    Ok(vec![
        SeizedSpec::new("04-headerless-cp932-tsv").part(of("client-02", 250)?).style(given(4, &|house| {
            (house.encoding, house.delimiter, house.header) = (Encoding::Cp932, '\t', false);
            house.quoting = Quoting::WhenNeeded;
        })),
        SeizedSpec::new("05-utf-16").part(of("client-69", 150)?).style(given(5, &|house| {
            (house.encoding, house.delimiter) = (Encoding::Utf16Le, '\t');
        })),
        SeizedSpec::new("06-euc-jp")
            .part(of("client-64", 150)?)
            .style(given(6, &|house| house.encoding = Encoding::EucJp)),
        SeizedSpec::new("11-split-columns").part(of("client-10", 160)?).style(given(11, &split_columns)),
        SeizedSpec::new("15-copied-stretch")
            .part(of("client-01", 250)?.contiguous())
            .style(Style::Client(demo_client(world, "client-01")?)),
        SeizedSpec::new("16-iso-2022-jp-with-duplicates")
            .part(of("client-55", 120)?)
            .duplicates(0.2)
            .order(SeizedOrder::Shuffled)
            .style(given(16, &|house| (house.encoding, house.delimiter) = (Encoding::Iso2022Jp, ','))),
    ])
}

/// Surname, given name, prefecture, municipality, the rest, building and phone in columns of their own.
fn split_columns(house: &mut House) {
    let no = AddressParts::default();
    let column = |cell, header| Column { cell, header };
    house.columns = vec![
        column(Cell::Surname, "姓"),
        column(Cell::Given, "名"),
        column(Cell::Address(AddressParts { prefecture: true, ..no }), "都道府県"),
        column(Cell::Address(AddressParts { city: true, ..no }), "市区町村"),
        column(Cell::Address(AddressParts { town: true, numbers: true, ..no }), "番地"),
        column(Cell::Address(AddressParts { building: true, ..no }), "建物"),
        column(Cell::Field(Word::Phone), "電話番号"),
    ];
}

/// The seized files of any world: one from each client, small pieces, merges of two to eight and mixes of twenty,
/// copies cut out of a client's own export, damage, filters by age, sex and place, strangers from everywhere and
/// from one municipality.
pub fn standard_files(world: &World) -> Vec<SeizedSpec> {
    let clients = world.clients().len();
    let mut files: Vec<SeizedSpec> = Vec::new();
    for (at, client) in world.clients().enumerate() {
        files.push(usual(world, &format!("one-{}", client.id()), &[Part::of_client(at, 1_000)]));
    }
    let mut draw = Draw::new(world.seed(), Purpose::Seizure, 0);
    for rows in [5, 10, 20, 30, 50] {
        for nth in 0..4 {
            let part = Part::of_client(draw.index(clients), rows);
            files.push(usual(world, &format!("piece-of-{rows}-{nth}"), &[part]));
        }
    }
    for sources in [2, 3, 5, 8, 20] {
        for nth in 0..4 {
            files.push(mix(world, &format!("mix-of-{sources}-{nth}"), sources, &mut draw));
        }
    }
    for (percent, rate) in [(10, 0.10), (25, 0.25), (40, 0.40)] {
        for nth in 0..3 {
            let part = Part::of_client(draw.index(clients), 500);
            files.push(usual(world, &format!("damage-{percent}-{nth}"), &[part]).damage(rate));
        }
    }
    files.extend(filtered(world, &mut draw));
    files.extend(strangers(world));
    files
}

/// A file of names (and kana, where a source has only these), addresses and phones.
fn usual(world: &World, name: &str, parts: &[Part]) -> SeizedSpec {
    let has = |word: Word| {
        parts.iter().any(|part| match part.source {
            Source::Client { client, .. } => {
                world.client(client).is_some_and(|client| client.words().contains(&word))
            }
            Source::Strangers { .. } => word != Word::Kana,
        })
    };
    let words = [Word::Name, Word::Kana, Word::Address, Word::Phone];
    let words: Vec<Word> = words.into_iter().filter(|word| has(*word)).collect();
    let mut spec = SeizedSpec::new(name).columns(&words);
    spec.parts.extend(parts.iter().cloned());
    spec
}

/// Twenty to two hundred rows from each of several clients, in their sources' notations in every second file.
fn mix(world: &World, name: &str, sources: usize, draw: &mut Draw) -> SeizedSpec {
    let mut clients: Vec<usize> = (0..world.clients().len()).collect();
    draw.choose_front(&mut clients, sources);
    clients.truncate(sources);
    let parts: Vec<Part> =
        clients.into_iter().map(|client| Part::of_client(client, draw.between(20, 200) as usize)).collect();
    let mut spec = usual(world, name, &parts).order(SeizedOrder::Shuffled).duplicates(0.02);
    spec.source_notation = draw.percent(50);
    spec
}

fn filtered(world: &World, draw: &mut Draw) -> Vec<SeizedSpec> {
    let mut files = Vec::new();
    for (at, client) in world.clients().enumerate() {
        if client.kind() == "insurer" {
            for other in world.clients().filter(|other| other.kind() == "city") {
                if other.region().starts_with(client.region()) {
                    let part = Part::of_client(at, 400).within(other.region());
                    files.push(usual(world, &format!("{}-cut-to-{}", client.id(), other.id()), &[part]));
                }
            }
        }
    }
    for nth in 0..4 {
        let client = draw.index(world.clients().len());
        let women = Part::of_client(client, 500).from_age(60).sex(Sex::Female);
        files.push(usual(world, &format!("women-over-60-{nth}"), &[women]));
        let stretch = Part::of_client(client, 300).contiguous();
        files.push(SeizedSpec::new(&format!("stretch-{nth}")).part(stretch).style(Style::Client(client)));
    }
    files
}

/// Lists of nobody registered: from everywhere, and of the residents and seniors of municipalities that are clients.
fn strangers(world: &World) -> Vec<SeizedSpec> {
    let mut files: Vec<SeizedSpec> =
        (0..3).map(|nth| usual(world, &format!("nobody-{nth}"), &[Part::of_strangers(2_000)])).collect();
    for client in world.clients().filter(|client| client.kind() == "city").step_by(5) {
        let residents = Part::of_residents(client.region(), 500);
        files.push(usual(
            world,
            &format!("residents-where-{}", client.id()),
            std::slice::from_ref(&residents),
        ));
        files.push(usual(world, &format!("seniors-where-{}", client.id()), &[residents.from_age(65)]));
    }
    files
}
