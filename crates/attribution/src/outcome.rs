//! What an attribution says.

/// A client, as its place in the registry's list of clients.
pub type Client = usize;

/// What the evidence allows to be said of a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One source explains the file.
    Attributed,
    /// Several sources explain the file together.
    Mixed,
    /// Some evidence, but not enough, or sources that cannot be told apart.
    Inconclusive,
    /// Nothing beyond what unrelated lists share.
    Unattributed,
}

/// Evidence in words, by the bands that forensic science uses (ENFSI guideline for evaluative reporting, 2015).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// A ratio of at most 10.
    Weak,
    /// 10 to 10².
    Moderate,
    /// 10² to 10³.
    ModeratelyStrong,
    /// 10³ to 10⁴.
    Strong,
    /// 10⁴ to 10⁶.
    VeryStrong,
    /// Above 10⁶.
    ExtremelyStrong,
}

impl Strength {
    /// The band of a decimal logarithm of evidence.
    pub fn of(log10_e: f64) -> Self {
        match log10_e {
            e if e > 6.0 => Strength::ExtremelyStrong,
            e if e > 4.0 => Strength::VeryStrong,
            e if e > 3.0 => Strength::Strong,
            e if e > 2.0 => Strength::ModeratelyStrong,
            e if e > 1.0 => Strength::Moderate,
            _ => Strength::Weak,
        }
    }

    /// The band's English name, as reports write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Strength::Weak => "weak",
            Strength::Moderate => "moderate",
            Strength::ModeratelyStrong => "moderately strong",
            Strength::Strong => "strong",
            Strength::VeryStrong => "very strong",
            Strength::ExtremelyStrong => "extremely strong",
        }
    }
}

/// The answer for one seized file.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// Records of the file: rows with at least one key (件).
    pub records: u64,
    /// Distinct persons among them (人).
    pub persons: u64,
    /// What may be said.
    pub verdict: Verdict,
    /// The sources the method stands by, largest share first.
    pub sources: Vec<Source>,
    /// What no source explains.
    pub unattributed: Unattributed,
    /// Every client that holds any of the records, in order of client, with its evidence.
    pub examined: Vec<Examined>,
}

impl Attribution {
    /// The clients of which a part of the file may come, but that cannot be claimed for it because too few unrelated
    /// people could be asked what is usual for them.
    pub fn background_unknown(&self) -> impl Iterator<Item = Client> {
        self.examined.iter().filter(|examined| examined.withheld).map(|examined| examined.client)
    }

    /// What was found out about a client that holds records of the file.
    pub fn examined(&self, client: Client) -> Option<&Examined> {
        self.examined.iter().find(|examined| examined.client == client)
    }
}

/// A client that holds records of the file, source or not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Examined {
    /// Which client.
    pub client: Client,
    /// Decimal logarithm of its e-value on the records that no source but itself holds.
    pub log10_e: f64,
    /// How many sampled members of unrelated lists could be asked whether the client holds them: those under its registry
    /// key that have a kind of key in common with the file.
    pub controls: u64,
    /// The share of them that it holds, 0 to 1; 0 where there are none.
    pub usual: f64,
    /// True where it is no source, holds enough of the people whom no source holds to be one, and has too few controls to
    /// tell whether that is more than usual.
    pub withheld: bool,
}

/// One client that a part of the file came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Which client.
    pub client: Client,
    /// Records of the file that came from it: its share times the file's records, rounded so that all parts add up.
    pub records: u64,
    /// Distinct persons among those records.
    pub persons: u64,
    /// Share of the file's records, 0 to 1.
    pub share: f64,
    /// 95 % interval of the share.
    pub share_interval: [f64; 2],
    /// Decimal logarithm of the e-value of "a part came from this client" against "none did".
    pub log10_e: f64,
    /// Which of the client's handovers, where that can be told.
    pub handover: HandoverChoice,
    /// Other clients that explain the same rows as well.
    pub not_separable_from: Vec<Client>,
}

impl Source {
    /// The evidence in words.
    pub fn strength(&self) -> Strength {
        Strength::of(self.log10_e)
    }
}

/// Which handovers of a client the rows may come from; numbers are places in the registry's list of fingerprints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandoverChoice {
    /// The likeliest one; none where nothing points to one.
    pub best: Option<usize>,
    /// All that the evidence does not rule out.
    pub candidates: Vec<usize>,
    /// When the rows can have been taken.
    pub window: Window,
}

/// When rows can have been taken from a client, by what its handovers hold of them; numbers are places in the registry's list of
/// fingerprints.
///
/// Where `not_before` is no older than `before`, the rows are not of one handover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The youngest handover that is needed: some rows hold what no older one held. They were taken when it was made, or later. None
    /// where the oldest will do.
    pub not_before: Option<usize>,
    /// The oldest handover by which some rows had changed: neither it nor a younger one holds them any more. They were taken before it
    /// was made. None where the youngest still holds them.
    pub before: Option<usize>,
}

/// What a row of a certain pattern is said to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowAnswer {
    /// The likeliest source, where a key of the row points to it.
    pub client: Option<Client>,
    /// The handover, where it can be told; a place in the registry's list of fingerprints.
    pub handover: Option<usize>,
    /// The probability of the likeliest source, also where no key of the row points to it; 0 where nothing is claimed.
    pub posterior: f64,
    /// The kinds of key that the source holds of the row.
    pub keys: crate::Keys,
}

/// The answer for a file and for each of its patterns.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The file.
    pub attribution: Attribution,
    /// Its rows: one answer for each of [`File::patterns`](crate::File::patterns), in their order.
    pub rows: Vec<RowAnswer>,
}

/// The part of a file that no source explains.
///
/// `records` and `share` are what the mixture gives to no source. All else tells of the rows that no key ties to one,
/// [`untied`](Self::untied) of them: those whose [`RowAnswer::client`] is none. The two numbers differ by rows that are
/// more likely a source's, but too damaged to show it, and by rows whose source is likely but not certain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unattributed {
    /// Records.
    pub records: u64,
    /// Share of the file's records, 0 to 1.
    pub share: f64,
    /// Records of which no list holds any key.
    pub matching_nothing: u64,
    /// Records that a list holds as a member, but not enough of them for a source to be claimed: unrelated lists show such
    /// rows as well.
    pub background_only: u64,
    /// Records that no list holds as a member, though single keys or the household's match.
    pub damaged_or_partial: u64,
    /// The places with most of these records, those with most first; at most ten.
    pub by_area: Vec<AreaCount>,
    /// Records of other places.
    pub other_areas: u64,
    /// Records that do not tell their place.
    pub no_area: u64,
    /// What would settle where they came from, the most useful first; nothing where the mixture gives most of them to sources.
    pub would_settle: Vec<Settling>,
}

impl Unattributed {
    /// Records that no key ties to a source.
    pub fn untied(&self) -> u64 {
        self.matching_nothing.saturating_add(self.background_only).saturating_add(self.damaged_or_partial)
    }
}

/// Records of people of one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AreaCount {
    /// The place.
    pub place: crate::Place,
    /// How many.
    pub records: u64,
}

/// What would settle where unattributed records came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settling {
    /// The fingerprint of their owner, who is probably not registered: most match nothing, or no more than shows a source.
    MissingFingerprint,
    /// More fields: with most clients the rows have keys of no more than two fields in common.
    FewKeys {
        /// The fields that would make more, the most useful first: numbers as in [`Kind::parts`](crate::Kind::parts).
        fields: Vec<u8>,
    },
    /// More unrelated lists under the same registry key: what is usual for a client that holds some of them is not known.
    BackgroundUnknown,
    /// More rows: so few are hardly evidence of anything.
    TooFewRows,
}
