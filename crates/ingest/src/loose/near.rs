//! Which values belong to one person: those of a line, where it has a name and something of a person; else those that stand
//! nearest to each other.

use std::ops::Range;

use meibo_normalize::{Field, Record};

use super::atoms::{Atom, Atoms, Look};

/// Names that are tried with one number: more would not be paired with it.
const MOST_NAMES: usize = 6;
const MOST_READINGS: usize = 4;
/// Other values of one field.
const MOST_VALUES: usize = 2;
/// Values of persons stand no further apart than this many parts.
const REACH: usize = 40;

/// Something that a name can be paired with.
struct Mark<'a> {
    at: usize,
    field: Field,
    text: &'a str,
}

/// A name or a reading, perhaps.
struct Candidate {
    at: usize,
    field: Field,
    text: String,
    likely: Likely,
}

/// How much like a name something is, most like one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likely {
    /// It begins as common names do.
    Common,
    /// Two parts with a space between them.
    Spaced,
    /// Three letters or more in one part.
    Whole,
    /// Two parts with something else between them, as columns have.
    Parted,
    /// Nothing more than letters that names have too.
    Hardly,
}

/// Everything of a text that is of a person, in its order.
struct Found<'a> {
    marks: Vec<Mark<'a>>,
    candidates: Vec<Candidate>,
    /// Of each part its line.
    lines: Vec<usize>,
}

pub(super) fn each_record(atoms: &Atoms<'_>, each: &mut dyn FnMut(&Record)) {
    let found = Found {
        marks: marks(atoms),
        candidates: candidates(&atoms.atoms),
        lines: atoms.atoms.iter().map(|atom| atom.line).collect(),
    };
    let mut record = Record::new();
    let (mut mark, mut loose) = (0, Vec::new());
    while let Some(first) = found.marks.get(mark) {
        let line = found.line(first.at);
        let end = mark + found.marks.iter().skip(mark).take_while(|next| found.line(next.at) == line).count();
        match found.is_row(mark..end, line) {
            true => {
                found.near(&loose, &mut record, each);
                loose.clear();
                found.row(mark..end, line, &mut record, each);
            }
            false => loose.extend(mark..end),
        }
        mark = end;
    }
    found.near(&loose, &mut record, each);
}

/// True for fields that tell a person together with a name.
fn is_telling(field: Field) -> bool {
    matches!(field, Field::Phone | Field::Address | Field::Email | Field::BirthDate)
}

impl Found<'_> {
    fn line(&self, at: usize) -> usize {
        self.lines.get(at).copied().unwrap_or_default()
    }

    /// Candidates within these parts.
    fn within(&self, parts: Range<usize>) -> &[Candidate] {
        let start = self.candidates.partition_point(|candidate| candidate.at < parts.start);
        let end = self.candidates.partition_point(|candidate| candidate.at < parts.end);
        self.candidates.get(start..end).unwrap_or_default()
    }

    fn parts_of(&self, line: usize) -> Range<usize> {
        self.lines.partition_point(|of| *of < line)..self.lines.partition_point(|of| *of <= line)
    }

    /// True where a line tells of one person: a name that hardly is anything else, and no field more often than a person has it.
    fn is_row(&self, marks: Range<usize>, line: usize) -> bool {
        let marks = self.marks.get(marks).unwrap_or_default();
        let often = |field: Field| marks.iter().filter(|mark| mark.field == field).count() > 3;
        marks.iter().any(|mark| is_telling(mark.field))
            && self.within(self.parts_of(line)).iter().any(|name| name.likely <= Likely::Spaced)
            && !Field::ALL.into_iter().any(often)
    }

    /// The person of a line.
    fn row(&self, marks: Range<usize>, line: usize, record: &mut Record, each: &mut dyn FnMut(&Record)) {
        record.clear();
        for mark in self.marks.get(marks).unwrap_or_default() {
            record.push(mark.field, mark.text);
        }
        let names: Vec<&Candidate> = self.within(self.parts_of(line)).iter().collect();
        push_names(record, names);
        each(record);
    }

    /// People whose values stand in lines of their own: about each value of the commonest kind, what is nearest.
    fn near(&self, loose: &[usize], record: &mut Record, each: &mut dyn FnMut(&Record)) {
        let marks: Vec<&Mark<'_>> = loose.iter().filter_map(|mark| self.marks.get(*mark)).collect();
        let count = |field: Field| marks.iter().filter(|mark| mark.field == field).count();
        const ANCHORS: [Field; 4] = [Field::Phone, Field::Address, Field::Email, Field::BirthDate];
        let Some(anchor) = ANCHORS.into_iter().rev().max_by_key(|field| count(*field)) else { return };
        let groups = self.groups(&marks, anchor);
        for (number, group) in groups.iter().enumerate() {
            let before =
                number.checked_sub(1).and_then(|before| groups.get(before)).map_or(0, |group| group.end);
            let after = groups.get(number + 1).map_or(usize::MAX, |group| group.start);
            let bounds = before.max(group.start.saturating_sub(REACH))..after.min(group.end + REACH);
            let within = marks.partition_point(|mark| mark.at < bounds.start)
                ..marks.partition_point(|mark| mark.at < bounds.end);
            let within = marks.get(within).unwrap_or_default();
            record.clear();
            for field in Field::ALL {
                let of_field = within.iter().filter(|mark| mark.field == field);
                let mut of_field: Vec<&&Mark<'_>> = of_field.collect();
                of_field.sort_by_key(|mark| distance(group, mark.at));
                of_field.iter().take(MOST_VALUES).for_each(|mark| record.push(field, mark.text));
            }
            let mut names: Vec<&Candidate> = self.within(bounds).iter().collect();
            names.sort_by_key(|name| distance(group, name.at));
            if !names.is_empty() {
                push_names(record, names);
                each(record);
            }
        }
    }

    /// Where values of a field stand, those of one person together: no name is between them.
    fn groups(&self, marks: &[&Mark<'_>], field: Field) -> Vec<Range<usize>> {
        let mut groups: Vec<Range<usize>> = Vec::new();
        for mark in marks.iter().filter(|mark| mark.field == field) {
            match groups.last_mut() {
                Some(last) if mark.at - last.end < REACH && self.within(last.end..mark.at).is_empty() => {
                    last.end = mark.at + 1;
                }
                _ => groups.push(mark.at..mark.at + 1),
            }
        }
        groups
    }
}

fn distance(group: &Range<usize>, at: usize) -> usize {
    group.start.saturating_sub(at).max(at.saturating_sub(group.end.saturating_sub(1)))
}

/// Adds the likeliest names and readings, of equally likely ones the first.
fn push_names(record: &mut Record, mut names: Vec<&Candidate>) {
    names.sort_by_key(|name| name.likely);
    for (field, most) in [(Field::Name, MOST_NAMES), (Field::Kana, MOST_READINGS)] {
        let of_field = names.iter().filter(|name| name.field == field);
        of_field.take(most).for_each(|name| record.push(field, &name.text));
    }
}

fn marks<'a>(atoms: &'a Atoms<'_>) -> Vec<Mark<'a>> {
    let field = |look: Look| match look {
        Look::Phone => Some(Field::Phone),
        Look::Email => Some(Field::Email),
        Look::Postal => Some(Field::Postal),
        Look::Date => Some(Field::BirthDate),
        _ => None,
    };
    let values = atoms.atoms.iter().enumerate();
    let values =
        values.filter_map(|(at, atom)| Some(Mark { at, field: field(atom.look)?, text: &atom.text }));
    let addresses = atoms.addresses.iter().map(|(at, text)| Mark { at: *at, field: Field::Address, text });
    let mut marks: Vec<Mark<'_>> = values.chain(addresses).collect();
    marks.sort_by_key(|mark| mark.at);
    marks
}

/// Names as they stand, and as two parts make them.
fn candidates(atoms: &[Atom<'_>]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (at, atom) in atoms.iter().enumerate() {
        let next = atoms.get(at + 1).filter(|next| next.line == atom.line && next.look == atom.look);
        let short = |atom: &Atom<'_>| atom.traits.chars <= 8;
        // Headings are words too: only those with a space between them may be a name.
        let fits = |next: &&Atom<'_>| short(atom) && short(next) && (next.joined || next.look != Look::Word);
        let pair = next.filter(fits);
        let field = match atom.look {
            Look::Name | Look::Word => Field::Name,
            Look::Kana => Field::Kana,
            _ => continue,
        };
        if let Some(next) = pair {
            let text = format!("{} {}", atom.text, next.text);
            let likely = match next.joined {
                _ if atom.traits.surname => Likely::Common,
                true => Likely::Spaced,
                false => Likely::Parted,
            };
            found.push(Candidate { at, field, text, likely });
        }
        if atom.look != Look::Word && atom.traits.chars >= 2 {
            let common = atom.traits.full_name && !atom.traits.municipality;
            let likely = match atom.traits.chars {
                _ if common => Likely::Common,
                3.. => Likely::Whole,
                _ => Likely::Hardly,
            };
            found.push(Candidate { at, field, text: atom.text.to_string(), likely });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::each_person;
    use super::*;

    fn people(text: &str) -> Vec<Record> {
        let mut people = Vec::new();
        each_person(text, &mut |record| people.push(record.clone()));
        people
    }

    fn has(record: &Record, field: Field, value: &str) -> bool {
        record.values(field).any(|v| v == value)
    }

    #[test]
    fn a_line_with_a_name_is_a_person() {
        let text = "1,山田太郎,ヤマダタロウ,岐阜県岐阜市薮田南2-1-1,058-265-4141\n2,鈴木花子,スズキハナコ,岐阜県岐阜市薮田南2-1-2,058-265-4142\n";
        let people = people(text);
        assert_eq!(people.len(), 2);
        assert!(has(&people[1], Field::Name, "鈴木花子") && has(&people[1], Field::Phone, "058-265-4142"));
        assert!(has(&people[1], Field::Kana, "スズキハナコ"));
        assert!(has(&people[1], Field::Address, "岐阜県岐阜市薮田南2-1-2"));
        assert!(!has(&people[1], Field::Phone, "058-265-4141"));
    }

    #[test]
    fn values_below_each_other_are_of_the_nearest_name() {
        for text in [
            "BEGIN:VCARD\nN:山田;太郎;;;\nTEL;CELL:090-1234-5678\nEND:VCARD\nBEGIN:VCARD\nN:鈴木;花子;;;\nTEL:058-265-4142\nEND:VCARD\n",
            "[\n {\n  \"name\": \"山田 太郎\",\n  \"tel\": \"090-1234-5678\"\n },\n {\n  \"name\": \"鈴木 花子\",\n  \"tel\": \"058-265-4142\"\n }\n]",
            "<r><n>山田 太郎</n><t>090-1234-5678</t></r><r><n>鈴木 花子</n><t>058-265-4142</t></r>",
            "090 1234 5678\n山田　太郎\n\n058(265)4142\n鈴木　花子\n",
        ] {
            let people = people(text);
            let named = |name: &str, digits: &str| {
                people.iter().any(|person| {
                    let phone: String = person
                        .values(Field::Phone)
                        .flat_map(str::chars)
                        .filter(char::is_ascii_digit)
                        .collect();
                    has(person, Field::Name, name) && phone.contains(digits)
                })
            };
            assert!(named("山田 太郎", "09012345678") && named("鈴木 花子", "0582654142"), "{text}");
        }
    }

    #[test]
    fn addresses_are_put_together_from_their_parts() {
        for text in [
            "山田太郎,岐阜県,岐阜市,薮田南,2-1-1",
            "山田太郎 岐阜県岐阜市薮田南2-1-1 コーポ101",
            "('山田太郎','岐阜県岐阜市','薮田南2-1-1')",
            "氏名/山田太郎/住所/岐阜県岐阜市薮田南２−１−１",
        ] {
            let people = people(text);
            let address: Vec<&str> = people[0].values(Field::Address).collect();
            assert_eq!(people.len(), 1, "{text}");
            assert!(address[0].starts_with("岐阜県岐阜市薮田南"), "{text}: {address:?}");
            assert!(address[0].ends_with(['1', '１']), "{text}: {address:?}");
        }
    }

    #[test]
    fn a_tuple_of_sql_is_a_line_of_its_own() {
        let people = people("INSERT INTO t VALUES ('山田太郎','0582654141'),('鈴木花子','0582654142');");
        assert_eq!(people.len(), 2);
        assert!(!has(&people[0], Field::Name, "鈴木花子"));
    }

    #[test]
    fn prose_holds_nobody() {
        assert!(people("本書は、平成の市町村合併について述べる。図3に人口の推移を示す。").is_empty());
        assert!(people("Copyright (C) 2010, 2011 Free Software Foundation, Inc.").is_empty());
    }
}
