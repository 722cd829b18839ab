//! What people read of download logs: the same words in every format.

use meibo_attribution::{
    BytesSaid, ClientSaid, Counted, HandoverSaid, Match, ModifiedSaid, RowsSaid, State, TurnedUp,
};

use super::time::{length, shown};
use super::{CaseLog, DownloadFacts, DownloadFound, DownloadMatch, EventView, FileLog, LogRead, PartLog};
use crate::numbers::{count, expected};
use crate::text::{quoted, visible};
use crate::{Lang, words};

/// How the section about download logs is headed.
pub(crate) const fn title(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "ダウンロードの記録",
        Lang::En => "Download logs",
    }
}

/// The titles of downloads compared with a file.
pub(crate) const fn download_titles(lang: Lang) -> [&'static str; 4] {
    match lang {
        Lang::Ja => ["ダウンロード", "行数", "合う点", "分からない点・合わない点"],
        Lang::En => ["download", "rows", "agrees", "does not tell, or contradicts"],
    }
}

/// The titles of downloads whose rows have turned up.
pub(crate) const fn found_titles(lang: Lang) -> [&'static str; 4] {
    match lang {
        Lang::Ja => ["ダウンロード", "行数", "現れた件数", "現れたファイル"],
        Lang::En => ["download", "rows", "件 turned up", "in"],
    }
}

/// The titles of the timeline.
pub(crate) const fn timeline_titles(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::Ja => ["日時", "出来事", "対象"],
        Lang::En => ["when", "what", "of"],
    }
}

/// What has to be known to read these.
pub(crate) const fn notes(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::Ja => [
            "ダウンロードは、行の中身ではなく、記録に書かれたことで比べた。出所の証拠には加えていない。行数が同じことを合う点とするのは、偶然に同じ行数に\
             なる記録が10件に1件もない場合に限る。",
            "ファイルの日時は、最後に変更した機器の時計によるもので、複写で変わることがある。中身がそれより新しくないことだけを示す。",
            "現れていないことは、その行が渡されていないという意味ではない。",
        ],
        Lang::En => [
            "Downloads are compared by what the log says of them, not by their rows; none of it is in the evidence of the sources. Equal numbers \
             of rows count as agreeing only where hardly one log in ten would have such a number by chance.",
            "A file's time is when it was last changed, by the clock of the machine that changed it; copying may change it, and it only says that \
             what it holds is not younger.",
            "That nothing of a download has turned up does not say that its rows were not passed on.",
        ],
    }
}

/// Files in which the rows of a download turned up that are named in a cell.
const FILES_NAMED: usize = 3;

/// Names of counts in a sentence.
fn counted(lang: Lang, of: Counted) -> &'static str {
    let (ja, en) = match of {
        Counted::Rows => ("ファイルの行数", "rows of the file"),
        Counted::RowsAndHeader => ("ファイルの行数に見出しを加えた数", "rows of the file and a header"),
        Counted::Records => ("ファイルの件数", "records of the file"),
        Counted::Persons => ("ファイルの人数", "distinct persons of the file"),
        Counted::DuplicatesDropped => (
            "ファイルの行数に、名簿に重複してある人数を加えた数",
            "rows of the file and persons that the list holds twice",
        ),
        Counted::Part => {
            ("その部分の件数（確かな範囲）", "records of the part, as far as their number is certain")
        }
    };
    lang.of(ja, en)
}

/// A download as one cell: when, where in the log, and whose it was said to be.
pub(crate) fn download(lang: Lang, facts: &DownloadFacts) -> String {
    let mut parts = vec![match &facts.time {
        Some(time) => shown(&visible(time)),
        None => lang.of("日時なし", "no time").to_owned(),
    }];
    parts.push(row_of(lang, &facts.log, facts.row));
    let texts = [&facts.client_text, &facts.list, &facts.account, &facts.host];
    parts.extend(texts.into_iter().filter(|text| !text.is_empty()).map(|text| visible(text)));
    parts.join(lang.of("、", ", "))
}

fn row_of(lang: Lang, log: &str, row: u64) -> String {
    let (log, row) = (visible(log), count(row));
    lang.of(format!("{log} の {row} 行目"), format!("{log} row {row}"))
}

fn rows(lang: Lang, facts: &DownloadFacts) -> String {
    facts.rows.map_or_else(|| lang.of("記載なし", "not told").to_owned(), count)
}

/// What stands under [`download_titles`].
pub(crate) fn cells(lang: Lang, of: &DownloadMatch) -> Vec<String> {
    let all = reasons(lang, &of.said);
    let told = |wanted: State| {
        let of_state = all.iter().filter(|(_, state, _)| *state == wanted);
        of_state.map(|(_, _, why)| why.as_str()).collect::<Vec<_>>()
    };
    let contradicts = lang.of("矛盾", "CONTRADICTS");
    let between = lang.of("。", "; ");
    let contradicting = told(State::Contradicts).into_iter().map(|why| format!("{contradicts}: {why}"));
    let not_told = told(State::NotTold).into_iter().map(str::to_owned);
    let others: Vec<String> = contradicting.chain(not_told).collect();
    vec![
        download(lang, &of.download),
        rows(lang, &of.download),
        told(State::Agrees).join(between),
        others.join(between),
    ]
}

/// What each comparison says, its state, and why.
pub(crate) fn reasons(lang: Lang, said: &Match) -> [(&'static str, State, String); 5] {
    [
        ("rows", said.rows.state(), of_rows(lang, &said.rows)),
        ("bytes", said.bytes.state(), of_bytes(lang, said.bytes).to_owned()),
        ("client", said.client.state(), of_client(lang, said.client).to_owned()),
        ("handover", said.handover.state(), of_handover(lang, said.handover).to_owned()),
        ("file_time", said.modified.state(), of_modified(lang, said.modified)),
    ]
}

fn of_rows(lang: Lang, said: &RowsSaid) -> String {
    let words = match said {
        RowsSaid::Equal { of, expected, among, others } => {
            return equal_rows(lang, counted(lang, *of), *expected, *among, *others);
        }
        RowsSaid::More(more) => {
            let more = count(*more);
            return lang.of(
                format!("{more} 行多く、ファイルはその一部かもしれない"),
                format!("{more} rows more, of which the file may be a part"),
            );
        }
        RowsSaid::Fewer(fewer) => {
            let fewer = count(*fewer);
            return lang.of(
                format!("{fewer} 行少なく、ファイルのすべてではない"),
                format!("{fewer} rows fewer, so that it cannot be all of it"),
            );
        }
        RowsSaid::Between => lang.of("数えた行数の間", "a number of rows between those that were counted"),
        RowsSaid::NotLogged => lang.of("行数の記載なし", "no number of rows"),
    };
    words.to_owned()
}

fn equal_rows(lang: Lang, counted: &str, chance: f64, among: u64, others: u64) -> String {
    let (chance, among) = (expected(lang, chance), count(among));
    let more = count(others);
    match lang {
        Lang::Ja => {
            let of_others = if others == 0 {
                String::new()
            } else {
                format!("（ほかに {more} 件がそうである）")
            };
            format!("{counted}と同じ。偶然に同じになるのは {among} 件のうち {chance} 件の見込み{of_others}")
        }
        Lang::En => {
            let of_others = match others {
                0 => String::new(),
                1 => ", and 1 of others is".to_owned(),
                _ => format!(", and {more} of others are"),
            };
            format!("as many as the {counted}; by chance {chance} of {among} downloads would be{of_others}")
        }
    }
}

fn of_bytes(lang: Lang, said: BytesSaid) -> &'static str {
    let (ja, en) = match said {
        BytesSaid::Equal => ("ファイルの大きさと1バイトも違わない", "the size of the file to the byte"),
        BytesSaid::Within => ("ファイルとほぼ同じ大きさ", "about the size of the file"),
        BytesSaid::Other => (
            "大きさが違う（保存し直したファイルではそうなる）",
            "another size, as files have that were saved again",
        ),
        BytesSaid::NotLogged => ("比べる大きさがない", "no size to compare"),
    };
    lang.of(ja, en)
}

fn of_client(lang: Lang, said: ClientSaid) -> &'static str {
    let (ja, en) = match said {
        ClientSaid::Same => ("行の出所の委託元のもの", "of the client that the rows are of"),
        ClientSaid::NotSeparable => {
            ("出所と区別できない委託元のもの", "of a client that cannot be told apart from the source")
        }
        ClientSaid::Other => ("別の委託元のもの", "of another client"),
        ClientSaid::NotNamed => (
            "記録の名前では台帳の委託元が分からない (--log-client)",
            "of no client that is registered by the name in the log (--log-client)",
        ),
        ClientSaid::NoSource => {
            ("すべての行の出所である一つの委託元がない", "no single client is the source of all rows")
        }
    };
    lang.of(ja, en)
}

fn of_handover(lang: Lang, said: HandoverSaid) -> &'static str {
    let (ja, en) = match said {
        HandoverSaid::InWindow => {
            ("行を持ち出せた期間の中", "in the time in which the rows can have been taken")
        }
        HandoverSaid::Since => ("受渡しより後", "not before the handover"),
        HandoverSaid::AfterChange => {
            ("一部の行が変わった受渡しより後", "after a handover by which some rows had changed")
        }
        HandoverSaid::TooEarly => {
            ("行の元であり得るどの受渡しよりも前", "before any handover that the rows can be of")
        }
        HandoverSaid::Several => ("行が複数の受渡しのもの", "the rows are of several handovers"),
        HandoverSaid::NotTold => ("比べる日又は受渡しがない", "no day or no handover to compare"),
    };
    lang.of(ja, en)
}

fn of_modified(lang: Lang, said: ModifiedSaid) -> String {
    let words = match said {
        ModifiedSaid::Soon(after) => {
            let after = length(lang, after);
            return lang.of(
                format!("ファイルの最後の変更は、その後 {after} 以内"),
                format!("the file was last changed at most {after} later"),
            );
        }
        ModifiedSaid::Later(after) => {
            let after = length(lang, after);
            return lang.of(
                format!("ファイルの最後の変更は、その後 {after} 以内"),
                format!("the file was last changed {after} later or less"),
            );
        }
        ModifiedSaid::Earlier => lang.of("ファイルの最後の変更の方が前", "the file was last changed before"),
        ModifiedSaid::NotTold => lang.of(
            "比べるファイルの日時又は時間帯がない (--log-zone)",
            "no time of the file to compare, or no zone (--log-zone)",
        ),
    };
    words.to_owned()
}

/// How the downloads of a file or a part are headed.
pub(crate) fn heading(lang: Lang, part: &PartLog, is_alone: bool) -> String {
    let fitting = count(part.fitting);
    let all = (part.fitting, part.downloads.len() as u64);
    if lang == Lang::Ja {
        let of = match &part.client {
            Some(client) if !is_alone => {
                format!("「{}」の部分（{} 件）", quoted(client), count(part.records))
            }
            _ => "このファイル".to_owned(),
        };
        return match all {
            (0, 0) => format!("{of}に合うダウンロードは記録にない。"),
            (0, _) => format!("{of}に合うダウンロードは記録にない。行数の同じもの:"),
            (_, _) => format!("{of}に合うダウンロードは {fitting} 件（よく合う順）:"),
        };
    }
    let of = match &part.client {
        Some(client) if !is_alone => format!("the part of {} ({} 件)", quoted(client), count(part.records)),
        _ => "the file".to_owned(),
    };
    match all {
        (0, 0) => format!("No download of the log fits {of}."),
        (0, _) => format!("No download of the log fits {of}. With as many rows:"),
        (1, _) => format!("One download of the log fits {of}:"),
        (_, _) => format!("{fitting} downloads of the log fit {of}, the best first:"),
    }
}

/// What is said of the file's own time.
pub(crate) fn of_file(lang: Lang, log: &FileLog) -> Option<words::Fact> {
    let modified = log.modified.as_ref()?;
    let noted = words::noted_in(lang, &modified.noted_in);
    Some((lang.of("最後の変更", "changed"), format!("{} ({noted})", shown(&visible(&modified.time)))))
}

/// What is said of the logs, each line under its label.
pub(crate) fn log_facts(lang: Lang, log: &CaseLog) -> Vec<words::Fact> {
    let mut facts: Vec<words::Fact> = log.logs.iter().flat_map(|read| of_log(lang, read)).collect();
    let [told, possible, nothing, not_named] = log.turned_up.map(count);
    facts.extend(match lang {
        Lang::Ja => [
            ("現れたもの", format!("{told} 件（行数かファイルの大きさによる）")),
            ("あり得るもの", format!("{possible} 件（件が現れた委託元のもの）")),
            ("現れていないもの", format!("{nothing} 件（何も現れていない委託元のもの）")),
            ("委託元不明", format!("{not_named} 件（台帳の委託元が分からないもの）")),
        ],
        Lang::En => [
            ("turned up", format!("{told} by their number of rows or the file's size")),
            ("possible", format!("{possible} of clients of whom records have turned up")),
            ("nothing", format!("{nothing} of clients of whom nothing has turned up")),
            ("not named", format!("{not_named} that name no registered client")),
        ],
    });
    if log.more_downloads > 0 {
        let more = count(log.more_downloads);
        facts.push((
            lang.of("省略", "not listed"),
            lang.of(format!("さらに {more} 件のダウンロード"), format!("{more} further downloads")),
        ));
    }
    facts
}

fn of_log(lang: Lang, log: &LogRead) -> Vec<words::Fact> {
    let without_zone = count(log.without_zone);
    let zone = match log.without_zone {
        0 => String::new(),
        _ => lang.of(
            format!(
                "。うち {without_zone} 件は時間帯の記載がなく、どの時間帯でもあり得るとした (--log-zone)"
            ),
            format!("; {without_zone} tell no zone, and are taken to be in any (--log-zone)"),
        ),
    };
    let (path, downloads, of_clients) = (visible(&log.path), count(log.downloads), count(log.of_clients));
    let read = match lang {
        Lang::Ja => {
            format!("{path}、ダウンロード {downloads} 件、うち台帳の委託元のもの {of_clients} 件{zone}")
        }
        Lang::En => format!("{path}, {downloads} downloads, {of_clients} of registered clients{zone}"),
    };
    let columns = words::columns(lang, &log.columns);
    let mut facts = vec![(lang.of("記録", "log"), read), (lang.of("列", "columns"), columns)];
    facts.extend(log.rejects.iter().map(|reject| {
        let text = format!("{}: {}", words::rows(lang, reject.rows), words::reason(lang, &reject.reason));
        (lang.of("使えない行", "not used"), text)
    }));
    facts.push(("blake3", visible(&log.blake3)));
    facts
}

/// The downloads of which rows have turned up, as far as their number or a size tells.
pub(crate) fn told(log: &CaseLog) -> impl Iterator<Item = &DownloadFound> {
    log.downloads.iter().filter(|of| of.turned_up == TurnedUp::Told)
}

/// What is said where not all is listed.
pub(crate) fn more(lang: Lang, all: usize, listed: usize) -> Option<String> {
    let more = count(all.checked_sub(listed).filter(|more| *more > 0)? as u64);
    Some(
        lang.of(
            format!("ほか {more} 件（JSON にはすべてある）"),
            format!("and {more} more; JSON lists them"),
        ),
    )
}

/// What stands under [`found_titles`].
pub(crate) fn found_cells(lang: Lang, found: &DownloadFound) -> Vec<String> {
    let files: Vec<String> = found.files.iter().map(|file| visible(file)).collect();
    let (records, all) = (count(found.records), count(found.client_records));
    vec![
        download(lang, &found.download),
        rows(lang, &found.download),
        lang.of(format!("委託元の {all} 件のうち {records} 件"), format!("{records} of the client's {all}")),
        words::first(lang, &files, FILES_NAMED),
    ]
}

/// What stands under [`timeline_titles`].
pub(crate) fn timeline_cells(lang: Lang, event: &EventView) -> Vec<String> {
    let what = match (event.kind, event.rows) {
        ("download", Some(rows)) => {
            let rows = count(rows);
            lang.of(format!("{rows} 行のダウンロード"), format!("download of {rows} rows"))
        }
        ("download", None) => lang.of("ダウンロード", "download").to_owned(),
        ("file", _) => lang.of("ファイルの最後の変更", "file last changed").to_owned(),
        ("handover", _) => lang.of("受渡し", "handover").to_owned(),
        (kind, _) => kind.to_owned(),
    };
    let row = event.row.map(|row| row_of(lang, &event.what, row));
    let noted = |noted: &String| format!("{} ({})", visible(&event.what), words::noted_in(lang, noted));
    let noted = event.noted_in.as_ref().map(noted);
    let client = event.client.as_deref().map(visible);
    let of: Vec<String> = client.into_iter().chain(row).chain(noted).collect();
    vec![visible(&event.time), what, of.join(lang.of("、", ", "))]
}
