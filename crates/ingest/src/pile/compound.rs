//! Compound files of OLE that are no workbooks: what Office and Outlook wrote, each stream a member.

use std::io::{self, Read, Seek};
use std::path::PathBuf;

use cfb::CompoundFile;

use super::guard::guarded;
use super::meter::MOST_MEMBERS;
use super::{PileError, Walk};

/// Storages in storages, and the stream in them.
const MOST_STORAGES: usize = 64;
/// Bytes of all paths: each holds those of its storages again.
const MOST_PATHS: usize = 16 << 20;

impl Walk<'_> {
    /// Every stream of the file. A short one lies in pieces among others, so that its text cannot be seen in the file's own bytes.
    pub(super) fn streams<R: Read + Seek>(
        &mut self,
        input: R,
        name: &str,
        depth: usize,
    ) -> Result<(), PileError> {
        let damaged = || PileError::Damaged("Office file");
        let opened = guarded(|| {
            let file = CompoundFile::open(input).map_err(|_| damaged())?;
            let paths = paths(&file)?;
            Ok((file, paths))
        });
        let (mut file, paths) = opened.unwrap_or_else(|| Err(damaged()))?;
        for path in paths {
            let path_text: String =
                path.to_string_lossy().chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
            let member = format!("{name}!{}", path_text.trim_start_matches('/'));
            match guarded(|| file.open_stream(&path)).ok_or_else(damaged)? {
                Ok(stream) => {
                    let mut stream = Guarded { reader: stream, is_broken: false };
                    self.member(&mut stream, &member, depth)?;
                    if stream.is_broken {
                        return Err(damaged());
                    }
                }
                Err(_) => self.shown(&member, Err(damaged()))?,
            }
        }
        Ok(())
    }
}

/// The paths of all streams.
fn paths<R: Read + Seek>(file: &CompoundFile<R>) -> Result<Vec<PathBuf>, PileError> {
    let (mut paths, mut bytes) = (Vec::new(), 0);
    for entry in file.walk() {
        let path = entry.path();
        // The root is one of them.
        if path.components().take(MOST_STORAGES + 2).count() > MOST_STORAGES + 1 {
            return Err(PileError::TooDeep);
        }
        bytes += path.as_os_str().len();
        if bytes > MOST_PATHS || paths.len() > MOST_MEMBERS {
            return Err(PileError::TooManyMembers);
        }
        if entry.is_stream() {
            paths.push(path.to_path_buf());
        }
    }
    Ok(paths)
}

/// What is read by a reader that may panic: then it is not asked again.
struct Guarded<R> {
    reader: R,
    is_broken: bool,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let broken = || io::Error::from(io::ErrorKind::InvalidData);
        if self.is_broken {
            return Err(broken());
        }
        guarded(|| self.reader.read(buffer)).unwrap_or_else(|| {
            self.is_broken = true;
            Err(broken())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;
    use crate::pile::each_text;

    /// A file with a stream in so many storages.
    fn made(storages: usize) -> Vec<u8> {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        let mut path = PathBuf::from("/");
        (0..storages).for_each(|_| path.push("s"));
        file.create_storage_all(&path).unwrap();
        file.create_stream(path.join("text")).unwrap().write_all(b"name").unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn storages_in_storages_end() {
        let walked = |storages| {
            let mut members = 0;
            let walked = each_text(Cursor::new(made(storages)), &mut |_| members += 1);
            (members, matches!(walked, Err(PileError::TooDeep)))
        };
        assert_eq!(walked(3), (1, false));
        assert_eq!(walked(MOST_STORAGES - 1), (1, false));
        assert_eq!(walked(MOST_STORAGES), (0, true));
    }

    #[test]
    fn a_reader_that_panics_is_not_asked_again() {
        struct Panics(usize);
        impl Read for Panics {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                panic!()
            }
        }
        let mut reader = Guarded { reader: Panics(0), is_broken: false };
        assert!(reader.read(&mut [0]).is_err() && reader.read(&mut [0]).is_err());
        assert!(reader.is_broken && reader.reader.0 == 1);
    }
}
