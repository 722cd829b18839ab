//! What people read: the same words in every format.

mod conclusion;
mod facts;
mod notes;
mod sentence;
mod terms;

use crate::{
    Lang,
    numbers::{count, percent},
    text::visible,
    view::SourceView,
};

pub(crate) use conclusion::{conclusion, is_in_part};
pub(crate) use facts::{
    Fact, Summary, asked, cells_together, columns, facts, facts_together, job, taken, together_title,
    together_titles,
};
pub(crate) use notes::{limits, not_comparable, notes};
pub(crate) use sentence::{NAMES_IN_A_SENTENCE, Sentence, Span};
pub(crate) use terms::{field, field_in_japanese, noted_in, reason, strength, verdict};

/// Titles of what is said of each source of a file.
pub(crate) const fn source_titles(lang: Lang) -> [&'static str; 6] {
    match lang {
        Lang::Ja => ["出所", "件", "人", "割合 (95 %区間)", "証拠", "受渡し"],
        Lang::En => ["source", "件", "人", "share (95%)", "evidence", "handover"],
    }
}

/// Titles of the overview: a row for each file.
pub(crate) const fn overview_titles(lang: Lang) -> [&'static str; 4] {
    match lang {
        Lang::Ja => ["判定", "ファイル", "件", "出所（件数に対する割合）"],
        Lang::En => ["verdict", "file", "件", "sources (share of its records)"],
    }
}

/// The title above clients that explain the same rows as well.
pub(crate) const fn not_separable_title(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "区別できない委託元",
        Lang::En => "cannot be told apart from",
    }
}

/// The client, with at most `limit` of those that cannot be told apart from it.
pub(crate) fn client(lang: Lang, source: &SourceView<'_>, limit: usize) -> String {
    with_others(lang, source.client, &source.not_separable_from, limit)
}

/// A client with at most `limit` of those that cannot be told apart from it.
pub(crate) fn with_others(lang: Lang, client: &str, others: &[&str], limit: usize) -> String {
    let client = visible(client);
    let others: Vec<String> = others.iter().map(|name| visible(name)).collect();
    if others.is_empty() {
        return client;
    }
    let others = first(lang, &others, limit);
    lang.of(format!("{client}（又は {others}）"), format!("{client} (or {others})"))
}

/// "a, b and 5 more".
pub(crate) fn first(lang: Lang, texts: &[String], limit: usize) -> String {
    let listed = texts[..texts.len().min(limit)].join(lang.of("、", ", "));
    match texts.len().checked_sub(limit) {
        Some(more @ 1..) => {
            let more = count(more as u64);
            lang.of(format!("{listed} ほか {more}"), format!("{listed} and {more} more"))
        }
        _ => listed,
    }
}

/// The evidence in words and as a number.
pub(crate) fn evidence(lang: Lang, source: &SourceView<'_>) -> String {
    weight(lang, source.strength, source.log10_e)
}

/// Evidence in words and as a number.
pub(crate) fn weight(lang: Lang, strength: meibo_attribution::Strength, log10_e: f64) -> String {
    let words = terms::strength(lang, strength);
    lang.of(format!("{words}（10^{log10_e:.1}）"), format!("{words} (10^{log10_e:.1})"))
}

/// A share with its interval.
pub(crate) fn share(lang: Lang, source: &SourceView<'_>) -> String {
    let [low, high] = source.share_interval.map(percent);
    let share = percent(source.share);
    lang.of(format!("{share}（{low}～{high}）"), format!("{share} ({low} to {high})"))
}

/// Which handover, with at most `limit` of the others that are not ruled out.
pub(crate) fn handover(lang: Lang, source: &SourceView<'_>, limit: usize) -> String {
    let others = source.candidates.iter().filter(|&&date| Some(date) != source.best);
    let others: Vec<String> = others.map(|date| visible(date)).collect();
    let best = source.best.map_or_else(|| lang.of("分からない", "cannot be told").into(), visible);
    if others.is_empty() {
        return best;
    }
    let likeliest =
        if source.best.is_some() { lang.of(" が最も確からしい", " likeliest") } else { "" };
    let others = first(lang, &others, limit);
    lang.of(
        format!("{best}{likeliest}。ほかに除外できないもの: {others}"),
        format!("{best}{likeliest}; not ruled out: {others}"),
    )
}

/// So many rows.
pub(crate) fn rows(lang: Lang, n: u64) -> String {
    let noun = if n == 1 { "row" } else { "rows" };
    let n = count(n);
    lang.of(format!("{n} 行"), format!("{n} {noun}"))
}
