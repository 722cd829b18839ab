//! The method as its callers see it: one program, since each costs as much to link as the tool itself.

mod attribute;
mod case;
mod common;
mod complaint;
mod downloads;
mod unattributed;
