//! A stream that can be read twice.

use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use tempfile::SpooledTempFile;
use zeroize::Zeroizing;

/// Bytes that are sealed together.
const FRAME: usize = 1 << 16;
/// What sealing adds.
const TAG: usize = 16;
/// So much is kept in memory, the rest in an unnamed temporary file.
const IN_MEMORY: usize = 1 << 24;

/// A stream that can be rewound, such as standard input for
/// [`attribute_list`](crate::Examiner::attribute_list).
///
/// What was read is kept, encrypted under a key that nothing but this value holds: a list of persons that came through
/// a pipe must not lie readable on a disk.
pub struct Replay<R> {
    state: State<R>,
    cipher: ChaCha20Poly1305,
    /// The frame being filled, or being given out from `given` on.
    frame: Zeroizing<Vec<u8>>,
    given: usize,
    frames: u64,
}

enum State<R> {
    /// Reading the stream, and keeping it.
    Recording(R, BufWriter<SpooledTempFile>),
    /// Reading what was kept.
    Replaying(BufReader<SpooledTempFile>),
    /// Rewinding failed, which ends it.
    Broken,
}

impl<R: Read> Replay<R> {
    /// Makes a stream readable twice.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub fn new(stream: R) -> io::Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key).map_err(io::Error::other)?;
        Ok(Self {
            state: State::Recording(stream, BufWriter::new(SpooledTempFile::new(IN_MEMORY))),
            cipher: ChaCha20Poly1305::new(&(*key).into()),
            frame: Zeroizing::new(Vec::with_capacity(FRAME)),
            given: 0,
            frames: 0,
        })
    }

    /// The next frame's nonce: a key seals one stream, so that counting is enough.
    fn nonce(&mut self) -> Nonce {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&self.frames.to_le_bytes());
        self.frames += 1;
        nonce.into()
    }

    fn record(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(FRAME - self.frame.len()));
            self.frame.extend_from_slice(now);
            rest = later;
            if self.frame.len() == FRAME {
                self.seal()?;
            }
        }
        Ok(())
    }

    fn seal(&mut self) -> io::Result<()> {
        let nonce = self.nonce();
        let sealed = self.cipher.encrypt(&nonce, self.frame.as_slice()).map_err(io::Error::other)?;
        self.frame.clear();
        match &mut self.state {
            State::Recording(_, kept) => kept.write_all(&sealed),
            _ => Ok(()),
        }
    }

    /// Opens the next frame; false at the end.
    fn open(&mut self) -> io::Result<bool> {
        let State::Replaying(kept) = &mut self.state else { return Ok(false) };
        let mut sealed = Vec::with_capacity(FRAME + TAG);
        kept.by_ref().take((FRAME + TAG) as u64).read_to_end(&mut sealed)?;
        if sealed.is_empty() {
            return Ok(false);
        }
        let nonce = self.nonce();
        let opened = self.cipher.decrypt(&nonce, sealed.as_slice()).map_err(io::Error::other)?;
        self.frame = Zeroizing::new(opened);
        self.given = 0;
        Ok(true)
    }
}

impl<R: Read> Read for Replay<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let State::Recording(stream, _) = &mut self.state {
            let length = stream.read(buffer)?;
            self.record(buffer.get(..length).unwrap_or_default())?;
            return Ok(length);
        }
        if self.given == self.frame.len() && !self.open()? {
            return Ok(0);
        }
        let length = self.frame.get(self.given..).unwrap_or_default().read(buffer)?;
        self.given += length;
        Ok(length)
    }
}

impl<R: Read> Replay<R> {
    /// Ends the recording, if it goes on. What the stream still holds is kept first: whoever looks at the start of a list and
    /// goes back must not lose its end.
    fn replaying(&mut self) -> io::Result<&mut BufReader<SpooledTempFile>> {
        if matches!(self.state, State::Recording(..)) {
            io::copy(self, &mut io::sink())?;
            if !self.frame.is_empty() {
                self.seal()?;
            }
        }
        self.state = match std::mem::replace(&mut self.state, State::Broken) {
            State::Recording(_, kept) => {
                State::Replaying(BufReader::new(kept.into_inner().map_err(io::IntoInnerError::into_error)?))
            }
            state => state,
        };
        match &mut self.state {
            State::Replaying(kept) => Ok(kept),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl<R: Read> Seek for Replay<R> {
    /// Goes to a place, counted from the start. The first time the stream is read to its end.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(place) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        // All frames but the last are of one size.
        let number = place / FRAME as u64;
        self.replaying()?.seek(SeekFrom::Start(number * (FRAME + TAG) as u64))?;
        self.frame.clear();
        (self.given, self.frames) = (0, number);
        let within = place % FRAME as u64;
        io::copy(&mut self.by_ref().take(within), &mut io::sink())?;
        Ok(place)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(input: &mut impl Read) -> Vec<u8> {
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).unwrap();
        bytes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]

        #[test]
        fn what_was_read_is_read_again(length in 0..3 * FRAME, seed: u8, first in 0..3 * FRAME) {
            let bytes: Vec<u8> = (0..length).map(|i| (i as u8).wrapping_mul(31) ^ seed).collect();
            let mut replay = Replay::new(&*bytes).unwrap();
            let mut part = vec![0; first.min(length)];
            replay.read_exact(&mut part).unwrap();
            replay.rewind().unwrap();
            prop_assert_eq!(&all(&mut replay), &bytes, "however little was read before");
            replay.rewind().unwrap();
            prop_assert_eq!(all(&mut replay), bytes);
        }
    }

    #[test]
    fn any_place_is_reached() {
        let bytes: Vec<u8> = (0..3 * FRAME + 77).map(|i| (i / 7) as u8).collect();
        let mut replay = Replay::new(&*bytes).unwrap();
        all(&mut replay);
        for place in [5, FRAME, FRAME + 1, 3, 3 * FRAME, bytes.len()] {
            assert_eq!(replay.seek(SeekFrom::Start(place as u64)).unwrap(), place as u64);
            let mut next = [0];
            let read = replay.read(&mut next).unwrap();
            assert_eq!(next.get(..read), bytes.get(place..place + read));
        }
    }

    #[test]
    fn what_is_kept_cannot_be_read_and_not_be_changed() {
        let secret = "山田太郎,03-1234-5678\n".repeat(5_000);
        let mut replay = Replay::new(secret.as_bytes()).unwrap();
        assert_eq!(all(&mut replay), secret.as_bytes());
        replay.rewind().unwrap();
        let State::Replaying(kept) = &mut replay.state else { panic!("not replaying") };
        let mut bytes = all(kept);
        assert!(bytes.len() > secret.len());
        assert!(!bytes.windows(12).any(|part| part == "山田太郎".as_bytes()));
        bytes[70_000] ^= 1;
        let file = kept.get_mut();
        file.rewind().unwrap();
        file.write_all(&bytes).unwrap();
        replay.rewind().unwrap();
        assert!(replay.read_to_end(&mut Vec::new()).is_err());
    }
}
