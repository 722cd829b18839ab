//! Which handover of a client the rows came from: rows that only some of its snapshots hold.

use crate::evidence;
use crate::input::{File, World};
use crate::outcome::HandoverChoice;

/// Of the rows that came from a handover this many may be missing from it after damage that the best one survived by
/// chance; more rule a handover out.
const TOLERATED: f64 = 0.005;

/// Compares the client's handovers over the rows that came from it: those of these patterns of the file.
pub(crate) fn choose(world: &World, file: &File, client: usize, patterns: &[usize]) -> HandoverChoice {
    let mut lists: Vec<usize> =
        (0..world.lists.len()).filter(|list| world.lists[*list].client == client).collect();
    lists.sort_by_key(|list| (world.lists[*list].date, *list));
    // By pattern its persons, and the places of the lists that hold them.
    let held_by = |pattern: usize| {
        let count = &file.patterns[pattern];
        let hits = count.pattern.hits.iter().filter(|hit| world.is_member(count.pattern.present, **hit));
        let places = hits.filter_map(|hit| lists.iter().position(|list| *list == hit.list as usize));
        (count.persons, places.collect::<Vec<usize>>())
    };
    let held: Vec<(u64, Vec<usize>)> = patterns.iter().map(|pattern| held_by(*pattern)).collect();
    let mut totals = vec![0; lists.len()];
    for (persons, places) in &held {
        places.iter().for_each(|place| totals[*place] += persons);
    }
    let most = totals.iter().copied().fold(0, u64::max);
    if most == 0 {
        return HandoverChoice { best: None, candidates: lists };
    }
    let leading: Vec<usize> = (0..lists.len()).filter(|at| totals[*at] == most).collect();
    // The rows that the best list holds and another does not.
    let missing = |at: usize| -> u64 {
        let lost = held.iter().filter(|(_, places)| places.contains(&leading[0]) && !places.contains(&at));
        lost.map(|(persons, _)| persons).sum()
    };
    let possible = (0..lists.len()).filter(|at| !evidence::exceeds(missing(*at), most, TOLERATED));
    HandoverChoice {
        best: (leading.len() == 1).then(|| lists[leading[0]]),
        candidates: possible.map(|at| lists[at]).collect(),
    }
}
