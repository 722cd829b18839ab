//! What must hold of any bytes that are taken for a workbook or an archive.

use std::io::{self, Cursor, Read as _};
use std::panic;
use std::sync::Once;

use meibo_ingest::{each_member, each_member_of_stream, each_person, is_guarded};
use meibo_sweep::{Area, AreaText, scan};

/// So much of each list is read: enough to reach what is behind a sheet's first rows.
const READ: u64 = 1 << 20;

/// Takes the bytes for a file that holds lists, read from anywhere and as a stream.
///
/// # Panics
/// Where the two readings show other members.
pub fn check_pile(data: &[u8]) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        // The fuzzer's own ends the process at a panic, also at one that is caught.
        let ends = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_guarded() {
                ends(info);
            }
        }));
    });
    let mut shown = Vec::new();
    let _ = each_member(Cursor::new(data), &mut |member| {
        let length = member.content.ok().map(|text| io::copy(&mut text.input.take(READ), &mut io::sink()).ok());
        shown.push((member.name.to_owned(), length));
    });
    let mut again = shown.iter();
    let _ = each_member_of_stream(&mut &*data, &mut |member| {
        let length = member.content.ok().map(|text| io::copy(&mut text.input.take(READ), &mut io::sink()).ok());
        assert_eq!(again.next(), Some(&(member.name.to_owned(), length)), "another member as a stream");
    });
}

/// Takes the bytes for a disk that is swept: for places that may hold records of people, and the people there.
///
/// # Panics
/// Where a place is outside of the disk.
pub fn check_sweep(data: &[u8]) {
    let scanned = scan(data).expect("bytes in memory are read");
    let within = |place: &std::ops::Range<u64>| place.start < place.end && place.end <= data.len() as u64;
    assert!(scanned.areas.iter().all(|area| within(&area.bytes)), "an area outside");
    // Whatever was found: too little of a small input would be looked into.
    let all = Area { bytes: 0..data.len() as u64, wide: data.first().is_some_and(|first| first % 2 == 1) };
    let mut text = AreaText::new(Cursor::new(data), vec![all]);
    while let Some(part) = text.next_part().expect("bytes in memory are read") {
        each_person(part, &mut |_| {});
    }
}
