//! An attribution with its numbers rounded and its names looked up: the one thing every format is written from.

use meibo_attribution::{Attribution, ListOrder, Source, Strength, Verdict, Window};

use crate::{
    CanaryFinding, Case, FieldFound, FileCase, FillerCount, RejectCount, ReportError,
    alike::{Alike, AlikeView},
    log::FileLog,
    numbers,
    order::OrderView,
    untied::UntiedView,
};

/// One file, ready to be written.
pub(crate) struct FileView<'a> {
    pub(crate) path: &'a str,
    pub(crate) blake3: &'a str,
    pub(crate) rows: u64,
    pub(crate) records: u64,
    pub(crate) persons: u64,
    pub(crate) persons_exact: bool,
    pub(crate) fields: &'a [FieldFound],
    pub(crate) rejects: &'a [RejectCount],
    pub(crate) fillers: &'a [FillerCount],
    pub(crate) verdict: Verdict,
    pub(crate) sources: Vec<SourceView<'a>>,
    pub(crate) unattributed_records: u64,
    pub(crate) unattributed_share: f64,
    pub(crate) untied: UntiedView<'a>,
    /// Clients that a part may come from, but whose background is unknown.
    pub(crate) background_unknown: Vec<&'a str>,
    /// What the order of its rows says.
    pub(crate) order: Vec<OrderView<'a>>,
    /// Lists written as it is.
    pub(crate) alike: Vec<AlikeView<'a>>,
    /// The decoys that it holds.
    pub(crate) canaries: &'a [CanaryFinding],
    /// Clients of the registry that was asked.
    pub(crate) registry_clients: usize,
    /// What download logs say.
    pub(crate) log: Option<&'a FileLog>,
}

/// One source, ready to be written.
pub(crate) struct SourceView<'a> {
    pub(crate) client: &'a str,
    pub(crate) records: u64,
    pub(crate) persons: u64,
    pub(crate) share: f64,
    pub(crate) share_interval: [f64; 2],
    pub(crate) log10_e: f64,
    pub(crate) strength: Strength,
    pub(crate) best: Option<&'a str>,
    /// Earliest first, each date once.
    pub(crate) candidates: Vec<&'a str>,
    /// The rows were taken at the first of these dates or later, and before the second.
    pub(crate) not_before: Option<&'a str>,
    pub(crate) before: Option<&'a str>,
    pub(crate) not_separable_from: Vec<&'a str>,
    pub(crate) background: Option<BackgroundView>,
}

/// What is usual for a client, as far as unrelated people tell.
#[derive(Clone, Copy)]
pub(crate) struct BackgroundView {
    pub(crate) usual: f64,
    pub(crate) controls: u64,
}

impl<'a> FileView<'a> {
    /// Looks up names and rounds numbers; refuses an answer that contradicts itself.
    pub(crate) fn new(case: &'a Case, file: &'a FileCase) -> Result<Self, ReportError> {
        let Attribution { records, persons, verdict, sources, unattributed, .. } = &file.attribution;
        check_parts(file)?;
        check_verdict(file)?;
        let names = Names { case, file };
        Ok(FileView {
            path: &file.path,
            blake3: &file.blake3,
            rows: file.rows,
            records: *records,
            persons: *persons,
            persons_exact: file.persons_exact,
            fields: &file.fields,
            rejects: &file.rejects,
            fillers: &file.fillers,
            verdict: *verdict,
            sources: sources.iter().map(|s| names.source(s)).collect::<Result<_, _>>()?,
            unattributed_records: unattributed.records,
            unattributed_share: numbers::share(unattributed.share, 0.0),
            untied: UntiedView::new(unattributed, &file.names).beside_decoys(&file.canaries),
            background_unknown: file
                .attribution
                .background_unknown()
                .map(|client| names.client(client))
                .collect::<Result<_, _>>()?,
            order: file.order.iter().map(|order| names.order(order)).collect::<Result<_, _>>()?,
            alike: file.alike.iter().map(|alike| names.alike(alike)).collect::<Result<_, _>>()?,
            canaries: &file.canaries,
            registry_clients: case.registry.clients,
            log: file.log.as_ref(),
        })
    }
}

fn check_parts(file: &FileCase) -> Result<(), ReportError> {
    let answer = &file.attribution;
    let of_sources: u128 = answer.sources.iter().map(|s| u128::from(s.records)).sum();
    let parts = of_sources + u128::from(answer.unattributed.records);
    if parts != u128::from(answer.records) {
        return Err(ReportError::PartsDoNotAddUp { path: file.path.clone(), parts, records: answer.records });
    }
    Ok(())
}

fn check_verdict(file: &FileCase) -> Result<(), ReportError> {
    let Attribution { verdict, sources, .. } = &file.attribution;
    let fits = match verdict {
        Verdict::Attributed | Verdict::Mixed => !sources.is_empty(),
        Verdict::Unattributed => sources.is_empty(),
        Verdict::Inconclusive => true,
    };
    if fits {
        return Ok(());
    }
    let (verdict, sources) = (*verdict, sources.len());
    Err(ReportError::VerdictWithoutSources { path: file.path.clone(), verdict, sources })
}

/// Names of clients and dates of handovers, by number.
struct Names<'a> {
    case: &'a Case,
    file: &'a FileCase,
}

impl<'a> Names<'a> {
    fn source(&self, source: &Source) -> Result<SourceView<'a>, ReportError> {
        let HandoverNames { best, candidates, not_before, before } = self.handovers(source)?;
        // The words follow from the number as written: a reader who checks one against the other finds them agreeing,
        // and because every band includes its upper end, rounding never lifts evidence into a stronger one unearned.
        let log10_e = numbers::log10_e(source.log10_e);
        Ok(SourceView {
            client: self.client(source.client)?,
            records: source.records,
            persons: source.persons,
            share: numbers::share(source.share, 0.0),
            share_interval: numbers::share_interval(source.share_interval),
            log10_e,
            strength: Strength::of(log10_e),
            best,
            candidates,
            not_before,
            before,
            not_separable_from: source
                .not_separable_from
                .iter()
                .map(|&client| self.client(client))
                .collect::<Result<_, _>>()?,
            background: self.background(source),
        })
    }

    fn order(&self, order: &ListOrder) -> Result<OrderView<'a>, ReportError> {
        Ok(OrderView::new(order, self.client(order.client)?, self.handover(order.list)?))
    }

    fn alike(&self, alike: &'a Alike) -> Result<AlikeView<'a>, ReportError> {
        Ok(AlikeView::new(alike, self.client(alike.client)?, self.handover(alike.list)?))
    }

    fn background(&self, source: &Source) -> Option<BackgroundView> {
        let examined = self.file.attribution.examined(source.client)?;
        Some(BackgroundView { usual: numbers::share(examined.usual, 0.0), controls: examined.controls })
    }

    fn handovers(&self, source: &Source) -> Result<HandoverNames<'a>, ReportError> {
        let name = |handover: Option<usize>| handover.map(|handover| self.handover(handover)).transpose();
        let best = name(source.handover.best)?;
        let mut candidates = source
            .handover
            .candidates
            .iter()
            .map(|&handover| self.handover(handover))
            .collect::<Result<Vec<_>, _>>()?;
        candidates.sort_unstable();
        candidates.dedup();
        let Window { not_before, before } = source.handover.window;
        Ok(HandoverNames { best, candidates, not_before: name(not_before)?, before: name(before)? })
    }

    fn client(&self, client: usize) -> Result<&'a str, ReportError> {
        let clients = &self.case.clients;
        clients.get(client).map(String::as_str).ok_or_else(|| ReportError::UnknownClient {
            path: self.file.path.clone(),
            client,
            clients: clients.len(),
        })
    }

    fn handover(&self, handover: usize) -> Result<&'a str, ReportError> {
        let handovers = &self.case.handovers;
        handovers.get(handover).map(String::as_str).ok_or_else(|| ReportError::UnknownHandover {
            path: self.file.path.clone(),
            handover,
            handovers: handovers.len(),
        })
    }
}

struct HandoverNames<'a> {
    best: Option<&'a str>,
    candidates: Vec<&'a str>,
    not_before: Option<&'a str>,
    before: Option<&'a str>,
}
