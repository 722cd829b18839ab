//! A registry opened: its lists, its clients, its index.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use meibo_fingerprint::{
    ClientId, Columns, Facts, Fingerprint, FormatError, Identity, KeyId, ListProfile, Order, RegistryKey,
    SampledRecord, peek_list_profile, peek_order, sample_size,
};
use rayon::prelude::*;

use crate::cache::{ADDED_NAME, CACHE_NAME, Cache, CacheUse, Stamp};
use crate::controls::{self, Control};
use crate::error::{Problem, ProblemKind, RegistryError};
use crate::exact::ExactLists;
use crate::grow::{Grown, grow, joined};
use crate::index::Index;
use crate::opened::{Opened, open_stamped, open_unchanged, open_whole, read_unsealed, sort_out};
use crate::part::{self, Content};
use crate::scan::{Found, scan};

/// One fingerprint of a registry.
#[derive(Clone, Debug, PartialEq)]
pub struct ListEntry {
    /// Its path below the registry directory.
    pub path: PathBuf,
    /// What it says of its list.
    pub facts: Facts,
    /// Its client, as a place in [`Registry::clients`].
    pub client: usize,
    /// Which registry key it was made with.
    pub key_id: KeyId,
    /// The chance that a token that is not in the list is taken for a member, from the measured fill.
    pub false_match_rate: f64,
    /// Size and checksum of the file; where it is sealed, of what is in it.
    pub stamp: Stamp,
    /// True where the file is sealed: what is in it may not be written anywhere.
    pub sealed: bool,
}

/// The usable fingerprints of a directory, indexed.
#[derive(Debug)]
pub struct Registry {
    /// The lists, in order of path; a list's number is its place here.
    pub lists: Vec<ListEntry>,
    /// The clients, in order of name.
    pub clients: Vec<ClientId>,
    /// One index for each registry key among the lists, in order of key id.
    pub indexes: Vec<(KeyId, Index)>,
    /// Sampled members of each client's largest list, and who holds them.
    pub controls: Vec<Control>,
    /// Files left out, and why.
    pub problems: Vec<Problem>,
    /// BLAKE3 over the checksums of all usable files in sorted order, as hexadecimal digits.
    pub digest: String,
    /// Where the index came from.
    pub cache: CacheUse,
    /// Where the fingerprints are.
    directory: PathBuf,
    /// What opens those that are sealed.
    identities: Vec<Identity>,
}

/// What came of opening a registry by its index files.
enum Attempt {
    Opened(Box<Registry>),
    /// Others may do.
    Other,
    /// All is to be built from the fingerprints.
    Build,
}

impl Registry {
    /// Opens the registry in a directory: with the index files beside the fingerprints where they match, else by reading
    /// all fingerprints. Where only new ones have come, only these are read, and written to a second index file. An index
    /// file that no longer matches is written anew. Where the directory cannot be written to, answers are the same.
    pub fn open(directory: &Path, keys: &[RegistryKey]) -> Result<Self, RegistryError> {
        Self::open_with(directory, keys, &[])
    }

    /// As [`open`](Self::open), with identities for fingerprints that are sealed. These are opened in memory, and nothing of
    /// them is written: they are read whole each time.
    pub fn open_with(
        directory: &Path,
        keys: &[RegistryKey],
        identities: &[Identity],
    ) -> Result<Self, RegistryError> {
        let mut registry = Self::open_or_build(directory, keys, identities)?;
        registry.identities = identities.to_vec();
        Ok(registry)
    }

    fn open_or_build(
        directory: &Path,
        keys: &[RegistryKey],
        identities: &[Identity],
    ) -> Result<Self, RegistryError> {
        let existed = directory.join(CACHE_NAME).exists();
        for cache in Cache::read(directory) {
            match Self::open_cached(directory, keys, identities, cache)? {
                Attempt::Opened(registry) => return Ok(*registry),
                Attempt::Other => {}
                Attempt::Build => break,
            }
        }
        let mut registry = Self::build_with(directory, keys, identities)?;
        if existed && registry.may_be_written() && registry.write_index(directory, keys).is_ok() {
            registry.cache = CacheUse::Rebuilt;
        }
        Ok(registry)
    }

    /// Whoever lacks a key must not take its fingerprints out of the index, and whoever opens a seal not put it there.
    fn may_be_written(&self) -> bool {
        let locked =
            |problem: &Problem| matches!(problem.kind, ProblemKind::Format(FormatError::OtherKey(_)));
        !self.problems.iter().any(locked) && !self.has_sealed()
    }

    fn has_sealed(&self) -> bool {
        self.lists.iter().any(|list| list.sealed)
    }

    /// Opens a registry by reading and checking every fingerprint whole, whatever index file there is.
    pub fn build(directory: &Path, keys: &[RegistryKey]) -> Result<Self, RegistryError> {
        Self::build_with(directory, keys, &[])
    }

    /// As [`build`](Self::build), with identities for fingerprints that are sealed.
    pub fn build_with(
        directory: &Path,
        keys: &[RegistryKey],
        identities: &[Identity],
    ) -> Result<Self, RegistryError> {
        Self::build_watched(directory, keys, identities, &|_, _| {})
    }

    /// As [`build_with`](Self::build_with), and tells `watch` how many fingerprints of how many were read, before the first and after
    /// each of them, from whatever thread read it; of two that are told at once either may come first.
    pub fn build_watched(
        directory: &Path,
        keys: &[RegistryKey],
        identities: &[Identity],
        watch: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Self, RegistryError> {
        let scan = scan(directory)?;
        if scan.files.is_empty() && scan.problems.is_empty() {
            return Err(RegistryError::Empty { path: directory.to_path_buf() });
        }
        let files = scan.files.len();
        watch(0, files);
        let read = AtomicUsize::new(0);
        let open = |found: Found| {
            let opened = open_whole(found, keys, identities);
            watch(read.fetch_add(1, Ordering::Relaxed) + 1, files);
            opened
        };
        let results: Vec<Result<Opened, Problem>> = scan.files.into_par_iter().map(open).collect();
        let (opened, problems) = sort_out(results, scan.problems);
        if opened.is_empty() {
            return Err(RegistryError::NoneUsable { path: directory.to_path_buf(), files, problems });
        }
        let rates: Vec<f64> =
            opened.par_iter().map(|o| o.body.as_ref().map_or(1.0, |b| b.0.false_match_rate())).collect();
        let indexes = build_indexes(&opened);
        let (lists, samples) = into_entries(opened, &rates);
        let mut registry = Self::assemble(directory, lists, indexes, problems, CacheUse::None);
        let most = registry.most_of_a_sample(|_| true);
        let of =
            |list: usize| registry.controls_of(list, first_of(&samples[list], most), &ExactLists::default());
        registry.controls = registry.control_lists(|_| true).into_par_iter().flat_map_iter(of).collect();
        registry.identities = identities.to_vec();
        Ok(registry)
    }

    /// Opens a registry by what its index files hold, if that is still so.
    fn open_cached(
        directory: &Path,
        keys: &[RegistryKey],
        identities: &[Identity],
        cache: Cache,
    ) -> Result<Attempt, RegistryError> {
        let scan = scan(directory)?;
        let open = |found: Found| match cache.stamp_of(&found.relative) {
            Some(stamp) => open_stamped(found, stamp, keys).map(Ok),
            None => Some(open_whole(found, keys, identities)),
        };
        let results: Option<Vec<Result<Opened, Problem>>> = scan.files.into_par_iter().map(open).collect();
        let (Some(results), Some(controls)) = (results, cache.open_controls(keys)) else {
            return Ok(Attempt::Other);
        };
        let (opened, problems) = sort_out(results, scan.problems);
        let known = opened.iter().filter(|file| file.body.is_none());
        let is_new = opened.iter().any(|file| file.body.is_some());
        let same = known.map(|file| (file.found.relative.as_path(), &file.stamp)).eq(cache.files());
        // Rows that nobody checked are asked, but not written anew.
        if !same || is_new && !cache.added_checked {
            return Ok(Attempt::Other);
        }
        if is_new {
            let grown = grow(cache, controls, opened, problems, directory, keys);
            return Ok(grown.map_or(Attempt::Build, |grown| Self::keep(grown, directory, keys)));
        }
        let (lists, _) = into_entries(opened, &cache.rates);
        let indexes = joined(cache.base, &cache.added);
        let mut registry = Self::assemble(directory, lists, indexes, problems, CacheUse::Used);
        registry.controls = controls;
        Ok(Attempt::Opened(Box::new(registry)))
    }

    /// Writes what was added beside the index file, where the directory allows it.
    fn keep(grown: Grown, directory: &Path, keys: &[RegistryKey]) -> Attempt {
        if grown.registry.may_be_written() {
            // Without it the next one who opens the registry adds the same.
            let _ = write_content(&directory.join(ADDED_NAME), &grown.content(), keys);
        }
        Attempt::Opened(Box::new(grown.registry))
    }

    /// Writes one index file of all lists, in place of what there is, and says where it is.
    pub fn write_index(&self, directory: &Path, keys: &[RegistryKey]) -> Result<PathBuf, RegistryError> {
        if self.has_sealed() {
            return Err(RegistryError::Sealed { path: directory.to_path_buf() });
        }
        let path = directory.join(CACHE_NAME);
        let lists: Vec<u32> = (0..).take(self.lists.len()).collect();
        let indexes: Vec<_> = self.indexes.iter().map(|(key_id, index)| (*key_id, index.whole())).collect();
        let content = Content { base: None, lists: &lists, indexes: &indexes, registry: self };
        write_content(&path, &content, keys)
            .map_err(|source| RegistryError::Write { path: path.clone(), source })?;
        // It belongs to another base now, and would not be used.
        let _ = fs::remove_file(directory.join(ADDED_NAME));
        Ok(path)
    }

    /// The lists of one client, as their numbers, in order of date.
    pub fn handovers(&self, client: usize) -> Vec<usize> {
        let mut lists: Vec<usize> =
            (0..self.lists.len()).filter(|list| self.lists[*list].client == client).collect();
        lists.sort_by_key(|list| self.lists[*list].facts.date);
        lists
    }

    pub(crate) fn assemble(
        directory: &Path,
        mut lists: Vec<ListEntry>,
        indexes: Vec<(KeyId, Index)>,
        problems: Vec<Problem>,
        cache: CacheUse,
    ) -> Self {
        let mut clients: Vec<ClientId> = lists.iter().map(|list| list.facts.client.clone()).collect();
        clients.sort();
        clients.dedup();
        for list in &mut lists {
            list.client = clients.binary_search(&list.facts.client).unwrap_or(0);
        }
        let mut checksums: Vec<[u8; 32]> = lists.iter().map(|list| list.stamp.checksum).collect();
        checksums.sort_unstable();
        let digest = blake3::hash(&checksums.concat()).to_hex().to_string();
        let directory = directory.to_path_buf();
        let (controls, identities) = (Vec::new(), Vec::new());
        Self { lists, clients, indexes, controls, problems, digest, cache, directory, identities }
    }

    /// The controls with what is true of their matches with lists at hand, in place of what these lists' filters say: a
    /// file that is held against the lists themselves must be weighed by controls that are.
    ///
    /// Reads the fingerprints again that the controls are sampled in.
    ///
    /// # Errors
    /// Where one of them can no longer be read, or was changed.
    pub fn confirmed_controls(
        &self,
        keys: &[RegistryKey],
        exact: &ExactLists,
    ) -> Result<Vec<Control>, Problem> {
        let most = self.most_of_a_sample(|_| true);
        let of =
            |list: usize| Ok(self.controls_of(list, first_of(&self.read_sample(list, keys)?, most), exact));
        let controls: Result<Vec<Vec<Control>>, Problem> =
            self.control_lists(|_| true).into_par_iter().map(of).collect();
        Ok(controls?.into_iter().flatten().collect())
    }

    /// The sample in the fingerprint of a list, read once more.
    fn read_sample(&self, list: usize, keys: &[RegistryKey]) -> Result<Vec<SampledRecord>, Problem> {
        let path = self.directory.join(&self.lists[list].path);
        let read = || -> Result<Vec<SampledRecord>, ProblemKind> {
            let fingerprint = Fingerprint::open(&read_unsealed(&path, &self.identities)?.0, keys)?;
            match fingerprint.header.checksum == self.lists[list].stamp.checksum {
                true => Ok(fingerprint.sample),
                false => Err(ProblemKind::Changed),
            }
        };
        read().map_err(|kind| Problem { path: path.clone(), kind })
    }

    /// Which rows of a list stand next to each other, read from its fingerprint once more; none where that was made without it.
    ///
    /// # Errors
    /// Where the fingerprint can no longer be read, or was changed.
    pub fn order_of(&self, list: usize, keys: &[RegistryKey]) -> Result<Option<Order>, Problem> {
        self.part_of(list, keys, peek_order, |fingerprint| fingerprint.order)
    }

    /// How a list is written, read from its fingerprint once more; none where that was made without it.
    ///
    /// # Errors
    /// Where the fingerprint can no longer be read, or was changed.
    pub fn list_profile_of(&self, list: usize, keys: &[RegistryKey]) -> Result<Option<ListProfile>, Problem> {
        self.part_of(list, keys, peek_list_profile, |fingerprint| fingerprint.list_profile)
    }

    /// A part of a list's fingerprint: by itself, or out of the whole where that is sealed.
    fn part_of<T>(
        &self,
        list: usize,
        keys: &[RegistryKey],
        peek: impl Fn(&mut fs::File, &[RegistryKey]) -> io::Result<Option<T>>,
        of: impl Fn(Fingerprint) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(entry) = self.lists.get(list) else { return Ok(None) };
        let path = self.directory.join(&entry.path);
        let read = || -> Result<Option<T>, ProblemKind> {
            if !entry.sealed {
                let mut file = open_unchanged(&path, &entry.stamp).ok_or(ProblemKind::Changed)?;
                return Ok(peek(&mut file, keys)?);
            }
            let fingerprint = Fingerprint::open(&read_unsealed(&path, &self.identities)?.0, keys)?;
            match fingerprint.header.checksum == entry.stamp.checksum {
                true => Ok(of(fingerprint)),
                false => Err(ProblemKind::Changed),
            }
        };
        read().map_err(|kind| Problem { path: path.clone(), kind })
    }

    /// Of each client's lists that are among these the largest, the latest of several.
    pub(crate) fn control_lists(&self, among: impl Fn(usize) -> bool) -> Vec<usize> {
        let size = |list: usize| (self.lists[list].facts.records, self.lists[list].facts.date);
        let mut largest: Vec<Option<usize>> = vec![None; self.clients.len()];
        for list in (0..self.lists.len()).filter(|list| among(*list)) {
            let known = &mut largest[self.lists[list].client];
            if known.is_none_or(|known| size(list) >= size(known)) {
                *known = Some(list);
            }
        }
        largest.into_iter().flatten().collect()
    }

    /// Were these the lists, so many records of each sample are controls, those of lowest rank.
    pub(crate) fn most_of_a_sample(&self, among: impl Fn(usize) -> bool) -> usize {
        let lists = self.control_lists(among).into_iter();
        most_of_each(&lists.map(|list| sample_size(self.lists[list].facts.records)).collect::<Vec<u64>>())
    }

    /// Probes the sample of a list.
    pub(crate) fn controls_of(
        &self,
        list: usize,
        sample: &[SampledRecord],
        exact: &ExactLists,
    ) -> Vec<Control> {
        let index = self.indexes.iter().find(|(key_id, _)| *key_id == self.lists[list].key_id);
        index.map_or_else(Vec::new, |(_, index)| controls::of_list(list as u32, sample, index, exact))
    }
}

/// The first records of a sample, those of lowest rank.
pub(crate) fn first_of(sample: &[SampledRecord], most: usize) -> &[SampledRecord] {
    sample.get(..most).unwrap_or(sample)
}

/// More controls than this tell no more of what is usual, and would fill the memory where lists are in thousands.
const MOST_CONTROLS: u64 = 1 << 20;
/// So many are taken of each sample all the same, as a power of two.
const LEAST_OF_A_SAMPLE: u32 = 4;

/// How much is taken of each of so many things: all, or where these are more than [`MOST_CONTROLS`] together the largest
/// power of two with which they are not, so that one more seldom changes it.
fn most_of_each(sizes: &[u64]) -> usize {
    let taken = |most: u64| sizes.iter().map(|size| most.min(*size)).sum::<u64>();
    if taken(u64::MAX) <= MOST_CONTROLS {
        return usize::MAX;
    }
    let mut powers = (LEAST_OF_A_SAMPLE..MOST_CONTROLS.ilog2()).rev();
    1 << powers.find(|power| taken(1 << power) <= MOST_CONTROLS).unwrap_or(LEAST_OF_A_SAMPLE)
}

fn write_content(path: &Path, content: &Content<'_>, keys: &[RegistryKey]) -> io::Result<()> {
    meibo_fingerprint::atomic::write_with(path, |file| part::write(content, keys, file))
}

fn build_indexes(opened: &[Opened]) -> Vec<(KeyId, Index)> {
    let mut key_ids: Vec<KeyId> = opened.iter().map(|file| file.key_id).collect();
    key_ids.sort_unstable();
    key_ids.dedup();
    let of = |key_id: KeyId| {
        let numbered = opened.iter().enumerate().filter(|(_, file)| file.key_id == key_id);
        let lists: Vec<(u32, &Columns)> =
            numbered.filter_map(|(list, file)| Some((list as u32, &file.body.as_ref()?.0))).collect();
        (key_id, Index::build(&lists))
    };
    key_ids.into_iter().map(of).collect()
}

/// The lists as the registry keeps them, and the sample of each.
pub(crate) fn into_entries(opened: Vec<Opened>, rates: &[f64]) -> (Vec<ListEntry>, Vec<Vec<SampledRecord>>) {
    let entry = |(at, file): (usize, Opened)| {
        let entry = ListEntry {
            path: file.found.relative,
            facts: file.facts,
            client: 0,
            key_id: file.key_id,
            false_match_rate: rates.get(at).copied().unwrap_or(1.0),
            stamp: file.stamp,
            sealed: file.sealed,
        };
        (entry, file.body.map(|(_, sample)| sample).unwrap_or_default())
    };
    opened.into_iter().enumerate().map(entry).unzip()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use meibo_fingerprint::{Builder, Members, SealError, Tokenizer};

    use std::io::{Seek as _, SeekFrom, Write as _};

    use super::*;
    use crate::part::Part;
    use crate::testing::{LARGE, canonical, directory, fingerprint, key, same, same_answers};

    #[test]
    fn lists_clients_and_handovers_are_in_order() {
        let directory = directory();
        let registry = Registry::open(directory.path(), &[key(1)]).unwrap();
        assert_eq!(registry.clients.iter().map(ClientId::as_str).collect::<Vec<_>>(), ["city", "insurer"]);
        assert_eq!(registry.handovers(1), [2, 1]);
        let mut hits = Vec::new();
        let tokens = Tokenizer::new(&key(1)).record(&canonical(1_700));
        registry.indexes[0].1.prober().record(&tokens.tokens, &mut hits);
        assert_eq!(hits.iter().map(|hit| hit.list).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn controls_show_how_the_lists_overlap() {
        let registry = Registry::open(directory().path(), &[key(1)]).unwrap();
        let held_by = |from: u32, by: u32| -> u64 {
            let held = |c: &&Control| {
                c.list == from && c.hits.iter().any(|hit| hit.list == by && hit.keys.0 & 7 == 7)
            };
            registry.controls.iter().filter(held).map(|c| c.count).sum()
        };
        assert_eq!(held_by(0, 1), 300);
        assert_eq!(held_by(1, 0), 300);
    }

    #[test]
    fn controls_are_bounded_however_many_lists_there_are() {
        for (lists, size) in [(1, 100), (69, 8_000), (100, 10_485), (10_000, 100)] {
            assert_eq!(most_of_each(&vec![size; lists]), usize::MAX, "{lists}");
        }
        for (lists, size) in [(200, 8_000), (10_000, 1_000), (10_000, 8_000), (60_000, 17)] {
            let most = most_of_each(&vec![size; lists]);
            let taken = lists as u64 * size.min(most as u64);
            assert!((MOST_CONTROLS / 4..=MOST_CONTROLS).contains(&taken), "{lists}: {most}");
        }
        assert_eq!(most_of_each(&[20; 1_000_000]), 16);
    }

    fn members(key: &RegistryKey, persons: std::ops::Range<u32>) -> Members {
        let tokenizer = Tokenizer::new(key);
        let mut builder = Builder::new(key);
        persons.for_each(|person| builder.add(&tokenizer.record(&canonical(person))));
        builder.members().unwrap()
    }

    #[test]
    fn a_list_at_hand_is_known_by_its_content() {
        let directory = directory();
        let put = |name: &str, bytes: Vec<u8>| fs::write(directory.path().join(name), bytes).unwrap();
        put("a-later.meibo", fingerprint(&key(1), "city", "2018-04-01", 0..300));
        put("other-key.meibo", fingerprint(&key(2), "city", "2016-04-01", 0..300));
        let registry = Registry::open(directory.path(), &[key(1), key(2)]).unwrap();
        let mut exact = ExactLists::default();
        assert_eq!(exact.add(&registry, members(&key(1), 0..301)), [0; 0]);
        assert_eq!(exact.add(&registry, members(&key(1), 0..300)), [0, 1], "of both dates");
        assert_eq!(exact.add(&registry, members(&key(2), 0..300)), [4], "under the other key");
        assert_eq!(exact.count(), 3);
        assert_eq!((0..6).filter(|list| exact.has(*list)).collect::<Vec<_>>(), [0, 1, 4]);
    }

    #[test]
    fn controls_are_confirmed_by_lists_at_hand() {
        let directory = directory();
        let registry = Registry::open(directory.path(), &[key(1)]).unwrap();
        let confirmed = |exact: &ExactLists| registry.confirmed_controls(&[key(1)], exact).unwrap();
        let mut exact = ExactLists::default();
        assert_eq!(confirmed(&exact), registry.controls, "none is at hand");
        assert_eq!(exact.add(&registry, members(&key(1), 0..300)), [0]);
        let sampled = |person: u32| Tokenizer::new(&key(1)).record(&canonical(person)).tokens;
        let city: HashSet<_> = (0..300).flat_map(sampled).collect();
        let held = |controls: &[Control]| -> u64 {
            let of_city = |c: &&Control| c.list == 1 && c.hits.iter().any(|hit| hit.list == 0);
            controls.iter().filter(of_city).map(|control| control.count).sum()
        };
        let true_ones = (0..2_000).filter(|person| sampled(*person).iter().any(|key| city.contains(key)));
        assert_eq!(held(&confirmed(&exact)), true_ones.count() as u64);
        assert!(held(&registry.controls) >= held(&confirmed(&exact)));

        fs::copy(directory.path().join("a.meibo"), directory.path().join("b/1.meibo")).unwrap();
        let problem = registry.confirmed_controls(&[key(1)], &exact).unwrap_err();
        assert!(matches!(problem.kind, ProblemKind::Changed), "{problem}");
    }

    #[test]
    fn an_index_file_gives_the_same_registry_until_a_file_changes() {
        let directory = directory();
        let built = Registry::open(directory.path(), &[key(1)]).unwrap();
        assert_eq!(built.cache, CacheUse::None);
        built.write_index(directory.path(), &[key(1)]).unwrap();
        let cached = Registry::open(directory.path(), &[key(1)]).unwrap();
        assert_eq!(cached.cache, CacheUse::Used);
        same(&built, &cached);

        let changed = fingerprint(&key(1), "shop", "2017-01-01", 5..50);
        let before = fs::read(directory.path().join("a.meibo")).unwrap();
        fs::write(directory.path().join("a.meibo"), changed).unwrap();
        let rebuilt = Registry::open(directory.path(), &[key(1)]).unwrap();
        assert_eq!((rebuilt.cache, rebuilt.clients[1].as_str()), (CacheUse::Rebuilt, "shop"));
        assert_eq!(Registry::open(directory.path(), &[key(1)]).unwrap().cache, CacheUse::Used);

        fs::write(directory.path().join("a.meibo"), before).unwrap();
        same(&built, &Registry::open(directory.path(), &[key(1)]).unwrap());
    }

    #[test]
    fn a_damaged_index_file_is_rebuilt() {
        let directory = directory();
        let built = Registry::open(directory.path(), &[key(1)]).unwrap();
        let path = built.write_index(directory.path(), &[key(1)]).unwrap();
        let good = fs::read(&path).unwrap();
        for at in [0, 20, good.len() / 2, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&path, bad).unwrap();
            let registry = Registry::open(directory.path(), &[key(1)]).unwrap();
            assert_eq!(registry.cache, CacheUse::Rebuilt);
            same(&built, &registry);
            assert_eq!(fs::read(&path).unwrap(), good);
        }
    }

    /// The smallest registry: one fingerprint of a few people.
    #[test]
    fn every_single_flipped_byte_of_an_index_file_makes_it_useless() {
        let made = tempfile::tempdir().unwrap();
        fs::write(made.path().join("a.meibo"), fingerprint(&key(1), "city", "2016-04-01", 0..20)).unwrap();
        let built = Registry::open(made.path(), &[key(1)]).unwrap();
        let path = built.write_index(made.path(), &[key(1)]).unwrap();
        let good = fs::read(&path).unwrap();
        let is_used = |path: &Path| {
            Part::read(path, None, usize::MAX).is_some_and(|part| part.controls.open(&[key(1)], 1).is_some())
        };
        assert!(is_used(&path));
        (0..good.len()).collect::<Vec<_>>().par_chunks(good.len().div_ceil(16)).for_each(|places| {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join(CACHE_NAME);
            fs::write(&path, &good).unwrap();
            let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
            let mut put = |at: usize, byte: u8| {
                file.seek(SeekFrom::Start(at as u64)).unwrap();
                file.write_all(&[byte]).unwrap();
            };
            for at in places {
                put(*at, !good[*at]);
                assert!(!is_used(&path), "flipped at {at}");
                put(*at, good[*at]);
            }
            assert!(is_used(&path));
        });
    }

    #[test]
    fn a_mapped_index_file_is_the_same_as_one_read() {
        let directory = directory();
        let built = Registry::open(directory.path(), &[key(1)]).unwrap();
        let path = built.write_index(directory.path(), &[key(1)]).unwrap();
        let mapped = Part::read(&path, None, 0).unwrap();
        assert_eq!(built.indexes, mapped.indexes);
        let good = fs::read(&path).unwrap();
        let changed = |bytes: &[u8]| {
            // As meibo writes it: another file in its place, the mapped one staying what it was.
            meibo_fingerprint::atomic::write(&path, bytes).unwrap();
            Part::read(&path, None, 0).is_none()
        };
        let mut flipped = good.clone();
        *flipped.last_mut().unwrap() ^= 1;
        assert!(changed(&flipped) && changed(&good[..good.len() - 8]) && !changed(&good));
        assert_eq!(built.indexes, mapped.indexes);
    }

    #[test]
    fn rows_added_that_nobody_checked_are_asked_but_not_written_anew() {
        let directory = directory();
        let keys = [key(1)];
        let put = |name: &str, bytes: &[u8]| fs::write(directory.path().join(name), bytes).unwrap();
        put("large.meibo", &LARGE[0]);
        let built = Registry::build(directory.path(), &keys).unwrap();
        built.write_index(directory.path(), &keys).unwrap();
        put("new.meibo", &fingerprint(&key(1), "shop", "2017-01-01", 5..50));
        assert_eq!(Registry::open(directory.path(), &keys).unwrap().cache, CacheUse::Added);
        let open = |cache| Registry::open_cached(directory.path(), &keys, &[], cache).unwrap();
        let mapped = Cache::read_or_map(directory.path(), 0).remove(0);
        assert!(matches!(open(mapped), Attempt::Opened(registry) if registry.cache == CacheUse::Used));

        put("newer.meibo", &fingerprint(&key(1), "clinic", "2017-01-01", 5..30));
        let mut mapped = Cache::read_or_map(directory.path(), 0);
        assert!(matches!(open(mapped.remove(0)), Attempt::Other));
        // The base's rows stay where they are.
        let Attempt::Opened(registry) = open(mapped.remove(0)) else { panic!("the base is still good") };
        assert_eq!(registry.cache, CacheUse::Added);
        same_answers(&registry, &Registry::build(directory.path(), &keys).unwrap(), &keys);
    }

    #[test]
    fn an_index_file_changed_without_the_key_is_not_used() {
        let directory = directory();
        let built = Registry::open(directory.path(), &[key(1)]).unwrap();
        let path = built.write_index(directory.path(), &[key(1)]).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(bytes.len() - 32);
        let at = bytes.len() / 4;
        bytes[at] ^= 0xff;
        let checksum = blake3::hash(&bytes);
        bytes.extend(checksum.as_bytes());
        fs::write(&path, bytes).unwrap();
        let registry = Registry::open(directory.path(), &[key(1)]).unwrap();
        assert_eq!(registry.cache, CacheUse::Rebuilt);
        same(&built, &registry);
    }

    #[test]
    fn whoever_lacks_a_key_leaves_the_index_as_it_is() {
        let directory = directory();
        let keys = [key(1), key(2)];
        let other = fingerprint(&key(2), "shop", "2017-01-01", 5..50);
        fs::write(directory.path().join("other.meibo"), other).unwrap();
        let path =
            Registry::open(directory.path(), &keys).unwrap().write_index(directory.path(), &keys).unwrap();
        let before = fs::read(&path).unwrap();
        assert_eq!(Registry::open(directory.path(), &[key(1)]).unwrap().lists.len(), 3);
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn seals_are_opened_in_memory_and_nothing_of_them_is_written() {
        let directory = directory();
        let keys = [key(1)];
        let identity = [Identity::generate()];
        let open =
            |identities: &[Identity]| Registry::open_with(directory.path(), &keys, identities).unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::write(path("large.meibo"), &LARGE[0]).unwrap();
        let shop = fingerprint(&key(1), "shop", "2017-01-01", 5..50);
        fs::write(path("shop.meibo"), &shop).unwrap();
        let mut in_clear = open(&[]);
        in_clear.lists.iter_mut().for_each(|list| list.sealed = list.facts.client.as_str() == "shop");
        fs::write(path("shop.meibo"), meibo_fingerprint::seal(&shop, &[identity[0].recipient()]).unwrap())
            .unwrap();
        // Whoever cannot open it works with the others, and makes an index of them.
        let without = open(&[]);
        assert_eq!((without.lists.len(), without.problems.len()), (in_clear.lists.len() - 1, 1));
        assert!(matches!(without.problems[0].kind, ProblemKind::Seal(SealError::NoIdentity)));
        let sealed_only = |registry: &Registry| {
            registry
                .lists
                .iter()
                .filter(|list| list.sealed)
                .map(|list| list.facts.client.to_string())
                .eq(["shop"])
        };
        let same_but_sealed = |registry: &Registry| {
            assert!(sealed_only(registry));
            same_answers(registry, &in_clear, &keys);
        };
        same_but_sealed(&open(&identity));
        assert!(!path(CACHE_NAME).exists());
        let index = without.write_index(directory.path(), &keys).unwrap();
        let before = fs::read(&index).unwrap();
        let added = open(&identity);
        assert_eq!(added.cache, CacheUse::Added);
        same_but_sealed(&added);
        assert_eq!(added.confirmed_controls(&keys, &ExactLists::default()).unwrap(), added.controls);
        assert!(matches!(added.write_index(directory.path(), &keys), Err(RegistryError::Sealed { .. })));
        assert!(!path(ADDED_NAME).exists());
        assert_eq!(open(&[]).cache, CacheUse::Used);
        // An index that no longer matches is not written anew by whoever sees the seal.
        fs::remove_file(path("large.meibo")).unwrap();
        assert!(sealed_only(&open(&identity)));
        assert_eq!(fs::read(&index).unwrap(), before);
        assert!(!path(ADDED_NAME).exists());
    }

    #[test]
    fn bad_files_are_named_and_left_out() {
        let directory = directory();
        let path = |name: &str| directory.path().join(name);
        fs::copy(path("a.meibo"), path("copy.meibo")).unwrap();
        fs::write(path("cut.meibo"), &fs::read(path("a.meibo")).unwrap()[..900]).unwrap();
        fs::write(path("other.meibo"), fingerprint(&key(2), "shop", "2017-01-01", 5..50)).unwrap();
        let registry = Registry::open(directory.path(), &[key(1)]).unwrap();
        let named: Vec<_> =
            registry.problems.iter().map(|p| p.path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!((registry.lists.len(), named), (3, vec!["copy.meibo", "cut.meibo", "other.meibo"]));
        let both = Registry::open(directory.path(), &[key(1), key(2)]).unwrap();
        assert_eq!((both.lists.len(), both.indexes.len()), (4, 2));
        assert!(matches!(Registry::open(directory.path(), &[key(3)]), Err(RegistryError::NoneUsable { .. })));
        fs::create_dir(path("empty")).unwrap();
        assert!(matches!(Registry::open(&path("empty"), &[key(1)]), Err(RegistryError::Empty { .. })));
    }
}
