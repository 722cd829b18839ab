//! The main job on a whole synthetic incident: all clients, all handovers, files as brokers sell them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may fail loudly")]

use std::sync::LazyLock;

use meibo::{Examiner, FileAnswer, Verdict};
use meibo_synth::{Part, SeizedFile, SeizedSpec, Word, World};

/// Name, address and phone: the files that could not be attributed by eye.
const BARE: [Word; 3] = [Word::Name, Word::Address, Word::Phone];

/// All clients and all their handovers, a hundredth of the reference incident's size.
pub(crate) struct Incident {
    pub(crate) world: World,
    pub(crate) examiner: Examiner,
    /// Where its fingerprints are.
    pub(crate) directory: tempfile::TempDir,
}

pub(crate) static INCIDENT: LazyLock<Incident> = LazyLock::new(|| {
    let world = World::generate(1, 0.01);
    let directory = tempfile::tempdir().unwrap();
    crate::common::fingerprint_all(&world, directory.path());
    let examiner = Examiner::open(directory.path(), &[crate::common::key()]).unwrap();
    Incident { world, examiner, directory }
});

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

impl Incident {
    /// Makes a file of these parts, bare and with 1 % of its cells damaged, and asks where it came from.
    fn ask(&self, name: &str, parts: Vec<Part>) -> Finding {
        let spec = parts.into_iter().fold(SeizedSpec::new(name), SeizedSpec::part);
        let file = self.world.seize(&spec.columns(&BARE).damage(0.01)).unwrap();
        let finding = self.finding(&file, &crate::common::attribute(&self.examiner, &file));
        finding.print();
        finding
    }

    fn finding(&self, file: &SeizedFile, answer: &FileAnswer) -> Finding {
        let names = |clients: &[usize]| -> Vec<String> {
            clients.iter().map(|client| self.examiner.client_name(*client).to_owned()).collect()
        };
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
        self.examiner
            .each_row(answer, |line| -> Result<(), std::io::Error> {
                let of = truth.next().and_then(|row| row.client).and_then(|client| self.world.client(client));
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
}

impl Finding {
    fn print(&self) {
        println!(
            "{:<24} {:>5} {:>6} {:>6} {:>6}  {:?} {} / {}",
            self.file,
            self.rows,
            self.right,
            self.wrong,
            self.none,
            self.verdict,
            self.named.join(" "),
            self.beside.join(" ")
        );
    }

    /// True where the client is named as a source, or as one that cannot be told from a source.
    fn finds(&self, client: &str) -> bool {
        self.named.iter().chain(&self.beside).any(|name| name == client)
    }

    /// True where a source is named that the file did not come from, and no true one is named beside it.
    fn blames(&self, clients: &[&str]) -> bool {
        let innocent = self.named.iter().any(|name| !clients.contains(&name.as_str()));
        innocent && !self.beside.iter().any(|name| clients.contains(&name.as_str()))
    }
}

#[test]
fn bare_files_of_one_client_are_attributed_to_it() {
    let incident = &*INCIDENT;
    let (mut files, mut found, mut rows, mut tied) = (0, 0, 0, 0);
    let mut blamed = Vec::new();
    println!(
        "{:<24} {:>5} {:>6} {:>6} {:>6}  verdict named / not separable",
        "file", "rows", "right", "wrong", "none"
    );
    for (at, client) in incident.world.clients().enumerate() {
        let most = client.handovers().map(|handover| handover.len()).max().unwrap_or(0).min(5_000);
        let mut sizes = vec![30, (most / 2).max(30), most];
        sizes.dedup();
        for size in sizes {
            let finding = incident.ask(&format!("{}-{size}", client.id()), vec![Part::of_client(at, size)]);
            files += 1;
            rows += finding.rows;
            tied += finding.right;
            found += usize::from(finding.finds(client.id()));
            if finding.blames(&[client.id()]) {
                blamed.push(finding.file);
            }
        }
    }
    println!(
        "right client named in {found} of {files} files; {tied} of {rows} rows tied to it; blamed wrongly: {blamed:?}"
    );
    assert!(blamed.is_empty());
    assert!(found * 100 >= files * 98);
    assert!(tied * 100 >= rows * 95);
}

#[test]
fn people_of_no_registered_client_are_nobodys() {
    let regions =
        [None, None, Some("岐阜県岐阜市"), Some("大阪府堺市"), Some("東京都足立区"), Some("福井県福井市")];
    for (number, region) in regions.into_iter().enumerate() {
        for size in [30, 300, 3_000] {
            let part =
                region.map_or_else(|| Part::of_strangers(size), |region| Part::of_residents(region, size));
            for (age, part) in [("all", part.clone()), ("old", part.from_age(70))] {
                let finding = INCIDENT.ask(&format!("strangers-{number}-{size}-{age}"), vec![part]);
                assert!(finding.named.is_empty(), "{}", finding.file);
            }
        }
    }
}

#[test]
fn merged_files_are_taken_apart() {
    let incident = &*INCIDENT;
    let (mut parts, mut found) = (0, 0);
    for (number, members) in [
        ["client-02", "client-37", "client-60"],
        ["client-05", "client-26", "client-61"],
        ["client-03", "client-44", "client-69"],
    ]
    .into_iter()
    .enumerate()
    {
        let part = |id: &&str| Part::of_client(incident.world.index_of(id).unwrap(), 120);
        let finding = incident.ask(&format!("merge-{number}"), members.iter().map(part).collect());
        assert!(!finding.blames(&members), "{}", finding.file);
        parts += members.len();
        found += members.iter().filter(|id| finding.finds(id)).count();
    }
    println!("{found} of {parts} sources found");
    assert!(found * 10 >= parts * 9);
}

#[test]
fn threads_do_not_show() {
    let incident = &*INCIDENT;
    let client = incident.world.client(0).unwrap();
    let list = client.handovers().next().unwrap().to_bytes();
    let spec = SeizedSpec::new("threads").part(Part::of_client(0, 20_000)).columns(&BARE).damage(0.05);
    let file = incident.world.seize(&spec).unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let answer = crate::common::attribute(&incident.examiner, &file);
            (crate::common::fingerprint("client-01", "2016-04-01", &list), answer.attribution, answer.rejects)
        })
    };
    assert_eq!(with(1), with(3));
}
