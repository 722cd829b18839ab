//! Looking for decoys in the rows of a seized file, by their tokens.

use std::collections::BTreeMap;

use foldhash::HashMap;
use meibo_fingerprint::{KeyKind, KeyMask, Token, Tokenizer};
use meibo_normalize::{Canonical, Normalizer, Record};

use crate::model::FOUND_BY;
use crate::record::CanaryRecord;

/// The decoys of several records, ready to be looked for.
#[derive(Debug, Default)]
pub struct Watch {
    records: Vec<CanaryRecord>,
    /// For each record the kinds of key that each decoy can be found by.
    kinds: Vec<Vec<KeyMask>>,
    /// By token: record, decoy.
    tokens: HashMap<(KeyKind, u128), Vec<(u32, u32)>>,
}

/// The decoys that a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sightings {
    /// By record and decoy.
    found: BTreeMap<(u32, u32), Sighting>,
    /// Keys of each kind that the rows have: each of them might meet a decoy's by chance.
    keys: [u64; KeyKind::COUNT],
    /// Rows that were looked at.
    looked_at: u64,
}

/// A decoy that was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sighting {
    /// Rows that have a key of it.
    pub rows: u64,
    /// The kinds of key that they have of it.
    pub kinds: KeyMask,
    /// The last of these rows, counted among those looked at.
    last: u64,
}

impl Watch {
    /// Watches for the decoys of these records in rows whose tokens this tokenizer makes.
    pub fn new(records: Vec<CanaryRecord>, tokenizer: &Tokenizer) -> Self {
        let mut watch = Self::default();
        let (mut normalizer, mut canonical) = (Normalizer::new(), Canonical::new());
        for (number, of) in (0..).zip(&records) {
            let mut kinds = Vec::new();
            for (decoy, known) in (0..).zip(&of.decoys) {
                let mut record = Record::new();
                known.values.iter().for_each(|(field, value)| record.push(*field, value));
                normalizer.canonicalize(&record, &mut canonical);
                let tokens = tokenizer.record(&canonical).tokens;
                let tokens = tokens.into_iter().filter(|(kind, _)| is_found_by(of, *kind));
                let mut mask = KeyMask::EMPTY;
                for (kind, token) in tokens {
                    mask.insert(kind);
                    watch.tokens.entry((kind, token.0)).or_default().push((number, decoy));
                }
                kinds.push(mask);
            }
            watch.kinds.push(kinds);
        }
        watch.records = records;
        watch
    }

    /// The records.
    pub fn records(&self) -> &[CanaryRecord] {
        &self.records
    }

    /// The kinds of key that a decoy of a record can be found by.
    pub(crate) fn kinds(&self, record: usize, decoy: usize) -> KeyMask {
        self.kinds.get(record).and_then(|kinds| kinds.get(decoy)).copied().unwrap_or_default()
    }

    /// Looks at the tokens of one row.
    pub fn look(&self, tokens: &[(KeyKind, Token)], sightings: &mut Sightings) {
        if self.records.is_empty() {
            return;
        }
        sightings.looked_at += 1;
        for (kind, token) in tokens {
            if let Some(keys) = sightings.keys.get_mut(kind.index()) {
                *keys += 1;
            }
            for decoy in self.tokens.get(&(*kind, token.0)).into_iter().flatten() {
                let sighting = sightings.found.entry(*decoy).or_default();
                sighting.kinds.insert(*kind);
                if sighting.last != sightings.looked_at {
                    sighting.last = sightings.looked_at;
                    sighting.rows += 1;
                }
            }
        }
    }
}

impl Sightings {
    /// The decoys that were seen, by the places of their records and their own in these.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize, Sighting)> {
        self.found.iter().map(|((record, decoy), sighting)| (*record as usize, *decoy as usize, *sighting))
    }

    /// What was seen of a decoy of a record.
    pub(crate) fn of(&self, record: usize, decoy: usize) -> Option<Sighting> {
        let key = (u32::try_from(record).ok()?, u32::try_from(decoy).ok()?);
        self.found.get(&key).copied()
    }

    /// How many keys of this kind the rows have.
    pub(crate) fn keys_of(&self, kind: KeyKind) -> u64 {
        self.keys.get(kind.index()).copied().unwrap_or(0)
    }
}

/// Decoys are found by kinds of key of which the record tells the chance.
fn is_found_by(record: &CanaryRecord, kind: KeyKind) -> bool {
    FOUND_BY.contains(&kind) && record.chances.get(kind.index()).is_some_and(|chance| *chance > 0.0)
}
