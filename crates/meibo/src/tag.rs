//! Values as numbers: what a survey of a list holds in place of a person's values.

use meibo_normalize::{Canonical, Field};
use xxhash_rust::xxh3::xxh3_64;

/// A canonical value of a field as a number, with what its text tells of how often it may stand in a list.
///
/// The lowest four bits are the field, the next two the class, the others a hash of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Tag(u64);

/// What a value's text tells of how often it may stand in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Class {
    /// Nothing.
    Any = 0,
    /// A name that may be a surname alone, as full names are as well.
    ShortName = 1,
    /// A name so short that it mostly is a surname alone.
    SurnameLike = 2,
    /// The first day of a year, which is written where only the year is known.
    NewYear = 3,
}

const CLASS_SHIFT: u32 = 4;
const NOT_HASH: u64 = 0b11_1111;

/// The fields that keys are made of.
pub(crate) const FIELDS: [Field; 7] =
    [Field::Name, Field::Kana, Field::Phone, Field::Address, Field::BirthDate, Field::Email, Field::MemberId];

/// Bytes of a kanji or kana.
const LETTER: usize = 3;

impl Tag {
    pub(crate) fn of(field: Field, value: &str) -> Self {
        let class = Class::of(field, value) as u64;
        Tag(xxh3_64(value.as_bytes()) & !NOT_HASH | class << CLASS_SHIFT | field.index() as u64)
    }

    /// The tags of a record's values that may be part of a key, in their order.
    pub(crate) fn of_record(canonical: &Canonical) -> impl Iterator<Item = Tag> {
        canonical
            .iter()
            .filter(|(field, _)| FIELDS.contains(field))
            .map(|(field, value)| Tag::of(field, value))
    }

    pub(crate) fn is_of(self, field: Field) -> bool {
        self.field_number() == field.index()
    }

    /// The place of the field among all.
    pub(crate) fn field_number(self) -> usize {
        (self.0 & 0b1111) as usize
    }

    pub(crate) fn class(self) -> Class {
        match self.0 >> CLASS_SHIFT & 0b11 {
            1 => Class::ShortName,
            2 => Class::SurnameLike,
            3 => Class::NewYear,
            _ => Class::Any,
        }
    }

    /// A number whose bits all depend on all of the tag's.
    pub(crate) fn mixed(self) -> u64 {
        mix(self.0)
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
pub(crate) fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Class {
    fn of(field: Field, value: &str) -> Self {
        match field {
            // No surname ends in these: 契約者, 非会員, 一般客 stand for somebody, whoever it is.
            Field::Name if value.ends_with(['者', '員', '客']) => Class::Any,
            Field::Name => Class::of_length(value, 2, 5),
            Field::Kana => Class::of_length(value, 4, 7),
            Field::BirthDate if value.ends_with("-01-01") => Class::NewYear,
            _ => Class::Any,
        }
    }

    /// Up to so many letters a name is mostly a surname alone, with one more it may be one.
    fn of_length(value: &str, letters: usize, latin: usize) -> Self {
        let (mostly, perhaps) = match value.is_ascii() {
            true => (latin, latin + 1),
            false => (letters * LETTER, (letters + 1) * LETTER),
        };
        match value.len() {
            length if length <= mostly => Class::SurnameLike,
            length if length <= perhaps => Class::ShortName,
            _ => Class::Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_tells_its_field_and_class() {
        for (field, value, class) in [
            (Field::Name, "佐藤", Class::SurnameLike),
            (Field::Name, "長谷川", Class::ShortName),
            (Field::Name, "山田太郎", Class::Any),
            (Field::Name, "入居者", Class::Any),
            (Field::Name, "customer", Class::Any),
            (Field::Kana, "サトウ", Class::SurnameLike),
            (Field::Kana, "ヤマダタロウ", Class::Any),
            (Field::BirthDate, "1950-01-01", Class::NewYear),
            (Field::BirthDate, "1950-11-01", Class::Any),
            (Field::Phone, "0312345678", Class::Any),
        ] {
            let tag = Tag::of(field, value);
            assert!(tag.is_of(field) && tag.class() == class, "{value}");
        }
        assert_ne!(Tag::of(Field::Name, "佐藤"), Tag::of(Field::Name, "鈴木"));
    }
}
