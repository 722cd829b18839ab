//! How often chance gives a download a number of rows, as the log itself shows.

use std::collections::BTreeMap;

use super::{CountRange, Download};
use crate::outcome::Client;

/// Counts with so many noughts at their end and more are one sort.
const MOST_NOUGHTS: usize = 9;

/// The counts of a log, sorted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// By noughts at their end: the counts that have so many or more.
    by_noughts: Vec<Vec<u64>>,
    by_client: BTreeMap<Option<Client>, Vec<u64>>,
}

impl Counts {
    pub(super) fn of(downloads: &[Download]) -> Self {
        let mut counts = Self { by_noughts: vec![Vec::new(); MOST_NOUGHTS + 1], by_client: BTreeMap::new() };
        for download in downloads {
            let Some(rows) = download.rows else { continue };
            counts.by_client.entry(download.client).or_default().push(rows);
            for sort in counts.by_noughts.iter_mut().take(noughts(rows) + 1) {
                sort.push(rows);
            }
        }
        counts
            .by_noughts
            .iter_mut()
            .chain(counts.by_client.values_mut())
            .for_each(|sort| sort.sort_unstable());
        counts
    }

    /// Downloads whose rows were logged.
    pub(super) fn all(&self) -> u64 {
        self.by_noughts.first().map_or(0, |all| all.len() as u64)
    }

    /// Those of a client.
    pub(super) fn of_client(&self, client: Client) -> u64 {
        self.by_client.get(&Some(client)).map_or(0, |of| of.len() as u64)
    }

    /// Downloads with such a count that are of other clients than the download in hand, or of nobody that is known.
    pub(super) fn of_others(&self, range: &CountRange, download: &Download) -> u64 {
        let all = within(self.by_noughts.first(), range.least, range.most);
        let own = match download.client {
            Some(_) => within(self.by_client.get(&download.client), range.least, range.most),
            None => u64::from(download.rows.is_some_and(|rows| range.holds(rows))),
        };
        all.saturating_sub(own)
    }

    /// How many downloads of this log have such a count by chance, if counts lie around it as densely as between two thirds and three
    /// halves of it: of a single number those of its sort, round ones among round ones. At least as many as were seen of others.
    ///
    /// Half a download is added to those that were seen, as none does not mean never.
    pub(super) fn expected(&self, range: &CountRange, download: &Download) -> f64 {
        let middle = range.least / 2 + range.most / 2;
        let sort = if range.least == range.most { noughts(range.least) } else { 0 };
        let step = 10_u64.saturating_pow(sort as u32);
        let (low, high) = (middle - middle / 3, middle.saturating_add(middle / 2));
        let numbers = (high / step).saturating_sub(low.saturating_sub(1) / step).max(1);
        let seen = within(self.by_noughts.get(sort), low, high);
        let own = u64::from(download.rows.is_some_and(|rows| (low..=high).contains(&rows)));
        let meant = if sort == 0 { range.most.saturating_sub(range.least).saturating_add(1) } else { 1 };
        let dense = (seen.saturating_sub(own) as f64 + 0.5) * meant as f64 / numbers as f64;
        dense.max(self.of_others(range, download) as f64)
    }
}

/// Noughts that a number ends with, where it is none itself.
fn noughts(number: u64) -> usize {
    let (mut rest, mut noughts) = (number, 0);
    while rest > 0 && rest.is_multiple_of(10) && noughts < MOST_NOUGHTS {
        rest /= 10;
        noughts += 1;
    }
    noughts
}

/// How many of sorted numbers are within bounds.
fn within(sorted: Option<&Vec<u64>>, least: u64, most: u64) -> u64 {
    let Some(sorted) = sorted else { return 0 };
    let (from, to) = (sorted.partition_point(|n| *n < least), sorted.partition_point(|n| *n <= most));
    to.saturating_sub(from) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::downloads::Counted;

    fn log(counts: &[u64]) -> (Counts, Vec<Download>) {
        let downloads: Vec<Download> = counts
            .iter()
            .enumerate()
            .map(|(client, rows)| Download { client: Some(client), rows: Some(*rows), ..Download::default() })
            .collect();
        (Counts::of(&downloads), downloads)
    }

    #[test]
    fn round_counts_are_common_and_odd_ones_are_not() {
        let (counts, downloads) = log(&[12_345, 13_001, 9_876, 100_000, 50_000, 1_000, 1_000, 700]);
        let expected = |place: usize| {
            let rows = downloads[place].rows.unwrap();
            counts.expected(&CountRange::exactly(Counted::Rows, rows), &downloads[place])
        };
        assert!(expected(0) < 0.001, "{}", expected(0));
        assert!(expected(3) >= 0.5 && expected(5) >= 1.0);
    }

    #[test]
    fn nothing_is_expected_of_nothing_but_half_a_chance() {
        let (counts, _) = log(&[]);
        let none = Download::default();
        for rows in [0, 1, 9, u64::MAX] {
            let expected = counts.expected(&CountRange::exactly(Counted::Rows, rows), &none);
            assert!(expected.is_finite() && expected > 0.0, "{rows}: {expected}");
        }
    }
}
