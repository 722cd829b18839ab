//! What the order of a file's rows says of the lists they may have come from.

use meibo_attribution::{ListOrder, Neighbours, OrderState, Strength};

use crate::numbers::{self, count};
use crate::{Lang, text::visible, words};

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
pub(crate) fn lines(lang: Lang, orders: &[OrderView<'_>]) -> Vec<String> {
    let of = |state: &'static str| orders.iter().filter(move |order| order.state == state);
    let mut lines: Vec<String> = of(KEPT).map(|order| kept(lang, order)).take(NAMED).collect();
    if let Some(most) = of(NOT_SHOWN).next() {
        lines.push(not_shown(lang, most, of(NOT_SHOWN).count(), !lines.is_empty()));
    }
    let sorted: Vec<String> = of(SORTED).map(OrderView::list).collect();
    if !sorted.is_empty() {
        let names = words::first(lang, &sorted, NAMED);
        lines.push(lang.of(
            format!("次の名簿については何も言えない（登録時に内容の順に並んでいたため）: {names}"),
            format!("says nothing of lists that were sorted by what is in them when they were fingerprinted: {names}"),
        ));
    }
    lines
}

/// A list whose order the rows stand in.
fn kept(lang: Lang, order: &OrderView<'_>) -> String {
    let (list, chance) = (order.list(), order.by_chance);
    let (together, asked) = (count(order.together), count(order.asked));
    let weight = words::weight(lang, order.strength, order.log10_e);
    match lang {
        Lang::Ja => format!(
            "{list} の名簿の並びが残っている。隣り合う {asked} 組のうち {together} 組が名簿でも隣り合う（並べ替えた行なら {chance:.1} 組の見込み）。\
             証拠は{weight}"
        ),
        Lang::En => format!(
            "that of {list}: {together} of {asked} neighbours stand together there, {chance:.1} expected of shuffled rows; \
             {weight}"
        ),
    }
}

/// Lists whose order the rows are not shown to stand in, by the one that most of it is kept of.
fn not_shown(lang: Lang, most: &OrderView<'_>, lists: usize, has_kept: bool) -> String {
    let (together, asked) = (count(most.together), count(most.asked));
    if lang == Lang::Ja {
        let others = if has_kept { "ほかの" } else { "" };
        return format!(
            "調べた{others}名簿 {lists} 件の並びと同じとは言えない（隣り合うのは {asked} 組のうち多くとも {together} 組）"
        );
    }
    let others = if has_kept { "other " } else { "" };
    let lists =
        if lists == 1 { format!("the {others}list") } else { format!("any of {lists} {others}lists") };
    format!("not shown to be that of {lists} asked: at most {together} of {asked} neighbours together")
}
