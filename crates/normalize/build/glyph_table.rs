//! The table of an address's characters: what each of the basic plane is compared as, printed as, and what kind it is
//! of.

use std::error::Error;
use std::fmt::Write;

use crate::fold_table::{Variants, folded};
use crate::glyph::{Glyph, kind, kinds};
use crate::place_key::fold_char;
use crate::script::{is_bracket, is_dash};

/// Characters in the table: the basic plane.
const CHARACTERS: usize = 0x1_0000;

/// Foldings, in the order of the library's `Mode`.
const EXACT: usize = 0;
const STANDARD: usize = 1;
const LOOSE_PLACE: usize = 3;

/// Writes the table as a static array.
pub(crate) fn build(variants: &Variants) -> Result<String, Box<dyn Error>> {
    let mut out = format!("static GLYPHS: [u64; {CHARACTERS}] = [\n");
    for code in 0..u32::try_from(CHARACTERS)? {
        let glyph = char::from_u32(code).and_then(|c| glyph(variants, c)).unwrap_or(Glyph::SPECIAL);
        writeln!(out, "{:#x},", glyph.pack())?;
    }
    out.push_str("];\n");
    Ok(out)
}

/// `None` where a character does not become one alone of the basic plane; so for the first sign of an entity and for
/// voicing marks, which a letter may stand before.
fn glyph(variants: &Variants, c: char) -> Option<Glyph> {
    if matches!(c, '&' | '\u{309b}' | '\u{309c}') {
        return None;
    }
    let exact = folded(variants, EXACT, c)?;
    if exact.is_empty() {
        return Some(Glyph { kinds: kind::IGNORED, ..Glyph::SPECIAL });
    }
    let exact = match single(&exact)? {
        c if is_dash(c) => '-',
        c if is_bracket(c) => ' ',
        c => c,
    };
    let loose = single(&folded(variants, LOOSE_PLACE, exact)?)?;
    let standard = single(&folded(variants, STANDARD, exact)?)?;
    let code = |c: char| u16::try_from(u32::from(c)).ok();
    Some(Glyph {
        key: code(fold_char(loose))?,
        standard: code(standard.to_ascii_uppercase())?,
        loose: code(loose.to_ascii_uppercase())?,
        kinds: kinds(exact, loose),
    })
}

fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}
