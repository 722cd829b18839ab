//! What a workbook would take in memory, counted before a reader that believes what it says sees it: two cells far apart are a few
//! bytes in a file, and so is a number of texts that are not there.

use std::io::{Read, Seek};

use cfb::CompoundFile;

use super::PileError;
use super::guard::guarded;
use super::meter::{MOST_CELLS, MOST_IN_MEMORY};

/// What a compound file of OLE is.
pub(super) enum Compound {
    /// A workbook of Excel 97 to 2003, whose sheets span so few cells that it can be read.
    Workbook,
    /// An encrypted file of a later Office.
    Encrypted,
    /// Something else.
    Other(&'static str),
}

/// What a compound file is.
pub(super) fn compound<R: Read + Seek>(input: R) -> Result<Compound, PileError> {
    guarded(|| told(input)).unwrap_or(Err(PileError::Damaged(OLE)))
}

fn told<R: Read + Seek>(input: R) -> Result<Compound, PileError> {
    let mut file = CompoundFile::open(input).map_err(|_| PileError::Damaged(OLE))?;
    if file.exists("/EncryptedPackage") {
        return Ok(Compound::Encrypted);
    }
    let Some(name) = ["/Workbook", "/Book"].into_iter().find(|name| file.exists(name)) else {
        let word = file.exists("/WordDocument");
        return Ok(Compound::Other(if word { "an old Word document" } else { "an old Office file" }));
    };
    let stream = file.open_stream(name).map_err(|_| PileError::Damaged(OLE))?;
    let mut bytes = Vec::new();
    stream.take(MOST_IN_MEMORY + 1).read_to_end(&mut bytes).map_err(|_| PileError::Damaged(OLE))?;
    match bytes.len() as u64 > MOST_IN_MEMORY || span(&bytes) > MOST_CELLS {
        true => Err(PileError::TooLargeBook),
        false => Ok(Compound::Workbook),
    }
}

const OLE: &str = "Office file";

/// The start of the records of a sheet.
const BOF: u16 = 0x0809;
/// What a sheet says it spans.
const DIMENSIONS: u16 = 0x0200;
/// Records of one cell, whose row and column come first: BLANK, NUMBER, LABEL, BOOLERR, FORMULA, RK, LABELSST, RSTRING.
const CELLS: [u16; 8] = [0x0201, 0x0203, 0x0204, 0x0205, 0x0006, 0x027E, 0x00FD, 0x00D6];
/// Records of several cells of a row, whose last column comes last: MULRK, MULBLANK.
const SEVERAL: [u16; 2] = [0x00BD, 0x00BE];

/// The areas that the cells of each sheet span, added up.
fn span(records: &[u8]) -> u64 {
    let (mut total, mut sheet) = (0_u64, Area::default());
    let mut rest = records;
    while let Some(([a, b, c, d], after)) = rest.split_first_chunk() {
        let (kind, length) = (u16::from_le_bytes([*a, *b]), usize::from(u16::from_le_bytes([*c, *d])));
        let Some((body, next)) = after.split_at_checked(length) else { break };
        let at = |place: usize| body.get(place..place + 2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        if kind == DIMENSIONS {
            total = total.saturating_add(declared(body));
        }
        if kind == BOF {
            total = total.saturating_add(std::mem::take(&mut sheet).cells());
        }
        let several = SEVERAL.contains(&kind);
        if let (true, Some(row), Some(column)) = (several || CELLS.contains(&kind), at(0), at(2)) {
            let last = if several { at(length.saturating_sub(2)) } else { None };
            sheet.add(row, column);
            sheet.add(row, last.unwrap_or(column));
        }
        rest = next;
    }
    total.saturating_add(sheet.cells())
}

/// The cells that a sheet says it spans: its first row and the one after its last, of four bytes each or, before Excel 97, of two;
/// then columns.
fn declared(body: &[u8]) -> u64 {
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let wide = if body.len() >= 14 { 4 } else { 2 };
    let Some((rows, columns)) = body.get(..2 * wide + 4).map(|body| body.split_at(2 * wide)) else {
        return 0;
    };
    let [rows, columns] = [(rows, wide), (columns, 2)].map(|(pair, width)| {
        let (first, after) = pair.split_at(width);
        number(after).saturating_sub(number(first)).saturating_add(1)
    });
    rows.saturating_mul(columns)
}

/// A rectangle around cells.
#[derive(Default)]
struct Area(Option<[(u16, u16); 2]>);

impl Area {
    fn add(&mut self, row: u16, column: u16) {
        let [from, to] = self.0.get_or_insert([(row, column); 2]);
        *from = (from.0.min(row), from.1.min(column));
        *to = (to.0.max(row), to.1.max(column));
    }

    fn cells(self) -> u64 {
        self.0.map_or(0, |[from, to]| (u64::from(to.0 - from.0) + 1) * (u64::from(to.1 - from.1) + 1))
    }
}

/// What the tags of an XML part say of numbers: the part, in pieces of whatever size, is added.
#[derive(Default)]
pub(super) struct Tags {
    /// The tag that is being read.
    tag: Vec<u8>,
    in_tag: bool,
    /// How often the row is repeated.
    row: u64,
    cells: u64,
    texts: u64,
}

/// Of longer tags the rest is not looked at: they are of no spreadsheet.
const MOST_TAG: usize = 16 << 10;

impl Tags {
    pub(super) fn add(&mut self, piece: &[u8]) {
        for byte in piece {
            match byte {
                b'<' => {
                    self.tag.clear();
                    self.in_tag = true;
                }
                b'>' if self.in_tag => {
                    self.in_tag = false;
                    self.close();
                }
                _ if self.in_tag && self.tag.len() < MOST_TAG => self.tag.push(*byte),
                _ => {}
            }
        }
    }

    /// How many cells the sheets of an OpenDocument spreadsheet hold, those that are repeated counted as often.
    pub(super) fn cells(&self) -> u64 {
        self.cells
    }

    /// How many texts the table of texts of an Excel workbook says that it has.
    pub(super) fn texts(&self) -> u64 {
        self.texts
    }

    fn close(&mut self) {
        let name = self.tag.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
        if name.ends_with(b"sst") {
            self.texts = self.texts.saturating_add(self.number(b"uniqueCount="));
        }
        if name == b"table:table-row" {
            self.row = self.number(b"table:number-rows-repeated=").max(1);
        }
        // A cell without a value or text is a closed tag without a type: the rest of a row is such.
        let is_cell = [&b"table:table-cell"[..], b"table:covered-table-cell"].contains(&name);
        let is_empty = self.tag.ends_with(b"/") && !contains(&self.tag, b"office:");
        if is_cell && !is_empty {
            let times = self.number(b"table:number-columns-repeated=").max(1);
            self.cells = self.cells.saturating_add(times.saturating_mul(self.row.max(1)));
        }
    }

    /// The number that an attribute of the tag gives; zero where it has none.
    fn number(&self, attribute: &[u8]) -> u64 {
        let Some(at) = self.tag.windows(attribute.len()).position(|bytes| bytes == attribute) else {
            return 0;
        };
        let digits = self.tag.get(at + attribute.len() + 1..).unwrap_or_default();
        let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, body: &[u16]) -> Vec<u8> {
        let body: Vec<u8> = body.iter().flat_map(|word| word.to_le_bytes()).collect();
        [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), &body].concat()
    }

    #[test]
    fn two_cells_far_apart_span_what_is_between() {
        let far = [record(BOF, &[]), record(0x0203, &[0, 0, 0]), record(0x0203, &[65_535, 255, 0])].concat();
        assert_eq!(span(&far), 65_536 * 256);
        assert_eq!(span(&far.repeat(3)), 3 * 65_536 * 256, "each sheet by itself");
        let near =
            [record(BOF, &[]), record(0x00BD, &[7, 3, 0, 0, 0, 5]), record(0x00FD, &[8, 4, 0])].concat();
        assert_eq!(span(&near), 2 * 3);
        assert_eq!((span(b""), span(&near[..7])), (0, 0));
        // What it says it spans is believed by its reader, so it counts too.
        let says = record(DIMENSIONS, &[0, 0, 0xFFFF, 0xFFFF, 0, 3, 0]);
        assert_eq!(span(&says), (u64::from(u32::MAX) + 1) * 4);
        assert_eq!(span(&record(DIMENSIONS, &[1, 11, 0, 2, 0])), 11 * 3);
    }

    #[test]
    fn repeated_cells_are_counted_as_often() {
        let xml = b"<table:table-row table:number-rows-repeated=\"3\"><table:table-cell office:value-type=\"float\" \
            table:number-columns-repeated='10'><text:p>1</text:p></table:table-cell>\
            <table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>";
        for size in [1, 7, xml.len()] {
            let mut tags = Tags::default();
            xml.chunks(size).for_each(|piece| tags.add(piece));
            assert_eq!(tags.cells(), 30);
        }
        let mut tags = Tags::default();
        tags.add(
            &b"<table:table-cell office:x table:number-columns-repeated=\"99999999999999999999999\">"
                .repeat(2),
        );
        assert_eq!(tags.cells(), u64::MAX);
    }

    #[test]
    fn texts_that_are_said_to_be_there_are_seen() {
        let mut tags = Tags::default();
        tags.add(b"<?xml version='1.0'?><sst xmlns=\"x\" count=\"9\" uniqueCount=\"12345678901\"><si><t>a</t></si></sst>");
        assert_eq!(tags.texts(), 12_345_678_901);
    }
}
