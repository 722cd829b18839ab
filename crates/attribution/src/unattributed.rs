//! What is known of the rows that no key ties to a source, and where too few unrelated people could be asked to tell
//! what is usual.

use std::collections::BTreeMap;

use crate::classes::Class;
use crate::controls::Controls;
use crate::input::{File, Keys, List, Place, World};
use crate::outcome::{Answer, AreaCount, Examined, Settling, Verdict};

/// Fewer unrelated people than this do not tell what is usual for a client.
pub(crate) const LEAST_CONTROLS: u64 = 30;
/// A client that holds less of the people whom no source holds would hardly be claimed if its background were known.
const LEAST_SHARE: f64 = 0.05;
const LEAST_HELD: u64 = 5;
/// With fewer people than this hardly any client's evidence can be enough.
const LEAST_PERSONS: u64 = 10;
/// Places that are listed.
const AREAS: usize = 10;
/// Fields that are named as missing.
const FIELDS: usize = 3;
/// Where every second of a list's records has a kind of key, the list has that kind.
const HAS: f64 = 0.5;

/// Adds to an answer what the people of other lists tell of each client, then what is known of the rows without a source.
pub(crate) fn describe(
    world: &World,
    file: &File,
    classes: &[Class],
    controls: &Controls,
    answer: &mut Answer,
) {
    let sources: Vec<usize> = answer.attribution.sources.iter().map(|source| source.client).collect();
    let named = answer.attribution.sources.iter().flat_map(|source| &source.not_separable_from);
    let named: Vec<usize> = sources.iter().chain(named).copied().collect();
    let (people, held) = beside(classes, &sources, world.clients);
    for examined in &mut answer.attribution.examined {
        ask(controls, examined);
        let holds = held[examined.client];
        examined.withheld = !examined.background_is_known()
            && !named.contains(&examined.client)
            && holds >= LEAST_HELD
            && holds as f64 >= LEAST_SHARE * people as f64;
    }
    let withheld: Vec<usize> = answer.attribution.background_unknown().collect();
    if !withheld.is_empty() && answer.attribution.verdict == Verdict::Unattributed {
        answer.attribution.verdict = Verdict::Inconclusive;
    }
    let untied = file.patterns.iter().zip(classes).zip(&answer.rows);
    let untied = untied.filter(|(_, row)| row.client.is_none()).map(|((count, class), _)| (count, class));
    let mut rest = Untied::default();
    untied.for_each(|(count, class)| rest.add(count.stratum.place, class, &withheld));
    let unattributed = &mut answer.attribution.unattributed;
    unattributed.matching_nothing = rest.matching_nothing;
    unattributed.background_only = rest.background_only;
    unattributed.damaged_or_partial = rest.damaged_or_partial;
    // Where the mixture gives most of them to sources, they are damaged rows of these and nothing is to be settled.
    if 2 * unattributed.records > rest.records() {
        unattributed.would_settle = rest.would_settle(world);
    }
    unattributed.no_area = rest.areas.remove(&Place::default()).unwrap_or(0);
    let mut areas: Vec<AreaCount> =
        rest.areas.into_iter().map(|(place, records)| AreaCount { place, records }).collect();
    areas.sort_by(|a, b| b.records.cmp(&a.records).then(a.place.cmp(&b.place)));
    unattributed.other_areas = areas.iter().skip(AREAS).map(|area| area.records).sum();
    areas.truncate(AREAS);
    unattributed.by_area = areas;
}

/// How many unrelated people could be asked about a client, and what share of them it holds.
fn ask(controls: &Controls, examined: &mut Examined) {
    let sum = controls.asked(examined.client);
    examined.controls = sum.people();
    examined.usual = if sum.count > 0.0 { (sum.held / sum.count).clamp(0.0, 1.0) } else { 0.0 };
}

/// Persons whom no source holds, and by client how many of them it holds.
fn beside(classes: &[Class], sources: &[usize], clients: usize) -> (u64, Vec<u64>) {
    let (mut people, mut held) = (0, vec![0; clients]);
    for class in classes.iter().filter(|class| !sources.iter().any(|source| class.held_by(*source))) {
        people += class.persons;
        class.members().for_each(|client| held[client] += class.persons);
    }
    (people, held)
}

/// The rows that no key ties to a source, added up.
#[derive(Default)]
struct Untied {
    persons: u64,
    matching_nothing: u64,
    background_only: u64,
    /// Of these, those held by a client whose background is not known.
    held_by_withheld: u64,
    damaged_or_partial: u64,
    areas: BTreeMap<Place, u64>,
    /// Records by the kinds of key that they have.
    present: BTreeMap<Keys, u64>,
}

impl Untied {
    fn add(&mut self, place: Place, class: &Class, withheld: &[usize]) {
        let records = class.records;
        self.persons += class.persons;
        let is_held = class.members().next().is_some();
        match (class.matches.is_empty(), is_held) {
            (true, _) => self.matching_nothing += records,
            (false, true) => self.background_only += records,
            (false, false) => self.damaged_or_partial += records,
        }
        if class.members().any(|client| withheld.contains(&client)) {
            self.held_by_withheld += records;
        }
        let told = if place.municipality == 0 { Place::default() } else { place };
        *self.areas.entry(told).or_default() += records;
        *self.present.entry(class.present).or_default() += records;
    }

    fn records(&self) -> u64 {
        self.matching_nothing + self.background_only + self.damaged_or_partial
    }

    /// What would settle them, that which would settle most records first.
    fn would_settle(&self, world: &World) -> Vec<Settling> {
        let records = self.records();
        if records == 0 {
            return Vec::new();
        }
        let mut found: Vec<(u64, Settling)> = Vec::new();
        let too_few = self.persons < LEAST_PERSONS;
        if too_few {
            found.push((records, Settling::TooFewRows));
        }
        if self.held_by_withheld > 0 {
            found.push((self.held_by_withheld, Settling::BackgroundUnknown));
        }
        let compared = Compared::new(world, self.usual_keys());
        // Where nothing could match, that nothing does says nothing.
        let of_others = self.matching_nothing + self.background_only - self.held_by_withheld;
        if !too_few && !compared.hardly && 2 * of_others > records {
            found.push((of_others, Settling::MissingFingerprint));
        }
        let unmatched = self.matching_nothing + self.damaged_or_partial;
        if unmatched > 0 && !compared.fields.is_empty() {
            found.push((unmatched, Settling::FewKeys { fields: compared.fields }));
        }
        found.sort_by_key(|(records, _)| std::cmp::Reverse(*records));
        found.into_iter().map(|(_, settling)| settling).collect()
    }

    /// The kinds of key that most of the rows have, or any of them where no kind is that common.
    fn usual_keys(&self) -> Keys {
        let having = |bit: u32| -> u64 {
            self.present.iter().filter(|(keys, _)| **keys >> bit & 1 == 1).map(|(_, records)| records).sum()
        };
        let usual = (0..Keys::BITS).filter(|bit| 2 * having(*bit) > self.records());
        let usual = usual.fold(0, |keys, bit| keys | 1 << bit);
        if usual == 0 { self.present.keys().fold(0, |all, keys| all | keys) } else { usual }
    }
}

/// How the kinds of key of rows compare with those that the registry's clients have.
struct Compared {
    /// True where most clients have no key of a person in common with the rows.
    hardly: bool,
    /// Where most clients have keys of no more than two fields in common with the rows: the fields that would make more,
    /// those that would with most clients first.
    fields: Vec<u8>,
}

impl Compared {
    fn new(world: &World, present: Keys) -> Self {
        let mut kinds: BTreeMap<usize, Keys> = BTreeMap::new();
        for list in &world.lists {
            *kinds.entry(list.client).or_default() |= usual_kinds(list);
        }
        let fields_of = |keys: Keys| fields(world, keys);
        let apart = kinds.values().filter(|keys| **keys & present & world.personal() == 0).count();
        let thin: Vec<Keys> =
            kinds.values().copied().filter(|keys| fields_of(keys & present).count_ones() <= 2).collect();
        let mut gain: BTreeMap<u8, usize> = BTreeMap::new();
        if 2 * thin.len() > kinds.len() {
            for keys in &thin {
                let offered = offered(world, *keys, fields_of(present));
                (0..16).filter(|field| offered >> field & 1 == 1).for_each(|field| {
                    *gain.entry(field).or_default() += 1;
                });
            }
        }
        let mut fields: Vec<(usize, u8)> = gain.into_iter().map(|(field, gain)| (gain, field)).collect();
        fields.retain(|(gain, _)| 2 * gain >= thin.len());
        fields.sort_by_key(|(gain, field)| (std::cmp::Reverse(*gain), *field));
        fields.truncate(FIELDS);
        Self { hardly: 2 * apart > kinds.len(), fields: fields.into_iter().map(|(_, field)| field).collect() }
    }
}

fn usual_kinds(list: &List) -> Keys {
    let has = |(kind, share): (usize, &f64)| if *share >= HAS { 1 << kind } else { 0 };
    list.coverage.iter().enumerate().map(has).fold(0, |keys, bit| keys | bit)
}

/// The fields of these kinds of key: bit *f* stands for field *f*.
fn fields(world: &World, keys: Keys) -> u32 {
    let kinds = world.kinds.iter().enumerate().filter(|(kind, _)| keys >> kind & 1 == 1);
    kinds.map(|(_, kind)| fields_of(kind.parts)).fold(0, |all, of| all | of)
}

/// The fields that a kind's halves belong to.
fn fields_of(parts: u32) -> u32 {
    (0..16).filter(|field| parts >> (2 * field) & 0b11 != 0).fold(0, |fields, field| fields | 1 << field)
}

/// The fields that make keys of these kinds with one of the fields there are.
fn offered(world: &World, keys: Keys, there: u32) -> u32 {
    let kinds = world.kinds.iter().enumerate().filter(|(kind, _)| keys >> kind & 1 == 1);
    let joined = kinds.map(|(_, kind)| fields_of(kind.parts)).filter(|of| of & there != 0);
    joined.fold(0, |all, of| all | of) & !there
}

impl Examined {
    /// True where enough unrelated people could be asked to tell what is usual for the client.
    pub fn background_is_known(&self) -> bool {
        self.controls >= LEAST_CONTROLS
    }
}
