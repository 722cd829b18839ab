//! dev
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
use std::collections::HashMap;
use meibo::{Canonical, Field, Normalizer, Record};
use meibo_synth::{Part, SeizedSpec, Word, World, WorldSpec};

fn record(fields: &[(&str, String)]) -> Record {
    let mut r = Record::new();
    for (f, t) in fields { if let Ok(field) = f.parse::<Field>() { r.push(field, t); } }
    r
}
fn chars(s: &str) -> Vec<char> { s.chars().collect() }
fn pre(s: &str, n: usize) -> Option<String> { let c = chars(s); (c.len() > n).then(|| c[..n].iter().collect()) }
fn suf(s: &str, n: usize) -> Option<String> { let c = chars(s); (c.len() > n).then(|| c[c.len()-n..].iter().collect()) }
fn nums(a: &str) -> Option<String> { let i = a.find(|c: char| c.is_ascii_digit())?; Some(a[i..].to_string()) }
fn place(a: &str) -> Option<String> { let i = a.find(|c: char| c.is_ascii_digit())?; Some(a[..i].to_string()) }
fn parts(c: &Canonical) -> HashMap<&'static str, Vec<String>> {
    let mut m: HashMap<&'static str, Vec<String>> = HashMap::new();
    let mut put = |k: &'static str, v: Option<String>| if let Some(v) = v { m.entry(k).or_default().push(v) };
    for n in c.values(Field::Name) { put("N", Some(n.into())); put("Np", pre(n, 2)); put("Ns", suf(n, 2)); put("N1", pre(n,1)); put("Nl", suf(n,1)); }
    for n in c.values(Field::Kana) { put("K", Some(n.into())); put("Kp", pre(n, 3)); put("Ks", suf(n, 3)); }
    for a in c.values(Field::Address) { if a.bytes().any(|b| b.is_ascii_digit()) { put("A", Some(a.into())); }
        put("An", nums(a)); put("At", place(a));
        if let (Some(n), Some(p)) = (nums(a), place(a)) { put("Ax", suf(&p, 2).map(|p| p + &n)); 
            let v: Vec<&str> = n.split('-').collect(); if v.len() >= 2 { put("Ab", Some(format!("{p}{}", v[..v.len()-1].join("-")))); put("Ae", Some(format!("{}", v[v.len()-2..].join("-")))); } } }
    for p in c.values(Field::Phone) { put("P", Some(p.into())); put("P4", suf(p, 4)); if p.len() > 4 { put("Pp", Some(p[..p.len()-4].into())); } put("P8", suf(p, 8)); put("P5", suf(p,5)); }
    for b in c.values(Field::BirthDate) { put("B", Some(b.into())); put("By", b.get(..7).map(Into::into)); put("Bd", b.get(4..).map(Into::into)); }
    m
}
fn keys(p: &HashMap<&'static str, Vec<String>>, a: &str) -> Vec<String> {
    let fs: Vec<&str> = a.split('+').collect();
    let mut out = vec![String::new()];
    for f in fs { let Some(vs) = p.get(f) else { return vec![] }; out = out.iter().flat_map(|o| vs.iter().map(move |v| format!("{o}|{v}"))).collect(); }
    out
}
const CANDS: [&str; 44] = ["N+P","N+A","A+P","N+An","N+At","N+Ax","N+Ab","N+P4","N+Pp","N+P8","Np+P","Ns+P","N1+P","Nl+P","Np+A","Ns+A","An+P4","An+P","At+P","A+P4","A+Pp","Ax+P","Ax+P4","Np+Ax","Ns+Ax","Np+An+P4","Ns+An+P4","Np+At+P4","Ns+At+P4","Np+Ab","Ns+Ab","Np+An","Ns+An","Np+At+Pp","Ae+P4","Np+P8","Ns+P8","Np+Ae","Np+P4","Ns+P4","N+Ae","At+P4", "Ns+Ae", "Np+At"];
fn rate_none() -> bool { true }
fn main() {
    let world = World::with(&WorldSpec { clients: Some(vec![]), ..WorldSpec::new(1, 0.02) });
    let columns = [Word::Name, Word::Address, Word::Phone];
    let mut nz = Normalizer::new();
    // damage recall
    for split in [false] { for rate in [0.10, 0.25, 0.40] {
        let _ = split;
        let mut pairs = Vec::new();
        for b in 0..60 {
            let spec = SeizedSpec::new(&format!("d{b}")).columns(&columns).part(Part::of_strangers(250));
            let (clean, _) = world.seize_fields(&spec).unwrap();
            let (dirty, _) = world.seize_fields(&spec.clone().damage(rate)).unwrap();
            for (c, d) in clean.iter().zip(&dirty) {
                let (mut a, mut b) = (Canonical::new(), Canonical::new());
                nz.canonicalize(&record(c), &mut a); nz.canonicalize(&record(d), &mut b);
                pairs.push((parts(&a), parts(&b)));
            }
        }
        let m: Vec<u64> = pairs.iter().map(|(a, b)| CANDS.iter().enumerate().map(|(i, k)| { let ka = keys(a, k); let kb = keys(b, k); u64::from(ka.iter().any(|x| kb.contains(x))) << i }).sum()).collect();
        let n = m.len() as f64;
        let base = 0b111u64;
        let frac = |mask: u64, least: u32| m.iter().filter(|x| (*x & mask).count_ones() >= least).count() as f64 / n * 100.0;
        println!("rate {rate}: base >=1 {:.2} >=2 {:.2}", frac(base, 1), frac(base, 2));
        for (i, k) in CANDS.iter().enumerate() { if i < 100 { break; } println!("  {k:<10} alone {:.2}  +base>=1 {:.2} >=2 {:.2}", frac(1 << i, 1), frac(base | 1 << i, 1), frac(base | 1 << i, 2)); }
        let low = ["N+An","N+At","N+Ax","N+P4","N+Pp","Np+P","Ns+P","Np+A","Ns+A","An+P4","At+P4","Ax+P4","Np+Ax","Ns+Ax","An+P","At+P","Np+Ab","Ns+Ab","N+Ab","N+Ae", "A+P4", "A+Pp"];
        for least in [1, 2] { let mut mask = base;
        for _ in 0..8 { let best = (0..CANDS.len()).filter(|i| mask >> i & 1 == 0 && low.contains(&CANDS[*i])).max_by(|a, b| frac(mask | 1 << a, least).total_cmp(&frac(mask | 1 << b, least))).unwrap(); mask |= 1 << best; println!("  LOW greedy{least} + {} -> >=1 {:.2} >=2 {:.2} >=3 {:.2}", CANDS[best], frac(mask, 1), frac(mask, 2), frac(mask, 3)); } }
        let set = |names: &[&str]| names.iter().map(|n| 1u64 << CANDS.iter().position(|c| c == n).unwrap()).sum::<u64>() | base;
        for names in [&["N+At","Ns+P","Ns+Ax","Np+Ax","Ax+P4"][..], &["N+At","Ns+P","Ns+Ax","Np+Ax","An+P4"][..],&["N+At","Ns+P","Np+P","Ns+Ax","Np+Ax","Ax+P4"][..], &["N+At","Ns+P","Ns+Ax","Np+Ax","N+P4"][..], &["N+At","Ns+P","Ns+Ax","Np+Ax"][..],&["Ns+P","Ns+Ax","N+At","Ax+P4"][..], &["Ns+P","Ns+Ax","Np+P","Np+Ax","Ax+P4"], &["Ns+P","Ns+Ax","Np+Ax","N+P4","N+At","Ax+P4"], &["Ns+P","Ns+Ax","An+P4","At+P4"],&["Ns+P","Np+Ax","An+P4","At+P4"], &["N+P4","Ns+Ax","An+P4","N+At"], &["Ns+P","Np+P","Ns+Ax","Np+Ax","An+P4","At+P4","N+At"]] { let mask = set(names); println!("  SET {names:?} >=1 {:.2} >=2 {:.2}", frac(mask, 1), frac(mask, 2)); }
        let full = set(&["Ns+P","Np+P","Ns+Ax","Np+Ax","An+P4","At+P4","N+At"]);
        if rate < 0.2 { for ((a, b), x) in pairs.iter().zip(&m).filter(|(_, x)| *x & full == 0).take(40) { let g = |p: &HashMap<&'static str, Vec<String>>| format!("{:?} {:?} {:?}", p.get("N"), p.get("A"), p.get("P")); println!("    {} -> {} {x}", g(a), g(b)); } 
            println!("rows without phone {:.2}", pairs.iter().filter(|(a, _)| !a.contains_key("P")).count() as f64 / n); }
        // greedy
        for least in [1, 2] { if least < 3 { continue; }
        let mut mask = base; 
        for _ in 0..8 { let best = (0..CANDS.len()).filter(|i| mask >> i & 1 == 0).max_by(|a, b| frac(mask | 1 << a, least).total_cmp(&frac(mask | 1 << b, least))).unwrap(); mask |= 1 << best; println!("  greedy{least} + {} -> >=1 {:.2} >=2 {:.2} >=3 {:.2}", CANDS[best], frac(mask, 1), frac(mask, 2), frac(mask, 3)); }
        }
    } }
    // chance collisions: list of 100k strangers vs 20k others
    let list = world.seize_fields(&SeizedSpec::new("L").columns(&columns).part(Part::of_strangers(60_000))).unwrap();
    let probe = world.seize_fields(&SeizedSpec::new("Q").columns(&columns).part(Part::of_strangers(20_000))).unwrap();
    let mut c = Canonical::new();
    let lp: Vec<_> = list.0.iter().map(|r| { nz.canonicalize(&record(r), &mut c); parts(&c) }).collect();
    let persons: std::collections::HashSet<u64> = list.1.iter().map(|t| t.person).collect();
    let houses: std::collections::HashSet<u64> = list.1.iter().map(|t| t.person / 8).collect();
    println!("collisions per row per million-list:");
    if rate_none() { return; }
    for k in CANDS {
        let set: std::collections::HashSet<String> = lp.iter().flat_map(|p| keys(p, k)).collect();
        let (mut q, mut hit, mut hh) = (0, 0, 0);
        for (r, t) in probe.0.iter().zip(&probe.1) {
            if persons.contains(&t.person) { continue; }
            nz.canonicalize(&record(r), &mut c);
            let h = keys(&parts(&c), k).iter().any(|x| set.contains(x));
            if houses.contains(&(t.person / 8)) { hh += u32::from(h); continue; }
            q += 1; hit += u32::from(h);
        }
        println!("  {k:<10} {:.6} ({hit}) household {hh}", f64::from(hit) / f64::from(q) * 1e6 / 60_000.0);
    }
}
