//! Rows of a client's, for giving them back to it: all of them, and of nobody else's any.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeMap;
use std::io::{self, Cursor};

use meibo::{
    Error, Examiner, FileAnswer, HeaderMode, JoinedColumns, Owner, Ownership, ReadOptions, Standing, Verdict,
};
use meibo_synth::{Part, SeizedSpec};

use crate::common;
use crate::incident::INCIDENT;

const LEAST: f64 = 0.95;

type Rows = BTreeMap<u64, Vec<String>>;

fn owner(client: usize) -> Owner {
    Owner { client, least_posterior: LEAST }
}

fn exported(examiner: &Examiner, answer: &FileAnswer, client: usize, list: &[u8]) -> Result<Rows, Error> {
    let mut rows = Rows::new();
    examiner.each_owned_row(answer, owner(client), list, &ReadOptions::default(), &(), |row| {
        assert!(row.posterior >= LEAST);
        rows.insert(row.row, row.cells.iter().map(ToString::to_string).collect());
        Ok::<(), Error>(())
    })?;
    Ok(rows)
}

/// The rows that the per-row answer names a client's, as its posteriors are written.
fn named(examiner: &Examiner, answer: &FileAnswer, client: usize) -> Vec<u64> {
    let mut rows = Vec::new();
    examiner
        .each_row(answer, |line| {
            let posterior: Option<f64> = line.posterior.map(|it| format!("{it:.6}").parse().unwrap());
            let its = line.client == Some(examiner.client_name(client));
            if its && posterior.is_some_and(|posterior| posterior >= LEAST) {
                rows.push(line.row);
            }
            Ok::<(), io::Error>(())
        })
        .unwrap();
    rows
}

#[test]
fn each_client_gets_the_rows_that_are_its_and_no_other() {
    let (examiner, world) = (&INCIDENT.examiner, &INCIDENT.world);
    let (mut given, mut others) = (0, 0);
    for (number, parts) in [[0, 68, 61], [1, 9, 6], [44, 2, 29]].into_iter().enumerate() {
        let spec = SeizedSpec::new(&format!("mixed-{number}")).part(Part::of_strangers(60)).damage(0.02);
        let spec = parts.into_iter().fold(spec, |spec, client| spec.part(Part::of_client(client, 100)));
        let file = world.seize(&spec).unwrap();
        let answer = common::attribute(examiner, &file);
        let mut whose: BTreeMap<u64, usize> = BTreeMap::new();
        for client in 0..examiner.registry().clients.len() {
            let owned = examiner.ownership(&answer, owner(client)).unwrap();
            let rows = exported(examiner, &answer, client, &file.bytes).unwrap();
            let source = answer.attribution.sources.iter().find(|source| source.client == client);
            let separable = source.is_some_and(|source| source.not_separable_from.is_empty());
            assert_eq!(separable, owned.standing == Standing::Source);
            let expected = if separable { named(examiner, &answer, client) } else { Vec::new() };
            assert!(rows.keys().eq(&expected) && owned.rows == expected.len() as u64, "{owned:?}");
            for row in rows.keys() {
                assert_eq!(whose.insert(*row, client), None, "one row is nobody's but one's");
                let of = file.truth[*row as usize - 1].client.and_then(|client| world.client(client));
                others += usize::from(of.is_none_or(|of| of.id() != examiner.client_name(client)));
            }
        }
        given += whose.len();
    }
    // A few of the people who came from elsewhere are the client's as well.
    assert!(given > 500 && others * 50 < given, "{others} of {given}");
}

/// People of whom each number is another, as a list with a heading twice, one column that is of no use, and bytes that are no text.
fn list(people: impl Iterator<Item = u32>) -> Vec<u8> {
    let mut list = "氏名,電話番号,メモ,メモ\r\n".as_bytes().to_vec();
    for i in people {
        let kanji = char::from_u32('一' as u32 + i % 4_000).unwrap();
        let (phone, memo) = ((1_009 + 37 * i) % 10_000, if i % 10 == 0 { "\"=1+1,\n二\"" } else { "-" });
        list.extend(format!("山{kanji}太郎,03-3141-{phone:04},{memo},").as_bytes());
        list.extend(if i % 10 == 1 { &b"\xff\xfex\r\n"[..] } else { b"\r\n" });
    }
    list
}

/// A registry with these people of clients.
fn examiner(clients: &[(&str, std::ops::Range<u32>)]) -> Examiner {
    let directory = tempfile::tempdir().unwrap();
    for (client, people) in clients {
        let bytes = common::fingerprint(client, "2016-04-01", &list(people.clone()));
        std::fs::write(directory.path().join(client).with_extension("meibo"), bytes).unwrap();
    }
    Examiner::open(directory.path(), &[common::key()]).unwrap()
}

fn ask(examiner: &Examiner, list: &[u8]) -> FileAnswer {
    examiner.attribute_list(Cursor::new(list), &ReadOptions::default(), true, &()).unwrap()
}

#[test]
fn cells_are_as_they_stand() {
    let examiner = examiner(&[("city-a", 0..300), ("city-b", 300..600), ("city-c", 600..900)]);
    let seized = list((250..350).chain(2_000..2_020));
    let answer = ask(&examiner, &seized);
    let [a, b] = ["city-a", "city-b"].map(|name| examiner.client_of_name(name).unwrap());
    assert_eq!(
        JoinedColumns::columns_of(&answer, &ReadOptions::default()),
        ["氏名", "電話番号", "メモ", "メモ"]
    );
    let rows = exported(&examiner, &answer, a, &seized).unwrap();
    assert!(rows.keys().copied().eq(1..=50));
    assert_eq!(rows[&1][2..], ["=1+1,\n二", ""]);
    assert_eq!(rows[&2][2..], ["-", "\u{FFFD}\u{FFFD}x"]);
    assert!(exported(&examiner, &answer, b, &seized).unwrap().into_keys().eq(51..=100));
    let mut undecodable = 0;
    let counted = examiner.each_owned_row(&answer, owner(a), &*seized, &ReadOptions::default(), &(), |row| {
        undecodable += row.undecodable;
        Ok::<(), Error>(())
    });
    assert!(counted.is_ok() && undecodable == 5);
    // What is no client of the registry has nothing, and what was not asked for rows tells of none.
    assert_eq!(examiner.client_of_name("city"), None);
    let without = examiner.attribute_list(Cursor::new(&seized), &ReadOptions::default(), false, &()).unwrap();
    assert_eq!(examiner.ownership(&without, owner(a)).unwrap().rows, 0);
}

#[test]
fn another_list_than_the_one_that_was_asked_about_is_refused() {
    let examiner = examiner(&[("city-a", 0..300), ("city-b", 300..600), ("city-c", 600..900)]);
    let (seized, client) = (list(0..100), examiner.client_of_name("city-a").unwrap());
    let answer = ask(&examiner, &seized);
    for other in [list(1..101), list(0..99), list(0..101), [&seized[..], b"\r\n"].concat()] {
        assert!(matches!(exported(&examiner, &answer, client, &other), Err(Error::Changed)));
    }
}

#[test]
fn rows_that_may_as_well_be_a_twins_are_given_to_neither() {
    let examiner =
        examiner(&[("city-a", 0..300), ("city-b", 0..300), ("city-c", 300..600), ("city-d", 600..900)]);
    // All that is asked of them is of both.
    let seized = list((0..80).chain(300..380));
    let answer = ask(&examiner, &seized);
    assert_ne!(answer.attribution.verdict, Verdict::Unattributed);
    let [a, b, c] = ["city-a", "city-b", "city-c"].map(|name| examiner.client_of_name(name).unwrap());
    for (client, twin) in [(a, b), (b, a)] {
        let owned = examiner.ownership(&answer, owner(client)).unwrap();
        assert_eq!(
            owned,
            Ownership {
                standing: Standing::NotSeparableFrom(vec![twin]),
                rows: 0,
                below: 0,
                by_town: 0,
                shared: 80
            }
        );
        assert!(exported(&examiner, &answer, client, &seized).unwrap().is_empty());
    }
    let owned = examiner.ownership(&answer, owner(c)).unwrap();
    assert_eq!(owned, Ownership { standing: Standing::Source, rows: 80, below: 0, by_town: 0, shared: 0 });
}

#[test]
fn columns_of_lists_are_joined_and_none_is_lost() {
    let examiner = examiner(&[("city-a", 0..300), ("city-b", 300..600)]);
    let headless: Vec<u8> = list(0..100).splitn(2, |byte| *byte == b'\n').nth(1).unwrap().to_vec();
    let answer = ask(&examiner, &headless);
    let columns = JoinedColumns::columns_of(&answer, &ReadOptions::default());
    assert_eq!(columns, ["column_1", "column_2", "column_3", "column_4"]);
    // What was taken for headings, none of which is known, may be a row.
    let unknown = ["あれ,これ,それ,どれ\r\n".as_bytes(), &headless].concat();
    let answer = ask(&examiner, &unknown);
    assert!(answer.file.as_ref().unwrap().layout.header && answer.rows == 100);
    assert_eq!(JoinedColumns::columns_of(&answer, &ReadOptions::default()), columns);
    let said = ReadOptions { header: HeaderMode::Present, ..ReadOptions::default() };
    assert_eq!(JoinedColumns::columns_of(&answer, &said), ["あれ", "これ", "それ", "どれ"]);
    let mut joined = JoinedColumns::default();
    for names in [&["a", "b", "a"][..], &["a", "a", "a", "c"], &[], &["b"]] {
        let places = joined.add(names.iter().map(ToString::to_string));
        let back: Vec<&str> = places.iter().map(|place| joined.headings()[*place].as_str()).collect();
        assert_eq!(back, names);
        let distinct: std::collections::BTreeSet<usize> = places.iter().copied().collect();
        assert_eq!(distinct.len(), names.len());
    }
    assert_eq!(joined.headings(), ["a", "b", "a", "a", "c"]);
}
