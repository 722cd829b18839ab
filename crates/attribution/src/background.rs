//! What unrelated lists show: how often people like those in a file are in a client's list anyway.
//!
//! Lists overlap, and a local shop's customers are on their city's list in every fourth row. The rate is read off
//! *matched controls*: sampled members of the other clients' lists, of the places, ages and sexes of the file's people.

use std::sync::OnceLock;

use crate::controls::{Controls, Group, Prior, Sum, Within};
use crate::damage::Survival;
use crate::input::Place;
use crate::strata::{Area, Strata};

/// A rate that is not exactly known, as a beta distribution: its mean, and the number of controls that would tell it
/// as well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usual {
    pub(crate) mean: f64,
    pub(crate) strength: f64,
}

/// How often people like those in a file are in a client's list anyway.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Null {
    /// As places, ages and sexes tell.
    pub(crate) usual: Usual,
    /// The same if they were, where the file does not tell, all of the sort that the client holds most of.
    pub(crate) worst: Usual,
    /// The chance that a record that is in the list is still matched, after the damage that the file shows.
    pub(crate) survival: f64,
    /// The chance that a record that is still matched is matched by all keys, and of others' records that the list holds
    /// before damage.
    pub(crate) whole: f64,
    pub(crate) agreement: Usual,
    pub(crate) near: Near,
}

/// Of the people whom a client does not hold, how many it holds some keys of: those whom damage took from it, relatives in
/// one house, people who moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Near {
    /// Among people like the file's.
    pub(crate) usual: Usual,
    /// The same if they were all of the sort that the client holds most of.
    pub(crate) worst: Usual,
    /// If the whole file came from the client.
    pub(crate) whole: f64,
}

/// A rate among the people of one stratum.
#[derive(Clone, Copy, Debug, Default)]
struct Rate {
    mean: f64,
    variance: f64,
    /// The part of it that no control of the stratum tells.
    borrowed: f64,
}

/// Rates of one client in all strata of the file.
#[derive(Debug)]
struct Rates {
    strata: Vec<(Rate, Rate)>,
    /// Of those whom the client does not hold, how many it holds some keys of: as places tell, and at most.
    near: Vec<[f64; 2]>,
    near_strength: f64,
    agreement: Usual,
    /// How many controls could be asked.
    controls: f64,
    /// Variance of what all strata borrow from.
    of_base: f64,
}

/// How often the people of a file's strata are in each client's lists anyway.
pub(crate) struct Background<'a> {
    pub(crate) controls: &'a Controls,
    pub(crate) strata: &'a Strata,
    survival: Survival,
    rates: Vec<OnceLock<Rates>>,
}

/// What is expected before any control is seen: lists of unrelated people share a quarter of them, hardly ever nearly
/// all.
const UNKNOWN: Prior = Prior { mean: 0.25, strength: 8.0 };
/// Places borrow from their prefecture, and prefectures from the whole, as if this many controls were added.
const BORROWED: f64 = 4.0;
/// Unseen lists differ more than samples of the seen ones: the odds are raised a little, the rate as well, and the
/// standard deviation of lists' log odds is taken to be a quarter.
const RAISED_ODDS: f64 = 1.1;
const RAISED: f64 = 0.002;
const SPREAD: f64 = 0.25;
/// What is expected of agreement is worth so many rows at most: lists differ in it.
const MOST_AGREEMENT: f64 = 30.0;
/// What is expected of the share of strangers of whom a list holds some keys, and how many rows that is worth at most.
const USUALLY_NEAR: f64 = 0.05;
const MOST_NEAR: f64 = 30.0;
/// Fewer controls of a sort say nothing of that sort alone.
const LEAST_IN_GROUP: f64 = 30.0;

impl<'a> Background<'a> {
    pub(crate) fn new(
        controls: &'a Controls,
        strata: &'a Strata,
        clients: usize,
        survival: Survival,
    ) -> Self {
        Self { controls, strata, survival, rates: (0..clients).map(|_| OnceLock::new()).collect() }
    }

    /// False where what is assumed of a client would outweigh what the controls show, or there are none: a registry of one
    /// client, or of one and its sister.
    pub(crate) fn is_known(&self, client: usize) -> bool {
        self.rates_of(client).controls >= UNKNOWN.strength
    }

    /// How often so many people of each stratum are in a client's list without coming from it, and how uncertain that is.
    pub(crate) fn null(&self, client: usize, people: &[u64]) -> Null {
        let rates = self.rates_of(client);
        let (usual, worst) = self.mixed(rates, people);
        let (usual, worst) = (self.usual(usual), self.usual(worst));
        Null {
            usual,
            worst,
            survival: self.survival.held,
            whole: self.survival.whole,
            agreement: rates.agreement,
            near: self.near(rates, people, [usual.mean, worst.mean]),
        }
    }

    fn rates_of(&self, client: usize) -> &Rates {
        self.rates[client].get_or_init(|| self.rates(client))
    }

    /// What is expected of those whom the client does not hold, where it holds these shares of all.
    fn near(&self, rates: &Rates, people: &[u64], held: [f64; 2]) -> Near {
        let Survival { held: s, near: kept, .. } = self.survival;
        let mean = |which: usize| mean_over(people, |stratum| rates.near[stratum][which]);
        // Of a share m that was held before damage, m (1 − s) was lost, and some keys are left of most of that.
        let after = |m: f64, near: f64| (m * (1.0 - s) * kept + (1.0 - m) * near) / (1.0 - m * s);
        let null = |which: usize| {
            let before = (held[which] / s.max(0.01)).min(0.97);
            Usual { mean: after(before, raised(mean(which))), strength: rates.near_strength }
        };
        Near { usual: null(0), worst: null(1), whole: after(0.97, mean(0)) }
    }

    /// The mean rate among so many people of each stratum: what the mixture expects of rows from elsewhere.
    pub(crate) fn mean_rate(&self, client: usize, people: &[u64]) -> f64 {
        self.mixed(self.rates_of(client), people).0.mean
    }

    /// The rate at which an owner's people, so many of each stratum, are in a client's list.
    pub(crate) fn overlap(&self, owner: usize, client: usize, people: &[u64]) -> f64 {
        let of = |within| self.controls.overlap(owner, client, within);
        let everywhere = of(Within::Everywhere).after(borrowing(self.mean_rate(client, people)));
        mean_over(people, |stratum| narrowed(self.strata.groups[stratum].0, everywhere, of))
    }

    /// True for the strata that are at a client's home.
    pub(crate) fn is_home(&self, client: usize, stratum: usize) -> bool {
        match self.strata.groups[stratum].0 {
            Area::Place(place) => self.controls.is_home(client, place),
            _ => false,
        }
    }

    /// Strata err independently in what their controls tell, and together in what all of them borrow.
    fn mixed(&self, rates: &Rates, people: &[u64]) -> (Rate, Rate) {
        let total = people.iter().sum::<u64>().max(1) as f64;
        let (mut usual, mut worst) = (Rate::default(), Rate::default());
        let shares = people.iter().zip(&rates.strata).filter(|(people, _)| **people > 0);
        for (people, (u, w)) in shares {
            let share = *people as f64 / total;
            for (sum, rate) in [(&mut usual, u), (&mut worst, w)] {
                sum.mean += share * rate.mean;
                sum.variance += share * share * rate.variance;
                sum.borrowed += share * rate.borrowed;
            }
        }
        for sum in [&mut usual, &mut worst] {
            sum.variance = sum.variance.max(sum.borrowed * sum.borrowed * rates.of_base);
        }
        (usual, worst)
    }

    /// The rate that unseen lists may have, after damage.
    fn usual(&self, rate: Rate) -> Usual {
        let mean = (raised(rate.mean) * self.survival.held).min(0.97);
        let variance = rate.variance + (SPREAD * mean * (1.0 - mean)).powi(2);
        Usual { mean, strength: (mean * (1.0 - mean) / variance - 1.0).max(1.0) }
    }

    fn rates(&self, client: usize) -> Rates {
        let whole = self.controls.asked(client);
        let mean = whole.after(UNKNOWN);
        let of_base = mean * (1.0 - mean) / (whole.count + UNKNOWN.strength + 1.0);
        let both = |(area, group): &(Area, Group)| {
            let usual = self.rate(client, *area, *group, of_base);
            (usual, self.worst(client, *area, *group, of_base, usual))
        };
        let strata = self.strata.groups.iter().map(both).collect();
        let near = self.strata.groups.iter().map(|(area, _)| self.near_rates(client, *area)).collect();
        let agreement = self.controls.agreement(client);
        Rates {
            strata,
            near,
            near_strength: self.controls.near(client, Within::Everywhere).count.clamp(1.0, MOST_NEAR),
            agreement: Usual {
                mean: agreement.mean,
                strength: agreement.strength.clamp(1.0, MOST_AGREEMENT),
            },
            controls: whole.count,
            of_base,
        }
    }

    /// Of those whom a client does not hold, how many it holds some keys of: in an area, and at most.
    fn near_rates(&self, client: usize, area: Area) -> [f64; 2] {
        let usual = self.near_rate(client, area);
        let homes = self.homes_within(client, area).map(|home| self.near_rate(client, Area::Place(home)));
        [usual, homes.fold(usual, f64::max)]
    }

    fn near_rate(&self, client: usize, area: Area) -> f64 {
        let of = |within| self.controls.near(client, within);
        let everywhere = of(Within::Everywhere).after(borrowing(USUALLY_NEAR));
        let area = match area {
            Area::Unknown(prefecture) if prefecture != 0 => Area::Elsewhere(prefecture),
            area => area,
        };
        narrowed(area, everywhere, of)
    }

    /// The homes of a client that an area may stand for.
    fn homes_within(&self, client: usize, area: Area) -> impl Iterator<Item = Place> {
        let homes = self.controls.homes(client).iter().copied();
        homes.filter(move |home| match area {
            Area::Unknown(0) => true,
            Area::Unknown(prefecture) => home.prefecture == prefecture,
            _ => false,
        })
    }

    /// The rate among the sort of people that the client holds most of, out of those whom a stratum may stand for.
    fn worst(&self, client: usize, area: Area, group: Group, of_base: f64, usual: Rate) -> Rate {
        let areas = std::iter::once(area).chain(self.homes_within(client, area).map(Area::Place));
        let mut worst = usual;
        for area in areas {
            let people = |part: Group| self.controls.held(client, Within::Everywhere, part).count;
            let enough = |part: &Group| people(*part) >= LEAST_IN_GROUP;
            for part in std::iter::once(group).chain(group.parts().filter(enough)) {
                let rate = self.rate(client, area, part, of_base);
                if rate.mean > worst.mean {
                    worst = rate;
                }
            }
        }
        match self.at_any_home(client, area, group) {
            Some(rate) if rate.mean > worst.mean => rate,
            _ => worst,
        }
    }

    /// The rate at a home that nobody knows, among people who may live there.
    fn at_any_home(&self, client: usize, area: Area, group: Group) -> Option<Rate> {
        let may_be = matches!(area, Area::Unknown(_)) && self.controls.may_be_anywhere(client);
        let Prior { mean, strength } = self.controls.local_anywhere(group).filter(|_| may_be)?;
        Some(Rate { mean, variance: mean * (1.0 - mean) / (strength + 1.0), borrowed: 1.0 })
    }

    /// The rate in one area: a client's home borrows from what is usual for local lists, another place from its
    /// prefecture and that from the whole.
    fn rate(&self, client: usize, area: Area, group: Group, of_base: f64) -> Rate {
        let controls = self.controls;
        let base = controls.held(client, Within::Everywhere, group).after(UNKNOWN);
        let after = |sum: Sum, prior: Prior| {
            let mean = sum.after(prior);
            let worth = sum.count + prior.strength;
            let variance = mean * (1.0 - mean) / (worth + 1.0);
            // What is borrowed may come from the same few controls: none held of a hundred is not one in a thousand.
            let alone = Prior { mean: 0.5, strength: 1.0 };
            let mean_alone = sum.after(alone);
            let variance_alone = mean_alone * (1.0 - mean_alone) / (sum.count + 2.0);
            let variance = variance.max(variance_alone.min(of_base));
            Rate { mean, variance, borrowed: prior.strength / worth }
        };
        let of_prefecture = |prefecture: u32| {
            let sum = controls.held(client, Within::Prefecture(prefecture), group);
            after(sum, borrowing(base))
        };
        match area {
            Area::Unknown(0) => Rate { mean: base, variance: of_base, borrowed: 1.0 },
            Area::Unknown(prefecture) | Area::Elsewhere(prefecture) => of_prefecture(prefecture),
            Area::Place(place) => {
                let wide = borrowing(of_prefecture(place.prefecture).mean);
                let local = || controls.local(client, place, group);
                let prior = if controls.is_home(client, place) { local().unwrap_or(wide) } else { wide };
                after(controls.held(client, Within::Place(place), group), prior)
            }
        }
    }
}

/// What is expected of a rate that borrows this one.
fn borrowing(mean: f64) -> Prior {
    Prior { mean, strength: BORROWED }
}

/// The rate in an area: a place borrows from its prefecture and that from the whole.
fn narrowed(area: Area, everywhere: f64, of: impl Fn(Within) -> Sum) -> f64 {
    let around = |prefecture| of(Within::Prefecture(prefecture)).after(borrowing(everywhere));
    match area {
        Area::Place(place) => of(Within::Place(place)).after(borrowing(around(place.prefecture))),
        Area::Elsewhere(prefecture) => around(prefecture),
        Area::Unknown(_) => everywhere,
    }
}

/// The mean of a rate by stratum, over so many people of each.
fn mean_over(people: &[u64], rate: impl Fn(usize) -> f64) -> f64 {
    let total = people.iter().sum::<u64>().max(1) as f64;
    let each = people.iter().enumerate().filter(|(_, people)| **people > 0);
    each.map(|(stratum, people)| *people as f64 / total * rate(stratum)).sum()
}

/// What a rate among the seen lists may be among unseen ones.
fn raised(rate: f64) -> f64 {
    let odds = RAISED_ODDS * rate / (1.0 - rate).max(1e-9);
    odds / (1.0 + odds) + RAISED
}
