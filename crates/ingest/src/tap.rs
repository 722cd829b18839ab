//! An input whose bytes are hashed as they are read, whoever reads them.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Passes bytes on and notes what passed.
pub(crate) struct Tap<R> {
    input: R,
    passed: Passed,
}

/// What passed a tap; it outlives the decoders that own the tap.
#[derive(Clone, Default)]
pub(crate) struct Passed(Arc<Mutex<Notes>>);

#[derive(Default)]
struct Notes {
    hasher: blake3::Hasher,
    length: u64,
    failed: bool,
}

impl<R> Tap<R> {
    pub(crate) fn new(input: R) -> (Self, Passed) {
        let passed = Passed::default();
        (Self { input, passed: passed.clone() }, passed)
    }
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = loop {
            match self.input.read(buffer) {
                // Not every decoder would ask again.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let mut notes = self.passed.notes();
        match &read {
            Ok(length) => {
                notes.hasher.update(buffer.get(..*length).unwrap_or_default());
                notes.length += *length as u64;
            }
            Err(_) => notes.failed = true,
        }
        read
    }
}

impl Passed {
    /// The digest (BLAKE3, hex) and the number of all bytes so far.
    pub(crate) fn summary(&self) -> (String, u64) {
        let notes = self.notes();
        (notes.hasher.finalize().to_hex().to_string(), notes.length)
    }

    /// True where the input itself failed.
    pub(crate) fn failed(&self) -> bool {
        self.notes().failed
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
