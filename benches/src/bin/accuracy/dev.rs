use std::io::{Read, Write};
use meibo_attribution::*;
use crate::incident::Counted;
use crate::cases::Family;

pub struct W(pub Vec<u8>);
impl W {
    pub fn u(&mut self, v: u64) { let mut v = v; loop { if v < 128 { self.0.push(v as u8); return; } self.0.push((v as u8 & 127) | 128); v >>= 7; } }
    pub fn f(&mut self, v: f64) { self.0.extend(v.to_bits().to_le_bytes()); }
    pub fn s(&mut self, s: &str) { self.u(s.len() as u64); self.0.extend(s.as_bytes()); }
    fn hits(&mut self, p: &Pattern) { self.u(p.present as u64); self.u(p.hits.len() as u64); for h in &p.hits { self.u(h.list as u64); self.u(h.keys as u64); } }
    fn place(&mut self, p: Place) { self.u(p.prefecture as u64); self.u(p.municipality); }
    fn st(&mut self, s: Stratum) { self.place(s.place); self.u(s.birth_decade as u64); self.u(s.sex as u64); }
    pub fn world(&mut self, w: &World) {
        self.u(w.kinds.len() as u64); for k in &w.kinds { self.u(k.fields as u64); self.u(k.personal as u64); }
        self.u(w.clients as u64);
        self.u(w.lists.len() as u64); for l in &w.lists { self.u(l.client as u64); self.u(l.key as u64); self.u(l.date as u64); self.u(l.records); self.u(l.coverage.len() as u64); for c in &l.coverage { self.f(*c); } self.f(l.false_match_rate); }
        self.u(w.controls.len() as u64); for c in &w.controls { self.u(c.list as u64); self.st(c.stratum); self.hits(&c.pattern); self.u(c.count); }
    }
    pub fn file(&mut self, f: &File) {
        self.u(f.patterns.len() as u64); for p in &f.patterns { self.hits(&p.pattern); self.st(p.stratum); self.u(p.records); self.u(p.persons); }
    }
    pub fn counted(&mut self, fam: usize, c: &Counted) {
        self.u(fam as u64); self.s(&c.name); self.file(&c.file);
        self.u(c.truth.len() as u64); for ((p, cl), n) in &c.truth { self.u(p.map_or(0, |p| p as u64 + 1)); self.u(cl.map_or(0, |p| p as u64 + 1)); self.u(*n); }
    }
    pub fn save(&self, path: &str) { std::fs::File::create(path).unwrap().write_all(&self.0).unwrap(); }
}
pub struct R<'a>(pub &'a [u8]);
impl R<'_> {
    pub fn u(&mut self) -> u64 { let mut v = 0; let mut s = 0; loop { let b = self.0[0]; self.0 = &self.0[1..]; v |= u64::from(b & 127) << s; if b < 128 { return v; } s += 7; } }
    pub fn f(&mut self) -> f64 { let v = f64::from_bits(u64::from_le_bytes(self.0[..8].try_into().unwrap())); self.0 = &self.0[8..]; v }
    pub fn s(&mut self) -> String { let n = self.u() as usize; let s = String::from_utf8(self.0[..n].to_vec()).unwrap(); self.0 = &self.0[n..]; s }
    fn hits(&mut self) -> Pattern { let present = self.u() as u32; let n = self.u(); Pattern { present, hits: (0..n).map(|_| Hit { list: self.u() as u32, keys: self.u() as u32 }).collect() } }
    fn place(&mut self) -> Place { Place { prefecture: self.u() as u32, municipality: self.u() } }
    fn st(&mut self) -> Stratum { Stratum { place: self.place(), birth_decade: self.u() as u8, sex: self.u() as u8 } }
    pub fn world(&mut self) -> World {
        let n = self.u(); let kinds = (0..n).map(|_| Kind { fields: self.u() as u32, personal: self.u() == 1 }).collect();
        let clients = self.u() as usize;
        let n = self.u(); let lists = (0..n).map(|_| List { client: self.u() as usize, key: self.u() as u32, date: self.u() as i64, records: self.u(), coverage: { let n = self.u(); (0..n).map(|_| self.f()).collect() }, false_match_rate: self.f() }).collect();
        let n = self.u(); let controls = (0..n).map(|_| Control { list: self.u() as u32, stratum: self.st(), pattern: self.hits(), count: self.u() }).collect();
        World { kinds, clients, lists, controls }
    }
    pub fn file(&mut self) -> File {
        let n = self.u(); let patterns = (0..n).map(|_| PatternCount { pattern: self.hits(), stratum: self.st(), records: self.u(), persons: self.u() }).collect();
        File { patterns }
    }
    pub fn counted(&mut self, fams: &[Family]) -> (Family, Counted) {
        let fam = fams[self.u() as usize]; let name = self.s(); let file = self.file();
        let n = self.u(); let truth = (0..n).map(|_| { let p = self.u(); let c = self.u(); ((p.checked_sub(1).map(|x| x as usize), c.checked_sub(1).map(|x| x as usize)), self.u()) }).collect();
        (fam, Counted { name, file, truth })
    }
}
pub fn load(path: &str) -> Vec<u8> { let mut v = Vec::new(); std::fs::File::open(path).unwrap().read_to_end(&mut v).unwrap(); v }
