//! What every report promises, whatever the attribution and the names in it.
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use crate::common::{report, report_bytes, sheets};
use meibo_attribution::{
    AreaCount, Attribution, Examined, HandoverChoice, ListOrder, Neighbours, OrderState, Place, Settling,
    Source, Unattributed, Verdict, Window,
};
use meibo_report::{
    Alike, Case, FieldFound, FileCase, FileNames, FillerCount, Format, Lang, RegistryFacts, RejectCount,
    ReportError, Style,
    json::v1::{Line, Report},
};
use proptest::{collection::vec, prelude::*};
use unicode_width::UnicodeWidthStr;

/// Names as nobody would choose them, among ordinary ones.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "client-[0-9]{1,3}",
        "[ぁ-ん一-龠ｱ-ﾝ ]{0,40}",
        "[<>&\"'/=a-z]{0,20}",
        "[\u{0}-\u{1f}\u{7f}-\u{9f}\u{200b}-\u{206f}a\u{e0001}]{0,12}",
        any::<String>(),
        "[a-z/]{60,200}",
    ]
}

fn case() -> impl Strategy<Value = Case> {
    (vec(name(), 1..6), vec(name(), 1..6), name(), proptest::option::of(name())).prop_map(
        |(clients, handovers, key_id, command_line)| Case {
            tool_version: "0.1.0".into(),
            registry: RegistryFacts {
                key_id,
                clients: clients.len(),
                handovers: handovers.len(),
                digest: "blake3:00".into(),
                exact_handovers: None,
            },
            clients,
            handovers,
            command_line,
        },
    )
}

/// Any float at all: infinite, not a number, negative nothing.
fn source() -> impl Strategy<Value = Source> {
    let any_number = || any::<f64>();
    let share = || prop_oneof![0.0..=1.0, any_number()];
    let log10_e = prop_oneof![-5.0..50.0, any_number()];
    let places = || vec(any::<usize>(), 0..9);
    let any_handover = || proptest::option::of(any::<usize>());
    let window =
        (any_handover(), any_handover()).prop_map(|(not_before, before)| Window { not_before, before });
    let handover = (any_handover(), places(), window).prop_map(|(best, candidates, window)| HandoverChoice {
        best,
        candidates,
        window,
    });
    (any::<usize>(), 0..1_u64 << 40, share(), [share(), share()], log10_e, handover, places()).prop_map(
        |(client, records, share, share_interval, log10_e, handover, not_separable_from)| Source {
            client,
            records,
            persons: records / 2,
            share,
            share_interval,
            log10_e,
            handover,
            not_separable_from,
        },
    )
}

/// Any numbers at all, with names for some of the places.
fn untied() -> impl Strategy<Value = (Unattributed, FileNames)> {
    let settling = prop_oneof![
        Just(Settling::MissingFingerprint),
        Just(Settling::BackgroundUnknown),
        Just(Settling::TooFewRows),
        vec(0_u8..16, 0..4).prop_map(|fields| Settling::FewKeys { fields }),
    ];
    let count = || prop_oneof![0..1_u64 << 40, any::<u64>()];
    let names = (vec(proptest::option::of(name()), 0..12), vec(name(), 0..10));
    (vec(count(), 5), vec(count(), 0..10), vec(settling, 0..4), names).prop_map(
        |(counts, areas, would_settle, (names, fields))| {
            let area = |records| AreaCount { place: Place::default(), records };
            let rest = Unattributed {
                matching_nothing: counts[0],
                background_only: counts[1],
                damaged_or_partial: counts[2],
                by_area: areas.into_iter().map(area).collect(),
                other_areas: counts[3],
                no_area: counts[4],
                would_settle,
                ..Unattributed::default()
            };
            (rest, FileNames { areas: names, fields })
        },
    )
}

fn examined() -> impl Strategy<Value = Vec<Examined>> {
    let one = (any::<usize>(), any::<f64>(), any::<u64>(), any::<f64>(), any::<bool>());
    let one = one.prop_map(|(client, log10_e, controls, usual, withheld)| Examined {
        client,
        log10_e,
        controls,
        usual,
        withheld,
    });
    vec(one, 0..6)
}

fn orders() -> impl Strategy<Value = Vec<ListOrder>> {
    let neighbours = (any::<u64>(), any::<u64>(), any::<f64>())
        .prop_map(|(asked, together, by_filter)| Neighbours { asked, together, by_filter });
    let state = prop_oneof![
        Just(OrderState::Absent),
        Just(OrderState::Unreadable),
        Just(OrderState::Sorted),
        neighbours.prop_map(OrderState::Asked)
    ];
    let one = (any::<usize>(), any::<usize>(), state);
    vec(one.prop_map(|(list, client, state)| ListOrder { list, client, state }), 0..5)
}

fn alike() -> impl Strategy<Value = Vec<Alike>> {
    let share = || proptest::option::of(any::<f64>());
    let one = (
        any::<usize>(),
        any::<usize>(),
        any::<f64>(),
        any::<Option<(u64, u64)>>(),
        share(),
        vec((name(), any::<f64>()), 0..3),
    );
    let one = one.prop_map(|(list, client, likeness, headings, prefectures, notations)| Alike {
        list,
        client,
        likeness,
        headings,
        notations,
        prefectures,
        ..Alike::default()
    });
    vec(one, 0..4)
}

fn file() -> impl Strategy<Value = FileCase> {
    let rejects = vec((name(), any::<u64>()), 0..3);
    let fields = vec((name(), vec(any::<usize>(), 0..3)), 0..3);
    let sources = (vec(source(), 0..5), any::<bool>());
    let facts = (rejects, fields, untied(), examined(), orders(), alike());
    (name(), 0..1_u64 << 40, any::<f64>(), sources, facts).prop_map(
        |(path, rest, share, (sources, firm), (rejects, fields, (untied, names), examined, order, alike))| {
            FileCase {
                log: None,
                path,
                blake3: "c4".repeat(32),
                rows: u64::MAX,
                persons_exact: firm,
                fillers: fields
                    .iter()
                    .map(|(field, columns)| FillerCount {
                        field: field.clone(),
                        values: columns.len() as u64,
                        rows: u64::MAX,
                        first_row: rest,
                    })
                    .collect(),
                rejects: rejects.into_iter().map(|(reason, rows)| RejectCount { reason, rows }).collect(),
                fields: fields
                    .into_iter()
                    .map(|(field, columns)| FieldFound { field, columns, found_by: "header".into() })
                    .collect(),
                names,
                attribution: Attribution {
                    records: sources.iter().map(|s| s.records).sum::<u64>() + rest,
                    persons: (sources.iter().map(|s| s.records).sum::<u64>() + rest).min(1),
                    verdict: match (sources.len(), firm) {
                        (0, true) => Verdict::Unattributed,
                        (_, false) => Verdict::Inconclusive,
                        (1, true) => Verdict::Attributed,
                        (_, true) => Verdict::Mixed,
                    },
                    sources,
                    unattributed: Unattributed { records: rest, share, ..untied },
                    examined,
                },
                canaries: Vec::new(),
                order,
                alike,
            }
        },
    )
}

/// A case and files that name only its clients and handovers.
fn job() -> impl Strategy<Value = (Case, Vec<FileCase>)> {
    (case(), vec(file(), 0..4)).prop_map(|(case, mut files)| {
        let (clients, handovers) = (case.clients.len(), case.handovers.len());
        for examined in files.iter_mut().flat_map(|file| &mut file.attribution.examined) {
            examined.client %= clients;
        }
        for order in files.iter_mut().flat_map(|file| &mut file.order) {
            order.client %= clients;
            order.list %= handovers;
        }
        for alike in files.iter_mut().flat_map(|file| &mut file.alike) {
            alike.client %= clients;
            alike.list %= handovers;
        }
        for source in files.iter_mut().flat_map(|file| &mut file.attribution.sources) {
            source.client %= clients;
            source.not_separable_from.iter_mut().for_each(|client| *client %= clients);
            source.handover.candidates.iter_mut().for_each(|handover| *handover %= handovers);
            let Window { not_before, before } = &mut source.handover.window;
            for handover in [&mut source.handover.best, not_before, before] {
                *handover = handover.map(|handover| handover % handovers);
            }
        }
        (case, files)
    })
}

fn lang() -> impl Strategy<Value = Lang> {
    prop_oneof![Just(Lang::Ja), Just(Lang::En)]
}

/// Characters that may not leave in any format, beside the line feeds that are ours.
fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The tags of a page, without what stands in them.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|rest| rest.split([' ', '>']).next().unwrap())
}

const TAGS: [&str; 34] = [
    "html",
    "head",
    "title",
    "style",
    "body",
    "h1",
    "h2",
    "section",
    "p",
    "dl",
    "dt",
    "dd",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "bdi",
    "span",
    "a",
    "br",
    "h3",
    "main",
    "figure",
    "figcaption",
    "svg",
    "rect",
    "text",
    "polyline",
    "circle",
    "meta",
    "!doctype",
];

proptest! {
    #[test]
    fn json_says_what_the_attribution_says((case, files) in job()) {
        let text = report(&case, &files, Format::Json, Style::default()).unwrap();
        let read: Report = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read.command_line, &case.command_line);
        prop_assert_eq!(read.files.len(), files.len());
        let case_of = read.case.as_ref().unwrap();
        let parts: u64 = case_of.sources.iter().map(|s| s.records).sum();
        prop_assert_eq!(parts + case_of.unattributed.records, case_of.records);
        let twice = case_of.duplicates.within_files + case_of.duplicates.across_files;
        prop_assert_eq!(case_of.persons + twice, case_of.records);
        prop_assert_eq!(read.files.iter().map(|file| file.records).sum::<u64>(), case_of.records);
        for (read, file) in read.files.iter().zip(&files) {
            let said = &file.attribution;
            prop_assert_eq!(&read.path, &file.path);
            prop_assert_eq!((read.rows, read.records, read.persons), (file.rows, said.records, said.persons));
            prop_assert_eq!(read.sources.len(), said.sources.len());
            let parts: u64 = read.sources.iter().map(|s| s.records).sum();
            prop_assert_eq!(parts + read.unattributed.records, read.records);
            let (rest, of) = (&read.unattributed, &said.unattributed);
            prop_assert_eq!(
                (rest.matching_nothing, rest.background_only, rest.damaged_or_partial, rest.no_area),
                (of.matching_nothing, of.background_only, of.damaged_or_partial, of.no_area)
            );
            // A place without a name is one of the others.
            let places = |named: u128, others: u64| named + u128::from(others);
            prop_assert!(places(0, rest.other_areas) >= places(0, of.other_areas));
            if of.other_areas < 1 << 40 && of.by_area.iter().all(|area| area.records < 1 << 40) {
                let said: u128 = of.by_area.iter().map(|area| u128::from(area.records)).sum();
                let told: u128 = rest.by_area.iter().map(|area| u128::from(area.records)).sum();
                prop_assert_eq!(places(told, rest.other_areas), places(said, of.other_areas));
            }
            prop_assert_eq!(rest.would_settle.len(), of.would_settle.len());
            let unknown: Vec<&String> = said.background_unknown().map(|client| &case.clients[client]).collect();
            prop_assert_eq!(read.background_unknown.iter().collect::<Vec<_>>(), unknown);
            for (read, source) in read.sources.iter().zip(&said.sources) {
                prop_assert_eq!(&read.client, &case.clients[source.client]);
                prop_assert_eq!(read.not_separable_from.len(), source.not_separable_from.len());
                let background = read.background.map(|of| (of.controls, (0.0..=1.0).contains(&of.usual)));
                let known = said.examined(source.client).map(|of| (of.controls, true));
                prop_assert_eq!(background, known);
                for share in [read.share, read.share_interval[0], read.share_interval[1]] {
                    prop_assert!((0.0..=1.0).contains(&share));
                }
                if (0.0..=1.0).contains(&source.share) {
                    prop_assert!((read.share - source.share).abs() <= 0.5e-6 + f64::EPSILON);
                }
                if source.log10_e.abs() < 1e6 {
                    prop_assert!((read.log10_e - source.log10_e).abs() <= 0.05 + 1e-9);
                }
                // Words never promise more than the number does.
                let words = serde_json::to_value(read.strength).unwrap();
                let bands = [(6.0, "extremely strong"), (4.0, "very strong"), (3.0, "strong"),
                    (2.0, "moderately strong"), (1.0, "moderate"), (f64::NEG_INFINITY, "weak")];
                let band = bands.iter().find(|band| read.log10_e > band.0).unwrap();
                prop_assert_eq!(words.as_str().unwrap(), band.1);
                prop_assert!(read.handover.candidates.is_sorted());
            }
        }
    }

    #[test]
    fn every_line_of_ndjson_is_a_file_of_the_document((case, files) in job()) {
        let document = report(&case, &files, Format::Json, Style::default()).unwrap();
        let document: Report = serde_json::from_str(&document).unwrap();
        let text = report(&case, &files, Format::Ndjson, Style::default()).unwrap();
        // All that any program takes for the end of a line.
        let breaks = ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];
        let lines: Vec<&str> = text.split_terminator(breaks).collect();
        prop_assert_eq!(lines.len(), files.len());
        for (line, file) in lines.iter().zip(&document.files) {
            let line: Line = serde_json::from_str(line).unwrap();
            prop_assert_eq!(&line.schema, &document.schema);
            prop_assert_eq!(&line.registry, &document.registry);
            prop_assert_eq!(&line.file, file);
        }
    }

    #[test]
    fn a_table_keeps_to_its_width((case, files) in job(), max_width in 0_u16..300, lang in lang()) {
        let text = report(&case, &files, Format::Table, Style { max_width, lang, ..Style::default() }).unwrap();
        for line in text.lines() {
            prop_assert!(line.width() <= usize::from(max_width.max(40)), "{line:?}");
        }
        prop_assert!(text.ends_with('\n'));
    }

    #[test]
    fn nothing_unseen_leaves_in_any_format((case, files) in job(), lang in lang()) {
        for format in Format::ALL.into_iter().filter(|format| format.is_text()) {
            let text = report(&case, &files, format, Style { lang, ..Style::default() }).unwrap();
            prop_assert_eq!(text.chars().find(|&c| is_unsafe(c)), None, "{:?}", format);
        }
    }

    #[test]
    fn a_page_holds_only_our_own_markup((case, files) in job(), lang in lang()) {
        let html = report(&case, &files, Format::Html, Style { lang, ..Style::default() }).unwrap();
        for tag in tags(&html) {
            prop_assert!(TAGS.contains(&tag.trim_start_matches('/')), "<{tag}");
        }
        prop_assert_eq!(html.matches("<section id=\"file-").count(), files.len());
        prop_assert_eq!(html.matches("<bdi").count(), html.matches("</bdi>").count());
    }

    #[test]
    fn a_workbook_says_what_the_attribution_says((case, files) in job(), lang in lang()) {
        let style = Style { lang, ..Style::default() };
        let bytes = report_bytes(&case, &files, Format::Xlsx, style).unwrap();
        prop_assert_eq!(&bytes, &report_bytes(&case, &files, Format::Xlsx, style).unwrap(), "the same bytes each time");
        let sheets = sheets(&bytes);
        for cell in sheets.iter().flat_map(|(_, rows)| rows.iter().flatten()) {
            // Names below each other in one cell are ours.
            prop_assert_eq!(cell.chars().find(|&c| is_unsafe(c)), None, "{:?}", cell);
        }
        let name = |ja, en| if lang == Lang::Ja { ja } else { en };
        let rows = |name: &str| sheets.iter().find(|(sheet, _)| sheet == name).map(|(_, rows)| &rows[1..]);
        let of_files = rows(name("判定", "Verdicts")).unwrap_or_default();
        let counts: Vec<[String; 2]> = of_files.iter().map(|row| [row[2].clone(), row[3].clone()]).collect();
        let said = files.iter().map(|file| [file.rows, file.attribution.records].map(|n| (n as f64).to_string()));
        prop_assert_eq!(counts, said.collect::<Vec<_>>());
        let of_sources = rows(name("出所", "Sources")).unwrap_or_default();
        let records: Vec<String> = of_sources.iter().map(|row| row[3].clone()).collect();
        let said = files.iter().flat_map(|file| &file.attribution.sources).map(|of| (of.records as f64).to_string());
        prop_assert_eq!(records, said.collect::<Vec<_>>());
    }

    #[test]
    fn a_table_of_markdown_keeps_its_columns((case, files) in job(), lang in lang()) {
        let text = report(&case, &files, Format::Markdown, Style { lang, ..Style::default() }).unwrap();
        let bars = |line: &str| line.replace(r"\\", "").replace(r"\|", "").matches('|').count();
        let mut columns = None;
        for line in text.lines() {
            columns = line.starts_with('|').then(|| columns.unwrap_or_else(|| bars(line)));
            prop_assert_eq!(bars(line), columns.unwrap_or(0), "{}", line);
        }
        prop_assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), 1);
        // Whatever looks like a tag is ours.
        let tags = text.replace(r"\\", "").replace(r"\<", "").replace("<br>", "");
        prop_assert_eq!(tags.find('<'), None);
    }

    #[test]
    fn parts_that_are_not_the_whole_are_refused((case, files) in job(), more in 1..1000_u64, add in any::<bool>()) {
        for mut file in files {
            let answer = &mut file.attribution;
            answer.records = if add { answer.records + more } else { answer.records.wrapping_sub(more) };
            for format in Format::ALL {
                let refused = report_bytes(&case, std::slice::from_ref(&file), format, Style::default());
                let is_refused = matches!(refused, Err(ReportError::PartsDoNotAddUp { .. }));
                prop_assert!(is_refused);
            }
        }
    }
}
