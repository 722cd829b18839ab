//! The resolution that most addresses need: a prefecture or none, a municipality's own name, a town, a number.
//!
//! Three looks into tables, and no choice between readings. What is resolved here, [`resolve`](super::resolve) resolves
//! alike; all else is left to it.

use crate::place_key::{NameHash, Token, ends_municipality};

use super::begins;
use super::places::{Municipality, Places, Prefecture, places, section_mark};
use super::resolve::{Place, Resolution};

/// Longest name of a municipality that is looked for.
const MAX_MUNICIPALITY: usize = 14;

/// Longest name of a town that is looked for.
const MAX_TOWN: usize = 14;

/// How the address before began: its neighbours in a list begin alike as often as not.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    /// The keys up to the end of the municipality; empty before the first address.
    keys: Vec<char>,
    municipality: Municipality,
    /// True where it begins with a prefecture.
    told: bool,
}

impl Head {
    /// True where the address began with a prefecture.
    pub(super) fn told(&self) -> bool {
        self.told
    }
}

/// Resolves a plain address; `None` where it is not so plain, or where the row's postal code is another
/// municipality's than the one named without its prefecture.
pub(super) fn resolve(tokens: &[Token], hint: Option<Municipality>, before: &mut Head) -> Option<Resolution> {
    let places = places();
    let beginning = tokens.iter().take(before.keys.len()).map(|t| &t.key);
    if before.keys.is_empty() || !before.keys.iter().eq(beginning) {
        let (prefecture, start) = prefecture(places, tokens)?;
        let (m, end) = municipality(places, prefecture, tokens, start)?;
        before.keys.clear();
        before.keys.extend(tokens.iter().take(end).map(|t| t.key));
        (before.municipality, before.told) = (m, prefecture.is_some());
    }
    let (m, municipality_end) = (before.municipality, before.keys.len());
    if !before.told && hint.is_some_and(|hint| hint != m) {
        return None;
    }
    let (town, end) = town(places, m, tokens, municipality_end)?;
    Some(Resolution {
        place: Place::Municipality(m),
        town: Some(town),
        end,
        clean: true,
        municipality_end,
        ..Resolution::default()
    })
}

/// The prefecture in front, where there is one, and the token after it; `None` where it stands there twice.
fn prefecture(places: &Places, tokens: &[Token]) -> Option<(Option<Prefecture>, usize)> {
    let first = tokens.first()?.key;
    let found = places.prefectures_with(first).find(|&p| begins(tokens, 0, places.prefecture_key(p)));
    let Some(p) = found else { return Some((None, 0)) };
    let key = places.prefecture_key(p);
    let end = skip_spaces(tokens, key.chars().count());
    (!begins(tokens, end, key)).then_some((Some(p), end))
}

fn skip_spaces(tokens: &[Token], at: usize) -> usize {
    at + tokens.get(at..).unwrap_or_default().iter().take_while(|t| t.key == ' ').count()
}

/// The municipality whose name stands at `start`, and the token after it.
fn municipality(
    places: &Places,
    prefecture: Option<Prefecture>,
    tokens: &[Token],
    start: usize,
) -> Option<(Municipality, usize)> {
    let mut hash = Places::municipality_hash(prefecture);
    for (at, token) in tokens.iter().enumerate().skip(start).take(MAX_MUNICIPALITY) {
        if token.key == ' ' {
            return None;
        }
        hash = hash.with(token.key);
        if ends_municipality(token.key)
            && let Some(m) = places.sole_municipality(prefecture, hash, tokens.get(start..=at)?)
        {
            return Some((m, at + 1));
        }
    }
    None
}

/// The town that `start` leads to and that a number follows, and the token after it.
///
/// Its name goes up to the first Latin digit (三日町12), or up to the first digit that was read from kanji (千石四丁目).
/// A name that goes on after it would have to go on with a number, and then the town is not in the table.
fn town(places: &Places, m: Municipality, tokens: &[Token], start: usize) -> Option<(&'static str, usize)> {
    let start = skip_spaces(tokens, start);
    let start = start + section_mark(tokens, start);
    let rest = tokens.get(start..)?;
    let mut hash = NameHash::within(m.0);
    let (mut len, mut before_kanji) = (0, None);
    for token in rest.iter().take(MAX_TOWN + 1) {
        match token.key {
            ' ' | '-' => break,
            '字' => return None,
            c if c.is_ascii_digit() && !token.was_kanji => break,
            c => {
                if c.is_ascii_digit() && before_kanji.is_none() {
                    before_kanji = Some((hash, len));
                }
                (hash, len) = (hash.with(c), len + 1);
            }
        }
    }
    let found = |hash: NameHash, len: usize| {
        let end = start + len;
        let number = tokens.get(skip_spaces(tokens, end)).is_some_and(|t| t.is_digit());
        let town = places.sole_town(m, hash, rest.get(..len)?).filter(|_| number)?;
        Some((town, end))
    };
    let (town, end) = found(hash, len).or_else(|| before_kanji.and_then(|(hash, len)| found(hash, len)))?;
    let street = |t: &Token| matches!(t.key, 'ル' | 'ケ' | '入' | '通' | '筋' | '路');
    if places.in_kyoto(m) && tokens.iter().any(street) {
        return None;
    }
    Some((town, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;
    use crate::address::resolve::Buffers;
    use crate::address::text;
    use crate::place_key::read_numerals;
    use proptest::prelude::*;

    /// How many of the texts are plain; each of them has to resolve alike the long way.
    fn plain(texts: impl Iterator<Item = String>) -> (usize, usize) {
        let (mut folded, mut unread, mut tokens) = (String::new(), Vec::new(), Vec::new());
        let (mut buffers, mut head) = (Buffers::default(), Head::default());
        let (mut all, mut plain) = (0, 0);
        for text in texts {
            text::read(&text, Level::Loose, &mut folded, &mut unread);
            tokens.clear();
            read_numerals(&unread, &mut tokens);
            all += 1;
            if let Some(found) = resolve(&tokens, None, &mut head) {
                let general = super::super::resolve::resolve(&tokens, &text, None, &mut buffers);
                assert_eq!(found, general, "{text}");
                plain += 1;
            }
        }
        (plain, all)
    }

    fn towns() -> impl Iterator<Item = [&'static str; 3]> {
        let table = include_str!("../../data/towns.tsv");
        table.lines().skip(1).map(|line| {
            let mut columns = line.split('\t').skip(1);
            std::array::from_fn(|_| columns.next().unwrap_or_default())
        })
    }

    #[test]
    fn most_towns_are_plain_and_all_plain_ones_resolve_as_in_general() {
        let (some, all) = plain(towns().map(|[p, m, town]| format!("{p}{m}{town}4-15-7")));
        assert!(some * 10 > all * 8, "{some} of {all}");
        let (some, all) = plain(towns().map(|[_, m, town]| format!("{m}{town}4-15-7")));
        assert!(some * 10 > all * 6, "{some} of {all}");
        plain(towns().map(|[p, m, town]| format!("{p}{m} {town}四丁目5")));
        plain(towns().map(|[p, m, town]| format!("{p} {m}大字{town} 4番地")));
        plain(towns().map(|[p, m, town]| format!("{p}{m}{town}一二三番地")));
        plain(towns().map(|[p, m, town]| format!("{p}{}{town}4", m.split_once('郡').map_or(m, |(_, m)| m))));
        plain(towns().map(|[_, m, town]| format!("{}{town}4", m.split_once('市').map_or(m, |(_, m)| m))));
        plain(towns().map(|[p, _, town]| format!("{p}{town}4")));
    }

    proptest! {
        #[test]
        fn pieces_of_names_resolve_as_in_general(
            pieces in proptest::collection::vec(
                prop::sample::select(vec![
                    "東京都", "岐阜県", "京都府", "大阪府", "府中市", "岐阜市", "京都市", "中京区", "中央区", "北区", "港区", "堺市",
                    "伊達市", "八王子市", "四日市市", "栄町", "橘町", "長良", "本町", "千石", "新橋", "三日町", "三番町", "字", "大", "1", "十", "二", " ", "-",
                    "上る", "東入", "寺町通", "小松町", "丁目", "下京区", "上", "西", "東", "町", "新",
                ]), 0..6),
        ) {
            plain([format!("{}4-15-7", pieces.concat())].into_iter());
        }
    }
}
