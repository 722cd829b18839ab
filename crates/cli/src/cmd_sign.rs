//! `meibo sign`

use crate::args::SignArgs;
use crate::exit::{Failure, Outcome};
use crate::printer::Printer;
use crate::signatures;

pub(crate) fn run(arguments: &SignArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let Some(key) = signatures::signing_key(&arguments.signing, &arguments.passphrases)? else {
        return Err(Failure::new(
            "sign: name the signing key with --sign-with; `meibo keygen --signing` makes one",
        ));
    };
    let mut signed = 0;
    for fingerprint in &arguments.fingerprints {
        match signatures::sign_file(&key, fingerprint) {
            Ok(path) => {
                signed += 1;
                printer.note_of(&path, format!("signed by {}", key.verifying_key().id()));
            }
            Err(failure) => printer.failed(&failure),
        }
    }
    match signed {
        0 => Err(Failure::new("nothing was signed; see the reasons above")),
        _ => Ok(Outcome::partly_if(signed < arguments.fingerprints.len())),
    }
}
