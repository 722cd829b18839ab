//! The command line as its users see it: one program, since each costs as much to link as the tool itself.

mod browser;
mod canary;
mod check;
mod cli;
mod columns;
mod crash;
mod desk;
mod export;
mod format;
mod help;
mod inputs;
mod interrupts;
mod keys;
mod logs;
mod privacy;
mod report;
mod seals;
mod signatures;
mod sweep;
