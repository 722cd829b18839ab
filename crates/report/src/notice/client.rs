//! A notice to one owner of a list. It goes to that owner, so nothing of any other client may be in it: not a name, not a figure,
//! not a file that the owner has no part in.

use crate::Lang;
use crate::json::canaries_v1::Canaries;
use crate::json::v1::{File, Report, Source, Verdict};
use crate::notice::masked::{clients_of, masked};
use crate::notice::page::{Page, plain};
use crate::notice::{figures, regulator};
use crate::numbers::count;

/// How the notice begins.
pub(crate) const fn title(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "名簿の漏えいに関するお知らせ（下書き）",
        Lang::En => "Notice of a leaked list (draft)",
    }
}

/// The notice, as Markdown.
pub fn write_client(report: &Report, client: &str, lang: Lang) -> String {
    let mut page = Page::new(lang);
    front(&mut page, client);
    let others: Vec<&str> = clients_of(report).into_iter().filter(|name| *name != client).collect();
    let parts: Vec<Part<'_>> = report.files.iter().filter_map(|file| Part::of(file, client)).collect();
    if parts.is_empty() {
        page.paragraph(lang.of(
            "判定結果に、貴組織に関するものはありません。（貴組織の名簿が台帳に登録されていない場合も、結果はこのようになります。）",
            "Nothing of this client is in the report. (So it is also where no list of this client is registered.)",
        ));
        return page.finish();
    }
    for part in &parts {
        tell(&mut page, part, client, &others);
    }
    all_files(&mut page, report, client);
    method(&mut page, report);
    page.finish()
}

/// What a client has in a file.
struct Part<'a> {
    file: &'a File,
    source: Option<&'a Source>,
    /// How many other clients each set of rows that it explains as well may have come from.
    twins: Vec<usize>,
    /// Whether a part may be its, but could not be claimed.
    withheld: bool,
    /// What its decoys say.
    decoys: Vec<&'a Canaries>,
}

impl<'a> Part<'a> {
    fn of(file: &'a File, client: &str) -> Option<Self> {
        let source = file.sources.iter().find(|source| source.client == client);
        let twins = file.sources.iter().filter(|source| source.client != client);
        let twins: Vec<usize> = twins
            .filter(|source| regulator::may_be(source, client))
            .map(|source| source.not_separable_from.len())
            .collect();
        let withheld = file.background_unknown.iter().any(|name| name == client);
        let decoys: Vec<&Canaries> =
            file.canaries.iter().filter(|of| of.client == client && of.found > 0).collect();
        let has_part = source.is_some() || !twins.is_empty() || withheld || !decoys.is_empty();
        has_part.then_some(Part { file, source, twins, withheld, decoys })
    }
}

fn front(page: &mut Page, client: &str) {
    let (lang, client) = (page.lang, plain(client));
    page.title(title(lang));
    page.paragraph(&lang.of(
        format!("宛先: {client}。**これは下書きである。送付の前に、弁護士が内容を確認すること。**"),
        format!("To: {client}. **This is a draft, to be checked by a lawyer before it is sent.**"),
    ));
    page.paragraph(lang.of(
        "この文書には、宛先の名簿に関することだけを記しています。ほかの組織のことは記していません。",
        "It tells of the addressee's own list alone, and of no other organisation.",
    ));
}

fn tell(page: &mut Page, part: &Part<'_>, client: &str, others: &[&str]) {
    let (lang, file) = (page.lang, part.file);
    page.heading(&plain(&masked(&file.path, others.iter().copied())));
    page.point(&format!("BLAKE3: {}", plain(&file.blake3)));
    page.point(&format!("{}: {}", lang.of("項目", "Fields"), figures::fields(lang, file)));
    if let Some(source) = part.source {
        of_source(page, file, source, client);
    }
    part.twins.iter().for_each(|&clients| {
        page.point(&shared(lang, clients));
        page.point(lang.of(
            "このため、これらの行の件数を貴組織のものとしてお示しすることはできません。",
            "Their number can therefore not be given as this client's.",
        ));
    });
    part.decoys.iter().for_each(|of| page.point(&figures::decoys(lang, of)));
    if part.withheld {
        page.point(lang.of(
            "一部が貴組織の名簿から出た可能性はありますが、比較できる無関係な名簿が足りないため、そうとは言えません。",
            "A part may come from this client's list, but that cannot be claimed for want of unrelated lists to compare with.",
        ));
    }
}

fn of_source(page: &mut Page, file: &File, source: &Source, client: &str) {
    let lang = page.lang;
    if file.verdict == Verdict::Inconclusive {
        page.point(lang.of(
            "**貴組織の名簿が出所であるとは断定できません。** 数は、仮に出所であった場合のものです。",
            "**It cannot be told for certain that this client's list is the source.** The figures hold only if it is.",
        ));
    }
    page.point(&figures::of_source(lang, file, source));
    page.point(&figures::evidence(lang, source));
    if let Some(handover) = figures::handover(lang, &source.handover) {
        page.point(&handover);
    }
    let twins = source.not_separable_from.iter().filter(|name| *name != client).count();
    if twins > 0 {
        page.point(&shared(lang, twins));
    }
}

/// That other clients' lists explain rows as well.
fn shared(lang: Lang, clients: usize) -> String {
    let number = count(clients as u64);
    match (lang, clients) {
        (Lang::Ja, _) => format!("別の {number} 組織の名簿も、同じ行に同程度に当てはまります。どれが出所かは区別できません。"),
        (Lang::En, 1) => "Another organisation's list explains the same rows as well; which of the two is the source cannot be told.".into(),
        (Lang::En, _) => format!("The lists of {number} other organisations explain the same rows as well; which of them is the source cannot be told."),
    }
}

/// The client's persons over all files; nothing where a part of them may be another's.
fn all_files(page: &mut Page, report: &Report, client: &str) {
    let lang = page.lang;
    let mut sources = report.case.iter().flat_map(|case| &case.sources);
    let Some(source) = sources.find(|of| of.client == client) else { return };
    page.heading(lang.of("全ファイル", "All files"));
    if !regulator::is_certain(report, source) {
        page.point(figures::no_sum(lang));
        return;
    }
    page.point(&figures::of_all_files(lang, source));
}

fn method(page: &mut Page, report: &Report) {
    let (lang, digest) = (page.lang, plain(&report.registry.digest));
    let version = plain(&report.tool.version);
    page.heading(lang.of("方法", "Method"));
    page.point(&lang.of(
        format!("受渡しの際に作成した鍵付きフィンガープリントとの照合による（meibo {version}、台帳のダイジェスト {digest}）。"),
        format!("By comparison with keyed fingerprints made when lists were handed over (meibo {version}, registry digest {digest})."),
    ));
}
