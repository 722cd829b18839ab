//! Whether a list is sorted by one of its columns, and where a row belongs in it.

use std::cmp::Ordering;

/// The fewest steps that show an order.
const STEPS: u64 = 10;
/// Of so many steps one may go the other way: lists are seldom sorted to the last row.
const SLIPS: u64 = 200;

/// How a column's cells follow each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Course {
    last: Option<String>,
    up: u64,
    down: u64,
}

/// A column that a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sorted {
    pub(crate) column: usize,
    pub(crate) descending: bool,
}

/// As people sort: numbers by value, all else by its characters.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let number = |text: &str| -> Option<u128> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { text.parse().ok() } else { None }
    };
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

impl Course {
    pub(crate) fn add(&mut self, cell: &str) {
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        match self.last.as_deref().map(|last| compare(last, cell)) {
            Some(Ordering::Less) => self.up += 1,
            Some(Ordering::Greater) => self.down += 1,
            Some(Ordering::Equal) => return,
            None => {}
        }
        let last = self.last.get_or_insert_default();
        last.clear();
        last.push_str(cell);
    }

    fn is_sorted(&self) -> Option<bool> {
        let (more, less) = (self.up.max(self.down), self.up.min(self.down));
        (more >= STEPS && less <= more / SLIPS).then_some(self.down > self.up)
    }
}

/// The column that a list is sorted by: of several that with most steps.
pub(crate) fn sorted_by(courses: &[Course]) -> Option<Sorted> {
    let sorted = courses.iter().enumerate();
    let sorted =
        sorted.filter_map(|(column, course)| Some((column, course.is_sorted()?, course.up + course.down)));
    let most = sorted.rev().max_by_key(|(_, _, steps)| *steps);
    most.map(|(column, descending, _)| Sorted { column, descending })
}

/// Finds the place of each of some cells among those of a sorted column.
pub(crate) struct Places<'c> {
    /// Cells with what they are called by, in the order of the column.
    waiting: std::iter::Peekable<std::vec::IntoIter<(usize, &'c str)>>,
    descending: bool,
}

impl<'c> Places<'c> {
    pub(crate) fn new(mut cells: Vec<(usize, &'c str)>, descending: bool) -> Self {
        cells.sort_by(|a, b| compare(a.1, b.1).then(a.0.cmp(&b.0)));
        if descending {
            cells.reverse();
        }
        Self { waiting: cells.into_iter().peekable(), descending }
    }

    /// Those that belong before the next cell of the column.
    pub(crate) fn before(&mut self, cell: &str) -> Vec<usize> {
        let cell = cell.trim();
        let mut found = Vec::new();
        while !cell.is_empty()
            && let Some((number, _)) = self.waiting.next_if(|(_, waiting)| {
                let order = compare(waiting, cell);
                order == if self.descending { Ordering::Greater } else { Ordering::Less }
            })
        {
            found.push(number);
        }
        found
    }

    /// Those that belong behind all of them.
    pub(crate) fn rest(self) -> impl Iterator<Item = usize> {
        self.waiting.map(|(number, _)| number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(cells: &[String]) -> Course {
        let mut course = Course::default();
        cells.iter().for_each(|cell| course.add(cell));
        course
    }

    #[test]
    fn a_sorted_column_is_known() {
        let numbers: Vec<String> = (95..130).map(|number: u32| number.to_string()).collect();
        let down: Vec<String> = numbers.iter().rev().cloned().collect();
        let same = vec!["a".to_owned(); 50];
        let mixed: Vec<String> = (0..50).map(|number: u32| (number * 7 % 50).to_string()).collect();
        let sorted = |cells: [&[String]; 3]| sorted_by(&cells.map(course));
        assert_eq!(sorted([&same, &numbers, &mixed]), Some(Sorted { column: 1, descending: false }));
        assert_eq!(sorted([&mixed, &same, &down]), Some(Sorted { column: 2, descending: true }));
        assert_eq!(sorted([&mixed, &same, &same]), None);
    }

    #[test]
    fn cells_find_their_places() {
        let mut places = Places::new(vec![(0, "99"), (1, "105"), (2, "200")], false);
        assert_eq!(places.before("98"), [0usize; 0]);
        assert_eq!(places.before("100"), [0]);
        assert_eq!(places.before("105"), [0usize; 0]);
        assert_eq!(places.before("106"), [1]);
        assert_eq!(places.rest().collect::<Vec<_>>(), [2]);
    }
}
