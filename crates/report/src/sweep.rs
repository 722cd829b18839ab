//! What a sweep found, as people read it and as programs do.
//!
//! ```
//! use meibo_report::{Case, RegistryFacts, Style, sweep};
//!
//! let case = Case {
//!     tool_version: "0.1.0".into(),
//!     registry: RegistryFacts {
//!         key_id: "00".into(), clients: 1, handovers: 1, digest: "blake3:00".into(), exact_handovers: None,
//!     },
//!     clients: vec!["client-01".into()],
//!     handovers: vec!["2020-04-01".into()],
//!     command_line: None,
//! };
//! let nothing = sweep::Swept { files: 12, bytes: 34_567, ..sweep::Swept::default() };
//! let mut out = Vec::new();
//! sweep::write_json(&case, &nothing, &mut out)?;
//! assert!(out.starts_with(br#"{"schema":"meibo.sweep/1""#));
//! # Ok::<(), meibo_report::ReportError>(())
//! ```

use std::io::Write;
use std::ops::Range;

use crate::{
    Case, FileCase, Lang, ReportError, Style, json,
    layout::{self, Column, Kind, MIN_WIDTH},
    numbers::count,
    text::visible,
    view::{FileView, SourceView},
    words,
};

/// What was swept, and what was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Swept {
    /// Files that were read, those inside archives not counted.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Places with rows of registered lists, in the order of the paths.
    pub finds: Vec<Find>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// A file, or a part of one, with rows of registered lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    /// The file and what was found out about it; its digest is that of the bytes in `bytes`.
    pub file: FileCase,
    /// Which bytes of the file were looked at; none for all of it.
    pub bytes: Option<Range<u64>>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where it was.
    pub path: String,
    /// Why, in words that hold no person's value.
    pub reason: String,
}

/// Writes what was found as text for people.
///
/// # Errors
/// When an answer contradicts itself, or the destination refuses the bytes.
pub fn write_table(case: &Case, swept: &Swept, style: Style, mut out: impl Write) -> Result<(), ReportError> {
    out.write_all(text(case, swept, style)?.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes what was found as one JSON document ([`json::sweep_v1::Report`]).
///
/// # Errors
/// When an answer contradicts itself, or the destination refuses the bytes.
pub fn write_json(case: &Case, swept: &Swept, out: impl Write) -> Result<(), ReportError> {
    json::write_sweep(case, swept, out)
}

const COLUMNS: [Column<'_>; 5] = [
    Column { title: "source", kind: Kind::Text(12) },
    Column { title: "件", kind: Kind::Number },
    Column { title: "人", kind: Kind::Number },
    Column { title: "evidence", kind: Kind::Text(16) },
    Column { title: "handover", kind: Kind::Text(16) },
];
/// Handovers and clients that are listed beside the likeliest one; JSON lists all.
const SHOWN: usize = 4;

fn text(case: &Case, swept: &Swept, style: Style) -> Result<String, ReportError> {
    let width = style.max_width.max(MIN_WIDTH);
    let title = format!("meibo {}", visible(&case.tool_version));
    let mut text =
        layout::paragraph(&title, 0, width) + &layout::pairs(&words::job(Lang::En, case), 2, width);
    for find in &swept.finds {
        let view = FileView::new(case, &find.file)?;
        text += "\n";
        text += &layout::paragraph(&place(view.path, find.bytes.as_ref()), 0, width);
        if view.sources.is_empty() || !view.background_unknown.is_empty() {
            for sentence in words::conclusion(Lang::En, &view) {
                text += &layout::paragraph(&sentence.plain(), 2, width);
            }
        }
        let rows: Vec<Vec<String>> = view.sources.iter().map(cells).collect();
        if !rows.is_empty() {
            text += &layout::table(&COLUMNS, &rows, 2, width)
                .unwrap_or_else(|| layout::stacked(&COLUMNS, &rows, 2, width));
        }
    }
    text += "\n";
    text += &layout::paragraph(&summary(swept), 0, width);
    let notes = words::notes(Lang::En);
    let notes: &[&str] = if swept.finds.is_empty() { &[] } else { &notes };
    notes.iter().for_each(|note| text += &layout::paragraph(note, 0, width));
    Ok(text)
}

fn place(path: &str, bytes: Option<&Range<u64>>) -> String {
    match bytes {
        None => visible(path),
        Some(bytes) => format!("{}, bytes {} to {}", visible(path), bytes.start, bytes.end),
    }
}

fn cells(source: &SourceView<'_>) -> Vec<String> {
    vec![
        words::client(Lang::En, source, SHOWN),
        count(source.records),
        count(source.persons),
        words::evidence(Lang::En, source),
        words::handover(Lang::En, source, SHOWN),
    ]
}

fn summary(swept: &Swept) -> String {
    let files = |n: u64| format!("{} {}", count(n), if n == 1 { "file" } else { "files" });
    let unread = match swept.unread.len() as u64 {
        0 => String::new(),
        1 => "; 1 thing could not be read".to_owned(),
        n => format!("; {} things could not be read", count(n)),
    };
    let found = match swept.finds.len() as u64 {
        0 => "no rows of registered lists were found".to_owned(),
        1 => "rows of registered lists in 1 place".to_owned(),
        n => format!("rows of registered lists in {} places", count(n)),
    };
    format!("{} read, {} bytes: {found}{unread}.", files(swept.files), count(swept.bytes))
}
