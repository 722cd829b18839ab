//! Complaints: whether the people who complained are one client's, and how often chance alone would have it so.

use std::collections::{BTreeMap, BTreeSet};

use crate::attribute::Inference;
use crate::background::Background;
use crate::classes::Class;
use crate::evidence;
use crate::input::{File, World};
use crate::outcome::{Client, Strength};
use crate::rows::Rows;
use crate::unattributed::LEAST_CONTROLS;

/// So rarely may chance make any client hold as many of them, for that to be taken for more than chance.
const HARDLY_CHANCE: f64 = 0.01;

/// So seldom, for one client alone, it is worth telling.
const SELDOM: f64 = 0.05;

/// What the registry holds of the people who complained.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Complaints {
    /// Records of them (件).
    pub records: u64,
    /// Distinct persons (人).
    pub persons: u64,
    /// The clients that hold any of them: those that chance explains least first.
    pub clients: Vec<Complained>,
}

/// What one client holds of the people who complained.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complained {
    /// Which client.
    pub client: Client,
    /// Persons whom any of its handovers holds.
    pub held: u64,
    /// The share of people of the same places, ages and sexes that it holds anyway, 0 to 1, as unrelated lists show.
    pub usual: f64,
    /// How many of their people could be asked; with few of them the share is hardly known.
    pub controls: u64,
    /// False where they are too few to tell.
    pub is_known: bool,
    /// The chance that it holds as many of so many people like them, or more, without any of them having complained for its sake.
    pub by_chance: f64,
    /// The most that the chance can be that some client of the registry seems as unlikely: `by_chance` times the clients, at most
    /// 1 (Bonferroni).
    pub by_chance_of_any: f64,
    /// Decimal logarithm of the e-value of "some or all of them are this client's" against "people like them are held as often".
    pub log10_e: f64,
}

/// What may be said of people who complained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A client holds more of them than chance explains.
    BeyondChance,
    /// A client holds all of them, or more of them than most groups like them, but chance may explain it, or how often it holds such
    /// people is not known.
    Possible,
    /// No client holds all of them, nor more than chance explains.
    NothingInCommon,
}

impl Complaints {
    /// What may be said of them all.
    pub fn finding(&self) -> Finding {
        match () {
            () if self.clients.iter().any(Complained::is_beyond_chance) => Finding::BeyondChance,
            () if self.clients.iter().any(|of| of.is_possible(self.persons)) => Finding::Possible,
            () => Finding::NothingInCommon,
        }
    }
}

impl Complained {
    /// True where hardly any group of people like them would be held so by any client of the registry.
    pub fn is_beyond_chance(&self) -> bool {
        self.is_known && self.by_chance_of_any <= HARDLY_CHANCE
    }

    /// True where they may be the client's: it holds all of so many persons, or more of them than most groups like them, or most of them
    /// where what is usual for it is not known.
    pub fn is_possible(&self, persons: u64) -> bool {
        let is_seldom = if self.is_known { self.by_chance <= SELDOM } else { 2 * self.held > persons };
        self.held >= persons || is_seldom
    }

    /// The evidence in words.
    pub fn strength(&self) -> Strength {
        Strength::of(self.log10_e)
    }
}

/// Holds people who complained against all clients.
///
/// That a client holds x of n persons happens by chance with the probability of x or more under the beta-binomial distribution of
/// what unrelated lists show of people like them (matched controls), in one case of thirty of the age that the client holds most of,
/// as for the evidence of files.
pub fn complaints(world: &World, file: &File) -> Complaints {
    let clients = Inference::new(world).looking_at(file, |classes, background, _| {
        let rows = Rows::new(world, classes, background, &BTreeSet::new());
        let people = people(classes, background);
        let evidence = rows.unclaimed().evidence();
        let each = held(&rows).into_iter().map(|(client, held)| {
            let null = background.null(client, &people);
            let controls = background.controls.asked(client).people();
            let by_chance = evidence::at_least(held, people.iter().sum(), &null);
            Complained {
                client,
                held,
                usual: null.usual.mean,
                controls,
                is_known: background.is_known(client) && controls >= LEAST_CONTROLS,
                by_chance,
                by_chance_of_any: (by_chance * world.clients as f64).min(1.0),
                log10_e: evidence.get(&client).copied().unwrap_or_default(),
            }
        });
        let mut clients: Vec<Complained> = each.collect();
        clients.sort_by(|a, b| a.by_chance.total_cmp(&b.by_chance).then(a.client.cmp(&b.client)));
        clients
    });
    Complaints { records: file.records(), persons: file.persons(), clients }
}

/// Persons by stratum.
fn people(classes: &[Class], background: &Background<'_>) -> Vec<u64> {
    let mut people = vec![0; background.strata.groups.len()];
    for (class, stratum) in classes.iter().zip(&background.strata.of_pattern) {
        people[*stratum as usize] += class.persons;
    }
    people
}

/// By client how many persons it holds.
fn held(rows: &Rows<'_>) -> BTreeMap<Client, u64> {
    let mut held = BTreeMap::new();
    for group in rows.held() {
        group.clients.iter().for_each(|client| *held.entry(*client).or_default() += group.persons);
    }
    held
}
