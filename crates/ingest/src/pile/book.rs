//! Workbooks: each sheet as text, a line a row, commas between cells. Hidden sheets are read as others are.

use std::io::{self, Read, Seek};

use calamine::{Cell, Data, DataRef, Ods, Range, Reader as _, SheetType, Xls, Xlsb, Xlsx};
use zip::ZipArchive;

use super::archive::{Format, explained, text_of as text_of_name};
use super::area::Tags;
use super::guard::guarded;
use super::lines::{Lines, Rows, push_quoted};
use super::meter::{MOST_CELLS, MOST_IN_MEMORY, Metered};
use super::{MemberText, PileError, Walk};

/// Bytes of an XML part of a sheet, of which the reader holds one element at a time.
const MOST_SHEET: u64 = 2 << 30;

impl Walk<'_> {
    pub(super) fn book<R: Read + Seek>(
        &mut self,
        mut input: R,
        format: Format,
        name: &str,
    ) -> Result<(), PileError> {
        match format {
            Format::Xlsx | Format::Xlsb => self.check_parts(&mut input)?,
            Format::Ods => self.check_content(&mut input)?,
            // Its cells are counted already.
            Format::Xls => {}
        }
        input.rewind()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(&mut input)?;
        let digest = hasher.finalize().to_hex().to_string();
        input.rewind()?;
        match format {
            Format::Xlsx => self.sheets::<R, Xlsx<R>>(input, name, &digest),
            Format::Xlsb => self.sheets::<R, Xlsb<R>>(input, name, &digest),
            Format::Ods => self.sheets::<R, Ods<R>>(input, name, &digest),
            Format::Xls => self.sheets::<R, Xls<R>>(input, name, &digest),
        }
    }

    /// The text of an OpenDocument spreadsheet must not be more than there may be, nor be repeated to be more.
    fn check_content<R: Read + Seek>(&self, input: &mut R) -> Result<(), PileError> {
        let mut archive = ZipArchive::new(input).map_err(explained)?;
        let part = archive.by_name("content.xml").map_err(explained)?;
        let (length, tags) = self.looked_through(part, MOST_IN_MEMORY)?;
        match length > MOST_IN_MEMORY || tags.cells() > MOST_CELLS {
            true => Err(PileError::TooLargeBook),
            false => Ok(()),
        }
    }

    /// The length of a part, as far as it may go, and what its tags say.
    fn looked_through(&self, part: impl Read, most: u64) -> Result<(u64, Tags), PileError> {
        let mut part = part.take(most + 1);
        let mut part = Metered::new(&mut part, &self.meter);
        let (mut piece, mut length, mut tags) = (vec![0; 64 << 10], 0, Tags::default());
        loop {
            let read = part.read(&mut piece).map_err(|_| PileError::Damaged(BOOK))?;
            if read == 0 || tags.cells() > MOST_CELLS {
                return Ok((length, tags));
            }
            length += read as u64;
            tags.add(piece.get(..read).unwrap_or_default());
        }
    }

    /// Shows all sheets. The readers are not ours: a panic of one is an error of the file.
    fn sheets<R: Read + Seek, B: Sheets<R>>(
        &mut self,
        input: R,
        name: &str,
        digest: &str,
    ) -> Result<(), PileError> {
        let opened = guarded(|| B::new(input)).ok_or(PileError::Damaged(BOOK))?;
        let mut book = opened.map_err(|error| match format!("{error:?}").contains("Password") {
            true => PileError::Encrypted,
            false => PileError::Damaged(BOOK),
        })?;
        let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        for sheet in sheets.map(|sheet| sheet.name.clone()).collect::<Vec<_>>() {
            let name = format!("{name}!{}", text_of_name(sheet.as_bytes()));
            match guarded(|| book.cells(&sheet)).flatten() {
                Some(cells) => self.sheet(cells, &name, digest),
                None => self.shown(&name, Err(PileError::Damaged(SHEET)))?,
            }
        }
        Ok(())
    }

    /// What the reader holds in memory must not be more than there may be: each part is unpacked once, to count its bytes.
    fn check_parts<R: Read + Seek>(&self, input: &mut R) -> Result<(), PileError> {
        let mut archive = ZipArchive::new(input).map_err(explained)?;
        let mut in_memory = 0;
        for number in 0..archive.len() {
            let part = archive.by_index(number).map_err(explained)?;
            let (is_sheet, is_read) = {
                let name = part.name_raw();
                let ends = [&b".xml"[..], b".bin", b".rels"].iter().any(|ending| name.ends_with(ending));
                (name.starts_with(b"xl/worksheets/"), ends && !name.starts_with(b"xl/media/"))
            };
            if !is_read {
                continue;
            }
            let most = if is_sheet { MOST_SHEET } else { MOST_IN_MEMORY };
            let (length, tags) = self.looked_through(part, most)?;
            in_memory += if is_sheet { 0 } else { length };
            // Room is made for as many texts as are said to be there.
            if tags.texts() > length {
                return Err(PileError::Damaged(BOOK));
            }
            if length > most || in_memory > MOST_IN_MEMORY {
                return Err(PileError::TooLargeBook);
            }
        }
        Ok(())
    }

    /// Shows one sheet; one without any cell is left out, as most workbooks have such.
    fn sheet(&mut self, cells: NextCell<'_>, name: &str, digest: &str) {
        let mut text = Lines::new(SheetRows { next: cells, ahead: None, ended: false });
        let digest = || digest.to_owned();
        let content = match text.at_end() {
            Ok(true) => return,
            Ok(false) => Ok(MemberText { input: &mut text, table: Some(&digest) }),
            Err(error) => Err(error.into()),
        };
        self.show(name, content);
    }
}

const BOOK: &str = "workbook";
const SHEET: &str = "sheet";

/// Row, column and text of a cell.
type Placed = (u32, u32, String);
/// Gives one cell after the other; an error where the sheet is damaged.
type NextCell<'a> = Box<dyn FnMut() -> Result<Option<Placed>, ()> + 'a>;

/// A workbook whose sheets are read cell by cell.
trait Sheets<R: Read + Seek>: calamine::Reader<R> {
    /// The cells of a sheet, row by row; none where it is damaged.
    fn cells(&mut self, sheet: &str) -> Option<NextCell<'_>>;
}

impl<R: Read + Seek> Sheets<R> for Xlsx<R> {
    fn cells(&mut self, sheet: &str) -> Option<NextCell<'_>> {
        let mut cells = self.worksheet_cells_reader(sheet).ok()?;
        Some(Box::new(move || cells.next_cell().map(|cell| cell.map(placed)).map_err(|_| ())))
    }
}

impl<R: Read + Seek> Sheets<R> for Xlsb<R> {
    fn cells(&mut self, sheet: &str) -> Option<NextCell<'_>> {
        let mut cells = self.worksheet_cells_reader(sheet).ok()?;
        Some(Box::new(move || cells.next_cell().map(|cell| cell.map(placed)).map_err(|_| ())))
    }
}

impl<R: Read + Seek> Sheets<R> for Ods<R> {
    fn cells(&mut self, sheet: &str) -> Option<NextCell<'_>> {
        Some(cells_of(self.worksheet_range(sheet).ok()?))
    }
}

impl<R: Read + Seek> Sheets<R> for Xls<R> {
    fn cells(&mut self, sheet: &str) -> Option<NextCell<'_>> {
        Some(cells_of(self.worksheet_range(sheet).ok()?))
    }
}

fn placed(cell: Cell<DataRef<'_>>) -> Placed {
    let (row, column) = cell.get_position();
    (row, column, text_of(&Data::from(cell.get_value().clone())))
}

/// The cells of a sheet that is in memory.
fn cells_of(range: Range<Data>) -> NextCell<'static> {
    let (top, left) = range.start().unwrap_or_default();
    let width = range.width().max(1);
    let mut places = 0..range.height() * range.width();
    Box::new(move || {
        let cell = places.find_map(|place| {
            let (row, column) = (place / width, place % width);
            let value = range.get((row, column)).filter(|value| **value != Data::Empty)?;
            Some((top + row as u32, left + column as u32, text_of(value)))
        });
        Ok(cell)
    })
}

/// The cells of a sheet as rows.
struct SheetRows<'a> {
    next: NextCell<'a>,
    /// The cell that begins the next row.
    ahead: Option<Placed>,
    ended: bool,
}

impl SheetRows<'_> {
    /// The next cell that holds something.
    fn cell(&mut self) -> io::Result<Option<Placed>> {
        while !self.ended {
            match guarded(|| (self.next)()) {
                Some(Ok(Some(cell))) if cell.2.trim().is_empty() => {}
                Some(Ok(Some(cell))) => return Ok(Some(cell)),
                Some(Ok(None)) => self.ended = true,
                Some(Err(())) | None => {
                    self.ended = true;
                    return Err(io::Error::new(io::ErrorKind::InvalidData, PileError::Damaged(SHEET)));
                }
            }
        }
        Ok(None)
    }
}

impl Rows for SheetRows<'_> {
    /// Rows without any cell are left out.
    fn next_row(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        let first = match self.ahead.take() {
            Some(cell) => Some(cell),
            None => self.cell()?,
        };
        let Some((row, mut column, text)) = first else { return Ok(()) };
        line.extend(std::iter::repeat_n(b',', column as usize));
        push_quoted(line, &text);
        while let Some(cell) = self.cell()? {
            // Cells that stand before the last one begin a row too: a sheet that is out of order is not lost.
            if cell.0 != row || cell.1 <= column {
                self.ahead = Some(cell);
                break;
            }
            line.extend(std::iter::repeat_n(b',', (cell.1 - column) as usize));
            push_quoted(line, &cell.2);
            column = cell.1;
        }
        line.extend(b"\r\n");
        Ok(())
    }
}

/// What a cell shows. Whole numbers are written as such: a phone number that lost its zero gets it back like one in a text file.
fn text_of(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let clock = format!("{hour:02}:{minute:02}:{second:02}");
            match (hour, minute, second) {
                // A time of day stands before the first day.
                _ if (0.0..1.0).contains(&time.as_f64()) => clock,
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {clock}"),
            }
        }
        Data::DateTime(time) => time.as_f64().to_string(),
        // An error holds no value, and true or false is nobody's name.
        Data::Bool(_) | Data::Error(_) | Data::Empty => String::new(),
    }
}
