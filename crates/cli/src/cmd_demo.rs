//! `meibo demo`: the main job on the synthetic incident, with the commands that a reader can repeat.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Parser as _;

use crate::args::{Arguments, Command, DemoArgs};
use crate::exit::{Failure, Outcome};
use crate::printer::Printer;
use crate::{cmd_attribute, cmd_fingerprint, cmd_keygen, cmd_registry};

/// A directory with this file in it was made by a demo and may be made again.
const MARKER: &str = ".meibo-demo";

pub(crate) fn run(arguments: &DemoArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let handovers = read_manifest(&arguments.data)?;
    let seized = files_of(&arguments.data.join("seized"))?;
    prepare(&arguments.output)?;
    let key = text(&arguments.output.join("key.txt"));
    let registry = text(&arguments.output.join("registry"));
    let clients =
        handovers.iter().map(|h| h.client.as_str()).collect::<std::collections::BTreeSet<_>>().len();

    printer.line(&format!(
        "A registry key, and fingerprints of {} handovers of {clients} clients:",
        handovers.len()
    ))?;
    step(&["keygen", "-o", &key], printer, true)?;
    for (number, handover) in handovers.iter().enumerate() {
        let out = format!("{registry}/{}-{}.meibo", handover.client, handover.date);
        let list = text(&arguments.data.join(&handover.path));
        let words = [
            "fingerprint",
            "--key",
            &key,
            "--client",
            &handover.client,
            "--date",
            &handover.date,
            "-o",
            &out,
            &list,
        ];
        step(&words, printer, number < 2)?;
    }
    printer.line(&format!("  … and so on for all {}\n", handovers.len()))?;
    step(&["registry", "index", "--key", &key, &registry], printer, true)?;

    printer.line(&format!("\nWhere did the {} seized files come from?", seized.len()))?;
    let rows = text(&arguments.output.join("rows"));
    let [page, report] = ["report.html", "report.json"].map(|name| text(&arguments.output.join(name)));
    let question = ["attribute", "--key", &key, "--registry", &registry];
    let with = |more: &[&str]| -> Vec<String> {
        question
            .iter()
            .chain(more)
            .map(|word| (*word).to_owned())
            .chain(seized.iter().map(|path| text(path)))
            .collect()
    };
    let ask = |more: &[&str]| {
        let words = [&question[..], more].concat().join(" ");
        printer.line(&format!("  meibo {words} {}/*", text(&arguments.data.join("seized"))))?;
        run_words(&with(more), printer)
    };
    ask(&["--records", &rows])?;
    printer.line("\nThe same as a page to open, and for programs:")?;
    ask(&["--format", "html", "-o", &page])?;
    ask(&["--format", "json", "-o", &report])?;
    tell_truth(&arguments.data, &seized, printer)?;
    tell_places(arguments, printer)?;
    Ok(Outcome::Done)
}

/// One line of the manifest.
struct Handover {
    client: String,
    date: String,
    path: PathBuf,
}

fn read_manifest(data: &Path) -> Result<Vec<Handover>, Failure> {
    let path = data.join("manifest.csv");
    let missing = |error| {
        Failure::about(
            path.display(),
            format!(
                "cannot be read: {error}; run the demo at the root of meibo's source, or name the incident with --data"
            ),
        )
    };
    let text = fs::read_to_string(&path).map_err(missing)?;
    let line = |line: &str| {
        let mut cells = line.split(',').map(str::to_owned);
        Some(Handover { client: cells.next()?, date: cells.next()?, path: PathBuf::from(cells.next()?) })
    };
    let handovers: Option<Vec<Handover>> = text.lines().skip(1).map(line).collect();
    handovers.ok_or_else(|| Failure::about(path.display(), "is not a manifest of handovers"))
}

fn files_of(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let listed = || -> io::Result<Vec<PathBuf>> {
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(directory)? {
            files.push(entry?.path());
        }
        files.sort();
        Ok(files)
    };
    listed().map_err(|error| Failure::about(directory.display(), format!("cannot be read: {error}")))
}

/// Makes the output directory, anew where an earlier demo made it.
fn prepare(output: &Path) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::about(output.display(), format!("cannot be made: {error}"));
    if output.exists() {
        if !output.join(MARKER).exists() {
            return Err(Failure::about(
                output.display(),
                "exists and was not made by a demo; choose another with -o",
            ));
        }
        fs::remove_dir_all(output).map_err(failed)?;
    }
    fs::create_dir_all(output.join("registry")).map_err(failed)?;
    fs::write(output.join(MARKER), "made by `meibo demo`, which may delete this directory\n").map_err(failed)
}

/// Shows a command and runs it.
fn step(words: &[&str], printer: &Printer, show: bool) -> Result<(), Failure> {
    if show {
        printer.line(&format!("  meibo {}", words.join(" ")))?;
    }
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    run_words(&words, printer)
}

/// Runs a command as if it had been typed, without its notes.
fn run_words(words: &[String], printer: &Printer) -> Result<(), Failure> {
    let typed =
        std::iter::once("meibo".to_owned()).chain(["--quiet".to_owned()]).chain(words.iter().cloned());
    let arguments = Arguments::try_parse_from(typed).map_err(Failure::new)?;
    let quiet = Printer::new(&arguments.common).colored_like(printer);
    let outcome = match &arguments.command {
        Command::Keygen(arguments) => cmd_keygen::run(arguments, &quiet),
        Command::Fingerprint(arguments) => cmd_fingerprint::run(arguments, &quiet),
        Command::Attribute(arguments) => cmd_attribute::run(arguments, &quiet),
        Command::Registry(arguments) => cmd_registry::run(arguments, &quiet),
        _ => Ok(Outcome::Done),
    };
    outcome.map(|_| ())
}

/// What the generator knows of the seized files.
fn tell_truth(data: &Path, seized: &[PathBuf], printer: &Printer) -> Result<(), Failure> {
    printer.line("\nThe truth, which only a synthetic incident can tell:")?;
    for path in seized {
        let Some(name) = path.file_name() else { continue };
        let Ok(text) = fs::read_to_string(data.join("truth").join(name)) else { continue };
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for line in text.lines().skip(1) {
            let client = line.split(',').nth(1).unwrap_or_default();
            *counts.entry(if client.is_empty() { "nobody registered" } else { client }).or_default() += 1;
        }
        let parts: Vec<String> = counts.iter().map(|(client, rows)| format!("{rows} of {client}")).collect();
        printer.line(&format!("  {:<42} {}", name.to_string_lossy(), parts.join(", ")))?;
    }
    Ok(())
}

fn tell_places(arguments: &DemoArgs, printer: &Printer) -> Result<(), Failure> {
    let output = text(&arguments.output);
    printer.line("\nThe files, to repeat any step by hand:")?;
    for (place, what) in [
        (text(&arguments.data.join("lists")), "the owners' lists, as handed over"),
        (text(&arguments.data.join("seized")), "the seized files"),
        (format!("{output}/key.txt"), "the registry key"),
        (format!("{output}/registry"), "the fingerprints"),
        (format!("{output}/rows"), "the answer for each row of each seized file"),
        (format!("{output}/report.html"), "the answer as a page: open it in a browser"),
        (format!("{output}/report.json"), "the answer for programs"),
    ] {
        printer.line(&format!("  {place:<24} {what}"))?;
    }
    Ok(())
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
