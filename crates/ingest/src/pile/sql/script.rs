//! The text of a dump, and what its words, names, strings and comments are.

use std::collections::HashMap;
use std::io::{self, Read};
use std::rc::Rc;

use memchr::{memchr2, memchr3};

use crate::text::TextSource;

/// A string of more bytes is cut: the row is then longer than a row may be, and is refused by who reads it.
pub(super) const MOST_TEXT: usize = (1 << 20) + 1;
/// A word or name of more bytes is cut.
const MOST_NAME: usize = 1 << 10;

/// Why nothing more is read of a statement.
#[derive(Debug)]
pub(super) enum Stop {
    /// The input itself failed.
    Io(io::Error),
    /// The text ends where it cannot.
    Cut,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

pub(super) type Parsed<T> = Result<T, Stop>;

/// Whose rules strings follow, as far as the text has told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Unknown,
    /// A backslash changes what follows it.
    MySql,
    /// A backslash is a backslash.
    Standard,
}

/// What a backslash in a string is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    Never,
    Always,
    /// Where a quotation mark behind it could not end a string, it changes that.
    Guessed,
}

/// The text of a dump, read from the front.
pub(super) struct Script<'i> {
    source: TextSource<&'i mut dyn Read>,
    /// Bytes of what is pending that are read.
    at: usize,
    /// True where nothing but space stands before on the line.
    pub(super) fresh: bool,
    pub(super) dialect: Dialect,
    /// Columns of tables, by whole name.
    pub(super) known: HashMap<String, Rc<[String]>>,
    /// The whole name of a table, by the last part of it; none where several share that.
    pub(super) only: HashMap<String, Option<String>>,
    pub(super) known_bytes: usize,
    /// True where a comment says that another will stand at the end, and true where it was there.
    promised: bool,
    kept: bool,
}

impl<'i> Script<'i> {
    pub(super) fn open(input: &'i mut dyn Read) -> io::Result<Self> {
        Ok(Self {
            source: TextSource::open(input, None)?,
            at: 0,
            fresh: true,
            dialect: Dialect::Unknown,
            known: HashMap::new(),
            only: HashMap::new(),
            known_bytes: 0,
            promised: false,
            kept: false,
        })
    }

    /// True where the comment is missing that its writer puts at the end.
    pub(super) fn lacks_its_end(&self) -> bool {
        self.promised && !self.kept
    }

    /// The next byte; none at the end.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        self.look(0)
    }

    /// The byte so many further on. What is before must be ASCII.
    pub(super) fn look(&mut self, ahead: usize) -> io::Result<Option<u8>> {
        loop {
            if let Some(byte) = self.source.pending().as_bytes().get(self.at + ahead) {
                return Ok(Some(*byte));
            }
            if self.source.at_end() {
                return Ok(None);
            }
            self.source.consume(self.at);
            self.at = 0;
            self.source.more()?;
        }
    }

    /// Goes past the byte that was seen.
    pub(super) fn bump(&mut self) {
        match self.source.pending().as_bytes().get(self.at) {
            Some(b'\n') => self.fresh = true,
            Some(b' ' | b'\t' | b'\r') => {}
            _ => self.fresh = false,
        }
        self.at += 1;
    }

    /// Goes past a byte if it is the next one.
    pub(super) fn take(&mut self, byte: u8) -> io::Result<bool> {
        let is_next = self.peek()? == Some(byte);
        if is_next {
            self.bump();
        }
        Ok(is_next)
    }

    /// Goes to the next byte of this value, and keeps what is before it, as far as it may be kept.
    pub(super) fn up_to(&mut self, byte: u8, kept: &mut String) -> io::Result<Option<u8>> {
        self.run(byte, byte, kept)
    }

    /// Goes to what may end a cell on a line.
    pub(super) fn up_to_one_of(&mut self, kept: &mut String) -> io::Result<Option<u8>> {
        self.run_to(|text| memchr3(b'\t', b'\n', b'\\', text), kept)
    }

    fn run(&mut self, one: u8, other: u8, kept: &mut String) -> io::Result<Option<u8>> {
        self.run_to(|text| memchr2(one, other, text), kept)
    }

    fn run_to(&mut self, find: impl Fn(&[u8]) -> Option<usize>, kept: &mut String) -> io::Result<Option<u8>> {
        loop {
            let text = self.source.pending().get(self.at..).unwrap_or_default();
            let found = find(text.as_bytes());
            let before = text.get(..found.unwrap_or(text.len())).unwrap_or_default();
            if kept.len() < MOST_TEXT {
                kept.push_str(before);
            }
            if !before.is_empty() {
                self.at += before.len();
                self.fresh = false;
            }
            if found.is_some() || self.peek()?.is_none() {
                return self.peek();
            }
        }
    }

    /// Goes past space and comments.
    pub(super) fn space(&mut self) -> Parsed<()> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\r' | b'\n' | 0x0C) => self.bump(),
                Some(b'-') if self.look(1)? == Some(b'-') => self.remark()?,
                Some(b'#') if self.begins_remark() => drop(self.line()?),
                Some(b'/') if self.look(1)? == Some(b'*') => self.comment()?,
                _ => return Ok(()),
            }
        }
    }

    /// True where a `#` begins a comment. SQL Server begins the names of tables with it that do not stay.
    fn begins_remark(&self) -> bool {
        match self.dialect {
            Dialect::MySql => true,
            Dialect::Unknown => self.fresh,
            Dialect::Standard => false,
        }
    }

    /// A comment to the end of its line. The first and the last of a dump say what it is, and that it is whole.
    fn remark(&mut self) -> Parsed<()> {
        let line = self.line()?.to_ascii_lowercase();
        let said = line.trim_start_matches('-').trim();
        self.kept |= said.starts_with("dump completed") || said == "postgresql database dump complete";
        let of_mysql = ["mysql dump", "mariadb dump"].iter().any(|start| said.starts_with(start));
        self.promised |= of_mysql || said == "postgresql database dump";
        if of_mysql || said.starts_with("phpmyadmin sql dump") {
            self.dialect = Dialect::MySql;
        }
        Ok(())
    }

    /// The rest of the line, as far as it may be kept. The end of the line is still to be read.
    pub(super) fn line(&mut self) -> io::Result<String> {
        let mut kept = String::new();
        self.run(b'\n', b'\n', &mut kept)?;
        Ok(kept)
    }

    /// A comment between marks. Some are read by MySQL alone; what is in them is about tables, never a row.
    fn comment(&mut self) -> Parsed<()> {
        self.bump();
        self.bump();
        if matches!((self.peek()?, self.look(1)?), (Some(b'!'), _) | (Some(b'M'), Some(b'!'))) {
            self.dialect = Dialect::MySql;
        }
        loop {
            self.run(b'*', b'*', &mut String::new())?;
            if self.peek()?.is_none() {
                return Err(Stop::Cut);
            }
            self.bump();
            if self.take(b'/')? {
                return Ok(());
            }
        }
    }

    /// A word as it is written; empty where none stands here.
    pub(super) fn word(&mut self) -> io::Result<String> {
        let mut word = Vec::new();
        while let Some(byte) = self.peek()?.filter(|byte| is_of_word(*byte)) {
            if word.len() < MOST_NAME {
                word.push(byte);
            }
            self.bump();
        }
        Ok(String::from_utf8_lossy(&word).into_owned())
    }

    /// True where this word stands here, and no longer one; it is still to be read.
    pub(super) fn is_at(&mut self, word: &str) -> io::Result<bool> {
        for (ahead, letter) in word.bytes().enumerate() {
            if !self.look(ahead)?.is_some_and(|byte| byte.eq_ignore_ascii_case(&letter)) {
                return Ok(false);
            }
        }
        Ok(!self.look(word.len())?.is_some_and(is_of_word))
    }

    /// The name of a table or column, and whether it stands in marks; empty where none stands here.
    pub(super) fn name(&mut self) -> Parsed<(String, bool)> {
        let close = match self.peek()? {
            Some(b'`') => {
                self.dialect = Dialect::MySql;
                b'`'
            }
            Some(b'[') => {
                self.dialect = Dialect::Standard;
                b']'
            }
            Some(b'"') => b'"',
            Some(b'#') => {
                let mut name = String::new();
                while name.len() < 2 && self.take(b'#')? {
                    name.push('#');
                }
                name.push_str(&self.word()?);
                return Ok((name, false));
            }
            _ => return Ok((self.word()?, false)),
        };
        let mut name = String::new();
        self.bump();
        self.quoted(close, Escapes::Never, &mut name)?;
        let most = name.char_indices().map(|(at, _)| at).take_while(|at| *at <= MOST_NAME).last();
        if name.len() > MOST_NAME {
            name.truncate(most.unwrap_or(0));
        }
        Ok((name, true))
    }

    /// What a backslash in a string without a letter before it is.
    pub(super) fn escapes(&self) -> Escapes {
        match self.dialect {
            Dialect::Unknown => Escapes::Guessed,
            Dialect::MySql => Escapes::Always,
            Dialect::Standard => Escapes::Never,
        }
    }

    /// What stands up to a mark, which is doubled where it is meant; the first one is read.
    pub(super) fn quoted(&mut self, close: u8, escapes: Escapes, text: &mut String) -> Parsed<()> {
        let backslash = if escapes == Escapes::Never { close } else { b'\\' };
        loop {
            match self.run(close, backslash, text)? {
                None => return Err(Stop::Cut),
                Some(byte) if byte == close => {
                    self.bump();
                    if !self.take(close)? {
                        return Ok(());
                    }
                    push(text, char::from(close));
                }
                Some(_) => {
                    self.bump();
                    self.escaped(close, escapes, text)?;
                }
            }
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self, close: u8, escapes: Escapes, text: &mut String) -> Parsed<()> {
        let Some(byte) = self.peek()? else { return Err(Stop::Cut) };
        if escapes == Escapes::Guessed {
            let ends = byte == close
                && self.look(1)?.is_none_or(|next| matches!(next, b',' | b')' | b';' | b'\r' | b'\n' | b' '));
            if byte != close || ends {
                push(text, '\\');
            }
            if byte != b'\\' && (byte != close || ends) {
                return Ok(());
            }
        }
        match byte {
            _ if !byte.is_ascii() => return Ok(()),
            b'n' => push(text, '\n'),
            b'r' => push(text, '\r'),
            b't' => push(text, '\t'),
            b'0' | b'Z' | b'b' => {}
            b'%' | b'_' => {
                push(text, '\\');
                push(text, char::from(byte));
            }
            _ => push(text, char::from(byte)),
        }
        self.bump();
        Ok(())
    }

    /// Text between two marks such as `$$` or `$body$`, the first one unread. A lone `$` is passed.
    pub(super) fn dollar_quoted(&mut self, text: &mut String) -> Parsed<()> {
        self.bump();
        let mut mark = Vec::new();
        while let Some(byte) =
            self.look(mark.len())?.filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        {
            mark.push(byte);
            if mark.len() > 64 {
                return Ok(());
            }
        }
        if self.look(mark.len())? != Some(b'$') {
            return Ok(());
        }
        mark.push(b'$');
        mark.iter().for_each(|_| self.bump());
        loop {
            if self.run(b'$', b'$', text)?.is_none() {
                return Err(Stop::Cut);
            }
            self.bump();
            let mut same = 0;
            while same < mark.len() && self.look(same)? == mark.get(same).copied() {
                same += 1;
            }
            if same == mark.len() {
                mark.iter().for_each(|_| self.bump());
                return Ok(());
            }
            push(text, '$');
        }
    }

    /// Goes past one word, string, name or mark. Space must be passed before.
    pub(super) fn token(&mut self) -> Parsed<()> {
        let mut text = String::new();
        match self.peek()? {
            Some(mark @ (b'\'' | b'"' | b'`')) => {
                let escapes = if mark == b'`' { Escapes::Never } else { self.escapes() };
                self.bump();
                self.quoted(mark, escapes, &mut text)
            }
            // Otherwise it is an array, or the number of one of its values.
            Some(b'[') if !matches!(self.look(1)?, Some(b'\'' | b']' | b'0'..=b'9') | None) => {
                self.bump();
                self.quoted(b']', Escapes::Never, &mut text)
            }
            Some(b'$') if self.dialect != Dialect::MySql => self.dollar_quoted(&mut text),
            Some(byte) if is_of_word(byte) => {
                let word = self.word()?;
                match word.eq_ignore_ascii_case("e") && self.take(b'\'')? {
                    true => self.quoted(b'\'', Escapes::Always, &mut text),
                    false => Ok(()),
                }
            }
            _ => {
                self.bump();
                Ok(())
            }
        }
    }
}

/// True for what words are of.
pub(super) fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'@' | 0x80..)
}

fn push(text: &mut String, letter: char) {
    if text.len() < MOST_TEXT {
        text.push(letter);
    }
}
