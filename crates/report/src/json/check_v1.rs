//! Version 1 of the JSON form of complaint checks, frozen like [`v1`]: keys may be added after those that stand; anything else is a
//! new version beside this one.

use serde::{Deserialize, Serialize};

use super::v1;
use crate::check::{self, Checked, ClientView};
use crate::{Case, ReportError, numbers};

/// What a document of this version says of itself under `schema`.
pub const SCHEMA: &str = "meibo.check/1";

/// The document of `meibo check --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// What wrote it.
    pub tool: v1::Tool,
    /// The registry that was asked.
    pub registry: v1::Registry,
    /// The lists of people who complained.
    pub files: Vec<File>,
    /// How the tool was called.
    pub command_line: Option<String>,
}

/// A list of people who complained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Where it was, and after a `!` each where in it.
    pub path: String,
    /// Hexadecimal BLAKE3 digest of its bytes.
    pub blake3: String,
    /// Rows, without the header.
    pub rows: u64,
    /// Rows with a usable key.
    pub records: u64,
    /// Distinct persons among them.
    pub persons: u64,
    /// `beyond_chance`: a client holds more of them than chance explains; `possible`: a client holds all, or more than most groups
    /// of people like them, but that may be chance; `nothing_in_common`: neither.
    pub finding: String,
    /// What may be concluded, in sentences.
    pub conclusion: Vec<String>,
    /// The clients that hold any of them, those first that chance explains least.
    pub clients: Vec<Client>,
}

/// A client that holds any of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// Its name.
    pub client: String,
    /// Persons whom it holds.
    pub persons: u64,
    /// The share of people like them that it holds anyway.
    pub usual: f64,
    /// How many people of unrelated lists tell that.
    pub controls: u64,
    /// False where they are too few, so that the three numbers below say nothing.
    pub background_known: bool,
    /// The chance that so many, or more, are held anyway.
    pub by_chance: f64,
    /// The most that the chance can be that some client of the registry seems as unlikely.
    pub by_chance_of_any: f64,
    /// Decimal logarithm of the e-value of "some or all of them are this client's".
    pub log10_e: f64,
    /// The evidence in words.
    pub strength: String,
    /// Rows of people whom it does not hold, from 1.
    pub rows_not_held: Vec<u64>,
}

impl File {
    pub(super) fn of(case: &Case, checked: &Checked) -> Result<Self, ReportError> {
        let clients = checked.clients(case)?;
        Ok(Self {
            path: checked.path.clone(),
            blake3: checked.blake3.clone(),
            rows: checked.rows,
            records: checked.complaints.records,
            persons: checked.complaints.persons,
            finding: check::finding(checked.complaints.finding()).to_owned(),
            conclusion: check::sentences(case, &checked.complaints, &clients),
            clients: clients.iter().map(Client::of).collect(),
        })
    }
}

impl Client {
    fn of(view: &ClientView<'_>) -> Self {
        let ClientView { name, complained, rows_not_held } = view;
        Self {
            client: (*name).to_owned(),
            persons: complained.held,
            usual: numbers::share(complained.usual, 0.0),
            controls: complained.controls,
            background_known: complained.is_known,
            by_chance: numbers::probability(complained.by_chance),
            by_chance_of_any: numbers::probability(complained.by_chance_of_any),
            log10_e: numbers::log10_e(complained.log10_e),
            strength: complained.strength().as_str().to_owned(),
            rows_not_held: rows_not_held.to_vec(),
        }
    }
}
