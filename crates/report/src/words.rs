//! What people read: the same words in every format.

use meibo_attribution::{CasePersons, Strength, Verdict};

use crate::{
    Case, alike, canaries, log,
    numbers::{count, percent},
    order,
    text::{quoted, visible},
    together::{TogetherSource, TogetherView},
    untied,
    view::{FileView, SourceView},
};

/// Names in one sentence, above which the rest is counted.
const NAMES_IN_A_SENTENCE: usize = 8;

/// A piece of a sentence: our own words, or a name that somebody else chose.
pub(crate) enum Span<'a> {
    Plain(String),
    Name(&'a str),
}

pub(crate) type Sentence<'a> = Vec<Span<'a>>;

/// The sentence as plain text.
pub(crate) fn plain(sentence: &Sentence<'_>) -> String {
    let text = |span: &Span<'_>| match span {
        Span::Plain(words) => words.clone(),
        Span::Name(name) => quoted(name),
    };
    sentence.iter().map(text).collect()
}

/// The verdict as one word.
pub(crate) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Attributed => "attributed",
        Verdict::Mixed => "mixed",
        Verdict::Inconclusive => "inconclusive",
        Verdict::Unattributed => "unattributed",
    }
}

/// What may be concluded from the evidence of a file: one sentence, and one more for each source that others explain
/// as well.
pub(crate) fn conclusion<'a>(view: &FileView<'a>) -> Vec<Sentence<'a>> {
    if view.records == 0 {
        let what =
            if view.rows == 0 { "The file holds no rows" } else { "No row of the file has a usable key" };
        return vec![vec![Span::Plain(format!("{what}: nothing can be concluded from it."))]];
    }
    let (clear, unclear): (Vec<_>, Vec<_>) =
        view.sources.iter().partition(|s| s.not_separable_from.is_empty());
    let mut sentences = match view.verdict {
        // What cannot be told apart is said by the sentences below and by no other.
        _ if clear.is_empty() && !unclear.is_empty() => Vec::new(),
        Verdict::Attributed | Verdict::Mixed => vec![explained_by(&view.sources)],
        Verdict::Inconclusive if view.sources.is_empty() => vec![vec![Span::Plain(
            "Something points to this registry, but the evidence is not enough to name a source.".into(),
        )]],
        Verdict::Inconclusive => vec![not_enough(&clear)],
        Verdict::Unattributed => vec![vec![Span::Plain(format!(
            "Nothing here goes beyond what unrelated lists share with the {} clients of the registry. The file may \
             come from an organisation that is not in it.",
            count(view.registry_clients as u64)
        ))]],
    };
    sentences.extend(unclear.into_iter().map(not_separable));
    if !view.background_unknown.is_empty() {
        sentences.push(background_unknown(&view.background_unknown));
    }
    sentences.extend(view.canaries.iter().filter_map(canaries::conclusion));
    sentences
}

fn background_unknown<'a>(clients: &[&'a str]) -> Sentence<'a> {
    let mut sentence = vec![Span::Plain("Whether a part came from ".into())];
    let names: Vec<_> = clients.iter().map(|&name| (name, String::new())).collect();
    enumerate(&mut sentence, &names);
    let (of, whose) = if clients.len() == 1 { ("it", "its") } else { ("them", "their") };
    sentence.push(Span::Plain(format!(
        " cannot be told: too few people of unrelated lists could be asked what is usual for {of}, so {whose} background \
         is unknown."
    )));
    sentence
}

fn explained_by<'a>(sources: &[SourceView<'a>]) -> Sentence<'a> {
    if let [source] = sources {
        let [low, high] = source.share_interval.map(percent);
        return vec![
            Span::Plain("One source explains the file: ".into()),
            Span::Name(source.client),
            Span::Plain(format!(
                ", with {} of its records (95% interval {low} to {high}). The evidence that a part came from there \
                 is {}.",
                percent(source.share),
                evidence(source)
            )),
        ];
    }
    let mut sentence =
        vec![Span::Plain(format!("{} sources explain the file together: ", count(sources.len() as u64)))];
    let note = |source: &SourceView<'_>| {
        let or_another = if source.not_separable_from.is_empty() { "" } else { " or another" };
        format!("{or_another} ({})", percent(source.share))
    };
    let names: Vec<_> = sources.iter().map(|source| (source.client, note(source))).collect();
    enumerate(&mut sentence, &names);
    if let Some(weakest) = sources.iter().map(|source| source.strength).min() {
        let at_least = if weakest == Strength::ExtremelyStrong { "" } else { "at least " };
        sentence.push(Span::Plain(format!(". The evidence for each is {at_least}{}.", weakest.as_str())));
    }
    sentence
}

fn not_enough<'a>(sources: &[&SourceView<'a>]) -> Sentence<'a> {
    let mut sentence = vec![Span::Plain("The evidence points to ".into())];
    let names: Vec<_> = sources.iter().map(|s| (s.client, format!(" ({})", percent(s.share)))).collect();
    enumerate(&mut sentence, &names);
    sentence.push(Span::Plain(", but is not enough to conclude that the file came from there.".into()));
    sentence
}

fn not_separable<'a>(source: &SourceView<'a>) -> Sentence<'a> {
    let mut sentence = vec![
        Span::Plain(format!("{} of the records came from ", percent(source.share))),
        Span::Name(source.client),
        Span::Plain(" or from ".into()),
    ];
    let names: Vec<_> = source.not_separable_from.iter().map(|&name| (name, String::new())).collect();
    enumerate(&mut sentence, &names);
    let explain = if names.len() == 1 {
        ", which explains the same rows as well"
    } else {
        ", which explain the same rows as well, alone or together"
    };
    sentence.push(Span::Plain(format!("{explain}: the evidence cannot tell them apart.")));
    sentence
}

/// Adds "a, b, c and 5 more".
fn enumerate<'a>(sentence: &mut Sentence<'a>, names: &[(&'a str, String)]) {
    for (place, (name, note)) in names.iter().take(NAMES_IN_A_SENTENCE).enumerate() {
        if place > 0 {
            let last = place + 1 == names.len();
            sentence.push(Span::Plain(if last { " and " } else { ", " }.into()));
        }
        sentence.push(Span::Name(name));
        sentence.push(Span::Plain(note.clone()));
    }
    if let Some(more @ 1..) = names.len().checked_sub(NAMES_IN_A_SENTENCE) {
        sentence.push(Span::Plain(format!(" and {} more", count(more as u64))));
    }
}

/// The client, with at most `limit` of those that cannot be told apart from it.
pub(crate) fn client(source: &SourceView<'_>, limit: usize) -> String {
    with_others(source.client, &source.not_separable_from, limit)
}

/// A client with at most `limit` of those that cannot be told apart from it.
pub(crate) fn with_others(client: &str, others: &[&str], limit: usize) -> String {
    let client = visible(client);
    let others: Vec<String> = others.iter().map(|name| visible(name)).collect();
    if others.is_empty() { client } else { format!("{client} (or {})", first(&others, limit)) }
}

/// "a, b and 5 more".
pub(crate) fn first(texts: &[String], limit: usize) -> String {
    let listed = texts[..texts.len().min(limit)].join(", ");
    match texts.len().checked_sub(limit) {
        Some(more @ 1..) => format!("{listed} and {} more", count(more as u64)),
        _ => listed,
    }
}

/// The evidence in words and as a number.
pub(crate) fn evidence(source: &SourceView<'_>) -> String {
    format!("{} (10^{:.1})", source.strength.as_str(), source.log10_e)
}

/// A share with its interval.
pub(crate) fn share(source: &SourceView<'_>) -> String {
    let [low, high] = source.share_interval.map(percent);
    format!("{} ({low} to {high})", percent(source.share))
}

/// Which handover, with at most `limit` of the others that are not ruled out.
pub(crate) fn handover(source: &SourceView<'_>, limit: usize) -> String {
    let others: Vec<String> = source
        .candidates
        .iter()
        .filter(|&&date| Some(date) != source.best)
        .map(|date| visible(date))
        .collect();
    let best = source.best.map_or_else(|| "cannot be told".into(), visible);
    if others.is_empty() {
        return best;
    }
    let likeliest = if source.best.is_some() { " likeliest" } else { "" };
    format!("{best}{likeliest}; not ruled out: {}", first(&others, limit))
}

/// When a source's rows can have been taken, by dates of its handovers; none where nothing tells.
fn taken(source: &SourceView<'_>) -> Option<String> {
    let when = match (source.not_before, source.before) {
        (None, None) => return None,
        (Some(since), None) => format!("{} or later", visible(since)),
        (None, Some(before)) => format!("before {}", visible(before)),
        (Some(since), Some(before)) if since < before => {
            format!("{} or later, before {}", visible(since), visible(before))
        }
        (Some(since), Some(before)) => format!(
            "more than once: some rows {} or later, others before {}",
            visible(since),
            visible(before)
        ),
    };
    Some(format!("{}: {when}", visible(source.client)))
}

/// The numbers of a file that are not about a source, each under its label.
pub(crate) fn facts(view: &FileView<'_>) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("rows", count(view.rows)),
        ("records", format!("{} 件", count(view.records))),
        ("persons", persons(view)),
        (
            "unattributed",
            format!("{} 件 ({})", count(view.unattributed_records), percent(view.unattributed_share)),
        ),
    ];
    let windows = view.sources.iter().filter_map(taken).take(NAMES_IN_A_SENTENCE);
    facts.extend(windows.map(|window| ("taken", window)));
    facts.extend(order::lines(&view.order).into_iter().map(|line| ("row order", line)));
    facts.extend(alike::lines(&view.alike, &view.sources).into_iter().map(|line| ("hint", line)));
    facts.extend(untied::facts(&view.untied));
    facts.extend(view.canaries.iter().flat_map(canaries::facts));
    facts.push(("fields", fields(view)));
    facts.extend(view.fillers.iter().map(|filler| ("nobody's", nobodys(filler))));
    facts.extend(
        view.rejects
            .iter()
            .map(|reject| ("no record", format!("{}: {}", rows(reject.rows), visible(&reject.reason)))),
    );
    facts.extend(view.log.and_then(log::of_file));
    facts.push(("blake3", visible(view.blake3)));
    facts
}

/// What was left out of the keys because it stands for nobody.
fn nobodys(filler: &crate::FillerCount) -> String {
    let values = if filler.values == 1 { "value" } else { "values" };
    format!(
        "{}: {} {values} on {}, in no key as too many people share {}; the first in row {}",
        visible(&filler.field),
        count(filler.values),
        rows(filler.rows),
        if filler.values == 1 { "it" } else { "each" },
        count(filler.first_row)
    )
}

/// So many rows.
pub(crate) fn rows(n: u64) -> String {
    format!("{} {}", count(n), if n == 1 { "row" } else { "rows" })
}

fn persons(view: &FileView<'_>) -> String {
    let about = if view.persons_exact { "" } else { "about " };
    format!("{about}{} 人", count(view.persons))
}

fn fields(view: &FileView<'_>) -> String {
    if view.fields.is_empty() {
        return "none found".into();
    }
    let one = |found: &crate::FieldFound| {
        let columns: Vec<String> = found.columns.iter().map(ToString::to_string).collect();
        format!("{} = {} (by {})", visible(&found.field), columns.join("+"), visible(&found.found_by))
    };
    view.fields.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// How the section about all files is headed.
pub(crate) const TOGETHER: &str = "All files together";

/// Where persons of several files cannot be compared.
pub(crate) const NOT_COMPARABLE: &str = "The files tell persons apart by different fields, or by numbers that each client \
    gives for itself: one person may be counted in two of them, and there are at most so many.";

/// The numbers of all files together, each under its label.
pub(crate) fn facts_together(view: &TogetherView<'_>) -> Vec<(&'static str, String)> {
    let CasePersons { persons, exact, comparable } = view.persons;
    let about = if exact { "" } else { "about " };
    let (at_most, at_least) = if comparable { ("", "") } else { ("at most ", "at least ") };
    let (within, across) = (count(view.within_files), count(view.across_files));
    vec![
        ("files", count(view.files)),
        ("rows", count(view.rows)),
        ("records", format!("{} 件", count(view.records))),
        ("persons", format!("{at_most}{about}{} 人, each counted once over all files", count(persons))),
        ("duplicates", format!("{about}{within} 件 of a person again in the same file")),
        ("duplicates", format!("{at_least}{about}{across} 人 again in another file")),
        (
            "unattributed",
            format!("{} 件 ({})", count(view.unattributed_records), percent(view.unattributed_share)),
        ),
    ]
}

/// The titles of what is said of each source of all files together.
pub(crate) const TOGETHER_TITLES: [&str; 5] = ["source", "files", "件", "share", "人"];

/// What stands under [`TOGETHER_TITLES`], with at most `limit` of the clients that cannot be told apart.
pub(crate) fn cells_together(source: &TogetherSource<'_>, limit: usize) -> [String; 5] {
    let persons = match source.persons {
        [least, most] if least == most => count(most),
        [least, most] => format!("{} to {}", count(least), count(most)),
    };
    [
        with_others(source.client, &source.not_separable_from, limit),
        count(source.files),
        count(source.records),
        percent(source.share),
        persons,
    ]
}

/// The facts of the whole job, each under its label.
pub(crate) fn job(case: &Case) -> Vec<(&'static str, String)> {
    let registry = &case.registry;
    let mut facts = vec![
        (
            "registry",
            format!(
                "{} clients, {} handovers, key id {}",
                count(registry.clients as u64),
                count(registry.handovers as u64),
                visible(&registry.key_id)
            ),
        ),
        ("digest", visible(&registry.digest)),
    ];
    if let Some(exact) = registry.exact_handovers {
        facts.push((
            "exact",
            format!(
                "{} of the handovers were asked by their lists, without chance matches",
                count(exact as u64)
            ),
        ));
    }
    if let Some(command_line) = &case.command_line {
        facts.push(("command", visible(command_line)));
    }
    facts
}

/// How often each verdict was given, in the order of [`SUMMARY_ORDER`].
#[derive(Default)]
pub(crate) struct Summary {
    counts: [u64; 4],
}

const SUMMARY_ORDER: [Verdict; 4] =
    [Verdict::Attributed, Verdict::Mixed, Verdict::Inconclusive, Verdict::Unattributed];

impl Summary {
    pub(crate) fn add(&mut self, verdict: Verdict) {
        for (count, of) in self.counts.iter_mut().zip(SUMMARY_ORDER) {
            *count += u64::from(of == verdict);
        }
    }

    pub(crate) fn files(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub(crate) fn text(&self) -> String {
        let files = self.files();
        if files == 0 {
            return "No file could be examined.".into();
        }
        let given = |(&n, of): (&u64, Verdict)| (n > 0).then(|| format!("{} {}", count(n), verdict(of)));
        let verdicts: Vec<String> = self.counts.iter().zip(SUMMARY_ORDER).filter_map(given).collect();
        format!("{} {}: {}.", count(files), if files == 1 { "file" } else { "files" }, verdicts.join(", "))
    }
}

/// How to read the numbers.
pub(crate) const NOTES: [&str; 2] = [
    "Records (件) are rows with at least one usable key, persons (人) the distinct persons among them. Shares are of \
     the file's records, with a 95% interval.",
    "Evidence compares \"a part of the file came from this client\" with \"none of it did\". It is not a probability \
     that anybody did anything.",
];

/// What the method does, and what it cannot tell, for readers who have only the report.
pub(crate) const LIMITS: [&str; 5] = [
    "Each owner made a fingerprint of its list before handing it over. It holds no personal data: rows of a file can be asked about, \
     and a row counts for a client only by two fields together, such as name and phone, spelled alike once both are normalised.",
    "A client is named only on rows that no other client of the explanation holds, and only where lists of unrelated people do not \
     show as many. People are customers of many organisations: rows that several lists hold are evidence for none of them alone.",
    "Clients that explain the same rows as well are named beside a source; the evidence does not tell which of them it was.",
    "Only organisations whose fingerprints are in the registry can be named. \"Unattributed\" does not say that nobody lost the rows.",
    "A source tells which list rows are of, not who took them, nor when they were passed on.",
];
