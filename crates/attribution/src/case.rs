//! Several files of one case: claims held to one bar over all of them, and what they say together.
//!
//! Whoever asks about a thousand files of strangers asks a thousand times as many questions, and by chance alone gets more
//! wrong answers. So the false discovery rate is held over all clients and files of a case, by the rule that holds it over
//! the clients of one file.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::attribute::Inference;
use crate::evidence;
use crate::input::File;
use crate::outcome::{Answer, Attribution, Client, Source};

impl Inference<'_> {
    /// Says where the files of one case came from, in their order.
    ///
    /// A claim in any of them stands only if its evidence is enough for its own file and for the case: an e-value of at
    /// least clients · files / (k α), k being the claims that stand in all files (e-BH). So other files may take a weak
    /// claim from a file, and never give one to a file that has none. One file is answered as [`attribute`](Self::attribute) does.
    ///
    /// `others` counts further files that were asked about and hold next to nothing of any list, so that no claim can be made
    /// of them: with their records at hand, answers would be the same.
    pub fn attribute_case(&self, files: &[&File], others: usize) -> Vec<Answer> {
        self.attribute_case_without(files, others, &[])
    }

    /// The same where evidence of another kind rules some clients out: for each file those that are no source of it.
    pub fn attribute_case_without(
        &self,
        files: &[&File],
        others: usize,
        ruled_out: &[BTreeSet<Client>],
    ) -> Vec<Answer> {
        let nobody = BTreeSet::new();
        let above =
            |at: usize, bar: f64| self.attribute_above(files[at], bar, ruled_out.get(at).unwrap_or(&nobody));
        let all = (0..files.len()).into_par_iter();
        let mut answers: Vec<Answer> = all.map(|at| above(at, f64::NEG_INFINITY)).collect();
        // Of a file without records nothing is asked.
        let asked = files.iter().filter(|file| file.records() > 0).count() + others;
        let mut bar = f64::NEG_INFINITY;
        loop {
            // It only rises, so that this ends: an answer asked for again could name more clients than before.
            bar = bar.max(evidence::threshold(self.clients() * asked, claims(&answers)));
            let weak: Vec<usize> = (0..files.len()).filter(|at| has_below(&answers[*at], bar)).collect();
            if weak.is_empty() {
                return answers;
            }
            // All that are below it at once: the order of the files must not show.
            for at in weak {
                answers[at] = above(at, bar);
            }
        }
    }
}

/// The claims of all files.
fn claims(answers: &[Answer]) -> usize {
    answers.iter().map(|answer| answer.attribution.sources.len()).sum()
}

fn has_below(answer: &Answer, bar: f64) -> bool {
    answer.attribution.sources.iter().any(|source| source.log10_e < bar)
}

/// What the files of a case say together; added up file by file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Together {
    /// Files.
    pub files: u64,
    /// Records of all files (延べ件数).
    pub records: u64,
    /// The sum of the files' persons: one who is in three files counts three times.
    pub persons_by_file: u64,
    /// Persons of the file that has most: fewer there cannot be.
    pub persons_of_largest: u64,
    /// Records that no source explains.
    pub unattributed: u64,
    sources: BTreeMap<Client, CaseSource>,
}

/// Distinct persons over all files of a case (実人数).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CasePersons {
    /// How many.
    pub persons: u64,
    /// True where they were counted one by one, false where there were so many that their number is an estimate.
    pub exact: bool,
    /// True where all files tell most of their persons apart by the same kind of key; where they do not, one person in two
    /// files may count twice, and there are at most so many.
    pub comparable: bool,
}

/// A client that is a source of at least one file of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseSource {
    /// Which client.
    pub client: Client,
    /// Files that it is a source of.
    pub files: u64,
    /// Records of these files that came from it.
    pub records: u64,
    /// Its distinct persons over the case are at least so many: those of the file that has most of them.
    pub persons_at_least: u64,
    /// And at most so many: the sum of its files' persons.
    pub persons_at_most: u64,
    /// Clients that explain its rows as well in at least one of its files.
    pub not_separable_from: BTreeSet<Client>,
}

impl Together {
    /// Adds a file.
    pub fn add(&mut self, file: &Attribution) {
        self.files += 1;
        self.records = self.records.saturating_add(file.records);
        self.persons_by_file = self.persons_by_file.saturating_add(file.persons);
        self.persons_of_largest = self.persons_of_largest.max(file.persons);
        self.unattributed = self.unattributed.saturating_add(file.unattributed.records);
        for source in &file.sources {
            self.sources.entry(source.client).or_default().add(source);
        }
    }

    /// The sources, those with most records first.
    pub fn sources(&self) -> Vec<&CaseSource> {
        let mut sources: Vec<&CaseSource> = self.sources.values().collect();
        sources.sort_by(|a, b| b.records.cmp(&a.records).then(a.client.cmp(&b.client)));
        sources
    }
}

impl CaseSource {
    fn add(&mut self, source: &Source) {
        self.client = source.client;
        self.files += 1;
        self.records = self.records.saturating_add(source.records);
        self.persons_at_least = self.persons_at_least.max(source.persons);
        self.persons_at_most = self.persons_at_most.saturating_add(source.persons);
        self.not_separable_from.extend(&source.not_separable_from);
    }
}
