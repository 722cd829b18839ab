//! Fingerprints records that are already in memory, such as rows of a database.
//!
//! `cargo run -p meibo --example fingerprint_records`
#![allow(clippy::print_stdout, reason = "an example")]

use meibo::{ClientId, Field, Fingerprint, Fingerprinter, Record, RegistryKey};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = RegistryKey::generate()?;
    let rows = [
        ("山田 太郎", "1974-05-05", "岐阜県岐阜市橋本町1-10-1", "058-265-4141"),
        ("鈴木 花子", "昭和50年1月2日", "岐阜市神田町二丁目3番地", "(058)265-4142"),
    ];
    let records = rows.map(|(name, born, address, phone)| {
        Record::new()
            .with(Field::Name, name)
            .with(Field::BirthDate, born)
            .with(Field::Address, address)
            .with(Field::Phone, phone)
    });

    let mut fingerprinter = Fingerprinter::new(&key);
    let list = fingerprinter.add_records(records);
    println!("{} records of {} rows", list.records, list.rows);

    let bytes = fingerprinter.finish(ClientId::new("city-a")?, "2016-04-01".parse()?)?;
    let fingerprint = Fingerprint::open(&bytes, &[key])?;
    println!("{} bytes for {} of {}", bytes.len(), fingerprint.facts.client, fingerprint.facts.date);
    Ok(())
}
