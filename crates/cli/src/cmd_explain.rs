//! `meibo explain`: all that is known of single rows. Their values are shown, since that is asked for.

use std::collections::BTreeSet;
use std::io::{self, Write};

use meibo::{Examiner, Field, FileAnswer, KeyKind, KeyMask, RowExplained};
use meibo_report::{path_text, visible};
use serde_json::{Value, json};

use crate::args::ExplainArgs;
use crate::cmd_attribute::open_registry;
use crate::exit::{Failure, Outcome};
use crate::keys::Keyring;
use crate::lists::{self, Listed};
use crate::outputs;
use crate::printer::Printer;
use crate::stages::Stages;

/// The name of the JSON form.
const SCHEMA: &str = "meibo.explain/1";

pub(crate) fn run(arguments: &ExplainArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let rows: BTreeSet<u64> = arguments.row.iter().copied().collect();
    let keyring = Keyring::read(&arguments.key, &arguments.opening)?;
    let examiner = open_registry(&arguments.registry, &keyring, printer)?;
    let (mut shown, mut failures) = (Vec::new(), Vec::new());
    lists::each_list(&arguments.seized, &arguments.reading.options(), &mut |listed| match explain(
        &examiner, listed, &rows, printer,
    ) {
        Ok(list) => shown.push(list),
        Err(failure) => failures.push(failure),
    });
    if shown.is_empty() && failures.len() == 1 {
        return Err(failures.remove(0));
    }
    failures.iter().for_each(|failure| printer.failed(failure));
    if shown.is_empty() {
        return Err(Failure::new("none of the lists could be explained; see the reasons above"));
    }
    outputs::write(None, printer, |out, _| {
        match arguments.format.as_str() {
            "json" => write_json(&examiner, &shown, out)?,
            _ => shown.iter().try_for_each(|list| write_text(&examiner, list, out))?,
        }
        Ok(())
    })?;
    Ok(Outcome::partly_if(!failures.is_empty() || !examiner.registry().problems.is_empty()))
}

/// Rows of a list.
struct Shown {
    path: String,
    answer: FileAnswer,
    rows: Vec<RowExplained>,
}

fn explain(
    examiner: &Examiner,
    listed: Listed<'_>,
    rows: &BTreeSet<u64>,
    printer: &Printer,
) -> Result<Shown, Failure> {
    let path = listed.path;
    let failed = |error: &dyn std::fmt::Display| Failure::about(path.display(), error);
    let list = listed.content?;
    let extent = list.input.extent();
    let input = list.input.again().map_err(|error| failed(&error))?;
    let stages = Stages::of_list(printer, &path, extent);
    let (answer, shown) =
        examiner.explain_rows(input, &list.options, rows, &stages).map_err(|error| failed(&error))?;
    stages.finish();
    if let Some(missing) = rows.iter().find(|row| **row > answer.rows) {
        let message = format!("there is no row {missing}; the list has {} rows, from 1", answer.rows);
        return Err(failed(&message));
    }
    Ok(Shown { path: path_text(&path), answer, rows: shown })
}

fn kinds(keys: KeyMask) -> Vec<&'static str> {
    keys.kinds().map(KeyKind::as_str).collect()
}

/// The columns that a field was read from.
fn columns(answer: &FileAnswer, field: Field) -> Vec<usize> {
    let all = answer.file.iter().flat_map(|file| &file.layout.columns);
    all.filter(|column| column.field == field).flat_map(|column| column.columns.clone()).collect()
}

/// Client and day of a handover.
fn handover(examiner: &Examiner, list: usize) -> (String, String) {
    let entry = examiner.registry().lists.get(list);
    entry.map_or_else(Default::default, |entry| {
        (examiner.client_name(entry.client).to_owned(), entry.facts.date.to_string())
    })
}

fn write_text(examiner: &Examiner, list: &Shown, out: &mut dyn Write) -> io::Result<()> {
    for row in &list.rows {
        writeln!(out, "{} row {}", visible(&list.path), row.row)?;
        text_of_values(&list.answer, row, out)?;
        line(out, "keys", &or_none(kinds(row.keys).join(" ")))?;
        for (number, keys) in &row.matches {
            let (client, date) = handover(examiner, *number);
            line(out, "matches", &format!("{client} {date} by {}", kinds(*keys).join(" ")))?;
        }
        if row.matches.is_empty() {
            line(out, "matches", "no handover")?;
        }
        line(out, "said", &said(row))?;
    }
    Ok(())
}

fn text_of_values(answer: &FileAnswer, row: &RowExplained, out: &mut dyn Write) -> io::Result<()> {
    if let Some(reason) = &row.reject {
        line(out, "not read", &reason.to_string())?;
    }
    for (field, value) in &row.cells {
        let columns: Vec<String> = columns(answer, *field).iter().map(usize::to_string).collect();
        line(out, "cell", &format!("{field} (column {}): {value}", columns.join("+")))?;
    }
    for (field, value) in &row.canonical {
        line(out, "canonical", &format!("{field}: {value}"))?;
    }
    match row.has_fillers {
        true => line(out, "left out", "values that stand for nobody in this list are in no key"),
        false => Ok(()),
    }
}

/// What attribution says of a row within its file.
fn said(row: &RowExplained) -> String {
    match (&row.client, row.posterior) {
        (_, None) => "nothing: the row gave no record".to_owned(),
        (None, Some(posterior)) => format!("no source (posterior of the likeliest {posterior:.6})"),
        (Some(client), Some(posterior)) => {
            let date = row.handover.map(|date| format!(" {date}")).unwrap_or_default();
            let keys = or_none(kinds(row.source_keys).join(" "));
            let others = match row.not_separable_from.as_slice() {
                [] => String::new(),
                others => format!(", or {}, which cannot be told apart", others.join(" or ")),
            };
            format!("{client}{date}{others} (posterior {posterior:.6}); the source holds of its keys: {keys}")
        }
    }
}

fn or_none(text: String) -> String {
    if text.is_empty() { "none".to_owned() } else { text }
}

/// One line, whatever a cell holds.
fn line(out: &mut dyn Write, what: &str, text: &str) -> io::Result<()> {
    writeln!(out, "  {what:<10} {}", visible(text))
}

fn write_json(examiner: &Examiner, lists: &[Shown], out: &mut dyn Write) -> io::Result<()> {
    let list = |list: &Shown| {
        let rows: Vec<Value> = list.rows.iter().map(|row| json_of(examiner, &list.answer, row)).collect();
        json!({ "path": list.path, "rows": rows })
    };
    let lists: Vec<Value> = lists.iter().map(list).collect();
    serde_json::to_writer(&mut *out, &json!({ "schema": SCHEMA, "lists": lists }))?;
    writeln!(out)
}

fn json_of(examiner: &Examiner, answer: &FileAnswer, row: &RowExplained) -> Value {
    let cell = |(field, value): &(Field, String)| json!({ "field": field.to_string(), "columns": columns(answer, *field), "value": value });
    let canonical = |(field, value): &(Field, String)| json!({ "field": field.to_string(), "value": value });
    let found = |(list, keys): &(usize, KeyMask)| {
        let (client, date) = handover(examiner, *list);
        json!({ "client": client, "handover": date, "keys": kinds(*keys) })
    };
    json!({
        "row": row.row,
        "rejected": row.reject.as_ref().map(ToString::to_string),
        "cells": row.cells.iter().map(cell).collect::<Vec<_>>(),
        "canonical": row.canonical.iter().map(canonical).collect::<Vec<_>>(),
        "has_fillers": row.has_fillers,
        "keys": kinds(row.keys),
        "matches": row.matches.iter().map(found).collect::<Vec<_>>(),
        "client": row.client,
        "not_separable_from": row.not_separable_from,
        "handover": row.handover.map(|date| date.to_string()),
        "posterior": row.posterior.map(|posterior| (posterior * 1e6).round() / 1e6),
        "source_keys": kinds(row.source_keys),
    })
}
