//! `meibo inspect`

use std::path::Path;

use meibo::{Fingerprint, FormatError, Header, KeyKind, ListProfile, Order, Prf, is_sealed};

use crate::args::InspectArgs;
use crate::canaries;
use crate::exit::{Failure, Outcome};
use crate::keys::Keyring;
use crate::printer::Printer;
use crate::stored::Stored;

pub(crate) fn run(arguments: &InspectArgs, printer: &Printer) -> Result<Outcome, Failure> {
    let keyring = Keyring::read(&arguments.key, &arguments.opening)?;
    let mut shown = 0;
    for path in &arguments.fingerprints {
        match describe(path, &keyring) {
            Ok(lines) => {
                shown += 1;
                lines.iter().try_for_each(|line| printer.line(line))?;
            }
            Err(problem) => printer.problem_of(path, problem),
        }
    }
    match shown {
        0 => Err(Failure::new("none of the files is a usable fingerprint; see the reasons above")),
        _ => Ok(Outcome::partly_if(shown < arguments.fingerprints.len())),
    }
}

/// The lines that are shown of a fingerprint.
fn describe(path: &Path, keyring: &Keyring) -> Result<Vec<String>, String> {
    let mut lines = vec![meibo_report::path_text(path)];
    let Keyring { keys, identities } = keyring;
    if let Some(record) = canaries::bytes_of(path, identities) {
        lines.extend(canaries::describe(&record, keys)?);
        return Ok(lines);
    }
    let stored = match identities.is_empty() {
        true => Stored::read_as_it_is(path)?,
        false => Stored::read(path, identities)?,
    };
    if keys.is_empty() && is_sealed(stored.fingerprint()) {
        let size = stored.bytes.len();
        lines.push(field("sealed", format!("to recipients, {size} bytes; --identity opens it")));
        return Ok(lines);
    }
    if stored.is_sealed() {
        lines.push(field("sealed", format!("to recipients, {} bytes", stored.bytes.len())));
    }
    let bytes = stored.fingerprint();
    let header = Header::read(bytes).map_err(|error| error.to_string())?;
    lines.extend(public(&header, bytes.len()));
    if keys.is_empty() {
        return Ok(lines);
    }
    let fingerprint = Fingerprint::open(bytes, keys).map_err(|error: FormatError| error.to_string())?;
    lines.extend(private(&fingerprint));
    Ok(lines)
}

fn public(header: &Header, bytes: usize) -> Vec<String> {
    let checksum: String = header.checksum.iter().map(|byte| format!("{byte:02x}")).collect();
    let sections =
        header.sections.iter().map(|section| format!("{} {} bytes", section.name(), section.length));
    vec![
        field("format", header.version),
        field("profile", header.profile),
        field("keyed hash", Prf::of_profile(header.profile).map_or("unknown", Prf::as_str)),
        field("key id", header.key_id),
        field("size", format!("{bytes} bytes")),
        field("columns", format!("{} of 2^{} bits", header.columns, header.log2_bits)),
        field("parts", sections.collect::<Vec<_>>().join(", ")),
        field("checksum", format!("blake3:{checksum}")),
    ]
}

fn private(fingerprint: &Fingerprint) -> Vec<String> {
    let facts = &fingerprint.facts;
    let mut lines = vec![
        field("client", &facts.client),
        field("date", facts.date),
        field("rows", facts.rows),
        field("records", facts.records),
        field("fill", format!("{:.4}", fingerprint.columns.fill())),
        field("false matches", format!("{:.6} a token", fingerprint.columns.false_match_rate())),
        field("sample", format!("{} records", fingerprint.sample.len())),
    ];
    lines.extend(fingerprint.order.iter().map(|order| field("order", describe_order(order))));
    if let Some(profile) = &fingerprint.list_profile {
        lines.extend(describe_list(profile));
    }
    for (kind, count) in KeyKind::ALL.into_iter().zip(facts.kinds).filter(|(_, count)| count.tokens > 0) {
        lines.push(field(kind.as_str(), format!("{} keys of {} records", count.tokens, count.records)));
    }
    lines
}

/// What the order of a list's rows tells.
fn describe_order(order: &Order) -> String {
    let sorted: Vec<String> = order.sorted().map(|field| field.to_string()).collect();
    match (order.has_links(), sorted.as_slice()) {
        (true, _) => format!("of neighbours by {}", kinds(order)),
        (false, []) => "too few rows to tell an order".to_owned(),
        (false, _) => format!("sorted by {}: the order says nothing", sorted.join(" ")),
    }
}

/// How a list is written and whom it is of.
fn describe_list(profile: &ListProfile) -> Vec<String> {
    let mut lines = Vec::new();
    if !profile.encoding.is_empty() {
        let headings = profile.headings.len();
        lines.push(field(
            "written in",
            format!("{}, {headings} headings kept as keyed digests", profile.encoding),
        ));
    }
    for (of, notations) in &profile.notations {
        let one = |(notation, rows): &(String, u64)| format!("{} ({rows})", meibo_report::visible(notation));
        let notations: Vec<String> = notations.iter().map(one).collect();
        lines.push(field("written", format!("{of}: {}", notations.join("  "))));
    }
    let decades: Vec<String> =
        profile.births.iter().map(|(decade, people)| format!("{decade}0s ({people})")).collect();
    if !decades.is_empty() {
        lines.push(field("born", decades.join(" ")));
    }
    if !profile.prefectures.is_empty() {
        let (count, people) = (profile.prefectures.len(), profile.prefectures.values().sum::<u64>());
        let word = if count == 1 { "prefecture" } else { "prefectures" };
        lines.push(field("living in", format!("{count} {word} ({people})")));
    }
    lines
}

fn kinds(order: &Order) -> String {
    order.kinds().kinds().map(KeyKind::as_str).collect::<Vec<_>>().join(" ")
}

pub(crate) fn field(name: &str, value: impl std::fmt::Display) -> String {
    format!("  {name:<15} {value}")
}
