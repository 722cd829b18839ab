//! No value of a person and no key leaves by a report, a log, an error or a fingerprint.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::Path;
use std::process::Command;

/// Everything that meibo says: standard output and standard error.
fn said(directory: &Path, arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_meibo")).args(arguments).current_dir(directory).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 3));
    [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat()
}

/// Rows of people, broken rows among them, and what is in no text but theirs.
fn people() -> (String, Vec<String>) {
    let (mut text, mut secrets) = (String::from("氏名,電話番号,住所,メール\n"), Vec::new());
    for i in 0..60_u32 {
        let kanji = char::from_u32('亜' as u32 + i).unwrap();
        let (name, phone) =
            (format!("鷲{kanji}太郎"), format!("090-{:04}-{:04}", 4_000 + 31 * i, 1_009 + 37 * i));
        let (lot, mail) = (format!("加納{}番{}号", 101 + i, 7 + i), format!("washi{i}@example.com"));
        text += &match i % 10 {
            // Too many cells, an unclosed quote, nothing usable.
            7 => format!("{name},{phone},岐阜県岐阜市{lot},{mail},more,{name}\n"),
            8 => format!("\"{name},{phone},岐阜県岐阜市{lot},{mail}\n"),
            9 => format!("{name},,,\n"),
            _ => format!("{name},{phone},岐阜県岐阜市{lot},{mail}\n"),
        };
        secrets.extend([name, phone.clone(), phone.replace('-', ""), lot, mail]);
    }
    (text, secrets)
}

#[test]
fn no_value_of_a_person_leaves() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let (text, mut secrets) = people();
    std::fs::write(path.join("list.csv"), &text).unwrap();
    // Names for columns, so that a message about columns may not show them either.
    std::fs::write(
        path.join("headless.csv"),
        text.lines().skip(1).map(|line| format!("{line}\n")).collect::<String>(),
    )
    .unwrap();
    std::fs::write(
        path.join("nothing.csv"),
        text.lines().skip(1).map(|line| format!("{}\n", line.split(',').next().unwrap())).collect::<String>(),
    )
    .unwrap();
    said(path, &["keygen", "-o", "key.txt"]);
    let key = std::fs::read_to_string(path.join("key.txt")).unwrap();
    secrets.push(key.lines().last().unwrap().split(':').nth(1).unwrap().to_owned());
    std::fs::create_dir(path.join("registry")).unwrap();
    let mut all = String::new();
    let lists = [("city-a", "list.csv"), ("city-b", "headless.csv"), ("city-c", "nothing.csv")];
    for (number, (client, list)) in lists.into_iter().enumerate() {
        let output = format!("registry/{number}.meibo");
        let named = ["--client", client, "--date", "2016-04-01", "-o", &output, list];
        all += &said(path, &[&["--verbose", "fingerprint", "--key", "key.txt"], &named[..]].concat());
    }
    let files = ["list.csv", "headless.csv", "nothing.csv", "key.txt", "registry/0.meibo"];
    for format in ["table", "json", "ndjson", "html", "markdown"] {
        let asked =
            ["--verbose", "attribute", "--key", "key.txt", "--registry", "registry", "--format", format];
        all += &said(path, &[&asked[..], &["--records", "rows"], &files].concat());
    }
    for entry in std::fs::read_dir(path.join("rows")).unwrap() {
        all += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    all += &said(path, &["inspect", "--key", "key.txt", "registry/0.meibo", "list.csv"]);
    all += &said(path, &["registry", "check", "--key", "key.txt", "registry"]);
    all += &said(path, &["registry", "index", "--key", "key.txt", "registry"]);
    all += &said(
        path,
        &["fingerprint", "--key", "list.csv", "--client", "a", "--date", "2016-04-01", "-o", "x", "list.csv"],
    );
    assert!(all.contains("city-a") && all.contains("quote"), "{all}");
    for secret in &secrets {
        assert!(!all.contains(secret.as_str()), "said: {secret}");
    }
    for file in ["registry/0.meibo", "registry/1.meibo", "registry/registry.meibo-index"] {
        let bytes = std::fs::read(path.join(file)).unwrap();
        for secret in secrets.iter().map(|secret| secret.as_bytes()).chain([b"city-a".as_slice()]) {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{file}");
        }
    }
}
