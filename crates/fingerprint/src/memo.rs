//! What was worked out for values that come again and again: surnames, towns, dates of birth.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Values remembered, each in a place of its own; a later one takes the place of an earlier.
const PLACES: usize = 1 << 12;
/// Longer values are worked out anew.
const LONGEST: usize = 46;

/// Remembers results by exact value, in bounded memory: what it returns is what working out would give.
#[derive(Clone, Debug)]
pub(crate) struct Memo<V> {
    places: Vec<Place<V>>,
}

#[derive(Clone, Debug)]
struct Place<V> {
    /// What the value is of, with 1 added; 0 for none.
    of: u8,
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
        let empty = Place { of: 0, length: 0, text: [0; LONGEST], result: V::default() };
        Self { places: vec![empty; PLACES] }
    }

    /// The result for a value of a part with this number below 255, worked out where it is not remembered.
    pub(crate) fn get(&mut self, of: u8, value: &str, work_out: impl FnOnce() -> V) -> V {
        let (text, of) = (value.as_bytes(), of.wrapping_add(1));
        let at = xxh3_64_with_seed(text, u64::from(of)) as usize % PLACES;
        let (Some(place), true) = (self.places.get_mut(at), text.len() <= LONGEST) else { return work_out() };
        let known = &place.text[..usize::from(place.length)];
        if place.of == of && known == text {
            return place.result;
        }
        let result = work_out();
        place.of = of;
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
            asked in proptest::collection::vec((0_u8..4, 0_u32..20_000, 0_usize..30), 1..3_000)
        ) {
            let mut memo = Memo::new();
            for (of, number, length) in asked {
                let value = number.to_string().repeat(1 + length / 2);
                let result = |of: u8, value: &str| (u64::from(of), value.bytes().fold(7_u64, |sum, byte| 31 * (sum % (1 << 50)) + u64::from(byte)));
                prop_assert_eq!(memo.get(of, &value, || result(of, &value)), result(of, &value));
            }
        }
    }

    #[test]
    fn a_value_of_one_part_is_not_that_of_another() {
        let mut memo = Memo::new();
        assert_eq!(memo.get(0, "山田", || 1), 1);
        assert_eq!(memo.get(1, "山田", || 2), 2);
        assert_eq!(memo.get(0, "山", || 3), 3);
        assert_eq!(memo.get(0, "", || 4), 4);
    }
}
