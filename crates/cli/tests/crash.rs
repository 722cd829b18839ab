//! The process killed while it writes: what it leaves is usable, and the command repeated gives the bytes that it would have given.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(clippy::disallowed_methods, reason = "moments are of the clock, and their number can be set")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each command is killed: `MEIBO_CRASHES` says otherwise.
const CRASHES: u32 = 12;

fn meibo(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meibo"));
    command.args(arguments).current_dir(directory).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn run(directory: &Path, arguments: &[&str]) {
    assert!(meibo(directory, arguments).status().unwrap().success(), "{arguments:?}");
}

fn write_list(path: &Path, people: std::ops::Range<u32>) {
    let row = |i: u32| {
        let kanji = char::from_u32('一' as u32 + i % 9_000).unwrap();
        format!(
            "山{kanji}太郎,090{:08},岐阜県岐阜市加納{}番{}号\n",
            10_000_019 + 1_237 * i,
            1 + i / 97,
            1 + i % 97
        )
    };
    fs::write(path, format!("氏名,電話番号,住所\n{}", people.map(row).collect::<String>())).unwrap();
}

/// Kills the command at moments spread over the time that it takes, and each time looks at what is left and repeats it.
fn crash(directory: &Path, arguments: &[&str], output: &Path) {
    let crashes = std::env::var("MEIBO_CRASHES").map_or(CRASHES, |crashes| crashes.parse().unwrap());
    let start = Instant::now();
    run(directory, arguments);
    let takes = start.elapsed();
    let undisturbed = fs::read(output).unwrap();
    let mut killed = 0;
    for crash in 0..crashes {
        // Half of them with the output of before in its place, half with none.
        if crash % 2 == 0 {
            fs::remove_file(output).unwrap();
        }
        let mut child = meibo(directory, arguments).spawn().unwrap();
        // Moments that do not repeat each other: multiples of the golden ratio.
        let moment = (f64::from(crash) * 0.618_034).fract();
        std::thread::sleep(Duration::from_secs_f64(moment * takes.as_secs_f64()));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        run(directory, &["registry", "check", "--key", "key.txt", "registry"]);
        if let Ok(left) = fs::read(output) {
            assert!(left == undisturbed, "a part was left");
        }
        run(directory, arguments);
        assert!(fs::read(output).unwrap() == undisturbed, "another answer after crash {crash}");
    }
    assert!(killed > 0, "all were done before they could be killed");
}

#[test]
fn a_killed_process_leaves_whole_files_or_none() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    run(path, &["keygen", "-o", "key.txt"]);
    fs::create_dir(path.join("registry")).unwrap();
    let fingerprint = |client: &'static str, output: &'static str| {
        [
            "fingerprint",
            "--key",
            "key.txt",
            "--client",
            client,
            "--date",
            "2016-04-01",
            "-o",
            output,
            "list.csv",
        ]
    };
    write_list(&path.join("list.csv"), 0..400);
    run(path, &fingerprint("city-a", "registry/a.meibo"));
    write_list(&path.join("list.csv"), 300..6_000);
    crash(path, &fingerprint("city-b", "registry/b.meibo"), &path.join("registry/b.meibo"));
    crash(
        path,
        &["registry", "index", "--key", "key.txt", "registry"],
        &path.join("registry/registry.meibo-index"),
    );
}
