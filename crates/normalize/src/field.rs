//! The fields a list of persons may hold.

use std::fmt;
use std::str::FromStr;

use crate::Level;

/// One kind of information about a person, as a column of a list holds it.
///
/// The order is that of [`Field::ALL`]; a field's [`index`](Field::index) is its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Field {
    /// Full name in kanji, kana or Latin letters (氏名).
    Name,
    /// Reading of the name (フリガナ).
    Kana,
    /// Postal address, without or with building and room (住所).
    Address,
    /// Telephone number, fixed or mobile (電話番号).
    Phone,
    /// Postal code (郵便番号).
    Postal,
    /// Date of birth (生年月日).
    BirthDate,
    /// Sex (性別).
    Sex,
    /// Age in years (年齢).
    Age,
    /// E-mail address (メールアドレス).
    Email,
    /// The client's own number for the person (会員番号).
    MemberId,
}

impl Field {
    /// Every field, in order.
    pub const ALL: [Field; 10] = [
        Field::Name,
        Field::Kana,
        Field::Address,
        Field::Phone,
        Field::Postal,
        Field::BirthDate,
        Field::Sex,
        Field::Age,
        Field::Email,
        Field::MemberId,
    ];

    /// The field's place in [`Field::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The level of the canonical form that keys are made of: loose for addresses, whose buildings and rooms are
    /// written or left out at will, standard for all else.
    pub const fn key_level(self) -> Level {
        match self {
            Field::Address => Level::Loose,
            _ => Level::Standard,
        }
    }

    /// The name users write: `name`, `birth_date`, …
    pub const fn as_str(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Kana => "kana",
            Field::Address => "address",
            Field::Phone => "phone",
            Field::Postal => "postal",
            Field::BirthDate => "birth_date",
            Field::Sex => "sex",
            Field::Age => "age",
            Field::Email => "email",
            Field::MemberId => "member_id",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such field; use one of: name kana address phone postal birth_date sex age email member_id")]
pub struct UnknownField;

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(word: &str) -> Result<Self, UnknownField> {
        Field::ALL.into_iter().find(|field| field.as_str() == word).ok_or(UnknownField)
    }
}
