//! Small files of text that may be secret: keys, shares, signatures.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

/// They are a few short lines; more is certainly something else.
const MOST: u64 = 4096;

/// The bytes of a file, as far as a small file goes.
pub(crate) fn read_bytes(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MOST as usize));
    fs::File::open(path)?.take(MOST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file; [`io::ErrorKind::InvalidData`] where it is none.
pub(crate) fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    text_of(read_bytes(path)?)
}

/// Bytes as text; [`io::ErrorKind::InvalidData`] where they are none.
pub(crate) fn text_of(bytes: Zeroizing<Vec<u8>>) -> io::Result<Zeroizing<String>> {
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Writes a new file with this mode (on Unix); an existing one is left as it is ([`io::ErrorKind::AlreadyExists`]).
pub(crate) fn write_new(path: &Path, mode: u32, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).inspect_err(|_| {
        // A key cut short is worse than none, and the file is ours: nobody else could have made it.
        let _ = fs::remove_file(path);
    })
}
