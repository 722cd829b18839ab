//! Rows that gave no record, counted by reason, the first of them by number.

use std::collections::BTreeMap;

use meibo_ingest::RejectReason;

/// Rejected rows of one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejects {
    kinds: BTreeMap<String, RejectKind>,
}

/// Rows rejected for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RejectKind {
    /// How many.
    pub rows: u64,
    /// The first of them, as ranges of row numbers with both ends included.
    pub first: Vec<(u64, u64)>,
}

/// Memory is bounded whatever the file: so many ranges are kept for each reason, and so many reasons.
const MOST_RANGES: usize = 1_000;
const MOST_REASONS: usize = 100;
/// What stands for all reasons beyond those.
const OTHER: &str = "other reasons";
/// A readable row with no pair of fields that makes a key.
const NO_KEY: &str = "no key: needs two usable fields, such as name with phone, address or birth date";
/// The same, where there would have been one.
const ONLY_FILLERS: &str = "no key: too few usable fields beside values that stand for nobody";

impl Rejects {
    /// Counts a row that could not be read.
    pub(crate) fn add(&mut self, row: u64, reason: &RejectReason) {
        self.add_text(row, reason.to_string());
    }

    /// Counts a row without any key.
    pub(crate) fn add_no_key(&mut self, row: u64, has_fillers: bool) {
        self.add_text(row, if has_fillers { ONLY_FILLERS } else { NO_KEY }.to_owned());
    }

    /// Counts a row that is of no use for a reason that holds no value of it.
    pub(crate) fn add_text(&mut self, row: u64, reason: String) {
        let full = self.kinds.len() >= MOST_REASONS && !self.kinds.contains_key(&reason);
        let kind = self.kinds.entry(if full { OTHER.to_owned() } else { reason }).or_default();
        kind.rows += 1;
        let full = kind.first.len() >= MOST_RANGES;
        match kind.first.last_mut() {
            Some((_, last)) if *last + 1 == row => *last = row,
            _ if !full => kind.first.push((row, row)),
            _ => {}
        }
    }

    /// The number of rejected rows.
    pub fn rows(&self) -> u64 {
        self.kinds.values().map(|kind| kind.rows).sum()
    }

    /// Reasons with their rows, in order of reason.
    pub fn kinds(&self) -> impl Iterator<Item = (&str, &RejectKind)> {
        self.kinds.iter().map(|(reason, kind)| (reason.as_str(), kind))
    }

    /// True where every row gave a record.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}

impl RejectKind {
    /// The rows, at most `most` ranges of them, as people write them: `5, 9–12, and 31 more`.
    pub fn describe(&self, most: usize) -> String {
        let shown = &self.first[..most.min(self.first.len())];
        let mut parts: Vec<String> = shown
            .iter()
            .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
            .collect();
        let named: u64 = shown.iter().map(|(first, last)| last - first + 1).sum();
        if named < self.rows {
            parts.push(format!("and {} more", self.rows - named));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_joined_and_the_rest_is_counted() {
        let mut rejects = Rejects::default();
        [5, 9, 10, 11, 12, 20, 30].into_iter().for_each(|row| rejects.add(row, &RejectReason::NoValues));
        let (_, kind) = rejects.kinds().next().unwrap();
        assert_eq!(kind.describe(10), "5, 9-12, 20, 30");
        assert_eq!(kind.describe(2), "5, 9-12, and 2 more");
    }

    #[test]
    fn memory_is_bounded() {
        let mut rejects = Rejects::default();
        for row in 0..100_000 {
            rejects.add(2 * row, &RejectReason::Undecodable { column: row as usize % 5_000 });
        }
        assert_eq!(rejects.rows(), 100_000);
        assert!(rejects.kinds().count() <= MOST_REASONS + 1);
        assert!(rejects.kinds().all(|(_, kind)| kind.first.len() <= MOST_RANGES));
    }
}
