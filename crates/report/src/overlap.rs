//! How far the clients of a registry overlap, as people read it and as programs do.
//!
//! ```
//! use meibo_attribution::{ClientOverlap, Overlap};
//! use meibo_report::{Case, RegistryFacts, Style, overlap};
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
//! let alone = Overlap { clients: vec![ClientOverlap { sampled: 30, held: vec![None] }] };
//! let mut out = Vec::new();
//! overlap::write_json(&case, &alone, &mut out)?;
//! assert!(out.starts_with(br#"{"schema":"meibo.overlap/1""#));
//! # Ok::<(), meibo_report::ReportError>(())
//! ```

use std::cmp::Reverse;
use std::io::Write;

use meibo_attribution::{ClientOverlap, Overlap};

use crate::{Case, ReportError, Style, json, numbers, overlap_table};

/// Writes the overlaps as text for people.
///
/// # Errors
/// When the overlaps are not those of the case's clients, or the destination refuses the bytes.
pub fn write_table(
    case: &Case,
    overlap: &Overlap,
    style: Style,
    mut out: impl Write,
) -> Result<(), ReportError> {
    let text = overlap_table::text(case, &OverlapView::new(case, overlap)?, style);
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes the overlaps as one JSON document ([`json::overlap_v1::Report`]).
///
/// # Errors
/// When the overlaps are not those of the case's clients, or the destination refuses the bytes.
pub fn write_json(case: &Case, overlap: &Overlap, out: impl Write) -> Result<(), ReportError> {
    json::write_overlap(case, &OverlapView::new(case, overlap)?, out)
}

/// Overlaps with their numbers rounded and their names looked up: what both forms are written from.
pub(crate) struct OverlapView<'a> {
    pub(crate) clients: Vec<ClientView<'a>>,
}

/// One client, ready to be written.
pub(crate) struct ClientView<'a> {
    pub(crate) client: &'a str,
    pub(crate) sampled: u64,
    /// The clients that hold at least one of its people, those that hold most first.
    pub(crate) overlaps: Vec<HeldView<'a>>,
    /// The clients that could not be asked.
    pub(crate) unknown: Vec<&'a str>,
    /// For each client of the registry how it stands to this one.
    pub(crate) cells: Vec<Cell>,
}

/// What another client holds, ready to be written.
pub(crate) struct HeldView<'a> {
    pub(crate) client: &'a str,
    pub(crate) of: u64,
    pub(crate) held: u64,
    pub(crate) rate: f64,
    pub(crate) interval: [f64; 2],
    pub(crate) related: bool,
}

/// One field of the matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell {
    Itself,
    Unknown,
    Rate(f64),
}

impl<'a> OverlapView<'a> {
    pub(crate) fn new(case: &'a Case, overlap: &Overlap) -> Result<Self, ReportError> {
        let clients = case.clients.len();
        let other = |overlaps| Err(ReportError::OverlapOfOthers { overlaps, clients });
        if overlap.clients.len() != clients {
            return other(overlap.clients.len());
        }
        if let Some(client) = overlap.clients.iter().find(|client| client.held.len() != clients) {
            return other(client.held.len());
        }
        let view = |(place, client)| ClientView::new(&case.clients, place, client);
        Ok(Self { clients: overlap.clients.iter().enumerate().map(view).collect() })
    }
}

impl<'a> ClientView<'a> {
    fn new(names: &'a [String], place: usize, client: &ClientOverlap) -> Self {
        let name = |place: usize| names.get(place).map_or("", String::as_str);
        let others = || client.held.iter().enumerate().filter(|(other, _)| *other != place);
        let held = |(other, held): (usize, &Option<meibo_attribution::Held>)| {
            let held = held.filter(|held| held.held > 0)?;
            Some(HeldView {
                client: name(other),
                of: held.of,
                held: held.held,
                rate: numbers::share(held.rate, 0.0),
                interval: numbers::share_interval(held.interval),
                related: held.is_related(),
            })
        };
        let mut overlaps: Vec<HeldView<'_>> = others().filter_map(held).collect();
        // By what is written, and of the same rate by the number of people: the order can be checked by reading.
        overlaps.sort_by(|a, b| b.rate.total_cmp(&a.rate).then(Reverse(a.held).cmp(&Reverse(b.held))));
        let cell = |(other, held): (usize, &Option<meibo_attribution::Held>)| match held {
            _ if other == place => Cell::Itself,
            None => Cell::Unknown,
            Some(held) => Cell::Rate(numbers::share(held.rate, 0.0)),
        };
        Self {
            client: name(place),
            sampled: client.sampled,
            overlaps,
            unknown: others().filter(|(_, held)| held.is_none()).map(|(other, _)| name(other)).collect(),
            cells: client.held.iter().enumerate().map(cell).collect(),
        }
    }
}
