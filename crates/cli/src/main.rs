//! The `meibo` command line: arguments to pipelines to an exit code.
//!
//! This crate alone prints, exits, and reads the environment and the clock.
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods, reason = "the command line is where the outside world is read")]

mod args;
mod canaries;
mod cmd_add;
mod cmd_attribute;
mod cmd_canary;
mod cmd_check;
mod cmd_columns;
mod cmd_demo;
mod cmd_explain;
mod cmd_export;
mod cmd_fingerprint;
mod cmd_generate;
mod cmd_inspect;
mod cmd_key;
mod cmd_keygen;
mod cmd_normalize;
mod cmd_overlap;
mod cmd_registry;
mod cmd_report;
mod cmd_sign;
mod cmd_sweep;
mod config;
mod counting;
mod exact;
mod exit;
mod handover;
mod inputs;
mod interrupt;
mod keys;
mod lists;
mod logs;
mod messages;
mod outputs;
mod printer;
mod progress;
mod signatures;
mod stages;
mod stored;
mod sweeping;
mod walk;
mod watched;

use std::ffi::OsString;
use std::panic::{self, PanicHookInfo};
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Arguments, Command};
use crate::exit::{Failure, Outcome};
use crate::messages::Level;
use crate::printer::Printer;

type PanicHook = Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send + 'static>;

fn main() -> ExitCode {
    panic::set_hook(defects_said(panic::take_hook()));
    interrupt::listen();
    let typed: Vec<OsString> = std::env::args_os().collect();
    listen_to(&typed);
    let words = match config::expand(typed) {
        Ok(words) => words,
        Err(failure) => return exit::unconfigured(&failure),
    };
    listen_to(&words);
    let arguments = match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(&error),
    };
    let printer = Printer::new(&arguments.common);
    let outcome = match arguments.common.threads {
        None => run(arguments, &printer),
        Some(threads) => match rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global() {
            Ok(()) => run(arguments, &printer),
            Err(_) => Err(Failure::new("--threads: so many threads cannot be started; use fewer")),
        },
    };
    exit::code(outcome, &printer)
}

/// Says messages in the form that arguments, right or wrong, ask for: what is wrong with them is said so too.
fn listen_to(words: &[OsString]) {
    if config::wants_json(words) {
        messages::speak_json();
    }
}

/// Says defects of the program, in the form of all messages. What is caught becomes an error of the file, and is said there.
fn defects_said(usual: PanicHook) -> PanicHook {
    Box::new(move |info| match info.location() {
        _ if meibo::is_guarded() => {}
        Some(place) if messages::is_json() => {
            messages::say(
                Level::Error,
                None,
                &format!("a defect of the program, met at {place}; please report it"),
            );
        }
        _ => usual(info),
    })
}

fn run(arguments: Arguments, printer: &Printer) -> Result<Outcome, Failure> {
    match arguments.command {
        Command::Keygen(arguments) => cmd_keygen::run(&arguments, printer),
        Command::Key(arguments) => cmd_key::run(&arguments, printer),
        Command::Fingerprint(arguments) => cmd_fingerprint::run(&arguments, printer),
        Command::Attribute(arguments) => cmd_attribute::run(&arguments, printer),
        Command::Explain(arguments) => cmd_explain::run(&arguments, printer),
        Command::Export(arguments) => cmd_export::run(&arguments, printer),
        Command::Canary(arguments) => cmd_canary::run(&arguments, printer),
        Command::Report(arguments) => cmd_report::run(&arguments, printer),
        Command::Sweep(arguments) => cmd_sweep::run(&arguments, printer),
        Command::Check(arguments) => cmd_check::run(&arguments, printer),
        Command::Columns(arguments) => cmd_columns::run(&arguments, printer),
        Command::Normalize(arguments) => cmd_normalize::run(&arguments, printer),
        Command::Inspect(arguments) => cmd_inspect::run(&arguments, printer),
        Command::Sign(arguments) => cmd_sign::run(&arguments, printer),
        Command::Registry(arguments) => cmd_registry::run(&arguments, printer),
        Command::Generate(arguments) => cmd_generate::run(&arguments, printer),
        Command::Demo(arguments) => cmd_demo::run(&arguments, printer),
    }
}
