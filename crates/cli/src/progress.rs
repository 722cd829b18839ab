//! How far a job has come: a bar on a terminal, and not a byte anywhere else.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Nobody reads faster, and drawing costs time.
const EVERY: Duration = Duration::from_millis(100);
/// More than are drawn, so that only the pause above counts.
const DRAWN_A_SECOND: u8 = 20;

/// What tells how far a job has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Bytes, of so many where that is known, in which these are counted.
    Bytes(Option<u64>, &'static str),
    /// Rows of nobody knows how many, as those of a stream.
    Rows,
    /// Fingerprints of so many.
    Fingerprints(u64),
}

impl Measure {
    fn style(self, counted: Arc<AtomicU64>) -> ProgressStyle {
        let of = match self {
            Measure::Bytes(None, what) => {
                format!("{{counted}} {what} of {{wide_msg}} {{decimal_bytes}} {{decimal_bytes_per_sec}}")
            }
            Measure::Bytes(Some(_), what) => format!(
                "{{counted}} {what} of {{wide_msg}} {{bar:16}} {{percent:>3}} % {{decimal_bytes_per_sec}}, {{eta_precise}} left"
            ),
            Measure::Rows => "{counted} rows of {wide_msg} {pace} rows/s".to_owned(),
            Measure::Fingerprints(_) => {
                "{human_pos} of {human_len} fingerprints of {wide_msg} {bar:16} {pace}/s, {eta_precise} left"
                    .to_owned()
            }
        };
        let pace = |state: &ProgressState, out: &mut dyn Write| {
            // A rate is no exact number, and where it cannot be written nothing is.
            let _ = write!(out, "{}", HumanCount(state.per_sec() as u64));
        };
        let counted = move |_: &ProgressState, out: &mut dyn Write| {
            let _ = write!(out, "{}", HumanCount(counted.load(Ordering::Relaxed)));
        };
        // Without a colour, so that none has to be refused.
        let style = ProgressStyle::with_template(&of).unwrap_or_else(|_| ProgressStyle::default_bar());
        style.with_key("pace", pace).with_key("counted", counted).progress_chars("#>-")
    }

    fn all(self) -> Option<u64> {
        match self {
            Measure::Bytes(all, _) => all,
            Measure::Rows => None,
            Measure::Fingerprints(all) => Some(all),
        }
    }
}

/// The bar of the job that runs, if anybody looks on. Any thread may tell how far it is.
pub(crate) struct Progress {
    target: Option<fn() -> ProgressDrawTarget>,
    running: Mutex<Running>,
}

struct Running {
    bar: Option<Bar>,
    /// When any bar was drawn last, since short jobs may follow one another fast.
    drawn: Instant,
}

struct Bar {
    bar: ProgressBar,
    counted: Arc<AtomicU64>,
    is_drawn: bool,
}

impl Progress {
    /// On the terminal that standard error is, if it is one that can take a line back, and if it is wanted.
    pub(crate) fn new(wanted: bool) -> Self {
        let terminal = || ProgressDrawTarget::stderr_with_hz(DRAWN_A_SECOND);
        Self::on((wanted && !terminal().is_hidden()).then_some(terminal))
    }

    fn on(target: Option<fn() -> ProgressDrawTarget>) -> Self {
        Self { target, running: Mutex::new(Running { bar: None, drawn: Instant::now() }) }
    }

    /// True where anybody looks on: what only a bar tells need not be found out otherwise.
    pub(crate) fn is_shown(&self) -> bool {
        self.target.is_some()
    }

    /// A job begins, in place of the one before it.
    pub(crate) fn begin(&self, what: &str, measure: Measure) {
        let Some(target) = self.target else { return };
        let mut running = self.running();
        running.end();
        let counted = Arc::new(AtomicU64::new(0));
        let bar = ProgressBar::with_draw_target(measure.all(), target())
            .with_style(measure.style(Arc::clone(&counted)))
            .with_message(meibo_report::visible(what));
        running.bar = Some(Bar { bar, counted, is_drawn: false });
    }

    /// The job has come so far in its measure, and has counted so many; drawn if it is time to.
    pub(crate) fn at(&self, done: u64, counted: u64) {
        if self.target.is_none() {
            return;
        }
        // Whoever works need not wait for another who draws.
        let Ok(mut running) = self.running.try_lock() else { return };
        if running.drawn.elapsed() < EVERY {
            return;
        }
        if let Some(bar) = &mut running.bar {
            bar.counted.store(counted, Ordering::Relaxed);
            bar.is_drawn = true;
            bar.bar.set_position(done);
            running.drawn = Instant::now();
        }
    }

    /// Writes something where the bar stands, which goes on below it.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        match &self.running().bar {
            Some(bar) if bar.is_drawn => bar.bar.suspend(write),
            _ => write(),
        }
    }

    /// The job is over: its bar is taken away.
    pub(crate) fn end(&self) {
        if self.target.is_some() {
            self.running().end();
        }
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        // A bar that was left half done is still one.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn end(&mut self) {
        if let Some(bar) = self.bar.take().filter(|bar| bar.is_drawn) {
            bar.bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
