//! What must hold of any bytes, whatever file of meibo's own they are taken for.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::OnceLock;

use meibo_fingerprint::{
    Fingerprint, Header, Identity, KeyShare, Prf, Recipient, RegistryKey, Signature, SigningKey,
    VerifyingKey, Zeroizing, peek_facts, peek_sample, unseal,
};
use meibo_registry::{CACHE_NAME, Registry};

/// A fingerprint of twelve people, and its key.
const GOOD: &[u8] = include_bytes!("../../testdata/format/small.meibo");
const KEY: &str = include_str!("../../testdata/format/key.txt");

const FACTS: u32 = 1;
const COLUMNS: u32 = 2;
const SAMPLE: u32 = 0x8000_0003;

fn keys() -> [RegistryKey; 2] {
    let key = RegistryKey::parse(KEY).expect("the key of the examples");
    let other = key.with_prf(Prf::HmacSha256);
    [key, other]
}

/// Takes the bytes for a fingerprint, as they are and with the checksum made right.
///
/// # Panics
/// Where a promise of the reader is broken.
pub fn check_fingerprint(data: &[u8]) {
    let content = data.get(..data.len().saturating_sub(32)).unwrap_or_default();
    check_open(data);
    check_open(&[content, blake3::hash(content).as_bytes()].concat());
}

fn check_open(bytes: &[u8]) {
    let keys = keys();
    let _ = (peek_facts(bytes, &keys), peek_sample(&mut Cursor::new(bytes), &keys));
    let header = Header::read(bytes);
    if let Ok(opened) = Fingerprint::open(bytes, &keys) {
        assert_eq!(header, Ok(opened.header), "opened, and its header cannot be read");
        let (facts, columns) = (&opened.facts, &opened.columns);
        assert!(facts.records <= facts.rows && opened.sample.len() as u64 <= facts.records);
        assert_eq!(columns.ones(), facts.ones);
        let mut sampled = opened.sample.iter().flat_map(|record| &record.tokens);
        assert!(sampled.all(|(_, token)| columns.contains(*token)), "a sample of strangers");
    }
}

/// Takes the bytes for a part of a fingerprint that somebody who holds the key encrypts: by the first byte for the facts, the
/// sample, or bytes written over the columns at a place.
///
/// # Panics
/// Where a promise of the reader is broken.
pub fn check_payload(data: &[u8]) {
    let Some((which, data)) = data.split_first() else { return };
    let header = Header::read(GOOD).expect("the example");
    let [key, _] = keys();
    let mut parts = Vec::new();
    for section in &header.sections {
        let bytes = &GOOD[section.offset as usize..][..section.length as usize];
        let context = [&GOOD[..32], &section.kind.to_le_bytes()].concat();
        let plain = if section.kind == COLUMNS { Some(bytes.to_vec()) } else { key.decrypt(&context, bytes) };
        parts.push((section.kind, plain.expect("the example")));
    }
    let [facts, columns, sample] = parts.as_mut_slice() else { return };
    match which % 3 {
        0 => facts.1 = data.to_vec(),
        1 => sample.1 = data.to_vec(),
        _ => {
            let place = usize::from(data.first().copied().unwrap_or(0)) * 100;
            let room = columns.1[place..].iter_mut();
            room.zip(data.iter().skip(1)).for_each(|(byte, new)| *byte ^= new);
            let digest = *blake3::hash(&columns.1).as_bytes();
            let ones: u64 = columns.1.iter().map(|byte| u64::from(byte.count_ones())).sum();
            // After the client's name and the date: rows, records, bits set, digest.
            let counts = 2 + usize::from(u16::from_le_bytes([facts.1[0], facts.1[1]])) + 4;
            facts.1[counts + 16..counts + 24].copy_from_slice(&ones.to_le_bytes());
            facts.1[counts + 24..counts + 56].copy_from_slice(&digest);
        }
    }
    check_open(&written(&key, &parts));
}

/// A file of these plain parts.
fn written(key: &RegistryKey, parts: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut file = GOOD[..32].to_vec();
    let sealed = |(kind, plain): &(u32, Vec<u8>)| match *kind {
        COLUMNS => plain.clone(),
        kind => key.encrypt(&[&GOOD[..32], &kind.to_le_bytes()].concat(), plain).unwrap_or_default(),
    };
    let bodies: Vec<Vec<u8>> = parts.iter().map(sealed).collect();
    let mut offset = 32 + 24 * parts.len() as u64;
    for ((kind, _), body) in parts.iter().zip(&bodies) {
        assert!([FACTS, COLUMNS, SAMPLE].contains(kind));
        file.extend([kind.to_le_bytes(), [0; 4]].concat());
        file.extend([offset.to_le_bytes(), (body.len() as u64).to_le_bytes()].concat());
        offset += body.len() as u64;
    }
    file.extend(bodies.concat());
    let checksum = blake3::hash(&file);
    file.extend(checksum.as_bytes());
    file
}

/// Takes the bytes for the text of a registry key, a share of one, and the two kinds of signing key.
///
/// # Panics
/// Where a promise of the readers is broken.
pub fn check_key(data: &[u8]) {
    if let Ok(key) = RegistryKey::open(Zeroizing::new(data.to_vec()), || None) {
        assert_eq!(
            RegistryKey::parse(std::str::from_utf8(data).expect("text")).expect("a key").id(),
            key.id()
        );
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(key) = RegistryKey::parse(text) {
        assert_eq!(RegistryKey::parse(&key.to_text()).expect("its own text").id(), key.id());
    }
    if let Ok(share) = KeyShare::parse(text) {
        let again = KeyShare::parse(&share.to_text()).expect("its own text");
        assert_eq!((again.key_id(), again.number()), (share.key_id(), share.number()));
        let _ = RegistryKey::join(&[share, again]);
    }
    let _ = (VerifyingKey::parse(text), SigningKey::parse(text, || None));
}

/// Takes the bytes for a sealed fingerprint; or, by the first byte, for changes to one, or for the text of identities and of
/// recipients.
///
/// # Panics
/// Where another fingerprint is opened than was sealed.
pub fn check_seal(data: &[u8]) {
    const SEALED: &[u8] = include_bytes!("../../testdata/age/small.meibo.age");
    let identities =
        Identity::parse_all(include_str!("../../testdata/age/identity.txt")).expect("an identity");
    let open = |bytes: &[u8]| {
        if let Ok(opened) = unseal(bytes, &identities) {
            assert_eq!(opened, GOOD, "another fingerprint");
        }
    };
    match data.split_first() {
        Some((0, changes)) => {
            // Only the beginning has a form that can be wrong; of what follows every byte is under a digest.
            let (start, rest) = SEALED.split_at(200);
            let mut start = start.to_vec();
            let place = usize::from(changes.first().copied().unwrap_or(0));
            start.splice(
                place.min(200)..(place + changes.len()).min(200).max(place.min(200)),
                changes.iter().copied(),
            );
            open(&[&start, rest].concat());
        }
        Some((1, text)) => {
            let Ok(text) = std::str::from_utf8(text) else { return };
            for identity in Identity::parse_all(text).unwrap_or_default() {
                let again = Identity::parse_all(&identity.to_text()).expect("its own text");
                assert_eq!(again[0].recipient(), identity.recipient());
            }
            for recipient in Recipient::parse_all(text).unwrap_or_default() {
                assert_eq!(recipient.to_string().parse::<Recipient>().expect("its own text"), recipient);
            }
        }
        _ => open(data),
    }
}

/// Takes the bytes for the text of a signature over the example.
///
/// # Panics
/// Where a signature is taken for good that is not the one of the example.
pub fn check_signature(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(signature) = Signature::parse(text) else { return };
    let key = VerifyingKey::parse(include_str!("../seed-files/signer.pub")).expect("the signer's key");
    assert!(key.verify(b"another file", &signature).is_err());
    if let Ok(comment) = key.verify(GOOD, &signature) {
        assert!(
            include_str!("../seed-files/small.meibo.minisig").contains(&comment),
            "another comment: {comment}"
        );
    }
}

/// Takes the bytes for the index file of a registry of one fingerprint.
///
/// # Panics
/// Where the registry gives other answers than one that is built anew.
pub fn check_index(data: &[u8]) {
    static DIRECTORY: OnceLock<(PathBuf, String)> = OnceLock::new();
    let [key, _] = keys();
    let (directory, digest) = DIRECTORY.get_or_init(|| {
        let directory = std::env::temp_dir().join(format!("meibo-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory");
        std::fs::write(directory.join("small.meibo"), GOOD).expect("a file");
        let built = Registry::build(&directory, &[keys()[0].clone()]).expect("the example");
        (directory, built.digest)
    });
    std::fs::write(directory.join(CACHE_NAME), data).expect("a file");
    let registry = Registry::open(directory, &[key]).expect("built anew where the index file is of no use");
    assert_eq!((&registry.digest, registry.lists.len(), registry.clients.len()), (digest, 1, 1));
    assert_eq!(registry.lists[0].facts.client.as_str(), "例-client");
}
