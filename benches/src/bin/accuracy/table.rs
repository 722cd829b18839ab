//! The table: a row for each kind of file, and the figures that are promised.

use crate::baselines::{METHODS, Score};
use crate::cases::Family;
use crate::judge::{Tallies, Tally};

fn percent(part: u64, of: u64) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

/// Prints the table.
pub(crate) fn print(tallies: &Tallies) {
    println!(
        "{:<26} {:>6} {:>6} {:>8} {:>7} {:>7} {:>7} {:>8} {:>8} {:>6}",
        "scenario", "files", "wrong", "sources", "found", "beside", "tied", "surely", "share", "in 95%"
    );
    println!(
        "{:<26} {:>6} {:>6} {:>8} {:>7} {:>7} {:>7} {:>8} {:>8} {:>6}",
        "", "", "", "", "%", "each", "rows %", "wrong %", "error", "%"
    );
    let mut all = Tally::default();
    for (family, tally) in tallies {
        line(&family.name(), tally);
        all.join(tally);
    }
    line("all", &all);
    let of = |holds: &dyn Fn(Family) -> bool| {
        let mut sum = Tally::default();
        tallies.iter().filter(|(family, _)| holds(**family)).for_each(|(_, tally)| sum.join(tally));
        sum
    };
    println!();
    let many =
        of(&|family| matches!(family, Family::One) || matches!(family, Family::Piece(rows) if rows >= 50));
    println!("one source, at least 30 rows, found: {:.2} %", percent(many.found, many.sources));
    let bare = of(&Family::is_bare_single_source);
    println!("rows of bare single-source files tied: {:.2} %", percent(bare.tied, bare.rows));
    println!(
        "clients listed as not separable, per source named: {:.3}",
        all.beside as f64 / all.named.max(1) as f64
    );
    for (above, alpha) in all.nulls_above.into_iter().zip([0.05, 0.01]) {
        println!(
            "e-values of clients that no row came from, above 1/{alpha}: {:.3} %",
            percent(above, all.nulls)
        );
    }
}

fn line(name: &str, tally: &Tally) {
    println!(
        "{name:<26} {:>6} {:>6} {:>8} {:>7.2} {:>7.2} {:>7.2} {:>8.3} {:>8.4} {:>6.1}",
        tally.files,
        tally.wrong_files,
        tally.sources,
        percent(tally.found, tally.sources),
        tally.beside as f64 / tally.named.max(1) as f64,
        percent(tally.tied, tally.rows),
        percent(tally.sure_wrong, tally.sure),
        tally.share_error / tally.shares.max(1) as f64,
        percent(tally.intervals_holding, tally.shares),
    );
}

/// Prints what other methods make of the same patterns.
pub(crate) fn print_baselines(scores: &[Score]) {
    println!();
    println!(
        "{:<34} {:>11} {:>13} {:>8}",
        "other methods, same files", "wrong files", "wrong clients", "found %"
    );
    for ((name, _), score) in METHODS.iter().zip(scores) {
        let found = percent(score.found, score.sources);
        println!("{name:<34} {:>11} {:>13} {found:>8.2}", score.wrong_files, score.wrong);
    }
}
