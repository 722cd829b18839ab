//! The small world in `testdata/incident` is what the generator makes today.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use meibo_synth::{World, demo_files, demo_world};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/incident")
}

#[test]
fn the_kept_lists_are_made_again_byte_by_byte() {
    let world = World::with(&demo_world());
    let mut manifest = String::from("client,date,path,rows,encoding\n");
    for client in world.clients() {
        for handover in client.handovers() {
            let (id, date) = (client.id(), handover.date());
            let path = format!("lists/{id}/{date}.csv");
            assert!(fs::read(directory().join(&path)).unwrap() == handover.to_bytes(), "{path}");
            let encoding = client.house().encoding.name();
            manifest.push_str(&format!("{id},{date},{path},{},{encoding}\n", handover.len()));
        }
    }
    assert_eq!(fs::read_to_string(directory().join("manifest.csv")).unwrap(), manifest);
}

#[test]
fn the_kept_seized_files_are_made_again_byte_by_byte() {
    let world = World::with(&demo_world());
    let mut expected = BTreeSet::new();
    for spec in demo_files(&world).unwrap() {
        let file = world.seize(&spec).unwrap();
        let name = format!("{}.csv", file.name);
        assert!(fs::read(directory().join("seized").join(&name)).unwrap() == file.bytes, "{name}");
        let truth = fs::read_to_string(directory().join("truth").join(&name)).unwrap();
        let lines: Vec<&str> = truth.lines().collect();
        assert_eq!(lines[0], "row,client,handover,person");
        assert_eq!(lines.len(), file.truth.len() + 1, "{name}");
        for (line, row) in lines[1..].iter().zip(&file.truth) {
            let id = row.client.map_or("", |at| world.client(at).unwrap().id());
            let date = row.handover.map_or(String::new(), |date| date.to_string());
            assert_eq!(*line, format!("{},{id},{date},{}", row.row, row.person), "{name}");
        }
        expected.insert(name);
    }
    for folder in ["seized", "truth"] {
        let kept: BTreeSet<String> = fs::read_dir(directory().join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(kept, expected);
    }
}
