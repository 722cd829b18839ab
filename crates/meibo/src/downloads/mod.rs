//! Download logs held against seized files.

mod names;
mod subject;
mod texts;

use std::io::Read;

use meibo_attribution::{Client, Download, Downloads, Found, Subject};
use meibo_ingest::{LogEntry, LogError, LogLayout, LogOptions, LogReader, ReadOptions, Summary, Timestamp};

use self::names::Names;
use self::texts::Texts;
use crate::examiner::{Examiner, FileAnswer};
use crate::rejects::Rejects;

/// So many downloads are held, over all logs.
pub const MOST_DOWNLOADS: usize = 2_000_000;

/// Why a log could not be taken in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadLogError {
    /// It could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// There are too many downloads.
    #[error(
        "all logs together hold more than {limit} downloads, the most that are compared at once; leave out the months or the \
         servers that do not matter"
    )]
    TooMany {
        /// The most.
        limit: usize,
    },
    /// The texts of all downloads take too much memory.
    #[error(
        "the names of accounts, clients, lists and hosts in all logs take more than 256 MiB; check that this is a download log, and \
         what its columns hold (--log-column)"
    )]
    TooMuchText,
}

/// Download logs, taken in one after the other.
///
/// ```
/// use meibo::{ClientId, DownloadLogs, Examiner, Field, Fingerprinter, LogOptions, ReadOptions, Record, RegistryKey};
/// # let directory = tempfile::tempdir()?;
/// # let directory = directory.path();
/// # let person = |number: u32| {
/// #     let name = format!("{}田太郎", char::from_u32('一' as u32 + number).unwrap_or('林'));
/// #     Record::new().with(Field::Name, &name).with(Field::Phone, &format!("058{:07}", 2_654_141 + 17 * number))
/// # };
/// let key = RegistryKey::from_bytes([7; 32]);
/// for (client, people) in [("city-a", 0..500), ("city-b", 500..900)] {
///     let mut fingerprinter = Fingerprinter::new(&key);
///     fingerprinter.add_records(people.map(person));
///     let bytes = fingerprinter.finish(ClientId::new(client)?, "2016-04-01".parse()?)?;
///     std::fs::write(directory.join(format!("{client}.meibo")), bytes)?;
/// }
/// let examiner = Examiner::open(directory, &[key])?;
/// let answer = examiner.attribute_records((300..423).map(person), &())?;
///
/// let log = "日時,案件,件数\n2016-04-08 09:05,city-b,123\n2016-04-08 17:40,city-a,123\n2016-04-09 08:01,city-a,500\n";
/// let mut logs = DownloadLogs::new(&examiner, &[]);
/// logs.add(log.as_bytes(), &ReadOptions::default(), &LogOptions::default())?;
/// let logs = logs.finish();
/// let compared = logs.compare(&examiner, &answer, None, None);
/// // Two have as many rows; one of them is of the client that the rows are of.
/// assert_eq!(logs.download(compared[0].found.matches[0].download).row, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct DownloadLogs {
    names: Names,
    texts: Texts,
    /// By number of a text: the client that is meant by it.
    meant: Vec<Option<Option<Client>>>,
    entries: Vec<Entry>,
    downloads: Vec<Download>,
    logs: usize,
}

/// What of a download is shown and not compared.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    row: u64,
    time: Option<Timestamp>,
    log: u32,
    account: u32,
    client: u32,
    list: u32,
    host: u32,
}

/// How a log was read.
#[derive(Clone, Debug)]
pub struct LogFacts {
    /// What its columns hold.
    pub layout: LogLayout,
    /// Its digest and size.
    pub summary: Summary,
    /// Rows, usable or not.
    pub rows: u64,
    /// Downloads that it tells of.
    pub downloads: u64,
    /// Rows that were not used.
    pub rejects: Rejects,
    /// Downloads that name a client of the registry.
    pub of_clients: u64,
    /// Downloads whose time tells no zone.
    pub without_zone: u64,
}

/// A download of a log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoggedDownload<'a> {
    /// Which log, in the order that they were taken in.
    pub log: usize,
    /// The row there, from 1, the header not counted.
    pub row: u64,
    /// When.
    pub time: Option<Timestamp>,
    /// Who; empty where the log does not tell, as the texts below.
    pub account: &'a str,
    /// Whose list, as the log has it.
    pub client_text: &'a str,
    /// What the list was called.
    pub list: &'a str,
    /// From where.
    pub host: &'a str,
    /// The client of the registry that is meant.
    pub client: Option<Client>,
    /// How many rows.
    pub rows: Option<u64>,
    /// How many bytes: at least, and at most.
    pub bytes: Option<[u64; 2]>,
}

impl DownloadLogs {
    /// No logs yet; `given` are names that logs give clients of the examiner's registry, beside these clients' own.
    pub fn new(examiner: &Examiner, given: &[(String, Client)]) -> Self {
        Self {
            names: Names::new(examiner.registry(), given),
            texts: Texts::default(),
            meant: Vec::new(),
            entries: Vec::new(),
            downloads: Vec::new(),
            logs: 0,
        }
    }

    /// Takes in a log. One that fails leaves nothing of itself.
    ///
    /// # Errors
    /// Where it cannot be read, has no columns to compare, or is more than is held at once.
    pub fn add(
        &mut self,
        input: impl Read,
        reading: &ReadOptions,
        options: &LogOptions,
    ) -> Result<LogFacts, DownloadLogError> {
        let before = self.entries.len();
        let taken = self.take_in(input, reading, options);
        match &taken {
            Ok(_) => self.logs += 1,
            Err(_) => {
                self.entries.truncate(before);
                self.downloads.truncate(before);
            }
        }
        taken
    }

    fn take_in(
        &mut self,
        input: impl Read,
        reading: &ReadOptions,
        options: &LogOptions,
    ) -> Result<LogFacts, DownloadLogError> {
        let before = self.entries.len();
        let names = &self.names;
        let mut log = LogReader::open(input, reading, options, &|text| names.exactly(text).is_some())?;
        let (mut entry, mut rejects, mut rows) = (LogEntry::default(), Rejects::default(), 0);
        let (mut of_clients, mut without_zone) = (0, 0);
        while let Some(outcome) = log.read(&mut entry).map_err(LogError::from)? {
            rows += 1;
            if let Err(reason) = outcome {
                rejects.add_text(entry.row, reason.to_string());
                continue;
            }
            if self.entries.len() >= MOST_DOWNLOADS {
                return Err(DownloadLogError::TooMany { limit: MOST_DOWNLOADS });
            }
            let client = self.push(&entry).ok_or(DownloadLogError::TooMuchText)?;
            of_clients += u64::from(client.is_some());
            without_zone += u64::from(entry.time.is_some_and(|time| time.zone.is_none()));
        }
        let downloads = (self.entries.len() - before) as u64;
        let layout = log.layout().clone();
        let summary = log.finish().map_err(LogError::from)?;
        Ok(LogFacts { layout, summary, rows, downloads, rejects, of_clients, without_zone })
    }

    /// Keeps a download and gives its client; none where the texts are too much.
    fn push(&mut self, entry: &LogEntry) -> Option<Option<Client>> {
        let mut number = |text: &str| self.texts.number(text);
        let [account, name, list, host] =
            [number(&entry.account)?, number(&entry.client)?, number(&entry.list)?, number(&entry.host)?];
        let client = self.client_of(name).or_else(|| self.client_of(list));
        let log = u32::try_from(self.logs).unwrap_or(u32::MAX);
        self.entries.push(Entry { row: entry.row, time: entry.time, log, account, client: name, list, host });
        self.downloads.push(Download {
            client,
            rows: entry.rows,
            bytes: entry.bytes.map(|size| [size.least, size.most]),
            time: entry.time.map(subject::moment),
        });
        Some(client)
    }

    /// The client that is meant by a text, looked for once.
    fn client_of(&mut self, text: u32) -> Option<Client> {
        let place = text as usize;
        if let Some(Some(known)) = self.meant.get(place) {
            return *known;
        }
        if self.meant.len() <= place {
            self.meant.resize(place + 1, None);
        }
        let client = self.names.meant(self.texts.text(text));
        if let Some(known) = self.meant.get_mut(place) {
            *known = Some(client);
        }
        client
    }

    /// All logs are in.
    pub fn finish(self) -> ComparedLogs {
        ComparedLogs { texts: self.texts, entries: self.entries, downloads: Downloads::new(self.downloads) }
    }
}

/// Download logs that files are compared with.
#[derive(Debug)]
pub struct ComparedLogs {
    texts: Texts,
    entries: Vec<Entry>,
    downloads: Downloads,
}

/// A file, or the part of it that is one client's, and the downloads that fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparedPart {
    /// What was compared.
    pub subject: Subject,
    /// Records of the file, or of the part.
    pub records: u64,
    /// What was found.
    pub found: Found,
}

/// Downloads that are told of a file or a part, at most.
const MOST_TOLD: usize = 20;

impl ComparedLogs {
    /// How many downloads there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True where no log tells of any download.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The download at a place, from 0; of one that there is not, nothing is told.
    pub fn download(&self, place: usize) -> LoggedDownload<'_> {
        let entry = self.entries.get(place).copied().unwrap_or_default();
        let compared = self.downloads.all().get(place).copied().unwrap_or_default();
        LoggedDownload {
            log: entry.log as usize,
            row: entry.row,
            time: entry.time,
            account: self.texts.text(entry.account),
            client_text: self.texts.text(entry.client),
            list: self.texts.text(entry.list),
            host: self.texts.text(entry.host),
            client: compared.client,
            rows: compared.rows,
            bytes: compared.bytes,
        }
    }

    /// What of the downloads is compared.
    pub fn downloads(&self) -> &Downloads {
        &self.downloads
    }

    /// Compares a file with all downloads: as a whole, and, where it is of several clients, each part of it too. `bytes` is the size of
    /// the file as it was downloaded, where it is that, and `modified` when it was last changed.
    pub fn compare(
        &self,
        examiner: &Examiner,
        answer: &FileAnswer,
        bytes: Option<u64>,
        modified: Option<Timestamp>,
    ) -> Vec<ComparedPart> {
        let subjects = subject::of(examiner.registry(), answer, bytes, modified);
        let records = |subject: &Subject| {
            let source =
                answer.attribution.sources.iter().find(|source| Some(source.client) == subject.client);
            source.map_or(answer.attribution.records, |source| source.records)
        };
        let compared = |subject: Subject| {
            let found = self.downloads.find(&subject, MOST_TOLD);
            ComparedPart { records: records(&subject), found, subject }
        };
        subjects.into_iter().map(compared).collect()
    }
}
