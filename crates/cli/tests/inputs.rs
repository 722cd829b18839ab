//! One list in every container, encoding and layout, by the writers that people use; and files that are broken on purpose.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::Desk;

/// How many people the list has.
const PEOPLE: u64 = 40;

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// The paths in a directory of the inputs, in order.
fn inputs(directory: &str) -> Vec<String> {
    let entries = std::fs::read_dir(testdata().join("inputs").join(directory)).unwrap();
    let mut paths: Vec<String> =
        entries.map(|entry| entry.unwrap().path().to_str().unwrap().to_owned()).collect();
    paths.sort();
    paths
}

/// A desk whose registry has the list, and three clients of other people beside it.
fn desk() -> Desk {
    let desk = Desk::new();
    let list = testdata().join("inputs/list.csv");
    let named =
        ["--client", "list", "--date", "2020-01-01", "-o", "registry/list.meibo", list.to_str().unwrap()];
    desk.meibo(&[&["fingerprint", "--key", "key.txt"], &named[..]].concat(), 0);
    for (client, start) in [("city-b", 300), ("city-c", 600), ("city-d", 900)] {
        desk.fingerprint(client, start..start + 300, &[], 0);
    }
    desk
}

/// What is said of the lists in files: for each its path and the rest.
fn answers(desk: &Desk, files: &[String], code: i32) -> Vec<(String, serde_json::Value)> {
    let question = ["attribute", "--key", "key.txt", "--registry", "registry", "--format", "json"];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (out, _) = desk.meibo(&[&question[..], &files].concat(), code);
    let mut report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let files = report["files"].as_array_mut().unwrap().iter_mut();
    files.map(|file| (file["path"].as_str().unwrap().to_owned(), file.take())).collect()
}

#[test]
fn a_list_is_known_in_whatever_it_comes() {
    let desk = desk();
    let files = inputs("files");
    assert!(files.len() >= 103, "{}", files.len());
    // The sheet of sums in front of a hidden one is named.
    let answers = answers(&desk, &files, 1);
    for file in &files {
        let is_in = |path: &str| path == file || path.starts_with(&format!("{file}!"));
        let inside: Vec<_> = answers.iter().filter(|(path, _)| is_in(path)).collect();
        assert!(!inside.is_empty(), "{file}: nothing was read");
        let records: u64 = inside.iter().map(|(_, answer)| answer["records"].as_u64().unwrap()).sum();
        assert_eq!(records, PEOPLE, "{file}");
        for (path, answer) in inside {
            assert_eq!(answer["verdict"], "attributed", "{path}");
            assert_eq!(answer["sources"][0]["client"], "list", "{path}");
        }
    }
}

#[test]
fn each_container_makes_the_fingerprint_of_its_list() {
    let desk = Desk::new();
    // How a file is written is another thing in each.
    let fingerprint = |file: &str, to: &str, code: i32| {
        let named = ["--client", "list", "--date", "2020-01-01", "-o", to, file];
        let without = ["fingerprint", "--without", "list-profile", "--key", "key.txt"];
        desk.meibo(&[&without[..], &named].concat(), code).1
    };
    fingerprint(testdata().join("inputs/list.csv").to_str().unwrap(), "list.meibo", 0);
    for file in inputs("files") {
        let name = Path::new(&file).file_name().unwrap().to_str().unwrap();
        let code = i32::from(name == "hidden-sheet.xlsx");
        let said = fingerprint(&file, "again.meibo", code);
        assert!(said.contains(": 40 records of 40 rows"), "{name}: {said}");
        assert_eq!(said.contains("(left out)"), code == 1, "{name}: {said}");
        // The same values make the same file; numbers and dates of a spreadsheet are other spellings
        // of them, what was taken apart lacks a field or two, and a table without row numbers is in the order of its key.
        let typed = [
            "numbers",
            "formats",
            "days-from",
            "formulas",
            "two-lists",
            "nested",
            "cards",
            "apart",
            "without-rowid",
        ];
        if !typed.iter().any(|start| name.starts_with(start)) {
            assert_eq!(desk.read("again.meibo"), desk.read("list.meibo"), "{name}");
        }
    }
}

/// What is said of a file that is broken on purpose, in bounded memory and time.
#[cfg(unix)]
fn problems_within_bounds(desk: &Desk, file: &str) -> String {
    let script = "ulimit -v 1500000; ulimit -t 20; exec \"$0\" --threads 2 attribute --key key.txt --registry registry \"$1\"";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_meibo"), file])
        .current_dir(desk.path())
        .output()
        .unwrap();
    let problems = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(1 | 2)), "{file}: {:?} {problems}", output.status);
    assert!(!problems.contains("panicked") && !problems.contains('\u{1b}'), "{problems}");
    problems
}

/// Each in bounded memory and time, with its name in the error, and nothing of it in the way of the others.
#[cfg(unix)]
#[test]
fn what_is_broken_on_purpose_is_named_and_harms_nothing() {
    let desk = desk();
    let hostile = inputs("hostile");
    assert!(hostile.len() >= 83, "{}", hostile.len());
    for file in &hostile {
        let problems = problems_within_bounds(&desk, file);
        assert!(problems.contains(&format!("meibo: {file}")), "{file}: {problems}");
    }
    let good = inputs("files").into_iter().find(|file| file.ends_with("deflated.zip")).unwrap();
    let all = [&hostile[..], std::slice::from_ref(&good)].concat();
    let answers = answers(&desk, &all, 1);
    let (_, answer) = answers.iter().find(|(path, _)| path.starts_with(&good)).unwrap();
    assert_eq!(answer["sources"][0]["client"], "list");
}

/// Where they are not read, what would read them is told.
#[test]
fn parquet_files_are_read_or_named() {
    let desk = desk();
    let files = inputs("parquet");
    assert!(files.len() >= 9, "{}", files.len());
    for file in files {
        if cfg!(feature = "parquet") && !file.contains("hostile") {
            let [(_, answer)] = answers(&desk, std::slice::from_ref(&file), 0).try_into().unwrap();
            assert_eq!(answer["records"], PEOPLE, "{file}");
            assert_eq!(answer["sources"][0]["client"], "list", "{file}");
            continue;
        }
        let question = ["attribute", "--key", "key.txt", "--registry", "registry", &file];
        let output = desk.run(env!("CARGO_BIN_EXE_meibo"), &question).unwrap();
        let problems = String::from_utf8(output.stderr).unwrap();
        assert!(matches!(output.status.code(), Some(1 | 2)), "{file}: {:?} {problems}", output.status);
        assert!(problems.contains(&format!("meibo: {file}")) && !problems.contains("panicked"), "{problems}");
        assert_eq!(problems.contains("--features parquet"), !cfg!(feature = "parquet"), "{problems}");
    }
}

/// Where they are not read, what would read them is told.
#[cfg(not(feature = "pdf"))]
#[test]
fn pdf_files_are_named_where_they_are_not_read() {
    let desk = desk();
    let file = inputs("pdf").into_iter().find(|file| file.ends_with("table-ucs2.pdf")).unwrap();
    let question = ["attribute", "--key", "key.txt", "--registry", "registry", &file];
    let (_, problems) = desk.meibo(&question, 2);
    assert!(problems.contains(&file) && problems.contains("--features pdf"), "{problems}");
}

#[cfg(feature = "pdf")]
#[test]
fn a_list_is_known_in_whatever_pdf_it_is_printed() {
    let desk = desk();
    let files: Vec<String> = inputs("pdf").into_iter().filter(|file| !file.contains("hostile")).collect();
    assert!(files.len() >= 13, "{}", files.len());
    for file in files {
        let [(path, answer)] = answers(&desk, std::slice::from_ref(&file), 0).try_into().unwrap();
        assert!(path.ends_with("!text"), "{path}");
        assert_eq!(answer["records"], PEOPLE, "{file}");
        assert_eq!(answer["verdict"], "attributed", "{file}");
        assert_eq!(answer["sources"][0]["client"], "list", "{file}");
    }
}

/// Each in bounded memory and time, with its name in the error.
#[cfg(all(unix, feature = "pdf"))]
#[test]
fn pdf_files_that_are_broken_on_purpose_are_named() {
    let desk = desk();
    let hostile: Vec<String> = inputs("pdf").into_iter().filter(|file| file.contains("hostile")).collect();
    assert!(hostile.len() >= 21, "{}", hostile.len());
    for file in hostile {
        let problems = problems_within_bounds(&desk, &file);
        assert!(problems.contains(&format!("meibo: {file}")), "{file}: {problems}");
    }
}

#[test]
fn a_directory_is_read_whole() {
    let desk = desk();
    let at = |name: &str| desk.path().join(name);
    for directory in ["stick/deep/er", "stick/.hidden", "stick/empty"] {
        std::fs::create_dir_all(at(directory)).unwrap();
    }
    let files = testdata().join("inputs/files");
    for (from, to) in [
        ("utf-8.csv", "stick/deep/er/b.csv"),
        ("openpyxl.xlsx", "stick/.hidden/a"),
        ("list.tar.gz", "stick/z"),
    ] {
        std::fs::copy(files.join(from), at(to)).unwrap();
    }
    let stick = ["stick".to_owned()];
    let paths = |answers: Vec<(String, _)>| answers.into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    let expected = ["stick/.hidden/a!Sheet1", "stick/deep/er/b.csv", "stick/z!list.csv"];
    assert_eq!(paths(answers(&desk, &stick, 0)), expected);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc", at("stick/link")).unwrap();
        let question = ["attribute", "--key", "key.txt", "--registry", "registry", "stick"];
        let (_, problems) = desk.meibo(&question, 1);
        assert!(problems.contains("stick/link: is a link and was not followed"), "{problems}");
    }
    let (_, problems) =
        desk.meibo(&["attribute", "--key", "key.txt", "--registry", "registry", "stick/empty"], 2);
    assert!(problems.contains("stick/empty: holds no files"), "{problems}");
}

#[test]
fn the_rows_of_lists_inside_files_are_written_each_to_its_own_file() {
    let desk = desk();
    std::fs::copy(testdata().join("inputs/files/two-lists.zip"), desk.path().join("two.zip")).unwrap();
    let records =
        ["attribute", "-q", "--key", "key.txt", "--registry", "registry", "--records", "rows", "two.zip"];
    desk.meibo(&records, 0);
    for name in ["rows/two.zip!前半.csv.csv", "rows/two.zip!後半.csv.csv"] {
        let text = desk.text(name);
        assert_eq!(text.lines().count(), 21, "{name}");
        assert!(text.lines().skip(1).all(|line| line.contains(",list,")), "{name}: {text}");
    }
}

/// The places that a sweep finds the list in.
fn swept(desk: &Desk, path: &str) -> Vec<String> {
    let question = ["sweep", "--key", "key.txt", "--registry", "registry", "--format", "json", path];
    let report: serde_json::Value = serde_json::from_str(&desk.meibo(&question, 0).0).unwrap();
    let finds = report["finds"].as_array().unwrap().iter();
    let of_list = finds.filter(|find| find["sources"][0]["client"] == "list");
    of_list.map(|find| find["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_sweep_finds_the_list_in_whatever_it_comes() {
    let desk = desk();
    let directory = testdata().join("inputs/files");
    let found = swept(&desk, directory.to_str().unwrap());
    for file in inputs("files") {
        assert!(found.iter().any(|path| path == &file || path.starts_with(&format!("{file}!"))), "{file}");
    }
}

#[test]
fn a_sweep_reads_the_front_of_an_archive_that_is_cut() {
    let desk = desk();
    let archive = std::fs::read(testdata().join("inputs/files/deflated.zip")).unwrap();
    desk.write("cut.zip", &archive[..archive.len() - 40]);
    let question = ["sweep", "--key", "key.txt", "--registry", "registry", "--format", "json", "cut.zip"];
    let report: serde_json::Value = serde_json::from_str(&desk.meibo(&question, 1).0).unwrap();
    assert_eq!(report["finds"][0]["sources"][0]["client"], "list");
    assert_eq!(report["unread"][0]["path"], "cut.zip");
}

#[test]
fn a_sweep_finds_archives_beside_an_archive() {
    let desk = desk();
    let bytes = |name: &str| std::fs::read(testdata().join("inputs/files").join(name)).unwrap();
    desk.write("two.zip", [bytes("deflated.zip"), bytes("bzip2.zip")].concat());
    let found = swept(&desk, "two.zip");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_sweep_names_what_it_does_not_reach_in_an_image() {
    let desk = desk();
    let bytes = |name: &str| std::fs::read(testdata().join("inputs").join(name)).unwrap();
    let image = |packed: Vec<u8>| [vec![0; 100_000], packed, vec![0; 50_000]].concat();
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    zipped.write_all(&image(bytes("files/deflated.zip"))).unwrap();
    let cases = [
        (image(bytes("hostile/encrypted.zip")), "encrypted"),
        (zipped.finish().unwrap(), "archives among its bytes"),
    ];
    for (bytes, reason) in cases {
        desk.write("disk.img", bytes);
        let (_, said) = desk.meibo(&["sweep", "--key", "key.txt", "--registry", "registry", "disk.img"], 1);
        assert!(said.contains(reason), "{said}");
    }
}

#[test]
fn a_sweep_finds_archives_in_an_image_of_a_disk() {
    let desk = desk();
    for name in ["openpyxl.xlsx", "stored.zip", "solid.7z", "zip-in-tar.tar.gz", "text.xls", "text.db"] {
        let packed = std::fs::read(testdata().join("inputs/files").join(name)).unwrap();
        desk.write("disk.img", [vec![0; 700_000], packed, vec![0xE5; 50_000]].concat());
        let found = swept(&desk, "disk.img");
        assert!(!found.is_empty(), "{name}");
        assert!(found.iter().all(|path| path.starts_with("disk.img")), "{found:?}");
    }
}

#[test]
fn a_stream_of_any_length_is_read_to_its_end() {
    let desk = desk();
    desk.write_list("long.csv", 0..20_000);
    let list = desk.read("long.csv");
    assert!(list.len() > 1 << 18);
    let question = ["fingerprint", "--key", "key.txt", "--client", "city-a", "--date", "2016-04-01", "-o"];
    let (_, of_file) = desk.meibo(&[&question[..], &["a.meibo", "long.csv"]].concat(), 0);
    let mut meibo = std::process::Command::new(env!("CARGO_BIN_EXE_meibo"));
    meibo.args(question).args(["b.meibo", "-"]).current_dir(desk.path());
    meibo.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut meibo = meibo.spawn().unwrap();
    meibo.stdin.take().unwrap().write_all(&list).unwrap();
    let said = meibo.wait_with_output().unwrap();
    let of_stream = String::from_utf8(said.stderr).unwrap();
    assert!(of_file.contains("20000 records of 20000 rows"), "{of_file}");
    assert!(of_stream.contains("20000 records of 20000 rows"), "{of_stream}");
    assert!(desk.read("a.meibo") == desk.read("b.meibo"));
}
