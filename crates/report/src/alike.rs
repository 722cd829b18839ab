//! Lists that are written as a file is, and are of people like its.

use crate::{
    Lang,
    numbers::{self, percent},
    text::visible,
    view::SourceView,
    words,
};

/// A list, and how like a file it is in how it is written and whom it is of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alike {
    /// The list, as its place in [`Case::handovers`](crate::Case::handovers).
    pub list: usize,
    /// Its client, as its place in [`Case::clients`](crate::Case::clients).
    pub client: usize,
    /// The mean of all that can be compared, 0 to 1.
    pub likeness: f64,
    /// Headings that both have, and how many the file has; none where one has no header.
    pub headings: Option<(u64, u64)>,
    /// Whether the headings that both have stand in one order.
    pub same_order: bool,
    /// Whether both are in one encoding; none where that cannot be compared.
    pub same_encoding: Option<bool>,
    /// By field the share of values that are written alike, 0 to 1.
    pub notations: Vec<(String, f64)>,
    /// How alike the people are distributed over prefectures, 0 to 1; none where one does not tell.
    pub prefectures: Option<f64>,
    /// The same for birth decades.
    pub births: Option<f64>,
}

/// The same, ready to be written.
pub(crate) struct AlikeView<'a> {
    pub(crate) client: &'a str,
    pub(crate) handover: &'a str,
    pub(crate) likeness: f64,
    pub(crate) headings: Option<(u64, u64)>,
    pub(crate) same_order: bool,
    pub(crate) same_encoding: Option<bool>,
    pub(crate) notations: Vec<(&'a str, f64)>,
    pub(crate) prefectures: Option<f64>,
    pub(crate) births: Option<f64>,
}

impl<'a> AlikeView<'a> {
    pub(crate) fn new(alike: &'a Alike, client: &'a str, handover: &'a str) -> Self {
        let share = |value: f64| numbers::share(value, 0.0);
        Self {
            client,
            handover,
            likeness: share(alike.likeness),
            headings: alike.headings,
            same_order: alike.same_order,
            same_encoding: alike.same_encoding,
            notations: alike.notations.iter().map(|(field, of)| (field.as_str(), share(*of))).collect(),
            prefectures: alike.prefectures.map(share),
            births: alike.births.map(share),
        }
    }
}

/// Lists that are named in the table.
const NAMED: usize = 3;

/// What is alike, a line for each of the most alike lists: of the sources, and of others that at least half of the headings are theirs,
/// for a hint that names a client must not be had from what many lists have in common.
pub(crate) fn lines(lang: Lang, alike: &[AlikeView<'_>], sources: &[SourceView<'_>]) -> Vec<String> {
    let is_named = |list: &&AlikeView<'_>| {
        let has_headings = list.headings.is_some_and(|(shared, of)| shared >= 2 && shared >= of.div_ceil(2));
        has_headings || sources.iter().any(|source| source.client == list.client)
    };
    let line = |list: &AlikeView<'_>| {
        let name = format!("{} {}", visible(list.client), visible(list.handover));
        let (likeness, parts) = (percent(list.likeness), parts(lang, list));
        match lang {
            Lang::Ja => format!("{name} と似た書き方: {likeness}（{}）", parts.join("、")),
            Lang::En => format!("written as {name} is: {likeness} ({})", parts.join("; ")),
        }
    };
    alike.iter().filter(is_named).take(NAMED).map(line).collect()
}

/// What is alike, one thing after the other.
fn parts(lang: Lang, list: &AlikeView<'_>) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some((shared, of)) = list.headings {
        let order = if list.same_order { lang.of("、並びも同じ", " in one order") } else { "" };
        parts.push(lang.of(
            format!("見出し {of} 個のうち {shared} 個が一致{order}"),
            format!("{shared} of {of} headings{order}"),
        ));
    }
    let encoding = |same| match same {
        true => lang.of("文字コードが同じ", "one encoding"),
        false => lang.of("文字コードが違う", "another encoding"),
    };
    parts.extend(list.same_encoding.map(|same| encoding(same).to_owned()));
    let written = |(field, share): &(&str, f64)| format!("{} {}", words::field(lang, field), percent(*share));
    let written: Vec<String> = list.notations.iter().map(written).collect();
    if !written.is_empty() {
        let label = lang.of("表記の一致", "written alike");
        parts.push(format!("{label}: {}", written.join(lang.of("・", ", "))));
    }
    let people = [
        (lang.of("都道府県", "prefectures"), list.prefectures),
        (lang.of("出生年代", "births"), list.births),
    ];
    parts.extend(people.into_iter().filter_map(|(what, share)| Some(format!("{what} {}", percent(share?)))));
    parts
}
