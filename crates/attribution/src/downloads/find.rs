//! The downloads of a log that fit a file.

use std::collections::BTreeMap;

use super::chance::Counts;
use super::said::{Match, RowsSaid};
use super::{CountRange, Download, Subject};
use crate::outcome::Client;

/// The downloads of one or several logs, to be compared with files.
#[derive(Debug, Default)]
pub struct Downloads {
    downloads: Vec<Download>,
    /// Places by number of rows.
    by_rows: Vec<(u64, usize)>,
    by_client: BTreeMap<Client, Vec<usize>>,
    counts: Counts,
}

/// What was found for a file or a part of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Downloads that fit, and others that have as many rows, which chance may explain or something contradicts: the best first, at
    /// most as many as were asked for.
    pub matches: Vec<Match>,
    /// How many fit in all.
    pub fitting: u64,
}

impl Downloads {
    /// Takes the downloads of a log.
    pub fn new(downloads: Vec<Download>) -> Self {
        let mut by_rows: Vec<(u64, usize)> =
            downloads.iter().enumerate().filter_map(|(place, of)| Some((of.rows?, place))).collect();
        by_rows.sort_unstable();
        let mut by_client: BTreeMap<Client, Vec<usize>> = BTreeMap::new();
        for (place, of) in downloads.iter().enumerate() {
            if let Some(client) = of.client {
                by_client.entry(client).or_default().push(place);
            }
        }
        Self { counts: Counts::of(&downloads), downloads, by_rows, by_client }
    }

    /// The downloads, in the order that they were given.
    pub fn all(&self) -> &[Download] {
        &self.downloads
    }

    /// The downloads that fit a file or a part of one, at most `most` of them.
    pub fn find(&self, subject: &Subject, most: usize) -> Found {
        let mut found = Found::default();
        let mut matches: Vec<Match> = Vec::new();
        for place in self.candidates(subject) {
            let Some(download) = self.downloads.get(place) else { continue };
            let of = Match::of(subject, place, download, &self.counts);
            found.fitting += u64::from(of.fits());
            if of.fits() || matches!(of.rows, RowsSaid::Equal { .. }) {
                matches.push(of);
            }
            if matches.len() > 4 * most.max(256) {
                keep_best(&mut matches, most);
            }
        }
        keep_best(&mut matches, most);
        found.matches = matches;
        found
    }

    /// Places of downloads that have as many rows or are of the client.
    fn candidates(&self, subject: &Subject) -> Vec<usize> {
        let of_client = |client: &Client| self.by_client.get(client).into_iter().flatten().copied();
        let clients = subject.client.iter().chain(&subject.not_separable_from);
        let mut places: Vec<usize> = clients.flat_map(of_client).collect();
        for range in &subject.counts {
            places.extend(self.with_rows(range));
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    fn with_rows(&self, range: &CountRange) -> impl Iterator<Item = usize> {
        let from = self.by_rows.partition_point(|(rows, _)| *rows < range.least);
        let to = self.by_rows.partition_point(|(rows, _)| *rows <= range.most);
        self.by_rows.get(from..to.max(from)).unwrap_or_default().iter().map(|(_, place)| *place)
    }
}

fn keep_best(matches: &mut Vec<Match>, most: usize) {
    matches.sort_by_cached_key(Match::rank);
    matches.truncate(most);
}
