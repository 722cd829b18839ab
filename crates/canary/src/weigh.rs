//! How strong a finding of decoys is, and whose copy it points to.
//!
//! For a file that was made without knowledge of the seed, a decoy is a draw: that a given key of the file is a given decoy's is no likelier
//! than the likeliest value of that key under the draw, p, and that any of n keys is, no likelier than n·p. So each decoy is an experiment
//! of its own whose outcome under "no copy leaked" is bounded, and the experiments are independent because the draws are.

use meibo_fingerprint::{KeyKind, KeyMask};
use statrs::function::gamma::ln_gamma;

use crate::record::CanaryRecord;
use crate::watch::{Sightings, Watch};

/// Kinds of key that chance meets oftener than this in a file are not looked at there.
const MOST_CHANCE: f64 = 1e-3;
/// The rates of decoys found that the alternative holds equally likely: the middles of so many equal parts of 0 to 1.
const RATES: u32 = 64;
/// Bound on the expected part of wrong names among those named (e-BH).
const ALPHA: f64 = 0.01;
/// How likely a part of fewer copies may be to look as if recipients had left out what their copies do not have in common.
const STRIPPED: f64 = 1e-3;

/// What a file holds of one record's decoys.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The record's place among those watched for.
    pub record: usize,
    /// All decoys together; its holders are those who have any.
    pub all: SetFinding,
    /// Each set of decoys: those that the same recipients have.
    pub sets: Vec<SetFinding>,
    /// Whose copies are in the file, by number.
    pub named: Vec<usize>,
    /// What several of them did, where several are named.
    pub collusion: Option<Collusion>,
}

/// What a file holds of decoys that the same recipients have.
#[derive(Clone, Debug, PartialEq)]
pub struct SetFinding {
    /// Who has them, by number.
    pub holders: Vec<usize>,
    /// How many were planted.
    pub planted: usize,
    /// Those of them that could be found: they have a kind of key that the file has too.
    pub findable: usize,
    /// Those of them that were found.
    pub found: usize,
    /// Rows that hold one.
    pub rows: u64,
    /// The kinds of key by which they were found.
    pub kinds: KeyMask,
    /// The probability that so many or more are found in a file made without knowledge of the seed, at most.
    pub false_alarm: f64,
    /// Decimal logarithm of the e-value of "a part of the file came from a copy with these decoys" against "none did".
    pub log10_e: f64,
}

/// What several recipients did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collusion {
    /// Rows of several copies are in the file: each recipient's own decoys are.
    Merged,
    /// Rows that are not in all of their copies were left out: decoys that each of them has alone are missing, those that they have in
    /// common are not.
    Stripped,
}

/// Weighs what was seen in one of `files` files of a case, for each record.
pub fn weigh(watch: &Watch, sightings: &Sightings, files: usize) -> Vec<Finding> {
    let records = watch.records().iter().enumerate();
    let mut findings: Vec<Finding> = records
        .map(|(number, record)| {
            let weighing = Weighing { watch, sightings, number, record };
            let holders = (0..record.recipients.len()).collect();
            Finding {
                record: number,
                all: weighing.set(holders, |_| true),
                sets: weighing.sets(),
                named: Vec::new(),
                collusion: None,
            }
        })
        .collect();
    let least = least_evidence(findings.iter().flat_map(|finding| &finding.sets), files);
    findings.iter_mut().for_each(|finding| finding.conclude(least));
    findings
}

/// The least decimal logarithm of evidence that is enough to name somebody: of K sets of decoys looked for in F files, the k-th strongest
/// needs an e-value of K·F / (k·α) (e-BH).
fn least_evidence<'f>(sets: impl Iterator<Item = &'f SetFinding>, files: usize) -> f64 {
    let mut evidence: Vec<f64> = sets.map(|set| set.log10_e).collect();
    evidence.sort_by(|a, b| b.total_cmp(a));
    let asked = (evidence.len() * files.max(1)) as f64;
    let needed = |rank: usize| (asked / (rank as f64 * ALPHA)).log10();
    let enough = (1..).zip(&evidence).filter(|(rank, e)| **e >= needed(*rank)).map(|(_, e)| *e);
    enough.fold(f64::INFINITY, f64::min)
}

struct Weighing<'w> {
    watch: &'w Watch,
    sightings: &'w Sightings,
    number: usize,
    record: &'w CanaryRecord,
}

/// One decoy in one file.
struct Trial {
    /// Chance meets it no oftener than this.
    chance: f64,
    /// Its e-value: the mean, over the kinds of key that it can be found by, of 1/chance where it was found by that kind and 0 else.
    e: f64,
    found: bool,
}

impl Weighing<'_> {
    fn sets(&self) -> Vec<SetFinding> {
        let mut sets: Vec<&[usize]> =
            self.record.decoys.iter().map(|decoy| decoy.holders.as_slice()).collect();
        sets.sort_by(|a, b| a.len().cmp(&b.len()).then(a.cmp(b)));
        sets.dedup();
        sets.into_iter().map(|holders| self.set(holders.to_vec(), |of| of == holders)).collect()
    }

    fn set(&self, holders: Vec<usize>, is_of: impl Fn(&[usize]) -> bool) -> SetFinding {
        let mut set = SetFinding {
            holders,
            planted: 0,
            findable: 0,
            found: 0,
            rows: 0,
            kinds: KeyMask::EMPTY,
            false_alarm: 1.0,
            log10_e: 0.0,
        };
        let mut trials = Vec::new();
        for (at, _) in self.record.decoys.iter().enumerate().filter(|(_, decoy)| is_of(&decoy.holders)) {
            set.planted += 1;
            let kinds = self.kinds(at);
            if kinds.is_empty() {
                continue;
            }
            let trial = self.trial(at, kinds);
            if let Some(sighting) = self.sightings.of(self.number, at).filter(|_| trial.found) {
                set.found += 1;
                set.rows += sighting.rows;
                set.kinds.0 |= sighting.kinds.0 & kinds.0;
            }
            trials.push(trial);
        }
        set.findable = trials.len();
        let chance = trials.iter().fold(0.0, |most: f64, trial| most.max(trial.chance));
        set.false_alarm = at_least(set.found, trials.len(), chance);
        set.log10_e = log10_e(&trials);
        set
    }

    /// The kinds of key that a decoy can be found by in this file.
    fn kinds(&self, decoy: usize) -> KeyMask {
        let kinds = self.watch.kinds(self.number, decoy);
        let usable = |kind: &KeyKind| self.sightings.keys_of(*kind) > 0 && self.chance(*kind) <= MOST_CHANCE;
        kinds.kinds().filter(usable).collect()
    }

    /// The chance that any key of this kind of the file is a given decoy's, at most.
    fn chance(&self, kind: KeyKind) -> f64 {
        let each = self.record.chances.get(kind.index()).copied().unwrap_or(1.0);
        self.sightings.keys_of(kind) as f64 * each
    }

    fn trial(&self, decoy: usize, kinds: KeyMask) -> Trial {
        let seen = self.sightings.of(self.number, decoy).map(|sighting| sighting.kinds).unwrap_or_default();
        let count = kinds.kinds().count().max(1) as f64;
        let met = kinds.kinds().filter(|kind| seen.contains(*kind));
        let e: f64 = met.map(|kind| 1.0 / (count * self.chance(kind).max(f64::MIN_POSITIVE))).sum();
        let chance = kinds.kinds().map(|kind| self.chance(kind)).sum::<f64>().min(1.0);
        Trial { chance, e, found: e > 0.0 }
    }
}

/// The mean, over rates r, of the product of 1 − r + r·e of each decoy: an e-value, as each factor's expectation is at most 1 and the decoys
/// are independent.
fn log10_e(trials: &[Trial]) -> f64 {
    let rates = (0..RATES).map(|at| (f64::from(at) + 0.5) / f64::from(RATES));
    let of_rate = |r: f64| trials.iter().map(|trial| (1.0 - r + r * trial.e).log10()).sum::<f64>();
    let each: Vec<f64> = rates.map(of_rate).collect();
    let most = each.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return 0.0;
    }
    let sum: f64 = each.iter().map(|e| 10f64.powf(e - most)).sum();
    most + (sum / f64::from(RATES)).log10()
}

/// The probability of `found` or more successes among so many trials of this chance each.
fn at_least(found: usize, trials: usize, chance: f64) -> f64 {
    if found == 0 || trials == 0 {
        return 1.0;
    }
    if chance <= 0.0 || found > trials {
        return 0.0;
    }
    let n = trials as f64;
    let ln_choose = |k: f64| ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    let of = |k: usize| {
        let k = k as f64;
        (ln_choose(k) + k * chance.ln() + (n - k) * (-chance).ln_1p()).exp()
    };
    (found..=trials).map(of).sum::<f64>().min(1.0)
}

impl Finding {
    /// Names whose copies are in the file.
    fn conclude(&mut self, least: f64) {
        let is_enough = |set: &&SetFinding| set.found > 0 && set.log10_e >= least;
        let claimed: Vec<&SetFinding> = self.sets.iter().filter(is_enough).collect();
        let alone = claimed.iter().filter(|set| set.holders.len() == 1);
        let named: Vec<usize> = alone.flat_map(|set| set.holders.iter().copied()).collect();
        if !named.is_empty() {
            self.collusion = (named.len() > 1).then_some(Collusion::Merged);
            self.named = named;
            return;
        }
        let pairs: Vec<&[usize]> =
            claimed.iter().filter(|set| set.holders.len() == 2).map(|set| set.holders.as_slice()).collect();
        let nothing_of_one = self.sets.iter().all(|set| set.holders.len() > 1 || set.found == 0);
        if nothing_of_one && let Some(stripped) = self.stripped(&pairs) {
            self.named = stripped;
            self.collusion = Some(Collusion::Stripped);
        }
    }

    /// The recipients who left out what not all, or not two, of them had; none where what was found may as well be a part of fewer copies.
    fn stripped(&self, pairs: &[&[usize]]) -> Option<Vec<usize>> {
        let mut everybody: Vec<usize> = pairs.concat();
        everybody.sort_unstable();
        everybody.dedup();
        let others: Vec<&[usize]> = match (pairs, everybody.as_slice()) {
            ([_], [one, other]) => vec![std::slice::from_ref(one), std::slice::from_ref(other)],
            // Of three copies what two have is left.
            ([first, second, third], [_, _, _]) => vec![first, second, third],
            _ => return None,
        };
        // With whom each of them may seem to have worked together.
        let partners = self.all.holders.len().saturating_sub(1) as f64;
        let chances = others.iter().map(|copies| partners * self.chance_of_part(copies));
        chances.fold(0.0, f64::max).le(&STRIPPED).then_some(everybody)
    }

    /// How likely a part of these copies is, at whatever rate is the worst, to show as many of the decoys that several recipients have and
    /// none that one of them has alone.
    fn chance_of_part(&self, copies: &[usize]) -> f64 {
        let held = || self.sets.iter().filter(|set| set.holders.iter().any(|one| copies.contains(one)));
        let found: usize = held().map(|set| set.found).sum();
        let is_shown = |set: &&SetFinding| set.found > 0;
        let shown: usize = held().filter(is_shown).map(|set| set.findable).sum();
        let missing: usize = held().filter(|set| !is_shown(set)).map(|set| set.findable).sum();
        let rates = (1..RATES).map(|at| f64::from(at) / f64::from(RATES));
        let at_rate = |r: f64| (1.0 - r).powf(missing as f64) * at_least(found, shown, r);
        rates.map(at_rate).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trials(found: usize, of: usize, chance: f64) -> Vec<Trial> {
        (0..of)
            .map(|at| Trial { chance, e: if at < found { 1.0 / chance } else { 0.0 }, found: at < found })
            .collect()
    }

    #[test]
    fn one_is_strong_and_three_are_conclusive() {
        // Ten thousand rows against names and unassigned phone numbers.
        let chance = 1e4 * 2.0 * 9e-4 * 5e-8;
        let [one, three] = [1, 3].map(|found| log10_e(&trials(found, 5, chance)));
        assert!(one > 3.0 && three > 15.0, "{one} {three}");
        assert!(log10_e(&trials(0, 5, chance)) < 0.0);
        assert_eq!(log10_e(&[]), 0.0);
    }

    #[test]
    fn the_expected_evidence_of_chance_is_one() {
        // All outcomes of five trials, weighed by their probability.
        for chance in [0.3, 0.01, 1e-4] {
            let outcome = |found: usize| {
                at_least(found, 5, chance) - if found < 5 { at_least(found + 1, 5, chance) } else { 0.0 }
            };
            let expected: f64 =
                (0..=5).map(|found| outcome(found) * 10f64.powf(log10_e(&trials(found, 5, chance)))).sum();
            assert!((expected - 1.0).abs() < 1e-6, "{chance}: {expected}");
        }
    }

    #[test]
    fn who_left_out_what_differs_is_told_from_a_part_of_one_copy() {
        let set = |holders: &[usize], findable, found| SetFinding {
            holders: holders.into(),
            planted: findable,
            findable,
            found,
            rows: found as u64,
            kinds: KeyMask::EMPTY,
            false_alarm: 0.0,
            log10_e: if found > 0 { 20.0 } else { 0.0 },
        };
        let named = |alone: usize, common: usize| {
            let sets = vec![set(&[0], 5, alone), set(&[1], 5, 0), set(&[0, 1], 5, common)];
            let mut finding = Finding {
                record: 0,
                all: set(&[0, 1], 15, alone + common),
                sets,
                named: vec![],
                collusion: None,
            };
            finding.conclude(3.0);
            finding.named
        };
        assert_eq!(named(0, 5), [0, 1], "half of one copy looks so once in 1,024");
        assert_eq!(named(0, 4), [0usize; 0]);
        assert_eq!(named(1, 5), [0]);
        assert!((0..=5).all(|common| named(0, common) != [1] && named(0, common) != [0]));
    }

    #[test]
    fn tails_are_those_of_the_binomial_distribution() {
        assert_eq!(at_least(0, 5, 0.1), 1.0);
        assert!((at_least(1, 5, 0.1) - 0.40951).abs() < 1e-9);
        assert!((at_least(5, 5, 0.1) - 1e-5).abs() < 1e-12);
        assert_eq!(at_least(1, 5, 0.0), 0.0);
    }
}
