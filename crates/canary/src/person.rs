//! Names and readings in the notation of the cells around them.

use crate::names::Name;
use crate::script::{self, Kana, kana_of};

/// What may stand behind a name.
const COURTESIES: [&str; 4] = ["様", "殿", "さま", "さん"];

/// The spaces around a cell's text.
fn around(cell: &str) -> (&str, &str, &str) {
    let text = cell.trim();
    let start = cell.len() - cell.trim_start().len();
    let end = if text.is_empty() { cell.len() } else { start + text.len() };
    (cell.get(..start).unwrap_or_default(), text, cell.get(end..).unwrap_or_default())
}

/// A whole name written as another cell writes one; none where that is no Japanese name.
pub(crate) fn whole_like(cell: &str, name: &Name, large: bool) -> Option<String> {
    let (before, text, after) = around(cell);
    let courtesy = COURTESIES.iter().find(|courtesy| text.ends_with(**courtesy));
    let bare = courtesy.and_then(|courtesy| text.strip_suffix(courtesy)).unwrap_or(text);
    let end = bare.get(bare.trim_end().len()..).unwrap_or_default();
    let gap: String = bare.trim().chars().filter(|c| c.is_whitespace()).take(1).collect();
    let (family, given) = parts_as(bare, name, large)?;
    Some(format!("{before}{family}{gap}{given}{end}{}{after}", courtesy.unwrap_or(&"")))
}

/// A family or given name written as another cell writes one.
pub(crate) fn part_like(cell: &str, name: &Name, is_family: bool, large: bool) -> Option<String> {
    let (before, text, after) = around(cell);
    let (family, given) = parts_as(text, name, large)?;
    Some(format!("{before}{}{after}", if is_family { family } else { given }))
}

/// Family and given name in the script of a text.
fn parts_as(text: &str, name: &Name, large: bool) -> Option<(String, String)> {
    if text.chars().any(|c| matches!(c, '\u{4E00}'..='\u{9FFF}' | '々')) {
        return Some((name.family.to_owned(), name.given.to_owned()));
    }
    reading_as(kana_of(text)?, name, large)
}

fn reading_as(kind: Kana, name: &Name, large: bool) -> Option<(String, String)> {
    let written = |kana: &str| script::kana(kana, kind, large);
    Some((written(name.family_kana), written(name.given_kana)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Name =
        Name { family: "高橋", given: "翔太", family_kana: "タカハシ", given_kana: "ショウタ" };

    #[test]
    fn names_are_written_as_the_cell_writes_its_own() {
        for (cell, expected) in [
            ("山田　太郎", "高橋　翔太"),
            ("林 誠 様", "高橋 翔太 様"),
            ("山田太郎 ", "高橋翔太 "),
            ("ﾔﾏﾀﾞ ﾀﾛｳ", "ﾀｶﾊｼ ｼｮｳﾀ"),
            ("やまだたろう", "たかはししょうた"),
        ] {
            assert_eq!(whole_like(cell, &NAME, false).as_deref(), Some(expected));
        }
        assert_eq!(whole_like("ヤマダ　ジユン", &NAME, true).as_deref(), Some("タカハシ　シヨウタ"));
        assert_eq!(whole_like("John Smith", &NAME, false), None);
        assert_eq!(part_like("太郎 ", &NAME, false, false).as_deref(), Some("翔太 "));
    }
}
