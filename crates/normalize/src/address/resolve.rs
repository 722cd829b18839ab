//! Which municipality and town a text names.
//!
//! Every reading of the text's beginning is tried against the dictionary: with the prefecture, without it, with
//! district or city of wards left out, with a former municipality's name. A reading is taken where it is the only one
//! left; towns decide between municipalities; nothing is guessed.

use crate::place_key::Token;

use super::places::{
    City, Municipality, Naming, Places, Prefecture, Target, TownMatch, places, section_mark,
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
    /// The token after what was understood.
    pub(crate) end: usize,
    /// True where several municipalities were meant equally well.
    pub(crate) ambiguous: bool,
}

/// A municipality a reading leads to, and the town found in it.
#[derive(Clone, Copy)]
struct Candidate {
    municipality: Municipality,
    today: bool,
    town: Option<Town>,
}

#[derive(Clone, Copy)]
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
    namings: &'a mut Vec<(usize, usize)>,
}

/// Resolves the place that `tokens` name; `hint` is the municipality of the row's postal code.
pub(crate) fn resolve(
    tokens: &[Token],
    written: &str,
    hint: Option<Municipality>,
    namings: &mut Vec<(usize, usize)>,
) -> Resolution {
    Resolver { places: places(), tokens, written, hint, namings }.run()
}

impl Resolver<'_> {
    fn run(&mut self) -> Resolution {
        if let Some((prefecture, end)) = self.prefecture(true) {
            let end = self.without_repetition(prefecture, end);
            let found = self.reading(Some(prefecture), end);
            return found.unwrap_or_else(|| self.hinted(Some(prefecture), end));
        }
        let bare = self.reading(None, 0);
        if bare.is_some_and(|r| r.town.is_some()) {
            return bare.unwrap_or_default();
        }
        // 神奈川横浜市: a prefecture's name without 県 counts where one of its municipalities follows.
        let short = self.prefecture(false).and_then(|(p, end)| self.reading(Some(p), end));
        match (bare, short) {
            (bare, Some(short)) if short.town.is_some() || bare.is_none() => short,
            (Some(bare), _) => bare,
            (None, _) => self.hinted(None, 0),
        }
    }

    /// The prefecture the text begins with, by its whole name or by its name without 都府県.
    fn prefecture(&self, whole: bool) -> Option<(Prefecture, usize)> {
        self.places.prefectures().find_map(|p| {
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

    /// Reads a municipality at `start`: the longest naming under which a town is found, else the longest.
    fn reading(&mut self, prefecture: Option<Prefecture>, start: usize) -> Option<Resolution> {
        let mut namings = std::mem::take(self.namings);
        self.places.namings_at(self.tokens, start, &mut namings);
        namings.retain(|&(_, n)| prefecture.is_none_or(|p| self.places.naming(n).prefecture == p));
        let mut longest = None;
        let mut found = None;
        for group in namings.chunk_by(|a, b| a.0 == b.0).rev() {
            let end = group.first().map_or(start, |g| g.0);
            let outcome = self.group(end, group);
            if outcome.town.is_some() || (outcome.ambiguous && longest.is_none()) {
                found = Some(outcome);
                break;
            }
            longest = longest.or(Some(outcome));
        }
        *self.namings = namings;
        found.or(longest)
    }

    /// Decides between all municipalities that one naming may mean.
    fn group(&self, end: usize, group: &[(usize, usize)]) -> Resolution {
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut city = None;
        for naming in group.iter().map(|&(_, n)| self.places.naming(n)) {
            match naming.target {
                Target::Today(m) => self.add(m, &naming, true, end, &mut candidates),
                Target::Former(m) => self.add(m, &naming, false, end, &mut candidates),
                Target::WardCity(c) => {
                    city = Some(c);
                    self.places.wards(c).for_each(|m| self.add(m, &naming, true, end, &mut candidates));
                }
            }
        }
        let place = |c: &Candidate| Place::Municipality(c.municipality);
        let with_town = |today: bool| {
            let mut hits: Vec<_> =
                candidates.iter().filter(|c| c.today >= today && c.town.is_some_and(|t| t.clean)).collect();
            hits.dedup_by_key(|c| c.municipality);
            hits
        };
        let mut hits = with_town(true);
        if hits.is_empty() {
            hits = with_town(false);
        }
        if hits.is_empty() {
            hits = candidates.iter().filter(|c| c.today && city.is_none()).collect();
        }
        if hits.is_empty() && city.is_none() {
            hits = candidates.iter().collect();
        }
        if let Some(hinted) = hits.iter().find(|c| Some(c.municipality) == self.hint) {
            return self.outcome(place(hinted), hinted.town, end);
        }
        match (hits.as_slice(), city) {
            ([one], _) => self.outcome(place(one), one.town, end),
            ([first, rest @ ..], None) if rest.iter().all(|c| c.municipality == first.municipality) => {
                self.outcome(place(first), first.town, end)
            }
            (_, Some(city)) => match self.hint.filter(|&h| self.places.wards(city).any(|w| w == h)) {
                Some(hint) => self.outcome(Place::Municipality(hint), self.town(hint, "", end), end),
                None => self.outcome(Place::City(city), None, end),
            },
            _ => Resolution { ambiguous: true, ..self.unread(group) },
        }
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

    fn add(&self, m: Municipality, naming: &Naming, today: bool, end: usize, out: &mut Vec<Candidate>) {
        let town = if today { self.town(m, "", end) } else { self.town_of_former(m, naming.former, end) };
        let known = out.iter_mut().find(|c| c.municipality == m && c.today == today);
        match known {
            Some(known) => known.town = known.town.or(town),
            None => out.push(Candidate { municipality: m, today, town }),
        }
    }

    /// Towns of a former municipality kept its whole name in front, or its name without 町 or 村, or neither.
    fn town_of_former(&self, m: Municipality, former: &str, end: usize) -> Option<Town> {
        let stem = former.strip_suffix(['町', '村', '市']).unwrap_or(former);
        let found = [former, stem, ""].map(|before| self.town(m, before, end));
        found.iter().flatten().find(|t| t.clean).or(found.iter().flatten().next()).copied()
    }

    fn town(&self, m: Municipality, before: &str, start: usize) -> Option<Town> {
        if self.places.in_kyoto(m)
            && let Some(town) = self.town_by_street(m, start)
        {
            return Some(town);
        }
        let matched = self.places.town_at(m, before, self.tokens, start, self.written)?;
        Some(Town { matched, street: (0, 0), clean: self.is_clean(matched.end) })
    }

    /// 寺町通御池上る上本能寺前町: the town stands after the last 上る, 下る, 東入 or 西入, or after the streets' names.
    fn town_by_street(&self, m: Municipality, start: usize) -> Option<Town> {
        let after_street = (start..self.tokens.len()).filter_map(|at| self.street_end(at)).next_back();
        let town_at = |at: usize| {
            let matched = self.places.town_at(m, "", self.tokens, at, self.written)?;
            let clean = self.is_clean(matched.end);
            Some(Town { matched, street: (start, at), clean })
        };
        if let Some(at) = after_street {
            return town_at(at);
        }
        if town_at(start).is_some_and(|t| t.clean) {
            return None;
        }
        // Without a direction: the first place from which a town reaches up to the number.
        let names_street = |at: usize| self.tokens.get(at).is_some_and(|t| matches!(t.key, '通' | '筋'));
        let first = (start..self.tokens.len()).find(|&at| names_street(at))?;
        (first + 1..self.tokens.len().min(first + 24)).find_map(|at| town_at(at).filter(|t| t.clean))
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

    fn outcome(&self, place: Place, town: Option<Town>, end: usize) -> Resolution {
        match town.and_then(|t| t.matched.name.map(|name| (name, t))) {
            Some((name, t)) => {
                Resolution { place, town: Some(name), street: t.street, end: t.matched.end, ambiguous: false }
            }
            None => Resolution { place, town: None, street: (0, 0), end, ambiguous: false },
        }
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
