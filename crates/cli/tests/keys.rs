//! Registry keys: split and joined, and one key under two keyed hashes.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::process::Command;

use crate::desk::Desk;

#[test]
fn two_of_three_shares_make_the_key() {
    let desk = Desk::new();
    let split = ["key", "split", "--shares", "3", "--needed", "2", "-o", "part", "key.txt"];
    let (_, said) = desk.meibo(&split, 0);
    assert!(said.contains("any 2 of them make the key"), "{said}");
    desk.meibo(&["key", "join", "-o", "again.txt", "part-3.share", "part-1.share"], 0);
    assert_eq!(desk.text("again.txt"), desk.text("key.txt"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode =
            |name: &str| std::fs::metadata(desk.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("part-1.share"), mode("again.txt")), (0o600, 0o600));
    }
    let (_, problem) = desk.meibo(&["key", "join", "-o", "b.txt", "part-2.share", "part-2.share"], 2);
    assert!(problem.contains("2 different shares are needed, and there are 1"), "{problem}");
    let (_, problem) = desk.meibo(&["key", "join", "-o", "b.txt", "part-2.share", "key.txt"], 2);
    assert!(problem.contains("key.txt: not a share"), "{problem}");
    // Another split does not go over the first, nor together with it.
    let (_, problem) = desk.meibo(&split, 2);
    assert!(problem.contains("part-1.share: the file exists already"), "{problem}");
    desk.meibo(&["key", "split", "--shares", "2", "--needed", "2", "-o", "other", "key.txt"], 0);
    let (_, problem) = desk.meibo(&["key", "join", "-o", "b.txt", "part-1.share", "other-1.share"], 2);
    assert!(problem.contains("another split"), "{problem}");
    let (_, problem) =
        desk.meibo(&["key", "split", "--shares", "2", "--needed", "3", "-o", "x", "key.txt"], 2);
    assert!(problem.contains("2 to 255 shares"), "{problem}");
    for (file, at) in [("part-1.share", 5), ("key.txt", 1)] {
        let text = desk.text(file);
        let digits = text.lines().last().unwrap().split(':').nth(at).unwrap();
        assert!(digits.len() == 64 && !said.contains(digits), "{file}");
    }
}

#[test]
fn one_key_opens_fingerprints_of_both_keyed_hashes() {
    let desk = Desk::new();
    // Lists under one keyed hash are the controls of each other.
    let clients =
        [("city-a", "blake3"), ("city-b", "hmac-sha256"), ("city-c", "hmac-sha256"), ("city-d", "blake3")];
    for ((client, prf), start) in clients.into_iter().zip((0..).step_by(300)) {
        desk.fingerprint(client, start..start + 300, &["--prf", prf], 0);
    }
    let (out, _) = desk.meibo(&["inspect", "--key", "key.txt", "registry/city-b.meibo"], 0);
    assert!(out.contains("keyed hash      hmac-sha256") && out.contains("city-b"), "{out}");
    let ask = || {
        assert_eq!(desk.source_of(0..200, &["--key", "key.txt"], 0), "city-a");
        assert_eq!(desk.source_of(300..500, &["--key", "key.txt"], 0), "city-b");
    };
    ask();
    desk.meibo(&["registry", "index", "--key", "key.txt", "registry"], 0);
    ask();
}

#[test]
fn a_key_under_a_passphrase_is_used_with_it_alone() {
    let desk = Desk::new();
    desk.write("words.txt", "four long words here\n");
    desk.write("wrong.txt", "other words\n");
    let protected = ["--passphrase-file", "words.txt"];
    desk.meibo(&[&["keygen", "-o", "protected.txt"], &protected[..]].concat(), 0);
    let text = desk.text("protected.txt");
    assert!(text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") && !text.contains("MEIBO"), "{text}");
    desk.write_list("list.csv", 0..300);
    let named = ["--client", "city-a", "--date", "2016-04-01", "-o", "registry/a.meibo", "list.csv"];
    let fingerprint = |more: &[&str], code| {
        desk.meibo(&[&["fingerprint", "--key", "protected.txt"], &named[..], more].concat(), code).1
    };
    let problem = fingerprint(&["--passphrase-file", "wrong.txt"], 2);
    assert!(problem.contains("protected.txt: the passphrase does not open the key file"), "{problem}");
    // Several passphrases are tried, for several key files may have one each.
    fingerprint(&["--passphrase-file", "wrong.txt", "--passphrase-file", "words.txt"], 0);
    let inspect = ["inspect", "--key", "protected.txt", "registry/a.meibo"];
    let (out, _) = desk.meibo(&[&inspect[..], &protected].concat(), 0);
    assert!(out.contains("city-a"), "{out}");
    let (_, problem) = desk.meibo(&inspect, 2);
    assert!(problem.contains("protected.txt: the key file is protected by a passphrase"), "{problem}");
    // A report does not go over it, nor a share that is made of it.
    let (_, problem) = desk.meibo(
        &["attribute", "--key", "key.txt", "--registry", "registry", "-o", "protected.txt", "list.csv"],
        2,
    );
    assert!(problem.contains("not overwritten"), "{problem}");
    let split = ["key", "split", "--shares", "2", "--needed", "2", "-o", "part", "protected.txt"];
    desk.meibo(&[&split[..], &protected].concat(), 0);
    desk.meibo(
        &[&["key", "join", "-o", "again.txt", "part-1.share", "part-2.share"], &protected[..]].concat(),
        0,
    );
    let inspect = ["inspect", "--key", "again.txt", "registry/a.meibo"];
    let (out, _) = desk.meibo(&[&inspect[..], &protected].concat(), 0);
    assert!(out.contains("city-a") && desk.text("again.txt").starts_with("-----BEGIN AGE"), "{out}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode =
            |name: &str| std::fs::metadata(desk.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("protected.txt"), mode("again.txt")), (0o600, 0o600));
    }
    desk.write("empty.txt", "\n");
    let (_, problem) = desk.meibo(&["keygen", "-o", "x.txt", "--passphrase-file", "empty.txt"], 2);
    assert!(problem.contains("the passphrase is empty"), "{problem}");
}

/// age asks for a passphrase at a terminal only: it wrote this file once.
#[test]
fn a_key_that_age_protected_is_read() {
    let desk = Desk::new();
    let testdata = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let file = |name: &str| testdata.join(name).to_str().unwrap().to_owned();
    let (key, words) = (file("age/key.txt.age"), file("age/passphrase.txt"));
    let inspect = ["inspect", "--key", &key, "--passphrase-file", &words, &file("format/small.meibo")];
    let (out, _) = desk.meibo(&inspect, 0);
    assert!(out.contains("  client "), "{out}");
}

/// While keys are in its memory, the process leaves none of it on a disk.
#[cfg(target_os = "linux")]
#[test]
fn a_process_with_a_key_writes_no_core() {
    let desk = Desk::new();
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
        .current_dir(desk.path())
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
