//! Interned strings, referred to by offset and length in one `u32`.

use std::collections::BTreeMap;
use std::error::Error;

/// Strings one after the other, each kept once.
#[derive(Default)]
pub(crate) struct Pool {
    pub(crate) bytes: Vec<u8>,
    seen: BTreeMap<String, u32>,
}

impl Pool {
    /// The reference of a string: offset in the upper 24 bits, length in bytes in the lower 8.
    pub(crate) fn intern(&mut self, text: &str) -> Result<u32, Box<dyn Error>> {
        if let Some(&known) = self.seen.get(text) {
            return Ok(known);
        }
        let offset = u32::try_from(self.bytes.len())?;
        let len = u32::from(u8::try_from(text.len())?);
        if offset >= 1 << 24 {
            return Err("the string pool outgrew its references".into());
        }
        self.bytes.extend_from_slice(text.as_bytes());
        let reference = offset << 8 | len;
        self.seen.insert(text.to_owned(), reference);
        Ok(reference)
    }
}

/// Sections with a directory in front: count, then start and length of each in bytes, all `u32` little-endian.
pub(crate) fn sections(parts: &[Vec<u8>]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut out = u32::try_from(parts.len())?.to_le_bytes().to_vec();
    let mut start = 4 + 8 * parts.len();
    for part in parts {
        out.extend(u32::try_from(start)?.to_le_bytes());
        out.extend(u32::try_from(part.len())?.to_le_bytes());
        start += part.len();
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    Ok(out)
}
