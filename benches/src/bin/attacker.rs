//! `attacker`: how many guesses a second the holder of a key and a fingerprint can test.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock and prints its figures"
)]

use std::error::Error;
use std::time::Instant;

use meibo::{ClientId, Field, Fingerprint, Fingerprinter, Record, RegistryKey};
use meibo_benches::attack::{Attacker, NAME, NAME_PHONE, PHONE, person};

/// People of the list.
const PEOPLE: u32 = 100_000;
/// Mobile numbers of Japan: three prefixes of ten to the eighth.
const MOBILE: f64 = 3e8;

fn main() -> Result<(), Box<dyn Error>> {
    let key = RegistryKey::from_bytes([42; 32]);
    let mut fingerprinter = Fingerprinter::new(&key);
    fingerprinter.add_records((0..PEOPLE).map(|number| {
        let (name, phone) = person(number);
        Record::new().with(Field::Name, &name).with(Field::Phone, &phone)
    }));
    let bytes = fingerprinter.finish(ClientId::new("list")?, "2016-04-01".parse()?)?;
    let list = Fingerprint::open(&bytes, &[key])?;
    let attacker = Attacker::new(&[42; 32], NAME_PHONE);
    let (name, phone) = person(77);
    phones_of_a_name(&attacker, &list, &name, &phone);
    names_and_phones(&attacker, &list);
    Ok(())
}

/// The phone of somebody whose name is known: every number is digested, joined and looked up.
fn phones_of_a_name(attacker: &Attacker, list: &Fingerprint, name: &str, phone: &str) {
    const GUESSES: u32 = 10_000_000;
    let name = attacker.digest(NAME, name);
    let start = Instant::now();
    let mut found: Vec<String> = Vec::new();
    for number in 10_000_000..10_000_000 + GUESSES {
        let guess = format!("090{number:08}");
        if attacker.is_in(list, name, attacker.digest(PHONE, &guess)) {
            found.push(guess);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let rate = f64::from(GUESSES) / seconds;
    println!(
        "phones for a known name: {:.1} million guesses a second, all mobile numbers in {:.0} s; {} numbers match, the right one among them: {}",
        rate / 1e6,
        MOBILE / rate,
        found.len(),
        found.iter().any(|guess| guess == phone)
    );
}

/// Names with phones, the digests of both worked out before.
fn names_and_phones(attacker: &Attacker, list: &Fingerprint) {
    const NAMES: u32 = 5_000;
    let digests: Vec<(u128, u128)> = (0..NAMES)
        .map(person)
        .map(|(name, phone)| (attacker.digest(NAME, &name), attacker.digest(PHONE, &phone)))
        .collect();
    let start = Instant::now();
    let found = digests.iter().flat_map(|(name, _)| digests.iter().map(move |(_, phone)| (*name, *phone)));
    let found = found.filter(|(name, phone)| attacker.is_in(list, *name, *phone)).count();
    let rate = f64::from(NAMES) * f64::from(NAMES) / start.elapsed().as_secs_f64();
    println!(
        "names with phones, digested before: {:.1} million guesses a second; {found} of {} pairs match, {NAMES} of them right",
        rate / 1e6,
        u64::from(NAMES) * u64::from(NAMES)
    );
}
