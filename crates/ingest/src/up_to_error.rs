//! What can be read of an input before it fails.

use std::io::{self, Read};

/// An input that ends where it fails: of what is damaged, or goes on with other bytes, the front is still text.
pub struct UpToError<R> {
    input: R,
    error: Option<io::Error>,
}

impl<R> UpToError<R> {
    /// Reads this input.
    pub fn new(input: R) -> Self {
        Self { input, error: None }
    }

    /// Why it ended, where it did not end by itself.
    pub fn into_error(self) -> Option<io::Error> {
        self.error
    }
}

impl<R: Read> Read for UpToError<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.error.is_some() {
            return Ok(0);
        }
        match self.input.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.error = Some(error);
                Ok(0)
            }
            read => read,
        }
    }
}
