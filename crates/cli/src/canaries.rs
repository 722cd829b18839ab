//! Records of decoys: found, opened, and what files hold of them.

use std::path::{Path, PathBuf};

use meibo::canary::{self, CanaryRecord, Finding, SetFinding};
use meibo::{Examiner, FileAnswer, Identity, KeyKind, Prf, RegistryKey, SealError, is_sealed, unseal_as};
use meibo_report::{CanaryFinding, CanarySet, Collusion};

use crate::cmd_inspect::field;
use crate::exit::Failure;
use crate::keys::Keyring;
use crate::printer::Printer;
use crate::walk::{self, Met};

/// How the names of records of decoys end.
pub(crate) const ENDING: &str = ".meibo-canaries";

/// The records that were named, and those that lie in the registry's directory: whoever forgets them must not miss what they tell.
pub(crate) fn paths(named: &[PathBuf], registry: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = named.to_vec();
    let known: Vec<PathBuf> = named.iter().filter_map(|path| path.canonicalize().ok()).collect();
    walk::each_below(registry, false, &mut |met| {
        if let Met::File(path) | Met::Link(path) = met
            && path.is_file()
            && path.as_os_str().as_encoded_bytes().ends_with(ENDING.as_bytes())
            && path.canonicalize().is_ok_and(|real| !known.contains(&real))
        {
            paths.push(path);
        }
    });
    paths
}

/// Opens records, and has their decoys looked for; false where one of them cannot be used, which is named.
pub(crate) fn watch(
    examiner: Examiner,
    paths: &[PathBuf],
    keyring: &Keyring,
    printer: &Printer,
) -> (Examiner, bool) {
    let (mut records, mut all) = (Vec::new(), true);
    for path in paths {
        match open(path, keyring) {
            Ok(record) => {
                let (decoys, client, date) = (record.decoys.len(), &record.client, &record.date);
                printer.note_of(path, format!("looking for {decoys} decoys of {client} {date}"));
                records.push(record);
            }
            Err(failure) => {
                all = false;
                printer.failed(&failure.left_out());
            }
        }
    }
    (examiner.with_canaries(records), all)
}

/// The bytes of a record, unsealed where it is sealed.
fn read(path: &Path, identities: &[Identity]) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::about(path.display(), error);
    let bytes = CanaryRecord::read_bytes(path).map_err(|error| failed(&error))?;
    if !is_sealed(&bytes) {
        return Ok(bytes);
    }
    unseal_as(&bytes, identities, CanaryRecord::MAGIC).map_err(|error| match error {
        SealError::NotAFingerprint => failed(&"what is sealed in it is no record of decoys"),
        error => failed(&error),
    })
}

/// The bytes of a file, where it is a record and is not sealed or can be unsealed.
pub(crate) fn bytes_of(path: &Path, identities: &[Identity]) -> Option<Vec<u8>> {
    read(path, identities).ok().filter(|bytes| CanaryRecord::is_one(bytes))
}

/// Opens one record.
pub(crate) fn open(path: &Path, keyring: &Keyring) -> Result<CanaryRecord, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::about(path.display(), error);
    let bytes = read(path, &keyring.identities)?;
    CanaryRecord::open(&bytes, &keyring.keys).map_err(|error| failed(&error))
}

/// The lines that are shown of a record: recipients and numbers, never values.
pub(crate) fn describe(bytes: &[u8], keys: &[RegistryKey]) -> Result<Vec<String>, String> {
    let envelope = CanaryRecord::envelope(bytes).map_err(|error| error.to_string())?;
    let mut lines = vec![
        field("record", "of decoys"),
        field("format", envelope.version),
        field("keyed hash", Prf::of_profile(envelope.profile).map_or("unknown", Prf::as_str)),
        field("key id", envelope.key_id),
        field("size", format!("{} bytes", envelope.length)),
    ];
    if keys.is_empty() {
        return Ok(lines);
    }
    let record = CanaryRecord::open(bytes, keys).map_err(|error| error.to_string())?;
    lines.extend([
        field("client", &record.client),
        field("date", record.date),
        field("rows", record.rows),
        field("decoys", record.decoys.len()),
    ]);
    for (number, recipient) in record.recipients.iter().enumerate() {
        let of = |alone: bool| {
            let held = record.decoys.iter().filter(|decoy| decoy.holders.contains(&number));
            held.filter(|decoy| (decoy.holders.len() == 1) == alone).count()
        };
        let recipient = meibo_report::visible(recipient.as_str());
        lines.push(field(
            "copy",
            format!("{recipient}: {} decoys of its own, {} shared", of(true), of(false)),
        ));
    }
    let kinds = KeyKind::ALL.into_iter().zip(record.chances).filter(|(_, chance)| *chance > 0.0);
    for (kind, chance) in kinds {
        lines.push(field("chance", format!("{kind} {chance:.1e} a key at most", kind = kind.as_str())));
    }
    Ok(lines)
}

/// What a file holds of the decoys that were looked for, as it is reported.
pub(crate) fn findings(examiner: &Examiner, answer: &FileAnswer, files: usize) -> Vec<CanaryFinding> {
    let watch = examiner.canaries();
    let found = canary::weigh(watch, &answer.canaries, files);
    found
        .into_iter()
        .filter_map(|finding| Some(reported(watch.records().get(finding.record)?, finding)))
        .collect()
}

fn reported(record: &CanaryRecord, finding: Finding) -> CanaryFinding {
    CanaryFinding {
        client: record.client.to_string(),
        handover: record.date.to_string(),
        recipients: record.recipients.iter().map(ToString::to_string).collect(),
        named: finding.named,
        collusion: finding.collusion.map(|happened| match happened {
            canary::Collusion::Merged => Collusion::Merged,
            canary::Collusion::Stripped => Collusion::Stripped,
        }),
        all: set(finding.all),
        sets: finding.sets.into_iter().map(set).collect(),
    }
}

fn set(found: SetFinding) -> CanarySet {
    CanarySet {
        holders: found.holders,
        planted: found.planted,
        findable: found.findable,
        found: found.found,
        rows: found.rows,
        keys: found.kinds.kinds().map(|kind| KeyKind::as_str(kind).to_owned()).collect(),
        false_alarm: found.false_alarm,
        log10_e: found.log10_e,
    }
}
