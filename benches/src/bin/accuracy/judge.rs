//! Holds an answer against the truth.

use std::collections::{BTreeMap, BTreeSet};

use meibo_attribution::{Answer, Source};

use crate::cases::Family;
use crate::incident::Counted;

/// Rows given at least this probability are said to be sure.
const SURE: f64 = 0.95;

/// What came of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Finding {
    /// Rows by the client that they came from.
    pub(crate) truth: BTreeMap<Option<usize>, u64>,
    pub(crate) rows: u64,
    /// Clients named as sources, and those named beside them.
    pub(crate) named: Vec<usize>,
    pub(crate) beside: Vec<Vec<usize>>,
    /// Named although no row came from them, no true one beside them.
    pub(crate) wrong: Vec<usize>,
    /// True sources named, or named beside one that is.
    pub(crate) found: usize,
    /// Rows of a client given to it.
    pub(crate) tied: u64,
    /// Rows given a client at [`SURE`] or above, and how many of them came from elsewhere.
    pub(crate) sure: u64,
    pub(crate) sure_wrong: u64,
    /// For each true source that is named, how far its share is off, and whether the interval holds it.
    pub(crate) share_errors: Vec<f64>,
    pub(crate) interval_holds: Vec<bool>,
    /// E-values, as decimal logarithms, of clients that no row came from.
    pub(crate) null_log10_e: Vec<f64>,
}

impl Finding {
    /// Judges an answer.
    pub(crate) fn new(counted: &Counted, answer: &Answer) -> Self {
        let mut finding = Self::default();
        for ((pattern, client), rows) in &counted.truth {
            finding.rows += rows;
            *finding.truth.entry(*client).or_default() += rows;
            finding.judge_row(*rows, *client, pattern.and_then(|at| answer.rows.get(at)));
        }
        let records: u64 =
            counted.truth.iter().filter(|((pattern, _), _)| pattern.is_some()).map(|(_, n)| n).sum();
        let sources = &answer.attribution.sources;
        for source in sources {
            finding.judge_source(source, counted, records);
        }
        let mentioned: BTreeSet<usize> =
            finding.named.iter().chain(finding.beside.iter().flatten()).copied().collect();
        finding.found = finding.clients().filter(|client| mentioned.contains(client)).count();
        let examined = answer.attribution.examined.iter();
        finding.null_log10_e = examined
            .filter(|examined| !finding.truth.contains_key(&Some(examined.client)))
            .map(|examined| examined.log10_e)
            .collect();
        finding
    }

    /// The clients that rows came from.
    pub(crate) fn clients(&self) -> impl Iterator<Item = usize> {
        self.truth.keys().copied().flatten()
    }

    fn judge_row(&mut self, rows: u64, truth: Option<usize>, said: Option<&meibo_attribution::RowAnswer>) {
        let Some(said) = said else { return };
        if said.client.is_some() && said.client == truth {
            self.tied += rows;
        }
        if said.client.is_some() && said.posterior >= SURE {
            self.sure += rows;
            self.sure_wrong += if said.client == truth { 0 } else { rows };
        }
    }

    fn judge_source(&mut self, source: &Source, counted: &Counted, records: u64) {
        self.named.push(source.client);
        self.beside.push(source.not_separable_from.clone());
        let is_true = |client: &usize| self.truth.contains_key(&Some(*client));
        if !is_true(&source.client) {
            if !source.not_separable_from.iter().any(is_true) {
                self.wrong.push(source.client);
            }
            return;
        }
        let of_client = |((pattern, client), rows): (&(Option<usize>, Option<usize>), &u64)| {
            (pattern.is_some() && *client == Some(source.client)).then_some(*rows)
        };
        let share = counted.truth.iter().filter_map(of_client).sum::<u64>() as f64 / records.max(1) as f64;
        if source.not_separable_from.is_empty() {
            self.share_errors.push((source.share - share).abs());
            let [low, high] = source.share_interval;
            self.interval_holds.push((low - 1e-9..=high + 1e-9).contains(&share));
        }
    }
}

/// Sums over files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) files: u64,
    pub(crate) wrong_files: u64,
    pub(crate) sources: u64,
    pub(crate) found: u64,
    pub(crate) named: u64,
    pub(crate) beside: u64,
    pub(crate) rows: u64,
    pub(crate) tied: u64,
    pub(crate) sure: u64,
    pub(crate) sure_wrong: u64,
    pub(crate) share_error: f64,
    pub(crate) shares: u64,
    pub(crate) intervals_holding: u64,
    pub(crate) nulls: u64,
    pub(crate) nulls_above: [u64; 2],
}

impl Tally {
    /// Adds a file.
    pub(crate) fn add(&mut self, finding: &Finding) {
        self.files += 1;
        self.wrong_files += u64::from(!finding.wrong.is_empty());
        self.sources += finding.clients().count() as u64;
        self.found += finding.found as u64;
        self.named += finding.named.len() as u64;
        self.beside += finding.beside.iter().map(|beside| beside.len() as u64).sum::<u64>();
        self.rows +=
            finding.truth.iter().filter(|(client, _)| client.is_some()).map(|(_, rows)| rows).sum::<u64>();
        self.tied += finding.tied;
        self.sure += finding.sure;
        self.sure_wrong += finding.sure_wrong;
        self.share_error += finding.share_errors.iter().sum::<f64>();
        self.shares += finding.share_errors.len() as u64;
        self.intervals_holding += finding.interval_holds.iter().filter(|holds| **holds).count() as u64;
        self.nulls += finding.null_log10_e.len() as u64;
        for (above, alpha) in self.nulls_above.iter_mut().zip([0.05_f64, 0.01]) {
            *above += finding.null_log10_e.iter().filter(|e| **e > (1.0 / alpha).log10()).count() as u64;
        }
    }

    /// Adds another tally.
    pub(crate) fn join(&mut self, other: &Self) {
        let Tally { files, wrong_files, sources, found, named, beside, rows, tied, .. } = other;
        self.files += files;
        self.wrong_files += wrong_files;
        self.sources += sources;
        self.found += found;
        self.named += named;
        self.beside += beside;
        self.rows += rows;
        self.tied += tied;
        self.sure += other.sure;
        self.sure_wrong += other.sure_wrong;
        self.share_error += other.share_error;
        self.shares += other.shares;
        self.intervals_holding += other.intervals_holding;
        self.nulls += other.nulls;
        self.nulls_above[0] += other.nulls_above[0];
        self.nulls_above[1] += other.nulls_above[1];
    }
}

/// Tallies by family.
pub(crate) type Tallies = BTreeMap<Family, Tally>;
