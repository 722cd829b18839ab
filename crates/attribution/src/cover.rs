//! Which clients explain a file: a cover of its rows, each client claimed on rows that no other client of the
//! explanation holds.
//!
//! A broker filters. Under "rows drawn at random" a city's list would beat the insurer of its prefecture whenever the
//! broker sold the insurer's rows of that city. So the number of rows alone decides nothing between two clients that
//! hold the same rows: both are named. What counts are rows that one holds and the other does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::background::{Background, Null};
use crate::classes::Class;
use crate::evidence;
use crate::input::World;
use crate::outcome::Examined;

/// A client that the file's rows came from, beyond what unrelated lists show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    pub(crate) client: usize,
    /// Evidence on the rows that no other claimed client holds.
    pub(crate) log10_e: f64,
    /// Clients that explain the same rows as well, alone or together.
    pub(crate) not_separable_from: Vec<usize>,
}

/// What the cover found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cover {
    pub(crate) claims: Vec<Claim>,
    /// The strongest evidence for a client that was not claimed.
    pub(crate) strongest_unclaimed: f64,
    /// Evidence of every client that holds any row, on those that no claim but its own holds.
    pub(crate) examined: Vec<Examined>,
}

/// Of a true source's rows this many may be missing in an equally good explanation: lists are older or newer than the
/// theft, and people correct their data with one client and not with another.
const TOLERATED_LOSS: f64 = 0.05;

/// More sources than this, found by elimination alone, are said to be there, not named: with so many lists of which each
/// holds a part of every other, their shares could not be told.
const MOST_BY_ELIMINATION: usize = 12;

/// Persons by the set of clients that hold them: twelve orders of one customer are one piece of evidence, not twelve.
struct Rows {
    held: Vec<(Vec<usize>, u64)>,
    /// How often unrelated people are in each client that holds any row.
    null: BTreeMap<usize, Null>,
    sizes: Vec<u64>,
}

impl Rows {
    fn new(world: &World, classes: &[Class], background: &Background<'_>) -> Self {
        let mut held: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
        for class in classes {
            *held.entry(class.members().collect()).or_default() += class.persons;
        }
        let clients: BTreeSet<usize> = held.keys().flatten().copied().collect();
        let mut sizes = vec![0; world.clients];
        for list in &world.lists {
            sizes[list.client] = sizes[list.client].max(list.records);
        }
        Self {
            held: held.into_iter().collect(),
            null: clients.into_iter().map(|client| (client, background.null(client))).collect(),
            sizes,
        }
    }

    fn clients(&self) -> impl Iterator<Item = usize> {
        self.null.keys().copied()
    }

    /// Rows that none of `without` holds: how many `client` holds, and how many there are.
    fn exclusive(&self, client: usize, without: &[usize]) -> (u64, u64) {
        let mut excluded = vec![false; self.sizes.len()];
        without.iter().for_each(|client| excluded[*client] = true);
        let free = self.held.iter().filter(|(held, _)| !held.iter().any(|client| excluded[*client]));
        free.fold((0, 0), |(x, n), (held, rows)| {
            (x + if held.contains(&client) { *rows } else { 0 }, n + rows)
        })
    }

    /// For each client the evidence on rows that no other of `claimed` holds, in one pass.
    fn evidence_apart(&self, claimed: &[usize]) -> Vec<f64> {
        let mut is_claimed = vec![false; self.sizes.len()];
        claimed.iter().for_each(|client| is_claimed[*client] = true);
        let mut free = 0;
        let mut alone = vec![0; self.sizes.len()];
        for (held, rows) in &self.held {
            let mut claiming = held.iter().filter(|client| is_claimed[**client]);
            match (claiming.next(), claiming.next()) {
                (None, _) => free += rows,
                (Some(client), None) => alone[*client] += rows,
                _ => {}
            }
        }
        let of = |client: &usize| {
            let null = self.null.get(client);
            null.map_or(0.0, |null| evidence::log10_e(alone[*client], free + alone[*client], null))
        };
        claimed.iter().map(of).collect()
    }

    fn log10_e(&self, client: usize, without: &[usize]) -> f64 {
        let (held, rows) = self.exclusive(client, without);
        self.null.get(&client).map_or(0.0, |null| evidence::log10_e(held, rows, null))
    }

    /// Of the rows of `client` that none of `claimed` holds, how many none of `others` holds either.
    fn left_by(&self, client: usize, claimed: &[usize], others: &[usize]) -> (u64, u64) {
        let (held, _) = self.exclusive(client, claimed);
        let without: Vec<usize> = claimed.iter().chain(others).copied().collect();
        (self.exclusive(client, &without).0, held)
    }

    /// True where `others` hold all of `client`'s exclusive rows but a tolerated few.
    fn explained_by(&self, client: usize, claimed: &[usize], others: &[usize]) -> bool {
        let (left, held) = self.left_by(client, claimed, others);
        held > 0 && !evidence::exceeds(left, held, TOLERATED_LOSS)
    }

    fn size(&self, clients: &[usize]) -> u64 {
        clients.iter().map(|client| self.sizes[*client]).sum()
    }
}

/// Finds the clients that explain the file.
pub(crate) fn find(world: &World, classes: &[Class], background: &Background<'_>) -> Cover {
    let rows = Rows::new(world, classes, background);
    let mut claimed = prune(world, &rows, greedy(world, &rows));
    // A file merged from many clients in proportion to their sizes looks, as a whole, like what unrelated lists show, so
    // that none can be claimed first; but each has rows that none of the others holds.
    let eliminated = prune(world, &rows, rows.clients().collect());
    let strongest = rows.evidence_apart(&eliminated).into_iter().fold(0.0, f64::max);
    if (claimed.len() + 1..=MOST_BY_ELIMINATION).contains(&eliminated.len()) {
        claimed = eliminated;
    }
    let (claimed, alternatives) = prefer_smaller(world, &rows, claimed);
    // A replacement may hold rows of another claim, which then has none of its own.
    let claimed = prune(world, &rows, claimed);
    let claims: Vec<Claim> =
        claimed.iter().map(|client| claim(&rows, *client, &claimed, &alternatives)).collect();
    let named: Vec<usize> =
        claims.iter().flat_map(|c| c.not_separable_from.iter().copied().chain([c.client])).collect();
    let others = rows.clients().filter(|client| !named.contains(client));
    let unexplained = if claims.is_empty() { strongest } else { 0.0 };
    let strongest_unclaimed = others.map(|client| rows.log10_e(client, &claimed)).fold(unexplained, f64::max);
    let examined = rows
        .clients()
        .map(|client| Examined { client, log10_e: rows.log10_e(client, &self::others(&claimed, client)) })
        .collect();
    Cover { claims, strongest_unclaimed, examined }
}

/// Adds the client that holds most of the rows nobody claimed yet, as long as its evidence there allows it.
fn greedy(world: &World, rows: &Rows) -> Vec<usize> {
    let mut claimed: Vec<usize> = Vec::new();
    loop {
        let threshold = evidence::threshold(world.clients, claimed.len() + 1);
        let standing = rows
            .clients()
            .filter(|client| !claimed.contains(client) && rows.log10_e(*client, &claimed) >= threshold);
        // Of clients that hold equally many rows the smallest list is the most specific.
        let most = standing.max_by_key(|client| {
            (rows.exclusive(*client, &claimed).0, std::cmp::Reverse((rows.sizes[*client], *client)))
        });
        match most {
            Some(client) => claimed.push(client),
            None => return claimed,
        }
    }
}

/// Drops the client with the weakest evidence on rows that none of the others holds, until each that is left has enough.
fn prune(world: &World, rows: &Rows, mut claimed: Vec<usize>) -> Vec<usize> {
    loop {
        let threshold = evidence::threshold(world.clients, claimed.len());
        let evidence = rows.evidence_apart(&claimed).into_iter().zip(claimed.iter().copied());
        match evidence.min_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))) {
            Some((log10_e, client)) if log10_e < threshold => claimed.retain(|c| *c != client),
            _ => return claimed,
        }
    }
}

/// Where other clients, each with evidence of its own, explain a claimed client's rows and are together smaller than
/// it, they are claimed in its place (two cities' lists merged, not their federation); the other explanation is kept
/// as an alternative.
fn prefer_smaller(world: &World, rows: &Rows, claimed: Vec<usize>) -> (Vec<usize>, Vec<(usize, Vec<usize>)>) {
    let mut result = claimed.clone();
    let mut alternatives = Vec::new();
    for client in claimed {
        let rest = others(&result, client);
        let Some(set) = replacement(world, rows, client, &rest) else { continue };
        if rows.size(&set) < rows.size(&[client]) {
            result.retain(|c| *c != client);
            result.extend(&set);
            alternatives.extend(set.iter().map(|member| (*member, vec![client])));
        } else {
            alternatives.push((client, set));
        }
    }
    (result, alternatives)
}

/// A smallest-first greedy set of other clients that explains a client's exclusive rows without it.
fn replacement(world: &World, rows: &Rows, client: usize, rest: &[usize]) -> Option<Vec<usize>> {
    let threshold = evidence::threshold(world.clients, 1);
    let mut set: Vec<usize> = Vec::new();
    loop {
        if !set.is_empty() && rows.explained_by(client, rest, &set) {
            return Some(without_redundant(rows, client, rest, set));
        }
        let without: Vec<usize> = rest.iter().chain(&set).copied().collect();
        let candidates = rows.clients().filter(|other| *other != client && !without.contains(other));
        let standing = candidates.filter(|other| rows.log10_e(*other, &without) >= threshold);
        let next = standing.max_by_key(|other| {
            (rows.exclusive(*other, &without).0, std::cmp::Reverse((rows.sizes[*other], *other)))
        })?;
        set.push(next);
    }
}

/// Drops members of an explanation, last found first, that it does not need.
fn without_redundant(rows: &Rows, client: usize, rest: &[usize], mut set: Vec<usize>) -> Vec<usize> {
    for at in (0..set.len()).rev() {
        let fewer: Vec<usize> = set.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| *c).collect();
        if !fewer.is_empty() && rows.explained_by(client, rest, &fewer) {
            set = fewer;
        }
    }
    set
}

/// A claim with all clients that cannot be told apart from it.
fn claim(rows: &Rows, client: usize, claimed: &[usize], alternatives: &[(usize, Vec<usize>)]) -> Claim {
    let rest = others(claimed, client);
    let alone = rows
        .clients()
        .filter(|other| !claimed.contains(other) && rows.explained_by(client, &rest, &[*other]));
    let together =
        alternatives.iter().filter(|(of, _)| *of == client).flat_map(|(_, set)| set.iter().copied());
    let not_separable: BTreeSet<usize> =
        alone.chain(together).filter(|other| !claimed.contains(other)).collect();
    Claim {
        client,
        log10_e: rows.log10_e(client, &rest),
        not_separable_from: not_separable.into_iter().collect(),
    }
}

fn others(claimed: &[usize], client: usize) -> Vec<usize> {
    claimed.iter().copied().filter(|c| *c != client).collect()
}
