//! All files of a report together: added up as they are written, so that no format adds differently.

use meibo_attribution::{CasePersons, CaseSource, Together};

use crate::{Case, FileCase, ReportError, numbers};

/// What was written so far.
#[derive(Default)]
pub(crate) struct Sum {
    together: Together,
    rows: u64,
}

/// All files, ready to be written.
pub(crate) struct TogetherView<'a> {
    pub(crate) files: u64,
    pub(crate) rows: u64,
    pub(crate) records: u64,
    pub(crate) persons: CasePersons,
    /// Records beyond the first of their person in their file.
    pub(crate) within_files: u64,
    /// Persons of a file who are in a file before it, summed over the files.
    pub(crate) across_files: u64,
    pub(crate) sources: Vec<TogetherSource<'a>>,
    pub(crate) unattributed_records: u64,
    pub(crate) unattributed_share: f64,
}

/// A source of one or several files, ready to be written.
pub(crate) struct TogetherSource<'a> {
    pub(crate) client: &'a str,
    pub(crate) files: u64,
    pub(crate) records: u64,
    pub(crate) share: f64,
    pub(crate) persons: [u64; 2],
    pub(crate) not_separable_from: Vec<&'a str>,
}

impl Sum {
    /// Adds a file that was written.
    pub(crate) fn add(&mut self, file: &FileCase) {
        self.together.add(&file.attribution);
        self.rows = self.rows.saturating_add(file.rows);
    }

    /// Looks up names and checks that the parts are the whole.
    pub(crate) fn view<'a>(
        &self,
        case: &'a Case,
        persons: CasePersons,
    ) -> Result<TogetherView<'a>, ReportError> {
        let all = &self.together;
        let is_possible = (all.persons_of_largest..=all.persons_by_file).contains(&persons.persons);
        if !is_possible || all.persons_by_file > all.records {
            let (persons, records) = (persons.persons, all.records);
            let [least, most] = [all.persons_of_largest, all.persons_by_file];
            return Err(ReportError::PersonsDoNotAddUp { persons, least, most, records });
        }
        let source = |source: &&CaseSource| self.source(case, source, persons.persons);
        Ok(TogetherView {
            files: all.files,
            rows: self.rows,
            records: all.records,
            persons,
            within_files: all.records - all.persons_by_file,
            across_files: all.persons_by_file - persons.persons,
            sources: all.sources().iter().map(source).collect(),
            unattributed_records: all.unattributed,
            unattributed_share: self.share(all.unattributed),
        })
    }

    fn source<'a>(&self, case: &'a Case, source: &CaseSource, persons: u64) -> TogetherSource<'a> {
        // A file that names a client which the case does not list was refused.
        let name = |client: usize| case.clients.get(client).map_or("", String::as_str);
        TogetherSource {
            client: name(source.client),
            files: source.files,
            records: source.records,
            share: self.share(source.records),
            persons: [source.persons_at_least, source.persons_at_most].map(|n| n.min(persons)),
            not_separable_from: source.not_separable_from.iter().map(|client| name(*client)).collect(),
        }
    }

    fn share(&self, records: u64) -> f64 {
        numbers::share(records as f64 / self.together.records as f64, 0.0)
    }
}
