//! Reports are as `schemas/report.schema.json` says, and it says no less than there is.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use crate::checker::Checker;
use crate::common::{case, cases, report};
use meibo_attribution::{ClientOverlap, Complained, Complaints, Held, Overlap};
use meibo_report::{FileCase, Format, Style, check, overlap, sweep};
use serde_json::Value;

const SCHEMA: &str = meibo_report::schemas::REPORT;
const OVERLAP_SCHEMA: &str = meibo_report::schemas::OVERLAP;
const CHECK_SCHEMA: &str = meibo_report::schemas::CHECK;
const SWEEP_SCHEMA: &str = meibo_report::schemas::SWEEP;

fn files() -> Vec<FileCase> {
    cases().into_iter().map(|(_, file)| file).collect()
}

fn document() -> Value {
    serde_json::from_str(&report(&case(), &files(), Format::Json, Style::default()).unwrap()).unwrap()
}

#[test]
fn documents_are_as_described() {
    Checker::of(SCHEMA).document(&document()).unwrap();
    let mut case = case();
    case.command_line = None;
    let bare = report(&case, &[], Format::Json, Style::default()).unwrap();
    Checker::of(SCHEMA).document(&serde_json::from_str(&bare).unwrap()).unwrap();
}

#[test]
fn what_logs_say_is_as_described() {
    let text = crate::log::logged(Format::Json);
    Checker::of(SCHEMA).document(&serde_json::from_str(&text).unwrap()).unwrap();
    for line in crate::log::logged(Format::Ndjson).lines() {
        Checker::of(SCHEMA).line(&serde_json::from_str(line).unwrap()).unwrap();
    }
    let read: meibo_report::json::v1::Report = serde_json::from_str(&text).unwrap();
    assert_eq!(read.log.unwrap().downloads.len(), 2);
}

#[test]
fn overlaps_are_as_described() {
    let held = Held { of: 200, held: 199, rate: 0.995, interval: [0.972, 0.999] };
    let clients = case().clients.len();
    let client = |place| {
        let other = |other| if other % 2 == place % 2 { None } else { Some(held) };
        ClientOverlap { sampled: 200, held: (0..clients).map(other).collect() }
    };
    let mut out = Vec::new();
    overlap::write_json(&case(), &Overlap { clients: (0..clients).map(client).collect() }, &mut out).unwrap();
    Checker::of(OVERLAP_SCHEMA).document(&serde_json::from_slice(&out).unwrap()).unwrap();
}

#[test]
fn lines_are_as_described() {
    let text = report(&case(), &files(), Format::Ndjson, Style::default()).unwrap();
    for line in text.lines() {
        Checker::of(SCHEMA).line(&serde_json::from_str(line).unwrap()).unwrap();
    }
}

/// Every place in a value, as a JSON pointer.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                places(value, format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (place, value) in items.iter().enumerate() {
                places(value, format!("{at}/{place}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

#[test]
fn anything_missing_misnamed_or_mistyped_is_noticed() {
    let (checker, whole) = (Checker::of(SCHEMA), document());
    let mut everywhere = Vec::new();
    places(&whole, String::new(), &mut everywhere);
    assert!(everywhere.len() > 300);
    for place in everywhere {
        let mut broken = whole.clone();
        // No key of a report is ever -1.5.
        *broken.pointer_mut(&place).unwrap() = Value::from(-1.5);
        if !place.ends_with("/log10_e") {
            assert!(checker.document(&broken).is_err(), "{place} may be anything");
        }
        let (parent, key) = place.rsplit_once('/').unwrap_or_default();
        let mut broken = whole.clone();
        if let Some(parent) = broken.pointer_mut(parent).and_then(Value::as_object_mut)
            && let Some(value) = parent.remove(key)
        {
            parent.insert(format!("{key}_"), value);
            assert!(checker.document(&broken).is_err(), "{place} may be missing");
        }
    }
}

#[test]
fn keys_keep_their_order() {
    let files: Vec<FileCase> = files().into_iter().take(1).collect();
    let text = report(&case(), &files, Format::Json, Style::default()).unwrap();
    let keys = [
        "schema",
        "tool",
        "name",
        "version",
        "registry",
        "key_id",
        "clients",
        "handovers",
        "digest",
        "files",
        "path",
        "blake3",
        "rows",
        "records",
        "persons",
        "fields",
        "field",
        "columns",
        "found_by",
        "verdict",
        "sources",
        "client",
        "records",
        "persons",
        "share",
        "share_interval",
        "log10_e",
        "strength",
        "handover",
        "best",
        "candidates",
        "not_separable_from",
        "background",
        "unattributed",
        "records",
        "share",
        "matching_nothing",
        "background_only",
        "damaged_or_partial",
        "by_area",
        "other_areas",
        "no_area",
        "would_settle",
        "persons_exact",
        "rejects",
        "reason",
        "rows",
        "fillers",
        "background_unknown",
        "command_line",
        "case",
        "files",
        "rows",
        "records",
        "persons",
        "persons_exact",
        "persons_comparable",
        "duplicates",
        "within_files",
        "across_files",
        "sources",
        "client",
        "files",
        "records",
        "share",
        "persons_at_least",
        "persons_at_most",
        "not_separable_from",
        "unattributed",
        "records",
        "share",
    ];
    let mut rest = text.as_str();
    for key in keys {
        let at =
            rest.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key} is missing or out of order"));
        rest = &rest[at + 1..];
    }
}

#[test]
fn lists_at_hand_are_counted_where_any_were_offered() {
    for (exact_handovers, key, line) in [
        (Some(3), "\"exact_handovers\":3}", "3 of the handovers"),
        (Some(0), "\"exact_handovers\":0}", "0 of the handovers"),
        (None, "0f\"}", "digest"),
    ] {
        let mut case = case();
        case.registry.exact_handovers = exact_handovers;
        let files: Vec<FileCase> = files().into_iter().take(1).collect();
        let json = report(&case, &files, Format::Json, Style::default()).unwrap();
        assert!(json.contains(key), "{json}");
        assert_eq!(json.contains("exact_handovers"), exact_handovers.is_some());
        Checker::of(SCHEMA).document(&serde_json::from_str(&json).unwrap()).unwrap();
        for format in [Format::Table, Format::Html] {
            assert!(report(&case, &files, format, Style::default()).unwrap().contains(line));
        }
    }
}

#[test]
fn the_schema_of_sweeps_describes_everything_in_them() {
    let finds = cases().into_iter().enumerate();
    let swept = sweep::Swept {
        files: 1_000,
        bytes: 1 << 40,
        finds: finds
            .map(|(number, (_, file))| sweep::Find {
                file,
                bytes: (number % 2 == 1).then_some(4_096..16_384),
            })
            .collect(),
        unread: vec![sweep::Unread { path: "locked.zip".into(), reason: "is encrypted".into() }],
    };
    let mut out = Vec::new();
    sweep::write_json(&case(), &swept, &mut out).unwrap();
    let value: Value = serde_json::from_slice(&out).unwrap();
    assert!(value["finds"].as_array().unwrap().len() > 1);
    Checker::of(SWEEP_SCHEMA).document(&value).unwrap();
    let again: meibo_report::json::sweep_v1::Report = serde_json::from_value(value).unwrap();
    assert_eq!(again.unread.len(), 1);
}

#[test]
fn the_schema_of_checks_describes_everything_in_them() {
    let client = |client, by_chance| Complained {
        client,
        held: 4,
        usual: 0.03,
        controls: 812,
        is_known: true,
        by_chance,
        by_chance_of_any: by_chance * 3.0,
        log10_e: 4.2,
    };
    let complaints = Complaints { records: 5, persons: 5, clients: vec![client(0, 1e-7), client(1, 0.4)] };
    let checked = check::Checked {
        path: "complaints.csv".into(),
        blake3: "00".into(),
        rows: 6,
        complaints,
        rows_not_held: vec![vec![3], Vec::new()],
    };
    let nobody = check::Checked { complaints: Complaints::default(), ..checked.clone() };
    let mut out = Vec::new();
    check::write_json(&case(), &[checked, nobody], &mut out).unwrap();
    let value: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(value["files"][0]["finding"], "beyond_chance");
    assert_eq!(value["files"][1]["finding"], "nothing_in_common");
    Checker::of(CHECK_SCHEMA).document(&value).unwrap();
    let again: meibo_report::json::check_v1::Report = serde_json::from_value(value).unwrap();
    assert_eq!(again.files[0].clients[0].rows_not_held, [3]);
}
