//! The sample of a list that serves other lists as matched controls.
//!
//! How far lists of unrelated people overlap a client cannot be known in advance; it is read off the other lists:
//! of their sampled members like those in a seized file, how many are in the client's list? The sample is encrypted
//! in the file, and holds tokens, never values.

use meibo_normalize::{Canonical, Field};

use crate::memo::Memo;
use crate::{KeyKind, Token};

/// What kind of person a record tells of, coarsely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stratum {
    /// The prefecture, as the first 4 bytes of the BLAKE3 hash of its name; 0 where unknown.
    pub prefecture: u32,
    /// The municipality, as the first 8 bytes of the BLAKE3 hash of its canonical name; 0 where unknown.
    pub municipality: u64,
    /// Birth year divided by 10; 0 where unknown.
    pub birth_decade: u8,
    /// `m`, `f`, or 0 where unknown.
    pub sex: u8,
}

impl Stratum {
    /// The stratum of a record.
    pub fn of(canonical: &Canonical) -> Self {
        Self::without(canonical, &|_, _| false, &mut Memo::none())
    }

    /// The stratum of a record as it would be without some of its values.
    pub(crate) fn without(
        canonical: &Canonical,
        left_out: &impl Fn(Field, &str) -> bool,
        places: &mut Memo<(u32, u64)>,
    ) -> Self {
        let decade = |date: &str| date.get(0..3).and_then(|digits| digits.parse().ok());
        let mut births = canonical.values(Field::BirthDate).filter(|date| !left_out(Field::BirthDate, date));
        let numbers =
            |place: &str| (prefecture_of(place).map_or(0, |name| number(name) as u32), number(place));
        let place = canonical.municipality();
        let (prefecture, municipality) = place.map_or((0, 0), |place| places.get(place, || numbers(place)));
        Self {
            prefecture,
            municipality,
            birth_decade: births.find_map(decade).unwrap_or(0),
            sex: canonical.values(Field::Sex).find_map(|word| word.bytes().next()).unwrap_or(0),
        }
    }
}

/// The prefecture that a municipality's full name starts with: up to the first 都, 道, 府 or 県 after two characters.
fn prefecture_of(place: &str) -> Option<&str> {
    let (at, last) = place.char_indices().skip(2).find(|(_, c)| matches!(c, '都' | '道' | '府' | '県'))?;
    place.get(..at + last.len_utf8())
}

fn number(name: &str) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// One sampled record: its stratum and its tokens in order of kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SampledRecord {
    /// What kind of person.
    pub stratum: Stratum,
    /// The record's tokens.
    pub tokens: Vec<(KeyKind, Token)>,
}

/// At least this many records are kept of a list that has them.
const LEAST: usize = 8_000;
/// Of longer lists one record in this many.
const ONE_IN: u64 = 64;

/// About how many records the sample of a list of so many has.
pub fn sample_size(records: u64) -> u64 {
    records.min((records / ONE_IN).max(LEAST as u64))
}

/// Keeps the records of lowest rank: a random sample that does not depend on order, threads or repetition of rows.
#[derive(Debug, Default)]
pub(crate) struct Sampler {
    kept: Vec<(u64, SampledRecord)>,
    /// Records of this rank or above are out, whatever comes.
    limit: Option<u64>,
    /// How many may be kept before the next pruning.
    prune_at: usize,
}

impl Sampler {
    /// Offers a record.
    pub(crate) fn offer(&mut self, stratum: Stratum, tokens: &[(KeyKind, Token)]) {
        let Some((_, first)) = tokens.first() else { return };
        let rank = first.rank();
        // Below 1/64 of all ranks a record stays in however long the list gets.
        if self.limit.is_none_or(|limit| rank < limit || rank < u64::MAX / ONE_IN) {
            self.kept.push((rank, SampledRecord { stratum, tokens: tokens.to_vec() }));
            if self.kept.len() >= self.prune_at.max(2 * LEAST) {
                self.prune();
                self.prune_at = 2 * self.kept.len();
            }
        }
    }

    /// The sample, in order of rank.
    pub(crate) fn finish(mut self) -> Vec<SampledRecord> {
        self.prune();
        self.kept.into_iter().map(|(_, record)| record).collect()
    }

    fn prune(&mut self) {
        self.kept.sort_unstable();
        self.kept.dedup();
        let always = self.kept.partition_point(|(rank, _)| *rank < u64::MAX / ONE_IN);
        self.kept.truncate(LEAST.max(always));
        if self.kept.len() >= LEAST {
            self.limit = self.kept.last().map(|(rank, _)| rank.saturating_add(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(count: u64) -> Vec<[(KeyKind, Token); 1]> {
        let token = |i: u64| Token(u128::from(i.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64 | u128::from(i));
        (0..count).map(|i| [(KeyKind::NamePhone, token(i))]).collect()
    }

    fn sample<'a>(records: impl Iterator<Item = &'a [(KeyKind, Token); 1]>) -> Vec<SampledRecord> {
        let mut sampler = Sampler::default();
        records.for_each(|tokens| sampler.offer(Stratum::default(), tokens));
        sampler.finish()
    }

    #[test]
    fn the_sample_does_not_depend_on_order_or_repetition() {
        for count in [0, 10, 999, 5_000, 200_000] {
            let records = records(count);
            let forward = sample(records.iter());
            assert_eq!(forward, sample(records.iter().rev()), "{count}");
            assert_eq!(forward, sample(records.iter().chain(records.iter())), "{count}");
        }
    }

    #[test]
    fn many_records_of_one_rank_take_no_longer() {
        // A switchboard's number under a company's name on every row, its rank among those that always stay.
        let shared = (0..).map(Token).find(|token| token.rank() < u64::MAX / ONE_IN).unwrap();
        let row = |i: u128| [(KeyKind::NamePhone, shared), (KeyKind::NameAddress, Token(i))];
        let mut sampler = Sampler::default();
        (0..200_000).for_each(|i| sampler.offer(Stratum::default(), &row(i)));
        assert_eq!(sampler.finish().len(), 200_000);
    }

    #[test]
    fn prefectures_are_told_from_municipalities() {
        for (place, prefecture) in [
            ("京都府京都市", "京都府"),
            ("東京都府中市", "東京都"),
            ("神奈川県川崎市", "神奈川県"),
            ("北海道札幌市", "北海道"),
        ] {
            assert_eq!(prefecture_of(place), Some(prefecture));
        }
    }

    #[test]
    fn small_lists_are_kept_whole_and_large_ones_one_in_64() {
        assert_eq!(sample(records(700).iter()).len(), 700);
        assert_eq!(sample(records(20_000).iter()).len(), LEAST);
        let large = sample(records(640_000).iter()).len() as f64;
        assert!((large - 10_000.0).abs() < 500.0, "{large}");
    }
}
