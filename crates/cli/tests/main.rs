//! The command line as its users see it: one program, since each costs as much to link as the tool itself.

mod browser;
mod canary;
mod check;
#[path = "../../report/tests/checker.rs"]
mod checker;
mod cli;
mod columns;
mod config;
mod crash;
mod desk;
mod errors;
mod explain;
mod export;
mod format;
mod guides;
mod help;
mod inputs;
mod interrupts;
mod keys;
mod lang;
mod log_format;
mod logs;
mod overwrite;
mod privacy;
mod progress;
mod report;
mod seals;
mod signatures;
mod sweep;
