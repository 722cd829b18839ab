//! What is said of the rows that no key ties to a source.

use meibo_attribution::{Settling, Unattributed};

use crate::{CanaryFinding, FileNames, Lang, numbers::count, text::visible, words};

/// Places that people are told of; JSON has all that the answer lists.
const AREAS_SHOWN: usize = 10;

/// The rows that no key ties to a source, ready to be written.
pub(crate) struct UntiedView<'a> {
    pub(crate) records: u64,
    pub(crate) matching_nothing: u64,
    pub(crate) background_only: u64,
    pub(crate) damaged_or_partial: u64,
    /// Places with a name and their records.
    pub(crate) areas: Vec<(&'a str, u64)>,
    pub(crate) other_areas: u64,
    pub(crate) no_area: u64,
    pub(crate) would_settle: Vec<SettlingView<'a>>,
    /// Rows of decoys in the file: no list holds them, and nobody lost them.
    pub(crate) decoys: u64,
}

/// What would settle where they came from.
pub(crate) enum SettlingView<'a> {
    MissingFingerprint,
    /// The fields that would help.
    FewKeys(Vec<&'a str>),
    BackgroundUnknown,
    TooFewRows,
}

impl<'a> UntiedView<'a> {
    /// Looks up names; a place without one is counted among the others, a field without one is left out.
    pub(crate) fn new(rest: &Unattributed, names: &'a FileNames) -> Self {
        let (mut areas, mut other_areas) = (Vec::new(), rest.other_areas);
        for (place, area) in rest.by_area.iter().enumerate() {
            match names.areas.get(place) {
                Some(Some(name)) => areas.push((name.as_str(), area.records)),
                _ => other_areas = other_areas.saturating_add(area.records),
            }
        }
        let field = |number: &u8| names.fields.get(usize::from(*number)).map(String::as_str);
        let settling = |settling: &Settling| match settling {
            Settling::MissingFingerprint => SettlingView::MissingFingerprint,
            Settling::FewKeys { fields } => SettlingView::FewKeys(fields.iter().filter_map(field).collect()),
            Settling::BackgroundUnknown => SettlingView::BackgroundUnknown,
            Settling::TooFewRows => SettlingView::TooFewRows,
        };
        UntiedView {
            records: rest.untied(),
            matching_nothing: rest.matching_nothing,
            background_only: rest.background_only,
            damaged_or_partial: rest.damaged_or_partial,
            areas,
            other_areas,
            no_area: rest.no_area,
            would_settle: rest.would_settle.iter().map(settling).collect(),
            decoys: 0,
        }
    }

    /// The same where decoys were found: where these explain all rows that match no list, no list is missing.
    pub(crate) fn beside_decoys(mut self, canaries: &[CanaryFinding]) -> Self {
        self.decoys = canaries.iter().fold(0, |sum, finding| sum.saturating_add(finding.all.rows));
        if self.decoys > 0 && self.matching_nothing <= self.decoys {
            self.would_settle.retain(|settling| !matches!(settling, SettlingView::MissingFingerprint));
        }
        self
    }
}

/// What people read of them, each line under its label; nothing where there are none.
pub(crate) fn facts(lang: Lang, view: &UntiedView<'_>) -> Vec<words::Fact> {
    if view.records == 0 {
        return Vec::new();
    }
    let label = lang.of("出所と結べない行", "not tied");
    let decoys = count(view.decoys);
    let of_decoys = lang.of(
        format!("見つかったカナリアの {decoys} 行は、どの名簿にもないので、これに含まれ得る"),
        format!("the {decoys} rows of decoys that were found may be among them, as no list holds these"),
    );
    let mut facts = vec![(label, parts(lang, view))];
    facts.extend((view.decoys > 0).then_some((label, of_decoys)));
    facts.extend([(lang.of("その居住地", "living in"), living_in(lang, view))]);
    let settling: Vec<String> = view.would_settle.iter().map(|what| would_settle(lang, what)).collect();
    if !settling.is_empty() {
        facts.push((lang.of("判明に役立つもの", "to settle"), settling.join(lang.of("。又は、", "; or "))));
    }
    facts
}

/// Why records are tied to no source, and how many for each reason.
pub(crate) fn reasons(lang: Lang, view: &UntiedView<'_>) -> [(&'static str, u64); 3] {
    let of = |ja, en| lang.of(ja, en);
    [
        (of("どの名簿とも一致しない", "match no list"), view.matching_nothing),
        (
            of(
                "名簿にあるが、出所と言えるほど多くない",
                "are on lists, but too few for a source to be claimed",
            ),
            view.background_only,
        ),
        (
            of("一部の項目だけが名簿と一致する", "have only single keys in common with a list"),
            view.damaged_or_partial,
        ),
    ]
}

fn parts(lang: Lang, view: &UntiedView<'_>) -> String {
    let parts = reasons(lang, view).into_iter().filter(|(_, records)| *records > 0);
    let part = |(what, records): (&str, u64)| {
        let records = count(records);
        lang.of(format!("{what} {records} 件"), format!("{records} {what}"))
    };
    let (records, parts) = (count(view.records), parts.map(part).collect::<Vec<_>>());
    match lang {
        Lang::Ja => format!("{records} 件: {}", parts.join("、")),
        Lang::En => format!("{records} 件 that no key ties to a source: {}", parts.join(", ")),
    }
}

/// Where their people live, and how many records of each place: first the places with most, then all others.
pub(crate) fn places(lang: Lang, view: &UntiedView<'_>) -> Vec<(String, u64)> {
    let shown = view.areas.iter().take(AREAS_SHOWN).map(|(area, records)| (visible(area), *records));
    let beyond = view.areas.iter().skip(AREAS_SHOWN).map(|(_, records)| *records);
    let others = beyond.fold(view.other_areas, u64::saturating_add);
    let others = [
        (lang.of("その他の地域", "other places").to_owned(), others),
        (lang.of("地域の分からないもの", "place not told").to_owned(), view.no_area),
    ];
    shown.chain(others).filter(|(_, records)| *records > 0).collect()
}

fn living_in(lang: Lang, view: &UntiedView<'_>) -> String {
    let one = |(area, records): &(String, u64)| format!("{area} {}", count(*records));
    places(lang, view).iter().map(one).collect::<Vec<_>>().join(lang.of("、", ", "))
}

fn would_settle(lang: Lang, settling: &SettlingView<'_>) -> String {
    let words = match settling {
        SettlingView::MissingFingerprint => lang.of(
            "出所と思われる、台帳にない名簿のフィンガープリント",
            "the fingerprint of the list they came from, which is probably not registered",
        ),
        SettlingView::FewKeys(fields) if fields.is_empty() => {
            lang.of("同じ人々についての、項目の多い資料", "more columns of the same people")
        }
        SettlingView::FewKeys(fields) => {
            let fields: Vec<String> = fields.iter().map(|field| words::field(lang, field)).collect();
            let fields = fields.join(lang.of("、", ", "));
            return lang.of(
                format!("同じ人々についての、項目の多い資料（{fields}など、多くの名簿が持つもの）"),
                format!("more columns of the same people, such as {fields}, which most lists hold"),
            );
        }
        SettlingView::BackgroundUnknown => lang.of(
            "同じ鍵による、無関係な名簿のフィンガープリント（基準となる割合の分からない委託元がある）",
            "fingerprints of more unrelated lists under the same key, as the background of some clients is unknown",
        ),
        SettlingView::TooFewRows => lang.of(
            "同じ出所の、行数の多い資料（これほど少ない行は、ほとんど証拠にならない）",
            "more rows of the same origin: so few are hardly evidence",
        ),
    };
    words.to_owned()
}
