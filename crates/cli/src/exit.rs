//! How a command ends, and the exit codes of the contract.

use std::fmt;
use std::process::ExitCode;

use crate::printer::Printer;

/// A command that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it: exit code 0.
    Done,
    /// With some input that could not be used, each named on standard error: exit code 1.
    Partly,
}

impl Outcome {
    /// Done, or partly where there were problems.
    pub(crate) fn partly_if(problems: bool) -> Self {
        if problems { Outcome::Partly } else { Outcome::Done }
    }
}

/// A command that could not do anything: exit code 2, and one line that says what, where and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    /// How much of the message says what it is about.
    about: usize,
}

impl Failure {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), about: 0 }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// A failure with what it is about before it.
    pub(crate) fn about(what: impl fmt::Display, message: impl fmt::Display) -> Self {
        let what = what.to_string();
        Self { message: format!("{what}: {message}"), about: what.len() }
    }

    /// What it is about, empty where it is about nothing by itself, and what is said of it.
    pub(crate) fn parts(&self) -> (&str, &str) {
        let (about, said) = self.message.split_at(self.about);
        (about, if about.is_empty() { said } else { said.strip_prefix(": ").unwrap_or(said) })
    }
}

/// The exit code of an outcome; a failure is said on standard error.
pub(crate) fn code(outcome: Result<Outcome, Failure>, printer: &Printer) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::from(1),
        Err(failure) => {
            printer.problem(failure.message());
            ExitCode::from(2)
        }
    }
}

/// Help and version are done; anything else that the arguments say wrong is bad usage.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // Where even the help cannot be written there is nobody to tell.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}
