//! Counts the instructions of the main stages on a fixed input, and holds them against those written down.
//!
//! Times on a shared machine range over a factor of two; instructions hardly range at all. So this is the check that
//! nothing became slower unnoticed: `valgrind` runs this program once for each part, counting what `parts::measured` does. A
//! part that takes 5 % more than `benches/instructions.txt` says, or less, ends it with 1; `--write` writes the file anew.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program prints, and knows what it is called by"
)]

mod parts;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;

use crate::parts::Part;

/// Counts instructions by valgrind, part by part.
#[derive(Parser)]
struct Arguments {
    /// Write the counts down instead of comparing them.
    #[arg(long)]
    write: bool,
    /// Do one part, once: what valgrind runs.
    #[arg(long, hide = true)]
    part: Option<Part>,
}

/// How far a count may be from the one written down.
const BAND: f64 = 0.05;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    if let Some(part) = arguments.part {
        return parts::run(part);
    }
    let counts = Part::ALL.map(|part| count(part).map(|count| (part, count)));
    let counts = counts.into_iter().collect::<Result<Vec<_>, _>>()?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    if arguments.write { write(&path, &counts) } else { compare(&path, &counts) }
}

/// The instructions of a part, by a run under valgrind.
fn count(part: Part) -> Result<u64, Box<dyn Error>> {
    let out = tempfile::NamedTempFile::new()?;
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--toggle-collect=*parts::measured*"]);
    command.arg(format!("--callgrind-out-file={}", out.path().display()));
    command.arg(std::env::current_exe()?).args(["--part", part.as_str()]);
    let done = command.output().map_err(|error| format!("valgrind could not be run: {error}"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() {
        return Err(format!("{} failed under valgrind: {said}", part.as_str()).into());
    }
    let collected = said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    collected.filter(|count| *count > 0).ok_or_else(|| format!("valgrind counted nothing: {said}").into())
}

fn write(path: &Path, counts: &[(Part, u64)]) -> Result<(), Box<dyn Error>> {
    let mut text = String::from(
        "# Instructions a row; written by cargo run --release -p meibo-benches --bin instructions -- --write\n",
    );
    for (part, count) in counts {
        writeln!(text, "{} {}", part.as_str(), count / parts::ROWS as u64)?;
    }
    Ok(std::fs::write(path, text)?)
}

fn compare(path: &PathBuf, counts: &[(Part, u64)]) -> Result<(), Box<dyn Error>> {
    let known = std::fs::read_to_string(path)?;
    let known = |part: Part| -> Option<f64> {
        known.lines().find_map(|line| line.strip_prefix(part.as_str())?.trim().parse().ok())
    };
    let mut outside = Vec::new();
    println!("{:<12} {:>12} {:>12} {:>8}", "a row", "written down", "counted", "more");
    for (part, count) in counts {
        let counted = *count as f64 / parts::ROWS as f64;
        let written = known(*part).ok_or_else(|| format!("{} is not written down", part.as_str()))?;
        let more = counted / written - 1.0;
        println!("{:<12} {written:>12.0} {counted:>12.0} {:>7.1}%", part.as_str(), 100.0 * more);
        if more.abs() > BAND {
            outside.push(part.as_str());
        }
    }
    if outside.is_empty() {
        return Ok(());
    }
    Err(format!("more than 5 % off: {}; where that is meant, run again with --write", outside.join(", "))
        .into())
}
