//! Reports for people at a terminal.

use std::io::Write;

use meibo_attribution::{CasePersons, Verdict};

use crate::{
    Case, FileCase, Lang, ReportError, ReportWriter, Style,
    gathered::Gathered,
    layout::{self, Column, Kind, MIN_WIDTH},
    log::{self, CaseLog, FileLog},
    numbers::count,
    text::visible,
    together::TogetherView,
    view::{FileView, SourceView},
    words,
};

/// Handovers that are listed beside the likeliest one; JSON and HTML list all.
const HANDOVERS_SHOWN: usize = 6;
/// Clients that are listed beside one they cannot be told apart from; JSON and HTML list all.
const CLIENTS_SHOWN: usize = 4;

/// How the columns under [`words::source_titles`] behave.
const COLUMNS: [Kind; 6] =
    [Kind::Text(12), Kind::Number, Kind::Number, Kind::Text(16), Kind::Text(16), Kind::Text(16)];

/// How those under [`words::together_titles`] do.
const TOGETHER_COLUMNS: [Kind; 5] = [Kind::Text(12), Kind::Number, Kind::Number, Kind::Number, Kind::Number];

/// Downloads that are listed under a file or a part, and downloads and events that are listed of all; JSON and HTML list more.
const DOWNLOADS_SHOWN: usize = 3;
const DOWNLOADS_LISTED: usize = 20;
const EVENTS_LISTED: usize = 60;

/// How those under [`log::download_titles`] do.
const DOWNLOAD_COLUMNS: [Kind; 4] = [Kind::Text(20), Kind::Number, Kind::Text(20), Kind::Text(20)];

/// How those under [`log::found_titles`] do.
const FOUND_COLUMNS: [Kind; 4] = [Kind::Text(20), Kind::Number, Kind::Text(12), Kind::Text(16)];

/// How those under [`log::timeline_titles`] do.
const TIMELINE_COLUMNS: [Kind; 3] = [Kind::Text(16), Kind::Text(16), Kind::Text(16)];

/// Writes text, the verdict of every file first.
pub(crate) struct TableWriter<'a, W> {
    case: &'a Case,
    width: u16,
    color: bool,
    lang: Lang,
    out: W,
    gathered: Gathered,
}

impl<'a, W: Write> TableWriter<'a, W> {
    pub(crate) fn new(case: &'a Case, style: Style, out: W) -> Self {
        let width = style.max_width.max(MIN_WIDTH);
        let Style { color, lang, .. } = style;
        TableWriter { case, width, color, lang, out, gathered: Gathered::default() }
    }

    /// The verdict, then the file it is of.
    fn heading(&self, view: &FileView<'_>) -> String {
        let verdict = words::verdict(self.lang, view.verdict).to_uppercase();
        let text = layout::pairs(&[(&verdict, visible(view.path))], 0, self.width);
        match text.strip_prefix(&verdict) {
            Some(rest) if self.color => format!("{}{verdict}\u{1b}[0m{rest}", color_of(view.verdict)),
            _ => text,
        }
    }

    fn sources(&self, sources: &[SourceView<'_>]) -> String {
        let titles = words::source_titles(self.lang);
        let rows: Vec<_> = sources.iter().map(|source| cells(self.lang, source)).collect();
        self.table(columns(titles, COLUMNS), &rows)
    }

    /// A blank line and a table; nothing where it has no rows.
    fn table<const N: usize>(&self, columns: [Column<'_>; N], rows: &[Vec<String>]) -> String {
        if rows.is_empty() {
            return String::new();
        }
        let text = layout::table(&columns, rows, 2, self.width)
            .unwrap_or_else(|| layout::stacked(&columns, rows, 2, self.width));
        format!("\n{text}")
    }

    /// The downloads that fit a file and its parts.
    fn downloads(&self, log: &FileLog) -> String {
        let mut text = String::new();
        for part in &log.parts {
            text += "\n";
            let heading = log::heading(self.lang, part, log.parts.len() == 1);
            text += &layout::paragraph(&heading, 2, self.width);
            let downloads = part.downloads.iter().take(DOWNLOADS_SHOWN);
            let rows: Vec<_> = downloads.map(|download| log::cells(self.lang, download)).collect();
            text += &self.table(columns(log::download_titles(self.lang), DOWNLOAD_COLUMNS), &rows);
            text += &log::more(self.lang, part.downloads.len(), rows.len())
                .map_or_else(String::new, |more| layout::paragraph(&more, 2, self.width));
        }
        text
    }

    fn together(&self, view: &TogetherView<'_>) -> String {
        let mut text = format!(
            "\n{}",
            layout::paragraph(&words::together_title(self.lang).to_uppercase(), 0, self.width)
        );
        if !view.persons.comparable {
            text += &layout::paragraph(words::not_comparable(self.lang), 2, self.width);
        }
        let cells = |source| words::cells_together(self.lang, source, CLIENTS_SHOWN).to_vec();
        let rows: Vec<_> = view.sources.iter().map(cells).collect();
        text += &self.table(columns(words::together_titles(self.lang), TOGETHER_COLUMNS), &rows);
        text += "\n";
        text + &layout::pairs(&words::facts_together(self.lang, view), 2, self.width)
    }
}

impl<W: Write> ReportWriter for TableWriter<'_, W> {
    fn header(&mut self) -> Result<(), ReportError> {
        let title = format!("meibo {}", visible(&self.case.tool_version));
        let text = layout::paragraph(&title, 0, self.width)
            + &layout::pairs(&words::job(self.lang, self.case), 2, self.width);
        self.out.write_all(text.as_bytes())?;
        Ok(())
    }

    fn file(&mut self, file: &FileCase) -> Result<(), ReportError> {
        let view = FileView::new(self.case, file)?;
        let mut text = format!("\n{}", self.heading(&view));
        for sentence in words::conclusion(self.lang, &view) {
            text += &layout::paragraph(&sentence.plain(), 2, self.width);
        }
        text += &self.sources(&view.sources);
        text += "\n";
        text += &layout::pairs(&words::facts(self.lang, &view), 2, self.width);
        if let Some(log) = view.log {
            text += &self.downloads(log);
        }
        self.out.write_all(text.as_bytes())?;
        self.gathered.add(&view, file);
        Ok(())
    }

    fn log(&mut self, log: &CaseLog) -> Result<(), ReportError> {
        let mut text =
            format!("\n{}", layout::paragraph(&log::title(self.lang).to_uppercase(), 0, self.width));
        text += &layout::pairs(&log::log_facts(self.lang, log), 2, self.width);
        let found: Vec<Vec<String>> =
            log::told(log).take(DOWNLOADS_LISTED).map(|found| log::found_cells(self.lang, found)).collect();
        text += &self.table(columns(log::found_titles(self.lang), FOUND_COLUMNS), &found);
        text += &log::more(self.lang, log::told(log).count(), found.len())
            .map_or_else(String::new, |more| layout::paragraph(&more, 2, self.width));
        let events = self.gathered.events();
        let listed = events.iter().take(EVENTS_LISTED);
        let rows: Vec<_> = listed.map(|event| log::timeline_cells(self.lang, event)).collect();
        text += &self.table(columns(log::timeline_titles(self.lang), TIMELINE_COLUMNS), &rows);
        text += &log::more(self.lang, events.len(), rows.len())
            .map_or_else(String::new, |more| layout::paragraph(&more, 2, self.width));
        text += "\n";
        log::notes(self.lang).iter().for_each(|note| text += &layout::paragraph(note, 2, self.width));
        self.out.write_all(text.as_bytes())?;
        Ok(())
    }

    fn footer(&mut self, persons: CasePersons) -> Result<(), ReportError> {
        let view = self.gathered.sum.view(self.case, persons)?;
        let mut text = if view.files > 1 { self.together(&view) } else { String::new() };
        text += &format!("\n{}", layout::paragraph(&self.gathered.summary.text(self.lang), 0, self.width));
        for note in words::notes(self.lang) {
            text += &layout::paragraph(note, 0, self.width);
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()?;
        Ok(())
    }
}

/// Columns by their titles and how each behaves.
fn columns<const N: usize>(titles: [&'static str; N], kinds: [Kind; N]) -> [Column<'static>; N] {
    let mut kinds = kinds.into_iter();
    titles.map(|title| Column { title, kind: kinds.next().unwrap_or(Kind::Number) })
}

/// A row under [`words::source_titles`].
fn cells(lang: Lang, source: &SourceView<'_>) -> Vec<String> {
    vec![
        words::client(lang, source, CLIENTS_SHOWN),
        count(source.records),
        count(source.persons),
        words::share(lang, source),
        words::evidence(lang, source),
        words::handover(lang, source, HANDOVERS_SHOWN),
    ]
}

const fn color_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Attributed | Verdict::Mixed => "\u{1b}[1;32m",
        Verdict::Inconclusive => "\u{1b}[1;33m",
        Verdict::Unattributed => "\u{1b}[1m",
    }
}
