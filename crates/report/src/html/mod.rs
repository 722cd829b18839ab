//! Reports to print and to file: one page that needs nothing but itself. No script runs in it and nothing is fetched.
//!
//! What was found stands first, so that the page is written when all files are known.

mod charts;

use std::io::Write;

use meibo_attribution::{CasePersons, Overlap, Verdict};

use crate::{
    Case, FileCase, Lang, ReportError, ReportWriter,
    apart::{self, ApartView},
    gathered::{DOWNLOADS_LISTED, Gathered, Sections},
    log::{self, CaseLog, FileLog},
    numbers::{count, percent},
    text::visible,
    together::{TogetherSource, TogetherView},
    view::{FileView, SourceView},
    words::{self, Sentence, Span},
    writer::title,
};

const STYLE: &str = include_str!("report.css");

/// Titles of columns whose numbers stand to the right.
const NUMBERS: [&str; 5] = ["件", "人", "files", "share", "割合"];

/// Writes one HTML page.
pub(crate) struct HtmlWriter<'a, W> {
    case: &'a Case,
    lang: Lang,
    out: W,
    /// A row of the overview for each file.
    overview: String,
    sections: Sections,
    gathered: Gathered,
}

impl<'a, W: Write> HtmlWriter<'a, W> {
    pub(crate) fn new(case: &'a Case, lang: Lang, out: W) -> Self {
        let (overview, sections, gathered) = Default::default();
        HtmlWriter { case, lang, out, overview, sections, gathered }
    }
}

impl<W: Write> ReportWriter for HtmlWriter<'_, W> {
    fn header(&mut self) -> Result<(), ReportError> {
        let title = title(self.lang);
        write!(
            self.out,
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>meibo: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <h1>{title}</h1>\n",
            self.lang.as_str()
        )?;
        Ok(())
    }

    fn file(&mut self, file: &FileCase) -> Result<(), ReportError> {
        let view = FileView::new(self.case, file)?;
        let (class, verdict) = (class(view.verdict), words::verdict(self.lang, view.verdict));
        self.gathered.add(&view, file);
        let number = self.gathered.summary.files();
        self.overview += &overview(self.lang, &view, number);
        let mut text = format!(
            "<section id=\"file-{number}\">\n<h2><span class=\"{class}\">{verdict}</span> {}</h2>\n",
            name(view.path)
        );
        for words in words::conclusion(self.lang, &view) {
            text += &format!("<p>{}</p>\n", sentence(&words));
        }
        text += &charts::of_file(self.lang, &view);
        text += &sources(self.lang, &view.sources);
        text += &definitions(&words::facts(self.lang, &view));
        if let Some(log) = view.log {
            text += &downloads(self.lang, log);
        }
        self.sections.files += &text;
        self.sections.files += "</section>\n";
        Ok(())
    }

    fn log(&mut self, log: &CaseLog) -> Result<(), ReportError> {
        let lang = self.lang;
        let found: Vec<Vec<String>> =
            log::told(log).take(DOWNLOADS_LISTED).map(|found| log::found_cells(lang, found)).collect();
        let events: Vec<Vec<String>> =
            self.gathered.events().iter().map(|event| log::timeline_cells(lang, event)).collect();
        let mut text = format!("<section id=\"logs\">\n<h2>{}</h2>\n", log::title(lang));
        text += &definitions(&log::log_facts(lang, log));
        text += &plain_table(&log::found_titles(lang), &found);
        text += &log::more(lang, log::told(log).count(), found.len())
            .map_or_else(String::new, |more| format!("<p>{}</p>\n", escape(&more)));
        text += &plain_table(&log::timeline_titles(lang), &events);
        log::notes(lang).iter().for_each(|note| text += &format!("<p>{}</p>\n", escape(note)));
        self.sections.logs = text + "</section>\n";
        Ok(())
    }

    fn overlap(&mut self, overlap: &Overlap) -> Result<(), ReportError> {
        if let Some(view) = ApartView::new(self.case, overlap, &self.gathered.named)? {
            self.sections.overlap = apart(self.lang, &view);
        }
        Ok(())
    }

    fn footer(&mut self, persons: CasePersons) -> Result<(), ReportError> {
        let view = self.gathered.sum.view(self.case, persons)?;
        let mut text =
            format!("<p class=\"summary\">{}</p>\n", escape(&self.gathered.summary.text(self.lang)));
        if !self.overview.is_empty() {
            text += &table(&words::overview_titles(self.lang), &self.overview);
        }
        self.out.write_all(text.as_bytes())?;
        if view.files > 1 {
            self.out.write_all(together(self.lang, &view).as_bytes())?;
        }
        self.sections.write(&mut self.out)?;
        self.out.write_all(how_to_read(self.lang, self.case).as_bytes())?;
        self.out.flush()?;
        Ok(())
    }
}

/// A file as a row of the overview: what was found, and of whom.
fn overview(lang: Lang, view: &FileView<'_>, number: u64) -> String {
    let (class, verdict) = (class(view.verdict), words::verdict(lang, view.verdict));
    let source = |source: &SourceView<'_>| {
        let others = source
            .not_separable_from
            .iter()
            .map(|other| format!("{}{}", lang.of(" 又は ", " or "), name(other)));
        format!("{}{} ({})", name(source.client), others.collect::<String>(), escape(&percent(source.share)))
    };
    let sources: Vec<String> = view.sources.iter().map(source).collect();
    format!(
        "<tr><td class=\"{class}\">{verdict}</td><th scope=\"row\"><a href=\"#file-{number}\">{}</a></th>\
         <td class=\"n\">{}</td><td>{}</td></tr>\n",
        name(view.path),
        count(view.records),
        if sources.is_empty() { "–".to_owned() } else { sources.join("<br>") }
    )
}

/// What the style sheet calls a verdict: its English word, whatever the language.
fn class(verdict: Verdict) -> &'static str {
    words::verdict(Lang::En, verdict)
}

/// The method and its limits in plain words, and what was asked by which command: the end of the page.
fn how_to_read(lang: Lang, case: &Case) -> String {
    let title = lang.of("この報告の読み方", "How to read this");
    let mut text = format!("<section id=\"method\">\n<h2>{title}</h2>\n");
    for note in words::notes(lang).iter().chain(&words::limits(lang)) {
        text += &format!("<p>{}</p>\n", escape(note));
    }
    let (title, asked) = (lang.of("調べたもの", "What was asked"), words::asked(lang, case));
    text + &format!("<h3>{title}</h3>\n{}</section>\n</main>\n</body>\n</html>\n", definitions(&asked))
}

fn sources(lang: Lang, sources: &[SourceView<'_>]) -> String {
    if sources.is_empty() {
        return String::new();
    }
    let titles: Vec<&str> =
        words::source_titles(lang).into_iter().chain([words::not_separable_title(lang)]).collect();
    table(&titles, &sources.iter().map(|source| row(lang, source)).collect::<String>())
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
fn downloads(lang: Lang, log: &FileLog) -> String {
    let mut text = String::new();
    for part in &log.parts {
        text += &format!("<p>{}</p>\n", escape(&log::heading(lang, part, log.parts.len() == 1)));
        let rows: Vec<Vec<String>> =
            part.downloads.iter().map(|download| log::cells(lang, download)).collect();
        text += &plain_table(&log::download_titles(lang), &rows);
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

fn row(lang: Lang, source: &SourceView<'_>) -> String {
    let others: Vec<String> = source.not_separable_from.iter().map(|other| name(other)).collect();
    format!(
        "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}</td>\
         <td>{}</td></tr>\n",
        name(source.client),
        count(source.records),
        count(source.persons),
        escape(&words::share(lang, source)),
        escape(&words::evidence(lang, source)),
        escape(&words::handover(lang, source, usize::MAX)),
        others.join(", ")
    )
}

/// The section about clients that hold each other's people.
fn apart(lang: Lang, view: &ApartView<'_>) -> String {
    let mut text = format!("<section id=\"overlap\">\n<h2>{}</h2>\n", apart::title(lang));
    text += &format!("<p>{}</p>\n", escape(apart::note(lang, view)));
    text += &charts::of_pairs(lang, view);
    let rows: Vec<Vec<String>> = view.pairs.iter().map(|pair| apart::cells(lang, pair).to_vec()).collect();
    text + &plain_table(&apart::titles(lang), &rows) + "</section>\n"
}

/// The section about all files.
fn together(lang: Lang, view: &TogetherView<'_>) -> String {
    let mut text = format!("<section id=\"all\">\n<h2>{}</h2>\n", words::together_title(lang));
    if !view.persons.comparable {
        text += &format!("<p>{}</p>\n", escape(words::not_comparable(lang)));
    }
    text += &charts::of_all(lang, view);
    if !view.sources.is_empty() {
        let titles: Vec<&str> =
            words::together_titles(lang).into_iter().chain([words::not_separable_title(lang)]).collect();
        text += &table(
            &titles,
            &view.sources.iter().map(|source| row_together(lang, source)).collect::<String>(),
        );
    }
    text + &definitions(&words::facts_together(lang, view)) + "</section>\n"
}

fn row_together(lang: Lang, source: &TogetherSource<'_>) -> String {
    let [_, numbers @ ..] = words::cells_together(lang, source, 0);
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
    sentence.spans().map(span).collect()
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
