//! Decoys in a file, as [version 1](super::v1) of the JSON report writes them.

use serde::{Deserialize, Serialize};

use super::v1::Strength;
use crate::canaries::{CanaryFinding, CanarySet, Collusion as Happened};
use crate::numbers;

/// What a file holds of the decoys planted in the copies of one handover.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Canaries {
    /// The organisation that owns the list.
    pub client: String,
    /// Day of the handover.
    pub handover: String,
    /// Who got a copy.
    pub recipients: Vec<String>,
    /// Those whose copies are in the file.
    pub named: Vec<String>,
    /// What several of them did; none where not several are named.
    pub collusion: Option<Collusion>,
    /// Decoys in all copies.
    pub planted: u64,
    /// Those that were found.
    pub found: u64,
    /// Rows that hold one.
    pub rows: u64,
    /// The probability that so many are found by chance, at most.
    pub false_alarm: f64,
    /// Decimal logarithm of the e-value, one decimal.
    pub log10_e: f64,
    /// `log10_e` in words.
    pub strength: Strength,
    /// The decoys that the same recipients have, set by set.
    pub sets: Vec<Set>,
}

/// What several recipients did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Collusion {
    /// Rows of several copies are in the file.
    Merged,
    /// Rows that their copies do not have in common were left out.
    Stripped,
}

/// Decoys that the same recipients have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Set {
    /// Who has them.
    pub recipients: Vec<String>,
    /// How many were planted.
    pub planted: u64,
    /// Those of them that have a kind of key which the file has too.
    pub findable: u64,
    /// Those of them that were found.
    pub found: u64,
    /// Rows that hold one.
    pub rows: u64,
    /// The kinds of key by which they were found.
    pub keys: Vec<String>,
    /// The probability that so many are found by chance, at most.
    pub false_alarm: f64,
    /// Decimal logarithm of the e-value, one decimal.
    pub log10_e: f64,
    /// `log10_e` in words.
    pub strength: Strength,
}

impl Canaries {
    pub(super) fn of(finding: &CanaryFinding) -> Self {
        let (log10_e, strength) = finding.all.evidence();
        Self {
            client: finding.client.clone(),
            handover: finding.handover.clone(),
            recipients: finding.recipients.clone(),
            named: owned(finding.names(&finding.named)),
            collusion: finding.collusion.map(|happened| match happened {
                Happened::Merged => Collusion::Merged,
                Happened::Stripped => Collusion::Stripped,
            }),
            planted: finding.all.planted as u64,
            found: finding.all.found as u64,
            rows: finding.all.rows,
            false_alarm: numbers::probability(finding.all.false_alarm),
            log10_e,
            strength: strength.into(),
            sets: finding.sets.iter().map(|set| Set::of(finding, set)).collect(),
        }
    }
}

impl Set {
    fn of(finding: &CanaryFinding, set: &CanarySet) -> Self {
        let (log10_e, strength) = set.evidence();
        Self {
            recipients: owned(finding.names(&set.holders)),
            planted: set.planted as u64,
            findable: set.findable as u64,
            found: set.found as u64,
            rows: set.rows,
            keys: set.keys.clone(),
            false_alarm: numbers::probability(set.false_alarm),
            log10_e,
            strength: strength.into(),
        }
    }
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}
