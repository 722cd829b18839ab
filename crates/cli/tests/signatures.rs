//! Signatures of fingerprints, ours and those of the tool minisign, each verified by the other.
#![allow(clippy::tests_outside_test_module, reason = "an integration test")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(clippy::print_stdout, reason = "a test that could not compare says so")]
#![allow(clippy::disallowed_methods, reason = "the gate says that minisign must be there")]

use std::path::Path;
use std::process::{Command, Output};

/// A directory with a registry key, a list, and the signing keys of an owner and a notary.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let list = (0..40_u32).map(|i| {
            let kanji = char::from_u32('一' as u32 + i).unwrap();
            format!("山{kanji}太郎,03-3141-{:04},東京都文京区千石4-{i}-7\n", 1_009 + 37 * i)
        });
        std::fs::write(
            desk.path().join("list.csv"),
            format!("氏名,電話番号,住所\n{}", list.collect::<String>()),
        )
        .unwrap();
        for arguments in [
            ["keygen", "-o", "key.txt"].as_slice(),
            &["keygen", "--signing", "-o", "owner.key"],
            &["keygen", "--signing", "-o", "notary.key"],
        ] {
            desk.meibo(arguments, 0);
        }
        std::fs::create_dir(desk.path().join("registry")).unwrap();
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> std::io::Result<Output> {
        Command::new(program).args(arguments).current_dir(self.path()).output()
    }

    /// What meibo prints and what it complains of, where it exits so.
    fn meibo(&self, arguments: &[&str], code: i32) -> (String, String) {
        let output = self.run(env!("CARGO_BIN_EXE_meibo"), arguments).unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (out, problems) = (text(output.stdout), text(output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {out}{problems}");
        (out, problems)
    }

    fn fingerprint(&self, signed: bool) {
        let mut arguments =
            vec!["fingerprint", "--key", "key.txt", "--client", "city-a", "--date", "2016-04-01"];
        arguments.extend(["-o", "registry/a.meibo", "list.csv"]);
        arguments.extend(if signed { vec!["--sign-with", "owner.key"] } else { vec![] });
        self.meibo(&arguments, 0);
    }

    fn check(&self, trust: &[&str], code: i32) -> (String, String) {
        let trust = trust.iter().flat_map(|key| ["--trust", key]);
        let check = ["registry", "check", "--key", "key.txt"].into_iter();
        self.meibo(&check.chain(trust).chain(["registry"]).collect::<Vec<_>>(), code)
    }
}

/// The tool minisign; none where it is not there and nobody says that it must be.
fn minisign(desk: &Desk, arguments: &[&str]) -> Option<Output> {
    let required = std::env::var("MEIBO_MINISIGN").ok();
    match desk.run(required.as_deref().unwrap_or("minisign"), arguments) {
        Err(_) if required.is_none() => {
            println!("not compared with minisign: it is not there");
            None
        }
        output => Some(output.unwrap()),
    }
}

#[test]
fn a_check_says_who_signed_and_who_countersigned() {
    let desk = Desk::new();
    desk.fingerprint(true);
    let (out, _) = desk.check(&["owner.key.pub", "notary.key.pub"], 0);
    assert!(out.contains("\tsigned by owner.key.pub (") && !out.contains("countersigned"), "{out}");
    desk.meibo(&["sign", "--sign-with", "notary.key", "registry/a.meibo"], 0);
    let (out, _) = desk.check(&["owner.key.pub", "notary.key.pub"], 0);
    assert!(
        out.contains("\tsigned by owner.key.pub (") && out.contains("countersigned by notary.key.pub ("),
        "{out}"
    );
    let (out, _) = desk.check(&["notary.key.pub"], 0);
    assert!(out.contains("\tsigned by notary.key.pub ("), "{out}");
    // Whoever has no registry key sees the signatures all the same.
    let (out, _) = desk.meibo(&["registry", "check", "--trust", "owner.key.pub", "registry"], 0);
    assert!(out.contains("\tsigned by owner.key.pub ("), "{out}");
    // Signed again, the first signature is replaced, not a third one made.
    desk.meibo(&["sign", "--sign-with", "owner.key", "registry/a.meibo"], 0);
    assert_eq!(std::fs::read_dir(desk.path().join("registry")).unwrap().count(), 3);
}

#[test]
fn what_nobody_trusted_signed_is_a_problem() {
    let desk = Desk::new();
    desk.fingerprint(false);
    let (out, problems) = desk.check(&["owner.key.pub"], 1);
    assert!(out.contains("\tnot signed by a trusted key"), "{out}");
    assert!(problems.contains("a.meibo: signed by none of the keys"), "{problems}");
    desk.meibo(&["sign", "--sign-with", "notary.key", "registry/a.meibo"], 0);
    desk.check(&["owner.key.pub"], 1);
    desk.check(&[], 0);
}

#[test]
fn a_signature_is_of_these_bytes() {
    let desk = Desk::new();
    desk.fingerprint(true);
    let signature = desk.path().join("registry/a.meibo.minisig");
    let good = std::fs::read_to_string(&signature).unwrap();
    std::fs::write(&signature, good.replace("meibo fingerprint", "meibo Fingerprint")).unwrap();
    let (_, problems) = desk.check(&["owner.key.pub"], 1);
    assert!(problems.contains("a.meibo.minisig: the signature does not match"), "{problems}");
    std::fs::write(&signature, "untrusted comment: cut").unwrap();
    let (_, problems) = desk.check(&["owner.key.pub"], 1);
    assert!(problems.contains("a.meibo.minisig: not a signature"), "{problems}");
    // Another fingerprint under the same name: whole, but not what was signed.
    std::fs::write(&signature, good).unwrap();
    let list = desk.path().join("list.csv");
    let fewer: String =
        std::fs::read_to_string(&list).unwrap().lines().take(30).map(|l| format!("{l}\n")).collect();
    std::fs::write(&list, fewer).unwrap();
    desk.fingerprint(false);
    let (_, problems) = desk.check(&["owner.key.pub"], 1);
    assert!(problems.contains("a.meibo.minisig: the signature does not match"), "{problems}");
}

#[test]
fn what_cannot_be_signed_is_named() {
    let desk = Desk::new();
    desk.fingerprint(false);
    let (_, problems) = desk.meibo(&["sign", "--sign-with", "owner.key", "list.csv", "registry/a.meibo"], 1);
    assert!(problems.contains("list.csv: not a meibo fingerprint"), "{problems}");
    let (_, problems) = desk.meibo(&["sign", "--sign-with", "owner.key.pub", "registry/a.meibo"], 2);
    assert!(problems.contains("owner.key.pub: not a signing key"), "{problems}");
    let (_, problems) = desk.meibo(&["keygen", "--signing", "-o", "owner.key"], 2);
    assert!(problems.contains("never overwritten") || problems.contains("exists already"), "{problems}");
}

#[test]
fn what_comes_into_a_registry_is_recounted_and_keeps_its_signatures() {
    let desk = Desk::new();
    desk.fingerprint(true);
    std::fs::create_dir(desk.path().join("intake")).unwrap();
    let add =
        |more: &[&str], code| desk.meibo(&[&["registry", "add", "--key", "key.txt"], more].concat(), code);
    let (_, said) = add(&["--list", "list.csv", "intake", "registry/a.meibo"], 0);
    assert!(said.contains("added, recounted against its list"), "{said}");
    let check = ["registry", "check", "--key", "key.txt", "--trust", "owner.key.pub", "intake"];
    assert!(desk.meibo(&check, 0).0.contains("\tsigned by owner.key.pub ("));
    let (_, said) = add(&["intake", "registry/a.meibo"], 0);
    assert!(said.contains("was there already"), "{said}");
    // A list that the fingerprint is not of, and another fingerprint under a name that is taken.
    let list = std::fs::read_to_string(desk.path().join("list.csv")).unwrap();
    let fewer: String = list.lines().take(31).map(|line| format!("{line}\n")).collect();
    std::fs::write(desk.path().join("fewer.csv"), &fewer).unwrap();
    let (_, problems) = add(&["--list", "fewer.csv", "intake", "registry/a.meibo"], 2);
    assert!(problems.contains("it states 40 rows, 40 records, 359 keys"), "{problems}");
    assert!(problems.contains("the list gives 30 rows, 30 records, 269 keys"), "{problems}");
    std::fs::write(desk.path().join("list.csv"), fewer).unwrap();
    desk.fingerprint(false);
    let (_, problems) = add(&["intake", "registry/a.meibo"], 2);
    assert!(problems.contains("intake/a.meibo: another file of this name is there"), "{problems}");
    // What is none, and what no registry would see.
    let (_, problems) = add(&["intake", "list.csv"], 2);
    assert!(problems.contains("list.csv: not a meibo fingerprint"), "{problems}");
    std::fs::copy(desk.path().join("registry/a.meibo"), desk.path().join("a.bin")).unwrap();
    let (_, problems) = add(&["intake", "a.bin"], 2);
    assert!(problems.contains("a.bin: a fingerprint's name ends in .meibo"), "{problems}");
}

#[test]
fn minisign_verifies_what_we_sign() {
    let desk = Desk::new();
    desk.fingerprint(true);
    let Some(output) = minisign(&desk, &["-V", "-m", "registry/a.meibo", "-p", "owner.key.pub"]) else {
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("meibo fingerprint blake3:"), "{said}");
    let other = minisign(&desk, &["-V", "-m", "registry/a.meibo", "-p", "notary.key.pub"]).unwrap();
    assert!(!other.status.success());
}

#[test]
fn we_verify_what_minisign_signs() {
    let desk = Desk::new();
    desk.fingerprint(false);
    let Some(made) = minisign(&desk, &["-G", "-W", "-p", "police.pub", "-s", "police.key"]) else { return };
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let signed = minisign(&desk, &["-S", "-s", "police.key", "-m", "registry/a.meibo"]).unwrap();
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    let (out, _) = desk.check(&["police.pub"], 0);
    assert!(out.contains("\tsigned by police.pub ("), "{out}");
    // And we sign with its key.
    std::fs::remove_file(desk.path().join("registry/a.meibo.minisig")).unwrap();
    desk.meibo(&["sign", "--sign-with", "police.key", "registry/a.meibo"], 0);
    desk.check(&["police.pub"], 0);
}
