//! `many`: what a row costs in a registry of thousands of clients, beside one of 69.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock and prints its figures"
)]

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Parser;
use meibo::{ClientId, Examiner, Field, Fingerprinter, Record, Registry, RegistryKey};
use meibo_benches::mix;
use rayon::prelude::*;

/// Time a row in registries of few and of many clients whose lists are alike
#[derive(Parser)]
struct Arguments {
    /// Clients of the large registry
    #[arg(long, default_value_t = 10_000)]
    clients: u64,
    /// Clients of the small one
    #[arg(long, default_value_t = 69)]
    few: u64,
    /// Persons of each list
    #[arg(long, default_value_t = 1_000)]
    persons: u64,
    /// Rows of the seized list, half of them of persons of the clients that both registries have
    #[arg(long, default_value_t = 20_000)]
    rows: u64,
    /// Rounds of which the medians are taken
    #[arg(long, default_value_t = 9)]
    rounds: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let directory = tempfile::tempdir()?;
    let keys = [RegistryKey::from_bytes([42; 32])];
    let registries = [("few", arguments.few), ("many", arguments.clients)];
    let mut opened = Vec::new();
    for (name, clients) in registries {
        let path = directory.path().join(name);
        fill(&path, &keys[0], clients, arguments.persons)?;
        let start = now();
        Registry::build(&path, &keys)?.write_index(&path, &keys)?;
        println!("{clients} clients: index made in {:.1} s", start.elapsed().as_secs_f64());
        let start = now();
        let examiner = Examiner::open(&path, &keys)?;
        let bytes: u64 = examiner.registry().indexes.iter().map(|(_, index)| index.bytes()).sum();
        println!(
            "{clients} clients of {} persons: index of {bytes} bytes, opened in {:.3} s",
            arguments.persons,
            start.elapsed().as_secs_f64()
        );
        opened.push((clients, examiner));
    }
    let mut times = vec![Vec::new(); opened.len()];
    for _ in 0..arguments.rounds {
        for ((_, examiner), times) in opened.iter().zip(&mut times) {
            times.push(ask(examiner, &arguments)?);
        }
    }
    let mut medians = Vec::new();
    for ((clients, _), times) in opened.iter().zip(times) {
        let [all, infer] = [0, 1].map(|at| median(times.iter().map(|time| time[at]).collect()));
        medians.push(all.as_secs_f64());
        println!(
            "{clients} clients: {:.0} ns a row, of which inference takes {:.3} s in all",
            all.as_nanos() as f64 / arguments.rows as f64,
            infer.as_secs_f64()
        );
    }
    println!("ratio {:.2}", medians[1] / medians[0]);
    Ok(())
}

fn now() -> Instant {
    Instant::now()
}

/// Writes the fingerprints of so many clients, each with persons of its own.
fn fill(path: &Path, key: &RegistryKey, clients: u64, persons: u64) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir(path)?;
    let write = |client: u64| -> Result<(), String> {
        let mut fingerprinter = Fingerprinter::new(key);
        fingerprinter.add_records((0..persons).map(|number| person(client * persons + number)));
        let id = ClientId::new(&format!("client-{client:05}")).map_err(|error| error.to_string())?;
        let date = "2023-01-31".parse().map_err(|_| "a date")?;
        let bytes = fingerprinter.finish(id, date).map_err(|error| error.to_string())?;
        std::fs::write(path.join(format!("{client:05}.meibo")), bytes).map_err(|error| error.to_string())
    };
    (0..clients).into_par_iter().map(write).collect::<Result<(), String>>()?;
    Ok(())
}

/// A person of a number: whoever has another one shares nothing but by chance.
fn person(number: u64) -> Record {
    const SURNAMES: [&str; 8] = ["山田", "佐藤", "長谷川", "中村", "小林", "石井", "森", "高橋"];
    let draw = |salt: u64, below: u64| mix(mix(number) ^ salt) % below;
    let kanji = |salt| char::from_u32(0x4e00 + draw(salt, 20_000) as u32).unwrap_or('一');
    let name = format!("{} {}{}", SURNAMES[draw(1, 8) as usize], kanji(2), kanji(3));
    let address =
        format!("岐阜県岐阜市加納{}丁目{}番{}号", draw(4, 9) + 1, draw(5, 400) + 1, draw(6, 400) + 1);
    let birth = format!("{}-{:02}-{:02}", 1930 + draw(7, 75), draw(8, 12) + 1, draw(9, 28) + 1);
    Record::new()
        .with(Field::Name, &name)
        .with(Field::Address, &address)
        .with(Field::Phone, &format!("090{:08}", draw(10, 100_000_000)))
        .with(Field::BirthDate, &birth)
}

/// Counts and infers where a list came from: half of its rows are of the clients that both registries have, half nobody's.
fn ask(examiner: &Examiner, arguments: &Arguments) -> Result<[Duration; 2], Box<dyn Error>> {
    let registered = arguments.few.min(arguments.clients) * arguments.persons;
    let row = move |number: u64| {
        let drawn = mix(number);
        if number.is_multiple_of(2) {
            person(drawn % registered)
        } else {
            person((1 << 40) + drawn % (1 << 40))
        }
    };
    let start = now();
    let counts = examiner.count_records((0..arguments.rows).map(row), &())?;
    let counted = start.elapsed();
    black_box(examiner.infer(counts, &()));
    Ok([start.elapsed(), start.elapsed() - counted])
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
