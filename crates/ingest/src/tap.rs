//! An input whose bytes are hashed as they are read, whoever reads them.

use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes read and hashed together: hashing is fastest in large pieces, decoders ask for small ones.
const PIECE: usize = 64 * 1024;

/// Passes bytes on and notes what passed.
pub(crate) struct Tap<R> {
    input: R,
    passed: Passed,
    /// What was read, from `start` on not yet passed on.
    piece: Vec<u8>,
    start: usize,
}

/// What was read through a tap; it outlives the decoders that own the tap.
#[derive(Clone)]
pub(crate) struct Passed(Arc<Mutex<Notes>>);

struct Notes {
    /// None where nobody will ask for the digest.
    hasher: Option<Box<blake3::Hasher>>,
    length: u64,
    failed: bool,
}

impl<R: Read> Tap<R> {
    pub(crate) fn new(input: R) -> (Self, Passed) {
        Self::with(input, Some(Box::default()))
    }

    /// The same without a digest.
    pub(crate) fn unhashed(input: R) -> (Self, Passed) {
        Self::with(input, None)
    }

    fn with(input: R, hasher: Option<Box<blake3::Hasher>>) -> (Self, Passed) {
        let passed = Passed(Arc::new(Mutex::new(Notes { hasher, length: 0, failed: false })));
        (Self { input, passed: passed.clone(), piece: Vec::new(), start: 0 }, passed)
    }

    /// The first bytes, up to a whole piece of them, without passing them on.
    pub(crate) fn head(&mut self) -> io::Result<&[u8]> {
        self.fill_buf()
    }

    /// Reads the next piece, whole unless the input ends.
    fn read_piece(&mut self) -> io::Result<()> {
        self.piece.clear();
        self.start = 0;
        let read = (&mut self.input).take(PIECE as u64).read_to_end(&mut self.piece);
        let mut notes = self.passed.notes();
        if let Some(hasher) = &mut notes.hasher {
            hasher.update(&self.piece);
        }
        notes.length += self.piece.len() as u64;
        notes.failed |= read.is_err();
        read.map(|_| ())
    }
}

impl<R: Read> BufRead for Tap<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.piece.len() {
            self.read_piece()?;
        }
        Ok(self.piece.get(self.start..).unwrap_or_default())
    }

    fn consume(&mut self, length: usize) {
        self.start = (self.start + length).min(self.piece.len());
    }
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl Passed {
    /// The digest (BLAKE3, hex) and the number of all bytes so far.
    pub(crate) fn summary(&self) -> (String, u64) {
        let notes = self.notes();
        (
            notes.hasher.as_deref().map(|hasher| hasher.finalize().to_hex().to_string()).unwrap_or_default(),
            notes.length,
        )
    }

    /// True where the input itself failed.
    pub(crate) fn failed(&self) -> bool {
        self.notes().failed
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
