//! The jobs that are measured, and the unit they are measured in.

use std::error::Error;
use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use meibo::{ClientId, Examiner, Fingerprinter, Observer, ReadOptions, RegistryKey, Stage};

use crate::clock::{self, Stopwatch};
use crate::prepare;

/// What is done with the seized file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Splitting it with the csv crate: the unit.
    Parse,
    /// Asking the registry of latest handovers.
    AttributeLatest,
    /// Asking the registry of all handovers.
    AttributeAll,
    /// Making its fingerprint, as if it were an owner's list.
    Fingerprint,
}

/// Work on one thread or on as many as the machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) one_thread: bool,
}

impl Job {
    /// The jobs of a round; the first is the unit.
    pub(crate) const ALL: [Job; 7] = [
        Job::new(Work::Parse, true),
        Job::new(Work::AttributeLatest, true),
        Job::new(Work::AttributeLatest, false),
        Job::new(Work::AttributeAll, true),
        Job::new(Work::AttributeAll, false),
        Job::new(Work::Fingerprint, true),
        Job::new(Work::Fingerprint, false),
    ];

    const fn new(work: Work, one_thread: bool) -> Self {
        Self { work, one_thread }
    }

    pub(crate) fn name(self) -> &'static str {
        match self.work {
            Work::Parse => "csv crate, ByteRecord",
            Work::AttributeLatest => "attribute, latest handovers",
            Work::AttributeAll => "attribute, all handovers",
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

/// What the jobs work on.
pub(crate) struct Bench {
    pub(crate) file: PathBuf,
    pub(crate) latest: Examiner,
    pub(crate) all: Examiner,
}

impl Bench {
    pub(crate) fn run(&self, job: Job) -> Result<Time, Box<dyn Error>> {
        let threads = usize::from(job.one_thread);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        pool.install(|| self.timed(job.work).map_err(|error| error.to_string())).map_err(Into::into)
    }

    fn timed(&self, work: Work) -> Result<Time, Box<dyn Error>> {
        let file = File::open(&self.file)?;
        let watch = Stopwatch::new();
        let start = clock::now();
        let rows = match work {
            Work::Parse => parse(file)?,
            Work::AttributeLatest => attribute(&self.latest, file, &watch)?,
            Work::AttributeAll => attribute(&self.all, file, &watch)?,
            Work::Fingerprint => fingerprint(file, &watch)?,
        };
        Ok(Time { rows, total: start.elapsed(), stages: watch.stop() })
    }
}

fn parse(file: File) -> Result<u64, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(file);
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record)? {
        rows += 1;
    }
    Ok(rows)
}

fn attribute(examiner: &Examiner, file: File, observer: &dyn Observer) -> Result<u64, meibo::Error> {
    Ok(examiner.attribute_list(file, &ReadOptions::default(), false, observer)?.rows)
}

fn fingerprint(file: File, observer: &dyn Observer) -> Result<u64, Box<dyn Error>> {
    let mut fingerprinter = Fingerprinter::new(&RegistryKey::from_bytes(prepare::KEY));
    let facts = fingerprinter.add_list(file, &ReadOptions::default(), observer)?;
    fingerprinter.finish(ClientId::new("seized")?, "2023-01-31".parse()?)?;
    Ok(facts.rows)
}
