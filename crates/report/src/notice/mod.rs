//! Drafts for people that are made from a report: for the regulator, and for one owner of a list.
//!
//! They say what the report says and nothing beyond it: what it cannot tell is left for people to fill in.

mod client;
pub mod days;
mod figures;
mod masked;
mod page;
mod read;
mod regulator;
mod terms;

pub(crate) use client::title as title_of_client;
pub use client::write_client;
pub use masked::{masked, names_client};
pub use read::{MOST_BYTES, NoticeError, read_report};
pub(crate) use regulator::title as title_of_regulator;
pub use regulator::{Regulator, write_regulator};
