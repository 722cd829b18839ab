//! JSON text that is safe to look at: characters that break lines, steer a terminal or hide are written as `\u`
//! escapes. To a parser nothing changes.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::text::is_treacherous;

/// Compact JSON, on one line by every line splitter's rules.
///
/// # Errors
/// Where the value is none that JSON can say.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Visible))?;
    String::from_utf8(bytes).map_err(|error| serde_json::Error::io(io::Error::other(error)))
}

struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut done = 0;
        for (at, c) in fragment.char_indices().filter(|&(_, c)| is_treacherous(c)) {
            out.write_all(&fragment.as_bytes()[done..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            done = at + c.len_utf8();
        }
        out.write_all(&fragment.as_bytes()[done..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_back_to_the_same_text() {
        let odd = "a\n\u{85}\u{2028}\u{202e}\u{e0041}\u{1b}\u{7f}\"\\名\u{E0100}";
        let json = to_string(odd).unwrap();
        assert_eq!(json, r#""a\n\u0085\u2028\u202e\udb40\udc41\u001b\u007f\"\\名󠄀""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), odd);
    }
}
