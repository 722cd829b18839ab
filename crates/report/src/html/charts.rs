//! What is charted, and the words under each chart.

use super::escape;
use crate::{
    chart::{self, Bar, ROWS, Track},
    notice::days::Day,
    numbers::{count, percent},
    text::visible,
    together::TogetherView,
    untied::{self, UntiedView},
    view::{FileView, SourceView},
    words,
};

/// All charts of a file, side by side where there is room.
pub(super) fn of_file(view: &FileView<'_>) -> String {
    side_by_side(&[
        shares(&view.sources),
        handovers(&view.sources),
        reasons(&view.untied),
        areas(&view.untied),
    ])
}

/// All charts of all files together.
pub(super) fn of_all(view: &TogetherView<'_>) -> String {
    let bar = |label: String, share: f64, records: u64| Bar {
        label,
        value: format!("{} 件 ({})", count(records), percent(share)),
        share,
        interval: None,
    };
    let sources = view
        .sources
        .iter()
        .map(|of| bar(words::with_others(of.client, &of.not_separable_from, 1), of.share, of.records));
    let mut bars: Vec<Bar> = sources.collect();
    bars.push(bar("unattributed".into(), view.unattributed_share, view.unattributed_records));
    side_by_side(&[figure("Records of all files, by source", &bars)])
}

/// What part came from which source.
fn shares(sources: &[SourceView<'_>]) -> String {
    let bar = |source: &SourceView<'_>| Bar {
        label: words::client(source, 1),
        value: percent(source.share),
        share: source.share,
        interval: Some(source.share_interval),
    };
    figure(
        "Share of the file's records by source; the lines across the ends of the bars are the 95% intervals",
        &sources.iter().map(bar).collect::<Vec<_>>(),
    )
}

/// Which handovers of the sources are not ruled out.
fn handovers(sources: &[SourceView<'_>]) -> String {
    let track = |source: &SourceView<'_>| Track {
        label: visible(source.client),
        points: source
            .candidates
            .iter()
            .filter_map(|date| Some((Day::parse(date)?, Some(*date) == source.best)))
            .collect(),
        window: [source.not_before, source.before].map(|date| date.and_then(Day::parse)),
    };
    let tracks: Vec<Track> = sources.iter().map(track).collect();
    let has_window = tracks.iter().any(|track| track.window != [None; 2]);
    // One day is told by the table as well.
    if !has_window && tracks.iter().all(|track| track.points.len() < 2) {
        return String::new();
    }
    let taken = if has_window { "; the thick line is when rows were taken" } else { "" };
    let caption = format!("Handovers that are not ruled out, the likeliest filled{taken}");
    framed(&caption, chart::timeline(&tracks), tracks.len())
}

/// Why rows are tied to no source.
fn reasons(view: &UntiedView<'_>) -> String {
    let all = untied::reasons(view);
    figure("Records that no key ties to a source, by reason", &parts(&all, view.records))
}

/// Where their people live.
fn areas(view: &UntiedView<'_>) -> String {
    if view.areas.is_empty() {
        return String::new();
    }
    figure("Where the people of these records live", &parts(&untied::places(view), view.records))
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

fn figure(caption: &str, bars: &[Bar]) -> String {
    framed(caption, chart::bars(bars), bars.len())
}

/// A drawing with what it shows; nothing where nothing is drawn.
fn framed(caption: &str, svg: String, rows: usize) -> String {
    if svg.is_empty() {
        return String::new();
    }
    let rest = match rows.checked_sub(ROWS) {
        Some(more @ 1..) => format!(" ({} more are in the table)", count(more as u64)),
        _ => String::new(),
    };
    let caption = escape(&format!("{caption}{rest}."));
    format!(
        "<figure>\n<div role=\"img\" aria-label=\"{caption}\">{svg}</div>\n<figcaption>{caption}</figcaption>\n</figure>\n"
    )
}

fn side_by_side(figures: &[String]) -> String {
    let all = figures.concat();
    if all.is_empty() { all } else { format!("<div class=\"charts\">\n{all}</div>\n") }
}
