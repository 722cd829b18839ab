//! Interrupts: whoever stops a job finds the files as they were before it, and no part of a new one.

use std::io::{self, IsTerminal as _, Write as _};

use meibo::atomic;

use crate::messages::{self, Level};

/// Takes away what stands on the line of a terminal: a bar, or what the terminal echoed of the interrupt.
const CLEAR: &str = "\r\x1b[K";
/// As shells say of a program that an interrupt stopped.
const CODE: i32 = 130;

/// Hears interrupts from now on, unless whoever started the program wants them to be passed over, as `nohup` does.
pub(crate) fn listen() {
    // Without, an interrupt stops the program all the same, and may leave a temporary file.
    let _ = ctrlc::try_set_handler(|| atomic::abandon(stop));
}

/// Says how many files were whole before, and ends the program.
#[allow(clippy::exit, reason = "the job is in the hands of other threads, which do not hear of it")]
fn stop(finished: usize) {
    // Nothing is drawn any more by whoever waits for this.
    let mut out = io::stderr().lock();
    let clear = if io::stderr().is_terminal() && !messages::is_json() { CLEAR } else { "" };
    let written = match finished {
        0 => "nothing of the output was written".to_owned(),
        1 => "1 file was written whole before, no part of another".to_owned(),
        some => format!("{some} files were written whole before, no part of another"),
    };
    let said = messages::line(Level::Error, None, &format!("interrupted; {written}"));
    let _ = writeln!(out, "{clear}{said}");
    std::process::exit(CODE)
}
