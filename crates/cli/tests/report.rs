//! Drafts for the regulator and for owners, from the report that `attribute` wrote of the synthetic incident.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::{Path, PathBuf};

use crate::desk::Desk;

/// Of several clients, of one that another holds, of one alone, and of nobody.
const SEIZED: [&str; 4] =
    ["02-merge-of-three.csv", "08-strangers.csv", "12-piece-of-30.csv", "13-insurer-cut-to-a-city.csv"];

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// A desk with the fingerprints of the incident under the example key, and the report of some of its files.
fn desk() -> Desk {
    let (desk, incident) = (Desk::new(), testdata().join("incident"));
    desk.write("key.txt", std::fs::read(testdata().join("format/key.txt")).unwrap());
    let manifest = std::fs::read_to_string(incident.join("manifest.csv")).unwrap();
    for line in manifest.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (output, list) = (format!("registry/{}-{}.meibo", cells[0], cells[1]), incident.join(cells[2]));
        let named = ["--client", cells[0], "--date", cells[1], "-o", &output, list.to_str().unwrap()];
        desk.meibo(&[&["fingerprint", "--key", "key.txt"], &named[..]].concat(), 0);
    }
    for name in SEIZED {
        std::fs::copy(incident.join("seized").join(name), desk.path().join(name)).unwrap();
    }
    let ask =
        ["attribute", "--key", "key.txt", "--registry", "registry", "--format", "json", "-o", "report.json"];
    desk.meibo(&[&ask[..], &SEIZED].concat(), 0);
    desk
}

#[test]
fn drafts_of_the_incident() {
    let desk = desk();
    for lang in ["ja", "en"] {
        let regulator = ["report", "regulator", "--lang", lang, "--known-on", "2024-02-01", "report.json"];
        let (draft, said) = desk.meibo(&regulator, 0);
        assert_eq!(said, "");
        insta::assert_snapshot!(format!("report-regulator-{lang}"), draft);
        for client in ["client-01", "client-45", "client-07"] {
            let (draft, said) = desk.meibo(&["report", "client", client, "--lang", lang, "report.json"], 0);
            // Who is in no report is told to look at the name again.
            assert_eq!(said.contains("the report names no such client"), client == "client-07", "{said}");
            insta::assert_snapshot!(format!("report-{client}-{lang}"), draft);
            let others = draft.replace(client, "");
            assert!(!others.contains("client-"), "{others}");
        }
    }
    let regulator = ["report", "regulator", "--client", "client-01", "-o", "draft.md", "report.json"];
    desk.meibo(&regulator, 0);
    assert!(desk.text("draft.md").contains("client-01") && !desk.text("draft.md").contains("client-69"));
}

#[test]
fn a_draft_takes_neither_the_reports_place_nor_a_keys() {
    let desk = Desk::new();
    desk.write("report.json", "{}");
    for output in ["report.json", "key.txt"] {
        let before = desk.read(output);
        desk.meibo(&["report", "regulator", "-o", output, "report.json"], 2);
        assert_eq!(desk.read(output), before);
    }
    let (_, problem) = desk.meibo(&["report", "client", "city-a", "report.json"], 2);
    assert!(problem.starts_with("meibo: report.json: "), "{problem}");
    let (_, problem) = desk.meibo(&["report", "client", "city-a", "nothing.json"], 2);
    assert!(problem.contains("nothing.json: there is no such file"), "{problem}");
}
