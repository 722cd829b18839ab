//! Headers that do not fit their rows: names left out at an end, one name over several columns.

use crate::FoundBy;
use crate::assemble::Sense;
use crate::cells::Traits;
use crate::header::common_width;
use crate::meaning::{Headings, Meaning, STRIPPED};
use crate::sample::SampleRow;

/// Rows looked at.
const LOOKED_AT: usize = 200;

/// Makes the names fit the rows below and gives the number of columns.
///
/// Where most rows are longer than the header, the cells tell why: the first column has no name (row names, as R
/// writes them), the last ones have none, or most rows hold an unquoted delimiter. In the last case the header's width
/// stands, and those rows become rejects.
pub(crate) fn fit(names: &mut Vec<String>, data: &[SampleRow], headings: &Headings) -> usize {
    let common = common_width(data);
    if common <= names.len() {
        return names.len();
    }
    let longer: Vec<&SampleRow> =
        data.iter().filter(|row| row.width() > names.len()).take(LOOKED_AT).collect();
    let known = recognisable(names, headings);
    if common == names.len() + 1 && conforming(&known, &longer, 1) > conforming(&known, &longer, 0) {
        names.insert(0, String::new());
        return names.len();
    }
    // One column that is something else than its heading says is enough: a delimiter stands before it.
    let in_place = |column: &Known| conforming(std::slice::from_ref(column), &longer, 0) * 2 > longer.len();
    if !known.is_empty() && known.iter().all(in_place) { common } else { names.len() }
}

/// A column with a heading, and how its cells can be told.
type Known = (usize, fn(&Traits) -> bool);

fn recognisable(names: &[String], headings: &Headings) -> Vec<Known> {
    let test = |meaning| -> Option<fn(&Traits) -> bool> {
        match meaning {
            Meaning::Phone => Some(|traits| traits.phone || traits.phone_without_zero),
            Meaning::Postal => Some(|traits| traits.postal),
            Meaning::BirthDate => Some(|traits| traits.year.is_some()),
            Meaning::Email => Some(|traits| traits.email),
            Meaning::Sex => Some(|traits| traits.sex || traits.sex_digit),
            Meaning::Age => Some(|traits| traits.age.is_some()),
            Meaning::Name => Some(|traits| traits.name || traits.latin_name),
            Meaning::Address => Some(|traits| traits.after_prefecture || traits.municipality),
            _ => None,
        }
    };
    let known = names.iter().enumerate().filter_map(|(column, name)| {
        let reading = headings.read(name).filter(|reading| reading.rank <= STRIPPED)?;
        Some((column, test(reading.meaning)?))
    });
    known.collect()
}

/// Cells that are what their heading says, when the headings stand `shift` columns further right.
fn conforming(known: &[Known], rows: &[&SampleRow], shift: usize) -> usize {
    let conforms =
        |row: &&SampleRow| known.iter().filter(|(column, is)| is(&row.traits(column + shift))).count();
    rows.iter().map(conforms).sum()
}

/// A heading over several columns, as merged cells of a spreadsheet leave it: the columns to its right have no name
/// and go on with it.
pub(crate) fn continue_merged(names: &[String], data: &[SampleRow], senses: &mut [Option<Sense>]) {
    let rows = data.get(..LOOKED_AT.min(data.len())).unwrap_or_default();
    for column in 1..senses.len().min(names.len()) {
        let unnamed = names.get(column).is_some_and(|name| name.trim().is_empty());
        let before = senses.get(column - 1).copied().flatten();
        let (true, Some(sense)) = (unnamed, before) else { continue };
        let cells: Vec<Traits> =
            rows.iter().filter(|row| !row.cell(column).is_empty()).map(|row| row.traits(column)).collect();
        let mostly = |is: fn(&Traits) -> bool| cells.iter().filter(|cell| is(cell)).count() * 2 > cells.len();
        let (left, right) = match sense.meaning {
            Meaning::Phone if mostly(|t| t.phone || t.phone_without_zero || (1..=5).contains(&t.digits)) => {
                (Meaning::Phone, Meaning::Phone)
            }
            Meaning::Name if mostly(|t| t.name && t.chars <= 4) => (Meaning::Surname, Meaning::GivenName),
            Meaning::Kana if mostly(|t| t.kana && t.chars <= 6) => (Meaning::SurnameKana, Meaning::GivenKana),
            Meaning::Address if mostly(|t| !t.after_prefecture && !t.phone && (t.japanese || t.block)) => {
                (Meaning::Address, Meaning::AddressLine(2))
            }
            Meaning::AddressLine(line) if mostly(|t| !t.phone && (t.japanese || t.block)) => {
                (Meaning::AddressLine(line), Meaning::AddressLine(line.saturating_add(1)))
            }
            _ => continue,
        };
        let with = |meaning| Some(Sense { meaning, rank: sense.rank, by: FoundBy::Header });
        if let Some(slot) = senses.get_mut(column - 1) {
            *slot = with(left);
        }
        if let Some(slot) = senses.get_mut(column) {
            *slot = with(right);
        }
    }
}
