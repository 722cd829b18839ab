//! People who complained: customers of one client are told from people who have nothing in common.
//!
//! `MEIBO_CHECK_GROUPS=2000` for the figures that the documentation names, `MEIBO_CHECK_FIRST=5000` for other groups; fewer tell whether
//! anything is broken.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail loudly")]
#![allow(clippy::disallowed_methods, reason = "how many groups are made is set by whoever measures")]

use std::io::Cursor;

use meibo::{Complaints, Finding, ReadOptions};
use meibo_synth::{Part, SeizedSpec, Word};

use crate::incident::INCIDENT;

/// What people who complain tell of themselves.
const TOLD: [Word; 3] = [Word::Name, Word::Address, Word::Phone];

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

fn groups() -> std::ops::Range<usize> {
    let first = number("MEIBO_CHECK_FIRST", 0);
    first..first + number("MEIBO_CHECK_GROUPS", 24)
}

fn check(name: &str, part: Part) -> Complaints {
    let spec = SeizedSpec::new(name).part(part).columns(&TOLD).damage(0.02);
    let bytes = INCIDENT.world.seize(&spec).unwrap().bytes;
    let counts =
        INCIDENT.examiner.count_list(Cursor::new(bytes), &ReadOptions::default(), true, &()).unwrap();
    INCIDENT.examiner.check(&counts)
}

#[test]
fn customers_of_one_client_are_said_to_be() {
    let clients: Vec<usize> = (0..INCIDENT.world.clients().len())
        .filter(|client| {
            let client = INCIDENT.world.client(*client).unwrap();
            TOLD[..2].iter().all(|word| client.words().contains(word))
                && client.handovers().all(|handover| handover.len() >= 60)
        })
        .collect();
    let (mut told, mut possible, mut silent, mut others) = (0, 0, 0, 0);
    for group in groups() {
        let client = clients[group * 7 % clients.len()];
        let said = check(&format!("complaint-{group}"), Part::of_client(client, 4 + group % 5));
        let id = INCIDENT.world.client(client).unwrap().id();
        let is_it = |of: &&meibo::Complained| INCIDENT.examiner.client_name(of.client) == id;
        let beyond = said.clients.iter().filter(|of| of.is_beyond_chance());
        others += usize::from(beyond.clone().any(|of| !is_it(&of)));
        match said.finding() {
            Finding::BeyondChance if beyond.clone().any(|of| is_it(&of)) => told += 1,
            Finding::Possible if said.clients.iter().any(|of| is_it(&of)) => possible += 1,
            _ => silent += 1,
        }
    }
    println!(
        "customers of one client: {told} told, {possible} possible, {silent} not; {others} with another beside or instead"
    );
    let all = told + possible + silent;
    assert!(silent * 10 <= all && told * 10 >= all * 4, "{told} {possible} {silent}");
}

#[test]
fn people_with_nothing_in_common_are_hardly_ever_said_to_have() {
    let regions = ["岐阜県", "愛知県", "東京都", "大阪府", "福岡県"];
    let (mut beyond, mut all) = (0, 0);
    for group in groups() {
        let persons = 4 + group % 9;
        let part = match group % 2 {
            0 => Part::of_strangers(persons),
            _ => Part::of_residents(regions[group / 2 % regions.len()], persons),
        };
        let said = check(&format!("nobody-{group}"), part);
        beyond += usize::from(said.finding() == Finding::BeyondChance);
        all += 1;
    }
    println!("people with nothing in common: {beyond} of {all} said to have a client in common");
    assert!(beyond * 20 <= all, "{beyond} of {all}");
}
