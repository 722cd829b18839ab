//! Lists that are written as a seized file is, and are of people like its: a hint beside what their keys say.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use meibo_attribution::Client;
use meibo_fingerprint::{Heading, KeyId, Likeness, ListProfile, RegistryKey};
use meibo_registry::Registry;
use rayon::prelude::*;

/// Lists less alike than this are not named, but those of a source.
const LEAST: f64 = 0.5;
/// So many clients are named, and those of sources.
const MOST_CLIENTS: usize = 5;

/// A list, and how like a file's its profile is.
#[derive(Clone, Debug, PartialEq)]
pub struct ListAlike {
    /// The list, as its place in the registry.
    pub list: usize,
    /// Its client.
    pub client: Client,
    /// How alike they are.
    pub likeness: Likeness,
}

/// How a file is written: a profile without headings, and its header cells.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) profile: ListProfile,
    pub(crate) headings: Vec<String>,
}

impl Written {
    /// The profile under a registry key, as headings are kept under one.
    fn under(&self, key: &RegistryKey) -> ListProfile {
        let headings = self.headings.iter().map(|cell| Heading::new(key, cell)).collect();
        ListProfile { headings, ..self.profile.clone() }
    }
}

/// For each file the lists most like it, one of each client: those of its sources, and the most alike of all others.
pub(crate) fn alike(
    registry: &Registry,
    keys: &[RegistryKey],
    files: &[(&Written, BTreeSet<Client>)],
) -> Vec<Vec<ListAlike>> {
    let under: Vec<(KeyId, Vec<ListProfile>)> =
        keys.iter().map(|key| (key.id(), files.iter().map(|(file, _)| file.under(key)).collect())).collect();
    let sources: BTreeSet<Client> = files.iter().flat_map(|(_, clients)| clients.iter().copied()).collect();
    // A sealed fingerprint is opened whole for it.
    let is_asked = |list: &usize| {
        let entry = &registry.lists[*list];
        !entry.sealed || sources.contains(&entry.client)
    };
    let of_list = |list: usize| -> Option<(usize, Vec<Likeness>)> {
        let profile = registry.list_profile_of(list, keys).ok()??;
        let (_, files) = under.iter().find(|(key_id, _)| *key_id == registry.lists[list].key_id)?;
        Some((list, files.iter().map(|file| profile.likeness(file)).collect()))
    };
    let lists: Vec<usize> = (0..registry.lists.len()).filter(is_asked).collect();
    let asked: Vec<(usize, Vec<Likeness>)> = lists.into_par_iter().filter_map(of_list).collect();
    let of_file = |(at, (_, sources)): (usize, &(&Written, BTreeSet<Client>))| {
        let alike = |(list, likeness): &(usize, Vec<Likeness>)| ListAlike {
            list: *list,
            client: registry.lists[*list].client,
            likeness: likeness[at].clone(),
        };
        most_alike(asked.iter().map(alike).collect(), sources)
    };
    files.iter().enumerate().map(of_file).collect()
}

/// The most alike list of each client, of the sources and of some others, the most alike first.
fn most_alike(mut lists: Vec<ListAlike>, sources: &BTreeSet<Client>) -> Vec<ListAlike> {
    let by_likeness = |a: &ListAlike, b: &ListAlike| -> Ordering {
        b.likeness.mean().total_cmp(&a.likeness.mean()).then(a.list.cmp(&b.list))
    };
    lists.sort_by(by_likeness);
    let mut seen = BTreeSet::new();
    lists.retain(|list| seen.insert(list.client));
    let mut others = 0;
    lists.retain(|list| {
        let is_source = sources.contains(&list.client);
        others += usize::from(!is_source);
        is_source || others <= MOST_CLIENTS && list.likeness.mean() >= LEAST
    });
    lists
}
