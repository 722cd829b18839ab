//! `meibo keygen`

use std::path::Path;

use meibo::{RegistryKey, SigningKey};

use crate::args::Keygen;
use crate::exit::{Failure, Outcome};
use crate::printer::Printer;
use crate::{keys, outputs};

pub(crate) fn run(arguments: &Keygen, printer: &Printer) -> Result<Outcome, Failure> {
    keys::keep_from_dumps();
    match arguments.signing {
        true => signing_key(&arguments.output, printer),
        false => registry_key(&arguments.output, printer),
    }
}

fn registry_key(output: &Path, printer: &Printer) -> Result<Outcome, Failure> {
    let failed = |error| Failure::about(output.display(), error);
    let key = RegistryKey::generate().map_err(failed)?;
    key.write_new(output).map_err(failed)?;
    printer.note(&format!("{}: registry key {}; keep it secret and keep a copy", output.display(), key.id()));
    Ok(Outcome::Done)
}

fn signing_key(output: &Path, printer: &Printer) -> Result<Outcome, Failure> {
    let public = outputs::extended(output, ".pub");
    if public.symlink_metadata().is_ok() {
        let exists = "the file exists already, and would be the new key's public part: choose another name";
        return Err(Failure::about(public.display(), exists));
    }
    let failed = |path: &Path, error| Failure::about(path.display(), error);
    let key = SigningKey::generate().map_err(|error| failed(output, error))?;
    key.write_new(output).map_err(|error| failed(output, error))?;
    key.verifying_key().write_new(&public).map_err(|error| failed(&public, error))?;
    printer.note(&format!(
        "{}: signing key {}; keep it secret, and give {} to whoever is to verify",
        output.display(),
        key.verifying_key().id(),
        public.display()
    ));
    Ok(Outcome::Done)
}
