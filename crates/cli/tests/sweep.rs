//! Copies of lists are found wherever they lie on a disk.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::Write as _;

use crate::desk::Desk;

/// A desk whose registry has three clients, and a list of the first one's people.
fn desk() -> Desk {
    let desk = Desk::new();
    for (client, start) in [("city-a", 0), ("city-b", 300), ("city-c", 600)] {
        desk.fingerprint(client, start..start + 300, &[], 0);
    }
    std::fs::create_dir_all(desk.path().join("disk/deep/er")).unwrap();
    desk
}

/// The rows of some of the first client's people, without heading.
fn rows(desk: &Desk) -> String {
    desk.write_list("copy.csv", 40..100);
    let list = desk.text("copy.csv");
    std::fs::remove_file(desk.path().join("copy.csv")).unwrap();
    list.split_once('\n').unwrap().1.to_owned()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// What a sweep of the disk says.
fn sweep(desk: &Desk, paths: &[&str], code: i32) -> serde_json::Value {
    let question = ["sweep", "--key", "key.txt", "--registry", "registry", "--format", "json"];
    serde_json::from_str(&desk.meibo(&[&question[..], paths].concat(), code).0).unwrap()
}

/// Where something was found, and whose it is.
fn finds(report: &serde_json::Value) -> Vec<(String, Vec<String>)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let finds = report["finds"].as_array().unwrap().iter();
    let clients = |find: &serde_json::Value| {
        find["sources"].as_array().unwrap().iter().map(|source| text(&source["client"])).collect()
    };
    finds.map(|find| (text(&find["path"]), clients(find))).collect()
}

#[test]
fn copies_are_found_whatever_they_are_in_and_nothing_else_is() {
    let desk = desk();
    let rows = rows(&desk);
    let at = |number: usize| format!("disk/deep/{number}");
    let letter: String = rows.lines().map(|row| row.replace(',', "　") + " 様へ電話すること。\n").collect();
    let image = [vec![0; 1_234_567], utf16(&rows), vec![7; 300_000]].concat();
    let copies: [&[u8]; 5] =
        [rows.as_bytes(), &utf16(&rows), letter.as_bytes(), &gzip(rows.as_bytes()), &image];
    for (number, copy) in copies.iter().enumerate() {
        desk.write(&at(number), copy);
    }
    desk.write_list("disk/others.csv", 2_000..2_300);
    desk.write(
        "disk/deep/er/prose.txt",
        "本書は市町村の合併について述べる。図3に人口の推移を示す。\n".repeat(500),
    );
    desk.write("disk/empty", "");
    let report = sweep(&desk, &["disk"], 0);
    let expected: Vec<_> = (0..copies.len()).map(|number| (at(number), vec!["city-a".to_owned()])).collect();
    assert_eq!(finds(&report), expected);
    assert_eq!(report["schema"], "meibo.sweep/1");
    assert_eq!(report["scanned"]["files"], copies.len() + 3);
    // In the image, it is said where.
    let place = &report["finds"][4]["bytes"];
    let [from, to] = [&place[0], &place[1]].map(|at| at.as_u64().unwrap());
    assert!(
        from <= 1_234_567 && 1_234_567 + utf16(&rows).len() as u64 <= to && to - from < 40_000,
        "{place}"
    );
    let digest = blake3::hash(&image[from as usize..to as usize]).to_hex().to_string();
    assert_eq!(report["finds"][4]["blake3"], digest);
    assert_eq!(report["finds"][0]["bytes"], serde_json::Value::Null);
    assert_eq!(report["finds"][0]["blake3"], blake3::hash(rows.as_bytes()).to_hex().to_string());
    // Whatever the threads.
    assert_eq!(sweep(&desk, &["disk", "--threads", "1"], 0), report);
}

#[test]
fn what_is_packed_in_an_image_hides_nothing_beside_it() {
    let desk = desk();
    let packed = gzip(rows(&desk).as_bytes());
    desk.write_list("others.csv", 320..420);
    let plain = desk.text("others.csv");
    for plain in [plain.clone(), plain.lines().take(30).collect::<Vec<_>>().join("\r\n")] {
        let between = || vec![0; 3_000_000];
        desk.write(
            "disk.img",
            [between(), packed.clone(), between(), plain.into_bytes(), between()].concat(),
        );
        let found: Vec<String> =
            finds(&sweep(&desk, &["disk.img"], 0)).into_iter().flat_map(|(_, of)| of).collect();
        assert_eq!(found, ["city-a", "city-b"]);
    }
}

#[test]
fn what_is_named_twice_is_swept_once() {
    let desk = desk();
    desk.write("disk/deep/copy.csv", rows(&desk));
    let report = sweep(&desk, &["disk", "disk/deep", "./disk/deep/copy.csv"], 0);
    assert_eq!(report["finds"].as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_swept() {
    let desk = desk();
    let rows = rows(&desk);
    desk.write("disk/1.gz", &gzip(rows.as_bytes())[..300]);
    desk.write("disk/2.csv", &rows);
    let report = sweep(&desk, &["disk", "no-such-place"], 1);
    // Of what is cut short, the front is read; it is named all the same.
    let found = |path: &str| (path.to_owned(), vec!["city-a".to_owned()]);
    assert_eq!(finds(&report), [found("disk/1.gz"), found("disk/2.csv")]);
    let unread: Vec<&str> =
        report["unread"].as_array().unwrap().iter().map(|of| of["path"].as_str().unwrap()).collect();
    assert_eq!(unread, ["disk/1.gz", "no-such-place"]);
    // Whether it is there or not, no value of a person is said.
    assert!(!report.to_string().contains("太郎"));
    sweep_fails(&desk, "no-such-place");
    sweep_fails(&desk, "-");
}

fn sweep_fails(desk: &Desk, path: &str) {
    desk.meibo(&["sweep", "--key", "key.txt", "--registry", "registry", path], 2);
}
