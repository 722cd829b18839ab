//! Download logs as servers, databases and people keep them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]
#![allow(clippy::disallowed_methods, reason = "how long a log is made is set by whoever measures")]

use std::fmt::Write as _;
use std::io::{self, Read};

use crate::common::encode;
use meibo_ingest::{Encoding, LogEntry, LogError, LogField, LogOptions, LogReader, LogReject, ReadOptions};
use proptest::prelude::*;

/// The columns found, and each row, or why it is none.
fn read_with(
    input: impl Read,
    options: &LogOptions,
) -> Result<(String, Vec<Result<LogEntry, LogReject>>), LogError> {
    let mut log =
        LogReader::open(input, &ReadOptions::default(), options, &|text| text.starts_with("client-"))?;
    let columns = log.layout().columns.iter();
    let columns: Vec<String> = columns.map(|found| format!("{}={}", found.field, found.column)).collect();
    let (mut entry, mut rows) = (LogEntry::default(), Vec::new());
    while let Some(outcome) = log.read(&mut entry)? {
        rows.push(outcome.map(|()| entry.clone()));
    }
    assert_eq!(log.finish()?.rows, rows.len() as u64);
    Ok((columns.join(" "), rows))
}

fn read(text: &str) -> (String, Vec<Result<LogEntry, LogReject>>) {
    read_with(text.as_bytes(), &LogOptions::default()).unwrap()
}

fn columns(text: &str) -> String {
    read(text).0
}

#[test]
fn headings_are_understood_in_both_languages() {
    for (text, found) in [
        (
            "実行日時,ログインID,案件,リスト名,出力件数,サイズ(KB),端末\n2016/4/1 9:05,op1,A社,a.csv,\"1,234件\",56,PC01\n",
            "time=1 account=2 client=3 list=4 rows=5 bytes=6 host=7",
        ),
        (
            "date\ttime\tuser\tclient\trows\tclient ip\n2016-04-01\t09:05\top1\ta\t5\t10.0.0.1\n",
            "date=1 clock=2 account=3 client=4 rows=5 host=6",
        ),
        (
            "ダウンロード日;ダウンロード時刻;担当者;委託元;件数\n2016/4/1;9:05;鈴木;A;5\n",
            "time=2 date=1 account=3 client=4 rows=5",
        ),
        ("ＤＬ日時,ﾕｰｻﾞｰID,ﾚｺｰﾄﾞ数\n2016/4/1 9:05,op1,5\n", "time=1 account=2 rows=3"),
        (
            "Time Stamp,User Name,Record Count,File Size\n2016-04-01 09:05:12,op1,5,900\n",
            "time=1 account=2 rows=3 bytes=4",
        ),
        ("No,日時,エラー件数,件数\n1,2016/4/1 9:05,0,5\n", "time=2 rows=4"),
    ] {
        let sorted = |text: &str| {
            let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            words.sort();
            words
        };
        assert_eq!(sorted(&columns(text)), sorted(found), "{text}");
    }
}

#[test]
fn a_date_and_a_clock_are_one_time() {
    let (_, rows) = read("日付,時刻,件数\n平成28年4月1日,9:05,5\nH28.4.1,,5\n,9:05,5\n");
    let time = |row: usize| rows[row].as_ref().unwrap().time.unwrap().to_string();
    assert_eq!((time(0), time(1)), ("2016-04-01T09:05".into(), "2016-04-01".into()));
    assert_eq!(rows[2], Err(LogReject::Time { column: 2 }));
}

#[test]
fn without_a_header_cells_tell_as_far_as_they_can() {
    let text: String = (1..40)
        .map(|n| {
            format!(
                "{n},2016-04-{:02} 09:05:00,op{},client-{},{},{},10.0.0.{n}\n",
                1 + n % 28,
                n % 3,
                n % 7,
                100 + n * 37 % 91,
                9_000 + n * 4_100 % 7_777
            )
        })
        .collect();
    assert_eq!(columns(&text), "time=2 client=4 rows=5 bytes=6 host=7");
}

#[test]
fn columns_can_be_said() {
    let text = "a,b,c,d\n5,2016-04-01,09:05,x\n6,2016-04-01,09:06,y\n";
    let given = ["rows=1", "time=2+3", "client=d"].map(|column| column.parse().unwrap()).to_vec();
    let options = LogOptions { columns: given, zone: Some("+09:00".parse().unwrap()) };
    let (found, rows) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(found, "date=2 clock=3 client=4 rows=1");
    let first = rows[0].as_ref().unwrap();
    assert_eq!(first.time.unwrap().to_string(), "2016-04-01T09:05+09:00");
    assert_eq!((first.rows, first.client.as_str()), (Some(5), "x"));
    for (column, message) in [("rows=9", "the log has 4 columns"), ("rows=e", "no column of that name")] {
        let options = LogOptions { columns: vec![column.parse().unwrap()], zone: None };
        let error = read_with(text.as_bytes(), &options).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    for bad in ["rows", "rows=", "names=1", "rows=0"] {
        assert!(bad.parse::<meibo_ingest::LogColumn>().is_err(), "{bad}");
    }
}

#[test]
fn a_row_that_cannot_be_read_is_told_and_harms_no_other() {
    let text = "ダウンロード履歴\n\n日時,件数,サイズ\n2016/4/1 9:05,5,10\n4/1 9:05,5,10\n2016/4/1 9:05,約5,10\n2016/4/1 9:05,5,大\n\
                -,-,-\n日時,件数,サイズ\n2016/4/1 9:05,\"5,10\n2016/4/2 9:05,-,-\n";
    let (_, rows) = read(text);
    let faults: Vec<Option<String>> =
        rows.iter().map(|row| row.as_ref().err().map(ToString::to_string)).collect();
    let told = |row: usize| faults[row].as_deref().unwrap_or("used");
    assert_eq!(rows.len(), 8, "{faults:?}");
    assert_eq!((told(0), told(7)), ("used", "used"));
    assert!(
        told(1).contains("column 1") && told(2).contains("column 2") && told(3).contains("column 3"),
        "{faults:?}"
    );
    assert!(
        told(4).contains("neither") && told(5).contains("repeats") && told(6).contains("quotation"),
        "{faults:?}"
    );
    let last = rows[7].as_ref().unwrap();
    assert_eq!((last.row, last.rows, last.bytes), (8, None, None));
}

#[test]
fn every_encoding_reads_alike() {
    let text = "実行日時,担当者,委託元,出力件数\n平成28年4月1日 9時5分,鈴木,東京都水道局,\"12,345件\"\n\
                平成28年4月2日 9時5分,佐藤,東京都水道局,\"1,000件\"\n";
    let expected = read(text);
    for encoding in [Encoding::Utf16Le, Encoding::Cp932, Encoding::EucJp, Encoding::Iso2022Jp] {
        let bytes = encode(text, encoding);
        assert_eq!(read_with(bytes.as_slice(), &LogOptions::default()).unwrap(), expected, "{encoding}");
    }
}

#[test]
fn what_is_no_log_is_refused_with_what_to_do() {
    let huge = "x".repeat(3 << 20);
    let names: String = (0..50).map(|_| "山田,太郎\n").collect();
    let binary: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let texts: [&[u8]; 7] =
        [b"", b"\n\n", b"one\ntwo\n", names.as_bytes(), b"PK\x03\x04", huge.as_bytes(), &binary];
    for bytes in texts {
        let error = read_with(bytes, &LogOptions::default()).map(|(columns, rows)| (columns, rows.len()));
        let Err(error) = error else { panic!("{} bytes were read: {error:?}", bytes.len()) };
        let error = error.to_string();
        assert!(error.len() > 20 && !error.contains("山田"), "{error}");
    }
}

/// Rows of a log without end, written as they are read.
struct Endless {
    next: u64,
    last: u64,
    row: String,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.row.len() {
            if self.next == self.last {
                return Ok(0);
            }
            self.row.clear();
            let n = self.next;
            writeln!(
                self.row,
                "2016-04-{:02} 09:05:12,op{},client-{},{}",
                1 + n % 28,
                n % 9,
                n % 69,
                n * 37 % 100_003
            )
            .map_err(io::Error::other)?;
            (self.at, self.next) = (0, n + 1);
        }
        let rest = &self.row.as_bytes()[self.at..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}

#[test]
fn a_long_log_is_read_to_its_end() {
    let rows = std::env::var("MEIBO_LOG_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(100_000);
    let header = "日時,ユーザー,クライアント,件数\n".as_bytes();
    let input = header.chain(Endless { next: 0, last: rows, row: String::new(), at: 0 });
    let mut log =
        LogReader::open(input, &ReadOptions::default(), &LogOptions::default(), &|_| false).unwrap();
    let (mut entry, mut used) = (LogEntry::default(), 0);
    while let Some(outcome) = log.read(&mut entry).unwrap() {
        used += u64::from(outcome.is_ok() && entry.time.is_some() && entry.rows.is_some());
    }
    assert_eq!(used, rows);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_bytes_come_they_are_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read_with(bytes.as_slice(), &LogOptions::default());
    }

    #[test]
    fn cells_of_any_text_are_rows_or_rejects(rows in prop::collection::vec(("\\PC{0,12}", "[0-9/: 年月日,.件]{0,16}", "[0-9,.件kmb]{0,9}"), 1..20)) {
        let mut text = "備考,日時,件数\n".to_owned();
        for (note, time, count) in &rows {
            let cell = |text: &str| text.replace('"', "").replace(['\r', '\n'], " ");
            text += &format!("\"{}\",\"{}\",\"{}\"\n", cell(note), cell(time), cell(count));
        }
        let (_, read) = read(&text);
        prop_assert_eq!(read.len(), rows.len());
        for entry in read.into_iter().flatten() {
            prop_assert!(entry.time.is_some() || entry.rows.is_some());
        }
    }
}

#[test]
fn fields_are_called_as_options_call_them() {
    for field in LogField::ALL {
        let given = format!("{field}=1").parse::<meibo_ingest::LogColumn>().unwrap();
        assert_eq!((given.field, given.to_string()), (field, format!("{field}=1")));
    }
}
