//! Address books of vCards, 2.1 to 4.0: a card a row, under headings that lists have.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::guard::guarded;
use super::lines::{Lines, Rows, push_row};
use super::{MemberText, PileError, Walk};
use crate::tap::Tap;

const CARDS: &str = "file of vCards";
/// Bytes of a property; a longer one is a picture.
const MOST_PROPERTY: usize = 64 << 10;
/// Telephone numbers, and addresses of e-mail, of one card.
const PHONES: usize = 4;
const MAILS: usize = 2;
const HEADINGS: [&str; 7] = ["氏名", "フリガナ", "郵便番号", "住所", "建物名", "生年月日", "性別"];

/// True where a file begins with a card.
pub(super) fn is_cards(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.trim_ascii_end().eq_ignore_ascii_case(b"BEGIN:VCARD")
}

impl Walk<'_> {
    pub(super) fn cards(&mut self, input: &mut dyn Read, name: &str) -> Result<(), PileError> {
        let (tap, passed) = Tap::new(input);
        let mut rows = Lines::new(Cards::new(BufReader::new(tap)));
        let digest = || passed.summary().0;
        self.show(name, Ok(MemberText { input: &mut rows, table: Some(&digest) }));
        match rows.into_rows().damaged {
            true => self.shown(name, Err(PileError::CutShort(CARDS))),
            false => Ok(()),
        }
    }
}

/// What a card says of a person.
#[derive(Default)]
struct Card {
    name: String,
    formatted: String,
    kana: [String; 2],
    sounds: String,
    phones: Vec<String>,
    mails: Vec<String>,
    /// Postal code, address and building.
    address: [String; 3],
    /// Whether that is said to be the home's; none where there is none yet.
    is_home: Option<bool>,
    birth: String,
    sex: String,
}

impl Card {
    fn cells(&self) -> Vec<&str> {
        let name = if self.name.is_empty() { &self.formatted } else { &self.name };
        let [postal, address, building] = &self.address;
        let mut cells = vec![name.as_str(), &self.sounds, postal, address, building, &self.birth, &self.sex];
        for (values, most) in [(&self.phones, PHONES), (&self.mails, MAILS)] {
            let values = values.iter().map(String::as_str);
            cells.extend(values.chain(std::iter::repeat("")).take(most));
        }
        cells
    }

    fn is_empty(&self) -> bool {
        self.cells().iter().all(|cell| cell.is_empty())
    }

    /// Takes what a property says.
    fn add(&mut self, property: &Property) {
        match property.name.as_str() {
            "N" => {
                let parts = property.parts();
                self.name = joined(parts.iter().take(2), "　");
                if let Some(sounds) = property.parameter("SORT-AS") {
                    self.sounds = sounds.replace(',', " ");
                }
            }
            "FN" => self.formatted = property.text(),
            "X-PHONETIC-LAST-NAME" | "X-PHONETIC-FIRST-NAME" => {
                let [last, first] = &mut self.kana;
                *(if property.name.ends_with("LAST-NAME") { last } else { first }) = property.text();
                self.sounds = joined(self.kana.iter(), " ");
            }
            "SORT-STRING" | "SOUND" if self.sounds.is_empty() => {
                self.sounds = joined(property.parts().iter().take(2), " ");
            }
            "TEL" if !property.is_of("FAX") && self.phones.len() < PHONES => {
                let text = property.text();
                let number = text
                    .strip_prefix("tel:")
                    .map_or(text.as_str(), |uri| uri.split(';').next().unwrap_or(uri));
                self.phones.push(number.to_owned());
            }
            "EMAIL" if self.mails.len() < MAILS => self.mails.push(property.text()),
            "ADR" => {
                let is_home = property.is_of("HOME");
                if self.is_home.is_none_or(|had_home| is_home && !had_home) {
                    self.address = address_of(&property.parts());
                    self.is_home = Some(is_home);
                }
            }
            "BDAY" => {
                let text = property.text();
                self.birth = text.split('T').next().unwrap_or_default().to_owned();
            }
            "GENDER" | "X-GENDER" => self.sex = property.parts().into_iter().next().unwrap_or_default(),
            _ => {}
        }
    }
}

/// Postal code, address and building: what is largest comes first here.
fn address_of(parts: &[String]) -> [String; 3] {
    let part = |number: usize| parts.get(number).map_or("", String::as_str);
    let (building, street, town, region, postal) = (part(1), part(2), part(3), part(4), part(5));
    let region = if town.starts_with(region) { "" } else { region };
    [postal.to_owned(), format!("{region}{town}{street}"), building.to_owned()]
}

fn joined<'p>(parts: impl Iterator<Item = &'p String>, between: &str) -> String {
    let parts: Vec<&str> = parts.map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

/// A line of a card, with those that go on with it.
struct Property {
    name: String,
    parameters: Vec<String>,
    value: Vec<u8>,
}

impl Property {
    /// None where a line is no property, such as one of a picture.
    fn of(line: &[u8]) -> Option<Self> {
        let mut in_quotes = false;
        let colon = line.iter().position(|byte| {
            in_quotes ^= *byte == b'"';
            *byte == b':' && !in_quotes
        })?;
        let (before, value) = line.split_at(colon);
        let text = decoded(before, None);
        let mut parts = text.split(';');
        let name = parts.next().unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or(name).trim().to_ascii_uppercase();
        let parameters = parts.map(|part| part.replace('"', "")).collect();
        Some(Self { name, parameters, value: value.get(1..).unwrap_or_default().to_vec() })
    }

    /// The value of a parameter that is named.
    fn parameter(&self, wanted: &str) -> Option<&str> {
        let mut named = self.parameters.iter().filter_map(|parameter| parameter.split_once('='));
        named.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    }

    /// True where it is said to be of this type; old cards leave the name of the parameter out.
    fn is_of(&self, wanted: &str) -> bool {
        let values = self
            .parameters
            .iter()
            .map(|parameter| parameter.split_once('=').map_or(parameter.as_str(), |(_, value)| value));
        values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(wanted))
    }

    fn whole(&self) -> String {
        let bytes = match () {
            () if self.is_of("QUOTED-PRINTABLE") => {
                guarded(|| quoted_printable_decode(&self.value)).flatten()
            }
            () if self.is_of("BASE64") || self.is_of("B") => guarded(|| base64_decode(&self.value)).flatten(),
            () => None,
        };
        decoded(bytes.as_deref().unwrap_or(&self.value), self.parameter("CHARSET"))
    }

    fn text(&self) -> String {
        unescaped(&self.whole()).join(";").trim().to_owned()
    }

    fn parts(&self) -> Vec<String> {
        unescaped(&self.whole()).into_iter().map(|part| part.trim().to_owned()).collect()
    }
}

/// The parts of a value between semicolons, each without what stands before marks that are meant.
fn unescaped(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut letters) = (Vec::new(), String::new(), text.chars());
    while let Some(letter) = letters.next() {
        match letter {
            ';' => parts.push(std::mem::take(&mut part)),
            '\\' => match letters.next() {
                Some('n' | 'N') => part.push(' '),
                Some(escaped) => part.push(escaped),
                None => {}
            },
            '\r' | '\n' => part.push(' '),
            _ => part.push(letter),
        }
    }
    parts.push(part);
    parts
}

/// Text in the encoding that is named, or else in UTF-8 or in that of Windows in Japan.
fn decoded(bytes: &[u8], named: Option<&str>) -> String {
    let named: Option<&Encoding> = named
        .and_then(|name| Encoding::for_label(name.as_bytes()))
        .filter(|encoding| [UTF_8, SHIFT_JIS, EUC_JP, ISO_2022_JP].contains(encoding));
    let encoding = named.unwrap_or(if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { SHIFT_JIS });
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Cards as rows.
struct Cards<R> {
    input: R,
    begun: bool,
    /// The card that is being read.
    card: Option<Card>,
    /// True where a card does not end, or something stands between cards.
    damaged: bool,
}

impl<R: BufRead> Cards<R> {
    fn new(input: R) -> Self {
        Self { input, begun: false, card: None, damaged: false }
    }

    /// The next card that says something; none at the end.
    fn next_card(&mut self) -> io::Result<Option<Card>> {
        let (mut line, mut of_agent, mut inner) = (Vec::new(), false, 0_usize);
        while self.property(&mut line)? {
            let text = line.trim_ascii();
            let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
            if text.eq_ignore_ascii_case(b"BEGIN:VCARD") {
                if self.card.is_some() && (of_agent || inner > 0) {
                    // The card of somebody else, in that of the person.
                    inner += 1;
                    of_agent = false;
                } else if let Some(card) = self.card.replace(Card::default()) {
                    self.damaged = true;
                    return Ok(Some(card));
                }
            } else if text.eq_ignore_ascii_case(b"END:VCARD") {
                match inner {
                    0 => match self.card.take() {
                        Some(card) if card.is_empty() => {}
                        Some(card) => return Ok(Some(card)),
                        None => self.damaged = true,
                    },
                    _ => inner -= 1,
                }
            } else if let Some(card) = &mut self.card {
                if let (0, Some(property)) = (inner, Property::of(&line)) {
                    of_agent = property.name == "AGENT";
                    card.add(&property);
                }
            } else {
                self.damaged |= !text.is_empty();
            }
        }
        self.damaged |= self.card.take().is_some();
        Ok(None)
    }

    /// The next line with those that go on with it; false at the end.
    fn property(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        let Some(mut goes_on) = self.line(line)? else { return Ok(false) };
        let is_printed =
            goes_on && Property::of(line).is_some_and(|property| property.is_of("QUOTED-PRINTABLE"));
        loop {
            if goes_on && is_printed {
                if line.ends_with(b"=") {
                    line.pop();
                }
            } else if matches!(self.input.fill_buf()?.first(), Some(b' ' | b'\t')) {
                self.input.consume(1);
            } else {
                return Ok(true);
            }
            match self.line(line)? {
                Some(next) => goes_on = next,
                None => return Ok(true),
            }
        }
    }

    /// Adds a line without its end, as far as it may be kept, and tells whether it ends with an equals sign; none at the end.
    fn line(&mut self, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
        let (mut is_first, mut last, mut before) = (true, 0, 0);
        loop {
            let piece = self.input.fill_buf()?;
            if piece.is_empty() {
                return Ok((!is_first).then_some(last == b'='));
            }
            is_first = false;
            let end = memchr::memchr(b'\n', piece);
            let taken = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
            let room = MOST_PROPERTY.saturating_sub(line.len()).min(taken.len());
            line.extend_from_slice(taken.get(..room).unwrap_or_default());
            for byte in taken.iter().skip(taken.len().saturating_sub(2)) {
                (before, last) = (last, *byte);
            }
            let used = taken.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                if line.ends_with(b"\r") {
                    line.pop();
                }
                return Ok(Some(if last == b'\r' { before } else { last } == b'='));
            }
        }
    }
}

impl<R: BufRead> Rows for Cards<R> {
    fn next_row(&mut self, line: &mut Vec<u8>) -> io::Result<()> {
        let Some(card) = self.next_card()? else { return Ok(()) };
        if !std::mem::replace(&mut self.begun, true) {
            let phones = std::iter::repeat_n("電話番号", PHONES);
            push_row(
                line,
                HEADINGS.into_iter().chain(phones).chain(std::iter::repeat_n("メールアドレス", MAILS)),
            );
        }
        push_row(line, card.cells());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rows below the headings, and whether something is damaged.
    fn rows(cards: &[u8], at_once: usize) -> (Vec<String>, bool) {
        let mut lines = Lines::new(Cards::new(BufReader::with_capacity(at_once, cards)));
        let mut text = String::new();
        lines.read_to_string(&mut text).unwrap();
        let rows = text.lines().skip(1).map(|row| row.replace('"', "")).collect();
        (rows, lines.into_rows().damaged)
    }

    #[test]
    fn cards_of_each_version_are_rows() {
        let old = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52;=8E=\r\n=71;;;\r\nSOUND;X-IRMC-N;CHARSET=SHIFT_JIS:\
            \u{ff94}\u{ff8f};x;;;\r\nTEL;CELL:09012345678\r\nTEL;FAX;HOME:0312345678\r\nADR;HOME:;ext;1-2-3;town;region;1000001;\r\n\
            PHOTO;ENCODING=BASE64;TYPE=JPEG:\r\n AAAA\r\n BBBB==\r\n\r\nEND:VCARD\r\n";
        let sounds = SHIFT_JIS.encode("\u{ff94}\u{ff8f}").0.into_owned();
        let place = old.find('\u{ff94}').unwrap();
        let old = [&old.as_bytes()[..place], &sounds, &old.as_bytes()[place + 6..]].concat();
        let new = "begin:vcard\nVERSION:4.0\nFN:no\nitem1.N;SORT-AS=\"A:,B\":a\\;b;c;;;\nTEL;VALUE=uri:tel:+81-3-1;ext=2\nEMAIL:a@\n b\n\
            ADR;TYPE=work:;;w;;;;\nADR;TYPE=\"home,pref\":;;h\\n2;x\\,y;x;;\nBDAY:19800102T000000Z\nGENDER:F\nAGENT:\nBEGIN:VCARD\nN:other\nEND:VCARD\nEND:VCARD\n";
        let cards = [&old[..], new.as_bytes(), b"BEGIN:VCARD\nEND:VCARD\n"].concat();
        let expected = [
            "\u{5c71}\u{3000}\u{5b50},\u{ff94}\u{ff8f} x,1000001,regiontown1-2-3,ext,,,09012345678,,,,,",
            "a;b\u{3000}c,A: B,,x,yh 2,,19800102,F,+81-3-1,,,,a@b,",
        ];
        for at_once in [1, 3, 4_000] {
            assert_eq!(rows(&cards, at_once), (expected.map(str::to_owned).to_vec(), false));
        }
        assert!(is_cards(&cards) && is_cards(new.as_bytes()) && is_cards(b"\xef\xbb\xbfBEGIN:VCARD\r\n"));
        for list in ["BEGIN:VCARD,x\n", "name\nBEGIN:VCARD\n", ""] {
            assert!(!is_cards(list.as_bytes()));
        }
    }

    #[test]
    fn cards_that_do_not_end_are_told() {
        assert!(rows(b"BEGIN:VCARD\nFN:a\nEND:VCARD\nBEGIN:VCARD\nFN:b\n", 9).1);
        let (both, damaged) = rows(b"BEGIN:VCARD\nFN:a\nBEGIN:VCARD\nFN:b\nEND:VCARD\n", 9);
        assert!(both.len() == 2 && damaged);
        assert!(rows(b"BEGIN:VCARD\nFN:a\nEND:VCARD\nnoise\n", 9).1);
    }

    #[test]
    fn what_is_endless_is_not_held() {
        let mut cards = Cards::new(BufReader::new(b"NOTE:".chain(io::repeat(b'x').take(50 << 20))));
        let mut line = Vec::new();
        assert!(cards.property(&mut line).unwrap() && line.len() == MOST_PROPERTY);
        for more in [&b"x\n "[..], b"=41=\r\n"] {
            let folded = [b"NOTE;QUOTED-PRINTABLE:", more.repeat(1 << 20).as_slice()].concat();
            let mut cards = Cards::new(folded.as_slice());
            assert!(cards.property(&mut line).unwrap() && line.len() <= MOST_PROPERTY && line.len() > 60_000);
            assert!(!cards.property(&mut line).unwrap());
        }
    }

    proptest! {
        #[test]
        fn a_name_comes_out_as_it_went_in(last in "[^\\p{C}\\s]{1,9}", first in "[^\\p{C}\\s]{1,9}") {
            let escaped = |text: &str| text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
            let folded: String = format!("N:{};{}", escaped(&last), escaped(&first)).chars().flat_map(|letter| [letter, '\r', '\n', ' ']).collect();
            let card = format!("BEGIN:VCARD\r\n{}\r\nEND:VCARD\r\n", folded.trim_end());
            let (rows, damaged) = rows(card.as_bytes(), 5);
            prop_assert!(!damaged);
            let expected = format!("{last}\u{3000}{first},,,,,,,,,,,,").replace('"', "");
            prop_assert_eq!(rows, [expected]);
        }

        #[test]
        fn no_bytes_harm(noise in prop::collection::vec(prop::sample::select(vec![
            "BEGIN:VCARD\n", "END:VCARD\n", "N:", "TEL;", "ENCODING=QUOTED-PRINTABLE:", "=", "\n", "\r", " ", ";", "\\", "\"", ":", "AGENT:\n", "ADR:", "CHARSET=", "\u{5403}",
        ]), 0..60)) {
            let text = noise.concat();
            let _ = rows(text.as_bytes(), 7);
        }
    }
}
