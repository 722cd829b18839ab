//! The language of what people read.

use std::str::FromStr;

/// The language of what people read. What programs read has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// A language that nothing is written in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing is written in this language; choose one of: ja en")]
pub struct UnknownLang;

impl Lang {
    /// All languages.
    pub const ALL: [Lang; 2] = [Lang::Ja, Lang::En];

    /// How users write it, and what it is called in BCP 47.
    pub const fn as_str(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }

    /// What is said in this language.
    pub(crate) fn of<T>(self, ja: T, en: T) -> T {
        match self {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        Lang::ALL.into_iter().find(|lang| lang.as_str() == text).ok_or(UnknownLang)
    }
}
