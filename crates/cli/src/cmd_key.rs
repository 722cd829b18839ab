//! `meibo key split` and `join`

use std::path::PathBuf;

use meibo::{KeyShare, RegistryKey};

use crate::args::{JoinArgs, KeyArgs, KeyCommand, SplitArgs};
use crate::exit::{Failure, Outcome};
use crate::printer::Printer;
use crate::{keys, outputs};

pub(crate) fn run(arguments: &KeyArgs, printer: &Printer) -> Result<Outcome, Failure> {
    match &arguments.command {
        KeyCommand::Split(arguments) => split(arguments, printer),
        KeyCommand::Join(arguments) => join(arguments, printer),
    }
}

fn split(arguments: &SplitArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let key = keys::read(&arguments.key, &arguments.passphrases)?;
    let shares = key.split(arguments.needed, arguments.shares).map_err(Failure::new)?;
    let path = |share: &KeyShare| outputs::extended(&arguments.output, &format!("-{}.share", share.number()));
    // All of them or none: shares of two splits do not go together.
    if let Some(taken) = shares.iter().map(path).find(|path| path.symlink_metadata().is_ok()) {
        let exists =
            "the file exists already; a share is never overwritten: choose another start for the names";
        return Err(Failure::about(taken.display(), exists));
    }
    for share in &shares {
        let path = path(share);
        share.write_new(&path).map_err(|error| Failure::about(path.display(), error))?;
        printer.note_of(&path, format!("share {} of registry key {}", share.number(), key.id()));
    }
    printer.note(&format!(
        "any {} of them make the key; give each to another, and destroy {} and its copies",
        arguments.needed,
        arguments.key.display()
    ));
    Ok(Outcome::Done)
}

fn join(arguments: &JoinArgs, printer: &Printer) -> Result<Outcome, Failure> {
    keys::keep_from_dumps();
    let read = |path: &PathBuf| KeyShare::read(path).map_err(|error| Failure::about(path.display(), error));
    let shares: Vec<KeyShare> = arguments.shares.iter().map(read).collect::<Result<_, _>>()?;
    let key = RegistryKey::join(&shares).map_err(Failure::new)?;
    let passphrase = keys::new_passphrase(&arguments.passphrase)?;
    key.write_new(&arguments.output, passphrase.as_ref().map(|passphrase| passphrase.as_str()))
        .map_err(|error| Failure::about(arguments.output.display(), error))?;
    printer.note_of(&arguments.output, format!("registry key {}", key.id()));
    Ok(Outcome::Done)
}
