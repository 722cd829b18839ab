//! The jobs that are timed.

use std::hint::black_box;
use std::time::{Duration, Instant};

use meibo_normalize::{Canonical, Normalizer};
use unicode_normalization::UnicodeNormalization;

use crate::lists::List;

/// What is done with every row of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// The row's text by `nfkc()` of unicode-normalization.
    Nfkc,
    /// The row's text by the folding of the exact level, which does more.
    Fold,
    /// Cell by cell.
    NfkcOfCells,
    /// Cell by cell.
    FoldCells,
    /// The row split by the csv crate into a `ByteRecord`.
    Split,
    /// The record brought into the form that keys are made of.
    Canonicalize,
}

impl Job {
    pub(crate) const ALL: [Job; 6] =
        [Job::Nfkc, Job::Fold, Job::NfkcOfCells, Job::FoldCells, Job::Split, Job::Canonicalize];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Job::Nfkc => "nfkc()",
            Job::Fold => "folding",
            Job::NfkcOfCells => "nfkc(), cell by cell",
            Job::FoldCells => "folding, cell by cell",
            Job::Split => "csv crate, ByteRecord",
            Job::Canonicalize => "canonicalised",
        }
    }

    fn run(self, list: &List) {
        match self {
            Job::Nfkc => each(&list.texts, nfkc),
            Job::Fold => each(&list.texts, meibo_normalize::fold_characters),
            Job::NfkcOfCells => each(list.cells(), nfkc),
            Job::FoldCells => each(list.cells(), meibo_normalize::fold_characters),
            Job::Split => split(&list.sample.csv),
            Job::Canonicalize => {
                let (mut normalizer, mut canonical) = (Normalizer::new(), Canonical::new());
                for record in &list.sample.records {
                    normalizer.canonicalize(black_box(record), &mut canonical);
                    black_box(&canonical);
                }
            }
        }
    }
}

fn nfkc(text: &str, folded: &mut String) {
    folded.extend(text.nfkc());
}

fn each<T: AsRef<str>>(texts: impl IntoIterator<Item = T>, fold: impl Fn(&str, &mut String)) {
    let mut folded = String::new();
    for text in texts {
        folded.clear();
        fold(black_box(text.as_ref()), &mut folded);
        black_box(&folded);
    }
}

fn split(csv: &[u8]) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv);
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).is_ok_and(|read| read) {
        black_box(&record);
    }
}

/// Nanoseconds a row, round by round, of each job.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    rounds: Vec<[f64; Job::ALL.len()]>,
}

impl Times {
    /// Does every job once.
    pub(crate) fn add(&mut self, list: &List) {
        let timed = Job::ALL.map(|job| {
            let start = Instant::now();
            job.run(list);
            nanoseconds(start.elapsed()) / list.rows().max(1) as f64
        });
        self.rounds.push(timed);
    }

    pub(crate) fn nanoseconds(&self, job: Job) -> f64 {
        median(self.rounds.iter().map(|round| round[job as usize]).collect())
    }

    /// How many times as long one job takes as another.
    pub(crate) fn ratio(&self, job: Job, unit: Job) -> f64 {
        median(self.rounds.iter().map(|round| round[job as usize] / round[unit as usize]).collect())
    }
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

pub(crate) fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}
