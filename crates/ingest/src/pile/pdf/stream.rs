//! What the streams of a file hold, and whether that is all of it.

use std::io::Read;

use flate2::read::ZlibDecoder;
use lopdf::{DecompressError, Dictionary, Error, Object, Stream};

/// What could be unpacked of a stream.
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    /// False where it is damaged, and only what stands before the damage is here.
    pub(super) is_whole: bool,
}

/// It unpacks to more than it may.
pub(super) struct TooLarge;

/// Unpacks a stream, to no more than so many bytes.
///
/// The usual packing is undone here: the library takes whatever comes of a damaged one for all of it.
pub(super) fn unpacked(stream: &Stream, most: usize) -> Result<Unpacked, TooLarge> {
    let filters = stream.filters().unwrap_or_default();
    let before = match filters.split_last() {
        Some((last, before)) if [&b"FlateDecode"[..], b"Fl"].contains(last) => before,
        _ => return by_library(stream, most),
    };
    if stream.dict.has(b"DecodeParms") {
        return by_library(stream, most);
    }
    if before.is_empty() {
        return inflated(&stream.content, most);
    }
    let mut names = Dictionary::new();
    names.set("Filter", before.iter().map(|name| Object::Name(name.to_vec())).collect::<Vec<_>>());
    let inner = by_library(&Stream::new(names, stream.content.clone()), most)?;
    let outer = inflated(&inner.bytes, most)?;
    Ok(Unpacked { is_whole: inner.is_whole && outer.is_whole, ..outer })
}

fn by_library(stream: &Stream, most: usize) -> Result<Unpacked, TooLarge> {
    match stream.decompressed_content_with_limit(most) {
        Ok(bytes) => Ok(Unpacked { bytes, is_whole: true }),
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => Err(TooLarge),
        Err(_) => Ok(Unpacked { bytes: Vec::new(), is_whole: false }),
    }
}

fn inflated(packed: &[u8], most: usize) -> Result<Unpacked, TooLarge> {
    let mut bytes = Vec::new();
    let is_whole = ZlibDecoder::new(packed).take(most as u64 + 1).read_to_end(&mut bytes).is_ok();
    if bytes.len() > most { Err(TooLarge) } else { Ok(Unpacked { bytes, is_whole }) }
}
