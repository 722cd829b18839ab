//! What is said of the rows that no key ties to a source.

use meibo_attribution::{Settling, Unattributed};

use crate::{FileNames, numbers::count, text::visible};

/// Places that people are told of; JSON has all that the answer lists.
const AREAS_SHOWN: usize = 10;

/// The rows that no key ties to a source, ready to be written.
pub(crate) struct UntiedView<'a> {
    pub(crate) records: u64,
    pub(crate) matching_nothing: u64,
    pub(crate) background_only: u64,
    pub(crate) damaged_or_partial: u64,
    /// Places with a name and their records.
    pub(crate) areas: Vec<(&'a str, u64)>,
    pub(crate) other_areas: u64,
    pub(crate) no_area: u64,
    pub(crate) would_settle: Vec<SettlingView<'a>>,
}

/// What would settle where they came from.
pub(crate) enum SettlingView<'a> {
    MissingFingerprint,
    /// The fields that would help.
    FewKeys(Vec<&'a str>),
    BackgroundUnknown,
    TooFewRows,
}

impl<'a> UntiedView<'a> {
    /// Looks up names; a place without one is counted among the others, a field without one is left out.
    pub(crate) fn new(rest: &Unattributed, names: &'a FileNames) -> Self {
        let (mut areas, mut other_areas) = (Vec::new(), rest.other_areas);
        for (place, area) in rest.by_area.iter().enumerate() {
            match names.areas.get(place) {
                Some(Some(name)) => areas.push((name.as_str(), area.records)),
                _ => other_areas = other_areas.saturating_add(area.records),
            }
        }
        let field = |number: &u8| names.fields.get(usize::from(*number)).map(String::as_str);
        let settling = |settling: &Settling| match settling {
            Settling::MissingFingerprint => SettlingView::MissingFingerprint,
            Settling::FewKeys { fields } => SettlingView::FewKeys(fields.iter().filter_map(field).collect()),
            Settling::BackgroundUnknown => SettlingView::BackgroundUnknown,
            Settling::TooFewRows => SettlingView::TooFewRows,
        };
        UntiedView {
            records: rest.untied(),
            matching_nothing: rest.matching_nothing,
            background_only: rest.background_only,
            damaged_or_partial: rest.damaged_or_partial,
            areas,
            other_areas,
            no_area: rest.no_area,
            would_settle: rest.would_settle.iter().map(settling).collect(),
        }
    }
}

/// What people read of them, each line under its label; nothing where there are none.
pub(crate) fn facts(view: &UntiedView<'_>) -> Vec<(&'static str, String)> {
    if view.records == 0 {
        return Vec::new();
    }
    let mut facts = vec![("not tied", parts(view)), ("living in", living_in(view))];
    let settling: Vec<String> = view.would_settle.iter().map(would_settle).collect();
    if !settling.is_empty() {
        facts.push(("to settle", settling.join("; or ")));
    }
    facts
}

/// Why records are tied to no source, and how many for each reason.
pub(crate) fn reasons(view: &UntiedView<'_>) -> [(&'static str, u64); 3] {
    [
        ("match no list", view.matching_nothing),
        ("are on lists, but too few for a source to be claimed", view.background_only),
        ("have only single keys in common with a list", view.damaged_or_partial),
    ]
}

fn parts(view: &UntiedView<'_>) -> String {
    let parts = reasons(view).into_iter().filter(|(_, records)| *records > 0);
    let parts: Vec<String> = parts.map(|(what, records)| format!("{} {what}", count(records))).collect();
    format!("{} 件 that no key ties to a source: {}", count(view.records), parts.join(", "))
}

/// Where their people live, and how many records of each place: first the places with most, then all others.
pub(crate) fn places(view: &UntiedView<'_>) -> Vec<(String, u64)> {
    let shown = view.areas.iter().take(AREAS_SHOWN).map(|(area, records)| (visible(area), *records));
    let beyond = view.areas.iter().skip(AREAS_SHOWN).map(|(_, records)| *records);
    let others = beyond.fold(view.other_areas, u64::saturating_add);
    let others = [("other places".to_owned(), others), ("place not told".to_owned(), view.no_area)];
    shown.chain(others).filter(|(_, records)| *records > 0).collect()
}

fn living_in(view: &UntiedView<'_>) -> String {
    let one = |(area, records): &(String, u64)| format!("{area} {}", count(*records));
    places(view).iter().map(one).collect::<Vec<_>>().join(", ")
}

fn would_settle(settling: &SettlingView<'_>) -> String {
    match settling {
        SettlingView::MissingFingerprint => {
            "the fingerprint of the list they came from, which is probably not registered".into()
        }
        SettlingView::FewKeys(fields) if fields.is_empty() => "more columns of the same people".into(),
        SettlingView::FewKeys(fields) => {
            let fields: Vec<String> = fields.iter().map(|field| visible(field)).collect();
            format!("more columns of the same people, such as {}, which most lists hold", fields.join(", "))
        }
        SettlingView::BackgroundUnknown => {
            "fingerprints of more unrelated lists under the same key, as the background of some clients is unknown"
                .into()
        }
        SettlingView::TooFewRows => "more rows of the same origin: so few are hardly evidence".into(),
    }
}
