//! Drafts for the regulator and for one owner, as they stand in `snapshots`, and what they promise.
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use meibo_report::Lang;
use meibo_report::json::v1::Report;
use meibo_report::notice::days::Day;
use meibo_report::notice::{NoticeError, Regulator, read_report, write_client, write_regulator};
use meibo_report::{FileCase, Format, Style};
use proptest::prelude::*;
use serde_json::Value;

use crate::common::{case, cases, report};
use crate::log::logged;

const NAMED: [&str; 5] = ["attributed", "mixed", "inconclusive_twins", "unattributed", "described"];

fn json_of(files: &[FileCase]) -> String {
    report(&case(), files, Format::Json, Style::default()).unwrap()
}

fn report_of(names: &[&str]) -> Report {
    let files: Vec<FileCase> =
        cases().into_iter().filter(|(name, _)| names.contains(name)).map(|(_, file)| file).collect();
    read_report(json_of(&files).as_bytes()).unwrap()
}

#[test]
fn drafts_for_the_regulator() {
    for name in NAMED {
        let report = report_of(&[name]);
        for lang in Lang::ALL {
            let asked = Regulator { lang, known_on: Some(Day::new(2024, 2, 1)), client: None };
            let draft = write_regulator(&report, &asked);
            assert_eq!(draft, write_regulator(&report, &asked));
            insta::assert_snapshot!(format!("regulator_{}_{name}", lang.as_str()), draft);
        }
    }
}

#[test]
fn drafts_for_one_client() {
    let report = report_of(&["attributed", "mixed", "inconclusive_twins", "unattributed", "described"]);
    for lang in Lang::ALL {
        for client in ["client-01", "client-02", "nobody"] {
            let draft = write_client(&report, client, lang);
            insta::assert_snapshot!(format!("client_{}_{client}", lang.as_str()), draft);
            let asked = Regulator { lang, known_on: None, client: Some(client) };
            let draft = write_regulator(&report, &asked);
            insta::assert_snapshot!(format!("regulator_{}_{client}", lang.as_str()), draft);
        }
    }
}

#[test]
fn a_client_that_could_not_be_claimed_is_neither_passed_over_nor_given_what_another_has() {
    let report = report_of(&["described"]);
    let withheld = &report.files[0].background_unknown[0];
    assert!(report.files[0].sources.iter().all(|source| source.client != *withheld));
    let draft = |lang| write_regulator(&report, &Regulator { lang, known_on: None, client: Some(withheld) });
    let (en, ja) = (draft(Lang::En), draft(Lang::Ja));
    assert!(!en.contains("Nothing of") && en.contains("May be the source of a part"), "{en}");
    assert!(!en.contains("one source explains it") && en.contains("cannot be claimed"), "{en}");
    assert!(!ja.contains("関するものはない") && !ja.contains("一つの出所で説明できる"), "{ja}");
}

/// Where in a report names of clients stand.
fn names_of_clients(value: &Value, at: &str, found: &mut Vec<String>) {
    let holds_names = ["client", "not_separable_from", "background_unknown"].into_iter().any(|key| {
        at.rsplit('/').find(|part| part.parse::<usize>().is_err()).is_some_and(|part| part == key)
    });
    match value {
        Value::String(_) if holds_names => found.push(at.to_owned()),
        Value::Array(values) => values
            .iter()
            .enumerate()
            .for_each(|(number, value)| names_of_clients(value, &format!("{at}/{number}"), found)),
        Value::Object(values) => {
            values.iter().for_each(|(key, value)| names_of_clients(value, &format!("{at}/{key}"), found));
        }
        _ => {}
    }
}

#[test]
fn wherever_a_report_names_another_client_no_path_names_it_to_the_reader() {
    const OTHER: &str = "named-here-alone";
    let mut whole: Value = serde_json::from_str(&logged(Format::Json)).unwrap();
    let wanted = ["mixed_with_twins", "described", "canaries_one"];
    let files = cases().into_iter().filter(|(name, _)| wanted.contains(name)).map(|(_, file)| file);
    let others: Value = serde_json::from_str(&json_of(&files.collect::<Vec<_>>())).unwrap();
    whole["case"] = others["case"].clone();
    let all = [&whole["files"], &others["files"]].map(|files| files.as_array().unwrap().clone()).concat();
    whole["files"] = all.into();
    let client = whole["files"][0]["sources"][0]["client"].as_str().unwrap().to_owned();
    for file in whole["files"].as_array_mut().unwrap() {
        file["path"] = format!("stick/{OTHER}.zip!list.csv").into();
    }
    let mut places = Vec::new();
    names_of_clients(&whole, "", &mut places);
    for part in
        ["/log/downloads", "/log/timeline", "/log/parts", "/canaries/", "/order/", "/alike/", "/case/"]
    {
        assert!(places.iter().any(|place| place.contains(part)), "{part} is not tried: {places:?}");
    }
    for place in places.iter().filter(|place| whole.pointer(place).unwrap() != client.as_str()) {
        let mut report = whole.clone();
        *report.pointer_mut(place).unwrap() = OTHER.into();
        let report = read_report(report.to_string().as_bytes()).unwrap();
        for lang in Lang::ALL {
            let draft = write_client(&report, &client, lang).replace('\\', "");
            assert!(draft.contains("stick/") && !draft.contains(OTHER), "{place}: {draft}");
        }
    }
}

#[test]
fn why_rows_are_nobodys_is_told_only_where_it_is() {
    let mut report = report_of(&["described"]);
    let draft =
        |report: &Report, lang| write_regulator(report, &Regulator { lang, known_on: None, client: None });
    let told = |report: &Report| {
        [draft(report, Lang::En).contains("Why: "), draft(report, Lang::Ja).contains("その理由: ")]
    };
    assert_eq!(told(&report), [true; 2]);
    let rest = &mut report.files[0].unattributed;
    (rest.matching_nothing, rest.background_only, rest.damaged_or_partial) = (0, 0, 0);
    assert_eq!(told(&report), [false; 2]);
    assert!(draft(&report, Lang::En).contains("Attributed to no list: "));
}

#[test]
fn one_of_a_thing_is_one() {
    let mut report = report_of(&["attributed"]);
    let file = &mut report.files[0];
    (file.rows, file.records, file.sources[0].persons) = (1, 1, 1);
    let case = report.case.as_mut().unwrap();
    (case.records, case.persons, case.sources[0].files, case.sources[0].records) = (1, 1, 1, 1);
    (case.sources[0].persons_at_least, case.sources[0].persons_at_most) = (1, 1);
    let asked = Regulator { lang: Lang::En, known_on: None, client: None };
    let client = report.files[0].sources[0].client.clone();
    for draft in [write_regulator(&report, &asked), write_client(&report, &client, Lang::En)] {
        for many in [" 1 files", " 1 records", " 1 persons", "(1 rows"] {
            assert!(!draft.contains(many), "{many}: {draft}");
        }
    }
}

#[test]
fn no_sum_is_said_where_another_file_may_hold_more_of_the_client() {
    let whole = report_of(&["attributed", "mixed"]);
    let client = whole.files[0].sources[0].client.clone();
    let told = |report: &Report| {
        let asked = Regulator { lang: Lang::En, known_on: None, client: Some(&client) };
        let drafts = [write_client(report, &client, Lang::En), write_regulator(report, &asked)];
        // Where there is none, that is said.
        let says_why = |draft: &String| draft.contains("No sum over all files can be given");
        drafts.map(|draft| draft.contains("All files") && !says_why(&draft))
    };
    assert_eq!(told(&whole), [true; 2]);
    let (mut twin, mut withheld) = (whole.clone(), whole.clone());
    twin.files[1].sources[0].not_separable_from.push(client.clone());
    withheld.files[1].background_unknown.push(client.clone());
    assert_eq!((told(&twin), told(&withheld)), ([false; 2], [false; 2]));
}

#[test]
fn hostile_names_are_no_markdown() {
    let report = report_of(&["hostile"]);
    for draft in [
        write_regulator(&report, &Regulator { lang: Lang::Ja, known_on: None, client: None }),
        write_client(&report, &report.files[0].sources[0].client, Lang::En),
    ] {
        assert!(!draft.contains("<script") || draft.contains("\\<script"), "{draft}");
        assert!(!draft.replace("\\<", "").contains('<'), "{draft}");
        assert!(draft.chars().all(|c| c == '\n' || !c.is_control()), "{draft}");
        assert!(!draft.contains('\u{202e}'));
    }
}

#[test]
fn what_is_no_report_is_refused() {
    let whole = json_of(&[cases().swap_remove(5).1]);
    let cut = &whole[..whole.len() / 2];
    assert!(matches!(read_report(cut.as_bytes()), Err(NoticeError::Broken { .. })));
    let other = whole.replace("meibo.attribution/1", "meibo.attribution/2");
    assert!(matches!(read_report(other.as_bytes()), Err(NoticeError::OtherSchema { .. })));
    let error = read_report(&br#"{"schema":"meibo.attribution/1","tool":"secret"}"#[..]).unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}

proptest! {
    #[test]
    fn no_other_client_is_named(names in proptest::collection::vec("[a-z]{4}_[0-9]{2}[東西南北]", 8), own in 0..8_usize) {
        // Names that stand in no word of the drafts, also in paths.
        let mut case = case();
        case.clients = names.iter().enumerate().map(|(number, name)| format!("{number}{name}")).collect();
        let wanted = ["attributed", "mixed", "inconclusive_twins", "described", "mixed_with_twins", "japanese"];
        let files: Vec<FileCase> = cases()
            .into_iter()
            .filter(|(name, _)| wanted.contains(name))
            .enumerate()
            .map(|(place, (_, file))| FileCase { path: format!("seized/of {}.csv", case.clients[place % 8]), ..file })
            .collect();
        let text = report(&case, &files, Format::Json, Style::default()).unwrap();
        let report = read_report(text.as_bytes()).unwrap();
        for lang in Lang::ALL {
            let draft = write_client(&report, &case.clients[own], lang).replace('\\', "");
            for (place, name) in case.clients.iter().enumerate() {
                let named_at_all = text.matches(name.as_str()).count() > usize::from(text.contains(&format!("of {name}.csv")));
                prop_assert!(place == own || !named_at_all || !draft.contains(name.as_str()), "{} in {}", name, draft);
            }
        }
    }

    #[test]
    fn damaged_reports_never_stop_the_tool(at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = json_of(&[cases().swap_remove(5).1]).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(report) = read_report(bytes.as_slice()) {
            write_regulator(&report, &Regulator { lang: Lang::Ja, known_on: None, client: None });
            write_client(&report, "client-01", Lang::En);
        }
    }
}

#[test]
fn decoys_are_told_to_the_regulator_and_to_their_owner_alone() {
    let report = report_of(&["canaries_one"]);
    let finding = report.files[0].canaries[0].clone();
    for lang in Lang::ALL {
        let regulator = write_regulator(&report, &Regulator { lang, known_on: None, client: None });
        let owner = write_client(&report, &finding.client, lang);
        for draft in [&regulator, &owner] {
            assert!(draft.contains(&finding.named[0]) && draft.contains(&finding.handover), "{draft}");
        }
        let other = write_client(&report, "client-08", lang);
        assert!(!other.contains(&finding.named[0]), "{other}");
        insta::assert_snapshot!(format!("client_of_decoys_{}", lang.as_str()), owner);
    }
}
