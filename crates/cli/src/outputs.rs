//! Writing outputs. Files to be written must not be those that are read: a key or a piece of evidence that is overwritten is gone.

use std::fs::{self, File};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use meibo::atomic;
use meibo::canary::CanaryRecord;
use meibo_report::ReportError;

use crate::exit::Failure;
use crate::inputs;
use crate::printer::{Printer, output_failure};

/// Refuses an output that is one of the inputs, under whatever name.
pub(crate) fn check_apart<'a>(
    output: &Path,
    inputs: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<(), Failure> {
    let Ok(target) = fs::canonicalize(output) else { return Ok(()) };
    for input in inputs.into_iter().filter(|input| !inputs::is_stdin(input)) {
        let same = fs::canonicalize(input).is_ok_and(|input| input == target || same_file(&input, &target));
        if same && target.is_file() {
            return Err(Failure::about(
                output.display(),
                "is also an input and would be lost; choose another output",
            ));
        }
    }
    Ok(())
}

/// What an output is, and so which files it may take the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// A fingerprint, of one that was made before.
    Fingerprint,
    /// What people or programs read, of one that was made before.
    Report,
    /// The rows of a list with their sources, of those that were written before.
    Rows,
    /// What a system needs to know of the commands, of whatever is no key and no fingerprint.
    Generated,
}

/// How files with the rows of a list begin.
pub(crate) const ROWS: [&str; 5] = ["row", "client", "handover", "posterior", "keys"];

/// Refuses to replace a file by one of another kind: a list in its place would be lost, and so would a key.
pub(crate) fn check_replaceable(output: &Path, made: Made) -> Result<(), Failure> {
    let mut start = Vec::new();
    let regular = fs::metadata(output).is_ok_and(|found| found.is_file());
    if !regular || File::open(output).and_then(|file| file.take(512).read_to_end(&mut start)).is_err() {
        return Ok(());
    }
    let named_so = output.file_name().is_some_and(meibo::is_fingerprint_name);
    // A key file that the tool age protects begins as a sealed fingerprint does.
    let is_fingerprint = start.starts_with(b"\x89MEIBO") || meibo::is_sealed(&start) && named_so;
    let replaceable = match made {
        Made::Fingerprint => is_fingerprint,
        Made::Report => meibo_report::is_report(&start),
        Made::Rows => start.starts_with(ROWS.join(",").as_bytes()),
        Made::Generated => !is_fingerprint && !is_key(&start) && !CanaryRecord::is_one(&start),
    };
    match replaceable || start.is_empty() {
        true => Ok(()),
        false => Err(Failure::about(
            output.display(),
            "exists and is a file of another kind; it is not overwritten: choose another output",
        )),
    }
}

/// True where a file begins as a key of whatever kind, a share or a protected key file.
fn is_key(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    let marks = ["MEIBO-REGISTRY-KEY", "MEIBO-KEY-SHARE", "AGE-SECRET-KEY-"];
    let of_minisign = start.starts_with(b"untrusted comment:");
    meibo::is_sealed(start) || of_minisign || marks.iter().any(|mark| text.contains(mark))
}

#[cfg(unix)]
fn same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path: &Path| fs::metadata(path).map(|found| (found.dev(), found.ino()));
    matches!((identity(a), identity(b)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(not(unix))]
fn same_file(_: &Path, _: &Path) -> bool {
    false
}

/// Writes to a file, whole or not at all, or to standard output; `write` is told whether it is the latter.
pub(crate) fn write(
    output: Option<&Path>,
    printer: &Printer,
    write: impl FnOnce(&mut dyn Write, bool) -> Result<(), ReportError>,
) -> Result<(), Failure> {
    printer.progress.end();
    match output {
        Some(path) if !inputs::is_stdin(path) => {
            atomic::write_with(path, |out: &mut dyn Write| write(out, false))
                .map_err(|error| Failure::about(path.display(), format!("cannot be written: {error}")))
        }
        _ => write(&mut io::BufWriter::new(io::stdout().lock()), true).map_err(|error| match error {
            ReportError::Io(error) => output_failure(error),
            error => Failure::new(error),
        }),
    }
}

/// A path whose last name goes on.
pub(crate) fn extended(path: &Path, end: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(end);
    longer.into()
}
