//! Columns to rows: 64 × 64 bits at a time.

use rayon::prelude::*;

use crate::layout::LINE;

/// Transposes a square of bits in place: bit *j* of word *i* becomes bit *i* of word *j*.
///
/// Halves are exchanged recursively (Warren, Hacker's Delight, 2nd ed., section 7-3).
pub(crate) fn square(words: &mut [u64; 64]) {
    let mut width = 32;
    let mut mask = 0x0000_0000_ffff_ffff_u64;
    while width > 0 {
        let mut i = 0;
        while i < 64 {
            let (low, high) = (words[i], words[i + width]);
            let swap = ((low >> width) ^ high) & mask;
            words[i] = low ^ (swap << width);
            words[i + width] = high ^ swap;
            i = (i + width + 1) & !width;
        }
        width /= 2;
        mask ^= mask << width;
    }
}

/// Fills the rows of a table from its columns, a cache line of each at a time: `columns` are of one length (in words of 64 rows); row *r* is `stride`
/// words, bit *c* of which is bit *r* of column *c*.
pub(crate) fn rows(columns: &[&[u64]], stride: usize, rows: &mut [u64]) {
    if stride == 0 {
        return;
    }
    rows.par_chunks_mut(LINE * 64 * stride).enumerate().for_each(|(line, rows)| {
        for (group, members) in columns.chunks(64).enumerate() {
            for (at, rows) in rows.chunks_mut(64 * stride).enumerate() {
                let mut block = [0; 64];
                for (word, column) in block.iter_mut().zip(members) {
                    *word = column.get(line * LINE + at).copied().unwrap_or(0);
                }
                square(&mut block);
                for (target, word) in rows.iter_mut().skip(group).step_by(stride).zip(block) {
                    *target = word.to_le();
                }
            }
        }
    });
}

/// Takes the first `count` columns of so many bits each back out of rows that [`rows`] filled.
pub(crate) fn columns(rows: &[u64], stride: usize, count: usize, bits: usize) -> Vec<Vec<u64>> {
    let mut columns = vec![vec![0; bits / 64]; count];
    columns.par_chunks_mut(64).enumerate().for_each(|(group, members)| {
        for at in 0..bits / 64 {
            let mut block = [0; 64];
            for (row, word) in block.iter_mut().enumerate() {
                *word = rows.get((at * 64 + row) * stride + group).map_or(0, |word| u64::from_le(*word));
            }
            square(&mut block);
            members.iter_mut().zip(block).for_each(|(column, word)| column[at] = word);
        }
    });
    columns
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_holds_the_bits_of_its_columns(
            columns in proptest::collection::vec(proptest::collection::vec(any::<u64>(), 11), 1..150)
        ) {
            let slices: Vec<&[u64]> = columns.iter().map(Vec::as_slice).collect();
            let stride = columns.len().div_ceil(64);
            let mut rows = vec![0; 11 * 64 * stride];
            super::rows(&slices, stride, &mut rows);
            prop_assert_eq!(&super::columns(&rows, stride, columns.len(), 11 * 64), &columns);
            for (c, column) in columns.iter().enumerate() {
                for r in 0..11 * 64 {
                    let in_column = column[r / 64] >> (r % 64) & 1;
                    let in_row = u64::from_le(rows[r * stride + c / 64]) >> (c % 64) & 1;
                    prop_assert_eq!(in_column, in_row);
                }
            }
        }
    }
}
