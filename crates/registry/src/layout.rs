//! In which order a segment of an index holds columns, so that a token's are side by side.
//!
//! A token picks one column of each list, that of its place: with a place of 0.7, the seventh of ten, the seventieth of a
//! hundred. Ordered by their middles, the columns that it may pick are in a window, as wide as the columns of the list
//! that has fewest: so lists with few columns and lists with many form groups of their own.
//!
//! Where a window fits into a cache line, it may still begin in one and end in the next. So if it costs little, places are
//! cut in slices, and each slice has a line of its own, with every column that any of its tokens picks: a column that two
//! slices share is there twice.

use std::ops::Range;

use meibo_fingerprint::MOST_HASHES;
use rayon::prelude::*;

/// Words in a cache line.
pub(crate) const LINE: usize = 8;

/// The fewest bits that a token sets in any class: so many rows are always read.
pub(crate) const LEAST_HASHES: usize = 5;

/// What a row of one more group costs, in columns of a window that it would save.
const GROUP_COST: u64 = 700;
/// Windows are looked up by the first bits of a place: at least this many for the widest column.
const PLACES_A_COLUMN: u64 = 16;
const MOST_PLACES: u64 = 1 << 16;

/// A list's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The list's number in the registry.
    pub(crate) list: u32,
    pub(crate) log2_bits: u8,
    /// At least 1.
    pub(crate) count: u32,
}

/// A column of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) list: u32,
    /// Which of the list's columns, and how many it has.
    pub(crate) ordinal: u32,
    pub(crate) of: u32,
}

/// Columns of one length, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) log2_bits: u8,
    pub(crate) hashes: u8,
    /// The columns in order of their middles, or slice after slice.
    pub(crate) columns: Vec<Column>,
    /// For each column of each list, list after list, where it is in that order; of several places any.
    pub(crate) places: Vec<u32>,
    /// How many slices there are; 0 where there are windows.
    slices: u32,
    /// The first word of each window, by the first bits of a token's place.
    windows: Vec<u32>,
    /// The words of a window: up to a cache line as many as are needed, above that whole lines of them.
    pub(crate) width: usize,
    /// Words in a row.
    pub(crate) stride: usize,
    /// The segment's word at which the rows begin.
    pub(crate) base: usize,
}

/// Where a list's columns are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) group: u32,
    /// The first of its columns in the group's `places`.
    pub(crate) first: u32,
    /// How many they are; 0 for lists that the segment does not hold.
    pub(crate) count: u32,
}

impl Column {
    /// Where no list has a column: no token picks it.
    const NONE: Column = Column { list: u32::MAX, ordinal: u32::MAX, of: 0 };

    /// True for a column of a list.
    pub(crate) fn is_some(self) -> bool {
        self.of > 0
    }
}

/// All groups of an index's segment, and for each list of the registry where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) groups: Vec<Group>,
    pub(crate) spans: Vec<Span>,
    /// Words of all rows.
    pub(crate) words: usize,
}

impl Layout {
    /// The layout of these lists, the same on every machine; `None` where columns are of no known class.
    pub(crate) fn of(shapes: &[Shape]) -> Option<Self> {
        let length = shapes.iter().map(|shape| shape.list as usize + 1).max().unwrap_or(0);
        let mut layout = Self { groups: Vec::new(), spans: vec![Span::default(); length], words: 0 };
        for members in grouped(shapes) {
            let mut first = 0;
            for shape in &members {
                let span = Span { group: layout.groups.len() as u32, first, count: shape.count };
                first = first.checked_add(shape.count)?;
                *layout.spans.get_mut(shape.list as usize)? = span;
            }
            let group = Group::of(&members, layout.words)?;
            layout.words += group.words();
            layout.groups.push(group);
        }
        Some(layout)
    }

    /// Calls list *i* `numbers[i]`, which are in order: nothing moves. `None` where a list has no number.
    pub(crate) fn renumber(&mut self, numbers: &[u32]) -> Option<()> {
        let columns = self.groups.iter_mut().flat_map(|group| &mut group.columns);
        for column in columns.filter(|column| column.is_some()) {
            column.list = *numbers.get(column.list as usize)?;
        }
        let spans = std::mem::take(&mut self.spans);
        for (list, span) in spans.into_iter().enumerate().filter(|(_, span)| span.count > 0) {
            // In order, so that each is the last of those put there.
            self.spans.resize(*numbers.get(list)? as usize, Span::default());
            self.spans.push(span);
        }
        Some(())
    }
}

impl Group {
    fn of(members: &[Shape], base: usize) -> Option<Self> {
        let log2_bits = members.first()?.log2_bits;
        let hashes = meibo_fingerprint::hashes(log2_bits)?;
        if !(LEAST_HASHES..=MOST_HASHES).contains(&usize::from(hashes)) {
            return None;
        }
        let fewest = members.iter().map(|shape| shape.count).min().filter(|count| *count > 0)?;
        let ordered = ordered(members);
        let (windows, width) = windows(&ordered, fewest);
        let in_order = || ordered.iter().map(|(_, column)| *column).collect();
        let (columns, slices, width) = match Some(width).filter(|width| *width <= LINE).and(sliced(members)) {
            Some((columns, slices)) => (columns, slices, LINE),
            None => (in_order(), 0, width),
        };
        let mut firsts = std::collections::HashMap::new();
        let mut total = 0_usize;
        for shape in members {
            firsts.insert(shape.list, total);
            total += shape.count as usize;
        }
        let mut places = vec![0; total];
        for (place, column) in (0..).zip(&columns).filter(|(_, column)| column.is_some()) {
            *places.get_mut(firsts.get(&column.list)? + column.ordinal as usize)? = place;
        }
        let stride = columns.len().div_ceil(64).max(width);
        // The last windows end with their rows.
        let windows = windows.into_iter().map(|first| first.min((stride - width) as u32)).collect();
        Some(Self { log2_bits, hashes, columns, places, slices, windows, width, stride, base })
    }

    /// Words of all rows, whole cache lines of them.
    pub(crate) fn words(&self) -> usize {
        (self.stride << self.log2_bits).next_multiple_of(LINE)
    }

    /// Where its rows are among those of its index's segment.
    pub(crate) fn range(&self) -> Range<usize> {
        self.base..self.base + (self.stride << self.log2_bits)
    }

    /// The first of the [`width`](Self::width) words of a row that hold whatever columns a token of this place picks.
    #[inline]
    pub(crate) fn window(&self, place: u64) -> usize {
        if self.slices > 0 {
            return ((u128::from(place) * u128::from(self.slices)) >> 64) as usize * LINE;
        }
        let at = place >> (64 - self.windows.len().ilog2());
        self.windows.get(at as usize).map_or(0, |first| *first as usize)
    }

    /// The cache lines that a token needs.
    pub(crate) fn lines(&self) -> usize {
        if self.slices > 0 { LEAST_HASHES } else { (self.width / LINE + 1) * LEAST_HASHES }
    }
}

/// Columns in order of their middles, which are given too, as fractions of all places.
fn ordered(members: &[Shape]) -> Vec<(f64, Column)> {
    let columns = members.iter().flat_map(|shape| {
        (0..shape.count).map(|ordinal| {
            let middle = (f64::from(ordinal) + 0.5) / f64::from(shape.count);
            (middle, Column { list: shape.list, ordinal, of: shape.count })
        })
    });
    let mut columns: Vec<(f64, Column)> = columns.collect();
    columns.par_sort_unstable_by(|(a, x), (b, y)| a.total_cmp(b).then(x.list.cmp(&y.list)));
    columns
}

/// For each range of places the first of the words of a row in which the columns picked there are, and how many words
/// hold them in every range: the columns' middles are no further off than half of the widest column.
fn windows(ordered: &[(f64, Column)], fewest: u32) -> (Vec<u32>, usize) {
    /// More than rounding can move a middle by.
    const SLACK: f64 = 1e-12;
    let count = (u64::from(fewest) * PLACES_A_COLUMN).next_power_of_two().min(MOST_PLACES);
    let reach = 0.5 / f64::from(fewest) + SLACK;
    let (mut first, mut end, mut width) = (0, 0, 1);
    let mut window = |at: u64| {
        let (low, high) = (at as f64 / count as f64 - reach, (at + 1) as f64 / count as f64 + reach);
        first += ordered[first..].iter().take_while(|(middle, _)| *middle < low).count();
        end += ordered[end..].iter().take_while(|(middle, _)| *middle <= high).count();
        width = width.max(end.div_ceil(64) - first / 64);
        (first / 64) as u32
    };
    let firsts = (0..count).map(&mut window).collect();
    (firsts, if width > LINE { width.next_multiple_of(LINE) } else { width })
}

/// The columns slice after slice, each of as many as a cache line has bits, and how many slices there are: the fewest that
/// are narrow enough. `None` where they would be more than a quarter larger than the columns alone.
fn sliced(members: &[Shape]) -> Option<(Vec<Column>, u32)> {
    const BITS: u64 = 64 * LINE as u64;
    let total: u64 = members.iter().map(|shape| u64::from(shape.count)).sum();
    let most = total * 5 / 4 / BITS;
    let width = |slice, slices| -> u64 {
        members.iter().map(|shape| picked(*shape, slice, slices).count() as u64).sum()
    };
    let fits = |slices: &u64| (0..*slices).all(|slice| width(slice, *slices) <= BITS);
    let slices = (total.div_ceil(BITS).max(1)..=most).find(fits)?;
    let mut columns = Vec::with_capacity((slices * BITS) as usize);
    for slice in 0..slices {
        for shape in members {
            let column = |ordinal| Column { list: shape.list, ordinal, of: shape.count };
            columns.extend(picked(*shape, slice, slices).map(column));
        }
        columns.resize(((slice + 1) * BITS) as usize, Column::NONE);
    }
    Some((columns, slices as u32))
}

/// The columns of a list that tokens pick whose place is in a slice.
fn picked(shape: Shape, slice: u64, slices: u64) -> std::ops::Range<u32> {
    let count = u64::from(shape.count);
    ((slice * count / slices) as u32)..((slice + 1) * count).div_ceil(slices) as u32
}

/// The lists in groups of one class and of numbers of columns that go together: of all ways to cut them in order of
/// number the one whose rows cost least, each group being paid for by itself and for the width of its windows.
fn grouped(shapes: &[Shape]) -> Vec<Vec<Shape>> {
    let mut sorted = shapes.to_vec();
    sorted.sort_by_key(|shape| (shape.log2_bits, shape.count, shape.list));
    let mut groups = Vec::new();
    for class in sorted.chunk_by(|a, b| a.log2_bits == b.log2_bits) {
        let steps: Vec<&[Shape]> = class.chunk_by(|a, b| step(a.count) == step(b.count)).collect();
        groups.extend(cheapest(&steps).into_iter().map(|run| steps[run].concat()));
    }
    groups
}

/// Numbers of columns in steps of a fourth to an eighth: integers, so that groups are the same on every machine.
fn step(count: u32) -> u32 {
    let octave = count.max(1).ilog2();
    octave * 4 + if octave < 2 { count } else { count >> (octave - 2) }
}

/// The cheapest way to cut a sequence in runs.
fn cheapest(steps: &[&[Shape]]) -> Vec<Range<usize>> {
    // For each end the cost of the best cut up to there, and where its last run begins.
    let mut best: Vec<(u64, usize)> = vec![(0, 0)];
    for end in 1..=steps.len() {
        let (mut columns, mut lists) = (0, 0);
        let mut least = (u64::MAX, 0);
        for start in (0..end).rev() {
            let Some(fewest) = steps[start].first().map(|shape| u64::from(shape.count).max(1)) else {
                continue;
            };
            columns += steps[start].iter().map(|shape| u64::from(shape.count)).sum::<u64>();
            lists += steps[start].len() as u64;
            let cost = best[start].0.saturating_add(GROUP_COST + lists + columns / fewest);
            least = least.min((cost, start));
        }
        best.push(least);
    }
    let mut runs = Vec::new();
    let mut end = steps.len();
    while end > 0 {
        let start = best[end].1.min(end - 1);
        runs.push(start..end);
        end = start;
    }
    runs.reverse();
    runs
}
