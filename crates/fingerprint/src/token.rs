//! Pair keys to tokens: the only place where personal values meet the registry key.

use meibo_normalize::{Canonical, Field};
use zeroize::Zeroizing;

use crate::RegistryKey;
use crate::kind::{KeyKind, KeyMask, Part};
use crate::memo::Memo;
use crate::prf::Prf;
use crate::sample::Stratum;
use crate::wide::Messages;

/// A pair key under a registry key: 128 bits that look random to whoever lacks the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u128);

impl Token {
    /// A number for ranking and interning that shares no bits with the token's filter positions.
    pub fn rank(self) -> u64 {
        scramble((self.0 as u64) ^ ((self.0 >> 64) as u64).rotate_left(32))
    }

    /// A number for two tokens, in whichever order.
    pub(crate) fn beside(self, other: Self) -> u64 {
        let (one, other) = (self.min(other), self.max(other));
        scramble(one.rank() ^ scramble(other.rank()))
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
///
/// Each part of a record is digested once under the key; a token joins two digests.
#[derive(Clone)]
pub struct Tokenizer {
    /// The keyed hash and the key that parts are digested under.
    prf: Prf,
    key: Zeroizing<[u8; 32]>,
    /// For each kind the secret numbers that digests are joined with.
    kinds: Zeroizing<[[u64; 4]; KeyKind::COUNT]>,
}

/// What a thread needs to make the tokens of many records at once.
#[derive(Clone, Debug)]
pub struct TokenMemory {
    places: Memo<(u32, u64)>,
    messages: Messages,
    asked: Vec<Asked>,
}

/// A record whose parts are among the messages.
#[derive(Clone, Debug)]
struct Asked {
    stratum: Stratum,
    /// The number of its first message.
    first: u32,
    /// By part its messages, counted from the first.
    parts: [Span; Part::COUNT],
}

/// Messages that follow each other: of one part no more than [`MAX_TOKENS_OF_A_KIND`].
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: u8,
    count: u8,
}

impl TokenMemory {
    /// Memory for many records, a quarter of a megabyte and what one batch needs.
    pub fn new() -> Self {
        Self { places: Memo::new(), messages: Messages::default(), asked: Vec::new() }
    }
}

impl Default for TokenMemory {
    /// Memory for a single record, in which nothing is remembered.
    fn default() -> Self {
        Self { places: Memo::none(), messages: Messages::default(), asked: Vec::new() }
    }
}

impl Tokenizer {
    /// A tokenizer for this key.
    pub fn new(key: &RegistryKey) -> Self {
        let prf = key.prf();
        let [of_kinds, of_parts] = match prf {
            Prf::Blake3 => ["meibo 2026-11 profile 3 kinds of key", "meibo 2026-11 profile 3 part"],
            Prf::HmacSha256 => ["meibo 2026-11 profile 4 kinds of key", "meibo 2026-11 profile 4 part"],
        };
        let of_kinds = key.derive(of_kinds);
        let mut kinds = Zeroizing::new([[0; 4]; KeyKind::COUNT]);
        for (kind, numbers) in kinds.iter_mut().enumerate() {
            let digest = prf.keyed(&of_kinds, &[&[kind as u8]]);
            for (number, bytes) in numbers.iter_mut().zip(digest.as_chunks::<8>().0) {
                *number = u64::from_le_bytes(*bytes);
            }
        }
        Self { prf, key: key.derive(of_parts), kinds }
    }

    /// The tokens of one record.
    pub fn record(&self, canonical: &Canonical) -> RecordTokens {
        self.record_without(canonical, |_, _| false)
    }

    /// The tokens of one record as it would be without the values that `left_out` is true for.
    pub fn record_without(
        &self,
        canonical: &Canonical,
        left_out: impl Fn(Field, &str) -> bool,
    ) -> RecordTokens {
        let mut tokens = RecordTokens::default();
        let mut memory = TokenMemory::default();
        self.ask(canonical, left_out, &mut memory);
        self.answer(&mut memory, [&mut tokens]);
        tokens
    }

    /// Takes down a record, as it would be without the values that `left_out` is true for, whose tokens
    /// [`answer`](Self::answer) makes: those of a few hundred records at once take a small part of the time that one by one
    /// take. `memory` must have served no other tokenizer.
    pub fn ask(
        &self,
        canonical: &Canonical,
        left_out: impl Fn(Field, &str) -> bool,
        memory: &mut TokenMemory,
    ) {
        let TokenMemory { places, messages, asked } = memory;
        let values = Usable::of(canonical, &left_out);
        let first = messages.len();
        let mut parts = [Span::default(); Part::COUNT];
        for (part, span) in Part::ALL.into_iter().zip(&mut parts) {
            let start = messages.len();
            let texts = values.of_field(part.field()).filter_map(|value| part.of(value));
            texts.for_each(|text| messages.push(self.prf, &self.key, part.number(), text));
            // At most MAX_TOKENS_OF_A_KIND of each of a few parts.
            *span = Span { start: (start - first) as u8, count: (messages.len() - start) as u8 };
        }
        let stratum = Stratum::without(canonical, &left_out, places);
        asked.push(Asked { stratum, first: first as u32, parts });
    }

    /// Replaces each of `out` by the tokens of one record asked for, in the order of asking, and forgets these records.
    pub fn answer<'o>(&self, memory: &mut TokenMemory, out: impl IntoIterator<Item = &'o mut RecordTokens>) {
        let digests = memory.messages.digest(self.prf, &self.key);
        for (asked, out) in memory.asked.iter().zip(out) {
            out.stratum = asked.stratum;
            self.join(asked, digests.get(asked.first as usize..).unwrap_or_default(), &mut out.tokens);
        }
        memory.messages.clear();
        memory.asked.clear();
    }

    /// Replaces `out` by the tokens of a record whose messages have these digests.
    fn join(&self, asked: &Asked, digests: &[u128], out: &mut Vec<(KeyKind, Token)>) {
        out.clear();
        out.reserve(KeyKind::COUNT);
        let of = |part: u8| {
            let Span { start, count } = asked.parts[usize::from(part)];
            digests.get(usize::from(start)..usize::from(start) + usize::from(count)).unwrap_or_default()
        };
        for ((kind, numbers), (first, second)) in KeyKind::ALL.into_iter().zip(self.kinds.iter()).zip(PARTS) {
            match (of(first), of(second)) {
                ([], _) | (_, []) => {}
                ([a], [b]) => out.push((kind, join(numbers, *a, *b))),
                (first, second) => {
                    let pairs = first.iter().flat_map(|a| second.iter().map(move |b| (*a, *b)));
                    let tokens = pairs.take(MAX_TOKENS_OF_A_KIND).map(|(a, b)| (kind, join(numbers, a, b)));
                    out.extend(tokens);
                }
            }
        }
    }
}

/// For each kind the numbers of its parts.
const PARTS: [(u8, u8); KeyKind::COUNT] = {
    let mut parts = [(0, 0); KeyKind::COUNT];
    let mut i = 0;
    while i < parts.len() {
        let (first, second) = KeyKind::ALL[i].parts();
        parts[i] = (first.number(), second.number());
        i += 1;
    }
    parts
};

/// The values of a record that may stand in a key, by field; of each no more than could be in keys.
struct Usable<'c> {
    /// The first of each field: mostly there is no other.
    first: [Option<&'c str>; Field::ALL.len()],
    /// The others with their fields.
    others: Vec<(Field, &'c str)>,
}

impl<'c> Usable<'c> {
    /// An address without any number is a whole town or city: two people of one name there would be taken for one.
    fn of(canonical: &'c Canonical, left_out: impl Fn(Field, &str) -> bool) -> Self {
        let mut usable = Self { first: [None; Field::ALL.len()], others: Vec::new() };
        for (field, value) in canonical.iter() {
            let tells = field != Field::Address || value.bytes().any(|byte| byte.is_ascii_digit());
            if !tells || left_out(field, value) {
                continue;
            }
            match &mut usable.first[field.index()] {
                first @ None => *first = Some(value),
                Some(_) => usable.others.push((field, value)),
            }
        }
        usable
    }

    fn of_field(&self, field: Field) -> impl Iterator<Item = &'c str> {
        let others = self.others.iter().filter(move |(of, _)| *of == field).map(|(_, value)| *value);
        self.first[field.index()].into_iter().chain(others).take(MAX_TOKENS_OF_A_KIND)
    }
}

/// Joins two digests under a kind's numbers.
///
/// The digests look random to whoever lacks the key, and so do the numbers; all that is left to do is to mix them so that
/// no pair tells of another: two folded products, then a permutation of their 128 bits.
fn join(numbers: &[u64; 4], a: u128, b: u128) -> Token {
    let product = |x: u128, y: u128, of_x: u64, of_y: u64| {
        let product = u128::from(x as u64 ^ of_x) * u128::from(y as u64 ^ of_y);
        product as u64 ^ (product >> 64) as u64
    };
    let low = product(a, b, numbers[0], numbers[1]);
    let high = product(a >> 64, b >> 64, numbers[2], numbers[3]);
    let first = scramble(low ^ scramble(high));
    let second = scramble(high ^ first.rotate_left(32));
    Token(u128::from(second) << 64 | u128::from(first))
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014), a permutation of 64 bits.
fn scramble(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
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
            let tokens = tokenizer.record_without(&whole, |of, _| of == field);
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
    fn another_kind_part_value_or_key_is_another_token() {
        let other = person().with(Field::Kana, "ヤマダタロウ");
        let mut all: Vec<Token> = Vec::new();
        for (key, record) in [([1; 32], &other), ([2; 32], &other)] {
            all.extend(tokens(key, record).tokens.iter().map(|(_, token)| *token));
        }
        // A record whose surname is the full name of another.
        all.extend(
            tokens([1; 32], &Record::new().with(Field::Name, "山田").with(Field::Phone, "0312345679"))
                .tokens
                .iter()
                .map(|(_, token)| *token),
        );
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_joined_token_depends_on_every_bit_of_both() {
        let numbers = Tokenizer::new(&RegistryKey::from_bytes([1; 32])).kinds[0];
        let (a, b) = (0x0123_4567_89ab_cdef_u128 << 64 | 0xfedc, 0x5555_u128 << 70 | 0x1234_5678);
        let changed = |x: u128, y: u128| (join(&numbers, x, y).0 ^ join(&numbers, a, b).0).count_ones();
        for bit in 0..128 {
            assert!(changed(a ^ 1 << bit, b) > 30 && changed(a, b ^ 1 << bit) > 30, "{bit}");
        }
        assert!(join(&numbers, b, a) != join(&numbers, a, b));
    }

    #[test]
    fn records_asked_together_are_as_alone() {
        let tokenizer = Tokenizer::new(&RegistryKey::from_bytes([1; 32]));
        let canonical = |i: u32| {
            let surname = char::from_u32('一' as u32 + i % 700).unwrap_or('林');
            let mut record = Record::new()
                .with(Field::Name, &format!("{surname}田太郎"))
                .with(Field::Address, &format!("岐阜県岐阜市橋本町{}-{}", 1 + i % 9, 1 + i))
                .with(Field::BirthDate, &format!("19{:02}-01-0{}", 10 + i % 90, 1 + i % 9));
            for phone in 0..i % 3 {
                record.push(Field::Phone, &format!("03{:08}", 31_415_927 + 13 * (i % 900) + phone));
            }
            let mut canonical = Canonical::new();
            Normalizer::new().canonicalize(&record, &mut canonical);
            canonical
        };
        let mut memory = TokenMemory::new();
        for first in [0_u32, 1_000] {
            let records: Vec<Canonical> = (first..first + 300).map(canonical).collect();
            records.iter().for_each(|record| tokenizer.ask(record, |_, _| false, &mut memory));
            let mut together = vec![RecordTokens::default(); records.len()];
            tokenizer.answer(&mut memory, &mut together);
            let alone: Vec<RecordTokens> = records.iter().map(|record| tokenizer.record(record)).collect();
            assert_eq!(together, alone);
        }
    }
}
