//! Reading one handover: all its files, a second time where they hold values that stand for nobody.

use std::io::{self, Read, Seek as _};
use std::path::{Path, PathBuf};

use meibo::{Error, Fingerprinter, IngestError, ListFacts, ReadOptions};

use crate::exit::Failure;
use crate::inputs;
use crate::inputs::Input;
use crate::printer::Printer;
use crate::stages::Stages;
use crate::watched::Extent;

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

    /// A failure of the handover as a whole, its files named.
    pub(crate) fn failure(&self, error: impl std::fmt::Display) -> Failure {
        match self.lists.as_slice() {
            [list] => Failure::about(list.path.display(), error),
            _ => {
                let names: Vec<String> = self.paths().map(|path| path.display().to_string()).collect();
                Failure::new(format!("{}: {error}", names.join(", ")))
            }
        }
    }

    /// Reads all files into a new fingerprinter, and gives the one that is ready to be finished with what was found in each.
    pub(crate) fn read(
        &mut self,
        mut fingerprinter: Fingerprinter,
        options: &ReadOptions,
        printer: &Printer,
    ) -> Result<(Fingerprinter, Found), Failure> {
        let first = read_all(&mut self.lists, &mut fingerprinter, options, printer)?;
        let Some(mut again) = fingerprinter.again() else { return Ok((fingerprinter, first)) };
        // What the first reading collected takes memory that the second needs.
        drop(fingerprinter);
        let second = read_all(&mut self.lists, &mut again, options, printer)?;
        check_unchanged(&first, &second)?;
        Ok((again, second))
    }
}

/// What was found in the files of a handover.
#[derive(Default)]
pub(crate) struct Found {
    /// The lists: files, and what is inside of files.
    pub(crate) lists: Vec<(PathBuf, ListFacts)>,
    /// What is inside of files and is no list, such as a sheet of sums: for whoever is to look at it.
    pub(crate) left_out: Vec<Failure>,
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
        found: &mut Found,
    ) -> Result<(), Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::about(self.path.display(), error);
        let mut input = match self.stream.take() {
            Some(mut stream) => {
                stream.rewind().map_err(|error| failed(&error))?;
                stream
            }
            None => inputs::open_list(self.path)?,
        };
        let read = match inputs::is_pile(&mut input).map_err(|error| failed(&error))? {
            true => self.read_inside(&mut input, fingerprinter, options, printer, found),
            false => {
                let extent = input.extent();
                let facts = add(self.path, &mut input, extent, fingerprinter, options, printer);
                facts
                    .map(|facts| found.lists.push((self.path.to_path_buf(), facts)))
                    .map_err(|error| failed(&error))
            }
        };
        if matches!(input, Input::Stream(_)) {
            // Another reading needs what a failed one left unread.
            io::copy(&mut input, &mut io::sink()).map_err(|error| failed(&error))?;
            self.stream = Some(input);
        }
        read
    }

    /// Reads the lists inside a file. What cannot be read of it is a failure, as a handover without one of its files would be a
    /// silent loss; what is no list is told.
    fn read_inside(
        &self,
        input: &mut Input,
        fingerprinter: &mut Fingerprinter,
        options: &ReadOptions,
        printer: &Printer,
        found: &mut Found,
    ) -> Result<(), Failure> {
        let (before, mut failure) = (found.lists.len(), None);
        let walked = inputs::each_member(input, &mut |member| {
            let path = inputs::member_path(self.path, member.name);
            let added = match member.content {
                Err(error) => Err(Failure::about(path.display(), error)),
                Ok(content) => {
                    let options = inputs::options_for(&content, options);
                    match add(&path, content.input, None, fingerprinter, &options, printer) {
                        Err(Error::Ingest(
                            error @ (IngestError::NoRows | IngestError::NoUsableColumn { .. }),
                        )) => {
                            found.left_out.push(Failure::about(path.display(), error).left_out());
                            Ok(())
                        }
                        Err(error) => Err(Failure::about(path.display(), error)),
                        Ok(facts) => {
                            found.lists.push((path, facts));
                            Ok(())
                        }
                    }
                }
            };
            failure = failure.take().or(added.err());
        });
        walked.map_err(|error| Failure::about(self.path.display(), error))?;
        match failure {
            Some(failure) => Err(failure),
            None if found.lists.len() == before => {
                found.left_out.iter().for_each(|problem| printer.failed(problem));
                Err(Failure::about(self.path.display(), inputs::NOTHING_INSIDE))
            }
            None => Ok(()),
        }
    }
}

/// Adds one list to the fingerprint.
fn add(
    path: &Path,
    input: &mut dyn Read,
    extent: Option<Extent>,
    fingerprinter: &mut Fingerprinter,
    options: &ReadOptions,
    printer: &Printer,
) -> Result<ListFacts, Error> {
    let stages = Stages::of_list(printer, path, extent);
    let facts = fingerprinter.add_list(input, options, &stages);
    stages.finish();
    facts
}

/// Reads the whole handover. One without one of its files would be a silent loss: nothing is written then.
fn read_all(
    lists: &mut [List<'_>],
    fingerprinter: &mut Fingerprinter,
    options: &ReadOptions,
    printer: &Printer,
) -> Result<Found, Failure> {
    let mut found = Found::default();
    lists.iter_mut().try_for_each(|list| list.read(fingerprinter, options, printer, &mut found))?;
    Ok(found)
}

/// What was found in the first reading holds for the second only where both were of the same bytes.
fn check_unchanged(first: &Found, second: &Found) -> Result<(), Failure> {
    let digest = |facts: &ListFacts| facts.file.as_ref().map(|(_, summary)| summary.blake3.clone());
    let same = |((a, first), (b, second)): (&(PathBuf, ListFacts), &(PathBuf, ListFacts))| {
        a == b && digest(first) == digest(second)
    };
    let changed = first.lists.iter().zip(&second.lists).find(|(a, b)| !same((a, b)));
    match changed.map(|((path, _), _)| path) {
        Some(path) => Err(Failure::about(path.display(), Error::Changed)),
        None => Ok(()),
    }
}
