//! UTF-16 among other bytes: either byte first, and beginning at any byte.

use std::sync::LazyLock;

use encoding_rs::SHIFT_JIS;

/// Bytes for which the order and the place of units are found together.
const PIECE: usize = 4 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    big: bool,
    /// 0 or 1: where the first unit begins.
    offset: usize,
}

/// Adds the text among these bytes; what is no text ends a line.
pub(crate) fn decode(bytes: &[u8], out: &mut String) {
    let mut order = best(bytes.get(..PIECE).unwrap_or(bytes), Order { big: false, offset: 0 });
    // What stands before it was added.
    let mut from = order.offset;
    for (number, piece) in bytes.chunks(PIECE).enumerate().skip(1) {
        let start = number * PIECE;
        let next = best(piece, order);
        if next == order {
            // The unit that is cut by the end of the piece before is whole only in all of the bytes.
            let to = start + (start - from) % 2;
            push(bytes.get(from..to).unwrap_or_default(), order.big, out);
            from = to;
            continue;
        }
        // A list that ends in this piece, or began in the one before, is outvoted there by what is beside it.
        let [to, again] = change(bytes, from, start + piece.len(), [order, next]);
        push(bytes.get(from..to).unwrap_or_default(), order.big, out);
        end_line(out);
        (from, order) = (again, next);
    }
    push(bytes.get(from..).unwrap_or_default(), order.big, out);
    end_line(out);
}

fn end_line(out: &mut String) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Where among bytes that begin in one order and end in another the first ends and the other begins: where most of them read like text.
fn change(bytes: &[u8], from: usize, end: usize, [first, other]: [Order; 2]) -> [usize; 2] {
    let scores = |start: usize, order: Order| {
        let units = units(bytes.get(start..end).unwrap_or_default(), order.big);
        units.map(score).collect::<Vec<i32>>()
    };
    let begins = |at: usize| at + (at + other.offset) % 2;
    let (before, behind) = (scores(from, first), scores(begins(from), other));
    let mut all: i32 = behind.iter().sum();
    let mut best = (all, [from, begins(from)]);
    for (number, (before, behind)) in before.iter().zip(&behind).enumerate() {
        all += before - behind;
        if all > best.0 {
            let to = from + 2 * (number + 1);
            best = (all, [to, begins(to)]);
        }
    }
    best.1
}

/// Where the last line of these bytes ends; none where none does.
pub(crate) fn end_of_line(bytes: &[u8]) -> Option<usize> {
    let start = bytes.len().saturating_sub(PIECE);
    let tail = bytes.get(start..)?;
    let Order { big, offset } = best(tail, Order { big: false, offset: start % 2 });
    let last = units(tail.get(offset..)?, big).enumerate().filter(|(_, unit)| *unit == 0x0A).last();
    last.map(|(number, _)| start + offset + 2 * (number + 1))
}

/// In which order the bytes read most like text; the same as before where that is as good.
fn best(piece: &[u8], before: Order) -> Order {
    let orders = [(false, 0), (true, 0), (false, 1), (true, 1)].map(|(big, offset)| Order { big, offset });
    let score = |order: Order| {
        let units = units(piece.get(order.offset..).unwrap_or_default(), order.big);
        units.map(score).sum::<i32>()
    };
    let best = orders.into_iter().map(|order| (score(order), order == before, order));
    best.max_by_key(|(score, same, _)| (*score, *same)).map_or(before, |(.., order)| order)
}

fn units(bytes: &[u8], big: bool) -> impl Iterator<Item = u16> {
    let unit = move |pair: &[u8; 2]| if big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
    bytes.as_chunks::<2>().0.iter().map(unit)
}

/// How much like the text of a list a unit is.
fn score(unit: u16) -> i32 {
    match unit {
        0x0A | 0x0D | 0x09 | 0x20..0x7F => 2,
        0x3000..=0x30FF | 0xFF01..=0xFF9F => 3,
        0x4E00..=0x9FFF if JAPANESE.has(unit) => 1,
        0 => 0,
        0x01..0x20 | 0x7F..0xA0 | 0xD800..=0xF8FF => -3,
        _ => -2,
    }
}

/// Chinese characters of Japanese: a third of all there are. Bytes put together wrongly give any of them.
static JAPANESE: LazyLock<Characters> = LazyLock::new(Characters::of_cp932);

struct Characters(Box<[u64; 1024]>);

impl Characters {
    /// Those of CP932 that two bytes stand for.
    fn of_cp932() -> Self {
        let mut bits = Box::new([0; 1024]);
        let leads = (0x88..=0x9F).chain(0xE0..=0xEA).chain(0xFA..=0xFC);
        for pair in leads.flat_map(|lead| (0x40..=0xFC).map(move |trail| [lead, trail])) {
            if let Some(text) = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&pair)
                && let Some(c) = text.chars().next()
                && let Some(word) = bits.get_mut(c as usize / 64)
            {
                *word |= 1 << (c as usize % 64);
            }
        }
        Self(bits)
    }

    fn has(&self, unit: u16) -> bool {
        let at = usize::from(unit);
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

/// Adds the lines among these bytes that are text: of others, three in ten characters or more are of no list.
fn push(bytes: &[u8], big: bool, out: &mut String) {
    let units: Vec<u16> = units(bytes, big).collect();
    let ends_line = |unit: &u16| *unit < 0x20 && *unit != 0x09;
    for line in units.split_inclusive(ends_line) {
        let strange = line.iter().filter(|unit| score(**unit) < 0).count();
        if strange * 10 >= line.len() * 3 {
            continue;
        }
        for c in char::decode_utf16(line.iter().copied()) {
            match c {
                Ok(c) if !c.is_control() || matches!(c, '\n' | '\t') => out.push(c),
                _ if out.ends_with('\n') => {}
                _ => out.push('\n'),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_behind_whole_units() {
        let list: String = (0..300).map(|i| format!("0582654141,山田太郎{i}\n")).collect::<String>() + "0582";
        for big in [false, true] {
            for offset in 0..4 {
                let mut bytes = vec![0; offset];
                bytes.extend(
                    list.encode_utf16()
                        .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }),
                );
                assert_eq!(end_of_line(&bytes), Some(bytes.len() - 8), "{big} {offset}");
            }
        }
    }

    /// Bytes that say nothing.
    fn noise(length: usize, seed: u64) -> Vec<u8> {
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn a_list_is_read_to_its_ends_wherever_the_pieces_are_cut() {
        let rows: Vec<String> =
            (0..195).map(|i| format!("山田太郎,岐阜市薮田南2-1-{i},058-265-{:04}\r\n", 4_100 + i)).collect();
        let list: Vec<u8> = rows.concat().encode_utf16().flat_map(u16::to_le_bytes).collect();
        for seed in 0..1_500 {
            let before = PIECE * 2 + (seed as usize * 37) % PIECE;
            let bytes = [noise(before, 2 * seed), list.clone(), noise(2 * PIECE, 2 * seed + 1)].concat();
            let mut text = String::new();
            decode(&bytes, &mut text);
            let missing = rows.iter().filter(|row| !text.contains(row.trim_end())).count();
            // The first and the last row may touch what is beside them.
            assert!(missing <= 2, "{missing} rows of the list at {before}, {seed}");
        }
    }

    #[test]
    fn text_is_read_wherever_it_begins_and_whichever_byte_is_first() {
        let list: String = (0..300).map(|i| format!("山田太郎,058-265-{:04}\r\n", 4_100 + i)).collect();
        for big in [false, true] {
            for offset in 0..4 {
                let mut bytes = vec![0; offset];
                bytes.extend(
                    list.encode_utf16()
                        .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }),
                );
                let mut text = String::new();
                decode(&bytes, &mut text);
                let found = list.lines().filter(|line| text.contains(*line)).count();
                assert!(found >= 299, "{big} {offset}: {found}");
            }
        }
    }
}
