//! Puts letters together: into lines, and pieces of these.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::Peekable;

use super::place::Glyph;

/// Gaps between letters, as parts of their size: what lets them stand apart, and what blanks must fill to do so.
const APART: f32 = 0.2;
const BLANK: f32 = 1.2;
/// Gaps, or overlaps, at which one text goes on with another.
const JOINED: f32 = 0.1;
/// How far from its line a letter may stand, as a part of its size.
const RAISED: f32 = 0.4;

/// Text of one line without a gap in it.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) start: f32,
    pub(super) end: f32,
}

/// A line of a page.
pub(super) struct Line {
    /// How high it stands.
    pub(super) across: f32,
    /// From left to right.
    pub(super) pieces: Vec<Piece>,
}

impl Line {
    /// True where the same is written in both.
    pub(super) fn reads_as(&self, other: &Self) -> bool {
        self.pieces.iter().map(|piece| &piece.text).eq(other.pieces.iter().map(|piece| &piece.text))
    }
}

/// The lines of a page, from top to bottom, without its number.
pub(super) fn lines(glyphs: Vec<Glyph>) -> Vec<Line> {
    without_number(all_lines(glyphs))
}

fn all_lines(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    let by_height = |a: &Glyph, b: &Glyph| a.turn.cmp(&b.turn).then(b.across.total_cmp(&a.across));
    glyphs.sort_by(by_height);
    let mut lines = Vec::new();
    let mut glyphs = glyphs.into_iter().peekable();
    while let Some(line) = next_line(&mut glyphs) {
        let across = line.first().map_or(0.0, |glyph| glyph.across);
        let pieces = pieces(line);
        if !pieces.is_empty() {
            lines.push(Line { across, pieces });
        }
    }
    lines
}

/// Without the page's number, above or below a table: it is of no row, and would be taken for what stands over it.
fn without_number(mut lines: Vec<Line>) -> Vec<Line> {
    let is_table = 2 * lines.iter().filter(|line| line.pieces.len() > 1).count() > lines.len();
    let is_number = |line: &Line| matches!(line.pieces.as_slice(), [piece] if is_page_number(&piece.text));
    if is_table && lines.last().is_some_and(is_number) {
        lines.pop();
    }
    if is_table && lines.first().is_some_and(is_number) {
        lines.remove(0);
    }
    lines
}

/// True for `3`, `- 3 -`, `3 / 12`, `Page 3 of 12`, `3ページ`.
fn is_page_number(text: &str) -> bool {
    let words = ["ページ", "頁", "page", "of", "p."];
    let mut rest = text.to_lowercase();
    words.iter().for_each(|word| rest = rest.replacen(word, " ", 1));
    let is_mark = |letter: char| letter.is_whitespace() || "-‐–—−ー－/／()（）".contains(letter);
    let numbers: Vec<&str> = rest.split(is_mark).filter(|number| !number.is_empty()).collect();
    let is_number = |number: &&str| number.chars().count() <= 4 && number.chars().all(char::is_numeric);
    matches!(numbers.len(), 1 | 2) && numbers.iter().all(is_number)
}

/// The letters of the next line, from left to right.
fn next_line(glyphs: &mut Peekable<impl Iterator<Item = Glyph>>) -> Option<Vec<Glyph>> {
    let first = glyphs.next()?;
    let (turn, lowest) = (first.turn, first.across - RAISED * first.size);
    let mut line = vec![first];
    while let Some(glyph) = glyphs.next_if(|glyph| glyph.turn == turn && glyph.across >= lowest) {
        line.push(glyph);
    }
    line.sort_by(|a, b| a.along.partial_cmp(&b.along).unwrap_or(Ordering::Equal));
    Some(line)
}

/// The pieces of a line, from left to right.
fn pieces(line: Vec<Glyph>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = runs(line).into_iter().flat_map(pieces_of_run).collect();
    pieces.sort_by(|a, b| a.start.total_cmp(&b.start));
    // Drawn twice to be bold.
    pieces.dedup_by(|a, b| a.text == b.text && a.start - b.start < 1.0);
    pieces
}

/// The letters of a line that were drawn as one text, or as texts that go on where that before ended.
///
/// Where cells are too narrow, the next begins where one has not ended, or just where it has.
fn runs(line: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    let mut objects: BTreeMap<u32, Vec<Glyph>> = BTreeMap::new();
    for glyph in line {
        objects.entry(glyph.object).or_default().push(glyph);
    }
    let mut runs: Vec<Vec<Glyph>> = Vec::new();
    for object in objects.into_values() {
        let goes_on = |run: &Vec<Glyph>| match (run.last(), object.first()) {
            (Some(last), Some(first)) => (first.along - last.end).abs() <= JOINED * first.size,
            _ => false,
        };
        match runs.last_mut() {
            Some(run) if goes_on(run) => run.extend(object),
            _ => runs.push(object),
        }
    }
    runs
}

fn pieces_of_run(run: Vec<Glyph>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    // Blanks that were drawn since the last letter, and where they, or it, ended.
    let (mut blanks, mut drawn) = (String::new(), f32::MIN);
    for glyph in run {
        if glyph.is_blank() {
            blanks.push_str(&glyph.text);
            drawn = drawn.max(glyph.end);
            continue;
        }
        match pieces.last_mut() {
            Some(last)
                if glyph.along - drawn <= APART * glyph.size
                    && glyph.along - last.end <= BLANK * glyph.size =>
            {
                last.text.push_str(&blanks);
                last.text.push_str(&glyph.text);
                last.end = last.end.max(glyph.end);
            }
            _ => pieces.push(Piece { text: glyph.text, start: glyph.along, end: glyph.end }),
        }
        blanks.clear();
        drawn = drawn.max(glyph.end);
    }
    pieces
}
