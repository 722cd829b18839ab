//! What a true member's keys look like after its cells were damaged or rewritten.
//!
//! A key joins halves of fields (the start and the end of a name, the town and the numbers of an address). Of each field
//! both halves, one or none still give the value they had in the list, with chances learnt from the file; a key matches if
//! all of its halves are intact, or else by chance.

use std::collections::BTreeMap;

use crate::input::{Hit, Keys, Kind, World};

/// Fields that keys can be made of: a key's parts are two bits each.
const FIELDS: usize = 16;
/// States of a field: bit 0 the first half is intact, bit 1 the second.
const STATES: usize = 4;

/// For each field the chance of each of its states.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Damage {
    fields: [[f64; STATES]; FIELDS],
}

/// Which halves are intact, as bits, and how likely that is.
pub(crate) type Intact = (u32, f64);

/// Where nothing is known: none, one or the other, or both halves of a cell are intact; one cell in twenty differs.
const START: [f64; STATES] = [0.02, 0.015, 0.015, 0.95];
/// How many cells what is expected is worth: a file of ten rows must not make certain.
const WORTH: f64 = 20.0;

impl Damage {
    pub(crate) fn start() -> Self {
        Self { fields: [START; FIELDS] }
    }

    /// The combinations of intact halves of a record with these keys; probabilities sum to 1.
    pub(crate) fn combinations(&self, kinds: &[Kind], present: Keys) -> Vec<Intact> {
        let mut combinations = vec![(0, 1.0)];
        for field in fields_of(kinds, present) {
            // Halves that no key tells apart are one.
            let split = is_split(kinds, present, field);
            let states = self.states(field, split);
            combinations = combinations
                .into_iter()
                .flat_map(|(set, chance)| {
                    states.iter().map(move |(state, p)| (set | state << (2 * field), chance * p))
                })
                .collect();
        }
        combinations
    }

    fn states(&self, field: usize, split: bool) -> Vec<(u32, f64)> {
        let p = self.fields[field];
        if split {
            return (0..STATES).map(|state| (state as u32, p[state])).collect();
        }
        vec![(0, 1.0 - p[STATES - 1]), (STATES as u32 - 1, p[STATES - 1])]
    }

    /// Takes the chances from expected numbers of cells in each state. A field borrows from all others: where keys do not
    /// tell how often it is damaged, as with the phone of names and phones, it is as often as they are.
    pub(crate) fn update(&mut self, cells: &Cells) {
        let after = |counts: &[f64; STATES], expected: &[f64; STATES]| -> [f64; STATES] {
            let all: f64 = counts.iter().sum();
            std::array::from_fn(|state| (counts[state] + WORTH * expected[state]) / (all + WORTH))
        };
        let all = cells.counts.iter().fold([0.0; STATES], |mut sum, counts| {
            sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            sum
        });
        let usual = after(&all, &START);
        for (field, counts) in self.fields.iter_mut().zip(&cells.counts) {
            *field = after(counts, &usual);
        }
    }

    /// Learns from how many of the keys of matched records match: of each record the list that holds most of its keys. The
    /// records that match nothing, members or not, are left out of account.
    pub(crate) fn of_matches(world: &World, matches: &BTreeMap<(Keys, Keys), f64>) -> Self {
        const ROUNDS: usize = 60;
        let mut damage = Self::start();
        for _ in 0..ROUNDS {
            let mut cells = Cells::default();
            for ((possible, matched), count) in matches {
                let states = damage.combinations(&world.kinds, *possible);
                cells.add_match(&world.kinds, *possible, *matched, *count, &states);
            }
            let before = damage.clone();
            damage.update(&cells);
            if damage == before {
                break;
            }
        }
        damage
    }

    /// What is left of records with these keys in a list that has all of them.
    pub(crate) fn survival(&self, world: &World, list: u32, present: Keys) -> Survival {
        let possible = world.lists.get(list as usize).map_or(0, |list| list.keys() & present);
        let (mut held, mut whole, mut lost, mut near) = (0.0, 0.0, 0.0, 0.0);
        for (intact, chance) in self.combinations(&world.kinds, present) {
            let hit = Hit { list, keys: intact_keys(&world.kinds, possible, intact) };
            whole += if hit.keys == possible { chance } else { 0.0 };
            if world.is_member(present, hit) {
                held += chance;
            } else {
                lost += chance;
                near += if world.is_no_chance(present, hit) { chance } else { 0.0 };
            }
        }
        let share = |part: f64, of: f64| if of > 0.0 { (part / of).min(1.0) } else { 1.0 };
        Survival { held, whole: share(whole, held), near: share(near, lost) }
    }
}

/// What damage leaves of the records that a list holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Survival {
    /// The chance that the list still holds one.
    pub(crate) held: f64,
    /// The chance that all of its keys match where it does.
    pub(crate) whole: f64,
    /// The chance that some of its keys match where it does not.
    pub(crate) near: f64,
}

/// Expected numbers of cells in each state, by field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    counts: [[f64; STATES]; FIELDS],
}

impl Cells {
    /// Adds records in these states; `weights` are their numbers.
    pub(crate) fn add(&mut self, kinds: &[Kind], present: Keys, states: impl Iterator<Item = (u32, f64)>) {
        let fields: Vec<(usize, bool)> =
            fields_of(kinds, present).map(|field| (field, is_split(kinds, present, field))).collect();
        for (intact, weight) in states {
            for (field, split) in &fields {
                let state = (intact >> (2 * field)) as usize & (STATES - 1);
                if *split || state == STATES - 1 {
                    self.counts[*field][state] += weight;
                } else {
                    // Damaged, nobody knows how: as usual.
                    let damaged = START[..STATES - 1].iter().sum::<f64>();
                    for (state, p) in START[..STATES - 1].iter().enumerate() {
                        self.counts[*field][state] += weight * p / damaged;
                    }
                }
            }
        }
    }

    /// Adds matched records by the states that explain the match, and those that such damage keeps from matching at all.
    fn add_match(&mut self, kinds: &[Kind], possible: Keys, matched: Keys, count: f64, states: &[Intact]) {
        let fits = |intact: u32, keys: Keys| intact_keys(kinds, possible, intact) == keys;
        let explaining = |keys: Keys| states.iter().filter(move |(intact, _)| fits(*intact, keys));
        let total: f64 = explaining(matched).map(|(_, p)| p).sum();
        let missing: f64 = explaining(0).map(|(_, p)| p).sum();
        if total <= 0.0 {
            return;
        }
        self.add(kinds, possible, explaining(matched).map(|(intact, p)| (*intact, count * p / total)));
        let unseen = count / (1.0 - missing).max(0.05);
        self.add(kinds, possible, explaining(0).map(|(intact, p)| (*intact, unseen * p)));
    }
}

/// The keys of a record whose halves are all intact.
fn intact_keys(kinds: &[Kind], present: Keys, intact: u32) -> Keys {
    let whole = |(kind, traits): (usize, &Kind)| {
        let bit = present & 1 << kind;
        if traits.parts & intact == traits.parts { bit } else { 0 }
    };
    kinds.iter().enumerate().map(whole).fold(0, |keys, bit| keys | bit)
}

/// The halves that the record's keys are made of, as bits.
fn parts_of(kinds: &[Kind], present: Keys) -> u32 {
    let of = |(kind, traits): (usize, &Kind)| if present >> kind & 1 == 1 { traits.parts } else { 0 };
    kinds.iter().enumerate().map(of).fold(0, |parts, more| parts | more)
}

fn fields_of(kinds: &[Kind], present: Keys) -> impl Iterator<Item = usize> {
    let parts = parts_of(kinds, present);
    (0..FIELDS).filter(move |field| parts >> (2 * field) & 3 != 0)
}

/// True where some key of the record is made of one half of the field.
fn is_split(kinds: &[Kind], present: Keys, field: usize) -> bool {
    let half = |(kind, traits): (usize, &Kind)| {
        present >> kind & 1 == 1 && matches!(traits.parts >> (2 * field) & 3, 1 | 2)
    };
    kinds.iter().enumerate().any(half)
}

/// The chance of a match `keys` in a list, given that the record is a member of it and which halves are intact.
///
/// `coverage` is the share of the list's records that have each kind of key, `chance` the rate of chance matches.
pub(crate) fn as_member(
    kinds: &[Kind],
    present: Keys,
    keys: Keys,
    intact: u32,
    coverage: &[f64],
    chance: f64,
) -> f64 {
    let each = kinds.iter().enumerate().filter(|(kind, _)| present >> kind & 1 == 1);
    each.map(|(kind, traits)| {
        let whole = traits.parts & intact == traits.parts;
        let share = if whole { coverage.get(kind).copied().unwrap_or(0.0) } else { 0.0 };
        let matching = (share + (1.0 - share) * chance).clamp(1e-9, 1.0 - 1e-9);
        if keys >> kind & 1 == 1 { matching } else { 1.0 - matching }
    })
    .product()
}

/// The chance of a match `keys` in a list that the record is not in: chance matches, or those of a household member.
///
/// A household matches by all of its keys or by none.
pub(crate) fn as_stranger(kinds: &[Kind], present: Keys, keys: Keys, chance: f64, household: f64) -> f64 {
    let chance = chance.clamp(1e-9, 0.5);
    let each = |personal: bool, rate: f64| -> f64 {
        let of = kinds
            .iter()
            .enumerate()
            .filter(|(kind, traits)| present >> kind & 1 == 1 && traits.personal == personal);
        of.map(|(kind, _)| if keys >> kind & 1 == 1 { rate } else { 1.0 - rate }).product()
    };
    let personal = each(true, chance);
    let household = household.clamp(1e-6, 0.5);
    personal * ((1.0 - household) * each(false, chance) + household * each(false, 0.8))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name 0, phone 1, address 2: the keys name+phone, name+address, address+phone, end of name+phone.
    const KINDS: [Kind; 4] = [
        Kind { parts: 0b00_11_11, personal: true },
        Kind { parts: 0b11_00_11, personal: true },
        Kind { parts: 0b11_11_00, personal: false },
        Kind { parts: 0b00_11_10, personal: true },
    ];

    #[test]
    fn chances_of_all_matches_sum_to_one() {
        let damage = Damage::start();
        let mut member = 0.0;
        for (intact, chance) in damage.combinations(&KINDS, 0b1111) {
            member += chance
                * (0..16)
                    .map(|keys| as_member(&KINDS, 0b1111, keys, intact, &[1.0, 0.8, 0.5, 0.9], 0.001))
                    .sum::<f64>();
        }
        let stranger: f64 = (0..16).map(|keys| as_stranger(&KINDS, 0b1111, keys, 0.001, 0.02)).sum();
        assert!((member - 1.0).abs() < 1e-9 && (stranger - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_broken_name_leaves_only_the_key_without_it() {
        let chance = |keys| as_member(&KINDS, 0b111, keys, 0b11_11_00, &[1.0; 4], 0.001);
        assert!(chance(0b100) > 0.99 && chance(0b111) < 1e-5);
    }

    #[test]
    fn damage_is_learnt_from_how_many_keys_match() {
        let kinds = KINDS.to_vec();
        let world = World { kinds: kinds.clone(), ..World::default() };
        // Each cell broken with a chance of its own; a broken name keeps its end half of the time.
        let mut truth = Damage::start();
        truth.fields[0] = [0.1, 0.0, 0.1, 0.8];
        truth.fields[1] = [0.3, 0.0, 0.0, 0.7];
        truth.fields[2] = [0.1, 0.0, 0.0, 0.9];
        let mut matches: BTreeMap<(Keys, Keys), f64> = BTreeMap::new();
        for (intact, chance) in truth.combinations(&kinds, 0b1111) {
            let matched = intact_keys(&kinds, 0b1111, intact);
            if matched != 0 {
                *matches.entry((0b1111, matched)).or_default() += 10_000.0 * chance;
            }
        }
        let learnt = Damage::of_matches(&world, &matches);
        for (field, expected) in [(0, 0.8), (1, 0.7), (2, 0.9)] {
            let intact = learnt.fields[field][3];
            assert!((intact - expected).abs() < 0.02, "{field}: {intact}");
        }
    }
}
