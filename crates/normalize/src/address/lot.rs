//! The numbers of most addresses, read from the text as it is written: 4-15-7, ４丁目１５番地の７, 4丁目15番7号 メゾン千石.
//!
//! What is read here [`numbers::read`](super::numbers::read) reads alike; all else is left to it.

use crate::fold::basic_character;
use crate::numerals::is_kanji_digit;
use crate::script::{is_dash, is_kanji};

use super::numbers::{LOT_NUMBERS, Size, is_lot_mark, lot_length};
use super::text;

/// Numbers after this many are read the long way.
const MAX_NUMBERS: usize = 4;

/// Digits of the greatest number that is read here.
const MAX_DIGITS: usize = 9;

/// The numbers of a lot as they are printed, hyphens between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lot {
    bytes: [u8; MAX_NUMBERS * (MAX_DIGITS + 1)],
    len: usize,
    count: usize,
    values: [u32; MAX_NUMBERS],
    /// Where each number ends in `bytes`.
    ends: [usize; MAX_NUMBERS],
}

impl Lot {
    const EMPTY: Self = Self {
        bytes: [0; MAX_NUMBERS * (MAX_DIGITS + 1)],
        len: 0,
        count: 0,
        values: [0; MAX_NUMBERS],
        ends: [0; MAX_NUMBERS],
    };

    /// The numbers that are the lot's, as text.
    pub(super) fn text(&self) -> &str {
        self.bytes.get(..self.len).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.len)? = byte;
        self.len += 1;
        Some(())
    }

    /// Adds the number that a text begins with, without leading zeros; the text after it.
    fn number<'t>(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        if self.count > 0 {
            self.push(b'-')?;
        }
        let (start, mut value, mut left) = (self.len, 0u32, text);
        while let Some((digit, next)) = digit(left) {
            left = next;
            if value > 0 || digit > 0 {
                self.push(b'0' + digit)?;
                // Digits beyond those that fit are counted below.
                value = value.wrapping_mul(10).wrapping_add(u32::from(digit)).max(1);
            }
        }
        if self.len == start && left.len() < text.len() {
            self.push(b'0')?;
        }
        if !(1..=MAX_DIGITS).contains(&(self.len - start)) {
            return None;
        }
        *self.values.get_mut(self.count)? = value;
        *self.ends.get_mut(self.count)? = self.len;
        self.count += 1;
        Some(left)
    }

    fn size(&self, at: usize) -> Size {
        let end = |at: usize| self.ends.get(at).copied().unwrap_or_default();
        let start = at.checked_sub(1).map_or(0, |before| end(before) + 1);
        Size { len: end(at) - start, value: self.values.get(at).copied() }
    }

    /// Cuts the numbers that are a room's: `block` tells of a 丁目 after the first, and 号 stood after number `complete`.
    /// `None` where nothing but its 丁目 makes the second number a lot's, or where all numbers are zeros, which may be a
    /// word for nothing.
    fn finish(&mut self, block: bool, complete: Option<usize>) -> Option<()> {
        let length = lot_length(self.count, complete.unwrap_or(LOT_NUMBERS), |at| self.size(at));
        if self.values == [0; MAX_NUMBERS] || (block && length == 1 && self.count > 1) {
            return None;
        }
        self.len = *self.ends.get(length.checked_sub(1)?)?;
        Some(())
    }
}

/// What follows a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// 丁目, which the lot's numbers may follow.
    Block,
    /// 番地 or 番, which another number may follow.
    Lot,
    /// A sign, which another number has to follow.
    Sign,
    /// 号, which ends the lot.
    House,
    /// Nothing.
    None,
}

/// Reads the numbers of a lot that `text` begins with, a town standing before it, or the block `lead` of a town; `None`
/// where it is not so plain.
pub(super) fn read(lead: Option<u8>, text: &str) -> Option<Lot> {
    let mut lot = Lot::EMPTY;
    let (mut block, mut complete) = (false, None);
    if let Some(lead) = lead {
        let digits = [b'0' + lead / 10, b'0' + lead % 10];
        lot.number(&digits)?;
        block = true;
    }
    let mut left = text.as_bytes();
    loop {
        let (after, next) = after(lot.number(left)?)?;
        left = next;
        block |= after == After::Block && lot.count == 1;
        if after == After::House {
            complete = Some(lot.count);
        }
        if after != After::Sign && (left.is_empty() || begins_building(left)) {
            break;
        }
        if matches!(after, After::House | After::None) || lot.count == MAX_NUMBERS {
            return None;
        }
    }
    lot.finish(block, complete)?;
    Some(lot)
}

fn digit(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [digit @ b'0'..=b'9', rest @ ..] => Some((*digit - b'0', rest)),
        [0xef, 0xbc, digit @ 0x90..=0x99, rest @ ..] => Some((digit - 0x90, rest)),
        _ => None,
    }
}

/// What stands after a number, and the text after it.
fn after(text: &[u8]) -> Option<(After, &[u8])> {
    match text {
        [] => return Some((After::None, text)),
        [b'-', rest @ ..] => return Some((After::Sign, rest)),
        _ => {}
    }
    let (code, rest) = basic_character(text)?;
    let after = match char::from_u32(u32::from(code))? {
        ' ' | '\u{3000}' => (After::None, text),
        'ー' | 'の' => (After::Sign, rest),
        '番' => after_lot(rest),
        '丁' => (After::Block, rest.strip_prefix("目".as_bytes())?),
        '号' => (After::House, rest),
        c if is_dash(c) => (After::Sign, rest),
        _ => return None,
    };
    Some(after)
}

/// What 番 is together with the text after it: 番地の is a sign.
fn after_lot(text: &[u8]) -> (After, &[u8]) {
    let Some(rest) = text.strip_prefix("地".as_bytes()) else { return (After::Lot, text) };
    let sign = ["の", "ノ"].iter().find_map(|sign| rest.strip_prefix(sign.as_bytes()));
    sign.map_or((After::Lot, rest), |rest| (After::Sign, rest))
}

/// True for a space and what begins a building's name after it: a kanji or two katakana that are no lot's mark, no
/// numeral and no unit.
fn begins_building(text: &[u8]) -> bool {
    let name = text.strip_prefix(b" ").or_else(|| text.strip_prefix("　".as_bytes()));
    let Some((first, rest)) = name.and_then(text::key_before) else { return false };
    if is_kanji(first) {
        return !is_kanji_digit(first) && !is_lot_mark(first) && !is_unit(first);
    }
    let second = text::key_before(rest).map_or(' ', |second| second.0);
    let katakana = |c: char| matches!(c, 'ァ'..='ヺ');
    let unit = matches!(first, 'バ' | 'ゴ' | 'チ' | 'ノ');
    katakana(first) && (katakana(second) || second == 'ー') && !unit && second != 'ノ'
}

/// True for kanji with which a unit may begin, or what leads to a number.
fn is_unit(c: char) -> bool {
    matches!(c, '丁' | '番' | '地' | '街' | '町' | '号' | '階' | '室' | '棟' | '第' | '枝' | '乃')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;
    use crate::address::numbers::{self, Rest};
    use crate::place_key::{read_block_signs, read_numerals};
    use proptest::prelude::*;

    /// Whether the text is plain; if it is, it has to be read alike the long way.
    fn is_plain(text: &str) -> bool {
        let found = read(None, text);
        if let Some(lot) = found {
            assert_eq!(lot.text(), in_general(text), "{text}");
        }
        for (number, kanji) in [(4, "四"), (12, "十二"), (30, "三十")] {
            if let Some(lot) = read(Some(number), text) {
                let text = format!("{kanji}丁目{text}");
                assert_eq!(lot.text(), in_general(&text), "{text}");
            }
        }
        found.is_some()
    }

    /// The lot as the long way prints it.
    fn in_general(text: &str) -> String {
        let (mut rest, mut unread, mut tokens) = (Rest::default(), Vec::new(), Vec::new());
        super::text::read(text, Level::Loose, &mut String::new(), &mut unread);
        read_numerals(&unread, &mut tokens);
        read_block_signs(&mut tokens);
        numbers::read(&tokens, 0, 0, true, &mut rest);
        assert!(rest.part.0 == rest.part.1 && rest.block.is_none(), "{text}");
        rest.numbers.iter().take(rest.lot).collect::<Vec<_>>().join("-")
    }

    #[test]
    fn the_usual_notations_are_plain() {
        for text in [
            "4",
            "4-15-7",
            "４－１５－７",
            "4丁目15番7号",
            "４丁目１５番地の７",
            "4丁目15-7",
            "1386番地",
            "1386番地807",
            "4ー15",
            "4-15-7 メゾン千石101",
            "4丁目15番7号　コーポ",
            "12の3",
            "4‐15―7",
            "4ｰ15",
            "4-15-7 宮の森ハイツ101",
            "1386番地　市営住宅",
        ] {
            assert!(is_plain(text), "{text}");
        }
        for text in [
            "4-15-7 101",
            "4-",
            "4-15 バンチ",
            "4-15 イ2",
            "4丁目15番イ",
            "0",
            "1-2-3-4-5",
            "4 号",
            "4-15 第2ビル",
            "4-15 号室",
            "4-15 三番館",
            "4-15 甲",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn every_two_katakana_begin_a_building_as_in_general() {
        for first in 'ァ'..='ヿ' {
            for second in 'ァ'..='ヿ' {
                for sign in ["4 ", "1丁目2番　", "3番地 ", "3号 ", "4号", "4の", "4-1 "] {
                    is_plain(&format!("{sign}{first}{second}"));
                    is_plain(&format!("{sign}{first}{second}12番3"));
                }
            }
        }
    }

    #[test]
    fn every_character_begins_a_building_as_in_general() {
        for c in '!'..='\u{ffff}' {
            for sign in ["4 ", "1丁目2番　", "3番地 ", "3号 ", "4-1 ", "4", "4番", "4-"] {
                is_plain(&format!("{sign}{c}"));
                is_plain(&format!("{sign}{c}1"));
                is_plain(&format!("{sign}{c}番地2ビル3"));
            }
        }
    }

    proptest! {
        #[test]
        fn pieces_of_numbers_are_read_as_in_general(
            pieces in proptest::collection::vec(
                prop::sample::select(vec![
                    "1", "4", "15", "101", "807", "1386", "０", "３", "00", "041", "-", "－", "ー", "−", "の", "ノ", "丁目", "番地", "番",
                    "号", "号室", " ", "　", "イ", "ハイツ", "コーポ", "リバーサイド", "バンチ", "チヨウメ", "ゴウ", "階", "棟", "地割", "十", "三",
                    "町目", "甲", "第", "F", "&amp;", "\u{200b}", "ﾞ", "\u{3099}", "ノ", "外", "地", "線", "館", "―",
                    "ｰ", "市営", "宮ケ崎", "本町", "一", "区",
                ]), 0..9),
        ) {
            is_plain(&pieces.concat());
            is_plain(&format!("4{}", pieces.concat()));
        }

        #[test]
        fn numbers_and_signs_are_read_as_in_general(text in "[0-9０-９]{1,4}((-|－|ー|―|ｰ|の|番|番地|番地の|丁目|号)[0-9０-９]{1,4}){0,5}(番|番地|号)?([ 　][ァ-ヺ一-龥]{1,3}[ 0-9]{0,4})?") {
            is_plain(&text);
        }
    }
}
