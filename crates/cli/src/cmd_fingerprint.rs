//! `meibo fingerprint`

use std::fs;
use std::path::PathBuf;

use meibo::{Fingerprint, Fingerprinter, KeyKind, Prf, RegistryKey, atomic, seal};

use crate::args::{FingerprintArgs, Part};
use crate::exit::{Failure, Outcome};
use crate::handover::Handover;
use crate::printer::Printer;
use crate::{inputs, keys, outputs, signatures};

/// Refuses to put a fingerprint in the place of another handover's, which would be gone from its registry. What cannot be opened with
/// the key is another's too; of what is sealed nobody can tell.
fn check_same_handover(arguments: &FingerprintArgs, key: &RegistryKey) -> Result<(), Failure> {
    let Ok(bytes) = fs::read(&arguments.output) else { return Ok(()) };
    if bytes.is_empty() || meibo::is_sealed(&bytes) {
        return Ok(());
    }
    // The same handover, too, where its tokens were made by the other keyed hash.
    let keys = Prf::ALL.map(|prf| key.with_prf(prf));
    let is_same = Fingerprint::open(&bytes, &keys)
        .is_ok_and(|old| old.facts.client == arguments.client && old.facts.date == arguments.date);
    match is_same {
        true => Ok(()),
        false => Err(Failure::about(
            arguments.output.display(),
            "exists and is the fingerprint of another handover, or of another key; it is not overwritten: choose another output",
        )),
    }
}

pub(crate) fn run(arguments: &FingerprintArgs, printer: &Printer) -> Result<Outcome, Failure> {
    inputs::check_stdin_once(&arguments.lists)?;
    outputs::check_apart(&arguments.output, inputs_of(arguments))?;
    outputs::check_replaceable(&arguments.output, outputs::Made::Fingerprint)?;
    let recipients = keys::recipients(&arguments.seal_to)?;
    let key = keys::read(&arguments.key, &arguments.passphrases)?.with_prf(arguments.prf);
    check_same_handover(arguments, &key)?;
    let signing_key = signatures::signing_key(&arguments.signing, &arguments.passphrases)?;
    let mut handover = Handover::of(&arguments.lists);
    let (fingerprinter, found) =
        handover.read(fingerprinter(arguments, &key), &arguments.reading.options(), printer)?;
    found.left_out.iter().for_each(|problem| printer.failed(problem));
    let (mut rows, mut records, mut rejected) = (0, 0, !found.left_out.is_empty());
    for (path, list) in &found.lists {
        if let Some((layout, _)) = &list.file {
            inputs::report_layout(printer, path, layout);
        }
        inputs::report_fillers(printer, path, &list.fillers);
        inputs::report_rejects(printer, path, &list.rejects);
        rows += list.rows;
        records += list.records;
        rejected |= !list.rejects.is_empty();
    }
    let kinds: Vec<&str> = fingerprinter.kinds().kinds().map(KeyKind::as_str).collect();
    let mut bytes = fingerprinter
        .finish(arguments.client.clone(), arguments.date)
        .map_err(|error| handover.failure(error))?;
    let size = bytes.len();
    if !recipients.is_empty() {
        bytes = seal(&bytes, &recipients).map_err(|error| Failure::new(format!("--seal-to: {error}")))?;
    }
    atomic::write(&arguments.output, &bytes)
        .map_err(|error| Failure::about(arguments.output.display(), format!("cannot be written: {error}")))?;
    let signed = signing_key.map(|key| signatures::sign(&key, &arguments.output, &bytes)).transpose()?;
    let sealed = match recipients.len() {
        0 => String::new(),
        1 => "; sealed to 1 recipient".to_owned(),
        some => format!("; sealed to {some} recipients"),
    };
    printer.note_of(
        &arguments.output,
        format!(
            "{} {}: {records} records of {rows} rows, {size} bytes, keys {}{sealed}",
            arguments.client,
            arguments.date,
            kinds.join(" ")
        ),
    );
    signed.iter().for_each(|path| printer.note_of(path, "signed"));
    Ok(Outcome::partly_if(rejected))
}

/// The fingerprinter of a list, with the parts that are wanted.
fn fingerprinter(arguments: &FingerprintArgs, key: &RegistryKey) -> Fingerprinter {
    let leave_out = |fingerprinter: Fingerprinter, part: &Part| match part {
        Part::Order => fingerprinter.without_order(),
        Part::ListProfile => fingerprinter.without_list_profile(),
    };
    arguments.without.iter().fold(Fingerprinter::new(key), leave_out)
}

/// What is read, and must not be written over.
fn inputs_of(arguments: &FingerprintArgs) -> impl Iterator<Item = &PathBuf> {
    let secrets = arguments.signing.sign_with.iter().chain(&arguments.passphrases.passphrase_file);
    arguments.lists.iter().chain([&arguments.key]).chain(secrets)
}
