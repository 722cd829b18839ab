//! Sentences with names in them that somebody else chose.

use crate::{Lang, numbers::count, text::quoted};

/// Names in one sentence, above which the rest is counted.
pub(crate) const NAMES_IN_A_SENTENCE: usize = 8;

/// A piece of a sentence: our own words, or a name that somebody else chose.
pub(crate) enum Span<'a> {
    Plain(String),
    Name(&'a str),
}

/// A sentence, put together from left to right.
pub(crate) struct Sentence<'a> {
    lang: Lang,
    spans: Vec<Span<'a>>,
}

impl<'a> Sentence<'a> {
    pub(crate) fn new(lang: Lang) -> Self {
        Sentence { lang, spans: Vec::new() }
    }

    /// A sentence without names.
    pub(crate) fn of(lang: Lang, words: impl Into<String>) -> Self {
        Self::new(lang).and(words)
    }

    /// Our own words.
    pub(crate) fn and(mut self, words: impl Into<String>) -> Self {
        self.spans.push(Span::Plain(words.into()));
        self
    }

    /// A name. Japanese has no spaces to tell it by from the words around it, so that it stands in brackets there.
    pub(crate) fn name(self, name: &'a str) -> Self {
        let [before, after] = self.lang.of(["「", "」"], ["", ""]);
        let mut sentence = self.and(before);
        sentence.spans.push(Span::Name(name));
        sentence.and(after)
    }

    /// "a, b, c and 5 more", each with a note behind it.
    pub(crate) fn names(mut self, names: &[(&'a str, String)]) -> Self {
        let [between, last] = self.lang.of(["、", "、"], [", ", " and "]);
        for (place, (name, note)) in names.iter().take(NAMES_IN_A_SENTENCE).enumerate() {
            if place > 0 {
                self = self.and(if place + 1 == names.len() { last } else { between });
            }
            self = self.name(name).and(note.clone());
        }
        match names.len().checked_sub(NAMES_IN_A_SENTENCE) {
            Some(more @ 1..) => {
                let (lang, more) = (self.lang, count(more as u64));
                self.and(lang.of(format!("ほか {more} 者"), format!(" and {more} more")))
            }
            _ => self,
        }
    }

    /// Its pieces in order.
    pub(crate) fn spans(&self) -> impl Iterator<Item = &Span<'a>> {
        self.spans.iter().filter(|span| !matches!(span, Span::Plain(words) if words.is_empty()))
    }

    /// The sentence as plain text.
    pub(crate) fn plain(&self) -> String {
        let text = |span: &Span<'_>| match span {
            Span::Plain(words) => words.clone(),
            Span::Name(name) => quoted(name),
        };
        self.spans().map(text).collect()
    }
}
