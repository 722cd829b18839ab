//! `meibo attribute --log`: download logs held against the seized files.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use meibo::{
    Client, ComparedLogs, ComparedPart, DownloadLogs, Examiner, FileAnswer, LogFacts, LogOptions, Modified,
    PartFound, ReadOptions, Timestamp, TurnedUp, Turnout, Zone, days_since_1970,
};
use meibo_report::log::{
    CaseLog, DownloadFacts, DownloadFound, DownloadMatch, FileLog, HandoverNoted, LogRead, PartLog, TimeNoted,
};
use meibo_report::{FieldFound, FileCase, RejectCount, path_text};

use crate::args::LogArgs;
use crate::exit::Failure;
use crate::inputs;
use crate::lists::{self, Listed};
use crate::printer::Printer;

/// Downloads that a report lists.
const MOST_LISTED: usize = 100_000;
/// Where nothing tells the zone of days and clocks, a timeline puts them in order as if of Japan: seconds ahead of UTC.
const USUAL_ZONE: i32 = 9 * 3_600;

/// What of a seized file is compared with downloads beside its rows.
pub(crate) struct Seen {
    /// Its size, where it is as it may have been downloaded.
    pub(crate) bytes: Option<u64>,
    /// When it was last changed.
    pub(crate) modified: Option<Modified>,
}

/// When a file on a disk was last changed, by its file system.
pub(crate) fn modified_of(path: &Path) -> Option<Modified> {
    let file = fs::metadata(path).ok().filter(|file| file.is_file() && !inputs::is_stdin(path))?;
    let changed = file.modified().ok()?;
    let seconds = i64::try_from(changed.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()?;
    Some(Modified { time: Timestamp { seconds, zone: Some(0), resolution: 1 }, noted_in: "file system" })
}

/// The options about logs again.
pub(crate) fn again(arguments: &LogArgs, option: &mut dyn FnMut(&str, String)) {
    arguments.log.iter().for_each(|path| option("--log", path_text(path)));
    arguments.log_column.iter().for_each(|column| option("--log-column", column.to_string()));
    arguments.log_client.iter().for_each(|named| option("--log-client", named.clone()));
    arguments.log_zone.iter().for_each(|zone| option("--log-zone", zone.to_string()));
}

/// Download logs that were read.
pub(crate) struct Logs {
    read: Vec<LogRead>,
    compared: ComparedLogs,
    zone: Option<Zone>,
    /// The zone that the calendar of handovers is taken to be of.
    calendar: i32,
    partly: bool,
    turnout: Turnout,
    files: usize,
}

impl Logs {
    /// Reads all logs; none where none was named. What cannot be used is said and left out.
    pub(crate) fn read(
        arguments: &LogArgs,
        examiner: &Examiner,
        printer: &Printer,
    ) -> Result<Option<Self>, Failure> {
        if arguments.log.is_empty() {
            return Ok(None);
        }
        let named: Result<Vec<(String, Client)>, Failure> =
            arguments.log_client.iter().map(|named| client_named(named, examiner)).collect();
        let mut taking = Taking {
            logs: DownloadLogs::new(examiner, &named?),
            options: LogOptions { columns: arguments.log_column.clone(), zone: arguments.log_zone },
            read: Vec::new(),
            partly: false,
            printer,
        };
        for path in &arguments.log {
            // How the seized files are read says nothing of the logs.
            lists::each_list(path, &ReadOptions::default(), &mut |listed| taking.take(listed));
        }
        let Taking { logs, read, partly, .. } = taking;
        let compared = logs.finish();
        let zone = arguments.log_zone;
        let told = || {
            (0..compared.len())
                .find_map(|place| compared.download(place).time?.zone.filter(|zone| *zone != 0))
        };
        let calendar = zone.map(|zone| zone.seconds).or_else(told).unwrap_or(USUAL_ZONE);
        Ok(Some(Self { read, compared, zone, calendar, partly, turnout: Turnout::default(), files: 0 }))
    }

    /// True where something of the logs was not used.
    pub(crate) fn is_partly_read(&self) -> bool {
        self.partly
    }

    /// Holds a file against the logs.
    pub(crate) fn compare(&mut self, examiner: &Examiner, seen: &Seen, answer: &FileAnswer) -> FileLog {
        let modified = seen.modified.as_ref();
        let parts =
            self.compared.compare(examiner, answer, seen.bytes, modified.map(|modified| modified.time));
        for part in &parts {
            let ComparedPart { subject, records, found } = part;
            self.turnout.add(PartFound {
                file: self.files,
                client: subject.client,
                records: *records,
                found,
            });
        }
        self.files += 1;
        FileLog {
            modified: modified.map(|modified| self.noted(modified)),
            parts: parts.iter().map(|part| self.part(examiner, part)).collect(),
            handovers: self.handovers(examiner, answer),
        }
    }

    /// What the logs say of all files, which are given in the order in which they were compared.
    pub(crate) fn finish(self, files: &[FileCase], examiner: &Examiner) -> CaseLog {
        let mut places: Vec<(TurnedUp, usize)> = (0..self.compared.len())
            .map(|place| (self.turnout.of(self.compared.downloads(), place), place))
            .collect();
        places.sort_unstable();
        let turned_up = TurnedUp::ALL.map(|of| places.iter().filter(|(how, _)| *how == of).count() as u64);
        let listed = places.iter().take(MOST_LISTED);
        let downloads =
            listed.map(|(turned_up, place)| self.found(*turned_up, *place, files, examiner)).collect();
        let more_downloads = places.len().saturating_sub(MOST_LISTED) as u64;
        CaseLog { logs: self.read, downloads, more_downloads, turned_up }
    }

    fn found(
        &self,
        turned_up: TurnedUp,
        place: usize,
        files: &[FileCase],
        examiner: &Examiner,
    ) -> DownloadFound {
        let of = self.turnout.files(place);
        let path = |(file, _): &(usize, u64)| files.get(*file).map(|file| file.path.clone());
        let client = self.compared.download(place).client;
        let records = of.iter().map(|(_, records)| *records).fold(0, u64::saturating_add);
        DownloadFound {
            download: self.facts(place, examiner),
            turned_up,
            files: of.iter().filter_map(path).collect(),
            records,
            client_records: client.map_or(records, |client| self.turnout.records(client)),
        }
    }

    fn part(&self, examiner: &Examiner, part: &ComparedPart) -> PartLog {
        let matches = part.found.matches.iter();
        PartLog {
            client: part.subject.client.map(|client| examiner.client_name(client).to_owned()),
            records: part.records,
            counts: part.subject.counts.clone(),
            downloads: matches
                .map(|of| DownloadMatch { download: self.facts(of.download, examiner), said: *of })
                .collect(),
            fitting: part.found.fitting,
        }
    }

    fn facts(&self, place: usize, examiner: &Examiner) -> DownloadFacts {
        let of = self.compared.download(place);
        DownloadFacts {
            log: self.read.get(of.log).map(|log| log.path.clone()).unwrap_or_default(),
            row: of.row,
            time: of.time.map(|time| time.to_string()),
            order: of.time.map(|time| self.order(time)),
            account: of.account.to_owned(),
            client_text: of.client_text.to_owned(),
            list: of.list.to_owned(),
            host: of.host.to_owned(),
            client: of.client.map(|client| examiner.client_name(client).to_owned()),
            rows: of.rows,
            bytes: of.bytes,
        }
    }

    /// What a timeline is put in order by.
    fn order(&self, time: Timestamp) -> i64 {
        time.seconds.saturating_sub(i64::from(time.zone.unwrap_or(self.calendar)))
    }

    /// A file's time, in the zone of the logs where that was told.
    fn noted(&self, modified: &Modified) -> TimeNoted {
        let mut time = modified.time;
        if let (Some(Zone { seconds }), Some(0)) = (self.zone, time.zone) {
            time.seconds = time.seconds.saturating_add(i64::from(seconds));
            time.zone = Some(seconds);
        }
        TimeNoted { time: time.to_string(), order: self.order(time), noted_in: modified.noted_in.to_owned() }
    }

    /// The handovers that the rows of a file may be of.
    fn handovers(&self, examiner: &Examiner, answer: &FileAnswer) -> Vec<HandoverNoted> {
        let sources = answer.attribution.sources.iter();
        let lists = sources.flat_map(|source| &source.handover.candidates);
        let noted = lists.filter_map(|place| examiner.registry().lists.get(*place)).map(|list| {
            let (year, month, day) = list.facts.date.parts();
            let seconds = days_since_1970(year.into(), month.into(), day.into()).saturating_mul(86_400);
            HandoverNoted {
                client: list.facts.client.to_string(),
                date: list.facts.date.to_string(),
                order: self.order(Timestamp { seconds, zone: None, resolution: 86_400 }),
            }
        });
        noted.collect()
    }
}

/// Logs that are being read.
struct Taking<'a> {
    logs: DownloadLogs,
    options: LogOptions,
    read: Vec<LogRead>,
    partly: bool,
    printer: &'a Printer,
}

impl Taking<'_> {
    fn take(&mut self, listed: Listed<'_>) {
        let path = listed.path;
        let taken = listed.content.and_then(|list| {
            let holder = list.holder;
            let facts = self
                .logs
                .add(list.input, &list.options, &self.options)
                .map_err(|error| Failure::about(path.display(), error))?;
            Ok((facts, holder.map(|digest| digest())))
        });
        match taken {
            Ok((facts, holder)) => {
                inputs::report_rejects(self.printer, &path, &facts.rejects);
                self.partly |= !facts.rejects.is_empty();
                if facts.downloads == 0 {
                    self.printer.problem_of(&path, "tells of no download");
                    self.partly = true;
                }
                self.read.push(log_read(&path, facts, holder));
            }
            Err(failure) => {
                self.printer.failed(&failure);
                self.partly = true;
            }
        }
    }
}

fn log_read(path: &Path, facts: LogFacts, holder: Option<String>) -> LogRead {
    let column = |found: &meibo::LogColumnFound| FieldFound {
        field: found.field.to_string(),
        columns: vec![found.column],
        found_by: found.found_by.as_str().to_owned(),
    };
    let reject = |(reason, kind): (&str, &meibo::RejectKind)| RejectCount {
        reason: reason.to_owned(),
        rows: kind.rows,
    };
    LogRead {
        path: path_text(path),
        blake3: holder.unwrap_or(facts.summary.blake3),
        rows: facts.rows,
        downloads: facts.downloads,
        rejects: facts.rejects.kinds().map(reject).collect(),
        columns: facts.layout.columns.iter().map(column).collect(),
        of_clients: facts.of_clients,
        without_zone: facts.without_zone,
    }
}

/// A name that logs give a client: `TEXT=CLIENT`.
fn client_named(named: &str, examiner: &Examiner) -> Result<(String, Client), Failure> {
    let clients = &examiner.registry().clients;
    let known = |id: &str| clients.iter().position(|client| client.as_str() == id.trim());
    let mut at_each = named.match_indices('=').filter_map(|(at, _)| {
        let (text, id) = (named.get(..at)?.trim(), named.get(at + 1..)?);
        (!text.is_empty()).then(|| Some((text.to_owned(), known(id)?)))?
    });
    at_each.next_back().ok_or_else(|| {
        Failure::about(
            format!("--log-client {named}"),
            "write TEXT=CLIENT, with a client of the registry; `meibo registry list` shows them",
        )
    })
}
