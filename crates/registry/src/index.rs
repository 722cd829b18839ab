//! Which lists hold a token: all columns of one class probed at once.

use meibo_fingerprint::{Columns, KeyKind, KeyMask, Positions, Token};

use crate::transpose;

/// A list that holds keys of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// The list, as its place in the registry.
    pub list: u32,
    /// Which kinds of the record's keys it holds.
    pub keys: KeyMask,
}

/// The columns of one class, of all lists under one registry key, as rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClassIndex {
    pub(crate) log2_bits: u8,
    /// For each column the list it belongs to.
    pub(crate) owners: Vec<u32>,
    /// Words in a row.
    pub(crate) stride: usize,
    pub(crate) rows: Vec<u64>,
}

/// An index over lists under one registry key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    pub(crate) classes: Vec<ClassIndex>,
    /// For each list of the registry its first column and number of columns, in its class; (0, 0) for lists under
    /// another key.
    pub(crate) spans: Vec<(u32, u32)>,
}

impl Index {
    /// Builds the index of these lists, given by their numbers in the registry.
    pub fn build(lists: &[(u32, &Columns)]) -> Self {
        let mut classes: Vec<u8> = lists.iter().map(|(_, columns)| columns.log2_bits()).collect();
        classes.sort_unstable();
        classes.dedup();
        let length = lists.iter().map(|(list, _)| *list as usize + 1).max().unwrap_or(0);
        let mut index = Self { classes: Vec::new(), spans: vec![(0, 0); length] };
        for log2_bits in classes {
            let members = || lists.iter().filter(|(_, columns)| columns.log2_bits() == log2_bits);
            let mut owners = Vec::new();
            for (list, columns) in members() {
                index.spans[*list as usize] = (owners.len() as u32, columns.count());
                owners.extend((0..columns.count()).map(|_| *list));
            }
            let slices: Vec<&[u64]> =
                members().flat_map(|(_, columns)| (0..columns.count()).map(|c| columns.column(c))).collect();
            let stride = slices.len().div_ceil(64);
            let rows = transpose::rows(&slices, stride);
            index.classes.push(ClassIndex { log2_bits, owners, stride, rows });
        }
        index
    }

    /// Memory of the rows, in bytes.
    pub fn bytes(&self) -> u64 {
        self.classes.iter().map(|class| class.rows.len() as u64 * 8).sum()
    }

    /// The number of columns.
    pub fn columns(&self) -> u64 {
        self.classes.iter().map(|class| class.owners.len() as u64).sum()
    }

    /// A prober with its own scratch memory, for one thread.
    pub fn prober(&self) -> Prober<'_> {
        let widest = self.classes.iter().map(|class| class.stride).max().unwrap_or(0);
        Prober { index: self, row: vec![0; widest] }
    }
}

/// Asks an index, one record at a time.
#[derive(Clone, Debug)]
pub struct Prober<'a> {
    index: &'a Index,
    row: Vec<u64>,
}

impl Prober<'_> {
    /// Replaces `hits` by the lists that hold at least one key of the record, in order of list.
    pub fn record(&mut self, tokens: &[(KeyKind, Token)], hits: &mut Vec<Hit>) {
        hits.clear();
        for (kind, token) in tokens {
            let mut keys = KeyMask::EMPTY;
            keys.insert(*kind);
            self.token(*token, |list| hits.push(Hit { list, keys }));
        }
        hits.sort_unstable_by_key(|hit| hit.list);
        hits.dedup_by(|next, kept| {
            let same = next.list == kept.list;
            if same {
                kept.keys.0 |= next.keys.0;
            }
            same
        });
    }

    /// Calls `found` for each list that holds the token.
    fn token(&mut self, token: Token, mut found: impl FnMut(u32)) {
        let positions = Positions::of(token);
        for class in &self.index.classes {
            let row = &mut self.row[..class.stride];
            if !class.and_rows(positions, row) {
                continue;
            }
            for (at, word) in row.iter().enumerate() {
                let mut bits = *word;
                while bits != 0 {
                    let column = at as u32 * 64 + bits.trailing_zeros();
                    bits &= bits - 1;
                    // Padding bits of a damaged index file belong to no list.
                    let Some(&list) = class.owners.get(column as usize) else { continue };
                    let (first, count) = self.index.spans.get(list as usize).copied().unwrap_or((0, 0));
                    if first + positions.column(count) == column {
                        found(list);
                    }
                }
            }
        }
    }
}

impl ClassIndex {
    /// The columns that have all bits of a token set; false where there are none.
    fn and_rows(&self, positions: Positions, out: &mut [u64]) -> bool {
        out.fill(u64::MAX);
        for row in positions.rows(self.log2_bits) {
            let start = row as usize * self.stride;
            let mut any = 0;
            for (word, bits) in out.iter_mut().zip(&self.rows[start..start + self.stride]) {
                *word &= bits;
                any |= *word;
            }
            // Half of the columns drop out at each row: a stranger's token is done after a few.
            if any == 0 {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(seed: u64, i: u64) -> Token {
        let mix = |x: u64| Token(u128::from(x)).rank();
        Token(u128::from(mix(seed ^ mix(i))) << 64 | u128::from(mix(mix(seed).wrapping_add(i))))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// The lists probed one by one are the oracle.
        #[test]
        fn the_index_answers_as_its_lists_do(sizes in proptest::collection::vec(0_u64..30_000, 1..12), seed: u64) {
            let lists: Vec<Columns> = sizes.iter().enumerate().map(|(list, size)| {
                let mut columns = Columns::for_tokens(*size).unwrap();
                (0..*size).for_each(|i| columns.insert(token(seed, (list as u64 / 2) << 32 | i)));
                columns
            }).collect();
            let numbered: Vec<(u32, &Columns)> = lists.iter().enumerate().map(|(i, c)| (i as u32, c)).collect();
            let index = Index::build(&numbered);
            let mut prober = index.prober();
            let mut hits = Vec::new();
            for probe in 0..2_000_u64 {
                let token = token(seed, (probe % 7) << 32 | probe);
                prober.record(&[(KeyKind::NamePhone, token)], &mut hits);
                let found: Vec<u32> = hits.iter().map(|hit| hit.list).collect();
                let expected: Vec<u32> =
                    numbered.iter().filter(|(_, c)| c.contains(token)).map(|(i, _)| *i).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn hits_of_several_keys_are_joined() {
        let mut columns = Columns::for_tokens(10).unwrap();
        columns.insert(token(1, 1));
        columns.insert(token(1, 2));
        let index = Index::build(&[(0, &columns)]);
        let mut hits = Vec::new();
        let record = [
            (KeyKind::NamePhone, token(1, 1)),
            (KeyKind::NameAddress, token(1, 2)),
            (KeyKind::NameBirth, token(1, 3)),
        ];
        index.prober().record(&record, &mut hits);
        assert_eq!(hits, [Hit { list: 0, keys: KeyMask(0b11) }]);
    }
}
