//! Overlaps as people and programs get them.
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use crate::common::{case, cases, persons, sheets};
use meibo_attribution::{ClientOverlap, Held, Overlap};
use meibo_report::json::overlap_v1::{Report, SCHEMA};
use meibo_report::{Case, FileCase, Format, Lang, ReportError, Style, overlap, writer};
use proptest::prelude::*;

fn held(held: u64, of: u64) -> Option<Held> {
    let rate = held as f64 / of as f64;
    Some(Held { of, held, rate, interval: [rate * 0.95, (rate * 1.05).min(1.0)] })
}

/// What all clients hold of each other, by number of owner and holder.
fn overlaps(clients: usize, held: impl Fn(usize, usize) -> Option<Held>) -> Overlap {
    let client = |owner| {
        let other = |holder| if holder == owner { None } else { held(owner, holder) };
        ClientOverlap { sampled: 2_000, held: (0..clients).map(other).collect() }
    };
    Overlap { clients: (0..clients).map(client).collect() }
}

/// A federation (0), a member of it (1), a client under another key (2), and others.
fn few(owner: usize, holder: usize) -> Option<Held> {
    match (owner, holder) {
        (1, 0) => held(1_990, 2_000),
        (0, 1) => held(420, 2_000),
        (3, 4) => held(1_500, 1_877),
        (2, _) | (_, 2) => None,
        (5, 6) => held(1, 2_000),
        _ => held(0, 2_000),
    }
}

/// A case of as many clients, all with plain names.
fn plain(clients: usize) -> Case {
    Case { clients: (1..=clients).map(|number| format!("client-{number:02}")).collect(), ..case() }
}

fn table(case: &Case, overlaps: &Overlap, max_width: u16) -> String {
    let mut out = Vec::new();
    overlap::write_table(case, overlaps, Style { max_width, ..Style::default() }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(case: &Case, overlaps: &Overlap) -> String {
    let mut out = Vec::new();
    overlap::write_json(case, overlaps, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Everything below the lines that tell of the registry.
fn body(text: &str) -> &str {
    text.split_once("\n\n").unwrap().1
}

#[test]
fn a_few_clients_are_a_matrix() {
    insta::assert_snapshot!(body(&table(&case(), &overlaps(8, few), 100)));
}

#[test]
fn many_clients_are_a_list() {
    let many = overlaps(14, |owner, holder| match (owner, holder) {
        (13, _) | (_, 13) => None,
        (9, holder) if holder > 1 => None,
        (12, holder) => held(100 + holder as u64, 2_000),
        _ => few(owner, holder),
    });
    insta::assert_snapshot!(body(&table(&plain(14), &many, 100)));
    insta::assert_snapshot!("narrow", body(&table(&plain(14), &many, 40)));
}

#[test]
fn programs_get_all_of_it() {
    insta::assert_snapshot!(json(&plain(7), &overlaps(7, few)));
}

#[test]
fn one_client_has_nothing_to_be_compared_with() {
    assert_eq!(
        body(&table(&plain(1), &overlaps(1, few), 100)),
        "There are no two clients in the registry: nothing can be compared.\n"
    );
}

#[test]
fn overlaps_of_another_registry_are_refused() {
    let refused = |overlaps: &Overlap| {
        let mut out = Vec::new();
        let error = overlap::write_json(&plain(3), overlaps, &mut out).unwrap_err();
        assert!(matches!(error, ReportError::OverlapOfOthers { clients: 3, .. }) && out.is_empty());
    };
    refused(&overlaps(4, few));
    let mut ragged = overlaps(3, few);
    ragged.clients[1].held.pop();
    refused(&ragged);
}

/// Any overlaps of some clients, their names whatever they like.
fn any_job() -> impl Strategy<Value = (Case, Overlap)> {
    let names = prop::collection::vec(any::<String>(), 0..16);
    let cells = prop::collection::vec(prop::option::of((any::<u64>(), any::<u64>(), any::<f64>())), 16 * 16);
    (names, cells).prop_map(|(names, cells)| {
        let cell = |owner: usize, holder: usize| {
            let (of, held, rate) = cells[16 * owner + holder]?;
            Some(Held { of, held, rate, interval: [rate, -rate] })
        };
        let overlaps = overlaps(names.len(), cell);
        (Case { clients: names, ..case() }, overlaps)
    })
}

proptest! {
    #[test]
    fn json_reads_back((case, overlaps) in any_job()) {
        let text = json(&case, &overlaps);
        let report: Report = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(report.schema, SCHEMA);
        prop_assert_eq!(text.lines().count(), report.clients.len() + 5);
        for (place, client) in report.clients.iter().enumerate() {
            prop_assert_eq!(&client.client, &case.clients[place]);
            let held = &overlaps.clients[place].held;
            prop_assert_eq!(client.overlaps.len(), held.iter().flatten().filter(|held| held.held > 0).count());
            prop_assert_eq!(client.unknown.len(), held.iter().filter(|held| held.is_none()).count() - 1);
            prop_assert!(client.overlaps.is_sorted_by(|a, b| a.rate >= b.rate));
            prop_assert!(client.overlaps.iter().all(|held| (0.0..=1.0).contains(&held.rate)));
        }
    }

    #[test]
    fn tables_hold_nothing_that_steers((case, overlaps) in any_job(), width in 0_u16..160) {
        let text = table(&case, &overlaps, width);
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        prop_assert_eq!(&text, &table(&case, &overlaps, width));
    }
}

/// A report of these files in which it is told how far the clients overlap.
fn filed(format: Format, files: &[FileCase], lang: Lang) -> Vec<u8> {
    let (case, mut out) = (plain(8), Vec::new());
    let mut report = writer(format, &case, Style { lang, ..Style::default() }, &mut out);
    report.header().unwrap();
    files.iter().try_for_each(|file| report.file(file)).unwrap();
    report.overlap(&overlaps(8, few)).unwrap();
    report.footer(persons(files)).unwrap();
    drop(report);
    out
}

fn named(name: &str) -> Vec<FileCase> {
    cases().into_iter().filter(|(case, _)| *case == name).map(|(_, file)| file).collect()
}

#[test]
fn a_report_to_be_filed_tells_how_far_the_clients_that_it_names_overlap() {
    let files = named("inconclusive_twins");
    for lang in Lang::ALL {
        let html = String::from_utf8(filed(Format::Html, &files, lang)).unwrap();
        let (_, section) = html.split_once("<section id=\"overlap\">").unwrap();
        insta::assert_snapshot!(
            format!("filed_html_{}", lang.as_str()),
            section.split_once("</section>").unwrap().0
        );
        let markdown = String::from_utf8(filed(Format::Markdown, &files, lang)).unwrap();
        let title = if lang == Lang::Ja { "挙げた委託元の重なり" } else { "How far the named" };
        let section = markdown.split("\n## ").find(|section| section.starts_with(title));
        insta::assert_snapshot!(format!("filed_markdown_{}", lang.as_str()), section.unwrap());
        let sheets = sheets(&filed(Format::Xlsx, &files, lang));
        let name = if lang == Lang::Ja { "委託元の重なり" } else { "Overlap" };
        let (_, rows) = sheets.into_iter().find(|(sheet, _)| sheet == name).unwrap();
        let rows: Vec<String> = rows.iter().map(|row| row.join(" | ")).collect();
        insta::assert_snapshot!(format!("filed_workbook_{}", lang.as_str()), rows.join("\n"));
    }
}

#[test]
fn a_report_that_names_one_client_tells_of_no_overlap() {
    let html = String::from_utf8(filed(Format::Html, &named("attributed"), Lang::En)).unwrap();
    assert!(!html.contains("id=\"overlap\""));
}

#[test]
fn overlaps_of_other_clients_are_refused_by_every_format_that_tells_them() {
    let files = named("inconclusive_twins");
    for format in Format::ALL {
        let (case, mut out) = (plain(8), Vec::new());
        let mut report = writer(format, &case, Style::default(), &mut out);
        report.header().unwrap();
        files.iter().try_for_each(|file| report.file(file)).unwrap();
        let refused = matches!(report.overlap(&overlaps(7, few)), Err(ReportError::OverlapOfOthers { .. }));
        assert_eq!(refused, format.tells_overlap());
    }
}
