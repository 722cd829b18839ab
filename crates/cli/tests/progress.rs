//! Bars on a terminal, and nothing anywhere else.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::io::{Read, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::desk::Desk;

const FINGERPRINT: &str = "fingerprint --key key.txt --client city-a --date 2016-04-01 -o city-a.meibo";

/// A desk with a list that takes longer to read than the first bar takes to be drawn.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("long.csv", long_list(600_000));
    desk
}

fn long_list(rows: u32) -> String {
    let row = |i: u32| {
        let kanji = |i: u32| char::from_u32('一' as u32 + i % 4_000).unwrap();
        format!(
            "{}{}太郎,03-{:04}-{:04},東京都文京区千石4-{i}-7\n",
            kanji(i),
            kanji(i / 7),
            3_000 + i % 6_000,
            i % 9_973
        )
    };
    format!("氏名,電話番号,住所\n{}", (0..rows).map(row).collect::<String>())
}

/// A program whose standard error is a terminal of this kind; none where no tool is there that makes one.
#[allow(clippy::print_stdout, reason = "a test that could not look says so")]
fn on_terminal(desk: &Desk, term: &str, command: &str) -> Option<Child> {
    let started = Command::new("script")
        .args(["-qec", command, "/dev/null"])
        .env("TERM", term)
        .current_dir(desk.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    if started.is_err() {
        println!("not looked at: the tool `script` is not there");
    }
    started.ok()
}

/// What a program shows on a terminal to its end.
fn shown(desk: &Desk, term: &str, arguments: &str) -> Option<String> {
    let command = format!("{} {arguments}", env!("CARGO_BIN_EXE_meibo"));
    let output = on_terminal(desk, term, &command)?.wait_with_output().unwrap();
    Some(String::from_utf8(output.stdout).unwrap())
}

/// What is left on a terminal in the end: bars are lines that were taken back.
fn left(shown: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for part in shown.replace("\r\n", "\n").split_inclusive(['\n', '\r']) {
        let (text, end) = part.split_at(part.len() - usize::from(part.ends_with(['\n', '\r'])));
        let text = text.strip_prefix("\u{1b}[2K").or(text.strip_prefix("\u{1b}[K")).map_or(text, |rest| {
            lines.last_mut().unwrap().clear();
            rest
        });
        lines.last_mut().unwrap().push_str(text);
        if end == "\n" {
            lines.push(String::new());
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

#[test]
fn a_terminal_shows_a_rate_and_the_time_left_and_keeps_nothing_of_it() {
    let desk = desk();
    let Some(shown) = shown(&desk, "xterm", &format!("{FINGERPRINT} long.csv")) else { return };
    assert!(
        shown.contains(" rows of long.csv") && shown.contains("B/s, ") && shown.contains(" left"),
        "{shown:?}"
    );
    assert!(!shown.contains("\u{1b}[3"), "no colour: {shown:?}");
    let left = left(&shown);
    assert!(left.len() == 1 && left[0].starts_with("city-a.meibo: city-a 2016-04-01: "), "{left:?}");
}

#[test]
fn nothing_is_shown_where_it_is_not_wanted() {
    let desk = desk();
    for (term, options) in [("xterm", "--quiet"), ("xterm", "--log-format json"), ("dumb", "")] {
        let arguments = format!("{FINGERPRINT} {options} long.csv");
        let Some(shown) = shown(&desk, term, &arguments) else { return };
        assert!(!shown.contains('\u{1b}') && !shown.contains(" left"), "{shown:?}");
        assert_eq!(shown.lines().count(), usize::from(options != "--quiet"), "{shown:?}");
        fs::remove_file(desk.path().join("city-a.meibo")).unwrap();
    }
    let words: Vec<&str> = FINGERPRINT.split(' ').chain(["long.csv"]).collect();
    let (out, said) = desk.meibo(&words, 0);
    assert!(out.is_empty() && said.lines().count() == 1 && !said.contains(['\u{1b}', '\r']), "{said:?}");
}

#[test]
fn messages_stand_alone_on_their_lines() {
    let desk = desk();
    let with_bad_row = desk.text("long.csv") + ",,\n";
    desk.write("bad.csv", with_bad_row);
    desk.fingerprint("city-b", 0..300, &[], 0);
    let question = "attribute --key key.txt --registry registry -o report.txt";
    let Some(shown) = shown(&desk, "xterm", &format!("{question} bad.csv nowhere.csv long.csv")) else {
        return;
    };
    assert!(shown.contains(" left"));
    let left = left(&shown);
    assert!(left.len() == 2 && left.iter().all(|line| line.starts_with("meibo: ")), "{left:?}");
    let all = "attribute --key key.txt --registry registry -o same.txt bad.csv nowhere.csv long.csv";
    desk.meibo(&all.split(' ').collect::<Vec<_>>(), 1);
    let text = |name| desk.text(name);
    assert_eq!(text("report.txt"), text("same.txt"));
}

/// Rows that come a few at a time until nobody wants more of them.
fn feed(mut slow: fs::File, enough: &AtomicBool) {
    let rows = long_list(200_000);
    for some in rows.as_bytes().chunks(64 << 10) {
        slow.write_all(some).unwrap();
        thread::sleep(Duration::from_millis(20));
        if enough.load(Ordering::Relaxed) {
            return;
        }
    }
}

/// What is shown until it holds something; nothing after it was waited for.
fn shown_until(out: &mut impl Read, what: &str) -> Vec<u8> {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&seen).contains(what) {
        let read = out.read(&mut buffer).unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&buffer[..read]);
    }
    seen
}

#[test]
fn a_stream_has_a_rate_and_no_end_and_is_not_waited_for() {
    let desk = desk();
    desk.write("run.sh", format!("cat slow | {} {FINGERPRINT} -", env!("CARGO_BIN_EXE_meibo")));
    assert!(Command::new("mkfifo").arg(desk.path().join("slow")).status().unwrap().success());
    let Some(mut script) = on_terminal(&desk, "xterm", "sh run.sh") else { return };
    let slow = fs::File::options().write(true).open(desk.path().join("slow")).unwrap();
    let mut out = script.stdout.take().unwrap();
    let enough = AtomicBool::new(false);
    let mut seen = thread::scope(|scope| {
        scope.spawn(|| feed(slow, &enough));
        // The stream has not ended, and is shown.
        let seen = shown_until(&mut out, "rows/s");
        enough.store(true, Ordering::Relaxed);
        seen
    });
    out.read_to_end(&mut seen).unwrap();
    assert!(matches!(script.wait().unwrap().code(), Some(0 | 1)));
    let seen = String::from_utf8(seen).unwrap();
    assert!(seen.contains(" rows of - ") && !seen.contains(" left"), "{seen:?}");
    let left = left(&seen);
    assert!(left.last().unwrap().starts_with("city-a.meibo: "), "{left:?}");
    assert!(left.iter().all(|line| !line.contains("rows/s")), "{left:?}");
}

#[test]
fn an_interrupt_takes_the_bar_away() {
    let desk = desk();
    desk.write("longer.csv", long_list(800_000));
    let command = format!(
        "echo $$ > pid; exec env --default-signal=INT,TERM,HUP {} {FINGERPRINT} longer.csv",
        env!("CARGO_BIN_EXE_meibo")
    );
    desk.write("run.sh", command);
    let Some(mut script) = on_terminal(&desk, "xterm", "sh run.sh") else { return };
    let mut out = script.stdout.take().unwrap();
    let mut seen = shown_until(&mut out, " left");
    let pid: i32 = desk.text("pid").trim().parse().unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), Signal::INT).unwrap();
    out.read_to_end(&mut seen).unwrap();
    assert_eq!(script.wait().unwrap().code(), Some(130));
    let left = left(&String::from_utf8(seen).unwrap());
    assert_eq!(left, ["meibo: interrupted; nothing of the output was written"]);
}
