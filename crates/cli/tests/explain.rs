//! Single rows explained, for programs.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;

use crate::checker::Checker;
use crate::desk::Desk;

/// Places of a value, by JSON pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), found));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(place, value)| places(value, &format!("{at}/{place}"), found));
        }
        _ => {}
    }
}

#[test]
fn what_is_explained_is_as_its_schema_says_and_no_less() {
    let desk = Desk::new();
    desk.fingerprint("city-a", 0..300, &[], 0);
    desk.write_list("seized.csv", 290..320);
    let mut list = desk.text("seized.csv");
    list.push_str(",,\n");
    desk.write("seized.csv", list);
    let question = ["explain", "--key", "key.txt", "--registry", "registry", "--format", "json"];
    let rows = ["--row", "1", "--row", "30", "--row", "31", "seized.csv"];
    let (out, _) = desk.meibo(&[&question[..], &rows].concat(), 0);
    let document: Value = serde_json::from_str(&out).unwrap();
    let rows = document["lists"][0]["rows"].as_array().unwrap();
    assert!(rows[0]["matches"][0]["client"] == "city-a" && rows[2]["rejected"].is_string());
    let checker = Checker::of(meibo_report::schemas::EXPLAIN);
    checker.document(&document).unwrap();
    let mut everywhere = Vec::new();
    places(&document, "", &mut everywhere);
    for place in everywhere {
        let mut broken = document.clone();
        // No key is ever -1.5.
        *broken.pointer_mut(&place).unwrap() = Value::from(-1.5);
        assert!(checker.document(&broken).is_err(), "{place} may be anything");
    }
}

#[test]
fn a_row_of_clients_that_cannot_be_told_apart_is_said_to_be_of_any_of_them() {
    let desk = Desk::new();
    for (client, people) in [("city-a", 0..300), ("city-b", 0..300), ("city-c", 300..600)] {
        desk.fingerprint(client, people, &[], 0);
    }
    desk.write_list("seized.csv", 0..40);
    let question = ["explain", "--key", "key.txt", "--registry", "registry", "--row", "1"];
    let (out, _) = desk.meibo(&[&question[..], &["seized.csv"]].concat(), 0);
    let said = out.lines().find(|line| line.starts_with("  said")).unwrap();
    assert!(said.contains("city-a") && said.contains("city-b") && !said.contains("city-c"), "{said}");
    let (out, _) = desk.meibo(&[&question[..], &["--format", "json", "seized.csv"]].concat(), 0);
    let row = &serde_json::from_str::<Value>(&out).unwrap()["lists"][0]["rows"][0];
    let named = [&row["client"], &row["not_separable_from"][0]].map(|name| name.as_str().unwrap());
    assert!(named == ["city-a", "city-b"] || named == ["city-b", "city-a"], "{row}");
}
