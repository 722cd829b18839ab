//! Whom a copy is for.

use std::fmt;

use crate::error::InvalidRecipient;

/// Longest name, in bytes.
const LONGEST: usize = 100;

/// The name of whoever gets a copy: a directory of that name holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient(String);

impl Recipient {
    /// Takes a name of 1 to 100 bytes that a directory may have on any system.
    ///
    /// # Errors
    /// Where it may not.
    pub fn new(name: &str) -> Result<Self, InvalidRecipient> {
        let bad = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
        let good = (1..=LONGEST).contains(&name.len())
            && name.trim() == name
            && !name.starts_with(['.', '-'])
            && !name.ends_with('.')
            && !name.chars().any(bad);
        if good { Ok(Self(name.to_owned())) } else { Err(InvalidRecipient) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True where no two of these have names that a file system may take for one.
    pub(crate) fn are_apart(all: &[Recipient]) -> bool {
        let mut names: Vec<String> = all.iter().map(|of| of.0.to_lowercase()).collect();
        names.sort_unstable();
        names.windows(2).all(|pair| pair.first() != pair.last())
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_can_name_a_directory() {
        for name in ["processor-a", "再委託先 Ｂ", "a.b"] {
            assert!(Recipient::new(name).is_ok(), "{name}");
        }
        for name in ["", "a/b", "..", ".hidden", "-o", " a", "a\n", "a.", "c:", &"長".repeat(40)] {
            assert!(Recipient::new(name).is_err(), "{name}");
        }
        let [a, b] = ["Processor", "processor"].map(|name| Recipient::new(name).unwrap());
        assert!(!Recipient::are_apart(&[a, b]));
    }
}
