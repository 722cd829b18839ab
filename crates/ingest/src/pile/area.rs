//! How many cells a workbook's sheets span, counted before a reader that holds all of them in memory sees it: two cells far apart
//! are a few bytes in a file.

use std::io::{Read, Seek};

use cfb::CompoundFile;

use super::PileError;
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

/// How many cells the sheets of an OpenDocument spreadsheet hold, those that are repeated counted as often: its XML, in pieces
/// of whatever size, is added.
#[derive(Default)]
pub(super) struct Repeats {
    total: u64,
    /// The tag that is being read.
    tag: Vec<u8>,
    in_tag: bool,
    row: u64,
}

/// Tags of more bytes are of no spreadsheet; what comes after is not looked at.
const MOST_TAG: usize = 16 << 10;

impl Repeats {
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

    pub(super) fn cells(&self) -> u64 {
        self.total
    }

    fn close(&mut self) {
        if self.tag.starts_with(b"table:table-row") {
            self.row = self.repeated(b"table:number-rows-repeated=").max(1);
        }
        // A cell without a value or text is a closed tag without a type: the rest of a row is such.
        let is_cell =
            self.tag.starts_with(b"table:table-cell") || self.tag.starts_with(b"table:covered-table-cell");
        let is_empty = self.tag.ends_with(b"/") && !contains(&self.tag, b"office:");
        if is_cell && !is_empty {
            let times = self.repeated(b"table:number-columns-repeated=").max(1);
            self.total = self.total.saturating_add(times.saturating_mul(self.row.max(1)));
        }
    }

    /// The number that an attribute of the tag gives; zero where it has none.
    fn repeated(&self, attribute: &[u8]) -> u64 {
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
    }

    #[test]
    fn repeated_cells_are_counted_as_often() {
        let xml = b"<table:table-row table:number-rows-repeated=\"3\"><table:table-cell office:value-type=\"float\" \
            table:number-columns-repeated='10'><text:p>1</text:p></table:table-cell>\
            <table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>";
        for size in [1, 7, xml.len()] {
            let mut repeats = Repeats::default();
            xml.chunks(size).for_each(|piece| repeats.add(piece));
            assert_eq!(repeats.cells(), 30);
        }
        let mut repeats = Repeats::default();
        repeats.add(
            &b"<table:table-cell office:x table:number-columns-repeated=\"99999999999999999999999\">"
                .repeat(2),
        );
        assert_eq!(repeats.cells(), u64::MAX);
    }
}
