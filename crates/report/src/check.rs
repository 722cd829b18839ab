//! What is said of people who complained, as people read it and as programs do.
//!
//! ```
//! use meibo_attribution::Complaints;
//! use meibo_report::{Case, RegistryFacts, Style, check};
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
//! let nobody = check::Checked {
//!     path: "complaints.csv".into(),
//!     blake3: "00".into(),
//!     rows: 0,
//!     complaints: Complaints::default(),
//!     rows_not_held: Vec::new(),
//! };
//! let mut out = Vec::new();
//! check::write_json(&case, &[nobody], &mut out)?;
//! assert!(out.starts_with(br#"{"schema":"meibo.check/1""#));
//! # Ok::<(), meibo_report::ReportError>(())
//! ```

use std::io::Write;

use meibo_attribution::{Complained, Complaints, Finding};

use crate::{
    Case, Lang, ReportError, Style, json,
    layout::{self, Column, Kind, MIN_WIDTH},
    numbers::{count, odds, percent},
    text::{quoted, visible},
    words,
};

/// A list of people who complained, and what the registry holds of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Where the list was, as the user named it; [`path_text`](crate::path_text) makes it from any path.
    pub path: String,
    /// Hexadecimal BLAKE3 digest of its bytes.
    pub blake3: String,
    /// Rows, without the header.
    pub rows: u64,
    /// What clients hold of them.
    pub complaints: Complaints,
    /// For each of those clients, in their order, the rows of people whom it does not hold, from 1.
    pub rows_not_held: Vec<Vec<u64>>,
}

/// One client, ready to be written.
pub(crate) struct ClientView<'a> {
    pub(crate) name: &'a str,
    pub(crate) complained: &'a Complained,
    pub(crate) rows_not_held: &'a [u64],
}

impl Checked {
    /// The clients that hold any of the people, those first that chance explains least.
    pub(crate) fn clients<'a>(&'a self, case: &'a Case) -> Result<Vec<ClientView<'a>>, ReportError> {
        let (clients, path) = (case.clients.len(), &self.path);
        let view = |(place, complained): (usize, &'a Complained)| {
            let client = complained.client;
            let unknown = || ReportError::UnknownClient { path: path.clone(), client, clients };
            Ok(ClientView {
                name: case.clients.get(client).ok_or_else(unknown)?,
                complained,
                rows_not_held: self.rows_not_held.get(place).map(Vec::as_slice).unwrap_or_default(),
            })
        };
        self.complaints.clients.iter().enumerate().map(view).collect()
    }
}

/// What may be said, as one word.
pub(crate) const fn finding(finding: Finding) -> &'static str {
    match finding {
        Finding::BeyondChance => "beyond_chance",
        Finding::Possible => "possible",
        Finding::NothingInCommon => "nothing_in_common",
    }
}

/// Writes what was found as text for people.
///
/// # Errors
/// When an answer names a client that the case does not list, or the destination refuses the bytes.
pub fn write_table(
    case: &Case,
    checked: &[Checked],
    style: Style,
    mut out: impl Write,
) -> Result<(), ReportError> {
    out.write_all(text(case, checked, style)?.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes what was found as one JSON document ([`json::check_v1::Report`]).
///
/// # Errors
/// As for the table.
pub fn write_json(case: &Case, checked: &[Checked], out: impl Write) -> Result<(), ReportError> {
    json::write_check(case, checked, out)
}

const COLUMNS: [Column<'_>; 5] = [
    Column { title: "client", kind: Kind::Text(12) },
    Column { title: "人", kind: Kind::Number },
    Column { title: "usual", kind: Kind::Number },
    Column { title: "by chance", kind: Kind::Text(10) },
    Column { title: "rows not held", kind: Kind::Text(14) },
];
/// Clients and rows that are listed; JSON lists all.
const SHOWN: usize = 8;

const NOTES: [&str; 2] = [
    "Usual is the share of people of the same places, ages and sexes whom the client holds anyway, as the lists of others show. By \
     chance is how often a group of such people would be held as this one is.",
    "That they have a client in common says that its lists are worth examining, not that they leaked. Nothing in common does not say \
     that nothing leaked: people move, rows are damaged, and who leaked may not be in the registry.",
];

fn text(case: &Case, checked: &[Checked], style: Style) -> Result<String, ReportError> {
    let width = style.max_width.max(MIN_WIDTH);
    let title = format!("meibo {}", visible(&case.tool_version));
    let mut text =
        layout::paragraph(&title, 0, width) + &layout::pairs(&words::job(Lang::En, case), 2, width);
    for list in checked {
        let clients = list.clients(case)?;
        let heading = finding(list.complaints.finding()).replace('_', " ").to_uppercase();
        text += "\n";
        text += &layout::paragraph(&format!("{heading}  {}", visible(&list.path)), 0, width);
        for sentence in sentences(case, &list.complaints, &clients) {
            text += &layout::paragraph(&sentence, 2, width);
        }
        let rows: Vec<Vec<String>> = clients.iter().take(SHOWN).map(cells).collect();
        if !rows.is_empty() {
            text += "\n";
            text += &layout::table(&COLUMNS, &rows, 2, width)
                .unwrap_or_else(|| layout::stacked(&COLUMNS, &rows, 2, width));
        }
        if let Some(more @ 1..) = clients.len().checked_sub(SHOWN) {
            text += &layout::paragraph(
                &format!("and {} more clients with any of them", count(more as u64)),
                2,
                width,
            );
        }
    }
    text += "\n";
    NOTES.iter().for_each(|note| text += &layout::paragraph(note, 0, width));
    Ok(text)
}

fn cells(client: &ClientView<'_>) -> Vec<String> {
    let ClientView { name, complained, rows_not_held } = client;
    let mut rows: Vec<String> = rows_not_held.iter().take(SHOWN).map(|row| count(*row)).collect();
    if let Some(more @ 1..) = rows_not_held.len().checked_sub(SHOWN) {
        rows.push(format!("{} more", count(more as u64)));
    }
    let (usual, by_chance) = match complained.is_known {
        true => (percent(complained.usual), odds(Lang::En, complained.by_chance)),
        false => ("unknown".to_owned(), "unknown".to_owned()),
    };
    vec![visible(name), count(complained.held), usual, by_chance, rows.join(" ")]
}

/// What may be concluded, in words.
pub(crate) fn sentences(case: &Case, complaints: &Complaints, clients: &[ClientView<'_>]) -> Vec<String> {
    let persons = complaints.persons;
    if persons == 0 {
        return vec!["No row has a usable key: nothing can be said of these people.".to_owned()];
    }
    let finding = complaints.finding();
    let is_told = |of: &Complained| match finding {
        Finding::BeyondChance => of.is_beyond_chance(),
        Finding::Possible => of.is_possible(persons),
        Finding::NothingInCommon => false,
    };
    let told: Vec<&ClientView<'_>> = clients.iter().filter(|client| is_told(client.complained)).collect();
    let mut sentences: Vec<String> =
        told.iter().take(SHOWN).map(|client| of_client(case, persons, client)).collect();
    match finding {
        Finding::NothingInCommon => sentences.push(nothing_in_common(case, persons, clients)),
        _ if told.len() > 1 => sentences.push(
            "Several clients hold these people; these people alone do not tell whose list it was. More of them may.".to_owned(),
        ),
        _ => {}
    }
    sentences
}

fn of_client(case: &Case, persons: u64, client: &ClientView<'_>) -> String {
    let ClientView { name, complained, .. } = client;
    let how_many = part_of(complained.held, persons);
    if !complained.is_known {
        return format!(
            "{} holds {how_many}. Whether that is chance cannot be told: too few people of unrelated lists could be asked what is \
             usual for it.",
            quoted(name)
        );
    }
    let registry = match case.clients.len() as u64 {
        1 => String::new(),
        clients => format!(
            "; some client of the {} in the registry would seem as unlikely at most {}",
            count(clients),
            often(complained.by_chance_of_any)
        ),
    };
    let verdict = match complained.is_beyond_chance() {
        true => "That is hardly chance",
        false => "That may be chance",
    };
    format!(
        "{} holds {how_many}. {verdict}: of people like them it holds {}, and would hold as many by chance {}{registry}.",
        quoted(name),
        percent(complained.usual),
        often(complained.by_chance),
    )
}

fn often(chance: f64) -> String {
    match odds(Lang::En, chance) {
        share if share.ends_with('%') => format!("in {share} of such groups"),
        times => format!("{times} such groups"),
    }
}

fn part_of(held: u64, persons: u64) -> String {
    match (held, persons) {
        (1, 1) => "the one person".to_owned(),
        (2, 2) => "both persons".to_owned(),
        (held, persons) if held == persons => format!("all {} persons", count(persons)),
        (held, persons) => format!("{} of the {} persons", count(held), count(persons)),
    }
}

fn nothing_in_common(case: &Case, persons: u64, clients: &[ClientView<'_>]) -> String {
    let all =
        if persons == 1 { "the one person".to_owned() } else { format!("all {} persons", count(persons)) };
    let most = clients.iter().max_by_key(|client| client.complained.held);
    let most = most.map_or_else(String::new, |client| {
        format!("; {} holds most, {}", quoted(client.name), part_of(client.complained.held, persons))
    });
    format!(
        "None of the {} clients of the registry holds {all}, nor more of them than chance explains{most}.",
        count(case.clients.len() as u64)
    )
}
