//! Messages as JSON: every line of standard error, however a command ends.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;

use crate::checker::Checker;
use crate::desk::Desk;

const QUESTION: [&str; 6] = ["--log-format", "json", "attribute", "--key", "key.txt", "--registry"];

/// The messages of a command that exits so, each of which is as its schema says.
fn messages(desk: &Desk, arguments: &[&str], code: i32) -> Vec<Value> {
    let checker = Checker::of(meibo_report::schemas::LOG);
    let (_, said) = desk.meibo(arguments, code);
    let message = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        checker.document(&value).unwrap();
        value
    };
    said.lines().map(message).collect()
}

/// How often a level is met.
fn count(messages: &[Value], level: &str) -> usize {
    messages.iter().filter(|message| message["level"] == level).count()
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.fingerprint("city-a", 0..300, &[], 0);
    desk.write_list("seized.csv", 0..100);
    let list = desk.text("seized.csv") + ",,\n";
    desk.write("seized.csv", list);
    desk
}

#[test]
fn what_could_not_be_used_is_said_with_its_path() {
    let desk = desk();
    let inputs = ["registry", "seized.csv", "nowhere\n.csv"];
    let said = messages(&desk, &[&QUESTION[..], &inputs].concat(), 1);
    assert_eq!((said.len(), count(&said, "warning")), (2, 2), "{said:?}");
    let paths: Vec<&str> = said.iter().map(|message| message["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["seized.csv", "nowhere\n.csv"]);
    assert!(said[0]["message"].as_str().unwrap().starts_with("seized.csv: 1 row not used: "));
    let (_, plain) = desk.meibo(&[&QUESTION[2..], &inputs].concat(), 1);
    let same: Vec<String> =
        said.iter().map(|of| format!("meibo: {}", of["message"].as_str().unwrap())).collect();
    assert_eq!(plain.lines().collect::<Vec<_>>(), same);
}

#[test]
fn details_and_notes_have_their_level() {
    let desk = desk();
    let said = messages(&desk, &[&QUESTION[..], &["registry", "-v", "seized.csv"]].concat(), 1);
    assert!(count(&said, "debug") > 5 && count(&said, "warning") == 1, "{said:?}");
    assert!(said.iter().any(|message| message["message"].as_str().unwrap().contains("ns a row")));
    let made = ["--client", "b", "--date", "2016-04-01", "-o", "b.meibo", "seized.csv"];
    let made = [&["fingerprint", "--log-format=json", "--key", "key.txt"], &made[..]].concat();
    let said = messages(&desk, &made, 1);
    assert_eq!(count(&said, "info"), 1);
    assert_eq!(said.last().unwrap()["path"], "b.meibo");
    let said = messages(&desk, &[&made[..], &["--quiet"]].concat(), 1);
    assert_eq!((said.len(), count(&said, "warning")), (1, 1));
}

#[test]
fn failures_are_the_last_line() {
    let desk = desk();
    for (registry, list) in [("nowhere", "seized.csv"), ("registry", "nowhere.csv"), ("registry", "key.txt")]
    {
        let said = messages(&desk, &[&QUESTION[..], &[registry, list]].concat(), 2);
        assert_eq!(count(&said, "error"), 1, "{said:?}");
        assert_eq!(said.last().unwrap()["level"], "error");
    }
    let said = messages(&desk, &[&QUESTION[..], &["nowhere", "seized.csv"]].concat(), 2);
    assert_eq!(said[0]["path"], "nowhere");
}

#[test]
fn bad_usage_is_one_line_too() {
    let desk = Desk::new();
    for wrong in [
        &["--log-format", "json", "attribute"][..],
        &["attribute", "--log-format=json", "--no-such-option", "a.csv"],
        &["--log-format", "json", "no-such-command"],
        &["keygen", "--log-format", "json", "--threads", "many", "-o", "k"],
        &["--log-format=json"],
        &["--log-format=json", "-q", "-v", "keygen", "-o", "k"],
    ] {
        let said = messages(&desk, wrong, 2);
        assert_eq!((said.len(), count(&said, "error")), (1, 1), "{wrong:?}: {said:?}");
    }
    // Help that was asked for is no message.
    assert!(messages(&desk, &["--log-format=json", "--help"], 0).is_empty());
}
