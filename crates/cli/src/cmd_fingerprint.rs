//! `meibo fingerprint`

use std::io::Seek as _;
use std::path::Path;

use meibo::{Fingerprinter, KeyKind, ListFacts, ReadOptions, atomic};

use crate::args::FingerprintArgs;
use crate::exit::{Failure, Outcome};
use crate::inputs::Input;
use crate::printer::Printer;
use crate::stages::Stages;
use crate::{inputs, keys, outputs};

pub(crate) fn run(arguments: &FingerprintArgs, printer: &Printer) -> Result<Outcome, Failure> {
    inputs::check_stdin_once(&arguments.lists)?;
    outputs::check_apart(&arguments.output, arguments.lists.iter().chain([&arguments.key]))?;
    outputs::check_replaceable(&arguments.output, true)?;
    let key = keys::read(&arguments.key)?;
    let options = arguments.reading.options();
    let mut fingerprinter = Fingerprinter::new(&key);
    let mut lists: Vec<List<'_>> = arguments.lists.iter().map(|path| List::new(path)).collect();
    let mut facts = read_all(&mut lists, &mut fingerprinter, &options, printer)?;
    if let Some(again) = fingerprinter.again() {
        let first = facts;
        fingerprinter = again;
        facts = read_all(&mut lists, &mut fingerprinter, &options, printer)?;
        check_unchanged(&lists, &first, &facts)?;
    }
    let (mut rows, mut records, mut rejected) = (0, 0, false);
    for (path, list) in arguments.lists.iter().zip(&facts) {
        if let Some((layout, _)) = &list.file {
            inputs::report_layout(printer, path, layout);
        }
        inputs::report_fillers(printer, path, &list.fillers);
        inputs::report_rejects(printer, path, &list.rejects);
        rows += list.rows;
        records += list.records;
        rejected |= !list.rejects.is_empty();
    }
    let kinds: Vec<&str> = fingerprinter.kinds().kinds().map(KeyKind::as_str).collect();
    let names = arguments.lists.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    let bytes = fingerprinter
        .finish(arguments.client.clone(), arguments.date)
        .map_err(|error| Failure::about(names, error))?;
    atomic::write(&arguments.output, &bytes)
        .map_err(|error| Failure::about(arguments.output.display(), format!("cannot be written: {error}")))?;
    printer.note(&format!(
        "{}: {} {}: {records} records of {rows} rows, {} bytes, keys {}",
        arguments.output.display(),
        arguments.client,
        arguments.date,
        bytes.len(),
        kinds.join(" ")
    ));
    Ok(Outcome::partly_if(rejected))
}

/// A file of the handover, which may have to be read twice.
struct List<'a> {
    path: &'a Path,
    /// What was read of a stream; a file is opened anew, as a handover may be of more files than can be open.
    stream: Option<Input>,
}

impl<'a> List<'a> {
    fn new(path: &'a Path) -> Self {
        Self { path, stream: None }
    }

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
        let facts = fingerprinter.add_list(&mut input, options, &stages).map_err(|error| failed(&error))?;
        stages.finish();
        self.stream = matches!(input, Input::Stream(_)).then_some(input);
        Ok(facts)
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
