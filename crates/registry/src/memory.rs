//! Where an index's rows lie: in memory of large pages, or mapped from the index file. The one module with unsafe code.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use memmap2::{Mmap, MmapMut};

/// Below this many bytes large pages gain nothing.
const LARGE: usize = 4 << 20;

/// Words of rows, little-endian whatever the machine.
pub(crate) enum Words {
    Heap(Vec<u64>),
    /// Memory for which the system is asked for large pages: rows are read in no order, and with small ones nearly each
    /// would cost a walk through the page tables as well.
    Large(MmapMut),
    /// Bytes of a mapped file that [`Words::mapped`] found to be whole words.
    File(Arc<Mmap>, Range<usize>),
}

impl Words {
    /// Words of zero, to be filled.
    pub(crate) fn zeroed(length: usize) -> Self {
        let bytes = length.saturating_mul(8);
        match (bytes >= LARGE).then(|| MmapMut::map_anon(bytes)) {
            Some(Ok(map)) => {
                // Advice only: where it is not taken, rows are read more slowly.
                #[cfg(target_os = "linux")]
                let _ = map.advise(memmap2::Advice::HugePage);
                Self::Large(map)
            }
            _ => Self::Heap(vec![0; length]),
        }
    }

    /// Words in a part of a mapped file; `None` where the part is not in the file or is not of whole words.
    pub(crate) fn mapped(map: &Arc<Mmap>, range: Range<usize>) -> Option<Self> {
        bytemuck::try_cast_slice::<u8, u64>(map.get(range.clone())?).ok()?;
        Some(Self::File(Arc::clone(map), range))
    }

    pub(crate) fn as_slice(&self) -> &[u64] {
        let cast = |bytes| bytemuck::try_cast_slice(bytes).unwrap_or_default();
        match self {
            Self::Heap(words) => words,
            Self::Large(map) => cast(map),
            Self::File(map, range) => cast(map.get(range.clone()).unwrap_or_default()),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        bytemuck::cast_slice(self.as_slice())
    }

    /// The words, to be filled; none of a mapped file.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [u64] {
        match self {
            Self::Heap(words) => words,
            Self::Large(map) => bytemuck::try_cast_slice_mut(map).unwrap_or_default(),
            Self::File(..) => Default::default(),
        }
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::Heap(Vec::new())
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Words {}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} words", self.as_slice().len())
    }
}

/// Maps a whole file for reading.
///
/// Meibo replaces an index file by a rename and never writes into one, so that a mapping keeps the file it was made of.
/// Whoever writes into the file all the same, or cuts it short, while it is in use breaks what `memmap2` asks for: rows
/// then change under their reader, or reading them ends the process (SIGBUS). Rows are only ever read as plain bits, and
/// whatever they lead to is bounded by checks, so that changed bits give wrong answers and nothing else that meibo could
/// make of them.
#[allow(unsafe_code, reason = "a mapping cannot be kept from others who write into the file")]
pub(crate) fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the file is not written while it is mapped, but for the misuse told of above.
    let map = unsafe { Mmap::map(file)? };
    #[cfg(unix)]
    let _ = map.advise(memmap2::Advice::Random);
    Ok(map)
}

/// Asks for the cache line of a word, so that it is there when it is read.
#[inline]
#[cfg_attr(target_arch = "x86_64", allow(unsafe_code, reason = "the intrinsic takes a pointer"))]
pub(crate) fn prefetch(words: &[u64], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(word) = words.get(at) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the pointer is that of a word that is borrowed, and a prefetch neither reads nor writes as far as the
        // program can see.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(word).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (words, at);
}
