//! `meibo canary plant`: a copy of a list for each recipient, each with decoys of its own.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use meibo::canary::{Plan, PlantError, PlantSpec, Recipient, Seed, Sheet};
use meibo::{atomic, seal};

use crate::args::{CanaryArgs, CanaryCommand, PlantArgs};
use crate::exit::{Failure, Outcome};
use crate::inputs::{self, Input};
use crate::printer::Printer;
use crate::{canaries, keys};

/// Of so many rows of a copy one may be a decoy before it is said that they are many.
const MANY: u64 = 20;

pub(crate) fn run(arguments: &CanaryArgs, printer: &Printer) -> Result<Outcome, Failure> {
    match &arguments.command {
        CanaryCommand::Plant(arguments) => plant(arguments, printer),
    }
}

fn plant(arguments: &PlantArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let outputs = Outputs::of(arguments)?;
    let recipients = keys::recipients(&arguments.seal_to)?;
    let key = keys::read(&arguments.key, &arguments.passphrases)?;
    let seed = match &arguments.seed_file {
        Some(path) => seed_of(path)?,
        None => Seed::generate().map_err(Failure::new)?,
    };
    let list = &arguments.list;
    let failed = |error: PlantError| Failure::about(list.display(), error);
    let mut input = inputs::open_list(list)?;
    if inputs::is_pile(&mut input).map_err(|error| Failure::about(list.display(), error))? {
        return Err(Failure::about(
            list.display(),
            "holds other files or sheets; decoys are planted in CSV and TSV files alone: export the list as CSV first",
        ));
    }
    let options = arguments.reading.options();
    let sheet = Sheet::learn(&mut input, &options, &seed).map_err(failed)?;
    let spec = PlantSpec {
        recipients: arguments.recipient.clone(),
        each: arguments.each,
        shared: arguments.shared,
        year: arguments.date.parts().0,
    };
    let plan = Plan::draw(&sheet, &spec, seed, &mut input, &options).map_err(failed)?;
    let mut record = plan
        .record(arguments.client.clone(), arguments.date)
        .close(&key)
        .map_err(|error| Failure::about(outputs.record.display(), error))?;
    if !recipients.is_empty() {
        record = seal(&record, &recipients).map_err(|error| Failure::new(format!("--seal-to: {error}")))?;
    }
    // First the record: a copy without it would hold decoys that nobody knows.
    atomic::write(&outputs.record, &record).map_err(|error| unwritten(&outputs.record, &error))?;
    for (number, copy) in outputs.copies.iter().enumerate() {
        write_copy(&plan, number, copy, &mut input, arguments)?;
    }
    report(&plan, &outputs, printer);
    Ok(Outcome::Done)
}

/// Writes a copy and reads it as whoever finds it will.
fn write_copy(
    plan: &Plan<'_>,
    number: usize,
    copy: &Path,
    input: &mut Input,
    arguments: &PlantArgs,
) -> Result<(), Failure> {
    if let Some(directory) = copy.parent() {
        fs::create_dir_all(directory)
            .map_err(|error| Failure::about(directory.display(), format!("cannot be made: {error}")))?;
    }
    let written = atomic::write_with(copy, |out| plan.write_copy(number, input, out));
    let checked = written.and_then(|()| {
        let mut file = fs::File::open(copy)?;
        plan.check_copy(number, &mut file, &arguments.reading.options())
    });
    checked.map_err(|error| {
        // A copy that may not hold its decoys must not be handed over.
        let _ = fs::remove_file(copy);
        match error {
            PlantError::Io(error) => unwritten(copy, &error),
            error => Failure::about(arguments.list.display(), error),
        }
    })
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::about(path.display(), format!("cannot be written: {error}"))
}

fn report(plan: &Plan<'_>, outputs: &Outputs, printer: &Printer) {
    for ((number, copy), recipient) in outputs.copies.iter().enumerate().zip(plan.recipients()) {
        let decoys = plan.decoys_of(number);
        let rows = plan.rows();
        printer.note_of(copy, format!("the copy for {recipient}, with {decoys} decoys among {rows} rows"));
    }
    printer
        .note_of(&outputs.record, "the record of all decoys; keep it with the registry, never with a copy");
    if plan.decoys_of(0) as u64 * MANY > plan.rows() {
        printer
            .problem("so many decoys among so few rows may be noticed; plant fewer with --each and --shared");
    }
}

/// Where everything goes: to files that are not there yet.
struct Outputs {
    copies: Vec<PathBuf>,
    record: PathBuf,
}

impl Outputs {
    fn of(arguments: &PlantArgs) -> Result<Self, Failure> {
        let name = match arguments.list.file_name() {
            Some(name) if !inputs::is_stdin(&arguments.list) => name.to_owned(),
            _ => "list.csv".into(),
        };
        let copy = |recipient: &Recipient| arguments.output.join(recipient.as_str()).join(&name);
        let client: String = arguments
            .client
            .as_str()
            .chars()
            .map(|c| if r#"/\:*?"<>|"#.contains(c) { '_' } else { c })
            .collect();
        let beside = || arguments.output.join(format!("{client}-{}{}", arguments.date, canaries::ENDING));
        let outputs = Self {
            copies: arguments.recipient.iter().map(copy).collect(),
            record: arguments.record.clone().unwrap_or_else(beside),
        };
        for path in outputs.copies.iter().chain([&outputs.record]) {
            if path.symlink_metadata().is_ok() {
                return Err(Failure::about(
                    path.display(),
                    "exists already, and nothing is overwritten: what was handed over must stay as it was; choose another -o or --record",
                ));
            }
        }
        fs::create_dir_all(&arguments.output).map_err(|error| {
            Failure::about(arguments.output.display(), format!("cannot be made: {error}"))
        })?;
        Ok(outputs)
    }
}

/// A seed from a file of 64 hexadecimal digits.
fn seed_of(path: &Path) -> Result<Seed, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::about(path.display(), error);
    let mut text = String::new();
    let file = fs::File::open(path).map_err(|error| failed(&format!("cannot be opened: {error}")))?;
    file.take(1_000)
        .read_to_string(&mut text)
        .map_err(|error| failed(&format!("cannot be read: {error}")))?;
    let text = text.trim();
    let mut bytes = [0; 32];
    let digits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        let pair = text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        *byte = pair
            .filter(|_| digits)
            .ok_or_else(|| failed(&"is no seed; it must hold 64 hexadecimal digits"))?;
    }
    Ok(Seed::from_bytes(bytes))
}
