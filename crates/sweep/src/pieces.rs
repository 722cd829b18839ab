//! What stands where among sixty-four bytes: told for all of them at once where the processor can.

use std::ops::Range;

use pulp::NullaryFnOnce;

use crate::{packed, signs};

/// Bytes of a piece: one bit of a word stands for each.
const PIECE: usize = 64;
/// A piece and the byte behind it, with which its last one may make a pair.
type Bytes = [u8; PIECE + 1];

/// What is among the bytes of a piece: bit 0 stands for the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) digits: u64,
    zeros: u64,
    /// Those that are of the range; what is told of others tells how a number goes on.
    own: u64,
    /// @ or escape.
    pub(crate) marks: u64,
    /// Bytes that are not ASCII are among them.
    pub(crate) foreign: bool,
    /// Where a sign may begin, and hardly anything else; to be asked only where something is foreign.
    pub(crate) signs: u64,
    /// Where an archive, or its end, may begin.
    pub(crate) archives: u64,
}

impl Piece {
    /// Where numbers of two digits or more begin, of one byte each or of two.
    #[inline(always)]
    pub(crate) fn numbers(&self, after_digit: bool) -> u64 {
        let begins = self.digits & !(self.digits << 1 | u64::from(after_digit));
        // What stands behind the last two is not known here.
        begins & self.own & (self.digits >> 1 | (self.zeros >> 1 & self.digits >> 2) | 3 << (PIECE - 2))
    }

    /// The first so many bytes alone.
    fn front(self, foreign: u64, length: usize) -> Self {
        let own = if length < PIECE { (1 << length) - 1 } else { u64::MAX };
        Self {
            own,
            marks: self.marks & own,
            foreign: foreign & own != 0,
            signs: self.signs & own,
            archives: self.archives & own,
            ..self
        }
    }
}

/// Shows a range of bytes piece by piece, each with where it begins.
pub(crate) fn each_piece(bytes: &[u8], range: Range<usize>, each: impl FnMut(usize, &Piece)) {
    #[cfg(target_arch = "x86_64")]
    if let Some(vectors) = pulp::x86::V3::try_new() {
        return vectors.vectorize(Pieces { bytes, range, each, kind: vectors });
    }
    Pieces { bytes, range, each, kind: OneByOne }.call();
}

/// How the bytes of a piece are told.
trait Kind: Copy {
    /// What is among them, and which of them are foreign.
    fn tell(self, bytes: &Bytes) -> (Piece, u64);
}

struct Pieces<'b, F, K> {
    bytes: &'b [u8],
    range: Range<usize>,
    each: F,
    kind: K,
}

impl<F: FnMut(usize, &Piece), K: Kind> NullaryFnOnce for Pieces<'_, F, K> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { bytes, range, mut each, kind } = self;
        let mut at = range.start;
        while at < range.end {
            let rest = bytes.get(at..).unwrap_or_default();
            match rest.first_chunk().filter(|_| range.end - at >= PIECE) {
                Some(whole) => each(at, &kind.tell(whole).0),
                None => {
                    let mut copy = [0; PIECE + 1];
                    copy.iter_mut().zip(rest).for_each(|(to, byte)| *to = *byte);
                    let (piece, foreign) = kind.tell(&copy);
                    each(at, &piece.front(foreign, range.end - at));
                }
            }
            at += PIECE;
        }
    }
}

/// On any processor.
#[derive(Clone, Copy)]
struct OneByOne;

impl Kind for OneByOne {
    #[inline(always)]
    fn tell(self, bytes: &Bytes) -> (Piece, u64) {
        let [own @ .., _] = bytes;
        let (mut digit, mut mark, mut all) = (false, false, 0);
        for byte in own {
            digit |= byte.is_ascii_digit();
            mark |= matches!(byte, b'@' | 0x1B);
            all |= byte;
        }
        let foreign = if all >= 0x80 { bits(own, |byte| byte >= 0x80) } else { 0 };
        let piece = Piece {
            digits: if digit { bits(own, |byte| byte.is_ascii_digit()) } else { 0 },
            zeros: if digit { bits(own, |byte| byte == 0) } else { 0 },
            own: u64::MAX,
            marks: if mark { bits(own, |byte| matches!(byte, b'@' | 0x1B)) } else { 0 },
            foreign: foreign != 0,
            signs: if foreign == 0 { 0 } else { pairs(bytes, signs::may_begin) },
            archives: if has_archive(bytes) { pairs(bytes, packed::may_begin) } else { 0 },
        };
        (piece, foreign)
    }
}

fn bits(bytes: &[u8], is: impl Fn(u8) -> bool) -> u64 {
    bytes.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(is(*byte)))
}

fn pairs(bytes: &Bytes, is: impl Fn(u8, u8) -> bool) -> u64 {
    let is = |pair: &[u8]| matches!(pair, [first, second] if is(*first, *second));
    bytes.windows(2).rev().fold(0, |bits, pair| bits << 1 | u64::from(is(pair)))
}

fn has_archive(bytes: &Bytes) -> bool {
    let [own @ .., _] = bytes;
    let [_, next @ ..] = bytes;
    // Without a branch, so that compilers make vectors of it.
    own.iter().zip(next).fold(false, |has, (first, second)| has | packed::may_begin(*first, *second))
}

/// For the low and the high nibble of a pair's first byte, and of its second, the groups in which such a nibble stands.
pub(crate) type Nibbles = [[u8; 16]; 4];

/// Those of some pairs of bytes, each with one of eight groups: a pair of a group has its bit in all four. Pairs of a group are best
/// such as have nibbles in common, so that few others have them all.
pub(crate) const fn nibbles(pairs: &[(u8, u8, u8)]) -> Nibbles {
    let mut groups = [[0; 16]; 4];
    let mut at = 0;
    while at < pairs.len() {
        let (first, second, group) = pairs[at];
        groups[0][(first & 15) as usize] |= 1 << group;
        groups[1][(first >> 4) as usize] |= 1 << group;
        groups[2][(second & 15) as usize] |= 1 << group;
        groups[3][(second >> 4) as usize] |= 1 << group;
        at += 1;
    }
    groups
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    //! Thirty-two bytes at once.

    use std::arch::x86_64::__m256i;

    use pulp::x86::V3;

    use super::{Bytes, Kind, Nibbles, Piece};
    use crate::{packed, signs};

    // No closures here: what is inside one is compiled for any processor.
    impl Kind for V3 {
        #[inline(always)]
        fn tell(self, bytes: &Bytes) -> (Piece, u64) {
            let (low, high) = (half(bytes, 0), half(bytes, 32));
            let foreign = bits(self, low, high);
            let piece = Piece {
                digits: bits(self, are_digits(self, low), are_digits(self, high)),
                zeros: bits(self, are(self, low, 0), are(self, high, 0)),
                own: u64::MAX,
                marks: bits(self, are_marks(self, low), are_marks(self, high)),
                foreign: foreign != 0,
                // Whether anything is foreign or not: where masks depend on it, the compiler takes them apart.
                signs: pairs(self, bytes, &signs::NIBBLES),
                archives: pairs(self, bytes, &packed::NIBBLES),
            };
            (piece, foreign)
        }
    }

    #[inline(always)]
    fn half(bytes: &Bytes, from: usize) -> __m256i {
        match bytes.get(from..from + 32).and_then(<[u8]>::first_chunk::<32>) {
            Some(half) => pulp::cast(*half),
            None => pulp::cast([0_u8; 32]),
        }
    }

    #[inline(always)]
    fn all(vectors: V3, byte: u8) -> __m256i {
        vectors.avx._mm256_set1_epi8(byte.cast_signed())
    }

    /// The first bit of each byte.
    #[inline(always)]
    fn bits(vectors: V3, low: __m256i, high: __m256i) -> u64 {
        let low = vectors.avx2._mm256_movemask_epi8(low).cast_unsigned();
        let high = vectors.avx2._mm256_movemask_epi8(high).cast_unsigned();
        u64::from(low) | u64::from(high) << 32
    }

    #[inline(always)]
    fn are(vectors: V3, bytes: __m256i, byte: u8) -> __m256i {
        vectors.avx2._mm256_cmpeq_epi8(bytes, all(vectors, byte))
    }

    #[inline(always)]
    fn are_marks(vectors: V3, bytes: __m256i) -> __m256i {
        vectors.avx2._mm256_or_si256(are(vectors, bytes, b'@'), are(vectors, bytes, 0x1B))
    }

    #[inline(always)]
    fn are_digits(vectors: V3, bytes: __m256i) -> __m256i {
        let value = vectors.avx2._mm256_sub_epi8(bytes, all(vectors, b'0'));
        vectors.avx2._mm256_cmpeq_epi8(vectors.avx2._mm256_min_epu8(value, all(vectors, 9)), value)
    }

    #[inline(always)]
    fn pairs(vectors: V3, bytes: &Bytes, nibbles: &Nibbles) -> u64 {
        let low = groups(vectors, half(bytes, 0), half(bytes, 1), nibbles);
        let high = groups(vectors, half(bytes, 32), half(bytes, 33), nibbles);
        !bits(vectors, are(vectors, low, 0), are(vectors, high, 0))
    }

    /// The groups of each pair: those in which all four of its nibbles stand.
    #[inline(always)]
    fn groups(vectors: V3, first: __m256i, second: __m256i, nibbles: &Nibbles) -> __m256i {
        let [low_first, high_first, low_second, high_second] = nibbles;
        let first = look_up(vectors, first, low_first, high_first);
        let second = look_up(vectors, second, low_second, high_second);
        vectors.avx2._mm256_and_si256(first, second)
    }

    #[inline(always)]
    fn look_up(vectors: V3, bytes: __m256i, low: &[u8; 16], high: &[u8; 16]) -> __m256i {
        let nibble = all(vectors, 15);
        let low_nibbles = vectors.avx2._mm256_and_si256(bytes, nibble);
        let high_nibbles = vectors.avx2._mm256_and_si256(vectors.avx2._mm256_srli_epi16::<4>(bytes), nibble);
        let (low, high) = (pulp::cast([*low; 2]), pulp::cast([*high; 2]));
        let low = vectors.avx2._mm256_shuffle_epi8(low, low_nibbles);
        vectors.avx2._mm256_and_si256(low, vectors.avx2._mm256_shuffle_epi8(high, high_nibbles))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All that a kind tells of a range, as far as anything is to be done there.
    fn told(
        kind: impl Kind,
        bytes: &[u8],
        range: Range<usize>,
    ) -> Vec<(usize, u64, u64, bool, Vec<usize>, u64)> {
        let mut told = Vec::new();
        let each = |at: usize, piece: &Piece| {
            let sign = |bit: &usize| {
                let pair = bytes.get(at + bit..at + bit + 2);
                piece.foreign
                    && piece.signs >> bit & 1 == 1
                    && pair.is_some_and(|pair| signs::may_begin(pair[0], pair[1]))
            };
            let signs = (0..PIECE).filter(sign).collect();
            told.push((at, piece.numbers(false), piece.marks, piece.foreign, signs, piece.archives));
        };
        Pieces { bytes, range, each, kind }.call();
        told
    }

    proptest! {
        #[test]
        fn all_processors_tell_the_same(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0x1F), Just(0x8B),  Just(0), Just(b'0'), Just(0xFF), 0x10..0x1A_u8], 0..400),
            start in 0..200_usize,
            length in 0..200_usize,
        ) {
            let range = start.min(bytes.len())..(start + length).min(bytes.len());
            let plain = told(OneByOne, &bytes, range.clone());
            #[cfg(target_arch = "x86_64")]
            if let Some(vectors) = pulp::x86::V3::try_new() {
                prop_assert_eq!(&told(vectors, &bytes, range.clone()), &plain);
            }
            for (at, _, marks, foreign, signs, archives) in plain {
                let own = &bytes[at..(at + PIECE).min(range.end)];
                prop_assert_eq!(foreign, !own.is_ascii());
                prop_assert_eq!(marks.count_ones() as usize, own.iter().filter(|byte| matches!(byte, b'@' | 0x1B)).count());
                let begins = |at: &usize| signs::may_begin(bytes[*at], *bytes.get(at + 1).unwrap_or(&0));
                let due: Vec<usize> = (at..at + own.len()).filter(begins).map(|sign| sign - at).collect();
                prop_assert!(!foreign || due == signs);
                let begins = |at: &usize| packed::may_begin(bytes[*at], *bytes.get(at + 1).unwrap_or(&0));
                prop_assert_eq!(archives.count_ones() as usize, (at..at + own.len()).filter(begins).count());
            }
        }
    }
}
