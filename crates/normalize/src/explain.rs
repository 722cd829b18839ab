//! How a cell was understood, for a person to read.

use crate::rules::{self, Applied, Rule};
use crate::{Field, Level, Normalizer, Record, fold, placeholder};

/// What a normaliser made of one cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The canonical values, as [`Normalizer::normalize`] gives them.
    pub values: Vec<String>,
    /// The parts of an address; `None` for other fields and for cells that hold no address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressParts>,
    /// The rules that made the values of the cell, in the order in which they apply.
    pub rules: Vec<Rule>,
    /// What was ambiguous, and why there is no value where there is none.
    pub notes: Vec<&'static str>,
}

/// The parts of an address as they were understood; empty where a part is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct AddressParts {
    /// Prefecture (`東京都`).
    pub prefecture: Option<&'static str>,
    /// Municipality by today's name, with district or city of wards (`文京区`, `虻田郡ニセコ町`, `横浜市青葉区`).
    pub municipality: Option<&'static str>,
    /// Street names before the town, in 京都.
    pub street: String,
    /// Town as Japan Post lists it (`千石`).
    pub town: Option<&'static str>,
    /// What stands between town and number; the whole text before the number where the town is not listed.
    pub part: String,
    /// The numbers of the lot (`4`, `15`, `7`).
    pub numbers: Vec<String>,
    /// Numbers after those: a room's.
    pub room: Vec<String>,
    /// Building and room as written.
    pub building: String,
}

impl Normalizer {
    /// Explains how a cell is understood at a level.
    ///
    /// ```
    /// use meibo_normalize::{Field, Level, Normalizer};
    /// let e = Normalizer::new().explain(Field::Address, Level::Loose, "港区新橋5-24-8 新橋ビル3F");
    /// assert_eq!(e.values, ["東京都港区新橋5-24-8"]);
    /// assert_eq!(e.address.unwrap().town, Some("新橋"));
    /// ```
    pub fn explain(&mut self, field: Field, level: Level, text: &str) -> Explanation {
        let mut record = Record::new();
        self.normalize(field, level, text, &mut record);
        let values: Vec<String> = record.values(field).map(str::to_owned).collect();
        let mut out = Explanation { values, ..Explanation::default() };
        if out.values.is_empty() {
            let placeholder = text.len() <= crate::MAX_CELL && stands_for_nothing(text);
            out.rules.extend(placeholder.then_some(rules::PLACEHOLDER));
            out.notes.push(why_no_value(field, text));
            return out;
        }
        let mut applied = rules::of(field, level, text, &out.values);
        if field == Field::Address {
            self.explain_address(level, text, &mut applied, &mut out);
        } else {
            note_value(field, text, &mut out);
        }
        out.rules = applied.0;
        out
    }

    fn explain_address(&mut self, level: Level, text: &str, applied: &mut Applied, out: &mut Explanation) {
        if !self.parse_address(text, level, None) {
            return;
        }
        let parts = self.address.parts();
        if parts.ambiguous {
            out.notes
                .push("several municipalities bear this name: the prefecture or a postal code is needed");
        } else if parts.municipality.is_none() {
            out.notes.push("no municipality of Japan was recognised: the text was only folded");
        } else if parts.town.is_none() && !parts.part.is_empty() {
            out.notes.push("the town is not in the dictionary: its name was only folded");
        }
        if parts.numbers.is_empty() {
            out.notes.push("no number: the address names no single lot");
        }
        if !parts.room.is_empty() {
            out.notes.push("numbers after the lot's are taken for a room");
        }
        let mut written = String::new();
        fold::fold(text, fold::Mode::LoosePlace, &mut written);
        let missing = |part: Option<&str>| {
            let mut folded = String::new();
            fold::fold(part.unwrap_or_default(), fold::Mode::LoosePlace, &mut folded);
            !written.contains(&folded)
        };
        applied.add(rules::PREFECTURE, missing(parts.prefecture));
        applied.add(rules::MUNICIPALITY, missing(parts.municipality));
        let words = ["丁目", "番", "号", "の", "ノ"].iter().any(|word| written.contains(word));
        applied.add(rules::NUMBERS, words && !parts.numbers.is_empty());
        let loose = level == Level::Loose;
        applied.add(rules::STREET, loose && !parts.street.is_empty());
        applied.add(rules::ROOM, loose && !(parts.room.is_empty() && parts.building.is_empty()));
        out.address = Some(AddressParts {
            prefecture: parts.prefecture,
            municipality: parts.municipality,
            street: parts.street,
            town: parts.town,
            part: parts.part,
            numbers: parts.numbers,
            room: parts.room,
            building: parts.building,
        });
    }
}

fn why_no_value(field: Field, text: &str) -> &'static str {
    if text.len() > crate::MAX_CELL {
        return "the cell is longer than any value of this field";
    }
    if text.trim().is_empty() {
        return "the cell is empty";
    }
    if stands_for_nothing(text) {
        return "a word or sign that stands for no value";
    }
    match field {
        Field::Name | Field::Kana => "no letters of a name",
        Field::Address => "no letters of an address",
        Field::Phone => "no number of a length and beginning that is given out",
        Field::Postal => "no seven digits of a postal code",
        Field::BirthDate => "no possible date, or one that can be read in several ways",
        Field::Sex => "neither of the two sexes the registers know",
        Field::Age => "no whole number of years from 0 to 130",
        Field::Email => "no e-mail address",
        Field::MemberId => "no letters or digits",
    }
}

fn note_value(field: Field, text: &str, out: &mut Explanation) {
    if field == Field::Name && text.chars().any(crate::name::is_private) {
        out.notes.push("holds a private-use character, which only its owner's font tells apart");
    }
    if field == Field::Phone && out.values.len() > 1 {
        out.notes.push("the cell holds several numbers");
    }
}

fn stands_for_nothing(text: &str) -> bool {
    let mut folded = String::new();
    fold::fold(text, fold::Mode::Exact, &mut folded);
    folded.retain(|c| c != ' ');
    !folded.is_empty() && placeholder::is_placeholder(&folded)
}
