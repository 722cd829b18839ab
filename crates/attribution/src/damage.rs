//! What a true member's keys look like after its cells were damaged or rewritten.
//!
//! A damaged cell breaks all keys that it is part of. Each field is intact with a chance of its own, learnt from the
//! file; given which fields are intact, a key matches if both of its fields are, or else by chance.

use crate::input::{Keys, Kind};

/// Which fields of a record are intact, as bits, and how likely that is.
pub(crate) type Intact = (u32, f64);

/// For each field the chance that a cell still gives the canonical value it had in the list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Damage {
    intact: [f64; 32],
}

/// Where nothing is known: one cell in twenty differs.
const START: f64 = 0.95;

impl Damage {
    pub(crate) fn start() -> Self {
        Self { intact: [START; 32] }
    }

    /// The combinations of intact fields of a record with these keys; probabilities sum to 1.
    pub(crate) fn combinations(&self, kinds: &[Kind], present: Keys) -> Vec<Intact> {
        let fields = fields_of(kinds, present);
        let mut combinations = vec![(0, 1.0)];
        for field in (0..32).filter(|field| fields >> field & 1 == 1) {
            let p = self.intact[field];
            combinations = combinations
                .into_iter()
                .flat_map(|(set, chance)| [(set | 1 << field, chance * p), (set, chance * (1.0 - p))])
                .collect();
        }
        combinations
    }

    /// Takes the chances from weighted counts: for each field the weight of intact cells and of all cells.
    pub(crate) fn update(&mut self, counts: &[(f64, f64); 32]) {
        for (intact, (kept, all)) in self.intact.iter_mut().zip(counts) {
            // As if twenty cells had been seen before: a file of ten rows must not make certain.
            *intact = (kept + 20.0 * START) / (all + 20.0);
        }
    }
}

/// The fields of the record's keys, as bits.
pub(crate) fn fields_of(kinds: &[Kind], present: Keys) -> u32 {
    let of = |(kind, traits): (usize, &Kind)| if present >> kind & 1 == 1 { traits.parts } else { 0 };
    kinds.iter().enumerate().map(of).fold(0, |fields, more| fields | more)
}

/// The chance of a match `keys` in a list, given that the record is a member of it and which fields are intact.
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

/// The chance of a match `keys` in a list that the record is not in: a chance match, or that of a household member.
pub(crate) fn as_stranger(kinds: &[Kind], present: Keys, keys: Keys, chance: f64, household: f64) -> f64 {
    let each = kinds.iter().enumerate().filter(|(kind, _)| present >> kind & 1 == 1);
    each.map(|(kind, traits)| {
        let rate = if traits.personal { chance } else { chance + household };
        let matching = rate.clamp(1e-9, 0.5);
        if keys >> kind & 1 == 1 { matching } else { 1.0 - matching }
    })
    .product()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name 1, phone 2, address 4: the keys name+phone, name+address, address+phone.
    const KINDS: [Kind; 3] = [
        Kind { fields: 0b011, personal: true },
        Kind { fields: 0b101, personal: true },
        Kind { fields: 0b110, personal: false },
    ];

    #[test]
    fn chances_of_all_matches_sum_to_one() {
        let damage = Damage::start();
        let mut member = 0.0;
        for (intact, chance) in damage.combinations(&KINDS, 0b111) {
            member += chance
                * (0..8)
                    .map(|keys| as_member(&KINDS, 0b111, keys, intact, &[1.0, 0.8, 0.5], 0.001))
                    .sum::<f64>();
        }
        let stranger: f64 = (0..8).map(|keys| as_stranger(&KINDS, 0b111, keys, 0.001, 0.02)).sum();
        assert!((member - 1.0).abs() < 1e-9 && (stranger - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_broken_name_leaves_only_the_key_without_it() {
        let chance = |keys| as_member(&KINDS, 0b111, keys, 0b110, &[1.0; 3], 0.001);
        assert!(chance(0b100) > 0.99 && chance(0b111) < 1e-5);
    }
}
