//! What people read of download logs: the same words in every format.

use meibo_attribution::{
    BytesSaid, ClientSaid, Counted, HandoverSaid, Match, ModifiedSaid, RowsSaid, State, TurnedUp,
};

use super::time::{length, shown};
use super::{CaseLog, DownloadFacts, DownloadFound, DownloadMatch, EventView, FileLog, LogRead, PartLog};
use crate::numbers::{count, expected};
use crate::text::{quoted, visible};

/// How the section about download logs is headed.
pub(crate) const TITLE: &str = "Download logs";

/// The titles of downloads compared with a file.
pub(crate) const DOWNLOAD_TITLES: [&str; 4] = ["download", "rows", "agrees", "does not tell, or contradicts"];

/// The titles of downloads whose rows have turned up.
pub(crate) const FOUND_TITLES: [&str; 4] = ["download", "rows", "件 turned up", "in"];

/// The titles of the timeline.
pub(crate) const TIMELINE_TITLES: [&str; 3] = ["when", "what", "of"];

/// What has to be known to read these.
pub(crate) const NOTES: [&str; 3] = [
    "Downloads are compared by what the log says of them, not by their rows; none of it is in the evidence of the sources. Equal numbers \
     of rows count as agreeing only where hardly one log in ten would have such a number by chance.",
    "A file's time is when it was last changed, by the clock of the machine that changed it; copying may change it, and it only says that \
     what it holds is not younger.",
    "That nothing of a download has turned up does not say that its rows were not passed on.",
];

/// Files in which the rows of a download turned up that are named in a cell.
const FILES_NAMED: usize = 3;
/// Names of counts in a sentence.
const fn counted(of: Counted) -> &'static str {
    match of {
        Counted::Rows => "rows of the file",
        Counted::RowsAndHeader => "rows of the file and a header",
        Counted::Records => "records of the file",
        Counted::Persons => "distinct persons of the file",
        Counted::DuplicatesDropped => "rows of the file and persons that the list holds twice",
        Counted::Part => "records of the part, as far as their number is certain",
    }
}

/// A download as one cell: when, where in the log, and whose it was said to be.
pub(crate) fn download(facts: &DownloadFacts) -> String {
    let mut parts = vec![match &facts.time {
        Some(time) => shown(&visible(time)),
        None => "no time".to_owned(),
    }];
    parts.push(format!("{} row {}", visible(&facts.log), count(facts.row)));
    let texts = [&facts.client_text, &facts.list, &facts.account, &facts.host];
    parts.extend(texts.into_iter().filter(|text| !text.is_empty()).map(|text| visible(text)));
    parts.join(", ")
}

fn rows(facts: &DownloadFacts) -> String {
    facts.rows.map_or_else(|| "not told".to_owned(), count)
}

/// What stands under [`DOWNLOAD_TITLES`].
pub(crate) fn cells(of: &DownloadMatch) -> Vec<String> {
    let all = reasons(&of.said);
    let told = |states: &[State]| {
        let of_state: Vec<&str> = all
            .iter()
            .filter(|(_, state, _)| states.contains(state))
            .map(|(_, _, why)| why.as_str())
            .collect();
        of_state.join("; ")
    };
    let contradicting: Vec<String> = all
        .iter()
        .filter(|(_, state, _)| *state == State::Contradicts)
        .map(|(_, _, why)| format!("CONTRADICTS: {why}"))
        .collect();
    let not_told = told(&[State::NotTold]);
    let others: Vec<String> =
        contradicting.into_iter().chain((!not_told.is_empty()).then_some(not_told)).collect();
    vec![download(&of.download), rows(&of.download), told(&[State::Agrees]), others.join("; ")]
}

/// What each comparison says, its state, and why.
pub(crate) fn reasons(said: &Match) -> [(&'static str, State, String); 5] {
    [
        ("rows", said.rows.state(), of_rows(&said.rows)),
        ("bytes", said.bytes.state(), of_bytes(said.bytes)),
        ("client", said.client.state(), of_client(said.client)),
        ("handover", said.handover.state(), of_handover(said.handover)),
        ("file_time", said.modified.state(), of_modified(said.modified)),
    ]
}

fn of_rows(said: &RowsSaid) -> String {
    match said {
        RowsSaid::Equal { of, expected: chance, among, others } => {
            let of_others = match others {
                0 => String::new(),
                1 => ", and 1 of others is".to_owned(),
                more => format!(", and {} of others are", count(*more)),
            };
            format!(
                "as many as the {}; by chance {} of {} downloads would be{of_others}",
                counted(*of),
                expected(*chance),
                count(*among)
            )
        }
        RowsSaid::More(more) => format!("{} rows more, of which the file may be a part", count(*more)),
        RowsSaid::Fewer(fewer) => format!("{} rows fewer, so that it cannot be all of it", count(*fewer)),
        RowsSaid::Between => "a number of rows between those that were counted".to_owned(),
        RowsSaid::NotLogged => "no number of rows".to_owned(),
    }
}

fn of_bytes(said: BytesSaid) -> String {
    match said {
        BytesSaid::Equal => "the size of the file to the byte",
        BytesSaid::Within => "about the size of the file",
        BytesSaid::Other => "another size, as files have that were saved again",
        BytesSaid::NotLogged => "no size to compare",
    }
    .to_owned()
}

fn of_client(said: ClientSaid) -> String {
    match said {
        ClientSaid::Same => "of the client that the rows are of",
        ClientSaid::NotSeparable => "of a client that cannot be told apart from the source",
        ClientSaid::Other => "of another client",
        ClientSaid::NotNamed => "of no client that is registered by the name in the log (--log-client)",
        ClientSaid::NoSource => "no single client is the source of all rows",
    }
    .to_owned()
}

fn of_handover(said: HandoverSaid) -> String {
    match said {
        HandoverSaid::InWindow => "in the time in which the rows can have been taken",
        HandoverSaid::Since => "not before the handover",
        HandoverSaid::AfterChange => "after a handover by which some rows had changed",
        HandoverSaid::TooEarly => "before any handover that the rows can be of",
        HandoverSaid::Several => "the rows are of several handovers",
        HandoverSaid::NotTold => "no day or no handover to compare",
    }
    .to_owned()
}

fn of_modified(said: ModifiedSaid) -> String {
    match said {
        ModifiedSaid::Soon(after) => format!("the file was last changed at most {} later", length(after)),
        ModifiedSaid::Later(after) => format!("the file was last changed {} later or less", length(after)),
        ModifiedSaid::Earlier => "the file was last changed before".to_owned(),
        ModifiedSaid::NotTold => "no time of the file to compare, or no zone (--log-zone)".to_owned(),
    }
}

/// How the downloads of a file or a part are headed.
pub(crate) fn heading(part: &PartLog, is_alone: bool) -> String {
    let of = match &part.client {
        Some(client) if !is_alone => format!("the part of {} ({} 件)", quoted(client), count(part.records)),
        _ => "the file".to_owned(),
    };
    match (part.fitting, part.downloads.len() as u64) {
        (0, 0) => format!("No download of the log fits {of}."),
        (0, _) => format!("No download of the log fits {of}. With as many rows:"),
        (1, _) => format!("One download of the log fits {of}:"),
        (fitting, _) => format!("{} downloads of the log fit {of}, the best first:", count(fitting)),
    }
}

/// What is said of the file's own time.
pub(crate) fn of_file(log: &FileLog) -> Option<(&'static str, String)> {
    let modified = log.modified.as_ref()?;
    Some(("changed", format!("{} ({})", shown(&visible(&modified.time)), visible(&modified.noted_in))))
}

/// What is said of the logs, each line under its label.
pub(crate) fn log_facts(log: &CaseLog) -> Vec<(&'static str, String)> {
    let mut facts: Vec<(&'static str, String)> = log.logs.iter().flat_map(of_log).collect();
    let [told, possible, nothing, not_named] = log.turned_up.map(count);
    facts.push(("turned up", format!("{told} by their number of rows or the file's size")));
    facts.push(("possible", format!("{possible} of clients of whom records have turned up")));
    facts.push(("nothing", format!("{nothing} of clients of whom nothing has turned up")));
    facts.push(("not named", format!("{not_named} that name no registered client")));
    if log.more_downloads > 0 {
        facts.push(("not listed", format!("{} further downloads", count(log.more_downloads))));
    }
    facts
}

fn of_log(log: &LogRead) -> Vec<(&'static str, String)> {
    let columns: Vec<String> = log
        .columns
        .iter()
        .map(|found| {
            let numbers: Vec<String> = found.columns.iter().map(ToString::to_string).collect();
            format!("{} = {} (by {})", visible(&found.field), numbers.join("+"), visible(&found.found_by))
        })
        .collect();
    let zone = match log.without_zone {
        0 => String::new(),
        some => format!("; {} tell no zone, and are taken to be in any (--log-zone)", count(some)),
    };
    let mut facts = vec![
        (
            "log",
            format!(
                "{}, {} downloads, {} of registered clients{zone}",
                visible(&log.path),
                count(log.downloads),
                count(log.of_clients)
            ),
        ),
        ("columns", columns.join(", ")),
    ];
    facts.extend(log.rejects.iter().map(|reject| {
        let rows = if reject.rows == 1 { "row" } else { "rows" };
        ("not used", format!("{} {rows}: {}", count(reject.rows), visible(&reject.reason)))
    }));
    facts.push(("blake3", visible(&log.blake3)));
    facts
}

/// The downloads of which rows have turned up, as far as their number or a size tells.
pub(crate) fn told(log: &CaseLog) -> impl Iterator<Item = &DownloadFound> {
    log.downloads.iter().filter(|of| of.turned_up == TurnedUp::Told)
}

/// What is said where not all is listed.
pub(crate) fn more(all: usize, listed: usize) -> Option<String> {
    all.checked_sub(listed)
        .filter(|more| *more > 0)
        .map(|more| format!("and {} more; JSON lists them", count(more as u64)))
}

/// What stands under [`FOUND_TITLES`].
pub(crate) fn found_cells(found: &DownloadFound) -> Vec<String> {
    let files: Vec<String> = found.files.iter().map(|file| visible(file)).collect();
    vec![
        download(&found.download),
        rows(&found.download),
        format!("{} of the client's {}", count(found.records), count(found.client_records)),
        crate::words::first(&files, FILES_NAMED),
    ]
}

/// What stands under [`TIMELINE_TITLES`].
pub(crate) fn timeline_cells(event: &EventView) -> Vec<String> {
    let what = match (event.kind, event.rows) {
        ("download", Some(rows)) => format!("download of {} rows", count(rows)),
        ("file", _) => "file last changed".to_owned(),
        (kind, _) => kind.to_owned(),
    };
    let row = event.row.map(|row| format!("{} row {}", visible(&event.what), count(row)));
    let noted = event.noted_in.as_ref().map(|noted| format!("{} ({})", visible(&event.what), visible(noted)));
    let client = event.client.as_deref().map(visible);
    let of: Vec<String> = client.into_iter().chain(row).chain(noted).collect();
    vec![visible(&event.time), what, of.join(", ")]
}
