//! Measures the main jobs as multiples of the time that the csv crate takes to split the same file.
//!
//! Absolute times say little on a shared machine, so jobs and units alternate round by round and the median of each
//! round's ratios counts. The synthetic incident is made by a child process, so that the peak memory told here is that
//! of the jobs alone.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program reads the clock and prints"
)]

mod clock;
mod jobs;
mod memory;
mod naive;
mod prepare;
mod table;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use meibo::{Examiner, RegistryKey};

use crate::jobs::{Bench, Job, Work};
use crate::naive::Naive;

/// Time and memory of the main jobs on a synthetic incident of 69 clients.
#[derive(Parser)]
struct Arguments {
    /// Rows of the seized file.
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
    /// Size of the world; 1 is that of the reference incident.
    #[arg(long, default_value_t = 0.01)]
    scale: f64,
    /// Rounds of which the medians are taken.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Keep the world in this directory, and use what is there from an earlier run with the same rows and scale.
    #[arg(long)]
    directory: Option<PathBuf>,
    /// Leave out the registry of all handovers, which takes most of the time.
    #[arg(long)]
    latest: bool,
    /// Make the world in `--directory`, measure nothing.
    #[arg(long, hide = true)]
    prepare: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let temporary = tempfile::tempdir()?;
    let directory = arguments.directory.as_deref().unwrap_or(temporary.path());
    if arguments.prepare {
        return prepare::world(directory, arguments.rows, arguments.scale);
    }
    if !prepare::is_done(directory, arguments.rows, arguments.scale) {
        prepare_in_child(&arguments, directory)?;
    }
    measure(directory, &arguments)
}

fn prepare_in_child(arguments: &Arguments, directory: &Path) -> Result<(), Box<dyn Error>> {
    let status = Command::new(std::env::current_exe()?)
        .arg("--prepare")
        .args(["--rows", &arguments.rows.to_string(), "--scale", &arguments.scale.to_string()])
        .arg("--directory")
        .arg(directory)
        .status()?;
    if status.success() { Ok(()) } else { Err("the synthetic world could not be made".into()) }
}

fn measure(directory: &Path, arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    println!("{:<52} {:>10} {:>10} {:>12}", "memory, MB", "then", "peak", "beside");
    table::memory_of_fingerprinting(directory)?;
    table::memory(directory, prepare::LATEST)?;
    if !arguments.latest {
        table::memory(directory, prepare::ALL)?;
    }
    let latest = open(directory, prepare::LATEST)?;
    let all = if arguments.latest { None } else { Some(open(directory, prepare::ALL)?) };
    let jobs: Vec<Job> =
        Job::ALL.into_iter().filter(|job| all.is_some() || job.work != Work::AttributeAll).collect();
    let bench = Bench { directory: directory.to_owned(), latest, all, naive: Naive::new(arguments.scale)? };
    let mut results = table::Results::new();
    for _ in 0..arguments.rounds.max(1) {
        for job in &jobs {
            results.entry(*job).or_default().push(bench.run(*job)?);
        }
    }
    table::ratios(&results);
    table::stages(&results);
    Ok(())
}

/// Opens a registry from its index file.
fn open(directory: &Path, name: &str) -> Result<Examiner, Box<dyn Error>> {
    let start = clock::now();
    let examiner = Examiner::open(&directory.join(name), &[RegistryKey::from_bytes(prepare::KEY)])?;
    table::opened(name, &examiner, start.elapsed());
    Ok(examiner)
}
