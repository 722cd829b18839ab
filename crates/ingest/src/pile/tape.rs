//! Archives of tar: members one after the other, each behind a header of 512 bytes.
//!
//! Read here, not by a crate: names of members are bounded, whatever a header says of their length.

use std::io::{self, Read};

use super::{Modified, PileError, Walk};
use crate::pile::archive::text_of;

const BLOCK: usize = 512;
/// A name of more bytes is no file's.
const MOST_NAME: u64 = 64 << 10;
const TAR: &str = "tar archive";
const CUT: &str =
    "it is cut short in its archive, so that rows would be missing; restore the archive from a copy";

/// What a header says.
struct Header {
    name: Vec<u8>,
    size: u64,
    kind: u8,
    /// When the member was changed, in seconds since 1970.
    modified: u64,
}

/// True where 512 bytes are a header: they are not all zero, and their checksum is right.
pub(super) fn is_header(block: &[u8]) -> bool {
    Header::read(block).is_some()
}

impl Header {
    fn read(block: &[u8]) -> Option<Self> {
        // The field of the checksum counts as spaces.
        let sum: u64 = block
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
            .sum();
        if block.len() != BLOCK || number(block.get(148..156)?)? != sum || block.iter().all(|byte| *byte == 0)
        {
            return None;
        }
        let mut name = until_nul(block.get(..100)?).to_vec();
        if block.get(257..263)? == b"ustar\0" {
            let prefix = until_nul(block.get(345..500)?);
            if !prefix.is_empty() {
                name = [prefix, b"/", &name].concat();
            }
        }
        let modified = number(block.get(136..148)?).unwrap_or(0);
        Some(Self { name, size: number(block.get(124..136)?)?, kind: *block.get(156)?, modified })
    }
}

/// A number in octal digits, or in base 256 where the first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    let (first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        let (zeros, low) = rest.split_at(rest.len().checked_sub(8)?);
        let is_small = first & 0x7f == 0 && zeros.iter().all(|byte| *byte == 0);
        return is_small.then(|| low.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)));
    }
    let text = std::str::from_utf8(field).ok()?.trim_matches([' ', '\0']);
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, 8).ok() }
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

impl Walk<'_> {
    pub(super) fn tar(&mut self, input: &mut dyn Read, name: &str, depth: usize) -> Result<(), PileError> {
        let mut long_name = None;
        loop {
            let mut block = [0; BLOCK];
            match filled(input, &mut block)? {
                BLOCK if block.iter().any(|byte| *byte != 0) => {}
                // Two blocks of zeros end it, and some writers leave them out.
                0 | BLOCK => return Ok(()),
                _ => return Err(PileError::Damaged(TAR)),
            }
            let header = Header::read(&block).ok_or(PileError::Damaged(TAR))?;
            let padding = header.size.next_multiple_of(BLOCK as u64) - header.size;
            let mut body = Read::take(&mut *input, header.size);
            match header.kind {
                b'L' => long_name = Some(until_nul(&short(&mut body)?).to_vec()),
                b'x' => long_name = path_in(&short(&mut body)?).or(long_name),
                b'0' | 0 | b'7' => {
                    let member = long_name.take().unwrap_or(header.name);
                    let name = format!("{name}!{}", text_of(&member));
                    if self.wants(&name) {
                        self.dated_member(
                            &mut Body(&mut body),
                            &name,
                            depth,
                            Modified::in_tar(header.modified),
                        )?;
                    }
                }
                // Directories, links, devices: nothing to read.
                _ => long_name = None,
            }
            let left = body.limit();
            if io::copy(&mut Read::take(&mut *input, left + padding), &mut io::sink())? < left {
                return Err(PileError::Damaged(TAR));
            }
        }
    }
}

/// The body of a member; one that ends early is an error, so that its first rows do not pass for all.
struct Body<'a, R>(&'a mut io::Take<R>);

impl<R: Read> Read for Body<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 if self.0.limit() > 0 && !buffer.is_empty() => {
                Err(io::Error::new(io::ErrorKind::InvalidData, CUT))
            }
            length => Ok(length),
        }
    }
}

/// The whole body of a member that holds a name.
fn short(body: &mut io::Take<impl Read>) -> Result<Vec<u8>, PileError> {
    if body.limit() > MOST_NAME {
        return Err(PileError::Damaged(TAR));
    }
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The path in the records of an extended header: lines of a length, a space, `key=value`.
fn path_in(records: &[u8]) -> Option<Vec<u8>> {
    let mut rest = records;
    let mut path = None;
    while !rest.is_empty() {
        let space = rest.iter().position(|byte| *byte == b' ')?;
        let length: usize = std::str::from_utf8(rest.get(..space)?).ok()?.parse().ok()?;
        let (record, after) = rest.split_at_checked(length)?;
        let record = record.get(space + 1..)?.strip_suffix(b"\n")?;
        if let Some(value) = record.strip_prefix(b"path=") {
            path = Some(value.to_vec());
        }
        rest = after;
    }
    path
}

/// Reads as much of a block as there is.
fn filled(input: &mut dyn Read, block: &mut [u8; BLOCK]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < BLOCK {
        match input.read(block.get_mut(filled..).unwrap_or_default())? {
            0 => break,
            length => filled += length,
        }
    }
    Ok(filled)
}
