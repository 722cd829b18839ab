//! Proves which organisation a leaked customer list came from.
//!
//! A data owner fingerprints a list before handing it over; the fingerprint holds no personal data and is useless
//! without the registry key. When a list of unknown origin turns up, an [`Examiner`] asks the registry of
//! fingerprints and gets the originating clients with calibrated evidence, or an honest "cannot be told".
//!
//! Fingerprint records from anywhere:
//!
//! ```
//! use meibo::{ClientId, Field, Fingerprinter, Record, RegistryKey};
//!
//! let key = RegistryKey::generate()?;
//! let mut fingerprinter = Fingerprinter::new(&key);
//! let members = [("山田太郎", "058-265-4141"), ("鈴木花子", "058-265-4142")];
//! fingerprinter.add_records(members.map(|(name, phone)| {
//!     Record::new().with(Field::Name, name).with(Field::Phone, phone)
//! }));
//! let bytes = fingerprinter.finish(ClientId::new("city-a")?, "2016-04-01".parse()?)?;
//! // Small lists are all of one size, so that it tells nobody how many people are in them.
//! assert!(bytes.len() < 48_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Fingerprint a customer file as its owner keeps it, whatever its encoding and columns:
//!
//! ```
//! use meibo::{ClientId, Fingerprinter, ReadOptions, RegistryKey};
//!
//! let key = RegistryKey::from_bytes([7; 32]);
//! let mut fingerprinter = Fingerprinter::new(&key);
//! let file = "姓,名,電話\n山田,太郎,058-265-4141\n鈴木,花子,(058)265-4142\n".as_bytes();
//! let list = fingerprinter.add_list(file, &ReadOptions::default(), &())?;
//! assert_eq!((list.rows, list.records), (2, 2));
//! let bytes = fingerprinter.finish(ClientId::new("city-a")?, "2016-04-01".parse()?)?;
//! # assert!(!bytes.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Ask a registry where a seized list came from:
//!
//! ```
//! use meibo::{ClientId, Examiner, Field, Fingerprinter, Record, RegistryKey, Verdict};
//! # let directory = tempfile::tempdir()?;
//! # let directory = directory.path();
//! let key = RegistryKey::from_bytes([7; 32]);
//! let person = |number: u32| {
//!     let given = ["太郎", "花子", "一郎", "和子", "清", "実", "節子", "洋子"][number as usize % 8];
//!     let surname = char::from_u32('一' as u32 + number).unwrap_or('林');
//!     let phone = format!("058{:07}", 2_654_141 + 17 * number);
//!     Record::new().with(Field::Name, &format!("{surname}田{given}")).with(Field::Phone, &phone)
//! };
//! for (client, people) in [("city-a", 0..500), ("city-b", 500..900)] {
//!     let mut fingerprinter = Fingerprinter::new(&key);
//!     fingerprinter.add_records(people.map(person));
//!     let bytes = fingerprinter.finish(ClientId::new(client)?, "2016-04-01".parse()?)?;
//!     std::fs::write(directory.join(format!("{client}.meibo")), bytes)?;
//! }
//!
//! let examiner = Examiner::open(directory, &[key])?;
//! let answer = examiner.attribute_records((300..400).map(person), &())?;
//! assert_eq!(answer.attribution.verdict, Verdict::Attributed);
//! assert_eq!(examiner.client_name(answer.attribution.sources[0].client), "city-a");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod alike;
mod as_it_is;
mod batch;
mod case;
mod check;
mod count;
mod downloads;
mod error;
mod examiner;
mod explain;
mod export;
mod filler;
mod fingerprinter;
mod neighbours;
mod observer;
mod persons;
mod place_names;
mod rejects;
mod replay;
mod rows;
mod survey;
mod sweep;
mod tag;
mod world;

pub use alike::ListAlike;
pub use case::{CaseAnswer, CaseCounts};
pub use check::MOST_COMPLAINTS;
pub use downloads::{
    ComparedLogs, ComparedPart, DownloadLogError, DownloadLogs, LogFacts, LoggedDownload, MOST_DOWNLOADS,
};
pub use error::Error;
pub use examiner::{Examiner, FileAnswer, FileCounts, FileFacts, RowLine};
pub use explain::RowExplained;
pub use export::{JoinedColumns, OwnedRow, Owner, Ownership, Standing};
pub use filler::{FieldFillers, FillersFound};
pub use fingerprinter::{Fingerprinter, ListFacts};
pub use observer::{Observer, Stage};
pub use rejects::{RejectKind, Rejects};
pub use replay::Replay;
pub use sweep::{Holdings, Sighting, Sightings};

pub use meibo_attribution::{
    AreaCount, Attribution, BytesSaid, CasePersons, CaseSource, Client, ClientOverlap, ClientSaid,
    Complained, Complaints, CountRange, Counted, Download, Downloads, Examined, Finding,
    Found as FoundDownloads, HandoverChoice, HandoverSaid, Held, ListOrder, Match, ModifiedSaid, Moment,
    Neighbours, OrderState, Overlap, PartFound, Place, RowAnswer, RowsSaid, Settling, Source, State,
    Strength, Subject, TakenBetween, Together, TurnedUp, Turnout, Unattributed, Verdict, Window, overlap,
};
pub use meibo_canary as canary;
pub use meibo_fingerprint::{
    BuildError, ClientId, Date, FACTS_WITHIN, Facts, Fingerprint, FormatError, Header, Identity,
    InvalidClientId, InvalidDate, KeyError, KeyId, KeyKind, KeyMask, KeyShare, Likeness, ListProfile,
    Members, Order, PassphraseError, Prf, Recipient, RegistryKey, SealError, ShareError, SignError,
    Signature, SignerId, SigningKey, UnknownPrf, VerifyingKey, Zeroizing, atomic, is_sealed, peek_facts,
    read_file, seal, seal_with, unseal, unseal_as,
};
pub use meibo_ingest::{
    BadColumnOverride, BadFixedWidth, BadLogColumn, ColumnOverride, Compression, Encoding, FixedWidth,
    FoundBy, FoundColumn, HeaderMode, IngestError, Layout, ListReader, LogColumn, LogColumnFound, LogField,
    LogLayout, LogOptions, Measure, Member, MemberText, Modified, PileError, ReadOptions, RejectReason,
    Summary, TableReader, Timestamp, UnknownEncoding, UnknownZone, UpToError, Zone, days_since_1970,
    decompress, each_member, each_member_of_stream, each_text, each_text_of, is_guarded, is_packed, is_pile,
};
pub use meibo_normalize::{Canonical, Explanation, Field, Level, Normalizer, Record, UnknownField, mask};
pub use meibo_registry::{
    CACHE_NAME, CacheUse, ExactLists, Found, ListEntry, Problem, ProblemKind, Registry, RegistryError,
    is_fingerprint_name, scan,
};
pub use meibo_sweep::{Area, Scanned, scan as scan_areas};
