//! Numbers and facts, each under its label.

use meibo_attribution::{CasePersons, Verdict};

use super::{NAMES_IN_A_SENTENCE, rows, terms, with_others};
use crate::{
    Case, Lang, alike, canaries, log,
    numbers::{count, percent},
    order,
    text::visible,
    together::{TogetherSource, TogetherView},
    untied,
    view::{FileView, SourceView},
};

/// What is said, under a label; a label said once holds for those below it.
pub(crate) type Fact = (&'static str, String);

/// The numbers of a file that are not about a source, each under its label.
pub(crate) fn facts(lang: Lang, view: &FileView<'_>) -> Vec<Fact> {
    let of = |ja, en| lang.of(ja, en);
    let mut facts = vec![
        (of("行数", "rows"), count(view.rows)),
        (of("件数", "records"), format!("{} 件", count(view.records))),
        (of("人数", "persons"), persons(lang, view)),
        (of("出所不明", "unattributed"), unattributed(view.unattributed_records, view.unattributed_share)),
    ];
    let window =
        |source: &SourceView<'_>| Some(format!("{}: {}", visible(source.client), taken(lang, source)?));
    let windows = view.sources.iter().filter_map(window).take(NAMES_IN_A_SENTENCE);
    facts.extend(windows.map(|window| (of("持出し時期", "taken"), window)));
    let orders = order::lines(lang, &view.order);
    facts.extend(orders.into_iter().map(|line| (of("行の並び", "row order"), line)));
    let hints = alike::lines(lang, &view.alike, &view.sources);
    facts.extend(hints.into_iter().map(|line| (of("手掛かり", "hint"), line)));
    facts.extend(untied::facts(lang, &view.untied));
    facts.extend(view.canaries.iter().flat_map(|finding| canaries::facts(lang, finding)));
    facts.push((of("項目", "fields"), fields(lang, view)));
    facts.extend(view.fillers.iter().map(|filler| (of("誰でもない値", "nobody's"), nobodys(lang, filler))));
    let rejects = view.rejects.iter().map(|reject| reject_of(lang, reject));
    facts.extend(rejects.map(|text| (of("使えない行", "no record"), text)));
    facts.extend(view.log.and_then(|log| log::of_file(lang, log)));
    facts.push(("blake3", visible(view.blake3)));
    facts
}

fn reject_of(lang: Lang, reject: &crate::RejectCount) -> String {
    format!("{}: {}", rows(lang, reject.rows), terms::reason(lang, &reject.reason))
}

fn unattributed(records: u64, share: f64) -> String {
    format!("{} 件 ({})", count(records), percent(share))
}

/// When a source's rows can have been taken, by dates of its handovers; none where nothing tells.
pub(crate) fn taken(lang: Lang, source: &SourceView<'_>) -> Option<String> {
    let (since, before) = (source.not_before.map(visible), source.before.map(visible));
    Some(match (lang, since, before) {
        (_, None, None) => return None,
        (Lang::Ja, Some(since), None) => format!("{since} 以後"),
        (Lang::Ja, None, Some(before)) => format!("{before} より前"),
        (Lang::Ja, Some(since), Some(before)) if source.not_before < source.before => {
            format!("{since} 以後、{before} より前")
        }
        (Lang::Ja, Some(since), Some(before)) => {
            format!("複数回（{since} 以後の行と、{before} より前の行とがある）")
        }
        (Lang::En, Some(since), None) => format!("{since} or later"),
        (Lang::En, None, Some(before)) => format!("before {before}"),
        (Lang::En, Some(since), Some(before)) if source.not_before < source.before => {
            format!("{since} or later, before {before}")
        }
        (Lang::En, Some(since), Some(before)) => {
            format!("more than once: some rows {since} or later, others before {before}")
        }
    })
}

/// What was left out of the keys because it stands for nobody.
fn nobodys(lang: Lang, filler: &crate::FillerCount) -> String {
    let (field, values) = (terms::field(lang, &filler.field), count(filler.values));
    let (rows, first) = (rows(lang, filler.rows), count(filler.first_row));
    match lang {
        Lang::Ja => format!(
            "{field}: {values} 種の値（{rows}）。あまりに多くの人に共通なので照合に使わない。最初は {first} 行目"
        ),
        Lang::En => {
            let (noun, each) = if filler.values == 1 { ("value", "it") } else { ("values", "each") };
            format!(
                "{field}: {values} {noun} on {rows}, in no key as too many people share {each}; the first in row {first}"
            )
        }
    }
}

fn persons(lang: Lang, view: &FileView<'_>) -> String {
    let about = if view.persons_exact { "" } else { lang.of("約 ", "about ") };
    format!("{about}{} 人", count(view.persons))
}

fn fields(lang: Lang, view: &FileView<'_>) -> String {
    if view.fields.is_empty() {
        return lang.of("見つからない", "none found").into();
    }
    columns(lang, view.fields)
}

/// Which columns hold what.
pub(crate) fn columns(lang: Lang, fields: &[crate::FieldFound]) -> String {
    let one = |found: &crate::FieldFound| {
        let columns: Vec<String> = found.columns.iter().map(ToString::to_string).collect();
        let (field, columns) = (terms::field(lang, &found.field), columns.join("+"));
        let by = terms::found_by(lang, &found.found_by);
        lang.of(format!("{field} = {columns}（{by}）"), format!("{field} = {columns} ({by})"))
    };
    fields.iter().map(one).collect::<Vec<_>>().join(lang.of("、", ", "))
}

/// How the section about all files is headed.
pub(crate) const fn together_title(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "全ファイル",
        Lang::En => "All files together",
    }
}

/// The numbers of all files together, each under its label.
pub(crate) fn facts_together(lang: Lang, view: &TogetherView<'_>) -> Vec<Fact> {
    let CasePersons { persons, exact, comparable } = view.persons;
    let about = if exact { "" } else { lang.of("約 ", "about ") };
    let (persons, within, across) = (count(persons), count(view.within_files), count(view.across_files));
    let [all, within, across] = match lang {
        Lang::Ja => {
            let (at_most, at_least) = if comparable { ("", "") } else { ("最大 ", "以上") };
            [
                format!("{at_most}{about}{persons} 人（全ファイルを通して一人を一度だけ数える）"),
                format!("同じファイルに再び現れた本人: {about}{within} 件"),
                format!("ほかのファイルにも現れた本人: {about}{across} 人{at_least}"),
            ]
        }
        Lang::En => {
            let (at_most, at_least) = if comparable { ("", "") } else { ("at most ", "at least ") };
            [
                format!("{at_most}{about}{persons} 人, each counted once over all files"),
                format!("{about}{within} 件 of a person again in the same file"),
                format!("{at_least}{about}{across} 人 again in another file"),
            ]
        }
    };
    let duplicates = lang.of("重複", "duplicates");
    vec![
        (lang.of("ファイル数", "files"), count(view.files)),
        (lang.of("行数", "rows"), count(view.rows)),
        (lang.of("件数", "records"), format!("{} 件", count(view.records))),
        (lang.of("人数", "persons"), all),
        (duplicates, within),
        (duplicates, across),
        (
            lang.of("出所不明", "unattributed"),
            unattributed(view.unattributed_records, view.unattributed_share),
        ),
    ]
}

/// The titles of what is said of each source of all files together.
pub(crate) const fn together_titles(lang: Lang) -> [&'static str; 5] {
    match lang {
        Lang::Ja => ["出所", "ファイル", "件", "割合", "人"],
        Lang::En => ["source", "files", "件", "share", "人"],
    }
}

/// What stands under [`together_titles`], with at most `limit` of the clients that cannot be told apart.
pub(crate) fn cells_together(lang: Lang, source: &TogetherSource<'_>, limit: usize) -> [String; 5] {
    let persons = match source.persons {
        [least, most] if least == most => count(most),
        [least, most] => {
            let (least, most) = (count(least), count(most));
            lang.of(format!("{least}～{most}"), format!("{least} to {most}"))
        }
    };
    [
        with_others(lang, source.client, &source.not_separable_from, limit),
        count(source.files),
        count(source.records),
        percent(source.share),
        persons,
    ]
}

/// The facts of the whole job, each under its label.
pub(crate) fn job(lang: Lang, case: &Case) -> Vec<Fact> {
    let registry = &case.registry;
    let (clients, handovers) = (count(registry.clients as u64), count(registry.handovers as u64));
    let key_id = visible(&registry.key_id);
    let asked = match lang {
        Lang::Ja => format!("委託元 {clients} 者、受渡し {handovers} 件、鍵の識別子 {key_id}"),
        Lang::En => {
            let many = |n: &str| if n == "1" { "" } else { "s" };
            let (of_clients, of_handovers) = (many(&clients), many(&handovers));
            format!("{clients} client{of_clients}, {handovers} handover{of_handovers}, key id {key_id}")
        }
    };
    let mut facts = vec![
        (lang.of("台帳", "registry"), asked),
        (lang.of("ダイジェスト", "digest"), visible(&registry.digest)),
    ];
    if let Some(exact) = registry.exact_handovers.map(|exact| count(exact as u64)) {
        facts.push((
            lang.of("名簿照合", "exact"),
            lang.of(
                format!("受渡し {exact} 件は名簿そのものと照合した（偶然の一致がない）"),
                format!("{exact} of the handovers were asked by their lists, without chance matches"),
            ),
        ));
    }
    if let Some(command_line) = &case.command_line {
        facts.push((lang.of("コマンド", "command"), visible(command_line)));
    }
    facts
}

/// What was asked, and by which version of the program.
pub(crate) fn asked(lang: Lang, case: &Case) -> Vec<Fact> {
    let version = (lang.of("ツール", "tool"), format!("meibo {}", visible(&case.tool_version)));
    std::iter::once(version).chain(job(lang, case)).collect()
}

/// How often each verdict was given, in the order of [`SUMMARY_ORDER`].
#[derive(Default)]
pub(crate) struct Summary {
    counts: [u64; 4],
}

const SUMMARY_ORDER: [Verdict; 4] =
    [Verdict::Attributed, Verdict::Mixed, Verdict::Inconclusive, Verdict::Unattributed];

impl Summary {
    pub(crate) fn add(&mut self, verdict: Verdict) {
        for (count, of) in self.counts.iter_mut().zip(SUMMARY_ORDER) {
            *count += u64::from(of == verdict);
        }
    }

    pub(crate) fn files(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub(crate) fn text(&self, lang: Lang) -> String {
        let files = self.files();
        if files == 0 {
            return lang.of("調べられたファイルはない。", "No file could be examined.").into();
        }
        let given = |(&n, of): (&u64, Verdict)| {
            let (n, verdict) = ((n > 0).then(|| count(n))?, terms::verdict(lang, of));
            Some(lang.of(format!("{verdict} {n}"), format!("{n} {verdict}")))
        };
        let verdicts: Vec<String> = self.counts.iter().zip(SUMMARY_ORDER).filter_map(given).collect();
        let number = count(files);
        match lang {
            Lang::Ja => format!("{number} ファイル: {}。", verdicts.join("、")),
            Lang::En => {
                let noun = if files == 1 { "file" } else { "files" };
                format!("{number} {noun}: {}.", verdicts.join(", "))
            }
        }
    }
}
