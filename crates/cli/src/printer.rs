//! What goes to standard output and standard error, and who wants to see it.

use std::cell::Cell;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::args::Common;
use crate::exit::Failure;

/// Owns verbosity: results go to standard output, everything else to standard error.
pub(crate) struct Printer {
    quiet: bool,
    pub(crate) verbose: bool,
    /// Progress is for a terminal only.
    progress: bool,
    /// Colour is for a terminal whose user did not refuse it.
    pub(crate) color: bool,
    shown: Cell<Option<Instant>>,
}

/// Takes away what stands on the line of a terminal.
pub(crate) const CLEAR: &str = "\r\x1b[K";
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

impl Printer {
    pub(crate) fn new(common: &Common) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            quiet: common.quiet,
            verbose: common.verbose,
            progress: !common.quiet && io::stderr().is_terminal(),
            color: !refused && io::stdout().is_terminal(),
            shown: Cell::new(None),
        }
    }

    /// The same printer, with the colour of another.
    pub(crate) fn colored_like(self, other: &Printer) -> Self {
        Self { color: other.color, ..self }
    }

    /// A result line on standard output.
    pub(crate) fn line(&self, text: &str) -> Result<(), Failure> {
        self.clear_progress();
        let mut out = io::stdout().lock();
        writeln!(out, "{text}").and_then(|()| out.flush()).map_err(output_failure)
    }

    /// Something that could not be used, or why nothing could be done: one line, shown even when quiet.
    pub(crate) fn problem(&self, text: &str) {
        self.say("meibo: ", text);
    }

    /// Something good to know; not shown when quiet.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.say("", text);
        }
    }

    /// Details for those who asked for them.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.say("", text);
        }
    }

    /// How far a list has been read.
    pub(crate) fn progress(&self, what: &str, rows: u64) {
        self.progress_of(|| format!("{what}: {rows} rows"));
    }

    /// How far a job has come; at most a few times a second.
    pub(crate) fn progress_of(&self, text: impl FnOnce() -> String) {
        let due = self.shown.get().is_none_or(|last| last.elapsed() >= PROGRESS_EVERY);
        if self.progress && due {
            self.shown.set(Some(Instant::now()));
            let _ = write!(io::stderr(), "{CLEAR}{}", text());
        }
    }

    /// Takes the progress line away.
    pub(crate) fn clear_progress(&self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr(), "{CLEAR}");
        }
    }

    fn say(&self, before: &str, text: &str) {
        self.clear_progress();
        // One message is one line, whatever a path or a header name holds.
        let text = meibo_report::visible(text);
        let _ = writeln!(io::stderr(), "{before}{text}");
    }
}

/// A failure to write to standard output.
pub(crate) fn output_failure(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => {
            Failure::new("standard output was closed before all was written; the output is incomplete")
        }
        _ => Failure::about("standard output cannot be written", error),
    }
}
