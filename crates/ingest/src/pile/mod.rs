//! Files that hold lists inside: workbooks with their sheets, databases with their tables, archives with their members, one in another
//! to a depth.
//!
//! What is inside is given out as a stream of text, one list after the other, and none of it is written to a disk here. Whatever a
//! file claims, memory and work are bounded: see the constants of `meter`.

mod archive;
mod area;
mod book;
mod card;
#[cfg(feature = "parquet")]
mod columnar;
mod compound;
mod database;
mod error;
mod guard;
mod json;
mod kind;
mod lines;
mod mail;
mod meter;
mod modified;
#[cfg(feature = "pdf")]
mod pdf;
mod seven;
#[cfg(all(test, any(feature = "parquet", feature = "pdf")))]
mod shown;
mod sql;
mod tape;

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Seek};
use std::ops::Bound;

pub use error::PileError;
pub use guard::is_guarded;
use kind::{Kind, kind_of};
use meter::{MOST_DEPTH, MOST_IN_MEMORY, MOST_MEMBERS, Meter, Metered};
pub use modified::Modified;

use archive::Format;
use area::Compound;

use crate::Compression;
use crate::decompress::Decompressed;
use crate::up_to_error::UpToError;

/// First bytes that tell what a file is.
const HEAD: usize = 64 << 10;

/// One list inside a file.
pub struct Member<'a> {
    /// Where it is: names of members and sheets, each after a `!`, as in `!post/list.xlsx!顧客`.
    pub name: &'a str,
    /// What is read, or why it cannot be.
    pub content: Result<MemberText<'a>, PileError>,
    /// When it, or the nearest file around it that an archive tells of, was last changed; none where none tells.
    pub modified: Option<Modified>,
}

/// The text of a list inside a file.
pub struct MemberText<'a> {
    /// Its bytes, read once.
    pub input: &'a mut dyn Read,
    /// Where it is no text but a table, such as a sheet: what `input` gives is then UTF-8 with commas between cells, and this, once
    /// all of that was read, the digest of the file that holds it (BLAKE3, hex).
    pub table: Option<&'a dyn Fn() -> String>,
}

/// Whom members are shown to, one after the other.
pub type Visit<'v> = &'v mut dyn FnMut(Member<'_>);

/// True where a file with these first bytes (64 KiB, or all there are) holds other files or sheets. Anything else is a list, or
/// none.
pub fn is_pile(head: &[u8]) -> bool {
    kind_of(head) != Kind::List
}

/// Shows all lists in a file to `visit`, in the file's order. What cannot be read in it is shown as an error of the member, and
/// the rest goes on.
///
/// # Errors
/// Where the file as a whole cannot be read, or holds more than is taken from one file.
pub fn each_member<R: Read + Seek>(input: R, visit: Visit<'_>) -> Result<(), PileError> {
    Walk::new(visit).container(input, "", 0)
}

/// Shows whatever text is packed in a file, list or not: what [`each_member`] shows, and besides that the bodies of messages, the
/// parts of documents, and the parts of workbooks that cannot be read as such. Text that stands in the file's own bytes, as in JSON,
/// is not unpacked.
///
/// # Errors
/// As there.
pub fn each_text<R: Read + Seek>(input: R, visit: Visit<'_>) -> Result<(), PileError> {
    Walk { any_text: true, ..Walk::new(visit) }.container(input, "", 0)
}

/// As [`each_text`], of those members alone whose names are wanted, and of what is beside them where they cannot be had without it.
///
/// # Errors
/// As there.
pub fn each_text_of<R: Read + Seek>(
    input: R,
    wanted: &BTreeSet<String>,
    visit: Visit<'_>,
) -> Result<(), PileError> {
    Walk { any_text: true, wanted: Some(wanted), ..Walk::new(visit) }.container(input, "", 0)
}

/// True where a file with these first bytes holds text that does not stand in its own bytes.
pub fn is_packed(head: &[u8]) -> bool {
    Compression::of(head).is_some() || !kind_of(head).is_text()
}

/// As [`each_member`], of a file that is read once. A ZIP archive, a workbook or a database is then held in memory.
///
/// # Errors
/// As there.
pub fn each_member_of_stream(input: &mut dyn Read, visit: Visit<'_>) -> Result<(), PileError> {
    Walk::new(visit).stream(input, "", 0)
}

/// A walk through one file.
struct Walk<'v> {
    meter: Meter,
    members: usize,
    /// True where any text is wanted, of documents too.
    any_text: bool,
    /// The names of what is to be shown, where not all is.
    wanted: Option<&'v BTreeSet<String>>,
    /// When the member that is being read was last changed.
    modified: Option<Modified>,
    visit: Visit<'v>,
}

impl<'v> Walk<'v> {
    fn new(visit: Visit<'v>) -> Self {
        Self { meter: Meter::default(), members: 0, any_text: false, wanted: None, modified: None, visit }
    }
}

impl Walk<'_> {
    /// What a file is read as: where any text is wanted, text is not taken apart.
    fn kind(&self, head: &[u8]) -> Kind {
        match kind_of(head) {
            kind if self.any_text && kind.is_text() => Kind::List,
            kind => kind,
        }
    }

    /// A file that can be read from anywhere.
    fn container<R: Read + Seek>(&mut self, mut input: R, name: &str, depth: usize) -> Result<(), PileError> {
        if depth > MOST_DEPTH {
            return Err(PileError::TooDeep);
        }
        let mut head = Vec::new();
        input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        input.rewind()?;
        match self.kind(&head) {
            kind
            @ (Kind::Zip | Kind::Seven | Kind::Compound | Kind::Database | Kind::Parquet | Kind::Pdf) => {
                self.read_anywhere(kind, input, name, depth)
            }
            Kind::Dump => {
                let mut hasher = blake3::Hasher::new();
                hasher.update_reader(&mut input)?;
                input.rewind()?;
                self.dump(&mut input, name, Some(hasher.finalize().to_hex().as_str()))
            }
            kind => self.of_kind(kind, &mut input, name, depth),
        }
    }

    /// A file that is read once, from front to back.
    fn stream(&mut self, input: &mut dyn Read, name: &str, depth: usize) -> Result<(), PileError> {
        if depth > MOST_DEPTH {
            return Err(PileError::TooDeep);
        }
        let mut head = Vec::new();
        input.take(HEAD as u64).read_to_end(&mut head)?;
        let kind = self.kind(&head);
        self.of_kind(kind, &mut Cursor::new(head).chain(input), name, depth)
    }

    /// A file of those kinds that are read here and there.
    fn read_anywhere<R: Read + Seek>(
        &mut self,
        kind: Kind,
        mut input: R,
        name: &str,
        depth: usize,
    ) -> Result<(), PileError> {
        match kind {
            Kind::Seven => self.seven(input, name, depth),
            Kind::Database => self.database(input, name),
            #[cfg(feature = "parquet")]
            Kind::Parquet => self.parquet(input, name),
            #[cfg(not(feature = "parquet"))]
            Kind::Parquet => Err(PileError::NotBuilt { kind: "a Parquet file", feature: "parquet" }),
            #[cfg(feature = "pdf")]
            Kind::Pdf => self.pdf(input, name),
            #[cfg(not(feature = "pdf"))]
            Kind::Pdf => Err(PileError::NotBuilt { kind: "a PDF", feature: "pdf" }),
            Kind::Compound => {
                let what = area::compound(&mut input)?;
                input.rewind()?;
                match what {
                    Compound::Workbook => self.book(input, Format::Xls, name),
                    Compound::Encrypted => Err(PileError::Encrypted),
                    Compound::Other(_) if self.any_text => self.streams(input, name, depth),
                    Compound::Other(kind) => Err(PileError::Other(kind)),
                }
            }
            _ => self.zip(input, name, depth),
        }
    }

    fn of_kind(
        &mut self,
        kind: Kind,
        input: &mut dyn Read,
        name: &str,
        depth: usize,
    ) -> Result<(), PileError> {
        match kind {
            Kind::Tar => self.tar(input, name, depth),
            Kind::Json => self.json(input, name),
            Kind::Dump => self.dump(input, name, None),
            Kind::Cards => self.cards(input, name),
            Kind::Mail => self.mail(input, name, depth),
            Kind::Mailbox => self.mailbox(input, name, depth),
            Kind::Compressed => self.compressed(input, name, depth),
            Kind::Zip | Kind::Seven | Kind::Compound | Kind::Database | Kind::Parquet | Kind::Pdf => {
                let mut bytes = Vec::new();
                input.take(MOST_IN_MEMORY + 1).read_to_end(&mut bytes)?;
                match bytes.len() as u64 > MOST_IN_MEMORY {
                    true => Err(PileError::TooLargeInside),
                    false => self.read_anywhere(kind, Cursor::new(bytes), name, depth),
                }
            }
            Kind::List => {
                self.show(name, Ok(MemberText { input, table: None }));
                Ok(())
            }
        }
    }

    fn compressed(&mut self, input: &mut dyn Read, name: &str, depth: usize) -> Result<(), PileError> {
        let meter = self.meter.clone();
        let mut text = Decompressed::unhashed(input)?;
        if !self.any_text {
            return self.stream(&mut Metered::new(&mut text, &meter), name, depth + 1);
        }
        // Text is taken as far as it goes.
        let mut front = UpToError::new(text);
        self.stream(&mut Metered::new(&mut front, &meter), name, depth + 1)?;
        front.into_error().map_or(Ok(()), |error| Err(error.into()))
    }

    /// False for a member that neither is wanted nor may hold what is.
    fn wants(&self, name: &str) -> bool {
        // What is in a member is called by its name and more: the first name from there on tells.
        let first = |wanted: &BTreeSet<String>| {
            let from = (Bound::Included(name), Bound::Unbounded);
            wanted.range::<str, _>(from).next().is_some_and(|first| first.starts_with(name))
        };
        self.wanted.is_none_or(first)
    }

    /// A file among the members of another: what is wrong with it is its own matter.
    fn member(&mut self, input: &mut dyn Read, name: &str, depth: usize) -> Result<(), PileError> {
        self.members += 1;
        if self.members > MOST_MEMBERS {
            return Err(PileError::TooManyMembers);
        }
        let meter = self.meter.clone();
        let result = self.stream(&mut Metered::new(input, &meter), name, depth + 1);
        self.shown(name, result)
    }

    /// A member of which its archive tells when it was changed.
    fn dated_member(
        &mut self,
        input: &mut dyn Read,
        name: &str,
        depth: usize,
        modified: Option<Modified>,
    ) -> Result<(), PileError> {
        let around = self.modified;
        self.modified = modified.or(around);
        let result = self.member(input, name, depth);
        self.modified = around;
        result
    }

    fn show<'a>(&mut self, name: &'a str, content: Result<MemberText<'a>, PileError>) {
        (self.visit)(Member { name, content, modified: self.modified });
    }

    /// Shows what is wrong with a member. Where the whole walk has reached a limit, it ends.
    fn shown(&mut self, name: &str, result: Result<(), PileError>) -> Result<(), PileError> {
        match result {
            Ok(()) if self.meter.is_spent() => Err(PileError::TooMuch),
            Ok(()) => Ok(()),
            Err(error) if error.ends_all() => Err(error),
            Err(_) if self.meter.is_spent() => Err(PileError::TooMuch),
            Err(error) => {
                self.show(name, Err(error));
                Ok(())
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn what_is_wanted_is_shown_and_what_is_beside_it_in_no_archive_of_its_own_is_not() {
        let inner = zipped(&[("a.txt", b"one"), ("b.txt", b"two")]);
        let outer = zipped(&[("a", b"three"), ("deep.zip", &inner), ("z.zip", &inner)]);
        let shown = |wanted: &[&str]| {
            let (wanted, mut shown) = (wanted.iter().map(|name| (*name).to_owned()).collect(), Vec::new());
            each_text_of(Cursor::new(&outer), &wanted, &mut |member| shown.push(member.name.to_owned()))
                .unwrap();
            shown
        };
        assert_eq!(shown(&["!deep.zip!b.txt"]), ["!deep.zip!b.txt"]);
        assert_eq!(shown(&["!a", "!z.zip!a.txt"]), ["!a", "!z.zip!a.txt"]);
        assert!(shown(&[]).is_empty());
    }
}
