//! 7-Zip archives.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use sevenz_rust2::{ArchiveReader, Error, Password};

use super::archive::{Explained, text_of};
use super::meter::{MOST_DICTIONARY, MOST_MEMBERS};
use super::{Modified, PileError, Walk};

const SEVEN: &str = "7-Zip archive";

impl Walk<'_> {
    pub(super) fn seven<R: Read + Seek>(
        &mut self,
        input: R,
        name: &str,
        depth: usize,
    ) -> Result<(), PileError> {
        let most = usize::try_from(MOST_DICTIONARY >> 10).unwrap_or(usize::MAX);
        let mut archive =
            ArchiveReader::new_with_memory_limit(input, Password::empty(), most).map_err(explained)?;
        // Its threads would each take as much memory.
        archive.set_thread_count(1);
        let files = archive.archive().files.len();
        if files > MOST_MEMBERS {
            return Err(PileError::TooManyMembers);
        }
        let path = |member: &str| format!("{name}!{}", text_of(member.as_bytes()));
        let (mut locked, mut open) = (BTreeSet::new(), 0_usize);
        for (number, file) in
            archive.archive().files.iter().enumerate().filter(|(_, file)| !file.is_directory())
        {
            match archive.archive().is_file_encrypted(number) {
                true => drop(locked.insert(path(file.name()))),
                false => open += 1,
            }
        }
        for member in &locked {
            self.shown(member, Err(PileError::Encrypted))?;
        }
        let mut limit = None;
        let read = archive.for_each_entries(|entry, input| {
            let member = path(entry.name());
            if locked.contains(&member) {
                // Nothing of its block can be read.
                return Ok(false);
            }
            if !entry.is_directory() {
                open = open.saturating_sub(1);
                let modified = Some(entry.last_modified_date()).and_then(Modified::in_seven);
                limit = self.dated_member(&mut Explained(input), &member, depth, modified).err();
            }
            match limit {
                Some(_) => Err(Error::Other("a limit".into())),
                None => Ok(true),
            }
        });
        match (limit, read) {
            (Some(limit), _) => Err(limit),
            // What stands behind a locked member is not reached: unless there is none, that must be told.
            (None, Err(error)) if locked.is_empty() || open > 0 => Err(explained(error)),
            (None, Ok(())) if open > 0 => Err(PileError::Damaged(SEVEN)),
            _ => Ok(()),
        }
    }
}

/// What an error of the reader means.
fn explained(error: Error) -> PileError {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => PileError::Encrypted,
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => PileError::Encrypted,
        Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) | Error::ExternalUnsupported => {
            PileError::Unsupported
        }
        Error::MaxMemLimited { .. } => PileError::TooLargeDictionary,
        _ => PileError::Damaged(SEVEN),
    }
}
