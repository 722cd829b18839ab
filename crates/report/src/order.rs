//! What the order of a file's rows says of the lists they may have come from.

use meibo_attribution::{ListOrder, Neighbours, OrderState, Strength};

use crate::numbers::{self, count};
use crate::{text::visible, words};

/// One list, ready to be written.
pub(crate) struct OrderView<'a> {
    pub(crate) client: &'a str,
    pub(crate) handover: &'a str,
    pub(crate) state: &'static str,
    pub(crate) asked: u64,
    pub(crate) together: u64,
    /// To one decimal.
    pub(crate) by_chance: f64,
    pub(crate) log10_e: f64,
    pub(crate) strength: Strength,
}

/// The rows stand in the list's order.
const KEPT: &str = "kept";
/// Nothing, or not enough, shows that they do.
const NOT_SHOWN: &str = "not_shown";
const SORTED: &str = "sorted";
const ABSENT: &str = "absent";
const UNREADABLE: &str = "unreadable";

impl<'a> OrderView<'a> {
    pub(crate) fn new(order: &ListOrder, client: &'a str, handover: &'a str) -> Self {
        let neighbours = order.neighbours().copied().unwrap_or_default();
        let log10_e = numbers::log10_e(neighbours.log10_e());
        let state = match &order.state {
            OrderState::Asked(neighbours) if neighbours.is_its_order() => KEPT,
            OrderState::Asked(_) => NOT_SHOWN,
            OrderState::Sorted => SORTED,
            OrderState::Absent => ABSENT,
            OrderState::Unreadable => UNREADABLE,
        };
        let Neighbours { asked, together, .. } = neighbours;
        let (by_chance, strength) = (numbers::tenths(neighbours.by_chance()), Strength::of(log10_e));
        Self { client, handover, state, asked, together, by_chance, log10_e, strength }
    }

    fn list(&self) -> String {
        format!("{} {}", visible(self.client), visible(self.handover))
    }
}

/// Lists that are named one by one.
const NAMED: usize = 6;

/// What the order says, a line for each list that it says something of; nothing of fingerprints that were made without it.
pub(crate) fn lines(orders: &[OrderView<'_>]) -> Vec<String> {
    let of = |state: &'static str| orders.iter().filter(move |order| order.state == state);
    let kept = of(KEPT).map(|order| {
        format!(
            "that of {}: {} of {} neighbours stand together there, {:.1} expected of shuffled rows; {} (10^{:.1})",
            order.list(),
            count(order.together),
            count(order.asked),
            order.by_chance,
            order.strength.as_str(),
            order.log10_e
        )
    });
    let mut lines: Vec<String> = kept.take(NAMED).collect();
    if let Some(most) = of(NOT_SHOWN).next() {
        let (lists, others) = (of(NOT_SHOWN).count(), if lines.is_empty() { "" } else { "other " });
        let lists =
            if lists == 1 { format!("the {others}list") } else { format!("any of {lists} {others}lists") };
        let (together, asked) = (count(most.together), count(most.asked));
        lines.push(format!(
            "not shown to be that of {lists} asked: at most {together} of {asked} neighbours together"
        ));
    }
    let sorted: Vec<String> = of(SORTED).map(OrderView::list).collect();
    if !sorted.is_empty() {
        let names = words::first(&sorted, NAMED);
        lines.push(format!(
            "says nothing of lists that were sorted by what is in them when they were fingerprinted: {names}"
        ));
    }
    lines
}
