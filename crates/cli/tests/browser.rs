//! The page of a report in a browser as its readers have one: headless Chromium, with an accessibility checker.
//!
//! Runs where `MEIBO_CHROMIUM` is the path of a Chromium, and `npm ci` was run in `tests/browser`; elsewhere it says so and goes on.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test may stop, and says why it did not run"
)]

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use crate::desk::Desk;

#[test]
fn a_page_opens_without_a_request_an_error_or_a_serious_fault() {
    let Some(chromium) = std::env::var_os("MEIBO_CHROMIUM") else {
        eprintln!("MEIBO_CHROMIUM names no browser: not run");
        return;
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let desk = Desk::new();
    let incident = source.join("../../testdata/incident");
    desk.meibo(&["demo", "--quiet", "--data", incident.to_str().unwrap(), "-o", "demo"], 0);
    let question = ["attribute", "--key", "demo/key.txt", "--registry", "demo/registry", "--format", "html"];
    let seized = incident.join("seized");
    for lang in ["en", "ja"] {
        let page = format!("{lang}.html");
        desk.meibo(&[&question[..], &["--lang", lang, "-o", &page, seized.to_str().unwrap()]].concat(), 1);
        opens(&desk.path().join(&page), &chromium);
    }
}

/// Looks at a page as phone, desktop and paper show it, by day and by night.
fn opens(page: &Path, chromium: &OsStr) {
    assert!(page.metadata().unwrap().len() < 1 << 20);
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut check = Command::new("node");
    check.arg(source.join("tests/browser/check.mjs")).arg(page).env("MEIBO_CHROMIUM", chromium);
    let said = check.output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{text}{}", String::from_utf8_lossy(&said.stderr));
    // Three screens by day and by night were looked at, and rules were there to be passed.
    assert_eq!(text.lines().filter(|line| line.contains(" rules passed, 0 serious")).count(), 6, "{text}");
}
