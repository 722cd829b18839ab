//! The clock, and a listener that tells stages apart by it.

use std::cell::Cell;
use std::time::{Duration, Instant};

use meibo::{Observer, Stage};

pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Adds up the time of each stage.
pub(crate) struct Stopwatch {
    stage: Cell<Option<Stage>>,
    since: Cell<Instant>,
    spent: [Cell<Duration>; Stage::ALL.len()],
}

impl Stopwatch {
    pub(crate) fn new() -> Self {
        Self { stage: Cell::new(None), since: Cell::new(now()), spent: Default::default() }
    }

    /// Time by stage, in the order of [`Stage::ALL`]; the last stage ends now.
    pub(crate) fn stop(self) -> [Duration; Stage::ALL.len()] {
        self.lap(None);
        self.spent.map(Cell::into_inner)
    }

    fn lap(&self, next: Option<Stage>) {
        let now = now();
        let since = self.since.replace(now);
        if let Some(spent) = self.stage.replace(next).and_then(place).and_then(|at| self.spent.get(at)) {
            spent.set(spent.get() + now.duration_since(since));
        }
    }
}

impl Observer for Stopwatch {
    fn stage(&self, stage: Stage) {
        self.lap(Some(stage));
    }
}

fn place(stage: Stage) -> Option<usize> {
    Stage::ALL.iter().position(|known| *known == stage)
}
