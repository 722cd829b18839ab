//! `meibo-synth`: writes a synthetic incident to a directory.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command line reads its arguments, prints, and ends with an exit code"
)]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use meibo_synth::{SeizedFile, SeizedSpec, World, WorldSpec, demo_files, demo_world, standard_files};

const USAGE: &str = "\
usage: meibo-synth --seed N --scale S --out DIR [--clients N]
       meibo-synth --demo --out DIR

Writes DIR/lists/<client>/<date>.csv, DIR/seized/<name>.csv, DIR/truth/<name>.csv and DIR/manifest.csv.
  --seed N      everything is drawn from it (default 1)
  --scale S     1 is the reference incident, 9.28 million records (default 0.01)
  --clients N   the first N of the 69 clients
  --demo        the small world that is kept with the source";

/// What was asked for.
struct Arguments {
    out: PathBuf,
    demo: bool,
    spec: WorldSpec,
    clients: Option<usize>,
}

fn main() -> ExitCode {
    if std::env::args().any(|word| word == "--help" || word == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let arguments = match parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("meibo-synth: {problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("meibo-synth: {problem}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut spec = WorldSpec::new(1, 0.01);
    let (mut out, mut demo, mut clients) = (None, false, None);
    while let Some(word) = words.next() {
        if word == "--demo" {
            demo = true;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let wrong = || format!("{word} {value:?}: not a number");
        match word.as_str() {
            "--seed" => spec.seed = value.parse().map_err(|_| wrong())?,
            "--scale" => spec.scale = value.parse().map_err(|_| wrong())?,
            "--clients" => clients = Some(value.parse().map_err(|_| wrong())?),
            "--out" => out = Some(PathBuf::from(value)),
            _ => return Err(format!("unknown argument {word}")),
        }
    }
    let out = out.ok_or("--out DIR is missing")?;
    Ok(Arguments { out, demo, spec, clients })
}

fn run(arguments: &Arguments) -> Result<String, Box<dyn Error>> {
    let mut spec = if arguments.demo { demo_world() } else { arguments.spec.clone() };
    if let Some(count) = arguments.clients {
        spec.clients = Some((1..=count).map(|number| format!("client-{number:02}")).collect());
    }
    let world = World::with(&spec);
    let files = if arguments.demo { demo_files(&world)? } else { standard_files(&world) };
    let lists = write_lists(&world, &arguments.out)?;
    write_seized(&world, &files, &arguments.out)?;
    Ok(format!(
        "{} clients, {lists} handovers, {} seized files in {}",
        world.clients().len(),
        files.len(),
        arguments.out.display()
    ))
}

/// Writes every handover and the manifest; returns how many.
fn write_lists(world: &World, out: &Path) -> Result<usize, Box<dyn Error>> {
    let mut manifest = String::from("client,date,path,rows,encoding\n");
    let mut count = 0;
    for client in world.clients() {
        let directory = out.join("lists").join(client.id());
        fs::create_dir_all(&directory)?;
        for handover in client.handovers() {
            let (id, date) = (client.id(), handover.date());
            let mut file = fs::File::create(directory.join(format!("{date}.csv")))?;
            handover.write_to(&mut file)?;
            let encoding = client.house().encoding.name();
            manifest.push_str(&format!("{id},{date},lists/{id}/{date}.csv,{},{encoding}\n", handover.len()));
            count += 1;
        }
    }
    fs::write(out.join("manifest.csv"), manifest)?;
    Ok(count)
}

fn write_seized(world: &World, files: &[SeizedSpec], out: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out.join("seized"))?;
    fs::create_dir_all(out.join("truth"))?;
    for spec in files {
        let file = world.seize(spec)?;
        fs::write(out.join("seized").join(format!("{}.csv", file.name)), &file.bytes)?;
        fs::write(out.join("truth").join(format!("{}.csv", file.name)), truth_csv(world, &file))?;
    }
    Ok(())
}

/// `row,client,handover,person`, client and handover empty for strangers.
fn truth_csv(world: &World, file: &SeizedFile) -> String {
    let mut out = String::from("row,client,handover,person\n");
    for row in &file.truth {
        let client = row.client.and_then(|at| world.client(at));
        let id = client.map_or("", |client| client.id());
        let date = row.handover.map_or(String::new(), |date| date.to_string());
        out.push_str(&format!("{},{id},{date},{}\n", row.row, row.person));
    }
    out
}
