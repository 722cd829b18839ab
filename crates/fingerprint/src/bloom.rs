//! Bloom filters in columns of a few fixed sizes.
//!
//! A list owns one or more columns of its class; a token picks one of them by hash, then sets [`HASHES`] bits there.
//! Columns of one class have one length, so an index over many lists is their plain transposition.

use crate::Token;

/// Bits set for each token.
pub const HASHES: u32 = 10;

/// Columns of one length.
struct Class {
    /// log₂ of the length in bits.
    log2_bits: u8,
    /// A list takes the shortest class in which it needs no more columns than this.
    most_columns: u64,
    /// Thousandths of bits a token; integers, so that sizes are the same on every machine.
    bits_per_1000_tokens: u64,
}

/// The classes, shortest first.
///
/// With `HASHES` / ln 2 = 14.427 bits a token half of a full column's bits are set (Broder and Mitzenmacher, 2004, equation
/// 2), and a token that is not in the list is taken for a member once in 2¹⁰. Most lists are small and take little
/// room: with 23 bits a token, of which 35 % are set, that happens once in 30,000, so that even a single match counts.
const CLASSES: [Class; 3] = [
    Class { log2_bits: 14, most_columns: 16, bits_per_1000_tokens: 23_000 },
    Class { log2_bits: 17, most_columns: 64, bits_per_1000_tokens: 23_000 },
    Class { log2_bits: 20, most_columns: u64::MAX, bits_per_1000_tokens: 14_427 },
];

/// The columns of one list, or of any number of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    log2_bits: u8,
    count: u32,
    /// Column after column, each 2^`log2_bits` bits in words of 64, lowest bit first.
    words: Vec<u64>,
}

/// Where the bits of a token are, in columns of any class.
#[derive(Clone, Copy, Debug)]
pub struct Positions {
    start: u32,
    step: u32,
    column: u64,
}

impl Positions {
    /// The positions of a token.
    pub fn of(token: Token) -> Self {
        Self {
            start: token.0 as u32,
            // Odd, so that the steps visit distinct rows in columns of any power of two.
            step: (token.0 >> 32) as u32 | 1,
            column: (token.0 >> 64) as u64,
        }
    }

    /// Which of `count` columns.
    pub fn column(self, count: u32) -> u32 {
        ((u128::from(self.column) * u128::from(count)) >> 64) as u32
    }

    /// The [`HASHES`] rows in a column of 2^`log2_bits` bits: enhanced double hashing (Dillinger and Manolios, 2004).
    pub fn rows(self, log2_bits: u8) -> impl Iterator<Item = u32> {
        let mask = (1_u32 << log2_bits) - 1;
        let (mut row, mut step) = (self.start, self.step);
        (1..=HASHES).map(move |i| {
            let at = row & mask;
            row = row.wrapping_add(step);
            step = step.wrapping_add(i);
            at
        })
    }
}

impl Columns {
    /// log₂ of the columns' length and their number for this many distinct tokens; `None` for more than a file can hold.
    pub fn shape(tokens: u64) -> Option<(u8, u32)> {
        let columns = |class: &Class| {
            let bits = tokens.checked_mul(class.bits_per_1000_tokens)?.div_ceil(1_000).max(1);
            Some(bits.div_ceil(1 << class.log2_bits)).filter(|columns| *columns <= class.most_columns)
        };
        let (log2_bits, count) = CLASSES.iter().find_map(|class| Some((class.log2_bits, columns(class)?)))?;
        Some((log2_bits, u32::try_from(count).ok()?))
    }

    /// Empty columns of the size that this many distinct tokens need, or `None` for more than a file can hold.
    pub fn for_tokens(tokens: u64) -> Option<Self> {
        let (log2_bits, count) = Self::shape(tokens)?;
        let words = usize::try_from(u64::from(count) << (log2_bits - 6)).ok()?;
        Some(Self { log2_bits, count, words: vec![0; words] })
    }

    /// Columns read from a file: `bytes` holds exactly `count` columns of a known class, or the answer is `None`.
    pub(crate) fn from_bytes(log2_bits: u8, count: u32, bytes: &[u8]) -> Option<Self> {
        let known = CLASSES.iter().any(|class| class.log2_bits == log2_bits) && count > 0;
        if !known || bytes.len() as u64 != u64::from(count) << (log2_bits - 3) {
            return None;
        }
        let word = |chunk: &[u8]| chunk.iter().rev().fold(0_u64, |word, &byte| word << 8 | u64::from(byte));
        Some(Self { log2_bits, count, words: bytes.chunks_exact(8).map(word).collect() })
    }

    /// The columns as a file holds them.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// log₂ of a column's length in bits.
    pub fn log2_bits(&self) -> u8 {
        self.log2_bits
    }

    /// The number of columns.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The bits of one column in words of 64, lowest first; empty for a column that is not there.
    pub fn column(&self, column: u32) -> &[u64] {
        let length = 1_usize << (self.log2_bits - 6);
        let start = column as usize * length;
        self.words.get(start..start + length).unwrap_or_default()
    }

    /// Adds a token.
    pub fn insert(&mut self, token: Token) {
        let positions = Positions::of(token);
        let base = (positions.column(self.count) as usize) << (self.log2_bits - 6);
        for row in positions.rows(self.log2_bits) {
            if let Some(word) = self.words.get_mut(base + (row / 64) as usize) {
                *word |= 1 << (row % 64);
            }
        }
    }

    /// True for every token added, and for others at [`false_match_rate`](Self::false_match_rate).
    pub fn contains(&self, token: Token) -> bool {
        let positions = Positions::of(token);
        let column = self.column(positions.column(self.count));
        let set = |row: u32| column.get((row / 64) as usize).is_some_and(|word| word >> (row % 64) & 1 == 1);
        positions.rows(self.log2_bits).all(set)
    }

    /// The number of bits set.
    pub fn ones(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The share of bits set, 0 to 1.
    pub fn fill(&self) -> f64 {
        self.ones() as f64 / (self.words.len() as f64 * 64.0)
    }

    /// The share of bits that this many distinct tokens set on average: 1 − (1 − 1/m)^(kn/c) for columns of m bits.
    pub fn expected_fill(&self, tokens: u64) -> f64 {
        let bits = (1_u64 << self.log2_bits) as f64;
        let set_in_a_column = f64::from(HASHES) * tokens as f64 / f64::from(self.count);
        -(set_in_a_column * (-1.0 / bits).ln_1p()).exp_m1()
    }

    /// The chance that a token that is not in the list is taken for a member: the mean over columns of fill^k, from
    /// the bits that are really set.
    pub fn false_match_rate(&self) -> f64 {
        let bits = (1_u64 << self.log2_bits) as f64;
        let rate = |column: u32| {
            let ones: u64 = self.column(column).iter().map(|word| u64::from(word.count_ones())).sum();
            (ones as f64 / bits).powi(HASHES as i32)
        };
        (0..self.count).map(rate).sum::<f64>() / f64::from(self.count)
    }
}

#[cfg(test)]
mod tests {
    use bloomfilter::Bloom;
    use proptest::prelude::*;

    use super::*;

    /// Distinct pseudo-random tokens.
    fn tokens(seed: u64, count: usize) -> impl Iterator<Item = Token> {
        (0..count as u64).map(move |i| {
            let mut bits = [0; 16];
            bits.copy_from_slice(
                &blake3::hash(&[seed.to_le_bytes(), i.to_le_bytes()].concat()).as_bytes()[..16],
            );
            Token(u128::from_le_bytes(bits))
        })
    }

    proptest! {
        #[test]
        fn every_token_added_is_found(seed: u64, count in 0_usize..3000) {
            let mut columns = Columns::for_tokens(count as u64).unwrap();
            tokens(seed, count).for_each(|token| columns.insert(token));
            prop_assert!(tokens(seed, count).all(|token| columns.contains(token)));
        }

        #[test]
        fn bytes_give_the_columns_back(seed: u64, count in 0_usize..3000) {
            let mut columns = Columns::for_tokens(count as u64).unwrap();
            tokens(seed, count).for_each(|token| columns.insert(token));
            let back = Columns::from_bytes(columns.log2_bits(), columns.count(), &columns.to_bytes());
            prop_assert_eq!(back, Some(columns));
        }

        #[test]
        fn rows_of_a_token_are_inside_the_column(bits: u128) {
            for log2 in CLASSES.map(|class| class.log2_bits) {
                prop_assert!(Positions::of(Token(bits)).rows(log2).all(|row| row < 1 << log2));
            }
        }
    }

    #[test]
    fn fill_and_false_matches_are_as_the_formulas_say() {
        for count in [200, 1_000, 20_000, 90_000, 300_000] {
            let mut columns = Columns::for_tokens(count).unwrap();
            tokens(1, count as usize).for_each(|token| columns.insert(token));
            assert!((columns.fill() - columns.expected_fill(count)).abs() < 0.01, "{count}");
            let trials = 200_000;
            let hits = tokens(2, trials).filter(|token| columns.contains(*token)).count() as f64;
            let expected = columns.false_match_rate() * trials as f64;
            assert!(
                (hits - expected).abs() < 6.0 * expected.sqrt() + 5.0,
                "{count}: {hits} against {expected}"
            );
            assert!(columns.false_match_rate() < 0.0012, "{count}: {}", columns.false_match_rate());
        }
    }

    /// The crate `bloomfilter` as independent oracle: same members found, as few others.
    #[test]
    fn agrees_with_an_independent_bloom_filter() {
        // The class in which false matches are frequent enough to count.
        let count = 400_000;
        let mut ours = Columns::for_tokens(count).unwrap();
        // Its two hash keys are the seed's halves, and must differ.
        let seed = std::array::from_fn(|i| i as u8);
        let mut oracle = Bloom::<u128>::new_for_fp_rate_with_seed(count as usize, 0.001, &seed).unwrap();
        for token in tokens(3, count as usize) {
            ours.insert(token);
            oracle.set(&token.0);
        }
        let members = || tokens(3, count as usize);
        assert!(members().all(|token| ours.contains(token) && oracle.check(&token.0)));
        let strangers = || tokens(4, 100_000);
        let false_matches = [
            strangers().filter(|token| ours.contains(*token)).count(),
            strangers().filter(|token| oracle.check(&token.0)).count(),
        ];
        assert!(false_matches.iter().all(|matches| (30..200).contains(matches)), "{false_matches:?}");
    }

    #[test]
    fn size_classes_leave_little_unused() {
        for tokens in [1_u64, 1_000, 10_000, 18_000, 19_000, 140_000, 150_000, 1_000_000, 50_000_000] {
            let columns = Columns::for_tokens(tokens).unwrap();
            let bits = (u64::from(columns.count()) << columns.log2_bits()) as f64;
            let asked = if columns.log2_bits() == 20 { 14.43 } else { 23.0 };
            assert!(tokens < 2_000 || bits / tokens as f64 <= asked * 1.6, "{tokens}");
        }
        assert!(Columns::for_tokens(u64::MAX).is_none());
    }
}
