//! `accuracy`: how often attribution is right, over many synthetic incidents with their truth.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code, clippy::print_stderr)]

mod cases;
mod dev;
mod incident;
mod judge;

use std::collections::BTreeMap;
use std::error::Error;

use cases::Family;
use incident::Incident;
use judge::{Finding, Tally};

fn families() -> Vec<Family> {
    use Family::*;
    vec![One, Piece(5), Piece(10), Piece(20), Piece(50), Piece(100), Merge, Twenty, CityOwn, InsurerCut, BothHold, Sister, TwoCities, Nobody, Residents, Seniors, MixedWithNobody, Damage(3), Damage(10), Damage(25), Damage(40), Pair("name+phone"), Pair("name+address"), Pair("address+phone"), Pair("name+birth_date"), Kana, Filtered, Frame]
}

fn dump(seed: u64, dir: &str, handovers: Option<usize>) -> Result<(), Box<dyn Error>> {
    let t = std::time::Instant::now();
    let world = cases::world(seed, 0.02, handovers);
    eprintln!("{seed}: world {:?}", t.elapsed());
    let incident = Incident::new(world)?;
    eprintln!("{seed}: registry {:?} {} controls", t.elapsed(), incident.examiner.world().controls.len());
    let fams = families();
    let mut w = dev::W(Vec::new());
    w.u(incident.examiner.registry().clients.len() as u64);
    for c in &incident.examiner.registry().clients { w.s(c.as_str()); }
    w.world(incident.examiner.world());
    let cases = cases::cases(&incident.world);
    w.u(cases.len() as u64);
    for case in &cases {
        let file = incident.world.seize(&case.spec)?;
        match incident.count(&file) {
            Ok(counted) => w.counted(fams.iter().position(|f| *f == case.family).unwrap(), &counted),
            Err(e) => { eprintln!("{}: {e}", case.spec.name); w.counted(0, &incident::Counted { name: String::new(), file: Default::default(), truth: BTreeMap::new() }) }
        }
    }
    eprintln!("{seed}: counted {:?} {} cases {} bytes", t.elapsed(), cases.len(), w.0.len());
    w.save(&format!("{dir}/{seed}.bin"));
    Ok(())
}

fn replay(paths: &[String], verbose: bool) {
    let fams = families();
    let mut all: BTreeMap<Family, Tally> = BTreeMap::new();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let results = std::sync::Mutex::new(&mut all);
    std::thread::scope(|scope| for _ in 0..2 { scope.spawn(|| loop {
        let at = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let Some(path) = paths.get(at) else { return };
        let bytes = dev::load(path);
        let mut r = dev::R(&bytes);
        let n = r.u();
        let names: Vec<String> = (0..n).map(|_| r.s()).collect();
        let world = r.world();
        let n = r.u();
        let inference = meibo_attribution::Inference::new(&world);
        for _ in 0..n {
            let (fam, counted) = r.counted(&fams);
            if counted.name.is_empty() { continue; } if let Ok(only) = std::env::var("ONLY") { if !counted.name.contains(&only) { continue; } }
            let t = std::time::Instant::now();
            let answer = inference.attribute(&counted.file);
            let took = t.elapsed();
            let f = Finding::new(&counted, &answer);
            let mut lost = f.clients().count() - f.found;
            if fam == Family::Twenty { lost = 0; }
            if verbose && (took.as_millis() > 300 || !f.wrong.is_empty() || lost > 0 || f.sure_wrong > 0 || f.beside.iter().map(|b| b.len()).sum::<usize>() > 1) {
                let ids = |v: &[usize]| v.iter().map(|c| names[*c].trim_start_matches("client-").to_owned()).collect::<Vec<_>>().join(",");
                let src: Vec<String> = answer.attribution.sources.iter().map(|s| format!("{}({:.0}% e{:.1}){}", ids(&[s.client]), s.share * 100.0, s.log10_e, if s.not_separable_from.is_empty() { String::new() } else { format!("~{}", ids(&s.not_separable_from)) })).collect();
                println!("{path} {} {}: truth {} | {} | {}{}sure wrong {}/{} tied {}/{} e(true) {:?} {took:?}", fam.name(), counted.name, f.truth.iter().map(|(c, n)| format!("{}:{n}", c.map_or("-".into(), |c| ids(&[c])))).collect::<Vec<_>>().join(" "), src.join(" "), if f.wrong.is_empty() { String::new() } else { format!("WRONG {} ", ids(&f.wrong)) }, if lost > 0 { format!("LOST {lost} ") } else { String::new() }, f.sure_wrong, f.sure, f.tied, f.rows, f.clients().map(|c| answer.attribution.examined.iter().find(|e| e.client == c).map_or(0.0, |e| (e.log10_e * 10.0).round() / 10.0)).collect::<Vec<_>>());
            }
            results.lock().unwrap().entry(fam).or_default().add(&f);
        }
    }); });
    let mut total = Tally::default();
    println!("{:<26} {:>6} {:>5} {:>7} {:>7} {:>6} {:>7} {:>7} {:>7} {:>6} {:>6} {:>7} {:>7}", "family", "files", "wrong", "sources", "found%", "beside", "tied%", "sure_w%", "shareEr", "int%", "nulls", "n>20%", "n>100%");
    let line = |name: String, t: &Tally| println!("{:<26} {:>6} {:>5} {:>7} {:>7.2} {:>6.2} {:>7.2} {:>7.3} {:>7.4} {:>6.1} {:>6} {:>7.3} {:>7.3}", name, t.files, t.wrong_files, t.sources, 100.0 * t.found as f64 / t.sources.max(1) as f64, t.beside as f64 / t.named.max(1) as f64, 100.0 * t.tied as f64 / t.rows.max(1) as f64, 100.0 * t.sure_wrong as f64 / t.sure.max(1) as f64, t.share_error / t.shares.max(1) as f64, 100.0 * t.intervals_holding as f64 / t.shares.max(1) as f64, t.nulls, 100.0 * t.nulls_above[0] as f64 / t.nulls.max(1) as f64, 100.0 * t.nulls_above[1] as f64 / t.nulls.max(1) as f64);
    for f in &fams { if let Some(t) = all.get(f) { line(f.name(), t); total.join(t); } }
    line("all".into(), &total);
}

fn stats(path: &str) {
    use std::collections::*;
    let bytes = dev::load(path); let mut r = dev::R(&bytes); let n = r.u(); let names: Vec<String> = (0..n).map(|_| r.s()).collect(); let w = r.world();
    // home place of each client: most common municipality
    for j in 0..w.clients {
        let mut pl: HashMap<meibo_attribution::Place, u64> = HashMap::new(); let mut tot = 0;
        for c in &w.controls { if w.lists[c.list as usize].client == j { *pl.entry(c.stratum.place).or_default() += c.count; tot += c.count; } }
        let Some((home, hn)) = pl.iter().max_by_key(|(p, n)| (**n, p.municipality)) else { continue };
        if (*hn as f64) < 0.3 * tot as f64 { continue; }
        let mut by: BTreeMap<(usize, &str), (u64, u64, u64)> = BTreeMap::new();
        let kindm = 0b111 | 0b111111 << 9;
        for c in &w.controls { let o = w.lists[c.list as usize].client; if o == j || c.stratum.place != *home { continue; }
            let age = match c.stratum.birth_decade { 0 => "?", d if d < 195 => "old", _ => "young" };
            let mut held = false; let mut full = false;
            for h in &c.pattern.hits { if w.lists[h.list as usize].client == j { let hit = meibo_attribution::Hit { keys: h.keys & kindm, ..*h }; let present = c.pattern.present & kindm; if w.is_member(present, hit) { held = true; if hit.keys == present & w.lists[h.list as usize].keys() { full = true; } } } }
            let e = by.entry((o, age)).or_default(); e.0 += c.count; if held { e.1 += c.count; } if full { e.2 += c.count; }
        }
        let sum = by.values().fold((0,0,0), |a, b| (a.0+b.0, a.1+b.1, a.2+b.2));
        let mut ages: BTreeMap<&str, (u64,u64,u64)> = BTreeMap::new(); for ((_, a), v) in &by { let e = ages.entry(a).or_default(); e.0 += v.0; e.1 += v.1; e.2 += v.2; }
        println!("{} size {} home {hn}/{tot} controls {sum:?} ages {ages:?} owners {:?}", names[j], w.lists.iter().filter(|l| l.client == j).map(|l| l.records).max().unwrap(), by.iter().filter(|(_, v)| v.0 > 3).map(|((o, a), v)| format!("{}{a}:{}/{}/{}", &names[*o][7..], v.0, v.1, v.2)).collect::<Vec<_>>());
    }
}
fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    match args[1].as_str() {
        "dump" => {
            let h = args.get(4).and_then(|h| h.parse().ok());
            for seed in args[3].split(',') { dump(seed.parse()?, &args[2], h)?; }
        }
        "stats" => stats(&args[2]),
        _ => replay(&args[3..], args[2] == "v"),
    }
    Ok(())
}
