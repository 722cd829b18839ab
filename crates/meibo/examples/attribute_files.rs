//! Asks a registry where the files of one case came from.
//!
//! `cargo run --release -- demo`, then
//! `cargo run -p meibo --example attribute_files -- meibo-demo/key.txt meibo-demo/registry testdata/incident/seized/*.csv`
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "an example is a small command line")]

use std::fs::File;
use std::path::Path;

use meibo::{CaseCounts, Examiner, ReadOptions, RegistryKey};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [key, registry, files @ ..] = arguments.as_slice() else {
        return Err("usage: attribute_files KEY REGISTRY FILE...".into());
    };
    let examiner = Examiner::open(Path::new(registry), &[RegistryKey::read(Path::new(key), || None)?])?;
    let mut case = CaseCounts::default();
    for file in files {
        case.add(examiner.count_list(File::open(file)?, &ReadOptions::default(), false, &())?);
    }
    let answers = examiner.infer_case(case, &());
    for (file, answer) in files.iter().zip(&answers.files) {
        println!("{file}: {:?}", answer.attribution.verdict);
        for source in &answer.attribution.sources {
            println!(
                "  {} records of {}, evidence {}",
                source.records,
                examiner.client_name(source.client),
                source.strength().as_str()
            );
        }
    }
    println!("{} records of {} persons in all", answers.together.records, answers.persons.persons);
    Ok(())
}
