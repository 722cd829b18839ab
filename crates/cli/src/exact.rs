//! `meibo attribute --exact`: handovers whose lists are at hand.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use meibo::{ExactLists, Examiner, Fingerprinter, ReadOptions, Registry, RegistryKey};

use crate::exit::Failure;
use crate::handover::Handover;
use crate::inputs;
use crate::printer::Printer;

/// Why a list is not asked.
const UNKNOWN: &str = "no fingerprint of the registry was made from this list, so --exact cannot use it: it may be \
                       another version of the list, or not all files of the handover; if its columns were told to \
                       `meibo fingerprint`, tell them here too (--column, --header, …)";

/// Has the lists at hand asked in place of their fingerprints; true where the registry knows all of them.
pub(crate) fn ask(
    examiner: Examiner,
    paths: &[PathBuf],
    options: &ReadOptions,
    keys: &[RegistryKey],
    printer: &Printer,
) -> Result<(Examiner, bool), Failure> {
    if paths.is_empty() {
        return Ok((examiner, true));
    }
    let recogniser = Recogniser { registry: examiner.registry(), keys, options, printer };
    let (exact, all) = recogniser.recognise_all(paths);
    Ok((examiner.with_exact(exact, keys).map_err(Failure::new)?, all))
}

/// Knows handovers by their lists.
struct Recogniser<'a> {
    registry: &'a Registry,
    keys: &'a [RegistryKey],
    /// How lists are read where finding it out is not enough.
    options: &'a ReadOptions,
    printer: &'a Printer,
}

impl Recogniser<'_> {
    /// Reads the handovers, each a file or a directory of files, and names those that are of no fingerprint of the
    /// registry; true where there are none of these.
    fn recognise_all(&self, paths: &[PathBuf]) -> (ExactLists, bool) {
        let (mut exact, mut all) = (ExactLists::default(), true);
        for path in paths {
            if let Err(failure) = self.recognise(path, &mut exact) {
                self.printer.failed(&failure);
                all = false;
            }
        }
        (exact, all)
    }

    /// Reads a handover as `fingerprint` does, under each key and in each way, until fingerprints have its content.
    fn recognise(&self, path: &Path, exact: &mut ExactLists) -> Result<(), Failure> {
        let files = files_of(path)?;
        let mut handover = Handover::of(&files);
        let (mut known, mut failure) = (0, None);
        for options in self.ways() {
            for key in self.keys.iter().filter(|key| self.asks(key)) {
                match self.members(&mut handover, key, &options) {
                    Ok(members) => {
                        known += self.known(path, exact.add(self.registry, members));
                        failure = None;
                    }
                    Err(failed) => failure = Some(failed),
                }
            }
            if known > 0 {
                return Ok(());
            }
        }
        Err(failure.unwrap_or_else(|| Failure::about(path.display(), UNKNOWN)))
    }

    /// How to read lists: as was said, and, where that was meant for the seized files, as is found out.
    fn ways(&self) -> Vec<ReadOptions> {
        let mut ways = vec![self.options.clone(), ReadOptions::default()];
        ways.dedup();
        ways
    }

    /// True where the registry has fingerprints under the key.
    fn asks(&self, key: &RegistryKey) -> bool {
        self.registry.indexes.iter().any(|(key_id, _)| *key_id == key.id())
    }

    fn members(
        &self,
        handover: &mut Handover<'_>,
        key: &RegistryKey,
        options: &ReadOptions,
    ) -> Result<meibo::Members, Failure> {
        let fingerprinter = Fingerprinter::new(key).without_order().without_list_profile();
        let (fingerprinter, found) = handover.read(fingerprinter, options, self.printer)?;
        if self.printer.verbose {
            let layouts =
                found.lists.iter().filter_map(|(path, facts)| Some((path, &facts.file.as_ref()?.0)));
            layouts.for_each(|(path, layout)| inputs::report_layout(self.printer, path, layout));
        }
        fingerprinter.members().map_err(|error| handover.failure(error))
    }

    /// Says which fingerprints a list is of, and how many these are.
    fn known(&self, path: &Path, lists: Vec<usize>) -> usize {
        for list in lists.iter().filter_map(|list| self.registry.lists.get(*list)) {
            let (client, date) = (&list.facts.client, list.facts.date);
            self.printer.detail_of(path, format!("the list of {client} {date}"));
        }
        lists.len()
    }
}

/// All files of handovers, as far as they can be listed.
pub(crate) fn all_files(paths: &[PathBuf]) -> Vec<PathBuf> {
    paths.iter().flat_map(|path| files_of(path).unwrap_or_default()).collect()
}

/// The files of a handover: the file itself, or those of a directory in order of name. Hidden files are not the
/// owner's.
pub(crate) fn files_of(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if inputs::is_stdin(path) || !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let hidden = |entry: &fs::DirEntry| entry.file_name().as_encoded_bytes().starts_with(b".");
    let listed = || -> io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
        Ok(entries.iter().filter(|entry| !hidden(entry)).map(fs::DirEntry::path).collect())
    };
    let mut files =
        listed().map_err(|error| Failure::about(path.display(), format!("cannot be read: {error}")))?;
    files.sort();
    match files.is_empty() {
        true => Err(Failure::about(
            path.display(),
            "holds no files; name the list, or the directory of its files",
        )),
        false => Ok(files),
    }
}
