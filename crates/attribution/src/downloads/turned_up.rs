//! Of which downloads rows have turned up.

use std::collections::BTreeMap;

use super::{Downloads, Found, Match, RowsSaid};
use crate::outcome::Client;

/// Whether the rows of a download have turned up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TurnedUp {
    /// A file fits by its number of rows or its size, none better, and nothing contradicts.
    Told,
    /// Records of its client have turned up, and nothing tells whether they are of this download.
    Possible,
    /// Nothing of its client has turned up.
    Nothing,
    /// The log does not name a client of the registry.
    NotNamed,
}

impl TurnedUp {
    /// All of them.
    pub const ALL: [TurnedUp; 4] =
        [TurnedUp::Told, TurnedUp::Possible, TurnedUp::Nothing, TurnedUp::NotNamed];

    /// The name that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            TurnedUp::Told => "told",
            TurnedUp::Possible => "possible",
            TurnedUp::Nothing => "nothing",
            TurnedUp::NotNamed => "not_named",
        }
    }
}

/// What was found for a part of a file, and how much that is.
#[derive(Clone, Copy, Debug)]
pub struct PartFound<'a> {
    /// The file, by a number of the caller's.
    pub file: usize,
    /// Whose the part is.
    pub client: Option<Client>,
    /// Its records.
    pub records: u64,
    /// What was found for it.
    pub found: &'a Found,
}

/// Of which downloads rows have turned up in several files.
#[derive(Debug, Default)]
pub struct Turnout {
    /// By download: the files that fit, each with the records of its part.
    told: BTreeMap<usize, Vec<(usize, u64)>>,
    records: BTreeMap<Client, u64>,
}

impl Turnout {
    /// Adds a part of a file.
    pub fn add(&mut self, part: PartFound<'_>) {
        if let Some(client) = part.client {
            let records = self.records.entry(client).or_default();
            *records = records.saturating_add(part.records);
        }
        // What fits by a looser count than the best is none of it.
        let mut told = part.found.matches.iter().filter(|of| of.is_told());
        let Some(best) = told.next() else { return };
        for of in std::iter::once(best).chain(told.filter(|of| is_as_good(of, best))) {
            self.told.entry(of.download).or_default().push((part.file, part.records));
        }
    }

    /// The files that fit a download, each with the records of its part.
    pub fn files(&self, download: usize) -> &[(usize, u64)] {
        self.told.get(&download).map(Vec::as_slice).unwrap_or_default()
    }

    /// Records of a client in all files.
    pub fn records(&self, client: Client) -> u64 {
        self.records.get(&client).copied().unwrap_or(0)
    }

    /// Whether the rows of a download have turned up.
    pub fn of(&self, downloads: &Downloads, download: usize) -> TurnedUp {
        if self.told.contains_key(&download) {
            return TurnedUp::Told;
        }
        match downloads.all().get(download).and_then(|of| of.client) {
            None => TurnedUp::NotNamed,
            Some(client) if self.records(client) > 0 => TurnedUp::Possible,
            Some(_) => TurnedUp::Nothing,
        }
    }
}

fn is_as_good(of: &Match, best: &Match) -> bool {
    let counted = |said: &RowsSaid| match said {
        RowsSaid::Equal { of, .. } => Some(*of),
        _ => None,
    };
    counted(&of.rows) == counted(&best.rows) && of.bytes == best.bytes
}
