//! What people read in Japanese is in Japanese, also where the words come from a room that knows no language.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use crate::desk::Desk;

/// A list of which every row but the first is of no use, each for another reason.
fn broken_list() -> Vec<u8> {
    let mut list = "氏名,電話番号,住所\n山田太郎,03-3141-1009,東京都文京区千石4-1-7\n".as_bytes().to_vec();
    list.extend("山\u{0}田,03-3141-1010,東京都文京区千石4-2-7\n".as_bytes());
    list.extend(
        "山田二郎,03-3141-1011,東京都文京区千石4,5,6,7\n,,\n氏名,電話番号,住所\n山田三郎,,\n".as_bytes(),
    );
    list.extend(b"\x83\xff\xfe,03-3141-1012,x\n");
    list.extend([&b"\""[..], &b"a".repeat(1 << 21), b"\n"].concat());
    list
}

#[test]
fn reasons_why_rows_are_not_used_are_told_in_japanese() {
    let desk = Desk::new();
    desk.fingerprint("city-a", 0..40, &[], 0);
    desk.write("seized.csv", broken_list());
    let question = ["attribute", "--key", "key.txt", "--registry", "registry", "--lang", "ja", "--header"];
    let encoding = ["--encoding", "utf-8", "--delimiter", "comma", "seized.csv"];
    let (report, _) = desk.meibo(&[&question[..], &encoding].concat(), 1);
    let lines = report.lines().skip_while(|line| !line.contains("使えない行"));
    let reasons: Vec<&str> = lines.take_while(|line| !line.contains("blake3")).collect();
    assert!(reasons.len() >= 5, "{report}");
    for reason in reasons {
        let words = reason.replace("NUL", "");
        assert!(!words.contains(|c: char| c.is_ascii_alphabetic()), "{reason}");
    }
}
