//! The text encodings that Japanese customer lists come in.

use std::fmt;
use std::str::FromStr;

/// A text encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, with or without byte order mark. A file of ASCII alone counts as UTF-8.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Shift_JIS as Windows writes it; user-defined characters (F040…) become U+E000….
    Cp932,
    /// EUC-JP.
    EucJp,
    /// ISO-2022-JP ("JIS"), the encoding with escape sequences.
    Iso2022Jp,
}

impl Encoding {
    /// The name users write: `utf-8`, `cp932`, …
    pub const fn as_str(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
            Encoding::Cp932 => "cp932",
            Encoding::EucJp => "euc-jp",
            Encoding::Iso2022Jp => "iso-2022-jp",
        }
    }

    /// The encoding that a text seems to be in, from its first bytes: they begin at a character and may end within one. None for
    /// ASCII alone, which all but UTF-16 read alike.
    pub fn of(sample: &[u8]) -> Option<Encoding> {
        crate::detect::detect(sample)
    }

    /// Appends what these bytes say, U+FFFD where they are no text of this encoding; true where all of them are.
    pub fn decode(self, bytes: &[u8], out: &mut String) -> bool {
        let (text, malformed) = self.codec().decode_without_bom_handling(bytes);
        out.push_str(&text);
        !malformed
    }

    pub(crate) fn codec(self) -> &'static encoding_rs::Encoding {
        match self {
            Encoding::Utf8 => encoding_rs::UTF_8,
            Encoding::Utf16Le => encoding_rs::UTF_16LE,
            Encoding::Utf16Be => encoding_rs::UTF_16BE,
            Encoding::Cp932 => encoding_rs::SHIFT_JIS,
            Encoding::EucJp => encoding_rs::EUC_JP,
            Encoding::Iso2022Jp => encoding_rs::ISO_2022_JP,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no encoding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such encoding; use one of: utf-8 utf-16le utf-16be cp932 euc-jp iso-2022-jp")]
pub struct UnknownEncoding;

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    /// Reads the usual labels in any case, with or without hyphens and underscores. Plain `utf-16` is low byte
    /// first unless the file's byte order mark says otherwise.
    fn from_str(label: &str) -> Result<Self, UnknownEncoding> {
        let plain: String =
            label.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).map(|c| c.to_ascii_lowercase()).collect();
        Ok(match plain.as_str() {
            "utf8" | "utf8bom" | "utf8sig" | "ascii" | "usascii" => Encoding::Utf8,
            "utf16" | "utf16le" | "unicode" | "ucs2" => Encoding::Utf16Le,
            "utf16be" => Encoding::Utf16Be,
            "cp932" | "ms932" | "windows31j" | "windows932" | "shiftjis" | "sjis" | "xsjis" | "mskanji" => {
                Encoding::Cp932
            }
            "eucjp" | "eucjpms" | "ujis" | "xeucjp" | "euc" => Encoding::EucJp,
            "iso2022jp" | "jis" | "iso2022jpms" | "cp50220" | "cp50221" => Encoding::Iso2022Jp,
            _ => return Err(UnknownEncoding),
        })
    }
}
