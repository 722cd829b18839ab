//! Download logs from anybody.

use meibo_ingest::{LogEntry, LogOptions, LogReader, ReadOptions};

/// Reads a log to its end: rows or rejects, each numbered, and nothing panics.
pub fn check_log(data: &[u8]) {
    let (reading, options) = (ReadOptions::default(), LogOptions::default());
    let Ok(mut log) = LogReader::open(data, &reading, &options, &|text| text.len() == 3) else { return };
    let (mut entry, mut rows) = (LogEntry::default(), 0);
    while let Ok(Some(outcome)) = log.read(&mut entry) {
        rows += 1;
        assert_eq!(entry.row, rows, "a row was left out");
        assert!(outcome.is_err() || entry.time.is_some() || entry.rows.is_some(), "an entry tells nothing");
    }
    assert_eq!(log.finish().map(|summary| summary.rows).ok(), Some(rows));
}
