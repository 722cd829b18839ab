//! People in text that is no table: letters, cards, forms, pages, pieces of files that were deleted.
//!
//! Nothing says which name and which number belong together but that they stand near each other. So a record here may hold
//! several names, of which at most one is the person's: what a registry holds tells which, since a wrong pair of a name and a
//! number is in no list.

mod atoms;
mod near;

use meibo_normalize::Record;

use atoms::Atoms;

/// Shows the people in a text to `each`, as records that may hold names that are not theirs beside their own. One whose name
/// stands on one side of the end of the text, and whose number on the other, is not seen: cut texts between lines.
///
/// ```
/// use meibo_ingest::each_person;
/// use meibo_normalize::Field;
///
/// let text = "氏名：山田 太郎（ヤマダ タロウ）\n電話：058-265-4141\n\n氏名：鈴木花子\n電話：058-265-4142\n";
/// let mut phones = Vec::new();
/// each_person(text, &mut |record| {
///     assert!(record.values(Field::Name).any(|name| ["山田 太郎", "鈴木花子"].contains(&name)));
///     phones.extend(record.values(Field::Phone).map(str::to_owned));
/// });
/// assert_eq!(phones, ["058-265-4141", "058-265-4142"]);
/// ```
pub fn each_person(text: &str, each: &mut dyn FnMut(&Record)) {
    near::each_record(&Atoms::of(text), each);
}
