//! The main job on a whole synthetic incident: all clients, all handovers, files as brokers sell them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may fail loudly")]

mod common;

use meibo::{Examiner, FileAnswer, Verdict};
use meibo_synth::{Part, SeizedFile, SeizedSpec, Word, World};

/// Name, address and phone: the files that could not be attributed by eye.
const BARE: [Word; 3] = [Word::Name, Word::Address, Word::Phone];

/// What came of one file.
struct Finding {
    file: String,
    rows: usize,
    named: Vec<String>,
    beside: Vec<String>,
    /// Rows given to the client they came from, to another, and to none.
    right: usize,
    wrong: usize,
    none: usize,
    verdict: Verdict,
}

fn finding(world: &World, examiner: &Examiner, file: &SeizedFile, answer: &FileAnswer) -> Finding {
    let names =
        |clients: &[usize]| clients.iter().map(|c| examiner.client_name(*c).to_owned()).collect::<Vec<_>>();
    let sources = &answer.attribution.sources;
    let mut finding = Finding {
        file: file.name.clone(),
        rows: file.truth.len(),
        named: names(&sources.iter().map(|s| s.client).collect::<Vec<_>>()),
        beside: sources.iter().flat_map(|s| names(&s.not_separable_from)).collect(),
        right: 0,
        wrong: 0,
        none: 0,
        verdict: answer.attribution.verdict,
    };
    let mut truth = file.truth.iter();
    examiner
        .each_row(answer, |line| -> Result<(), std::io::Error> {
            let of = truth.next().and_then(|row| row.client).and_then(|client| world.client(client));
            match (line.client, of) {
                (None, _) => finding.none += 1,
                (Some(said), Some(client)) if said == client.id() => finding.right += 1,
                _ => finding.wrong += 1,
            }
            Ok(())
        })
        .unwrap();
    assert!(truth.next().is_none(), "{}: rows were lost", file.name);
    finding
}

#[test]
fn bare_files_of_one_client_are_attributed_and_strangers_are_not() {
    let world = World::generate(1, 0.01);
    let directory = tempfile::tempdir().unwrap();
    common::fingerprint_all(&world, directory.path());
    let examiner = Examiner::open(directory.path(), &[common::key()]).unwrap();
    let mut right = 0;
    let (mut rows, mut rows_right, mut files) = (0, 0, 0);
    let mut failures = Vec::new();
    println!(
        "{:<24} {:>5} {:>6} {:>6} {:>6}  named / not separable",
        "file", "rows", "right", "wrong", "none"
    );
    let show = |f: &Finding| {
        println!(
            "{:<24} {:>5} {:>6} {:>6} {:>6}  {:?} {} / {}",
            f.file,
            f.rows,
            f.right,
            f.wrong,
            f.none,
            f.verdict,
            f.named.join(" "),
            f.beside.join(" ")
        );
    };
    for (at, client) in world.clients().enumerate() {
        let most = client.handovers().map(|h| h.len()).max().unwrap_or(0).min(5_000);
        let mut sizes = vec![30, (most / 2).clamp(30, 5_000), most];
        sizes.dedup();
        for size in sizes {
            let spec = SeizedSpec::new(&format!("{}-{size}", client.id())).part(Part::of_client(at, size));
            let file = world.seize(&spec.columns(&BARE).damage(0.01)).unwrap();
            let f = finding(&world, &examiner, &file, &common::attribute(&examiner, &file));
            show(&f);
            files += 1;
            rows += f.rows;
            rows_right += f.right;
            let found = f.named.iter().any(|name| name == client.id());
            let beside = f.beside.iter().any(|name| name == client.id());
            right += usize::from(found || beside);
            if f.named.iter().any(|name| name != client.id()) && !beside {
                failures.push(format!("{}: wrong client named", f.file));
            }
        }
    }
    for (number, region) in
        [None, None, None, Some("岐阜県岐阜市"), Some("大阪府堺市"), Some("東京都足立区")].iter().enumerate()
    {
        for size in [30, 300, 3_000] {
            let part = match region {
                None => Part::of_strangers(size),
                Some(region) => Part::of_residents(region, size),
            };
            let spec =
                SeizedSpec::new(&format!("strangers-{number}-{size}")).part(part).columns(&BARE).damage(0.01);
            let file = world.seize(&spec).unwrap();
            let f = finding(&world, &examiner, &file, &common::attribute(&examiner, &file));
            show(&f);
            if !f.named.is_empty() {
                failures.push(format!("{}: a client was named", f.file));
            }
        }
    }
    println!("right client named: {right} of {files} files; rows attributed: {rows_right} of {rows}");
    println!("failures: {failures:#?}");
    assert!(failures.is_empty());
    assert!(right * 100 >= files * 98);
    assert!(rows_right * 100 >= rows * 95);
}
