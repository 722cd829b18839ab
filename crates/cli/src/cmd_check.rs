//! `meibo check`: whether people who complained are one client's.

use std::path::Path;

use meibo::{Examiner, FileCounts, MOST_COMPLAINTS, ReadOptions};
use meibo_report::check::{self, Checked};
use meibo_report::{Style, path_text};

use crate::args::ComplaintArgs;
use crate::cmd_attribute::{case, joined, open_registry, reading_again};
use crate::exit::{Failure, Outcome};
use crate::keys::Keyring;
use crate::lists::{self, Listed};
use crate::printer::Printer;
use crate::stages::Stages;
use crate::{inputs, outputs};

pub(crate) fn run(arguments: &ComplaintArgs, printer: &Printer) -> Result<Outcome, Failure> {
    if let Some(output) = &arguments.output {
        let secrets = arguments.key.iter().chain(arguments.opening.files());
        outputs::check_apart(output, secrets.chain([&arguments.file]))?;
        outputs::check_replaceable(output, outputs::Made::Report)?;
    }
    let keyring = Keyring::read(&arguments.key, &arguments.opening)?;
    let examiner = open_registry(&arguments.registry, &keyring, printer)?;
    let options = arguments.reading.options();
    let (mut checked, mut unused) = (Vec::new(), !examiner.registry().problems.is_empty());
    lists::each_list(&arguments.file, &options, &mut |listed| match check_list(&examiner, listed, printer) {
        Ok((list, is_whole)) => {
            checked.push(list);
            unused |= !is_whole;
        }
        Err(failure) => {
            printer.failed(&failure);
            unused = true;
        }
    });
    if checked.is_empty() {
        return Err(Failure::new("no list of people could be read; see the reasons above"));
    }
    let case = case(&examiner, command_line(arguments, &options));
    outputs::write(arguments.output.as_deref(), printer, |out, _| match arguments.format.as_str() {
        "json" => check::write_json(&case, &checked, out),
        _ => check::write_table(&case, &checked, Style::default(), out),
    })?;
    match checked.iter().any(|list| list.complaints.records > 0) {
        true => Ok(Outcome::partly_if(unused)),
        false => Err(Failure::new("no row could be used; see the reasons above")),
    }
}

/// What is said of a list, and whether all of its rows could be used.
fn check_list(
    examiner: &Examiner,
    listed: Listed<'_>,
    printer: &Printer,
) -> Result<(Checked, bool), Failure> {
    let path = listed.path;
    let failed = |error: &dyn std::fmt::Display| Failure::about(path.display(), error);
    let list = listed.content?;
    let extent = list.input.extent();
    let input = list.input.again().map_err(|error| failed(&error))?;
    let stages = Stages::of_list(printer, &path, extent);
    let counts = examiner.count_list(input, &list.options, true, &stages).map_err(|error| failed(&error))?;
    stages.finish();
    inputs::report_counts(printer, &path, &counts);
    let persons = counts.counted().persons();
    if persons > MOST_COMPLAINTS {
        return Err(failed(&format!(
            "holds {persons} persons, more than the {MOST_COMPLAINTS} that may have complained one by one; ask where such a list came \
             from with `meibo attribute`"
        )));
    }
    let holder = list.holder.map(|digest| digest());
    let is_whole = counts.rejects().is_empty() && counts.rows() > 0;
    Ok((said_of(examiner, &path, holder, &counts).map_err(|error| failed(&error))?, is_whole))
}

fn said_of(
    examiner: &Examiner,
    path: &Path,
    holder: Option<String>,
    counts: &FileCounts,
) -> std::io::Result<Checked> {
    let complaints = examiner.check(counts);
    let rows_not_held = complaints.clients.iter().map(|of| examiner.rows_not_held(counts, of.client));
    let of_itself = || counts.facts().map(|facts| facts.summary.blake3.clone());
    Ok(Checked {
        path: path_text(path),
        blake3: holder.or_else(of_itself).unwrap_or_default(),
        rows: counts.rows(),
        rows_not_held: rows_not_held.collect::<Result<_, _>>()?,
        complaints,
    })
}

/// The command again, with what can change the answer and nothing else.
fn command_line(arguments: &ComplaintArgs, options: &ReadOptions) -> String {
    let mut words = vec!["meibo".to_owned(), "check".to_owned()];
    let mut option = |name: &str, path| words.extend([name.to_owned(), path_text(path)]);
    arguments.key.iter().for_each(|path| option("--key", path));
    arguments.opening.identity.iter().for_each(|path| option("--identity", path));
    option("--registry", &arguments.registry);
    words.extend(reading_again(options));
    words.push(path_text(&arguments.file));
    joined(&words)
}
