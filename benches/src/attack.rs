//! Whoever holds a registry key and a fingerprint, guessing who is in the list: written from docs/FORMAT.md, and as fast as
//! such a person would write it.

use meibo::Fingerprint;
use meibo_fingerprint::Token;

/// Numbers of parts that keys join.
pub const NAME: u8 = 0;
/// The number of the phone.
pub const PHONE: u8 = 3;
/// The number of the kind that joins name and phone.
pub const NAME_PHONE: u8 = 0;

/// What is worked out once of a stolen key.
pub struct Attacker {
    part: [u8; 32],
    numbers: [u64; 4],
}

impl Attacker {
    /// Of a key of profile 3, for one kind of key.
    pub fn new(key: &[u8; 32], kind: u8) -> Self {
        let kinds = blake3::derive_key("meibo 2026-11 profile 3 kinds of key", key);
        let digest = blake3::keyed_hash(&kinds, &[kind]);
        let mut numbers = [0; 4];
        for (number, bytes) in numbers.iter_mut().zip(digest.as_bytes().as_chunks::<8>().0) {
            *number = u64::from_le_bytes(*bytes);
        }
        Self { part: blake3::derive_key("meibo 2026-11 profile 3 part", key), numbers }
    }

    /// The digest of a part of a record.
    pub fn digest(&self, part: u8, value: &str) -> u128 {
        let mut message = [0; 64];
        message[0] = part;
        let length = 1 + value.len().min(63);
        message[1..length].copy_from_slice(&value.as_bytes()[..length - 1]);
        let digest = blake3::keyed_hash(&self.part, &message[..length]);
        u128::from_le_bytes(*digest.as_bytes().first_chunk().unwrap_or(&[0; 16]))
    }

    /// True where the list may hold a record of two parts with these digests.
    pub fn is_in(&self, list: &Fingerprint, a: u128, b: u128) -> bool {
        let product = |a: u128, b: u128, of_a: u64, of_b: u64| {
            let product = u128::from(a as u64 ^ of_a) * u128::from(b as u64 ^ of_b);
            product as u64 ^ (product >> 64) as u64
        };
        let [k0, k1, k2, k3] = self.numbers;
        let low = product(a, b, k0, k1);
        let high = product(a >> 64, b >> 64, k2, k3);
        let first = stirred(low ^ stirred(high));
        let second = stirred(high ^ first.rotate_left(32));
        list.columns.contains(Token(u128::from(second) << 64 | u128::from(first)))
    }
}

fn stirred(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The name and the phone of a person of this number, as their canonical forms are.
pub fn person(number: u32) -> (String, String) {
    const PLAIN: [char; 16] =
        ['山', '川', '田', '中', '村', '木', '林', '森', '石', '井', '上', '下', '大', '小', '高', '橋'];
    let kanji = |n: u32| PLAIN[n as usize % PLAIN.len()];
    let name = format!("{}{}{}郎", kanji(number), kanji(number / 16), kanji(number / 256));
    (name, format!("090{:08}", 10_000_019 + 101 * number))
}

#[cfg(test)]
mod tests {
    use meibo::{ClientId, Field, Fingerprinter, Record, RegistryKey};

    use super::*;

    const KEY: [u8; 32] = [11; 32];

    fn list(people: u32) -> Fingerprint {
        let key = RegistryKey::from_bytes(KEY);
        let mut fingerprinter = Fingerprinter::new(&key);
        fingerprinter.add_records((0..people).map(|number| {
            let (name, phone) = person(number);
            Record::new().with(Field::Name, &name).with(Field::Phone, &phone)
        }));
        let bytes = fingerprinter.finish(ClientId::new("a").unwrap(), "2016-04-01".parse().unwrap()).unwrap();
        Fingerprint::open(&bytes, &[key]).unwrap()
    }

    fn found(attacker: &Attacker, list: &Fingerprint, people: std::ops::Range<u32>) -> usize {
        let is_found = |number: &u32| {
            let (name, phone) = person(*number);
            attacker.is_in(list, attacker.digest(NAME, &name), attacker.digest(PHONE, &phone))
        };
        people.filter(is_found).count()
    }

    #[test]
    fn with_the_key_a_right_guess_is_seen_and_without_it_none_is() {
        let list = list(2_000);
        let with_key = Attacker::new(&KEY, NAME_PHONE);
        assert_eq!(found(&with_key, &list, 0..2_000), 2_000);
        assert!(found(&with_key, &list, 2_000..22_000) < 10);
        let mut other = KEY;
        other[31] ^= 1;
        assert!(found(&Attacker::new(&other, NAME_PHONE), &list, 0..2_000) < 5);
        // Nor is a phone alone, or a name alone, in any list.
        let known = person(7);
        let phone = with_key.digest(PHONE, &known.1);
        let alone = (0..200_u32).filter(|guess| with_key.is_in(&list, u128::from(*guess), phone)).count();
        assert_eq!(alone, 0);
    }
}
