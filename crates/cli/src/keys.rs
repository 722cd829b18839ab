//! Reading what is secret: registry keys, identities, and the passphrases of their files.

use std::fs;
use std::path::{Path, PathBuf};

use meibo::{Identity, KeyError, Prf, Recipient, RegistryKey, SealError, Zeroizing};

use crate::args::{NewPassphrase, Opening, Passphrases};
use crate::exit::Failure;

/// Whoever mistypes a passphrase may try again, so often in all.
const TRIES: usize = 3;

/// What opens fingerprints: registry keys, and identities for those that are sealed.
pub(crate) struct Keyring {
    /// Each key under every keyed hash that its fingerprints may be made by; one key given twice is one key.
    pub(crate) keys: Vec<RegistryKey>,
    pub(crate) identities: Vec<Identity>,
}

impl Keyring {
    /// Reads all that arguments name.
    pub(crate) fn read(keys: &[PathBuf], opening: &Opening) -> Result<Self, Failure> {
        let identities = identities(opening)?;
        Ok(Self { identities, ..Self::of_keys(keys, &opening.passphrases)? })
    }

    /// Registry keys alone.
    pub(crate) fn of_keys(keys: &[PathBuf], passphrases: &Passphrases) -> Result<Self, Failure> {
        let mut ring = Self { keys: Vec::new(), identities: Vec::new() };
        for path in keys {
            let key = read(path, passphrases)?;
            if ring.keys.iter().all(|known| known.id() != key.id()) {
                ring.keys.extend(Prf::ALL.map(|prf| key.with_prf(prf)));
            }
        }
        Ok(ring)
    }
}

/// Reads one key file.
pub(crate) fn read(path: &Path, passphrases: &Passphrases) -> Result<RegistryKey, Failure> {
    keep_from_dumps();
    let mut given = Given::read(passphrases)?;
    RegistryKey::read(path, given.of(path)).map_err(|error| match error {
        KeyError::Io(error) => {
            Failure::about(path.display(), format!("the key file cannot be read: {error}"))
        }
        error => Failure::about(path.display(), error),
    })
}

fn identities(opening: &Opening) -> Result<Vec<Identity>, Failure> {
    let mut identities = Vec::new();
    for path in &opening.identity {
        keep_from_dumps();
        let mut given = Given::read(&opening.passphrases)?;
        let read = Identity::read_all(path, given.of(path)).map_err(|error| match error {
            SealError::Io(error) => {
                Failure::about(path.display(), format!("the identity file cannot be read: {error}"))
            }
            error => Failure::about(path.display(), error),
        })?;
        identities.extend(read);
    }
    Ok(identities)
}

/// Recipients, each as it is typed or as a file of them.
pub(crate) fn recipients(named: &[String]) -> Result<Vec<Recipient>, Failure> {
    let mut recipients = Vec::new();
    for name in named {
        let read = match name.starts_with("age1") {
            true => name
                .parse()
                .map(|recipient| vec![recipient])
                .map_err(|error: SealError| Failure::new(format!("{name}: {error}"))),
            false => Recipient::read_all(Path::new(name)).map_err(|error| Failure::about(name, error)),
        };
        recipients.extend(read?);
    }
    Ok(recipients)
}

/// Passphrases of key files: those in files, or else what is typed.
pub(crate) struct Given(Vec<Zeroizing<String>>);

impl Given {
    pub(crate) fn read(passphrases: &Passphrases) -> Result<Self, Failure> {
        passphrases.passphrase_file.iter().map(|path| first_line(path)).collect::<Result<_, _>>().map(Self)
    }

    /// One passphrase after another for a key file, until there are no more.
    pub(crate) fn of(&mut self, path: &Path) -> impl FnMut() -> Option<Zeroizing<String>> {
        let (ask, mut tries) = (self.0.is_empty(), 0);
        let mut left = self.0.iter();
        move || {
            tries += 1;
            let again = if tries > 1 { " (the last one did not open it)" } else { "" };
            match ask {
                false => left.next().cloned(),
                true if tries > TRIES => None,
                true => typed(&format!("passphrase of {}{again}: ", path.display())),
            }
        }
    }
}

/// The passphrase that a new key file is to be under, if it is to be under one.
pub(crate) fn new_passphrase(arguments: &NewPassphrase) -> Result<Option<Zeroizing<String>>, Failure> {
    if let Some(path) = &arguments.passphrase_file {
        return first_line(path).map(Some);
    }
    if !arguments.passphrase {
        return Ok(None);
    }
    let no_terminal =
        || Failure::new("no terminal to type the passphrase at; give it with --passphrase-file");
    let passphrase = typed("passphrase for the new key file: ").ok_or_else(no_terminal)?;
    match typed("the same again: ").ok_or_else(no_terminal)? == passphrase {
        true => Ok(Some(passphrase)),
        false => Err(Failure::new("the two passphrases differ; nothing was written")),
    }
}

fn typed(prompt: &str) -> Option<Zeroizing<String>> {
    rpassword::prompt_password(prompt).ok().map(Zeroizing::new)
}

fn first_line(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::about(path.display(), format!("cannot be read: {error}")))?;
    let text = Zeroizing::new(text);
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
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
