//! A world made by hand: three kinds of key (name+phone, name+address, address+phone).
#![allow(dead_code, reason = "every test binary uses its own part")]

use meibo_attribution::{Control, File, Hit, Kind, List, Pattern, PatternCount, Place, Stratum, World};

pub(crate) const ALL: u32 = 0b111;
pub(crate) const HERE: Stratum = at(1);

/// People of a town of the prefecture.
pub(crate) const fn at(municipality: u64) -> Stratum {
    Stratum { place: Place { prefecture: 1, municipality }, birth_decade: 0, sex: 0 }
}

/// A world of clients with one list each of these sizes, and controls: (owner, the clients that hold them, how many).
pub(crate) fn world(sizes: &[u64], controls: &[(u32, &[u32], u64)]) -> World {
    let kind = |parts, personal| Kind { parts, personal };
    let list = |(client, records): (usize, &u64)| List {
        client,
        key: 0,
        date: 0,
        records: *records,
        coverage: vec![1.0; 3],
        false_match_rate: 0.001,
    };
    let control = |(owner, held, count): &(u32, &[u32], u64)| Control {
        list: *owner,
        stratum: HERE,
        pattern: pattern(held),
        count: *count,
    };
    World {
        kinds: vec![kind(0b00_11_11, true), kind(0b11_00_11, true), kind(0b11_11_00, false)],
        clients: sizes.len(),
        lists: sizes.iter().enumerate().map(list).collect(),
        controls: controls.iter().map(control).collect(),
    }
}

/// A record that these lists hold by all of its keys.
pub(crate) fn pattern(lists: &[u32]) -> Pattern {
    Pattern { present: ALL, hits: lists.iter().map(|list| Hit { list: *list, keys: ALL }).collect() }
}

/// Records of people of [`HERE`], each of another person.
pub(crate) fn count(pattern: Pattern, records: u64) -> PatternCount {
    PatternCount { pattern, stratum: HERE, records, persons: records }
}

/// Rows of people of [`HERE`], each of another person, that these lists hold: (the lists, how many).
pub(crate) fn file(rows: &[(&[u32], u64)]) -> File {
    File { patterns: rows.iter().map(|(lists, records)| count(pattern(lists), *records)).collect() }
}
