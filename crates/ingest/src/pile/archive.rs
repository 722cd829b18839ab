//! ZIP archives, and the workbooks that are ZIP archives.

use std::io::{self, Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use super::meter::MOST_MEMBERS;
use super::{Modified, PileError, Walk};

const ZIP: &str = "ZIP archive";
const DAMAGED: &str =
    "its packed data is damaged or cut short, so that rows would be missing; restore the archive from a copy";

impl Walk<'_> {
    pub(super) fn zip<R: Read + Seek>(
        &mut self,
        mut input: R,
        name: &str,
        depth: usize,
    ) -> Result<(), PileError> {
        let opened = ZipArchive::new(&mut input).map_err(explained);
        let mut archive = match opened {
            Ok(archive) => archive,
            Err(error) if self.any_text => {
                self.shown(name, Err(error))?;
                input.rewind()?;
                return self.zip_front(&mut input, name, depth);
            }
            Err(error) => return Err(error),
        };
        if archive.len() > MOST_MEMBERS {
            return Err(PileError::TooManyMembers);
        }
        match what_is(&mut archive)? {
            What::Workbook(format) => {
                drop(archive);
                input.rewind()?;
                let read = self.book(&mut input, format, name);
                match read {
                    Err(error) if self.any_text && !error.ends_all() => {
                        self.parts(&mut input, name, depth, error)
                    }
                    read => read,
                }
            }
            What::Other(kind) if !self.any_text => Err(PileError::Other(kind)),
            What::Archive | What::Other(_) => self.zip_members(&mut archive, name, depth),
        }
    }

    /// The parts of a workbook that could not be read as one.
    fn parts<R: Read + Seek>(
        &mut self,
        mut input: R,
        name: &str,
        depth: usize,
        error: PileError,
    ) -> Result<(), PileError> {
        self.shown(name, Err(error))?;
        input.rewind()?;
        self.zip_members(&mut ZipArchive::new(input).map_err(explained)?, name, depth)
    }

    /// The members of an archive whose directory, which stands at its end, is missing or damaged: as far as one follows the other.
    fn zip_front(&mut self, input: &mut dyn Read, name: &str, depth: usize) -> Result<(), PileError> {
        let mut input = input;
        while let Ok(Some(mut file)) = zip::read::read_zipfile_from_stream(&mut input) {
            let member = format!("{name}!{}", text_of(file.name_raw()));
            let is_file = file.is_file();
            let modified = file.last_modified().and_then(Modified::in_zip);
            if is_file {
                self.dated_member(&mut Explained(&mut file), &member, depth, modified)?;
            }
        }
        Ok(())
    }

    fn zip_members<R: Read + Seek>(
        &mut self,
        archive: &mut ZipArchive<R>,
        name: &str,
        depth: usize,
    ) -> Result<(), PileError> {
        (0..archive.len()).try_for_each(|number| self.zip_member(archive, number, name, depth))
    }

    fn zip_member<R: Read + Seek>(
        &mut self,
        archive: &mut ZipArchive<R>,
        number: usize,
        name: &str,
        depth: usize,
    ) -> Result<(), PileError> {
        let (member, encrypted) = match archive.by_index_raw(number) {
            Ok(file) if file.is_file() => (format!("{name}!{}", text_of(file.name_raw())), file.encrypted()),
            Ok(_) => return Ok(()),
            Err(error) => return self.shown(&format!("{name}!{}", number + 1), Err(explained(error))),
        };
        if !self.wants(&member) {
            return Ok(());
        }
        if encrypted {
            return self.shown(&member, Err(PileError::Encrypted));
        }
        match archive.by_index(number) {
            Ok(mut file) => {
                let modified = file.last_modified().and_then(Modified::in_zip);
                self.dated_member(&mut Explained(&mut file), &member, depth, modified)
            }
            Err(error) => self.shown(&member, Err(explained(error))),
        }
    }
}

/// A member whose errors say what they mean to whoever has the archive.
pub(super) struct Explained<'a>(pub(super) &'a mut dyn Read);

impl Read for Explained<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // What comes from the system is about the disk, all else about the data.
        self.0.read(buffer).map_err(|error| match error.raw_os_error() {
            None => io::Error::new(io::ErrorKind::InvalidData, DAMAGED),
            Some(_) => error,
        })
    }
}

/// The kinds of workbooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Xlsx,
    Xlsb,
    Ods,
    Xls,
}

/// What an archive is.
enum What {
    Archive,
    Workbook(Format),
    Other(&'static str),
}

fn what_is<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<What, PileError> {
    let has = |wanted: &[u8]| archive.file_names_raw().any(|name| name == wanted);
    let begins = |wanted: &[u8]| archive.file_names_raw().any(|name| name.starts_with(wanted));
    Ok(match () {
        () if has(b"xl/workbook.bin") => What::Workbook(Format::Xlsb),
        () if has(b"[Content_Types].xml") && begins(b"xl/") => What::Workbook(Format::Xlsx),
        () if has(b"[Content_Types].xml") && begins(b"word/") => What::Other("a Word document"),
        () if has(b"[Content_Types].xml") && begins(b"ppt/") => What::Other("a presentation"),
        () if has(b"mimetype") && has(b"content.xml") => {
            let mut kind = Vec::new();
            let file = archive.by_name("mimetype").map_err(explained)?;
            file.take(200).read_to_end(&mut kind)?;
            match kind.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") {
                true => What::Workbook(Format::Ods),
                false => What::Other("an OpenDocument file"),
            }
        }
        () => What::Archive,
    })
}

/// What an error of the reader means; what it says itself is of no use to whoever has the file.
pub(super) fn explained(error: ZipError) -> PileError {
    match error {
        ZipError::Io(error) => PileError::Io(error),
        ZipError::InvalidPassword => PileError::Encrypted,
        ZipError::UnsupportedArchive(text) if text == ZipError::PASSWORD_REQUIRED => PileError::Encrypted,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            PileError::Unsupported
        }
        _ => PileError::Damaged(ZIP),
    }
}

/// A member's name as text: UTF-8, or else as Windows in Japan writes it. Control characters do not reach a terminal.
pub(super) fn text_of(name: &[u8]) -> String {
    let text = match std::str::from_utf8(name) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::SHIFT_JIS.decode_without_bom_handling(name).0.into_owned(),
    };
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}
