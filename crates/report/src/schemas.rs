//! The JSON schemas of all that is written as JSON: kept here, so that the programs that write it can hand them out.

/// What `attribute` writes (`meibo.attribution/1`).
pub const REPORT: &str = include_str!("../schemas/report.schema.json");
/// What `registry overlap` writes (`meibo.overlap/1`).
pub const OVERLAP: &str = include_str!("../schemas/overlap.schema.json");
/// What `check` writes (`meibo.check/1`).
pub const CHECK: &str = include_str!("../schemas/check.schema.json");
/// What `sweep` writes (`meibo.sweep/1`).
pub const SWEEP: &str = include_str!("../schemas/sweep.schema.json");

/// Each with the name of its file.
pub const ALL: [(&str, &str); 4] = [
    ("report.schema.json", REPORT),
    ("overlap.schema.json", OVERLAP),
    ("check.schema.json", CHECK),
    ("sweep.schema.json", SWEEP),
];
