//! What goes to standard output and standard error, and who wants to see it.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use meibo::Problem;

use crate::args::Common;
use crate::exit::Failure;
use crate::messages::{self, Level};
use crate::progress::Progress;

/// Owns verbosity: results go to standard output, everything else to standard error.
pub(crate) struct Printer {
    quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) progress: Progress,
    /// Colour is for a terminal whose user did not refuse it.
    pub(crate) color: bool,
}

impl Printer {
    pub(crate) fn new(common: &Common) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            quiet: common.quiet,
            verbose: common.verbose,
            progress: Progress::new(!common.quiet && !messages::is_json()),
            color: !refused && io::stdout().is_terminal(),
        }
    }

    /// The same printer, with the colour of another.
    pub(crate) fn colored_like(self, other: &Printer) -> Self {
        Self { color: other.color, ..self }
    }

    /// A result line on standard output.
    pub(crate) fn line(&self, text: &str) -> Result<(), Failure> {
        self.progress.end();
        let mut out = io::stdout().lock();
        writeln!(out, "{text}").and_then(|()| out.flush()).map_err(output_failure)
    }

    /// Why nothing could be done.
    pub(crate) fn fatal(&self, failure: &Failure) {
        self.say(Level::Error, failure.path(), failure.message());
    }

    /// Something that could not be used: one line, shown even when quiet.
    pub(crate) fn problem(&self, text: &str) {
        self.say(Level::Warning, None, text);
    }

    /// The same, as it was met.
    pub(crate) fn failed(&self, failure: &Failure) {
        self.say(Level::Warning, failure.path(), failure.message());
    }

    /// A file or directory that could not be used, or not all of it.
    pub(crate) fn problem_of(&self, path: &Path, said: impl Display) {
        self.failed(&Failure::about(path.display(), said));
    }

    /// A fingerprint that is left out.
    pub(crate) fn left_out(&self, problem: &Problem) {
        self.failed(&Failure::about(problem.path.display(), &problem.kind).left_out());
    }

    /// Something good to know; not shown when quiet.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.say(Level::Info, None, text);
        }
    }

    /// The same of a file.
    pub(crate) fn note_of(&self, path: &Path, said: impl Display) {
        if !self.quiet {
            self.say_of(Level::Info, path, said);
        }
    }

    /// Details for those who asked for them.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.say(Level::Debug, None, text);
        }
    }

    /// The same of a file or directory.
    pub(crate) fn detail_of(&self, path: &Path, said: impl Display) {
        if self.verbose {
            self.say_of(Level::Debug, path, said);
        }
    }

    fn say_of(&self, level: Level, path: &Path, said: impl Display) {
        let failure = Failure::about(path.display(), said);
        self.say(level, failure.path(), failure.message());
    }

    fn say(&self, level: Level, path: Option<&str>, text: &str) {
        self.progress.aside(|| messages::say(level, path, text));
    }
}

/// A failure to write to standard output.
pub(crate) fn output_failure(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => {
            Failure::new("standard output was closed before all was written; the output is incomplete")
        }
        _ => Failure::new(format!("standard output cannot be written: {error}")),
    }
}
