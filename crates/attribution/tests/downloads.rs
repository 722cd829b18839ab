//! Downloads compared with files.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use meibo_attribution::{
    ClientSaid, CountRange, Counted, Download, Downloads, HandoverSaid, ModifiedSaid, Moment, PartFound,
    RowsSaid, State, Subject, TakenBetween, TurnedUp, Turnout,
};
use proptest::prelude::*;

const DAY: i64 = 86_400;

fn at(seconds: i64) -> Moment {
    Moment { earliest: seconds, latest: seconds, days: [seconds.div_euclid(DAY), seconds.div_euclid(DAY)] }
}

fn download(client: usize, rows: u64, seconds: i64) -> Download {
    Download { client: Some(client), rows: Some(rows), bytes: None, time: Some(at(seconds)) }
}

/// A file of 1,234 rows of client 0, handed over on day 100 and changed at noon of day 110.
fn subject() -> Subject {
    Subject {
        client: Some(0),
        not_separable_from: vec![7],
        counts: vec![
            CountRange::exactly(Counted::Rows, 1_234),
            CountRange::exactly(Counted::RowsAndHeader, 1_235),
            CountRange { of: Counted::Part, least: 1_200, most: 1_234 },
        ],
        bytes: Some(98_765),
        modified: Some(at(110 * DAY + DAY / 2)),
        taken: TakenBetween { not_before: Some(100), before: Some(200) },
    }
}

/// Downloads of other clients, of many numbers.
fn others() -> Vec<Download> {
    (0..300).map(|i| download(1 + i % 6, 100 + 41 * i as u64, 105 * DAY)).collect()
}

#[test]
fn each_comparison_says_what_it_sees() {
    let noon = 110 * DAY + DAY / 2;
    let mut all = others();
    let first = all.len();
    all.extend([
        download(0, 1_234, noon - 60),
        download(0, 1_234, 99 * DAY),
        download(0, 1_234, noon + 3_600),
        download(0, 5_000, noon - DAY),
        download(7, 1_235, noon - DAY),
        download(1, 1_234, noon - DAY),
        download(0, 900, noon - DAY),
    ]);
    let found = Downloads::new(all).find(&subject(), 20);
    let of = |place: usize| found.matches.iter().find(|of| of.download == first + place);
    assert_eq!(found.matches[0].download, first);
    assert_eq!(of(0).unwrap().modified, ModifiedSaid::Soon(60));
    assert_eq!(of(0).unwrap().handover, HandoverSaid::InWindow);
    assert_eq!((of(1).unwrap().handover, of(1).unwrap().fits()), (HandoverSaid::TooEarly, false));
    assert_eq!((of(2).unwrap().modified, of(2).unwrap().fits()), (ModifiedSaid::Earlier, false));
    assert_eq!((of(3).unwrap().rows, of(3).unwrap().fits()), (RowsSaid::More(3_766), true));
    assert_eq!((of(4).unwrap().client, of(4).unwrap().fits()), (ClientSaid::NotSeparable, true));
    assert_eq!((of(5).unwrap().client, of(5).unwrap().fits()), (ClientSaid::Other, false));
    // Fewer rows cannot be all of the file: neither does it fit nor has it as many.
    assert!(of(6).is_none());
    assert_eq!(found.fitting, 3);
}

#[test]
fn what_fits_by_a_looser_count_has_not_turned_up() {
    let mut all = others();
    let first = all.len();
    all.extend([download(0, 1_234, 105 * DAY), download(0, 1_210, 105 * DAY), download(0, 1_234, 106 * DAY)]);
    let downloads = Downloads::new(all);
    let found = downloads.find(&subject(), 20);
    let mut turnout = Turnout::default();
    turnout.add(PartFound { file: 3, client: Some(0), records: 1_234, found: &found });
    let of = |place: usize| turnout.of(&downloads, first + place);
    assert_eq!([of(0), of(1), of(2)], [TurnedUp::Told, TurnedUp::Possible, TurnedUp::Told]);
    assert_eq!((turnout.files(first), turnout.records(0)), (&[(3, 1_234)][..], 1_234));
    assert_eq!(turnout.of(&downloads, 0), TurnedUp::Nothing);
}

#[test]
fn a_size_to_the_byte_speaks_for_a_download_without_rows() {
    let with =
        |bytes| Download { bytes: Some(bytes), ..Download { rows: None, ..download(0, 0, 105 * DAY) } };
    let downloads = Downloads::new(vec![with([90_000, 99_000]), with([98_765, 98_765]), with([5, 5])]);
    let found = downloads.find(&subject(), 20);
    assert_eq!(found.matches.iter().map(|of| of.download).collect::<Vec<_>>(), [1, 0, 2]);
    assert_eq!(
        found.matches.iter().map(|of| of.bytes.state()).filter(|state| *state == State::Agrees).count(),
        1
    );
}

fn any_download() -> impl Strategy<Value = Download> {
    let rows = prop_oneof![Just(None), (1_150..1_300_u64).prop_map(Some), (0..u64::MAX).prop_map(Some)];
    let time = proptest::option::of((95..210_i64, 0..DAY, 0..2 * DAY));
    (proptest::option::of(0..9_usize), rows, time).prop_map(|(client, rows, time)| {
        let time = time.map(|(day, second, within)| {
            let earliest = day * DAY + second;
            Moment { earliest, latest: earliest + within, days: [day, day] }
        });
        Download { client, rows, bytes: None, time }
    })
}

proptest! {
    #[test]
    fn what_fits_is_never_contradicted_and_stands_before_what_does_not(log in prop::collection::vec(any_download(), 0..60), most in 1..30_usize) {
        let downloads = Downloads::new(log);
        let found = downloads.find(&subject(), most);
        prop_assert!(found.matches.len() <= most);
        let contradicted: Vec<usize> = found.matches.iter().map(|of| of.states().into_iter().filter(|state| *state == State::Contradicts).count()).collect();
        prop_assert!(contradicted.is_sorted());
        for of in &found.matches {
            prop_assert!(!of.fits() || !of.states().contains(&State::Contradicts));
            prop_assert!(!of.is_told() || of.fits());
            if let RowsSaid::Equal { expected, among, .. } = of.rows {
                prop_assert!(expected.is_finite() && expected >= 0.0 && among >= 1);
            }
        }
    }

    /// Where a download stands in the log changes nothing but which of equals is told first.
    #[test]
    fn the_order_of_a_log_does_not_matter(log in prop::collection::vec(any_download(), 0..40)) {
        let said = |log: Vec<Download>| {
            let downloads = Downloads::new(log);
            let found = downloads.find(&subject(), 1_000);
            let mut said: Vec<String> = found.matches.iter().map(|of| format!("{:?} {:?}", downloads.all()[of.download], of.states())).collect();
            said.sort();
            (said, found.fitting)
        };
        let back = log.iter().rev().copied().collect();
        prop_assert_eq!(said(log), said(back));
    }
}
