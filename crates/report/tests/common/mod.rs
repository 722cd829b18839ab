//! Cases to report, one for each thing a report has to say.
#![allow(dead_code, clippy::unwrap_used, reason = "every test binary uses its own part, and a test may stop")]

use meibo_attribution::{
    AreaCount, Attribution, CasePersons, Examined, HandoverChoice, ListOrder, Neighbours, OrderState, Place,
    Settling, Source, Unattributed, Verdict, Window,
};
use meibo_report::{
    Alike, CanaryFinding, CanarySet, Case, Collusion, FieldFound, FileCase, FileNames, FillerCount, Format,
    RegistryFacts, RejectCount, ReportError, Style, writer,
};

/// A registry of a few clients; handover `i` has the date `20(10 + i)-04-01`.
pub(crate) fn case() -> Case {
    let clients = [
        "client-01".into(),
        "client-02".into(),
        "client-03".into(),
        "東京都水道局お客さまセンター".into(),
        "ﾆｼﾆﾎﾝ通販(株)".into(),
        "a".repeat(100),
        "株".repeat(100),
        "<script>alert('x')</script>&amp;\u{202e}gpj.exe\n\u{1b}[31m".into(),
    ];
    Case {
        tool_version: "0.1.0".into(),
        registry: RegistryFacts {
            key_id: "3fa9c01d".into(),
            clients: clients.len(),
            handovers: 10,
            digest: format!("blake3:{}", "0f".repeat(32)),
            exact_handovers: None,
        },
        clients: clients.into(),
        handovers: (10..20).map(|year| format!("20{year}-04-01")).collect(),
        command_line: Some("meibo attribute --key KEY --registry registry seized.csv".into()),
    }
}

/// A file whose records are its sources' and the rest, so that the parts add up.
pub(crate) fn file(path: &str, verdict: Verdict, sources: Vec<Source>, rest: u64) -> FileCase {
    let records = sources.iter().map(|s| s.records).sum::<u64>() + rest;
    let share = rest as f64 / records as f64;
    FileCase {
        path: path.into(),
        blake3: "c4".repeat(32),
        rows: records + 3,
        persons_exact: true,
        rejects: vec![
            RejectCount { reason: "no usable key".into(), rows: 2 },
            RejectCount { reason: "more cells than the header".into(), rows: 1 },
        ],
        fillers: Vec::new(),
        fields: vec![
            FieldFound { field: "name".into(), columns: vec![1, 2], found_by: "header".into() },
            FieldFound { field: "phone".into(), columns: vec![5], found_by: "content".into() },
        ],
        names: FileNames::default(),
        attribution: Attribution {
            records,
            persons: records - records / 100,
            verdict,
            sources,
            unattributed: Unattributed { records: rest, share, ..Unattributed::default() },
            examined: Vec::new(),
        },
        log: None,
        order: Vec::new(),
        alike: Vec::new(),
        canaries: Vec::new(),
    }
}

pub(crate) fn source(client: usize, records: u64, share: f64, log10_e: f64) -> Source {
    Source {
        client,
        records,
        persons: records - records / 100,
        share,
        share_interval: [share - 0.012_345_678, share + 0.004],
        log10_e,
        handover: HandoverChoice::default(),
        not_separable_from: Vec::new(),
    }
}

/// A file of which most is nobody's, with all that can be said of that: two clients' backgrounds are unknown.
fn described() -> FileCase {
    let mut file = file("seized/list-09.csv", Verdict::Attributed, vec![source(0, 300, 0.3, 12.0)], 700);
    let place = |municipality| Place { prefecture: 1, municipality };
    let area = |(number, records): (u64, u64)| AreaCount { place: place(number), records };
    let rest = &mut file.attribution.unattributed;
    rest.matching_nothing = 500;
    rest.background_only = 150;
    rest.damaged_or_partial = 60;
    rest.by_area = [(1, 200), (2, 90), (3, 80), (4, 70), (5, 60), (6, 50), (7, 40)].map(area).into();
    rest.other_areas = 100;
    rest.no_area = 20;
    rest.would_settle = vec![
        Settling::MissingFingerprint,
        Settling::FewKeys { fields: vec![1, 2] },
        Settling::BackgroundUnknown,
        Settling::TooFewRows,
    ];
    let unnamed = (1..7).map(|number| (number != 3).then(|| format!("岐阜県第{number}市")));
    file.names =
        FileNames { areas: unnamed.collect(), fields: vec!["name".into(), "kana".into(), "address".into()] };
    let asked = |asked, together| OrderState::Asked(Neighbours { asked, together, by_filter: 2.04 });
    let order = |(list, client, state)| ListOrder { list, client, state };
    file.order = [
        (3, 0, asked(299, 281)),
        (2, 0, asked(290, 3)),
        (5, 1, asked(120, 0)),
        (6, 1, OrderState::Sorted),
        (7, 1, OrderState::Absent),
        (8, 3, OrderState::Unreadable),
    ]
    .map(order)
    .into();
    file.alike = vec![
        Alike {
            list: 3,
            client: 0,
            likeness: 0.912_345_678,
            headings: Some((5, 6)),
            same_order: true,
            same_encoding: Some(true),
            notations: vec![("name".into(), 0.99), ("phone".into(), 1.0)],
            prefectures: Some(0.875),
            births: None,
        },
        Alike { list: 5, client: 1, likeness: 0.5, prefectures: Some(0.5), ..Alike::default() },
    ];
    let examined =
        |client, controls, withheld| Examined { client, log10_e: 1.0, controls, usual: 0.125, withheld };
    file.attribution.examined = vec![examined(0, 2_000, false), examined(1, 12, true), examined(3, 0, true)];
    file
}

/// Decoys for two recipients, of whose own and common ones so many were found.
fn canaries(found: [usize; 3], named: Vec<usize>, collusion: Option<Collusion>) -> CanaryFinding {
    let set = |holders: &[usize], planted, found: usize| CanarySet {
        holders: holders.into(),
        planted,
        findable: planted,
        found,
        rows: found as u64,
        keys: if found > 0 { vec!["name+phone".into()] } else { Vec::new() },
        false_alarm: 10_f64.powi(-7 * found as i32),
        log10_e: 6.54 * found as f64 - 0.7,
    };
    let [first, second, both] = found;
    CanaryFinding {
        client: "client-01".into(),
        handover: "2016-04-01".into(),
        recipients: vec!["processor".into(), "再委託先".into()],
        named,
        collusion,
        all: set(&[0, 1], 13, found.iter().sum()),
        sets: vec![set(&[0], 5, first), set(&[1], 5, second), set(&[0, 1], 3, both)],
    }
}

/// A file with decoys of one record.
fn with_canaries(finding: CanaryFinding) -> FileCase {
    let mut file = file("seized/list-10.csv", Verdict::Attributed, vec![source(0, 990, 0.99, 41.24)], 10);
    file.canaries = vec![finding];
    file
}

/// Every case under its name.
pub(crate) fn cases() -> Vec<(&'static str, FileCase)> {
    use Verdict::{Attributed, Inconclusive, Mixed, Unattributed};
    let mut found = source(0, 990, 0.992, 41.24);
    found.handover = HandoverChoice {
        best: Some(6),
        candidates: vec![7, 6],
        window: Window { not_before: Some(6), before: None },
    };
    let mut dated = source(1, 1_200_345, 0.601_234_567, 1_234_567.89);
    dated.handover = HandoverChoice {
        best: Some(2),
        candidates: vec![2],
        window: Window { not_before: Some(2), before: Some(3) },
    };
    let mut undated = source(2, 700_001, 0.350_6, 5.02);
    undated.handover = HandoverChoice {
        best: None,
        candidates: (0..10).collect(),
        window: Window { not_before: Some(4), before: Some(1) },
    };
    let mut twin = source(0, 400, 0.8, 88.0);
    twin.not_separable_from = vec![1, 2];
    let mut pair = source(3, 50, 0.1, 7.0);
    pair.not_separable_from = vec![4];
    let mut long = source(5, 60, 0.6, 9.0);
    long.not_separable_from = vec![6];
    let mut empty = file("空.csv", Unattributed, Vec::new(), 0);
    empty.rows = 0;
    empty.rejects.clear();
    empty.fields.clear();
    let mut no_key = file("nokeys.csv", Unattributed, Vec::new(), 0);
    no_key.rejects = vec![RejectCount { reason: "no usable key".into(), rows: 3 }];
    let mut nobodys = file("seized/list-08.csv", Attributed, vec![source(0, 500, 1.0, 30.0)], 0);
    nobodys.fillers = vec![
        FillerCount { field: "name".into(), values: 2, rows: 3_000, first_row: 1_017 },
        FillerCount { field: "birth_date".into(), values: 1, rows: 51, first_row: 2 },
    ];
    let mut estimated = file("seized/list-02.csv", Mixed, vec![dated, undated], 96_211);
    estimated.persons_exact = false;
    vec![
        ("canaries_none", with_canaries(canaries([0, 0, 0], vec![], None))),
        ("canaries_one", with_canaries(canaries([0, 4, 2], vec![1], None))),
        ("canaries_merged", with_canaries(canaries([5, 5, 3], vec![0, 1], Some(Collusion::Merged)))),
        ("canaries_stripped", with_canaries(canaries([0, 0, 3], vec![0, 1], Some(Collusion::Stripped)))),
        ("canaries_unnamed", with_canaries(canaries([0, 0, 1], vec![], None))),
        ("attributed", file("seized/list-01.csv", Attributed, vec![found], 8)),
        ("mixed", estimated),
        ("inconclusive_twins", file("seized/list-03.csv", Inconclusive, vec![twin], 100)),
        ("inconclusive_weak", file("seized/list-04.csv", Inconclusive, vec![source(1, 12, 0.012, 2.3)], 988)),
        ("inconclusive_nothing", file("seized/list-05.csv", Inconclusive, Vec::new(), 77)),
        ("unattributed", file("seized/list-06.csv", Unattributed, Vec::new(), 5_000)),
        ("empty", empty),
        ("no_usable_key", no_key),
        (
            "japanese",
            file(
                "押収品/顧客名簿（関東）.csv",
                Mixed,
                vec![source(3, 500, 0.5, 30.0), source(4, 450, 0.45, 12.0)],
                50,
            ),
        ),
        ("mixed_with_twins", file("seized/list-07.csv", Mixed, vec![source(1, 450, 0.9, 50.0), pair], 0)),
        ("nobodys", nobodys),
        ("described", described()),
        ("long_ids", file(&format!("{}/x.csv", "長い".repeat(40)), Inconclusive, vec![long], 40)),
        (
            "hostile",
            file(
                "a\nATTRIBUTED  b.csv\u{202e}vsc\u{200f}\u{2028}\u{1b}[2J<script>alert(1)</script>\"'&",
                Attributed,
                vec![source(7, 10, f64::NAN, f64::INFINITY)],
                0,
            ),
        ),
    ]
}

/// Distinct persons over files of which a tenth of what can be is in two.
pub(crate) fn persons(files: &[FileCase]) -> CasePersons {
    let of = || files.iter().map(|file| file.attribution.persons);
    let (sum, most): (u64, u64) = (of().sum(), of().max().unwrap_or(0));
    CasePersons {
        persons: sum - (sum - most) / 10,
        exact: files.iter().all(|file| file.persons_exact),
        comparable: files.len() < 3,
    }
}

/// The report of `files` as text.
pub(crate) fn report(
    case: &Case,
    files: &[FileCase],
    format: Format,
    style: Style,
) -> Result<String, ReportError> {
    Ok(String::from_utf8(report_bytes(case, files, format, style)?).unwrap())
}

/// The same as bytes, as not every format is text.
pub(crate) fn report_bytes(
    case: &Case,
    files: &[FileCase],
    format: Format,
    style: Style,
) -> Result<Vec<u8>, ReportError> {
    let mut out = Vec::new();
    let mut report = writer(format, case, style, &mut out);
    report.header()?;
    for file in files {
        report.file(file)?;
    }
    report.footer(persons(files))?;
    drop(report);
    Ok(out)
}

/// The cells of a workbook by sheet and row, numbers among them as text.
pub(crate) fn sheets(bytes: &[u8]) -> Vec<(String, Vec<Vec<String>>)> {
    use calamine::Reader as _;
    let mut workbook = calamine::Xlsx::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
    let sheets = workbook.worksheets().into_iter();
    let rows = |range: calamine::Range<calamine::Data>| {
        range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
    };
    sheets.map(|(name, range)| (name, rows(range))).collect()
}
