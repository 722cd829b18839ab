//! How lists would be read: said without a person's value, and in options that read them so again.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::{Path, PathBuf};

use crate::desk::Desk;

fn inputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/inputs")
}

fn files() -> Vec<String> {
    let entries = std::fs::read_dir(inputs().join("files")).unwrap();
    let mut files: Vec<String> =
        entries.map(|entry| entry.unwrap().path().to_str().unwrap().to_owned()).collect();
    files.sort();
    files
}

#[test]
fn the_options_that_are_shown_read_the_list_in_the_same_way() {
    let desk = Desk::new();
    let fingerprint = |file: &str, more: &[&str], code| {
        let named = ["--client", "list", "--date", "2020-01-01", "-o", "a.meibo", file];
        desk.meibo(&[&["fingerprint", "-q", "--key", "key.txt"], &named[..], more].concat(), code);
        desk.read("a.meibo")
    };
    for file in files() {
        let code = i32::from(file.ends_with("hidden-sheet.xlsx"));
        let (out, _) = desk.meibo(&["columns", &file], code);
        let again = out.lines().find_map(|line| line.strip_prefix("  repeat by  ")).unwrap();
        let options: Vec<&str> = again.split(' ').collect();
        // What was said of one sheet is not said of the other.
        if code == 0 {
            assert!(fingerprint(&file, &options, 0) == fingerprint(&file, &[], 0), "{file}: {again}");
        }
    }
}

#[test]
fn no_value_is_shown() {
    let desk = Desk::new();
    let list = std::fs::read_to_string(inputs().join("list.csv")).unwrap();
    let values: Vec<&str> = list.lines().skip(1).flat_map(|line| line.trim().split(',')).collect();
    let long = values.iter().filter(|value| value.chars().count() > 2);
    // Also where the first person is taken for a header, or where columns are told wrongly.
    for more in
        [&["--header"][..], &["--no-header"], &["--no-header", "--column", "name=9", "--column", "phone=1"]]
    {
        for file in ["files/utf-8.csv", "files/no-header.csv", "files/text.xls"] {
            let file = inputs().join(file);
            let arguments = [&["columns", file.to_str().unwrap()], more].concat();
            let output = desk.run(env!("CARGO_BIN_EXE_meibo"), &arguments).unwrap();
            let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            for value in long.clone() {
                assert!(!said.contains(value), "{arguments:?}: {value}");
            }
        }
    }
}

#[test]
fn what_is_no_list_is_named() {
    let desk = Desk::new();
    desk.write("empty.csv", "");
    desk.write("sums.csv", "\u{6708},\u{4ef6}\n1,2\n3,4\n");
    let (_, problems) = desk.meibo(&["columns", "empty.csv", "sums.csv", "none.csv"], 2);
    for name in
        ["empty.csv: holds no rows", "sums.csv: no column of a person", "none.csv: there is no such file"]
    {
        assert!(problems.contains(name), "{problems}");
    }
    desk.write_list("list.csv", 0..30);
    let (out, _) = desk.meibo(&["columns", "empty.csv", "list.csv"], 1);
    assert!(out.starts_with("list.csv\n") && out.contains("filled in 30 rows, read in 30"), "{out}");
}
