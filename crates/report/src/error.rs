//! Why a report could not be written.

use std::io;

use crate::text::visible;

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The place the report goes to refused it.
    #[error(
        "the report could not be written: {0}; check the free space and the permissions of its destination"
    )]
    Io(#[from] io::Error),
    /// A source names a client that the case does not list.
    #[error("{shown}: the attribution names client number {client} of {clients}; pass the clients of the registry it was made with", shown = visible(path))]
    UnknownClient {
        /// The file reported on.
        path: String,
        /// Number of the client, from 0.
        client: usize,
        /// Clients the case lists.
        clients: usize,
    },
    /// A source names a handover that the case does not list.
    #[error("{shown}: the attribution names handover number {handover} of {handovers}; pass the handovers of the registry it was made with", shown = visible(path))]
    UnknownHandover {
        /// The file reported on.
        path: String,
        /// Number of the handover, from 0.
        handover: usize,
        /// Handovers the case lists.
        handovers: usize,
    },
    /// The overlaps are those of other clients.
    #[error(
        "the overlaps are those of {overlaps} clients, the registry has {clients}; pass the clients of the registry they were made with"
    )]
    OverlapOfOthers {
        /// Clients that overlaps are told of.
        overlaps: usize,
        /// Clients the case lists.
        clients: usize,
    },
    /// The parts of the answer are not the whole.
    #[error("{shown}: sources and the unattributed rest hold {parts} records, the file {records}; nothing was reported for it, please report this as a bug", shown = visible(path))]
    PartsDoNotAddUp {
        /// The file reported on.
        path: String,
        /// Records of all sources and of the rest.
        parts: u128,
        /// Records of the file.
        records: u64,
    },
    /// The persons over all files are more than the files hold, or fewer than one of them does.
    #[error(
        "all files together hold {least} to {most} persons on {records} records, not {persons}; nothing was reported of them together, please report this as a bug"
    )]
    PersonsDoNotAddUp {
        /// Persons over all files, as told.
        persons: u64,
        /// Persons of the file that has most.
        least: u64,
        /// The sum of the files' persons.
        most: u64,
        /// Records of all files.
        records: u64,
    },
    /// The verdict contradicts the sources.
    #[error("{shown}: the verdict {verdict:?} does not go with {sources} sources; nothing was reported for it, please report this as a bug", shown = visible(path))]
    VerdictWithoutSources {
        /// The file reported on.
        path: String,
        /// The verdict.
        verdict: meibo_attribution::Verdict,
        /// Sources listed.
        sources: usize,
    },
}

impl From<serde_json::Error> for ReportError {
    fn from(error: serde_json::Error) -> Self {
        ReportError::Io(error.into())
    }
}
