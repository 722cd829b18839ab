//! Version 1 of the JSON form of sweeps, frozen like [`v1`]: keys may be added after those that stand; anything else is a
//! new version beside this one.

use serde::{Deserialize, Serialize};

use super::v1;
use crate::{sweep, view::FileView};

/// What a document of this version says of itself under `schema`.
pub const SCHEMA: &str = "meibo.sweep/1";

/// The document of `meibo sweep --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// What wrote it.
    pub tool: v1::Tool,
    /// The registry that was asked.
    pub registry: v1::Registry,
    /// What was read.
    pub scanned: Scanned,
    /// Places with rows of registered lists, in the order of the paths.
    pub finds: Vec<Find>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// How the tool was called.
    pub command_line: Option<String>,
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// Files, those inside archives not counted.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A file, or a part of one, with rows of registered lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Find {
    /// Where the file was, and after a `!` each where in it.
    pub path: String,
    /// The first of the bytes that were looked at and the first after them; null for all of the file.
    pub bytes: Option<[u64; 2]>,
    /// Hexadecimal BLAKE3 digest of those bytes.
    pub blake3: String,
    /// Records that were read there, the registry's or not.
    pub records: u64,
    /// Distinct persons among them.
    pub persons: u64,
    /// What may be concluded of them.
    pub verdict: v1::Verdict,
    /// The sources, largest share first.
    pub sources: Vec<v1::Source>,
    /// Clients that hold rows of the place, but could not be claimed because too few unrelated people tell what is usual for
    /// them.
    pub background_unknown: Vec<String>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Where it was.
    pub path: String,
    /// Why.
    pub reason: String,
}

impl Find {
    pub(super) fn of(find: &sweep::Find, view: &FileView<'_>) -> Self {
        Find {
            path: view.path.into(),
            bytes: find.bytes.as_ref().map(|bytes| [bytes.start, bytes.end]),
            blake3: view.blake3.into(),
            records: view.records,
            persons: view.persons,
            verdict: view.verdict.into(),
            sources: view.sources.iter().map(v1::Source::of).collect(),
            background_unknown: view.background_unknown.iter().map(|&client| client.into()).collect(),
        }
    }
}

impl Unread {
    pub(super) fn of(unread: &sweep::Unread) -> Self {
        Unread { path: unread.path.clone(), reason: unread.reason.clone() }
    }
}
