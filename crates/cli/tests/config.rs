//! Options from a file.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;

use serde_json::Value;

use crate::desk::Desk;

/// A desk with a registry of one client, a seized list, and the directory `case`.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.fingerprint("city-a", 0..300, &[], 0);
    desk.write_list("seized.csv", 0..100);
    fs::create_dir(desk.path().join("case")).unwrap();
    desk
}

fn command_line(report: &str) -> String {
    let report: Value = serde_json::from_str(report).unwrap();
    report["command_line"].as_str().unwrap().to_owned()
}

#[test]
fn paths_are_as_seen_from_the_file_and_stand_in_the_report() {
    let desk = desk();
    let options =
        "quiet = true\n[attribute]\nkey = '../key.txt'\nregistry = \"../registry\"\nformat = \"json\"\n";
    desk.write("case/case.toml", options);
    let (out, said) = desk.meibo(&["--config", "case/case.toml", "attribute", "seized.csv"], 0);
    assert_eq!(said, "");
    let again = command_line(&out);
    assert_eq!(again, "meibo attribute --key case/../key.txt --registry case/../registry seized.csv");
    // The command again gives the same, as it says all that the file did.
    let words: Vec<&str> = again.split(' ').skip(1).collect();
    let (same, _) = desk.meibo(&[&words[..], &["--format", "json"]].concat(), 0);
    assert_eq!(same, out);
    // Whatever place it is named at, and with inputs behind two hyphens.
    let (same, _) = desk.meibo(&["attribute", "--config=case/case.toml", "--", "seized.csv"], 0);
    assert_eq!(same, out);
}

#[test]
fn what_is_typed_wins() {
    let desk = desk();
    desk.meibo(&["keygen", "-o", "other.txt"], 0);
    desk.write("case.toml", "verbose = true\nthreads = 1\n[attribute]\nkey = ['other.txt', 'key.txt']\nregistry = 'nowhere'\nformat = 'html'\nheader = true\ncolumn = ['name=9']\n");
    let typed =
        ["attribute", "--config", "case.toml", "--quiet", "--registry", "registry", "--format", "json"];
    let more = ["--key", "key.txt", "--no-header", "--column", "name=1", "seized.csv"];
    let (out, said) = desk.meibo(&[&typed[..], &more].concat(), 1);
    // Details would be said, had --quiet not taken the place of what is against it; the header is a row without a person now.
    assert!(said.lines().all(|line| line.starts_with("meibo: seized.csv: ")), "{said}");
    assert_eq!(
        command_line(&out),
        "meibo attribute --key key.txt --registry registry --column name=1 --no-header seized.csv"
    );
}

#[test]
fn without_the_option_no_file_is_read() {
    let desk = desk();
    for name in ["meibo.toml", ".meibo.toml", "config.toml"] {
        desk.write(name, "threads = 'no'");
    }
    desk.meibo(&["attribute", "--key", "key.txt", "--registry", "registry", "seized.csv"], 0);
    // A word behind two hyphens is an input.
    let (_, said) = desk
        .meibo(&["attribute", "--key", "key.txt", "--registry", "registry", "--", "--config=meibo.toml"], 2);
    assert!(said.contains("--config=meibo.toml: there is no such file"), "{said}");
    let (out, _) = desk.meibo(&["--config", "meibo.toml", "attribute", "--help"], 0);
    assert!(out.contains("Usage: meibo attribute"));
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_key() {
    let desk = desk();
    for (text, line, key, hint) in [
        ("[attribute]\n\nformt = 'json'\n", 3, "attribute.formt", "meibo attribute --help"),
        ("formt = 'json'\n", 1, "formt", "meibo --help"),
        ("[atribute]\n", 1, "atribute", "meibo help"),
        ("[registry.chek]\n", 1, "registry.chek", "no such command"),
        ("# many\n[attribute]\nquiet = true\n", 3, "attribute.quiet", "above the first table"),
        ("registry = 'registry'\n", 1, "registry", "meibo --help"),
        ("[attribute]\nseized = ['seized.csv']\n", 2, "attribute.seized", "on the command line"),
        ("[attribute]\noutput = 'o'\n", 2, "attribute.output", "on the command line"),
        ("[attribute]\npassphrase-file = 'p'\n", 2, "attribute.passphrase-file", "on the command line"),
        ("[keygen]\npassphrase = 'p'\n", 2, "keygen.passphrase", "no passphrases"),
        ("config = 'other.toml'\n", 1, "config", "one file"),
        ("quiet = 'yes'\n", 1, "quiet", "true or false"),
        ("threads = true\n", 1, "threads", "one text or number"),
        ("threads = 0\n", 1, "threads", "'--threads <N>'"),
        ("threads = [1, 2]\n", 1, "threads", "one text or number"),
        ("log-format = 'xml'\n", 1, "log-format", "possible values: text, json"),
        ("[attribute]\nformat = 'pdf'\n", 2, "attribute.format", "possible values: table"),
        ("[attribute]\nkey = [['a']]\n", 2, "attribute.key", "a list of texts"),
        ("[attribute]\nkey = ''\n", 2, "attribute.key", "'--key <KEY>'"),
        ("verbose = true\nquiet = true\n", 2, "quiet", "together with verbose"),
        ("[columns]\nno-header = true\nheader = true\n", 3, "columns.header", "together with no-header"),
        ("[fingerprint]\ndate = 2016-13-01\n", 2, "is no TOML", ""),
        ("threads = 1\nthreads = 2\n", 2, "is no TOML", ""),
        ("[attribute\n", 1, "is no TOML", ""),
    ] {
        desk.write("case/case.toml", text);
        let question = ["attribute", "--key", "key.txt", "--registry", "registry", "seized.csv"];
        let (out, said) = desk.meibo(&[&["--config", "case/case.toml"], &question[..]].concat(), 2);
        let start = format!("meibo: case/case.toml: line {line}: {key}: ");
        assert!(
            said.starts_with(&start) && said.contains(hint) && said.lines().count() == 1,
            "{text}: {said}"
        );
        assert_eq!(out, "");
    }
}

#[test]
fn hostile_files_are_refused() {
    let desk = desk();
    let question =
        ["attribute", "--config", "case.toml", "--key", "key.txt", "--registry", "registry", "seized.csv"];
    for bytes in [
        vec![0xff; 100],
        vec![b'#'; (1 << 20) + 1],
        format!("threads = {}", "[".repeat(500_000)).into_bytes(),
        format!("{} = 1", vec!["a"; 100_000].join(".")).into_bytes(),
        "[a]\n".repeat(100_000).into_bytes(),
        b"threads = 99999999999999999999999999\n".to_vec(),
        b"\"\\u0000\\u001b[31m\" = 1\n".to_vec(),
    ] {
        desk.write("case.toml", &bytes);
        let (_, said) = desk.meibo(&question, 2);
        assert!(said.starts_with("meibo: case.toml: ") && said.lines().count() == 1, "{said}");
        assert!(!said.contains('\u{1b}'));
    }
    for (path, why) in [("nowhere.toml", "no such file"), ("-", "standard input"), ("case", "cannot be read")]
    {
        let (_, said) = desk.meibo(&["--config", path, "attribute", "seized.csv"], 2);
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn it_is_not_written_over() {
    let desk = desk();
    let options = "[attribute]\nkey = 'key.txt'\nregistry = 'registry'\n";
    desk.write("case.toml", options);
    let (_, said) = desk.meibo(&["attribute", "--config", "case.toml", "-o", "case.toml", "seized.csv"], 2);
    assert!(said.contains("is also an input"), "{said}");
    assert_eq!(desk.text("case.toml"), options);
}

#[test]
fn options_of_other_kinds_and_commands_below_others() {
    let desk = desk();
    desk.write("case.toml", "log-format = 'json'\n[fingerprint]\nkey = 'key.txt'\nclient = 'city-b'\ndate = 2016-04-01\nwithout = ['order', 'list-profile']\n[registry.list]\nkey = 'key.txt'\n");
    let (_, said) =
        desk.meibo(&["fingerprint", "--config", "case.toml", "-o", "registry/b.meibo", "seized.csv"], 0);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["level"], "info");
    let (out, said) = desk.meibo(&["registry", "list", "registry", "--config", "case.toml"], 0);
    assert!(out.contains("city-b\t2016-04-01"), "{out}");
    assert!(said.starts_with('{'));
    // What the file asks for holds of bad usage too.
    let (_, said) = desk.meibo(&["registry", "list", "--config", "case.toml"], 2);
    assert!(said.starts_with("{\"schema\":\"meibo.log/1\",\"level\":\"error\""), "{said}");
}
