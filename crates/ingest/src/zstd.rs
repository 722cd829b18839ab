//! Zstandard frames, one after the other, each checked against its checksum.

use std::io::{self, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Reads all frames of an input; what is marked to be skipped is skipped.
pub(crate) struct Frames<R> {
    input: R,
    decoder: FrameDecoder,
    /// True while a frame is being read.
    in_frame: bool,
}

impl<R: Read> Frames<R> {
    /// A frame that asks for a larger window is refused with [`io::ErrorKind::OutOfMemory`].
    pub(crate) fn new(input: R, largest_window: u64) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(largest_window);
        Self { input, decoder, in_frame: false }
    }

    /// Begins the next frame, or skips one that is to be skipped; false at the end of the input.
    fn next(&mut self) -> io::Result<bool> {
        let mut first = [0];
        if self.input.read(&mut first)? == 0 {
            return Ok(false);
        }
        match self.decoder.init(first.chain(&mut self.input)) {
            Ok(()) => self.in_frame = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length, ..
            })) => self.skip(u64::from(length))?,
            Err(FrameDecoderError::WindowSizeTooBig { .. }) => {
                return Err(io::ErrorKind::OutOfMemory.into());
            }
            Err(error) => return Err(io::Error::other(error)),
        }
        Ok(true)
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        match io::copy(&mut (&mut self.input).take(length), &mut io::sink())? == length {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn read_frame(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
            self.decoder
                .decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1))
                .map_err(io::Error::other)?;
        }
        self.decoder.read(buffer)
    }

    /// Ends a frame all of which was read.
    fn check(&mut self) -> io::Result<()> {
        self.in_frame = false;
        match self.decoder.get_checksum_from_data() {
            Some(stated) if self.decoder.get_calculated_checksum() != Some(stated) => {
                Err(io::ErrorKind::InvalidData.into())
            }
            _ => Ok(()),
        }
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.in_frame {
                let length = self.read_frame(buffer)?;
                if length > 0 {
                    return Ok(length);
                }
                self.check()?;
            }
            if !self.next()? {
                return Ok(0);
            }
        }
    }
}
