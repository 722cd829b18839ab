//! What a test is shown of a file.

use std::io::Cursor;

use super::each_member;

/// The text of all members, and what is wrong with any or with the file.
pub(super) fn shown(bytes: &[u8]) -> (String, Vec<String>) {
    let (mut text, mut errors) = (String::new(), Vec::new());
    let walked = each_member(Cursor::new(bytes), &mut |member| match member.content {
        Ok(content) => drop(content.input.read_to_string(&mut text)),
        Err(error) => errors.push(error.to_string()),
    });
    errors.extend(walked.err().map(|error| error.to_string()));
    (text, errors)
}
