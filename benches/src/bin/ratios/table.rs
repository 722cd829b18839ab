//! The printed tables.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

use meibo::{Examiner, ReadOptions, Stage};

use crate::jobs::{Job, Time};
use crate::memory::{forget_peak, now_and_peak};
use crate::{clock, prepare};

const MEGABYTE: f64 = (1 << 20) as f64;

/// What the registry is.
pub(crate) fn opened(examiner: &Examiner, took: Duration) {
    let registry = examiner.registry();
    let bytes: u64 = registry.indexes.iter().map(|(_, index)| index.bytes()).sum();
    let columns: u64 = registry.indexes.iter().map(|(_, index)| index.columns()).sum();
    println!(
        "registry of all handovers: {} clients, {} lists, {columns} columns, index of {:.1} MiB ({bytes} bytes), \
         opened from its index file in {:.2} s",
        registry.clients.len(),
        registry.lists.len(),
        bytes as f64 / MEGABYTE,
        took.as_secs_f64()
    );
}

/// Attributes a tenth of the rows, then all, and tells the peak memory of each.
pub(crate) fn memory(directory: &Path, examiner: &Examiner) -> Result<(), Box<dyn Error>> {
    println!("\n{:<44} {:>10} {:>10}", "memory, MiB", "then", "peak");
    memory_line("registry opened");
    for file in [prepare::TENTH, prepare::SEIZED] {
        forget_peak();
        let start = clock::now();
        let input = File::open(directory.join(file))?;
        let answer = examiner.attribute_list(input, &ReadOptions::default(), true, &())?;
        memory_line(&format!("{} rows attributed", answer.rows));
        let attribution = &answer.attribution;
        println!(
            "  in {:.2} s: {:?}, {} sources, {} rows rejected",
            start.elapsed().as_secs_f64(),
            attribution.verdict,
            attribution.sources.len(),
            answer.rejects.rows()
        );
    }
    Ok(())
}

fn memory_line(what: &str) {
    match now_and_peak() {
        Some(memory) => {
            let [now, peak] = [memory.now, memory.peak].map(|bytes| bytes as f64 / MEGABYTE);
            println!("{what:<44} {now:>10.1} {peak:>10.1}");
        }
        None => println!("{what:<44} this system does not tell"),
    }
}

/// Each job as a multiple of the unit of its round.
pub(crate) fn ratios(results: &[Vec<Time>]) {
    let Some((unit, _)) = results.split_first() else { return };
    let rounds = unit.len();
    println!(
        "\n{:<28} {:>7} {:>8} {:>8} {:>8} {:>9} {:>9}",
        format!("median of {rounds} rounds"),
        "threads",
        "x parse",
        "least",
        "most",
        "ns a row",
        "s in all"
    );
    for (job, times) in Job::ALL.iter().zip(results) {
        let ratio = |(time, unit): (&Time, &Time)| time.total.as_secs_f64() / unit.total.as_secs_f64();
        let ratios = sorted(times.iter().zip(unit).map(ratio));
        let totals = sorted(times.iter().map(|time| time.total.as_secs_f64()));
        let [least, most] = [ratios.first(), ratios.last()].map(|ratio| ratio.copied().unwrap_or_default());
        println!(
            "{:<28} {:>7} {:>8.2} {least:>8.2} {most:>8.2} {:>9.0} {:>9.3}",
            job.name(),
            if job.one_thread { "1" } else { "all" },
            median(&ratios),
            median(&totals) * 1e9 / rows(times),
            median(&totals)
        );
    }
}

/// Time a row by stage; inference does not depend on the rows and is told as it is.
pub(crate) fn stages(results: &[Vec<Time>]) {
    let names: Vec<String> = Stage::ALL.iter().map(|stage| format!("{:>10}", stage.as_str())).collect();
    println!("\n{:<36}{}", "ns a row by stage (infer: ms in all)", names.concat());
    for (job, times) in Job::ALL.iter().zip(results).skip(1) {
        let threads = if job.one_thread { "1" } else { "all" };
        let cell = |(at, stage): (usize, &Stage)| {
            let median = median(&sorted(times.iter().map(|time| time.stages[at].as_secs_f64())));
            match stage {
                Stage::Infer => format!("{:>10.1}", median * 1e3),
                _ => format!("{:>10.0}", median * 1e9 / rows(times)),
            }
        };
        let cells: Vec<String> = Stage::ALL.iter().enumerate().map(cell).collect();
        println!("{:<36}{}", format!("{}, {threads}", job.name()), cells.concat());
    }
}

fn rows(times: &[Time]) -> f64 {
    times.first().map_or(1.0, |time| time.rows.max(1) as f64)
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
