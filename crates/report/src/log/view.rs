//! What was when, in the order of time.

use std::collections::BTreeSet;

use super::{DownloadFacts, FileLog, time};

/// Downloads of a file or a part that a timeline shows.
const DOWNLOADS: usize = 5;

/// Something on a timeline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EventView {
    /// Seconds since 1970 that it is put in order by.
    order: i64,
    /// `handover`, `download` or `file`.
    pub(crate) kind: &'static str,
    /// When, as far as it is known.
    pub(crate) time: String,
    /// The client, where it is of one.
    pub(crate) client: Option<String>,
    /// The file, or the log and its row.
    pub(crate) what: String,
    /// For a download, the row of the log.
    pub(crate) row: Option<u64>,
    /// For a download, how many rows.
    pub(crate) rows: Option<u64>,
    /// For a file, what noted the time.
    pub(crate) noted_in: Option<String>,
}

/// Handovers, downloads that fit, and times of files, in order, each once.
pub(crate) fn events<'f>(files: impl IntoIterator<Item = (&'f str, &'f FileLog)>) -> Vec<EventView> {
    let mut events = BTreeSet::new();
    for (path, log) in files {
        events.extend(log.handovers.iter().map(|handover| EventView {
            order: handover.order,
            kind: "handover",
            time: handover.date.clone(),
            client: Some(handover.client.clone()),
            what: String::new(),
            row: None,
            rows: None,
            noted_in: None,
        }));
        events.extend(log.modified.iter().map(|modified| EventView {
            order: modified.order,
            kind: "file",
            time: time::shown(&modified.time),
            client: None,
            what: path.to_owned(),
            row: None,
            rows: None,
            noted_in: Some(modified.noted_in.clone()),
        }));
        for part in &log.parts {
            let fitting = part.downloads.iter().filter(|of| of.said.fits()).take(DOWNLOADS);
            events.extend(fitting.filter_map(|of| download(&of.download)));
        }
    }
    events.into_iter().collect()
}

fn download(facts: &DownloadFacts) -> Option<EventView> {
    Some(EventView {
        order: facts.order?,
        kind: "download",
        time: time::shown(facts.time.as_deref()?),
        client: facts.client.clone(),
        what: facts.log.clone(),
        row: Some(facts.row),
        rows: facts.rows,
        noted_in: None,
    })
}
