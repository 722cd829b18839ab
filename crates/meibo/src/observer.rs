//! How a job tells what it is doing; the library itself reads no clock and prints nothing.

/// A stage of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Reading bytes, decoding, splitting into rows and fields.
    Read,
    /// Fields to canonical form.
    Normalize,
    /// Keys to tokens.
    Hash,
    /// Tokens against the registry's index.
    Probe,
    /// Counting patterns and persons, or collecting tokens.
    Count,
    /// From pattern counts to sources.
    Infer,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Stage; 6] =
        [Stage::Read, Stage::Normalize, Stage::Hash, Stage::Probe, Stage::Count, Stage::Infer];

    /// The stage's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Stage::Read => "read",
            Stage::Normalize => "normalize",
            Stage::Hash => "hash",
            Stage::Probe => "probe",
            Stage::Count => "count",
            Stage::Infer => "infer",
        }
    }
}

/// Is told what a job does, always from the thread that started it. `()` does not listen.
pub trait Observer {
    /// The stage begins; the one before it has ended. Stages alternate, batch by batch. With several threads this tells what
    /// the thread that started the job does: others normalise, hash and probe one batch while it counts and reads the next,
    /// and `Normalize` stands for the time that it waits for them.
    fn stage(&self, stage: Stage) {
        let _ = stage;
    }

    /// So many rows have been read in all.
    fn rows(&self, rows: u64) {
        let _ = rows;
    }
}

impl Observer for () {}
