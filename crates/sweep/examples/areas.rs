//! Prints the areas of files, and how long finding them took.
fn main() {
    for path in std::env::args().skip(1) {
        let Ok(file) = std::fs::File::open(&path) else { continue };
        if let Ok(scanned) = meibo_sweep::scan(file)
            && !scanned.areas.is_empty()
        {
            println!(
                "{path} {} {:?}",
                scanned.bytes,
                scanned.areas.iter().map(|a| (a.bytes.end - a.bytes.start, a.wide)).collect::<Vec<_>>()
            );
        }
    }
}
