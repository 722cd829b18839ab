//! Several files of one case: one person counted once, and one bar for all claims.

use std::collections::BTreeSet;

use meibo_attribution::{
    Answer, CasePersons, Client, File, Inference, ListOrder, Together, narrow, ruled_out,
};
use meibo_fingerprint::{KeyKind, KeyMask};

use crate::alike::{Written, alike};
use crate::examiner::{AnswerBeside, Examiner, FileAnswer, FileCounts};
use crate::neighbours::{Ordered, clients_of, orders};
use crate::observer::{Observer, Stage};
use crate::persons::Persons;

/// The files of one case, counted: all that inference needs of them.
#[derive(Debug, Default)]
pub struct CaseCounts {
    files: Vec<FileCounts>,
    persons: Persons<()>,
    numbered_by: KeyMask,
    others: usize,
}

/// The answer for the files of one case.
#[derive(Debug)]
pub struct CaseAnswer {
    /// The files, in the order that they were added.
    pub files: Vec<FileAnswer>,
    /// Distinct persons over all of them.
    pub persons: CasePersons,
    /// What they say together.
    pub together: Together,
}

impl CaseCounts {
    /// Adds a file. Who is in it is joined with those of the other files, so that memory for persons does not grow with the
    /// number of files.
    pub fn add(&mut self, mut file: FileCounts) {
        self.persons.join(file.take_persons());
        file.numbered_by().into_iter().for_each(|kind| self.numbered_by.insert(kind));
        self.files.push(file);
    }

    /// Notes that so many further files were asked about and hold next to nothing of any list: nothing is answered of them, but
    /// claims about the others need more evidence the more was asked.
    pub fn add_others(&mut self, others: usize) {
        self.others += others;
    }
}

impl Examiner {
    /// From what was counted of the files of a case to where they came from.
    ///
    /// A claim needs more evidence the more files are asked about and the fewer of them show anything
    /// ([`Inference::attribute_case`]); one file is answered as [`infer`](Self::infer) does.
    pub fn infer_case(&self, case: CaseCounts, observer: &dyn Observer) -> CaseAnswer {
        observer.stage(Stage::Infer);
        let CaseCounts { files, persons, numbered_by, others } = case;
        let (count, exact) = (persons.count(), persons.is_exact());
        drop(persons);
        let answers = self.answers(&files, others);
        let mut together = Together::default();
        answers.iter().for_each(|beside| together.add(&beside.answer.attribution));
        let persons = CasePersons {
            // Two estimates may contradict each other a little; the parts must be a whole.
            persons: count.clamp(together.persons_of_largest, together.persons_by_file),
            exact,
            comparable: files.len() <= 1 || are_comparable(numbered_by),
        };
        let files = files.into_iter().zip(answers).map(|(file, beside)| file.answered(beside)).collect();
        CaseAnswer { files, persons, together }
    }

    /// By what lists hold of the files, then by the order that the rows of these lists and files stand in; beside that, how they are
    /// written.
    pub(crate) fn answers(&self, files: &[FileCounts], others: usize) -> Vec<AnswerBeside> {
        let counted: Vec<&File> = files.iter().map(FileCounts::counted).collect();
        let inference = Inference::new(self.world());
        let mut answers = inference.attribute_case(&counted, others);
        let mut clients = vec![BTreeSet::new(); files.len()];
        let mut orders = self.orders(files, &answers, &mut clients);
        let out: Vec<BTreeSet<Client>> = answers
            .iter()
            .zip(&orders)
            .map(|(answer, orders)| ruled_out(&answer.attribution.sources, orders))
            .collect();
        if out.iter().any(|clients| !clients.is_empty()) {
            answers = inference.attribute_case_without(&counted, others, &out);
            orders = self.orders(files, &answers, &mut clients);
        }
        for ((answer, file), orders) in answers.iter_mut().zip(&counted).zip(&orders) {
            narrow(answer, file, orders);
        }
        let sources = |answer: &Answer| clients_of(&answer.attribution.sources).collect();
        let written: Vec<(&Written, BTreeSet<Client>)> =
            files.iter().zip(&answers).map(|(file, answer)| (file.written(), sources(answer))).collect();
        let alike = alike(self.registry(), &self.keys, &written);
        let all = answers.into_iter().zip(orders).zip(alike);
        all.map(|((answer, order), alike)| AnswerBeside { answer, order, alike }).collect()
    }

    /// What the order of each file says of the lists of its clients: those that were asked before, and those of its answer.
    fn orders(
        &self,
        files: &[FileCounts],
        answers: &[Answer],
        clients: &mut [BTreeSet<Client>],
    ) -> Vec<Vec<ListOrder>> {
        for (clients, answer) in clients.iter_mut().zip(answers) {
            clients.extend(clients_of(&answer.attribution.sources));
        }
        let pairs = files.iter().zip(&*clients);
        let files: Vec<Ordered<'_>> = pairs
            .map(|(file, clients)| Ordered { file: file.counted(), pairs: file.neighbours(), clients })
            .collect();
        orders(self.registry(), &self.keys, &files)
    }
}

/// True where files whose persons are told apart by these kinds of key number one person alike. A member number is one
/// client's own.
fn are_comparable(numbered_by: KeyMask) -> bool {
    numbered_by.kinds().count() <= 1 && !numbered_by.contains(KeyKind::NameMemberId)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use std::ops::Range;

    use meibo_fingerprint::{ClientId, RegistryKey};
    use meibo_normalize::{Field, Record};
    use proptest::prelude::*;

    use super::*;
    use crate::Fingerprinter;

    fn person(number: u32) -> Record {
        let given = ["太郎", "花子", "一郎", "和子", "清", "実", "節子", "洋子"][number as usize % 8];
        let surname = char::from_u32('一' as u32 + number).unwrap_or('林');
        let phone = format!("058{:07}", 2_654_141 + 17 * number);
        Record::new().with(Field::Name, &format!("{surname}田{given}")).with(Field::Phone, &phone)
    }

    /// The same with a date of birth, by which persons are told apart before phones.
    fn with_birth(number: u32) -> Record {
        person(number).with(Field::BirthDate, &format!("19{:02}-{:02}-03", 20 + number % 70, 1 + number % 12))
    }

    /// Two clients with people 0 to 500 and 500 to 900.
    fn examiner() -> Examiner {
        let (key, directory) = (RegistryKey::from_bytes([7; 32]), tempfile::tempdir().unwrap());
        for (client, people) in [("city-a", 0..500), ("city-b", 500..900)] {
            let mut fingerprinter = Fingerprinter::new(&key);
            fingerprinter.add_records(people.map(person));
            let date = "2016-04-01".parse().unwrap();
            let bytes = fingerprinter.finish(ClientId::new(client).unwrap(), date).unwrap();
            std::fs::write(directory.path().join(client).with_extension("meibo"), bytes).unwrap();
        }
        Examiner::open(directory.path(), &[key]).unwrap()
    }

    fn infer(examiner: &Examiner, files: impl IntoIterator<Item = Vec<Record>>) -> CaseAnswer {
        let mut case = CaseCounts::default();
        for file in files {
            case.add(examiner.count_records(file, &()).unwrap());
        }
        examiner.infer_case(case, &())
    }

    fn of(people: Range<u32>) -> Vec<Record> {
        people.map(person).collect()
    }

    #[test]
    fn persons_of_two_copies_are_those_of_one() {
        let examiner = examiner();
        let one = infer(&examiner, [of(100..300)]);
        let two = infer(&examiner, [of(100..300), of(100..300)]);
        assert_eq!(one.persons, CasePersons { persons: 200, exact: true, comparable: true });
        assert_eq!(two.persons, one.persons);
        assert_eq!((two.together.records, two.together.persons_by_file), (400, 400));
        assert_eq!(two.files[0].attribution, two.files[1].attribution);
    }

    #[test]
    fn rows_and_persons_are_counted_within_and_across_files() {
        // 150 rows of 100 persons, of whom 40 are in the second file too.
        let twice = of(0..50).into_iter().chain(of(0..100)).collect();
        let answer = infer(&examiner(), [twice, of(60..160), Vec::new()]);
        let together = &answer.together;
        assert_eq!((together.files, together.records, together.persons_by_file), (3, 250, 200));
        assert_eq!(answer.persons, CasePersons { persons: 160, exact: true, comparable: true });
        let sources = together.sources();
        assert_eq!((sources.len(), sources[0].files, sources[0].records), (1, 2, 250));
    }

    #[test]
    fn it_is_said_where_files_number_people_by_different_keys() {
        let examiner = examiner();
        let born = (0..100).map(with_birth).collect();
        let answer = infer(&examiner, [of(0..100), born]);
        assert_eq!(answer.persons, CasePersons { persons: 200, exact: true, comparable: false });
        let numbered = |number: u32| {
            let name = Record::new()
                .with(Field::Name, &format!("{}田太郎", char::from_u32('一' as u32 + number).unwrap()));
            name.with(Field::MemberId, &format!("A{number:05}"))
        };
        let members = || (0..50).map(numbered).collect::<Vec<_>>();
        assert!(infer(&examiner, [members()]).persons.comparable);
        assert!(!infer(&examiner, [members(), members()]).persons.comparable);
    }

    #[test]
    fn nothing_is_said_of_no_files() {
        let answer = infer(&examiner(), []);
        assert_eq!(answer.persons, CasePersons { persons: 0, exact: true, comparable: true });
        assert!(answer.files.is_empty() && answer.together == Together::default());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn persons_are_exact_whatever_the_files(bounds in proptest::collection::vec((0_u32..1_000, 0_u32..60), 0..5)) {
            let examiner = examiner();
            let files: Vec<Range<u32>> = bounds.into_iter().map(|(from, many)| from..from + many).collect();
            let forward = infer(&examiner, files.iter().cloned().map(of));
            let mut back = infer(&examiner, files.iter().rev().cloned().map(of));
            let distinct: std::collections::BTreeSet<u32> = files.iter().cloned().flatten().collect();
            prop_assert_eq!(forward.persons.persons, distinct.len() as u64);
            prop_assert_eq!(forward.persons, back.persons);
            prop_assert_eq!(&forward.together, &back.together);
            back.files.reverse();
            for (one, other) in forward.files.iter().zip(&back.files) {
                prop_assert_eq!(&one.attribution, &other.attribution);
            }
            if let [file] = files.as_slice() {
                let alone = examiner.attribute_records(of(file.clone()), &()).unwrap();
                prop_assert_eq!(&alone.attribution, &forward.files[0].attribution);
            }
        }
    }
}
