//! What download logs say, as version 1 of the JSON report has it under `log`.

use serde::{Deserialize, Serialize};

use super::v1::{Field, Reject};
use crate::Lang;
use crate::log::{self, DownloadFacts, DownloadFound, DownloadMatch, EventView, LogRead, PartLog, TimeNoted};
use crate::numbers::expected_number;
use meibo_attribution::RowsSaid;

/// A download, as a log tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    /// The log.
    pub log: String,
    /// Its row there, from 1.
    pub row: u64,
    /// When.
    pub time: Option<String>,
    /// Who; empty where the log does not tell, as the texts below.
    pub account: String,
    /// Whose list, as the log has it.
    pub client_text: String,
    /// What it was called.
    pub list: String,
    /// From where.
    pub host: String,
    /// The registry's client that is meant.
    pub client: Option<String>,
    /// How many rows.
    pub rows: Option<u64>,
    /// How many bytes: at least, and at most.
    pub bytes: Option<[u64; 2]>,
}

/// What one comparison says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// What was compared: `rows`, `bytes`, `client`, `handover`, `file_time`.
    pub by: String,
    /// `agrees`, `not_told`, `contradicts`.
    pub state: String,
    /// Why, in words.
    pub reason: String,
}

/// Where a download has as many rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EqualRows {
    /// What was counted of the file.
    pub counted: String,
    /// How many of the downloads compared have such a number by chance.
    pub expected_by_chance: f64,
    /// How many those are.
    pub among: u64,
    /// Downloads of others with such a number.
    pub of_others: u64,
}

/// A download held against a file or a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// The download.
    pub download: Download,
    /// Whether nothing contradicts, and rows, size or client speak for it.
    pub fits: bool,
    /// What each comparison says.
    pub said: Vec<Said>,
    /// Where it has as many rows.
    pub equal_rows: Option<EqualRows>,
}

/// How many rows the download of a file may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// What was counted.
    pub counted: String,
    /// At least, and at most.
    pub rows: [u64; 2],
}

/// A file as a whole, or a part of it, and the downloads that fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The client; none for a file that is not of one client alone.
    pub client: Option<String>,
    /// Records.
    pub records: u64,
    /// How many rows its download may have.
    pub counts: Vec<Count>,
    /// How many downloads fit.
    pub fitting: u64,
    /// The best first, and others that have as many rows, which chance may explain or something contradicts.
    pub downloads: Vec<Match>,
}

/// When a file was last changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Modified {
    /// When.
    pub time: String,
    /// What noted it.
    pub noted_in: String,
}

/// Something on a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub time: String,
    /// `handover`, `download`, `file`.
    pub kind: String,
    /// The client, where it is of one.
    pub client: Option<String>,
    /// The file, or the log; none of a handover.
    pub path: Option<String>,
    /// The row of the log.
    pub row: Option<u64>,
    /// How many rows were downloaded.
    pub rows: Option<u64>,
}

/// What download logs say of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileLog {
    /// When it was last changed.
    pub modified: Option<Modified>,
    /// The file as a whole, and, where it is of several clients, each part.
    pub parts: Vec<Part>,
    /// Handovers, downloads and the file's time, in order.
    pub timeline: Vec<Event>,
}

/// How a log was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Where it was.
    pub path: String,
    /// Digest of its bytes.
    pub blake3: String,
    /// Rows without the header.
    pub rows: u64,
    /// Downloads that it tells of.
    pub downloads: u64,
    /// Those of registered clients.
    pub of_clients: u64,
    /// Those whose time tells no zone.
    pub without_zone: u64,
    /// Columns by what they hold.
    pub columns: Vec<Field>,
    /// Rows that were not used, by reason.
    pub rejects: Vec<Reject>,
}

/// A download, and whether its rows have turned up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The download.
    pub download: Download,
    /// `told`, `possible`, `nothing`, `not_named`.
    pub turned_up: String,
    /// Files that fit by rows or size.
    pub files: Vec<String>,
    /// Records of these that are its client's.
    pub records: u64,
    /// Records of its client in all files.
    pub client_records: u64,
}

/// What download logs say of all files together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLog {
    /// The logs.
    pub logs: Vec<Log>,
    /// Downloads.
    pub downloads: Vec<Found>,
    /// Downloads beyond these.
    pub more_downloads: u64,
    /// How many there are of each sort, listed or not.
    pub turned_up: TurnedUp,
    /// Handovers, downloads that fit, and times of files, in order.
    pub timeline: Vec<Event>,
}

/// Of how many downloads rows have turned up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnedUp {
    /// A file fits by its number of rows or its size.
    pub told: u64,
    /// Records of the client have turned up.
    pub possible: u64,
    /// Nothing of the client has.
    pub nothing: u64,
    /// No registered client is named.
    pub not_named: u64,
}

impl TurnedUp {
    pub(super) fn of([told, possible, nothing, not_named]: [u64; 4]) -> Self {
        TurnedUp { told, possible, nothing, not_named }
    }
}

/// The logs that were read.
pub(super) fn logs(of: &log::CaseLog) -> Vec<Log> {
    of.logs.iter().map(Log::of).collect()
}

impl Log {
    fn of(read: &LogRead) -> Self {
        let field = |found: &crate::FieldFound| Field {
            field: found.field.clone(),
            columns: found.columns.iter().map(|&column| column as u64).collect(),
            found_by: found.found_by.clone(),
        };
        let reject =
            |reject: &crate::RejectCount| Reject { reason: reject.reason.clone(), rows: reject.rows };
        Log {
            path: read.path.clone(),
            blake3: read.blake3.clone(),
            rows: read.rows,
            downloads: read.downloads,
            of_clients: read.of_clients,
            without_zone: read.without_zone,
            columns: read.columns.iter().map(field).collect(),
            rejects: read.rejects.iter().map(reject).collect(),
        }
    }
}

impl Download {
    fn of(facts: &DownloadFacts) -> Self {
        Download {
            log: facts.log.clone(),
            row: facts.row,
            time: facts.time.clone(),
            account: facts.account.clone(),
            client_text: facts.client_text.clone(),
            list: facts.list.clone(),
            host: facts.host.clone(),
            client: facts.client.clone(),
            rows: facts.rows,
            bytes: facts.bytes,
        }
    }
}

impl Match {
    fn of(of: &DownloadMatch) -> Self {
        let said = log::reasons(Lang::En, &of.said).map(|(by, state, reason)| Said {
            by: by.to_owned(),
            state: state.as_str().to_owned(),
            reason,
        });
        let equal_rows = match of.said.rows {
            RowsSaid::Equal { of, expected, among, others } => Some(EqualRows {
                counted: of.as_str().to_owned(),
                expected_by_chance: expected_number(expected),
                among,
                of_others: others,
            }),
            _ => None,
        };
        Match { download: Download::of(&of.download), fits: of.said.fits(), said: said.into(), equal_rows }
    }
}

impl Part {
    fn of(part: &PartLog) -> Self {
        let count = |count: &meibo_attribution::CountRange| Count {
            counted: count.of.as_str().to_owned(),
            rows: [count.least, count.most],
        };
        Part {
            client: part.client.clone(),
            records: part.records,
            counts: part.counts.iter().map(count).collect(),
            fitting: part.fitting,
            downloads: part.downloads.iter().map(Match::of).collect(),
        }
    }
}

impl FileLog {
    pub(super) fn of(path: &str, file: &log::FileLog) -> Self {
        let modified = |TimeNoted { time, noted_in, .. }: &TimeNoted| Modified {
            time: time.clone(),
            noted_in: noted_in.clone(),
        };
        FileLog {
            modified: file.modified.as_ref().map(modified),
            parts: file.parts.iter().map(Part::of).collect(),
            timeline: log::events([(path, file)]).iter().map(Event::of).collect(),
        }
    }
}

impl Found {
    pub(super) fn of(found: &DownloadFound) -> Self {
        Found {
            download: Download::of(&found.download),
            turned_up: found.turned_up.as_str().to_owned(),
            files: found.files.clone(),
            records: found.records,
            client_records: found.client_records,
        }
    }
}

impl Event {
    pub(super) fn of(event: &EventView) -> Self {
        Event {
            time: event.time.replacen(' ', "T", 1),
            kind: event.kind.to_owned(),
            client: event.client.clone(),
            path: (!event.what.is_empty()).then(|| event.what.clone()),
            row: event.row,
            rows: event.rows,
        }
    }
}
