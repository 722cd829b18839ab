//! Which rows of a list stand next to each other: the very export, where its order survived.
//!
//! Two neighbouring rows make a *link* for each kind of key that tells persons apart and that both have. The links fill a small
//! filter of their own, encrypted in the file. A copy of the list, or a piece of it, has the same neighbours; another export of the
//! same people in another order has not, and neither has a list sorted anew.
//!
//! Some neighbours say nothing of the export, and make no link: people of one house, who stand together in every list, and all
//! rows of a list that is [sorted](crate::sorted) by what is in it, as any other list of these people would be.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use meibo_normalize::{Canonical, Field};

use crate::bloom::Columns;
use crate::sorted::{SortedBy, Sorting};
use crate::{KeyKind, KeyMask, RecordTokens, Token};

/// The kinds of key that links are made of, the most telling and most common first.
const KINDS: [KeyKind; 9] = [
    KeyKind::NamePhone,
    KeyKind::NameAddress,
    KeyKind::KanaPhone,
    KeyKind::NameBirth,
    KeyKind::KanaAddress,
    KeyKind::KanaBirth,
    KeyKind::NameMemberId,
    KeyKind::NameEmail,
    KeyKind::AddressPhone,
];
/// So many kinds at most make links of two rows: more would leave each fewer bits.
const MOST_KINDS: usize = 4;
/// The filter has one bit for so many of the columns.
const BITS_TO_ONE: usize = 5;
/// More hashes than these make no better filter of so few bits.
const MOST_HASHES: f64 = 8.0;
/// Links that are held in memory, of 8 bytes each.
const MOST_HELD: usize = 1 << 22;

/// A number for two neighbouring rows, by one kind of key, in whichever order they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// The kind of key.
    pub kind: KeyKind,
    /// 64 bits that look random to whoever lacks the key.
    pub number: u64,
}

/// The links of two neighbouring rows, the most telling first, no more than `most`; none where a key of one is a key of the other,
/// as with people of one house.
pub fn links<'a>(
    one: &'a RecordTokens,
    other: &'a RecordTokens,
    most: usize,
) -> impl Iterator<Item = Link> + 'a {
    let first = |of: &RecordTokens, kind| of.tokens.iter().find(|(k, _)| *k == kind).map(|(_, token)| *token);
    let kinds = if share_a_key(one, other) { &[][..] } else { &KINDS };
    let link = move |kind: &KeyKind| {
        let tokens: (Token, Token) = (first(one, *kind)?, first(other, *kind)?);
        Some(Link { kind: *kind, number: tokens.0.beside(tokens.1) })
    };
    kinds.iter().filter_map(link).take(most)
}

/// True where a token of one record is one of the other. Tokens are in order of kind.
fn share_a_key(one: &RecordTokens, other: &RecordTokens) -> bool {
    let mut others = other.tokens.as_slice();
    one.tokens.iter().any(|token| {
        while others.first().is_some_and(|(kind, _)| *kind < token.0) {
            others = &others[1..];
        }
        others.iter().take_while(|(kind, _)| *kind == token.0).any(|other| other == token)
    })
}

/// The filter of a list's links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    kinds: KeyMask,
    sorted: SortedBy,
    hashes: u8,
    words: Vec<u64>,
}

impl Order {
    /// The kinds of key that its links are made of.
    pub fn kinds(&self) -> KeyMask {
        self.kinds
    }

    /// The fields that the list is sorted by; where there are any, it has no link.
    pub fn sorted(&self) -> impl Iterator<Item = Field> {
        self.sorted.fields()
    }

    /// True where it has a link.
    pub fn has_links(&self) -> bool {
        !self.kinds.is_empty()
    }

    /// True where the rows of a link stand next to each other in the list, or by chance.
    pub fn contains(&self, link: Link) -> bool {
        self.kinds.contains(link.kind)
            && positions(link.number, self.hashes, self.bits())
                .all(|at| self.words.get((at / 64) as usize).is_some_and(|word| word >> (at % 64) & 1 == 1))
    }

    /// The chance that a link that is not in the list is taken for one of it: the share of bits that are set, to the power of the
    /// number of hashes.
    pub fn false_match_rate(&self) -> f64 {
        let ones: u64 = self.words.iter().map(|word| u64::from(word.count_ones())).sum();
        (ones as f64 / self.bits().max(1) as f64).powi(i32::from(self.hashes))
    }

    fn bits(&self) -> u64 {
        self.words.len() as u64 * 64
    }

    /// An empty filter of the size that goes with columns of so many bytes.
    fn sized_for(columns: usize) -> Self {
        Self { kinds: KeyMask::EMPTY, sorted: SortedBy::NOTHING, hashes: 1, words: vec![0; words(columns)] }
    }

    fn insert(&mut self, link: u64) {
        for at in positions(link, self.hashes, self.bits()) {
            if let Some(word) = self.words.get_mut((at / 64) as usize) {
                *word |= 1 << (at % 64);
            }
        }
    }

    /// What the file holds of it.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + self.words.len() * 8);
        out.extend([1, self.hashes, self.sorted.0, 0]);
        out.extend(self.kinds.0.to_le_bytes());
        out.extend(self.words.iter().flat_map(|word| word.to_le_bytes()));
        out
    }

    /// Reads it from a file with columns of so many bytes.
    pub(crate) fn from_bytes(bytes: &[u8], columns: usize) -> Option<Self> {
        let (fixed, words_of) = bytes.split_first_chunk::<8>()?;
        let [1, hashes, sorted, 0, kinds @ ..] = *fixed else { return None };
        let (kinds, sorted) = (KeyMask(u32::from_le_bytes(kinds)), SortedBy(sorted));
        let known = KINDS.into_iter().collect::<KeyMask>();
        let (numbers, rest) = words_of.as_chunks::<8>();
        let all: Vec<u64> = numbers.iter().map(|word| u64::from_le_bytes(*word)).collect();
        let order = Self { kinds, sorted, hashes, words: all };
        let is_good = (1..=MOST_HASHES as u8).contains(&hashes)
            && kinds.0 & !known.0 == 0
            && sorted.0 & !SortedBy::ALL.0 == 0
            && (kinds.is_empty() || sorted == SortedBy::NOTHING)
            && rest.is_empty()
            && order.words.len() == words(columns);
        is_good.then_some(order)
    }
}

/// How many words a filter has beside columns of so many bytes.
fn words(columns: usize) -> usize {
    columns / BITS_TO_ONE / size_of::<u64>()
}

/// The bits of a link in a filter of so many.
fn positions(link: u64, hashes: u8, bits: u64) -> impl Iterator<Item = u64> {
    let next = |at: &u64| Some(at.wrapping_mul(0xf135_7aea_2e62_a9c5));
    let place = move |at: u64| ((u128::from(at) * u128::from(bits)) >> 64) as u64;
    std::iter::successors(Some(link), next).take(usize::from(hashes)).map(place)
}

/// Collects the links of a list, row by row in its own order.
#[derive(Debug, Default)]
pub(crate) struct OrderBuilder {
    last: RecordTokens,
    sorting: Sorting,
    kinds: KeyMask,
    links: LinkStore,
}

impl OrderBuilder {
    /// Adds the next row that has a key.
    pub(crate) fn add(&mut self, canonical: &Canonical, record: &RecordTokens) -> io::Result<()> {
        self.sorting.add(canonical);
        for link in links(&self.last, record, MOST_KINDS) {
            self.kinds.insert(link.kind);
            self.links.push(link.number)?;
        }
        self.last.clone_from(record);
        Ok(())
    }

    /// The filter of the links, an empty one where the list is sorted.
    pub(crate) fn finish(mut self, columns: &Columns) -> io::Result<Order> {
        let mut order = Order::sized_for(columns.bytes());
        order.sorted = self.sorting.sorted_by();
        if order.sorted != SortedBy::NOTHING || self.links.count == 0 {
            return Ok(order);
        }
        // As many as set half of the bits.
        let best = std::f64::consts::LN_2 * order.bits() as f64 / self.links.count as f64;
        (order.hashes, order.kinds) = (best.round().clamp(1.0, MOST_HASHES) as u8, self.kinds);
        self.links.each(|link| order.insert(link))?;
        Ok(order)
    }
}

/// Links as they came; where they are too many, in a temporary file that has no name.
#[derive(Debug, Default)]
struct LinkStore {
    count: u64,
    held: Vec<u64>,
    spilled: Option<File>,
}

impl LinkStore {
    fn push(&mut self, link: u64) -> io::Result<()> {
        self.count += 1;
        self.held.push(link);
        if self.held.len() < MOST_HELD {
            return Ok(());
        }
        let mut file = match self.spilled.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        let bytes: Vec<u8> = self.held.iter().flat_map(|link| link.to_le_bytes()).collect();
        file.write_all(&bytes)?;
        self.held.clear();
        self.spilled = Some(file);
        Ok(())
    }

    /// Shows all links.
    fn each(&mut self, mut each: impl FnMut(u64)) -> io::Result<()> {
        self.held.iter().for_each(|link| each(*link));
        let Some(file) = &mut self.spilled else { return Ok(()) };
        file.seek(SeekFrom::Start(0))?;
        let mut bytes = vec![0; 1 << 16];
        loop {
            // Whole links were written, and a short read may end within one.
            let count = read_full(file, &mut bytes)?;
            bytes[..count].as_chunks::<8>().0.iter().for_each(|link| each(u64::from_le_bytes(*link)));
            if count < bytes.len() {
                return file.seek(SeekFrom::End(0)).map(|_| ());
            }
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn read_full(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    loop {
        match file.read(&mut buffer[count..]) {
            Ok(0) => return Ok(count),
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use meibo_normalize::{Normalizer, Record};
    use proptest::prelude::*;

    use super::*;
    use crate::{Builder, ClientId, Fingerprint, RegistryKey, Tokenizer, peek_order};

    fn key() -> RegistryKey {
        RegistryKey::from_bytes([9; 32])
    }

    /// People in no order, each with a house of their own.
    fn people(count: u64) -> Vec<(Canonical, RecordTokens)> {
        let (mut normalizer, tokenizer) = (Normalizer::new(), Tokenizer::new(&key()));
        let families = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村"];
        let given = ["太郎", "花子", "一郎", "和子", "清", "実", "節子", "洋子", "茂", "京子", "隆"];
        let person = |number: u64| {
            let mixed = Token(u128::from(number)).rank();
            let name = format!("{}{}", families[mixed as usize % 8], given[(mixed >> 8) as usize % 11]);
            let phone = format!("03{:08}", 31_415_927 + mixed % 50_000_000);
            let address = format!(
                "東京都文京区千石{}-{}-{}",
                1 + mixed % 4,
                1 + (mixed >> 16) % 50,
                1 + (mixed >> 30) % 90
            );
            let record = Record::new()
                .with(Field::Name, &name)
                .with(Field::Phone, &phone)
                .with(Field::Address, &address);
            let mut canonical = Canonical::new();
            normalizer.canonicalize(&record, &mut canonical);
            let tokens = tokenizer.record(&canonical);
            (canonical, tokens)
        };
        (0..count).map(person).collect()
    }

    fn file<'a>(rows: impl IntoIterator<Item = &'a (Canonical, RecordTokens)>) -> Vec<u8> {
        let mut builder = Builder::new(&key());
        rows.into_iter().for_each(|(canonical, tokens)| builder.add_next(canonical, tokens));
        builder.finish(ClientId::new("市 A").unwrap(), "2016-04-01".parse().unwrap()).unwrap()
    }

    fn order(bytes: &[u8]) -> Order {
        Fingerprint::open(bytes, &[key()]).unwrap().order.unwrap()
    }

    #[test]
    fn neighbours_are_found_in_either_direction_and_others_are_not() {
        let people = people(3_000);
        let order = order(&file(&people));
        assert_eq!(order.sorted().count(), 0);
        let kept =
            |one: &RecordTokens, other: &RecordTokens| links(one, other, 9).all(|link| order.contains(link));
        for pair in people.windows(2) {
            assert!(kept(&pair[0].1, &pair[1].1) && kept(&pair[1].1, &pair[0].1));
        }
        let others = people.iter().zip(&people[2..]).flat_map(|(one, other)| links(&one.1, &other.1, 9));
        let others: Vec<Link> = others.collect();
        let found = others.iter().filter(|link| order.contains(**link)).count() as f64;
        let expected = order.false_match_rate() * others.len() as f64;
        assert!((found - expected).abs() < 6.0 * expected.sqrt() + 1.0, "{found} against {expected}");
    }

    #[test]
    fn people_of_one_house_are_not_linked() {
        let people = people(2);
        assert!(links(&people[0].1, &people[1].1, 9).count() >= 2);
        assert_eq!(links(&people[0].1, &people[0].1, 9).count(), 0);
        let mut other = people[1].1.clone();
        let shared = people[0].1.tokens.iter().find(|(kind, _)| *kind == KeyKind::FamilyLot).unwrap();
        other.tokens.iter_mut().filter(|token| token.0 == shared.0).for_each(|token| *token = *shared);
        assert_eq!(links(&people[0].1, &other, 9).count(), 0);
    }

    #[test]
    fn a_sorted_list_has_no_links() {
        let mut people = people(500);
        people.sort_by_key(|(canonical, _)| canonical.values(Field::Name).next().map(str::to_owned));
        let order = order(&file(&people));
        assert_eq!(order.sorted().collect::<Vec<_>>(), [Field::Name]);
        assert!(!order.has_links() && order.false_match_rate() == 0.0);
        let mut links = people.windows(2).flat_map(|pair| links(&pair[0].1, &pair[1].1, 9));
        assert!(!links.any(|link| order.contains(link)));
    }

    #[test]
    fn it_is_read_by_itself_and_no_changed_byte_is_taken() {
        let good = file(&people(40));
        let peek = |bytes: &[u8]| peek_order(&mut io::Cursor::new(bytes), &[key()]);
        assert_eq!(peek(&good).unwrap().unwrap(), order(&good));
        let part = *Fingerprint::open(&good, &[key()]).unwrap().header.sections.last().unwrap();
        assert_eq!(part.name(), "order");
        for at in (part.offset..part.offset + part.length).step_by(7) {
            let mut bad = good.clone();
            bad[at as usize] ^= 1;
            assert!(peek(&bad).is_err() && Fingerprint::open(&bad, &[key()]).is_err(), "flipped at {at}");
        }
        for end in (0..good.len() - 32).step_by(101) {
            assert!(peek(&good[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn many_links_go_through_a_file_unchanged() {
        let mut store = LinkStore::default();
        let count = 2 * MOST_HELD as u64 + 12_345;
        (0..count).for_each(|link| store.push(link).unwrap());
        for _ in 0..2 {
            let mut seen = vec![false; count as usize];
            store.each(|link| seen[link as usize] = true).unwrap();
            assert!(seen.into_iter().all(|seen| seen));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), columns in 0_usize..2_000) {
            if let Some(order) = Order::from_bytes(&bytes, columns) {
                prop_assert_eq!(order.to_bytes(), bytes);
                order.contains(Link { kind: KeyKind::NamePhone, number: u64::MAX });
                prop_assert!((0.0..=1.0).contains(&order.false_match_rate()));
            }
        }
    }
}
