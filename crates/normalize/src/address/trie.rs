//! Sorted names as a tree of their characters.

/// Names by their characters, each name's number being its place in the order.
#[derive(Debug, Default)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    /// The children of each node side by side: character and node, sorted.
    edges: Vec<(char, u32)>,
}

/// A beginning that names share.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// The first of its edges, and how many.
    edges: (u32, u32),
    /// The first of the names that end here, and how many.
    names: (u32, u32),
}

impl Trie {
    /// A tree of names sorted by their characters; names may be there several times.
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<Vec<char>> = names.map(|name| name.chars().collect()).collect();
        let mut trie = Self { nodes: vec![Node::default()], edges: Vec::new() };
        // (node, first name, end of names, depth), parents before their children.
        let mut open = vec![(0usize, 0usize, names.len(), 0usize)];
        while let Some((node, first, end, depth)) = open.pop() {
            let whole = names.get(first..end).unwrap_or_default();
            let ended = whole.iter().take_while(|name| name.len() == depth).count();
            let first_edge = trie.edges.len();
            let mut at = first + ended;
            for same in names.get(at..end).unwrap_or_default().chunk_by(|a, b| a.get(depth) == b.get(depth)) {
                let c = same.first().and_then(|name| name.get(depth)).copied().unwrap_or_default();
                trie.edges.push((c, number(trie.nodes.len())));
                open.push((trie.nodes.len(), at, at + same.len(), depth + 1));
                trie.nodes.push(Node::default());
                at += same.len();
            }
            if let Some(node) = trie.nodes.get_mut(node) {
                node.edges = (number(first_edge), number(trie.edges.len() - first_edge));
                node.names = (number(first), number(ended));
            }
        }
        trie
    }

    pub(crate) fn root(&self) -> u32 {
        0
    }

    /// The node that a character leads to.
    pub(crate) fn child(&self, node: u32, c: char) -> Option<u32> {
        let (first, count) = self.nodes.get(node as usize)?.edges;
        let edges = self.edges.get(first as usize..(first + count) as usize)?;
        let at = edges.binary_search_by_key(&c, |edge| edge.0).ok()?;
        edges.get(at).map(|edge| edge.1)
    }

    /// The names that end at a node.
    pub(crate) fn whole(&self, node: u32) -> std::ops::Range<usize> {
        let (first, count) = self.nodes.get(node as usize).map_or((0, 0), |node| node.names);
        first as usize..(first + count) as usize
    }
}

/// The names of the dictionary are far fewer than fit.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_name_is_found_and_no_other(mut names in proptest::collection::vec("[あ-う]{1,4}", 0..40), other in "[あ-う]{1,4}") {
            names.sort();
            let trie = Trie::new(names.iter().map(String::as_str));
            let find = |name: &str| name.chars().try_fold(trie.root(), |node, c| trie.child(node, c));
            for name in names.iter().chain([&other]) {
                let found = find(name).map_or(0..0, |node| trie.whole(node));
                let there: Vec<usize> = (0..names.len()).filter(|&n| names[n] == *name).collect();
                prop_assert_eq!(found.collect::<Vec<_>>(), there);
            }
        }
    }
}
