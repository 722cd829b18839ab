//! Pair keys to tokens: the only place where personal values meet the registry key.

use meibo_normalize::{Canonical, Field};
use zeroize::Zeroizing;

use crate::RegistryKey;
use crate::kind::{KeyKind, KeyMask, Part};
use crate::sample::Stratum;

/// A pair key under a registry key: 128 bits that look random to whoever lacks the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u128);

impl Token {
    /// A number for ranking and interning that shares no bits with the token's filter positions.
    pub fn rank(self) -> u64 {
        let mut x = (self.0 as u64) ^ ((self.0 >> 64) as u64).rotate_left(32);
        // The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }
}

/// The tokens of one record; a buffer to fill again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordTokens {
    /// Tokens with their kinds, in order of kind; several of one kind where a field has several values.
    pub tokens: Vec<(KeyKind, Token)>,
    /// What kind of person the record tells of, for matched controls.
    pub stratum: Stratum,
}

impl RecordTokens {
    /// The kinds of key that the record has.
    pub fn present(&self) -> KeyMask {
        self.tokens.iter().map(|(kind, _)| *kind).collect()
    }

    /// True where the record has no key, so that nothing can be said of it.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// A number that tells distinct persons apart: that of the record's first personal key in the order birth date,
    /// member number, phone, address, e-mail, or of its household key where it names nobody.
    ///
    /// One person listed with two phone numbers and no birth date counts as two.
    pub fn person(&self) -> Option<u64> {
        self.person_key().map(|(_, token)| token.rank())
    }

    /// The key that [`person`](Self::person) numbers by. Numbers of different kinds of key cannot be compared.
    pub fn person_key(&self) -> Option<(KeyKind, Token)> {
        const ORDER: [KeyKind; 9] = [
            KeyKind::NameBirth,
            KeyKind::KanaBirth,
            KeyKind::NameMemberId,
            KeyKind::NamePhone,
            KeyKind::KanaPhone,
            KeyKind::NameAddress,
            KeyKind::KanaAddress,
            KeyKind::NameEmail,
            KeyKind::AddressPhone,
        ];
        // A record with a key of parts has one of whole fields too.
        let first = |kind| self.tokens.iter().find(|(k, _)| *k == kind);
        ORDER.into_iter().find_map(first).copied()
    }
}

/// A cell may hold several values (two phones); more than this many pairs of one kind are not keyed, so that a hostile
/// row cannot make the work or the filter grow.
pub(crate) const MAX_TOKENS_OF_A_KIND: usize = 8;

/// Makes tokens under one registry key.
#[derive(Clone)]
pub struct Tokenizer {
    key: Zeroizing<[u8; 32]>,
}

impl Tokenizer {
    /// A tokenizer for this key.
    pub fn new(key: &RegistryKey) -> Self {
        Self { key: key.derive("meibo 2026-11 profile 2 token") }
    }

    /// The tokens of one record.
    pub fn record(&self, canonical: &Canonical) -> RecordTokens {
        let mut tokens = RecordTokens::default();
        self.record_into(canonical, &mut tokens);
        tokens
    }

    /// Replaces `out` by the tokens of one record.
    pub fn record_into(&self, canonical: &Canonical, out: &mut RecordTokens) {
        self.record_without(canonical, |_, _| false, out);
    }

    /// Replaces `out` by the tokens of one record as it would be without the values that `left_out` is true for.
    pub fn record_without(
        &self,
        canonical: &Canonical,
        left_out: impl Fn(Field, &str) -> bool,
        out: &mut RecordTokens,
    ) {
        out.tokens.clear();
        out.stratum = Stratum::without(canonical, &left_out);
        for kind in KeyKind::ALL {
            let (first, second) = kind.parts();
            let pairs = usable(canonical, first, &left_out)
                .flat_map(|a| usable(canonical, second, &left_out).map(move |b| (a, b)))
                .take(MAX_TOKENS_OF_A_KIND);
            out.tokens.extend(pairs.map(|(a, b)| (kind, self.token(kind, a, b))));
        }
    }

    /// Keyed BLAKE3 over the kind's number and the two canonical values, each after its length in bytes as a 32-bit
    /// little-endian number; the first 128 bits of the digest, little-endian.
    fn token(&self, kind: KeyKind, first: &str, second: &str) -> Token {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&[kind as u8]);
        for value in [first, second] {
            // A canonical value is bounded far below 2³² bytes by the normaliser.
            hasher.update(&(value.len() as u32).to_le_bytes());
            hasher.update(value.as_bytes());
        }
        let mut bits = [0; 16];
        bits.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Token(u128::from_le_bytes(bits))
    }
}

/// The values that may stand for a part in a key.
///
/// An address without any number is a whole town or city: two people of one name there would be taken for one.
fn usable(
    canonical: &Canonical,
    part: Part,
    left_out: impl Fn(Field, &str) -> bool,
) -> impl Iterator<Item = &str> {
    let field = part.field();
    let tells = move |value: &str| field != Field::Address || value.bytes().any(|b| b.is_ascii_digit());
    let values = canonical.values(field).filter(move |value| tells(value) && !left_out(field, value));
    values.filter_map(move |value| part.of(value))
}

#[cfg(test)]
mod tests {
    use meibo_normalize::{Normalizer, Record};

    use super::*;

    fn tokens(key: [u8; 32], record: &Record) -> RecordTokens {
        let mut canonical = Canonical::new();
        Normalizer::new().canonicalize(record, &mut canonical);
        Tokenizer::new(&RegistryKey::from_bytes(key)).record(&canonical)
    }

    fn person() -> Record {
        Record::new()
            .with(Field::Name, "山田太郎")
            .with(Field::Phone, "0312345679")
            .with(Field::Address, "東京都文京区千石4-15-7")
    }

    #[test]
    fn a_record_has_the_pairs_that_its_fields_allow() {
        let kinds: Vec<_> = tokens([1; 32], &person()).present().kinds().collect();
        assert_eq!(
            kinds,
            [
                KeyKind::NamePhone,
                KeyKind::NameAddress,
                KeyKind::AddressPhone,
                KeyKind::NameTown,
                KeyKind::GivenPhone,
                KeyKind::FamilyPhone,
                KeyKind::GivenLot,
                KeyKind::FamilyLot,
                KeyKind::LotPhoneEnd,
            ]
        );
        assert!(tokens([1; 32], &Record::new().with(Field::Name, "山田太郎")).is_empty());
    }

    #[test]
    fn an_address_without_a_number_is_no_key() {
        let record = Record::new().with(Field::Name, "山田太郎").with(Field::Address, "東京都文京区");
        assert!(tokens([1; 32], &record).is_empty());
    }

    #[test]
    fn a_value_left_out_is_as_if_it_were_not_there() {
        let person = person().with(Field::BirthDate, "1970-01-01");
        let (mut whole, mut part) = (Canonical::new(), Canonical::new());
        Normalizer::new().canonicalize(&person, &mut whole);
        let without = |field: Field| {
            person.iter().filter(|(f, _)| *f != field).fold(Record::new(), |r, (f, text)| r.with(f, text))
        };
        let tokenizer = Tokenizer::new(&RegistryKey::from_bytes([1; 32]));
        for field in [Field::Name, Field::Phone, Field::BirthDate] {
            Normalizer::new().canonicalize(&without(field), &mut part);
            let mut tokens = RecordTokens::default();
            tokenizer.record_without(&whole, |of, _| of == field, &mut tokens);
            assert_eq!(tokens, tokenizer.record(&part), "{field}");
        }
    }

    #[test]
    fn two_phones_give_two_tokens_and_many_are_bounded() {
        let mut record = person();
        record.push(Field::Phone, "0355556667");
        let of_kind =
            |r: &Record| tokens([1; 32], r).tokens.iter().filter(|(k, _)| *k == KeyKind::NamePhone).count();
        assert_eq!(of_kind(&record), 2);
        for i in 0..100 {
            record.push(Field::Phone, &format!("03{:08}", 23456789 + 1371 * i));
        }
        assert_eq!(of_kind(&record), MAX_TOKENS_OF_A_KIND);
    }

    #[test]
    fn another_key_kind_or_field_boundary_is_another_token() {
        let tokenizer = Tokenizer::new(&RegistryKey::from_bytes([1; 32]));
        let token = tokenizer.token(KeyKind::NamePhone, "ab", "c");
        assert_eq!(token, tokenizer.token(KeyKind::NamePhone, "ab", "c"));
        assert_ne!(token, tokenizer.token(KeyKind::NamePhone, "a", "bc"));
        assert_ne!(token, tokenizer.token(KeyKind::NameAddress, "ab", "c"));
        assert_ne!(
            token,
            Tokenizer::new(&RegistryKey::from_bytes([2; 32])).token(KeyKind::NamePhone, "ab", "c")
        );
    }
}
