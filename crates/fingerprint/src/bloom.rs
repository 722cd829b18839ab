//! Bloom filters in columns of a few fixed sizes.
//!
//! A list owns one or more columns of its class; a token picks one of them by hash, then sets a few bits there.
//! Columns of one class have one length, so an index over many lists is their transposition.

use crate::Token;

/// The most bits that a token sets in any class.
pub const MOST_HASHES: usize = 6;

/// Columns of one length.
struct Class {
    /// log₂ of the length in bits.
    log2_bits: u8,
    /// Bits set for each token.
    hashes: u8,
    /// A list has at least so many columns, and takes the shortest class in which it needs no more than `most_columns`.
    least_columns: u64,
    most_columns: u64,
    /// Thousandths of bits a token; integers, so that sizes are the same on every machine.
    bits_per_1000_tokens: u64,
}

/// The classes, shortest first.
///
/// Fewer hashes than those that make a filter smallest (Broder and Mitzenmacher, 2004): what an index costs is rows read,
/// one for each hash. With 17.4 bits a token and 5 hashes a quarter of a column's bits are set, and a token that is not in
/// the list is taken for a member once in 4⁵ = 1,024. Most lists are small and take little room: with 31 bits a token and
/// 6 hashes that happens once in 30,000, so that even a single match counts. Columns are short beside the lists that
/// have them, so that rounding up to whole columns costs a large list at most a hundredth. An index reads the wider the
/// fewer columns any list has: so the smallest have 16 all the same, and nobody sees of a list of less than a thousand
/// people how many they are.
const CLASSES: [Class; 2] = [
    Class { log2_bits: 14, hashes: 6, least_columns: 16, most_columns: 512, bits_per_1000_tokens: 31_000 },
    Class {
        log2_bits: 16,
        hashes: 5,
        least_columns: 1,
        most_columns: u64::MAX,
        bits_per_1000_tokens: 17_400,
    },
];

/// How many bits a token sets in columns of 2^`log2_bits` bits, or `None` where there are no such columns.
pub fn hashes(log2_bits: u8) -> Option<u8> {
    CLASSES.iter().find(|class| class.log2_bits == log2_bits).map(|class| class.hashes)
}

/// The columns of one list, or of any number of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    log2_bits: u8,
    hashes: u8,
    count: u32,
    /// Column after column, each 2^`log2_bits` bits in words of 64, lowest bit first.
    words: Vec<u64>,
}

/// Where the bits of a token are, in columns of any class.
#[derive(Clone, Copy, Debug, Default)]
pub struct Positions {
    row: u64,
    column: u64,
}

/// The multiplier that row follows row by: that of a good multiplicative congruential generator modulo 2⁶⁴ (Steele and
/// Vigna, 2022).
const NEXT_ROW: u64 = 0xf135_7aea_2e62_a9c5;

impl Positions {
    /// The positions of a token.
    pub fn of(token: Token) -> Self {
        Self { row: token.0 as u64, column: (token.0 >> 64) as u64 }
    }

    /// Where the token is among all columns of a list, as a fraction of 2⁶⁴: whatever their number, the same place.
    pub fn place(self) -> u64 {
        self.column
    }

    /// Which of `count` columns.
    pub fn column(self, count: u32) -> u32 {
        ((u128::from(self.column) * u128::from(count)) >> 64) as u32
    }

    /// The first `hashes` rows in a column of 2^`log2_bits` bits, 1 to 32.
    pub fn rows(self, log2_bits: u8, hashes: u8) -> impl Iterator<Item = u32> {
        let mut state = self.row;
        (0..hashes).map(move |_| {
            // The highest bits: all bits of the token have a part in them.
            let row = (state >> (64 - u32::from(log2_bits))) as u32;
            state = state.wrapping_mul(NEXT_ROW);
            row
        })
    }
}

impl Columns {
    /// log₂ of the columns' length and their number for this many distinct tokens; `None` for more than a file can hold.
    pub fn shape(tokens: u64) -> Option<(u8, u32)> {
        let columns = |class: &Class| {
            let bits = tokens.checked_mul(class.bits_per_1000_tokens)?.div_ceil(1_000).max(1);
            let columns = bits.div_ceil(1 << class.log2_bits).max(class.least_columns);
            Some(columns).filter(|columns| *columns <= class.most_columns)
        };
        let (log2_bits, count) = CLASSES.iter().find_map(|class| Some((class.log2_bits, columns(class)?)))?;
        Some((log2_bits, u32::try_from(count).ok()?))
    }

    /// Empty columns of the size that this many distinct tokens need, or `None` for more than a file can hold.
    pub fn for_tokens(tokens: u64) -> Option<Self> {
        let (log2_bits, count) = Self::shape(tokens)?;
        let words = usize::try_from(u64::from(count) << (log2_bits - 6)).ok()?;
        Some(Self { log2_bits, hashes: hashes(log2_bits)?, count, words: vec![0; words] })
    }

    /// Columns read from a file: `bytes` holds exactly `count` columns of a known class, or the answer is `None`.
    pub(crate) fn from_bytes(log2_bits: u8, count: u32, bytes: &[u8]) -> Option<Self> {
        hashes(log2_bits)?;
        if bytes.len() as u64 != u64::from(count) << (log2_bits - 3) {
            return None;
        }
        let word = |chunk: &[u8]| chunk.iter().rev().fold(0_u64, |word, &byte| word << 8 | u64::from(byte));
        Self::from_words(log2_bits, count, bytes.chunks_exact(8).map(word).collect())
    }

    /// Columns of these words, as [`column`](Self::column) gives them, one column after the other; `None` where they are
    /// not `count` columns of a known class.
    pub fn from_words(log2_bits: u8, count: u32, words: Vec<u64>) -> Option<Self> {
        let hashes = hashes(log2_bits).filter(|_| count > 0)?;
        (words.len() as u64 == u64::from(count) << (log2_bits - 6)).then_some(Self {
            log2_bits,
            hashes,
            count,
            words,
        })
    }

    /// Bytes of the columns in a file.
    pub(crate) fn bytes(&self) -> usize {
        8 * self.words.len()
    }

    /// Gives the columns as a file holds them, piece by piece, so that there are never two of all.
    pub(crate) fn each_piece(&self, mut each: impl FnMut(&[u8])) {
        let mut bytes = Vec::new();
        for words in self.words.chunks(1 << 13) {
            bytes.clear();
            bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
            each(&bytes);
        }
    }

    /// The digest of the columns as a file holds them.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        self.each_piece(|piece| {
            hasher.update(piece);
        });
        *hasher.finalize().as_bytes()
    }

    /// log₂ of a column's length in bits.
    pub fn log2_bits(&self) -> u8 {
        self.log2_bits
    }

    /// The number of bits that a token sets.
    pub fn hashes(&self) -> u8 {
        self.hashes
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
        for row in positions.rows(self.log2_bits, self.hashes) {
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
        positions.rows(self.log2_bits, self.hashes).all(set)
    }

    /// The number of bits set.
    pub fn ones(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The share of bits set, 0 to 1.
    pub fn fill(&self) -> f64 {
        self.ones() as f64 / (self.words.len() as f64 * 64.0)
    }

    /// The number of bits that this many distinct tokens set in these columns, and how far from it chance takes a list hardly
    /// ever.
    ///
    /// With n tokens of k bits in c columns of m bits the mean is m c (1 − (1 − (1 − (1 − 1/m)^k) / c)^n): a column is picked by
    /// each token with chance 1/c. Six standard deviations of the number of empty boxes of m c after k n balls
    /// (√(m c (x − (1 + λ) x²)), x = e^−λ, λ = k n / (m c); Feller, 1968, IV.2), a thousandth of the mean for what the hash is
    /// short of chance, and ten for short lists.
    pub fn expected_ones(&self, tokens: u64) -> [f64; 2] {
        let (m, c, k) = ((1_u64 << self.log2_bits) as f64, f64::from(self.count), f64::from(self.hashes));
        let of_its_column = -(k * (-1.0 / m).ln_1p()).exp_m1();
        let mean = -m * c * (tokens as f64 * (-of_its_column / c).ln_1p()).exp_m1();
        let load = k * tokens as f64 / (m * c);
        let x = (-load).exp();
        let variance = m * c * (x - (1.0 + load) * x * x).max(0.0);
        [mean, 6.0 * variance.sqrt() + mean / 1_000.0 + 10.0]
    }

    /// The chance that a token that is not in the list is taken for a member: the mean over columns of fill^k, from
    /// the bits that are really set.
    pub fn false_match_rate(&self) -> f64 {
        let bits = (1_u64 << self.log2_bits) as f64;
        let rate = |column: u32| {
            let ones: u64 = self.column(column).iter().map(|word| u64::from(word.count_ones())).sum();
            (ones as f64 / bits).powi(i32::from(self.hashes))
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
            let mut bytes = Vec::new();
            columns.each_piece(|piece| bytes.extend(piece));
            prop_assert_eq!((bytes.len(), *blake3::hash(&bytes).as_bytes()), (columns.bytes(), columns.digest()));
            let back = Columns::from_bytes(columns.log2_bits(), columns.count(), &bytes);
            prop_assert_eq!(back, Some(columns));
        }

        #[test]
        fn rows_of_a_token_are_inside_the_column(bits: u128) {
            for Class { log2_bits, hashes, .. } in CLASSES {
                prop_assert!(usize::from(hashes) <= MOST_HASHES);
                let rows: Vec<u32> = Positions::of(Token(bits)).rows(log2_bits, hashes).collect();
                prop_assert!(rows.len() == usize::from(hashes) && rows.iter().all(|row| row >> log2_bits == 0));
            }
        }
    }

    #[test]
    fn fill_and_false_matches_are_as_the_formulas_say() {
        for count in [200, 1_000, 20_000, 90_000, 300_000, 400_000, 1_500_000] {
            let mut columns = Columns::for_tokens(count).unwrap();
            tokens(1, count as usize).for_each(|token| columns.insert(token));
            let ([mean, tolerance], ones) = (columns.expected_ones(count), columns.ones() as f64);
            assert!((ones - mean).abs() < 0.8 * tolerance, "{count}: {ones} {mean} {tolerance}");
            let trials = 200_000;
            let hits = tokens(2, trials).filter(|token| columns.contains(*token)).count() as f64;
            let expected = columns.false_match_rate() * trials as f64;
            assert!(
                (hits - expected).abs() < 6.0 * expected.sqrt() + 5.0,
                "{count}: {hits} against {expected}"
            );
            let most = if count < 270_000 { 1.0 / 30_000.0 } else { 0.001 };
            assert!(columns.false_match_rate() < most, "{count}: {}", columns.false_match_rate());
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
        for tokens in
            [1_u64, 1_000, 10_000, 18_000, 140_000, 270_000, 271_000, 900_000, 1_000_000, 50_000_000]
        {
            let columns = Columns::for_tokens(tokens).unwrap();
            let bytes = (u64::from(columns.count()) << columns.log2_bits()) as f64 / 8.0;
            let asked = if columns.log2_bits() == 16 { 2.2 } else { 4.0 };
            assert!(tokens < 10_000 || bytes / tokens as f64 <= asked, "{tokens}");
        }
        assert!(Columns::for_tokens(u64::MAX).is_none());
    }
}
