//! Which of a client's handovers a file came from, and when it can have been taken.
//!
//! `MEIBO_DATING_SCALE=0.04 MEIBO_DATING_SEED=2` for the figures that the documentation names, with files of 1,000 rows and more; smaller
//! worlds tell whether anything is broken.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail loudly")]
#![allow(clippy::disallowed_methods, reason = "the size of the world is set by whoever measures")]

use meibo::Examiner;
use meibo_synth::{Part, SeizedSpec, Word, World};

use crate::incident::INCIDENT;

fn number<N: std::str::FromStr>(name: &str, otherwise: N) -> N {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

#[derive(Debug, Default)]
struct Score {
    files: usize,
    /// Files whose client was not named.
    unnamed: usize,
    best: usize,
    held: usize,
    candidates: usize,
    /// Files for which a bound of the window was given, and those for which it was wrong.
    bounded: usize,
    wrong: usize,
}

#[test]
fn handovers_are_told_apart() {
    let mut score = Score::default();
    match std::env::var("MEIBO_DATING_SCALE") {
        Ok(_) => {
            let world = World::generate(number("MEIBO_DATING_SEED", 1), number("MEIBO_DATING_SCALE", 0.01));
            let directory = tempfile::tempdir().unwrap();
            crate::common::fingerprint_all(&world, directory.path());
            let examiner = Examiner::open(directory.path(), &[crate::common::key()]).unwrap();
            ask_all(&world, &examiner, 1_000, 1, &mut score);
        }
        Err(_) => ask_all(&INCIDENT.world, &INCIDENT.examiner, 200, 9, &mut score),
    }
    println!("{score:?}");
    let asked = score.files - score.unnamed;
    assert!(score.files >= 8 && score.unnamed * 10 <= score.files, "{score:?}");
    assert!(score.best * 10 >= asked * 9 && score.held * 100 >= asked * 97, "{score:?}");
    assert!(score.candidates <= 3 * asked && score.wrong * 100 <= 3 * score.bounded, "{score:?}");
}

/// Asks about so many rows of every so-manieth handover of each client with four and more, all of them that long.
fn ask_all(world: &World, examiner: &Examiner, rows: usize, step: usize, score: &mut Score) {
    for client in 0..world.clients().len() {
        let lengths: Vec<usize> =
            world.client(client).unwrap().handovers().map(|handover| handover.len()).collect();
        if lengths.len() >= 4 && lengths.iter().all(|length| *length >= rows) {
            (client % step..lengths.len())
                .step_by(step)
                .for_each(|handover| ask(world, examiner, client, handover, rows, score));
        }
    }
}

/// Asks about a file of one handover's rows.
fn ask(world: &World, examiner: &Examiner, client: usize, handover: usize, rows: usize, score: &mut Score) {
    let fields: &[Word] = match handover % 3 {
        0 => &[Word::Name, Word::Address, Word::Phone],
        1 => &[Word::Name, Word::Address, Word::Phone, Word::BirthDate],
        _ => &[Word::Name, Word::Address],
    };
    let spec = SeizedSpec::new(&format!("dated-{client}-{handover}"))
        .part(Part::of_handover(client, handover, rows))
        .columns(fields)
        .damage([0.0, 0.02, 0.1][client % 3]);
    let file = world.seize(&spec).unwrap();
    let answer = crate::common::attribute(examiner, &file);
    let id = world.client(client).unwrap().id().to_owned();
    score.files += 1;
    let source = answer.attribution.sources.iter().find(|source| examiner.client_name(source.client) == id);
    let Some(source) = source else {
        score.unnamed += 1;
        return;
    };
    let date = |list: usize| examiner.registry().lists[list].facts.date.to_string();
    let truth = world.client(client).unwrap().handovers().nth(handover).unwrap().date().to_string();
    let choice = &source.handover;
    score.best += usize::from(choice.best.is_some_and(|list| date(list) == truth));
    score.held += usize::from(choice.candidates.iter().any(|list| date(*list) == truth));
    score.candidates += choice.candidates.len();
    let (not_before, before) = (choice.window.not_before.map(date), choice.window.before.map(date));
    score.bounded += usize::from(not_before.is_some() || before.is_some());
    score.wrong +=
        usize::from(not_before.is_some_and(|date| date > truth) || before.is_some_and(|date| date <= truth));
}
