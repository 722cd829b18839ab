//! What a new process takes for its first value, and what the data adds to a program.

use std::env;
use std::error::Error;
use std::process::Command;
use std::time::Instant;

use meibo_normalize::{Field, Level, Normalizer, Record};

use crate::work::median;

/// Addresses of each kind, so that every table is asked.
const KINDS: [(&str, &str); 10] = [
    ("whole", "東京都文京区千石4-15-7"),
    ("prefecture left out", "文京区千石四丁目15番7号"),
    ("district left out", "北海道ニセコ町富士見55"),
    ("city of the ward left out", "神奈川県青葉区市ケ尾町31-4"),
    ("ward left out", "横浜市市ケ尾町31-4"),
    ("former municipality", "静岡県浜北市小松1-1"),
    ("streets of 京都", "京都市中京区寺町通御池上る上本能寺前町488"),
    ("grid of 札幌", "札幌市中央区北3西6-1"),
    ("postal code in front", "〒112-0011 千石4-15-7"),
    ("not in Japan", "1600 Amphitheatre Parkway, Mountain View"),
];

/// What the child process does.
pub(crate) fn first(number: usize) -> Result<(), Box<dyn Error>> {
    let Some((_, text)) = KINDS.get(number) else { return Ok(()) };
    let mut out = Record::new();
    Normalizer::new().normalize(Field::Address, Level::Loose, text, &mut out);
    if out.is_empty() { Err("no value".into()) } else { Ok(()) }
}

/// Milliseconds of each kind's process beyond those of a process that normalises nothing, medians of the rounds.
pub(crate) fn times(rounds: usize) -> Result<Vec<(&'static str, f64)>, Box<dyn Error>> {
    let mut spent = vec![Vec::new(); KINDS.len()];
    for _ in 0..rounds {
        for (number, spent) in spent.iter_mut().enumerate() {
            let nothing = child(KINDS.len())?;
            spent.push(child(number)? - nothing);
        }
    }
    Ok(KINDS.iter().zip(spent).map(|((kind, _), spent)| (*kind, median(spent))).collect())
}

fn child(number: usize) -> Result<f64, Box<dyn Error>> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["--first", &number.to_string()]);
    let start = Instant::now();
    let status = command.status()?;
    let time = start.elapsed();
    if status.success() { Ok(time.as_secs_f64() * 1e3) } else { Err("the child process failed".into()) }
}
