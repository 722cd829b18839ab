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
        })
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
    /// What a text names, where it is kept.
    pub(super) fn find(&self, text: &str) -> Option<&Option<Beginning>> {
        let hash = hash(text);
        let slot = *self.slots.get(slot_of(hash))?;
        let found = self.kept.get(place_of(slot)?)?;
        (tag_of(hash) == slot & TAG && found.is_written(text)).then_some(&found.beginning)
    }

    /// Keeps what a text names, in the place of another where it has to be; not that of a long text.
    pub(super) fn keep(&mut self, text: &str, beginning: Option<Beginning>) {
        let mut kept = Kept { written: [0; MAX_WRITTEN], written_len: text.len(), beginning };
        let Some(written) = kept.written.get_mut(..text.len()) else { return };
        written.copy_from_slice(text.as_bytes());
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, 0);
            self.kept.reserve_exact(SLOTS);
        }
        let hash = hash(text);
        let Some(slot) = self.slots.get_mut(slot_of(hash)) else { return };
        let place = place_of(*slot).unwrap_or(self.kept.len());
        match self.kept.get_mut(place) {
            Some(before) => *before = kept,
            None => self.kept.push(kept),
        }
        *slot = tag_of(hash) | (place as u32 + 1);
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
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(text.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let last = rest.iter().fold(0, |last, byte| last << 8 | u64::from(*byte));
    let mixed = mix(hash, last);
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
                if let Some(found) = known.find(text) {
                    prop_assert_eq!(Some(found), kept.get(text));
                }
                let beginning = Beginning::new(Municipality(number), true, "千石", &[]).filter(|_| number % 3 > 0);
                known.keep(text, beginning);
                kept.insert(text, beginning);
                prop_assert_eq!(known.find(text), Some(&beginning).filter(|_| text.len() <= MAX_WRITTEN));
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
