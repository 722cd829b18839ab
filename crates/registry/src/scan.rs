//! Finding the fingerprints of a registry.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Problem, RegistryError};

/// Deeper directories are not registries but cycles or mistakes.
const MOST_DEPTH: usize = 32;

/// One fingerprint file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its path, as reached from the registry directory that was given.
    pub path: PathBuf,
    /// Its path below the registry directory.
    pub relative: PathBuf,
}

/// The fingerprint files of a directory and of those below it.
#[derive(Debug, Default)]
pub struct Scan {
    /// The files, in order of relative path.
    pub files: Vec<Found>,
    /// Directories that could not be read.
    pub problems: Vec<Problem>,
}

/// Lists the files `*.meibo` and `*.meibo.age` of a directory and of those below it; links to directories are not followed.
pub fn scan(directory: &Path) -> Result<Scan, RegistryError> {
    let mut scan = Scan::default();
    // The directory itself must be readable; those below it may each have a problem.
    let listing = fs::read_dir(directory)
        .map_err(|source| RegistryError::Directory { path: directory.to_path_buf(), source })?;
    let mut pending = vec![(directory.to_path_buf(), listing, 0)];
    while let Some((path, listing, depth)) = pending.pop() {
        for entry in listing {
            let opened = entry.and_then(|entry| {
                let kind = entry.file_type()?;
                if kind.is_dir() && depth < MOST_DEPTH {
                    return Ok(Some((entry.path(), fs::read_dir(entry.path())?, depth + 1)));
                }
                if is_fingerprint_name(&entry.file_name()) && !kind.is_dir() {
                    let relative = entry.path().strip_prefix(directory).map(Path::to_path_buf);
                    scan.files.push(Found {
                        relative: relative.unwrap_or_else(|_| entry.path()),
                        path: entry.path(),
                    });
                }
                Ok(None)
            });
            match opened {
                Ok(deeper) => pending.extend(deeper),
                Err(error) => scan.problems.push(Problem { path: path.clone(), kind: error.into() }),
            }
        }
    }
    scan.files.sort_by(|a, b| a.relative.as_os_str().cmp(b.relative.as_os_str()));
    scan.problems.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(scan)
}

/// True for the names of files that [`scan`] takes for fingerprints: `*.meibo`, and `*.meibo.age` as the tool age may name a
/// sealed one.
pub fn is_fingerprint_name(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    [&b".meibo"[..], b".meibo.age"].iter().any(|ending| name.len() > ending.len() && name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_below_and_in_order() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("b/c")).unwrap();
        let others = ["readme.txt", "b/meibo", ".meibo", "list.age", crate::CACHE_NAME, crate::ADDED_NAME];
        for name in ["z.meibo", "b/a.meibo", "b/c/x.meibo", "y.meibo.age"].into_iter().chain(others) {
            fs::write(directory.path().join(name), "").unwrap();
        }
        let found: Vec<_> = scan(directory.path()).unwrap().files.into_iter().map(|f| f.relative).collect();
        assert_eq!(found, ["b/a.meibo", "b/c/x.meibo", "y.meibo.age", "z.meibo"].map(PathBuf::from));
        assert!(scan(&directory.path().join("none")).is_err());
    }
}
