//! A directory in which meibo and other tools are run as at somebody's desk.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(dead_code, reason = "not every test needs all of it")]

use std::ops::Range;
use std::path::Path;
use std::process::{Command, Output};

/// The directory; it is removed at the end.
pub(crate) struct Desk(tempfile::TempDir);

impl Desk {
    /// A desk with a registry key (`key.txt`) and an empty registry (`registry`).
    pub(crate) fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.meibo(&["keygen", "-o", "key.txt"], 0);
        std::fs::create_dir(desk.path().join("registry")).unwrap();
        desk
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The bytes of a file.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap()
    }

    /// The text of a file.
    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), bytes).unwrap();
    }

    /// Runs a program; an error where it is not there.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> std::io::Result<Output> {
        Command::new(program).args(arguments).current_dir(self.path()).output()
    }

    /// What meibo prints and what it complains of, where it exits so.
    pub(crate) fn meibo(&self, arguments: &[&str], code: i32) -> (String, String) {
        let output = self.run(env!("CARGO_BIN_EXE_meibo"), arguments).unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (out, problems) = (text(output.stdout), text(output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {out}{problems}");
        (out, problems)
    }

    /// A list of these people, of whom each number is another.
    pub(crate) fn write_list(&self, name: &str, people: Range<u32>) {
        let row = |i: u32| {
            let kanji = char::from_u32('一' as u32 + i % 4_000).unwrap();
            format!("山{kanji}太郎,03-3141-{:04},東京都文京区千石4-{i}-7\n", (1_009 + 37 * i) % 10_000)
        };
        self.write(name, format!("氏名,電話番号,住所\n{}", people.map(row).collect::<String>()));
    }

    /// Fingerprints people as the list of a client, into the registry.
    pub(crate) fn fingerprint(
        &self,
        client: &str,
        people: Range<u32>,
        more: &[&str],
        code: i32,
    ) -> (String, String) {
        self.write_list("list.csv", people);
        let output = format!("registry/{client}.meibo");
        let named = ["--client", client, "--date", "2016-04-01", "-o", &output, "list.csv"];
        let arguments = [&["fingerprint", "--key", "key.txt"], &named[..], more].concat();
        self.meibo(&arguments, code)
    }

    /// Which client a list of these people is said to be of.
    pub(crate) fn source_of(&self, people: Range<u32>, more: &[&str], code: i32) -> serde_json::Value {
        self.write_list("seized.csv", people);
        let question = ["attribute", "--registry", "registry", "--format", "json", "seized.csv"];
        let (out, _) = self.meibo(&[&question[..], more].concat(), code);
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        report["files"][0]["sources"][0]["client"].clone()
    }
}

/// What another tool answers; none where it is not there and no variable of the environment says that it must be.
#[allow(clippy::disallowed_methods, reason = "the gate says what must be there")]
#[allow(clippy::print_stdout, reason = "a test that could not compare says so")]
pub(crate) fn other_tool(desk: &Desk, tool: &str, variable: &str, arguments: &[&str]) -> Option<Output> {
    let required = std::env::var(variable).ok();
    match desk.run(tool, arguments) {
        Err(_) if required.is_none() => {
            println!("not compared with {tool}: it is not there");
            None
        }
        output => Some(output.unwrap()),
    }
}
