//! The embedded tables: names with readings, places with readings.

use std::ops::Range;
use std::sync::OnceLock;

use crate::draw::Draw;

/// A name part as written and as read (katakana).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) kanji: &'static str,
    pub(crate) kana: &'static str,
}

/// Names with cumulative weights.
#[derive(Debug, Default)]
pub(crate) struct NameTable {
    names: Vec<Name>,
    upto: Vec<u64>,
}

impl NameTable {
    fn push(&mut self, kanji: &'static str, kana: &'static str, weight: u64) {
        let before = self.upto.last().copied().unwrap_or(0);
        self.names.push(Name { kanji, kana });
        self.upto.push(before + weight);
    }

    /// Index of a name, by weight.
    pub(crate) fn draw(&self, draw: &mut Draw) -> u16 {
        let at = draw.below(self.upto.last().copied().unwrap_or(0));
        self.upto.partition_point(|upto| *upto <= at) as u16
    }

    pub(crate) fn get(&self, index: u16) -> Name {
        self.names.get(usize::from(index)).copied().unwrap_or(Name { kanji: "", kana: "" })
    }
}

/// A town of a municipality.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Town {
    pub(crate) postal: &'static str,
    pub(crate) name: &'static str,
}

/// A municipality, or a ward of a large city.
#[derive(Clone, Debug)]
pub(crate) struct City {
    pub(crate) prefecture: &'static str,
    pub(crate) name: &'static str,
    /// How many towns it really has, a stand-in for its population.
    pub(crate) weight: u64,
    pub(crate) towns: Range<usize>,
}

/// All embedded tables.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) surnames: NameTable,
    pub(crate) men: NameTable,
    pub(crate) women: NameTable,
    pub(crate) cities: Vec<City>,
    pub(crate) towns: Vec<Town>,
}

impl Tables {
    /// The tables, parsed once.
    pub(crate) fn get() -> &'static Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(Self::parse)
    }

    fn parse() -> Self {
        let mut surnames = NameTable::default();
        for line in include_str!("../data/surnames.tsv").lines().skip(1) {
            let mut cells = line.split('\t');
            if let (Some(kanji), Some(kana), Some(weight)) = (cells.next(), cells.next(), cells.next()) {
                // The table's tail has one weight for all; names of foreign residents are rarer than that.
                let foreign = kanji.starts_with(|c| ('ァ'..='ヺ').contains(&c));
                let weight: u64 = weight.parse().unwrap_or(0);
                surnames.push(kanji, kana, if foreign { weight / 12 } else { weight });
            }
        }
        let (mut men, mut women) = (NameTable::default(), NameTable::default());
        for line in include_str!("../data/given-names.tsv").lines().skip(1) {
            let cells: Vec<&'static str> = line.split('\t').collect();
            if let [kanji, kana, sex, weight] = cells[..] {
                let table = if sex == "m" { &mut men } else { &mut women };
                table.push(kanji, kana, weight.parse().unwrap_or(0));
            }
        }
        let (cities, towns) = parse_places(include_str!("../data/places.tsv"));
        Self { surnames, men, women, cities, towns }
    }

    /// The municipalities whose prefecture and name begin with `region`; they lie side by side in the table.
    pub(crate) fn region(&self, region: &str) -> Range<usize> {
        let inside = |city: &City| in_region(city.prefecture, city.name, region);
        let first = self.cities.iter().position(inside).unwrap_or(0);
        let count = self.cities.iter().skip(first).take_while(|city| inside(city)).count();
        first..first + count
    }
}

/// Whether a municipality belongs to a region such as `岐阜県`, `岐阜県岐阜市` or `大阪府堺市` (all wards).
pub(crate) fn in_region(prefecture: &str, city: &str, region: &str) -> bool {
    match region.strip_prefix(prefecture) {
        Some(rest) => city.starts_with(rest),
        None => false,
    }
}

/// Reads the nested place table: `P` prefecture, `C` municipality, then its towns.
fn parse_places(text: &'static str) -> (Vec<City>, Vec<Town>) {
    let (mut cities, mut towns): (Vec<City>, Vec<Town>) = (Vec::new(), Vec::new());
    let mut prefecture = "";
    for line in text.lines() {
        let cells: Vec<&'static str> = line.split('\t').collect();
        match cells[..] {
            ["P", name, _] => prefecture = name,
            ["C", name, _, count] => {
                let weight = count.parse().unwrap_or(1);
                cities.push(City { prefecture, name, weight, towns: towns.len()..towns.len() });
            }
            [postal, name, _] => {
                towns.push(Town { postal, name });
                if let Some(city) = cities.last_mut() {
                    city.towns.end = towns.len();
                }
            }
            _ => {}
        }
    }
    (cities, towns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let tables = Tables::get();
        assert_eq!(tables.surnames.names.len(), 6_000);
        assert_eq!(tables.men.names.len() + tables.women.names.len(), 6_000);
        assert!(tables.cities.len() > 1_800 && tables.towns.len() > 18_800);
        assert!(tables.cities.iter().all(|c| !c.towns.is_empty() && c.weight > 0));
        assert!(tables.towns.iter().all(|t| t.postal.len() == 7 && !t.name.is_empty()));
        let prefectures: std::collections::BTreeSet<_> = tables.cities.iter().map(|c| c.prefecture).collect();
        assert_eq!(prefectures.len(), 47);
    }

    #[test]
    fn a_region_is_one_stretch_of_the_table() {
        let tables = Tables::get();
        for (region, wards) in [("大阪府堺市", 7), ("千葉県千葉市", 6), ("岐阜県岐阜市", 1)]
        {
            assert_eq!(tables.region(region).len(), wards);
        }
        let gifu = tables.region("岐阜県");
        let all = tables.cities.iter().filter(|c| c.prefecture == "岐阜県").count();
        assert_eq!(gifu.len(), all);
    }
}
