//! What each comparison says of a download.

use super::chance::Counts;
use super::{Counted, Download, Moment, Subject};
use crate::outcome::Client;

/// Where chance gives more downloads than this the number of rows, an equal number says nothing.
const MOST_BY_CHANCE: f64 = 0.1;
/// Seconds that two clocks may differ.
const CLOCKS: i64 = 600;
/// Seconds within which a file is usually saved.
const SOON: i64 = 3_600;

/// What one comparison comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It speaks for the download.
    Agrees,
    /// It tells nothing.
    NotTold,
    /// It cannot be that download, as far as what is compared is right.
    Contradicts,
}

impl State {
    /// The name that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Agrees => "agrees",
            State::NotTold => "not_told",
            State::Contradicts => "contradicts",
        }
    }
}

/// The numbers of rows compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowsSaid {
    /// The download has as many as were counted.
    Equal {
        /// What was counted.
        of: Counted,
        /// How many of the downloads it was compared with have such a number by chance.
        expected: f64,
        /// How many downloads that is: the client's, where it is known and the download is of it, or else all of the log.
        among: u64,
        /// Downloads of other clients, or of nobody known, with such a number.
        others: u64,
    },
    /// It has so many more: the file may be a part of it.
    More(u64),
    /// Its number is between those that were counted.
    Between,
    /// It has so many fewer than the least that was counted: it cannot be all.
    Fewer(u64),
    /// The log does not tell, or nothing was counted.
    NotLogged,
}

impl RowsSaid {
    /// What it comes to.
    pub fn state(&self) -> State {
        match self {
            RowsSaid::Equal { expected, .. } if *expected <= MOST_BY_CHANCE => State::Agrees,
            RowsSaid::Equal { .. } | RowsSaid::More(_) | RowsSaid::Between | RowsSaid::NotLogged => {
                State::NotTold
            }
            RowsSaid::Fewer(_) => State::Contradicts,
        }
    }

    pub(super) fn of(subject: &Subject, download: &Download, client: ClientSaid, counts: &Counts) -> Self {
        let Some(rows) = download.rows else { return RowsSaid::NotLogged };
        let (Some(least), Some(most)) =
            (subject.counts.iter().map(|c| c.least).min(), subject.counts.iter().map(|c| c.most).max())
        else {
            return RowsSaid::NotLogged;
        };
        let found = subject.counts.iter().position(|count| count.holds(rows));
        let Some((range, tried)) =
            found.and_then(|at| Some((subject.counts.get(at)?, subject.counts.get(..=at)?)))
        else {
            let first = subject.counts.first().map_or(rows, |count| count.most);
            return match rows {
                rows if rows < least => RowsSaid::Fewer(first.saturating_sub(rows)),
                rows if rows > most => RowsSaid::More(rows.saturating_sub(first)),
                _ => RowsSaid::Between,
            };
        };
        // Whatever was tried before would have been taken as well.
        let expected: f64 = tried.iter().map(|range| counts.expected(range, download)).sum();
        let (all, of_client) = (counts.all(), download.client.map_or(0, |client| counts.of_client(client)));
        let is_own = client.state() == State::Agrees;
        let among = if is_own { of_client } else { all };
        let share = among as f64 / all.max(1) as f64;
        RowsSaid::Equal {
            of: range.of,
            expected: expected * share,
            among,
            others: counts.of_others(range, download),
        }
    }
}

/// The sizes compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesSaid {
    /// Equal to the byte.
    Equal,
    /// Within what a size in larger units may mean.
    Within,
    /// Another size: the file was edited or saved again, or is another.
    Other,
    /// Not told of the download or of the file.
    NotLogged,
}

impl BytesSaid {
    /// What it comes to.
    pub fn state(&self) -> State {
        if *self == BytesSaid::Equal { State::Agrees } else { State::NotTold }
    }

    pub(super) fn of(subject: &Subject, download: &Download) -> Self {
        match (subject.bytes, download.bytes) {
            (Some(bytes), Some([least, most])) if (least..=most).contains(&bytes) => {
                if least == most {
                    BytesSaid::Equal
                } else {
                    BytesSaid::Within
                }
            }
            (Some(_), Some(_)) => BytesSaid::Other,
            _ => BytesSaid::NotLogged,
        }
    }
}

/// The day of the download, compared with the client's handovers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandoverSaid {
    /// Since the handover that the rows need, and before the one by which some had changed.
    InWindow,
    /// Since the oldest handover that the rows can be of.
    Since,
    /// Since a handover that no longer holds some of the rows: a server may have kept the older list.
    AfterChange,
    /// Before any handover that the rows can be of.
    TooEarly,
    /// The rows are of several handovers.
    Several,
    /// The day or the handovers are not told, or may be on either side.
    NotTold,
}

impl HandoverSaid {
    /// What it comes to.
    pub fn state(&self) -> State {
        match self {
            HandoverSaid::InWindow | HandoverSaid::Since => State::Agrees,
            HandoverSaid::TooEarly => State::Contradicts,
            HandoverSaid::AfterChange | HandoverSaid::Several | HandoverSaid::NotTold => State::NotTold,
        }
    }

    pub(super) fn of(subject: &Subject, download: &Download) -> Self {
        let (Some(Moment { days: [first, last], .. }), taken) = (download.time, subject.taken) else {
            return HandoverSaid::NotTold;
        };
        match (taken.not_before, taken.before) {
            (Some(since), Some(before)) if since >= before => HandoverSaid::Several,
            (Some(since), _) if last < since => HandoverSaid::TooEarly,
            (_, Some(before)) if first >= before => HandoverSaid::AfterChange,
            (Some(since), Some(before)) if first >= since && last < before => HandoverSaid::InWindow,
            (Some(since), None) if first >= since => HandoverSaid::Since,
            _ => HandoverSaid::NotTold,
        }
    }
}

/// The time of the download, compared with when the file was last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModifiedSaid {
    /// The file was last changed so many seconds after the download, within an hour: as one is that was saved then.
    Soon(u64),
    /// So many seconds after it: later changes and copies are all that may say.
    Later(u64),
    /// The download is later than the last change of the file.
    Earlier,
    /// Not told, or in zones that may be either.
    NotTold,
}

impl ModifiedSaid {
    /// What it comes to.
    pub fn state(&self) -> State {
        match self {
            ModifiedSaid::Soon(_) => State::Agrees,
            ModifiedSaid::Earlier => State::Contradicts,
            ModifiedSaid::Later(_) | ModifiedSaid::NotTold => State::NotTold,
        }
    }

    pub(super) fn of(subject: &Subject, download: &Download) -> Self {
        let (Some(file), Some(time)) = (subject.modified, download.time) else {
            return ModifiedSaid::NotTold;
        };
        if time.earliest > file.latest.saturating_add(CLOCKS) {
            return ModifiedSaid::Earlier;
        }
        // At most so long: from the first moment that one may be to the last of the other.
        let most = file.latest.saturating_sub(time.earliest).max(0);
        let is_surely_before = time.latest <= file.earliest.saturating_add(CLOCKS);
        match is_surely_before {
            true if most <= SOON => ModifiedSaid::Soon(most.unsigned_abs()),
            true => ModifiedSaid::Later(most.unsigned_abs()),
            false => ModifiedSaid::NotTold,
        }
    }
}

/// The client of the download, compared with whose the rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientSaid {
    /// The same.
    Same,
    /// One that explains the same rows as well.
    NotSeparable,
    /// Another.
    Other,
    /// The log does not name one that is registered.
    NotNamed,
    /// No single client is named for the file.
    NoSource,
}

impl ClientSaid {
    /// What it comes to.
    pub fn state(&self) -> State {
        match self {
            ClientSaid::Same | ClientSaid::NotSeparable => State::Agrees,
            ClientSaid::Other => State::Contradicts,
            ClientSaid::NotNamed | ClientSaid::NoSource => State::NotTold,
        }
    }

    pub(super) fn of(subject: &Subject, of: Option<Client>) -> Self {
        match (subject.client, of) {
            (None, _) => ClientSaid::NoSource,
            (_, None) => ClientSaid::NotNamed,
            (Some(client), Some(of)) if client == of => ClientSaid::Same,
            (_, Some(of)) if subject.not_separable_from.contains(&of) => ClientSaid::NotSeparable,
            _ => ClientSaid::Other,
        }
    }
}

/// A download compared with a file or a part of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// Its place in the log.
    pub download: usize,
    /// By rows.
    pub rows: RowsSaid,
    /// By size.
    pub bytes: BytesSaid,
    /// By client.
    pub client: ClientSaid,
    /// By the handovers.
    pub handover: HandoverSaid,
    /// By the file's own time.
    pub modified: ModifiedSaid,
}

impl Match {
    pub(super) fn of(subject: &Subject, place: usize, download: &Download, counts: &Counts) -> Self {
        let client = ClientSaid::of(subject, download.client);
        Self {
            download: place,
            rows: RowsSaid::of(subject, download, client, counts),
            bytes: BytesSaid::of(subject, download),
            client,
            handover: HandoverSaid::of(subject, download),
            modified: ModifiedSaid::of(subject, download),
        }
    }

    /// What all comparisons come to, in the order of the fields.
    pub fn states(&self) -> [State; 5] {
        [
            self.rows.state(),
            self.bytes.state(),
            self.client.state(),
            self.handover.state(),
            self.modified.state(),
        ]
    }

    /// True where nothing contradicts, and rows, size or client speak for it.
    pub fn fits(&self) -> bool {
        let speaks = |state: State| state == State::Agrees;
        let is_for = speaks(self.rows.state()) || speaks(self.bytes.state()) || speaks(self.client.state());
        is_for && !self.states().contains(&State::Contradicts)
    }

    /// True where the number of rows or the size says more than chance does, and nothing contradicts.
    pub fn is_told(&self) -> bool {
        self.fits() && (self.rows.state() == State::Agrees || self.bytes.state() == State::Agrees)
    }

    /// Which of two is the better: the less, the better.
    pub(super) fn rank(&self) -> ([u8; 6], u64, u64, usize) {
        let contradictions = self.states().iter().filter(|state| **state == State::Contradicts).count();
        let (rows, apart) = match self.rows {
            RowsSaid::Equal { of, .. } => (of as u8, 0),
            RowsSaid::More(more) => (10, more),
            RowsSaid::Between => (10, 0),
            RowsSaid::NotLogged => (10, u64::MAX),
            RowsSaid::Fewer(fewer) => (11, fewer),
        };
        let client = match self.client {
            ClientSaid::Same => 0,
            ClientSaid::NotSeparable => 1,
            ClientSaid::NotNamed | ClientSaid::NoSource => 2,
            ClientSaid::Other => 3,
        };
        let handover = match self.handover {
            HandoverSaid::InWindow => 0,
            HandoverSaid::Since => 1,
            HandoverSaid::Several | HandoverSaid::NotTold => 2,
            HandoverSaid::AfterChange => 3,
            HandoverSaid::TooEarly => 4,
        };
        let (modified, late) = match self.modified {
            ModifiedSaid::Soon(late) => (0, late),
            ModifiedSaid::Later(late) => (1, late),
            ModifiedSaid::NotTold => (1, u64::MAX),
            ModifiedSaid::Earlier => (2, u64::MAX),
        };
        (
            [
                contradictions as u8,
                u8::from(self.bytes != BytesSaid::Equal),
                rows,
                client,
                modified,
                handover,
            ],
            apart,
            late,
            self.download,
        )
    }
}
