//! Overlaps for people at a terminal: a matrix where it can be taken in at a glance, else what matters of each client.

use crate::{
    Case, Lang, Style,
    layout::{self, Column, Kind, MIN_WIDTH},
    numbers::{count, percent, whole_percent},
    overlap::{Cell, ClientView, HeldView, OverlapView},
    text::{quoted, visible},
    words,
};

/// With more clients a matrix cannot be taken in.
const CLIENTS_IN_A_MATRIX: usize = 12;
/// Clients that are listed under one whose people they hold; JSON lists all.
const HOLDERS_SHOWN: usize = 8;
/// Clients that hold no more of another's people than this are not worth a line.
const WORTH_A_LINE: f64 = 0.01;
/// Clients of which nothing is known that are named in one place; JSON names all.
const UNKNOWN_SHOWN: usize = 4;
/// At this share, what one client holds is nearly all of the other's people.
const NEARLY_ALL: f64 = 0.95;

const LIST: [Column<'_>; 5] = [
    Column { title: "client", kind: Kind::Text(12) },
    Column { title: "sampled", kind: Kind::Number },
    Column { title: "held by", kind: Kind::Text(12) },
    Column { title: "share (95%)", kind: Kind::Text(16) },
    Column { title: "", kind: Kind::Text(12) },
];

/// The whole text.
pub(crate) fn text(case: &Case, view: &OverlapView<'_>, style: Style) -> String {
    let width = style.max_width.max(MIN_WIDTH);
    let title = format!("meibo {}", visible(&case.tool_version));
    let mut text =
        layout::paragraph(&title, 0, width) + &layout::pairs(&words::job(Lang::En, case), 2, width) + "\n";
    if view.clients.len() < 2 {
        let alone = "There are no two clients in the registry: nothing can be compared.";
        return text + &layout::paragraph(alone, 0, width);
    }
    let (body, notes) = match matrix(view, width) {
        Some(matrix) => (matrix + &related(view, width), MATRIX_NOTES),
        None => (list(view, width), LIST_NOTES),
    };
    text += &body;
    text += "\n";
    for note in notes.iter().chain(NOTES) {
        text += &layout::paragraph(note, 0, width);
    }
    text
}

const MATRIX_NOTES: &[&str] =
    &["A row tells how many per cent of a client's sampled members (sampled) the client of \
                                 each column holds, in any of its handovers; ? where that is not known."];
const LIST_NOTES: &[&str] =
    &["Of each client's sampled members (sampled): who else holds more than 1% of them, in any \
                               of its handovers, with a 95% interval."];
const NOTES: &[&str] = &[
    "Not known: the two clients have no kind of key in common, or stand under different registry keys, or nobody was \
     sampled.",
    "A file of people that two clients hold does not tell which of the two it came from.",
];

/// A square of all clients, or nothing where they are too many or it does not fit.
fn matrix(view: &OverlapView<'_>, width: u16) -> Option<String> {
    let clients = view.clients.len();
    if clients > CLIENTS_IN_A_MATRIX {
        return None;
    }
    let numbers: Vec<String> = (1..=clients).map(|number| number.to_string()).collect();
    let number = |title| Column { title, kind: Kind::Number };
    let mut columns = vec![number(""), Column { title: "client", kind: Kind::Text(12) }, number("sampled")];
    columns.extend(numbers.iter().map(|title| number(title)));
    let row = |(number, client): (&String, &ClientView<'_>)| {
        let mut row = vec![number.clone(), visible(client.client), count(client.sampled)];
        row.extend(client.cells.iter().map(|cell| match cell {
            Cell::Itself => "-".to_owned(),
            Cell::Unknown => "?".to_owned(),
            Cell::Rate(rate) => whole_percent(*rate),
        }));
        row
    };
    let rows: Vec<_> = numbers.iter().zip(&view.clients).map(row).collect();
    layout::table(&columns, &rows, 2, width)
}

/// A sentence for each pair that a matrix should not leave to be found.
fn related(view: &OverlapView<'_>, width: u16) -> String {
    let mut text = String::new();
    for client in &view.clients {
        for held in client.overlaps.iter().filter(|held| held.related) {
            let sentence = format!(
                "{} {} {}: {}, {}",
                quoted(held.client),
                how_much(held),
                quoted(client.client),
                counts(held),
                share(held)
            );
            text += &layout::paragraph(&sentence, 2, width);
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// For each client those that hold its people; one below the other where the width is too small for columns.
fn list(view: &OverlapView<'_>, width: u16) -> String {
    let blocks: Vec<Vec<Vec<String>>> = view.clients.iter().map(lines).collect();
    if let Some(text) = layout::table(&LIST, &blocks.concat(), 2, width) {
        return text;
    }
    let block = |lines: &Vec<Vec<String>>| {
        let labels = ["client", "sampled", "held by", "", ""];
        let cells = lines.iter().flat_map(|line| labels.into_iter().zip(line.iter().cloned()));
        let cells: Vec<_> = cells.filter(|(_, cell)| !cell.is_empty()).collect();
        layout::pairs(&cells, 2, width)
    };
    blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

/// A client's rows under [`LIST`].
fn lines(client: &ClientView<'_>) -> Vec<Vec<String>> {
    let worth = client.overlaps.iter().filter(|held| held.rate > WORTH_A_LINE);
    let more = worth.clone().skip(HOLDERS_SHOWN).count();
    let mut lines: Vec<[String; 3]> = worth.take(HOLDERS_SHOWN).map(holder).collect();
    if more > 0 {
        lines.push([format!("and {} more", count(more as u64)), String::new(), String::new()]);
    }
    if lines.is_empty() && client.unknown.len() + 1 < client.cells.len() {
        lines.push(["no other: at most 1% each".to_owned(), String::new(), String::new()]);
    }
    if !client.unknown.is_empty() {
        lines.push([format!("not known: {}", unknown(client)), String::new(), String::new()]);
    }
    let line = |(place, [by, share, rest]): (usize, [String; 3])| {
        // A client said once holds for the rows below it.
        let (name, sampled) = match place {
            0 => (visible(client.client), count(client.sampled)),
            _ => (String::new(), String::new()),
        };
        vec![name, sampled, by, share, rest]
    };
    lines.into_iter().enumerate().map(line).collect()
}

fn holder(held: &HeldView<'_>) -> [String; 3] {
    let words = if held.related { format!("; {} it", how_much(held)) } else { String::new() };
    // In quotation marks where it could be taken for one of our own lines in this column.
    [quoted(held.client), share(held), counts(held) + &words]
}

fn unknown(client: &ClientView<'_>) -> String {
    let others = client.cells.len() - 1;
    match client.unknown.len() {
        // Names are worth their room only where there is a choice.
        all if all == others => "all others".to_owned(),
        _ => {
            let names: Vec<String> = client.unknown.iter().map(|name| quoted(name)).collect();
            words::first(Lang::En, &names, UNKNOWN_SHOWN)
        }
    }
}

fn how_much(held: &HeldView<'_>) -> &'static str {
    if held.rate >= NEARLY_ALL { "holds nearly all of" } else { "holds most of" }
}

fn share(held: &HeldView<'_>) -> String {
    let [low, high] = held.interval.map(percent);
    format!("{} ({low} to {high})", percent(held.rate))
}

fn counts(held: &HeldView<'_>) -> String {
    format!("{} of {}", count(held.held), count(held.of))
}
