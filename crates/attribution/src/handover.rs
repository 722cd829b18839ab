//! Which handover of a client the rows came from: rows that only some of its snapshots hold.

use crate::evidence;
use crate::input::{File, World};
use crate::outcome::HandoverChoice;

/// Of the rows that came from a handover this many may be missing from it after damage that the best one survived by
/// chance; more rule a handover out.
const TOLERATED: f64 = 0.005;

/// Compares the client's handovers over the rows that came from it; `weights` gives for each pattern of the file the
/// probability that it did.
pub(crate) fn choose(world: &World, file: &File, client: usize, weights: &[f64]) -> HandoverChoice {
    let mut lists: Vec<usize> =
        (0..world.lists.len()).filter(|list| world.lists[*list].client == client).collect();
    lists.sort_by_key(|list| (world.lists[*list].date, *list));
    // By list the rows it holds, and by list the rows that the best list holds and it does not.
    let held = |list: usize, weight: &mut dyn FnMut(usize, f64)| {
        for (at, count) in file.patterns.iter().enumerate() {
            let member =
                |hit: &crate::Hit| hit.list as usize == list && world.is_member(count.pattern.present, *hit);
            if weights[at] > 0.5 && count.pattern.hits.iter().any(member) {
                weight(at, count.persons as f64);
            }
        }
    };
    let total = |list: usize| {
        let mut sum = 0.0;
        held(list, &mut |_, records| sum += records);
        sum
    };
    let totals: Vec<f64> = lists.iter().map(|list| total(*list)).collect();
    let most = totals.iter().copied().fold(0.0, f64::max);
    if most == 0.0 {
        return HandoverChoice { best: None, candidates: lists };
    }
    let leading: Vec<usize> = (0..lists.len()).filter(|at| totals[*at] == most).collect();
    let missing = |at: usize| {
        let mut in_it = vec![false; file.patterns.len()];
        held(lists[at], &mut |pattern, _| in_it[pattern] = true);
        let mut sum = 0.0;
        held(lists[leading[0]], &mut |pattern, records| sum += if in_it[pattern] { 0.0 } else { records });
        sum
    };
    let possible =
        (0..lists.len()).filter(|at| !evidence::exceeds(missing(*at) as u64, most as u64, TOLERATED));
    HandoverChoice {
        best: (leading.len() == 1).then(|| lists[leading[0]]),
        candidates: possible.map(|at| lists[at]).collect(),
    }
}
