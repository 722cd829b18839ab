//! `meibo sweep`: copies of registered lists on a disk, a share or a stick, in whatever file.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use meibo::{CaseCounts, Examiner};
use meibo_report::sweep::{self, Find, Swept, Unread};
use meibo_report::{Style, path_text};
use rayon::prelude::*;

use crate::args::SweepArgs;
use crate::cmd_attribute::{case, file_case, joined, open_registry};
use crate::exit::{Failure, Outcome};
use crate::keys::Keyring;
use crate::printer::Printer;
use crate::progress::Measure;
use crate::sweeping::{self, Look, Seen, Told};
use crate::walk::{self, Met};
use crate::{inputs, outputs};

/// Files that are looked at together.
const TOGETHER: usize = 256;

pub(crate) fn run(arguments: &SweepArgs, printer: &Printer) -> Result<Outcome, Failure> {
    if arguments.paths.iter().any(|path| inputs::is_stdin(path)) {
        return Err(Failure::new(
            "-: places are read more than once; save standard input to a file and name it",
        ));
    }
    if let Some(output) = &arguments.output {
        outputs::check_apart(
            output,
            arguments.key.iter().chain(arguments.opening.files()).chain(&arguments.paths),
        )?;
        outputs::check_replaceable(output, outputs::Made::Report)?;
    }
    let keyring = Keyring::read(&arguments.key, &arguments.opening)?;
    let examiner = open_registry(&arguments.registry, &keyring, printer)?;
    let mut sweep = Sweep::new(&examiner, printer);
    let files = sweep.files(&arguments.paths);
    sweep.begin(&files, &arguments.paths);
    files.chunks(TOGETHER).for_each(|files| sweep.look(files));
    printer.progress.end();
    let swept = sweep.finish();
    let case = case(&examiner, command_line(arguments));
    outputs::write(arguments.output.as_deref(), printer, |out, _| match arguments.format.as_str() {
        "json" => sweep::write_json(&case, &swept, out),
        _ => sweep::write_table(&case, &swept, Style::default(), out),
    })?;
    match swept.files {
        0 => Err(Failure::new("nothing could be read; see the reasons above")),
        _ => Ok(Outcome::partly_if(!swept.unread.is_empty() || !examiner.registry().problems.is_empty())),
    }
}

/// A sweep as far as it has come.
struct Sweep<'a> {
    examiner: &'a Examiner,
    printer: &'a Printer,
    since: Instant,
    counts: CaseCounts,
    /// Where the files of `counts` are, in their order.
    seen: Vec<Place>,
    swept: Swept,
}

/// A place in a file.
struct Place {
    path: PathBuf,
    bytes: Option<Range<u64>>,
    blake3: String,
}

impl<'a> Sweep<'a> {
    fn new(examiner: &'a Examiner, printer: &'a Printer) -> Self {
        Self {
            examiner,
            printer,
            since: Instant::now(),
            counts: CaseCounts::default(),
            seen: Vec::new(),
            swept: Swept::default(),
        }
    }

    /// All files that are named or stand below what is named. Links lead to what is swept by its own name, or is elsewhere.
    fn files(&mut self, paths: &[PathBuf]) -> Vec<PathBuf> {
        let (mut files, mut known) = (Vec::new(), HashSet::new());
        // What is named twice, or stands below what is named too, is swept once.
        let mut add = |path: PathBuf, itself: PathBuf| {
            if known.insert(itself) {
                files.push(path);
            }
        };
        for named in paths {
            let itself = fs::canonicalize(named).unwrap_or_else(|_| named.clone());
            if !named.is_dir() {
                add(named.clone(), itself);
                continue;
            }
            walk::each_below(named, true, &mut |met| match met {
                Met::File(path) => {
                    let below = path.strip_prefix(named).map(|below| itself.join(below));
                    let below = below.unwrap_or_else(|_| path.clone());
                    add(path, below);
                }
                Met::Link(_) | Met::Other(_) => {}
                Met::OtherFileSystem(path) => self.unread(&Failure::about(
                    path.display(),
                    "is another file system and was not swept; name it to sweep it",
                )),
                Met::Failed(failure) => self.unread(&failure),
            });
        }
        files
    }

    /// Shows from now on how far the sweep has come. How long files are is asked only where somebody looks on.
    fn begin(&self, files: &[PathBuf], named: &[PathBuf]) {
        if self.printer.progress.is_shown() {
            // A device does not say how long it is.
            let length =
                |path: &PathBuf| fs::metadata(path).ok().filter(Metadata::is_file).map(|file| file.len());
            let bytes: Option<u64> = files.par_iter().map(length).sum();
            let named: Vec<String> = named.iter().map(|path| path.display().to_string()).collect();
            self.printer.progress.begin(&named.join(" "), Measure::Bytes(bytes, "files"));
        }
    }

    /// Looks at some files, and again at those that may hold records of people.
    fn look(&mut self, files: &[PathBuf]) {
        let told = Told::new(&self.printer.progress, self.swept.files, self.swept.bytes);
        let looks: Vec<Look> = files.par_iter().map(|path| sweeping::look(path, &told)).collect();
        for (path, look) in files.iter().zip(&looks) {
            self.swept.files += u64::from(look.read);
            self.swept.bytes += look.scanned.bytes;
            look.unread.iter().for_each(|failure| self.unread(failure));
            if look.is_worth_another() {
                self.look_again(path, look);
            }
        }
    }

    fn look_again(&mut self, path: &Path, look: &Look) {
        let found = sweeping::look_again(path, look, self.examiner);
        found.unread.iter().for_each(|failure| self.unread(failure));
        self.counts.add_others(found.others);
        for Seen { path, bytes, blake3, counts } in found.seen {
            self.counts.add(counts);
            self.seen.push(Place { path, bytes, blake3 });
        }
    }

    fn unread(&mut self, failure: &Failure) {
        self.printer.failed(failure);
        let (path, reason) = failure.parts();
        self.swept.unread.push(Unread { path: path.to_owned(), reason: reason.to_owned() });
    }

    /// Where all that was seen came from. Places of which nothing is claimed are no finds, but for those whose rows a client holds
    /// of whom too little is known to claim it: they must not pass for nothing.
    fn finish(self) -> Swept {
        let Self { examiner, printer, since, counts, seen, mut swept } = self;
        let answers = examiner.infer_case(counts, &());
        for (place, answer) in seen.into_iter().zip(answers.files) {
            let held = answer.attribution.background_unknown().next().is_some();
            if answer.attribution.sources.is_empty() && !held {
                continue;
            }
            let file = file_case(path_text(&place.path), place.blake3, answer);
            swept.finds.push(Find { file, bytes: place.bytes });
        }
        let seconds = since.elapsed().as_secs_f64();
        let speed = swept.bytes as f64 / 1e6 / seconds.max(1e-9);
        printer.detail(&format!(
            "{} files, {} bytes in {seconds:.3} s: {speed:.0} MB/s",
            swept.files, swept.bytes
        ));
        swept
    }
}

/// The command again, with what can change the answer and nothing else.
fn command_line(arguments: &SweepArgs) -> String {
    let mut words = ["meibo", "sweep"].map(str::to_owned).to_vec();
    let mut option = |name: &str, path| words.extend([name.to_owned(), path_text(path)]);
    arguments.key.iter().for_each(|path| option("--key", path));
    arguments.opening.identity.iter().for_each(|path| option("--identity", path));
    option("--registry", &arguments.registry);
    words.extend(arguments.paths.iter().map(|path| path_text(path)));
    joined(&words)
}
