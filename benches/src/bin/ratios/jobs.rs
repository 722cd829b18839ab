//! The jobs that are measured, and the units they are measured in.

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use meibo::{
    CaseCounts, ClientId, Examiner, Fingerprinter, ListFacts, Observer, ReadOptions, RegistryKey, Stage,
};

use crate::clock::{self, Stopwatch};
use crate::naive::Naive;
use crate::prepare;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// Splitting the lists of all clients with the csv crate: the unit.
    Parse,
    /// Asking the registry of latest handovers about them, as the seized files of one case.
    AttributeLatest,
    /// Asking the registry of all handovers.
    AttributeAll,
    /// Asking the registry of latest handovers about one list with about a hundredth of the rows.
    AttributeHundredth,
    /// The same question put together from crates as they come, to some rows.
    Naive,
    /// Making the fingerprints of all lists.
    Fingerprint,
}

/// Work on one thread or on as many as the machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) one_thread: bool,
}

impl Job {
    /// The jobs of a round.
    pub(crate) const ALL: [Job; 10] = [
        Job::on_one(Work::Parse),
        Job::on_all(Work::AttributeLatest),
        Job::on_one(Work::AttributeLatest),
        Job::on_all(Work::AttributeAll),
        Job::on_one(Work::AttributeAll),
        Job::on_all(Work::AttributeHundredth),
        Job::on_one(Work::AttributeHundredth),
        Job::on_one(Work::Naive),
        Job::on_all(Work::Fingerprint),
        Job::on_one(Work::Fingerprint),
    ];

    pub(crate) const fn on_one(work: Work) -> Self {
        Self { work, one_thread: true }
    }

    pub(crate) const fn on_all(work: Work) -> Self {
        Self { work, one_thread: false }
    }

    pub(crate) fn name(self) -> &'static str {
        match self.work {
            Work::Parse => "csv crate, ByteRecord",
            Work::AttributeLatest => "attribute, latest handovers",
            Work::AttributeAll => "attribute, all handovers",
            Work::AttributeHundredth => "attribute a hundredth, latest",
            Work::Naive => "naive, latest handovers",
            Work::Fingerprint => "fingerprint",
        }
    }
}

/// How long a job took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Time {
    pub(crate) rows: u64,
    pub(crate) total: Duration,
    pub(crate) stages: [Duration; Stage::ALL.len()],
}

impl Time {
    /// Seconds a row.
    pub(crate) fn of_row(&self) -> f64 {
        self.total.as_secs_f64() / self.rows.max(1) as f64
    }
}

/// What the jobs work on.
pub(crate) struct Bench {
    pub(crate) directory: PathBuf,
    pub(crate) latest: Examiner,
    /// None where it is left out.
    pub(crate) all: Option<Examiner>,
    pub(crate) naive: Naive,
}

impl Bench {
    pub(crate) fn run(&self, job: Job) -> Result<Time, Box<dyn Error>> {
        let threads = usize::from(job.one_thread);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        pool.install(|| self.timed(job.work).map_err(|error| error.to_string())).map_err(Into::into)
    }

    fn timed(&self, work: Work) -> Result<Time, Box<dyn Error>> {
        let lists = prepare::lists(&self.directory)?;
        let watch = Stopwatch::new();
        let start = clock::now();
        let rows = match work {
            Work::Parse => lists.iter().map(|list| parse(list)).sum::<Result<u64, _>>()?,
            Work::AttributeLatest => attribute(&self.latest, &lists, &watch)?,
            Work::AttributeAll => match &self.all {
                Some(all) => attribute(all, &lists, &watch)?,
                None => 0,
            },
            Work::AttributeHundredth => attribute(&self.latest, &hundredth(&lists), &watch)?,
            Work::Naive => self.naive.attribute(&self.directory.join(prepare::SEIZED))?,
            Work::Fingerprint => {
                lists.iter().map(|list| fingerprint(list, &watch)).sum::<Result<u64, _>>()?
            }
        };
        Ok(Time { rows, total: start.elapsed(), stages: watch.stop() })
    }
}

fn parse(path: &Path) -> Result<u64, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).buffer_capacity(1 << 16).from_path(path)?;
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record)? {
        rows += 1;
    }
    Ok(rows)
}

/// Asks about files of one case and says how many rows they have.
pub(crate) fn attribute(
    examiner: &Examiner,
    paths: &[PathBuf],
    observer: &dyn Observer,
) -> Result<u64, Box<dyn Error>> {
    let (mut case, mut rows) = (CaseCounts::default(), 0);
    for path in paths {
        let counts = examiner.count_list(File::open(path)?, &ReadOptions::default(), false, observer)?;
        rows += counts.rows();
        case.add(counts);
    }
    black_box(examiner.infer_case(case, observer));
    Ok(rows)
}

/// The list whose size is nearest to a hundredth of all.
fn hundredth(lists: &[PathBuf]) -> Vec<PathBuf> {
    let size = |path: &PathBuf| fs::metadata(path).map_or(0, |facts| facts.len());
    let wanted = lists.iter().map(size).sum::<u64>() / 100;
    lists.iter().min_by_key(|list| size(list).abs_diff(wanted)).cloned().into_iter().collect()
}

/// Makes a list's fingerprint and says how many rows the list has.
pub(crate) fn fingerprint(list: &Path, observer: &dyn Observer) -> Result<u64, Box<dyn Error>> {
    let (fingerprinter, facts) = read_list(list, observer)?;
    fingerprinter.finish(ClientId::new("client")?, "2023-01-31".parse()?)?;
    Ok(facts.rows)
}

/// Reads a list for its fingerprint, twice where it holds values that stand for nobody.
pub(crate) fn read_list(
    list: &Path,
    observer: &dyn Observer,
) -> Result<(Fingerprinter, ListFacts), Box<dyn Error>> {
    let mut fingerprinter = Fingerprinter::new(&RegistryKey::from_bytes(prepare::KEY));
    let mut facts = fingerprinter.add_list(File::open(list)?, &ReadOptions::default(), observer)?;
    if let Some(mut again) = fingerprinter.again() {
        facts = again.add_list(File::open(list)?, &ReadOptions::default(), observer)?;
        fingerprinter = again;
    }
    Ok((fingerprinter, facts))
}
