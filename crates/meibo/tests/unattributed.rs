//! Where the people of rows without a source live, by name.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use meibo::{ClientId, Examiner, Field, FileAnswer, Fingerprinter, Record, RegistryKey, Settling};

/// A person of a place.
fn person(number: u32, place: &str) -> Record {
    let given = ["太郎", "花子", "一郎", "和子", "清", "実", "節子", "洋子"][number as usize % 8];
    let surname = char::from_u32('一' as u32 + number).unwrap_or('林');
    Record::new()
        .with(Field::Name, &format!("{surname}田{given}"))
        .with(Field::Address, &format!("{place}{}-{}", 1 + number / 90, 1 + number % 90))
        .with(Field::Phone, &format!("058{:07}", 2_654_141 + 17 * number))
}

/// Asks a registry of these clients, each with people of these numbers.
fn ask(clients: &[(&str, std::ops::Range<u32>)], records: Vec<Record>) -> FileAnswer {
    let (key, directory) = (RegistryKey::from_bytes([7; 32]), tempfile::tempdir().unwrap());
    for (client, people) in clients {
        let mut fingerprinter = Fingerprinter::new(&key);
        fingerprinter.add_records(people.clone().map(|number| person(number, "岐阜県岐阜市柳津町")));
        let (id, date) = (ClientId::new(client).unwrap(), "2016-04-01".parse().unwrap());
        let bytes = fingerprinter.finish(id, date).unwrap();
        std::fs::write(directory.path().join(format!("{client}.meibo")), bytes).unwrap();
    }
    Examiner::open(directory.path(), &[key]).unwrap().attribute_records(records, &()).unwrap()
}

/// The places of an answer with their records.
fn places(answer: &FileAnswer) -> Vec<(&str, u64)> {
    let areas = answer.attribution.unattributed.by_area.iter();
    areas.map(|area| (answer.place_name(area.place).unwrap(), area.records)).collect()
}

#[test]
fn places_have_their_names() {
    let strangers = (1_000..1_040).map(|number| person(number, "大阪府堺市堺区大町東"));
    let others = (2_000..2_025).map(|number| person(number, "福井県福井市大手"));
    let nowhere = (3_000..3_003).map(|number| person(number, "どこか"));
    let known = (0..100).map(|number| person(number, "岐阜県岐阜市柳津町"));
    let clients = [("city-a", 0..400), ("shop-b", 5_000..5_400)];
    let answer = ask(&clients, known.chain(strangers).chain(others).chain(nowhere).collect());
    let rest = &answer.attribution.unattributed;
    assert_eq!((rest.matching_nothing, rest.untied(), rest.no_area), (68, 68, 3));
    let places = places(&answer);
    assert_eq!(places.iter().map(|(_, records)| *records).collect::<Vec<_>>(), [40, 25]);
    assert!(places[0].0.starts_with("大阪府堺市") && places[1].0 == "福井県福井市", "{places:?}");
    assert_eq!(rest.would_settle, [Settling::MissingFingerprint]);
}

#[test]
fn a_part_of_the_only_client_cannot_be_claimed_and_that_is_said() {
    let strangers = (1_000..1_080).map(|number| person(number, "岐阜県岐阜市柳津町"));
    let known = (0..20).map(|number| person(number, "岐阜県岐阜市柳津町"));
    let answer = ask(&[("city-a", 0..400)], known.chain(strangers).collect());
    let said = &answer.attribution;
    assert!(said.sources.is_empty());
    assert_eq!(said.background_unknown().collect::<Vec<_>>(), [0]);
    assert_eq!(said.examined(0).map(|examined| examined.controls), Some(0));
    assert_eq!((said.unattributed.background_only, said.unattributed.matching_nothing), (20, 80));
    assert_eq!(said.unattributed.would_settle, [Settling::MissingFingerprint, Settling::BackgroundUnknown]);
}
