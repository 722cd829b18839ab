//! Files that tell how far they have been read, for whoever shows progress.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A file on a disk, and where in it the reader stands.
pub(crate) struct Watched {
    file: File,
    at: Arc<AtomicU64>,
}

/// The same for whoever does not read.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    /// How long the file is, as its file system says.
    pub(crate) bytes: u64,
    at: Arc<AtomicU64>,
}

impl Watched {
    /// A file that nothing was read of.
    pub(crate) fn new(file: File) -> Self {
        Self { file, at: Arc::default() }
    }

    pub(crate) fn extent(&self) -> Option<Extent> {
        let bytes = self.file.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
        Some(Extent { bytes, at: Arc::clone(&self.at) })
    }
}

impl Extent {
    /// Bytes before the place where the reader stands.
    pub(crate) fn at(&self) -> u64 {
        self.at.load(Ordering::Relaxed)
    }
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.at.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = self.file.seek(to)?;
        self.at.store(at, Ordering::Relaxed);
        Ok(at)
    }
}
