//! Bytes in, UTF-8 text out, a piece at a time.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

use crate::decompress::{Compression, Decompressed};
use crate::{Encoding, detect};

/// Bytes looked at before anything is decided.
pub(crate) const HEAD_BYTES: usize = 256 * 1024;
const CHUNK_BYTES: usize = 64 * 1024;

/// Stands in the text where bytes could not be decoded. A noncharacter, so that U+FFFD that an earlier program wrote
/// into the file stays what it is: text.
pub const MALFORMED: char = '\u{10FFFF}';

/// A file as text that is consumed from the front.
pub(crate) struct TextSource<R: Read> {
    bytes: ByteSource<R>,
    state: State,
    text: String,
    consumed: usize,
    at_start: bool,
}

enum State {
    /// Only ASCII so far: every encoding but UTF-16 reads it the same, so none is chosen yet.
    Ascii,
    Decoding(Encoding, Box<Decoder>),
    Ended(Encoding),
}

impl<R: Read> TextSource<R> {
    /// Reads the head and chooses the encoding, unless it is given.
    pub(crate) fn open(input: R, forced: Option<Encoding>) -> io::Result<Self> {
        let mut bytes = ByteSource::new(Decompressed::open(input)?);
        bytes.fill(HEAD_BYTES)?;
        let mark = detect::by_mark(bytes.buffered());
        let encoding = match (forced, mark) {
            // "utf-16" without more is given as low byte first: the mark knows better.
            (Some(Encoding::Utf16Le), Some(Encoding::Utf16Be)) => Some(Encoding::Utf16Be),
            (Some(forced), _) => Some(forced),
            (None, _) => detect::detect(bytes.buffered()),
        };
        let state = encoding.map_or(State::Ascii, State::decoding);
        Ok(TextSource { bytes, state, text: String::new(), consumed: 0, at_start: true })
    }

    /// The first bytes of the file.
    pub(crate) fn head_bytes(&self) -> &[u8] {
        self.bytes.buffered()
    }

    /// How the file is compressed.
    pub(crate) fn compression(&self) -> Option<Compression> {
        self.bytes.input.compression()
    }

    /// The encoding as far as it is known: UTF-8 while only ASCII was seen.
    pub(crate) fn encoding(&self) -> Encoding {
        match &self.state {
            State::Ascii => Encoding::Utf8,
            State::Decoding(encoding, _) | State::Ended(encoding) => *encoding,
        }
    }

    /// Decodes what was read at the start, without reading on.
    pub(crate) fn decode_head(&mut self) -> io::Result<()> {
        while !self.at_end() && (self.bytes.ended || self.bytes.buffered().len() >= CHUNK_BYTES) {
            self.step()?;
        }
        Ok(())
    }

    /// The text that is decoded and not yet consumed.
    pub(crate) fn pending(&self) -> &str {
        self.text.get(self.consumed..).unwrap_or_default()
    }

    /// True once [`pending`](Self::pending) holds the last of the text.
    pub(crate) fn at_end(&self) -> bool {
        matches!(self.state, State::Ended(_))
    }

    /// Drops text from the front; `length` must end at a character.
    pub(crate) fn consume(&mut self, length: usize) {
        self.consumed = (self.consumed + length).min(self.text.len());
    }

    /// Decodes more, at least doubling what is pending, so that a reader that starts over after each call does linear
    /// work in all.
    pub(crate) fn more(&mut self) -> io::Result<()> {
        self.text.drain(..self.consumed);
        self.consumed = 0;
        let wanted = self.text.len() + self.text.len().max(CHUNK_BYTES);
        while self.text.len() < wanted && !self.at_end() {
            self.step()?;
        }
        Ok(())
    }

    fn step(&mut self) -> io::Result<()> {
        self.bytes.fill(CHUNK_BYTES)?;
        match &mut self.state {
            State::Ascii => self.step_ascii()?,
            State::Decoding(encoding, decoder) => {
                let take = self.bytes.buffered().len().min(CHUNK_BYTES);
                let last = self.bytes.ended && take == self.bytes.buffered().len();
                let chunk = self.bytes.buffered().get(..take).unwrap_or_default();
                decode(*encoding, decoder, chunk, last, &mut self.text);
                self.bytes.consume(take);
                if last {
                    self.state = State::Ended(*encoding);
                }
            }
            State::Ended(_) => {}
        }
        if self.at_start && !self.text.is_empty() {
            self.at_start = false;
            let marks = self.text.len() - self.text.trim_start_matches('\u{FEFF}').len();
            self.text.drain(..marks);
        }
        Ok(())
    }

    /// Passes ASCII on; at the first byte that is not, chooses the encoding from there.
    fn step_ascii(&mut self) -> io::Result<()> {
        let buffered = self.bytes.buffered();
        let telling = buffered.iter().position(|&b| b >= 0x80 || b == 0x1B);
        let ascii = buffered.get(..telling.unwrap_or(buffered.len())).unwrap_or_default();
        self.text.push_str(std::str::from_utf8(ascii).unwrap_or_default());
        let ascii = ascii.len();
        self.bytes.consume(ascii);
        if telling.is_some() {
            self.bytes.fill(HEAD_BYTES)?;
            let encoding = detect::detect_after_ascii(self.bytes.buffered());
            self.state = State::decoding(encoding);
        } else if self.bytes.ended {
            self.state = State::Ended(Encoding::Utf8);
        }
        Ok(())
    }

    /// Bytes of memory held for text and input.
    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        self.text.capacity() + self.bytes.buffer.capacity()
    }

    /// Reads the input to its end without decoding, and gives its digest (BLAKE3, hex) and length, both of the file as it
    /// is, compressed or not.
    pub(crate) fn finish(self) -> io::Result<(String, u64)> {
        self.bytes.finish()
    }
}

impl State {
    fn decoding(encoding: Encoding) -> Self {
        State::Decoding(encoding, Box::new(encoding.codec().new_decoder_without_bom_handling()))
    }
}

fn decode(encoding: Encoding, decoder: &mut Decoder, bytes: &[u8], last: bool, text: &mut String) {
    let mut rest = bytes;
    loop {
        text.reserve(
            decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(rest.len() * 4),
        );
        let (result, read) = decoder.decode_to_string_without_replacement(rest, text, last);
        let (done, after) = rest.split_at(read.min(rest.len()));
        rest = after;
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(_, _) => {
                text.push(MALFORMED);
                // A line that forgot to switch back to ASCII must not take the next one along.
                let line_end = done.last().copied().filter(|b| matches!(b, b'\n' | b'\r'));
                if let (Encoding::Iso2022Jp, Some(end)) = (encoding, line_end) {
                    text.push(char::from(end));
                    *decoder = encoding.codec().new_decoder_without_bom_handling();
                }
            }
        }
    }
}

/// An input read in pieces.
struct ByteSource<R: Read> {
    input: Decompressed<R>,
    buffer: Vec<u8>,
    consumed: usize,
    ended: bool,
}

impl<R: Read> ByteSource<R> {
    fn new(input: Decompressed<R>) -> Self {
        ByteSource { input, buffer: Vec::new(), consumed: 0, ended: false }
    }

    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.consumed..).unwrap_or_default()
    }

    fn consume(&mut self, length: usize) {
        self.consumed += length;
    }

    /// Reads until `wanted` bytes are buffered or the input ends.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if self.ended || self.buffered().len() >= wanted {
            return Ok(());
        }
        self.buffer.drain(..self.consumed);
        self.consumed = 0;
        let missing = (wanted - self.buffer.len()) as u64;
        let read = (&mut self.input).take(missing).read_to_end(&mut self.buffer)? as u64;
        self.ended = read < missing;
        Ok(())
    }

    fn finish(mut self) -> io::Result<(String, u64)> {
        while !self.ended {
            self.consumed = self.buffer.len();
            self.fill(CHUNK_BYTES)?;
        }
        Ok(self.input.summary())
    }
}
