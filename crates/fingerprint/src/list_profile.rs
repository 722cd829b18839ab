//! How a list is written and whom it is of, coarsely: a second hint at where a seized file came from, where its keys are few.
//!
//! Nothing of it tells of a person: headings are kept as keyed digests, notations as kinds of characters, and numbers of people only
//! where there are at least [`LEAST_COUNT`].

use std::collections::{BTreeMap, HashMap};

use meibo_normalize::{Field, Record, notation};

use crate::format::Cursor;
use crate::{RecordTokens, RegistryKey};

/// Fewer rows or people than these are not counted.
pub const LEAST_COUNT: u64 = 10;
/// The fields whose notations tell lists apart.
const WRITTEN: [Field; 8] = [
    Field::Name,
    Field::Kana,
    Field::Address,
    Field::Phone,
    Field::Postal,
    Field::BirthDate,
    Field::Sex,
    Field::Age,
];
/// Notations of a field that are kept, the most common ones.
const MOST_NOTATIONS: usize = 8;
/// Notations that are counted while a list is read.
const MOST_COUNTED: usize = 1 << 12;
/// After so many rows one in [`STEP`] is looked at: notations do not change.
const ALL_OF: u64 = 1 << 14;
const STEP: u64 = 16;
/// Columns that are kept; lists have fewer.
const MOST_COLUMNS: usize = 1 << 10;
/// Bytes of a text: names of encodings, and notations, of which most take three bytes a character.
const MOST_BYTES: usize = 255;

/// The profile of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListProfile {
    /// Name of the encoding of its first file; empty where its rows came from no file.
    pub encoding: String,
    /// The byte between the cells of its first file; 0 where rows came from no file, or cells are told by their place.
    pub delimiter: u8,
    /// Its first file's columns from left to right; none where it has no header.
    pub headings: Vec<Heading>,
    /// By field, in order, the notations of its values with the rows that have them, the most common first.
    pub notations: BTreeMap<Field, Vec<(String, u64)>>,
    /// People by prefecture, as in [`Stratum`](crate::Stratum).
    pub prefectures: BTreeMap<u32, u64>,
    /// People by birth decade, as in [`Stratum`](crate::Stratum).
    pub births: BTreeMap<u8, u64>,
}

/// A column's heading: the first 8 bytes of its keyed digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Heading(pub [u8; 8]);

impl Heading {
    /// That of a header cell, spaces around it left out.
    pub fn new(key: &RegistryKey, cell: &str) -> Self {
        let digest = key.prf().keyed(&key.derive("meibo 2026-11 heading"), &[cell.trim().as_bytes()]);
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Self(first)
    }
}

/// How alike two profiles are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Likeness {
    /// Headings that both have, and how many the second has; none where one has no header.
    pub headings: Option<(usize, usize)>,
    /// Whether the headings that both have are in one order.
    pub same_order: bool,
    /// Whether both are in one encoding; none where one is of no file.
    pub same_encoding: Option<bool>,
    /// By field the share of values that are written alike, 0 to 1.
    pub notations: Vec<(Field, f64)>,
    /// How alike the people are distributed over prefectures and birth decades, 0 to 1; none where one does not tell.
    pub prefectures: Option<f64>,
    /// Over birth decades.
    pub births: Option<f64>,
}

impl Likeness {
    /// The mean of all that can be compared, 0 to 1: a number to rank by, and no probability.
    pub fn mean(&self) -> f64 {
        let headings = self.headings.map(|(shared, of)| shared as f64 / of.max(1) as f64);
        let encoding = self.same_encoding.map(|same| if same { 1.0 } else { 0.0 });
        let fields = self.notations.len().max(1) as f64;
        let notations = self.notations.iter().map(|(_, share)| share).sum::<f64>() / fields;
        let notations = (!self.notations.is_empty()).then_some(notations);
        let all = [headings, encoding, notations, self.prefectures, self.births];
        let known = all.iter().flatten();
        known.clone().sum::<f64>() / known.count().max(1) as f64
    }
}

impl ListProfile {
    /// How alike a seized file's profile is to this one, a list's.
    pub fn likeness(&self, file: &ListProfile) -> Likeness {
        let with_headers = !self.headings.is_empty() && !file.headings.is_empty();
        let shared: Vec<usize> = file
            .headings
            .iter()
            .filter_map(|heading| self.headings.iter().position(|own| own == heading))
            .collect();
        let encodings = !self.encoding.is_empty() && !file.encoding.is_empty();
        let notations = file.notations.iter().filter_map(|(field, written)| {
            let own = self.notations.get(field)?;
            Some((*field, overlap(own.iter().cloned(), written.iter().cloned())?))
        });
        let over = |own: &BTreeMap<u32, u64>, of: &BTreeMap<u32, u64>| {
            overlap(own.iter().map(|(at, n)| (*at, *n)), of.iter().map(|(at, n)| (*at, *n)))
        };
        let wide = |births: &BTreeMap<u8, u64>| births.iter().map(|(at, n)| (u32::from(*at), *n)).collect();
        Likeness {
            headings: with_headers.then_some((shared.len(), file.headings.len())),
            same_order: shared.len() > 1 && shared.is_sorted(),
            same_encoding: encodings.then(|| self.encoding == file.encoding),
            notations: notations.collect(),
            prefectures: over(&self.prefectures, &file.prefectures),
            births: over(&wide(&self.births), &wide(&file.births)),
        }
    }

    /// What the file holds of it; none where it is beyond what that can hold.
    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut out = vec![1, self.delimiter];
        put_text(&mut out, &self.encoding)?;
        out.extend(u16::try_from(self.headings.len()).ok()?.to_le_bytes());
        self.headings.iter().for_each(|heading| out.extend(heading.0));
        out.push(u8::try_from(self.notations.len()).ok()?);
        for (field, notations) in &self.notations {
            out.extend([field.index() as u8, u8::try_from(notations.len()).ok()?]);
            for (text, rows) in notations {
                put_text(&mut out, text)?;
                out.extend(rows.to_le_bytes());
            }
        }
        out.push(u8::try_from(self.prefectures.len()).ok()?);
        for (prefecture, people) in &self.prefectures {
            out.extend(prefecture.to_le_bytes());
            out.extend(people.to_le_bytes());
        }
        out.push(u8::try_from(self.births.len()).ok()?);
        for (decade, people) in &self.births {
            out.push(*decade);
            out.extend(people.to_le_bytes());
        }
        Some(out)
    }

    /// Reads it from a file.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor(bytes);
        let [1, delimiter] = cursor.array()? else { return None };
        let mut profile = Self { encoding: take_text(&mut cursor)?, delimiter, ..Self::default() };
        for _ in 0..cursor.u16()? {
            profile.headings.push(Heading(cursor.array()?));
        }
        for _ in 0..cursor.u8()? {
            let field = *Field::ALL.get(usize::from(cursor.u8()?))?;
            let count = cursor.u8()?;
            let one = |cursor: &mut Cursor<'_>| Some((take_text(cursor)?, cursor.u64()?));
            let notations = (0..count).map(|_| one(&mut cursor)).collect::<Option<Vec<_>>>()?;
            profile.notations.insert(field, notations);
        }
        for _ in 0..cursor.u8()? {
            profile.prefectures.insert(cursor.u32()?, cursor.u64()?);
        }
        for _ in 0..cursor.u8()? {
            profile.births.insert(cursor.u8()?, cursor.u64()?);
        }
        cursor.is_padding().then_some(profile)
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) -> Option<()> {
    out.push(u8::try_from(text.len()).ok()?);
    out.extend(text.as_bytes());
    Some(())
}

fn take_text(cursor: &mut Cursor<'_>) -> Option<String> {
    let length = usize::from(cursor.u8()?);
    Some(std::str::from_utf8(cursor.take(length)?).ok()?.to_owned())
}

/// What two distributions have in common: the sum over all values of the smaller of their two shares. None where one is of nothing.
fn overlap<K: Ord>(
    one: impl Iterator<Item = (K, u64)>,
    other: impl Iterator<Item = (K, u64)>,
) -> Option<f64> {
    let (one, other): (BTreeMap<K, u64>, BTreeMap<K, u64>) = (one.collect(), other.collect());
    let total = |of: &BTreeMap<K, u64>| of.values().map(|count| *count as f64).sum::<f64>();
    let (of_one, of_other) = (total(&one), total(&other));
    if of_one == 0.0 || of_other == 0.0 {
        return None;
    }
    let shared = |(value, count): (&K, &u64)| {
        (*count as f64 / of_one).min(*other.get(value)? as f64 / of_other).into()
    };
    Some(one.iter().filter_map(shared).sum::<f64>().min(1.0))
}

/// Collects the profile of a list, row by row.
#[derive(Debug, Default)]
pub struct ListProfiler {
    rows: u64,
    notations: HashMap<(Field, String), u64>,
    prefectures: BTreeMap<u32, u64>,
    births: BTreeMap<u8, u64>,
}

impl ListProfiler {
    /// Adds the next row that has a key: as it is written, and its tokens.
    pub fn add(&mut self, written: &Record, tokens: &RecordTokens) {
        self.rows += 1;
        let stratum = tokens.stratum;
        if stratum.prefecture != 0 {
            *self.prefectures.entry(stratum.prefecture).or_default() += 1;
        }
        if stratum.birth_decade != 0 {
            *self.births.entry(stratum.birth_decade).or_default() += 1;
        }
        if self.rows > ALL_OF && !self.rows.is_multiple_of(STEP) {
            return;
        }
        for (field, value) in written.iter().filter(|(field, _)| WRITTEN.contains(field)) {
            let notation = notation(value);
            let is_known = self.notations.len() < MOST_COUNTED;
            match self.notations.get_mut(&(field, notation.clone())) {
                Some(count) => *count += 1,
                None if is_known && !notation.is_empty() => drop(self.notations.insert((field, notation), 1)),
                None => {}
            }
        }
    }

    /// The profile, with what is known of the first file: its encoding, the byte between its cells, its headings.
    pub fn finish(self, encoding: &str, delimiter: u8, headings: Vec<Heading>) -> ListProfile {
        let mut notations: BTreeMap<Field, Vec<(String, u64)>> = BTreeMap::new();
        for ((field, notation), rows) in self.notations {
            if rows >= LEAST_COUNT && notation.len() <= MOST_BYTES {
                notations.entry(field).or_default().push((notation, rows));
            }
        }
        for written in notations.values_mut() {
            written.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            written.truncate(MOST_NOTATIONS);
        }
        let mut headings = headings;
        headings.truncate(MOST_COLUMNS);
        ListProfile {
            encoding: encoding.to_owned(),
            delimiter,
            headings,
            notations,
            prefectures: self.prefectures.into_iter().filter(|(_, people)| *people >= LEAST_COUNT).collect(),
            births: self.births.into_iter().filter(|(_, people)| *people >= LEAST_COUNT).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use meibo_normalize::{Canonical, Normalizer};
    use proptest::prelude::*;

    use super::*;
    use crate::Tokenizer;

    fn key() -> RegistryKey {
        RegistryKey::from_bytes([9; 32])
    }

    fn profile(rows: impl IntoIterator<Item = Record>, encoding: &str, headings: &[&str]) -> ListProfile {
        let (mut normalizer, tokenizer, mut canonical) =
            (Normalizer::new(), Tokenizer::new(&key()), Canonical::new());
        let mut profiler = ListProfiler::default();
        for row in rows {
            normalizer.canonicalize(&row, &mut canonical);
            profiler.add(&row, &tokenizer.record(&canonical));
        }
        let headings = headings.iter().map(|cell| Heading::new(&key(), cell)).collect();
        profiler.finish(encoding, b',', headings)
    }

    fn people(count: u32, city: &str, phone: &str, birth: u32) -> Vec<Record> {
        let person = |number: u32| {
            Record::new()
                .with(Field::Name, if number == 0 { "Nikolai Ivanov" } else { "山田　太郎" })
                .with(Field::Address, &format!("{city}橋本町{number}-1"))
                .with(Field::Phone, &phone.replace('#', &format!("{:04}", number)))
                .with(Field::BirthDate, &format!("{}/4/1", birth + number % 10))
        };
        (0..count).map(person).collect()
    }

    fn list() -> ListProfile {
        profile(people(40, "岐阜県岐阜市", "058-265-#", 1950), "CP932", &["氏名", "住所", "TEL"])
    }

    #[test]
    fn it_holds_no_value_and_nothing_of_a_few() {
        let profile = list();
        let written = format!("{profile:?}");
        for value in ["山田", "太郎", "Nikolai", "岐阜", "265", "氏名", "1950"] {
            assert!(!written.contains(value), "{value}: {written}");
        }
        assert_eq!(profile.notations[&Field::Name], [("漢　漢".to_owned(), 39)]);
        assert_eq!(profile.notations[&Field::Phone], [("0-0-0".to_owned(), 40)]);
        assert_eq!(profile.births, BTreeMap::from([(195, 40)]));
        let few = super::tests::profile(people(9, "岐阜県岐阜市", "058-265-#", 1950), "CP932", &[]);
        assert!(few.notations.is_empty() && few.births.is_empty() && few.prefectures.is_empty());
    }

    #[test]
    fn bytes_give_it_back() {
        for profile in [list(), ListProfile::default()] {
            let mut bytes = profile.to_bytes().unwrap();
            assert_eq!(ListProfile::from_bytes(&bytes).as_ref(), Some(&profile));
            assert!(
                (0..bytes.len()).all(|end| ListProfile::from_bytes(&bytes[..end]) != Some(profile.clone()))
            );
            bytes.extend([0; 100]);
            assert_eq!(ListProfile::from_bytes(&bytes), Some(profile));
            bytes.push(1);
            assert_eq!(ListProfile::from_bytes(&bytes), None);
        }
    }

    #[test]
    fn a_piece_is_like_its_list_and_less_like_another() {
        let piece = profile(people(25, "岐阜県岐阜市", "058-265-#", 1950), "CP932", &["TEL", "氏名"]);
        let other = profile(
            people(40, "青森県青森市", "（０１７）２６５－#", 1980),
            "UTF-8",
            &["お名前", "ご住所", "TEL"],
        );
        let (own, others) = (list().likeness(&piece), other.likeness(&piece));
        assert_eq!((own.headings, own.same_order, own.same_encoding), (Some((2, 2)), false, Some(true)));
        assert_eq!((own.prefectures, own.births), (Some(1.0), Some(1.0)));
        assert!(own.mean() > 0.95, "{own:?}");
        assert_eq!((others.headings, others.same_encoding), (Some((1, 2)), Some(false)));
        assert_eq!((others.prefectures, others.births), (Some(0.0), Some(0.0)));
        assert!(others.mean() < 0.4, "{others:?}");
    }

    #[test]
    fn what_one_does_not_tell_is_not_compared() {
        let bare = profile(
            (0..30).map(|_| Record::new().with(Field::Name, "山田太郎").with(Field::Phone, "03-1234-5679")),
            "",
            &[],
        );
        let likeness = list().likeness(&bare);
        assert_eq!((likeness.headings, likeness.same_encoding), (None, None));
        assert_eq!((likeness.prefectures, likeness.births), (None, None));
        assert_eq!(ListProfile::default().likeness(&bare).mean(), 0.0);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Some(profile) = ListProfile::from_bytes(&bytes) {
                prop_assert!((0.0..=1.0).contains(&profile.likeness(&list()).mean()));
                prop_assert!((0.0..=1.0).contains(&list().likeness(&profile).mean()));
            }
        }
    }
}
