//! `meibo keygen`

use meibo::RegistryKey;

use crate::args::Keygen;
use crate::exit::{Failure, Outcome};
use crate::printer::Printer;

pub(crate) fn run(arguments: &Keygen, printer: &Printer) -> Result<Outcome, Failure> {
    let failed = |error| Failure::about(arguments.output.display(), error);
    let key = RegistryKey::generate().map_err(failed)?;
    key.write_new(&arguments.output).map_err(failed)?;
    printer.note(&format!(
        "{}: registry key {}; keep it secret and keep a copy",
        arguments.output.display(),
        key.id()
    ));
    Ok(Outcome::Done)
}
