//! Compressed files: known by their first bytes, never by their name, and decompressed as they are read.
//!
//! Memory is bounded whatever a file asks for, and a stream that ends early or does not have its own checksum is an
//! error: rows that were read before must not pass for the whole file.

use std::fmt;
use std::io::{self, BufRead, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;

use crate::tap::{Passed, Tap};
use crate::zstd::Frames;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// gzip, of one or several members.
    Gzip,
    /// Zstandard, of one or several frames.
    Zstd,
    /// bzip2, of one or several streams.
    Bzip2,
    /// xz, of one or several streams.
    Xz,
}

/// The largest window of a Zstandard frame: the most that `zstd` itself writes without `--long`, and reads without
/// being asked.
const ZSTD_WINDOW: u64 = 128 << 20;
/// The most memory for an xz block: its dictionary, of which `xz -9` takes 64 MiB, and a little for the decoder.
const XZ_MEMORY: u32 = (64 << 10) + 1024;

impl Compression {
    /// The name users know: `gzip`, `zstd`, …
    pub const fn as_str(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Bzip2 => "bzip2",
            Compression::Xz => "xz",
        }
    }

    /// What the first bytes of a file tell; none where they are those of no compressed file.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Compression::Zstd),
            // A block, or the end of a stream without any: letters alone could be text.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => {
                Some(Compression::Bzip2)
            }
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
            _ => None,
        }
    }

    /// The largest window or dictionary, in MiB.
    fn limit(self) -> u64 {
        match self {
            Compression::Zstd => ZSTD_WINDOW >> 20,
            _ => 64,
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is in a compressed file; the bytes themselves where it is none. One that is damaged or cut short is an error at that place.
///
/// # Errors
/// Where the input fails at its start, or asks for more memory than is given to a file.
pub fn decompress<R: Read>(input: R) -> io::Result<impl Read> {
    Decompressed::unhashed(input)
}

/// Why a compressed file cannot be read to its end.
#[derive(Debug, thiserror::Error)]
enum Undecompressed {
    /// Bytes were changed or are missing, or others follow.
    #[error(
        "its {0} data is damaged or cut short, so that rows would be missing; restore it from a copy, or \
         decompress it as far as that goes and name the result"
    )]
    Damaged(Compression),
    /// It asks for more memory than is given to a file.
    #[error(
        "its {0} data needs a window of more than {limit} MiB, the most that is taken for a file; decompress it first \
         and name the result", limit = .0.limit()
    )]
    TooLarge(Compression),
}

/// An input, decompressed where it is compressed.
pub(crate) struct Decompressed<R: Read> {
    stream: Stream<Tap<R>>,
    compression: Option<Compression>,
    passed: Passed,
    /// True once reading failed: no decoder is asked again after that.
    broken: bool,
}

enum Stream<R: BufRead> {
    Plain(R),
    Gzip(Box<MultiGzDecoder<R>>),
    Zstd(Box<Frames<R>>),
    Bzip2(Box<MultiBzDecoder<R>>),
    Xz(Box<XzReader<R>>),
}

impl<R: Read> Decompressed<R> {
    pub(crate) fn open(input: R) -> io::Result<Self> {
        Self::of(Tap::new(input))
    }

    /// The same for whoever asks for no digest.
    pub(crate) fn unhashed(input: R) -> io::Result<Self> {
        Self::of(Tap::unhashed(input))
    }

    fn of((mut tap, passed): (Tap<R>, Passed)) -> io::Result<Self> {
        let compression = Compression::of(tap.head()?);
        Ok(Self { stream: Stream::of(compression, tap), compression, passed, broken: false })
    }

    /// How the input is compressed; none where it is not.
    pub(crate) fn compression(&self) -> Option<Compression> {
        self.compression
    }

    /// The digest (BLAKE3, hex) and the length of the input as it is, compressed or not, as far as it was read.
    pub(crate) fn summary(&self) -> (String, u64) {
        self.passed.summary()
    }

    /// What a failure means. What a decoder says of it is of no use to whoever has the file.
    fn explain(&self, error: io::Error) -> io::Error {
        match self.compression {
            Some(compression) if !self.passed.failed() => match error.kind() {
                io::ErrorKind::OutOfMemory => {
                    io::Error::new(error.kind(), Undecompressed::TooLarge(compression))
                }
                _ => io::Error::new(io::ErrorKind::InvalidData, Undecompressed::Damaged(compression)),
            },
            _ => error,
        }
    }
}

impl<R: Read> Read for Decompressed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        // To a decoder an empty buffer may look like the end.
        if buffer.is_empty() {
            return Ok(0);
        }
        self.stream.read(buffer).map_err(|error| {
            self.broken = true;
            self.explain(error)
        })
    }
}

impl<R: BufRead> Stream<R> {
    fn of(compression: Option<Compression>, input: R) -> Self {
        match compression {
            None => Stream::Plain(input),
            Some(Compression::Gzip) => Stream::Gzip(Box::new(MultiGzDecoder::new(input))),
            Some(Compression::Zstd) => Stream::Zstd(Box::new(Frames::new(input, ZSTD_WINDOW))),
            Some(Compression::Bzip2) => Stream::Bzip2(Box::new(MultiBzDecoder::new(input))),
            Some(Compression::Xz) => Stream::Xz(Box::new(XzReader::new_mem_limit(input, true, XZ_MEMORY))),
        }
    }
}

impl<R: BufRead> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(input) => input.read(buffer),
            Stream::Gzip(decoder) => decoder.read(buffer),
            Stream::Zstd(frames) => frames.read(buffer),
            Stream::Bzip2(decoder) => decoder.read(buffer),
            Stream::Xz(decoder) => decoder.read(buffer),
        }
    }
}
