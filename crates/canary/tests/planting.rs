//! What is promised of copies: the list's bytes, and decoys between them that are nobody.

use std::io::Cursor;

use meibo_canary::{Seed, Sheet, Watch, weigh};
use meibo_ingest::ReadOptions;
use meibo_synth::World;

use crate::common::{lists, look, number, plant, spec, tokenizer};

/// What of a copy is not the list's: none where the list's bytes do not stand in it in their order, cut at line ends alone.
fn inserted(list: &[u8], copy: &[u8]) -> Option<Vec<Vec<u8>>> {
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (list, copy) = (lines(list), lines(copy));
    let (mut at, mut new) = (0, Vec::new());
    for line in copy {
        if list.get(at) == Some(&line) {
            at += 1;
        } else {
            new.push(line);
        }
    }
    (at == list.len()).then_some(new)
}

#[test]
fn copies_hold_the_list_and_its_own_decoys_whatever_its_form() {
    let world = World::generate(number("MEIBO_CANARY_SEED", 1), 0.002);
    let spec = spec(&["owner", "processor", "sub"], 3, 1);
    let (mut planted_in, mut refused) = (0, Vec::new());
    let most = number("MEIBO_CANARY_LISTS", 10) as usize;
    for (client, list) in lists(&world, 80).into_iter().take(most) {
        let planted = match plant(&list, &spec, 7) {
            Ok(planted) => planted,
            Err(error) => {
                refused.push(format!("{client}: {error}"));
                continue;
            }
        };
        planted_in += 1;
        // Lines of two bytes a character are cut elsewhere.
        let is_wide = list.starts_with(b"\xff\xfe");
        for (recipient, copy) in planted.copies.iter().enumerate() {
            if !is_wide {
                let new = inserted(&list, copy).unwrap_or_else(|| panic!("{client}: the list was changed"));
                assert_eq!(new.len(), 6, "{client}");
            }
            let watch = Watch::new(vec![planted.record.clone()], &tokenizer());
            let sightings = look(&watch, copy);
            let [finding] = &weigh(&watch, &sightings, 1)[..] else { panic!() };
            assert_eq!((finding.all.found, finding.all.rows), (6, 6), "{client}");
            assert_eq!(finding.named, [recipient], "{client}: {finding:?}");
        }
        // Nobody of the list is a decoy.
        let watch = Watch::new(vec![planted.record], &tokenizer());
        assert_eq!(weigh(&watch, &look(&watch, &list), 1)[0].all.found, 0, "{client}");
    }
    println!("planted in {planted_in} lists; refused: {refused:#?}");
    assert!(planted_in >= 9 && refused.len() * 10 <= planted_in);
}

#[test]
fn one_seed_gives_the_same_bytes_and_another_others() {
    let world = World::generate(3, 0.002);
    let (_, list) = lists(&world, 200).remove(0);
    let spec = spec(&["a", "b"], 4, 2);
    let [one, again, other] = [1, 1, 2].map(|seed| plant(&list, &spec, seed).unwrap());
    assert_eq!(one.copies, again.copies);
    assert_eq!(one.record, again.record);
    assert_ne!(one.copies, other.copies);
    assert_ne!(one.copies[0], one.copies[1]);
}

#[test]
fn what_decoys_cannot_be_hidden_in_is_refused() {
    let short: String = (0..19).map(|row| format!("山田太郎,03-1234-{:04}\n", 5_600 + row)).collect();
    let no_name: String = (0..99).map(|row| format!("500-{row:04},058-265-{:04}\n", 5_600 + row)).collect();
    let latin: String = (0..99).map(|row| format!("{row},John Smith,03-1234-{:04}\n", 5_600 + row)).collect();
    let latin = "No,氏名,電話番号\n".to_owned() + &latin;
    for list in [short.as_str(), &no_name, &latin, "", "\n\n"] {
        assert!(plant(list.as_bytes(), &spec(&["a"], 5, 3), 1).is_err());
    }
    let rows = (0..99).map(|row| format!("山田太郎,03-1234-{:04}\n", 5_600 + row));
    let list = "氏名,電話番号\n".to_owned() + &rows.collect::<String>();
    plant(list.as_bytes(), &spec(&["a"], 5, 3), 1).map(|_| ()).unwrap();
    for bad in [spec(&[], 5, 3), spec(&["a", "A"], 5, 3), spec(&["a"], 0, 3), spec(&["a"], 99_999, 3)] {
        assert!(plant(list.as_bytes(), &bad, 1).is_err(), "{bad:?}");
    }
}

#[test]
fn a_list_keeps_its_order_and_its_last_line() {
    let mut list = "会員番号,氏名,電話番号\r\n".to_owned();
    for row in 0..200 {
        list += &format!("{:06},山田　太郎,058-26{}-{:04}\r\n", 1_000 + 7 * row, row % 10, 1_000 + 31 * row);
    }
    for list in [list.clone(), list.trim_end().to_owned()] {
        let planted = plant(list.as_bytes(), &spec(&["a"], 10, 0), 5).unwrap();
        let copy = String::from_utf8(planted.copies[0].clone()).unwrap();
        let numbers: Vec<&str> = copy.lines().skip(1).map(|line| &line[..6]).collect();
        assert_eq!(numbers.len(), 210);
        assert!(numbers.is_sorted(), "{copy}");
        assert_eq!(copy.ends_with("\r\n"), list.ends_with("\r\n"));
        assert!(copy.lines().all(|line| line.split(',').count() == 3));
        let distinct: std::collections::BTreeSet<&&str> = numbers.iter().collect();
        assert_eq!(distinct.len(), 210);
    }
}

#[test]
fn a_sheet_is_learnt_from_any_bytes() {
    proptest::proptest!(|(text in "[a山,;\"\n\r\u{1a}]{0,200}", seed: [u8; 32])| {
        let front = "氏名,電話番号\n山田太郎,03-1234-5678\n鈴木花子,03-1234-5679\n";
        let mut input = Cursor::new(format!("{front}{text}"));
        let seed = Seed::from_bytes(seed);
        let options = ReadOptions::default();
        if let Ok(sheet) = Sheet::learn(&mut input, &options, &seed) {
            proptest::prop_assert!(sheet.rows() >= 1);
            let drawn = meibo_canary::Plan::draw(&sheet, &spec(&["a"], 1, 0), seed, &mut input, &options);
            if let Ok(plan) = drawn {
                let mut copy = Vec::new();
                plan.write_copy(0, &mut input, &mut copy).unwrap();
                proptest::prop_assert!(copy.len() > input.get_ref().len());
            }
        }
    });
}
