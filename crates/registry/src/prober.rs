//! Asking an index: the rows of the next tokens are on their way from memory while those of one are read.

use meibo_fingerprint::{KeyKind, KeyMask, MOST_HASHES, Positions, Token};

use crate::index::{Hit, Index};
use crate::layout::{Group, LINE};
use crate::memory::prefetch;

/// Rows read without asking whether a column is left: most columns drop out within as many, so that a branch would
/// cost more than a row that has been fetched anyway.
const FIRST_ROWS: usize = 5;
/// Tokens whose rows are fetched ahead: as many as have about this many cache lines, and no more than have a plan.
const LINES_AHEAD: usize = 128;
const MOST_AHEAD: usize = PLANS - 1;
const PLANS: usize = 16;

/// Asks an index for the lists that hold keys of records.
#[derive(Clone, Debug)]
pub struct Prober<'a> {
    index: &'a Index,
    rows: &'a [u64],
    ahead: usize,
    /// Tokens of the records asked for.
    asked: Vec<Asked>,
    /// Plans of the last [`PLANS`] tokens, each for all groups.
    plans: Vec<Plan>,
    hits: Vec<Hit>,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    positions: Positions,
    record: u32,
    keys: KeyMask,
}

/// Which words of a group a token needs.
#[derive(Clone, Copy, Debug, Default)]
struct Plan {
    /// The first word in each row.
    starts: [usize; MOST_HASHES],
    /// The first word's place in its row.
    first: u32,
    words: u32,
}

impl<'a> Prober<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        let groups = &index.layout.groups;
        let lines: usize = groups.iter().map(Group::lines).sum();
        Self {
            index,
            rows: index.rows.as_slice(),
            ahead: (LINES_AHEAD / lines.max(1)).clamp(1, MOST_AHEAD),
            asked: Vec::new(),
            plans: vec![Plan::default(); PLANS * groups.len()],
            hits: Vec::new(),
        }
    }

    /// Fetches the rows of this many tokens ahead rather than of as many as seems best; with 0 of none. Answers are the
    /// same; it is for measuring.
    #[must_use]
    pub fn ahead(mut self, tokens: usize) -> Self {
        self.ahead = tokens.min(MOST_AHEAD);
        self
    }

    /// Replaces `hits` by the lists that hold at least one key of the record, in order of list.
    pub fn record(&mut self, tokens: &[(KeyKind, Token)], hits: &mut Vec<Hit>) {
        self.records([tokens], |_, found| {
            hits.clear();
            hits.extend_from_slice(found);
        });
    }

    /// Calls `each` for each record, in order and with its number from 0, with the lists that hold at least one of its
    /// keys, in order of list. Many records at once are much faster than one by one.
    pub fn records<'r>(
        &mut self,
        records: impl IntoIterator<Item = &'r [(KeyKind, Token)]>,
        mut each: impl FnMut(usize, &[Hit]),
    ) {
        let count = self.ask(records);
        (0..self.ahead.min(self.asked.len())).for_each(|at| self.plan(at, true));
        let mut at = 0;
        for record in 0..count {
            self.hits.clear();
            while self.asked.get(at).is_some_and(|asked| asked.record as usize == record) {
                match self.ahead {
                    0 => self.plan(at, false),
                    ahead => self.plan(at + ahead, true),
                }
                self.probe(at);
                at += 1;
            }
            join(&mut self.hits);
            each(record, &self.hits);
        }
    }

    /// Takes down the tokens of records and says how many records these are.
    fn ask<'r>(&mut self, records: impl IntoIterator<Item = &'r [(KeyKind, Token)]>) -> usize {
        self.asked.clear();
        let mut count = 0;
        for record in records {
            self.asked.extend(record.iter().map(|(kind, token)| Asked {
                positions: Positions::of(*token),
                record: count as u32,
                keys: [*kind].into_iter().collect(),
            }));
            count += 1;
        }
        count
    }

    /// Finds the words that a token needs, and sends for them.
    fn plan(&mut self, at: usize, fetch: bool) {
        let Some(asked) = self.asked.get(at) else { return };
        let groups = &self.index.layout.groups;
        let first_plan = at % PLANS * groups.len();
        for (group, plan) in groups.iter().zip(self.plans.iter_mut().skip(first_plan)) {
            let window = group.window(asked.positions.place());
            (plan.first, plan.words) = (window.first, window.words);
            let base = group.base + window.first as usize;
            for (start, row) in
                plan.starts.iter_mut().zip(asked.positions.rows(group.log2_bits, group.hashes))
            {
                *start = base + row as usize * group.stride;
            }
            if fetch {
                let rows = usize::from(group.hashes).min(FIRST_ROWS);
                plan.starts[..rows]
                    .iter()
                    .for_each(|start| fetch_row(self.rows, *start, plan.words as usize));
            }
        }
    }

    /// Adds the lists that hold a token to the hits.
    fn probe(&mut self, at: usize) {
        let Some(asked) = self.asked.get(at) else { return };
        let layout = &self.index.layout;
        let first_plan = at % PLANS * layout.groups.len();
        for (group, plan) in layout.groups.iter().zip(self.plans.iter().skip(first_plan)) {
            let starts = &plan.starts[..usize::from(group.hashes)];
            let words = plan.words as usize;
            for offset in (0..words).step_by(LINE) {
                let left = and_rows(self.rows, starts, offset, LINE.min(words - offset));
                if left == [0; LINE] {
                    continue;
                }
                let first = plan.first as usize + offset;
                for column in columns(&left, first) {
                    // Padding bits of a damaged index file belong to no list.
                    let Some(column) = group.columns.get(column) else { continue };
                    let Some(span) = layout.spans.get(column.list as usize) else { continue };
                    if asked.positions.column(span.count) == column.ordinal {
                        self.hits.push(Hit { list: column.list, keys: asked.keys });
                    }
                }
            }
        }
    }
}

fn fetch_row(rows: &[u64], start: usize, words: usize) {
    (start..start + words).step_by(LINE).for_each(|at| prefetch(rows, at));
    // The window's end may be in one line more.
    prefetch(rows, start + words.saturating_sub(1));
}

/// The columns, in up to a cache line of words from `offset`, that have the bits of all rows set.
fn and_rows(rows: &[u64], starts: &[usize], offset: usize, words: usize) -> [u64; LINE] {
    match words {
        1 => and_words::<1>(rows, starts, offset),
        2 => and_words::<2>(rows, starts, offset),
        3 => and_words::<3>(rows, starts, offset),
        4 => and_words::<4>(rows, starts, offset),
        5 => and_words::<5>(rows, starts, offset),
        6 => and_words::<6>(rows, starts, offset),
        7 => and_words::<7>(rows, starts, offset),
        _ => and_words::<LINE>(rows, starts, offset),
    }
}

/// The number of words is known to the compiler, which keeps them in registers.
#[inline]
fn and_words<const N: usize>(rows: &[u64], starts: &[usize], offset: usize) -> [u64; LINE] {
    let row =
        |start: usize| rows.get(start + offset..).and_then(<[u64]>::first_chunk::<N>).unwrap_or(&[0; N]);
    let mut left = [u64::MAX; N];
    let (first, rest) = starts.split_at(starts.len().min(FIRST_ROWS));
    for start in first {
        left.iter_mut().zip(row(*start)).for_each(|(left, bits)| *left &= bits);
    }
    for start in rest {
        if left == [0; N] {
            break;
        }
        left.iter_mut().zip(row(*start)).for_each(|(left, bits)| *left &= bits);
    }
    let mut out = [0; LINE];
    out[..N].copy_from_slice(&left);
    out
}

/// The numbers of the bits set, the words being those of a row from word `first` on.
fn columns(left: &[u64; LINE], first: usize) -> impl Iterator<Item = usize> {
    left.iter().enumerate().flat_map(move |(at, word)| {
        let mut bits = u64::from_le(*word);
        std::iter::from_fn(move || {
            let bit = bits.trailing_zeros() as usize;
            (bits != 0).then(|| {
                bits &= bits - 1;
                (first + at) * 64 + bit
            })
        })
    })
}

/// Hits of several keys as one for each list, in order of list.
fn join(hits: &mut Vec<Hit>) {
    hits.sort_unstable_by_key(|hit| hit.list);
    hits.dedup_by(|next, kept| {
        let same = next.list == kept.list;
        if same {
            kept.keys.0 |= next.keys.0;
        }
        same
    });
}
