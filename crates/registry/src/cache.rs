//! The index files beside the fingerprints: a cache, rebuilt from them at any time.
//!
//! The base holds the index of those fingerprints that there were when it was written. What has come since is in a second
//! file, which names the base that it belongs to and has the controls of both. So long as the base's fingerprints stay, it
//! is only the second file that is written anew.

use std::path::{Path, PathBuf};

use meibo_fingerprint::{KeyId, RegistryKey};

use crate::controls::Control;
use crate::index::Index;
use crate::part::{Part, READ_WHOLE, Sealed};

/// The index file's name in the registry directory.
pub const CACHE_NAME: &str = "registry.meibo-index";
/// The name of the file beside it that holds what was added since.
pub const ADDED_NAME: &str = "registry.meibo-index-added";

/// Where a registry's index came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheUse {
    /// Built from the fingerprints; there was no index file.
    None,
    /// Read from the index file, which matched, or from it and the file of what was added.
    Used,
    /// Read from the index files, and only what is new from its fingerprints; written beside the index file where the
    /// directory allows it.
    Added,
    /// Built from the fingerprints and written, since the index file did not match them.
    Rebuilt,
}

/// Size and checksum of a fingerprint file: whether it is still the one that was indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// The checksum at its end.
    pub checksum: [u8; 32],
}

/// What the index files hold together.
pub(crate) struct Cache {
    /// In order of path; so are the lists' numbers.
    files: Vec<(PathBuf, Stamp)>,
    pub(crate) rates: Vec<f64>,
    /// The indexes of the base, and those of what was added.
    pub(crate) base: Vec<(KeyId, Index)>,
    pub(crate) added: Vec<(KeyId, Index)>,
    /// For each list, whether it was added.
    pub(crate) is_added: Vec<bool>,
    /// Of all lists.
    controls: Sealed,
    /// The checksum of the base's header.
    pub(crate) checksum: [u8; 32],
    /// Whether all rows of what was added were compared with their digests.
    pub(crate) added_checked: bool,
}

impl Cache {
    /// Reads the index files of a directory: both together where what was added belongs to the base, and, as the second
    /// choice, the base alone.
    pub(crate) fn read(directory: &Path) -> Vec<Self> {
        Self::read_or_map(directory, READ_WHOLE)
    }

    /// As [`read`](Self::read), rows of more than so many bytes being mapped.
    pub(crate) fn read_or_map(directory: &Path, most: usize) -> Vec<Self> {
        let Some(base) = Part::read(&directory.join(CACHE_NAME), None, most) else { return Vec::new() };
        let added = Part::read(&directory.join(ADDED_NAME), Some(&base.checksum), most);
        let both = added.and_then(|added| Self::join(base.clone(), added));
        both.into_iter().chain([Self::of_base(base)]).collect()
    }

    fn of_base(base: Part) -> Self {
        Self {
            is_added: vec![false; base.files.len()],
            files: base.files,
            rates: base.rates,
            base: base.indexes,
            added: Vec::new(),
            controls: base.controls,
            checksum: base.checksum,
            added_checked: true,
        }
    }

    /// Lists get their numbers among those of both files.
    fn join(base: Part, added: Part) -> Option<Self> {
        let first = (0..base.files.len()).map(|at| (&base, at, false));
        let mut all: Vec<(&Part, usize, bool)> =
            first.chain((0..added.files.len()).map(|at| (&added, at, true))).collect();
        all.sort_by_key(|(part, at, _)| part.files[*at].0.as_os_str());
        let numbers = |which: bool| -> Vec<u32> {
            (0..).zip(&all).filter(|(_, (.., added))| *added == which).map(|(number, _)| number).collect()
        };
        let (of_base, of_added) = (numbers(false), numbers(true));
        let files = all.iter().map(|(part, at, _)| part.files[*at].clone()).collect();
        let rates = all.iter().map(|(part, at, _)| part.rates[*at]).collect();
        let is_added = all.iter().map(|(.., added)| *added).collect();
        Some(Self {
            files,
            rates,
            is_added,
            base: renumbered(base.indexes, &of_base)?,
            added: renumbered(added.indexes, &of_added)?,
            controls: added.controls,
            checksum: base.checksum,
            added_checked: added.checked,
        })
    }

    pub(crate) fn stamp_of(&self, relative: &Path) -> Option<&Stamp> {
        let at = self.files.binary_search_by(|(path, _)| path.as_os_str().cmp(relative.as_os_str())).ok()?;
        self.files.get(at).map(|(_, stamp)| stamp)
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, &Stamp)> {
        self.files.iter().map(|(path, stamp)| (path.as_path(), stamp))
    }

    /// The controls, where a key at hand opens them.
    pub(crate) fn open_controls(&self, keys: &[RegistryKey]) -> Option<Vec<Control>> {
        self.controls.open(keys, self.files.len())
    }
}

/// Indexes whose list *i* is called `numbers[i]`, which are in order.
pub(crate) fn renumbered(indexes: Vec<(KeyId, Index)>, numbers: &[u32]) -> Option<Vec<(KeyId, Index)>> {
    indexes.into_iter().map(|(key_id, index)| Some((key_id, index.renumbered(numbers)?))).collect()
}
