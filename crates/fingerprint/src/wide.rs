//! Keyed hashes of many short messages, BLAKE3 of several at once.
//!
//! A part of a record nearly always fits into one block of BLAKE3, and the crate `blake3` takes one such message after the
//! other. Here several are compressed side by side, one in each lane of the processor's vectors: the loop over lanes is
//! written so that the compiler does that, and no processor needs to have any particular instruction. What comes out is
//! BLAKE3 (O'Connor, Aumasson, Neves and Wilcox-O'Hearn, 2020, sections 2.2 to 2.6), for which the crate is the oracle.

use hmac::Mac as _;
use pulp::NullaryFnOnce;

use crate::prf::{self, Prf};

/// The longest message that is one block.
pub(crate) const BLOCK: usize = 64;

/// Messages compressed side by side: 32 bits of each fill one vector of 256.
const LANES: usize = 8;

/// The first words of the hash's initial values.
const INITIAL: [u32; 4] = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a];
/// The flags of a keyed hash whose only block is the first and the last of its chunk, and its root.
const FLAGS: u32 = 1 << 4 | 1 << 0 | 1 << 1 | 1 << 3;

/// Messages of one block each, and their digests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Messages {
    /// Filled up with zeros.
    blocks: Vec<[u8; BLOCK]>,
    lengths: Vec<u8>,
    digests: Vec<u128>,
    /// Digests of longer messages, by number.
    longer: Vec<(usize, u128)>,
}

impl Messages {
    pub(crate) fn clear(&mut self) {
        self.blocks.clear();
        self.lengths.clear();
        self.digests.clear();
        self.longer.clear();
    }

    /// How many messages there are.
    pub(crate) fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Adds the message of a number and a value, to be digested under this key.
    pub(crate) fn push(&mut self, prf: Prf, key: &[u8; 32], number: u8, value: &str) {
        let text = value.as_bytes();
        let mut block = [0; BLOCK];
        let length = 1 + text.len();
        match block.get_mut(1..length) {
            Some(place) => {
                place.copy_from_slice(text);
                block[0] = number;
                self.lengths.push(length as u8);
            }
            None => {
                self.longer.push((self.len(), first_bits(&prf.keyed(key, &[&[number], text]))));
                self.lengths.push(0);
            }
        }
        self.blocks.push(block);
    }

    /// The first 128 bits of each message's digest, little-endian.
    pub(crate) fn digest(&mut self, prf: Prf, key: &[u8; 32]) -> &[u128] {
        self.digests.clear();
        match prf {
            Prf::Blake3 => self.digest_wide(key),
            Prf::HmacSha256 => self.digest_one_by_one(key),
        }
        for (at, digest) in &self.longer {
            self.digests[*at] = *digest;
        }
        &self.digests
    }

    fn digest_wide(&mut self, key: &[u8; 32]) {
        let Self { blocks, lengths, digests, .. } = self;
        let mut words = [0; 8];
        for (word, bytes) in words.iter_mut().zip(key.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        digests.resize(blocks.len().next_multiple_of(LANES), 0);
        pulp::Arch::new().dispatch(Compression { key: words, blocks, lengths, digests });
        digests.truncate(blocks.len());
    }

    fn digest_one_by_one(&mut self, key: &[u8; 32]) {
        let keyed = prf::keyed_hmac(key);
        let digest = |(block, length): (&[u8; BLOCK], &u8)| {
            let mut hmac = keyed.clone();
            hmac.update(block.get(..usize::from(*length)).unwrap_or_default());
            first_bits(&hmac.finalize().into_bytes().into())
        };
        self.digests.extend(self.blocks.iter().zip(&self.lengths).map(digest));
    }
}

fn first_bits(digest: &[u8; 32]) -> u128 {
    u128::from_le_bytes(*digest.first_chunk().unwrap_or(&[0; 16]))
}

/// Compression of many blocks, compiled for the vectors of several kinds of processor.
struct Compression<'a> {
    key: [u32; 8],
    blocks: &'a [[u8; BLOCK]],
    lengths: &'a [u8],
    /// As many as there are blocks, up to the next multiple of [`LANES`].
    digests: &'a mut [u128],
}

impl NullaryFnOnce for Compression<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let parts = self.blocks.chunks(LANES).zip(self.lengths.chunks(LANES));
        for ((blocks, lengths), out) in parts.zip(self.digests.as_chunks_mut::<LANES>().0) {
            *out = compress(&self.key, &words(blocks), &lanes(lengths));
        }
    }
}

/// The blocks' words, word by word, 0 for lanes without a block.
#[inline(always)]
fn words(blocks: &[[u8; BLOCK]]) -> [[u32; LANES]; 16] {
    let mut words = [[0; LANES]; 16];
    for (lane, block) in blocks.iter().enumerate().take(LANES) {
        for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
            word[lane] = u32::from_le_bytes(*bytes);
        }
    }
    words
}

#[inline(always)]
fn lanes(lengths: &[u8]) -> [u32; LANES] {
    let mut lanes = [0; LANES];
    lanes.iter_mut().zip(lengths).for_each(|(lane, length)| *lane = u32::from(*length));
    lanes
}

/// The quarter round.
macro_rules! mix {
    ($a:ident, $b:ident, $c:ident, $d:ident, $x:expr, $y:expr) => {
        $a = $a.wrapping_add($b).wrapping_add($x);
        $d = ($d ^ $a).rotate_right(16);
        $c = $c.wrapping_add($d);
        $b = ($b ^ $c).rotate_right(12);
        $a = $a.wrapping_add($b).wrapping_add($y);
        $d = ($d ^ $a).rotate_right(8);
        $c = $c.wrapping_add($d);
        $b = ($b ^ $c).rotate_right(7);
    };
}

/// The first four words of each lane's digest, as one number.
///
/// One lane after the other, as it is written; the body is free of branches and its words have names of their own, not
/// places in an array, since that is what lets the compiler do all lanes at once.
#[inline(always)]
fn compress(key: &[u32; 8], m: &[[u32; LANES]; 16], lengths: &[u32; LANES]) -> [u128; LANES] {
    let mut out = [[0; LANES]; 4];
    for lane in 0..LANES {
        let [mut a0, mut a1, mut a2, mut a3, mut b0, mut b1, mut b2, mut b3] = *key;
        let [mut c0, mut c1, mut c2, mut c3] = INITIAL;
        // The block's number is 0.
        let (mut d0, mut d1, mut d2, mut d3) = (0_u32, 0_u32, lengths[lane], FLAGS);
        /// A round, given the order in which it takes the block's words.
        macro_rules! round {
            ($($word:literal)*) => { round!(@ $([m[$word][lane]])*) };
            (@ [$m0:expr] [$m1:expr] [$m2:expr] [$m3:expr] [$m4:expr] [$m5:expr] [$m6:expr] [$m7:expr]
               [$m8:expr] [$m9:expr] [$m10:expr] [$m11:expr] [$m12:expr] [$m13:expr] [$m14:expr] [$m15:expr]) => {
                mix!(a0, b0, c0, d0, $m0, $m1);
                mix!(a1, b1, c1, d1, $m2, $m3);
                mix!(a2, b2, c2, d2, $m4, $m5);
                mix!(a3, b3, c3, d3, $m6, $m7);
                mix!(a0, b1, c2, d3, $m8, $m9);
                mix!(a1, b2, c3, d0, $m10, $m11);
                mix!(a2, b3, c0, d1, $m12, $m13);
                mix!(a3, b0, c1, d2, $m14, $m15);
            };
        }
        round!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        round!(2 6 3 10 7 0 4 13 1 11 12 5 9 14 15 8);
        round!(3 4 10 12 13 2 7 14 6 5 9 0 11 15 8 1);
        round!(10 7 12 9 14 3 13 15 4 0 11 2 5 8 1 6);
        round!(12 13 9 11 15 10 14 8 7 2 5 3 0 1 6 4);
        round!(9 14 11 5 8 12 15 1 13 3 0 10 2 6 4 7);
        round!(11 15 5 0 1 9 8 6 14 10 2 12 3 4 7 13);
        [out[0][lane], out[1][lane], out[2][lane], out[3][lane]] = [a0 ^ c0, a1 ^ c1, a2 ^ c2, a3 ^ c3];
        // The last rows only make what is below 128 bits.
        let _ = (b0, b1, b2, b3, d0, d1, d2, d3);
    }
    std::array::from_fn(|lane| out.iter().rev().fold(0, |all, word| all << 32 | u128::from(word[lane])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The crates `blake3` and `hmac` are the oracles, for messages of one block, of none and of more.
        #[test]
        fn digests_are_those_of_the_keyed_hash(
            key: [u8; 32], messages in proptest::collection::vec((any::<u8>(), "[a-z一-龠]{0,40}"), 0..40)
        ) {
            let mut wide = Messages::default();
            for prf in [Prf::Blake3, Prf::HmacSha256, Prf::Blake3] {
                wide.clear();
                messages.iter().for_each(|(number, value)| wide.push(prf, &key, *number, value));
                let digests = wide.digest(prf, &key).to_vec();
                prop_assert_eq!(digests.len(), messages.len());
                for ((number, value), digest) in messages.iter().zip(digests) {
                    let whole = prf.keyed(&key, &[&[*number], value.as_bytes()]);
                    prop_assert_eq!(&digest.to_le_bytes()[..], &whole[..16]);
                }
            }
        }
    }

    #[test]
    fn every_length_up_to_two_blocks_is_right() {
        let key = std::array::from_fn(|i| i as u8);
        let text = "x".repeat(2 * BLOCK);
        for prf in Prf::ALL {
            let mut messages = Messages::default();
            (0..=text.len()).for_each(|length| messages.push(prf, &key, 7, &text[..length]));
            for (length, digest) in messages.digest(prf, &key).iter().enumerate() {
                let whole = prf.keyed(&key, &[&[7], &text.as_bytes()[..length]]);
                assert_eq!(*digest, first_bits(&whole), "{length}");
            }
        }
    }
}
