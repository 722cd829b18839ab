//! A page of Markdown.

use crate::Lang;
use crate::markdown;
use crate::text::visible;

/// A page that is being written.
pub(crate) struct Page {
    pub(crate) lang: Lang,
    text: String,
}

impl Page {
    pub(crate) fn new(lang: Lang) -> Self {
        Page { lang, text: String::new() }
    }

    pub(crate) fn title(&mut self, text: &str) {
        self.text += &format!("# {text}\n");
    }

    pub(crate) fn heading(&mut self, text: &str) {
        self.text += &format!("\n## {text}\n\n");
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        self.text += &format!("\n{text}\n");
    }

    pub(crate) fn point(&mut self, text: &str) {
        self.text += &format!("- {text}\n");
    }

    /// A point below the last one.
    pub(crate) fn detail(&mut self, text: &str) {
        self.text += &format!("  - {text}\n");
    }

    /// Something that is known.
    pub(crate) fn known(&mut self, text: &str) {
        self.point(&format!("{}{text}", self.lang.of("分かったこと: ", "Known: ")));
    }

    /// Something that people must fill in, with what to state.
    pub(crate) fn unknown(&mut self, hint: &str) {
        self.point(&match self.lang {
            Lang::Ja => format!("分からないこと（記入してください）: {hint}"),
            Lang::En => format!("Unknown: not known from this material (to be filled in). State: {hint}"),
        });
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// Text of others on a page: all of it can be seen, and nothing of it is taken for Markdown or HTML.
pub(crate) fn plain(text: &str) -> String {
    markdown::plain(&visible(text))
}

/// Names one after the other.
pub(crate) fn names<'a>(lang: Lang, names: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| plain(name)).collect();
    names.join(lang.of("、", ", "))
}
