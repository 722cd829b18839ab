//! Decoys are planted in copies, and found in a leaked one.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::{Value, json};

use crate::desk::Desk;

const PLANT: [&str; 14] = [
    "canary",
    "plant",
    "--key",
    "key.txt",
    "--client",
    "city-a",
    "--date",
    "2016-04-01",
    "--recipient",
    "processor",
    "--recipient",
    "sub",
    "--seed-file",
    "seed.txt",
];
const ASK: [&str; 7] = ["attribute", "--key", "key.txt", "--registry", "registry", "--format", "json"];

/// Three clients; the list of the first has been planted, its record lies with its fingerprint.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("seed.txt", "5e".repeat(32));
    for (client, people) in [("city-b", 300..600), ("city-c", 600..900), ("city-a", 0..300)] {
        desk.fingerprint(client, people, &[], 0);
    }
    let record = ["--record", "registry/city-a.meibo-canaries"];
    desk.meibo(&[&PLANT[..], &record, &["-o", "copies", "list.csv"]].concat(), 0);
    desk
}

/// What is said of the decoys in a file.
fn canaries(desk: &Desk, more: &[&str], file: &str) -> Value {
    let (report, _) = desk.meibo(&[&ASK[..], more, &[file]].concat(), 0);
    let report: Value = serde_json::from_str(&report).unwrap();
    let file = &report["files"][0];
    assert_eq!(file["sources"][0]["client"], "city-a");
    file["canaries"].clone()
}

#[test]
fn a_leaked_copy_tells_whose_it_was() {
    let desk = desk();
    for (copy, recipient) in [("copies/processor/list.csv", "processor"), ("copies/sub/list.csv", "sub")] {
        let found = canaries(&desk, &[], copy);
        assert_eq!(found.as_array().unwrap().len(), 1);
        let found = &found[0];
        assert_eq!((&found["client"], &found["handover"]), (&json!("city-a"), &json!("2016-04-01")));
        assert_eq!((&found["named"], &found["collusion"]), (&json!([recipient]), &Value::Null));
        assert_eq!(
            (&found["planted"], &found["found"], &found["rows"]),
            (&json!(15), &json!(10), &json!(10))
        );
        assert_eq!(found["strength"], "extremely strong");
        assert!(found["false_alarm"].as_f64().unwrap() < 1e-20);
    }
    // The list itself is nobody's copy.
    let found = canaries(&desk, &[], "list.csv");
    assert_eq!((&found[0]["found"], &found[0]["named"]), (&json!(0), &json!([])));
    let (table, said) = desk.meibo(&[&ASK[..5], &["copies/sub/list.csv"]].concat(), 0);
    assert!(table.contains("The file holds rows of the copy of the list of city-a"), "{table}");
    assert!(table.contains("10 of 15 decoys in 10 rows"), "{table}");
    assert!(said.contains("looking for 15 decoys of city-a"), "{said}");
}

#[test]
fn who_works_together_is_named_together() {
    let desk = desk();
    let lines = |copy: &str| -> Vec<String> { desk.text(copy).lines().map(str::to_owned).collect() };
    let (one, other) = (lines("copies/processor/list.csv"), lines("copies/sub/list.csv"));
    let merged: Vec<&str> = one.iter().chain(&other[1..]).map(String::as_str).collect();
    let stripped: Vec<&str> = one.iter().filter(|line| other.contains(line)).map(String::as_str).collect();
    for (rows, collusion, found) in [(merged, "merged", 15), (stripped, "stripped", 5)] {
        desk.write("seized.csv", rows.join("\n") + "\n");
        let said = canaries(&desk, &[], "seized.csv");
        assert_eq!(
            (&said[0]["named"], &said[0]["collusion"]),
            (&json!(["processor", "sub"]), &json!(collusion))
        );
        assert_eq!(said[0]["found"], found);
    }
}

#[test]
fn copies_are_the_list_and_decoys_and_nothing_is_overwritten() {
    let desk = desk();
    let list = desk.text("list.csv");
    for copy in ["copies/processor/list.csv", "copies/sub/list.csv"] {
        let text = desk.text(copy);
        let mut rest = text.lines();
        assert!(list.lines().all(|line| rest.any(|found| found == line)), "{copy}");
        assert_eq!(text.lines().count(), list.lines().count() + 10);
    }
    // The same seed, the same copies.
    desk.meibo(&[&PLANT[..], &["-o", "again", "list.csv"]].concat(), 0);
    assert_eq!(desk.read("again/sub/list.csv"), desk.read("copies/sub/list.csv"));
    assert_eq!(
        desk.read("again/city-a-2016-04-01.meibo-canaries"),
        desk.read("registry/city-a.meibo-canaries")
    );
    let (_, problems) = desk.meibo(&[&PLANT[..], &["-o", "again", "list.csv"]].concat(), 2);
    assert!(problems.contains("exists already"), "{problems}");
    // Another output does not take a record's place.
    let report = ["-o", "registry/city-a.meibo-canaries", "list.csv"];
    let (_, problems) = desk.meibo(&[&ASK[..], &report].concat(), 2);
    assert!(problems.contains("not overwritten") || problems.contains("also an input"), "{problems}");
}

#[test]
fn a_record_is_no_fingerprint_and_is_told_of() {
    let desk = desk();
    for command in ["list", "check", "index"] {
        let (out, problems) = desk.meibo(&["registry", command, "--key", "key.txt", "registry"], 0);
        assert!(!(out + &problems).contains("canaries"), "{command}");
    }
    let record = "registry/city-a.meibo-canaries";
    let (public, _) = desk.meibo(&["inspect", record], 0);
    assert!(
        public.contains("key id") && !public.contains("city-a\n") && !public.contains("decoys  "),
        "{public}"
    );
    let (private, _) = desk.meibo(&["inspect", "--key", "key.txt", record], 0);
    assert!(private.contains("sub: 5 decoys of its own, 5 shared"), "{private}");
    // A copy can be fingerprinted as well as the list: decoys are rows like others.
    let copy = ["--date", "2016-04-01", "-o", "copy.meibo", "copies/sub/list.csv"];
    let (_, said) =
        desk.meibo(&[&["fingerprint", "--key", "key.txt", "--client", "city-a"], &copy[..]].concat(), 0);
    assert!(said.contains("310 records of 310 rows"), "{said}");
}

#[test]
fn what_cannot_be_used_is_named() {
    let desk = desk();
    // A record under another key, and one that was changed.
    desk.meibo(&["keygen", "-o", "other.txt"], 0);
    let mut record = desk.read("registry/city-a.meibo-canaries");
    record[100] ^= 1;
    desk.write("changed.meibo-canaries", &record);
    let (_, problems) =
        desk.meibo(&[&ASK[..], &["--canaries", "changed.meibo-canaries", "list.csv"]].concat(), 1);
    assert!(problems.contains("changed.meibo-canaries: damaged"), "{problems}");
    let others = ["--key", "other.txt", "--client", "x", "--date", "2016-04-01", "--recipient", "a"];
    desk.meibo(&[&["canary", "plant"], &others[..], &["-o", "theirs", "list.csv"]].concat(), 0);
    let named = ["--canaries", "theirs/x-2016-04-01.meibo-canaries", "list.csv"];
    let (_, problems) = desk.meibo(&[&ASK[..], &named].concat(), 1);
    assert!(problems.contains("which was not given"), "{problems}");
    // Lists that decoys cannot be planted in.
    desk.write("short.csv", "氏名,電話番号\n山田太郎,03-1234-5678\n");
    desk.write(
        "book.xlsx",
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/inputs/files/formats.xlsx"))
            .unwrap_or_else(|_| b"PK\x03\x04".to_vec()),
    );
    for (list, said) in [("short.csv", "are needed"), ("book.xlsx", "CSV"), ("none.csv", "no such file")] {
        let (_, problems) = desk.meibo(&[&PLANT[..], &["-o", "more", list]].concat(), 2);
        assert!(problems.contains(said), "{list}: {problems}");
    }
    let (_, problems) =
        desk.meibo(&[&PLANT[..], &["--recipient", "a/b", "-o", "more", "list.csv"]].concat(), 2);
    assert!(problems.contains("not a recipient"), "{problems}");
}

#[test]
fn a_sealed_record_is_opened_with_its_identity() {
    let desk = desk();
    desk.meibo(&["keygen", "--identity", "-o", "examiner.key"], 0);
    let sealed =
        ["--seal-to", "examiner.key.pub", "--record", "sealed.meibo-canaries", "-o", "sealed", "list.csv"];
    desk.meibo(&[&PLANT[..], &sealed].concat(), 0);
    std::fs::remove_file(desk.path().join("registry/city-a.meibo-canaries")).unwrap();
    let with = ["--canaries", "sealed.meibo-canaries", "--identity", "examiner.key"];
    assert_eq!(canaries(&desk, &with, "sealed/sub/list.csv")[0]["named"], json!(["sub"]));
    let (out, _) = desk
        .meibo(&["inspect", "--key", "key.txt", "--identity", "examiner.key", "sealed.meibo-canaries"], 0);
    assert!(out.contains("sub: 5 decoys"), "{out}");
    desk.meibo(&[&ASK[..], &["--canaries", "sealed.meibo-canaries", "list.csv"]].concat(), 1);
}
