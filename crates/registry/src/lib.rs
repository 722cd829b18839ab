//! A registry: many fingerprints in a directory, and an index that answers for all of them at once.
//!
//! [`scan`] finds the files, [`Registry::open`] checks them and builds the [`Index`] (or takes it from the cache
//! files beside them), and a [`Prober`] tells which lists hold which keys of a record.

mod cache;
mod controls;
mod error;
mod exact;
mod grow;
mod index;
mod layout;
mod memory;
mod opened;
mod part;
mod prober;
mod registry;
mod scan;
#[cfg(test)]
mod testing;
mod transpose;

pub use cache::{ADDED_NAME, CACHE_NAME, CacheUse, Stamp};
pub use controls::Control;
pub use error::{Problem, ProblemKind, RegistryError};
pub use exact::ExactLists;
pub use index::{Hit, Index};
pub use prober::Prober;
pub use registry::{ListEntry, Registry};
pub use scan::{Found, Scan, is_fingerprint_name, scan};
