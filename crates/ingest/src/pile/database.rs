//! SQLite databases: each table as text, a line a row, its columns' names the headings.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, ErrorCode, OpenFlags};

use super::archive::text_of as text_of_name;
use super::guard::guarded;
use super::lines::{Lines, Rows, push_bounded_row, push_row};
use super::meter::{MOST_IN_MEMORY, MOST_MEMBERS, Meter};
use super::{MemberText, PileError, Walk};

const DATABASE: &str = "database";
const TABLE: &str = "table of a database";
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Bytes of the header of a database.
const HEADER: usize = 100;
/// Bytes of a cell; a larger one is a picture or a document, and is read as empty.
const MOST_CELL: usize = 64 << 10;
/// Bytes that the reader may hold: the database, and what it knows of its tables.
const MOST_HEAP: u64 = 2 * MOST_IN_MEMORY;
/// Steps and bytes of text for each byte of a database: more are only there where pages are told to be in many places.
const MOST_WORK: u64 = 16;
/// So many of both for the smallest database.
const LEAST_WORK: u64 = 10 << 20;
/// What asking for the columns of all tables may cost: each name is looked for among those of its table.
const MOST_LOOKS: u64 = 1_000_000_000;
/// Steps between two looks at how many there were.
const STEPS: i32 = 10_000;

/// What is held while one database is read. The most that the reader may hold is counted for the whole process: of two at once,
/// either could take what the other needs.
static ALONE: Mutex<()> = Mutex::new(());

/// True where a file begins as a database does.
pub(super) fn is_database(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

impl Walk<'_> {
    pub(super) fn database<R: Read + Seek>(&mut self, mut input: R, name: &str) -> Result<(), PileError> {
        let length = input.seek(SeekFrom::End(0))?;
        if length > MOST_IN_MEMORY {
            return Err(PileError::TooLargeDatabase);
        }
        input.rewind()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(&mut input)?;
        let digest = hasher.finalize().to_hex().to_string();
        input.rewind()?;
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let (connection, tables) = guarded(|| {
            let connection = open(&mut input, length)?;
            let tables = tables(&connection)?;
            Ok((connection, tables))
        })
        .unwrap_or(Err(PileError::Damaged(DATABASE)))?;
        let (left, looks) = (Meter::of(work(length)), Meter::of(MOST_LOOKS));
        for table in tables {
            self.members += 1;
            if self.members > MOST_MEMBERS {
                return Err(PileError::TooManyMembers);
            }
            let name = format!("{name}!{}", text_of_name(table.as_bytes()));
            let source = Source { connection: &connection, digest: &digest, left: &left, looks: &looks };
            let shown = self.table(&source, &table, &name);
            self.shown(&name, shown)?;
        }
        Ok(())
    }

    /// Shows one table; one without rows is left out.
    fn table(&mut self, source: &Source<'_>, table: &str, name: &str) -> Result<(), PileError> {
        let failed = |error: Error| explained(&error, TABLE);
        let connection = source.connection;
        if !has_rows(connection, table).map_err(failed)? {
            return Ok(());
        }
        let columns = columns(connection, table).map_err(failed)?;
        source.looks.count(columns.len().pow(2)).map_err(|_| PileError::TooLargeDatabase)?;
        if !columns.iter().any(|column| column.is_shown) {
            return Ok(());
        }
        let query = query(table, &columns);
        let mut statement = connection.prepare(&query).map_err(failed)?;
        let rows = statement.query([]).map_err(failed)?;
        let columns =
            columns.into_iter().filter(|column| column.is_shown).map(|column| column.heading).collect();
        let rows = TableRows { rows, columns, begun: false, left: source.left, wrong: None };
        let mut text = Lines::new(rows);
        if !text.at_end()? {
            let digest = || source.digest.to_owned();
            let content = Ok(MemberText { input: &mut text, table: Some(&digest) });
            self.show(name, content);
        }
        // What could be read stands above.
        text.into_rows().wrong.map_or(Ok(()), Err)
    }
}

/// A database whose tables are shown.
struct Source<'a> {
    connection: &'a Connection,
    digest: &'a str,
    /// Bytes of text that it may still give.
    left: &'a Meter,
    /// What asking for its columns may still cost.
    looks: &'a Meter,
}

/// Steps, and bytes of text, that a database of so many bytes may take.
fn work(length: u64) -> u64 {
    LEAST_WORK + MOST_WORK * length
}

/// Opens a database in memory: nothing that stands in it is run, nothing of it is written, and nothing else is opened.
fn open(input: &mut dyn Read, length: u64) -> Result<Connection, PileError> {
    let failed = |error: Error| explained(&error, DATABASE);
    let mut header = Vec::new();
    (&mut *input).take(HEADER as u64).read_to_end(&mut header)?;
    mend(&mut header, length);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_in_memory_with_flags(flags).map_err(failed)?;
    // Of the whole process: it stays what it was set to first.
    connection.query_row(&format!("PRAGMA hard_heap_limit = {MOST_HEAP}"), [], |_| Ok(())).map_err(failed)?;
    for (switch, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
    ] {
        connection.set_db_config(switch, on).map_err(failed)?;
    }
    for (limit, most) in [
        // A value of more bytes than there are is never made room for.
        (Limit::SQLITE_LIMIT_LENGTH, i32::try_from(MOST_IN_MEMORY).unwrap_or(i32::MAX)),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, most).map_err(failed)?;
    }
    let mut left = work(length) / STEPS as u64;
    let steps = move || {
        left = left.saturating_sub(1);
        left == 0
    };
    connection.progress_handler(STEPS, Some(steps)).map_err(failed)?;
    let size = usize::try_from(length).map_err(|_| PileError::TooLargeDatabase)?;
    connection
        .deserialize_read_exact("main", Cursor::new(header).chain(input), size, true)
        .map_err(failed)?;
    Ok(connection)
}

/// Changes what would keep a whole database from being read: that it once had a journal beside it, which nobody has here, and that
/// it is shorter than it was.
fn mend(header: &mut [u8], length: u64) {
    const WRITE_AHEAD: [u8; 2] = [2, 2];
    if let Some(versions) = header.get_mut(18..20).filter(|versions| **versions == WRITE_AHEAD) {
        versions.fill(1);
    }
    let number = |at: usize| header.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    let size = header.get(16..18).map_or(0, |size| match *size {
        [0, 1] => 65_536,
        [high, low] => u64::from(high) << 8 | u64::from(low),
        _ => 0,
    });
    let pages = number(28).map_or(0, u64::from);
    if size * pages > length
        && let Some(counted_at) = number(24)
        && let Some(valid_for) = header.get_mut(92..96)
    {
        // The number of pages is then that of the file.
        valid_for.copy_from_slice(&(counted_at ^ 1).to_be_bytes());
    }
}

/// The tables that hold rows of their own, in the order in which they were made.
fn tables(connection: &Connection) -> Result<Vec<String>, PileError> {
    let find = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 \
                AND substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid";
    let read = || {
        let mut statement = connection.prepare(find)?;
        let names = statement.query_map([], |row| {
            let name = row.get_ref(0)?;
            Ok(String::from_utf8_lossy(name.as_bytes().unwrap_or_default()).into_owned())
        })?;
        names.collect::<Result<Vec<_>, Error>>()
    };
    read().map_err(|error| explained(&error, DATABASE))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn has_rows(connection: &Connection, table: &str) -> Result<bool, Error> {
    let find = format!("SELECT 1 FROM main.{} NOT INDEXED LIMIT 1", quoted(table));
    connection.prepare(&find)?.exists([])
}

/// A column of a table.
struct Column {
    heading: String,
    /// True where it can be asked for by its name.
    is_text: bool,
    /// False of what is worked out from others: it is no value, and would be work that the file asks for.
    is_shown: bool,
}

/// A table's columns. Old programs write their names in CP932, too.
fn columns(connection: &Connection, table: &str) -> Result<Vec<Column>, Error> {
    let mut statement = connection
        .prepare("SELECT name, hidden = 0 FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid")?;
    let columns = statement.query_map([table], |row| {
        let name = row.get_ref(0)?;
        let is_text = name.as_str().is_ok();
        Ok(Column { heading: text_of(name), is_text, is_shown: row.get(1)? })
    })?;
    columns.collect()
}

/// Asks for all rows, in the order of the table itself, and for no value that is too large for a cell.
fn query(table: &str, columns: &[Column]) -> String {
    let table = quoted(table);
    let cells = |name: &dyn Fn(usize, &Column) -> String| {
        let shown = columns.iter().enumerate().filter(|(_, column)| column.is_shown);
        let cells: Vec<String> = shown
            .map(|(place, column)| {
                let name = name(place, column);
                format!("CASE WHEN octet_length({name}) <= {MOST_CELL} THEN {name} END")
            })
            .collect();
        cells.join(", ")
    };
    if columns.iter().all(|column| column.is_text || !column.is_shown) {
        return format!(
            "SELECT {} FROM main.{table} NOT INDEXED",
            cells(&|_, column| quoted(&column.heading))
        );
    }
    // A question is text, and cannot say such a name: all columns are given others by their places.
    let names: Vec<String> = (0..columns.len()).map(|place| format!("c{place}")).collect();
    let cells = cells(&|place, _| format!("c{place}"));
    let names = names.join(", ");
    format!("WITH named({names}) AS (SELECT * FROM main.{table} NOT INDEXED) SELECT {cells} FROM named")
}

/// The rows of a table.
struct TableRows<'a> {
    rows: rusqlite::Rows<'a>,
    columns: Vec<String>,
    begun: bool,
    /// Bytes of text that the database may still give.
    left: &'a Meter,
    /// What ended it before its end.
    wrong: Option<PileError>,
}

impl Rows for TableRows<'_> {
    fn next_row(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        if self.wrong.is_some() {
            return Ok(());
        }
        let row = match guarded(|| self.rows.next()) {
            Some(Ok(Some(row))) => row,
            Some(Ok(None)) => return Ok(()),
            Some(Err(error)) => {
                self.wrong = Some(explained(&error, TABLE));
                return Ok(());
            }
            None => {
                self.wrong = Some(PileError::CutShort(TABLE));
                return Ok(());
            }
        };
        if !self.begun {
            self.begun = true;
            push_row(line, self.columns.iter().map(String::as_str));
        }
        push_bounded_row(line, 0..self.columns.len(), |column| {
            row.get_ref(column).map_or(String::new(), text_of)
        });
        if self.left.count(line.len()).is_err() {
            self.wrong = Some(PileError::TooLargeDatabase);
        }
        Ok(())
    }
}

/// What a cell holds, as text. Old programs write text in CP932, which no database says.
fn text_of(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) if number.abs() < 1e15 => number.to_string(),
        ValueRef::Real(number) => format!("{number:e}"),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).map_or_else(
            |_| {
                let text = encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
                text.map(Into::into).unwrap_or_default()
            },
            str::to_owned,
        ),
        ValueRef::Blob(bytes) => std::str::from_utf8(bytes).map(str::to_owned).unwrap_or_default(),
    }
}

/// What an error of the reader means. What it says itself may hold names and values of the file.
fn explained(error: &Error, what: &'static str) -> PileError {
    match error.sqlite_error_code() {
        Some(ErrorCode::OutOfMemory | ErrorCode::OperationInterrupted | ErrorCode::TooBig) => {
            PileError::TooLargeDatabase
        }
        _ if what == TABLE => PileError::CutShort(TABLE),
        _ => PileError::Damaged(what),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pile::{each_member, each_member_of_stream};

    /// The bytes of a database that was made by these statements.
    fn made(sql: &str) -> Vec<u8> {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(sql).unwrap();
        connection.serialize("main").unwrap().to_vec()
    }

    /// Each table with its text, or what was wrong.
    fn shown(bytes: &[u8]) -> Vec<(String, Result<String, String>)> {
        let mut shown = Vec::new();
        let walked = each_member(Cursor::new(bytes), &mut |member| {
            let text = member.content.map_err(|error| error.to_string()).and_then(|content| {
                let mut text = String::new();
                content.input.read_to_string(&mut text).map(|_| text).map_err(|error| error.to_string())
            });
            shown.push((member.name.to_owned(), text));
        });
        if let Err(error) = walked {
            shown.push((String::new(), Err(error.to_string())));
        }
        shown
    }

    #[test]
    fn tables_are_read_and_views_indices_and_what_is_worked_out_are_not() {
        let database = made(
            "CREATE TABLE \"a \"\"b\"\" ' []\"(\"x\"\"y\", [select], z AS (x || 1));
             INSERT INTO \"a \"\"b\"\" ' []\" VALUES ('1', NULL), (9012345678, 1.5), (x'e59083', x'ff'), ('a\"', 2e300);
             CREATE TABLE k(id TEXT PRIMARY KEY, n) WITHOUT ROWID;
             INSERT INTO k VALUES ('b', 2), ('a', 1);
             CREATE TABLE none(x); CREATE VIEW v AS SELECT 1; CREATE INDEX i ON k(n);
             CREATE TABLE big(x, y); INSERT INTO big VALUES (zeroblob(70000), 'kept');
             CREATE TABLE counted(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO counted VALUES (7);"
                .replace(" z AS (x || 1)", " z AS ([select] || 1)")
                .as_str(),
        );
        let expected = [
            (
                "!a \"b\" ' []",
                "\"x\"\"y\",\"select\"\r\n\"1\",\"\"\r\n\"9012345678\",\"1.5\"\r\n\"\u{5403}\",\"\"\r\n\"a\"\"\",\"2e300\"\r\n",
            ),
            ("!k", "\"id\",\"n\"\r\n\"a\",\"1\"\r\n\"b\",\"2\"\r\n"),
            ("!big", "\"x\",\"y\"\r\n\"\",\"kept\"\r\n"),
            ("!counted", "\"id\"\r\n\"7\"\r\n"),
        ];
        let expected: Vec<_> =
            expected.iter().map(|(name, text)| (name.to_string(), Ok(text.to_string()))).collect();
        assert_eq!(shown(&database), expected);
    }

    fn people(count: usize) -> Vec<u8> {
        made(&format!(
            "PRAGMA page_size = 512; CREATE TABLE a(n, t); CREATE TABLE b(n, t);
             WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {count})
             INSERT INTO a SELECT 'name ' || i, 'text ' || i FROM c;
             INSERT INTO b SELECT * FROM a;"
        ))
    }

    #[test]
    fn what_stands_before_a_damage_is_read_and_the_damage_is_named() {
        let database = people(400);
        let shown = shown(&database[..database.len() * 2 / 3]);
        let [(a, Ok(whole)), (b, Ok(part)), (again, Err(error))] = shown.as_slice() else {
            panic!("{shown:?}")
        };
        assert_eq!((a.as_str(), b.as_str(), again.as_str()), ("!a", "!b", "!b"));
        assert!(whole.lines().count() == 401 && (10..390).contains(&part.lines().count()));
        assert!(error.contains("missing"), "{error}");
    }

    #[test]
    fn what_had_a_journal_beside_it_is_read() {
        let mut database = people(5);
        let whole = shown(&database);
        database[18..20].fill(2);
        assert_eq!(shown(&database), whole);
        assert!(whole.iter().all(|(_, text)| text.is_ok()));
    }

    #[test]
    fn text_that_no_database_may_hold_is_read_as_old_programs_wrote_it() {
        let database = made(
            "CREATE TABLE t(x); INSERT INTO t VALUES (CAST(x'8e5293' AS TEXT)), (CAST(x'8e52937f' AS TEXT)), (CAST(x'8e528e71' AS TEXT));",
        );
        assert_eq!(shown(&database)[0].1.as_deref(), Ok("\"x\"\r\n\"\"\r\n\"\"\r\n\"\u{5c71}\u{5b50}\"\r\n"));
    }

    #[test]
    fn names_of_columns_are_read_as_old_programs_wrote_them() {
        let mut database = made(
            "CREATE TABLE t(x, g AS (x + 1), nnnn); INSERT INTO t VALUES (1, 'kept'); CREATE TABLE u(y); INSERT INTO u VALUES (2);",
        );
        let at = database.windows(4).position(|bytes| bytes == b"nnnn").unwrap();
        database[at..at + 4].copy_from_slice(b"\x96\xbc\x91\x4f");
        let expected =
            [("!t", "\"x\",\"\u{540d}\u{524d}\"\r\n\"1\",\"kept\"\r\n"), ("!u", "\"y\"\r\n\"2\"\r\n")];
        assert_eq!(shown(&database), expected.map(|(name, text)| (name.to_owned(), Ok(text.to_owned()))));
    }

    #[test]
    fn one_database_is_read_at_a_time() {
        use std::sync::atomic::{AtomicUsize, Ordering};

        let (database, at_once) = (people(5), AtomicUsize::new(0));
        let read = || {
            each_member(Cursor::new(&database), &mut |_| {
                assert_eq!(at_once.fetch_add(1, Ordering::SeqCst), 0);
                std::thread::sleep(std::time::Duration::from_millis(20));
                at_once.fetch_sub(1, Ordering::SeqCst);
            })
            .unwrap();
        };
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(read))));
    }

    /// Each page of pages is told to hold the next one many times, so that a small file holds more rows than anybody reads.
    #[test]
    fn pages_that_are_told_to_be_in_many_places_end() {
        let mut database = people(4_000);
        let page = 512;
        let levels: Vec<usize> =
            (page..database.len()).step_by(page).filter(|start| database[*start] == 5).collect();
        for (start, below) in levels.iter().zip(&levels[1..]) {
            let number = |at: usize| usize::from(u16::from_be_bytes([database[at], database[at + 1]]));
            let cells: Vec<usize> =
                (0..number(start + 3)).map(|cell| start + number(start + 12 + cell * 2)).collect();
            for at in cells.into_iter().chain([start + 8]) {
                database[at..at + 4]
                    .copy_from_slice(&(u32::try_from(below / page).unwrap() + 1).to_be_bytes());
            }
        }
        let (mut bytes, mut errors) = (0, Vec::new());
        each_member(Cursor::new(&database), &mut |member| match member.content {
            Ok(content) => bytes += io::copy(content.input, &mut io::sink()).unwrap(),
            Err(error) => errors.push(error.to_string()),
        })
        .unwrap();
        assert!(errors.iter().any(|error| error.contains("more memory or work")), "{errors:?}");
        let most = work(database.len() as u64);
        assert!((most / 2..most + super::super::lines::MOST_LINE as u64).contains(&bytes), "{bytes}");
    }

    proptest! {
        /// Damage gives rows or errors, and the same ones of a stream.
        #[test]
        fn damaged_bytes_are_read_alike(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), cut in any::<prop::sample::Index>()) {
            let mut database = people(60);
            for (place, byte) in changes {
                *place.get_mut(&mut database) = byte;
            }
            database.truncate(cut.index(database.len() * 4).max(200));
            let whole = shown(&database);
            let mut other = Vec::new();
            let walked = each_member_of_stream(&mut database.as_slice(), &mut |member| {
                other.push(member.name.to_owned());
                if let Ok(content) = member.content {
                    let _ = io::copy(content.input, &mut io::sink());
                }
            });
            if walked.is_err() {
                other.push(String::new());
            }
            let names: Vec<String> = whole.into_iter().map(|(name, _)| name).collect();
            prop_assert_eq!(names, other);
        }
    }
}
