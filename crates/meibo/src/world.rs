//! A registry as inference sees it.

use meibo_attribution::{Control, Hit, Kind, List, Pattern, Place, Stratum, World};
use meibo_fingerprint::{Date, KeyKind, Part};
use meibo_registry::{ExactLists, ListEntry, Registry};

/// Facts about lists and controls, as numbers.
pub(crate) fn of_registry(registry: &Registry) -> World {
    World {
        kinds: KeyKind::ALL.into_iter().map(kind).collect(),
        clients: registry.clients.len(),
        lists: registry.lists.iter().map(|entry| list(registry, entry)).collect(),
        controls: registry.controls.iter().map(control).collect(),
    }
}

/// The same registry where some of its lists are at hand: these match nobody by chance, and the controls are confirmed by
/// them.
pub(crate) fn confirmed_by(exact: &ExactLists, controls: &[meibo_registry::Control], world: World) -> World {
    let confirmed = |(number, list): (usize, List)| match exact.has(number) {
        true => List { false_match_rate: 0.0, ..list },
        false => list,
    };
    World {
        lists: world.lists.into_iter().enumerate().map(confirmed).collect(),
        controls: controls.iter().map(control).collect(),
        ..world
    }
}

/// A control with all of its matches: what they say depends on the kinds of key that a file has.
fn control(control: &meibo_registry::Control) -> Control {
    Control {
        list: control.list,
        stratum: stratum(control.stratum),
        pattern: Pattern { present: control.present.0, hits: control.hits.iter().map(hit).collect() },
        count: control.count,
    }
}

pub(crate) fn hit(hit: &meibo_registry::Hit) -> Hit {
    Hit { list: hit.list, keys: hit.keys.0 }
}

pub(crate) fn stratum(stratum: meibo_fingerprint::Stratum) -> Stratum {
    let place = Place { prefecture: stratum.prefecture, municipality: stratum.municipality };
    Stratum { place, birth_decade: stratum.birth_decade, sex: stratum.sex }
}

fn kind(kind: KeyKind) -> Kind {
    let bits = |part: Part| u32::from(part.halves()) << (2 * part.field().index());
    let (first, second) = kind.parts();
    Kind { parts: bits(first) | bits(second), personal: kind.is_personal() }
}

fn list(registry: &Registry, list: &ListEntry) -> List {
    let records = list.facts.records.max(1) as f64;
    List {
        client: list.client,
        key: registry.indexes.iter().position(|(key_id, _)| *key_id == list.key_id).unwrap_or(0) as u32,
        date: day_number(list.facts.date),
        records: list.facts.records,
        coverage: list.facts.kinds.iter().map(|count| count.records as f64 / records).collect(),
        false_match_rate: list.false_match_rate,
    }
}

/// A number that orders dates.
fn day_number(date: Date) -> i64 {
    let (year, month, day) = date.parts();
    (i64::from(year) * 12 + i64::from(month)) * 31 + i64::from(day)
}
