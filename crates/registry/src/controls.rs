//! Matched controls: which lists hold the sampled members of the other lists.
//!
//! Controls tell how many of a sample are alike, not who. When lists are added, their counts are kept, and only those
//! members move that a new list holds.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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

/// How many are alike.
type Alike = BTreeMap<(Stratum, KeyMask, Vec<Hit>), u64>;

/// Probes the sample of one list; what lists at hand hold of it is read off these lists.
pub(crate) fn of_list(
    list: u32,
    sample: &[SampledRecord],
    index: &Index,
    exact: &ExactLists,
) -> Vec<Control> {
    let mut alike = Alike::new();
    probe(sample, index, |record, hits| {
        let hits = exact.confirmed(&record.tokens, hits).collect();
        *alike.entry((record.stratum, present(record), hits)).or_default() += 1;
    });
    controls(list, alike)
}

/// What was added to an index.
pub(crate) struct Addition<'a> {
    /// The index of what was added, at least.
    pub(crate) added: &'a Index,
    /// The index of all lists.
    pub(crate) all: &'a Index,
    /// For each list, whether it is new to the controls.
    pub(crate) is_new: &'a [bool],
}

/// What [`of_list`] gives with the new lists, from what it gave without them; `None` where that was not of this sample.
pub(crate) fn with_added(
    list: u32,
    before: Vec<Control>,
    sample: &[SampledRecord],
    addition: &Addition<'_>,
) -> Option<Vec<Control>> {
    let is_new = |hit: &Hit| addition.is_new.get(hit.list as usize) == Some(&true);
    let mut alike: Alike = before.into_iter().map(|c| ((c.stratum, c.present, c.hits), c.count)).collect();
    if !counts(sample, &alike) {
        return None;
    }
    let mut held = Vec::new();
    probe(sample, addition.added, |record, hits| {
        if hits.iter().any(is_new) {
            held.push(record.clone());
        }
    });
    let mut fits = true;
    probe(&held, addition.all, |record, hits| {
        let (stratum, present) = (record.stratum, present(record));
        let own = Hit { list, keys: present };
        let before = hits.iter().filter(|hit| !is_new(hit)).copied().collect();
        fits &= hits.contains(&own) && take_one(&mut alike, (stratum, present, before));
        *alike.entry((stratum, present, hits.to_vec())).or_default() += 1;
    });
    fits.then(|| controls(list, alike))
}

/// Whether a sample has as many of each kind as were counted.
fn counts(sample: &[SampledRecord], alike: &Alike) -> bool {
    let mut kinds: BTreeMap<(Stratum, KeyMask), u64> = BTreeMap::new();
    sample.iter().for_each(|record| *kinds.entry((record.stratum, present(record))).or_default() += 1);
    let mut take = |((stratum, present, _), count): (&(Stratum, KeyMask, _), &u64)| {
        let left = kinds.get_mut(&(*stratum, *present))?;
        *left = left.checked_sub(*count)?;
        Some(())
    };
    alike.iter().try_for_each(&mut take).is_some() && kinds.values().all(|left| *left == 0)
}

/// Whether there was one, who is taken away.
fn take_one(alike: &mut Alike, of: (Stratum, KeyMask, Vec<Hit>)) -> bool {
    let Entry::Occupied(mut entry) = alike.entry(of) else { return false };
    match entry.get().checked_sub(1) {
        Some(0) => drop(entry.remove()),
        Some(left) => *entry.get_mut() = left,
        None => return false,
    }
    true
}

fn probe<'r>(records: &'r [SampledRecord], index: &Index, mut each: impl FnMut(&'r SampledRecord, &[Hit])) {
    let mut prober = index.prober();
    for part in records.chunks(PART) {
        prober.records(part.iter().map(|record| record.tokens.as_slice()), |record, hits| {
            each(&part[record], hits);
        });
    }
}

fn present(record: &SampledRecord) -> KeyMask {
    record.tokens.iter().map(|(kind, _)| *kind).collect()
}

fn controls(list: u32, alike: Alike) -> Vec<Control> {
    let control = |((stratum, present, hits), count)| Control { list, stratum, present, hits, count };
    alike.into_iter().map(control).collect()
}
