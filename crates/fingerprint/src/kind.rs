//! Kinds of pair keys.

use meibo_normalize::Field;

/// Which two fields a key joins.
///
/// Single fields are not keyed: whoever holds the registry key could list every phone number of a client in seconds.
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
}

impl KeyKind {
    /// Every kind of profile 1; a kind's number is its place here and is part of each token.
    pub const ALL: [KeyKind; 9] = [
        KeyKind::NamePhone,
        KeyKind::NameAddress,
        KeyKind::AddressPhone,
        KeyKind::NameBirth,
        KeyKind::KanaPhone,
        KeyKind::KanaAddress,
        KeyKind::KanaBirth,
        KeyKind::NameEmail,
        KeyKind::NameMemberId,
    ];

    /// The number of kinds.
    pub const COUNT: usize = Self::ALL.len();

    /// The kind's number.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The two fields, in the order in which they are hashed.
    pub const fn fields(self) -> (Field, Field) {
        match self {
            KeyKind::NamePhone => (Field::Name, Field::Phone),
            KeyKind::NameAddress => (Field::Name, Field::Address),
            KeyKind::AddressPhone => (Field::Address, Field::Phone),
            KeyKind::NameBirth => (Field::Name, Field::BirthDate),
            KeyKind::KanaPhone => (Field::Kana, Field::Phone),
            KeyKind::KanaAddress => (Field::Kana, Field::Address),
            KeyKind::KanaBirth => (Field::Kana, Field::BirthDate),
            KeyKind::NameEmail => (Field::Name, Field::Email),
            KeyKind::NameMemberId => (Field::Name, Field::MemberId),
        }
    }

    /// True where the key names a person, false where it names a household.
    pub const fn is_personal(self) -> bool {
        !matches!(self, KeyKind::AddressPhone)
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
    fn numbers_are_places_and_names_are_the_two_fields() {
        for (place, kind) in KeyKind::ALL.into_iter().enumerate() {
            assert_eq!(kind.index(), place);
            let (first, second) = kind.fields();
            assert_eq!(kind.as_str(), format!("{first}+{second}"));
        }
    }
}
