//! Measures the normaliser as multiples of what others take for the same rows in the same minute.
//!
//! Folding beside `nfkc()` of unicode-normalization, a whole record beside splitting its row with the csv crate, the
//! first value of a new process beside a process that does nothing. Jobs take turns, and the medians of the rounds'
//! ratios count. Ends with an error where a limit is missed.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program reads the clock and prints"
)]

mod lists;
mod start;
mod work;

use std::error::Error;

use clap::Parser;

use crate::lists::List;
use crate::work::{Job, Times};

/// Least multiple by which folding is faster than NFKC.
const FOLDING: f64 = 8.0;
/// Greatest multiple of splitting a row that canonicalising it may take.
const RECORD: f64 = 4.0;
/// Longest time from the start of a process to its first value, in milliseconds.
const START: f64 = 50.0;
/// Greatest size of the data built in, in bytes.
const DATA: usize = 6_000_000;

/// Speed of the normaliser, in multiples of well-known work.
#[derive(Parser)]
struct Arguments {
    /// Rounds of which the medians are taken.
    #[arg(long, default_value_t = 11)]
    rounds: usize,
    /// Normalise the one cell of this number, or none beyond the last, and end.
    #[arg(long, hide = true)]
    first: Option<usize>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    if let Some(number) = arguments.first {
        return start::first(number);
    }
    let rounds = arguments.rounds.max(9);
    let mut missed = Vec::new();
    rows(rounds, &mut missed)?;
    clients(rounds)?;
    starting(rounds, &mut missed)?;
    if missed.is_empty() { Ok(()) } else { Err(format!("missed: {}", missed.join(", ")).into()) }
}

/// Rows of five fields, nation-wide and of one place.
fn rows(rounds: usize, missed: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    println!("{:<34} {:>6} {:>6} {:>6}   ns a row", "rows of five fields", "chars", "bytes", "rows");
    let lists = [lists::nationwide()?, lists::local()?];
    for (list, times) in lists.iter().zip(measure(&lists, rounds)) {
        println!("{:<34} {:>6.0} {:>6.0} {:>6}", list.name, list.chars(), list.bytes(), list.rows());
        for job in Job::ALL {
            println!("  {:<32} {:>27.0}", job.name(), times.nanoseconds(job));
        }
        let folding = times.ratio(Job::Nfkc, Job::Fold);
        let record = times.ratio(Job::Canonicalize, Job::Split);
        let cells = times.ratio(Job::NfkcOfCells, Job::FoldCells);
        println!(
            "  folding is {folding:.2} times as fast as nfkc() (at least {FOLDING}), cell by cell {cells:.2} times"
        );
        println!("  a record takes {record:.2} times as long as splitting its row (at most {RECORD})");
        if folding < FOLDING {
            missed.push(format!("folding, {}: {folding:.2}", list.name));
        }
        if record > RECORD {
            missed.push(format!("record, {}: {record:.2}", list.name));
        }
    }
    Ok(())
}

/// The fields that each client holds, as it writes them: told, not judged, since the rows differ in what they hold.
fn clients(rounds: usize) -> Result<(), Box<dyn Error>> {
    let lists = lists::clients()?;
    let mut ratios: Vec<(f64, &List)> = measure(&lists, rounds)
        .iter()
        .map(|times| times.ratio(Job::Canonicalize, Job::Split))
        .zip(&lists)
        .collect();
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    for local in [false, true] {
        let of: Vec<_> = ratios.iter().filter(|(_, list)| list.local == local).collect();
        let (Some(least), Some(middle), Some(most)) = (of.first(), of.get(of.len() / 2), of.last()) else {
            continue;
        };
        println!(
            "{} lists of clients, {}: a record takes {:.2} ({}) to {:.2} ({}) times as long as splitting its row, median {:.2}",
            of.len(),
            if local { "of one place" } else { "nation-wide" },
            least.0,
            least.1.name,
            most.0,
            most.1.name,
            middle.0
        );
    }
    Ok(())
}

/// Measures every list in every round, job by job.
fn measure(lists: &[List], rounds: usize) -> Vec<Times> {
    let mut times = vec![Times::default(); lists.len()];
    for _ in 0..rounds {
        for (list, times) in lists.iter().zip(&mut times) {
            times.add(list);
        }
    }
    times
}

fn starting(rounds: usize, missed: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    println!("{:<34} {:>10}", "first value of a new process", "ms");
    for (kind, milliseconds) in start::times(rounds)? {
        println!("  {kind:<32} {milliseconds:>10.2}");
        if milliseconds > START {
            missed.push(format!("start, {kind}: {milliseconds:.2} ms"));
        }
    }
    let bytes = meibo_normalize::embedded_bytes();
    println!("data built in: {bytes} bytes (at most {DATA})");
    if bytes > DATA {
        missed.push(format!("data: {bytes} bytes"));
    }
    Ok(())
}
