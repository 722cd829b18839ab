//! The jobs that are measured, and the units they are measured in.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use meibo::{ClientId, Examiner, Fingerprinter, Observer, ReadOptions, RegistryKey, Stage};

use crate::clock::{self, Stopwatch};
use crate::naive::Naive;
use crate::prepare;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// Splitting the seized file with the csv crate: the unit.
    Parse,
    /// Asking the registry of latest handovers about it.
    AttributeLatest,
    /// Asking the registry of all handovers.
    AttributeAll,
    /// Asking the registry of latest handovers about a hundredth of it.
    AttributeHundredth,
    /// The same question put together from crates as they come, to the first rows.
    Naive,
    /// Splitting all lists.
    ParseLists,
    /// Making the fingerprints of all lists.
    FingerprintLists,
}

/// Work on one thread or on as many as the machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) one_thread: bool,
}

impl Job {
    /// The jobs of a round.
    pub(crate) const ALL: [Job; 11] = [
        Job::on_one(Work::Parse),
        Job::on_all(Work::AttributeLatest),
        Job::on_one(Work::AttributeLatest),
        Job::on_all(Work::AttributeAll),
        Job::on_one(Work::AttributeAll),
        Job::on_all(Work::AttributeHundredth),
        Job::on_one(Work::AttributeHundredth),
        Job::on_one(Work::Naive),
        Job::on_one(Work::ParseLists),
        Job::on_all(Work::FingerprintLists),
        Job::on_one(Work::FingerprintLists),
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
            Work::ParseLists => "csv crate, all lists",
            Work::FingerprintLists => "fingerprint all lists",
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
    pub(crate) all: Examiner,
    pub(crate) naive: Naive,
}

impl Bench {
    pub(crate) fn run(&self, job: Job) -> Result<Time, Box<dyn Error>> {
        let threads = usize::from(job.one_thread);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        pool.install(|| self.timed(job.work).map_err(|error| error.to_string())).map_err(Into::into)
    }

    fn timed(&self, work: Work) -> Result<Time, Box<dyn Error>> {
        let seized = self.directory.join(prepare::SEIZED);
        let hundredth = self.directory.join(prepare::HUNDREDTH);
        let lists = prepare::lists(&self.directory)?;
        let watch = Stopwatch::new();
        let start = clock::now();
        let rows = match work {
            Work::Parse => parse(&seized)?,
            Work::AttributeLatest => attribute(&self.latest, &seized, &watch)?,
            Work::AttributeAll => attribute(&self.all, &seized, &watch)?,
            Work::AttributeHundredth => attribute(&self.latest, &hundredth, &watch)?,
            Work::Naive => self.naive.attribute(&seized)?,
            Work::ParseLists => lists.iter().map(|list| parse(list)).sum::<Result<u64, _>>()?,
            Work::FingerprintLists => {
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

fn attribute(examiner: &Examiner, path: &Path, observer: &dyn Observer) -> Result<u64, Box<dyn Error>> {
    Ok(examiner.attribute_list(File::open(path)?, &ReadOptions::default(), false, observer)?.rows)
}

/// Makes a list's fingerprint and says how many rows the list has.
pub(crate) fn fingerprint(list: &Path, observer: &dyn Observer) -> Result<u64, Box<dyn Error>> {
    let mut fingerprinter = Fingerprinter::new(&RegistryKey::from_bytes(prepare::KEY));
    let mut facts = fingerprinter.add_list(File::open(list)?, &ReadOptions::default(), observer)?;
    if let Some(mut again) = fingerprinter.again() {
        facts = again.add_list(File::open(list)?, &ReadOptions::default(), observer)?;
        fingerprinter = again;
    }
    fingerprinter.finish(ClientId::new("client")?, "2023-01-31".parse()?)?;
    Ok(facts.rows)
}
