//! How a command ends, and the exit codes of the contract.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use crate::messages::{self, Level};
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

    /// The file or directory that it is about.
    pub(crate) fn path(&self) -> Option<&str> {
        Some(self.parts().0).filter(|path| !path.is_empty())
    }

    /// The same of something that is left out, while the rest is used.
    pub(crate) fn left_out(self) -> Self {
        Self { message: format!("{} (left out)", self.message), ..self }
    }

    /// A failure whose message begins with the path that it is about.
    pub(crate) fn naming(path: &Path, message: impl fmt::Display) -> Self {
        let (message, path) = (message.to_string(), path.display().to_string());
        let names = message.strip_prefix(&path).is_some_and(|said| said.starts_with(": "));
        Self { message, about: if names { path.len() } else { 0 } }
    }

    /// A failure with the file or directory that it is about before it.
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
    printer.progress.end();
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::from(1),
        Err(failure) => {
            printer.fatal(&failure);
            ExitCode::from(2)
        }
    }
}

/// A configuration that cannot be used is bad usage.
pub(crate) fn unconfigured(failure: &Failure) -> ExitCode {
    messages::say(Level::Error, failure.path(), failure.message());
    ExitCode::from(2)
}

/// Help and version are done; anything else that the arguments say wrong is bad usage.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    match error.use_stderr() && messages::is_json() {
        true => messages::say(Level::Error, None, &on_one_line(error)),
        // Where even the help cannot be written there is nobody to tell.
        false => {
            let _ = error.print();
        }
    }
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// What is wrong with arguments, as a message is: without the line breaks and the word before it that are for people.
pub(crate) fn on_one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
