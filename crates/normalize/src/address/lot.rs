//! The numbers of most addresses, read from the text as it is written: 4-15-7, ４丁目１５番地の７, 4丁目15番7号 メゾン千石.
//!
//! What is read here [`numbers::read`](super::numbers::read) reads alike; all else is left to it.

use super::numbers::{Numbers, Rest};

/// Numbers after this many are read the long way.
const MAX_NUMBERS: usize = 4;

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

/// Reads the numbers of a lot that `text` begins with, a town standing before it; false, and anything in `rest`, where
/// it is not so plain.
pub(super) fn read(text: &str, rest: &mut Rest) -> bool {
    rest.clear();
    read_numbers(text, rest).is_some()
}

fn read_numbers(text: &str, rest: &mut Rest) -> Option<()> {
    let mut left = text.as_bytes();
    let (mut block, mut complete, mut some) = (None, None, false);
    loop {
        let (after_number, is_some) = number(left, &mut rest.numbers)?;
        let (after, next) = after(after_number)?;
        some |= is_some;
        left = next;
        match after {
            After::Block if rest.numbers.len() == 1 => block = Some("丁目"),
            After::House => complete = Some(rest.numbers.len()),
            After::Block | After::Lot | After::Sign | After::None => {}
        }
        if after != After::Sign && (left.is_empty() || begins_building(left)) {
            break;
        }
        if matches!(after, After::House | After::None) || rest.numbers.len() == MAX_NUMBERS {
            return None;
        }
    }
    rest.finish(block, complete);
    // Zeros alone may be a word for nothing.
    some.then_some(())
}

/// Appends the number that a text begins with, without leading zeros; what follows it, and whether it has another digit
/// than zero.
fn number<'t>(text: &'t [u8], out: &mut Numbers) -> Option<(&'t [u8], bool)> {
    let mut left = text;
    let (mut some, mut last) = (false, None);
    while let Some((digit, next)) = digit(left) {
        some |= digit != b'0';
        if some {
            out.push(char::from(digit));
        }
        (last, left) = (Some(digit), next);
    }
    last?;
    if !some {
        out.push('0');
    }
    out.end();
    Some((left, some))
}

fn digit(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [digit @ b'0'..=b'9', rest @ ..] => Some((*digit, rest)),
        [0xef, 0xbc, digit @ 0x90..=0x99, rest @ ..] => Some((digit - 0x90 + b'0', rest)),
        _ => None,
    }
}

/// What stands after a number, and the text after it.
fn after(text: &[u8]) -> Option<(After, &[u8])> {
    const SIGNS: [(&str, After); 10] = [
        ("番地の", After::Sign),
        ("番地ノ", After::Sign),
        ("番地", After::Lot),
        ("番", After::Lot),
        ("丁目", After::Block),
        ("号", After::House),
        ("－", After::Sign),
        ("ー", After::Sign),
        ("の", After::Sign),
        ("−", After::Sign),
    ];
    match text {
        [] | [b' ', ..] | [0xe3, 0x80, 0x80, ..] => Some((After::None, text)),
        [b'-', rest @ ..] => Some((After::Sign, rest)),
        _ => SIGNS.iter().find_map(|(sign, after)| Some((*after, text.strip_prefix(sign.as_bytes())?))),
    }
}

/// True for a space and katakana after it that are no lot's mark and no unit.
fn begins_building(text: &[u8]) -> bool {
    let name = text.strip_prefix(b" ").or_else(|| text.strip_prefix("　".as_bytes()));
    let Some((first, second)) = name.and_then(|name| Some((name.get(..3)?, name.get(3..6)?))) else {
        return false;
    };
    let is = |c: &[u8], word: &str| c == word.as_bytes();
    let katakana = |c: &[u8]| matches!(c, [0xe3, 0x82, 0xa1..=0xbf] | [0xe3, 0x83, 0x80..=0xba]);
    let long = is(second, "ー");
    let unit = ["バ", "ゴ", "チ", "ノ"].iter().any(|word| is(first, word));
    katakana(first) && (katakana(second) || long) && !unit && !is(second, "ノ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;
    use crate::address::{numbers, text};
    use crate::place_key::{read_block_signs, read_numerals};
    use proptest::prelude::*;

    /// Whether the text is plain; if it is, it has to be read alike the long way.
    fn is_plain(text: &str) -> bool {
        let (mut plain, mut general) = (Rest::default(), Rest::default());
        let (mut unread, mut tokens) = (Vec::new(), Vec::new());
        text::read(text, Level::Loose, &mut String::new(), &mut unread);
        read_numerals(&unread, &mut tokens);
        read_block_signs(&mut tokens);
        let found = read(text, &mut plain);
        if found {
            numbers::read(&tokens, 0, 0, true, &mut general);
            let Rest { part, numbers, lot, block, .. } = general;
            assert!(part.0 == part.1, "{text}");
            assert_eq!((plain.numbers, plain.lot, plain.block), (numbers, lot, block), "{text}");
        }
        found
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

    proptest! {
        #[test]
        fn pieces_of_numbers_are_read_as_in_general(
            pieces in proptest::collection::vec(
                prop::sample::select(vec![
                    "1", "4", "15", "101", "807", "1386", "０", "３", "00", "041", "-", "－", "ー", "−", "の", "ノ", "丁目", "番地", "番",
                    "号", "号室", " ", "　", "イ", "ハイツ", "コーポ", "リバーサイド", "バンチ", "チヨウメ", "ゴウ", "階", "棟", "地割", "十", "三",
                    "町目", "甲", "第", "F", "&amp;", "\u{200b}", "ﾞ", "\u{3099}", "ノ", "外", "地", "線", "館",
                ]), 0..9),
        ) {
            is_plain(&pieces.concat());
            is_plain(&format!("4{}", pieces.concat()));
        }

        #[test]
        fn numbers_and_signs_are_read_as_in_general(text in "[0-9０-９]{1,4}((-|－|ー|の|番|番地|番地の|丁目|号)[0-9０-９]{1,4}){0,5}(番|番地|号)?([ 　][ァ-ヺ]{1,3}[ 0-9]{0,4})?") {
            is_plain(&text);
        }
    }
}
