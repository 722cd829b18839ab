//! A job that is interrupted leaves nothing.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::desk::Desk;

/// More than a pipe holds: once it is written, the program reads.
const ROWS: u32 = 20_000;

fn interrupted_by(signal: Signal, options: &[&str]) -> String {
    let desk = Desk::new();
    let before = names(&desk);
    let mut meibo = hearing()
        .args(["fingerprint", "--key", "key.txt", "--client", "city-a", "--date", "2016-04-01"])
        .args(["-o", "city-a.meibo", "-"])
        .args(options)
        .current_dir(desk.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut list = meibo.stdin.take().unwrap();
    list.write_all("氏名,電話番号\n".as_bytes()).unwrap();
    for row in 0..ROWS {
        // A name that all had would be nobody's, and the job soon over.
        let kanji = char::from_u32('一' as u32 + row % 4_000).unwrap();
        writeln!(list, "山{kanji}太郎,03-3141-{:04}", row % 10_000).unwrap();
    }
    kill_process(Pid::from_child(&meibo), signal).unwrap();
    let code = meibo.wait().unwrap().code();
    let mut said = String::new();
    meibo.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    drop(list);
    assert_eq!(code, Some(130), "{said}");
    assert_eq!(names(&desk), before);
    said
}

/// The program, hearing interrupts also where whoever runs the tests passes them over, as shells have it of what runs behind them.
fn hearing() -> Command {
    let program = env!("CARGO_BIN_EXE_meibo");
    if cfg!(not(target_os = "linux")) {
        return Command::new(program);
    }
    let mut command = Command::new("env");
    command.args(["--default-signal=INT,TERM,HUP", program]);
    command
}

fn names(desk: &Desk) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> =
        std::fs::read_dir(desk.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

#[test]
fn an_interrupted_job_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM] {
        let said = interrupted_by(signal, &[]);
        assert_eq!(said, "meibo: interrupted; nothing of the output was written\n");
    }
    let said: serde_json::Value =
        serde_json::from_str(&interrupted_by(Signal::INT, &["--log-format", "json"])).unwrap();
    assert_eq!(said["level"], "error");
    assert_eq!(said["message"], "interrupted; nothing of the output was written");
}
