//! What can be wrong with a registry, and with single files of it.

use std::io;
use std::path::{Path, PathBuf};

use meibo_fingerprint::{FormatError, SealError};

/// Why a registry cannot be used at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The directory cannot be listed.
    #[error("{path}: cannot be read as a registry directory: {source}", path = .path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No file of it is a fingerprint.
    #[error("{path}: no fingerprints (*.meibo) in this directory or below it; make them with `meibo fingerprint`", path = .path.display())]
    Empty {
        /// The directory.
        path: PathBuf,
    },
    /// There are fingerprints, but none can be used.
    #[error("{path}: none of its {files} fingerprints can be used; see the reasons above", path = .path.display())]
    NoneUsable {
        /// The directory.
        path: PathBuf,
        /// How many were found.
        files: usize,
        /// What is wrong with each.
        problems: Vec<Problem>,
    },
    /// Some of the fingerprints are sealed, and an index would show what is in them.
    #[error("{path}: no index file is written of fingerprints that are sealed; it is made of the others without --identity", path = .path.display())]
    Sealed {
        /// The directory.
        path: PathBuf,
    },
    /// The index file cannot be written.
    #[error("{path}: the index cannot be written: {source}", path = .path.display())]
    Write {
        /// The index file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl RegistryError {
    /// The file or directory that it is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Directory { path, .. }
            | Self::Empty { path }
            | Self::NoneUsable { path, .. }
            | Self::Sealed { path }
            | Self::Write { path, .. } => path,
        }
    }
}

/// A file of the registry that is left out, and why.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {kind}", path = .path.display())]
pub struct Problem {
    /// The file or directory.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

/// What is wrong with one file of a registry.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is no usable fingerprint.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// Its seal does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// It was another fingerprint when the registry was opened.
    #[error("was changed since the registry was opened; try again")]
    Changed,
    /// It is there twice.
    #[error("the same fingerprint as {other}; counted once", other = .other.display())]
    Copy {
        /// The file that is used.
        other: PathBuf,
    },
}
