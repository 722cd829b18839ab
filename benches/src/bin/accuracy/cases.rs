//! The scenarios: what seized files each world is asked about.

use meibo_benches::mix;
use meibo_synth::{Client, Part, SeizedOrder, SeizedSpec, Sex, Sisters, Style, Word, World, WorldSpec};

/// Name, address and phone: the files that could not be attributed by eye.
const BARE: [Word; 3] = [Word::Name, Word::Address, Word::Phone];

/// The sister companies of every world: the second takes nine in ten of its customers from the first.
pub(crate) const SISTERS: [&str; 2] = ["client-03", "client-69"];
const SHARED_BY_SISTERS: f64 = 0.9;

/// What a file is an example of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    /// One source, bare, at least 30 rows.
    One,
    /// So many rows of one source.
    Piece(usize),
    /// Two to eight sources.
    Merge,
    /// Twenty sources.
    Twenty,
    /// All clients but the smallest, each by the size of its list, with some of nobody's.
    Everybody,
    /// A city's own list.
    CityOwn,
    /// An insurer's list, cut to a city whose list it holds.
    InsurerCut,
    /// The members that an insurer and its city both hold, from the insurer's list.
    BothHold,
    /// One of two sister companies.
    Sister,
    /// Two cities' lists, both inside their insurer's.
    TwoCities,
    /// Nobody registered, nation-wide.
    Nobody,
    /// Nobody registered: the residents of a client's city.
    Residents,
    /// Nobody registered: its seniors.
    Seniors,
    /// Nobody registered, mixed with a registered list.
    MixedWithNobody,
    /// So many per cent of the cells damaged.
    Damage(usize),
    /// Two fields only.
    Pair(&'static str),
    /// Readings only, or a client whose own lists hold no kanji names.
    Kana,
    /// Filtered by age, sex or area.
    Filtered,
    /// One row in twenty is another client's real member, added by the leaker.
    Frame,
}

impl Family {
    /// The family as the table names it.
    pub(crate) fn name(self) -> String {
        match self {
            Family::One => "one source".to_owned(),
            Family::Piece(rows) => format!("{rows} rows"),
            Family::Merge => "merge of 2-8".to_owned(),
            Family::Twenty => "merge of 20".to_owned(),
            Family::Everybody => "merge of all by size".to_owned(),
            Family::CityOwn => "city inside its insurer".to_owned(),
            Family::InsurerCut => "insurer cut to a city".to_owned(),
            Family::BothHold => "members both hold".to_owned(),
            Family::Sister => "sister companies".to_owned(),
            Family::TwoCities => "two cities of an insurer".to_owned(),
            Family::Nobody => "nobody, nation-wide".to_owned(),
            Family::Residents => "nobody, residents".to_owned(),
            Family::Seniors => "nobody, seniors".to_owned(),
            Family::MixedWithNobody => "nobody and a client".to_owned(),
            Family::Damage(percent) => format!("damage {percent} %"),
            Family::Pair(fields) => format!("{fields} only"),
            Family::Kana => "kana only".to_owned(),
            Family::Filtered => "filtered".to_owned(),
            Family::Frame => "planted frame".to_owned(),
        }
    }

    /// True where the file is bare, of one client, and no broker chose its rows.
    pub(crate) fn is_bare_single_source(self) -> bool {
        matches!(self, Family::One) || matches!(self, Family::Piece(rows) if rows >= 30)
    }
}

/// A file to ask about.
pub(crate) struct Case {
    pub(crate) family: Family,
    pub(crate) spec: SeizedSpec,
}

/// The world of a seed: the reference incident with two sister companies.
pub(crate) fn world(seed: u64, scale: f64, handovers: Option<usize>) -> World {
    let [from, to] = SISTERS.map(str::to_owned);
    World::with(&WorldSpec {
        sisters: vec![Sisters { from, to, share: SHARED_BY_SISTERS }],
        handovers,
        ..WorldSpec::new(seed, scale)
    })
}

/// All files of one world.
pub(crate) fn cases(world: &World) -> Vec<Case> {
    let mut cases = Cases { world, state: mix(world.seed()), cases: Vec::new() };
    cases.single();
    cases.merges();
    cases.insurers();
    cases.sisters();
    cases.nobodys();
    cases.damaged();
    cases.fields();
    cases.kana();
    cases.filtered();
    cases.frames();
    cases.cases
}

struct Cases<'w> {
    world: &'w World,
    state: u64,
    cases: Vec<Case>,
}

impl<'w> Cases<'w> {
    fn draw(&mut self, below: usize) -> usize {
        self.state = mix(self.state);
        (self.state % below.max(1) as u64) as usize
    }

    /// A number between two, evenly on a logarithmic scale.
    fn between(&mut self, low: usize, high: usize) -> usize {
        let part = self.draw(1 << 20) as f64 / f64::from(1 << 20);
        ((low as f64) * (high as f64 / low as f64).powf(part)) as usize
    }

    fn all(&self) -> Vec<(usize, Client<'w>)> {
        self.world.clients().enumerate().collect()
    }

    /// Different clients for which a condition holds.
    fn some(&mut self, count: usize, holds: impl Fn(&Client<'w>) -> bool) -> Vec<usize> {
        let mut left: Vec<usize> =
            self.all().into_iter().filter(|(_, client)| holds(client)).map(|(at, _)| at).collect();
        (0..count.min(left.len())).map(|_| left.swap_remove(self.draw(left.len()))).collect()
    }

    fn id(&self, client: usize) -> &'w str {
        self.world.client(client).map_or("", |client| client.id())
    }

    /// Adds a file in a broker's style; every other keeps the notation of its sources.
    fn push(
        &mut self,
        family: Family,
        name: String,
        parts: Vec<Part>,
        change: impl Fn(SeizedSpec) -> SeizedSpec,
    ) {
        let mut spec = SeizedSpec::new(&name).columns(&BARE).damage(0.01);
        spec = parts.into_iter().fold(spec, SeizedSpec::part);
        if spec.parts.len() > 1 {
            spec = spec.order(SeizedOrder::Shuffled);
        }
        if self.draw(2) == 0 {
            spec = spec.source_notation();
        }
        self.cases.push(Case { family, spec: change(spec) });
    }

    fn single(&mut self) {
        for (at, client) in self.all() {
            let most = client.handovers().map(|handover| handover.len()).max().unwrap_or(0);
            let mut sizes = vec![30, 200.min(most), 1_000.min(most)];
            sizes.dedup();
            for rows in sizes {
                let name = format!("one-{}-{rows}", client.id());
                self.push(Family::One, name, vec![Part::of_client(at, rows)], |spec| spec);
            }
        }
        for rows in [5, 10, 20, 50, 100] {
            for at in self.some(24, has_kanji) {
                let name = format!("piece-{}-{rows}", self.id(at));
                self.push(Family::Piece(rows), name, vec![Part::of_client(at, rows)], |spec| spec);
            }
        }
    }

    fn merges(&mut self) {
        for sources in [2, 3, 5, 8] {
            for nth in 0..3 {
                self.merge(Family::Merge, sources, nth, (60, 5_000));
            }
        }
        for nth in 0..3 {
            self.merge(Family::Twenty, 20, nth, (20, 200));
        }
        self.everybody();
    }

    /// What a broker makes of all lists that were ever stolen from one system.
    fn everybody(&mut self) {
        /// Of whom a list has fewer rows in the file, it has none.
        const LEAST: usize = 20;
        let size = |client: &Client<'_>| client.handovers().last().map_or(0, |list| list.len());
        let all: usize = self.world.clients().map(|client| size(&client)).sum();
        for rows in [3_000, 20_000, 60_000] {
            let rows_of = |client: &Client<'_>| (size(client) * rows / all.max(1)).min(size(client));
            let clients = self.all().into_iter().map(|(at, client)| (at, rows_of(&client)));
            let parts =
                clients.filter(|(_, rows)| *rows >= LEAST).map(|(at, rows)| Part::of_client(at, rows));
            let parts = parts.chain([Part::of_strangers(rows / 10)]).collect();
            self.push(Family::Everybody, format!("everybody-{rows}"), parts, |spec| spec);
        }
    }

    fn merge(&mut self, family: Family, sources: usize, nth: usize, (low, high): (usize, usize)) {
        let clients = self.some(sources, |_| true);
        let parts = clients.iter().map(|at| Part::of_client(*at, self.between(low, high))).collect();
        self.push(family, format!("merge-{sources}-{nth}"), parts, |spec| spec);
    }

    /// Insurers with the cities that they hold.
    fn federations(&self) -> Vec<(usize, Vec<usize>)> {
        let insurers = self.all().into_iter().filter(|(_, client)| client.kind() == "insurer");
        let cities = |region: &str| -> Vec<usize> {
            let of = |client: &Client<'_>| client.kind() == "city" && client.region().starts_with(region);
            self.all().into_iter().filter(|(_, client)| of(client)).map(|(at, _)| at).collect()
        };
        insurers.map(|(at, client)| (at, cities(client.region()))).collect()
    }

    fn insurers(&mut self) {
        for (insurer, cities) in self.federations() {
            for city in &cities {
                let (Some(client), ids) = (self.world.client(*city), (self.id(insurer), self.id(*city)))
                else {
                    continue;
                };
                let own = Part::of_client(*city, 200);
                self.push(Family::CityOwn, format!("own-{}", ids.1), vec![own], |spec| spec);
                let cut = Part::of_client(insurer, 300).within(client.region());
                self.push(Family::InsurerCut, format!("cut-{}-{}", ids.0, ids.1), vec![cut], |spec| spec);
                let both = Part::of_client(insurer, 200).also_of(*city);
                self.push(Family::BothHold, format!("both-{}-{}", ids.0, ids.1), vec![both], |spec| spec);
            }
            for pair in cities.chunks_exact(2) {
                let parts = pair.iter().map(|city| Part::of_client(*city, 150)).collect();
                let name = format!("two-{}-{}", self.id(pair[0]), self.id(pair[1]));
                self.push(Family::TwoCities, name, parts, |spec| spec);
            }
        }
    }

    fn sisters(&mut self) {
        let [Some(one), Some(other)] = SISTERS.map(|id| self.world.index_of(id)) else { return };
        for (own, sister) in [(one, other), (other, one)] {
            for rows in [30, 300] {
                let name = format!("sister-{}-{rows}", self.id(own));
                self.push(Family::Sister, name, vec![Part::of_client(own, rows)], |spec| spec);
            }
            let shared = Part::of_client(own, 300).also_of(sister);
            self.push(Family::Sister, format!("sister-shared-{}", self.id(own)), vec![shared], |spec| spec);
        }
    }

    fn nobodys(&mut self) {
        for rows in [30, 300, 3_000] {
            let name = format!("nobody-{rows}");
            self.push(Family::Nobody, name, vec![Part::of_strangers(rows)], |spec| spec);
        }
        for at in self.some(8, |client| client.kind() == "city") {
            let Some(city) = self.world.client(at) else { continue };
            let residents = Part::of_residents(city.region(), 300);
            let seniors = Part::of_residents(city.region(), 200).from_age(65);
            let id = city.id();
            self.push(Family::Residents, format!("residents-{id}"), vec![residents.clone()], |spec| spec);
            self.push(Family::Seniors, format!("seniors-{id}"), vec![seniors.clone()], |spec| spec);
            let other = self.some(1, |client| client.region() == "national")[0];
            let parts =
                vec![if self.draw(2) == 0 { residents } else { seniors }, Part::of_client(other, 200)];
            self.push(Family::MixedWithNobody, format!("mixed-{id}"), parts, |spec| spec);
        }
        for at in self.some(4, |client| client.region() == "national") {
            let parts = vec![Part::of_strangers(400), Part::of_client(at, 150)];
            self.push(Family::MixedWithNobody, format!("mixed-nation-{}", self.id(at)), parts, |spec| spec);
        }
    }

    fn damaged(&mut self) {
        for percent in [3, 10, 25, 40] {
            for at in self.some(10, has_kanji) {
                let name = format!("damage-{percent}-{}", self.id(at));
                let rate = percent as f64 / 100.0;
                let parts = vec![Part::of_client(at, 400)];
                self.push(Family::Damage(percent), name, parts, |spec| spec.damage(rate));
            }
        }
    }

    fn fields(&mut self) {
        let pairs = [
            ("name+phone", [Word::Name, Word::Phone]),
            ("name+address", [Word::Name, Word::Address]),
            ("address+phone", [Word::Address, Word::Phone]),
            ("name+birth_date", [Word::Name, Word::BirthDate]),
        ];
        for (label, words) in pairs {
            for at in self.some(8, |client| words.iter().all(|word| client.words().contains(word))) {
                let name = format!("fields-{label}-{}", self.id(at));
                let parts = vec![Part::of_client(at, 300)];
                self.push(Family::Pair(label), name, parts, |spec| spec.columns(&words));
            }
        }
    }

    fn kana(&mut self) {
        let columns = [Word::Kana, Word::Address, Word::Phone];
        for (at, client) in self.all() {
            if !has_kanji(&client) {
                for rows in [30, 100] {
                    let part = || vec![Part::of_client(at, rows)];
                    let name = format!("kana-{}-{rows}", client.id());
                    self.push(Family::Kana, name, part(), |spec| spec.columns(&columns));
                    let name = format!("readings-{}-{rows}", client.id());
                    self.push(Family::Kana, name, part(), |spec| spec);
                }
            }
        }
    }

    fn filtered(&mut self) {
        let large = |client: &Client<'_>| client.handovers().map(|h| h.len()).max().unwrap_or(0) >= 1_000;
        for at in self.some(6, large) {
            let old = Part::of_client(at, 300).from_age(60);
            let id = self.id(at);
            let women = Part::of_client(at, 300).from_age(60).sex(Sex::Female);
            self.push(Family::Filtered, format!("old-{id}"), vec![old], |spec| spec);
            self.push(Family::Filtered, format!("women-{id}"), vec![women], |spec| spec);
            let prefectures = ["岐阜県", "福岡県", "大阪府", "愛知県", "北海道", "東京都"];
            let Some(client) = self.world.client(at) else { continue };
            let prefecture = match client.region() {
                "national" => prefectures[self.draw(prefectures.len())],
                region => region,
            };
            let area = Part::of_client(at, 300).within(prefecture);
            self.push(Family::Filtered, format!("area-{id}"), vec![area], |spec| spec);
            let stretch = Part::of_client(at, 300).contiguous();
            self.push(Family::Filtered, format!("stretch-{id}"), vec![stretch], |spec| {
                spec.style(Style::Client(at))
            });
        }
    }

    fn frames(&mut self) {
        for nth in 0..4 {
            let pair = self.some(2, has_kanji);
            let [bulk, innocent] = pair[..] else { continue };
            let rows = 950.min(
                self.world.client(bulk).map_or(0, |c| c.handovers().map(|h| h.len()).max().unwrap_or(0)),
            );
            let parts = vec![Part::of_client(bulk, rows), Part::of_client(innocent, rows / 19)];
            self.push(Family::Frame, format!("frame-{nth}"), parts, |spec| spec);
        }
    }
}

/// True where the client's lists hold names in kanji.
fn has_kanji(client: &Client<'_>) -> bool {
    client.words().contains(&Word::Name)
}
