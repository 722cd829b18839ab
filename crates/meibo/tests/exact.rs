//! Lists at hand in place of their fingerprints: plain sets of tokens are the oracle.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, HashSet};
use std::io::Cursor;
use std::sync::LazyLock;

use meibo::{
    ExactLists, Examiner, FileCounts, Fingerprinter, KeyKind, KeyMask, ListReader, Normalizer, ReadOptions,
    Record, Verdict,
};
use meibo_attribution::{Hit, Pattern, Place, Reducer, Stratum};
use meibo_fingerprint::{RecordTokens, Token, Tokenizer};
use meibo_synth::{Part, SeizedSpec, Word, World};
use proptest::prelude::*;

/// A small incident, its registry, and the token set of every list by its number there.
struct Incident {
    world: World,
    directory: tempfile::TempDir,
    lists: Vec<List>,
}

struct List {
    bytes: Vec<u8>,
    tokens: HashSet<(KeyKind, Token)>,
}

static INCIDENT: LazyLock<Incident> = LazyLock::new(|| {
    let world = World::generate(3, 0.0015);
    let directory = tempfile::tempdir().unwrap();
    crate::common::fingerprint_all(&world, directory.path());
    let mut lists = BTreeMap::new();
    for client in world.clients() {
        for (number, handover) in client.handovers().enumerate() {
            let bytes = handover.to_bytes();
            let tokens = rows(&bytes).into_iter().flat_map(|row| row.tokens).collect();
            lists.insert(format!("{}-{number}.meibo", client.id()), List { bytes, tokens });
        }
    }
    // The registry numbers lists in order of path.
    Incident { world, directory, lists: lists.into_values().collect() }
});

/// All lists are at hand.
static ALL_AT_HAND: LazyLock<Examiner> = LazyLock::new(|| INCIDENT.examiner(|_| true));

/// The tokens of each row of a list that has any.
fn rows(list: &[u8]) -> Vec<RecordTokens> {
    let tokenizer = Tokenizer::new(&crate::common::key());
    let mut reader = ListReader::open(list, &ReadOptions::default()).unwrap();
    let (mut record, mut normalizer, mut canonical) = (Record::new(), Normalizer::new(), Default::default());
    let mut rows = Vec::new();
    while let Some(row) = reader.read(&mut record).unwrap() {
        if row.outcome.is_ok() {
            normalizer.canonicalize(&record, &mut canonical);
            rows.push(tokenizer.record(&canonical));
        }
    }
    rows.retain(|row| !row.is_empty());
    rows
}

impl Incident {
    /// An examiner who has the lists at hand that `at_hand` is true for.
    fn examiner(&self, at_hand: impl Fn(usize) -> bool) -> Examiner {
        let examiner = Examiner::open(self.directory.path(), &[crate::common::key()]).unwrap();
        let mut exact = ExactLists::default();
        for (number, list) in self.lists.iter().enumerate().filter(|(number, _)| at_hand(*number)) {
            let mut fingerprinter = Fingerprinter::new(&crate::common::key());
            fingerprinter.add_list(list.bytes.as_slice(), &ReadOptions::default(), &()).unwrap();
            let known = exact.add(examiner.registry(), fingerprinter.members().unwrap());
            assert!(known.contains(&number), "{known:?} without {number}");
        }
        examiner.with_exact(exact, &[crate::common::key()]).unwrap()
    }

    /// The lists that hold keys of a row: those at hand by their tokens, the others by their filters.
    fn hits(&self, examiner: &Examiner, row: &RecordTokens) -> Vec<Hit> {
        let index = &examiner.registry().indexes[0].1;
        let keys = |number: usize| -> KeyMask {
            let held = |(kind, token): &&(KeyKind, Token)| match examiner.exact().has(number) {
                true => self.lists[number].tokens.contains(&(*kind, *token)),
                false => index.holds(number as u32, *token),
            };
            row.tokens.iter().filter(held).map(|(kind, _)| *kind).collect()
        };
        let hits = (0..self.lists.len()).map(|number| Hit { list: number as u32, keys: keys(number).0 });
        hits.filter(|hit| hit.keys != 0).collect()
    }

    /// The patterns of rows, counted one by one.
    fn patterns(&self, examiner: &Examiner, rows: &[RecordTokens]) -> BTreeMap<(Pattern, Stratum), u64> {
        let (mut patterns, mut reducer) = (BTreeMap::new(), Reducer::new(examiner.world()));
        for row in rows {
            let mut pattern = Pattern { present: row.present().0, hits: self.hits(examiner, row) };
            reducer.reduce(&mut pattern);
            *patterns.entry((pattern, stratum(row.stratum))).or_default() += 1;
        }
        patterns
    }
}

fn stratum(of: meibo_fingerprint::Stratum) -> Stratum {
    let place = Place { prefecture: of.prefecture, municipality: of.municipality };
    Stratum { place, birth_decade: of.birth_decade, sex: of.sex }
}

fn counted(counts: &FileCounts) -> BTreeMap<(Pattern, Stratum), u64> {
    let patterns = counts.counted().patterns.iter();
    patterns.map(|count| ((count.pattern.clone(), count.stratum), count.records)).collect()
}

/// Rows of one client and of strangers, bare and damaged.
fn seized(client: usize, damage: f64) -> Vec<u8> {
    let spec = SeizedSpec::new("seized").part(Part::of_client(client, 300)).part(Part::of_strangers(300));
    let spec = spec.columns(&[Word::Name, Word::Address, Word::Phone]).damage(damage);
    INCIDENT.world.seize(&spec).unwrap().bytes
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::with_cases(4) })]

    #[test]
    fn patterns_are_those_of_plain_sets_of_tokens(seed: u64, client in 0_usize..69, damage in 0.0..0.4) {
        let incident = &*INCIDENT;
        let examiner = incident.examiner(|number| number < 64 && seed >> number & 1 == 1);
        let file = seized(client, damage);
        let counts = examiner.count_list(Cursor::new(&file), &ReadOptions::default(), false, &()).unwrap();
        prop_assert!(counts.fillers().is_empty());
        prop_assert_eq!(counted(&counts), incident.patterns(&examiner, &rows(&file)));
    }
}

#[test]
fn filters_lose_nothing_that_the_lists_hold_and_find_what_they_do_not() {
    let incident = &*INCIDENT;
    let (by_filter, exactly) = (incident.examiner(|_| false), &*ALL_AT_HAND);
    let mut by_chance = 0;
    for row in rows(&seized(0, 0.1)) {
        let suspected = incident.hits(&by_filter, &row);
        for hit in incident.hits(exactly, &row) {
            let found = suspected.iter().find(|other| other.list == hit.list);
            assert!(found.is_some_and(|found| found.keys & hit.keys == hit.keys), "{hit:?} in {suspected:?}");
        }
        let keys = |hits: Vec<Hit>| hits.iter().map(|hit| hit.keys.count_ones()).sum::<u32>();
        by_chance += keys(suspected) - keys(incident.hits(exactly, &row));
    }
    assert!(by_chance > 0, "without a chance match there is nothing to rule out");
}

#[test]
fn the_world_of_lists_at_hand_knows_no_chance() {
    let incident = &*INCIDENT;
    let examiner = incident.examiner(|number| number % 2 == 0);
    assert!(examiner.exact().count() >= incident.lists.len() / 2);
    for (number, list) in examiner.world().lists.iter().enumerate() {
        assert_eq!(list.false_match_rate == 0.0, examiner.exact().has(number));
    }
    for control in examiner.world().controls.iter() {
        assert!(control.pattern.hits.iter().any(|hit| hit.list == control.list), "it is of its own list");
    }
}

#[test]
fn the_answer_names_the_same_source() {
    let (incident, examiner) = (&*INCIDENT, &*ALL_AT_HAND);
    let client = incident.world.client(5).unwrap();
    let spec = SeizedSpec::new("one").part(Part::of_client(5, 100));
    let file = incident.world.seize(&spec.columns(&[Word::Name, Word::Address, Word::Phone])).unwrap();
    let answer = crate::common::attribute(examiner, &file);
    assert_eq!(answer.attribution.verdict, Verdict::Attributed);
    assert_eq!(examiner.client_name(answer.attribution.sources[0].client), client.id());
    let strangers = SeizedSpec::new("none").part(Part::of_strangers(300));
    let answer = crate::common::attribute(examiner, &incident.world.seize(&strangers).unwrap());
    assert!(answer.attribution.sources.is_empty());
}

#[test]
fn another_version_of_a_list_is_not_known() {
    let incident = &*INCIDENT;
    let examiner = incident.examiner(|_| false);
    let list = &incident.lists[0].bytes;
    let cut = list.len() - list.iter().rev().skip(1).position(|byte| *byte == b'\n').unwrap() - 1;
    let mut fingerprinter = Fingerprinter::new(&crate::common::key());
    fingerprinter.add_list(&list[..cut], &ReadOptions::default(), &()).unwrap();
    let mut exact = ExactLists::default();
    assert!(exact.add(examiner.registry(), fingerprinter.members().unwrap()).is_empty());
    assert_eq!(exact.count(), 0);
}
