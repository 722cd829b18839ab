//! Signs of Japanese addresses: 県, 市, 区, 町, 村 and 郡 that a number follows, and digits of full width.

use crate::area::Counts;
use crate::pieces::{Nibbles, nibbles};

/// Bytes after a sign within which the numbers of its address begin.
const TO_NUMBER: usize = 60;

/// A sign in UTF-8, CP932, EUC-JP and UTF-16 (high byte first).
type Sign = ([u8; 3], [u8; 2], [u8; 2], [u8; 2]);

const SIGNS: [Sign; 6] = [
    ([0xE7, 0x9C, 0x8C], [0x8C, 0xA7], [0xB8, 0xA9], [0x77, 0x0C]),
    ([0xE5, 0xB8, 0x82], [0x8E, 0x73], [0xBB, 0xD4], [0x5E, 0x02]),
    ([0xE5, 0x8C, 0xBA], [0x8B, 0xE6], [0xB6, 0xE8], [0x53, 0x3A]),
    ([0xE7, 0x94, 0xBA], [0x92, 0xAC], [0xC4, 0xAE], [0x75, 0x3A]),
    ([0xE6, 0x9D, 0x91], [0x91, 0xBA], [0xC2, 0xBC], [0x67, 0x51]),
    ([0xE9, 0x83, 0xA1], [0x8C, 0x53], [0xB7, 0xB4], [0x90, 0xE1]),
];

/// Pairs of bytes that may begin anything here, each with the group that it is looked for in: those of a group share few nibbles
/// with others, so that bytes of no sign seldom look like one of them.
const PAIRS: [(u8, u8, u8); 71] = pairs();

const fn pairs() -> [(u8, u8, u8); 71] {
    let mut pairs = [(0, 0, 0); 71];
    pairs[0] = (0xEF, 0xBC, 1);
    let mut at = 0;
    while at < SIGNS.len() {
        let (utf8, cp932, euc, utf16) = SIGNS[at];
        pairs[5 * at + 1] = (utf8[0], utf8[1], 0);
        pairs[5 * at + 2] = (cp932[0], cp932[1], 2);
        pairs[5 * at + 3] = (euc[0], euc[1], 5);
        pairs[5 * at + 4] = (utf16[0], utf16[1], 6);
        pairs[5 * at + 5] = (utf16[1], utf16[0], 7);
        at += 1;
    }
    let mut digit = 0;
    while digit < 10 {
        let at = 31 + 4 * digit as usize;
        pairs[at] = (0x82, 0x4F + digit, 3);
        pairs[at + 1] = (0xA3, 0xB0 + digit, 3);
        pairs[at + 2] = (0xFF, 0x10 + digit, 1);
        pairs[at + 3] = (0x10 + digit, 0xFF, 4);
        digit += 1;
    }
    pairs
}

/// 64 bits for each of 1,024 pairs' first bits: which pairs of bytes may begin anything here.
const BEGINS: [u64; 1024] = begins();

const fn begins() -> [u64; 1024] {
    let mut bits = [0; 1024];
    let mut at = 0;
    while at < PAIRS.len() {
        let pair = (PAIRS[at].0 as usize) << 8 | PAIRS[at].1 as usize;
        bits[pair / 64] |= 1 << (pair % 64);
        at += 1;
    }
    bits
}

pub(crate) const NIBBLES: Nibbles = nibbles(&PAIRS);

/// True for two bytes that a sign, or a digit of full width, may begin with.
pub(crate) fn may_begin(first: u8, second: u8) -> bool {
    let pair = usize::from(u16::from_be_bytes([first, second]));
    BEGINS.get(pair / 64).is_some_and(|bits| bits >> (pair % 64) & 1 == 1)
}

/// Counts the sign that begins here, if one does.
pub(crate) fn count_one(bytes: &[u8], at: usize, counts: &mut Counts) {
    if let Some([first, second, ..]) = bytes.get(at..)
        && may_begin(*first, *second)
    {
        count_at(bytes, at, counts);
    }
}

fn count_at(bytes: &[u8], at: usize, counts: &mut Counts) {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest {
        [0xEF, 0xBC, 0x90..=0x99, ..] | [0x82, 0x4F..=0x58, ..] | [0xA3, 0xB0..=0xB9, ..] => {
            counts.digits += 1
        }
        [0x10..=0x19, 0xFF, 0x0D | 0x10..=0x19, 0xFF, ..] => counts.wide_digits += 1,
        [0xFF, 0x10..=0x19, 0xFF, 0x0D | 0x10..=0x19, ..] => counts.wide_digits += 1,
        _ => {}
    }
    for (utf8, cp932, euc, utf16) in &SIGNS {
        let [high, low] = *utf16;
        if rest.starts_with(utf8) || rest.starts_with(cp932) || rest.starts_with(euc) {
            counts.places += u32::from(number_follows(rest.get(2..).unwrap_or_default()));
        } else if rest.starts_with(&[high, low]) {
            counts.wide_places += u32::from(is_place(bytes, at, u16::from_be_bytes));
        } else if rest.starts_with(&[low, high]) {
            counts.wide_places += u32::from(is_place(bytes, at, u16::from_le_bytes));
        }
    }
}

/// True where digits, or 丁 and 番, stand a little further on in the same text.
fn number_follows(bytes: &[u8]) -> bool {
    let bytes = bytes.get(..TO_NUMBER.min(bytes.len())).unwrap_or_default();
    for (at, byte) in bytes.iter().enumerate() {
        let rest = bytes.get(at..).unwrap_or_default();
        match rest {
            [b'0'..=b'9', ..] => return true,
            [0xEF, 0xBC, 0x90..=0x99, ..] | [0x82, 0x4F..=0x58, ..] | [0xA3, 0xB0..=0xB9, ..] => return true,
            [0xE4, 0xB8, 0x81, ..] | [0x92, 0x9A, ..] | [0xC3, 0xFA, ..] => return true,
            [0xE7, 0x95, 0xAA, ..] | [0x94, 0xD4, ..] | [0xC8, 0xD6, ..] => return true,
            _ if *byte < 0x20 && *byte != b'\t' => return false,
            _ => {}
        }
    }
    false
}

/// The same in UTF-16, where a Japanese character stands before the sign too.
fn is_place(bytes: &[u8], at: usize, unit: fn([u8; 2]) -> u16) -> bool {
    let units = |bytes: &[u8]| bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect::<Vec<u16>>();
    let before = at.checked_sub(2).and_then(|before| bytes.get(before..at)).map(units);
    let rest = bytes.get(at + 2..).unwrap_or_default();
    let after = units(rest.get(..TO_NUMBER.min(rest.len())).unwrap_or_default());
    let japanese = |unit: &u16| matches!(unit, 0x3005 | 0x3040..=0x30FF | 0x4E00..=0x9FFF);
    let numeral = |unit: &u16| matches!(unit, 0x30..=0x39 | 0xFF10..=0xFF19 | 0x4E01 | 0x756A);
    let text = |unit: &&u16| japanese(unit) || matches!(unit, 0x20..=0x7E | 0x3000);
    before.iter().flatten().any(japanese)
        && after.iter().find(|unit| numeral(unit) || !text(unit)).is_some_and(numeral)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(bytes: &[u8]) -> Counts {
        let mut counts = Counts::default();
        (0..bytes.len()).for_each(|at| count_one(bytes, at, &mut counts));
        counts
    }

    #[test]
    fn places_are_counted_in_every_encoding() {
        let address = "岐阜県本巣郡北方町北方1-2";
        let (cp932, ..) = encoding_rs::SHIFT_JIS.encode(address);
        let (euc, ..) = encoding_rs::EUC_JP.encode(address);
        for bytes in [address.as_bytes(), &cp932, &euc] {
            assert_eq!(counted(bytes).places, 3);
        }
        let wide: Vec<u8> = address.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(counted(&wide).wide_places >= 3);
        let wide: Vec<u8> = address.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(counted(&wide).wide_places >= 3);
    }

    #[test]
    fn a_sign_without_a_number_is_no_address() {
        assert_eq!(counted("市町村の合併".as_bytes()).places, 0);
        assert_eq!(counted("岐阜市\n2024".as_bytes()).places, 0);
    }

    #[test]
    fn digits_of_full_width_are_counted() {
        let phone = "０５８－２６５－４１４１";
        let (cp932, ..) = encoding_rs::SHIFT_JIS.encode(phone);
        let (euc, ..) = encoding_rs::EUC_JP.encode(phone);
        for bytes in [phone.as_bytes(), &cp932, &euc] {
            assert_eq!(counted(bytes).digits, 10);
        }
    }
}
