//! What was worked out for values that come again and again, as municipalities do.

use xxhash_rust::xxh3::xxh3_64;

/// Values remembered, each in a place of its own; a later one takes the place of an earlier.
const PLACES: usize = 1 << 12;
/// Longer values are worked out anew.
const LONGEST: usize = 46;
/// The length of no value.
const NONE: u8 = u8::MAX;

/// Remembers results by exact value, in bounded memory: what it returns is what working out would give.
#[derive(Clone, Debug)]
pub(crate) struct Memo<V> {
    places: Vec<Place<V>>,
}

#[derive(Clone, Debug)]
struct Place<V> {
    /// The value's length in bytes; [`NONE`] where there is none.
    length: u8,
    text: [u8; LONGEST],
    result: V,
}

impl<V: Copy + Default> Memo<V> {
    /// One that remembers nothing and needs no memory, for a single record.
    pub(crate) fn none() -> Self {
        Self { places: Vec::new() }
    }

    pub(crate) fn new() -> Self {
        let empty = Place { length: NONE, text: [0; LONGEST], result: V::default() };
        Self { places: vec![empty; PLACES] }
    }

    /// The result for a value, worked out where it is not remembered.
    pub(crate) fn get(&mut self, value: &str, work_out: impl FnOnce() -> V) -> V {
        let text = value.as_bytes();
        let at = xxh3_64(text) as usize % PLACES;
        let (Some(place), true) = (self.places.get_mut(at), text.len() <= LONGEST) else { return work_out() };
        if place.text.get(..usize::from(place.length)) == Some(text) {
            return place.result;
        }
        let result = work_out();
        place.length = text.len() as u8;
        place.text[..text.len()].copy_from_slice(text);
        place.result = result;
        result
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_gives_what_working_out_gives(
            asked in proptest::collection::vec((0_u32..20_000, 0_usize..30), 1..3_000)
        ) {
            let mut memo = Memo::new();
            for (number, length) in asked {
                let value = number.to_string().repeat(1 + length / 2);
                let result = |value: &str| (value.len() as u64, value.bytes().fold(7_u64, |sum, byte| 31 * (sum % (1 << 50)) + u64::from(byte)));
                prop_assert_eq!(memo.get(&value, || result(&value)), result(&value));
            }
        }
    }

    #[test]
    fn a_value_is_not_its_beginning_nor_nothing() {
        let mut memo = Memo::new();
        assert_eq!(memo.get("山田", || 1), 1);
        assert_eq!(memo.get("山", || 3), 3);
        assert_eq!(memo.get("", || 4), 4);
    }
}
