//! Reads what a page draws, and where its letters stand.

use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::font::Font;
use super::place::{Glyph, Matrix};
use super::stream::{TooLarge, unpacked};
use crate::pile::meter::Meter;

/// Bytes of one page's drawing.
const MOST_PAGE: usize = 16 << 20;
/// Letters of one page.
const MOST_LETTERS: usize = 1_000_000;
/// Bytes that the smallest drawing counts as: one may be drawn in many places.
const LEAST_DRAWING: usize = 64 << 10;
/// Drawings in drawings, so deep.
const MOST_DEEP: usize = 8;
/// States that are kept to come back to.
const MOST_STATES: usize = 64;
/// Fonts that are kept: their tables are most of what a page takes.
const MOST_FONTS: usize = 64;

/// Reads one page after the other.
pub(super) struct PageReader<'d> {
    document: &'d Document,
    /// By where their dictionaries are.
    fonts: BTreeMap<*const Dictionary, Rc<Font>>,
    /// Bytes that may still be drawn.
    left: Meter,
    glyphs: Vec<Glyph>,
    /// Texts begun on the page.
    objects: u32,
    /// Letters that stand for something, and those that nothing tells of.
    known: usize,
    unknown: usize,
    /// False where something of the pages so far is missing or damaged.
    is_whole: bool,
}

/// Where the names in a drawing are looked up: the first that has one.
type Resources<'d> = Vec<&'d Dictionary>;

impl<'d> PageReader<'d> {
    pub(super) fn new(document: &'d Document, left: Meter) -> Self {
        let (fonts, glyphs) = (BTreeMap::new(), Vec::new());
        Self { document, fonts, left, glyphs, objects: 0, known: 0, unknown: 0, is_whole: true }
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left.is_spent()
    }

    /// True where most letters so far stand for nothing that is told.
    pub(super) fn is_unknown(&self) -> bool {
        self.unknown > self.known
    }

    /// True where nothing of the pages so far is missing or damaged.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The letters of a page, in the order in which they are drawn.
    pub(super) fn read(&mut self, page: ObjectId) -> Result<Vec<Glyph>, TooLarge> {
        self.glyphs.clear();
        let content = self.content(page)?;
        match self.document.get_page_resources(page) {
            Ok((own, others)) => {
                let others = others.iter().filter_map(|&id| self.document.get_dictionary(id).ok());
                let resources = own.into_iter().chain(others).collect();
                self.draw(&content, &resources, Matrix::SAME, 0)?;
            }
            Err(_) => self.is_whole = false,
        }
        Ok(std::mem::take(&mut self.glyphs))
    }

    /// The drawing of a page: its streams, one after the other.
    fn content(&mut self, page: ObjectId) -> Result<Vec<u8>, TooLarge> {
        // A page that is not there is one that was lost.
        self.is_whole &= self.document.get_dictionary(page).is_ok();
        let mut content = Vec::new();
        for id in self.document.get_page_contents(page) {
            match self.document.get_object(id).and_then(Object::as_stream) {
                Ok(stream) => content.extend(self.unpacked(stream, MOST_PAGE - content.len())?),
                Err(_) => self.is_whole = false,
            }
            // Names and numbers end where a stream does.
            content.truncate(MOST_PAGE - 1);
            content.push(b'\n');
        }
        Ok(content)
    }

    fn unpacked(&mut self, stream: &Stream, most: usize) -> Result<Vec<u8>, TooLarge> {
        let unpacked = unpacked(stream, most)?;
        self.is_whole &= unpacked.is_whole;
        Ok(unpacked.bytes)
    }

    fn draw(
        &mut self,
        content: &[u8],
        resources: &Resources<'d>,
        start: Matrix,
        depth: usize,
    ) -> Result<(), TooLarge> {
        self.count(content.len().max(LEAST_DRAWING))?;
        let mut pen = Pen::new(start);
        let mut kept = Vec::new();
        for operation in Content::decode_iter(content) {
            let Ok(operation) = operation else {
                // What stands before the damage was drawn.
                self.is_whole = false;
                break;
            };
            match operation.operator.as_str() {
                "q" if kept.len() < MOST_STATES => kept.push(pen.clone()),
                "Q" => pen = kept.pop().unwrap_or(pen),
                "BT" => self.objects = self.objects.wrapping_add(1),
                "Tf" => pen.font = self.font(&operation, resources),
                "Do" if depth < MOST_DEEP => self.form(&operation, resources, pen.page, depth)?,
                _ => {}
            }
            self.write(&mut pen, &operation)?;
        }
        Ok(())
    }

    /// A drawing inside of another.
    fn form(
        &mut self,
        operation: &Operation,
        resources: &Resources<'d>,
        start: Matrix,
        depth: usize,
    ) -> Result<(), TooLarge> {
        let Some(object) = self.named(b"XObject", operation, resources) else {
            self.is_whole = false;
            return Ok(());
        };
        let Some(form) = as_form(object) else { return Ok(()) };
        // Before it is unpacked: the unpacking is the work.
        self.count(LEAST_DRAWING)?;
        let content = self.unpacked(form, MOST_PAGE)?;
        let own = form.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict).ok();
        let numbers = form.dict.get_deref(b"Matrix", self.document).and_then(Object::as_array);
        let numbers: Vec<f32> = numbers.map(|all| all.iter().map(number).collect()).unwrap_or_default();
        let start = Matrix::of(&numbers).unwrap_or(Matrix::SAME).then(start);
        self.draw(&content, &own.map_or_else(|| resources.clone(), |own| vec![own]), start, depth + 1)
    }

    fn font(&mut self, operation: &Operation, resources: &Resources<'d>) -> Option<Rc<Font>> {
        let Some(font) = self.named(b"Font", operation, resources).and_then(|font| font.as_dict().ok())
        else {
            // Of what is written in it nothing is known.
            self.is_whole = false;
            return None;
        };
        if let Some(font) = self.fonts.get(&std::ptr::from_ref(font)) {
            return Some(font.clone());
        }
        if self.fonts.len() == MOST_FONTS {
            self.fonts.clear();
        }
        // As much as the tables of Japanese letters take: how large its own are is not told here.
        self.left.count(1 << 20).ok()?;
        let read = Rc::new(Font::read(self.document, font));
        self.is_whole &= read.is_whole();
        self.fonts.insert(font, read.clone());
        Some(read)
    }

    /// What an operation's first name is of, among the resources of a kind.
    fn named(&self, kind: &[u8], operation: &Operation, resources: &Resources<'d>) -> Option<&'d Object> {
        let name = operation.operands.first()?.as_name().ok()?;
        resources.iter().find_map(|dictionary| {
            let of_kind = dictionary.get_deref(kind, self.document).and_then(Object::as_dict).ok()?;
            of_kind.get_deref(name, self.document).ok()
        })
    }

    /// Moves the pen, and writes what is to be written.
    fn write(&mut self, pen: &mut Pen, operation: &Operation) -> Result<(), TooLarge> {
        let numbers: Vec<f32> = operation.operands.iter().take(6).map(number).collect();
        pen.set(&operation.operator, &numbers);
        match (operation.operator.as_str(), operation.operands.as_slice()) {
            ("Tj" | "'", [Object::String(text, _)]) | ("\"", [_, _, Object::String(text, _)]) => {
                self.letters(pen, text)
            }
            ("TJ", [Object::Array(parts)]) => parts.iter().try_for_each(|part| match part {
                Object::String(text, _) => self.letters(pen, text),
                part => {
                    pen.advance(-number(part) / 1000.0 * pen.size);
                    Ok(())
                }
            }),
            _ => Ok(()),
        }
    }

    fn letters(&mut self, pen: &mut Pen, mut text: &[u8]) -> Result<(), TooLarge> {
        let Some(font) = pen.font.clone() else { return Ok(()) };
        while let Some((code, length)) = font.next(text) {
            text = text.get(length..).unwrap_or_default();
            if self.glyphs.len() == MOST_LETTERS {
                return Err(TooLarge);
            }
            *(if code.text.is_some() { &mut self.known } else { &mut self.unknown }) += 1;
            let letters = code.text.unwrap_or_else(|| "\u{FFFD}".to_owned());
            self.count(letters.len())?;
            self.glyphs.push(Glyph::new(letters, self.objects, pen.place(), code.width));
            pen.advance(code.width * pen.size + pen.between + if code.is_space { pen.words } else { 0.0 });
        }
        Ok(())
    }

    fn count(&self, bytes: usize) -> Result<(), TooLarge> {
        self.left.count(bytes).map_err(|_| TooLarge)
    }
}

/// Where text goes, and how.
#[derive(Clone)]
struct Pen {
    page: Matrix,
    line: Matrix,
    text: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    /// Added behind each letter, and behind each space.
    between: f32,
    words: f32,
    /// Down to the next line.
    leading: f32,
    stretch: f32,
    rise: f32,
}

impl Pen {
    fn new(page: Matrix) -> Self {
        let (line, text) = (Matrix::SAME, Matrix::SAME);
        let (size, between, words, leading, stretch, rise) = (0.0, 0.0, 0.0, 0.0, 1.0, 0.0);
        Self { page, line, text, font: None, size, between, words, leading, stretch, rise }
    }

    fn set(&mut self, operator: &str, numbers: &[f32]) {
        match (operator, numbers) {
            ("BT", _) => self.start(Matrix::SAME),
            ("cm", numbers) => {
                self.page = Matrix::of(numbers).map_or(self.page, |matrix| matrix.then(self.page))
            }
            ("Tm", numbers) => self.start(Matrix::of(numbers).unwrap_or(self.line)),
            ("Td", &[x, y]) => self.start(Matrix::moved(x, y).then(self.line)),
            ("TD", &[x, y]) => {
                self.leading = -y;
                self.start(Matrix::moved(x, y).then(self.line));
            }
            ("T*" | "'", _) => self.start(Matrix::moved(0.0, -self.leading).then(self.line)),
            ("\"", &[words, between, _]) => {
                (self.words, self.between) = (words, between);
                self.start(Matrix::moved(0.0, -self.leading).then(self.line));
            }
            ("Tf", &[_, size]) => self.size = size,
            ("Tc", &[between]) => self.between = between,
            ("Tw", &[words]) => self.words = words,
            ("TL", &[leading]) => self.leading = leading,
            ("Tz", &[percent]) => self.stretch = percent / 100.0,
            ("Ts", &[rise]) => self.rise = rise,
            _ => {}
        }
    }

    fn start(&mut self, line: Matrix) {
        (self.line, self.text) = (line, line);
    }

    fn advance(&mut self, by: f32) {
        self.text = Matrix::moved(by * self.stretch, 0.0).then(self.text);
    }

    /// Where the next letter goes, one unit being its size.
    fn place(&self) -> Matrix {
        let size = Matrix { a: self.size * self.stretch, d: self.size, f: self.rise, ..Matrix::SAME };
        size.then(self.text).then(self.page)
    }
}

/// A drawing: not a picture.
fn as_form(object: &Object) -> Option<&Stream> {
    let form = object.as_stream().ok()?;
    (form.dict.get(b"Subtype").and_then(Object::as_name).ok()? == b"Form").then_some(form)
}

fn number(object: &Object) -> f32 {
    object.as_float().unwrap_or(0.0)
}
