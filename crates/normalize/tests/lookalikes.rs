//! Different persons who nearly share a name or an address: brothers, sisters, father and son, namesakes next door.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeSet, HashMap};

use meibo_normalize::{Canonical, Field, Normalizer, Record};

/// A surname or given name with its reading.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    kanji: &'static str,
    kana: &'static str,
}

/// The names of a table of the generator, each once.
fn names(table: &'static str) -> Vec<Name> {
    let mut seen = BTreeSet::new();
    let columns = table.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let names = columns.map(|columns| Name { kanji: columns[0], kana: columns[1] });
    names.filter(|name| seen.insert(*name)).collect()
}

/// The most frequent surnames, and some whose end could be a title or a numeral.
fn surnames() -> Vec<Name> {
    let mut out = names(include_str!("../../synth/data/surnames.tsv"));
    out.truncate(8);
    let more = [
        ("佐々木", "ササキ"),
        ("氏家", "ウジイエ"),
        ("鵜殿", "ウドノ"),
        ("五十嵐", "イガラシ"),
        ("辻", "ツジ"),
    ];
    out.extend(more.map(|(kanji, kana)| Name { kanji, kana }));
    out
}

fn given_names() -> Vec<Name> {
    names(include_str!("../../synth/data/given-names.tsv"))
}

/// What a name is to its bearer: 恵 and 惠, 奈々 and 奈奈 are spellings of one name.
struct Registry {
    forms: HashMap<char, char>,
}

impl Registry {
    fn new() -> Self {
        let rows = include_str!("../data/kanji-variants.tsv").lines().skip(1);
        let columns = rows.map(|row| row.split('\t').collect::<Vec<_>>()).filter(|columns| columns[2] != "C");
        let first = |column: &str| column.chars().next().unwrap();
        Self { forms: columns.map(|columns| (first(columns[0]), first(columns[1]))).collect() }
    }

    fn name(&self, written: &str) -> String {
        let mut out = String::new();
        for c in written.chars() {
            let c = if c == '々' { out.chars().last().unwrap_or(c) } else { c };
            out.push(self.forms.get(&c).copied().unwrap_or(c));
        }
        out
    }
}

/// Reads single cells as rows are read for keys.
#[derive(Default)]
struct Reader {
    normalizer: Normalizer,
    record: Record,
    canonical: Canonical,
}

impl Reader {
    fn read(&mut self, field: Field, text: &str) -> Option<&str> {
        self.record.clear();
        self.record.push(field, text);
        self.normalizer.canonicalize(&self.record, &mut self.canonical);
        self.canonical.values(field).next()
    }
}

/// Which value means whom; tells where one means two.
#[derive(Default)]
struct Meanings {
    known: HashMap<String, String>,
    read: usize,
    wrong: Vec<String>,
}

impl Meanings {
    fn add(&mut self, written: &str, value: Option<&str>, whom: &str) {
        self.read += 1;
        let Some(value) = value else {
            return self.wrong.push(format!("{written}: no value"));
        };
        match self.known.get(value) {
            Some(known) if known != whom => {
                self.wrong.push(format!("{written}: {value} means {known} and {whom}"))
            }
            Some(_) => {}
            None => {
                self.known.insert(value.to_owned(), whom.to_owned());
            }
        }
    }

    fn told(&self) -> String {
        let step = self.wrong.len() / 40 + 1;
        let shown: Vec<&str> = self.wrong.iter().step_by(step).map(String::as_str).collect();
        format!("{} of {}\n{}", self.wrong.len(), self.read, shown.join("\n"))
    }
}

/// Ways in which lists write a name.
const NAMES: [fn(Name, Name) -> String; 10] = [
    |s, g| format!("{}{}", s.kanji, g.kanji),
    |s, g| format!("{} {}", s.kanji, g.kanji),
    |s, g| format!("{}　{}", s.kanji, g.kanji),
    |s, g| format!(" {}  {} ", s.kanji, g.kanji),
    |s, g| format!("{}　{} 様", s.kanji, g.kanji),
    |s, g| format!("{}{}様", s.kanji, g.kanji),
    |s, g| format!("{}・{}", s.kanji, g.kanji),
    |s, g| format!("{} {}（{} {}）", s.kanji, g.kanji, s.kana, g.kana),
    |s, g| format!("{} {}（{} {}）", s.kana, g.kana, s.kanji, g.kanji),
    |s, g| {
        let mut given = g.kanji.chars();
        let first = given.next().map_or(0, u32::from);
        format!("{} &#{first};{}", s.kanji, given.as_str())
    },
];

/// Whoever shares surname, address and phone differs in the given name alone: in one character (一郎 and 一朗), in one
/// more (健 and 健一), or in all of one reading. Every given name against every other is every such household.
#[test]
fn members_of_a_household_have_different_names() {
    let (registry, given) = (Registry::new(), given_names());
    let mut reader = Reader::default();
    let mut told = Vec::new();
    for surname in surnames() {
        let mut meanings = Meanings::default();
        for &given in &given {
            let person = registry.name(given.kanji);
            for write in NAMES {
                let text = write(surname, given);
                meanings.add(&text, reader.read(Field::Name, &text), &person);
            }
        }
        assert!(meanings.read > 50_000, "{}", meanings.read);
        if !meanings.wrong.is_empty() {
            told.push(meanings.told());
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// The examples of the rule above that one thinks of first.
#[test]
fn fathers_sons_and_twins_have_different_names() {
    let pairs = [
        ("一郎", "一朗"),
        ("太郎", "太朗"),
        ("健一", "健二"),
        ("健", "健一"),
        ("真", "慎"),
        ("真由美", "真弓"),
        ("由美", "由美子"),
        ("一", "二"),
        ("二", "三"),
        ("士郎", "土郎"),
        ("未来", "末来"),
        ("美幸", "美雪"),
        ("康", "庸"),
        ("千", "干"),
    ];
    let mut reader = Reader::default();
    for (one, other) in pairs {
        for write in ["山田{}", "山田 {}", "山田　{} 様"] {
            let mut name = |given| reader.read(Field::Name, &write.replace("{}", given)).unwrap().to_owned();
            assert_ne!(name(one), name(other), "{one} and {other}");
        }
    }
}

/// Readings of one household. Names of one reading have one key of reading and phone: it tells the reading, no more. Nor
/// does it tell large kana from small ones, which half-width text often has none of.
#[test]
fn different_readings_stay_different() {
    let mut reader = Reader::default();
    let half = |text: &str| -> String {
        use unicode_normalization::UnicodeNormalization;
        let full: HashMap<char, char> = ('ｦ'..='ﾟ').map(|c| (c.nfkc().next().unwrap(), c)).collect();
        text.nfd().map(|c| full.get(&c).copied().unwrap_or(c)).collect()
    };
    let hiragana = |text: &str| -> String {
        let lower =
            |c| if ('ァ'..='ヴ').contains(&c) { char::from_u32(c as u32 - 0x60).unwrap() } else { c };
        text.chars().map(lower).collect()
    };
    let large = |text: &str| -> String {
        text.chars()
            .map(|c| {
                "ヤユヨツ".chars().nth("ャュョッ".chars().position(|s| s == c).unwrap_or(9)).unwrap_or(c)
            })
            .collect()
    };
    let mut meanings = Meanings::default();
    for surname in surnames() {
        for given in given_names() {
            let (text, apart) =
                (format!("{}{}", surname.kana, given.kana), format!("{} {}", surname.kana, given.kana));
            for written in [text.clone(), apart.clone(), half(&apart), hiragana(&apart)] {
                meanings.add(&written, reader.read(Field::Kana, &written), &large(&text));
            }
        }
    }
    assert!(meanings.wrong.is_empty(), "{}", meanings.told());
}

/// Lots beside each other, or with the same digits.
const LOTS: [&[u32]; 30] = [
    &[1, 2, 3],
    &[1, 2, 13],
    &[1, 23],
    &[12, 3],
    &[1, 2],
    &[2, 3],
    &[1, 3],
    &[1, 2, 31],
    &[1, 22, 3],
    &[1, 20, 3],
    &[1, 12, 3],
    &[11, 2, 3],
    &[10, 2, 3],
    &[21, 2, 3],
    &[2, 1, 3],
    &[3, 2, 1],
    &[1, 1, 1],
    &[1, 11],
    &[11, 1],
    &[111],
    &[123],
    &[1203],
    &[1023],
    &[1230],
    &[120, 3],
    &[12, 30],
    &[1],
    &[3],
    &[13],
    &[1000],
];

/// A way to write a lot down, where it fits.
type Writing = fn(&[u32]) -> Option<String>;

/// Ways in which lists write a lot. Room numbers joined by a hyphen are for lots of three numbers only: of `12-3-101` the
/// room is told by its shape, of `12-101` it is not.
const WRITINGS: [Writing; 12] = [
    |lot| Some(joined(lot, "-")),
    |lot| Some(wide(&joined(lot, "－"))),
    |lot| Some(joined(lot, "ー")),
    |lot| Some(joined(lot, "の")),
    |lot| Some(joined(lot, "\u{2212}") + " 101号室"),
    |lot| Some(joined(lot, "-") + "　コーポ山田２０５"),
    |lot| (lot.len() == 3).then(|| joined(lot, "-") + "-101"),
    |lot| units(lot, |n| n.to_string()),
    |lot| units(lot, |n| wide(&n.to_string())),
    |lot| units(lot, kanji),
    |lot| units(lot, |n| n.to_string()).map(|text| text + "コーポ山田302号室"),
    |lot| (lot.len() == 2).then(|| format!("{}番地の{}", lot[0], lot[1])),
];

fn joined(lot: &[u32], dash: &str) -> String {
    lot.iter().map(u32::to_string).collect::<Vec<_>>().join(dash)
}

/// `1丁目2番3号`, `1番地2`, `1番地`
fn units(lot: &[u32], number: impl Fn(u32) -> String) -> Option<String> {
    Some(match *lot {
        [a] => format!("{}番地", number(a)),
        [a, b] => format!("{}番地{}", number(a), number(b)),
        [a, b, c] => format!("{}丁目{}番{}号", number(a), number(b), number(c)),
        _ => return None,
    })
}

fn wide(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c })
        .collect()
}

/// `千二十三`
fn kanji(number: u32) -> String {
    let digit = |n: u32| ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"][n as usize % 10];
    let unit = |n: u32, sign: &'static str| match n % 10 {
        0 => String::new(),
        1 => sign.to_owned(),
        n => format!("{}{sign}", digit(n)),
    };
    let (thousands, hundreds, tens) =
        (unit(number / 1000, "千"), unit(number / 100, "百"), unit(number / 10, "十"));
    format!("{thousands}{hundreds}{tens}{}", digit(number))
}

/// Some towns of all kinds, from every prefecture; none that ends in a numeral, where 五分一一番地 may be either.
fn towns() -> Vec<String> {
    let mut out = Vec::new();
    for line in include_str!("../data/towns.tsv").lines().skip(1).step_by(293) {
        let columns: Vec<&str> = line.split('\t').collect();
        let numeral = |c: char| "一二三四五六七八九十百千".contains(c) || c.is_numeric();
        if !columns[3].is_empty() && !columns[3].ends_with(numeral) && !columns[3].contains(['、', '〜', '−'])
        {
            out.push(columns[1..4].concat());
        }
    }
    out
}

/// Namesakes in one building, in different rooms, share a key of name and address by design: rooms are left out too often.
/// Namesakes of different lots never do, however each of them is written.
#[test]
fn lots_next_to_each_other_are_different_addresses() {
    let mut reader = Reader::default();
    let mut told = Vec::new();
    let mut read = 0;
    for town in towns() {
        let mut meanings = Meanings::default();
        for lot in LOTS {
            for text in WRITINGS.iter().filter_map(|write| write(lot)) {
                let text = format!("{town}{text}");
                meanings.add(&text, reader.read(Field::Address, &text), &joined(lot, "-"));
            }
        }
        read += meanings.read;
        if !meanings.wrong.is_empty() {
            told.push(meanings.told());
        }
    }
    assert!(read > 100_000, "{read}");
    assert!(told.is_empty(), "{} towns:\n{}", told.len(), told[..told.len().min(12)].join("\n"));
}
