//! Charts as SVG. They show what tables beside them say, so that nothing is known by its picture alone.
//!
//! Colours are names more than colours: a page's style sheet puts its own in their place, by day, by night and on paper.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::notice::days::Day;

/// Text and axes.
const INK: RGBColor = RGBColor(26, 26, 26);
/// What is measured.
const BAR: RGBColor = RGBColor(31, 95, 160);
/// The ground that a bar stands on: all that it might be.
const GROUND: RGBColor = RGBColor(221, 221, 221);
/// How sure a measure is.
const INTERVAL: RGBColor = RGBColor(200, 80, 0);

/// Units across; a page may show them larger or smaller.
const WIDTH: i32 = 400;
const MARGIN: i32 = 6;
const ROW: i32 = 38;
const FONT: i32 = 16;
/// Columns of a terminal that a label and the value beside it may take together.
const LINE: usize = 58;
/// Rows above which a chart shows the first ones; the table beside it has them all.
pub(crate) const ROWS: usize = 24;

/// One row of a bar chart: a length, and how sure it is.
pub(crate) struct Bar {
    pub(crate) label: String,
    /// As the table beside the chart writes it.
    pub(crate) value: String,
    /// Of the chart's whole width, 0 to 1.
    pub(crate) share: f64,
    pub(crate) interval: Option<[f64; 2]>,
}

/// One row of a timeline.
pub(crate) struct Track {
    pub(crate) label: String,
    /// Days, and whether each is the likeliest one.
    pub(crate) points: Vec<(Day, bool)>,
    /// From when, and until when; open where nothing bounds it.
    pub(crate) window: [Option<Day>; 2],
    /// Days on which something was downloaded.
    pub(crate) downloads: Vec<Day>,
}

/// Bars below each other, each under its label; nothing where there are none.
pub(crate) fn bars(rows: &[Bar]) -> String {
    let rows = &rows[..rows.len().min(ROWS)];
    draw(height(rows.len()), |canvas| {
        rows.iter().enumerate().for_each(|(number, row)| bar(canvas, row, top(number)));
    })
}

/// Points in time on one scale, the first and the last day of which stand below; nothing where there are no days.
pub(crate) fn timeline(tracks: &[Track]) -> String {
    let tracks = &tracks[..tracks.len().min(ROWS)];
    let bounds = |track: &Track| track.window.into_iter().flatten().collect::<Vec<_>>();
    let days = tracks.iter().flat_map(|track| {
        let points = track.points.iter().map(|(day, _)| *day);
        points.chain(bounds(track)).chain(track.downloads.iter().copied())
    });
    let days: Vec<Day> = days.collect();
    let (Some(&first), Some(&last)) = (days.iter().min(), days.iter().max()) else { return String::new() };
    let foot = top(tracks.len());
    draw(height(tracks.len()) + FONT, |canvas| {
        tracks.iter().enumerate().for_each(|(number, of)| track(canvas, of, top(number), [first, last]));
        canvas.text(&first.to_string(), (MARGIN, foot), HPos::Left);
        if first < last {
            canvas.text(&last.to_string(), (WIDTH - MARGIN, foot), HPos::Right);
        }
    })
}

fn top(row: usize) -> i32 {
    MARGIN + ROW * i32::try_from(row).unwrap_or(0)
}

fn height(rows: usize) -> i32 {
    if rows == 0 { 0 } else { top(rows) + MARGIN }
}

fn bar(canvas: &Canvas<'_>, row: &Bar, top: i32) {
    let (above, below) = (top + 20, top + 30);
    let room = LINE.saturating_sub(row.value.width() + 2);
    canvas.text(&short(&row.label, room), (MARGIN, top), HPos::Left);
    canvas.text(&row.value, (WIDTH - MARGIN, top), HPos::Right);
    canvas.rectangle([(MARGIN, above), (WIDTH - MARGIN, below)], GROUND);
    canvas.rectangle([(MARGIN, above), (across(row.share), below)], BAR);
    if let Some([low, high]) = row.interval.map(|ends| ends.map(across)) {
        let middle = (above + below) / 2;
        canvas.line([(low, middle), (high, middle)], INTERVAL, 2);
        for end in [low, high] {
            canvas.line([(end, above - 2), (end, below + 2)], INTERVAL, 2);
        }
    }
}

fn track(canvas: &Canvas<'_>, track: &Track, top: i32, [first, last]: [Day; 2]) {
    let line = top + 25;
    let place = |day: Day| match last.since(first) {
        0 => WIDTH / 2,
        length => across(0.02 + 0.96 * day.since(first) as f64 / length as f64),
    };
    canvas.text(&short(&track.label, LINE), (MARGIN, top), HPos::Left);
    canvas.line([(MARGIN, line), (WIDTH - MARGIN, line)], GROUND, 2);
    let [since, until] = track.window;
    if since.is_some() || until.is_some() {
        let (from, to) = (since.map_or(MARGIN, place), until.map_or(WIDTH - MARGIN, place));
        canvas.line([(from.min(to), line), (from.max(to), line)], INTERVAL, 4);
    }
    for &(day, likeliest) in &track.points {
        canvas.dot((place(day), line), likeliest);
    }
    for &day in &track.downloads {
        canvas.triangle((place(day), line));
    }
}

/// Where a share of the whole width ends.
fn across(share: f64) -> i32 {
    MARGIN + (share.clamp(0.0, 1.0) * f64::from(WIDTH - 2 * MARGIN)).round() as i32
}

/// The text within so many columns of a terminal.
fn short(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let (mut kept, mut width) = (String::new(), 1);
    for c in text.chars() {
        width += c.width().unwrap_or(0);
        if width > columns {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

/// A drawing that is being made. Writing to a string does not fail; were it to, the table beside the chart still says all.
struct Canvas<'a>(DrawingArea<SVGBackend<'a>, Shift>);

impl Canvas<'_> {
    fn text(&self, text: &str, at: (i32, i32), side: HPos) {
        let style = ("sans-serif", FONT).into_font().color(&INK).pos(Pos::new(side, VPos::Top));
        let _ = self.0.draw(&Text::new(text.to_owned(), at, style));
    }

    fn rectangle(&self, corners: [(i32, i32); 2], color: RGBColor) {
        let _ = self.0.draw(&Rectangle::new(corners, color.filled()));
    }

    fn line(&self, ends: [(i32, i32); 2], color: RGBColor, width: u32) {
        let _ = self.0.draw(&PathElement::new(ends, color.stroke_width(width)));
    }

    fn triangle(&self, at: (i32, i32)) {
        let _ = self.0.draw(&TriangleMarker::new(at, 7, INTERVAL.filled()));
    }

    fn dot(&self, at: (i32, i32), filled: bool) {
        let style = if filled { BAR.filled() } else { BAR.stroke_width(2) };
        let _ = self.0.draw(&Circle::new(at, 6, style));
    }
}

/// An SVG element of this height; none where there is nothing to draw.
fn draw(height: i32, paint: impl FnOnce(&Canvas<'_>)) -> String {
    let mut svg = String::new();
    if height > FONT {
        let size = (WIDTH.unsigned_abs(), height.unsigned_abs());
        let canvas = Canvas(SVGBackend::with_string(&mut svg, size).into_drawing_area());
        paint(&canvas);
        let _ = canvas.0.present();
    }
    compact(&svg)
}

/// The same drawing without what is so by itself or by the page's style sheet: half of its bytes. No name is touched, as
/// quotation marks of names are written as entities.
fn compact(svg: &str) -> String {
    let font = format!(" font-family=\"sans-serif\" font-size=\"{}\"", f64::from(FONT) / 1.24);
    let said = [" opacity=\"1\"", " stroke=\"none\"", " text-anchor=\"start\"", font.as_str()];
    said.iter().fold(svg.replace(">\n", ">").replace("\n<", "<"), |svg, what| svg.replace(what, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_is_too_long_says_so() {
        assert_eq!(short("client-01", 20), "client-01");
        assert_eq!(short("東京都水道局", 7), "東京都…");
    }

    #[test]
    fn nothing_to_show_is_no_chart() {
        assert_eq!(bars(&[]), "");
        assert_eq!(
            timeline(&[Track {
                label: "a".into(),
                points: Vec::new(),
                window: [None; 2],
                downloads: Vec::new()
            }]),
            ""
        );
    }

    #[test]
    fn a_name_is_never_markup() {
        let bar = Bar {
            label: "<b>& opacity=\"1\"".into(),
            value: "1".into(),
            share: 0.5,
            interval: Some([0.4, 0.6]),
        };
        let svg = bars(&[bar]);
        assert!(svg.starts_with("<svg") && !svg.contains("<b>"), "{svg}");
        assert!(svg.contains("&lt;b&gt;&amp; opacity=&quot;1&quot;"), "{svg}");
        assert!(!svg.contains("font-size") && !svg.contains(" opacity=\""), "{svg}");
    }
}
