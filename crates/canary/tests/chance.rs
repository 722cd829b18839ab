//! The rate of false alarms that is computed, beside the one that is measured where values are few enough for it to be.

use meibo_canary::{CanaryRecord, Watch};
use meibo_fingerprint::KeyKind;

use crate::common::{look, number, plant, spec, tokenizer};

/// A short list of one street: decoys of it are a common name and one of sixty numbers.
fn street(rows: usize) -> Vec<u8> {
    let mut list = "氏名,住所\n".to_owned();
    let families = ["安倍川", "宇治原", "柿ノ木", "三ツ石", "小鳥遊"];
    let given = ["太一", "晶代", "文吾", "利江", "忠義"];
    for row in 0..rows {
        let name = format!("{} {}", families[row % 5], given[row / 5 % 5]);
        list += &format!("{name},岐阜県岐阜市加納西丸町1-{}\n", 1 + row % 50);
    }
    list.into_bytes()
}

/// A file of the commonest names at every number of the street, made without knowledge of any seed.
fn namesakes() -> (Vec<u8>, u64) {
    let mut file = "氏名,住所\n".to_owned();
    let families = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村"];
    let given = [
        "和子", "幸子", "清", "勇", "恵子", "陽子", "誠", "隆", "健一", "直樹", "優子", "大輔", "健太", "愛",
    ];
    let mut rows = 0;
    for family in families {
        for given in given {
            for number in 61..=120 {
                file += &format!("{family}{given},岐阜県岐阜市加納西丸町1-{number}\n");
                rows += 1;
            }
        }
    }
    (file.into_bytes(), rows)
}

#[test]
fn the_rate_that_is_computed_bounds_the_one_that_is_measured() {
    let (list, (file, rows)) = (street(100), namesakes());
    let plantings = number("MEIBO_CANARY_PLANTINGS", 40);
    let (mut decoys, mut hits, mut bound) = (0, 0, 0.0);
    for seed in 0..plantings {
        let planted = plant(&list, &spec(&["a"], 20, 0), seed as u8);
        let record: CanaryRecord = planted.unwrap().record;
        bound += rows as f64 * record.chances[KeyKind::NameAddress.index()] * record.decoys.len() as f64;
        decoys += record.decoys.len();
        let watch = Watch::new(vec![record], &tokenizer());
        hits += look(&watch, &file).iter().count();
    }
    println!(
        "{decoys} decoys against {rows} rows of namesakes: at most {bound:.1} hits by chance computed, {hits} measured"
    );
    // Six deviations of chance.
    assert!((hits as f64) < bound + 6.0 * bound.sqrt());
    // The bound is of some use: it is no more than a hundred times what the worst file shows.
    assert!(hits > 0 && bound < 100.0 * hits as f64);
}
