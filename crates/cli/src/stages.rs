//! Times of the stages of a job, for `--verbose`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use meibo::{Observer, Stage};

use crate::printer::Printer;
use crate::progress::Measure;
use crate::watched::Extent;

/// Listens to one job: shows progress and adds up the stages' times.
pub(crate) struct Stages<'a> {
    printer: &'a Printer,
    name: String,
    /// How far the list has been read, where that can be told.
    extent: Option<Extent>,
    running: Cell<Option<(Stage, Instant)>>,
    times: RefCell<BTreeMap<Stage, Duration>>,
    rows: Cell<u64>,
}

impl<'a> Stages<'a> {
    pub(crate) fn new(printer: &'a Printer, name: String) -> Self {
        let (times, rows) = (RefCell::default(), Cell::new(0));
        Self { printer, name, extent: None, running: Cell::new(None), times, rows }
    }

    /// The stages of reading a list, which is shown as far as it has been read.
    pub(crate) fn of_list(printer: &'a Printer, path: &Path, extent: Option<Extent>) -> Self {
        let stages = Self { extent, ..Self::new(printer, path.display().to_string()) };
        let measure =
            stages.extent.as_ref().map_or(Measure::Rows, |extent| Measure::Bytes(Some(extent.bytes), "rows"));
        printer.progress.begin(&stages.name, measure);
        stages
    }

    /// Ends the last stage and says how long each took.
    pub(crate) fn finish(&self) {
        self.end();
        self.printer.progress.end();
        if !self.printer.verbose {
            return;
        }
        let rows = self.rows.get();
        let times = self.times.borrow();
        for (stage, time) in times.iter() {
            let each = time.as_nanos() / u128::from(rows.max(1));
            self.printer.detail(&format!(
                "{}: {:<9} {:>9.3} s {each:>7} ns a row",
                self.name,
                stage.as_str(),
                time.as_secs_f64()
            ));
        }
        let all: Duration = times.values().sum();
        self.printer.detail(&format!(
            "{}: {:<9} {:>9.3} s for {rows} rows",
            self.name,
            "in all",
            all.as_secs_f64()
        ));
    }

    fn end(&self) {
        if let Some((stage, since)) = self.running.take() {
            *self.times.borrow_mut().entry(stage).or_default() += since.elapsed();
        }
    }
}

impl Observer for Stages<'_> {
    fn stage(&self, stage: Stage) {
        self.end();
        self.running.set(Some((stage, Instant::now())));
    }

    fn rows(&self, rows: u64) {
        self.rows.set(rows);
        let done = self.extent.as_ref().map_or(rows, Extent::at);
        self.printer.progress.at(done, rows);
    }
}
