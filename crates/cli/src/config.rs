//! Options from a file that `--config` names: turned into words of the command line, of the definitions that it has itself, so
//! that no list of options is written twice.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, ValueHint};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory as _};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::args::Arguments;
use crate::exit::{self, Failure};
use crate::{inputs, outputs};

/// Files of options are written by hand; longer ones are something else.
const MOST_BYTES: u64 = 1 << 20;

/// What has to be said anew each time.
const NEVER_IN_A_FILE: [(&str, &str); 3] = [
    ("config", "a configuration names no other; put all options into one file"),
    ("passphrase", "a configuration holds no passphrases; give --passphrase on the command line"),
    (
        "passphrase-file",
        "a configuration does not say where passphrases are; give --passphrase-file on the command line",
    ),
];

/// The words that were typed, with those of the configuration that they name; what was typed wins.
pub(crate) fn expand(typed: Vec<OsString>) -> Result<Vec<OsString>, Failure> {
    let program = Arguments::command();
    // Help, and what cannot be understood at all, needs no configuration.
    let Ok(matches) = lenient(program.clone()).ignore_errors(true).try_get_matches_from(&typed) else {
        return Ok(typed);
    };
    let Some(path) = matches.get_one::<OsString>("config").map(PathBuf::from) else { return Ok(typed) };
    let mut leaf = (&matches, Vec::new());
    while let Some((name, below)) = leaf.0.subcommand() {
        leaf.0 = below;
        leaf.1.push(name.to_owned());
    }
    if let Ok(Some(output)) = leaf.0.try_get_one::<OsString>("output") {
        outputs::check_apart(Path::new(output), [&path])?;
    }
    let text = read(&path)?;
    let settings = Reader { path: &path, text: &text, program: &program }.settings()?;
    let wanted = settings.into_iter().filter(|setting| setting.counts(leaf.0, &leaf.1));
    let words: Vec<OsString> = wanted.flat_map(|setting| setting.words).collect();
    let mut all = typed;
    // Behind two hyphens all words are inputs.
    let end = all.iter().position(|word| word == "--").unwrap_or(all.len());
    all.splice(end..end, words);
    Ok(all)
}

/// The same command, to which anything may be missing.
fn lenient(command: Command) -> Command {
    command
        .mut_args(|arg| match arg.get_action().takes_values() {
            true => arg.required(false).value_parser(OsStringValueParser::new()),
            false => arg,
        })
        .mut_subcommands(lenient)
}

fn read(path: &Path) -> Result<String, Failure> {
    if inputs::is_stdin(path) {
        return Err(Failure::new("--config: a configuration cannot come from standard input; name a file"));
    }
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failure::about(path.display(), "there is no such file; check the path"),
        _ => Failure::about(path.display(), format!("cannot be read: {error}")),
    };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::about(path.display(), "is no configuration: it is longer than 1 MiB"));
    }
    String::from_utf8(bytes)
        .map_err(|_| Failure::about(path.display(), "is not UTF-8; save the configuration as UTF-8"))
}

/// One option of the file.
struct Setting<'c> {
    /// The command whose table it stands in; none for all commands.
    table: Vec<String>,
    arg: &'c Arg,
    /// What it cannot be together with.
    conflicts: Vec<&'c str>,
    /// What would be typed in its place.
    words: Vec<OsString>,
}

impl Setting<'_> {
    /// True where it is of the command that runs, and nothing that was typed is in its place or against it.
    fn counts(&self, typed: &ArgMatches, command: &[String]) -> bool {
        let is_typed = |id: &str| typed.value_source(id) == Some(ValueSource::CommandLine);
        let for_it = self.table.is_empty() || self.table == command;
        for_it && !is_typed(self.arg.get_id().as_str()) && !self.conflicts.iter().any(|id| is_typed(id))
    }

    /// True where it says something in this table that cannot be said beside an option with these conflicts.
    fn is_against(&self, table: &[String], conflicts: &[&str]) -> bool {
        self.table == table && !self.words.is_empty() && conflicts.contains(&self.arg.get_id().as_str())
    }
}

/// Reads the options in a file.
struct Reader<'r, 'c> {
    path: &'r Path,
    text: &'r str,
    program: &'c Command,
}

impl<'c> Reader<'_, 'c> {
    fn settings(&self) -> Result<Vec<Setting<'c>>, Failure> {
        let document = DeTable::parse(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            self.wrong(at, &[], format!("is no TOML: {}", error.message().replace('\n', ", ")))
        })?;
        let mut settings = Vec::new();
        self.table(document.get_ref(), self.program, &[], &mut settings)?;
        Ok(settings)
    }

    /// Takes all options of a table, and of the tables in it.
    fn table(
        &self,
        table: &DeTable<'_>,
        command: &'c Command,
        names: &[String],
        settings: &mut Vec<Setting<'c>>,
    ) -> Result<(), Failure> {
        // In the order of the file, so that what is wrong first is said.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let (at, key) = (key.span().start, key.get_ref().as_ref());
            let name = [names, &[key.to_owned()]].concat();
            let wrong = |what: String| self.wrong(at, &name, what);
            match value.get_ref() {
                DeValue::Table(below) => {
                    let command = command.find_subcommand(key).ok_or_else(|| {
                        wrong("there is no such command; `meibo help` lists them".to_owned())
                    })?;
                    self.table(below, command, &name, settings)?;
                }
                _ => {
                    let arg = self.arg(key, command, names).map_err(wrong)?;
                    let words = self.words(arg, value).map_err(wrong)?;
                    refused(command, &words).map_or(Ok(()), |what| Err(wrong(what)))?;
                    let conflicts = conflicts_of(arg, command);
                    if let Some(other) = settings.iter().find(|other| other.is_against(names, &conflicts))
                        && !words.is_empty()
                    {
                        let other = other.arg.get_long().unwrap_or_default();
                        return Err(wrong(format!("cannot be together with {other}; take one of them out")));
                    }
                    settings.push(Setting { table: names.to_vec(), arg, conflicts, words });
                }
            }
        }
        Ok(())
    }

    /// The option of a command that a key is the name of.
    fn arg(&self, key: &str, command: &'c Command, names: &[String]) -> Result<&'c Arg, String> {
        if let Some((_, why)) = NEVER_IN_A_FILE.iter().find(|(never, _)| *never == key) {
            return Err((*why).to_owned());
        }
        let long = |command: &'c Command| command.get_arguments().find(|arg| arg.get_long() == Some(key));
        if let Some(arg) = long(command) {
            return Ok(arg);
        }
        let id = key.replace('-', "_");
        let called = [&["meibo".to_owned()], names].concat().join(" ");
        Err(match command.get_arguments().find(|arg| arg.get_id().as_str() == id) {
            _ if long(self.program).is_some() => {
                "is an option of all commands; put it above the first table".to_owned()
            }
            Some(arg) if arg.is_positional() => {
                "what a command works on is no option; name it on the command line".to_owned()
            }
            Some(_) => "is given on the command line only".to_owned(),
            None => format!("{called} has no option --{key}; see `{called} --help`"),
        })
    }

    /// What would be typed in place of a value.
    fn words(&self, arg: &Arg, value: &Spanned<DeValue<'_>>) -> Result<Vec<OsString>, String> {
        let name = arg.get_long().unwrap_or_default();
        let word = |value: &DeValue<'_>| {
            let mut word = OsString::from(format!("--{name}="));
            word.push(self.resolved(arg, scalar(value)?));
            Some(word)
        };
        let (words, wants) = match (arg.get_action(), value.get_ref()) {
            (ArgAction::SetTrue, DeValue::Boolean(true)) => (Some(vec![format!("--{name}").into()]), ""),
            (ArgAction::SetTrue, DeValue::Boolean(false)) => (Some(Vec::new()), ""),
            (ArgAction::SetTrue, _) => (None, "true or false"),
            (ArgAction::Append, DeValue::Array(values)) => {
                (values.iter().map(|value| word(value.get_ref())).collect(), "a list of texts or numbers")
            }
            (ArgAction::Append, value) => {
                (word(value).map(|word| vec![word]), "a text or number, or a list of them")
            }
            (_, value) => (word(value).map(|word| vec![word]), "one text or number"),
        };
        words.ok_or_else(|| format!("wants {wants}; --{name} is written so"))
    }

    /// A value as the command is to see it: paths are as seen from the configuration.
    fn resolved(&self, arg: &Arg, word: String) -> OsString {
        let is_path = match arg.get_value_hint() {
            ValueHint::AnyPath => !inputs::is_stdin(Path::new(&word)),
            // What is a recipient or a file of them.
            ValueHint::FilePath => !word.starts_with("age1"),
            _ => false,
        };
        match self.path.parent() {
            // An empty path is refused as such.
            Some(directory) if is_path && !word.is_empty() => directory.join(word).into(),
            _ => word.into(),
        }
    }

    /// What is wrong with the file, where in it and with which key.
    fn wrong(&self, at: usize, name: &[String], what: String) -> Failure {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let name = if name.is_empty() { String::new() } else { format!("{}: ", name.join(".")) };
        Failure::about(self.path.display(), format!("line {line}: {name}{what}"))
    }
}

/// The text of a value that is one.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Datetime(day) => Some(day.to_string()),
        DeValue::Boolean(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// Why a command refuses the values of an option, if it does.
fn refused(command: &Command, words: &[OsString]) -> Option<String> {
    let anything = command.clone().mut_args(|arg| arg.required(false)).no_binary_name(true);
    let error = anything.try_get_matches_from(words).err()?;
    // What else has to be there is seen when all is put together.
    let of_values = [ErrorKind::InvalidValue, ErrorKind::ValueValidation, ErrorKind::InvalidUtf8];
    let said = exit::on_one_line(&error);
    let said = said.split(" For more information").next().unwrap_or_default();
    of_values.contains(&error.kind()).then(|| said.to_owned())
}

/// The options that one cannot be together with, whichever of the two says so.
fn conflicts_of<'c>(arg: &'c Arg, command: &'c Command) -> Vec<&'c str> {
    let against = |one: &'c Arg| command.get_arg_conflicts_with(one);
    let named = against(arg).into_iter();
    let naming =
        command.get_arguments().filter(|other| against(other).iter().any(|of| of.get_id() == arg.get_id()));
    named.chain(naming).map(|other| other.get_id().as_str()).collect()
}

/// Whether arguments, right or wrong, ask for messages as JSON: what is wrong with them is said so too.
pub(crate) fn wants_json(words: &[OsString]) -> bool {
    let is = |word: &OsStr, text: &str| word == text;
    let options = words.iter().take_while(|word| !is(word, "--"));
    options
        .zip(words.iter().skip(1))
        .any(|(word, next)| is(word, "--log-format") && is(next, "json") || is(next, "--log-format=json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Options of a command and of those below it.
    fn each(command: &Command, visit: &mut dyn FnMut(&Command, &Arg)) {
        command.get_arguments().for_each(|arg| visit(command, arg));
        command.get_subcommands().for_each(|below| each(below, visit));
    }

    #[test]
    fn every_option_has_a_kind_that_a_file_can_say() {
        let mut options = 0;
        each(&Arguments::command(), &mut |command, arg| {
            let known = matches!(arg.get_action(), ArgAction::SetTrue | ArgAction::Set | ArgAction::Append);
            assert!(known, "{}: {arg}", command.get_name());
            conflicts_of(arg, command);
            options += 1;
        });
        assert!(options > 50);
    }

    #[test]
    fn what_cannot_be_said_together_is_known_from_both_sides() {
        let program = Arguments::command();
        let of = |id: &str| {
            let arg = program.get_arguments().find(|arg| arg.get_id().as_str() == id).unwrap();
            conflicts_of(arg, &program)
        };
        assert_eq!(of("quiet"), ["verbose"]);
        assert_eq!(of("verbose"), ["quiet"]);
    }
}
