//! The whole inference for one file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::background::Background;
use crate::classes::{self, Class};
use crate::controls::Controls;
use crate::cover::{self, Bar, Claim, Cover};
use crate::damage::{Damage, Survival};
use crate::handover;
use crate::input::{File, Keys, List, World};
use crate::mixture::{Fitting, Mixture};
use crate::outcome::{Answer, Attribution, HandoverChoice, RowAnswer, Source, Unattributed, Verdict};
use crate::rows::Rows;
use crate::strata::Strata;
use crate::traits::{self, Traits};
use crate::unattributed;

/// Evidence of a ratio of 100 for an unclaimed client makes an answer inconclusive rather than negative.
const SOME_EVIDENCE: f64 = 2.0;

/// Inference over one registry: what is the same for all files is worked out once.
pub struct Inference<'a> {
    world: &'a World,
    /// By client.
    traits: Vec<Traits>,
    /// Controls as files with certain kinds of key see them.
    controls: Mutex<BTreeMap<Keys, Arc<Controls>>>,
}

impl<'a> Inference<'a> {
    /// Inference over a registry.
    pub fn new(world: &'a World) -> Self {
        Self { world, traits: traits::of_clients(world), controls: Mutex::default() }
    }

    /// Clients of the registry.
    pub(crate) fn clients(&self) -> usize {
        self.world.clients
    }

    /// Says where a file came from.
    pub fn attribute(&self, file: &File) -> Answer {
        self.attribute_above(file, f64::NEG_INFINITY, &BTreeSet::new())
    }

    /// The same where every claim needs at least this decimal logarithm of evidence, as one of many files does, and some clients are
    /// ruled out.
    pub(crate) fn attribute_above(&self, file: &File, least: f64, ruled_out: &BTreeSet<usize>) -> Answer {
        let world = self.world;
        self.looking_at(file, |classes, background, damage| {
            let bar = Bar { hypotheses: world.clients, least };
            let mut cover = cover::find(&Rows::new(world, classes, background, ruled_out), bar);
            cover.ruled_out.clone_from(ruled_out);
            let mixture = self.fit(classes, background, damage, bar, &mut cover);
            let mut answer = answer(world, file, classes, &mixture, cover);
            unattributed::describe(world, file, classes, background.controls, &mut answer);
            answer
        })
    }

    /// Says something of a file by its classes, in the order of its patterns, by what unrelated lists show of people like its, and by
    /// how damaged it is.
    pub(crate) fn looking_at<R>(
        &self,
        file: &File,
        say: impl FnOnce(&[Class], &Background<'_>, &Damage) -> R,
    ) -> R {
        let classes = classes::of_file(self.world, file);
        let controls = self.controls(usual_keys(file));
        let strata = Strata::new(file, &controls);
        let (damage, survival) = damage_of(self.world, file);
        let background = Background::new(&controls, &strata, self.world.clients, survival);
        say(&classes, &background, &damage)
    }

    /// Fits the shares of the claimed clients, and withdraws a claim whose share may as well be nothing: two ways of
    /// looking at the same rows must agree before a client is named.
    fn fit(
        &self,
        classes: &[Class],
        background: &Background<'_>,
        damage: &Damage,
        bar: Bar,
        cover: &mut Cover,
    ) -> Mixture {
        let Self { world, traits, .. } = self;
        loop {
            let clients: Vec<usize> = cover.claims.iter().map(|claim| claim.client).collect();
            let shadows = shadows(classes, background, cover);
            let fitting = Fitting::new(world, traits, classes, background, &clients, &shadows, damage);
            // With fewer claims each needs more evidence.
            let needed = bar.of(clients.len());
            let weakest = (0..clients.len()).find(|at| cover.claims[*at].log10_e < needed);
            match fitting.emptiest().or(weakest) {
                Some(at) => {
                    let withdrawn = cover.claims.remove(at);
                    cover.strongest_unclaimed = cover.strongest_unclaimed.max(withdrawn.log10_e);
                }
                None => return fitting.finish(),
            }
        }
    }

    fn controls(&self, present: Keys) -> Arc<Controls> {
        let mut known = self.controls.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(present).or_insert_with(|| Arc::new(Controls::new(self.world, present))))
    }
}

/// Says where a file came from.
pub fn attribute(world: &World, file: &File) -> Answer {
    Inference::new(world).attribute(file)
}

/// The damage that the file shows, and what it leaves of the records that a list holds.
fn damage_of(world: &World, file: &File) -> (Damage, Survival) {
    let mut matches: BTreeMap<(Keys, Keys), f64> = BTreeMap::new();
    let mut present: BTreeMap<(u32, Keys), f64> = BTreeMap::new();
    for count in &file.patterns {
        let most = count.pattern.hits.iter().max_by_key(|hit| hit.keys.count_ones());
        if let Some((hit, list)) = most.and_then(|hit| Some((hit, world.lists.get(hit.list as usize)?))) {
            let possible = list.keys() & count.pattern.present;
            *matches.entry((possible, hit.keys & possible)).or_default() += count.persons as f64;
            *present.entry((hit.list, count.pattern.present)).or_default() += count.persons as f64;
        }
    }
    let damage = Damage::of_matches(world, &matches);
    let mut seen: BTreeMap<(Keys, Keys), Survival> = BTreeMap::new();
    let (mut all, mut held, mut whole, mut near) = (0.0, 0.0, 0.0, 0.0);
    for ((list, present), persons) in present {
        let kinds = world.lists.get(list as usize).map_or(0, List::keys);
        let survival = *seen.entry((kinds, present)).or_insert_with(|| damage.survival(world, list, present));
        all += persons;
        held += persons * survival.held;
        whole += persons * survival.held * survival.whole;
        near += persons * (1.0 - survival.held) * survival.near;
    }
    let share = |part: f64, of: f64| if of > 0.0 { part / of } else { 1.0 };
    (damage, Survival { held: share(held, all), whole: share(whole, held), near: share(near, all - held) })
}

/// The kinds of key that most of the file's records have, or any of them where no kind is that common.
fn usual_keys(file: &File) -> Keys {
    let records = file.records();
    let having = |bit: u32| -> u64 {
        let has = |count: &&crate::PatternCount| count.pattern.present >> bit & 1 == 1;
        file.patterns.iter().filter(has).map(|count| count.records).sum()
    };
    let usual = (0..Keys::BITS).filter(|bit| 2 * having(*bit) > records).fold(0, |keys, bit| keys | 1 << bit);
    let any = || file.patterns.iter().fold(0, |keys, count| keys | count.pattern.present);
    if usual == 0 { any() } else { usual }
}

fn answer(world: &World, file: &File, classes: &[Class], mixture: &Mixture, cover: Cover) -> Answer {
    let verdict = verdict(&cover.claims, cover.strongest_unclaimed);
    let mut parts = Parts::new(mixture, classes, cover.claims.len());
    let mostly = mostly(mixture, classes.len(), cover.claims.len());
    let mut sources: Vec<Source> = Vec::with_capacity(cover.claims.len());
    for (at, claim) in cover.claims.into_iter().enumerate() {
        sources.push(Source {
            client: claim.client,
            records: parts.records[at],
            persons: parts.persons[at],
            share: mixture.shares[at],
            share_interval: mixture.intervals[at],
            log10_e: claim.log10_e,
            handover: handover::choose(world, file, claim.client, &mostly[at]),
            not_separable_from: claim.not_separable_from,
        });
    }
    let rows = row_answers(world, file, classes, mixture, &sources);
    let records = file.records();
    sources.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.client.cmp(&b.client)));
    let unattributed = Unattributed {
        records: parts.records.pop().unwrap_or(records),
        share: if records == 0 { 0.0 } else { mixture.shares.iter().skip(sources.len()).sum() },
        ..Unattributed::default()
    };
    let persons = file.persons();
    let examined = cover.examined;
    Answer { attribution: Attribution { records, persons, verdict, sources, unattributed, examined }, rows }
}

/// Clients that hold rows of the file of which some may be theirs, though nothing shows it: those related to a claimed one,
/// and all of them where so many lists were merged that no claim could be made first. Those that are named beside a claim
/// or ruled out are left out; the most that can be looked at are those with most rows.
fn shadows(classes: &[Class], background: &Background<'_>, cover: &Cover) -> Vec<usize> {
    const MOST: usize = 12;
    const MANY: usize = 12;
    const MOST_OF_ALL: usize = 128;
    let claims = &cover.claims;
    let all = cover.by_elimination && claims.len() > MANY;
    let named: BTreeSet<usize> = claims
        .iter()
        .flat_map(|claim| claim.not_separable_from.iter().copied().chain([claim.client]))
        .chain(cover.ruled_out.iter().copied())
        .collect();
    let related: BTreeSet<usize> =
        claims.iter().flat_map(|claim| background.controls.related(claim.client)).collect();
    let mut rows: BTreeMap<usize, u64> = BTreeMap::new();
    for class in classes {
        for client in class.members() {
            *rows.entry(client).or_default() += class.records;
        }
    }
    let may_be = |client: &usize| !named.contains(client) && (all || related.contains(client));
    let mut shadows: Vec<(u64, usize)> = rows
        .into_iter()
        .filter(|(client, rows)| *rows > 0 && may_be(client))
        .map(|(client, rows)| (rows, client))
        .collect();
    shadows.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    shadows.truncate(if all { MOST_OF_ALL } else { MOST });
    shadows.into_iter().map(|(_, client)| client).collect()
}

fn verdict(claims: &[Claim], strongest_unclaimed: f64) -> Verdict {
    let stands = claims.iter().any(|claim| claim.not_separable_from.is_empty());
    match claims.len() {
        0 if strongest_unclaimed >= SOME_EVIDENCE => Verdict::Inconclusive,
        0 => Verdict::Unattributed,
        _ if !stands => Verdict::Inconclusive,
        1 => Verdict::Attributed,
        _ => Verdict::Mixed,
    }
}

/// By source the patterns that are more likely its than all others' together.
fn mostly(mixture: &Mixture, classes: usize, sources: usize) -> Vec<Vec<usize>> {
    let mut mostly = vec![Vec::new(); sources];
    for class in 0..classes {
        let most = mixture.posterior(class).each().find(|(_, probability)| *probability > 0.5);
        if let Some(patterns) = most.and_then(|(source, _)| mostly.get_mut(source)) {
            patterns.push(class);
        }
    }
    mostly
}

/// Records and persons by component, whole numbers; records add up to the file's.
struct Parts {
    records: Vec<u64>,
    persons: Vec<u64>,
}

impl Parts {
    fn new(mixture: &Mixture, classes: &[Class], sources: usize) -> Self {
        let total = |count: fn(&Class) -> u64| classes.iter().map(count).sum::<u64>();
        let records = total(|c| c.records);
        let of_sources = mixture.shares.iter().take(sources);
        let rest = mixture.shares.iter().skip(sources).sum::<f64>();
        let shares: Vec<f64> = of_sources.chain([&rest]).map(|share| share * records as f64).collect();
        let mut persons = vec![0.0; sources + 1];
        for (at, class) in classes.iter().enumerate() {
            let each = mixture.posterior(at).each();
            each.for_each(|(component, p)| persons[component.min(sources)] += class.persons as f64 * p);
        }
        let records = whole(&shares, records);
        let persons = whole(&persons, total(|c| c.persons));
        let persons = persons.iter().zip(&records).map(|(persons, records)| *persons.min(records)).collect();
        Self { records, persons }
    }
}

/// Rounds parts to whole numbers that sum to `total`, by largest remainder.
fn whole(parts: &[f64], total: u64) -> Vec<u64> {
    let mut rounded: Vec<u64> = parts.iter().map(|part| part.floor() as u64).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| parts[*b].fract().total_cmp(&parts[*a].fract()).then(a.cmp(b)));
    let missing = total.saturating_sub(rounded.iter().sum()) as usize;
    order.iter().cycle().take(missing.min(parts.len() * 2)).for_each(|at| rounded[*at] += 1);
    rounded
}

/// For each pattern the likeliest source, where a key of the row says so.
fn row_answers(
    world: &World,
    file: &File,
    classes: &[Class],
    mixture: &Mixture,
    sources: &[Source],
) -> Vec<RowAnswer> {
    let answer = |(at, (count, class)): (usize, (&crate::PatternCount, &Class))| {
        let posterior = mixture.posterior(at);
        // A claim without its evidence is worth nothing: no key, no name.
        let shown = |client| class.keys_of(client) != 0;
        let by_posterior =
            |a: &usize, b: &usize| posterior.of(*a).total_cmp(&posterior.of(*b)).then(b.cmp(a));
        let looked_at = || posterior.each().map(|(at, _)| at).filter(|at| *at < sources.len());
        let likeliest = looked_at().max_by(by_posterior);
        let best = looked_at().filter(|at| shown(sources[*at].client)).max_by(by_posterior);
        let elsewhere = posterior.each().filter(|(at, _)| *at >= sources.len());
        let elsewhere = elsewhere.map(|(_, p)| p).fold(0.0, f64::max);
        match best.filter(|at| posterior.of(*at) > elsewhere) {
            Some(at) => RowAnswer {
                client: Some(sources[at].client),
                handover: row_handover(world, count, class, &sources[at]),
                posterior: posterior.of(at) / (1.0 + alternatives(class, &sources[at]) as f64),
                keys: class.keys_of(sources[at].client),
            },
            None => RowAnswer {
                client: None,
                handover: None,
                posterior: likeliest.map_or(0.0, |at| posterior.of(at)),
                keys: 0,
            },
        }
    };
    file.patterns.par_iter().zip(classes).enumerate().map(answer).collect()
}

/// How many clients that cannot be told from a source hold a row as well: it may as well be theirs. Where there are any, a
/// row that none of them holds may be one that they lost.
fn alternatives(class: &Class, source: &Source) -> usize {
    let holding = source.not_separable_from.iter().filter(|other| class.held_by(**other)).count();
    holding.max(usize::from(!source.not_separable_from.is_empty()))
}

/// The file's handover where it holds the row, else the only one that does.
fn row_handover(world: &World, count: &crate::PatternCount, class: &Class, source: &Source) -> Option<usize> {
    let HandoverChoice { best, .. } = &source.handover;
    let keys = class.keys_of(source.client);
    let of_client =
        |hit: &&crate::Hit| world.lists.get(hit.list as usize).is_some_and(|l| l.client == source.client);
    let holding: Vec<usize> = count
        .pattern
        .hits
        .iter()
        .filter(of_client)
        .filter(|hit| hit.keys & keys == keys)
        .map(|hit| hit.list as usize)
        .collect();
    match (best, holding.as_slice()) {
        (Some(best), lists) if lists.contains(best) => Some(*best),
        (_, [only]) => Some(*only),
        _ => None,
    }
}
