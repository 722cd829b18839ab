//! `meibo report`

use std::path::{Path, PathBuf};

use meibo_report::json::v1::Report;
use meibo_report::notice::{self, Regulator, days::Day};

use crate::args::{ClientArgs, RegulatorArgs, ReportArgs, ReportCommand};
use crate::exit::{Failure, Outcome};
use crate::printer::Printer;
use crate::{inputs, outputs};

pub(crate) fn run(arguments: &ReportArgs, printer: &Printer) -> Result<Outcome, Failure> {
    match &arguments.command {
        ReportCommand::Regulator(arguments) => regulator(arguments, printer),
        ReportCommand::Client(arguments) => client(arguments, printer),
    }
}

fn regulator(arguments: &RegulatorArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let report = read(&arguments.report, arguments.output.as_deref())?;
    let known_on = arguments.known_on.map(|date| {
        let (year, month, day) = date.parts();
        Day::new(year, month, day)
    });
    let asked = Regulator { lang: arguments.lang, known_on, client: arguments.client.as_deref() };
    write(arguments.output.as_deref(), &notice::write_regulator(&report, &asked), printer)
}

fn client(arguments: &ClientArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let report = read(&arguments.report, arguments.output.as_deref())?;
    if !notice::names_client(&report, &arguments.client) {
        let client = &arguments.client;
        printer.note(&format!(
            "{client}: the report names no such client; the draft says so. Is that its name in the registry?"
        ));
    }
    let text = notice::write_client(&report, &arguments.client, arguments.lang);
    write(arguments.output.as_deref(), &text, printer)
}

/// Takes a report in; the output must not be in its place, nor in that of a key.
fn read(path: &PathBuf, output: Option<&Path>) -> Result<Report, Failure> {
    if let Some(output) = output {
        outputs::check_apart(output, [path])?;
        outputs::check_replaceable(output, outputs::Made::Report)?;
    }
    notice::read_report(inputs::open(path)?).map_err(|error| Failure::about(path.display(), error))
}

fn write(output: Option<&Path>, text: &str, printer: &Printer) -> Result<Outcome, Failure> {
    outputs::write(output, printer, |out, _| Ok(out.write_all(text.as_bytes())?))?;
    Ok(Outcome::Done)
}
