//! The dictionary of places: municipalities with every way to name them, their towns, and postal codes.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use crate::fold_table::Variants;
use crate::place_key::{
    MUNICIPALITY_SLOTS, NO_PREFECTURE, NameHash, TOWN_SLOTS, Token, ends_municipality, fold_char, pack_slot,
    read_block_signs, read_numerals as read, spelled,
};
use crate::pool::{Pool, sections};

/// Ways to name a municipality, in the order of the library's `Naming`.
const TODAY: u8 = 0;
const WARD_CITY: u8 = 1;
const FORMER: u8 = 2;
const WARD_ONLY: u8 = 3;

/// Added to a naming that only counts with one of the municipality's towns after it, while no prefecture is written.
const NEEDS_TOWN: u8 = 0x10;
/// Added to a naming that never counts while no prefecture is written.
const NEEDS_PREFECTURE: u8 = 0x20;

/// No city of wards.
const NO_CITY: u16 = u16::MAX;

struct Municipality {
    prefecture: u8,
    name: String,
    city: u16,
    /// Towns as listed.
    names: BTreeSet<String>,
    /// Folded name → names of the towns that fold to it.
    towns: BTreeMap<String, BTreeSet<String>>,
}

struct WardCity {
    prefecture: u8,
    name: String,
    wards: Vec<u16>,
}

/// A way to name a municipality: (key, prefecture, naming, target, former name's key).
type Naming = (String, u8, u8, u16, String);

#[derive(Default)]
struct Places {
    prefectures: Vec<String>,
    municipalities: Vec<Municipality>,
    cities: Vec<WardCity>,
    /// (prefecture, full name) → number.
    numbers: BTreeMap<(u8, String), u16>,
    postal: BTreeMap<u32, BTreeSet<u16>>,
}

struct Folder<'a> {
    variants: &'a Variants,
}

impl Folder<'_> {
    /// The comparing form of a name, with or without its numerals read.
    fn key(&self, name: &str, read_numerals: bool) -> String {
        let unread: Vec<Token> =
            self.variants.place(name).into_iter().map(|c| Token::new(fold_char(c), c)).collect();
        let mut tokens = Vec::new();
        if read_numerals {
            read(&unread, &mut tokens);
        } else {
            tokens = unread;
        }
        read_block_signs(&mut tokens);
        tokens.iter().map(|t| t.key).collect()
    }
}

/// The dictionary as the library's `address::places` describes it.
pub(crate) struct Dictionary {
    pub(crate) sections: Vec<u8>,
    pub(crate) strings: Vec<u8>,
}

/// Builds the dictionary.
pub(crate) fn build(
    towns: &str,
    mergers: &[&str],
    variants: &Variants,
) -> Result<Dictionary, Box<dyn Error>> {
    let folder = Folder { variants };
    let mut places = Places::default();
    for (number, line) in towns.lines().enumerate().skip(1) {
        places.add(line).map_err(|e| format!("towns.tsv, line {}: {e}", number + 1))?;
    }
    places.key_towns(&folder);
    let namings = places.namings(mergers, &folder)?;
    places.write(&namings, &folder)
}

impl Places {
    fn add(&mut self, line: &str) -> Result<(), Box<dyn Error>> {
        let mut columns = line.split('\t');
        let [postal, prefecture, name, town] = std::array::from_fn(|_| columns.next().unwrap_or_default());
        let prefecture = self.prefecture(prefecture)?;
        let number = self.municipality(prefecture, name)?;
        self.postal.entry(postal.parse()?).or_default().insert(number);
        let municipality = self.municipalities.get_mut(usize::from(number)).ok_or("no such municipality")?;
        for town in usable_towns(town) {
            // 西和賀町's towns end in the first digit of a cut 地割: 杉名畑4.
            let cut = if name.ends_with("西和賀町") {
                town.trim_end_matches(|c: char| c.is_ascii_digit())
            } else {
                &town
            };
            municipality.names.insert(cut.to_owned());
        }
        Ok(())
    }

    /// Lists the keys of all towns.
    fn key_towns(&mut self, folder: &Folder<'_>) {
        for m in &mut self.municipalities {
            let keys: BTreeSet<String> = m.names.iter().map(|name| folder.key(name, true)).collect();
            let mut blocks: BTreeMap<&str, usize> = BTreeMap::new();
            for block in keys.iter().filter_map(|key| stem_of_block(key)) {
                *blocks.entry(block).or_default() += 1;
            }
            for name in &m.names {
                let key = folder.key(name, true);
                let stem = stem_of_block(&key).filter(|stem| keys.contains(*stem));
                let siblings = stem.and_then(|stem| blocks.get(stem)).copied().unwrap_or(0);
                // 稲荷町一丁目, 二丁目 … of the listed town 稲荷町 are that town and a number; 平六町目 is a name.
                if siblings > 1 {
                    continue;
                }
                for key in town_keys(name, stem.is_none(), folder) {
                    m.towns.entry(key).or_default().insert(name.clone());
                }
                // Where streets are named, 通り before a town is a street's.
                let other = other_street(&key).filter(|other| !keys.contains(other));
                if let Some(other) = other.filter(|_| !m.name.starts_with("京都市")) {
                    m.towns.entry(other).or_default().insert(name.clone());
                }
            }
        }
    }

    fn prefecture(&mut self, name: &str) -> Result<u8, Box<dyn Error>> {
        if let Some(at) = self.prefectures.iter().position(|p| p == name) {
            return Ok(u8::try_from(at)?);
        }
        self.prefectures.push(name.to_owned());
        Ok(u8::try_from(self.prefectures.len() - 1)?)
    }

    fn municipality(&mut self, prefecture: u8, name: &str) -> Result<u16, Box<dyn Error>> {
        if let Some(&number) = self.numbers.get(&(prefecture, name.to_owned())) {
            return Ok(number);
        }
        let number = u16::try_from(self.municipalities.len())?;
        let city = match city_of_ward(name) {
            Some(city) => self.city(prefecture, city, number)?,
            None => NO_CITY,
        };
        self.municipalities.push(Municipality {
            prefecture,
            name: name.to_owned(),
            city,
            names: BTreeSet::new(),
            towns: BTreeMap::new(),
        });
        self.numbers.insert((prefecture, name.to_owned()), number);
        Ok(number)
    }

    fn city(&mut self, prefecture: u8, name: &str, ward: u16) -> Result<u16, Box<dyn Error>> {
        let known = self.cities.iter().position(|c| c.prefecture == prefecture && c.name == name);
        let at = known.unwrap_or(self.cities.len());
        if known.is_none() {
            self.cities.push(WardCity { prefecture, name: name.to_owned(), wards: Vec::new() });
        }
        if let Some(city) = self.cities.get_mut(at) {
            city.wards.push(ward);
        }
        Ok(u16::try_from(at)?)
    }

    fn namings(&self, mergers: &[&str], folder: &Folder<'_>) -> Result<BTreeSet<Naming>, Box<dyn Error>> {
        let by_key = self.by_key(folder);
        let mut out: BTreeSet<Naming> = BTreeSet::new();
        let mut add = |name: &str, prefecture: u8, naming: u8, target: u16, former: &str| {
            out.insert((folder.key(name, true), prefecture, naming, target, folder.key(former, true)));
        };
        for (number, m) in (0u16..).zip(&self.municipalities) {
            add(&m.name, m.prefecture, TODAY, number, "");
            if let Some(short) = without_district(&m.name) {
                add(short, m.prefecture, TODAY, number, "");
            }
            if let Some(ward) = city_of_ward(&m.name).and_then(|city| m.name.strip_prefix(city)) {
                add(ward, m.prefecture, WARD_ONLY, number, "");
            }
        }
        for (number, c) in (0u16..).zip(&self.cities) {
            add(&c.name, c.prefecture, WARD_CITY, number, "");
        }
        for line in mergers.iter().flat_map(|table| table.lines().skip(1)) {
            let mut columns = line.split('\t');
            let [prefecture, old, new, _, current] =
                std::array::from_fn(|_| without_remark(columns.next().unwrap_or_default()));
            let prefecture = self.prefecture_at_front(prefecture).ok_or("merger in no prefecture")?.0;
            let short = without_district(old).unwrap_or(old);
            let today = if current.is_empty() { new } else { current };
            // A name may tell another prefecture: 山口村 of 長野県 became part of 岐阜県中津川市.
            let (there, name) = self.prefecture_at_front(today).unwrap_or((prefecture, today));
            // A former ward's towns went to several of its city's wards: 浜松市北区 to 浜名区 and 中央区.
            let name = city_of_ward(old).unwrap_or(name);
            let targets = by_key.get(&(there, folder.key(name, true)));
            let targets = targets.ok_or_else(|| format!("{old} became {today}, which is none of today's"))?;
            // 佐久間町 is in the one ward of 浜松市 whose towns kept its name.
            let keeps_name = |&target: &u16| self.has_towns_of(target, &folder.key(short, true));
            let keeper = targets.iter().copied().find(keeps_name);
            let only = keeper.filter(|_| targets.iter().filter(|t| keeps_name(t)).count() == 1);
            let targets = only.as_ref().map_or(targets.as_slice(), std::slice::from_ref);
            for &target in targets {
                // 城島町・三潴町: two in one row.
                for old in old.split('・').chain([old]) {
                    let short = without_district(old).unwrap_or(old);
                    add(old, prefecture, FORMER, target, short);
                    add(short, prefecture, FORMER, target, short);
                }
            }
        }
        Ok(self.with_doubts(out))
    }

    /// Marks the names of 町 and 村 that may as well be a town's, district and prefecture left out: 橘町, 栄町.
    fn with_doubts(&self, namings: BTreeSet<Naming>) -> BTreeSet<Naming> {
        let mut towns: BTreeSet<&str> = BTreeSet::new();
        for key in self.municipalities.iter().flat_map(|m| m.towns.keys()) {
            towns.insert(key);
            towns.extend(stem_of_block(key));
        }
        let mut prefectures: BTreeMap<String, BTreeSet<u8>> = BTreeMap::new();
        for (key, prefecture, ..) in &namings {
            prefectures.entry(key.clone()).or_default().insert(*prefecture);
        }
        let doubt = |key: &str, naming: u8| {
            let several = prefectures.get(key).is_some_and(|p| p.len() > 1);
            let shared = several || towns.contains(key);
            let bare = key.ends_with(['町', '村']) && without_district(key).is_none();
            match naming {
                FORMER if bare && shared => NEEDS_PREFECTURE,
                FORMER if bare => NEEDS_TOWN,
                TODAY if bare && shared => NEEDS_TOWN,
                _ => 0,
            }
        };
        let marked = |(key, p, naming, target, former): Naming| {
            let naming = naming | doubt(&key, naming);
            (key, p, naming, target, former)
        };
        namings.into_iter().map(marked).collect()
    }

    /// The prefecture a name begins with, and the rest of the name.
    fn prefecture_at_front<'a>(&self, name: &'a str) -> Option<(u8, &'a str)> {
        let mut prefectures = (0u8..).zip(&self.prefectures);
        prefectures.find_map(|(number, prefecture)| Some((number, name.strip_prefix(prefecture.as_str())?)))
    }

    fn has_towns_of(&self, municipality: u16, former: &str) -> bool {
        let towns = self.municipalities.get(usize::from(municipality)).map(|m| &m.towns);
        let mut from = towns.into_iter().flat_map(|towns| towns.range(former.to_owned()..));
        from.next().is_some_and(|(key, _)| key.starts_with(former))
    }

    /// Municipalities of today by prefecture and key; a city of wards is all its wards.
    fn by_key(&self, folder: &Folder<'_>) -> BTreeMap<(u8, String), Vec<u16>> {
        let cities = self.cities.iter().map(|c| ((c.prefecture, folder.key(&c.name, true)), c.wards.clone()));
        let others = (0u16..).zip(&self.municipalities);
        others.map(|(n, m)| ((m.prefecture, folder.key(&m.name, true)), vec![n])).chain(cities).collect()
    }

    fn write(&self, namings: &BTreeSet<Naming>, folder: &Folder<'_>) -> Result<Dictionary, Box<dyn Error>> {
        let mut pool = Pool::default();
        let mut prefectures = Vec::new();
        for name in &self.prefectures {
            prefectures.extend(pool.intern(&folder.key(name, true))?.to_le_bytes());
            prefectures.extend(pool.intern(name)?.to_le_bytes());
        }
        let (mut municipalities, mut towns, mut count) = (Vec::new(), Vec::new(), 0u32);
        for m in &self.municipalities {
            municipalities.extend(pool.intern(&m.name)?.to_le_bytes());
            municipalities.extend(count.to_le_bytes());
            for (key, names) in &m.towns {
                for name in names {
                    towns.extend(pool.intern(key)?.to_le_bytes());
                    towns.extend(pool.intern(name)?.to_le_bytes());
                    count += 1;
                }
            }
            municipalities.extend(count.to_le_bytes());
            municipalities.extend(u16::from(m.prefecture).to_le_bytes());
            municipalities.extend(m.city.to_le_bytes());
        }
        let (mut cities, mut wards) = (Vec::new(), Vec::new());
        for c in &self.cities {
            cities.extend(pool.intern(&c.name)?.to_le_bytes());
            cities.extend(u16::from(c.prefecture).to_le_bytes());
            cities.extend(u16::try_from(wards.len() / 2)?.to_le_bytes());
            cities.extend(u16::try_from(c.wards.len())?.to_le_bytes());
            cities.extend([0, 0]);
            wards.extend(c.wards.iter().flat_map(|w| w.to_le_bytes()));
        }
        let mut names = Vec::new();
        for (key, prefecture, naming, target, former) in namings {
            names.extend(pool.intern(key)?.to_le_bytes());
            names.extend(pool.intern(former)?.to_le_bytes());
            names.extend(target.to_le_bytes());
            names.extend([*prefecture, *naming]);
        }
        let mut spellings = Vec::new();
        for (key, name) in self.spellings(folder) {
            spellings.extend(pool.intern(&key)?.to_le_bytes());
            spellings.extend(pool.intern(name)?.to_le_bytes());
        }
        let postal = self.postal_runs();
        let index = self.town_index(&mut pool)?;
        let heads = self.municipality_index(namings, &mut pool)?;
        let sections = sections(&[
            prefectures,
            municipalities,
            cities,
            wards,
            names,
            towns,
            postal,
            index,
            spellings,
            heads,
        ])?;
        Ok(Dictionary { sections, strings: pool.bytes })
    }

    /// A table of the towns that their key alone tells where a number follows: no other town of the municipality has the
    /// key, and none has one that goes on with a number.
    ///
    /// A slot holds the municipality's number (16 bits), the town's place among its towns (16), and the reference of the
    /// key (32): all that a look needs, in one word. It stands where the key's hash says or after that.
    fn town_index(&self, pool: &mut Pool) -> Result<Vec<u8>, Box<dyn Error>> {
        let digit = |c: char| c.is_ascii_digit();
        let mut slots = Slots::new(TOWN_SLOTS);
        for (m, municipality) in (0u16..).zip(&self.municipalities) {
            let towns = &municipality.towns;
            let mut place = 0u16;
            for (key, names) in towns {
                let first = place;
                place = place.checked_add(u16::try_from(names.len())?).ok_or("too many towns")?;
                let mut begun = towns.range(format!("{key}0")..format!("{key}:"));
                if names.len() > 1 || key.ends_with(digit) || begun.next().is_some() {
                    continue;
                }
                let hash = key.chars().fold(NameHash::within(m), NameHash::with);
                slots.put(hash, pack_slot(m, first, pool.intern(key)?))?;
            }
        }
        Ok(slots.bytes())
    }

    /// A table of the namings that mean one municipality of today and nothing else, and that no longer naming begins
    /// with: those that do so in their prefecture, and those that do so in all of Japan. Slots as those of towns, with
    /// the prefecture or [`NO_PREFECTURE`] in the town's place.
    fn municipality_index(
        &self,
        namings: &BTreeSet<Naming>,
        pool: &mut Pool,
    ) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut slots = Slots::new(MUNICIPALITY_SLOTS);
        for (key, prefecture, kind, target, _) in namings {
            if kind & 0xf != TODAY || !key.ends_with(ends_municipality) {
                continue;
            }
            let begun = namings.range((key.clone(), 0, 0, 0, String::new())..);
            let begun: Vec<&Naming> = begun.take_while(|other| other.0.starts_with(key.as_str())).collect();
            let here = begun.iter().filter(|other| other.1 == *prefecture).count();
            let mut places = Vec::new();
            places.extend((here == 1).then_some(u16::from(*prefecture)));
            places.extend((begun.len() == 1 && *kind == TODAY).then_some(NO_PREFECTURE));
            for place in places {
                let hash = key.chars().fold(NameHash::within(place), NameHash::with);
                slots.put(hash, pack_slot(*target, place, pool.intern(key)?))?;
            }
        }
        Ok(slots.bytes())
    }

    /// Towns' keys and how most towns of the key are spelled, where that is not the spelling of names nobody lists.
    fn spellings(&self, folder: &Folder<'_>) -> BTreeMap<String, &str> {
        let mut counts: BTreeMap<String, BTreeMap<&str, u32>> = BTreeMap::new();
        for name in self.municipalities.iter().flat_map(|m| &m.names) {
            *counts.entry(folder.key(name, true)).or_default().entry(name).or_default() += 1;
        }
        let usual = counts.into_iter().filter_map(|(key, names)| {
            let (name, _) = names.into_iter().rev().max_by_key(|(_, count)| *count)?;
            Some((key, name))
        });
        usual.filter(|(_, name)| name.chars().any(|c| spelled(c) != c)).collect()
    }

    /// Runs of postal codes of one municipality: first, last, municipality. A code of several is left out.
    fn postal_runs(&self) -> Vec<u8> {
        let mut runs: Vec<(u32, u32, u16)> = Vec::new();
        for (&code, numbers) in &self.postal {
            let mut numbers = numbers.iter();
            let (Some(&number), None) = (numbers.next(), numbers.next()) else {
                // A code of nobody's keeps the run from closing over it.
                runs.push((code, code, NO_CITY));
                continue;
            };
            match runs.last_mut() {
                Some((_, last, n)) if *n == number => *last = code,
                _ => runs.push((code, code, number)),
            }
        }
        let mut out = Vec::new();
        for (first, last, number) in runs.iter().filter(|r| r.2 != NO_CITY) {
            out.extend(first.to_le_bytes());
            out.extend(last.to_le_bytes());
            out.extend(u32::from(*number).to_le_bytes());
        }
        out
    }
}

/// A table of words by hash; an empty slot is zero.
struct Slots {
    slots: Vec<u64>,
}

impl Slots {
    fn new(len: usize) -> Self {
        Self { slots: vec![0; len] }
    }

    fn put(&mut self, hash: NameHash, word: u64) -> Result<(), Box<dyn Error>> {
        let len = self.slots.len();
        let mut at = hash.slot(len);
        while self.slots.get(at).is_some_and(|&slot| slot != 0) {
            at = (at + 1) % len;
        }
        *self.slots.get_mut(at).ok_or("a table of names is too small")? = word;
        Ok(())
    }

    fn bytes(&self) -> Vec<u8> {
        self.slots.iter().flat_map(|slot| slot.to_le_bytes()).collect()
    }
}

/// 札幌市北区 → 札幌市, where the name is a ward of a city.
fn city_of_ward(name: &str) -> Option<&str> {
    let at = name.strip_suffix('区')?.rfind('市')?;
    name.get(..at + '市'.len_utf8())
}

/// 上九一色村（分村：梯・古関） → 上九一色村.
fn without_remark(name: &str) -> &str {
    name.split_once('（').map_or(name, |(name, _)| name)
}

/// 虻田郡ニセコ町 → ニセコ町: districts and the islands that stand in their place.
fn without_district(name: &str) -> Option<&str> {
    if !name.ends_with(['町', '村']) {
        return None;
    }
    if let Some(short) = ["三宅島", "八丈島"].iter().find_map(|island| name.strip_prefix(island)) {
        return Some(short);
    }
    // Not the 郡 a name begins with: 郡上郡八幡町.
    let (at, _) = name.char_indices().skip(1).find(|&(_, c)| c == '郡')?;
    name.get(at + '郡'.len_utf8()..).filter(|rest| rest.chars().count() > 1)
}

/// The towns a cell of the table names: most one, some several, remarks none.
fn usable_towns(cell: &str) -> Vec<String> {
    use unicode_normalization::UnicodeNormalization;
    let cell: String = cell.nfkc().collect();
    if cell.contains("次に") || cell.contains("無番地") || cell.contains('-') || cell.contains('−') {
        return Vec::new();
    }
    let mut names = Vec::new();
    for part in cell.split('、') {
        // 下左草77地割~下左草8: the 地割 is a number, the name ends before it.
        let name = match part.split_once("地割") {
            Some((name, _)) => name.trim_end_matches(|c: char| c.is_ascii_digit()),
            None if cell.contains("地割") => continue,
            None => part,
        };
        if !name.is_empty() {
            names.push(name.to_owned());
        }
    }
    names
}

/// 稲荷町1丁目 → 稲荷町.
fn stem_of_block(key: &str) -> Option<&str> {
    let stem = key.strip_suffix("丁目")?.trim_end_matches(|c: char| c.is_ascii_digit());
    (!stem.is_empty()).then_some(stem)
}

/// 日本大通 is written 日本大通り as well, 大通西 as 大通り西, and the other way round.
fn other_street(key: &str) -> Option<String> {
    let (before, after) = key.split_once('通')?;
    let rest = after.strip_prefix('リ');
    let ends = matches!(rest.unwrap_or(after), "" | "東" | "西" | "南" | "北");
    let other = rest.map_or_else(|| format!("{before}通リ{after}"), |rest| format!("{before}通{rest}"));
    (ends && !before.is_empty()).then_some(other)
}

/// Every form in which a town is looked up.
fn town_keys(name: &str, without_unit: bool, folder: &Folder<'_>) -> BTreeSet<String> {
    let key = folder.key(name, true);
    let mut keys = BTreeSet::from([key.clone()]);
    // 保原町2丁目5 is written 保原町2-5 as well.
    for suffix in ["丁目", "番", "丁"] {
        if let Some(stem) = key.strip_suffix(suffix)
            && without_unit
            && stem.ends_with(|c: char| c.is_ascii_digit())
        {
            keys.insert(stem.to_owned());
        }
    }
    // 北3条西6丁目 is written 北3西6.
    if let Some((stem, direction)) = key.split_once('条')
        && stem.ends_with(|c: char| c.is_ascii_digit())
        && matches!(direction, "東" | "西" | "南" | "北")
    {
        keys.insert(format!("{stem}{direction}"));
    }
    // 郷六 before a kanji number (郷六三番地) is found by its characters alone.
    if key.ends_with(|c: char| c.is_ascii_digit()) {
        keys.insert(folder.key(name, false));
    }
    keys
}
