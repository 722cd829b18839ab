//! Every page of help, found by walking from the first one, so that none can be missed; and what is generated of the same definitions.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeMap;
use std::process::Command;

use crate::desk::Desk;

/// Lines of a screen of 80 columns.
const SCREEN: usize = 50;

/// Commands with more options than a screen has lines.
const LONGER: [&str; 3] = ["attribute", "canary plant", "fingerprint"];

/// The page of a command, as a terminal of 80 columns shows it.
fn page(command: &[String]) -> String {
    let mut meibo = Command::new(env!("CARGO_BIN_EXE_meibo"));
    let output = meibo.args(command).arg("--help").env("COLUMNS", "80").output().unwrap();
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that a page lists, but for the help itself.
fn listed(page: &str) -> Vec<String> {
    let lines = page.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// Adds the pages of a command and of those below it.
fn walk(command: Vec<String>, pages: &mut BTreeMap<Vec<String>, String>) {
    let text = page(&command);
    for name in listed(&text) {
        walk([command.clone(), vec![name]].concat(), pages);
    }
    pages.insert(command, text);
}

fn pages() -> BTreeMap<Vec<String>, String> {
    let mut pages = BTreeMap::new();
    walk(Vec::new(), &mut pages);
    assert!(pages.len() > 20, "{:?}", pages.keys());
    pages
}

#[test]
fn every_page_of_help() {
    for (command, text) in pages() {
        let name = command.join(" ");
        assert!(text.contains("Example: "), "no example: {name}");
        let lines = text.lines().count();
        assert!(lines <= SCREEN || LONGER.contains(&name.as_str()), "{name}: {lines} lines");
        insta::assert_snapshot!(
            format!("help-{}", [vec!["meibo".to_owned()], command].concat().join("-")),
            text
        );
    }
}

#[test]
fn completions_name_every_command() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (script, _) = desk.meibo(&["generate", "completions", "--shell", shell], 0);
        for name in pages().into_keys().flatten() {
            assert!(script.contains(&name), "{shell}: {name}");
        }
        desk.meibo(&["generate", "completions", "--shell", shell, "-o", "script"], 0);
        assert_eq!(desk.text("script"), script);
    }
}

#[test]
fn every_command_has_a_man_page() {
    let desk = Desk::new();
    desk.meibo(&["generate", "man", "-o", "man/one"], 0);
    desk.meibo(&["generate", "man", "-o", "two"], 0);
    let pages = pages();
    for command in pages.keys() {
        let name = format!("{}.1", [vec!["meibo".to_owned()], command.clone()].concat().join("-"));
        let text = desk.text(&format!("man/one/{name}"));
        assert!(text.contains(".TH") && text.contains("Example: "), "{name}");
        assert_eq!(text, desk.text(&format!("two/{name}")));
        for below in
            pages.keys().filter(|below| below.len() == command.len() + 1 && below.starts_with(command))
        {
            assert!(text.contains(&below.join("\\-")), "{name}: {below:?}");
        }
    }
    assert_eq!(std::fs::read_dir(desk.path().join("two")).unwrap().count(), pages.len());
}

#[test]
fn schemas_are_json_and_not_written_over_a_key() {
    let desk = Desk::new();
    desk.meibo(&["generate", "schemas", "-o", "schemas"], 0);
    for name in ["report", "overlap", "check", "sweep", "explain", "log"] {
        let schema: serde_json::Value =
            serde_json::from_str(&desk.text(&format!("schemas/{name}.schema.json"))).unwrap();
        assert!(schema["title"].is_string() || schema["$schema"].is_string());
    }
    let key = desk.read("key.txt");
    desk.write("schemas/report.schema.json", &key);
    desk.meibo(&["generate", "schemas", "-o", "schemas"], 2);
    assert_eq!(desk.read("schemas/report.schema.json"), key);
}
