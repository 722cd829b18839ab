//! The rules of a number do not change: fingerprints made with them are compared for ten years.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use meibo_normalize::{Field, Normalizer, RULES_VERSION, Record};

/// Field, cell, and the values that keys are made of, parted by U+001F, as the rules of number 1 give them.
const VALUES: &str = include_str!("../../../testdata/normalize/rules-1.txt");

/// A value that differs is a change of rules: after a release it takes a new number and leaves this file as it is.
#[test]
fn the_rules_give_the_values_of_their_number() {
    assert_eq!(RULES_VERSION, 1);
    let (mut normalizer, mut out) = (Normalizer::new(), Record::new());
    let (mut tried, mut wrong) = (0, Vec::new());
    for line in VALUES.lines() {
        let mut columns = line.split('\t');
        let [field, cell, expected] = std::array::from_fn(|_| columns.next().unwrap_or_default());
        let field: Field = field.parse().unwrap();
        out.clear();
        normalizer.normalize(field, field.key_level(), cell, &mut out);
        let values = out.values(field).collect::<Vec<_>>().join("\u{1f}");
        tried += 1;
        if values != expected {
            wrong.push(format!("{field}\t{cell}\t{values}, not {expected}"));
        }
    }
    assert!(tried > 1000, "{tried}");
    assert!(wrong.is_empty(), "{} values:\n{}", wrong.len(), wrong.join("\n"));
}
