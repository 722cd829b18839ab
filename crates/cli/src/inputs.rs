//! Opening inputs: files, and standard input where `-` is given.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use meibo::{FileAnswer, Layout, Rejects};

use crate::exit::Failure;
use crate::printer::Printer;

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Opens a file or standard input; the failure names the file.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if is_stdin(path) {
        return Ok(Box::new(io::stdin()));
    }
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failure::about(path.display(), "there is no such file; check the path"),
        _ => Failure::about(path.display(), format!("cannot be opened: {error}")),
    };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(Failure::about(path.display(), "is a directory; name the files in it"));
    }
    Ok(Box::new(file))
}

/// Standard input can be read once.
pub(crate) fn check_stdin_once(paths: &[PathBuf]) -> Result<(), Failure> {
    match paths.iter().filter(|path| is_stdin(path)).count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::new("-: standard input can be read only once; name it once")),
    }
}

/// How many ranges of rows a message names.
const RANGES: usize = 10;

/// Names the rows of a list that gave no record.
pub(crate) fn report_rejects(printer: &Printer, path: &Path, rejects: &Rejects) {
    for (reason, kind) in rejects.kinds() {
        let shown = if printer.verbose { kind.first.len() } else { RANGES };
        let (rows, word) = (kind.rows, if kind.rows == 1 { "row" } else { "rows" });
        printer.problem(&format!(
            "{}: {rows} {word} not used: {reason}: {word} {}",
            path.display(),
            kind.describe(shown)
        ));
    }
}

/// Says how a list was read.
pub(crate) fn report_layout(printer: &Printer, path: &Path, layout: &Layout) {
    let header = if layout.header { "with header" } else { "no header" };
    let delimiter = meibo_report::visible(&char::from(layout.delimiter).to_string());
    printer.detail(&format!("{}: {}, delimiter {delimiter}, {header}", path.display(), layout.encoding));
    for column in &layout.columns {
        let numbers: Vec<String> = column.columns.iter().map(usize::to_string).collect();
        let (field, numbers, by) = (column.field, numbers.join("+"), column.found_by.as_str());
        printer.detail(&format!("{}: {field} in column {numbers}, found by {by}", path.display()));
    }
    if layout.skipped_rows > 0 {
        printer.note(&format!(
            "{}: {} rows above the list were left out as titles",
            path.display(),
            layout.skipped_rows
        ));
    }
}

/// The same for a file that was attributed.
pub(crate) fn report_answer(printer: &Printer, path: &Path, answer: &FileAnswer) {
    if let Some(file) = &answer.file {
        report_layout(printer, path, &file.layout);
    }
    report_rejects(printer, path, &answer.rejects);
}
