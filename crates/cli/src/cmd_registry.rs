//! `meibo registry list`, `check` and `index`; `overlap` has a module of its own

use meibo::{Header, ListEntry, Registry, RegistryKey, read_file, scan};

use crate::args::{RegistryArgs, RegistryCommand, RegistryTarget};
use crate::cmd_attribute::registry_failure;
use crate::cmd_overlap;
use crate::exit::{Failure, Outcome};
use crate::keys;
use crate::printer::Printer;

pub(crate) fn run(arguments: &RegistryArgs, printer: &Printer) -> Result<Outcome, Failure> {
    match &arguments.command {
        RegistryCommand::List(target) => list(target, printer),
        RegistryCommand::Check(target) => check(target, printer),
        RegistryCommand::Index(target) => index(target, &keys::read_all(&target.key)?, printer),
        RegistryCommand::Overlap(arguments) => cmd_overlap::run(arguments, printer),
    }
}

fn list(target: &RegistryTarget, printer: &Printer) -> Result<Outcome, Failure> {
    let keys = keys::read_all(&target.key)?;
    if keys.is_empty() {
        return show_public(target, printer);
    }
    let registry =
        Registry::open(&target.directory, &keys).map_err(|error| registry_failure(error, printer))?;
    show(&registry, list_line, printer)
}

/// A check trusts no index file: every fingerprint is read whole.
fn check(target: &RegistryTarget, printer: &Printer) -> Result<Outcome, Failure> {
    let keys = keys::read_all(&target.key)?;
    if keys.is_empty() {
        return show_public(target, printer);
    }
    let registry =
        Registry::build(&target.directory, &keys).map_err(|error| registry_failure(error, printer))?;
    show(&registry, check_line, printer)
}

/// What the files show without a key.
fn show_public(target: &RegistryTarget, printer: &Printer) -> Result<Outcome, Failure> {
    let scan = scan(&target.directory).map_err(Failure::new)?;
    let mut problems = scan.problems.len();
    scan.problems.iter().for_each(|problem| printer.problem(&problem.to_string()));
    printer.line("key id\tcolumns\tbytes\tfile")?;
    for found in &scan.files {
        let read = read_file(&found.path).map_err(|error| format!("cannot be read: {error}"));
        let header = read.and_then(|bytes| {
            Header::read(&bytes).map(|header| (header, bytes.len())).map_err(|error| error.to_string())
        });
        match header {
            Ok((header, bytes)) => printer.line(&format!(
                "{}\t{} of 2^{}\t{bytes}\t{}",
                header.key_id,
                header.columns,
                header.log2_bits,
                meibo_report::path_text(&found.relative)
            ))?,
            Err(error) => {
                problems += 1;
                printer.problem(&format!("{}: {error}", found.path.display()));
            }
        }
    }
    if scan.files.len() + scan.problems.len() == problems {
        return Err(Failure::about(
            target.directory.display(),
            "no usable fingerprints (*.meibo) in this directory or below it; make them with `meibo fingerprint`",
        ));
    }
    Ok(Outcome::partly_if(problems > 0))
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
