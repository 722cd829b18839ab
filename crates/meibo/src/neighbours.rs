//! Which rows of a seized file stand next to each other, kept until it is known whose order they may be in.

use std::collections::{BTreeSet, HashMap};

use meibo_attribution::{Client, File, ListOrder, Neighbours, OrderState, Source};
use meibo_fingerprint::{Link, Order, RecordTokens, RegistryKey, links};
use meibo_registry::{Problem, Registry};
use rayon::prelude::*;

use crate::as_it_is::AsItIs;

/// So many persons of a file are asked about at most, half a megabyte of them: a part that does not depend on the order of rows.
const MOST_PERSONS: usize = 1 << 12;
/// So many kinds of key link two rows at most: which of them a list has is not known yet.
const MOST_KINDS: usize = 6;

/// Collects the neighbours in a file, row by row.
#[derive(Debug, Default)]
pub(crate) struct NeighbourBuilder {
    last: Option<Row>,
    /// Whether the last row is the first of a person who is asked about.
    is_asked: bool,
    /// By number of a person who whoever stands behind their first row is; none where nothing is to be asked.
    seen: HashMap<u64, Option<Pair>, AsItIs>,
    /// Persons are kept whose number ends in so many zero bits.
    shift: u32,
}

/// A row that has a key.
#[derive(Debug)]
struct Row {
    person: u64,
    pattern: u32,
    /// One for each registry key.
    tokens: Vec<RecordTokens>,
}

/// Two rows that stand next to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The numbers of their patterns.
    patterns: [u32; 2],
    /// By registry key what links them.
    links: Vec<Vec<Link>>,
}

impl NeighbourBuilder {
    /// Adds the next row that has a key: its person's number, its pattern's, and its tokens under each registry key.
    pub(crate) fn add(&mut self, person: u64, pattern: u32, tokens: &[RecordTokens]) {
        if let Some(last) = self.last.as_ref().filter(|_| self.is_asked) {
            self.seen.insert(last.person, pair(last, pattern, tokens));
            while self.seen.len() > MOST_PERSONS {
                self.shift += 1;
                self.seen.retain(|person, _| person.trailing_zeros() >= self.shift);
            }
        }
        // Of whoever is not asked about nothing need be known.
        self.is_asked = person.trailing_zeros() >= self.shift && !self.seen.contains_key(&person);
        if !self.is_asked {
            return;
        }
        match &mut self.last {
            Some(last) => {
                (last.person, last.pattern) = (person, pattern);
                last.tokens.iter_mut().zip(tokens).for_each(|(last, tokens)| last.clone_from(tokens));
            }
            None => self.last = Some(Row { person, pattern, tokens: tokens.to_vec() }),
        }
    }

    /// The neighbours, with what `place` gives for the numbers of their patterns.
    pub(crate) fn finish(self, place: impl Fn(u32) -> u32) -> Vec<Pair> {
        let mut pairs: Vec<(u64, Pair)> =
            self.seen.into_iter().filter_map(|(person, pair)| Some((person, pair?))).collect();
        pairs.sort_unstable_by_key(|(person, _)| *person);
        let placed = |(_, pair): (u64, Pair)| Pair { patterns: pair.patterns.map(&place), ..pair };
        pairs.into_iter().map(placed).collect()
    }
}

fn pair(last: &Row, pattern: u32, tokens: &[RecordTokens]) -> Option<Pair> {
    let of_key = |(one, other)| links(one, other, MOST_KINDS).collect::<Vec<Link>>();
    let links: Vec<Vec<Link>> = last.tokens.iter().zip(tokens).map(of_key).collect();
    links.iter().any(|links| !links.is_empty()).then_some(Pair { patterns: [last.pattern, pattern], links })
}

/// A file whose order is asked about: its patterns, its neighbours, and the clients of whose lists it may be.
pub(crate) struct Ordered<'a> {
    pub(crate) file: &'a File,
    pub(crate) pairs: &'a [Pair],
    pub(crate) clients: &'a BTreeSet<Client>,
}

/// The sources of a file, and the clients that cannot be told from them.
pub(crate) fn clients_of(sources: &[Source]) -> impl Iterator<Item = Client> {
    sources.iter().flat_map(|source| source.not_separable_from.iter().copied().chain([source.client]))
}

/// Asks of each file all lists of its clients whether its neighbours are theirs; those that show most come first.
pub(crate) fn orders(
    registry: &Registry,
    keys: &[RegistryKey],
    files: &[Ordered<'_>],
) -> Vec<Vec<ListOrder>> {
    let clients: BTreeSet<Client> = files.iter().flat_map(|file| file.clients.iter().copied()).collect();
    let lists: Vec<(Client, usize)> = clients
        .into_iter()
        .flat_map(|client| registry.handovers(client).into_iter().map(move |list| (client, list)))
        .collect();
    // Of a large list the order is large: it is read once for all files.
    let of_list = |(client, list): &(Client, usize)| -> Vec<Option<ListOrder>> {
        let order = registry.order_of(*list, keys);
        let state = |file: &Ordered<'_>| state_of(registry, &order, file, *list);
        let asked = |file: &Ordered<'_>| {
            let asked = file.clients.contains(client);
            asked.then(|| ListOrder { list: *list, client: *client, state: state(file) })
        };
        files.iter().map(asked).collect()
    };
    let by_list: Vec<Vec<Option<ListOrder>>> = lists.par_iter().map(of_list).collect();
    let of_file = |at: usize| {
        let mut orders: Vec<ListOrder> = by_list.iter().filter_map(|files| files[at].clone()).collect();
        let evidence = |order: &ListOrder| order.neighbours().map_or(f64::NEG_INFINITY, Neighbours::log10_e);
        orders.sort_by(|a, b| evidence(b).total_cmp(&evidence(a)));
        orders
    };
    (0..files.len()).map(of_file).collect()
}

fn state_of(
    registry: &Registry,
    order: &Result<Option<Order>, Problem>,
    file: &Ordered<'_>,
    list: usize,
) -> OrderState {
    let key_id = registry.lists.get(list).map(|list| list.key_id);
    let key = registry.indexes.iter().position(|(of, _)| Some(*of) == key_id);
    match (order, key) {
        (Ok(Some(order)), _) if order.sorted().next().is_some() => OrderState::Sorted,
        (Ok(Some(order)), Some(key)) if order.has_links() => {
            OrderState::Asked(ask(order, file, list as u32, key))
        }
        (Ok(_), _) => OrderState::Absent,
        _ => OrderState::Unreadable,
    }
}

/// How the file's neighbours stand in one list.
fn ask(order: &Order, file: &Ordered<'_>, list: u32, key: usize) -> Neighbours {
    let holds = |pattern: &u32| {
        let count = file.file.patterns.get(*pattern as usize);
        count.is_some_and(|count| count.pattern.hits.iter().any(|hit| hit.list == list))
    };
    let rate = order.false_match_rate();
    let mut found = Neighbours::default();
    for pair in file.pairs.iter().filter(|pair| pair.patterns.iter().all(holds)) {
        let of_list =
            || pair.links.get(key).into_iter().flatten().filter(|link| order.kinds().contains(link.kind));
        let kinds = of_list().count();
        if kinds > 0 {
            found.asked += 1;
            found.together += u64::from(of_list().any(|link| order.contains(*link)));
            found.by_filter += 1.0 - (1.0 - rate).powi(kinds as i32);
        }
    }
    found
}
