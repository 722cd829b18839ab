//! Reads an address per line; writes "ok", prefecture, city, town and rest, or "error" and why, joined by tabs.
use std::io::BufRead;

use japanese_address_parser::parser::Parser;

fn main() -> std::io::Result<()> {
    let parser = Parser::default();
    for line in std::io::stdin().lock().lines() {
        let result = parser.parse_blocking(&line?);
        let a = result.address;
        match result.error {
            None => println!("ok\t{}\t{}\t{}\t{}", a.prefecture, a.city, a.town, a.rest),
            Some(e) => println!("error\t{}\t{}", e.error_type, e.error_message),
        }
    }
    Ok(())
}
