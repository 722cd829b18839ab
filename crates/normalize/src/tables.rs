//! Static tables read in place: sections of little-endian integers and one pool of strings.

/// Sections behind a directory, as `build/pool.rs` lays them out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sections {
    bytes: &'static [u8],
}

impl Sections {
    pub(crate) const fn new(bytes: &'static [u8]) -> Self {
        Self { bytes }
    }

    /// One section; empty where there is none such.
    pub(crate) fn get(self, number: usize) -> Section {
        let all = Section { bytes: self.bytes };
        let (start, len) = (all.u32(4 + 8 * number) as usize, all.u32(8 + 8 * number) as usize);
        Section { bytes: self.bytes.get(start..start + len).unwrap_or_default() }
    }
}

/// Bytes from which integers are read at byte offsets; zero beyond the end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section {
    bytes: &'static [u8],
}

impl Section {
    pub(crate) fn len(self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn u8(self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    pub(crate) fn u16(self, at: usize) -> u16 {
        self.bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map_or(0, u16::from_le_bytes)
    }

    pub(crate) fn u32(self, at: usize) -> u32 {
        self.bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
    }

    pub(crate) fn u64(self, at: usize) -> u64 {
        self.bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
    }

    /// The string of a reference: offset in the upper 24 bits, length in the lower 8.
    pub(crate) fn text(self, reference: u32) -> &'static str {
        std::str::from_utf8(self.raw(reference)).unwrap_or_default()
    }

    fn raw(self, reference: u32) -> &'static [u8] {
        let (start, len) = span(reference);
        self.bytes.get(start..start + len).unwrap_or_default()
    }
}

/// Strings one after the other, referred to by offset and length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strings {
    all: &'static str,
}

impl Strings {
    pub(crate) const fn new(all: &'static str) -> Self {
        Self { all }
    }

    /// The string of a reference.
    pub(crate) fn get(self, reference: u32) -> &'static str {
        let (start, len) = span(reference);
        self.all.get(start..start + len).unwrap_or_default()
    }

    pub(crate) fn bytes(self, reference: u32) -> &'static [u8] {
        let (start, len) = span(reference);
        self.all.as_bytes().get(start..start + len).unwrap_or_default()
    }
}

/// A reference is an offset in its upper 24 bits and a length in its lower 8.
fn span(reference: u32) -> (usize, usize) {
    ((reference >> 8) as usize, (reference & 0xff) as usize)
}
