//! The embedded dictionary of places, read in place.
//!
//! Sections: prefectures (key, name), municipalities (name, first and end of their towns, prefecture, city of
//! wards), cities of wards, their wards, namings sorted by key, towns sorted by key within their municipality, runs
//! of postal codes, a table of towns by hash, spellings of towns sorted by key, a
//! table of municipalities by hash. The strings stand in a file of their own.

use std::sync::LazyLock;

use crate::fold::{self, Mode};
use crate::place_key::{MUNICIPALITY_SLOTS, NO_PREFECTURE, NameHash, TOWN_SLOTS, Token, unpack_slot};
use crate::tables::{Section, Sections, Strings};

use super::trie::Trie;

static SECTIONS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/places.bin"));
static STRINGS: &str = include_str!(concat!(env!("OUT_DIR"), "/places.txt"));

pub(super) fn embedded_bytes() -> usize {
    SECTIONS.len() + STRINGS.len()
}

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let sections = Sections::new(SECTIONS);
    let (prefectures, namings, towns) = (sections.get(0), sections.get(4), sections.get(5));
    let pool = Strings::new(STRINGS);
    let head = |section: Section, at: usize| pool.get(section.u32(at)).chars().next().unwrap_or_default();
    Places {
        prefecture_slots: slots(
            (0..prefectures.len() / PREFECTURE).map(|n| pool.get(prefectures.u32(n * PREFECTURE))),
        ),
        prefecture_heads: sorted(
            (0..prefectures.len() / PREFECTURE).map(|n| head(prefectures, n * PREFECTURE)),
        ),
        town_heads: (0..towns.len() / TOWN).map(|n| head(towns, n * TOWN)).collect(),
        naming_trie: Trie::new((0..namings.len() / NAMING).map(|n| pool.get(namings.u32(n * NAMING)))),
        prefectures,
        municipalities: sections.get(1),
        cities: sections.get(2),
        wards: sections.get(3),
        namings,
        towns,
        postal: sections.get(6),
        town_index: sections.get(7),
        municipality_index: sections.get(9),
        pool,
        spellings: sections.get(8),
    }
});

fn slots<'a>(keys: impl Iterator<Item = &'a str>) -> [u8; PREFECTURE_SLOTS] {
    let mut slots = [0; PREFECTURE_SLOTS];
    for (key, number) in keys.zip(1..) {
        let mut codes = key.chars().map(|c| u16::try_from(u32::from(c)).unwrap_or_default());
        let slot = prefecture_slot(codes.next().unwrap_or_default(), codes.next().unwrap_or_default());
        if let Some(slot) = slots.get_mut(slot) {
            *slot = number;
        }
    }
    slots
}

fn sorted(heads: impl Iterator<Item = char>) -> Vec<(char, u16)> {
    let mut heads: Vec<(char, u16)> = heads.zip(0u16..).collect();
    heads.sort_unstable();
    heads
}

/// Slots for the prefectures: so many that no two fall on the same.
const PREFECTURE_SLOTS: usize = 256;

fn prefecture_slot(first: u16, second: u16) -> usize {
    (3 * usize::from(first) + 5 * usize::from(second)) % PREFECTURE_SLOTS
}

/// Longest way of tokens along which a name is looked for.
const MAX_NAME: usize = 48;

/// A prefecture's number, in the order of the official codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prefecture(pub(crate) u16);

/// A municipality's number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Municipality(pub(crate) u16);

/// The number of a city that consists of wards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct City(pub(crate) u16);

/// A way to name a municipality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Naming {
    pub(crate) prefecture: Prefecture,
    pub(crate) target: Target,
    /// The key of the former municipality's name, which towns may have kept; empty for today's names.
    pub(crate) former: &'static str,
    pub(crate) doubt: Doubt,
}

/// What a naming asks for while no prefecture is written: the name may be that of a town elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// Nothing.
    None,
    /// One of the municipality's towns after it.
    NeedsTown,
    /// That the prefecture be written.
    NeedsPrefecture,
}

/// What a naming names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A municipality of today, by its full name or without its district.
    Today(Municipality),
    /// A ward, its city left out.
    WardOnly(Municipality),
    /// A city, its ward left out.
    WardCity(City),
    /// A municipality that took over a former one.
    Former(Municipality),
}

/// The names that begin with what was walked so far.
#[derive(Clone, Copy, Debug)]
struct Walk {
    low: usize,
    high: usize,
    depth: usize,
}

/// A town found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TownMatch {
    /// The name as Japan Post writes it, in NFKC; `None` where several towns fold to the same and nothing decides.
    pub(crate) name: Option<&'static str>,
    /// The token after the name.
    pub(crate) end: usize,
}

/// The dictionary.
#[derive(Debug)]
pub(crate) struct Places {
    prefectures: Section,
    municipalities: Section,
    cities: Section,
    wards: Section,
    namings: Section,
    towns: Section,
    postal: Section,
    pool: Strings,
    spellings: Section,
    /// The prefectures' numbers from 1 by the first two characters of their keys; 0 where there is none.
    prefecture_slots: [u8; PREFECTURE_SLOTS],
    /// The first characters of the prefectures' keys with the prefectures' numbers, sorted.
    prefecture_heads: Vec<(char, u16)>,
    /// The first characters of the towns' keys, sorted within a municipality as the towns are.
    town_heads: Vec<char>,
    naming_trie: Trie,
    /// Slots of towns by the hash of their key.
    town_index: Section,
    /// Slots of namings by the hash of their key.
    municipality_index: Section,
}

const PREFECTURE: usize = 8;
const NAMING: usize = 12;
const TOWN: usize = 8;
const SPELLING: usize = 8;
const MUNICIPALITY: usize = 16;
const CITY: usize = 12;

/// The embedded dictionary.
pub(crate) fn places() -> &'static Places {
    &PLACES
}

impl Places {
    pub(crate) fn prefecture_name(&self, p: Prefecture) -> &'static str {
        self.pool.get(self.prefectures.u32(usize::from(p.0) * 8 + 4))
    }

    pub(crate) fn prefecture_key(&self, p: Prefecture) -> &'static str {
        self.pool.get(self.prefectures.u32(usize::from(p.0) * 8))
    }

    /// The one prefecture whose key may begin with two characters, by their codes.
    pub(crate) fn prefecture_with(&self, first: u16, second: u16) -> Option<Prefecture> {
        let number = u16::from(*self.prefecture_slots.get(prefecture_slot(first, second))?);
        number.checked_sub(1).map(Prefecture)
    }

    /// The prefectures whose name begins with a character.
    pub(crate) fn prefectures_with(&self, first: char) -> impl Iterator<Item = Prefecture> {
        let from = self.prefecture_heads.partition_point(|&(head, _)| head < first);
        let heads = self.prefecture_heads.get(from..).unwrap_or_default().iter();
        heads.take_while(move |(head, _)| *head == first).map(|&(_, number)| Prefecture(number))
    }

    pub(crate) fn name(&self, m: Municipality) -> &'static str {
        self.pool.get(self.municipalities.u32(usize::from(m.0) * MUNICIPALITY))
    }

    pub(crate) fn prefecture(&self, m: Municipality) -> Prefecture {
        Prefecture(self.municipalities.u16(usize::from(m.0) * MUNICIPALITY + 12))
    }

    /// True for the wards of 京都市, where addresses name streets.
    pub(crate) fn in_kyoto(&self, m: Municipality) -> bool {
        self.name(m).starts_with("京都市")
    }

    pub(crate) fn city_name(&self, c: City) -> &'static str {
        self.pool.get(self.cities.u32(usize::from(c.0) * CITY))
    }

    pub(crate) fn city_prefecture(&self, c: City) -> Prefecture {
        Prefecture(self.cities.u16(usize::from(c.0) * CITY + 4))
    }

    pub(crate) fn wards(&self, c: City) -> impl Iterator<Item = Municipality> + '_ {
        let at = usize::from(c.0) * CITY;
        let first = usize::from(self.cities.u16(at + 6));
        let count = usize::from(self.cities.u16(at + 8));
        (first..first + count).map(|n| Municipality(self.wards.u16(n * 2)))
    }

    /// The municipality of a postal code, where it is one alone.
    pub(crate) fn by_postal(&self, code: u32) -> Option<Municipality> {
        let count = self.postal.len() / 12;
        let after = partition(0, count, |n| self.postal.u32(n * 12) <= code);
        let at = after.checked_sub(1)? * 12;
        let number = u16::try_from(self.postal.u32(at + 8)).ok()?;
        (self.postal.u32(at + 4) >= code).then_some(Municipality(number))
    }

    /// Every naming that `tokens` from `start` on begin with, shortest first: the token after it, and its place among
    /// the namings.
    pub(crate) fn namings_at(&self, tokens: &[Token], start: usize, out: &mut Vec<(usize, usize)>) {
        out.clear();
        let mut node = self.naming_trie.root();
        for (at, token) in tokens.iter().enumerate().skip(start).take(MAX_NAME) {
            if token.key == ' ' {
                continue;
            }
            match self.naming_trie.child(node, token.key) {
                Some(child) => node = child,
                None => break,
            }
            if !splits_number(tokens, at + 1) {
                out.extend(self.naming_trie.whole(node).map(|n| (at + 1, n)));
            }
        }
    }

    pub(crate) fn naming(&self, number: usize) -> Naming {
        let at = number * NAMING;
        let target = self.namings.u16(at + 8);
        let kind = self.namings.u8(at + 11);
        Naming {
            prefecture: Prefecture(u16::from(self.namings.u8(at + 10))),
            target: match kind & 0xf {
                0 => Target::Today(Municipality(target)),
                1 => Target::WardCity(City(target)),
                3 => Target::WardOnly(Municipality(target)),
                _ => Target::Former(Municipality(target)),
            },
            former: self.pool.get(self.namings.u32(at + 4)),
            doubt: match kind >> 4 {
                0 => Doubt::None,
                1 => Doubt::NeedsTown,
                _ => Doubt::NeedsPrefecture,
            },
        }
    }

    /// How towns of this name are spelled, where that is not the folded form: 州ノ崎町 is 州の崎町 wherever it may be.
    pub(crate) fn spelling(&self, name: &[Token]) -> Option<&'static str> {
        let key = |n: usize| self.pool.bytes(self.spellings.u32(n * SPELLING));
        let mut walk = Walk { low: 0, high: self.spellings.len() / SPELLING, depth: 0 };
        for token in name.iter().filter(|t| t.key != ' ') {
            walk = narrow(walk, token.key, &key);
            if walk.low >= walk.high {
                return None;
            }
        }
        let whole = walk.depth > 0 && key(walk.low).len() == walk.depth;
        whole.then(|| self.pool.get(self.spellings.u32(walk.low * SPELLING + 4)))
    }

    /// The longest town of `m` that `tokens` from `start` on begin with, `before` being part of its name already.
    ///
    /// Spaces, 大字 and 字 may stand anywhere in it. `written` is the text as it was written: it decides between towns
    /// that fold to the same.
    pub(crate) fn town_at(
        &self,
        m: Municipality,
        before: &str,
        tokens: &[Token],
        start: usize,
        written: &str,
    ) -> Option<TownMatch> {
        let names = Names { places: self };
        let own = self.towns_of(m);
        let mut walk = Walk { low: own.start, high: own.end, depth: 0 };
        for c in before.chars() {
            walk = names.narrow(walk, c);
        }
        let mut best = None;
        let end = tokens.len().min(start.saturating_add(MAX_NAME));
        names.longest(tokens.get(..end).unwrap_or(tokens), start, walk, 2, &mut best);
        let (end, found) = best?;
        let mut spellings = (found.low..found.high)
            .take_while(|&n| names.key(n).len() == found.depth)
            .map(|n| self.pool.get(self.towns.u32(n * TOWN + 4)));
        let first = spellings.next()?;
        let name = match spellings.next() {
            None => Some(first),
            Some(second) => {
                let names: Vec<&'static str> = [first, second].into_iter().chain(spellings).collect();
                written_one(&names, written)
            }
        };
        Some(TownMatch { name, end })
    }
}

impl Places {
    /// The municipality that has a name and hash, where the name means nothing else and no longer name begins with it:
    /// in a prefecture, or in all of Japan.
    pub(crate) fn sole_municipality(
        &self,
        prefecture: Option<Prefecture>,
        hash: NameHash,
        name: impl Name,
    ) -> Option<Municipality> {
        let place = prefecture.map_or(NO_PREFECTURE, |p| p.0);
        let there = |_, within| within == place;
        let (m, _) = self.look_up(self.municipality_index, MUNICIPALITY_SLOTS, hash, name, there)?;
        Some(Municipality(m))
    }

    /// The hash of a municipality's name before its first character.
    pub(crate) fn municipality_hash(prefecture: Option<Prefecture>) -> NameHash {
        NameHash::within(prefecture.map_or(NO_PREFECTURE, |p| p.0))
    }

    /// The town whose key is `name`, where no other has the key or one that goes on with a number.
    pub(crate) fn sole_town(&self, m: Municipality, hash: NameHash, name: impl Name) -> Option<&'static str> {
        let (_, place) = self.look_up(self.town_index, TOWN_SLOTS, hash, name, |there, _| there == m.0)?;
        let town = self.towns_of(m).start + usize::from(place);
        Some(self.pool.get(self.towns.u32(town * TOWN + 4)))
    }

    /// A table's municipality and number for a name, of the entries that are `there`: the first from the hash's slot on,
    /// up to an empty one.
    fn look_up(
        &self,
        table: Section,
        slots: usize,
        hash: NameHash,
        name: impl Name,
        there: impl Fn(u16, u16) -> bool,
    ) -> Option<(u16, u16)> {
        let mut slot = hash.slot(slots);
        loop {
            let (m, number, key) = unpack_slot(table.u64(slot * 8));
            if there(m, number) && name.is_spelled(self.pool.get(key)) {
                return Some((m, number));
            }
            if key == 0 {
                return None;
            }
            slot = (slot + 1) % slots;
        }
    }

    fn towns_of(&self, m: Municipality) -> std::ops::Range<usize> {
        let at = usize::from(m.0) * MUNICIPALITY;
        self.municipalities.u32(at + 4) as usize..self.municipalities.u32(at + 8) as usize
    }
}

/// A name that is looked for, its characters as they are compared.
pub(crate) trait Name: Copy {
    /// True where it is that key, and not empty.
    fn is_spelled(self, key: &str) -> bool;
}

impl Name for &[Token] {
    fn is_spelled(self, key: &str) -> bool {
        let mut rest = key.chars();
        !self.is_empty() && self.iter().all(|t| rest.next() == Some(t.key)) && rest.next().is_none()
    }
}

/// Of names that fold to the same, the one that a text has in its own characters, or else but for old forms of them.
fn written_one(names: &[&'static str], text: &str) -> Option<&'static str> {
    [Mode::Exact, Mode::Standard].into_iter().find_map(|mode| {
        let fold = |text: &str| {
            let mut out = String::with_capacity(text.len());
            fold::fold(text, mode, &mut out);
            out
        };
        let text = fold(text);
        let mut written = names.iter().filter(|name| text.contains(&fold(name)));
        written.next().filter(|_| written.next().is_none()).copied()
    })
}

/// The towns' keys, sorted within each municipality.
struct Names<'a> {
    places: &'a Places,
}

impl Names<'_> {
    fn key(&self, town: usize) -> &'static [u8] {
        self.places.pool.bytes(self.places.towns.u32(town * TOWN))
    }

    /// The towns that go on with a character.
    fn narrow(&self, walk: Walk, c: char) -> Walk {
        if walk.depth > 0 {
            return narrow(walk, c, &|n| self.key(n));
        }
        let heads = self.places.town_heads.get(walk.low..walk.high).unwrap_or_default();
        let before = heads.partition_point(|&head| head < c);
        let same = heads.get(before..).unwrap_or_default().iter().take_while(|&&head| head == c).count();
        Walk { low: walk.low + before, high: walk.low + before + same, depth: c.len_utf8() }
    }

    /// Follows the tokens as far as any name does, and leaves the longest name's end in `best`.
    fn longest(
        &self,
        tokens: &[Token],
        start: usize,
        walk: Walk,
        skips: usize,
        best: &mut Option<(usize, Walk)>,
    ) {
        let (mut at, mut walk) = (start, walk);
        loop {
            let whole = walk.low < walk.high && walk.depth > 0 && self.key(walk.low).len() == walk.depth;
            if whole
                && !splits_number(tokens, at)
                && !cuts_unit(tokens, at)
                && best.is_none_or(|(end, _)| end < at)
            {
                *best = Some((at, walk));
            }
            while tokens.get(at).is_some_and(|t| t.key == ' ') {
                at += 1;
            }
            let mark = section_mark(tokens, at);
            if skips > 0 && mark > 0 {
                self.longest(tokens, at + mark, walk, skips - 1, best);
            }
            let Some(token) = tokens.get(at) else { return };
            walk = self.narrow(walk, token.key);
            if walk.low >= walk.high {
                return;
            }
            at += 1;
        }
    }
}

/// The length of 大字 or 字 at a place, 0 where neither stands there.
pub(crate) fn section_mark(tokens: &[Token], at: usize) -> usize {
    let key = |n: usize| tokens.get(at + n).map(|t| t.key);
    match (key(0), key(1)) {
        (Some('大' | '小'), Some('字')) => 2,
        (Some('字'), _) => 1,
        _ => 0,
    }
}

/// True where `at` lies between two digits.
fn splits_number(tokens: &[Token], at: usize) -> bool {
    let digit = |n: usize| tokens.get(n).is_some_and(|t| t.is_digit());
    digit(at) && at.checked_sub(1).is_some_and(digit)
}

/// True where a number ends before `at` whose unit follows: the number is no part of a name.
fn cuts_unit(tokens: &[Token], at: usize) -> bool {
    let number = at.checked_sub(1).and_then(|n| tokens.get(n)).is_some_and(|t| t.is_digit());
    number && tokens.get(at).is_some_and(|t| matches!(t.key, '番' | '号' | '丁'))
}

fn narrow(walk: Walk, c: char, key: &impl Fn(usize) -> &'static [u8]) -> Walk {
    let next = u32::from(c);
    let tail = |n: usize| character(key(n), walk.depth);
    let low = partition(walk.low, walk.high, |n| tail(n) < next);
    let high = partition(low, walk.high, |n| tail(n) <= next);
    Walk { low, high, depth: walk.depth + c.len_utf8() }
}

/// The code of the character at a place in a text; 0 at its end.
fn character(text: &[u8], at: usize) -> u32 {
    let byte = |n: usize| text.get(at + n).copied().map_or(0, u32::from);
    match byte(0) {
        lead @ 0..0x80 => lead,
        lead @ 0x80..0xe0 => (lead & 0x1f) << 6 | (byte(1) & 0x3f),
        lead @ 0xe0..0xf0 => (lead & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f),
        lead => (lead & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f),
    }
}

/// The first number in `low..high` for which `before` does not hold, it holding for all numbers below.
fn partition(low: usize, high: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (low, high.max(low));
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefecture_has_a_slot() {
        let found: Vec<u8> = places().prefecture_slots.iter().copied().filter(|number| *number > 0).collect();
        assert_eq!(found.len(), 47);
    }
}
