//! The JSON schemas of all that is written as JSON: kept here, so that the programs that write it can hand them out.

/// What `attribute` writes (`meibo.attribution/1`).
pub const REPORT: &str = include_str!("../schemas/report.schema.json");
/// What `registry overlap` writes (`meibo.overlap/1`).
pub const OVERLAP: &str = include_str!("../schemas/overlap.schema.json");
/// What `check` writes (`meibo.check/1`).
pub const CHECK: &str = include_str!("../schemas/check.schema.json");
/// What `sweep` writes (`meibo.sweep/1`).
pub const SWEEP: &str = include_str!("../schemas/sweep.schema.json");
/// What `explain` writes (`meibo.explain/1`).
pub const EXPLAIN: &str = include_str!("../schemas/explain.schema.json");
/// Each line of standard error under `--log-format json` (`meibo.log/1`).
pub const LOG: &str = include_str!("../schemas/log.schema.json");

/// Each with the name of its file.
pub const ALL: [(&str, &str); 6] = [
    ("report.schema.json", REPORT),
    ("overlap.schema.json", OVERLAP),
    ("check.schema.json", CHECK),
    ("sweep.schema.json", SWEEP),
    ("explain.schema.json", EXPLAIN),
    ("log.schema.json", LOG),
];
