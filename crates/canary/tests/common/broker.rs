//! What becomes of a copy at a broker's: other notations, another layout, fewer rows, mistyped cells.

use meibo_ingest::{ListReader, ReadOptions};
use meibo_normalize::{Canonical, Field, Normalizer, Record};

/// Numbers that only a test needs to be random.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u128::from(self.0 ^ (self.0 >> 29)) * u128::from(end)) >> 64) as u64
    }

    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// How much is left of a copy.
#[derive(Clone, Copy)]
pub(crate) struct Fate {
    /// Of a hundred rows so many are kept.
    pub(crate) kept: u64,
    /// Of a hundred cells so many are mistyped, cut or emptied.
    pub(crate) damaged: u64,
}

/// A list as a broker sells it: names without a gap, addresses with hyphens, phone numbers in digits, readings in half width, columns in
/// another order, without a header; in UTF-8.
pub(crate) fn rewritten(list: &[u8], fate: Fate, random: &mut Random) -> Vec<u8> {
    let mut reader = ListReader::open(list, &ReadOptions::default()).unwrap();
    let (mut record, mut canonical, mut normalizer) = (Record::new(), Canonical::new(), Normalizer::new());
    let mut out = "電話番号\t氏名\tフリガナ\t住所\t生年月日\n".to_owned();
    while let Some(row) = reader.read(&mut record).unwrap() {
        if row.outcome.is_err() || !random.percent(fate.kept) {
            continue;
        }
        normalizer.canonicalize(&record, &mut canonical);
        let fields = [Field::Phone, Field::Name, Field::Kana, Field::Address, Field::BirthDate];
        let cells = fields.map(|field| {
            let value = canonical.values(field).next().unwrap_or_default().to_owned();
            if random.percent(fate.damaged) { damaged(&value, random) } else { value }
        });
        out += &(cells.join("\t") + "\n");
    }
    out.into_bytes()
}

fn damaged(value: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = value.chars().collect();
    let at = random.below(chars.len().max(1) as u64) as usize;
    match random.below(3) {
        0 => return String::new(),
        1 if at < chars.len() => {
            chars.remove(at);
        }
        _ => chars.truncate(at),
    }
    chars.into_iter().collect()
}

/// All rows of several copies, each once, those of the first in front.
pub(crate) fn merged(copies: &[&Vec<u8>]) -> Vec<u8> {
    let mut seen = std::collections::HashSet::new();
    let lines = copies.iter().flat_map(|copy| copy.split_inclusive(|byte| *byte == b'\n'));
    lines.filter(|line| seen.insert(line.to_vec())).flatten().copied().collect()
}

/// The rows of the first of several copies that so many of them have.
pub(crate) fn stripped(copies: &[&Vec<u8>], least: usize) -> Vec<u8> {
    let lines = |copy: &Vec<u8>| -> std::collections::HashSet<Vec<u8>> {
        copy.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let sets: Vec<_> = copies.iter().map(|copy| lines(copy)).collect();
    let all = merged(copies);
    let rows = all.split_inclusive(|byte| *byte == b'\n');
    rows.filter(|row| sets.iter().filter(|set| set.contains(*row)).count() >= least)
        .flatten()
        .copied()
        .collect()
}
