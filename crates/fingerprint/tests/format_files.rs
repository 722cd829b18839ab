//! Files of format 1 that are read for ever, and faults that each have their own error.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::{Path, PathBuf};

use meibo_fingerprint::{Fingerprint, FormatError, Header, Prf, RegistryKey};
use rayon::prelude::*;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/format")
}

fn key() -> RegistryKey {
    RegistryKey::read(&directory().join("key.txt"), || None).unwrap()
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(directory().join(name)).unwrap()
}

#[test]
fn examples_of_format_1_stay_readable() {
    let keys = [key(), key().with_prf(Prf::HmacSha256)];
    let parts = [
        ("small-hmac.meibo", 12, &["facts", "columns", "sample"][..]),
        ("small.meibo", 12, &["facts", "columns", "sample"]),
        ("without-sample.meibo", 0, &["facts", "columns"]),
        ("unknown-optional-part.meibo", 12, &["facts", "columns", "sample", "unknown"]),
    ];
    for (name, sample, parts) in parts {
        let fingerprint = Fingerprint::open(&read(name), &keys).unwrap();
        let facts = &fingerprint.facts;
        assert_eq!((facts.client.as_str(), facts.date.to_string().as_str()), ("例-client", "2016-04-01"));
        assert_eq!((facts.rows, facts.records, fingerprint.sample.len()), (12, 12, sample), "{name}");
        let named: Vec<&str> = fingerprint.header.sections.iter().map(|section| section.name()).collect();
        assert_eq!(named, parts);
    }
}

/// An error's name, as the files of faults are called.
fn slug(error: &FormatError) -> &'static str {
    match error {
        FormatError::NotAFingerprint => "not-a-fingerprint",
        FormatError::TextConversion => "text-conversion",
        FormatError::FutureVersion(_) => "future-version",
        FormatError::UnknownProfile(_) => "unknown-profile",
        FormatError::Truncated { .. } => "truncated",
        FormatError::Checksum => "checksum",
        FormatError::Inconsistent { .. } => "inconsistent",
        FormatError::Fill { .. } => "fill",
        FormatError::UnknownSection(_) => "unknown-section",
        FormatError::OtherKey(_) => "other-key",
        FormatError::Sealed => "sealed",
        _ => "unnamed",
    }
}

#[test]
fn each_fault_gives_the_error_in_its_name() {
    let mut files = 0;
    for entry in std::fs::read_dir(directory().join("faults")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let stated = name.split('.').nth(1).unwrap();
        let error = Fingerprint::open(&std::fs::read(&path).unwrap(), &[key()]).unwrap_err();
        assert_eq!(slug(&error), stated, "{name}: {error}");
        files += 1;
    }
    assert!(files >= 40, "{files}");
}

#[test]
fn every_single_flipped_byte_is_an_error() {
    let good = read("small.meibo");
    assert!(Fingerprint::open(&good, &[key()]).is_ok());
    (0..good.len()).into_par_iter().for_each(|at| {
        let mut changed = good.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(Fingerprint::open(&changed, &[key()]).is_err(), "flipped at {at}");
        changed[at] = !good[at];
        assert!(Fingerprint::open(&changed, &[key()]).is_err(), "flipped at {at}");
    });
}

#[test]
fn without_the_key_nothing_of_the_list_shows() {
    let bytes = read("small.meibo");
    Header::read(&bytes).unwrap();
    assert!(matches!(Fingerprint::open(&bytes, &[]), Err(FormatError::OtherKey(_))));
    for secret in ["例-client", "client", "2016", "アオヤギ", "青柳"] {
        let secret = secret.as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}
