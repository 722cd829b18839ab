//! Files that are there whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What this process has under way: an interrupt comes to no thread that knows.
static UNDER_WAY: Mutex<UnderWay> = Mutex::new(UnderWay { unfinished: Vec::new(), finished: 0 });

struct UnderWay {
    /// Temporary files that are not yet what they are to be.
    unfinished: Vec<PathBuf>,
    /// How many have become so.
    finished: usize,
}

fn under_way() -> MutexGuard<'static, UnderWay> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// For a program that ends before its work is done: removes all unfinished files, and tells `last` how many were finished.
/// While that runs no other thread begins or finishes one; it should end the program.
pub fn abandon(last: impl FnOnce(usize)) {
    let mut held = under_way();
    for path in held.unfinished.drain(..) {
        let _ = fs::remove_file(path);
    }
    last(held.finished);
}

/// A temporary file, known as unfinished for as long as this is there.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        under_way().unfinished.retain(|path| *path != self.0);
    }
}

/// Makes a temporary file that an interrupt removes.
fn begin(
    builder: &tempfile::Builder<'_, '_>,
    directory: &Path,
) -> io::Result<(tempfile::NamedTempFile, Unfinished)> {
    let mut held = under_way();
    let temporary = builder.tempfile_in(directory)?;
    let path = temporary.path().to_path_buf();
    held.unfinished.push(path.clone());
    Ok((temporary, Unfinished(path)))
}

/// Gives a temporary file its name: that of another only where it may take its place.
fn finish(temporary: tempfile::NamedTempFile, path: &Path, replace: bool) -> io::Result<()> {
    let mut held = under_way();
    let named = if replace { temporary.persist(path) } else { temporary.persist_noclobber(path) };
    named.map_err(|error| error.error)?;
    held.finished += 1;
    Ok(())
}

/// Writes a file through a temporary file beside it and a rename: a reader sees the old bytes or the new ones, and a
/// full disk or an interrupt leaves no part of them.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_with(path, |file| file.write_all(bytes))
}

/// As [`write()`], the bytes given by a function that may fail.
pub fn write_with<E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    // A special file (/dev/null, a pipe) cannot be replaced by a rename and must not be.
    if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        let mut target = io::BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
        fill(&mut target)?;
        return Ok(target.flush()?);
    }
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    fill_beside(path, &mut builder, true, fill)
}

/// As [`write_with`], for what its owner alone may read (mode 0600), to a file that is not there yet: whatever is there is left as
/// it is, and is an error.
pub fn write_new_private_with<E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    if path.symlink_metadata().is_ok() {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
    }
    // A temporary file is its owner's alone unless something else is said.
    fill_beside(path, &mut tempfile::Builder::new(), false, fill)
}

/// Fills a temporary file beside the one that it is to be.
fn fill_beside<E: From<io::Error>>(
    path: &Path,
    builder: &mut tempfile::Builder<'_, '_>,
    replace: bool,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    builder.prefix(".meibo-").suffix(".part");
    // The error would name the temporary file, which nobody asked for.
    let (temporary, _unfinished) = begin(builder, directory).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            io::Error::new(error.kind(), "its directory does not exist; make it first")
        }
        kind => io::Error::from(kind),
    })?;
    let mut buffered = io::BufWriter::new(temporary);
    fill(&mut buffered)?;
    let temporary = buffered.into_inner().map_err(io::IntoInnerError::into_error)?;
    temporary.as_file().sync_all()?;
    finish(temporary, path, replace)?;
    // The name must outlast a power cut as the bytes do; not every file system can be asked.
    #[cfg(unix)]
    let _ = fs::File::open(directory).and_then(|directory| directory.sync_all());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_other() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        write(&path, b"old").unwrap();
        let failed = write_with(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("no space"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_private_is_its_owners_alone_and_takes_no_other_files_place() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out");
        let write = |bytes: &[u8]| write_new_private_with(&path, |file| file.write_all(bytes));
        write(b"first").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(write(b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let late = directory.path().join("late");
        let overtaken = write_new_private_with(&late, |file| {
            fs::write(&late, b"another's")?;
            file.write_all(b"mine")
        });
        assert_eq!(overtaken.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(
            (fs::read(&path).unwrap(), fs::read(&late).unwrap()),
            (b"first".to_vec(), b"another's".to_vec())
        );
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }
}
