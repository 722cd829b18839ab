//! The same question, put together from crates as they come: what the jobs' times are held against.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;

use bloomfilter::Bloom;
use meibo_benches::{list_sizes, tokens};
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::prepare::KEY;

/// Rows that are asked about: all of them would take minutes.
const ROWS: usize = 20_000;
/// Pairs of columns; which ones they are makes no difference to the time. As many as name and phone, name and address, address and phone,
/// name and date of birth, reading and phone.
const PAIRS: [(usize, usize); 5] = [(0, 3), (0, 2), (2, 3), (0, 4), (1, 3)];
const FALSE_MATCHES: f64 = 0.001;

/// A Bloom filter for each client.
pub(crate) struct Naive {
    filters: Vec<Bloom<[u8; 16]>>,
}

impl Naive {
    /// Filters as large and as full as those of lists of the incident's sizes at a scale. What is in them is nobody's, so
    /// that each answers as soon as it can.
    pub(crate) fn new(scale: f64) -> Result<Self, &'static str> {
        let filled = |(list, records): (usize, u64)| {
            let count = ((records as f64 * scale) as u64 * PAIRS.len() as u64).max(1);
            let seed = std::array::from_fn(|i| i as u8 ^ list as u8);
            let mut filter = Bloom::new_for_fp_rate_with_seed(count as usize, FALSE_MATCHES, &seed)?;
            tokens(list as u64, count).for_each(|token| filter.set(&token.0.to_le_bytes()));
            Ok(filter)
        };
        let sizes: Vec<(usize, u64)> = list_sizes().into_iter().enumerate().collect();
        Ok(Self { filters: sizes.into_par_iter().map(filled).collect::<Result<_, &str>>()? })
    }

    /// Asks about the first rows of a file and says how many they were.
    pub(crate) fn attribute(&self, path: &Path) -> Result<u64, Box<dyn Error>> {
        let mut reader = csv::Reader::from_path(path)?;
        let (mut rows, mut held) = (0, vec![0_u64; self.filters.len()]);
        for row in reader.records().take(ROWS) {
            let cells: Vec<String> = row?.iter().map(|cell| cell.nfkc().collect()).collect();
            for (first, second) in PAIRS {
                let value = |at: usize| cells.get(at % cells.len().max(1)).map_or("", String::as_str);
                let hash =
                    blake3::keyed_hash(&KEY, format!("{}\0{}", value(first), value(second)).as_bytes());
                let mut token = [0; 16];
                token.copy_from_slice(&hash.as_bytes()[..16]);
                for (filter, held) in self.filters.iter().zip(&mut held) {
                    *held += u64::from(filter.check(&token));
                }
            }
            rows += 1;
        }
        black_box(held);
        Ok(rows)
    }
}
