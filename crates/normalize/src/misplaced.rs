//! Cells of a record that stand in the wrong column: a name where the address should be, and the address in its place.
//!
//! Only a cell that its own column cannot read is looked at, and it is moved only where what it holds cannot be mistaken:
//! one phone number and nothing else, one e-mail address, an address down to its number in a municipality that is
//! known. A person's name can be mistaken for much, so it is looked for only where such a cell belongs: the two were
//! exchanged.

use crate::fold::{is_kana, is_kanji};
use crate::numerals::is_kanji_digit;
use crate::script::is_dash;
use crate::{Canonical, Field, Level, Normalizer, Record, phone, simple};

/// How many of a record's cells may be moved: the first ones. Each may be compared with each other.
const CELLS: usize = 32;

/// How a cell was read in the column where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It holds a value.
    Value,
    /// It holds a name in kana alone, which is a reading.
    NameInKana,
    /// It holds a text that may be part of an address, and as well anything else.
    Vague,
    /// It holds none.
    Nothing,
}

impl Reading {
    pub(crate) fn of(found: bool) -> Self {
        if found { Self::Value } else { Self::Nothing }
    }
}

/// What the cells of a record were, a bit a cell.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// Not empty, and without a value.
    nothing: u32,
    /// Vague addresses.
    vague: u32,
    address: bool,
    name_in_kana: bool,
}

impl Seen {
    pub(crate) fn note(&mut self, at: usize, (field, text): (Field, &str), reading: Reading) {
        match reading {
            Reading::Value => self.address |= field == Field::Address,
            Reading::NameInKana => self.name_in_kana = true,
            Reading::Vague => self.vague |= bit(at),
            Reading::Nothing if text.is_empty() => {}
            Reading::Nothing => self.nothing |= bit(at),
        }
    }

    /// True where a cell may stand in the wrong column: hardly ever.
    pub(crate) fn is_doubtful(&self, record: &Record, out: &Canonical) -> bool {
        self.nothing != 0 || self.are_names_exchanged(record, out)
    }

    /// True where what should be the name is a reading, and what should be the reading may be the name.
    fn are_names_exchanged(&self, record: &Record, out: &Canonical) -> bool {
        self.name_in_kana && record.holds(Field::Kana) && !out.values.holds(Field::Name)
    }
}

/// The columns to which cells belong that stand in others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moves {
    to: [Option<Field>; CELLS],
}

impl Moves {
    /// The column of a cell that stands in `own`.
    pub(crate) fn column(&self, at: usize, own: Field) -> Field {
        self.to.get(at).copied().flatten().unwrap_or(own)
    }

    fn put(&mut self, at: usize, field: Field) {
        if let Some(to) = self.to.get_mut(at) {
            *to = Some(field);
        }
    }

    fn fill(&self, field: Field) -> bool {
        self.to.contains(&Some(field))
    }
}

fn bit(at: usize) -> u32 {
    if at < CELLS { 1 << at } else { 0 }
}

/// The cells that have a bit in `bits`.
fn chosen(record: &Record, bits: u32) -> impl Iterator<Item = (usize, Field, &str)> {
    let cells = record.iter().take(CELLS).enumerate();
    cells.filter(move |&(at, _)| bits & bit(at) != 0).map(|(at, (field, text))| (at, field, text))
}

impl Normalizer {
    /// The cells that stand in the wrong column, by what they were `seen` to be where they stand; `None` where none does.
    pub(crate) fn misplaced(&mut self, record: &Record, seen: &Seen, out: &Canonical) -> Option<Moves> {
        let mut moves = Moves { to: [None; CELLS] };
        for (at, own, text) in chosen(record, seen.nothing) {
            let Some(field) = self.evident_field(text) else { continue };
            if field == own || moves.fill(field) {
                continue;
            }
            let partner = self.partner((field, own), record, seen, out);
            if !is_free(field, text, seen, out) && !partner.is_some_and(|at| frees(field, at, seen)) {
                continue;
            }
            moves.put(at, field);
            if let Some(partner) = partner {
                moves.put(partner, own);
            }
        }
        if seen.are_names_exchanged(record, out) && !moves.fill(Field::Name) {
            self.place.clear();
            let mut readings =
                chosen(record, !0).filter(|cell| cell.1 == Field::Kana && cell.2.contains(is_kanji));
            if let Some((at, ..)) = readings.find(|cell| self.person(cell.2) == Some(Field::Name)) {
                moves.put(at, Field::Name);
            }
        }
        moves.to.iter().any(Option::is_some).then_some(moves)
    }

    /// The cell of the column `field` that belongs into the column `own`, whose cell was found to hold what `field` should.
    fn partner(
        &mut self,
        (field, own): (Field, Field),
        record: &Record,
        seen: &Seen,
        out: &Canonical,
    ) -> Option<usize> {
        match own {
            Field::Address => self.address_in(field, record, seen),
            Field::Name | Field::Kana if !out.values.holds(own) => self.person_in(field, own, record, seen),
            _ => None,
        }
    }

    /// The field of which a text is a value and can be no other's. Of an address, `place` is the municipality then.
    fn evident_field(&mut self, text: &str) -> Option<Field> {
        self.place.clear();
        if self.is_phone(text) {
            return Some(Field::Phone);
        }
        if self.is_email(text) {
            return Some(Field::Email);
        }
        if text.len() > MAX_ADDRESS || !may_be_address(text) || !self.is_whole_address(text) {
            return None;
        }
        self.address.push_municipality(&mut self.place);
        Some(Field::Address)
    }

    /// The cell of a column that holds the address with which its value was exchanged.
    fn address_in(&mut self, column: Field, record: &Record, seen: &Seen) -> Option<usize> {
        if seen.address || seen.vague != 0 {
            return None;
        }
        let mut cells = chosen(record, seen.nothing).filter(|cell| cell.1 == column);
        cells.find(|cell| self.evident_field(cell.2) == Some(Field::Address)).map(|(at, ..)| at)
    }

    /// The cell of a column that holds what was exchanged with the name or reading whose column is `wanted`.
    fn person_in(&mut self, column: Field, wanted: Field, record: &Record, seen: &Seen) -> Option<usize> {
        let mut cells = chosen(record, seen.nothing | seen.vague).filter(|cell| cell.1 == column);
        let found = cells.find(|cell| {
            self.person(cell.2).is_some_and(|field| field == Field::Kana || wanted == Field::Name)
        });
        found.map(|(at, ..)| at)
    }

    /// Whether a text is a person's name, or the reading of one; `None` where it may be something else as well. No part
    /// of `place` is a name.
    fn person(&mut self, text: &str) -> Option<Field> {
        if text.len() > MAX_PERSON {
            return None;
        }
        self.read_name(text);
        let name = self.value.as_str();
        let length = name.chars().count();
        if is_firm(name) || is_building(name) {
            return None;
        }
        if !name.is_empty() && name.chars().all(is_kana) {
            return (2..=16).contains(&length).then_some(Field::Kana);
        }
        // Two characters are a surname alone, which as many places bear, but for 森 茜 and 森茜様.
        let shortest = if text.chars().count() > length { 2 } else { 3 };
        let letters = name.chars().all(|c| is_kana(c) || is_kanji(c));
        let likely = (shortest..=8).contains(&length) && letters && !is_named_as_a_place(name);
        (likely && !self.is_place(text)).then_some(Field::Name)
    }

    /// True where the dictionary knows a place of this text, in `place` if it has no municipality, and nothing is left.
    fn is_place(&mut self, text: &str) -> bool {
        if !self.parse_address(text, Level::Loose, None)
            || !self.address.is_vague()
            || self.address.is_placed()
        {
            return true;
        }
        if self.place.is_empty() {
            return false;
        }
        let start = self.place.len();
        self.place.push_str(text);
        let town =
            self.address.parse(&self.place, Level::Loose, None) && self.address.is_settled(Level::Standard);
        self.place.truncate(start);
        town
    }

    /// True where `value` that a name or reading was made of is no name: an e-mail address, or an address down to its
    /// number, as it was written or as it came out.
    pub(crate) fn is_of_another_field(&mut self, text: &str) -> bool {
        let value = std::mem::take(&mut self.value);
        let address = may_be_address(&value)
            && !is_firm(&value)
            && (self.is_whole_address(text) || self.is_whole_address(&value));
        let other = address || (value.contains('@') && (self.is_email(text) || self.is_email(&value)));
        self.value = value;
        other
    }

    /// True where `value` was taken for an address abroad and is an e-mail address, as it was written or came out.
    pub(crate) fn is_email_abroad(&mut self, text: &str) -> bool {
        if !self.address.is_foreign() || !text.contains(['@', '＠']) {
            return false;
        }
        let value = std::mem::take(&mut self.value);
        let email = self.is_email(text) || self.is_email(&value);
        self.value = value;
        email
    }

    fn is_whole_address(&mut self, text: &str) -> bool {
        self.parse_address(text, Level::Loose, None) && self.address.is_whole()
    }

    /// True for one number of this country and nothing else.
    fn is_phone(&mut self, text: &str) -> bool {
        let sign = |c: char| {
            is_dash(c) || c.is_whitespace() || matches!(c, 'ー' | '(' | ')' | '（' | '）' | '+' | '＋' | '.')
        };
        let alike = text.len() <= MAX_PHONE && text.chars().all(|c| is_digit(c) || sign(c));
        if !alike || text.chars().filter(|&c| is_digit(c)).count() > 14 {
            return false;
        }
        let (mut numbers, mut domestic) = (0, true);
        phone::each(text, Field::Phone.key_level(), &mut self.phone, |number| {
            numbers += 1;
            domestic &= number.starts_with('0');
        });
        numbers == 1 && domestic
    }

    /// True for one e-mail address and nothing else.
    fn is_email(&mut self, text: &str) -> bool {
        let text = text.trim();
        let bare = text.bytes().all(|b| b.is_ascii_graphic() && !b"<>()[],;:/".contains(&b));
        if text.len() > MAX_EMAIL || !bare || text.bytes().filter(|&b| b == b'@').count() != 1 {
            return false;
        }
        self.before.clear();
        simple::push_email(text, &mut self.folded, &mut self.before);
        !self.before.is_empty()
    }
}

/// Longest cells that are looked at, in bytes.
const MAX_ADDRESS: usize = 600;
const MAX_PERSON: usize = 96;
const MAX_PHONE: usize = 96;
const MAX_EMAIL: usize = 254;

/// True where a column takes the value of another's cell, nothing being exchanged for it: it holds none, and the value can
/// be no other's.
fn is_free(field: Field, text: &str, seen: &Seen, out: &Canonical) -> bool {
    match field {
        Field::Address => !seen.address && seen.vague == 0,
        Field::Phone => !out.values.holds(field) && !lost_its_zero(text),
        _ => !out.values.holds(field),
    }
}

/// True where a column takes it once its cell `at` is given away: an address that stays would be another one's.
fn frees(field: Field, at: usize, seen: &Seen) -> bool {
    field != Field::Address || (!seen.address && seen.vague & !bit(at) == 0)
}

/// True for a number without its zero, which may be any number.
fn lost_its_zero(phone: &str) -> bool {
    let begins = phone.chars().find(|&c| is_digit(c) || matches!(c, '+' | '＋'));
    !matches!(begins, Some('0' | '０' | '+' | '＋'))
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９')
}

/// True for a text with what most municipalities' names end in, and a number after it. 村上市三 is somebody: less than
/// six characters are an address only where they have a Latin digit.
fn may_be_address(text: &str) -> bool {
    let mut chars = text.chars().skip_while(|c| !matches!(c, '市' | '区' | '町' | '村'));
    chars.any(|c| is_digit(c) || is_kanji_digit(c))
        && (text.chars().any(is_digit) || text.chars().nth(5).is_some())
}

/// True for the name of a firm, an office or a shop, which may begin with its address.
fn is_firm(name: &str) -> bool {
    ["会社", "法人", "組合"].iter().any(|form| name.contains(form))
        || name.ends_with(['店', '会', '社', '所', '院', '局', '校', '園'])
}

fn is_building(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "ハイツ",
        "コーポ",
        "ビル",
        "マンション",
        "アパート",
        "メゾン",
        "ハイム",
        "パレス",
        "レジデンス",
        "荘",
        "団地",
        "寮",
        "住宅",
        "館",
    ];
    WORDS.iter().any(|word| name.starts_with(word) || name.ends_with(word))
}

/// True for a name that ends as a place's does, or begins with a prefecture in full: 梅園町, 梅園町二五, 東京都太郎.
fn is_named_as_a_place(name: &str) -> bool {
    let begins =
        ["東京都", "北海道", "京都府", "大阪府"].iter().any(|prefecture| name.starts_with(prefecture));
    let unnumbered = name.trim_end_matches(is_kanji_digit);
    begins
        || name.contains('県')
        || name.ends_with(['郡', '市', '区', '町', '村', '号', '目', '方'])
        || name.ends_with("番地")
        || (unnumbered.len() < name.len() && unnumbered.ends_with(['市', '区', '町', '字', '目', '地']))
}
