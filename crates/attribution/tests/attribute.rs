//! What attribution promises, on worlds made by hand.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use crate::common::{ALL, HERE, at, count, file, pattern, world};
use meibo_attribution::{
    Answer, Control, File, HandoverChoice, Hit, List, Pattern, PatternCount, Verdict, Window, World,
    attribute,
};
use proptest::prelude::*;

fn over_one_town(mut file: File, town: u64) -> File {
    file.patterns.iter_mut().for_each(|count| count.stratum = at(town));
    file
}

/// A file's records, evenly over so many towns; over none that is known where there are none.
fn over_towns(file: File, towns: u64) -> File {
    let spread = |count: &PatternCount| -> Vec<PatternCount> {
        let part = (count.records / towns.max(1)).max(1);
        let of = |town| PatternCount { stratum: at(town), records: part, persons: part, ..count.clone() };
        if towns == 0 { vec![of(0)] } else { (1..=towns).map(of).collect() }
    };
    File { patterns: file.patterns.iter().flat_map(spread).collect() }
}

/// A retailer (0) that every fourth person is a customer of, a city (1), the federation (2) that holds the city's and the
/// town's members, a town (3), and a shop (4).
fn region() -> World {
    let sizes = [4_000_000, 40_000, 480_000, 20_000, 5_000];
    let controls: &[(u32, &[u32], u64)] = &[
        (0, &[0], 2_500),
        (0, &[0, 2], 150),
        (0, &[0, 1, 2], 30),
        (1, &[1, 2], 1_500),
        (1, &[0, 1, 2], 500),
        (2, &[2], 1_400),
        (2, &[0, 2], 450),
        (2, &[1, 2], 100),
        (2, &[2, 3], 50),
        (3, &[2, 3], 1_500),
        (3, &[0, 2, 3], 500),
        (4, &[4], 1_500),
        (4, &[0, 4], 500),
    ];
    world(&sizes, controls)
}

fn named(answer: &Answer) -> Vec<usize> {
    answer.attribution.sources.iter().map(|source| source.client).collect()
}

fn beside(answer: &Answer) -> Vec<usize> {
    let mut all: Vec<usize> =
        answer.attribution.sources.iter().flat_map(|source| source.not_separable_from.clone()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[test]
fn one_source_is_attributed() {
    let answer = attribute(&region(), &file(&[(&[4], 70), (&[0, 4], 27), (&[], 3)]));
    assert_eq!((answer.attribution.verdict, named(&answer)), (Verdict::Attributed, vec![4]));
    let source = &answer.attribution.sources[0];
    assert!(source.share_interval[0] <= 0.97 && 0.97 <= source.share_interval[1], "{source:?}");
    assert!(source.not_separable_from.is_empty() && source.handover.best == Some(4));
}

#[test]
fn what_unrelated_lists_show_is_no_evidence() {
    let answer = attribute(&region(), &file(&[(&[], 720), (&[0], 255), (&[0, 2], 15), (&[2], 10)]));
    assert_eq!((answer.attribution.verdict, named(&answer)), (Verdict::Unattributed, vec![]));
    assert_eq!(answer.attribution.unattributed.records, 1_000);
    assert!(answer.rows.iter().all(|row| row.client.is_none() && row.posterior == 0.0));
}

#[test]
fn a_retailer_beyond_its_usual_share_is_named() {
    let answer = attribute(&region(), &file(&[(&[], 30), (&[0], 960), (&[0, 2], 10)]));
    assert_eq!(named(&answer), [0]);
}

#[test]
fn a_city_and_its_federation_are_not_told_apart() {
    let answer = attribute(&region(), &file(&[(&[1, 2], 150), (&[0, 1, 2], 50)]));
    assert_eq!(answer.attribution.verdict, Verdict::Inconclusive);
    let mut both = named(&answer);
    both.extend(beside(&answer));
    both.sort_unstable();
    assert_eq!(both, [1, 2]);
}

#[test]
fn rows_that_only_the_federation_holds_decide_for_it() {
    let answer = attribute(&region(), &file(&[(&[2], 150), (&[1, 2], 40), (&[2, 3], 20), (&[0, 2], 50)]));
    assert_eq!((answer.attribution.verdict, named(&answer)), (Verdict::Attributed, vec![2]));
}

#[test]
fn two_lists_merged_and_the_federation_that_holds_both_stand_side_by_side() {
    let answer =
        attribute(&region(), &file(&[(&[1, 2], 150), (&[0, 1, 2], 50), (&[2, 3], 90), (&[0, 2, 3], 30)]));
    assert_eq!(answer.attribution.verdict, Verdict::Inconclusive);
    let mut all = named(&answer);
    all.extend(beside(&answer));
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3]);
}

#[test]
fn a_merge_in_proportion_to_sizes_is_taken_apart() {
    // Three lists that each hold a good part of the others' people, merged with strangers: no one of them is beyond
    // its usual rate in the whole file.
    let controls: &[(u32, &[u32], u64)] = &[
        (0, &[0], 1_200),
        (0, &[0, 1], 400),
        (0, &[0, 2], 400),
        (1, &[1], 1_200),
        (1, &[0, 1], 400),
        (1, &[1, 2], 400),
        (2, &[2], 1_200),
        (2, &[0, 2], 400),
        (2, &[1, 2], 400),
    ];
    let rows: &[(&[u32], u64)] = &[
        (&[], 10_000),
        (&[0], 16_000),
        (&[1], 16_000),
        (&[2], 16_000),
        (&[0, 1], 8_000),
        (&[0, 2], 8_000),
        (&[1, 2], 8_000),
    ];
    let answer = attribute(&world(&[90_000; 3], controls), &file(rows));
    let mut clients = named(&answer);
    clients.sort_unstable();
    assert_eq!(clients, [0, 1, 2]);
}

#[test]
fn no_client_is_claimed_without_rows_of_its_own() {
    // A federation (3) and three of its members, each of which shares rows with another.
    let controls: &[(u32, &[u32], u64)] =
        &[(0, &[0, 3], 500), (1, &[1, 3], 500), (2, &[2, 3], 500), (3, &[3], 1_000), (4, &[4], 1_000)];
    let world = world(&[9_000, 8_000, 7_000, 90_000, 5_000], controls);
    let rows: &[(&[u32], u64)] = &[(&[0, 1, 3], 60), (&[0, 2, 3], 50), (&[1, 3], 40), (&[2, 3], 40)];
    let answer = attribute(&world, &file(rows));
    assert!(answer.attribution.sources.iter().all(|source| source.log10_e >= 2.0), "{answer:?}");
}

#[test]
fn a_merge_is_mixed_and_its_shares_are_right() {
    let answer = attribute(&region(), &file(&[(&[4], 225), (&[0, 4], 75), (&[2], 530), (&[0, 2], 170)]));
    assert_eq!((answer.attribution.verdict, named(&answer)), (Verdict::Mixed, vec![2, 4]));
    for (source, truth) in answer.attribution.sources.iter().zip([0.7, 0.3]) {
        assert!((source.share - truth).abs() < 0.02, "{source:?}");
        assert!(source.share_interval[0] < truth && truth < source.share_interval[1], "{source:?}");
    }
}

#[test]
fn damaged_rows_are_counted_but_tied_only_where_a_key_says_so() {
    let damaged = |keys| Pattern { present: ALL, hits: vec![Hit { list: 4, keys }] };
    let mut file = file(&[(&[4], 700), (&[], 30)]);
    // One of name, address and phone is broken: one key is left.
    for (keys, records) in [(0b001, 90), (0b010, 90), (0b100, 90)] {
        file.patterns.push(count(damaged(keys), records));
    }
    let answer = attribute(&region(), &file);
    let source = &answer.attribution.sources[0];
    assert_eq!(source.client, 4);
    assert!(source.share > 0.97, "{source:?}");
    let tied = |row: usize| answer.rows[row].client.is_some();
    assert!(tied(0) && tied(2) && tied(3));
    assert!(!tied(1), "no key, no name");
    assert!(tied(4), "of a file that came from there, a row of which the household is left did as well");
}

#[test]
fn controls_under_another_key_say_nothing() {
    // One key: nine in ten people here are in the city's list anyway.
    let controls: &[(u32, &[u32], u64)] = &[(0, &[0], 1_000), (1, &[0, 1], 600), (1, &[1], 400)];
    let seized = file(&[(&[0], 600), (&[], 400)]);
    let one_key = world(&[40_000, 9_000], controls);
    assert!(named(&attribute(&one_key, &seized)).is_empty());
    // A key for each owner: the shop's people cannot be asked about the city.
    let mut two_keys = world(&[40_000, 9_000], &[(0, &[0], 1_000), (1, &[1], 1_000)]);
    two_keys.lists[1].key = 1;
    assert!(named(&attribute(&two_keys, &seized)).is_empty());
}

#[test]
fn chance_matches_of_many_handovers_are_no_evidence() {
    // Name and phone only: one match is all there can be, and twenty full filters give one in fifty by chance.
    let name_phone = |lists: &[u32]| Pattern {
        present: 1,
        hits: lists.iter().map(|list| Hit { list: *list, keys: 1 }).collect(),
    };
    let mut world = world(&[40_000, 9_000], &[]);
    for _ in 0..19 {
        world.lists.push(world.lists[0].clone());
    }
    let control = |list, pattern, count| Control { list, stratum: HERE, pattern, count };
    world.controls = vec![
        control(0, name_phone(&[0]), 1_000),
        control(1, name_phone(&[1]), 9_800),
        control(1, name_phone(&[0, 1]), 200),
    ];
    let patterns = vec![count(name_phone(&[]), 196_000), count(name_phone(&[0]), 4_000)];
    let answer = attribute(&world, &File { patterns });
    assert!(named(&answer).is_empty(), "{answer:?}");
}

#[test]
fn without_controls_nothing_is_claimed_and_the_background_is_said_to_be_unknown() {
    for clients in [1, 2] {
        let alone = world(&vec![1_000; clients], &[]);
        for rows in [[40, 0], [20, 20], [10_000, 0], [6_000, 4_000]] {
            let seized = file(&[(&[0], rows[0]), (&[], rows[1])]);
            for places in [0, 1, 20, 1_000] {
                let answer = attribute(&alone, &over_towns(seized.clone(), places)).attribution;
                assert_eq!(answer.verdict, Verdict::Inconclusive, "{rows:?} {places} places");
                assert!(answer.sources.is_empty());
                assert_eq!(answer.background_unknown().collect::<Vec<_>>(), [0]);
            }
        }
        let answer = attribute(&alone, &file(&[(&[], 40)])).attribution;
        assert_eq!(answer.verdict, Verdict::Unattributed);
    }
}

#[test]
fn a_hundred_controls_are_no_certainty() {
    // None of 120 people of the only other list is held: the rate may still be one in fifty.
    let mut small = world(&[120, 120], &[]);
    let control = |list: u32| Control { list, stratum: HERE, pattern: pattern(&[list]), count: 120 };
    small.controls = vec![control(0), control(1)];
    let answer = attribute(&small, &file(&[(&[0], 60)])).attribution;
    assert_eq!(answer.verdict, Verdict::Attributed);
    assert!((10.0..60.0).contains(&answer.sources[0].log10_e), "{}", answer.sources[0].log10_e);
}

#[test]
fn a_list_that_tells_no_addresses_is_at_home_where_those_live_whom_it_holds() {
    // Five towns whose own lists hold every fourth person; the first list holds some people of another town, as others'
    // addresses show, and tells no addresses itself.
    let (town, national) = (11, 6);
    let mut local = world(&[60, 60, 60, 60, 60, 60, 10_000], &[]);
    let control =
        |list, stratum, held: &[u32], count| Control { list, stratum, pattern: pattern(held), count };
    local.controls.push(control(0, at(0), &[0], 60));
    for client in 1..=5 {
        let home = at(u64::from(client));
        local.controls.push(control(client, home, &[client], 60));
        local.controls.push(control(national, home, &[national], 45));
        local.controls.push(control(national, home, &[client, national], 15));
    }
    local.controls.extend((20..40).map(|other| control(national, at(other), &[national], 60)));
    local.controls.push(control(national, at(town), &[national], 77));
    local.controls.push(control(national, at(town), &[0, national], 3));
    let seniors = |held| over_one_town(file(&[(&[0], held), (&[], 160 - held)]), town);
    assert!(named(&attribute(&local, &seniors(40))).is_empty());
    assert_eq!(named(&attribute(&local, &seniors(155))), [0]);
}

#[test]
fn many_rows_of_one_person_are_one_piece_of_evidence() {
    let mut orders = file(&[(&[4], 48), (&[], 144)]);
    orders.patterns[0].persons = 1;
    orders.patterns[1].persons = 3;
    assert!(named(&attribute(&region(), &orders)).is_empty());
}

#[test]
fn a_file_without_names_is_compared_by_households() {
    let households = |lists: &[u32]| Pattern {
        present: 0b100,
        hits: lists.iter().map(|list| Hit { list: *list, keys: 0b100 }).collect(),
    };
    let patterns =
        vec![count(households(&[]), 2), count(households(&[4]), 70), count(households(&[0, 4]), 28)];
    let answer = attribute(&region(), &File { patterns });
    assert_eq!(named(&answer), [4]);
}

#[test]
fn an_empty_file_is_unattributed() {
    let answer = attribute(&region(), &File::default());
    assert_eq!(answer.attribution.verdict, Verdict::Unattributed);
    assert_eq!((answer.attribution.records, answer.attribution.unattributed.share), (0, 0.0));
    let nobody = attribute(&World::default(), &File::default());
    assert_eq!(nobody.attribution.verdict, Verdict::Unattributed);
}

/// The region with three handovers of the shop: lists 4, 5 and 6, the oldest first.
fn snapshots() -> World {
    let mut world = region();
    for date in 1..3 {
        world.lists.push(List { date, ..world.lists[4].clone() });
    }
    world
}

fn dated(rows: &[(Pattern, u64)]) -> HandoverChoice {
    let patterns = rows.iter().map(|(pattern, records)| count(pattern.clone(), *records)).collect();
    let answer = attribute(&snapshots(), &File { patterns });
    assert_eq!(answer.attribution.sources[0].client, 4);
    answer.attribution.sources[0].handover.clone()
}

#[test]
fn the_handover_that_nothing_speaks_against_is_the_best() {
    // Most stayed, some joined before the second one, some left after it.
    let choice = dated(&[(pattern(&[4, 5, 6]), 150), (pattern(&[5, 6]), 30), (pattern(&[4, 5]), 30)]);
    assert_eq!((choice.best, choice.candidates), (Some(5), vec![5]));
    assert_eq!(choice.window, Window { not_before: Some(5), before: Some(6) });
}

#[test]
fn rows_that_never_changed_tell_no_handover() {
    let choice = dated(&[(pattern(&[4, 5, 6]), 150)]);
    assert_eq!((choice.best, choice.candidates, choice.window), (None, vec![4, 5, 6], Window::default()));
}

#[test]
fn a_move_dates_as_well_as_one_who_left() {
    // The third handover knows them by another phone: name and address are left.
    let moved = |last| {
        let hits = [(4, ALL), (5, ALL), (6, last)].map(|(list, keys)| Hit { list, keys });
        Pattern { present: ALL, hits: hits.to_vec() }
    };
    let choice = dated(&[(pattern(&[4, 5, 6]), 150), (moved(0b001), 20)]);
    assert_eq!((choice.best, choice.candidates), (None, vec![4, 5]));
    assert_eq!(choice.window, Window { not_before: None, before: Some(6) });
}

#[test]
fn rows_of_two_handovers_are_of_no_single_one() {
    let choice = dated(&[(pattern(&[4, 5, 6]), 150), (pattern(&[4]), 40), (pattern(&[6]), 30)]);
    assert_eq!(choice.window, Window { not_before: Some(6), before: Some(5) });
}

#[test]
fn one_row_in_hundreds_rules_no_handover_out() {
    let choice = dated(&[(pattern(&[4, 5, 6]), 300), (pattern(&[6]), 1)]);
    assert_eq!((choice.best, choice.candidates), (Some(6), vec![4, 5, 6]));
    assert_eq!(choice.window, Window::default());
}

fn any_file() -> impl Strategy<Value = File> {
    let pattern =
        (0_u32..8, proptest::collection::btree_map(0_u32..5, 1_u32..8, 0..4)).prop_map(|(present, hits)| {
            let hits = hits.into_iter().map(|(list, keys)| Hit { list, keys: keys & present });
            Pattern { present, hits: hits.filter(|hit| hit.keys != 0).collect() }
        });
    let counted = (pattern, 1_u64..2_000, 0_u64..3).prop_map(|(pattern, records, town)| PatternCount {
        pattern,
        stratum: at(town),
        records,
        persons: records.div_ceil(2),
    });
    proptest::collection::vec(counted, 0..12).prop_map(|mut patterns| {
        patterns.sort_by(|a, b| (&a.pattern, a.stratum).cmp(&(&b.pattern, b.stratum)));
        patterns.dedup_by(|a, b| (&a.pattern, a.stratum) == (&b.pattern, b.stratum));
        File { patterns }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// Whatever the counts: parts add up, probabilities are probabilities, nobody is named twice.
    #[test]
    fn answers_are_consistent(file in any_file()) {
        let answer = attribute(&region(), &file);
        let said = &answer.attribution;
        let parts: u64 = said.sources.iter().map(|s| s.records).sum::<u64>() + said.unattributed.records;
        prop_assert_eq!(parts, file.records());
        let shares: f64 = said.sources.iter().map(|s| s.share).sum::<f64>() + said.unattributed.share;
        prop_assert!(file.records() == 0 || (shares - 1.0).abs() < 1e-6);
        for source in &said.sources {
            let [low, high] = source.share_interval;
            prop_assert!(0.0 <= low && low <= source.share + 1e-9 && source.share <= high + 1e-9 && high <= 1.0);
            prop_assert!(source.log10_e.is_finite() && source.persons <= said.persons);
            // e-BH over five clients at 0.01: the weakest of k sources has at least 500 / k.
            prop_assert!(source.log10_e >= (500.0 / said.sources.len() as f64).log10() - 1e-9);
            prop_assert!(!source.not_separable_from.contains(&source.client));
        }
        let mut names = named(&answer);
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), said.sources.len());
        prop_assert!(beside(&answer).iter().all(|client| !names.contains(client)));
        prop_assert_eq!(answer.rows.len(), file.patterns.len());
        prop_assert!(answer.rows.iter().all(|row| (0.0..=1.0 + 1e-9).contains(&row.posterior)));
    }

    #[test]
    fn the_same_counts_give_the_same_answer(file in any_file()) {
        prop_assert_eq!(attribute(&region(), &file), attribute(&region(), &file));
    }
}
