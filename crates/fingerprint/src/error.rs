//! Why a file is not a usable fingerprint.

use crate::KeyId;

/// What is wrong with a fingerprint file, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The first bytes are another format's.
    #[error("not a meibo fingerprint")]
    NotAFingerprint,
    /// The first bytes are ours, but line ends or character codes in them were converted.
    #[error(
        "the fingerprint was changed by a text conversion on its way (line ends or character encoding); copy it again as a binary file"
    )]
    TextConversion,
    /// Sealed to recipients.
    #[error("it is sealed; open it with --identity, of one of its recipients")]
    IsSealed,
    /// Made by a later meibo.
    #[error("fingerprint format {0} is newer than this meibo knows; use a newer meibo")]
    FutureVersion(u16),
    /// Made with other rules than this program's.
    #[error(
        "profile {0} (normalisation, kinds of key, hash) is not known to this meibo; use the version that made the fingerprint or a newer one"
    )]
    UnknownProfile(u16),
    /// The file ends early.
    #[error("the file is cut short: {what} is missing; copy it again")]
    Truncated {
        /// The part that is not there, or not whole.
        what: &'static str,
    },
    /// Bytes were changed, or added at the end.
    #[error("the checksum does not match: the file was damaged or changed; restore it from a copy")]
    Checksum,
    /// The checksum is right, but the parts contradict each other.
    #[error(
        "the file is inconsistent ({what}); it was not made by meibo or was tampered with: ask its owner for a new one"
    )]
    Inconsistent {
        /// What contradicts.
        what: &'static str,
    },
    /// Bits were set that no record of the list set, or cleared that one did: it would be named for other lists' rows, or for
    /// none of its own.
    #[error(
        "its filter has {set} bits set, and its counts give {expected}, at most {tolerance} more or less: it was padded or emptied; ask its owner for a new one"
    )]
    Fill {
        /// Bits set.
        set: u64,
        /// Bits that lists of these counts set on average.
        expected: u64,
        /// How far from that chance takes a list hardly ever.
        tolerance: u64,
    },
    /// A required part of a kind that this program does not know.
    #[error("the file has a required part of unknown type {0}; use a newer meibo")]
    UnknownSection(u32),
    /// No key at hand opens it.
    #[error("made with registry key {0}, which is not among the keys given; add it with --key")]
    OtherKey(KeyId),
    /// The right key id, but the encrypted part does not open.
    #[error(
        "the encrypted part does not open with its key: it was tampered with; ask its owner for a new one"
    )]
    Sealed,
}
