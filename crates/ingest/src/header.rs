//! Which row names the columns, and which rows above it are titles.

use crate::HeaderMode;
use crate::cells::{Traits, is_missing, traits_of};
use crate::fold::fold;
use crate::meaning::{Headings, LOOSE, Meaning, STRIPPED};
use crate::sample::SampleRow;

/// Rows at the front among which the header is looked for.
const SEARCHED: usize = 30;
/// Rows below that are compared with a possible header.
const COMPARED: usize = 300;

/// The front of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Front {
    /// Names of the columns; `None` without a header.
    pub(crate) names: Option<Vec<String>>,
    /// Title rows left out.
    pub(crate) skipped: usize,
    /// Index of the first row that is a person.
    pub(crate) data: usize,
}

/// Finds the header among the first rows. `named` are names of columns that the header must have, if there are any.
pub(crate) fn find(rows: &[SampleRow], mode: HeaderMode, named: &[&str], headings: &Headings) -> Front {
    if mode == HeaderMode::Absent {
        return Front::default();
    }
    if let Some(row) = row_with_names(rows, named).or_else(|| row_of_headings(rows, headings)) {
        return front_from(rows, row, headings);
    }
    let titles = title_rows(rows);
    if mode == HeaderMode::Present || differs_from_below(rows, titles, headings) {
        return front_from(rows, titles, headings);
    }
    Front { names: None, skipped: titles, data: titles }
}

fn row_with_names(rows: &[SampleRow], named: &[&str]) -> Option<usize> {
    if named.is_empty() {
        return None;
    }
    let searched = rows.get(..SEARCHED.min(rows.len()))?;
    let exact =
        |row: &SampleRow| named.iter().any(|name| row.cells.iter().any(|cell| cell.trim() == name.trim()));
    let folded = |row: &SampleRow| {
        let cells: Vec<String> = row.cells.iter().map(|cell| fold(cell)).collect();
        named.iter().map(|name| fold(name)).any(|name| !name.is_empty() && cells.contains(&name))
    };
    searched.iter().position(exact).or_else(|| searched.iter().position(folded))
}

/// The first row made of headings, where all rows above it are titles: much less filled.
fn row_of_headings(rows: &[SampleRow], headings: &Headings) -> Option<usize> {
    let width = common_width(rows);
    let searched = rows.get(..SEARCHED.min(rows.len()))?;
    let found = searched.iter().position(|row| has_headings(row, width, headings))?;
    let filled = searched.get(found).map_or(0, SampleRow::filled);
    let titles_only = searched.iter().take(found).all(|row| row.filled() <= (filled / 2).max(1));
    titles_only.then_some(found)
}

fn has_headings(row: &SampleRow, width: usize, headings: &Headings) -> bool {
    let filled = row.filled();
    if filled == 0 || (filled == 1 && width > 2) {
        return false;
    }
    let (mut sure, mut loose, mut surname) = (0, 0, false);
    for cell in row.cells.iter().filter(|cell| !cell.trim().is_empty()) {
        let traits = traits_of(cell);
        if looks_like_data(&traits) {
            return false;
        }
        surname |= traits.surname;
        match headings.read(cell) {
            Some(reading) if reading.rank <= STRIPPED => sure += 1,
            Some(reading) if reading.rank == LOOSE && reading.meaning == Meaning::Other => {}
            Some(_) if cell.chars().count() <= 24 => loose += 1,
            _ => {}
        }
    }
    // カナ and メイ are given names too: beside a surname, one such word is a person.
    let person = surname && sure < 2;
    let enough = (sure + loose) * 3 >= filled || sure >= 3;
    enough && !person && (sure > 0 || loose >= 2)
}

fn looks_like_data(traits: &Traits) -> bool {
    let mostly_digits = traits.digits >= 4 && usize::from(traits.digits) * 2 > usize::from(traits.chars);
    let address =
        traits.chars > 6 && (traits.after_prefecture || (traits.municipality && traits.digits >= 1));
    let number = !traits.japanese && traits.digits == traits.chars && traits.digits > 0;
    traits.email
        || traits.phone
        || traits.year.is_some()
        || traits.postal_marked
        || traits.sex
        || traits.prefecture
        || mostly_digits
        || address
        || number
}

/// Rows at the very front with one filled cell in a table of several columns, or with a comment mark.
fn title_rows(rows: &[SampleRow]) -> usize {
    let width = common_width(rows);
    let title = |row: &&SampleRow| {
        let comment = row.cell(0).starts_with('#') && row.cell(0).chars().count() > 1;
        let last = row.traits(row.width().max(1) - 1);
        // A person of whom only the name is known is a person.
        let person = looks_like_data(&last) || last.full_name;
        let alone = width >= 3 && row.filled() <= 1 && !person;
        comment || alone
    };
    let titles = rows.iter().take(SEARCHED).take_while(title).count();
    if titles < rows.len() { titles } else { 0 }
}

/// The commonest width; of several, the widest.
pub(crate) fn common_width(rows: &[SampleRow]) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    for row in rows {
        *counts.entry(row.width()).or_insert(0usize) += 1;
    }
    counts.into_iter().max_by_key(|&(width, count)| (count, width)).map_or(0, |(width, _)| width)
}

/// A row of unknown words over columns of one kind: each column of phones, dates, addresses and the like speaks.
fn differs_from_below(rows: &[SampleRow], first: usize, headings: &Headings) -> bool {
    let Some(row) = rows.get(first) else { return false };
    let below = rows.get(first + 1..rows.len().min(first + 1 + COMPARED)).unwrap_or_default();
    if row.cells.iter().any(|cell| looks_like_data(&traits_of(cell))) {
        return false;
    }
    let (mut heading, mut data) = (0, 0);
    for column in 0..row.cells.len() {
        let cell = row.cell(column);
        if cell.is_empty() || is_missing(cell) {
            continue;
        }
        match kind_of(below, column) {
            Some(kind) if kind(&traits_of(cell)) && !is_heading(headings, cell) => data += 1,
            Some(_) => heading += 1,
            None => {}
        }
    }
    // One odd cell may be a slip; a person's name beside it makes the row a person.
    let named = row.cells.iter().any(|cell| {
        let traits = traits_of(cell);
        traits.full_name || traits.surname
    });
    heading > 0 && data == 0 && (heading > 1 || !named)
}

/// A known word for a field, even one that looks like what stands below, as 住所2 does. A loose reading is not enough:
/// towns have 大字 in them as well.
fn is_heading(headings: &Headings, cell: &str) -> bool {
    headings.read(cell).is_some_and(|reading| reading.rank <= STRIPPED)
}

type Kind = fn(&Traits) -> bool;

/// What nearly all cells of a column are.
fn kind_of(below: &[SampleRow], column: usize) -> Option<Kind> {
    const KINDS: [Kind; 7] = [
        |traits| traits.email,
        |traits| traits.phone || traits.phone_without_zero,
        |traits| traits.year.is_some(),
        |traits| traits.postal,
        |traits| traits.after_prefecture || traits.municipality || traits.text_then_number,
        |traits| traits.sex,
        |traits| !traits.japanese && traits.digits > 0 && traits.digits == traits.chars,
    ];
    let values: Vec<Traits> =
        below.iter().filter(|row| !row.value(column).is_empty()).map(|row| row.traits(column)).collect();
    let most = |kind: &Kind| values.iter().filter(|value| kind(value)).count() * 10 >= values.len() * 9;
    KINDS.into_iter().find(|kind| values.len() >= 2 && most(kind))
}

/// Takes the header at `row`, with the row below it where that goes on naming columns (姓 and 名 under 氏名).
fn front_from(rows: &[SampleRow], row: usize, headings: &Headings) -> Front {
    let Some(header) = rows.get(row) else { return Front::default() };
    let names: Vec<String> = header.cells.iter().map(|cell| cell.trim().to_owned()).collect();
    let below = rows.get(row + 1).filter(|below| goes_on(header, below, headings));
    match below {
        Some(below) => Front { names: Some(two_rows(&names, below)), skipped: row, data: row + 2 },
        None => Front { names: Some(names), skipped: row, data: row + 1 },
    }
}

fn goes_on(header: &SampleRow, below: &SampleRow, headings: &Headings) -> bool {
    let sure = |cell: &String| headings.read(cell).is_some_and(|reading| reading.rank <= STRIPPED);
    has_headings(below, below.width(), headings)
        && below.cells.iter().filter(|cell| sure(cell)).count() >= 2
        && below.cells != header.cells
}

/// A name from the lower row where it has one; what it stands under stays where that is somebody else's.
fn two_rows(upper: &[String], below: &SampleRow) -> Vec<String> {
    let width = upper.len().max(below.cells.len());
    let mut group = String::new();
    let mut names = Vec::with_capacity(width);
    for column in 0..width {
        let above = upper.get(column).map_or("", String::as_str);
        if !above.is_empty() {
            above.clone_into(&mut group);
        }
        let lower = below.cell(column);
        names.push(match (lower.is_empty(), above.is_empty()) {
            (true, _) => above.to_owned(),
            (false, _) if group.is_empty() => lower.to_owned(),
            (false, _) => grouped(&group, lower),
        });
    }
    names
}

/// 姓 under 氏名 is 姓; 氏名 under 緊急連絡先 stays 緊急連絡先 氏名.
fn grouped(group: &str, lower: &str) -> String {
    let foreign = crate::words::FOREIGN.iter().any(|part| fold(group).contains(&fold(part)));
    let kana = ["カナ", "フリガナ"].iter().any(|word| fold(group).contains(word));
    if foreign || kana { format!("{group} {lower}") } else { lower.to_owned() }
}
