//! What is charted, and the words under each chart.

use super::escape;
use crate::{
    Lang,
    apart::{ApartView, Pair},
    chart::{self, Bar, ROWS, Track},
    log::{FileLog, PartLog},
    notice::days::Day,
    numbers::{count, percent},
    text::visible,
    together::TogetherView,
    untied::{self, UntiedView},
    view::{FileView, SourceView},
    words,
};

/// All charts of a file, side by side where there is room.
pub(super) fn of_file(lang: Lang, view: &FileView<'_>) -> String {
    side_by_side(&[
        shares(lang, &view.sources),
        handovers(lang, &view.sources, view.log),
        reasons(lang, &view.untied),
        areas(lang, &view.untied),
    ])
}

/// All charts of all files together.
pub(super) fn of_all(lang: Lang, view: &TogetherView<'_>) -> String {
    let bar = |label: String, share: f64, records: u64| Bar {
        label,
        value: format!("{} 件 ({})", count(records), percent(share)),
        share,
        interval: None,
    };
    let sources = view
        .sources
        .iter()
        .map(|of| bar(words::with_others(lang, of.client, &of.not_separable_from, 1), of.share, of.records));
    let mut bars: Vec<Bar> = sources.collect();
    bars.push(bar(
        lang.of("出所不明", "unattributed").into(),
        view.unattributed_share,
        view.unattributed_records,
    ));
    side_by_side(&[figure(lang, lang.of("全ファイルの件数の出所", "Records of all files, by source"), &bars)])
}

/// The chart of clients that hold each other's people.
pub(super) fn of_pairs(lang: Lang, view: &ApartView<'_>) -> String {
    let bar = |pair: &Pair<'_>| {
        let (owner, holder) = (visible(pair.owner), visible(pair.held.client));
        Bar {
            label: lang.of(format!("{owner} → {holder}"), format!("{owner}, held by {holder}")),
            value: percent(pair.held.rate),
            share: pair.held.rate,
            interval: Some(pair.held.interval),
        }
    };
    let caption = lang.of(
        "標本の人のうち、ほかの委託元（→ の先）も持つ割合（棒の端を横切る線は 95 %区間）",
        "Part of a client's sampled people that another holds; the lines across the ends of the bars are the 95% intervals",
    );
    side_by_side(&[figure(lang, caption, &view.pairs.iter().map(bar).collect::<Vec<_>>())])
}

/// What part came from which source.
fn shares(lang: Lang, sources: &[SourceView<'_>]) -> String {
    let bar = |source: &SourceView<'_>| Bar {
        label: words::client(lang, source, 1),
        value: percent(source.share),
        share: source.share,
        interval: Some(source.share_interval),
    };
    figure(
        lang,
        lang.of(
            "件数に対する出所ごとの割合（棒の端を横切る線は 95 %区間）",
            "Share of the file's records by source; the lines across the ends of the bars are the 95% intervals",
        ),
        &sources.iter().map(bar).collect::<Vec<_>>(),
    )
}

/// Which handovers of the sources are not ruled out.
fn handovers(lang: Lang, sources: &[SourceView<'_>], log: Option<&FileLog>) -> String {
    let track = |source: &SourceView<'_>| Track {
        label: visible(source.client),
        points: source
            .candidates
            .iter()
            .filter_map(|date| Some((Day::parse(date)?, Some(*date) == source.best)))
            .collect(),
        window: [source.not_before, source.before].map(|date| date.and_then(Day::parse)),
        downloads: log.map_or_else(Vec::new, |log| downloads(log, source, sources.len() == 1)),
    };
    let tracks: Vec<Track> = sources.iter().map(track).collect();
    let has_window = tracks.iter().any(|track| track.window != [None; 2]);
    let has_downloads = tracks.iter().any(|track| !track.downloads.is_empty());
    // One day is told by the table as well.
    if !has_window && !has_downloads && tracks.iter().all(|track| track.points.len() < 2) {
        return String::new();
    }
    let taken = match has_window {
        true => lang.of("。太い線は行が持ち出された時期", "; the thick line is when rows were taken"),
        false => "",
    };
    let fitting = match has_downloads {
        true => lang.of("。三角は合うダウンロード", "; triangles are downloads that fit"),
        false => "",
    };
    let caption = lang.of(
        format!("除外できない受渡し（塗りつぶしが最も確からしいもの）{taken}{fitting}"),
        format!("Handovers that are not ruled out, the likeliest filled{taken}{fitting}"),
    );
    framed(lang, &caption, chart::timeline(&tracks), tracks.len())
}

/// The days of the downloads that fit the rows of a source.
fn downloads(log: &FileLog, source: &SourceView<'_>, is_alone: bool) -> Vec<Day> {
    let is_its = |part: &&PartLog| match &part.client {
        Some(client) => client == source.client,
        None => is_alone,
    };
    let fitting =
        log.parts.iter().filter(is_its).flat_map(|part| &part.downloads).filter(|of| of.said.fits());
    let mut days: Vec<Day> =
        fitting.filter_map(|of| Day::parse(of.download.time.as_deref()?.get(..10)?)).collect();
    days.sort();
    days.dedup();
    days
}

/// Why rows are tied to no source.
fn reasons(lang: Lang, view: &UntiedView<'_>) -> String {
    let all = untied::reasons(lang, view);
    let caption = lang.of("出所と結べない件の理由", "Records that no key ties to a source, by reason");
    figure(lang, caption, &parts(&all, view.records))
}

/// Where their people live.
fn areas(lang: Lang, view: &UntiedView<'_>) -> String {
    if view.areas.is_empty() {
        return String::new();
    }
    let caption = lang.of("出所と結べない件の居住地", "Where the people of these records live");
    figure(lang, caption, &parts(&untied::places(lang, view), view.records))
}

/// Parts of a whole that are not empty.
fn parts(parts: &[(impl AsRef<str>, u64)], whole: u64) -> Vec<Bar> {
    let bar = |(label, records): &(_, u64)| Bar {
        label: AsRef::<str>::as_ref(label).to_owned(),
        value: count(*records),
        share: *records as f64 / whole.max(1) as f64,
        interval: None,
    };
    parts.iter().filter(|(_, records)| *records > 0).map(bar).collect()
}

fn figure(lang: Lang, caption: &str, bars: &[Bar]) -> String {
    framed(lang, caption, chart::bars(bars), bars.len())
}

/// A drawing with what it shows; nothing where nothing is drawn.
fn framed(lang: Lang, caption: &str, svg: String, rows: usize) -> String {
    if svg.is_empty() {
        return String::new();
    }
    let rest = match rows.checked_sub(ROWS) {
        Some(more @ 1..) => {
            let more = count(more as u64);
            lang.of(format!("（ほか {more} は表にある）"), format!(" ({more} more are in the table)"))
        }
        _ => String::new(),
    };
    let caption = escape(&format!("{caption}{rest}{}", lang.of("。", ".")));
    format!(
        "<figure>\n<div role=\"img\" aria-label=\"{caption}\">{svg}</div>\n<figcaption>{caption}</figcaption>\n</figure>\n"
    )
}

fn side_by_side(figures: &[String]) -> String {
    let all = figures.concat();
    if all.is_empty() { all } else { format!("<div class=\"charts\">\n{all}</div>\n") }
}
