//! People who complained are held against a registry.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use crate::desk::Desk;

const QUESTION: [&str; 5] = ["check", "--key", "key.txt", "--registry", "registry"];

fn desk() -> Desk {
    let desk = Desk::new();
    for (client, start) in [("city-a", 0), ("city-b", 300), ("city-c", 600), ("city-d", 880)] {
        desk.fingerprint(client, start..start + 300, &[], 0);
    }
    desk
}

fn check(desk: &Desk, file: &str, code: i32) -> serde_json::Value {
    let question = [&QUESTION[..], &["--format", "json", file]].concat();
    serde_json::from_str(&desk.meibo(&question, code).0).unwrap()
}

#[test]
fn customers_of_one_client_are_told_and_whom_it_does_not_hold() {
    let desk = desk();
    desk.write_list("complaints.csv", 301..306);
    let report = check(&desk, "complaints.csv", 0);
    let said = &report["files"][0];
    assert_eq!((&said["finding"], &said["persons"]), (&"beyond_chance".into(), &5.into()));
    assert_eq!(said["clients"][0]["client"], "city-b");
    assert_eq!(said["clients"][0]["rows_not_held"], serde_json::json!([]));
    let (table, _) = desk.meibo(&[&QUESTION[..], &["complaints.csv"]].concat(), 0);
    assert!(table.contains("BEYOND CHANCE  complaints.csv"), "{table}");
    assert!(table.contains("city-b holds all 5 persons. That is hardly chance"), "{table}");
    assert!(!table.contains('山'), "{table}");
    desk.write_list("mixed.csv", 298..303);
    let said = &check(&desk, "mixed.csv", 0)["files"][0];
    let held: Vec<_> =
        said["clients"].as_array().unwrap().iter().map(|client| &client["rows_not_held"]).collect();
    assert!(
        held.contains(&&serde_json::json!([1, 2])) && held.contains(&&serde_json::json!([3, 4, 5])),
        "{said}"
    );
}

#[test]
fn people_of_nobody_have_nothing_in_common() {
    let desk = desk();
    desk.write_list("complaints.csv", 3_000..3_004);
    let report = check(&desk, "complaints.csv", 0);
    assert_eq!(report["files"][0]["finding"], "nothing_in_common");
    let (table, _) = desk.meibo(&[&QUESTION[..], &["complaints.csv"]].concat(), 0);
    assert!(table.contains("does not say") && table.contains("None of the 4 clients"), "{table}");
}

#[test]
fn what_is_no_list_of_complaints_is_refused() {
    let desk = desk();
    desk.write_list("many.csv", 0..1_100);
    let (_, problems) = desk.meibo(&[&QUESTION[..], &["many.csv"]].concat(), 2);
    assert!(problems.contains("meibo attribute"), "{problems}");
    desk.write("none.csv", "氏名,電話番号\n");
    desk.meibo(&[&QUESTION[..], &["none.csv"]].concat(), 2);
    desk.meibo(&[&QUESTION[..], &["missing.csv"]].concat(), 2);
    desk.write_list("complaints.csv", 0..4);
    desk.meibo(&[&QUESTION[..], &["-o", "key.txt", "complaints.csv"]].concat(), 2);
}
