//! Messages on standard error: lines for people, or one JSON object a line for programs (`meibo.log/1`).

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

/// The name of the JSON form.
const SCHEMA: &str = "meibo.log/1";

/// Interrupts and defects speak up wherever they are found: one form is that of the whole program.
static JSON: AtomicBool = AtomicBool::new(false);

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Why nothing could be done.
    Error,
    /// What could not be used.
    Warning,
    /// What is good to know.
    Info,
    /// Details for those who asked for them.
    Debug,
}

/// One message; no clock in it, so that the same work says the same.
#[derive(Serialize)]
struct Message<'a> {
    schema: &'static str,
    level: Level,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
}

/// From now on all messages are JSON.
pub(crate) fn speak_json() {
    JSON.store(true, Ordering::Relaxed);
}

/// True where messages are JSON.
pub(crate) fn is_json() -> bool {
    JSON.load(Ordering::Relaxed)
}

/// A message as the line that is written of it, with the file or directory that it is about, which its text names as well.
pub(crate) fn line(level: Level, path: Option<&str>, text: &str) -> String {
    line_as(is_json(), level, path, text)
}

fn line_as(json: bool, level: Level, path: Option<&str>, text: &str) -> String {
    // One message is one line, whatever a path or a header name holds.
    let shown = meibo_report::visible(text);
    if json {
        let message = Message { schema: SCHEMA, level, message: &shown, path };
        // Text and names are always JSON.
        return meibo_report::json::to_string(&message).unwrap_or_default();
    }
    match level {
        Level::Error | Level::Warning => format!("meibo: {shown}"),
        Level::Info | Level::Debug => shown,
    }
}

/// Writes a message.
pub(crate) fn say(level: Level, path: Option<&str>, text: &str) {
    // Where nobody hears there is nobody to tell.
    let _ = writeln!(io::stderr(), "{}", line(level, path, text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_in_either_form() {
        let (path, text) = ("a\nb\u{202e}.csv", "a\nb\u{202e}.csv: holds no list");
        let plain = line_as(false, Level::Warning, Some(path), text);
        assert_eq!(plain, "meibo: a\\nb\\u{202e}.csv: holds no list");
        let json = line_as(true, Level::Warning, Some(path), text);
        assert_eq!(json.lines().count(), 1);
        assert!(!json.contains('\u{202e}'));
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value["schema"], SCHEMA);
        assert_eq!(value["level"], "warning");
        assert_eq!(value["message"], "a\\nb\\u{202e}.csv: holds no list");
        assert_eq!(value["path"], path);
        assert_eq!(line_as(false, Level::Info, None, "done"), "done");
        assert!(!line_as(true, Level::Error, None, "x").contains("path"));
    }
}
