//! What a file holds of the decoys that were planted in copies of a list.

use meibo_attribution::Strength;

use crate::{
    Lang,
    numbers::{self, count, odds},
    text::visible,
    words::{self, Sentence, rows},
};

/// What a file holds of one record's decoys.
#[derive(Clone, Debug, PartialEq)]
pub struct CanaryFinding {
    /// The organisation that owns the list.
    pub client: String,
    /// Day of the handover, `YYYY-MM-DD`.
    pub handover: String,
    /// Who got a copy.
    pub recipients: Vec<String>,
    /// Those whose copies are in the file, by number.
    pub named: Vec<usize>,
    /// What several of them did, where several are named.
    pub collusion: Option<Collusion>,
    /// All decoys together.
    pub all: CanarySet,
    /// The decoys that the same recipients have, set by set.
    pub sets: Vec<CanarySet>,
}

/// What several recipients did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collusion {
    /// Rows of several copies are in the file.
    Merged,
    /// Rows that their copies do not have in common were left out.
    Stripped,
}

/// Decoys that the same recipients have.
#[derive(Clone, Debug, PartialEq)]
pub struct CanarySet {
    /// Who has them, by number.
    pub holders: Vec<usize>,
    /// How many were planted.
    pub planted: usize,
    /// Those of them that have a kind of key which the file has too.
    pub findable: usize,
    /// Those of them that were found.
    pub found: usize,
    /// Rows that hold one.
    pub rows: u64,
    /// The kinds of key by which they were found.
    pub keys: Vec<String>,
    /// The probability that as many are found by chance, at most.
    pub false_alarm: f64,
    /// Decimal logarithm of the e-value.
    pub log10_e: f64,
}

impl CanarySet {
    /// The evidence as it is written, with its words.
    pub(crate) fn evidence(&self) -> (f64, Strength) {
        let log10_e = numbers::log10_e(self.log10_e);
        (log10_e, Strength::of(log10_e))
    }

    fn in_words(&self, lang: Lang) -> String {
        let (log10_e, strength) = self.evidence();
        words::weight(lang, strength, log10_e)
    }

    fn chance(&self, lang: Lang) -> String {
        odds(lang, numbers::probability(self.false_alarm))
    }
}

impl CanaryFinding {
    /// The names of some recipients; a number that none has is left out.
    pub(crate) fn names(&self, numbers: &[usize]) -> Vec<&str> {
        numbers.iter().filter_map(|number| self.recipients.get(*number)).map(String::as_str).collect()
    }

    /// The set that the first of those named has alone, or that they have in common.
    fn decisive(&self) -> &CanarySet {
        let is_decisive = |set: &&CanarySet| match self.collusion {
            Some(Collusion::Stripped) => {
                set.found > 0 && set.holders.iter().all(|one| self.named.contains(one))
            }
            _ => set.holders.len() == 1 && self.named.contains(set.holders.first().unwrap_or(&usize::MAX)),
        };
        let weakest = self.sets.iter().filter(is_decisive).min_by(|a, b| a.log10_e.total_cmp(&b.log10_e));
        weakest.unwrap_or(&self.all)
    }
}

/// What may be concluded from the decoys in a file; none where it holds none.
pub(crate) fn conclusion(lang: Lang, finding: &CanaryFinding) -> Option<Sentence<'_>> {
    if finding.all.found == 0 {
        return None;
    }
    if finding.named.is_empty() {
        return Some(unnamed(lang, finding));
    }
    let recipients: Vec<(&str, String)> =
        finding.names(&finding.named).into_iter().map(|name| (name, String::new())).collect();
    let (date, set) = (visible(&finding.handover), finding.decisive());
    let (weight, rate, why) = (set.in_words(lang), rate(lang, set), why(lang, finding.collusion));
    Some(match lang {
        Lang::Ja => Sentence::of(lang, "ファイルには、")
            .name(&finding.client)
            .and(format!("が {date} に受け渡した名簿の、"))
            .names(&recipients)
            .and(format!(
                "に渡した写しの行がある。{why}。証拠は{weight}。偶然にこれだけ見つかる割合は、このようなファイル{rate}。"
            )),
        Lang::En => {
            let copies = if recipients.len() == 1 { "copy" } else { "copies" };
            Sentence::of(lang, format!("The file holds rows of the {copies} of the list of "))
                .name(&finding.client)
                .and(format!(" handed over on {date} to "))
                .names(&recipients)
                .and(format!(": {why}. The evidence is {weight}; by chance as many would be found {rate}."))
        }
    })
}

/// Decoys were found, but not whose copy they are of.
fn unnamed(lang: Lang, finding: &CanaryFinding) -> Sentence<'_> {
    let (date, rows) = (visible(&finding.handover), rows(lang, finding.all.rows));
    match lang {
        Lang::Ja => Sentence::of(lang, "ファイルには、").name(&finding.client).and(format!(
            "が {date} に受け渡した名簿のカナリアが {rows}ある。どの写しのものかは、これだけでは分からない。"
        )),
        Lang::En => Sentence::of(lang, "The file holds decoys of the list of ").name(&finding.client).and(
            format!(" handed over on {date}, in {rows}: whose copy they are of cannot be told by them."),
        ),
    }
}

/// Why these recipients are named.
fn why(lang: Lang, collusion: Option<Collusion>) -> &'static str {
    let (ja, en) = match collusion {
        None => ("ほかの写しにないカナリアがある", "decoys that no other copy has are among them"),
        Some(Collusion::Merged) => {
            ("それぞれの写しだけにあるカナリアがある", "decoys that each copy has alone are among them")
        }
        Some(Collusion::Stripped) => (
            "これらの写しに共通のカナリアがあり、その一つだけにあるものがないため、違う行を除いたと見られる",
            "decoys that these copies have in common are among them, and none that one of them has alone, so that what \
             differs was left out",
        ),
    };
    lang.of(ja, en)
}

/// "once in 57,000 such files", "in 3.0% of such files".
fn rate(lang: Lang, set: &CanarySet) -> String {
    let chance = set.chance(lang);
    match (lang, chance.ends_with('%')) {
        (Lang::Ja, _) => format!("の {chance}"),
        (Lang::En, true) => format!("in {chance} of such files"),
        (Lang::En, false) => format!("{chance} such files"),
    }
}

/// The numbers of a finding, each under its label.
pub(crate) fn facts(lang: Lang, finding: &CanaryFinding) -> Vec<words::Fact> {
    let (all, label) = (&finding.all, lang.of("カナリア", "canaries"));
    let list = format!("{} {}", visible(&finding.client), visible(&finding.handover));
    let (planted, found) = (count(all.planted as u64), count(all.found as u64));
    if all.found == 0 {
        let unseen = match all.findable {
            0 => lang.of("（列からは見つけられない）", "; its columns can show none"),
            _ => "",
        };
        return vec![(
            label,
            lang.of(
                format!("{list}: {planted} 件のうち 0 件{unseen}"),
                format!("{list}: none of {planted} decoys{unseen}"),
            ),
        )];
    }
    let rows = rows(lang, all.rows);
    let all = lang.of(
        format!("{list}: {planted} 件のうち {found} 件（{rows}）"),
        format!("{list}: {found} of {planted} decoys in {rows}"),
    );
    let sets = finding.sets.iter().filter(|set| set.found > 0).map(|set| of_set(lang, finding, set));
    std::iter::once(all).chain(sets).map(|text| (label, text)).collect()
}

fn of_set(lang: Lang, finding: &CanaryFinding, set: &CanarySet) -> String {
    let names: Vec<String> = finding.names(&set.holders).into_iter().map(visible).collect();
    let (found, planted) = (count(set.found as u64), count(set.planted as u64));
    let (weight, chance) = (set.in_words(lang), set.chance(lang));
    match lang {
        Lang::Ja => {
            let whose = if names.len() == 1 { " の写しだけにある" } else { " の写しに共通の" };
            format!(
                "{}{whose} {planted} 件のうち {found} 件。証拠は{weight}、偶然による割合は {chance}",
                names.join("、")
            )
        }
        Lang::En => {
            let whose = if names.len() == 1 { "alone" } else { "alike" };
            format!(
                "in the copy of {} {whose}: {found} of {planted}, {weight}, by chance {chance}",
                names.join(" and ")
            )
        }
    }
}
