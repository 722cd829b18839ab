//! Texts of a log, each kept once.

use std::collections::HashMap;

/// Characters that are kept of a text.
const MOST_CHARS: usize = 200;
/// Bytes of all texts together.
const MOST_BYTES: usize = 256 << 20;

/// Texts by number; 0 is the empty one.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    numbers: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
    bytes: usize,
}

impl Texts {
    /// The number of a text, of which the first characters are kept; none where all texts together are too much.
    pub(crate) fn number(&mut self, text: &str) -> Option<u32> {
        if text.is_empty() {
            return Some(0);
        }
        let end = text.char_indices().nth(MOST_CHARS).map(|(at, _)| at);
        let kept: std::borrow::Cow<'_, str> = match end {
            None => text.into(),
            Some(end) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        };
        if let Some(number) = self.numbers.get(kept.as_ref()) {
            return Some(*number);
        }
        self.bytes += kept.len();
        let number = u32::try_from(self.texts.len() + 1).ok().filter(|_| self.bytes <= MOST_BYTES)?;
        self.texts.push(kept.as_ref().into());
        self.numbers.insert(kept.into(), number);
        Some(number)
    }

    pub(crate) fn text(&self, number: u32) -> &str {
        let place = (number as usize).checked_sub(1);
        place.and_then(|place| self.texts.get(place)).map_or("", |text| text)
    }
}
