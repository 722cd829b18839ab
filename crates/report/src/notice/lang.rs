//! The language of a draft.

use std::str::FromStr;

/// The language of a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

/// A language that no draft is written in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no draft is written in it; choose one of: ja en")]
pub struct UnknownLang;

impl Lang {
    /// All languages.
    pub const ALL: [Lang; 2] = [Lang::Ja, Lang::En];

    /// How users write it.
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
