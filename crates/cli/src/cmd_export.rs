//! `meibo export`: the rows of seized lists that are one client's, for giving them back to it. They are values of persons and leave
//! encrypted only.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use meibo::{
    Examiner, FileAnswer, JoinedColumns, OwnedRow, Owner, Ownership, Recipient, SealError, Standing, atomic,
    seal_with,
};
use meibo_report::notice::masked;

use crate::args::ExportArgs;
use crate::cmd_attribute::open_registry;
use crate::counting::{CountedList, Counting};
use crate::exit::{Failure, Outcome};
use crate::keys::{self, Keyring};
use crate::lists::{self, Listed};
use crate::printer::Printer;
use crate::stages::Stages;
use crate::{exact, inputs};

/// Spreadsheets take a file for UTF-8 that begins so; without, they show Japanese as something else.
const MARK: &str = "\u{FEFF}";
/// What stands before the cells of a row.
const FRONT: [&str; 3] = ["file", "row", "posterior"];

pub(crate) fn run(arguments: &ExportArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let recipients = recipients(arguments)?;
    check_output(&arguments.output)?;
    let files = inputs::expand(&arguments.seized);
    let seized: Vec<PathBuf> = files.iter().flatten().cloned().collect();
    let unreadable: Vec<&Failure> = files.iter().filter_map(|file| file.as_ref().err()).collect();
    seized.iter().try_for_each(|path| check_readable_twice(path))?;
    let keyring = Keyring::read(&arguments.key, &arguments.opening)?;
    let examiner = open_registry(&arguments.registry, &keyring, printer)?;
    let owner = owner(arguments, &examiner)?;
    let options = arguments.reading.options();
    let (examiner, recognised) = exact::ask(examiner, &arguments.exact, &options, &keyring.keys, printer)?;
    unreadable.iter().for_each(|failure| printer.failed(failure));
    let counting = Counting { examiner: &examiner, options, rows: true, printer };
    let (counts, counted) = counting.count_all(&seized);
    if counted.lists.is_empty() {
        return Err(Failure::new("none of the seized files could be used; see the reasons above"));
    }
    let whole = counted.lists.into_iter().zip(counting.infer(counts).files);
    let parts: Vec<Part> =
        whole.map(|(list, answer)| Part::of(list, answer, &examiner, owner)).collect::<Result<_, _>>()?;
    let export = Export { client: &arguments.client, owner, counting: &counting, seized: &seized };
    parts.iter().for_each(|part| export.tell(part));
    let told = export.summary(&parts);
    if parts.iter().all(|part| part.owned.rows == 0) {
        return Err(Failure::new(format!("no row can be exported, and nothing was written: {told}")));
    }
    export.write(&arguments.output, &recipients, &parts)?;
    let to = if recipients.len() == 1 {
        "1 recipient".to_owned()
    } else {
        format!("{} recipients", recipients.len())
    };
    printer.note(&format!("{}: {told}; sealed to {to}", arguments.output.display()));
    let unused =
        !examiner.registry().problems.is_empty() || !recognised || !unreadable.is_empty() || counted.failed;
    Ok(Outcome::partly_if(unused || parts.iter().any(|part| !part.is_used())))
}

/// Whom to encrypt to: nothing is written in clear.
fn recipients(arguments: &ExportArgs) -> Result<Vec<Recipient>, Failure> {
    if arguments.seal_to.is_empty() {
        return Err(Failure::about(
            "--seal-to",
            "is missing, and rows of persons are written encrypted only; name the recipient of the owner, age1… or a file of such lines, \
             which the owner makes with `meibo keygen --identity` or age-keygen and gives to you",
        ));
    }
    keys::recipients(&arguments.seal_to)
}

fn check_output(output: &Path) -> Result<(), Failure> {
    match output.symlink_metadata().is_ok() {
        true => Err(exists(output)),
        false => Ok(()),
    }
}

fn exists(output: &Path) -> Failure {
    Failure::about(
        output.display(),
        "exists already, and nothing is overwritten; choose another name or move it away",
    )
}

/// Whose a row is shows when all are read; then they are read again.
fn check_readable_twice(path: &Path) -> Result<(), Failure> {
    let once = inputs::is_stdin(path) || path.metadata().is_ok_and(|found| !found.is_file());
    match once {
        true => Err(Failure::about(
            path.display(),
            "can be read only once, and export reads lists twice; save it as a file and name that",
        )),
        false => Ok(()),
    }
}

fn owner(arguments: &ExportArgs, examiner: &Examiner) -> Result<Owner, Failure> {
    let unknown = || {
        Failure::about(
            meibo_report::visible(&arguments.client),
            "no list of such a client is in the registry; `meibo registry list --key KEY DIR` shows those that are",
        )
    };
    let client = examiner.client_of_name(&arguments.client).ok_or_else(unknown)?;
    Ok(Owner { client, least_posterior: arguments.min_posterior })
}

/// A seized list, and what of it is the client's.
struct Part {
    list: CountedList,
    answer: FileAnswer,
    owned: Ownership,
}

impl Part {
    fn of(list: CountedList, answer: FileAnswer, examiner: &Examiner, owner: Owner) -> Result<Self, Failure> {
        let owned = examiner.ownership(&answer, owner).map_err(|error| Failure::about(list.path(), error))?;
        Ok(Self { list, answer, owned })
    }

    /// True where all of it could be used.
    fn is_used(&self) -> bool {
        self.answer.rejects.is_empty() && self.answer.attribution.records > 0
    }
}

/// Rows of one client.
struct Export<'a> {
    client: &'a str,
    owner: Owner,
    counting: &'a Counting<'a>,
    seized: &'a [PathBuf],
}

/// A list as it stands in the export.
struct Written<'a> {
    part: &'a Part,
    /// What it is called there.
    label: String,
    /// Where in the table its columns are.
    places: Vec<usize>,
}

/// Why an export was given up.
enum Stopped {
    Out(io::Error),
    Seal(SealError),
    List(meibo::Error),
    Failed(Failure),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Out(error)
    }
}

impl From<SealError> for Stopped {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Io(error) => Self::Out(error),
            error => Self::Seal(error),
        }
    }
}

impl From<meibo::Error> for Stopped {
    fn from(error: meibo::Error) -> Self {
        Self::List(error)
    }
}

impl Stopped {
    /// What is said of it, where a list was read or the output was written.
    fn into_failure(self, of: &Path) -> Failure {
        match self {
            Self::Out(error) if error.kind() == io::ErrorKind::AlreadyExists => exists(of),
            Self::Out(error) => Failure::about(of.display(), format!("cannot be written: {error}")),
            Self::Seal(error) => Failure::about("--seal-to", error),
            Self::List(error) => Failure::about(of.display(), error),
            Self::Failed(failure) => failure,
        }
    }
}

impl Export<'_> {
    /// Says what of one list is exported and what is not; never a value of a row.
    fn tell(&self, part: &Part) {
        let Counting { examiner, printer, .. } = self.counting;
        let (path, client, owned) = (part.list.path(), self.client, &part.owned);
        let others = match &owned.standing {
            Standing::NoSource => return printer.detail(&format!("{path}: {client} is no source")),
            Standing::Source => None,
            Standing::NotSeparableFrom(others) => {
                let names: Vec<&str> = others.iter().map(|other| examiner.client_name(*other)).collect();
                Some(format!("{client} cannot be told from {}", names.join(", ")))
            }
        };
        let said = others.unwrap_or_else(|| format!("{} of {client}", rows(owned.rows)));
        printer.note(&format!("{path}: {said}{}", self.left_out(owned)));
    }

    /// How many rows are left out, and why; nothing where none are.
    fn left_out(&self, of: &Ownership) -> String {
        let below = format!("with a posterior below {}", self.owner.least_posterior);
        let reasons = [
            (of.below, below.as_str()),
            (of.by_town, "that name and town alone tie to it, as they would a namesake"),
            (of.shared, "that may as well be of others"),
        ];
        let reason =
            |(left_out, why): (u64, &str)| (left_out > 0).then(|| format!("{} {why}", rows(left_out)));
        let reasons: Vec<String> = reasons.into_iter().filter_map(reason).collect();
        if reasons.is_empty() { String::new() } else { format!("; left out: {}", reasons.join(", ")) }
    }

    /// What came of all lists.
    fn summary(&self, parts: &[Part]) -> String {
        let sum = |count: fn(&Ownership) -> u64| -> u64 { parts.iter().map(|part| count(&part.owned)).sum() };
        let left_out = self.left_out(&Ownership {
            standing: Standing::Source,
            rows: 0,
            below: sum(|owned| owned.below),
            by_town: sum(|owned| owned.by_town),
            shared: sum(|owned| owned.shared),
        });
        let with = parts.iter().filter(|part| part.owned.rows > 0).count();
        let without = parts.iter().filter(|part| part.owned.standing == Standing::NoSource).count();
        let (all, client, its) = (parts.len(), self.client, rows(sum(|owned| owned.rows)));
        let lists = if all == 1 { "list" } else { "lists" };
        format!("{its} of {client} in {with} of {all} {lists}; it is no source of {without}{left_out}")
    }

    /// Writes the rows, encrypted as they come, whole or not at all.
    fn write(&self, output: &Path, recipients: &[Recipient], parts: &[Part]) -> Result<(), Failure> {
        let (columns, written) = self.lay_out(parts);
        let done: Result<(), Stopped> = atomic::write_new_private_with(output, |out| {
            seal_with(out, recipients, |inside: &mut dyn Write| {
                inside.write_all(MARK.as_bytes())?;
                let mut csv = csv::Writer::from_writer(inside);
                let headings = columns.headings().iter().map(String::as_str);
                csv.write_record(FRONT.into_iter().chain(headings)).map_err(io::Error::other)?;
                for (number, path) in self.seized.iter().enumerate() {
                    let inside = |list: &&Written<'_>| list.part.list.place.0 == number;
                    let lists: Vec<&Written<'_>> = written.iter().filter(inside).collect();
                    self.write_file(path, &lists, columns.headings().len(), &mut csv)?;
                }
                Ok(csv.flush()?)
            })
        });
        done.map_err(|stopped| stopped.into_failure(output))
    }

    /// The lists that have rows of the client, and the columns of them all. The reader is the client: of others nothing is told, also
    /// not by the names of files.
    fn lay_out<'p>(&self, parts: &'p [Part]) -> (JoinedColumns, Vec<Written<'p>>) {
        let clients = self.counting.examiner.registry().clients.iter().map(|client| client.as_str());
        let others: Vec<&str> = clients.filter(|name| *name != self.client).collect();
        let (mut columns, mut written, mut labels) = (JoinedColumns::default(), Vec::new(), HashSet::new());
        for part in parts.iter().filter(|part| part.owned.rows > 0) {
            let (path, own) =
                (part.list.path(), JoinedColumns::columns_of(&part.answer, &self.counting.options));
            self.tell_of_headings(&path, part, &own);
            let places = columns.add(own);
            let hidden = masked(&path, others.iter().copied());
            let numbered = (2_u32..).map(|number| format!("{hidden}~{number}"));
            let free = std::iter::once(hidden.clone()).chain(numbered).find(|label| !labels.contains(label));
            let label = free.unwrap_or(hidden);
            labels.insert(label.clone());
            if label != path {
                self.counting.printer.note(&format!("{path}: is called {label} in the export"));
            }
            written.push(Written { part, label, places });
        }
        (columns, written)
    }

    /// Says where headings are left out, as they may be a row.
    fn tell_of_headings(&self, path: &str, part: &Part, columns: &[String]) {
        let has_some = part.answer.file.as_ref().is_some_and(|file| file.layout.header);
        if has_some && columns.iter().all(|name| name.starts_with("column_")) {
            self.counting.printer.note(&format!(
                "{path}: its first row seems to be headings, but none is known: columns are numbered in the export; say --header if it is"
            ));
        }
    }

    /// Writes the rows of one seized file, whose lists come as they came before.
    fn write_file(
        &self,
        path: &Path,
        written: &[&Written<'_>],
        width: usize,
        csv: &mut csv::Writer<&mut dyn Write>,
    ) -> Result<(), Stopped> {
        if written.is_empty() {
            return Ok(());
        }
        let (mut at, mut left) = (0, written.iter());
        let mut next = left.next();
        let mut done = Ok(());
        lists::each_list(path, &self.counting.options, &mut |listed| {
            if let (Some(list), true) = (next.filter(|list| list.part.list.place.1 == at), done.is_ok()) {
                done = self.write_list(list, listed, width, csv);
                next = left.next();
            }
            at += 1;
        });
        done?;
        // A list that is gone was changed as one is whose rows are others.
        match next {
            None => Ok(()),
            Some(list) => Err(Stopped::Failed(Failure::about(list.part.list.path(), meibo::Error::Changed))),
        }
    }

    /// Writes the rows of one list.
    fn write_list(
        &self,
        written: &Written<'_>,
        listed: Listed<'_>,
        width: usize,
        csv: &mut csv::Writer<&mut dyn Write>,
    ) -> Result<(), Stopped> {
        let list = listed.content.map_err(Stopped::Failed)?;
        let Counting { examiner, printer, .. } = self.counting;
        let stages = Stages::new(printer, listed.path.display().to_string());
        let mut undecodable = 0;
        let done: Result<(), Stopped> = examiner.each_owned_row(
            &written.part.answer,
            self.owner,
            list.input,
            &list.options,
            &stages,
            |row| {
                undecodable += row.undecodable;
                Ok(csv.write_record(cells(written, &row, width)).map_err(io::Error::other)?)
            },
        );
        stages.finish();
        done.map_err(|stopped| match stopped {
            // The list is what it is about, not the output.
            Stopped::List(error) => Stopped::Failed(Failure::about(listed.path.display(), error)),
            stopped => stopped,
        })?;
        if undecodable > 0 {
            printer.note(&format!(
                "{}: bytes that are no text in the list's encoding are written as U+FFFD; cells that hold such: {undecodable}",
                listed.path.display()
            ));
        }
        Ok(())
    }
}

/// A row of the table.
fn cells(written: &Written<'_>, row: &OwnedRow<'_>, width: usize) -> Vec<String> {
    let mut cells = vec![String::new(); FRONT.len() + width];
    let front = [written.label.clone(), row.row.to_string(), format!("{:.6}", row.posterior)];
    let places = (0..FRONT.len()).chain(written.places.iter().map(|place| FRONT.len() + place));
    let filled = front.into_iter().chain(row.cells.iter().map(ToString::to_string));
    for (place, text) in places.zip(filled) {
        if let Some(cell) = cells.get_mut(place) {
            *cell = text;
        }
    }
    cells
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}
