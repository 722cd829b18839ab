//! Reading key files.

use std::path::{Path, PathBuf};

use meibo::{KeyError, Prf, RegistryKey};

use crate::exit::Failure;

/// Reads one key file.
pub(crate) fn read(path: &Path) -> Result<RegistryKey, Failure> {
    keep_from_dumps();
    RegistryKey::read(path).map_err(|error| match error {
        KeyError::Io(error) => {
            Failure::about(path.display(), format!("the key file cannot be read: {error}"))
        }
        error => Failure::about(path.display(), error),
    })
}

/// Reads all key files, each key under every keyed hash that its fingerprints may be made by; one key given twice is one key.
pub(crate) fn read_all(paths: &[PathBuf]) -> Result<Vec<RegistryKey>, Failure> {
    let mut keys: Vec<RegistryKey> = Vec::new();
    for path in paths {
        let key = read(path)?;
        if keys.iter().all(|known| known.id() != key.id()) {
            keys.extend(Prf::ALL.map(|prf| key.with_prf(prf)));
        }
    }
    Ok(keys)
}

/// Asks the operating system to write no memory of this process to a disk, should it fail, and to let no other process of the
/// user look into it. Where it does not, keys are used all the same.
pub(crate) fn keep_from_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
