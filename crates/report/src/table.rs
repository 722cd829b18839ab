//! Reports for people at a terminal.

use std::io::Write;

use meibo_attribution::{CasePersons, Verdict};

use crate::{
    Case, FileCase, ReportError, ReportWriter, Style,
    layout::{self, Column, Kind, MIN_WIDTH},
    log::{self, CaseLog, EventView, FileLog},
    numbers::count,
    text::visible,
    together::{Sum, TogetherView},
    view::{FileView, SourceView},
    words::{self, Summary},
};

/// Handovers that are listed beside the likeliest one; JSON and HTML list all.
const HANDOVERS_SHOWN: usize = 6;
/// Clients that are listed beside one they cannot be told apart from; JSON and HTML list all.
const CLIENTS_SHOWN: usize = 4;

const COLUMNS: [Column<'_>; 6] = [
    Column { title: "source", kind: Kind::Text(12) },
    Column { title: "件", kind: Kind::Number },
    Column { title: "人", kind: Kind::Number },
    Column { title: "share (95%)", kind: Kind::Text(16) },
    Column { title: "evidence", kind: Kind::Text(16) },
    Column { title: "handover", kind: Kind::Text(16) },
];

const TOGETHER_COLUMNS: [Column<'_>; 5] = {
    let [source, files, records, share, persons] = words::TOGETHER_TITLES;
    [
        Column { title: source, kind: Kind::Text(12) },
        Column { title: files, kind: Kind::Number },
        Column { title: records, kind: Kind::Number },
        Column { title: share, kind: Kind::Number },
        Column { title: persons, kind: Kind::Number },
    ]
};

/// Downloads that are listed under a file or a part, and downloads and events that are listed of all; JSON and HTML list more.
const DOWNLOADS_SHOWN: usize = 3;
const DOWNLOADS_LISTED: usize = 20;
const EVENTS_LISTED: usize = 60;

const DOWNLOAD_COLUMNS: [Column<'_>; 4] = {
    let [download, rows, agrees, others] = log::DOWNLOAD_TITLES;
    [
        Column { title: download, kind: Kind::Text(20) },
        Column { title: rows, kind: Kind::Number },
        Column { title: agrees, kind: Kind::Text(20) },
        Column { title: others, kind: Kind::Text(20) },
    ]
};

const FOUND_COLUMNS: [Column<'_>; 4] = {
    let [download, rows, records, files] = log::FOUND_TITLES;
    [
        Column { title: download, kind: Kind::Text(20) },
        Column { title: rows, kind: Kind::Number },
        Column { title: records, kind: Kind::Text(12) },
        Column { title: files, kind: Kind::Text(16) },
    ]
};

const TIMELINE_COLUMNS: [Column<'_>; 3] = {
    let [when, what, of] = log::TIMELINE_TITLES;
    [
        Column { title: when, kind: Kind::Text(16) },
        Column { title: what, kind: Kind::Text(16) },
        Column { title: of, kind: Kind::Text(16) },
    ]
};

/// Writes text, the verdict of every file first.
pub(crate) struct TableWriter<'a, W> {
    case: &'a Case,
    width: u16,
    color: bool,
    out: W,
    summary: Summary,
    sum: Sum,
    /// What was when, as far as download logs are held against the files.
    events: Vec<EventView>,
}

impl<'a, W: Write> TableWriter<'a, W> {
    pub(crate) fn new(case: &'a Case, style: Style, out: W) -> Self {
        let width = style.max_width.max(MIN_WIDTH);
        let (summary, sum) = (Summary::default(), Sum::default());
        TableWriter { case, width, color: style.color, out, summary, sum, events: Vec::new() }
    }

    /// The verdict, then the file it is of.
    fn heading(&self, view: &FileView<'_>) -> String {
        let verdict = words::verdict(view.verdict).to_uppercase();
        let text = layout::pairs(&[(&verdict, visible(view.path))], 0, self.width);
        match text.strip_prefix(&verdict) {
            Some(rest) if self.color => format!("{}{verdict}\u{1b}[0m{rest}", color_of(view.verdict)),
            _ => text,
        }
    }

    fn sources(&self, sources: &[SourceView<'_>]) -> String {
        self.table(&COLUMNS, &sources.iter().map(cells).collect::<Vec<_>>())
    }

    /// A blank line and a table; nothing where it has no rows.
    fn table(&self, columns: &[Column<'_>], rows: &[Vec<String>]) -> String {
        if rows.is_empty() {
            return String::new();
        }
        let text = layout::table(columns, rows, 2, self.width)
            .unwrap_or_else(|| layout::stacked(columns, rows, 2, self.width));
        format!("\n{text}")
    }

    /// The downloads that fit a file and its parts.
    fn downloads(&self, log: &FileLog) -> String {
        let mut text = String::new();
        for part in &log.parts {
            text += "\n";
            text += &layout::paragraph(&log::heading(part, log.parts.len() == 1), 2, self.width);
            let rows = part.downloads.iter().take(DOWNLOADS_SHOWN).map(log::cells).collect::<Vec<_>>();
            text += &self.table(&DOWNLOAD_COLUMNS, &rows);
        }
        text
    }

    fn together(&self, view: &TogetherView<'_>) -> String {
        let mut text = format!("\n{}", layout::paragraph(&words::TOGETHER.to_uppercase(), 0, self.width));
        if !view.persons.comparable {
            text += &layout::paragraph(words::NOT_COMPARABLE, 2, self.width);
        }
        let cells = |source| words::cells_together(source, CLIENTS_SHOWN).to_vec();
        text += &self.table(&TOGETHER_COLUMNS, &view.sources.iter().map(cells).collect::<Vec<_>>());
        text += "\n";
        text + &layout::pairs(&words::facts_together(view), 2, self.width)
    }
}

impl<W: Write> ReportWriter for TableWriter<'_, W> {
    fn header(&mut self) -> Result<(), ReportError> {
        let title = format!("meibo {}", visible(&self.case.tool_version));
        let text =
            layout::paragraph(&title, 0, self.width) + &layout::pairs(&words::job(self.case), 2, self.width);
        self.out.write_all(text.as_bytes())?;
        Ok(())
    }

    fn file(&mut self, file: &FileCase) -> Result<(), ReportError> {
        let view = FileView::new(self.case, file)?;
        let mut text = format!("\n{}", self.heading(&view));
        for sentence in words::conclusion(&view) {
            text += &layout::paragraph(&words::plain(&sentence), 2, self.width);
        }
        text += &self.sources(&view.sources);
        text += "\n";
        text += &layout::pairs(&words::facts(&view), 2, self.width);
        if let Some(log) = view.log {
            text += &self.downloads(log);
            self.events.extend(log::events([(view.path, log)]));
        }
        self.out.write_all(text.as_bytes())?;
        self.summary.add(view.verdict);
        self.sum.add(file);
        Ok(())
    }

    fn log(&mut self, log: &CaseLog) -> Result<(), ReportError> {
        self.events.sort();
        self.events.dedup();
        let mut text = format!("\n{}", layout::paragraph(&log::TITLE.to_uppercase(), 0, self.width));
        text += &layout::pairs(&log::log_facts(log), 2, self.width);
        let found: Vec<Vec<String>> = log::told(log).take(DOWNLOADS_LISTED).map(log::found_cells).collect();
        text += &self.table(&FOUND_COLUMNS, &found);
        text += &log::more(log::told(log).count(), found.len())
            .map_or_else(String::new, |more| layout::paragraph(&more, 2, self.width));
        let rows: Vec<Vec<String>> =
            self.events.iter().take(EVENTS_LISTED).map(log::timeline_cells).collect();
        text += &self.table(&TIMELINE_COLUMNS, &rows);
        text += &log::more(self.events.len(), rows.len())
            .map_or_else(String::new, |more| layout::paragraph(&more, 2, self.width));
        text += "\n";
        log::NOTES.iter().for_each(|note| text += &layout::paragraph(note, 2, self.width));
        self.out.write_all(text.as_bytes())?;
        Ok(())
    }

    fn footer(&mut self, persons: CasePersons) -> Result<(), ReportError> {
        let view = self.sum.view(self.case, persons)?;
        let mut text = if view.files > 1 { self.together(&view) } else { String::new() };
        text += &format!("\n{}", layout::paragraph(&self.summary.text(), 0, self.width));
        for note in words::NOTES {
            text += &layout::paragraph(note, 0, self.width);
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()?;
        Ok(())
    }
}

/// A row under [`COLUMNS`].
fn cells(source: &SourceView<'_>) -> Vec<String> {
    vec![
        words::client(source, CLIENTS_SHOWN),
        count(source.records),
        count(source.persons),
        words::share(source),
        words::evidence(source),
        words::handover(source, HANDOVERS_SHOWN),
    ]
}

const fn color_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Attributed | Verdict::Mixed => "\u{1b}[1;32m",
        Verdict::Inconclusive => "\u{1b}[1;33m",
        Verdict::Unattributed => "\u{1b}[1m",
    }
}
