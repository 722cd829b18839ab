//! The lists in seized files: each is counted by itself, then all are asked about together.

use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use meibo::{CaseAnswer, CaseCounts, Examiner, FileAnswer, FileCounts, Modified, Observer as _, ReadOptions};
use meibo_report::path_text;

use crate::exit::Failure;
use crate::printer::Printer;
use crate::stages::Stages;
use crate::watched::Extent;
use crate::{inputs, lists};

/// Counting lists.
pub(crate) struct Counting<'a> {
    pub(crate) examiner: &'a Examiner,
    pub(crate) options: ReadOptions,
    /// Whether each row is to be told of.
    pub(crate) rows: bool,
    pub(crate) printer: &'a Printer,
}

/// A list that was counted.
pub(crate) struct CountedList {
    /// The seized file.
    pub(crate) file: PathBuf,
    /// Which of the files that is, and which of the lists in it, those counted that could not be read, from 0.
    pub(crate) place: (usize, usize),
    /// Where in the file it is; empty where it is the file itself.
    pub(crate) member: String,
    /// The digest of the file that it is a table of.
    pub(crate) holder: Option<String>,
    /// When it was last changed, as the archive that it is in tells.
    pub(crate) modified: Option<Modified>,
}

impl CountedList {
    /// What it is called.
    pub(crate) fn path(&self) -> String {
        path_text(&inputs::member_path(&self.file, &self.member)).to_owned()
    }

    /// The digest of its file.
    pub(crate) fn digest(&self, answer: &FileAnswer) -> String {
        let of_itself = || answer.file.as_ref().map(|file| file.summary.blake3.clone());
        self.holder.clone().or_else(of_itself).unwrap_or_default()
    }
}

/// The lists that were counted.
#[derive(Default)]
pub(crate) struct AllCounted {
    pub(crate) lists: Vec<CountedList>,
    /// True where something could not be.
    pub(crate) failed: bool,
}

impl Counting<'_> {
    /// Counts the lists in the files, and names those that were counted. What cannot be read is named and left out.
    pub(crate) fn count_all(&self, seized: &[PathBuf]) -> (CaseCounts, AllCounted) {
        let (mut counts, mut counted) = (CaseCounts::default(), AllCounted::default());
        for (number, path) in seized.iter().enumerate() {
            self.count_file(number, path, &mut |list, result: Result<FileCounts, Failure>| match result {
                Ok(file) => {
                    counts.add(file);
                    counted.lists.push(list);
                }
                Err(failure) => {
                    counted.failed = true;
                    self.printer.failed(&failure);
                }
            });
        }
        (counts, counted)
    }

    /// Counts a file, or the lists inside it. A failure is about one list only, the others are unharmed.
    fn count_file(
        &self,
        number: usize,
        path: &Path,
        each: &mut dyn FnMut(CountedList, Result<FileCounts, Failure>),
    ) {
        let mut inside = 0;
        lists::each_list(path, &self.options, &mut |listed| {
            let (file, member, modified) = (path.to_path_buf(), listed.member.to_owned(), listed.modified);
            let (holder, counts) = match listed.content {
                Err(failure) => (None, Err(failure)),
                Ok(list) => {
                    let extent = list.input.extent();
                    let input =
                        list.input.again().map_err(|error| Failure::about(listed.path.display(), error));
                    let counts =
                        input.and_then(|input| self.count(&listed.path, input, extent, &list.options));
                    (list.holder.map(|digest| digest()), counts)
                }
            };
            each(CountedList { file, place: (number, inside), member, holder, modified }, counts);
            inside += 1;
        });
    }

    /// What one list holds.
    fn count(
        &self,
        path: &Path,
        input: impl Read + Seek,
        extent: Option<Extent>,
        options: &ReadOptions,
    ) -> Result<FileCounts, Failure> {
        let stages = Stages::of_list(self.printer, path, extent);
        let counts = self
            .examiner
            .count_list(input, options, self.rows, &stages)
            .map_err(|error| Failure::about(path.display(), error))?;
        stages.finish();
        inputs::report_counts(self.printer, path, &counts);
        if counts.rows() == 0 {
            self.printer.problem_of(path, "holds a header but no rows");
        }
        Ok(counts)
    }

    /// Where all that was counted came from.
    pub(crate) fn infer(&self, counts: CaseCounts) -> CaseAnswer {
        let stages = Stages::new(self.printer, "all files".to_owned());
        let answers = self.examiner.infer_case(counts, &stages);
        stages.rows(answers.files.iter().map(|file| file.rows).sum());
        stages.finish();
        answers
    }
}
