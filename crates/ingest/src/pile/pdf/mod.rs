//! PDF: the text of its pages, each line a row, its cells put into columns by where they stand on the page.

mod beside;
mod font;
mod line;
mod page;
mod place;
mod stream;
mod table;

use std::io::{self, Read, Seek, SeekFrom};

use lopdf::xref::XrefRecovery;
use lopdf::{DecompressError, Document, Error, LoadOptions, Object};

use super::guard::guarded;
use super::lines::{Lines, Rows, push_row};
use super::meter::{MOST_IN_MEMORY, Meter};
use super::{MemberText, PileError, Walk};
use page::PageReader;
use stream::TooLarge;
use table::{Table, TableRows, Tables};

const PDF: &str = "PDF";
/// Bytes that the streams of objects of one file unpack to, all together: what is read from them takes up to 60 times as much.
const MOST_OBJECTS: usize = 32 << 20;
/// Bytes that one of them, or the table of where objects are, unpacks to.
const MOST_STREAM: usize = 8 << 20;
/// Bytes of drawing for each byte of a file: one page may be drawn in many places.
const MOST_DRAWN: u64 = 64;
/// So many for the smallest file.
const LEAST_DRAWN: u64 = 256 << 20;

impl Walk<'_> {
    pub(super) fn pdf<R: Read + Seek>(&mut self, mut input: R, name: &str) -> Result<(), PileError> {
        let length = input.seek(SeekFrom::End(0))?;
        if length > MOST_IN_MEMORY {
            return Err(PileError::TooLargePdf);
        }
        input.rewind()?;
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes)?;
        let digest = blake3::hash(&bytes).to_hex().to_string();
        let document = opened(&bytes)?;
        drop(bytes);
        let most = LEAST_DRAWN + MOST_DRAWN * length;
        let Text { tables, wrong } = read(&document, Meter::of(most));
        drop(document);
        let rows = TextRows { tables: tables.into_iter(), table: None, left: Meter::of(most), wrong };
        let mut text = Lines::new(rows);
        let name = format!("{name}!text");
        let is_empty = text.at_end()?;
        if !is_empty {
            let digest = || digest.clone();
            let content = Ok(MemberText { input: &mut text, table: Some(&digest) });
            self.show(&name, content);
        }
        match text.into_rows().wrong {
            Some(error) => self.shown(&name, Err(error)),
            // A scan is no list; of any text there is none in it.
            None if is_empty && !self.any_text => Err(PileError::Other("a PDF without text, such as a scan")),
            None => Ok(()),
        }
    }
}

/// The objects of a file.
fn opened(bytes: &[u8]) -> Result<Document, PileError> {
    let options = LoadOptions {
        max_decompressed_size: Some(MOST_STREAM.min(MOST_OBJECTS / streams_of_objects(bytes).max(1))),
        ..LoadOptions::default()
    };
    let loaded = guarded(|| Document::load_mem_with_options(bytes, options));
    let locked = || memchr::memmem::find(bytes, b"/Encrypt").is_some();
    match loaded {
        // Where the password is empty, as it is where only printing is forbidden, all is decrypted by now.
        Some(Ok(document)) if document.is_encrypted() && !document.was_encrypted() => {
            Err(PileError::Encrypted)
        }
        Some(Ok(document)) if document.page_iter().next().is_some() => Ok(document),
        Some(Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. }))) => {
            Err(PileError::TooLargePdf)
        }
        Some(Err(_)) if locked() => Err(PileError::Encrypted),
        _ => Err(PileError::Damaged(PDF)),
    }
}

/// How many streams of objects there may be. All are unpacked at once, and their reader bounds each by itself.
fn streams_of_objects(bytes: &[u8]) -> usize {
    let named = memchr::memmem::find_iter(bytes, b"ObjStm").count();
    // The same name in another spelling, as in `/Obj#53tm`.
    let spelt = memchr::memchr_iter(b'#', bytes).filter(|&at| is_spelt(bytes, at)).count();
    named + spelt
}

/// True for a `#` in a name that may be that of a stream of objects.
fn is_spelt(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(at.saturating_sub(17)..at).unwrap_or_default();
    let name = before.iter().rposition(|&byte| byte == b'/').and_then(|slash| before.get(slash + 1..));
    let letters = name.unwrap_or(b"?").iter().filter(|byte| !b"#0123456789".contains(byte));
    letters.clone().count() <= 6 && letters.copied().all(|byte| b"ObjStmABCDEFabcdef".contains(&byte))
}

/// What could be read of a file.
struct Text {
    tables: Vec<Table>,
    /// What ended it before its end, or is wrong with all of it.
    wrong: Option<PileError>,
}

fn read(document: &Document, left: Meter) -> Text {
    let mut reader = PageReader::new(document, left);
    let mut tables = Tables::default();
    // Without the table of where its objects are, whatever was found of them was loaded.
    let is_rebuilt = document.xref_recovery == Some(XrefRecovery::Reconstructed);
    let mut wrong = is_rebuilt.then_some(PileError::CutShort(PDF));
    for page in document.page_iter() {
        match guarded(|| reader.read(page).map(|glyphs| tables.push(glyphs))) {
            Some(Ok(true)) => {}
            Some(Ok(false) | Err(TooLarge)) => wrong = Some(PileError::TooLargePdf),
            None => wrong = Some(PileError::CutShort(PDF)),
        }
        if matches!(wrong, Some(PileError::TooLargePdf)) || reader.is_spent() {
            break;
        }
    }
    if wrong.is_none() && !(reader.is_whole() && has_all_pages(document)) {
        wrong = Some(PileError::CutShort(PDF));
    }
    if wrong.is_none() && reader.is_unknown() {
        return Text {
            tables: Vec::new(),
            wrong: Some(PileError::Other("a PDF whose fonts do not tell its text")),
        };
    }
    Text { tables: tables.finish(), wrong }
}

/// False where the file tells of more pages than it has.
fn has_all_pages(document: &Document) -> bool {
    let pages = document.catalog().and_then(|catalog| catalog.get_deref(b"Pages", document));
    let count = pages.and_then(Object::as_dict).and_then(|pages| pages.get_deref(b"Count", document));
    let count = count.and_then(Object::as_i64).unwrap_or(0);
    usize::try_from(count).is_ok_and(|count| document.page_iter().count() >= count)
}

/// The lines of a file.
struct TextRows {
    tables: std::vec::IntoIter<Table>,
    table: Option<TableRows>,
    /// Bytes of text that the file may still give: an empty cell takes some too.
    left: Meter,
    wrong: Option<PileError>,
}

impl Rows for TextRows {
    fn next_row(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        loop {
            if let Some(cells) = self.table.as_mut().and_then(Iterator::next) {
                push_row(line, cells.iter().map(String::as_str));
                if self.left.count(line.len()).is_err() {
                    self.wrong = Some(PileError::TooLargePdf);
                    (self.table, self.tables) = (None, Vec::new().into_iter());
                }
                return Ok(());
            }
            match self.tables.next() {
                Some(table) => self.table = Some(table.into_rows()),
                None => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests;
