//! Keyed fingerprints of customer lists, and their file format.
//!
//! A record becomes *pair keys* (a kind and two canonical fields), a pair key becomes a *token* (128 bits, of
//! two keyed BLAKE3 digests), and the tokens of a list fill Bloom-filter columns. The columns and an encrypted header are the
//! [`Fingerprint`]: it answers "is this pair of fields of this guessed person in the list?" to whoever holds the
//! registry key, and nothing to anyone else. `docs/FORMAT.md` gives the bytes.
//!
//! ```
//! use meibo_fingerprint::{Builder, ClientId, Date, Fingerprint, RegistryKey, Tokenizer};
//! use meibo_normalize::{Canonical, Field, Normalizer, Record};
//!
//! let key = RegistryKey::from_bytes([7; 32]);
//! let tokenizer = Tokenizer::new(&key);
//! let mut builder = Builder::new(&key);
//! let mut canonical = Canonical::new();
//! let record = Record::new().with(Field::Name, "山田太郎").with(Field::Phone, "03-3456-7890");
//! Normalizer::new().canonicalize(&record, &mut canonical);
//! builder.add(&tokenizer.record(&canonical));
//! let bytes = builder.finish(ClientId::new("city-a")?, "2016-04-01".parse()?)?;
//!
//! let fingerprint = Fingerprint::open(&bytes, &[key])?;
//! assert_eq!(fingerprint.facts.records, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

pub mod atomic;
mod bloom;
mod builder;
mod cipher;
mod date;
mod envelope;
mod error;
mod facts;
mod format;
mod key;
mod kind;
mod list_profile;
mod members;
mod memo;
mod order;
mod passphrase;
mod prf;
mod sample;
mod seal;
mod share;
mod sign;
mod small_file;
mod sorted;
mod store;
mod token;
mod wide;

pub use bloom::{Columns, MOST_HASHES, Positions, hashes};
pub use builder::{BuildError, Builder};
pub use date::{Date, InvalidDate};
pub use envelope::{Envelope, EnvelopeError};
pub use error::FormatError;
pub use facts::{ClientId, Facts, InvalidClientId, KindCount};
pub use format::{
    FACTS_WITHIN, FORMAT_VERSION, Fingerprint, Header, Section, peek_facts, peek_list_profile, peek_order,
    peek_sample, read_file,
};
pub use key::{KeyError, KeyId, RegistryKey};
pub use kind::{KeyKind, KeyMask, Part};
pub use list_profile::{Heading, LEAST_COUNT, Likeness, ListProfile, ListProfiler};
pub use members::Members;
pub use order::{Link, Order, links};
pub use passphrase::PassphraseError;
pub use prf::{Prf, UnknownPrf};
pub use sample::{SampledRecord, Stratum, sample_size};
pub use seal::{Identity, Recipient, SealError, is_sealed, seal, seal_with, unseal, unseal_as};
pub use share::{KeyShare, ShareError};
pub use sign::{SignError, Signature, SignerId, SigningKey, VerifyingKey};
pub use token::{RecordTokens, Token, TokenMemory, Tokenizer};
pub use zeroize::Zeroizing;
