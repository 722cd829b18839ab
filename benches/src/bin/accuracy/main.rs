//! `accuracy`: how often attribution is right, over many synthetic incidents with their truth.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod cases;
mod incident;
mod judge;
mod table;

use std::error::Error;

use clap::Parser;
use meibo_attribution::Inference;
use rayon::prelude::*;

use incident::Incident;
use judge::{Finding, Tallies};

/// How often attribution is right.
#[derive(Parser)]
struct Arguments {
    /// How many worlds
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// The first world's seed
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Size of the worlds; 1 is the reference incident
    #[arg(long, default_value_t = 0.02)]
    scale: f64,
    /// At most so many handovers of each client, the latest
    #[arg(long)]
    handovers: Option<usize>,
    /// Prints every file that names a wrong client or misses a true one
    #[arg(long)]
    list: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let seeds: Vec<u64> = (arguments.first..arguments.first + arguments.seeds).collect();
    let worlds: Vec<Result<(Tallies, Vec<String>), String>> = seeds
        .into_par_iter()
        .map(|seed| world(&arguments, seed).map_err(|error| format!("seed {seed}: {error}")))
        .collect();
    let mut all = Tallies::new();
    for world in worlds {
        let (tallies, lines) = world?;
        lines.iter().for_each(|line| println!("{line}"));
        for (family, tally) in &tallies {
            all.entry(*family).or_default().join(tally);
        }
    }
    table::print(&all);
    Ok(())
}

/// Asks about all files of one world.
fn world(arguments: &Arguments, seed: u64) -> Result<(Tallies, Vec<String>), Box<dyn Error>> {
    let incident = Incident::new(cases::world(seed, arguments.scale, arguments.handovers))?;
    let inference = Inference::new(incident.examiner.world());
    let (mut tallies, mut lines) = (Tallies::new(), Vec::new());
    for case in cases::cases(&incident.world) {
        let counted = incident.count(&incident.world.seize(&case.spec)?)?;
        let finding = Finding::new(&counted, &inference.attribute(&counted.file));
        tallies.entry(case.family).or_default().add(&finding);
        let lost = finding.clients().count() - finding.found;
        if arguments.list && (lost > 0 || !finding.wrong.is_empty()) {
            lines.push(describe(&incident, seed, &counted.name, &finding));
        }
    }
    Ok((tallies, lines))
}

fn describe(incident: &Incident, seed: u64, file: &str, finding: &Finding) -> String {
    let names = |clients: &mut dyn Iterator<Item = usize>| -> String {
        clients.map(|client| incident.examiner.client_name(client)).collect::<Vec<_>>().join(" ")
    };
    format!(
        "seed {seed}, {file}, {} rows: from {}; named {}; beside {}; wrong {}",
        finding.rows,
        names(&mut finding.clients()),
        names(&mut finding.named.iter().copied()),
        names(&mut finding.beside.iter().flatten().copied()),
        names(&mut finding.wrong.iter().copied()),
    )
}
