//! `meibo columns`: how lists would be read, and the options that say the same.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use meibo::{Field, FoundBy, FoundColumn, Layout, ListReader, Normalizer, ReadOptions, Record, mask};

use crate::args::ColumnsArgs;
use crate::exit::{Failure, Outcome};
use crate::printer::Printer;
use crate::{inputs, lists};

/// Rows that are looked at.
const ROWS: u64 = 1_000;

pub(crate) fn run(arguments: &ColumnsArgs, printer: &Printer) -> Result<Outcome, Failure> {
    inputs::check_stdin_once(&arguments.lists)?;
    let options = arguments.reading.options();
    let (mut shown, mut failed) = (0, false);
    let mut show = |path: &Path, described: Result<Vec<String>, Failure>| -> Result<(), Failure> {
        match described {
            Ok(lines) => {
                shown += 1;
                printer.line(&meibo_report::path_text(path))?;
                lines.iter().try_for_each(|line| printer.line(line))
            }
            Err(failure) => {
                failed = true;
                printer.failed(&failure);
                Ok(())
            }
        }
    };
    for path in inputs::expand(&arguments.lists) {
        match path {
            Ok(path) => describe_file(&path, &options, &mut show)?,
            Err(failure) => show(Path::new(""), Err(failure))?,
        }
    }
    match shown {
        0 => Err(Failure::new("none of the files is a list; see the reasons above")),
        _ => Ok(Outcome::partly_if(failed)),
    }
}

/// What is done with the description of a list.
type Show<'a> = &'a mut dyn FnMut(&Path, Result<Vec<String>, Failure>) -> Result<(), Failure>;

/// Describes a file, or the lists inside it.
fn describe_file(path: &Path, options: &ReadOptions, show: Show<'_>) -> Result<(), Failure> {
    let mut written = Ok(());
    lists::each_list(path, options, &mut |listed| {
        if written.is_ok() {
            let described = listed
                .content
                .and_then(|list| describe(&listed.path, list.input, &list.options, list.holder.is_some()));
            written = show(&listed.path, described);
        }
    });
    written
}

/// The lines that are shown of a list.
fn describe(
    path: &Path,
    input: impl Read,
    options: &ReadOptions,
    is_table: bool,
) -> Result<Vec<String>, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::about(path.display(), error);
    let mut reader = ListReader::open(input, options).map_err(|error| failed(&error))?;
    let headings: Vec<String> = reader.headings().unwrap_or_default().to_vec();
    let (mut record, mut seen) = (Record::new(), Seen::default());
    while seen.rows < ROWS
        && let Some(row) = reader.read(&mut record).map_err(|error| failed(&error))?
    {
        seen.add(&record, row.outcome.is_ok());
    }
    let layout = reader.layout();
    let mut lines = vec![line("text", &text_of(layout, is_table)), line("rows", &seen.rows_in_words())];
    for column in &layout.columns {
        lines.push(line(&column.field.to_string(), &why(column, &headings)));
        lines.extend(seen.lines_of(column));
    }
    for column in &layout.unused {
        let heading = column.name.as_deref().filter(|name| !name.trim().is_empty());
        let heading = heading.map(|name| format!(", heading {}", masked(name))).unwrap_or_default();
        lines.push(line("not used", &format!("column {}{heading}", column.column)));
    }
    lines.push(line("repeat by", &options_again(layout, is_table)));
    Ok(lines)
}

fn line(name: &str, text: &str) -> String {
    format!("  {name:<10} {text}")
}

fn text_of(layout: &Layout, is_table: bool) -> String {
    let header = if layout.header { "with header" } else { "no header" };
    let titles = match layout.skipped_rows {
        0 => String::new(),
        1 => ", 1 row above left out as title".to_owned(),
        rows => format!(", {rows} rows above left out as titles"),
    };
    let packed = layout.compression.map(|compression| format!("{compression}, ")).unwrap_or_default();
    let form = match is_table {
        true => "table".to_owned(),
        false => format!("{packed}{}, {}", layout.encoding, separated(layout)),
    };
    format!("{form}, {header}{titles}")
}

/// Where a value comes from, and how that was found. Only a heading that was understood is shown as it is: what was not may be a
/// person's value.
fn why(column: &FoundColumn, headings: &[String]) -> String {
    let numbers: Vec<String> = column.columns.iter().map(usize::to_string).collect();
    let word = if numbers.len() > 1 { "columns" } else { "column" };
    let apart = if column.in_part { ", cells taken apart" } else { "" };
    let mut text = format!("{word} {}{apart}, found by {}", numbers.join("+"), column.found_by.as_str());
    let heading = |number: &usize| headings.get(number.checked_sub(1)?).map(|name| name.trim().to_owned());
    let names: Vec<String> =
        column.columns.iter().filter_map(heading).filter(|name| !name.is_empty()).collect();
    match column.found_by {
        _ if names.is_empty() => {}
        FoundBy::Header => text += &format!(" {}", meibo_report::visible(&names.join(" + "))),
        FoundBy::Content | FoundBy::Override => text += &format!(", heading {}", masked(&names.join(" + "))),
    }
    text
}

/// What the rows held.
#[derive(Default)]
struct Seen {
    rows: u64,
    rejects: u64,
    /// By field: rows that hold a value, and rows whose value can be read.
    counts: BTreeMap<Field, Count>,
    normalizer: Normalizer,
    canonical: Record,
}

/// How often a field was filled and read, and the masked value of the first row that was.
#[derive(Default)]
struct Count {
    filled: u64,
    read: u64,
    example: Option<String>,
    told: bool,
}

impl Seen {
    fn add(&mut self, record: &Record, used: bool) {
        self.rows += 1;
        self.rejects += u64::from(!used);
        for field in Field::ALL {
            let mut values = record.values(field).filter(|value| !value.trim().is_empty()).peekable();
            let Some(first) = values.peek() else { continue };
            let count = self.counts.entry(field).or_default();
            count.filled += 1;
            count.example.get_or_insert_with(|| masked(first));
            self.canonical.clear();
            for value in values {
                self.normalizer.normalize(field, field.key_level(), value, &mut self.canonical);
            }
            count.read += u64::from(!self.canonical.is_empty());
        }
    }

    fn rows_in_words(&self) -> String {
        let more = if self.rows == ROWS { "the first " } else { "" };
        let rejects = match self.rejects {
            0 => String::new(),
            some => format!(", {some} of them not used"),
        };
        format!("{more}{} looked at{rejects}", self.rows)
    }

    /// How a field's columns were filled, told once where it has several.
    fn lines_of(&mut self, column: &FoundColumn) -> Option<String> {
        let count = self.counts.entry(column.field).or_default();
        if std::mem::replace(&mut count.told, true) {
            return None;
        }
        let example = count.example.as_deref().unwrap_or_default();
        Some(line("", &format!("filled in {} rows, read in {}; like {example}", count.filled, count.read)))
    }
}

/// A value of which only its form is left: a letter, digit or character of each script for each of it.
fn masked(value: &str) -> String {
    const MOST: usize = 40;
    let mut text: String = value.trim().chars().take(MOST).map(mask).collect();
    if value.trim().chars().nth(MOST).is_some() {
        text.push('…');
    }
    meibo_report::visible(&text)
}

/// The options that read the list in the same way.
fn options_again(layout: &Layout, is_table: bool) -> String {
    let mut words = Vec::new();
    if !is_table {
        let (option, how) = match &layout.fixed {
            Some(fixed) => ("--fixed", fixed.to_string()),
            None => ("--delimiter", delimiter(layout.delimiter)),
        };
        words.extend(["--encoding".to_owned(), layout.encoding.to_string(), option.to_owned(), how]);
    }
    words.push(if layout.header { "--header" } else { "--no-header" }.to_owned());
    for column in &layout.columns {
        let numbers: Vec<String> = column.columns.iter().map(usize::to_string).collect();
        words.extend(["--column".to_owned(), format!("{}={}", column.field, numbers.join("+"))]);
    }
    words.join(" ")
}

fn separated(layout: &Layout) -> String {
    match &layout.fixed {
        Some(fixed) => format!("columns at {fixed}"),
        None => format!("delimiter {}", delimiter(layout.delimiter)),
    }
}

/// A delimiter as `--delimiter` takes it.
fn delimiter(byte: u8) -> String {
    match byte {
        b'\t' => "tab".to_owned(),
        b',' => "comma".to_owned(),
        b';' => "semicolon".to_owned(),
        b'|' => "pipe".to_owned(),
        other => meibo_report::visible(&char::from(other).to_string()),
    }
}
