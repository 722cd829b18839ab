//! One index file: its bytes.
//!
//! A file holds what fingerprints hold (their columns as rows), and the measured controls sealed under a registry key,
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

use crate::cache::Stamp;
use crate::controls::Control;
use crate::index::{Hit, Index, Segment};
use crate::layout::{Layout, Shape};
use crate::memory::{self, Words};
use crate::registry::Registry;

const MAGIC: &[u8; 12] = b"\x89MEIBOIX\r\n\x00\x03";
const MAGIC_ADDED: &[u8; 12] = b"\x89MEIBOIA\r\n\x00\x02";
const CONTEXT: &[u8] = b"meibo registry index 2 controls";

/// Rows are digested in blocks of this many bytes.
const BLOCK: usize = 1 << 20;
/// Rows begin at a multiple of this.
const PAGE: usize = 4096;
/// Up to this many bytes of rows are read and checked whole. More are mapped, and of their blocks so many are checked
/// as are in as many bytes, evenly spread: reading all would take longer than the questions asked.
pub(crate) const READ_WHOLE: usize = 1 << 30;
const CHECKED_OF_MAPPED: usize = 64;

/// The content of one index file.
#[derive(Clone)]
pub(crate) struct Part {
    /// In order of path.
    pub(crate) files: Vec<(PathBuf, Stamp)>,
    pub(crate) rates: Vec<f64>,
    pub(crate) indexes: Vec<(KeyId, Index)>,
    pub(crate) controls: Sealed,
    /// The header's.
    pub(crate) checksum: [u8; 32],
    /// Whether all rows were compared with their digests.
    pub(crate) checked: bool,
}

/// Controls, encrypted.
#[derive(Clone, Default)]
pub(crate) struct Sealed {
    bytes: Vec<u8>,
    /// What stands before the controls, which are bound to it: without a key nobody can change a bit.
    binding: [u8; 32],
}

/// What a header says.
struct Header {
    part: Part,
    digests: Vec<[u8; 32]>,
}

impl Part {
    /// Reads an index file, rows of more than so many bytes being mapped, or gives `None` where it is damaged or of
    /// another version: it can be rebuilt. With the checksum of a base it is one of what was added to that.
    pub(crate) fn read(path: &Path, base: Option<&[u8; 32]>, most: usize) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let size = usize::try_from(file.metadata().ok()?.len()).ok()?;
        let (header, start) = read_header(&mut file, size, base)?;
        let segments = header.part.indexes.iter().flat_map(|(_, index)| &index.segments);
        let lengths = segments.map(|segment| segment.layout.words);
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
        let mut part = Self { checked: bytes <= most, ..header.part };
        let segments = part.indexes.iter_mut().flat_map(|(_, index)| &mut index.segments);
        segments.zip(parts).for_each(|(segment, rows)| segment.rows = Arc::new(rows));
        Some(part)
    }
}

impl Sealed {
    /// The controls, where a key at hand opens them; of lists with numbers below this.
    pub(crate) fn open(&self, keys: &[RegistryKey], lists: usize) -> Option<Vec<Control>> {
        let plain = keys.iter().find_map(|key| key.decrypt(&context(self.binding), &self.bytes))?;
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
            if hits.iter().map(|hit| hit.list).chain([list]).any(|list| list as usize >= lists) {
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
fn read_header(file: &mut File, size: usize, base: Option<&[u8; 32]>) -> Option<(Header, usize)> {
    let mut fixed = [0; MAGIC.len() + 8];
    file.read_exact(&mut fixed).ok()?;
    let length = usize::try_from(Input(fixed.strip_prefix(magic(base))?).u64()?).ok()?;
    let start = rows_start(length).filter(|start| *start <= size)?;
    let mut rest = vec![0; start - fixed.len()];
    file.read_exact(&mut rest).ok()?;
    let (content, after) = rest.split_at_checked(length)?;
    let (checksum, padding) = after.split_first_chunk::<32>()?;
    if blake3::hash(content).as_bytes() != checksum || padding.iter().any(|byte| *byte != 0) {
        return None;
    }
    let mut header = parse_header(content, base)?;
    header.part.checksum = *checksum;
    Some((header, start))
}

fn magic(base: Option<&[u8; 32]>) -> &'static [u8; 12] {
    if base.is_some() { MAGIC_ADDED } else { MAGIC }
}

/// Where rows begin after a header of this length.
fn rows_start(header: usize) -> Option<usize> {
    header.checked_add(MAGIC.len() + 8 + 32)?.checked_next_multiple_of(PAGE)
}

fn parse_header(content: &[u8], base: Option<&[u8; 32]>) -> Option<Header> {
    let mut input = Input(content);
    if base.is_some_and(|base| input.array().as_ref() != Some(base)) {
        return None;
    }
    let mut part = Part {
        files: Vec::new(),
        rates: Vec::new(),
        indexes: Vec::new(),
        controls: Sealed::default(),
        checksum: [0; 32],
        checked: false,
    };
    for _ in 0..input.u32()? {
        let path = PathBuf::from(std::str::from_utf8(input.bytes()?).ok()?);
        let stamp = Stamp { size: input.u64()?, checksum: input.array()? };
        part.files.push((path, stamp));
        part.rates.push(Some(f64::from_bits(input.u64()?)).filter(|rate| (0.0..=1.0).contains(rate))?);
    }
    let digests = input.bytes()?.chunks_exact(32).filter_map(|digest| digest.try_into().ok()).collect();
    // The checksum only says that the bytes are those written; what is allocated or used as an index is bounded as well.
    let mut room = (Vec::len(&digests) * BLOCK) as u64;
    for _ in 0..input.u32()? {
        let key_id = KeyId(input.array()?);
        let layout = read_layout(&mut input, part.files.len(), &mut room)?;
        part.indexes.push((key_id, Index { segments: vec![Segment { layout, rows: Arc::default() }] }));
    }
    let binding = *blake3::hash(content.get(..content.len() - input.0.len())?).as_bytes();
    part.controls = Sealed { bytes: input.bytes()?.to_vec(), binding };
    input.0.is_empty().then_some(Header { part, digests })
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

/// What is written to one file.
pub(crate) struct Content<'a> {
    /// The checksum of the base's header, in a file of what was added.
    pub(crate) base: Option<[u8; 32]>,
    /// The numbers of the lists that the file holds, in order.
    pub(crate) lists: &'a [u32],
    /// Their indexes, each of one segment.
    pub(crate) indexes: &'a [(KeyId, Index)],
    /// The whole registry.
    pub(crate) registry: &'a Registry,
}

/// Writes an index file.
pub(crate) fn write(content: &Content<'_>, keys: &[RegistryKey], out: &mut dyn Write) -> io::Result<()> {
    let cannot = || io::Error::other("it cannot be encoded");
    let header = header_bytes(content, keys).ok_or_else(cannot)?;
    let start = rows_start(header.len()).ok_or_else(cannot)?;
    out.write_all(magic(content.base.as_ref()))?;
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    out.write_all(blake3::hash(&header).as_bytes())?;
    out.write_all(&vec![0; start - (MAGIC.len() + 8 + header.len() + 32)])?;
    content.segments().try_for_each(|segment| out.write_all(segment.rows.as_bytes()))
}

impl Content<'_> {
    fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.indexes.iter().flat_map(|(_, index)| &index.segments)
    }
}

fn header_bytes(content: &Content<'_>, keys: &[RegistryKey]) -> Option<Vec<u8>> {
    let registry = content.registry;
    let mut out = Vec::new();
    out.extend(content.base.iter().flatten());
    out.extend(u32::try_from(content.lists.len()).ok()?.to_le_bytes());
    for list in content.lists {
        let list = registry.lists.get(*list as usize)?;
        put_bytes(&mut out, list.path.to_str()?.as_bytes());
        out.extend(list.stamp.size.to_le_bytes());
        out.extend(list.stamp.checksum);
        out.extend(list.false_match_rate.to_bits().to_le_bytes());
    }
    let rows: Vec<&Words> = content.segments().map(|segment| &*segment.rows).collect();
    put_bytes(&mut out, digests_of(&rows).as_flattened());
    out.extend(u32::try_from(content.indexes.len()).ok()?.to_le_bytes());
    for (key_id, index) in content.indexes {
        let [segment] = index.segments.as_slice() else { return None };
        out.extend(key_id.0);
        write_layout(&mut out, &segment.layout, content.lists)?;
    }
    let used = |key: &&RegistryKey| registry.indexes.iter().any(|(id, _)| *id == key.id());
    let key = keys.iter().filter(used).min_by_key(|key| key.id())?;
    let binding = *blake3::hash(&out).as_bytes();
    put_bytes(&mut out, &key.encrypt(&context(binding), &controls_bytes(&registry.controls)?)?);
    Some(out)
}

/// The lists' shapes, each list by its place among the file's: all else follows from them.
fn write_layout(out: &mut Vec<u8>, layout: &Layout, lists: &[u32]) -> Option<()> {
    let spans = || (0_u32..).zip(&layout.spans).filter(|(_, span)| span.count > 0);
    out.extend(u32::try_from(spans().count()).ok()?.to_le_bytes());
    for (list, span) in spans() {
        out.push(layout.groups.get(span.group as usize)?.log2_bits);
        out.extend(u32::try_from(lists.binary_search(&list).ok()?).ok()?.to_le_bytes());
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
