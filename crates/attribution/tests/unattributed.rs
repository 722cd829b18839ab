//! What is said of the rows that no key ties to a source, on worlds made by hand: three kinds of key (name+phone,
//! name+address, address+phone), of the fields 0 (name), 1 (address) and 2 (phone).
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use meibo_attribution::{
    Answer, AreaCount, Control, File, Hit, Kind, List, Pattern, PatternCount, Place, Settling, Stratum,
    Unattributed, Verdict, World, attribute,
};
use proptest::prelude::*;

const NAME_PHONE: u32 = 0b001;
const ALL: u32 = 0b111;
const ADDRESS: u8 = 1;

const fn at(municipality: u64) -> Stratum {
    let prefecture = if municipality == 0 { 0 } else { 1 };
    Stratum { place: Place { prefecture, municipality }, birth_decade: 0, sex: 0 }
}

/// Three clients of 10,000 records; of the first two so many sampled members, of which every tenth is in the other list.
fn world(sampled: u64) -> World {
    let kind = |parts, personal| Kind { parts, personal };
    let list = |client| List {
        client,
        key: 0,
        date: 0,
        records: 10_000,
        coverage: vec![1.0; 3],
        false_match_rate: 1e-4,
    };
    let part = sampled / 10;
    let sample = |list: u32| {
        let control =
            |held: &[u32], count| Control { list, stratum: at(1), pattern: pattern(ALL, held), count };
        [control(&[list], sampled - part), control(&[0, 1], part)]
    };
    World {
        kinds: vec![kind(0b11_00_11, true), kind(0b00_11_11, true), kind(0b11_11_00, false)],
        clients: 3,
        lists: (0..3).map(list).collect(),
        controls: (0..2).flat_map(sample).collect(),
    }
}

fn pattern(present: u32, lists: &[u32]) -> Pattern {
    Pattern { present, hits: lists.iter().map(|list| Hit { list: *list, keys: present }).collect() }
}

fn rows(pattern: Pattern, town: u64, records: u64) -> PatternCount {
    PatternCount { pattern, stratum: at(town), records, persons: records }
}

fn ask(world: &World, patterns: Vec<PatternCount>) -> Answer {
    attribute(world, &File { patterns })
}

fn rest(answer: &Answer) -> &Unattributed {
    &answer.attribution.unattributed
}

/// Keys that only a household's or a single match has.
fn single(keys: u32) -> Pattern {
    Pattern { present: ALL, hits: vec![Hit { list: 2, keys }] }
}

#[test]
fn rows_without_a_source_are_told_apart() {
    let answer = ask(
        &world(1_000),
        vec![
            rows(pattern(ALL, &[0]), 1, 500),
            rows(pattern(ALL, &[]), 2, 40),
            rows(pattern(ALL, &[]), 0, 5),
            rows(pattern(ALL, &[1]), 2, 3),
            rows(single(0b100), 3, 7),
        ],
    );
    assert_eq!(answer.attribution.verdict, Verdict::Attributed);
    let rest = rest(&answer);
    assert_eq!((rest.matching_nothing, rest.background_only, rest.damaged_or_partial), (45, 3, 7));
    let area = |municipality, records| AreaCount { place: at(municipality).place, records };
    assert_eq!(rest.by_area, [area(2, 43), area(3, 7)]);
    assert_eq!((rest.other_areas, rest.no_area), (0, 5));
    assert_eq!(rest.would_settle, [Settling::MissingFingerprint]);
}

#[test]
fn ten_places_are_listed_and_the_others_counted() {
    let patterns = (1..=30).map(|town| rows(pattern(ALL, &[]), town, 100 - town % 20)).collect();
    let answer = ask(&world(1_000), patterns);
    let rest = rest(&answer);
    let towns: Vec<u64> = rest.by_area.iter().map(|area| area.place.municipality).collect();
    assert_eq!(towns, [20, 1, 21, 2, 22, 3, 23, 4, 24, 5]);
    assert_eq!(rest.by_area.iter().map(|area| area.records).sum::<u64>() + rest.other_areas, rest.untied());
}

#[test]
fn a_field_that_the_file_has_not_is_named_where_it_would_help() {
    let bare = ask(&world(1_000), vec![rows(pattern(NAME_PHONE, &[]), 0, 100)]);
    let few = Settling::FewKeys { fields: vec![ADDRESS] };
    assert_eq!(rest(&bare).would_settle, [Settling::MissingFingerprint, few.clone()]);
    // Readings against lists of kanji names: nothing could match, so that nothing does says nothing.
    let mut kana = world(1_000);
    kana.kinds.push(Kind { parts: 0b11_11_00_00, personal: true });
    kana.lists.iter_mut().for_each(|list| list.coverage.push(0.0));
    let answer = ask(&kana, vec![rows(pattern(0b1000, &[]), 0, 100)]);
    assert_eq!(rest(&answer).would_settle, [Settling::FewKeys { fields: vec![0, ADDRESS] }]);
}

#[test]
fn rows_too_damaged_to_be_tied_ask_for_no_other_list() {
    let mut damaged = vec![rows(pattern(ALL, &[0]), 1, 200), rows(pattern(ALL, &[]), 1, 12)];
    damaged.extend(
        (0..3)
            .map(|kind| rows(Pattern { present: ALL, hits: vec![Hit { list: 0, keys: 1 << kind }] }, 1, 90)),
    );
    damaged.sort_by(|a, b| a.pattern.cmp(&b.pattern));
    let answer = ask(&world(1_000), damaged);
    let rest = rest(&answer);
    assert!(rest.matching_nothing == 12 && rest.records < 6, "{rest:?}");
    assert_eq!(rest.would_settle, []);
}

#[test]
fn few_rows_are_said_to_be_few() {
    let answer = ask(&world(1_000), vec![rows(pattern(ALL, &[]), 1, 4)]);
    assert_eq!(rest(&answer).would_settle, [Settling::TooFewRows]);
    assert_eq!(rest(&ask(&world(1_000), Vec::new())).would_settle, []);
}

#[test]
fn an_unknown_background_is_said_where_it_keeps_a_part_from_being_claimed() {
    let part = || vec![rows(pattern(ALL, &[]), 1, 800), rows(pattern(ALL, &[2]), 1, 200)];
    let unknown = ask(&world(0), part());
    assert_eq!(unknown.attribution.verdict, Verdict::Inconclusive);
    assert_eq!(unknown.attribution.background_unknown().collect::<Vec<_>>(), [2]);
    assert!(rest(&unknown).would_settle.contains(&Settling::BackgroundUnknown));
    // Asked of 2,000 people, of whom it holds none, the same part is claimed.
    let known = ask(&world(1_000), part());
    assert_eq!(known.attribution.sources.iter().map(|source| source.client).collect::<Vec<_>>(), [2]);
    assert_eq!(known.attribution.background_unknown().count(), 0);
    let examined = known.attribution.examined(2).unwrap();
    assert_eq!((examined.controls, examined.usual), (2_000, 0.0));
    let of_other = ask(&world(1_000), vec![rows(pattern(ALL, &[0]), 1, 100)]);
    let examined = of_other.attribution.examined(0).unwrap();
    assert_eq!((examined.controls, examined.usual), (1_000, 0.1));
}

fn any_file() -> impl Strategy<Value = File> {
    let hits = proptest::collection::btree_map(0_u32..3, 1_u32..8, 0..3);
    let pattern = (1_u32..8, hits).prop_map(|(present, hits)| {
        let hits = hits.into_iter().map(|(list, keys)| Hit { list, keys: keys & present });
        Pattern { present, hits: hits.filter(|hit| hit.keys != 0).collect() }
    });
    let counted =
        (pattern, 1_u64..500, 0_u64..15).prop_map(|(pattern, records, town)| rows(pattern, town, records));
    proptest::collection::vec(counted, 0..30).prop_map(|mut patterns| {
        patterns.sort_by(|a, b| (&a.pattern, a.stratum).cmp(&(&b.pattern, b.stratum)));
        patterns.dedup_by(|a, b| (&a.pattern, a.stratum) == (&b.pattern, b.stratum));
        File { patterns }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// Whatever the counts: the parts are the rows without a source, and so are the places.
    #[test]
    fn parts_and_places_add_up(file in any_file(), sampled in 0_u64..200) {
        let world = world(sampled);
        let answer = attribute(&world, &file);
        let without = file.patterns.iter().zip(&answer.rows).filter(|(_, row)| row.client.is_none());
        let without: u64 = without.map(|(count, _)| count.records).sum();
        let rest = rest(&answer);
        prop_assert_eq!(rest.untied(), without);
        let areas: u64 = rest.by_area.iter().map(|area| area.records).sum();
        prop_assert_eq!(areas + rest.other_areas + rest.no_area, without);
        prop_assert!(rest.by_area.len() <= 10 && rest.by_area.iter().all(|area| area.records > 0));
        prop_assert!(rest.by_area.is_sorted_by_key(|area| std::cmp::Reverse(area.records)));
        // Where nothing matches and sources do not explain it, something is missing.
        if rest.matching_nothing == without && without > 0 {
            prop_assert_eq!(rest.would_settle.is_empty(), 2 * rest.records <= without);
        }
        let mut settling = rest.would_settle.clone();
        settling.dedup();
        prop_assert_eq!(settling.len(), rest.would_settle.len());
        prop_assert_eq!(&attribute(&world, &file), &answer);
    }

    /// A client's background is unknown, or it is a source, or neither; never both.
    #[test]
    fn no_source_is_withheld(file in any_file(), sampled in 0_u64..200) {
        let answer = attribute(&world(sampled), &file);
        for client in answer.attribution.background_unknown() {
            let examined = answer.attribution.examined(client).unwrap();
            prop_assert!(!examined.background_is_known());
            prop_assert!(answer.attribution.sources.iter().all(|source| source.client != client));
        }
        for examined in &answer.attribution.examined {
            prop_assert!((0.0..=1.0).contains(&examined.usual) && examined.controls <= 2 * sampled);
        }
    }
}
