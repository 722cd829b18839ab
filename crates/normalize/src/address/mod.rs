//! Addresses: parsed into parts, resolved against the dictionary of places, printed in one form.

mod known;
mod letters;
mod list;
mod lot;
mod numbers;
mod places;
mod plain;
mod resolve;
mod spot;
mod text;
mod trie;

use crate::Level;
use crate::fold::{self, Mode};
use crate::glyph::kind;
use crate::numerals::push_kanji;
use crate::place_key::{Token, read_block_signs, read_numerals, source_of, spelled};
use crate::placeholder;
use crate::script::{is_dash, is_kana, is_kanji};

use known::Known;
use numbers::Rest;
pub(crate) use places::places;
use resolve::{Place, Resolution, resolve};

/// Bytes of the tables of places and of an address's characters.
pub(crate) fn embedded_bytes() -> usize {
    text::embedded_bytes() + places::embedded_bytes()
}

/// An address taken apart; owns the buffers, so keep one and parse into it again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Address {
    /// The text folded, where somebody asked for it.
    folded: String,
    /// The text's tokens before numerals are read, where it holds any.
    unread: Vec<Token>,
    tokens: Vec<Token>,
    /// A buffer.
    spare: Vec<Token>,
    buffers: resolve::Buffers,
    resolution: Resolution,
    head: plain::Head,
    known: Known,
    /// Prefecture and municipality, as far as they are told.
    names: (Option<&'static str>, Option<&'static str>),
    rest: Rest,
    /// True where a number is known to follow.
    numbered: bool,
    foreign: bool,
}

/// The parts of an address, as [`Address::parts`] prints them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) prefecture: Option<&'static str>,
    pub(crate) municipality: Option<&'static str>,
    pub(crate) street: String,
    pub(crate) town: Option<&'static str>,
    pub(crate) part: String,
    pub(crate) numbers: Vec<String>,
    pub(crate) building: String,
    pub(crate) room: Vec<String>,
    pub(crate) ambiguous: bool,
}

impl Address {
    /// Parses a cell for printing at `level`; `postal` is the row's postal code, for addresses that leave out what it
    /// tells. False where the cell holds no address.
    pub(crate) fn parse(&mut self, text: &str, level: Level, postal: Option<u32>) -> bool {
        self.resolution = Resolution::default();
        self.rest.clear();
        self.numbered = false;
        self.names = (None, None);
        let kinds = text::read(text, level, &mut self.folded, &mut self.tokens);
        // No word for nothing is so long, or has a number and a character such as a place has.
        let short = self.tokens.len() < 64 && !(kinds.hold(kind::NUMBER) && kinds.hold(kind::PLACE));
        if short && self.is_placeholder(text) {
            return false;
        }
        let postal = self.take_postal().or(postal);
        let word = |t: &Token| is_kanji(t.key) || is_kana(t.key);
        self.foreign = !kinds.hold(kind::WORD) || (self.take_country() && !self.tokens.iter().any(word));
        if self.foreign {
            return self.tokens.iter().any(|t| t.key.is_alphabetic());
        }
        if kinds.hold(kind::NUMERAL) {
            std::mem::swap(&mut self.tokens, &mut self.unread);
            self.tokens.clear();
            read_numerals(&self.unread, &mut self.tokens);
        } else {
            self.unread.clear();
        }
        if kinds.hold(kind::EYE) {
            read_block_signs(&mut self.tokens);
        }
        self.understand(text, postal.and_then(|code| places().by_postal(code)));
        self.drop_fillers();
        true
    }

    fn is_placeholder(&mut self, text: &str) -> bool {
        self.folded.clear();
        fold::fold(text, Mode::Exact, &mut self.folded);
        self.folded.retain(|c| c != ' ');
        placeholder::is_placeholder(&self.folded)
    }

    fn understand(&mut self, text: &str, hint: Option<places::Municipality>) {
        self.resolution = plain::resolve(&self.tokens, hint, &mut self.head)
            .unwrap_or_else(|| resolve(&self.tokens, text, hint, &mut self.buffers));
        if !self.resolution.clean && self.drop_remarks(text, hint) {
            self.resolution = resolve(&self.tokens, text, hint, &mut self.buffers);
        }
        if !self.resolution.clean && !self.unread.is_empty() {
            self.understand_unread(text);
        }
        self.names = self.names_of_place();
        let town_known = self.resolution.town.is_some();
        let Resolution { end, numbers_from, .. } = self.resolution;
        numbers::read(&self.tokens, end, numbers_from, town_known, &mut self.rest);
    }

    /// Takes out what exports and forms add to an address: a label, code or bullet before the prefecture, and the postal
    /// table's 以下に掲載がない場合. False where there is none of it.
    fn drop_remarks(&mut self, text: &str, hint: Option<places::Municipality>) -> bool {
        let filler =
            self.tokens.iter().position(|t| t.key == '以').filter(|&at| begins(&self.tokens, at, FILLER));
        if let Some(at) = filler {
            self.tokens.drain(at..at + FILLER.chars().count());
            self.unread.clear();
        }
        let unknown = self.resolution.place == Place::Unknown;
        let preface = if unknown { self.preface(text, hint) } else { None };
        if let Some(end) = preface {
            self.tokens.drain(..end);
            self.unread.clear();
        }
        filler.is_some() || preface.is_some()
    }

    /// Where an address begins with its prefecture, something standing before it.
    fn preface(&mut self, text: &str, hint: Option<places::Municipality>) -> Option<usize> {
        let begins_prefecture = |at: &usize| {
            let key = |p| places().prefecture_key(p);
            let first = self.tokens.get(*at).map(|t| t.key);
            first.is_some_and(|c| places().prefectures_with(c).any(|p| begins(&self.tokens, *at, key(p))))
        };
        let at = (1..self.tokens.len().min(MAX_PREFACE)).find(begins_prefecture)?;
        let found = resolve(self.tokens.get(at..)?, text, hint, &mut self.buffers);
        matches!(found.place, Place::Municipality(_) | Place::City(_)).then_some(at)
    }

    /// Takes 不明 and its kind for no part of a place, and zeros for no number.
    fn drop_fillers(&mut self) {
        let (start, end) = self.rest.part;
        let part = self.tokens.get(start..end).unwrap_or_default();
        if !part.is_empty() && part.len() <= MAX_FILLER && self.resolution.place != Place::Unknown {
            let word = part.iter().map(|t| t.text).filter(|&c| c != ' ');
            self.folded.clear();
            self.folded.extend(word);
            if NO_PART.contains(&self.folded.as_str()) || placeholder::is_placeholder(&self.folded) {
                self.rest.part = (end, end);
            }
        }
        if self.rest.numbers.iter().all(|number| number == "0") {
            self.rest.numbers.clear();
            self.rest.lot = 0;
        }
    }

    /// Once more with numerals read only after the town: 郷六三番地 is no 63.
    fn understand_unread(&mut self, text: &str) {
        let Place::Municipality(m) = self.resolution.place else { return };
        if self.resolution.street != (0, 0) || self.resolution.numbers_from > 0 {
            return;
        }
        let Some(start) = source_of(&self.unread, self.resolution.municipality_end) else { return };
        let read_end = source_of(&self.unread, self.resolution.end).unwrap_or(start);
        self.spare.clear();
        self.spare.extend(&self.unread);
        read_block_signs(&mut self.spare);
        let Some(found) = places().town_at(m, "", &self.spare, start, text) else { return };
        let better = found.end >= read_end;
        let Some(name) = found.name.filter(|_| better) else { return };
        self.spare.truncate(found.end);
        read_numerals(self.unread.get(found.end..).unwrap_or_default(), &mut self.spare);
        read_block_signs(&mut self.spare);
        std::mem::swap(&mut self.tokens, &mut self.spare);
        self.resolution.town = Some(name);
        self.resolution.end = found.end;
    }

    /// Cuts 日本国 or 日本 off the front; false where neither stands there.
    fn take_country(&mut self) -> bool {
        let key = |n: usize| self.tokens.get(n).map(|t| t.key);
        let there =
            matches!((key(0), key(1), key(2)), (Some('日'), Some('本'), Some('国' | ' ' | ',' | '、')));
        if there {
            self.tokens.drain(..3);
        }
        there
    }

    /// Cuts a postal code off the front: 〒112-0011 東京都…
    fn take_postal(&mut self) -> Option<u32> {
        let first = self.tokens.first().filter(|t| t.key == '〒' || t.key == ' ' || t.is_digit())?;
        let marked = first.key == '〒';
        let start = self.tokens.iter().position(|t| t.key != '〒' && t.key != ' ')?;
        let (mut code, mut digits, mut end) = (0u32, 0, start);
        for token in self.tokens.iter().skip(start) {
            match token.key.to_digit(10) {
                Some(d) if digits < 7 => (code, digits) = (code * 10 + d, digits + 1),
                None if digits == 3 && token.key == '-' => {}
                _ => break,
            }
            end += 1;
        }
        let more = self.tokens.get(end).is_some_and(|t| t.is_digit() || t.key == '-');
        if digits == 7 && !more {
            self.tokens.drain(..end);
            return Some(code);
        }
        if marked {
            self.tokens.drain(..start);
        }
        None
    }

    /// The prefecture and municipality, where both are known: `岐阜県岐阜市`.
    pub(crate) fn push_municipality(&self, out: &mut String) {
        if let (Some(prefecture), Some(municipality)) = self.names {
            out.push_str(prefecture);
            out.push_str(municipality);
        }
    }

    /// True where the address names more than a municipality.
    pub(crate) fn names_a_spot(&self) -> bool {
        self.foreign
            || self.resolution.town.is_some()
            || !self.rest.numbers.is_empty()
            || self.rest.part.0 < self.rest.part.1
    }

    /// True where it may be something else than an address: no digit stands in it, and of kanji that are read as digits
    /// names are full.
    pub(crate) fn is_vague(&self) -> bool {
        !self.foreign && !self.numbered && !self.tokens.iter().rev().any(|t| t.is_digit() && !t.was_kanji)
    }

    /// True where a municipality or a town is told.
    pub(crate) fn is_placed(&self) -> bool {
        matches!(self.resolution.place, Place::City(_) | Place::Municipality(_))
            || self.resolution.town.is_some()
    }

    /// True where it can be nothing but an address: a municipality that is known, a number, and before it a listed town,
    /// in front of all the prefecture, or a second number, all in Latin digits.
    pub(crate) fn is_whole(&self) -> bool {
        let places = places();
        let prefecture = match self.resolution.place {
            Place::Municipality(m) => places.prefecture(m),
            Place::City(c) => places.city_prefecture(c),
            Place::Unknown | Place::Prefecture(_) => return false,
        };
        let start = self.tokens.iter().take_while(|t| t.key == ' ').count();
        let told = || begins(&self.tokens, start, places.prefecture_key(prefecture));
        !self.foreign
            && !self.rest.numbers.is_empty()
            && (self.resolution.town.is_some() || told() || (self.rest.lot > 1 && !self.is_vague()))
    }

    /// True for a text without kanji and kana.
    pub(crate) fn is_foreign(&self) -> bool {
        self.foreign
    }

    /// True where the dictionary knows all that is printed at `level`, so that it reads the same again.
    pub(crate) fn is_settled(&self, level: Level) -> bool {
        let listed = self.resolution.town.is_some() && self.rest.part.0 >= self.rest.part.1;
        listed && (level == Level::Loose || self.rest.building >= self.tokens.len())
    }

    fn names_of_place(&self) -> (Option<&'static str>, Option<&'static str>) {
        let places = places();
        match self.resolution.place {
            Place::Unknown => (None, None),
            Place::Prefecture(p) => (Some(places.prefecture_name(p)), None),
            Place::City(c) => {
                (Some(places.prefecture_name(places.city_prefecture(c))), Some(places.city_name(c)))
            }
            Place::Municipality(m) => {
                (Some(places.prefecture_name(places.prefecture(m))), Some(places.name(m)))
            }
        }
    }

    /// Appends the canonical form of the level the cell was parsed for; nothing where it would be empty.
    pub(crate) fn push_canonical(&self, level: Level, out: &mut String) {
        if self.foreign {
            push_foreign(&self.tokens, out);
            return;
        }
        let (prefecture, municipality) = self.names;
        out.push_str(prefecture.unwrap_or_default());
        out.push_str(municipality.unwrap_or_default());
        if level < Level::Loose {
            self.push_street(out);
        }
        out.push_str(self.resolution.town.unwrap_or_default());
        self.push_part(out);
        let lot = if level < Level::Loose { self.rest.numbers.len() } else { self.rest.lot };
        let mut sign = if out.ends_with(|c: char| c.is_ascii_digit()) { "-" } else { "" };
        for (at, number) in self.rest.numbers.iter().take(lot).enumerate() {
            out.push_str(sign);
            out.push_str(number);
            sign = self.rest.block.filter(|_| at == 0).unwrap_or("-");
        }
        if level < Level::Loose {
            let start = out.len();
            self.push_building(out);
            if start < out.len() {
                out.insert(start, ' ');
            }
        }
    }

    fn push_street(&self, out: &mut String) {
        let (start, end) = self.resolution.street;
        let street = self.tokens.get(start..end).unwrap_or_default();
        out.extend(street.iter().filter(|t| t.key != ' ').map(|t| spelled(t.text)));
    }

    /// Prints what stands between town and number; its numbers are a name's and printed as such.
    fn push_part(&self, out: &mut String) {
        let (start, end) = self.rest.part;
        let part = self.tokens.get(start..end).unwrap_or_default();
        if self.resolution.town.is_none()
            && let Some(name) = places().spelling(part)
        {
            out.push_str(name);
            return;
        }
        let mut at = 0;
        while let Some(token) = part.get(at) {
            if token.is_digit() {
                let run = part.get(at..).unwrap_or_default();
                let digits = run.iter().take_while(|t| t.is_digit()).count();
                push_digits_as_kanji(run.get(..digits).unwrap_or_default(), out);
                at += digits;
                continue;
            }
            let mark = places::section_mark(part, at);
            let divides = out.ends_with(['町', '村', '市', '区']) || token.key == '大';
            if mark > 0 && divides {
                at += mark;
                continue;
            }
            if token.key != ' ' {
                out.push(spelled(token.text));
            }
            at += 1;
        }
    }

    /// Prints building and room: kanji numerals as such, but for counts (第二, 三階).
    fn push_building(&self, out: &mut String) {
        let building = self.tokens.get(self.rest.building..).unwrap_or_default();
        let skipped = building.iter().take_while(|t| matches!(t.key, ' ' | '-' | ',' | '、')).count();
        let mut rest = building.get(skipped..).unwrap_or_default();
        while !rest.is_empty() {
            let run = rest.iter().take_while(|t| t.was_kanji).count();
            let after = rest.get(run).map_or(' ', |t| t.key);
            let (taken, tail) = rest.split_at(run.max(1));
            if run > 0 && !out.ends_with('第') && !matches!(after, '階' | '号' | '室' | '棟' | 'f') {
                push_digits_as_kanji(taken, out);
            } else {
                out.extend(taken.iter().filter(|t| t.key != ' ').map(|t| t.text));
            }
            rest = tail;
        }
    }

    /// The parts for an explanation.
    pub(crate) fn parts(&self) -> Parts {
        if self.foreign {
            return Parts::default();
        }
        let (prefecture, municipality) = self.names;
        let mut parts = Parts {
            prefecture,
            municipality,
            town: self.resolution.town,
            ambiguous: self.resolution.ambiguous,
            ..Parts::default()
        };
        self.push_street(&mut parts.street);
        self.push_part(&mut parts.part);
        self.push_building(&mut parts.building);
        let mut numbers = self.rest.numbers.iter().map(str::to_owned);
        parts.numbers = numbers.by_ref().take(self.rest.lot).collect();
        parts.room = numbers.collect();
        parts
    }
}

/// What Japan Post's table has for the addresses of a municipality that no town covers, as compared.
const FILLER: &str = "以下ニ掲載ケナイ場合";

/// Longest label before a prefecture, in characters.
const MAX_PREFACE: usize = 24;

/// Words for no part of a place, as long as the longest of them.
const NO_PART: [&str; 9] =
    ["不明", "以下不明", "以降不明", "番地不明", "番地なし", "番地無し", "無番地", "地番不明", "住所不明"];
const MAX_FILLER: usize = 4;

/// True where a name stands at a place, no space in it.
fn begins(tokens: &[Token], at: usize, key: &str) -> bool {
    let mut rest = tokens.get(at..).unwrap_or_default().iter();
    key.chars().all(|c| rest.next().is_some_and(|t| t.key == c))
}

fn push_digits_as_kanji(digits: &[Token], out: &mut String) {
    let value = |t: &Token| t.key.to_digit(10).unwrap_or(0);
    match digits.len() {
        1..=4 => push_kanji(digits.iter().fold(0, |number, t| number * 10 + value(t)), out),
        _ => out.extend(digits.iter().map(|t| t.key)),
    }
}

/// Appends the exact form: one kind of hyphen, no spaces but between digits or letters. `folded` is a buffer.
pub(crate) fn push_exact(text: &str, folded: &mut String, out: &mut String) {
    folded.clear();
    fold::fold(text, Mode::Exact, folded);
    let start = out.len();
    let mut space = false;
    for c in folded.trim().chars() {
        if c == ' ' {
            space = true;
            continue;
        }
        let written = out.get(start..).unwrap_or_default();
        let parts = c.is_ascii_alphanumeric() && written.ends_with(|c: char| c.is_ascii_alphanumeric());
        // The long vowel mark is a letter but between digits: 流通センター5, 4ー15.
        let dash = c.is_ascii_digit() && ends_in_long_dash(written);
        if dash {
            out.pop();
            out.push('-');
        } else if std::mem::take(&mut space) && parts {
            out.push(' ');
        }
        space = false;
        out.push(if is_dash(c) { '-' } else { c });
    }
}

fn ends_in_long_dash(text: &str) -> bool {
    text.strip_suffix('ー').is_some_and(|text| text.ends_with(|c: char| c.is_ascii_digit()))
}

/// An address outside Japan: lower case, one space between words.
fn push_foreign(tokens: &[Token], out: &mut String) {
    let mut space = false;
    for c in tokens.iter().map(|t| t.text) {
        if c == ' ' || c == ',' {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) && !out.is_empty() {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
}
