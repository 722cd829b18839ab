//! `meibo registry list`, `check` and `index`; `add` and `overlap` have modules of their own

use std::cell::Cell;
use std::path::Path;

use meibo::{Found, Header, ListEntry, Registry, RegistryKey, read_file, scan};

use crate::args::{CheckArgs, RegistryArgs, RegistryCommand, RegistryTarget};
use crate::cmd_add;
use crate::cmd_attribute::registry_failure;
use crate::cmd_overlap;
use crate::exit::{Failure, Outcome};
use crate::keys;
use crate::printer::Printer;
use crate::signatures::{Said, Trusted};

pub(crate) fn run(arguments: &RegistryArgs, printer: &Printer) -> Result<Outcome, Failure> {
    match &arguments.command {
        RegistryCommand::List(target) => list(target, printer),
        RegistryCommand::Check(arguments) => check(arguments, printer),
        RegistryCommand::Index(target) => index(target, &keys::read_all(&target.key)?, printer),
        RegistryCommand::Add(arguments) => cmd_add::run(arguments, printer),
        RegistryCommand::Overlap(arguments) => cmd_overlap::run(arguments, printer),
    }
}

fn list(target: &RegistryTarget, printer: &Printer) -> Result<Outcome, Failure> {
    let keys = keys::read_all(&target.key)?;
    if keys.is_empty() {
        return show_public(target, &Trusted::read(&[])?, printer);
    }
    let registry =
        Registry::open(&target.directory, &keys).map_err(|error| registry_failure(error, printer))?;
    show(&registry, list_line, printer)
}

/// A check trusts no index file: every fingerprint is read whole.
fn check(arguments: &CheckArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let target = &arguments.target;
    let keys = keys::read_all(&target.key)?;
    let trusted = Trusted::read(&arguments.trust)?;
    if keys.is_empty() {
        return show_public(target, &trusted, printer);
    }
    let registry =
        Registry::build(&target.directory, &keys).map_err(|error| registry_failure(error, printer))?;
    let unsigned = Cell::new(false);
    let line = |list: &ListEntry| {
        let mut line = check_line(list);
        if !trusted.is_nobody() {
            let path = target.directory.join(&list.path);
            let said = ask(&trusted, &path, printer);
            unsigned.set(unsigned.get() || !said.problems.is_empty());
            line = format!("{line}\t{}", said.in_words());
        }
        line
    };
    let outcome = show(&registry, line, printer)?;
    Ok(if unsigned.get() { Outcome::partly_if(true) } else { outcome })
}

/// What the signatures of a fingerprint file say; what is wrong with them is told.
fn ask(trusted: &Trusted, path: &Path, printer: &Printer) -> Said {
    let said = match read_file(path) {
        Ok(bytes) => trusted.ask(path, &bytes),
        Err(error) => Said::nothing_but(format!("{}: cannot be read: {error}", path.display())),
    };
    said.problems.iter().for_each(|problem| printer.problem(problem));
    said
}

/// What the files show without a key.
fn show_public(target: &RegistryTarget, trusted: &Trusted, printer: &Printer) -> Result<Outcome, Failure> {
    let scan = scan(&target.directory).map_err(Failure::new)?;
    let (mut unusable, mut unsigned) = (scan.problems.len(), false);
    scan.problems.iter().for_each(|problem| printer.problem(&problem.to_string()));
    printer.line("key id\tcolumns\tbytes\tfile")?;
    for found in &scan.files {
        match public_line(found) {
            Ok(mut line) => {
                if !trusted.is_nobody() {
                    let said = ask(trusted, &found.path, printer);
                    unsigned |= !said.problems.is_empty();
                    line = format!("{line}\t{}", said.in_words());
                }
                printer.line(&line)?;
            }
            Err(error) => {
                unusable += 1;
                printer.problem(&format!("{}: {error}", found.path.display()));
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

fn public_line(found: &Found) -> Result<String, String> {
    let bytes = read_file(&found.path).map_err(|error| format!("cannot be read: {error}"))?;
    let header = Header::read(&bytes).map_err(|error| error.to_string())?;
    Ok(format!(
        "{}\t{} of 2^{}\t{}\t{}",
        header.key_id,
        header.columns,
        header.log2_bits,
        bytes.len(),
        meibo_report::path_text(&found.relative)
    ))
}

/// One line for each list, by client and date, and the files that are left out.
fn show(
    registry: &Registry,
    line: impl Fn(&ListEntry) -> String,
    printer: &Printer,
) -> Result<Outcome, Failure> {
    registry.problems.iter().for_each(|problem| printer.problem(&format!("{problem} (left out)")));
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
    format!("{}\t{}\t{} records\t{path}", facts.client, facts.date, facts.records)
}

fn check_line(list: &ListEntry) -> String {
    format!(
        "ok\t{}\tkey {}\tfalse matches {:.6} a token",
        list_line(list),
        list.key_id,
        list.false_match_rate
    )
}

fn index(target: &RegistryTarget, keys: &[RegistryKey], printer: &Printer) -> Result<Outcome, Failure> {
    if keys.is_empty() {
        return Err(Failure::new(
            "registry index: the index holds what only the key can tell; add --key KEY",
        ));
    }
    let registry =
        Registry::build(&target.directory, keys).map_err(|error| registry_failure(error, printer))?;
    registry.problems.iter().for_each(|problem| printer.problem(&format!("{problem} (left out)")));
    let path = registry.write_index(&target.directory, keys).map_err(Failure::new)?;
    printer.note(&format!(
        "{}: index of {} fingerprints of {} clients",
        path.display(),
        registry.lists.len(),
        registry.clients.len()
    ));
    Ok(Outcome::partly_if(!registry.problems.is_empty()))
}
