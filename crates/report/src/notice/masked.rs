//! Paths of files, for a reader who must not learn of other clients: files are often called by whom they are thought to be of.

use std::collections::BTreeSet;

use crate::json::log_v1::{Event, Part};
use crate::json::v1::{File, Report};

/// A path with these names left out.
pub fn masked<'a>(path: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    // Of a name that holds another one, no part may be left.
    names.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
    names.iter().fold(path.to_owned(), |path, name| path.replace(name, "…"))
}

/// Whether a report names a client anywhere.
pub fn names_client(report: &Report, client: &str) -> bool {
    clients_of(report).contains(client)
}

/// All clients that a report names, wherever it does: what it says of orders, decoys and downloads names them too.
pub(crate) fn clients_of(report: &Report) -> BTreeSet<&str> {
    let together = report.case.iter().flat_map(|case| &case.sources);
    let together = together.flat_map(|of| with_twins(&of.client, &of.not_separable_from));
    let log = report.log.iter().flat_map(|log| {
        let downloads = log.downloads.iter().filter_map(|found| found.download.client.as_deref());
        downloads.chain(of_events(&log.timeline))
    });
    report.files.iter().flat_map(of_file).chain(together).chain(log).collect()
}

fn of_file(file: &File) -> impl Iterator<Item = &str> {
    let sources =
        file.sources.iter().flat_map(|source| with_twins(&source.client, &source.not_separable_from));
    let order = file.order.iter().map(|order| order.client.as_str());
    let alike = file.alike.iter().map(|alike| alike.client.as_str());
    let canaries = file.canaries.iter().map(|canaries| canaries.client.as_str());
    let unknown = file.background_unknown.iter().map(String::as_str);
    let log =
        file.log.iter().flat_map(|log| log.parts.iter().flat_map(of_part).chain(of_events(&log.timeline)));
    sources.chain(order).chain(alike).chain(canaries).chain(unknown).chain(log)
}

fn of_part(part: &Part) -> impl Iterator<Item = &str> {
    let downloads = part.downloads.iter().filter_map(|found| found.download.client.as_deref());
    part.client.as_deref().into_iter().chain(downloads)
}

fn of_events(timeline: &[Event]) -> impl Iterator<Item = &str> {
    timeline.iter().filter_map(|event| event.client.as_deref())
}

fn with_twins<'a>(client: &'a str, twins: &'a [String]) -> impl Iterator<Item = &'a str> {
    std::iter::once(client).chain(twins.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_left_out_whole() {
        let names = ["city", "city-a", ""];
        assert_eq!(masked("stick/city-a.zip!city-b.csv", names), "stick/….zip!…-b.csv");
        assert_eq!(masked("list.csv", names), "list.csv");
    }
}
