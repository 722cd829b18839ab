//! Lists that are at hand: their keys themselves in place of their filters.

use std::sync::Arc;

use meibo_fingerprint::{KeyKind, KeyMask, Members, Token};

use crate::index::Hit;
use crate::registry::{ListEntry, Registry};

/// The handovers of a registry whose lists are at hand. A filter's match with one of these counts only where the list
/// has the key, so that none of their matches is by chance.
///
/// Memory: 16 bytes a distinct key, once for all fingerprints of one content.
#[derive(Clone, Debug, Default)]
pub struct ExactLists {
    /// By number of the list; none where it is not at hand.
    of_list: Vec<Option<Arc<Members>>>,
}

impl ExactLists {
    /// Takes the members of a handover where the registry has fingerprints of this very content, whatever client and date
    /// they name, and gives their numbers; none where it has no such fingerprint.
    pub fn add(&mut self, registry: &Registry, members: Members) -> Vec<usize> {
        let of = |(_, list): &(usize, &ListEntry)| members.are_of(list.key_id, &list.facts);
        let lists: Vec<usize> =
            registry.lists.iter().enumerate().filter(of).map(|(number, _)| number).collect();
        let members = Arc::new(members);
        self.of_list.resize(registry.lists.len(), None);
        for list in &lists {
            self.of_list[*list] = Some(Arc::clone(&members));
        }
        lists
    }

    /// How many fingerprints stand for lists that are at hand.
    pub fn count(&self) -> usize {
        self.of_list.iter().flatten().count()
    }

    /// True where the list is at hand.
    pub fn has(&self, list: usize) -> bool {
        self.members(list).is_some()
    }

    /// What is true of the hits of a record that an index gave: of lists at hand the keys that they have, of the others
    /// what their filters say.
    pub fn confirmed<'a>(
        &'a self,
        record: &'a [(KeyKind, Token)],
        hits: &'a [Hit],
    ) -> impl Iterator<Item = Hit> + 'a {
        hits.iter().filter_map(|hit| match self.members(hit.list as usize) {
            Some(members) => confirm(members, record, *hit),
            None => Some(*hit),
        })
    }

    fn members(&self, list: usize) -> Option<&Members> {
        self.of_list.get(list)?.as_deref()
    }
}

/// A hit with the keys that the list has; none where it has none of them.
fn confirm(members: &Members, record: &[(KeyKind, Token)], hit: Hit) -> Option<Hit> {
    let held =
        |(kind, token): &&(KeyKind, Token)| hit.keys.contains(*kind) && members.contains(*kind, *token);
    let keys: KeyMask = record.iter().filter(held).map(|(kind, _)| *kind).collect();
    (!keys.is_empty()).then_some(Hit { list: hit.list, keys })
}
