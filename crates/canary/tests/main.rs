//! Tests of whole lists: planting, and finding what was planted.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may fail loudly")]

mod chance;
mod common;
mod leaks;
mod looks;
mod planting;
