//! `meibo generate`: what a system needs to know of the commands, made of the definitions that parse them.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use meibo::atomic;
use meibo_report::schemas;

use crate::args::{Arguments, CompletionsArgs, GenerateArgs, GenerateCommand};
use crate::exit::{Failure, Outcome};
use crate::outputs;
use crate::printer::Printer;

pub(crate) fn run(arguments: &GenerateArgs, printer: &Printer) -> Result<Outcome, Failure> {
    match &arguments.command {
        GenerateCommand::Completions(arguments) => completions(arguments, printer)?,
        GenerateCommand::Man(arguments) => man_pages(&arguments.output)?,
        GenerateCommand::Schemas(arguments) => {
            make_directory(&arguments.output)?;
            for (name, schema) in schemas::ALL {
                write(&arguments.output.join(name), schema.as_bytes())?;
            }
        }
    }
    Ok(Outcome::Done)
}

fn completions(arguments: &CompletionsArgs, printer: &Printer) -> Result<(), Failure> {
    if let Some(output) = &arguments.output {
        outputs::check_replaceable(output, outputs::Made::Generated)?;
    }
    // Into memory first: the generator stops the program where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "meibo", &mut script);
    outputs::write(arguments.output.as_deref(), printer, |out, _| Ok(out.write_all(&script)?))
}

/// One page of each command; no date, so that the same program writes the same bytes.
fn man_pages(directory: &Path) -> Result<(), Failure> {
    make_directory(directory)?;
    let mut program = Arguments::command().disable_help_subcommand(true);
    program.build();
    man_page(&program, directory)
}

/// The page of a command, and of those below it.
fn man_page(command: &Command, directory: &Path) -> Result<(), Failure> {
    let page = clap_mangen::Man::new(command.clone());
    let path = directory.join(page.get_filename());
    let mut text = Vec::new();
    page.render(&mut text).map_err(|error| unwritten(&path, &error))?;
    write(&path, &text)?;
    command.get_subcommands().try_for_each(|below| man_page(below, directory))
}

fn make_directory(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path)
        .map_err(|error| Failure::about(path.display(), format!("cannot be made: {error}")))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    outputs::check_replaceable(path, outputs::Made::Generated)?;
    atomic::write(path, bytes).map_err(|error| unwritten(path, &error))
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::about(path.display(), format!("cannot be written: {error}"))
}
