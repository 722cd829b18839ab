//! An attribution as people read it and as programs do.
//!
//! What is reported comes in two parts: [`Case`], the facts all files share, and one [`FileCase`] a seized file.
//! A [`ReportWriter`] takes them in order (header, files, footer), so that long jobs can write as they go:
//!
//! ```
//! use meibo_attribution::{Attribution, CasePersons, Unattributed, Verdict};
//! use meibo_report::{Case, FileCase, FileNames, Format, RegistryFacts, Style, writer};
//!
//! let case = Case {
//!     tool_version: "0.1.0".into(),
//!     registry: RegistryFacts {
//!         key_id: "00".into(), clients: 1, handovers: 1, digest: "blake3:00".into(), exact_handovers: None,
//!     },
//!     clients: vec!["client-01".into()],
//!     handovers: vec!["2020-04-01".into()],
//!     command_line: None,
//! };
//! let file = FileCase {
//!     path: "seized.csv".into(),
//!     blake3: "00".into(),
//!     rows: 0,
//!     persons_exact: true,
//!     rejects: Vec::new(),
//!     fillers: Vec::new(),
//!     fields: Vec::new(),
//!     names: FileNames::default(),
//!     log: None,
//!     attribution: Attribution {
//!         records: 0,
//!         persons: 0,
//!         verdict: Verdict::Unattributed,
//!         sources: Vec::new(),
//!         unattributed: Unattributed::default(),
//!         examined: Vec::new(),
//!     },
//!     canaries: Vec::new(),
//!     order: Vec::new(),
//!     alike: Vec::new(),
//! };
//! let mut out = Vec::new();
//! let mut report = writer(Format::Ndjson, &case, Style::default(), &mut out);
//! report.header()?;
//! report.file(&file)?;
//! report.footer(CasePersons { persons: 0, exact: true, comparable: true })?;
//! drop(report);
//! assert!(out.starts_with(br#"{"schema":"meibo.attribution/1""#));
//! # Ok::<(), meibo_report::ReportError>(())
//! ```
//!
//! Every number is rounded and put into words once, in one place, so that no two formats can disagree.
#![forbid(unsafe_code)]

mod alike;
mod apart;
mod canaries;
mod case;
mod chart;
pub mod check;
mod error;
mod gathered;
mod html;
pub mod json;
mod lang;
mod layout;
pub mod log;
mod markdown;
pub mod notice;
mod numbers;
mod order;
pub mod overlap;
mod overlap_table;
pub mod schemas;
pub mod sweep;
mod table;
mod text;
mod together;
mod untied;
mod view;
mod words;
mod workbook;
mod writer;

pub use alike::Alike;
pub use canaries::{CanaryFinding, CanarySet, Collusion};
pub use case::{Case, FieldFound, FileCase, FileNames, FillerCount, RegistryFacts, RejectCount};
pub use error::ReportError;
pub use lang::{Lang, UnknownLang};
pub use text::{path_text, visible};
pub use writer::{Format, ReportWriter, Style, UnknownFormat, is_report, writer};
