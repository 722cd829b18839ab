//! What happens to cells between an organisation and a broker's disk.

use crate::draw::Draw;
use crate::known::Known;
use crate::layout::{Cell, Column};
use crate::notation::Notation;
use crate::roster::Word;
use crate::write;

/// Characters that turn up where somebody mistyped or misread.
const TYPOS: [char; 16] =
    ['太', '大', '田', '由', '木', '本', '未', '末', '子', '了', '野', '里', '川', '小', '山', '出'];

/// Damages each cell with probability `rate`; returns how many changed. `old` is the person as known years before.
pub(crate) fn damage(
    cells: &mut [String],
    columns: &[Column],
    old: &Known,
    notation: &Notation,
    rate: f64,
    draw: &mut Draw,
) -> u8 {
    let before = cells.to_vec();
    for at in 0..cells.len() {
        if cells[at].is_empty() || !draw.chance(rate) {
            continue;
        }
        if cells.len() > 1 && draw.percent(6) {
            let other = (at + 1 + draw.index(cells.len() - 1)) % cells.len();
            cells.swap(at, other);
            continue;
        }
        let spoilt = spoil(&cells[at], columns.get(at).map(|column| column.cell), old, notation, draw);
        // What could not be spoilt otherwise got lost.
        cells[at] = if spoilt == cells[at] { String::new() } else { spoilt };
    }
    before.iter().zip(cells.iter()).filter(|(before, after)| before != after).count().min(255) as u8
}

fn spoil(text: &str, cell: Option<Cell>, old: &Known, notation: &Notation, draw: &mut Draw) -> String {
    if draw.percent(10) {
        return String::new();
    }
    match cell {
        Some(Cell::Address(parts)) => match draw.below(5) {
            0 => truncated(text, draw),
            1 => write::address(&old.address, parts, notation),
            2 => without_char(text, draw),
            _ => digit_changed(text, draw),
        },
        Some(Cell::Name | Cell::Kana) if draw.percent(25) => first_part(text),
        Some(cell) if matches!(cell.word(), Word::Name | Word::Kana) => {
            if draw.percent(40) {
                without_char(text, draw)
            } else {
                char_changed(text, draw)
            }
        }
        _ => match draw.below(4) {
            0 => without_digit(text, draw),
            1 => transposed(text, draw),
            _ => digit_changed(text, draw),
        },
    }
}

/// Where the ASCII and full-width digits of a text stand, in characters.
fn digits(chars: &[char]) -> Vec<usize> {
    let digit = |c: &char| c.is_ascii_digit() || ('０'..='９').contains(c);
    chars.iter().enumerate().filter(|(_, c)| digit(c)).map(|(at, _)| at).collect()
}

fn edit_digit(text: &str, draw: &mut Draw, edit: impl FnOnce(&mut Vec<char>, usize, &mut Draw)) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let digits = digits(&chars);
    if let Some(at) = digits.get(draw.index(digits.len())) {
        edit(&mut chars, *at, draw);
    }
    chars.into_iter().collect()
}

fn digit_changed(text: &str, draw: &mut Draw) -> String {
    edit_digit(text, draw, |chars, at, draw| {
        let zero = if chars[at].is_ascii_digit() { '0' } else { '０' };
        let value = chars[at] as u32 - zero as u32;
        let other = (value + 1 + draw.below(9) as u32) % 10;
        chars[at] = char::from_u32(zero as u32 + other).unwrap_or(zero);
    })
}

fn without_digit(text: &str, draw: &mut Draw) -> String {
    edit_digit(text, draw, |chars, at, _| {
        chars.remove(at);
    })
}

fn transposed(text: &str, draw: &mut Draw) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let digits = digits(&chars);
    let pairs: Vec<(usize, usize)> = digits
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if chars[*a] != chars[*b] => Some((*a, *b)),
            _ => None,
        })
        .collect();
    if let Some((a, b)) = pairs.get(draw.index(pairs.len())) {
        chars.swap(*a, *b);
    }
    chars.into_iter().collect()
}

fn without_char(text: &str, draw: &mut Draw) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.len() > 1 {
        chars.remove(draw.index(chars.len()));
    }
    chars.into_iter().collect()
}

fn char_changed(text: &str, draw: &mut Draw) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = draw.index(chars.len());
    if let Some(place) = chars.get_mut(at) {
        *place = match *place {
            'ァ'..='ン' => ['ア', 'シ', 'ツ', 'ソ', 'ン', 'ク'][draw.index(6)],
            _ => draw.pick(&TYPOS),
        };
    }
    chars.into_iter().collect()
}

fn truncated(text: &str, draw: &mut Draw) -> String {
    let chars: Vec<char> = text.chars().collect();
    let keep = chars.len() / 3 + draw.index(chars.len() / 2 + 1);
    chars.into_iter().take(keep).collect()
}

/// The surname alone: up to the gap, or the first two characters.
fn first_part(text: &str) -> String {
    match text.split_once([' ', '\u{3000}']) {
        Some((first, _)) => first.to_owned(),
        None => text.chars().take(2).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Purpose;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn edits_keep_within_one_character(text in "[0-9０-９\\-あ-ん]{0,20}", id in 0u64..1_000) {
            let mut draw = Draw::new(1, Purpose::Damage, id);
            let n = text.chars().count();
            prop_assert_eq!(digit_changed(&text, &mut draw).chars().count(), n);
            prop_assert_eq!(transposed(&text, &mut draw).chars().count(), n);
            prop_assert!(without_digit(&text, &mut draw).chars().count() + 1 >= n);
            prop_assert!(without_char(&text, &mut draw).chars().count() + 1 >= n);
            prop_assert!(truncated(&text, &mut draw).chars().count() <= n);
        }

        #[test]
        fn a_changed_digit_is_another_digit(text in "[0-9]{1,11}", id in 0u64..1_000) {
            let after = digit_changed(&text, &mut Draw::new(2, Purpose::Damage, id));
            let differing = text.bytes().zip(after.bytes()).filter(|(a, b)| a != b).count();
            prop_assert_eq!(differing, 1);
        }
    }
}
