//! What an output may take the place of: only what was made by the same command before. A list that is overwritten is evidence lost.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use crate::desk::Desk;

const ASK: [&str; 5] = ["attribute", "--key", "key.txt", "--registry", "registry"];

/// A desk with a registry of one client, its list, and another list.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.fingerprint("city-a", 0..40, &[], 0);
    desk.write_list("evidence.csv", 100..140);
    desk.write_list("seized.csv", 0..40);
    desk
}

fn attribute(desk: &Desk, more: &[&str], code: i32) -> String {
    desk.meibo(&[&ASK[..], more, &["seized.csv"]].concat(), code).1
}

#[test]
fn a_report_takes_no_lists_place() {
    let desk = desk();
    let evidence = desk.read("evidence.csv");
    for format in ["table", "json", "ndjson", "html", "markdown", "xlsx"] {
        let said = attribute(&desk, &["--format", format, "-o", "evidence.csv"], 2);
        assert!(said.contains("evidence.csv: exists and is a file of another kind"), "{said}");
        assert_eq!(desk.read("evidence.csv"), evidence);
    }
}

#[test]
fn a_report_takes_another_reports_place_whatever_its_format() {
    let desk = desk();
    for format in ["table", "json", "ndjson", "html", "markdown", "table"] {
        for lang in ["ja", "en"] {
            attribute(&desk, &["--format", format, "--lang", lang, "-o", "report"], 0);
        }
    }
    attribute(&desk, &["--format", "json", "-o", "report.json"], 0);
    for lang in ["ja", "en"] {
        desk.meibo(&["report", "regulator", "--lang", lang, "-o", "report", "report.json"], 0);
        desk.meibo(&["report", "client", "city-a", "--lang", lang, "-o", "report", "report.json"], 0);
    }
    desk.meibo(&["check", "--key", "key.txt", "--registry", "registry", "-o", "report", "seized.csv"], 0);
    desk.meibo(&["sweep", "--key", "key.txt", "--registry", "registry", "-o", "report", "seized.csv"], 0);
    desk.meibo(&["registry", "overlap", "--key", "key.txt", "-o", "report", "registry"], 0);
    desk.write("empty", "");
    attribute(&desk, &["--format", "xlsx", "-o", "empty"], 0);
    // Whether a workbook was made here or by an owner cannot be told.
    attribute(&desk, &["--format", "xlsx", "-o", "empty"], 2);
}

#[test]
fn rows_take_no_lists_place() {
    let desk = desk();
    std::fs::create_dir(desk.path().join("rows")).unwrap();
    desk.write_list("rows/seized.csv.csv", 100..140);
    let evidence = desk.read("rows/seized.csv.csv");
    let said = attribute(&desk, &["--records", "rows"], 2);
    assert!(said.contains("seized.csv.csv: exists and is a file of another kind"), "{said}");
    assert_eq!(desk.read("rows/seized.csv.csv"), evidence);
    std::fs::remove_file(desk.path().join("rows/seized.csv.csv")).unwrap();
    attribute(&desk, &["--records", "rows"], 0);
    attribute(&desk, &["--records", "rows"], 0);
}

#[test]
fn a_fingerprint_takes_no_other_handovers_place() {
    let desk = desk();
    let old = desk.read("registry/city-a.meibo");
    let make = |client: &str, date: &str, key: &str, code| {
        let named = ["--client", client, "--date", date, "-o", "registry/city-a.meibo", "evidence.csv"];
        desk.meibo(&[&["fingerprint", "--key", key], &named[..]].concat(), code).1
    };
    desk.meibo(&["keygen", "-o", "other.txt"], 0);
    for (client, date, key) in [
        ("city-b", "2016-04-01", "key.txt"),
        ("city-a", "2017-04-01", "key.txt"),
        ("city-a", "2016-04-01", "other.txt"),
    ] {
        let said = make(client, date, key, 2);
        assert!(said.contains("exists and is the fingerprint of another handover"), "{said}");
        assert_eq!(desk.read("registry/city-a.meibo"), old);
    }
    make("city-a", "2016-04-01", "key.txt", 0);
}
