//! `meibo keygen`

use std::path::{Path, PathBuf};

use meibo::{Identity, RegistryKey, SigningKey};

use crate::args::Keygen;
use crate::exit::{Failure, Outcome};
use crate::printer::Printer;
use crate::{keys, outputs};

pub(crate) fn run(arguments: &Keygen, printer: &Printer) -> Result<Outcome, Failure> {
    keys::keep_from_dumps();
    let passphrase = keys::new_passphrase(&arguments.passphrase)?;
    let passphrase = passphrase.as_ref().map(|passphrase| passphrase.as_str());
    let output = &arguments.output;
    match (arguments.signing, arguments.identity) {
        (true, _) => signing_key(output, passphrase, printer),
        (_, true) => identity(output, passphrase, printer),
        _ => registry_key(output, passphrase, printer),
    }
}

fn registry_key(output: &Path, passphrase: Option<&str>, printer: &Printer) -> Result<Outcome, Failure> {
    let failed = |error| Failure::about(output.display(), error);
    let key = RegistryKey::generate().map_err(failed)?;
    key.write_new(output, passphrase).map_err(failed)?;
    printer.note_of(output, format!("registry key {}; keep it secret and keep a copy", key.id()));
    Ok(Outcome::Done)
}

fn signing_key(output: &Path, passphrase: Option<&str>, printer: &Printer) -> Result<Outcome, Failure> {
    let public = public_part(output)?;
    let written = match passphrase {
        Some(passphrase) => SigningKey::generate_protected(output, passphrase),
        None => SigningKey::generate().and_then(|key| key.write_new(output).map(|()| key.verifying_key())),
    };
    let key = written.map_err(|error| Failure::about(output.display(), error))?;
    key.write_new(&public).map_err(|error| Failure::about(public.display(), error))?;
    printer.note_of(
        output,
        format!(
            "signing key {}; keep it secret, and give {} to whoever is to verify",
            key.id(),
            public.display()
        ),
    );
    Ok(Outcome::Done)
}

fn identity(output: &Path, passphrase: Option<&str>, printer: &Printer) -> Result<Outcome, Failure> {
    let public = public_part(output)?;
    let identity = Identity::generate();
    identity.write_new(output, passphrase).map_err(|error| Failure::about(output.display(), error))?;
    let recipient = identity.recipient();
    recipient.write_new(&public).map_err(|error| Failure::about(public.display(), error))?;
    let to_give = public.display();
    printer.note_of(
        output,
        format!("identity; keep it secret, and give {to_give} to whoever is to seal to it: {recipient}"),
    );
    Ok(Outcome::Done)
}

/// Where the public part of a new key goes.
fn public_part(output: &Path) -> Result<PathBuf, Failure> {
    let public = outputs::extended(output, ".pub");
    let exists = "the file exists already, and would be the new key's public part: choose another name";
    match public.symlink_metadata() {
        Ok(_) => Err(Failure::about(public.display(), exists)),
        Err(_) => Ok(public),
    }
}
