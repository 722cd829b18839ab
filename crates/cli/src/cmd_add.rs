//! `meibo registry add`: what comes into a registry is looked at first.

use std::fs;
use std::path::{Path, PathBuf};

use meibo::{Facts, Fingerprint, Fingerprinter, RegistryKey, atomic, is_fingerprint_name};

use crate::args::AddArgs;
use crate::exact;
use crate::exit::{Failure, Outcome};
use crate::handover::Handover;
use crate::keys::Keyring;
use crate::printer::Printer;
use crate::signatures;
use crate::stored::Stored;

pub(crate) fn run(arguments: &AddArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let keyring = Keyring::read(&arguments.key, &arguments.opening)?;
    if !arguments.directory.is_dir() {
        return Err(Failure::about(arguments.directory.display(), "is no directory; make it first"));
    }
    if arguments.list.is_some() && arguments.fingerprints.len() > 1 {
        return Err(Failure::new(
            "registry add: --list is the list of one fingerprint; add the others by themselves",
        ));
    }
    let mut added = 0;
    for fingerprint in &arguments.fingerprints {
        match add(arguments, &keyring, fingerprint, printer) {
            Ok(()) => added += 1,
            Err(failure) => printer.failed(&failure),
        }
    }
    match added {
        0 => Err(Failure::new("nothing was added; see the reasons above")),
        _ => Ok(Outcome::partly_if(added < arguments.fingerprints.len())),
    }
}

/// Checks a fingerprint and puts it into the directory.
fn add(arguments: &AddArgs, keyring: &Keyring, path: &Path, printer: &Printer) -> Result<(), Failure> {
    let failed = |error: String| Failure::about(path.display(), error);
    let stored = Stored::read(path, &keyring.identities).map_err(failed)?;
    let fingerprint = Fingerprint::open(stored.fingerprint(), &keyring.keys);
    let fingerprint = fingerprint.map_err(|error| failed(error.to_string()))?;
    if let Some(list) = &arguments.list {
        recount(arguments, &keyring.keys, path, stored.fingerprint(), &fingerprint, list, printer)?;
    }
    let target = target(&arguments.directory, path)?;
    let facts = &fingerprint.facts;
    let is_there = fs::read(&target).is_ok_and(|there| there == stored.bytes);
    if !is_there {
        if target.symlink_metadata().is_ok() {
            let taken = "another file of this name is there, and is never overwritten: give the fingerprint another name";
            return Err(Failure::about(target.display(), taken));
        }
        write(&target, &stored.bytes)?;
    }
    copy_signatures(path, &target)?;
    let recounted = if arguments.list.is_some() { ", recounted against its list" } else { "" };
    let done = if is_there { "was there already" } else { "added" };
    printer.note(&format!(
        "{}: {} {}, {} records: {done}{recounted}",
        target.display(),
        facts.client,
        facts.date,
        facts.records
    ));
    Ok(())
}

/// A fingerprint made anew of the list, under the same key, client and date, must be the same byte for byte.
fn recount(
    arguments: &AddArgs,
    keys: &[RegistryKey],
    path: &Path,
    bytes: &[u8],
    fingerprint: &Fingerprint,
    list: &Path,
    printer: &Printer,
) -> Result<(), Failure> {
    let key_id = fingerprint.header.key_id;
    // It was opened with one of them.
    let key = keys.iter().find(|key| key.id() == key_id);
    let key = key.ok_or_else(|| Failure::about(path.display(), "its key is not among the keys given"))?;
    let files = exact::files_of(list)?;
    let mut handover = Handover::of(&files);
    let mut again = Fingerprinter::new(key);
    if fingerprint.order.is_none() {
        again = again.without_order();
    }
    if fingerprint.list_profile.is_none() {
        again = again.without_list_profile();
    }
    let (fingerprinter, _) = handover.read(again, &arguments.reading.options(), printer)?;
    let facts = &fingerprint.facts;
    let again =
        fingerprinter.finish(facts.client.clone(), facts.date).map_err(|error| handover.failure(error))?;
    if again == bytes {
        return Ok(());
    }
    let counted = Fingerprint::open(&again, keys).map_err(|error| Failure::about(list.display(), error))?;
    if counted.facts == *facts {
        let differs = match counted.order == fingerprint.order {
            true => "written in another way",
            false => "in another order",
        };
        let other =
            format!("has the rows of {} {differs}; give the list as it was handed over", list.display());
        return Err(Failure::about(path.display(), other));
    }
    Err(Failure::about(
        path.display(),
        format!(
            "is not the fingerprint of {}: it states {}, and the list gives {}; ask its owner for the list and the \
             fingerprint of one handover, and tell columns (--column, --header, …) as they were told then",
            list.display(),
            counts(facts),
            counts(&counted.facts)
        ),
    ))
}

fn counts(facts: &Facts) -> String {
    let Facts { rows, records, ones, .. } = facts;
    format!("{rows} rows, {records} records, {} keys and {ones} bits", facts.tokens())
}

/// Where a fingerprint goes.
fn target(directory: &Path, path: &Path) -> Result<PathBuf, Failure> {
    let name = path.file_name().filter(|name| is_fingerprint_name(name));
    let name = name.ok_or_else(|| {
        Failure::about(
            path.display(),
            "a fingerprint's name ends in .meibo or .meibo.age, or no registry would see it; rename it",
        )
    })?;
    Ok(directory.join(name))
}

/// Copies signatures that are not there yet.
fn copy_signatures(path: &Path, target: &Path) -> Result<(), Failure> {
    let unreadable = |path: &Path, error| Failure::about(path.display(), format!("cannot be read: {error}"));
    let Some(directory) = target.parent() else { return Ok(()) };
    for signature in signatures::beside(path).map_err(|error| unreadable(path, error))? {
        let Some(name) = signature.file_name() else { continue };
        let copy = directory.join(name);
        if copy.symlink_metadata().is_err() {
            write(&copy, &fs::read(&signature).map_err(|error| unreadable(&signature, error))?)?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    atomic::write(path, bytes)
        .map_err(|error| Failure::about(path.display(), format!("cannot be written: {error}")))
}
