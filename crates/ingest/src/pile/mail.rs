//! E-mail: the attachments of a message, and the messages of a mailbox.

use std::io::{BufRead, BufReader, Cursor, Read};

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MimeHeaders as _};

use super::archive::text_of;
use super::guard::guarded;
use super::meter::MOST_IN_MEMORY;
use super::{PileError, Walk};

const MAIL: &str = "e-mail";
/// Headers that one of a message's first lines has; a list begins with none of them.
const TELLING: [&[u8]; 5] = [b"received", b"mime-version", b"message-id", b"return-path", b"delivered-to"];
/// Lines of more bytes are of no mailbox: they would have to be held.
const MOST_LINE: u64 = 16 << 20;

/// True where a file begins with the headers of a message.
pub(super) fn is_mail(head: &[u8]) -> bool {
    let mut telling = false;
    for (number, line) in head.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return telling && number > 1;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return false };
        let (name, _) = line.split_at(colon);
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_';
        if name.is_empty() || !name.iter().all(is_name) {
            return false;
        }
        telling |= TELLING.contains(&name.to_ascii_lowercase().as_slice());
    }
    // Headers longer than what was looked at.
    telling
}

/// True where a file begins as a mailbox does: with the line that stands before each message.
pub(super) fn is_mailbox(head: &[u8]) -> bool {
    let Some(end) = head.iter().position(|byte| *byte == b'\n') else { return false };
    let (line, rest) = head.split_at(end + 1);
    line.starts_with(b"From ") && is_mail(rest)
}

impl Walk<'_> {
    /// The attachments of a message. Its own text is no list, and shown where any text is wanted.
    pub(super) fn mail(&mut self, input: &mut dyn Read, name: &str, depth: usize) -> Result<(), PileError> {
        let mut bytes = Vec::new();
        input.take(MOST_IN_MEMORY + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_IN_MEMORY {
            return Err(PileError::TooLargeInside);
        }
        let parsed = guarded(|| MessageParser::default().parse(&bytes)).ok_or(PileError::Damaged(MAIL))?;
        let message = parsed.ok_or(PileError::Damaged(MAIL))?;
        if self.any_text {
            for (number, text) in bodies(&message).into_iter().enumerate() {
                self.member(&mut text.as_bytes(), &format!("{name}!text {}", number + 1), depth)?;
            }
        }
        for (number, attachment) in attachments(&message, &bytes).into_iter().enumerate() {
            let member = attachment.name.unwrap_or_else(|| format!("attachment {}", number + 1));
            let member = format!("{name}!{}", text_of(member.as_bytes()));
            match attachment.content {
                Some(content) => self.member(&mut Cursor::new(content), &member, depth)?,
                None => self.shown(&member, Err(PileError::Damaged("attachment")))?,
            }
        }
        Ok(())
    }

    /// The messages of a mailbox, by number.
    pub(super) fn mailbox(
        &mut self,
        input: &mut dyn Read,
        name: &str,
        depth: usize,
    ) -> Result<(), PileError> {
        let mut input = BufReader::new(input);
        let (mut message, mut line, mut number, mut after_blank) = (Vec::new(), Vec::new(), 0, true);
        loop {
            line.clear();
            let length = input.by_ref().take(MOST_LINE).read_until(b'\n', &mut line)?;
            let begins = after_blank && line.starts_with(b"From ");
            if (begins || length == 0) && !message.is_empty() {
                number += 1;
                let member = format!("{name}!{number}");
                // A message without headers that tell would be taken for a list.
                let result = self.mail(&mut message.as_slice(), &member, depth + 1);
                self.shown(&member, result)?;
                message.clear();
            }
            if length == 0 {
                return Ok(());
            }
            after_blank = line.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
            if !begins {
                message.extend_from_slice(&line);
            }
            if message.len() as u64 > MOST_IN_MEMORY || length as u64 == MOST_LINE {
                return Err(PileError::TooLargeInside);
            }
        }
    }
}

/// The text that a message itself has, as its reader decodes it.
fn bodies<'m>(message: &'m Message<'_>) -> Vec<&'m str> {
    let parts = message.text_body.iter().chain(&message.html_body).collect::<std::collections::BTreeSet<_>>();
    let parts = parts.into_iter().filter_map(|part| message.parts.get(*part as usize));
    parts.filter_map(mail_parser::MessagePart::text_contents).collect()
}

/// What is attached to a message.
struct Attachment {
    name: Option<String>,
    /// Its bytes as they were attached; none where they are cut short, or not in the encoding that they are said to be in.
    content: Option<Vec<u8>>,
}

/// The attachments of a message: taken from its bytes, as their reader would make text of some.
fn attachments(message: &Message<'_>, bytes: &[u8]) -> Vec<Attachment> {
    let attachment = |part: &mail_parser::MessagePart<'_>| {
        let place = part.offset_body as usize..part.offset_end as usize;
        let raw = bytes.get(place).unwrap_or_default();
        // Behind a part of a message there is at least the line that ends it.
        let is_whole = message.parts.first().is_some_and(|root| std::ptr::eq(root, part));
        let is_cut = !is_whole && part.offset_end as usize >= bytes.len();
        let content = match part.encoding {
            _ if is_cut || part.is_encoding_problem => None,
            Encoding::None => Some(raw.to_vec()),
            Encoding::Base64 => guarded(|| base64_decode(raw)).flatten(),
            Encoding::QuotedPrintable => guarded(|| quoted_printable_decode(raw)).flatten(),
        };
        Attachment { name: part.attachment_name().map(str::to_owned), content }
    };
    message.attachments().map(attachment).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_known_by_their_headers_and_lists_are_none() {
        assert!(is_mail(b"Return-Path: <a@example.com>\r\nSubject: x\r\n\r\nbody"));
        assert!(is_mail(b"Subject: x\n folded\nMIME-Version: 1.0\n\n"));
        assert!(is_mailbox(
            b"From a@example.com Thu Jan  1 00:00:00 2020\nMessage-ID: <1@x>\nFrom: a\n\nbody"
        ));
        for list in [
            &b"name:phone\nx:y\n\n"[..],
            b"From: a\nTo: b\n\n",
            b"\nMIME-Version: 1.0\n\n",
            b"name,phone\nMIME-Version: 1.0\n\n",
            "氏名,電話\n".as_bytes(),
            b"",
        ] {
            assert!(!is_mail(list) && !is_mailbox(list));
        }
    }
}
