//! Registry keys: split and joined, and one key under two keyed hashes.
#![allow(clippy::tests_outside_test_module, reason = "an integration test")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::Path;
use std::process::Command;

/// What meibo prints and what it complains of, where it exits so.
fn meibo(directory: &Path, arguments: &[&str], code: i32) -> (String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_meibo")).args(arguments).current_dir(directory).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, problems) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {out}{problems}");
    (out, problems)
}

fn write_list(path: &Path, people: std::ops::Range<u32>) {
    let row = |i: u32| {
        let kanji = char::from_u32('一' as u32 + i % 4_000).unwrap();
        format!("山{kanji}太郎,03-3141-{i:04},東京都文京区千石4-{i}-7\n")
    };
    std::fs::write(path, format!("氏名,電話番号,住所\n{}", people.map(row).collect::<String>())).unwrap();
}

#[test]
fn two_of_three_shares_make_the_key() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    meibo(path, &["keygen", "-o", "key.txt"], 0);
    let split = ["key", "split", "--shares", "3", "--needed", "2", "-o", "part", "key.txt"];
    let (_, said) = meibo(path, &split, 0);
    assert!(said.contains("any 2 of them make the key"), "{said}");
    meibo(path, &["key", "join", "-o", "again.txt", "part-3.share", "part-1.share"], 0);
    let read = |name: &str| std::fs::read_to_string(path.join(name)).unwrap();
    assert_eq!(read("again.txt"), read("key.txt"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |name: &str| std::fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("part-1.share"), mode("again.txt")), (0o600, 0o600));
    }
    let (_, problem) = meibo(path, &["key", "join", "-o", "b.txt", "part-2.share", "part-2.share"], 2);
    assert!(problem.contains("2 different shares are needed, and there are 1"), "{problem}");
    let (_, problem) = meibo(path, &["key", "join", "-o", "b.txt", "part-2.share", "key.txt"], 2);
    assert!(problem.contains("key.txt: not a share"), "{problem}");
    // Another split does not go over the first, nor together with it.
    let (_, problem) = meibo(path, &split, 2);
    assert!(problem.contains("part-1.share: the file exists already"), "{problem}");
    meibo(path, &["key", "split", "--shares", "2", "--needed", "2", "-o", "other", "key.txt"], 0);
    let (_, problem) = meibo(path, &["key", "join", "-o", "b.txt", "part-1.share", "other-1.share"], 2);
    assert!(problem.contains("another split"), "{problem}");
    let (_, problem) =
        meibo(path, &["key", "split", "--shares", "2", "--needed", "3", "-o", "x", "key.txt"], 2);
    assert!(problem.contains("2 to 255 shares"), "{problem}");
    for (file, at) in [("part-1.share", 5), ("key.txt", 1)] {
        let text = read(file);
        let digits = text.lines().last().unwrap().split(':').nth(at).unwrap();
        assert!(digits.len() == 64 && !said.contains(digits), "{file}");
    }
}

#[test]
fn one_key_opens_fingerprints_of_both_keyed_hashes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    meibo(path, &["keygen", "-o", "key.txt"], 0);
    std::fs::create_dir(path.join("registry")).unwrap();
    // Lists under one keyed hash are the controls of each other.
    let clients =
        [("city-a", "blake3"), ("city-b", "hmac-sha256"), ("city-c", "hmac-sha256"), ("city-d", "blake3")];
    for ((client, prf), start) in clients.into_iter().zip((0..).step_by(300)) {
        let people = start..start + 300;
        write_list(&path.join("list.csv"), people);
        let output = format!("registry/{client}.meibo");
        let named = ["--client", client, "--date", "2016-04-01", "-o", &output, "list.csv"];
        meibo(path, &[&["fingerprint", "--prf", prf, "--key", "key.txt"], &named[..]].concat(), 0);
    }
    let (out, _) = meibo(path, &["inspect", "--key", "key.txt", "registry/city-b.meibo"], 0);
    assert!(out.contains("keyed hash      hmac-sha256") && out.contains("city-b"), "{out}");
    // Twice: without an index file, and with the one that the first call left.
    for _ in 0..2 {
        for (client, people) in [("city-a", 0..200), ("city-b", 300..500)] {
            write_list(&path.join("seized.csv"), people);
            let (out, _) = meibo(
                path,
                &[
                    "attribute",
                    "--key",
                    "key.txt",
                    "--registry",
                    "registry",
                    "--format",
                    "json",
                    "seized.csv",
                ],
                0,
            );
            let report: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert_eq!(report["registry"]["handovers"], 4);
            assert_eq!(report["files"][0]["sources"][0]["client"], client, "{out}");
        }
    }
}

/// While keys are in its memory, the process leaves none of it on a disk.
#[cfg(target_os = "linux")]
#[test]
fn a_process_with_a_key_writes_no_core() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    meibo(path, &["keygen", "-o", "key.txt"], 0);
    let mut child = Command::new(env!("CARGO_BIN_EXE_meibo"))
        .args([
            "fingerprint",
            "--key",
            "key.txt",
            "--client",
            "a",
            "--date",
            "2016-04-01",
            "-o",
            "a.meibo",
            "-",
        ])
        .current_dir(path)
        .stdin(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // It waits for its standard input.
    let limits = || std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap_or_default();
    let is_kept = || {
        let limits = limits();
        let line =
            limits.lines().find(|line| line.starts_with("Max core file size")).unwrap_or_default().to_owned();
        line.split_whitespace().skip(4).take(2).eq(["0", "0"])
    };
    let kept = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        is_kept()
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(kept);
}
