//! The cells of a row: what stands in parentheses, or on a line between tabs.

use std::borrow::Cow;

use super::script::{Dialect, Escapes, MOST_TEXT, Parsed, Script, Stop, is_of_word};
use crate::pile::lines::{MOST_LINE, push_quoted};

impl Script<'_> {
    /// Writes a row in parentheses, the opening one being read, and gives the number of its cells.
    pub(super) fn tuple(&mut self, line: &mut Vec<u8>) -> Parsed<usize> {
        let mut cells = 0;
        loop {
            let (text, is_last) = self.cell()?;
            cells += 1;
            if line.len() < MOST_LINE {
                push_quoted(line, &text);
                line.push(b',');
            }
            if is_last {
                line.pop();
                line.extend(b"\r\n");
                return Ok(cells);
            }
        }
    }

    /// The text of a cell, and whether it was the row's last.
    fn cell(&mut self) -> Parsed<(String, bool)> {
        let (mut value, mut depth) = (Value::default(), 0_usize);
        loop {
            self.space()?;
            match self.peek()? {
                None => return Err(Stop::Cut),
                Some(mark @ (b',' | b')')) if depth == 0 => {
                    self.bump();
                    return Ok((value.text(), mark == b')'));
                }
                Some(b'(' | b'[') => {
                    self.bump();
                    depth += 1;
                }
                Some(b')' | b']') => {
                    self.bump();
                    depth = depth.saturating_sub(1);
                }
                Some(mark @ (b'\'' | b'"')) => {
                    let text = self.string(mark, self.escapes())?;
                    value.add(&text, depth);
                }
                Some(byte) if is_of_word(byte) => self.word_of_cell(&mut value, depth)?,
                Some(byte) => {
                    self.bump();
                    value.mark(byte);
                }
            }
        }
    }

    /// A string, its first mark unread.
    fn string(&mut self, mark: u8, escapes: Escapes) -> Parsed<String> {
        let mut text = String::new();
        self.bump();
        self.quoted(mark, escapes, &mut text)?;
        Ok(text)
    }

    /// A number, the name of a function, what says how a string is written, or a word that is no value.
    fn word_of_cell(&mut self, value: &mut Value, depth: usize) -> Parsed<()> {
        if self.peek()? == Some(b'$') && self.dialect != Dialect::MySql {
            let mut text = String::new();
            self.dollar_quoted(&mut text)?;
            value.add(&text, depth);
            return Ok(());
        }
        let mut word = self.word()?;
        let upper = word.to_ascii_uppercase();
        let is_string = self.peek()? == Some(b'\'');
        match upper.as_str() {
            "E" if is_string => {
                let text = self.string(b'\'', Escapes::Always)?;
                value.add(&text, depth);
            }
            "X" if is_string => {
                let digits = self.string(b'\'', Escapes::Never)?;
                value.add_bytes(&digits, depth);
            }
            "Q" | "NQ" if is_string => {
                let text = self.alternative_string()?;
                value.add(&text, depth);
            }
            _ if upper.starts_with("0X") => value.add_bytes(word.get(2..).unwrap_or_default(), depth),
            _ if word.starts_with(|first: char| first.is_ascii_digit()) => {
                if self.take(b'.')? {
                    word.push('.');
                    word.push_str(&self.word()?);
                }
                value.number(&word, depth);
            }
            _ => value.function = upper,
        }
        Ok(())
    }

    /// Oracle's `q'[text]'`, whose marks are chosen.
    fn alternative_string(&mut self) -> Parsed<String> {
        self.bump();
        let close = match self.peek()? {
            None => return Err(Stop::Cut),
            Some(b'[') => b']',
            Some(b'(') => b')',
            Some(b'{') => b'}',
            Some(b'<') => b'>',
            Some(byte) if byte.is_ascii() => byte,
            Some(_) => return Ok(String::new()),
        };
        self.bump();
        let mut text = String::new();
        loop {
            let mut piece = String::new();
            if self.up_to(close, &mut piece)?.is_none() {
                return Err(Stop::Cut);
            }
            if text.len() < MOST_TEXT {
                text.push_str(&piece);
            }
            self.bump();
            if self.take(b'\'')? {
                return Ok(text);
            }
            text.push(char::from(close));
        }
    }

    /// Writes a row of a line with tabs, and gives the number of its cells; none where the rows end.
    pub(super) fn tabbed(&mut self, line: &mut Vec<u8>) -> Parsed<Option<usize>> {
        if self.peek()? == Some(b'\\')
            && self.look(1)? == Some(b'.')
            && self.look(2)?.is_none_or(|byte| matches!(byte, b'\r' | b'\n'))
        {
            self.line()?;
            return Ok(None);
        }
        let mut cells = 0;
        loop {
            let (text, end) = self.tabbed_cell()?;
            cells += 1;
            if line.len() < MOST_LINE {
                push_quoted(line, &text);
                line.push(b',');
            }
            if end == b'\n' {
                line.pop();
                line.extend(b"\r\n");
                return Ok(Some(cells));
            }
        }
    }

    /// The text of a cell, and what ended it. A backslash stands before what would end it.
    fn tabbed_cell(&mut self) -> Parsed<(String, u8)> {
        let mut text = String::new();
        loop {
            let mut piece = String::new();
            let found = self.up_to_one_of(&mut piece)?;
            if text.len() < MOST_TEXT {
                text.push_str(&piece);
            }
            let Some(byte) = found else { return Err(Stop::Cut) };
            self.bump();
            if byte != b'\\' {
                if byte == b'\n' && text.ends_with('\r') {
                    text.pop();
                }
                return Ok((text, byte));
            }
            let Some(escaped) = self.peek()? else { return Err(Stop::Cut) };
            match escaped {
                b'n' => text.push('\n'),
                b'r' => text.push('\r'),
                b't' => text.push('\t'),
                // Nothing is there.
                b'N' | b'b' | b'f' | b'v' => {}
                _ if escaped.is_ascii() => text.push(char::from(escaped)),
                _ => continue,
            }
            self.bump();
        }
    }
}

/// What a cell is found to hold.
#[derive(Default)]
struct Value {
    text: String,
    /// True where that is from strings.
    has_string: bool,
    has_number: bool,
    /// True where what follows belongs to what stands before.
    joined: bool,
    minus: bool,
    /// True where what stands for ends of lines was replaced by them.
    has_lines: bool,
    has_returns: bool,
    /// The last word, which may be a function's name.
    function: String,
}

impl Value {
    /// A string: in a function, the first one is the value, and those behind it say how it is written.
    fn add(&mut self, text: &str, depth: usize) {
        let text = match self.function.as_str() {
            "UNISTR" => Cow::from(unescaped(text)),
            _ => Cow::from(text),
        };
        if !self.has_string {
            self.text = text.into_owned();
            self.has_string = true;
        } else if depth == 0 || self.joined {
            if self.text.len() < MOST_TEXT {
                self.text.push_str(&text);
            }
        } else if let ("\\n" | "\\r", true) = (&*text, self.text.len() < MOST_TEXT) {
            // SQLite writes the ends of lines so, and what they stand for behind: each once, so that no cell is gone through often.
            let (is_replaced, end) =
                if text == "\\n" { (&mut self.has_lines, "\n") } else { (&mut self.has_returns, "\r") };
            if !std::mem::replace(is_replaced, true) {
                self.text = self.text.replace(&*text, end);
            }
        }
        self.joined = false;
    }

    /// Bytes in hexadecimal: text, or nothing.
    fn add_bytes(&mut self, digits: &str, depth: usize) {
        let pairs = digits.as_bytes().chunks_exact(2);
        let bytes: Option<Vec<u8>> = pairs
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap_or_default(), 16).ok())
            .collect();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(text) = text.filter(|_| depth == 0) {
            self.add(&text, depth);
        }
    }

    fn number(&mut self, digits: &str, depth: usize) {
        let is_letter = matches!(self.function.as_str(), "CHR" | "CHAR" | "NCHAR") && depth > 0;
        if is_letter {
            let letter = digits.parse().ok().and_then(char::from_u32);
            if let (Some(letter), true) = (letter, self.joined && self.has_string) {
                self.text.push(letter);
                self.joined = false;
            }
        } else if !self.has_string && !self.has_number {
            self.text = format!("{}{digits}", if self.minus { "-" } else { "" });
            self.has_number = true;
        }
    }

    fn mark(&mut self, byte: u8) {
        match byte {
            b'|' | b'+' => self.joined = true,
            b'-' => self.minus = !self.has_number,
            _ => {}
        }
    }

    fn text(self) -> String {
        self.text
    }
}

/// Text in which characters are written as numbers: `\6771`, `\u6771`, `\+01F600`, `\U0001F600`.
fn unescaped(text: &str) -> String {
    let (mut units, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('\\') {
        units.extend(before.encode_utf16());
        let (skip, length) = match after.as_bytes().first() {
            Some(b'u') => (1, 4),
            Some(b'+') => (1, 6),
            Some(b'U') => (1, 8),
            _ => (0, 4),
        };
        let number = after.get(skip..skip + length).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match number {
            Some(number) => {
                match (u16::try_from(number), char::from_u32(number)) {
                    (Ok(unit), _) => units.push(unit),
                    (_, Some(letter)) => units.extend(letter.encode_utf16(&mut [0; 2]).iter()),
                    _ => units.push(0xFFFD),
                }
                rest = after.get(skip + length..).unwrap_or_default();
            }
            None => {
                units.push(u16::from(b'\\'));
                rest = after.strip_prefix('\\').unwrap_or(after);
            }
        }
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units)
}
