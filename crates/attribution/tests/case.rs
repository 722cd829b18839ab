//! What is promised of several files asked about at once, on a world made by hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use crate::common::file;
use meibo_attribution::{Answer, Attribution, File, Inference, Together, World};
use proptest::prelude::*;

const CLIENTS: usize = 5;
const ALPHA: f64 = 0.01;

/// Five clients, of which the first holds every fourth person.
fn world() -> World {
    let controls: Vec<(u32, Vec<u32>, u64)> = (1..CLIENTS as u32)
        .flat_map(|other| [(other, vec![other], 1_500), (other, vec![0, other], 500)])
        .chain([(0, vec![0], 1_500)])
        .collect();
    let controls: Vec<(u32, &[u32], u64)> =
        controls.iter().map(|(list, held, count)| (*list, held.as_slice(), *count)).collect();
    crate::common::world(&[5_000; CLIENTS], &controls)
}

fn attribute_case(world: &World, files: &[File]) -> Vec<Answer> {
    Inference::new(world).attribute_case(&files.iter().collect::<Vec<_>>(), 0)
}

fn evidence(answer: &Answer) -> impl Iterator<Item = f64> {
    answer.attribution.sources.iter().map(|source| source.log10_e)
}

/// The weakest claim on which a file of this world's client 1 is attributed.
fn barely_attributed(world: &World) -> File {
    let of = |rows| file(&[(&[1], rows), (&[], rows / 2)]);
    let is_claimed = |file: &File| !Inference::new(world).attribute(file).attribution.sources.is_empty();
    (1..2_000).map(of).find(is_claimed).unwrap()
}

#[test]
fn files_of_nobody_raise_the_bar() {
    let world = world();
    let weak = barely_attributed(&world);
    let of_nobody = || file(&[(&[], 300), (&[0], 90)]);
    let with_others = |others: usize| {
        let files: Vec<File> =
            std::iter::once(weak.clone()).chain((0..others).map(|_| of_nobody())).collect();
        attribute_case(&world, &files).swap_remove(0).attribution.sources.len()
    };
    assert_eq!(with_others(0), 1);
    assert_eq!(with_others(10_000), 0);
}

#[test]
fn files_without_records_ask_nothing() {
    let world = world();
    let weak = barely_attributed(&world);
    let mut files = vec![File::default(); 10_000];
    files.push(weak.clone());
    assert_eq!(attribute_case(&world, &files).pop(), Some(Inference::new(&world).attribute(&weak)));
}

#[test]
fn nothing_is_said_of_no_files() {
    assert!(attribute_case(&world(), &[]).is_empty());
    assert_eq!(Together::default().sources().len(), 0);
}

#[test]
fn files_are_added_up_by_source() {
    let files = [file(&[(&[1], 300)]), file(&[(&[1], 400), (&[2], 100)]), file(&[(&[], 200)])];
    let mut together = Together::default();
    attribute_case(&world(), &files).iter().for_each(|answer| together.add(&answer.attribution));
    assert_eq!((together.files, together.records, together.persons_of_largest), (3, 1_000, 500));
    let sources = together.sources();
    let [one, two] = sources.as_slice() else { panic!("{sources:?}") };
    assert_eq!((one.client, one.files, two.client, two.files), (1, 2, 2, 1));
    assert_eq!(one.records + two.records + together.unattributed, 1_000);
    assert!(one.persons_at_least < one.persons_at_most, "{one:?}");
    assert_eq!((two.persons_at_least, two.persons_at_most), (two.records, two.records));
}

fn any_file() -> impl Strategy<Value = File> {
    let rows = (proptest::collection::btree_set(0_u32..CLIENTS as u32, 0..3), 1_u64..60);
    proptest::collection::btree_map(rows.clone().prop_map(|(lists, _)| lists), rows, 0..5).prop_map(|rows| {
        let rows: Vec<(Vec<u32>, u64)> =
            rows.into_iter().map(|(lists, (_, count))| (lists.into_iter().collect(), count)).collect();
        file(&rows.iter().map(|(lists, count)| (lists.as_slice(), *count)).collect::<Vec<_>>())
    })
}

fn said(answers: &[Answer]) -> Vec<&Attribution> {
    answers.iter().map(|answer| &answer.attribution).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_case_of_one_file_is_that_file(file in any_file()) {
        let world = world();
        let alone = Inference::new(&world).attribute(&file);
        prop_assert_eq!(attribute_case(&world, &[file]), vec![alone]);
    }

    /// e-BH over all clients and files, whatever the files: no claim of any is below the bar of those that stand.
    #[test]
    fn every_claim_has_the_evidence_that_the_case_asks_for(files in proptest::collection::vec(any_file(), 0..8)) {
        let answers = attribute_case(&world(), &files);
        let asked = files.iter().filter(|file| file.records() > 0).count();
        let claims: Vec<f64> = answers.iter().flat_map(evidence).collect();
        let least = ((CLIENTS * asked) as f64 / (claims.len() as f64 * ALPHA)).log10();
        prop_assert!(claims.iter().all(|log10_e| *log10_e >= least - 1e-9), "{claims:?} {least}");
    }

    #[test]
    fn the_order_of_files_does_not_show(files in proptest::collection::vec(any_file(), 0..8)) {
        let world = world();
        let reversed: Vec<File> = files.iter().rev().cloned().collect();
        let mut answers = attribute_case(&world, &reversed);
        answers.reverse();
        let forward = attribute_case(&world, &files);
        prop_assert_eq!(said(&answers), said(&forward));
    }

    /// Other files may take a weak claim from a file, never a strong one, and never give it one.
    #[test]
    fn other_files_take_no_strong_claim_and_give_none(file in any_file(), others in proptest::collection::vec(any_file(), 0..8)) {
        let world = world();
        let alone = Inference::new(&world).attribute(&file);
        let files: Vec<File> = std::iter::once(file).chain(others).collect();
        let strong = ((CLIENTS * files.len()) as f64 / ALPHA).log10();
        let all_strong = evidence(&alone).all(|log10_e| log10_e >= strong);
        let none = alone.attribution.sources.is_empty();
        let together = attribute_case(&world, &files).swap_remove(0);
        if all_strong {
            prop_assert_eq!(&together, &alone);
        }
        prop_assert!(!none || together.attribution.sources.is_empty());
    }
}

#[test]
fn a_clear_file_beside_it_leaves_a_weak_claim_standing() {
    let world = world();
    let weak = barely_attributed(&world);
    let alone = Inference::new(&world).attribute(&weak);
    let answers = attribute_case(&world, &[weak, file(&[(&[3], 300)])]);
    assert_eq!(answers[0], alone);
    assert_eq!(answers[1].attribution.sources.len(), 1);
}
