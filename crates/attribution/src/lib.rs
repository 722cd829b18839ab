//! From membership patterns to sources, shares and evidence.

mod outcome;

pub use outcome::{Attribution, Client, HandoverChoice, Source, Strength, Unattributed, Verdict};
