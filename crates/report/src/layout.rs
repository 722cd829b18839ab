//! Text in columns that stay aligned whatever the width of their characters.
//!
//! Nothing here draws with box characters: Japanese terminals show them in one column or two, and no program can
//! know which.

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};
use unicode_width::UnicodeWidthStr;

/// Narrower than this, lines are laid out as if there were this much room.
pub(crate) const MIN_WIDTH: u16 = 40;

const BARE: TableStyle = TableStyle::new();
const RULED: TableStyle = BARE.header_separator(LineStyle::none().fill('-'));
const GAP: u16 = 2;

/// A column of a table.
pub(crate) struct Column<'a> {
    pub(crate) title: &'a str,
    pub(crate) kind: Kind,
}

/// How a column behaves where room is short.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// To the right, never wrapped.
    Number,
    /// To the left, wrapped, but not below this width.
    Text(u16),
}

/// The text wrapped at words, every line after `indent` spaces.
pub(crate) fn paragraph(text: &str, indent: u16, width: u16) -> String {
    let mut table = bare(indent, width);
    table.add_row([text]);
    pad(&mut table, indent);
    table.trim_fmt() + "\n"
}

/// Labels to the left, wrapped values to the right.
pub(crate) fn pairs<S: AsRef<str>>(rows: &[(S, String)], indent: u16, width: u16) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = bare(indent, width);
    let mut last = None;
    for (label, value) in rows {
        // A label said once holds for the rows below it.
        let label = label.as_ref();
        table.add_row([if last == Some(label) { "" } else { label }, value]);
        last = Some(label);
    }
    pad(&mut table, indent);
    if let Some(labels) = table.column_mut(0) {
        labels.set_constraint(ColumnConstraint::UpperBoundary(Width::Percentage(50)));
    }
    table.trim_fmt() + "\n"
}

/// Rows one below the other, each cell with its title: where the width is too small for columns.
pub(crate) fn stacked(columns: &[Column<'_>], rows: &[Vec<String>], indent: u16, width: u16) -> String {
    let one = |row: &Vec<String>| {
        let pairs: Vec<_> = columns.iter().zip(row).map(|(c, cell)| (c.title, cell.clone())).collect();
        self::pairs(&pairs, indent, width)
    };
    rows.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// A table with a header, or nothing where it does not fit into `width`.
pub(crate) fn table(columns: &[Column<'_>], rows: &[Vec<String>], indent: u16, width: u16) -> Option<String> {
    let widths = fit(columns, rows, width.checked_sub(indent)?)?;
    let mut table = bare(0, width);
    table.load_style(RULED);
    table.set_header(columns.iter().map(|column| aligned(column.title, column.kind)));
    for row in rows {
        table.add_row(row.iter().zip(columns).map(|(text, column)| aligned(text, column.kind)));
    }
    pad(&mut table, 0);
    for (column, width) in table.column_iter_mut().zip(widths) {
        let padded = width.saturating_add(column.padding_width());
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(padded)));
    }
    let margin = " ".repeat(indent.into());
    Some(table.trim_fmt().lines().map(|line| format!("{margin}{line}\n")).collect())
}

/// Widths of the columns' content within `room`: as wide as it is, then the widest text gives way until all fit.
fn fit(columns: &[Column<'_>], rows: &[Vec<String>], room: u16) -> Option<Vec<u16>> {
    let width_of = |text: &str| u16::try_from(text.width()).unwrap_or(u16::MAX);
    let natural = |(place, column): (usize, &Column<'_>)| {
        let cells = rows.iter().filter_map(|row| row.get(place)).map(|cell| width_of(cell));
        cells.fold(width_of(column.title), u16::max)
    };
    let mut widths: Vec<u16> = columns.iter().enumerate().map(natural).collect();
    let gaps = columns.len().saturating_sub(1) * usize::from(GAP);
    let room = usize::from(room).checked_sub(gaps)?;
    loop {
        let over = widths.iter().map(|&width| usize::from(width)).sum::<usize>().saturating_sub(room);
        if over == 0 {
            return Some(widths);
        }
        let slack = |(width, column): (&u16, &Column<'_>)| match column.kind {
            Kind::Number => 0,
            Kind::Text(least) => width.saturating_sub(least),
        };
        let slacks: Vec<u16> = widths.iter().zip(columns).map(slack).collect();
        let widest =
            (0..widths.len()).filter(|&place| slacks[place] > 0).max_by_key(|&place| widths[place])?;
        // Not all at once: the next step may find another column wider.
        let step = usize::from(slacks[widest]).min(over).div_ceil(2);
        widths[widest] = widths[widest].saturating_sub(u16::try_from(step).unwrap_or(u16::MAX));
    }
}

fn aligned(text: &str, kind: Kind) -> Cell {
    let alignment = match kind {
        Kind::Number => CellAlignment::Right,
        Kind::Text(_) => CellAlignment::Left,
    };
    Cell::new(text).set_alignment(alignment)
}

fn bare(indent: u16, width: u16) -> Table {
    let mut table = Table::new();
    let room = width.max(MIN_WIDTH.max(indent));
    table.load_style(BARE).set_content_arrangement(ContentArrangement::Dynamic).set_width(room);
    table
}

fn pad(table: &mut Table, indent: u16) {
    let last = table.column_count().saturating_sub(1);
    for (place, column) in table.column_iter_mut().enumerate() {
        let gap = if place == last { 0 } else { GAP };
        column.set_padding((if place == 0 { indent } else { 0 }, gap));
    }
}
