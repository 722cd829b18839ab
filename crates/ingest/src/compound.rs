//! Columns whose cells hold several fields each: name and address, address and phone, a label's lines.

use meibo_normalize::Field;

use crate::assemble::Sense;
use crate::cells::traits_of;
use crate::join::Glue;
use crate::pieces::take_apart;
use crate::sample::SampleRow;
use crate::{FoundBy, FoundColumn};

/// Rows looked at.
const LOOKED_AT: usize = 100;
/// Columns looked at: a hostile table shall not take long.
const MAX_LOOKED_AT: usize = 50;

/// Puts the fields of columns that hold several in the place of what was found of these columns. `given` are the fields
/// that the caller gave.
pub(crate) fn divide(
    found: &mut Vec<FoundColumn>,
    senses: &[Option<Sense>],
    data: &[SampleRow],
    given: &[Field],
) {
    let rows = data.get(..LOOKED_AT.min(data.len())).unwrap_or_default();
    let candidates = (0..senses.len()).filter(|&column| is_candidate(found, senses, column));
    for column in candidates.take(MAX_LOOKED_AT).collect::<Vec<_>>() {
        let mut fields = fields_of(rows, column);
        let number = column + 1;
        let elsewhere = |field: &Field| {
            given.contains(field)
                || found.iter().any(|known| known.field == *field && known.columns != [number])
        };
        // A person has several numbers, and one name.
        fields.retain(|field| matches!(field, Field::Phone | Field::Email) || !elsewhere(field));
        if fields.len() < 2 {
            continue;
        }
        let before =
            found.iter().find(|known| known.columns == [number]).map(|known| (known.field, known.found_by));
        found.retain(|known| known.columns != [number]);
        found.extend(fields.into_iter().map(|field| {
            let found_by = before.filter(|known| known.0 == field).map_or(FoundBy::Content, |known| known.1);
            FoundColumn { field, columns: vec![number], found_by, in_part: true, glue: vec![Glue::Nothing] }
        }));
    }
}

/// True for a column of which nothing is known or that gives by itself what may hold more.
fn is_candidate(found: &[FoundColumn], senses: &[Option<Sense>], column: usize) -> bool {
    let mut of_it = found.iter().filter(|known| known.columns.contains(&(column + 1)));
    match of_it.next() {
        // What a heading calls something else is looked at for want of anything better.
        None => senses.get(column).is_some_and(|sense| match sense {
            None => true,
            Some(sense) => !names_anybody(found) && sense.by == FoundBy::Header,
        }),
        Some(known) => {
            let may_hold_more = matches!(
                known.field,
                Field::Name | Field::Kana | Field::Address | Field::Phone | Field::Postal
            );
            known.columns.len() == 1 && may_hold_more
        }
    }
}

/// True where anything tells who the people are.
fn names_anybody(found: &[FoundColumn]) -> bool {
    found.iter().any(|known| matches!(known.field, Field::Name | Field::Kana | Field::Address | Field::Phone))
}

/// The fields that half of a column's cells surely hold, in order.
fn fields_of(rows: &[SampleRow], column: usize) -> Vec<Field> {
    let cells = rows.iter().map(|row| row.value(column)).filter(|cell| !cell.is_empty());
    let told: Vec<_> = cells.map(take_apart).collect();
    let holds = |field: Field| {
        let sure = |pieces: &&Vec<_>| {
            pieces.iter().any(|piece: &crate::pieces::Piece| piece.field == field && piece.sure)
        };
        told.iter().filter(sure).count() * 2 >= told.len()
    };
    if told.len() < 3 {
        return Vec::new();
    }
    let mut fields: Vec<Field> = Field::ALL.into_iter().filter(|&field| holds(field)).collect();
    let mut years: Vec<u16> = told
        .iter()
        .flatten()
        .filter(|piece| piece.field == Field::BirthDate)
        .filter_map(|piece| traits_of(&piece.text).year)
        .collect();
    years.sort_unstable();
    // Dates of visits are of these years.
    let births = years.get(years.len() / 2).is_some_and(|&year| year < 1995);
    fields.retain(|&field| field != Field::BirthDate || births);
    fields
}

/// Marks the columns that were given for several fields: their cells are taken apart.
pub(crate) fn mark_given(columns: &mut [FoundColumn]) {
    let shared: Vec<bool> = columns
        .iter()
        .map(|column| {
            let same = |other: &&FoundColumn| other.columns == column.columns && other.field != column.field;
            column.columns.len() == 1 && columns.iter().any(|other| same(&other))
        })
        .collect();
    for (column, shared) in columns.iter_mut().zip(shared) {
        column.in_part = shared;
    }
}

/// A column whose cells are taken apart, and for which fields.
#[derive(Debug)]
pub(crate) struct Compound {
    pub(crate) column: usize,
    pub(crate) fields: Vec<Field>,
}

impl Compound {
    pub(crate) fn all(columns: &[FoundColumn]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for column in columns.iter().filter(|column| column.in_part) {
            let Some(&number) = column.columns.first() else { continue };
            match all.iter_mut().find(|known| known.column == number) {
                Some(known) => known.fields.push(column.field),
                None => all.push(Self { column: number, fields: vec![column.field] }),
            }
        }
        all
    }

    /// Gives the values of a cell; one that cannot be taken apart is one of the first field.
    pub(crate) fn values(&self, cell: &str, mut give: impl FnMut(Field, &str)) {
        if cell.is_empty() {
            return;
        }
        let mut given = false;
        for piece in take_apart(cell).iter().filter(|piece| self.fields.contains(&piece.field)) {
            give(piece.field, &piece.text);
            given = true;
        }
        if let (false, Some(&first)) = (given, self.fields.first()) {
            give(first, cell);
        }
    }
}
