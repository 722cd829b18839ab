//! Makes the synthetic incident: the lists, fingerprints of all handovers, index files, and a merged file.

use std::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use meibo::{ClientId, Fingerprint, Registry, RegistryKey};
use meibo_benches::{SEED, seized};
use meibo_synth::{Client, Handover, Part, SeizedOrder, SeizedSpec, SynthError, World};
use rayon::prelude::*;

use crate::jobs;

/// The registry key of the measurements.
pub(crate) const KEY: [u8; 32] = [42; 32];
/// The registry with the latest handover of each client.
pub(crate) const LATEST: &str = "latest";
/// The registry with all handovers.
pub(crate) const ALL: &str = "all";
/// A file merged from the lists of all clients.
pub(crate) const SEIZED: &str = "seized.csv";
/// The latest list of each client, as its owner writes it.
const LISTS: &str = "lists";
/// The key as a file, for whoever asks the registry by the command line.
const KEY_FILE: &str = "key.txt";
const DONE: &str = "done";

/// Whether a directory holds this world already.
pub(crate) fn is_done(directory: &Path, rows: usize, scale: f64) -> bool {
    fs::read_to_string(directory.join(DONE)).is_ok_and(|done| done == what(rows, scale))
}

fn what(rows: usize, scale: f64) -> String {
    format!("seed {SEED}, {rows} rows, scale {scale}, with lists")
}

/// The files of the latest lists, in order of client.
pub(crate) fn lists(directory: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let entries = fs::read_dir(directory.join(LISTS))?;
    let mut lists = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    lists.sort();
    Ok(lists)
}

/// Makes the world in a directory.
pub(crate) fn world(directory: &Path, rows: usize, scale: f64) -> Result<(), Box<dyn Error>> {
    let start = crate::clock::now();
    let world = World::generate(SEED, scale);
    for part in [LATEST, ALL, LISTS] {
        fs::create_dir_all(directory.join(part))?;
    }
    let handovers: Vec<Handover<'_>> = world.clients().flat_map(|client| client.handovers()).collect();
    let made = |handover: &Handover<'_>| keep(directory, handover).map_err(|error| error.to_string());
    let lists = handovers.len();
    let records: u64 =
        handovers.into_par_iter().map(|handover| made(&handover)).sum::<Result<_, String>>()?;
    let keys = [RegistryKey::from_bytes(KEY)];
    for registry in [LATEST, ALL] {
        let path = directory.join(registry);
        Registry::build(&path, &keys)?.write_index(&path, &keys)?;
    }
    seize(&world, rows, &directory.join(SEIZED))?;
    fs::write(directory.join(KEY_FILE), RegistryKey::from_bytes(KEY).to_text().as_bytes())?;
    fs::write(directory.join(DONE), what(rows, scale))?;
    println!(
        "world of scale {scale}: {} clients, {lists} handovers, {records} records; made in {:.0} s",
        world.clients().len(),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Writes and fingerprints a handover, keeps the list if it is its client's last, and says how many records it has.
fn keep(directory: &Path, handover: &Handover<'_>) -> Result<u64, Box<dyn Error>> {
    let client = handover.client();
    let name = format!("{}-{}", client.id(), handover.date());
    let is_last = client.handovers().last().is_some_and(|last| last.date() == handover.date());
    let list = match is_last {
        true => directory.join(LISTS).join(format!("{}.csv", client.id())),
        false => directory.join(format!("{name}.csv")),
    };
    let out = directory.join(ALL).join(format!("{name}.meibo"));
    let records = match made_before(&out) {
        Some(records) => records,
        None => fingerprint(handover, &list, &out)?,
    };
    if is_last {
        fs::copy(&out, directory.join(LATEST).join(format!("{}.meibo", client.id())))?;
    } else if list.exists() {
        fs::remove_file(list)?;
    }
    Ok(records)
}

/// The records of a fingerprint that an earlier run made; none where it made none, or one that is not read any more.
fn made_before(path: &Path) -> Option<u64> {
    let fingerprint = Fingerprint::open(&fs::read(path).ok()?, &[RegistryKey::from_bytes(KEY)]).ok()?;
    Some(fingerprint.facts.records)
}

/// Writes a handover as its owner would, fingerprints the file, and says how many records it has.
fn fingerprint(handover: &Handover<'_>, list: &Path, out: &Path) -> Result<u64, Box<dyn Error>> {
    handover.write_to(&mut BufWriter::new(File::create(list)?))?;
    let (fingerprinter, facts) = jobs::read_list(list, &())?;
    let date = handover.date().to_string().parse()?;
    fs::write(out, fingerprinter.finish(ClientId::new(handover.client().id())?, date)?)?;
    Ok(facts.records)
}

/// Writes a file merged from the latest handovers of all clients, with one row in ten from nowhere.
fn seize(world: &World, rows: usize, out: &Path) -> Result<(), Box<dyn Error>> {
    fs::write(out, world.seize(&merged(world, rows)?)?.bytes)?;
    Ok(())
}

fn merged(world: &World, rows: usize) -> Result<SeizedSpec, SynthError> {
    let last = |client: Client<'_>| client.handovers().enumerate().last().map(|(at, list)| (at, list.len()));
    let sizes: Vec<(usize, usize)> = world.clients().map(|client| last(client).unwrap_or_default()).collect();
    let all: usize = sizes.iter().map(|(_, size)| size).sum();
    let mut spec = seized(world, &format!("merged-{rows}"), 1)?.source_notation().damage(0.01);
    let mut left = rows;
    for (client, (handover, size)) in sizes.into_iter().enumerate() {
        let share = (rows as f64 * 0.9 * size as f64 / all.max(1) as f64) as usize;
        let part = share.min(size).min(left);
        left -= part;
        spec = spec.part(Part::of_handover(client, handover, part));
    }
    Ok(spec.part(Part::of_strangers(left)).order(SeizedOrder::Shuffled))
}
