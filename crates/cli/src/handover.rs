//! Reading one handover: all its files, a second time where they hold values that stand for nobody.

use std::io::{self, Seek as _};
use std::path::{Path, PathBuf};

use meibo::{Fingerprinter, ListFacts, ReadOptions, RegistryKey};

use crate::exit::Failure;
use crate::inputs;
use crate::inputs::Input;
use crate::printer::Printer;
use crate::stages::Stages;

/// The files of one handover; they can be read again and again.
pub(crate) struct Handover<'a> {
    lists: Vec<List<'a>>,
}

impl<'a> Handover<'a> {
    pub(crate) fn of(paths: &'a [PathBuf]) -> Self {
        Self { lists: paths.iter().map(|path| List { path, stream: None }).collect() }
    }

    /// Where the files are.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.lists.iter().map(|list| list.path)
    }

    /// The files' names, for messages.
    pub(crate) fn names(&self) -> String {
        self.paths().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
    }

    /// Reads all files, and gives the fingerprinter that is ready to be finished with what was found in each.
    pub(crate) fn read(
        &mut self,
        key: &RegistryKey,
        options: &ReadOptions,
        printer: &Printer,
    ) -> Result<(Fingerprinter, Vec<ListFacts>), Failure> {
        let mut fingerprinter = Fingerprinter::new(key);
        let first = read_all(&mut self.lists, &mut fingerprinter, options, printer)?;
        let Some(mut again) = fingerprinter.again() else { return Ok((fingerprinter, first)) };
        // What the first reading collected takes memory that the second needs.
        drop(fingerprinter);
        let second = read_all(&mut self.lists, &mut again, options, printer)?;
        check_unchanged(&self.lists, &first, &second)?;
        Ok((again, second))
    }
}

/// A file of the handover, which may have to be read twice.
struct List<'a> {
    path: &'a Path,
    /// What was read of a stream; a file is opened anew, as a handover may be of more files than can be open.
    stream: Option<Input>,
}

impl List<'_> {
    fn read(
        &mut self,
        fingerprinter: &mut Fingerprinter,
        options: &ReadOptions,
        printer: &Printer,
    ) -> Result<ListFacts, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::about(self.path.display(), error);
        let mut input = match self.stream.take() {
            Some(mut stream) => {
                stream.rewind().map_err(|error| failed(&error))?;
                stream
            }
            None => inputs::open_list(self.path)?,
        };
        let stages = Stages::new(printer, self.path.display().to_string());
        let facts = fingerprinter.add_list(&mut input, options, &stages).map_err(|error| failed(&error));
        stages.finish();
        if matches!(input, Input::Stream(_)) {
            // Another reading needs what a failed one left unread.
            io::copy(&mut input, &mut io::sink()).map_err(|error| failed(&error))?;
            self.stream = Some(input);
        }
        facts
    }
}

/// Reads the whole handover. One without one of its files would be a silent loss: nothing is written then.
fn read_all(
    lists: &mut [List<'_>],
    fingerprinter: &mut Fingerprinter,
    options: &ReadOptions,
    printer: &Printer,
) -> Result<Vec<ListFacts>, Failure> {
    lists.iter_mut().map(|list| list.read(fingerprinter, options, printer)).collect()
}

/// What was found in the first reading holds for the second only where both were of the same bytes.
fn check_unchanged(lists: &[List<'_>], first: &[ListFacts], second: &[ListFacts]) -> Result<(), Failure> {
    let digest = |facts: &ListFacts| facts.file.as_ref().map(|(_, summary)| summary.blake3.clone());
    let mut all = lists.iter().zip(first.iter().zip(second));
    match all.find(|(_, (first, second))| digest(first) != digest(second)) {
        Some((list, _)) => Err(Failure::about(list.path.display(), meibo::Error::Changed)),
        None => Ok(()),
    }
}
