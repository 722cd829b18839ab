//! Figures of a source as drafts say them.

use crate::Lang;
use crate::json::canaries_v1::Canaries;
use crate::json::v1::{File, Handover, Source, TogetherOf};
use crate::notice::page::{names, plain};
use crate::notice::terms;
use crate::numbers::{count, percent};

/// Shares are written with so many parts.
const MILLION: u128 = 1_000_000;

/// How many of so many records a 95 % interval of their share may be, rounded outwards to whole records.
pub(crate) fn records_interval(source: &Source, of: u64) -> [u64; 2] {
    let [low, high] = source.share_interval;
    // Shares have six decimals at most; whole numbers keep their rounding from being rounded again.
    let parts = |share: f64| (share.clamp(0.0, 1.0) * MILLION as f64).round() as u128 * u128::from(of);
    let whole = |records: u128| u64::try_from(records).unwrap_or(of).min(of);
    let low = whole(parts(low) / MILLION).min(source.records);
    [low, whole(parts(high).div_ceil(MILLION)).max(source.records)]
}

/// So many of a thing in English: `1 file`, `2,000 files`.
pub(crate) fn some(number: u64, thing: &str) -> String {
    let many = if number == 1 { "" } else { "s" };
    format!("{} {thing}{many}", count(number))
}

/// `300件（95 %区間 290～310件、30.0%）、本人 297人`.
pub(crate) fn of_source(lang: Lang, file: &File, source: &Source) -> String {
    let [low, high] = records_interval(source, file.records).map(count);
    let (records, persons) = (count(source.records), count(source.persons));
    let [least, most] = source.share_interval.map(percent);
    let share = percent(source.share);
    let about = if file.persons_exact { "" } else { lang.of("推計 ", "an estimated ") };
    match lang {
        Lang::Ja => format!(
            "{records} 件（95 %区間 {low}～{high} 件。割合 {share}、95 %区間 {least}～{most}）、本人 {about}{persons} 人"
        ),
        Lang::En => format!(
            "records {records} (95 % interval {low} to {high}; share {share}, 95 % interval {least} to {most}), {about}{}",
            some(source.persons, "person")
        ),
    }
}

/// `3 ファイル、延べ 900 件、本人 600 人以上 890 人以下`.
pub(crate) fn of_all_files(lang: Lang, source: &TogetherOf) -> String {
    let (files, records) = (count(source.files), count(source.records));
    let (least, most) = (count(source.persons_at_least), count(source.persons_at_most));
    let persons = some(source.persons_at_most, "person");
    let persons = match source.persons_at_least == source.persons_at_most {
        true => lang.of(format!("本人 {most} 人"), persons),
        false => lang.of(
            format!("本人 {least} 人以上 {most} 人以下"),
            format!("at least {least} and at most {persons}"),
        ),
    };
    match lang {
        Lang::Ja => format!("{files} ファイル、延べ {records} 件、{persons}"),
        Lang::En => {
            format!("{}, {}, {persons}", some(source.files, "file"), some(source.records, "record"))
        }
    }
}

/// The evidence for a source, in words and as a number.
pub(crate) fn evidence(lang: Lang, source: &Source) -> String {
    let words = terms::strength(lang, source.strength);
    let log10_e = source.log10_e;
    match lang {
        Lang::Ja => format!("証拠の強さ: {words}（e値の常用対数 {log10_e:.1}）"),
        Lang::En => format!("Evidence: {words} (decimal logarithm of the e-value {log10_e:.1})"),
    }
}

/// Which handover, and when the rows were taken.
pub(crate) fn handover(lang: Lang, handover: &Handover) -> Option<String> {
    let best = handover.best.as_deref().map(|date| {
        let date = plain(date);
        lang.of(format!("最も確からしい受渡し: {date}"), format!("Likeliest handover: {date}"))
    });
    let taken = terms::window(lang, &handover.window)
        .map(|window| lang.of(format!("持ち出された時期: {window}"), format!("Taken: {window}")));
    let said: Vec<String> = best.into_iter().chain(taken).collect();
    (!said.is_empty()).then(|| said.join(lang.of("。", ". ")))
}

/// The fields of a file.
pub(crate) fn fields(lang: Lang, file: &File) -> String {
    let mut names: Vec<String> = Vec::new();
    for field in &file.fields {
        let name = terms::field(lang, &field.field);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.is_empty() {
        true => lang.of("項目を特定できない", "no field was recognised").to_owned(),
        false => names.join(lang.of("、", ", ")),
    }
}

/// What decoys in a file say: whose list and whose copy it is of. Rows alone may leave that open.
pub(crate) fn decoys(lang: Lang, canaries: &Canaries) -> String {
    let (client, date, rows) = (plain(&canaries.client), plain(&canaries.handover), count(canaries.rows));
    let copies = names(lang, &canaries.named);
    let evidence = terms::strength(lang, canaries.strength);
    match (lang, canaries.named.is_empty()) {
        (Lang::Ja, true) => format!(
            "{client} が {date} に受け渡した名簿に加えたカナリア（実在しない人の行）が {rows} 行ある。どの写しのものかは分からない。資料の行数には、この行も含まれる。"
        ),
        (Lang::Ja, false) => format!(
            "{client} が {date} に受け渡した名簿に加えたカナリア（実在しない人の行）が {rows} 行あり、{copies} に渡した写しのものである（証拠は{evidence}）。資料の行数には、\
             この行も含まれる。"
        ),
        (Lang::En, true) => format!(
            "It holds {} of decoys, people who do not exist, of the list that {client} handed over on {date}; whose copy they are of cannot be told. \
             They are among its rows.",
            some(canaries.rows, "row")
        ),
        (Lang::En, false) => format!(
            "It holds {} of decoys, people who do not exist, of the list that {client} handed over on {date}, of the copy for {copies} (evidence: {evidence}). \
             They are among its rows.",
            some(canaries.rows, "row")
        ),
    }
}

/// Why no sum over all files is given.
pub(crate) fn no_sum(lang: Lang) -> &'static str {
    lang.of(
        "全ファイルの合計は示せない（ほかのファイルに、この名簿のものかもしれないが、そうと言えない行がある）。",
        "No sum over all files can be given: other files hold rows that may be of this list as well, and cannot be said to be.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::v1::{Strength, Window};

    fn source(records: u64, share_interval: [f64; 2]) -> Source {
        Source {
            client: "a".into(),
            records,
            persons: records,
            share: 0.5,
            share_interval,
            log10_e: 1.0,
            strength: Strength::Weak,
            handover: Handover { best: None, candidates: Vec::new(), window: Window::default() },
            not_separable_from: Vec::new(),
            background: None,
        }
    }

    #[test]
    fn intervals_are_rounded_outwards_and_hold_what_was_counted() {
        let of = |records, interval, all| records_interval(&source(records, interval), all);
        assert_eq!(of(500, [0.3, 0.7], 1_000), [300, 700]);
        assert_eq!(of(500, [0.300_001, 0.699_999], 1_000), [300, 700]);
        assert_eq!(of(500, [1.0, 1.0], 500), [500, 500]);
        assert_eq!(of(500, [0.9, 0.95], 501), [450, 500]);
        assert_eq!(of(3, [0.0, 9e9], 7), [0, 7]);
        assert_eq!(of(u64::MAX, [0.0, 1.0], u64::MAX), [0, u64::MAX]);
    }
}
