//! `meibo registry overlap`

use meibo_report::{Style, overlap, path_text};

use crate::args::OverlapArgs;
use crate::cmd_attribute::{case, joined, open_registry};
use crate::exit::{Failure, Outcome};
use crate::keys::Keyring;
use crate::outputs;
use crate::printer::Printer;

pub(crate) fn run(arguments: &OverlapArgs, printer: &Printer) -> Result<Outcome, Failure> {
    if let Some(output) = &arguments.output {
        outputs::check_apart(output, arguments.key.iter().chain(arguments.opening.files()))?;
        outputs::check_replaceable(output, outputs::Made::Report)?;
    }
    let keyring = Keyring::read(&arguments.key, &arguments.opening)?;
    let examiner = open_registry(&arguments.directory, &keyring, printer)?;
    let case = case(&examiner, command_line(arguments));
    let found = meibo::overlap(examiner.world());
    outputs::write(arguments.output.as_deref(), printer, |out, _| match arguments.format.as_str() {
        "json" => overlap::write_json(&case, &found, out),
        _ => overlap::write_table(&case, &found, Style::default(), out),
    })?;
    Ok(Outcome::partly_if(!examiner.registry().problems.is_empty()))
}

/// The command again, with what can change the answer and nothing else.
fn command_line(arguments: &OverlapArgs) -> String {
    let mut words = ["meibo", "registry", "overlap"].map(str::to_owned).to_vec();
    let mut option = |name: &str, path| words.extend([name.to_owned(), path_text(path)]);
    arguments.key.iter().for_each(|path| option("--key", path));
    arguments.opening.identity.iter().for_each(|path| option("--identity", path));
    words.push(path_text(&arguments.directory));
    joined(&words)
}
