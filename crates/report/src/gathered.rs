//! What a report gathers of its files while it writes them, for what it says of them all.

use std::io::{self, Write};

use crate::{
    FileCase,
    apart::Named,
    log::{self, EventView},
    together::Sum,
    view::FileView,
    words::Summary,
};

/// What was written so far.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) summary: Summary,
    pub(crate) sum: Sum,
    pub(crate) named: Named,
    /// What was when, as far as download logs are held against the files.
    events: Vec<EventView>,
}

impl Gathered {
    /// Adds a file that was written.
    pub(crate) fn add(&mut self, view: &FileView<'_>, file: &FileCase) {
        self.summary.add(view.verdict);
        self.sum.add(file);
        self.named.add(file);
        self.events.extend(view.log.map(|log| log::events([(view.path, log)])).unwrap_or_default());
    }

    /// What was when, in order, each once.
    pub(crate) fn events(&self) -> Vec<EventView> {
        let mut events = self.events.clone();
        events.sort();
        events.dedup();
        events
    }
}

/// Downloads that documents list of all whose rows have turned up; JSON lists more.
pub(crate) const DOWNLOADS_LISTED: usize = 1_000;

/// The sections of a document that says first what was found, and so is written when all files are known.
#[derive(Default)]
pub(crate) struct Sections {
    /// One for each file.
    pub(crate) files: String,
    /// How far the clients overlap that the files name.
    pub(crate) overlap: String,
    /// What download logs say of them all.
    pub(crate) logs: String,
}

impl Sections {
    /// Writes them in the order in which they are read.
    pub(crate) fn write(&self, mut out: impl Write) -> io::Result<()> {
        [&self.files, &self.overlap, &self.logs]
            .into_iter()
            .try_for_each(|section| out.write_all(section.as_bytes()))
    }
}
