//! The index file beside the fingerprints: a cache, rebuilt from them at any time.
//!
//! It holds what the fingerprints hold (their columns as rows), and the measured controls sealed under a registry key,
//! so that it tells a thief nothing that the fingerprints do not. First stands a header with a checksum, then, from a
//! page's start on, the rows, whose blocks have their digests in the header.

use std::fs::File;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use meibo_fingerprint::{KeyId, KeyMask, RegistryKey, Stratum};
use memmap2::Mmap;
use rayon::prelude::*;

use crate::controls::Control;
use crate::index::{Hit, Index};
use crate::layout::{Layout, Shape};
use crate::memory::{self, Words};
use crate::registry::Registry;

/// The index file's name in the registry directory.
pub const CACHE_NAME: &str = "registry.meibo-index";
const MAGIC: &[u8; 12] = b"\x89MEIBOIX\r\n\x00\x02";
const CONTEXT: &[u8] = b"meibo registry index 2 controls";

/// Rows are digested in blocks of this many bytes.
const BLOCK: usize = 1 << 20;
/// Rows begin at a multiple of this.
const PAGE: usize = 4096;
/// Up to this many bytes of rows are read and checked whole. More are mapped, and of their blocks so many are checked
/// as are in as many bytes, evenly spread: reading all would take longer than the questions asked.
const READ_WHOLE: usize = 1 << 30;
const CHECKED_OF_MAPPED: usize = 64;

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

/// What a header says.
struct Header {
    cache: Cache,
    digests: Vec<[u8; 32]>,
}

impl Cache {
    /// Reads an index file, or gives `None` where it is damaged or of another version: it can be rebuilt.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        Self::read_or_map(path, READ_WHOLE)
    }

    /// As [`read`](Self::read), rows of more than so many bytes being mapped.
    pub(crate) fn read_or_map(path: &Path, most: usize) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let size = usize::try_from(file.metadata().ok()?.len()).ok()?;
        let (header, start) = read_header(&mut file, size)?;
        let lengths = header.cache.indexes.iter().map(|(_, index)| index.layout.words);
        let words = lengths.clone().try_fold(0_usize, usize::checked_add)?;
        let bytes = words.checked_mul(8)?;
        if start.checked_add(bytes)? != size || header.digests.len() != bytes.div_ceil(BLOCK) {
            return None;
        }
        let parts = if bytes <= most {
            read_rows(&mut file, lengths.collect(), &header.digests)?
        } else {
            map_rows(&file, start, lengths.collect(), &header.digests)?
        };
        let mut cache = header.cache;
        for ((_, index), rows) in cache.indexes.iter_mut().zip(parts) {
            index.rows = Arc::new(rows);
        }
        Some(cache)
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

/// The header, and where the rows begin; the file stands there afterwards.
fn read_header(file: &mut File, size: usize) -> Option<(Header, usize)> {
    let mut fixed = [0; MAGIC.len() + 8];
    file.read_exact(&mut fixed).ok()?;
    let length = usize::try_from(Input(fixed.strip_prefix(MAGIC)?).u64()?).ok()?;
    let start = rows_start(length).filter(|start| *start <= size)?;
    let mut rest = vec![0; start - fixed.len()];
    file.read_exact(&mut rest).ok()?;
    let (content, after) = rest.split_at_checked(length)?;
    let (checksum, padding) = after.split_first_chunk::<32>()?;
    if blake3::hash(content).as_bytes() != checksum || padding.iter().any(|byte| *byte != 0) {
        return None;
    }
    Some((parse_header(content)?, start))
}

/// Where rows begin after a header of this length.
fn rows_start(header: usize) -> Option<usize> {
    header.checked_add(MAGIC.len() + 8 + 32)?.checked_next_multiple_of(PAGE)
}

fn parse_header(content: &[u8]) -> Option<Header> {
    let mut input = Input(content);
    let mut cache = Cache {
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
    let digests = input.bytes()?.chunks_exact(32).filter_map(|digest| digest.try_into().ok()).collect();
    // The checksum only says that the bytes are those written; what is allocated or used as an index is bounded as well.
    let mut room = (Vec::len(&digests) * BLOCK) as u64;
    for _ in 0..input.u32()? {
        let key_id = KeyId(input.array()?);
        let layout = read_layout(&mut input, cache.files.len(), &mut room)?;
        cache.indexes.push((key_id, Index { layout, rows: Arc::default() }));
    }
    cache.binding = *blake3::hash(content.get(..content.len() - input.0.len())?).as_bytes();
    cache.controls = input.bytes()?.to_vec();
    input.0.is_empty().then_some(Header { cache, digests })
}

fn read_layout(input: &mut Input<'_>, lists: usize, room: &mut u64) -> Option<Layout> {
    let mut shapes: Vec<Shape> = Vec::new();
    for _ in 0..input.u32()? {
        let [log2_bits] = input.array()?;
        let shape = Shape { log2_bits, list: input.u32()?, count: input.u32()? };
        meibo_fingerprint::hashes(log2_bits)?;
        *room = room.checked_sub(u64::from(shape.count) << log2_bits >> 3)?;
        let follows = shapes.last().is_none_or(|last| last.list < shape.list);
        if shape.count == 0 || shape.list as usize >= lists || !follows {
            return None;
        }
        shapes.push(shape);
    }
    Layout::of(&shapes)
}

/// The rows of each index, read and compared with their digests.
fn read_rows(file: &mut File, lengths: Vec<usize>, digests: &[[u8; 32]]) -> Option<Vec<Words>> {
    let mut parts = Vec::new();
    for length in lengths {
        let mut words = Words::zeroed(length);
        file.read_exact(bytemuck::cast_slice_mut(words.as_mut_slice())).ok()?;
        parts.push(words);
    }
    (digests_of(&parts.iter().collect::<Vec<_>>()) == digests).then_some(parts)
}

/// The rows of each index in the mapped file, some blocks of which are compared with their digests.
fn map_rows(file: &File, start: usize, lengths: Vec<usize>, digests: &[[u8; 32]]) -> Option<Vec<Words>> {
    let map: Arc<Mmap> = Arc::new(memory::map(file).ok()?);
    let rows = map.get(start..)?;
    let blocks: Vec<(&[u8], &[u8; 32])> = rows.chunks(BLOCK).zip(digests).collect();
    let some = blocks.par_iter().step_by((blocks.len() / CHECKED_OF_MAPPED).max(1));
    if !some.all(|(block, digest)| blake3::hash(block).as_bytes() == *digest) {
        return None;
    }
    let mut at = start;
    let mut part = |length: usize| {
        let range: Range<usize> = at..at.checked_add(length.checked_mul(8)?)?;
        at = range.end;
        Words::mapped(&map, range)
    };
    lengths.into_iter().map(&mut part).collect()
}

/// The digests of all rows, index after index, in blocks.
fn digests_of(rows: &[&Words]) -> Vec<[u8; 32]> {
    let total: usize = rows.iter().map(|words| words.as_bytes().len()).sum();
    let digest = |block: usize| {
        let (mut skip, mut left) = (block * BLOCK, BLOCK);
        let mut hasher = blake3::Hasher::new();
        for words in rows {
            let bytes = words.as_bytes();
            let from = skip.min(bytes.len());
            let part = &bytes[from..bytes.len().min(from.saturating_add(left))];
            hasher.update(part);
            (skip, left) = (skip - from, left - part.len());
        }
        *hasher.finalize().as_bytes()
    };
    (0..total.div_ceil(BLOCK)).into_par_iter().map(digest).collect()
}

/// Writes a registry's index file.
pub(crate) fn write(registry: &Registry, keys: &[RegistryKey], out: &mut dyn Write) -> io::Result<()> {
    let cannot = || io::Error::other("it cannot be encoded");
    let header = header_bytes(registry, keys).ok_or_else(cannot)?;
    let start = rows_start(header.len()).ok_or_else(cannot)?;
    out.write_all(MAGIC)?;
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    out.write_all(blake3::hash(&header).as_bytes())?;
    out.write_all(&vec![0; start - (MAGIC.len() + 8 + header.len() + 32)])?;
    registry.indexes.iter().try_for_each(|(_, index)| out.write_all(index.rows.as_bytes()))
}

fn header_bytes(registry: &Registry, keys: &[RegistryKey]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    out.extend(u32::try_from(registry.lists.len()).ok()?.to_le_bytes());
    for list in &registry.lists {
        put_bytes(&mut out, list.path.to_str()?.as_bytes());
        out.extend(list.stamp.size.to_le_bytes());
        out.extend(list.stamp.checksum);
        out.extend(list.false_match_rate.to_bits().to_le_bytes());
    }
    let rows: Vec<&Words> = registry.indexes.iter().map(|(_, index)| &*index.rows).collect();
    put_bytes(&mut out, digests_of(&rows).as_flattened());
    out.extend(u32::try_from(registry.indexes.len()).ok()?.to_le_bytes());
    for (key_id, index) in &registry.indexes {
        out.extend(key_id.0);
        write_layout(&mut out, &index.layout)?;
    }
    let used = |key: &&RegistryKey| registry.indexes.iter().any(|(id, _)| *id == key.id());
    let key = keys.iter().filter(used).min_by_key(|key| key.id())?;
    let binding = *blake3::hash(&out).as_bytes();
    put_bytes(&mut out, &key.seal(&context(binding), &controls_bytes(&registry.controls)?)?);
    Some(out)
}

/// The lists' shapes: all else follows from them.
fn write_layout(out: &mut Vec<u8>, layout: &Layout) -> Option<()> {
    let spans = || (0_u32..).zip(&layout.spans).filter(|(_, span)| span.count > 0);
    out.extend(u32::try_from(spans().count()).ok()?.to_le_bytes());
    for (list, span) in spans() {
        out.push(layout.groups.get(span.group as usize)?.log2_bits);
        out.extend(list.to_le_bytes());
        out.extend(span.count.to_le_bytes());
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
}
