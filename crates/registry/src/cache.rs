//! The index file beside the fingerprints: a cache, rebuilt from them at any time.
//!
//! It holds what the fingerprints hold (their columns as rows), and the measured controls sealed under a registry key,
//! so that it tells a thief nothing that the fingerprints do not.

use std::path::{Path, PathBuf};

use meibo_fingerprint::{KeyId, KeyMask, RegistryKey, Stratum};

use crate::controls::Control;
use crate::index::{ClassIndex, Hit, Index};
use crate::registry::Registry;

/// The index file's name in the registry directory.
pub const CACHE_NAME: &str = "registry.meibo-index";
const MAGIC: &[u8; 12] = b"\x89MEIBOIX\r\n\x00\x01";
const CONTEXT: &[u8] = b"meibo registry index 1 controls";

/// Where a registry's index came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheUse {
    /// Built from the fingerprints; there was no index file.
    None,
    /// Read from the index file, which matched.
    Used,
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

/// An index file's content.
pub(crate) struct Cache {
    files: Vec<(PathBuf, Stamp)>,
    pub(crate) rates: Vec<f64>,
    pub(crate) indexes: Vec<(KeyId, Index)>,
    controls: Vec<u8>,
    /// What stands before the controls, which are bound to it: without a key nobody can change a bit.
    binding: [u8; 32],
}

impl Cache {
    /// Reads an index file, or gives `None` where it is damaged or of another version: it can be rebuilt.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (content, checksum) = bytes.split_last_chunk::<32>()?;
        if blake3::hash(content).as_bytes() != checksum {
            return None;
        }
        let mut input = Input(content.strip_prefix(MAGIC)?);
        let mut cache = Self {
            files: Vec::new(),
            rates: Vec::new(),
            indexes: Vec::new(),
            controls: Vec::new(),
            binding: [0; 32],
        };
        for _ in 0..input.u32()? {
            let path = PathBuf::from(std::str::from_utf8(input.bytes()?).ok()?);
            let stamp = Stamp { size: input.u64()?, checksum: input.array()? };
            cache.files.push((path, stamp));
            cache.rates.push(Some(f64::from_bits(input.u64()?)).filter(|rate| (0.0..=1.0).contains(rate))?);
        }
        for _ in 0..input.u32()? {
            let key_id = KeyId(input.array()?);
            let index = read_index(&mut input, cache.files.len())?;
            cache.indexes.push((key_id, index));
        }
        cache.binding = *blake3::hash(content.get(..content.len() - input.0.len())?).as_bytes();
        cache.controls = input.bytes()?.to_vec();
        input.0.is_empty().then_some(cache)
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
        let plain = keys.iter().find_map(|key| key.open(&context(self.binding), &self.controls))?;
        let mut input = Input(&plain);
        let mut controls = Vec::new();
        for _ in 0..input.u32()? {
            let list = input.u32()?;
            let (prefecture, municipality) = (input.u32()?, input.u64()?);
            let [birth_decade, sex] = input.array()?;
            let stratum = Stratum { prefecture, municipality, birth_decade, sex };
            let (present, count) = (KeyMask(input.u32()?), input.u64()?);
            let mut hits = Vec::new();
            for _ in 0..input.u32()? {
                hits.push(Hit { list: input.u32()?, keys: KeyMask(input.u32()?) });
            }
            if hits.iter().any(|hit| hit.list as usize >= self.files.len())
                || list as usize >= self.files.len()
            {
                return None;
            }
            controls.push(Control { list, stratum, present, hits, count });
        }
        Some(controls)
    }
}

fn context(binding: [u8; 32]) -> Vec<u8> {
    [CONTEXT, &binding].concat()
}

fn read_index(input: &mut Input<'_>, lists: usize) -> Option<Index> {
    let mut index = Index::default();
    for _ in 0..input.u32()? {
        index.spans.push((input.u32()?, input.u32()?));
    }
    for _ in 0..input.u32()? {
        let log2_bits = u8::try_from(input.u32()?).ok().filter(|bits| (6..=30).contains(bits))?;
        let owners =
            input.bytes()?.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        let class = ClassIndex { log2_bits, owners, stride: 0, rows: input.words()? };
        let stride = class.owners.len().div_ceil(64);
        let known = class.owners.iter().all(|list| (*list as usize) < lists.min(index.spans.len()));
        // The checksum only says that the bytes are those written; what is used as an index is bounded here as well.
        if !known || class.rows.len() as u64 != (stride as u64) << log2_bits {
            return None;
        }
        index.classes.push(ClassIndex { stride, ..class });
    }
    let columns: u64 = index.classes.iter().map(|class| class.owners.len() as u64).sum();
    let bounded = index.spans.iter().all(|(first, count)| u64::from(*first) + u64::from(*count) <= columns);
    bounded.then_some(index)
}

/// The bytes of a registry's index file.
pub(crate) fn write(registry: &Registry, keys: &[RegistryKey]) -> Option<Vec<u8>> {
    let mut out = MAGIC.to_vec();
    out.extend(u32::try_from(registry.lists.len()).ok()?.to_le_bytes());
    for list in &registry.lists {
        put_bytes(&mut out, list.path.to_str()?.as_bytes());
        out.extend(list.stamp.size.to_le_bytes());
        out.extend(list.stamp.checksum);
        out.extend(list.false_match_rate.to_bits().to_le_bytes());
    }
    out.extend(u32::try_from(registry.indexes.len()).ok()?.to_le_bytes());
    for (key_id, index) in &registry.indexes {
        out.extend(key_id.0);
        write_index(&mut out, index)?;
    }
    let used = |key: &&RegistryKey| registry.indexes.iter().any(|(id, _)| *id == key.id());
    let key = keys.iter().filter(used).min_by_key(|key| key.id())?;
    let binding = *blake3::hash(&out).as_bytes();
    put_bytes(&mut out, &key.seal(&context(binding), &controls_bytes(&registry.controls)?)?);
    let checksum = blake3::hash(&out);
    out.extend(checksum.as_bytes());
    Some(out)
}

fn write_index(out: &mut Vec<u8>, index: &Index) -> Option<()> {
    out.extend(u32::try_from(index.spans.len()).ok()?.to_le_bytes());
    for (first, count) in &index.spans {
        out.extend(first.to_le_bytes());
        out.extend(count.to_le_bytes());
    }
    out.extend(u32::try_from(index.classes.len()).ok()?.to_le_bytes());
    for class in &index.classes {
        out.extend(u32::from(class.log2_bits).to_le_bytes());
        out.extend((class.owners.len() as u64 * 4).to_le_bytes());
        class.owners.iter().for_each(|owner| out.extend(owner.to_le_bytes()));
        out.extend((class.rows.len() as u64 * 8).to_le_bytes());
        class.rows.iter().for_each(|word| out.extend(word.to_le_bytes()));
    }
    Some(())
}

fn controls_bytes(controls: &[Control]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    out.extend(u32::try_from(controls.len()).ok()?.to_le_bytes());
    for control in controls {
        out.extend(control.list.to_le_bytes());
        out.extend(control.stratum.prefecture.to_le_bytes());
        out.extend(control.stratum.municipality.to_le_bytes());
        out.extend([control.stratum.birth_decade, control.stratum.sex]);
        out.extend(control.present.0.to_le_bytes());
        out.extend(control.count.to_le_bytes());
        out.extend(u32::try_from(control.hits.len()).ok()?.to_le_bytes());
        for hit in &control.hits {
            out.extend(hit.list.to_le_bytes());
            out.extend(hit.keys.0.to_le_bytes());
        }
    }
    Some(out)
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u64).to_le_bytes());
    out.extend(bytes);
}

/// Bytes yet to be read; nothing is allocated from a length that the bytes do not back.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u64()?).ok()?;
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn words(&mut self) -> Option<Vec<u64>> {
        let word = |b: &[u8]| b.iter().rev().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
        Some(self.bytes()?.chunks_exact(8).map(word).collect())
    }
}
