//! What is said of people who complained.

use meibo_attribution::{Complained, Finding, complaints};

use crate::common::{count, file, pattern, world};

/// Three clients, of whose people the second holds a tenth of the others', the third hardly any.
fn three() -> meibo_attribution::World {
    world(
        &[10_000, 20_000, 500],
        &[
            (0, &[0], 900),
            (0, &[0, 1], 100),
            (1, &[1], 900),
            (1, &[0, 1], 100),
            (2, &[2], 400),
            (2, &[1, 2], 40),
        ],
    )
}

fn of(client: usize, all: &[Complained]) -> Complained {
    all.iter().copied().find(|complained| complained.client == client).unwrap_or_default()
}

#[test]
fn four_customers_of_a_client_that_holds_few_are_hardly_chance() {
    let said = complaints(&three(), &file(&[(&[2], 4)]));
    assert_eq!((said.records, said.persons, said.finding()), (4, 4, Finding::BeyondChance));
    let [only] = said.clients[..] else { panic!("{said:?}") };
    assert!(only.is_beyond_chance() && only.held == 4 && only.usual < 0.02, "{only:?}");
    assert!((only.by_chance_of_any - 3.0 * only.by_chance).abs() < 1e-12);
    assert!(only.log10_e > 2.0, "{only:?}");
}

#[test]
fn two_customers_of_a_client_that_holds_many_may_be_chance() {
    let said = complaints(&three(), &file(&[(&[1], 2)]));
    assert_eq!(said.finding(), Finding::Possible);
    assert!(said.clients[0].by_chance > 0.005 && said.clients[0].by_chance < 0.05, "{said:?}");
}

#[test]
fn people_of_different_clients_have_nothing_in_common() {
    let said = complaints(&three(), &file(&[(&[1], 2), (&[], 9)]));
    assert_eq!(said.finding(), Finding::NothingInCommon);
    assert_eq!(complaints(&three(), &file(&[])).finding(), Finding::NothingInCommon);
}

#[test]
fn the_client_that_chance_explains_least_stands_first() {
    let said = complaints(&three(), &file(&[(&[1, 2], 5), (&[1], 1)]));
    assert_eq!(said.clients.iter().map(|of| of.client).collect::<Vec<_>>(), [2, 1]);
    assert!(of(2, &said.clients).by_chance < of(1, &said.clients).by_chance);
    assert_eq!((of(1, &said.clients).held, of(2, &said.clients).held), (6, 5));
}

#[test]
fn without_unrelated_people_to_ask_nothing_is_called_beyond_chance() {
    let alone = world(&[10_000], &[(0, &[0], 900)]);
    let said = complaints(&alone, &file(&[(&[0], 12)]));
    assert!(!said.clients[0].is_known && !said.clients[0].is_beyond_chance());
    assert_eq!(said.finding(), Finding::Possible);
}

#[test]
fn twelve_rows_of_one_person_are_one_complaint() {
    let mut file = file(&[(&[2], 12)]);
    file.patterns[0] = meibo_attribution::PatternCount { persons: 1, ..count(pattern(&[2]), 12) };
    let said = complaints(&three(), &file);
    assert_eq!((said.records, said.persons, said.clients[0].held), (12, 1, 1));
}
