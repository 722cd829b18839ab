//! Which municipality and town a text names.
//!
//! Every reading of the text's beginning is tried against the dictionary: with the prefecture, without it, with
//! district or city of wards left out, with a former municipality's name. A reading is taken where it is the only one
//! left; towns decide between municipalities; nothing is guessed.

use crate::fold::{self, Mode};
use crate::place_key::Token;
use crate::script::is_kanji;

use super::places::{
    City, Doubt, Municipality, Naming, Places, Prefecture, Target, TownMatch, places, section_mark,
};

/// How far the place could be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// Not at all, or several places are meant equally well.
    #[default]
    Unknown,
    /// The prefecture alone.
    Prefecture(Prefecture),
    /// A city of wards, the ward left out and not told by the town.
    City(City),
    /// A municipality.
    Municipality(Municipality),
}

/// What a text's beginning names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resolution {
    pub(crate) place: Place,
    pub(crate) town: Option<&'static str>,
    /// Tokens of street names before the town (京都).
    pub(crate) street: (usize, usize),
    /// The token before which no number is the lot's, where it is not `end`: a street's 丁目 stands before it (京都).
    pub(crate) numbers_from: usize,
    /// The token after what was understood.
    pub(crate) end: usize,
    /// True where several municipalities were meant equally well.
    pub(crate) ambiguous: bool,
    /// True where numbers, marks or nothing follow what was understood.
    pub(crate) clean: bool,
    /// The token after the municipality.
    pub(crate) municipality_end: usize,
}

/// A municipality a reading leads to, and the town found in it.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    municipality: Municipality,
    way: Way,
    town: Option<Town>,
    /// The key of the former municipality's name; empty for today's.
    former: &'static str,
    doubt: Doubt,
}

/// How a candidate was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By its own name.
    Own,
    /// As a ward of the named city.
    OfCity,
    /// As a ward, its city left out.
    WardOnly,
    /// By the name of a municipality it took over.
    Former,
}

#[derive(Clone, Copy, Debug)]
struct Town {
    matched: TownMatch,
    street: (usize, usize),
    /// Nothing but numbers, marks or spaces follows.
    clean: bool,
}

/// The texts and hints one resolution works on, and its buffers.
pub(crate) struct Resolver<'a> {
    places: &'static Places,
    tokens: &'a [Token],
    written: &'a str,
    hint: Option<Municipality>,
    buffers: &'a mut Buffers,
}

/// Memory that resolutions use again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffers {
    namings: Vec<(usize, usize)>,
    candidates: Vec<Candidate>,
    /// The text as it is written, but for the bytes of its characters; filled where several candidates are left.
    folded: String,
}

/// Resolves the place that `tokens` name; `hint` is the municipality of the row's postal code.
pub(crate) fn resolve(
    tokens: &[Token],
    written: &str,
    hint: Option<Municipality>,
    buffers: &mut Buffers,
) -> Resolution {
    Resolver { places: places(), tokens, written, hint, buffers }.run()
}

impl Resolver<'_> {
    fn run(&mut self) -> Resolution {
        if let Some((prefecture, end)) = self.prefecture(true) {
            let end = self.without_repetition(prefecture, end);
            let found = self.reading(Some(prefecture), end, true);
            return found.unwrap_or_else(|| self.hinted(Some(prefecture), end));
        }
        let bare = self.reading(None, 0, false);
        if let Some(hinted) = self.town_of_hint(bare) {
            return hinted;
        }
        if bare.is_some_and(|r| r.town.is_some()) {
            return bare.unwrap_or_default();
        }
        // 神奈川横浜市: a prefecture's name without 県 counts where one of its municipalities follows.
        let short = self.prefecture(false).and_then(|(p, end)| self.reading(Some(p), end, false));
        match (bare, short) {
            (bare, Some(short)) if short.town.is_some() || bare.is_none() => short,
            (Some(bare), _) if !bare.ambiguous => bare,
            (ambiguous, _) => match self.hinted(None, 0) {
                Resolution { town: None, .. } => ambiguous.unwrap_or_default(),
                hinted => hinted,
            },
        }
    }

    /// The prefecture the text begins with, by its whole name or by its name without 都府県.
    fn prefecture(&self, whole: bool) -> Option<(Prefecture, usize)> {
        let first = self.tokens.iter().find(|t| t.key != ' ')?.key;
        self.places.prefectures_with(first).find_map(|p| {
            let key = self.places.prefecture_key(p);
            let key = if whole { key } else { key.strip_suffix(['都', '府', '県'])? };
            self.match_word(key, 0).map(|end| (p, end))
        })
    }

    /// Columns joined twice: 東京都東京都文京区.
    fn without_repetition(&self, prefecture: Prefecture, end: usize) -> usize {
        self.match_word(self.places.prefecture_key(prefecture), end).unwrap_or(end)
    }

    fn match_word(&self, word: &str, start: usize) -> Option<usize> {
        let mut at = start;
        for c in word.chars() {
            while self.tokens.get(at).is_some_and(|t| t.key == ' ') {
                at += 1;
            }
            if self.tokens.get(at)?.key != c {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    /// Reads a municipality at `start`, by the longest name that stands there; `whole` tells that the prefecture is
    /// written in full.
    fn reading(&mut self, prefecture: Option<Prefecture>, start: usize, whole: bool) -> Option<Resolution> {
        let mut namings = std::mem::take(&mut self.buffers.namings);
        self.places.namings_at(self.tokens, start, &mut namings);
        namings.retain(|&(_, n)| prefecture.is_none_or(|p| self.places.naming(n).prefecture == p));
        let outcome = namings.chunk_by(|a, b| a.0 == b.0).next_back().and_then(|longest| {
            let end = longest.first().map_or(start, |naming| naming.0);
            self.group(end, longest, prefecture.is_some(), whole)
        });
        self.buffers.namings = namings;
        outcome
    }

    /// Decides between all municipalities that one naming may mean; `None` where it may mean none of them.
    fn group(
        &mut self,
        end: usize,
        group: &[(usize, usize)],
        prefecture_told: bool,
        whole: bool,
    ) -> Option<Resolution> {
        if let &[(_, only)] = group
            && let naming = self.places.naming(only)
            && let Target::Today(m) = naming.target
        {
            return self.only_meaning(m, &naming, end, whole);
        }
        let mut candidates = std::mem::take(&mut self.buffers.candidates);
        let city = self.candidates(end, group, &mut candidates);
        self.buffers.folded.clear();
        if candidates.len() > 1 {
            fold::fold(self.written, Mode::Exact, &mut self.buffers.folded);
        }
        let chosen = self.decide(end, group, (&candidates, city), prefecture_told, whole);
        self.buffers.candidates = candidates;
        chosen
    }

    /// Decides between candidates, and the city whose wards they are where it was named without one.
    fn decide(
        &self,
        end: usize,
        group: &[(usize, usize)],
        (candidates, city): (&[Candidate], Option<City>),
        prefecture_told: bool,
        whole: bool,
    ) -> Option<Resolution> {
        if let Some(hinted) = candidates.iter().find(|c| Some(c.municipality) == self.hint) {
            return Some(self.taken(hinted, end));
        }
        Some(match (self.choose(candidates, prefecture_told), city) {
            (Some(one), _) if !whole && self.is_doubtful(&one, end) => return None,
            (Some(one), _) => self.taken(&one, end),
            (None, Some(city)) if candidates.iter().all(|c| c.way == Way::OfCity) => {
                self.outcome(Place::City(city), None, end)
            }
            _ => Resolution { ambiguous: true, ..self.unread(group) },
        })
    }

    /// What most addresses need: a name that one municipality bears, and nothing else.
    fn only_meaning(&self, m: Municipality, naming: &Naming, end: usize, whole: bool) -> Option<Resolution> {
        let town = self.town(m, "", end);
        let one = Candidate { municipality: m, way: Way::Own, town, former: "", doubt: naming.doubt };
        let doubtful = !whole && self.hint != Some(m) && self.is_doubtful(&one, end);
        (!doubtful).then(|| self.taken(&one, end))
    }

    /// 橘町193 and 栄町1-2: the names of 町 and 村, former ones above all, are those of towns as well.
    fn is_doubtful(&self, candidate: &Candidate, end: usize) -> bool {
        match candidate.doubt {
            Doubt::None => false,
            Doubt::NeedsTown => !candidate.town.is_some_and(|t| t.clean && self.is_named(&t, end)),
            Doubt::NeedsPrefecture => true,
        }
    }

    /// A bare number is a lot's, not 一丁目 of a municipality.
    fn is_named(&self, town: &Town, end: usize) -> bool {
        let name = self.tokens.get(end..town.matched.end).unwrap_or_default();
        name.iter().any(|t| !t.is_digit() && t.key != ' ')
    }

    /// The one candidate that is meant, if it can be told.
    ///
    /// Towns decide between the wards of one city and between the heirs of one former municipality, where all are
    /// said to be in one place. They do not decide between places of one name (府中市, 南区): a town that only one of
    /// them lists may be an unlisted part of the other.
    fn choose(&self, candidates: &[Candidate], prefecture_told: bool) -> Option<Candidate> {
        let by = |way: Way| candidates.iter().filter(move |c| c.way == way);
        if let Some(own) = only(by(Way::Own)).or_else(|| self.literally(candidates)) {
            let own_only = by(Way::WardOnly).next().is_none();
            let alone = candidates.len() == 1 || (prefecture_told && own_only);
            let heir = only(by(Way::Former).filter(is_clean)).filter(|_| prefecture_told && alone);
            return match (is_clean(&&own), heir) {
                (true, _) => Some(own).filter(|_| !by(Way::WardOnly).any(|c| is_clean(&c))),
                (false, Some(heir)) => Some(heir),
                (false, None) => Some(own).filter(|_| alone),
            };
        }
        if by(Way::Own).next().is_some() {
            return only(by(Way::Own).filter(is_clean)).filter(|_| prefecture_told);
        }
        if by(Way::WardOnly).next().is_some() {
            return only(by(Way::WardOnly)).filter(|_| prefecture_told || candidates.len() == 1);
        }
        let told = prefecture_told || same_prefecture(candidates);
        let clean = only(candidates.iter().filter(is_clean)).or_else(|| self.best_named(candidates));
        clean.or_else(|| only(candidates.iter())).filter(|_| told)
    }

    /// 堺市上之: of the wards' towns the longest name (上之, not 上), then the one written with its own characters (六町目,
    /// not 六丁目).
    fn best_named(&self, candidates: &[Candidate]) -> Option<Candidate> {
        let end = |c: &Candidate| c.town.map_or(0, |t| t.matched.end);
        let last = candidates.iter().filter(is_clean).map(end).max()?;
        let longest = || candidates.iter().filter(is_clean).filter(|c| end(c) == last);
        only(longest()).or_else(|| {
            let text = &self.buffers.folded;
            let name = |c: &Candidate| c.town.and_then(|t| t.matched.name);
            only(longest().filter(|c| name(c).is_some_and(|name| text.contains(name))))
        })
    }

    /// 鹿嶋市 and 鹿島市 fold to the same: the one that is written with its own characters, and has the town.
    fn literally(&self, candidates: &[Candidate]) -> Option<Candidate> {
        let own = || candidates.iter().filter(|c| c.way == Way::Own);
        let short = |m: Municipality| {
            let name = self.places.name(m);
            name.split_once('郡').map_or(name, |(_, short)| short)
        };
        let name = short(own().next()?.municipality);
        if own().all(|c| short(c.municipality) == name) {
            return None;
        }
        let text = &self.buffers.folded;
        let written = only(own().filter(|c| text.contains(short(c.municipality))))?;
        only(own().filter(is_clean)).filter(|c| c.municipality == written.municipality)
    }

    /// Replaces `out` by the municipalities that a group of namings may mean; tells the city named without a ward.
    fn candidates(&self, end: usize, group: &[(usize, usize)], out: &mut Vec<Candidate>) -> Option<City> {
        out.clear();
        let mut city = None;
        for naming in group.iter().map(|&(_, n)| self.places.naming(n)) {
            match naming.target {
                Target::Today(m) => self.add(m, &naming, Way::Own, end, out),
                Target::WardOnly(m) => self.add(m, &naming, Way::WardOnly, end, out),
                Target::Former(m) => self.add(m, &naming, Way::Former, end, out),
                Target::WardCity(c) => {
                    city = Some(c);
                    self.places.wards(c).for_each(|m| self.add(m, &naming, Way::OfCity, end, out));
                }
            }
        }
        city
    }

    /// Nothing taken: the whole text after the prefecture stays as it is.
    fn unread(&self, group: &[(usize, usize)]) -> Resolution {
        let same = |p: Prefecture| group.iter().all(|&(_, n)| self.places.naming(n).prefecture == p);
        match self.prefecture(true) {
            Some((p, end)) if same(p) => Resolution {
                place: Place::Prefecture(p),
                end: self.without_repetition(p, end),
                ..Resolution::default()
            },
            _ => Resolution::default(),
        }
    }

    fn add(&self, m: Municipality, naming: &Naming, way: Way, end: usize, out: &mut Vec<Candidate>) {
        let town = match way {
            Way::Former => self.town_of_former(m, naming.former, end),
            _ => self.town(m, "", end),
        };
        match out.iter_mut().find(|c| c.municipality == m && c.way == way) {
            Some(known) => known.town = known.town.or(town),
            None => {
                out.push(Candidate { municipality: m, way, town, former: naming.former, doubt: naming.doubt })
            }
        }
    }

    /// Towns of a former municipality kept its whole name in front, or its name without 町 or 村, or neither.
    fn town_of_former(&self, m: Municipality, former: &str, end: usize) -> Option<Town> {
        let stem = former.strip_suffix(['町', '村', '市']).unwrap_or(former);
        let mut found = [former, stem, ""].map(|before| self.town(m, before, end));
        found[2] = found[2].filter(|town| town.clean && self.is_named(town, end));
        found.iter().flatten().find(|t| t.clean).or(found.iter().flatten().next()).copied()
    }

    fn town(&self, m: Municipality, before: &str, start: usize) -> Option<Town> {
        let in_kyoto = self.places.in_kyoto(m);
        if in_kyoto && let Some(town) = self.town_by_street(m, start) {
            return Some(town);
        }
        let matched = self.places.town_at(m, before, self.tokens, start, self.written)?;
        let town = Town { matched, street: (0, 0), clean: self.is_clean(matched.end) };
        // 三条通1-2-6 is in no 六丁目: where streets are named, a bare number is a house's.
        Some(town).filter(|town| !in_kyoto || self.is_named(town, start))
    }

    /// 寺町通御池上る上本能寺前町: the town stands after the last 上る, 下る, 東入 or 西入, or after the streets' names.
    fn town_by_street(&self, m: Municipality, start: usize) -> Option<Town> {
        if let Some(at) = self.last_direction(start) {
            return self.town_after_street(m, start, at);
        }
        if let Some(town) = self.town_behind(m, start, start).filter(|t| t.clean) {
            // 大和大路4丁目小松町: a town that is a street as well.
            let street = town.matched.end.checked_sub(1).filter(|&at| self.names_street(at))?;
            return self.town_behind(m, start, self.block_end(street + 1)?).filter(|t| t.clean);
        }
        // Without a direction: the first place from which a town reaches up to the number.
        let first = (start..self.tokens.len()).find(|&at| self.names_street(at))?;
        (first + 1..self.tokens.len().min(first + 24))
            .take_while(|&at| !self.ends_house_number(at))
            .find_map(|at| self.town_after_street(m, start, at).filter(|t| t.clean))
    }

    /// The town at `at`, the tokens from `start` up to it being a street's.
    fn town_behind(&self, m: Municipality, start: usize, at: usize) -> Option<Town> {
        let digit = |n: usize| self.tokens.get(n).is_some_and(|t| t.is_digit());
        if at > start && digit(at) && digit(at - 1) {
            return None;
        }
        let matched = self.places.town_at(m, "", self.tokens, at, self.written)?;
        let town = Town { matched, street: (start, at), clean: self.is_clean(matched.end) };
        Some(town).filter(|town| self.is_named(town, at))
    }

    /// 四条下る4丁目小松町: a 丁目 before the town is the street's, but 上る二町目 may be the town itself.
    fn town_after_street(&self, m: Municipality, start: usize, at: usize) -> Option<Town> {
        let here = self.town_behind(m, start, at);
        let Some(block) = self.block_end(at) else { return here };
        if here.is_some_and(|t| t.matched.end > block) {
            return here;
        }
        let here = here.filter(|t| self.keeps_sign(t));
        let next = self.town_behind(m, start, block);
        let clean = |t: &Town| t.clean;
        next.filter(clean).or(here.filter(clean)).or(next).or(here)
    }

    /// 二丁目 of a street is not the town 二町目.
    fn keeps_sign(&self, town: &Town) -> bool {
        let sign = town.matched.end.checked_sub(2).and_then(|at| self.tokens.get(at)).map(|t| t.text);
        sign.is_some() && town.matched.name.and_then(|name| name.chars().rev().nth(1)) == sign
    }

    /// The token after a number with 丁目 or 町目 at `at`.
    fn block_end(&self, at: usize) -> Option<usize> {
        let key = |n: usize| self.tokens.get(n).map(|t| t.key);
        let tail = |at: usize| self.tokens.get(at..).unwrap_or_default();
        let begin = at + tail(at).iter().take_while(|t| t.key == ' ').count();
        let end = begin + tail(begin).iter().take_while(|t| t.is_digit()).count();
        (end > begin && key(end) == Some('丁') && key(end + 1) == Some('目')).then_some(end + 2)
    }

    /// True where a street's name ends with the token at `at`: 通, 筋, and 大路 before a 丁目.
    fn names_street(&self, at: usize) -> bool {
        let key = |n: usize| self.tokens.get(n).map(|t| t.key);
        match key(at) {
            Some('通' | '筋') => true,
            Some('路') => at.checked_sub(1).and_then(key) == Some('大') && self.block_end(at + 1).is_some(),
            _ => false,
        }
    }

    /// True for the last digit of a number that no name goes on with: 1-2-6, 3番地.
    fn ends_house_number(&self, at: usize) -> bool {
        let key = |n: usize| self.tokens.get(n).map(|t| t.key);
        self.tokens.get(at).is_some_and(|t| t.is_digit())
            && match key(at + 1) {
                None | Some(' ' | '-' | '号') => true,
                Some('番') => key(at + 2) != Some('町'),
                _ => false,
            }
    }

    /// The token after the 丁目 of a street, where a town that is not listed and a number follow it; 0 otherwise.
    fn after_street_block(&self, start: usize) -> usize {
        let by_name = || {
            let names = |at: usize| self.names_street(at) && self.block_end(at + 1).is_some();
            (start..self.tokens.len()).rfind(|&at| names(at)).map(|at| at + 1)
        };
        let Some(at) = self.last_direction(start).or_else(by_name) else { return 0 };
        let Some(block) = self.block_end(at) else { return 0 };
        let after = self.tokens.get(block..).unwrap_or_default();
        let word = after.iter().find(|t| t.key != ' ').is_some_and(|t| is_kanji(t.key));
        let numbered = word && after.iter().any(|t| t.is_digit());
        let first = numbered && !(start..at).any(|at| self.ends_house_number(at));
        if first { block } else { 0 }
    }

    /// The token after the last direction.
    fn last_direction(&self, start: usize) -> Option<usize> {
        (start..self.tokens.len()).rev().find_map(|at| self.street_end(at))
    }

    /// The token after a direction at `at`: 上る, 上ル, 上がる, 東入, 東入る …
    fn street_end(&self, at: usize) -> Option<usize> {
        let key = |n: usize| self.tokens.get(at + n).map(|t| t.key);
        let ru = |n: usize| key(n) == Some('ル');
        match (key(0)?, key(1)) {
            ('上' | '下', Some('ル')) => Some(at + 2),
            ('上' | '下', Some('ケ')) if ru(2) => Some(at + 3),
            ('東' | '西', Some('入')) => Some(at + 2 + usize::from(ru(2))),
            _ => None,
        }
    }

    fn is_clean(&self, end: usize) -> bool {
        let mut at = end;
        while self.tokens.get(at).is_some_and(|t| t.key == ' ') {
            at += 1;
        }
        let Some(next) = self.tokens.get(at) else { return true };
        let linked = matches!(next.key, '-' | 'ー' | 'ノ' | '第');
        at > end || next.is_digit() || section_mark(self.tokens, at) > 0 || linked
    }

    fn taken(&self, candidate: &Candidate, end: usize) -> Resolution {
        let mut outcome = self.outcome(Place::Municipality(candidate.municipality), candidate.town, end);
        if outcome.town.is_none() {
            // The name of the former municipality stays before a part that is not listed: its neighbour may have
            // had a part of the same name.
            for _ in candidate.former.chars() {
                outcome.end = self.tokens.iter().take(outcome.end).rposition(|t| t.key != ' ').unwrap_or(0);
            }
        }
        outcome
    }

    fn outcome(&self, place: Place, town: Option<Town>, end: usize) -> Resolution {
        let in_kyoto = match place {
            Place::Municipality(m) => self.places.in_kyoto(m),
            Place::City(c) => self.places.city_name(c) == "京都市",
            Place::Unknown | Place::Prefecture(_) => false,
        };
        let in_street = in_kyoto && town.is_none_or(|t| t.street == (0, 0) && !t.clean);
        let numbers_from = if in_street { self.after_street_block(end) } else { 0 };
        let bare = Resolution { place, end, numbers_from, municipality_end: end, ..Resolution::default() };
        match town.and_then(|t| t.matched.name.map(|name| (name, t))) {
            Some((name, t)) => {
                Resolution { town: Some(name), street: t.street, end: t.matched.end, clean: t.clean, ..bare }
            }
            None => bare,
        }
    }

    /// 利根町平川 in 沼田市: what begins with a town of the postal code's municipality is no other municipality, and 養父市場
    /// is a town of 養父市.
    fn town_of_hint(&self, bare: Option<Resolution>) -> Option<Resolution> {
        let hint = self.hint?;
        let place = bare.map(|r| r.place);
        if place == Some(Place::Municipality(hint)) && bare.is_some_and(|r| r.town.is_some()) {
            return None;
        }
        let told = matches!(place, Some(Place::Municipality(_) | Place::City(_)));
        let town = self.town(hint, "", 0).filter(|t| t.clean && told && self.is_named(t, 0))?;
        Some(self.outcome(Place::Municipality(hint), Some(town), 0))
    }

    /// The municipality of the postal code, where the text names a town of it.
    fn hinted(&self, prefecture: Option<Prefecture>, start: usize) -> Resolution {
        if let Some(hint) = self.hint
            && prefecture.is_none_or(|p| self.places.prefecture(hint) == p)
            && let Some(town) = self.town(hint, "", start).filter(|t| t.clean)
        {
            return self.outcome(Place::Municipality(hint), Some(town), start);
        }
        let place = prefecture.map_or(Place::Unknown, Place::Prefecture);
        Resolution { place, end: start, ..Resolution::default() }
    }
}

/// The one candidate's municipality among all given, however often it is named.
fn only<'a>(mut candidates: impl Iterator<Item = &'a Candidate>) -> Option<Candidate> {
    let first = *candidates.next()?;
    candidates.all(|c| c.municipality == first.municipality).then_some(first)
}

fn is_clean(candidate: &&Candidate) -> bool {
    candidate.town.is_some_and(|town| town.clean)
}

fn same_prefecture(candidates: &[Candidate]) -> bool {
    let of = |c: &Candidate| places().prefecture(c.municipality);
    candidates.first().is_none_or(|first| candidates.iter().all(|c| of(c) == of(first)))
}
