//! What seized files promise: every row has its truth, files can be read, damage and filters are as asked for.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use meibo_synth::{
    Encoding, House, Part, SeizedOrder, SeizedSpec, Sex, Style, SynthError, Word, World, standard_files,
};
use proptest::prelude::*;

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::generate(23, 0.002))
}

fn at(id: &str) -> usize {
    world().index_of(id).unwrap()
}

/// The text of a file, which must be well-formed in its encoding.
fn decode(bytes: &[u8], encoding: Encoding) -> String {
    let codec = match encoding {
        Encoding::Cp932 => encoding_rs::SHIFT_JIS,
        Encoding::EucJp => encoding_rs::EUC_JP,
        Encoding::Iso2022Jp => encoding_rs::ISO_2022_JP,
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        _ => encoding_rs::UTF_8,
    };
    let (text, _, malformed) = codec.decode(bytes);
    assert!(!malformed, "{}", encoding.name());
    text.into_owned()
}

/// The rows of a file without its header, read by an independent reader.
fn read(bytes: &[u8], house: &House) -> Vec<Vec<String>> {
    let text = decode(bytes, house.encoding);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(house.header)
        .delimiter(house.delimiter as u8)
        .from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn every_handover_can_be_read() {
    let mut encodings = HashSet::new();
    for client in world().clients() {
        let handover = client.handovers().last().unwrap();
        let rows = read(&handover.to_bytes(), client.house());
        assert_eq!(rows.len(), handover.len(), "{}", client.id());
        assert!(rows.iter().all(|row| row.len() == client.house().columns.len()), "{}", client.id());
        encodings.insert(client.house().encoding);
    }
    assert!(encodings.len() >= 5);
}

#[test]
fn every_row_of_every_ready_made_file_has_its_truth() {
    let files = standard_files(world());
    assert!(files.len() > 120);
    let names: HashSet<&str> = files.iter().map(|spec| spec.name.as_str()).collect();
    assert_eq!(names.len(), files.len());
    let mut members: HashMap<(usize, String), HashSet<u64>> = HashMap::new();
    for spec in &files {
        let file = world().seize(spec).unwrap();
        let rows = read(&file.bytes, &file.house);
        assert_eq!(rows.len(), file.truth.len(), "{}", spec.name);
        assert!(!rows.is_empty(), "{}", spec.name);
        for (at, truth) in file.truth.iter().enumerate() {
            assert_eq!(truth.row, at + 1);
            assert_eq!(truth.client.is_some(), truth.handover.is_some());
            let (Some(client), Some(date)) = (truth.client, truth.handover) else { continue };
            let list = members.entry((client, date.to_string())).or_insert_with(|| {
                let client = world().client(client).unwrap();
                let handover = client.handovers().find(|handover| handover.date() == date).unwrap();
                handover.persons().into_iter().collect()
            });
            assert!(list.contains(&truth.person), "{} row {}", spec.name, truth.row);
        }
    }
}

#[test]
fn a_file_depends_on_its_own_specification_alone() {
    let spec = SeizedSpec::new("same").part(Part::of_client(at("client-05"), 200)).damage(0.1);
    let first = world().seize(&spec).unwrap();
    let _ = world().seize(&SeizedSpec::new("other").part(Part::of_strangers(10))).unwrap();
    let again = world().seize(&spec).unwrap();
    assert!(first.bytes == again.bytes && first.truth == again.truth);
}

#[test]
fn fields_and_file_hold_the_same_rows() {
    let spec = SeizedSpec::new("fields")
        .part(Part::of_client(at("client-02"), 80))
        .part(Part::of_strangers(20))
        .columns(&[Word::Name, Word::Phone, Word::Address])
        .order(SeizedOrder::Shuffled);
    let (rows, truth) = world().seize_fields(&spec).unwrap();
    let file = world().seize(&spec).unwrap();
    assert_eq!(truth, file.truth);
    assert_eq!(rows.len(), 100);
    let text = decode(&file.bytes, file.house.encoding);
    for (field, value) in rows.iter().flatten().filter(|(field, _)| *field == "phone") {
        assert!(text.contains(value.as_str()), "{field}");
    }
}

#[test]
fn filters_keep_whom_they_should() {
    let client = at("client-45");
    let part = Part::of_client(client, 300).from_age(70).sex(Sex::Female).within("岐阜県岐阜市");
    let spec =
        SeizedSpec::new("filtered").part(part).columns(&[Word::Address, Word::Sex, Word::Age, Word::Name]);
    let house = world().client(client).unwrap().house();
    let (rows, _) = world().seize_fields(&spec.style(Style::Client(client))).unwrap();
    assert!(rows.len() > 20, "{}", rows.len());
    for row in rows {
        let value = |name: &str| row.iter().find(|(field, _)| *field == name).map(|(_, text)| text.clone());
        assert_eq!(value("sex").unwrap(), house.notation.sex.female);
        assert!(value("address").unwrap().contains("岐阜市"));
        if let Some(age) = value("age") {
            assert!(age.trim_end_matches('歳').parse::<i32>().unwrap() >= 70);
        }
    }
}

#[test]
fn a_stretch_is_a_stretch() {
    let client = at("client-03");
    let spec = SeizedSpec::new("stretch").part(Part::of_handover(client, 2, 50).contiguous());
    let file = world().seize(&spec).unwrap();
    let persons = world().client(client).unwrap().handover(2).unwrap().persons();
    let taken: Vec<u64> = file.truth.iter().map(|row| row.person).collect();
    assert!(persons.windows(50).any(|stretch| stretch == taken));
}

#[test]
fn a_copy_holds_the_very_rows_of_the_export() {
    let client = at("client-03");
    let spec = SeizedSpec::new("copy").part(Part::of_handover(client, 1, 40)).style(Style::Client(client));
    let file = world().seize(&spec).unwrap();
    let handover = world().client(client).unwrap().handover(1).unwrap();
    let export: HashSet<Vec<String>> = read(&handover.to_bytes(), &file.house).into_iter().collect();
    assert!(read(&file.bytes, &file.house).iter().all(|row| export.contains(row)));
}

#[test]
fn a_kana_list_yields_no_kanji_names() {
    let spec = SeizedSpec::new("kana").part(Part::of_client(at("client-68"), 20)).columns(&[
        Word::Name,
        Word::Kana,
        Word::Address,
    ]);
    let (rows, _) = world().seize_fields(&spec).unwrap();
    let is_kanji = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for row in rows {
        // The column of names is filled with what the client knows: the reading.
        let names: Vec<&String> =
            row.iter().filter(|(field, _)| ["name", "kana"].contains(field)).map(|(_, text)| text).collect();
        assert!(!names.is_empty() && names.iter().all(|name| !name.chars().any(is_kanji)), "{names:?}");
    }
}

#[test]
fn duplicates_come_with_the_same_person() {
    let spec = SeizedSpec::new("twice").part(Part::of_client(at("client-04"), 100)).duplicates(0.3);
    let file = world().seize(&spec).unwrap();
    let persons: HashSet<u64> = file.truth.iter().map(|row| row.person).collect();
    assert_eq!((file.truth.len(), persons.len()), (130, 100));
}

#[test]
fn damage_is_as_heavy_as_asked_for() {
    for rate in [0.05, 0.25, 0.6] {
        let spec = SeizedSpec::new("damaged").part(Part::of_strangers(1_000)).columns(&[
            Word::Name,
            Word::Phone,
            Word::Postal,
        ]);
        let whole = world().seize(&spec).unwrap();
        let damaged = world().seize(&spec.damage(rate)).unwrap();
        let (before, after) = (read(&whole.bytes, &whole.house), read(&damaged.bytes, &damaged.house));
        let mut cells = 0;
        for ((before, after), truth) in before.iter().zip(&after).zip(&damaged.truth) {
            let differing = before.iter().zip(after).filter(|(a, b)| a != b).count();
            assert_eq!(differing, usize::from(truth.damaged_cells));
            cells += differing;
        }
        let measured = cells as f64 / (before.len() * before[0].len()) as f64;
        assert!((measured - rate).abs() < rate * 0.25, "{rate}: {measured}");
    }
}

#[test]
fn whoever_asks_for_more_than_there_are_gets_all() {
    let all = world().client(at("client-53")).unwrap().handover(0).unwrap().len();
    let spec = SeizedSpec::new("all").part(Part::of_handover(at("client-53"), 0, usize::MAX));
    assert_eq!(world().seize(&spec).unwrap().truth.len(), all);
    let spec = SeizedSpec::new("town").part(Part::of_residents("徳島県鳴門市", usize::MAX));
    let file = world().seize(&spec).unwrap();
    let persons: HashSet<u64> = file.truth.iter().map(|row| row.person).collect();
    assert!(persons.len() == file.truth.len() && persons.len() > 300, "{}", persons.len());
}

#[test]
fn impossible_requests_are_refused() {
    let clients = world().clients().len();
    let bad = |part: Part| world().seize(&SeizedSpec::new("bad").part(part)).unwrap_err();
    assert!(matches!(bad(Part::of_client(clients, 1)), SynthError::UnknownClient { .. }));
    assert!(matches!(bad(Part::of_handover(0, 99, 1)), SynthError::UnknownHandover { handovers: 14, .. }));
    assert!(matches!(bad(Part::of_residents("月面県", 1)), SynthError::UnknownRegion { .. }));
    let style = Style::Client(at("client-68"));
    let spec = SeizedSpec::new("none").columns(&[Word::Email]).style(style);
    assert!(matches!(world().seize(&spec), Err(SynthError::NoColumns { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_mixed_has_a_truth_of_its_length(
        client in 0usize..69,
        rows in 0usize..120,
        strangers in 0usize..60,
        damage in 0.0f64..1.0,
        duplicates in 0.0f64..1.0,
        broker in any::<u64>(),
    ) {
        let spec = SeizedSpec::new("any")
            .part(Part::of_client(client, rows))
            .part(Part::of_strangers(strangers))
            .style(Style::Broker(broker))
            .damage(damage)
            .duplicates(duplicates)
            .order(SeizedOrder::Shuffled);
        let file = world().seize(&spec).unwrap();
        let from = file.truth.iter().filter(|row| row.client.is_none()).count();
        prop_assert!(from >= strangers && from <= strangers * 2);
        let text = decode(&file.bytes, file.house.encoding);
        let lines = text.matches(file.house.line_end).count() - usize::from(file.house.header);
        prop_assert_eq!(lines, file.truth.len());
    }
}
