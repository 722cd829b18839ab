//! Adding new fingerprints to what the index files hold, without reading the others.
//!
//! The new lists are laid out for themselves, together with those added before; the base stays as it is. All lists get
//! the numbers, and the controls the counts, that a registry built whole would give them.

use std::collections::BTreeMap;
use std::path::Path;

use meibo_fingerprint::{Columns, KeyId, RegistryKey, SampledRecord};
use rayon::prelude::*;

use crate::cache::{Cache, CacheUse, renumbered};
use crate::controls::{self, Addition, Control};
use crate::error::Problem;
use crate::exact::ExactLists;
use crate::index::Index;
use crate::opened::{Opened, sample_of};
use crate::part::Content;
use crate::registry::{Registry, first_of, into_entries};

/// What was added may have this part of the base's bits: the groups that it forms by itself cost every question.
const PART_OF_BASE: u64 = 4;

/// A registry with what was added to it.
pub(crate) struct Grown {
    pub(crate) registry: Registry,
    /// The indexes of all that is not in the base.
    added: Vec<(KeyId, Index)>,
    /// The numbers of its lists.
    lists: Vec<u32>,
    /// The checksum of the base.
    base: [u8; 32],
}

impl Grown {
    /// What the file beside the base has to hold.
    pub(crate) fn content(&self) -> Content<'_> {
        Content { base: Some(self.base), lists: &self.lists, indexes: &self.added, registry: &self.registry }
    }
}

/// Adds those files that were opened whole to a cache that holds the others, with its controls; `None` where all is
/// better built anew.
pub(crate) fn grow(
    cache: Cache,
    before: Vec<Control>,
    opened: Vec<Opened>,
    problems: Vec<Problem>,
    directory: &Path,
    keys: &[RegistryKey],
) -> Option<Grown> {
    if too_much(&cache, &opened) {
        return None;
    }
    let is_new: Vec<bool> = opened.iter().map(|file| file.body.is_some()).collect();
    // What the cache's lists are called now.
    let numbers: Vec<u32> = (0..).zip(&is_new).filter(|(_, new)| !**new).map(|(number, _)| number).collect();
    let added = with_new(renumbered(cache.added, &numbers)?, &opened);
    let indexes = joined(renumbered(cache.base, &numbers)?, &added);
    let rates = rates(cache.rates, &opened);
    let (lists, samples) = into_entries(opened, &rates);
    let mut registry = Registry::assemble(directory, lists, indexes, problems, CacheUse::Added);
    let most_of_a_sample = registry.most_of_a_sample(|_| true);
    // Where more lists leave fewer controls of each, all of them change.
    if registry.most_of_a_sample(|list| is_new.get(list) == Some(&false)) != most_of_a_sample {
        return None;
    }
    let growth = Growth {
        registry: &registry,
        added: &added,
        is_new: &is_new,
        samples: &samples,
        most_of_a_sample,
        directory,
        keys,
    };
    registry.controls = growth.controls(by_list(before, &numbers)?)?;
    let mut in_base = vec![false; is_new.len()];
    for (number, added) in numbers.iter().zip(cache.is_added) {
        *in_base.get_mut(*number as usize)? = !added;
    }
    let lists = (0..).zip(in_base).filter(|(_, in_base)| !in_base).map(|(list, _)| list).collect();
    Some(Grown { registry, added, lists, base: cache.checksum })
}

/// Whether so much was added that one whole index is better.
fn too_much(cache: &Cache, opened: &[Opened]) -> bool {
    let bits = |indexes: &[(KeyId, Index)]| -> u64 { indexes.iter().map(|(_, index)| index.bits()).sum() };
    let columns = opened.iter().filter_map(|file| file.body.as_ref()).map(|(columns, _)| columns);
    let new: u64 = columns.map(|columns| u64::from(columns.count()) << columns.log2_bits()).sum();
    bits(&cache.added).saturating_add(new).saturating_mul(PART_OF_BASE) > bits(&cache.base)
}

/// The chance of a false match of each list: as it was, or from the new columns.
fn rates(before: Vec<f64>, opened: &[Opened]) -> Vec<f64> {
    let mut before = before.into_iter();
    let rate = |file: &Opened| match &file.body {
        Some((columns, _)) => columns.false_match_rate(),
        None => before.next().unwrap_or(1.0),
    };
    opened.iter().map(rate).collect()
}

/// The indexes of what was added with the new lists among them: one for each key, laid out anew where any is new.
fn with_new(added: Vec<(KeyId, Index)>, opened: &[Opened]) -> Vec<(KeyId, Index)> {
    let mut indexes: BTreeMap<KeyId, Index> = added.into_iter().collect();
    let mut new: BTreeMap<KeyId, Vec<(u32, &Columns)>> = BTreeMap::new();
    for (number, file) in (0..).zip(opened) {
        if let Some((columns, _)) = &file.body {
            new.entry(file.key_id).or_default().push((number, columns));
        }
    }
    for (key_id, mut lists) in new {
        let earlier = indexes.remove(&key_id).map(|index| index.lists()).unwrap_or_default();
        lists.extend(earlier.iter().map(|(list, columns)| (*list, columns)));
        indexes.insert(key_id, Index::build(&lists));
    }
    indexes.into_iter().collect()
}

/// One index for each key, of the base's segment and that of what was added.
pub(crate) fn joined(base: Vec<(KeyId, Index)>, added: &[(KeyId, Index)]) -> Vec<(KeyId, Index)> {
    let mut indexes: BTreeMap<KeyId, Index> = base.into_iter().collect();
    for (key_id, index) in added {
        indexes.entry(*key_id).or_default().segments.extend(index.segments.iter().cloned());
    }
    indexes.into_iter().collect()
}

/// The controls of each list, lists being called by their new numbers.
fn by_list(controls: Vec<Control>, numbers: &[u32]) -> Option<BTreeMap<u32, Vec<Control>>> {
    let mut lists: BTreeMap<u32, Vec<Control>> = BTreeMap::new();
    for mut control in controls {
        control.list = *numbers.get(control.list as usize)?;
        for hit in &mut control.hits {
            hit.list = *numbers.get(hit.list as usize)?;
        }
        lists.entry(control.list).or_default().push(control);
    }
    Some(lists)
}

/// What the controls of a grown registry follow from, but for those there were before.
struct Growth<'a> {
    registry: &'a Registry,
    added: &'a [(KeyId, Index)],
    is_new: &'a [bool],
    /// The samples of new lists.
    samples: &'a [Vec<SampledRecord>],
    most_of_a_sample: usize,
    directory: &'a Path,
    keys: &'a [RegistryKey],
}

impl Growth<'_> {
    /// The controls of each client's chosen list, which may be a new one.
    fn controls(&self, mut before: BTreeMap<u32, Vec<Control>>) -> Option<Vec<Control>> {
        let chosen = self.registry.control_lists(|_| true).into_iter();
        let chosen: Vec<_> =
            chosen.map(|list| (list, before.remove(&(list as u32)).unwrap_or_default())).collect();
        let controls = chosen.into_par_iter().map(|(list, before)| self.of_list(list, before));
        Some(controls.collect::<Option<Vec<_>>>()?.concat())
    }

    fn of_list(&self, list: usize, before: Vec<Control>) -> Option<Vec<Control>> {
        if *self.is_new.get(list)? {
            let sample = first_of(self.samples.get(list)?, self.most_of_a_sample);
            return Some(self.registry.controls_of(list, sample, &ExactLists::default()));
        }
        let entry = self.registry.lists.get(list)?;
        let mut new = self.registry.lists.iter().zip(self.is_new).filter(|(_, new)| **new);
        if !new.any(|(new, _)| new.key_id == entry.key_id) {
            return Some(before);
        }
        let of_key =
            |indexes: &[(KeyId, Index)]| indexes.iter().position(|(key_id, _)| *key_id == entry.key_id);
        let addition = Addition {
            added: &self.added.get(of_key(self.added)?)?.1,
            all: &self.registry.indexes.get(of_key(&self.registry.indexes)?)?.1,
            is_new: self.is_new,
        };
        let sample = sample_of(&self.directory.join(&entry.path), &entry.stamp, self.keys)?;
        controls::with_added(list as u32, before, first_of(&sample, self.most_of_a_sample), &addition)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use proptest::sample::Index as Place;

    use super::*;
    use crate::cache::{ADDED_NAME, CACHE_NAME};
    use crate::part::Part;
    use crate::testing::{LARGE, directory, fingerprint, key, same, same_answers};

    fn keys() -> [RegistryKey; 2] {
        [key(1), key(2)]
    }

    fn open(directory: &Path) -> Registry {
        Registry::open(directory, &keys()).unwrap()
    }

    fn build(directory: &Path) -> Registry {
        Registry::build(directory, &keys()).unwrap()
    }

    /// A directory with an index file.
    fn indexed() -> tempfile::TempDir {
        let directory = directory();
        put(directory.path(), "b/4.meibo", &fingerprint(&key(1), "insurer", "2013-04-01", 500..1_500));
        ["large-1.meibo", "large-2.meibo"]
            .iter()
            .zip(&*LARGE)
            .for_each(|(name, b)| put(directory.path(), name, b));
        build(directory.path()).write_index(directory.path(), &keys()).unwrap();
        directory
    }

    fn put(directory: &Path, name: &str, bytes: &[u8]) {
        fs::write(directory.join(name), bytes).unwrap();
    }

    fn added_file(directory: &Path) -> PathBuf {
        directory.join(ADDED_NAME)
    }

    /// New clients and new handovers, before, between and after the others, a larger list and one as large but later,
    /// and lists under a key of their own, one of them its client's largest.
    static NEW: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
        let [one, two] = keys();
        vec![
            ("0.meibo", fingerprint(&one, "city", "2017-04-01", 0..301)),
            ("1.meibo", fingerprint(&one, "city", "2018-04-01", 10..311)),
            ("b/0.meibo", fingerprint(&one, "shop", "2017-01-01", 5..50)),
            ("b/3.meibo", fingerprint(&two, "bank", "2017-01-01", 0..60)),
            ("c.meibo", fingerprint(&two, "shop", "2019-04-01", 40..110)),
            ("d.meibo", fingerprint(&two, "bank", "2020-01-01", 50..90)),
            ("z.meibo", fingerprint(&one, "clinic", "2011-01-01", 1_990..2_020)),
        ]
    });

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        /// The registry built whole is the oracle, after every addition.
        #[test]
        fn what_is_added_answers_as_if_it_had_always_been_there(
            order in Just((0..7).collect::<Vec<usize>>()).prop_shuffle(), steps in proptest::collection::vec(1_usize..4, 7)
        ) {
            let directory = indexed();
            let base = || {
                let path = directory.path().join(CACHE_NAME);
                (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap())
            };
            let before = base();
            let mut left = order.as_slice();
            for step in steps {
                let (now, later) = left.split_at(step.min(left.len()));
                left = later;
                now.iter().for_each(|at| put(directory.path(), NEW[*at].0, &NEW[*at].1));
                let whole = build(directory.path());
                let opened = open(directory.path());
                let expected = if now.is_empty() { CacheUse::Used } else { CacheUse::Added };
                prop_assert_eq!(opened.cache, expected);
                same_answers(&opened, &whole, &keys());
                let again = open(directory.path());
                prop_assert_eq!(again.cache, CacheUse::Used);
                same(&again, &opened);
            }
            prop_assert_eq!(base(), before);
            let opened = open(directory.path());
            opened.write_index(directory.path(), &keys()).unwrap();
            prop_assert!(!added_file(directory.path()).exists());
            same(&open(directory.path()), &build(directory.path()));
        }

        #[test]
        fn a_damaged_file_of_what_was_added_is_ignored_and_written_anew(at: Place, bit in 0_u8..8, cut: bool) {
            let directory = indexed();
            put(directory.path(), NEW[2].0, &NEW[2].1);
            let whole = open(directory.path());
            let path = added_file(directory.path());
            let good = fs::read(&path).unwrap();
            let mut bad = good.clone();
            let at = at.index(good.len());
            bad[at] ^= 1 << bit;
            if cut {
                bad.truncate(at);
            }
            fs::write(&path, bad).unwrap();
            let opened = open(directory.path());
            prop_assert_eq!(opened.cache, CacheUse::Added);
            same(&opened, &whole);
            prop_assert_eq!(fs::read(&path).unwrap(), good);
        }
    }

    #[test]
    fn every_byte_of_what_stands_before_the_rows_is_checked() {
        let directory = indexed();
        put(directory.path(), NEW[3].0, &NEW[3].1);
        open(directory.path());
        let base = Part::read(&directory.path().join(CACHE_NAME), None, usize::MAX).unwrap();
        let path = added_file(directory.path());
        let good = fs::read(&path).unwrap();
        let is_used = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            Part::read(&path, Some(&base.checksum), usize::MAX).is_some()
        };
        for at in (0..4096).step_by(3).chain([good.len() - 1]) {
            let mut bad = good.clone();
            bad[at] ^= 4;
            assert!(!is_used(&bad), "flipped at {at}");
        }
        assert!(!is_used(&[&good[..], b"x"].concat()) && !is_used(&good[..good.len() - 8]));
        assert!(is_used(&good));
        assert!(Part::read(&path, Some(&[0; 32]), usize::MAX).is_none());
        assert!(Part::read(&path, None, usize::MAX).is_none());
        let mapped = Part::read(&path, Some(&base.checksum), 0).unwrap();
        assert_eq!(mapped.indexes, Part::read(&path, Some(&base.checksum), usize::MAX).unwrap().indexes);
    }

    #[test]
    fn what_was_added_to_another_base_is_ignored() {
        let directory = indexed();
        put(directory.path(), NEW[2].0, &NEW[2].1);
        open(directory.path());
        let stale = fs::read(added_file(directory.path())).unwrap();
        put(directory.path(), NEW[6].0, &NEW[6].1);
        build(directory.path()).write_index(directory.path(), &keys()).unwrap();
        assert!(!added_file(directory.path()).exists());
        fs::write(added_file(directory.path()), stale).unwrap();
        let opened = open(directory.path());
        assert_eq!(opened.cache, CacheUse::Used);
        same(&opened, &build(directory.path()));
    }

    #[test]
    fn what_was_added_and_is_gone_or_changed_leaves_the_base_as_it_is() {
        let directory = indexed();
        let base = fs::read(directory.path().join(CACHE_NAME)).unwrap();
        [2, 6].iter().for_each(|at| put(directory.path(), NEW[*at].0, &NEW[*at].1));
        open(directory.path());
        put(directory.path(), NEW[2].0, &NEW[0].1);
        let opened = open(directory.path());
        assert_eq!(opened.cache, CacheUse::Added);
        same_answers(&opened, &build(directory.path()), &keys());
        fs::remove_file(directory.path().join(NEW[2].0)).unwrap();
        same_answers(&open(directory.path()), &build(directory.path()), &keys());
        fs::remove_file(directory.path().join(NEW[6].0)).unwrap();
        let opened = open(directory.path());
        assert_eq!(opened.cache, CacheUse::Used);
        same(&opened, &build(directory.path()));
        assert_eq!(fs::read(directory.path().join(CACHE_NAME)).unwrap(), base);
    }

    #[test]
    fn a_file_of_the_base_that_is_gone_or_changed_means_a_new_base() {
        for change in [None, Some(0)] {
            let directory = indexed();
            put(directory.path(), NEW[2].0, &NEW[2].1);
            open(directory.path());
            put(directory.path(), NEW[6].0, &NEW[6].1);
            match change {
                None => fs::remove_file(directory.path().join("a.meibo")).unwrap(),
                Some(at) => put(directory.path(), "a.meibo", &NEW[at].1),
            }
            let opened = open(directory.path());
            assert_eq!(opened.cache, CacheUse::Rebuilt);
            same(&opened, &build(directory.path()));
            assert!(!added_file(directory.path()).exists());
            assert_eq!(open(directory.path()).cache, CacheUse::Used);
        }
    }

    #[test]
    fn columns_of_fingerprints_that_are_indexed_are_not_read_again() {
        let directory = indexed();
        put(directory.path(), NEW[2].0, &NEW[2].1);
        let whole = build(directory.path());
        for name in ["a.meibo", "b/1.meibo", "b/2.meibo"] {
            let mut bytes = fs::read(directory.path().join(name)).unwrap();
            let columns = meibo_fingerprint::Header::read(&bytes).unwrap().sections[1];
            bytes[columns.offset as usize + 100] ^= 1;
            put(directory.path(), name, &bytes);
        }
        let opened = open(directory.path());
        assert_eq!((opened.cache, opened.problems.len()), (CacheUse::Added, 0));
        same_answers(&opened, &whole, &keys());
    }

    #[test]
    fn a_sample_that_cannot_be_read_means_a_new_base() {
        let directory = indexed();
        let path = directory.path().join("a.meibo");
        let mut bytes = fs::read(&path).unwrap();
        let at = bytes.len() - 40;
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        // Its size and checksum are the same, so that nothing is seen before the sample is needed.
        assert_eq!(open(directory.path()).cache, CacheUse::Used);
        put(directory.path(), NEW[2].0, &NEW[2].1);
        let opened = open(directory.path());
        assert_eq!((opened.cache, opened.problems.len()), (CacheUse::Rebuilt, 1));
        same(&opened, &build(directory.path()));
    }

    #[test]
    fn the_sample_of_another_list_is_not_taken() {
        let directory = indexed();
        let path = directory.path().join("a.meibo");
        let other = fingerprint(&key(1), "other", "2016-04-01", 700..1_000);
        let mut bytes = fs::read(&path).unwrap();
        let sample = meibo_fingerprint::Header::read(&bytes).unwrap().sections[2];
        let sample = sample.offset as usize..(sample.offset + sample.length) as usize;
        assert_eq!((other.len(), &other[..32]), (bytes.len(), &bytes[..32]));
        bytes[sample.clone()].copy_from_slice(&other[sample]);
        fs::write(&path, bytes).unwrap();
        put(directory.path(), "new.meibo", &fingerprint(&key(1), "shop", "2017-01-01", 750..800));
        let opened = open(directory.path());
        assert_eq!((opened.cache, opened.problems.len()), (CacheUse::Rebuilt, 1));
        same(&opened, &build(directory.path()));
    }

    #[test]
    fn where_much_was_added_there_is_a_new_base() {
        let directory = indexed();
        put(directory.path(), NEW[2].0, &NEW[2].1);
        assert_eq!(open(directory.path()).cache, CacheUse::Added);
        put(directory.path(), "large-3.meibo", &fingerprint(&key(1), "shop", "2017-04-01", 0..9_000));
        let opened = open(directory.path());
        assert_eq!(opened.cache, CacheUse::Rebuilt);
        assert!(!added_file(directory.path()).exists());
        same(&opened, &build(directory.path()));
    }

    #[test]
    fn where_nothing_can_be_written_answers_are_the_same() {
        let directory = indexed();
        fs::create_dir(added_file(directory.path())).unwrap();
        put(directory.path(), NEW[2].0, &NEW[2].1);
        for _ in 0..2 {
            let opened = open(directory.path());
            assert_eq!(opened.cache, CacheUse::Added);
            same_answers(&opened, &build(directory.path()), &keys());
        }
    }

    #[test]
    fn whoever_lacks_a_key_leaves_what_was_added_as_it_is() {
        let directory = indexed();
        put(directory.path(), NEW[3].0, &NEW[3].1);
        open(directory.path());
        let before = fs::read(added_file(directory.path())).unwrap();
        put(directory.path(), NEW[2].0, &NEW[2].1);
        let opened = Registry::open(directory.path(), &[key(1)]).unwrap();
        assert_eq!((opened.lists.len(), opened.problems.len()), (7, 1));
        same_answers(&opened, &Registry::build(directory.path(), &[key(1)]).unwrap(), &keys());
        assert_eq!(fs::read(added_file(directory.path())).unwrap(), before);
        assert_eq!(open(directory.path()).lists.len(), 8);
    }
}
