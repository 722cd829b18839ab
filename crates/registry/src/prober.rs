//! Asking an index: the rows of the next tokens are on their way from memory while those of one are read.

use meibo_fingerprint::{KeyKind, KeyMask, MOST_HASHES, Positions, Token};

use crate::index::{Hit, Index};
use crate::layout::{Group, LEAST_HASHES, LINE};
use crate::memory::prefetch;

/// Tokens whose rows are fetched ahead: as many as have about this many cache lines, and no more than have a plan.
const LINES_AHEAD: usize = 64;
const MOST_AHEAD: usize = PLANS - 1;
const PLANS: usize = 16;

/// Asks an index for the lists that hold keys of records.
#[derive(Clone, Debug)]
pub struct Prober<'a> {
    index: &'a Index,
    ahead: Option<usize>,
    /// Tokens of the records asked for.
    asked: Vec<Asked>,
    /// How many records these are.
    count: u32,
    /// For each group, one after the other, what it found, in order of token.
    found: Vec<Found>,
    /// What was found, in order of record; and for each record where its part ends.
    sorted: Vec<Hit>,
    ends: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    positions: Positions,
    record: u32,
    keys: KeyMask,
}

#[derive(Clone, Copy, Debug)]
struct Found {
    record: u32,
    hit: Hit,
}

/// Which words of a group a token needs.
#[derive(Clone, Copy, Debug, Default)]
struct Plan {
    /// The first word in each row.
    starts: [usize; MOST_HASHES],
    /// The first word's place in its row.
    first: usize,
}

impl<'a> Prober<'a> {
    pub(crate) fn new(index: &'a Index) -> Self {
        Self {
            index,
            ahead: None,
            asked: Vec::new(),
            count: 0,
            found: Vec::new(),
            sorted: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Fetches the rows of this many tokens ahead rather than of as many as seems best; with 0 of none. Answers are the
    /// same; it is for measuring.
    #[must_use]
    pub fn ahead(mut self, tokens: usize) -> Self {
        self.ahead = Some(tokens.min(MOST_AHEAD));
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
        each: impl FnMut(usize, &[Hit]),
    ) {
        self.ask(records);
        self.answer(each);
    }

    /// Takes down the tokens of records, in place of those asked before; the first half of [`records`](Self::records).
    pub fn ask<'r>(&mut self, records: impl IntoIterator<Item = &'r [(KeyKind, Token)]>) {
        self.asked.clear();
        self.count = 0;
        for record in records {
            self.asked.extend(record.iter().map(|(kind, token)| Asked {
                positions: Positions::of(*token),
                record: self.count,
                keys: [*kind].into_iter().collect(),
            }));
            self.count += 1;
        }
    }

    /// Calls `each` for each record asked, as [`records`](Self::records) does; its second half.
    pub fn answer(&mut self, mut each: impl FnMut(usize, &[Hit])) {
        self.found.clear();
        for segment in &self.index.segments {
            let rows = segment.rows.as_slice();
            for group in &segment.layout.groups {
                let ahead = self.ahead.unwrap_or((LINES_AHEAD / group.lines()).clamp(1, MOST_AHEAD));
                Scan { group, rows, ahead }.tokens(&self.asked, &mut self.found);
            }
        }
        self.sort();
        let mut start = 0;
        for (record, end) in self.ends.iter().enumerate() {
            let hits = self.sorted.get_mut(start..*end).unwrap_or_default();
            start = *end;
            let kept = join(hits);
            each(record, &hits[..kept]);
        }
    }

    /// Brings what was found in order of record, by counting.
    fn sort(&mut self) {
        let nothing = Hit { list: 0, keys: KeyMask::EMPTY };
        self.ends.clear();
        self.ends.resize(self.count as usize, 0);
        self.sorted.clear();
        self.sorted.resize(self.found.len(), nothing);
        self.found.iter().for_each(|found| self.ends[found.record as usize] += 1);
        let mut start = 0;
        for end in &mut self.ends {
            start += std::mem::replace(end, start);
        }
        // What was each record's start moves to its end as its hits are put in.
        for found in &self.found {
            let at = &mut self.ends[found.record as usize];
            self.sorted[*at] = found.hit;
            *at += 1;
        }
    }
}

/// One group being asked.
struct Scan<'a> {
    group: &'a Group,
    rows: &'a [u64],
    /// How many tokens ahead rows are fetched.
    ahead: usize,
}

impl Scan<'_> {
    /// Adds what the group holds of all tokens.
    fn tokens(&self, asked: &[Asked], found: &mut Vec<Found>) {
        match self.group.width {
            1 => self.windows::<1>(asked, found),
            2 => self.windows::<2>(asked, found),
            3 => self.windows::<3>(asked, found),
            4 => self.windows::<4>(asked, found),
            5 => self.windows::<5>(asked, found),
            6 => self.windows::<6>(asked, found),
            7 => self.windows::<7>(asked, found),
            _ => self.windows::<LINE>(asked, found),
        }
    }

    /// The same for windows of `N` words, or of whole lines: what the compiler knows of it keeps in registers.
    fn windows<const N: usize>(&self, asked: &[Asked], found: &mut Vec<Found>) {
        let mut plans = [Plan::default(); PLANS];
        let mut next = asked.iter().enumerate();
        for (at, asked) in next.by_ref().take(self.ahead) {
            self.plan(asked.positions, &mut plans[at % PLANS]);
            self.fetch(&plans[at % PLANS]);
        }
        for (at, asked) in asked.iter().enumerate() {
            if self.ahead == 0 {
                self.plan(asked.positions, &mut plans[at % PLANS]);
            } else if let Some((at, asked)) = next.next() {
                self.plan(asked.positions, &mut plans[at % PLANS]);
                self.fetch(&plans[at % PLANS]);
            }
            for offset in (0..self.group.width).step_by(N) {
                self.words::<N>(asked, &plans[at % PLANS], offset, found);
            }
        }
    }

    /// Finds the words that a token needs.
    #[inline]
    fn plan(&self, positions: Positions, plan: &mut Plan) {
        plan.first = self.group.window(positions.place());
        let base = self.group.base + plan.first;
        let rows = positions.rows(self.group.log2_bits, MOST_HASHES as u8);
        for (start, row) in plan.starts.iter_mut().zip(rows) {
            *start = base + row as usize * self.group.stride;
        }
    }

    /// Sends for the rows that are always read.
    #[inline]
    fn fetch(&self, plan: &Plan) {
        let last = self.group.width - 1;
        for start in &plan.starts[..LEAST_HASHES] {
            (0..last).step_by(LINE).for_each(|offset| prefetch(self.rows, start + offset));
            // The window's end may be in one line more.
            prefetch(self.rows, start + last);
        }
    }

    /// Adds the lists of a window's part that hold a token.
    #[inline]
    fn words<const N: usize>(&self, asked: &Asked, plan: &Plan, offset: usize, found: &mut Vec<Found>) {
        let row = |start: usize| {
            self.rows.get(start + offset..).and_then(<[u64]>::first_chunk::<N>).unwrap_or(&[0; N])
        };
        let mut left = [u64::MAX; N];
        let mut and = |start: usize| left.iter_mut().zip(row(start)).for_each(|(left, bits)| *left &= bits);
        // Most columns drop out within these rows, so that a branch would cost more than a row fetched anyway.
        plan.starts[..LEAST_HASHES].iter().for_each(|start| and(*start));
        if left.iter().fold(0, |any, left| any | left) == 0 {
            return;
        }
        for start in &plan.starts[LEAST_HASHES..usize::from(self.group.hashes)] {
            left.iter_mut().zip(row(*start)).for_each(|(left, bits)| *left &= bits);
        }
        for (at, word) in left.into_iter().enumerate() {
            let mut bits = u64::from_le(word);
            while bits != 0 {
                let column = (plan.first + offset + at) * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                self.column(asked, column, found);
            }
        }
    }

    /// Adds the list of a column that has all bits of a token, if the token picks the column.
    fn column(&self, asked: &Asked, column: usize, found: &mut Vec<Found>) {
        // Padding bits of a damaged index file belong to no list.
        let Some(column) = self.group.columns.get(column) else { return };
        if asked.positions.column(column.of) == column.ordinal {
            found.push(Found { record: asked.record, hit: Hit { list: column.list, keys: asked.keys } });
        }
    }
}

/// Hits of several keys as one for each list, in order of list, at the slice's start; says how many.
fn join(hits: &mut [Hit]) -> usize {
    hits.sort_unstable_by_key(|hit| hit.list);
    let mut kept = 0;
    for at in 0..hits.len() {
        if kept > 0 && hits[kept - 1].list == hits[at].list {
            hits[kept - 1].keys.0 |= hits[at].keys.0;
        } else {
            hits[kept] = hits[at];
            kept += 1;
        }
    }
    kept
}
