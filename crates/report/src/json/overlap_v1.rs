//! Version 1 of the JSON form of overlaps, frozen like [`v1`]: keys may be added after those that stand; anything else is
//! a new version beside this one.

use serde::{Deserialize, Serialize};

use super::v1;
use crate::overlap::{ClientView, HeldView};

/// What a document of this version says of itself under `schema`.
pub const SCHEMA: &str = "meibo.overlap/1";

/// The document of `meibo registry overlap --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// What wrote it.
    pub tool: v1::Tool,
    /// The registry that was asked.
    pub registry: v1::Registry,
    /// The registry's clients, by name.
    pub clients: Vec<Client>,
    /// How the tool was called.
    pub command_line: Option<String>,
}

/// A client, and who else holds its people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// Name of the client.
    pub client: String,
    /// Sampled members of all its lists.
    pub sampled: u64,
    /// The clients that hold at least one of them, those that hold most first.
    pub overlaps: Vec<Overlap>,
    /// The clients that could not be asked about any of them. Those named neither here nor above hold none.
    pub unknown: Vec<String>,
}

/// How many of a client's sampled members another client holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overlap {
    /// Name of the other client.
    pub client: String,
    /// Sampled members that it could be asked about.
    pub of: u64,
    /// Those that it holds.
    pub held: u64,
    /// `held` of `of`, 0 to 1, at most six decimals.
    pub rate: f64,
    /// 95 % interval of the rate.
    pub interval: [f64; 2],
    /// Whether it holds so many that files of both clients' people do not tell the two apart.
    pub related: bool,
}

impl Client {
    pub(super) fn of(view: &ClientView<'_>) -> Self {
        Client {
            client: view.client.into(),
            sampled: view.sampled,
            overlaps: view.overlaps.iter().map(Overlap::of).collect(),
            unknown: view.unknown.iter().map(|&name| name.into()).collect(),
        }
    }
}

impl Overlap {
    fn of(view: &HeldView<'_>) -> Self {
        let &HeldView { client, of, held, rate, interval, related, .. } = view;
        Overlap { client: client.into(), of, held, rate, interval, related }
    }
}
