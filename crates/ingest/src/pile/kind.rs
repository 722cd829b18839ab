//! What a file is, by its first bytes and never by its name.

use std::io::Read as _;

use super::{card, database, json, mail, sql};
use crate::Compression;
use crate::decompress::Decompressed;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An archive, or one of the workbooks that are ZIP archives.
    Zip,
    Seven,
    /// A compound file of OLE: an old workbook, or something else of Office.
    Compound,
    /// A database of SQLite.
    Database,
    Parquet,
    Pdf,
    Tar,
    Json,
    /// Statements that would put rows into a database.
    Dump,
    /// An address book of vCards.
    Cards,
    Mail,
    Mailbox,
    /// One of these, compressed.
    Compressed,
    /// Anything else.
    List,
}

impl Kind {
    /// True where a file's own bytes are the text that is in it. Cards are not: their values may be encoded.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Kind::Json | Kind::Dump | Kind::List)
    }
}

/// The kind of a file with these first bytes.
pub(super) fn kind_of(head: &[u8]) -> Kind {
    kind_within(head, 0)
}

fn kind_within(head: &[u8], depth: usize) -> Kind {
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Kind::Zip,
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => Kind::Seven,
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => Kind::Compound,
        [b'P', b'A', b'R', b'1' | b'E', ..] if is_parquet(head) => Kind::Parquet,
        [b'%', b'P', b'D', b'F', b'-', ..] => Kind::Pdf,
        _ if database::is_database(head) => Kind::Database,
        _ if is_tar(head) => Kind::Tar,
        _ if json::is_json(head) => Kind::Json,
        _ if card::is_cards(head) => Kind::Cards,
        _ if sql::is_dump(head) => Kind::Dump,
        _ if mail::is_mail(head) => Kind::Mail,
        _ if mail::is_mailbox(head) => Kind::Mailbox,
        _ if Compression::of(head).is_some() && depth < super::MOST_DEPTH => {
            // A compressed list is read as it is; a second compression would be no list.
            let inside = decompressed(head);
            let other_inside =
                kind_within(&inside, depth + 1) != Kind::List || Compression::of(&inside).is_some();
            if other_inside { Kind::Compressed } else { Kind::List }
        }
        _ => Kind::List,
    }
}

/// The first bytes of what is in a compressed file.
fn decompressed(head: &[u8]) -> Vec<u8> {
    let mut inside = Vec::new();
    if let Ok(input) = Decompressed::unhashed(head) {
        // It ends in the middle: what comes before is enough.
        let _ = input.take(super::HEAD as u64).read_to_end(&mut inside);
    }
    inside
}

/// True for the first bytes of a Parquet file: text would not go on with what its pages begin with.
fn is_parquet(head: &[u8]) -> bool {
    head.get(4).is_none_or(|byte| *byte < b' ' && !byte.is_ascii_whitespace() || *byte >= 0x80)
}

/// Bytes of a header of tar.
pub(super) const TAR: usize = 512;

/// True for a header of tar, of whatever age: its checksum is that of its bytes.
fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..TAR) else { return false };
    super::tape::is_header(header)
}
