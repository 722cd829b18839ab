//! Patterns without what chance alone may have put there.

use crate::input::{Hit, Keys, Pattern, World};

/// Keeps of patterns what inference uses, so that chance matches do not make every row a pattern of its own: single
/// matches are kept where chance hardly ever makes them, because the list's filter is empty enough or because a second
/// list of the client says the same.
#[derive(Clone, Debug, Default)]
pub struct Reducer {
    lists: Vec<Brief>,
    kept: Vec<Hit>,
}

/// What a list tells of chance.
#[derive(Clone, Copy, Debug)]
struct Brief {
    client: usize,
    keys: Keys,
    /// One match counts where the record has no more keys that could be in the list.
    most_keys: u32,
}

impl Reducer {
    /// The reducer for patterns of matches in a registry's lists.
    pub fn new(world: &World) -> Self {
        let brief = |list: &crate::List| Brief {
            client: list.client,
            keys: list.keys(),
            most_keys: (0..=Keys::BITS).rev().find(|keys| list.one_tells(*keys)).unwrap_or(0),
        };
        Self { lists: world.lists.iter().map(brief).collect(), kept: Vec::new() }
    }

    /// Drops the matches that chance may have made.
    pub fn reduce(&mut self, pattern: &mut Pattern) {
        let (Pattern { present, hits }, Self { lists, kept }) = (pattern, self);
        if hits.iter().all(|hit| is_no_chance(lists, *present, *hit)) {
            return;
        }
        let client = |hit: &Hit| lists.get(hit.list as usize).map(|list| list.client);
        let confirmed = |hit: &Hit| {
            let says_so = |other: &Hit| {
                other.list != hit.list && client(other) == client(hit) && other.keys & hit.keys != 0
            };
            hits.iter().any(says_so)
        };
        kept.clear();
        kept.extend(hits.iter().filter(|hit| is_no_chance(lists, *present, **hit) || confirmed(hit)));
        std::mem::swap(hits, kept);
    }
}

/// [`World::is_no_chance`], from what was worked out before.
fn is_no_chance(lists: &[Brief], present: Keys, hit: Hit) -> bool {
    let Some(list) = lists.get(hit.list as usize) else { return false };
    hit.keys.count_ones() >= 2 || hit.keys != 0 && (list.keys & present).count_ones() <= list.most_keys
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::List;

    /// Hits of lists that are hardly filled and of such as make chance matches, some of one client.
    fn world() -> World {
        let list = |number: usize| List {
            client: number / 2,
            key: 0,
            date: 0,
            records: 100,
            coverage: (0..9).map(|kind| f64::from(u8::from(!(number + kind).is_multiple_of(4)))).collect(),
            false_match_rate: [0.0, 1e-5, 2e-4, 1e-3][number % 4],
        };
        World { clients: 6, lists: (0..12).map(list).collect(), ..World::default() }
    }

    proptest! {
        /// What is kept is said of each match by itself, from the registry's facts.
        #[test]
        fn what_chance_may_have_made_is_dropped(
            present in 0_u32..512, keys in proptest::collection::btree_map(0_u32..13, 1_u32..512, 0..9)
        ) {
            let world = world();
            let hits: Vec<Hit> = keys.into_iter().map(|(list, keys)| Hit { list, keys: keys & present }).collect();
            let client = |hit: &Hit| world.lists.get(hit.list as usize).map(|list| list.client);
            let confirmed = |hit: &Hit| hits.iter().any(|other| {
                other.list != hit.list && client(other) == client(hit) && other.keys & hit.keys != 0
            });
            let expected: Vec<Hit> =
                hits.iter().filter(|hit| world.is_no_chance(present, **hit) || confirmed(hit)).copied().collect();
            let mut reducer = Reducer::new(&world);
            for _ in 0..2 {
                let mut pattern = Pattern { present, hits: hits.clone() };
                reducer.reduce(&mut pattern);
                prop_assert_eq!(&pattern.hits, &expected);
            }
        }
    }
}
