//! `meibo attribute`

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use meibo::{
    CasePersons, Examiner, Field, FileAnswer, KeyKind, ListAlike, Overlap, ReadOptions, Registry,
    RegistryError, RowLine, atomic,
};
use meibo_report::log::CaseLog;
use meibo_report::{
    Alike, Case, FieldFound, FileCase, FileNames, FillerCount, RegistryFacts, RejectCount, Style, path_text,
    writer,
};

use crate::args::AttributeArgs;
use crate::counting::{CountedList, Counting};
use crate::exit::{Failure, Outcome};
use crate::keys::Keyring;
use crate::logs::{self, Logs, Seen};
use crate::outputs::Made;
use crate::printer::Printer;
use crate::{canaries, exact, inputs, outputs};

pub(crate) fn run(arguments: &AttributeArgs, printer: &Printer) -> Result<Outcome, Failure> {
    inputs::check_stdin_once(arguments.seized.iter().chain(&arguments.exact).chain(&arguments.logs.log))?;
    let files = inputs::expand(&arguments.seized);
    let seized: Vec<PathBuf> = files.iter().flatten().cloned().collect();
    let unreadable: Vec<&Failure> = files.iter().filter_map(|file| file.as_ref().err()).collect();
    let canaries = canaries::paths(&arguments.canaries, &arguments.registry);
    let mut inputs = inputs_of(arguments, &seized);
    inputs.extend(canaries.iter().cloned());
    check_outputs(arguments, &seized, &inputs)?;
    check_destination(arguments)?;
    let keyring = Keyring::read(&arguments.key, &arguments.opening)?;
    let examiner = open_registry(&arguments.registry, &keyring, printer)?;
    let (examiner, recognised) =
        exact::ask(examiner, &arguments.exact, &arguments.reading.options(), &keyring.keys, printer)?;
    let (examiner, opened) = canaries::watch(examiner, &canaries, &keyring, printer);
    let mut logs = Logs::read(&arguments.logs, &examiner, printer)?;
    let per_row = PerRow::new(&examiner, arguments.records.as_deref(), &inputs, printer)?;
    let options = arguments.reading.options();
    let counting = Counting { examiner: &examiner, options, rows: arguments.records.is_some(), printer };
    let mut case = case(&examiner, command_line(arguments));
    case.registry.exact_handovers = (!arguments.exact.is_empty()).then(|| examiner.exact().count());
    let mut unused = !examiner.registry().problems.is_empty() || !recognised || !opened;
    unreadable.iter().for_each(|failure| printer.failed(failure));
    let (counts, counted) = counting.count_all(&seized);
    unused |= counted.failed || !unreadable.is_empty() || logs.as_ref().is_some_and(Logs::is_partly_read);
    let counted = counted.lists;
    if counted.is_empty() {
        return Err(Failure::new("none of the seized files could be used; see the reasons above"));
    }
    let answers = counting.infer(counts);
    let (mut files, asked) = (Vec::new(), answers.files.len());
    for (list, answer) in counted.into_iter().zip(answers.files) {
        unused |= !per_row.is_whole(&list, &answer);
        let canaries = canaries::findings(&examiner, &answer, asked);
        let log = logs.as_mut().map(|logs| logs.compare(&examiner, &seen(&list, &answer), &answer));
        files.push(FileCase { canaries, log, ..file_case(list.path(), list.digest(&answer), answer) });
    }
    let log = logs.map(|logs| logs.finish(&files, &examiner));
    let overlap = arguments.format.tells_overlap().then(|| meibo::overlap(examiner.world()));
    let found =
        Found { files: &files, log: log.as_ref(), overlap: overlap.as_ref(), persons: answers.persons };
    write_report(arguments, &case, &found, printer)?;
    match files.iter().any(|file| file.attribution.records > 0) {
        true => Ok(Outcome::partly_if(unused)),
        false => Err(Failure::new("no row of the seized files could be used; see the reasons above")),
    }
}

/// Nothing that is read may be written to.
fn check_outputs(arguments: &AttributeArgs, seized: &[PathBuf], inputs: &[PathBuf]) -> Result<(), Failure> {
    if let Some(output) = &arguments.output {
        outputs::check_apart(output, inputs)?;
        outputs::check_replaceable(output, Made::Report)?;
    }
    if let Some(directory) = &arguments.records {
        let mut names = Names::default();
        for path in seized {
            let out = directory.join(names.of(path, ""));
            outputs::check_apart(&out, inputs)?;
            outputs::check_replaceable(&out, Made::Rows)?;
        }
    }
    Ok(())
}

/// All files that are read.
fn inputs_of(arguments: &AttributeArgs, seized: &[PathBuf]) -> Vec<PathBuf> {
    let secrets = arguments.key.iter().chain(arguments.opening.files());
    let mut inputs: Vec<PathBuf> = seized.iter().chain(secrets).cloned().collect();
    inputs.extend(exact::all_files(&arguments.exact));
    inputs.extend(arguments.logs.log.iter().cloned());
    inputs
}

/// Opens a registry and names the fingerprints that are left out.
pub(crate) fn open_registry(
    directory: &Path,
    keyring: &Keyring,
    printer: &Printer,
) -> Result<Examiner, Failure> {
    let since = Instant::now();
    let Keyring { keys, identities } = keyring;
    let registry = Registry::open_with(directory, keys, identities);
    let examiner = Examiner::new(registry.map_err(|error| registry_failure(error, printer))?, keys);
    let registry = examiner.registry();
    registry.problems.iter().for_each(|problem| printer.left_out(problem));
    let bytes: u64 = registry.indexes.iter().map(|(_, index)| index.bytes()).sum();
    printer.detail_of(
        directory,
        format!(
            "{} fingerprints of {} clients, index {bytes} bytes ({:?}), opened in {:.3} s",
            registry.lists.len(),
            registry.clients.len(),
            registry.cache,
            since.elapsed().as_secs_f64()
        ),
    );
    Ok(examiner)
}

/// A registry error as one failure, the files it is about named before it.
pub(crate) fn registry_failure(error: RegistryError, printer: &Printer) -> Failure {
    if let RegistryError::NoneUsable { problems, .. } = &error {
        problems.iter().for_each(|problem| printer.problem_of(&problem.path, &problem.kind));
    }
    Failure::naming(error.path(), &error)
}

/// Writing an answer for each row of the lists, where that is asked for.
struct PerRow<'a> {
    examiner: &'a Examiner,
    /// The directory to write to.
    records: Option<&'a Path>,
    /// All files that are read: none of them may be written to.
    inputs: &'a [PathBuf],
    names: RefCell<Names>,
    printer: &'a Printer,
}

impl<'a> PerRow<'a> {
    fn new(
        examiner: &'a Examiner,
        records: Option<&'a Path>,
        inputs: &'a [PathBuf],
        printer: &'a Printer,
    ) -> Result<Self, Failure> {
        if let Some(directory) = records {
            fs::create_dir_all(directory)
                .map_err(|error| Failure::about(directory.display(), format!("cannot be made: {error}")))?;
        }
        Ok(Self { examiner, records, inputs, names: RefCell::default(), printer })
    }

    /// Writes the list's rows where that is asked for; true where all of it could be used and written.
    fn is_whole(&self, list: &CountedList, answer: &FileAnswer) -> bool {
        let used = answer.rejects.is_empty() && answer.attribution.records > 0;
        let Some(directory) = self.records else { return used };
        let out = directory.join(self.names.borrow_mut().of(&list.file, &list.member));
        let free = outputs::check_apart(&out, self.inputs)
            .and_then(|()| outputs::check_replaceable(&out, Made::Rows));
        let written = free.and_then(|()| {
            self.write_records(&out, answer)
                .map_err(|error| Failure::about(out.display(), format!("cannot be written: {error}")))
        });
        if let Err(failure) = &written {
            self.printer.failed(failure);
        }
        used && written.is_ok()
    }

    /// One CSV row for each row of the seized file.
    fn write_records(&self, path: &Path, answer: &FileAnswer) -> Result<(), io::Error> {
        atomic::write_with(path, |out: &mut dyn Write| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(outputs::ROWS).map_err(io::Error::other)?;
            self.examiner.each_row(answer, |line: RowLine<'_>| -> Result<(), io::Error> {
                let kinds: Vec<&str> = line.keys.kinds().map(KeyKind::as_str).collect();
                csv.write_record([
                    line.row.to_string().as_str(),
                    line.client.unwrap_or_default(),
                    &line.handover.map(|date| date.to_string()).unwrap_or_default(),
                    &line.posterior.map(|p| format!("{p:.6}")).unwrap_or_default(),
                    &kinds.join("+"),
                ])
                .map_err(io::Error::other)
            })?;
            csv.flush()
        })
    }
}

/// What of a list is compared with download logs beside its rows.
fn seen(list: &CountedList, answer: &FileAnswer) -> Seen {
    let as_it_is =
        answer.file.as_ref().filter(|file| list.holder.is_none() && file.layout.compression.is_none());
    let of_file = || logs::modified_of(&list.file);
    Seen { bytes: as_it_is.map(|file| file.summary.bytes), modified: list.modified.or_else(of_file) }
}

/// Names for the per-row files.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// That of the seized file with where in it the list is, and `.csv`; those of one name in several directories are numbered.
    fn of(&mut self, file: &Path, member: &str) -> String {
        let base = match file.file_name() {
            Some(name) if !inputs::is_stdin(file) => name.to_string_lossy().into_owned(),
            _ => "stdin".to_owned(),
        };
        // A member's name may hold slashes that are none of the file system's.
        let base = format!("{base}{}", member.replace(['/', '\\'], "_"));
        let numbered = (2_u32..).map(|number| format!("{base}~{number}.csv"));
        let mut free =
            std::iter::once(format!("{base}.csv")).chain(numbered).filter(|name| !self.0.contains(name));
        let name = free.next().unwrap_or_default();
        self.0.insert(name.clone());
        name
    }
}

/// What a report says of the registry that was asked.
pub(crate) fn case(examiner: &Examiner, command_line: String) -> Case {
    let registry = examiner.registry();
    let key_ids: Vec<String> = registry.indexes.iter().map(|(key_id, _)| key_id.to_string()).collect();
    Case {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        registry: RegistryFacts {
            key_id: key_ids.join("+"),
            clients: registry.clients.len(),
            handovers: registry.lists.len(),
            digest: format!("blake3:{}", registry.digest),
            exact_handovers: None,
        },
        clients: registry.clients.iter().map(|client| client.to_string()).collect(),
        handovers: registry.lists.iter().map(|list| list.facts.date.to_string()).collect(),
        command_line: Some(command_line),
    }
}

/// The command again, with what can change the answer and nothing else.
fn command_line(arguments: &AttributeArgs) -> String {
    let mut words = vec!["meibo".to_owned(), "attribute".to_owned()];
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
    arguments.key.iter().for_each(|key| option("--key", path_text(key)));
    arguments.opening.identity.iter().for_each(|path| option("--identity", path_text(path)));
    option("--registry", path_text(&arguments.registry));
    arguments.exact.iter().for_each(|path| option("--exact", path_text(path)));
    arguments.canaries.iter().for_each(|path| option("--canaries", path_text(path)));
    logs::again(&arguments.logs, &mut option);
    words.extend(reading_again(&arguments.reading.options()));
    words.extend(arguments.seized.iter().map(|path| path_text(path)));
    joined(&words)
}

/// The options that say how lists are read.
pub(crate) fn reading_again(options: &ReadOptions) -> Vec<String> {
    let mut words = Vec::new();
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
    options.columns.iter().for_each(|column| option("--column", column.to_string()));
    options.encoding.iter().for_each(|encoding| option("--encoding", encoding.to_string()));
    options.fixed.iter().for_each(|fixed| option("--fixed", fixed.to_string()));
    options.delimiter.iter().for_each(|byte| option("--delimiter", char::from(*byte).to_string()));
    match options.header {
        meibo::HeaderMode::Present => words.push("--header".to_owned()),
        meibo::HeaderMode::Absent => words.push("--no-header".to_owned()),
        meibo::HeaderMode::Auto => {}
    }
    words
}

/// Words as a POSIX shell reads them back.
pub(crate) fn joined(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./+=:,%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A list's answer as it is reported, by the path that it is called by and the digest of its file.
pub(crate) fn file_case(path: String, blake3: String, answer: FileAnswer) -> FileCase {
    let rejects = answer.rejects.kinds();
    let rejects =
        rejects.map(|(reason, kind)| RejectCount { reason: reason.to_owned(), rows: kind.rows }).collect();
    let fillers = answer.fillers.fields().map(|(field, found)| FillerCount {
        field: field.to_string(),
        values: found.values(),
        rows: found.rows,
        first_row: found.first_row,
    });
    let columns = answer.file.iter().flat_map(|file| &file.layout.columns);
    let fields = columns.map(|column| FieldFound {
        field: column.field.to_string(),
        columns: column.columns.clone(),
        found_by: column.found_by.as_str().to_owned(),
    });
    FileCase {
        path,
        blake3,
        rows: answer.rows,
        persons_exact: answer.persons_exact,
        rejects,
        fillers: fillers.collect(),
        fields: fields.collect(),
        names: names(&answer),
        attribution: answer.attribution,
        canaries: Vec::new(),
        log: None,
        order: answer.order,
        alike: answer.alike.into_iter().map(alike).collect(),
    }
}

fn alike(found: ListAlike) -> Alike {
    let ListAlike { list, client, likeness } = found;
    let number = |count: usize| count as u64;
    Alike {
        list,
        client,
        likeness: likeness.mean(),
        headings: likeness.headings.map(|(shared, of)| (number(shared), number(of))),
        same_order: likeness.same_order,
        same_encoding: likeness.same_encoding,
        notations: likeness.notations.iter().map(|(field, share)| (field.to_string(), *share)).collect(),
        prefectures: likeness.prefectures,
        births: likeness.births,
    }
}

/// Names for the places and fields that the answer knows as numbers.
fn names(answer: &FileAnswer) -> FileNames {
    let areas = answer.attribution.unattributed.by_area.iter();
    FileNames {
        areas: areas.map(|area| answer.place_name(area.place).map(str::to_owned)).collect(),
        fields: Field::ALL.iter().map(Field::to_string).collect(),
    }
}

/// What was found, to be reported.
struct Found<'a> {
    files: &'a [FileCase],
    log: Option<&'a CaseLog>,
    /// How far the registry's clients overlap, where the format tells of that.
    overlap: Option<&'a Overlap>,
    persons: CasePersons,
}

fn write_report(
    arguments: &AttributeArgs,
    case: &Case,
    found: &Found<'_>,
    printer: &Printer,
) -> Result<(), Failure> {
    let color = printer.color;
    outputs::write(arguments.output.as_deref(), printer, |out, to_terminal| {
        let style = Style { color: color && to_terminal, lang: arguments.lang, ..Style::default() };
        let mut report = writer(arguments.format, case, style, out);
        report.header()?;
        found.files.iter().try_for_each(|file| report.file(file))?;
        found.overlap.map_or(Ok(()), |overlap| report.overlap(overlap))?;
        found.log.map_or(Ok(()), |log| report.log(log))?;
        report.footer(found.persons)
    })
}

/// Refuses to write what is no text to a terminal.
fn check_destination(arguments: &AttributeArgs) -> Result<(), Failure> {
    let to_file = arguments.output.as_ref().is_some_and(|path| !inputs::is_stdin(path));
    if to_file || arguments.format.is_text() || !io::stdout().is_terminal() {
        return Ok(());
    }
    let format = arguments.format.as_str();
    Err(Failure::new(format!("{format} is no text for a terminal; write it to a file: -o REPORT.{format}")))
}
