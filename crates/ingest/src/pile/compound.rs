//! Compound files of OLE that are no workbooks: what Office and Outlook wrote, each stream a member.

use std::io::{Read, Seek};
use std::path::PathBuf;

use cfb::CompoundFile;

use super::meter::MOST_MEMBERS;
use super::{PileError, Walk};

impl Walk<'_> {
    /// Every stream of the file. A short one lies in pieces among others, so that its text cannot be seen in the file's own bytes.
    pub(super) fn streams<R: Read + Seek>(
        &mut self,
        input: R,
        name: &str,
        depth: usize,
    ) -> Result<(), PileError> {
        let damaged = || PileError::Damaged("Office file");
        let mut file = CompoundFile::open(input).map_err(|_| damaged())?;
        let entries = file.walk().filter(cfb::Entry::is_stream).take(MOST_MEMBERS + 1);
        let streams: Vec<PathBuf> = entries.map(|entry| entry.path().to_path_buf()).collect();
        for path in streams {
            let path_text: String =
                path.to_string_lossy().chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
            let member = format!("{name}!{}", path_text.trim_start_matches('/'));
            match file.open_stream(&path) {
                Ok(mut stream) => self.member(&mut stream, &member, depth)?,
                Err(_) => self.shown(&member, Err(damaged()))?,
            }
        }
        Ok(())
    }
}
