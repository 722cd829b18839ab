//! The beginnings of most addresses, resolved on their letters as they are compared: a prefecture or none, a
//! municipality's own name, a town, and a block in kanji or none.
//!
//! What is resolved here [`plain::resolve`](super::plain::resolve) resolves alike; all else is left to it.

use crate::fold::basic_character;
use crate::glyph::{Glyph, kind};
use crate::place_key::{NameHash, Token, ends_municipality};

use super::known::Beginning;
use super::places::{Municipality, Name, Places, Prefecture, places};
use super::text::{entry, letter};

/// Letters of the longest text.
const LONGEST: usize = 32;

/// Letters of the longest town that is looked for.
const MAX_TOWN: usize = 14;

/// What the beginning of an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) municipality: Municipality,
    /// True where it begins with a prefecture.
    pub(super) told: bool,
    pub(super) town: &'static str,
    /// The number of the block in kanji after the town.
    pub(super) block: Option<u8>,
}

/// Resolves the text of an address up to its first Latin digit, none being part of it: `Some(None)` where it is no plain
/// beginning, `None` where that cannot be told here.
pub(super) fn resolve(text: &str) -> Option<Option<Found>> {
    let letters = Letters::read(text)?;
    let places = places();
    let Some((prefecture, start)) = letters.prefecture(places) else { return Some(None) };
    let Some((municipality, start)) = letters.municipality(places, prefecture, start) else {
        return Some(None);
    };
    if places.in_kyoto(municipality) {
        return Some(None);
    }
    let town = letters.town(places, municipality, start)?;
    Some(town.map(|(town, block)| Found { municipality, told: prefecture.is_some(), town, block }))
}

/// The letters of a text as they are compared, a kanji numeral as its digits.
struct Letters {
    codes: [u16; LONGEST],
    len: usize,
}

const SPACE: u16 = ' ' as u16;

impl Letters {
    /// `None` where one is a digit, neither kanji nor kana, or part of a longer numeral, where its neighbours decide what
    /// one is, or where there are too many.
    fn read(text: &str) -> Option<Self> {
        const OTHERS: u16 = !(kind::WORD | kind::PLACE);
        let mut letters = Self { codes: [0; LONGEST], len: 0 };
        let (mut seen, mut rest) = (0, text.as_bytes());
        while let Some((code, after)) = basic_character(rest) {
            let Glyph { key, kinds, .. } = entry(code);
            seen |= kinds;
            rest = after;
            if kinds & OTHERS == 0 && kinds & kind::WORD != 0 {
                letters.push(key)?;
            } else {
                letters.push_other(key, kinds, after)?;
            }
        }
        // Without the sign of a place it may be a word for nothing, or no address of this country.
        (rest.is_empty() && seen & kind::PLACE != 0).then_some(letters)
    }

    fn push(&mut self, code: u16) -> Option<()> {
        *self.codes.get_mut(self.len)? = code;
        self.len += 1;
        Some(())
    }

    /// Adds a space within the text, 目 that ends no 町目, or the digits of a numeral that stands alone.
    fn push_other(&mut self, key: u16, kinds: u16, after: &[u8]) -> Option<()> {
        let before = self.all().last().copied();
        if kinds & kind::NUMERAL != 0 {
            let (next, _) = basic_character(after)?;
            let alone = entry(next).kinds & kind::NUMERAL == 0 && !before.is_some_and(is_digit);
            let digits = digits(letter(key)).filter(|_| alone)?;
            return digits.bytes().try_for_each(|digit| self.push(u16::from(digit)));
        }
        // 四町目 is 四丁目.
        let eye = kinds & kind::EYE != 0 && before != Some('町' as u16);
        if before.is_some() && (eye || key == SPACE) { self.push(key) } else { None }
    }

    fn all(&self) -> &[u16] {
        self.codes.get(..self.len).unwrap_or_default()
    }

    /// The prefecture in front, where there is one, and the letter after it; `None` where it stands there twice.
    fn prefecture(&self, places: &Places) -> Option<(Option<Prefecture>, usize)> {
        let all = self.all();
        let [first, second, ..] = *all else { return None };
        let found = places.prefecture_with(first, second);
        let key = found.map_or("", |p| places.prefecture_key(p));
        let Some(rest) = after_name(all, key).filter(|_| found.is_some()) else { return Some((None, 0)) };
        let rest = without_spaces(rest);
        after_name(rest, key).is_none().then_some((found, all.len() - rest.len()))
    }

    /// The municipality whose name stands at `start`, and the letter after it.
    fn municipality(
        &self,
        places: &Places,
        prefecture: Option<Prefecture>,
        start: usize,
    ) -> Option<(Municipality, usize)> {
        let rest = self.all().get(start..)?;
        let mut hash = Places::municipality_hash(prefecture);
        for (at, &code) in rest.iter().enumerate() {
            if code == SPACE {
                return None;
            }
            hash = hash.with_code(u32::from(code));
            if ends_municipality(letter(code))
                && let Some(m) = places.sole_municipality(prefecture, hash, rest.get(..=at)?)
            {
                return Some((m, start + at + 1));
            }
        }
        None
    }

    /// The town that all letters from `start` on name, or all but those of a block: `Some(None)` where there is none such,
    /// `None` where that cannot be told here.
    fn town(&self, places: &Places, m: Municipality, start: usize) -> Option<Option<Town>> {
        const SECTION: u16 = '字' as u16;
        let name = match without_spaces(self.all().get(start..)?) {
            [c, SECTION, rest @ ..] if matches!(letter(*c), '大' | '小') => rest,
            [SECTION, rest @ ..] | rest => rest,
        };
        if name.len() > MAX_TOWN || name.contains(&SPACE) {
            return None;
        }
        if name.contains(&SECTION) {
            return Some(None);
        }
        let find = |name: &[u16]| {
            let hash = name.iter().fold(NameHash::within(m.0), |hash, &code| hash.with_code(u32::from(code)));
            places.sole_town(m, hash, name)
        };
        if let Some(town) = find(name) {
            return Some(Some((town, None)));
        }
        let Some(numeral) = name.iter().position(|&code| is_digit(code)) else { return Some(None) };
        let (name, rest) = name.split_at_checked(numeral)?;
        let block = block(rest)?;
        Some(find(name).map(|town| (town, Some(block))))
    }
}

/// A town and the number of the block after it.
type Town = (&'static str, Option<u8>);

/// The number of a block from 一丁目 to 十丁目.
fn block(letters: &[u16]) -> Option<u8> {
    let (number, [unit, eye]) = letters.split_last_chunk()?;
    let number = match number {
        [digit @ 0x31..=0x39] => u8::try_from(digit - 0x30).ok()?,
        [0x31, 0x30] => 10,
        _ => return None,
    };
    ((letter(*unit), letter(*eye)) == ('丁', '目')).then_some(number)
}

fn is_digit(code: u16) -> bool {
    matches!(code, 0x30..=0x39)
}

fn without_spaces(letters: &[u16]) -> &[u16] {
    let mut letters = letters;
    while let [SPACE, rest @ ..] = letters {
        letters = rest;
    }
    letters
}

/// The digits of a numeral.
fn digits(numeral: char) -> Option<&'static str> {
    const DIGITS: [(char, &str); 13] = [
        ('〇', "0"),
        ('一', "1"),
        ('二', "2"),
        ('三', "3"),
        ('四', "4"),
        ('五', "5"),
        ('六', "6"),
        ('七', "7"),
        ('八', "8"),
        ('九', "9"),
        ('十', "10"),
        ('百', "100"),
        ('千', "1000"),
    ];
    DIGITS.iter().find(|(c, _)| *c == numeral).map(|(_, digits)| *digits)
}

/// What follows a name at the beginning of letters; `None` where it does not stand there.
fn after_name<'l>(letters: &'l [u16], name: &str) -> Option<&'l [u16]> {
    let (mut letters, mut name) = (letters, name.as_bytes());
    while let Some((code, rest)) = basic_character(name) {
        let (first, after) = letters.split_first()?;
        if *first != code {
            return None;
        }
        (letters, name) = (after, rest);
    }
    name.is_empty().then_some(letters)
}

/// By their codes.
impl Name for &[u16] {
    fn is_spelled(self, key: &str) -> bool {
        !key.is_empty() && after_name(self, key).is_some_and(<[u16]>::is_empty)
    }
}

impl Found {
    /// What is kept of it.
    pub(super) fn beginning(&self) -> Option<Beginning> {
        let digit = |number: u8| {
            let c = char::from(b'0' + number);
            Token { was_kanji: true, by_place: self.block != Some(10), ..Token::new(c, c) }
        };
        let unit = ['丁', '目'].map(|c| Token::new(c, c));
        let left: &[Token] = match self.block {
            None => &[],
            Some(10) => &[digit(1), digit(0), unit[0], unit[1]],
            Some(number) => &[digit(number), unit[0], unit[1]],
        };
        Beginning::new(self.municipality, self.told, self.town, left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::{Address, text::parted_at_digit};
    use proptest::prelude::*;

    /// Whether a text is plain; if it is, it has to be resolved alike on its tokens.
    fn is_plain(address: &mut Address, text: &str) -> bool {
        let text = format!("{text}4-15-7");
        let Some((beginning, _)) = parted_at_digit(&text) else { return false };
        let Some(found) = resolve(beginning) else { return false };
        assert_eq!(
            found.and_then(|found| found.beginning()),
            address.resolve_beginning(&text, beginning),
            "{text}"
        );
        true
    }

    fn towns() -> impl Iterator<Item = [&'static str; 3]> {
        include_str!("../../data/towns.tsv").lines().skip(1).map(|line| {
            let mut columns = line.split('\t').skip(1);
            std::array::from_fn(|_| columns.next().unwrap_or_default())
        })
    }

    #[test]
    fn most_towns_are_plain() {
        let mut address = Address::default();
        let (mut all, mut plain) = (0, 0);
        for [prefecture, municipality, town] in towns() {
            for text in [
                format!("{prefecture}{municipality}{town}"),
                format!("{municipality}大字{town}"),
                format!("{prefecture}{municipality}{town}四丁目"),
                format!("{municipality}{town}三町目"),
            ] {
                all += 1;
                plain += usize::from(is_plain(&mut address, &text));
            }
        }
        assert!(plain * 10 > all * 5, "{plain} of {all}");
    }

    proptest! {
        #[test]
        fn pieces_of_names_are_resolved_as_on_tokens(
            pieces in proptest::collection::vec(
                prop::sample::select(vec![
                    "東京都", "岐阜県", "三重県", "京都府", "大阪府", "府中市", "岐阜市", "四日市市", "京都市", "中京区", "中央区", "北区", "港区", "堺市",
                    "八王子市", "栄町", "長良", "本町", "千石", "三日町", "三番町", "字", "大字", "十", "二", "一", "〇", " ", "-", "ー", "ニ", "町目",
                    "丁目", "四", "壱", "千", "百", "千葉県", "千葉市", "町", "新", "文京区", "日本", "〒", "＆", "①", "ﾞ", "葛\u{e0100}", "小松町", "下京区", "上", "津市",
                ]), 0..7),
        ) {
            let mut address = Address::default();
            is_plain(&mut address, &pieces.concat());
            is_plain(&mut address, &format!("岐阜県岐阜市{}", pieces.concat()));
            is_plain(&mut address, &format!("三重県四日市市栄町{}", pieces.concat()));
        }
    }
}
