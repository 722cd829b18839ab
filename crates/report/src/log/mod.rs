//! What download logs say of seized files: facts to report, beside the evidence of attribution and never in it.

mod time;
mod view;
mod words;

use meibo_attribution::{CountRange, Match, TurnedUp};

pub(crate) use view::{EventView, events};
pub(crate) use words::{
    cells, download_titles, found_cells, found_titles, heading, log_facts, more, notes, of_file, reasons,
    timeline_cells, timeline_titles, title, told,
};

/// What a download log told of one download.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DownloadFacts {
    /// Where the log was, as the user named it.
    pub log: String,
    /// The row there, from 1, the header not counted.
    pub row: u64,
    /// When, as ISO 8601 as far as the log tells; with the zone, where it tells that.
    pub time: Option<String>,
    /// The middle of the seconds since 1970 that it can have been, of UTC: what a timeline is in order of.
    pub order: Option<i64>,
    /// Who; empty where the log does not tell, as the texts below.
    pub account: String,
    /// Whose list, as the log has it.
    pub client_text: String,
    /// What the list was called.
    pub list: String,
    /// From where.
    pub host: String,
    /// Name of the registry's client that is meant.
    pub client: Option<String>,
    /// How many rows.
    pub rows: Option<u64>,
    /// How many bytes: at least, and at most.
    pub bytes: Option<[u64; 2]>,
}

/// A download that was compared with a file or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct DownloadMatch {
    /// What the log told of it.
    pub download: DownloadFacts,
    /// What the comparisons say.
    pub said: Match,
}

/// A file as a whole, or the part of it that is one client's, and the downloads that fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartLog {
    /// Name of the client; none for the file as a whole, where it is not of one client alone.
    pub client: Option<String>,
    /// Records of it.
    pub records: u64,
    /// How many rows its download may have.
    pub counts: Vec<CountRange>,
    /// The downloads that fit, the best first, then others with as many rows.
    pub downloads: Vec<DownloadMatch>,
    /// How many fit in all.
    pub fitting: u64,
}

/// When something that is compared with downloads was, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeNoted {
    /// ISO 8601, with the zone where it is told.
    pub time: String,
    /// As [`DownloadFacts::order`].
    pub order: i64,
    /// What noted it: `file system`, `ZIP entry`.
    pub noted_in: String,
}

/// A day of a client's handover that a file's rows may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverNoted {
    /// Name of the client.
    pub client: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    /// As [`DownloadFacts::order`].
    pub order: i64,
}

/// What download logs say of one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileLog {
    /// When the file was last changed.
    pub modified: Option<TimeNoted>,
    /// The file as a whole, and, where it is of several clients, each part of it.
    pub parts: Vec<PartLog>,
    /// The handovers that its sources' rows may be of.
    pub handovers: Vec<HandoverNoted>,
}

/// How a log was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogRead {
    /// Where it was, as the user named it.
    pub path: String,
    /// Hexadecimal BLAKE3 digest of its bytes.
    pub blake3: String,
    /// Rows, usable or not, without the header.
    pub rows: u64,
    /// Downloads that it tells of.
    pub downloads: u64,
    /// Rows that were not used, by reason.
    pub rejects: Vec<crate::RejectCount>,
    /// Columns by what they hold: the field, the column from 1, and what told so.
    pub columns: Vec<crate::FieldFound>,
    /// Downloads that name a client of the registry.
    pub of_clients: u64,
    /// Downloads whose time tells no zone.
    pub without_zone: u64,
}

/// A download, and whether its rows have turned up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownloadFound {
    /// What the log told of it.
    pub download: DownloadFacts,
    /// Whether.
    pub turned_up: TurnedUp,
    /// Paths of the files that fit by rows or size.
    pub files: Vec<String>,
    /// Records of these that are its client's, or all of theirs where no client is known.
    pub records: u64,
    /// Records of its client in all files.
    pub client_records: u64,
}

/// What download logs say of all files together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseLog {
    /// The logs.
    pub logs: Vec<LogRead>,
    /// Downloads, those first whose rows have turned up.
    pub downloads: Vec<DownloadFound>,
    /// Downloads beyond these.
    pub more_downloads: u64,
    /// How many there are of each sort, in the order of [`TurnedUp::ALL`], listed or not.
    pub turned_up: [u64; 4],
}
