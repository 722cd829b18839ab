//! The one way reports are written, whatever their format.

use std::{io::Write, str::FromStr};

use meibo_attribution::{CasePersons, Overlap};

use crate::{Case, FileCase, Lang, ReportError, html, json, log::CaseLog, markdown, notice, table, workbook};

/// Writes one report: the header once, then file by file, then the footer once.
///
/// A file that is refused (see [`ReportError`]) leaves nothing behind in the report, unless the destination itself
/// failed; the others can still be written.
pub trait ReportWriter {
    /// Opens the report.
    ///
    /// # Errors
    /// When the destination refuses the bytes.
    fn header(&mut self) -> Result<(), ReportError>;

    /// Adds a file.
    ///
    /// # Errors
    /// When the attribution contradicts itself or its case, or the destination refuses the bytes.
    fn file(&mut self, file: &FileCase) -> Result<(), ReportError>;

    /// Adds what download logs say of all files; between the last file and the footer.
    ///
    /// # Errors
    /// When the destination refuses the bytes.
    fn log(&mut self, log: &CaseLog) -> Result<(), ReportError>;

    /// Adds how far the clients that the files name overlap, where [`Format::tells_overlap`]; after the last file.
    ///
    /// # Errors
    /// When the overlaps are not those of the case's clients, or the destination refuses the bytes.
    fn overlap(&mut self, overlap: &Overlap) -> Result<(), ReportError> {
        let _ = overlap;
        Ok(())
    }

    /// Says what the files are together, `persons` being the distinct ones over all of them; closes the report and flushes
    /// the destination.
    ///
    /// # Errors
    /// When there cannot be so many persons in these files, or the destination refuses the bytes.
    fn footer(&mut self, persons: CasePersons) -> Result<(), ReportError>;
}

/// A form that a report can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Text for people.
    Table,
    /// One JSON document.
    Json,
    /// One JSON object a line and file.
    Ndjson,
    /// One self-contained page.
    Html,
    /// Text that other documents are made of.
    Markdown,
    /// One workbook of sheets, in Office Open XML: bytes, not text.
    Xlsx,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 6] =
        [Format::Table, Format::Json, Format::Ndjson, Format::Html, Format::Markdown, Format::Xlsx];

    /// The name that options use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Json => "json",
            Format::Ndjson => "ndjson",
            Format::Html => "html",
            Format::Markdown => "markdown",
            Format::Xlsx => "xlsx",
        }
    }

    /// Whether it tells how far the named clients overlap: it stands alone, where others are read beside `registry overlap`.
    pub const fn tells_overlap(self) -> bool {
        matches!(self, Format::Html | Format::Markdown | Format::Xlsx)
    }

    /// Whether it is text, which a terminal can show.
    pub const fn is_text(self) -> bool {
        !matches!(self, Format::Xlsx)
    }
}

/// No format has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no report format is called {0:?}; use table, json, ndjson, html, markdown or xlsx")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Format::ALL
            .into_iter()
            .find(|format| format.as_str() == name)
            .ok_or_else(|| UnknownFormat(name.into()))
    }
}

/// How text for people is laid out. Nothing here is read from the terminal: the caller says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal; below 40 lines are as long as 40 columns need.
    pub max_width: u16,
    /// Whether verdicts are coloured.
    pub color: bool,
    /// The language that people read it in.
    pub lang: Lang,
}

impl Default for Style {
    /// 100 columns, no colour, English.
    fn default() -> Self {
        Style { max_width: 100, color: false, lang: Lang::En }
    }
}

/// A writer of `format` into `out`. Only [`Format::Table`] heeds all of `style`, and what programs read none of it.
pub fn writer<'a, W: Write + 'a>(
    format: Format,
    case: &'a Case,
    style: Style,
    out: W,
) -> Box<dyn ReportWriter + 'a> {
    match format {
        Format::Table => Box::new(table::TableWriter::new(case, style, out)),
        Format::Json => Box::new(json::JsonWriter::new(case, out)),
        Format::Ndjson => Box::new(json::NdjsonWriter::new(case, out)),
        Format::Html => Box::new(html::HtmlWriter::new(case, style.lang, out)),
        Format::Markdown => Box::new(markdown::MarkdownWriter::new(case, style.lang, out)),
        Format::Xlsx => Box::new(workbook::WorkbookWriter::new(case, style.lang, out)),
    }
}

/// Whether a file that begins so is a report, a draft or another answer of this crate that is text; of a workbook it cannot be told. Five
/// hundred bytes are enough.
pub fn is_report(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    let is_table =
        text.strip_prefix("meibo ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let is_page = text.starts_with("<!doctype html>") && text.contains("<title>meibo: ");
    let is_json = text.starts_with("{") && text.contains("\"schema\":\"meibo.");
    let titles = Lang::ALL
        .into_iter()
        .flat_map(|lang| [title(lang), notice::title_of_regulator(lang), notice::title_of_client(lang)]);
    let first = text.lines().next().and_then(|line| line.strip_prefix("# "));
    is_table
        || is_page
        || is_json
        || first.is_some_and(|first| titles.into_iter().any(|title| title == first))
}

/// What pages and documents are called.
pub(crate) const fn title(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "ファイルの出所",
        Lang::En => "Where the files came from",
    }
}
