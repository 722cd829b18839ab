//! Which handover of a client the rows came from, and when they can have been taken: by what only some of its snapshots hold.
//!
//! A row holds what its snapshot held: a person who had joined and not left, an address before a move. Whatever damage took from it,
//! a key that another snapshot holds and this one does not speaks against this one.

use crate::evidence;
use crate::input::{File, HARDLY_EVER, Keys, List, World};
use crate::outcome::{HandoverChoice, Window};

/// Of the rows that came from a handover so many may hold what it does not, by chance or by other ways than the list; more than
/// that rule a handover out.
const TOLERATED: f64 = 0.005;

/// Compares the client's handovers over the rows that came from it: those of these patterns of the file.
pub(crate) fn choose(world: &World, file: &File, client: usize, patterns: &[usize]) -> HandoverChoice {
    let snapshots = Snapshots::new(world, client);
    let rows: Vec<Row> = patterns.iter().filter_map(|at| snapshots.row(file, *at)).collect();
    let persons: u64 = rows.iter().map(|row| row.persons).sum();
    if persons == 0 {
        return HandoverChoice { best: None, candidates: snapshots.lists, window: Window::default() };
    }
    let against: Vec<u64> = (0..snapshots.lists.len()).map(|at| snapshots.against(&rows, at)).collect();
    let least = against.iter().copied().min().unwrap_or_default();
    let is_possible = |at: &usize| !evidence::exceeds(against[*at] - least, persons, TOLERATED);
    let candidates: Vec<usize> = (0..against.len()).filter(is_possible).collect();
    let list = |at: usize| snapshots.lists[at];
    HandoverChoice {
        best: snapshots.best(&rows, &against, least).map(list),
        candidates: candidates.into_iter().map(list).collect(),
        window: snapshots.window(&rows, persons),
    }
}

/// The handovers of one client, the oldest first.
struct Snapshots<'a> {
    world: &'a World,
    /// As places in the world's lists.
    lists: Vec<usize>,
}

/// Persons whom the client's handovers hold alike.
struct Row {
    persons: u64,
    /// By handover the kinds of key that it holds of them.
    held: Vec<Keys>,
}

impl<'a> Snapshots<'a> {
    fn new(world: &'a World, client: usize) -> Self {
        let mut lists: Vec<usize> =
            (0..world.lists.len()).filter(|list| world.lists[*list].client == client).collect();
        lists.sort_by_key(|list| (world.lists[*list].date, *list));
        Self { world, lists }
    }

    /// The persons of a pattern; none where no handover holds any of their keys.
    fn row(&self, file: &File, pattern: usize) -> Option<Row> {
        let count = file.patterns.get(pattern)?;
        let mut held = vec![0; self.lists.len()];
        for hit in &count.pattern.hits {
            if let Some(at) = self.lists.iter().position(|list| *list == hit.list as usize) {
                held[at] = hit.keys;
            }
        }
        held.iter().any(|keys| *keys != 0).then_some(Row { persons: count.persons, held })
    }

    /// Persons of whom another handover holds what this one does not.
    fn against(&self, rows: &[Row], at: usize) -> u64 {
        let others: Vec<usize> = (0..self.lists.len()).filter(|other| *other != at).collect();
        self.holding_more(rows, &others, &[at])
    }

    /// Persons of whom some handovers hold keys that the others do not, though these have such, and chance hardly ever gives that.
    fn holding_more(&self, rows: &[Row], some: &[usize], others: &[usize]) -> u64 {
        let kinds = others.iter().fold(0, |kinds, at| kinds | self.list(*at).keys());
        let rate: f64 = some.iter().map(|at| self.list(*at).false_match_rate).sum();
        let hold_more = |row: &&Row| {
            let held = |of: &[usize]| of.iter().fold(0, |keys, at| keys | row.held[*at]);
            let lacking = kinds & !held(others);
            let more = (held(some) & lacking).count_ones();
            more > 0 && (f64::from(lacking.count_ones()) * rate).min(1.0).powi(more as i32) < HARDLY_EVER
        };
        rows.iter().filter(hold_more).map(|row| row.persons).sum()
    }

    fn list(&self, at: usize) -> &List {
        &self.world.lists[self.lists[at]]
    }

    /// The handover that least speaks against; of those that equally little does, the one that holds most keys; none where two do.
    fn best(&self, rows: &[Row], against: &[u64], least: u64) -> Option<usize> {
        let keys = |at: usize| -> u64 {
            rows.iter().map(|row| row.persons * u64::from(row.held[at].count_ones())).sum()
        };
        let leading: Vec<(usize, u64)> =
            (0..against.len()).filter(|at| against[*at] == least).map(|at| (at, keys(at))).collect();
        let most = leading.iter().map(|(_, keys)| *keys).max()?;
        let mut most = leading.iter().filter(|(_, keys)| *keys == most).map(|(at, _)| *at);
        most.next().filter(|_| most.next().is_none())
    }

    /// When the rows can have been taken: what older handovers do not hold yet, and what younger ones hold no more.
    fn window(&self, rows: &[Row], persons: u64) -> Window {
        let count = self.lists.len();
        let changed = |at: usize, is_some: &dyn Fn(usize) -> bool| {
            let (some, others): (Vec<usize>, Vec<usize>) = (0..count).partition(|at| is_some(*at));
            let changed = self.holding_more(rows, &some, &others);
            evidence::exceeds(changed, persons, TOLERATED).then(|| self.lists[at])
        };
        Window {
            not_before: (1..count).rev().find_map(|at| changed(at, &|other| other >= at)),
            before: (1..count).find_map(|at| changed(at, &|other| other < at)),
        }
    }
}
