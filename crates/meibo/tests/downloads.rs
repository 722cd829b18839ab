//! Download logs over a synthetic incident: hundreds of downloads of all clients, some of which leaked, whole, without duplicates, sorted
//! again or merged.
//!
//! `MEIBO_DOWNLOADS=600 MEIBO_DOWNLOADS_LEAKED=200 MEIBO_DOWNLOADS_SEED=2` for the figures that the documentation names.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail loudly")]
#![allow(clippy::disallowed_methods, reason = "how many downloads are made is set by whoever measures")]

use std::fmt::Write as _;
use std::io::Cursor;

use meibo::{
    ComparedLogs, ComparedPart, DownloadLogs, FileAnswer, LogOptions, Match, PartFound, ReadOptions, State,
    TurnedUp, Turnout,
};
use meibo_synth::{Part, SeizedOrder, SeizedSpec};

use crate::incident::INCIDENT;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

/// Numbers as good as drawn.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }
}

/// What became of the rows of a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Whole,
    Deduplicated,
    Sorted,
    /// With the next one.
    Merged,
}

struct Made {
    client: usize,
    handover: usize,
    rows: usize,
    time: String,
    fate: Fate,
    name: String,
}

/// Draws the downloads of a log; a third of their counts are of whole lists, some are round.
fn draw(downloads: u64, leaked: u64) -> Vec<Made> {
    let mut draw = Draw(number("MEIBO_DOWNLOADS_SEED", 1));
    let world = &INCIDENT.world;
    let large: Vec<usize> = (0..world.clients().len())
        .filter(|client| world.client(*client).unwrap().handovers().all(|handover| handover.len() >= 60))
        .collect();
    let fates = [Fate::Whole, Fate::Deduplicated, Fate::Sorted, Fate::Merged];
    let every = downloads / leaked.max(1);
    (0..downloads)
        .map(|at| {
            let client = large[draw.below(large.len() as u64) as usize];
            let handovers: Vec<_> = world.client(client).unwrap().handovers().collect();
            let handover = draw.below(handovers.len() as u64) as usize;
            let length = handovers[handover].len();
            let round = [1_000, 500, 300, 200, 100, 50]
                .into_iter()
                .find(|round| round * 10 <= length * 9)
                .unwrap_or(50);
            let rows = match draw.below(10) {
                0..3 => length,
                3..5 => round,
                _ => 30 + draw.below(length as u64 - 30) as usize,
            };
            let day = handovers[handover].date().plus(draw.below(120) as i32);
            let time = format!("{day} {:02}:{:02}:{:02}", 9 + draw.below(9), draw.below(60), draw.below(60));
            let is_leaked = at % every == 0 && at / every < leaked;
            let fate = if is_leaked { fates[(at / every) as usize % fates.len()] } else { Fate::Kept };
            // What a list holds twice it holds twice in every download of the whole.
            let rows = if fate == Fate::Deduplicated && rows == length { length * 2 / 3 } else { rows };
            Made { client, handover, rows, time, fate, name: format!("download-{at}") }
        })
        .collect()
}

fn spec(made: &Made) -> SeizedSpec {
    let part = Part::of_handover(made.client, made.handover, made.rows);
    let spec = SeizedSpec::new(&made.name).part(part);
    match made.fate {
        Fate::Sorted => spec.order(SeizedOrder::Kana).damage(0.01),
        _ => spec,
    }
}

/// The log that the server kept, with the name of the client or without.
fn log_of(all: &[Made], with_clients: bool) -> ComparedLogs {
    let mut text = "実行日時,担当者ID,委託元,出力件数\n".to_owned();
    for made in all {
        let twice = if made.fate == Fate::Deduplicated { 1 + made.rows / 40 } else { 0 };
        let client = INCIDENT.world.client(made.client).unwrap();
        let client = if with_clients { client.id() } else { "" };
        writeln!(text, "{},op{:02},{client},\"{}件\"", made.time, made.client % 17, made.rows + twice)
            .unwrap();
    }
    let mut logs = DownloadLogs::new(&INCIDENT.examiner, &[]);
    let facts = logs.add(text.as_bytes(), &ReadOptions::default(), &LogOptions::default()).unwrap();
    assert_eq!((facts.downloads, facts.rejects.rows()), (all.len() as u64, 0));
    logs.finish()
}

fn answer(spec: &SeizedSpec) -> FileAnswer {
    let bytes = INCIDENT.world.seize(spec).unwrap().bytes;
    INCIDENT.examiner.attribute_list(Cursor::new(bytes), &ReadOptions::default(), false, &()).unwrap()
}

#[derive(Default)]
struct Figures {
    asked: u32,
    first: u32,
    told: u32,
    /// Downloads told that are not the one, and not of its client with as many rows.
    wrong: u32,
    files: u32,
}

impl Figures {
    fn add(&mut self, part: &ComparedPart, place: usize, logs: &ComparedLogs) {
        let matches = &part.found.matches;
        self.asked += 1;
        self.first += u32::from(matches.first().is_some_and(|of| is_it(of, place, logs)));
        self.told += u32::from(matches.iter().any(|of| of.download == place && of.is_told()));
        self.wrong += matches.iter().filter(|of| of.is_told() && !is_it(of, place, logs)).count() as u32;
    }
}

/// True for the download, and for another of the same client, handover and number of rows, which nothing tells from it.
fn is_it(of: &Match, place: usize, logs: &ComparedLogs) -> bool {
    let (one, other) = (logs.download(of.download), logs.download(place));
    of.download == place || one.client.is_some() && one.client == other.client && one.rows == other.rows
}

#[test]
fn the_download_of_a_leaked_file_is_ranked_first() {
    let (downloads, leaked) = (number("MEIBO_DOWNLOADS", 240), number("MEIBO_DOWNLOADS_LEAKED", 12));
    let all = draw(downloads, leaked);
    for with_clients in [true, false] {
        let logs = log_of(&all, with_clients);
        let mut figures: Vec<(Fate, Figures)> = [Fate::Whole, Fate::Deduplicated, Fate::Sorted, Fate::Merged]
            .map(|fate| (fate, Figures::default()))
            .into();
        let mut turnout = Turnout::default();
        for (place, made) in all.iter().enumerate().filter(|(_, made)| made.fate != Fate::Kept) {
            let other =
                all.get(place + 1).filter(|other| made.fate == Fate::Merged && other.client != made.client);
            let spec = match other {
                Some(other) => spec(made).part(Part::of_handover(other.client, other.handover, other.rows)),
                None => spec(made),
            };
            let answer = answer(&spec);
            let compared = logs.compare(&INCIDENT.examiner, &answer, None, None);
            for part in &compared {
                let ComparedPart { subject, records, found } = part;
                turnout.add(PartFound { file: place, client: subject.client, records: *records, found });
            }
            let of = &mut figures.iter_mut().find(|(fate, _)| *fate == made.fate).unwrap().1;
            of.files += 1;
            let part_of = |client: usize| {
                let id = INCIDENT.world.client(client).unwrap().id();
                let named = |part: &&ComparedPart| {
                    let clients = part.subject.client.iter().chain(&part.subject.not_separable_from);
                    clients.into_iter().any(|client| INCIDENT.examiner.client_name(*client) == id)
                };
                compared.iter().find(named)
            };
            if let Some(part) = part_of(made.client) {
                of.add(part, place, &logs);
            }
            if let Some((part, place)) = other.and_then(|other| Some((part_of(other.client)?, place + 1))) {
                of.add(part, place, &logs);
            }
        }
        let clients = if with_clients { "with" } else { "without" };
        for (fate, of) in &figures {
            println!(
                "log of {downloads} downloads {clients} clients, {fate:?}: {} files, {} parts of the right client; download first {}, \
                 told {}, others told {}",
                of.files, of.asked, of.first, of.told, of.wrong
            );
        }
        let sum = |what: fn(&Figures) -> u32| figures.iter().map(|(_, of)| what(of)).sum::<u32>();
        let told = (0..logs.len()).filter(|place| turnout.of(logs.downloads(), *place) == TurnedUp::Told);
        let kept = told.clone().filter(|place| all[*place].fate == Fate::Kept).count();
        println!(
            "  {} downloads told to have turned up, {kept} of them kept by the server or merged",
            told.count()
        );
        assert!(sum(|of| of.asked) * 10 >= sum(|of| of.files) * 9);
        if with_clients {
            assert!(sum(|of| of.first) * 100 >= sum(|of| of.asked) * 80, "{}", sum(|of| of.first));
        }
        assert!(sum(|of| of.wrong) * 10 <= sum(|of| of.asked), "{}", sum(|of| of.wrong));
    }
}

#[test]
fn a_log_of_other_lists_is_said_not_to_fit() {
    // Nobody's rows, and a client's: the log is of other clients, and of days before any handover.
    let all = draw(120, 0);
    let logs = log_of(&all, true);
    let strangers = SeizedSpec::new("strangers").part(Part::of_strangers(217));
    for part in logs.compare(&INCIDENT.examiner, &answer(&strangers), None, None) {
        assert!(part.subject.client.is_none());
        assert!(part.found.matches.iter().all(|of| of.rows.state() != State::Contradicts));
    }
    let made = &all[0];
    let text = format!(
        "日時,委託元,件数\n1999-04-01,{},{}\n",
        INCIDENT.world.client(made.client).unwrap().id(),
        made.rows
    );
    let mut logs = DownloadLogs::new(&INCIDENT.examiner, &[]);
    logs.add(text.as_bytes(), &ReadOptions::default(), &LogOptions::default()).unwrap();
    let logs = logs.finish();
    let compared = logs.compare(&INCIDENT.examiner, &answer(&spec(made)), None, None);
    let found = &compared.iter().find(|part| part.subject.client.is_some()).unwrap().found;
    assert_eq!((found.fitting, found.matches[0].handover.state()), (0, State::Contradicts));
}
