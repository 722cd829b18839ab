//! Walking through directories.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// Deeper directories are of no list.
const MOST_DEPTH: usize = 128;

/// What is met below a directory.
pub(crate) enum Met {
    File(PathBuf),
    Link(PathBuf),
    /// A device, socket or pipe.
    Other(PathBuf),
    /// A directory that another file system begins with.
    OtherFileSystem(PathBuf),
    /// What cannot be read.
    Failed(Failure),
}

/// Shows all that is below a directory, in order of name within each; with `stay` only what is on its file system.
pub(crate) fn each_below(directory: &Path, stay: bool, each: &mut dyn FnMut(Met)) {
    let device = if stay { device_of(directory) } else { None };
    Walk { device, each }.below(directory, 0);
}

struct Walk<'e> {
    /// The file system that is not left.
    device: Option<u64>,
    each: &'e mut dyn FnMut(Met),
}

impl Walk<'_> {
    fn below(&mut self, directory: &Path, depth: usize) {
        let listed = fs::read_dir(directory).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
        let mut entries = match listed {
            Ok(entries) => entries,
            Err(error) => return self.failed(directory, &format!("cannot be read: {error}")),
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_file() => (self.each)(Met::File(path)),
                Ok(kind) if kind.is_symlink() => (self.each)(Met::Link(path)),
                Ok(kind) if !kind.is_dir() => (self.each)(Met::Other(path)),
                Ok(_) if self.device.is_some() && device_of(&path) != self.device => {
                    (self.each)(Met::OtherFileSystem(path));
                }
                Ok(_) if depth < MOST_DEPTH => self.below(&path, depth + 1),
                Ok(_) => self.failed(&path, "is too deep in directories; name it by itself"),
                Err(error) => self.failed(&path, &format!("cannot be read: {error}")),
            }
        }
    }

    fn failed(&mut self, path: &Path, what: &str) {
        (self.each)(Met::Failed(Failure::about(path.display(), what)));
    }
}

#[cfg(unix)]
fn device_of(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    // A link to a directory, where it is named, leads to it; those that are met are not followed.
    fs::metadata(path).ok().map(|found| found.dev())
}

#[cfg(not(unix))]
fn device_of(_: &Path) -> Option<u64> {
    None
}
