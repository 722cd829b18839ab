//! Counting what lists are full of: phone numbers, addresses, e-mail addresses and dates, in whatever encoding.
//!
//! Text of one encoding is found by bytes that are the same in all of them or that hardly ever stand for anything else. Most bytes
//! of a disk are passed over sixty-four at a time.

use std::ops::Range;

use crate::area::Counts;
use crate::pieces::{Piece, each_piece};
use crate::signs;

/// How far behind its first byte something is looked at, and how far before.
pub(crate) const REACH: usize = 128;
pub(crate) const BEHIND: usize = 64;

/// Counts what begins in a range of these bytes, and notes where archives may; bytes around it are looked at too.
pub(crate) fn count(bytes: &[u8], range: Range<usize>, counts: &mut Counts, archives: &mut Vec<usize>) {
    each_piece(bytes, range, |at, piece| {
        count_piece(bytes, at, piece, counts);
        each_bit(piece.archives, |bit| archives.push(at + bit));
    });
}

#[inline(always)]
fn count_piece(bytes: &[u8], at: usize, piece: &Piece, counts: &mut Counts) {
    if piece.foreign {
        counts.foreign += 1;
        each_bit(piece.signs, |bit| signs::count_one(bytes, at + bit, counts));
    }
    if piece.digits != 0 {
        let after_digit = at.checked_sub(1).is_some_and(|before| is_digit(bytes.get(before)));
        each_bit(piece.numbers(after_digit), |bit| count_number(bytes, at + bit, counts));
    }
    each_bit(piece.marks, |bit| count_mark(bytes, at + bit, counts));
}

#[inline(always)]
fn each_bit(bits: u64, mut each: impl FnMut(usize)) {
    let mut bits = bits;
    while bits != 0 {
        each(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

fn is_digit(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_digit)
}

/// Counts the number that begins here, if it is not the second digit of one in UTF-16.
fn count_number(bytes: &[u8], at: usize, counts: &mut Counts) {
    let behind = |count: usize| at.checked_sub(count).and_then(|at| bytes.get(at));
    if behind(1) == Some(&0) && is_digit(behind(2)) {
        return;
    }
    let wide = bytes.get(at + 1) == Some(&0);
    // No number here begins with a single digit; most of those in binary files do.
    if !is_digit(bytes.get(at + if wide { 2 } else { 1 })) || !(wide || may_be_told(bytes, at)) {
        return;
    }
    let number = Number::at(bytes, at, if wide { 2 } else { 1 });
    let part_of_word = !wide && behind(1).is_some_and(|byte| byte.is_ascii_hexdigit() || *byte == b'.');
    match number.kind() {
        // Digits with zeros between them are text in any case.
        Kind::Phone | Kind::Weak if wide => counts.wide_phones += 1,
        Kind::Phone if !part_of_word => counts.phones += 1,
        Kind::Date if !wide => counts.dates += 1,
        Kind::Weak if !wide && !part_of_word => counts.weak += 1,
        _ => {}
    }
}

/// False where two digits, and how many follow, say that a number is neither a phone number nor a date.
fn may_be_told(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at..at + 2) {
        Some(b"19" | b"20" | b"81") => true,
        Some([b'0', second]) => *second != b'0',
        // Nine digits or ten without a mark are a phone number without its zero.
        _ => is_digit(bytes.get(at + 8)),
    }
}

/// Groups of digits with one or two marks between them.
struct Number {
    /// Digits of the first group and of all.
    first: usize,
    digits: usize,
    groups: usize,
    /// The first three digits.
    front: [u8; 3],
    /// The byte after it.
    after: Option<u8>,
    /// A plus sign stands before it.
    plus: bool,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Phone,
    /// As long as a phone number without its zero.
    Weak,
    Date,
    Other,
}

impl Number {
    /// The number that begins here, of units of one byte or of two, of which the other is 0.
    fn at(bytes: &[u8], start: usize, stride: usize) -> Self {
        const MOST: usize = 14;
        let unit = |at: usize| {
            let single = stride == 1 || at == start || bytes.get(at - 1) == Some(&0);
            bytes.get(at).copied().filter(|_| single)
        };
        let plus = start.checked_sub(stride).and_then(|at| bytes.get(at)) == Some(&b'+');
        let mut number = Number { first: 0, digits: 0, groups: 0, front: [0; 3], after: None, plus };
        let mut at = start;
        loop {
            while let Some(digit) = unit(at).filter(u8::is_ascii_digit) {
                if let Some(place) = number.front.get_mut(number.digits) {
                    *place = digit;
                }
                number.digits += 1;
                at += stride;
                if number.digits > MOST {
                    return number;
                }
            }
            number.groups += 1;
            if number.groups == 1 {
                number.first = number.digits;
            }
            number.after = unit(at);
            if number.groups == 1 && is_end_of_float(&unit, at, stride) {
                return number;
            }
            if number.is_whole() {
                return number;
            }
            let Some(next) = marks_before_digit(&unit, at, stride) else { return number };
            at = next;
        }
    }

    /// True for as many digits as a phone number has.
    fn is_whole(&self) -> bool {
        self.front[0] == b'0' && matches!(self.digits, 10 | 11)
    }

    fn kind(&self) -> Kind {
        let hex = self.after.is_some_and(|byte| byte.is_ascii_hexdigit() || byte == b'_');
        let [a, b, c] = self.front;
        if self.is_whole() && b != b'0' && self.first >= 2 && !hex {
            return Kind::Phone;
        }
        // +81 58 265 4141
        let abroad = (a, b) == (b'8', b'1') && c != b'0' && matches!(self.digits, 11 | 12);
        if abroad && !hex && (self.groups > 1 || self.plus) {
            return Kind::Phone;
        }
        let year = matches!((a, b), (b'1', b'9') | (b'2', b'0'));
        if year && (self.first == 8 || (self.first == 4 && (6..=8).contains(&self.digits))) {
            return Kind::Date;
        }
        if self.first == self.digits && matches!(self.digits, 9 | 10) && a != b'0' && !hex {
            return Kind::Weak;
        }
        Kind::Other
    }
}

/// True for the .0 that a number has which a program took for a measure.
fn is_end_of_float(unit: &impl Fn(usize) -> Option<u8>, at: usize, stride: usize) -> bool {
    let digit = |at| unit(at).is_some_and(|byte: u8| byte.is_ascii_digit());
    unit(at) == Some(b'.') && unit(at + stride) == Some(b'0') && !digit(at + 2 * stride)
}

/// Where the next group of digits begins, one or two marks further on; none where anything else follows.
fn marks_before_digit(unit: &impl Fn(usize) -> Option<u8>, at: usize, stride: usize) -> Option<usize> {
    // A hyphen of full width has three bytes in UTF-8; within UTF-16 it is no unit with a 0.
    for marks in 1..=3 {
        let mark = unit(at + (marks - 1) * stride)?;
        let plain = matches!(mark, b'-' | b'(' | b')' | b' ' | b'.' | b'/');
        if !plain && mark < 0x80 {
            return None;
        }
        let next = at + marks * stride;
        if unit(next).is_some_and(|byte| byte.is_ascii_digit()) {
            return (plain || mark >= 0x80).then_some(next);
        }
    }
    None
}

/// Counts an e-mail address, or a change to Japanese in ISO-2022-JP.
fn count_mark(bytes: &[u8], at: usize, counts: &mut Counts) {
    match bytes.get(at) {
        Some(b'@') => counts.emails += u32::from(is_in_address(bytes, at)),
        Some(0x1B) => {
            let sequence = bytes.get(at + 1..at + 3);
            counts.escapes += u32::from(matches!(sequence, Some(b"$B" | b"$@" | b"(I")));
        }
        _ => {}
    }
}

/// True for an @ between a letter or digit and a domain, of units of one byte or of two.
fn is_in_address(bytes: &[u8], at: usize) -> bool {
    const DOMAIN: usize = 40;
    let step = if bytes.get(at + 1) == Some(&0) { 2 } else { 1 };
    let before = at.checked_sub(step).and_then(|at| bytes.get(at));
    let domain = bytes.get(at + 1..).unwrap_or_default();
    let mut domain = domain.iter().skip(step - 1).step_by(step).take(DOMAIN);
    let end = domain.clone().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-');
    before.is_some_and(u8::is_ascii_alphanumeric)
        && end.is_some_and(|end| {
            end >= 2 && domain.nth(end) == Some(&b'.') && domain.next().is_some_and(u8::is_ascii_alphabetic)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(bytes: &[u8]) -> Counts {
        let mut counts = Counts::default();
        count(bytes, 0..bytes.len(), &mut counts, &mut Vec::new());
        counts
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn phone_numbers_are_counted_however_they_are_written() {
        for text in [
            "058-265-4141",
            "0582654141",
            "(058)265-4141",
            "058(265)4141",
            "090 1234 5678",
            "090.1234.5678",
            "03-1234-5678",
            "x,09012345678,y",
            "+81-58-265-4141",
            "+81582654141",
            "058−265−4141",
            "TEL:058-265-4141",
            "058-265-4141 1980-05-03",
        ] {
            assert_eq!(counted(text.as_bytes()).phones, 1, "{text}");
        }
        for text in ["058-265-4141", "x,09012345678,y", "090 1234 5678"] {
            assert_eq!(counted(&utf16(text, false)).wide_phones, 1, "{text}");
            assert_eq!(counted(&utf16(text, true)).wide_phones, 1, "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_phone_numbers() {
        for text in [
            "0.1234567890",
            "00000000000",
            "0123456789abcdef",
            "deadbeef0582654141",
            "12345678901234567890",
            "2020-01-02 03:04:05",
            "192.168.100.200",
            "0x0582654141a",
            "1.0582654141",
        ] {
            assert_eq!(counted(text.as_bytes()).phones, 0, "{text}");
        }
    }

    #[test]
    fn numbers_that_lost_their_zero_are_counted_apart() {
        for text in ["9012345678", "582654141", "9012345678.0", "x,582654141.0,y"] {
            assert_eq!((counted(text.as_bytes()).weak, counted(text.as_bytes()).phones), (1, 0), "{text}");
            assert_eq!(counted(&utf16(text, false)).wide_phones, 1, "{text}");
        }
        assert_eq!(counted(b"9012345678.25").weak, 0);
    }

    #[test]
    fn dates_and_e_mail_addresses_are_counted() {
        let counts = counted(b"1980-05-03,19800503,1980/5/3,a.b@example.jp,@home");
        assert_eq!((counts.dates, counts.emails), (3, 1));
        assert_eq!(counted(&utf16("ab@example.jp", false)).emails, 1);
    }
}
