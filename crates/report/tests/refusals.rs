//! What is not reported, and what is left of a report then.
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::io::{self, Write};

use crate::common::{case, cases, file, persons, source};
use meibo_attribution::{CasePersons, HandoverChoice, Verdict};
use meibo_report::{FileCase, Format, ReportError, Style, json::v1, writer};

fn refused(file: &FileCase) -> ReportError {
    let case = case();
    let mut out = Vec::new();
    let mut report = writer(Format::Json, &case, Style::default(), &mut out);
    let error = report.file(file).unwrap_err();
    drop(report);
    assert!(out.is_empty(), "a refused file leaves nothing behind");
    error
}

#[test]
fn numbers_without_a_name_are_refused() {
    let wild = |change: fn(&mut meibo_attribution::Source)| {
        let mut source = source(0, 10, 1.0, 9.0);
        change(&mut source);
        refused(&file("x.csv", Verdict::Attributed, vec![source], 0))
    };
    let error = wild(|s| s.client = 8);
    assert!(matches!(error, ReportError::UnknownClient { client: 8, clients: 8, .. }), "{error}");
    let error = wild(|s| s.not_separable_from = vec![usize::MAX]);
    assert!(matches!(error, ReportError::UnknownClient { client: usize::MAX, .. }), "{error}");
    let error = wild(|s| s.handover = HandoverChoice { best: Some(10), ..HandoverChoice::default() });
    assert!(matches!(error, ReportError::UnknownHandover { handover: 10, handovers: 10, .. }), "{error}");
    let error = wild(|s| s.handover.candidates = vec![0, 11]);
    assert!(matches!(error, ReportError::UnknownHandover { handover: 11, .. }), "{error}");
}

#[test]
fn a_verdict_that_its_sources_deny_is_refused() {
    for (verdict, sources) in [
        (Verdict::Attributed, Vec::new()),
        (Verdict::Mixed, Vec::new()),
        (Verdict::Unattributed, vec![source(0, 1, 0.1, 9.0)]),
    ] {
        let error = refused(&file("x.csv", verdict, sources, 9));
        assert!(matches!(error, ReportError::VerdictWithoutSources { .. }), "{error}");
        assert!(error.to_string().starts_with("x.csv: "), "{error}");
    }
}

#[test]
fn an_error_shows_what_a_file_name_hides() {
    let error = refused(&file("x\u{1b}[2J\n.csv", Verdict::Mixed, Vec::new(), 9));
    assert!(error.to_string().starts_with(r"x\u{1b}[2J\n.csv: "), "{error}");
}

#[test]
fn a_refused_file_does_not_spoil_the_report() {
    let case = case();
    let good: Vec<FileCase> = cases().into_iter().map(|(_, file)| file).take(2).collect();
    let mut out = Vec::new();
    let mut report = writer(Format::Json, &case, Style::default(), &mut out);
    report.header().unwrap();
    assert!(report.file(&file("bad.csv", Verdict::Mixed, Vec::new(), 1)).is_err());
    report.file(&good[0]).unwrap();
    assert!(report.file(&file("bad.csv", Verdict::Mixed, Vec::new(), 1)).is_err());
    report.file(&good[1]).unwrap();
    report.footer(persons(&good)).unwrap();
    drop(report);
    let read: v1::Report = serde_json::from_slice(&out).unwrap();
    assert_eq!(read.files.len(), 2);
}

#[test]
fn persons_that_the_files_cannot_hold_are_refused() {
    let (case, files) = (
        case(),
        [
            file("x.csv", Verdict::Inconclusive, Vec::new(), 200),
            file("y.csv", Verdict::Inconclusive, Vec::new(), 100),
        ],
    );
    let footer = |format, persons| {
        let mut report = writer(format, &case, Style::default(), io::sink());
        files.iter().for_each(|file| report.file(file).unwrap());
        report.footer(CasePersons { persons, exact: true, comparable: true })
    };
    for format in [Format::Table, Format::Json, Format::Html] {
        for persons in [198, 297] {
            footer(format, persons).unwrap();
        }
        for persons in [0, 197, 298, u64::MAX] {
            let error = footer(format, persons).unwrap_err();
            assert!(matches!(error, ReportError::PersonsDoNotAddUp { least: 198, most: 297, .. }), "{error}");
        }
    }
}

/// A disk that is full.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let (case, files) = (case(), cases());
    for format in Format::ALL {
        let mut report = writer(format, &case, Style::default(), Full);
        // What says first what was found is written at its end.
        let at_end = matches!(format, Format::Html | Format::Markdown | Format::Xlsx);
        let file = report.file(&files[0].1);
        assert!(at_end && file.is_ok() || matches!(file, Err(ReportError::Io(_))));
        let written = if file.is_ok() { std::slice::from_ref(&files[0].1) } else { &[] };
        assert!(matches!(report.footer(persons(written)), Err(ReportError::Io(_))));
    }
}
