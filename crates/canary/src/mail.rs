//! E-mail addresses under domains that are kept for examples, so that no mail reaches anybody (RFC 2606, and the registry of `.jp`).

use crate::draw::Draw;

const CONSONANTS: [char; 14] = ['k', 's', 't', 'n', 'h', 'm', 'y', 'r', 'w', 'g', 'z', 'd', 'b', 'j'];
const VOWELS: [char; 5] = ['a', 'i', 'u', 'e', 'o'];
const SYLLABLES: u32 = 3;
const DOMAINS: [&str; 4] = ["example.com", "example.net", "example.jp", "example.ne.jp"];
const NUMBERS: u64 = 10_000;

/// How likely the likeliest address is to be drawn, whatever its domain.
pub(crate) fn greatest_chance() -> f64 {
    let syllables = (CONSONANTS.len() * VOWELS.len()) as f64;
    1.0 / (syllables.powi(SYLLABLES as i32) * NUMBERS as f64)
}

/// Draws an address.
pub(crate) fn draw(draw: &mut Draw) -> String {
    let mut local = String::new();
    for _ in 0..SYLLABLES {
        local.extend(draw.pick(&CONSONANTS));
        local.extend(draw.pick(&VOWELS));
    }
    let domain = draw.pick(&DOMAINS).copied().unwrap_or_default();
    format!("{local}{:04}@{domain}", draw.below(NUMBERS))
}

#[cfg(test)]
mod tests {
    use meibo_normalize::{Field, Level, Normalizer, Record};

    use crate::draw::Seed;

    #[test]
    fn an_address_is_a_key() {
        let address = super::draw(&mut Seed::from_bytes([1; 32]).draw("mail", 0));
        let mut read = Record::new();
        Normalizer::new().normalize(Field::Email, Level::Standard, &address, &mut read);
        assert_eq!(read.values(Field::Email).next(), Some(address.as_str()));
    }
}
