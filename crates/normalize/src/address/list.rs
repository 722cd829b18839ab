//! Addresses of a list: their texts up to the first digit repeat, and what those name is known from the one before.

use crate::Level;
use crate::fold;
use crate::glyph::kind;
use crate::place_key::{read_block_signs, read_numerals};

use super::known::Beginning;
use super::places::places;
use super::resolve::{Place, Resolution};
use super::{Address, begins, letters, numbers, plain, text};

impl Address {
    /// Parses a cell as [`parse`](Self::parse) does for the loose level, its beginning apart: what that names does not
    /// depend on what follows, if it is a town and a number follows.
    pub(crate) fn parse_of_list(&mut self, text: &str, postal: Option<u32>) -> bool {
        self.parse_apart(text, postal) || self.parse(text, Level::Loose, postal)
    }

    /// False, and nothing parsed, where beginning and rest cannot be read apart.
    fn parse_apart(&mut self, text: &str, postal: Option<u32>) -> bool {
        let Some((beginning, rest)) = text::parted_at_digit(text) else { return false };
        let known = self.known_place(text, beginning).and_then(|place| self.known.at(place)).copied();
        known.is_some_and(|known| self.go_on_from(&known, rest, postal))
    }

    /// The place where it is kept what the `beginning` of a text names, which is looked for if need be.
    pub(super) fn known_place(&mut self, text: &str, beginning: &str) -> Option<usize> {
        if let Some(place) = self.known.find(beginning) {
            return Some(place);
        }
        let found = match letters::resolve(beginning) {
            Some(found) => found.and_then(|found| found.beginning()),
            None => self.resolve_beginning(text, beginning),
        };
        self.known.keep(beginning, found)
    }

    /// What the text up to its first digit names, if nothing that may follow tells otherwise: a town outside 京都, where
    /// streets follow.
    pub(super) fn resolve_beginning(&mut self, text: &str, beginning: &str) -> Option<Beginning> {
        // Texts without them may stand for nothing, or be no addresses of this country.
        if !beginning.contains(['県', '市', '区', '町', '村']) || beginning.contains(is_mark) {
            return None;
        }
        let with_digit = text::with_first_digit(text, beginning)?;
        let kinds = text::read_by_table(with_digit, Level::Loose, &mut self.spare)?;
        let (_, before) =
            self.spare.split_last().filter(|(_, before)| !before.iter().any(|t| t.is_digit()))?;
        if begins(before, 0, "日本") || begins(before, 0, "〒") {
            return None;
        }
        self.tokens.clear();
        self.go_on_with(kinds);
        let Resolution { place: Place::Municipality(m), town: Some(town), end, .. } =
            plain::resolve(&self.tokens, None, &mut self.head)?
        else {
            return None;
        };
        let left =
            self.tokens.get(end..self.tokens.len().checked_sub(1)?).filter(|_| !places().in_kyoto(m))?;
        Beginning::new(m, self.head.told(), town, left)
    }

    /// Parses what follows a beginning; false where that means something else here.
    fn go_on_from(&mut self, known: &Beginning, rest: &str, postal: Option<u32>) -> bool {
        if known.is_doubted_by(postal) {
            return false;
        }
        self.tokens.clear();
        self.tokens.extend_from_slice(known.left());
        let kinds = text::read_by_table(rest, Level::Loose, &mut self.spare);
        // Without a number it may be a word for nothing.
        let Some(kinds) = kinds.filter(|kinds| kinds.hold(kind::NUMBER)) else { return false };
        self.go_on_with(kinds);
        numbers::read(&self.tokens, 0, 0, true, &mut self.rest);
        self.foreign = false;
        self.numbered = true;
        self.resolution = Resolution {
            place: Place::Municipality(known.municipality),
            town: Some(known.town),
            clean: true,
            ..Resolution::default()
        };
        self.names = (Some(known.prefecture_name), Some(known.municipality_name));
        self.drop_fillers();
        true
    }

    /// Appends the tokens in `spare`, their numerals read.
    fn go_on_with(&mut self, kinds: text::Kinds) {
        if kinds.hold(kind::NUMERAL) {
            read_numerals(&self.spare, &mut self.tokens);
        } else {
            self.tokens.extend_from_slice(&self.spare);
        }
        if kinds.hold(kind::EYE) {
            read_block_signs(&mut self.tokens);
        }
    }
}

/// True for a voicing mark, which a text that has to be folded as a whole may place otherwise.
fn is_mark(c: char) -> bool {
    fold::kana_mark(c).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Canonical, Field};
    use proptest::prelude::*;

    /// True where the text was read apart; as a whole it has to read alike.
    fn is_apart(address: &mut Address, text: &str, postal: Option<u32>) -> bool {
        let mut whole = Address::default();
        let found = address.parse_of_list(text, postal);
        assert_eq!(found, whole.parse(text, Level::Loose, postal), "{text}");
        if found {
            assert_eq!(seen(address), seen(&whole), "{text}");
        }
        let spot = address.spot(text, postal);
        let is_spot = spot.is_some();
        if let Some(spot) = spot {
            let mut out = Canonical::new();
            spot.push(&mut out);
            let value = out.values(Field::Address).next().unwrap_or_default().to_owned();
            let answers = [true, false, true, true, false, true];
            assert_eq!((value, out.municipality, answers), seen(&whole), "{text}");
        }
        is_spot || address.parse_apart(text, postal)
    }

    /// All that is asked of an address at the loose level.
    fn seen(address: &Address) -> (String, String, [bool; 6]) {
        let (mut canonical, mut municipality) = (String::new(), String::new());
        address.push_canonical(Level::Loose, &mut canonical);
        address.push_municipality(&mut municipality);
        let answers = [
            address.names_a_spot(),
            address.is_vague(),
            address.is_placed(),
            address.is_whole(),
            address.is_foreign(),
            address.is_settled(Level::Loose),
        ];
        (canonical, municipality, answers)
    }

    fn towns() -> impl Iterator<Item = [&'static str; 3]> {
        include_str!("../../data/towns.tsv").lines().skip(1).map(|line| {
            let mut columns = line.split('\t').skip(1);
            std::array::from_fn(|_| columns.next().unwrap_or_default())
        })
    }

    #[test]
    fn towns_are_read_apart_as_they_are_as_a_whole() {
        let mut address = Address::default();
        let (mut all, mut apart) = (0, 0);
        for ([prefecture, municipality, town], number) in towns().zip(0u64..) {
            let prefecture = if number % 3 > 0 { prefecture } else { "" };
            let digit = number % 10;
            let rest = match number % 7 {
                0 => format!("四丁目{digit}-15"),
                1 => format!("{digit}丁目15番地の7"),
                2 => format!("　{digit}番地 メゾン{town}101"),
                3 => format!("字上{digit}番イ"),
                _ => format!("{digit}-15-7"),
            };
            for rest in [&rest, "3 コーポ&amp;カ\u{3099}"] {
                all += 1;
                apart += usize::from(is_apart(
                    &mut address,
                    &format!("{prefecture}{municipality}{town}{rest}"),
                    None,
                ));
            }
        }
        assert!(apart * 10 > all * 7, "{apart} of {all}");
    }

    proptest! {
        #[test]
        fn sequences_of_cells_are_read_as_each_of_them(
            cells in proptest::collection::vec((
                proptest::collection::vec(
                    prop::sample::select(vec![
                        "東京都", "岐阜県", "京都府", "府中市", "岐阜市", "京都市", "中京区", "北区", "港区", "伊達市", "四日市市", "栄町",
                        "文京区", "千石", "新橋", "長良", "三番町", "字", "大字", "十", "二", " ", "　", "-", "ー", "、", "上る", "通",
                        "丁目", "番地", "〒", "日本", "日本国", "①", "ﾞ", "カ", "&amp;", "\u{200b}", "1", "12", "０", "４", "000",
                        "112-0011", "以下に掲載がない場合", "不明", "ビル", "コーポ", "号", "の", "甲", "イ", "葛\u{e0100}", "が\u{3099}",
                    ]), 0..9),
                prop::option::of(prop::sample::select(vec![1_120_011u32, 5_008_381, 1_830_000, 7_320_000, 1])),
            ), 1..12),
        ) {
            let mut address = Address::default();
            for (pieces, postal) in cells {
                let text = pieces.concat();
                is_apart(&mut address, &text, postal);
                is_apart(&mut address, &format!("岐阜県岐阜市長良{text}"), postal);
                is_apart(&mut address, &format!("文京区千石{text}4"), postal);
            }
        }
    }
}
