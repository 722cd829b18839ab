//! Files as they should not be: each with one fault, and what becomes of its rows.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{self, Read};

use crate::common::{encode, read, read_all, read_text};
use meibo_ingest::{Encoding, IngestError, ListReader, ReadOptions, RejectReason};
use meibo_normalize::{Field, Record};

const HEADER: &str = "氏名,住所,電話番号\n";

/// A sound row with a number in it.
fn row(number: usize) -> String {
    format!("山田 太郎,岐阜市加納本町{number}-2,058-123-{number:04}\n")
}

fn rows(count: usize) -> String {
    (0..count).map(row).collect()
}

/// The rows of a file that has something between three sound rows and three others.
fn with_fault(fault: &str) -> Vec<Result<(), RejectReason>> {
    let outcome = read_text(&format!("{HEADER}{}{fault}{}", rows(3), rows(3)));
    assert!(outcome.layout.header);
    outcome.rows.into_iter().map(|row| row.map(|_| ())).collect()
}

fn one_reject(fault: &str, reason: &RejectReason) {
    let outcomes = with_fault(fault);
    assert_eq!(outcomes.len(), 7, "{fault}");
    for (index, outcome) in outcomes.iter().enumerate() {
        if index == 3 {
            assert_eq!(outcome.as_ref().unwrap_err(), reason, "{fault}");
        } else {
            assert_eq!(*outcome, Ok(()), "row {index} after {fault}");
        }
    }
}

#[test]
fn an_unquoted_delimiter_rejects_its_row() {
    one_reject(
        "山田太郎,岐阜市加納本町1-2,コーポ101,058-123-4567\n",
        &RejectReason::TooManyCells { expected: 3, found: 4 },
    );
}

#[test]
fn an_unclosed_quote_costs_its_line_only() {
    for fault in [
        "\"山田太郎,岐阜市加納本町1-2,058-123-4567\n",
        "山田太郎,\"岐阜市加納本町1-2,058-123-4567\n",
        "山田太郎,岐阜市加納本町1-2,\"058-123-4567\n",
        "山田太郎,\"岐阜市\",加納\"本町\n\"\n",
    ] {
        let outcomes = with_fault(fault);
        let sound = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert!(sound >= 6, "{fault}: {outcomes:?}");
    }
    one_reject("\"山田太郎,岐阜市加納本町1-2,058-123-4567\n", &RejectReason::UnterminatedQuote);
    let at_end = read_text(&format!("{HEADER}{}\"山田太郎,岐阜市", rows(3)));
    assert_eq!(at_end.rows[3], Err(RejectReason::UnterminatedQuote));
}

#[test]
fn an_unclosed_quote_in_a_quoted_file_costs_its_line_only() {
    let quoted = |count: usize| -> String {
        (0..count).map(|n| format!("\"山田\",\"岐阜市加納{n}-1\",\"058-123-{n:04}\"\r\n")).collect()
    };
    let text =
        format!("\"氏名\",\"住所\",\"電話\"\r\n{}\"佐藤\",\"岐阜市\",\"058-1\r\n{}", quoted(5), quoted(500));
    let outcome = read_text(&text);
    assert_eq!(outcome.rows.len(), 506);
    assert_eq!(outcome.rows.iter().filter(|row| row.is_err()).count(), 1);
    assert_eq!(outcome.rows[5], Err(RejectReason::UnterminatedQuote));
}

#[test]
fn short_rows_are_used_as_far_as_they_go() {
    let outcome =
        read_text(&format!("{HEADER}佐藤花子\n佐藤花子,岐阜市加納1\n佐藤花子,岐阜市加納1,058-123-4567,,,\n"));
    assert_eq!(outcome.rows.iter().map(|row| row.as_ref().unwrap().len()).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn rows_of_empty_cells_count_and_blank_lines_do_not() {
    let outcome = read_text(&format!("{HEADER}\n{}\n  \n,,\n\u{3000}\n{}\u{1a}", row(1), row(2)));
    let outcomes: Vec<_> = outcome.rows.iter().map(|row| row.clone().map(|_| ())).collect();
    assert_eq!(outcomes, [Ok(()), Err(RejectReason::NoValues), Ok(())]);
    assert_eq!(outcome.lines, [3, 6, 8]);
    assert_eq!(outcome.summary.rejects, 1);
}

#[test]
fn the_header_again_is_a_reject() {
    one_reject(HEADER, &RejectReason::RepeatedHeader);
}

#[test]
fn nul_characters_pad_or_reject() {
    let padded = read_text(&format!("{HEADER}佐藤花子\0\0,岐阜市加納1,058-123-4567\0\n"));
    assert_eq!(padded.value(0, Field::Name), "佐藤花子");
    one_reject("佐藤\0花子,岐阜市加納1,058-123-4567\n", &RejectReason::NulInCell { column: 1 });
}

#[test]
fn bytes_outside_the_encoding_reject_where_they_are_used() {
    for encoding in [Encoding::Utf8, Encoding::Cp932, Encoding::EucJp] {
        let mut bytes = encode(
            &format!("氏名,備考,電話番号\n{}", "山田太郎,電話不通,058-123-4567\n".repeat(9)),
            encoding,
        );
        bytes.extend(encode("佐藤", encoding));
        bytes.extend(b"\xFF,x,058-123-4567\n");
        bytes.extend(encode("佐藤,", encoding));
        bytes.extend(b"\xFF,058-123-4567\n");
        let outcome = read(&bytes);
        assert_eq!(outcome.layout.encoding, encoding);
        assert_eq!(outcome.rows[9], Err(RejectReason::Undecodable { column: 1 }), "{encoding}");
        assert!(outcome.rows[10].is_ok(), "{encoding}: the damage is in no used column");
    }
}

#[test]
fn a_cut_character_does_not_swallow_the_delimiter() {
    let mut bytes = encode("氏名,住所,電話番号\n山田太郎,岐阜市加納1,058-123-4567\n", Encoding::Cp932);
    bytes.extend(b"\x8E,\x8E,058-123-4567\n");
    bytes.extend(encode("佐藤花子,岐阜市加納2,058-123-4568\n", Encoding::Cp932));
    let outcome = read(&bytes);
    assert!(outcome.rows[1].is_err());
    assert_eq!(outcome.value(2, Field::Name), "佐藤花子");
}

#[test]
fn a_replacement_character_that_is_in_the_file_is_text() {
    let outcome = read_text(&format!("{HEADER}山\u{FFFD}太郎,岐阜市加納1,058-123-4567\n"));
    assert_eq!(outcome.value(0, Field::Name), "山\u{FFFD}太郎");
}

#[test]
fn what_spreadsheets_add_is_taken_off() {
    let outcome =
        read_text(&format!("{HEADER}山田太郎,岐阜市加納1,=\"0581234567\"\n佐藤,NULL,'0581234567\n"));
    assert_eq!(outcome.value(0, Field::Phone), "0581234567");
    assert_eq!(outcome.value(1, Field::Phone), "0581234567");
    assert_eq!(outcome.value(1, Field::Address), "");
}

#[test]
fn other_kinds_of_files_are_named() {
    for bytes in [&b"PK\x03\x04rest"[..], b"%PDF-1.4", b"7z\xBC\xAF\x27\x1Crest"] {
        assert!(matches!(
            ListReader::open(bytes, &ReadOptions::default()).map(|_| ()),
            Err(IngestError::NotText(_))
        ));
    }
}

#[test]
fn delimiters_that_cannot_be_are_refused() {
    for delimiter in [b'"', b'\n', b'a', b'0', 0x81] {
        let options = ReadOptions { delimiter: Some(delimiter), ..ReadOptions::default() };
        let opened = ListReader::open(HEADER.as_bytes(), &options).map(|_| ());
        assert!(matches!(opened, Err(IngestError::BadDelimiter(d)) if d == delimiter));
    }
}

/// Bytes made as they are read, so that a file larger than memory costs nothing.
struct Endless {
    front: io::Cursor<Vec<u8>>,
    filler: u8,
    left: usize,
    back: io::Cursor<Vec<u8>>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.front.read(buffer)?;
        if read > 0 {
            return Ok(read);
        }
        if self.left == 0 {
            return self.back.read(buffer);
        }
        let length = self.left.min(buffer.len());
        buffer[..length].fill(self.filler);
        self.left -= length;
        Ok(length)
    }
}

#[test]
fn an_endless_line_is_one_reject() {
    for filler in [b'x', b',', b'"', b'\r'] {
        let input = Endless {
            front: io::Cursor::new(format!("{HEADER}{}", rows(3)).into_bytes()),
            filler,
            left: 64 << 20,
            back: io::Cursor::new(format!("\n{}", rows(2)).into_bytes()),
        };
        let outcome = read_all(input, &ReadOptions::default()).unwrap();
        let outcomes: Vec<_> = outcome.rows.iter().map(|row| row.clone().map(|_| ())).collect();
        let limit = 1 << 20;
        assert_eq!(outcomes[3..], [Err(RejectReason::TooLong { limit }), Ok(()), Ok(())], "{filler}");
        assert_eq!(outcome.lines[4], 6, "{filler}");
    }
}

#[test]
fn quotes_that_chain_from_line_to_line_are_bounded() {
    let text = format!("{HEADER}{}{}{}", rows(2), "x\",\"y\n".repeat(30_000), rows(2));
    let outcome = read_text(&text);
    assert!(outcome.rows.len() > 20_000);
    assert!(outcome.rows.last().unwrap().is_ok());
}

struct Failing(usize);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::other("cable pulled"));
        }
        let text = row(1);
        let length = text.len().min(buffer.len()).min(self.0);
        buffer[..length].copy_from_slice(&text.as_bytes()[..length]);
        self.0 -= length;
        Ok(length)
    }
}

#[test]
fn an_input_that_fails_is_an_error_not_an_end() {
    assert!(matches!(
        ListReader::open(Failing(0), &ReadOptions::default()).map(|_| ()),
        Err(IngestError::Io(_))
    ));
    let mut reader = ListReader::open(Failing(row(1).len() * 8000), &ReadOptions::default()).unwrap();
    let mut record = Record::new();
    let end = loop {
        match reader.read(&mut record) {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert!(matches!(end, Err(IngestError::Io(_))));
}

/// Heads that make every guess work hard: work that grew with the square of the columns would take hours here.
#[test]
fn heads_made_to_keep_the_reader_busy() {
    let wide_row = |cell: &str| format!("{}\n", vec![cell; 40_000].join(","));
    let heads = [
        wide_row("町"),
        wide_row("電話"),
        wide_row(""),
        wide_row("1"),
        format!("氏名{}\n{}", ",".repeat(100_000), "山田太郎,x,y\n".repeat(2000)),
        format!("氏名,住所{}\n{}", ",".repeat(1000), format!("山田太郎{}\n", ",町".repeat(1000)).repeat(40)),
        "\u{FDFA}".repeat(20_000),
        "\"\n".repeat(100_000),
        "1,".repeat(100_000),
        "\x1b".repeat(200_000),
    ];
    for head in heads {
        let options = ReadOptions { columns: vec!["name=1".parse().unwrap()], ..ReadOptions::default() };
        let outcome = read_all(head.as_bytes(), &options);
        assert!(outcome.is_ok_and(|outcome| outcome.summary.bytes == head.len() as u64));
    }
}
