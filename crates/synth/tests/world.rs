//! What the world promises: the same bytes for the same specification, sizes of the reference incident, lists that
//! contain and overlap as they should.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::HashSet;
use std::sync::OnceLock;

use meibo_synth::{Part, SeizedSpec, Sisters, Word, World, WorldSpec};

/// One world for all tests: a hundredth of the incident.
fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::generate(11, 0.01))
}

fn last_persons(world: &World, id: &str) -> HashSet<u64> {
    let client = world.client(world.index_of(id).unwrap()).unwrap();
    client.handovers().last().unwrap().persons().into_iter().collect()
}

#[test]
fn all_clients_have_their_handovers_and_sizes() {
    let reference = include_str!("../data/reference-incident.csv");
    let world = world();
    assert_eq!(world.clients().len(), 69);
    for (client, line) in world.clients().zip(reference.lines().skip(1)) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(client.id(), cells[0]);
        assert_eq!(client.handovers().len(), cells[7].parse::<usize>().unwrap());
        let records: f64 = cells[3].parse().unwrap();
        let wanted = (records * 0.01).round().max(records.min(60.0)) as usize;
        let last = client.handovers().last().unwrap();
        if client.kind() == "insurer" {
            assert!(last.len() >= wanted, "{}", client.id());
        } else {
            assert_eq!(last.len(), wanted, "{}", client.id());
        }
        assert_eq!(
            &last.date().to_string()[..7],
            if client.handovers().len() == 1 { cells[5] } else { cells[6] }
        );
        let dates: Vec<_> = client.handovers().map(|handover| handover.date()).collect();
        assert!(dates.windows(2).all(|pair| pair[0] < pair[1]));
    }
}

#[test]
fn lists_grow_and_keep_most_members() {
    for client in world().clients().filter(|client| client.handovers().len() > 1) {
        let sizes: Vec<usize> = client.handovers().map(|handover| handover.len()).collect();
        assert!(sizes[0] * 10 > sizes[sizes.len() - 1] * 3, "{}: {sizes:?}", client.id());
        let handovers: Vec<HashSet<u64>> =
            client.handovers().map(|handover| handover.persons().into_iter().collect()).collect();
        for pair in handovers.windows(2) {
            let stayed = pair[0].intersection(&pair[1]).count();
            assert!(stayed * 10 >= pair[0].len() * 4, "{}", client.id());
            assert_ne!(pair[0], pair[1], "{}", client.id());
        }
    }
}

#[test]
fn nobody_is_on_a_list_twice() {
    for client in world().clients() {
        let last = client.handovers().last().unwrap();
        assert_eq!(last.persons().len(), last.persons().into_iter().collect::<HashSet<_>>().len());
    }
}

#[test]
fn insurers_hold_their_cities() {
    for (insurer, cities) in [
        ("client-45", &["client-62", "client-63", "client-64", "client-65"][..]),
        ("client-43", &["client-66", "client-67"]),
        ("client-36", &["client-68"]),
    ] {
        let holds = last_persons(world(), insurer);
        for city in cities {
            let members = last_persons(world(), city);
            let held = members.intersection(&holds).count();
            assert!(held * 100 >= members.len() * 95, "{insurer} {city}: {held} of {}", members.len());
        }
        let held: HashSet<u64> = cities.iter().flat_map(|city| last_persons(world(), city)).collect();
        assert!(held.len() * 10 < holds.len() * 9, "{insurer} has members of its own");
    }
}

#[test]
fn local_lists_hold_a_part_of_their_residents_or_seniors() {
    for client in world().clients().filter(|client| client.region() != "national") {
        let members = last_persons(world(), client.id());
        let share = |part: Part| {
            let file = world().seize(&SeizedSpec::new("residents").part(part)).unwrap();
            let on = file.truth.iter().filter(|row| members.contains(&row.person)).count();
            on as f64 / file.truth.len() as f64
        };
        let residents = share(Part::of_residents(client.region(), 400));
        let seniors = share(Part::of_residents(client.region(), 400).from_age(65));
        // Several lists share a prefecture, and the small ones are a small part of it.
        let least = if client.kind() == "city" { 0.05 } else { 0.0 };
        assert!((least..0.40).contains(&residents), "{}: {residents}", client.id());
        assert!((least..0.50).contains(&seniors), "{}: {seniors}", client.id());
    }
}

#[test]
fn the_largest_client_knows_a_quarter_of_everybody() {
    let largest = last_persons(world(), "client-01");
    let strangers = world().seize(&SeizedSpec::new("strangers").part(Part::of_strangers(5_000))).unwrap();
    assert_eq!(strangers.truth.len(), 5_000);
    let on = strangers.truth.iter().filter(|row| largest.contains(&row.person)).count();
    let share = on as f64 / 5_000.0;
    assert!((0.22..0.30).contains(&share), "{share}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let bytes = |seed: u64| {
        let world = World::generate(seed, 0.000_2);
        let all: Vec<Vec<u8>> = world.clients().flat_map(|c| c.handovers().map(|h| h.to_bytes())).collect();
        all.concat()
    };
    let first = bytes(5);
    assert!(first.len() > 100_000);
    assert!(first == bytes(5));
    assert!(first != bytes(6));
}

#[test]
fn written_and_returned_bytes_are_the_same() {
    for client in world().clients().take(12) {
        let handover = client.handover(0).unwrap();
        let mut written = Vec::new();
        handover.write_to(&mut written).unwrap();
        assert!(written == handover.to_bytes());
    }
}

#[test]
fn fields_are_those_of_the_client() {
    for client in world().clients() {
        let handover = client.handover(0).unwrap();
        let kana_only = client.words().contains(&Word::Kana);
        let rows: Vec<_> = handover.fields().take(50).collect();
        assert_eq!(rows.len(), handover.len().min(50));
        for row in rows {
            let names: Vec<&str> = row.iter().map(|(name, _)| *name).collect();
            assert!(names.contains(&if kana_only { "kana" } else { "name" }));
            assert!(!(kana_only && names.contains(&"name")));
            let known = "name kana address phone postal birth_date sex age email member_id";
            assert!(names.iter().all(|name| known.split(' ').any(|word| word == *name)), "{names:?}");
            assert!(row.iter().all(|(_, text)| !text.is_empty()));
        }
    }
}

#[test]
fn houses_differ() {
    let mut encodings = HashSet::new();
    let mut phones = HashSet::new();
    let mut numbers = HashSet::new();
    let mut dates = HashSet::new();
    let mut headers = HashSet::new();
    for client in world().clients() {
        let house = client.house();
        encodings.insert(house.encoding);
        phones.insert(house.notation.phone);
        numbers.insert(house.notation.numbers);
        dates.insert(house.notation.date);
        headers.insert(house.columns.iter().map(|column| column.header).collect::<Vec<_>>());
    }
    assert!(encodings.len() >= 5, "{encodings:?}");
    assert!(phones.len() >= 6 && numbers.len() >= 6 && dates.len() >= 6);
    assert!(headers.len() >= 50);
}

#[test]
fn one_person_is_written_in_many_ways() {
    // Somebody whose family writes 髙 or 﨑 is 高 or 崎 elsewhere; the same number has several spellings.
    let world = world();
    let mut old = 0;
    let mut entities = 0;
    for client in world.clients() {
        for row in client.handover(0).unwrap().fields().take(300) {
            for (_, text) in row {
                old += usize::from(text.contains(['髙', '﨑', '邉', '邊', '齋', '澤', '𠮷']));
            }
        }
        let text = client.handover(0).unwrap().to_bytes();
        entities += usize::from(text.windows(9).any(|piece| piece == b"&#134071;"));
    }
    assert!(old > 50, "{old}");
    assert!(entities > 0);
}

#[test]
fn sister_companies_share_members() {
    let spec = WorldSpec {
        clients: Some(vec!["client-04".to_owned(), "client-05".to_owned()]),
        sisters: vec![Sisters { from: "client-04".to_owned(), to: "client-05".to_owned(), share: 0.5 }],
        ..WorldSpec::new(3, 0.002)
    };
    let world = World::with(&spec);
    let (first, second) = (last_persons(&world, "client-04"), last_persons(&world, "client-05"));
    let shared = second.intersection(&first).count() as f64 / second.len() as f64;
    assert!((0.40..0.62).contains(&shared), "{shared}");
}

#[test]
fn odd_scales_give_a_world_as_well() {
    for scale in [f64::NAN, -1.0, 0.0, 1e-9] {
        let world = World::generate(1, scale);
        assert!(world.clients().all(|client| client.handovers().all(|handover| !handover.is_empty())));
    }
}
