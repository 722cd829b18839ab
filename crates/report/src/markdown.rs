//! Reports as Markdown: to paste where people work, and to make other documents of.

use std::io::Write;

use meibo_attribution::{CasePersons, Overlap};

use crate::{
    Case, FileCase, Lang, ReportError, ReportWriter,
    apart::{self, ApartView},
    gathered::{DOWNLOADS_LISTED, Gathered, Sections},
    log::{self, CaseLog, FileLog},
    numbers::{count, percent},
    text::visible,
    together::TogetherView,
    view::{FileView, SourceView},
    words::{self, Sentence, Span},
    writer::title,
};

/// Writes Markdown with the tables of GitHub Flavored Markdown. What was found stands first, so that it is written when all files
/// are known.
pub(crate) struct MarkdownWriter<'a, W> {
    case: &'a Case,
    lang: Lang,
    out: W,
    /// A row of the overview for each file.
    overview: Vec<Vec<String>>,
    sections: Sections,
    gathered: Gathered,
}

impl<'a, W: Write> MarkdownWriter<'a, W> {
    pub(crate) fn new(case: &'a Case, lang: Lang, out: W) -> Self {
        let (overview, sections, gathered) = Default::default();
        MarkdownWriter { case, lang, out, overview, sections, gathered }
    }

    fn downloads(&self, log: &FileLog) -> String {
        let mut text = String::new();
        for part in &log.parts {
            text += &paragraph(&plain(&log::heading(self.lang, part, log.parts.len() == 1)));
            let rows = part.downloads.iter().map(|download| escaped(log::cells(self.lang, download)));
            text += &table(&log::download_titles(self.lang), rows);
        }
        text
    }

    fn together(&self, view: &TogetherView<'_>) -> String {
        let lang = self.lang;
        let mut text = heading(2, words::together_title(lang));
        if !view.persons.comparable {
            text += &paragraph(words::not_comparable(lang));
        }
        let row = |source| escaped(words::cells_together(lang, source, usize::MAX).to_vec());
        text += &table(&words::together_titles(lang), view.sources.iter().map(row));
        text + &facts(lang, words::facts_together(lang, view))
    }

    fn how_to_read(&self) -> String {
        let lang = self.lang;
        let mut text = heading(2, lang.of("この報告の読み方", "How to read this"));
        words::notes(lang).iter().chain(&words::limits(lang)).for_each(|note| text += &paragraph(note));
        text += &heading(3, lang.of("調べたもの", "What was asked"));
        text + &facts(lang, words::asked(lang, self.case))
    }
}

impl<W: Write> ReportWriter for MarkdownWriter<'_, W> {
    fn header(&mut self) -> Result<(), ReportError> {
        writeln!(self.out, "# {}", title(self.lang))?;
        Ok(())
    }

    fn file(&mut self, file: &FileCase) -> Result<(), ReportError> {
        let (lang, view) = (self.lang, FileView::new(self.case, file)?);
        let verdict = words::verdict(lang, view.verdict);
        self.overview.push(overview(lang, &view));
        let mut text = heading(2, &format!("{verdict}: {}", plain(&visible(view.path))));
        for sentence in words::conclusion(lang, &view) {
            text += &paragraph(&self::sentence(&sentence));
        }
        let rows = view.sources.iter().map(|source| cells(lang, source));
        text += &table(&words::source_titles(lang), rows);
        text += &facts(lang, words::facts(lang, &view));
        if let Some(log) = view.log {
            text += &self.downloads(log);
        }
        self.sections.files += &text;
        self.gathered.add(&view, file);
        Ok(())
    }

    fn log(&mut self, log: &CaseLog) -> Result<(), ReportError> {
        let lang = self.lang;
        let mut text = heading(2, log::title(lang)) + &facts(lang, log::log_facts(lang, log));
        let found = log::told(log).take(DOWNLOADS_LISTED);
        text += &table(&log::found_titles(lang), found.map(|found| escaped(log::found_cells(lang, found))));
        let all = log::told(log).count();
        text += &log::more(lang, all, all.min(DOWNLOADS_LISTED))
            .map_or_else(String::new, |more| paragraph(&plain(&more)));
        let events = self.gathered.events();
        let events = events.iter().map(|event| escaped(log::timeline_cells(lang, event)));
        text += &table(&log::timeline_titles(lang), events);
        log::notes(lang).iter().for_each(|note| text += &paragraph(note));
        self.sections.logs = text;
        Ok(())
    }

    fn overlap(&mut self, overlap: &Overlap) -> Result<(), ReportError> {
        let lang = self.lang;
        if let Some(view) = ApartView::new(self.case, overlap, &self.gathered.named)? {
            let rows = view.pairs.iter().map(|pair| escaped(apart::cells(lang, pair).to_vec()));
            self.sections.overlap = heading(2, apart::title(lang)) + &paragraph(apart::note(lang, &view));
            self.sections.overlap += &table(&apart::titles(lang), rows);
        }
        Ok(())
    }

    fn footer(&mut self, persons: CasePersons) -> Result<(), ReportError> {
        let view = self.gathered.sum.view(self.case, persons)?;
        let mut text = paragraph(&self.gathered.summary.text(self.lang));
        text += &table(&words::overview_titles(self.lang), std::mem::take(&mut self.overview));
        if view.files > 1 {
            text += &self.together(&view);
        }
        self.out.write_all(text.as_bytes())?;
        self.sections.write(&mut self.out)?;
        self.out.write_all(self.how_to_read().as_bytes())?;
        self.out.flush()?;
        Ok(())
    }
}

/// A file as a row of the overview: what was found, and of whom.
fn overview(lang: Lang, view: &FileView<'_>) -> Vec<String> {
    let source = |source: &SourceView<'_>| {
        let client = words::client(lang, source, usize::MAX);
        plain(&format!("{client} ({})", percent(source.share)))
    };
    let sources: Vec<String> = view.sources.iter().map(source).collect();
    vec![
        words::verdict(lang, view.verdict).to_owned(),
        plain(&visible(view.path)),
        count(view.records),
        if sources.is_empty() { "–".to_owned() } else { sources.join("<br>") },
    ]
}

/// A row under [`words::source_titles`].
fn cells(lang: Lang, source: &SourceView<'_>) -> Vec<String> {
    escaped(vec![
        words::client(lang, source, usize::MAX),
        count(source.records),
        count(source.persons),
        words::share(lang, source),
        words::evidence(lang, source),
        words::handover(lang, source, usize::MAX),
    ])
}

fn heading(level: usize, text: &str) -> String {
    format!("\n{} {text}\n", "#".repeat(level))
}

fn paragraph(text: &str) -> String {
    format!("\n{text}\n")
}

/// Labels and what stands under them; a label said once holds for those below it.
fn facts(lang: Lang, facts: impl IntoIterator<Item = words::Fact>) -> String {
    let titles = lang.of(["項目", "内容"], ["fact", "value"]);
    table(&titles, facts.into_iter().map(|(label, value)| vec![label.to_owned(), plain(&value)]))
}

/// A table of cells that are Markdown; nothing where it has no rows.
fn table(titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let rows: String = rows.into_iter().map(|row| format!("| {} |\n", row.join(" | "))).collect();
    if rows.is_empty() {
        return rows;
    }
    format!("\n| {} |\n|{}\n{rows}", titles.join(" | "), " --- |".repeat(titles.len()))
}

fn escaped(cells: Vec<String>) -> Vec<String> {
    cells.iter().map(|cell| plain(cell)).collect()
}

fn sentence(sentence: &Sentence<'_>) -> String {
    let span = |span: &Span<'_>| match span {
        Span::Plain(words) => plain(words),
        Span::Name(name) => plain(&crate::text::quoted(name)),
    };
    sentence.spans().map(span).collect()
}

/// Text that Markdown takes for nothing but text, nor for HTML. It comes without line feeds, and so does not begin one of its blocks.
pub(crate) fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&' | '~' | '#' | '$' | '@' | '!'
        ) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    // What looks like an address of the web would become a link.
    escaped.replace("://", "\\://").replace("www.", "www\\.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_markup() {
        assert_eq!(plain("a|b *c* <br> [d](e) `f` #1 &amp;"), r"a\|b \*c\* \<br\> \[d\](e) \`f\` \#1 \&amp;");
        assert_eq!(plain("http://a www.b.c x@y"), r"http\://a www\.b.c x\@y");
    }

    #[test]
    fn a_table_without_rows_is_none() {
        assert_eq!(table(&["a"], []), "");
        assert_eq!(
            table(&["a", "b"], [vec!["1".into(), "2".into()]]),
            "\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"
        );
    }
}
