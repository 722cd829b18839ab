//! Reports as their readers see them: one program, since each costs as much to link as the tool itself.

mod checker;
mod common;
mod formats;
mod log;
mod notice;
mod overlap;
mod properties;
mod refusals;
mod schema;
