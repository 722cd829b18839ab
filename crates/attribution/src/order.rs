//! The order of a file's rows: whose export it is that they still stand in.
//!
//! Which rows stand next to each other is not chosen by whoever filters or merges lists, and not known to whoever has another list of
//! the same people. So it tells exports apart that hold the same rows.

use std::collections::BTreeSet;
use std::f64::consts::LN_10;

use crate::evidence;
use crate::input::{File, PatternCount};
use crate::outcome::{Answer, Client, HandoverChoice, Source, Strength};

/// Decimal logarithm of evidence from which on a file's order is that of an export: all exports of all files are asked.
const ITS_OWN: f64 = 8.0;
/// Decimal logarithm of evidence up to which nothing shows an export's order.
const NOTHING: f64 = 1.0;
/// So many neighbours must be lacking, of an export that others' order is not, for it to be ruled out.
const LACKING: f64 = 10.0;
/// The values of t that evidence is averaged over, as powers of two.
const POWERS: u32 = 6;

/// How the neighbours in a file stand in one list.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Neighbours {
    /// Persons of the file whom the list holds, as it holds whoever stands in the row behind their first one.
    pub asked: u64,
    /// Of these, those who stand next to each other in the list too, or by chance.
    pub together: u64,
    /// How many would by chance matches of its filter.
    pub by_filter: f64,
}

impl Neighbours {
    /// How many are expected together of rows that were shuffled: two, as each person has two neighbours in the list, and what the
    /// filter gives.
    pub fn by_chance(&self) -> f64 {
        (self.by_filter + SHUFFLED).min(self.asked as f64)
    }

    /// Decimal logarithm of the e-value against "the rows were put in an order that the list had no part in".
    ///
    /// Of m persons of a list whose rows were shuffled, k given pairs of neighbours all stand together with a probability of at most
    /// 2ᵏ (m − k)! / m!, and there are no more than C(m − 1, k) such k, so that E\[C(X, k)] ≤ 2ᵏ / k! for the number X of pairs that do, and
    /// E\[tˣ] ≤ e^(2 (t − 1)) for t ≥ 1. Chance matches of the filter are independent of it, at a mean rate ε: for all together
    /// E\[tˣ] ≤ e^(2 (t − 1)) (1 + (t − 1) ε)ᵐ. The e-value is the mean of tˣ over this bound, for t = 2, 4, … 64.
    pub fn log10_e(&self) -> f64 {
        if self.asked == 0 {
            return 0.0;
        }
        let (m, x) = (self.asked as f64, self.together.min(self.asked) as f64);
        let rate = (self.by_filter / m).clamp(0.0, 1.0);
        let ln_e = |power: u32| {
            let t = f64::from(1_u32 << power);
            x * t.ln() - SHUFFLED * (t - 1.0) - m * ((t - 1.0) * rate).ln_1p()
        };
        let sum = (1..=POWERS).map(ln_e).fold(f64::NEG_INFINITY, evidence::ln_sum);
        (sum - f64::from(POWERS).ln()) / LN_10
    }

    /// The evidence in words.
    pub fn strength(&self) -> Strength {
        Strength::of(self.log10_e())
    }

    /// True where the rows stand in the list's order.
    pub fn is_its_order(&self) -> bool {
        self.log10_e() >= ITS_OWN
    }

    /// True where nothing shows the list's order, and as many would stand together as in `other` if it were that.
    fn is_lost_beside(&self, other: &Neighbours) -> bool {
        let kept = other.together as f64 / other.asked.max(1) as f64;
        self.log10_e() < NOTHING && self.asked as f64 * kept - self.by_chance() >= LACKING
    }
}

/// How many neighbours two rows have on average in a list.
const SHUFFLED: f64 = 2.0;

/// What the order of a file says of one list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListOrder {
    /// The list, as its place in the registry.
    pub list: usize,
    /// Its client.
    pub client: Client,
    /// What could be asked.
    pub state: OrderState,
}

/// What could be asked about a list's order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OrderState {
    /// Its fingerprint was made without it.
    Absent,
    /// Its fingerprint could not be read again.
    Unreadable,
    /// The list is sorted by what is in it, as any list of its people may be: its neighbours say nothing.
    Sorted,
    /// How the file's neighbours stand in it.
    Asked(Neighbours),
}

impl ListOrder {
    /// What was asked.
    pub fn neighbours(&self) -> Option<&Neighbours> {
        match &self.state {
            OrderState::Asked(neighbours) => Some(neighbours),
            _ => None,
        }
    }
}

/// Clients that are no source of a file, as its rows stand in the order of another client's list that explains them as well: of a
/// source and those that cannot be told from it, whose lists were all asked and whose order nothing shows.
///
/// It is taken that each fingerprint was made of the file that was handed over, in its order.
pub fn ruled_out(sources: &[Source], orders: &[ListOrder]) -> BTreeSet<Client> {
    let of_source = |source: &Source| -> Vec<Client> {
        let group: Vec<Client> = source.not_separable_from.iter().copied().chain([source.client]).collect();
        let in_group = |order: &&ListOrder| group.contains(&order.client);
        let Some(its) = its_order(orders.iter().filter(in_group)) else { return Vec::new() };
        let is_lost = |client: &Client| {
            let mut lists = orders.iter().filter(|order| order.client == *client).peekable();
            lists.peek().is_some()
                && lists.all(|order| is_lost_beside(order, its) || holds_too_few(order, its))
        };
        group.into_iter().filter(is_lost).collect()
    };
    sources.iter().flat_map(of_source).collect()
}

/// Narrows the sources' handovers, and those of their rows, to the ones whose order the rows may stand in.
pub fn narrow(answer: &mut Answer, file: &File, orders: &[ListOrder]) {
    for source in &mut answer.attribution.sources {
        let Some(its) = narrow_source(source, orders) else { continue };
        let holds = |count: &PatternCount| count.pattern.hits.iter().any(|hit| hit.list as usize == its);
        for (row, count) in answer.rows.iter_mut().zip(&file.patterns) {
            if row.client == Some(source.client) && holds(count) {
                row.handover = Some(its);
            }
        }
    }
}

/// Narrows a source's handovers and gives the likeliest, where its order is kept.
fn narrow_source(source: &mut Source, orders: &[ListOrder]) -> Option<usize> {
    let of_client = |order: &&ListOrder| order.client == source.client;
    let is_candidate = |order: &&ListOrder| source.handover.candidates.contains(&order.list);
    let its = its_order(orders.iter().filter(of_client).filter(is_candidate))?;
    let is_lost = |list: &usize| {
        orders.iter().find(|order| order.list == *list).is_some_and(|order| is_lost_beside(order, its))
    };
    let HandoverChoice { best, candidates, .. } = &mut source.handover;
    candidates.retain(|list| !is_lost(list));
    if best.is_none_or(|best| !candidates.contains(&best)) {
        *best = Some(its.list);
    }
    *best
}

/// The list whose order the rows stand in, that with most evidence of several.
fn its_order<'o>(orders: impl Iterator<Item = &'o ListOrder>) -> Option<&'o ListOrder> {
    let evidence = |order: &&ListOrder| order.neighbours().map_or(0.0, Neighbours::log10_e);
    orders
        .filter(|order| order.neighbours().is_some_and(Neighbours::is_its_order))
        .max_by(|a, b| evidence(a).total_cmp(&evidence(b)).then(b.list.cmp(&a.list)))
}

/// True where a list holds so few of the rows that they cannot be its.
fn holds_too_few(order: &ListOrder, its: &ListOrder) -> bool {
    let asked = |order: &ListOrder| order.neighbours().map_or(u64::MAX, |neighbours| neighbours.asked);
    asked(order) < asked(its) / 2
}

fn is_lost_beside(order: &ListOrder, its: &ListOrder) -> bool {
    let (order, its) = (order.neighbours(), its.neighbours());
    order.zip(its).is_some_and(|(order, its)| order.is_lost_beside(its))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn neighbours(asked: u64, together: u64, rate: f64) -> Neighbours {
        Neighbours { asked, together, by_filter: rate * asked as f64 }
    }

    /// Neighbours that stand together of so many that were shuffled; the same numbers for the same seed.
    fn shuffled(count: usize, seed: u64) -> u64 {
        let mut state = seed.wrapping_mul(2).wrapping_add(1);
        let mut below = |most: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((u128::from(state) * most as u128) >> 64) as usize
        };
        let mut rows: Vec<usize> = (0..count).collect();
        (1..count).rev().for_each(|at| rows.swap(at, below(at + 1)));
        rows.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) == 1).count() as u64
    }

    #[test]
    fn a_piece_in_its_order_is_extremely_strong_and_a_shuffled_one_is_not() {
        assert!(neighbours(49, 49, 0.01).log10_e() > 30.0);
        assert!(neighbours(49, 31, 0.05).log10_e() > 8.0);
        assert!(neighbours(49, 45, 0.19).log10_e() > 8.0);
        assert!(neighbours(49, 3, 0.01).log10_e() < 1.0);
        assert!(neighbours(10_000, 2, 0.0).log10_e() < 1.0);
    }

    #[test]
    fn under_shuffling_the_mean_is_at_most_one() {
        for count in [2, 3, 10, 60] {
            let rounds = 20_000;
            let e = |seed| 10_f64.powf(neighbours(count as u64 - 1, shuffled(count, seed), 0.0).log10_e());
            let mean = (0..rounds).map(e).sum::<f64>() / rounds as f64;
            assert!(mean <= 1.0, "{count}: {mean}");
        }
    }

    proptest! {
        #[test]
        fn evidence_is_finite_and_grows(asked in 1_u64..100_000_000, share in 0.0_f64..=1.0, rate in 0.0_f64..=1.0) {
            let together = (asked as f64 * share) as u64;
            let e = neighbours(asked, together, rate).log10_e();
            prop_assert!(e.is_finite());
            prop_assert!(neighbours(asked, together + 1, rate).log10_e() >= e);
        }
    }

    fn source(client: Client, rivals: &[Client], candidates: &[usize]) -> Source {
        Source {
            client,
            records: 50,
            persons: 50,
            share: 1.0,
            share_interval: [0.9, 1.0],
            log10_e: 40.0,
            handover: HandoverChoice { candidates: candidates.to_vec(), ..HandoverChoice::default() },
            not_separable_from: rivals.to_vec(),
        }
    }

    fn order(list: usize, client: Client, together: u64) -> ListOrder {
        ListOrder { list, client, state: OrderState::Asked(neighbours(49, together, 0.01)) }
    }

    #[test]
    fn whose_order_is_lost_is_ruled_out_beside_whose_is_kept() {
        let out = |orders: &[ListOrder]| {
            ruled_out(&[source(0, &[1], &[0, 1])], orders).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(out(&[order(0, 0, 1), order(1, 0, 47), order(2, 1, 0)]), [1]);
        assert_eq!(out(&[order(0, 0, 1), order(1, 0, 0), order(2, 1, 48)]), [0]);
        assert_eq!(out(&[order(0, 0, 47), order(2, 1, 48)]), []);
        assert_eq!(out(&[order(0, 0, 1), order(2, 1, 2)]), []);
        for state in [OrderState::Absent, OrderState::Sorted, OrderState::Unreadable] {
            let other = ListOrder { list: 2, client: 1, state };
            assert_eq!(out(&[order(0, 0, 47), other]), [], "{state:?}");
        }
    }

    #[test]
    fn handovers_are_narrowed_to_the_order_that_is_kept() {
        let mut one = source(0, &[], &[0, 1, 2]);
        let sorted = ListOrder { list: 2, client: 0, state: OrderState::Sorted };
        narrow_source(&mut one, &[order(0, 0, 1), order(1, 0, 47), sorted]);
        assert_eq!((one.handover.best, one.handover.candidates), (Some(1), vec![1, 2]));
        let mut other = source(0, &[], &[0, 1]);
        narrow_source(&mut other, &[order(0, 0, 1), order(1, 0, 2)]);
        assert_eq!((other.handover.best, other.handover.candidates), (None, vec![0, 1]));
    }
}
