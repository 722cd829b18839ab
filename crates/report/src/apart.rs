//! How far the clients that a report names overlap: whether their rows could be told apart at all.

use std::collections::BTreeSet;

use meibo_attribution::Overlap;

use crate::{
    Case, FileCase, Lang, ReportError,
    numbers::{count, percent},
    overlap::{HeldView, OverlapView},
    text::visible,
};

/// The clients that files name, by number.
#[derive(Default)]
pub(crate) struct Named(BTreeSet<usize>);

impl Named {
    /// Adds those of a file: its sources, and whom these cannot be told apart from.
    pub(crate) fn add(&mut self, file: &FileCase) {
        for source in &file.attribution.sources {
            self.0.insert(source.client);
            self.0.extend(&source.not_separable_from);
        }
    }
}

/// A client whose people another one holds, ready to be written.
pub(crate) struct Pair<'a> {
    pub(crate) owner: &'a str,
    pub(crate) held: HeldView<'a>,
}

/// What is said of the named clients; none where there are no two of them.
pub(crate) struct ApartView<'a> {
    /// Those that hold at least one in twenty of another's people, the largest overlaps first, so many as are listed.
    pub(crate) pairs: Vec<Pair<'a>>,
}

/// Clients that hold less of another's people are not worth a line: they explain nothing of a list of it.
const WORTH_A_LINE: f64 = 0.05;
/// Pairs that are listed.
const LISTED: usize = 50;

impl<'a> ApartView<'a> {
    pub(crate) fn new(case: &'a Case, overlap: &Overlap, named: &Named) -> Result<Option<Self>, ReportError> {
        if named.0.len() < 2 {
            return Ok(None);
        }
        let names: BTreeSet<&str> =
            named.0.iter().filter_map(|client| case.clients.get(*client)).map(String::as_str).collect();
        let clients = OverlapView::new(case, overlap)?.clients.into_iter();
        let mut pairs: Vec<Pair<'a>> = clients
            .filter(|client| names.contains(client.client))
            .flat_map(|client| {
                client.overlaps.into_iter().map(move |held| Pair { owner: client.client, held })
            })
            .filter(|pair| pair.held.rate >= WORTH_A_LINE && names.contains(pair.held.client))
            .collect();
        pairs.sort_by(|a, b| b.held.rate.total_cmp(&a.held.rate));
        pairs.truncate(LISTED);
        Ok(Some(Self { pairs }))
    }
}

/// How the section is headed.
pub(crate) const fn title(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "挙げた委託元の重なり",
        Lang::En => "How far the named clients overlap",
    }
}

/// How it is to be read.
pub(crate) fn note(lang: Lang, view: &ApartView<'_>) -> &'static str {
    match (lang, view.pairs.is_empty()) {
        (Lang::Ja, true) => {
            "挙げた委託元のどれも、ほかの委託元の標本の人の 5% を持たない。行から区別できる。"
        }
        (Lang::Ja, false) => {
            "登録の際に選んだ標本の人のうち、ほかの委託元の名簿にもある割合（5% 以上のもの。すべては registry overlap が示す）。ほとんどすべて\
             があるときは、行だけでは両者を区別できない。"
        }
        (Lang::En, true) => {
            "None of them holds one in twenty of the sampled people of another: their rows can be told apart."
        }
        (Lang::En, false) => {
            "Of the people of a client that were sampled when it was registered, the part that is on a list of another client too, where it is \
             5% or more (registry overlap tells all). Where it is nearly all, rows alone do not tell the two apart."
        }
    }
}

/// The titles of a table of pairs.
pub(crate) const fn titles(lang: Lang) -> [&'static str; 4] {
    match lang {
        Lang::Ja => ["委託元", "その人を持つ委託元", "標本の人", "割合 (95 %区間)"],
        Lang::En => ["client", "is held by", "of its sampled people", "share (95%)"],
    }
}

/// What stands under [`titles`].
pub(crate) fn cells(lang: Lang, pair: &Pair<'_>) -> [String; 4] {
    let HeldView { client, of, held, rate, interval, .. } = &pair.held;
    let [low, high] = interval.map(percent);
    let (share, held, of) = (percent(*rate), count(*held), count(*of));
    [
        visible(pair.owner),
        visible(client),
        lang.of(format!("{of} 人のうち {held} 人"), format!("{held} of {of}")),
        lang.of(format!("{share}（{low}～{high}）"), format!("{share} ({low} to {high})")),
    ]
}
