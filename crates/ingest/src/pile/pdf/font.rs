//! What the codes of a font stand for, and how wide they are.

use std::collections::BTreeMap;

use hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use lopdf::{Dictionary, Document, Object};

use super::stream::unpacked;

/// Bytes of a table of codes.
const MOST_TABLE: usize = 4 << 20;
/// How wide letters are where nothing tells it, in thousandths of their size.
const USUAL: f32 = 500.0;

/// A font.
pub(super) struct Font {
    codes: Codes,
    /// What codes stand for, told by the file itself.
    told: Option<CMap>,
    widths: Widths,
    is_whole: bool,
}

enum Codes {
    /// A byte each, with what it stands for.
    Bytes(Vec<String>),
    /// Of one to four bytes: the numbers of letters in a collection.
    Numbers { codes: Box<CMap>, collection: Option<Box<CMap>> },
}

/// A code of a text.
pub(super) struct Code {
    /// What it stands for; none where nothing tells it.
    pub(super) text: Option<String>,
    /// Parts of the font's size.
    pub(super) width: f32,
    /// True for the one code that spaces between words are added to.
    pub(super) is_space: bool,
}

impl Font {
    pub(super) fn read(document: &Document, font: &Dictionary) -> Self {
        let mut is_whole = true;
        let told = font.get_deref(b"ToUnicode", document).ok();
        let told = told.and_then(|told| table(told, &mut is_whole));
        let below = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array).ok();
        let (codes, widths) =
            match below.map(|below| below.first().and_then(|below| dictionary(document, below))) {
                Some(below) => {
                    let below = below.unwrap_or(font);
                    (numbers(document, font, below, &mut is_whole), Widths::of_numbers(document, below))
                }
                None => (Codes::Bytes(letters(document, font)), Widths::of_bytes(document, font)),
            };
        Self { codes, told, widths, is_whole }
    }

    /// False where a table that the file tells of is damaged, or is none.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The next code of a text, and how many bytes it has.
    pub(super) fn next(&self, text: &[u8]) -> Option<(Code, usize)> {
        let &first = text.first()?;
        let (length, code, number) = match &self.codes {
            Codes::Bytes(_) => (1, u32::from(first), u32::from(first)),
            Codes::Numbers { codes, .. } => number(codes, text),
        };
        let told = || self.told.as_ref()?.lookup_bf_string(code).map(letters_of);
        let known = || match &self.codes {
            Codes::Bytes(letters) => letters.get(usize::from(first)).filter(|text| !text.is_empty()).cloned(),
            Codes::Numbers { collection, .. } => {
                collection.as_ref()?.lookup_bf_string(number).map(plain_letters_of)
            }
        };
        let text = told().filter(|text| !text.contains(['\0', '\u{FFFD}'])).or_else(known);
        let is_space = length == 1 && first == b' ';
        Some((Code { text, width: self.widths.of(number) / 1000.0, is_space }, length))
    }
}

/// What codes of several bytes are read by.
fn numbers(document: &Document, font: &Dictionary, below: &Dictionary, is_whole: &mut bool) -> Codes {
    let codes = font.get_deref(b"Encoding", document).ok().and_then(|encoding| table(encoding, is_whole));
    let codes = codes.unwrap_or_else(CMap::identity_h);
    let family = family(document, below)
        .or_else(|| codes.metadata().character_collection.as_ref().map(|all| all.family.clone()));
    let collection = family.and_then(|family| family.ucs2_cmap()).and_then(named);
    Codes::Numbers { codes: Box::new(codes), collection: collection.map(Box::new) }
}

/// A table of codes: one that everybody has, by its name, or one of the file's own.
fn table(object: &Object, is_whole: &mut bool) -> Option<CMap> {
    let Object::Stream(stream) = object else {
        return named(CMapName::from_bytes(object.as_name().ok()?));
    };
    let unpacked = unpacked(stream, MOST_TABLE).ok();
    *is_whole &= unpacked.as_ref().is_some_and(|table| table.is_whole);
    let table = parsed(&unpacked?.bytes);
    *is_whole &= table.is_some();
    table
}

/// How many bytes the first code has, the code, and its number in the collection.
fn number(codes: &CMap, text: &[u8]) -> (usize, u32, u32) {
    let mut code = 0;
    for (length, &byte) in (1..=4_u8).zip(text) {
        code = code << 8 | u32::from(byte);
        if let Some(number) = codes.lookup_cid_code(code, length) {
            return (usize::from(length), code, number);
        }
    }
    // Of those that stand for nothing nearly all have two bytes.
    let length = text.len().min(2);
    (length, text.iter().take(length).fold(0, |code, &byte| code << 8 | u32::from(byte)), 0)
}

fn letters_of(text: BfString) -> String {
    match text {
        BfString::Char(letter) => letter.to_string(),
        BfString::String(letters) => letters,
    }
}

/// The collection tells shapes apart by marks that nobody types, and has a blank of its own for half a width.
fn plain_letters_of(text: BfString) -> String {
    let letters = letters_of(text);
    let typed = letters
        .chars()
        .filter(|letter| !matches!(letter, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'));
    typed.map(|letter| if letter == '\u{2002}' { ' ' } else { letter }).collect()
}

/// What bytes stand for in a font of no more than 256 letters.
fn letters(document: &Document, font: &Dictionary) -> Vec<String> {
    // What the file tells of codes is read elsewhere, and with a bound.
    let mut font = font.clone();
    font.remove(b"ToUnicode");
    let encoding = font.has(b"Encoding").then(|| font.get_font_encoding_with_limit(document, MOST_TABLE));
    let letter = |byte: u8| match &encoding {
        Some(Ok(encoding)) => encoding.bytes_to_string(&[byte]).unwrap_or_default(),
        _ => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into_owned(),
    };
    (0..=u8::MAX).map(letter).collect()
}

/// The collection that a font's numbers are of.
fn family(document: &Document, below: &Dictionary) -> Option<CidFamily> {
    let info = below.get_deref(b"CIDSystemInfo", document).and_then(Object::as_dict).ok()?;
    let text = |key: &[u8]| info.get_deref(key, document).and_then(Object::as_str).ok();
    Some(CidFamily::from_registry_ordering(text(b"Registry")?, text(b"Ordering")?))
}

/// A table of codes that everybody has.
fn named(name: CMapName<'_>) -> Option<CMap> {
    match name {
        CMapName::IdentityH => Some(CMap::identity_h()),
        CMapName::IdentityV => Some(CMap::identity_v()),
        name => parsed(load_embedded(name)?),
    }
}

fn parsed(bytes: &[u8]) -> Option<CMap> {
    CMap::parse(bytes, load_embedded)
}

fn dictionary<'d>(document: &'d Document, object: &'d Object) -> Option<&'d Dictionary> {
    document.dereference(object).ok()?.1.as_dict().ok()
}

/// How wide the letters of a font are, in thousandths of its size.
struct Widths {
    /// By the first of a row of numbers: the last of them, and the width of each.
    rows: BTreeMap<u32, (u32, f32)>,
    otherwise: f32,
}

impl Widths {
    fn of(&self, number: u32) -> f32 {
        match self.rows.range(..=number).next_back() {
            Some((_, &(last, width))) if number <= last => width,
            _ => self.otherwise,
        }
    }

    fn of_bytes(document: &Document, font: &Dictionary) -> Self {
        let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
        let widths = font.get_deref(b"Widths", document).and_then(Object::as_array);
        let widths = widths.map(Vec::as_slice).unwrap_or_default();
        let rows = (0..256_u32).zip(widths).filter_map(|(at, width)| {
            let number = u32::try_from(first).ok()?.checked_add(at)?;
            Some((number, (number, value(document, width)?)))
        });
        Self { rows: rows.collect(), otherwise: USUAL }
    }

    fn of_numbers(document: &Document, below: &Dictionary) -> Self {
        let otherwise = below.get_deref(b"DW", document).ok().and_then(|width| value(document, width));
        let mut widths = Self { rows: BTreeMap::new(), otherwise: otherwise.unwrap_or(1000.0) };
        let told = below.get_deref(b"W", document).and_then(Object::as_array);
        let mut told = told.map(Vec::as_slice).unwrap_or_default().iter();
        while let (Some(first), Some(second)) = (told.next(), told.next()) {
            let Some(first) = whole(document, first) else { break };
            match document.dereference(second) {
                // The widths of one after the other.
                Ok((_, Object::Array(each))) => {
                    for (number, width) in (first..).zip(each) {
                        widths.rows.insert(number, (number, value(document, width).unwrap_or(USUAL)));
                    }
                }
                // One of all of them up to a last.
                _ => {
                    let (Some(last), Some(width)) = (whole(document, second), told.next()) else { break };
                    widths.rows.insert(first, (last, value(document, width).unwrap_or(USUAL)));
                }
            }
        }
        widths
    }
}

fn value(document: &Document, object: &Object) -> Option<f32> {
    document.dereference(object).ok()?.1.as_float().ok()
}

fn whole(document: &Document, object: &Object) -> Option<u32> {
    document.dereference(object).ok()?.1.as_i64().ok().and_then(|number| u32::try_from(number).ok())
}
