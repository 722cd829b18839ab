//! Reports as a workbook: to sort, to filter and to count on with. Numbers are numbers, what others named is text and never a formula.

use std::io::{self, Write};

use meibo_attribution::{CasePersons, Overlap};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::{
    Case, FileCase, Lang, ReportError, ReportWriter,
    apart::{ApartView, Pair},
    gathered::Gathered,
    log::{self, CaseLog},
    overlap::HeldView,
    text::visible,
    together::{TogetherSource, TogetherView},
    untied,
    view::{FileView, SourceView},
    words,
};

/// Characters that a cell can hold.
const MOST_CHARACTERS: usize = 32_767;
/// Rows that a sheet can hold.
const MOST_ROWS: u32 = 1_048_576;

/// What a cell holds.
enum Cell {
    Text(String),
    Count(u64),
    /// Of a whole, 0 to 1; written as per cent.
    Share(f64),
    /// A number with one decimal.
    Tenths(f64),
}

/// A sheet that is being filled.
struct Sheet {
    name: &'static str,
    titles: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    fn new(name: &'static str, titles: &[&'static str]) -> Self {
        Sheet { name, titles: titles.to_vec(), rows: Vec::new() }
    }
}

/// Writes a workbook when all files are known. It holds no time of its own, so that the same input gives the same bytes.
pub(crate) struct WorkbookWriter<'a, W> {
    case: &'a Case,
    lang: Lang,
    out: W,
    files: Sheet,
    sources: Sheet,
    untied: Sheet,
    facts: Sheet,
    downloads: Sheet,
    logs: Vec<Sheet>,
    apart: Option<Sheet>,
    gathered: Gathered,
}

impl<'a, W: Write> WorkbookWriter<'a, W> {
    pub(crate) fn new(case: &'a Case, lang: Lang, out: W) -> Self {
        let of = |ja, en| lang.of(ja, en);
        let file = of("ファイル", "file");
        let [download, rows, agrees, others] = log::download_titles(lang);
        WorkbookWriter {
            case,
            lang,
            out,
            files: Sheet::new(of("判定", "Verdicts"), &file_titles(lang)),
            sources: Sheet::new(of("出所", "Sources"), &source_titles(lang)),
            untied: Sheet::new(
                of("出所と結べない行", "Not tied"),
                &[file, of("理由・居住地", "reason or place"), "件"],
            ),
            facts: Sheet::new(of("詳細", "Facts"), &[file, of("項目", "fact"), of("内容", "value")]),
            downloads: Sheet::new(of("ダウンロード", "Downloads"), &[file, download, rows, agrees, others]),
            logs: Vec::new(),
            apart: None,
            gathered: Gathered::default(),
        }
    }

    fn untied(&mut self, path: &str, view: &FileView<'_>) {
        let reasons =
            untied::reasons(self.lang, &view.untied).map(|(what, records)| (what.to_owned(), records));
        let all = reasons.into_iter().chain(untied::places(self.lang, &view.untied));
        let rows = all.filter(|(_, records)| *records > 0);
        self.untied.rows.extend(rows.map(|(what, n)| vec![text(path), Cell::Text(what), Cell::Count(n)]));
    }

    /// The files together, and the method and what was asked.
    fn together(&self, view: &TogetherView<'_>) -> Sheet {
        let lang = self.lang;
        let mut sheet = Sheet::new(words::together_title(lang), &together_titles(lang));
        sheet.rows.extend(view.sources.iter().map(together_cells));
        sheet
    }

    fn how_to_read(&self, view: &TogetherView<'_>) -> Sheet {
        let lang = self.lang;
        let titles = lang.of(["項目", "内容"], ["fact", "value"]);
        let mut sheet = Sheet::new(lang.of("読み方", "How to read this"), &titles);
        let mut add = |label: &str, value: String| sheet.rows.push(vec![text(label), Cell::Text(value)]);
        add(lang.of("判定", "verdicts"), self.gathered.summary.text(lang));
        let facts = words::asked(lang, self.case).into_iter().chain(words::facts_together(lang, view));
        facts.for_each(|(label, value)| add(label, value));
        let not_comparable = (!view.persons.comparable).then(|| words::not_comparable(lang));
        let notes = words::notes(lang).into_iter().chain(not_comparable).chain(words::limits(lang));
        notes.for_each(|note| add(lang.of("注", "note"), note.to_owned()));
        sheet
    }
}

impl<W: Write> ReportWriter for WorkbookWriter<'_, W> {
    fn header(&mut self) -> Result<(), ReportError> {
        Ok(())
    }

    fn file(&mut self, file: &FileCase) -> Result<(), ReportError> {
        let (lang, view) = (self.lang, FileView::new(self.case, file)?);
        let path = visible(view.path);
        self.files.rows.push(file_cells(lang, &path, &view));
        self.sources.rows.extend(view.sources.iter().map(|source| source_cells(lang, &path, source)));
        self.untied(&path, &view);
        let facts = words::facts(lang, &view).into_iter();
        self.facts.rows.extend(facts.map(|(label, value)| vec![text(&path), text(label), Cell::Text(value)]));
        for part in view.log.iter().flat_map(|log| &log.parts) {
            let cells = part.downloads.iter().map(|of| log::cells(lang, of));
            let rows =
                cells.map(|cells| std::iter::once(text(&path)).chain(cells.into_iter().map(Cell::Text)));
            self.downloads.rows.extend(rows.map(Iterator::collect));
        }
        self.gathered.add(&view, file);
        Ok(())
    }

    fn overlap(&mut self, overlap: &Overlap) -> Result<(), ReportError> {
        let lang = self.lang;
        let Some(view) = ApartView::new(self.case, overlap, &self.gathered.named)? else { return Ok(()) };
        let mut sheet = Sheet::new(lang.of("委託元の重なり", "Overlap"), &overlap_titles(lang));
        sheet.rows.extend(view.pairs.iter().map(overlap_cells));
        self.apart = Some(sheet);
        Ok(())
    }

    fn log(&mut self, log: &CaseLog) -> Result<(), ReportError> {
        let lang = self.lang;
        let texts = |cells: Vec<String>| cells.into_iter().map(Cell::Text).collect::<Vec<_>>();
        let mut found = Sheet::new(lang.of("現れたもの", "Turned up"), &log::found_titles(lang));
        found.rows.extend(log::told(log).map(|of| texts(log::found_cells(lang, of))));
        let mut timeline = Sheet::new(lang.of("時系列", "Timeline"), &log::timeline_titles(lang));
        timeline
            .rows
            .extend(self.gathered.events().iter().map(|event| texts(log::timeline_cells(lang, event))));
        let mut logs = Sheet::new(log::title(lang), &lang.of(["項目", "内容"], ["fact", "value"]));
        let notes = log::notes(lang).map(|note| (lang.of("注", "note"), note.to_owned()));
        let facts = log::log_facts(lang, log).into_iter().chain(notes);
        logs.rows.extend(facts.map(|(label, value)| vec![text(label), Cell::Text(value)]));
        self.logs = vec![found, timeline, logs];
        Ok(())
    }

    fn footer(&mut self, persons: CasePersons) -> Result<(), ReportError> {
        let view = self.gathered.sum.view(self.case, persons)?;
        let (together, how_to_read) = (self.together(&view), self.how_to_read(&view));
        let own = [&self.files, &self.sources, &together, &self.untied, &self.facts, &self.downloads];
        let sheets = own.into_iter().chain(&self.apart).chain(&self.logs).chain([&how_to_read]);
        let bytes = workbook(sheets.filter(|sheet| !sheet.rows.is_empty())).map_err(refused)?;
        self.out.write_all(&bytes)?;
        self.out.flush()?;
        Ok(())
    }
}

const fn file_titles(lang: Lang) -> [&'static str; 9] {
    match lang {
        Lang::Ja => {
            ["判定", "ファイル", "行数", "件", "人", "出所不明の件", "出所不明の割合", "結論", "BLAKE3"]
        }
        Lang::En => [
            "verdict",
            "file",
            "rows",
            "件",
            "人",
            "unattributed 件",
            "unattributed share",
            "conclusion",
            "BLAKE3",
        ],
    }
}

/// A row under [`file_titles`].
fn file_cells(lang: Lang, path: &str, view: &FileView<'_>) -> Vec<Cell> {
    let conclusion: Vec<String> = words::conclusion(lang, view).iter().map(words::Sentence::plain).collect();
    vec![
        text(words::verdict(lang, view.verdict)),
        text(path),
        Cell::Count(view.rows),
        Cell::Count(view.records),
        Cell::Count(view.persons),
        Cell::Count(view.unattributed_records),
        Cell::Share(view.unattributed_share),
        Cell::Text(conclusion.join(lang.of("", " "))),
        Cell::Text(visible(view.blake3)),
    ]
}

const fn source_titles(lang: Lang) -> [&'static str; 13] {
    match lang {
        Lang::Ja => [
            "ファイル",
            "出所",
            "区別できない委託元",
            "件",
            "人",
            "割合",
            "95 %区間の下端",
            "95 %区間の上端",
            "証拠",
            "log10 e",
            "最も確からしい受渡し",
            "除外できない受渡し",
            "持出し時期",
        ],
        Lang::En => [
            "file",
            "source",
            "cannot be told apart from",
            "件",
            "人",
            "share",
            "95% interval from",
            "95% interval to",
            "evidence",
            "log10 e",
            "likeliest handover",
            "handovers not ruled out",
            "taken",
        ],
    }
}

/// A row under [`source_titles`].
fn source_cells(lang: Lang, path: &str, source: &SourceView<'_>) -> Vec<Cell> {
    let [low, high] = source.share_interval;
    vec![
        text(path),
        Cell::Text(visible(source.client)),
        names(&source.not_separable_from),
        Cell::Count(source.records),
        Cell::Count(source.persons),
        Cell::Share(source.share),
        Cell::Share(low),
        Cell::Share(high),
        text(words::strength(lang, source.strength)),
        Cell::Tenths(source.log10_e),
        Cell::Text(source.best.map_or_else(String::new, visible)),
        names(&source.candidates),
        Cell::Text(words::taken(lang, source).unwrap_or_default()),
    ]
}

const fn together_titles(lang: Lang) -> [&'static str; 7] {
    match lang {
        Lang::Ja => {
            ["出所", "区別できない委託元", "ファイル", "件", "割合", "人（少なくとも）", "人（多くとも）"]
        }
        Lang::En => {
            ["source", "cannot be told apart from", "files", "件", "share", "人 at least", "人 at most"]
        }
    }
}

/// A row under [`together_titles`].
fn together_cells(source: &TogetherSource<'_>) -> Vec<Cell> {
    let [least, most] = source.persons;
    vec![
        Cell::Text(visible(source.client)),
        names(&source.not_separable_from),
        Cell::Count(source.files),
        Cell::Count(source.records),
        Cell::Share(source.share),
        Cell::Count(least),
        Cell::Count(most),
    ]
}

const fn overlap_titles(lang: Lang) -> [&'static str; 7] {
    match lang {
        Lang::Ja => {
            ["委託元", "その人を持つ委託元", "標本の人", "持つ人", "割合", "95 %区間の下端", "95 %区間の上端"]
        }
        Lang::En => {
            ["client", "is held by", "sampled", "held", "share", "95% interval from", "95% interval to"]
        }
    }
}

/// A row under [`overlap_titles`].
fn overlap_cells(pair: &Pair<'_>) -> Vec<Cell> {
    let HeldView { client, of, held, rate, interval: [low, high], .. } = pair.held;
    let share = [rate, low, high].map(Cell::Share);
    let names = [pair.owner, client].map(|name| Cell::Text(visible(name)));
    names.into_iter().chain([Cell::Count(of), Cell::Count(held)]).chain(share).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// Names in one cell.
fn names(names: &[&str]) -> Cell {
    Cell::Text(names.iter().map(|name| visible(name)).collect::<Vec<_>>().join(", "))
}

/// How cells look.
struct Looks {
    title: Format,
    text: Format,
    count: Format,
    share: Format,
    tenths: Format,
}

impl Looks {
    fn new() -> Self {
        let number =
            |format: &str| Format::new().set_num_format(format).set_align(rust_xlsxwriter::FormatAlign::Top);
        Looks {
            title: Format::new().set_bold().set_text_wrap(),
            text: Format::new().set_text_wrap().set_align(rust_xlsxwriter::FormatAlign::Top),
            count: number("#,##0"),
            share: number("0.0%"),
            tenths: number("0.0"),
        }
    }
}

/// The bytes of a workbook with these sheets.
fn workbook<'s>(sheets: impl Iterator<Item = &'s Sheet>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&properties);
    let looks = Looks::new();
    for sheet in sheets {
        fill(workbook.add_worksheet(), sheet, &looks)?;
    }
    workbook.save_to_buffer()
}

fn fill(worksheet: &mut Worksheet, sheet: &Sheet, looks: &Looks) -> Result<(), XlsxError> {
    worksheet.set_name(sheet.name)?.set_freeze_panes(1, 0)?;
    for (column, title) in (0_u16..).zip(&sheet.titles) {
        worksheet.write_string_with_format(0, column, *title, &looks.title)?;
        let texts = sheet.rows.iter().filter_map(|row| match row.get(usize::from(column))? {
            Cell::Text(text) => Some(text),
            _ => None,
        });
        worksheet.set_column_width(column, width(title, texts))?;
    }
    for (row, cells) in (1..MOST_ROWS).zip(&sheet.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) => {
                    worksheet.write_string_with_format(row, column, fitting(text), &looks.text)?
                }
                Cell::Count(n) => worksheet.write_number_with_format(row, column, *n as f64, &looks.count)?,
                Cell::Share(share) => {
                    worksheet.write_number_with_format(row, column, *share, &looks.share)?
                }
                Cell::Tenths(n) => worksheet.write_number_with_format(row, column, *n, &looks.tenths)?,
            };
        }
    }
    let last = u32::try_from(sheet.rows.len()).unwrap_or(MOST_ROWS).min(MOST_ROWS - 1);
    worksheet.autofilter(0, 0, last, (sheet.titles.len() as u16).saturating_sub(1))?;
    Ok(())
}

/// The width of a column in which most of its texts can be read.
fn width<'t>(title: &str, texts: impl Iterator<Item = &'t String>) -> f64 {
    use unicode_width::UnicodeWidthStr as _;
    let widest = texts.take(1_000).map(|text| text.width()).chain([title.width(), 9]).max().unwrap_or(9);
    widest.min(60) as f64 + 2.0
}

/// A text that fits into a cell; what is cut off is said.
fn fitting(text: &str) -> String {
    if text.encode_utf16().count() <= MOST_CHARACTERS {
        return text.to_owned();
    }
    // Sixteen-bit units are counted; no character is more than two.
    let kept: String = text.chars().take(MOST_CHARACTERS / 2 - 50).collect();
    format!("{kept} … (+{})", text.chars().count() - kept.chars().count())
}

fn refused(error: XlsxError) -> ReportError {
    ReportError::Io(io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_says_what_is_cut_off() {
        assert_eq!(fitting("名簿"), "名簿");
        let long = "𠮷".repeat(MOST_CHARACTERS);
        let cut = fitting(&long);
        assert!(
            cut.encode_utf16().count() <= MOST_CHARACTERS && cut.ends_with(" … (+16434)"),
            "{}",
            cut.len()
        );
    }
}
