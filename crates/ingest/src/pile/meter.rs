//! Limits, and who holds them: what is unpacked of one file is counted as it is read.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Files in files, so deep.
pub(super) const MOST_DEPTH: usize = 8;
/// Members of one file, those in other members among them.
pub(super) const MOST_MEMBERS: usize = 100_000;
/// Bytes unpacked of one file, all together.
pub(super) const MOST_UNPACKED: u64 = 64 << 30;
/// Bytes of the dictionary of a 7-Zip archive: what 7-Zip itself takes at its highest level, and more.
pub(super) const MOST_DICTIONARY: u64 = 512 << 20;
/// Cells of a workbook that is held in memory.
pub(super) const MOST_CELLS: u64 = 20_000_000;
/// Bytes of what must be held in memory: an archive or a workbook inside another file, the texts of a workbook, or a database.
pub(super) const MOST_IN_MEMORY: u64 = 512 << 20;

/// How much may still be unpacked.
#[derive(Clone)]
pub(super) struct Meter(Rc<Cell<u64>>);

impl Default for Meter {
    fn default() -> Self {
        Self::of(MOST_UNPACKED)
    }
}

impl Meter {
    /// One of so many bytes.
    pub(super) fn of(bytes: u64) -> Self {
        Self(Rc::new(Cell::new(bytes)))
    }

    /// True where nothing more may be unpacked.
    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }

    /// Counts bytes; an error where they are too many.
    pub(super) fn count(&self, bytes: usize) -> io::Result<()> {
        let left = self.0.get().saturating_sub(bytes as u64);
        self.0.set(left);
        if left == 0 { Err(io::Error::other(super::PileError::TooMuch)) } else { Ok(()) }
    }
}

/// An input whose bytes are counted.
pub(super) struct Metered<'a, R: ?Sized> {
    input: &'a mut R,
    meter: &'a Meter,
}

impl<'a, R: Read + ?Sized> Metered<'a, R> {
    pub(super) fn new(input: &'a mut R, meter: &'a Meter) -> Self {
        Self { input, meter }
    }
}

impl<R: Read + ?Sized> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        self.meter.count(length)?;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_refused_and_not_read() {
        let meter = Meter::of(1_000);
        let read = Metered::new(&mut io::repeat(b'x'), &meter).read_to_end(&mut Vec::new());
        assert!(read.is_err() && meter.is_spent());
        assert!(Metered::new(&mut &b"more"[..], &meter).read(&mut [0; 4]).is_err());
    }
}
