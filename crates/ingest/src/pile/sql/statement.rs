//! The statements of a dump: those that hold rows are found, those that name columns are kept, all others are passed.

use std::io;
use std::rc::Rc;

use super::script::{Dialect, Parsed, Script, Stop, is_of_word};

/// Columns of one table.
const MOST_COLUMNS: usize = 2_000;
/// Bytes of all names of columns that are kept.
const MOST_KNOWN: usize = 16 << 20;
/// Words before the name of a table.
const MOST_WORDS: usize = 16;
/// What begins an element of a table that is no column, whatever follows: no column can be called so without marks.
const NO_COLUMNS: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"];
/// Types of columns of one word, which could be names of tables as well.
const TYPES: [&str; 12] = [
    "INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "TEXT", "REAL", "BOOLEAN", "DATE", "NUMERIC", "BLOB",
    "VARCHAR",
];
/// What may stand between INSERT and the name of a table.
const BEFORE_TABLE: [&str; 12] = [
    "INTO",
    "IGNORE",
    "LOW_PRIORITY",
    "DELAYED",
    "HIGH_PRIORITY",
    "OR",
    "REPLACE",
    "ROLLBACK",
    "ABORT",
    "FAIL",
    "ALL",
    "FIRST",
];
/// What begins a line that a statement before it has not ended with a mark, as SQL Server's do not.
const BEGINS_ANEW: [&str; 4] = ["GO", "INSERT", "CREATE", "COPY"];

/// Where rows go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The table's name, behind that of its schema where it stands there.
    pub(super) table: String,
    /// Its columns; empty where nothing tells them.
    pub(super) columns: Rc<[String]>,
    pub(super) form: Form,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// In parentheses, one after the other.
    Values,
    /// A line a row, tabs between cells.
    Lines,
}

/// What an element of a table is.
#[derive(Clone, Copy)]
enum Begun {
    Column,
    /// An index or a rule.
    None,
    /// All columns of another table.
    Other,
    /// That, or a column, where more follows than a name.
    Like,
}

/// What the rest of an element holds.
#[derive(Default)]
struct Rest {
    /// True where it was the last.
    is_last: bool,
    /// True where anything stood in it.
    goes_on: bool,
    /// True where a column takes no value, as it is worked out from others.
    is_worked_out: bool,
}

impl Script<'_> {
    /// Goes to the next rows; none at the end.
    pub(super) fn next_target(&mut self) -> Parsed<Option<Target>> {
        loop {
            self.space()?;
            let found = match self.peek()? {
                None => return Ok(None),
                Some(b'\\' | b'#') => self.line().map(|_| None)?,
                Some(byte) if is_of_word(byte) && byte != b'$' => {
                    let word = self.word()?.to_ascii_uppercase();
                    self.statement(&word)?
                }
                Some(_) => self.token().map(|()| None)?,
            };
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// What follows a statement's first word.
    fn statement(&mut self, word: &str) -> Parsed<Option<Target>> {
        match word {
            "INSERT" | "REPLACE" => return self.insert(),
            "COPY" => return self.copy(),
            "CREATE" => self.create()?,
            "DELIMITER" => self.other_delimiter()?,
            "GO" => {}
            "PROMPT" | "REM" | "REMARK" => drop(self.line()?),
            "SET" => {
                self.space()?;
                match self.word()?.to_ascii_uppercase().as_str() {
                    "NAMES" => self.dialect = Dialect::MySql,
                    "STANDARD_CONFORMING_STRINGS" => self.dialect = Dialect::Standard,
                    _ => {}
                }
                self.pass()?;
            }
            "PRAGMA" => {
                self.dialect = Dialect::Standard;
                self.pass()?;
            }
            _ => self.pass()?,
        }
        Ok(None)
    }

    /// Goes past the end of a statement.
    fn pass(&mut self) -> Parsed<()> {
        loop {
            self.space()?;
            match self.peek()? {
                None => return Ok(()),
                Some(b';') => {
                    self.bump();
                    return Ok(());
                }
                Some(_) if self.begins_anew()? => return Ok(()),
                Some(_) => self.token()?,
            }
        }
    }

    fn begins_anew(&mut self) -> io::Result<bool> {
        for word in BEGINS_ANEW {
            if self.fresh && self.is_at(word)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What follows INSERT.
    fn insert(&mut self) -> Parsed<Option<Target>> {
        for _ in 0..MOST_WORDS {
            let (name, is_quoted) = self.name_behind_space()?;
            let upper = name.to_ascii_uppercase();
            // An INSERT here begins a statement: what was before it was none.
            let goes_on = !is_quoted && (BEFORE_TABLE.contains(&upper.as_str()) || upper == "INSERT");
            let is_none = !is_quoted && matches!(upper.as_str(), "VALUES" | "SELECT");
            if name.is_empty() || is_none {
                break;
            }
            if !goes_on {
                return self.target(name);
            }
        }
        self.pass().map(|()| None)
    }

    /// What follows the first part of the name of a table that rows go into.
    fn target(&mut self, first: String) -> Parsed<Option<Target>> {
        let (table, key) = self.whole_name(first)?;
        let mut columns = None;
        for _ in 0..MOST_WORDS {
            self.space()?;
            if self.peek()? == Some(b'(') && columns.is_none() {
                self.bump();
                columns = Some(self.columns()?);
                continue;
            }
            match self.word()?.to_ascii_uppercase().as_str() {
                "VALUES" | "VALUE" => {
                    let columns = columns.map_or_else(|| self.columns_of(&key), Rc::from);
                    return Ok(Some(Target { table, columns, form: Form::Values }));
                }
                // Rows that are found by a question stand elsewhere.
                "" | "SELECT" | "WITH" | "DEFAULT" | "SET" | "EXEC" | "EXECUTE" => break,
                _ => {}
            }
        }
        self.pass().map(|()| None)
    }

    /// Goes past the parenthesis that opens a row; false where no row stands here.
    pub(super) fn opens_tuple(&mut self) -> Parsed<bool> {
        self.space()?;
        let goes_on = self.take(b',')?;
        self.space()?;
        if self.is_at("ROW")? {
            self.word()?;
            self.space()?;
        }
        let opens = self.take(b'(')?;
        match goes_on && !opens {
            true => Err(Stop::Cut),
            false => Ok(opens),
        }
    }

    /// Where another table's rows follow in the same statement.
    pub(super) fn next_into(&mut self) -> Parsed<Option<Target>> {
        self.space()?;
        match self.is_at("INTO")? {
            true => {
                self.word()?;
                self.insert()
            }
            false => Ok(None),
        }
    }

    /// What follows COPY.
    fn copy(&mut self) -> Parsed<Option<Target>> {
        let (first, _) = self.name_behind_space()?;
        if first.is_empty() {
            return self.pass().map(|()| None);
        }
        let (table, key) = self.whole_name(first)?;
        self.space()?;
        let listed = match self.take(b'(')? {
            true => self.columns()?.into(),
            false => self.columns_of(&key),
        };
        for wanted in ["FROM", "STDIN"] {
            self.space()?;
            if !self.word()?.eq_ignore_ascii_case(wanted) {
                return self.pass().map(|()| None);
            }
        }
        self.line()?;
        self.take(b'\n')?;
        self.dialect = Dialect::Standard;
        Ok(Some(Target { table, columns: listed, form: Form::Lines }))
    }

    fn name_behind_space(&mut self) -> Parsed<(String, bool)> {
        self.space()?;
        self.name()
    }

    /// A name with those that follow it behind points, and what a table of this name is known by: all of them, in small letters.
    fn whole_name(&mut self, first: String) -> Parsed<(String, String)> {
        let (mut whole, mut key) = (first.clone(), first);
        for _ in 0..MOST_WORDS {
            self.space()?;
            if !self.take(b'.')? {
                break;
            }
            let (name, _) = self.name_behind_space()?;
            whole.push('.');
            whole.push_str(&name);
            // A point may be part of a name in marks.
            key.push('\0');
            key.push_str(&name);
        }
        Ok((whole, key.to_lowercase()))
    }

    /// The columns of a table, as far as they are known. Where only one of two names tells the schema, both are of the same table
    /// if no other is called so.
    fn columns_of(&self, key: &str) -> Rc<[String]> {
        let is_end =
            |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('\0'));
        let other = || {
            let only = self.only.get(last_of(key))?.as_ref()?;
            self.known.get(only).filter(|_| is_end(only, key) || is_end(key, only))
        };
        self.known.get(key).or_else(other).cloned().unwrap_or_default()
    }

    /// Keeps the columns of a table, as far as they may be kept.
    fn keep(&mut self, key: String, columns: Vec<String>) {
        let names: usize = columns.iter().map(|name| name.len() + size_of::<String>()).sum();
        let bytes = 3 * key.len() + names;
        let last = last_of(&key);
        if self.known_bytes + bytes > MOST_KNOWN {
            // What was known of it, or of one called so, is no longer sure.
            self.known.remove(&key);
            self.only.entry(last.to_owned()).and_modify(|only| *only = None);
            return;
        }
        self.known_bytes += bytes;
        let only = self.only.entry(last.to_owned()).or_insert_with(|| Some(key.clone()));
        if only.as_ref() != Some(&key) {
            *only = None;
        }
        self.known.insert(key, columns.into());
    }

    /// Names up to the closing parenthesis, the opening one being read.
    fn columns(&mut self) -> Parsed<Vec<String>> {
        let mut columns = Vec::new();
        loop {
            let (name, _) = self.name_behind_space()?;
            if !name.is_empty() && columns.len() < MOST_COLUMNS {
                columns.push(name);
            }
            if self.element(0)?.is_last {
                return Ok(columns);
            }
        }
    }

    /// The columns of a table that take values, up to the closing parenthesis of their definitions; none where not all are told.
    fn defined_columns(&mut self) -> Parsed<Vec<String>> {
        let (mut columns, mut is_known) = (Vec::new(), true);
        loop {
            let (name, is_quoted) = self.name_behind_space()?;
            let (begun, depth) = if is_quoted { (Begun::Column, 0) } else { self.begun(&name)? };
            let rest = self.element(depth)?;
            is_known &= match begun {
                Begun::Column => true,
                Begun::Other => false,
                Begun::Like => rest.goes_on,
                Begun::None => true,
            };
            let is_column = matches!(begun, Begun::Column | Begun::Like) && !rest.is_worked_out;
            if is_column && !name.is_empty() && columns.len() < MOST_COLUMNS {
                columns.push(name);
            }
            if rest.is_last {
                return Ok(if is_known { columns } else { Vec::new() });
            }
        }
    }

    /// What the element of a table is whose first word this is, by what follows it, and how many parentheses are then open.
    fn begun(&mut self, first: &str) -> Parsed<(Begun, usize)> {
        let upper = first.to_ascii_uppercase();
        if NO_COLUMNS.contains(&upper.as_str()) {
            return Ok((Begun::None, 0));
        }
        if !["KEY", "INDEX", "FULLTEXT", "SPATIAL", "EXCLUDE", "PERIOD", "SUPPLEMENTAL", "LIKE"]
            .contains(&upper.as_str())
        {
            return Ok((Begun::Column, 0));
        }
        self.space()?;
        let is_index = !matches!(upper.as_str(), "PERIOD" | "SUPPLEMENTAL" | "LIKE");
        if self.peek()? == Some(b'(') {
            return Ok((if is_index { Begun::None } else { Begun::Column }, 0));
        }
        let (next, _) = self.name()?;
        let next = next.to_ascii_uppercase();
        match upper.as_str() {
            "PERIOD" => return Ok((if next == "FOR" { Begun::None } else { Begun::Column }, 0)),
            "SUPPLEMENTAL" => return Ok((if next == "LOG" { Begun::None } else { Begun::Column }, 0)),
            "EXCLUDE" => return Ok((if next == "USING" { Begun::None } else { Begun::Column }, 0)),
            "LIKE" => return self.begun_like(&next).map(|begun| (begun, 0)),
            "FULLTEXT" | "SPATIAL" if matches!(next.as_str(), "KEY" | "INDEX") => {
                return Ok((Begun::None, 0));
            }
            _ => {}
        }
        self.space()?;
        if next == "USING" || next.is_empty() {
            return Ok((if next.is_empty() { Begun::Column } else { Begun::None }, 0));
        }
        for word in ["USING", "CLUSTERED", "NONCLUSTERED"] {
            if self.is_at(word)? {
                return Ok((Begun::None, 0));
            }
        }
        if !self.take(b'(')? {
            return Ok((Begun::Column, 0));
        }
        self.space()?;
        // Columns stand in the parentheses of an index; in those of a type, its length or values.
        let is_type = matches!(self.peek()?, Some(b'0'..=b'9' | b'\'')) || self.is_at("MAX")?;
        Ok((if is_type { Begun::Column } else { Begun::None }, 1))
    }

    /// What an element is that begins with LIKE and this word: all columns of another table, or a column of this type.
    fn begun_like(&mut self, next: &str) -> Parsed<Begun> {
        self.space()?;
        if self.peek()? == Some(b'.') || self.is_at("INCLUDING")? || self.is_at("EXCLUDING")? {
            return Ok(Begun::Other);
        }
        Ok(if TYPES.contains(&next) { Begun::Column } else { Begun::Like })
    }

    /// Goes past the rest of an element, in which so many parentheses are open.
    fn element(&mut self, mut depth: usize) -> Parsed<Rest> {
        let mut rest = Rest::default();
        loop {
            self.space()?;
            match self.peek()? {
                None => return Err(Stop::Cut),
                Some(mark @ (b',' | b')')) if depth == 0 => {
                    self.bump();
                    rest.is_last = mark == b')';
                    return Ok(rest);
                }
                Some(b'(') => depth += 1,
                Some(b')') => depth -= 1,
                Some(_) if depth == 0 && self.is_at("AS")? => {
                    self.word()?;
                    self.space()?;
                    // Not so an identity, whose values are written.
                    rest.is_worked_out |= self.peek()? == Some(b'(');
                    rest.goes_on = true;
                    continue;
                }
                Some(_) => {}
            }
            rest.goes_on = true;
            self.token()?;
        }
    }

    /// What follows CREATE.
    fn create(&mut self) -> Parsed<()> {
        for _ in 0..MOST_WORDS {
            self.space()?;
            match self.word()?.to_ascii_uppercase().as_str() {
                "TABLE" => return self.create_table(),
                "TRIGGER" | "FUNCTION" | "PROCEDURE" | "PROC" | "PACKAGE" | "EVENT" => return self.routine(),
                "" | "VIEW" | "INDEX" | "DATABASE" | "SCHEMA" | "SEQUENCE" | "USER" | "ROLE" | "TYPE" => {
                    break;
                }
                _ => {}
            }
        }
        self.pass()
    }

    fn create_table(&mut self) -> Parsed<()> {
        let (mut first, mut is_quoted) = self.name_behind_space()?;
        for skipped in ["IF", "NOT", "EXISTS"] {
            if !is_quoted && first.eq_ignore_ascii_case(skipped) {
                (first, is_quoted) = self.name_behind_space()?;
            }
        }
        let (_, key) = self.whole_name(first)?;
        self.space()?;
        if self.take(b'(')? {
            let columns = self.defined_columns()?;
            self.keep(key, columns);
        }
        self.pass()
    }

    /// A trigger or function: what is between BEGIN and END is run elsewhere.
    fn routine(&mut self) -> Parsed<()> {
        let mut depth = 0_usize;
        loop {
            self.space()?;
            match self.peek()? {
                None if depth == 0 => return Ok(()),
                None => return Err(Stop::Cut),
                Some(b';') if depth == 0 => {
                    self.bump();
                    return Ok(());
                }
                Some(b'/') if self.fresh => {
                    self.bump();
                    return Ok(());
                }
                Some(_) if self.fresh && self.is_at("GO")? => return Ok(()),
                Some(byte) if byte.is_ascii_alphabetic() => {
                    let word = self.word()?.to_ascii_uppercase();
                    depth = match word.as_str() {
                        "BEGIN" | "CASE" => depth + 1,
                        "END" => self.depth_behind_end(depth)?,
                        _ => depth,
                    };
                }
                Some(_) => self.token()?,
            }
        }
    }

    /// How deep it is behind an END: some end what no BEGIN began.
    fn depth_behind_end(&mut self, depth: usize) -> Parsed<usize> {
        self.space()?;
        for word in ["IF", "LOOP", "WHILE", "REPEAT", "FOR"] {
            if self.is_at(word)? {
                self.word()?;
                return Ok(depth);
            }
        }
        if self.is_at("CASE")? {
            self.word()?;
        }
        Ok(depth.saturating_sub(1))
    }

    /// Statements that end with another mark are triggers and functions: all up to where the usual mark is back.
    fn other_delimiter(&mut self) -> Parsed<()> {
        self.dialect = Dialect::MySql;
        let mut mark = self.line()?;
        while mark.trim() != ";" {
            if !self.take(b'\n')? {
                return Err(Stop::Cut);
            }
            let line = self.line()?;
            let is_delimiter = line.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("delimiter"));
            if let (true, Some(rest)) = (is_delimiter, line.get(9..)) {
                rest.clone_into(&mut mark);
            }
        }
        Ok(())
    }
}

/// The last part of what a table is known by.
fn last_of(key: &str) -> &str {
    key.rsplit('\0').next().unwrap_or(key)
}
