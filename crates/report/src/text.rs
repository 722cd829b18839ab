//! Text of others in our own output: nothing a name holds may move the cursor, reorder or hide what stands beside it.

use std::fmt::Write as _;
use std::path::Path;

/// The text of a path. Bytes that are not text are written as `\x` and two hexadecimal digits, so that two files
/// never get one name merely because neither can be read.
pub fn path_text(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

/// The text with everything invisible or harmful written out as an escape, and in quotation marks where its ends
/// could not be seen otherwise.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_treacherous(c) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    if shown.is_empty() || shown.starts_with(char::is_whitespace) || shown.ends_with(char::is_whitespace) {
        shown = format!("\"{shown}\"");
    }
    shown
}

/// The text as part of a sentence: in quotation marks where it could be taken for more of the sentence.
pub(crate) fn quoted(text: &str) -> String {
    let shown = visible(text);
    let is_plain = !shown.contains(|c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | ':' | '"' | '%' | '「' | '」' | '、' | '。')
    });
    if is_plain || shown.starts_with('"') && shown.ends_with('"') && !text.contains('"') {
        return shown;
    }
    format!("\"{}\"", shown.replace('"', "\\\""))
}

/// Whether a character steers a terminal or a text layout, or takes part unseen. Variation selectors are not among
/// them: Japanese names need them (辻󠄀).
pub(crate) fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5
            | 0x180B..=0x180F
            | 0x200B..=0x200F // zero width, left-to-right and right-to-left marks
            | 0x2028..=0x202E // line and paragraph separators, embeddings and overrides
            | 0x2060..=0x206F // word joiner, invisible operators, isolates
            | 0x3164 | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFFB // interlinear annotation
            | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
            | 0xE0000..=0xE00FF | 0xE01F0..=0xE0FFF) // tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(visible("a\nb\u{202e}c\u{1b}[2J\u{9b}"), "a\\nb\\u{202e}c\\u{1b}[2J\\u{9b}");
        assert_eq!(visible(""), "\"\"");
        assert_eq!(visible(" a"), "\" a\"");
        assert_eq!(visible("a\u{3000}"), "\"a\u{3000}\"");
    }

    #[test]
    fn no_name_continues_our_sentence() {
        assert_eq!(quoted("ﾆｼﾆﾎﾝ通販(株)"), "ﾆｼﾆﾎﾝ通販(株)");
        assert_eq!(quoted("a, with 99% of it"), "\"a, with 99% of it\"");
        assert_eq!(quoted("a\" and \"b"), "\"a\\\" and \\\"b\"");
        assert_eq!(quoted("\" and \""), "\"\\\" and \\\"\"");
        assert_eq!(quoted("甲」、「乙"), "\"甲」、「乙\"");
        assert_eq!(quoted(" a"), "\" a\"");
        assert_eq!(quoted(""), "\"\"");
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in
            ["client-62", "東京都水道局", "ｶﾌﾞｼｷｶﾞｲｼｬ", "辻\u{E0100}商店", "C:\\list.csv", "名簿 (1).csv"]
        {
            assert_eq!(visible(name), name);
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_text_stay_apart() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
        let text = |bytes: &[u8]| path_text(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(text(b"\x96\xbc\x95\xeb.csv"), "\\x96\\xBC\\x95\\xEB.csv");
        assert_ne!(text(b"\xff.csv"), text(b"\xfe.csv"));
        assert_eq!(text("名簿.csv".as_bytes()), "名簿.csv");
    }
}
