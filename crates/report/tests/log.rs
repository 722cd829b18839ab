//! What is said of download logs, in each format.
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use meibo_attribution::{
    BytesSaid, ClientSaid, CountRange, Counted, HandoverSaid, Match, ModifiedSaid, RowsSaid, TurnedUp,
};
use meibo_report::log::{
    CaseLog, DownloadFacts, DownloadFound, DownloadMatch, FileLog, HandoverNoted, LogRead, PartLog, TimeNoted,
};
use meibo_report::{FieldFound, FileCase, Format, Lang, RejectCount, Style, writer};

use crate::common::{case, cases, persons, sheets};

fn download(row: u64, client: Option<&str>, rows: Option<u64>) -> DownloadFacts {
    DownloadFacts {
        log: "server/履歴.csv".into(),
        row,
        time: Some(format!("2016-04-{:02}T09:05", row + 7)),
        order: Some(1_459_000_000 + 86_400 * row as i64),
        account: "op12".into(),
        client_text: "A社\u{202e}".into(),
        list: "<b>a.csv".into(),
        host: "10.0.0.7".into(),
        client: client.map(str::to_owned),
        rows,
        bytes: Some([12_000, 13_000]),
    }
}

fn said(place: usize, rows: RowsSaid) -> Match {
    Match {
        download: place,
        rows,
        bytes: BytesSaid::Within,
        client: ClientSaid::Same,
        handover: HandoverSaid::InWindow,
        modified: ModifiedSaid::Soon(97),
    }
}

fn file() -> FileCase {
    let mut file = cases().into_iter().find(|(name, _)| *name == "attributed").unwrap().1;
    let equal = RowsSaid::Equal { of: Counted::Rows, expected: 0.001_234, among: 12, others: 1 };
    let contradicted = Match {
        client: ClientSaid::Other,
        handover: HandoverSaid::TooEarly,
        modified: ModifiedSaid::Earlier,
        ..said(1, equal)
    };
    let downloads = vec![
        DownloadMatch { download: download(1, Some("client-01"), Some(1_001)), said: said(0, equal) },
        DownloadMatch { download: download(2, Some("client-02"), Some(1_001)), said: contradicted },
    ];
    let counts = vec![CountRange { of: Counted::Part, least: 990, most: 1_001 }];
    file.log = Some(FileLog {
        modified: Some(TimeNoted {
            time: "2016-04-08T09:06:37+09:00".into(),
            order: 1_459_090_000,
            noted_in: "ZIP entry".into(),
        }),
        parts: vec![PartLog {
            client: Some("client-01".into()),
            records: 990,
            counts,
            downloads,
            fitting: 1,
        }],
        handovers: vec![HandoverNoted {
            client: "client-01".into(),
            date: "2016-04-01".into(),
            order: 1_458_000_000,
        }],
    });
    file
}

fn case_log() -> CaseLog {
    CaseLog {
        logs: vec![LogRead {
            path: "server/履歴.csv".into(),
            blake3: "ab".repeat(32),
            rows: 4,
            downloads: 3,
            rejects: vec![RejectCount { reason: "neither a time nor a count of rows".into(), rows: 1 }],
            columns: vec![FieldFound { field: "time".into(), columns: vec![1], found_by: "header".into() }],
            of_clients: 2,
            without_zone: 3,
        }],
        downloads: vec![
            DownloadFound {
                download: download(1, Some("client-01"), Some(1_001)),
                turned_up: TurnedUp::Told,
                files: vec!["seized/list-01.csv".into()],
                records: 990,
                client_records: 1_200,
            },
            DownloadFound {
                download: download(3, None, None),
                turned_up: TurnedUp::NotNamed,
                files: Vec::new(),
                records: 0,
                client_records: 0,
            },
        ],
        more_downloads: 1,
        turned_up: [1, 0, 1, 1],
    }
}

/// A report of one file that a log was held against.
pub(crate) fn logged(format: Format) -> String {
    let bytes = logged_in(format, Lang::En);
    if format.is_text() {
        return String::from_utf8(bytes).unwrap();
    }
    let lines = |(name, rows): (String, Vec<Vec<String>>)| {
        format!("== {name}\n{}\n", rows.iter().map(|row| row.join(" | ")).collect::<Vec<_>>().join("\n"))
    };
    sheets(&bytes).into_iter().map(lines).collect()
}

/// The same as bytes, in one of the languages.
fn logged_in(format: Format, lang: Lang) -> Vec<u8> {
    let (case, files, mut out) = (case(), vec![file()], Vec::new());
    let mut report = writer(format, &case, Style { lang, ..Style::default() }, &mut out);
    report.header().unwrap();
    files.iter().for_each(|file| report.file(file).unwrap());
    report.log(&case_log()).unwrap();
    report.footer(persons(&files)).unwrap();
    drop(report);
    out
}

#[test]
fn what_logs_say_is_told_in_japanese() {
    insta::assert_snapshot!("log_table_ja", String::from_utf8(logged_in(Format::Table, Lang::Ja)).unwrap());
}

#[test]
fn what_logs_say_is_told_in_each_format() {
    for format in Format::ALL {
        insta::assert_snapshot!(format!("log_{}", format.as_str()), logged(format));
    }
}

#[test]
fn nothing_of_a_log_steers_a_terminal_or_a_page() {
    let (table, html) = (logged(Format::Table), logged(Format::Html));
    assert!(!table.contains('\u{202e}') && !html.contains('\u{202e}') && !html.contains("<b>"));
    assert!(html.contains("&lt;b&gt;a.csv"));
}
