//! Which export a file is a piece of, by the order of its rows; and that a list's order is silent where it is anybody's.
//!
//! `MEIBO_ORDER_PIECES=100` for the figures that the documentation names.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail loudly")]
#![allow(clippy::disallowed_methods, reason = "how much is asked is set by whoever measures")]

use std::path::Path;
use std::sync::LazyLock;

use meibo::{
    ClientId, Examiner, Field, FileAnswer, Fingerprint, Fingerprinter, Header, OrderState, Record, Verdict,
};

use crate::incident::INCIDENT;

/// Rows of a piece.
const PIECE: usize = 50;

fn pieces() -> usize {
    std::env::var("MEIBO_ORDER_PIECES").ok().and_then(|number| number.parse().ok()).unwrap_or(3)
}

/// The same numbers in another order for each seed.
fn shuffled<T>(mut rows: Vec<T>, seed: u64) -> Vec<T> {
    let mut state = seed.wrapping_mul(2).wrapping_add(0x9e37_79b9_7f4a_7c15);
    for at in (1..rows.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        rows.swap(at, ((u128::from(state) * (at as u128 + 1)) >> 64) as usize);
    }
    rows
}

/// Two exports of one client, and one of a client that has most of the same people, among those of a whole incident.
struct Exports {
    examiner: Examiner,
    /// By export its client, and its rows as numbers of people.
    exports: Vec<(&'static str, Vec<usize>)>,
    people: Vec<Record>,
    directory: tempfile::TempDir,
}

static EXPORTS: LazyLock<Exports> = LazyLock::new(Exports::new);

impl Exports {
    fn new() -> Self {
        let world = &INCIDENT.world;
        // Of some two thousand people; its own fingerprints are left out, as these would be a third client with the same ones.
        let client = world
            .clients()
            .find(|client| {
                (1_500..4_000).contains(&client.handover(0).unwrap().len()) && client.words().len() > 4
            })
            .unwrap();
        let people: Vec<Record> = client.handover(0).unwrap().fields().map(record).collect();
        let directory = tempfile::tempdir().unwrap();
        let others = std::fs::read_dir(INCIDENT.directory.path()).unwrap().map(|entry| entry.unwrap().path());
        for path in others.filter(|path| path.extension().is_some_and(|ending| ending == "meibo")) {
            let name = path.file_name().unwrap();
            if !name.to_string_lossy().starts_with(&format!("{}-", client.id())) {
                std::fs::copy(&path, directory.path().join(name)).unwrap();
            }
        }
        let all = || (0..people.len()).collect::<Vec<usize>>();
        let most = || all().into_iter().filter(|person| person % 10 != 0).collect::<Vec<usize>>();
        let exports = vec![
            ("exporter", shuffled(all(), 1)),
            ("exporter", shuffled(all(), 2)),
            ("subsidiary", shuffled(most(), 3)),
        ];
        for (number, (client, rows)) in exports.iter().enumerate() {
            let rows = rows.iter().map(|person| people[*person].clone());
            put(directory.path(), client, &format!("2016-04-0{}", 1 + number), rows);
        }
        let examiner = Examiner::open(directory.path(), &[crate::common::key()]).unwrap();
        Self { examiner, exports, people, directory }
    }

    /// So many rows of an export that the subsidiary has too, the order kept, of some columns, every fifteenth phone number wrong.
    fn piece(&self, export: usize, start: usize, fields: &[Field]) -> Vec<Record> {
        let rows = self.exports[export].1.iter().filter(|person| *person % 10 != 0);
        let rows = rows.skip(start).take(PIECE).enumerate();
        rows.map(|(at, person)| {
            let mut record = Record::new();
            for (field, value) in self.people[*person].iter().filter(|(field, _)| fields.contains(field)) {
                match field {
                    Field::Phone if at % 15 == 7 => record.push(field, "03-1234-5679"),
                    _ => record.push(field, value),
                }
            }
            record
        })
        .collect()
    }

    fn ask(&self, rows: Vec<Record>) -> FileAnswer {
        self.examiner.attribute_records(rows, &()).unwrap()
    }

    /// Client and date of a list.
    fn name(&self, list: usize) -> String {
        let list = &self.examiner.registry().lists[list];
        format!("{} {}", list.facts.client, list.facts.date)
    }

    /// The lists whose order the rows are said to stand in.
    fn kept(&self, answer: &FileAnswer) -> Vec<String> {
        let kept =
            |order: &&meibo::ListOrder| order.neighbours().is_some_and(meibo::Neighbours::is_its_order);
        answer.order.iter().filter(kept).map(|order| self.name(order.list)).collect()
    }
}

fn record(fields: Vec<(&'static str, String)>) -> Record {
    let known = fields.iter().filter_map(|(field, value)| Some((field.parse::<Field>().ok()?, value)));
    known.fold(Record::new(), |record, (field, value)| record.with(field, value))
}

/// Fingerprints rows in their order into a directory.
fn put(directory: &Path, client: &str, date: &str, rows: impl Iterator<Item = Record>) {
    let mut fingerprinter = Fingerprinter::new(&crate::common::key());
    fingerprinter.add_records(rows);
    let bytes = fingerprinter.finish(ClientId::new(client).unwrap(), date.parse().unwrap()).unwrap();
    std::fs::write(directory.join(format!("{client}-{date}.meibo")), bytes).unwrap();
}

const COLUMNS: [&[Field]; 3] = [
    &[Field::Name, Field::Address, Field::Phone],
    &[Field::Name, Field::Phone],
    &[Field::Name, Field::Address],
];

#[test]
fn a_piece_of_fifty_rows_tells_its_export() {
    let exports = &*EXPORTS;
    let (mut asked, mut told, mut wrong, mut named, mut dated) = (0, 0, 0, 0, 0);
    for at in 0..pieces() {
        for (export, (client, _)) in exports.exports.iter().enumerate() {
            let answer = exports.ask(exports.piece(export, 13 * at, COLUMNS[(at + export) % 3]));
            let (date, kept) = (format!("2016-04-0{}", 1 + export), exports.kept(&answer));
            let truth = format!("{client} {date}");
            asked += 1;
            told += usize::from(kept == [truth.as_str()]);
            wrong += kept.iter().filter(|name| **name != truth).count();
            let [source] = answer.attribution.sources.as_slice() else { continue };
            let is_named = exports.examiner.client_name(source.client) == *client
                && answer.attribution.verdict == Verdict::Attributed
                && source.not_separable_from.is_empty();
            named += usize::from(is_named);
            let candidates: Vec<String> =
                source.handover.candidates.iter().map(|list| exports.name(*list)).collect();
            dated += usize::from(is_named && candidates == [truth.as_str()]);
        }
    }
    println!("{asked} pieces: export told {told}, wrong {wrong}, client named {named}, handover {dated}");
    assert_eq!((told, wrong, named, dated), (asked, 0, asked, asked));
}

#[test]
fn rows_in_another_order_show_none() {
    let exports = &*EXPORTS;
    let sorted = |rows: &mut Vec<Record>, field: Field| {
        rows.sort_by_key(|row| row.values(field).next().map(str::to_owned));
    };
    for at in 0..pieces() {
        for fields in COLUMNS {
            let mut rows = exports.piece(at % 3, 17 * at, fields);
            for field in [Field::Name, Field::Address, Field::Phone] {
                sorted(&mut rows, field);
                assert_eq!(exports.kept(&exports.ask(rows.clone())), [""; 0], "sorted by {field}");
            }
            assert_eq!(exports.kept(&exports.ask(shuffled(rows, at as u64))), [""; 0], "shuffled");
        }
    }
    let mut whole: Vec<Record> = exports.people.clone();
    sorted(&mut whole, Field::Name);
    assert_eq!(exports.kept(&exports.ask(whole)), [""; 0]);
}

/// Whoever sorts these people's rows in the same way gets the same neighbours.
#[test]
fn a_list_that_was_sorted_says_nothing_of_its_order() {
    let exports = &*EXPORTS;
    let directory = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(exports.directory.path()).unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        if !name.to_string_lossy().starts_with("exporter")
            && !name.to_string_lossy().starts_with("subsidiary")
        {
            std::fs::copy(entry.path(), directory.path().join(name)).unwrap();
        }
    }
    for (number, field) in [Field::Name, Field::Kana, Field::Address].into_iter().enumerate() {
        let mut rows: Vec<&Record> = exports.people.iter().collect();
        if !rows.iter().any(|row| row.values(field).next().is_some()) {
            continue;
        }
        rows.sort_by_key(|row| row.values(field).next());
        put(directory.path(), "exporter", &format!("2016-05-0{}", 1 + number), rows.into_iter().cloned());
    }
    let examiner = Examiner::open(directory.path(), &[crate::common::key()]).unwrap();
    let mut rows: Vec<&Record> = exports.people.iter().collect();
    rows.sort_by_key(|row| row.values(Field::Name).next());
    let piece: Vec<Record> = rows[200..300].iter().map(|row| (*row).clone()).collect();
    let answer = examiner.attribute_records(piece, &()).unwrap();
    assert_eq!(examiner.client_name(answer.attribution.sources[0].client), "exporter");
    assert!(answer.order.len() >= 2, "{:?}", answer.order);
    assert!(answer.order.iter().all(|order| order.state == OrderState::Sorted), "{:?}", answer.order);
}

#[test]
fn the_order_of_rows_takes_at_most_a_fifth_of_a_file() {
    let mut files = 0;
    for entry in std::fs::read_dir(INCIDENT.directory.path()).unwrap().map(Result::unwrap) {
        let bytes = std::fs::read(entry.path()).unwrap();
        let Ok(header) = Header::read(&bytes) else { continue };
        let order = header.sections.iter().find(|section| section.name() == "order").unwrap();
        assert!(order.length * 5 <= bytes.len() as u64, "{}: {}", entry.path().display(), order.length);
        files += 1;
    }
    assert!(files > 100, "{files}");
}

#[test]
fn what_was_made_without_it_is_asked_as_before() {
    let exports = &*EXPORTS;
    let mut with = Fingerprinter::new(&crate::common::key());
    let mut without = Fingerprinter::new(&crate::common::key()).without_order();
    let rows = || exports.people.iter().cloned();
    with.add_records(rows());
    without.add_records(shuffled(rows().collect(), 5));
    let finish = |fingerprinter: Fingerprinter| {
        let bytes = fingerprinter.finish(ClientId::new("a").unwrap(), "2016-04-01".parse().unwrap()).unwrap();
        Fingerprint::open(&bytes, &[crate::common::key()]).unwrap()
    };
    let (with, without) = (finish(with), finish(without));
    assert!(with.order.is_some() && without.order.is_none());
    assert_eq!((with.facts, with.columns, with.sample), (without.facts, without.columns, without.sample));
}
