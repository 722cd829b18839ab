//! Version 1 of the JSON report, frozen: its keys keep their order, names, types and meaning. Keys may be added after
//! those that stand. Anything else is a new version beside this one.
//!
//! The structures read what they write, so that a Rust program can take a report in with `serde_json`.

use meibo_attribution as answer;
use serde::{Deserialize, Serialize};

use super::canaries_v1::Canaries;
use crate::{
    Case,
    alike::AlikeView,
    json::log_v1,
    order::OrderView,
    together::{TogetherSource, TogetherView},
    untied::SettlingView,
    view::{FileView, SourceView},
};

/// What a report of this version says of itself under `schema`.
pub const SCHEMA: &str = "meibo.attribution/1";

/// A whole report: the document of `--format json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// What wrote the report.
    pub tool: Tool,
    /// The registry that was asked.
    pub registry: Registry,
    /// The seized files, in the order they were given.
    pub files: Vec<File>,
    /// How the tool was called.
    pub command_line: Option<String>,
    /// All files together; none in reports of a version that did not say.
    #[serde(default)]
    pub case: Option<Together>,
    /// What download logs say of all files; written only where logs were offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<log_v1::CaseLog>,
}

/// A line of `--format ndjson`: one file with all that is needed to understand it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// [`SCHEMA`].
    pub schema: String,
    /// What wrote the report.
    pub tool: Tool,
    /// The registry that was asked.
    pub registry: Registry,
    /// The seized file; its keys stand beside the others.
    #[serde(flatten)]
    pub file: File,
    /// How the tool was called.
    pub command_line: Option<String>,
}

/// What wrote the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `meibo`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The registry that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registry {
    /// Which key opened it.
    pub key_id: String,
    /// Clients with at least one fingerprint.
    pub clients: u64,
    /// Fingerprints.
    pub handovers: u64,
    /// Digest of all fingerprints.
    pub digest: String,
    /// Fingerprints whose lists were at hand and were asked themselves; written only where lists were offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact_handovers: Option<u64>,
}

/// A seized file and what was found out about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Where it was, as the user named it.
    pub path: String,
    /// Hexadecimal BLAKE3 digest of its bytes.
    pub blake3: String,
    /// Rows without the header.
    pub rows: u64,
    /// Rows with at least one usable key (件).
    pub records: u64,
    /// Distinct persons among the records (人).
    pub persons: u64,
    /// Which columns were read as which field.
    pub fields: Vec<Field>,
    /// What may be concluded.
    pub verdict: Verdict,
    /// The sources, largest share first.
    pub sources: Vec<Source>,
    /// What no source explains.
    pub unattributed: Unattributed,
    /// Whether persons were counted, not estimated.
    pub persons_exact: bool,
    /// Rows that gave no record, by reason.
    pub rejects: Vec<Reject>,
    /// Values that stand for nobody and are in no key, by field.
    #[serde(default)]
    pub fillers: Vec<Filler>,
    /// Clients that a part may come from, but that could not be claimed because too few unrelated people tell what is usual
    /// for them.
    #[serde(default)]
    pub background_unknown: Vec<String>,
    /// The decoys that it holds, by record; written only where records of decoys were asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub canaries: Vec<Canaries>,
    /// What download logs say of it; written only where logs were offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<log_v1::FileLog>,
    /// What the order of its rows says of the lists of its sources, and of the clients that could not be told from them without it;
    /// those that show most first.
    #[serde(default)]
    pub order: Vec<Order>,
    /// The lists that are written most as it is and of people most like its: of its sources, and a few others, the most alike first. A
    /// hint, and no evidence by itself.
    #[serde(default)]
    pub alike: Vec<Alike>,
}

/// How alike a file and a list are in how they are written and whom they are of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alike {
    /// Name of the list's client.
    pub client: String,
    /// Date of the handover.
    pub handover: String,
    /// The mean of all that can be compared, 0 to 1, at most six decimals.
    pub likeness: f64,
    /// Headings that both have; none where one has no header.
    pub headings_shared: Option<u64>,
    /// Headings of the file; none where one has no header.
    pub headings: Option<u64>,
    /// Whether the headings that both have stand in one order.
    pub same_order: bool,
    /// Whether both are in one encoding.
    pub same_encoding: Option<bool>,
    /// By field the share of values that are written alike.
    pub notations: Vec<Notation>,
    /// How alike the people are distributed over prefectures, 0 to 1.
    pub prefectures: Option<f64>,
    /// How alike they are distributed over birth decades, 0 to 1.
    pub births: Option<f64>,
}

/// How alike the values of a field are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notation {
    /// Name of the field.
    pub field: String,
    /// The share of values, 0 to 1, at most six decimals.
    pub share: f64,
}

/// What the order of rows says of one list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Name of the list's client.
    pub client: String,
    /// Date of the handover.
    pub handover: String,
    /// `kept`, `not_shown`, or why nothing could be asked: `sorted`, `absent`, `unreadable`.
    pub state: String,
    /// Persons of the file whom the list holds, as it holds whoever stands in the row behind their first one.
    pub asked: u64,
    /// Of these, those who stand next to each other in the list.
    pub together: u64,
    /// How many would of shuffled rows, at most; one decimal.
    pub by_chance: f64,
    /// Decimal logarithm of the e-value against "the rows were put in an order that the list had no part in", one decimal.
    pub log10_e: f64,
    /// `log10_e` in words.
    pub strength: Strength,
}

/// A field and its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name of the field.
    pub field: String,
    /// Columns joined to it, from 1.
    pub columns: Vec<u64>,
    /// What told so.
    pub found_by: String,
}

/// What may be concluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// One source explains the file.
    Attributed,
    /// Several sources do.
    Mixed,
    /// Not enough evidence, or sources that cannot be told apart.
    Inconclusive,
    /// Nothing beyond what unrelated lists share.
    Unattributed,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Name of the client.
    pub client: String,
    /// Records that came from it.
    pub records: u64,
    /// Distinct persons among them.
    pub persons: u64,
    /// Share of the file's records, 0 to 1, at most six decimals.
    pub share: f64,
    /// 95 % interval of the share.
    pub share_interval: [f64; 2],
    /// Decimal logarithm of the e-value, one decimal.
    pub log10_e: f64,
    /// `log10_e` in words.
    pub strength: Strength,
    /// Which handover.
    pub handover: Handover,
    /// Other clients that explain the same rows as well.
    pub not_separable_from: Vec<String>,
    /// What is usual for the client.
    #[serde(default)]
    pub background: Option<Background>,
}

/// What is usual for a client: how many of the people of unrelated lists it holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Background {
    /// The share of them that it holds, 0 to 1, at most six decimals.
    pub usual: f64,
    /// How many could be asked about.
    pub controls: u64,
}

/// Evidence in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// `log10_e` at most 1.
    Weak,
    /// At most 2.
    Moderate,
    /// At most 3.
    #[serde(rename = "moderately strong")]
    ModeratelyStrong,
    /// At most 4.
    Strong,
    /// At most 6.
    #[serde(rename = "very strong")]
    VeryStrong,
    /// Above 6.
    #[serde(rename = "extremely strong")]
    ExtremelyStrong,
}

/// Which handover of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Date of the likeliest one.
    pub best: Option<String>,
    /// Dates of all that are not ruled out, earliest first.
    pub candidates: Vec<String>,
    /// When the rows can have been taken.
    pub window: Window,
}

/// When rows can have been taken, by dates of handovers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The youngest handover that some rows need: they were taken then or later.
    pub not_before: Option<String>,
    /// The oldest handover by which some rows had changed: they were taken before it.
    pub before: Option<String>,
}

/// What no source explains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unattributed {
    /// Records.
    pub records: u64,
    /// Share of the file's records.
    pub share: f64,
    /// Of the records that no key ties to a source, those of which no list holds any key.
    #[serde(default)]
    pub matching_nothing: u64,
    /// Those that a list holds as a member, but not enough of them for a source to be claimed.
    #[serde(default)]
    pub background_only: u64,
    /// Those that no list holds as a member, though single keys match.
    #[serde(default)]
    pub damaged_or_partial: u64,
    /// Where their people live: the ten places with most of them.
    #[serde(default)]
    pub by_area: Vec<Area>,
    /// Records of other places.
    #[serde(default)]
    pub other_areas: u64,
    /// Records that do not tell their place.
    #[serde(default)]
    pub no_area: u64,
    /// What would settle where they came from, the most useful first.
    #[serde(default)]
    pub would_settle: Vec<Settling>,
}

/// Records of people of one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Prefecture and municipality.
    pub area: String,
    /// How many.
    pub records: u64,
}

/// What would settle where unattributed records came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settling {
    /// What is missing.
    pub reason: Reason,
    /// The fields that would help, the most useful first; none where it is not fields that are missing.
    pub fields: Vec<String>,
}

/// What is missing to settle where records came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The fingerprint of their owner, who is probably not registered.
    MissingFingerprint,
    /// More fields.
    FewKeys,
    /// More unrelated lists under the same registry key.
    BackgroundUnknown,
    /// More rows.
    TooFewRows,
}

/// Rows that gave no record for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// The reason.
    pub reason: String,
    /// How many rows.
    pub rows: u64,
}

/// Values of one field that stand for nobody, as too many people share each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filler {
    /// Name of the field.
    pub field: String,
    /// How many distinct values.
    pub values: u64,
    /// How many rows hold one.
    pub rows: u64,
    /// The first of them, from 1.
    pub first_row: u64,
}

/// Records of all files together without a source; each file describes its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Untied {
    /// How many.
    pub records: u64,
    /// Share of all records.
    pub share: f64,
}

/// All files together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// Files.
    pub files: u64,
    /// Rows of all files, without headers.
    pub rows: u64,
    /// Records of all files (延べ件数).
    pub records: u64,
    /// Distinct persons over all files (実人数).
    pub persons: u64,
    /// Whether they were counted, not estimated.
    pub persons_exact: bool,
    /// Whether all files tell persons apart by the same kind of key; if not, there are at most so many.
    pub persons_comparable: bool,
    /// What is there more than once.
    pub duplicates: Duplicates,
    /// The sources of any file, those with most records first.
    pub sources: Vec<TogetherOf>,
    /// What no source explains.
    pub unattributed: Untied,
}

/// Records that are not the first of their person; with the distinct persons they are all records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicates {
    /// Records beyond the first of their person in their file, summed over the files.
    pub within_files: u64,
    /// The files' persons summed, less the distinct ones over all files.
    pub across_files: u64,
}

/// A source of one or several files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TogetherOf {
    /// Name of the client.
    pub client: String,
    /// Files that it is a source of.
    pub files: u64,
    /// Their records that came from it.
    pub records: u64,
    /// Share of the records of all files, 0 to 1, at most six decimals.
    pub share: f64,
    /// Distinct persons among those records: at least so many.
    pub persons_at_least: u64,
    /// At most so many.
    pub persons_at_most: u64,
    /// Other clients that explain its rows of at least one file as well.
    pub not_separable_from: Vec<String>,
}

impl Tool {
    pub(super) fn of(case: &Case) -> Self {
        Tool { name: "meibo".into(), version: case.tool_version.clone() }
    }
}

impl Registry {
    pub(super) fn of(case: &Case) -> Self {
        let facts = &case.registry;
        Registry {
            key_id: facts.key_id.clone(),
            clients: facts.clients as u64,
            handovers: facts.handovers as u64,
            digest: facts.digest.clone(),
            exact_handovers: facts.exact_handovers.map(|handovers| handovers as u64),
        }
    }
}

impl File {
    pub(super) fn of(view: &FileView<'_>) -> Self {
        let field = |found: &crate::FieldFound| Field {
            field: found.field.clone(),
            columns: found.columns.iter().map(|&column| column as u64).collect(),
            found_by: found.found_by.clone(),
        };
        File {
            path: view.path.into(),
            blake3: view.blake3.into(),
            rows: view.rows,
            records: view.records,
            persons: view.persons,
            fields: view.fields.iter().map(field).collect(),
            verdict: view.verdict.into(),
            sources: view.sources.iter().map(Source::of).collect(),
            unattributed: Unattributed::of(view),
            persons_exact: view.persons_exact,
            rejects: view.rejects.iter().map(|r| Reject { reason: r.reason.clone(), rows: r.rows }).collect(),
            fillers: view.fillers.iter().map(Filler::of).collect(),
            background_unknown: view.background_unknown.iter().map(|&client| client.into()).collect(),
            canaries: view.canaries.iter().map(Canaries::of).collect(),
            log: view.log.map(|log| log_v1::FileLog::of(view.path, log)),
            order: view.order.iter().map(Order::of).collect(),
            alike: view.alike.iter().map(Alike::of).collect(),
        }
    }
}

impl Alike {
    fn of(view: &AlikeView<'_>) -> Self {
        let notation = |(field, share): &(&str, f64)| Notation { field: (*field).into(), share: *share };
        Alike {
            client: view.client.into(),
            handover: view.handover.into(),
            likeness: view.likeness,
            headings_shared: view.headings.map(|(shared, _)| shared),
            headings: view.headings.map(|(_, of)| of),
            same_order: view.same_order,
            same_encoding: view.same_encoding,
            notations: view.notations.iter().map(notation).collect(),
            prefectures: view.prefectures,
            births: view.births,
        }
    }
}

impl Order {
    fn of(view: &OrderView<'_>) -> Self {
        let &OrderView { client, handover, state, asked, together, by_chance, log10_e, strength } = view;
        Order {
            client: client.into(),
            handover: handover.into(),
            state: state.into(),
            asked,
            together,
            by_chance,
            log10_e,
            strength: strength.into(),
        }
    }
}

impl Unattributed {
    fn of(view: &FileView<'_>) -> Self {
        let untied = &view.untied;
        let area = |(area, records): &(&str, u64)| Area { area: (*area).into(), records: *records };
        Unattributed {
            records: view.unattributed_records,
            share: view.unattributed_share,
            matching_nothing: untied.matching_nothing,
            background_only: untied.background_only,
            damaged_or_partial: untied.damaged_or_partial,
            by_area: untied.areas.iter().map(area).collect(),
            other_areas: untied.other_areas,
            no_area: untied.no_area,
            would_settle: untied.would_settle.iter().map(Settling::of).collect(),
        }
    }
}

impl Settling {
    fn of(view: &SettlingView<'_>) -> Self {
        let fields = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        let (reason, fields) = match view {
            SettlingView::MissingFingerprint => (Reason::MissingFingerprint, Vec::new()),
            SettlingView::FewKeys(names) => (Reason::FewKeys, fields(names)),
            SettlingView::BackgroundUnknown => (Reason::BackgroundUnknown, Vec::new()),
            SettlingView::TooFewRows => (Reason::TooFewRows, Vec::new()),
        };
        Settling { reason, fields }
    }
}

impl Filler {
    fn of(count: &crate::FillerCount) -> Self {
        let &crate::FillerCount { ref field, values, rows, first_row } = count;
        Filler { field: field.clone(), values, rows, first_row }
    }
}

impl Source {
    pub(super) fn of(view: &SourceView<'_>) -> Self {
        let owned = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        Source {
            client: view.client.into(),
            records: view.records,
            persons: view.persons,
            share: view.share,
            share_interval: view.share_interval,
            log10_e: view.log10_e,
            strength: view.strength.into(),
            handover: Handover {
                best: view.best.map(String::from),
                candidates: owned(&view.candidates),
                window: Window {
                    not_before: view.not_before.map(String::from),
                    before: view.before.map(String::from),
                },
            },
            not_separable_from: owned(&view.not_separable_from),
            background: view.background.map(|of| Background { usual: of.usual, controls: of.controls }),
        }
    }
}

impl Together {
    pub(super) fn of(view: &TogetherView<'_>) -> Self {
        Together {
            files: view.files,
            rows: view.rows,
            records: view.records,
            persons: view.persons.persons,
            persons_exact: view.persons.exact,
            persons_comparable: view.persons.comparable,
            duplicates: Duplicates { within_files: view.within_files, across_files: view.across_files },
            sources: view.sources.iter().map(TogetherOf::of).collect(),
            unattributed: Untied { records: view.unattributed_records, share: view.unattributed_share },
        }
    }
}

impl TogetherOf {
    fn of(view: &TogetherSource<'_>) -> Self {
        let [persons_at_least, persons_at_most] = view.persons;
        TogetherOf {
            client: view.client.into(),
            files: view.files,
            records: view.records,
            share: view.share,
            persons_at_least,
            persons_at_most,
            not_separable_from: view.not_separable_from.iter().map(|&name| name.into()).collect(),
        }
    }
}

impl From<answer::Verdict> for Verdict {
    fn from(verdict: answer::Verdict) -> Self {
        match verdict {
            answer::Verdict::Attributed => Verdict::Attributed,
            answer::Verdict::Mixed => Verdict::Mixed,
            answer::Verdict::Inconclusive => Verdict::Inconclusive,
            answer::Verdict::Unattributed => Verdict::Unattributed,
        }
    }
}

impl From<answer::Strength> for Strength {
    fn from(strength: answer::Strength) -> Self {
        match strength {
            answer::Strength::Weak => Strength::Weak,
            answer::Strength::Moderate => Strength::Moderate,
            answer::Strength::ModeratelyStrong => Strength::ModeratelyStrong,
            answer::Strength::Strong => Strength::Strong,
            answer::Strength::VeryStrong => Strength::VeryStrong,
            answer::Strength::ExtremelyStrong => Strength::ExtremelyStrong,
        }
    }
}

impl From<Strength> for answer::Strength {
    fn from(strength: Strength) -> Self {
        match strength {
            Strength::Weak => answer::Strength::Weak,
            Strength::Moderate => answer::Strength::Moderate,
            Strength::ModeratelyStrong => answer::Strength::ModeratelyStrong,
            Strength::Strong => answer::Strength::Strong,
            Strength::VeryStrong => answer::Strength::VeryStrong,
            Strength::ExtremelyStrong => answer::Strength::ExtremelyStrong,
        }
    }
}
