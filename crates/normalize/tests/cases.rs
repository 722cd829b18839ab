//! The tables of pairs that must and must not give one value.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use meibo_normalize::{Field, Level, Normalizer, Record};

/// Cases that are known to fail, by their first spelling. One that starts to pass must be taken off.
const KNOWN_FAILURES: &[&str] = &[];

struct Case {
    place: String,
    equate: bool,
    field: Field,
    /// Spellings that must all give the same value.
    left: Vec<String>,
    right: String,
    level: Level,
}

fn field(word: &str) -> Field {
    match word {
        "addr" => Field::Address,
        "birth" => Field::BirthDate,
        other => other.parse().unwrap(),
    }
}

fn level(word: &str) -> Level {
    match word {
        "exact" => Level::Exact,
        "standard" | "-" => Level::Standard,
        "loose" => Level::Loose,
        other => panic!("no level: {other}"),
    }
}

fn read(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).unwrap();
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let rows = text.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty());
    rows.map(|(number, line)| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [label, kind, a, b, at, reason] = columns[..] else {
            panic!("{file}:{}: six columns", number + 1)
        };
        assert!(matches!(label, "equate" | "not_equate") && !reason.is_empty(), "{file}:{}", number + 1);
        let field = field(kind);
        let several = field == Field::Name && a.contains(['／', '/']);
        let left = if several {
            a.split(['／', '/']).map(|s| s.trim().to_owned()).collect()
        } else {
            vec![a.to_owned()]
        };
        Case {
            place: format!("{file}:{}", number + 1),
            equate: label == "equate",
            field,
            left,
            right: b.to_owned(),
            level: level(at),
        }
    })
    .collect()
}

fn values(field: Field, level: Level, text: &str) -> Vec<String> {
    let mut out = Record::new();
    Normalizer::new().normalize(field, level, text, &mut out);
    out.values(field).map(str::to_owned).collect()
}

/// What is wrong with a case, if anything.
fn failure(case: &Case) -> Option<String> {
    let right = values(case.field, case.level, &case.right);
    for spelling in &case.left {
        let left = values(case.field, case.level, spelling);
        let wrong = if case.equate { left.is_empty() || left != right } else { left == right };
        if wrong {
            return Some(format!(
                "{}: {spelling} gives {left:?}, {} gives {right:?}",
                case.place, case.right
            ));
        }
    }
    None
}

fn tables() -> Vec<Vec<Case>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/normalize");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "tsv"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

#[test]
fn every_case_but_the_known_failures_holds() {
    let mut wrong = Vec::new();
    for case in tables().iter().flatten() {
        let known = KNOWN_FAILURES.contains(&case.left[0].as_str());
        match failure(case) {
            Some(text) if !known => wrong.push(text),
            None if known => {
                wrong.push(format!("{}: passes now, take it off the known failures", case.place))
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}
