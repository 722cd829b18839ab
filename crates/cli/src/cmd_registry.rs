//! `meibo registry list`, `check` and `index`; `add` and `overlap` have modules of their own

use std::cell::Cell;
use std::path::Path;
use std::sync::Once;

use meibo::{
    FormatError, Found, Header, Identity, ListEntry, Problem, ProblemKind, Registry, RegistryKey, SealError,
    scan,
};

use crate::args::{CheckArgs, IndexArgs, OpenedTarget, RegistryArgs, RegistryCommand, RegistryTarget};
use crate::cmd_add;
use crate::cmd_attribute::registry_failure;
use crate::cmd_overlap;
use crate::exit::{Failure, Outcome};
use crate::keys::Keyring;
use crate::printer::Printer;
use crate::progress::Measure;
use crate::signatures::{Said, Trusted};
use crate::stored::Stored;

pub(crate) fn run(arguments: &RegistryArgs, printer: &Printer) -> Result<Outcome, Failure> {
    match &arguments.command {
        RegistryCommand::List(arguments) => list(arguments, printer),
        RegistryCommand::Check(arguments) => check(arguments, printer),
        RegistryCommand::Index(arguments) => index(arguments, printer),
        RegistryCommand::Add(arguments) => cmd_add::run(arguments, printer),
        RegistryCommand::Overlap(arguments) => cmd_overlap::run(arguments, printer),
    }
}

fn list(arguments: &OpenedTarget, printer: &Printer) -> Result<Outcome, Failure> {
    let OpenedTarget { target, opening } = arguments;
    let keyring = Keyring::read(&target.key, opening)?;
    let Keyring { keys, identities } = &keyring;
    if keys.is_empty() {
        return show_public(target, &keyring, &Trusted::read(&[])?, printer);
    }
    let registry = Registry::open_with(&target.directory, keys, identities);
    show(&registry.map_err(|error| registry_failure(error, printer))?, list_line, printer)
}

/// A check trusts no index file: every fingerprint is read whole.
fn check(arguments: &CheckArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let OpenedTarget { target, opening } = &arguments.opened;
    let keyring = Keyring::read(&target.key, opening)?;
    let Keyring { keys, identities } = &keyring;
    let trusted = Trusted::read(&arguments.trust)?;
    if keys.is_empty() {
        return show_public(target, &keyring, &trusted, printer);
    }
    let registry = build(&target.directory, keys, identities, printer)?;
    let unsigned = Cell::new(false);
    let line = |list: &ListEntry| {
        let mut line = check_line(list);
        if !trusted.is_nobody() {
            let said = ask(&trusted, list, &target.directory, identities);
            said.problems.iter().for_each(|problem| printer.failed(problem));
            unsigned.set(unsigned.get() || !said.problems.is_empty());
            line = format!("{line}\t{}", said.in_words());
        }
        line
    };
    let outcome = show(&registry, line, printer)?;
    Ok(if unsigned.get() { Outcome::Partly } else { outcome })
}

/// Reads every fingerprint whole, and shows how many have been.
fn build(
    directory: &Path,
    keys: &[RegistryKey],
    identities: &[Identity],
    printer: &Printer,
) -> Result<Registry, Failure> {
    let (progress, name) = (&printer.progress, directory.display().to_string());
    let begun = Once::new();
    let registry = Registry::build_watched(directory, keys, identities, &|read, all| {
        begun.call_once(|| progress.begin(&name, Measure::Fingerprints(all as u64)));
        progress.at(read as u64, read as u64);
    });
    progress.end();
    registry.map_err(|error| registry_failure(error, printer))
}

/// What the signatures of a fingerprint that was checked say: they must be of those bytes that were.
fn ask(trusted: &Trusted, list: &ListEntry, directory: &Path, identities: &[Identity]) -> Said {
    let path = directory.join(&list.path);
    let checked = |stored: &Stored| stored.fingerprint().ends_with(&list.stamp.checksum);
    match Stored::read(&path, identities) {
        Ok(stored) if checked(&stored) => trusted.ask(&path, &stored),
        Ok(_) => {
            Said::nothing_but(Failure::about(path.display(), "was changed while it was checked; try again"))
        }
        Err(error) => Said::nothing_but(Failure::about(path.display(), error)),
    }
}

/// What the files show without a key.
fn show_public(
    target: &RegistryTarget,
    keyring: &Keyring,
    trusted: &Trusted,
    printer: &Printer,
) -> Result<Outcome, Failure> {
    let scan = scan(&target.directory).map_err(|error| Failure::naming(error.path(), &error))?;
    let (mut unusable, mut unsigned) = (scan.problems.len(), false);
    scan.problems.iter().for_each(|problem| printer.problem_of(&problem.path, &problem.kind));
    printer.line("key id\tcolumns\tbytes\tfile")?;
    for found in &scan.files {
        match public_line(found, keyring) {
            Ok((mut line, stored)) => {
                if !trusted.is_nobody() {
                    let said = trusted.ask(&found.path, &stored);
                    said.problems.iter().for_each(|problem| printer.failed(problem));
                    unsigned |= !said.problems.is_empty();
                    line = format!("{line}\t{}", said.in_words());
                }
                printer.line(&line)?;
            }
            Err(error) => {
                unusable += 1;
                printer.problem_of(&found.path, error);
            }
        }
    }
    if scan.files.len() + scan.problems.len() == unusable {
        return Err(Failure::about(
            target.directory.display(),
            "no usable fingerprints (*.meibo) in this directory or below it; make them with `meibo fingerprint`",
        ));
    }
    Ok(Outcome::partly_if(unusable > 0 || unsigned))
}

/// What a file shows, and the file. Whoever has no identity sees of a seal that it is one.
fn public_line(found: &Found, keyring: &Keyring) -> Result<(String, Stored), String> {
    let stored = match keyring.identities.is_empty() {
        true => Stored::read_as_it_is(&found.path)?,
        false => Stored::read(&found.path, &keyring.identities)?,
    };
    let (bytes, path) = (stored.bytes.len(), meibo_report::path_text(&found.relative));
    let line = match Header::read(stored.fingerprint()) {
        Ok(header) => format!(
            "{}\t{} of 2^{}\t{bytes}\t{path}{}",
            header.key_id,
            header.columns,
            header.log2_bits,
            if stored.is_sealed() { "\tsealed" } else { "" }
        ),
        Err(FormatError::IsSealed) => format!("-\t-\t{bytes}\t{path}\tsealed"),
        Err(error) => return Err(error.to_string()),
    };
    Ok((line, stored))
}

/// One line for each list, by client and date, and the files that are left out.
fn show(
    registry: &Registry,
    line: impl Fn(&ListEntry) -> String,
    printer: &Printer,
) -> Result<Outcome, Failure> {
    registry.problems.iter().for_each(|problem| printer.left_out(problem));
    for client in 0..registry.clients.len() {
        for list in registry.handovers(client) {
            printer.line(&line(&registry.lists[list]))?;
        }
    }
    printer.note(&format!(
        "{} fingerprints of {} clients; {} files left out; registry blake3:{}",
        registry.lists.len(),
        registry.clients.len(),
        registry.problems.len(),
        registry.digest
    ));
    Ok(Outcome::partly_if(!registry.problems.is_empty()))
}

fn list_line(list: &ListEntry) -> String {
    let facts = &list.facts;
    let path = meibo_report::path_text(&list.path);
    let sealed = if list.sealed { "\tsealed" } else { "" };
    format!("{}\t{}\t{} records\t{path}{sealed}", facts.client, facts.date, facts.records)
}

fn check_line(list: &ListEntry) -> String {
    format!(
        "ok\t{}\tkey {}\tfalse matches {:.6} a token",
        list_line(list),
        list.key_id,
        list.false_match_rate
    )
}

fn index(arguments: &IndexArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let IndexArgs { target, passphrases } = arguments;
    let keys = Keyring::of_keys(&target.key, passphrases)?.keys;
    if keys.is_empty() {
        return Err(Failure::new(
            "registry index: the index holds what only the key can tell; add --key KEY",
        ));
    }
    let registry = build(&target.directory, &keys, &[], printer)?;
    // What is sealed stays out of it, as it should.
    let is_sealed = |problem: &&Problem| matches!(problem.kind, ProblemKind::Seal(SealError::NoIdentity));
    let (sealed, others): (Vec<&Problem>, Vec<&Problem>) = registry.problems.iter().partition(is_sealed);
    others.iter().for_each(|problem| printer.left_out(problem));
    let path = registry
        .write_index(&target.directory, &keys)
        .map_err(|error| Failure::naming(error.path(), &error))?;
    let left_out = match sealed.len() {
        0 => String::new(),
        some => format!("; {some} sealed are not in it, and are opened when they are asked"),
    };
    printer.note_of(
        &path,
        format!(
            "index of {} fingerprints of {} clients{left_out}",
            registry.lists.len(),
            registry.clients.len()
        ),
    );
    Ok(Outcome::partly_if(!others.is_empty()))
}
