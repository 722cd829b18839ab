//! Turns the tables of `data/` into the static layouts that the library reads in place.
//!
//! Reads nothing outside this crate, uses ordered collections only: the same tables give the same bytes.

#[path = "build/fold_table.rs"]
mod fold_table;
#[allow(dead_code, reason = "shared with the library, which uses all of it")]
#[path = "src/glyph.rs"]
mod glyph;
#[path = "build/glyph_table.rs"]
mod glyph_table;
#[allow(dead_code, reason = "shared with the library, which uses all of it")]
#[path = "src/numerals.rs"]
mod numerals;
#[allow(dead_code, reason = "shared with the library, which uses all of it")]
#[path = "src/place_key.rs"]
mod place_key;
#[path = "build/places_table.rs"]
mod places_table;
#[path = "build/pool.rs"]
mod pool;
#[path = "src/script.rs"]
mod script;

use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    #[allow(
        clippy::disallowed_methods,
        reason = "Cargo tells a build script its directory by the environment"
    )]
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: run this through Cargo")?;
    let out = Path::new(&out);

    let variants = fold_table::Variants::read(&fs::read_to_string(data.join("kanji-variants.tsv"))?)?;
    fs::write(out.join("fold.bin"), fold_table::build(&variants)?)?;

    fs::write(out.join("glyphs.rs"), glyph_table::build(&variants)?)?;

    let towns = fs::read_to_string(data.join("towns.tsv"))?;
    let mergers = fs::read_to_string(data.join("municipal-mergers.tsv"))?;
    let earlier = fs::read_to_string(data.join("municipal-mergers-earlier.tsv"))?;
    let mergers = [mergers.as_str(), earlier.as_str()];
    let dictionary = places_table::build(&towns, &mergers, &variants)?;
    fs::write(out.join("places.bin"), dictionary.sections)?;
    fs::write(out.join("places.txt"), dictionary.strings)?;

    #[allow(clippy::print_stdout, reason = "this is how a build script speaks to Cargo")]
    for path in
        ["build.rs", "build", "data", "src/numerals.rs", "src/place_key.rs", "src/glyph.rs", "src/script.rs"]
    {
        println!("cargo::rerun-if-changed={path}");
    }
    Ok(())
}
