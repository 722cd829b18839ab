//! What an owner keeps of the decoys that were planted: a file that only the registry key opens.

use std::io::{self, Read};
use std::path::Path;

use meibo_fingerprint::{ClientId, Date, Envelope, EnvelopeError, KeyKind, RegistryKey};
use meibo_normalize::{Field, MAX_CELL};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::plan::{MOST_DECOYS, MOST_RECIPIENTS, Plan};
use crate::recipient::Recipient;

/// Bytes of the largest one.
const MOST_BYTES: u64 = 16 << 20;
/// What is encrypted is filled up to a multiple of this, so that the file's length does not count the decoys.
const BLOCK: usize = 4 << 10;
/// Values of one decoy.
const MOST_VALUES: usize = 64;

/// What was planted: for whom, and which decoys.
#[derive(Clone, PartialEq)]
pub struct CanaryRecord {
    /// The organisation that owns the list.
    pub client: ClientId,
    /// Day of the handover.
    pub date: Date,
    /// Rows of the list, decoys not counted.
    pub rows: u64,
    /// Who got a copy.
    pub recipients: Vec<Recipient>,
    /// How likely each kind of key of a decoy is to be any one value at most, in the order of [`KeyKind::ALL`]; 0 where decoys are not
    /// found by it.
    pub chances: [f64; KeyKind::COUNT],
    /// The decoys.
    pub decoys: Vec<Decoy>,
    /// The seed that they were drawn from.
    seed: Zeroizing<String>,
}

/// A decoy, and who has it.
#[derive(Clone, PartialEq)]
pub struct Decoy {
    /// By number, in order.
    pub holders: Vec<usize>,
    /// What the list's row holds of it.
    pub values: Vec<(Field, String)>,
}

/// Why a record cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Reading failed.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Too long.
    #[error("is longer than any record of decoys; check that this is the file you mean")]
    TooLong,
    /// Its form, or its key.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// It opens, and holds what no record may.
    #[error("opens, but is no record of decoys: {0}; it was not made by this program")]
    Content(&'static str),
}

/// The form in which a record is written.
#[derive(Serialize, Deserialize)]
struct Written {
    client: String,
    date: String,
    rows: u64,
    recipients: Vec<String>,
    chances: Vec<f64>,
    decoys: Vec<WrittenDecoy>,
    seed: String,
}

#[derive(Serialize, Deserialize)]
struct WrittenDecoy {
    holders: Vec<usize>,
    values: Vec<(String, String)>,
}

impl Plan<'_> {
    /// The record to keep of this plan.
    pub fn record(&self, client: ClientId, date: Date) -> CanaryRecord {
        let decoys = self.decoys.iter();
        CanaryRecord {
            client,
            date,
            rows: self.sheet.rows(),
            recipients: self.recipients.clone(),
            chances: self.chances,
            decoys: decoys
                .map(|of| Decoy { holders: of.holders.clone(), values: of.values.clone() })
                .collect(),
            seed: Zeroizing::new(self.seed.bytes().iter().map(|byte| format!("{byte:02x}")).collect()),
        }
    }
}

impl CanaryRecord {
    /// What such a file begins with.
    pub const MAGIC: [u8; 8] = *b"\x89MEICAN\n";

    /// The bytes of the file under a registry key.
    ///
    /// # Errors
    /// Where it would be longer than a record may be.
    pub fn close(&self, key: &RegistryKey) -> Result<Vec<u8>, RecordError> {
        let plain = serde_json::to_vec(&self.written()).map_err(io::Error::from)?;
        let mut plain = Zeroizing::new(plain);
        let filled = plain.len().next_multiple_of(BLOCK);
        plain.resize(filled, b' ');
        let bytes = Envelope::close(key, Self::MAGIC, &plain).ok_or(RecordError::TooLong)?;
        if bytes.len() as u64 > MOST_BYTES { Err(RecordError::TooLong) } else { Ok(bytes) }
    }

    /// Opens the bytes of a file.
    ///
    /// # Errors
    /// Where they are no record, were changed, or none of the keys is theirs.
    pub fn open(bytes: &[u8], keys: &[RegistryKey]) -> Result<Self, RecordError> {
        if bytes.len() as u64 > MOST_BYTES {
            return Err(RecordError::TooLong);
        }
        let plain = Envelope::open(bytes, Self::MAGIC, keys)?;
        let written =
            serde_json::from_slice(&plain).map_err(|_| RecordError::Content("it cannot be parsed"))?;
        Self::of(written)
    }

    /// The bytes of a file, as far as a record may go.
    ///
    /// # Errors
    /// Where it cannot be read or is longer than any.
    pub fn read_bytes(path: &Path) -> Result<Vec<u8>, RecordError> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_BYTES { Err(RecordError::TooLong) } else { Ok(bytes) }
    }

    /// True for bytes that begin as a record does.
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(&Self::MAGIC)
    }

    /// What a file says without its key.
    ///
    /// # Errors
    /// Where it is no record.
    pub fn envelope(bytes: &[u8]) -> Result<Envelope, RecordError> {
        Ok(Envelope::read(bytes, Self::MAGIC)?)
    }

    fn written(&self) -> Written {
        let value = |(field, value): &(Field, String)| (field.to_string(), value.clone());
        let decoy = |of: &Decoy| WrittenDecoy {
            holders: of.holders.clone(),
            values: of.values.iter().map(value).collect(),
        };
        Written {
            client: self.client.to_string(),
            date: self.date.to_string(),
            rows: self.rows,
            recipients: self.recipients.iter().map(Recipient::to_string).collect(),
            chances: self.chances.to_vec(),
            decoys: self.decoys.iter().map(decoy).collect(),
            seed: self.seed.as_str().to_owned(),
        }
    }

    fn of(written: Written) -> Result<Self, RecordError> {
        use RecordError::Content;
        let recipients = written.recipients.iter().map(|name| Recipient::new(name));
        let recipients: Vec<Recipient> =
            recipients.collect::<Result<_, _>>().map_err(|_| Content("a recipient's name is none"))?;
        if !(1..=MOST_RECIPIENTS).contains(&recipients.len()) || !Recipient::are_apart(&recipients) {
            return Err(Content("its recipients are none, or too many"));
        }
        if !(1..=MOST_DECOYS).contains(&written.decoys.len()) {
            return Err(Content("its decoys are none, or too many"));
        }
        let chances = <[f64; KeyKind::COUNT]>::try_from(written.chances);
        let chances = chances.map_err(|_| Content("its chances are not those of all kinds of key"))?;
        if !chances.iter().all(|chance| (0.0..=1.0).contains(chance)) {
            return Err(Content("a chance is none"));
        }
        let decoys = written.decoys.into_iter().map(|decoy| decoy.read(recipients.len()));
        Ok(Self {
            client: ClientId::new(&written.client).map_err(|_| Content("its client's name is none"))?,
            date: written.date.parse().map_err(|_| Content("its date is none"))?,
            rows: written.rows,
            chances,
            decoys: decoys.collect::<Option<_>>().ok_or(Content("a decoy is none"))?,
            recipients,
            seed: Zeroizing::new(written.seed),
        })
    }
}

impl WrittenDecoy {
    fn read(self, recipients: usize) -> Option<Decoy> {
        let rising = self.holders.windows(2).all(|pair| pair.first() < pair.last());
        let known = self.holders.last().is_some_and(|last| *last < recipients);
        if !rising || !known || self.values.len() > MOST_VALUES {
            return None;
        }
        let value = |(field, value): (String, String)| {
            Some((field.parse().ok()?, value)).filter(|(_, value): &(Field, String)| value.len() <= MAX_CELL)
        };
        let values = self.values.into_iter().map(value).collect::<Option<_>>()?;
        Some(Decoy { holders: self.holders, values })
    }
}

impl std::fmt::Debug for CanaryRecord {
    /// Without values.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CanaryRecord({} {}, {} decoys)", self.client, self.date, self.decoys.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> CanaryRecord {
        let decoy = |holders: &[usize]| Decoy {
            holders: holders.into(),
            values: vec![(Field::Name, "高橋翔太".into()), (Field::Phone, "090-0123-4567".into())],
        };
        CanaryRecord {
            client: ClientId::new("city-a").unwrap(),
            date: "2016-04-01".parse().unwrap(),
            rows: 100,
            recipients: ["a", "b"].map(|name| Recipient::new(name).unwrap()).into(),
            chances: [1e-9; KeyKind::COUNT],
            decoys: vec![decoy(&[0]), decoy(&[0, 1])],
            seed: Zeroizing::new("00".into()),
        }
    }

    fn closed(change: impl FnOnce(&mut serde_json::Value)) -> Result<CanaryRecord, RecordError> {
        let key = RegistryKey::from_bytes([1; 32]);
        let mut value = serde_json::to_value(record().written()).unwrap();
        change(&mut value);
        let bytes = Envelope::close(&key, CanaryRecord::MAGIC, value.to_string().as_bytes()).unwrap();
        CanaryRecord::open(&bytes, &[key])
    }

    #[test]
    fn a_record_is_read_as_it_was_written_and_shows_nothing_without_its_key() {
        let key = RegistryKey::from_bytes([1; 32]);
        let bytes = record().close(&key).unwrap();
        assert_eq!(bytes.len(), 32 + 24 + BLOCK + 16);
        assert_eq!(CanaryRecord::open(&bytes, std::slice::from_ref(&key)).unwrap(), record());
        let other = CanaryRecord::open(&bytes, &[RegistryKey::from_bytes([2; 32])]);
        assert!(matches!(other, Err(RecordError::Envelope(EnvelopeError::OtherKey(id))) if id == key.id()));
        assert_eq!(format!("{:?}", record()), "CanaryRecord(city-a 2016-04-01, 2 decoys)");
    }

    proptest::proptest! {
        /// Whoever holds the key may write anything.
        #[test]
        fn any_bytes_are_a_record_or_an_error(bytes: Vec<u8>, place in 0..40usize, value in "[0-9\\[\\]{}\",:.a-z-]{0,12}") {
            let key = RegistryKey::from_bytes([1; 32]);
            let mut plain = serde_json::to_vec(&record().written()).unwrap();
            let from = place * plain.len() / 40;
            plain.splice(from..(from + 8).min(plain.len()), value.bytes());
            for content in [plain, bytes.clone()] {
                let closed = Envelope::close(&key, CanaryRecord::MAGIC, &content).unwrap();
                if let Ok(opened) = CanaryRecord::open(&closed, std::slice::from_ref(&key)) {
                    proptest::prop_assert!(opened.decoys.len() <= MOST_DECOYS);
                    let again = opened.close(&key).unwrap();
                    proptest::prop_assert_eq!(CanaryRecord::open(&again, std::slice::from_ref(&key)).unwrap(), opened);
                }
            }
            proptest::prop_assert!(CanaryRecord::open(&bytes, &[key]).is_err());
        }
    }

    #[test]
    fn what_no_record_may_hold_is_refused() {
        assert!(closed(|_| {}).is_ok());
        let bad: [(&str, serde_json::Value); 9] = [
            ("/recipients", serde_json::json!([])),
            ("/recipients/0", serde_json::json!("../b")),
            ("/recipients/0", serde_json::json!("B")),
            ("/decoys", serde_json::json!([])),
            ("/decoys/0/holders", serde_json::json!([2])),
            ("/decoys/0/holders", serde_json::json!([1, 0])),
            ("/decoys/0/values/0/0", serde_json::json!("shoe")),
            ("/chances/0", serde_json::json!(2.0)),
            ("/date", serde_json::json!("2016-13-01")),
        ];
        for (place, value) in bad {
            let refused = closed(|record| *record.pointer_mut(place).unwrap() = value.clone());
            assert!(matches!(refused, Err(RecordError::Content(_))), "{place} {value}");
        }
        let long = "長".repeat(MAX_CELL);
        assert!(closed(|record| record["decoys"][0]["values"][0][1] = long.into()).is_err());
    }
}
