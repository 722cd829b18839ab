//! Reports to print and to file: one page that needs nothing but itself. No script runs in it and nothing is fetched.
//!
//! What was found stands first, so that the page is written when all files are known.

mod charts;

use std::io::Write;

use meibo_attribution::CasePersons;

use crate::{
    Case, FileCase, ReportError, ReportWriter,
    log::{self, CaseLog, EventView, FileLog},
    numbers::{count, percent},
    text::visible,
    together::{Sum, TogetherSource, TogetherView},
    view::{FileView, SourceView},
    words::{self, Sentence, Span, Summary},
};

const STYLE: &str = include_str!("report.css");

/// Downloads that are listed of all whose rows have turned up; JSON lists more.
const DOWNLOADS_LISTED: usize = 1_000;

const OVERVIEW: [&str; 4] = ["verdict", "file", "件", "sources (share of its records)"];

/// Titles of columns whose numbers stand to the right.
const NUMBERS: [&str; 4] = ["件", "人", "files", "share"];

const COLUMNS: [&str; 7] =
    ["source", "件", "人", "share (95%)", "evidence", "handover", "cannot be told apart from"];

/// Writes one HTML page.
pub(crate) struct HtmlWriter<'a, W> {
    case: &'a Case,
    out: W,
    /// A row of the overview for each file.
    overview: String,
    /// A section for each file.
    sections: String,
    /// What stands behind them.
    logs: String,
    summary: Summary,
    sum: Sum,
    /// What was when, as far as download logs are held against the files.
    events: Vec<EventView>,
}

impl<'a, W: Write> HtmlWriter<'a, W> {
    pub(crate) fn new(case: &'a Case, out: W) -> Self {
        let (overview, sections, logs) = Default::default();
        let (summary, sum) = (Summary::default(), Sum::default());
        HtmlWriter { case, out, overview, sections, logs, summary, sum, events: Vec::new() }
    }
}

impl<W: Write> ReportWriter for HtmlWriter<'_, W> {
    fn header(&mut self) -> Result<(), ReportError> {
        write!(
            self.out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>meibo: attribution</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <h1>Where the files came from</h1>\n"
        )?;
        Ok(())
    }

    fn file(&mut self, file: &FileCase) -> Result<(), ReportError> {
        let view = FileView::new(self.case, file)?;
        let verdict = words::verdict(view.verdict);
        self.summary.add(view.verdict);
        let number = self.summary.files();
        self.overview += &overview(&view, number);
        let mut text = format!(
            "<section id=\"file-{number}\">\n<h2><span class=\"{verdict}\">{verdict}</span> {}</h2>\n",
            name(view.path)
        );
        for words in words::conclusion(&view) {
            text += &format!("<p>{}</p>\n", sentence(&words));
        }
        text += &charts::of_file(&view);
        text += &sources(&view.sources);
        text += &definitions(&words::facts(&view));
        if let Some(log) = view.log {
            text += &downloads(log);
            self.events.extend(log::events([(view.path, log)]));
        }
        self.sections += &text;
        self.sections += "</section>\n";
        self.sum.add(file);
        Ok(())
    }

    fn log(&mut self, log: &CaseLog) -> Result<(), ReportError> {
        self.events.sort();
        self.events.dedup();
        let found: Vec<Vec<String>> = log::told(log).take(DOWNLOADS_LISTED).map(log::found_cells).collect();
        let events: Vec<Vec<String>> = self.events.iter().map(log::timeline_cells).collect();
        let mut text = format!("<section id=\"logs\">\n<h2>{}</h2>\n", log::TITLE);
        text += &definitions(&log::log_facts(log));
        text += &plain_table(&log::FOUND_TITLES, &found);
        text += &log::more(log::told(log).count(), found.len())
            .map_or_else(String::new, |more| format!("<p>{}</p>\n", escape(&more)));
        text += &plain_table(&log::TIMELINE_TITLES, &events);
        log::NOTES.iter().for_each(|note| text += &format!("<p>{}</p>\n", escape(note)));
        self.logs = text + "</section>\n";
        Ok(())
    }

    fn footer(&mut self, persons: CasePersons) -> Result<(), ReportError> {
        let view = self.sum.view(self.case, persons)?;
        let mut text = format!("<p class=\"summary\">{}</p>\n", escape(&self.summary.text()));
        if !self.overview.is_empty() {
            text += &table(&OVERVIEW, &self.overview);
        }
        self.out.write_all(text.as_bytes())?;
        if view.files > 1 {
            self.out.write_all(together(&view).as_bytes())?;
        }
        self.out.write_all(self.sections.as_bytes())?;
        self.out.write_all(self.logs.as_bytes())?;
        self.out.write_all(how_to_read(self.case).as_bytes())?;
        self.out.flush()?;
        Ok(())
    }
}

/// A file as a row of the overview: what was found, and of whom.
fn overview(view: &FileView<'_>, number: u64) -> String {
    let verdict = words::verdict(view.verdict);
    let source = |source: &SourceView<'_>| {
        let others = source.not_separable_from.iter().map(|other| format!(" or {}", name(other)));
        format!("{}{} ({})", name(source.client), others.collect::<String>(), escape(&percent(source.share)))
    };
    let sources: Vec<String> = view.sources.iter().map(source).collect();
    format!(
        "<tr><td class=\"{verdict}\">{verdict}</td><th scope=\"row\"><a href=\"#file-{number}\">{}</a></th>\
         <td class=\"n\">{}</td><td>{}</td></tr>\n",
        name(view.path),
        count(view.records),
        if sources.is_empty() { "–".to_owned() } else { sources.join("<br>") }
    )
}

/// The method and its limits in plain words, and what was asked by which command: the end of the page.
fn how_to_read(case: &Case) -> String {
    let mut text = "<section id=\"method\">\n<h2>How to read this</h2>\n".to_owned();
    for note in words::NOTES.iter().chain(&words::LIMITS) {
        text += &format!("<p>{}</p>\n", escape(note));
    }
    let version = ("tool", format!("meibo {}", visible(&case.tool_version)));
    let job: Vec<(&str, String)> = std::iter::once(version).chain(words::job(case)).collect();
    text + "<h3>What was asked</h3>\n" + &definitions(&job) + "</section>\n</main>\n</body>\n</html>\n"
}

fn sources(sources: &[SourceView<'_>]) -> String {
    if sources.is_empty() {
        return String::new();
    }
    table(&COLUMNS, &sources.iter().map(row).collect::<String>())
}

fn table(titles: &[&str], rows: &str) -> String {
    let class = |title: &str| if NUMBERS.contains(&title) { " class=\"n\"" } else { "" };
    let title = |title: &&str| format!("<th scope=\"col\"{}>{title}</th>", class(title));
    let titles: String = titles.iter().map(title).collect();
    format!(
        "<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>{titles}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

/// The downloads that fit a file and its parts.
fn downloads(log: &FileLog) -> String {
    let mut text = String::new();
    for part in &log.parts {
        text += &format!("<p>{}</p>\n", escape(&log::heading(part, log.parts.len() == 1)));
        let rows: Vec<Vec<String>> = part.downloads.iter().map(log::cells).collect();
        text += &plain_table(&log::DOWNLOAD_TITLES, &rows);
    }
    text
}

/// A table of cells that are text; nothing where it has no rows.
fn plain_table(titles: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let cell = |cell: &String| format!("<td>{}</td>", escape(cell));
    let row = |row: &Vec<String>| format!("<tr>{}</tr>\n", row.iter().map(cell).collect::<String>());
    table(titles, &rows.iter().map(row).collect::<String>())
}

fn row(source: &SourceView<'_>) -> String {
    let others: Vec<String> = source.not_separable_from.iter().map(|other| name(other)).collect();
    format!(
        "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}</td>\
         <td>{}</td></tr>\n",
        name(source.client),
        count(source.records),
        count(source.persons),
        escape(&words::share(source)),
        escape(&words::evidence(source)),
        escape(&words::handover(source, usize::MAX)),
        others.join(", ")
    )
}

/// The section about all files.
fn together(view: &TogetherView<'_>) -> String {
    let mut text = format!("<section id=\"all\">\n<h2>{}</h2>\n", words::TOGETHER);
    if !view.persons.comparable {
        text += &format!("<p>{}</p>\n", escape(words::NOT_COMPARABLE));
    }
    text += &charts::of_all(view);
    if !view.sources.is_empty() {
        let titles: Vec<&str> =
            words::TOGETHER_TITLES.into_iter().chain(["cannot be told apart from"]).collect();
        text += &table(&titles, &view.sources.iter().map(row_together).collect::<String>());
    }
    text + &definitions(&words::facts_together(view)) + "</section>\n"
}

fn row_together(source: &TogetherSource<'_>) -> String {
    let [_, numbers @ ..] = words::cells_together(source, 0);
    let cells: String = numbers.iter().map(|cell| format!("<td class=\"n\">{}</td>", escape(cell))).collect();
    let others: Vec<String> = source.not_separable_from.iter().map(|other| name(other)).collect();
    format!("<tr><th scope=\"row\">{}</th>{cells}<td>{}</td></tr>\n", name(source.client), others.join(", "))
}

fn definitions(facts: &[(&str, String)]) -> String {
    let one =
        |(label, value): &(&str, String)| format!("<dt>{}</dt><dd>{}</dd>\n", escape(label), escape(value));
    format!("<dl>\n{}</dl>\n", facts.iter().map(one).collect::<String>())
}

fn sentence(sentence: &Sentence<'_>) -> String {
    let span = |span: &Span<'_>| match span {
        Span::Plain(words) => escape(words),
        Span::Name(text) => name(text),
    };
    sentence.iter().map(span).collect()
}

/// A name that somebody else chose: isolated, so that its writing direction ends with it.
fn name(text: &str) -> String {
    format!("<bdi lang=\"ja\">{}</bdi>", escape(&visible(text)))
}

/// Text that is neither markup nor the end of an attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
