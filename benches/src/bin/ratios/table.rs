//! The printed tables.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

use meibo::{Examiner, Stage};

use crate::jobs::{self, Job, Time, Work};
use crate::memory::{forget_peak, now_and_peak};
use crate::prepare;

const MEGABYTE: f64 = 1e6;

/// The times of each job, round by round.
pub(crate) type Results = BTreeMap<Job, Vec<Time>>;

/// What the registry is.
pub(crate) fn opened(name: &str, examiner: &Examiner, took: Duration) {
    let registry = examiner.registry();
    let columns: u64 = registry.indexes.iter().map(|(_, index)| index.columns()).sum();
    println!(
        "registry of {name} handovers: {} clients, {} lists, {columns} columns, index of {:.1} MB, opened in {:.3} s",
        registry.clients.len(),
        registry.lists.len(),
        index_bytes(examiner) / MEGABYTE,
        took.as_secs_f64()
    );
}

fn index_bytes(examiner: &Examiner) -> f64 {
    examiner.registry().indexes.iter().map(|(_, index)| index.bytes()).sum::<u64>() as f64
}

/// Opens a registry, attributes all lists, and tells the peak memory of both.
pub(crate) fn memory(directory: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    forget_peak();
    let examiner = crate::open(directory, name)?;
    let index = index_bytes(&examiner) / MEGABYTE;
    memory_line("  opened", index, "the index");
    forget_peak();
    let rows = jobs::attribute(&examiner, &prepare::lists(directory)?, &())?;
    memory_line(&format!("  {rows} rows attributed"), index, "the index");
    Ok(())
}

/// Makes the fingerprint of the largest list and tells the peak memory.
pub(crate) fn memory_of_fingerprinting(directory: &Path) -> Result<(), Box<dyn Error>> {
    let lists = prepare::lists(directory)?;
    let size = |path: &Path| fs::metadata(path).map_or(0, |facts| facts.len());
    let Some(largest) = lists.iter().max_by_key(|path| size(path)) else { return Ok(()) };
    forget_peak();
    let rows = jobs::fingerprint(largest, &())?;
    let name = largest.file_stem().unwrap_or_default();
    let filter = directory.join(prepare::LATEST).join(name).with_extension("meibo");
    let what = format!("  fingerprint of {rows} rows made");
    memory_line(&what, size(&filter) as f64 / MEGABYTE, "the filter");
    Ok(())
}

fn memory_line(what: &str, without: f64, name: &str) {
    match now_and_peak() {
        Some(memory) => {
            let [now, peak] = [memory.now, memory.peak].map(|bytes| bytes as f64 / MEGABYTE);
            println!("{what:<52} {now:>10.1} {peak:>10.1} {:>12.1} more than {name}", peak - without);
        }
        None => println!("{what:<52} this system does not tell"),
    }
}

/// The ratios that are asked for: of two jobs' times in the same round.
pub(crate) fn ratios(results: &Results) {
    let parse = Job::on_one(Work::Parse);
    let [latest, all, hundredth, fingerprints] =
        [Work::AttributeLatest, Work::AttributeAll, Work::AttributeHundredth, Work::Fingerprint]
            .map(|work| (Job::on_all(work), Job::on_one(work)));
    let naive = Job::on_one(Work::Naive);
    let rounds = results.values().map(Vec::len).min().unwrap_or(0);
    println!(
        "\n{:<58} {:>8} {:>8} {:>8} {:>9}",
        format!("a row, median of {rounds} rounds"),
        "ratio",
        "least",
        "most",
        "must"
    );
    for (name, over, under, must) in [
        ("attribute, latest handovers / csv parse", latest.0, parse, "<= 8"),
        ("  on one thread", latest.1, parse, ""),
        ("attribute, all handovers / csv parse", all.0, parse, "<= 11"),
        ("  on one thread", all.1, parse, ""),
        ("fingerprint all lists / csv parse of them", fingerprints.0, parse, "<= 8"),
        ("  on one thread", fingerprints.1, parse, ""),
        ("naive / attribute, latest handovers", naive, latest.0, ">= 40"),
        ("  on one thread", naive, latest.1, ""),
        ("all rows / a hundredth of them", latest.0, hundredth.0, "<= 1.2"),
        ("  on one thread", latest.1, hundredth.1, ""),
        ("attribute, one thread / two", latest.1, latest.0, ">= 1.6"),
        ("fingerprint, one thread / two", fingerprints.1, fingerprints.0, ">= 1.6"),
    ] {
        let of = |job| results.get(&job).map_or(&[][..], Vec::as_slice);
        if of(over).is_empty() || of(under).is_empty() {
            continue;
        }
        let each = of(over).iter().zip(of(under)).map(|(over, under)| over.of_row() / under.of_row());
        let ratios = sorted(each);
        let [least, most] = [ratios.first(), ratios.last()].map(|ratio| ratio.copied().unwrap_or_default());
        println!("{name:<58} {:>8.2} {least:>8.2} {most:>8.2} {must:>9}", median(&ratios));
    }
}

/// Time a row by stage; inference hardly depends on the rows and is told as it is.
pub(crate) fn stages(results: &Results) {
    let names: Vec<String> = Stage::ALL.iter().map(|stage| format!("{:>10}", stage.as_str())).collect();
    println!("\n{:<36}{:>10}{:>9}{}", "ns a row (infer: ms in all)", "rows", "all", names.concat());
    for (job, times) in results {
        let threads = if job.one_thread { "1" } else { "all" };
        let rows = times.first().map_or(1, |time| time.rows.max(1));
        let cell = |(at, stage): (usize, &Stage)| {
            let median = median(&sorted(times.iter().map(|time| time.stages[at].as_secs_f64())));
            match stage {
                Stage::Infer => format!("{:>10.1}", median * 1e3),
                _ => format!("{:>10.0}", median * 1e9 / rows as f64),
            }
        };
        let cells: Vec<String> = Stage::ALL.iter().enumerate().map(cell).collect();
        let total = median(&sorted(times.iter().map(|time| time.of_row() * 1e9)));
        println!("{:<36}{rows:>10}{total:>9.0}{}", format!("{}, {threads}", job.name()), cells.concat());
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
