//! Rows of a list as fields, raw and canonical, over reusable buffers.

use crate::Field;

/// One person as a list's row gives it: texts under their fields, several per field where the list has several.
///
/// A record is a buffer: [`clear`](Record::clear) it and fill it again, and nothing is allocated.
///
/// ```
/// use meibo_normalize::{Field, Record};
/// let record = Record::new().with(Field::Name, "山田 太郎").with(Field::Phone, "03-1234-5678");
/// assert_eq!(record.values(Field::Name).next(), Some("山田 太郎"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    text: String,
    /// Field and end of its text; a value starts where the one before it ended.
    spans: Vec<(Field, usize)>,
    /// The fields that have a value, one bit each.
    fields: u16,
}

impl Record {
    /// An empty record.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value, for building a record in one expression.
    #[must_use]
    pub fn with(mut self, field: Field, value: &str) -> Self {
        self.push(field, value);
        self
    }

    /// Adds a value under a field.
    pub fn push(&mut self, field: Field, value: &str) {
        self.text.push_str(value);
        self.spans.push((field, self.text.len()));
        self.fields |= bit(field);
    }

    /// Adds a value under a field, in parts.
    pub(crate) fn push_parts<const N: usize>(&mut self, field: Field, parts: [&str; N]) {
        parts.into_iter().for_each(|part| self.text.push_str(part));
        self.push(field, "");
    }

    /// Forgets all values, keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.fields = 0;
    }

    /// True where the record holds no value at all.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// How many values it holds.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// True where the field has a value.
    pub(crate) fn holds(&self, field: Field) -> bool {
        self.fields & bit(field) != 0
    }

    /// All values with their fields, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        let mut start = 0;
        self.spans.iter().map(move |&(field, end)| {
            let value = self.text.get(start..end).unwrap_or_default();
            start = end;
            (field, value)
        })
    }

    /// The values of one field.
    pub fn values(&self, field: Field) -> impl Iterator<Item = &str> {
        self.iter().filter(move |(f, _)| *f == field).map(|(_, value)| value)
    }
}

fn bit(field: Field) -> u16 {
    1 << field.index()
}

/// A record in canonical form, as [`Normalizer::canonicalize`](crate::Normalizer::canonicalize) gives it.
///
/// Only a normaliser makes one, so that nothing un-normalised can become a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Canonical {
    pub(crate) values: Record,
    pub(crate) municipality: String,
}

impl Canonical {
    /// An empty buffer to canonicalise into.
    pub fn new() -> Self {
        Self::default()
    }

    /// The canonical values of a field: none where the row holds none that is usable, several where it holds
    /// several distinct ones.
    pub fn values(&self, field: Field) -> impl Iterator<Item = &str> {
        self.values.values(field)
    }

    /// All canonical values with their fields.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.values.iter()
    }

    /// Prefecture and municipality of the address, as today's names (`岐阜県岐阜市`), where the address told both.
    pub fn municipality(&self) -> Option<&str> {
        (!self.municipality.is_empty()).then_some(self.municipality.as_str())
    }

    pub(crate) fn clear(&mut self) {
        self.values.clear();
        self.municipality.clear();
    }
}
