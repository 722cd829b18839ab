//! Each format over each case, as it stands in `snapshots`.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use crate::common::{case, cases, report, report_bytes, sheets};
use meibo_report::{FileCase, Format, Lang, Style};

const JAPANESE: Style = Style { max_width: 100, color: false, lang: Lang::Ja };

fn snapshot_each(format: Format, style: Style, label: &str) {
    let case = case();
    for (name, file) in cases() {
        insta::assert_snapshot!(format!("{label}_{name}"), report(&case, &[file], format, style).unwrap());
    }
}

fn all_files() -> Vec<FileCase> {
    cases().into_iter().map(|(_, file)| file).collect()
}

#[test]
fn table() {
    snapshot_each(Format::Table, Style::default(), "table");
}

#[test]
fn narrow_table() {
    snapshot_each(Format::Table, Style { max_width: 60, ..Style::default() }, "table60");
}

#[test]
fn japanese_table() {
    snapshot_each(Format::Table, JAPANESE, "table_ja");
}

#[test]
fn japanese_page_of_all_cases() {
    insta::assert_snapshot!(report(&case(), &all_files(), Format::Html, JAPANESE).unwrap());
}

#[test]
fn markdown_of_all_cases() {
    for (label, style) in [("en", Style::default()), ("ja", JAPANESE)] {
        let text = report(&case(), &all_files(), Format::Markdown, style).unwrap();
        insta::assert_snapshot!(format!("markdown_{label}"), text);
    }
}

/// Sheet by sheet, a line for each row.
#[test]
fn workbook_of_all_cases() {
    for (label, style) in [("en", Style::default()), ("ja", JAPANESE)] {
        let bytes = report_bytes(&case(), &all_files(), Format::Xlsx, style).unwrap();
        let lines = |(name, rows): (String, Vec<Vec<String>>)| {
            let rows: String = rows.iter().map(|row| row.join(" | ").replace('\n', "⏎") + "\n").collect();
            format!("== {name}\n{rows}")
        };
        let text: String = sheets(&bytes).into_iter().map(lines).collect();
        insta::assert_snapshot!(format!("workbook_{label}"), text);
    }
}

/// Whatever the language, the same numbers: a number that one of them leaves out was forgotten in it.
#[test]
fn both_languages_say_the_same_numbers() {
    let numbers = |lang| {
        let text =
            report(&case(), &all_files(), Format::Table, Style { max_width: 999, lang, ..JAPANESE }).unwrap();
        let digits = text.split(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.'));
        let mut numbers: Vec<String> = digits
            .map(|number| number.trim_matches(['.', ',']).to_owned())
            .filter(|number| number.len() > 1)
            .collect();
        numbers.sort();
        numbers
    };
    assert_eq!(numbers(Lang::Ja), numbers(Lang::En));
}

#[test]
fn json() {
    snapshot_each(Format::Json, Style::default(), "json");
}

#[test]
fn ndjson_of_all_cases() {
    insta::assert_snapshot!(report(&case(), &all_files(), Format::Ndjson, Style::default()).unwrap());
}

#[test]
fn html_of_all_cases() {
    insta::assert_snapshot!(report(&case(), &all_files(), Format::Html, Style::default()).unwrap());
}

#[test]
fn several_files_together() {
    let files: Vec<FileCase> = cases()
        .into_iter()
        .filter(|(name, _)| ["attributed", "mixed_with_twins"].contains(name))
        .map(|(_, file)| file)
        .collect();
    for format in [Format::Table, Format::Json] {
        insta::assert_snapshot!(
            format!("together_{}", format.as_str()),
            report(&case(), &files, format, Style::default()).unwrap()
        );
    }
    let all =
        report(&case(), &all_files(), Format::Table, Style { max_width: 60, ..Style::default() }).unwrap();
    insta::assert_snapshot!("together_table60", &all[all.find("ALL FILES TOGETHER").unwrap()..]);
}

#[test]
fn something_is_said_of_no_files_at_all() {
    let case = case();
    for format in [Format::Table, Format::Json, Format::Html, Format::Markdown] {
        insta::assert_snapshot!(
            format!("nothing_{}", format.as_str()),
            report(&case, &[], format, Style::default()).unwrap()
        );
    }
    assert_eq!(report(&case, &[], Format::Ndjson, Style::default()).unwrap(), "");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let (case, files) = (case(), all_files());
    let plain = report(&case, &files, Format::Table, Style::default()).unwrap();
    let color = Style { color: true, ..Style::default() };
    let coloured = report(&case, &files, Format::Table, color).unwrap();
    assert_eq!(coloured.matches("\u{1b}[0m").count(), files.len());
    let stripped = ["\u{1b}[1;32m", "\u{1b}[1;33m", "\u{1b}[1m", "\u{1b}[0m"]
        .iter()
        .fold(coloured, |text, code| text.replace(code, ""));
    assert_eq!(stripped, plain);
}

#[test]
fn formats_are_known_by_their_names() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse(), Ok(format));
    }
    let error = "xml".parse::<Format>().unwrap_err().to_string();
    assert_eq!(error, "no report format is called \"xml\"; use table, json, ndjson, html, markdown or xlsx");
}
