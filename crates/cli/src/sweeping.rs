//! Looking into one file of a sweep: first quickly, for places that may hold records of people, then into these.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use meibo::{
    Examiner, FileCounts, Holdings, Member, PileError, Replay, Scanned, Sightings, UpToError, decompress,
    scan_areas,
};

use crate::exit::Failure;
use crate::inputs;
use crate::progress::Progress;

/// What a first look at a file gave.
#[derive(Default)]
pub(crate) struct Look {
    /// True where it could be opened.
    pub(crate) read: bool,
    /// Its length, and where the file itself may hold records of people.
    pub(crate) scanned: Scanned,
    /// Which of what is packed in it may.
    packed: Vec<Packed>,
    /// What could not be read of it.
    pub(crate) unread: Vec<Failure>,
}

/// An archive, and its members that may hold records of people.
struct Packed {
    /// Where among the file's bytes it is; none for the file itself.
    bytes: Option<Range<u64>>,
    members: BTreeSet<String>,
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
        !self.scanned.areas.is_empty() || !self.packed.is_empty()
    }
}

/// Tells how far first looks have come, whichever thread looks.
pub(crate) struct Told<'p> {
    progress: &'p Progress,
    files: AtomicU64,
    bytes: AtomicU64,
}

impl<'p> Told<'p> {
    /// Goes on from so many files and bytes.
    pub(crate) fn new(progress: &'p Progress, files: u64, bytes: u64) -> Self {
        Self { progress, files: AtomicU64::new(files), bytes: AtomicU64::new(bytes) }
    }
}

/// A file under a first look.
struct Telling<'t, R> {
    input: R,
    told: &'t Told<'t>,
}

impl<R: Read> Read for Telling<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        let bytes = self.told.bytes.fetch_add(read as u64, Ordering::Relaxed) + read as u64;
        self.told.progress.at(bytes, self.told.files.load(Ordering::Relaxed));
        Ok(read)
    }
}

/// The first look: reads everything once, and decides nothing.
pub(crate) fn look(path: &Path, told: &Told<'_>) -> Look {
    let mut look = Look::default();
    let failed = |error: &dyn Display| Failure::about(path.display(), error);
    let opened = File::open(path).and_then(|mut file| Ok((inputs::head_of(&mut file)?, file)));
    let (head, mut file) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            look.unread.push(failed(&format!("cannot be read: {error}")));
            return look;
        }
    };
    look.read = true;
    told.files.fetch_add(1, Ordering::Relaxed);
    match scan_areas(Telling { input: &mut file, told }) {
        Ok(scanned) => look.scanned = scanned,
        Err(error) => look.unread.push(failed(&format!("cannot be read: {error}"))),
    }
    if look.scanned.more {
        look.unread.push(failed(&TOO_MANY));
    }
    let packed = std::mem::take(&mut look.scanned.packed);
    match meibo::is_packed(&head) {
        true => {
            look.unpack(path, &mut file);
            look.unpack_all(path, &mut file, beside(packed, &head));
        }
        false => look.unpack_all(path, &mut file, packed),
    }
    look
}

const TOO_MANY: &str =
    "has more places and archives among its bytes than are looked into; sweep parts of it, or what is in it";
const NESTED: &str =
    "seems to hold archives among its bytes, which were not looked into; unpack it and name the result";

/// Twenty rows take more bytes than this, however they are packed.
const LEAST_PACKED: u64 = 256;

/// What lies before or behind the archive that a file with these first bytes is read as.
fn beside(packed: Vec<Range<u64>>, head: &[u8]) -> Vec<Range<u64>> {
    // The directory of a ZIP archive is at its end: of several, the last is read. All others begin where the file does.
    let last = packed.iter().max_by_key(|archive| archive.end);
    let first = packed.iter().find(|archive| archive.start == 0);
    let itself = if head.starts_with(b"PK") { last } else { first };
    let Some(itself) = itself.cloned() else { return Vec::new() };
    let apart = |other: &Range<u64>| other.end <= itself.start || other.start >= itself.end;
    packed.into_iter().filter(apart).collect()
}

impl Look {
    /// Looks into archives that are among other bytes. They may be there by chance, or overlap each other: what is read and unpacked
    /// of all of them is bounded.
    fn unpack_all(&mut self, path: &Path, file: &mut File, packed: Vec<Range<u64>>) {
        let mut left = Left::of(self.scanned.bytes);
        for bytes in packed {
            if left.is_spent() {
                return self.unread.push(Failure::about(path.display(), TOO_MANY));
            }
            self.unpack_embedded(path, file, bytes, &mut left);
        }
    }

    fn unpack_embedded(&mut self, path: &Path, file: &mut File, bytes: Range<u64>, left: &mut Left) {
        let mut part = Part::of(file, Some(bytes.clone()));
        let mut inside = Inside::new(inputs::member_path(path, &embedded(&bytes)), true);
        let walked = meibo::each_text(&mut part, &mut |member| {
            left.unpacked = left.unpacked.saturating_sub(inside.look(member));
        });
        left.read = left.read.saturating_sub(part.read);
        inside.fail(walked.err());
        self.take(inside, Some(bytes));
    }

    /// Looks at the members of the archive that the file is.
    fn unpack(&mut self, path: &Path, file: &mut File) {
        let mut inside = Inside::new(path.to_path_buf(), false);
        let walked = meibo::each_text(Part::of(file, None), &mut |member| {
            inside.look(member);
        });
        inside.fail(walked.err());
        self.take(inside, None);
    }

    fn take(&mut self, mut inside: Inside, bytes: Option<Range<u64>>) {
        self.unread.append(&mut inside.unread);
        if !inside.members.is_empty() {
            self.packed.push(Packed { bytes, members: inside.members });
        }
    }
}

/// What an archive is called that is among the bytes of a file.
fn embedded(bytes: &Range<u64>) -> String {
    format!("!bytes {} to {}", bytes.start, bytes.end)
}

/// How much more is read, and unpacked, of the archives among the bytes of a file.
struct Left {
    read: u64,
    unpacked: u64,
}

impl Left {
    fn of(length: u64) -> Self {
        Self { read: length.saturating_mul(16).saturating_add(1 << 30), unpacked: 64 << 30 }
    }

    fn is_spent(&self) -> bool {
        self.read == 0 || self.unpacked == 0
    }
}

/// What the first look at an archive gives.
struct Inside {
    /// What it is called.
    path: PathBuf,
    /// True where it may be none at all, or in pieces, or go on with other bytes: damage is then no news.
    perhaps: bool,
    members: BTreeSet<String>,
    unread: Vec<Failure>,
}

impl Inside {
    fn new(path: PathBuf, perhaps: bool) -> Self {
        Self { path, perhaps, members: BTreeSet::new(), unread: Vec::new() }
    }

    fn fail(&mut self, error: Option<PileError>) {
        let error = error.filter(|error| !self.perhaps || error.is_of_an_archive());
        self.unread.extend(error.map(|error| Failure::about(self.path.display(), error)));
    }

    /// Looks at a member, and tells how long its text is.
    fn look(&mut self, member: Member<'_>) -> u64 {
        let inside = inputs::member_path(&self.path, member.name);
        let mut fail = |error: &dyn Display| self.unread.push(Failure::about(inside.display(), error));
        match member.content.map(|content| decompress(content.input)) {
            Err(error) if self.perhaps && !error.is_of_an_archive() => {}
            Err(error) => fail(&error),
            Ok(Err(_)) if self.perhaps => {}
            Ok(Err(error)) => fail(&error),
            Ok(Ok(text)) => {
                let mut text = UpToError::new(text);
                let scanned = scan_areas(&mut text).unwrap_or_default();
                text.into_error().iter().filter(|_| !self.perhaps).for_each(|error| fail(error));
                if scanned.packed.iter().any(|archive| archive.end - archive.start >= LEAST_PACKED) {
                    fail(&NESTED);
                }
                if !scanned.areas.is_empty() {
                    self.members.insert(member.name.to_owned());
                }
                return scanned.bytes;
            }
        }
        0
    }
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
    let mut file = File::open(path)?;
    for packed in &look.packed {
        let holder = match &packed.bytes {
            None => path.to_path_buf(),
            Some(bytes) => inputs::member_path(path, &embedded(bytes)),
        };
        // What is wrong with it was said at the first look.
        let _ =
            meibo::each_text_of(Part::of(&mut file, packed.bytes.clone()), &packed.members, &mut |member| {
                if packed.members.contains(member.name) {
                    let inside = inputs::member_path(&holder, member.name);
                    let result = look_into_member(&inside, member, examiner, found);
                    if let Err(error) = result {
                        found.unread.push(Failure::about(inside.display(), error));
                    }
                }
            });
    }
    if look.scanned.areas.is_empty() {
        return Ok(());
    }
    // What was found in its members is not found again in the file that holds them.
    let mut inside = Holdings::default();
    found.seen.iter().for_each(|seen| inside.add(&examiner.held(&seen.counts)));
    let mut sightings = examiner.sweep(&mut file, look.scanned.clone(), &()).map_err(io::Error::other)?;
    sightings.sightings.retain(|sighting| !inside.covers(&examiner.held(&sighting.counts)));
    found.take(path, sightings, &mut file, None)
}

fn look_into_member(
    path: &Path,
    member: Member<'_>,
    examiner: &Examiner,
    found: &mut Found,
) -> io::Result<()> {
    let content = member.content.map_err(io::Error::other)?;
    let mut input = Replay::new(UpToError::new(content.input))?;
    let itself = digest_of(&mut input)?;
    let digest = content.table.map_or(itself, |holder| holder());
    input.rewind()?;
    let mut text = Replay::new(UpToError::new(decompress(input)?))?;
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

/// A part of a file, as if it were all there is; or all of it.
struct Part<'f> {
    file: &'f mut File,
    bytes: Range<u64>,
    at: u64,
    /// True where the file does not stand there.
    moved: bool,
    /// Bytes that were read, again and again.
    read: u64,
}

impl<'f> Part<'f> {
    fn of(file: &'f mut File, bytes: Option<Range<u64>>) -> Self {
        Self { file, bytes: bytes.unwrap_or(0..u64::MAX), at: 0, moved: true, read: 0 }
    }
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = (self.bytes.end - self.bytes.start).saturating_sub(self.at);
        if self.moved {
            self.file.seek(SeekFrom::Start(self.bytes.start.saturating_add(self.at)))?;
            self.moved = false;
        }
        let read = self.file.take(left).read(buffer)?;
        self.at += read as u64;
        self.read += read as u64;
        Ok(read)
    }
}

impl Seek for Part<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => {
                let end = self.file.seek(SeekFrom::End(0))?.min(self.bytes.end);
                end.saturating_sub(self.bytes.start).checked_add_signed(by)
            }
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        self.moved = true;
        Ok(self.at)
    }
}

/// BLAKE3, hex.
fn digest_of(input: &mut impl Read) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(input)?;
    Ok(hasher.finalize().to_hex().to_string())
}
