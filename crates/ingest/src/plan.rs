//! From the first rows and the caller's wishes to a layout.

use std::collections::BTreeSet;

use meibo_normalize::Field;

use crate::assemble::{Sense, assemble};
use crate::compound;
use crate::content;
use crate::fit;
use crate::fold::fold;
use crate::header::{self, Front};
use crate::join::Glue;
use crate::meaning::{EXACT, Headings, Meaning, STAFF};
use crate::options::{ColumnOverride, Columns};
use crate::phone_parts;
use crate::sample::SampleRow;
use crate::{Encoding, FoundBy, FoundColumn, IngestError, Layout, ReadOptions, UnusedColumn};

/// Columns that are looked at: no list of persons has more, and a hostile one shall not take long.
const MAX_COLUMNS: usize = 2000;

/// A layout and where its data begins.
pub(crate) struct Plan {
    pub(crate) layout: Layout,
    /// Index, among the first rows, of the first that is a person.
    pub(crate) data: usize,
    /// The header's cells, to know it again further down.
    pub(crate) header: Option<Vec<String>>,
}

/// Decides the layout of a table from its first rows.
pub(crate) fn plan(
    rows: &[SampleRow],
    options: &ReadOptions,
    encoding: Encoding,
    delimiter: u8,
) -> Result<Plan, IngestError> {
    let headings = Headings::get();
    let named: Vec<&str> = options.columns.iter().filter_map(name_of).collect();
    let mut front = header::find(rows, options.header, &named, headings);
    let data = rows.get(front.data..).unwrap_or_default();
    let width = match &mut front.names {
        Some(names) => fit::fit(names, data, headings),
        None => commonly_filled(data),
    };
    let mut columns = given_columns(options, &front, widest(rows))?;
    let given: Vec<Field> = columns.iter().map(|column| column.field).collect();
    let taken: Vec<usize> = columns.iter().flat_map(|column| column.columns.clone()).collect();
    let senses = senses_of(&front, data, width, headings, &taken);
    let mut found = assemble(&senses, data);
    found.retain(|column| !given.contains(&column.field));
    compound::divide(&mut found, &senses, data, &given);
    compound::mark_given(&mut columns);
    columns.extend(found);
    columns.sort_by_key(|column| column.field);
    if columns.is_empty() {
        return Err(IngestError::NoUsableColumn { columns: widest(rows) });
    }
    let header =
        front.names.as_ref().and_then(|_| rows.get(front.data.checked_sub(1)?)).map(|row| row.cells.clone());
    let layout = Layout {
        compression: None,
        encoding,
        delimiter,
        fixed: None,
        header: front.names.is_some(),
        skipped_rows: front.skipped,
        width,
        unused: unused_columns(&front, &columns, width),
        columns,
    };
    Ok(Plan { layout, data: front.data, header })
}

fn name_of(given: &ColumnOverride) -> Option<&str> {
    match &given.columns {
        Columns::Name(name) => Some(name.as_str()),
        Columns::Numbers(_) => None,
    }
}

fn widest(rows: &[SampleRow]) -> usize {
    rows.iter().map(|row| row.cells.len()).max().unwrap_or(0)
}

/// Columns of a table without a header: optional last ones count where a twentieth of the rows fills them.
fn commonly_filled(data: &[SampleRow]) -> usize {
    (1..=widest(data))
        .take_while(|width| data.iter().filter(|row| row.width() >= *width).count() * 20 >= data.len().max(1))
        .last()
        .unwrap_or(0)
}

fn given_columns(
    options: &ReadOptions,
    front: &Front,
    widest: usize,
) -> Result<Vec<FoundColumn>, IngestError> {
    options.columns.iter().map(|given| given_column(given, front, widest)).collect()
}

fn given_column(given: &ColumnOverride, front: &Front, widest: usize) -> Result<FoundColumn, IngestError> {
    let field = given.field;
    let columns = match &given.columns {
        Columns::Numbers(numbers) => match numbers.iter().find(|&&column| column == 0 || column > widest) {
            Some(&column) => return Err(IngestError::ColumnOutOfRange { field, column, columns: widest }),
            None => numbers.clone(),
        },
        Columns::Name(name) => columns_named(field, name, front)?,
    };
    let glue = vec![glue_of(field); columns.len()];
    Ok(FoundColumn { field, columns, found_by: FoundBy::Override, in_part: false, glue })
}

fn columns_named(field: Field, name: &str, front: &Front) -> Result<Vec<usize>, IngestError> {
    let Some(names) = &front.names else {
        return Err(IngestError::NoHeader { field, name: name.to_owned() });
    };
    if let Some(column) = column_named(names, name) {
        return Ok(vec![column]);
    }
    name.split('+')
        .map(|part| {
            column_named(names, part).ok_or(IngestError::ColumnNotFound { field, name: part.to_owned() })
        })
        .collect()
}

/// The column of a name: as written, else the only thing that is the same but for width, case and marks.
fn column_named(names: &[String], name: &str) -> Option<usize> {
    let exact = names.iter().position(|known| known.trim() == name.trim());
    let wanted = fold(name);
    let folded = || names.iter().position(|known| !wanted.is_empty() && fold(known) == wanted);
    exact.or_else(folded).map(|index| index + 1)
}

fn glue_of(field: Field) -> Glue {
    match field {
        Field::Name | Field::Kana => Glue::Space,
        Field::Address => Glue::Line,
        Field::Phone | Field::Postal | Field::BirthDate => Glue::Hyphen,
        _ => Glue::Nothing,
    }
}

/// What each column holds: by its heading, and where that says nothing, by its cells.
fn senses_of(
    front: &Front,
    data: &[SampleRow],
    width: usize,
    headings: &Headings,
    taken: &[usize],
) -> Vec<Option<Sense>> {
    let mut senses: Vec<Option<Sense>> = vec![None; width.min(MAX_COLUMNS)];
    if let Some(names) = &front.names {
        for (sense, name) in senses.iter_mut().zip(names) {
            let reading = headings.read(name);
            *sense = reading.map(|r| Sense { meaning: r.meaning, rank: r.rank, by: FoundBy::Header });
        }
        date_columns(names, &mut senses);
        phone_parts::mark(names, data, headings, &mut senses);
        fit::continue_merged(names, data, &mut senses);
    }
    for &column in taken {
        if let Some(sense) = column.checked_sub(1).and_then(|index| senses.get_mut(index)) {
            *sense = Some(Sense { meaning: Meaning::Other, rank: EXACT, by: FoundBy::Override });
        }
    }
    // What the first look finds of an address may tell its neighbours by heading and by content.
    if by_content(&mut senses, data) && front.names.is_some() {
        by_content(&mut senses, data);
    }
    senses
}

/// Reads the cells of the columns whose headings say nothing: for fields that no heading gave, and for the parts of an
/// address that go on with one that a heading did give. True where a part of an address is among them.
fn by_content(senses: &mut [Option<Sense>], data: &[SampleRow]) -> bool {
    let mut more = false;
    let found = assemble(senses, data);
    let known: Vec<Field> = found.iter().map(|column| column.field).collect();
    let address: Vec<usize> = found
        .iter()
        .filter(|column| column.field == Field::Address)
        .flat_map(|column| column.columns.iter().map(|number| number - 1))
        .collect();
    // Addresses of others and what the address repeats are no neighbours to go on with.
    let meaning_of = |(column, sense): (usize, &Option<Sense>)| {
        let Sense { meaning, rank, .. } = *sense.as_ref()?;
        let of_use = match field_of(meaning) {
            Some(Field::Address) => address.contains(&column),
            // A better name may stand in a column whose heading says nothing.
            _ if rank == STAFF => false,
            field => field.is_some_and(|field| known.contains(&field)),
        };
        Some(if of_use { meaning } else { Meaning::Other })
    };
    let given: Vec<Option<Meaning>> = senses.iter().enumerate().map(meaning_of).collect();
    // A second phone stands beside the first, however sure its heading was.
    let phone =
        senses.iter().flatten().filter(|s| field_of(s.meaning) == Some(Field::Phone)).map(|s| s.rank).min();
    for (sense, meaning) in senses.iter_mut().zip(content::meanings(data, &given)) {
        let wanted = |meaning: &Meaning| {
            let goes_on = [Field::Name, Field::Kana, Field::Address, Field::Phone];
            field_of(*meaning).is_some_and(|field| goes_on.contains(&field) || !known.contains(&field))
        };
        if let (None, Some(meaning)) = (&sense, meaning.filter(wanted)) {
            let rank = if meaning == Meaning::Phone { phone.unwrap_or(EXACT) } else { EXACT };
            *sense = Some(Sense { meaning, rank, by: FoundBy::Content });
            more |= field_of(meaning) == Some(Field::Address);
        }
    }
    more
}

/// 年, 月, 日 side by side after an era or where nothing else is a date of birth.
fn date_columns(names: &[String], senses: &mut [Option<Sense>]) {
    let birth_known =
        senses.iter().flatten().any(|s| matches!(s.meaning, Meaning::BirthDate | Meaning::BirthYear));
    let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
    let found = folded.windows(3).position(|three| three == ["年", "月", "日"]);
    let Some(first) = found.filter(|_| !birth_known) else { return };
    let parts = [Meaning::BirthYear, Meaning::BirthMonth, Meaning::BirthDay];
    for (sense, meaning) in senses.iter_mut().skip(first).zip(parts) {
        *sense = Some(Sense { meaning, rank: EXACT, by: FoundBy::Header });
    }
}

fn field_of(meaning: Meaning) -> Option<Field> {
    Some(match meaning {
        Meaning::Name | Meaning::Surname | Meaning::GivenName => Field::Name,
        Meaning::Kana | Meaning::SurnameKana | Meaning::GivenKana => Field::Kana,
        Meaning::Address | Meaning::AddressLine(_) | Meaning::Prefecture | Meaning::City | Meaning::Town => {
            Field::Address
        }
        Meaning::Block | Meaning::Building | Meaning::StreetNumber => Field::Address,
        Meaning::Phone | Meaning::PhonePart(_) => Field::Phone,
        Meaning::Postal | Meaning::PostalPart(_) => Field::Postal,
        Meaning::BirthDate
        | Meaning::BirthEra
        | Meaning::BirthYear
        | Meaning::BirthMonth
        | Meaning::BirthDay => Field::BirthDate,
        Meaning::Sex => Field::Sex,
        Meaning::Age => Field::Age,
        Meaning::Email => Field::Email,
        Meaning::MemberId => Field::MemberId,
        Meaning::Other => return None,
    })
}

fn unused_columns(front: &Front, columns: &[FoundColumn], width: usize) -> Vec<UnusedColumn> {
    let used: BTreeSet<usize> = columns.iter().flat_map(|column| column.columns.iter().copied()).collect();
    let name = |column: usize| front.names.as_ref().and_then(|names| names.get(column - 1));
    (1..=width)
        .filter(|column| !used.contains(column))
        .map(|column| UnusedColumn { column, name: name(column).map(|name| printable(name)) })
        .collect()
}

fn printable(name: &str) -> String {
    name.replace(crate::text::MALFORMED, "\u{FFFD}")
}
