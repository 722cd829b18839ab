//! What others do with the same patterns, so that every claim stands beside them.

use std::collections::{BTreeMap, BTreeSet};

use meibo_attribution::{File, World};

use crate::incident::Counted;

/// A baseline's name and how it names clients.
type Method = (&'static str, fn(&[Row]) -> BTreeSet<usize>);

/// The baselines.
pub(crate) const METHODS: [Method; 3] = [
    ("containment above 5 %", containment),
    ("greedy cover down to 1 %", greedy_cover),
    ("guilt model, p = 0.2, above 0.95", guilt_above),
];

/// Persons whom the same clients hold.
pub(crate) struct Row {
    clients: Vec<usize>,
    persons: u64,
}

/// What came of a baseline over all files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    /// Files of which a client is named that no row came from, and how many such clients.
    pub(crate) wrong_files: u64,
    pub(crate) wrong: u64,
    pub(crate) sources: u64,
    pub(crate) found: u64,
}

impl Score {
    /// Judges what is named of a file.
    pub(crate) fn add(&mut self, counted: &Counted, named: &BTreeSet<usize>) {
        let truth: BTreeSet<usize> = counted.truth.keys().filter_map(|(_, client)| *client).collect();
        let wrong = named.difference(&truth).count() as u64;
        self.wrong_files += u64::from(wrong > 0);
        self.wrong += wrong;
        self.sources += truth.len() as u64;
        self.found += named.intersection(&truth).count() as u64;
    }

    /// Adds another score.
    pub(crate) fn join(&mut self, other: &Self) {
        self.wrong_files += other.wrong_files;
        self.wrong += other.wrong;
        self.sources += other.sources;
        self.found += other.found;
    }
}

/// The file's persons by the clients that hold them, as inference sees them too.
pub(crate) fn rows(world: &World, file: &File) -> Vec<Row> {
    let mut rows: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    for count in &file.patterns {
        let holding = count.pattern.hits.iter().filter(|hit| world.is_member(count.pattern.present, **hit));
        let clients: BTreeSet<usize> =
            holding.filter_map(|hit| world.lists.get(hit.list as usize)).map(|list| list.client).collect();
        *rows.entry(clients.into_iter().collect()).or_default() += count.persons;
    }
    rows.into_iter().map(|(clients, persons)| Row { clients, persons }).collect()
}

fn all(rows: &[Row]) -> u64 {
    rows.iter().map(|row| row.persons).sum()
}

fn held_by_each<'a>(rows: impl Iterator<Item = &'a Row>) -> BTreeMap<usize, u64> {
    let mut held = BTreeMap::new();
    for row in rows {
        for client in &row.clients {
            *held.entry(*client).or_default() += row.persons;
        }
    }
    held
}

/// Every client that holds more than a twentieth of the file.
fn containment(rows: &[Row]) -> BTreeSet<usize> {
    let least = all(rows) as f64 / 20.0;
    let held = held_by_each(rows.iter()).into_iter();
    held.filter(|(_, persons)| *persons as f64 > least).map(|(client, _)| client).collect()
}

/// The client that holds most of what is left, until less than a hundredth of the file is gained (as `sourmash gather`
/// does).
fn greedy_cover(rows: &[Row]) -> BTreeSet<usize> {
    let least = all(rows) as f64 / 100.0;
    let mut named = BTreeSet::new();
    loop {
        let free = rows.iter().filter(|row| !row.clients.iter().any(|client| named.contains(client)));
        let most =
            held_by_each(free).into_iter().max_by_key(|(client, persons)| (*persons, usize::MAX - client));
        match most {
            Some((client, persons)) if persons as f64 >= least => named.insert(client),
            _ => return named,
        };
    }
}

fn guilt_above(rows: &[Row]) -> BTreeSet<usize> {
    guilt(rows, 0.2).into_iter().filter(|(_, guilt)| *guilt > 0.95).map(|(client, _)| client).collect()
}

/// Pr{G_i | S} = 1 − Π_{t ∈ S∩R_i} (1 − (1−p) / |V_t|), V_t being the clients that hold t (Papadimitriou and
/// Garcia-Molina, Data Leakage Detection, 2011).
fn guilt(rows: &[Row], p: f64) -> BTreeMap<usize, f64> {
    let mut innocent: BTreeMap<usize, f64> = BTreeMap::new();
    for row in rows {
        let factor = (1.0 - (1.0 - p) / row.clients.len().max(1) as f64).powf(row.persons as f64);
        for client in &row.clients {
            *innocent.entry(*client).or_insert(1.0) *= factor;
        }
    }
    innocent.into_iter().map(|(client, innocent)| (client, 1.0 - innocent)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guilt_model_gives_its_published_values() {
        // R1 = {1, 2}, R2 = {1, 3}, S = {1, 2, 3}.
        let row = |clients: &[usize]| Row { clients: clients.to_vec(), persons: 1 };
        let rows = [row(&[1, 2]), row(&[1]), row(&[2])];
        for (p, expected) in [(0.2, 0.88), (0.5, 0.625)] {
            let guilt = guilt(&rows, p);
            assert!((guilt[&1] - expected).abs() < 1e-12 && (guilt[&2] - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn a_cover_needs_no_client_twice() {
        let rows = [Row { clients: vec![0, 1], persons: 90 }, Row { clients: vec![0], persons: 10 }];
        assert_eq!(greedy_cover(&rows), [0].into());
        assert_eq!(containment(&rows), [0, 1].into());
    }
}
