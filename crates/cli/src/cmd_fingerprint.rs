//! `meibo fingerprint`

use meibo::{Fingerprinter, KeyKind, atomic};

use crate::args::FingerprintArgs;
use crate::exit::{Failure, Outcome};
use crate::printer::Printer;
use crate::stages::Stages;
use crate::{inputs, keys, outputs};

pub(crate) fn run(arguments: &FingerprintArgs, printer: &Printer) -> Result<Outcome, Failure> {
    inputs::check_stdin_once(&arguments.lists)?;
    outputs::check_apart(&arguments.output, arguments.lists.iter().chain([&arguments.key]))?;
    outputs::check_replaceable(&arguments.output, true)?;
    let key = keys::read(&arguments.key)?;
    let options = arguments.reading.options();
    let mut fingerprinter = Fingerprinter::new(&key);
    let (mut rows, mut records, mut rejected) = (0, 0, false);
    for path in &arguments.lists {
        // A handover without one of its files would be a silent loss: nothing is written then.
        let failed = |error: &dyn std::fmt::Display| Failure::about(path.display(), error);
        let input = inputs::open(path)?;
        let stages = Stages::new(printer, path.display().to_string());
        let list = fingerprinter.add_list(input, &options, &stages).map_err(|error| failed(&error))?;
        stages.finish();
        if let Some((layout, _)) = &list.file {
            inputs::report_layout(printer, path, layout);
        }
        inputs::report_rejects(printer, path, &list.rejects);
        rows += list.rows;
        records += list.records;
        rejected |= !list.rejects.is_empty();
    }
    let kinds: Vec<&str> = fingerprinter.kinds().kinds().map(KeyKind::as_str).collect();
    let lists = arguments.lists.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    let bytes = fingerprinter
        .finish(arguments.client.clone(), arguments.date)
        .map_err(|error| Failure::about(lists, error))?;
    atomic::write(&arguments.output, &bytes)
        .map_err(|error| Failure::about(arguments.output.display(), format!("cannot be written: {error}")))?;
    printer.note(&format!(
        "{}: {} {}: {records} records of {rows} rows, {} bytes, keys {}",
        arguments.output.display(),
        arguments.client,
        arguments.date,
        bytes.len(),
        kinds.join(" ")
    ));
    Ok(Outcome::partly_if(rejected))
}
