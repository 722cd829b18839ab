//! Beginnings of addresses that were resolved before: the texts of a list up to their first digit repeat, and what they
//! name does not depend on what follows.
//!
//! A text is taken for a known one only where all its bytes are the same. The memory is bounded, and a beginning takes
//! the place of another one that fell on the same slot.

use std::fmt;

use crate::place_key::Token;

use super::places::{Municipality, places};

/// Slots; a power of two.
const SLOTS: usize = 1 << 14;

/// Longest text that is kept, in bytes.
const MAX_WRITTEN: usize = 64;

/// Most tokens between the town and the first digit: 四丁目 and a space.
const MAX_LEFT: usize = 4;

/// What the beginning of an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beginning {
    pub(super) municipality: Municipality,
    /// True where it begins with a prefecture.
    pub(super) told: bool,
    pub(super) prefecture_name: &'static str,
    pub(super) municipality_name: &'static str,
    pub(super) town: &'static str,
    /// The tokens after the town.
    left: [Token; MAX_LEFT],
    left_len: usize,
    lead: Lead,
}

/// What leads from a town to the first digit after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// Nothing.
    Nothing,
    /// A block in kanji: 四丁目.
    Block(u8),
    /// Anything else.
    Other,
}

impl Lead {
    fn of(left: &[Token]) -> Self {
        if left.is_empty() {
            return Self::Nothing;
        }
        let digit = |t: &Token| t.key.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
        let number = match left {
            [one, unit @ ..] if is_block_sign(unit) => digit(one),
            [ten, one, unit @ ..] if is_block_sign(unit) => {
                digit(ten).zip(digit(one)).map(|(ten, one)| ten * 10 + one)
            }
            _ => None,
        };
        number.filter(|number| *number > 0).map_or(Self::Other, Self::Block)
    }
}

fn is_block_sign(tokens: &[Token]) -> bool {
    matches!(tokens, [first, second] if (first.key, second.key) == ('丁', '目'))
}

impl Beginning {
    /// A town of a municipality, with the tokens that stand between it and the first digit; `None` where they are too
    /// many.
    pub(super) fn new(
        municipality: Municipality,
        told: bool,
        town: &'static str,
        left: &[Token],
    ) -> Option<Self> {
        let places = places();
        let mut copied = [Token::new(' ', ' '); MAX_LEFT];
        copied.get_mut(..left.len())?.copy_from_slice(left);
        Some(Self {
            municipality,
            told,
            prefecture_name: places.prefecture_name(places.prefecture(municipality)),
            municipality_name: places.name(municipality),
            town,
            left: copied,
            left_len: left.len(),
            lead: Lead::of(left),
        })
    }

    /// True where the row's postal code is another municipality's, and no prefecture is named.
    pub(super) fn is_doubted_by(&self, postal: Option<u32>) -> bool {
        let hint = postal.filter(|_| !self.told).and_then(|code| places().by_postal(code));
        hint.is_some_and(|hint| hint != self.municipality)
    }

    pub(super) fn lead(&self) -> Lead {
        self.lead
    }

    pub(super) fn left(&self) -> &[Token] {
        self.left.get(..self.left_len).unwrap_or_default()
    }
}

/// A text and what it names; `None` for one that tells nothing without what follows.
#[derive(Clone, Copy)]
struct Kept {
    written: [u8; MAX_WRITTEN],
    written_len: usize,
    beginning: Option<Beginning>,
}

impl Kept {
    fn is_written(&self, text: &str) -> bool {
        self.written.get(..self.written_len) == Some(text.as_bytes())
    }
}

/// The beginnings that were kept.
#[derive(Clone, Default)]
pub(super) struct Known {
    /// By hash: the place in `kept`, from 1, and other bits of the hash above it; 0 where nothing is kept.
    slots: Vec<u32>,
    kept: Vec<Kept>,
}

/// Addresses of persons have no place in a log.
impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").field("kept", &self.kept.len()).finish()
    }
}

impl Known {
    /// The place where a text is kept.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        let hash = hash(text);
        let slot = *self.slots.get(slot_of(hash))?;
        let place = place_of(slot).filter(|_| tag_of(hash) == slot & TAG)?;
        self.kept.get(place)?.is_written(text).then_some(place)
    }

    /// What the text that is kept at a place names.
    pub(super) fn at(&self, place: usize) -> Option<&Beginning> {
        self.kept.get(place)?.beginning.as_ref()
    }

    /// Keeps what a text names, in the place of another where it has to be, and tells where; not that of a long text.
    pub(super) fn keep(&mut self, text: &str, beginning: Option<Beginning>) -> Option<usize> {
        let mut kept = Kept { written: [0; MAX_WRITTEN], written_len: text.len(), beginning };
        kept.written.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, 0);
            self.kept.reserve_exact(SLOTS);
        }
        let hash = hash(text);
        let slot = self.slots.get_mut(slot_of(hash))?;
        let place = place_of(*slot).unwrap_or(self.kept.len());
        match self.kept.get_mut(place) {
            Some(before) => *before = kept,
            None => self.kept.push(kept),
        }
        *slot = tag_of(hash) | (place as u32 + 1);
        Some(place)
    }
}

/// The bits of a slot that are not a place.
const TAG: u32 = !(2 * SLOTS as u32 - 1);

fn tag_of(hash: u64) -> u32 {
    hash as u32 & TAG
}

fn slot_of(hash: u64) -> usize {
    (hash >> 40) as usize & (SLOTS - 1)
}

fn place_of(slot: u32) -> Option<usize> {
    ((slot & !TAG) as usize).checked_sub(1)
}

/// Hash of a text. Texts that are made to collide are forgotten one for the other, and nothing worse.
fn hash(text: &str) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix =
        |hash: u64, word: &[u8; 8]| (hash ^ u64::from_le_bytes(*word)).wrapping_mul(FACTOR).rotate_left(29);
    let bytes = text.as_bytes();
    let hash = bytes.as_chunks().0.iter().fold(bytes.len() as u64, mix);
    // The last word overlaps the one before it.
    let mixed = bytes.last_chunk().map_or_else(
        || bytes.iter().fold(hash, |hash, byte| hash << 8 | u64::from(*byte)),
        |last| mix(hash, last),
    );
    (mixed ^ mixed >> 32).wrapping_mul(FACTOR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A map is the oracle: what is found is what was kept last under the same text.
        #[test]
        fn what_is_found_was_kept(texts in proptest::collection::vec("[一-四]{0,6}|[ -~]{0,70}", 0..60)) {
            let mut known = Known::default();
            let mut kept = std::collections::HashMap::new();
            for (text, number) in texts.iter().zip(0u16..) {
                if let Some(place) = known.find(text) {
                    prop_assert_eq!(Some(known.at(place)), kept.get(text).map(Option::as_ref));
                }
                let beginning = Beginning::new(Municipality(number), true, "千石", &[]).filter(|_| number % 3 > 0);
                let place = known.keep(text, beginning);
                kept.insert(text, beginning);
                prop_assert_eq!(known.find(text), place);
                prop_assert_eq!(place.map(|place| known.at(place)), Some(beginning.as_ref()).filter(|_| text.len() <= MAX_WRITTEN));
            }
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut known = Known::default();
        for number in 0..100_000u32 {
            known.keep(&format!("町{number}"), None);
        }
        assert!(known.kept.len() > SLOTS * 9 / 10);
        assert_eq!((known.kept.capacity(), known.slots.len()), (SLOTS, SLOTS));
        assert!((size_of::<Kept>() + size_of::<u32>()) * SLOTS < 4 << 20, "{}", size_of::<Kept>());
    }
}
