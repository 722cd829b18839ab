//! Signatures of fingerprints, ours and those of the tool minisign, each verified by the other.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::process::Output;

use crate::desk::{Desk, other_tool};

/// A desk with the signing keys of an owner and a notary.
fn signers() -> Desk {
    let desk = Desk::new();
    desk.meibo(&["keygen", "--signing", "-o", "owner.key"], 0);
    desk.meibo(&["keygen", "--signing", "-o", "notary.key"], 0);
    desk
}

fn fingerprint(desk: &Desk, signed: bool) {
    desk.fingerprint("a", 0..40, if signed { &["--sign-with", "owner.key"] } else { &[] }, 0);
}

fn check(desk: &Desk, trust: &[&str], code: i32) -> (String, String) {
    let trust = trust.iter().flat_map(|key| ["--trust", key]);
    let check = ["registry", "check", "--key", "key.txt"].into_iter();
    desk.meibo(&check.chain(trust).chain(["registry"]).collect::<Vec<_>>(), code)
}

fn minisign(desk: &Desk, arguments: &[&str]) -> Option<Output> {
    other_tool(desk, "minisign", "MEIBO_MINISIGN", arguments)
}

#[test]
fn a_check_says_who_signed_and_who_countersigned() {
    let desk = signers();
    fingerprint(&desk, true);
    let (out, _) = check(&desk, &["owner.key.pub", "notary.key.pub"], 0);
    assert!(out.contains("\tsigned by owner.key.pub (") && !out.contains("countersigned"), "{out}");
    desk.meibo(&["sign", "--sign-with", "notary.key", "registry/a.meibo"], 0);
    let (out, _) = check(&desk, &["owner.key.pub", "notary.key.pub"], 0);
    assert!(
        out.contains("\tsigned by owner.key.pub (") && out.contains("countersigned by notary.key.pub ("),
        "{out}"
    );
    let (out, _) = check(&desk, &["notary.key.pub"], 0);
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
    let desk = signers();
    fingerprint(&desk, false);
    let (out, problems) = check(&desk, &["owner.key.pub"], 1);
    assert!(out.contains("\tnot signed by a trusted key"), "{out}");
    assert!(problems.contains("a.meibo: signed by none of the keys"), "{problems}");
    desk.meibo(&["sign", "--sign-with", "notary.key", "registry/a.meibo"], 0);
    check(&desk, &["owner.key.pub"], 1);
    check(&desk, &[], 0);
}

#[test]
fn a_signature_is_of_these_bytes() {
    let desk = signers();
    fingerprint(&desk, true);
    let signature = desk.path().join("registry/a.meibo.minisig");
    let good = std::fs::read_to_string(&signature).unwrap();
    std::fs::write(&signature, good.replace("meibo fingerprint", "meibo Fingerprint")).unwrap();
    let (_, problems) = check(&desk, &["owner.key.pub"], 1);
    assert!(problems.contains("a.meibo.minisig: the signature does not match"), "{problems}");
    std::fs::write(&signature, "untrusted comment: cut").unwrap();
    let (_, problems) = check(&desk, &["owner.key.pub"], 1);
    assert!(problems.contains("a.meibo.minisig: not a signature"), "{problems}");
    // Another fingerprint under the same name: whole, but not what was signed.
    std::fs::write(&signature, good).unwrap();
    desk.fingerprint("a", 0..29, &[], 0);
    let (_, problems) = check(&desk, &["owner.key.pub"], 1);
    assert!(problems.contains("a.meibo.minisig: the signature does not match"), "{problems}");
}

#[test]
fn what_cannot_be_signed_is_named() {
    let desk = signers();
    fingerprint(&desk, false);
    let (_, problems) = desk.meibo(&["sign", "--sign-with", "owner.key", "list.csv", "registry/a.meibo"], 1);
    assert!(problems.contains("list.csv: not a meibo fingerprint"), "{problems}");
    let (_, problems) = desk.meibo(&["sign", "--sign-with", "owner.key.pub", "registry/a.meibo"], 2);
    assert!(problems.contains("owner.key.pub: not a signing key"), "{problems}");
    let (_, problems) = desk.meibo(&["keygen", "--signing", "-o", "owner.key"], 2);
    assert!(problems.contains("never overwritten") || problems.contains("exists already"), "{problems}");
}

#[test]
fn a_signing_key_under_a_passphrase_signs_with_it_alone() {
    let desk = signers();
    fingerprint(&desk, false);
    desk.write("words.txt", "four long words here\n");
    let words = ["--passphrase-file", "words.txt"];
    desk.meibo(&[&["keygen", "--signing", "-o", "safe.key"], &words[..]].concat(), 0);
    let sign = ["sign", "--sign-with", "safe.key", "registry/a.meibo"];
    let (_, problems) = desk.meibo(&sign, 2);
    assert!(problems.contains("safe.key: the signing key is protected by a passphrase"), "{problems}");
    desk.meibo(&[&sign[..], &words].concat(), 0);
    check(&desk, &["safe.key.pub"], 0);
    desk.meibo(&["attribute", "--key", "key.txt", "--registry", "registry", "-o", "safe.key", "list.csv"], 2);
}

#[test]
fn what_comes_into_a_registry_is_recounted_and_keeps_its_signatures() {
    let desk = signers();
    fingerprint(&desk, true);
    std::fs::create_dir(desk.path().join("intake")).unwrap();
    let add =
        |more: &[&str], code| desk.meibo(&[&["registry", "add", "--key", "key.txt"], more].concat(), code);
    let (_, said) = add(&["--list", "list.csv", "intake", "registry/a.meibo"], 0);
    assert!(said.contains("added, recounted against its list"), "{said}");
    let check = ["registry", "check", "--key", "key.txt", "--trust", "owner.key.pub", "intake"];
    assert!(desk.meibo(&check, 0).0.contains("\tsigned by owner.key.pub ("));
    let (_, said) = add(&["intake", "registry/a.meibo"], 0);
    assert!(said.contains("was there already"), "{said}");
    // The same rows in another order, and under other headings.
    let list = desk.text("list.csv");
    let (header, rows) = list.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let mixed: Vec<&str> = (0..rows.len()).map(|at| rows[at * 17 % rows.len()]).collect();
    desk.write("mixed.csv", format!("{header}\n{}\n", mixed.join("\n")));
    desk.write("other.csv", list.replacen("氏名", "お名前", 1));
    for (other, differs) in [("mixed.csv", "in another order"), ("other.csv", "written in another way")] {
        let (_, problems) = add(&["--list", other, "intake", "registry/a.meibo"], 2);
        assert!(problems.contains(&format!("has the rows of {other} {differs}")), "{problems}");
    }
    // A list that the fingerprint is not of, and another fingerprint under a name that is taken.
    desk.write_list("fewer.csv", 0..30);
    let (_, problems) = add(&["--list", "fewer.csv", "intake", "registry/a.meibo"], 2);
    assert!(problems.contains("it states 40 rows, 40 records, 359 keys"), "{problems}");
    assert!(problems.contains("the list gives 30 rows, 30 records, 269 keys"), "{problems}");
    desk.fingerprint("a", 0..30, &[], 0);
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
    let desk = signers();
    fingerprint(&desk, true);
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
    let desk = signers();
    fingerprint(&desk, false);
    let Some(made) = minisign(&desk, &["-G", "-W", "-p", "police.pub", "-s", "police.key"]) else { return };
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let signed = minisign(&desk, &["-S", "-s", "police.key", "-m", "registry/a.meibo"]).unwrap();
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    let (out, _) = check(&desk, &["police.pub"], 0);
    assert!(out.contains("\tsigned by police.pub ("), "{out}");
    // And we sign with its key.
    std::fs::remove_file(desk.path().join("registry/a.meibo.minisig")).unwrap();
    desk.meibo(&["sign", "--sign-with", "police.key", "registry/a.meibo"], 0);
    check(&desk, &["police.pub"], 0);
}
