//! Whose copy leaked, whatever was done to it.

use meibo_canary::{Collusion, Finding, Watch, weigh};
use meibo_synth::{Part, SeizedSpec, World};

use crate::common::broker::{Fate, Random, merged, rewritten, stripped};
use crate::common::{Planted, lists, look, number, plant, spec, tokenizer};

/// Lists with decoys for three recipients, over some worlds and seeds.
fn planted() -> impl Iterator<Item = Planted> {
    (0..number("MEIBO_CANARY_WORLDS", 1)).flat_map(|world| {
        let lists = lists(&World::generate(11 + world, 0.002), 150);
        let most = number("MEIBO_CANARY_LISTS", 6) as usize;
        let spec = spec(&["owner", "processor", "sub"], 5, 3);
        lists.into_iter().take(most).enumerate().filter_map(move |(at, (_, list))| {
            // Lines of two bytes a character are cut elsewhere.
            let is_wide = list.starts_with(b"\xff\xfe");
            if is_wide { None } else { plant(&list, &spec, at as u8 + 1).ok() }
        })
    })
}

fn finding(planted: &Planted, file: &[u8]) -> Finding {
    let watch = Watch::new(vec![planted.record.clone()], &tokenizer());
    let sightings = look(&watch, file);
    weigh(&watch, &sightings, 1).remove(0)
}

#[derive(Default)]
struct Score {
    files: usize,
    right: usize,
    nobody: usize,
    wrong: usize,
    found: usize,
    least: f64,
}

impl Score {
    fn add(&mut self, finding: &Finding, leaker: usize) {
        self.files += 1;
        self.found += finding.all.found;
        match finding.named.as_slice() {
            [] => self.nobody += 1,
            [named] if *named == leaker => {
                self.right += 1;
                let own =
                    finding.sets.iter().find(|set| set.holders == [leaker]).map_or(0.0, |set| set.log10_e);
                self.least = if self.right == 1 { own } else { self.least.min(own) };
            }
            _ => self.wrong += 1,
        }
    }

    fn print(&self, name: &str) {
        let Score { files, right, nobody, wrong, found, least } = self;
        println!(
            "{name:<28} {files:>4} files: {right:>4} right, {nobody:>3} unnamed, {wrong} wrong; {:.1} decoys a file, least evidence 10^{least:.1}",
            *found as f64 / *files as f64
        );
    }
}

#[test]
fn the_copy_is_named_through_rewriting_sampling_and_damage_and_never_another() {
    let fates = [
        ("as it is", Fate { kept: 100, damaged: 0 }),
        ("30 % of its rows", Fate { kept: 30, damaged: 0 }),
        ("10 % of its rows", Fate { kept: 10, damaged: 0 }),
        ("10 % of cells damaged", Fate { kept: 100, damaged: 10 }),
        ("25 % of cells damaged", Fate { kept: 100, damaged: 25 }),
        ("30 % of rows, 10 % of cells", Fate { kept: 30, damaged: 10 }),
    ];
    let mut scores: Vec<Score> = fates.iter().map(|_| Score::default()).collect();
    let mut random = Random::new(number("MEIBO_CANARY_SEED", 1));
    for planted in planted() {
        for (leaker, copy) in planted.copies.iter().enumerate() {
            for ((_, fate), score) in fates.iter().zip(&mut scores) {
                score.add(&finding(&planted, &rewritten(copy, *fate, &mut random)), leaker);
            }
        }
    }
    fates.iter().zip(&scores).for_each(|((name, _), score)| score.print(name));
    assert!(scores.iter().all(|score| score.wrong == 0 && score.files >= 15));
    let [whole, third, _, damaged, ..] = &scores[..] else { panic!() };
    assert_eq!(whole.right, whole.files);
    assert!(third.right * 10 >= third.files * 6 && damaged.right * 100 >= damaged.files * 95);
}

#[test]
fn two_recipients_who_merge_or_strip_are_both_named() {
    let (mut files, mut both_merged, mut both_stripped, mut majority, mut wrong) = (0, 0, 0, 0, 0);
    let mut random = Random::new(5);
    let whole = Fate { kept: 100, damaged: 0 };
    for planted in planted() {
        let copies: Vec<&Vec<u8>> = planted.copies.iter().collect();
        let mut name = |file: Vec<u8>| finding(&planted, &rewritten(&file, whole, &mut random));
        for pair in [[0, 1], [0, 2], [1, 2]] {
            files += 1;
            let two = pair.map(|one| copies[one]);
            let merging = name(merged(&two));
            let stripping = name(stripped(&two, 2));
            both_merged += usize::from(merging.named == pair && merging.collusion == Some(Collusion::Merged));
            both_stripped +=
                usize::from(stripping.named == pair && stripping.collusion == Some(Collusion::Stripped));
            wrong += [merging, stripping]
                .iter()
                .flat_map(|of| &of.named)
                .filter(|one| !pair.contains(one))
                .count();
        }
        // What two of three have.
        majority += usize::from(name(stripped(&copies, 2)).named == [0, 1, 2]);
        // What all three have says that one of them leaked, and not who.
        let all = name(stripped(&copies, 3));
        assert!(all.named.is_empty() && all.all.found == 3, "{all:?}");
        // Nothing is left of two who strip what is in the list's own file too.
        assert_eq!(name(stripped(&[copies[0], &planted.list], 2)).all.found, 0);
    }
    println!(
        "{files} pairs: both named in {both_merged} mergers and {both_stripped} strippings, {wrong} others named; all three in {majority} \
         of {} majorities of three",
        files / 3
    );
    assert!(
        files >= 15 && both_merged == files && both_stripped == files && majority * 3 == files && wrong == 0
    );
}

#[test]
fn files_without_decoys_show_none() {
    let worlds: Vec<Planted> = planted().collect();
    let records: Vec<_> = worlds.iter().map(|planted| planted.record.clone()).collect();
    let decoys: usize = records.iter().map(|record| record.decoys.len()).sum();
    let watch = Watch::new(records, &tokenizer());
    let other = World::generate(99, 0.002);
    let mut files: Vec<Vec<u8>> = lists(&other, 1).into_iter().map(|(_, list)| list).collect();
    let strangers = number("MEIBO_CANARY_STRANGERS", 5_000) as usize;
    let spec = SeizedSpec::new("strangers").part(Part::of_strangers(strangers));
    files.push(other.seize(&spec).unwrap().bytes);
    files.extend(worlds.into_iter().map(|planted| planted.list));
    let mut rows = 0;
    for file in &files {
        rows += file.iter().filter(|byte| **byte == b'\n').count();
        for finding in weigh(&watch, &look(&watch, file), files.len()) {
            assert!(finding.named.is_empty() && finding.all.found == 0, "{finding:?}");
        }
    }
    println!("{rows} rows of {} files asked about {decoys} decoys: none found", files.len());
    assert!(rows > 10_000);
}
