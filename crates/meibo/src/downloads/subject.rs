//! What of a file can be compared with downloads.

use meibo_attribution::{CountRange, Counted, Moment, Source, Subject, TakenBetween};
use meibo_fingerprint::{Date, Facts, KeyKind, Part};
use meibo_ingest::{Timestamp, days_since_1970};
use meibo_registry::{ListEntry, Registry};

use crate::examiner::FileAnswer;

/// Seconds that the calendar of no place is further behind that of UTC, and ahead of it.
const BEHIND: i64 = 12 * 3_600;
const AHEAD: i64 = 14 * 3_600;
const DAY: i64 = 86_400;

/// When something happened, to be compared.
pub(crate) fn moment(time: Timestamp) -> Moment {
    let days = match time.zone {
        // A clock of UTC does not tell the day where the lists were handed over.
        Some(0) => [(time.seconds - BEHIND).div_euclid(DAY), (time.seconds + AHEAD).div_euclid(DAY)],
        _ => [time.day(), time.day()],
    };
    Moment { earliest: time.earliest(), latest: time.latest(), days }
}

/// The file, and, where it is of several clients, each part of it.
pub(crate) fn of(
    registry: &Registry,
    answer: &FileAnswer,
    bytes: Option<u64>,
    modified: Option<Timestamp>,
) -> Vec<Subject> {
    let modified = modified.map(moment);
    let sources = &answer.attribution.sources;
    let part = |source: &Source| Subject {
        client: Some(source.client),
        not_separable_from: source.not_separable_from.clone(),
        counts: vec![part_of(answer, source)],
        bytes: None,
        modified,
        taken: taken(registry, source),
    };
    let file = Subject { bytes, modified, counts: counts_of(answer), ..Subject::default() };
    let [source] = sources.as_slice() else {
        return std::iter::once(file).chain(sources.iter().map(part)).collect();
    };
    // A file of one client is its part.
    let part = part(source);
    let mut counts = file.counts;
    counts.extend(duplicates_dropped(registry, answer, source));
    counts.extend(part.counts);
    vec![Subject { counts, bytes, ..part }]
}

/// What was counted of a file as a whole.
fn counts_of(answer: &FileAnswer) -> Vec<CountRange> {
    let (rows, records, persons) = (answer.rows, answer.attribution.records, answer.attribution.persons);
    let mut counts = vec![
        CountRange::exactly(Counted::Rows, rows),
        CountRange::exactly(Counted::RowsAndHeader, rows.saturating_add(1)),
    ];
    if records != rows {
        counts.push(CountRange::exactly(Counted::Records, records));
    }
    if persons != records && answer.persons_exact {
        counts.push(CountRange::exactly(Counted::Persons, persons));
    }
    counts.retain(|count| count.most > 0);
    counts
}

/// The part of a file that is a client's: as many records as its share leaves open, and with them the rows that gave no record and those
/// that no source explains.
fn part_of(answer: &FileAnswer, source: &Source) -> CountRange {
    let records = answer.attribution.records as f64;
    let [low, high] =
        source.share_interval.map(|share| if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) });
    let least = ((low * records).floor() as u64).min(source.records);
    let most = ((high * records).ceil() as u64).max(source.records);
    let untold = answer.rejects.rows().saturating_add(answer.attribution.unattributed.records);
    CountRange { of: Counted::Part, least, most: most.saturating_add(untold) }
}

/// A file that holds nobody twice may be a download without what it held twice: as much as the list itself does.
fn duplicates_dropped(registry: &Registry, answer: &FileAnswer, source: &Source) -> Option<CountRange> {
    let attribution = &answer.attribution;
    if attribution.persons != attribution.records || !answer.persons_exact {
        return None;
    }
    let twice =
        lists_of(registry, source).map(|list| held_twice(&list.facts)).max().filter(|twice| *twice > 0)?;
    let least = answer.rows.saturating_add(1);
    Some(CountRange { of: Counted::DuplicatesDropped, least, most: answer.rows.saturating_add(twice) })
}

/// The handovers that a source's rows may be of: all of the client's, where nothing tells.
fn lists_of<'r>(registry: &'r Registry, source: &'r Source) -> impl Iterator<Item = &'r ListEntry> {
    let candidates = &source.handover.candidates;
    registry.lists.iter().enumerate().filter_map(move |(place, list)| {
        let may_be =
            if candidates.is_empty() { list.client == source.client } else { candidates.contains(&place) };
        may_be.then_some(list)
    })
}

/// How many records of a list are of persons that it holds already, at most: a record has one key of a kind or more. Kinds of parts of
/// a name or an address say less, as people share these.
fn held_twice(facts: &Facts) -> u64 {
    let is_whole =
        |kind: &KeyKind| matches!(kind.parts(), (Part::Whole(_), Part::Whole(_))) && kind.is_personal();
    let twice = |kind: KeyKind| {
        let count = facts.kinds.get(kind.index())?;
        // A kind that few records have says little of the list.
        (count.records > facts.records / 2).then(|| count.records.saturating_sub(count.tokens))
    };
    KeyKind::ALL.into_iter().filter(is_whole).filter_map(twice).max().unwrap_or(0)
}

/// The days between which a source's rows can have been taken.
fn taken(registry: &Registry, source: &Source) -> TakenBetween {
    let day_of = |place: usize| registry.lists.get(place).map(|list| day(list.facts.date));
    let window = source.handover.window;
    let oldest = || lists_of(registry, source).map(|list| day(list.facts.date)).min();
    TakenBetween {
        not_before: window.not_before.and_then(day_of).or_else(oldest),
        before: window.before.and_then(day_of),
    }
}

fn day(date: Date) -> i64 {
    let (year, month, day) = date.parts();
    days_since_1970(year.into(), month.into(), day.into())
}
