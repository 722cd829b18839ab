//! A draft of the report to the Personal Information Protection Commission: the nine items of Article 8(1) of the Enforcement Rules
//! of the Act on the Protection of Personal Information, as far as an attribution can fill them.

use crate::Lang;
use crate::json::v1::{File, Report, Source, TogetherOf, Verdict};
use crate::notice::days::Day;
use crate::notice::page::{Page, names, plain};
use crate::notice::{figures, terms};
use crate::numbers::{count, percent};

/// Days within which the final report is due.
const FINAL: u16 = 30;
/// Days within which it is due where an act with improper purpose is feared.
const FINAL_IMPROPER: u16 = 60;

/// How the draft begins.
pub(crate) const fn title(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "個人データの漏えい等に関する報告（下書き）",
        Lang::En => "Report of a leak of personal data (draft)",
    }
}

/// What a draft is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Regulator<'a> {
    /// Its language.
    pub lang: Lang,
    /// The day on which the incident became known, from which on days are counted.
    pub known_on: Option<Day>,
    /// The one client whose part is reported; all where none is named.
    pub client: Option<&'a str>,
}

/// The draft, as Markdown.
pub fn write_regulator(report: &Report, asked: &Regulator<'_>) -> String {
    let mut page = Page::new(asked.lang);
    let scope = Scope::of(report, asked.client);
    front(&mut page, report, asked);
    duty(&mut page, asked.known_on);
    overview(&mut page, &scope);
    items(&mut page, &scope);
    persons(&mut page, &scope);
    left_to_people(&mut page);
    reference(&mut page, &scope);
    page.finish()
}

/// What of a report is told.
struct Scope<'a> {
    report: &'a Report,
    client: Option<&'a str>,
    files: Vec<&'a File>,
}

impl<'a> Scope<'a> {
    fn of(report: &'a Report, client: Option<&'a str>) -> Self {
        let part = |file: &&File| {
            client.is_none_or(|client| {
                file.sources.iter().any(|source| may_be(source, client))
                    || file.background_unknown.iter().any(|name| name == client)
            })
        };
        Scope { report, client, files: report.files.iter().filter(part).collect() }
    }

    fn sources<'f>(&self, file: &'f File) -> impl Iterator<Item = &'f Source> {
        let client = self.client;
        file.sources.iter().filter(move |source| client.is_none_or(|client| may_be(source, client)))
    }

    /// Sources over all files that can be told from all others.
    fn together(&self) -> impl Iterator<Item = &'a TogetherOf> {
        let client = self.client;
        let sources = self.report.case.iter().flat_map(|case| &case.sources);
        sources.filter(move |of| {
            client.is_none_or(|client| of.client == client) && of.not_separable_from.is_empty()
        })
    }
}

/// Whether what is said of a source over all files is certain: a sum over files is nobody's where a part may be another's, and is not
/// the whole where a part that another is named for, or nobody, may be its.
pub(crate) fn is_certain(report: &Report, of: &TogetherOf) -> bool {
    let is_doubted = |file: &File| {
        let inconclusive = file.verdict == Verdict::Inconclusive;
        let doubted =
            |source: &Source| may_be(source, &of.client) && (inconclusive || source.client != of.client);
        file.sources.iter().any(doubted) || file.background_unknown.contains(&of.client)
    };
    of.not_separable_from.is_empty() && !report.files.iter().any(is_doubted)
}

/// Whether a source is a client, or cannot be told from it.
pub(crate) fn may_be(source: &Source, client: &str) -> bool {
    source.client == client || source.not_separable_from.iter().any(|name| name == client)
}

/// All that a source may be: naming one of several would be a wrong name as often as a right one.
fn label(lang: Lang, client: &str, not_separable_from: &[String]) -> String {
    let client = plain(client);
    if not_separable_from.is_empty() {
        return client;
    }
    let others = names(lang, not_separable_from);
    match lang {
        Lang::Ja => format!("{client}、{others} のいずれか（同じ行に同程度に当てはまるため、区別できない）"),
        Lang::En => {
            format!("one of {client}, {others} (they explain the same rows as well and cannot be told apart)")
        }
    }
}

fn front(page: &mut Page, report: &Report, asked: &Regulator<'_>) {
    let lang = page.lang;
    page.title(title(lang));
    page.paragraph(lang.of(
        "**これは下書きである。提出の前に、弁護士が内容を確認すること。** 個人情報の保護に関する法律施行規則第8条第1項の9項目のうち、帰属判定の結果から分かることだけを記した。",
        "**This is a draft, to be checked by a lawyer before it is filed.** Of the nine items of Article 8(1) of the Enforcement Rules of the Act on the Protection of Personal Information (Japan) it fills those that the attribution can tell.",
    ));
    let version = plain(&report.tool.version);
    page.paragraph(&lang.of(
        format!("作成の元: meibo {version} の判定結果"),
        format!("Made from: a result of meibo {version}"),
    ));
    if let Some(client) = asked.client.map(plain) {
        page.paragraph(&lang.of(
            format!("対象: {client} の名簿に関する部分のみ"),
            format!("Scope: only what concerns the list of {client}"),
        ));
    }
}

fn duty(page: &mut Page, known_on: Option<Day>) {
    let lang = page.lang;
    page.heading(lang.of("報告の義務と期限", "Duty and days"));
    page.point(lang.of(
        "規則第7条第3号（不正の目的をもって行われたおそれがある行為による漏えい等）に当たるときは、本人が1人でも報告の義務がある。第4号では、本人の数が1,000人を超えるときに義務がある。",
        "Under Article 7, item 3 of the Rules (an act feared to have had an improper purpose) a report is due for a single person; under item 4 for more than 1,000 persons.",
    ));
    let Some(known) = known_on else {
        page.unknown(lang.of(
            "報告対象事態を知った日（--known-on を与えると期限を計算する）",
            "the day on which the incident became known (days are counted from --known-on)",
        ));
        return;
    };
    let [third, fifth] = [3, 5].map(|days| known.last_of(days));
    let [short, long] = [FINAL, FINAL_IMPROPER].map(|days| known.last_of(days).or_next_open());
    let known = lang.of(format!("知った日（1日目）: {known}"), format!("Became known on (day 1): {known}"));
    page.point(&known);
    page.point(&lang.of(
        format!("速報（おおむね3～5日以内。土日・祝日も数える）: 3日目 {third}、5日目 {fifth}"),
        format!("Preliminary report (within about 3 to 5 days, closed days counted): day 3 is {third}, day 5 is {fifth}"),
    ));
    page.point(&lang.of(
        format!("確報: {long}（60日以内）。名簿業者などの第三者の手元で見つかった名簿は、不正の目的による持ち出しのおそれがある（規則第7条第3号）ため、60日とした。"),
        format!("Final report: {long} (within 60 days). A list that turned up with a third party such as a broker is feared to have been taken with an improper purpose (Article 7, item 3), hence 60 days."),
    ));
    page.point(&lang.of(
        format!("第3号に当たらないときの確報: {short}（30日以内）"),
        format!("Final report where item 3 does not apply: {short} (within 30 days)"),
    ));
    page.point(lang.of(
        "確報の期限の末日が土曜日、日曜日、12月29日～1月3日に当たるときは、その翌日以降で最初の当たらない日とした。祝日は考慮していないため、祝日に当たるときは、法の求める日より早い日を示している。",
        "Where the last day of a final report is a Saturday, a Sunday or from 29 December to 3 January, the next day that is none of these is given. National holidays are not considered: the day given is then earlier than the law asks.",
    ));
}

fn overview(page: &mut Page, scope: &Scope<'_>) {
    let lang = page.lang;
    page.heading(lang.of("(1) 概要", "(1) Overview"));
    nothing_found(page, scope);
    for file in &scope.files {
        let (path, rows, records) = (plain(&file.path), count(file.rows), count(file.records));
        let verdict = match scope.client.is_some() && scope.sources(file).next().is_none() {
            // The verdict is of others then.
            true => lang.of(
                "対象の名簿が出所であるとは言えない（比較できる無関係な名簿が足りない）",
                "that the list is a source cannot be claimed, for want of unrelated lists to compare with",
            ),
            false => terms::verdict(lang, file),
        };
        page.known(&lang.of(
            format!("{path}（{rows} 行、うち {records} 件を照合）: {verdict}。"),
            format!(
                "{path} ({}, of which {} could be compared): {verdict}.",
                figures::some(file.rows, "row"),
                figures::some(file.records, "record")
            ),
        ));
        for source in scope.sources(file) {
            let label = label(lang, &source.client, &source.not_separable_from);
            let handover = figures::handover(lang, &source.handover);
            page.detail(&match handover {
                Some(handover) => format!("{label}{}{handover}", lang.of("。", ". ")),
                None => label,
            });
        }
        let decoys = file
            .canaries
            .iter()
            .filter(|of| of.found > 0 && scope.client.is_none_or(|client| client == of.client));
        decoys.for_each(|of| page.detail(&figures::decoys(lang, of)));
    }
    page.unknown(lang.of(
        "発生日、発覚日、発覚の経緯、発生した事案の内容、委託元・委託先の別、資料の入手先",
        "when it happened and was discovered and how, what happened, who entrusted whom, and where the material was obtained",
    ));
}

/// Says that there is nothing to report, where it is so.
fn nothing_found(page: &mut Page, scope: &Scope<'_>) {
    let lang = page.lang;
    match scope.client.map(plain) {
        Some(client) if scope.files.is_empty() => page.known(&lang.of(
            format!("判定結果に {client} に関するものはない。"),
            format!("Nothing of {client} is in the result."),
        )),
        None if scope.files.iter().all(|file| file.sources.is_empty()) => {
            page.known(lang.of(
                "出所と言える名簿は見つかっていない。",
                "No list was found that could be called a source.",
            ))
        }
        _ => {}
    }
}

fn items(page: &mut Page, scope: &Scope<'_>) {
    let lang = page.lang;
    page.heading(lang.of("(2) 個人データの項目", "(2) Items of personal data"));
    for file in &scope.files {
        let (path, fields) = (plain(&file.path), figures::fields(lang, file));
        page.known(&format!("{path}: {fields}"));
    }
    page.unknown(lang.of(
        "上記のほかの列の内容（判定に使わない列は示されない）、要配慮個人情報や決済情報の有無",
        "what other columns hold (those that serve no comparison are not shown), and whether there are sensitive or payment data",
    ));
}

fn persons(page: &mut Page, scope: &Scope<'_>) {
    let lang = page.lang;
    page.heading(lang.of("(3) 本人の数", "(3) Number of persons"));
    for file in &scope.files {
        for source in scope.sources(file) {
            let label = label(lang, &source.client, &source.not_separable_from);
            page.known(&format!("{} — {label}", plain(&file.path)));
            page.detail(&figures::of_source(lang, file, source));
            page.detail(&figures::evidence(lang, source));
            if file.verdict == Verdict::Inconclusive {
                page.detail(lang.of(
                    "この出所は断定できない。数は、仮にこの出所であった場合のもの。",
                    "This source cannot be told for certain; the figures hold only if it is the source.",
                ));
            }
        }
    }
    for source in scope.together() {
        let client = plain(&source.client);
        let figures = match is_certain(scope.report, source) {
            true => figures::of_all_files(lang, source),
            false => figures::no_sum(lang).to_owned(),
        };
        page.known(&format!("{} — {client}: {figures}", lang.of("全ファイル", "All files")));
    }
    whole_case(page, scope);
    page.unknown(lang.of(
        "公表・通知に用いる確定した人数、本人が死亡している場合などの扱い",
        "the settled number of persons that is published and notified, and how persons who have died are counted",
    ));
}

/// The persons of all files together, which stand for the incident and not for one client.
fn whole_case(page: &mut Page, scope: &Scope<'_>) {
    let lang = page.lang;
    let (Some(case), None) = (&scope.report.case, scope.client) else { return };
    let persons = count(case.persons);
    let (ja, en) = match (case.persons_exact, case.persons_comparable) {
        (true, true) => ("", ""),
        (false, true) => ("（推計）", " (estimated)"),
        (_, false) => (
            "以下（ファイルにより本人を数える手掛かりが違う）",
            " at most (files tell persons apart by different keys)",
        ),
    };
    let records = count(case.records);
    page.known(&lang.of(
        format!("全ファイルの合計: 延べ {records} 件、本人 {persons} 人{ja}（出所の分からないものを含む）"),
        format!(
            "All files together: {}, {}{en}, those without a known source included",
            figures::some(case.records, "record"),
            figures::some(case.persons, "person")
        ),
    ));
}

/// The items that no list can tell.
fn left_to_people(page: &mut Page) {
    let lang = page.lang;
    let items = [
        (
            lang.of("(4) 原因", "(4) Cause"),
            lang.of(
                "持ち出しの手段、関与した者、経路（上記の時期に名簿へ触れることができた者の記録と照合する）",
                "how, by whom and by which way it was taken (compare who had access to the lists at the times above)",
            ),
        ),
        (
            lang.of("(5) 二次被害又はそのおそれの有無及びその内容", "(5) Further harm, or the fear of it"),
            lang.of(
                "不審な電話・郵便・詐欺などの有無、名簿の流通の範囲、そのおそれの内容",
                "whether there were suspicious calls, mail or fraud, how far the list has spread, and what is to be feared",
            ),
        ),
        (
            lang.of("(6) 本人への対応の実施状況", "(6) What was done for the persons"),
            lang.of("本人への通知の日・方法・件数、問合せ窓口", "when, how and how many persons were notified, and whom they can ask"),
        ),
        (
            lang.of("(7) 公表の実施状況", "(7) Publication"),
            lang.of("公表の有無、日、方法、内容", "whether, when, how and what was published"),
        ),
        (
            lang.of("(8) 再発防止のための措置", "(8) Measures against a recurrence"),
            lang.of("実施済みの措置、今後の措置と実施の予定日", "measures taken, measures planned and their days"),
        ),
    ];
    for (heading, hint) in items {
        page.heading(heading);
        page.unknown(hint);
    }
}

fn reference(page: &mut Page, scope: &Scope<'_>) {
    let lang = page.lang;
    page.heading(lang.of("(9) その他参考となる事項", "(9) Other matters of reference"));
    page.known(lang.of(
        "方法: 名簿の受渡しの際に作成した鍵付きフィンガープリントと資料の各行を照合し、無関係な名簿での一致の割合を基準として、出所の割合・95 %区間・e値を求めた。",
        "Method: each row was compared with keyed fingerprints made when lists were handed over; shares, 95 % intervals and e-values were inferred against what is usual for unrelated lists.",
    ));
    let registry = &scope.report.registry;
    let (digest, key) = (plain(&registry.digest), plain(&registry.key_id));
    page.known(&lang.of(
        format!("台帳: ダイジェスト {digest}、鍵 {key}"),
        format!("Registry: digest {digest}, key {key}"),
    ));
    for file in &scope.files {
        page.known(&format!("{}: BLAKE3 {}", plain(&file.path), plain(&file.blake3)));
        rest_of(page, scope, file);
    }
    page.unknown(lang.of(
        "他の行政機関・警察への報告、委託元への通知、その他参考となる事項",
        "reports to other authorities and the police, notices to those who entrusted the data, and whatever else is of use",
    ));
}

/// What of a file is attributed to nobody, why, and what would settle it.
fn rest_of(page: &mut Page, scope: &Scope<'_>, file: &File) {
    let (lang, rest) = (page.lang, &file.unattributed);
    if rest.records > 0 {
        let (records, share) = (count(rest.records), percent(rest.share));
        page.detail(&lang.of(
            format!("どの名簿にも帰属しないもの: {records} 件（{share}）"),
            format!("Attributed to no list: {} ({share})", figures::some(rest.records, "record")),
        ));
    }
    let reasons = [rest.matching_nothing, rest.background_only, rest.damaged_or_partial];
    // Records that are nobody's only by their share are none that could be pointed at, nor is there a reason to tell.
    if rest.records > 0 && reasons.iter().any(|rows| *rows > 0) {
        let [nothing, background, damaged] = reasons.map(count);
        page.detail(&lang.of(
            format!("その理由: どの名簿とも一致しない {nothing} 件、名簿にあるが出所と言えるほど多くない {background} 件、一部の項目だけが一致する {damaged} 件"),
            format!("Why: {nothing} match no list, {background} are in a list but too few to call it a source, {damaged} match in single fields only"),
        ));
    }
    for settling in &rest.would_settle {
        let what = terms::settling(lang, settling.reason);
        let fields: Vec<String> = settling.fields.iter().map(|name| terms::field(lang, name)).collect();
        let of = if fields.is_empty() {
            String::new()
        } else {
            format!(" ({})", fields.join(lang.of("、", ", ")))
        };
        page.detail(
            &lang.of(format!("判明に役立つもの: {what}{of}"), format!("Would settle it: {what}{of}")),
        );
    }
    let withheld: Vec<&String> = file
        .background_unknown
        .iter()
        .filter(|name| scope.client.is_none_or(|client| *name == client))
        .collect();
    if !withheld.is_empty() {
        let clients = names(lang, withheld);
        page.detail(&lang.of(
            format!("一部の出所である可能性はあるが、比較できる無関係な名簿が足りず、そうとは言えないもの: {clients}"),
            format!("May be the source of a part, which cannot be claimed for want of unrelated lists to compare with: {clients}"),
        ));
    }
}
