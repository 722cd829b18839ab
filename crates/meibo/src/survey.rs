//! A bounded picture of a list: which values stand beside which, in a random part of its distinct rows.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use meibo_normalize::Field;

use crate::as_it_is::AsItIs;
use crate::tag::{Tag, mix};

/// Distinct rows that are kept. A longer list is judged by a random half to whole of so many of its distinct rows, by
/// the bounds of a list of that length.
const MOST_ROWS: usize = 1 << 17;
/// Values of one field that are kept of a row.
const MOST_OF_A_FIELD: u8 = 8;

/// Distinct rows of a list as tags: all of them or, by adaptive sampling (Flajolet, 1990), those whose number ends in
/// `shift` zero bits. Neither the order nor the repetition of rows shows.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Where a row's tags begin and how many there are, by the row's number.
    rows: HashMap<u64, (u32, u32), AsItIs>,
    tags: Vec<Tag>,
    shift: u32,
}

/// The number of a row: the same for the same values, in whatever order.
pub(crate) fn row_number(tags: &[Tag]) -> u64 {
    mix(tags.iter().fold(0, |sum, tag| sum.wrapping_add(tag.mixed())))
}

/// The tags but those beyond the first few of their field.
fn first_of_each_field(tags: &[Tag]) -> impl Iterator<Item = Tag> {
    let mut of_field = [0_u8; Field::ALL.len()];
    tags.iter().copied().filter(move |tag| {
        let Some(kept) = of_field.get_mut(tag.field_number()) else { return false };
        *kept = kept.saturating_add(1);
        *kept <= MOST_OF_A_FIELD
    })
}

impl Survey {
    /// Adds a row of this number.
    pub(crate) fn add(&mut self, number: u64, tags: &[Tag]) {
        if number.trailing_zeros() < self.shift || tags.len() < 2 {
            return;
        }
        let Entry::Vacant(place) = self.rows.entry(number) else { return };
        let start = self.tags.len();
        if tags.len() <= usize::from(MOST_OF_A_FIELD) {
            self.tags.extend_from_slice(tags);
        } else {
            self.tags.extend(first_of_each_field(tags));
        }
        place.insert((start as u32, (self.tags.len() - start) as u32));
        while self.rows.len() > MOST_ROWS {
            self.thin_out();
        }
    }

    /// Keeps every second row.
    fn thin_out(&mut self) {
        self.shift += 1;
        let mut kept = Vec::with_capacity(self.tags.len() / 2);
        let (tags, shift) = (&self.tags, self.shift);
        self.rows.retain(|number, (start, count)| {
            let stays = number.trailing_zeros() >= shift;
            if stays {
                let row = *start as usize..(*start + *count) as usize;
                *start = kept.len() as u32;
                kept.extend_from_slice(tags.get(row).unwrap_or_default());
            }
            stays
        });
        self.tags = kept;
    }

    /// The rows kept, in no particular order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[Tag]> {
        self.rows.values().map(|&(start, count)| {
            self.tags.get(start as usize..(start + count) as usize).unwrap_or_default()
        })
    }

    /// The tags of all rows kept, in no particular order.
    pub(crate) fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64) -> [Tag; 2] {
        [Tag::of(Field::Name, &format!("n{number}")), Tag::of(Field::Phone, &format!("p{number}"))]
    }

    fn survey(rows: impl Iterator<Item = u64>) -> Vec<Vec<Tag>> {
        let mut survey = Survey::default();
        rows.map(row).for_each(|tags| survey.add(row_number(&tags), &tags));
        assert!(survey.rows.len() <= MOST_ROWS && survey.tags.len() <= 2 * MOST_ROWS);
        let mut rows: Vec<_> = survey.rows().map(<[Tag]>::to_vec).collect();
        rows.sort();
        rows
    }

    #[test]
    fn order_and_repetition_do_not_show_and_memory_is_bounded() {
        for most in [0, 1, 1_000, 3 * MOST_ROWS as u64] {
            let forward = survey(0..most);
            assert_eq!(forward, survey((0..most).rev()));
            assert_eq!(forward, survey((0..most).chain(0..most / 2)));
            assert!(forward.len() as u64 == most || forward.len() > MOST_ROWS / 3);
        }
    }

    #[test]
    fn a_row_of_very_many_values_is_cut() {
        let mut tags: Vec<Tag> = (0..1_000).map(|i| Tag::of(Field::Phone, &i.to_string())).collect();
        tags.push(Tag::of(Field::Name, "山田太郎"));
        let mut survey = Survey::default();
        survey.add(row_number(&tags), &tags);
        let kept = survey.rows().next().unwrap();
        assert_eq!(kept.len(), 9);
        assert!(kept.iter().any(|tag| tag.is_of(Field::Name)));
    }
}
