//! Download logs held against seized files.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs::File;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::desk::Desk;

const QUESTION: [&str; 5] = ["attribute", "--key", "key.txt", "--registry", "registry"];
/// 2016-04-08 09:06:00 in Japan.
const SAVED: u64 = 1_460_073_960;

/// Three clients with lists of 2016-04-01, and a file of 123 rows of the second, saved on the morning of the eighth.
fn desk() -> Desk {
    let desk = Desk::new();
    for (client, start) in [("city-a", 0), ("city-b", 300), ("city-c", 600)] {
        desk.fingerprint(client, start..start + 300, &[], 0);
    }
    desk.write_list("seized.csv", 310..433);
    saved_at(&desk, "seized.csv", SAVED);
    desk
}

fn saved_at(desk: &Desk, file: &str, seconds: u64) {
    let file = File::options().append(true).open(desk.path().join(file)).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
}

fn ask(desk: &Desk, more: &[&str], code: i32) -> (Value, String) {
    let (out, problems) = desk.meibo(&[&QUESTION[..], &["--format", "json"], more].concat(), code);
    (serde_json::from_str(&out).unwrap(), problems)
}

fn states(of: &Value) -> Vec<String> {
    of["said"]
        .as_array()
        .unwrap()
        .iter()
        .map(|said| format!("{}={}", said["by"], said["state"]).replace('"', ""))
        .collect()
}

const LOG: &str = "ダウンロード日時,ユーザーID,委託元,件数,端末\n\
                   2016/4/7 17:20,op07,A市,123,PC-3\n\
                   2016/4/8 9:05,op12,B市,123,PC-1\n\
                   2016/4/9 9:05,op12,B市,123,PC-1\n\
                   2016/3/1 9:05,op12,B市,123,PC-1\n\
                   2016/4/8 8:00,op12,B市,300,PC-1\n\
                   2016/4/8 8:01,op12,C市,300,PC-1\n";
/// The log, with as many more downloads of another client that tell how common its numbers are.
fn log() -> String {
    let more = |i: u32| format!("2016/4/5 {}:{:02},op03,C市,{},PC-2\n", 9 + i / 60, i % 60, 210 + 17 * i);
    LOG.to_owned() + &(0..60).map(more).collect::<String>()
}

const NAMES: [&str; 6] =
    ["--log-client", "A市=city-a", "--log-client", "B市=city-b", "--log-client", "C市=city-c"];

#[test]
fn the_download_of_a_file_is_told_by_rows_client_and_time() {
    let desk = desk();
    desk.write("log.csv", log());
    let (report, problems) =
        ask(&desk, &[&["--log", "log.csv", "--log-zone", "JST", "seized.csv"], &NAMES[..]].concat(), 0);
    assert_eq!(problems, "");
    let log = &report["files"][0]["log"];
    assert_eq!(log["modified"], json!({"time": "2016-04-08T09:06:00+09:00", "noted_in": "file system"}));
    let (part, downloads) = (&log["parts"][0], log["parts"][0]["downloads"].as_array().unwrap());
    assert_eq!(
        (&part["client"], &part["records"], &part["fitting"]),
        (&json!("city-b"), &json!(123), &json!(2))
    );
    assert_eq!(downloads[0]["download"]["row"], 2);
    assert_eq!(downloads[0]["download"]["time"], "2016-04-08T09:05+09:00");
    assert_eq!(
        states(&downloads[0]),
        ["rows=agrees", "bytes=not_told", "client=agrees", "handover=agrees", "file_time=agrees"]
    );
    let of_row = |row: u64| downloads.iter().find(|of| of["download"]["row"] == row).unwrap();
    // Of the whole list the file may be a part; the others are contradicted, each by another comparison.
    assert!(of_row(5)["fits"] == true && states(of_row(5))[0] == "rows=not_told");
    assert!(of_row(1)["fits"] == false && states(of_row(1))[2] == "client=contradicts");
    assert!(of_row(3)["fits"] == false && states(of_row(3))[4] == "file_time=contradicts");
    assert!(of_row(4)["fits"] == false && states(of_row(4))[3] == "handover=contradicts");
    let of = |row: u64| {
        let downloads = report["log"]["downloads"].as_array().unwrap();
        downloads.iter().find(|of| of["download"]["row"] == row).unwrap().clone()
    };
    assert_eq!((of(2)["turned_up"].clone(), of(2)["files"].clone()), (json!("told"), json!(["seized.csv"])));
    assert_eq!((&of(5)["turned_up"], &of(6)["turned_up"]), (&json!("possible"), &json!("nothing")));
    let kinds: Vec<&Value> =
        report["log"]["timeline"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["handover", "download", "download", "file"]);
}

#[test]
fn the_same_is_told_to_people() {
    let desk = desk();
    desk.write("log.csv", log());
    let question =
        [&QUESTION[..], &["--log", "log.csv", "--log-zone", "+09:00", "seized.csv"], &NAMES[..]].concat();
    let (table, _) = desk.meibo(&question, 0);
    for text in [
        "2 downloads of the log fit the file",
        "CONTRADICTS: before any",
        "DOWNLOAD LOGS",
        "file last changed",
    ] {
        assert!(table.contains(text), "{text}: {table}");
    }
    let (html, _) = desk.meibo(&[&question[..], &["--format", "html"]].concat(), 0);
    assert!(html.contains("<h2>Download logs</h2>") && html.contains("log.csv row 2"), "{html}");
    let (lines, _) = desk.meibo(&[&question[..], &["--format", "ndjson"]].concat(), 0);
    let line: Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(line["log"]["timeline"].as_array().unwrap().len(), 4);
}

#[test]
fn times_without_a_zone_may_be_anywhere_and_rows_that_cannot_be_read_are_named() {
    let desk = desk();
    desk.write("log.csv", "time,list,rows\n2016-04-08 09:05,export/city-b.csv,123\nyesterday,city-b,123\n2016-04-08,city-b,lots\n");
    let (report, problems) = ask(&desk, &["--log", "log.csv", "seized.csv"], 1);
    assert!(
        problems.contains("log.csv: 1 row not used: column 1") && problems.contains("row 3"),
        "{problems}"
    );
    assert!(!problems.contains("yesterday") && !problems.contains("lots"), "{problems}");
    let best = &report["files"][0]["log"]["parts"][0]["downloads"][0];
    assert_eq!(best["download"]["client"], "city-b");
    assert_eq!(
        states(best),
        ["rows=agrees", "bytes=not_told", "client=agrees", "handover=agrees", "file_time=not_told"]
    );
    assert_eq!(report["log"]["logs"][0]["without_zone"], 1);
}

#[test]
fn what_is_no_log_is_named_and_the_question_is_answered_all_the_same() {
    let desk = desk();
    desk.write("names.csv", "山田,太郎\n鈴木,花子\n");
    desk.write("empty.csv", "");
    for (log, why) in [
        ("names.csv", "no column of times and none of row counts"),
        ("empty.csv", "holds no rows"),
        ("missing.csv", "there is no such file"),
    ] {
        let (report, problems) = ask(&desk, &["--log", log, "seized.csv"], 1);
        assert!(problems.contains(log) && problems.contains(why) && !problems.contains("山田"), "{problems}");
        assert_eq!(report["files"][0]["sources"][0]["client"], "city-b");
        assert_eq!(report["log"]["logs"], json!([]));
    }
    desk.write("log.csv", log());
    for wrong in ["B市", "B市=nobody", "=city-b"] {
        let (_, problems) = desk
            .meibo(&[&QUESTION[..], &["--log", "log.csv", "--log-client", wrong, "seized.csv"]].concat(), 2);
        assert!(problems.contains("--log-client"), "{problems}");
    }
    desk.meibo(&[&QUESTION[..], &["--log", "log.csv", "-o", "log.csv", "seized.csv"]].concat(), 2);
    desk.meibo(&[&QUESTION[..], &["--log-zone", "JST", "seized.csv"]].concat(), 2);
    assert_eq!(desk.text("log.csv"), log());
}

/// A tar archive of one file, changed at a time.
fn tar(name: &str, body: &[u8], seconds: u64) -> Vec<u8> {
    let mut header = [0_u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{:011o}\0", body.len()).as_bytes());
    header[136..148].copy_from_slice(format!("{seconds:011o}\0").as_bytes());
    header[156] = b'0';
    header[257..263].copy_from_slice(b"ustar\0");
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut archive = [&header[..], body].concat();
    archive.resize(archive.len().next_multiple_of(512) + 1_024, 0);
    archive
}

#[test]
fn a_member_of_an_archive_has_the_time_that_the_archive_tells() {
    let desk = desk();
    desk.write("log.csv", log());
    desk.write("stick.tar", tar("list.csv", &desk.read("seized.csv"), SAVED));
    let (report, _) =
        ask(&desk, &[&["--log", "log.csv", "--log-zone", "JST", "stick.tar"], &NAMES[..]].concat(), 0);
    let file = &report["files"][0];
    assert_eq!(file["path"], "stick.tar!list.csv");
    assert_eq!(file["log"]["modified"]["noted_in"], "tar entry");
    assert_eq!(file["log"]["parts"][0]["downloads"][0]["download"]["row"], 2);
}
