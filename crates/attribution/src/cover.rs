//! Which clients explain a file: a cover of its rows, each client claimed on rows that no other client of the
//! explanation holds.
//!
//! A broker filters. Under "rows drawn at random" a city's list would beat the insurer of its prefecture whenever the
//! broker sold the insurer's rows of that city. So the number of rows alone decides nothing between two clients that
//! hold the same rows: both are named. What counts are rows that one holds and the other does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence;
use crate::outcome::Examined;
use crate::rows::Rows;
use crate::unclaimed::Unclaimed;

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
    /// True where they were found by what is left of all clients, not one after the other.
    pub(crate) by_elimination: bool,
    /// The strongest evidence for a client that was not claimed.
    pub(crate) strongest_unclaimed: f64,
    /// Evidence of every client that holds any row, on those that no claim but its own holds.
    pub(crate) examined: Vec<Examined>,
    /// Clients that no row is to be given to.
    pub(crate) ruled_out: BTreeSet<usize>,
}

/// What evidence a claim needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    /// Clients that could have been claimed.
    pub(crate) hypotheses: usize,
    /// Decimal logarithm that every claim needs, however many there are.
    pub(crate) least: f64,
}

impl Bar {
    /// The least decimal logarithm for the weakest of so many claims.
    pub(crate) fn of(self, claims: usize) -> f64 {
        evidence::threshold(self.hypotheses, claims).max(self.least)
    }
}

/// Finds the clients that explain the file.
pub(crate) fn find(rows: &Rows<'_>, bar: Bar) -> Cover {
    let nobody = rows.unclaimed();
    let mut claimed = prune(rows, bar, greedy(nobody.clone(), bar));
    // A file merged from many clients in proportion to their sizes looks, as a whole, like what unrelated lists show, so
    // that none can be claimed first; but each has rows that none of the others holds.
    let eliminated = prune(rows, bar, rows.clients().collect());
    let strongest =
        rows.apart(&eliminated).evidence().into_iter().map(|(_, log10_e)| log10_e).fold(0.0, f64::max);
    let by_elimination = eliminated.len() > claimed.len();
    if by_elimination {
        claimed = eliminated;
    }
    let (claimed, alternatives) = prefer_smaller(rows, nobody.clone(), bar, claimed);
    // A replacement may hold rows of another claim, which then has none of its own.
    let claimed = prune(rows, bar, claimed);
    let evidence: BTreeMap<usize, f64> = rows.apart(&claimed).evidence().into_iter().collect();
    let claim = |client: &usize| Claim {
        client: *client,
        log10_e: evidence.get(client).copied().unwrap_or(0.0),
        not_separable_from: not_separable(rows, *client, &claimed, &alternatives),
    };
    let claims: Vec<Claim> = claimed.iter().map(claim).collect();
    let named: Vec<usize> =
        claims.iter().flat_map(|c| c.not_separable_from.iter().copied().chain([c.client])).collect();
    let mut left = nobody;
    claimed.iter().for_each(|client| left.claim(*client));
    let unclaimed = left.evidence();
    let examined: Vec<Examined> = rows
        .clients()
        .map(|client| {
            let log10_e = match claims.iter().find(|claim| claim.client == client) {
                Some(claim) => claim.log10_e,
                None => unclaimed.get(&client).copied().unwrap_or(0.0),
            };
            Examined { client, log10_e, ..Examined::default() }
        })
        .collect();
    let unexplained = if claims.is_empty() { strongest } else { 0.0 };
    let others = examined.iter().filter(|examined| !named.contains(&examined.client));
    let strongest_unclaimed = others.map(|examined| examined.log10_e).fold(unexplained, f64::max);
    Cover { claims, by_elimination, strongest_unclaimed, examined, ruled_out: BTreeSet::new() }
}

/// Adds the client that holds most of the rows nobody claimed yet, as long as its evidence there allows it.
fn greedy(mut left: Unclaimed<'_>, bar: Bar) -> Vec<usize> {
    let mut claimed: Vec<usize> = Vec::new();
    while let Some(client) = left.most(None, bar.of(claimed.len() + 1)) {
        left.claim(client);
        claimed.push(client);
    }
    claimed
}

/// Drops the clients with the weakest evidence on rows that none of the others holds, until each that is left has enough:
/// one by one, or a tenth of those that have not enough where they are many.
fn prune(rows: &Rows<'_>, bar: Bar, mut claimed: Vec<usize>) -> Vec<usize> {
    let mut apart = rows.apart(&claimed);
    loop {
        let least = bar.of(claimed.len());
        let evidence = apart.evidence().into_iter().map(|(client, log10_e)| (log10_e, client));
        let mut weak: Vec<(f64, usize)> = evidence.filter(|(log10_e, _)| *log10_e < least).collect();
        if weak.is_empty() {
            return claimed;
        }
        weak.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        weak.truncate(weak.len().div_ceil(10));
        let dropped: BTreeSet<usize> = weak.into_iter().map(|(_, client)| client).collect();
        dropped.iter().for_each(|client| apart.drop_claim(*client));
        claimed.retain(|client| !dropped.contains(client));
    }
}

/// Where other clients, each with evidence of its own, explain a claimed client's rows and are together smaller than
/// it, they are claimed in its place (two cities' lists merged, not their federation); the other explanation is kept
/// as an alternative.
fn prefer_smaller<'a>(
    rows: &'a Rows<'a>,
    mut left: Unclaimed<'a>,
    bar: Bar,
    claimed: Vec<usize>,
) -> (Vec<usize>, Vec<(usize, Vec<usize>)>) {
    let mut result = claimed.clone();
    let mut alternatives = Vec::new();
    claimed.iter().for_each(|client| left.claim(*client));
    for client in claimed {
        let rest = others(&result, client);
        left.let_go(client);
        match replacement(rows, &mut left, bar, client, &rest) {
            Some(set) if rows.size(&set) < rows.size(&[client]) => {
                result.retain(|c| *c != client);
                result.extend(&set);
                set.iter().for_each(|member| left.claim(*member));
                alternatives.extend(set.iter().map(|member| (*member, vec![client])));
            }
            found => {
                left.claim(client);
                alternatives.extend(found.map(|set| (client, set)));
            }
        }
    }
    (result, alternatives)
}

/// A greedy set of other clients that explains a client's exclusive rows without it; `left` is what the rest leaves.
fn replacement(
    rows: &Rows<'_>,
    left: &mut Unclaimed<'_>,
    bar: Bar,
    client: usize,
    rest: &[usize],
) -> Option<Vec<usize>> {
    let least = bar.of(1);
    let mut set: Vec<usize> = Vec::new();
    let is_explained = loop {
        if !set.is_empty() && rows.explained_by(client, rest, &set) {
            break true;
        }
        let Some(next) = left.most(Some(client), least) else { break false };
        left.claim(next);
        set.push(next);
    };
    set.iter().for_each(|member| left.let_go(*member));
    is_explained.then(|| without_redundant(rows, client, rest, set))
}

/// Drops members of an explanation, last found first, that it does not need.
fn without_redundant(rows: &Rows<'_>, client: usize, rest: &[usize], mut set: Vec<usize>) -> Vec<usize> {
    for at in (0..set.len()).rev() {
        let fewer: Vec<usize> = set.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| *c).collect();
        if !fewer.is_empty() && rows.explained_by(client, rest, &fewer) {
            set = fewer;
        }
    }
    set
}

/// All clients that cannot be told apart from a claimed one.
fn not_separable(
    rows: &Rows<'_>,
    client: usize,
    claimed: &[usize],
    alternatives: &[(usize, Vec<usize>)],
) -> Vec<usize> {
    let alone = rows.as_good_as(client, &others(claimed, client));
    let together =
        alternatives.iter().filter(|(of, _)| *of == client).flat_map(|(_, set)| set.iter().copied());
    let all: BTreeSet<usize> =
        alone.into_iter().chain(together).filter(|other| !claimed.contains(other)).collect();
    all.into_iter().collect()
}

fn others(claimed: &[usize], client: usize) -> Vec<usize> {
    claimed.iter().copied().filter(|c| *c != client).collect()
}
