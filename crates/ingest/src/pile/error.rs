//! What can be wrong with a file that holds lists inside.

use std::io;

use super::meter::{MOST_CELLS, MOST_DEPTH, MOST_DICTIONARY, MOST_IN_MEMORY, MOST_MEMBERS, MOST_UNPACKED};

/// Why a file, or a member of one, gives no list. The member's name is told by who shows it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PileError {
    /// The input itself failed, or the compressed data in it.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A password would be needed.
    #[error("is encrypted; decrypt it with its password first and name the result")]
    Encrypted,
    /// The bytes contradict the kind of file.
    #[error("is a damaged {0}; restore it from a copy, or save what can be read of it in another form")]
    Damaged(&'static str),
    /// The bytes contradict the kind of file from some place on. What stands before was shown.
    #[error(
        "is a damaged {0}: what stands before the damage is read, what stands behind it is missing; restore it from a copy"
    )]
    CutShort(&'static str),
    /// A way of packing that is not read.
    #[error("is packed in a way that is not read here; unpack it first and name the result")]
    Unsupported,
    /// A kind of file that is no list.
    #[error("is {0}, not a list; export the list in it as CSV")]
    Other(&'static str),
    /// A kind of file whose reader is not in this build.
    #[error(
        "is {kind}, which this build of meibo does not read; build it with --features {feature}, or export the list as CSV"
    )]
    NotBuilt {
        /// What it is.
        kind: &'static str,
        /// The feature that reads it.
        feature: &'static str,
    },
    /// One in another, too often.
    #[error("holds files in files more than {MOST_DEPTH} deep; unpack it first and name the result")]
    TooDeep,
    /// More members than anybody packs.
    #[error("holds more than {MOST_MEMBERS} files; unpack it first and name the lists in it")]
    TooManyMembers,
    /// More bytes than anybody packs.
    #[error("unpacks to more than {} GiB; if that is no bomb, unpack it first and name the lists in it", MOST_UNPACKED >> 30)]
    TooMuch,
    /// A member that has to be held in memory.
    #[error("is an archive or workbook of more than {} MiB inside another file; unpack it first and name the result", MOST_IN_MEMORY >> 20)]
    TooLargeInside,
    /// A workbook, or a file of columns, that has to be held in memory.
    #[error(
        "is a workbook or Parquet file with parts of more than {} MiB or {} million cells; save its sheets or rows as CSV",
        MOST_IN_MEMORY >> 20, MOST_CELLS / 1_000_000
    )]
    TooLargeBook,
    /// A database that has to be held in memory, or one that is made to be more than its bytes.
    #[error(
        "is a database of more than {} MiB, or one that asks for more memory or work than its size explains; write its tables out \
         with: sqlite3 FILE .dump",
        MOST_IN_MEMORY >> 20
    )]
    TooLargeDatabase,
    /// A PDF that has to be held in memory, or one that is made to be more than its bytes.
    #[error(
        "is a PDF of more than {} MiB, or one that asks for more memory or work than its size explains; export the list in it as CSV",
        MOST_IN_MEMORY >> 20
    )]
    TooLargePdf,
    /// A 7-Zip archive that asks for more memory than is given.
    #[error("needs a dictionary of more than {} MiB; unpack it first and name the result", MOST_DICTIONARY >> 20)]
    TooLargeDictionary,
}

impl PileError {
    /// True for what is hardly ever said of bytes that only look like an archive: that it is encrypted, or more than is read.
    pub fn is_of_an_archive(&self) -> bool {
        !matches!(
            self,
            PileError::Io(_) | PileError::Damaged(_) | PileError::CutShort(_) | PileError::Other(_)
        )
    }

    /// True where the rest of the whole file is not to be read either.
    pub(super) fn ends_all(&self) -> bool {
        matches!(self, Self::TooManyMembers | Self::TooMuch)
    }
}
