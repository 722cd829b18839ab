//! Hash maps by numbers that are hashes already.

use std::hash::{BuildHasherDefault, Hasher};

use crate::tag::mix;

/// For maps by a number whose bits are all random, but for the lowest, which sampling makes alike.
pub(crate) type AsItIs = BuildHasherDefault<NoHasher>;

/// The number itself; its lowest bits go to the middle.
#[derive(Default)]
pub(crate) struct NoHasher(u64);

impl Hasher for NoHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, byte| mix(sum ^ u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number.rotate_left(32);
    }

    fn write_u128(&mut self, number: u128) {
        self.0 = number as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
