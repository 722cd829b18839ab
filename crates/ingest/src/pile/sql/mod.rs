//! Dumps of databases: the rows that their statements would put into each table, as text.

mod script;
mod statement;
mod value;

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Read};

use self::script::{Parsed, Script, Stop};
use self::statement::{Form, Target};
use super::archive::text_of as text_of_name;
use super::lines::{Lines, Rows, push_row};
use super::meter::MOST_MEMBERS;
use super::{MemberText, PileError, Walk};
use crate::Encoding;
use crate::detect;
use crate::tap::Tap;

const DUMP: &str = "dump of a database";
/// What a dump's first statement begins with.
const FIRST: [&str; 24] = [
    "INSERT",
    "REPLACE",
    "COPY",
    "CREATE",
    "SET",
    "USE",
    "DROP",
    "LOCK",
    "BEGIN",
    "START",
    "PRAGMA",
    "ALTER",
    "DELETE",
    "TRUNCATE",
    "GO",
    "IF",
    "SELECT",
    "PROMPT",
    "REM",
    "DECLARE",
    "EXEC",
    "COMMIT",
    "\\CONNECT",
    "\\RESTRICT",
];
/// What a line begins with that puts rows into a table, or makes one.
const TELLING: [&[&str]; 6] = [
    &["INSERT", "INTO"],
    &["INSERT", "IGNORE", "INTO"],
    &["INSERT", "ALL"],
    &["REPLACE", "INTO"],
    &["CREATE", "TABLE"],
    &["COPY"],
];
/// What the first line of a dump says.
const BANNERS: [&str; 4] = ["mysql dump", "mariadb dump", "phpmyadmin sql dump", "postgresql database dump"];

/// Bytes that tell of nearly all files that they are no dump.
const FRONT: usize = 256;

/// True where a file begins as a dump does.
pub(super) fn is_dump(head: &[u8]) -> bool {
    let encoding = detect::by_mark(head).filter(|mark| matches!(mark, Encoding::Utf16Le | Encoding::Utf16Be));
    // Of most files the front says that they are none, and the rest of them is not decoded for it.
    if head.get(..FRONT).is_some_and(|front| !may_begin_dump(&decoded(front, encoding))) {
        return false;
    }
    let text = decoded(head, encoding);
    let (behind, banner) = behind_comments(trimmed(&text));
    let words = words_of(behind);
    let begins = words.first().is_some_and(|word| FIRST.iter().any(|first| word.eq_ignore_ascii_case(first)));
    (begins && behind.lines().any(tells)) || (banner && (begins || behind.is_empty()))
}

fn decoded(bytes: &[u8], utf16: Option<Encoding>) -> Cow<'_, str> {
    match (utf16, std::str::from_utf8(bytes)) {
        (Some(encoding), _) => encoding.codec().decode_without_bom_handling(bytes).0,
        (None, Ok(text)) => Cow::Borrowed(text),
        (None, Err(_)) => String::from_utf8_lossy(bytes),
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_start_matches('\u{FEFF}').trim_start()
}

/// False for the front of a file that goes on neither with a comment nor with the first word of a dump.
fn may_begin_dump(front: &str) -> bool {
    const LONGEST: usize = 16;
    let text = trimmed(front).trim_start_matches(|letter: char| letter.is_whitespace() || letter == ';');
    let begins = |word: &&str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    text.len() < LONGEST || ["--", "/*"].iter().chain(&FIRST).any(begins)
}

/// What stands behind the comments at the front, and whether they say that it is a dump.
fn behind_comments(mut text: &str) -> (&str, bool) {
    let mut banner = false;
    loop {
        text = text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ';');
        let (comment, rest) = match text {
            _ if text.starts_with("--") => text.split_once('\n').unwrap_or((text, "")),
            _ if text.starts_with("/*") => text.split_once("*/").unwrap_or((text, "")),
            _ => return (text, banner),
        };
        let said = comment.trim_start_matches('-').trim().to_ascii_lowercase();
        banner |= BANNERS.iter().any(|start| said.starts_with(start));
        text = rest;
    }
}

/// The first words of a text, up to what is no word.
fn words_of(text: &str) -> Vec<&str> {
    let ends = |letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '\\');
    let mut words = Vec::new();
    let mut rest = text;
    while words.len() < 6 {
        let (word, behind) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        let next = behind.trim_start_matches([' ', '\t']);
        // A word that a comma follows is a cell.
        if word.is_empty() || matches!(next.chars().next(), Some(',' | '|')) {
            break;
        }
        words.push(word);
        rest = next;
    }
    words
}

/// True for a line with which a statement of rows, or of a table, begins.
fn tells(line: &str) -> bool {
    let line = line.trim_start();
    if !line.get(..4).is_some_and(|start| {
        ["INSE", "REPL", "CREA", "COPY"].iter().any(|word| start.eq_ignore_ascii_case(word))
    }) {
        return false;
    }
    let words = words_of(line);
    let begins = |telling: &[&str]| {
        // A table's name is behind them.
        (words.len() > telling.len() || line.contains(['`', '"', '[', '(']))
            && words.len() >= telling.len()
            && telling.iter().zip(&words).all(|(one, other)| one.eq_ignore_ascii_case(other))
    };
    let upper = line.to_ascii_uppercase();
    match TELLING.iter().find(|telling| begins(telling)) {
        Some(["COPY"]) => upper.contains("FROM STDIN"),
        Some(_) => true,
        // SQL Server leaves INTO out.
        None => upper.starts_with("INSERT ["),
    }
}

impl Walk<'_> {
    /// Shows the rows of each table. `digest` is that of the file, where it could be read beforehand.
    pub(super) fn dump(
        &mut self,
        input: &mut dyn Read,
        name: &str,
        digest: Option<&str>,
    ) -> Result<(), PileError> {
        let mut script = Script::open(input)?;
        let (mut times, mut last) = (HashMap::<String, usize>::new(), None);
        let mut next = script.next_target();
        loop {
            let target = match next {
                Ok(Some(target)) => target,
                Ok(None) if script.lacks_its_end() => {
                    let name = last.unwrap_or_else(|| name.to_owned());
                    return self.shown(&name, Err(PileError::CutShort(DUMP)));
                }
                Ok(None) => return Ok(()),
                Err(Stop::Cut) => return self.shown(name, Err(PileError::CutShort(DUMP))),
                Err(Stop::Io(error)) => return Err(error.into()),
            };
            self.members += 1;
            if self.members > MOST_MEMBERS {
                return Err(PileError::TooManyMembers);
            }
            let time = times.entry(target.table.clone()).or_default();
            *time += 1;
            let again = if *time > 1 { format!(" ({time})") } else { String::new() };
            let member = format!("{name}!{}{again}", text_of_name(target.table.as_bytes()));
            next = self.table_of_dump(&mut script, target, &member, digest)?;
            last = Some(member);
        }
    }

    /// Shows the rows of a table that stand together, and gives what is behind them.
    fn table_of_dump(
        &mut self,
        script: &mut Script<'_>,
        target: Target,
        name: &str,
        digest: Option<&str>,
    ) -> Result<Parsed<Option<Target>>, PileError> {
        let mut text = Lines::new(TableRows { script, target, begun: false, behind: None });
        let content = match text.at_end() {
            Ok(true) => None,
            Ok(false) => Some(Ok(())),
            Err(error) => Some(Err(error.into())),
        };
        match content {
            Some(Ok(())) => {
                let (mut tap, passed) = Tap::new(&mut text);
                let digest = || digest.map_or_else(|| passed.summary().0, str::to_owned);
                let content = Ok(MemberText { input: &mut tap, table: Some(&digest) });
                self.show(name, content);
                // Who looked at the first rows only has not come to what is behind the last.
                let _ = io::copy(&mut tap, &mut io::sink());
            }
            Some(Err(error)) => self.shown(name, Err(error))?,
            None => {}
        }
        match text.into_rows().behind {
            Some(Err(Stop::Cut)) => {
                self.shown(name, Err(PileError::CutShort(DUMP)))?;
                // Rows that end where others should follow are not the end of the dump.
                match script.peek()? {
                    Some(_) => Ok(script.next_target()),
                    None => Ok(Ok(None)),
                }
            }
            Some(behind) => Ok(behind),
            // The input failed, which who read the rows knows.
            None => Ok(Ok(None)),
        }
    }
}

/// The rows of one table, of as many statements as stand together.
struct TableRows<'s, 'i> {
    script: &'s mut Script<'i>,
    target: Target,
    begun: bool,
    /// What stands behind the last row.
    behind: Option<Parsed<Option<Target>>>,
}

impl TableRows<'_, '_> {
    /// Writes the next row, and gives the number of its cells; none where there is none, and it is known what is behind.
    fn row(&mut self, line: &mut Vec<u8>) -> Parsed<Option<usize>> {
        loop {
            let cells = match self.target.form {
                Form::Values if self.script.opens_tuple()? => Some(self.script.tuple(line)?),
                Form::Values => None,
                Form::Lines => self.script.tabbed(line)?,
            };
            if cells.is_some() {
                return Ok(cells);
            }
            let next = match self.target.form {
                Form::Values => self.script.next_into()?,
                Form::Lines => None,
            };
            let next = match next {
                Some(next) => Some(next),
                None => self.script.next_target()?,
            };
            match next {
                Some(next) if next.table == self.target.table && next.columns == self.target.columns => {
                    self.target = next;
                }
                behind => {
                    self.behind = Some(Ok(behind));
                    return Ok(None);
                }
            }
        }
    }
}

impl Rows for TableRows<'_, '_> {
    fn next_row(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        if self.behind.is_some() {
            return Ok(());
        }
        let mut row = Vec::new();
        match self.row(&mut row) {
            Ok(Some(cells)) => {
                // Of another number of columns nobody knows which are meant: none is better than a wrong one.
                if !self.begun && self.target.columns.len() == cells {
                    push_row(line, self.target.columns.iter().map(String::as_str));
                }
                self.begun = true;
                line.append(&mut row);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(Stop::Cut) => {
                self.behind = Some(Err(Stop::Cut));
                Ok(())
            }
            Err(Stop::Io(error)) => {
                self.behind = Some(Ok(None));
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::pile::{each_member, each_member_of_stream};

    /// Each table with its text, or what was wrong.
    fn shown(dump: impl AsRef<[u8]>) -> Vec<(String, Result<String, String>)> {
        let mut shown = Vec::new();
        let walked = each_member(Cursor::new(dump.as_ref()), &mut |member| {
            let text = member.content.map_err(|error| error.to_string()).and_then(|content| {
                let mut text = String::new();
                content.input.read_to_string(&mut text).map(|_| text).map_err(|error| error.to_string())
            });
            shown.push((member.name.to_owned(), text));
        });
        walked.unwrap();
        shown
    }

    /// The only table of a dump, its quotation marks left out.
    fn only(dump: &str) -> String {
        assert!(is_dump(dump.as_bytes()), "{dump}");
        let mut shown = shown(dump);
        assert_eq!(shown.len(), 1, "{shown:?}");
        shown.remove(0).1.unwrap().replace('"', "").replace("\r\n", "\n")
    }

    #[test]
    fn the_statements_of_each_writer_are_rows() {
        let mysql = "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `t`;\nCREATE TABLE `t` (\n  `id` int(11) NOT NULL,\n  \
            `na``me` varchar(9) COMMENT 'a,)''b',\n  KEY `k` (`id`),\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\nLOCK TABLES `t` WRITE;\n\
            INSERT INTO `t` VALUES (1,'it\\'s; \\\\'),(-2,NULL),\n(3,'a\\nb\\Z'),(0x41,_binary 'x''y');\nINSERT INTO `t` VALUES (5,X'e59083');\n\
            UNLOCK TABLES;\nDELIMITER ;;\nCREATE TRIGGER x BEGIN INSERT INTO `t` VALUES (9,9); END;;\nDELIMITER ;\n-- Dump completed on 2020\n";
        assert_eq!(only(mysql), "id,na`me\n1,it's; \\\n-2,\n3,a\nb\nA,x'y\n5,\u{5403}\n");
        let postgres = "--\n-- PostgreSQL database dump\n--\n\n\\restrict x\nSET standard_conforming_strings = on;\nCREATE FUNCTION f() AS $_$\n\
            INSERT INTO no VALUES (1); $_$;\nCOPY public.t (id, \"a b\") FROM stdin;\n1\tx\\ty\\\\\n2\t\\N\n\\.\n\nSELECT pg_catalog.setval('x', 1);\n\
            --\n-- PostgreSQL database dump complete\n--\n";
        assert_eq!(only(postgres), "id,a b\n1,x\ty\\\n2,\n");
        let inserts = "SET client_encoding = 'UTF8';\nINSERT INTO public.t (a, b) VALUES ('C:\\', E'it\\'s'), ('x', '2020-01-01'::date);\n";
        assert_eq!(only(inserts), "a,b\nC:\\,it's\nx,2020-01-01\n");
        let server = "USE [db]\nGO\n/****** Object:  Table [dbo].[t] ******/\nSET ANSI_NULLS ON\nGO\nSET IDENTITY_INSERT [dbo].[t] ON \n\n\
            INSERT [dbo].[t] ([id], [a]]b]) VALUES (1, N'it''s')\nGO\nINSERT [dbo].[t] ([id], [a]]b]) VALUES (2, CAST(N'2020-01-01' AS Date))\nGO\n";
        assert_eq!(only(server), "id,a]b\n1,it's\n2,2020-01-01\n");
        let sqlite = "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(a TEXT, [b c] INT, CHECK (a <> ''));\n\
            INSERT INTO t VALUES('C:\\',replace('a\\nb','\\n',char(10)));\nINSERT INTO t VALUES(unistr('\\u6771'),2.5);\n\
            CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO u VALUES (CASE WHEN 1 THEN 2 END); END;\nCOMMIT;\n";
        assert_eq!(only(sqlite), "a,b c\nC:\\,a\nb\n\u{6771},2.5\n");
        let oracle = "REM INSERTING into T\nSET DEFINE OFF;\nInsert into T (ID,A,B) values ('1',to_date('80-01-01','RR-MM-DD'),'a'||chr(10)||'b');\n\
            INSERT ALL INTO T (ID,A,B) VALUES (2, UNISTR('\\6771'), q'[it's]') INTO T (ID,A,B) VALUES (3, null, '') SELECT 1 FROM DUAL;\n";
        assert_eq!(only(oracle), "ID,A,B\n1,80-01-01,a\nb\n2,\u{6771},it's\n3,,\n");
    }

    #[test]
    fn what_is_a_column_is_told_by_what_follows_its_name() {
        let heading = |elements: &str, row: &str| {
            let dump = format!("CREATE TABLE t ({elements});\nINSERT INTO t VALUES ({row});\n");
            only(&dump).lines().next().unwrap().to_owned()
        };
        for (elements, row, expected) in [
            ("key varchar(20), index int, period text, name text", "1,2,3,4", "key,index,period,name"),
            (
                "key enum('a'), like int not null, exclude bool, fulltext text",
                "1,2,3,4",
                "key,like,exclude,fulltext",
            ),
            ("key nvarchar(max), like text, spatial int", "1,2,3", "key,like,spatial"),
            (
                "a int, KEY (a), INDEX i (a), KEY `k` (`a`), INDEX i USING BTREE (a), KEY USING HASH (a)",
                "1",
                "a",
            ),
            (
                "a int, FULLTEXT KEY f (a), SPATIAL INDEX (a), FULLTEXT (a), PERIOD FOR SYSTEM_TIME (a, a)",
                "1",
                "a",
            ),
            (
                "a int, EXCLUDE USING gist (a WITH =), INDEX i NONCLUSTERED (a), INDEX j ((lower(a)))",
                "1",
                "a",
            ),
            ("a int, g int GENERATED ALWAYS AS (a + 1) STORED, h AS (a), b int", "1,2", "a,b"),
            ("a int GENERATED ALWAYS AS IDENTITY (START WITH 1), b int DEFAULT (1)", "1,2", "a,b"),
            ("a int, LIKE other, b int", "1,2", "1,2"),
            ("LIKE s.other INCLUDING ALL, b int", "1", "1"),
        ] {
            assert_eq!(heading(elements, row), expected, "{elements}");
        }
    }

    #[test]
    fn a_table_whose_rows_have_another_number_of_cells_has_no_heading() {
        assert_eq!(only("CREATE TABLE t (a, b);\nINSERT INTO t VALUES (1,2,3);\n"), "1,2,3\n");
        assert_eq!(only("INSERT INTO t (a, b) VALUES (1);\n"), "1\n");
        assert_eq!(only("COPY t (a, b) FROM stdin;\n1\n\\.\n"), "1\n");
    }

    #[test]
    fn tables_of_several_schemas_keep_their_columns() {
        let text =
            |dump: &str, member: usize| shown(dump)[member].1.clone().unwrap().replace(['"', '\r'], "");
        let made = "CREATE TABLE a.t (x, y);\nCREATE TABLE b.t (y, x);\n";
        for (table, expected) in
            [("a.t", "x,y\n1,2\n"), ("b.t", "y,x\n1,2\n"), ("t", "1,2\n"), ("c.t", "1,2\n")]
        {
            assert_eq!(text(&format!("{made}INSERT INTO {table} VALUES (1,2);"), 0), expected);
        }
        let made = "CREATE TABLE a.t (x);\n";
        for (table, expected) in [("t", "x\n1\n"), ("d.a.t", "x\n1\n"), ("b.t", "1\n")] {
            assert_eq!(text(&format!("{made}INSERT INTO {table} VALUES (1);"), 0), expected);
        }
    }

    #[test]
    fn tables_that_do_not_stay_are_no_comments() {
        assert_eq!(
            only("INSERT INTO #c (a) VALUES (1);\n# it's\nINSERT INTO #c (a) VALUES (2);"),
            "a\n1\n2\n"
        );
        assert_eq!(shown("INSERT INTO ##c (a) VALUES (1);")[0].0, "!##c");
        assert_eq!(
            only("INSERT INTO VALUES (1);\nINSERT INTO SELECT (1);\nINSERT INTO t VALUES (2);"),
            "2\n"
        );
    }

    #[test]
    fn rows_that_end_where_others_should_follow_are_named_and_the_rest_is_read() {
        let shown = shown("INSERT INTO t (a) VALUES (1), x;\nINSERT INTO u (b) VALUES (2);");
        let [(_, Ok(_)), (t, Err(error)), (u, Ok(rest))] = shown.as_slice() else { panic!("{shown:?}") };
        assert_eq!((t.as_str(), u.as_str(), rest.as_str()), ("!t", "!u", "\"b\"\r\n\"2\"\r\n"));
        assert!(error.contains("missing"));
        assert_eq!(only("CREATE VIEW v AS SELECT 1\nCOPY t (a) FROM stdin;\n1\n\\.\n"), "a\n1\n");
    }

    #[test]
    fn marks_for_ends_of_lines_are_replaced_once() {
        let again = ",'\\n',char(10)".repeat(20_000);
        let text = "x\\n".repeat(200_000);
        let dump = format!("PRAGMA x;\nINSERT INTO t VALUES (replace('{text}'{again}));");
        assert_eq!(shown(dump).remove(0).1.unwrap().matches('\n').count(), 200_001);
    }

    #[test]
    fn tables_are_members_and_one_that_comes_back_is_another() {
        let dump = "CREATE TABLE a (x, y);\nINSERT INTO a VALUES (1,2);\nINSERT INTO b VALUES (3);\nINSERT INTO b (z) VALUES (4);\nINSERT INTO a VALUES (5,6);\n";
        let names: Vec<(String, String)> =
            shown(dump).into_iter().map(|(name, text)| (name, text.unwrap())).collect();
        let expected = [
            ("!a", "\"x\",\"y\"\r\n\"1\",\"2\"\r\n"),
            ("!b", "\"3\"\r\n"),
            ("!b (2)", "\"z\"\r\n\"4\"\r\n"),
            ("!a (2)", "\"x\",\"y\"\r\n\"5\",\"6\"\r\n"),
        ];
        assert_eq!(names, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[test]
    fn a_dump_that_is_cut_gives_what_is_before_and_is_named() {
        let whole = "INSERT INTO t (a) VALUES ('x'),('y');";
        for cut in [
            "INSERT INTO t (a) VALUES ('x'),('y",
            "INSERT INTO t (a) VALUES ('x'),",
            "INSERT INTO t (a) VALUES ('x'),('y'",
        ] {
            assert!(whole.starts_with(cut));
            let shown = shown(cut);
            let [(_, Ok(text)), (_, Err(error))] = shown.as_slice() else { panic!("{shown:?}") };
            assert!(text == "\"a\"\r\n\"x\"\r\n" && error.contains("missing"));
        }
        for cut in ["COPY t (a) FROM stdin;\nx\n", "-- MySQL dump 1\nINSERT INTO t (a) VALUES ('x');\n"] {
            let shown = shown(cut);
            assert!(shown.len() == 2 && shown[0].1.is_ok() && shown[1].1.is_err(), "{shown:?}");
        }
        assert!(shown("INSERT INTO t (a) SELECT 'x").pop().unwrap().1.is_err());
        assert!(shown("CREATE TABLE t (a) /* ").pop().unwrap().1.is_err());
    }

    #[test]
    fn what_is_longer_than_a_row_is_a_row_that_is_refused() {
        let dump = format!("INSERT INTO t (a) VALUES ('{}'),('y');", "x".repeat(5 << 20));
        let text = shown(dump).remove(0).1.unwrap();
        assert!(text.len() > 1 << 20 && text.len() < 3 << 20 && text.ends_with("\r\n\"y\"\r\n"));
    }

    #[test]
    fn lists_are_no_dumps() {
        for list in [
            "insert,into,values\n1,2,3\n",
            "INSERT INTO\u{3000}\n",
            "set,name\nINSERT INTO t VALUES (1)\n",
            "-- customers --\nname,phone\n",
            "name,phone\nINSERT INTO t VALUES (1);\n",
            "use\tcopy\nx\ty\n",
            "create table\n1\n",
            "",
        ] {
            assert!(!is_dump(list.as_bytes()), "{list}");
        }
        let utf_16: Vec<u8> = "\u{FEFF}USE [db]\r\nGO\r\nINSERT [t] ([a]) VALUES (N'\u{6771}')"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(is_dump(&utf_16));
        assert_eq!(shown(&utf_16), [("!t".to_owned(), Ok("\"a\"\r\n\"\u{6771}\"\r\n".to_owned()))]);
    }

    proptest! {
        /// Strings come out as they went in, by the rules of either dialect.
        #[test]
        fn values_are_read_as_they_were_written(rows in prop::collection::vec(("\\PC{0,9}['\\\\\"(),;\n-]{0,3}", "[^\u{0}-\u{1f}]{0,8}"), 1..9)) {
            let mut expected = Vec::new();
            push_row(&mut expected, ["a", "b"]);
            rows.iter().for_each(|(a, b)| push_row(&mut expected, [a.as_str(), b]));
            let expected = String::from_utf8(expected).unwrap();
            let tuples = |written: &dyn Fn(&str) -> String| {
                let tuples: Vec<String> = rows.iter().map(|(a, b)| format!("('{}','{}')", written(a), written(b))).collect();
                tuples.join(",")
            };
            let standard = tuples(&|text| text.replace('\'', "''"));
            let mysql = tuples(&|text| text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"));
            // Of a few rare letters alone the encoding could only be guessed.
            let front = "-- 氏名と電話番号と住所の一覧表です\n";
            for dump in [
                format!("{front}PRAGMA x;\nINSERT INTO t (a, b) VALUES {standard};"),
                format!("{front}INSERT INTO `t` (`a`, `b`) VALUES {mysql};"),
            ] {
                prop_assert_eq!(shown(&dump), [("!t".to_owned(), Ok(expected.clone()))]);
            }
            let lines: String = rows.iter().map(|(a, b)| {
                let written = |text: &str| text.replace('\\', "\\\\").replace('\n', "\\n");
                format!("{}\t{}\n", written(a), written(b))
            }).collect();
            prop_assert_eq!(shown(format!("{front}COPY t (a, b) FROM stdin;\n{lines}\\.\n")), [("!t".to_owned(), Ok(expected))]);
        }

        /// Whatever follows the first statement, it ends, and a stream shows the same members.
        #[test]
        fn no_text_harms(noise in prop::collection::vec(prop::sample::select(vec![
            "INSERT INTO t VALUES (", "COPY t FROM stdin;\n", "CREATE TABLE t (a, b)", "'", "\"", "`", "[", "]", "$$", "$a$", "(", ")", ",", ";", "\\", "--", "/*",
            "*/", "\n", "GO", "E'", "N'", "q'[", "0x4", "X'", "BEGIN", "END", "CREATE TRIGGER t", "DELIMITER ;;\n", "\\.\n", "\t", "\u{5403}", "INTO", "1.5", "||", ".",
        ]), 0..40)) {
            let dump = format!("INSERT INTO t VALUES (1);{}", noise.concat());
            let names: Vec<String> = shown(&dump).into_iter().map(|(name, _)| name).collect();
            let mut other = Vec::new();
            each_member_of_stream(&mut dump.as_bytes(), &mut |member| other.push(member.name.to_owned())).unwrap();
            prop_assert_eq!(names, other);
        }
    }
}
