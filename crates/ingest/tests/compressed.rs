//! Compressed lists are read as what is in them, or not at all.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::{self, Read, Write};

use meibo_ingest::{Compression, IngestError, ListReader, ReadOptions, Summary};
use meibo_normalize::{Field, Record};
use proptest::prelude::*;

const KINDS: [Compression; 4] = [Compression::Gzip, Compression::Zstd, Compression::Bzip2, Compression::Xz];

fn compress(kind: Compression, bytes: &[u8]) -> Vec<u8> {
    match kind {
        Compression::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        Compression::Zstd => {
            ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
        }
        Compression::Bzip2 => {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        _ => {
            let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), Default::default()).unwrap();
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
    }
}

/// A list of so many rows, in CP932.
fn list(rows: usize) -> Vec<u8> {
    let row = |number: usize| {
        let given = ["太郎", "花子", "一郎", "和子", "清", "実", "節子"][number % 7];
        format!("山田,{given},058-{:03}-{:04}\r\n", number * 37 % 1_000, number * 7_919 % 10_000)
    };
    let text = "姓,名,電話番号\r\n".to_owned() + &(0..rows).map(row).collect::<String>();
    encoding_rs::SHIFT_JIS.encode(&text).0.into_owned()
}

/// All rows of a list, as they are keyed by name and phone.
fn read(input: impl Read) -> Result<(Vec<String>, Option<Compression>, Summary), IngestError> {
    let mut reader = ListReader::open(input, &ReadOptions::default())?;
    let (mut record, mut rows) = (Record::new(), Vec::new());
    while reader.read(&mut record)?.is_some() {
        let values = [Field::Name, Field::Phone].map(|field| record.values(field).collect::<String>());
        rows.push(values.join(" "));
    }
    let compression = reader.layout().compression;
    Ok((rows, compression, reader.finish()?))
}

/// Gives a few bytes at a time.
struct Sparing<'a>(&'a [u8]);

impl Read for Sparing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(3);
        self.0.read(&mut buffer[..length])
    }
}

#[test]
fn a_list_is_the_same_however_it_is_compressed() {
    let plain = list(5_000);
    let (rows, none, _) = read(&*plain).unwrap();
    assert_eq!((rows.len(), none), (5_000, None));
    for kind in KINDS {
        let packed = compress(kind, &plain);
        let (unpacked, found, summary) = read(&*packed).unwrap();
        assert!(unpacked == rows && found == Some(kind), "{kind}");
        assert_eq!(summary.bytes, packed.len() as u64, "{kind}: of the file as it is");
        assert_eq!(
            summary.blake3,
            blake3::hash(&packed).to_hex().to_string(),
            "{kind}: of the file as it is"
        );
        assert_eq!(read(Sparing(&packed)).unwrap(), (unpacked, found, summary), "{kind}");
    }
}

#[test]
fn parts_that_follow_each_other_are_one_file() {
    let plain = list(3_000);
    let rows = read(&*plain).unwrap().0;
    for kind in KINDS {
        for cut in [0, 1, plain.len() / 2, plain.len()] {
            let packed = [compress(kind, &plain[..cut]), compress(kind, &plain[cut..])].concat();
            assert!(read(&*packed).unwrap().0 == rows, "{kind} cut at {cut}");
        }
    }
    let skipped = [&b"\x5a\x2a\x4d\x18\x03\0\0\0abc"[..], &compress(Compression::Zstd, &plain)].concat();
    assert!(read(&*skipped).unwrap().0 == rows, "what a frame says to skip is skipped");
}

#[test]
fn what_is_cut_short_is_an_error() {
    let plain = list(400);
    for kind in KINDS {
        let packed = compress(kind, &plain);
        assert!(packed.len() > 1_000);
        for cut in (0..packed.len()).step_by(50).chain(packed.len() - 12..packed.len()) {
            let error = read(&packed[..cut]).expect_err("a part is not the whole");
            let text = error.to_string();
            assert!(cut < 50 || text.contains("damaged or cut short"), "{kind} cut at {cut}: {text}");
        }
    }
}

#[test]
fn what_was_changed_is_noticed_and_what_follows_too() {
    let plain = list(400);
    let rows = read(&*plain).unwrap().0;
    for kind in KINDS {
        let packed = compress(kind, &plain);
        let mut noticed = 0;
        for at in (12..packed.len()).step_by(29) {
            let mut changed = packed.clone();
            changed[at] ^= 0x10;
            // Some bits mean nothing, such as those of a code that no letter is written with.
            match read(&*changed) {
                Ok((unpacked, _, _)) => assert!(unpacked == rows, "{kind} changed at {at}"),
                Err(_) => noticed += 1,
            }
        }
        assert!(noticed * 29 * 10 > packed.len() * 9, "{kind}: {noticed} of {} bytes", packed.len());
        assert!(read(&*[&packed[..], b"what is this?"].concat()).is_err(), "{kind}");
    }
}

#[test]
fn an_input_that_fails_is_named_as_that() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is on fire"))
        }
    }
    for kind in KINDS {
        let packed = compress(kind, &list(400));
        let error = read(packed[..packed.len() / 2].chain(Failing)).unwrap_err().to_string();
        assert!(error.contains("the disk is on fire"), "{kind}: {error}");
    }
}

#[test]
fn a_file_that_asks_for_too_much_memory_is_refused() {
    // A frame with a window of 256 MiB, of one empty block.
    let zstd = b"\x28\xb5\x2f\xfd\0\x90\x01\0\0";
    // A block with a dictionary of 128 MiB: after the stream's header the block's, whose checksum is not looked at first.
    let error = read(&zstd[..]).unwrap_err().to_string();
    assert!(error.contains("more than 128 MiB"), "{error}");
    let options = lzma_rust2::XzOptions {
        lzma_options: lzma_rust2::LzmaOptions { dict_size: 128 << 20, ..Default::default() },
        ..Default::default()
    };
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(&list(10)).unwrap();
    let error = read(&*encoder.finish().unwrap()).unwrap_err().to_string();
    assert!(error.contains("more than 64 MiB"), "{error}");
}

#[test]
fn what_was_compressed_twice_or_packed_is_named() {
    for kind in KINDS {
        let twice = compress(Compression::Gzip, &compress(kind, &list(10)));
        let error = read(&*twice).unwrap_err().to_string();
        assert!(error.contains("compressed once more"), "{kind}: {error}");
    }
    let mut tar = vec![b'a'; 1_024];
    tar[257..262].copy_from_slice(b"ustar");
    let error = read(&*compress(Compression::Xz, &tar)).unwrap_err().to_string();
    assert!(error.contains("a tar archive"), "{error}");
    for kind in KINDS {
        assert!(matches!(read(&*compress(kind, b"")), Err(IngestError::NoRows)), "{kind}");
    }
}

#[test]
fn text_that_begins_like_a_compressed_file_is_text() {
    let text = "BZh91,電話番号\n山田太郎,03-1234-5678\n".as_bytes();
    assert_eq!(read(text).unwrap().1, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_follows_the_first_bytes_does_no_harm(
        kind in 0_usize..KINDS.len(), more in 0_usize..60, noise in proptest::collection::vec(any::<u8>(), 0..2_000)
    ) {
        let packed = compress(KINDS[kind], &list(50));
        // As many bytes as tell the kind, and some.
        let keep = ([3, 4, 10, 6][kind] + more).min(packed.len());
        let hostile = [&packed[..keep], &noise].concat();
        let _ = read(&*hostile);
    }

    #[test]
    fn a_few_changed_bytes_do_no_harm(
        kind in 0_usize..KINDS.len(), changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)
    ) {
        let mut packed = compress(KINDS[kind], &list(50));
        for (at, byte) in changes {
            let at = at.index(packed.len());
            packed[at] = byte;
        }
        let _ = read(&*packed);
    }
}
