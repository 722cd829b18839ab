//! Opening inputs: files, and standard input where `-` is given.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use meibo::{
    Encoding, FileCounts, FillersFound, Layout, Member, MemberText, PileError, ReadOptions, Rejects, Replay,
};

use crate::exit::Failure;
use crate::outputs;
use crate::printer::Printer;
use crate::walk::{self, Met};
use crate::watched::{Extent, Watched};

/// So many first bytes tell whether a file holds others.
const HEAD: u64 = 64 << 10;

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// An input that can be read twice.
pub(crate) enum Input {
    /// On a disk.
    File(Watched),
    /// Standard input or a pipe.
    Stream(Box<Replay<Box<dyn Read>>>),
}

impl Input {
    /// How far a file has been read; none of a stream, whose length nobody knows.
    pub(crate) fn extent(&self) -> Option<Extent> {
        match self {
            Input::File(file) => file.extent(),
            Input::Stream(_) => None,
        }
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Input::File(file) => file.read(buffer),
            Input::Stream(stream) => stream.read(buffer),
        }
    }
}

impl Seek for Input {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Input::File(file) => file.seek(to),
            Input::Stream(stream) => stream.seek(to),
        }
    }
}

/// Files, and all files in directories and below them, in order of name within each. What in a directory cannot be read, and
/// links, which might lead anywhere, are given with what is wrong with them.
pub(crate) fn expand(paths: &[PathBuf]) -> Vec<Result<PathBuf, Failure>> {
    let mut files = Vec::new();
    for path in paths {
        if is_stdin(path) || !path.is_dir() {
            files.push(Ok(path.clone()));
            continue;
        }
        let before = files.len();
        walk::each_below(path, false, &mut |met| files.push(file_of(met)));
        if files.len() == before {
            files.push(Err(Failure::about(path.display(), "holds no files")));
        }
    }
    files
}

/// A file that was met; anything else is said to be none.
fn file_of(met: Met) -> Result<PathBuf, Failure> {
    let failed = |path: PathBuf, what: &str| Err(Failure::about(path.display(), what));
    match met {
        Met::File(path) => Ok(path),
        Met::Link(path) => failed(path, "is a link and was not followed; name what it leads to"),
        Met::Other(path) => failed(path, "is no file"),
        Met::OtherFileSystem(path) => failed(path, "is on another file system; name it by itself"),
        Met::Failed(failure) => Err(failure),
    }
}

/// Opens a list, which may have to be read twice.
pub(crate) fn open_list(path: &Path) -> Result<Input, Failure> {
    let failed = |error: io::Error| Failure::about(path.display(), format!("cannot be opened: {error}"));
    let stream: Box<dyn Read> = match is_stdin(path) {
        true => Box::new(io::stdin()),
        false => {
            let file = open_file(path)?;
            if file.metadata().map_err(failed)?.is_file() {
                return Ok(Input::File(Watched::new(file)));
            }
            Box::new(file)
        }
    };
    Ok(Input::Stream(Box::new(Replay::new(stream).map_err(failed)?)))
}

/// The first bytes of an input; it stands at its start again.
pub(crate) fn head_of(input: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    input.take(HEAD).read_to_end(&mut head)?;
    input.rewind()?;
    Ok(head)
}

/// True where an input holds several files or sheets; it stands at its start again.
pub(crate) fn is_pile(input: &mut Input) -> io::Result<bool> {
    Ok(meibo::is_pile(&head_of(input)?))
}

/// Shows the lists inside an input to `visit`, one after the other.
pub(crate) fn each_member(input: &mut Input, visit: &mut dyn FnMut(Member<'_>)) -> Result<(), PileError> {
    match input {
        Input::File(file) => meibo::each_member(file, visit),
        Input::Stream(stream) => meibo::each_member_of_stream(stream, visit),
    }
}

/// What is said of a file that holds others, where it holds none to read.
pub(crate) const NOTHING_INSIDE: &str = "holds no list: no file, no attachment, no sheet with cells and no table with rows; check that this is the file you mean";

/// How the text of a member is read: a sheet is text that we wrote, whatever was said of files.
pub(crate) fn options_for(content: &MemberText<'_>, options: &ReadOptions) -> ReadOptions {
    match content.table {
        Some(_) => ReadOptions {
            encoding: Some(Encoding::Utf8),
            delimiter: Some(b','),
            fixed: None,
            ..options.clone()
        },
        None => options.clone(),
    }
}

/// Where a member is, in messages and reports.
pub(crate) fn member_path(path: &Path, member: &str) -> PathBuf {
    outputs::extended(path, member)
}

/// Opens a file or standard input; the failure names the file.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    Ok(open_watched(path)?.0)
}

/// The same, with how far a file has been read.
pub(crate) fn open_watched(path: &Path) -> Result<(Box<dyn Read>, Option<Extent>), Failure> {
    if is_stdin(path) {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = Watched::new(open_file(path)?);
    let extent = file.extent();
    Ok((Box::new(file), extent))
}

fn open_file(path: &Path) -> Result<File, Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failure::about(path.display(), "there is no such file; check the path"),
        _ => Failure::about(path.display(), format!("cannot be opened: {error}")),
    };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(Failure::about(path.display(), "is a directory; name the files in it"));
    }
    Ok(file)
}

/// Standard input can be read once.
pub(crate) fn check_stdin_once<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<(), Failure> {
    match paths.into_iter().filter(|path| is_stdin(path)).count() {
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
        let described = kind.describe(shown);
        printer.problem_of(path, format!("{rows} {word} not used: {reason}: {word} {described}"));
    }
}

/// Names the fields of a list that hold values which stand for nobody; never the values.
pub(crate) fn report_fillers(printer: &Printer, path: &Path, fillers: &FillersFound) {
    for (field, found) in fillers.fields() {
        let (values, rows, first) = (found.values(), found.rows, found.first_row);
        let (value_word, stand) = if values == 1 { ("value", "stands") } else { ("values", "stand") };
        let row_word = if rows == 1 { "row" } else { "rows" };
        let (share, make) = if values == 1 { ("it", "makes") } else { ("each", "make") };
        printer.problem_of(
            path,
            format!(
                "{field}: {values} {value_word} on {rows} {row_word} {stand} for nobody, as too many people share \
                 {share}, and {make} no key; the first is in row {first}"
            ),
        );
    }
}

/// Says how a list was read.
pub(crate) fn report_layout(printer: &Printer, path: &Path, layout: &Layout) {
    let header = if layout.header { "with header" } else { "no header" };
    let separated = match &layout.fixed {
        Some(fixed) => format!("columns at {fixed}"),
        None => format!("delimiter {}", meibo_report::visible(&char::from(layout.delimiter).to_string())),
    };
    let compression = layout.compression.map_or_else(String::new, |compression| format!("{compression}, "));
    printer.detail_of(path, format!("{compression}{}, {separated}, {header}", layout.encoding));
    for column in &layout.columns {
        let numbers: Vec<String> = column.columns.iter().map(usize::to_string).collect();
        let (field, numbers, by) = (column.field, numbers.join("+"), column.found_by.as_str());
        let apart = if column.in_part { ", cells taken apart" } else { "" };
        printer.detail_of(path, format!("{field} in column {numbers}{apart}, found by {by}"));
    }
    if layout.skipped_rows > 0 {
        let skipped = layout.skipped_rows;
        printer.note_of(path, format!("{skipped} rows above the list were left out as titles"));
    }
}

/// The same for a file that was counted.
pub(crate) fn report_counts(printer: &Printer, path: &Path, counts: &FileCounts) {
    if let Some(facts) = counts.facts() {
        report_layout(printer, path, &facts.layout);
    }
    report_fillers(printer, path, counts.fillers());
    report_rejects(printer, path, counts.rejects());
}
