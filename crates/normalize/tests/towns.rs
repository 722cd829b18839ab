//! Every town of the dictionary, in its own spelling and in the notations that lists write towns in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the table of shares is what one reads when a share falls")]

use std::collections::{BTreeMap, BTreeSet};

use meibo_normalize::{Canonical, Field, Normalizer, Record};
use unicode_normalization::UnicodeNormalization;

/// Towns of one municipality that only their exact spelling tells apart: written otherwise, either may be meant.
const TWINS: [&str; 5] = [
    "京都府京都市中京区船屋町 京都府京都市中京区舟屋町",
    "愛知県清須市西枇杷島町日の出 愛知県清須市西枇杷島町日之出",
    "石川県羽咋郡宝達志水町敷波 石川県羽咋郡宝達志水町敷浪",
    "福井県福井市椙谷町 福井県福井市杉谷町",
    "福島県耶麻郡猪苗代町横まくり 福島県耶麻郡猪苗代町横マクリ",
];

/// The least share of towns that each notation must lead to, in hundredths of a per cent. All others must lead nowhere.
const REQUIRED: usize = 9_990;

#[derive(Clone, Copy)]
struct Town {
    postal: &'static str,
    prefecture: &'static str,
    municipality: &'static str,
    name: &'static str,
}

impl Town {
    /// City and ward, where the municipality is a ward of a city.
    fn ward(&self) -> Option<(&'static str, &'static str)> {
        self.municipality.ends_with('区').then(|| self.municipality.split_once('市')).flatten()?;
        let end = self.municipality.rfind('市')? + '市'.len_utf8();
        Some(self.municipality.split_at(end))
    }

    /// The municipality without its district.
    fn without_district(&self) -> Option<&'static str> {
        let (district, short) = self.municipality.split_once('郡')?;
        (!district.is_empty() && short.ends_with(['町', '村']) && short.chars().count() > 1).then_some(short)
    }

    fn ends_in_digit(&self) -> bool {
        self.name.ends_with(|c| matches!(c, '０'..='９'))
    }

    fn place(&self) -> String {
        format!("{}{}{}", self.prefecture, self.municipality, self.name)
    }
}

/// Towns as the table lists them, without remarks that name none.
fn towns() -> Vec<Town> {
    let table = include_str!("../data/towns.tsv");
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for line in table.lines().skip(1) {
        let mut columns = line.split('\t');
        let [postal, prefecture, municipality, name] = std::array::from_fn(|_| columns.next().unwrap());
        let remark = name.is_empty() || ["次に", "無番地", "、", "〜", "−"].iter().any(|r| name.contains(r));
        // 西和賀町's names end in the first digit of a number that was cut off.
        let name = if municipality.ends_with("西和賀町") {
            name.trim_end_matches(['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'])
        } else {
            name
        };
        if !remark && seen.insert((prefecture, municipality, name)) {
            out.push(Town { postal, prefecture, municipality, name });
        }
    }
    out
}

/// Reads addresses as rows are read for keys.
#[derive(Default)]
struct Reader {
    normalizer: Normalizer,
    record: Record,
    canonical: Canonical,
}

impl Reader {
    fn read(&mut self, address: &str, postal: &str) -> String {
        self.record.clear();
        self.record.push(Field::Address, address);
        self.record.push(Field::Postal, postal);
        self.normalizer.canonicalize(&self.record, &mut self.canonical);
        self.canonical.values(Field::Address).next().unwrap_or_default().to_owned()
    }
}

#[test]
fn each_town_resolves_to_itself() {
    let mut reader = Reader::default();
    let mut wrong = Vec::new();
    for town in towns() {
        // A digit that the name ends in is kept apart.
        let apart = if town.ends_in_digit() { " " } else { "" };
        let text = format!("{}{apart}1-2", town.place());
        let value = reader.read(&text, "");
        let again = reader.read(&value, "");
        let municipality = format!("{}{}", town.prefecture, town.municipality);
        if !value.starts_with(&municipality) || !value.ends_with("1-2") || again != value {
            wrong.push(format!("{text} gives {value}, which gives {again}"));
        }
    }
    assert!(wrong.is_empty(), "{} towns:\n{}", wrong.len(), wrong.join("\n"));
}

/// The name as far as careless spelling shows: variants of all tiers, kana of both kinds and ヶ, ノ and ツ are one.
fn folded(name: &str, variants: &BTreeMap<char, char>) -> String {
    let fold = |c: char| {
        let c = std::iter::successors(Some(c), |c| variants.get(c).copied()).take(8).last().unwrap();
        match if ('ぁ'..='ん').contains(&c) { other_kana(c) } else { c } {
            'ヶ' | 'ガ' | 'ヵ' => 'ケ',
            '之' => 'ノ',
            'ッ' => 'ツ',
            c => c,
        }
    };
    name.nfkc().map(fold).collect()
}

/// The table of variants: variant, what it is a form of, and tier.
fn variants() -> Vec<(char, char, &'static str)> {
    let rows = include_str!("../data/kanji-variants.tsv").lines().skip(1);
    let columns = rows.map(|row| row.split('\t').collect::<Vec<_>>());
    let first = |column: &str| column.chars().next().unwrap();
    columns.map(|c| (first(c[0]), first(c[1]), c[2])).filter(|(variant, of, _)| variant != of).collect()
}

/// Towns of a municipality that are spelled alike once folded.
fn twins(towns: &[Town]) -> Vec<Vec<Town>> {
    let variants = variants().into_iter().map(|(variant, of, _)| (variant, of)).collect();
    let mut by_name: BTreeMap<(&str, &str, String), Vec<Town>> = BTreeMap::new();
    for t in towns {
        by_name.entry((t.prefecture, t.municipality, folded(t.name, &variants))).or_default().push(*t);
    }
    by_name.into_values().filter(|towns| towns.len() > 1).collect()
}

#[test]
fn towns_of_a_municipality_give_different_values() {
    let mut reader = Reader::default();
    let mut by_value: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for town in towns() {
        by_value.entry(reader.read(&town.place(), "")).or_default().push(town.place());
    }
    let one_value: Vec<_> = by_value.into_values().filter(|places| places.len() > 1).collect();
    assert!(one_value.is_empty(), "{one_value:?}");
}

#[test]
fn hardly_any_towns_of_a_municipality_are_told_apart_by_their_spelling_alone() {
    let names = |towns: Vec<Town>| towns.iter().map(Town::place).collect::<Vec<_>>().join(" ");
    let twins: Vec<String> = twins(&towns()).into_iter().map(names).collect();
    assert_eq!(twins, TWINS);
}

/// What must be known of all towns to tell which notations of one are unambiguous.
struct Gazetteer {
    towns: Vec<Town>,
    /// Prefectures that have a municipality of that name.
    prefectures: BTreeMap<&'static str, BTreeSet<&'static str>>,
    /// Municipalities of a prefecture by the name of a ward, or of a 町 or 村 without its district.
    short: BTreeMap<(&'static str, &'static str), BTreeSet<&'static str>>,
    /// Wards of a city that list a town, by its folded name.
    wards: BTreeMap<(&'static str, &'static str, String), BTreeSet<&'static str>>,
    /// Municipalities of a postal code.
    postal: BTreeMap<&'static str, BTreeSet<(&'static str, &'static str)>>,
    /// Old and other forms of a character: same glyph, old and new form.
    forms: BTreeMap<char, Vec<char>>,
    /// What each variant is a form of.
    canonical: BTreeMap<char, char>,
    /// Half-width katakana by the full one.
    half: BTreeMap<char, char>,
    /// Places that only their exact spelling tells apart.
    twins: BTreeSet<String>,
}

impl Gazetteer {
    fn new() -> Self {
        let half = ('ｦ'..='ﾝ').map(|c| (c.nfkc().next().unwrap(), c));
        let towns = towns();
        let mut new = Self {
            twins: twins(&towns).iter().flatten().map(Town::place).collect(),
            towns,
            prefectures: BTreeMap::new(),
            short: BTreeMap::new(),
            wards: BTreeMap::new(),
            postal: BTreeMap::new(),
            forms: forms(),
            canonical: variants().into_iter().map(|(variant, of, _)| (variant, of)).collect(),
            half: half.collect(),
        };
        for t in &new.towns {
            new.prefectures.entry(t.municipality).or_default().insert(t.prefecture);
            new.postal.entry(t.postal).or_default().insert((t.prefecture, t.municipality));
            if let Some((city, ward)) = t.ward() {
                new.short.entry((t.prefecture, ward)).or_default().insert(t.municipality);
                let name = folded(t.name, &new.canonical);
                new.wards.entry((t.prefecture, city, name)).or_default().insert(ward);
            }
            if let Some(short) = t.without_district() {
                new.short.entry((t.prefecture, short)).or_default().insert(t.municipality);
            }
        }
        new
    }
}

/// Characters of the tiers A and B by what they are forms of.
fn forms() -> BTreeMap<char, Vec<char>> {
    let mut out: BTreeMap<char, Vec<char>> = BTreeMap::new();
    for (variant, of, _) in variants().into_iter().filter(|(.., tier)| matches!(*tier, "A" | "B")) {
        out.entry(of).or_default().push(variant);
    }
    out
}

/// One way to write a town down.
struct Written {
    address: String,
    postal: &'static str,
    /// The numbers as the canonical form has them.
    numbers: &'static str,
}

fn written(address: String, numbers: &'static str) -> Option<Written> {
    Some(Written { address, postal: "", numbers })
}

type Notation = (&'static str, fn(&Gazetteer, &Town) -> Option<Written>);

/// The notations; each gives nothing for towns it would not change, or that it would leave ambiguous.
const NOTATIONS: [Notation; 31] = [
    ("prefecture left out", |all, t| {
        let only = all.prefectures[t.municipality].len() == 1;
        only.then(|| written(format!("{}{}2-15-7", t.municipality, t.name), "2-15-7")).flatten()
    }),
    ("prefecture without 県", |_, t| {
        let short = t.prefecture.strip_suffix(['都', '府', '県'])?;
        written(format!("{short}{}{}2-15-7", t.municipality, t.name), "2-15-7")
    }),
    ("city of the ward left out", |all, t| {
        let (_, ward) = t.ward()?;
        let only = all.short[&(t.prefecture, ward)].len() == 1;
        only.then(|| written(format!("{}{ward}{}2-15-7", t.prefecture, t.name), "2-15-7")).flatten()
    }),
    ("ward left out", |all, t| {
        let (city, _) = t.ward()?;
        let only = all.wards[&(t.prefecture, city, folded(t.name, &all.canonical))].len() == 1;
        only.then(|| written(format!("{}{city}{}2-15-7", t.prefecture, t.name), "2-15-7")).flatten()
    }),
    ("district left out", |all, t| {
        let short = t.without_district()?;
        let only = all.short[&(t.prefecture, short)].len() == 1;
        only.then(|| written(format!("{}{short}{}2-15-7", t.prefecture, t.name), "2-15-7")).flatten()
    }),
    ("postal code for prefecture and municipality", |all, t| {
        // 泊村 is a town of 泊村: alone it is read as the municipality.
        let only = all.postal[t.postal].len() == 1 && !t.municipality.ends_with(t.name);
        let address = format!("{}2-15-7", t.name);
        only.then_some(Written { address, postal: t.postal, numbers: "2-15-7" })
    }),
    ("postal code in front", |_, t| {
        let (first, last) = t.postal.split_at(3);
        written(format!("〒{first}-{last} {}2-15-7", t.place()), "2-15-7")
    }),
    ("大字", |_, t| written(format!("{}{}大字{}151-2", t.prefecture, t.municipality, t.name), "151-2")),
    ("字 and 番地", |_, t| {
        written(format!("{}{}字{}151番地2", t.prefecture, t.municipality, t.name), "151-2")
    }),
    ("full width", |_, t| written(format!("{}２－１５－７", t.place()), "2-15-7")),
    ("丁目 番 号", |_, t| written(format!("{}2丁目15番7号", t.place()), "2-15-7")),
    ("丁目, full width", |_, t| written(format!("{}２丁目１５－７", t.place()), "2-15-7")),
    ("kanji, 丁目 番 号", |_, t| written(format!("{}二丁目十五番七号", t.place()), "2-15-7")),
    ("kanji, digit by digit", |_, t| written(format!("{}二一五番地七", t.place()), "215-7")),
    ("kanji, with units", |_, t| written(format!("{}千二百三十四番地五", t.place()), "1234-5")),
    ("の", |_, t| written(format!("{}2の15の7", t.place()), "2-15-7")),
    ("番地の", |_, t| written(format!("{}215番地の7", t.place()), "215-7")),
    ("spaces", |_, t| written(format!("{} {} {} 2-15-7", t.prefecture, t.municipality, t.name), "2-15-7")),
    ("wide spaces, numbers apart", |_, t| {
        written(format!("{}　{}{}　2丁目　15番　7号", t.prefecture, t.municipality, t.name), "2-15-7")
    }),
    ("dashes of all kinds", |_, t| {
        let dashes = ['\u{2212}', '\u{2010}', '\u{30fc}', '\u{ff0d}', '\u{2015}', '\u{2013}', '\u{ff70}'];
        let dash = dashes[t.place().len() % dashes.len()];
        written(format!("{}2{dash}15{dash}7", t.place()), "2-15-7")
    }),
    ("ヶ の ッ", |all, t| respelled(all, t, |place| particles(place, 'ヶ', 'の', 'ッ'))),
    ("が 之 つ", |all, t| respelled(all, t, |place| particles(place, 'が', '之', 'つ'))),
    ("ケ ノ ツ", |all, t| respelled(all, t, |place| particles(place, 'ケ', 'ノ', 'ツ'))),
    ("hiragana for katakana, and katakana for hiragana", |all, t| {
        respelled(all, t, |place| place.chars().map(other_kana).collect())
    }),
    ("half width", |all, t| {
        respelled(all, t, |place| {
            place
                .nfd()
                .map(|c| if c == '\u{3099}' { 'ﾞ' } else { all.half.get(&c).copied().unwrap_or(c) })
                .collect()
        })
    }),
    ("old forms of characters", |all, t| respelled(all, t, |place| reformed(all, place, 0))),
    ("other old forms", |all, t| respelled(all, t, |place| reformed(all, place, 1))),
    ("building and room", |_, t| written(format!("{}2-15-7 メゾン山田405号室", t.place()), "2-15-7")),
    ("building joined", |_, t| written(format!("{}2丁目15番7号第3山田ビル５Ｆ", t.place()), "2-15-7")),
    ("room joined", |_, t| written(format!("{}2-15-7-405", t.place()), "2-15-7")),
    ("name of a household after it", |_, t| written(format!("{}2-15-7（山田方）", t.place()), "2-15-7")),
];

/// The town with its place spelled otherwise; nothing where that changes nothing, or where another town may be meant.
fn respelled(all: &Gazetteer, town: &Town, spell: impl Fn(&str) -> String) -> Option<Written> {
    let (own, other) = (town.place(), spell(&town.place()));
    if own == other || all.twins.contains(&own) { None } else { written(format!("{other}2-15-7"), "2-15-7") }
}

/// ヶ, の and ッ that join kanji, written in the given way.
fn particles(place: &str, ke: char, no: char, tsu: char) -> String {
    let chars: Vec<char> = place.chars().collect();
    let kanji = |at: usize| chars.get(at).is_some_and(|c| matches!(c, '一'..='鿿'));
    let joins = |at: usize| at > 0 && kanji(at - 1) && kanji(at + 1);
    let spell = |(at, &c): (usize, &char)| match c {
        'ケ' | 'ヶ' | 'が' if joins(at) => ke,
        'ノ' | 'の' | '之' if joins(at) => no,
        'ツ' | 'ッ' | 'つ' if joins(at) => tsu,
        _ => c,
    };
    chars.iter().enumerate().map(spell).collect()
}

fn other_kana(c: char) -> char {
    match c {
        'ぁ'..='ん' => char::from_u32(c as u32 + 0x60).unwrap(),
        'ァ'..='ン' => char::from_u32(c as u32 - 0x60).unwrap(),
        _ => c,
    }
}

/// The place with another form of each character that has one, the `nth` in turn.
fn reformed(all: &Gazetteer, place: &str, nth: usize) -> String {
    let form = |c: char| match all.forms.get(&c) {
        Some(forms) => forms[nth % forms.len()],
        None => c,
    };
    place.chars().map(form).collect()
}

#[derive(Default)]
struct Tally {
    tried: usize,
    resolved: usize,
    /// Towns taken for another one, or for one of another municipality.
    mistaken: Vec<String>,
    unresolved: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.resolved += other.resolved;
        self.mistaken.extend(other.mistaken);
        self.unresolved.extend(other.unresolved);
    }

    /// Prints the share, and tells what falls short of what is required.
    fn told(&self, name: &str) -> Option<String> {
        let hundredths = self.resolved * 10_000 / self.tried.max(1);
        println!("{:>6}.{:02} % of {:>6}  {name}", hundredths / 100, hundredths % 100, self.tried);
        if hundredths >= REQUIRED && self.tried >= 1_000 && self.mistaken.is_empty() {
            return None;
        }
        let lines: Vec<&str> =
            self.mistaken.iter().chain(&self.unresolved).take(60).map(String::as_str).collect();
        let mistaken = self.mistaken.len();
        Some(format!(
            "{name}: {} of {}, {mistaken} mistaken\n{}",
            self.resolved,
            self.tried,
            lines.join("\n")
        ))
    }
}

/// The canonical form of each town's place, with the town's own spelling.
fn places(all: &Gazetteer) -> BTreeMap<String, String> {
    let mut reader = Reader::default();
    all.towns.iter().map(|town| (reader.read(&town.place(), ""), town.place())).collect()
}

/// Reads some towns in every notation.
fn tally(all: &Gazetteer, places: &BTreeMap<String, String>, towns: &[Town]) -> Vec<Tally> {
    let mut reader = Reader::default();
    let mut tallies: Vec<Tally> = NOTATIONS.iter().map(|_| Tally::default()).collect();
    // A digit that a name ends in cannot be told from the number.
    for town in towns.iter().filter(|town| !town.ends_in_digit()) {
        let mut known: Vec<(&str, String)> = Vec::new();
        for ((_, write), tally) in NOTATIONS.iter().zip(&mut tallies) {
            let Some(Written { address, postal, numbers }) = write(all, town) else { continue };
            let own = match known.iter().find(|(of, _)| *of == numbers) {
                Some((_, own)) => own.clone(),
                None => {
                    let own = reader.read(&format!("{}{numbers}", town.place()), "");
                    known.push((numbers, own.clone()));
                    own
                }
            };
            let got = reader.read(&address, postal);
            tally.tried += 1;
            if got == own {
                tally.resolved += 1;
                continue;
            }
            let told = format!("{address} {postal}: {got} instead of {own}");
            let municipality = format!("{}{}", town.prefecture, town.municipality);
            let elsewhere =
                reader.canonical.municipality().is_some_and(|told| !municipality.starts_with(told));
            let place = got.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
            let other = places.get(place).is_some_and(|listed| *listed != town.place());
            if elsewhere || other { &mut tally.mistaken } else { &mut tally.unresolved }.push(told);
        }
    }
    tallies
}

#[test]
fn each_town_resolves_in_every_notation_and_none_to_another() {
    let all = Gazetteer::new();
    let places = places(&all);
    let mut tallies: Vec<Tally> = NOTATIONS.iter().map(|_| Tally::default()).collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let pieces = all.towns.chunks(all.towns.len() / threads + 1);
        let (all, places) = (&all, &places);
        let workers: Vec<_> = pieces.map(|towns| scope.spawn(move || tally(all, places, towns))).collect();
        for worker in workers {
            for (tally, part) in tallies.iter_mut().zip(worker.join().unwrap()) {
                tally.add(part);
            }
        }
    });
    let wrong: Vec<String> =
        NOTATIONS.iter().zip(&tallies).filter_map(|((name, _), tally)| tally.told(name)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Municipalities of today, and cities of wards by their own name.
fn municipalities_of_today() -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for town in towns() {
        out.insert(format!("{}{}", town.prefecture, town.municipality));
    }
    out
}

#[test]
fn a_former_municipality_is_its_heir() {
    let mut reader = Reader::default();
    let today = municipalities_of_today();
    let tables = [
        include_str!("../data/municipal-mergers.tsv"),
        include_str!("../data/municipal-mergers-earlier.tsv"),
    ];
    let (mut tried, mut wrong) = (0, Vec::new());
    for row in tables.iter().flat_map(|table| table.lines().skip(1)) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [prefecture, old, new, _, current] = columns[..] else { panic!("{row}") };
        let heir = format!("{prefecture}{}", if current.is_empty() { new } else { current });
        let former = format!("{prefecture}{old}");
        // A name that lives on, a village divided between heirs, and a city of wards cannot be told without the town.
        if !today.contains(&heir) || today.contains(&former) || old.contains('（') || old.ends_with('区') {
            continue;
        }
        tried += 1;
        let value = reader.read(&format!("{former}1-2"), "");
        if !value.starts_with(&heir) || !value.ends_with("1-2") {
            wrong.push(format!("{former}1-2: {value} instead of {heir}"));
        }
    }
    assert!(tried > 1700, "{tried}");
    // 保原町 and 相川町 had a 一丁目 that is a listed town today, whose name comes before the 2.
    assert_eq!(wrong.len(), 2, "{}", wrong.join("\n"));
}
