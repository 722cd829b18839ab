//! Reading a stream once, window by window.

use std::io::{self, Read};
use std::ops::Range;

use crate::anchors::{BEHIND, REACH, count};
use crate::area::{Area, Areas, Counts, WINDOW};
use crate::packed::Archives;

/// Bytes read at once: of most files a little is all there is.
const FIRST: usize = 64 << 10;
const BLOCK: usize = 1 << 20;

/// What was found in a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// Where there may be records of people, in order.
    pub areas: Vec<Area>,
    /// Where there seem to be archives and compressed files, each in one piece: from its first byte to its last or beyond it, where
    /// nothing tells how long it is. A stream that is itself an archive, and what it stores as it is, are among them.
    pub packed: Vec<Range<u64>>,
    /// True where there are so many areas or archives that the rest is not told.
    pub more: bool,
    /// Bytes that were read.
    pub bytes: u64,
}

/// Reads a stream to its end, in constant memory but for the areas, and tells where in it there may be records of people.
///
/// # Errors
/// Where the stream fails.
pub fn scan(mut input: impl Read) -> io::Result<Scanned> {
    let mut buffer = vec![0; FIRST];
    let (mut windows, mut packed) = (Windows::default(), Archives::default());
    // Where archives may begin in the buffer.
    let mut archives = Vec::new();
    // Where the buffer begins in the stream, how much of it is filled, and where in it what was not looked at begins.
    let (mut base, mut filled, mut from) = (0_u64, 0, 0);
    loop {
        let read = read_full(&mut input, buffer.get_mut(filled..).unwrap_or_default())?;
        filled += read;
        let ended = filled < buffer.len();
        if !ended && filled < BLOCK {
            buffer.resize(BLOCK, 0);
            continue;
        }
        let to = if ended { filled } else { filled - REACH };
        let bytes = buffer.get(..filled).unwrap_or_default();
        archives.clear();
        windows.count(bytes, from..to, base, &mut archives);
        packed.find(bytes, &archives, base);
        if ended {
            let bytes = base + filled as u64;
            let more = packed.more || windows.areas.more;
            return Ok(Scanned { areas: windows.finish(bytes), packed: packed.finish(bytes), more, bytes });
        }
        let kept = to - BEHIND;
        buffer.copy_within(kept..filled, 0);
        base += kept as u64;
        filled -= kept;
        from = BEHIND;
    }
}

fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The window that is being counted, and the areas of those before it.
#[derive(Default)]
struct Windows {
    areas: Areas,
    at: u64,
    counts: Counts,
}

impl Windows {
    /// Counts what begins in a range of these bytes, which begin at `base` in the stream, and notes where archives may.
    fn count(&mut self, bytes: &[u8], range: Range<usize>, base: u64, archives: &mut Vec<usize>) {
        let Range { start: mut at, end: to } = range;
        while at < to {
            let window = (base + at as u64) / WINDOW;
            let end = ((window + 1) * WINDOW - base).min(to as u64) as usize;
            self.turn_to(window);
            count(bytes, at..end, &mut self.counts, archives);
            at = end;
        }
    }

    fn turn_to(&mut self, window: u64) {
        if window == self.at {
            return;
        }
        let counts = std::mem::take(&mut self.counts);
        if counts != Counts::default() {
            self.areas.add(self.at, counts);
        }
        self.at = window;
    }

    fn finish(mut self, length: u64) -> Vec<Area> {
        self.turn_to(u64::MAX);
        self.areas.finish(length)
    }
}
