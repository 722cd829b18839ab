//! Kinds of pair keys.

use meibo_normalize::Field;

/// A canonical value, or a part of one, that a key joins with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The value of a field.
    Whole(Field),
    /// The first two characters of a name (four of one in ASCII): mostly the family's.
    Family,
    /// The last two characters of a name (four of one in ASCII): mostly the given name's.
    Given,
    /// An address up to its last numbers.
    Town,
    /// The last numbers of an address with the two characters before them.
    Lot,
    /// The last four digits of a phone number.
    PhoneEnd,
}

impl Part {
    /// The field that it is of.
    pub const fn field(self) -> Field {
        match self {
            Part::Whole(field) => field,
            Part::Family | Part::Given => Field::Name,
            Part::Town | Part::Lot => Field::Address,
            Part::PhoneEnd => Field::Phone,
        }
    }

    /// Which halves of the field's value it needs, as two bits: 1 the first, 2 the second, 3 both.
    pub const fn halves(self) -> u8 {
        match self {
            Part::Whole(_) => 3,
            Part::Family | Part::Town => 1,
            Part::Given | Part::Lot | Part::PhoneEnd => 2,
        }
    }

    /// This part of a canonical value; none where the value has no such part, or is no more than it.
    pub fn of(self, value: &str) -> Option<&str> {
        match self {
            Part::Whole(_) => Some(value),
            Part::Family => value.get(..first_chars(value, end_of_name(value))?),
            Part::Given => value.get(last_chars(value, end_of_name(value))?..),
            Part::Town => value.get(..numbers(value)?),
            Part::Lot => {
                let town = value.get(..numbers(value)?)?;
                value.get(town.char_indices().rev().nth(1)?.0..)
            }
            Part::PhoneEnd => value.len().checked_sub(4).filter(|at| *at > 0).and_then(|at| value.get(at..)),
        }
    }

    /// Every part; its place is its number.
    pub const ALL: [Part; 12] = [
        Part::Whole(Field::Name),
        Part::Whole(Field::Kana),
        Part::Whole(Field::Address),
        Part::Whole(Field::Phone),
        Part::Whole(Field::BirthDate),
        Part::Whole(Field::Email),
        Part::Whole(Field::MemberId),
        Part::Family,
        Part::Given,
        Part::Town,
        Part::Lot,
        Part::PhoneEnd,
    ];

    /// The number of parts.
    pub const COUNT: usize = Self::ALL.len();

    /// The part's number, which is digested with its value.
    pub const fn number(self) -> u8 {
        match self {
            Part::Whole(Field::Name) => 0,
            Part::Whole(Field::Kana) => 1,
            Part::Whole(Field::Address) => 2,
            Part::Whole(Field::Phone) => 3,
            Part::Whole(Field::BirthDate) => 4,
            Part::Whole(Field::Email) => 5,
            Part::Whole(_) => 6,
            Part::Family => 7,
            Part::Given => 8,
            Part::Town => 9,
            Part::Lot => 10,
            Part::PhoneEnd => 11,
        }
    }

    /// The part's name within that of a kind.
    pub const fn as_str(self) -> &'static str {
        match self {
            Part::Whole(field) => field.as_str(),
            Part::Family => "family",
            Part::Given => "given",
            Part::Town => "town",
            Part::Lot => "lot",
            Part::PhoneEnd => "phone_end",
        }
    }
}

/// How many characters at either end of a name stand for the family and for the person.
fn end_of_name(name: &str) -> usize {
    if name.is_ascii() { 4 } else { 2 }
}

/// Where the characters behind the first `count` begin; none where there are no more than these.
fn first_chars(value: &str, count: usize) -> Option<usize> {
    value.char_indices().nth(count).map(|(at, _)| at)
}

/// Where the last `count` characters, one at least, begin; none where there are no others before them.
fn last_chars(value: &str, count: usize) -> Option<usize> {
    value.char_indices().rev().nth(count - 1).map(|(at, _)| at).filter(|at| *at > 0)
}

/// Where the numbers at the end of an address begin; none where it ends otherwise, or is nothing but numbers.
fn numbers(address: &str) -> Option<usize> {
    let is_of_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
    let before = address.len() - address.bytes().rev().take_while(is_of_number).count();
    let has_digit = address.as_bytes()[before..].iter().any(u8::is_ascii_digit);
    (before > 0 && has_digit).then_some(before)
}

/// Which two values a key joins.
///
/// Single fields are not keyed: whoever holds the registry key could list every phone number of a client in seconds.
/// Beside pairs of whole fields stand pairs of which one is a part: what is left of a record whose cells were mistyped,
/// cut or mixed up. `docs/METHOD.md` tells how they were chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum KeyKind {
    /// Name and phone.
    NamePhone = 0,
    /// Name and address without building and room.
    NameAddress = 1,
    /// Address and phone: the household's key, which no name is part of.
    AddressPhone = 2,
    /// Name and date of birth.
    NameBirth = 3,
    /// Reading and phone.
    KanaPhone = 4,
    /// Reading and address.
    KanaAddress = 5,
    /// Reading and date of birth.
    KanaBirth = 6,
    /// Name and e-mail address.
    NameEmail = 7,
    /// Name and the client's own number.
    NameMemberId = 8,
    /// Name and the address without its numbers.
    NameTown = 9,
    /// The end of the name and phone.
    GivenPhone = 10,
    /// The start of the name and phone: the household's.
    FamilyPhone = 11,
    /// The end of the name and the end of the address.
    GivenLot = 12,
    /// The start of the name and the end of the address: the household's.
    FamilyLot = 13,
    /// The end of the address and the last digits of the phone number: the household's.
    LotPhoneEnd = 14,
}

impl KeyKind {
    /// Every kind of profile 3; a kind's number is its place here, and tokens of each are joined by numbers of its own.
    pub const ALL: [KeyKind; 15] = [
        KeyKind::NamePhone,
        KeyKind::NameAddress,
        KeyKind::AddressPhone,
        KeyKind::NameBirth,
        KeyKind::KanaPhone,
        KeyKind::KanaAddress,
        KeyKind::KanaBirth,
        KeyKind::NameEmail,
        KeyKind::NameMemberId,
        KeyKind::NameTown,
        KeyKind::GivenPhone,
        KeyKind::FamilyPhone,
        KeyKind::GivenLot,
        KeyKind::FamilyLot,
        KeyKind::LotPhoneEnd,
    ];

    /// The number of kinds.
    pub const COUNT: usize = Self::ALL.len();

    /// The kind's number.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The two parts, in the order in which they are hashed.
    pub const fn parts(self) -> (Part, Part) {
        const fn whole(one: Field, other: Field) -> (Part, Part) {
            (Part::Whole(one), Part::Whole(other))
        }
        match self {
            KeyKind::NamePhone => whole(Field::Name, Field::Phone),
            KeyKind::NameAddress => whole(Field::Name, Field::Address),
            KeyKind::AddressPhone => whole(Field::Address, Field::Phone),
            KeyKind::NameBirth => whole(Field::Name, Field::BirthDate),
            KeyKind::KanaPhone => whole(Field::Kana, Field::Phone),
            KeyKind::KanaAddress => whole(Field::Kana, Field::Address),
            KeyKind::KanaBirth => whole(Field::Kana, Field::BirthDate),
            KeyKind::NameEmail => whole(Field::Name, Field::Email),
            KeyKind::NameMemberId => whole(Field::Name, Field::MemberId),
            KeyKind::NameTown => (Part::Whole(Field::Name), Part::Town),
            KeyKind::GivenPhone => (Part::Given, Part::Whole(Field::Phone)),
            KeyKind::FamilyPhone => (Part::Family, Part::Whole(Field::Phone)),
            KeyKind::GivenLot => (Part::Given, Part::Lot),
            KeyKind::FamilyLot => (Part::Family, Part::Lot),
            KeyKind::LotPhoneEnd => (Part::Lot, Part::PhoneEnd),
        }
    }

    /// True where the key names a person, false where it names a household.
    pub const fn is_personal(self) -> bool {
        use KeyKind::{AddressPhone, FamilyLot, FamilyPhone, LotPhoneEnd};
        !matches!(self, AddressPhone | FamilyPhone | FamilyLot | LotPhoneEnd)
    }

    /// The kind as reports write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            KeyKind::NamePhone => "name+phone",
            KeyKind::NameAddress => "name+address",
            KeyKind::AddressPhone => "address+phone",
            KeyKind::NameBirth => "name+birth_date",
            KeyKind::KanaPhone => "kana+phone",
            KeyKind::KanaAddress => "kana+address",
            KeyKind::KanaBirth => "kana+birth_date",
            KeyKind::NameEmail => "name+email",
            KeyKind::NameMemberId => "name+member_id",
            KeyKind::NameTown => "name+town",
            KeyKind::GivenPhone => "given+phone",
            KeyKind::FamilyPhone => "family+phone",
            KeyKind::GivenLot => "given+lot",
            KeyKind::FamilyLot => "family+lot",
            KeyKind::LotPhoneEnd => "lot+phone_end",
        }
    }
}

/// A set of key kinds; bit *i* stands for the kind of number *i*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyMask(pub u32);

impl KeyMask {
    /// No kind.
    pub const EMPTY: KeyMask = KeyMask(0);

    /// Adds a kind.
    pub fn insert(&mut self, kind: KeyKind) {
        self.0 |= 1 << kind.index();
    }

    /// True where the kind is in the set.
    pub fn contains(self, kind: KeyKind) -> bool {
        self.0 & (1 << kind.index()) != 0
    }

    /// True for no kind.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds of the set, in order.
    pub fn kinds(self) -> impl Iterator<Item = KeyKind> {
        KeyKind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<KeyKind> for KeyMask {
    fn from_iter<I: IntoIterator<Item = KeyKind>>(kinds: I) -> Self {
        let mut mask = KeyMask::EMPTY;
        kinds.into_iter().for_each(|kind| mask.insert(kind));
        mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_and_names_are_the_two_parts() {
        for (place, kind) in KeyKind::ALL.into_iter().enumerate() {
            assert_eq!(kind.index(), place);
            let (first, second) = kind.parts();
            assert_eq!(kind.as_str(), format!("{}+{}", first.as_str(), second.as_str()));
        }
    }

    #[test]
    fn parts_are_in_order_of_number() {
        for (place, part) in Part::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(part.number()), place);
        }
    }

    #[test]
    fn parts_of_values() {
        for (part, value, expected) in [
            (Part::Family, "山田太郎", Some("山田")),
            (Part::Given, "山田太郎", Some("太郎")),
            (Part::Given, "林太郎", Some("太郎")),
            (Part::Family, "林誠", None),
            (Part::Given, "林誠", None),
            (Part::Given, "yamadataro", Some("taro")),
            (Part::Family, "kim", None),
            (Part::Town, "東京都文京区千石4-15-7", Some("東京都文京区千石")),
            (Part::Lot, "東京都文京区千石4-15-7", Some("千石4-15-7")),
            (Part::Lot, "北海道札幌市北区北24条西5-1", Some("条西5-1")),
            (Part::Town, "千石", None),
            (Part::Lot, "4-15-7", None),
            (Part::Lot, "石4", None),
            (Part::PhoneEnd, "0312345678", Some("5678")),
            (Part::PhoneEnd, "5678", None),
        ] {
            assert_eq!(part.of(value), expected, "{part:?} of {value}");
        }
    }
}
