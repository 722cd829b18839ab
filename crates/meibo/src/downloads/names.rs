//! Which client a log means by the name that it gives a client or a list.

use std::collections::{BTreeSet, HashMap};

use meibo_attribution::Client;
use meibo_registry::Registry;
use unicode_normalization::UnicodeNormalization;

/// Longer names are looked at up to here.
const MOST_CHARS: usize = 256;
/// Of a name with more words the first are looked at.
const MOST_EDGES: usize = 64;

/// Names of clients: those of the registry, and those that were said to be names of them.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Folded; none for a name that two clients have.
    clients: HashMap<String, Option<Client>>,
    /// How many characters they have.
    lengths: BTreeSet<usize>,
}

impl Names {
    /// The names of a registry's clients, and `given` ones before these.
    pub(crate) fn new(registry: &Registry, given: &[(String, Client)]) -> Self {
        let mut names = Self::default();
        for (client, id) in registry.clients.iter().enumerate() {
            names
                .clients
                .entry(folded(id.as_str()))
                .and_modify(|known| *known = None)
                .or_insert(Some(client));
        }
        for (text, client) in given {
            names.clients.insert(folded(text), Some(*client));
        }
        names.clients.remove("");
        names.lengths = names.clients.keys().map(|name| name.chars().count()).collect();
        names
    }

    /// The client of exactly this name, but for width, case and space around it.
    pub(crate) fn exactly(&self, text: &str) -> Option<Client> {
        self.clients.get(&folded(text)).copied().flatten()
    }

    /// The client whose name it is, or the longest that stands in it as a word of its own: city-a in `city-a_2016.csv`, not in
    /// `city-ab.csv`. None where two are as long.
    pub(crate) fn meant(&self, text: &str) -> Option<Client> {
        let text = folded(text);
        if let Some(client) = self.clients.get(&text) {
            return *client;
        }
        let chars: Vec<char> = text.chars().collect();
        let is_edge =
            |at: usize| match (at.checked_sub(1).and_then(|before| chars.get(before)), chars.get(at)) {
                (Some(before), Some(here)) => !is_one_word(*before, *here),
                _ => true,
            };
        let edges: Vec<usize> = (0..=chars.len()).filter(|at| is_edge(*at)).take(MOST_EDGES).collect();
        let mut best: Option<(usize, Option<Client>)> = None;
        for (from, length) in
            edges.iter().flat_map(|from| self.lengths.iter().map(move |length| (*from, *length)))
        {
            let Some(part) = chars.get(from..from + length).filter(|_| is_edge(from + length)) else {
                continue;
            };
            let Some(client) = self.clients.get(&part.iter().collect::<String>()) else { continue };
            best = match best {
                Some((known, _)) if known > length => best,
                Some((known, other)) if known == length && other != *client => Some((length, None)),
                _ => Some((length, *client)),
            };
        }
        best.and_then(|(_, client)| client)
    }
}

/// True where no word ends between two characters.
fn is_one_word(before: char, here: char) -> bool {
    match (before.is_ascii(), here.is_ascii()) {
        (true, true) => before.is_ascii_alphanumeric() && here.is_ascii_alphanumeric(),
        (false, false) => before.is_alphanumeric() && here.is_alphanumeric(),
        _ => false,
    }
}

fn folded(text: &str) -> String {
    text.trim().nfkc().flat_map(char::to_lowercase).take(MOST_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: &[&str]) -> Names {
        let clients = of.iter().zip(0..).map(|(name, client)| (folded(name), Some(client)));
        let lengths = of.iter().map(|name| name.chars().count()).collect();
        Names { clients: clients.collect(), lengths }
    }

    #[test]
    fn a_client_is_known_by_its_name_or_where_it_is_a_word_of_another() {
        let names = names(&["city-a", "city-a-2", "client-6", "東京都水道局", "shop"]);
        for (text, client) in [
            ("city-a", Some(0)),
            (" ＣＩＴＹ－Ａ ", Some(0)),
            ("/export/city-a_2016.csv", Some(0)),
            ("city-a-2.csv", Some(1)),
            ("city-a-2016.csv", Some(0)),
            ("city-ab.csv", None),
            ("client-62", None),
            ("client-6", Some(2)),
            ("東京都水道局_2016年分", Some(3)),
            ("南東京都水道局", None),
            ("city-a+shop", Some(0)),
            ("", None),
        ] {
            assert_eq!(names.meant(text), client, "{text}");
        }
    }

    #[test]
    fn two_that_are_as_long_are_none() {
        assert_eq!(names(&["city-a", "city-b"]).meant("city-a city-b"), None);
    }
}
