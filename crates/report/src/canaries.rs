//! What a file holds of the decoys that were planted in copies of a list.

use meibo_attribution::Strength;

use crate::{
    numbers::{self, count, odds},
    text::visible,
    words::{Sentence, Span, rows},
};

/// What a file holds of one record's decoys.
#[derive(Clone, Debug, PartialEq)]
pub struct CanaryFinding {
    /// The organisation that owns the list.
    pub client: String,
    /// Day of the handover, `YYYY-MM-DD`.
    pub handover: String,
    /// Who got a copy.
    pub recipients: Vec<String>,
    /// Those whose copies are in the file, by number.
    pub named: Vec<usize>,
    /// What several of them did, where several are named.
    pub collusion: Option<Collusion>,
    /// All decoys together.
    pub all: CanarySet,
    /// The decoys that the same recipients have, set by set.
    pub sets: Vec<CanarySet>,
}

/// What several recipients did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collusion {
    /// Rows of several copies are in the file.
    Merged,
    /// Rows that their copies do not have in common were left out.
    Stripped,
}

/// Decoys that the same recipients have.
#[derive(Clone, Debug, PartialEq)]
pub struct CanarySet {
    /// Who has them, by number.
    pub holders: Vec<usize>,
    /// How many were planted.
    pub planted: usize,
    /// Those of them that have a kind of key which the file has too.
    pub findable: usize,
    /// Those of them that were found.
    pub found: usize,
    /// Rows that hold one.
    pub rows: u64,
    /// The kinds of key by which they were found.
    pub keys: Vec<String>,
    /// The probability that as many are found by chance, at most.
    pub false_alarm: f64,
    /// Decimal logarithm of the e-value.
    pub log10_e: f64,
}

impl CanarySet {
    /// The evidence as it is written, with its words.
    pub(crate) fn evidence(&self) -> (f64, Strength) {
        let log10_e = numbers::log10_e(self.log10_e);
        (log10_e, Strength::of(log10_e))
    }

    fn in_words(&self) -> String {
        let (log10_e, strength) = self.evidence();
        format!("{} (10^{log10_e:.1})", strength.as_str())
    }

    fn chance(&self) -> String {
        odds(numbers::probability(self.false_alarm))
    }
}

impl CanaryFinding {
    /// The names of some recipients; a number that none has is left out.
    pub(crate) fn names(&self, numbers: &[usize]) -> Vec<&str> {
        numbers.iter().filter_map(|number| self.recipients.get(*number)).map(String::as_str).collect()
    }

    fn list(&self) -> [Span<'_>; 3] {
        let date = visible(&self.handover);
        let of = Span::Plain(" of the list of ".into());
        [of, Span::Name(&self.client), Span::Plain(format!(" handed over on {date}"))]
    }

    /// The set that the first of those named has alone, or that they have in common.
    fn decisive(&self) -> &CanarySet {
        let is_decisive = |set: &&CanarySet| match self.collusion {
            Some(Collusion::Stripped) => {
                set.found > 0 && set.holders.iter().all(|one| self.named.contains(one))
            }
            _ => set.holders.len() == 1 && self.named.contains(set.holders.first().unwrap_or(&usize::MAX)),
        };
        let weakest = self.sets.iter().filter(is_decisive).min_by(|a, b| a.log10_e.total_cmp(&b.log10_e));
        weakest.unwrap_or(&self.all)
    }
}

/// What may be concluded from the decoys in a file; none where it holds none.
pub(crate) fn conclusion(finding: &CanaryFinding) -> Option<Sentence<'_>> {
    if finding.all.found == 0 {
        return None;
    }
    let mut sentence = vec![Span::Plain(match finding.named.len() {
        0 => "The file holds decoys".into(),
        1 => "The file holds rows of the copy".into(),
        _ => "The file holds rows of the copies".into(),
    })];
    sentence.extend(finding.list());
    if finding.named.is_empty() {
        sentence.push(Span::Plain(format!(
            ", in {}: whose copy they are of cannot be told by them.",
            rows(finding.all.rows)
        )));
        return Some(sentence);
    }
    sentence.push(Span::Plain(" to ".into()));
    for (place, name) in finding.names(&finding.named).into_iter().enumerate() {
        let last = place + 1 == finding.named.len();
        let between = if last { " and " } else { ", " };
        sentence.extend((place > 0).then(|| Span::Plain(between.into())));
        sentence.push(Span::Name(name));
    }
    let set = finding.decisive();
    let why = match finding.collusion {
        None => "decoys that no other copy has are among them",
        Some(Collusion::Merged) => "decoys that each copy has alone are among them",
        Some(Collusion::Stripped) => {
            "decoys that these copies have in common are among them, and none that one of them has alone, so that what \
             differs was left out"
        }
    };
    sentence.push(Span::Plain(format!(
        ": {why}. The evidence is {}; by chance as many would be found {}.",
        set.in_words(),
        rate(set)
    )));
    Some(sentence)
}

/// "once in 57,000 files", "in 3.0% of files".
fn rate(set: &CanarySet) -> String {
    let chance = set.chance();
    if chance.ends_with('%') { format!("in {chance} of such files") } else { format!("{chance} such files") }
}

/// The numbers of a finding, each under its label.
pub(crate) fn facts(finding: &CanaryFinding) -> Vec<(&'static str, String)> {
    let all = &finding.all;
    let list = format!("{} {}", visible(&finding.client), visible(&finding.handover));
    let planted = count(all.planted as u64);
    if all.found == 0 {
        let unseen = if all.findable == 0 { "; its columns can show none" } else { "" };
        return vec![("canaries", format!("{list}: none of {planted} decoys{unseen}"))];
    }
    let mut facts = vec![(
        "canaries",
        format!("{list}: {} of {planted} decoys in {}", count(all.found as u64), rows(all.rows)),
    )];
    for set in finding.sets.iter().filter(|set| set.found > 0) {
        let names: Vec<String> = finding.names(&set.holders).into_iter().map(visible).collect();
        facts.push((
            "canaries",
            format!(
                "in the copy of {}{}: {} of {}, {}, by chance {}",
                names.join(" and "),
                if names.len() == 1 { " alone" } else { " alike" },
                count(set.found as u64),
                count(set.planted as u64),
                set.in_words(),
                set.chance()
            ),
        ));
    }
    facts
}
