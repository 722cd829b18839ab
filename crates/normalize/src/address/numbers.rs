//! What follows the town: a part of it without a number, the number sequence, building and room.

use crate::place_key::Token;
use crate::script::{is_kana, is_kanji};

use super::places::section_mark;

/// Where the parts of the rest lie among the tokens, and the numbers in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rest {
    /// Tokens of the part between town and number.
    pub(crate) part: (usize, usize),
    /// The numbers, a lot mark (イ, 甲) before or after one being part of it.
    pub(crate) numbers: Numbers,
    /// How many of the numbers are the lot's; those after it are a room's.
    pub(crate) lot: usize,
    /// The unit after the first number where nothing else tells that the second is no room's.
    pub(crate) block: Option<&'static str>,
    /// The first token of building and room.
    pub(crate) building: usize,
}

/// A few short texts in one buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    text: String,
    /// Where each ends in `text`.
    ends: Vec<usize>,
}

impl Numbers {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(crate) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..end)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|number| self.get(number))
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn pop(&mut self) {
        self.ends.pop();
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
    }
}

/// More numbers than this name a room: 丁目, 番 and 号 are three.
pub(super) const LOT_NUMBERS: usize = 3;

/// No 丁目 has a number beyond this: a greater one is a lot's, and two numbers after it would be a branch and a room.
const LAST_BLOCK: u32 = 40;

/// Longest name between the numbers of a lot, in characters.
const MAX_PART: usize = 24;

/// Numbers after this many are building text.
const MAX_NUMBERS: usize = 8;

impl Rest {
    pub(crate) fn clear(&mut self) {
        self.numbers.clear();
        self.part = (0, 0);
        self.lot = 0;
        self.block = None;
    }

    /// Decides which numbers are the lot's: `block` is the unit after the first, and 号 stood after number `complete`.
    fn finish(&mut self, block: Option<&'static str>, complete: Option<usize>) {
        let size = |number| self.numbers.get(number).map(Size::of).unwrap_or_default();
        self.lot = lot_length(self.numbers.len(), complete.unwrap_or(LOT_NUMBERS), size);
        // 45地割111: a room's shape, but no room's.
        self.block = block.filter(|_| self.lot == 1 && self.numbers.len() > 1);
        if self.block.is_some() {
            self.lot = 2;
        }
    }
}

/// Reads what follows the town that ends before `start`; `town_known` tells whether the dictionary named it. Numbers
/// before the token `numbers_from` are part of a name, where a number follows it.
pub(crate) fn read(tokens: &[Token], start: usize, numbers_from: usize, town_known: bool, rest: &mut Rest) {
    rest.clear();
    let reader = Reader { tokens };
    let begin = reader.skip_links(start);
    let named = Some(numbers_from).filter(|&from| from > begin);
    let first = named.and_then(|from| reader.first_number(begin, from, town_known));
    let Some(first) = first.or_else(|| reader.first_number(begin, begin, town_known)) else {
        rest.part = (begin, tokens.len());
        rest.building = tokens.len();
        return;
    };
    rest.part = (begin, reader.part_end(begin, first));
    rest.building = reader.sequence(first, rest);
}

struct Reader<'a> {
    tokens: &'a [Token],
}

/// What a number is followed by.
enum Unit {
    /// 丁目, 番地, 地割: another number may follow at once.
    Level(usize),
    /// 号: the lot is complete.
    Last(usize),
    /// 号室, 棟: the number was a room's or a block's.
    Room(usize),
    /// 階, F: the number was a floor's.
    Floor,
    None,
}

impl Reader<'_> {
    fn key(&self, at: usize) -> Option<char> {
        self.tokens.get(at).map(|t| t.key)
    }

    fn is_digit(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is_digit())
    }

    fn starts_with(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(n, c)| self.key(at + n) == Some(c))
    }

    fn skip_spaces(&self, at: usize) -> usize {
        let mut at = at;
        while self.key(at) == Some(' ') {
            at += 1;
        }
        at
    }

    fn digits_end(&self, at: usize) -> usize {
        let mut at = at;
        while self.is_digit(at) {
            at += 1;
        }
        at
    }

    /// Skips 大字, 字, spaces and what links a town to its number.
    fn skip_links(&self, at: usize) -> usize {
        let mut at = at;
        loop {
            let next = self.skip_spaces(at);
            let next = next + section_mark(self.tokens, next);
            let next = self.link(next).unwrap_or(next);
            if next == at {
                return at;
            }
            at = next;
        }
    }

    /// The token after a hyphen, の or any other sign that leads to a number or lot mark.
    fn link(&self, at: usize) -> Option<usize> {
        let next = self.after_signs(at)?;
        let marked = |next| self.mark_before_number(next) || self.mark_alone(next);
        let leads = self.is_digit(next) || (self.key(at) == Some('-') && marked(next));
        leads.then_some(next)
    }

    /// The token after the signs at a place that stand between numbers, and after 第 before a number.
    fn after_signs(&self, at: usize) -> Option<usize> {
        if !joins_numbers(self.key(at)?) {
            return None;
        }
        let mut next = self.skip_spaces(at + 1);
        while self.key(next).is_some_and(joins_numbers) {
            next = self.skip_spaces(next + 1);
        }
        let ordinal = self.key(next) == Some('第') && self.is_digit(next + 1);
        Some(next + usize::from(ordinal))
    }

    /// 482-イ: a lot mark with which the address ends.
    fn mark_alone(&self, at: usize) -> bool {
        self.key(at).is_some_and(is_lot_mark) && matches!(self.key(at + 1), None | Some(' '))
    }

    /// イ22, イの22: a lot mark that a number follows.
    fn mark_before_number(&self, at: usize) -> bool {
        self.key(at).is_some_and(is_lot_mark) && self.number_after(at + 1).is_some()
    }

    /// The number that stands at a place, or behind a sign or 第 there.
    fn number_after(&self, at: usize) -> Option<usize> {
        match self.key(at)? {
            '第' if self.is_digit(at + 1) => Some(at + 1),
            '枝' if self.key(at + 1) == Some('番') && self.is_digit(at + 2) => Some(at + 2),
            c if c.is_ascii_digit() => Some(at),
            '-' | 'ノ' => self.after_signs(at).filter(|&next| self.is_digit(next)),
            _ => None,
        }
    }

    /// The first token of the number sequence, looked for from `from` on.
    fn first_number(&self, begin: usize, from: usize, town_known: bool) -> Option<usize> {
        let mut at = from;
        while at < self.tokens.len() {
            if !self.is_digit(at) {
                at += 1;
                continue;
            }
            let end = self.digits_end(at);
            let named = town_known || at > begin;
            if self.is_number(at, end, named, town_known && at == begin) {
                return Some(at);
            }
            at = end;
        }
        None
    }

    /// Tells a number from a numeral in a name (三条町, 20人町).
    fn is_number(&self, start: usize, end: usize, named: bool, town_known_before: bool) -> bool {
        let next = self.skip_spaces(end);
        if next >= self.tokens.len() || self.link(next).is_some() {
            return true;
        }
        if !matches!(self.unit(end), Unit::None) {
            return true;
        }
        let kanji = self.tokens.get(start).is_some_and(|t| t.was_kanji);
        // 1907村松マンション: no listed town goes on with so great a number.
        let long = town_known_before && end - start > 2;
        let glued = if kanji { town_known_before && self.parts_from_word(start, end) } else { named };
        next > end || (self.key(end) == Some('-') && named) || (glued && (long || !self.goes_on_as_name(end)))
    }

    /// Right after a town, 三三二グリーンタワー and 八グリーンタワー begin with the lot's number, 三軒家 and 三ツ又 do not.
    fn parts_from_word(&self, start: usize, end: usize) -> bool {
        let katakana = |at: usize| self.key(at).is_some_and(|c| matches!(c, 'ァ'..='ヺ'));
        let particle = matches!(self.key(end), Some('ツ' | 'ノ' | 'ケ'));
        let places = self.tokens.get(start..end).unwrap_or_default();
        (places.len() > 1 && places.iter().all(|t| t.by_place))
            || (katakana(end) && katakana(end + 1) && !particle)
    }

    fn goes_on_as_name(&self, at: usize) -> bool {
        matches!(self.key(at), Some('町' | '村' | '区' | '条' | '線' | '丁' | '字' | '人' | '軒'))
            || self.starts_with(at, "番町")
            || self.starts_with(at, "号線")
    }

    /// The part before the number ends where its links begin: 第19, ハの742.
    fn part_end(&self, begin: usize, first: usize) -> usize {
        let mut end = first;
        // A long vowel (センター5) is no link.
        while end > begin && matches!(self.key(end - 1), Some(' ' | '-' | '第' | 'ノ')) {
            end -= 1;
        }
        end
    }

    fn unit(&self, after: usize) -> Unit {
        let at = self.skip_spaces(after);
        let Some(first) = self.key(at) else { return Unit::None };
        let next = self.key(at + 1);
        let is = |word: &str| self.starts_with(at, word);
        match first {
            '丁' if next == Some('町') => Unit::None,
            '丁' if matches!(next, Some('目' | 'メ')) => Unit::Level(at + 2),
            '丁' => Unit::Level(at + 1),
            '番' => self.block_number(at, next, at == after),
            // 地割, 街区, 町目.
            '地' if next == Some('割') => Unit::Level(at + 2),
            '街' if next == Some('区') => Unit::Level(at + 2),
            '町' if next == Some('目') => Unit::Level(at + 2),
            '号' => self.house_number(at, next, at == after),
            '部' | '組' | '班' | '区' if at == after => match next {
                Some('落') => self.division(at + 2),
                _ => self.division(at + 1),
            },
            // 角原町22字1番地.
            '字' if at == after => self.division(at + 1),
            '工' | '画' if at == after && matches!(next, Some('区' | '地')) => self.division(at + 2),
            'チ' if is("チョウメ") || is("チヨウメ") || is("チョーメ") => Unit::Level(at + 4),
            'c' if is("chome") => Unit::Level(at + 5),
            '-' if next == Some('c') && is("-chome") => Unit::Level(at + 6),
            'バ' if is("バンチ") && self.ends_sign(at + 3) => Unit::Level(at + 3),
            'バ' if is("バン") && self.ends_sign(at + 2) => Unit::Level(at + 2),
            'ゴ' if next == Some('ウ') && self.ends_sign(at + 2) => Unit::Last(at + 2),
            '階' => Unit::Floor,
            '室' | '棟' if self.ends_sign(at + 1) => Unit::Room(at + 1),
            'f' if at == after && self.ends_floor(at + 1) => Unit::Floor,
            _ => Unit::None,
        }
    }

    /// 番, 番地, 番外地; not what names begin with, 番町, 番館 and their kind.
    fn block_number(&self, at: usize, next: Option<char>, joined: bool) -> Unit {
        match next {
            Some('地') => Unit::Level(at + 2),
            Some('外') if self.key(at + 2) == Some('地') => Unit::Level(at + 3),
            Some('外') if joined => match self.division(at + 2) {
                Unit::None => Unit::Level(at + 1),
                unit => unit,
            },
            Some('町' | '丁' | '線' | '館' | '街') => Unit::None,
            _ => Unit::Level(at + 1),
        }
    }

    /// 号, after which a lot is complete: but not of a road, nor in a grid of roads (北27号123番地).
    fn house_number(&self, at: usize, next: Option<char>, joined: bool) -> Unit {
        match next {
            Some('線') => Unit::None,
            Some('地') if joined => self.division(at + 2),
            Some('館' | '室' | '棟') if self.ends_sign(at + 2) => Unit::Room(at + 2),
            _ if self.lot_follows(at + 1) => Unit::Level(at + 1),
            _ => Unit::Last(at + 1),
        }
    }

    /// Units that are such only where another number follows at once; they are parts of names as well.
    fn division(&self, end: usize) -> Unit {
        if self.number_after(end).is_some() { Unit::Level(end) } else { Unit::None }
    }

    /// True where a number with 番地 or 番 stands at a place.
    fn lot_follows(&self, at: usize) -> bool {
        self.number_after(at).is_some_and(|number| {
            let end = self.digits_end(number);
            self.key(end) == Some('番') && matches!(self.unit(end), Unit::Level(_))
        })
    }

    /// 号室, 号棟, 号館.
    fn counts_buildings(&self, at: usize) -> bool {
        let is = |word: &str| self.starts_with(at, word);
        (is("号館") || is("号室") || is("号棟")) && self.ends_sign(at + 2)
    }

    /// A building's name may begin with a sign of rooms or lots: 室町ビル, 棟方荘, バンビ荘.
    fn ends_sign(&self, at: usize) -> bool {
        !self.key(at).is_some_and(|c| is_kanji(c) || is_kana(c))
    }

    /// 3F, but not F棟 after a number.
    fn ends_floor(&self, at: usize) -> bool {
        !self.key(at).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '棟' | '号' | '館' | '-'))
    }

    /// Reads numbers and their units; returns the first token of building and room.
    fn sequence(&self, first: usize, rest: &mut Rest) -> usize {
        if let Some(end) = self.plain_sequence(first, &mut rest.numbers) {
            rest.finish(None, None);
            return end;
        }
        rest.numbers.clear();
        let (mut at, mut unit_seen, mut spaced) = (first, false, true);
        let (mut complete, mut most) = (None, LOT_NUMBERS);
        let named = rest.part.0 < rest.part.1;
        loop {
            let start = at;
            let end = self.number(at, &mut rest.numbers);
            let next = match self.unit(end) {
                // An estate whose lot nobody writes: its blocks and flats are all that tells.
                Unit::Room(next) if (named && rest.numbers.len() == 1) || most == MAX_NUMBERS => {
                    (most, at) = (MAX_NUMBERS, next);
                    self.number_after(next)
                }
                Unit::Last(next) if most == MAX_NUMBERS => {
                    at = next;
                    None
                }
                Unit::Room(_) | Unit::Floor => {
                    rest.numbers.pop();
                    at = start;
                    break;
                }
                Unit::Last(next) => {
                    complete = complete.or(Some(rest.numbers.len()));
                    at = next;
                    self.link(next)
                }
                Unit::Level(next) => {
                    if rest.numbers.len() == 1 {
                        rest.block = self.block_unit(end);
                    }
                    (unit_seen, at) = (true, next);
                    let kanji = self.tokens.get(start).is_some_and(|t| t.was_kanji);
                    self.after_unit(next, kanji).or_else(|| self.later_lot(next))
                }
                Unit::None => {
                    at = end;
                    let next = self.skip_spaces(end);
                    let linked = self.link(next);
                    spaced &= linked.is_none();
                    // 4 15 7 without any other sign is a sequence; after a hyphen a space leads to the room.
                    let plain =
                        next > end && self.is_digit(next) && spaced && !unit_seen && !self.begins_name(next);
                    linked.or(plain.then_some(next))
                }
            };
            match next {
                Some(next) if rest.numbers.len() < MAX_NUMBERS => at = next,
                _ => break,
            }
        }
        if most == MAX_NUMBERS {
            (rest.lot, rest.block) = (rest.numbers.len(), None);
        } else {
            rest.finish(rest.block, complete);
        }
        at
    }

    /// 丁目 and 地割, the first number's unit where it is no lot's.
    fn block_unit(&self, at: usize) -> Option<&'static str> {
        let at = self.skip_spaces(at);
        ["丁目", "地割"].into_iter().find(|unit| self.starts_with(at, unit))
    }

    /// 地割字泉13番地: the lot's number behind a name that nothing parts from the number before.
    fn later_lot(&self, at: usize) -> Option<usize> {
        let word = self.tokens.get(at..)?.iter().take(MAX_PART).take_while(|t| t.key != ' ');
        let mut number = at + word.clone().take_while(|t| !t.is_digit()).count();
        let last = at + word.count();
        while number < last {
            if self.lot_follows(number) {
                return Some(number);
            }
            number = self.digits_end(number);
            while number < last && !self.is_digit(number) {
                number += 1;
            }
        }
        None
    }

    /// What most texts need: digits joined by hyphens up to the end. `None` for all else.
    fn plain_sequence(&self, first: usize, out: &mut Numbers) -> Option<usize> {
        let mut at = first;
        loop {
            let end = self.digits_end(at);
            if end == at || out.len() >= MAX_NUMBERS {
                return None;
            }
            at = self.number(at, out);
            match self.key(at) {
                None => return Some(at),
                Some('-') if at == end => at += 1,
                Some(_) => return None,
            }
        }
    }

    /// 三番館, 二葉荘, 八千代ビル: a kanji numeral that a building's name begins with.
    fn begins_name(&self, at: usize) -> bool {
        if !self.tokens.get(at).is_some_and(|t| t.was_kanji) {
            return false;
        }
        let end = self.digits_end(at);
        let word = |at: usize| self.key(at).is_some_and(|c| is_kanji(c) || is_kana(c));
        match self.unit(end) {
            Unit::None => word(end) && self.link(end).is_none(),
            // 八丁堀ビル, 一番星荘.
            Unit::Level(next) => next == end + 1 && self.key(next).is_some_and(is_kanji),
            Unit::Last(_) | Unit::Room(_) | Unit::Floor => false,
        }
    }

    /// After 丁目 or 番地 a number follows with or without a sign between.
    fn after_unit(&self, at: usize, in_kanji: bool) -> Option<usize> {
        let next = self.skip_spaces(at);
        // 千番地六グリーン荘: what follows at once, in kanji as the number before, goes on with it.
        let goes_on = next == at && in_kanji;
        if !goes_on && self.begins_name(next) {
            return None;
        }
        if self.is_digit(next) || self.mark_before_number(next) {
            return Some(next);
        }
        self.link(next).or_else(|| self.number_after(next))
    }

    /// Takes one number with its lot mark; returns the token after it.
    fn number(&self, at: usize, out: &mut Numbers) -> usize {
        let Numbers { text, ends } = out;
        let mut at = at;
        if let Some(c) = self.key(at).filter(|&c| is_lot_mark(c)) {
            text.push(c);
            at = self.number_after(at + 1).unwrap_or(at + 1);
        }
        let start = text.len();
        let end = self.digits_end(at);
        let digits = self.tokens.get(at..end).unwrap_or_default();
        for (n, token) in digits.iter().enumerate() {
            // Leading zeros go, but not the last digit.
            let leading = token.key == '0' && n + 1 < digits.len() && text.len() == start;
            if !leading {
                text.push(token.key);
            }
        }
        at = end;
        if let Some(c) = self.key(at).filter(|&c| is_lot_mark(c))
            && self.stands_alone(at + 1)
        {
            text.push(c);
            at += 1;
        }
        ends.push(text.len());
        at
    }

    /// A mark after a number is one where no word goes on with it.
    fn stands_alone(&self, at: usize) -> bool {
        match self.key(at) {
            Some('号') => !self.counts_buildings(at),
            None | Some(' ' | '-') => true,
            Some(_) => self.link(at).is_some(),
        }
    }
}

/// Signs that stand between the numbers of a lot.
fn joins_numbers(c: char) -> bool {
    matches!(
        c,
        '-' | 'ー'
            | 'ノ'
            | '乃'
            | '・'
            | ','
            | '、'
            | '.'
            | '。'
            | '/'
            | '~'
            | '〜'
            | '_'
            | ':'
            | ';'
            | '*'
            | '+'
            | '='
            | '→'
    )
}

/// How many of `count` numbers are the lot's, whatever stood between them: 丁目, 番 and 号, or a lot and its branches.
///
/// A number of a room's shape after 番 or a branch is a room that was joined on: 1591-9-606. After one number alone it is
/// a room where that number is too great for a 丁目: 1386-807, but 1-111 is a lot in the first 丁目.
pub(super) fn lot_length(count: usize, most: usize, size: impl Fn(usize) -> Size) -> usize {
    let block = size(0).value.is_some_and(|n| n <= LAST_BLOCK);
    let mut length = count.min(most).min(LOT_NUMBERS);
    while let Some(last) = length.checked_sub(1) {
        let joined = match length {
            1 => false,
            2 => !block,
            _ => true,
        };
        if !joined || !size(last).is_room() {
            break;
        }
        length -= 1;
    }
    length
}

/// How a number looks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    /// Bytes, its lot mark among them.
    pub(super) len: usize,
    /// `None` where it has a lot mark, or is too great.
    pub(super) value: Option<u32>,
}

impl Size {
    fn of(number: &str) -> Self {
        Self { len: number.len(), value: number.parse().ok() }
    }

    /// 101, 1512: a floor and a door from 01 to 30.
    fn is_room(self) -> bool {
        let door = self.value.map_or(0, |n| n % 100);
        matches!(self.len, 3 | 4) && (1..=30).contains(&door)
    }
}

/// The marks that divide lots: the iroha row in katakana and the ten stems.
pub(super) fn is_lot_mark(c: char) -> bool {
    matches!(c, 'イ' | 'ロ' | 'ハ' | 'ニ' | 'ホ' | 'ヘ' | 'ト' | 'チ' | 'リ' | 'ヌ' | 'ル' | 'ヲ')
        || matches!(c, '甲' | '乙' | '丙' | '戊' | '己' | '庚' | '辛' | '壬' | '癸')
}
