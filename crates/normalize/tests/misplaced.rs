//! Cells that stand in the wrong column, in rows as brokers write them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use meibo_normalize::{Canonical, Field, Normalizer, Record};
use meibo_synth::{Part, SeizedSpec, World};

const COLUMNS: [Field; 4] = [Field::Name, Field::Kana, Field::Address, Field::Phone];

type Values = Vec<(Field, String)>;

fn values(normalizer: &mut Normalizer, cells: &[(Field, String)]) -> Values {
    let mut record = Record::new();
    cells.iter().for_each(|(field, text)| record.push(*field, text));
    let mut out = Canonical::new();
    normalizer.canonicalize(&record, &mut out);
    let mut values: Values = out.iter().map(|(field, value)| (field, value.to_owned())).collect();
    values.sort();
    values
}

/// The cells of rows as several brokers write them.
fn rows() -> Vec<Values> {
    let world = World::generate(29, 0.0005);
    let mut out = Vec::new();
    for client in 0..world.clients().len() {
        for broker in 0..4 {
            let spec = SeizedSpec::new(&format!("rows-{client}-{broker}")).part(Part::of_client(client, 40));
            for fields in world.seize_fields(&spec).unwrap().0 {
                let cells = fields.iter().filter_map(|(word, text)| Some((word.parse().ok()?, text.clone())));
                out.push(cells.collect());
            }
        }
    }
    out
}

fn exchanged(cells: &Values, a: usize, b: usize) -> Values {
    let mut cells = cells.clone();
    let text = std::mem::take(&mut cells[a].1);
    cells[a].1 = std::mem::replace(&mut cells[b].1, text);
    cells
}

/// True for a row whose cells of the four columns hold a value each, the address one in a known municipality.
fn is_whole(normalizer: &mut Normalizer, cells: &Values) -> bool {
    let mut alone = |field: Field, text: &str| {
        let mut out = Canonical::new();
        normalizer.canonicalize(&Record::new().with(field, text), &mut out);
        out.values(field).count() == 1 && (field != Field::Address || out.municipality().is_some())
    };
    cells.iter().all(|(field, text)| !COLUMNS.contains(field) || alone(*field, text))
}

/// Which of the four columns a cell stands in.
fn column(cells: &Values, at: usize) -> Option<usize> {
    COLUMNS.iter().position(|field| *field == cells[at].0)
}

/// A value that neither the row as it was nor a cell as it stands now gives.
fn invented<'a>(found: &'a Values, whole: &Values, cells: &Values) -> Option<&'a (Field, String)> {
    let mut out = Record::new();
    for (field, text) in cells {
        Normalizer::new().normalize(*field, field.key_level(), text, &mut out);
    }
    let known = |(field, value): &(Field, String)| out.values(*field).any(|known| known == value);
    found.iter().find(|value| !whole.contains(value) && !known(value))
}

#[test]
fn two_exchanged_cells_are_mostly_put_back_and_no_value_is_invented() {
    let mut normalizer = Normalizer::new();
    let rows: Vec<Values> = rows().into_iter().filter(|cells| is_whole(&mut normalizer, cells)).collect();
    assert!(rows.len() > 2_000, "{}", rows.len());
    let (mut all, mut restored) = ([[0; 4]; 4], [[0; 4]; 4]);
    for cells in &rows {
        let whole = values(&mut normalizer, cells);
        for (a, b) in (0..cells.len()).flat_map(|a| (a + 1..cells.len()).map(move |b| (a, b))) {
            let (Some(left), Some(right)) = (column(cells, a), column(cells, b)) else { continue };
            if left == right {
                continue;
            }
            let cells = exchanged(cells, a, b);
            let found = values(&mut normalizer, &cells);
            assert_eq!(invented(&found, &whole, &cells), None, "{cells:?}");
            all[left.min(right)][left.max(right)] += 1;
            restored[left.min(right)][left.max(right)] += usize::from(found == whole);
        }
    }
    println!("{all:?}\n{restored:?}");
    let rates = all.iter().flatten().zip(restored.iter().flatten());
    assert!(rates.filter(|(all, _)| **all > 0).all(|(all, restored)| restored * 1000 >= all * 985));
}

#[test]
fn rows_whose_cells_are_all_read_are_what_their_cells_are() {
    let mut normalizer = Normalizer::new();
    for cells in rows().iter().filter(|cells| is_whole(&mut Normalizer::new(), cells)) {
        let found = values(&mut normalizer, cells);
        let mut out = Record::new();
        for (field, text) in cells.iter().filter(|(field, _)| *field != Field::Address) {
            normalizer.normalize(*field, field.key_level(), text, &mut out);
        }
        for (field, value) in out.iter().filter(|(field, _)| *field != Field::Name) {
            assert!(found.contains(&(field, value.to_owned())), "{field} {value}: {found:?}");
        }
        let name = found.iter().any(|(field, _)| matches!(field, Field::Name | Field::Kana));
        assert!(name || !cells.iter().any(|(field, _)| *field == Field::Name), "{cells:?}");
    }
}
