//! Sealed fingerprints: of use to their recipients alone, and readable by the tool age.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::Path;

use crate::desk::{Desk, other_tool};

const KEY: [&str; 2] = ["--key", "key.txt"];

/// A desk with four clients, the first of them sealed to an examiner and an auditor, and the identities of both.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.meibo(&["keygen", "--identity", "-o", "examiner.key"], 0);
    desk.meibo(&["keygen", "--identity", "-o", "auditor.key"], 0);
    let auditor = desk.text("auditor.key.pub");
    let sealed = ["--seal-to", "examiner.key.pub", "--seal-to", auditor.trim()];
    let (_, said) = desk.fingerprint("city-a", 0..300, &sealed, 0);
    assert!(said.contains("; sealed to 2 recipients"), "{said}");
    for (client, start) in [("city-b", 300), ("city-c", 600), ("city-d", 900)] {
        desk.fingerprint(client, start..start + 300, &[], 0);
    }
    desk
}

/// What stands in the registry's files.
fn files(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(desk.path().join("registry"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn each_recipient_uses_a_sealed_fingerprint_and_the_processor_does_not() {
    let desk = desk();
    let before = files(&desk);
    for identity in ["examiner.key", "auditor.key"] {
        let opened = [&KEY[..], &["--identity", identity]].concat();
        assert_eq!(desk.source_of(0..200, &opened, 0), "city-a");
        assert_eq!(desk.source_of(300..500, &opened, 0), "city-b");
    }
    assert_eq!(files(&desk), before, "it was opened in memory only");
    // Whoever has the registry key and no identity is told that there is more.
    assert_eq!(desk.source_of(0..200, &KEY, 1), serde_json::Value::Null);
    assert_eq!(desk.source_of(300..500, &KEY, 1), "city-b");
    let (_, problems) = desk.meibo(&["registry", "list", "--key", "key.txt", "registry"], 1);
    assert!(problems.contains("city-a.meibo: it is sealed; open it with --identity"), "{problems}");
    desk.meibo(&["keygen", "--identity", "-o", "thief.key"], 0);
    let (_, problems) =
        desk.meibo(&["registry", "check", "--key", "key.txt", "--identity", "thief.key", "registry"], 1);
    assert!(problems.contains("city-a.meibo: it is sealed to other recipients"), "{problems}");
    // The identity alone is as little as the key alone.
    let (out, _) = desk.meibo(&["registry", "list", "--identity", "auditor.key", "registry"], 0);
    assert!(out.contains("\tcity-a.meibo\tsealed\n") && !out.contains("records"), "{out}");
}

#[test]
fn an_index_has_nothing_of_what_is_sealed() {
    let desk = desk();
    let (_, said) = desk.meibo(&["registry", "index", "--key", "key.txt", "registry"], 0);
    assert!(said.contains("index of 3 fingerprints") && said.contains("1 sealed are not in it"), "{said}");
    let before = files(&desk);
    let opened = [&KEY[..], &["--identity", "examiner.key"]].concat();
    assert_eq!(desk.source_of(0..200, &opened, 0), "city-a");
    assert_eq!(desk.source_of(600..800, &opened, 0), "city-c");
    assert_eq!(desk.source_of(600..800, &KEY, 1), "city-c");
    assert_eq!(files(&desk), before);
}

#[test]
fn what_is_sealed_shows_its_size_and_no_more() {
    let desk = desk();
    let name = "registry/city-a.meibo";
    let (out, _) = desk.meibo(&["inspect", name], 0);
    assert!(out.contains("sealed          to recipients") && out.lines().count() == 2, "{out}");
    let (_, problems) = desk.meibo(&["inspect", "--key", "key.txt", name], 2);
    assert!(problems.contains("it is sealed"), "{problems}");
    let (out, _) = desk.meibo(&["inspect", "--identity", "auditor.key", name], 0);
    assert!(out.contains("key id") && !out.contains("city-a\n"), "{out}");
    let (out, _) = desk.meibo(&["inspect", "--identity", "auditor.key", "--key", "key.txt", name], 0);
    assert!(out.contains("  client          city-a\n") && out.contains("  records         300"), "{out}");
    let (out, _) = desk.meibo(&["registry", "list", "registry"], 0);
    let line = out.lines().find(|line| line.contains("city-a.meibo")).unwrap();
    assert!(line.starts_with("-\t-\t") && line.ends_with("\tcity-a.meibo\tsealed"), "{out}");
    // A second seal of the same list is other bytes: whoever stores both cannot tell.
    let first = desk.read(name);
    desk.fingerprint("city-a", 0..300, &["--seal-to", "examiner.key.pub"], 0);
    let second = desk.read(name);
    let in_common = first.windows(16).filter(|bytes| second.windows(16).any(|other| other == *bytes)).count();
    // The first line, and the start of the second.
    assert!(in_common < 30, "{in_common}");
}

#[test]
fn a_sealed_fingerprint_is_signed_as_it_lies_or_as_it_was_before() {
    let desk = desk();
    desk.meibo(&["keygen", "--signing", "-o", "owner.key"], 0);
    desk.fingerprint("city-a", 0..300, &["--seal-to", "examiner.key.pub", "--sign-with", "owner.key"], 0);
    let check = |more: &[&str], code| {
        let check = ["registry", "check", "--trust", "owner.key.pub", "registry"];
        desk.meibo(&[&check[..], more].concat(), code).0
    };
    let line = |out: &str| out.lines().find(|line| line.contains("city-a")).unwrap().to_owned();
    // The processor, who has neither key nor identity, sees who signed.
    assert!(line(&check(&[], 1)).contains("signed by owner.key.pub ("));
    let opened = [&KEY[..], &["--identity", "examiner.key"]].concat();
    assert!(line(&check(&opened, 1)).contains("signed by owner.key.pub ("));
    // Signed in clear, and sealed afterwards.
    let sealed = desk.read("registry/city-a.meibo");
    desk.fingerprint("city-a", 0..300, &["--sign-with", "owner.key"], 0);
    let signature = desk.read("registry/city-a.meibo.minisig");
    desk.write("registry/city-a.meibo", sealed);
    desk.write("registry/city-a.meibo.minisig", signature);
    assert!(line(&check(&opened, 1)).contains("signed by owner.key.pub ("));
    assert!(line(&check(&[], 1)).contains("not signed by a trusted key"));
}

#[test]
fn a_sealed_fingerprint_is_added_and_recounted_sealed() {
    let desk = desk();
    std::fs::create_dir(desk.path().join("intake")).unwrap();
    desk.write_list("list.csv", 0..300);
    let add = |more: &[&str], code| {
        let add =
            ["registry", "add", "--key", "key.txt", "--list", "list.csv", "intake", "registry/city-a.meibo"];
        desk.meibo(&[&add[..], more].concat(), code).1
    };
    let problem = add(&[], 2);
    assert!(problem.contains("city-a.meibo: it is sealed; open it with --identity"), "{problem}");
    let said = add(&["--identity", "auditor.key"], 0);
    assert!(said.contains("added, recounted against its list"), "{said}");
    assert_eq!(desk.read("intake/city-a.meibo"), desk.read("registry/city-a.meibo"));
    desk.write_list("list.csv", 0..299);
    let problem = add(&["--identity", "auditor.key"], 2);
    assert!(problem.contains("the list gives 299 rows"), "{problem}");
}

#[test]
fn what_is_no_recipient_and_no_identity_is_named() {
    let desk = desk();
    for (recipient, problem) in [
        ("age1nobody", "age1nobody: not a recipient"),
        ("key.txt", "key.txt: not a recipient"),
        ("examiner.key", "examiner.key: not a recipient"),
        ("nothing.pub", "nothing.pub: "),
    ] {
        let (_, problems) = desk.fingerprint("city-e", 0..10, &["--seal-to", recipient], 2);
        assert!(problems.contains(problem) && !problems.contains("SECRET"), "{problems}");
    }
    assert!(!desk.path().join("registry/city-e.meibo").exists());
    for identity in ["examiner.key.pub", "key.txt", "list.csv", "nothing"] {
        let inspect = ["inspect", "--identity", identity, "registry/city-a.meibo"];
        let (_, problems) = desk.meibo(&inspect, 2);
        assert!(problems.contains(&format!("{identity}: ")), "{problems}");
    }
    let (_, problems) = desk.meibo(&["keygen", "--identity", "-o", "examiner.key"], 2);
    assert!(problems.contains("examiner.key.pub: the file exists already"), "{problems}");
}

#[test]
fn an_identity_under_a_passphrase_opens_with_it_alone() {
    let desk = Desk::new();
    desk.write("words.txt", "four long words here\n");
    let words = ["--passphrase-file", "words.txt"];
    desk.meibo(&[&["keygen", "--identity", "-o", "safe.key"], &words[..]].concat(), 0);
    desk.fingerprint("city-a", 0..30, &["--seal-to", "safe.key.pub"], 0);
    let inspect = ["inspect", "--key", "key.txt", "--identity", "safe.key", "registry/city-a.meibo"];
    let (_, problems) = desk.meibo(&inspect, 2);
    assert!(problems.contains("safe.key: the key file is protected by a passphrase"), "{problems}");
    let (out, _) = desk.meibo(&[&inspect[..], &words].concat(), 0);
    assert!(out.contains("city-a"), "{out}");
}

/// What Debian's age wrote, in its two forms.
#[test]
fn what_age_sealed_is_opened() {
    let desk = Desk::new();
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let file = |name: &str| testdata.join(name).to_str().unwrap().to_owned();
    for name in ["age/small.meibo.age", "age/small-in-letters.meibo.age"] {
        std::fs::copy(file(name), desk.path().join("registry").join(Path::new(name).file_name().unwrap()))
            .unwrap();
        let opened = ["--key", &file("format/key.txt"), "--identity", &file("age/identity.txt")];
        let (out, _) = desk.meibo(&[&["inspect", &file(name)], &opened[..]].concat(), 0);
        assert!(out.contains("  client "), "{out}");
    }
    // Two seals of one fingerprint are one fingerprint.
    let (out, problems) = desk.meibo(
        &[
            "registry",
            "list",
            "--key",
            &file("format/key.txt"),
            "--identity",
            &file("age/identity.txt"),
            "registry",
        ],
        1,
    );
    assert!(out.lines().count() == 1 && problems.contains("the same fingerprint as"), "{out}{problems}");
}

#[test]
fn age_opens_what_we_seal_and_we_what_it_seals() {
    let desk = desk();
    desk.fingerprint("city-a", 0..300, &[], 0);
    let in_clear = desk.read("registry/city-a.meibo");
    desk.fingerprint("city-a", 0..300, &["--seal-to", "examiner.key.pub"], 0);
    let arguments = ["-d", "-i", "examiner.key", "-o", "clear", "registry/city-a.meibo"];
    let Some(opened) = other_tool(&desk, "age", "MEIBO_AGE", &arguments) else { return };
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    assert_eq!(desk.read("clear"), in_clear);
    let arguments = ["-R", "examiner.key.pub", "-o", "registry/city-a.meibo", "clear"];
    assert!(other_tool(&desk, "age", "MEIBO_AGE", &arguments).unwrap().status.success());
    let opened = [&KEY[..], &["--identity", "examiner.key"]].concat();
    assert_eq!(desk.source_of(0..200, &opened, 0), "city-a");
}
