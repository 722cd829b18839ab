//! Reports for programs: one JSON document, or one JSON object a line.

pub mod canaries_v1;
pub mod check_v1;
mod escape;
pub mod log_v1;
pub mod overlap_v1;
pub mod sweep_v1;
pub mod v1;

pub use escape::to_string;

use std::io::Write;

use meibo_attribution::CasePersons;
use serde::Serialize;

use crate::{
    Case, FileCase, ReportError, ReportWriter,
    check::Checked,
    log::{self, CaseLog, EventView},
    overlap::OverlapView,
    sweep::Swept,
    together::Sum,
    view::FileView,
};

/// Writes one JSON document ([`v1::Report`]), a line for each file.
pub(crate) struct JsonWriter<'a, W> {
    case: &'a Case,
    out: W,
    files: u64,
    sum: Sum,
    /// What was when, as far as download logs are held against the files.
    events: Vec<EventView>,
    /// What stands behind `case`.
    log: String,
}

impl<'a, W: Write> JsonWriter<'a, W> {
    pub(crate) fn new(case: &'a Case, out: W) -> Self {
        JsonWriter { case, out, files: 0, sum: Sum::default(), events: Vec::new(), log: String::new() }
    }
}

impl<W: Write> ReportWriter for JsonWriter<'_, W> {
    fn header(&mut self) -> Result<(), ReportError> {
        write!(self.out, "{},\n \"files\":[", front(self.case, v1::SCHEMA)?)?;
        Ok(())
    }

    fn file(&mut self, file: &FileCase) -> Result<(), ReportError> {
        let view = FileView::new(self.case, file)?;
        self.events.extend(view.log.map(|log| log::events([(view.path, log)])).unwrap_or_default());
        let line = escape::to_string(&v1::File::of(&view))?;
        let comma = if self.files == 0 { "" } else { "," };
        write!(self.out, "{comma}\n  {line}")?;
        self.files += 1;
        self.sum.add(file);
        Ok(())
    }

    fn log(&mut self, log: &CaseLog) -> Result<(), ReportError> {
        self.events.sort();
        self.events.dedup();
        let mut text = ",\n \"log\":{\"logs\":".to_owned();
        text += &escape::to_string(&log_v1::logs(log))?;
        text += ",\n  \"downloads\":[";
        for (place, found) in log.downloads.iter().enumerate() {
            text += if place == 0 { "\n   " } else { ",\n   " };
            text += &escape::to_string(&log_v1::Found::of(found))?;
        }
        let events: Vec<log_v1::Event> = self.events.iter().map(log_v1::Event::of).collect();
        text += &format!(
            "],\n  \"more_downloads\":{},\n  \"turned_up\":{},\n  \"timeline\":{}}}",
            log.more_downloads,
            escape::to_string(&log_v1::TurnedUp::of(log.turned_up))?,
            escape::to_string(&events)?
        );
        self.log = text;
        Ok(())
    }

    fn footer(&mut self, persons: CasePersons) -> Result<(), ReportError> {
        let command_line = escape::to_string(&self.case.command_line)?;
        let together = escape::to_string(&v1::Together::of(&self.sum.view(self.case, persons)?))?;
        writeln!(self.out, "],\n \"command_line\":{command_line},\n \"case\":{together}{}}}", self.log)?;
        self.out.flush()?;
        Ok(())
    }
}

/// Writes one JSON object ([`v1::Line`]) a line, each whole in itself.
pub(crate) struct NdjsonWriter<'a, W> {
    case: &'a Case,
    out: W,
}

impl<'a, W: Write> NdjsonWriter<'a, W> {
    pub(crate) fn new(case: &'a Case, out: W) -> Self {
        NdjsonWriter { case, out }
    }
}

impl<W: Write> ReportWriter for NdjsonWriter<'_, W> {
    fn header(&mut self) -> Result<(), ReportError> {
        Ok(())
    }

    fn file(&mut self, file: &FileCase) -> Result<(), ReportError> {
        let line = v1::Line {
            schema: v1::SCHEMA.into(),
            tool: v1::Tool::of(self.case),
            registry: v1::Registry::of(self.case),
            file: v1::File::of(&FileView::new(self.case, file)?),
            command_line: self.case.command_line.clone(),
        };
        let mut text = escape::to_string(&line)?;
        text.push('\n');
        self.out.write_all(text.as_bytes())?;
        // Whoever reads along should see a file as soon as it is done.
        self.out.flush()?;
        Ok(())
    }

    fn log(&mut self, _: &CaseLog) -> Result<(), ReportError> {
        Ok(())
    }

    fn footer(&mut self, _: CasePersons) -> Result<(), ReportError> {
        self.out.flush()?;
        Ok(())
    }
}

/// Writes one JSON document ([`overlap_v1::Report`]), a line for each client.
pub(crate) fn write_overlap(
    case: &Case,
    view: &OverlapView<'_>,
    mut out: impl Write,
) -> Result<(), ReportError> {
    write!(out, "{},\n \"clients\":", front(case, overlap_v1::SCHEMA)?)?;
    write_lines(&mut out, view.clients.iter().map(|client| Ok(overlap_v1::Client::of(client))))?;
    write_end(case, out)
}

/// Writes one JSON document ([`sweep_v1::Report`]), a line for each find.
pub(crate) fn write_sweep(case: &Case, swept: &Swept, mut out: impl Write) -> Result<(), ReportError> {
    let scanned = sweep_v1::Scanned { files: swept.files, bytes: swept.bytes };
    let scanned = escape::to_string(&scanned)?;
    write!(out, "{},\n \"scanned\":{scanned},\n \"finds\":", front(case, sweep_v1::SCHEMA)?)?;
    let finds = swept.finds.iter();
    write_lines(&mut out, finds.map(|find| Ok(sweep_v1::Find::of(find, &FileView::new(case, &find.file)?))))?;
    write!(out, ",\n \"unread\":")?;
    write_lines(&mut out, swept.unread.iter().map(|unread| Ok(sweep_v1::Unread::of(unread))))?;
    write_end(case, out)
}

/// Writes one JSON document ([`check_v1::Report`]), a line for each list.
pub(crate) fn write_check(case: &Case, checked: &[Checked], mut out: impl Write) -> Result<(), ReportError> {
    write!(out, "{},\n \"files\":", front(case, check_v1::SCHEMA)?)?;
    write_lines(&mut out, checked.iter().map(|list| check_v1::File::of(case, list)))?;
    write_end(case, out)
}

/// How every document begins.
fn front(case: &Case, schema: &str) -> Result<String, ReportError> {
    let schema = escape::to_string(schema)?;
    let tool = escape::to_string(&v1::Tool::of(case))?;
    let registry = escape::to_string(&v1::Registry::of(case))?;
    Ok(format!("{{\"schema\":{schema},\n \"tool\":{tool},\n \"registry\":{registry}"))
}

/// An array with a line for each of its values.
fn write_lines<T: Serialize>(
    out: &mut impl Write,
    values: impl Iterator<Item = Result<T, ReportError>>,
) -> Result<(), ReportError> {
    write!(out, "[")?;
    for (place, value) in values.enumerate() {
        let line = escape::to_string(&value?)?;
        let comma = if place == 0 { "" } else { "," };
        write!(out, "{comma}\n  {line}")?;
    }
    write!(out, "]")?;
    Ok(())
}

fn write_end(case: &Case, mut out: impl Write) -> Result<(), ReportError> {
    let command_line = escape::to_string(&case.command_line)?;
    writeln!(out, ",\n \"command_line\":{command_line}}}")?;
    out.flush()?;
    Ok(())
}
