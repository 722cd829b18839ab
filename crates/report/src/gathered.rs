//! What a report gathers of its files while it writes them, for what it says of them all.

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
