//! The guides: every command in them is run, in their order, and prints what stands below it.
//!
//! In a block that begins with ```` ```console ````, a line `$ command` is run by a shell, and the lines below it are what it prints.
//! `…` alone on a line stands for any lines, and within a line for any text: what a key made today changes. With
//! `MEIBO_GUIDES=overwrite` the guides get what is printed, where they say something else.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and is told how to run by its environment"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Any lines, or any text in one.
const ANY: &str = "…";

/// A command and what is printed below it.
struct Step {
    command: String,
    said: Vec<String>,
}

/// A piece of a guide: text, or the steps of a block.
enum Piece {
    Text(String),
    Steps(Vec<Step>),
}

fn pieces(guide: &str) -> Vec<Piece> {
    let (mut pieces, mut text, mut lines) = (Vec::new(), String::new(), guide.lines());
    while let Some(line) = lines.next() {
        text += &format!("{line}\n");
        if line == "```console" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            pieces.push(Piece::Text(std::mem::take(&mut text)));
            pieces.push(Piece::Steps(steps(&block)));
            text = "```\n".to_owned();
        }
    }
    pieces.push(Piece::Text(text));
    pieces
}

fn steps(block: &[&str]) -> Vec<Step> {
    let (mut steps, mut lines) = (Vec::<Step>::new(), block.iter());
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else {
            steps
                .last_mut()
                .unwrap_or_else(|| panic!("no command above {line:?}"))
                .said
                .push((*line).to_owned());
            continue;
        };
        let mut command = command.to_owned();
        while command.ends_with('\\') {
            command += &format!("\n{}", lines.next().unwrap());
        }
        steps.push(Step { command, said: Vec::new() });
    }
    steps
}

/// A desk with the data that the guides are about, and with the program in the path of commands.
fn desk() -> (TempDir, String) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let desk = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(source.join("testdata"), desk.path().join("testdata")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_meibo")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    (desk, path)
}

/// What a command prints, in the order in which it does.
fn run(command: &str, directory: &Path, path: &str) -> Vec<String> {
    let mut shell = Command::new("sh");
    let script = format!("exec 2>&1\n{command}");
    let output = shell.args(["-c", &script]).current_dir(directory).env("PATH", path).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Whether lines are those that a guide shows.
fn fits(said: &[String], printed: &[String]) -> bool {
    match said.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first == ANY => {
            (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..]))
        }
        Some((first, rest)) => {
            printed.split_first().is_some_and(|(line, more)| fits_line(first, line) && fits(rest, more))
        }
    }
}

fn fits_line(said: &str, printed: &str) -> bool {
    let mut parts = said.split(ANY);
    let Some(mut rest) = parts.next().and_then(|start| printed.strip_prefix(start)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    true
}

/// Runs a guide; what it should say, where that is something else.
fn check(guide: &Path) -> Result<usize, String> {
    let text = fs::read_to_string(guide).unwrap();
    let (desk, path) = desk();
    let (mut mended, mut differing, mut commands) = (String::new(), String::new(), 0);
    for piece in pieces(&text) {
        let steps = match piece {
            Piece::Text(text) => {
                mended += &text;
                continue;
            }
            Piece::Steps(steps) => steps,
        };
        for step in steps {
            commands += 1;
            let printed = run(&step.command, desk.path(), &path);
            let is_right = fits(&step.said, &printed);
            let shown = if is_right { &step.said } else { &printed };
            let shown: String = shown.iter().map(|line| format!("{line}\n")).collect();
            mended += &format!("$ {}\n{shown}", step.command);
            if !is_right {
                differing += &format!("\n$ {}\n{shown}", step.command);
            }
        }
    }
    if differing.is_empty() {
        return Ok(commands);
    }
    if std::env::var("MEIBO_GUIDES").is_ok_and(|what| what == "overwrite") {
        fs::write(guide, mended).unwrap();
    }
    Err(format!("{}: these commands print something else:\n{differing}", guide.display()))
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

#[test]
fn the_guide_prints_what_it_says() {
    let commands = check(&docs().join("GUIDE.md")).unwrap_or_else(|differing| panic!("{differing}"));
    assert!(commands >= 25, "{commands}");
}

#[test]
fn the_japanese_guide_prints_what_it_says() {
    let commands = check(&docs().join("GUIDE.ja.md")).unwrap_or_else(|differing| panic!("{differing}"));
    assert!(commands >= 25, "{commands}");
}

#[test]
fn both_guides_run_the_same_commands() {
    let commands = |name: &str| {
        let text = fs::read_to_string(docs().join(name)).unwrap();
        let steps = pieces(&text).into_iter().flat_map(|piece| match piece {
            Piece::Text(_) => Vec::new(),
            Piece::Steps(steps) => steps,
        });
        steps.map(|step| step.command.replace(" --lang ja", "").replace(" --lang en", "")).collect::<Vec<_>>()
    };
    assert_eq!(commands("GUIDE.md"), commands("GUIDE.ja.md"));
}

#[test]
fn marks_stand_for_what_changes_and_for_nothing_else() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(fits(&lines("a\n…\nd"), &lines("a\nb\nc\nd")));
    assert!(fits(&lines("a\n…"), &lines("a")));
    assert!(!fits(&lines("a\n…\nd"), &lines("a\nb\nc")));
    assert!(!fits(&lines("a"), &lines("a\nb")));
    assert!(fits_line("key …: 32 bytes", "key 17a0: 32 bytes"));
    assert!(!fits_line("key …: 32 bytes", "key 17a0: 32 bytes more"));
    assert!(!fits_line("key", "key 17a0"));
}
