//! Looking into one file of a sweep: first quickly, for places that may hold records of people, then into these.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use meibo::{Examiner, FileCounts, Member, Replay, Scanned, Sightings, decompress, scan_areas};

use crate::exit::Failure;
use crate::inputs;

/// First bytes that tell what a file is.
const HEAD: u64 = 64 << 10;

/// What a first look at a file gave.
#[derive(Default)]
pub(crate) struct Look {
    /// True where it could be opened.
    pub(crate) read: bool,
    /// Its length, and where the file itself may hold records of people.
    pub(crate) scanned: Scanned,
    /// Members of the file that may.
    members: HashSet<String>,
    /// What could not be read of it.
    pub(crate) unread: Vec<Failure>,
}

/// Rows of registered lists in a file.
pub(crate) struct Seen {
    pub(crate) path: PathBuf,
    /// Which bytes of it; none for all.
    pub(crate) bytes: Option<Range<u64>>,
    /// The digest of these bytes.
    pub(crate) blake3: String,
    pub(crate) counts: FileCounts,
}

/// What a second look at a file gave.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) seen: Vec<Seen>,
    /// Places that hold next to nothing of any list.
    pub(crate) others: usize,
    pub(crate) unread: Vec<Failure>,
}

impl Look {
    /// True where a second look is worth it.
    pub(crate) fn is_worth_another(&self) -> bool {
        !self.scanned.areas.is_empty() || !self.members.is_empty()
    }
}

/// The first look: reads everything once, and decides nothing.
pub(crate) fn look(path: &Path) -> Look {
    let mut look = Look::default();
    let failed = |error: &dyn std::fmt::Display| Failure::about(path.display(), error);
    let opened = open(path).and_then(|mut file| Ok((head_of(&mut file)?, file)));
    let (head, mut file) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            look.unread.push(failed(&format!("cannot be read: {error}")));
            return look;
        }
    };
    look.read = true;
    match scan_areas(&mut file) {
        Ok(scanned) => look.scanned = scanned,
        Err(error) => look.unread.push(failed(&format!("cannot be read: {error}"))),
    }
    if !meibo::is_packed(&head) {
        return look;
    }
    if let Err(error) = file.rewind() {
        look.unread.push(failed(&format!("cannot be read: {error}")));
        return look;
    }
    let walked = meibo::each_text(&mut file, &mut |member| {
        let name = member.name.to_owned();
        let scanned = match member.content {
            Ok(content) => decompress(content.input).and_then(scan_areas).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match scanned {
            Ok(scanned) if scanned.areas.is_empty() => {}
            Ok(_) => drop(look.members.insert(name)),
            Err(error) => {
                look.unread.push(Failure::about(inputs::member_path(path, &name).display(), error));
            }
        }
    });
    if let Err(error) = walked {
        look.unread.push(failed(&error));
    }
    look
}

/// The second look: what the places of the first hold of the registry's lists.
pub(crate) fn look_again(path: &Path, look: &Look, examiner: &Examiner) -> Found {
    let mut found = Found::default();
    let result = look_into(path, look, examiner, &mut found);
    if let Err(error) = result {
        found.unread.push(Failure::about(path.display(), format!("cannot be read: {error}")));
    }
    found
}

fn look_into(path: &Path, look: &Look, examiner: &Examiner, found: &mut Found) -> io::Result<()> {
    let mut file = open(path)?;
    if !look.members.is_empty() {
        let walked = meibo::each_text(&mut file, &mut |member| {
            if look.members.contains(member.name) {
                let inside = inputs::member_path(path, member.name);
                let result = look_into_member(&inside, member, examiner, found);
                if let Err(error) = result {
                    found.unread.push(Failure::about(inside.display(), error));
                }
            }
        });
        walked.map_err(io::Error::other)?;
    }
    if look.scanned.areas.is_empty() {
        return Ok(());
    }
    // What was found in its members is not found again in the file that holds them.
    let inside: u64 = found.seen.iter().map(|seen| examiner.matched(&seen.counts)).sum();
    let sightings = examiner.sweep(&mut file, look.scanned.clone(), &()).map_err(io::Error::other)?;
    let itself: u64 = sightings.sightings.iter().map(|sighting| examiner.matched(&sighting.counts)).sum();
    match itself > inside {
        true => {
            found.seen.clear();
            found.take(path, sightings, &mut file, None)
        }
        false => Ok(()),
    }
}

fn look_into_member(
    path: &Path,
    member: Member<'_>,
    examiner: &Examiner,
    found: &mut Found,
) -> io::Result<()> {
    let content = member.content.map_err(io::Error::other)?;
    let mut input = Replay::new(content.input)?;
    let itself = digest_of(&mut input)?;
    let digest = content.table.map_or(itself, |holder| holder());
    input.rewind()?;
    let mut text = Replay::new(decompress(input)?)?;
    let scanned = scan_areas(&mut text)?;
    let sightings = examiner.sweep(&mut text, scanned, &()).map_err(io::Error::other)?;
    found.take(path, sightings, &mut text, Some(digest))
}

impl Found {
    /// Takes what was seen in an input, whose own digest may be known.
    fn take(
        &mut self,
        path: &Path,
        sightings: Sightings,
        input: &mut (impl Read + Seek),
        digest: Option<String>,
    ) -> io::Result<()> {
        self.others += sightings.others;
        for sighting in sightings.sightings {
            let blake3 = match (&sighting.bytes, &digest) {
                (None, Some(digest)) => digest.clone(),
                (bytes, _) => {
                    let Range { start, end } = bytes.clone().unwrap_or(0..u64::MAX);
                    input.seek(SeekFrom::Start(start))?;
                    digest_of(&mut input.take(end - start))?
                }
            };
            let path = path.to_path_buf();
            self.seen.push(Seen { path, bytes: sighting.bytes, blake3, counts: sighting.counts });
        }
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

fn head_of(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(head)
}

/// BLAKE3, hex.
fn digest_of(input: &mut impl Read) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(input)?;
    Ok(hasher.finalize().to_hex().to_string())
}
