//! `accuracy`: how often attribution is right, over many synthetic incidents with their truth.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod baselines;
mod cases;
mod incident;
mod judge;
mod table;

use std::error::Error;

use clap::Parser;
use meibo_attribution::Inference;
use rayon::prelude::*;

use baselines::{METHODS, Score};
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
    let worlds: Vec<Result<Outcome, String>> = seeds
        .into_par_iter()
        .map(|seed| world(&arguments, seed).map_err(|error| format!("seed {seed}: {error}")))
        .collect();
    let mut all = Outcome::default();
    for world in worlds {
        let world = world?;
        world.lines.iter().for_each(|line| println!("{line}"));
        for (family, tally) in &world.tallies {
            all.tallies.entry(*family).or_default().join(tally);
        }
        all.baselines.iter_mut().zip(&world.baselines).for_each(|(all, score)| all.join(score));
    }
    table::print(&all.tallies);
    table::print_baselines(&all.baselines);
    Ok(())
}

/// What came of one world's files.
#[derive(Default)]
struct Outcome {
    tallies: Tallies,
    baselines: [Score; METHODS.len()],
    /// Files to be listed.
    lines: Vec<String>,
}

/// Asks about all files of one world.
fn world(arguments: &Arguments, seed: u64) -> Result<Outcome, Box<dyn Error>> {
    let incident = Incident::new(cases::world(seed, arguments.scale, arguments.handovers))?;
    let inference = Inference::new(incident.examiner.world());
    let mut outcome = Outcome::default();
    for case in cases::cases(&incident.world) {
        let counted = incident.count(&incident.world.seize(&case.spec)?)?;
        let finding = Finding::new(&counted, &inference.attribute(&counted.file));
        outcome.tallies.entry(case.family).or_default().add(&finding);
        let rows = baselines::rows(incident.examiner.world(), &counted.file);
        for (score, (_, method)) in outcome.baselines.iter_mut().zip(METHODS) {
            score.add(&counted, &method(&rows));
        }
        let lost = finding.clients().count() - finding.found;
        if arguments.list && (lost > 0 || !finding.wrong.is_empty()) {
            outcome.lines.push(describe(&incident, seed, &counted.name, &finding));
        }
    }
    Ok(outcome)
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
