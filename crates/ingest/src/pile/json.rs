//! JSON: objects one after the other, as in JSON lines, or in an array; each is a row, and its names are the headings.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor};

use super::lines::{Lines, Rows, push_row};
use super::{MemberText, PileError, Walk};
use crate::tap::Tap;

const JSON: &str = "JSON file";
const MARK: &[u8] = b"\xef\xbb\xbf";
/// An object of more bytes is no person.
const MOST_OBJECT: usize = 1 << 20;
/// So many objects tell what the headings are.
const FIRST: usize = 1_000;
/// Values of one object; more are of no person.
const MOST_VALUES: usize = 2_000;
/// Objects in one another.
const MOST_DEPTH: usize = 16;

/// True where a file begins with an object, or an array of such.
pub(super) fn is_json(head: &[u8]) -> bool {
    let text = head.strip_prefix(MARK).unwrap_or(head).trim_ascii_start();
    let text = text.strip_prefix(b"[").unwrap_or(text).trim_ascii_start();
    let name = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    name.is_some_and(|name| matches!(name.first(), Some(b'"' | b'}')))
}

impl Walk<'_> {
    pub(super) fn json(&mut self, input: &mut dyn Read, name: &str) -> Result<(), PileError> {
        let (tap, passed) = Tap::new(input);
        let mut rows = Lines::new(Objects::new(BufReader::new(tap)));
        let digest = || passed.summary().0;
        self.show(name, Ok(MemberText { input: &mut rows, table: Some(&digest) }));
        Ok(())
    }
}

/// A value of an object.
enum Node {
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    // Neither is a value of a person.
    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Text(String::new()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Text(String::new()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Text(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Text(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = seq.next_element()? {
            list.push(node);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = map.next_entry()? {
            object.push(entry);
        }
        Ok(Node::Object(object))
    }
}

/// The values of an object with their headings, those of objects in it behind the name of where they are.
fn flatten(node: Node, heading: &str, depth: usize, values: &mut Vec<(String, String)>) -> Option<()> {
    if depth > MOST_DEPTH || values.len() > MOST_VALUES {
        return None;
    }
    match node {
        Node::Text(text) => values.push((heading.to_owned(), text)),
        Node::List(list) => {
            list.into_iter().try_for_each(|node| flatten(node, heading, depth + 1, values))?
        }
        Node::Object(object) => object.into_iter().try_for_each(|(name, node)| {
            let heading = if heading.is_empty() { name } else { format!("{heading}.{name}") };
            flatten(node, &heading, depth + 1, values)
        })?,
    }
    Some(())
}

/// Objects as rows.
struct Objects<R> {
    input: R,
    /// Objects that were read to find the headings, the next one last.
    first: Vec<Vec<(String, String)>>,
    /// Columns of each heading.
    columns: HashMap<String, Vec<usize>>,
    width: usize,
    started: bool,
}

impl<R: BufRead> Objects<R> {
    fn new(input: R) -> Self {
        Self { input, first: Vec::new(), columns: HashMap::new(), width: 0, started: false }
    }

    /// The next object's values; none at the end.
    fn object(&mut self) -> io::Result<Option<Vec<(String, String)>>> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, PileError::Damaged(JSON));
        let Some(bytes) = self.cut_out()? else { return Ok(None) };
        let node: Node = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        let mut values = Vec::new();
        flatten(node, "", 0, &mut values).ok_or_else(damaged)?;
        Ok(Some(values))
    }

    /// The bytes of the next object; between objects may be whatever parts them in lines and arrays.
    fn cut_out(&mut self) -> io::Result<Option<Vec<u8>>> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, PileError::Damaged(JSON));
        let (mut object, mut depth, mut in_text, mut escaped) = (Vec::new(), 0_usize, false, false);
        loop {
            let piece = self.input.fill_buf()?;
            if piece.is_empty() {
                return if object.is_empty() { Ok(None) } else { Err(damaged()) };
            }
            let mut used = 0;
            for byte in piece {
                used += 1;
                match byte {
                    b'{' if object.is_empty() => depth = 1,
                    b' ' | b'\t' | b'\r' | b'\n' | b',' | b'[' | b']' | 0xEF | 0xBB | 0xBF
                        if object.is_empty() =>
                    {
                        continue;
                    }
                    _ if object.is_empty() => return Err(damaged()),
                    _ if escaped => escaped = false,
                    b'\\' if in_text => escaped = true,
                    b'"' => in_text = !in_text,
                    b'{' if !in_text => depth += 1,
                    b'}' if !in_text => depth -= 1,
                    _ => {}
                }
                object.push(*byte);
                if depth == 0 || object.len() > MOST_OBJECT {
                    break;
                }
            }
            self.input.consume(used);
            match object.len() {
                length if length > MOST_OBJECT => return Err(damaged()),
                length if length > 0 && depth == 0 => return Ok(Some(object)),
                _ => {}
            }
        }
    }

    /// Reads the first objects and writes the line of headings: each as often as an object has it.
    fn start(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        self.started = true;
        let mut headings: Vec<(String, usize)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        while self.first.len() < FIRST
            && let Some(values) = self.object()?
        {
            let mut times: HashMap<&str, usize> = HashMap::new();
            for (heading, _) in &values {
                let times = times.entry(heading).or_default();
                *times += 1;
                let place = places.get(heading).copied().unwrap_or(headings.len());
                if let Some((_, most)) = headings.get_mut(place) {
                    *most = (*most).max(*times);
                } else if place < MOST_VALUES {
                    places.insert(heading.clone(), place);
                    headings.push((heading.clone(), *times));
                }
            }
            self.first.push(values);
        }
        self.first.reverse();
        let all: Vec<&str> = headings
            .iter()
            .flat_map(|(heading, times)| std::iter::repeat_n(heading.as_str(), *times))
            .collect();
        for (column, heading) in all.iter().enumerate() {
            self.columns.entry((*heading).to_owned()).or_default().push(column);
        }
        self.width = all.len();
        if !self.first.is_empty() {
            push_row(line, all);
        }
        Ok(())
    }
}

impl<R: BufRead> Rows for Objects<R> {
    /// A value whose heading none of the first objects had makes the row longer than a row may be, so that it is named, not lost.
    fn next_row(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        if !self.started {
            return self.start(line);
        }
        let values = match self.first.pop() {
            Some(values) => Some(values),
            None => self.object()?,
        };
        let Some(values) = values else { return Ok(()) };
        let (mut cells, mut used) = (vec![""; self.width], HashMap::<&str, usize>::new());
        for (heading, text) in &values {
            let next = used.entry(heading).or_default();
            let column = self.columns.get(heading).and_then(|columns| columns.get(*next));
            match column.and_then(|column| cells.get_mut(*column)) {
                Some(cell) => *cell = text,
                None if text.is_empty() => {}
                None => cells.push(text),
            }
            *next += 1;
        }
        push_row(line, cells);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> io::Result<String> {
        let mut text = String::new();
        Lines::new(Objects::new(BufReader::with_capacity(3, json.as_bytes()))).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn lines_arrays_and_objects_in_objects_are_rows() {
        let expected = "\"name\",\"tel\",\"tel\",\"home.zip\"\r\n\"a \"\"b\"\" }\",\"1\",\"2\",\"\"\r\n\"c\",\"3\",\"\",\"4\"\r\n";
        let one = r#"{"name": "a \"b\" }", "tel": [1, "2"]}"#;
        let two = r#"{"name":"c","tel":3,"home":{"zip":4}}"#;
        for json in [format!("{one}\n{two}\n"), format!("\u{feff}[{one},\r\n {two}]"), format!("{one}{two}")]
        {
            assert!(is_json(json.as_bytes()));
            assert_eq!(text(&json).unwrap(), expected);
        }
    }

    #[test]
    fn what_the_first_objects_lack_is_seen() {
        let mut json = "{\"a\":\"x\"}\n".repeat(FIRST);
        json += "{\"b\":\"late\",\"a\":\"y\"}";
        assert!(text(&json).unwrap().ends_with("\"x\"\r\n\"y\",\"late\"\r\n"));
    }

    #[test]
    fn what_is_cut_or_no_json_is_an_error() {
        for json in ["{\"a\":", "{\"a\":\"x\"}\n{\"a\"", "{\"a\" 1}", "{\"a\":1} x", "{\"a\":\"\\q\"}"] {
            assert!(text(json).is_err(), "{json}");
        }
        assert!(text(&format!("{{\"a\":\"{}\"}}", "x".repeat(MOST_OBJECT))).is_err());
        assert!(text(&format!("{}1{}", "{\"a\":".repeat(40), "}".repeat(40))).is_err());
        for list in ["name,phone", "{name},x", "[x]", "", "\"{\""] {
            assert!(!is_json(list.as_bytes()), "{list}");
        }
    }
}
