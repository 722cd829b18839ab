//! Which lists hold a token: the bits of all lists as rows, of which a token needs a few words each.

use std::sync::Arc;

use meibo_fingerprint::{Columns, KeyMask, Positions, Token};

use crate::layout::{Column, Group, Layout, Shape};
use crate::memory::Words;
use crate::prober::Prober;
use crate::transpose;

/// A list that holds keys of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// The list, as its place in the registry.
    pub list: u32,
    /// Which kinds of the record's keys it holds.
    pub keys: KeyMask,
}

/// An index over lists under one registry key, in one segment or several: each list is in one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    pub(crate) segments: Vec<Segment>,
}

/// Lists that were laid out together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) layout: Layout,
    /// The rows of group after group; in each, bit *c* of a row is that of its column *c*.
    pub(crate) rows: Arc<Words>,
}

impl Index {
    /// Builds the index of these lists, given by their numbers in the registry.
    pub fn build(lists: &[(u32, &Columns)]) -> Self {
        Self { segments: vec![Segment::build(lists)] }
    }

    /// Memory of the rows, in bytes.
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.layout.words as u64 * 8).sum()
    }

    /// The number of columns.
    pub fn columns(&self) -> u64 {
        self.all_groups().map(|group| group.places.len() as u64).sum()
    }

    /// The number of groups that lists are in: each costs a token a few reads.
    pub fn groups(&self) -> usize {
        self.all_groups().count()
    }

    /// Whether a list holds a token: one word for each row, until one says no.
    pub fn holds(&self, list: u32, token: Token) -> bool {
        self.segments.iter().any(|segment| segment.holds(list, token))
    }

    /// A prober with its own scratch memory, for one thread.
    pub fn prober(&self) -> Prober<'_> {
        Prober::new(self)
    }

    /// The bits of all columns.
    pub(crate) fn bits(&self) -> u64 {
        self.all_groups().map(|group| (group.places.len() as u64) << group.log2_bits).sum()
    }

    /// The same index with list *i* called `numbers[i]`, which are in order; `None` where a list has no number.
    pub(crate) fn renumbered(mut self, numbers: &[u32]) -> Option<Self> {
        self.segments.iter_mut().try_for_each(|segment| segment.layout.renumber(numbers))?;
        Some(self)
    }

    /// The columns of all lists, taken back out of the rows.
    pub(crate) fn lists(&self) -> Vec<(u32, Columns)> {
        self.segments.iter().flat_map(Segment::lists).collect()
    }

    /// The same lists in one segment.
    pub(crate) fn whole(&self) -> Self {
        if self.segments.len() == 1 {
            return self.clone();
        }
        let lists = self.lists();
        Self::build(&lists.iter().map(|(list, columns)| (*list, columns)).collect::<Vec<_>>())
    }

    fn all_groups(&self) -> impl Iterator<Item = &Group> {
        self.segments.iter().flat_map(|segment| &segment.layout.groups)
    }
}

impl Segment {
    fn build(lists: &[(u32, &Columns)]) -> Self {
        let shape = |(list, columns): &(u32, &Columns)| Shape {
            list: *list,
            log2_bits: columns.log2_bits(),
            count: columns.count(),
        };
        let shapes: Vec<Shape> = lists.iter().map(shape).collect();
        let layout = Layout::of(&shapes).unwrap_or_default();
        let mut of_list: Vec<Option<&Columns>> = vec![None; layout.spans.len()];
        for (list, columns) in lists {
            if let Some(place) = of_list.get_mut(*list as usize) {
                *place = Some(columns);
            }
        }
        let mut rows = Words::zeroed(layout.words);
        for group in &layout.groups {
            let bits = |column: &Column| {
                of_list
                    .get(column.list as usize)
                    .copied()
                    .flatten()
                    .map_or(&[][..], |c| c.column(column.ordinal))
            };
            let columns: Vec<&[u64]> = group.columns.iter().map(bits).collect();
            let rows = rows.as_mut_slice().get_mut(group.range()).unwrap_or_default();
            transpose::rows(&columns, group.stride, rows);
        }
        Self { layout, rows: Arc::new(rows) }
    }

    fn holds(&self, list: u32, token: Token) -> bool {
        let Some(span) = self.layout.spans.get(list as usize).filter(|span| span.count > 0) else {
            return false;
        };
        let Some(group) = self.layout.groups.get(span.group as usize) else { return false };
        let positions = Positions::of(token);
        let Some(&column) = group.places.get((span.first + positions.column(span.count)) as usize) else {
            return false;
        };
        let (word, bit) = (group.base + column as usize / 64, column % 64);
        let rows = self.rows.as_slice();
        positions.rows(group.log2_bits, group.hashes).all(|row| {
            rows.get(row as usize * group.stride + word)
                .is_some_and(|bits| u64::from_le(*bits) >> bit & 1 == 1)
        })
    }

    fn lists(&self) -> Vec<(u32, Columns)> {
        self.layout.groups.iter().flat_map(|group| self.lists_of(group)).collect()
    }

    fn lists_of(&self, group: &Group) -> Vec<(u32, Columns)> {
        let rows = self.rows.as_slice().get(group.range()).unwrap_or_default();
        let columns = transpose::columns(rows, group.stride, group.columns.len(), 1 << group.log2_bits);
        let mut places: Vec<usize> =
            (0..columns.len()).filter(|place| group.columns[*place].is_some()).collect();
        let column = |place: &usize| (group.columns[*place].list, group.columns[*place].ordinal);
        places.sort_by_key(column);
        places.dedup_by_key(|place| column(place));
        let list = |of: &[usize]| {
            let Column { list, of: count, .. } = group.columns[*of.first()?];
            let words = of.iter().flat_map(|place| &columns[*place]).copied().collect();
            Some((list, Columns::from_words(group.log2_bits, count, words)?))
        };
        places.chunk_by(|a, b| group.columns[*a].list == group.columns[*b].list).filter_map(list).collect()
    }
}

#[cfg(test)]
mod tests {
    use meibo_fingerprint::KeyKind;
    use proptest::prelude::*;

    use super::*;

    fn token(seed: u64, i: u64) -> Token {
        let mix = |x: u64| Token(u128::from(x)).rank();
        Token(u128::from(mix(seed ^ mix(i))) << 64 | u128::from(mix(mix(seed).wrapping_add(i))))
    }

    /// Pairs of lists have members in common.
    fn filled(sizes: &[u64], seed: u64) -> Vec<Columns> {
        let fill = |(list, size): (usize, &u64)| {
            let mut columns = Columns::for_tokens(*size).unwrap();
            (0..*size).for_each(|i| columns.insert(token(seed, (list as u64 / 2) << 32 | i)));
            columns
        };
        sizes.iter().enumerate().map(fill).collect()
    }

    fn numbered(lists: &[Columns]) -> Vec<(u32, &Columns)> {
        (0..).zip(lists).collect()
    }

    /// Records of none to six keys, of members and of strangers.
    fn records(seed: u64) -> Vec<Vec<(KeyKind, Token)>> {
        let record = |r: u64| {
            let key = |k: u64| {
                let probe = 6 * r + k;
                (KeyKind::ALL[(k / 2) as usize], token(seed, (probe % 7) << 32 | probe))
            };
            (0..r % 7).map(key).collect()
        };
        (0..700).map(record).collect()
    }

    /// What the lists say when they are asked one by one.
    fn asked_one_by_one(lists: &[(u32, &Columns)], record: &[(KeyKind, Token)]) -> Vec<Hit> {
        let held_by = |columns: &Columns| -> KeyMask {
            record.iter().filter(|(_, token)| columns.contains(*token)).map(|(kind, _)| *kind).collect()
        };
        let hits = lists.iter().map(|(list, columns)| Hit { list: *list, keys: held_by(columns) });
        hits.filter(|hit| !hit.keys.is_empty()).collect()
    }

    /// The lists in one segment, and in two with every third in the second.
    fn check(sizes: &[u64], seed: u64) -> Result<(), TestCaseError> {
        let lists = filled(sizes, seed);
        let numbered = numbered(&lists);
        check_index(&numbered, &Index::build(&numbered), seed)?;
        let (second, first): (Vec<_>, Vec<_>) = numbered.iter().partition(|(list, _)| list % 3 == 1);
        let segments = [first, second].map(|lists| Segment::build(&lists)).to_vec();
        check_index(&numbered, &Index { segments }, seed)
    }

    fn check_index(numbered: &[(u32, &Columns)], index: &Index, seed: u64) -> Result<(), TestCaseError> {
        let records = records(seed);
        let expected: Vec<Vec<Hit>> = records.iter().map(|r| asked_one_by_one(numbered, r)).collect();
        let mut prober = index.prober();
        let mut hits = Vec::new();
        for (record, expected) in records.iter().zip(&expected) {
            prober.record(record, &mut hits);
            prop_assert_eq!(&hits, expected);
        }
        for ahead in [0, 1, 3, 100] {
            let mut found = Vec::new();
            let mut prober = index.prober().ahead(ahead);
            prober.records(records.iter().map(Vec::as_slice), |record, hits| {
                assert_eq!(record, found.len());
                found.push(hits.to_vec());
            });
            prop_assert_eq!(&found, &expected);
        }
        for (list, columns) in numbered {
            for (_, token) in records.iter().flatten() {
                prop_assert_eq!(index.holds(*list, *token), columns.contains(*token));
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// The lists probed one by one are the oracle: for one record, for many at once, for one list.
        #[test]
        fn the_index_answers_as_its_lists_do(
            sizes in proptest::collection::vec(0_u64..30_000, 1..12), few in proptest::collection::vec(0_u64..700, 0..90), seed: u64
        ) {
            check(&[sizes, few].concat(), seed)?;
        }
    }

    #[test]
    fn lists_of_all_classes_and_numbers_of_columns_answer_as_they_do_alone() {
        let sizes = [1_500_000, 3, 400_000, 271_000, 270_000, 90_000, 700, 0, 20_000, 500_000];
        check(&sizes, 7).unwrap();
        check(&[600; 300], 8).unwrap();
        // A window fits into a line, and there are slices.
        check(&[100_000, 90_000, 110_000, 100_000, 80_000, 100_000, 120_000, 100_000, 99_000, 100_000], 10)
            .unwrap();
        check(&[], 9).unwrap();
    }

    #[test]
    fn lists_are_taken_back_out_of_the_rows_and_renamed() {
        let lists = filled(&[1_500_000, 3, 400_000, 700, 0, 20_000, 500_000], 5);
        let index = Index::build(&numbered(&lists));
        let mut back = index.lists();
        back.sort_by_key(|(list, _)| *list);
        assert!(back.iter().map(|(list, columns)| (*list, columns)).eq(numbered(&lists)));
        let numbers = [1, 2, 4, 5, 6, 9, 11];
        let renamed: Vec<(u32, &Columns)> = numbers.into_iter().zip(&lists).collect();
        assert_eq!(index.clone().renumbered(&numbers), Some(Index::build(&renamed)));
        assert_eq!(index.renumbered(&numbers[1..]), None);
    }

    #[test]
    fn a_list_that_is_not_there_holds_nothing() {
        let lists = filled(&[100, 100], 1);
        let index = Index::build(&[(1, &lists[0]), (3, &lists[1])]);
        assert!(index.holds(1, token(1, 1)) && index.holds(3, token(1, 1)));
        assert!([0, 2, 4, u32::MAX].iter().all(|list| !index.holds(*list, token(1, 1))));
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
