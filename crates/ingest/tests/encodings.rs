//! Encodings are told apart from very little text, and from text that comes late.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::common::{ENCODINGS, encode, read, read_all};
use meibo_ingest::{Encoding, ReadOptions};
use meibo_normalize::Field;

const PEOPLE: &str = include_str!("data/people.tsv");
const PLACES: &str = include_str!("data/places.tsv");

/// The encodings without a mark that need a contest.
const PLAIN: [Encoding; 3] = [Encoding::Utf8, Encoding::Cp932, Encoding::EucJp];

/// Half-width kana of a katakana text.
fn halfwidth(text: &str) -> String {
    const PLAIN: &str = "アｱイｲウｳエｴオｵカｶキｷクｸケｹコｺサｻシｼスｽセｾソｿタﾀチﾁツﾂテﾃトﾄナﾅニﾆヌﾇネﾈノﾉハﾊヒﾋフﾌヘﾍホﾎマﾏミﾐムﾑメﾒモﾓヤﾔユﾕヨﾖラﾗリﾘルﾙレﾚロﾛワﾜヲｦンﾝァｧィｨゥｩェｪォｫャｬュｭョｮッｯーｰ";
    let pairs: Vec<char> = PLAIN.chars().collect();
    let plain = |c: char| pairs.chunks(2).find(|pair| pair[0] == c).map(|pair| pair[1]);
    text.chars()
        .flat_map(|c| {
            match (
                plain(c),
                plain(char::from_u32(c as u32 - 1).unwrap()),
                plain(char::from_u32(c as u32 - 2).unwrap()),
            ) {
                (Some(half), ..) => vec![half],
                (_, Some(half), _) if "ガギグゲゴザジズゼゾダヂヅデドバビブベボ".contains(c) =>
                {
                    vec![half, 'ﾞ']
                }
                (_, _, Some(half)) => vec![half, 'ﾟ'],
                _ => vec![c],
            }
        })
        .collect()
}

/// Every 1-, 2- and 5-line list of a kind, in every encoding that holds it.
fn share_right(
    encodings: &[Encoding],
    lines_at_once: usize,
    line: impl Fn(&[&str], &[&str]) -> Option<String>,
) -> f64 {
    let lines: Vec<String> = PEOPLE
        .lines()
        .zip(PLACES.lines().cycle())
        .filter_map(|(person, place)| {
            line(&person.split('\t').collect::<Vec<_>>(), &place.split('\t').collect::<Vec<_>>())
        })
        .collect();
    let (mut right, mut total) = (0, 0);
    for chunk in lines.chunks_exact(lines_at_once) {
        for &encoding in encodings {
            let text = chunk.concat();
            let (bytes, _, lossy) = match encoding {
                Encoding::Utf8 => encoding_rs::UTF_8.encode(&text),
                Encoding::Cp932 => encoding_rs::SHIFT_JIS.encode(&text),
                _ => encoding_rs::EUC_JP.encode(&text),
            };
            if lossy {
                continue;
            }
            let options = ReadOptions { columns: vec!["name=1".parse().unwrap()], ..ReadOptions::default() };
            let found = read_all(&*bytes, &options).unwrap().layout.encoding;
            total += 1;
            right += usize::from(found == encoding);
        }
    }
    assert!(total > 100);
    f64::from(right as u32) / f64::from(total as u32)
}

#[test]
fn short_lists_of_kanji_names() {
    let name = |p: &[&str], _: &[&str]| Some(format!("{} {},090-1234-5678\n", p[0], p[2]));
    let one = share_right(&PLAIN, 1, name);
    let five = share_right(&PLAIN, 5, name);
    assert!(one > 0.985 && five > 0.999, "{one} {five}");
}

#[test]
fn short_lists_of_halfwidth_kana() {
    let kana =
        |p: &[&str], _: &[&str]| Some(format!("{} {},090-1234-5678\n", halfwidth(p[1]), halfwidth(p[3])));
    let one = share_right(&PLAIN, 1, kana);
    let five = share_right(&PLAIN, 5, kana);
    assert!(one > 0.985 && five > 0.999, "{one} {five}");
}

#[test]
fn short_lists_of_names_kana_and_addresses() {
    let full = |p: &[&str], a: &[&str]| {
        Some(format!(
            "{}{},{} {},{}{}{}1-2\n",
            p[0],
            p[2],
            halfwidth(p[1]),
            halfwidth(p[3]),
            a[1],
            a[2],
            a[3]
        ))
    };
    let one = share_right(&PLAIN, 1, full);
    assert!(one > 0.998, "{one}");
}

#[test]
fn ascii_for_long_and_then_another_encoding() {
    let ascii = "Taro Yamada,0312345678\n".repeat(40_000);
    for encoding in [Encoding::Utf8, Encoding::Cp932, Encoding::EucJp, Encoding::Iso2022Jp] {
        let mut bytes = format!("name,phone\n{ascii}").into_bytes();
        bytes.extend(encode("山田 太郎,03-1234-5678\n佐藤 花子,03-1234-5679\n", encoding));
        let outcome = read(&bytes);
        assert_eq!(outcome.layout.encoding, Encoding::Utf8, "ASCII so far");
        assert_eq!(outcome.summary.encoding, encoding);
        assert_eq!(outcome.value(40_000, Field::Name), "山田 太郎");
        assert_eq!(outcome.value(40_001, Field::Name), "佐藤 花子");
        assert_eq!(outcome.summary.blake3, blake3::hash(&bytes).to_hex().to_string());
    }
}

#[test]
fn marks_and_their_absence() {
    for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
        for mark in ["", "\u{FEFF}"] {
            let outcome = read(&encode(&format!("{mark}氏名,電話\n山田,1\n"), encoding));
            assert_eq!(outcome.layout.encoding, encoding);
            assert_eq!(outcome.value(0, Field::Name), "山田");
        }
    }
}

#[test]
fn user_defined_characters_are_kept() {
    let mut bytes = encode("氏名,電話番号\n山田", Encoding::Cp932);
    bytes.extend(b"\xF0\x40\xFB\xFC,03-1234-5678\n");
    assert_eq!(read(&bytes).value(0, Field::Name), "山田\u{E000}髙");
}

#[test]
fn an_option_overrides_detection() {
    let text = "氏名,電話番号\n山田太郎,03-1234-5678\n";
    for encoding in ENCODINGS {
        let options = ReadOptions { encoding: Some(encoding), ..ReadOptions::default() };
        let outcome = read_all(encode(text, encoding).as_slice(), &options).unwrap();
        assert_eq!(outcome.value(0, Field::Name), "山田太郎");
    }
    let mut big = b"\xFE\xFF".to_vec();
    big.extend(encode(text, Encoding::Utf16Be));
    let options = ReadOptions { encoding: Some("utf-16".parse().unwrap()), ..ReadOptions::default() };
    assert_eq!(read_all(big.as_slice(), &options).unwrap().value(0, Field::Name), "山田太郎");
}

#[test]
fn a_few_broken_bytes_leave_a_file_what_it_is() {
    let rows = "山田太郎,岐阜県岐阜市加納本町1-2,058-123-4567\n".repeat(200);
    for encoding in PLAIN {
        let mut bytes = encode(&format!("氏名,住所,電話番号\n{rows}"), encoding);
        bytes.extend(b"\xFF\xFF,x,058-123-4567\n");
        bytes.extend(encode(&rows, encoding));
        let outcome = read(&bytes);
        assert_eq!(outcome.layout.encoding, encoding);
        assert_eq!(outcome.summary.rejects, 1);
    }
}

#[test]
fn labels() {
    for (label, encoding) in [
        ("UTF-8", Encoding::Utf8),
        ("Shift_JIS", Encoding::Cp932),
        ("sjis", Encoding::Cp932),
        ("cp932", Encoding::Cp932),
        ("Windows-31J", Encoding::Cp932),
        ("EUC-JP", Encoding::EucJp),
        ("iso-2022-jp", Encoding::Iso2022Jp),
        ("utf-16be", Encoding::Utf16Be),
    ] {
        assert_eq!(label.parse(), Ok(encoding));
        assert_eq!(encoding.as_str().parse(), Ok(encoding));
    }
    assert!("latin1".parse::<Encoding>().is_err());
}
