//! What may be concluded of a file, in sentences.

use meibo_attribution::{Strength, Verdict};

use super::{Sentence, evidence, terms};
use crate::{
    Lang, canaries,
    numbers::{count, percent},
    view::{FileView, SourceView},
};

/// What may be concluded from the evidence of a file: one sentence, and one more for each source that others explain
/// as well.
pub(crate) fn conclusion<'a>(lang: Lang, view: &FileView<'a>) -> Vec<Sentence<'a>> {
    if view.records == 0 {
        return vec![Sentence::of(lang, nothing_to_ask(lang, view.rows))];
    }
    let (clear, unclear): (Vec<_>, Vec<_>) =
        view.sources.iter().partition(|s| s.not_separable_from.is_empty());
    let mut sentences = match view.verdict {
        // What cannot be told apart is said by the sentences below and by no other.
        _ if clear.is_empty() && !unclear.is_empty() => Vec::new(),
        Verdict::Attributed | Verdict::Mixed => vec![explained_by(lang, view)],
        Verdict::Inconclusive if view.sources.is_empty() => vec![Sentence::of(
            lang,
            lang.of(
                "この台帳の名簿を指すものはあるが、出所の名を挙げられるだけの証拠がない。",
                "Something points to this registry, but the evidence is not enough to name a source.",
            ),
        )],
        Verdict::Inconclusive => vec![not_enough(lang, &clear)],
        Verdict::Unattributed => vec![Sentence::of(lang, nothing_beyond(lang, view.registry_clients))],
    };
    sentences.extend(unclear.into_iter().map(|source| not_separable(lang, source)));
    if !view.background_unknown.is_empty() {
        sentences.push(background_unknown(lang, &view.background_unknown));
    }
    sentences.extend(view.canaries.iter().filter_map(|finding| canaries::conclusion(lang, finding)));
    sentences
}

fn nothing_to_ask(lang: Lang, rows: u64) -> &'static str {
    if rows == 0 {
        return lang.of(
            "ファイルに行がなく、このファイルからは何も結論できない。",
            "The file holds no rows: nothing can be concluded from it.",
        );
    }
    lang.of(
        "照合できる項目の組を持つ行がファイルになく、このファイルからは何も結論できない。",
        "No row of the file has a usable key: nothing can be concluded from it.",
    )
}

fn nothing_beyond(lang: Lang, clients: usize) -> String {
    let clients = count(clients as u64);
    match lang {
        Lang::Ja => format!(
            "無関係な名簿でも見られる以上の一致は、台帳の委託元 {clients} 者のどれとの間にもない。ファイルは、台帳にない組織から出たものか\
             もしれない。"
        ),
        Lang::En => format!(
            "Nothing here goes beyond what unrelated lists share with the {clients} clients of the registry. The file may \
             come from an organisation that is not in it."
        ),
    }
}

fn background_unknown<'a>(lang: Lang, clients: &[&'a str]) -> Sentence<'a> {
    let names: Vec<_> = clients.iter().map(|&name| (name, String::new())).collect();
    if lang == Lang::Ja {
        return Sentence::of(lang, "一部が").names(&names).and(
            "から出たかどうかは分からない。その組織について普通どれだけ一致するかを、十分な数の無関係な人で確かめられず、基準となる割合が\
             不明なためである。",
        );
    }
    let (of, whose) = if clients.len() == 1 { ("it", "its") } else { ("them", "their") };
    Sentence::of(lang, "Whether a part came from ").names(&names).and(format!(
        " cannot be told: too few people of unrelated lists could be asked what is usual for {of}, so {whose} background \
         is unknown."
    ))
}

/// Whether with this share of its records unattributed a file is explained in part only.
pub(crate) fn is_in_part(unattributed: f64) -> bool {
    unattributed >= 0.1
}

fn explained_by<'a>(lang: Lang, view: &FileView<'a>) -> Sentence<'a> {
    let (sources, in_part) = (&view.sources, is_in_part(view.unattributed_share));
    if let [source] = &sources[..] {
        return one_source(lang, source, in_part);
    }
    let [file_ja, file_en] =
        if in_part { ["ファイルの一部", "a part of the file"] } else { ["ファイル", "the file"] };
    let note = |source: &SourceView<'_>| {
        let others = if source.not_separable_from.is_empty() {
            ""
        } else {
            lang.of("又は別の組織", " or another")
        };
        let share = percent(source.share);
        lang.of(format!("{others}（{share}）"), format!("{others} ({share})"))
    };
    let names: Vec<_> = sources.iter().map(|source| (source.client, note(source))).collect();
    let number = count(sources.len() as u64);
    let sentence = Sentence::of(
        lang,
        lang.of(
            format!("{file_ja}は、次の {number} つの出所を合わせると説明できる: "),
            format!("{number} sources explain {file_en} together: "),
        ),
    )
    .names(&names);
    let Some(weakest) = sources.iter().map(|source| source.strength).min() else { return sentence };
    let words = terms::strength(lang, weakest);
    let is_strongest = weakest == Strength::ExtremelyStrong;
    sentence.and(match lang {
        Lang::Ja if is_strongest => format!("。それぞれの証拠は{words}。"),
        Lang::Ja => format!("。それぞれの証拠は、最も弱いもので{words}。"),
        Lang::En => {
            format!(". The evidence for each is {}{words}.", if is_strongest { "" } else { "at least " })
        }
    })
}

fn one_source<'a>(lang: Lang, source: &SourceView<'a>, in_part: bool) -> Sentence<'a> {
    let [low, high] = source.share_interval.map(percent);
    let (share, evidence) = (percent(source.share), evidence(lang, source));
    match lang {
        Lang::Ja => {
            let file = if in_part { "ファイルの一部" } else { "ファイル" };
            Sentence::of(lang, format!("{file}は一つの出所で説明できる: ")).name(source.client).and(format!(
                "。件数の {share}（95 %区間 {low}～{high}）がその名簿のもので、一部がそこから出たことの証拠は{evidence}。"
            ))
        }
        Lang::En => {
            let file = if in_part { "a part of the file" } else { "the file" };
            Sentence::of(lang, format!("One source explains {file}: ")).name(source.client).and(format!(
                ", with {share} of its records (95% interval {low} to {high}). The evidence that a part came from there \
                 is {evidence}."
            ))
        }
    }
}

fn not_enough<'a>(lang: Lang, sources: &[&SourceView<'a>]) -> Sentence<'a> {
    let note = |share: String| lang.of(format!("（{share}）"), format!(" ({share})"));
    let names: Vec<_> = sources.iter().map(|s| (s.client, note(percent(s.share)))).collect();
    let [before, after] = lang.of(
        ["証拠は", "を指すが、ファイルがそこから出たと結論するには足りない。"],
        ["The evidence points to ", ", but is not enough to conclude that the file came from there."],
    );
    Sentence::of(lang, before).names(&names).and(after)
}

fn not_separable<'a>(lang: Lang, source: &SourceView<'a>) -> Sentence<'a> {
    let names: Vec<_> = source.not_separable_from.iter().map(|&name| (name, String::new())).collect();
    let share = percent(source.share);
    if lang == Lang::Ja {
        let explain = if names.len() == 1 { "" } else { "、単独で、又は合わさって、" };
        return Sentence::of(lang, format!("件数の {share} は"))
            .name(source.client)
            .and("から出たか、又は")
            .names(&names)
            .and(format!(
                "から出た。後者も{explain}同じ行に同程度に当てはまるため、証拠からは区別できない。"
            ));
    }
    let explain = if names.len() == 1 {
        ", which explains the same rows as well"
    } else {
        ", which explain the same rows as well, alone or together"
    };
    Sentence::of(lang, format!("{share} of the records came from "))
        .name(source.client)
        .and(" or from ")
        .names(&names)
        .and(format!("{explain}: the evidence cannot tell them apart."))
}
