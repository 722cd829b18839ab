//! Matched controls: which lists hold the sampled members of the other lists.

use std::collections::BTreeMap;

use meibo_fingerprint::{KeyMask, SampledRecord, Stratum};

use crate::exact::ExactLists;
use crate::index::{Hit, Index};

/// Records probed at once.
const PART: usize = 256;

/// Sampled members of one list that are alike: same stratum, same keys, held by the same lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Control {
    /// The list they were sampled from.
    pub list: u32,
    /// What kind of person they are.
    pub stratum: Stratum,
    /// The kinds of key they have.
    pub present: KeyMask,
    /// The lists that hold keys of theirs, their own among them.
    pub hits: Vec<Hit>,
    /// How many they are.
    pub count: u64,
}

/// Probes the sample of one list; what lists at hand hold of it is read off these lists.
pub(crate) fn of_list(
    list: u32,
    sample: &[SampledRecord],
    index: &Index,
    exact: &ExactLists,
) -> Vec<Control> {
    let mut prober = index.prober();
    let mut alike: BTreeMap<(Stratum, KeyMask, Vec<Hit>), u64> = BTreeMap::new();
    for part in sample.chunks(PART) {
        prober.records(part.iter().map(|record| record.tokens.as_slice()), |record, hits| {
            let record = &part[record];
            let present = record.tokens.iter().map(|(kind, _)| *kind).collect();
            let hits = exact.confirmed(&record.tokens, hits).collect();
            *alike.entry((record.stratum, present, hits)).or_default() += 1;
        });
    }
    let control = |((stratum, present, hits), count)| Control { list, stratum, present, hits, count };
    alike.into_iter().map(control).collect()
}
