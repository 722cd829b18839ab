//! People who complained, held against a registry.

use std::io;

use meibo_attribution::{Client, Complaints, complaints};

use crate::examiner::{Examiner, FileCounts};

/// More persons than these have not complained one by one: they are a list, whose source [`Examiner::infer`] tells.
pub const MOST_COMPLAINTS: u64 = 1_000;

impl Examiner {
    /// Which clients hold the people who complained, and how often chance would have it so; of no more than
    /// [`MOST_COMPLAINTS`] persons.
    pub fn check(&self, counts: &FileCounts) -> Complaints {
        complaints(self.world(), counts.counted())
    }

    /// The rows with a record that a client does not hold, from 1. Needs counts that were made with `rows`.
    ///
    /// # Errors
    /// Where the temporary file fails.
    pub fn rows_not_held(&self, counts: &FileCounts, client: Client) -> io::Result<Vec<u64>> {
        let mut rows = Vec::new();
        counts.each_pattern(|row, place| -> io::Result<()> {
            let count = place.and_then(|place| counts.counted().patterns.get(place));
            if count.is_some_and(|count| !self.holders(count).any(|holder| holder == client)) {
                rows.push(row);
            }
            Ok(())
        })?;
        Ok(rows)
    }
}
