//! The character table: what each character becomes in each of the four foldings.

use std::collections::BTreeMap;
use std::error::Error;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::pool::{Pool, sections};

/// Foldings, in the order of the library's `Mode`.
const MODES: usize = 4;

/// Marks a character that can only be folded together with the one before it.
const NEEDS_COMPOSITION: u32 = u32::MAX;

/// Characters in one page of the table.
const PAGE: usize = 128;

/// The variant table by folding.
pub(crate) struct Variants {
    maps: [BTreeMap<char, char>; MODES],
}

impl Variants {
    /// Reads `kanji-variants.tsv`.
    pub(crate) fn read(table: &str) -> Result<Self, Box<dyn Error>> {
        let mut maps: [BTreeMap<char, char>; MODES] = Default::default();
        for (number, line) in table.lines().enumerate().skip(1) {
            let mut columns = line.split('\t');
            let [variant, canonical, tier, scope] =
                std::array::from_fn(|_| columns.next().unwrap_or_default());
            let note = columns.nth(1).unwrap_or_default();
            let (Some(variant), Some(canonical)) = (variant.chars().next(), canonical.chars().next()) else {
                return Err(
                    format!("kanji-variants.tsv, line {}: not a pair of characters", number + 1).into()
                );
            };
            if variant == canonical {
                continue;
            }
            let loose_only = note.contains("loose-only");
            let first = match tier {
                "A" => 0,
                "B" | "B-" if !loose_only => 1,
                _ => 2,
            };
            let places_only = scope == "addr-only";
            for (mode, map) in maps.iter_mut().enumerate() {
                if mode >= first && (mode == 3 || !places_only) {
                    map.insert(variant, canonical);
                }
            }
        }
        for map in &mut maps {
            hold_for_ordinary_forms(map);
        }
        Ok(Self { maps })
    }

    /// The end of a character's chain of variants (濵 → 濱 → 浜).
    pub(crate) fn resolve(&self, mode: usize, c: char) -> char {
        let mut c = c;
        for _ in 0..8 {
            match self.maps.get(mode).and_then(|map| map.get(&c)) {
                Some(&next) => c = next,
                None => break,
            }
        }
        c
    }

    /// Folds a place name for comparing, without composition (the tables hold none to compose).
    pub(crate) fn place(&self, name: &str) -> Vec<char> {
        name.nfkc().filter(|&c| !is_ignored(c)).map(|c| self.resolve(3, c)).collect()
    }
}

/// A row of a compatibility ideograph, which NFKC takes out of every text, holds for what NFKC makes of it, where that
/// has no row of its own: U+F92F → 労 is 勞 → 労 as well.
fn hold_for_ordinary_forms(map: &mut BTreeMap<char, char>) {
    let ordinary = |&(&variant, &canonical): &(&char, &char)| {
        let form = variant.nfkc().next().filter(|&form| form != variant && form != canonical)?;
        (!map.contains_key(&form) && !map.contains_key(&canonical)).then_some((form, canonical))
    };
    let more: Vec<(char, char)> = map.iter().filter_map(|row| ordinary(&row)).collect();
    map.extend(more);
}

/// Variation selectors, zero-width and direction marks: they change no character.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}'
        | '\u{feff}' | '\u{ad}' | '\u{e0000}'..='\u{e007f}')
        || (c.is_control() && !is_break(c))
}

fn is_break(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}')
}

fn is_space(c: char) -> bool {
    is_break(c) || c.is_whitespace() || matches!(c, '\u{3164}' | '\u{2800}')
}

/// What one character becomes, or `None` where it composes with the one before it.
pub(crate) fn folded(variants: &Variants, mode: usize, c: char) -> Option<String> {
    if is_ignored(c) {
        return Some(String::new());
    }
    if is_space(c) {
        return Some(" ".to_owned());
    }
    let plain: String = c.nfkc().collect();
    // ´ and its kind are a space and a mark that would sit on the letter before the space.
    if plain.starts_with(' ') {
        return Some(" ".to_owned());
    }
    let composes = |c: char| {
        is_nfkc_quick([c].into_iter()) == IsNormalized::Maybe
            || unicode_normalization::char::is_combining_mark(c)
    };
    if plain.chars().next().is_some_and(composes) {
        return None;
    }
    Some(plain.chars().filter(|&c| !is_ignored(c)).map(|c| variants.resolve(mode, c)).collect())
}

/// Builds the file: the quick tables, and behind them the table of strings.
pub(crate) fn build(variants: &Variants) -> Result<Vec<u8>, Box<dyn Error>> {
    let all = (0..MODES).flat_map(|mode| (0..=u16::MAX).map(move |code| (mode, code)));
    let mut out: Vec<u8> = all.flat_map(|(mode, code)| quick(variants, mode, code).to_le_bytes()).collect();
    out.extend(strings(variants)?);
    Ok(out)
}

/// Codes of the quick tables that stand for no character; see `src/fold.rs`.
const GONE: u16 = 0xd800;
const SEVERAL: u16 = 0xd801;
const MARK: u16 = 0xd802;
const GENERAL: u16 = 0xd803;

/// What a character of the basic plane becomes, in one number: 0 where it stays.
fn quick(variants: &Variants, mode: usize, code: u16) -> u16 {
    let Some(c) = char::from_u32(u32::from(code)) else { return GENERAL };
    match c {
        // Its entry serves the characters beyond the basic plane.
        '\0' => return SEVERAL,
        '&' => return GENERAL,
        '\u{3099}'..='\u{309c}' | '\u{ff9e}' | '\u{ff9f}' => return MARK,
        _ => {}
    }
    let Some(text) = folded(variants, mode, c) else { return GENERAL };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (None, _) => GONE,
        (Some(only), None) if only == c => 0,
        (Some(only), None) => u16::try_from(u32::from(only)).unwrap_or(SEVERAL),
        _ => SEVERAL,
    }
}

/// The table of strings: page directory, pages of entry numbers, entries of one string reference a folding, strings.
/// Entry 0 stands for "unchanged".
fn strings(variants: &Variants) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut pool = Pool::default();
    let mut entries = vec![[0u32; MODES]];
    let mut known: BTreeMap<[u32; MODES], u16> = BTreeMap::new();
    let mut pages: Vec<[u16; PAGE]> = Vec::new();
    let mut page_numbers: BTreeMap<[u16; PAGE], u16> = BTreeMap::new();
    let mut directory = Vec::new();
    for start in (0..0x11_0000usize).step_by(PAGE) {
        let mut page = [0u16; PAGE];
        for (slot, code) in page.iter_mut().zip(start..) {
            let Some(c) = u32::try_from(code).ok().and_then(char::from_u32) else { continue };
            let Some(entry) = entry(variants, &mut pool, c)? else { continue };
            *slot = match known.get(&entry) {
                Some(&number) => number,
                None => {
                    let number = u16::try_from(entries.len())?;
                    entries.push(entry);
                    known.insert(entry, number);
                    number
                }
            };
        }
        let next = u16::try_from(pages.len())?;
        let number = *page_numbers.entry(page).or_insert(next);
        if number == next {
            pages.push(page);
        }
        directory.extend(number.to_le_bytes());
    }
    let pages = pages.iter().flatten().flat_map(|n| n.to_le_bytes()).collect();
    let entries = entries.iter().flatten().flat_map(|n| n.to_le_bytes()).collect();
    sections(&[directory, pages, entries, pool.bytes])
}

fn entry(variants: &Variants, pool: &mut Pool, c: char) -> Result<Option<[u32; MODES]>, Box<dyn Error>> {
    let texts: [Option<String>; MODES] = std::array::from_fn(|mode| folded(variants, mode, c));
    if texts.iter().all(|text| text.as_ref().is_some_and(|text| text.chars().eq([c]))) {
        return Ok(None);
    }
    let mut references = [NEEDS_COMPOSITION; MODES];
    for (reference, text) in references.iter_mut().zip(&texts) {
        if let Some(text) = text {
            *reference = pool.intern(text)?;
        }
    }
    Ok(Some(references))
}
