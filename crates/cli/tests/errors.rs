//! Every message that says why something could not be done, as it stands in the sources: whoever changes one sees it beside all others.
//!
//! Found by reading the sources, so that none can be missed. What a message looks like when it is said is kept in `cmd` and in the tests
//! of each command.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};

/// The crates that a user runs.
const CRATES: [&str; 10] = [
    "attribution",
    "canary",
    "cli",
    "fingerprint",
    "ingest",
    "meibo",
    "normalize",
    "registry",
    "report",
    "sweep",
];

/// What a message begins with in a source: an error's own text, and what the command line says itself.
const BEGINNINGS: [&str; 7] = [
    "#[error(",
    "Failure::new(",
    "Failure::about(",
    "Failure::naming(",
    ".problem(",
    ".problem_of(",
    ".note(",
];

fn sources(directory: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|of| of == "rs") {
            files.push(path);
        }
    }
}

/// The string literals between a parenthesis that was opened and its end.
fn literals(source: &str) -> Vec<String> {
    let (mut found, mut depth, mut chars) = (Vec::new(), 1, source.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => break,
            ')' => depth -= 1,
            '\'' => {
                // A character such as '"'; a lifetime has no end mark.
                let mut ahead = chars.clone();
                if ahead.next() == Some('\\') {
                    ahead.next();
                }
                if ahead.next() == Some('\'') {
                    chars = ahead;
                }
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    match c {
                        '\\' if chars.peek() == Some(&'\n') => {
                            while chars.peek().is_some_and(|c| c.is_whitespace()) {
                                chars.next();
                            }
                        }
                        '\\' => text.extend(['\\', chars.next().unwrap()]),
                        c => text.push(c),
                    }
                }
                found.push(text);
            }
            _ => {}
        }
    }
    found
}

/// The messages of a source, in their order.
fn messages(source: &str) -> Vec<String> {
    let tests = source.find("#[cfg(test)]\nmod").unwrap_or(source.len());
    let source = &source[..tests];
    let mut places: Vec<usize> =
        BEGINNINGS.iter().flat_map(|of| source.match_indices(of).map(|(at, of)| at + of.len())).collect();
    places.sort();
    // A message inside another one is a part of it.
    let mut messages: Vec<String> = Vec::new();
    for place in places {
        let of = literals(&source[place..]);
        messages.extend(of.into_iter().filter(|text| text.contains(' ')));
    }
    messages.dedup();
    messages
}

#[test]
fn every_message_that_says_why_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let (mut catalogue, mut all) = (String::new(), 0);
    for name in CRATES {
        let mut files = Vec::new();
        sources(&root.join(name).join("src"), &mut files);
        for file in files {
            let found = messages(&fs::read_to_string(&file).unwrap());
            if found.is_empty() {
                continue;
            }
            catalogue += &format!("{}\n", file.strip_prefix(&root).unwrap().display());
            for message in &found {
                catalogue += &format!("  {message}\n");
            }
            all += found.len();
        }
    }
    assert!(all > 200, "{all} messages");
    insta::assert_snapshot!(catalogue);
}

#[test]
fn messages_are_found_whatever_stands_in_them() {
    let source = "#[error(\"a \\\"b\\\" ({0}) \\\n   c\")] A, fn f() { Failure::about(path(')'), format!(\"d e {x}\")) } .note(\"one\")";
    assert_eq!(messages(source), ["a \\\"b\\\" ({0}) c", "d e {x}"]);
}
