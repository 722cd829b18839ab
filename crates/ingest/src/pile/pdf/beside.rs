//! Sheets that are wider than a page: printed on several, which stand one beside the other.

use super::line::{Line, Piece};

/// Parts that one sheet is cut into from left to right, at most.
const MOST_PARTS: usize = 8;
/// Points by which the same line may stand higher on another page, and the same column farther to the right.
const SAME_LINE: f32 = 1.0;
const SAME_COLUMN: f32 = 3.0;
/// Points between the parts that are put together.
const BETWEEN: f32 = 20.0;
/// Lines that two pages must share to be parts of one.
const LEAST_LINES: usize = 3;

/// Pages with what was beside them put there again, where they are such parts; otherwise as they are.
///
/// All pages are taken for parts, or none: those of the left first, from top to bottom, or each with what is beside it.
pub(super) fn joined(pages: Vec<Vec<Line>>) -> Vec<Vec<Line>> {
    let count = pages.len();
    let cuts = (2..=MOST_PARTS.min(count)).filter(|parts| count.is_multiple_of(*parts));
    for parts in cuts {
        let down = count / parts;
        let below_first = |place: usize| (place % down) * parts + place / down;
        let beside_first = |place: usize| place;
        let orders: [&dyn Fn(usize) -> usize; 2] = [&below_first, &beside_first];
        for order in orders {
            // Where in the order of reading each page goes.
            if are_parts(&pages, parts, order) {
                return put_together(pages, parts, order);
            }
        }
    }
    pages
}

/// True where of each sheet the pages have the same lines, and other columns.
fn are_parts(pages: &[Vec<Line>], parts: usize, order: &dyn Fn(usize) -> usize) -> bool {
    let ordered = in_order(pages.iter(), order);
    let all = |test: &dyn Fn(&[Line], &[Line]) -> bool| {
        ordered
            .chunks(parts)
            .all(|sheet| sheet.windows(2).all(|two| matches!(two, [left, right] if test(left, right))))
    };
    let first = ordered.first().map_or(0, |page| page.len());
    first >= LEAST_LINES && all(&have_same_lines) && all(&have_other_columns)
}

fn in_order<T>(pages: impl Iterator<Item = T>, order: &dyn Fn(usize) -> usize) -> Vec<T> {
    let mut ordered: Vec<(usize, T)> = pages.enumerate().map(|(place, page)| (order(place), page)).collect();
    ordered.sort_by_key(|(place, _)| *place);
    ordered.into_iter().map(|(_, page)| page).collect()
}

/// True where nine of ten lines of each stand as high as one of the other.
fn have_same_lines(left: &[Line], right: &[Line]) -> bool {
    let (mut lefts, mut shared) = (left.iter().peekable(), 0);
    for line in right {
        while lefts.next_if(|left| left.across > line.across + SAME_LINE).is_some() {}
        shared += usize::from(lefts.next_if(|left| is_same(left, line)).is_some());
    }
    shared * 10 >= left.len().max(right.len()) * 9
}

fn is_same(left: &Line, right: &Line) -> bool {
    (left.across - right.across).abs() <= SAME_LINE
}

/// True where what stands on the right page is not what stands at the same places of the left one, as it is where a table goes on.
fn have_other_columns(left: &[Line], right: &[Line]) -> bool {
    let (left, right) = (columns(left), columns(right));
    right.iter().any(|column| {
        let same = left.iter().find(|other| (other.start - column.start).abs() <= SAME_COLUMN);
        same.is_none_or(|other| other.letters.differs(&column.letters))
    })
}

/// What begins at one place in at least half of the lines.
struct Column {
    start: f32,
    letters: Letters,
}

fn columns(page: &[Line]) -> Vec<Column> {
    let mut pieces: Vec<_> = page.iter().flat_map(|line| &line.pieces).collect();
    pieces.sort_by(|a, b| a.start.total_cmp(&b.start));
    let near = pieces.chunk_by(|a, b| b.start - a.start <= 0.5).filter(|near| near.len() * 2 >= page.len());
    let column = |near: &[&Piece]| {
        let start = near.first().map_or(0.0, |piece| piece.start);
        Column { start, letters: Letters::of(near.iter().flat_map(|piece| piece.text.chars())) }
    };
    near.map(column).collect()
}

/// Which parts of a text are digits, letters of ASCII and others.
struct Letters([f32; 3]);

impl Letters {
    fn of(text: impl Iterator<Item = char>) -> Self {
        let mut counts = [0.0; 3];
        for letter in text.filter(|letter| !letter.is_whitespace()) {
            let [digits, letters, others] = &mut counts;
            *match letter {
                _ if letter.is_numeric() => digits,
                _ if letter.is_ascii() => letters,
                _ => others,
            } += 1.0;
        }
        let all: f32 = counts.iter().sum();
        Self(counts.map(|count| count / all.max(1.0)))
    }

    fn differs(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).map(|(a, b)| (a - b).abs()).sum::<f32>() > 0.5
    }
}

fn put_together(pages: Vec<Vec<Line>>, parts: usize, order: &dyn Fn(usize) -> usize) -> Vec<Vec<Line>> {
    let mut ordered = in_order(pages.into_iter(), order).into_iter();
    let mut sheets = Vec::new();
    // The same for all sheets: their columns stay under each other.
    let ends = |page: &Vec<Line>| {
        page.iter().flat_map(|line| &line.pieces).map(|piece| piece.end).fold(0.0, f32::max)
    };
    let width = ordered.as_slice().iter().map(ends).fold(0.0, f32::max) + BETWEEN;
    while let Some(mut sheet) = ordered.next() {
        for (part, page) in ordered.by_ref().take(parts - 1).enumerate() {
            put_beside(&mut sheet, page, width * (part + 1) as f32);
        }
        sheets.push(sheet);
    }
    sheets
}

fn put_beside(sheet: &mut Vec<Line>, page: Vec<Line>, right: f32) {
    let mut lefts = std::mem::take(sheet).into_iter().peekable();
    for mut line in page {
        for piece in &mut line.pieces {
            piece.start += right;
            piece.end += right;
        }
        while let Some(left) = lefts.next_if(|left| left.across > line.across + SAME_LINE) {
            sheet.push(left);
        }
        match lefts.next_if(|left| is_same(left, &line)) {
            Some(mut left) => {
                left.pieces.extend(line.pieces);
                sheet.push(left);
            }
            None => sheet.push(line),
        }
    }
    sheet.extend(lefts);
}
