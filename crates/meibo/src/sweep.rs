//! Rows of registered lists in whatever bytes: files that are no lists, disk images, what deleted files left behind.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, Read, Seek};
use std::ops::Range;

use meibo_attribution::{Hit, PatternCount};
use meibo_ingest::{Encoding, IngestError, ReadOptions, RejectReason, each_person};
use meibo_normalize::Record;
use meibo_sweep::{Area, AreaText, Scanned, clusters};

use crate::batch::RowSource;
use crate::error::Error;
use crate::examiner::{Examiner, FileCounts, Wanted};
use crate::observer::Observer;

/// With fewer rows that a list holds, nothing is asked further.
const FEWEST: u64 = 3;
/// First bytes that tell whether a file is text as a whole.
const HEAD: u64 = 64 << 10;

/// What was found in a place that seemed to hold records of people.
#[derive(Debug)]
pub struct Sighting {
    /// Where in the input; none where the input as a whole was read as a list.
    pub bytes: Option<Range<u64>>,
    /// How its rows match the registry.
    pub counts: FileCounts,
}

/// What was found in an input.
#[derive(Debug, Default)]
pub struct Sightings {
    /// Places with rows that lists of the registry hold.
    pub sightings: Vec<Sighting>,
    /// Places whose rows no list holds, or next to none.
    pub others: usize,
}

/// How many records of some place each client holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings(BTreeMap<usize, u64>);

impl Holdings {
    /// Adds those of another place.
    pub fn add(&mut self, other: &Holdings) {
        other.0.iter().for_each(|(client, records)| *self.0.entry(*client).or_default() += records);
    }

    /// True where no client holds more of the other place, by as many records as are asked about.
    pub fn covers(&self, other: &Holdings) -> bool {
        let here = |client: &usize| self.0.get(client).copied().unwrap_or_default();
        other.0.iter().all(|(client, records)| *records < here(client) + FEWEST)
    }
}

impl Examiner {
    /// Reads what is in the areas of an input, found by [`scan_areas`](crate::scan_areas), and counts how it matches the registry: the
    /// whole input as a list, if it is one, else what stands in each cluster of areas, as a list or as text in which people's values
    /// stand near each other.
    ///
    /// # Errors
    /// Where the input fails.
    pub fn sweep(
        &self,
        mut input: impl Read + Seek,
        scanned: Scanned,
        observer: &dyn Observer,
    ) -> Result<Sightings, Error> {
        let mut found = Sightings::default();
        let whole = match is_mostly(&scanned) {
            true => self.count_whole(&mut input, observer)?,
            false => None,
        };
        let mut in_parts = Holdings::default();
        for cluster in clusters(scanned.areas) {
            match self.count_cluster(&mut input, &cluster, observer)? {
                Some(counts) if self.matched(&counts) >= FEWEST => {
                    in_parts.add(&self.held(&counts));
                    found.sightings.push(Sighting { bytes: Some(extent(&cluster)), counts });
                }
                _ => found.others += 1,
            }
        }
        let Some(whole) = whole.filter(|whole| self.matched(whole) >= FEWEST) else { return Ok(found) };
        // The same rows are found both ways. What only the parts show is no part of the list.
        let in_whole = self.held(&whole);
        if in_whole.covers(&in_parts) {
            found.sightings.clear();
        }
        if found.sightings.is_empty() || !in_parts.covers(&in_whole) {
            found.sightings.insert(0, Sighting { bytes: None, counts: whole });
        }
        Ok(found)
    }

    /// Records that a list of the registry holds.
    pub fn matched(&self, counts: &FileCounts) -> u64 {
        let held = counts.counted().patterns.iter().filter(|count| self.is_held(count));
        held.map(|count| count.records).sum()
    }

    /// True for records that a list of the registry holds.
    pub(crate) fn is_held(&self, count: &PatternCount) -> bool {
        count.pattern.hits.iter().any(|hit| self.is_member(count, hit))
    }

    /// How many of these records each client holds.
    pub fn held(&self, counts: &FileCounts) -> Holdings {
        let mut held = Holdings::default();
        for count in &counts.counted().patterns {
            let clients: BTreeSet<usize> = self.holders(count).collect();
            clients.into_iter().for_each(|client| *held.0.entry(client).or_default() += count.records);
        }
        held
    }

    /// The clients that hold these records, once for each of their lists that does.
    pub(crate) fn holders(&self, count: &PatternCount) -> impl Iterator<Item = usize> {
        let hits = count.pattern.hits.iter().filter(move |hit| self.is_member(count, hit));
        hits.filter_map(|hit| self.world().lists.get(hit.list as usize).map(|list| list.client))
    }

    fn is_member(&self, count: &PatternCount, hit: &Hit) -> bool {
        self.world().is_member(count.pattern.present, *hit)
    }

    /// The input as a list; none where it is none.
    fn count_whole(
        &self,
        input: &mut (impl Read + Seek),
        observer: &dyn Observer,
    ) -> Result<Option<FileCounts>, Error> {
        input.rewind().map_err(IngestError::Io)?;
        let mut head = Vec::new();
        (&mut *input).take(HEAD).read_to_end(&mut head).map_err(IngestError::Io)?;
        if !is_text(&head) {
            return Ok(None);
        }
        input.rewind().map_err(IngestError::Io)?;
        if_list(self.count_list_for(input, &ReadOptions::default(), false, Wanted::Members, observer))
    }

    /// What is in some areas, as a list or as text, whichever holds more of the registry's.
    fn count_cluster(
        &self,
        input: &mut (impl Read + Seek),
        cluster: &[Area],
        observer: &dyn Observer,
    ) -> Result<Option<FileCounts>, Error> {
        let mut rows = LooseRows::new(AreaText::new(&mut *input, cluster.to_vec()));
        let loose = self.count_rows(&mut rows, LooseRows::rewind, Wanted::Members, observer)?;
        let options = ReadOptions { encoding: Some(Encoding::Utf8), ..ReadOptions::default() };
        let text = AreaText::new(input, cluster.to_vec()).of_lists();
        let list = if_list(self.count_list_for(text, &options, false, Wanted::Members, observer))?;
        Ok(match list.filter(|list| self.matched(list) >= self.matched(&loose)) {
            Some(list) => Some(list),
            None => Some(loose).filter(|loose| loose.counted().records() > 0),
        })
    }
}

/// The counts of a list; none where it could not be read as one.
fn if_list(result: Result<FileCounts, Error>) -> Result<Option<FileCounts>, Error> {
    match result {
        Ok(counts) => Ok(Some(counts)),
        Err(Error::Ingest(IngestError::Io(error))) => Err(IngestError::Io(error).into()),
        Err(Error::Ingest(_) | Error::Changed) => Ok(None),
        Err(error) => Err(error),
    }
}

/// True where much of the input may be records of people, as in a list; not where a few stand in something else.
fn is_mostly(scanned: &Scanned) -> bool {
    let within: u64 = scanned.areas.iter().map(|area| area.bytes.end - area.bytes.start).sum();
    within > 0 && within >= scanned.bytes / 4
}

/// From the first byte of the first area to the last of the last.
fn extent(cluster: &[Area]) -> Range<u64> {
    let start = cluster.first().map_or(0, |area| area.bytes.start);
    start..cluster.iter().map(|area| area.bytes.end).max().unwrap_or(start)
}

/// True for bytes that a text file may begin with.
fn is_text(head: &[u8]) -> bool {
    let utf16 = matches!(Encoding::of(head), Some(Encoding::Utf16Le | Encoding::Utf16Be));
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A | 0x1B);
    utf16 || !head.iter().any(control)
}

/// The people in loose text as rows.
struct LooseRows<R> {
    text: AreaText<R>,
    people: VecDeque<Record>,
}

impl<R: Read + Seek> LooseRows<R> {
    fn new(text: AreaText<R>) -> Self {
        Self { text, people: VecDeque::new() }
    }

    fn rewind(&mut self) -> io::Result<()> {
        self.people.clear();
        self.text.rewind()
    }
}

impl<R: Read + Seek> RowSource for LooseRows<R> {
    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RejectReason>>, IngestError> {
        loop {
            if let Some(person) = self.people.pop_front() {
                *record = person;
                return Ok(Some(Ok(())));
            }
            let Some(text) = self.text.next_part()? else { return Ok(None) };
            each_person(text, &mut |person| self.people.push_back(person.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_again_is_covered_and_more_of_a_client_is_not() {
        let held = |of: &[(usize, u64)]| Holdings(of.iter().copied().collect());
        let mut here = held(&[(0, 40)]);
        assert!(here.covers(&held(&[(0, 40)])) && here.covers(&Holdings::default()));
        assert!(here.covers(&held(&[(0, 42), (1, 2)])));
        assert!(!here.covers(&held(&[(0, 43)])) && !here.covers(&held(&[(1, 3)])));
        here.add(&held(&[(0, 3), (1, 1)]));
        assert!(here.covers(&held(&[(0, 43), (1, 3)])));
    }
}
