//! Copies of lists are found in whatever form they are: as files, in disk images, and written as no table at all.
//!
//! `MEIBO_SWEEP_FILES=960` for the figures that the documentation names, `MEIBO_SWEEP_FIRST=960` for other files; a tenth of that tells
//! whether anything is broken.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may fail loudly")]
#![allow(clippy::disallowed_methods, reason = "how many files are made is set by whoever measures")]

use std::collections::BTreeMap;
use std::io::Cursor;

use meibo::{CaseCounts, scan_areas};
use meibo_synth::{Part, SeizedSpec, Word};

use crate::incident::INCIDENT;

/// How the rows of a file are written.
const FORMS: [&str; 12] = [
    "file",
    "image",
    "odd place",
    "card",
    "json",
    "xml",
    "label",
    "letter",
    "sql",
    "page",
    "utf-16 card",
    "cp932 label",
];

/// The fields that rows have: at least those that make two keys or one strong one.
const FIELDS: [&[Word]; 4] = [
    &[Word::Name, Word::Address, Word::Phone],
    &[Word::Name, Word::Phone],
    &[Word::Name, Word::Address],
    &[Word::Name, Word::Kana, Word::Postal, Word::Address, Word::Phone, Word::BirthDate],
];

/// True where a client has all the fields that are wanted, or two of a name, a reading, an address and a phone number.
fn has(client: usize, fields: &[Word]) -> bool {
    let words = INCIDENT.world.client(client).unwrap().words().to_vec();
    let telling = |word: &&Word| {
        matches!(word, Word::Name | Word::Kana | Word::Address | Word::Phone) && words.contains(word)
    };
    fields.iter().filter(telling).count() >= 2
}

/// A file of some client's rows, in some form.
fn file(number: usize) -> (String, &'static str, Vec<u8>) {
    let fields = FIELDS[number / FORMS.len() % FIELDS.len()];
    let clients: Vec<usize> = (0..INCIDENT.world.clients().len())
        .filter(|client| rows_of(*client) >= 60 && has(*client, fields))
        .collect();
    let client = clients[number * 7 % clients.len()];
    let form = FORMS[number % FORMS.len()];
    let rows = 20 + number * 13 % 40;
    let spec = SeizedSpec::new(&format!("sweep-{number}"))
        .part(Part::of_client(client, rows))
        .columns(fields)
        .damage(0.01);
    let bytes = match form {
        "file" => INCIDENT.world.seize(&spec).unwrap().bytes,
        "image" => in_image(INCIDENT.world.seize(&spec).unwrap().bytes, 512 * (number % 977), 0),
        "odd place" => {
            in_image(INCIDENT.world.seize(&spec).unwrap().bytes, 1_001 + 37 * number, number as u64 | 1)
        }
        form => loose(&INCIDENT.world.seize_fields(&spec).unwrap().0, form),
    };
    (INCIDENT.world.client(client).unwrap().id().to_owned(), form, bytes)
}

fn rows_of(client: usize) -> usize {
    INCIDENT
        .world
        .client(client)
        .unwrap()
        .handovers()
        .map(|handover| handover.len())
        .min()
        .unwrap_or_default()
}

/// Among zeros, or among bytes that say nothing.
fn in_image(list: Vec<u8>, before: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    let mut around = |length: usize| (0..length).map(|_| next()).collect::<Vec<u8>>();
    [around(before), list, around(50_000)].concat()
}

/// Rows written as people and programs write what is no table.
fn loose(rows: &[Vec<(&'static str, String)>], form: &str) -> Vec<u8> {
    let text: String = rows.iter().enumerate().map(|(number, row)| entry(number, row, form)).collect();
    match form {
        "utf-16 card" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "cp932 label" => encoding_rs::SHIFT_JIS.encode(&text).0.into_owned(),
        "page" => format!("<html><body><table>{text}</table></body></html>").into_bytes(),
        _ => text.into_bytes(),
    }
}

fn entry(number: usize, row: &[(&'static str, String)], form: &str) -> String {
    let fields = || row.iter().filter(|(_, text)| !text.is_empty());
    let each = |write: &dyn Fn(&str, &str) -> String| {
        fields().map(|(field, text)| write(field, text)).collect::<String>()
    };
    let value =
        |wanted: &str| fields().find(|(field, _)| *field == wanted).map_or("", |(_, text)| text.as_str());
    match form {
        "card" | "utf-16 card" => {
            let property = |field: &str, text: &str| match field {
                "name" => format!("FN:{text}\r\n"),
                "phone" => format!("TEL;TYPE=HOME:{text}\r\n"),
                "address" => format!("ADR;TYPE=HOME:;;{text};;;;日本\r\n"),
                "birth_date" => format!("BDAY:{text}\r\n"),
                _ => String::new(),
            };
            format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{}END:VCARD\r\n", each(&property))
        }
        "json" => {
            format!("{{\n{}  \"number\": {number}\n}},\n", each(&|f, t| format!("  \"{f}\": \"{t}\",\n")))
        }
        "xml" => format!("<row id=\"{number}\">{}</row>", each(&|f, t| format!("<{f}>{t}</{f}>"))),
        "page" => format!("<tr>{}</tr>\n", each(&|_, t| format!("<td>{t}</td>"))),
        "sql" => format!(
            "INSERT INTO kokyaku VALUES ({number}{});\n",
            each(&|_, t| format!(",'{}'", t.replace('\'', "''")))
        ),
        "letter" => format!(
            "{}. {} 様　ご住所：{}　お電話：{} に連絡のこと。\n",
            number + 1,
            value("name"),
            value("address"),
            value("phone")
        ),
        // Labels for envelopes.
        _ => format!(
            "〒{}\n{}\n{} 様\n{}\n\n",
            value("postal"),
            value("address"),
            value("name"),
            value("phone")
        ),
    }
}

#[test]
fn copies_are_found_in_whatever_form_and_by_their_own_name() {
    let set = |name: &str, usual: usize| std::env::var(name).map_or(usual, |number| number.parse().unwrap());
    let (files, first) = (set("MEIBO_SWEEP_FILES", 96), set("MEIBO_SWEEP_FIRST", 0));
    let examiner = &INCIDENT.examiner;
    let (mut case, mut asked) = (CaseCounts::default(), Vec::new());
    let mut tried: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for number in first..first + files {
        let (client, form, bytes) = file(number);
        tried.entry(form).or_default()[0] += 1;
        let scanned = scan_areas(&bytes[..]).unwrap();
        let found = examiner.sweep(Cursor::new(&bytes), scanned, &()).unwrap();
        case.add_others(found.others);
        for sighting in found.sightings {
            asked.push((number, client.clone(), form));
            case.add(sighting.counts);
        }
    }
    let answers = examiner.infer_case(case, &()).files;
    let mut found = std::collections::BTreeSet::new();
    for ((number, client, form), answer) in asked.iter().zip(answers) {
        // Where too few others tell what is usual for it, that is said of the client, and it is named all the same.
        if answer.attribution.background_unknown().any(|of| examiner.client_name(of) == client)
            && found.insert(*number)
        {
            tried.get_mut(form).unwrap()[1] += 1;
        }
        for source in &answer.attribution.sources {
            let names = source.not_separable_from.iter().chain([&source.client]);
            match names.into_iter().any(|of| examiner.client_name(*of) == client) {
                true if found.insert(*number) => tried.get_mut(form).unwrap()[1] += 1,
                true => {}
                false => tried.get_mut(form).unwrap()[2] += 1,
            }
        }
    }
    let wrong: usize = tried.values().map(|[_, _, wrong]| wrong).sum();
    for (form, [tried, found, wrong]) in &tried {
        println!("{form:>12}: {found} of {tried} found, {wrong} wrong names");
    }
    println!("{} of {files} found, {wrong} wrong names", found.len());
    assert!(found.len() * 100 >= files * 98, "{} of {files}", found.len());
    assert!(wrong * 200 <= files, "{wrong} wrong names");
}

#[test]
fn nobody_is_found_where_nobody_is() {
    let examiner = &INCIDENT.examiner;
    let strangers = SeizedSpec::new("strangers").part(Part::of_strangers(200));
    let strangers = INCIDENT.world.seize(&strangers).unwrap().bytes;
    let numbers: String = (0..5_000)
        .map(|i| format!("{i},058-265-{:04},岐阜県岐阜市薮田南{}-1\n", i % 9_999, i % 90))
        .collect();
    for bytes in [strangers, numbers.into_bytes(), vec![0; 100_000], Vec::new()] {
        let found = examiner.sweep(Cursor::new(&bytes), scan_areas(&bytes[..]).unwrap(), &()).unwrap();
        let mut case = CaseCounts::default();
        found.sightings.into_iter().for_each(|sighting| case.add(sighting.counts));
        let named = examiner.infer_case(case, &()).files;
        assert!(named.iter().all(|file| file.attribution.sources.is_empty()));
    }
}
