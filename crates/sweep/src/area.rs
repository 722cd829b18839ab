//! Windows of bytes by what stands in them, and the areas that they make up.

use std::ops::Range;

/// Bytes of a window: some forty rows of a list.
pub(crate) const WINDOW: u64 = 4 << 10;
/// Windows between two that hold something, for both to be of one area.
const GAP: u64 = 4;
/// Areas with no more than this between them are asked about together: what is left of one file lies together.
const CLUSTER_GAP: u64 = 1 << 20;

/// More are not told, so that memory stays bounded.
const MOST: usize = 1_000_000;

/// What was counted in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) phones: u32,
    /// Numbers as long as phone numbers without their zero.
    pub(crate) weak: u32,
    pub(crate) dates: u32,
    pub(crate) emails: u32,
    /// Signs of municipalities that a number follows.
    pub(crate) places: u32,
    /// Digits of full width.
    pub(crate) digits: u32,
    /// Changes to Japanese by an escape sequence.
    pub(crate) escapes: u32,
    /// The first three in UTF-16.
    pub(crate) wide_phones: u32,
    pub(crate) wide_places: u32,
    pub(crate) wide_digits: u32,
    /// Pieces of 64 bytes that are not ASCII alone.
    pub(crate) foreign: u32,
}

impl Counts {
    fn and(self, other: Self) -> Self {
        Self {
            phones: self.phones + other.phones,
            weak: self.weak + other.weak,
            dates: self.dates + other.dates,
            emails: self.emails + other.emails,
            places: self.places + other.places,
            digits: self.digits + other.digits,
            escapes: self.escapes + other.escapes,
            wide_phones: self.wide_phones + other.wide_phones,
            wide_places: self.wide_places + other.wide_places,
            wide_digits: self.wide_digits + other.wide_digits,
            foreign: self.foreign + other.foreign,
        }
    }

    /// True where two windows hold as much as twenty rows of a list do at least.
    fn is_dense(&self) -> bool {
        self.is_dense_in_bytes() || self.is_dense_in_utf16()
    }

    fn is_dense_in_bytes(&self) -> bool {
        // Names stand beside them.
        let japanese = self.foreign >= 8 && self.foreign * 3 >= self.weak.max(self.dates);
        self.phones >= 4
            || self.places >= 8
            || self.digits >= 60
            || self.emails >= 8
            || (self.escapes >= 8 && self.dates + self.weak + self.escapes >= 16)
            || (japanese && (self.weak >= 6 || self.dates >= 10))
    }

    fn is_dense_in_utf16(&self) -> bool {
        self.wide_phones >= 4 || self.wide_places >= 8 || self.wide_digits >= 60
    }

    fn is_wide(&self) -> bool {
        self.is_dense_in_utf16()
            && (self.wide_phones + self.wide_places) * 2 + self.wide_digits / 10
                > (self.phones + self.places) * 2 + self.digits / 10
    }
}

/// Bytes in which there may be records of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// From the first window to the last, a window more on either side.
    pub bytes: Range<u64>,
    /// True where the text is in units of two bytes.
    pub wide: bool,
}

/// Takes windows in order and puts areas together.
#[derive(Debug, Default)]
pub(crate) struct Areas {
    areas: Vec<Area>,
    before: (u64, Counts),
    /// True where there are more.
    pub(crate) more: bool,
}

impl Areas {
    /// Notes the next window that holds anything.
    pub(crate) fn add(&mut self, window: u64, counts: Counts) {
        let (at, before) = std::mem::replace(&mut self.before, (window, counts));
        let follows = at + 1 == window;
        let both = if follows { counts.and(before) } else { counts };
        if !both.is_dense() {
            return;
        }
        let first = if follows { window.saturating_sub(1) } else { window };
        let bytes = first.saturating_sub(1) * WINDOW..(window + 2) * WINDOW;
        let wide = both.is_wide();
        let full = self.areas.len() >= MOST;
        match self.areas.last_mut() {
            Some(last) if last.wide == wide && bytes.start <= last.bytes.end + GAP * WINDOW => {
                last.bytes.end = bytes.end;
            }
            _ if full => self.more = true,
            _ => self.areas.push(Area { bytes, wide }),
        }
    }

    /// The areas of a stream of so many bytes. Two of them overlap only where one is in UTF-16 and the other is not.
    pub(crate) fn finish(mut self, length: u64) -> Vec<Area> {
        self.areas.iter_mut().for_each(|area| area.bytes.end = area.bytes.end.min(length));
        self.areas
    }
}

/// Areas that lie near each other, together.
pub fn clusters(areas: Vec<Area>) -> Vec<Vec<Area>> {
    let mut clusters: Vec<Vec<Area>> = Vec::new();
    for area in areas {
        match clusters.last_mut() {
            Some(cluster)
                if cluster.last().is_some_and(|last| area.bytes.start <= last.bytes.end + CLUSTER_GAP) =>
            {
                cluster.push(area);
            }
            _ => clusters.push(vec![area]),
        }
    }
    clusters
}
