//! What is reported.

use meibo_attribution::{Attribution, ListOrder};

use crate::alike::Alike;

use crate::log::FileLog;

use crate::canaries::CanaryFinding;

/// The facts that all files of one job share.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Version of the tool, such as `0.1.0`.
    pub tool_version: String,
    /// The registry that was asked.
    pub registry: RegistryFacts,
    /// Names of the registry's clients, in the order that [`meibo_attribution::Client`] counts them.
    pub clients: Vec<String>,
    /// Dates (`YYYY-MM-DD`) of the registry's fingerprints, in the order that
    /// [`meibo_attribution::HandoverChoice`] counts them.
    pub handovers: Vec<String>,
    /// How the tool was called, for the reader of the report. Equal inputs give equal reports only if this leaves
    /// out what cannot change the answer: number of threads, verbosity, where the report goes.
    pub command_line: Option<String>,
}

/// The registry that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryFacts {
    /// Which key opened it; the id says nothing about the key itself.
    pub key_id: String,
    /// Clients with at least one fingerprint.
    pub clients: usize,
    /// Fingerprints.
    pub handovers: usize,
    /// `blake3:` and the hexadecimal digest of all fingerprints.
    pub digest: String,
    /// Fingerprints whose lists were at hand and were asked themselves; none where no list was offered.
    pub exact_handovers: Option<usize>,
}

/// One seized file and what was found out about it.
#[derive(Clone, Debug, PartialEq)]
pub struct FileCase {
    /// Where the file was, as the user named it; [`path_text`](crate::path_text) makes it from any path.
    pub path: String,
    /// Hexadecimal BLAKE3 digest of the file's bytes.
    pub blake3: String,
    /// Rows of the file, without its header.
    pub rows: u64,
    /// Whether the numbers of persons were counted, not estimated.
    pub persons_exact: bool,
    /// Rows that gave no record, by reason.
    pub rejects: Vec<RejectCount>,
    /// Values that stand for nobody and are in no key, by field.
    pub fillers: Vec<FillerCount>,
    /// Which columns were read as which field.
    pub fields: Vec<FieldFound>,
    /// Names for numbers of the answer.
    pub names: FileNames,
    /// The answer.
    pub attribution: Attribution,
    /// The decoys that it holds, for each record of decoys that was asked.
    pub canaries: Vec<CanaryFinding>,
    /// What download logs say of it; none where no log was offered.
    pub log: Option<FileLog>,
    /// What the order of its rows says of its sources' lists; those that show most first.
    pub order: Vec<ListOrder>,
    /// The lists that are written most as it is and of people most like its, the most alike first.
    pub alike: Vec<Alike>,
}

/// Names for what an answer knows as numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileNames {
    /// Names of the places of [`Unattributed::by_area`](meibo_attribution::Unattributed::by_area), in its order. A place
    /// without a name is counted among the others.
    pub areas: Vec<Option<String>>,
    /// Names of the fields that [`Settling::FewKeys`](meibo_attribution::Settling::FewKeys) counts, such as `phone`.
    pub fields: Vec<String>,
}

/// Rows that gave no record for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectCount {
    /// The reason, in words that hold no person's value.
    pub reason: String,
    /// How many rows.
    pub rows: u64,
}

/// Values of one field that stand for nobody, as too many people share each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillerCount {
    /// Name of the field, such as `name`.
    pub field: String,
    /// How many distinct values.
    pub values: u64,
    /// How many rows hold one.
    pub rows: u64,
    /// The first of them, counted from 1.
    pub first_row: u64,
}

/// A field and the columns it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFound {
    /// Name of the field, such as `name`.
    pub field: String,
    /// Columns that were joined to it, counted from 1.
    pub columns: Vec<usize>,
    /// What told so: `header`, `content`, `option`.
    pub found_by: String,
}
