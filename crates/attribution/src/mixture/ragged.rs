//! Rows of different lengths, one after the other in one piece.

/// Rows of values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ragged<T> {
    /// By row where it begins, and the end of the last.
    begins: Vec<usize>,
    values: Vec<T>,
}

impl<T> Default for Ragged<T> {
    fn default() -> Self {
        Self { begins: vec![0], values: Vec::new() }
    }
}

impl<T> Ragged<T> {
    /// Adds a row.
    pub(super) fn push(&mut self, row: impl IntoIterator<Item = T>) {
        self.values.extend(row);
        self.begins.push(self.values.len());
    }

    /// How many rows.
    pub(super) fn len(&self) -> usize {
        self.begins.len() - 1
    }

    /// A row; empty where there is none.
    pub(super) fn row(&self, number: usize) -> &[T] {
        self.cut(&self.values, number)
    }

    /// The row of other values, one for each of these, in the same order; empty where there is none.
    pub(super) fn cut<'a, U>(&self, values: &'a [U], number: usize) -> &'a [U] {
        let row = self.begins.get(number..number + 2).and_then(|ends| values.get(ends[0]..ends[1]));
        row.unwrap_or_default()
    }
}

impl<T> Extend<Ragged<T>> for Ragged<T> {
    fn extend<I: IntoIterator<Item = Ragged<T>>>(&mut self, more: I) {
        for other in more {
            let begin = self.values.len();
            self.begins.extend(other.begins.iter().skip(1).map(|end| begin + end));
            self.values.extend(other.values);
        }
    }
}
