//! By which of its fields a list is sorted.
//!
//! A list that is sorted by name has the order of any other list of these people that is sorted by name: its order tells of no
//! export. There are many orders of names and addresses (by reading, by code, by number), and which one it is need not be known: in
//! all of them equal beginnings stand together.

use std::cmp::Ordering;
use std::collections::HashSet;

use meibo_normalize::{Canonical, Field};
use xxhash_rust::xxh3::xxh3_64;

use crate::kind::Part;

/// Fields that lists are sorted by, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SortedBy(pub(crate) u8);

/// Bit by bit. A member number is the client's own, and so is the order by it.
const FIELDS: [Field; SortedBy::COUNT] =
    [Field::Name, Field::Kana, Field::Address, Field::Phone, Field::BirthDate];

impl SortedBy {
    /// How many fields lists may be sorted by.
    const COUNT: usize = 5;
    /// None of them.
    pub(crate) const NOTHING: Self = Self(0);
    /// All of them.
    pub(crate) const ALL: Self = Self((1 << Self::COUNT) - 1);

    /// The fields.
    pub(crate) fn fields(self) -> impl Iterator<Item = Field> {
        (0..).zip(FIELDS).filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|(_, field)| field)
    }
}

/// So many neighbours must differ before they can tell an order.
const LEAST: u64 = 8;
/// Of so many that differ in a sorted list, one stands the wrong way: rows were added at its end.
const ONE_WRONG_IN: u64 = 32;
/// Of the rows whose beginning another row has too, so many of a hundred stand behind one of them in a sorted list. In a list of
/// households, where families share their name, about sixty do.
const BESIDE_EQUALS: u64 = 85;
/// Fewer than these can stand together by chance.
const LEAST_EQUALS: u64 = 3;
/// More beginnings than these are not told apart.
const MOST_GROUPS: usize = 1 << 20;
/// After so many rows, one stretch of [`STRETCH`] in [`STRETCHES`] is looked at: a list is sorted throughout or not at all.
const ALL_OF: u64 = 1 << 16;
const STRETCH: u64 = 1 << 12;
const STRETCHES: u64 = 16;

/// What is known of a list's order so far.
#[derive(Debug, Default)]
pub(crate) struct Sorting {
    /// The last row's values by field.
    last: [String; SortedBy::COUNT],
    rows: u64,
    has_last: bool,
    steps: [Steps; SortedBy::COUNT],
    /// By field how the first characters, and how the first two, stand together: of names and readings.
    starts: [[Groups; 2]; 2],
    /// How towns stand together, and how the numbers go in one town.
    towns: Groups,
    lots: Steps,
}

impl Sorting {
    /// Adds the next row.
    pub(crate) fn add(&mut self, canonical: &Canonical) {
        let row = self.rows;
        self.rows += 1;
        let is_looked_at = row < ALL_OF || (row / STRETCH).is_multiple_of(STRETCHES);
        let is_first = !std::mem::replace(&mut self.has_last, is_looked_at);
        if !is_looked_at {
            return;
        }
        for (bit, field) in FIELDS.into_iter().enumerate() {
            let value = canonical.values(field).next().unwrap_or_default();
            let last = &mut self.last[bit];
            let order = if is_first { Ordering::Equal } else { last.as_str().cmp(value) };
            if !value.is_empty() {
                match field {
                    Field::Name | Field::Kana => {
                        let [one, two] = &mut self.starts[bit];
                        one.add(first_chars(value, 1));
                        two.add(first_chars(value, 2));
                    }
                    Field::Address => self.towns.add_lot(last, value, &mut self.lots),
                    _ => {}
                }
            }
            let is_number = field == Field::Address;
            self.steps[bit].add(order, if is_number { natural(last, value) } else { order });
            if order != Ordering::Equal || is_first {
                last.clear();
                last.push_str(value);
            }
        }
    }

    /// The fields that the list is sorted by.
    pub(crate) fn sorted_by(&self) -> SortedBy {
        let is_sorted = |bit: usize| match FIELDS[bit] {
            _ if self.steps[bit].are_one_way() => true,
            Field::Name | Field::Kana => self.starts[bit].iter().all(Groups::stand_together),
            Field::Address => self.towns.stand_together() && self.lots.are_one_way(),
            _ => false,
        };
        SortedBy((0..SortedBy::COUNT).filter(|bit| is_sorted(*bit)).fold(0, |bits, bit| bits | 1 << bit))
    }
}

/// How often the next value is above and below the last, by its characters and by the numbers in it.
#[derive(Debug, Default)]
struct Steps {
    by_characters: [u64; 2],
    by_numbers: [u64; 2],
}

impl Steps {
    fn add(&mut self, by_characters: Ordering, by_numbers: Ordering) {
        for (counts, order) in [(&mut self.by_characters, by_characters), (&mut self.by_numbers, by_numbers)]
        {
            match order {
                Ordering::Less => counts[0] += 1,
                Ordering::Greater => counts[1] += 1,
                Ordering::Equal => {}
            }
        }
    }

    fn are_one_way(&self) -> bool {
        let one_way = |[up, down]: [u64; 2]| up + down >= LEAST && up.min(down) <= (up + down) / ONE_WRONG_IN;
        one_way(self.by_characters) || one_way(self.by_numbers)
    }
}

/// How equal beginnings stand together.
#[derive(Debug, Default)]
struct Groups {
    last: u64,
    rows: u64,
    beside_equals: u64,
    seen: HashSet<u64>,
}

impl Groups {
    fn add(&mut self, start: &str) -> bool {
        let number = xxh3_64(start.as_bytes());
        let is_last = self.rows > 0 && self.last == number;
        (self.last, self.rows) = (number, self.rows + 1);
        if is_last {
            self.beside_equals += 1;
        } else if self.seen.len() < MOST_GROUPS {
            self.seen.insert(number);
        }
        is_last
    }

    /// Adds the town of an address; where it is the last one's, the step of their numbers.
    fn add_lot(&mut self, last: &str, address: &str, lots: &mut Steps) {
        let Some(town) = Part::Town.of(address) else { return };
        if self.add(town) && Part::Town.of(last) == Some(town) {
            lots.add(last.cmp(address), natural(last, address));
        }
    }

    fn stand_together(&self) -> bool {
        let could = self.rows - self.seen.len() as u64;
        could >= LEAST_EQUALS && self.beside_equals * 100 >= could * BESIDE_EQUALS
    }
}

fn first_chars(value: &str, count: usize) -> &str {
    value.char_indices().nth(count).and_then(|(at, _)| value.get(..at)).unwrap_or(value)
}

/// Compares texts as people sort them: numbers in them by their size.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        let (Some(a), Some(b)) = (one.first(), other.first()) else { return one.len().cmp(&other.len()) };
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let (a, b) = (take_number(&mut one), take_number(&mut other));
            match a.len().cmp(&b.len()).then_with(|| a.cmp(b)) {
                Ordering::Equal => {}
                differs => return differs,
            }
        } else if a == b {
            (one, other) = (&one[1..], &other[1..]);
        } else {
            return a.cmp(b);
        }
    }
}

/// Takes the digits at the start, without zeros before them.
fn take_number<'t>(text: &mut &'t [u8]) -> &'t [u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    *text = rest;
    let zeros = number.iter().take_while(|byte| **byte == b'0').count();
    &number[zeros..]
}

#[cfg(test)]
mod tests {
    use meibo_normalize::{Normalizer, Record};

    use super::*;

    fn sorted_by(rows: impl IntoIterator<Item = [String; 2]>) -> Vec<Field> {
        let (mut sorting, mut normalizer, mut canonical) =
            (Sorting::default(), Normalizer::new(), Canonical::new());
        for [name, address] in rows {
            let record = Record::new().with(Field::Name, &name).with(Field::Address, &address);
            normalizer.canonicalize(&record, &mut canonical);
            sorting.add(&canonical);
        }
        sorting.sorted_by().fields().collect()
    }

    /// People of a few families and towns, in no order.
    fn people(count: u64) -> Vec<[String; 2]> {
        let families = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村"];
        let given = ["太郎", "花子", "一郎", "和子", "清", "実", "節子", "洋子", "茂", "京子", "隆"];
        let towns = ["橋本町", "神田町", "金町", "柳ケ瀬通", "加納本町", "長良"];
        let person = |number: u64| {
            let mixed = crate::Token(u128::from(number)).rank();
            let pick = |of: &[&str], shift: u32| of[(mixed >> shift) as usize % of.len()].to_owned();
            let lot = 1 + (mixed >> 20) % 300;
            [
                pick(&families, 0) + &pick(&given, 8),
                format!("岐阜県岐阜市{}{lot}-{}", pick(&towns, 40), 1 + (mixed >> 50) % 20),
            ]
        };
        (0..count).map(person).collect()
    }

    #[test]
    fn what_is_in_no_order_is_not_sorted() {
        for count in [5, 20, 100, 5_000] {
            assert_eq!(sorted_by(people(count)), [], "{count}");
        }
    }

    #[test]
    fn every_way_to_sort_is_seen() {
        for count in [20, 100, 5_000] {
            let mut rows = people(count);
            rows.sort_by(|[one, _], [other, _]| one.cmp(other));
            assert_eq!(sorted_by(rows.clone()), [Field::Name], "{count}");
            assert_eq!(sorted_by(rows.iter().rev().cloned()), [Field::Name], "{count} backwards");
            // Some came later, and stand at the end.
            rows.extend(people(count + count / 50).into_iter().skip(count as usize));
            assert_eq!(sorted_by(rows), [Field::Name], "{count} and some");

            let mut rows = people(count);
            // By an order of families that is none of their characters, as that of readings is.
            rows.sort_by_key(|[name, _]| {
                (name.bytes().map(u64::from).map(|byte| byte * byte % 89).sum::<u64>() % 97, name.clone())
            });
            rows.sort_by_key(|[name, _]| xxh3_64(name.chars().take(2).collect::<String>().as_bytes()));
            assert_eq!(sorted_by(rows), [Field::Name], "{count} by another order");

            let mut rows = people(count);
            rows.sort_by(|[_, one], [_, other]| one.cmp(other));
            assert_eq!(sorted_by(rows.clone()), [Field::Address], "{count} by characters");
            rows.sort_by(|[_, one], [_, other]| natural(one, other));
            assert_eq!(sorted_by(rows), [Field::Address], "{count} by numbers");
        }
    }

    #[test]
    fn an_order_of_numbers_and_days_is_seen() {
        let sorted_by = |field: Field, values: &mut dyn Iterator<Item = String>| -> Vec<Field> {
            let (mut sorting, mut normalizer, mut canonical) =
                (Sorting::default(), Normalizer::new(), Canonical::new());
            for value in values {
                normalizer.canonicalize(&Record::new().with(field, &value), &mut canonical);
                sorting.add(&canonical);
            }
            sorting.sorted_by().fields().collect()
        };
        let phone = |number: u64| format!("058-2{:02}-{:04}", 10 + number / 10_000 % 89, number % 10_000);
        let birth = |number: u64| {
            format!("{}-{:02}-{:02}", 1930 + number / 336 % 80, 1 + number / 28 % 12, 1 + number % 28)
        };
        let mixed = |number: u64| crate::Token(u128::from(number)).rank() % 20_000;
        for (field, of) in [(Field::Phone, &phone as &dyn Fn(u64) -> String), (Field::BirthDate, &birth)] {
            for count in [12, 200, 5_000] {
                let mut rows: Vec<u64> = (0..count).map(mixed).collect();
                assert_eq!(sorted_by(field, &mut rows.iter().map(|row| of(*row))), [], "{count} {field}");
                rows.sort_unstable();
                assert_eq!(sorted_by(field, &mut rows.iter().map(|row| of(*row))), [field], "{count}");
                assert_eq!(sorted_by(field, &mut rows.iter().rev().map(|row| of(*row))), [field], "{count}");
            }
        }
    }

    #[test]
    fn a_long_list_is_looked_at_in_stretches() {
        let mut rows: Vec<[String; 2]> = people(180_000);
        assert_eq!(sorted_by(rows.iter().cloned()), []);
        rows.sort_by(|[one, _], [other, _]| one.cmp(other));
        assert_eq!(sorted_by(rows), [Field::Name]);
    }

    #[test]
    fn rows_of_one_name_may_be_sorted_by_address() {
        let mut rows = people(5_000);
        rows.sort();
        assert_eq!(sorted_by(rows), [Field::Name, Field::Address]);
    }

    #[test]
    fn families_that_stand_together_are_no_order() {
        let mut rows = people(600);
        for at in (0..rows.len()).step_by(3) {
            let head = rows[at].clone();
            for member in &mut rows[at + 1..at + 3] {
                *member = [head[0].chars().take(2).chain("美咲".chars()).collect(), head[1].clone()];
            }
        }
        assert_eq!(sorted_by(rows), []);
    }

    #[test]
    fn numbers_are_compared_by_their_size() {
        for (one, other) in [("町2-9", "町2-15"), ("町9", "町10"), ("町2", "町2-1"), ("一町9", "町1")]
        {
            assert_eq!(natural(one, other), Ordering::Less, "{one} {other}");
            assert_eq!(natural(other, one), Ordering::Greater, "{one} {other}");
        }
        assert_eq!(natural("町010", "町10"), Ordering::Equal);
    }
}
