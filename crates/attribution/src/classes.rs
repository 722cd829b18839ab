//! Patterns at the level of clients: which clients hold the records of a class.

use rayon::prelude::*;

use crate::input::{File, Hit, Keys, Pattern, World};

/// A client's best match of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Match {
    pub(crate) client: usize,
    pub(crate) keys: Keys,
    /// True where the client holds the record as a member, not as a chance match.
    pub(crate) member: bool,
    /// True where all keys match that record and list could have in common.
    pub(crate) full: bool,
}

/// Records that match alike, by client.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) present: Keys,
    /// The clients that hold keys of these records, in order of client.
    pub(crate) matches: Vec<Match>,
    pub(crate) records: u64,
    pub(crate) persons: u64,
}

impl Class {
    /// The clients that hold these records as members.
    pub(crate) fn members(&self) -> impl Iterator<Item = usize> {
        self.matches.iter().filter(|m| m.member).map(|m| m.client)
    }

    pub(crate) fn held_by(&self, client: usize) -> bool {
        self.members().any(|member| member == client)
    }

    pub(crate) fn keys_of(&self, client: usize) -> Keys {
        self.matches.iter().find(|m| m.client == client).map_or(0, |m| m.keys)
    }
}

/// The file's classes, one for each of its patterns and in their order.
pub(crate) fn of_file(world: &World, file: &File) -> Vec<Class> {
    let class = |count: &crate::PatternCount| Class {
        present: count.pattern.present,
        matches: matches(world, &count.pattern, Keys::MAX),
        records: count.records,
        persons: count.persons,
    };
    file.patterns.par_iter().map(class).collect()
}

/// A pattern's matches by client, of the kinds allowed: of several handovers the one that holds most keys counts.
pub(crate) fn matches(world: &World, pattern: &Pattern, allowed: Keys) -> Vec<Match> {
    let present = pattern.present & allowed;
    let matched = |hit: &Hit| {
        let hit = Hit { keys: hit.keys & allowed, ..*hit };
        let list = world.lists.get(hit.list as usize)?;
        (hit.keys != 0).then(|| Match {
            client: list.client,
            keys: hit.keys,
            member: world.is_member(present, hit),
            full: hit.keys == present & list.keys(),
        })
    };
    let mut found: Vec<Match> = pattern.hits.iter().filter_map(matched).collect();
    let strength = |m: &Match| (m.client, std::cmp::Reverse((m.member, m.keys.count_ones(), m.keys)));
    found.sort_by_key(strength);
    found.dedup_by_key(|m| m.client);
    found
}
