//! A phone number spread over headed columns: 市外局番, 市内局番, 加入者番号, and the like.

use crate::FoundBy;
use crate::assemble::Sense;
use crate::cells::traits_of;
use crate::fold::fold;
use crate::meaning::{EXACT, Headings, Meaning, Reading, STRIPPED};
use crate::sample::SampleRow;

/// Rows looked at.
const LOOKED_AT: usize = 200;

/// Words that mean a part of a number wherever they stand in a heading; 局番 after those that end with it.
const WORDS: [(&str, u8); 4] = [("市外局番", 1), ("市内局番", 2), ("加入者番号", 3), ("局番", 2)];
/// Words that do so at the end of a heading; without a word for a phone before them they may mean something else.
const ENDS: [(&str, u8); 11] = [
    ("市外局", 1),
    ("市外", 1),
    ("areacode", 1),
    ("市内局", 2),
    ("市内", 2),
    ("exchange", 2),
    ("加入番号", 3),
    ("加入者", 3),
    ("下4桁", 3),
    ("subscribernumber", 3),
    ("subscriberno", 3),
];
/// Words that go on with a number that was begun, and mean something else elsewhere.
const LAST: [&str; 3] = ["番号", "number", "no"];

/// What a heading says of the part of a number that its column holds.
struct Heading {
    /// 1 for the area, 2 for the exchange, 3 for the subscriber.
    part: u8,
    /// Whose or which number, where the heading says so: 自宅, 携帯.
    place: String,
    rank: u8,
    /// True where the column is part of a number even with none of the others beside it.
    alone: bool,
}

/// Marks the columns that hold one number together, so that they are joined.
///
/// A part whose cells tell otherwise, or that stands alone, is no phone; 加入者番号 beside one is no member's number.
pub(crate) fn mark(names: &[String], data: &[SampleRow], known: &Headings, senses: &mut [Option<Sense>]) {
    let rows = data.get(..LOOKED_AT.min(data.len())).unwrap_or_default();
    let parts: Vec<Option<Heading>> =
        names.iter().take(senses.len()).map(|name| heading(&fold(name), known)).collect();
    let mut column = 0;
    while column < parts.len() {
        let length = number_from(parts.get(column..).unwrap_or_default(), column, rows);
        let rank = parts.get(column).and_then(Option::as_ref).map_or(EXACT, |first| first.rank);
        for joined in column..column + length {
            if let (Some(Some(part)), Some(sense)) = (parts.get(joined), senses.get_mut(joined)) {
                *sense = Some(Sense { meaning: Meaning::PhonePart(part.part), rank, by: FoundBy::Header });
            }
        }
        if length == 0 {
            left_over(column, &parts, rows, senses);
        }
        column += length.max(1);
    }
}

fn heading(word: &str, known: &Headings) -> Option<Heading> {
    let (part, stem, alone) = split(word, known)?;
    let rank = phone_rank(&stem, known)?;
    let mut place = stem;
    for said in ["電話", "番号", "telephone", "tel", "phone", "ノ"] {
        place = place.replace(said, "");
    }
    Some(Heading { part, place, rank, alone })
}

/// The part that a heading names, what else it says, and whether it can mean nothing else.
fn split(word: &str, known: &Headings) -> Option<(u8, String, bool)> {
    if let Some(((before, after), part)) =
        WORDS.iter().find_map(|&(named, part)| Some((word.split_once(named)?, part)))
    {
        // 電話番号（市外局番から） is a whole number.
        let which = after.trim_matches(|c: char| c.is_ascii_digit());
        let fits = which.is_empty() || phone_rank(which, known).is_some_and(|rank| rank <= STRIPPED);
        return fits.then(|| (part, format!("{before}{after}"), part < 3));
    }
    if let Some((stem, part)) = ENDS.iter().find_map(|&(named, part)| Some((word.strip_suffix(named)?, part)))
    {
        let of_phone = known.read(stem).is_some_and(|reading| reading.meaning == Meaning::Phone);
        return Some((part, stem.to_owned(), part < 3 && of_phone));
    }
    let stem = LAST.iter().find_map(|named| word.strip_suffix(named))?;
    let reading = known.read(word).map(|reading| reading.meaning);
    let other = !matches!(reading, None | Some(Meaning::Phone | Meaning::Block));
    (!other && word != "no").then(|| (3, stem.to_owned(), false))
}

/// How surely a heading's other words belong to a phone of the person; `None` for others' phones and facsimiles.
fn phone_rank(stem: &str, known: &Headings) -> Option<u8> {
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let phone = |reading: Option<Reading>| reading.filter(|r| r.meaning == Meaning::Phone).map(|r| r.rank);
    let itself = phone(known.read(stem));
    let with_word = phone(known.read(&format!("{stem}電話")));
    itself.into_iter().chain(with_word).min()
}

/// How many columns from `column` on, where `parts` begins, hold one number; 0 where it begins none.
fn number_from(parts: &[Option<Heading>], column: usize, rows: &[SampleRow]) -> usize {
    let Some(Some(first)) = parts.first() else { return 0 };
    let mut last = first.part;
    let mut length = 1;
    for next in parts.iter().skip(1).map_while(Option::as_ref) {
        let same = next.place.is_empty() || next.place == first.place;
        if !same || next.part <= last {
            break;
        }
        last = next.part;
        length += 1;
    }
    (2..=length).rev().find(|&length| makes_numbers(rows, column, length)).unwrap_or(0)
}

/// False where the cells together are no number: too short, or a whole number beside its area code.
fn makes_numbers(rows: &[SampleRow], column: usize, length: usize) -> bool {
    let (mut filled, mut sound) = (0, 0);
    for row in rows.iter().filter(|row| !row.cell(column + length - 1).is_empty()) {
        let digits: Vec<usize> =
            (column..column + length).map(|part| usize::from(row.traits(part).digits)).collect();
        let parts_only = digits.iter().take(length - 1).all(|&count| count <= 8);
        let ends = digits.last().is_some_and(|count| (1..=8).contains(count));
        filled += 1;
        sound += usize::from(parts_only && ends && (8..=11).contains(&digits.iter().sum::<usize>()));
    }
    filled == 0 || sound * 2 > filled
}

/// A part that is not joined: a number all the same where its cells are long enough for one.
fn left_over(column: usize, parts: &[Option<Heading>], rows: &[SampleRow], senses: &mut [Option<Sense>]) {
    let part_at = |column: usize| parts.get(column).and_then(Option::as_ref);
    let Some(part) = part_at(column) else { return };
    let beside = [column.checked_sub(1), Some(column + 1)];
    let begun = beside.into_iter().flatten().filter_map(part_at).any(|beside| beside.alone);
    let Some(sense) = senses.get_mut(column) else { return };
    if part.alone {
        let filled = || rows.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_empty());
        let long = filled().filter(|cell| traits_of(cell).digits > 5).count() * 2 > filled().count();
        let meaning = if long { Meaning::Phone } else { Meaning::Other };
        *sense = Some(Sense { meaning, rank: part.rank, by: FoundBy::Header });
    } else if begun && sense.is_some_and(|sense| sense.meaning == Meaning::MemberId) {
        *sense = Some(Sense { meaning: Meaning::Other, rank: EXACT, by: FoundBy::Header });
    }
}
