//! The fingerprint file against a second reader, written in Python from `docs/FORMAT.md` alone.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(clippy::print_stdout, reason = "a test that could not compare says so")]
#![allow(clippy::disallowed_methods, reason = "the gate says that Python must be there")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use meibo::{Canonical, Field, Normalizer, Record};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/format")
}

/// Fingerprints a list with the key of the examples.
fn fingerprint(list: &Path, more: &[&str], to: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_meibo"))
        .args(["fingerprint", "--quiet", "--client", "例-client", "--date", "2016-04-01", "--key"])
        .arg(directory().join("key.txt"))
        .args(more)
        .arg("-o")
        .args([to, list])
        .status();
    assert!(status.unwrap().success());
}

/// What the second reader says of files, one line each; none where there is no Python and nobody says that there must be.
fn second_reader(arguments: &[&str], files: &[PathBuf]) -> Option<Vec<serde_json::Value>> {
    let required = std::env::var_os("MEIBO_PYTHON");
    let python = required.clone().unwrap_or("python3".into());
    let output = Command::new(python)
        .arg("-B")
        .arg(directory().join("reader.py"))
        .arg("--key")
        .arg(directory().join("key.txt"))
        .args(arguments)
        .args(files)
        .output();
    let output = match output {
        Err(_) if required.is_none() => {
            println!("not compared with the second reader: there is no python3");
            return None;
        }
        output => output.unwrap(),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn the_examples_are_made_anew_byte_for_byte() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("again.meibo");
    let bare = ["--without", "order", "--without", "list-profile"];
    let hmac = [&bare[..], &["--prf", "hmac-sha256"]].concat();
    let examples = [
        ("list.csv", &bare[..], "small.meibo"),
        ("list.csv", &hmac, "small-hmac.meibo"),
        ("unsorted.csv", &[], "whole.meibo"),
    ];
    for (list, options, example) in examples {
        fingerprint(&directory().join(list), options, &file);
        assert!(
            std::fs::read(&file).unwrap() == std::fs::read(directory().join(example)).unwrap(),
            "{example}"
        );
    }
}

#[test]
fn the_second_reader_finds_the_same_faults() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(directory().join("faults")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let Some(said) = second_reader(&[], &files) else { return };
    assert_eq!(said.len(), files.len());
    for (file, said) in files.iter().zip(said) {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert_eq!(said["error"].as_str(), name.split('.').nth(1), "{name}");
    }
}

#[test]
fn the_second_reader_finds_the_people_of_the_list() {
    let list = std::fs::read_to_string(directory().join("list.csv")).unwrap();
    let (mut normalizer, mut canonical) = (Normalizer::new(), Canonical::new());
    let mut asked: Vec<String> = Vec::new();
    for row in list.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let record = Record::new()
            .with(Field::Name, cells[1])
            .with(Field::Kana, cells[2])
            .with(Field::Address, cells[4])
            .with(Field::Phone, cells[5]);
        normalizer.canonicalize(&record, &mut canonical);
        let value = |field| canonical.values(field).next().unwrap().to_owned();
        let pairs = [
            ("0", Field::Name, Field::Phone),
            ("1", Field::Name, Field::Address),
            ("2", Field::Address, Field::Phone),
            ("5", Field::Kana, Field::Address),
        ];
        for (kind, one, other) in pairs {
            asked.extend(["--holds", kind].map(str::to_owned));
            asked.extend([value(one), value(other)]);
        }
    }
    let pairs = asked.len() / 4;
    // A person whom the list does not have: its first name with its last phone.
    let stranger = ["--holds".to_owned(), "0".to_owned(), asked[2].clone(), asked[asked.len() - 13].clone()];
    asked.extend(stranger);
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let examples = ["small.meibo", "small-hmac.meibo", "without-sample.meibo", "unknown-optional-part.meibo"];
    let files: Vec<PathBuf> = examples.iter().map(|name| directory().join(name)).collect();
    let Some(said) = second_reader(&asked, &files) else { return };
    for said in said {
        assert_eq!((&said["client"], &said["records"]), (&"例-client".into(), &12.into()));
        let held: Vec<bool> = said["holds"].as_array().unwrap().iter().map(|held| held == true).collect();
        assert_eq!(held, [vec![true; pairs], vec![false]].concat());
    }
}

#[test]
fn the_second_reader_finds_who_stands_next_to_whom() {
    let list = std::fs::read_to_string(directory().join("unsorted.csv")).unwrap();
    let people: Vec<[String; 2]> = list.lines().skip(1).map(name_and_phone).collect();
    let pairs = |step: usize| people.iter().zip(&people[step..]).map(|(one, other)| [one, other]);
    let asked: Vec<&str> = pairs(1)
        .chain(pairs(2))
        .flat_map(|pair| std::iter::once("--beside").chain(pair.into_iter().flatten().map(String::as_str)))
        .collect();
    let Some(said) = second_reader(&asked, &[directory().join("whole.meibo")]) else { return };
    let beside: Vec<bool> =
        said[0]["beside"].as_array().unwrap().iter().map(|beside| beside == true).collect();
    assert_eq!(beside, [vec![true; 11], vec![false; 10]].concat());
    let profile = &said[0]["list_profile"];
    assert_eq!((&profile["encoding"], &profile["delimiter"]), (&"utf-8".into(), &u32::from(b',').into()));
    assert_eq!(profile["headings"].as_array().unwrap().len(), 8);
    assert_eq!(profile["notations"]["phone"], serde_json::json!([["0-0-0", 12]]));
}

/// The canonical name and phone of a row.
fn name_and_phone(row: &str) -> [String; 2] {
    let cells: Vec<&str> = row.split(',').collect();
    let record = Record::new().with(Field::Name, cells[1]).with(Field::Phone, cells[5]);
    let mut canonical = Canonical::new();
    Normalizer::new().canonicalize(&record, &mut canonical);
    [Field::Name, Field::Phone].map(|field| canonical.values(field).next().unwrap().to_owned())
}

/// A list of so many people that its columns are of the other length.
#[test]
fn the_second_reader_reads_a_large_list() {
    const PEOPLE: u32 = 60_000;
    let out = tempfile::tempdir().unwrap();
    let (list, file) = (out.path().join("list.csv"), out.path().join("large.meibo"));
    let mut text = String::from("氏名,電話番号,住所\n");
    for i in 0..PEOPLE {
        let kanji = char::from_u32('一' as u32 + i % 9_973).unwrap();
        let _ = writeln!(
            text,
            "山{kanji}太郎,090{:08},岐阜県岐阜市加納{}番{}号",
            10_000_019 + 1_237 * i,
            1 + i / 97,
            1 + i % 97
        );
    }
    std::fs::write(&list, text).unwrap();
    fingerprint(&list, &[], &file);
    let Some(said) = second_reader(&[], &[file]) else { return };
    assert_eq!(said[0]["error"], serde_json::Value::Null);
    assert_eq!((&said[0]["log2_bits"], &said[0]["rows"]), (&16.into(), &PEOPLE.into()));
}
