//! Offline normalisation of Japanese customer data: names, kana, addresses, phones and dates.
//!
//! ```
//! use meibo_normalize::{Field, Normalizer, Record};
//! let mut out = Record::new();
//! Normalizer::new().normalize(Field::Address, Field::Address.key_level(), "文京区千石四丁目十五番七号", &mut out);
//! assert_eq!(out.values(Field::Address).next(), Some("東京都文京区千石4-15-7"));
//! ```
//!
//! Every rule stands, with an example, in `docs/NORMALIZATION.md`. No input makes this crate panic, and its work is
//! bounded: a cell of more than [`MAX_CELL`] bytes holds no value.
#![forbid(unsafe_code)]

mod address;
mod date;
mod explain;
mod field;
mod fold;
mod glyph;
mod kana;
mod mask;
mod misplaced;
mod name;
mod numerals;
mod phone;
mod place_key;
mod placeholder;
mod record;
mod rules;
mod script;
mod simple;
mod tables;

pub use date::DateSystem;
pub use explain::{AddressParts, Explanation};
pub use field::{Field, UnknownField};
pub use mask::{mask, notation};
pub use record::{Canonical, Record};
pub use rules::Rule;

use address::Address;
use misplaced::{Moves, Reading, Seen};

/// Number of this set of rules and tables. Keys made under different numbers are not comparable.
pub const RULES_VERSION: u16 = 1;

/// Longest cell, in bytes, that may hold a value.
pub const MAX_CELL: usize = 4096;

/// The level of each field's canonical form that keys are made of, in the order of [`Field::ALL`].
pub const KEY_LEVEL: [Level; Field::ALL.len()] = {
    let mut levels = [Level::Standard; Field::ALL.len()];
    let mut i = 0;
    while i < levels.len() {
        levels[i] = Field::ALL[i].key_level();
        i += 1;
    }
    levels
};

/// Appends `text`, its characters folded, to `out`: the first step of every field, and all of it that is alike.
///
/// NFKC; variation selectors, zero-width and control characters dropped; white space of all kinds as U+0020; voicing
/// marks joined to their kana; HTML entities decoded; the variants of a character that are one glyph (tier A) as one.
///
/// ```
/// let mut out = String::new();
/// meibo_normalize::fold_characters("髙橋　ﾊﾅｺ①", &mut out);
/// assert_eq!(out, "高橋 ハナコ1");
/// ```
pub fn fold_characters(text: &str, out: &mut String) {
    fold::fold(text, fold::Mode::Exact, out);
}

/// Bytes of tables that this crate adds to a program.
pub fn embedded_bytes() -> usize {
    fold::embedded_bytes() + address::embedded_bytes()
}

/// How much two spellings may differ and still be one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Same glyphs, other bytes.
    Exact,
    /// Same value, other notation.
    Standard,
    /// Same value as far as careless writing shows.
    Loose,
}

/// Canonicalises cells and records; owns scratch memory, so keep one per thread.
///
/// It remembers how the addresses before began, in 4 MB at most and no longer than it lives: lists repeat their towns.
/// No value depends on what it remembers.
#[derive(Clone, Debug, Default)]
pub struct Normalizer {
    value: String,
    /// The value before it was read again.
    before: String,
    /// A text with its characters folded.
    folded: String,
    /// The municipality of an address that stands in another's column.
    place: String,
    phone: phone::Scratch,
    dates: DateSystem,
    address: Address,
}

impl Normalizer {
    /// A normaliser with the embedded tables.
    pub fn new() -> Self {
        Self::default()
    }

    /// The normaliser that reads a spreadsheet's day counts by another calendar than the usual one from 1900.
    ///
    /// ```
    /// use meibo_normalize::{DateSystem, Field, Level, Normalizer, Record};
    /// let mut out = Record::new();
    /// let mut normalizer = Normalizer::new().with_date_system(DateSystem::From1904);
    /// normalizer.normalize(Field::BirthDate, Level::Standard, "25692", &mut out);
    /// assert_eq!(out.values(Field::BirthDate).next(), Some("1974-05-05"));
    /// ```
    #[must_use]
    pub fn with_date_system(mut self, dates: DateSystem) -> Self {
        self.dates = dates;
        self
    }

    /// Appends the canonical values of one cell to `out` under `field`: none where it holds none that is usable,
    /// several where it holds several (two phone numbers).
    pub fn normalize(&mut self, field: Field, level: Level, text: &str, out: &mut Record) {
        if text.len() > MAX_CELL || text.chars().all(char::is_whitespace) {
            return;
        }
        if field == Field::Address {
            let parsed = self.parse_address(text, level, None);
            self.value.clear();
            if parsed && level == Level::Exact {
                self.print_exact(text);
            } else if parsed {
                self.print_address(level, None);
            }
            if parsed {
                push_once(field, &self.value, out);
            }
            return;
        }
        if field == Field::Phone {
            return phone::each(text, level, &mut self.phone, |number| push_once(field, number, out));
        }
        if field == Field::Email {
            return simple::emails(text).for_each(|text| self.normalize_one(field, level, text, out));
        }
        self.normalize_one(field, level, text, out);
    }

    fn normalize_one(&mut self, field: Field, level: Level, text: &str, out: &mut Record) {
        self.value.clear();
        if !push_value(field, level, self.dates, text, &mut self.folded, &mut self.value) {
            self.settle(field, level);
        }
        push_once(field, &self.value, out);
    }

    /// Replaces `out` by the canonical form of `record` that keys are made of: each field at its
    /// [`key_level`](Field::key_level), each value once.
    ///
    /// A name in kana alone is a reading and becomes one.
    ///
    /// A cell that its own column cannot read is read where it belongs, if it can be nothing else: an address in the
    /// name's column, and the name in the address's.
    ///
    /// An address that leaves out its prefecture or municipality is completed by the record's postal code. One that
    /// names no more than a municipality is no value here: it would make a key that thousands share.
    pub fn canonicalize(&mut self, record: &Record, out: &mut Canonical) {
        let postal = self.postal_of(record);
        let seen = self.canonicalize_cells(record, postal, None, out);
        if seen.is_doubtful(record, out)
            && let Some(moves) = self.misplaced(record, &seen, out)
        {
            self.canonicalize_cells(record, postal, Some(&moves), out);
        }
    }

    fn canonicalize_cells(
        &mut self,
        record: &Record,
        postal: Option<u32>,
        moves: Option<&Moves>,
        out: &mut Canonical,
    ) -> Seen {
        out.clear();
        let mut seen = Seen::default();
        for (at, (own, text)) in record.iter().enumerate() {
            let field = moves.map_or(own, |moves| moves.column(at, own));
            let reading = match field {
                Field::Address => self.canonical_address(text, postal, out),
                Field::Name => self.canonical_name(text, &mut out.values),
                Field::Kana => self.canonical_kana(text, &mut out.values),
                Field::Phone if push_plain_phone(text, &mut out.values) => Reading::Value,
                Field::BirthDate if push_plain_date(text, &mut out.values) => Reading::Value,
                Field::Phone | Field::Email => {
                    let before = out.values.len();
                    self.normalize(field, field.key_level(), text, &mut out.values);
                    Reading::of(out.values.len() > before)
                }
                _ => {
                    self.normalize(field, field.key_level(), text, &mut out.values);
                    Reading::Value
                }
            };
            seen.note(at, (field, text), reading);
        }
        seen
    }

    /// A name that comes out in kana alone is a reading, whatever its column is called: a list that holds readings must
    /// meet one that calls them names.
    fn canonical_name(&mut self, text: &str, out: &mut Record) -> Reading {
        if !out.holds(Field::Name)
            && let Some(parts) = name::plain::parts(text)
        {
            out.push_parts(Field::Name, parts);
            return Reading::Value;
        }
        self.read_name(text);
        if !self.value.starts_with(fold::is_kana) || !self.value.chars().all(fold::is_kana) {
            return self.push_person(Field::Name, text, out);
        }
        let level = Field::Kana.key_level();
        if kana::lacks_small_kana(text) {
            self.normalize(Field::Kana, level, text, out);
            return Reading::NameInKana;
        }
        std::mem::swap(&mut self.before, &mut self.value);
        self.value.clear();
        if !kana::push(&self.before, level, &mut self.folded, &mut self.value) {
            self.settle(Field::Kana, level);
        }
        push_once(Field::Kana, &self.value, out);
        Reading::NameInKana
    }

    /// Puts the canonical form of a name into `value`; nothing where there is none.
    fn read_name(&mut self, text: &str) {
        self.value.clear();
        let level = Field::Name.key_level();
        if text.len() <= MAX_CELL
            && !push_value(Field::Name, level, self.dates, text, &mut self.folded, &mut self.value)
        {
            self.settle(Field::Name, level);
        }
    }

    fn canonical_kana(&mut self, text: &str, out: &mut Record) -> Reading {
        self.value.clear();
        if kana::plain::push(text, &mut self.value) {
            push_once(Field::Kana, &self.value, out);
            return Reading::Value;
        }
        let level = Field::Kana.key_level();
        if text.len() <= MAX_CELL
            && !push_value(Field::Kana, level, self.dates, text, &mut self.folded, &mut self.value)
        {
            self.settle(Field::Kana, level);
        }
        self.push_person(Field::Kana, text, out)
    }

    /// Adds `value`, the name or reading that was made of `text`, if it can be one.
    fn push_person(&mut self, field: Field, text: &str, out: &mut Record) -> Reading {
        if self.value.is_empty() || (!self.value.starts_with(fold::is_kana) && self.is_of_another_field(text))
        {
            return Reading::Nothing;
        }
        push_once(field, &self.value, out);
        Reading::Value
    }

    fn canonical_address(&mut self, text: &str, postal: Option<u32>, out: &mut Canonical) -> Reading {
        if text.len() > MAX_CELL {
            return Reading::Nothing;
        }
        if !out.values.holds(Field::Address)
            && let Some(spot) = self.address.spot(text, postal)
        {
            spot.push(out);
            return Reading::Value;
        }
        if !self.address.parse_of_list(text, postal) {
            return Reading::Nothing;
        }
        let vague = self.address.is_vague();
        self.print_address(Level::Loose, postal);
        if out.municipality.is_empty() {
            self.address.push_municipality(&mut out.municipality);
        }
        // What was read again may have come down to the municipality alone.
        if !self.address.names_a_spot() || self.value.is_empty() {
            return Reading::of(self.address.is_placed());
        }
        if self.is_email_abroad(text) {
            return Reading::Nothing;
        }
        push_once(Field::Address, &self.value, &mut out.values);
        if vague { Reading::Vague } else { Reading::Value }
    }

    fn parse_address(&mut self, text: &str, level: Level, postal: Option<u32>) -> bool {
        if text.len() > MAX_CELL {
            return false;
        }
        self.address.parse(text, level, postal)
    }

    /// Puts the exact form of an address into `value`, which holds the text's own signs and may read anew as well.
    fn print_exact(&mut self, text: &str) {
        self.before.clear();
        self.before.push_str(text);
        for _ in 0..4 {
            self.value.clear();
            address::push_exact(&self.before, &mut self.folded, &mut self.value);
            if self.before == self.value {
                // 12ｰ345: without its kana it is no address any more.
                if !self.address.parse(&self.before, Level::Exact, None) {
                    self.value.clear();
                }
                return;
            }
            std::mem::swap(&mut self.before, &mut self.value);
        }
        self.value.clear();
    }

    /// Puts the canonical form of the parsed address into `value`; nothing where none comes to rest.
    ///
    /// What the dictionary does not know is printed as text, which may read differently once a building is gone: it is
    /// read again until it stays as it is, so that a canonical address is its own canonical form.
    fn print_address(&mut self, level: Level, postal: Option<u32>) {
        self.value.clear();
        self.address.push_canonical(level, &mut self.value);
        self.before.clear();
        for _ in 0..4 {
            if self.address.is_settled(level) || self.before == self.value {
                return;
            }
            std::mem::swap(&mut self.before, &mut self.value);
            self.value.clear();
            if self.address.parse(&self.before, level, postal) {
                self.address.push_canonical(level, &mut self.value);
            }
        }
        if self.before != self.value {
            self.value.clear();
        }
    }

    /// The one postal code of a record; none where it has several.
    fn postal_of(&mut self, record: &Record) -> Option<u32> {
        let mut found = None;
        if !record.holds(Field::Postal) {
            return found;
        }
        for text in record.values(Field::Postal).filter(|text| text.len() <= MAX_CELL) {
            self.value.clear();
            simple::push_postal(text, Level::Standard, &mut self.folded, &mut self.value);
            let code = simple::postal_number(&self.value);
            if found.is_some() && code.is_some() && found != code {
                return None;
            }
            found = found.or(code);
        }
        found
    }

    /// Makes sure that a value is its own canonical value; one that does not come to rest is none.
    ///
    /// Where signs are cut, what stood before them may be read anew: a title before a dash, 々 after a title, a mark
    /// that comes to stand on another letter.
    fn settle(&mut self, field: Field, level: Level) {
        for _ in 0..4 {
            if self.value.is_empty() {
                return;
            }
            std::mem::swap(&mut self.before, &mut self.value);
            self.value.clear();
            push_value(field, level, self.dates, &self.before, &mut self.folded, &mut self.value);
            if self.before == self.value {
                return;
            }
        }
        self.value.clear();
    }
}

/// Appends the value of a field that holds one at most; true where it is known to be its own canonical value. `folded`
/// is a buffer.
fn push_value(
    field: Field,
    level: Level,
    dates: DateSystem,
    text: &str,
    folded: &mut String,
    out: &mut String,
) -> bool {
    match field {
        Field::Name => return name::push(text, level, folded, out),
        Field::Kana => return kana::push(text, level, folded, out),
        Field::MemberId => return simple::push_member_id(text, folded, out),
        Field::Email => {
            simple::push_email(text, folded, out);
            return false;
        }
        Field::Postal => simple::push_postal(text, level, folded, out),
        Field::BirthDate => date::push(text, level, dates, folded, out),
        Field::Sex => simple::push_sex(text, folded, out),
        Field::Age => simple::push_age(text, folded, out),
        Field::Address | Field::Phone => {}
    }
    // These are printed in one form whatever they were read from.
    true
}

/// Adds a value that is not empty, no longer than a cell that is read, and not there yet.
fn push_once(field: Field, value: &str, out: &mut Record) {
    let known = out.holds(field) && out.values(field).any(|known| known == value);
    if (1..=MAX_CELL).contains(&value.len()) && !known {
        out.push(field, value);
    }
}

/// Adds a number as most cells hold it; false where it has to be read in general.
fn push_plain_phone(text: &str, out: &mut Record) -> bool {
    if out.holds(Field::Phone) {
        return false;
    }
    let Some(number) = phone::plain::read(text) else { return false };
    out.push(Field::Phone, number.text());
    true
}

/// Adds a date as most cells hold it; false where it has to be read in general.
fn push_plain_date(text: &str, out: &mut Record) -> bool {
    if out.holds(Field::BirthDate) || text.len() > MAX_CELL {
        return false;
    }
    let Some(date) = date::written(text) else { return false };
    out.push(Field::BirthDate, date.text());
    true
}
