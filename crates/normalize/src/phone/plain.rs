//! The telephone numbers that most cells hold: a number of this country from its zero on, in digits, hyphens and brackets
//! of either width.
//!
//! What is read here the rules for numbers read alike; all else is left to them.

use super::{is_filled, is_long};

/// Digits of the longest number of this country.
const LONGEST: usize = 11;

/// The digits of the one number that a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digits {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Digits {
    pub(crate) fn text(&self) -> &str {
        self.bytes.get(..self.len).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default()
    }
}

/// The digits of a text; `None` where it is not so plain, or no number.
pub(crate) fn read(text: &str) -> Option<Digits> {
    let mut bytes = [0; LONGEST];
    let mut len = 0;
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [digit @ b'0'..=b'9', rest @ ..] => {
                *bytes.get_mut(len)? = *digit;
                len += 1;
                rest
            }
            [b'-' | b'(' | b')', rest @ ..] => rest,
            [0xef, 0xbc, digit @ 0x90..=0x99, rest @ ..] => {
                *bytes.get_mut(len)? = *digit - 0x90 + b'0';
                len += 1;
                rest
            }
            // －（）
            [0xef, 0xbc, 0x8d | 0x88 | 0x89, rest @ ..] => rest,
            [] => break,
            _ => return None,
        }
    }
    let digits = bytes.get(..len)?;
    // 00 and 010 lead abroad, 01234567890 is a form's.
    let domestic = matches!(digits, [b'0', b'1', b'1' | b'3'..=b'9', ..] | [b'0', b'2'..=b'9', ..])
        || matches!(digits, [b'0', b'1', b'2', b'0', ..]);
    let long = is_long(digits);
    let fits = len == if long { LONGEST } else { LONGEST - 1 };
    (domestic && fits && !is_filled(digits, long)).then_some(Digits { bytes, len })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;
    use crate::phone::{Scratch, each_in_general};
    use proptest::prelude::*;

    /// Whether a cell is plain; if it is, it has to be read alike the long way.
    fn is_plain(text: &str) -> bool {
        let Some(plain) = read(text) else { return false };
        let mut found = Vec::new();
        each_in_general(text, Level::Standard, &mut Scratch::default(), |number| {
            found.push(number.to_owned())
        });
        assert_eq!(found, [plain.text()], "{text}");
        true
    }

    #[test]
    fn most_numbers_are_plain() {
        for text in
            ["03-1234-5678", "0312345678", "090(1234)5678", "(０３)１２３４－５６７８", "0120-123-456"]
        {
            assert!(is_plain(text), "{text}");
        }
        for text in
            ["", "312345678", "+81312345678", "03 1234 5678", "090-1111-1111", "0123456789", "01234567890"]
        {
            assert!(!is_plain(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn plain_numbers_are_read_as_in_general(text in "0[0-9０-９]{1,4}[-(－（]{0,2}([0-9]{2,4}|[０-９]{2,4}|1{1,4})[-)－）]{0,2}([0-9]{3,4}|1{3,5}|0{3,6})[-+. ]?") {
            is_plain(&text);
        }
    }
}
