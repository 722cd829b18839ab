//! Opening the fingerprints of a registry: whole, or only as far as an index file leaves open.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use meibo_fingerprint::{
    Columns, FACTS_WITHIN, Facts, Fingerprint, Identity, KeyId, RegistryKey, SampledRecord, is_sealed,
    peek_facts, peek_sample, read_file, unseal,
};

use crate::cache::Stamp;
use crate::error::{Problem, ProblemKind};
use crate::scan::Found;

/// A usable file, before lists have numbers.
pub(crate) struct Opened {
    pub(crate) found: Found,
    pub(crate) facts: Facts,
    pub(crate) key_id: KeyId,
    pub(crate) stamp: Stamp,
    /// True where the file is sealed: what is in it may not be written anywhere.
    pub(crate) sealed: bool,
    /// Filter and sample, where the whole file was read.
    pub(crate) body: Option<(Columns, Vec<SampledRecord>)>,
}

pub(crate) fn open_whole(
    found: Found,
    keys: &[RegistryKey],
    identities: &[Identity],
) -> Result<Opened, Problem> {
    let open = || -> Result<Opened, ProblemKind> {
        let (bytes, sealed) = read_unsealed(&found.path, identities)?;
        let fingerprint = Fingerprint::open(&bytes, keys)?;
        Ok(Opened {
            found: found.clone(),
            facts: fingerprint.facts,
            key_id: fingerprint.header.key_id,
            stamp: Stamp { size: bytes.len() as u64, checksum: fingerprint.header.checksum },
            sealed,
            body: Some((fingerprint.columns, fingerprint.sample)),
        })
    };
    open().map_err(|kind| Problem { path: found.path.clone(), kind })
}

/// A fingerprint's bytes, and whether they were sealed.
pub(crate) fn read_unsealed(path: &Path, identities: &[Identity]) -> Result<(Vec<u8>, bool), ProblemKind> {
    let bytes = read_file(path)?;
    match is_sealed(&bytes) {
        true => Ok((unseal(&bytes, identities)?, true)),
        false => Ok((bytes, false)),
    }
}

/// Opens only the facts of a file, or gives `None` where it has no longer the size and the checksum that it had when the
/// index was made, or no key opens it.
pub(crate) fn open_stamped(found: Found, stamp: &Stamp, keys: &[RegistryKey]) -> Option<Opened> {
    let mut file = open_unchanged(&found.path, stamp)?;
    let mut start = Vec::with_capacity(FACTS_WITHIN);
    file.by_ref().take(FACTS_WITHIN as u64).read_to_end(&mut start).ok()?;
    let facts = peek_facts(&start, keys).ok()?;
    let key_id = KeyId(*start.get(12..)?.first_chunk()?);
    Some(Opened { found, facts, key_id, stamp: *stamp, sealed: false, body: None })
}

/// The sample of a file that is still the one that was indexed.
pub(crate) fn sample_of(path: &Path, stamp: &Stamp, keys: &[RegistryKey]) -> Option<Vec<SampledRecord>> {
    peek_sample(&mut open_unchanged(path, stamp)?, keys).ok()
}

/// Opens a file that is still the one that was indexed.
pub(crate) fn open_unchanged(path: &Path, stamp: &Stamp) -> Option<File> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let mut checksum = [0; 32];
    if file.metadata().ok()?.len() != stamp.size {
        return None;
    }
    file.seek(SeekFrom::End(-32)).ok()?;
    file.read_exact(&mut checksum).ok()?;
    file.rewind().ok()?;
    (checksum == stamp.checksum).then_some(file)
}

/// Usable files, in order of path, and problems; a file that is there twice is used once.
pub(crate) fn sort_out(
    results: Vec<Result<Opened, Problem>>,
    mut problems: Vec<Problem>,
) -> (Vec<Opened>, Vec<Problem>) {
    let mut opened: Vec<Opened> = Vec::with_capacity(results.len());
    let mut seen = std::collections::HashMap::new();
    for result in results {
        match result {
            Ok(file) => match seen.get(&file.stamp.checksum) {
                Some(other) => problems.push(Problem {
                    path: file.found.path,
                    kind: ProblemKind::Copy { other: PathBuf::clone(other) },
                }),
                None => {
                    seen.insert(file.stamp.checksum, file.found.path.clone());
                    opened.push(file);
                }
            },
            Err(problem) => problems.push(problem),
        }
    }
    problems.sort_by(|a, b| a.path.cmp(&b.path));
    (opened, problems)
}
